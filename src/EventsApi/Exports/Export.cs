using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Access;
using EventsApi.Http;
using EventsApi.Locations;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Exports;

/// <summary>A list as a stream, whole and at constant memory: NDJSON with a record a line, or CSV. It is read in short transactions by key, so a slow reader holds nothing up; the change sequence of the start says from where
/// /v1/changes makes the copy exact.</summary>
internal sealed class Export(Database database, Lists lists)
{
    private static readonly (string Format, string MediaType)[] All =
        [("ndjson", "application/x-ndjson"), ("csv", "text/csv"), ("geojson", "application/geo+json"), ("ics", "text/calendar"), ("jsonld", "application/ld+json"), ("atom", "application/atom+xml")];

    /// <summary>The forms of a list beside JSON: a map needs places, a calendar dates, and schema.org must have a word for it.</summary>
    public static (string Format, string MediaType)[] Formats(Resource resource) =>
        [.. All.Where(f => f.Format switch { "geojson" => resource.Kind == Kind.Event || resource.Kind == Kind.Location, "ics" => resource.Kind == Kind.Event, "jsonld" => SchemaOrg.Knows(resource.Kind), _ => true })];

    /// <summary>The forms of one record beside JSON.</summary>
    public static (string Format, string MediaType)[] FormatsOfOne(Resource resource) => [.. Formats(resource).Where(f => f.Format is "ics" or "jsonld")];

    /// <summary>As answers name it.</summary>
    public static string MediaTypeOf(string format) => Array.Find(All, f => f.Format == format).MediaType + (format == "ics" ? "; charset=utf-8" : "");

    /// <summary>What an export takes beside the filters.</summary>
    public static readonly string[] Controls = ["rows", "end", "guard"];

    // So much is read in one transaction: bytes, as far as many rows as that.
    private const int SliceBytes = 1 << 18, Slice = 2_000;
    // A feed is read again and again, so it has the newest only.
    private const int LengthOfFeed = 50;

