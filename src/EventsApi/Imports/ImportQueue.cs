using System.Collections.Concurrent;
using System.Threading.Channels;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;
using Microsoft.Extensions.Options;

namespace EventsApi.Imports;

/// <summary>What imports may take.</summary>
public sealed class ImportsOptions
{
    public const string Section = "Imports";

    /// <summary>The largest upload, in bytes.</summary>
    public long LargestUpload { get; set; } = 4L << 30;
    /// <summary>Hosts that files may be fetched from; none, and no address is taken.</summary>
    public string[]? Hosts { get; set; }

    // No initial value above: settings are added to an array that has values, and nobody could take a host away.
    internal string[] AllowedHosts => Hosts ?? ["data.gdeltproject.org", "ucdp.uu.se", "ucdpapi.pcr.uu.se"];

    /// <summary>A file that is fetched must bring 16 kB in so many seconds, or it is given up.</summary>
    public double StallSeconds { get; set; } = 30;

    /// <summary>Whether a host in the list may have a loopback or private address.</summary>
    public bool AllowPrivateAddresses { get; set; }
}

/// <summary>Imports one file after the other. Uploads wait beside the catalogue until they are done, so that a stop of the program loses none.</summary>
internal sealed class ImportQueue(Database database, Importer importer, ILogger<ImportQueue> log, IOptions<CatalogueOptions> catalogue, TimeProvider clock) : BackgroundService
{
    private readonly Channel<(long Number, ImportFile File)> _waiting = Channel.CreateUnbounded<(long, ImportFile)>();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentDictionary<long, ImportRun> _running = [];
    private readonly DateTime _started = DateTime.UtcNow;
    // Among all processes that have the catalogue open one does an import.
    private const string Work = "import";

    /// <summary>Where uploads lie; only the owner of the catalogue can look into it.</summary>
    public string Folder => Path.GetFullPath(catalogue.Value.Path) + ".imports";

    /// <summary>The import as it runs; null when it does not.</summary>
    public ImportRun? Running(long number) => _running.GetValueOrDefault(number);

    /// <summary>Puts bytes that arrive into a file beside the catalogue; when they did not arrive whole, nothing is left of them.</summary>
    /// <param name="largest">So many bytes at most.</param>
    /// <param name="tooLarge">What more than that is.</param>
    public async Task<(string Path, long Length)> SpoolAsync(Stream bytes, long largest, Func<Exception> tooLarge, CancellationToken ct)
    {
        await using var spool = Spool();
        try
        {
            var buffer = new byte[128 << 10];
            for (int read; (read = await bytes.ReadAsync(buffer, ct)) > 0;)
            {
                if (spool.Length + read > largest) throw tooLarge();
                await spool.WriteAsync(buffer.AsMemory(0, read), ct);
            }
            // Whoever hears that the file is here finds it after a power cut too.
            spool.Flush(flushToDisk: true);
            return (spool.Name, spool.Length);
        }
        catch
        {
            await spool.DisposeAsync();
            File.Delete(spool.Name);
            throw;
        }
    }

