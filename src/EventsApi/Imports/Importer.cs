using System.Diagnostics;
using System.Threading.Channels;
using EventsApi.Curation;
using EventsApi.Events;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;
using FluentValidation;

namespace EventsApi.Imports;

/// <summary>A file to import.</summary>
/// <param name="Open">May be called again to read it once more.</param>
/// <param name="Length">In bytes, as it lies; null where that is not known.</param>
/// <param name="Intake">Which rows are let in; null for all.</param>
internal sealed record ImportFile(string Format, string Name, Func<Stream> Open, long? Length, Intake? Intake = null);

/// <summary>An import as it runs.</summary>
internal sealed class ImportRun(ImportLog.Entry entry, long? length)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly long _before = entry.Counts.Read;

    public ImportLog.Entry Entry { get; set; } = entry;

    /// <summary>How much of the file was read.</summary>
    public long Bytes { get; set; }

    /// <summary>Of a run that leaves no trace.</summary>
    public List<Reject> Rejects { get; } = [];

    public double? Progress => length is > 0 ? Math.Round(Math.Min(1, Bytes / (double)length), 4) : null;

    /// <summary>Rows a second since it was started.</summary>
    public double Rate => Math.Round((Entry.Counts.Read - _before) / Math.Max(0.001, _watch.Elapsed.TotalSeconds), 1);

    public TimeSpan? Left => Progress is > 0 and var part ? TimeSpan.FromSeconds(_watch.Elapsed.TotalSeconds * (1 - part) / part) : null;

    public Import Show() => ImportLog.Show(Entry, Progress, Rate);
}

/// <summary>Reads a file on one thread, maps its rows, and writes them in jobs so short that no other write waits long. What is done is noted with what it wrote, so a kill at any moment loses nothing and repeats nothing.</summary>
internal sealed class Importer(Database database, RecordWriters writers, Edits edits, IValidator<EventInput> rules, TimeProvider clock)
{
    // The reader may be ahead by so many bundles of rows: as many as the next job takes, or the writer waits for them.
    private const int Bundle = 64, BundlesAhead = 32, LeastRows = 8, LeastRowsAlone = 500, MostRows = 2_000;
    // All rejects are counted; so many are kept to be read.
    private const int MostRejects = 100_000;

    private sealed record Item(long Number, Mapped? Mapped, Reject? Reject, string? LeftOut = null);

    /// <summary>A job of a dry run, taken back when it is done.</summary>
    private sealed class TakenBackException(ImportLog.Entry entry, IReadOnlyList<Reject> rejects) : Exception
    {
        public ImportLog.Entry Entry => entry;
        public IReadOnlyList<Reject> Rejects => rejects;
    }

    /// <summary>How long one job may take while others wait for it.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromMilliseconds(40), Long = TimeSpan.FromMilliseconds(400);

