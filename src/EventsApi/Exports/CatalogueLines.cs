using System.Globalization;
using System.Text;
using System.Text.Json;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Exports;

/// <summary>One line of <c>export catalogue</c>, which <c>import ndjson</c> reads: a record with its head and its history, or what is left of one that is gone. Times are RFC 3339 with milliseconds.
/// The first line of such a file is <c>{"$catalogue":1}</c>; the last is <c>{"$end":{"rows":N,"sha256":"…"}}</c>, with the digest of all bytes before it, so that truncation shows.
/// A record comes after those that it refers to. The same id can come again: the later line has a later revision, written while the export ran.</summary>
/// <param name="Kind">As references name it: dataset, source, topic, location, actor, post, membership, series, situation, event (meetings too), relation, statement or claim.</param>
/// <param name="Revision">Counts the writes to it, from 1.</param>
/// <param name="UpdatedAt">Of a record that is there.</param>
/// <param name="Record">The record in the shape of the input; a record that is gone has none.</param>
/// <param name="DeletedAt">When it went away; its id stays in use.</param>
/// <param name="Reason">Why it went away.</param>
/// <param name="MergedInto">The id of the record of the same kind to which its id leads.</param>
/// <param name="MergedRevision">The revision that the merge made of that one, so that it can be undone; null when it changed nothing there.</param>
/// <param name="History">The writes after the first, and the first where somebody made it, in order.</param>
/// <param name="Unmerged">Merges of it that were undone.</param>
/// <param name="Touched">Changes of parts that are records of their own: they leave the revision as it is, and move the time of the last change.</param>
public sealed record CatalogueLine(string Kind, string Id, long Revision, string CreatedAt, string? UpdatedAt = null, JsonElement? Record = null,
    string? DeletedAt = null, string? Reason = null, string? MergedInto = null, long? MergedRevision = null, IReadOnlyList<CatalogueWrite>? History = null, IReadOnlyList<CatalogueUnmerge>? Unmerged = null, IReadOnlyList<CatalogueTouch>? Touched = null);

/// <summary>A write to a record.</summary>
/// <param name="Author">The id of the key that wrote; null for the first load and for imports.</param>
/// <param name="Changed">The members that it changed.</param>
/// <param name="Replaced">The record before it; null when there was none.</param>
public sealed record CatalogueWrite(long Revision, string At, string? Author, string? Reason, IReadOnlyList<string> Changed, JsonElement? Replaced);

/// <summary>A merge that held for a while.</summary>
public sealed record CatalogueUnmerge(string Into, string At, string Until);

/// <summary>A part of the record, a record of its own, changed.</summary>
public sealed record CatalogueTouch(string At, long Revision, IReadOnlyList<string> Members);

/// <summary>Puts the lines of <c>export catalogue</c> into a catalogue, so that the two are the same: ids, revisions, times and histories.</summary>
internal sealed class CatalogueLines(RecordWriters writers)
{
    /// <summary>Whether this is the first line of an exported catalogue.</summary>
    public static bool IsHead(ReadOnlySpan<byte> line) => line.StartsWith("{\"$catalogue\":"u8);

    /// <summary>Whether this is the last one, or the first: neither is a record.</summary>
    public static bool IsMark(ReadOnlySpan<byte> line) => IsHead(line) || line.StartsWith("{\"$end\":"u8);

