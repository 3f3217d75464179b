using System.Security.Cryptography;
using EventsApi.Events;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;
using Microsoft.Extensions.Options;

namespace EventsApi.Imports;

/// <summary>How GDELT's files are followed.</summary>
public sealed class GdeltFeedOptions
{
    public const string Section = "Feeds:Gdelt";

    /// <summary>Whether a server follows them.</summary>
    public bool Enabled { get; set; }
    /// <summary>The list of the newest files.</summary>
    public string LastUpdate { get; set; } = "http://data.gdeltproject.org/gdeltv2/lastupdate.txt";
    /// <summary>The list of all files, for catching up.</summary>
    public string MasterList { get; set; } = "http://data.gdeltproject.org/gdeltv2/masterfilelist.txt";
    /// <summary>Seconds between two looks at the list.</summary>
    public int PollSeconds { get; set; } = 300;
    /// <summary>So many hours back it is caught up, at the beginning and after an outage.</summary>
    public double CatchUpHours { get; set; } = 24;
    /// <summary>So often a file is tried that is missing or not what the list says; then it is given up.</summary>
    public int Attempts { get; set; } = 8;
    /// <summary>A file must arrive within so many seconds.</summary>
    public int FetchSeconds { get; set; } = 120;
    /// <summary>ISO 3166-1 alpha-3, of the place or of an actor; none lets all in.</summary>
    public string[] Countries { get; set; } = [];
    /// <summary>Event types or CAMEO roots; none lets all in.</summary>
    public string[] Types { get; set; } = [];
    /// <summary>Rows with fewer mentions are left out.</summary>
    public int LeastMentions { get; set; }
    /// <summary>So many days after it came an event is deleted that no person touched and nothing refers to; 0 keeps all.</summary>
    public int RetentionDays { get; set; }

    internal static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
}

/// <summary>One look at the lists, and what came of it.</summary>
/// <param name="Listed">Files that were not known before.</param>
/// <param name="Deleted">Events that retention took away.</param>
/// <param name="Error">Why the round could not be ended; it is made again later.</param>
public sealed record FeedRound(int Listed = 0, int Imported = 0, int Failed = 0, long Waiting = 0, int Deleted = 0, string? Error = null);

