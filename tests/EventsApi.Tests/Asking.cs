using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace EventsApi.Tests;

/// <summary>Short ways to ask: what a link leads to, and what a body gets.</summary>
internal static class Asking
{
    /// <summary>How many records the list at this address has, counted to the last.</summary>
    public static async Task<long> CountAsync(this TestApi api, string path) =>
        (await api.GetAsync($"{path}{(path.Contains('?') ? '&' : '?')}limit=1&total=exact")).At("total.value").GetInt64();

    /// <summary>Each row's link must lead to as many records as the row says; what differs is told. A row without a link is passed over, so the caller says how many must have one.</summary>
    public static async Task LinksCountAsync(this TestApi api, IEnumerable<JsonElement> rows, int atLeast = 1)
    {
        var (wrong, followed) = (new List<string>(), 0);
        foreach (var row in rows)
        {
            if (row.Text("href") is not { } href) continue;
            followed++;
            var (said, found) = (row.GetProperty("count").GetInt64(), await api.CountAsync(href));
            if (said != found) wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{href} has {found}, not {said}"));
        }
        Reading.Nothing(wrong);
        Assert.True(followed >= atLeast, $"Only {followed} rows have a link.");
    }

    /// <summary>The body of a 200 to a POST; the body is JSON text or an object to be written as JSON.</summary>
    public static async Task<JsonElement> PostAsync(this TestApi api, string path, object body)
    {
        using var response = await api.SendAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The problem document that a POST is refused with.</summary>
    public static async Task<JsonElement> RefusedPostAsync(this TestApi api, string path, object body, int status, string mediaType = "application/json")
    {
        using var response = await api.SendAsync(path, body, mediaType);
        return await Problems.ReadAsync(response, status);
    }

    private static Task<HttpResponseMessage> SendAsync(this TestApi api, string path, object body, string mediaType = "application/json")
    {
        var content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return api.Client.PostAsync(path, content);
    }

    // On a server what is made again by and by goes there and back for each record.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(TestEngine.IsPostgres ? 60 : 2);

    /// <summary>What is made again in slices after a write comes within two seconds; the last answer counts.</summary>
    public static async Task SoonAsync(Func<Task<bool>> holds, string what, TimeSpan? within = null)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(watch.Elapsed < (within ?? Soon), what);
            await Task.Delay(20);
        }
    }

    /// <summary>The ids of a list's items.</summary>
    public static string[] Ids(this JsonElement list) => list.Texts("items", "id");
}
