using System.Data.Common;
using System.Diagnostics;
using System.Threading.Channels;
using Dapper;

namespace EventsApi.Storage;

/// <summary>The one connection that writes, on a thread of its own. It takes what waits in the queue into one transaction (group commit), each job in a savepoint.</summary>
public sealed class Writer : Connection
{
    private const int LargestGroup = 256;
    // So many writes in one commit are a flood, so many reads for each of them a crowd (a write reads its key itself); then the pause is so many times as long as the commit.
    private const int Flood = 8, BusyReads = 3, Yield = 6;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    private readonly Channel<Job> _queue = Channel.CreateBounded<Job>(10_000);
    private readonly Thread _thread;
    private readonly TimeProvider _clock;
    private long _version;
    private long _changedAt;
    // The version that this process committed last.
    private long _mine;

    internal Writer(Engine engine, TimeProvider clock) : base(engine.OpenWriter())
    {
        _clock = clock;
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

    /// <summary>Grows when what was known of the catalogue may not hold any more, because something that was written has been taken back, or another process has written. What is kept in memory across transactions is forgotten then.</summary>
    internal long Epoch { get; private set; }

    private StorageFault? _damage, _fault;

    /// <summary>Why the last commit failed, when that was the disk's fault; null since one succeeded. Damage stays, whatever came after it.</summary>
    internal StorageFault? Fault => Volatile.Read(ref _damage) ?? Volatile.Read(ref _fault);

    /// <summary>Somebody came upon a fault of the disk.</summary>
    internal void Note(StorageFault fault) => Volatile.Write(ref fault.Kind == StorageFaultKind.Damaged ? ref _damage : ref _fault, fault);

    /// <summary>A commit was made, by this process or another.</summary>
    internal void Heard(long version, long changedAt)
    {
        lock (_queue)
        {
            if (version <= _version) return;
            Volatile.Write(ref _changedAt, changedAt);
            Volatile.Write(ref _version, version);
        }
        Interlocked.Exchange(ref _committed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    internal long Version => Volatile.Read(ref _version);
    internal long ChangedAt => Volatile.Read(ref _changedAt);

    /// <summary>Work that belongs to the end of the transaction, once for all jobs in it: making the derived lists of what was written.</summary>
    public Action<Writer>? BeforeCommit { get; set; }

    internal bool Defer(Deferral deferral)
    {
        Link.Defer(deferral);
        return true;
    }

    /// <summary>Does what was only asked for so far.</summary>
    internal void Flush() => Link.Flush();

    /// <summary>Gives memory back after a large write.</summary>
    public bool Trim()
    {
        Link.Trim();
        return true;
    }

    /// <summary>Destroys what deleted records left behind.</summary>
    /// <returns>False when readers of an older state keep some of it.</returns>
    internal bool Erase()
    {
        ResetAll();
        return Link.Erase();
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
                Epoch++;
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
            var found = Link.BeginWrite();
            if (found is { } last && last != _mine) Epoch++;
            foreach (var job in group)
            {
                Kept("SAVEPOINT job").Run();
                if (!job.Run(this))
                {
                    // Without a disk there is no transaction left to go on with; a damaged place spoils only the job that came upon it.
                    var fault = StorageFault.Of(job.Error);
                    if (fault is { Kind: StorageFaultKind.Damaged }) Note(fault);
                    else if (fault is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(job.Error!);
                    Epoch++;
                    ResetAll();
                    Kept("ROLLBACK TO job").Run();
                }
                Kept("RELEASE job").Run();
            }
            BeforeCommit?.Invoke(this);
            BeforeCommit = null;
            var version = (found ?? _version) + 1;
            Link.Commit(version, Now);
            _mine = version;
            Volatile.Write(ref _fault, null);
            Heard(version, Now);
            foreach (var job in group) job.Acknowledge();
        }
        catch (Exception error)
        {
            if (StorageFault.Of(error) is { } fault) Note(fault);
            Epoch++;
            BeforeCommit = null;
            try
            {
                ResetAll();
                Link.Rollback();
            }
            catch (DbException)
            {
                // The next BEGIN tells; whoever waits must hear of the failure in any case.
            }
            // One job can spoil what is made at the end for all: alone, each stands or falls by itself.
            if (group.Count > 1 && error is not DbException) foreach (var job in group) Commit([job]);
            else foreach (var job in group) job.Fail(error);
        }
    }

    public override void Dispose()
    {
        _queue.Writer.TryComplete();
        _thread.Join();
        Link.Finish();
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
                writer.Flush();
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
