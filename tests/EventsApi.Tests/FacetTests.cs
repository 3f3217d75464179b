using System.Text.Json;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>Counts beside a list: what each value would find, and the way there.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class FacetTests(DefaultApi api, EmptyApi own) : IClassFixture<EmptyApi>
{
    private static async Task<JsonElement> FacetAsync(TestApi api, string path, string facet, string more = "") =>
        (await api.GetAsync($"{path}{(path.Contains('?') ? '&' : '?')}limit=1&facets={facet}{more}")).At("facets").GetProperty(facet);

    private static Dictionary<string, long> Counts(JsonElement facet) => facet.Each("values").ToDictionary(v => v.Text("value")!, v => v.At("count").GetInt64());

    private static JsonElement Value(JsonElement facet, string value) => Assert.Single(facet.Each("values"), v => v.Text("value") == value);

    [Fact]
    public async Task Labels_of_actors_and_places_are_in_the_language_asked_for()
    {
        var countries = await FacetAsync(api, "/v1/events?lang=ar", "country");
        var actors = await FacetAsync(api, "/v1/events?country=KWT&lang=ar,fr", "actor");

        Assert.Equal(("الولايات المتحدة", "ar"), (Value(countries, "USA").Text("label"), Value(countries, "USA").Text("labelLanguage")));
        Assert.Equal("الكويت", Value(actors, "kuwait").Text("label"));
        // Who has no name in these languages keeps the one he has.
        Assert.Contains(actors.Each("values"), v => v.Text("labelLanguage") == "en");
        var plain = Value(await FacetAsync(api, "/v1/events", "country"), "USA");
        Assert.Equal("United States", plain.Text("label"));
        Assert.False(plain.TryGetProperty("labelLanguage", out _));
    }

    [Theory]
    [InlineData("/v1/actors/kuwait/connections?lang=ar", "items.0.actor")]
    [InlineData("/v1/dyads/nato/kuwait?lang=ar", "b")]
    [InlineData("/v1/events/E2/related?lang=ar&limit=50", "items.0.location")]
    [InlineData("/v1/meetings/E1/brief?lang=ar", "location.path.0")]
    public async Task Neighbours_are_named_in_the_language_asked_for(string path, string member)
    {
        var found = member.Split('.').Aggregate(await api.GetAsync(path), (at, part) => int.TryParse(part, out var n) ? at[n] : at.GetProperty(part));

        Assert.Equal("ar", found.Text("nameLanguage"));
        Assert.Matches(@"\p{IsArabic}", found.Text("name"));
    }

    [Fact]
    public async Task Meetings_are_events_that_can_be_asked_for_among_them()
    {
        var (all, meetings, others) = (await api.CountAsync("/v1/events"), await api.CountAsync("/v1/events?kind=meeting"), await api.CountAsync("/v1/events?kind=event"));

        Assert.Equal(await api.CountAsync("/v1/meetings"), meetings);
        Assert.Equal(all, meetings + others);
        // Tables and maps take the filters of meetings too, and lead to them.
        var map = await api.GetAsync("/v1/events/clusters?kind=meeting&series=nato-summit");
        Assert.Equal(await api.CountAsync("/v1/meetings?series=nato-summit"), map.At("total").GetInt64());
        await api.LinksCountAsync(map.Each("features").Select(f => f.At("properties")), atLeast: 5);
        await api.LinksCountAsync((await api.GetAsync("/v1/events/aggregate?by=year&kind=meeting&setting=summit&from=2020")).Each("items"), atLeast: 5);
    }

    [Fact]
    public async Task A_question_calls_records_by_their_names() =>
        Assert.Equal("Events: actor NATO and Kuwait; newest first", (await api.GetAsync("/v1/events?actor[all]=nato,kuwait")).Text("query.text"));

    // No value of these facets is selected, so choosing one must find exactly what was counted.
    [Theory]
    [InlineData("/v1/events", "type,mode,context,quadClass,country,location,precision,actor,sector,topic,situation,dataset,status,contested,year,month,day")]
    [InlineData("/v1/events?type=consult", "mode,quadClass,country,actor,topic,situation,dataset,status,year")]
    [InlineData("/v1/events?country=KWT", "type,actor,location,topic,year,month")]
    [InlineData("/v1/events?from=1990&to=1995", "type,country,actor,situation,sector,status")]
    [InlineData("/v1/events?q=kuwait", "type,country,actor,topic,year")]
    [InlineData("/v1/events?q=visit -president", "type,country,year")]
    [InlineData("/v1/events?q=kuwiat", "type,country,year")]
    [InlineData("/v1/events?actor[all]=nato", "actor,type,country,year")]
    [InlineData("/v1/events?type[not]=consult", "type,country,sector")]
    [InlineData("/v1/events?bbox=40,20,60,35", "type,country,location")]
    [InlineData("/v1/events?near=29.3,47.9&radius=100km", "type,country,year")]
    [InlineData("/v1/meetings", "series,setting,country,year,actor")]
    [InlineData("/v1/actors/nato/events", "type,country,actor,year")]
    [InlineData("/v1/locations/kuwait/events", "type,location,year")]
    [InlineData("/v1/actors", "kind,classification,sector,country")]
    [InlineData("/v1/actors?q=kuwait", "kind,country")]
    [InlineData("/v1/actors/nato/members", "classification,status,organization,kind,country")]
    [InlineData("/v1/locations", "kind,country,precision")]
    [InlineData("/v1/posts", "organization,country")]
    [InlineData("/v1/memberships", "classification,status,organization,kind,country")]
    [InlineData("/v1/situations", "kind,country,party,location")]
    [InlineData("/v1/statements", "speaker,event,topic,form,voice,certainty")]
    [InlineData("/v1/relations", "type,certainty")]
    [InlineData("/v1/topics", "parent")]
    [InlineData("/v1/sources", "kind,language")]
    [InlineData("/v1/datasets", "coding,redistribution")]
    [InlineData("/v1/meeting-series", "organization")]
    public async Task Every_count_is_the_total_behind_its_link(string path, string facets)
    {
        var counted = (await api.GetAsync($"{path}{(path.Contains('?') ? '&' : '?')}limit=1&facets={facets}&facetLimit=4")).At("facets");
        foreach (var name in facets.Split(',')) await api.LinksCountAsync(counted.GetProperty(name).Each("values"));
        await api.LinksCountAsync(facets.Split(',').Select(f => counted.GetProperty(f).GetProperty("unknown")).Where(u => u.ValueKind != JsonValueKind.Null && u.Text("count") != "0"), atLeast: 0);
    }

    [Fact]
    public async Task A_list_without_facets_has_null_and_one_with_them_has_those_asked_for()
    {
        Assert.True((await api.GetAsync("/v1/events?limit=1")).IsNull("facets"));
        var facets = (await api.GetAsync("/v1/events?limit=1&facets=type&facets=year,country")).At("facets");
        Assert.Equal(["type", "year", "country"], facets.EnumerateObject().Select(f => f.Name));
    }

    [Fact]
    public async Task Counting_changes_neither_items_nor_total()
    {
        var (with, without) = (await api.GetAsync("/v1/events?country=KWT&limit=5&facets=type,year"), await api.GetAsync("/v1/events?country=KWT&limit=5"));
        Assert.Equal(without.Ids(), with.Ids());
        Assert.Equal(without.At("total").ToString(), with.At("total").ToString());
    }

    [Fact]
    public async Task A_facet_does_not_narrow_itself_but_every_other()
    {
        var here = await Corner.OfAsync(own);
        var place = await here.PlaceAsync("place", country: "KWT");
        await here.EventsAsync(new { type = "consult", location = place }, new { type = "consult" }, new { type = "protest", location = place });

        Assert.Equal(new Dictionary<string, long> { ["consult"] = 2, ["protest"] = 1 }, Counts(await FacetAsync(own, $"/v1/events?{here.Mine}&type=consult", "type")));
        Assert.Equal(new Dictionary<string, long> { ["KWT"] = 1 }, Counts(await FacetAsync(own, $"/v1/events?{here.Mine}&type=consult", "country")));
    }

    [Fact]
    public async Task A_link_adds_a_value_and_takes_out_one_that_is_selected()
    {
        var here = await Corner.OfAsync(own);
        await here.EventsAsync(new { type = "consult" }, new { type = "agree" }, new { type = "agree" }, new { type = "protest" });
        var facet = await FacetAsync(own, $"/v1/events?{here.Mine}&type=consult", "type");

        Assert.Equal(["consult"], facet.Each("values").Where(v => v.GetProperty("selected").GetBoolean()).Select(v => v.Text("value")));
        Assert.Equal($"/v1/events?{here.Mine}&type=agree,consult", Value(facet, "agree").Text("href"));
        // Both together, as the values of one filter are OR.
        Assert.Equal(3, await own.CountAsync(Value(facet, "agree").Text("href")!));
        Assert.Equal($"/v1/events?{here.Mine}", Value(facet, "consult").Text("href"));
    }

    [Fact]
    public async Task A_selected_value_that_finds_nothing_is_there_with_zero()
    {
        var here = await Corner.OfAsync(own);
        await here.EventsAsync(new { type = "consult" });
        var value = Value(await FacetAsync(own, $"/v1/events?{here.Mine}&type=protest", "type"), "protest");
        Assert.Equal((0, true), (value.GetProperty("count").GetInt64(), value.GetProperty("selected").GetBoolean()));
    }

    [Fact]
    public async Task What_has_no_value_is_counted_as_unknown()
    {
        var here = await Corner.OfAsync(own);
        var place = await here.PlaceAsync("place", country: "KWT");
        await here.EventsAsync(new { location = place }, new { }, new { });
        var unknown = (await FacetAsync(own, $"/v1/events?{here.Mine}", "country")).At("unknown");

        Assert.Equal((2, null, false), (unknown.At("count").GetInt64(), unknown.Text("value"), unknown.At("selected").GetBoolean()));
        Assert.Equal(2, await own.CountAsync(unknown.Text("href")!));
        var selected = (await FacetAsync(own, $"/v1/events?{here.Mine}&missing=country", "country")).At("unknown");
        Assert.True(selected.At("selected").GetBoolean());
        Assert.Equal($"/v1/events?{here.Mine}", selected.Text("href"));
    }

    [Fact]
    public async Task Twenty_values_are_shown_unless_more_are_asked_for()
    {
        var (usual, all, one) = (await FacetAsync(api, "/v1/events", "country"), await FacetAsync(api, "/v1/events", "country", "&facetLimit=200"), await FacetAsync(api, "/v1/events", "country", "&facetLimit=1"));
        var distinct = all.At("distinct").GetInt32();

        Assert.InRange(distinct, 21, 200);
        Assert.Equal((20, true, distinct), (usual.Each("values").Count, usual.At("truncated").GetBoolean(), usual.At("distinct").GetInt32()));
        Assert.Equal((distinct, false), (all.Each("values").Count, all.At("truncated").GetBoolean()));
        Assert.Equal((1, true, distinct), (one.Each("values").Count, one.At("truncated").GetBoolean(), one.At("distinct").GetInt32()));
        // Those that are shown are the most frequent, in order.
        Assert.Equal(all.Each("values").Take(20).Select(v => v.ToString()), usual.Each("values").Select(v => v.ToString()));
        var counts = all.Each("values").Select(v => v.At("count").GetInt64()).ToList();
        Assert.Equal(counts.OrderDescending(), counts);
    }

    [Theory]
    [InlineData("/v1/events?facets=contry", "facets", "country")]
    [InlineData("/v1/events?facets=type,yaer", "facets", "year")]
    [InlineData("/v1/actors?facets=kinds", "facets", "kind")]
    [InlineData("/v1/meetings?facets=serie", "facets", "series")]
    public async Task An_unknown_facet_is_refused_with_the_nearest(string path, string parameter, string nearest)
    {
        var error = Assert.Single((await api.ProblemAsync(path, 400)).Each("errors"));
        Assert.Equal((parameter, "unknown-value", nearest), (error.Text("parameter"), error.Text("code"), error.Text("didYouMean")));
        Assert.Contains(nearest, error.Texts("allowed"));
    }

    [Theory]
    [InlineData("/v1/events?facets=series", "facets")] // of meetings only
    [InlineData("/v1/actors?facets=year", "facets")]
    [InlineData("/v1/events?facets=type&facetLimit=0", "facetLimit")]
    [InlineData("/v1/events?facets=type&facetLimit=201", "facetLimit")]
    [InlineData("/v1/events?facets=type&facetLimit=many", "facetLimit")]
    public Task A_facet_or_limit_that_is_none_is_refused(string path, string parameter) => api.RefusedAsync(path, parameter);

    [Theory]
    [InlineData("")] // from the lengths of the lists
    [InlineData("&has=date")] // from a walk
    public async Task A_quad_class_sums_its_types(string filter)
    {
        var here = await Corner.OfAsync(own);
        await here.EventsAsync([.. ((string[])["consult", "agree", "protest", "assault", "assault", "statement"]).Select(type => (object)new { type, date = "2025" })]);
        var facets = (await own.GetAsync($"/v1/events?limit=1&{here.Mine}{filter}&facets=type,quadClass")).At("facets");

        // Consult and agree are verbal cooperation, protest and assault conflict; a plain statement is neither.
        var classes = Counts(facets.At("quadClass"));
        Assert.Equal((2, 1), (classes["1"], classes["0"]));
        Assert.Equal(3, classes.GetValueOrDefault("3") + classes.GetValueOrDefault("4"));
        Assert.Equal(6, facets.Each("type.values").Sum(v => v.At("count").GetInt64()));
    }

    [Fact]
    public async Task A_background_topic_does_not_count_and_a_parent_does()
    {
        var here = await Corner.OfAsync(own);
        var parent = await here.TopicAsync("defence");
        var child = await here.TopicAsync("drones", parent);
        await here.EventsAsync(
            new { topics = new[] { new { id = child, certainty = "stated" } } },
            new { topics = new[] { new { id = child, certainty = "background" } } },
            new { topics = new[] { new { id = parent, certainty = "likely" } } });
        var facet = await FacetAsync(own, $"/v1/events?{here.Mine}", "topic");

        Assert.Equal(new Dictionary<string, long> { [parent] = 2, [child] = 1 }, Counts(facet));
        Assert.Equal(1, facet.At("unknown.count").GetInt64());
        await own.LinksCountAsync(facet.Each("values"), 2);
    }

    [Theory]
    [InlineData("year", "2025,2024,2020")]
    [InlineData("month", "2025-03,2025-01,2024-12,2020-01")]
    [InlineData("day", "2025-03-31,2025-03-01,2025-01-01,2024-12-31,2020-01-01")]
    public async Task Time_is_counted_by_the_earliest_start_newest_first(string unit, string values)
    {
        var here = await Corner.OfAsync(own);
        // One lasts over New Year, one is known to a year only, one to a decade, one to a month.
        await here.DatedAsync("2025-03-31", "2025-03", "2024-12-31/2025-01-02", "2025", "202X", null);
        var facet = await FacetAsync(own, $"/v1/events?{here.Mine}", unit);

        Assert.Equal(values.Split(','), facet.Texts("values", "value"));
        Assert.All(facet.Each("values"), v => Assert.Equal($"/v1/events?{here.Mine}&dateMatch=starts&from={v.Text("value")}&to={v.Text("value")}", v.Text("href")));
        await own.LinksCountAsync(facet.Each("values"), values.Split(',').Length);
        Assert.Equal((5, 1), (Counts(facet).Values.Sum(), facet.At("unknown.count").GetInt64()));
    }

    [Theory]
    [InlineData("from=2024&to=2024")]
    [InlineData("date=2024")]
    public async Task A_period_does_not_narrow_the_years_and_is_selected(string period)
    {
        var here = await Corner.OfAsync(own);
        await here.DatedAsync("2023-05-01", "2024-05-01", "2024-06-01", "2025-05-01");
        var facet = await FacetAsync(own, $"/v1/events?{here.Mine}&{period}", "year");

        Assert.Equal(new Dictionary<string, long> { ["2025"] = 1, ["2024"] = 2, ["2023"] = 1 }, Counts(facet));
        Assert.True(Value(facet, "2024").At("selected").GetBoolean());
        Assert.False(Value(facet, "2025").At("selected").GetBoolean());
        // The selected one leads out, the others to another year.
        Assert.Equal($"/v1/events?{here.Mine}", Value(facet, "2024").Text("href"));
        Assert.Equal(1, await own.CountAsync(Value(facet, "2023").Text("href")!));
    }

    [Theory]
    [InlineData("/v1/events", "type,quadClass,dataset,status")]
    [InlineData("/v1/events?q=visit", "type,dataset,status")]
    [InlineData("/v1/events?country=USA&from=1990", "type,status")]
    [InlineData("/v1/actors?q=minister", "kind")]
    public async Task Of_what_every_record_has_one_the_counts_add_up(string path, string facets)
    {
        var list = await api.GetAsync($"{path}{(path.Contains('?') ? '&' : '?')}limit=1&total=exact&facets={facets}&facetLimit=200");
        Assert.All(list.At("facets").EnumerateObject(), f => Assert.Equal(list.At("total.value").GetInt64(), Counts(f.Value).Values.Sum()));
    }

    [Fact]
    public async Task Below_ten_thousand_matches_nothing_is_estimated()
    {
        var list = await api.GetAsync("/v1/events?limit=1&total=exact&facets=type,country,actor,topic,year,month,day,situation,sector,dataset,status,quadClass");
        // The test says something only while the default catalogue is below the bound.
        Assert.InRange(list.At("total.value").GetInt64(), 1_000, 9_999);
        Assert.All(list.At("facets").EnumerateObject(), f => Assert.False(f.Value.At("estimated").GetBoolean(), f.Name));
    }

    [Theory]
    [InlineData(2015)]
    [InlineData(2023)]
    public async Task Of_a_year_with_very_many_events_the_newest_days_tell_of_the_others(int year)
    {
        var (first, last) = (new DateOnly(year, 1, 1).DayNumber, new DateOnly(year, 12, 31).DayNumber);
        var ((exact, isExact), (about, isAbout)) = await api.Services.GetRequiredService<Database>().LookUpAsync(reader =>
        {
            KeyWalk Year() => new(reader, Kind.Event, [new InLists([("event.has", "date")]), new InPeriod(first, last, "starts")]);
            return (Year().CountAbout(10_000), Year().CountAbout(100));
        });

        Assert.Equal((true, false), (isExact, isAbout));
        // The bound is passed, or the estimate would be the count.
        Assert.InRange(exact, 101, 2_000);
        Assert.InRange(about, exact * 0.5, exact * 2);
    }

    [Fact]
    public async Task An_event_counts_once_for_each_of_its_actors()
    {
        var here = await Corner.OfAsync(own);
        var (state, guest) = (await here.ActorAsync("state", "state"), await here.ActorAsync("guest", "person"));
        var ministry = await here.ActorAsync("ministry", partOf: state);
        await here.EventsAsync(new { participants = new object[] { new { actor = state }, new { actor = ministry }, new { actor = guest, onBehalfOf = state } } });
        Assert.Equal(new Dictionary<string, long> { [state] = 1, [ministry] = 1, [guest] = 1 }, Counts(await FacetAsync(own, $"/v1/events?{here.Mine}", "actor")));
    }

    [Theory]
    [InlineData("/v1/events", "country", "KWT", "Kuwait")]
    [InlineData("/v1/events", "actor", "nato", "NATO")]
    [InlineData("/v1/events", "quadClass", "1", "Verbal cooperation")]
    [InlineData("/v1/events", "mode", "visit", "Visit")]
    [InlineData("/v1/meetings", "series", "nato-summit", "NATO summits")]
    [InlineData("/v1/actors", "kind", "state", "State")]
    [InlineData("/v1/memberships", "organization", "nato", "NATO")]
    public async Task A_value_says_what_it_is_called(string path, string facet, string value, string label)
    {
        var found = await FacetAsync(api, $"{path}?{facet}={value}", facet, "&facetLimit=200");
        Assert.Equal(label, Value(found, value).Text("label"));
    }

    [Fact]
    public async Task A_new_record_is_counted_at_once()
    {
        var here = await Corner.OfAsync(own);
        await here.EventsAsync(new { type = "consult" });
        Assert.Equal(1, Counts(await FacetAsync(own, $"/v1/events?{here.Mine}", "type"))["consult"]);
        // Of a topic that no list had when the names were read.
        var topic = await here.TopicAsync("new");
        await here.EventsAsync(new { type = "consult", topics = new[] { new { id = topic } } });
        Assert.Equal(2, Counts(await FacetAsync(own, $"/v1/events?{here.Mine}", "type"))["consult"]);
        Assert.Equal(1, Counts(await FacetAsync(own, $"/v1/events?{here.Mine}", "topic"))[topic]);
    }

    [Fact]
    public async Task Facets_of_a_body_are_those_of_the_address()
    {
        var get = await api.GetAsync("/v1/events?country=KWT&limit=1&facets=type,country,year&facetLimit=3");
        var post = await api.PostAsync("/v1/events/query", new { country = "KWT", limit = 1, facets = new[] { "type", "country", "year" }, facetLimit = 3 });
        Assert.Equal(get.At("facets").ToString(), post.At("facets").ToString());
    }
}
