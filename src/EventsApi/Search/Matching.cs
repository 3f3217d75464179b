using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Dates;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>Up to 500 names to be found in the catalogue.</summary>
public sealed record MatchRequest(IReadOnlyList<MatchQuery> Queries);

/// <summary>A name as some table has it, and what else the table knows.</summary>
/// <param name="Kind">actor, location, post, topic, situation or series; or the kind within: state, organization, person, city, country …</param>
/// <param name="Country">ISO 3166-1 alpha-2 or alpha-3.</param>
/// <param name="AsOf">A date (EDTF) on which it must have been.</param>
public sealed record MatchQuery(string Name, string? Kind = null, string? Country = null, string? AsOf = null);

/// <summary>What one name may be, best first.</summary>
public sealed record MatchResult(MatchQuery Query, IReadOnlyList<MatchCandidate> Candidates);

/// <summary>A record that the name may mean.</summary>
/// <param name="Score">0 to 100: how alike the names are, less what speaks against it.</param>
/// <param name="Reasons">What the score is made of, in words.</param>
/// <param name="Match">Safe to take without looking: the name fits and no other candidate comes near.</param>
public sealed record MatchCandidate(string Id, string Kind, string Name, double Score, IReadOnlyList<string> Reasons, bool Match);

/// <summary>Finds records by name, for tables that are to be joined with the catalogue.</summary>
internal static class Matching
{
    public const int MostQueries = 500, MostCandidates = 10;
    private const int MostLookedAt = 60;
    private const double SafeScore = 85, SafeLead = 8;

    public static readonly Kind[] Kinds = [Kind.Actor, Kind.Location, Kind.Post, Kind.Topic, Kind.Situation, Kind.Series];
    /// <summary>Kinds of record, and kinds within actors and locations.</summary>
    public static readonly string[] KindWords = [.. Kinds.Select(k => k.Name), .. Vocabulary.Words.ActorKind, .. Vocabulary.Words.LocationKind];

    public static MatchResult Find(Reader reader, MatchQuery query, int limit)
    {
        var folded = Folding.Fold(query.Name);
        var looked = new Dictionary<long, (double Score, string Name, string How)>();
        void Consider(long reference, string name, double score, string how)
        {
            if (Kinds.Contains(Kind.OfRef(reference)) && (!looked.TryGetValue(reference, out var known) || known.Score < score)) looked[reference] = (score, name, how);
        }
        void Read(Statement rows, string how)
        {
            while (rows.Step()) Consider(rows.Int64(0), rows.Text(1), Likeness(folded, rows.Text(2)), how);
        }
        if (folded != "")
        {
            Read(reader.Kept("SELECT ref, text, folded FROM names WHERE folded = ? LIMIT ?").Bind(folded).Bind((long)MostLookedAt), "same name");
            if (query.Name.Contains(':'))
                foreach (var kind in Kinds)
                    if (RecordLookup.ByIdentifier(reader, kind, query.Name) is { } reference) Consider(reference, query.Name, 100, "identifier");
            if (query.Name.Trim() is { Length: 2 or 3 } code && code.All(char.IsAsciiLetterUpper))
                Read(reader.Kept("SELECT i.ref, i.identifier, lower(i.identifier) FROM identifiers i WHERE i.scheme = 'iso3166' AND i.identifier = ?").Bind(code), "ISO 3166 code");
            // By each of its words, the rarest first; then by a slip.
            foreach (var word in Folding.Words(query.Name).Select(w => w.Text).Distinct().OrderByDescending(w => w.Length).Take(3))
            {
                Read(reader.Kept("SELECT c.ref, n.text, n.folded FROM completions c JOIN names n ON n.ref = c.ref AND n.position = c.position WHERE c.tail >= ? AND c.tail < ? LIMIT ?").Bind(word).Bind(word + "!").Bind((long)MostLookedAt), "shares a word");
                if (looked.Values.All(l => l.Score < 60) && Slips.Nearest(reader, word) is { } meant && meant != word)
                    Read(reader.Kept("SELECT c.ref, n.text, n.folded FROM completions c JOIN names n ON n.ref = c.ref AND n.position = c.position WHERE c.tail >= ? AND c.tail < ? LIMIT ?").Bind(meant).Bind(meant + "!").Bind((long)MostLookedAt), "a slip away");
            }
        }
        var candidates = looked.Select(l => Judge(reader, query, l.Key, l.Value.Score, l.Value.Name, l.Value.How)).OfType<MatchCandidate>()
            .OrderByDescending(c => c.Score).ThenBy(c => c.Id, StringComparer.Ordinal).ThenBy(c => c.Kind, StringComparer.Ordinal).Take(limit + 1).ToList();
        if (candidates.Count > 0 && candidates[0].Score >= SafeScore && SameNumbers(query.Name, looked.Values.Where(l => l.Name != "").Select(l => l.Name), candidates[0].Name) && (candidates.Count == 1 || candidates[0].Score - candidates[1].Score >= SafeLead)) candidates[0] = candidates[0] with { Match = true };
        return new MatchResult(query, [.. candidates.Take(limit)]);
    }

