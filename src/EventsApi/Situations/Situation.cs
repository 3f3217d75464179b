using EventsApi.Dates;
using EventsApi.Http;
using EventsApi.Locations;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;
using FluentValidation;

namespace EventsApi.Situations;

/// <summary>What goes on rather than happens: a war, a crisis, a UCDP conflict or dyad. Never counted as an event.</summary>
public sealed record Situation : Record
{
    public required string Id { get; init; }
    public required string Title { get; init; }
    [CodeList("situation-kind")] public required string Kind { get; init; }
    public Date? Date { get; init; }
    public IReadOnlyList<Reference> Locations { get; init; } = [];
    public IReadOnlyList<Reference> Parties { get; init; } = [];
    public TitleReference? Parent { get; init; }
    public string? Summary { get; init; }
    public required string Href { get; init; }
}

[ShapeOf(typeof(Situation))]
public sealed record SituationInput : RecordInput
{
    public string? Title { get; init; }
    public string? Kind { get; init; }
    public EdtfDate? Date { get; init; }
    public IReadOnlyList<ReferenceInput>? Locations { get; init; }
    public IReadOnlyList<ReferenceInput>? Parties { get; init; }
    public ReferenceInput? Parent { get; init; }
    public string? Summary { get; init; }
}

internal sealed class SituationInputValidator : AbstractValidator<SituationInput>
{
    public SituationInputValidator()
    {
        RuleFor(s => s.Id).ReadableId();
        RuleFor(s => s.Title).NotEmpty().MaximumLength(Sources.SourceInputValidator.LongestTitle);
        RuleFor(s => s.Kind).NotEmpty().OneOf(Words.SituationKind);
    }
}

/// <summary>The one place where a situation enters.</summary>
internal sealed class SituationWriter(IValidator<SituationInput> validator) : RecordWriter<SituationInput>(validator)
{
    public override Kind Kind => Records.Kind.Situation;

    protected override string? ReadableId(SituationInput input) => Slug.Of(input.Title!);

    protected override (string? Name, string? Word) Show(SituationInput input) => (input.Title, input.Kind);

    protected override SituationInput Settle(RecordSession session, SituationInput input) => input with
    {
        Locations = SettleAll(session, Records.Kind.Location, input.Locations, "/locations"),
        Parties = SettleAll(session, Records.Kind.Actor, input.Parties, "/parties"),
        Parent = Settle(session, Records.Kind.Situation, input.Parent, "/parent"),
        Sources = SettleAll(session, Records.Kind.Source, input.Sources, "/sources"),
    };

    protected override string[] ShownElsewhere => ["title", "parent"];

    protected override void Check(WriteSession session, Known known, SituationInput input)
    {
        if (input.Parent is { } parent && (parent.Id == known.Id || Above(session, parent.Id).Contains(known.Id))) throw ProblemException.Rule("/parent", "circle", $"'{parent.Id}' is part of '{known.Id}', so this would be a circle.");
    }

    protected override void Describe(RecordSession session, Known known, SituationInput input, Derived derived)
    {
        derived.Answer(new Situation
        {
            Id = known.Id, Title = input.Title!, Kind = input.Kind!, Date = Records.Date.Of(input.Date), Locations = [.. (input.Locations ?? []).Select(l => Refer(session, Records.Kind.Location, l)!)],
            Parties = [.. (input.Parties ?? []).Select(p => Refer(session, Records.Kind.Actor, p)!)], Parent = ReferTitle(session, Records.Kind.Situation, input.Parent), Summary = input.Summary,
            Href = Kind.Href(known.Id),
            Identifiers = input.Identifiers ?? [], Sources = SourcesOf(session, input), Revision = derived.Revision, CreatedAt = Instant(derived.CreatedAt), UpdatedAt = Instant(derived.UpdatedAt),
        });
        derived.Names = [new Name(input.Title!, "en", null, "common")];
        derived.Text(TextColumn.Title, input.Title);
        foreach (var party in input.Parties ?? []) derived.Text(TextColumn.Actors, session.Find(Records.Kind.Actor, party.Id)!.Name);
        foreach (var place in input.Locations ?? []) derived.Text(TextColumn.Places, session.Find(Records.Kind.Location, place.Id)!.Name);
        derived.Text(TextColumn.Topics, input.Kind);
        derived.Text(TextColumn.Body, input.Summary);
        derived.List("situation.kind", input.Kind);
        derived.List("situation.parent", input.Parent?.Id);
        foreach (var party in input.Parties ?? []) derived.List("situation.party", party.Id);
        foreach (var place in input.Locations ?? [])
        {
            derived.List("situation.location", place.Id);
            derived.List("situation.country", session.Input<LocationInput>(session.Find(Records.Kind.Location, place.Id)!.Ref).Country);
            foreach (var around in LocationWriter.Around(session, place.Id)) derived.List("situation.location", around.Id);
        }
        derived.List("situation.has", "date", input.Date is not null);
        derived.List("situation.has", "parties", input.Parties is { Count: > 0 });
        derived.SortName(input.Title!);
        derived.Dated(input.Date);
        if (input.Date is { Start: not EdtfDate.Past } date) derived.Sort(Sorts.Date, (long)date.Start);
    }

    /// <summary>The situations a situation is part of, the nearest first.</summary>
    public static IEnumerable<string> Above(RecordSession session, string id) => session.Above<SituationInput>(Records.Kind.Situation, id, s => s.Parent).Select(s => s.Id);
}
