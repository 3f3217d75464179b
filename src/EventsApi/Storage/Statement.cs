using System.Text;
using SQLitePCL;

namespace EventsApi.Storage;

/// <summary>A prepared statement that its connection keeps. Preparing costs more than a point look-up, and reading spans spares the copy of every blob;
/// scripts/bench compares both with Dapper.</summary>
public sealed unsafe class Statement : IDisposable
{
    // SQLITE_TRANSIENT: SQLite copies what is bound.
    private const nint Transient = -1;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _owner;
    private readonly nint _statement;
    private int _bound;

    internal Statement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _owner));
        _statement = _owner.DangerousGetHandle();
    }

    /// <summary>Binds the next parameter; parameters are positional.</summary>
    public Statement Bind(long value)
    {
        Check(Native.sqlite3_bind_int64(_statement, ++_bound, value));
        return this;
    }

    public Statement Bind(string? value) => value is null ? BindNull() : BindText(value);

    public Statement Bind(ReadOnlySpan<byte> value)
    {
        // A null pointer would bind NULL, and an empty span has one.
        fixed (byte* bytes = value) Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_owner, ++_bound, 0) : Native.sqlite3_bind_blob(_statement, ++_bound, bytes, value.Length, Transient));
        return this;
    }

    public Statement Bind(object? value) => value switch
    {
        null => BindNull(),
        long number => Bind(number),
        int number => Bind((long)number),
        bool flag => Bind(flag ? 1L : 0),
        double number => BindDouble(number),
        string text => BindText(text),
        byte[] bytes => Bind(bytes.AsSpan()),
        _ => throw new ArgumentException($"A {value.GetType().Name} cannot be bound."),
    };

    private Statement BindNull()
    {
        Check(raw.sqlite3_bind_null(_owner, ++_bound));
        return this;
    }

    private Statement BindDouble(double value)
    {
        Check(raw.sqlite3_bind_double(_owner, ++_bound, value));
        return this;
    }

    private Statement BindText(string text)
    {
        const int Short = 256;
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        var utf8 = length <= Short ? stackalloc byte[Short] : new byte[length];
        length = Encoding.UTF8.GetBytes(text, utf8);
        fixed (byte* bytes = utf8) Check(Native.sqlite3_bind_text(_statement, ++_bound, bytes, length, Transient));
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
        var code = Native.sqlite3_step(_statement);
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
        _ = Native.sqlite3_reset(_statement); // tells again what step told
        _bound = 0;
    }

    public long Int64(int column) => Native.sqlite3_column_int64(_statement, column);
    public double Double(int column) => Native.sqlite3_column_double(_statement, column);
    public string Text(int column) => Encoding.UTF8.GetString(Blob(column));
    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);
    public bool IsNull(int column) => Native.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;
    /// <summary>Valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Blob(int column)
    {
        var bytes = Native.sqlite3_column_blob(_statement, column);
        return new ReadOnlySpan<byte>(bytes, Native.sqlite3_column_bytes(_statement, column));
    }

    /// <summary>The value of the first column of the only row; null without a row.</summary>
    public long? Scalar()
    {
        if (!Step()) return null;
        long? value = IsNull(0) ? null : Int64(0);
        Reset();
        return value;
    }

    /// <summary>The text in the first column of the only row; null without a row.</summary>
    public string? ScalarText()
    {
        if (!Step()) return null;
        var value = TextOrNull(0);
        Reset();
        return value;
    }

    private void Check(int code)
    {
        if (code is raw.SQLITE_OK) return;
        var message = raw.sqlite3_errmsg(_database).utf8_to_string();
        throw code == raw.SQLITE_INTERRUPT ? new QueryInterruptedException() : new Microsoft.Data.Sqlite.SqliteException($"SQLite error {code}: {message}", code & 0xff, code);
    }

    public void Dispose() => _owner.Dispose();
}

/// <summary>A query ran into its deadline, or its client left.</summary>
public sealed class QueryInterruptedException() : Exception("The query was stopped at its deadline.");