    private FileStream Spool()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Folder);
        else Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new FileStream(Path.Combine(Folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, 128 << 10, FileOptions.Asynchronous);
    }

    /// <summary>Takes a file that was spooled; the answer comes when it is noted, not when it is done.</summary>
    public async Task<ImportLog.Entry> AddAsync(string format, string name, string spooled, ImportOptions options, string? author)
    {
        var entry = await database.WriteAsync(writer =>
        {
            var number = ImportLog.Add(writer, format, name, null, options, author);
            ImportLog.Lies(writer, number, spooled);
            return ImportLog.Find(writer, number)!;
        });
        await _waiting.Writer.WriteAsync((entry.Number, Spooled(entry)));
        return entry;
    }

    private static ImportFile Spooled(ImportLog.Entry entry) => new(entry.Format, entry.Name, () => File.OpenRead(entry.File!), File.Exists(entry.File) ? new FileInfo(entry.File).Length : null);

    /// <summary>Imports a file now, after those that run; the same file as one that was interrupted goes on where that stopped.</summary>
    /// <param name="identity">What tells the file from others; null when it cannot be read again.</param>
    public async Task<ImportRun> RunAsync(ImportFile file, string? identity, ImportOptions options, TimeSpan job, Action<ImportRun>? progress, CancellationToken ct)
    {
        var entry = options.DryRun ? new ImportLog.Entry(0, file.Format, file.Name, null, null, options, null, "queued", 0, new ImportCounts(), [], null, null, clock.GetUtcNow().ToUnixTimeMilliseconds(), null, null)
            : await database.WriteAsync(writer => identity is not null && ImportLog.Unfinished(writer, file.Format, identity) is { } begun && begun.Options == options && !_running.ContainsKey(begun.Number) ? begun
                : ImportLog.Find(writer, ImportLog.Add(writer, file.Format, file.Name, identity, options, null))!);
        await _turn.WaitAsync(ct);
        try
        {
            return await RunAsync(entry, file, job, progress, ct);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<ImportRun> RunAsync(ImportLog.Entry entry, ImportFile file, TimeSpan job, Action<ImportRun>? progress, CancellationToken ct)
    {
        var run = new ImportRun(entry, file.Length);
        if (entry.Number != 0 && !database.TryHold(Work, entry.Number)) throw new CatalogueException($"Another process is importing {entry.Name}.");
        if (entry.Number != 0) _running[entry.Number] = run;
        try
        {
            await importer.RunAsync(run, file, job, progress is null ? null : () => progress(run), ct);
            return run;
        }
        finally
        {
            if (_running.TryRemove(entry.Number, out _)) database.LetGo(Work, entry.Number);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        // What was queued or half done when the program ended goes on, where its file is still there.
        var waiting = await database.LookUpAsync(ImportLog.Waiting, stopping);
        // A body that had not arrived whole when the program ended belongs to nobody; one that arrives now is younger.
        if (Directory.Exists(Folder))
            foreach (var file in Directory.EnumerateFiles(Folder).Where(f => File.GetLastWriteTimeUtc(f) < _started && !waiting.Exists(e => e.File == f))) File.Delete(file);
        foreach (var entry in waiting)
            // What lies elsewhere waits for the process that put it there.
            if (database.IsShared && entry.File is not null && Path.GetDirectoryName(entry.File) != Folder) continue;
            else if (entry.File is not null && File.Exists(entry.File)) await _waiting.Writer.WriteAsync((entry.Number, Spooled(entry)), stopping);
            else if ((entry.Status == "running" || entry.File is not null) && database.TryHold(Work, entry.Number))
            {
                await database.WriteAsync(writer =>
                {
                    ImportLog.Note(writer, entry with { Status = "failed", Error = "The program was stopped. Run the same command again: it goes on from there." });
                    return true;
                });
                database.LetGo(Work, entry.Number);
            }
        await foreach (var (number, file) in _waiting.Reader.ReadAllAsync(stopping))
        {
            await _turn.WaitAsync(stopping);
            try
            {
                var entry = await database.LookUpAsync(reader => ImportLog.Find(reader, number), stopping);
                // What arrived while those that waited were read is here twice.
                if (entry is not { Status: "queued" or "running" }) continue;
                var run = await RunAsync(entry!, file, Importer.Short, null, stopping);
                log.LogInformation("Import {Id} of {Name} is {Status}: {Counts}", ImportLog.IdOf(number), run.Entry.Name, run.Entry.Status, run.Entry.Counts);
                await ForgetAsync(entry);
            }
            catch (Exception error) when (StorageFault.Of(error) is not null)
            {
                // Nothing can be noted on a disk that fails; it counts as running, and goes on with the next start.
                log.LogError(error, "Import {Id} stopped: the disk fails", ImportLog.IdOf(number));
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // One import that goes wrong must not stop those after it.
                log.LogError(error, "Import {Id} failed", ImportLog.IdOf(number));
                var entry = await database.LookUpAsync(reader => ImportLog.Find(reader, number), stopping);
                await database.WriteAsync(writer =>
                {
                    ImportLog.Note(writer, entry! with { Status = "failed", Error = "Something failed here; the log tells what. What was reported as written is.", EndedAt = clock.GetUtcNow().ToUnixTimeMilliseconds() });
                    return true;
                });
                await ForgetAsync(entry!);
            }
            finally
            {
                _turn.Release();
            }
        }
    }

    private async Task ForgetAsync(ImportLog.Entry entry)
    {
        if (entry.File is { } spooled) File.Delete(spooled);
        await database.WriteAsync(writer =>
        {
            ImportLog.Lies(writer, entry.Number, null);
            return true;
        });
    }
}
