using EventsApi.Search;
using EventsApi.Storage;
using EventsApi.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>Whoever reads an export slowly, or leaves it, holds nobody up.</summary>
public sealed class SlowReaderTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    // More than all buffers on the way hold together.
    private const int Events = 6_000, Letters = 3_000;

    private static async Task WriteAsync(Corner here, int batches)
    {
        for (var n = 0; n < batches; n++)
            await here.EventsAsync([.. Enumerable.Range(0, 1_000).Select(i => (object)new { title = $"Event {n} {i}", summary = string.Join(' ', Enumerable.Range(0, Letters / 10).Select(w => $"w{w * 7919 % 977:0000}x{i % 97:00}")) })]);
    }

    private long LogBytes => new FileInfo(api.File + "-wal").Length;

    [FactOnFile("a log that a slow reader lets grow")]
    public async Task A_slow_reader_does_not_let_the_log_grow()
    {
        var here = await Corner.OfAsync(api);
        await WriteAsync(here, Events / 1_000);
        var database = api.Services.GetRequiredService<Database>();

        using (var slow = await api.Client.GetAsync("/v1/events?format=ndjson", HttpCompletionOption.ResponseHeadersRead))
        {
            await using var stream = await slow.Content.ReadAsStreamAsync();
            var some = new byte[1_000];
            await stream.ReadExactlyAsync(some);
            await WriteAsync(here, 4);
            var beside = LogBytes;

            // The control: a reader that keeps its transaction open while as much is written.
            using var release = new ManualResetEventSlim();
            var began = new TaskCompletionSource();
            var holding = database.ReadHeavyAsync(reader =>
            {
                reader.Kept("SELECT max(seq) FROM changes").Scalar();
                began.SetResult();
                return release.Wait(TimeSpan.FromMinutes(1));
            });
            await began.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await WriteAsync(here, 4);
            var held = LogBytes;
            release.Set();
            Assert.True(await holding);

            Assert.True(held > beside * 1.5, $"{beside:N0} bytes beside the slow reader, {held:N0} with a transaction held");
        }
    }

    [Fact]
    public async Task An_export_ends_when_its_reader_leaves()
    {
        var here = await Corner.OfAsync(api);
        await WriteAsync(here, 2);
        using var left = new CancellationTokenSource();
        var into = new Stalled();
        var http = new DefaultHttpContext { RequestServices = api.Services, RequestAborted = left.Token };
        (http.Request.Method, http.Request.Path, http.Request.QueryString, http.Response.Body) = ("GET", "/v1/events", new QueryString("?format=ndjson"), into);

        var export = api.Services.GetRequiredService<Lists>().AnswerAsync(http, EventFilters.Events);
        await into.Began.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(export.IsCompleted);
        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => export.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    /// <summary>Takes nothing until whoever writes gives up.</summary>
    private sealed class Stalled : MemoryStream
    {
        public TaskCompletionSource Began { get; } = new();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Began.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
