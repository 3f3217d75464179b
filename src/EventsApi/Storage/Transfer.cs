using System.Security.Cryptography;
using System.Text;
using Dapper;

namespace EventsApi.Storage;

/// <summary>A catalogue that was carried to another place.</summary>
/// <param name="Tables">Each with how many rows it has, and the digest of them, which is the same there.</param>
public sealed record Moved(long Records, long LastChange, long Version, IReadOnlyList<MovedTable> Tables);

/// <inheritdoc cref="Moved"/>
public sealed record MovedTable(string Name, long Rows, string Sha256);

/// <summary>Carries the tables of record from one catalogue to another that has nothing in it, whichever engines they are of: ids, revisions and the change sequence stay what they are. What is derived is made there anew.</summary>
internal static class Transfer
{
    // In an order in which what is referred to comes first. The columns are the same on every engine, so a row is carried as it is.
    private static readonly (string Name, string Order)[] Tables =
    [
        ("records", "ref"), ("identifiers", "scheme, identifier, ref"), ("revisions", "ref, revision"), ("changes", "seq"), ("tombstones", "ref"), ("merged", "from_ref"), ("unmerged", "from_ref, into_ref, at, until"),
        ("event_ids", "number"), ("keys", "id"), ("answered", "key, request, token"), ("pins", "id"), ("pinned", "pin, position"), ("imports", "number"), ("rejects", "import, rowid"), ("imported", "dataset, external"),
        ("feeds", "id"), ("feed_files", "feed, url, md5"),
    ];

    /// <param name="tell">Hears of each table when it has arrived.</param>
    public static Moved Run(Engine from, Engine to, Action<MovedTable> tell, CancellationToken ct)
    {
        using var source = from.OpenReader(cache: 8_000);
        using var target = to.OpenWriter();
        source.BeginRead(TimeSpan.FromDays(7), snapshot: true, atLeast: null, ct);
        target.BeginWrite();
        try
        {
            if (target.Db.ExecuteScalar<long>("SELECT (SELECT count(*) FROM records) + (SELECT count(*) FROM changes) + (SELECT count(*) FROM keys)") > 0) throw new CatalogueException("There is a catalogue already where this one should go. Name a place where there is none.");
            var tables = new List<MovedTable>();
            foreach (var (name, order) in Tables)
            {
                var (columns, rows, digest) = Copy(source, target, name, order, ct);
                target.Flush();
                // What arrived is read where it is now.
                if (Digest(target, name, columns, order, ct) != (rows, digest)) throw new CatalogueException($"The table {name} did not arrive as it was sent. Nothing was kept there.");
                tables.Add(new MovedTable(name, rows, digest));
                tell(tables[^1]);
            }
            // The catalogue keeps its name. What is derived is made before it is served.
            target.Db.Execute("UPDATE settings SET value = @identity WHERE name = 'identity'", new { identity = source.Db.ExecuteScalar<string>("SELECT value FROM settings WHERE name = 'identity'") });
            target.Db.Execute("INSERT INTO settings(name, value) VALUES ('rebuild', '1') ON CONFLICT (name) DO NOTHING");
            target.Renumber();
            var (version, changed) = source.Db.QuerySingle<(long, long)>("SELECT version, changed_at FROM state");
            target.Commit(version + 1, changed);
            return new Moved(tables[0].Rows, target.Db.ExecuteScalar<long?>("SELECT max(seq) FROM changes") ?? 0, version + 1, tables);
        }
        finally
        {
            target.Rollback();
            source.EndRead();
        }
    }

    private static (string Columns, long Rows, string Digest) Copy(Link source, Link target, string table, string order, CancellationToken ct)
    {
        string columns;
        using (var command = source.Db.CreateCommand())
        {
            command.CommandText = $"SELECT * FROM {table} WHERE 1 = 0";
            using var none = command.ExecuteReader();
            // A row's place in its table is the engine's.
            columns = string.Join(", ", Enumerable.Range(0, none.FieldCount).Select(none.GetName).Where(c => c != "rowid").Order(StringComparer.Ordinal).Select(c => $"\"{c}\""));
        }
        using var insert = target.Prepare($"INSERT INTO {table}({columns}) VALUES ({string.Join(", ", columns.Split(", ").Select(_ => "?"))})");
        var (rows, digest) = Read(source, table, columns, order, values => insert.BindAll(values).Run(), ct);
        return (columns, rows, digest);
    }

    private static (long Rows, string Digest) Digest(Link link, string table, string columns, string order, CancellationToken ct) => Read(link, table, columns, order, _ => { }, ct);

    private static (long Rows, string Digest) Read(Link link, string table, string columns, string order, Action<object?[]> row, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var command = link.Db.CreateCommand();
        command.CommandText = $"SELECT {columns} FROM {table} ORDER BY {order}";
        using var reader = command.ExecuteReader();
        var values = new object?[reader.FieldCount];
        var count = 0L;
        for (; reader.Read(); count++)
        {
            ct.ThrowIfCancellationRequested();
            for (var n = 0; n < values.Length; n++)
            {
                values[n] = reader.IsDBNull(n) ? null : reader.GetValue(n);
                byte[] bytes = values[n] switch { null => [], byte[] blob => blob, string text => Encoding.UTF8.GetBytes(text), var number => BitConverter.GetBytes(Convert.ToInt64(number, System.Globalization.CultureInfo.InvariantCulture)) };
                // What it is and how long, so that no two rows look alike that are not.
                hash.AppendData([(byte)(values[n] switch { null => 0, byte[] => 1, string => 2, _ => 3 }), .. BitConverter.GetBytes(bytes.Length)]);
                hash.AppendData(bytes);
            }
            row(values);
        }
        return (count, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
