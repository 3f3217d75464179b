using System.Collections.Frozen;

namespace EventsApi.Vocabulary;

/// <summary>An organization or group that CAMEO has a code for.</summary>
/// <param name="Kind">organization or group.</param>
/// <param name="Sector">PLOVER's sector.</param>
/// <param name="Id">Its id in the default catalogue, where it has it.</param>
public sealed record KnownGroup(string Code, string Name, string Kind, string? Sector, string? Id);

/// <summary>What the parts of a CAMEO actor code mean, from cameo-actors.tsv and known-groups.tsv. Case does not matter; unknown codes are null.</summary>
public static class CameoActors
{
    private static readonly FrozenDictionary<string, (string Label, string Sector)> Words =
        new CodeTable("cameo-actors").Rows.ToFrozenDictionary(row => $"{row[0]} {row[1]}", row => (row[2], row[3]), StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, KnownGroup> Groups = new CodeTable("known-groups").Rows
        .ToFrozenDictionary(row => row[0], row => new KnownGroup(row[0], row[1], row[2], row[3].Length > 0 ? row[3] : null, row[4].Length > 0 ? row[4] : null), StringComparer.OrdinalIgnoreCase);

    /// <summary>The PLOVER sector of an actor's type: REB for INS, UNK where the type says nothing about it.</summary>
    public static string? Sector(string typeCode) => Words.TryGetValue("type " + typeCode, out var found) ? found.Sector : null;

    /// <summary>The type as a title uses it: "Police forces".</summary>
    public static string? TypeLabel(string typeCode) => Label("type", typeCode);

    public static KnownGroup? Group(string code) => Groups.GetValueOrDefault(code);

    /// <summary>The people of a religion: "Muslims".</summary>
    public static string? Religion(string code) => Label("religion", code);

    /// <summary>A region that stands where a country would: "Africa" for AFR.</summary>
    public static string? Region(string cameoCountryCode) => Label("region", cameoCountryCode);

    private static string? Label(string list, string code) => Words.TryGetValue($"{list} {code}", out var found) ? found.Label : null;
}
