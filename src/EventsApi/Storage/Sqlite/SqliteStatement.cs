using System.Buffers;
using System.Text;
using SQLitePCL;

namespace EventsApi.Storage;

/// <summary>A statement that goes to SQLite's C API by itself.</summary>
internal sealed unsafe class SqliteStatement : Statement
{
    // SQLITE_TRANSIENT: SQLite copies what is bound.
    private const nint Transient = -1;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _owner;
    private readonly nint _statement;
    private int _bound;
    // Whether it was stepped since it was reset.
    private bool _isOpen;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _owner));
        _statement = _owner.DangerousGetHandle();
    }

    public override Statement Bind(long value)
    {
        Check(Native.sqlite3_bind_int64(_statement, ++_bound, value));
        return this;
    }

    public override Statement Bind(string? value) => value is null ? BindNull() : BindText(value);

    public override Statement Bind(ReadOnlySpan<byte> value)
    {
        // A null pointer would bind NULL, and an empty span has one.
        fixed (byte* bytes = value) Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_owner, ++_bound, 0) : Native.sqlite3_bind_blob(_statement, ++_bound, bytes, value.Length, Transient));
        return this;
    }

    protected override Statement BindNull()
    {
        Check(raw.sqlite3_bind_null(_owner, ++_bound));
        return this;
    }

    protected override Statement Bind(double value)
    {
        Check(raw.sqlite3_bind_double(_owner, ++_bound, value));
        return this;
    }

    private SqliteStatement BindText(string text)
    {
        const int Short = 256;
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (length <= Short)
        {
            Span<byte> few = stackalloc byte[Short];
            return BindText(few[..Encoding.UTF8.GetBytes(text, few)]);
        }
        var many = ArrayPool<byte>.Shared.Rent(length);
        BindText(many.AsSpan(0, Encoding.UTF8.GetBytes(text, many)));
        ArrayPool<byte>.Shared.Return(many);
        return this;
    }

    public override SqliteStatement BindText(ReadOnlySpan<byte> utf8)
    {
        // A null pointer would bind NULL, and an empty span has one.
        fixed (byte* bytes = utf8.IsEmpty ? "\0"u8 : utf8) Check(Native.sqlite3_bind_text(_statement, ++_bound, bytes, utf8.Length, Transient));
        return this;
    }

    public override bool Step()
    {
        _isOpen = true;
        var code = Native.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW) return true;
        Reset();
        if (code != raw.SQLITE_DONE) Check(code);
        return false;
    }

    public override void Reset()
    {
        // Whoever asks for a kept statement resets it, and most of them ended by themselves.
        if (_isOpen) _ = Native.sqlite3_reset(_statement); // tells again what step told
        (_isOpen, _bound) = (false, 0);
    }

    public override long Int64(int column) => Native.sqlite3_column_int64(_statement, column);
    public override double Double(int column) => Native.sqlite3_column_double(_statement, column);
    public override string Text(int column) => Encoding.UTF8.GetString(Blob(column));
    public override bool IsNull(int column) => Native.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;
    public override ReadOnlySpan<byte> Blob(int column)
    {
        var bytes = Native.sqlite3_column_blob(_statement, column);
        return new ReadOnlySpan<byte>(bytes, Native.sqlite3_column_bytes(_statement, column));
    }

    private void Check(int code)
    {
        if (code is raw.SQLITE_OK) return;
        var message = raw.sqlite3_errmsg(_database).utf8_to_string();
        throw code == raw.SQLITE_INTERRUPT ? new QueryInterruptedException() : new Microsoft.Data.Sqlite.SqliteException($"SQLite error {code}: {message}", code & 0xff, code);
    }

    public override void Dispose() => _owner.Dispose();
}
