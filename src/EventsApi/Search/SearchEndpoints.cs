using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>One hit of the search over everything.</summary>
/// <param name="Kind">event, meeting, actor, location, post, membership, statement, source and so on.</param>
/// <param name="Hint">What tells it from others of like name.</param>
/// <param name="Score">Higher is better; comparable within one answer.</param>
public sealed record SearchHit(string Kind, string Id, string Title, string? Hint, Snippet? Snippet, double Score, string Href)
{
    /// <summary>With explain=true: what matched.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TermMatch>? Explanation { get; init; }
}

/// <summary>With group=kind: the best hits of one kind.</summary>
/// <param name="Href">The list of that kind with the same q; null for events without the meetings, which no list has.</param>
public sealed record SearchGroup(string Kind, TotalCount Total, IReadOnlyList<SearchHit> Items, string? Href);

/// <summary>A completion of what is being typed.</summary>
/// <param name="Name">What the record is called.</param>
/// <param name="Matched">The name or alias that begins as typed.</param>
public sealed record Suggestion(string Kind, string Id, string Name, string? Hint, string Matched, string Href);

internal static class SearchEndpoints
{
    public static void MapSearch(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/search", Search).WithName(nameof(Search)).Answers<SearchHit>("Search", "Search everything", "Events, meetings, actors, places, posts, statements, sources and the rest, best first. `group=kind` puts them together by kind. `q` is read as on every list.",
            new("What is there about Kuwait?", "/v1/search?q=kuwait"), new("Drones, grouped by kind", "/v1/search?q=drones&group=kind"), list: true, mediaType: null, body: null, or: typeof(SearchGroup), "q", "kind", "group", "stem", "explain");
        routes.MapGet("/suggest", Suggest).WithName(nameof(Suggest)).Answers<Suggestion>("Search", "Complete what is being typed", "Names and aliases in all languages that begin so, at any of their words; then those a slip away.",
            new("Beginning of a name", "/v1/suggest?q=rut"), new("Actors only, in Arabic", "/v1/suggest?q=الكو&kind=actor"), list: true, mediaType: null, body: null, or: null, "q", "kind").WithMetadata(new PageBounds(Usual, Largest));
    }

    // Of suggestions.
    private const int Usual = 10, Largest = 50;

    // What a person who types a name most often means comes before what merely mentions it.
    private static readonly Dictionary<Kind, double> KindWeights = new()
    {
        [Kind.Actor] = 1.25, [Kind.Situation] = 1.2, [Kind.Series] = 1.2, [Kind.Topic] = 1.1, [Kind.Location] = 1.1, [Kind.Event] = 1, [Kind.Post] = 1, [Kind.Statement] = 0.9, [Kind.Dataset] = 0.9,
        [Kind.Source] = 0.8, [Kind.Membership] = 0.5, [Kind.Claim] = 0.4, [Kind.Relation] = 0.3,
    };

    private static readonly string[] Kinds = [.. Kind.Names, "meeting"];

    private static async Task Search(HttpContext http, Database database, TimeProvider clock)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, "q", "kind", "group", "stem", "explain", "limit", "cursor", "format");
        var text = RequireText(http);
        var kinds = QueryText.AnyOf(http.Request.Query, "kind", Kinds);
        var limit = ShortList.Whole(http, "limit", Lists.DefaultLimit, 1, Lists.LargestLimit);
        var group = QueryText.OneOf(http.Request.Query, "group", ["kind"]) == "kind";
        var stem = QueryText.OneOf(http.Request.Query, "stem", ["true", "false"]) != "false";
        var explain = QueryText.OneOf(http.Request.Query, "explain", ["true", "false"]) == "true";
        var question = $"?{(kinds.Count == 0 ? "" : $"kind={string.Join(',', kinds)}&")}q={Uri.EscapeDataString(text)}{(group ? "&group=kind" : "")}{(stem ? "" : "&stem=false")}{(explain ? "&explain=true" : "")}";
        var digest = Digest.Of(http.Request.Path + question);
        var from = (int)Math.Clamp(Cursor.Parse(http.Request.Query.TryGetValue("cursor", out var cursor) ? cursor.ToString() : null, digest)?.Key ?? 0, 0, Ranking.Deepest);
        var answer = await database.SearchAsync(reader =>
        {
            var search = TextSearch.Read(reader, text, stem, out var ignored);
            // Only exclusions: nothing to look for, and the answer says what was left out.
            if (search is not null && search.Condition is null) ignored = [.. ignored, text];
            var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
            var found = search?.Condition is null ? [] : Find(reader, search, kinds, today, from + Math.Max(limit, GroupSize) + 1);
            while (found.Count == 0 && search?.Condition is not null && search.Correct(reader)) found = search.Condition is null ? [] : Find(reader, search, kinds, today, from + Math.Max(limit, GroupSize) + 1);
            if (found.Count == 0 && search?.Corrected is not null) search.TakeBack(reader);
            var total = found.Sum(f => f.Total.Value);
            var isExact = found.TrueForAll(f => f.Total.Relation == "eq");
            var complete = found.TrueForAll(f => f.Complete);
            SearchHit Show(Kind kind, Ranking.Hit hit) => Hit(reader, search!, kind, hit, explain);
            List<JsonNode> items;
            string? next = null;
            if (group)
            {
                var groups = found.OrderByDescending(f => f.Best[0].Score).Select(f => new SearchGroup(f.Name, new TotalCount(f.Total.Value, f.Total.Relation), [.. f.Best.Take(Math.Min(limit, GroupSize)).Select(h => Show(f.Kind, h))],
                    kinds.Contains("event") && !kinds.Contains("meeting") && f.Kind == Kind.Event ? null : $"/v1/{(f.Name == "meeting" ? "meetings" : f.Kind.Path)}?q={Uri.EscapeDataString(text)}{(stem ? "" : "&stem=false")}"));
                items = [.. groups.Select(g => JsonSerializer.SerializeToNode(g, Json.Options)!)];
            }
            else
            {
                var hits = found.SelectMany(f => f.Best.Select(h => (f.Kind, Hit: h))).OrderByDescending(h => h.Hit.ByHand).ThenByDescending(h => h.Hit.Score).ThenBy(h => h.Hit.Key).Take(Ranking.Deepest).ToList();
                items = [.. hits.Skip(from).Take(limit).Select(h => JsonSerializer.SerializeToNode(Show(h.Kind, h.Hit), Json.Options)!)];
                next = hits.Count > from + limit ? new Cursor(0, null, from + limit).ToString(digest) : null;
            }
            var address = next is null ? null : $"{http.Request.Path}{question}{(limit == Lists.DefaultLimit ? "" : $"&limit={limit.ToString(CultureInfo.InvariantCulture)}")}&cursor={next}";
            return new Page<JsonNode>(items)
            {
                Total = new TotalCount(total, isExact ? "eq" : "gte"), Next = address, Cursor = next,
                Query = new QueryEcho($"Everything{(kinds.Count == 0 ? "" : " of kind " + string.Join(" or ", kinds))} with “{text}”; best first", http.Request.Path + question, search?.Corrected, [.. ignored], new RankedEcho(found.Sum(f => f.Candidates), complete)),
            };
        }, http.RequestAborted);
        await ShortList.SendAsync(http, database, answer);
    }

    private const int GroupSize = 5;

    private sealed record Found(string Name, Kind Kind, List<Ranking.Hit> Best, Total Total, bool Complete, int Candidates);

    private static List<Found> Find(Reader reader, TextSearch search, List<string> kinds, DateOnly today, int most)
    {
        var found = new List<Found>();
        foreach (var kind in Kind.All)
        {
            var named = kinds.Where(k => Kind.Named(k) == kind).ToList();
            if (kinds.Count > 0 && named.Count == 0) continue;
            List<Condition> conditions = [search.Condition!];
            var isMeeting = kind == Kind.Event && named is ["meeting"];
            if (isMeeting) conditions.Add(new InLists([("event.kind", "meeting")]));
            else if (kind == Kind.Event && named is ["event"]) conditions.Add(new InLists([("event.kind", "meeting")]) { Not = true });
            var total = new KeyWalk(reader, kind, conditions).Count(Lists.ExactUpTo, Lists.ExactUpTo);
            if (total.Value == 0) continue;
            var (best, complete, candidates) = Ranking.Rank(reader, kind, conditions, search, today, most, total);
            if (best.Count == 0) continue;
            var weight = KindWeights[kind];
            found.Add(new Found(isMeeting ? "meeting" : kind.Name, kind, best.ConvertAll(h => h with { Score = h.Score * weight }), total, complete, candidates));
        }
        return found;
    }

    private static SearchHit Hit(Reader reader, TextSearch search, Kind kind, Ranking.Hit hit, bool explain)
    {
        var row = reader.Kept("SELECT a.item, a.rest, f.words FROM answers a JOIN features f ON f.key = a.key WHERE a.key = ?").Bind(hit.Key);
        row.Step();
        var (item, rest, words) = (row.Blob(0).ToArray(), row.Blob(1).ToArray(), row.Blob(2).ToArray());
        row.Reset();
        var (name, id, title, hint) = Hint.Of(reader, kind, item);
        return new SearchHit(name, id, title, hint, Snippet.Of(item, rest, search.Marked), Math.Round(hit.Score, 3), name == "meeting" ? $"/v1/meetings/{id}" : kind.Href(id)) { Explanation = explain ? search.Explain(reader, words) : null };
    }

    private static readonly string[] Named = ["actor", "location", "post", "topic", "situation", "series"];

    private static async Task Suggest(HttpContext http, Database database)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, "q", "kind", "limit", "format", "cursor");
        if (http.Request.Query.ContainsKey("cursor")) throw ProblemException.Parameter("cursor", "invalid", "Suggestions have no further pages; type more.");
        var text = RequireText(http);
        var kinds = QueryText.AnyOf(http.Request.Query, "kind", Named);
        var limit = ShortList.Whole(http, "limit", Usual, 1, Largest);
        var (found, corrected) = await database.ReadAsync(reader => Completion.Of(reader, text, [.. (kinds.Count == 0 ? [.. Named] : kinds).Select(k => Kind.Named(k)!)], limit), http.RequestAborted);
        await ShortList.SendAsync(http, database, new Page<Suggestion>(found)
        {
            Total = new TotalCount(found.Count, found.Count < limit ? "eq" : "gte"),
            Query = new QueryEcho($"Names that begin with “{text}”", $"{http.Request.Path}?{(kinds.Count == 0 ? "" : $"kind={string.Join(',', kinds)}&")}q={Uri.EscapeDataString(text)}", corrected, [], null),
        });
    }

    internal static string RequireText(HttpContext http)
    {
        var given = http.Request.Query["q"];
        if (given.Count > 1) throw ProblemException.Parameter("q", "repeated", "q is given several times; send it once.");
        var text = given.ToString();
        if (string.IsNullOrWhiteSpace(text)) throw ProblemException.Parameter("q", "required", "Send q=, the words to look for.");
        if (text.Contains('\0') || text.Contains('\uFFFD')) throw ProblemException.Parameter("q", "invalid-text", "q holds a NUL or is not UTF-8.");
        return text.Length <= TextQuery.LongestText ? text : throw ProblemException.Parameter("q", "too-long", $"q is longer than {TextQuery.LongestText:N0} characters.");
    }
}
