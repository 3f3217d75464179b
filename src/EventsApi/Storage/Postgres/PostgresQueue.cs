using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;

namespace EventsApi.Storage;

/// <summary>What a writer runs without a question, until it goes to the server with the next one: the way there costs more than the work. Neighbours of one text become one statement over arrays.</summary>
internal sealed partial class PostgresQueue
{
    // What a statement takes beside its values, once the server has it prepared.
    private const int Overhead = 200;

    private readonly List<(Merged? Merged, string Sql, List<(PostgresShape Shape, object? Value)[]> Rows)> _groups = [];
    private readonly HashSet<string> _keys = [];

    public bool IsEmpty => _groups.Count == 0;

    /// <summary>About how many bytes wait.</summary>
    public int Bytes { get; private set; }

    public void Add(string sql, (PostgresShape Shape, object? Value)[] values)
    {
        Bytes += Overhead + values.Sum(v => v.Value switch { string text => text.Length, byte[] blob => blob.Length, _ => 8 });
        if (_groups is [.., { Merged: { } same } last] && last.Sql == sql && (same.KeyOf(values) is not { } key || _keys.Add(key)))
        {
            last.Rows.Add(values);
            return;
        }
        var merged = Merged.Of(sql);
        _keys.Clear();
        if (merged?.KeyOf(values) is { } first) _keys.Add(first);
        _groups.Add((merged, sql, [values]));
    }

    public void Clear()
    {
        _groups.Clear();
        _keys.Clear();
        Bytes = 0;
    }

    public NpgsqlBatch Take(NpgsqlConnection connection)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var (merged, sql, rows) in _groups)
            if (rows.Count > 1) batch.BatchCommands.Add(merged!.Command(rows));
            else batch.BatchCommands.Add(Single(sql, rows[0]));
        Clear();
        return batch;
    }

    public static NpgsqlBatchCommand Single(string sql, IEnumerable<(PostgresShape Shape, object? Value)> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var (shape, value) in values) command.Parameters.Add(PostgresStatement.Parameter(shape, value));
        return command;
    }

    /// <summary>A statement as it is said of many rows at once.</summary>
    /// <param name="Before">Up to where the rows stand.</param>
    /// <param name="Key">The places of the parameters that tell which row is meant: one statement must not come upon a row twice. Null when it may.</param>
    private sealed partial record Merged(string Before, string After, int[]? Key)
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
                return new Merged($"{insert.Groups["into"].Value} SELECT {InRow(insert.Groups["values"].Value)} FROM ", insert.Groups["conflict"].Value, insert.Groups["conflict"].Value.Contains("DO UPDATE", StringComparison.Ordinal) ? key : null);
            }
            if (Update().Match(sql) is { Success: true } update)
                return new Merged($"{InRow(update.Groups["set"].Value)} FROM ", $" WHERE {InRow(update.Groups["where"].Value)}", [.. Placeholder().Matches(update.Groups["where"].Value).Select(m => int.Parse(m.Value[1..], CultureInfo.InvariantCulture) - 1)]);
            if (Delete().Match(sql) is { Success: true } delete) return new Merged($"{delete.Groups["from"].Value} USING ", $" WHERE {InRow(delete.Groups["where"].Value)}", null);
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

        [GeneratedRegex(@"^(?<into>INSERT INTO \w+\((?<columns>[^)]+)\)) VALUES \((?<values>.+?)\)(?<conflict> ON CONFLICT(?: ?\((?<key>[^)]+)\))? DO .+)?$")]
        private static partial Regex Insert();

        [GeneratedRegex(@"^(?<set>UPDATE \w+ SET [^()]+) WHERE (?<where>\w+ = \$\d+(?: AND \w+ = \$\d+)*)$")]
        private static partial Regex Update();

        [GeneratedRegex(@"^(?<from>DELETE FROM \w+) WHERE (?<where>\w+ = \$\d+(?: AND \w+ = \$\d+)*)$")]
        private static partial Regex Delete();

        [GeneratedRegex(@"\$(?<number>\d+)")]
        private static partial Regex Placeholder();
    }
}

/// <summary>What a value is to the server.</summary>
internal enum PostgresShape : byte { Null, Number, Real, Text, Bytes }
