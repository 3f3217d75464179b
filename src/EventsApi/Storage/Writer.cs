using System.Diagnostics;
using System.Threading.Channels;
using Dapper;
using Microsoft.Data.Sqlite;

namespace EventsApi.Storage;

/// <summary>The one connection that writes, on a thread of its own. It takes what waits in the queue into one transaction (group commit), each job in a savepoint.</summary>
public sealed class Writer : Connection
{
    private const int LargestGroup = 256, CheckpointPages = 4_000;
    // So many writes in one commit are a flood, so many reads for each of them a crowd (a write reads its key itself); then the pause is so many times as long as the commit.
    private const int Flood = 8, BusyReads = 3, Yield = 6;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    private readonly Channel<Job> _queue = Channel.CreateBounded<Job>(10_000);
    private readonly Thread _thread;
    private readonly TimeProvider _clock;
    private long _version;
    private long _changedAt;

    internal Writer(string path, TimeProvider clock)
        : base(path, SqliteOpenMode.ReadWriteCreate, $"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = {CheckpointPages}; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -128000")
    {
        _clock = clock;
        try
        {
            Migrator.Migrate(Db, path);
        }
        catch
        {
            Db.Dispose();
            throw;
        }
        (_version, _changedAt) = Db.QuerySingle<(long, long)>("SELECT version, changed_at FROM state");
        _thread = new Thread(Run) { IsBackground = true, Name = "writer" };
        _thread.Start();
    }

    /// <summary>The time of the running transaction, Unix milliseconds.</summary>
    public long Now { get; private set; }

    private TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the next commit.</summary>
    internal Task NextCommit => Volatile.Read(ref _committed).Task;

    private int _unanswered;

    /// <summary>How many writes wait or run: their callers have heard nothing yet.</summary>
    internal int Unanswered => Volatile.Read(ref _unanswered);

    private long _reads;

    /// <summary>How many reads there were.</summary>
    private long Reads => Volatile.Read(ref _reads);

    /// <summary>Somebody reads.</summary>
    internal void NoteRead() => Interlocked.Increment(ref _reads);

    private StorageFault? _damage, _fault;

    /// <summary>Why the last commit failed, when that was the disk's fault; null since one succeeded. Damage stays, whatever came after it.</summary>
    internal StorageFault? Fault => Volatile.Read(ref _damage) ?? Volatile.Read(ref _fault);

    /// <summary>Somebody came upon a fault of the disk.</summary>
    internal void Note(StorageFault fault) => Volatile.Write(ref fault.Kind == StorageFaultKind.Damaged ? ref _damage : ref _fault, fault);

    internal long Version => Volatile.Read(ref _version);
    internal long ChangedAt => Volatile.Read(ref _changedAt);

    /// <summary>Work that belongs to the end of the transaction, once for all jobs in it: making the derived lists of what was written.</summary>
    public Action<Writer>? BeforeCommit { get; set; }

    /// <summary>While a large load runs the log is left to grow: moved into the file at the load's own commit, it would hold up the first answer. The next commit after that moves it.</summary>
    public bool DeferCheckpoints(bool defer)
    {
        Kept(defer ? "PRAGMA wal_autocheckpoint = 0" : $"PRAGMA wal_autocheckpoint = {CheckpointPages}").Run();
        return defer;
    }

    /// <summary>Gives memory back after a large write: SQLite's pages to the allocator, and on Linux the allocator's to the system, which glibc does not do by itself.</summary>
    public bool Trim()
    {
        Kept("PRAGMA shrink_memory").Run();
        if (!OperatingSystem.IsLinux()) return true;
        try
        {
            _ = malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc.
        }
        return true;
    }

    [System.Runtime.InteropServices.DllImport("libc", ExactSpelling = true)]
    [System.Runtime.InteropServices.DefaultDllImportSearchPaths(System.Runtime.InteropServices.DllImportSearchPath.SafeDirectories)]
    private static extern int malloc_trim(nuint pad);

    /// <summary>Writes the file anew without what was deleted, and empties the log: the bytes are in neither afterwards. Takes as long as copying the file, and nobody writes meanwhile.</summary>
    /// <returns>False when readers of an older state kept the log from being emptied.</returns>
    internal bool Erase()
    {
        // What was deleted still stands in free space, in segments of the full text that were not joined yet, and as words that no record has any more.
        Kept(FullText.Optimize).Run();
        Db.Execute("""
            CREATE VIRTUAL TABLE temp.present USING fts5vocab(main, words, row);
            DELETE FROM vocabulary WHERE word NOT IN (SELECT term FROM temp.present);
            DROP TABLE temp.present;
            DELETE FROM lists WHERE count = 0 AND id NOT IN (SELECT list FROM pending) AND NOT EXISTS (SELECT 1 FROM postings p WHERE p.list >> 2 = lists.id AND p.list BETWEEN lists.id << 2 AND lists.id << 2 | 3);
            """);
        ResetAll();
        // In memory the new file would need as much of it as the old one is large.
        Db.Execute("PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY");
        for (var tries = 0; tries < 20; tries++)
        {
            // Busy while a reader is on an older state; each of them has a deadline.
            if (Db.QuerySingle<(long Busy, long Pages, long Moved)>("PRAGMA wal_checkpoint(TRUNCATE)").Busy == 0) return true;
            Thread.Sleep(250);
        }
        return false;
    }

