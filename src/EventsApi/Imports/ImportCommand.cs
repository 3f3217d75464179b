using System.CommandLine;
using System.Text.Json;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Imports;

/// <summary>import FORMAT FILE|URL|-</summary>
internal static class ImportCommand
{
    public static Command Make()
    {
        Argument<string> format = new("FORMAT") { Description = $"What the file holds: {string.Join(", ", ImportLog.Formats)}." };
        format.AcceptOnlyFromAmong(ImportLog.Formats);
        Argument<string> file = new("FILE") { Description = "A file (plain, gzip or zip), an http address, or - for standard input." };
        Option<bool> dry = new("--dry-run") { Description = "Write nothing and report all." };
        Option<bool> strict = new("--strict") { Description = "Look at every row first, and write nothing when one does not fit." };
        Option<bool> complete = new("--complete") { Description = "The file is a whole release: what it does not have is deleted." };
        Option<string> release = new("--release") { Description = "The dataset's release, such as 24.1.", HelpName = "V", DefaultValueFactory = _ => "" };
        Option<double> most = new("--most-removed") { Description = "With --complete: the largest part of the dataset that may be deleted, 0 to 1.", HelpName = "P", DefaultValueFactory = _ => ImportOptions.FewRemoved };
        most.Validators.Add(result => { if (result.GetValueOrDefault<double>() is < 0 or > 1) result.AddError("--most-removed lies between 0 and 1."); });
        var command = new Command("import", "Take events from a file. The same file again changes nothing; an import that was stopped goes on where it was.") { format, file, dry, strict, complete, release, most, Commands.Catalogue, Commands.Create, Commands.AsJson };
        command.Validators.Add(result =>
        {
            // As it was typed: asking for the value here would take a format that there is none of for granted, and an option that was not typed has no value yet.
            if (ImportOptions.Refusal(result.GetValue(complete), result.GetResult(format)?.Tokens is [var typed] ? typed.Value : null, result.GetValue(release)) is { } refusal) result.AddError($"--{refusal.Option}: {refusal.Reason}");
        });
        return Commands.Does(command, async (running, call) =>
        {
            var options = new ImportOptions(call.GetValue(dry), call.GetValue(strict), call.GetValue(complete), call.GetValue(release) is { Length: > 0 } given ? given : null, call.GetValue(most));
            var queue = running.Services.GetRequiredService<ImportQueue>();
            var (imported, identity, temporary) = await FileAsync(running, queue, call.GetValue(format)!, call.GetValue(file)!, options.Strict);
            try
            {
                var shown = System.Diagnostics.Stopwatch.StartNew();
                var run = await queue.RunAsync(imported, identity, options, running.IsServing ? Importer.Short : Importer.Long, now =>
                {
                    if (!running.IsTerminal || shown.ElapsedMilliseconds < 200) return;
                    shown.Restart();
                    var bar = now.Progress is { } part ? $"[{new string('=', (int)(part * 30)),-30}] {part:P0} " : "";
                    running.Show($"{bar}{now.Entry.Counts.Read:N0} rows, {now.Rate:N0} a second{(now.Left is { } left ? $", {left:hh\\:mm\\:ss} left" : "")}");
                }, running.Left);
                running.Show(null);
                var report = run.Show();
                if (call.GetValue(Commands.AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(report, Json.Options));
                else
                {
                    var number = run.Entry.Number;
                    var rejects = number == 0 ? run.Rejects : await running.Services.GetRequiredService<Database>().ReadAsync(reader => ImportLog.Rejects(reader, number, 0, FewRejects).ConvertAll(r => r.Reject));
                    Tell(report, rejects, running.Error);
                }
                return report.Status == "done" && !(options.Strict && report.Counts.Rejected > 0) ? 0 : 1;
            }
            finally
            {
                if (temporary is not null) File.Delete(temporary);
            }
        });
    }

    /// <summary>The file that was named, what tells it from others, and where it was put when it had to be fetched first.</summary>
    private static async Task<(ImportFile File, string? Identity, string? Temporary)> FileAsync(Running running, ImportQueue queue, string format, string named, bool isReadTwice)
    {
        if (named == "-")
        {
            if (!isReadTwice) return (new ImportFile(format, "standard input", running.Input, null), null, null);
            // The operator's own input is as large as it is.
            var (path, length) = await queue.SpoolAsync(running.Input(), long.MaxValue, () => new IOException(), running.Left);
            return (new ImportFile(format, "standard input", () => File.OpenRead(path), length), null, path);
        }
        if (Uri.TryCreate(named, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            var (fetched, name) = await running.Services.GetRequiredService<Downloads>().FetchAsync(address, queue, running.Left);
            return (new ImportFile(format, name, () => File.OpenRead(fetched), new FileInfo(fetched).Length), null, fetched);
        }
        var lies = Path.GetFullPath(named, running.Folder);
        if (!File.Exists(lies)) throw new CatalogueException(Directory.Exists(lies) ? $"{named} is a folder; name a file." : $"There is no file {named}.");
        var file = new FileInfo(lies);
        return (new ImportFile(format, file.Name, () => File.OpenRead(lies), file.Length), $"{lies}\n{file.Length}\n{file.LastWriteTimeUtc:O}", null);
    }

    // Of a dry run on the command line the rejected rows are written down nowhere else.
    private const int FewRejects = 20, MostRejects = 1_000, LongestValue = 60;

    private static void Tell(Import report, IReadOnlyList<Reject> rejects, TextWriter to)
    {
        var counts = report.Counts;
        to.WriteLine($"{(report.DryRun ? "Dry run, nothing was written. " : "")}{report.Layout ?? report.Format}: {counts.Read:N0} read, {counts.Created:N0} created, {counts.Updated:N0} updated, {counts.Unchanged:N0} unchanged, {counts.Kept:N0} kept, {counts.Rejected:N0} rejected.");
        foreach (var (code, count) in report.Reasons) to.WriteLine($"  {count,10:N0}  {code}");
        foreach (var reject in rejects.Take(report.DryRun ? MostRejects : FewRejects))
            to.WriteLine($"Line {reject.Line}{(reject.Column is { } column ? $", {column}" : "")}{(reject.Value is { Length: > 0 } value ? $", '{(value.Length > LongestValue ? value[..LongestValue] + "…" : value)}'" : "")}: {reject.Reason}");
        if (counts.Rejected > FewRejects && !report.DryRun) to.WriteLine($"All rejected rows with their reasons: {report.Rejects}");
        else if (counts.Rejected > MostRejects) to.WriteLine($"And {counts.Rejected - MostRejects:N0} more.");
        if (report.Error is not null) to.WriteLine(report.Error);
    }
}
