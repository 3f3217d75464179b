using EventsApi.Dates;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;
using EventsApi.Vocabulary;
using FluentValidation;

namespace EventsApi.Sources;

/// <summary>An article, document or file that facts were taken from.</summary>
public sealed record Source : Record
{
    public required string Id { get; init; }
    [CodeList("source-kind")] public required string Kind { get; init; }
    public string? Publisher { get; init; }
    public required string Title { get; init; }
    public string? Author { get; init; }
    /// <summary>BCP 47.</summary>
    public string? Language { get; init; }
    public string? Url { get; init; }
    public Date? Published { get; init; }
    public Date? Retrieved { get; init; }
    public string? Licence { get; init; }
    public required string Href { get; init; }
}

[ShapeOf(typeof(Source))]
public sealed record SourceInput : RecordInput
{
    public string? Kind { get; init; }
    public string? Publisher { get; init; }
    public string? Title { get; init; }
    public string? Author { get; init; }
    public string? Language { get; init; }
    public string? Url { get; init; }
    public EdtfDate? Published { get; init; }
    public EdtfDate? Retrieved { get; init; }
    public string? Licence { get; init; }
}

internal sealed class SourceInputValidator : AbstractValidator<SourceInput>
{
    public const int LongestTitle = 500;

    public SourceInputValidator()
    {
        RuleFor(s => s.Kind).NotEmpty().OneOf(Words.SourceKind);
        RuleFor(s => s.Title).NotEmpty().MaximumLength(LongestTitle);
        RuleFor(s => s.Language).LanguageTag();
        RuleFor(s => s.Url).Must(url => url is null || Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https").WithMessage("Send an absolute http or https URL.").WithErrorCode("invalid");
    }
}

/// <summary>The one place where a source enters.</summary>
internal sealed class SourceWriter(IValidator<SourceInput> validator) : RecordWriter<SourceInput>(validator)
{
    public override Kind Kind => Records.Kind.Source;

    protected override (string? Name, string? Word) Show(SourceInput input) => (input.Title, input.Kind);

    protected override SourceInput Settle(RecordSession session, SourceInput input) => input with { Sources = SettleAll(session, Records.Kind.Source, input.Sources, "/sources") };

    protected override string[] ShownElsewhere => ["publisher", "title", "author", "url", "published"];

    /// <summary>An article is its address; without one, and for what has many editions at one address, publisher and title tell it from others, and of news the day.</summary>
    public static long KeyOf(SourceInput input) => Digest.Number(input is { Kind: "article", Url: { } url } ? url : $"{input.Publisher}\n{input.Title}\n{(input.Kind == "article" ? input.Published?.Edtf : "")}");

    /// <summary>A source that is this one already.</summary>
    public static Known? Same(RecordSession session, Connection connection, SourceInput input)
    {
        var keys = new List<long>();
        var rows = connection.Kept("SELECT key FROM source_keys WHERE hash = ?").Bind(KeyOf(input));
        while (rows.Step()) keys.Add(rows.Int64(0));
        // Sixty-four bits can be alike for two; what is found is looked at.
        foreach (var key in keys)
            if (session.Input<SourceInput>(key) is var other && (input.Kind == "article" && input.Url is not null ? other.Url == input.Url : other.Publisher == input.Publisher && other.Title == input.Title)) return session.Find(key);
        return null;
    }