    public async Task AnswerAsync(HttpContext http, Resource resource, string format, Action<FilterReader>? scope)
    {
        var request = new ListRequest(http, resource, null, isWhole: true);
        var query = http.Request.Query;
        foreach (var name in (string[])["cursor", "facets", "sample", "total", "knownAt"])
            if (query.ContainsKey(name)) throw ProblemException.Parameter(name, "conflict", $"{format} streams the whole list; send it without {name}.");
        if (format == "atom" && query.ContainsKey("sort") && request.Sort != "-updated") throw ProblemException.Parameter("sort", "unknown-value", "A feed has what was written last first.", ["-updated"]);
        if (format != "atom" && query.ContainsKey("sort") && request.Sort is not ("date" or "-date"))
            throw ProblemException.Parameter("sort", "unknown-value", $"{format} streams events by date and everything else in the order it came.", resource.Kind == Kind.Event ? ["-date", "date"] : []);
        foreach (var name in (string[])["fields", "include"])
            if (query.ContainsKey(name) && format is "ics" or "atom" or "jsonld") throw ProblemException.Parameter(name, "conflict", $"{format} has members of its own; send it without {name}.");
        var rows = QueryText.OneOf(query, "rows", ["event", "participant"]) == "participant";
        if (rows && (format != "csv" || resource.Kind != Kind.Event)) throw ProblemException.Parameter("rows", "conflict", "rows=participant is for events as csv.");
        if (rows && query.ContainsKey("fields")) throw ProblemException.Parameter("fields", "conflict", "rows=participant has its own columns; send it without fields.");
        var hasEnd = QueryText.OneOf(query, "end", ["true", "false"]) == "true";
        if (hasEnd && format != "ndjson") throw ProblemException.Parameter("end", "conflict", "Only ndjson has a last line of its own.");
        var isGuarded = QueryText.OneOf(query, "guard", ["formulas", "none"]) == "formulas";
        var most = query.ContainsKey("limit") ? request.Limit : format == "atom" ? LengthOfFeed : int.MaxValue;

        // Two buffers: while one is sent, the next slice is read into the other. A slow reader keeps neither a transaction nor a thread.
        using PooledBuffer first = new(2 * SliceBytes), second = new(2 * SliceBytes);
        var (ready, free) = (first, second);
        // The first slice is read before anything is sent: what is wrong with the request is still told as a problem.
        var (conditions, slice, sequence, form, isKnown) = await database.ReadHeavyAsync(reader =>
        {
            var filters = lists.Read(resource, request, reader, scope);
            Lists.Correct(resource, filters);
            var conditions = Allowed(reader, resource, filters.Conditions, http.Caller());
            var form = FormOf(reader, http, resource, request, format, rows, isGuarded);
            var (version, changedAt) = Lists.Version(reader);
            // Who follows a calendar or a feed asks often; what fits one slice is one state of the catalogue, and so has a tag.
            var isKnown = format is "ics" or "atom" && Conditional.IsFresh(http, $"{version:x}-{Digest.Of($"{Lists.Build}{http.Request.Path}{http.Request.QueryString}{format}{request.View.Language}{http.Caller()?.Role}{(filters.DependsOnToday ? filters.Today : null)}")}", filters.DependsOnToday ? null : changedAt);
            form.Begin(ready);
            var slice = isKnown ? default : format == "atom" ? Newest(reader, resource, request, conditions, form, ready, most) : Read(reader, resource, request, conditions, form, ready, null, most);
            return (conditions, slice, RecordLog.Last(reader), form, isKnown);
        }, http.RequestAborted);
        using var ended = form;
        if (isKnown)
        {
            Conditional.NotModified(http);
            return;
        }
        var response = http.Response;
        if (slice.Last is not null || format is not ("ics" or "atom"))
        {
            response.Headers.Remove("ETag");
            response.Headers.Remove("Last-Modified");
            response.Headers.CacheControl = "no-cache";
        }
        response.ContentType = format switch { "csv" => "text/csv; charset=utf-8; header=present", _ => MediaTypeOf(format) };
        response.Headers.Vary = "Accept, Accept-Language, Accept-Encoding, Authorization";
        response.Headers["Catalogue-Sequence"] = sequence.ToString(CultureInfo.InvariantCulture);
        response.Headers.Link = "</v1/datasets>; rel=\"license\"";
        if (format != "atom") response.Headers.ContentDisposition = $"attachment; filename=\"{resource.Path}.{format}\"";

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var count = 0L;
        var ahead = Task.FromResult(default(Part));
        try
        {
            while (true)
            {
                count += slice.Rows;
                most -= slice.Records;
                var isLast = slice.Last is null || most <= 0;
                if (slice.Last is { } last && !isLast)
                {
                    var (into, left) = (free, most);
                    ahead = database.ReadHeavyAsync(reader => Read(reader, resource, request, conditions, form, into, last, left), http.RequestAborted);
                }
                else form.End(ready);
                if (hasEnd) digest.AppendData(ready.Written.Span);
                await response.BodyWriter.WriteAsync(ready.Written, http.RequestAborted);
                ready.Clear();
                if (isLast) break;
                slice = await ahead;
                (ready, free) = (free, ready);
            }
        }
        finally
        {
            // It writes into a buffer that is about to be given back.
            await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (!hasEnd) return;
        var end = new JsonObject { ["$end"] = new JsonObject { ["rows"] = count, ["sha256"] = Convert.ToHexStringLower(digest.GetHashAndReset()), ["sequence"] = sequence } };
        await response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(end.ToJsonString() + "\n"), http.RequestAborted);
    }

