using EventsApi.Dates;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;
using FluentValidation;

namespace EventsApi.Actors;

/// <summary>A state, organization, person or collective group.</summary>
public sealed record Actor : Record
{
    public required string Id { get; init; }
    /// <summary>state, organization, person or group.</summary>
    [CodeList("actor-kind")] public required string Kind { get; init; }
    /// <summary>What kind of organization or state: alliance, initiative, ministry, armed-group, former-state …</summary>
    public string? Classification { get; init; }
    /// <summary>PLOVER sector: GOV, MIL, REB, IGO …</summary>
    [CodeList("sector")] public string? Sector { get; init; }
    public required string Name { get; init; }
    public IReadOnlyList<Name> Names { get; init; } = [];
    /// <summary>ISO 3166-1 alpha-3.</summary>
    public string? Country { get; init; }
    public Reference? PartOf { get; init; }
    public Date? Founded { get; init; }
    public Date? Dissolved { get; init; }
    public IReadOnlyList<Reference> SuccessorOf { get; init; } = [];
    public string? Summary { get; init; }
    /// <summary>The language of <c>name</c>; only when a language was asked for.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? NameLanguage { get; init; }
    public required string Href { get; init; }
}

[ShapeOf(typeof(Actor))]
public sealed record ActorInput : RecordInput
{
    public string? Kind { get; init; }
    public string? Classification { get; init; }
    public string? Sector { get; init; }
    public string? Name { get; init; }
    public IReadOnlyList<Name>? Names { get; init; }
    public string? Country { get; init; }
    public ReferenceInput? PartOf { get; init; }
    public EdtfDate? Founded { get; init; }
    public EdtfDate? Dissolved { get; init; }
    public IReadOnlyList<ReferenceInput>? SuccessorOf { get; init; }
    public string? Summary { get; init; }
}

internal sealed class ActorInputValidator : AbstractValidator<ActorInput>
{
    public const int LongestName = 300;

    public ActorInputValidator()
    {
        RuleFor(a => a.Id).ReadableId();
        RuleFor(a => a.Kind).NotEmpty().OneOf(Words.ActorKind);
        RuleFor(a => a.Name).NotEmpty().MaximumLength(LongestName);
        RuleFor(a => a.Sector).OneOf(Words.Sector);
        RuleFor(a => a.Country).Alpha3();
        RuleForEach(a => a.Names).SetValidator(new NameValidator());
        RuleFor(a => a).NotBackwards(a => a.Founded, a => a.Dissolved, nameof(ActorInput.Dissolved));
    }
}

internal sealed class NameValidator : AbstractValidator<Name>
{
    public NameValidator()
    {
        RuleFor(n => n.Text).NotEmpty().MaximumLength(ActorInputValidator.LongestName);
        RuleFor(n => n.Lang).NotEmpty().LanguageTag();
        RuleFor(n => n.Type).OneOf(Words.NameType!);
    }
}

/// <summary>The one place where an actor enters.</summary>
internal sealed class ActorWriter(IValidator<ActorInput> validator) : RecordWriter<ActorInput>(validator)
{
    public override Kind Kind => Records.Kind.Actor;

    protected override string? ReadableId(ActorInput input) => Slug.Of(input.Name!);

    protected override (string? Name, string? Word) Show(ActorInput input) => (input.Name, input.Kind);

    protected override ActorInput Settle(RecordSession session, ActorInput input) => input with
    {
        PartOf = Settle(session, Records.Kind.Actor, input.PartOf, "/partOf"),
        SuccessorOf = SettleAll(session, Records.Kind.Actor, input.SuccessorOf, "/successorOf"),
        Sources = SettleAll(session, Records.Kind.Source, input.Sources, "/sources"),
    };

    protected override string[] ShownElsewhere => ["name", "kind", "sector", "country", "partOf"];

    protected override void Check(WriteSession session, Known known, ActorInput input)
    {
        if (input.PartOf is { } whole && (whole.Id == known.Id || Wholes(session, whole.Id).Contains(known.Id))) throw ProblemException.Rule("/partOf", "circle", $"'{whole.Id}' is part of '{known.Id}', so this would be a circle.");
    }

    protected override void Describe(RecordSession session, Known known, ActorInput input, Derived derived)
    {
        derived.Names = [new Name(input.Name!, "en", null, "common"), .. input.Names ?? []];
        derived.Answer(new Actor
        {
            Id = known.Id, Kind = input.Kind!, Classification = input.Classification, Sector = input.Sector, Name = input.Name!, Names = input.Names ?? [], Country = input.Country,
            PartOf = Refer(session, Records.Kind.Actor, input.PartOf), Founded = Date.Of(input.Founded), Dissolved = Date.Of(input.Dissolved),
            SuccessorOf = [.. (input.SuccessorOf ?? []).Select(s => Refer(session, Records.Kind.Actor, s)!)], Summary = input.Summary, Href = Kind.Href(known.Id),
            Identifiers = input.Identifiers ?? [], Sources = SourcesOf(session, input), Revision = derived.Revision, CreatedAt = Instant(derived.CreatedAt), UpdatedAt = Instant(derived.UpdatedAt),
        });
        foreach (var name in derived.Names) derived.Text(TextColumn.Title, name.Text);
        derived.Text(TextColumn.Actors, input.PartOf is { } whole ? session.Find(Records.Kind.Actor, whole.Id)!.Name : null);
        derived.Text(TextColumn.Topics, $"{input.Kind} {input.Classification}");
        derived.Text(TextColumn.Body, input.Summary);
        derived.List("actor.kind", input.Kind);
        derived.List("actor.classification", input.Classification);
        derived.List("actor.sector", input.Sector);
        derived.List("actor.country", input.Country);
        foreach (var above in Wholes(session, known.Id)) derived.List("actor.partOf", above);
        foreach (var predecessor in input.SuccessorOf ?? []) derived.Refers(Records.Kind.Actor, predecessor.Id);
        derived.List("actor.has", "country", input.Country is not null);
        derived.List("actor.has", "founded", input.Founded is not null);
        derived.List("actor.has", "dissolved", input.Dissolved is not null);
        derived.List("actor.has", "sector", input.Sector is not null);
        derived.List("actor.has", "identifiers", input.Identifiers is { Count: > 0 });
        derived.SortName(input.Name!);
        derived.Dated(input.Founded, input.Dissolved);
    }

    /// <summary>What the actor is part of, upwards: a ministry of its state.</summary>
    public static IEnumerable<string> Wholes(RecordSession session, string id) => session.Above<ActorInput>(Records.Kind.Actor, id, a => a.PartOf).Select(a => a.Id);
}
