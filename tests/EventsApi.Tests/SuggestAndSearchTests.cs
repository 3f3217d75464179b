using System.Text.Json;
using EventsApi.Records;

namespace EventsApi.Tests;

/// <summary>One search over everything, completion while typing, and names of tables matched to records.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class SuggestAndSearchTests(DefaultApi api, EmptyApi own) : IClassFixture<EmptyApi>
{
    private static string[] Said(JsonElement list) => [.. list.Each("items").Select(i => $"{i.Text("kind")}:{i.Text("id")}")];

    private async Task<string[]> SuggestedAsync(string q, string more = "") => Said(await api.GetAsync($"/v1/suggest?q={Uri.EscapeDataString(q)}{more}"));

    private static async Task<JsonElement> MatchAsync(TestApi api, object query, string more = "") => Assert.Single((await api.PostAsync($"/v1/match{more}", new { queries = new[] { query } })).Each("items"));

    private async Task<JsonElement> BestAsync(object query) => (await MatchAsync(api, query)).Each("candidates")[0];

    // Search

    [Theory]
    [InlineData("kuwait", "actor:kuwait")]
    [InlineData("NATO", "actor:nato")]
    [InlineData("otan", "actor:nato")]
    [InlineData("mark rutte", "actor:mark-rutte")]
    [InlineData("istanbul cooperation initiative", "actor:istanbul-cooperation-initiative")]
    [InlineData("\"north atlantic council\"", "actor:north-atlantic-council")]
    [InlineData("الكويت", "actor:kuwait")]
    [InlineData("downing street", "location:downing-street")]
    [InlineData("nato summits", "series:nato-summit")]
    [InlineData("drones", "topic:drones")]
    public async Task Who_or_what_is_named_exactly_so_comes_first(string q, string first) => Assert.Equal(first, Said(await api.GetAsync($"/v1/search?q={Uri.EscapeDataString(q)}&limit=3"))[0]);

    [Fact]
    public async Task Kinds_are_mixed_best_first()
    {
        var hits = await api.GetAsync("/v1/search?q=kuwait&limit=100");
        Assert.True(hits.Texts("items", "kind").Distinct().Count() >= 5);
        var scores = hits.Each("items").Select(i => i.At("score").GetDouble()).ToList();
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.All(hits.Each("items"), i => Assert.NotEmpty(i.Text("title")!));
    }

    [Fact]
    public async Task The_total_is_that_of_all_lists()
    {
        var total = (await api.GetAsync("/v1/search?q=kuwait&limit=1")).At("total");
        string[] paths = ["events", "meeting-series", "situations", "actors", "posts", "memberships", "locations", "topics", "statements", "claims", "sources", "datasets", "relations"];
        var sum = 0L;
        foreach (var path in paths) sum += await api.CountAsync($"/v1/{path}?q=kuwait");
        Assert.Equal((sum, "eq"), (total.At("value").GetInt64(), total.Text("relation")));
    }

    [Fact]
    public async Task Grouped_by_kind_each_has_its_total_and_the_list_to_go_on()
    {
        var groups = (await api.GetAsync("/v1/search?q=kuwait&group=kind")).Each("items");
        Assert.Equal(groups.Count, groups.Select(g => g.Text("kind")).Distinct().Count());
        var wrong = new List<string>();
        foreach (var group in groups)
        {
            var (said, found) = (group.At("total.value").GetInt64(), await api.CountAsync(group.Text("href")!));
            if (said != found) wrong.Add($"{group.Text("href")} has {found}, not {said}");
            Assert.InRange(group.Each("items").Count, 1, (int)Math.Min(said, 5));
        }
        Reading.Nothing(wrong);
        // The best of each group stand in the order of the mixed list.
        var mixed = Said(await api.GetAsync("/v1/search?q=kuwait&limit=500"));
        Assert.Equal(mixed.First(m => m.StartsWith("actor", StringComparison.Ordinal)), Said(groups.First(g => g.Text("kind") == "actor"))[0]);
    }

    [Theory]
    [InlineData("actor", "actor")]
    [InlineData("statement,source", "source,statement")]
    [InlineData("meeting", "meeting")]
    [InlineData("event", "event")]
    [InlineData("event,meeting", "event,meeting")]
    public async Task Kind_narrows(string kind, string kinds)
    {
        var hits = await api.GetAsync($"/v1/search?q=nato&kind={kind}&limit=500");
        Assert.Equal(kinds, string.Join(',', hits.Texts("items", "kind").Distinct().Order()));
        Assert.Equal(hits.Each("items").Count, hits.At("total.value").GetInt32());
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_hit_twice()
    {
        var all = (await api.AllAsync("/v1/search?q=nato&limit=37")).Select(i => $"{i.Text("kind")}:{i.Text("id")}").ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.Equal((await api.GetAsync("/v1/search?q=nato&limit=1")).At("total.value").GetInt32(), all.Count);
        Assert.Equal(Said(await api.GetAsync("/v1/search?q=nato&limit=500")), all.Take(500));
    }

    [Fact]
    public async Task A_cursor_belongs_to_its_question()
    {
        var cursor = (await api.GetAsync("/v1/search?q=nato&limit=1")).Text("cursor");
        await api.RefusedAsync($"/v1/search?q=kuwait&limit=1&cursor={cursor}", "cursor");
    }

    [Theory]
    [InlineData("kuwiat", "kuwait", "actor:kuwait")]
    [InlineData("mark rute", "mark rutte", "actor:mark-rutte")]
    public async Task A_slip_is_mended_and_told(string q, string corrected, string first)
    {
        var hits = await api.GetAsync($"/v1/search?q={q}");
        Assert.Equal(corrected, hits.Text("query.corrected"));
        Assert.Equal(first, Said(hits)[0]);
        Assert.True((await api.GetAsync("/v1/search?q=kuwait")).IsNull("query.corrected"));
    }

    [Fact]
    public async Task Explain_says_what_matched_and_only_when_asked()
    {
        var hit = (await api.GetAsync("/v1/search?q=kuwait&explain=true&limit=1")).Each("items")[0];
        Assert.Contains(hit.Each("explanation").SelectMany(t => t.Each("forms")), f => f.Text("form") == "kuwait" && f.Text("why") == "exact" && f.Texts("in").Contains("title"));
        Assert.False((await api.GetAsync("/v1/search?q=kuwait&limit=1")).Each("items")[0].TryGetProperty("explanation", out _));
    }

    [Fact]
    public async Task A_snippet_marks_the_words_that_were_found()
    {
        foreach (var hit in (await api.GetAsync("/v1/search?q=rutte&limit=10")).Each("items").Where(h => !h.IsNull("snippet")))
        {
            var text = hit.Text("snippet.text")!;
            Assert.All(hit.Each("snippet.marks"), m => Assert.Contains("rutte", text[m[0].GetInt32()..m[1].GetInt32()], StringComparison.OrdinalIgnoreCase));
            Assert.NotEmpty(hit.Each("snippet.marks"));
        }
    }

    [Theory]
    [InlineData("mark-rutte", "Secretary General of NATO, 2024–")]
    [InlineData("kuwait-city", "City in Kuwait")]
    [InlineData("nato-secretary-general", "Post of NATO")]
    [InlineData("nato-summit", "Meeting series, NATO")]
    public async Task A_hint_tells_like_names_apart(string id, string hint)
    {
        var name = id.Replace('-', ' ');
        var hit = (await api.GetAsync($"/v1/search?q={name}&kind=actor,location,post,series&limit=20")).Each("items").First(i => i.Text("id") == id);
        Assert.Equal(hint, hit.Text("hint"));
    }

    [Fact]
    public async Task Every_hit_can_be_opened()
    {
        foreach (var hit in (await api.GetAsync("/v1/search?q=kuwait&group=kind")).Each("items").SelectMany(g => g.Each("items")))
            Assert.Equal(hit.Text("id"), (await api.GetAsync(hit.Text("href")!)).Text("id"));
    }

    [Theory]
    [InlineData("", "q")]
    [InlineData("q=", "q")]
    [InlineData("q=%20", "q")]
    [InlineData("q=a%00b", "q")]
    [InlineData("q=a&q=b", "q")]
    [InlineData("q=nato&kind=actors", "kind")]
    [InlineData("q=nato&group=type", "group")]
    [InlineData("q=nato&stem=no", "stem")]
    [InlineData("q=nato&explain=1", "explain")]
    [InlineData("q=nato&limit=501", "limit")]
    [InlineData("q=nato&limit=0", "limit")]
    [InlineData("q=nato&sort=name", "sort")]
    [InlineData("q=nato&cursor=nonsense", "cursor")]
    public Task What_search_does_not_take_is_refused(string query, string parameter) => api.RefusedAsync($"/v1/search?{query}", parameter);

    [Fact]
    public async Task The_longest_question_is_two_thousand_characters()
    {
        await api.GetAsync($"/v1/search?q={new string('a', 2_000)}");
        await api.RefusedAsync($"/v1/search?q={new string('a', 2_001)}", "q");
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("OR")]
    [InlineData("AND NOT (")]
    [InlineData("title:")]
    [InlineData("a NEAR")]
    [InlineData("***")]
    [InlineData("'; DROP TABLE records; --")]
    [InlineData("\u202Eتيوكلا")]
    [InlineData("NEAR(a b, 5)")]
    [InlineData("{x}:^y")]
    public async Task Whatever_is_typed_is_a_question(string q)
    {
        foreach (var path in (string[])["search", "suggest"])
            Assert.Equal(0, (await api.GetAsync($"/v1/{path}?q={Uri.EscapeDataString(q)}")).Each("items").Count(i => i.IsNull("id")));
    }

    // Suggest

    [Theory]
    [InlineData("kuw", "actor:kuwait")]
    [InlineData("KUW", "actor:kuwait")]
    [InlineData("koweï", "actor:kuwait")]
    [InlineData("koweit", "actor:kuwait")]
    [InlineData("الكو", "actor:kuwait")]
    [InlineData("otan", "actor:nato")]
    [InlineData("turk", "actor:turkiye")]
    [InlineData("Türk", "actor:turkiye")]
    [InlineData("rut", "actor:mark-rutte")] // not only the first word
    [InlineData("rutte", "actor:mark-rutte")]
    [InlineData("mark rut", "actor:mark-rutte")]
    [InlineData("london", "location:london")]
    [InlineData("lond", "location:london")]
    [InlineData("nato su", "series:nato-summit")]
    public async Task The_beginning_of_a_name_in_any_language_suggests_it_first(string q, string first) => Assert.Equal(first, (await SuggestedAsync(q))[0]);

    [Theory]
    [InlineData("atlantic", "actor:north-atlantic-council")]
    [InlineData("summits", "topic:summits")]
    [InlineData("secretary", "post:nato-secretary-general")]
    public async Task Any_word_of_a_name_can_be_typed(string q, string among) => Assert.Contains(among, await SuggestedAsync(q));

    [Fact]
    public async Task A_suggestion_says_which_name_matched_and_what_it_is()
    {
        var found = (await api.GetAsync("/v1/suggest?q=koweit&kind=actor")).Each("items")[0];
        Assert.Equal(("actor", "kuwait", "Kuwait", "Koweït", "State, KWT", "/v1/actors/kuwait"), (found.Text("kind"), found.Text("id"), found.Text("name"), found.Text("matched"), found.Text("hint"), found.Text("href")));
    }

    [Theory]
    [InlineData("kuwiat", "kuwait", "actor:kuwait")]
    [InlineData("lodnon", "london", "location:london")]
    [InlineData("Ruttte", "rutte", "actor:mark-rutte")]
    public async Task A_slip_finds_what_was_meant_when_nothing_begins_so(string q, string corrected, string first)
    {
        var found = await api.GetAsync($"/v1/suggest?q={q}");
        Assert.Equal((corrected, first), (found.Text("query.corrected"), Said(found)[0]));
    }

    [Theory]
    [InlineData("actor")]
    [InlineData("location")]
    [InlineData("post")]
    [InlineData("location,post")]
    public async Task Suggestions_can_be_of_some_kinds_only(string kind)
    {
        var kinds = (await SuggestedAsync("kuw", $"&kind={kind}&limit=50")).Select(s => s.Split(':')[0]).ToList();
        Assert.Equal(kind.Split(','), kinds.Distinct().Order());
    }

    [Fact]
    public async Task Nobody_is_suggested_twice()
    {
        // Both names begin so, in four languages.
        var found = await SuggestedAsync("n", "&limit=50");
        Assert.Equal(found.Length, found.Distinct().Count());
    }

    [Fact]
    public async Task As_many_are_suggested_as_asked_for()
    {
        Assert.Equal(10, (await SuggestedAsync("a")).Length);
        Assert.Equal(3, (await SuggestedAsync("a", "&limit=3")).Length);
        Assert.Equal(50, (await SuggestedAsync("a", "&limit=50")).Length);
        Assert.Equal(await SuggestedAsync("a", "&limit=3"), (await SuggestedAsync("a"))[..3]);
    }

    [Theory]
    [InlineData("", "q")]
    [InlineData("q=", "q")]
    [InlineData("q=a&limit=51", "limit")]
    [InlineData("q=a&limit=0", "limit")]
    [InlineData("q=a&kind=event", "kind")]
    [InlineData("q=a&kind=person", "kind")]
    [InlineData("q=a&lang=ar", "lang")]
    public Task What_suggest_does_not_take_is_refused(string query, string parameter) => api.RefusedAsync($"/v1/suggest?{query}", parameter);

    [Fact]
    public async Task A_new_name_is_suggested_at_once_and_more_events_bring_it_forward()
    {
        var here = await Corner.OfAsync(own);
        var (first, second) = (await here.ActorAsync("zyxwia"), await here.ActorAsync("zyxwib"));
        string[] Found(JsonElement list) => list.Ids();
        Assert.Equal([first, second], Found(await own.GetAsync("/v1/suggest?q=zyx")));
        await here.EventsAsync(new { participants = new[] { new { actor = second } } }, new { participants = new[] { new { actor = second } } });
        Assert.Equal([second, first], Found(await own.GetAsync("/v1/suggest?q=zyx")));
    }

    // Match

    [Theory]
    [InlineData("NATO", "actor", "nato")]
    [InlineData("nato", "actor", "nato")]
    [InlineData("North Atlantic Treaty Organization", "actor", "nato")]
    [InlineData("OTAN", "actor", "nato")]
    [InlineData("Koweït", "actor", "kuwait")]
    [InlineData("دولة الكويت", "actor", "kuwait")]
    [InlineData("Rutte, Mark", "actor", "mark-rutte")]
    [InlineData("iso3166:KWT", "actor", "kuwait")]
    [InlineData("U.S.", "actor", "united-states")]
    [InlineData("Kuwait City", "location", "kuwait-city")]
    [InlineData("Mohammed V", "actor", "mohammed-v")]
    [InlineData("Mohammed VI", "actor", "mohammed-vi")]
    [InlineData("George W. Bush", "actor", "george-w-bush")]
    public async Task A_name_in_any_spelling_is_safely_matched(string name, string kind, string id)
    {
        var best = await BestAsync(new { name });
        Assert.Equal((kind, id, true), (best.Text("kind"), best.Text("id"), best.At("match").GetBoolean()));
        Assert.NotEmpty(best.Texts("reasons"));
    }

    [Fact]
    public async Task Candidates_come_best_first_with_a_score_up_to_a_hundred()
    {
        var candidates = (await MatchAsync(api, new { name = "Kuwait" }, "?limit=10")).Each("candidates");
        var scores = candidates.Select(c => c.At("score").GetDouble()).ToList();
        Assert.Equal(100, scores[0]);
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.All(scores, s => Assert.InRange(s, 0, 100));
        // One alone is safe to take.
        Assert.Equal([true], candidates.Where(c => c.At("match").GetBoolean()).Select(_ => true));
    }

    [Fact]
    public async Task Two_of_one_name_are_never_safe()
    {
        var here = await Corner.OfAsync(own);
        await own.GivenAsync(Kind.Actor, new { id = here.Id("a"), kind = "person", name = "Zoltan Quux", country = "HUN" }, new { id = here.Id("b"), kind = "person", name = "Zoltan Quux", country = "ROU" });
        var candidates = (await MatchAsync(own, new { name = "Zoltan Quux" })).Each("candidates");
        Assert.Equal([100, 100], candidates.Select(c => c.At("score").GetDouble()));
        Assert.DoesNotContain(candidates, c => c.At("match").GetBoolean());
        Assert.DoesNotContain((await MatchAsync(own, new { name = "Zoltan Quux" }, "?limit=1")).Each("candidates"), c => c.At("match").GetBoolean());
        // What else the table knows decides.
        var best = (await MatchAsync(own, new { name = "Zoltan Quux", country = "ROU" })).Each("candidates")[0];
        Assert.Equal((here.Id("b"), true), (best.Text("id"), best.At("match").GetBoolean()));
    }

    [Theory]
    [InlineData("state", "actor")]
    [InlineData("actor", "actor")]
    [InlineData("country", "location")]
    [InlineData("location", "location")]
    public async Task Kind_narrows_to_records_or_to_kinds_within(string kind, string of)
    {
        var candidates = (await MatchAsync(api, new { name = "Kuwait", kind })).Each("candidates");
        Assert.All(candidates, c => Assert.Equal(of, c.Text("kind")));
        Assert.Equal("kuwait", candidates[0].Text("id"));
    }

    [Fact]
    public async Task A_person_is_no_candidate_for_a_state() => Assert.DoesNotContain((await MatchAsync(api, new { name = "Mark Rutte", kind = "state" })).Each("candidates"), c => c.Text("id") == "mark-rutte");

    [Fact]
    public async Task Another_country_speaks_against_it()
    {
        Assert.Equal(100, (await BestAsync(new { name = "Kuwait", country = "kw" })).At("score").GetDouble());
        var best = await BestAsync(new { name = "Kuwait", country = "IRQ" });
        Assert.True(best.At("score").GetDouble() < 85 && !best.At("match").GetBoolean());
        Assert.Contains("country is KWT", best.Texts("reasons"));
    }

    [Fact]
    public async Task It_must_have_been_there_on_the_day()
    {
        var here = await Corner.OfAsync(own);
        await own.GivenAsync(Kind.Actor, new { id = here.Id("union"), kind = "organization", name = "Qwerty Union", founded = "1949", dissolved = "1991" });
        async Task<JsonElement> Best(string asOf) => (await MatchAsync(own, new { name = "Qwerty Union", asOf })).Each("candidates")[0];
        Assert.True((await Best("1970")).At("match").GetBoolean());
        Assert.True((await Best("1991-06")).At("match").GetBoolean());
        Assert.False((await Best("2020")).At("match").GetBoolean());
        Assert.Contains("was not there in 1940", (await Best("1940")).Texts("reasons"));
    }

    [Fact]
    public async Task What_nothing_is_like_has_no_candidates()
    {
        var result = await MatchAsync(api, new { name = "Xyzzyqq Plugh" });
        Assert.Empty(result.Each("candidates"));
        Assert.Equal("Xyzzyqq Plugh", result.Text("query.name"));
    }

    [Fact]
    public async Task Five_hundred_names_are_matched_in_their_order()
    {
        string[] names = ["NATO", "Kuwait City", "Xyzzyqq", "Mark Rutte"];
        var queries = Enumerable.Range(0, 500).Select(n => new { name = names[n % names.Length] }).ToArray();
        var items = (await api.PostAsync("/v1/match?limit=1", new { queries })).Each("items");
        Assert.Equal(queries.Select(q => q.name), items.Select(i => i.Text("query.name")));
        Assert.All(items, i => Assert.Equal(i.Text("query.name") == "Xyzzyqq" ? 0 : 1, i.Each("candidates").Count));

        var refused = await api.RefusedPostAsync("/v1/match", new { queries = queries.Append(new { name = "NATO" }) }, 422);
        Assert.Equal("/queries", refused.Each("errors")[0].Text("pointer"));
    }

    [Theory]
    [InlineData("""{"queries": []}""", 422, "/queries")]
    [InlineData("""{"queries": [{"name": "NATO"}, {"name": " "}]}""", 422, "/queries/1/name")]
    [InlineData("""{"queries": [{"name": "x", "kind": "stat"}]}""", 422, "/queries/0/kind")]
    [InlineData("""{"queries": [{"name": "x", "country": "Kuwait"}]}""", 422, "/queries/0/country")]
    [InlineData("""{"queries": [{"name": "x", "asOf": "soon"}]}""", 422, "/queries/0/asOf")]
    [InlineData("""{"queries": [{"name": 5}]}""", 400, "/queries/0/name")]
    [InlineData("""{"queries": {"name": "x"}}""", 400, "/queries")]
    [InlineData("""{"queries": [{"name": "x", "title": "y"}]}""", 400, null)]
    [InlineData("""{"queries": [{}]}""", 400, null)]
    [InlineData("""{}""", 400, null)]
    [InlineData("""{"queries": [""", 400, null)]
    [InlineData("""[]""", 400, null)]
    [InlineData("", 400, null)]
    public async Task A_wrong_body_is_refused_at_its_place(string body, int status, string? pointer)
    {
        var error = (await api.RefusedPostAsync("/v1/match", body, status)).Each("errors")[0];
        if (pointer is not null) Assert.Equal(pointer, error.Text("pointer"));
    }

    [Fact]
    public async Task A_slip_in_a_kind_is_told()
    {
        var error = (await api.RefusedPostAsync("/v1/match", """{"queries": [{"name": "x", "kind": "persn"}]}""", 422)).Each("errors")[0];
        Assert.Equal("person", error.Text("didYouMean"));
        Assert.Contains("city", error.Texts("allowed"));
    }

    [Fact]
    public async Task A_body_too_large_or_of_another_type_is_refused()
    {
        await api.RefusedPostAsync("/v1/match", $$"""{"queries": [{"name": "{{new string('a', 1 << 20)}}"}]}""", 413);
        await api.RefusedPostAsync("/v1/match", """{"queries": [{"name": "NATO"}]}""", 415, "text/plain");
        await api.ProblemAsync("/v1/match", 405);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=11", "limit")]
    [InlineData("lmit=1", "lmit")]
    public async Task What_match_does_not_take_is_refused(string query, string parameter)
    {
        var error = (await api.RefusedPostAsync($"/v1/match?{query}", """{"queries": [{"name": "NATO"}]}""", 400)).Each("errors")[0];
        Assert.Equal(parameter, error.Text("parameter"));
    }

    // Reconcile

    [Fact]
    public async Task Without_queries_the_service_describes_itself()
    {
        var manifest = await api.GetAsync("/v1/reconcile");
        Assert.Contains("0.2", manifest.Texts("versions"));
        Assert.All((string[])["name", "identifierSpace", "schemaSpace"], m => Assert.NotEmpty(manifest.Text(m)!));
        Assert.NotEmpty(manifest.Each("defaultTypes"));
        // A candidate's id put into the view's address opens the record.
        var id = (await AskAsync("""{"q": {"query": "Kuwait City"}}""")).Each("q.result")[0].Text("id")!;
        Assert.Equal("kuwait-city", (await api.GetAsync(manifest.Text("view.url")!.Replace("{{id}}", id))).Text("id"));
    }

    private Task<JsonElement> AskAsync(string queries) => api.GetAsync($"/v1/reconcile?queries={Uri.EscapeDataString(queries)}");

    [Fact]
    public async Task Queries_are_answered_by_key_as_an_address_or_a_form()
    {
        const string Queries = """{"q0": {"query": "Mark Rutte", "limit": 1}, "q1": {"query": "Kuwait", "type": "country"}, "q2": {"query": "Xyzzyqq"}}""";
        var answer = await AskAsync(Queries);
        var first = Assert.Single(answer.Each("q0.result"));
        Assert.Equal(("actors/mark-rutte", "Mark Rutte", 100, true), (first.Text("id"), first.Text("name"), first.At("score").GetDouble(), first.At("match").GetBoolean()));
        Assert.Equal("actor", first.Each("type")[0].Text("id"));
        Assert.Equal("locations/kuwait", answer.Each("q1.result")[0].Text("id"));
        Assert.Empty(answer.Each("q2.result"));

        using var form = new FormUrlEncodedContent([KeyValuePair.Create("queries", Queries)]);
        using var response = await api.Client.PostAsync("/v1/reconcile", form);
        Assert.Equal(answer.ToString(), JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.ToString());
    }

    [Theory]
    [InlineData("""["state"]""")]
    [InlineData("""{"id": "state"}""")]
    [InlineData("\"state\"")]
    public async Task A_type_is_written_in_several_ways(string type) => Assert.Equal("actors/kuwait", Assert.Single((await AskAsync($$$"""{"q": {"query": "Kuwait", "type": {{{type}}}, "limit": 1}}""")).Each("q.result")).Text("id"));

    [Fact]
    public async Task A_property_speaks_for_or_against()
    {
        var answer = await AskAsync("""{"yes": {"query": "Kuwait", "properties": [{"pid": "country", "v": "KWT"}]}, "no": {"query": "Kuwait", "properties": [{"pid": "country", "v": "IRQ"}]}}""");
        Assert.True(answer.Each("yes.result")[0].At("match").GetBoolean());
        Assert.False(answer.Each("no.result")[0].At("match").GetBoolean());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("""{"q": "Kuwait"}""")]
    [InlineData("""{"q": {}}""")]
    [InlineData("""{"q": {"query": 5}}""")]
    public Task Queries_that_are_none_are_refused(string queries) => api.RefusedAsync($"/v1/reconcile?queries={Uri.EscapeDataString(queries)}", "queries");
}
