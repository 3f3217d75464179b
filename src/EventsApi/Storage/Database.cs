using System.Collections.Concurrent;
using EventsApi.Http;
using Microsoft.Extensions.Options;

namespace EventsApi.Storage;

/// <summary>Where the catalogue lies and how it is opened.</summary>
public sealed class CatalogueOptions
{
    public const string Section = "Catalogue";
    public const string DefaultPath = "data/catalogue.db";

    /// <summary>The SQLite file; relative to the folder the program was started in.</summary>
    public string Path { get; set; } = DefaultPath;
    /// <summary>A PostgreSQL database to keep the catalogue in, as <c>Host=…;Database=…;Username=…</c>; empty for the file. Beside <see cref="Path"/> lie uploads and snapshots all the same.</summary>
    public string Connection { get; set; } = "";
    /// <summary>Milliseconds that a standby may be behind and still be read from, where <see cref="Connection"/> names several servers; 0 leaves every read to the primary.</summary>
    public int StandbyLagMilliseconds { get; set; } = 1_000;
    /// <summary>What a new catalogue holds: <c>default</c> or <c>none</c>.</summary>
    public string Seed { get; set; } = "default";
    /// <summary>Whether a missing file may be created elsewhere than at the default path.</summary>
    public bool Create { get; set; }
    /// <summary>How long a query may run before it is stopped, in milliseconds.</summary>
    public int DeadlineMilliseconds { get; set; } = 5_000;
    /// <summary>How many heavy queries may wait; one more is answered with 503.</summary>
    public int HeavyQueue { get; set; } = 64;
    /// <summary>How many searches may wait; one more is answered with 503.</summary>
    public int SearchQueue { get; set; } = 512;
}

/// <summary>The open catalogue: many readers, one writer. Cheap and heavy reads run in lanes of their own, so that a storm of one kind leaves the other alone.</summary>
public sealed class Database : IDisposable
{
    /// <summary>Spans of the work on the catalogue, the waiting included, for whoever listens.</summary>
    public static readonly System.Diagnostics.ActivitySource Work = new("EventsApi.Storage");

    // What takes longer than this is not cheap, and goes where it holds nobody up.
    private static readonly TimeSpan CheapDeadline = TimeSpan.FromMilliseconds(250), SearchDeadline = TimeSpan.FromMilliseconds(1_000);

    private readonly Engine _engine;
    private readonly TimeSpan _deadline;
    private readonly ConcurrentBag<Reader> _readers = [];
    private readonly SemaphoreSlim _free;
    private readonly Lane _heavy;
    private readonly Lane _search;
    private readonly Writer _writer;
    private readonly bool _hasCopies;

    public Database(IOptions<CatalogueOptions> options, TimeProvider clock)
    {
        var settings = options.Value;
        _deadline = TimeSpan.FromMilliseconds(settings.DeadlineMilliseconds);
        _engine = Engine.Open(settings);
        _free = new SemaphoreSlim(_engine.Readers);
        _hasCopies = _engine.Standbys.Count > 0;
        try
        {
            _writer = new Writer(_engine, clock);
        }
        catch
        {
            _engine.Dispose();
            throw;
        }
        _engine.Listen(_writer.Heard);
        // A search costs milliseconds: as many at once as there are cores, beside look-ups, which then wait for none of them.
        _heavy = new Lane(_engine, "heavy reads", Math.Max(1, Environment.ProcessorCount - 1), settings.HeavyQueue);
        _search = new Lane(_engine, "searches", Environment.ProcessorCount, settings.SearchQueue);
    }

    // Whoever asks for the state while the disk fails has it tried again, but not more often than this.
    private const long TryAgainMilliseconds = 1_000;

    private long _triedAt;

    /// <summary>Somebody came upon a fault of the disk while reading. Damage is remembered: it does not pass.</summary>
    public void Note(StorageFault fault)
    {
        if (fault.Kind == StorageFaultKind.Damaged) _writer.Note(fault);
    }

