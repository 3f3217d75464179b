using EventsApi.Records;

namespace EventsApi.Tests;

/// <summary>Actors, posts, memberships, locations, statements, sources, relations, claims and topics.</summary>
public sealed class OtherListTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Theory]
    [InlineData("1999-03-11", "first")]
    [InlineData("1999-03-12", "first,second")]
    [InlineData("2010", "first,second")]
    [InlineData("1999", "first")] // the whole of 1999
    [InlineData("2020-01-01", "second")]
    public async Task Members_as_of_a_day_are_those_whose_membership_covers_it(string asOf, string members)
    {
        var here = await Corner.OfAsync(api);
        var alliance = await here.ActorAsync("alliance");
        await here.MembershipAsync(await here.ActorAsync("first", "state"), alliance, start: "1949-04-04", end: "2019-12-31");
        await here.MembershipAsync(await here.ActorAsync("second", "state"), alliance, start: "1999-03-12");
        await here.MembershipAsync(await here.ActorAsync("guest", "state"), alliance, "observer", "1949-04-04");
        Pages.SameSet(members.Split(',').Select(here.Id), await api.IdsAsync($"/v1/actors?memberOf={alliance}&asOf={asOf}"));
    }

    [Fact]
    public async Task Members_without_a_day_are_those_of_today()
    {
        var here = await Corner.OfAsync(api);
        var union = await here.ActorAsync("union");
        await here.MembershipAsync(await here.ActorAsync("left", "state"), union, start: "1973", end: "2020-01-31");
        await here.MembershipAsync(await here.ActorAsync("present", "state"), union, start: "1958-01-01");
        await here.MembershipAsync(await here.ActorAsync("future", "state"), union, start: "2030-01-01");
        Assert.Equal([here.Id("present")], await api.IdsAsync($"/v1/actors?memberOf={union}"));
    }

    [Fact]
    public async Task An_organization_without_members_has_its_partners()
    {
        var here = await Corner.OfAsync(api);
        var initiative = await here.ActorAsync("initiative");
        await here.MembershipAsync(await here.ActorAsync("partner", "state"), initiative, "partner", "2004-12");
        await here.MembershipAsync(await here.ActorAsync("watcher", "state"), initiative, "observer", "2004-12");
        Assert.Equal([here.Id("partner")], await api.IdsAsync($"/v1/actors?memberOf={initiative}&asOf=2025-09-09"));
        Assert.Equal([here.Id("partner")], await MembersAsync($"/v1/actors/{initiative}/members?asOf=2025-09-09"));
    }

    [Fact]
    public async Task Member_of_all_wants_every_organization()
    {
        var here = await Corner.OfAsync(api);
        var (alliance, union) = (await here.ActorAsync("alliance"), await here.ActorAsync("union"));
        var (both, one) = (await here.ActorAsync("both", "state"), await here.ActorAsync("one", "state"));
        await here.MembershipAsync(both, alliance, start: "1949");
        await here.MembershipAsync(both, union, start: "1958");
        await here.MembershipAsync(one, alliance, start: "1949");
        Assert.Equal([both], await api.IdsAsync($"/v1/actors?memberOf[all]={alliance},{union}&asOf=2000"));
        Pages.SameSet([both, one], await api.IdsAsync($"/v1/actors?memberOf={alliance},{union}&asOf=2000"));
    }

    [Fact]
    public async Task Members_of_an_organization_are_memberships_that_name_the_member()
    {
        var here = await Corner.OfAsync(api);
        var (alliance, state) = (await here.ActorAsync("alliance"), await here.ActorAsync("state", "state"));
        var id = await here.MembershipAsync(state, alliance, start: "1949-04-04");
        await here.MembershipAsync(await here.ActorAsync("guest", "state"), alliance, "observer", "1949-04-04");
        var item = (await api.GetAsync($"/v1/actors/{alliance}/members?asOf=2025-09-09")).GetProperty("items").EnumerateArray().Single();
        var member = item.GetProperty("member");
        Assert.Equal((id, state, "state", "state"), (item.GetProperty("id").GetString(), member.GetProperty("id").GetString(), member.GetProperty("name").GetString(), member.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task Members_can_be_asked_for_by_classification()
    {
        var here = await Corner.OfAsync(api);
        var alliance = await here.ActorAsync("alliance");
        await here.MembershipAsync(await here.ActorAsync("member", "state"), alliance, start: "1949");
        await here.MembershipAsync(await here.ActorAsync("partner", "state"), alliance, "partner", "1994");
        Assert.Equal([here.Id("partner")], await MembersAsync($"/v1/actors/{alliance}/members?classification=partner&asOf=2025-09-09"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?asOf=2025-09-09")]
    public async Task A_member_with_two_memberships_is_listed_once(string query)
    {
        var here = await Corner.OfAsync(api);
        var (union, state) = (await here.ActorAsync("union"), await here.ActorAsync("state", "state"));
        await here.MembershipAsync(state, union, start: "1958");
        await here.MembershipAsync(state, union, start: "1999");
        Assert.Equal([state], await MembersAsync($"/v1/actors/{union}/members{query}"));
    }

    [Fact]
    public async Task An_actors_memberships_are_its_own()
    {
        var here = await Corner.OfAsync(api);
        var (alliance, state, other) = (await here.ActorAsync("alliance"), await here.ActorAsync("state", "state"), await here.ActorAsync("other", "state"));
        var id = await here.MembershipAsync(state, alliance, start: "1949");
        await here.MembershipAsync(other, alliance, start: "1949");
        Assert.Equal([id], await api.IdsAsync($"/v1/actors/{state}/memberships"));
        Assert.Equal([id], await api.IdsAsync($"/v1/memberships?member={state}"));
    }

    [Theory]
    [InlineData("2024-12-15", "", false)]
    [InlineData("2024-12-15", "&dateMatch=certain", false)]
    [InlineData("2024-12-15", "&dateMatch=possible", true)]
    [InlineData("2025-01-01", "", true)]
    [InlineData("2025-01-31", "", false)] // the end may be any day of January
    [InlineData("2025-01-31", "&dateMatch=possible", true)]
    [InlineData("2025-02-01", "&dateMatch=possible", false)]
    [InlineData("2024-11-30", "&dateMatch=possible", false)]
    public async Task A_membership_as_of_a_day_is_certain_unless_asked_otherwise(string asOf, string match, bool found)
    {
        var here = await Corner.OfAsync(api);
        var alliance = await here.ActorAsync("alliance");
        var id = await here.MembershipAsync(await here.ActorAsync("state", "state"), alliance, start: "2024-12", end: "2025-01");
        Assert.Equal(found ? [id] : [], await api.IdsAsync($"/v1/memberships?organization={alliance}&asOf={asOf}{match}"));
    }

    [Fact]
    public async Task A_membership_without_a_start_is_possible_but_not_certain()
    {
        var here = await Corner.OfAsync(api);
        var alliance = await here.ActorAsync("alliance");
        var id = await here.MembershipAsync(await here.ActorAsync("state", "state"), alliance);
        Assert.Empty(await api.IdsAsync($"/v1/memberships?organization={alliance}&asOf=2025-09-09"));
        Assert.Equal([id], await api.IdsAsync($"/v1/memberships?organization={alliance}&asOf=2025-09-09&dateMatch=possible"));
    }

    [Fact]
    public async Task Status_tells_suspended_memberships()
    {
        var here = await Corner.OfAsync(api);
        var alliance = await here.ActorAsync("alliance");
        await here.MembershipAsync(await here.ActorAsync("a", "state"), alliance);
        var suspended = await here.MembershipAsync(await here.ActorAsync("b", "state"), alliance, status: "suspended");
        Assert.Equal([suspended], await api.IdsAsync($"/v1/memberships?organization={alliance}&status=suspended"));
    }

    [Theory]
    [InlineData("2024-07-04", "first")]
    [InlineData("2024-07-06", "second")]
    public async Task A_post_has_one_holder_as_of_a_day(string asOf, string holder)
    {
        var here = await Corner.OfAsync(api);
        var (post, other, _) = await PremiersAsync(here);
        Assert.Equal([post], await api.IdsAsync($"/v1/posts?holder={here.Id(holder)}&asOf={asOf}"));
        var held = (await api.GetAsync($"/v1/posts/{post}/holders?asOf={asOf}")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal(here.Id(holder), held.GetProperty("person").GetProperty("id").GetString());
        Assert.Empty(await api.IdsAsync($"/v1/posts?holder={here.Id(holder == "first" ? "second" : "first")}&asOf={asOf}"));
        Assert.DoesNotContain(other, await api.IdsAsync($"/v1/posts?organization={here.Id("state")}&asOf={asOf}"));
    }

    [Fact]
    public async Task Holder_without_a_day_finds_the_posts_ever_held()
    {
        var here = await Corner.OfAsync(api);
        var (post, _, _) = await PremiersAsync(here);
        Assert.Equal([post], await api.IdsAsync($"/v1/posts?holder={here.Id("first")}"));
        Assert.Equal([post], await api.IdsAsync($"/v1/posts?holder={here.Id("first")},{here.Id("second")}"));
    }

    [Fact]
    public async Task A_holder_written_by_identifier_is_found_by_id()
    {
        var here = await Corner.OfAsync(api);
        var state = await here.ActorAsync("state", "state");
        var post = await here.PostAsync("premier", state);
        var person = (await api.GivenAsync(Kind.Actor, new { id = here.Id("person"), kind = "person", name = "Person", identifiers = new[] { new { scheme = "wikidata", identifier = here.Id("Q") } } }))[0];
        await here.MembershipAsync($"wikidata:{here.Id("Q")}", state, "holder", "2024-07-05", post: post);
        Assert.Equal([post], await api.IdsAsync($"/v1/posts?holder={person}"));
    }

    [Fact]
    public async Task A_post_lists_its_holders_over_time()
    {
        var here = await Corner.OfAsync(api);
        var (post, _, terms) = await PremiersAsync(here);
        var holders = (await api.GetAsync($"/v1/posts/{post}")).GetProperty("holders").EnumerateArray().ToList();
        Assert.Equal(terms, holders.Select(h => h.GetProperty("membership").GetString()));
        Assert.Equal([here.Id("first"), here.Id("second")], holders.Select(h => h.GetProperty("person").GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Posts_of_an_organization_include_those_of_its_parts()
    {
        var here = await Corner.OfAsync(api);
        var state = await here.ActorAsync("state", "state");
        var post = await here.PostAsync("minister", await here.ActorAsync("ministry", partOf: state));
        Assert.Equal([post], await api.IdsAsync($"/v1/posts?organization={state}"));
    }

    [Fact]
    public async Task Actors_are_found_by_kind_and_country_in_order_of_name()
    {
        var here = await Corner.OfAsync(api);
        await here.PlaceAsync("france", "country", null, null, null, "FRA", new { scheme = "iso3166", identifier = "FR" }, new { scheme = "iso3166", identifier = "FRA" });
        var (b, a) = (await here.ActorAsync("beta", country: "FRA"), await here.ActorAsync("alpha", country: "FRA"));
        await here.ActorAsync("gamma", "person", country: "FRA");
        Assert.Equal([a, b], await api.IdsAsync("/v1/actors?kind=organization&country=FR"));
    }

    [Fact]
    public async Task Locations_within_a_place_are_all_inside_it()
    {
        var here = await Corner.OfAsync(api);
        var country = await here.PlaceAsync("country", "country");
        var city = await here.PlaceAsync("city", parent: country);
        var street = await here.PlaceAsync("street", "street", city);
        await here.PlaceAsync("elsewhere");
        Pages.SameSet([city, street], await api.IdsAsync($"/v1/locations?within={country}&kind=city,street"));
        Assert.Equal([street], await api.IdsAsync($"/v1/locations?within={city}&kind=street"));
    }

    [Fact]
    public async Task A_place_leads_outward_the_nearest_first()
    {
        var here = await Corner.OfAsync(api);
        var country = await here.PlaceAsync("country", "country");
        var city = await here.PlaceAsync("city", parent: country);
        var street = await here.PlaceAsync("street", "street", city);
        Assert.Equal([city, country], (await api.GetAsync($"/v1/locations/{street}")).GetProperty("path").EnumerateArray().Select(p => p.GetProperty("id").GetString()!));
    }

    [Fact]
    public async Task Statements_are_found_by_who_said_them_for_whom_and_in_which_post()
    {
        var here = await Corner.OfAsync(api);
        var (speaker, nato) = (await here.ActorAsync("speaker", "person"), await here.ActorAsync("nato"));
        var post = await here.PostAsync("envoy", nato);
        var ids = await StatementsAsync(new { speaker }, new { speaker, onBehalfOf = nato }, new { post }, new { text = "The author's." });
        Pages.SameSet(ids[..2], await api.IdsAsync($"/v1/statements?speaker={speaker}"));
        Assert.Equal([ids[1]], await api.IdsAsync($"/v1/statements?onBehalfOf={nato}"));
        Assert.Equal([ids[2]], await api.IdsAsync($"/v1/statements?post={post}"));
    }

    [Fact]
    public async Task Statements_are_found_by_event_and_stand_in_it()
    {
        var here = await Corner.OfAsync(api);
        var (id, other) = (await here.EventAsync(), await here.EventAsync());
        var ids = await StatementsAsync(new { @event = id }, new { @event = other });
        Assert.Equal([ids[0]], await api.IdsAsync($"/v1/statements?event={id}"));
        Assert.Equal([ids[0]], (await api.GetAsync($"/v1/events/{id}")).GetProperty("statements").EnumerateArray().Select(s => s.GetProperty("id").GetString()!));
    }

    [Fact]
    public async Task A_statement_of_no_given_language_can_stand_in_its_event()
    {
        var here = await Corner.OfAsync(api);
        var id = await here.EventAsync();
        var ids = await api.GivenAsync(Kind.Statement, new { @event = id, text = "Something was said.", basis = new { voice = "author" } });
        Assert.Equal(ids, (await api.GetAsync($"/v1/events/{id}")).GetProperty("statements").EnumerateArray().Select(s => s.GetProperty("id").GetString()!));
    }

    [Fact]
    public async Task Statements_are_found_by_topic_with_its_children()
    {
        var here = await Corner.OfAsync(api);
        var hybrid = await here.TopicAsync("hybrid");
        var cyber = await here.TopicAsync("cyber", hybrid);
        var ids = await StatementsAsync(new { topics = new[] { cyber } }, new { topics = new[] { hybrid } });
        Pages.SameSet(ids, await api.IdsAsync($"/v1/statements?topic={hybrid}"));
        Assert.Equal([ids[0]], await api.IdsAsync($"/v1/statements?topic={cyber}"));
    }

    [Fact]
    public async Task Statements_are_found_by_form_and_certainty()
    {
        var here = await Corner.OfAsync(api);
        var speaker = await here.ActorAsync("speaker", "person");
        var ids = await StatementsAsync(
            new { speaker, basis = new { voice = "speaker", form = "quote", certainty = "stated" } }, new { speaker, basis = new { voice = "speaker", form = "paraphrase", certainty = "reported" } });
        Assert.Equal([ids[0]], await api.IdsAsync($"/v1/statements?speaker={speaker}&form=quote"));
        Assert.Equal([ids[1]], await api.IdsAsync($"/v1/statements?speaker={speaker}&certainty=reported,likely"));
    }

    [Fact]
    public async Task Statements_are_found_by_date_newest_first_and_the_undated_last()
    {
        var here = await Corner.OfAsync(api);
        var speaker = await here.ActorAsync("speaker", "person");
        var ids = await StatementsAsync(new { speaker }, new { speaker, date = "2024-05-01" }, new { speaker, date = "2025-09" }, new { speaker, date = "2025-09-09" });
        Assert.Equal([ids[3], ids[2]], await api.IdsAsync($"/v1/statements?speaker={speaker}&from=2025-09-09&to=2025-09-20"));
        Assert.Equal([ids[3], ids[2], ids[1], ids[0]], await api.IdsAsync($"/v1/statements?speaker={speaker}"));
        Assert.Equal([ids[3], ids[2], ids[1], ids[0]], await api.WalkAsync($"/v1/statements?speaker={speaker}&limit=1"));
    }

    [Fact]
    public async Task Sources_are_found_by_publisher_language_and_kind()
    {
        var here = await Corner.OfAsync(api);
        var publisher = here.Id("Smith & Sons");
        var ids = new List<string>();
        foreach (var (kind, language) in ((string, string)[])[("article", "en"), ("article", "ar"), ("official", "en")]) ids.Add(await here.SourceAsync(new { kind, language, publisher }));
        var query = $"publisher={Uri.EscapeDataString(publisher)}";
        Assert.Equal([ids[0]], await api.IdsAsync($"/v1/sources?{query}&kind=article&language=en"));
        Pages.SameSet(ids, await api.WalkAsync($"/v1/sources?{query}&limit=1"));
    }

    [Theory]
    [InlineData("2025-09", true)]
    [InlineData("2025-09-09", true)]
    [InlineData("2025", true)]
    [InlineData("2025-09-01/2025-09-30", true)]
    [InlineData("2025-10", false)]
    [InlineData("2024", false)]
    public async Task Sources_are_found_by_the_day_month_or_year_of_publication(string published, bool found)
    {
        var here = await Corner.OfAsync(api);
        var publisher = here.Id("Gazette");
        var id = await here.SourceAsync(new { publisher, published = "2025-09-09" });
        await here.SourceAsync(new { publisher });
        Assert.Equal(found ? [id] : [], await api.IdsAsync($"/v1/sources?publisher={publisher}&published={published}"));
    }

    [Fact]
    public async Task Relations_are_found_by_either_end()
    {
        var here = await Corner.OfAsync(api);
        var (trip, summit) = (await here.EventAsync(), await here.EventAsync(new { setting = "summit" }));
        var situation = (await api.GivenAsync(Kind.Situation, new { id = here.Id("war"), title = "War", kind = "war" }))[0];
        var ids = await api.GivenAsync(
            Kind.Relation, new { from = Ref("event", trip), type = "partOf", to = Ref("event", summit) }, new { from = Ref("event", summit), type = "about", to = Ref("situation", situation) });
        Assert.Equal([ids[0]], await api.IdsAsync($"/v1/relations?from=event:{trip}"));
        Assert.Equal([ids[0]], await api.IdsAsync($"/v1/relations?to=event:{summit}"));
        Assert.Equal([ids[1]], await api.IdsAsync($"/v1/relations?to=situation:{situation}&type=about"));
        Assert.Equal([situation], (await api.GetAsync($"/v1/events/{summit}")).GetProperty("relations").EnumerateArray().Select(r => r.GetProperty("target").GetProperty("id").GetString()!));
    }

    [Fact]
    public async Task Claims_are_found_by_record_whatever_its_kind()
    {
        var here = await Corner.OfAsync(api);
        var (source, alliance) = (await here.SourceAsync(new { }), await here.ActorAsync("alliance"));
        var membership = await here.MembershipAsync(await here.ActorAsync("state", "state"), alliance, start: "2004-12");
        var ids = await api.GivenAsync(
            Kind.Claim, new { record = Ref("membership", membership), pointer = "/start", value = "2004-12", source, preferred = true }, new { record = Ref("actor", alliance), pointer = "/name", value = "Alliance", source });
        Assert.Equal([ids[0]], await api.IdsAsync($"/v1/claims?record=membership:{membership}"));
        Assert.Equal([ids[1]], await api.IdsAsync($"/v1/claims?record=actor:{alliance}"));
    }

    [Theory]
    [InlineData("/v1/claims?record=E1", "record")]
    [InlineData("/v1/claims?record=membership:M999999", "record")]
    [InlineData("/v1/relations?from=evnt:E1", "from")]
    [InlineData("/v1/actors?memberOf=no-such-body", "memberOf")]
    [InlineData("/v1/actors?memberOf=no-such-body&asOf=2025", "memberOf")]
    [InlineData("/v1/memberships?asOf=lately", "asOf")]
    [InlineData("/v1/sources?published=lately", "published")]
    [InlineData("/v1/locations?within=nowhere-at-all", "within")]
    [InlineData("/v1/statements?form=song", "form")]
    [InlineData("/v1/topics?colour=red", "colour")]
    public Task What_names_nothing_is_refused_by_parameter(string path, string parameter) => api.RefusedAsync(path, parameter);

    [Fact]
    public async Task Topics_within_a_topic_are_all_below_it()
    {
        var here = await Corner.OfAsync(api);
        var hybrid = await here.TopicAsync("hybrid");
        var cyber = await here.TopicAsync("cyber", hybrid);
        var espionage = await here.TopicAsync("espionage", cyber);
        var other = await here.TopicAsync("other");
        var found = await api.IdsAsync($"/v1/topics?within={hybrid}");
        Assert.Empty(new[] { cyber, espionage }.Except(found));
        Assert.DoesNotContain(other, found);
        Assert.DoesNotContain(hybrid, await api.IdsAsync($"/v1/topics?within={cyber}"));
    }

    [Fact]
    public async Task A_topic_counts_the_events_below_it_but_not_mere_background()
    {
        var here = await Corner.OfAsync(api);
        var hybrid = await here.TopicAsync("hybrid");
        var cyber = await here.TopicAsync("cyber", hybrid);
        object Of(string id, string certainty) => new { topics = new[] { new { id, certainty } } };
        await here.EventsAsync(Of(cyber, "stated"), Of(hybrid, "likely"), Of(hybrid, "background"));
        Assert.Equal(2, (await api.GetAsync($"/v1/topics/{hybrid}")).GetProperty("count").GetInt32());
    }

    private async Task<string[]> MembersAsync(string path) => [.. (await api.GetAsync(path)).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("member").GetProperty("id").GetString()!)];

    private static object Ref(string kind, string id) => new { kind, id };

    /// <summary>A post with two holders, one after the other, and another that nobody holds.</summary>
    private static async Task<(string Post, string Other, string[] Terms)> PremiersAsync(Corner here)
    {
        var state = await here.ActorAsync("state", "state");
        var (post, other) = (await here.PostAsync("premier", state), await here.PostAsync("vacant", state));
        var second = await here.MembershipAsync(await here.ActorAsync("second", "person"), state, "holder", "2024-07-05", post: post);
        var first = await here.MembershipAsync(await here.ActorAsync("first", "person"), state, "holder", "2022-10-25", "2024-07-05", post);
        return (post, other, [first, second]);
    }

    /// <summary>Statements with a text and a basis unless given.</summary>
    private async Task<string[]> StatementsAsync(params object[] statements) => [.. await api.GivenAsync(Kind.Statement, [.. statements.Select(members =>
    {
        var json = System.Text.Json.JsonSerializer.SerializeToNode(members)!.AsObject();
        json.TryAdd("text", "Something was said.");
        json.TryAdd("lang", "en");
        json.TryAdd("basis", new System.Text.Json.Nodes.JsonObject { ["voice"] = "speaker", ["form"] = "paraphrase", ["certainty"] = "stated" });
        return (object)json;
    })])];
}
