using System.Globalization;

namespace EventsApi.Tests;

/// <summary>Few events in a box are found by their places, many in slices of time, and a list of records in its own order; all must find the same, in the same order, on every page.</summary>
public sealed class BoxWalkTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private const int Seed = 20260, Events = 400;

    private static readonly string?[] Odd = [null, "../2001", "1999/..", "0001", "1850~", "20XX", "2001-05?", "1990/2010"];

    /// <param name="crowd">So many more at one place, that boxes around it are walked through time.</param>
    [Theory]
    [InlineData(0, 40)]
    [InlineData(5_001, 12)]
    public async Task A_box_finds_what_a_list_finds_within_it(int crowd, int questions)
    {
        var draw = new Random(Seed);
        var here = await Corner.OfAsync(api);
        var places = new List<(string Id, double Latitude, double Longitude)>();
        for (var n = 0; n < 60; n++)
        {
            var (latitude, longitude) = (Math.Round(draw.NextDouble() * 40 - 20, 3), Math.Round(draw.NextDouble() * 40 + 160, 3));
            if (longitude > 180) longitude = Math.Round(longitude - 360, 3);
            places.Add((await here.PlaceAsync($"place-{n}", latitude: latitude, longitude: longitude), latitude, longitude));
        }
        // Most of them in one decade, so that some slices are full and many are empty.
        string? Date() => draw.Next(6) == 0 ? Odd[draw.Next(Odd.Length)] : new DateOnly(draw.Next(4) == 0 ? draw.Next(1900, 2024) : draw.Next(2010, 2020), draw.Next(1, 13), draw.Next(1, 28)).ToString("O", CultureInfo.InvariantCulture);
        await here.EventsAsync([.. Enumerable.Range(0, Events).Select(_ => (object)new { date = Date(), location = places[draw.Next(places.Count)].Id })]);

        var crowded = places[0];
        if (crowd > 0) await here.EventsAsync([.. Enumerable.Range(0, crowd).Select(_ => (object)new { date = Date(), location = crowded.Id })]);

        var wrong = new List<string>();
        for (var n = 0; n < questions; n++)
        {
            var (west, south) = crowd == 0 ? (Math.Round(draw.NextDouble() * 30 + 155, 2), Math.Round(draw.NextDouble() * 30 - 20, 2))
                : (Math.Round((crowded.Longitude < 0 ? crowded.Longitude + 360 : crowded.Longitude) - draw.NextDouble(), 2), Math.Round(crowded.Latitude - draw.NextDouble(), 2));
            var (east, north) = (west + draw.Next(1, 25), Math.Min(90, south + draw.Next(1, 25)));
            var period = draw.Next(3) switch { 0 => "", 1 => $"&from={draw.Next(1990, 2015)}&to={draw.Next(2015, 2022)}", _ => $"&from={draw.Next(1890, 2015)}" };
            var order = draw.Next(2) == 0 ? "&sort=date" : "";
            var ids = places.Where(p => IsIn(p.Longitude, west, east) && p.Latitude >= south && p.Latitude <= north).Select(p => p.Id).ToHashSet();
            var expected = (await api.AllAsync($"/v1/events?{here.Mine}{period}{order}&limit=500")).Where(e => ids.Contains(e.Text("location.id")!)).Select(e => e.Text("id")).ToList();
            var box = string.Create(CultureInfo.InvariantCulture, $"{Around(west)},{south},{Around(east)},{north}");
            var found = (await api.AllAsync($"/v1/events?{here.MineByNumber}&bbox={box}{period}{order}&limit={(crowd == 0 ? draw.Next(3, 60) : draw.Next(400, 500))}")).Select(e => e.Text("id")).ToList();
            var total = (await api.GetAsync($"/v1/events?{here.MineByNumber}&bbox={box}{period}&limit=1&total=exact")).At("total.value").GetInt64();
            if (!found.SequenceEqual(expected) || total != expected.Count) wrong.Add($"bbox={box}{period}{order}: {found.Count} and a total of {total}, and the list has {expected.Count}");
        }
        Reading.Nothing(wrong);
    }

    private static double Around(double longitude) => longitude > 180 ? Math.Round(longitude - 360, 2) : longitude;

    private static bool IsIn(double longitude, double west, double east) => longitude >= west && longitude <= east || longitude + 360 >= west && longitude + 360 <= east;
}
