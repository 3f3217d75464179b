using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Records;

namespace EventsApi.Tests;

/// <summary>A part of the catalogue that one test has for itself: its events share a dataset and a Goldstein value of their own, its ids a number.</summary>
public sealed class Corner
{
    private static int _last;
    private readonly int _number = Interlocked.Increment(ref _last);
    private readonly TestApi _api;

    private Corner(TestApi api) => _api = api;

    /// <summary>Finds the events of this corner through the list of its dataset.</summary>
    public string Mine => $"dataset={Id("dataset")}";

    /// <summary>Finds the same events by a test of each row.</summary>
    public string MineByNumber => string.Create(CultureInfo.InvariantCulture, $"goldstein={Number}");

    private double Number => _number / 1000.0;

    public static async Task<Corner> OfAsync(TestApi api)
    {
        var corner = new Corner(api);
        await api.GivenAsync(Kind.Dataset, new { id = corner.Id("dataset"), title = "Test", licence = "CC0-1.0", redistribution = "yes", citation = "Test", coding = "human" });
        return corner;
    }

    public string Id(string stem) => $"{stem}-{_number}";

    /// <summary>An event of this corner; type and title are there unless given.</summary>
    public JsonObject Event(object? members = null)
    {
        var json = members is null ? [] : JsonSerializer.SerializeToNode(members)!.AsObject();
        json.TryAdd("type", "consult");
        json.TryAdd("title", "An event");
        json.TryAdd("dataset", Id("dataset"));
        json.TryAdd("goldstein", Number);
        return json;
    }

    public async Task<string> EventAsync(object? members = null) => (await EventsAsync(members ?? new { }))[0];

    public async Task<string[]> EventsAsync(params object[] members) => [.. await _api.GivenAsync(Kind.Event, [.. members.Select(Event)])];

    public Task<string[]> DatedAsync(params string?[] dates) => EventsAsync([.. dates.Select(date => (object)new { date })]);

    /// <summary>An actor, whose id is the stem and this corner's number.</summary>
    public async Task<string> ActorAsync(string stem, string kind = "organization", string? partOf = null, string? sector = null, string? country = null) =>
        (await _api.GivenAsync(Kind.Actor, new { id = Id(stem), kind, name = stem, partOf, sector, country }))[0];

    /// <summary>An identifier belongs to one place; where another corner's place has it already, this one does without.</summary>
    public async Task<string> PlaceAsync(string stem, string kind = "city", string? parent = null, double? latitude = null, double? longitude = null, string? country = null, params object[] identifiers)
    {
        var free = new List<object>();
        foreach (var identifier in identifiers)
        {
            var json = JsonSerializer.SerializeToElement(identifier);
            using var taken = await _api.Client.GetAsync($"/v1/locations/{json.Text("scheme")}:{json.Text("identifier")}");
            if (!taken.IsSuccessStatusCode) free.Add(identifier);
        }
        return (await _api.GivenAsync(Kind.Location, new { id = Id(stem), kind, name = stem, parent, latitude, longitude, country, identifiers = free }))[0];
    }

    public async Task<string> PostAsync(string stem, string organization) => (await _api.GivenAsync(Kind.Post, new { id = Id(stem), label = stem, organization }))[0];

    public async Task<string> MembershipAsync(string member, string organization, string classification = "member", string? start = null, string? end = null, string? post = null, string? status = null) =>
        (await _api.GivenAsync(Kind.Membership, new { member, organization, classification, start, end, post, status }))[0];

    public async Task<string> TopicAsync(string stem, string? parent = null) => (await _api.GivenAsync(Kind.Topic, new { id = Id(stem), label = stem, parent }))[0];

    public async Task<string> SourceAsync(object members)
    {
        var json = JsonSerializer.SerializeToNode(members)!.AsObject();
        json.TryAdd("kind", "article");
        json.TryAdd("title", "A source");
        return (await _api.GivenAsync(Kind.Source, json))[0];
    }

    /// <summary>The ids of this corner's events that fulfil a filter, newest first.</summary>
    public Task<string[]> FindAsync(string query, string resource = "events") => _api.IdsAsync($"/v1/{resource}?{Mine}&limit=500&{query}");
}

/// <summary>Reading lists to their end.</summary>
public static class Pages
{
    /// <summary>The ids of every page, by following next.</summary>
    public static async Task<List<string>> WalkAsync(this TestApi api, string? path)
    {
        var ids = new List<string>();
        while (path is not null)
        {
            var page = await api.GetAsync(path);
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!));
            path = page.GetProperty("next").GetString();
            Assert.True(ids.Count < 100_000, "The list does not end.");
        }
        return ids;
    }

    /// <summary>The refusal names this parameter.</summary>
    public static async Task RefusedAsync(this TestApi api, string path, string parameter)
    {
        var problem = await api.ProblemAsync(path, 400);
        Assert.Contains(problem.GetProperty("errors").EnumerateArray(), e => e.TryGetProperty("parameter", out var named) && named.GetString() == parameter);
    }

    /// <summary>The same ids, whatever their order.</summary>
    public static void SameSet(IEnumerable<string> expected, IEnumerable<string> found) => Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
}
