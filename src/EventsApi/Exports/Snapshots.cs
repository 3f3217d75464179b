using EventsApi.Access;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;
using EventsApi.Vocabulary;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace EventsApi.Exports;

/// <summary>How often the catalogue is given as one file.</summary>
public sealed class SnapshotOptions
{
    public const string Section = "Snapshot";

    /// <summary>So many hours after the last one a new one is made; null for only when an administrator asks.</summary>
    public double? Hours { get; set; }
}

/// <summary>The file that was made last.</summary>
/// <param name="MadeAt">RFC 3339.</param>
/// <param name="Sequence">The change from which /v1/changes goes on.</param>
/// <param name="Bytes">Its length.</param>
public sealed record SnapshotState(string MadeAt, long Sequence, long Bytes, string Href);

/// <summary>The catalogue as one SQLite file that people can query themselves. It is filled in short transactions on the lane of expensive reads, beside the catalogue's own file, and takes its name when it is whole: never the live file, and nothing of keys, audit, rejects or editors.</summary>
internal sealed class Snapshots(Database database, IOptions<CatalogueOptions> catalogue, IOptions<SnapshotOptions> options, TimeProvider clock, ILogger<Snapshots> log) : BackgroundService
{
    public const string MediaType = "application/vnd.sqlite3";
    private const int Slice = 500;

    private readonly string _path = Path.GetFullPath(catalogue.Value.Path) + ".snapshot";
    private readonly Lock _turn = new();
    private Task<SnapshotState>? _making;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        // What was left half made by a stop.
        File.Delete(_path + ".part");
        if (options.Value.Hours is not { } hours) return;
        while (!stopping.IsCancellationRequested)
        {
            var due = File.Exists(_path) ? File.GetLastWriteTimeUtc(_path).AddHours(hours) : clock.GetUtcNow().UtcDateTime;
            var wait = due - clock.GetUtcNow().UtcDateTime;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait < TimeSpan.FromHours(1) ? wait : TimeSpan.FromHours(1), clock, stopping);
                continue;
            }
            try
            {
                await MakeAsync().WaitAsync(stopping);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                log.LogError(error, "The snapshot could not be made; it is tried again in an hour");
                await Task.Delay(TimeSpan.FromHours(1), clock, stopping);
            }
        }
    }

    /// <summary>Makes a new one, or waits for the one that is being made.</summary>
    public Task<SnapshotState> MakeAsync()
    {
        lock (_turn) return _making is { IsCompleted: false } running ? running : _making = Task.Run(FillAsync);
    }

    private async Task<SnapshotState> FillAsync()
    {
        var (part, now) = (_path + ".part", clock.GetUtcNow().ToUnixTimeMilliseconds());
        File.Delete(part);
        long sequence;
        using (var file = new SnapshotFile(part))
        {
            (sequence, var closed) = await database.ReadHeavyAsync(reader => (RecordLog.Last(reader), Export.Closed(reader)));
            foreach (var kind in Kind.All)
            {
                IReadOnlyList<Condition> conditions = closed.Count > 0 && kind == Kind.Event ? [new InLists([.. closed.Select(id => ("event.dataset", id))]) { Not = true }] : [];
                for (long? after = null; ;)
                {
                    // The reader is given back before anything is written.
                    var records = await database.ReadHeavyAsync(reader => Read(reader, kind, conditions, after));
                    if (records.Count == 0) break;
                    file.Add(kind.Name, records.Where(r => kind != Kind.Dataset || !closed.Contains(r.Id)).Select(r => (ReadOnlyMemory<byte>)r.Json));
                    after = records[^1].Key;
                }
            }
            file.Finish([("made_at", Json.Instant(now)), ("sequence", sequence), ("what", "A catalogue of geopolitical events. Licence and citation of each dataset are in the table datasets; events_with_licence has them beside every event.")]);
        }
        File.Move(part, _path, overwrite: true);
        File.SetLastWriteTimeUtc(_path, DateTimeOffset.FromUnixTimeMilliseconds(now).UtcDateTime);
        return new SnapshotState(Json.Instant(now), sequence, new FileInfo(_path).Length, "/v1/snapshot");
    }

    private sealed record Row(long Key, string Id, byte[] Json);

    private static List<Row> Read(Reader reader, Kind kind, IReadOnlyList<Condition> conditions, long? after)
    {
        var rows = new List<Row>(Slice);
        new KeyWalk(reader, kind, conditions).Run(kind == Kind.Dataset ? ", a.item, a.rest, a.item ->> '$.id'" : ", a.item, a.rest", true, after, Slice, row =>
        {
            rows.Add(new Row(row.Int64(0), kind == Kind.Dataset ? row.Text(3) : "", View.Whole(row.Blob(1), row.Blob(2))));
            return true;
        });
        return rows;
    }

    /// <summary>The file, with ranges; while the first is being made, the answer waits for it.</summary>
    public async Task SendAsync(HttpContext http)
    {
        Singles.CheckParameters(http);
        if (!File.Exists(_path) && _making is { IsCompleted: false } running) await running.WaitAsync(http.RequestAborted);
        FileStream file;
        try
        {
            file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, useAsync: true);
        }
        catch (FileNotFoundException)
        {
            throw new ProblemException(ProblemCode.NotFound, "No snapshot has been made yet. An administrator makes one with POST /v1/snapshot; the setting Snapshot:Hours has them made by themselves. Every list can be had meanwhile with format=ndjson or csv.");
        }
        var made = new DateTimeOffset(File.GetLastWriteTimeUtc(file.SafeFileHandle));
        http.Response.Headers.CacheControl = http.NeedsKey() ? "private, no-cache" : "public, no-cache";
        http.Response.Headers.Link = "</v1/datasets>; rel=\"license\"";
        await Results.File(file, MediaType, "catalogue.db", made, new EntityTagHeaderValue($"\"{made.Ticks:x}-{file.Length:x}\""), enableRangeProcessing: true).ExecuteAsync(http);
        if (http.Response.StatusCode != StatusCodes.Status416RangeNotSatisfiable || http.Response.HasStarted) return;
        http.Response.ContentLength = null;
        http.Response.Headers.Remove("Content-Disposition");
        throw new ProblemException(ProblemCode.RangeNotSatisfiable, $"The file has {http.Response.Headers.ContentRange.ToString().Split('/')[^1]} bytes; the range asked for is not in it.");
    }

    /// <summary>Makes one and says what became of it.</summary>
    public async Task<IResult> CreateAsync(HttpContext http)
    {
        Singles.CheckParameters(http);
        var state = await MakeAsync().WaitAsync(http.RequestAborted);
        return Results.Created("/v1/snapshot", state);
    }
}

