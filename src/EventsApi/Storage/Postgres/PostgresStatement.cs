using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;

namespace EventsApi.Storage;

/// <summary>A statement that the server prepares once it was used twice. Rows are read as they come; when another statement is asked for meanwhile, those that are left are taken into memory, because a connection answers one at a time.</summary>
internal sealed partial class PostgresStatement : Statement
{
    private readonly PostgresLink _link;
    private readonly string _sql;
    private readonly List<(PostgresShape Shape, object? Value)> _bound = [];
    private NpgsqlCommand? _command;
    private NpgsqlDataReader? _reader;
    private Queue<object?[]>? _taken;
    private object?[]? _row;

    public PostgresStatement(PostgresLink link, string sql) => (_link, _sql) = (link, Translate(sql));

    private HashSet<string>? _words;

    /// <summary>Where it only asks, the words of it, among which are all tables it looks into; null where it also writes.</summary>
    internal HashSet<string>? Words => _sql.StartsWith("SELECT ", StringComparison.Ordinal) ? _words ??= [.. Word().Matches(_sql).Select(m => m.Value)] : null;

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    /// <summary>Parameters are <c>$1</c> here. And CROSS JOIN with a condition, by which SQLite is told to join in this order, is a join: here every join is made in the order in which it is written.</summary>
    private static string Translate(string sql)
    {
        var last = 0;
        return Parts().Replace(sql, part => part.Value[0] switch
        {
            '?' => "$" + (part.Value.Length > 1 ? part.Value[1..] : (++last).ToString(CultureInfo.InvariantCulture)),
            'C' => "JOIN",
            // What stands in quotes stays.
            _ => part.Value,
        });
    }

    [GeneratedRegex(@"'[^']*'|""[^""]*""|\?\d*|\bCROSS JOIN\b")]
    private static partial Regex Parts();

    public override Statement Bind(long value) => Bind(PostgresShape.Number, value);
    public override Statement Bind(string? value) => value is null ? BindNull() : Bind(PostgresShape.Text, WellFormed(value));
    public override Statement Bind(ReadOnlySpan<byte> value) => Bind(PostgresShape.Bytes, value.ToArray());
    protected override Statement Bind(double value) => Bind(PostgresShape.Real, value);
    protected override Statement BindNull() => Bind(PostgresShape.Null, null);

    /// <summary>Half a character, as the beginning of a word can end in, is a sign for what cannot be read, as on the other engine.</summary>
    private static string WellFormed(string text) => text.Any(char.IsSurrogate) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;

    private PostgresStatement Bind(PostgresShape shape, object? value)
    {
        _bound.Add((shape, value));
        return this;
    }

    public override bool Step()
    {
        if (_taken is not null)
        {
            if (_taken.TryDequeue(out _row)) return true;
            Reset();
            return false;
        }
        try
        {
            _reader ??= Execute();
            if (_link.Read(_reader)) return true;
        }
        catch (StandbyLostException)
        {
            Forget();
            throw;
        }
        catch (Exception error) when (PostgresEngine.IsInterruption(error))
        {
            Reset();
            throw new QueryInterruptedException();
        }
        Reset();
        return false;
    }

    /// <summary>What a writer runs without a question goes to the server with the next question, all in one: the way there costs more than the work.</summary>
    public override void Run()
    {
        if (!_link.Queues || _reader is not null || _taken is not null)
        {
            base.Run();
            return;
        }
        // What is rolled back need not be done before: the queue holds only what came after the last savepoint.
        if (_sql.StartsWith("ROLLBACK TO ", StringComparison.Ordinal)) _link.Forget();
        var values = _bound.ToArray();
        Reset();
        _link.Queue(_sql, values, now: _sql.StartsWith("SAVEPOINT ", StringComparison.Ordinal) || _sql.StartsWith("RELEASE ", StringComparison.Ordinal) || _sql.StartsWith("ROLLBACK ", StringComparison.Ordinal));
    }

    internal static NpgsqlParameter Parameter(PostgresShape shape, object? value) => shape switch
    {
        PostgresShape.Number => new NpgsqlParameter<long> { NpgsqlDbType = NpgsqlDbType.Bigint, TypedValue = (long)value! },
        PostgresShape.Real => new NpgsqlParameter<double> { NpgsqlDbType = NpgsqlDbType.Double, TypedValue = (double)value! },
        PostgresShape.Text => new NpgsqlParameter<string> { NpgsqlDbType = NpgsqlDbType.Text, TypedValue = (string)value! },
        PostgresShape.Bytes => new NpgsqlParameter<byte[]> { NpgsqlDbType = NpgsqlDbType.Bytea, TypedValue = (byte[])value! },
        // What a statement is prepared for has types, and a null has none.
        _ => new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Unknown, Value = DBNull.Value },
    };

    private NpgsqlDataReader Execute()
    {
        if (_link.TakeFor(this) is { } batch)
        {
            batch.BatchCommands.Add(PostgresQueue.Single(_sql, _bound));
            return batch.ExecuteReader();
        }
        if (_command is null) _command = new NpgsqlCommand(_sql, _link.Connection);
        else _command.Parameters.Clear();
        // The link may have moved to another server since.
        _command.Connection = _link.Connection;
        foreach (var (shape, value) in _bound) _command.Parameters.Add(Parameter(shape, value));
        return _link.Run(_command);
    }

    /// <summary>The connection is needed: the row this stands on and those behind it are kept.</summary>
    internal void Yield()
    {
        if (_reader is null) return;
        try
        {
            _taken = [];
            _row = Values();
            while (_link.Read(_reader)) _taken.Enqueue(Values());
        }
        catch (StandbyLostException)
        {
            Forget();
            throw;
        }
        catch (Exception error) when (PostgresEngine.IsInterruption(error))
        {
            throw new QueryInterruptedException();
        }
        finally
        {
            Close();
        }

        object?[] Values()
        {
            var values = new object?[_reader!.FieldCount];
            for (var n = 0; n < values.Length; n++) values[n] = _reader.IsDBNull(n) ? null : _reader.GetValue(n);
            return values;
        }
    }

    /// <summary>What was asked goes on without anyone who waits for it, and with what it is asked by.</summary>
    private void Forget() => (_reader, _command) = (null, null);

    private void Close()
    {
        _link.Leave(this);
        try
        {
            _reader?.Dispose();
        }
        catch (Exception error) when (PostgresEngine.IsInterruption(error))
        {
            // Nobody reads what was left.
        }
        _reader = null;
    }

    public override void Reset()
    {
        if (_reader is not null) Close();
        (_taken, _row) = (null, null);
        _bound.Clear();
    }

    private object Value(int column) => (_row is null ? _reader!.GetValue(column) : _row[column]) ?? throw new InvalidOperationException("The column is null.");

    public override long Int64(int column) => Value(column) switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        int number => number,
        decimal sum => (long)sum,
        double real => (long)real,
        DBNull => 0,
        var other => throw new InvalidCastException($"A {other.GetType().Name} is no number."),
    };

    public override double Double(int column) => Value(column) is var value and not DBNull ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : 0;

    public override string Text(int column) => Value(column) switch
    {
        string text => text,
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        DBNull => "",
        var other => Convert.ToString(other, CultureInfo.InvariantCulture)!,
    };

    public override bool IsNull(int column) => _row is null ? _reader!.IsDBNull(column) : _row[column] is null;

    public override ReadOnlySpan<byte> Blob(int column) => Value(column) switch
    {
        byte[] bytes => bytes,
        string text => Encoding.UTF8.GetBytes(text),
        _ => [],
    };

    public override void Dispose()
    {
        Reset();
        _command?.Dispose();
    }
}
