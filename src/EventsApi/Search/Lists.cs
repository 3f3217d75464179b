using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Exports;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;
using EventsApi.Vocabulary;

namespace EventsApi.Search;

/// <summary>Answers a list: reads the request by the resource's table, walks the keys, writes the envelope.</summary>
public sealed class Lists(Database database, RecordWriters writers, TimeProvider clock)
{
    public const int DefaultLimit = 25, LargestLimit = 500, MostValues = 500, ExactUpTo = 10_000;
    // So many keys are looked at to count a thin overlap of long lists; then the total says gte.
    private const int CountProbes = 30_000;
    // Where each look reads a text, to see that a common word is not in it.
    private const int FewProbes = 500;
    // Up to so many matches are put in order in memory; beyond, the order's own index is walked.
    private const int SortInMemory = 5_000;
    private const int MostNear = 50_000;
    // With so few records that have its words, a search is a look-up.
    private const int FewDocs = 200;

    // A look-up would wait for a longer page to be read and put together, once for each that came before it.
    private const int LongestCheap = 100;

    /// <summary>Parameters that say how to answer, not which records.</summary>
    public static readonly string[] Controls = ["sort", "limit", "cursor", "fields", "include", "total", "sample", "seed", "lang", "format", "facets", "facetLimit", "knownAt", .. Export.Controls];

    /// <summary>The list of a resource at the request's own path.</summary>
    /// <param name="scope">Conditions of a sub-resource, beside those of the query string.</param>
    /// <param name="reshape">Turns the resource's item into the sub-resource's, of the shape <paramref name="shape"/>.</param>
    public async Task AnswerAsync(HttpContext http, Resource resource, Action<FilterReader>? scope = null, Func<JsonObject, JsonObject>? reshape = null, Type? shape = null, IReadOnlyList<IReadOnlyDictionary<string, IReadOnlyList<string>>>? any = null)
    {
        // What is reshaped is no record of its own, so there is nothing to export.
        if (Conditional.Format(http, reshape is null && any is null ? Export.Formats(resource) : []) is not "json" and var format)
        {
            await new Export(database, this).AnswerAsync(http, resource, format, scope);
            return;
        }
        foreach (var name in Export.Controls)
            if (http.Request.Query.ContainsKey(name)) throw ProblemException.Parameter(name, "needs-another", $"{name} needs format=csv or format=ndjson beside it.");
        var request = new ListRequest(http, resource, shape) { Any = any ?? [] };
        if (http.Request.Query.TryGetValue("knownAt", out var knownAt))
        {
            var time = PastSession.Instant(knownAt.ToString());
            if (scope is null && !request.Filters.ContainsKey("ids")) throw ProblemException.Parameter("knownAt", "needs-another", "On a list, knownAt needs ids= beside it; it also holds on single records and on what stands below them.");
            var past = await database.ReadHeavyAsync(reader =>
            {
                var session = new PastSession(reader, writers, time);
                return PastList.Answer(reader, session, resource, request, Read(resource, request, reader, scope, but: "ids", session), (filters, then) => Answer(http, resource, request, filters, reshape, then));
            }, http.RequestAborted);
            if (past is null) Conditional.NotModified(http);
            else
                using (past) await Conditional.SendAsync(http, past.Written);
            return;
        }
        PooledBuffer? Made(Reader reader) => Answer(http, resource, request, Read(resource, request, reader, scope), reshape, reader);
        PooledBuffer? answer;
        if (request.IsHeavy) answer = await database.ReadHeavyAsync(Made, http.RequestAborted);
        else if (!request.IsSearch && request.Limit <= LongestCheap) answer = await database.ReadAsync(Made, http.RequestAborted);
        else if (!request.Filters.ContainsKey("q")) answer = await database.SearchAsync(Made, http.RequestAborted);
        else
        {
            // A rare word costs no more than a page, so it is not handed to a thread of the searches and back. How rare it is shows when it is read, which for the others is done once more there.
            var (isMade, made) = await database.ReadAsync(reader => Read(resource, request, reader, scope) is { Text.Condition.Docs: > 0 and <= FewDocs } few ? (true, Answer(http, resource, request, few, reshape, reader)) : (false, null), http.RequestAborted);
            answer = isMade ? made : await database.SearchAsync(Made, http.RequestAborted);
        }
        if (answer is null) Conditional.NotModified(http);
        else
            using (answer) await Conditional.SendAsync(http, answer.Written);
    }