internal static class SnapshotEndpoints
{
    public static void AddSnapshots(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SnapshotOptions>().Bind(configuration.GetSection(SnapshotOptions.Section)).Validate(o => o.Hours is null or >= 0.1 and <= 8_760, "Snapshot:Hours lies between 0.1 and 8760.").ValidateOnStart();
        services.AddSingleton<Snapshots>();
        services.AddHostedService(provider => provider.GetRequiredService<Snapshots>());
    }

    public static void MapSnapshots(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/snapshot", GetSnapshot).WithName(nameof(GetSnapshot)).WithMetadata(new Operation("Catalogue", "The catalogue as one SQLite file",
            "Plain tables (events, participants, actors and more), as they were when it was made; the table `about` says when, and from which change `/v1/changes` goes on. Ranges and `If-Range` work. Datasets that may not be redistributed are not in it.",
            [new("The file", "/v1/snapshot"), new("Whatever there is now", "/v1/snapshot?")])
        { Shape = typeof(string), MediaType = Snapshots.MediaType, IsFile = true, Controls = [] });
        routes.MapPost("/snapshot", CreateSnapshot).WithName(nameof(CreateSnapshot)).WithMetadata(new Operation("Catalogue", "Make a new snapshot",
            "For administrators. It answers when the file is made; who asks while one is being made waits for that one. Reads and writes go on meanwhile.",
            [new("A new one", "/v1/snapshot"), new("Once more", "/v1/snapshot?")])
        { Shape = typeof(SnapshotState), Writes = true }).Needs(Role.Admin);
    }

    private static Task GetSnapshot(HttpContext http, Snapshots snapshots) => snapshots.SendAsync(http);
    private static Task<IResult> CreateSnapshot(HttpContext http, Snapshots snapshots) => snapshots.CreateAsync(http);
}
