using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EventsApi.Storage;

/// <summary>One connection that keeps its statements. Set up in one place, so that none is ever half set up.</summary>
public abstract class Connection : IDisposable
{
    // Bounded, because the texts of list queries depend on which filters are given; the oldest goes first.
    private const int KeptStatements = 200;

    // SQLITE_DBCONFIG_ENABLE_QPSG
    private const int EnableStablePlans = 1007;

    private readonly Dictionary<string, LinkedListNode<(string Sql, Statement Statement)>> _kept = [];
    private readonly LinkedList<(string Sql, Statement Statement)> _order = [];

    private protected Connection(string path, SqliteOpenMode mode, string pragmas)
    {
        Engine.Configure();
        Db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, ForeignKeys = false }.ToString());
        Db.Open();
        // Plans are fixed by how the queries are written. Without this guarantee SQLite may plan a kept statement anew for every new value bound to it.
        _ = raw.sqlite3_db_config(Db.Handle!, EnableStablePlans, 1, out _);
        using var command = Db.CreateCommand();
        // A ready answer takes two to three kilobytes: two fit a page of eight, one a page of four. The size counts only for a file that is made.
        // busy_timeout first: the pragmas after it may already meet a lock.
        command.CommandText = $"PRAGMA busy_timeout = 5000; PRAGMA page_size = 8192; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; {pragmas}";
        command.ExecuteNonQuery();
    }

    /// <summary>For Dapper.</summary>
    public SqliteConnection Db { get; }

    /// <summary>The prepared statement of this text, made once.</summary>
    public Statement Kept(string sql)
    {
        if (_kept.TryGetValue(sql, out var node))
        {
            // Whatever went wrong while it was used last, it starts afresh. So a statement must not be asked for while its rows are read.
            node.Value.Statement.Reset();
            return node.Value.Statement;
        }
        if (_kept.Count == KeptStatements)
        {
            var oldest = _order.First!;
            oldest.Value.Statement.Dispose();
            _kept.Remove(oldest.Value.Sql);
            _order.RemoveFirst();
        }
        var statement = new Statement(Db.Handle!, sql);
        _kept[sql] = _order.AddLast((sql, statement));
        return statement;
    }

    /// <summary>Ends every statement that was left on a row: it would hold its snapshot.</summary>
    protected internal void ResetAll()
    {
        foreach (var (_, statement) in _order) statement.Reset();
    }

    public virtual void Dispose()
    {
        foreach (var (_, statement) in _order) statement.Dispose();
        Db.Dispose();
    }
}

/// <summary>A connection that can only read. Whoever rents it has it alone.</summary>
public class Reader : Connection
{
    // How many steps of SQLite's virtual machine pass between two looks at the clock: about a millisecond.
    private const int StepsPerLook = 20_000;

    private long _deadline = long.MaxValue;
    private CancellationToken _left;

    /// <param name="cache">Kilobytes of pages kept; only those that were read take memory.</param>
    internal Reader(string path, int cache = 8_000) : base(path, SqliteOpenMode.ReadOnly, $"PRAGMA query_only = ON; PRAGMA cache_size = -{cache}")
    {
        raw.sqlite3_progress_handler(Db.Handle!, StepsPerLook, _ => Environment.TickCount64 > _deadline || _left.IsCancellationRequested ? 1 : 0, null);
    }

    private protected Reader() : base(":memory:", SqliteOpenMode.Memory, "PRAGMA foreign_keys = OFF") => Migrator.Migrate(Db, "memory");

    /// <summary>Runs the work, on one snapshot of the catalogue when it asks several questions, and stops it at the deadline or when the client leaves.</summary>
    internal T Run<T>(Func<Reader, T> work, TimeSpan deadline, bool snapshot, CancellationToken left)
    {
        _deadline = Environment.TickCount64 + (long)deadline.TotalMilliseconds;
        _left = left;
        try
        {
            if (snapshot) Kept("BEGIN").Run();
            return work(this);
        }
        catch
        {
            ResetAll();
            throw;
        }
        finally
        {
            (_deadline, _left) = (long.MaxValue, default);
            if (raw.sqlite3_get_autocommit(Db.Handle!) == 0) Kept("COMMIT").Run();
        }
    }
}

/// <summary>An empty catalogue in memory, in which records as they were can be looked for by the same walk as in the real one.</summary>
public sealed class Scratch : Reader;
