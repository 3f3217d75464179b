using System.Threading.Channels;

namespace EventsApi.Storage;

/// <summary>Threads of their own behind a bounded queue: what is expensive waits here and holds up nothing else. A full queue refuses at once.</summary>
internal sealed class Lane : IDisposable
{
    // Kilobytes of pages. Ranking and counting read thousands of rows, each on a page of its own; pages that are not kept are read again for every search. Where memory is short, fewer.
    private static readonly int Cache = (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024 / 128, 8_000, 64_000);

    private readonly Channel<Action<Reader>> _queue;
    private readonly Thread[] _threads;

    public Lane(Engine engine, string name, int threads, int queue)
    {
        _queue = Channel.CreateBounded<Action<Reader>>(new BoundedChannelOptions(queue));
        _threads = [.. Enumerable.Range(0, threads).Select(n => new Thread(() => Run(engine)) { IsBackground = true, Name = $"{name} {n}" })];
        foreach (var thread in _threads) thread.Start();
    }

    /// <summary>How much waits.</summary>
    public int Waiting => _queue.Reader.Count;

    /// <param name="atLeast">The version it must see; null for the last commit.</param>
    public async Task<T> RunAsync<T>(Func<Reader, T> work, TimeSpan deadline, long? atLeast, CancellationToken ct)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var queued = _queue.Writer.TryWrite(reader =>
        {
            if (ct.IsCancellationRequested) done.TrySetCanceled(ct);
            else
                try
                {
                    done.TrySetResult(reader.Run(work, deadline, snapshot: true, atLeast, ct));
                }
                catch (Exception error)
                {
                    done.TrySetException(error);
                }
        });
        return queued ? await done.Task : throw new OverloadedException();
    }

    private void Run(Engine engine)
    {
        using var reader = new Reader(engine, Cache);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            while (_queue.Reader.TryRead(out var work))
                work(reader);
    }

    public void Dispose()
    {
        _queue.Writer.TryComplete();
        foreach (var thread in _threads) thread.Join();
    }
}
