using EventsApi.Dates;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using FluentValidation;

namespace EventsApi.Actors;

/// <summary>An office that people hold one after the other (Popolo post).</summary>
public sealed record Post : Record
{
    public required string Id { get; init; }
    public required string Label { get; init; }
    public Reference? Organization { get; init; }
    /// <summary>ISO 3166-1 alpha-3.</summary>
    public string? Country { get; init; }
    public Date? Start { get; init; }
    public Date? End { get; init; }
    /// <summary>Who held it, oldest first; those whose term is not dated come last.</summary>
    public IReadOnlyList<Holder> Holders { get; init; } = [];
    public required string Href { get; init; }
}

/// <summary>One term in a post.</summary>
/// <param name="Membership">The id of the membership that says so.</param>
public sealed record Holder(string Membership, Reference Person, Date? Start, Date? End);

[ShapeOf(typeof(Post))]
public sealed record PostInput : RecordInput
{
    public string? Label { get; init; }
    public ReferenceInput? Organization { get; init; }
    public string? Country { get; init; }
    public EdtfDate? Start { get; init; }
    public EdtfDate? End { get; init; }
}

internal sealed class PostInputValidator : AbstractValidator<PostInput>
{
    public PostInputValidator()
    {
        RuleFor(p => p.Id).ReadableId();
        RuleFor(p => p.Label).NotEmpty().MaximumLength(ActorInputValidator.LongestName);
        RuleFor(p => p.Organization).NotNull();
        RuleFor(p => p.Country).Alpha3();
        RuleFor(p => p).NotBackwards(p => p.Start, p => p.End);
    }
}

/// <summary>The one place where a post enters.</summary>
internal sealed class PostWriter(IValidator<PostInput> validator) : RecordWriter<PostInput>(validator)
{
    public override Kind Kind => Records.Kind.Post;

    protected override string? ReadableId(PostInput input) => Slug.Of(input.Label!);

    protected override (string? Name, string? Word) Show(PostInput input) => (input.Label, null);

    protected override PostInput Settle(RecordSession session, PostInput input) => input with
    {
        Organization = Settle(session, Records.Kind.Actor, input.Organization, "/organization"),
        Sources = SettleAll(session, Records.Kind.Source, input.Sources, "/sources"),
    };

    protected override string[] ShownElsewhere => ["label", "organization"];

    protected override void Check(WriteSession session, Known known, PostInput input)
    {
        foreach (var reference in session.KeysNow("membership.post", known.Id))
            if (session.Input<MembershipInput>(reference) is var term && term.Post?.Id == known.Id) CheckTerm(term, input, $" See membership {session.Find(reference).Id}.");
    }

    /// <summary>A term lies inside the post's life, as far as both are known.</summary>
    public static void CheckTerm(MembershipInput term, PostInput post, string more)
    {
        if (post.Start is { } founded && founded.Start != EdtfDate.Past && (term.Start?.StartLatest ?? EdtfDate.Future) < founded.Start) throw ProblemException.Rule("/start", "outside", $"The term begins ({term.Start!.Edtf}) before the post exists ({founded.Edtf}).{more}");
        if (post.End is { } abolished && abolished.End != EdtfDate.Future && (term.End?.EndEarliest ?? (term.Start?.Start ?? EdtfDate.Past)) > abolished.End) throw ProblemException.Rule("/end", "outside", $"The term goes on after the post ended ({abolished.Edtf}).{more}");
    }

    protected override void Describe(RecordSession session, Known known, PostInput input, Derived derived)
    {
        var terms = Terms(session, known.Id).ToList();
        derived.Answer(new Post
        {
            Id = known.Id, Label = input.Label!, Organization = Refer(session, Records.Kind.Actor, input.Organization), Country = input.Country, Start = Date.Of(input.Start), End = Date.Of(input.End),
            Holders = [.. terms.OrderBy(t => t.Term.Start?.Start ?? int.MaxValue).ThenBy(t => t.Id, StringComparer.Ordinal)
                .Select(t => new Holder(t.Id, Refer(session, Records.Kind.Actor, t.Term.Member)!, Date.Of(t.Term.Start), Date.Of(t.Term.End)))],
            Href = Kind.Href(known.Id),
            Identifiers = input.Identifiers ?? [], Sources = SourcesOf(session, input), Revision = derived.Revision, CreatedAt = Instant(derived.CreatedAt), UpdatedAt = Instant(derived.UpdatedAt),
        });
        derived.Names = [new Name(input.Label!, "en", null, "common")];
        derived.Text(TextColumn.Title, input.Label);
        derived.Text(TextColumn.Actors, session.Find(Records.Kind.Actor, input.Organization!.Id)!.Name);
        foreach (var (_, term) in terms) derived.Text(TextColumn.Actors, session.Find(Records.Kind.Actor, term.Member!.Id)!.Name);
        derived.List("post.organization", input.Organization.Id);
        foreach (var whole in ActorWriter.Wholes(session, input.Organization.Id)) derived.List("post.organization", whole);
        derived.List("post.country", input.Country);
        foreach (var holder in terms) derived.List("post.holder", holder.Term.Member!.Id);
        derived.List("post.has", "holders", terms.Count > 0);
        derived.SortName(input.Label!);
        derived.Dated(input.Start, input.End);
    }

    /// <summary>The memberships that say who held the post.</summary>
    public static IEnumerable<(string Id, MembershipInput Term)> Terms(RecordSession session, string post) =>
        session.Keys("membership.post", post).Select(reference => ($"M{Records.Kind.NumberOfRef(reference)}", session.Input<MembershipInput>(reference)));
}
