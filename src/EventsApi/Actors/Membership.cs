using EventsApi.Dates;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;
using FluentValidation;

namespace EventsApi.Actors;

/// <summary>Who belongs to what, or holds which post, from when to when (Popolo membership).</summary>
public sealed record Membership : Record
{
    public required string Id { get; init; }
    public required Reference Member { get; init; }
    public required Reference Organization { get; init; }
    public LabelReference? Post { get; init; }
    public string? Role { get; init; }
    [CodeList("membership-classification")] public required string Classification { get; init; }
    [CodeList("membership-status")] public required string Status { get; init; }
    /// <summary>Null when unknown.</summary>
    public Date? Start { get; init; }
    /// <summary>Null while it goes on.</summary>
    public Date? End { get; init; }
    public required string Href { get; init; }
}

[ShapeOf(typeof(Membership))]
public sealed record MembershipInput : RecordInput
{
    public ReferenceInput? Member { get; init; }
    public ReferenceInput? Organization { get; init; }
    public ReferenceInput? Post { get; init; }
    public string? Role { get; init; }
    public string? Classification { get; init; }
    public string? Status { get; init; }
    public EdtfDate? Start { get; init; }
    public EdtfDate? End { get; init; }

    /// <summary>Whether the term must (<c>certain</c>) or can cover the day. Without an end it goes on; without a start nothing is certain.</summary>
    public bool Covers(int first, int last, bool certain) => certain
        ? Start is { } from && from.StartLatest <= first && (End?.EndEarliest ?? EdtfDate.Future) >= last
        : (Start?.Start ?? EdtfDate.Past) <= last && (End?.End ?? EdtfDate.Future) >= first;
}

internal sealed class MembershipInputValidator : AbstractValidator<MembershipInput>
{
    public MembershipInputValidator()
    {
        RuleFor(m => m.Member).NotNull();
        RuleFor(m => m.Organization).NotNull().When(m => m.Post is null);
        RuleFor(m => m.Classification).NotEmpty().OneOf(Words.MembershipClassification);
        RuleFor(m => m.Status).OneOf(Words.MembershipStatus);
        RuleFor(m => m).NotBackwards(m => m.Start, m => m.End);
    }
}

/// <summary>The one place where a membership enters.</summary>
internal sealed class MembershipWriter(IValidator<MembershipInput> validator) : RecordWriter<MembershipInput>(validator)
{
    public override Kind Kind => Records.Kind.Membership;

    protected override (string? Name, string? Word) Show(MembershipInput input) => (null, input.Classification);

    protected override MembershipInput Settle(RecordSession session, MembershipInput input) => input with
    {
        Status = input.Status ?? "active",
        Member = Settle(session, Records.Kind.Actor, input.Member, "/member"),
        // A post belongs to an organization; whoever names the post need not name that too.
        Organization = Settle(session, Records.Kind.Actor, input.Organization ?? (input.Post is null ? null : session.Input<PostInput>(session.Resolve(Records.Kind.Post, input.Post, "/post").Ref).Organization), "/organization"),
        Post = Settle(session, Records.Kind.Post, input.Post, "/post"),
        Sources = SettleAll(session, Records.Kind.Source, input.Sources, "/sources"),
    };

    protected override IEnumerable<(long Ref, string Member)> ShownBy(RecordSession session, MembershipInput input)
    {
        if (input.Post is { } post && session.Find(Records.Kind.Post, post.Id) is { } held) yield return (held.Ref, "holders");
    }

    /// <summary>Events that name a post leave it to the catalogue to find the holder; those that name a person, which post was held.</summary>
    protected override void Follow(WriteSession session, Known known, MembershipInput? before, MembershipInput? after)
    {
        foreach (var term in new[] { before, after }.OfType<MembershipInput>().Where(t => t.Post is not null))
            session.Renew([("event.post", term.Post!.Id), ("event.actor", term.Member!.Id)], "participants");
    }

    protected override void Check(WriteSession session, Known known, MembershipInput input)
    {
        if (input.Member!.Id == input.Organization!.Id) throw ProblemException.Rule("/organization", "circle", "Nothing is a member of itself.");
        if (input.Classification == "member" && IsAbove(session, input.Member.Id, input.Organization.Id, []))
            throw ProblemException.Rule("/organization", "circle", $"'{input.Organization.Id}' is itself a member of '{input.Member.Id}', directly or through others.");
        session.NoteListed("membership.member", input.Member.Id, known.Ref);
        if (input.Post is null) return;
        session.NoteListed("membership.post", input.Post.Id, known.Ref);
        var post = session.Input<PostInput>(session.Find(Records.Kind.Post, input.Post.Id)!.Ref);
        PostWriter.CheckTerm(input, post, "");
    }

    /// <summary>Whether what is looked for stands above an organization by membership.</summary>
    private static bool IsAbove(WriteSession session, string looked, string organization, HashSet<string> seen) => seen.Add(organization) && session.KeysNow("membership.member", organization)
        .Select(session.Input<MembershipInput>).Where(m => m.Member!.Id == organization && m.Classification == "member").Any(m => m.Organization!.Id == looked || IsAbove(session, looked, m.Organization.Id, seen));

    protected override void Describe(RecordSession session, Known known, MembershipInput input, Derived derived)
    {
        var member = Refer(session, Records.Kind.Actor, input.Member)!;
        var organization = Refer(session, Records.Kind.Actor, input.Organization)!;
        derived.Answer(new Membership
        {
            Id = known.Id, Member = member, Organization = organization, Post = ReferLabel(session, Records.Kind.Post, input.Post), Role = input.Role, Classification = input.Classification!,
            Status = input.Status!, Start = Date.Of(input.Start), End = Date.Of(input.End), Href = Kind.Href(known.Id),
            Identifiers = input.Identifiers ?? [], Sources = SourcesOf(session, input), Revision = derived.Revision, CreatedAt = Instant(derived.CreatedAt), UpdatedAt = Instant(derived.UpdatedAt),
        });
        derived.Text(TextColumn.Title, member.Name);
        derived.Text(TextColumn.Actors, organization.Name);
        derived.Text(TextColumn.Topics, $"{input.Classification} {input.Role} {(input.Post is { } post ? session.Find(Records.Kind.Post, post.Id)!.Name : null)}");
        derived.List("membership.member", member.Id);
        derived.List("membership.organization", organization.Id);
        derived.List("membership.post", input.Post?.Id);
        derived.List("membership.classification", input.Classification);
        derived.List("membership.status", input.Status);
        derived.List("membership.kind", member.Kind);
        derived.List("membership.country", session.Input<ActorInput>(session.Find(Records.Kind.Actor, member.Id)!.Ref).Country);
        derived.List("membership.has", "start", input.Start is not null);
        derived.List("membership.has", "end", input.End is not null);
        derived.List("membership.has", "post", input.Post is not null);
        derived.SortName(member.Name + " " + organization.Name);
        derived.Dated(input.Start, input.End);
        if (input.Start is { Start: not EdtfDate.Past } start) derived.Sort(Sorts.Date, (long)start.Start);
    }
}