    private static Form FormOf(Reader reader, HttpContext http, Resource resource, ListRequest request, string format, bool rows, bool isGuarded)
    {
        var origin = $"{http.Request.Scheme}://{http.Request.Host}";
        switch (format)
        {
            case "csv":
                var columns = rows ? Table.OfParticipants(resource.Single) : Table.Of(resource.Single);
                if (!http.Request.Query.ContainsKey("fields")) return new Csv(columns, rows, isGuarded, resource.Kind == Kind.Event ? Licences(reader) : null);
                // Columns of what was asked for, and of what lies below it.
                var fields = string.Join(',', http.Request.Query["fields"].ToArray()).Split(',', StringSplitOptions.TrimEntries);
                return new Csv([.. columns.Where(c => Array.Exists(fields, f => c.Name == f || c.Name.StartsWith(f + ".", StringComparison.Ordinal)))], rows, isGuarded, null);
            case "geojson": return new Elements("{\"type\":\"FeatureCollection\",\"features\":[", (record, whole) => Feature(record, whole, request.View.HasOutline));
            case "jsonld": return new Elements("{\"@context\":\"https://schema.org\",\"@graph\":[", (record, _) => SchemaOrg.Of(resource.Kind, record, origin));
            case "ics": return new Calendar(Identity(reader), origin, http.Request.Path == $"/v1/{resource.Path}" ? char.ToUpperInvariant(resource.Path[0]) + resource.Path[1..] : http.Request.Path.Value![4..]);
            case "atom": return new Feed(Identity(reader), origin, resource, $"{http.Request.Path}{http.Request.QueryString}", Lists.Version(reader).ChangedAt);
            default: return new Lines();
        }
    }

    /// <summary>One record in another form than JSON.</summary>
    /// <param name="json">The record; given back.</param>
    public static PooledBuffer One(Reader reader, HttpContext http, Resource resource, string format, PooledBuffer json)
    {
        using var _ = json;
        var (origin, into) = ($"{http.Request.Scheme}://{http.Request.Host}", new PooledBuffer());
        if (format == "jsonld")
        {
            into.Add(SchemaOrg.Of(resource.Kind, json.Written, origin, "https://schema.org"));
            return into;
        }
        using var form = new Calendar(Identity(reader), origin, null);
        form.Begin(into);
        if (form.Add(into, json.Written) == 0) throw new ProblemException(ProblemCode.NotAcceptable, "A calendar has nothing without a day, and the date of this event is not known.", [new ProblemError("unknown-value", "An event without a date cannot be in a calendar.") { Parameter = "format", Allowed = ["json", "jsonld"] }]);
        form.End(into);
        return into;
    }

    /// <summary>What tells this catalogue from every other, for names that are to be the only ones of their kind in the world.</summary>
    private static string Identity(Reader reader) => reader.Kept("SELECT value FROM settings WHERE name = 'identity'").ScalarText()!;

