using System.Collections.Frozen;
using EventsApi.Search;

namespace EventsApi.Vocabulary;

/// <summary>Countries by name, for datasets that name them and for catalogues that do not have them yet; from country-names.tsv.</summary>
public static class CountryNames
{
    private static readonly CodeTable Table = new("country-names");

    private static readonly FrozenDictionary<string, string> Names = Table.Rows.ToFrozenDictionary(row => row[0], row => row[1]);

    private static readonly FrozenDictionary<string, string> Codes = Table.Rows
        .SelectMany(row => row[2].Split('|', StringSplitOptions.RemoveEmptyEntries).Append(row[1]).Select(name => (Name: Folding.Fold(name), Code: row[0])))
        .DistinctBy(n => n.Name).ToFrozenDictionary(n => n.Name, n => n.Code);

    /// <summary>The short name of an ISO 3166-1 alpha-3 code; the code itself where there is none.</summary>
    public static string Of(string alpha3) => Names.GetValueOrDefault(alpha3, alpha3);

    /// <summary>The alpha-3 code of a country by any of its English names, today's or a dataset's; what stands in brackets may be left out.</summary>
    public static string? Code(string name) =>
        Codes.GetValueOrDefault(Folding.Fold(name)) ?? (name.IndexOf('(', StringComparison.Ordinal) is > 0 and var bracket ? Codes.GetValueOrDefault(Folding.Fold(name[..bracket])) : null);
}
