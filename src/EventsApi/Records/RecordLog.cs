using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EventsApi.Storage;
using EventsApi.Vocabulary;

namespace EventsApi.Records;

/// <summary>One write to a record.</summary>
/// <param name="Author">The name of the key that wrote; null for the first load and for imports.</param>
/// <param name="Op">created, updated, merged or deleted.</param>
/// <param name="Changed">The members that it changed.</param>
/// <param name="Before">These members before it, as they were written; null where there were none.</param>
/// <param name="After">And after it.</param>
public sealed record Revision([property: JsonPropertyName("revision")] long Number, string At, string? Author, string? Reason, [property: CodeList("change-op")] string Op, IReadOnlyList<string> Changed, JsonObject Before, JsonObject After);

/// <summary>The undo log of a record: a line holds what the write of its number replaced, so the record after a write is what the next line replaced, or the record itself.</summary>
public static class RecordLog
{
    /// <summary>The number of the catalogue's last change; 0 where nothing was written yet.</summary>
    public static long Last(Connection connection) => connection.Kept("SELECT max(seq) FROM changes").Scalar() ?? 0;

    /// <summary>When the record was added, also when it is gone; null when there never was one.</summary>
    public static long? CreatedAt(Connection connection, long reference) =>
        connection.Kept("SELECT created_at FROM records WHERE ref = ?1 UNION ALL SELECT created_at FROM tombstones WHERE ref = ?1").Bind(reference).Scalar();

    /// <summary>The revision at which it stands; null when it is gone.</summary>
    public static long? Current(Connection connection, long reference) => connection.Kept("SELECT revision FROM records WHERE ref = ?").Bind(reference).Scalar();

    /// <summary>How many writes there were, the one that took it away included.</summary>
    public static long Count(Connection connection, long reference) =>
        connection.Kept("SELECT revision FROM records WHERE ref = ?1 UNION ALL SELECT revision FROM tombstones WHERE ref = ?1").Bind(reference).Scalar()!.Value;

    /// <summary>Whether the record is gone and nothing is left of what it held.</summary>
    public static bool IsPurged(Connection connection, long reference) =>
        connection.Kept("SELECT 1 FROM tombstones t JOIN revisions r ON r.ref = t.ref AND r.revision = t.revision WHERE t.ref = ? AND r.replaced = ''").Bind(reference).Scalar() is not null;

    /// <summary>The record after a write, and when that was; null when the write took it away, or never was.</summary>
    public static (byte[] Record, long At)? At(Connection connection, long reference, long number)
    {
        if (number < 1) return null;
        var row = connection.Kept("SELECT replaced FROM revisions WHERE ref = ?1 AND revision = ?2 + 1 UNION ALL SELECT record FROM records WHERE ref = ?1 AND revision = ?2").Bind(reference).Bind(number);
        if (!row.Step()) return null;
        var record = row.Blob(0).ToArray();
        row.Reset();
        return record.Length == 0 ? null : (record, connection.Kept("SELECT at FROM revisions WHERE ref = ? AND revision = ?").Bind(reference).Bind(number).Scalar() ?? CreatedAt(connection, reference)!.Value);
    }

    /// <summary>What a write did to the record that it found and left.</summary>
    public static string Op(Connection connection, long reference, long number, bool wasThere, bool isThere) =>
        // What was purged is there at no time; its log begins with when it came and ends with when it went.
        !wasThere && (isThere || number == 1) ? "created" : isThere ? "updated"
            // It is gone by its last write; one that took it away before was undone, as only merges are.
            : number < Count(connection, reference) || connection.Kept("SELECT 1 FROM merged WHERE from_ref = ?").Bind(reference).Scalar() is not null ? "merged" : "deleted";

    /// <summary>The writes before a number, newest first.</summary>
    public static List<Revision> Read(Connection connection, long reference, long before = long.MaxValue, long limit = long.MaxValue)
    {
        var rows = new List<(long Number, long At, string? Author, string? Reason, string Changed)>();
        var row = connection.Kept("SELECT r.revision, r.at, coalesce(k.name, r.author), r.reason, r.changed FROM revisions r LEFT JOIN keys k ON k.id = r.author WHERE r.ref = ? AND r.revision < ? ORDER BY r.revision DESC LIMIT ?").Bind(reference).Bind(before).Bind(limit);
        while (row.Step()) rows.Add((row.Int64(0), row.Int64(1), row.TextOrNull(2), row.TextOrNull(3), row.Text(4)));
        // A record that nobody in particular made has no line for it.
        if (rows.Count < limit && before > 1 && (rows.Count == 0 || rows[^1].Number > 1)) rows.Add((1, CreatedAt(connection, reference)!.Value, null, null, "[]"));
        return rows.ConvertAll(r =>
        {
            var (was, now) = (At(connection, reference, r.Number - 1)?.Record, At(connection, reference, r.Number)?.Record);
            var changed = JsonSerializer.Deserialize<string[]>(r.Changed)!;
            return new Revision(r.Number, Json.Instant(r.At), r.Author, r.Reason, Op(connection, reference, r.Number, was is not null, now is not null), changed, Members(was, changed), Members(now, changed));
        });
    }

    private static JsonObject Members(byte[]? record, string[] members)
    {
        var kept = record is null ? null : JsonNode.Parse(record)!.AsObject();
        return new JsonObject(members.Select(m => KeyValuePair.Create(m, kept?[m]?.DeepClone())));
    }
}
