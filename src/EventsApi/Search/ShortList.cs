using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>A list that is short and whole in memory (a vocabulary, the participants of one meeting), in the same envelope as the others.</summary>
internal static class ShortList
{
    /// <summary>The parameters of such a list, with more of its own.</summary>
    public static string[] Controls(params string[] more) => ["limit", "cursor", "format", "q", .. more];

    public static async Task AnswerAsync(HttpContext http, Database database, string text, IReadOnlyList<JsonNode> items, params string[] more)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, Controls(more));
        items = Matching(http, items);
        // A further page is of the same question.
        var asked = string.Concat(((string[])["q", .. more]).Where(name => http.Request.Query[name].ToString() != "").Select(name => $"{name}={Uri.EscapeDataString(http.Request.Query[name].ToString())}&"));
        var limit = Whole(http, "limit", Lists.DefaultLimit, 1, Lists.LargestLimit);
        var digest = Digest.Of(http.Request.Path + asked);
        var start = (int)Math.Min(items.Count, Cursor.Parse(http.Request.Query.TryGetValue("cursor", out var cursor) ? cursor.ToString() : null, digest)?.Key ?? 0);
        var page = items.Skip(start).Take(limit).ToList();
        var next = start + page.Count < items.Count ? new Cursor(0, null, start + page.Count).ToString(digest) : null;
        var path = http.Request.Path.ToString();
        var link = next is null ? null : $"{path}?{asked}{(limit == Lists.DefaultLimit ? "" : $"limit={limit.ToString(CultureInfo.InvariantCulture)}&")}cursor={next}";
        await SendAsync(http, database, new Page<JsonNode>(page) { Total = new TotalCount(items.Count, "eq"), Next = link, Cursor = next, Query = new QueryEcho(text, path) });
    }

    /// <summary>Those that hold every word of q, or a word that begins so, in any of their texts.</summary>
    private static IReadOnlyList<JsonNode> Matching(HttpContext http, IReadOnlyList<JsonNode> items)
    {
        if (http.Request.Query["q"] is not { Count: > 0 } given) return items;
        if (given.ToString().Length > TextQuery.LongestText) throw ProblemException.Parameter("q", "too-long", $"q is longer than {TextQuery.LongestText:N0} characters.");
        var words = Folding.Words(given.ToString()).ConvertAll(w => w.Text);
        return [.. items.Where(item => $" {Folding.Fold(item.ToJsonString(Json.Options))}" is var text && words.TrueForAll(w => text.Contains(" " + w, StringComparison.Ordinal)))];
    }

    /// <summary>Sends what was made for this request, with an ETag of its bytes.</summary>
    public static async Task SendAsync<T>(HttpContext http, Database database, T body, string mediaType = "application/json")
    {
        if (body is Envelope { Next: { } next }) http.Response.Headers.Link = $"<{next}>; rel=\"next\"";
        var json = JsonSerializer.SerializeToUtf8Bytes(body, Json.Options);
        if (Conditional.IsFresh(http, Convert.ToHexStringLower(SHA256.HashData(json))[..24], database.ChangedAt)) Conditional.NotModified(http);
        else await Conditional.SendAsync(http, json, mediaType);
    }

    internal static int Whole(HttpContext http, string name, int otherwise, int least, int most) => Whole(http.Request.Query, name, otherwise, least, most);

    internal static int Whole(IQueryCollection query, string name, int otherwise, int least, int most)
    {
        if (!query.TryGetValue(name, out var value)) return otherwise;
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : throw ProblemException.Parameter(name, "out-of-range", $"{name} is a whole number between {least} and {most}.");
    }
}
