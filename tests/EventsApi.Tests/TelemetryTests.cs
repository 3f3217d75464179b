using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventsApi.Tests;

/// <summary>With one setting, what the program does is sent to a collector.</summary>
public sealed class TelemetryTests : IAsyncLifetime
{
    /// <summary>A collector: keeps what arrives, by signal. Protocol Buffers hold their texts as they are.</summary>
    private sealed class Collector(ConcurrentQueue<(string Path, string Body)> received) : IAsyncDisposable
    {
        private WebApplication? _app;

        public async Task<string> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            _app = builder.Build();
            _app.Run(async http =>
            {
                using var body = new MemoryStream();
                await http.Request.Body.CopyToAsync(body);
                received.Enqueue((http.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
                http.Response.ContentType = "application/x-protobuf";
            });
            await _app.StartAsync();
            return _app.Urls.Single();
        }

        public ValueTask DisposeAsync() => _app!.DisposeAsync();
    }

    private sealed class WatchedApi(Dictionary<string, string?> settings) : TestApi
    {
        protected override string Seed => "none";
        protected override IReadOnlyDictionary<string, string?> Settings => settings;
    }

    private readonly ConcurrentQueue<(string Path, string Body)> _received = new();
    private readonly List<Func<Task>> _ends = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var end in Enumerable.Reverse(_ends)) await end();
    }

    private async Task<WatchedApi> ApiAsync(string setting)
    {
        var collector = new Collector(_received);
        _ends.Add(async () => await collector.DisposeAsync());
        var api = new WatchedApi(new() { [setting] = await collector.StartAsync(), ["OTEL_BSP_SCHEDULE_DELAY"] = "50", ["OTEL_METRIC_EXPORT_INTERVAL"] = "200" });
        _ends.Add(api.DisposeAsync);
        await api.InitializeAsync();
        return api;
    }

    // What is sent comes when the exporter's clock says so, and waits for a thread beside all other tests.
    private Task ArrivesAsync(string path, string text) =>
        Asking.SoonAsync(() => Task.FromResult(_received.Any(r => r.Path == path && r.Body.Contains(text, StringComparison.Ordinal))), $"Nothing at {path} says {text}.", TimeSpan.FromSeconds(20));

    [Theory]
    [InlineData("Telemetry:Otlp")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT")]
    public async Task A_request_becomes_a_trace_with_its_route_and_the_work_on_the_catalogue(string setting)
    {
        var api = await ApiAsync(setting);

        using var answer = await api.Client.GetAsync("/v1/actors/nobody");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);

        await ArrivesAsync("/v1/traces", "GET /v1/actors/{id}");
        await ArrivesAsync("/v1/traces", "http.response.status_code");
        await ArrivesAsync("/v1/traces", "EventsApi.Storage");
        await ArrivesAsync("/v1/traces", "events-api");
    }

    [Fact]
    public async Task The_trace_is_the_one_that_the_problem_names()
    {
        var api = await ApiAsync("Telemetry:Otlp");

        var id = (await api.ProblemAsync("/v1/actors/nobody", 404)).Text("traceId")!;

        await ArrivesAsync("/v1/traces", Encoding.Latin1.GetString(Convert.FromHexString(id)));
    }

    [Fact]
    public async Task Metrics_of_requests_runtime_and_catalogue_are_sent()
    {
        var api = await ApiAsync("Telemetry:Otlp");

        foreach (var name in (string[])["http.server.request.duration", "/v1/stats", "dotnet.gc.collections", "catalogue.queue.length", "catalogue.file.size", "catalogue.commits"])
        {
            // Asked anew for each: what is measured while the exporter begins may not be counted.
            await api.GetAsync("/v1/stats");
            await ArrivesAsync("/v1/metrics", name);
        }
    }

    [Fact]
    public async Task An_address_that_is_none_is_refused_at_the_start()
    {
        var api = new WatchedApi(new() { ["Telemetry:Otlp"] = "collector:4318" });
        _ends.Add(api.DisposeAsync);

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(api.InitializeAsync);

        Assert.Contains("'collector:4318'", refused.Message, StringComparison.Ordinal);
    }
}
