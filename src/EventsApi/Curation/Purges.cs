using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Curation;

/// <summary>What a purge did.</summary>
/// <param name="Also">What went with the record: claims about it, its own relations, and what was merged into it.</param>
/// <param name="Revisions">So many states of these records were destroyed.</param>
public sealed record Purged(string Kind, string Id, IReadOnlyList<string> Also, long Revisions);

/// <summary>Removes the content and the history of a record for good, where law demands it. Its id goes on answering 410, with the reason; that it was there, and how often and when it was written, stays.</summary>
internal sealed class Purges(Database database, RecordWriters writers, Edits edits)
{
    /// <summary>A record that others refer to is refused, as a delete is. One that was deleted before is purged as well, and one that was purged before once more.</summary>
    /// <param name="named">An id, or its path when several kinds have the same id: <c>actors/nato</c>.</param>
    public async Task<Purged> RunAsync(string named, string reason)
    {
        var purged = await writers.WriteAsync(database, session =>
        {
            var (kind, reference, id) = Find(session.Writer, named);
            if (session.Writer.Kept("SELECT into_ref FROM merged WHERE from_ref = ?").Bind(reference).Scalar() is { } into)
                throw new ProblemException(ProblemCode.Conflict, $"{id} was merged into {RecordLookup.IdOf(session.Writer, into)}, which took over what it held. Purge that one; this one goes with it.");
            if (RecordLog.Current(session.Writer, reference) is not null) edits.Delete(session, session.Find(reference));
            var gone = WithParts(session.Writer, reference, kind, id);
            var also = gone.Where(r => r != reference).Select(r => $"{Kind.OfRef(r).Path}/{RecordLookup.IdOf(session.Writer, r)}").ToList();
            var revisions = gone.Sum(r => Wipe(session.Writer, r, reason));
            session.Forget();
            return new Purged(kind.Name, id, also, revisions);
        }, new Authorship(null, reason));
        await database.EraseAsync();
        return purged;
    }

    private static (Kind Kind, long Ref, string Id) Find(Connection connection, string named)
    {
        var parts = named.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is ["v1", ..]) parts = parts[1..];
        var kinds = parts.Length == 1 ? Kind.All : Kind.All.Where(k => k.Path == (parts[0] == "meetings" ? Kind.Event.Path : parts[0])).ToArray();
        if (parts.Length is not (1 or 2) || kinds.Length == 0) throw new ProblemException(ProblemCode.InvalidRequest, $"'{named}' names no record; send an id such as E12, or its path such as actors/nato.");
        var found = kinds.Select(k => (Kind: k, Ref: RecordLookup.RefOf(connection, k, parts[^1]))).Where(f => f.Ref is not null).ToList();
        return found switch
        {
            [var one] => (one.Kind, one.Ref!.Value, parts[^1]),
            [] => throw new ProblemException(ProblemCode.NotFound, $"There is no record '{named}', and there was none."),
            _ => throw new ProblemException(ProblemCode.InvalidRequest, $"Several records have the id {named}: send one of {string.Join(", ", found.Select(f => $"{f.Kind.Path}/{parts[^1]}"))}."),
        };
    }

    // Claims and relations of long ago are found by what they held; a scan of the log, for a command that is rare.
    private const string AboutIt = """
        SELECT DISTINCT ref FROM revisions
        WHERE (ref BETWEEN ?1 AND ?2 AND replaced <> '' AND replaced ->> '$.record.kind' = ?5 AND replaced ->> '$.record.id' = ?6
            OR ref BETWEEN ?3 AND ?4 AND replaced <> '' AND replaced ->> '$.from.kind' = ?5 AND replaced ->> '$.from.id' = ?6)
          AND EXISTS (SELECT 1 FROM tombstones t WHERE t.ref = revisions.ref)
        """;

    /// <summary>The record itself, what was merged into it, and the claims and relations that were theirs: all of them gone by now.</summary>
    private static List<long> WithParts(Writer writer, long reference, Kind kind, string id)
    {
        var gone = new List<long> { reference };
        for (var n = 0; n < gone.Count; n++)
        {
            var merged = writer.Kept("SELECT from_ref FROM merged WHERE into_ref = ?").Bind(gone[n]);
            while (merged.Step()) gone.Add(merged.Int64(0));
        }
        foreach (var whole in gone.ToArray())
        {
            var parts = writer.Kept(AboutIt).Bind(Kind.Claim.Refs.Low).Bind(Kind.Claim.Refs.High).Bind(Kind.Relation.Refs.Low).Bind(Kind.Relation.Refs.High)
                .Bind(kind.Name).Bind(whole == reference ? id : RecordLookup.IdOf(writer, whole));
            while (parts.Step()) gone.Add(parts.Int64(0));
        }
        return gone;
    }

    /// <summary>Leaves the tombstone, an empty last line of the log, and the numbers and times of the changes.</summary>
    /// <returns>How many states were destroyed.</returns>
    private static long Wipe(Writer writer, long reference, string reason)
    {
        var states = writer.Kept("SELECT count(*) FROM revisions WHERE ref = ? AND replaced <> ''").Bind(reference).Scalar()!.Value;
        writer.Kept("DELETE FROM revisions WHERE ref = ?1 AND revision < (SELECT revision FROM tombstones WHERE ref = ?1)").Bind(reference).Run();
        writer.Kept("UPDATE revisions SET replaced = '', changed = '[]', reason = ? WHERE ref = ?").Bind(reason).Bind(reference).Run();
        writer.Kept("UPDATE tombstones SET reason = ? WHERE ref = ?").Bind(reason).Bind(reference).Run();
        writer.Kept("UPDATE merged SET reason = NULL WHERE from_ref = ?").Bind(reference).Run();
        writer.Kept("UPDATE changes SET members = NULL WHERE ref = ?").Bind(reference).Run();
        writer.Kept("DELETE FROM source_keys WHERE key = ?").Bind(reference).Run();
        writer.Kept("DELETE FROM imported WHERE dataset = 0 AND ref = ?").Bind(reference).Run();
        // An event's key is its date.
        if (Kind.OfRef(reference) == Kind.Event) writer.Kept("DELETE FROM event_ids WHERE number = ?").Bind(Kind.NumberOfRef(reference)).Run();
        // The first answers to writes are kept for a day, and hold what was written.
        var id = RecordLookup.IdOf(writer, reference);
        writer.Kept("DELETE FROM answered WHERE instr(body, ?1) > 0 OR location LIKE '%' || ?2").Bind(System.Text.Encoding.UTF8.GetBytes($"\"{id}\"")).Bind(Kind.OfRef(reference).Href(id)).Run();
        return states;
    }
}
