using System.Collections.Frozen;
using System.Globalization;

namespace EventsApi.Vocabulary;

/// <summary>Country codes of other schemes as ISO 3166-1 alpha-3, from country-codes.tsv; null for what is no country with a code today. Kosovo is XKX. Case does not matter.</summary>
public static class CountryCodes
{
    private static readonly CodeTable Table = new("country-codes");
    private static readonly FrozenDictionary<string, string> Alpha2 = By("alpha2"), Fips = By("fips"), Alpha3 = By("alpha3"), CameoOnly = By("cameo"), Numeric = By("numeric"), GledditschWard = By("gw");

    /// <summary>FIPS 10-4, as the places of GDELT have it: AS is Australia, KU Kuwait.</summary>
    public static string? OfFips(string fips104) => Fips.GetValueOrDefault(fips104.Trim());

    /// <summary>The country of a CAMEO actor: ISO alpha-3 with exceptions such as ROM and TMP. Regions are in <see cref="CameoActors.Region"/>.</summary>
    public static string? OfCameo(string cameo) => CameoOnly.GetValueOrDefault(cameo.Trim()) ?? Alpha3.GetValueOrDefault(cameo.Trim());

    public static string? OfNumeric(int iso) => Numeric.GetValueOrDefault(iso.ToString("000", CultureInfo.InvariantCulture));

    // States that are no more, by the codes they had (ISO 3166-3): events and persons of their time keep them.
    private static readonly FrozenSet<string> Former = "AFI ANT ATB ATF BUR BYS CSK CTE DDR DHY FXX GEL HVO JTN MID NHB NTZ PCI PCZ PUS ROD SCG SKM SUN TMP VDR WAK YMD YUG ZAR".Split(' ').ToFrozenSet();

    /// <summary>Whether this is an ISO 3166-1 alpha-3 code: of a country of today, of a former one (ISO 3166-3), or of those that users assign (AAA to AAZ, QMA to QZZ, XAA to XZZ, ZZA to ZZZ), such as XKX for Kosovo.</summary>
    public static bool IsAlpha3(string code) => Alpha3.TryGetValue(code, out var own) && own == code || Former.Contains(code)
        || code.Length == 3 && code.All(char.IsAsciiLetterUpper) && code[0] switch { 'A' => code[1] == 'A', 'Q' => code[1] >= 'M', 'X' => true, 'Z' => code[1] == 'Z', _ => false };

    public static string? OfAlpha2(string alpha2) => Alpha2.GetValueOrDefault(alpha2.Trim());

    /// <summary>Gleditsch and Ward's number of a state, as UCDP uses it: 345 is Serbia, 678 Yemen.</summary>
    public static string? OfGledditschWard(int gw) => GledditschWard.GetValueOrDefault(gw.ToString(CultureInfo.InvariantCulture));

    private static FrozenDictionary<string, string> By(string scheme) => Table.Rows
        .SelectMany(row => row[Table.Column(scheme)].Split(',', StringSplitOptions.RemoveEmptyEntries), (row, code) => KeyValuePair.Create(code, row[0])).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
}
