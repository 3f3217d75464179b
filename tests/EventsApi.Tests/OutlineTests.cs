using System.Text.Json;

namespace EventsApi.Tests;

/// <summary>The outlines of countries, as a map takes them.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class OutlineTests(DefaultApi api)
{
    private const string Path = "/v1/locations?kind=country&format=geojson&include=outline&fields=id,country,name";

    private static List<List<List<(double X, double Y)>>> Polygons(JsonElement feature) =>
        [.. feature.At("geometry.coordinates").EnumerateArray().Select(p => p.EnumerateArray().Select(r => r.EnumerateArray().Select(c => (c[0].GetDouble(), c[1].GetDouble())).ToList()).ToList())];

    private static double Area(List<(double X, double Y)> ring) => ring.Zip(ring.Skip(1), (a, b) => a.X * b.Y - b.X * a.Y).Sum() / 2;

    private static bool IsInside(List<(double X, double Y)> ring, double x, double y) =>
        ring.Zip(ring.Skip(1)).Count(e => e.First.Y > y != e.Second.Y > y && x < (e.Second.X - e.First.X) * (y - e.First.Y) / (e.Second.Y - e.First.Y) + e.First.X) % 2 == 1;

    [Fact]
    public async Task Countries_come_with_their_outline_and_small_ones_as_points()
    {
        var features = (await api.GetAsync(Path)).At("features").EnumerateArray().ToList();

        Assert.Equal(250, features.Count);
        var outlined = features.Where(f => f.Text("geometry.type") == "MultiPolygon").ToList();
        Assert.InRange(outlined.Count, 170, 180);
        Assert.All(features.Except(outlined), f => Assert.Equal("Point", f.Text("geometry.type")));
        Assert.Equal("Point", features.Single(f => f.Text("id") == "malta").Text("geometry.type"));
        Assert.All(features, f => Assert.Equal(["country", "id", "name"], f.GetProperty("properties").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Rings_are_closed_and_run_as_rfc_7946_wants()
    {
        foreach (var feature in (await api.GetAsync(Path)).At("features").EnumerateArray().Where(f => f.Text("geometry.type") == "MultiPolygon"))
            foreach (var polygon in Polygons(feature))
                for (var n = 0; n < polygon.Count; n++)
                {
                    var ring = polygon[n];
                    Assert.True(ring.Count >= 4 && ring[0] == ring[^1], $"A ring of {feature.Text("id")} is not closed.");
                    // No ring crosses the antimeridian, so nothing is drawn across the whole map.
                    Assert.All(ring.Zip(ring.Skip(1)), e => Assert.True(Math.Abs(e.First.X - e.Second.X) < 180 || e.First.Y == -90, $"A ring of {feature.Text("id")} crosses the antimeridian."));
                    Assert.All(ring, p => Assert.True(Math.Abs(p.X) <= 180 && Math.Abs(p.Y) <= 90));
                    Assert.True(n == 0 == Area(ring) > 0, $"A ring of {feature.Text("id")} runs the wrong way.");
                }
    }

    /// <summary>Capitals by the sea may lie a hair outside an outline this coarse, but most do not.</summary>
    [Fact]
    public async Task Countries_lie_where_their_capitals_are()
    {
        var points = (await api.GetAsync("/v1/locations?kind=country&limit=500&fields=id,latitude,longitude")).At("items").EnumerateArray()
            .ToDictionary(i => i.Text("id")!, i => (X: i.GetProperty("longitude").GetDouble(), Y: i.GetProperty("latitude").GetDouble()));
        var outlined = (await api.GetAsync(Path)).At("features").EnumerateArray().Where(f => f.Text("geometry.type") == "MultiPolygon").ToList();

        var outside = outlined.Where(f => !Polygons(f).Exists(p => IsInside(p[0], points[f.Text("id")!].X, points[f.Text("id")!].Y))).Select(f => f.Text("id")!).ToList();

        Assert.True(outside.Count <= 15, string.Join(", ", outside));
        // Lesotho is a hole in South Africa, and Northern Cyprus is one with Cyprus.
        var southAfrica = Assert.Single(Polygons(outlined.Single(f => f.Text("id") == "south-africa")), p => p.Count == 2);
        Assert.True(IsInside(southAfrica[1], points["lesotho"].X, points["lesotho"].Y) || IsInside(southAfrica[1], 28.2, -29.5));
        Assert.Single(Polygons(outlined.Single(f => f.Text("id") == "cyprus")));
    }

    [Fact]
    public async Task An_outline_needs_geojson_and_coordinates_need_not_be_among_the_fields()
    {
        var problem = await api.ProblemAsync("/v1/locations?include=outline", 400);
        Assert.Contains("format=geojson", problem.Text("detail"));
        await api.ProblemAsync("/v1/events?format=geojson&include=outline", 400);

        var feature = (await api.GetAsync("/v1/events?ids=E2&format=geojson&fields=title")).At("features")[0];
        Assert.Equal("E2", feature.Text("id"));
        Assert.Equal("Point", feature.Text("geometry.type"));
        Assert.Equal("Point", (await api.GetAsync("/v1/locations?ids=kuwait&format=geojson&fields=name")).At("features")[0].Text("geometry.type"));
    }
}
