using System.Text.Json;

namespace EventsApi.Tests;

/// <summary>The default catalogue holds what it promises: who, where, and what happened, each with a source.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class SeedTests(DefaultApi api)
{
    private static readonly string[] Resources =
        ["events", "meeting-series", "situations", "actors", "posts", "memberships", "locations", "topics", "statements", "sources", "datasets", "relations", "claims"];

    private static readonly string SeedFolder = Path.Combine(Repository.Root, "src", "EventsApi", "Seed");

    // One walk over everything serves all tests that need it.
    private static readonly Dictionary<string, IReadOnlyList<JsonElement>> Walked = [];

    private async Task<IReadOnlyList<JsonElement>> WholeAsync(string resource)
    {
        if (Walked.TryGetValue(resource, out var known)) return known;
        return Walked[resource] = await api.AllAsync($"/v1/{resource}?limit=500{(resource == "events" ? "&include=sources,relations" : "")}");
    }

    private Task<IReadOnlyList<JsonElement>> MembersAsync(string organization, string asOf) => api.AllAsync($"/v1/actors/{organization}/members?asOf={asOf}&limit=500");

    [Theory]
    [InlineData("meetings", "E1")]
    [InlineData("meetings", "E2")]
    [InlineData("sources", "R1")]
    [InlineData("sources", "R2")]
    [InlineData("meeting-series", "ici-policy-advisory-group")]
    [InlineData("meeting-series", "nato-summit")]
    [InlineData("actors", "nato")]
    [InlineData("actors", "istanbul-cooperation-initiative")]
    [InlineData("actors", "kuwait")]
    [InlineData("actors", "bahrain")]
    [InlineData("actors", "qatar")]
    [InlineData("actors", "united-arab-emirates")]
    [InlineData("actors", "united-kingdom")]
    [InlineData("actors", "united-states")]
    [InlineData("actors", "france")]
    [InlineData("actors", "iran")]
    [InlineData("actors", "turkiye")]
    [InlineData("actors", "south-korea")]
    [InlineData("actors", "mark-rutte")]
    [InlineData("actors", "keir-starmer")]
    [InlineData("actors", "javier-colomina")]
    [InlineData("actors", "jarrah-jaber-al-ahmad-al-sabah")]
    [InlineData("actors", "kuwait-ministry-of-foreign-affairs")]
    [InlineData("actors", "nato-ici-regional-center")]
    [InlineData("posts", "nato-secretary-general")]
    [InlineData("posts", "united-kingdom-prime-minister")]
    [InlineData("posts", "kuwait-deputy-foreign-minister")]
    [InlineData("posts", "nato-special-representative-southern-neighbourhood")]
    [InlineData("locations", "downing-street")]
    [InlineData("locations", "london")]
    [InlineData("locations", "doha")]
    [InlineData("locations", "kuwait-city")]
    [InlineData("locations", "kuwait")]
    [InlineData("datasets", "curated")]
    [InlineData("datasets", "ucdp-ged")]
    public async Task An_id_that_people_will_type_is_there(string resource, string id) => Assert.Equal(id, (await api.GetAsync($"/v1/{resource}/{id}")).Text("id"));

    [Theory]
    [InlineData("actors/iso3166:KWT", "kuwait")]
    [InlineData("actors/iso3166:KW", "kuwait")]
    [InlineData("actors/m49:414", "kuwait")]
    [InlineData("actors/wikidata:Q7184", "nato")]
    [InlineData("locations/iso3166:KWT", "kuwait")]
    [InlineData("locations/iso3166:KW", "kuwait")]
    [InlineData("locations/m49:414", "kuwait")]
    public async Task An_identifier_of_another_scheme_works_as_id(string path, string id) => Assert.Equal(id, (await api.GetAsync($"/v1/{path}")).Text("id"));

    [Fact]
    public async Task An_identifier_works_in_a_filter()
    {
        var byId = (await api.GetAsync("/v1/events?actor=nato&limit=1")).At("total.value").GetInt64();

        Assert.True(byId > 0);
        Assert.Equal(byId, (await api.GetAsync("/v1/events?actor=wikidata:Q7184&limit=1")).At("total.value").GetInt64());
    }

    [Theory]
    [InlineData("1949-04-03", 0)]
    [InlineData("1949-04-04", 12)]
    [InlineData("1952-02-18", 14)]
    [InlineData("1955-05-09", 15)]
    [InlineData("1982-05-30", 16)]
    [InlineData("1990-01-01", 16)]
    [InlineData("1999-03-11", 16)]
    [InlineData("1999-03-12", 19)]
    [InlineData("2004-03-29", 26)]
    [InlineData("2009-04-01", 28)]
    [InlineData("2017-06-05", 29)]
    [InlineData("2020-03-27", 30)]
    [InlineData("2023-04-04", 31)]
    [InlineData("2024-03-06", 31)]
    [InlineData("2024-03-07", 32)]
    [InlineData("today", 32)]
    public async Task NATO_had_so_many_members_on_a_day(string day, int members) => Assert.Equal(members, (await MembersAsync("nato", day)).Select(m => m.Text("member.id")).Distinct().Count());

    [Fact]
    public async Task NATO_has_32_members_now()
    {
        var members = await api.AllAsync("/v1/actors/nato/members?limit=500");

        Assert.Equal(32, members.Count);
        Assert.All(members, m => Assert.Equal(("member", "state"), (m.Text("classification"), m.Text("member.kind"))));
        Assert.All(members, m => Assert.Equal("day", m.Text("start.precision")));
    }

    [Theory]
    [InlineData("turkiye", "1952-02-18")]
    [InlineData("spain", "1982-05-30")]
    [InlineData("czechia", "1999-03-12")]
    [InlineData("finland", "2023-04-04")]
    [InlineData("sweden", "2024-03-07")]
    public async Task A_member_joined_NATO_on_its_day(string state, string day)
    {
        var membership = Assert.Single((await api.GetAsync($"/v1/memberships?member={state}&organization=nato&classification=member")).Each("items"));

        Assert.Equal(day, membership.Text("start.edtf"));
    }

    [Fact]
    public async Task The_Istanbul_Cooperation_Initiative_was_launched_on_28_June_2004() => Assert.Equal("2004-06-28", (await api.GetAsync("/v1/actors/istanbul-cooperation-initiative")).Text("founded.edtf"));

    [Fact]
    public async Task The_Istanbul_Cooperation_Initiative_has_four_partners_with_joining_dates()
    {
        var partners = await api.AllAsync("/v1/actors/istanbul-cooperation-initiative/members");

        Assert.Equal(["bahrain", "kuwait", "qatar", "united-arab-emirates"], partners.Select(m => m.Text("member.id")).Order());
        Assert.All(partners, m => Assert.Equal("partner", m.Text("classification")));
        Assert.All(partners, m => Assert.InRange(m.Text("start.start")!, "2004-06-28", "2005-12-31"));
    }

    [Theory]
    [InlineData("kuwait")]
    [InlineData("united-arab-emirates")]
    public async Task Both_claims_are_held_where_sources_differ_on_joining(string partner)
    {
        var membership = Assert.Single((await api.GetAsync($"/v1/memberships?member={partner}&organization=istanbul-cooperation-initiative&include=claims")).Each("items"));

        var claims = membership.Each("claims").Where(c => c.Text("pointer") == "/start").ToList();
        Assert.True(claims.Select(c => c.Text("value")).Distinct().Count() >= 2, $"{claims.Count} claims");
        Assert.True(claims.Select(c => c.Text("source.id")).Distinct().Count() >= 2);
        Assert.Equal(membership.Text("start.edtf"), Assert.Single(claims, c => c.At("preferred").GetBoolean()).Text("value"));
    }

    [Theory]
    [InlineData("mediterranean-dialogue", 7)]
    [InlineData("partnership-for-peace", 10)]
    public async Task A_partnership_of_NATO_has_its_partners(string initiative, int atLeast) => Assert.True((await api.AllAsync($"/v1/actors/{initiative}/members?limit=500")).Count >= atLeast);

    [Theory]
    [InlineData("russia")]
    [InlineData("belarus")]
    public async Task A_suspended_partner_for_peace_is_marked(string partner)
    {
        var membership = Assert.Single((await api.GetAsync($"/v1/memberships?member={partner}&organization=partnership-for-peace")).Each("items"));

        Assert.Equal("suspended", membership.Text("status"));
    }

    [Fact]
    public async Task Every_secretary_general_is_there_once_and_in_order()
    {
        var holders = (await api.GetAsync("/v1/posts/nato-secretary-general")).Each("holders");

        Assert.Equal(
            ["Ismay", "Spaak", "Stikker", "Brosio", "Luns", "Carington", "Wörner", "Claes", "Solana", "Robertson", "Scheffer", "Rasmussen", "Stoltenberg", "Rutte"],
            holders.Select(h => h.Text("person.name")!.Split(' ')[^1]));
        Assert.All(holders.Skip(1).Zip(holders), pair => Assert.True(string.CompareOrdinal(pair.First.Text("start.start"), pair.Second.Text("end.start")) >= 0, pair.First.Text("person.id")));
    }

    [Fact]
    public async Task Every_secretary_general_has_a_source()
    {
        var terms = await api.AllAsync("/v1/memberships?post=nato-secretary-general");

        Assert.Equal(14, terms.Count);
        Assert.All(terms, t => Assert.NotEmpty(t.Each("sources")));
    }

    [Theory]
    [InlineData("2025-09-09", "mark-rutte")]
    [InlineData("2024-09-30", "jens-stoltenberg")]
    [InlineData("1990-01-01", "manfred-worner")]
    public async Task A_secretary_general_held_the_post_on_a_day(string day, string person)
    {
        var holders = (await api.GetAsync($"/v1/posts/nato-secretary-general/holders?asOf={day}")).Each("items");

        Assert.Equal(person, Assert.Single(holders).Text("person.id"));
    }

    [Fact]
    public async Task Keir_Starmer_was_Prime_Minister_on_9_September_2025()
    {
        var holders = (await api.GetAsync("/v1/posts/united-kingdom-prime-minister/holders?asOf=2025-09-09")).Each("items");

        Assert.Equal("keir-starmer", Assert.Single(holders).Text("person.id"));
    }

    [Fact]
    public async Task NATO_summits_are_a_series_from_1957_on()
    {
        var summits = await api.AllAsync("/v1/meetings?series=nato-summit&sort=date&limit=500");

        Assert.InRange(summits.Count, 36, 40);
        Assert.StartsWith("1957-12-16", summits[0].Text("date.edtf"), StringComparison.Ordinal);
        Assert.Equal(summits.Count, (await api.GetAsync("/v1/meeting-series/nato-summit")).At("count").GetInt64());
        Assert.All(summits, s => Assert.Equal(("nato-summit", "summit"), (s.Text("series.id"), s.Text("setting"))));
    }

    [Theory]
    [InlineData("1957-12", "paris")]
    [InlineData("2004-06", "istanbul")]
    [InlineData("2014-09", "newport")]
    [InlineData("2022-06", "madrid")]
    [InlineData("2023-07", "vilnius")]
    [InlineData("2025-06", "the-hague")]
    public async Task A_NATO_summit_was_in_its_city(string month, string city)
    {
        var summit = Assert.Single((await api.GetAsync($"/v1/meetings?series=nato-summit&date={month}")).Each("items"));

        Assert.Equal(city, summit.Text("location.id"));
    }

    [Fact]
    public async Task There_are_at_least_5000_events_and_no_country_has_more_than_half()
    {
        var events = await WholeAsync("events");

        Assert.True(events.Count >= 5_000, $"{events.Count} events");
        Assert.All(events.Where(e => e.Text("location.country") is not null).CountBy(e => e.Text("location.country")!), c => Assert.True(c.Value * 2 <= events.Count, $"{c.Key}: {c.Value} of {events.Count}"));
    }

    [Fact]
    public async Task About_a_thousand_conflict_events_have_sides_and_deaths()
    {
        var conflicts = (await WholeAsync("events")).Where(e => e.Text("dataset") == "ucdp-ged").ToList();

        Assert.InRange(conflicts.Count, 900, 1_200);
        Assert.All(conflicts, e =>
        {
            Assert.True(e.At("fatalities.best").GetInt64() >= 0);
            var roles = e.Each("participants").SelectMany(p => p.Texts("roles")).ToList();
            Assert.Contains("side-a", roles);
            Assert.Contains("side-b", roles);
            Assert.NotNull(e.Text("location.country"));
            Assert.NotNull(e.Text("date.edtf"));
        });
    }

    [Fact]
    public async Task Conflict_events_keep_deaths_by_side_and_their_UCDP_id()
    {
        var conflict = await api.GetAsync($"/v1/events/{(await api.IdsAsync("/v1/events?dataset=ucdp-ged&limit=1"))[0]}");

        Assert.Equal(JsonValueKind.Object, conflict.At("fatalities.bySide").ValueKind);
        var ucdp = conflict.Each("identifiers").Single(i => i.Text("scheme") == "ucdp").Text("identifier");
        Assert.Equal(conflict.Text("id"), (await api.GetAsync($"/v1/events/ucdp:{ucdp}")).Text("id"));
    }

    [Fact]
    public async Task Conflict_events_are_of_all_three_kinds_and_many_countries()
    {
        var conflicts = (await WholeAsync("events")).Where(e => e.Text("dataset") == "ucdp-ged").ToList();

        Assert.True(conflicts.Select(e => e.Text("location.country")).Distinct().Count() >= 30);
        Assert.True(conflicts.Select(e => e.Text("date.start")![..4]).Distinct().Count() >= 20);
        var codes = new HashSet<string?>();
        foreach (var id in conflicts.Where((_, n) => n % 20 == 0).Select(e => e.Text("id"))) codes.UnionWith((await api.GetAsync($"/v1/events/{id}")).Texts("codes", "code"));
        Assert.True(codes.Count >= 3, string.Join(", ", codes));
    }

    [Fact]
    public async Task Every_state_has_its_codes_and_names_in_English_French_and_Arabic()
    {
        var states = await api.AllAsync("/v1/actors?kind=state&classification[not]=former-state&limit=500");

        Assert.InRange(states.Count, 193, 260);
        Assert.All(states, s =>
        {
            string?[] Codes(string scheme) => [.. s.Each("identifiers").Where(i => i.Text("scheme") == scheme).Select(i => i.Text("identifier"))];
            Assert.True(Codes("iso3166").Any(c => c!.Length == 2) && Codes("iso3166").Any(c => c!.Length == 3), $"{s.Text("id")} lacks an ISO code");
            // The United Nations' list has no code for Kosovo.
            Assert.True(s.Text("id") == "kosovo" || Codes("m49").Any(c => c!.Length == 3), $"{s.Text("id")} lacks its M49 code");
            foreach (var lang in (string[])["en", "fr", "ar"]) Assert.True(s.Each("names").Any(n => n.Text("lang") == lang && n.Text("text") != ""), $"{s.Text("id")} has no name in {lang}");
        });
    }

    [Theory]
    [InlineData("kuwait", "fr", "Koweït")]
    [InlineData("kuwait", "ar", "الكويت")]
    [InlineData("germany", "fr", "Allemagne")]
    [InlineData("egypt", "ar", "مصر")]
    [InlineData("united-kingdom", "fr", "Royaume-Uni")]
    public async Task A_state_has_its_common_name_in_a_language(string state, string lang, string name)
    {
        Assert.Equal(name, (await api.GetAsync($"/v1/actors/{state}?lang={lang}")).Text("name"));
        Assert.Equal(name, (await api.GetAsync($"/v1/locations/{state}?lang={lang}")).Text("name"));
    }

    [Theory]
    [InlineData("soviet-union", "russia")]
    [InlineData("czechoslovakia", "czechia")]
    [InlineData("yugoslavia", "croatia")]
    [InlineData("serbia-and-montenegro", "serbia")]
    public async Task A_former_state_has_a_successor(string former, string successor)
    {
        var record = await api.GetAsync($"/v1/actors/{former}");

        Assert.Equal("former-state", record.Text("classification"));
        Assert.NotNull(record.Text("dissolved.edtf"));
        Assert.Contains(former, (await api.GetAsync($"/v1/actors/{successor}")).Texts("successorOf", "id"));
    }

    [Theory]
    [InlineData("london", 51.5, -0.13)]
    [InlineData("kuwait-city", 29.37, 47.98)]
    [InlineData("doha", 25.29, 51.53)]
    [InlineData("istanbul", 41.01, 28.95)]
    public async Task A_city_lies_where_it_lies(string city, double latitude, double longitude)
    {
        var place = await api.GetAsync($"/v1/locations/{city}");

        Assert.InRange(place.At("latitude").GetDouble(), latitude - 0.1, latitude + 0.1);
        Assert.InRange(place.At("longitude").GetDouble(), longitude - 0.1, longitude + 0.1);
        Assert.Equal("city", place.Text("precision"));
    }

    [Theory]
    [InlineData("events")]
    [InlineData("meeting-series")]
    [InlineData("situations")]
    [InlineData("actors")]
    [InlineData("posts")]
    [InlineData("memberships")]
    [InlineData("locations")]
    [InlineData("topics")]
    [InlineData("statements")]
    [InlineData("relations")]
    [InlineData("claims")]
    [InlineData("datasets")]
    public async Task Every_record_has_a_source(string resource)
    {
        var records = await WholeAsync(resource);

        Assert.NotEmpty(records);
        var bare = records.Where(r => r.Each("sources").Count == 0).Select(r => r.Text("id")).ToList();
        Assert.True(bare.Count == 0, $"{bare.Count} of {records.Count} without a source: {string.Join(", ", bare.Take(5))}");
    }

    [Fact]
    public async Task Every_source_can_be_found_again()
    {
        // The two articles came without an address, and the third source is the editors themselves.
        var sources = (await WholeAsync("sources")).Where(s => s.Text("id") is not ("R1" or "R2" or "R3")).ToList();

        Assert.NotEmpty(sources);
        Assert.All(sources, s => Assert.True(s.Text("url") is not null || s.Text("publisher") is not null || s.Text("published.edtf") is not null, $"{s.Text("id")} {s.Text("title")}"));
    }

    [Fact]
    public async Task Walking_a_list_gives_as_many_records_as_its_total()
    {
        foreach (var resource in Resources)
        {
            var walked = await WholeAsync(resource);
            Assert.Equal((await api.GetAsync($"/v1/{resource}?limit=1&total=exact")).At("total.value").GetInt64(), walked.Count);
            Assert.Equal(walked.Count, walked.Select(r => r.Text("id")).Distinct().Count());
        }
    }

    [Fact]
    public async Task Every_reference_leads_to_a_record()
    {
        var ids = new Dictionary<string, HashSet<string>>();
        foreach (var resource in Resources) ids[resource] = [.. (await WholeAsync(resource)).Select(r => r.Text("id")!)];
        string[] actorKinds = ["state", "organization", "person", "group"];
        Dictionary<string, string> byKind = new()
        {
            ["event"] = "events",
            ["meeting"] = "events",
            ["series"] = "meeting-series",
            ["situation"] = "situations",
            ["actor"] = "actors",
            ["post"] = "posts",
            ["membership"] = "memberships",
            ["location"] = "locations",
            ["topic"] = "topics",
            ["statement"] = "statements",
            ["source"] = "sources",
            ["dataset"] = "datasets",
            ["relation"] = "relations",
            ["claim"] = "claims",
        };
        Dictionary<string, string> byMember = new()
        {
            ["post"] = "posts",
            ["series"] = "meeting-series",
            ["topics"] = "topics",
            ["source"] = "sources",
            ["sources"] = "sources",
            ["event"] = "events",
            ["relations"] = "relations",
        };
        var dangling = new SortedSet<string>(StringComparer.Ordinal);
        var seen = 0;

        foreach (var resource in Resources)
            foreach (var record in await WholeAsync(resource))
                foreach (var member in record.EnumerateObject()) Visit(resource, member.Name, member.Value);
        foreach (var id in (string[])["E1", "E2", "E3"])
            foreach (var member in (await api.GetAsync($"/v1/events/{id}")).EnumerateObject()) Visit("events", member.Name, member.Value);

        Assert.True(seen > 50_000, $"{seen} references");
        Reading.Nothing(dangling.Take(20));

        void Visit(string resource, string name, JsonElement value)
        {
            if (value.ValueKind == JsonValueKind.Array)
            {
                foreach (var element in value.EnumerateArray()) Visit(resource, name, element);
                return;
            }
            if (name == "membership" && value.ValueKind == JsonValueKind.String) Meet("memberships", value.GetString()!);
            if (name == "dataset" && value.ValueKind == JsonValueKind.String) Meet("datasets", value.GetString()!);
            if (value.ValueKind != JsonValueKind.Object) return;
            if (value.TryGetProperty("id", out var id))
            {
                var kind = value.TryGetProperty("kind", out var k) ? k.GetString() : null;
                var leads = kind is not null && value.TryGetProperty("title", out _) ? byKind[kind]
                    : kind is not null ? actorKinds.Contains(kind) ? "actors" : "locations"
                    : byMember.TryGetValue(name, out var known) ? known
                    : name == "parent" ? resource : null;
                if (leads is not null) Meet(leads, id.GetString()!);
            }
            foreach (var member in value.EnumerateObject()) Visit(resource, member.Name, member.Value);
        }

        void Meet(string resource, string id)
        {
            seen++;
            if (!ids[resource].Contains(id)) dangling.Add($"{resource}/{id}");
        }
    }

    [Fact]
    public async Task Every_dataset_has_licence_and_citation_and_the_conflicts_are_attributed()
    {
        var datasets = await WholeAsync("datasets");

        Assert.All(datasets, d =>
        {
            foreach (var member in (string[])["licence", "citation", "redistribution", "coding"]) Assert.NotEmpty(d.Text(member)!);
        });
        var ucdp = datasets.Single(d => d.Text("id") == "ucdp-ged");
        Assert.Equal(("CC BY 4.0", "attribution", "human"), (ucdp.Text("licence"), ucdp.Text("redistribution"), ucdp.Text("coding")));
        Assert.NotNull(ucdp.Text("version"));
    }

    [Fact]
    public async Task A_page_with_conflicts_carries_their_attribution()
    {
        var page = await api.GetAsync("/v1/events?dataset=ucdp-ged&limit=1");

        var attribution = Assert.Single(page.Each("attribution"));
        Assert.Equal("ucdp-ged", attribution.Text("dataset"));
        Assert.Equal("CC BY 4.0", attribution.Text("licence"));
        Assert.Contains("Journal of Peace Research", attribution.Text("citation"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_seed_is_at_most_10_megabytes() => Assert.InRange(Directory.GetFiles(SeedFolder, "*.ndjson").Sum(f => new FileInfo(f).Length), 1, 10_000_000);

    [Fact]
    public void A_file_beside_the_seed_says_what_came_from_where_under_which_licence()
    {
        var texts = Directory.GetFiles(SeedFolder).Where(f => Path.GetExtension(f) is ".md" or ".txt" or "").Select(File.ReadAllText);

        Assert.True(texts.Any(t => t.Contains("UCDP", StringComparison.Ordinal) && t.Contains("CC BY 4.0", StringComparison.Ordinal)), $"no attribution in {SeedFolder}");
    }

    [Fact]
    public void The_repository_has_a_licence() => Assert.NotEmpty(Directory.GetFiles(Repository.Root, "LICENSE*"));
}