    protected override void Describe(RecordSession session, Known known, SourceInput input, Derived derived)
    {
        derived.Answer(new Source
        {
            Id = known.Id, Kind = input.Kind!, Publisher = input.Publisher, Title = input.Title!, Author = input.Author, Language = input.Language, Url = input.Url,
            Published = Date.Of(input.Published), Retrieved = Date.Of(input.Retrieved), Licence = input.Licence, Href = Kind.Href(known.Id),
            Identifiers = input.Identifiers ?? [], Sources = SourcesOf(session, input), Revision = derived.Revision, CreatedAt = Instant(derived.CreatedAt), UpdatedAt = Instant(derived.UpdatedAt),
        });
        derived.SourceKey = KeyOf(input);
        derived.Text(TextColumn.Title, input.Title);
        derived.Text(TextColumn.Actors, $"{input.Author} {input.Publisher}");
        derived.List("source.kind", input.Kind);
        derived.List("source.publisher", input.Publisher);
        derived.List("source.language", input.Language);
        derived.List("source.has", "url", input.Url is not null);
        derived.List("source.has", "published", input.Published is not null);
        derived.List("source.has", "author", input.Author is not null);
        derived.List("source.has", "publisher", input.Publisher is not null);
        derived.SortName(input.Title!);
        derived.Dated(input.Published);
        if (input.Published is { Start: not EdtfDate.Past } published) derived.Sort(Sorts.Date, (long)published.Start);
    }
}

/// <summary>A collection that events were imported from, or made here, with its licence.</summary>
public sealed record Dataset : Record
{
    public required string Id { get; init; }
    public required string Title { get; init; }
    public string? Version { get; init; }
    public required string Licence { get; init; }
    /// <summary>yes, attribution (with its citation) or no (leaves the server only for a key that may).</summary>
    [CodeList("redistribution")] public required string Redistribution { get; init; }
    public required string Citation { get; init; }
    public string? Url { get; init; }
    /// <summary>human or machine.</summary>
    [CodeList("coding")] public required string Coding { get; init; }
    public Date? Coverage { get; init; }
    public string? Summary { get; init; }
    public required string Href { get; init; }
}

[ShapeOf(typeof(Dataset))]
public sealed record DatasetInput : RecordInput
{
    public string? Title { get; init; }
    public string? Version { get; init; }
    public string? Licence { get; init; }
    public string? Redistribution { get; init; }
    public string? Citation { get; init; }
    public string? Url { get; init; }
    public string? Coding { get; init; }
    public EdtfDate? Coverage { get; init; }
    public string? Summary { get; init; }
}

internal sealed class DatasetInputValidator : AbstractValidator<DatasetInput>
{
    public DatasetInputValidator()
    {
        RuleFor(d => d.Id).NotEmpty().ReadableId();
        RuleFor(d => d.Title).NotEmpty();
        RuleFor(d => d.Licence).NotEmpty();
        RuleFor(d => d.Citation).NotEmpty();
        RuleFor(d => d.Redistribution).NotEmpty().OneOf(Words.Redistribution);
        RuleFor(d => d.Coding).NotEmpty().OneOf(Words.Coding);
    }
}

internal sealed class DatasetWriter(IValidator<DatasetInput> validator) : RecordWriter<DatasetInput>(validator)
{
    public override Kind Kind => Records.Kind.Dataset;

    protected override (string? Name, string? Word) Show(DatasetInput input) => (input.Title, input.Coding);

    protected override DatasetInput Settle(RecordSession session, DatasetInput input) => input with { Sources = SettleAll(session, Records.Kind.Source, input.Sources, "/sources") };

    protected override void Describe(RecordSession session, Known known, DatasetInput input, Derived derived)
    {
        derived.Answer(new Dataset
        {
            Id = known.Id, Title = input.Title!, Version = input.Version, Licence = input.Licence!, Redistribution = input.Redistribution!, Citation = input.Citation!, Url = input.Url,
            Coding = input.Coding!, Coverage = Date.Of(input.Coverage), Summary = input.Summary, Href = Kind.Href(known.Id),
            Identifiers = input.Identifiers ?? [], Sources = SourcesOf(session, input), Revision = derived.Revision, CreatedAt = Instant(derived.CreatedAt), UpdatedAt = Instant(derived.UpdatedAt),
        });
        derived.Attribution = (known.Id, input.Title!, input.Licence!, input.Citation!, input.Url);
        derived.Text(TextColumn.Title, $"{input.Title} {known.Id}");
        derived.Text(TextColumn.Body, input.Summary);
        derived.Text(TextColumn.Body, input.Citation);
        derived.List("dataset.coding", input.Coding);
        derived.List("dataset.redistribution", input.Redistribution);
        derived.SortName(input.Title!);
    }
}