    /// <summary>Applies one line. References are looked at when the session settles, so a line may lead to one that comes later in the same job.</summary>
    /// <returns><c>created</c>; <c>updated</c> where an earlier revision stood; <c>unchanged</c> where the same stands; <c>kept</c> where another stands that somebody wrote, or a later revision.</returns>
    /// <exception cref="JsonException">The line is no such line.</exception>
    /// <exception cref="ProblemException">The record breaks a rule.</exception>
    public string Apply(WriteSession session, ReadOnlySpan<byte> json)
    {
        var line = JsonSerializer.Deserialize<CatalogueLine>(json, Json.Options) ?? throw new JsonException("A line is an object, not null.");
        var kind = Kind.Named(line.Kind) is { } named && named.Name == line.Kind ? named : throw ProblemException.Rule("/kind", "unknown-value", $"'{line.Kind}' is no kind of record.", [.. Kind.Names]);
        if (line.Revision < 1) throw ProblemException.Rule("/revision", "out-of-range", "A revision is at least 1.");
        if (line.Record is null == line.DeletedAt is null) throw ProblemException.Rule("/record", "required", "A line has a record, or deletedAt.");
        var noun = writers[kind];
        var input = line.Record is { } record ? noun.Read(Encoding.UTF8.GetBytes(record.GetRawText())) : null;
        if (input?.Id is { } own && own != line.Id) throw ProblemException.Rule("/record/id", "invalid", $"The record says it is '{own}', the line '{line.Id}'.");
        var head = new Head(line.Revision, Time(line.CreatedAt, "/createdAt"), Time(line.DeletedAt ?? line.UpdatedAt ?? line.CreatedAt, line.DeletedAt is null ? "/updatedAt" : "/deletedAt"));

        var outcome = "created";
        if (RecordLookup.RefOf(session.Writer, kind, line.Id) is { } there)
        {
            if (IsSame(session, noun, there, head, input)) return "unchanged";
            if (!GivesWay(session.Writer, there, line.Revision)) return "kept";
            outcome = "updated";
        }
        var reference = input is not null ? noun.Place(session, line.Id, input, head) : noun.PlaceGone(session, line.Id, head, line.Reason);
        Past(session.Writer, kind, line, reference);
        if (line.MergedInto is { } into)
        {
            var successor = session.Sought(kind, into, RefOf) ?? throw ProblemException.Rule("/mergedInto", "unknown-reference", $"There is no {kind.Name} '{into}', and no line of it came before.");
            session.Writer.Kept("INSERT INTO merged(from_ref, into_ref, at, reason, revision) VALUES (?, ?, ?, ?, ?)").Bind(reference).Bind(successor).Bind(head.UpdatedAt).Bind(line.Reason).Bind((object?)line.MergedRevision).Run();
        }
        return outcome;
    }

    private static bool IsSame(WriteSession session, RecordWriter noun, long reference, Head head, RecordInput? input)
    {
        var row = session.Writer.Kept("SELECT revision, created_at, updated_at, record FROM records WHERE ref = ?1 UNION ALL SELECT revision, created_at, at, NULL FROM tombstones WHERE ref = ?1").Bind(reference);
        row.Step();
        var (stands, record) = (new Head(row.Int64(0), row.Int64(1), row.Int64(2)), row.IsNull(3) ? null : row.Blob(3).ToArray());
        row.Reset();
        if (stands != head || record is null != input is null) return false;
        return record is null || record.AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(input, noun.Shape, Json.Compact));
    }

    /// <summary>An earlier revision gives way, and a first one that nobody in particular made. What a person wrote stays.</summary>
    private static bool GivesWay(Connection connection, long reference, long revision) =>
        RecordLog.Count(connection, reference) is var stands && (stands < revision || stands == 1 && connection.Kept("SELECT 1 FROM revisions WHERE ref = ? AND author IS NOT NULL").Bind(reference).Scalar() is null);

    private static void Past(Writer writer, Kind kind, CatalogueLine line, long reference)
    {
        foreach (var write in line.History ?? [])
            writer.Kept("INSERT INTO revisions(ref, revision, at, author, reason, changed, replaced) VALUES (?, ?, ?, ?, ?, ?, ?)").Bind(reference).Bind(write.Revision).Bind(Time(write.At, "/history"))
                .Bind(write.Author).Bind(write.Reason).Bind(JsonSerializer.Serialize(write.Changed, Json.Compact)).Bind(write.Replaced is { } replaced ? JsonSerializer.Serialize(replaced, Json.Compact) : "").Run();
        foreach (var touch in line.Touched ?? [])
            // A later line of the same record brings those again that an earlier one had.
            writer.Kept("INSERT INTO changes(ref, revision, op, at, members) SELECT ?1, ?2, 2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM changes WHERE ref = ?1 AND at = ?3 AND members = ?4)")
                .Bind(reference).Bind(touch.Revision).Bind(Time(touch.At, "/touched")).Bind(JsonSerializer.Serialize(touch.Members)).Run();
        foreach (var undone in line.Unmerged ?? [])
            if (RefOf(writer, kind, undone.Into) is { } into)
                writer.Kept("INSERT INTO unmerged(from_ref, into_ref, at, until) VALUES (?, ?, ?, ?)").Bind(reference).Bind(into).Bind(Time(undone.At, "/unmerged")).Bind(Time(undone.Until, "/unmerged")).Run();
    }

    /// <summary>A typed number is its own reference, also before its record is there.</summary>
    private static long? RefOf(Connection connection, Kind kind, string id) => kind.NumberOf(id) is { } number ? kind.Ref(number) : RecordLookup.RefOf(connection, kind, id);

    private static long Time(string text, string pointer) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUnixTimeMilliseconds()
            : throw ProblemException.Rule(pointer, "invalid", $"'{text}' is no time such as 2025-09-09T14:00:00.000Z.");
}
