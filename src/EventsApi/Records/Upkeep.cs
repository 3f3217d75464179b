using Dapper;
using EventsApi.Storage;

namespace EventsApi.Records;

/// <summary>Checks the catalogue, and makes derived lists again from the records.</summary>
internal sealed class Upkeep(Database database, RecordWriters writers)
{
    private const int Slice = 2_000;

    /// <summary>What is wrong: SQLite's own check, then ours. Empty when all is well.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync(CancellationToken ct)
    {
        var faults = new List<string>(await database.CheckAsync(ct));
        faults.AddRange(await database.ReadWholeAsync(reader => reader.Db.Query<string>($"""
            SELECT 'record ' || ref || ' has no answer' FROM records r
            WHERE NOT EXISTS (SELECT 1 FROM answers a WHERE a.ref = r.ref AND a.key = coalesce((SELECT key FROM event_ids i WHERE i.number = r.ref - {Kind.Event.Ref(0)} AND r.kind = 0), r.ref))
            UNION ALL
            SELECT 'answer ' || key || ' has no record' FROM answers a WHERE NOT EXISTS (SELECT 1 FROM records r WHERE r.ref = a.ref)
            UNION ALL
            SELECT 'list ' || field || ' ' || value || ' counts ' || count || ' but holds ' || (SELECT count(*) FROM postings p WHERE p.list = l.id << 2)
            FROM lists l WHERE count <> (SELECT count(*) FROM postings p WHERE p.list = l.id << 2)
            UNION ALL
            SELECT 'posting ' || list || ',' || key || ' has no answer' FROM postings p WHERE NOT EXISTS (SELECT 1 FROM answers a WHERE a.key = p.key)
            UNION ALL
            SELECT 'record ' || ref || ' cannot be read' FROM records WHERE NOT json_valid(record)
            UNION ALL
            SELECT 'revision ' || revision || ' of ' || ref || ' cannot be read' FROM revisions WHERE replaced <> '' AND NOT json_valid(replaced)
            LIMIT 100
            """).ToList(), ct));
        faults.AddRange(await database.ReadWholeAsync(Changed, ct));
        return faults;
    }

    /// <summary>Answers that are not what was written: the engine keeps no checksums, so a byte that flips within a text is no fault to it.</summary>
    private static List<string> Changed(Reader reader)
    {
        var changed = new List<string>();
        var row = reader.Kept("SELECT ref, hash, item, rest FROM answers");
        while (changed.Count < 100 && row.Step())
            if (Derived.HashOf(row.Blob(2), row.Blob(3)) != row.Int64(1)) changed.Add($"the answer of record {row.Int64(0)} is not what was written");
        row.Reset();
        return changed;
    }

    /// <summary>What a migration asked to be made anew; nothing when none did.</summary>
    public async Task RebuildIfAskedAsync()
    {
        switch (await database.LookUpAsync(reader => reader.Kept("SELECT value FROM settings WHERE name = 'rebuild'").ScalarText()))
        {
            case null:
                break;
            case "by hand":
                await MakeAnewAsync(await database.ReadHeavyAsync(reader => reader.Db.Query<long>("""
                    SELECT a.ref FROM lists l JOIN records d ON d.kind = @dataset AND d.id = l.value JOIN postings p ON p.list = l.id << 2 JOIN answers a ON a.key = p.key
                    WHERE l.field = 'event.dataset' AND d.word <> 'machine'
                    """, new { dataset = Kind.Dataset.Number }).ToList()));
                break;
            default:
                await RebuildAsync();
                break;
        }
    }

    /// <summary>Every answer and list anew, in slices; the number of records.</summary>
    public async Task<int> RebuildAsync()
    {
        // Counts of words only grow while records come and go; from here they are exact again.
        await database.WriteAsync(writer =>
        {
            writer.Kept("DELETE FROM vocabulary").Run();
            // An empty signature counts every word anew.
            writer.Kept("UPDATE features SET words = ?").Bind(ReadOnlySpan<byte>.Empty).Run();
            return true;
        });
        var refs = await database.ReadHeavyAsync(reader => reader.Db.Query<long>("SELECT ref FROM records ORDER BY ref").ToList());
        await MakeAnewAsync(refs);
        return refs.Count;
    }

    private async Task MakeAnewAsync(List<long> refs)
    {
        // Each kind after those its answers are made from.
        foreach (var writer in writers.InOrder)
            foreach (var slice in refs.Where(r => Kind.OfRef(r) == writer.Kind).Chunk(Slice))
                await writers.WriteAsync(database, session =>
                {
                    foreach (var reference in slice) session.MakeStale(reference);
                    return slice.Length;
                });
        await database.WriteAsync(writer =>
        {
            writer.Kept("DELETE FROM settings WHERE name = 'rebuild'").Run();
            return true;
        });
    }
}
