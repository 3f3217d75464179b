using System.Text.Json.Serialization;

namespace EventsApi.Search;

/// <summary>What every list answers beside its items.</summary>
public record Envelope
{
    /// <summary>Null with total=none.</summary>
    public TotalCount? Total { get; init; }
    /// <summary>The address of the next page; null at the end.</summary>
    public string? Next { get; init; }
    public string? Cursor { get; init; }
    /// <summary>With facets=, by their names.</summary>
    public IReadOnlyDictionary<string, FacetCounts>? Facets { get; init; }
    public required QueryEcho Query { get; init; }
    /// <summary>Licence and citation of the datasets that the page shows.</summary>
    public IReadOnlyList<AttributionEntry> Attribution { get; init; } = [];
    /// <summary>When nothing was found: what each filter left over.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];
}

/// <summary>A page of a list that is made for the request, not kept ready.</summary>
public record Page<T>([property: JsonPropertyOrder(-1)] IReadOnlyList<T> Items) : Envelope;

/// <summary>How many records match.</summary>
/// <param name="Relation">eq: exactly so many; gte: at least.</param>
public sealed record TotalCount(long Value, string Relation);

/// <summary>The question as the catalogue understood it.</summary>
/// <param name="Text">In words.</param>
/// <param name="Canonical">As an address: ids as the catalogue writes them, relative dates as days.</param>
/// <param name="Corrected">What q was taken for, when what was typed found nothing.</param>
/// <param name="Ignored">What of q is in no text, or was too much, and was left out.</param>
/// <param name="Ranked">With sort=relevance: how many matches were ranked.</param>
public sealed record QueryEcho(string Text, string Canonical, string? Corrected, IReadOnlyList<string> Ignored, RankedEcho? Ranked)
{
    /// <summary>For a list without words to look for.</summary>
    public QueryEcho(string text, string canonical) : this(text, canonical, null, [], null)
    {
    }
}

/// <summary>What the order by relevance looked at.</summary>
/// <param name="Candidates">So many matches were ranked.</param>
/// <param name="Complete">Whether these are all matches; else they are the newest, the newest in titles and participants, and what people coded.</param>
public sealed record RankedEcho(int Candidates, bool Complete);

/// <summary>A dataset's licence and citation.</summary>
public sealed record AttributionEntry(string Dataset, string Title, string Licence, string Citation, string? Url);
