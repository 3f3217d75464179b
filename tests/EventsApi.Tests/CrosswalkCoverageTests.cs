using System.Globalization;
using System.Text.Json;
using EventsApi.Vocabulary;

namespace EventsApi.Tests;

/// <summary>Whether the tables know every code of the published lists and files.</summary>
[Trait(Engines.Trait, Engines.Any)]
public sealed class CrosswalkCoverageTests
{
    // GDELT's mark of the oceans; two states that are no more and had no ISO code that still stands.
    private static readonly string[] FipsOfNoCountry = ["OS", "NT", "YI"];

    [RealFilesFact]
    public void Every_code_of_CAMEO_has_a_row()
    {
        using var list = JsonDocument.Parse(File.ReadAllText(RealFiles.Path("vocabularies/cameo_codes.json")));
        // 1883 is a slip of that list: GDELT and CAMEO have 183.
        var codes = list.RootElement.EnumerateObject().Select(c => c.Name == "1883" ? "183" : c.Name).ToList();

        Assert.Equal(codes.Order(StringComparer.Ordinal), Crosswalks.Cameo.All.Select(c => c.Code).Order(StringComparer.Ordinal));
        Assert.Equal(Crosswalks.Cameo.CodesOfScheme, codes.Count);
    }

    [RealFilesFact]
    public void Every_country_group_and_type_of_CAMEO_is_known()
    {
        Reading.Nothing(Listed("CAMEO.country.txt").Where(c => CountryCodes.OfCameo(c) is null && CameoActors.Region(c) is null).Except(["ANT"]));
        Reading.Nothing(Listed("CAMEO.knowngroup.txt").Where(c => CameoActors.Group(c) is null));
        Reading.Nothing(Listed("CAMEO.actortype.txt").Where(c => CameoActors.Sector(c) is null || CameoActors.TypeLabel(c) is null));
        // What is a region is no country, or an actor would be both.
        Reading.Nothing(Listed("CAMEO.country.txt").Where(c => CameoActors.Region(c) is not null && CountryCodes.OfCameo(c) is not null));

        static IEnumerable<string> Listed(string file) => File.ReadLines(RealFiles.Path($"vocabularies/{file}")).Skip(1).Select(l => l.Split('\t')[0]).Where(c => c is not ("0" or ""));
    }

    [RealFilesFact]
    public void Every_ISO_and_FIPS_code_leads_to_its_country()
    {
        var rows = RealFiles.Rows("places/country-codes.csv").ToList();
        using var fips = JsonDocument.Parse(File.ReadAllText(RealFiles.Path("vocabularies/countries.json")));

        Assert.True(rows.Count > 240);
        Reading.Nothing(rows.Select(r => (Alpha3: r["ISO3166-1-Alpha-3"], Alpha2: r["ISO3166-1-Alpha-2"], Numeric: r["ISO3166-1-numeric"]))
            .Where(r => CountryCodes.OfAlpha2(r.Alpha2) != r.Alpha3 || CountryCodes.OfNumeric(int.Parse(r.Numeric, CultureInfo.InvariantCulture)) != r.Alpha3 || CountryCodes.OfCameo(r.Alpha3) != r.Alpha3).Select(r => r.Alpha3));
        Reading.Nothing(fips.RootElement.EnumerateObject().Where(c => CountryCodes.OfFips(c.Name) != (FipsOfNoCountry.Contains(c.Name) ? null : c.Value.GetProperty("iso3").GetString())).Select(c => c.ToString()));
    }

    [RealFilesFact]
    public void Every_code_in_the_files_of_GDELT_is_known()
    {
        // Columns of the event: a code; of each actor: country, group, two religions, three types; of each place: a country.
        int[] countries = [7, 17], groups = [8, 18], religions = [10, 11, 20, 21], types = [12, 13, 14, 22, 23, 24], places = [37, 45, 53], placesOf1 = [37, 44, 51];
        var (rows, cells, unknown, oceans) = (0, 0, new List<string>(), 0);

        foreach (var row in RealFiles.GdeltRows())
        {
            rows++;
            Check([26], c => Crosswalks.Cameo.Find(c)?.Code == c);
            Check(countries, c => CountryCodes.OfCameo(c) is not null || CameoActors.Region(c) is not null);
            Check(groups, c => CameoActors.Group(c) is not null);
            Check(religions, c => CameoActors.Religion(c) is not null);
            Check(types, c => CameoActors.Sector(c) is not null);
            Check(row.Length == 61 ? places : placesOf1, c =>
            {
                if (c == "OS") oceans++;
                return CountryCodes.OfFips(c) is not null || c == "OS";
            });

            void Check(int[] columns, Func<string, bool> known)
            {
                foreach (var column in columns.Where(c => c < row.Length && row[c].Length > 0))
                {
                    cells++;
                    if (!known(row[column])) unknown.Add($"column {column}: {row[column]}");
                }
            }
        }

        Reading.Nothing(unknown.Distinct());
        Assert.True(rows >= 6_869 && cells > 37_000 && oceans > 0, $"{rows} rows, {cells} codes, {oceans} at sea");
    }

    [RealFilesFact]
    public void Every_state_of_UCDP_is_known()
    {
        var rows = RealFiles.Rows("ucdp/ged_23_1_sample1000_49col.csv.gz").ToList();

        Assert.Equal(1_000, rows.Count);
        Reading.Nothing(rows.SelectMany(r => new[] { r["country_id"], r["gwnoa"], r["gwnob"] }).Where(n => n.Length > 0 && CountryCodes.OfGledditschWard(int.Parse(n, CultureInfo.InvariantCulture)) is null).Distinct());
        Reading.Nothing(rows.Where(r => Crosswalks.Ucdp.Find(r["type_of_violence"]) is null).Select(r => r["type_of_violence"]));
    }
}
