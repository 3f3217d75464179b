using SQLitePCL;

namespace EventsApi.Storage;

/// <summary>A prepared statement that its connection keeps. Preparing costs more than a point look-up, and reading spans spares the copy of every blob;
/// scripts/bench compares both with Dapper.</summary>
public sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private int _bound;

    internal Statement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    /// <summary>Binds the next parameter; parameters are positional.</summary>
    public Statement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, ++_bound, value));
        return this;
    }

    public Statement Bind(object? value)
    {
        Check(value switch
        {
            null => raw.sqlite3_bind_null(_statement, ++_bound),
            long number => raw.sqlite3_bind_int64(_statement, ++_bound, number),
            int number => raw.sqlite3_bind_int64(_statement, ++_bound, number),
            bool flag => raw.sqlite3_bind_int64(_statement, ++_bound, flag ? 1 : 0),
            double number => raw.sqlite3_bind_double(_statement, ++_bound, number),
            string text => raw.sqlite3_bind_text(_statement, ++_bound, text),
            byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(_statement, ++_bound, 0),
            byte[] bytes => raw.sqlite3_bind_blob(_statement, ++_bound, bytes),
            _ => throw new ArgumentException($"A {value.GetType().Name} cannot be bound."),
        });
        return this;
    }

    public Statement BindAll(IEnumerable<object?> values)
    {
        foreach (var value in values) Bind(value);
        return this;
    }

    /// <summary>Moves to the next row; at the end the statement is ready to be bound again.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW) return true;
        Reset();
        if (code != raw.SQLITE_DONE) Check(code);
        return false;
    }

    /// <summary>Runs to the end.</summary>
    public void Run()
    {
        while (Step()) { }
    }

    /// <summary>Must be called when the rows are not read to the end: an open statement holds a snapshot and lets the WAL grow.</summary>
    public void Reset()
    {
        raw.sqlite3_reset(_statement);
        _bound = 0;
    }

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);
    public double Double(int column) => raw.sqlite3_column_double(_statement, column);
    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();
    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);
    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;
    /// <summary>Valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>The value of the first column of the only row; null without a row.</summary>
    public long? Scalar()
    {
        if (!Step()) return null;
        long? value = IsNull(0) ? null : Int64(0);
        Reset();
        return value;
    }

    private void Check(int code)
    {
        if (code is raw.SQLITE_OK) return;
        var message = raw.sqlite3_errmsg(_database).utf8_to_string();
        throw code == raw.SQLITE_INTERRUPT ? new QueryInterruptedException() : new Microsoft.Data.Sqlite.SqliteException($"SQLite error {code}: {message}", code & 0xff, code);
    }

    public void Dispose() => _statement.Dispose();
}

/// <summary>A query ran into its deadline, or its client left.</summary>
public sealed class QueryInterruptedException() : Exception("The query was stopped at its deadline.");
