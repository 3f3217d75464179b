using System.Text.Json;
using EventsApi.Records;

namespace EventsApi.Tests;

/// <summary>Why nothing was found; questions in a body; members of the day; who met whom, and what belongs together.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class DiagnosticsAndQueryTests(DefaultApi api, EmptyApi own) : IClassFixture<EmptyApi>
{
    private static JsonElement Entry(JsonElement list, string parameter) => Assert.Single(list.Each("diagnostics"), d => d.Text("parameter") == parameter);

    private static long Without(JsonElement entry) => entry.At("without").GetInt64();

    // Diagnostics

    [Theory]
    [InlineData("/v1/events")]
    [InlineData("/v1/events?country=KWT")]
    [InlineData("/v1/events?q=kuwait&facets=type")]
    [InlineData("/v1/actors?kind=state")]
    public async Task What_finds_something_needs_no_explanation(string path) => Assert.Empty((await api.GetAsync(path)).Each("diagnostics"));

    [Fact]
    public async Task Each_filter_says_what_it_left_and_what_there_would_be_without_it()
    {
        var here = await Corner.OfAsync(own);
        await here.EventsAsync(new { type = "consult", date = "2024-05-01" }, new { type = "consult", date = "2025-05-01" }, new { type = "protest", date = "2025-06-01" });
        var list = await own.GetAsync($"/v1/events?{here.Mine}&type=protest&date=2024");

        Assert.Equal(0, list.At("total.value").GetInt64());
        // In the order in which they are applied; the period, which several parameters make, comes last.
        Assert.Equal(["type", "dataset", "date"], list.Texts("diagnostics", "parameter"));
        Assert.Equal(1, Without(Entry(list, "type")));
        Assert.Equal(1, Without(Entry(list, "date")));
        Assert.Single(list.Each("diagnostics"), d => d.At("emptied").GetBoolean());
        // From the one that emptied it on, nothing is left; before it something was.
        var left = list.Each("diagnostics").Select(d => d.At("left").GetInt64()).ToList();
        var at = list.Each("diagnostics").ToList().FindIndex(d => d.At("emptied").GetBoolean());
        Assert.All(left.Take(at), l => Assert.NotEqual(0, l));
        Assert.All(left.Skip(at), l => Assert.Equal(0, l));
    }

    [Theory]
    [InlineData("/v1/events?country=KWT&type=assault")]
    [InlineData("/v1/events?actor[all]=nato,kuwait&type=assault")]
    [InlineData("/v1/events?q=kuwait&type=assault")]
    [InlineData("/v1/events?country=KWT&from=1700&to=1710")]
    [InlineData("/v1/events?fatalities[gte]=100&type=consult")]
    [InlineData("/v1/events?ids=E1&type=assault")]
    [InlineData("/v1/events?near=-60,-150&radius=10km&type=consult")]
    [InlineData("/v1/events?bbox=-150,-60,-140,-50&type=consult")]
    [InlineData("/v1/events?missing=date&date=2020")]
    [InlineData("/v1/events?participant=actor:mark-rutte;role:host&type=assault")]
    [InlineData("/v1/meetings?series=nato-summit&setting=advisory")]
    [InlineData("/v1/actors/mark-rutte/events?type=assault")]
    [InlineData("/v1/actors?kind=state&country=KWT&q=nato")]
    [InlineData("/v1/memberships?organization=nato&asOf=1800")]
    [InlineData("/v1/statements?speaker=nato&form=quote")]
    [InlineData("/v1/situations?from=1800&to=1801&kind=war")]
    [InlineData("/v1/events?q=xyzzyqq")]
    public async Task The_link_without_a_filter_finds_what_was_promised(string path)
    {
        var list = await api.GetAsync(path);
        Assert.Empty(list.Each("items"));
        Assert.NotEmpty(list.Each("diagnostics"));
        var wrong = new List<string>();
        foreach (var entry in list.Each("diagnostics"))
        {
            var (said, found) = (entry.At("without").GetInt64(), await api.CountAsync(entry.Text("href")!));
            if (said != found) wrong.Add($"{entry.Text("href")} has {found}, not {said}");
            foreach (var near in entry.Each("near"))
                if (await api.CountAsync(near.Text("href")!) is var count && count != near.At("count").GetInt64()) wrong.Add($"{near.Text("href")} has {count}, not {near.Text("count")}");
        }
        Reading.Nothing(wrong);
    }

    [Fact]
    public async Task Values_that_would_find_something_are_named()
    {
        var here = await Corner.OfAsync(own);
        var actor = await here.ActorAsync("actor");
        await here.EventsAsync([.. ((string[])["agree", "agree", "consult", "reject", "aid"]).Select(type => (object)new { type, participants = new[] { new { actor } } })]);
        var near = Entry(await own.GetAsync($"/v1/actors/{actor}/events?type=protest"), "type").Each("near");
        Assert.Equal(3, near.Count);
        Assert.Equal(("agree", "Agree", 2), (near[0].Text("value"), near[0].Text("label"), near[0].At("count").GetInt64()));
        await own.LinksCountAsync(near, 3);
    }

    [Fact]
    public async Task A_period_tells_how_many_have_no_date()
    {
        var here = await Corner.OfAsync(own);
        await here.DatedAsync("2024", null, null);
        var list = await own.GetAsync($"/v1/events?{here.Mine}&from=2020&to=2021");
        Assert.Equal(2, Entry(list, "date").At("undated").GetInt64());
        Assert.Equal(("from=2020&to=2021", $"/v1/events?{here.Mine}"), (Entry(list, "date").Text("value"), Entry(list, "date").Text("href")));
        Assert.True(Entry(list, "dataset").IsNull("undated"));
    }

    [Fact]
    public async Task A_page_after_the_last_is_not_an_empty_list()
    {
        var here = await Corner.OfAsync(own);
        var ids = await here.DatedAsync("2024-01-01", "2024-01-02");
        var first = await own.GetAsync($"/v1/events?{here.Mine}&limit=1");
        var second = await own.GetAsync(first.Text("next")!);
        Assert.Equal([ids[0]], second.Ids());
        Assert.Empty(second.Each("diagnostics"));
    }

    // Questions in a body

    [Theory]
    [InlineData("events?country=KWT,GBR&from=2020&limit=5&facets=type", """{"country": ["KWT", "GBR"], "from": "2020", "limit": 5, "facets": ["type"]}""")]
    [InlineData("events?q=kuwait&limit=5", """{"q": "kuwait", "limit": 5}""")]
    [InlineData("events?actor[all]=nato,kuwait", """{"actor[all]": ["nato", "kuwait"]}""")]
    [InlineData("events?fatalities[gte]=100&sort=-fatalities", """{"fatalities[gte]": 100, "sort": "-fatalities"}""")]
    [InlineData("events?contested=true", """{"contested": true}""")]
    [InlineData("events?fields=id,title&limit=2", """{"fields": ["id", "title"], "limit": 2}""")]
    [InlineData("events?actor=nato&expand=members&limit=3", """{"actor": "nato", "expand": "members", "limit": 3}""")]
    [InlineData("events?type=assault&country=KWT", """{"type": "assault", "country": "KWT"}""")]
    [InlineData("events?sample=5&seed=7", """{"sample": 5, "seed": 7}""")]
    [InlineData("meetings?series=nato-summit&sort=date", """{"series": "nato-summit", "sort": "date"}""")]
    [InlineData("meeting-series?organization=nato", """{"organization": "nato"}""")]
    [InlineData("situations?kind=war", """{"kind": "war"}""")]
    [InlineData("actors?kind=state&limit=5&lang=ar", """{"kind": "state", "limit": 5, "lang": "ar"}""")]
    [InlineData("posts?organization=nato", """{"organization": "nato"}""")]
    [InlineData("memberships?organization=nato&asOf=1990", """{"organization": "nato", "asOf": "1990"}""")]
    [InlineData("locations?within=kuwait", """{"within": "kuwait"}""")]
    [InlineData("topics?q=security", """{"q": "security"}""")]
    [InlineData("statements?event=E1&total=none", """{"event": "E1", "total": "none"}""")]
    [InlineData("claims", "{}")]
    [InlineData("sources?kind=article", """{"kind": "article"}""")]
    [InlineData("datasets?coding=human", """{"coding": "human"}""")]
    [InlineData("relations?type=about&limit=3", """{"type": "about", "limit": 3}""")]
    public async Task A_body_answers_as_the_address_with_the_same_parameters(string address, string body) =>
        Assert.Equal((await api.GetAsync($"/v1/{address}")).ToString(), (await api.PostAsync($"/v1/{address.Split('?')[0]}/query", body)).ToString());

    [Fact]
    public async Task Any_is_or_across_filters_and_stands_beside_the_others()
    {
        var here = await Corner.OfAsync(own);
        var dataset = here.Id("dataset");
        var ids = await here.EventsAsync(
            new { type = "consult", date = "2024" }, new { type = "protest", date = "2024" }, new { type = "protest", date = "2020" }, new { type = "agree", date = "2020" }, new { type = "agree", date = "2024", title = "A pact about fish" });
        async Task<string[]> Found(object body) => (await own.PostAsync("/v1/events/query", body)).Ids();

        Pages.SameSet([ids[0], ids[2], ids[3]], await Found(new { dataset, any = new object[] { new { type = "consult" }, new { date = "2020" } } }));
        // Within a set all must hold.
        Pages.SameSet([ids[1], ids[3]], await Found(new { dataset, any = new object[] { new { type = "protest", date = "2024" }, new { type = "agree", date = "2020" } } }));
        // Outside them too.
        Pages.SameSet([ids[2]], await Found(new { dataset, type = "protest", any = new object[] { new { type = "consult" }, new { date = "2020" } } }));
        Pages.SameSet([ids[0], ids[4]], await Found(new { dataset, any = new object[] { new { type = "consult" }, new { q = "fish" } } }));
        Pages.SameSet([ids[4]], await Found(new { dataset, any = new object[] { new { q = "fish" } } }));
        Assert.Empty(await Found(new { dataset, any = new object[] { new { type = "reject" }, new { q = "unheard" } } }));
        // A set without filters holds for everything.
        Pages.SameSet(ids, await Found(new { dataset, any = new object[] { new { }, new { type = "consult" } } }));
        Pages.SameSet([ids[0], ids[3], ids[4]], await Found(new { dataset, any = new object[] { new Dictionary<string, string> { ["type[not]"] = "protest" } } }));
    }

    [Fact]
    public async Task The_total_of_any_counts_what_is_in_both_sets_once()
    {
        var (kuwait, nato, both) = (await api.CountAsync("/v1/events?actor=kuwait"), await api.CountAsync("/v1/events?actor=nato"), await api.CountAsync("/v1/events?actor[all]=nato,kuwait"));
        Assert.True(both > 0);
        var either = await api.PostAsync("/v1/events/query", new { any = new object[] { new { actor = "kuwait" }, new { actor = "nato" } }, limit = 1 });
        Assert.Equal(kuwait + nato - both, either.At("total.value").GetInt64());
        var outside = await api.PostAsync("/v1/events/query", new { actor = "kuwait", any = new object[] { new { actor = "nato" } }, limit = 1 });
        Assert.Equal(both, outside.At("total.value").GetInt64());
    }

    [Fact]
    public async Task Pages_are_read_with_the_cursor_in_the_body()
    {
        object any = new object[] { new { actor = "kuwait" }, new { country = "GBR" } };
        var whole = (await api.PostAsync("/v1/events/query", new { any, limit = 500 })).Ids();
        var paged = new List<string>();
        string? cursor = null;
        do
        {
            var page = await api.PostAsync("/v1/events/query", cursor is null ? new { any, limit = 60 } : (object)new { any, limit = 60, cursor });
            // No address can hold the question, so none is offered.
            Assert.True(page.IsNull("next"));
            paged.AddRange(page.Ids());
            cursor = page.Text("cursor");
        } while (cursor is not null);
        Assert.True(whole.Length > 120);
        Assert.Equal(whole, paged);
        // Another question does not take it.
        cursor = (await api.PostAsync("/v1/events/query", new { any, limit = 60 })).Text("cursor");
        var error = (await api.RefusedPostAsync("/v1/events/query", new { any = new object[] { new { actor = "nato" } }, limit = 60, cursor }, 400)).Each("errors")[0];
        Assert.Contains("cursor", error.ToString());
    }

    [Theory]
    [InlineData("""{"any": []}""", "/any")]
    [InlineData("""{"any": {"type": "consult"}}""", "/any")]
    [InlineData("""{"any": ["consult"]}""", "/any")]
    [InlineData("""{"any": [{"type": "consult"}, {"type": "consutl"}]}""", "/any/1/type")]
    [InlineData("""{"any": [{"typ": "consult"}]}""", "/any/0/typ")]
    [InlineData("""{"any": [{"actor": "natoo"}]}""", "/any/0/actor")]
    [InlineData("""{"any": [{"limit": 5}]}""", "/any/0/limit")]
    [InlineData("""{"any": [{"any": [{"type": "consult"}]}]}""", "/any/0/any")]
    [InlineData("""{"any": [{"type": null}]}""", "/any/0/type")]
    [InlineData("""{"type": null}""", "/type")]
    [InlineData("""{"type": {"not": "consult"}}""", "/type")]
    [InlineData("""{"type": [["consult"]]}""", "/type")]
    public async Task A_fault_in_the_body_is_told_at_its_place(string body, string pointer)
    {
        var errors = (await api.RefusedPostAsync("/v1/events/query", body, 400)).Each("errors");
        Assert.Contains(pointer, errors.Select(e => e.Text("pointer")!));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("""{"type": "consult" """)]
    [InlineData("""{"type": "consult", "type": "agree"}""")]
    [InlineData("""{"typ": "consult"}""")]
    [InlineData("""{"type": "consutl"}""")]
    [InlineData("""{"limit": 501}""")]
    [InlineData("""{"facets": ["typ"]}""")]
    [InlineData("""{"any": [{"type": "consult", "type": "agree"}]}""")]
    public Task A_body_that_is_no_question_is_refused(string body) => api.RefusedPostAsync("/v1/events/query", body, 400);

    [Fact]
    public async Task Parameters_stand_in_the_body_alone()
    {
        var error = (await api.RefusedPostAsync("/v1/events/query?limit=3", "{}", 400)).Each("errors")[0];
        Assert.Equal("limit", error.Text("parameter"));
        await api.RefusedPostAsync("/v1/events/query", "type=consult", 415, "application/x-www-form-urlencoded");
        await api.RefusedPostAsync("/v1/events/query", $$"""{"q": "{{new string('a', 1 << 20)}}"}""", 413);
    }

    // Members of the day

    private sealed record Alliance(Corner Here, string Id, string Member, string[] Events);

    /// <summary>A member acceded on 12 March 1999; it took part before, on the day, after, and undated.</summary>
    private async Task<Alliance> AllianceAsync(string? end = null, string? status = null, string classification = "member")
    {
        var here = await Corner.OfAsync(own);
        var (alliance, founder, member) = (await here.ActorAsync("alliance"), await here.ActorAsync("founder", "state"), await here.ActorAsync("member", "state"));
        await here.MembershipAsync(founder, alliance, start: "1949");
        await here.MembershipAsync(member, alliance, classification, "1999-03-12", end, status: status);
        object[] participants = [new { actor = member, roles = new[] { "host" } }];
        return new Alliance(here, alliance, member, await here.EventsAsync(
            new { date = "1999-03-11", participants }, new { date = "1999-03-12", participants }, new { date = "2005", participants }, new { participants }, new { date = "2005-01-02", participants = new[] { new { actor = alliance } } }));
    }

    [Fact]
    public async Task Expanded_an_actor_takes_part_through_its_members_of_that_day()
    {
        var (here, alliance, member, events) = await AllianceAsync();
        Assert.Equal([events[4]], await here.FindAsync($"actor={alliance}"));
        Pages.SameSet([events[1], events[2], events[4]], await here.FindAsync($"actor={alliance}&expand=members"));
        Pages.SameSet(events[..4], await here.FindAsync($"actor={member}&expand=members"));
    }

    [Fact]
    public async Task A_hit_says_that_it_matched_by_membership()
    {
        var (here, alliance, _, events) = await AllianceAsync();
        var items = (await own.GetAsync($"/v1/events?{here.Mine}&actor={alliance}&expand=members")).Each("items");
        Assert.Equal(["member"], items.Single(i => i.Text("id") == events[1]).Texts("matchedVia"));
        Assert.Equal(["self"], items.Single(i => i.Text("id") == events[4]).Texts("matchedVia"));
    }

    [Fact]
    public async Task A_role_is_the_members_then()
    {
        var (here, alliance, _, events) = await AllianceAsync();
        Pages.SameSet([events[1], events[2]], await here.FindAsync($"actor.host={alliance}&expand=members"));
        Assert.Empty(await here.FindAsync($"actor.visitor={alliance}&expand=members"));
    }

    [Fact]
    public async Task Who_left_was_a_member_until_then()
    {
        var (here, alliance, _, events) = await AllianceAsync(end: "2004-12-31");
        Pages.SameSet([events[1], events[4]], await here.FindAsync($"actor={alliance}&expand=members"));
    }

    [Theory]
    [InlineData("suspended", "member")]
    [InlineData(null, "observer")]
    public async Task Who_is_suspended_or_no_member_does_not_count(string? status, string classification)
    {
        var (here, alliance, _, events) = await AllianceAsync(status: status, classification: classification);
        Assert.Equal([events[4]], await here.FindAsync($"actor={alliance}&expand=members"));
    }

    [Fact]
    public async Task All_wants_each_itself_or_through_members()
    {
        var (here, alliance, member, events) = await AllianceAsync();
        Pages.SameSet([events[1], events[2]], await here.FindAsync($"actor[all]={alliance},{member}&expand=members"));
    }

    [Theory]
    [InlineData("/v1/events?actor=nato&expand=everyone", "expand")]
    [InlineData("/v1/events?actor=nato&expand=members,partners", "expand")]
    public Task Nothing_else_can_be_expanded(string path, string parameter) => api.RefusedAsync(path, parameter);

    [Fact]
    public async Task Expanded_lists_are_paged_to_their_end()
    {
        var (here, alliance, _, events) = await AllianceAsync();
        Pages.SameSet([events[1], events[2], events[4]], await own.WalkAsync($"/v1/events?{here.Mine}&actor={alliance}&expand=members&limit=1"));
    }

    // Connections and dyads

    [Fact]
    public async Task Connections_are_who_took_part_in_the_same_events_most_often_first()
    {
        var here = await Corner.OfAsync(own);
        var (one, often, once, never) = (await here.ActorAsync("one", "state"), await here.ActorAsync("often", "state"), await here.ActorAsync("once", "person"), await here.ActorAsync("never", "state"));
        object[] With(params string[] actors) => [.. actors.Append(one).Select(actor => new { actor })];
        await here.EventsAsync(
            new { date = "2020-05-01", participants = With(often) }, new { date = "2024-02-03", participants = With(often, once) }, new { participants = With(often) }, new { date = "2025", participants = new[] { new { actor = never } } });
        var list = await own.GetAsync($"/v1/actors/{one}/connections");

        Assert.Equal([$"{often} 3 2020-05-01 2024-02-03", $"{once} 1 2024-02-03 2024-02-03"], list.Each("items").Select(i => $"{i.Text("actor.id")} {i.Text("count")} {i.Text("first")} {i.Text("last")}"));
        Assert.Equal("person", list.Each("items")[1].Text("actor.kind"));
        await own.LinksCountAsync(list.Each("items"), 2);
        Assert.Empty((await own.GetAsync($"/v1/actors/{here.Id("never")}/connections")).Each("items"));
    }

    [Fact]
    public async Task Who_is_spoken_for_is_connected_too()
    {
        var here = await Corner.OfAsync(own);
        var (state, person, alliance) = (await here.ActorAsync("state", "state"), await here.ActorAsync("person", "person"), await here.ActorAsync("alliance"));
        await here.EventsAsync(new { participants = new object[] { new { actor = state }, new { actor = person, onBehalfOf = alliance } } });
        Pages.SameSet([person, alliance], (await own.GetAsync($"/v1/actors/{state}/connections")).Texts("items", "actor.id"));
        Pages.SameSet([person, state], (await own.GetAsync($"/v1/actors/{alliance}/connections")).Texts("items", "actor.id"));
    }

    [Theory]
    [InlineData("nato")]
    [InlineData("kuwait")]
    public async Task Connections_of_the_default_catalogue_link_to_their_events(string actor) =>
        await api.LinksCountAsync((await api.GetAsync($"/v1/actors/{actor}/connections?limit=10")).Each("items"), 5);

    [Fact]
    public async Task Connections_are_paged()
    {
        var whole = (await api.GetAsync("/v1/actors/kuwait/connections?limit=500")).Texts("items", "actor.id");
        var paged = (await api.AllAsync("/v1/actors/kuwait/connections?limit=20")).Select(i => i.Text("actor.id")!).ToArray();
        Assert.True(whole.Length > 20);
        Assert.Equal(whole, paged);
    }

    [Fact]
    public async Task A_dyad_counts_shared_events_by_type_and_year()
    {
        var here = await Corner.OfAsync(own);
        var (a, b) = (await here.ActorAsync("a", "state"), await here.ActorAsync("b", "state"));
        object[] both = [new { actor = a }, new { actor = b }];
        await here.EventsAsync(
            new { date = "2020-05-01", participants = both, setting = "bilateral" }, new { date = "2024-02-03", participants = both }, new { type = "threaten", date = "2024-06-01", participants = both }, new { participants = both },
            new { date = "2025-01-01", participants = new[] { new { actor = a } } });
        var dyad = await own.GetAsync($"/v1/dyads/{a}/{b}");

        Assert.Equal((a, b, 4, "eq"), (dyad.Text("a.id"), dyad.Text("b.id"), dyad.At("total.value").GetInt64(), dyad.Text("total.relation")));
        Assert.Equal(("2020-05-01", "2024-06-01", 1, false), (dyad.Text("first"), dyad.Text("last"), dyad.At("meetings").GetInt64(), dyad.At("estimated").GetBoolean()));
        Assert.Equal(["consult 3", "threaten 1"], dyad.Each("types").Select(t => $"{t.Text("value")} {t.Text("count")}"));
        Assert.Equal(["2020 1", "2024 2"], dyad.Each("years").Select(t => $"{t.Text("value")} {t.Text("count")}"));
        await own.LinksCountAsync([.. dyad.Each("types"), .. dyad.Each("years")], 4);
        Assert.Equal(4, await own.CountAsync(dyad.Text("href")!));
    }

    [Fact]
    public async Task A_dyad_is_the_same_from_either_side()
    {
        var (there, back) = (await api.GetAsync("/v1/dyads/united-states/iso3166:FRA"), await api.GetAsync("/v1/dyads/france/united-states"));
        foreach (var member in (string[])["total", "first", "last", "meetings", "score", "types", "years", "href"]) Assert.Equal(there.At(member).ToString(), back.At(member).ToString());
        Assert.Equal(("france", "united-states"), (there.Text("b.id"), back.Text("b.id")));
        Assert.Contains("nato", there.Texts("memberships", "organization.id"));
        Assert.Equal(there.At("total.value").GetInt64(), await api.CountAsync("/v1/events?actor[all]=france,united-states"));
    }

    [Fact]
    public async Task Shared_memberships_say_whether_they_overlapped()
    {
        var here = await Corner.OfAsync(own);
        var (a, b, alliance, union, club) = (await here.ActorAsync("a", "state"), await here.ActorAsync("b", "state"), await here.ActorAsync("alliance"), await here.ActorAsync("union"), await here.ActorAsync("club"));
        await here.MembershipAsync(a, alliance, start: "1949");
        await here.MembershipAsync(b, alliance, start: "1999-03-12");
        await here.MembershipAsync(a, union, start: "1973", end: "1980");
        await here.MembershipAsync(b, union, start: "1990");
        await here.MembershipAsync(a, club, start: "2000");
        var shared = (await own.GetAsync($"/v1/dyads/{a}/{b}")).Each("memberships");
        Assert.Equal([$"{alliance} 1949 1999-03-12 True", $"{union} 1973 1990 False"], shared.Select(m => $"{m.Text("organization.id")} {m.Text("a.start")} {m.Text("b.start")} {m.At("together").GetBoolean()}"));
    }

    [Theory]
    [InlineData("/v1/dyads/nato/kuwayt", 404)]
    [InlineData("/v1/dyads/nobody-knows/kuwait", 404)]
    [InlineData("/v1/dyads/nato/nato", 400)]
    [InlineData("/v1/dyads/iso3166:KWT/kuwait", 400)]
    [InlineData("/v1/dyads/nato/kuwait?type=consult", 400)]
    [InlineData("/v1/actors/nobody-knows/connections", 404)]
    [InlineData("/v1/actors/nato/connections?type=consult", 400)]
    [InlineData("/v1/actors/nato/connections?limit=501", 400)]
    [InlineData("/v1/events/E999999999/related", 404)]
    [InlineData("/v1/events/E2/related?limit=0", 400)]
    [InlineData("/v1/events/E2/related?sort=name", 400)]
    public Task What_is_not_there_or_not_taken_is_a_problem(string path, int status) => api.ProblemAsync(path, status);

    // Related events

    [Fact]
    public async Task Each_related_event_says_why()
    {
        var here = await Corner.OfAsync(own);
        var (actor, topic) = (await here.ActorAsync("actor"), await here.TopicAsync("topic"));
        var place = await here.PlaceAsync("place");
        var source = await here.SourceAsync(new { });
        var series = (await own.GivenAsync(Kind.Series, new { id = here.Id("series"), label = "Talks" }))[0];
        var ids = await here.EventsAsync(
            new { date = "2024-05-02", location = place, participants = new[] { new { actor } }, topics = new[] { new { id = topic } }, sources = new[] { source }, setting = "summit", series },
            new { date = "2024-05-01", setting = "summit", series },
            new { date = "2024-05-03", setting = "summit", series },
            new { date = "2024-05-04", setting = "summit", series }, // not the next
            new { participants = new[] { new { actor } } },
            new { location = place },
            new { topics = new[] { new { id = topic } } },
            new { sources = new[] { source } },
            new { title = "Told outright" },
            new { title = "Nothing in common" });
        await own.GivenAsync(Kind.Relation, new { from = new { kind = "event", id = ids[8] }, type = "partOf", to = new { kind = "event", id = ids[0] } });
        var related = (await own.GetAsync($"/v1/events/{ids[0]}/related?limit=500")).Each("items").ToDictionary(i => i.Text("id")!, i => i.Texts("reasons", "kind"));

        Assert.Equal(["series"], related[ids[1]]);
        Assert.Equal(["series"], related[ids[2]]);
        Assert.False(related.ContainsKey(ids[3]));
        Assert.Equal(["participants"], related[ids[4]]);
        Assert.Equal(["place"], related[ids[5]]);
        Assert.Equal(["topics"], related[ids[6]]);
        Assert.Equal(["source"], related[ids[7]]);
        Assert.Equal(["relation"], related[ids[8]]);
        Assert.False(related.ContainsKey(ids[9]));
        Assert.False(related.ContainsKey(ids[0]));
        // What is said outright comes first, and from the other side too.
        Assert.Equal(ids[8], (await own.GetAsync($"/v1/events/{ids[0]}/related?limit=1")).Ids().Single());
        var back = (await own.GetAsync($"/v1/events/{ids[8]}/related")).Each("items").First(i => i.Text("id") == ids[0]);
        Assert.Equal($"{ids[8]} is part of it", back.Each("reasons")[0].Text("text"));
    }

    [Fact]
    public async Task More_and_nearer_reasons_come_first()
    {
        var here = await Corner.OfAsync(own);
        var (a, b) = (await here.ActorAsync("a"), await here.ActorAsync("b"));
        object[] both = [new { actor = a }, new { actor = b }], one = [new { actor = a }];
        var ids = await here.EventsAsync(new { date = "2024-05-01", participants = both }, new { date = "2024-05-03", participants = one }, new { date = "2024-05-03", participants = both }, new { date = "2001-05-03", participants = one });
        Assert.Equal([ids[2], ids[1], ids[3]], (await own.GetAsync($"/v1/events/{ids[0]}/related")).Ids());
    }

    [Fact]
    public async Task Related_events_are_items_of_the_list_with_reasons()
    {
        var item = (await api.GetAsync("/v1/events/E2/related?limit=1")).Each("items")[0];
        var card = (await api.GetAsync($"/v1/events?ids={item.Text("id")}")).Each("items")[0];
        Assert.Equal(card.EnumerateObject().Select(m => m.Name).Append("reasons"), item.EnumerateObject().Select(m => m.Name));
        Assert.All(item.Each("reasons"), r => Assert.NotEmpty(r.Text("text")!));
        Assert.Equal((await api.GetAsync("/v1/events/E2/related?limit=50")).Ids(), (await api.AllAsync("/v1/events/E2/related?limit=7")).Select(i => i.Text("id")!));
    }
}