    internal async Task<T> Enqueue<T>(Func<Writer, T> work, bool alone = false)
    {
        var job = new Job<T>(work) { IsAlone = alone };
        Interlocked.Increment(ref _unanswered);
        try
        {
            await _queue.Writer.WriteAsync(job);
            return await job.Done.Task;
        }
        finally
        {
            Interlocked.Decrement(ref _unanswered);
        }
    }

    private void Run()
    {
        var group = new List<Job>(LargestGroup);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            group.Clear();
            Job? alone = null;
            while (group.Count < LargestGroup && alone is null && _queue.Reader.TryRead(out var job))
                if (job.IsAlone) alone = job;
                else group.Add(job);
            var (reads, began) = (Reads, Stopwatch.GetTimestamp());
            if (group.Count > 0) Commit(group);
            if (alone is not null)
            {
                alone.Run(this);
                ResetAll();
                alone.Acknowledge();
            }
            // A flood of writes leaves the cores to those who read. A single write waits for nobody.
            if (group.Count >= Flood && Reads - reads > group.Count * BusyReads) Thread.Sleep(TimeSpan.FromTicks(Math.Min(Stopwatch.GetElapsedTime(began).Ticks * Yield, LongestPause.Ticks)));
        }
    }

    private void Commit(List<Job> group)
    {
        Now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            Kept("BEGIN IMMEDIATE").Run();
            foreach (var job in group)
            {
                Kept("SAVEPOINT job").Run();
                if (!job.Run(this))
                {
                    // Without a disk there is no transaction left to go on with; a damaged place spoils only the job that came upon it.
                    var fault = StorageFault.Of(job.Error);
                    if (fault is { Kind: StorageFaultKind.Damaged }) Note(fault);
                    else if (fault is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(job.Error!);
                    ResetAll();
                    Kept("ROLLBACK TO job").Run();
                }
                Kept("RELEASE job").Run();
            }
            BeforeCommit?.Invoke(this);
            BeforeCommit = null;
            var version = _version + 1;
            Kept("UPDATE state SET version = ?, changed_at = ?").Bind(version).Bind(Now).Run();
            Kept("COMMIT").Run();
            Volatile.Write(ref _changedAt, Now);
            Volatile.Write(ref _version, version);
            Volatile.Write(ref _fault, null);
            foreach (var job in group) job.Acknowledge();
            Interlocked.Exchange(ref _committed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
        catch (Exception error)
        {
            if (StorageFault.Of(error) is { } fault) Note(fault);
            BeforeCommit = null;
            try
            {
                ResetAll();
                if (SQLitePCL.raw.sqlite3_get_autocommit(Db.Handle!) == 0) Kept("ROLLBACK").Run();
            }
            catch (SqliteException)
            {
                // The next BEGIN tells; whoever waits must hear of the failure in any case.
            }
            // One job can spoil what is made at the end for all: alone, each stands or falls by itself.
            if (group.Count > 1 && error is not SqliteException) foreach (var job in group) Commit([job]);
            else foreach (var job in group) job.Fail(error);
        }
    }

    public override void Dispose()
    {
        _queue.Writer.TryComplete();
        _thread.Join();
        using (var command = Db.CreateCommand())
        {
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }
        base.Dispose();
    }

    private abstract class Job
    {
        /// <summary>Runs in no transaction, after what came before it.</summary>
        public bool IsAlone { get; init; }
        /// <summary>False when the work threw: then what it did is rolled back and only its own caller hears of it.</summary>
        public abstract bool Run(Writer writer);
        /// <summary>What the work threw.</summary>
        public Exception? Error { get; protected set; }
        public abstract void Acknowledge();
        public abstract void Fail(Exception error);
    }

    private sealed class Job<T>(Func<Writer, T> work) : Job
    {
        public readonly TaskCompletionSource<T> Done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public override bool Run(Writer writer)
        {
            Error = null;
            try
            {
                _result = work(writer);
                return true;
            }
            catch (Exception error)
            {
                Error = error;
                return false;
            }
        }

        public override void Acknowledge()
        {
            if (Error is null) Done.TrySetResult(_result);
            else Done.TrySetException(Error);
        }

        public override void Fail(Exception error) => Done.TrySetException(Error ?? error);
    }
}
