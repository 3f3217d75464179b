using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Access;

namespace EventsApi.Tests;

/// <summary>Asks everything that the document offers, as a client that read it would, as one that errs, and as one that means harm; and holds each answer against the document. The same seed asks the same.
/// What it knows beyond the document is which parameters go together and which ids there are: so it can tell a refusal that is right from one that is not.</summary>
/// <param name="document">The contract that is held to.</param>
/// <param name="log">Where every request and its status is noted; null for nowhere.</param>
internal sealed class Fuzzer(TestApi api, JsonElement document, int seed, HttpClient client, TextWriter? log = null)
{
    // So much of what streams is looked at, and so many faults are told.
    private const int MostBytes = 1 << 20, MostFaults = 60;

    private readonly Random _random = new(seed);
    private readonly List<Offer> _offers = [];
    private readonly Dictionary<string, List<string>> _pools = [];
    private readonly Dictionary<string, int> _faults = [];
    private readonly SortedDictionary<string, int> _statuses = [], _intents = [];
    private readonly Dictionary<string, string[]> _modes = [];
    private readonly Queue<string> _next = [];

    /// <summary>What is wrong, and how often, by its first example.</summary>
    public IReadOnlyDictionary<string, int> Faults => _faults;

    public int Requests { get; private set; }

    /// <summary>Operations that nothing was asked of.</summary>
    public IReadOnlyList<string> Untouched => [.. _offers.Where(o => o.Asked == 0).Select(o => o.Name)];

    public string Report => $"{Requests} requests, seed {seed}; {string.Join(", ", _intents.Select(i => $"{i.Value} {i.Key}"))}; answers {string.Join(", ", _statuses.Select(s => $"{s.Value} × {s.Key}"))}; operations {_offers.Count - Untouched.Count} of {_offers.Count}";

    /// <summary>An operation of the document.</summary>
    private sealed class Offer(string method, string path, JsonElement operation, IReadOnlyList<JsonElement> parameters)
    {
        public string Method => method;
        public string Path => path;
        public string Name => $"{method} {path}";
        public JsonElement Operation => operation;
        public IReadOnlyList<JsonElement> Query { get; } = [.. parameters.Where(p => p.Text("in") == "query")];
        public bool Has(string name) => Query.Any(p => p.Text("name") == name);
        public string Resource => path.Split('/') is [_, "v1", var first, ..] ? first : "";
        public int Asked { get; set; }
    }

    /// <summary>A request, and the statuses that are right for it; none when any that is documented is.</summary>
    private sealed record Attempt(Offer Offer, string Address, string Intent, params int[] Right)
    {
        public string? Key { get; init; }
        public byte[]? Body { get; init; }
        public string? MediaType { get; init; }
        public List<(string Name, string Value)> Headers { get; init; } = [];
        public bool IsTrimmed { get; init; }
        public string? Format { get; init; }
    }

    private sealed record Answer(int Status, string Text, string? Tag, string? Location);

    private static readonly int[] Fine = [200, 304], Refused = [400], Broken = [400, 422];

    public async Task RunAsync(int requests)
    {
        foreach (var path in document.At("paths").EnumerateObject())
            foreach (var method in path.Value.EnumerateObject())
                _offers.Add(new Offer(method.Name.ToUpperInvariant(), path.Name, method.Value, method.Value.TryGetProperty("parameters", out var all) ? [.. all.EnumerateArray().Select(p => Schema.Resolve(document, p))] : []));
        await FillAsync();
        // Everything once, whatever chance brings after it.
        foreach (var offer in Reads) await ReadAsync(offer);
        foreach (var offer in _offers.Where(o => o.Asked == 0)) await WithoutAKeyAsync(offer);
        while (Requests < requests && _faults.Count < MostFaults)
        {
            // Time passes, so that quotas of wrong keys end, and what is written later is later.
            if (Chance(0.02)) api.Clock.Now += TimeSpan.FromSeconds(_random.Next(1, 90));
            await (_random.Next(20) switch
            {
                < 8 => ReadAsync(),
                < 11 => ReadWronglyAsync(),
                < 14 => ReadWildlyAsync(),
                < 16 => WriteWronglyAsync(),
                < 17 => AskByBodyAsync(),
                < 18 => WriteWildlyAsync(),
                < 19 => Chance(0.3) ? LiveAsync() : ReadAsync(),
                _ => WithOtherKeysAsync(),
            });
        }
    }

    // What there is to ask about.

    private async Task FillAsync()
    {
        foreach (var resource in Writing.Paths.Append("datasets"))
            foreach (var item in (await api.GetAsync($"/v1/{resource}?sample=120&seed={seed}")).Each("items"))
            {
                Keep(resource, item.Text("id"));
                if (resource is "actors" or "locations" or "topics") Keep($"{resource}.any", item.Text("id"));
            }
        foreach (var id in _pools["events"].Take(60)) Keep("incidents", (await api.GetAsync($"/v1/events/{id}")).Text("incident"));
        foreach (var (pool, path, member) in ((string, string, string)[])
            [("person", "/v1/actors?kind=person", "id"), ("organizations", "/v1/memberships?classification=member&limit=100", "organization.id"), ("classifications", "/v1/actors?kind=organization&limit=200", "classification"), ("languages", "/v1/sources", "language"),
             ("publishers", "/v1/sources?limit=100", "publisher"), ("pointers", "/v1/claims?limit=50", "pointer")])
            foreach (var item in (await api.GetAsync(path)).Each("items"))
                // A comma parts values.
                if (item.Text(member) is { } value && !value.Contains(',')) Keep(pool, value);
        foreach (var kind in (string[])["event", "actor", "situation", "membership", "location"])
            foreach (var id in _pools[kind + "s"].Take(40)) Keep("mixed", $"{kind}:{id}");
        foreach (var type in (await api.GetAsync("/v1/event-types")).Each("items")) _modes[type.Text("id")!] = type.Texts("modes", "id");
        foreach (var code in (await api.GetAsync("/v1/codes?limit=500")).Each("items")) Keep("codes", code.Text("id"));
        _pools["event-types"] = [.. _modes.Keys];
        _pools["errors"] = ["not-found", "invalid-request", "conflict"];
        _pools["pins"] = ["example"];
        _pools["imports"] = [];
        _pools["snapshot"] = [];
        for (var n = 0; n < 2; n++)
        {
            using var import = await SendFileAsync();
            Keep("imports", import.Headers.Location!.ToString().Split('/')[^1]);
        }
    }

    private Task<HttpResponseMessage> SendFileAsync() => api.SendBytesAsync("POST", "/v1/imports?format=ndjson", Imported(), "application/octet-stream");

    /// <summary>A row that goes in, and one that does not.</summary>
    private byte[] Imported() => Encoding.UTF8.GetBytes($$"""{"kind":"organization","name":"Imported {{_random.Next()}}"}""" + "\n{\"nothing\":1}\n");

    private void Keep(string pool, string? value)
    {
        if (value is null) return;
        if (!_pools.TryGetValue(pool, out var values)) _pools[pool] = values = [];
        if (!values.Contains(value)) values.Add(value);
    }

    // Chance.

    private bool Chance(double part) => _random.NextDouble() < part;

    private T Any<T>(IReadOnlyList<T> values) => values[_random.Next(values.Count)];

    private string AnyOf(string pool) => _pools.TryGetValue(pool, out var values) && values.Count > 0 ? Any(values) : "nothing-there";

    private IEnumerable<T> Some<T>(IReadOnlyList<T> values, int most) => values.Count == 0 ? [] : Enumerable.Range(0, _random.Next(1, most + 1)).Select(_ => Any(values)).Distinct();

    private string Number(double least, double most) => Math.Round(least + _random.NextDouble() * (most - least), 2).ToString(CultureInfo.InvariantCulture);

