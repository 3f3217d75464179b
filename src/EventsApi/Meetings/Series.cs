using EventsApi.Records;
using EventsApi.Search;
using FluentValidation;

namespace EventsApi.Meetings;

/// <summary>Meetings that come again: "NATO summit".</summary>
public sealed record Series : Record
{
    public required string Id { get; init; }
    public required string Label { get; init; }
    public Reference? Organization { get; init; }
    /// <summary>How many of its meetings the catalogue has.</summary>
    public long Count { get; init; }
    public required string Href { get; init; }
}

[ShapeOf(typeof(Series))]
public sealed record SeriesInput : RecordInput
{
    public string? Label { get; init; }
    public ReferenceInput? Organization { get; init; }
}

internal sealed class SeriesInputValidator : AbstractValidator<SeriesInput>
{
    public SeriesInputValidator()
    {
        RuleFor(s => s.Id).ReadableId();
        RuleFor(s => s.Label).NotEmpty().MaximumLength(Actors.ActorInputValidator.LongestName);
    }
}

/// <summary>The one place where a meeting series enters.</summary>
internal sealed class SeriesWriter(IValidator<SeriesInput> validator) : RecordWriter<SeriesInput>(validator)
{
    public override Kind Kind => Records.Kind.Series;

    protected override string? ReadableId(SeriesInput input) => Slug.Of(input.Label!);

    protected override (string? Name, string? Word) Show(SeriesInput input) => (input.Label, null);

    protected override SeriesInput Settle(RecordSession session, SeriesInput input) => input with
    {
        Organization = Settle(session, Records.Kind.Actor, input.Organization, "/organization"),
        Sources = SettleAll(session, Records.Kind.Source, input.Sources, "/sources"),
    };

    protected override string[] ShownElsewhere => ["label"];

    protected override void Describe(RecordSession session, Known known, SeriesInput input, Derived derived)
    {
        derived.Answer(new Series
        {
            Id = known.Id, Label = input.Label!, Organization = Refer(session, Records.Kind.Actor, input.Organization), Href = Kind.Href(known.Id),
            Identifiers = input.Identifiers ?? [], Sources = SourcesOf(session, input), Revision = derived.Revision, CreatedAt = Instant(derived.CreatedAt), UpdatedAt = Instant(derived.UpdatedAt),
        });
        derived.Names = [new Name(input.Label!, "en", null, "common")];
        derived.Text(TextColumn.Title, input.Label);
        derived.Text(TextColumn.Actors, input.Organization is { } organization ? session.Find(Records.Kind.Actor, organization.Id)!.Name : null);
        derived.List("series.organization", input.Organization?.Id);
        derived.SortName(input.Label!);
    }
}
