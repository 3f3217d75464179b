using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using EventsApi.Records;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>Events on a map: few enough features at any zoom, and every number adds up.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class ClusterTests(DefaultApi api, EmptyApi own) : IClassFixture<EmptyApi>
{
    private static Task<JsonElement> MapAsync(TestApi api, string query) => api.GetAsync($"/v1/events/clusters?{query}");

    private static long Sum(JsonElement map) => map.Each("features").Sum(Count);

    private static long Count(JsonElement feature) => feature.At("properties.count").GetInt64();

    private static IEnumerable<JsonElement> Properties(JsonElement map) => map.Each("features").Select(f => f.At("properties"));

    /// <summary>All that a map says but the order of features of like count.</summary>
    private static string[] Said(JsonElement map) => [.. Properties(map).Select(p => $"{p.Text("kind")} {p.Text("country")} {p.Text("bbox")} {p.Text("count")}").Order(StringComparer.Ordinal)];

    /// <summary>A catalogue of the test's own: a map without filters shows all of it.</summary>
    private static async Task AloneAsync(Func<TestApi, Corner, Task> test)
    {
        var alone = new EmptyApi();
        await alone.InitializeAsync();
        try
        {
            await test(alone, await Corner.OfAsync(alone));
        }
        finally
        {
            await alone.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("zoom=0", "")]
    [InlineData("zoom=1", "")]
    [InlineData("zoom=4", "")]
    [InlineData("zoom=9", "")]
    [InlineData("zoom=10", "")]
    [InlineData("zoom=22", "")]
    [InlineData("zoom=0", "type=consult")]
    [InlineData("zoom=6", "type=assault")]
    [InlineData("zoom=22", "from=1990&to=2020")]
    [InlineData("zoom=3", "q=visit")]
    [InlineData("zoom=5", "country=KWT,IRQ")]
    [InlineData("zoom=3", "actor=nato&expand=members")]
    [InlineData("", "location=kuwait")]
    public async Task The_counts_add_up_at_any_zoom(string zoom, string filters)
    {
        var map = await MapAsync(api, $"{zoom}&{filters}");
        var features = map.Each("features");

        Assert.InRange(features.Count, 1, 2_000);
        Assert.All(features, f => Assert.True(Count(f) > 0));
        Assert.Equal(await api.CountAsync($"/v1/events?{filters}"), map.At("total").GetInt64());
        Assert.Equal(map.At("total").GetInt64(), Sum(map) + map.At("unplaced").GetInt64());
        Assert.False(map.At("estimated").GetBoolean());
    }

    [Theory]
    [InlineData("zoom=3")]
    [InlineData("zoom=9&type=consult")]
    [InlineData("zoom=5&bbox=40,20,60,35")]
    [InlineData("zoom=5&bbox=40,20,60,35&type=consult")]
    [InlineData("zoom=3&bbox=170,-50,-70,50")]
    [InlineData("zoom=4&country=KWT,IRQ,SYR&from=2010")]
    [InlineData("zoom=4&q=kuwait")]
    public async Task Every_link_finds_as_many_events_as_its_feature_counts(string query)
    {
        var properties = Properties(await MapAsync(api, query)).ToList();
        // The largest and the smallest, of cells and of countries.
        foreach (var kind in properties.GroupBy(p => p.Text("kind"))) await api.LinksCountAsync(kind.Take(10).Concat(kind.Skip(10).TakeLast(5)));
    }

    [Fact]
    public async Task It_is_a_GeoJSON_collection_of_points()
    {
        using var response = await api.Client.GetAsync("/v1/events/clusters?zoom=4");
        Assert.Equal("application/geo+json", response.Content.Headers.ContentType!.MediaType);
        var map = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("FeatureCollection", map.Text("type"));
        foreach (var feature in map.Each("features"))
        {
            Assert.Equal(("Feature", "Point"), (feature.Text("type"), feature.Text("geometry.type")));
            var point = feature.Each("geometry.coordinates").Select(c => c.GetDouble()).ToArray();
            Assert.Equal(2, point.Length);
            var properties = feature.At("properties");
            if (properties.Text("kind") == "country")
            {
                Assert.True(properties.IsNull("bbox"));
                Assert.Equal(3, properties.Text("country")!.Length);
                Assert.NotEmpty(properties.Text("label")!);
                continue;
            }
            // Longitude first, and the middle of the events lies in their cell.
            var box = properties.Each("bbox").Select(c => c.GetDouble()).ToArray();
            Assert.True(box[0] <= point[0] && point[0] <= box[2] && box[1] <= point[1] && point[1] <= box[3], feature.ToString());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("&type=consult")]
    public async Task A_cell_zoomed_into_shows_the_same_events_finer(string filter)
    {
        var cell = Properties(await MapAsync(api, $"zoom=2{filter}")).First(p => p.Text("kind") == "cell" && p.At("count").GetInt64() > 50);
        var box = string.Join(',', cell.Each("bbox").Select(n => n.GetDouble().ToString("0.#######", CultureInfo.InvariantCulture)));
        foreach (var zoom in (int[])[2, 3, 5, 8])
        {
            var inside = Properties(await MapAsync(api, $"zoom={zoom}&bbox={box}{filter}")).Where(p => p.Text("kind") == "cell").ToList();
            Assert.Equal(cell.At("count").GetInt64(), inside.Sum(p => p.At("count").GetInt64()));
            Assert.True(zoom < 8 || inside.Count > 1);
        }
    }

    [Fact]
    public async Task A_place_known_to_a_country_only_counts_at_its_country()
    {
        var here = await Corner.OfAsync(own);
        var country = await here.PlaceAsync("country", "country", latitude: 29.3, longitude: 47.6, country: "KWT", identifiers: new { scheme = "iso3166", identifier = "KWT" });
        var province = await here.PlaceAsync("province", "admin1", country, 29.9, 47.1, "KWT");
        var city = await here.PlaceAsync("city", "city", country, 29.4, 48.0, "KWT");
        await here.EventsAsync(new { location = country }, new { location = province }, new { location = city }, new { });
        var map = await MapAsync(own, $"zoom=9&{here.Mine}");

        Assert.Equal((4, 1), (map.At("total").GetInt64(), map.At("unplaced").GetInt64()));
        var there = Assert.Single(map.Each("features"), f => f.Text("properties.kind") == "country");
        Assert.Equal(("KWT", 2, "[47.6,29.3]"), (there.Text("properties.country"), Count(there), there.Text("geometry.coordinates")));
        Assert.Equal("[48,29.4]", Assert.Single(map.Each("features"), f => f.Text("properties.kind") == "cell").Text("geometry.coordinates"));
        await own.LinksCountAsync(Properties(map), 2);
        // The box decides by the country's own point.
        Assert.Equal([2L, 1L], (await MapAsync(own, $"zoom=9&bbox=47,29,49,30&{here.Mine}")).Each("features").Select(Count));
        Assert.Empty((await MapAsync(own, $"zoom=9&bbox=0,0,9,9&{here.Mine}")).Each("features"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(10)]
    public async Task A_box_over_the_antimeridian_holds_both_sides(int zoom)
    {
        var here = await Corner.OfAsync(own);
        string[] places = [await here.PlaceAsync("fiji", latitude: -18.1, longitude: 178.4), await here.PlaceAsync("samoa", latitude: -13.8, longitude: -171.8), await here.PlaceAsync("greenwich", latitude: -15, longitude: 0)];
        await here.EventsAsync([.. places.Select(location => (object)new { location })]);
        var map = await MapAsync(own, $"zoom={zoom}&bbox=170,-30,-160,0&{here.Mine}");

        Assert.Equal(2, Sum(map));
        Assert.Equal(2, map.Each("features").Count);
        await own.LinksCountAsync(Properties(map), 2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(10)]
    public async Task Poles_edges_and_lines_between_cells_count_once(int zoom)
    {
        var here = await Corner.OfAsync(own);
        (double Latitude, double Longitude)[] points = [(90, 0), (-90, 0), (90, 180), (-90, -180), (0, 180), (0, -180), (0, 0), (45, 45), (-45, -45), (0, 22.5), (11.25, 11.25), (-0.3515625, -0.3515625)];
        for (var n = 0; n < points.Length; n++) await here.EventAsync(new { location = await here.PlaceAsync($"p{n}", latitude: points[n].Latitude, longitude: points[n].Longitude) });
        var map = await MapAsync(own, $"zoom={zoom}&{here.Mine}");

        Assert.Equal(points.Length, Sum(map));
        Assert.All(Properties(map), p => Assert.Equal([true, true, true, true], p.Each("bbox").Select((n, at) => Math.Abs(n.GetDouble()) <= (at % 2 == 0 ? 180 : 90))));
        await own.LinksCountAsync(Properties(map), 2);
    }

    [Fact]
    public Task More_cells_than_fit_are_drawn_coarser() => AloneAsync(async (alone, here) =>
    {
        // 2,304 places five degrees apart, each in a cell of its own from zoom 7 on.
        const int Rows = 32, Columns = 72;
        var places = Enumerable.Range(0, Rows * Columns).Select(n => new { id = $"p{n}", kind = "city", name = $"P{n}", latitude = n / Columns * 5 - 77.5, longitude = n % Columns * 5 - 177.5 }).ToArray();
        await alone.GivenAsync(Kind.Location, [.. places]);
        await here.EventsAsync([.. places.Select(p => (object)new { location = p.id })]);

        foreach (var filter in (string[])["", here.Mine, here.MineByNumber])
            foreach (var zoom in (int[])[0, 7, 22])
            {
                var map = await MapAsync(alone, $"zoom={zoom}&{filter}");
                Assert.InRange(map.Each("features").Count, 1, 2_000);
                Assert.Equal((Rows * Columns, Rows * Columns, 0), (Sum(map), map.At("total").GetInt64(), map.At("unplaced").GetInt64()));
                Assert.InRange(map.At("zoom").GetInt32(), 0, Math.Min(zoom, 6));
                await alone.LinksCountAsync(Properties(map).Take(3));
            }
        // A part of it fits at the zoom that was asked for.
        var part = await MapAsync(alone, $"zoom=7&bbox=0,0,90,80");
        Assert.Equal(7, part.At("zoom").GetInt32());
        Assert.Equal(Sum(part), part.Each("features").Count);
    });

    [Fact]
    public Task With_and_without_filters_the_map_is_the_same() => AloneAsync(async (alone, here) =>
    {
        var random = new Random(1);
        var places = Enumerable.Range(0, 60).Select(n => new { id = $"p{n}", kind = n % 5 == 0 ? "admin1" : "city", name = $"P{n}", country = "KWT", latitude = random.Next(-90, 91), longitude = random.Next(-180, 181) }).ToArray();
        await alone.GivenAsync(Kind.Location, [.. places, new { id = "kuwait", kind = "country", name = "Kuwait", country = "KWT", latitude = 29.3, longitude = 47.6, identifiers = new[] { new { scheme = "iso3166", identifier = "KWT" } } }]);
        await here.EventsAsync([.. places.Concat(places).Select(p => (object)new { location = p.id })]);
        // One counts cells as events are written, the other walks the events.
        foreach (var view in (string[])["zoom=0", "zoom=3", "zoom=8", "zoom=4&bbox=-100,-50,100,50", "zoom=6&bbox=90,-50,-90,50"])
            Assert.Equal(Said(await MapAsync(alone, view)), Said(await MapAsync(alone, $"{view}&{here.Mine}")));
    });

    [Fact]
    public Task What_is_made_again_is_not_counted_twice() => AloneAsync(async (alone, here) =>
    {
        var (person, state) = (await here.ActorAsync("person", "person"), await here.ActorAsync("state", "state"));
        var place = await here.PlaceAsync("place", latitude: 29.4, longitude: 48, country: "KWT");
        var ids = await here.EventsAsync(
            new { date = "2024-05-01", location = place, participants = new[] { new { actor = person } } }, new { date = "2025", location = place, participants = new[] { new { actor = person } } }, new { });
        var before = (await MapAsync(alone, "zoom=5")).ToString();
        var writers = alone.Services.GetRequiredService<RecordWriters>();
        Task AgainAsync() => writers.WriteAsync(alone.Services.GetRequiredService<Database>(), session =>
        {
            foreach (var id in ids) session.MakeStale(Kind.Event.Ref(Kind.Event.NumberOf(id)!.Value));
            return true;
        });

        await AgainAsync();
        await AgainAsync();
        Assert.Equal(before, (await MapAsync(alone, "zoom=5")).ToString());
        // A term that is learnt of makes the answers of its holder's events again.
        await here.MembershipAsync(person, state, "holder", "2020", post: await here.PostAsync("minister", state));
        Assert.Equal(ids[..2].Order(), (await here.FindAsync($"actor={state}")).Order());
        Assert.Equal(before, (await MapAsync(alone, "zoom=5")).ToString());
        // An undone job leaves nothing behind.
        await Assert.ThrowsAnyAsync<Exception>(() => here.EventsAsync(new { location = place }, new { location = "no-such-place" }));
        Assert.Equal(before, (await MapAsync(alone, "zoom=5")).ToString());
        await alone.LinksCountAsync(Properties(await MapAsync(alone, "zoom=5")));
    });

    [Fact]
    public Task An_event_that_is_added_is_on_the_map_at_once() => AloneAsync(async (alone, here) =>
    {
        var place = await here.PlaceAsync("place", latitude: 10, longitude: 10);
        Assert.Empty((await MapAsync(alone, "zoom=5")).Each("features"));
        await here.EventAsync(new { location = place });
        Assert.Equal(1, Sum(await MapAsync(alone, "zoom=5")));
        await here.EventAsync(new { location = place });
        Assert.Equal(2, Sum(await MapAsync(alone, "zoom=5")));
        Assert.Equal(2, Sum(await MapAsync(alone, $"zoom=5&{here.Mine}")));
    });

    [Fact]
    public async Task Without_a_zoom_the_box_decides_how_fine()
    {
        var (world, near) = ((await MapAsync(api, "")).At("zoom").GetInt32(), (await MapAsync(api, "bbox=47,28,49,30")).At("zoom").GetInt32());
        Assert.True(world < near, $"{world} {near}");
    }

    [Theory]
    [InlineData("zoom=23", "zoom")]
    [InlineData("zoom=-1", "zoom")]
    [InlineData("zoom=near", "zoom")]
    [InlineData("zoom=1&zoom=2", "zoom")]
    [InlineData("bbox=1,2,3", "bbox")]
    [InlineData("bbox=0,50,10,40", "bbox")]
    [InlineData("limit=5", "limit")]
    [InlineData("facets=type", "facets")]
    [InlineData("zom=3", "zom")]
    [InlineData("type=consutl", "type")]
    [InlineData("actor=natoo", "actor")]
    public Task What_it_does_not_take_is_refused(string query, string parameter) => api.RefusedAsync($"/v1/events/clusters?{query}", parameter);

    [Fact]
    public async Task The_same_map_is_not_sent_twice()
    {
        using var first = await api.Client.GetAsync("/v1/events/clusters?zoom=3");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/v1/events/clusters?zoom=3");
        again.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(first.Headers.ETag!.ToString()));
        using var second = await api.Client.SendAsync(again);
        Assert.Equal(System.Net.HttpStatusCode.NotModified, second.StatusCode);
    }
}