    private static readonly string[] Days = ["2025", "2025-06", "2024-02-29", "2023-12-31", "1994-04", "2000-01-01", "1999", "2026-02-28", "2028-02-29", "1582-10-15"];

    private string Day() => Any(Days);

    private string Period() => Any([Day(), Day(), "7d", "+30d", "today", "2024-01-01/2024-03-31", "2019/2021", "2020-02/2020-02-29"]);

    private static readonly string[] Texts =
        ["NATO", "Kuwait talks", "\"security cooperation\"", "Rutte OR Starmer", "meeting -gulf", "minist*", "Rutte NEAR Starmer", "title:summit", "OTAN", "الكويت", "北京", "Москва", "attack attacked", "U.S.", "don't", "(", "\"unclosed", "AND", "a AND", "-", "*", "NEAR", "ğ ı ß", "🙂", "x'); DROP TABLE records;--", "{title summary}:x",
         "col:value", "^x", "NOT x", "naïve café", "‮desrever", "\u200bzero", "COVID-19", "AT&T", "%", "_", "\\", "`", "$where", "../../etc/passwd", "<script>alert(1)</script>", "١٢٣"];

    // The names of parameters whose values are ids of others.
    private string? PoolOf(string resource, string name) => (resource, name) switch
    {
        ("relations", "from" or "to") or (_, "record" or "about") => "mixed",
        (_, "actor" or "host" or "speaker" or "onBehalfOf" or "party" or "member" or "participant") => "actors",
        (_, "holder") => "person",
        (_, "memberOf" or "organization") => "organizations",
        ("actors", "partOf") => "actors",
        ("topics", "within" or "parent") or (_, "topic") => "topics",
        ("locations", "within" or "parent") or (_, "location") => "locations",
        ("situations", "parent") or (_, "situation") => "situations",
        (_, "involves") => Chance(0.5) ? "actors" : "locations",
        (_, "series") => "meeting-series",
        (_, "post") => "posts",
        (_, "source") => "sources",
        (_, "dataset") => "datasets",
        (_, "event") => "events",
        (_, "incident") => "incidents",
        (_, "publisher") => "publishers",
        (_, "language") => "languages",
        (_, "pointer") => "pointers",
        ("actors", "classification") => "classifications",
        _ when name.StartsWith("actor.", StringComparison.Ordinal) => "actors",
        _ => null,
    };

    /// <summary>The list's own resource, whose filters a sub-resource takes.</summary>
    private static string Listed(Offer offer) => offer.Path switch
    {
        "/v1/actors/{id}/events" or "/v1/locations/{id}/events" => "events",
        "/v1/actors/{id}/members" or "/v1/actors/{id}/memberships" or "/v1/posts/{id}/holders" => "memberships",
        _ => offer.Resource,
    };

    /// <summary>A legal value; null when there is none to be had.</summary>
    private string? Legal(Offer offer, JsonElement parameter)
    {
        var (full, schema) = (parameter.Text("name")!, Schema.Resolve(document, parameter.At("schema")));
        var name = full.Split('[')[0];
        var several = schema.TryGetProperty("items", out var items);
        var one = several ? Schema.Resolve(document, items) : schema;
        if (name == "facets" && !one.TryGetProperty("enum", out _)) return null;
        if (one.TryGetProperty("enum", out var words))
        {
            // A place's outline is for maps only.
            string[] legal = [.. words.EnumerateArray().Select(w => w.GetString()!).Where(w => w != "outline")];
            return several ? string.Join(',', Some(legal, 3)) : Any(legal);
        }
        if (one.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String)
            switch (type.GetString())
            {
                case "boolean": return Any(["true", "false"]);
                case "number": return Number(-10, 10);
                case "integer":
                    var least = one.TryGetProperty("minimum", out var min) ? min.GetInt64() : 0;
                    var most = one.TryGetProperty("maximum", out var max) ? max.GetInt64() : 1_000;
                    return (name is "limit" or "sample" ? _random.NextInt64(least, Math.Min(most, 12) + 1) : Chance(0.2) ? Any([least, most]) : _random.NextInt64(least, most + 1)).ToString(CultureInfo.InvariantCulture);
            }
        if (PoolOf(Listed(offer), name) is { } pool && name != "participant") return _pools.TryGetValue(pool, out var values) && values.Count > 0 ? string.Join(',', Some(values, full.EndsWith(']') ? 2 : 3)) : null;
        return name switch
        {
            "ids" => Listed(offer) == "changes" || !_pools.ContainsKey(Listed(offer)) ? null : string.Join(',', Some(_pools[Listed(offer)], 4)),
            "country" => string.Join(',', Some(["KWT", "SY", "USA", "gb", "ARE", "UA"], 3)),
            "q" => Any(Texts),
            "from" => Any([Day(), "today", "30d"]),
            "to" => Any([Day(), "today", "+30d"]),
            "date" => Period(),
            "asOf" => Day(),
            "published" => Day(),
            "updatedSince" => Any(["2026-02-28T00:00:00Z", "2020-01-01T00:00:00+02:00", "2026-02-28T12:00:00.5Z"]),
            "bbox" => Any(["40,20,60,40", "170,-50,-170,50", "-180,-90,180,90", "47.1,28.2,48.9,30.1"]),
            "near" => $"{Number(-90, 90)},{Number(-180, 180)}",
            "radius" => Any(["50km", "800m", "30mi", "5000km"]),
            "participant" => $"actor:{AnyOf("actors")}{(Chance(0.3) ? ";role:" + Any(["speaker", "participant", "host"]) : "")}",
            "lang" => Any(["ar", "fr,en", "de", "zh-Hans", "en-GB,en"]),
            "key" => "self",
            "fields" => Members(offer) is { Count: > 0 } members ? string.Join(',', Some(members, 4)) : null,
            _ => null,
        };
    }

    /// <summary>The members of the record or list item that an operation answers with.</summary>
    private IReadOnlyList<string> Members(Offer offer)
    {
        if (Schema.Answer(document, offer.Operation) is not { } schema) return [];
        var found = new HashSet<string>();
        Visit(Schema.Resolve(document, schema));
        return [.. found];

        void Visit(JsonElement shape)
        {
            shape = Schema.Resolve(document, shape);
            foreach (var several in (string[])["allOf", "anyOf"])
                // What only some have is not asked of all.
                if (shape.TryGetProperty(several, out var parts))
                    if (several == "allOf") { foreach (var part in parts.EnumerateArray()) Visit(part); }
                    else Visit(parts.EnumerateArray().Last());
            if (!shape.TryGetProperty("properties", out var properties)) return;
            if (properties.TryGetProperty("items", out var items)) { found.Clear(); Visit(Schema.Resolve(document, items).At("items")); }
            // What is not always there comes with another parameter, and only then.
            else foreach (var member in properties.EnumerateObject().Where(m => Schema.Requires(document, shape, m.Name))) found.Add(member.Name);
        }
    }

    // Those that say how to answer, or need another beside them; they are put in by Query.
    private static readonly string[] Dependent = ["sort", "cursor", "fields", "include", "sample", "seed", "format", "facets", "facetLimit", "knownAt", "rows", "end", "guard", "radius", "geoMatch", "expand", "actorMatch", "stem", "explain", "dateMatch", "from", "to", "date", "asOf", "limit", "total", "measure", "by", "fill", "ids", "op", "kind", "collapse"];