    /// <summary>Carl XV is not Carl XVI: numbers must be the same, in the record's name or in one that was found.</summary>
    private static bool SameNumbers(string asked, IEnumerable<string> names, string name)
    {
        static string Numbers(string text) => string.Join(' ', Folding.Words(text).Select(w => w.Text).Where(w => w.All(char.IsAsciiDigit) || w.All(c => c is 'i' or 'v' or 'x' or 'l' or 'c')).Order(StringComparer.Ordinal));
        var numbers = Numbers(asked);
        return Numbers(name) == numbers || names.Any(n => Numbers(n) == numbers && Folding.Fold(n) == Folding.Fold(asked));
    }

    /// <summary>100 for the same words in any order, less for words and letters that differ.</summary>
    private static double Likeness(string asked, string name)
    {
        if (asked == name) return 100;
        var (a, b) = (asked.Split(' '), name.Split(' '));
        if (a.Order(StringComparer.Ordinal).SequenceEqual(b.Order(StringComparer.Ordinal))) return 97;
        const int Most = 6;
        // Beyond so many letters names are not alike, however long they are.
        var distance = Folding.Distance(asked, name, Most);
        var letters = distance > Most ? 0 : 1 - distance / (double)Math.Max(asked.Length, name.Length);
        var shared = 2.0 * a.Intersect(b).Count() / (a.Length + b.Length);
        return Math.Round(100 * Math.Max(letters * 0.95, shared * 0.85), 1);
    }

    private static MatchCandidate? Judge(Reader reader, MatchQuery query, long reference, double score, string name, string how)
    {
        var kind = Kind.OfRef(reference);
        var row = reader.Kept("SELECT id, word, name, record FROM records WHERE ref = ?").Bind(reference);
        if (!row.Step()) return null;
        var (id, word, called) = (row.Text(0), row.TextOrNull(1), row.Text(2));
        using var record = JsonDocument.Parse(row.Blob(3).ToArray());
        row.Reset();
        var reasons = new List<string> { name == called ? how : $"{how}: {name}" };
        if (query.Kind is { } asked)
        {
            if (asked != kind.Name && asked != word) return null;
            reasons.Add($"is a {asked}");
        }
        // Without a kind, who acts comes before where it is.
        else if (kind == Kind.Location) score -= 10;
        else if (kind != Kind.Actor) score -= 12;
        if (query.Country is { } country)
        {
            var own = record.RootElement.TryGetProperty("country", out var value) ? value.GetString() : null;
            var place = RecordLookup.ByIdentifier(reader, Kind.Location, $"iso3166:{country.ToUpperInvariant()}");
            var meant = place is null ? country.ToUpperInvariant() : reader.Kept("SELECT identifier FROM identifiers WHERE ref = ? AND scheme = 'iso3166' AND length(identifier) = 3").Bind(place.Value).ScalarText();
            if (own == meant) reasons.Add($"country {own}");
            else
            {
                score -= own is null ? 5 : 35;
                reasons.Add(own is null ? "country unknown" : $"country is {own}");
            }
        }
        if (query.AsOf is { } asOf && EdtfDate.TryParse(asOf, out var day))
        {
            var span = reader.Kept("SELECT start, \"end\" FROM spans WHERE key = ?").Bind(reference);
            if (span.Step())
            {
                var was = span.Int64(0) <= day.End && span.Int64(1) >= day.Start;
                span.Reset();
                if (!was) score -= 30;
                reasons.Add(was ? $"was there in {asOf}" : $"was not there in {asOf}");
            }
        }
        return score < 40 ? null : new MatchCandidate(id, kind.Name, called, Math.Round(Math.Max(0, score), 1), reasons, false);
    }
}

