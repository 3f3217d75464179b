using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace EventsApi.Benchmarks;

/// <summary>What people wait for when everything happens at once: look-ups, pages, searches with facets and writes at 40 % of the rate that was measured alone, then the same while a storm of heavy searches and an import run.</summary>
/// <remarks>An open loop: each request has its time, whether the one before has been answered or not, and its wait counts from then.</remarks>
internal sealed class MixedLoad(string api, string key, string importFile, int seconds)
{
    private const int Clients = 32, Storming = 8, MostAtOnce = 1_000;
    private const double Share = 0.4;

    private static readonly string[] Kinds = ["look-up", "page", "search with 5 facets", "write"];

    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = MostAtOnce }) { BaseAddress = new Uri(api), Timeout = TimeSpan.FromSeconds(60) };
    private readonly List<string> _ids = [], _countries = [], _words = [];
    private string _common = "";
    private int _written;

    private readonly record struct Answered(int Kind, double Milliseconds, HttpStatusCode Status);

    public async Task RunAsync()
    {
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        await DrawAsync();
        await ClosedAsync(Math.Min(seconds, 5)); // warms
        var alone = await ClosedAsync(seconds);
        var rate = alone.Count / (double)seconds * Share;
        var calm = await OpenAsync(rate);

        using var stop = new CancellationTokenSource();
        var import = await ImportAsync();
        var storm = Enumerable.Range(0, Storming).Select(_ => StormAsync(stop.Token)).ToList();
        var busy = await OpenAsync(rate);
        var (status, imported) = await StateAsync(import);
        await stop.CancelAsync();
        var heavy = (await Task.WhenAll(storm)).Sum();
        if (status != Running) throw new InvalidOperationException($"The import was {status} before the measurement ended; it needs a longer file.");

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{alone.Count / seconds:N0} a second alone with {Clients} clients; then {rate:N0} a second for {seconds} s, and the same beside {Storming} clients that search the commonest word with 5 facets without a pause ({heavy / seconds:N0} a second) and an import (at {imported:N0} rows when they ended).\n"));
        Console.WriteLine("| question | share | p50 ms | p99 ms | beside storm and import: p50 ms | p99 ms | refused | wanted |\n| --- | --- | --- | --- | --- | --- | --- | --- |");
        for (var kind = 0; kind < Kinds.Length; kind++)
        {
            var (before, beside) = (Of(calm, kind), Of(busy, kind));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Kinds[kind]} | {(kind < 2 ? 40 : kind == 2 ? 18 : 2)} % | {At(before, 0.5):N1} | {At(before, 0.99):N1} | {At(beside, 0.5):N1} | {At(beside, 0.99):N1} | {busy.Count(a => a.Kind == kind && a.Status == HttpStatusCode.ServiceUnavailable)} | {(kind < 2 ? "≤ 20 ms" : "")} |"));
        }
        if (calm.Concat(busy).FirstOrDefault(a => (int)a.Status is not (200 or 201 or 503)) is { Status: not 0 } wrong) throw new InvalidOperationException($"A {Kinds[wrong.Kind]} was answered with {wrong.Status}.");

        static List<double> Of(List<Answered> all, int kind) => [.. all.Where(a => a.Kind == kind && a.Status != HttpStatusCode.ServiceUnavailable).Select(a => a.Milliseconds).Order()];
        static double At(List<double> times, double part) => times.Count == 0 ? double.NaN : times[Math.Min(times.Count - 1, (int)(times.Count * part))];
    }

    /// <summary>What is asked for: records, countries and words as the catalogue has them, from the rare to the common.</summary>
    private async Task DrawAsync()
    {
        for (var seed = 1; seed <= 4; seed++)
            foreach (var item in (await ReadAsync($"/v1/events?sample=500&seed={seed}")).GetProperty("items").EnumerateArray())
            {
                _ids.Add(item.GetProperty("id").GetString()!);
                _words.AddRange(item.GetProperty("title").GetString()!.ToLowerInvariant().Split(' ').Where(word => word.Length > 4 && word.All(char.IsAsciiLetter)));
            }
        _common = _words.CountBy(word => word).MaxBy(count => count.Value).Key;
        foreach (var value in (await ReadAsync("/v1/events?limit=1&facets=country&facetLimit=100")).GetProperty("facets").GetProperty("country").GetProperty("values").EnumerateArray()) _countries.Add(value.GetProperty("value").GetString()!);
    }

    private async Task<JsonElement> ReadAsync(string path) => JsonDocument.Parse(await _client.GetByteArrayAsync(path)).RootElement;

    /// <summary>Eighty in a hundred look up or turn pages, eighteen search, two write.</summary>
    private async Task<Answered> AskAsync(Random draw, long since)
    {
        var kind = draw.Next(100) switch { < 40 => 0, < 80 => 1, < 98 => 2, _ => 3 };
        var year = draw.Next(1995, 2020);
        var word = _words[draw.Next(_words.Count)];
        using var answer = kind switch
        {
            0 => await _client.GetAsync($"/v1/events/{_ids[draw.Next(_ids.Count)]}"),
            1 => await _client.GetAsync($"/v1/events?country={_countries[draw.Next(_countries.Count)]}&from={year}&to={year + draw.Next(6)}"),
            2 => await _client.GetAsync($"/v1/events?q={word}&facets=type,country,actor,topic,year"),
            _ => await _client.PostAsync("/v1/events", new StringContent(BareWrites.Body(Interlocked.Increment(ref _written)), Encoding.UTF8, "application/json")),
        };
        await answer.Content.ReadAsByteArrayAsync();
        return new Answered(kind, Stopwatch.GetElapsedTime(since).TotalMilliseconds, answer.StatusCode);
    }

    private async Task<List<Answered>> ClosedAsync(int time)
    {
        var until = Stopwatch.GetTimestamp() + time * Stopwatch.Frequency;
        var all = await Task.WhenAll(Enumerable.Range(1, Clients).Select(async client =>
        {
            var (draw, answered) = (new Random(client), new List<Answered>());
            while (Stopwatch.GetTimestamp() < until) answered.Add(await AskAsync(draw, Stopwatch.GetTimestamp()));
            return answered;
        }));
        return [.. all.SelectMany(a => a)];
    }

    private async Task<List<Answered>> OpenAsync(double rate)
    {
        var answered = new ConcurrentBag<Answered>();
        var (draw, asked) = (new Random(99), new List<Task>());
        var began = Stopwatch.GetTimestamp();
        for (var n = 0; n < rate * seconds; n++)
        {
            var due = began + (long)(n / rate * Stopwatch.Frequency);
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } early) await Task.Delay(early);
            var seed = draw.Next();
            asked.Add(Task.Run(async () => answered.Add(await AskAsync(new Random(seed), due))));
        }
        await Task.WhenAll(asked);
        return [.. answered];
    }

    private async Task<int> StormAsync(CancellationToken stop)
    {
        var made = 0;
        while (!stop.IsCancellationRequested)
        {
            using var answer = await _client.GetAsync($"/v1/events?q={_common}&facets=type,country,actor,topic,year", CancellationToken.None);
            if (answer.IsSuccessStatusCode) made++;
            else await Task.Delay(100, CancellationToken.None);
        }
        return made;
    }

    private const string Running = "running";

    /// <summary>Begins the import, and comes back when its rows go in.</summary>
    private async Task<string> ImportAsync()
    {
        await using var file = File.OpenRead(importFile);
        using var started = await _client.PostAsync("/v1/imports?format=gdelt&filename=rows.gdelt", new StreamContent(file));
        var text = await started.Content.ReadAsStringAsync();
        if (!started.IsSuccessStatusCode) throw new InvalidOperationException($"The import was answered with {started.StatusCode}: {text}");
        var id = JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            var (status, rows) = await StateAsync(id);
            if (status == Running && rows > 0) return id;
            if (watch.Elapsed > TimeSpan.FromSeconds(30) || status is not ("queued" or Running)) throw new InvalidOperationException($"The import is {status}, with {rows} rows.");
        }
    }

    private async Task<(string Status, long Rows)> StateAsync(string import)
    {
        var state = await ReadAsync($"/v1/imports/{import}");
        return (state.GetProperty("status").GetString()!, state.GetProperty("counts").GetProperty("read").GetInt64());
    }
}
