using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using EventsApi.Storage;

namespace EventsApi.Http;

/// <summary>Counts and durations of the answers, by route, method and status.</summary>
/// <remarks>Ours, and not a library's: OpenTelemetry's Prometheus exporter has no stable version, prometheus-net brings its own registry and middleware for what is forty lines here.</remarks>
public sealed class RequestFigures
{
    /// <summary>Upper ends of the buckets in seconds.</summary>
    private static readonly double[] Ends = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10];

    private sealed class Series
    {
        public readonly long[] Buckets = new long[Ends.Length + 1];
        public long Ticks;
    }

    private readonly ConcurrentDictionary<(string Route, string Method, int Status), Series> _series = new();

    /// <param name="took">From the request's head to the end of the answer.</param>
    public void Note(string route, string method, int status, TimeSpan took)
    {
        var series = _series.GetOrAdd((route, method, status), static _ => new Series());
        var bucket = 0;
        while (bucket < Ends.Length && took.TotalSeconds > Ends[bucket]) bucket++;
        Interlocked.Increment(ref series.Buckets[bucket]);
        Interlocked.Add(ref series.Ticks, took.Ticks);
    }

    public void Write(StringBuilder text)
    {
        text.Append("# HELP http_request_duration_seconds How long answers took.\n# TYPE http_request_duration_seconds histogram\n");
        foreach (var ((route, method, status), series) in _series.OrderBy(s => s.Key))
        {
            var labels = $"route=\"{route.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\",method=\"{method}\",status=\"{status}\"";
            long count = 0;
            for (var n = 0; n <= Ends.Length; n++)
            {
                count += Interlocked.Read(ref series.Buckets[n]);
                text.Append(CultureInfo.InvariantCulture, $"http_request_duration_seconds_bucket{{{labels},le=\"{(n < Ends.Length ? Ends[n].ToString(CultureInfo.InvariantCulture) : "+Inf")}\"}} {count}\n");
            }
            text.Append(CultureInfo.InvariantCulture, $"http_request_duration_seconds_sum{{{labels}}} {TimeSpan.FromTicks(Interlocked.Read(ref series.Ticks)).TotalSeconds}\nhttp_request_duration_seconds_count{{{labels}}} {count}\n");
        }
    }
}

/// <summary>Measures every request, and tells the client in Server-Timing how long the answer was made.</summary>
internal sealed class MeasuringMiddleware(RequestDelegate next, RequestFigures figures)
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public async Task InvokeAsync(HttpContext http)
    {
        var (began, method) = (Stopwatch.GetTimestamp(), http.Request.Method);
        http.Response.OnStarting(static state =>
        {
            var (response, since) = ((HttpResponse, long))state;
            response.Headers["Server-Timing"] = string.Create(CultureInfo.InvariantCulture, $"app;dur={Stopwatch.GetElapsedTime(since).TotalMilliseconds:0.##}");
            return Task.CompletedTask;
        }, (http.Response, began));
        try
        {
            await next(http);
        }
        finally
        {
            // Addresses and methods that nobody offers share one series, so that strangers cannot make more.
            var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? (http.Request.Path.StartsWithSegments("/swagger") ? "/swagger" : "none");
            figures.Note(route, Array.Find(Methods, m => m == method) ?? "other", http.Response.StatusCode, Stopwatch.GetElapsedTime(began));
        }
    }
}

internal static class Metrics
{
    public static void MapMetrics(this IEndpointRouteBuilder routes) => routes.MapGet("/metrics", GetMetrics).ExcludeFromDescription();

    /// <summary>Prometheus' text format, version 0.0.4.</summary>
    private static async Task GetMetrics(HttpContext http, Database database, RequestFigures figures)
    {
        var (state, records) = (database.Measure(), await database.ReadAsync(Vocabulary.Counting.Records, http.RequestAborted));
        using var process = Process.GetCurrentProcess();
        var text = new StringBuilder();
        void One(string name, string type, string help, double value) => Several(name, type, help, [("", value)]);
        void Several(string name, string type, string help, IEnumerable<(string Labels, double Value)> values)
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
            foreach (var (labels, value) in values) text.Append(CultureInfo.InvariantCulture, $"{name}{(labels == "" ? "" : $"{{{labels}}}")} {value}\n");
        }
        figures.Write(text);
        Several("catalogue_queue_length", "gauge", "Work that waits, by lane.", [("lane=\"search\"", state.SearchesWaiting), ("lane=\"heavy\"", state.HeavyWaiting), ("lane=\"write\"", state.WritesWaiting)]);
        One("catalogue_commits_total", "counter", "Commits since the catalogue was made.", database.Version);
        Several("catalogue_records", "gauge", "Records by kind.", records.Select(r => ($"kind=\"{r.Key}\"", (double)r.Value)));
        var feeds = await database.ReadAsync(Imports.FeedLog.States, http.RequestAborted);
        Several("feed_files", "gauge", "Files that the lists of followed feeds named, by what became of them.", feeds.SelectMany(f => ((string, long)[])[("done", f.Imported), ("waiting", f.Waiting), ("given-up", f.GivenUp)], (f, s) => ($"feed=\"{f.Id}\",status=\"{s.Item1}\"", (double)s.Item2)));
        Several("feed_failures", "gauge", "Rounds in a row that failed, by feed.", feeds.Select(f => ($"feed=\"{f.Id}\"", (double)f.Failures)));
        One("catalogue_file_bytes", "gauge", "Size of the catalogue's file.", state.FileBytes);
        One("catalogue_wal_bytes", "gauge", "Size of the write-ahead log.", state.LogBytes);
        One("catalogue_disk_free_bytes", "gauge", "What its disk has left.", state.FreeBytes);
        if (state.Standbys.Count > 0)
        {
            void Each(string name, string type, string help, Func<StandbyState, double?> value) =>
                Several(name, type, help, from standby in state.Standbys let figure = value(standby) where figure is not null select ($"server=\"{standby.Name}\"", figure.Value));
            Each("catalogue_standby_up", "gauge", "Whether the standby answers.", s => s.IsThere ? 1 : 0);
            Each("catalogue_standby_lag_seconds", "gauge", "For how long there has been a commit that the standby lacks.", s => s.Seconds);
            Each("catalogue_standby_lag_commits", "gauge", "Commits that the standby lacks.", s => s.Commits);
            Each("catalogue_standby_reads_total", "counter", "Reads that this process sent to the standby.", s => s.Reads);
        }
        One("process_resident_memory_bytes", "gauge", "Resident memory.", process.WorkingSet64);
        One("process_cpu_seconds_total", "counter", "Processor time.", process.TotalProcessorTime.TotalSeconds);
        One("process_start_time_seconds", "gauge", "When the process started, Unix seconds.", new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0);
        One("dotnet_gc_heap_bytes", "gauge", "Managed heap.", GC.GetTotalMemory(forceFullCollection: false));
        One("dotnet_gc_allocated_bytes_total", "counter", "Managed memory that was ever asked for.", GC.GetTotalAllocatedBytes(precise: true));
        One("dotnet_gc_pause_seconds_total", "counter", "Time in which collections held up the program.", GC.GetTotalPauseDuration().TotalSeconds);
        http.Response.Headers.CacheControl = "no-store";
        await Conditional.SendAsync(http, Encoding.UTF8.GetBytes(text.ToString()), "text/plain; version=0.0.4; charset=utf-8");
    }
}