    /// <summary>What the disk failed in; null when all is well. What may have passed is tried again, so that it is known when nobody writes.</summary>
    public async Task<StorageFault?> FaultAsync()
    {
        if (_writer.Fault is not { } fault || fault.Kind == StorageFaultKind.Damaged) return _writer.Fault;
        var (now, before) = (Environment.TickCount64, Volatile.Read(ref _triedAt));
        if (now - before < TryAgainMilliseconds || Interlocked.CompareExchange(ref _triedAt, now, before) != before) return fault;
        try
        {
            await WriteAsync(_ => true);
        }
        catch (Exception error) when (StorageFault.Of(error) is not null)
        {
            // The writer remembers it.
        }
        return _writer.Fault;
    }

    /// <summary>Grows with every commit; two answers of the same version are the same.</summary>
    public long Version => _writer.Version;

    /// <summary>When the last commit was, Unix milliseconds.</summary>
    public long ChangedAt => _writer.ChangedAt;

    /// <summary>How many writes wait or run: their callers have heard nothing yet.</summary>
    internal int Unanswered => _writer.Unanswered;

    // Who asks says so once, and all that is done for it, on whatever thread, reads by that.
    private static readonly AsyncLocal<long?> MayBeCopy = new();

    /// <summary>From here on, what this request reads may come from a standby that has this version, and all that this process knows of. Whoever decides by what is read, or has no client that waits, does not ask for it and sees the last commit.</summary>
    public void ReadFromCopies(long atLeast)
    {
        if (_hasCopies) MayBeCopy.Value = atLeast;
    }

    /// <summary>The version that a read must see; null when it must see the last commit.</summary>
    private long? AtLeast => MayBeCopy.Value is { } told ? Math.Max(told, Version) : null;

    /// <summary>Ends with the next commit; ask for it before looking whether there is something new.</summary>
    public Task NextCommit => _writer.NextCommit;

    /// <summary>A read whose cost is bounded: look-ups, pages in key order.</summary>
    public ValueTask<T> ReadAsync<T>(Func<Reader, T> work, CancellationToken ct = default) => ReadAsync(work, snapshot: true, ct);

    /// <summary>A single look-up, which is one snapshot by itself.</summary>
    public ValueTask<T> LookUpAsync<T>(Func<Reader, T> work, CancellationToken ct = default) => ReadAsync(work, snapshot: false, ct);

    private async ValueTask<T> ReadAsync<T>(Func<Reader, T> work, bool snapshot, CancellationToken ct)
    {
        using var span = Work.StartActivity("read");
        _writer.NoteRead();
        if (!_free.Wait(0, ct)) await _free.WaitAsync(ct);
        try
        {
            if (!_readers.TryTake(out var reader)) reader = new Reader(_engine);
            try
            {
                var result = reader.Run(work, _deadline < CheapDeadline ? _deadline : CheapDeadline, snapshot, AtLeast, ct);
                _readers.Add(reader);
                return result;
            }
            catch (Exception error) when (error is ProblemException or QueryInterruptedException)
            {
                _readers.Add(reader);
                if (error is not QueryInterruptedException || ct.IsCancellationRequested) throw;
            }
            catch (Exception error)
            {
                // Whatever happened to this connection, the next one is a new one. Where a server was lost, the others were lost with it.
                reader.Dispose();
                if (StorageFault.Of(error) is { Kind: StorageFaultKind.Failing })
                    while (_readers.TryTake(out var other)) other.Dispose();
                throw;
            }
        }
        finally
        {
            _free.Release();
        }
        // It was not cheap after all.
        return await ReadHeavyAsync(work, ct);
    }

    /// <summary>A read that may be expensive: exact totals, orders without an index. It waits in a bounded queue for a thread of its own.</summary>
    public async Task<T> ReadHeavyAsync<T>(Func<Reader, T> work, CancellationToken ct = default)
    {
        using var span = Work.StartActivity("heavy read");
        return await _heavy.RunAsync(work, _deadline, AtLeast, ct);
    }

    // An operator's question has no other bound than this.
    private static readonly TimeSpan OperatorsDeadline = TimeSpan.FromDays(1);

