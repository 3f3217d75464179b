using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventsApi.Tests;

/// <summary>What stands below a record, and lists of ids, as the catalogue stood at some time: whatever is written after it, the answer stays.</summary>
public sealed class PastTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private async Task<string> AddAsync(string path, object body) => (await api.LaterAsync("POST", $"/v1/{path}", body)).Text("id")!;

    private static readonly string[] Envelope = ["query", "next", "cursor", "diagnostics"];

    /// <summary>The answer but for what repeats the question or tells of it.</summary>
    private static string Answer(JsonElement body)
    {
        var answer = JsonNode.Parse(body.GetRawText())!.AsObject();
        foreach (var member in Envelope) answer.Remove(member);
        return answer.ToJsonString();
    }

    private async Task<string> AskAsync(string path) => Answer(await api.GetAsync(path));

    private async Task<string> ThenAsync(string path, string instant) => await AskAsync($"{path}{(path.Contains('?') ? '&' : '?')}knownAt={instant}");

    // A small world, in which everything that can be moved, merged, renamed or taken away later stands below something else.

    private sealed class World
    {
        public Dictionary<string, List<string>> Ids { get; } = [];
        public List<(string Path, string From, string Into)> Merged { get; } = [];
    }

    private async Task<World> MakeAsync(Random random)
    {
        var world = new World();
        string Any(string path) => world.Ids[path][random.Next(world.Ids[path].Count)];
        async Task Make(string path, int count, Func<int, object> body)
        {
            world.Ids[path] = [];
            for (var n = 0; n < count; n++) world.Ids[path].Add(await AddAsync(path, body(n)));
        }
        var mark = random.Next(1_000_000);
        string Day() => new DateOnly(2024, 1, 1).AddDays(random.Next(60)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await Make("sources", 3, n => new { kind = "article", title = $"Source {mark} {n}" });
        await Make("topics", 4, n => new { label = $"Topic {mark} {n}", parent = n > 1 ? world.Ids["topics"][n - 2] : null });
        await Make("locations", 4, n => new { kind = n == 0 ? "region" : "city", name = $"Place {mark} {n}", parent = n > 0 ? world.Ids["locations"][(n - 1) / 2] : null });
        await Make("actors", 12, n => new { kind = n < 5 ? "organization" : "person", name = $"Actor {mark} {n}", partOf = n is > 1 and < 5 ? world.Ids["actors"][n - 2] : null, sector = n < 5 ? "GOV" : null, names = new[] { new { text = $"ممثل {mark} {n}", lang = "ar" } } });
        await Make("posts", 3, n => new { label = $"Post {mark} {n}", organization = world.Ids["actors"][n] });
        await Make("memberships", 8, n => n < 5
            ? new { member = world.Ids["actors"][5 + n], organization = (string?)null, post = (string?)world.Ids["posts"][n % 3], classification = "holder", start = n < 3 ? "2020" : "2024-02", end = n < 3 ? "2024-01" : null }
            : new { member = world.Ids["actors"][n - 3], organization = (string?)world.Ids["actors"][n % 2], post = (string?)null, classification = "member", start = "2010", end = (string?)null });
        await Make("situations", 2, n => new { title = $"Situation {mark} {n}", kind = "crisis" });
        await Make("meeting-series", 1, n => new { label = $"Series {mark}", organization = world.Ids["actors"][0] });
        await Make("events", 24, n =>
        {
            var participants = new List<object> { new { actor = Any("actors") }, new { actor = Any("actors"), onBehalfOf = world.Ids["actors"][random.Next(5)] }, new { post = Any("posts") } };
            return n % 3 == 0
                ? new { type = "consult", title = $"Meeting {n}", setting = "summit", series = world.Ids["meeting-series"][0], ordinal = (int?)(n + 1), date = Day(), location = Any("locations"), participants, sources = new[] { Any("sources") }, topics = new[] { new { id = Any("topics") } } }
                : new { type = n % 2 == 0 ? "consult" : "protest", title = $"Event {n}", setting = (string?)null, series = (string?)null, ordinal = (int?)null, date = Day(), location = Any("locations"), participants, sources = new[] { Any("sources") }, topics = new[] { new { id = Any("topics") } } } as object;
        });
        await Make("relations", 6, n => n % 2 == 0
            ? new { from = new { kind = "event", id = world.Ids["events"][n] }, type = "about", to = new { kind = "situation", id = Any("situations") } }
            : new { from = new { kind = "event", id = world.Ids["events"][n] }, type = "follows", to = new { kind = "event", id = world.Ids["events"][n + 7] } });
        await Make("statements", 4, n => new { @event = Any("events"), speaker = Any("actors"), text = $"Words {n}", basis = new { voice = "speaker" } });
        return world;
    }

    private async Task ChangeAsync(World world, Random random)
    {
        string Any(string path) => world.Ids[path].Count == 0 ? "none" : world.Ids[path][random.Next(world.Ids[path].Count)];
        api.Clock.Now += TimeSpan.FromSeconds(1);
        // What a rule refuses is left: another change follows.
        async Task Try(string method, string path, object? body = null) => (await api.WriteAsync(method, path, body, method == "POST" ? null : "*")).Dispose();
        var mergeable = (string[])["actors", "locations", "topics", "sources", "posts", "situations", "events"];
        switch (random.Next(14))
        {
            case 0: await Try("PATCH", $"/v1/actors/{Any("actors")}", new { name = $"Renamed {random.Next(1_000_000)}", names = new[] { new { text = "اسم آخر", lang = "ar" } } }); break;
            case 1: await Try("PATCH", $"/v1/actors/{Any("actors")}", new { partOf = random.Next(3) == 0 ? null : Any("actors"), sector = "MIL" }); break;
            case 2: await Try("PATCH", $"/v1/locations/{Any("locations")}", new { parent = random.Next(3) == 0 ? null : Any("locations"), name = "Elsewhere" }); break;
            case 3: await Try("PATCH", $"/v1/topics/{Any("topics")}", new { parent = random.Next(3) == 0 ? null : Any("topics") }); break;
            case 4: await Try("PATCH", $"/v1/posts/{Any("posts")}", new { organization = Any("actors") }); break;
            case 5: await Try("PATCH", $"/v1/memberships/{Any("memberships")}", new { member = Any("actors"), end = "2024-01-20" }); break;
            case 6: await Try("DELETE", $"/v1/memberships/{Any("memberships")}"); break;
            case 7: await Try("POST", "/v1/memberships", new { member = Any("actors"), post = Any("posts"), classification = "holder", start = "2023" }); break;
            case 8: await Try("PATCH", $"/v1/events/{Any("events")}", new { date = $"2024-02-{random.Next(1, 28):00}", participants = new[] { new { actor = Any("actors") } }, type = "protest", modes = Array.Empty<string>() }); break;
            case 9: await Try("DELETE", $"/v1/events/{Any("events")}"); break;
            case 10: await Try("POST", "/v1/events", new { type = "consult", title = "New", date = "2024-01-15", participants = new[] { new { actor = Any("actors") }, new { actor = Any("actors") } }, location = Any("locations") }); break;
            case 11: await Try("DELETE", $"/v1/relations/{Any("relations")}"); break;
            case 12:
                var path = mergeable[random.Next(mergeable.Length)];
                var (from, into) = (Any(path), Any(path));
                using (var merged = await api.WriteAsync("POST", $"/v1/{path}/{from}/merge-into/{into}"))
                    if (merged.IsSuccessStatusCode) world.Merged.Add((path, from, into));
                break;
            default:
                if (world.Merged.Count == 0) break;
                var last = world.Merged[^1];
                world.Merged.RemoveAt(world.Merged.Count - 1);
                await Try("DELETE", $"/v1/{last.Path}/{last.From}/merge-into/{last.Into}");
                break;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20261122)]
    public async Task Whatever_is_written_later_the_past_stays_as_it_was(int seed)
    {
        var random = new Random(seed);
        var world = await MakeAsync(random);
        // The past to ask for has a past of its own.
        for (var n = 0; n < 12; n++) await ChangeAsync(world, random);
        await api.SettledAsync();
        var paths = new List<string>();
        foreach (var actor in world.Ids["actors"])
            paths.AddRange([$"/v1/actors/{actor}", $"/v1/actors/{actor}?lang=ar", $"/v1/actors/{actor}/connections?limit=500", $"/v1/actors/{actor}/events?limit=500", $"/v1/actors/{actor}/memberships?limit=500", $"/v1/actors/{actor}/members", $"/v1/dyads/{actor}/{world.Ids["actors"][0]}", $"/v1/dyads/{world.Ids["actors"][1]}/{actor}"]);
        foreach (var id in world.Ids["events"]) paths.AddRange([$"/v1/events/{id}/related?limit=500", $"/v1/events/{id}?lang=ar", $"/v1/events/{id}?include=claims,names,revisions", $"/v1/meetings/{id}/brief"]);
        foreach (var id in world.Ids["locations"]) paths.Add($"/v1/locations/{id}/events?limit=500");
        foreach (var id in world.Ids["posts"]) paths.AddRange([$"/v1/posts/{id}/holders", $"/v1/posts?ids={id}&asOf=2024-01-10"]);
        foreach (var id in world.Ids["topics"]) paths.AddRange([$"/v1/topics/{id}", $"/v1/topics?ids={id}"]);
        paths.Add($"/v1/meeting-series?ids={world.Ids["meeting-series"][0]}");
        var before = new Dictionary<string, string>();
        foreach (var path in paths)
        {
            using var response = await api.Client.GetAsync(path);
            if (response.IsSuccessStatusCode) before[path] = Answer(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
        }
        Assert.True(before.Count > 100, $"Only {before.Count} addresses answer.");

        var instant = api.Instant;
        var wrong = new List<string>();
        for (var round = 0; round < 4; round++)
        {
            // Unchanged, changed a little, and changed much.
            for (var n = 0; n < round * 8; n++) await ChangeAsync(world, random);
            await api.SettledAsync();
            foreach (var (path, was) in before)
            {
                var then = await ThenAsync(path, instant);
                if (then == was) continue;
                var at = Math.Max(0, was.Zip(then).TakeWhile(pair => pair.First == pair.Second).Count() - 200);
                wrong.Add($"{path} in round {round}:\n  was  …{was[at..Math.Min(was.Length, at + 500)]}\n  then …{then[at..Math.Min(then.Length, at + 500)]}");
            }
            if (wrong.Count > 0) break;
        }
        Reading.Nothing(wrong.Take(3));
    }
}