    /// <summary>Imports the file; the run's entry tells what became of it, also when it failed.</summary>
    /// <param name="job">The time for one job.</param>
    public async Task RunAsync(ImportRun run, ImportFile file, TimeSpan job, Action? progress, CancellationToken ct)
    {
        run.Entry = run.Entry with { Status = "running", StartedAt = run.Entry.StartedAt ?? Now, Error = null, EndedAt = null };
        await NoteAsync(run, isAnew: run.Entry.Position == 0 || run.Entry.Options.Complete);
        try
        {
            if (run.Entry.Options.Strict) await TryAllAsync(run, file, job, ct);
            await WriteAllAsync(run, file, job, progress, ct);
            run.Entry = run.Entry with { Status = "done", EndedAt = Now };
        }
        catch (Exception error) when (error is UnreadableFileException or CatalogueException or InvalidDataException or IOException or ProblemException or HttpRequestException)
        {
            run.Entry = run.Entry with { Status = "failed", Error = error.Message, EndedAt = Now };
        }
        await NoteAsync(run);
        progress?.Invoke();
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A dry run on the command line has no number, and leaves no trace.</summary>
    /// <param name="isAnew">The file is read from its beginning, so rejects of a run before are found again.</param>
    private Task NoteAsync(ImportRun run, bool isAnew = false) => run.Entry.Number == 0 ? Task.CompletedTask : database.WriteAsync(writer =>
    {
        if (isAnew) ImportLog.ForgetRejects(writer, run.Entry.Number);
        ImportLog.Note(writer, run.Entry);
        return true;
    });

    /// <summary>Writes every row and takes it back before the first is written for good.</summary>
    private async Task TryAllAsync(ImportRun run, ImportFile file, TimeSpan job, CancellationToken ct)
    {
        var trial = new ImportRun(run.Entry with { Number = 0, Position = 0, Options = run.Entry.Options with { DryRun = true, Complete = false } }, null);
        await WriteAllAsync(trial, file, job, null, ct);
        run.Entry = run.Entry with { Layout = trial.Entry.Layout };
        if (trial.Entry.Counts.Rejected is not (> 0 and var wrong)) return;
        var rejects = trial.Rejects;
        run.Entry = run.Entry with { Counts = run.Entry.Counts with { Read = wrong, Rejected = wrong }, Reasons = [.. rejects.CountBy(r => r.Code).OrderByDescending(r => r.Value).Select(r => new ImportReason(r.Key, r.Value))] };
        if (run.Entry.Number != 0)
            await database.WriteAsync(writer =>
            {
                foreach (var reject in rejects) ImportLog.Reject(writer, run.Entry.Number, reject);
                return true;
            });
        throw new UnreadableFileException($"{wrong:N0} {(wrong == 1 ? "row does" : "rows do")} not fit, and nothing was written (strict). The first: line {rejects[0].Line}{(rejects[0].Column is { } column ? $", {column}" : "")}: {rejects[0].Reason}");
    }

    private async Task WriteAllAsync(ImportRun run, ImportFile file, TimeSpan target, Action? progress, CancellationToken ct)
    {
        using var opened = await Task.Run(() => new Opened(file, run, writers), ct);
        run.Entry = run.Entry with { Layout = opened.Mapping.Layout };
        if (run.Entry.Options.Complete && !opened.Mapping.IsRelease) throw new UnreadableFileException($"{opened.Mapping.Layout} are no release of a dataset: leave complete out.");
        // What a release lacks can only be told when all of it was read.
        var start = run.Entry.Options.Complete ? 0 : run.Entry.Position;
        if (start == 0) run.Entry = run.Entry with { Position = 0, Counts = new ImportCounts(), Reasons = [] };

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var channel = Channel.CreateBounded<List<Item>>(new BoundedChannelOptions(BundlesAhead) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAsync(opened, start, file.Intake, channel.Writer, stop.Token), CancellationToken.None);
        try
        {
            using var foreseen = run.Entry.Options.DryRun ? new Foreseen() : null;
            var into = new ImportSession(writers, opened.Mapping.Dataset, foreseen);
            // Where others wait a job may be small; where nobody does, each commit should be worth its price.
            var least = target > Short ? LeastRowsAlone : LeastRows;
            var (size, batch) = (Math.Max(least, 32), new List<Item>());
            for (var isMore = true; isMore;)
            {
                isMore = await channel.Reader.WaitToReadAsync(ct);
                while (batch.Count < size && channel.Reader.TryRead(out var bundle)) batch.AddRange(bundle);
                while (batch.Count >= size || batch.Count > 0 && !isMore)
                {
                    var now = batch.Count <= size ? batch : batch[..size];
                    batch = batch.Count <= size ? [] : batch[size..];
                    var watch = Stopwatch.StartNew();
                    await WriteAsync(run, into, now);
                    // A file that is read to its end is closed, and tells nothing any more.
                    run.Bytes = Math.Max(run.Bytes, opened.Position);
                    size = Math.Clamp((int)(size * Math.Clamp(target.TotalMilliseconds / Math.Max(1, watch.Elapsed.TotalMilliseconds), 0.5, now.Count < size ? 1 : 1.5)), least, MostRows);
                    progress?.Invoke();
                }
            }
            await reading;
            if (opened.Mapping.Truncation is { } cut) throw new UnreadableFileException(cut);
            if (run.Entry.Options.Complete) await RemoveMissingAsync(run, into, ct);
        }
        finally
        {
            await stop.CancelAsync();
            channel.Writer.TryComplete();
            await reading.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task ReadAsync(Opened opened, long start, Intake? intake, ChannelWriter<List<Item>> to, CancellationToken ct)
    {
        try
        {
            var bundle = new List<Item>(Bundle);
            long number = 0;
            foreach (var row in opened.Rows)
            {
                if (++number <= start) continue;
                var (mapped, reject) = Map(opened.Mapping, row);
                // A header is no row, but it counts as a place in the file.
                var leftOut = mapped is null ? null : intake?.LeavesOut(mapped);
                bundle.Add(new Item(number, leftOut is null ? mapped : null, reject, leftOut));
                if (bundle.Count < Bundle) continue;
                await to.WriteAsync(bundle, ct);
                bundle = new List<Item>(Bundle);
            }
            if (bundle.Count > 0) await to.WriteAsync(bundle, ct);
            to.Complete();
        }
        catch (Exception error)
        {
            to.TryComplete(error);
        }
    }

    private (Mapped? Mapped, Reject? Reject) Map(Mapping mapping, Row row)
    {
        try
        {
            if (row.Fault is { } fault) throw new RowException(null, row.Cells[0], "quotation", fault);
            for (var n = 0; n < row.Cells.Length; n++)
                if (row.Cells[n].AsSpan().ContainsAny('\0', Imports.Rows.Undecoded))
                    throw new RowException(mapping.ColumnAt(n), row.Cells[n].Replace(Imports.Rows.Undecoded, '\uFFFD').Replace('\0', '\uFFFD'), "invalid-text", "Here are bytes that are no text in UTF-8, or the character U+0000. Save the file as UTF-8.");
            var mapped = mapping.Map(row);
            // Title and actors come when it is written.
            if (mapped is MappedEvent { Event: var coded, Parties: var parties }
                && rules.Validate(coded with { Title = "…", Participants = [.. coded.Participants!.Select((p, n) => parties[n] is null ? p : p with { Label = "…" })] }) is { IsValid: false } broken)
                throw OwnLines.Of(Rules.Broken(broken));
            return (mapped, null);
        }
        catch (RowException wrong)
        {
            return (null, wrong.At(row.Line));
        }
    }

    /// <summary>One job; when a row breaks a rule only as it is written, each of its rows becomes a job of its own.</summary>
    private async Task WriteAsync(ImportRun run, ImportSession into, IReadOnlyList<Item> items)
    {
        try
        {
            run.Entry = await writers.WriteAsync(database, session => Write(session, run.Entry, into, items), By(run));
        }
        catch (TakenBackException done)
        {
            run.Entry = done.Entry;
            into.Forget();
            if (run.Entry.Number == 0) run.Rejects.AddRange(done.Rejects);
            else
                await database.WriteAsync(writer =>
                {
                    foreach (var reject in done.Rejects) ImportLog.Reject(writer, run.Entry.Number, reject);
                    ImportLog.Note(writer, run.Entry);
                    return true;
                });
        }
        catch (ProblemException problem)
        {
            into.Forget();
            if (items is not [var only])
            {
                foreach (var item in items) await WriteAsync(run, into, [item]);
                return;
            }
            await WriteAsync(run, into, [only with { Mapped = null, Reject = OwnLines.Of(problem).At(only.Mapped?.Line ?? only.Reject!.Line) }]);
        }
    }

    private static Authorship By(ImportRun run) => new(null, run.Entry.Number == 0 ? null : $"Import {ImportLog.IdOf(run.Entry.Number)}: {run.Entry.Name}");

    private static ImportLog.Entry Write(WriteSession session, ImportLog.Entry entry, ImportSession into, IReadOnlyList<Item> items)
    {
        into.Begin(session, items.Select(i => i.Mapped).OfType<Mapped>());
        var rejects = new List<Reject>();
        var (counts, reasons) = (entry.Counts, entry.Reasons.ToDictionary(r => r.Code, r => r.Count));
        foreach (var item in items)
        {
            if (item.LeftOut is { } why)
            {
                counts = counts with { Read = counts.Read + 1 };
                reasons[why] = reasons.GetValueOrDefault(why) + 1;
                continue;
            }
            var reject = item.Reject;
            if (item.Mapped is { } mapped)
                try
                {
                    counts = counts.Add(mapped.Write(into));
                }
                catch (RowException wrong)
                {
                    reject = wrong.At(mapped.Line);
                }
            if (reject is null) continue;
            counts = counts.Add(Outcome.Rejected);
            reasons[reject.Code] = reasons.GetValueOrDefault(reject.Code) + 1;
            if (counts.Rejected <= MostRejects) rejects.Add(reject);
        }
        var same = into.End();
        counts = counts with { Updated = counts.Updated - same, Unchanged = counts.Unchanged + same };
        foreach (var code in into.Reasons) reasons[code] = reasons.GetValueOrDefault(code) + 1;
        entry = entry with { Position = items[^1].Number, Counts = counts, Reasons = [.. reasons.OrderByDescending(r => r.Value).ThenBy(r => r.Key, StringComparer.Ordinal).Select(r => new ImportReason(r.Key, r.Value))] };
        if (entry.Options.DryRun) throw new TakenBackException(entry, rejects);
        foreach (var reject in rejects) ImportLog.Reject(session.Writer, entry.Number, reject);
        ImportLog.Note(session.Writer, entry);
        return entry;
    }

    /// <summary>Deletes what the dataset has and the whole of its new release does not; nothing when that would be more than was said.</summary>
    private async Task RemoveMissingAsync(ImportRun run, ImportSession into, CancellationToken ct)
    {
        if (run.Entry.Counts.Rejected > 0) throw new CatalogueException($"{run.Entry.Counts.Rejected:N0} {(run.Entry.Counts.Rejected == 1 ? "row was" : "rows were")} rejected, so it cannot be told what the release lacks. The other rows went in, and nothing was deleted. Mend what {run.Show().Rejects} names, and import the file again.");
        var (missing, all) = await database.ReadHeavyAsync(into.Missing, ct);
        var options = run.Entry.Options;
        if (missing.Count > all * options.MostRemoved)
            throw new CatalogueException($"The file lacks {missing.Count:N0} of the dataset's {all:N0} events, which is more than {options.MostRemoved:P0}. Its rows went in, and nothing was deleted. If the release dropped so many, say so with --most-removed {Math.Min(1, Math.Ceiling(100.0 * missing.Count / all) / 100):0.##}.");
        if (options.DryRun) return;
        foreach (var slice in missing.Chunk(LeastRows))
            await writers.WriteAsync(database, session =>
            {
                foreach (var reference in slice)
                    if (RecordLog.Current(session.Writer, reference) is not null) edits.Delete(session, session.Find(reference));
                return true;
            }, By(run) with { Reason = $"Not in release {options.Release}" });
        run.Entry = run.Entry with { Reasons = [.. run.Entry.Reasons, new ImportReason("removed", missing.Count)] };
    }

    /// <summary>A file that was opened and recognised.</summary>
    private sealed class Opened : IDisposable
    {
        private readonly List<IDisposable> _open = [];
        private readonly Stream _file;

        public Opened(ImportFile file, ImportRun run, RecordWriters writers)
        {
            _file = file.Open();
            _open.Add(_file);
            try
            {
                var content = Imports.Rows.Unpack(_file, () =>
                {
                    var spool = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 128 << 10, FileOptions.DeleteOnClose);
                    _open.Add(spool);
                    return spool;
                });
                _open.Add(content);
                (Mapping, Rows) = Layouts.Recognise(file.Format, file.Name, run.Entry.Options.Release, content, writers);
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public Mapping Mapping { get; }
        public IEnumerable<Row> Rows { get; }

        /// <summary>Bytes that were read of the file as it lies; 0 where that cannot be told.</summary>
        public long Position => _file.CanSeek ? _file.Position : 0;

        public void Dispose()
        {
            foreach (var stream in Enumerable.Reverse(_open)) stream.Dispose();
        }
    }
}