    /// <summary>Parameters that are legal together, and the format they ask for.</summary>
    private (List<(string Name, string Value)> Query, string Format) Legal(Offer offer)
    {
        var given = new List<(string Name, string Value)>();
        void Put(string name, string? value = null)
        {
            if (given.Exists(g => g.Name == name) || offer.Query.FirstOrDefault(p => p.Text("name") == name) is not { ValueKind: JsonValueKind.Object } parameter) return;
            if ((value ?? Legal(offer, parameter)) is { } legal) given.Add((name, legal));
        }
        bool Has(string name) => given.Exists(g => g.Name == name);
        var filters = offer.Query.Where(p => !Dependent.Contains(p.Text("name")!.Split('[')[0])).ToList();
        var isFeed = offer.Resource == "changes";
        if (isFeed) { Put("since", Any(["0", "5", "100"])); if (Chance(0.5)) Put("kind"); if (Chance(0.3)) Put("op"); if (Chance(0.2) && Has("kind")) Put("q"); }
        else for (var n = _random.Next(4); n > 0 && filters.Count > 0; n--) Put(Any(filters).Text("name")!);
        if (offer.Path == "/v1/audit") Put("key");
        foreach (var needed in offer.Query.Where(p => p.TryGetProperty("required", out var required) && required.GetBoolean())) Put(needed.Text("name")!);
        if (offer.Path is "/v1/search" or "/v1/suggest" or "/v1/codes" or "/v1/event-types") { Put("q"); if (Chance(0.3)) Put("kind"); }
        else if (!isFeed && Chance(0.15) && offer.Has("stem")) Put("q");
        if (Chance(0.1) && !isFeed) Put("ids");
        if (Chance(0.1) && offer.Path is "/v1/actors" or "/v1/memberships" or "/v1/locations" or "/v1/situations" or "/v1/sources") Put("kind");
        if (Listed(offer) != "relations" && Chance(0.2)) if (Chance(0.5)) Put("date"); else if (Chance(0.5)) { Put("from", Any(["1999", "2025-06", "2024-02-29"])); Put("to", Any(["today", "+30d", "2026-01"])); } else Put(Any(["from", "to"]));
        if (Chance(0.2)) Put("asOf");
        if ((Has("date") || Has("from") && Listed(offer) != "relations" || Has("to") && Listed(offer) != "relations" || Has("asOf")) && Chance(0.3)) Put("dateMatch");
        if (Has("near") && Chance(0.5)) Put("radius");
        if ((Has("near") || Has("bbox")) && Chance(0.3)) Put("geoMatch");
        if (given.Exists(g => g.Name.StartsWith("actor", StringComparison.Ordinal) || g.Name == "host") && Chance(0.3)) Put(Any(["expand", "actorMatch"]));
        if (Has("q")) { if (Chance(0.2)) Put("stem"); if (Chance(0.2)) Put("explain"); }
        if (offer.Has("by")) { Put("by", string.Join(',', Some(["type", "country", "year", "actor", "topic", "month", "situation", "sector", "mode", "week", "day", "dataset", "quadClass"], 3))); if (Chance(0.5)) Put("measure"); }
        if (Chance(0.1)) Put("collapse");

        var format = "json";
        if (offer.Has("format") && Chance(0.15))
        {
            Put("format");
            format = given.Find(g => g.Name == "format").Value ?? "json";
        }
        if (!offer.Path.EndsWith('}')) Put("limit");
        if (format != "json")
        {
            if (format is "csv" && Chance(0.3)) Put("guard");
            if (format is "csv" && Listed(offer) is "events" or "meetings" && Chance(0.3)) Put("rows");
            if (format is "ndjson" && Chance(0.3)) Put("end");
            if (format is "ndjson" or "csv" or "geojson" && !Has("rows") && Chance(0.2) && !offer.Path.EndsWith('}')) Put("fields");
            return (given, format);
        }
        if (Chance(0.1)) Put("total");
        if (Chance(0.15)) { Put("facets"); if (Has("facets") && Chance(0.5)) Put("facetLimit"); }
        if (Chance(0.2))
        {
            Put("sort");
            var sort = given.Find(g => g.Name == "sort").Value;
            if (sort == "relevance" && !Has("q") || sort == "distance" && !Has("near")) given.RemoveAll(g => g.Name == "sort");
        }
        else if (Chance(0.1) && offer.Has("sample"))
        {
            given.RemoveAll(g => g.Name == "limit");
            Put("sample");
            if (Chance(0.5)) Put("seed");
        }
        if (Chance(0.15)) Put("fields");
        if (Chance(0.15)) Put("include");
        if (Chance(0.15)) Put("lang");
        if (Chance(0.1) && offer.Path.EndsWith("{id}", StringComparison.Ordinal) && !Has("include")) Put("knownAt", Any(["2026-03-01", "2027-01-01T00:00:00Z"]));
        return (given, format);
    }

    private static string Address(string path, IEnumerable<(string Name, string Value)> query)
    {
        var pairs = string.Join('&', query.Select(q => $"{Uri.EscapeDataString(q.Name)}={Uri.EscapeDataString(q.Value)}"));
        return pairs == "" ? path : $"{path}?{pairs}";
    }

    /// <summary>The path with ids that are there; null when there are none.</summary>
    private string? Place(Offer offer)
    {
        if (!offer.Path.Contains('{')) return offer.Path;
        if (offer.Resource is "{resource}")
        {
            var resource = Any(Writing.Paths);
            return offer.Path.Replace("{resource}", resource, StringComparison.Ordinal).Replace("{id}", Uri.EscapeDataString(AnyOf(resource)), StringComparison.Ordinal).Replace("{other}", Uri.EscapeDataString(AnyOf(resource)), StringComparison.Ordinal).Replace("{revision}", "1", StringComparison.Ordinal);
        }
        if (offer.Resource == "dyads") return $"/v1/dyads/{_pools["actors"][_random.Next(20)]}/{_pools["actors"][20 + _random.Next(20)]}";
        var pool = offer.Resource switch { "incidents" => "incidents", "" => "errors", var own => own };
        return _pools.TryGetValue(pool, out var ids) && ids.Count > 0 ? System.Text.RegularExpressions.Regex.Replace(offer.Path, @"\{\w+\}", Uri.EscapeDataString(Any(ids))) : null;
    }

    private IReadOnlyList<Offer> Reads => field ??= [.. _offers.Where(o => o.Method == "GET")];

    // Reading.

    private async Task ReadAsync(Offer? chosen = null)
    {
        if (chosen is null && _next.Count > 0 && Chance(0.5))
        {
            var address = _next.Dequeue();
            var path = address.Split('?')[0];
            var list = Reads.FirstOrDefault(o => o.Path == path) ?? Reads.FirstOrDefault(o => Matches(o.Path, path));
            if (list is not null) await AskAsync(new Attempt(list, address, "next pages", Fine) { IsTrimmed = address.Contains("fields=", StringComparison.Ordinal) });
            return;
        }
        var offer = chosen ?? Any(Reads);
        if (Place(offer) is not { } place) return;
        var (query, format) = Legal(offer);
        // A record may have been merged or deleted by now, and its id still be known.
        int[] right = offer.Path.Contains('{') ? format == "ics" ? [200, 304, 308, 404, 406, 410] : [200, 304, 308, 404, 410] : offer.Path is "/v1/snapshot" ? [200, 304, 404] : offer.Path == "/v1/audit" ? Fine : Fine;
        var attempt = new Attempt(offer, Address(place, query), "legal reads", right) { Key = offer.Path == "/v1/audit" ? await api.KeyAsync(Role.Admin) : Chance(0.2) ? await api.KeyAsync(Role.Reader) : null, IsTrimmed = query.Exists(q => q.Name == "fields"), Format = format };
        if (Chance(0.2)) attempt.Headers.Add(("Accept-Encoding", Any(["gzip", "br", "gzip, br;q=0.5", "identity", "*"])));
        if (Chance(0.1)) attempt.Headers.Add(("Accept-Language", Any(["ar", "fr;q=0.8, en", "*"])));
        if (Chance(0.05)) attempt.Headers.Add(("Origin", "https://pages.example"));
        var answer = await AskAsync(attempt);
        if (answer is not { Status: 200, Tag: { } tag } || !Chance(0.3)) return;
        // The same question again is known.
        if (format == "json" && offer.Has("limit") && offer.Path is not "/v1/snapshot" && answer.Text.Contains("\"next\":\"", StringComparison.Ordinal) && JsonNode.Parse(answer.Text)?["next"]?.GetValue<string>() is { } next && _next.Count < 50) _next.Enqueue(next);
        var again = await AskAsync(attempt with { Intent = "known answers", Headers = [.. attempt.Headers, ("If-None-Match", tag)] });
        // What an import or a rename brings meanwhile has another tag.
        if (again.Status != 304 && again.Tag == tag) Fault(attempt, $"{again.Status} to who has the answer");
    }

