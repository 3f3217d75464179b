using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;

namespace EventsApi.Storage;

/// <summary>What a writer runs without a question, until it goes to the server with the next one that could see it: the way there costs more than the work. What has one text becomes one statement over arrays, where nothing that came between has to do with its table.</summary>
internal sealed partial class PostgresQueue
{
    // What a statement takes beside its values, once the server has it prepared.
    private const int Overhead = 200;

    // Rows of the one belong to rows of the other, and the server sees to that with each statement.
    private static readonly Dictionary<string, string> Owners = new() { ["identifiers"] = "records", ["pinned"] = "pins", ["rejects"] = "imports" };

    private readonly List<Group> _groups = [];

    public bool IsEmpty => _groups.Count == 0;

    /// <summary>About how many bytes wait.</summary>
    public int Bytes { get; private set; }

    public void Add(string sql, (PostgresShape Shape, object? Value)[] values)
    {
        Bytes += SizeOf(values);
        var group = new Group(sql, Merged.Of(sql));
        for (var n = _groups.Count - 1; n >= 0; n--)
        {
            if (_groups[n].Sql == sql && _groups[n].TryAdd(values)) return;
            if (group.MustFollow(_groups[n])) break;
        }
        group.TryAdd(values);
        _groups.Add(group);
    }

    public void Clear()
    {
        _groups.Clear();
        Bytes = 0;
    }

    /// <summary>All that waits; where a question is asked, only that of which it could see something.</summary>
    /// <param name="words">Of the question: among them are the tables it looks into. Null for all.</param>
    /// <returns>Null when there is nothing of the kind.</returns>
    public NpgsqlBatch? Take(NpgsqlConnection connection, HashSet<string>? words = null)
    {
        if (words is null || !_groups.TrueForAll(g => g.Merged is not null))
        {
            if (IsEmpty) return null;
            var all = Batch(connection, _groups);
            Clear();
            return all;
        }
        if (!_groups.Exists(Shows)) return null;
        // The tables of which something goes take with them what belongs to these.
        var some = _groups.Where(g => Shows(g) || _groups.Exists(other => Shows(other) && g.IsRelatedTo(other))).ToList();
        var batch = Batch(connection, some);
        _groups.RemoveAll(some.Contains);
        Bytes -= some.Sum(g => g.Bytes);
        return batch;

        bool Shows(Group group) => words.Contains(group.Merged!.Table) || Owners.Any(o => o.Value == group.Merged.Table && words.Contains(o.Key));
    }

