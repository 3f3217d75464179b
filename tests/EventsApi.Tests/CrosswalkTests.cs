using System.Text.Json;
using EventsApi.Seed;
using EventsApi.Vocabulary;

namespace EventsApi.Tests;

/// <summary>What codes of other schemes become here.</summary>
[Trait(Engines.Trait, Engines.Any)]
public sealed class CrosswalkTests
{
    private static readonly string[] BeforeAName = ["to", "of", "from", "with", "on", "by", "against", "about", "for", "at", "before", "facing", "beside", "towards", "meet", "ban"];

    public static TheoryData<string> Schemes => [.. Crosswalks.All.Select(c => c.Scheme)];

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Every_code_leads_to_a_type_a_mode_and_contexts_that_exist(string scheme)
    {
        var crosswalk = Crosswalks.All.Single(c => c.Scheme == scheme);
        var wrong = new List<string>();

        foreach (var crossing in crosswalk.All)
        {
            if (EventTypes.Find(crossing.Type ?? "") is not { } type) wrong.Add($"{crossing.Code}: type {crossing.Type}");
            else if (crossing.Mode is { } mode && !type.Modes.Contains(mode)) wrong.Add($"{crossing.Code}: {mode} is no mode of {type.Id}");
            wrong.AddRange(crossing.Contexts.Except(Words.Context).Select(c => $"{crossing.Code}: context {c}"));
            if (crossing.Fit is not ("exact" or "near" or "loose")) wrong.Add($"{crossing.Code}: fit {crossing.Fit}");
            // Titles put names around them: no capitals, no names, no punctuation, and a verb of the third person at the head.
            foreach (var words in new[] { crossing.Verb, crossing.Alone })
                if (words is null || words.Length is < 4 or > 60 || words.Any(c => c is not (>= 'a' and <= 'z' or ' ')) || words.Split(' ')[0][^1] != 's') wrong.Add($"{crossing.Code}: '{words}'");
            // "attacks from the air Syria": the name of the second must be able to follow.
            if (crossing.Verb?.Split(' ') is { Length: > 1 } verb && !BeforeAName.Contains(verb[^1])) wrong.Add($"{crossing.Code}: '{crossing.Verb}' before a name");
            if (string.IsNullOrWhiteSpace(crossing.Label)) wrong.Add($"{crossing.Code}: no label");
        }

        Reading.Nothing(wrong);
        Assert.Equal(crosswalk.CodesOfScheme, crosswalk.All.Select(c => c.Code).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.NotEmpty(crosswalk.Version);
    }

    [Theory]
    [InlineData("010", "statement", "comment", "")]
    [InlineData("0233", "statement", "appeal", "humanitarian")]
    [InlineData("0311", "agree", null, "economic")]
    [InlineData("043", "consult", "visit", "diplomatic")]
    [InlineData("075", "aid", null, "asylum")]
    [InlineData("0811", "concede", null, "rights-freedoms")]
    [InlineData("0814", "retreat", "ease", "legal")]
    [InlineData("0841", "retreat", "release", "legal")]
    [InlineData("0871", "retreat", "ceasefire", "military")]
    [InlineData("0874", "retreat", "withdraw", "military")]
    [InlineData("1014", "request", "assist", "intelligence")]
    [InlineData("1053", "request", "yield", "legal")]
    [InlineData("111", "accuse", "disapprove", "")]
    [InlineData("1123", "accuse", "allege", "military")]
    [InlineData("116", "sanction", "convict", "legal")]
    [InlineData("1382", "threaten", "territory", "military,territory")]
    [InlineData("142", "protest", "hunger", "")]
    [InlineData("1712", "assault", "destroy", "legal")]
    [InlineData("173", "coerce", "arrest", "legal")]
    [InlineData("175", "assault", "crowd-control", "")]
    [InlineData("183", "assault", "explosives", "")]
    [InlineData("1831", "assault", "suicide-attack", "")]
    [InlineData("191", "coerce", "restrict", "military")]
    [InlineData("1952", "assault", "heavy-weapons", "military")]
    [InlineData("2041", "assault", "unconventional", "cbrn")]
    public void A_CAMEO_code_becomes(string code, string type, string? mode, string contexts)
    {
        var crossing = Crosswalks.Cameo.Find(code)!;

        Assert.Equal((code, type, mode, contexts), (crossing.Code, crossing.Type, crossing.Mode, string.Join(',', crossing.Contexts)));
    }

    [Theory]
    [InlineData("1125", "1125")]
    [InlineData("11259", "1125")]
    [InlineData("1129", "112")]
    [InlineData("119", "11")]
    [InlineData(" 042 ", "042")]
    [InlineData("42", null)]
    [InlineData("1", null)]
    [InlineData("99", null)]
    [InlineData("", null)]
    [InlineData("---", null)]
    public void A_CAMEO_code_without_a_row_is_read_as_its_parent(string code, string? found) => Assert.Equal(found, Crosswalks.Cameo.Find(code)?.Code);

    [Theory]
    [InlineData("Armed clash", "assault", null, "exact")]
    [InlineData("armed CLASH", "assault", null, "exact")]
    [InlineData("Battle-No change of territory", "assault", null, "exact")]
    [InlineData("Air/drone strike", "assault", "heavy-weapons", "exact")]
    [InlineData("Suicide bomb", "assault", "suicide-attack", "exact")]
    [InlineData("Peaceful protest", "protest", "demo", "exact")]
    [InlineData("Mob violence", "assault", "primitive", "near")]
    [InlineData("Agreement", "support", null, "near")]
    [InlineData("Arrests", "coerce", "arrest", "exact")]
    [InlineData("Non-violent transfer of territory", "retreat", "withdraw", "near")]
    [InlineData("Other", "mobilize", null, "loose")]
    [InlineData("Change to group/activity", "mobilize", null, "loose")]
    [InlineData("Explosions/Remote violence", "assault", "explosives", "near")]
    [InlineData("Riots/Protests", "protest", "demo", "near")]
    public void An_ACLED_type_becomes(string code, string type, string? mode, string fit)
    {
        var crossing = Crosswalks.Acled.Find(code)!;

        Assert.Equal((type, mode, fit), (crossing.Type, crossing.Mode, crossing.Fit));
    }

    [Theory]
    [InlineData("AS", "AUS")]
    [InlineData("AQ", "ASM")]
    [InlineData("KU", "KWT")]
    [InlineData("KS", "KOR")]
    [InlineData("KN", "PRK")]
    [InlineData("CH", "CHN")]
    [InlineData("SZ", "CHE")]
    [InlineData("GM", "DEU")]
    [InlineData("UK", "GBR")]
    [InlineData("UP", "UKR")]
    [InlineData("RS", "RUS")]
    [InlineData("IZ", "IRQ")]
    [InlineData("WA", "NAM")]
    [InlineData("RI", "SRB")]
    [InlineData("KV", "XKX")]
    [InlineData("GZ", "PSE")]
    [InlineData("WE", "PSE")]
    [InlineData("od", "SSD")]
    [InlineData("OS", null)]
    [InlineData("", null)]
    public void A_FIPS_code_is_no_ISO_code(string fips, string? alpha3) => Assert.Equal(alpha3, CountryCodes.OfFips(fips));

    [Theory]
    [InlineData("KWT", "KWT")]
    [InlineData("ROM", "ROU")]
    [InlineData("ROU", "ROU")]
    [InlineData("TMP", "TLS")]
    [InlineData("MTN", "MNE")]
    [InlineData("IMY", "IMN")]
    [InlineData("WSB", "PSE")]
    [InlineData("GZS", "PSE")]
    [InlineData("BAG", "IRQ")]
    [InlineData("EUR", null)]
    [InlineData("ANT", null)]
    public void A_CAMEO_country_is_ISO_with_exceptions(string cameo, string? alpha3) => Assert.Equal(alpha3, CountryCodes.OfCameo(cameo));

    [Fact]
    public void Other_country_codes_are_known()
    {
        Assert.Equal("NAM", CountryCodes.OfAlpha2("NA"));
        Assert.Equal("ASM", CountryCodes.OfAlpha2("as"));
        Assert.Equal("XKX", CountryCodes.OfAlpha2("XK"));
        Assert.Equal("AFG", CountryCodes.OfNumeric(4));
        Assert.Equal("KWT", CountryCodes.OfNumeric(414));
        Assert.Null(CountryCodes.OfNumeric(0));
        Assert.Equal(("SRB", "YEM", "USA", "XKX"), (CountryCodes.OfGledditschWard(345), CountryCodes.OfGledditschWard(678), CountryCodes.OfGledditschWard(2), CountryCodes.OfGledditschWard(347)));
        Assert.Null(CountryCodes.OfGledditschWard(-9));
    }

    [Fact]
    public void Actors_of_CAMEO_have_sectors_and_names()
    {
        Assert.Equal(("COP", "Police forces"), (CameoActors.Sector("COP"), CameoActors.TypeLabel("cop")));
        Assert.Equal(("REB", "Insurgents"), (CameoActors.Sector("INS"), CameoActors.TypeLabel("INS")));
        Assert.Equal(new KnownGroup("NAT", "NATO", "organization", "IGO", "nato"), CameoActors.Group("NAT"));
        Assert.Equal(("Muslims", "Africa", "Europe"), (CameoActors.Religion("MOS"), CameoActors.Region("AFR"), CameoActors.Region("EUR")));
        Assert.Null(CameoActors.Sector("XYZ") ?? CameoActors.TypeLabel("") ?? CameoActors.Religion("COP") ?? CameoActors.Region("KWT") ?? CameoActors.Group("")?.Name);

        var types = new CodeTable("cameo-actors").Rows.Where(r => r[0] == "type").ToList();
        Reading.Nothing([.. types.Where(r => !Words.Sector.Contains(r[3])).Select(r => r[1])]);
    }

    [Fact]
    public void A_known_group_has_the_name_that_the_default_catalogue_gives_it()
    {
        var names = Directory.EnumerateFiles(DefaultCatalogue.Folder, "actors.*.ndjson").SelectMany(File.ReadLines).Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(a => a.GetProperty("id").GetString()!, a => a.GetProperty("name").GetString());
        var groups = new CodeTable("known-groups").Rows.Select(r => CameoActors.Group(r[0])!).ToList();

        Reading.Nothing([.. groups.Where(g => g.Id is { } id && names.GetValueOrDefault(id) != g.Name).Select(g => $"{g.Code} {g.Name}: {names.GetValueOrDefault(g.Id!)}")]);
        Reading.Nothing([.. groups.Where(g => g.Id is null && names.ContainsValue(g.Name)).Select(g => $"{g.Code} {g.Name} is in the catalogue")]);
        Assert.All(groups, g => Assert.True(g.Kind is "organization" or "group" && (g.Sector is null || Words.Sector.Contains(g.Sector)), g.Code));
    }
}

/// <summary>The crosswalks as /v1/event-types shows them.</summary>
public sealed class CrosswalkAnswerTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Fact]
    public async Task A_type_has_every_code_that_leads_to_it_and_the_coverage_of_each_scheme()
    {
        var all = new List<string>();
        foreach (var type in EventTypes.All)
        {
            var answer = await api.GetAsync($"/v1/event-types/{type.Id}");
            var codes = answer.GetProperty("codes").EnumerateArray().ToList();
            all.AddRange(codes.Select(c => $"{c.GetProperty("scheme")} {c.GetProperty("code")}"));
            Assert.All(codes, c => Assert.True(c.GetProperty("mode").GetString() is not { } mode || type.Modes.Contains(mode)));
            foreach (var walk in answer.GetProperty("crosswalks").EnumerateArray())
            {
                Assert.Equal(codes.Count(c => c.GetProperty("scheme").GetString() == walk.GetProperty("scheme").GetString()), walk.GetProperty("here").GetInt32());
                Assert.True(walk.GetProperty("mapped").GetInt32() <= walk.GetProperty("total").GetInt32() && walk.GetProperty("version").GetString() is { Length: > 0 });
            }
        }

        Assert.Equal(Crosswalks.All.SelectMany(c => c.All, (walk, crossing) => $"{walk.Scheme} {crossing.Code}").Order(StringComparer.Ordinal), all.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_list_names_only_codes_that_differ_from_their_parents()
    {
        var items = (await api.GetAsync("/v1/event-types")).GetProperty("items").EnumerateArray().ToDictionary(t => t.GetProperty("id").GetString()!, t => t.GetProperty("codes").EnumerateArray().Select(c => c.GetProperty("code").GetString()).ToList());

        Assert.Contains("1712", items["assault"]);
        Assert.DoesNotContain("0211", items["statement"]);
        // What is left out is found at its nearest listed ancestor, with the same type.
        foreach (var crossing in Crosswalks.Cameo.All)
        {
            var code = crossing.Code;
            while (!items.Values.Any(codes => codes.Contains(code))) code = code[..^1];
            Assert.Contains(code, items[crossing.Type]);
        }
    }
}