internal static class MatchEndpoints
{
    private const int Usual = 5;

    public static void MapMatch(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/match", Match).WithName(nameof(Match)).Answers<MatchResult>("Search", "Match a table of names", "Up to 500 names at once, each with candidates, their scores and reasons; `match` is true where it is safe to take the first.",
            new("Two names", "/v1/match", """{"queries": [{"name": "Mark Rute", "kind": "person"}, {"name": "Koweït", "kind": "state", "asOf": "1990"}]}"""),
            new("At most one candidate", "/v1/match?limit=1", """{"queries": [{"name": "North Atlantic Treaty Organization"}]}"""), list: true, mediaType: null, typeof(MatchRequest)).WithMetadata(new PageBounds(Usual, Matching.MostCandidates));
        routes.MapMethods("/reconcile", ["GET", "POST"], Reconcile).WithName(nameof(Reconcile)).ExcludeFromDescription();
    }

    private static async Task Match(HttpContext http, Database database)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, "limit", "format");
        var limit = ShortList.Whole(http, "limit", Usual, 1, Matching.MostCandidates);
        var request = await JsonBody.ReadAsync<MatchRequest>(http);
        Check(request.Queries);
        var results = await database.SearchAsync(reader => request.Queries.Select(q => Matching.Find(reader, q, limit)).ToList(), http.RequestAborted);
        await ShortList.SendAsync(http, database, new Page<MatchResult>(results) { Total = new TotalCount(results.Count, "eq"), Query = new QueryEcho($"Candidates for {results.Count} names", http.Request.Path.ToString()) });
    }

    private static void Check(IReadOnlyList<MatchQuery> queries)
    {
        if (queries.Count is 0 or > Matching.MostQueries) throw ProblemException.Rule("/queries", "out-of-range", $"Send 1 to {Matching.MostQueries} queries.");
        for (var n = 0; n < queries.Count; n++)
        {
            if (queries[n] is null) throw new ProblemException(ProblemCode.InvalidRequest, "A query is an object with a name.", [new ProblemError("invalid-json", "A query is an object with a name.") { Pointer = $"/queries/{n}" }]);
            if (string.IsNullOrWhiteSpace(queries[n].Name) || queries[n].Name.Length > 300) throw ProblemException.Rule($"/queries/{n}/name", "required", "A name has 1 to 300 characters.");
            if (queries[n].Kind is { } kind && !Matching.KindWords.Contains(kind)) throw ProblemException.Rule($"/queries/{n}/kind", "unknown-value", $"'{kind}' is no kind that can be matched.", Matching.KindWords, Folding.Nearest(kind, Matching.KindWords));
            if (queries[n].Country is { } country && !(country.Length is 2 or 3 && country.All(char.IsAsciiLetter))) throw ProblemException.Rule($"/queries/{n}/country", "invalid", "A country is ISO 3166-1 alpha-2 or alpha-3, such as KW or KWT.");
            if (queries[n].AsOf is { } asOf && !EdtfDate.TryParse(asOf, out _)) throw ProblemException.Rule($"/queries/{n}/asOf", "invalid", $"'{asOf}' is not a date. {EdtfDate.Forms}");
        }
    }

    /// <summary>The Reconciliation Service API 0.2 (W3C community group), as OpenRefine asks it: without queries the manifest, with them results by key.</summary>
    private static async Task Reconcile(HttpContext http, Database database)
    {
        var root = $"{http.Request.Scheme}://{http.Request.Host}";
        Singles.CheckParameters(http, "queries");
        if (HttpMethods.IsPost(http.Request.Method) && !http.Request.HasFormContentType) throw new ProblemException(ProblemCode.UnsupportedMediaType, "Send the queries as a form, as the Reconciliation API has it; JSON goes to /v1/match.");
        if (http.Request.ContentLength > JsonBody.Largest) throw new ProblemException(ProblemCode.TooLarge, $"The form is larger than {JsonBody.Largest / 1024:N0} kB.");
        string given;
        try
        {
            given = http.Request.HasFormContentType ? (await http.Request.ReadFormAsync(http.RequestAborted))["queries"].ToString() : http.Request.Query["queries"].ToString();
        }
        catch (Exception error) when (error is InvalidDataException or IOException or BadHttpRequestException)
        {
            throw new ProblemException(ProblemCode.InvalidRequest, "The form cannot be read.", [new ProblemError("unreadable", "Send application/x-www-form-urlencoded with the field queries.") { Parameter = "queries" }]);
        }
        if (given == "")
        {
            await ShortList.SendAsync(http, database, new JsonObject
            {
                ["versions"] = new JsonArray("0.2"), ["name"] = "Events catalogue", ["identifierSpace"] = root + "/v1/", ["schemaSpace"] = root + "/v1/codes/",
                ["defaultTypes"] = new JsonArray([.. ((string[])["state", "organization", "person", "location"]).Select(TypeOf)]), ["view"] = new JsonObject { ["url"] = root + "/v1/{{id}}" },
            });
            return;
        }
        JsonObject queries;
        List<(string Key, MatchQuery Query, int Limit)> asked;
        try
        {
            // Read at once with the strict rules: what was parsed lazily would fail later, and as our fault.
            _ = JsonSerializer.Deserialize<JsonElement>(given, Json.Options);
            queries = JsonNode.Parse(given) as JsonObject ?? throw new JsonException();
            asked = queries.Select(q => (q.Key, Query: ReadQuery(q.Key, q.Value), Limit: q.Value is JsonObject o && o["limit"] is JsonValue l && l.TryGetValue(out int limit) ? Math.Clamp(limit, 1, Matching.MostCandidates) : Usual)).ToList();
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            throw ProblemException.Parameter("queries", "invalid", "queries is a JSON object of queries by key, such as {\"q0\":{\"query\":\"Kuwait\"}}.");
        }
        if (queries.Count > Matching.MostQueries) throw ProblemException.Parameter("queries", "too-many", $"At most {Matching.MostQueries} queries are taken at once.");
        try
        {
            Check([.. asked.Select(a => a.Query)]);
        }
        catch (ProblemException problem) when (problem.Errors is not null)
        {
            // Here the names stand in an address or a form, where a broken rule is an unreadable request.
            throw new ProblemException(ProblemCode.InvalidRequest, problem.Message, [.. problem.Errors.Select(e => e with { Pointer = null, Parameter = "queries" })]);
        }
        var results = await database.SearchAsync(reader => asked.ConvertAll(a => (a.Key, Result: Matching.Find(reader, a.Query, a.Limit))), http.RequestAborted);
        await ShortList.SendAsync(http, database, new JsonObject(results.Select(r => KeyValuePair.Create(r.Key, (JsonNode?)new JsonObject
        {
            ["result"] = new JsonArray([.. r.Result.Candidates.Select(c => new JsonObject
            {
                ["id"] = $"{Kind.Named(c.Kind)!.Path}/{c.Id}", ["name"] = c.Name, ["score"] = c.Score, ["match"] = c.Match, ["type"] = new JsonArray(TypeOf(c.Kind)), ["description"] = string.Join("; ", c.Reasons),
            })]),
        }))));

        static JsonNode TypeOf(string kind) => new JsonObject { ["id"] = kind, ["name"] = char.ToUpperInvariant(kind[0]) + kind[1..] };
    }

    private static MatchQuery ReadQuery(string key, JsonNode? query)
    {
        if (query is not JsonObject given || given["query"] is not JsonValue text || !text.TryGetValue(out string? name)) throw ProblemException.Parameter("queries", "invalid", $"{key} has no query, the name to look for.");
        string? Property(string id) => (given["properties"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(p => p["pid"] is JsonValue pid && pid.TryGetValue(out string? name) && name == id)?["v"]?.ToString();
        var type = given["type"] is JsonArray { Count: > 0 } several ? several[0] : given["type"];
        return new MatchQuery(name, type is JsonObject o ? o["id"]?.ToString() : type?.ToString(), Property("country"), Property("asOf"));
    }
}
