using System.Text.Json;
using static EventsApi.Tests.Importing;

namespace EventsApi.Tests;

/// <summary>What rows become: types, roles, actors, places, dates and titles in the catalogue's own terms.</summary>
[Collection(DefaultCatalogueImportsCollection.Name)]
public sealed class ImportMappingTests(ImportedApi api)
{
    private async Task<JsonElement> OneAsync(string query, string file, string found)
    {
        var import = await api.ImportAsync(query, file);
        Assert.True(import.Text("counts.created") == "1", $"{import} {string.Join(" ", await api.RejectsAsync(import))}");
        return await api.GetAsync($"/v1/events/{found}");
    }

    private Task<JsonElement> GdeltAsync(params (string, string)[] cells) => NextId() is var id ? OneAsync("format=gdelt", Gdelt(id, null, cells), $"gdelt:{id}") : null!;

    private static string[] Parties(JsonElement shown) => [.. shown.Each("participants").Select(p => $"{string.Join('+', p.Texts("roles"))} {p.Text("actor.id") ?? p.Text("label")}")];

    [Fact]
    public async Task A_row_of_GDELT_becomes_an_event_in_plain_words()
    {
        var shown = await GdeltAsync();
        Assert.Equal(("threaten", "2024-01-31", "day", "UKR", "gdelt", "occurred"), (shown.Text("type"), shown.Text("date.edtf"), shown.Text("date.precision"), shown.Text("location.country"), shown.Text("dataset"), shown.Text("status")));
        Assert.StartsWith("Russia threatens Ukraine, K", shown.Text("title"));
        Assert.Equal(["initiator russia", "recipient ukraine"], Parties(shown));
        Assert.Equal((-4.4, -3.25), (shown.At("goldstein").GetDouble(), shown.At("tone").GetDouble()));
        Assert.NotEqual(shown.Text("score"), shown.Text("goldstein"));
        Assert.Contains("130", shown.Texts("codes", "code"));
        var source = await api.GetAsync($"/v1/sources/{shown.Each("sources")[0].Text("id")}");
        Assert.Equal(("news.example", "Moscow warns kyiv again"), (source.Text("publisher"), source.Text("title")));
        Assert.StartsWith("https://news.example/world/", source.Text("url"));
        Assert.Equal("city", shown.Text("location.precision"));
        Assert.NotNull(shown.Text("incident"));
    }

    [Theory]
    [InlineData("010", "statement", "comment")]
    [InlineData("020", "statement", "appeal")]
    public async Task CAMEO_01_and_02_are_statements(string code, string type, string mode)
    {
        var shown = await GdeltAsync(("EventCode", code), ("EventBaseCode", code), ("EventRootCode", code[..2]));
        Assert.Equal((type, mode), (shown.Text("type"), shown.Texts("modes")[0]));
        Assert.Contains(code, shown.Texts("codes", "code"));
    }

    [Fact]
    public async Task A_visit_told_from_both_sides_is_one_incident_with_the_same_roles()
    {
        (string, string)[] day = [("SQLDATE", "20240215"), ("EventRootCode", "04"), ("EventBaseCode", "042")];
        var visit = await GdeltAsync([.. day, ("EventCode", "042")]);
        var hosted = await GdeltAsync([.. day, ("EventCode", "043"), ("Actor1Code", "UKR"), ("Actor1Name", "UKRAINE"), ("Actor1CountryCode", "UKR"), ("Actor2Code", "RUS"), ("Actor2Name", "RUSSIA"), ("Actor2CountryCode", "RUS")]);
        var later = await GdeltAsync([.. day, ("EventCode", "042"), ("SQLDATE", "20240216")]);
        Assert.Contains("initiator+visitor russia", Parties(visit));
        Assert.Equal(Parties(visit).Order(StringComparer.Ordinal), Parties(hosted).Order(StringComparer.Ordinal));
        Assert.Equal(visit.Text("incident"), hosted.Text("incident"));
        Assert.NotEqual(visit.Text("incident"), later.Text("incident"));
        var incident = await api.GetAsync($"/v1/incidents/{visit.Text("incident")}");
        Assert.Equal((2, "gdelt"), (incident.At("count").GetInt32(), incident.Each("datasets")[0].Text("dataset")));
        const string Both = "/v1/events?dataset=gdelt&date=2024-02-15";
        Assert.Equal(2, await api.CountAsync(Both));
        Assert.Equal(1, (await api.GetAsync("/v1/events/aggregate?by=dataset&measure=incidents&dataset=gdelt&date=2024-02-15")).Each("items").Sum(i => i.At("value").GetInt32()));
    }

    [Fact]
    public async Task Country_codes_of_places_are_FIPS_and_those_of_actors_are_not()
    {
        var shown = await GdeltAsync(("ActionGeo_Type", "1"), ("ActionGeo_FullName", "Australia"), ("ActionGeo_CountryCode", "AS"), ("Actor1CountryCode", "KWT"), ("Actor1Code", "KWT"), ("Actor1Name", "KUWAIT"), ("Actor2CountryCode", "NAM"), ("Actor2Code", "NAM"), ("Actor2Name", "NAMIBIA"));
        Assert.Equal("AUS", shown.Text("location.country"));
        Assert.Equal(["initiator kuwait", "recipient namibia"], Parties(shown));
        foreach (var code in (string[])["", "OS", "ZZ"]) Assert.True((await GdeltAsync(("ActionGeo_CountryCode", code))).IsNull("location"), code);
    }