    private static bool Matches(string template, string path)
    {
        var (a, b) = (template.Split('/'), path.Split('/'));
        return a.Length == b.Length && a.Zip(b).All(p => p.First == p.Second || p.First.StartsWith('{'));
    }

    /// <summary>One thing is wrong, and must be refused.</summary>
    private async Task ReadWronglyAsync()
    {
        var offer = Any(Reads.Where(o => o.Resource != "" && o.Path is not ("/v1/snapshot" or "/v1/audit")).ToList());
        if (Place(offer) is not { } place) return;
        var query = Legal(offer).Query;
        var wrong = Wrong(offer);
        query.RemoveAll(q => q.Name == wrong.Name || wrong.Name == "sample" && q.Name is "limit" or "sort");
        query.Add(wrong);
        int[] right = wrong.Name == "format" ? [406] : Refused;
        await AskAsync(new Attempt(offer, Address(place, query), "wrong reads", offer.Path.Contains('{') ? [.. right, 404, 410, 308] : right));
    }

    private (string Name, string Value) Wrong(Offer offer)
    {
        for (var tries = 0; tries < 20 && offer.Query.Count > 0; tries++)
        {
            var parameter = Any(offer.Query);
            var (name, schema) = (parameter.Text("name")!, Schema.Resolve(document, parameter.At("schema")));
            var one = schema.TryGetProperty("items", out var items) ? Schema.Resolve(document, items) : schema;
            if (one.TryGetProperty("enum", out _)) return (name, Any(["no-such-word", "ALL", "true;", "١", "🙂", "x' OR '1'='1"]));
            switch (one.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null)
            {
                case "boolean": return (name, Any(["maybe", "1", "TRUE!", "0x1", "null"]));
                case "integer": return (name, Any(["1.5", "x", "-1", "99999999999999999999", "1e3", "٣", "0x10", "NaN", "--1"]));
                case "number": return (name, Any(["x", "NaN", "1,5,,", "∞", "0x1", "--1"]));
            }
            if (PoolOf(Listed(offer), name.Split('[')[0]) is not null && name != "participant") return (name, Any(["no-such-record-zz", "E99999999999", "wikidata:", "x' OR 1=1--", "nothing:at:all", "🙂"]));
            if (name is "ids" && offer.Resource != "changes") return (name, Any(["no-such-record-zz", ",", "E1,,E2"]));
            if (name is "from" or "to" or "date" or "asOf" or "published") return (name, Any(["2025-13", "2025-02-30", "31/12/2025", "yesterday-ish", "20250230", "-", "2025-00-00", "99999999d"]));
            if (name is "country") return (name, Any(["BBB", "Kuwaitland", "1"]));
            if (name is "bbox") return (name, Any(["1,2,3", "a,b,c,d", "0,91,1,92", "1,2,3,4,5", "NaN,0,1,1"]));
            if (name is "near") return (name, Any(["91,0", "1", "a,b", "0,0,0", "NaN,NaN"]));
            if (name is "updatedSince" or "knownAt") return (name, Any(["yesterday", "2025-13-01T00:00:00Z", "25:00", "1e9"]));
            if (name is "cursor") return (name, Any(["x", "AAAA", "eyJhIjoxfQ", "🙂", "../.."]));
            if (name is "fields") return (name, Any(["no.such", "nosuch", "id,nosuch", "'"]));
            if (name is "q") return (name, Any([new string('x', 2_001), "a\0b"]));
        }
        return (Any(["nosuch", "contry", "limit ", "LIMIT", "q[]", "type[like]", "$filter", "__proto__"]), "1");
    }

    private static readonly string[] Wild = [.. Texts, "", " ", "\0", "\r\nX-Injected: 1", "%", "%zz", new string('a', 3_000), new string('(', 500), "\ud800", "\uffff", "\u0000\u0001", "9".PadRight(400, '9'), "-0", "1e999", "null", "undefined", "[]", "{}", "true", "\u202e", "a\u0301\u0301\u0301", "ﷺ", "|cat /etc/passwd", "${7*7}", "{{7*7}}", "%00", "%ff", "..%2f..%2f", "file:///etc/passwd", "http://169.254.169.254/", "' UNION SELECT * FROM keys--"];

    /// <summary>Anything: what is answered must be documented.</summary>
    private async Task ReadWildlyAsync()
    {
        var offer = Any(Reads);
        var place = System.Text.RegularExpressions.Regex.Replace(offer.Path, @"\{\w+\}", _ => Uri.EscapeDataString(Safe(Any(Wild) is { Length: > 0 and < 500 } text ? text : "x")));
        // What the server refuses while it parses the request line is no answer of the application.
        if (place.Contains("%00", StringComparison.Ordinal) || place.Contains("//", StringComparison.Ordinal) || place.Split('/').Any(s => s is "." or "..")) return;
        var query = Legal(offer).Query;
        for (var n = _random.Next(1, 4); n > 0; n--) query.Add((offer.Query.Count > 0 && Chance(0.8) ? Any(offer.Query).Text("name")! : Safe(Any(Wild)), Safe(Any(Wild))));
        var address = Address(place, query);
        if (Chance(0.1)) address += Any(["&q=%ff%fe", "&q=%00", "&=", "&&&", "&limit", "&%", "#x", "&q=%C3%28", "&%ff=1"]);
        if (address.IndexOf('?') < 0 && address.Contains('&')) return;
        var attempt = new Attempt(offer, address, "wild reads") { Key = Chance(0.1) ? await api.KeyAsync(Role.Admin) : null, IsTrimmed = true, Format = query.Find(q => q.Name == "format").Value };
        WildHeaders(attempt.Headers);
        await AskAsync(attempt);
    }

    private void WildHeaders(List<(string, string)> headers)
    {
        for (var n = _random.Next(3); n > 0; n--)
            headers.Add((Any(["Accept", "Accept-Language", "Accept-Encoding", "If-None-Match", "If-Modified-Since", "If-Match", "Range", "Last-Event-ID", "X-HTTP-Method-Override", "X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Origin", "Cookie", "Idempotency-Key", "X-Change-Reason", "Accept-Charset", "Prefer", "Traceparent"]),
                Any(["*/*", "text/html;q=0.9, application/json", "application/xml", "garbage", "\"\"", "W/\"x\"", "\"1-abc\", *", "Thu, 01 Jan 1970 00:00:00 GMT", "bytes=0-", "bytes=-1,5-2", "x;q=9", "ar;q=nonsense", new string('x', 2_000), "../..", "null", ";;;", "00-0-0-0", "-1", "9999999999999999999"])));
    }

    /// <summary>Text that an address can hold.</summary>
    private static string Safe(string text) => text.Replace("\ud800", "\ufffd", StringComparison.Ordinal);

    // Writing.