    /// <summary>The filters of a request as conditions.</summary>
    /// <param name="but">A filter that is looked at elsewhere.</param>
    /// <param name="past">The time that is asked about; null for now.</param>
    internal FilterReader Read(Resource resource, ListRequest request, Reader reader, Action<FilterReader>? scope = null, string? but = null, PastSession? past = null)
    {
        var filters = new FilterReader(reader, resource.Kind, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)) { Given = request.Filters, Past = past };
        if (resource.Always is { } always) filters.Add(always);
        scope?.Invoke(filters);
        request.ReadFilters(filters, but);
        request.ReadAny(filters, set => new FilterReader(reader, resource.Kind, filters.Today) { Given = set, Past = past });
        if (past is null && filters.Late is { } late) filters.Add(late(reader, filters.Conditions));
        return filters;
    }

    /// <summary>Asks for what was probably meant where what was typed finds nothing.</summary>
    internal static void Correct(Resource resource, FilterReader filters) => filters.CorrectIf(() => IsEmpty(filters.Reader, resource.Kind, filters.Conditions));

    /// <summary>The bytes of the answer; null when the client has them already.</summary>
    /// <param name="reader">Where the records are looked for and read: the catalogue, or one of a past time.</param>
    private PooledBuffer? Answer(HttpContext http, Resource resource, ListRequest request, FilterReader filters, Func<JsonObject, JsonObject>? reshape, Reader reader)
    {
        var canonical = request.Canonical(filters);
        var digest = Digest.Of(http.Request.Path + canonical + request.AnyDigest);
        // A first page as it comes needs no second hash.
        var isDefault = request.Cursor is null && request.Limit == DefaultLimit && request.View.IsPlain && request.Total == "default" && request.Facets.Count == 0 && !filters.DependsOnToday;
        var whole = isDefault ? Build + digest : Digest.Of($"{Build}{digest}{request.Limit}{request.Cursor}{request.View.Canonical}{request.View.Language}{request.Total}{string.Join(',', request.Facets.Select(f => f.Name))}{request.FacetLimit}{(filters.DependsOnToday ? filters.Today : null)}");
        var cursor = Cursor.Parse(request.Cursor, digest);
        var inKeyOrder = request.Sample is null && resource.Kind == Kind.Event && (request.Sort is "-date" or "date");
        if (cursor is not null && !inKeyOrder) cursor.Require(request.Sort.TrimStart('-') switch { "name" => typeof(string), "distance" => typeof(double), _ => typeof(long) });
        if (request.Sort == "distance" && !filters.Conditions.OfType<Near>().Any()) throw ProblemException.Parameter("sort", "needs-another", "sort=distance needs near=latitude,longitude beside it.");

        // An answer depends on nothing but the program, the catalogue's version and the question, so it need not be made to know that it is the same.
        var (version, changedAt) = Version(filters.Reader);
        whole += request.KnownAt is null ? "" : Digest.Of(request.KnownAt);
        if (Conditional.IsFresh(http, $"{version:x}-{whole}", filters.DependsOnToday ? null : changedAt)) return null;

        var walk = new KeyWalk(reader, resource.Kind, filters.Conditions);
        Total? HowMany() => request.Total == "none" ? null : _totals.Of(version, $"{digest}{request.Total}{request.KnownAt}{(filters.DependsOnToday ? filters.Today : null)}{filters.Text?.Corrected}",
            () => walk.Count(request.Exact ? long.MaxValue - 1 : ExactUpTo, request.Exact ? long.MaxValue - 2 : filters.Text?.Excluded is { Docs: > KeyWalk.FewMatches } ? FewProbes : CountProbes));
        var total = HowMany();
        // What finds something is as it was meant.
        if (total is not { Value: > 0 })
        {
            Correct(resource, filters);
            if (filters.Text?.Corrected is not null)
            {
                walk = new KeyWalk(reader, resource.Kind, filters.Conditions);
                total = HowMany();
            }
        }
        // Most answers are the kept items as they lie: those go straight into the answer.
        var isPlain = inKeyOrder && request.View.IsPlain && reshape is null && resource.Counted is null && filters.ActorLists.Count == 0 && filters.Text is null;
        var rows = new PooledBuffer(4_096 + request.Limit * TypicalItem);
        rows.Add("{\"items\":["u8);
        RankedEcho? ranked = null;
        var hits = request.Sample is { } sample ? Sample(reader, rows, request, walk, sample)
            : request.Sort == Resource.ByRelevance ? Ranked(reader, rows, resource, request, filters, cursor, total, out ranked)
            : inKeyOrder ? InKeyOrder(rows, walk, request, cursor, withRest: !request.View.IsPlain || filters.Text is not null)
            : Sorted(reader, rows, resource, request, filters, walk, cursor);
        Cursor? next = null;
        if (hits.Count > request.Limit)
        {
            hits.RemoveRange(request.Limit, hits.Count - request.Limit);
            next = hits[^1].Place ?? new Cursor(0, null, hits[^1].Key);
        }
        if (!isPlain)
            using (rows)
            {
                var answer = new PooledBuffer(rows.Length + 4_096);
                answer.Add("{\"items\":["u8);
                using (var extended = new PooledBuffer(TypicalItem))
                    foreach (var hit in hits) Show(resource, request, filters, reshape, reader, hit, rows, extended, answer);
                Finish(http, resource, request, filters, reader, canonical, rows, hits, total, next?.ToString(digest), ranked, answer);
                return answer;
            }
        Finish(http, resource, request, filters, reader, canonical, rows, hits, total, next?.ToString(digest), ranked, rows);
        return rows;
    }

    // Bytes; rented at once, so that a page is not copied as it grows.
    private const int TypicalItem = 2_048;

    private readonly TotalsCache _totals = new();
    /// <summary>The lists that facets and aggregates count, by number.</summary>
    internal ListNames Names { get; } = new(CatalogueResources.All.SelectMany(r => r.Facets).Where(f => !f.IsTime).Select(f => f.Field).Append("event.datePrecision").Append("event.onlyCountry"));

    // A new build may show the same record otherwise.
    internal static readonly string Build = typeof(Lists).Assembly.ManifestModule.ModuleVersionId.ToString("N")[..8];

    /// <summary>The catalogue's version and the time of its last change as the reader's snapshot has them.</summary>
    public static (long Version, long ChangedAt) Version(Reader reader)
    {
        var row = reader.Kept("SELECT version, changed_at FROM state");
        row.Step();
        var found = (row.Int64(0), row.Int64(1));
        row.Reset();
        return found;
    }

    /// <summary>A row of the page; item and rest lie in the page's buffer.</summary>
    internal readonly record struct Row(long Key, Range Item, Range Rest, Cursor? Place = null, double? Distance = null, double? Relevance = null);

    private static bool IsEmpty(Reader reader, Kind kind, IReadOnlyList<Condition> conditions)
    {
        var empty = true;
        new KeyWalk(reader, kind, conditions).Run("", true, null, 1, _ => empty = false);
        return empty;
    }

    /// <summary>The best matches first. A page says where it ended by its place in that order, which is made anew for each page.</summary>
    private List<Row> Ranked(Reader reader, PooledBuffer page, Resource resource, ListRequest request, FilterReader filters, Cursor? cursor, Total? total, out RankedEcho ranked)
    {
        var from = cursor?.Value is long place ? (int)Math.Clamp(place, 0, Ranking.Deepest) : 0;
        var (best, complete, candidates) = Ranking.Rank(reader, resource.Kind, filters.Conditions, filters.Text!, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), from + request.Limit + 1, total);
        ranked = new RankedEcho(candidates, complete);
        return [.. best.Skip(from).Take(request.Limit + 1).Select((hit, n) => Load(reader, page, hit.Key, 0, last: true) with { Place = new Cursor(0, (long)(from + n + 1), hit.Key), Relevance = Math.Round(hit.Score, 3) })];
    }

    private static List<Row> InKeyOrder(PooledBuffer page, KeyWalk walk, ListRequest request, Cursor? cursor, bool withRest)
    {
        var rows = new List<Row>(request.Limit + 1);
        walk.Run(withRest ? ", a.item, a.rest" : ", a.item", request.Sort == "-date", cursor?.Key, request.Limit + 1, row =>
        {
            // One more than the page tells that there is a next one; it is not shown.
            var isShown = rows.Count < request.Limit;
            if (rows.Count > 0 && isShown) page.Add(","u8);
            rows.Add(new Row(row.Int64(0), isShown ? page.Add(row.Blob(1)) : default, !withRest || !isShown ? default : page.Add(row.Blob(2))));
            return true;
        });
        return rows;
    }

    /// <summary>The keys of all that a query finds, in the order it asks for, up to a bound; beyond what is ranked by relevance, newest first.</summary>
    internal List<long> Keys(Reader reader, Resource resource, ListRequest request, FilterReader filters, int most)
    {
        var walk = new KeyWalk(reader, resource.Kind, filters.Conditions);
        if (request.Sample is { } sample) return Drawn(request, walk, sample);
        if (request.Sort != Resource.ByRelevance && (resource.Kind != Kind.Event || request.Sort is not ("-date" or "date"))) return Sorted(reader, resource, request, filters, walk, null, most).ConvertAll(p => p.Key);
        var keys = request.Sort == Resource.ByRelevance ? Ranking.Rank(reader, resource.Kind, filters.Conditions, filters.Text!, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)).Best.ConvertAll(hit => hit.Key) : [];
        var seen = keys.ToHashSet();
        walk.Run("", request.Sort != "date", null, int.MaxValue, row =>
        {
            if (seen.Add(row.Int64(0))) keys.Add(row.Int64(0));
            return keys.Count < most;
        });
        return keys;
    }

    private static List<Row> Sorted(Reader reader, PooledBuffer page, Resource resource, ListRequest request, FilterReader filters, KeyWalk walk, Cursor? cursor) =>
        Sorted(reader, resource, request, filters, walk, cursor, request.Limit + 1).ConvertAll(p => Load(reader, page, p.Key, SortOf(resource, request), p.Value is null, request.Sort == "distance" ? p.Value as double? : null));

    private static long SortOf(Resource resource, ListRequest request) =>
        Sorts.Of(resource.Kind, request.Sort.TrimStart('-') switch { "updated" => Sorts.Updated, "name" => Sorts.Name, "fatalities" => Sorts.Fatalities, _ => Sorts.Date });

    /// <summary>Another order than that of the keys. Few matches are put in order in memory; many are walked along the order's index, those without a value last.</summary>
    private static List<(object? Value, long Key)> Sorted(Reader reader, Resource resource, ListRequest request, FilterReader filters, KeyWalk walk, Cursor? cursor, int most)
    {
        var descending = request.Sort.StartsWith('-');
        var near = filters.Conditions.OfType<Near>().FirstOrDefault();
        var sort = SortOf(resource, request);
        var everything = walk.Estimate == long.MaxValue ? Size(reader, resource.Kind) : walk.Estimate;

        List<(object? Value, long Key)> places;
        if (request.Sort == "distance" || everything <= SortInMemory)
        {
            places = [];
            var columns = near is not null && request.Sort == "distance" ? ", (SELECT latitude FROM coordinates c WHERE c.key = p.key), (SELECT longitude FROM coordinates c WHERE c.key = p.key)" : ", a.sorts";
            walk.Run(columns, false, null, MostNear + 1, row =>
            {
                places.Add((request.Sort == "distance" ? near!.DistanceTo(row.Double(1), row.Double(2)) : ValueOf(row.Text(1), sort), row.Int64(0)));
                return true;
            });
            if (places.Count > MostNear) throw new ProblemException(ProblemCode.InvalidRequest, "Too many places lie within the radius to order them by distance.", [new ProblemError("too-many", "Narrow the radius or add a filter.") { Parameter = "radius" }]);
            places.Sort((a, b) => Compare(a, b, descending, resource.Kind));
            if (cursor is not null) places.RemoveRange(0, places.FindLastIndex(p => Compare(p, (cursor.Phase == 1 ? null : cursor.Value, cursor.Key), descending, resource.Kind) <= 0) + 1);
        }
        else
        {
            places = [];
            if (cursor is not { Phase: 1 })
                new KeyWalk(reader, resource.Kind, filters.Conditions, testOnly: true)
                    .RunSorted(sort, descending, cursor is null ? null : (cursor.Value!, cursor.Key), most, key => places.Add(("", key)));
            if (places.Count < most)
            {
                // Those without a value come last in both orders, by key.
                List<Condition> missing = [.. filters.Conditions, new Test($"instr((SELECT n.sorts FROM answers n WHERE n.key = p.key), '[{sort},') = 0")];
                new KeyWalk(reader, resource.Kind, missing).Run("", descending, cursor is { Phase: 1 } ? cursor.Key : null, most - places.Count, row =>
                {
                    places.Add((null, row.Int64(0)));
                    return true;
                });
            }
        }
        return places.Count <= most ? places : places[..most];
    }

    private static int Compare((object? Value, long Key) a, (object? Value, long Key) b, bool descending, Kind kind)
    {
        if (a.Value is null || b.Value is null)
        {
            if (a.Value is not null) return -1;
            if (b.Value is not null) return 1;
            // Without a value the order is the key's, in which undated events come last both ways.
            if (kind == Kind.Event && !descending && a.Key < 1L << 20 != b.Key < 1L << 20) return a.Key < 1L << 20 ? 1 : -1;
        }
        else
        {
            var order = a.Value switch
            {
                string text => string.CompareOrdinal(text, b.Value as string),
                double distance => distance.CompareTo(Convert.ToDouble(b.Value, CultureInfo.InvariantCulture)),
                _ => Convert.ToInt64(a.Value, CultureInfo.InvariantCulture).CompareTo(Convert.ToInt64(b.Value, CultureInfo.InvariantCulture)),
            };
            if (order != 0) return descending ? -order : order;
        }
        return descending ? b.Key.CompareTo(a.Key) : a.Key.CompareTo(b.Key);
    }

    private static Row Load(Reader reader, PooledBuffer page, long key, long sort, bool last, double? distance = null)
    {
        var row = reader.Kept("SELECT item, rest, sorts FROM answers WHERE key = ?").Bind(key);
        row.Step();
        var found = new Row(key, page.Add(row.Blob(0)), page.Add(row.Blob(1)), new Cursor(last ? 1 : 0, last ? null : distance ?? ValueOf(row.Text(2), sort), key), distance);
        row.Reset();
        return found;
    }

    private static object? ValueOf(string sorts, long sort)
    {
        foreach (var pair in JsonDocument.Parse(sorts).RootElement.EnumerateArray())
            if (pair[0].GetInt64() == sort) return pair[1].ValueKind == JsonValueKind.String ? pair[1].GetString() : pair[1].GetInt64();
        return null;
    }

    private static long Size(Reader reader, Kind kind)
    {
        var (low, high) = kind.Keys;
        return reader.Kept($"SELECT count(*) FROM (SELECT 1 FROM answers WHERE key BETWEEN ? AND ? LIMIT {SortInMemory + 1}) few").Bind(low).Bind(high).Scalar() ?? 0;
    }

    /// <summary>The same records for the same seed, whatever the page size, drawn by a hash of the key.</summary>
    private static List<Row> Sample(Reader reader, PooledBuffer page, ListRequest request, KeyWalk walk, int size) => Drawn(request, walk, size).ConvertAll(key => Load(reader, page, key, 0, true));

    private static List<long> Drawn(ListRequest request, KeyWalk walk, int size)
    {
        var best = new PriorityQueue<long, ulong>();
        walk.Run("", true, null, int.MaxValue, row =>
        {
            var key = row.Int64(0);
            var hash = ((ulong)key + (ulong)request.Seed * 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9;
            hash = (hash ^ hash >> 29) * 0x94D049BB133111EB;
            hash ^= hash >> 32;
            // The queue gives the smallest priority first, so the largest hash is turned round to leave first.
            if (best.Count < size) best.Enqueue(key, ~hash);
            else best.EnqueueDequeue(key, ~hash);
            return true;
        });
        return [.. best.UnorderedItems.Select(i => i.Element).OrderDescending()];
    }

    /// <param name="extended">Memory for what one item becomes.</param>
    private static void Show(Resource resource, ListRequest request, FilterReader filters, Func<JsonObject, JsonObject>? reshape, Reader reader, Row hit, PooledBuffer rows, PooledBuffer extended, PooledBuffer answer)
    {
        if (answer.Written.Span[^1] != '[') answer.Add(","u8);
        extended.Clear();
        Extend(reader, resource, filters, hit, rows[hit.Item], rows[hit.Rest], extended);
        if (request.View.IsPlain && reshape is null) answer.Add(extended.Written.Span);
        else answer.Add(JsonSerializer.SerializeToUtf8Bytes(request.View.Show(reader, resource.Kind.Name, extended.Written.Span, rows[hit.Rest], single: false, reshape), Json.Options));
    }

    /// <summary>The envelope after the items.</summary>
    private void Finish(HttpContext http, Resource resource, ListRequest request, FilterReader filters, Reader reader, string canonical, PooledBuffer rows, List<Row> hits, Total? total, string? cursor, RankedEcho? ranked, PooledBuffer answer)
    {
        using var envelope = new PooledBuffer(4_096);
        using (var json = new Utf8JsonWriter(envelope, new JsonWriterOptions { Encoder = Json.Options.Encoder, SkipValidation = true }))
        {
            json.WriteStartObject();
            if (total is null) json.WriteNull("total");
            else
            {
                json.WriteStartObject("total");
                json.WriteNumber("value", total.Value);
                json.WriteString("relation", total.Relation);
                json.WriteEndObject();
            }
            var next = cursor is null || request.Any.Count > 0 ? null : request.Next(http, filters, cursor);
            json.WriteString("next", next);
            json.WriteString("cursor", cursor);
            if (next is not null) http.Response.Headers.Link = $"<{next}>; rel=\"next\"";
            if (request.Facets.Count == 0) json.WriteNull("facets");
            else
            {
                json.WritePropertyName("facets");
                JsonSerializer.Serialize(json, new FacetCounter(reader, Names, resource, request, filters, http.Request.Path!).Count(request.Facets), Json.Options);
            }
            json.WriteStartObject("query");
            json.WriteString("text", request.Sentence(resource, filters));
            json.WriteString("canonical", http.Request.Path + canonical);
            json.WriteString("corrected", filters.Text?.Corrected);
            json.WriteStartArray("ignored");
            foreach (var ignored in filters.Ignored) json.WriteStringValue(ignored);
            json.WriteEndArray();
            if (ranked is null) json.WriteNull("ranked");
            else
            {
                json.WriteStartObject("ranked");
                json.WriteNumber("candidates", ranked.Candidates);
                json.WriteBoolean("complete", ranked.Complete);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteStartArray("attribution");
            if (resource.Kind == Kind.Event) Attribution.Write(filters.Reader, json, rows, hits);
            json.WriteEndArray();
            json.WritePropertyName("diagnostics");
            JsonSerializer.Serialize(json, hits.Count == 0 && request.Cursor is null && request.KnownAt is null && filters.Conditions.Count > 0 ? Diagnostic.Of(reader, Names, resource, request, filters, http.Request.Path!) : [], Json.Options);
            json.WriteEndObject();
        }
        // The envelope's members follow the items in the same object.
        answer.Add("],"u8);
        answer.Add(envelope.Written.Span[1..]);
    }

    /// <summary>Adds what depends on the question and not on the record alone: how it matched, how far it is, counts of other records.</summary>
    private static void Extend(Reader reader, Resource resource, FilterReader filters, Row hit, ReadOnlySpan<byte> item, ReadOnlySpan<byte> rest, PooledBuffer extended)
    {
        if (resource.Counted is { } counted) item = Counted(reader, counted, item, filters.Past);
        extended.Add(item[..^1]);
        void Add(ReadOnlySpan<byte> member, object? value)
        {
            extended.Add(member);
            extended.Add(JsonSerializer.SerializeToUtf8Bytes(value, Json.Options));
        }
        if (filters.Text is { } text)
        {
            Add(",\"snippet\":"u8, Snippet.Of(item, rest, text.Marked));
            Add(",\"relevance\":"u8, hit.Relevance);
            if (filters.One("explain") == "true")
            {
                var words = reader.Kept("SELECT words FROM features WHERE key = ?").Bind(hit.Key);
                words.Step();
                var signature = words.Blob(0).ToArray();
                words.Reset();
                Add(",\"explanation\":"u8, text.Explain(reader, signature));
            }
        }
        if (hit.Distance is { } distance) Add(",\"distance\":"u8, Math.Round(distance, 3));
        if (filters.ActorLists.Count > 0) Add(",\"matchedVia\":"u8, MatchedVia(reader, filters, hit.Key));
        extended.Add("}"u8);
    }

    /// <summary>In which ways a record has the actors that were asked for.</summary>
    private static IEnumerable<string> MatchedVia(Reader reader, FilterReader filters, long key)
    {
        var bits = 0L;
        foreach (var (lists, mask) in filters.ActorLists)
            foreach (var (field, value) in lists)
                bits |= mask & (reader.Kept("SELECT p.detail FROM lists l JOIN postings p ON p.list = l.id << 2 WHERE l.field = ? AND l.value = ? AND p.key = ?").Bind(field).Bind(value).Bind(key).Scalar() ?? 0);
        var roles = (1L << Words.Role.Length) - 1;
        return Words.MatchedVia.Where((word, n) => word == Words.ByMembership
            ? filters.MemberTests.Exists(t => reader.Kept($"SELECT 1 FROM (SELECT ? AS key) p WHERE {t.Sql}").Bind(key).BindAll(t.Values).Scalar() is not null)
            : (bits >> n * Words.Role.Length & roles) != 0);
    }

    /// <summary>Puts the count of other records into an answer that was kept with zero.</summary>
    /// <param name="past">Counts as they were then; null for now.</param>
    public static byte[] Counted(Connection reader, (string Member, string Field) counted, ReadOnlySpan<byte> item, PastSession? past = null)
    {
        var record = System.Text.Json.Nodes.JsonNode.Parse(item)!;
        // Background topics are counted by nobody, so the count is of postings that mean more.
        record[counted.Member] = past is not null ? past.Count(counted.Field, (string)record["id"]!) : reader.Kept("SELECT count(*) FROM lists l JOIN postings p ON p.list = l.id << 2 WHERE l.field = ? AND l.value = ? AND (p.detail = 0 OR p.detail & 15 <> 0)").Bind(counted.Field).Bind((string)record["id"]!).Scalar();
        return JsonSerializer.SerializeToUtf8Bytes(record, Json.Options);
    }

}

/// <summary>Totals of recent questions. A total holds for one version of the catalogue; further pages and other readers of it need not count again.</summary>
internal sealed class TotalsCache
{
    private const int Most = 2_000;

    private ConcurrentDictionary<string, Total> _totals = [];
    private long _version = -1;

    public Total Of(long version, string question, Func<Total> count)
    {
        if (Volatile.Read(ref _version) != version)
        {
            _totals = [];
            Volatile.Write(ref _version, version);
        }
        // The version stands in the key too: a reader of an older snapshot must not leave its total to others.
        var key = $"{version}:{question}";
        if (_totals.TryGetValue(key, out var known)) return known;
        // Counting the entries locks them all, so only who adds one looks.
        if (_totals.Count > Most) _totals = [];
        return _totals[key] = count();
    }
}

/// <summary>Licence and citation of the datasets that a page shows: they travel with the rows.</summary>
internal static class Attribution
{
    public static void Write(Reader reader, Utf8JsonWriter json, PooledBuffer rows, List<Lists.Row> items)
    {
        // Within a JSON string the quotes would be escaped, so this stands only where the member is.
        var member = "\"dataset\":\""u8;
        var ids = new SortedSet<string>(StringComparer.Ordinal);
        ReadOnlySpan<byte> last = default;
        foreach (var item in items)
        {
            var bytes = rows[item.Item];
            // It stands near the end.
            var at = bytes.LastIndexOf(member);
            if (at < 0) continue;
            var value = bytes[(at + member.Length)..];
            value = value[..value.IndexOf((byte)'"')];
            // A page most often has one dataset; its name need not be made again for each row.
            if (!value.SequenceEqual(last)) ids.Add(Encoding.UTF8.GetString(last = value));
        }
        foreach (var id in ids)
        {
            var row = reader.Kept("SELECT title, licence, citation, url FROM attributions WHERE id = ?").Bind(id);
            if (!row.Step()) continue;
            json.WriteStartObject();
            json.WriteString("dataset", id);
            json.WriteString("title", row.TextOrNull(0));
            json.WriteString("licence", row.TextOrNull(1));
            json.WriteString("citation", row.TextOrNull(2));
            json.WriteString("url", row.TextOrNull(3));
            json.WriteEndObject();
            row.Reset();
        }
    }
}

/// <summary>A short name for a question: it binds cursors and tags to it. FNV-1a, 64 bits: it guards against mistakes, not against an adversary, who could ask the question as well.</summary>
internal static class Digest
{
    public static string Of(string text) => Number(text).ToString("x16", CultureInfo.InvariantCulture);

    public static long Number(string text) => (long)Add(Empty, text);

    /// <summary>Of texts one behind the other, with a sign between them.</summary>
    public static long Number(char between, ReadOnlySpan<string> texts)
    {
        var hash = Empty;
        for (var n = 0; n < texts.Length; n++) hash = Add(n == 0 ? hash : Add(hash, [between]), texts[n]);
        return (long)hash;
    }

    private const ulong Empty = 14695981039346656037;

    private static ulong Add(ulong hash, ReadOnlySpan<char> text)
    {
        foreach (var letter in text) hash = (hash ^ letter) * 1099511628211;
        return hash;
    }
}

/// <summary>Where a page ended: opaque to clients, bound to its filters.</summary>
/// <param name="Phase">1 among records without a value for the order, else 0.</param>
internal sealed record Cursor(int Phase, object? Value, long Key)
{
    public string ToString(string digest) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new[] { digest, Phase, Value, Key })).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static Cursor? Parse(string? text, string digest)
    {
        if (text is null) return null;
        try
        {
            var base64 = text.Replace('-', '+').Replace('_', '/');
            var parts = JsonSerializer.Deserialize<JsonElement[]>(Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '=')));
            if (parts is { Length: 4 } && parts[1].TryGetInt32(out var phase) && phase is 0 or 1 && parts[3].TryGetInt64(out var key) && key >= 0)
            {
                if (parts[0].GetString() != digest)
                    throw ProblemException.Parameter("cursor", "other-query", "This cursor belongs to another question. Follow next as it is, or start without a cursor.");
                object? value = parts[2].ValueKind switch { JsonValueKind.String => parts[2].GetString(), JsonValueKind.Number => parts[2].TryGetInt64(out var whole) ? (object)whole : parts[2].GetDouble(), _ => null };
                return new Cursor(phase, value, key);
            }
        }
        catch (Exception error) when (error is FormatException or JsonException or InvalidOperationException)
        {
            // Told below, the same for all that is no cursor.
        }
        throw Invalid();
    }

    /// <summary>A cursor holds the kind of value that its order has.</summary>
    public void Require(Type type)
    {
        if (Phase == 0 && Value?.GetType() != type && !(type == typeof(double) && Value is long)) throw Invalid();
    }

    private static ProblemException Invalid() => ProblemException.Parameter("cursor", "invalid", "This is not a cursor that the catalogue gave. Follow next as it is, or start without a cursor.");
}
