using System.Runtime.InteropServices;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EventsApi.Storage;

/// <summary>A connection to a SQLite file. Set up in one place, so that none is ever half set up.</summary>
internal sealed class SqliteLink : Link
{
    // SQLITE_CONFIG_MULTITHREAD and SQLITE_CONFIG_MEMSTATUS of sqlite3.h.
    private const int MultiThread = 2, MemoryStatistics = 9;
    // SQLITE_DBCONFIG_ENABLE_QPSG
    private const int EnableStablePlans = 1007;
    // How many steps of SQLite's virtual machine pass between two looks at the clock: about a millisecond.
    private const int StepsPerLook = 20_000;
    // A commit that finds the log as long as this moves it into the file: twice the pages are not twice the work, for lists that grow are written once for all commits between, but whoever waits for that commit waits longer.
    private const int ShortLog = 1_000, LongLog = 16_000;

    private static readonly bool Configured = Start();
    private static readonly SqliteText FullTextOfSqlite = new();

    private readonly SqliteConnection _db;
    private readonly Dictionary<string, Statement> _own = [];
    private long _deadline = long.MaxValue;
    private CancellationToken _left;

    public SqliteLink(string path, SqliteOpenMode mode, string pragmas)
    {
        Configure();
        _db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, ForeignKeys = false }.ToString());
        _db.Open();
        // Plans are fixed by how the queries are written. Without this guarantee SQLite may plan a kept statement anew for every new value bound to it.
        _ = raw.sqlite3_db_config(_db.Handle!, EnableStablePlans, 1, out _);
        using var command = _db.CreateCommand();
        // A ready answer takes two to three kilobytes: two fit a page of eight, one a page of four. The size counts only for a file that is made.
        // busy_timeout first: the pragmas after it may already meet a lock.
        command.CommandText = $"PRAGMA busy_timeout = 5000; PRAGMA page_size = 8192; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; {pragmas}";
        command.ExecuteNonQuery();
    }

    /// <param name="cache">Kilobytes of pages kept; only those that were read take memory.</param>
    public static SqliteLink Reader(string path, int cache)
    {
        var link = new SqliteLink(path, SqliteOpenMode.ReadOnly, $"PRAGMA query_only = ON; PRAGMA cache_size = -{cache}");
        raw.sqlite3_progress_handler(link._db.Handle!, StepsPerLook, _ => Environment.TickCount64 > link._deadline || link._left.IsCancellationRequested ? 1 : 0, null);
        return link;
    }

    /// <summary>Kilobytes of pages that the writer keeps. An import fills them whatever they are, so where memory is limited (a container) they must be fewer: all else has to fit beside them.</summary>
    private static readonly long WriterCache = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16 / 1024, 8_000, 128_000);

    public static SqliteLink Writer(string path)
    {
        var link = new SqliteLink(path, SqliteOpenMode.ReadWriteCreate, $"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = {ShortLog}; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -{WriterCache}");
        return link.Migrated(path);
    }

    /// <summary>An empty catalogue in memory.</summary>
    public static SqliteLink InMemory() => new SqliteLink(":memory:", SqliteOpenMode.Memory, "PRAGMA foreign_keys = OFF").Migrated("memory");

    private SqliteLink Migrated(string path)
    {
        try
        {
            SqliteMigrations.Migrate(_db, path);
            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Settings of the library that must be made before its first use.</summary>
    public static void Configure() => _ = Configured;

    private static bool Start()
    {
        Batteries_V2.Init();
        // Every connection is used by one thread at a time (a reader is rented, the writer has its thread), so it needs no mutex of its own;
        // and the allocator's statistics would be one mutex for all of them. A refusal means that something used the library before us: slower, not wrong.
        _ = raw.sqlite3_config(MultiThread);
        _ = raw.sqlite3_config(MemoryStatistics, 0);
        return true;
    }

    public override SqliteConnection Db => _db;

    public override FullText Text => FullTextOfSqlite;

    public override Statement Prepare(string sql) => new SqliteStatement(_db.Handle!, sql);

    // A column without a type keeps what it is given.
    public override object Ordered(object value) => value;

    private void Run(string sql)
    {
        if (!_own.TryGetValue(sql, out var statement)) _own[sql] = statement = Prepare(sql);
        statement.Run();
    }

    /// <summary>Looked for in each list: that costs little, and the same in a large catalogue.</summary>
    public override string IsListedInTime => $"EXISTS (WITH {Terms} SELECT 1 FROM terms m JOIN postings q ON q.list = m.list AND q.key = p.key WHERE q.detail & ? <> 0 AND (p.key >> 20) - 1 BETWEEN m.first AND m.last)";

    public override bool MayGoElsewhere(Exception error) => false;

    public override bool IsInterruption(Exception error) => error is SqliteException { SqliteErrorCode: raw.SQLITE_INTERRUPT };

    private bool IsInTransaction => raw.sqlite3_get_autocommit(_db.Handle!) == 0;

    public override void BeginRead(TimeSpan deadline, bool snapshot, long? atLeast, CancellationToken left)
    {
        _deadline = Environment.TickCount64 + (long)deadline.TotalMilliseconds;
        _left = left;
        if (snapshot) Run("BEGIN");
    }

    public override void EndRead()
    {
        (_deadline, _left) = (long.MaxValue, default);
        if (IsInTransaction) Run("COMMIT");
    }

    public override long? BeginWrite()
    {
        Run("BEGIN IMMEDIATE");
        return null;
    }

    public override void Flush()
    {
        // Every statement reaches it when it is run.
    }

    public override void Commit(long version, long now)
    {
        if (!_own.TryGetValue("state", out var state)) _own["state"] = state = Prepare("UPDATE state SET version = ?, changed_at = ?");
        state.Bind(version).Bind(now).Run();
        Run("COMMIT");
    }

    public override void Rollback()
    {
        if (IsInTransaction) Run("ROLLBACK");
    }

    /// <summary>How long the log becomes before it is moved into the file; with no bound, the first commit after that moves it.</summary>
    public override void Defer(Deferral deferral) => _db.Execute($"PRAGMA wal_autocheckpoint = {deferral switch { Deferral.Short => ShortLog, Deferral.Long => LongLog, _ => 0 }}");

    public override void Renumber()
    {
        // It looks at what is there.
    }

    /// <summary>SQLite's pages go to the allocator, and on Linux the allocator's to the system, which glibc does not do by itself.</summary>
    public override void Trim()
    {
        _db.Execute("PRAGMA shrink_memory");
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc.
        }
    }

    [DllImport("libc", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int malloc_trim(nuint pad);

    /// <summary>Writes the file anew without what was deleted, and empties the log: the bytes are in neither afterwards. Takes as long as copying the file.</summary>
    public override bool Erase()
    {
        // What was deleted still stands in free space, in segments of the full text that were not joined yet, and as words that no record has any more.
        _db.Execute("""
            INSERT INTO words(words) VALUES ('optimize');
            INSERT INTO words_by_hand(words_by_hand) VALUES ('optimize');
            CREATE VIRTUAL TABLE temp.present USING fts5vocab(main, words, row);
            DELETE FROM vocabulary WHERE word NOT IN (SELECT term FROM temp.present);
            DROP TABLE temp.present;
            CREATE TEMP TABLE empty AS SELECT id FROM lists WHERE count = 0 AND id NOT IN (SELECT list FROM pending) AND NOT EXISTS (SELECT 1 FROM postings p WHERE p.list >> 2 = lists.id AND p.list BETWEEN lists.id << 2 AND lists.id << 2 | 3);
            DELETE FROM lists WHERE id IN (SELECT id FROM empty) AND id < (SELECT max(id) FROM lists);
            -- The last number stays taken: who knows the lists by number must never meet another under it.
            UPDATE lists SET field = '', value = 'erased ' || id WHERE id IN (SELECT id FROM empty);
            DROP TABLE empty;
            """);
        // In memory the new file would need as much of it as the old one is large.
        _db.Execute("PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY");
        for (var tries = 0; tries < 20; tries++)
        {
            // Busy while a reader is on an older state; each of them has a deadline.
            if (_db.QuerySingle<(long Busy, long Pages, long Moved)>("PRAGMA wal_checkpoint(TRUNCATE)").Busy == 0) return true;
            Thread.Sleep(250);
        }
        return false;
    }

    public override void Finish()
    {
        using var command = _db.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        command.ExecuteNonQuery();
    }

    public override void Dispose()
    {
        foreach (var statement in _own.Values) statement.Dispose();
        _db.Dispose();
    }
}
