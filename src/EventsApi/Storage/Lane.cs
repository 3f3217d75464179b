using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace EventsApi.Storage;

/// <summary>Threads of their own behind a bounded queue: what is expensive waits here and holds up nothing else. A full queue refuses at once.</summary>
internal sealed partial class Lane : IDisposable
{
    // Kilobytes of pages. Ranking and counting read thousands of rows, each on a page of its own; pages that are not kept are read again for every search. Where memory is short, fewer.
    private static readonly int Cache = (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024 / 128, 8_000, 64_000);

    // Behind the other threads of this process, which answer look-ups: where there are not enough cores, these get theirs first. A tenth of the weight is little enough for that, and lets a search get on.
    private const int Behind = 10;

    private readonly BlockingCollection<Action<Reader>> _queue;
    private readonly Queue<Action> _answers = [];
    private readonly Thread[] _threads;
    private readonly Thread _answering;
    private bool _isClosed;

    public Lane(Engine engine, string name, int threads, int queue)
    {
        _queue = new BlockingCollection<Action<Reader>>(queue);
        _answering = new Thread(Answer) { IsBackground = true, Name = $"{name} answer" };
        _answering.Start();
        _threads = [.. Enumerable.Range(0, threads).Select(n => new Thread(() => Run(engine)) { IsBackground = true, Name = $"{name} {n}" })];
        foreach (var thread in _threads) thread.Start();
    }

    /// <summary>How much waits.</summary>
    public int Waiting => _queue.Count;

    /// <param name="atLeast">The version it must see; null for the last commit.</param>
    public async Task<T> RunAsync<T>(Func<Reader, T> work, TimeSpan deadline, long? atLeast, CancellationToken ct)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var queued = TryQueue(reader =>
        {
            Action answer;
            try
            {
                ct.ThrowIfCancellationRequested();
                var result = reader.Run(work, deadline, snapshot: true, atLeast, ct);
                answer = () => done.TrySetResult(result);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                answer = () => done.TrySetCanceled(ct);
            }
            catch (Exception error)
            {
                answer = () => done.TrySetException(error);
            }
            lock (_answers)
            {
                _answers.Enqueue(answer);
                Monitor.Pulse(_answers);
            }
        });
        return queued ? await done.Task : throw new OverloadedException();
    }

    private bool TryQueue(Action<Reader> work)
    {
        try
        {
            return _queue.TryAdd(work);
        }
        catch (InvalidOperationException)
        {
            // The catalogue is being closed.
            return false;
        }
    }

    private void Run(Engine engine)
    {
        StandBack();
        using var reader = new Reader(engine, Cache);
        foreach (var work in _queue.GetConsumingEnumerable()) work(reader);
    }

    // A thread inherits its priority from the one that starts it, and the pool starts one for whoever brings it work: so the threads that stand back bring it none, and their answers are handed on by one that does not.
    private void Answer()
    {
        while (true)
        {
            Action answer;
            lock (_answers)
            {
                while (!_answers.TryDequeue(out answer!))
                    if (_isClosed) return;
                    else Monitor.Wait(_answers);
            }
            answer();
        }
    }

    /// <summary>Lowers the priority of the thread that calls it, for good. On Linux the runtime's own setting does nothing, and the system's call is about the thread alone.</summary>
    private static void StandBack()
    {
        if (OperatingSystem.IsLinux()) _ = Nice(Behind);
        else Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
    }

    [LibraryImport("libc", EntryPoint = "nice")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Nice(int more);

    public void Dispose()
    {
        _queue.CompleteAdding();
        foreach (var thread in _threads) thread.Join();
        lock (_answers)
        {
            _isClosed = true;
            Monitor.Pulse(_answers);
        }
        _answering.Join();
        _queue.Dispose();
    }
}