    [Fact]
    public async Task Empty_and_nameless_actors_stay_nameless()
    {
        (string, string)[] none = [("Actor2Code", ""), ("Actor2Name", ""), ("Actor2CountryCode", "")];
        Assert.Equal(["initiator russia"], Parties(await GdeltAsync(none)));
        var nobody = await GdeltAsync([.. none, ("Actor1Code", ""), ("Actor1Name", ""), ("Actor1CountryCode", "")]);
        Assert.Empty(Parties(nobody));
        Assert.True(nobody.IsNull("incident") && nobody.Text("title")!.Length > 10, nobody.ToString());
        var company = await GdeltAsync([.. none, ("Actor1Code", "BUS"), ("Actor1Name", "COMPANY"), ("Actor1CountryCode", ""), ("Actor1Type1Code", "BUS")]);
        Assert.Equal(["initiator Company"], Parties(company));
        Assert.Equal("BUS", company.Each("participants")[0].Text("sector"));
    }

    [Fact]
    public async Task Actors_are_made_once_and_never_twice()
    {
        string id = NextId(), name = $"Front of {id}";
        await api.ImportAsync("format=ucdp", Table(Ucdp49, [.. Enumerable.Range(0, 30).Select(_ => Ucdp(NextId(), ("side_b", name), ("side_b_new_id", id), ("dyad_new_id", id)))]));
        await api.ImportAsync("format=ucdp", Table(Ucdp14, Ucdp(NextId(), ("side_b", name.ToUpperInvariant()))));
        await api.ImportAsync("format=acled", Table(AcledColumns, Acled("M" + id, ("actor2", name))));
        var made = Assert.Single(await api.AllAsync($"/v1/actors?q=%22{Uri.EscapeDataString(name)}%22"));
        Assert.Equal(32, await api.CountAsync($"/v1/events?actor={made.Text("id")}"));
    }

    [Fact]
    public async Task A_row_of_UCDP_has_sides_deaths_situation_and_place()
    {
        var id = NextId();
        var shown = await OneAsync("format=ucdp&release=23.1", Table(Ucdp49, Ucdp(id, ("date_end", "2013-01-05"))), $"ucdp:{id}");
        Assert.Equal(("2013-01-03/2013-01-05", "SYR", "Rami"), (shown.Text("date.edtf"), shown.Text("location.country"), shown.Text("location.name")));
        Assert.Equal((2, 1, 3), (shown.At("fatalities.best").GetInt32(), shown.At("fatalities.low").GetInt32(), shown.At("fatalities.high").GetInt32()));
        Assert.Equal((0, 2), (shown.At("fatalities.bySide.side-a").GetInt32(), shown.At("fatalities.bySide.side-b").GetInt32()));
        Assert.Equal(["side-a", "side-b"], shown.Each("participants").Select(p => p.Texts("roles")[0]));
        Assert.Equal("syria", shown.Each("participants")[0].Text("actor.id"));
        Assert.Equal("Government of Syria and Syrian insurgents clash in Rami, Syria", shown.Text("title"));
        var situation = shown.Each("relations").Single(r => r.Text("type") == "partOf").Text("target.id");
        var dyad = await api.GetAsync($"/v1/situations/{situation}");
        Assert.Equal("dyad", dyad.Text("kind"));
        Assert.Equal("Conflict over the government of Syria", dyad.Text("parent.title"));
        Assert.Contains(shown.Text("id"), await api.IdsAsync($"/v1/events?situation={situation}&limit=500"));
    }

    [Fact]
    public async Task One_sided_violence_has_an_initiator_and_a_recipient()
    {
        var id = NextId();
        var shown = await OneAsync("format=ucdp", Table(Ucdp41, Ucdp(id, ("type_of_violence", "3"), ("side_a", "Syrian insurgents"), ("side_a_dset_id", "4456"), ("side_b", "Civilians"), ("side_b_dset_id", "9999"), ("dyad_dset_id", "77" + id))), $"ucdp:{id}");
        Assert.Equal(["initiator+side-a", "recipient+side-b"], shown.Each("participants").Select(p => string.Join('+', p.Texts("roles"))));
        Assert.Equal(("Civilians", "CVL"), (shown.Each("participants")[1].Text("label"), shown.Each("participants")[1].Text("sector")));
        Assert.Contains("civilians", shown.Text("title"));
    }