    /// <summary>RFC 7946: the record as properties; a place without coordinates has no geometry, never a made-up one.</summary>
    /// <param name="whole">The record untrimmed: what is shown may lack its place.</param>
    /// <param name="isOutlined">Countries come with their outline where one is known.</param>
    private static byte[] Feature(ReadOnlyMemory<byte> record, ReadOnlyMemory<byte> whole, bool isOutlined)
    {
        var properties = JsonNode.Parse(record.Span)!.AsObject();
        var known = whole.Equals(record) ? properties : JsonNode.Parse(whole.Span)!.AsObject();
        var place = known["location"] as JsonObject ?? known;
        var geometry = isOutlined && (string?)place["kind"] == "country" && Outlines.Of((string?)place["country"]) is { } outline ? outline
            : place["latitude"] is { } latitude && place["longitude"] is { } longitude ? new JsonObject { ["type"] = "Point", ["coordinates"] = new JsonArray(longitude.DeepClone(), latitude.DeepClone()) } : null;
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["type"] = "Feature", ["id"] = known["id"]?.DeepClone(), ["geometry"] = geometry, ["properties"] = properties }, Json.Options);
    }

    /// <summary>What was read in one transaction.</summary>
    /// <param name="Last">The key where the next slice goes on; null at the end.</param>
    private readonly record struct Part(int Records, int Rows, long? Last);

    /// <summary>What the records must fulfil; the same for every slice. What may not be redistributed leaves only for whoever edits it.</summary>
    private static IReadOnlyList<Condition> Allowed(Reader reader, Resource resource, IReadOnlyList<Condition> conditions, Caller? caller) =>
        resource.Kind != Kind.Event || caller is { Role: >= Role.Editor } || Closed(reader) is not { Count: > 0 } closed ? conditions
            : [.. conditions, new InLists([.. closed.Select(id => ("event.dataset", id))]) { Not = true }];

    private static Part Read(Reader reader, Resource resource, ListRequest request, IReadOnlyList<Condition> conditions, Form form, PooledBuffer into, long? after, int most)
    {
        var (records, rows, last) = (0, 0, 0L);
        // A table has but the columns that were asked for, so there is no need to take members out before.
        var isPlain = (request.View.IsPlain || form is Csv && request.View.IsPart) && resource.Counted is null;
        // What is shown otherwise asks further questions, so its records are collected before.
        var kept = isPlain ? null : new List<(byte[], byte[])>();
        var count = Math.Min(isPlain ? Slice : Slice / 4, most);
        var isFull = false;
        new KeyWalk(reader, resource.Kind, conditions).Run(", a.item, a.rest", resource.Kind == Kind.Event && request.Sort != "date", after, count, row =>
        {
            last = row.Int64(0);
            records++;
            if (kept is null) rows += form.Add(into, row.Blob(1), row.Blob(2));
            else kept.Add((row.Blob(1).ToArray(), row.Blob(2).ToArray()));
            return !(isFull = into.Length >= SliceBytes);
        });
        foreach (var (item, rest) in kept ?? []) rows += Shown(reader, resource, request, form, into, item, rest);
        return new Part(records, rows, isFull || records == count ? last : null);
    }

    private static int Shown(Reader reader, Resource resource, ListRequest request, Form form, PooledBuffer into, byte[] item, byte[] rest)
    {
        if (resource.Counted is { } counted) item = Lists.Counted(reader, counted, item);
        return request.View.IsPlain ? form.Add(into, item, rest) : form.Add(into, JsonSerializer.SerializeToUtf8Bytes(request.View.Show(reader, resource.Kind.Name, item, rest, single: true), Json.Options), item, rest);
    }

    /// <summary>What was written last, newest first, in one transaction.</summary>
    private static Part Newest(Reader reader, Resource resource, ListRequest request, IReadOnlyList<Condition> conditions, Form form, PooledBuffer into, int most)
    {
        // Few are put in order in memory; of many, the order's own index is walked.
        const int Few = 5_000;
        var (walk, found) = (new KeyWalk(reader, resource.Kind, conditions), new List<(long At, long Key)>());
        if (walk.Estimate <= Few)
            walk.Run(", a.updated_at", true, null, Few, row =>
            {
                found.Add((row.Int64(1), row.Int64(0)));
                return true;
            });
        else new KeyWalk(reader, resource.Kind, conditions, testOnly: true).RunSorted(Sorts.Of(resource.Kind, Sorts.Updated), true, null, most, key => found.Add((0, key)));
        if (walk.Estimate <= Few) found = [.. found.OrderDescending().Take(most)];
        var rows = 0;
        foreach (var (_, key) in found)
        {
            var row = reader.Kept("SELECT item, rest FROM answers WHERE key = ?").Bind(key);
            row.Step();
            var (item, rest) = (row.Blob(0).ToArray(), row.Blob(1).ToArray());
            row.Reset();
            rows += Shown(reader, resource, request, form, into, item, rest);
        }
        return new Part(rows, rows, null);
    }

    /// <summary>The datasets that may not be redistributed.</summary>
    internal static List<string> Closed(Reader reader)
    {
        var closed = new List<string>();
        var row = reader.Kept("SELECT a.item ->> '$.id' FROM lists l JOIN postings p ON p.list = l.id << 2 JOIN answers a ON a.key = p.key WHERE l.field = 'dataset.redistribution' AND l.value = 'no'");
        while (row.Step()) closed.Add(row.Text(0));
        return closed;
    }

    private static Dictionary<string, string> Licences(Reader reader)
    {
        var licences = new Dictionary<string, string>();
        var row = reader.Kept("SELECT id, licence FROM attributions");
        while (row.Step()) licences[row.Text(0)] = row.Text(1);
        return licences;
    }
}
