using System.CommandLine;
using System.Text.Json;
using EventsApi.Access;
using EventsApi.Generate;
using EventsApi.Imports;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi;

/// <summary>The command line: one method a verb. Data goes to standard output, words to standard error; 0 done, 1 failed, 2 called wrongly.</summary>
internal static class Commands
{
    private static readonly Option<string> Catalogue = new("--catalogue") { Description = "The catalogue's file.", HelpName = "FILE", DefaultValueFactory = _ => CatalogueOptions.DefaultPath };
    private static readonly Option<bool> Create = new("--create") { Description = "Make the file when there is none." };
    private static readonly Option<bool> AsJson = new("--json") { Description = "Print one JSON object." };

    private static readonly Dictionary<Command, Func<Running, ParseResult, Task<int>>> Works = [];

    /// <summary>What a command does, wherever it runs.</summary>
    public static Func<Running, ParseResult, Task<int>> WorkOf(Command command) => Works[command];

    public static RootCommand Root()
    {
        var root = new RootCommand("A searchable catalogue of geopolitical events: events, meetings, actors and places, each with its sources.");
        foreach (var command in (Command[])[Serve(root), Import(), Keys(), Check(), Generate()]) root.Add(command);
        return root;
    }

    private static Command Serve(RootCommand root)
    {
        Option<string> urls = new("--urls") { Description = "Where to listen.", HelpName = "URL", DefaultValueFactory = _ => "" };
        Option<string> seed = new("--seed") { Description = "What a new catalogue holds: default or none.", DefaultValueFactory = _ => "" };
        seed.AcceptOnlyFromAmong("default", "none", "");
        var command = new Command("serve", "Answer requests (what the program does without a command).") { urls, Catalogue, seed, Create };
        command.SetAction(async (call, ct) =>
        {
            // A setting is given only when it was typed, so that files and the environment keep their say.
            var settings = new Dictionary<string, string?>();
            if (call.GetResult(urls) is { Implicit: false }) settings["urls"] = call.GetValue(urls);
            if (call.GetResult(Catalogue) is { Implicit: false }) settings["Catalogue:Path"] = call.GetValue(Catalogue);
            if (call.GetResult(seed) is { Implicit: false }) settings["Catalogue:Seed"] = call.GetValue(seed);
            if (call.GetValue(Create)) settings["Catalogue:Create"] = "true";
            await using var app = Server.Build(settings);
            await Server.PrepareAsync(app);
            var path = app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<CatalogueOptions>>().Value.Path;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(app.Lifetime.ApplicationStopping);
            var commands = Handover.ListenAsync(path, app.Services, root, stop.Token);
            await app.RunAsync(ct);
            await stop.CancelAsync();
            await commands;
            return 0;
        });
        return command;
    }