    /// <summary>A record from its creation to its end, each step as the one before left it.</summary>
    private async Task LiveAsync()
    {
        var resource = Any(Writing.Paths);
        var (body, patch) = await api.SampleAsync(resource);
        var editor = await api.KeyAsync(Role.Editor);
        var input = Enriched(resource, JsonSerializer.SerializeToNode(body)!.AsObject());
        Attempt Step(string method, string path, string template, int[] right, JsonNode? sent = null, string? match = null, params (string, string)[] headers) =>
            new(Offered(method, template), path, "steps of a life", right) { Key = editor, Body = sent is null ? null : Encoding.UTF8.GetBytes(sent.ToJsonString()), MediaType = sent is null ? null : method == "PATCH" ? "application/merge-patch+json" : "application/json", Headers = [.. headers, .. match is null ? Array.Empty<(string, string)>() : [("If-Match", match)]] };

        var token = Chance(0.3) ? Writing.Own("life").Replace(' ', '-') : null;
        var create = Step("POST", $"/v1/{resource}", $"/v1/{resource}", [201], input);
        if (token is not null) create.Headers.Add(("Idempotency-Key", token));
        var created = await AskAsync(create);
        if (created.Status != 201 || created.Location is not { } path) return;
        var (one, id) = ($"/v1/{resource}/{{id}}", path.Split('/')[^1]);
        if (token is not null)
        {
            var repeated = await AskAsync(create);
            if (repeated != created) Fault(create, $"a repeated request is answered differently: {repeated.Status}");
            await AskAsync(Step("POST", $"/v1/{resource}", $"/v1/{resource}", [422], new JsonObject(input.ToList().Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))) { ["sources"] = new JsonArray() }, null, ("Idempotency-Key", token)));
        }
        var read = await AskAsync(Step("GET", path, one, [200]));
        if (read.Text != created.Text || read.Tag != created.Tag) Fault(create, "what is read is not what was answered");
        for (var steps = _random.Next(1, 7); steps > 0; steps--)
        {
            var before = await AskAsync(Step("GET", path, one, [200]));
            if (before.Status != 200) return;
            switch (_random.Next(9))
            {
                case 0:
                    var same = await AskAsync(Step("PUT", path, one, [200], JsonNode.Parse(before.Text), before.Tag));
                    if (same.Status == 200 && same.Text != before.Text) Fault(create, "sending back what was read changes it");
                    break;
                case 1:
                    var changed = await AskAsync(Step("PATCH", path, one, [200], JsonSerializer.SerializeToNode(patch), before.Tag, ("X-Change-Reason", Any(Texts.Where(t => t.All(char.IsAscii)).ToList()))));
                    if (changed.Status == 200)
                    {
                        // A warning is told once.
                        if (JsonNode.Parse(changed.Text)!.AsObject() is var told && told.Remove("warnings")) changed = changed with { Text = told.ToJsonString() };
                        if (changed.Text != before.Text) await AskAsync(Step("PATCH", path, one, [412], JsonSerializer.SerializeToNode(patch), before.Tag));
                        if (!JsonNode.DeepEquals(JsonNode.Parse((await AskAsync(Step("GET", path, one, [200]))).Text), JsonNode.Parse(changed.Text))) Fault(create, "what is read after a change is not what was answered");
                    }
                    break;
                case 2: await AskAsync(Chance(0.5) ? Step("PUT", path, one, [428], JsonNode.Parse(before.Text)) : Step("PATCH", path, one, [428], new JsonObject())); break;
                case 3: await AskAsync(Step("PATCH", path, one, [412], new JsonObject(), Any(["\"99-0\"", "\"98-zz\", \"97-x\"", "\"\""]))); break;
                case 4: await AskAsync(Step("GET", path + "/revisions", one + "/revisions", [200])); break;
                case 5: await AskAsync(Step("GET", path + "/revisions/1", "/v1/{resource}/{id}/revisions/{revision}", [200])); break;
                case 6: await AskAsync(Step("POST", path + "/revisions/1/revert", "/v1/{resource}/{id}/revisions/{revision}/revert", [200], null, before.Tag)); break;
                case 7: await AskAsync(Step("GET", $"/v1/{resource}?ids={id}&total=exact", $"/v1/{resource}", [200])); break;
                default: await AskAsync(Step("GET", path, one, [304], null, null, ("If-None-Match", before.Tag!))); break;
            }
        }
        if (resource is "actors" or "topics" or "sources" or "meeting-series" && Chance(0.3))
        {
            var other = (await api.WrittenAsync("POST", $"/v1/{resource}", (await api.SampleAsync(resource)).Body)).Text("id")!;
            var (merge, template) = ($"{path}/merge-into/{other}", "/v1/{resource}/{id}/merge-into/{other}");
            if ((await AskAsync(Step("POST", merge, template, [200, 422], null, "*"))).Status == 200)
            {
                await AskAsync(Step("GET", path, one, [308]));
                if (Chance(0.5)) return;
                await AskAsync(Step("DELETE", merge, template, [200], null, "*"));
                if ((await AskAsync(Step("GET", path, one, [200]))).Status != 200) return;
            }
        }
        if (Chance(0.4)) { Keep(resource, id); return; }
        await AskAsync(Step("DELETE", path, one, [428]));
        var gone = await AskAsync(Step("DELETE", path, one, [204, 409], null, Chance(0.5) ? "*" : (await AskAsync(Step("GET", path, one, [200]))).Tag));
        if (gone.Status != 204) return;
        await AskAsync(Step("GET", path, one, [410]));
        await AskAsync(Step(Any(["PUT", "PATCH", "DELETE"]), path, one, [410], null, "*") is var late && late.Offer.Method != "DELETE" ? late with { Body = Encoding.UTF8.GetBytes(input.ToJsonString()), MediaType = late.Offer.Method == "PATCH" ? "application/merge-patch+json" : "application/json" } : late);
        await AskAsync(Step("GET", path + "/revisions", one + "/revisions", [200]));
        if (Chance(0.2)) await AskAsync(Step("POST", path + "/revisions/1/revert", "/v1/{resource}/{id}/revisions/{revision}/revert", [200, 409, 410, 422], null, "*"));
    }

    /// <summary>More of what may be said, in any order, with nulls where nothing is.</summary>
    private JsonObject Enriched(string resource, JsonObject body)
    {
        if (InputOf(resource) is { } shape)
            foreach (var member in shape.At("properties").EnumerateObject().Where(m => !body.ContainsKey(m.Name) && Chance(0.15)))
                if (Schema.Resolve(document, member.Value) is var schema && schema.TryGetProperty("type", out var types) && types.ValueKind == JsonValueKind.Array && types.EnumerateArray().Any(t => t.GetString() == "null")) body[member.Name] = null;
        string? text = resource switch { "events" or "meetings" or "situations" or "actors" => "summary", "statements" => "lang", _ => null };
        if (text == "summary" && Chance(0.5)) body["summary"] = Any(Texts);
        if (resource is "events" or "meetings")
        {
            if (Chance(0.5)) body["date"] = Any(["2025-06-15", "2025", "2024-02-29", "2025-06-15~", "2019-01/2019-03", "2024-05-01/..", "199X", "2025-06-XX", "1066-10-14"]);
            if (Chance(0.4)) body["location"] = AnyOf("locations.any");
            if (Chance(0.4)) body["participants"] = new JsonArray([.. Some(_pools["actors.any"], 4).Select(a => (JsonNode)new JsonObject { ["actor"] = a, ["roles"] = new JsonArray("speaker") })]);
            if (Chance(0.3)) body["topics"] = new JsonArray([.. Some(_pools["topics.any"], 2).Select(t => (JsonNode)new JsonObject { ["id"] = t })]);
            if (resource == "events" && Chance(0.4))
            {
                var type = Any(_modes.Keys.Where(t => t != "statement").ToList());
                body["type"] = type;
                body["modes"] = new JsonArray([.. _modes[type].Length == 0 ? [] : Some(_modes[type], 1).Select(m => (JsonNode)m)]);
            }
            if (Chance(0.2)) body["goldstein"] = Math.Round(_random.NextDouble() * 20 - 10, 1);
            if (Chance(0.2)) body["fatalities"] = new JsonObject { ["best"] = _random.Next(50), ["low"] = 0, ["high"] = 60 };
        }
        if (resource == "locations" && Chance(0.5)) { body["latitude"] = Math.Round(_random.NextDouble() * 180 - 90, 4); body["longitude"] = Math.Round(_random.NextDouble() * 360 - 180, 4); }
        foreach (var named in (string[])["title", "name", "label", "text"])
            if (body[named] is { } name && Chance(0.3)) body[named] = $"{name} {Any(Texts.Where(t => t.Trim() != "").ToList())}";
        var members = body.ToList();
        body.Clear();
        foreach (var member in members.OrderBy(_ => _random.Next())) body[member.Key] = member.Value;
        return body;
    }

    private Offer Offered(string method, string template) => _offers.First(o => o.Method == method && o.Path == template);

    private JsonElement? InputOf(string resource) =>
        Offered("POST", $"/v1/{resource}").Operation.TryGetProperty("requestBody", out var body) ? Schema.Resolve(document, Schema.Resolve(document, body).At("content").EnumerateObject().First().Value.At("schema")) : null;

    /// <summary>A body of which one thing is wrong.</summary>
    private async Task WriteWronglyAsync()
    {
        var resource = Any(Writing.Paths);
        var input = Enriched(resource, JsonSerializer.SerializeToNode((await api.SampleAsync(resource)).Body)!.AsObject());
        var (bytes, mediaType, right) = Break(resource, input);
        var isBatch = mediaType == "application/json" && right[0] is 400 or 422 && Chance(0.15) && !bytes.Contains((byte)'\n') && bytes.Length > 0;
        var path = $"/v1/{resource}{(isBatch ? "/batch" : "")}";
        await AskAsync(new Attempt(Offered("POST", path), path, "wrong bodies", isBatch ? Broken : right) { Key = await api.KeyAsync(Role.Editor), Body = bytes, MediaType = isBatch ? "application/x-ndjson" : mediaType });
    }

    private (byte[] Body, string? MediaType, int[] Right) Break(string resource, JsonObject input)
    {
        const string Json = "application/json";
        byte[] Bytes(JsonNode? node) => Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "null");
        byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
        var shape = InputOf(resource)!.Value;
        var whole = input.ToJsonString();
        switch (_random.Next(16))
        {
            case 0: return (Text(whole[..^1]), Json, Refused);
            case 1: return (Text(whole + Any(["}", ",", "{}", " x"])), Json, Refused);
            case 2: return (Text(Any(["", " ", "[]", "\"x\"", "1", "NaN", "{'a':1}", "{\"a\":}", "null", "{a:1}", "[{}]", "\ufeff\ufeff{}"])), Json, Refused);
            case 3: input[Any(["zzUnknown", "Title ", "__proto__", "$type", "é"])] = 1; return (Bytes(input), Json, Refused);
            case 4: var key = input.First().Key; return (Text($"{{\"{key}\":null,{whole[1..]}"), Json, Refused);
            case 5: return (Text(whole), Any(["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/octet-stream"]), [415]);
            case 6: input.Add("zz", null); return (Text(whole[..^1] + ",\"names\":" + string.Concat(Enumerable.Repeat("[", 200)) + string.Concat(Enumerable.Repeat("]", 200)) + "}"), Json, Refused);
            case 7: return (Text(whole[..^1] + ",\"summary\":\"" + new string('x', (1 << 20) + 10) + "\"}"), Json, [413]);
            case 8: return (Text(whole[..^1] + Any([",\"id\":\"a\\u0000b\"}", ",\"id\":\"\\ud800\"}", ",\"id\":1e999}", ",\"id\":{}}"])), Json, Broken);
            case 9: return (Encoding.Unicode.GetBytes(whole), Json, Refused);
            case 10: return ([.. Text(whole[..^1] + ",\"id\":\""), 0xff, 0xfe, .. Text("\"}")], Json, Refused);
            case 11 when shape.TryGetProperty("required", out var required):
                input.Remove(Any(required.EnumerateArray().Select(r => r.GetString()!).Where(r => resource != "meetings" || r == "title").ToList()));
                return (Bytes(input), Json, Broken);
            case 12: input["id"] = Any(["x' OR 1=1", "a/b", "..", "UPPER CASE", new string('i', 500), "ünï", "a?b", "a#b", ""]); return (Bytes(input), Json, resource is "events" or "meetings" or "memberships" or "statements" or "sources" or "relations" or "claims" ? [201, 400, 422] : Broken);
        }
        // A member of the wrong JSON type, or a word, reference or date that is none.
        var members = shape.At("properties").EnumerateObject().Where(m => m.Name != "value").ToList();
        var member = Any(members);
        var schema = Schema.Resolve(document, member.Value);
        string[] types = schema.TryGetProperty("type", out var type) ? type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString()!)] : [type.GetString()!] : ["object", "null"];
        JsonNode? Other(string name) => name switch { "string" => "x", "object" => new JsonObject(), "array" => new JsonArray(), "number" => 1.5, "integer" => 3, "boolean" => true, _ => null };
        if (Chance(0.5))
        {
            string[] others = [.. ((string[])["string", "object", "array", "number", "boolean"]).Except(types).Where(t => !(t == "number" && types.Contains("integer") && Chance(0.5)))];
            if (member.Name == "id" || others.Length == 0) return (Text(whole[..^1]), Json, Refused);
            input[member.Name] = Other(Any(others));
            return (Bytes(input), Json, Broken);
        }
        (string Member, JsonNode Value)[] wrong = resource switch
        {
            "events" => [("type", "consul"), ("modes", new JsonArray("no-mode")), ("contexts", new JsonArray("no-context")), ("status", "maybe"), ("date", "2025-02-30"), ("location", "no-such-place-zz"), ("goldstein", 10.5), ("fatalities", new JsonObject { ["best"] = -1 }), ("participants", new JsonArray(new JsonObject { ["actor"] = "no-such-actor-zz" })), ("participants", new JsonArray(new JsonObject { ["label"] = "x", ["roles"] = new JsonArray("no-role") })), ("topics", new JsonArray(new JsonObject { ["id"] = "no-such-topic-zz" })), ("dataset", "no-such-dataset-zz"), ("title", new string('x', 100_000)), ("title", ""), ("ordinal", 0), ("sources", new JsonArray("R99999999"))],
            "meetings" => [("setting", "no-setting"), ("ordinal", 0), ("ordinal", 99_999_999_999), ("series", "no-such-series-zz"), ("agenda", new JsonArray(new JsonObject { ["title"] = "" })), ("outcomes", new JsonArray(new JsonObject { ["kind"] = "no-kind", ["text"] = "x" })), ("kind", "event"), ("time", new JsonObject { ["start"] = "25:00" })],
            "meeting-series" => [("label", ""), ("organization", "no-such-actor-zz"), ("label", new string('x', 100_000))],
            "situations" => [("kind", "no-kind"), ("date", "2025-13"), ("parent", "no-such-situation-zz"), ("locations", new JsonArray("no-such-place-zz")), ("parties", new JsonArray("no-such-actor-zz"))],
            "actors" => [("kind", "robot"), ("sector", "ZZZ"), ("country", "BBB"), ("partOf", "no-such-actor-zz"), ("founded", "x"), ("names", new JsonArray(new JsonObject { ["name"] = "" }))],
            "posts" => [("organization", "no-such-actor-zz"), ("start", "2025-99"), ("country", "BBB")],
            "memberships" => [("member", "no-such-actor-zz"), ("classification", "friend"), ("status", "gone"), ("start", "x"), ("post", "no-such-post-zz")],
            "locations" => [("kind", "planet"), ("latitude", 91), ("longitude", -181), ("parent", "no-such-place-zz"), ("country", "BBB"), ("precision", "exact")],
            "topics" => [("label", ""), ("parent", "no-such-topic-zz")],
            "statements" => [("speaker", "no-such-actor-zz"), ("basis", new JsonObject { ["voice"] = "nobody" }), ("event", "E99999999"), ("lang", "not a language"), ("text", ""), ("basis", new JsonObject { ["voice"] = "author", ["certainty"] = "sure" })],
            "sources" => [("kind", "rumour"), ("url", "javascript:alert(1)"), ("url", "not a url"), ("language", "not a language"), ("published", "2025-02-30")],
            "relations" => [("from", new JsonObject { ["kind"] = "event", ["id"] = "E99999999" }), ("type", "likes"), ("to", "event:E99999999")],
            _ => [("record", new JsonObject { ["kind"] = "event", ["id"] = "E99999999" }), ("pointer", "title"), ("pointer", "/noSuchMember"), ("source", "R99999999"), ("certainty", "sure")],
        };
        var (at, value) = Any(wrong);
        input[at] = value.DeepClone();
        return (Bytes(input), Json, Broken);
    }

    /// <summary>Bytes of any kind to any operation that takes some.</summary>
    private async Task WriteWildlyAsync()
    {
        var offer = Any(_offers.Where(o => o.Method != "GET").ToList());
        if (Place(offer) is not { } place) return;
        var resource = Writing.Paths.Contains(offer.Resource) ? offer.Resource : "events";
        var input = Enriched(resource, JsonSerializer.SerializeToNode((await api.SampleAsync(resource)).Body)!.AsObject());
        foreach (var name in input.Select(p => p.Key).ToList())
            if (Chance(0.4)) input[name] = Any<Func<JsonNode?>>([() => Any(Wild).Replace("\ud800", "x", StringComparison.Ordinal), () => _random.Next(), () => null, () => new JsonArray(1, "x"), () => new JsonObject { ["id"] = "x" }, () => -1.5, () => int.MaxValue, () => long.MinValue])();
        var body = _random.Next(6) switch
        {
            0 => Noise(_random.Next(2_000)),
            1 => Squeezed(Encoding.UTF8.GetBytes(input.ToJsonString())),
            2 => Encoding.UTF8.GetBytes(Any(Wild).Replace("\ud800", "x", StringComparison.Ordinal)),
            3 => Encoding.UTF8.GetBytes("{" + string.Concat(Enumerable.Repeat("\"a\":{", 500)) + new string('}', 501)),
            _ => Encoding.UTF8.GetBytes(input.ToJsonString()),
        };
        var attempt = new Attempt(offer, place, "wild writes") { Key = await api.KeyAsync(Role.Admin), Body = offer.Operation.TryGetProperty("requestBody", out _) || Chance(0.2) ? body : null, MediaType = Any(["application/json", "application/json", "application/merge-patch+json", "application/x-ndjson", "application/octet-stream", "text/plain", "application/json; charset=utf-16", "application/json; charset=utf-8"]) };
        if (offer.Method is "DELETE" or "POST" && offer.Path is "/v1/snapshot") return;
        if (offer.Path == "/v1/imports") attempt = attempt with { Address = $"/v1/imports?format={Any(["gdelt", "ucdp", "acled", "ndjson", "csv", "zip", ""])}&dryRun={Any(["true", "1", ""])}" };
        if (Chance(0.4)) attempt.Headers.Add(("If-Match", Any(["*", "\"1\"", "W/\"1-a\"", "x", "\"1-\"", new string('"', 50)])));
        if (Chance(0.2)) attempt.Headers.Add(("Content-Encoding", Any(["gzip", "br", "deflate", "identity", "x"])));
        WildHeaders(attempt.Headers);
        if (offer.Method == "DELETE")
        {
            // What is asked for later must stay: a tag of the first revision would take a record away that is in it.
            attempt.Headers.RemoveAll(h => h.Name == "If-Match");
            attempt.Headers.Add(("If-Match", "\"99-x\""));
        }
        await AskAsync(attempt);
    }

    private byte[] Noise(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Squeezed(byte[] bytes)
    {
        using var into = new MemoryStream();
        using (var gzip = new GZipStream(into, CompressionLevel.Fastest)) gzip.Write(bytes);
        return into.ToArray();
    }

    /// <summary>Questions whose parameters are a body, pins, matches, batches and imports.</summary>
    private async Task AskByBodyAsync()
    {
        var editor = await api.KeyAsync(Role.Editor);
        Attempt Post(string path, JsonNode body, int[] right, string? mediaType = null) => new(Offered("POST", path), path, "questions in a body", right) { Key = editor, Body = Encoding.UTF8.GetBytes(body is JsonValue text ? text.GetValue<string>() : body.ToJsonString()), MediaType = mediaType ?? "application/json", IsTrimmed = body is JsonObject o && o.ContainsKey("fields") };
        switch (_random.Next(7))
        {
            case 0 or 1 or 2:
                var resource = Any(Writing.Paths.Append("datasets").ToList());
                var query = Legal(Offered("GET", $"/v1/{resource}")).Query.Where(q => q.Name is not ("format" or "rows" or "end" or "guard" or "cursor")).ToList();
                var body = new JsonObject();
                foreach (var (name, value) in query)
                    body[name] = name is "limit" or "sample" or "seed" or "facetLimit" ? int.Parse(value, CultureInfo.InvariantCulture) : name is "q" or "bbox" or "near" or "participant" or "lang" ? value : value.Contains(',') ? new JsonArray([.. value.Split(',').Select(v => (JsonNode)v)]) : value;
                if (Chance(0.3)) body["any"] = new JsonArray(new JsonObject { ["q"] = "kuwait" }, new JsonObject { ["q"] = "nato" });
                if (Chance(0.3)) { body[Any(["nosuch", "limit", "any"])] = "x"; await AskAsync(Post($"/v1/{resource}/query", body, [400, 422])); }
                else await AskAsync(Post($"/v1/{resource}/query", body, [200]));
                break;
            case 3:
                await AskAsync(Post("/v1/match", new JsonObject { ["queries"] = new JsonArray([.. Some(Texts.Where(t => t.Trim() != "").ToList(), 3).Select(t => (JsonNode)new JsonObject { ["name"] = t, ["kind"] = Chance(0.5) ? "actor" : null })]) }, [200]));
                break;
            case 4:
                if (await AskAsync(Post("/v1/pins", new JsonObject { ["query"] = $"/v1/events?country={Any(["KWT", "SY"])}&from={Day()}", ["title"] = Any(Texts) }, [201])) is { Status: 201, Location: { } pin }) Keep("pins", pin.Split('/')[^1]);
                break;
            case 5:
                var kind = Any(Writing.Paths);
                var lines = Writing.Lines([.. await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ => (await api.SampleAsync(kind)).Body))]);
                await AskAsync(Post($"/v1/{kind}/batch", lines, [200], "application/x-ndjson"));
                break;
            default:
                if (Chance(0.05)) await AskAsync(new Attempt(Offered("POST", "/v1/snapshot"), "/v1/snapshot", "snapshots", 201) { Key = await api.KeyAsync(Role.Admin) });
                var import = new Attempt(Offered("POST", "/v1/imports"), "/v1/imports?format=ndjson", "questions in a body", 202) { Key = editor, Body = Imported(), MediaType = "application/octet-stream" };
                if (await AskAsync(import) is { Status: 202, Location: { } place }) Keep("imports", place.Split('/')[^1]);
                break;
        }
    }

    /// <summary>Without a key, with a wrong one, and with one that may not.</summary>
    private async Task WithOtherKeysAsync()
    {
        var offer = Any(_offers.Where(o => o.Operation.TryGetProperty("security", out _)).ToList());
        await WithoutAKeyAsync(offer);
        if (Place(offer) is not { } place) return;
        var (body, mediaType) = Least(offer);
        await AskAsync(new Attempt(offer, place, "with a wrong key", 401, 429) { Body = body, MediaType = mediaType, Key = Any(["ec_000000000000_00", "x", $"ec_{_random.Next():x12}_{_random.Next():x64}", "' OR 1=1--"]) });
        // A pin is what every key may make.
        if (offer.Path != "/v1/pins") await AskAsync(new Attempt(offer, place, "with too small a key", 403) { Body = body, MediaType = mediaType, Key = await api.KeyAsync(Role.Reader) });
        var read = Any(Reads.Where(o => o.Path.StartsWith("/v1", StringComparison.Ordinal)).ToList());
        if (Place(read) is { } at) await AskAsync(new Attempt(read, at, "with a wrong key", 401, 429) { Key = $"ec_{_random.Next():x12}_{_random.Next():x64}" });
    }

    private static (byte[]? Body, string? MediaType) Least(Offer offer) => offer.Operation.TryGetProperty("requestBody", out _) ? ("{}"u8.ToArray(), offer.Method == "PATCH" ? "application/merge-patch+json" : "application/json") : (null, null);

    private async Task WithoutAKeyAsync(Offer offer)
    {
        if (Place(offer) is not { } place) return;
        var (body, mediaType) = Least(offer);
        await AskAsync(new Attempt(offer, place, "without a key", offer.Operation.TryGetProperty("security", out _) ? [401] : []) { Body = body, MediaType = mediaType });
    }

    // Judging.

    private void Fault(Attempt attempt, string what)
    {
        var key = $"{attempt.Offer.Name}: {what}";
        // One example of each kind is enough: numbers and ids differ.
        var kind = System.Text.RegularExpressions.Regex.Replace(key, @"\d+", "#");
        foreach (var known in _faults.Keys)
            if (System.Text.RegularExpressions.Regex.Replace(known.Split(" ¦ ")[0], @"\d+", "#") == kind) { _faults[known]++; return; }
        _faults[$"{key} ¦ {attempt.Intent}: {attempt.Address} {string.Join(' ', attempt.Headers)} {(attempt.Body is null ? "" : Encoding.UTF8.GetString(attempt.Body.AsSpan(0, Math.Min(attempt.Body.Length, 600))))}"] = 1;
    }

    private async Task<Answer> AskAsync(Attempt attempt)
    {
        Requests++;
        attempt.Offer.Asked++;
        _intents[attempt.Intent] = _intents.GetValueOrDefault(attempt.Intent) + 1;
        using var request = new HttpRequestMessage(new HttpMethod(attempt.Offer.Method), attempt.Address);
        if (attempt.Key is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {attempt.Key}");
        if (attempt.Body is not null)
        {
            request.Content = new ByteArrayContent(attempt.Body);
            if (attempt.MediaType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", attempt.MediaType);
        }
        foreach (var (name, value) in attempt.Headers)
            if (name.StartsWith("Content-", StringComparison.Ordinal)) request.Content?.Headers.TryAddWithoutValidation(name, value);
            else request.Headers.TryAddWithoutValidation(name, value);
        HttpResponseMessage response;
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            // A body that is too large is refused before it was sent whole, and then the connection may break first.
            if (attempt.Body is not { Length: > 1 << 20 }) Fault(attempt, $"no answer: {error.GetType().Name}");
            return new Answer(0, "", null, null);
        }
        using (response)
        {
            var status = (int)response.StatusCode;
            _statuses[status.ToString(CultureInfo.InvariantCulture)] = _statuses.GetValueOrDefault(status.ToString(CultureInfo.InvariantCulture)) + 1;
            var text = await BodyAsync(response);
            log?.WriteLine($"{Requests} {attempt.Offer.Method} {attempt.Address} {string.Join(' ', attempt.Headers)} {(attempt.Body is null ? "" : Encoding.UTF8.GetString(attempt.Body.AsSpan(0, Math.Min(attempt.Body.Length, 2_000))))} → {status} {(status >= 400 ? Told(text) : "")}");
            Judge(attempt, response, status, text);
            return new Answer(status, text, response.Headers.ETag?.ToString(), response.Headers.Location?.ToString());
        }
    }

    private static async Task<string> BodyAsync(HttpResponseMessage response)
    {
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        // A stream has no end.
        if (mediaType is "text/event-stream" or "application/vnd.sqlite3") return "";
        await using var body = await response.Content.ReadAsStreamAsync();
        await using Stream plain = response.Content.Headers.ContentEncoding.LastOrDefault() switch { "gzip" => new GZipStream(body, CompressionMode.Decompress), "br" => new BrotliStream(body, CompressionMode.Decompress), _ => body };
        var into = new MemoryStream();
        var buffer = new byte[65_536];
        while (into.Length < MostBytes && await plain.ReadAsync(buffer) is > 0 and var read) into.Write(buffer, 0, read);
        return Encoding.UTF8.GetString(into.GetBuffer(), 0, (int)into.Length);
    }

    private void Judge(Attempt attempt, HttpResponseMessage response, int status, string text)
    {
        var responses = attempt.Offer.Operation.At("responses");
        if (status >= 500) Fault(attempt, $"{status} {text}");
        // What is no operation at all is not the document's: a path that an odd id made into another.
        if (status is 404 && !responses.TryGetProperty("404", out _) && attempt.Right.Length == 0) return;
        if (!responses.TryGetProperty(status.ToString(CultureInfo.InvariantCulture), out var described) && !responses.TryGetProperty($"{status / 100}XX", out described)) { Fault(attempt, $"{status} is not documented"); return; }
        // Words that only records have are legal while one has them.
        if (attempt.Right.Length > 0 && !attempt.Right.Contains(status) && !(status == 400 && text.Contains("No record has ", StringComparison.Ordinal))) Fault(attempt, $"{status}, not {string.Join(" or ", attempt.Right)}: {(status < 400 ? "" : Told(text))}");
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        var isForm = status == 200 && (attempt.Format is not (null or "json") || attempt.Headers.Exists(h => h.Name == "Accept"));
        if (isForm && mediaType is not ("application/json" or "application/problem+json")) return;
        if (!Schema.Resolve(document, described).TryGetProperty("content", out var content))
        {
            if (text != "") Fault(attempt, $"{status} has a body");
            return;
        }
        if (mediaType is null || !content.TryGetProperty(mediaType, out var form)) { Fault(attempt, $"{status} is {mediaType ?? "of no media type"}, which is not documented"); return; }
        if (!mediaType.EndsWith("json", StringComparison.Ordinal) || mediaType.Contains("ndjson", StringComparison.Ordinal) || text.Length >= MostBytes || !form.TryGetProperty("schema", out var schema)) return;
        try
        {
            using var body = JsonDocument.Parse(text);
            foreach (var fault in Schema.Faults(document, schema, body.RootElement, "").Concat(attempt.IsTrimmed || attempt.Offer.Resource == "{resource}" ? [] : Schema.Undescribed(document, schema, body.RootElement, "")).Take(3))
                if (!(attempt.IsTrimmed && status == 200 && (fault.EndsWith("is missing", StringComparison.Ordinal) || fault.Contains("is none of", StringComparison.Ordinal)))) Fault(attempt, $"{status}{fault}");
            if (status is 400 or 422 && (!body.RootElement.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Array || errors.GetArrayLength() == 0)) Fault(attempt, $"{status} says not what is wrong: {Told(text)}");
        }
        catch (JsonException error)
        {
            Fault(attempt, $"{status} is no JSON: {error.Message}");
        }
    }

    private static string Told(string text)
    {
        try
        {
            using var problem = JsonDocument.Parse(text);
            return problem.RootElement.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array ? string.Join("; ", errors.EnumerateArray().Take(2).Select(e => e.Text("message"))) : problem.RootElement.Text("detail") ?? "";
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException)
        {
            return text.Length > 200 ? text[..200] : text;
        }
    }
}
