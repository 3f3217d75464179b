using System.Text.Json;
using EventsApi.Records;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

public sealed class EventFilterTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Fact]
    public async Task An_event_needs_only_type_and_title()
    {
        var ids = await api.GivenAsync(Kind.Event, new { type = "agree", title = "Nothing else is known" });
        Assert.Equal("Nothing else is known", (await api.GetAsync($"/v1/events/{ids[0]}")).GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_refused_write_leaves_others_of_the_same_moment_alone()
    {
        var here = await Corner.OfAsync(api);
        using var gate = new ManualResetEventSlim();
        // While the writer is held up, both wait and are taken into one transaction.
        var held = api.Services.GetRequiredService<Database>().WriteAsync(_ => gate.Wait(TimeSpan.FromSeconds(30)));
        var bad = here.EventAsync(new { location = "no-such-place" });
        var good = here.EventAsync();
        gate.Set();
        await held;
        await Assert.ThrowsAnyAsync<Exception>(() => bad);
        Assert.Equal([await good], await here.FindAsync(""));
    }

    [Theory]
    [InlineData("type=consult,agree")]
    [InlineData("type=consult&type=agree")]
    [InlineData("type=agree,consult,agree")]
    public async Task A_comma_or_repetition_is_or(string query)
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { type = "consult" }, new { type = "agree" }, new { type = "protest" });
        Pages.SameSet(ids[..2], await here.FindAsync(query));
    }

    [Fact]
    public async Task Filters_of_different_names_are_and()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { type = "consult", status = "held" }, new { type = "consult", status = "cancelled" }, new { type = "agree", status = "held" });
        Assert.Equal([ids[0]], await here.FindAsync("type=consult&status=held"));
    }

    [Theory]
    [InlineData("context[all]=cyber,military")]
    [InlineData("context[all]=cyber&context[all]=military")]
    public async Task All_is_and(string query)
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { contexts = new[] { "cyber", "military" } }, new { contexts = new[] { "cyber" } }, new { contexts = new[] { "military" } });
        Assert.Equal([ids[0]], await here.FindAsync(query));
    }

    [Fact]
    public async Task Not_leaves_out_what_has_any_of_them()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { type = "consult" }, new { type = "agree" }, new { type = "protest" });
        Assert.Equal([ids[0]], await here.FindAsync("type[not]=protest,agree"));
    }

    [Fact]
    public async Task Or_and_not_combine_on_one_name()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { contexts = new[] { "cyber" } }, new { contexts = new[] { "cyber", "crime" } }, new { contexts = new[] { "health" } });
        Assert.Equal([ids[0]], await here.FindAsync("context=cyber&context[not]=crime"));
    }

    [Fact]
    public async Task Mode_finds_how_it_was_done()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { modes = new[] { "visit" } }, new { modes = new[] { "phone" } }, new { });
        Assert.Equal([ids[0]], await here.FindAsync("mode=visit"));
    }

    [Theory]
    [InlineData("self")]
    [InlineData("onBehalfOf")]
    [InlineData("post")]
    [InlineData("part")]
    public async Task An_actor_takes_part_in_four_ways_and_the_hit_says_which(string via)
    {
        var here = await Corner.OfAsync(api);
        var (asked, other) = (await here.ActorAsync("kuwait", "state"), await here.ActorAsync("someone", "person"));
        var ministry = await here.ActorAsync("ministry", partOf: asked);
        var post = await here.PostAsync("minister", asked);
        object participant = via switch
        {
            "self" => new { actor = asked },
            "onBehalfOf" => new { actor = other, onBehalfOf = asked },
            "post" => new { actor = other, post },
            _ => new { actor = ministry },
        };
        var ids = await here.EventsAsync(new { participants = new[] { participant } }, new { participants = new[] { new { actor = other } } });

        var hit = (await api.GetAsync($"/v1/events?{here.Mine}&actor={asked}")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal((ids[0], via), (hit.GetProperty("id").GetString(), hit.GetProperty("matchedVia").EnumerateArray().Single().GetString()));
    }

    [Fact]
    public async Task A_part_of_a_part_is_part_of_the_whole()
    {
        var here = await Corner.OfAsync(api);
        var state = await here.ActorAsync("state", "state");
        var office = await here.ActorAsync("office", partOf: await here.ActorAsync("ministry", partOf: state));
        var ids = await here.EventsAsync(new { participants = new[] { new { actor = office } } });
        Assert.Equal(ids, await here.FindAsync($"actor={state}"));
    }

    [Fact]
    public async Task A_hit_says_every_way_in_which_it_matched()
    {
        var here = await Corner.OfAsync(api);
        var (state, person) = (await here.ActorAsync("state", "state"), await here.ActorAsync("person", "person"));
        await here.EventsAsync(new { participants = new object[] { new { actor = state }, new { actor = person, onBehalfOf = state } } });
        var hit = (await api.GetAsync($"/v1/events?{here.Mine}&actor={state}")).GetProperty("items")[0];
        Assert.Equal(["onBehalfOf", "self"], hit.GetProperty("matchedVia").EnumerateArray().Select(v => v.GetString()!).Order());
    }

    [Fact]
    public async Task Whoever_held_a_post_of_the_actor_that_day_matches_by_post()
    {
        var here = await Corner.OfAsync(api);
        var (alliance, person) = (await here.ActorAsync("alliance"), await here.ActorAsync("person", "person"));
        await here.MembershipAsync(person, alliance, "holder", "2024-10-01", post: await here.PostAsync("secretary", alliance));
        object[] participants = [new { actor = person }];
        var ids = await here.EventsAsync(new { date = "2025-09-09", participants }, new { date = "2024-09-30", participants });

        var hit = (await api.GetAsync($"/v1/events?{here.Mine}&actor={alliance}")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal((ids[0], "post"), (hit.GetProperty("id").GetString(), hit.GetProperty("matchedVia")[0].GetString()));
    }

    [Fact]
    public async Task A_term_that_is_learnt_of_after_the_event_counts_too()
    {
        var here = await Corner.OfAsync(api);
        var (alliance, person) = (await here.ActorAsync("alliance"), await here.ActorAsync("person", "person"));
        var ids = await here.EventsAsync(new { date = "2025-09-09", participants = new[] { new { actor = person } } });
        await here.MembershipAsync(person, alliance, "holder", "2024-10-01", post: await here.PostAsync("secretary", alliance));
        Assert.Equal(ids, await here.FindAsync($"actor={alliance}"));
    }

    [Fact]
    public async Task A_post_without_a_name_is_filled_with_its_holder_of_that_day()
    {
        var here = await Corner.OfAsync(api);
        var (state, first, second) = (await here.ActorAsync("state", "state"), await here.ActorAsync("first", "person"), await here.ActorAsync("second", "person"));
        var post = await here.PostAsync("premier", state);
        await here.MembershipAsync(first, state, "holder", "2022-10-25", "2024-07-05", post);
        await here.MembershipAsync(second, state, "holder", "2024-07-05", post: post);
        var ids = await here.EventsAsync(new { date = "2025-09-09", participants = new[] { new { post } } });

        Assert.Equal(ids, await here.FindAsync($"actor={second}"));
        Assert.Empty(await here.FindAsync($"actor={first}"));
        var participant = (await api.GetAsync($"/v1/events/{ids[0]}")).GetProperty("participants")[0];
        Assert.Equal("actor", participant.GetProperty("inferred").EnumerateArray().Single().GetString());
    }

    [Fact]
    public async Task On_the_day_of_a_handover_nobody_is_inferred_and_both_are_candidates()
    {
        var here = await Corner.OfAsync(api);
        var (state, first, second) = (await here.ActorAsync("state", "state"), await here.ActorAsync("first", "person"), await here.ActorAsync("second", "person"));
        var post = await here.PostAsync("premier", state);
        await here.MembershipAsync(first, state, "holder", "2022-10-25", "2024-07-05", post);
        await here.MembershipAsync(second, state, "holder", "2024-07-05", post: post);
        var id = await here.EventAsync(new { date = "2024-07-05", participants = new[] { new { post } } });

        var participant = (await api.GetAsync($"/v1/events/{id}")).GetProperty("participants")[0];
        Assert.Equal(JsonValueKind.Null, participant.GetProperty("actor").ValueKind);
        Pages.SameSet([first, second], participant.GetProperty("candidates").EnumerateArray().Select(c => c.GetProperty("id").GetString()!));
    }

    [Fact]
    public async Task Actor_all_wants_every_one_of_them()
    {
        var here = await Corner.OfAsync(api);
        var (a, b) = (await here.ActorAsync("a"), await here.ActorAsync("b"));
        var ids = await here.EventsAsync(
            new { participants = new[] { new { actor = a }, new { actor = b } } }, new { participants = new[] { new { actor = a } } }, new { participants = new[] { new { actor = b } } });
        Assert.Equal([ids[0]], await here.FindAsync($"actor[all]={a},{b}"));
        Pages.SameSet(ids, await here.FindAsync($"actor={a},{b}"));
        Assert.Equal([ids[2]], await here.FindAsync($"actor[not]={a}"));
    }

    [Fact]
    public async Task Actor_by_role_matches_that_role_alone()
    {
        var here = await Corner.OfAsync(api);
        var state = await here.ActorAsync("state", "state");
        var ids = await here.EventsAsync(
            new { participants = new[] { new { actor = state, roles = new[] { "host", "recipient" } } } },
            new { participants = new[] { new { actor = state, roles = new[] { "visitor", "initiator" } } } });
        Assert.Equal([ids[0]], await here.FindAsync($"actor.host={state}"));
        Assert.Equal([ids[1]], await here.FindAsync($"actor.initiator={state}"));
        Assert.Empty(await here.FindAsync($"actor.mediator={state}"));
        Assert.Equal([ids[1]], await here.FindAsync($"actor.host[not]={state}"));
    }

    [Fact]
    public async Task The_host_of_a_state_can_be_its_ministry()
    {
        var here = await Corner.OfAsync(api);
        var state = await here.ActorAsync("state", "state");
        var ministry = await here.ActorAsync("ministry", partOf: state);
        var ids = await here.EventsAsync(new { participants = new[] { new { actor = ministry, roles = new[] { "host" } } } });
        Assert.Equal(ids, await here.FindAsync($"actor.host={state}"));
    }

    [Fact]
    public async Task The_role_must_be_that_of_the_actor_asked_for()
    {
        var here = await Corner.OfAsync(api);
        var (a, b) = (await here.ActorAsync("a"), await here.ActorAsync("b"));
        await here.EventsAsync(new { participants = new[] { new { actor = a, roles = new[] { "host" } }, new { actor = b, roles = new[] { "visitor" } } } });
        Assert.Empty(await here.FindAsync($"actor.host={b}"));
    }

    [Fact]
    public async Task ActorMatch_self_narrows_to_the_actor_itself()
    {
        var here = await Corner.OfAsync(api);
        var state = await here.ActorAsync("state", "state");
        var ministry = await here.ActorAsync("ministry", partOf: state);
        var ids = await here.EventsAsync(new { participants = new[] { new { actor = state } } }, new { participants = new[] { new { actor = ministry } } });
        Assert.Equal([ids[0]], await here.FindAsync($"actor={state}&actorMatch=self"));
    }

    [Fact]
    public async Task ActorMatch_self_narrows_a_negation_too()
    {
        var here = await Corner.OfAsync(api);
        var state = await here.ActorAsync("state", "state");
        var ministry = await here.ActorAsync("ministry", partOf: state);
        var ids = await here.EventsAsync(new { participants = new[] { new { actor = state } } }, new { participants = new[] { new { actor = ministry } } });
        Assert.Equal([ids[1]], await here.FindAsync($"actor[not]={state}&actorMatch=self"));
    }

    [Fact]
    public async Task Participant_binds_its_conditions_to_one_and_the_same()
    {
        var here = await Corner.OfAsync(api);
        var (rutte, stoltenberg, nato) = (await here.ActorAsync("rutte", "person"), await here.ActorAsync("stoltenberg", "person"), await here.ActorAsync("nato"));
        var ids = await here.EventsAsync(
            new { type = "consult", setting = "bilateral", participants = new object[] { new { actor = rutte, onBehalfOf = nato, attendance = "attended" } } },
            new { type = "consult", setting = "bilateral", participants = new object[] { new { actor = rutte, attendance = "absent" }, new { actor = stoltenberg, onBehalfOf = nato, attendance = "attended" } } });
        Assert.Equal([ids[0]], await here.FindAsync($"participant=actor:{rutte};onBehalfOf:{nato}"));
        Assert.Equal([ids[0]], await here.FindAsync($"participant=actor:{rutte};attendance:attended"));
        Assert.Equal([ids[0]], await here.FindAsync($"participant=actor:{rutte};onBehalfOf:{nato};attendance:attended"));
        Assert.Equal([ids[1]], await here.FindAsync($"participant=actor:{rutte};attendance:absent"));
    }

    [Theory]
    [InlineData("participant=role:hst")]
    [InlineData("participant=colour:red")]
    [InlineData("participant=nonsense")]
    [InlineData("participant=actor:nobody-at-all")]
    public Task A_wrong_condition_on_a_participant_is_refused(string query) => api.RefusedAsync($"/v1/events?{query}", "participant");

    [Fact]
    public async Task Sector_finds_the_sector_of_any_participant()
    {
        var here = await Corner.OfAsync(api);
        var rebels = await here.ActorAsync("rebels", sector: "REB");
        var ids = await here.EventsAsync(
            new { participants = new object[] { new { actor = rebels } } }, new { participants = new object[] { new { label = "soldiers", sector = "MIL" } } }, new { participants = new object[] { new { label = "people" } } });
        Assert.Equal([ids[0]], await here.FindAsync("sector=REB"));
        Pages.SameSet(ids[..2], await here.FindAsync("sector=REB,MIL"));
    }

    [Fact]
    public async Task Involves_finds_actor_and_place_of_one_id()
    {
        var here = await Corner.OfAsync(api);
        var id = await here.ActorAsync("kuwait", "state");
        Assert.Equal(id, await here.PlaceAsync("kuwait", "country"));
        var ids = await here.EventsAsync(new { participants = new[] { new { actor = id } } }, new { location = id }, new { });
        Pages.SameSet(ids[..2], await here.FindAsync($"involves={id}"));
        Assert.Equal([ids[2]], await here.FindAsync($"involves[not]={id}"));
    }

    [Theory]
    [InlineData("KWT")]
    [InlineData("KW")]
    [InlineData("KWT,FR")]
    public async Task Country_takes_alpha_2_and_alpha_3(string code)
    {
        var here = await Corner.OfAsync(api);
        var kuwait = await CountryAsync(here, "kuwait", "KW", "KWT");
        var france = await CountryAsync(here, "france", "FR", "FRA");
        var city = await here.PlaceAsync("kuwait-city", parent: kuwait, country: "KWT");
        var ids = await here.EventsAsync(new { location = city }, new { location = kuwait }, new { location = france }, new { });
        Pages.SameSet(code.Contains("FR", StringComparison.Ordinal) ? ids[..3] : ids[..2], await here.FindAsync($"country={code}"));
    }

    [Fact]
    public async Task A_code_of_no_country_is_refused()
    {
        await CountryAsync(await Corner.OfAsync(api), "kuwait", "KW", "KWT");
        await api.RefusedAsync("/v1/events?country=KWX", "country");
    }

    [Fact]
    public async Task A_location_holds_everything_inside_it()
    {
        var here = await Corner.OfAsync(api);
        var country = await here.PlaceAsync("country", "country");
        var city = await here.PlaceAsync("city", parent: country);
        var street = await here.PlaceAsync("street", "street", city);
        var other = await here.PlaceAsync("other", parent: country);
        var ids = await here.EventsAsync(new { location = street }, new { location = city }, new { location = other }, new { location = country }, new { });
        Pages.SameSet(ids[..2], await here.FindAsync($"location={city}"));
        Pages.SameSet(ids[..4], await here.FindAsync($"location={country}"));
        Pages.SameSet(ids[2..], await here.FindAsync($"location[not]={city}"));
        Pages.SameSet(ids[..2], await api.IdsAsync($"/v1/locations/{city}/events"));
    }

    [Fact]
    public async Task Precision_gte_is_that_fine_or_finer()
    {
        var here = await Corner.OfAsync(api);
        string[] kinds = ["venue", "street", "city", "admin2", "admin1", "country", "region", "water"];
        var places = new List<string>();
        foreach (var kind in kinds) places.Add(await here.PlaceAsync(kind, kind));
        var ids = await here.EventsAsync([.. places.Select(location => (object)new { location }), new { }]);
        Pages.SameSet(ids[..3], await here.FindAsync("precision[gte]=city"));
        Pages.SameSet(ids[..6], await here.FindAsync("precision[gte]=country"));
        Assert.Equal([ids[4]], await here.FindAsync("precision=admin1"));
    }

    [Fact]
    public async Task A_box_holds_the_points_inside_it()
    {
        var here = await Corner.OfAsync(api);
        var ids = await AtAsync(here, (29.37, 47.98), (25.29, 51.53), (51.50, -0.13));
        Assert.Equal([ids[0]], await here.FindAsync("bbox=46,28,49,31"));
        Pages.SameSet(ids[..2], await here.FindAsync("bbox=46,20,55,31"));
        Pages.SameSet(ids, await here.FindAsync("bbox=-180,-90,180,90"));
    }

    [Fact]
    public async Task A_box_may_cross_the_antimeridian()
    {
        var here = await Corner.OfAsync(api);
        var ids = await AtAsync(here, (-18.14, 178.44), (-21.13, -175.20), (-17, 180), (-17, -180), (-17, 0), (-17, 169));
        Pages.SameSet(ids[..4], await here.FindAsync("bbox=170,-30,-170,0"));
    }

    [Fact]
    public async Task Points_coarser_than_admin2_need_geoMatch_possible()
    {
        var here = await Corner.OfAsync(api);
        var places = new List<string>();
        foreach (var kind in (string[])["venue", "admin2", "admin1", "country"]) places.Add(await here.PlaceAsync(kind, kind, latitude: 29.5, longitude: 47.5));
        var ids = await here.EventsAsync([.. places.Select(location => new { location })]);
        Pages.SameSet(ids[..2], await here.FindAsync("bbox=46,28,49,31"));
        Pages.SameSet(ids, await here.FindAsync("bbox=46,28,49,31&geoMatch=possible"));
        Pages.SameSet(ids[..2], await here.FindAsync("near=29.5,47.5&radius=10km"));
        Pages.SameSet(ids, await here.FindAsync("near=29.5,47.5&radius=10km&geoMatch=possible"));
    }

    [Fact]
    public async Task A_box_and_a_period_are_both_kept_to()
    {
        var here = await Corner.OfAsync(api);
        var (inside, outside) = (await here.PlaceAsync("inside", latitude: 10, longitude: 10), await here.PlaceAsync("outside", latitude: 50, longitude: 10));
        var ids = await here.EventsAsync(new { location = inside, date = "1950" }, new { location = inside, date = "2025" }, new { location = outside, date = "1950" }, new { location = inside });
        Assert.Equal([ids[0]], await here.FindAsync("bbox=0,0,20,20&date=1950-06-15"));
    }

    [Theory]
    [InlineData("bbox=1,2,3")]
    [InlineData("bbox=a,b,c,d")]
    [InlineData("bbox=0,40,10,30")]
    [InlineData("bbox=0,-91,10,30")]
    [InlineData("bbox=-190,0,10,30")]
    public Task A_wrong_box_is_refused(string query) => api.RefusedAsync($"/v1/events?{query}", "bbox");

    [Fact]
    public async Task Near_finds_what_lies_within_the_radius_nearest_first()
    {
        var here = await Corner.OfAsync(api);
        // One degree of latitude is 111.2 km.
        var ids = await AtAsync(here, (10.4, 20), (10.1, 20), (10.9, 20), (9.8, 20));
        Assert.Equal([ids[1], ids[3], ids[0]], await here.FindAsync("near=10,20&radius=50km&sort=distance"));
        Assert.Equal([ids[1]], await here.FindAsync("near=10,20&radius=12km"));
        Assert.Equal([ids[1]], await here.FindAsync("near=10,20&radius=12000m"));
        Assert.Equal([ids[1], ids[3], ids[0], ids[2]], await api.WalkAsync($"/v1/events?{here.Mine}&near=10,20&radius=200km&sort=distance&limit=1"));
    }

    [Fact]
    public async Task Near_reaches_across_the_antimeridian_and_the_pole()
    {
        var here = await Corner.OfAsync(api);
        var ids = await AtAsync(here, (0, -179.9), (0, 179.9), (0, 178), (89.9, 0), (89.9, 180), (89.9, 90));
        Pages.SameSet(ids[..2], await here.FindAsync("near=0,180&radius=50km"));
        Pages.SameSet(ids[3..], await here.FindAsync("near=89.95,0&radius=50km"));
    }

    [Fact]
    public Task Distance_orders_only_beside_near() => api.RefusedAsync("/v1/events?sort=distance", "sort");

    [Fact]
    public async Task A_topic_holds_its_children()
    {
        var here = await Corner.OfAsync(api);
        var hybrid = await here.TopicAsync("hybrid");
        var cyber = await here.TopicAsync("cyber", hybrid);
        var espionage = await here.TopicAsync("espionage", cyber);
        var ids = await here.EventsAsync(Topic(espionage), Topic(cyber), Topic(hybrid), new { });
        Pages.SameSet(ids[..2], await here.FindAsync($"topic={cyber}"));
        Pages.SameSet(ids[..3], await here.FindAsync($"topic={hybrid}"));
        Assert.Equal([ids[3]], await here.FindAsync($"topic[not]={hybrid}"));
    }

    [Fact]
    public async Task A_background_topic_is_left_out_unless_asked_for()
    {
        var here = await Corner.OfAsync(api);
        var topic = await here.TopicAsync("climate");
        var ids = await here.EventsAsync(Topic(topic, "stated"), Topic(topic, "likely"), Topic(topic, "background"));
        Pages.SameSet(ids[..2], await here.FindAsync($"topic={topic}"));
        Assert.Equal([ids[2]], await here.FindAsync($"topic={topic}&certainty=background"));
        Assert.Equal([ids[1]], await here.FindAsync($"topic={topic}&certainty=likely"));
        Pages.SameSet(ids, await here.FindAsync($"topic={topic}&certainty=stated,likely,background"));
    }

    [Fact]
    public async Task A_topic_stated_below_and_background_above_counts_for_the_one_above()
    {
        var here = await Corner.OfAsync(api);
        var above = await here.TopicAsync("above");
        var below = await here.TopicAsync("below", above);
        var ids = await here.EventsAsync(new { topics = new[] { new { id = above, certainty = "background" }, new { id = below, certainty = "stated" } } });
        Assert.Equal(ids, await here.FindAsync($"topic={above}"));
    }

    [Fact]
    public async Task A_situation_holds_what_is_part_of_it_or_about_it_and_what_is_below_it()
    {
        var here = await Corner.OfAsync(api);
        var war = (await api.GivenAsync(Kind.Situation, new { id = here.Id("war"), title = "War", kind = "war" }))[0];
        var dyad = (await api.GivenAsync(Kind.Situation, new { id = here.Id("dyad"), title = "Dyad", kind = "dyad", parent = war }))[0];
        var ids = await here.EventsAsync(new { }, new { }, new { }, new { });
        string[] types = ["partOf", "about", "partOf"];
        for (var n = 0; n < 3; n++)
            await api.GivenAsync(Kind.Relation, new { from = new { kind = "event", id = ids[n] }, type = types[n], to = new { kind = "situation", id = n == 2 ? dyad : war } });
        Pages.SameSet(ids[..3], await here.FindAsync($"situation={war}"));
        Assert.Equal([ids[2]], await here.FindAsync($"situation={dyad}"));
        Assert.Equal([ids[3]], await here.FindAsync("missing=situation"));
    }

    [Fact]
    public async Task A_situation_written_by_identifier_is_found_by_id()
    {
        var here = await Corner.OfAsync(api);
        var war = (await api.GivenAsync(Kind.Situation, new { id = here.Id("war"), title = "War", kind = "war", identifiers = new[] { new { scheme = "ucdp-conflict", identifier = here.Id("1") } } }))[0];
        var id = await here.EventAsync();
        await api.GivenAsync(Kind.Relation, new { from = new { kind = "event", id }, type = "partOf", to = new { kind = "situation", id = $"ucdp-conflict:{here.Id("1")}" } });
        Assert.Equal([id], await here.FindAsync($"situation={war}"));
    }

    [Fact]
    public async Task A_place_is_as_precise_as_its_kind_in_an_event_written_with_it()
    {
        var here = await Corner.OfAsync(api);
        var place = here.Id("city");
        await TogetherAsync((Kind.Location, new { id = place, kind = "city", name = "City", latitude = 10, longitude = 10 }), (Kind.Event, here.Event(new { location = place })));
        Assert.Single(await here.FindAsync("precision=city"));
        Assert.Single(await here.FindAsync("bbox=0,0,20,20"));
    }

    [Fact]
    public async Task Bounds_on_deaths_leave_out_the_unknown()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { fatalities = new { best = 0 } }, new { fatalities = new { best = 10 } }, new { fatalities = new { best = 11 } }, new { });
        Pages.SameSet(ids[1..3], await here.FindAsync("fatalities[gte]=10"));
        Pages.SameSet(ids[..2], await here.FindAsync("fatalities[lte]=10"));
        Assert.Equal([ids[1]], await here.FindAsync("fatalities[gte]=1&fatalities[lte]=10"));
        Assert.Equal([ids[0]], await here.FindAsync("fatalities[lte]=0"));
    }

    [Fact]
    public async Task Bounds_on_the_score_follow_the_type()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { type = "assault" }, new { type = "aid" });
        Assert.Equal([ids[0]], await here.FindAsync("score[lte]=-5"));
        Assert.Equal([ids[1]], await here.FindAsync("score[gte]=0"));
    }

    [Fact]
    public async Task Bounds_on_the_goldstein_value_leave_out_the_unknown()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { goldstein = -7.5 }, new { goldstein = 3.4 }, new { goldstein = (double?)null });
        Assert.Equal([ids[0]], await here.FindAsync("goldstein[lte]=-7.5"));
        Pages.SameSet(ids[..2], await here.FindAsync("goldstein[gte]=-10"));
    }

    [Theory]
    [InlineData("fatalities[gte]=many", "fatalities[gte]")]
    [InlineData("score[lte]=NaN", "score[lte]")]
    [InlineData("goldstein[lte]=", "goldstein[lte]")]
    public Task A_bound_that_is_no_number_is_refused(string query, string parameter) => api.RefusedAsync($"/v1/events?{query}", parameter);

    [Theory]
    [InlineData("date")]
    [InlineData("location")]
    [InlineData("fatalities")]
    [InlineData("summary")]
    [InlineData("participants")]
    public async Task Has_and_missing_part_the_known_from_the_unknown(string member)
    {
        var here = await Corner.OfAsync(api);
        var place = await here.PlaceAsync("place");
        var ids = await here.EventsAsync(new { date = "2025", location = place, fatalities = new { best = 0 }, summary = "Told.", participants = new[] { new { label = "someone" } } }, new { });
        Assert.Equal([ids[0]], await here.FindAsync($"has={member}"));
        Assert.Equal([ids[1]], await here.FindAsync($"missing={member}"));
    }

    [Theory]
    [InlineData("has=date,summary")]
    [InlineData("has=date&has=summary")]
    public async Task Several_values_of_has_are_or_like_those_of_any_filter(string query)
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { date = "2025" }, new { summary = "Told." }, new { });
        Pages.SameSet(ids[..2], await here.FindAsync(query));
    }

    [Fact]
    public async Task Ids_takes_numbers_and_identifiers()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { identifiers = new[] { new { scheme = "gdelt", identifier = here.Id("9") } } }, new { }, new { });
        Pages.SameSet(ids[..2], await api.IdsAsync($"/v1/events?ids=gdelt:{here.Id("9")},{ids[1]}"));
        Assert.Equal([ids[0]], await api.IdsAsync($"/v1/events?ids={ids[0]},gdelt:{here.Id("9")}"));
    }

    [Theory]
    [InlineData("ids=E999999999")]
    [InlineData("ids=gdelt:none-such")]
    public Task An_id_that_names_nothing_is_refused(string query) => api.RefusedAsync($"/v1/events?{query}", "ids");

    [Fact]
    public async Task An_actor_can_be_named_by_identifier()
    {
        var here = await Corner.OfAsync(api);
        var actor = (await api.GivenAsync(Kind.Actor, new { id = here.Id("actor"), kind = "state", name = "Actor", identifiers = new[] { new { scheme = "wikidata", identifier = here.Id("Q") } } }))[0];
        var ids = await here.EventsAsync(new { participants = new[] { new { actor } } }, new { });
        Assert.Equal([ids[0]], await here.FindAsync($"actor=wikidata:{here.Id("Q")}"));
        Assert.Equal([ids[0]], await api.IdsAsync($"/v1/actors/wikidata:{here.Id("Q")}/events"));
    }

    [Fact]
    public async Task Status_tells_planned_from_held()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { status = "scheduled" }, new { status = "held" }, new { status = "cancelled" });
        Assert.Equal([ids[0]], await here.FindAsync("status=scheduled"));
        Pages.SameSet(ids[..2], await here.FindAsync("status[not]=cancelled"));
    }

    [Theory]
    [InlineData(0, "statement")]
    [InlineData(1, "consult")]
    [InlineData(2, "aid")]
    [InlineData(3, "threaten")]
    [InlineData(4, "assault")]
    public async Task Quad_class_gathers_types(int quadClass, string type)
    {
        var here = await Corner.OfAsync(api);
        string[] types = ["statement", "consult", "aid", "threaten", "assault"];
        var ids = await here.EventsAsync([.. types.Select(t => new { type = t })]);
        Assert.Equal([ids[Array.IndexOf(types, type)]], await here.FindAsync($"quadClass={quadClass}"));
        Pages.SameSet(ids.Where((_, n) => types[n] != type), await here.FindAsync($"quadClass[not]={quadClass}"));
    }

    [Fact]
    public async Task Contested_is_what_sources_say_differently()
    {
        var here = await Corner.OfAsync(api);
        var source = await here.SourceAsync(new { });
        var ids = await here.EventsAsync(new { date = "2025-09-09" }, new { date = "2025-09-08" }, new { date = "2025-09-07" });
        object Claim(string id, string value) => new { record = new { kind = "event", id }, pointer = "/date", value, source, preferred = false };
        await api.GivenAsync(Kind.Claim, Claim(ids[0], "2025-09-09"), Claim(ids[0], "2025-09-10"), Claim(ids[1], "2025-09-08"));
        Assert.Equal([ids[0]], await here.FindAsync("contested=true"));
        Assert.Equal(ids[1..], await here.FindAsync("contested=false"));
    }

    [Fact]
    public async Task UpdatedSince_finds_what_was_written_at_that_instant_or_later()
    {
        var here = await Corner.OfAsync(api);
        var start = api.Clock.Now;
        try
        {
            await here.EventAsync();
            api.Clock.Now = start.AddMinutes(1);
            var second = await here.EventAsync();
            api.Clock.Now = start.AddMinutes(2);
            var third = await here.EventAsync();
            Pages.SameSet([second, third], await here.FindAsync("updatedSince=2026-02-28T12:01:00Z"));
            Assert.Equal([third], await here.FindAsync("updatedSince=2026-02-28T14:02:00%2B02:00"));
            Assert.Empty(await here.FindAsync("updatedSince=2026-02-28T12:02:00.001Z"));
        }
        finally
        {
            api.Clock.Now = start;
        }
    }

    [Fact]
    public async Task Source_and_the_number_of_sources_are_filters()
    {
        var here = await Corner.OfAsync(api);
        var (a, b) = (await here.SourceAsync(new { }), await here.SourceAsync(new { }));
        var ids = await here.EventsAsync(new { sources = new[] { a, b } }, new { sources = new[] { b } }, new { });
        Assert.Equal([ids[0]], await here.FindAsync($"source={a}"));
        Assert.Equal([ids[0]], await here.FindAsync("sourceCount[gte]=2"));
        Pages.SameSet(ids[..2], await here.FindAsync("sourceCount[gte]=1"));
    }

    [Fact]
    public async Task Meetings_are_the_events_that_are_meetings()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { setting = "bilateral" }, new { modes = new[] { "visit" } });
        Assert.Equal([ids[0]], await here.FindAsync("", "meetings"));
        Pages.SameSet(ids, await here.FindAsync(""));
    }

    [Fact]
    public async Task Series_and_ordinal_find_the_seventh_meeting()
    {
        var here = await Corner.OfAsync(api);
        var series = (await api.GivenAsync(Kind.Series, new { id = here.Id("series"), label = "Advisory Group" }))[0];
        var ids = await here.EventsAsync(new { setting = "advisory", series, ordinal = 6 }, new { setting = "advisory", series, ordinal = 7 }, new { setting = "advisory", ordinal = 7 });
        Assert.Equal([ids[1]], await here.FindAsync($"series={series}&ordinal=7", "meetings"));
        Pages.SameSet(ids[..2], await here.FindAsync($"series={series}&ordinal=6,7", "meetings"));
    }

    [Fact]
    public async Task Setting_and_host_are_filters_of_meetings()
    {
        var here = await Corner.OfAsync(api);
        var state = await here.ActorAsync("state", "state");
        var ministry = await here.ActorAsync("ministry", partOf: state);
        object[] Party(string actor, string role) => [new { actor, roles = new[] { role } }];
        var ids = await here.EventsAsync(
            new { setting = "summit", participants = Party(ministry, "host") }, new { setting = "call", participants = Party(state, "participant") }, new { setting = "summit", participants = Party(state, "visitor") });
        Assert.Equal([ids[0]], await here.FindAsync($"host={state}", "meetings"));
        Pages.SameSet([ids[0], ids[2]], await here.FindAsync("setting=summit", "meetings"));
    }

    /// <summary>Adds records of several kinds in one transaction.</summary>
    private Task<bool> TogetherAsync(params (Kind Kind, object Record)[] records)
    {
        var writers = api.Services.GetRequiredService<RecordWriters>();
        return writers.WriteAsync(api.Services.GetRequiredService<Database>(), session =>
        {
            foreach (var (kind, record) in records) writers[kind].Add(session, writers[kind].Read(JsonSerializer.SerializeToUtf8Bytes(record)));
            return true;
        });
    }

    private static object Topic(string id, string certainty = "stated") => new { topics = new[] { new { id, certainty } } };

    private static Task<string> CountryAsync(Corner here, string name, string alpha2, string alpha3) =>
        here.PlaceAsync(name, "country", null, null, null, alpha3, new { scheme = "iso3166", identifier = alpha2 }, new { scheme = "iso3166", identifier = alpha3 });

    /// <summary>An event in a city at each point.</summary>
    private static async Task<string[]> AtAsync(Corner here, params (double Latitude, double Longitude)[] points)
    {
        var places = new List<string>();
        foreach (var (latitude, longitude) in points) places.Add(await here.PlaceAsync($"p{places.Count}", latitude: latitude, longitude: longitude));
        return await here.EventsAsync([.. places.Select(location => new { location })]);
    }
}