    private static NpgsqlBatch Batch(NpgsqlConnection connection, List<Group> groups)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var group in groups) batch.BatchCommands.Add(group.Rows.Count > 1 ? group.Merged!.Command(group.Rows) : Single(group.Sql, group.Rows[0]));
        return batch;
    }

    public static NpgsqlBatchCommand Single(string sql, IEnumerable<(PostgresShape Shape, object? Value)> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var (shape, value) in values) command.Parameters.Add(PostgresStatement.Parameter(shape, value));
        return command;
    }

    /// <summary>Rows for one statement.</summary>
    private sealed class Group(string sql, Merged? merged)
    {
        private readonly HashSet<string> _keys = [];

        public string Sql => sql;

        /// <summary>Null where it can only be said of one row.</summary>
        public Merged? Merged => merged;

        public List<(PostgresShape Shape, object? Value)[]> Rows { get; } = [];

        /// <summary>About how many bytes it has.</summary>
        public int Bytes => Rows.Sum(SizeOf);

        /// <summary>False when the row cannot be among these.</summary>
        public bool TryAdd((PostgresShape Shape, object? Value)[] values)
        {
            if (Rows.Count > 0 && (merged is null || merged.KeyOf(values) is { } key && _keys.Contains(key))) return false;
            if (merged?.KeyOf(values) is { } own) _keys.Add(own);
            Rows.Add(values);
            return true;
        }

        /// <summary>Whether what one does can matter to the other.</summary>
        public bool IsRelatedTo(Group other) => merged is null || other.Merged is null || merged.Table == other.Merged.Table || Owns(merged.Table, other.Merged.Table) || Owns(other.Merged.Table, merged.Table);

        /// <summary>Whether a row of this must not be done before the other's; an owner may come before those that are others' yet.</summary>
        public bool MustFollow(Group other) => IsRelatedTo(other) && !(merged is { IsInsert: true } && other.Merged is { IsInsert: true } && Owns(merged.Table, other.Merged.Table));

        private static bool Owns(string owner, string owned) => Owners.GetValueOrDefault(owned) == owner;
    }

    private static int SizeOf((PostgresShape Shape, object? Value)[] values) => Overhead + values.Sum(v => v.Value switch { string text => text.Length, byte[] blob => blob.Length, _ => 8 });

    /// <summary>A statement as it is said of many rows at once.</summary>
    /// <param name="Table">The one it writes to.</param>
    /// <param name="Before">Up to where the rows stand.</param>
    /// <param name="Key">The places of the parameters that tell which row is meant: one statement must not come upon a row twice. Null when it may.</param>
    private sealed partial record Merged(string Table, bool IsInsert, string Before, string After, int[]? Key)
    {
        private static readonly Dictionary<string, Merged?> Known = [];

        public static Merged? Of(string sql)
        {
            lock (Known) return Known.TryGetValue(sql, out var known) ? known : Known[sql] = Read(sql);
        }

        private static Merged? Read(string sql)
        {
            if (Insert().Match(sql) is { Success: true } insert)
            {
                string[] columns = insert.Groups["columns"].Value.Split(", ");
                int[]? key = insert.Groups["key"].Success ? [.. insert.Groups["key"].Value.Split(", ").Select(c => Array.IndexOf(columns, c))] : null;
                // Where a row that is there is passed over, a second one of the same kind is too.
                return new Merged(insert.Groups["table"].Value, true, $"{insert.Groups["into"].Value} SELECT {InRow(insert.Groups["values"].Value)} FROM ", insert.Groups["conflict"].Value, insert.Groups["conflict"].Value.Contains("DO UPDATE", StringComparison.Ordinal) ? key : null);
            }
            if (Update().Match(sql) is { Success: true } update)
                return new Merged(update.Groups["table"].Value, false, $"{InRow(update.Groups["set"].Value)} FROM ", $" WHERE {InRow(update.Groups["where"].Value)}", [.. Placeholder().Matches(update.Groups["where"].Value).Select(m => int.Parse(m.Value[1..], CultureInfo.InvariantCulture) - 1)]);
            if (Delete().Match(sql) is { Success: true } delete) return new Merged(delete.Groups["table"].Value, false, $"{delete.Groups["from"].Value} USING ", $" WHERE {InRow(delete.Groups["where"].Value)}", null);
            return null;
        }

        private static string InRow(string sql) => Placeholder().Replace(sql, "many.p${number}");

        public string? KeyOf((PostgresShape Shape, object? Value)[] values) => Key is null ? null : string.Join('\u001f', Key.Select(k => values[k].Value));

        public NpgsqlBatchCommand Command(List<(PostgresShape Shape, object? Value)[]> rows)
        {
            var command = new NpgsqlBatchCommand();
            var (arrays, names) = (new StringBuilder(), new StringBuilder());
            var (before, after) = (Before, After);
            for (var n = 0; n < rows[0].Length; n++)
            {
                var shape = rows.Select(r => r[n].Shape).FirstOrDefault(s => s != PostgresShape.Null);
                var values = rows.Select(r => r[n].Value);
                command.Parameters.Add(shape switch
                {
                    // A null among them has the type of the others; where all are, the column says what they are.
                    PostgresShape.Number => new NpgsqlParameter<long?[]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint, TypedValue = [.. values.Select(v => (long?)v)] },
                    PostgresShape.Real => new NpgsqlParameter<double?[]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Double, TypedValue = [.. values.Select(v => v is long whole ? whole : (double?)v)] },
                    PostgresShape.Bytes => new NpgsqlParameter<byte[]?[]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea, TypedValue = [.. values.Select(v => (byte[]?)v)] },
                    _ => new NpgsqlParameter<string?[]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, TypedValue = [.. values.Select(v => (string?)v)] },
                });
                var type = shape switch { PostgresShape.Number => "bigint", PostgresShape.Real => "double precision", PostgresShape.Bytes => "bytea", _ => "text" };
                arrays.Append(n == 0 ? "" : ", ").Append(CultureInfo.InvariantCulture, $"${n + 1}::{type}[]");
                names.Append(n == 0 ? "" : ", ").Append(CultureInfo.InvariantCulture, $"p{n + 1}");
                if (shape == PostgresShape.Null) before = Regex.Replace(before, $@"\bmany\.p{n + 1}\b", "NULL");
            }
            command.CommandText = $"{before}unnest({arrays}) AS many({names}){after}";
            return command;
        }

        [GeneratedRegex(@"^(?<into>INSERT INTO (?<table>\w+)\((?<columns>[^)]+)\)) VALUES \((?<values>.+?)\)(?<conflict> ON CONFLICT(?: ?\((?<key>[^)]+)\))? DO .+)?$")]
        private static partial Regex Insert();

        [GeneratedRegex(@"^(?<set>UPDATE (?<table>\w+) SET [^()]+) WHERE (?<where>\w+ = \$\d+(?: AND \w+ = \$\d+)*)$")]
        private static partial Regex Update();

        [GeneratedRegex(@"^(?<from>DELETE FROM (?<table>\w+)) WHERE (?<where>\w+ = \$\d+(?: AND \w+ = \$\d+)*)$")]
        private static partial Regex Delete();

        [GeneratedRegex(@"\$(?<number>\d+)")]
        private static partial Regex Placeholder();
    }
}

/// <summary>What a value is to the server.</summary>
internal enum PostgresShape : byte { Null, Number, Real, Text, Bytes }