    private static Command Import()
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
        var command = new Command("import", "Take events from a file. The same file again changes nothing; an import that was stopped goes on where it was.") { format, file, dry, strict, complete, release, most, Catalogue, Create, AsJson };
        command.Validators.Add(result =>
        {
            if (result.GetValue(complete) && result.GetValue(release) == "") result.AddError("--complete deletes what the release does not have: say which release it is with --release V.");
        });
        return Does(command, async (running, call) =>
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
                    running.Error.Write($"\r{bar}{now.Entry.Counts.Read:N0} rows, {now.Rate:N0} a second{(now.Left is { } left ? $", {left:hh\\:mm\\:ss} left" : "")} ");
                }, running.Left);
                if (running.IsTerminal) running.Error.WriteLine();
                var report = run.Show();
                if (call.GetValue(AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(report, Json.Options));
                else Tell(report, running.Error);
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
            await using var spool = queue.Spool();
            await running.Input().CopyToAsync(spool, running.Left);
            return (new ImportFile(format, "standard input", () => File.OpenRead(spool.Name), spool.Length), null, spool.Name);
        }
        if (Uri.TryCreate(named, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            var (fetched, name) = await running.Services.GetRequiredService<Downloads>().FetchAsync(address, queue, running.Left);
            return (new ImportFile(format, name, () => File.OpenRead(fetched), new FileInfo(fetched).Length), null, fetched);
        }
        var path = Path.GetFullPath(named, running.Folder);
        if (!File.Exists(path)) throw new CatalogueException(Directory.Exists(path) ? $"{named} is a folder; name a file." : $"There is no file {named}.");
        var file = new FileInfo(path);
        return (new ImportFile(format, file.Name, () => File.OpenRead(path), file.Length), $"{path}\n{file.Length}\n{file.LastWriteTimeUtc:O}", null);
    }

    private static void Tell(Import report, TextWriter to)
    {
        var counts = report.Counts;
        to.WriteLine($"{(report.DryRun ? "Dry run, nothing was written. " : "")}{report.Layout ?? report.Format}: {counts.Read:N0} read, {counts.Created:N0} created, {counts.Updated:N0} updated, {counts.Unchanged:N0} unchanged, {counts.Kept:N0} kept, {counts.Rejected:N0} rejected.");
        foreach (var (code, count) in report.Reasons) to.WriteLine($"  {count,10:N0}  {code}");
        if (counts.Rejected > 0 && !report.DryRun) to.WriteLine($"The rejected rows with their reasons: {report.Rejects}");
        if (report.Error is not null) to.WriteLine(report.Error);
    }

    private static Command Generate()
    {
        Option<int> events = new("--events") { Description = "How many.", HelpName = "N", Required = true };
        Option<int> seed = new("--seed") { Description = "The same number makes the same events.", HelpName = "S", DefaultValueFactory = _ => 1 };
        events.Validators.Add(result => { if (result.GetValueOrDefault<int>() is < 1 or > 100_000_000) result.AddError("--events lies between 1 and 100000000."); });
        return Does(new Command("generate", "Add events that nobody took part in, for measurements. They stand in the dataset 'generated'.") { events, seed, Catalogue, Create, AsJson }, async (running, call) =>
        {
            var (count, watch) = (call.GetValue(events), System.Diagnostics.Stopwatch.StartNew());
            await new Generator(running.Services.GetRequiredService<Database>(), running.Services.GetRequiredService<RecordWriters>(), call.GetValue(seed)).RunAsync(count, done =>
            {
                if (running.IsTerminal) running.Error.Write($"\r{done:N0} of {count:N0}, {done / watch.Elapsed.TotalSeconds:N0} a second, {TimeSpan.FromSeconds((count - done) * watch.Elapsed.TotalSeconds / done):hh\\:mm\\:ss} left ");
            }, running.Left);
            if (running.IsTerminal) running.Error.WriteLine();
            if (call.GetValue(AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(new { generated = count, seconds = Math.Round(watch.Elapsed.TotalSeconds, 1) }, Json.Options));
            else running.Error.WriteLine($"{count:N0} events in {watch.Elapsed.TotalSeconds:N0} s.");
            return 0;
        });
    }

    private static Command Keys()
    {
        Option<string> name = new("--name") { Description = "Whose key it is.", HelpName = "NAME", DefaultValueFactory = _ => "" };
        Option<string> role = new("--role") { Description = "reader, editor or admin.", DefaultValueFactory = _ => "reader" };
        role.AcceptOnlyFromAmong("reader", "editor", "admin");
        Option<int?> days = new("--days") { Description = "So many days it holds; without it, until it is revoked.", HelpName = "N" };
        days.Validators.Add(result => { if (result.GetValueOrDefault<int?>() is < 1 or > 36_500) result.AddError("--days lies between 1 and 36500."); });
        Argument<string> id = new("ID") { Description = "The key's id, as create and list show it." };

        // Nothing is loaded for these: a catalogue that has but keys is still new to the server that opens it next.
        var create = Does(new Command("create", "Make a key and show it once.") { name, role, days, Catalogue, Create, AsJson }, async (running, call) =>
        {
            var expires = call.GetValue(days) is { } number ? DateTimeOffset.UtcNow.AddDays(number) : (DateTimeOffset?)null;
            var (key, made) = await running.Services.GetRequiredService<Keys>().CreateAsync(call.GetValue(name)!, Enum.Parse<Role>(call.GetValue(role)!, ignoreCase: true), expires);
            if (call.GetValue(AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(new { key, id = made }, Json.Options));
            else
            {
                running.Out.WriteLine(key);
                running.Error.WriteLine($"Its id is {made}. It is not shown again; send it as Authorization: Bearer <key>.");
            }
            return 0;
        }, prepare: false);
        var list = Does(new Command("list", "Show all keys, without their secrets.") { Catalogue, AsJson }, async (running, call) =>
        {
            var all = await running.Services.GetRequiredService<Keys>().ListAsync();
            if (call.GetValue(AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(new { keys = all }, Json.Options));
            else foreach (var key in all) running.Out.WriteLine($"{key.Id}  {key.Role,-6}  made {key.CreatedAt}  used {key.UsedAt ?? "never"}  {(key.RevokedAt is { } at ? $"revoked {at}" : key.ExpiresAt is { } end ? $"until {end}" : "")}  {key.Name}");
            return 0;
        }, prepare: false);
        var revoke = Does(new Command("revoke", "End a key at once.") { id, Catalogue, AsJson }, async (running, call) =>
        {
            var revoked = await running.Services.GetRequiredService<Keys>().RevokeAsync(call.GetValue(id)!);
            if (call.GetValue(AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(new { revoked }, Json.Options));
            else running.Error.WriteLine(revoked ? $"{call.GetValue(id)} is revoked." : $"There is no key {call.GetValue(id)}; keys list shows them.");
            return revoked ? 0 : 1;
        }, prepare: false);
        return new Command("keys", "Make, list and revoke API keys.") { create, list, revoke };
    }

    private static Command Check()
    {
        Option<bool> rebuild = new("--rebuild") { Description = "Make every derived list again from the records." };
        return Does(new Command("check", "Check the file, its indexes and references.") { Catalogue, rebuild, AsJson }, async (running, call) =>
        {
            var upkeep = new Upkeep(running.Services.GetRequiredService<Database>(), running.Services.GetRequiredService<RecordWriters>());
            var rebuilt = call.GetValue(rebuild) ? await upkeep.RebuildAsync() : 0;
            var faults = await upkeep.CheckAsync(running.Left);
            if (call.GetValue(AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(new { ok = faults.Count == 0, rebuilt, faults }, Json.Options));
            else
            {
                foreach (var fault in faults) running.Error.WriteLine(fault);
                if (call.GetValue(rebuild)) running.Error.WriteLine($"{rebuilt} records rebuilt.");
                running.Error.WriteLine(faults.Count == 0 ? "The catalogue is sound." : $"{faults.Count} faults.");
            }
            return faults.Count == 0 ? 0 : 1;
        }, prepare: false);
    }

    /// <summary>A command that works on the catalogue: on the file itself, or through the server that has it open.</summary>
    /// <param name="prepare">Whether an empty catalogue gets what even that needs.</param>
    private static Command Does(Command command, Func<Running, ParseResult, Task<int>> work, bool prepare = true)
    {
        Works[command] = work;
        command.SetAction(async (call, ct) =>
        {
            var path = call.GetValue(Catalogue)!;
            // Only commands that make something may make the file.
            var mayCreate = command.Options.Contains(Create);
            if (!mayCreate && !File.Exists(path)) throw new CatalogueException($"There is no catalogue at {path}. Name one with --catalogue FILE.");
            WebApplication app;
            try
            {
                app = Server.Build(new() { ["Catalogue:Path"] = path, ["Catalogue:Create"] = mayCreate && call.GetValue(Create) ? "true" : "false", ["Catalogue:Seed"] = "none", ["Catalogue:DeadlineMilliseconds"] = "600000" });
                _ = app.Services.GetRequiredService<Database>();
            }
            catch (CatalogueInUseException)
            {
                string[] args = [.. call.Tokens.Select(t => t.Value)];
                return await Handover.TryAsync(path, args, args.Contains("-") ? Console.OpenStandardInput() : null, ct) ?? throw new CatalogueException($"Another command is working on {path}. Wait for it, or stop it.");
            }
            await using (app)
            {
                if (prepare) await Server.PrepareAsync(app);
                return await work(new Running(app.Services, Console.Out, Console.Error, Console.OpenStandardInput, Environment.CurrentDirectory, !Console.IsErrorRedirected, IsServing: false, ct), call);
            }
        });
        return command;
    }
}
