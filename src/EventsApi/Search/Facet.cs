using System.Text.Json.Serialization;
using EventsApi.Records;
using EventsApi.Vocabulary;

namespace EventsApi.Search;

/// <summary>A way to count a list: by the values of one field, or by the time of its events.</summary>
/// <param name="Name">As facets= names it; the filter of the same name selects a value.</param>
/// <param name="Field">The lists that are counted; empty for time.</param>
public sealed record Facet(string Name, string Field)
{
    /// <summary>The kind of record that a value names.</summary>
    public Kind? Names { get; init; }
    /// <summary>The scheme of identifiers that the values are of; null where they are ids.</summary>
    public string? Scheme { get; init; }
    /// <summary>The label of a value that is a word.</summary>
    public Func<string, string>? Label { get; init; }
    /// <summary>The value of missing= that finds the records without one.</summary>
    public string? Missing { get; init; }
    /// <summary>year, month or day: counted by the earliest start.</summary>
    public bool IsTime => Field == "";
    /// <summary>The lists' values mapped to others: types to quad classes.</summary>
    public Func<string, string>? Map { get; init; }

    public static Facet Word(string name, string field, string? missing = null, Func<string, string>? label = null) => new(name, field) { Missing = missing, Label = label ?? Spell };

    public static Facet Record(string name, string field, Kind kind, string? missing = null) => new(name, field) { Names = kind, Missing = missing };

    public static Facet Country(string field, string? missing) => Record("country", field, Kind.Location, missing) with { Scheme = "iso3166" };

    public static Facet Time(string unit) => new(unit, "");

    /// <summary>"suicide-attack" is "Suicide attack".</summary>
    private static string Spell(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..].Replace('-', ' ');
}

/// <summary>A counted facet.</summary>
/// <param name="Unknown">Records that have no value; null where that is not counted.</param>
/// <param name="Distinct">How many values there are, shown or not.</param>
/// <param name="Truncated">There are more values than are shown.</param>
/// <param name="Estimated">Counted among the newest matches, and scaled up where the number of all is known.</param>
public sealed record FacetCounts(IReadOnlyList<FacetValue> Values, FacetValue? Unknown, int Distinct, bool Truncated, bool Estimated);

/// <summary>One value of a facet.</summary>
/// <param name="Value">As the filter takes it; null for unknown.</param>
/// <param name="Selected">The filter asks for it.</param>
/// <param name="Href">The list with this value selected, or taken out when it is; null where no filter says it.</param>
public sealed record FacetValue(string? Value, string Label, long Count, bool Selected, string? Href)
{
    /// <summary>The language of <c>label</c>; only of actors and places, and when a language was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? LabelLanguage { get; init; }
}
