using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Curation;

/// <summary>One write to a record.</summary>
/// <param name="Author">The name of the key that wrote; null for the first load and for imports.</param>
/// <param name="Op">created, updated, merged or deleted.</param>
/// <param name="Changed">The members that it changed.</param>
/// <param name="Before">These members before it, as they were written; null where there were none.</param>
/// <param name="After">And after it.</param>
public sealed record Revision([property: System.Text.Json.Serialization.JsonPropertyName("revision")] long Number, string At, string? Author, string? Reason, string Op, IReadOnlyList<string> Changed, JsonObject Before, JsonObject After);

/// <summary>The history of one record: its writes, the record as it was after each, and going back to one.</summary>
public sealed class Revisions(Database database, Requests requests, RecordWriters writers)
{
    public async Task ListAsync(HttpContext http, Resource resource, string id)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, "limit", "cursor", "format");
        var limit = ShortList.Whole(http, "limit", Lists.DefaultLimit, 1, Lists.LargestLimit);
        var before = ShortList.Whole(http, "cursor", int.MaxValue, 1, int.MaxValue);
        var envelope = await database.ReadAsync(reader =>
        {
            var reference = Reference(reader, resource, id);
            var items = Read(reader, reference, before, limit + 1);
            var next = items.Count > limit ? items[limit - 1].Number.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
            var path = http.Request.Path.ToString();
            return new JsonObject
            {
                ["items"] = JsonSerializer.SerializeToNode(items.Take(limit), Json.Options),
                ["total"] = new JsonObject { ["value"] = Count(reader, reference), ["relation"] = "eq" },
                ["next"] = next is null ? null : $"{path}?limit={limit}&cursor={next}", ["cursor"] = next, ["facets"] = null,
                ["query"] = new JsonObject { ["text"] = $"Revisions of {id}, newest first", ["canonical"] = path, ["corrected"] = null, ["ignored"] = new JsonArray(), ["ranked"] = null },
                ["attribution"] = new JsonArray(), ["diagnostics"] = new JsonArray(),
            };
        }, http.RequestAborted);
        if ((string?)envelope["next"] is { } link) http.Response.Headers.Link = $"<{link}>; rel=\"next\"";
        await ShortList.SendAsync(http, database, envelope);
    }

    /// <summary>The record as it was after a write, with what it shows of others as they were then.</summary>
    public async Task GetAsync(HttpContext http, Resource resource, string id, long number)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, "fields", "lang", "format");
        var view = new View(http, resource, resource.Single);
        var body = await database.ReadHeavyAsync(reader =>
        {
            var reference = Reference(reader, resource, id);
            var (record, at) = At(reader, reference, number) ?? throw Missing(reader, reference, id, number);
            var session = new PastSession(reader, writers, at);
            session.Fix(reference, record);
            return Render(reader, resource, session, reference, new Head(number, session.CreatedAt(reference)!.Value, at), view);
        }, http.RequestAborted);
        await ShortList.SendAsync(http, database, body);
    }

    /// <summary>A record as a session of the past shows it.</summary>
    internal static JsonObject Render(Reader reader, Resource resource, PastSession session, long reference, Head head, View view)
    {
        var derived = session.Describe(reference, head);
        derived.Prepare();
        return view.Show(reader, resource.Kind.Name, derived.Item, derived.Rest, single: true);
    }

    /// <summary>Writes the record as it was after a write again, as a new one.</summary>
    public async Task RevertAsync(HttpContext http, Resource resource, string id, long number)
    {
        Singles.CheckParameters(http);
        await requests.AnswerAsync(http, [], session =>
        {
            var known = Edits.Require(http, session, resource, id);
            var (record, _) = At(session.Writer, known.Ref, number) ?? throw Missing(session.Writer, known.Ref, id, number);
            var writer = writers[resource.Kind];
            writer.Replace(session, known, writer.Read(record));
            return Written.Of(session, resource, known, StatusCodes.Status200OK);
        });
    }

    /// <summary>The record that the path names, also when it is gone: its history stays.</summary>
    private static long Reference(Connection connection, Resource resource, string id)
    {
        var kind = resource.Kind;
        long? gone = kind.NumberOf(id) is { } number ? connection.Kept("SELECT ref FROM tombstones WHERE ref = ?").Bind(kind.Ref(number)).Scalar()
            : connection.Kept("SELECT ref FROM tombstones WHERE kind = ? AND id = ?").Bind(kind.Number).Bind(id).Scalar();
        if (gone is { } reference) return reference;
        var known = Singles.Require(connection, kind, id);
        if (resource.Always is not null && known.Word != "meeting") throw new ProblemException(ProblemCode.NotFound, $"'{id}' is an event, but not a meeting. It is at /v1/events/{id}.");
        return known.Ref;
    }

    private static ProblemException Missing(Connection connection, long reference, string id, long number)
    {
        var count = Count(connection, reference);
        return number >= 1 && number <= count ? new ProblemException(ProblemCode.Gone, $"With revision {number} '{id}' was deleted or merged; the record as it was before has revision {number - 1}.")
            : new ProblemException(ProblemCode.NotFound, $"'{id}' has the revisions 1 to {count}, not {number}.");
    }

    private static long Count(Connection connection, long reference) =>
        connection.Kept("SELECT revision FROM records WHERE ref = ?1 UNION ALL SELECT revision FROM tombstones WHERE ref = ?1").Bind(reference).Scalar()!.Value;

    /// <summary>The record after a write, and when that was; null when the write took it away, or never was.</summary>
    internal static (byte[] Record, long At)? At(Connection connection, long reference, long number)
    {
        if (number < 1) return null;
        // What the next write replaced is what this one wrote.
        var row = connection.Kept("SELECT replaced FROM revisions WHERE ref = ?1 AND revision = ?2 + 1 UNION ALL SELECT record FROM records WHERE ref = ?1 AND revision = ?2").Bind(reference).Bind(number);
        if (!row.Step()) return null;
        var record = row.Blob(0).ToArray();
        row.Reset();
        if (record.Length == 0) return null;
        return (record, connection.Kept("SELECT at FROM revisions WHERE ref = ? AND revision = ?").Bind(reference).Bind(number).Scalar()
            ?? connection.Kept("SELECT created_at FROM records WHERE ref = ?1 UNION ALL SELECT created_at FROM tombstones WHERE ref = ?1").Bind(reference).Scalar()!.Value);
    }

    private static List<Revision> Read(Connection connection, long reference, long before, int limit)
    {
        var rows = new List<(long Number, long At, string? Author, string? Reason, string Changed)>();
        var row = connection.Kept("SELECT r.revision, r.at, coalesce(k.name, r.author), r.reason, r.changed FROM revisions r LEFT JOIN keys k ON k.id = r.author WHERE r.ref = ? AND r.revision < ? ORDER BY r.revision DESC LIMIT ?").Bind(reference).Bind(before).Bind((long)limit);
        while (row.Step()) rows.Add((row.Int64(0), row.Int64(1), row.TextOrNull(2), row.TextOrNull(3), row.Text(4)));
        // A record that nobody in particular made has no line for it.
        if (rows.Count < limit && before > 1 && (rows.Count == 0 || rows[^1].Number > 1))
            rows.Add((1, connection.Kept("SELECT created_at FROM records WHERE ref = ?1 UNION ALL SELECT created_at FROM tombstones WHERE ref = ?1").Bind(reference).Scalar()!.Value, null, null, "[]"));
        var isMerged = connection.Kept("SELECT 1 FROM merged WHERE from_ref = ?").Bind(reference).Scalar() is not null;
        return [.. rows.Select(r =>
        {
            var (was, now) = (At(connection, reference, r.Number - 1)?.Record, At(connection, reference, r.Number)?.Record);
            var changed = JsonSerializer.Deserialize<string[]>(r.Changed)!;
            return new Revision(r.Number, Json.Instant(r.At), r.Author, r.Reason, was is null ? "created" : now is not null ? "updated" : isMerged && r.Number == Count(connection, reference) ? "merged" : "deleted", changed, Members(was, changed), Members(now, changed));
        })];
    }

    private static JsonObject Members(byte[]? record, string[] members)
    {
        var kept = record is null ? null : JsonNode.Parse(record)!.AsObject();
        return new JsonObject(members.Select(m => KeyValuePair.Create(m, kept?[m]?.DeepClone())));
    }
}
