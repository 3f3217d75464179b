using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EventsApi.Tests;

/// <summary>What a request of the hot paths asks of the collector, in a process of its own, where nothing else runs. A change that costs more, or less, is seen here and stated.</summary>
public sealed class AllocationTests : IAsyncLifetime
{
    // Bytes of a look-up, of which code that is not optimized asks a fifth more.
#if DEBUG
    private const double LookUp = 4_700;
#else
    private const double LookUp = 3_950;
#endif

    private readonly string _folder = Directory.CreateTempSubdirectory("events-").FullName;
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(60) };
    private Process _server = null!;
    private string _api = "";

    public async Task InitializeAsync()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            _api = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "EventsApi.dll"), "--urls", _api]) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // Code that is compiled again while it runs asks for memory too.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        _server = Process.Start(start)!;
        _ = _server.StandardOutput.ReadToEndAsync();
        _ = _server.StandardError.ReadToEndAsync();
        var watch = Stopwatch.StartNew();
        while (!await IsReadyAsync())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "The server does not start.");
            await Task.Delay(50);
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _client.GetAsync($"{_api}/readyz");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public Task DisposeAsync()
    {
        _server.Kill();
        _server.WaitForExit();
        _server.Dispose();
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    private async Task<double> AllocatedAsync()
    {
        var metrics = await _client.GetStringAsync($"{_api}/metrics");
        return double.Parse(metrics.Split('\n').Single(line => line.StartsWith("dotnet_gc_allocated_bytes_total ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);
    }

    [FactOnFile("what its driver allocates")]
    public async Task A_request_of_the_hot_paths_allocates_what_is_stated()
    {
        (string Path, double Bytes)[] stated =
        [
            ("/v1/events/E1", LookUp),
            ("/v1/events?country=GBR&from=1990&to=2020", 21_600),
            ("/v1/events?q=talks&limit=20", 68_000),
            ("/v1/events?limit=20&facets=type,country", 261_000),
            ("/v1/suggest?q=kuw", 38_200),
        ];
        const int Rounds = 5;
        // What the server did at its start has settled, and asking for the figure has its own price.
        foreach (var (path, _) in stated)
            for (var n = 0; n < 50; n++) await _client.GetByteArrayAsync(_api + path);
        await AllocatedAsync();
        var before = await AllocatedAsync();
        var asking = await AllocatedAsync() - before;
        var wrong = new List<string>();
        foreach (var (path, bytes) in stated)
        {
            // What the server does besides only adds, so the least is what a request takes.
            var each = double.MaxValue;
            // Of what takes little so many that the price of asking is nothing beside it.
            var requests = bytes < 10_000 ? 3_000 : 300;
            for (var round = 0; round < Rounds; round++)
            {
                var began = await AllocatedAsync();
                for (var n = 0; n < requests; n++) await _client.GetByteArrayAsync(_api + path);
                each = Math.Min(each, (await AllocatedAsync() - began - asking) / requests);
            }
            if (Math.Abs(each - bytes) > bytes * 0.1) wrong.Add(FormattableString.Invariant($"{path}: {each:n0} bytes, and {bytes:n0} are stated"));
        }
        Reading.Nothing(wrong);
    }
}