/// <summary>Follows the list of files that GDELT publishes every quarter of an hour. Each file is fetched, compared with the size and digest in the list, and imported once; what is known of it is in the catalogue, so a restart goes on.</summary>
internal sealed class GdeltFeed(Database database, RecordWriters writers, ImportQueue queue, Downloads downloads, IOptions<GdeltFeedOptions> options, TimeProvider clock, ILogger<GdeltFeed> log) : BackgroundService
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15), FirstPause = TimeSpan.FromSeconds(30), LongestPause = TimeSpan.FromHours(1);

    // When so many files in a row could not be had, it is hardly their fault. One alone is set aside whatever went wrong, or it would stand in the way of all that come after it.
    private const int MostFailuresInARow = 3;
    // A quarter of an hour has three lines of about 130 bytes in the list of all files, which has a hundred megabytes.
    private const int BytesPerQuarter = 512;
    private const int LookedAtOnce = 500, DeletedAtOnce = 20;

    private readonly GdeltFeedOptions _options = options.Value;
    private readonly Intake _intake = new(options.Value.Countries, options.Value.Types, options.Value.LeastMentions);
    // A command may come while the server follows too.
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Whether a server does this by itself.</summary>
    public bool IsFollowed => _options.Enabled;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    protected override Task ExecuteAsync(CancellationToken stopping) => IsFollowed ? FollowAsync(Importer.Short, null, stopping) : Task.CompletedTask;

    /// <summary>Makes a round whenever one is due, until it is stopped.</summary>
    /// <param name="job">The time for one job of writing.</param>
    public async Task FollowAsync(TimeSpan job, Action<FeedRound>? tell, CancellationToken ct)
    {
        while (true)
        {
            FeedRound round;
            try
            {
                var due = await database.LookUpAsync(reader => FeedLog.NextRound(reader, Gdelt.Id, _options.PollSeconds * 1000L), ct) - Now;
                if (due > 0) await Task.Delay(TimeSpan.FromMilliseconds(due), clock, ct);
                round = await RunAsync(job, ct);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // A full disk, say: the feed outlives it.
                log.LogError(error, "A round of the feed gdelt failed");
                await Task.Delay(FirstPause, clock, ct);
                continue;
            }
            if (round.Error is not null) log.LogWarning("The feed gdelt: {Error}", round.Error);
            else if (round.Imported + round.Failed + round.Deleted > 0) log.LogInformation("The feed gdelt: {Round}", round);
            tell?.Invoke(round);
        }
    }

    /// <summary>One round: looks at the lists, imports what is due, the oldest first, and deletes what is too old.</summary>
    public async Task<FeedRound> RunAsync(TimeSpan job, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        // Another process may follow it too.
        var isOurs = false;
        try
        {
            var round = new FeedRound();
            if (!(isOurs = database.TryHold("feed")))
            {
                await Task.Delay(FirstPause, clock, ct);
                return round;
            }
            try
            {
                round = round with { Listed = await ListAsync(ct) };
                var inARow = 0;
                foreach (var file in await database.LookUpAsync(reader => FeedLog.Due(reader, Gdelt.Id, Now), ct))
                {
                    var fault = await ImportAsync(file, job, ct);
                    (round, inARow) = fault is null ? (round with { Imported = round.Imported + 1 }, 0) : (round with { Failed = round.Failed + 1 }, inARow + 1);
                    if (inARow == MostFailuresInARow)
                    {
                        round = round with { Error = $"{inARow} files in a row could not be had, the last because: {fault}" };
                        break;
                    }
                }
            }
            catch (ProblemException error)
            {
                round = round with { Error = error.Message };
            }
            round = round with { Waiting = await NoteAsync(round.Error) };
            return round with { Deleted = await ForgetAsync(ct) };
        }
        finally
        {
            if (isOurs) database.LetGo("feed");
            _turn.Release();
        }
    }

    private Task<long> NoteAsync(string? error) => database.WriteAsync(writer =>
    {
        FeedLog.Note(writer, Gdelt.Id, error, error is null ? null : Now + (long)Pause(FeedLog.Failures(writer, Gdelt.Id) + 1, Random.Shared.NextDouble()).TotalMilliseconds);
        return FeedLog.Waiting(writer, Gdelt.Id);
    });

    /// <summary>Twice as long after each failure, up to an hour; less by chance, so that not all who wait come back at once.</summary>
    /// <param name="failures">In a row, from 1.</param>
    /// <param name="chance">0 to 1.</param>
    internal static TimeSpan Pause(long failures, double chance) => TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, FirstPause.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 20)))) * (0.5 + chance / 2);

    /// <summary>Takes up the files that were published since the last look.</summary>
    private async Task<int> ListAsync(CancellationToken ct)
    {
        var files = new List<FeedFile>();
        await ReadAsync(_options.LastUpdate, null, files.Add, ct);
        if (files.Count == 0) throw new ProblemException(ProblemCode.BrokenRules, $"{_options.LastUpdate} names no file of events.");
        var (to, earliest) = (files.Max(f => f.Slot), FeedFile.SlotAt(clock.GetUtcNow().AddHours(-_options.CatchUpHours)));
        var from = Math.Max(earliest, await database.LookUpAsync(reader => FeedLog.NewestSlot(reader, Gdelt.Id), ct) ?? 0);
        var missed = FeedFile.TimeOf(to) - FeedFile.TimeOf(from);
        // The end of the long list is enough, if it reaches back so far.
        for (var (bytes, isEnough) = ((long)(missed / Quarter + 8) * BytesPerQuarter, missed <= Quarter); !isEnough; bytes *= 8)
        {
            var (since, first) = (new List<FeedFile>(), long.MaxValue);
            isEnough = await ReadAsync(_options.MasterList, bytes, file =>
            {
                first = Math.Min(first, file.Slot);
                if (file.Slot > from && file.Slot <= to) since.Add(file);
            }, ct);
            isEnough |= first <= from;
            if (isEnough) files.AddRange(since);
        }
        return await database.WriteAsync(writer => FeedLog.Add(writer, Gdelt.Id, files));
    }

    private Task<bool> ReadAsync(string list, long? tail, Action<FeedFile> file, CancellationToken ct) => InTimeAsync(list, (address, soon) => downloads.ReadAsync(address, tail, line =>
    {
        if (FeedFile.Parse(line) is { } found) file(found);
    }, soon), ct);

    /// <summary>A host that sends a byte now and then must not hold up the feed.</summary>
    private async Task<T> InTimeAsync<T>(string address, Func<Uri, CancellationToken, Task<T>> fetch, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(_options.FetchSeconds));
        try
        {
            return await fetch(new Uri(address), limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new ProblemException(ProblemCode.BrokenRules, $"{address} did not arrive within {_options.FetchSeconds} s (Feeds:Gdelt:FetchSeconds).");
        }
    }

    /// <summary>Fetches, compares and imports a file.</summary>
    /// <returns>Why it could not be had; null when it is in.</returns>
    private async Task<string?> ImportAsync(FeedFile file, TimeSpan job, CancellationToken ct)
    {
        var import = await database.LookUpAsync(reader => FeedLog.Imported(reader, Gdelt.Id, file), ct);
        string? fault = null, spooled = null;
        try
        {
            if (import is null)
            {
                (spooled, var name) = await InTimeAsync(file.Url, (address, soon) => downloads.FetchAsync(address, queue, soon), ct);
                var length = new FileInfo(spooled).Length;
                if (length != file.Size) fault = $"{file.Url} has {length:N0} bytes, and {file.Size:N0} by the list.";
                else if (await Md5Async(spooled, ct) is var md5 && md5 != file.Md5) fault = $"{file.Url} has the MD5 {md5}, and {file.Md5} by the list.";
                else
                {
                    var path = spooled;
                    var run = await queue.RunAsync(new ImportFile(Gdelt.Id, name, () => File.OpenRead(path), length, Intake: _intake), file.Identity, new ImportOptions(), job, null, ct);
                    if (run.Entry.Status == "done") import = run.Entry.Number;
                    else fault = run.Entry.Error;
                }
            }
        }
        catch (ProblemException error)
        {
            fault = error.Message;
        }
        finally
        {
            if (spooled is not null) File.Delete(spooled);
        }
        await database.WriteAsync(writer =>
        {
            if (import is { } number) FeedLog.Done(writer, Gdelt.Id, file, number);
            else Fail(writer, file, fault ?? "It could not be imported.");
            return true;
        });
        return import is null ? fault : null;
    }

    private static async Task<string> Md5Async(string path, CancellationToken ct)
    {
        await using var bytes = File.OpenRead(path);
#pragma warning disable CA5351 // It is what the list gives, against damage; nobody is kept out by it.
        return Convert.ToHexStringLower(await MD5.HashDataAsync(bytes, ct));
#pragma warning restore CA5351
    }

    /// <summary>A file that could not be had is tried again later, and its import says how often; at last it is given up.</summary>
    private void Fail(Writer writer, FeedFile file, string fault)
    {
        var attempts = file.Attempts + 1;
        long? nextAt = attempts >= _options.Attempts ? null : Now + (long)Pause(attempts, Random.Shared.NextDouble()).TotalMilliseconds;
        var error = nextAt is { } next ? $"{fault} Tried {attempts} of {_options.Attempts} times; again after {Json.Instant(next)}." : $"{fault} Given up after {attempts} {(attempts == 1 ? "attempt" : "attempts")}.";
        var entry = ImportLog.Unfinished(writer, Gdelt.Id, file.Identity) ?? ImportLog.Find(writer, ImportLog.Add(writer, Gdelt.Id, file.Name, file.Identity, new ImportOptions(), null))!;
        ImportLog.Note(writer, entry with { Status = "failed", Error = error, EndedAt = writer.Now });
        FeedLog.Failed(writer, Gdelt.Id, file, fault, nextAt, entry.Number);
    }

    /// <summary>Deletes, in small jobs, what the feed brought so many days ago and nobody has taken up since. Each event is looked at once: what has been taken up by then stays.</summary>
    private async Task<int> ForgetAsync(CancellationToken ct)
    {
        if (_options.RetentionDays == 0 || await database.LookUpAsync(reader => RecordLookup.Find(reader, Kind.Dataset, Gdelt.Id), ct) is not { } dataset) return 0;
        var (before, deleted) = (clock.GetUtcNow().AddDays(-_options.RetentionDays).ToUnixTimeMilliseconds(), 0);
        while (true)
        {
            var (events, last) = await database.ReadAsync(reader => FeedLog.Aged(reader, Gdelt.Id, dataset.Ref, before, LookedAtOnce), ct);
            if (last is not { } change) return deleted;
            foreach (var slice in events.Chunk(DeletedAtOnce))
            {
                ct.ThrowIfCancellationRequested();
                deleted += await writers.WriteAsync(database, session => slice.Count(r => Forget(session, r)), new Authorship(null, "retention"));
            }
            await database.WriteAsync(writer =>
            {
                FeedLog.Looked(writer, Gdelt.Id, change);
                return true;
            });
        }
    }

    private bool Forget(WriteSession session, long reference)
    {
        if (RecordLog.Current(session.Writer, reference) is null || IsTakenUp(session, session.Find(reference))) return false;
        var articles = session.Input<EventInput>(reference).Sources ?? [];
        writers[Kind.Event].Remove(session, session.Find(reference), null);
        // An article that nothing else cites told of nothing but this.
        foreach (var article in articles)
            if (session.Find(Kind.Source, article.Id) is { Word: "article" } source && !IsTakenUp(session, source)) writers[Kind.Source].Remove(session, source, null);
        return true;
    }

    /// <summary>Whether a person wrote to the record, merged another into it or pinned it, or another record refers to it.</summary>
    private static bool IsTakenUp(WriteSession session, Known known) =>
        session.Writer.Kept("SELECT 1 FROM revisions WHERE ref = ?1 AND author IS NOT NULL UNION ALL SELECT 1 FROM merged WHERE into_ref = ?1 UNION ALL SELECT 1 FROM pinned WHERE ref = ?1 LIMIT 1").Bind(known.Ref).Scalar() is not null
            || Dependents.Of(known).Any(list => session.KeysNow(list.Field, list.Value).Any());
}
