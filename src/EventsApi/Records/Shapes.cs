using System.Text.Json.Serialization;
using EventsApi.Dates;
using EventsApi.Vocabulary;

namespace EventsApi.Records;

/// <summary>A reference to an actor or a location.</summary>
/// <param name="Kind">The kind of actor (state, organization, person, group) or of place (country, city, …).</param>
public record Reference(string Id, string Name, string Kind)
{
    /// <summary>The language of <c>name</c> (BCP 47); only when a language was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NameLanguage { get; init; }
}

/// <summary>A reference to a post, series, topic or event type.</summary>
public sealed record LabelReference(string Id, string Label);

/// <summary>A reference to an event, situation or source.</summary>
public sealed record TitleReference(string Id, string Title);

/// <summary>A reference where kinds could mix; <c>title</c> is its name, label or title.</summary>
public sealed record MixedReference(string Kind, string Id, string Title)
{
    /// <summary>The language of <c>title</c>; only for actors and locations, and when a language was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NameLanguage { get; init; }
}

/// <summary>A name in one language and script.</summary>
/// <param name="Lang">BCP 47.</param>
/// <param name="Script">ISO 15924, such as Latn or Arab.</param>
/// <param name="Type">common, official, short, former, alias, abbreviation or native.</param>
public sealed record Name(string Text, string Lang = "und", string? Script = null, [property: CodeList("name-type")] string Type = "alias");

/// <summary>The record's name in another scheme: iso3166, m49, wikidata, geonames, ucdp, gdelt …</summary>
public sealed record Identifier(string Scheme, [property: JsonPropertyName("identifier")] string Value);

/// <summary>Who says it, how surely, and where it stands in the source.</summary>
public sealed record Basis(TitleReference? Source, [property: CodeList("voice")] string? Voice, [property: CodeList("form")] string? Form, [property: CodeList("certainty")] string? Certainty, Locator? Locator);

/// <summary>Where in a text (after the W3C TextQuoteSelector).</summary>
/// <param name="Paragraph">Counted from 1 over every line of the text that is not empty, headings included.</param>
/// <param name="Exact">The words that stand there.</param>
public sealed record Locator(int? Paragraph = null, string? Exact = null);

/// <summary>A date as far as it is known. <c>startLatest</c> and <c>endEarliest</c> are there when start and end are not each known to the day, and left out where that side is open.</summary>
/// <param name="Edtf">Extended Date/Time Format, ISO 8601-2.</param>
/// <param name="Start">The earliest day on which it can have started; null when open or unknown.</param>
/// <param name="End">The latest day on which it can have ended; null when open or unknown.</param>
public sealed record Date(string Edtf, string? Start, string? End, [property: CodeList("date-precision")] string Precision)
{
    /// <summary>The latest day on which it can have started.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StartLatest { get; init; }
    /// <summary>The earliest day on which it can have ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EndEarliest { get; init; }

    public static Date? Of(EdtfDate? date) => date is null ? null : new(date.Edtf, EdtfDate.Day(date.Start), EdtfDate.Day(date.End), date.Precision)
    {
        StartLatest = date.IsExact ? null : EdtfDate.Day(date.StartLatest),
        EndEarliest = date.IsExact ? null : EdtfDate.Day(date.EndEarliest),
    };
}

/// <summary>A source as records carry it.</summary>
public sealed record SourceSummary(string Id, string? Publisher, string Title, string? Author, string? Url, string? Published);

/// <summary>What every record ends in.</summary>
public abstract record Record
{
    [JsonPropertyOrder(100)] public IReadOnlyList<Identifier> Identifiers { get; init; } = [];
    [JsonPropertyOrder(101)] public IReadOnlyList<SourceSummary> Sources { get; init; } = [];
    /// <summary>Counts the writes to this record, from 1.</summary>
    [JsonPropertyOrder(102)] public long Revision { get; init; }
    [JsonPropertyOrder(103)] public string CreatedAt { get; init; } = "";
    [JsonPropertyOrder(104)] public string UpdatedAt { get; init; } = "";
}

/// <summary>What every record may carry when it is written.</summary>
public abstract record RecordInput
{
    public string? Id { get; init; }
    public IReadOnlyList<Identifier>? Identifiers { get; init; }
    public IReadOnlyList<ReferenceInput>? Sources { get; init; }
}

/// <summary>A basis as it is written.</summary>
public sealed record BasisInput(ReferenceInput? Source = null, string? Voice = null, string? Form = null, string? Certainty = null, Locator? Locator = null);