    /// <summary>A read that an operator waits for, and that goes through the whole catalogue: on a thread and a connection of its own, so that no request waits for it, and without the deadline that requests have.</summary>
    public Task<T> ReadWholeAsync<T>(Func<Reader, T> work, CancellationToken ct) => Task.Factory.StartNew(() =>
    {
        using var reader = new Reader(_engine);
        return reader.Run(work, OperatorsDeadline, snapshot: true, null, ct);
    }, ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>A read of bounded cost that is more than a look-up: ranking, counting facets. What takes too long for it goes on among the heavy ones.</summary>
    public async Task<T> SearchAsync<T>(Func<Reader, T> work, CancellationToken ct = default)
    {
        using var span = Work.StartActivity("search");
        try
        {
            return await _search.RunAsync(work, _deadline < SearchDeadline ? _deadline : SearchDeadline, AtLeast, ct);
        }
        catch (QueryInterruptedException) when (!ct.IsCancellationRequested)
        {
            return await ReadHeavyAsync(work, ct);
        }
    }

    /// <summary>Whether other processes may have the catalogue open too.</summary>
    public bool IsShared => _engine.IsShared;

    /// <summary>Whether this process alone does a piece of work from here on, among all that have the catalogue open: until <see cref="LetGo"/>, or its end.</summary>
    public bool TryHold(string work, long number = 0) => _engine.TryHold(work, number);

    public void LetGo(string work, long number = 0) => _engine.LetGo(work, number);

    /// <summary>What waits, and what the files and the disk say.</summary>
    public DatabaseState Measure()
    {
        var (catalogue, log, free) = _engine.Sizes;
        return new(_search.Waiting, _heavy.Waiting, Unanswered, catalogue, log, free) { Standbys = _engine.Standbys };
    }

    /// <summary>One write. Writes that wait together are committed together, and are acknowledged when that commit is on disk.</summary>
    public async Task<T> WriteAsync<T>(Func<Writer, T> work)
    {
        using var span = Work.StartActivity("write");
        return await _writer.Enqueue(work);
    }

    /// <summary>From here on commits leave so much of their work to later ones.</summary>
    public Task DeferAsync(Deferral deferral) => _writer.Enqueue(writer => writer.Defer(deferral), alone: true);

    /// <summary>Destroys what deleted records left behind in the file and its log.</summary>
    public async Task EraseAsync()
    {
        if (!await _writer.Enqueue(writer => writer.Erase(), alone: true))
            throw new CatalogueException("The record is gone, but something that began before it, such as a long read, goes on and keeps what it held. Run the command again.");
    }

    /// <summary>The result of the engine's own check: empty when all is well.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync(CancellationToken ct) => await ReadWholeAsync(_engine.Check, ct);

    /// <summary>Copies the catalogue as it stands now.</summary>
    public Task<Backup> BackUpAsync(string file, bool replace, CancellationToken ct) => _engine.BackUpAsync(file, replace, ct);

    public void Dispose()
    {
        _heavy.Dispose();
        _search.Dispose();
        while (_readers.TryTake(out var reader)) reader.Dispose();
        _writer.Dispose();
        _engine.Dispose();
        _free.Dispose();
    }
}

/// <summary>How the catalogue's queues and files stand at a moment.</summary>
/// <param name="WritesWaiting">Waiting or running.</param>
/// <param name="LogBytes">Of the write-ahead log.</param>
/// <param name="FreeBytes">Left on the disk.</param>
public sealed record DatabaseState(int SearchesWaiting, int HeavyWaiting, int WritesWaiting, long FileBytes, long LogBytes, long FreeBytes)
{
    /// <summary>Beyond these the operator should look. Too little space is said before writes fail, and also when a small one still finds room and larger ones do not.</summary>
    public const long LeastFree = 64_000_000, LargeLog = 2_000_000_000;
    public const int ManyWrites = 9_000;

    public IReadOnlyList<StandbyState> Standbys { get; init; } = [];
}

/// <summary>How a copy of the catalogue stands that reads can go to.</summary>
/// <param name="IsThere">Whether it answers.</param>
/// <param name="Commits">How many it has not come to yet; null when it is away.</param>
/// <param name="Seconds">For how long the first of these has been made.</param>
/// <param name="Reads">How many reads this process sent there.</param>
public sealed record StandbyState(string Name, bool IsThere, long? Commits, double? Seconds, long Reads);

/// <summary>A lane is full; the client may come back soon.</summary>
public sealed class OverloadedException() : Exception("Too many heavy queries are waiting.");
