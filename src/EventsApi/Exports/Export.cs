using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Access;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Exports;

/// <summary>A list as a stream, whole and at constant memory: NDJSON with a record a line, or CSV. It is read in short transactions by key, so a slow reader holds nothing up; the change sequence of the start says from where
/// /v1/changes makes the copy exact.</summary>
internal sealed class Export(Database database, Lists lists)
{
    /// <summary>The forms of a list beside JSON.</summary>
    public static (string Format, string MediaType)[] Formats(Resource resource) =>
        resource.Kind == Kind.Event || resource.Kind == Kind.Location ? [("ndjson", Lines), ("csv", "text/csv"), ("geojson", "application/geo+json")] : [("ndjson", Lines), ("csv", "text/csv")];

    private const string Lines = "application/x-ndjson";

    /// <summary>What an export takes beside the filters.</summary>
    public static readonly string[] Controls = ["rows", "end", "guard"];

    // So many rows are read in one transaction.
    private const int Slice = 500;

    public async Task AnswerAsync(HttpContext http, Resource resource, string format, Action<FilterReader>? scope)
    {
        var request = new ListRequest(http, resource, null);
        foreach (var name in (string[])["cursor", "facets", "sample", "total", "knownAt"])
            if (http.Request.Query.ContainsKey(name)) throw ProblemException.Parameter(name, "conflict", $"{format} streams the whole list; send it without {name}.");
        if (http.Request.Query.ContainsKey("sort") && request.Sort is not ("date" or "-date"))
            throw ProblemException.Parameter("sort", "unknown-value", $"{format} streams events by date and everything else in the order it came.", resource.Kind == Kind.Event ? ["-date", "date"] : []);
        var rows = QueryText.OneOf(http.Request.Query, "rows", ["event", "participant"]) == "participant";
        if (rows && (format != "csv" || resource.Kind != Kind.Event)) throw ProblemException.Parameter("rows", "conflict", "rows=participant is for events as csv.");
        if (rows && http.Request.Query.ContainsKey("fields")) throw ProblemException.Parameter("fields", "conflict", "rows=participant has its own columns; send it without fields.");
        var hasEnd = QueryText.OneOf(http.Request.Query, "end", ["true", "false"]) == "true";
        if (hasEnd && format != "ndjson") throw ProblemException.Parameter("end", "conflict", "Only ndjson has a last line of its own.");
        var isGuarded = QueryText.OneOf(http.Request.Query, "guard", ["formulas", "none"]) == "formulas";
        var most = http.Request.Query.ContainsKey("limit") ? request.Limit : int.MaxValue;

        // The first slice is read before anything is sent: what is wrong with the request is still told as a problem.
        var (conditions, slice, sequence, licences) = await database.ReadHeavyAsync(reader =>
        {
            var conditions = Conditions(reader, resource, request, scope, http.Caller());
            return (conditions, Read(reader, resource, request, conditions, null, Math.Min(Slice, most)), reader.Kept("SELECT max(seq) FROM changes").Scalar() ?? 0, Licences(reader));
        }, http.RequestAborted);
        var response = http.Response;
        response.ContentType = format switch { "csv" => "text/csv; charset=utf-8; header=present", "geojson" => "application/geo+json", _ => Lines };
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = "Accept, Accept-Language, Accept-Encoding, Authorization";
        response.Headers["Catalogue-Sequence"] = sequence.ToString(CultureInfo.InvariantCulture);
        response.Headers.Link = "</v1/datasets>; rel=\"license\"";
        response.Headers.ContentDisposition = $"attachment; filename=\"{resource.Path}.{format}\"";

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var columns = rows ? Table.OfParticipants(resource.Single) : Table.Of(resource.Single);
        if (http.Request.Query.ContainsKey("fields"))
        {
            // Columns of what was asked for, and of what lies below it.
            var fields = string.Join(',', http.Request.Query["fields"].ToArray()).Split(',', StringSplitOptions.TrimEntries);
            columns = [.. columns.Where(c => Array.Exists(fields, f => c.Name == f || c.Name.StartsWith(f + ".", StringComparison.Ordinal)))];
        }
        var hasLicence = resource.Kind == Kind.Event && !http.Request.Query.ContainsKey("fields");
        var count = 0L;
        using var buffer = new PooledBuffer(1 << 16);
        if (format == "csv") buffer.Add(Encoding.UTF8.GetBytes(string.Join(',', [.. columns.Select(c => c.Name), .. hasLicence ? (string[])["licence"] : []]) + "\r\n"));
        if (format == "geojson") buffer.Add("{\"type\":\"FeatureCollection\",\"features\":["u8);
        while (true)
        {
            foreach (var record in slice.Records)
                if (format == "geojson")
                {
                    if (count++ > 0) buffer.Add(",\n"u8);
                    buffer.Add(Feature(record));
                }
                else if (format == "csv") count += WriteLines(buffer, record, columns, rows, isGuarded, hasLicence ? licences : null);
                else
                {
                    buffer.Add(record.Json);
                    buffer.Add("\n"u8);
                    count++;
                }
            if (hasEnd) digest.AppendData(buffer.Written.Span);
            await response.BodyWriter.WriteAsync(buffer.Written, http.RequestAborted);
            buffer.Clear();
            most -= slice.Records.Count;
            if (slice.Last is not { } last || most <= 0) break;
            slice = await database.ReadHeavyAsync(reader => Read(reader, resource, request, conditions, last, Math.Min(Slice, most)), http.RequestAborted);
        }
        if (format == "geojson") await response.BodyWriter.WriteAsync("]}\n"u8.ToArray(), http.RequestAborted);
        if (!hasEnd) return;
        var end = new JsonObject { ["$end"] = new JsonObject { ["rows"] = count, ["sha256"] = Convert.ToHexStringLower(digest.GetHashAndReset()), ["sequence"] = sequence } };
        await response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(end.ToJsonString() + "\n"), http.RequestAborted);
    }

    /// <summary>RFC 7946: the record as properties; a place without coordinates has no geometry, never a made-up one.</summary>
    private static byte[] Feature(Record record)
    {
        var properties = JsonNode.Parse(record.Json)!.AsObject();
        var place = properties["location"] as JsonObject ?? properties;
        var geometry = place["latitude"] is { } latitude && place["longitude"] is { } longitude ? new JsonObject { ["type"] = "Point", ["coordinates"] = new JsonArray(longitude.DeepClone(), latitude.DeepClone()) } : null;
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["type"] = "Feature", ["id"] = properties["id"]?.DeepClone(), ["geometry"] = geometry, ["properties"] = properties }, Json.Options);
    }

    private sealed record Record(byte[] Json);

    /// <param name="Last">The key where the next slice goes on; null at the end.</param>
    private sealed record Rows(List<Record> Records, long? Last);

    /// <summary>What the records must fulfil; the same for every slice.</summary>
    private List<Condition> Conditions(Reader reader, Resource resource, ListRequest request, Action<FilterReader>? scope, Caller? caller)
    {
        var filters = lists.Read(resource, request, reader, scope);
        Lists.Correct(resource, filters);
        // What may not be redistributed leaves only for whoever edits it.
        return resource.Kind != Kind.Event || caller is { Role: >= Role.Editor } || Closed(reader) is not { Count: > 0 } closed ? filters.Conditions
            : [.. filters.Conditions, new InLists([.. closed.Select(id => ("event.dataset", id))]) { Not = true }];
    }

    private static Rows Read(Reader reader, Resource resource, ListRequest request, List<Condition> conditions, long? after, int count)
    {
        var (records, keys) = (new List<Record>(count), new List<(long Key, byte[] Item, byte[] More)>(count));
        new KeyWalk(reader, resource.Kind, conditions).Run(", a.item, a.rest", resource.Kind == Kind.Event && request.Sort != "date", after, count, row =>
        {
            keys.Add((row.Int64(0), row.Blob(1).ToArray(), row.Blob(2).ToArray()));
            return true;
        });
        foreach (var (_, item, rest) in keys)
        {
            var shown = resource.Counted is { } counted ? Lists.Counted(reader, counted, item) : item;
            records.Add(new Record(request.View.IsPlain ? View.Whole(shown, rest) : JsonSerializer.SerializeToUtf8Bytes(request.View.Show(reader, resource.Kind.Name, shown, rest, single: true), Json.Options)));
        }
        return new Rows(records, keys.Count == count ? keys[^1].Key : null);
    }

    private static List<string> Closed(Reader reader)
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

    /// <returns>The number of lines.</returns>
    private static int WriteLines(PooledBuffer buffer, Record record, IReadOnlyList<Column> columns, bool isOfParticipants, bool isGuarded, Dictionary<string, string>? licences)
    {
        var whole = JsonNode.Parse(record.Json)!.AsObject();
        List<JsonNode?> participants = isOfParticipants ? [.. whole["participants"]!.AsArray().Select(p => p!.DeepClone())] : [null];
        for (var n = 0; n < participants.Count; n++)
        {
            if (isOfParticipants) (whole["participant"], whole["position"]) = (participants[n], n + 1);
            var line = new StringBuilder();
            for (var c = 0; c < columns.Count; c++)
            {
                if (c > 0) line.Append(',');
                Table.Write(line, columns[c].Value(whole), isGuarded);
            }
            if (licences is not null)
            {
                line.Append(',');
                Table.Write(line, licences.GetValueOrDefault((string?)whole["dataset"] ?? ""), isGuarded);
            }
            line.Append("\r\n");
            buffer.Add(Encoding.UTF8.GetBytes(line.ToString()));
        }
        return participants.Count;
    }
}
