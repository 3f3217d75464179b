using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Exports;

/// <summary>The whole catalogue as lines (<see cref="CatalogueLine"/>): every kind after those that it refers to, and within a kind what others stand below or follow before them.
/// It is read in short transactions; what is written meanwhile to kinds that are done comes again, at the latest at the end, so that the file is the catalogue at one moment.</summary>
internal sealed class CatalogueExport(Database database)
{
    private const int Slice = 500;

    private static readonly Kind[] Order =
        [Kind.Source, Kind.Dataset, Kind.Topic, Kind.Location, Kind.Actor, Kind.Post, Kind.Membership, Kind.Series, Kind.Situation, Kind.Event, Kind.Relation, Kind.Statement, Kind.Claim];

    // Kinds of which one can refer to another, and the members in which it does.
    private static readonly Dictionary<Kind, string[]> Within = new()
    {
        [Kind.Source] = ["sources"], [Kind.Topic] = ["parent"], [Kind.Location] = ["parent"], [Kind.Actor] = ["partOf", "successorOf"], [Kind.Situation] = ["parent"],
    };

    private readonly HashSet<long> _written = [];
    private long _sequence;
    private long _rows;

    /// <returns>The number of records, those that are gone among them.</returns>
    /// <param name="progress">How many are written, of how many there were at the start.</param>
    public async Task<long> WriteAsync(Stream to, Action<long, long> progress, CancellationToken ct)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using PooledBuffer buffer = new(1 << 20);
        async Task Send()
        {
            digest.AppendData(buffer.Written.Span);
            await to.WriteAsync(buffer.Written, ct);
            buffer.Clear();
        }
        buffer.Add("{\"$catalogue\":1}\n"u8);
        (_sequence, var total) = await database.ReadHeavyAsync(reader => (RecordLog.Last(reader), reader.Kept("SELECT (SELECT count(*) FROM records) + (SELECT count(*) FROM tombstones)").Scalar()!.Value), ct);
        for (var place = 0; place < Order.Length; place++)
        {
            (string? Id, long Ref)? after = null;
            do
            {
                var (at, from) = (place, after);
                after = await database.ReadHeavyAsync(reader =>
                {
                    CatchUp(reader, buffer, at, from);
                    return Next(reader, buffer, Order[at], from);
                }, ct);
                await Send();
                progress(_rows, total);
            }
            while (after is not null);
        }
        // Until nothing was written while the last was read.
        while (await database.ReadHeavyAsync(reader => CatchUp(reader, buffer, Order.Length, null), ct)) await Send();
        await Send();
        buffer.Add(Encoding.UTF8.GetBytes($"{{\"$end\":{{\"rows\":{_rows},\"sha256\":\"{Convert.ToHexStringLower(digest.GetHashAndReset())}\"}}}}\n"));
        await to.WriteAsync(buffer.Written, ct);
        return _rows;
    }

    /// <summary>The next records of a kind; where the following slice goes on.</summary>
    private (string? Id, long Ref)? Next(Reader reader, PooledBuffer into, Kind kind, (string? Id, long Ref)? after)
    {
        var found = new List<(string? Id, long Ref)>(Slice);
        // By id, which is the same in every catalogue; typed numbers are their own order.
        var rows = kind.Prefix is null
            ? reader.Kept("SELECT ref, id FROM (SELECT ref, id FROM records WHERE kind = ?1 AND id > ?2 UNION ALL SELECT ref, id FROM tombstones WHERE kind = ?1 AND id > ?2) present ORDER BY id LIMIT ?3").Bind(kind.Number).Bind(after?.Id ?? "").Bind((long)Slice)
            : reader.Kept("SELECT ref, NULL FROM (SELECT ref FROM records WHERE ref > ?1 AND ref <= ?2 UNION ALL SELECT ref FROM tombstones WHERE ref > ?1 AND ref <= ?2) present ORDER BY ref LIMIT ?3").Bind(after?.Ref ?? kind.Ref(0)).Bind(kind.Refs.High).Bind((long)Slice);
        while (rows.Step()) found.Add((rows.TextOrNull(1), rows.Int64(0)));
        foreach (var (_, reference) in found) Write(reader, into, kind, reference);
        return found.Count == Slice ? found[^1] : null;
    }

    /// <summary>What was written since the last look to records that have been passed, so that whatever refers to them finds them.</summary>
    private bool CatchUp(Reader reader, PooledBuffer into, int place, (string? Id, long Ref)? after)
    {
        var changed = new SortedSet<long>();
        var rows = reader.Kept("SELECT DISTINCT ref FROM changes WHERE seq > ?").Bind(_sequence);
        while (rows.Step()) changed.Add(rows.Int64(0));
        _sequence = RecordLog.Last(reader);
        foreach (var kind in Order[..Math.Min(place + 1, Order.Length)])
            foreach (var reference in changed.Where(r => Kind.OfRef(r) == kind))
                if (kind != Order.ElementAtOrDefault(place) || after is not null && IsPassed(reader, kind, reference, after.Value) || _written.Contains(reference))
                {
                    _written.Remove(reference);
                    Write(reader, into, kind, reference);
                }
        return changed.Count > 0;
    }

    private static bool IsPassed(Reader reader, Kind kind, long reference, (string? Id, long Ref) after) =>
        kind.Prefix is null ? string.CompareOrdinal(RecordLookup.IdOf(reader, reference), after.Id) <= 0 : reference <= after.Ref;

    /// <summary>A record, after those of its kind that it refers to.</summary>
    private void Write(Reader reader, PooledBuffer into, Kind kind, long reference)
    {
        var refersWithin = Within.TryGetValue(kind, out var members);
        if (refersWithin && !_written.Add(reference)) return;
        var row = reader.Kept("SELECT revision, created_at, updated_at, record, NULL FROM records WHERE ref = ?1 UNION ALL SELECT revision, created_at, at, NULL, reason FROM tombstones WHERE ref = ?1").Bind(reference);
        // Purged since.
        if (!row.Step()) return;
        var (head, record, reason) = (new Head(row.Int64(0), row.Int64(1), row.Int64(2)), row.IsNull(3) ? null : row.Blob(3).ToArray(), row.TextOrNull(4));
        row.Reset();
        var merged = record is null ? reader.Kept("SELECT into_ref FROM merged WHERE from_ref = ?").Bind(reference).Scalar() : null;
        if (merged is { } successor && kind.Prefix is null)
        {
            // Whether or not its kind refers within itself, its successor comes first.
            if (refersWithin || _written.Add(successor)) Write(reader, into, kind, successor);
        }
        if (refersWithin && record is not null)
            foreach (var above in Above(record, members!))
                if (RecordLookup.RefOf(reader, kind, above) is { } other) Write(reader, into, kind, other);
        Line(reader, into, kind, reference, head, record, reason, merged);
        _rows++;
    }

    private static IEnumerable<string> Above(byte[] record, string[] members)
    {
        using var document = JsonDocument.Parse(record);
        return [.. members.Select(m => document.RootElement.Inner(m)).SelectMany(v => v.ValueKind == JsonValueKind.Array ? v.Each() : [v]).Select(v => v.ValueKind == JsonValueKind.String ? v.GetString() : v.Word("id")).OfType<string>()];
    }

    private static void Line(Reader reader, PooledBuffer into, Kind kind, long reference, Head head, byte[]? record, string? reason, long? merged)
    {
        using (var json = new Utf8JsonWriter(into, new JsonWriterOptions { Encoder = Json.Options.Encoder, SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind.Name);
            json.WriteString("id", RecordLookup.IdOf(reader, reference));
            json.WriteNumber("revision", head.Revision);
            json.WriteString("createdAt", Json.Instant(head.CreatedAt));
            json.WriteString(record is null ? "deletedAt" : "updatedAt", Json.Instant(head.UpdatedAt));
            if (record is not null)
            {
                json.WritePropertyName("record");
                json.WriteRawValue(record, skipInputValidation: true);
            }
            if (reason is not null) json.WriteString("reason", reason);
            if (merged is { } successor)
            {
                json.WriteString("mergedInto", RecordLookup.IdOf(reader, successor));
                if (reader.Kept("SELECT revision FROM merged WHERE from_ref = ?").Bind(reference).Scalar() is { } made) json.WriteNumber("mergedRevision", made);
            }
            History(reader, json, reference);
            Unmerged(reader, json, reference);
            Touched(reader, json, reference);
            json.WriteEndObject();
        }
        into.Add("\n"u8);
    }

    private static void History(Reader reader, Utf8JsonWriter json, long reference)
    {
        var rows = reader.Kept("SELECT revision, at, author, reason, changed, replaced FROM revisions WHERE ref = ? ORDER BY revision").Bind(reference);
        var isFirst = true;
        while (rows.Step())
        {
            if (isFirst) json.WriteStartArray("history");
            isFirst = false;
            json.WriteStartObject();
            json.WriteNumber("revision", rows.Int64(0));
            json.WriteString("at", Json.Instant(rows.Int64(1)));
            json.WriteString("author", rows.TextOrNull(2));
            json.WriteString("reason", rows.TextOrNull(3));
            json.WritePropertyName("changed");
            json.WriteRawValue(rows.Blob(4), skipInputValidation: true);
            json.WritePropertyName("replaced");
            json.WriteRawValue(rows.Blob(5) is { IsEmpty: false } replaced ? replaced : "null"u8, skipInputValidation: true);
            json.WriteEndObject();
        }
        if (!isFirst) json.WriteEndArray();
    }

    private static void Touched(Reader reader, Utf8JsonWriter json, long reference)
    {
        var rows = reader.Kept("SELECT at, revision, members FROM changes WHERE ref = ? AND members IS NOT NULL ORDER BY at, seq").Bind(reference);
        var isFirst = true;
        while (rows.Step())
        {
            if (isFirst) json.WriteStartArray("touched");
            isFirst = false;
            json.WriteStartObject();
            json.WriteString("at", Json.Instant(rows.Int64(0)));
            json.WriteNumber("revision", rows.Int64(1));
            json.WritePropertyName("members");
            json.WriteRawValue(rows.Blob(2), skipInputValidation: true);
            json.WriteEndObject();
        }
        if (!isFirst) json.WriteEndArray();
    }

    private static void Unmerged(Reader reader, Utf8JsonWriter json, long reference)
    {
        var undone = new List<(long Into, long At, long Until)>();
        var rows = reader.Kept("SELECT into_ref, at, until FROM unmerged WHERE from_ref = ? ORDER BY at, until").Bind(reference);
        while (rows.Step()) undone.Add((rows.Int64(0), rows.Int64(1), rows.Int64(2)));
        if (undone.Count == 0) return;
        json.WriteStartArray("unmerged");
        foreach (var (into, at, until) in undone)
        {
            json.WriteStartObject();
            json.WriteString("into", RecordLookup.IdOf(reader, into));
            json.WriteString("at", Json.Instant(at));
            json.WriteString("until", Json.Instant(until));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