    [Theory]
    [InlineData("2013-03-01", "2013-03-31", "5", "2013-03")]
    [InlineData("2013-03-01", "2013-04-30", "4", "2013-03/2013-04")]
    [InlineData("2013-03-01", "2013-03-31", "1", "2013-03-01/2013-03-31")]
    [InlineData("1/31/2013", "1/31/2013", "1", "2013-01-31")]
    [InlineData("2013-01-31T00:00:00", "2013-01-31T00:00:00", "1", "2013-01-31")]
    [InlineData("2013-12-01", "9999-12-31", "5", "2013-12/9999-12")]
    public async Task Dates_keep_their_precision(string from, string to, string precision, string edtf)
    {
        var id = NextId();
        Assert.Equal(edtf, (await OneAsync("format=ucdp", Table(Ucdp49, Ucdp(id, ("date_start", from), ("date_end", to), ("date_prec", precision))), $"ucdp:{id}")).Text("date.edtf"));
    }

    [Fact]
    public async Task A_best_estimate_outside_its_bounds_leaves_the_bound_out()
    {
        var id = NextId();
        var shown = await OneAsync("format=ucdp", Table(Ucdp49, Ucdp(id, ("best", "2"), ("low", "5"), ("high", "1"))), $"ucdp:{id}");
        Assert.True(shown.Text("fatalities.best") == "2" && shown.IsNull("fatalities.low") && shown.IsNull("fatalities.high"), shown.ToString());
    }

    [Theory]
    [InlineData("01 January 2024", "State forces")]
    [InlineData("2024-01-01", "1")]
    public async Task Old_and_new_exports_of_ACLED_say_the_same(string date, string inter)
    {
        var id = "T" + NextId();
        var shown = await OneAsync("format=acled", Table(AcledColumns, Acled(id, ("event_date", date), ("inter1", inter), ("assoc_actor_1", "Government of Kenya (2022-); Others " + id))), $"acled:{id}");
        Assert.Equal(("2024-01-01", "KEN", 3), (shown.Text("date.edtf"), shown.Text("location.country"), shown.At("fatalities.best").GetInt32()));
        Assert.All(shown.Each("participants"), p => Assert.Equal(["party"], p.Texts("roles")));
        Assert.Equal("kenya", shown.Each("participants")[1].Text("actor.id"));
        Assert.EndsWith("clash with Al-Shabaab, Mpeketoni", shown.Text("title"));
        Assert.Contains("Armed clash", shown.Texts("codes", "code"));
    }

    [Fact]
    public async Task ACLED_leaves_only_for_a_key_that_may()
    {
        await api.ImportAsync("format=acled", Table(AcledColumns, Acled("N" + NextId())));
        Assert.Equal("no", (await api.GetAsync("/v1/datasets/acled")).Text("redistribution"));
    }

    [Theory]
    [InlineData("1", "2024-01-01")]
    [InlineData("2", "2024-W01")]
    [InlineData("3", "2024-01")]
    public async Task Time_precision_of_ACLED_is_a_day_a_week_or_a_month(string precision, string edtf)
    {
        var id = "P" + NextId();
        var shown = await OneAsync("format=acled", Table(AcledColumns, Acled(id, ("time_precision", precision))), $"acled:{id}");
        Assert.Equal((edtf, precision switch { "1" => "day", "2" => "week", _ => "month" }), (shown.Text("date.edtf"), shown.Text("date.precision")));
    }
}

/// <summary>The default catalogue with imports on top, shared by the tests that each add what they need.</summary>
public sealed class ImportedApi : TestApi
{
    protected override string Seed => "default";
}

[CollectionDefinition(Name)]
public sealed class DefaultCatalogueImportsCollection : ICollectionFixture<ImportedApi>
{
    public const string Name = "default catalogue with imports";
}

/// <summary>The published files go in whole, every reject is explained, and a second time changes nothing.</summary>
[Collection(DefaultCatalogueImportsCollection.Name)]
public sealed class ImportRealFilesTests(ImportedApi api)
{
    [RealFilesFact]
    public async Task Published_files_go_in_and_once_more_change_nothing()
    {
        (string Format, string File, int Rows)[] files =
        [
            ("gdelt", "gdelt/20151027220000.export.CSV", 2116), ("gdelt", "gdelt/20180101000000.export.CSV", 2414), ("gdelt", "gdelt/20190121220000.export.CSV.zip", 1629), ("gdelt", "gdelt/v1-58col-ragged-20160728.tsv", 710), ("ucdp", "ucdp/ged_23_1_sample1000_49col.csv.gz", 1000),
        ];
        foreach (var (format, file, rows) in files)
        {
            var (query, bytes) = ($"format={format}&filename={Path.GetFileName(file)}", await File.ReadAllBytesAsync(RealFiles.Path(file)));
            var import = await api.ImportAsync(query, bytes);
            var rejects = await api.RejectsAsync(import);
            Assert.True(import.Text("status") == "done" && import.At("counts.read").GetInt32() == rows && rejects.Count == import.At("counts.rejected").GetInt32(), $"{file}: {import}");
            Assert.True(rejects.Count * 200 <= rows, $"{file}: {rejects.Count} rejects, among them {string.Join(" ", rejects.Take(1))}");
            var before = await api.WatermarkAsync();
            var again = await api.ImportAsync(query, bytes);
            Assert.True(again.At("counts.created").GetInt32() == 0 && again.At("counts.updated").GetInt32() == 0, $"{file}: {again}");
            Assert.Equal(before, await api.WatermarkAsync());
        }
        await api.IsSoundAsync();
    }
}
