using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.Json;
using EventsApi.Access;
using EventsApi.Curation;
using EventsApi.Exports;
using EventsApi.Generate;
using EventsApi.Http;
using EventsApi.Imports;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi;

/// <summary>The command line: one method a verb. Data goes to standard output, words to standard error; 0 done, 1 failed, 2 called wrongly.</summary>
internal static class Commands
{
    internal static readonly Option<string> Catalogue = new("--catalogue") { Description = "The catalogue's file.", HelpName = "FILE", DefaultValueFactory = _ => CatalogueOptions.DefaultPath };
    internal static readonly Option<bool> Create = new("--create") { Description = "Make the file when there is none." };
    private static readonly Option<string?> Output = new("--output") { Description = "Where the data goes; standard output without it.", HelpName = "FILE" };
    internal static readonly Option<bool> AsJson = new("--json") { Description = "Print one JSON object." };

    private static readonly Dictionary<Command, Func<Running, ParseResult, Task<int>>> Works = [];

    /// <summary>What a command does, wherever it runs.</summary>
    public static Func<Running, ParseResult, Task<int>> WorkOf(Command command) => Works[command];

    public static RootCommand Root()
    {
        var root = new RootCommand("A searchable catalogue of geopolitical events: events, meetings, actors and places, each with its sources.");
        foreach (var command in (Command[])[Serve(root), ImportCommand.Make(), Feed(), Export(), Keys(), Check(), Backup(), Restore(), Purge(), Generate()]) root.Add(command);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    /// <summary>What --help shows last, by the command as it is typed; a test parses each.</summary>
    public static readonly Dictionary<string, string[]> Examples = new()
    {
        [""] = ["serve --urls http://localhost:8080", "keys create --role editor --name Ada", "check --rebuild"],
        ["serve"] = ["serve", "serve --urls http://0.0.0.0:8080 --catalogue /var/lib/events/catalogue.db --create", "serve --catalogue empty.db --create --seed none"],
        ["keys"] = ["keys create --role editor --name Ada", "keys list", "keys revoke 0123456789ab"],
        ["keys create"] = ["keys create --name \"Data team\"", "keys create --role editor --name Ada --days 90", "keys create --role admin --json"],
        ["keys list"] = ["keys list", "keys list --catalogue /var/lib/events/catalogue.db --json"],
        ["keys revoke"] = ["keys revoke 0123456789ab"],
        ["check"] = ["check", "check --rebuild --catalogue /var/lib/events/catalogue.db", "check --json"],
        ["import"] = ["import gdelt 20240101000000.export.CSV.zip", "import ucdp GEDEvent_v24_1.csv --dry-run", "import ucdp GEDEvent_v25_1.csv --complete --release 25.1", "import ndjson - --json"],
        ["feed"] = ["feed gdelt", "feed gdelt --once --json"],
        ["export"] = ["export events --format csv --country KWT --from 2020", "export catalogue --output catalogue.ndjson"],
        ["backup"] = ["backup /backups/catalogue.db", "backup /backups/catalogue.db --force --json"],
        ["restore"] = ["restore /backups/catalogue.db --catalogue /var/lib/events/catalogue.db"],
        ["purge"] = ["purge E1024 --reason \"Order of a court\""],
        ["generate"] = ["generate --events 1000000 --seed 7 --catalogue million.db --create"],
    };

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult call)
        {
            var done = help.Invoke(call);
            var names = new List<string>();
            for (SymbolResult? at = call.CommandResult; at is CommandResult { Command: not RootCommand } named; at = at.Parent) names.Insert(0, named.Command.Name);
            if (!Examples.TryGetValue(string.Join(' ', names), out var examples)) return done;
            call.InvocationConfiguration.Output.WriteLine("Examples:");
            foreach (var example in examples) call.InvocationConfiguration.Output.WriteLine($"  EventsApi {example}");
            return done;
        }
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

    private static Command Export()
    {
        Argument<string> resource = new("RESOURCE") { Description = "events, meetings, actors … as in the paths of the API, or catalogue for everything." };
        Option<string> format = new("--format") { Description = "ndjson, csv, geojson, ics, atom or jsonld.", HelpName = "F", DefaultValueFactory = _ => "ndjson" };
        var command = new Command("export", "Write a list. Its filters are options (--country KWT) or words (country=KWT). The catalogue as NDJSON can be imported again.") { resource, format, Output, Catalogue, AsJson };
        command.TreatUnmatchedTokensAsErrors = false;
        return Does(command, async (running, call) =>
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            void Show(string done, long count, long? of)
            {
                if (running.IsTerminal) running.Error.Write($"\r{done}, {count / watch.Elapsed.TotalSeconds:N0} a second{(of is { } total && count > 0 ? $", {TimeSpan.FromSeconds(Math.Max(0, total - count) * watch.Elapsed.TotalSeconds / count):hh\\:mm\\:ss} left" : "")} ");
            }
            await using var into = new TextStream(running.Out);
            try
            {
                if (call.GetValue(resource) == "catalogue")
                {
                    if (call.GetValue(format) != "ndjson" || call.UnmatchedTokens.Count > 0) throw ProblemException.Parameter("format", "conflict", "The catalogue is exported whole, as ndjson, without filters.");
                    await new CatalogueExport(running.Services.GetRequiredService<Database>()).WriteAsync(into, (done, of) => Show($"{done:N0} of {of:N0}", done, of), running.Left);
                }
                else await ListExport.WriteAsync(running.Services, call.GetValue(resource)!, call.GetValue(format)!, call.UnmatchedTokens, into, (rows, of) => Show(of is null ? $"{rows:N0} bytes" : $"{rows:N0} of {of:N0}", rows, of), running.IsTerminal, running.Left);
                return 0;
            }
            catch (ProblemException problem) when (problem.Code == ProblemCode.InvalidRequest || problem.Code == ProblemCode.NotAcceptable)
            {
                foreach (var error in problem.Errors ?? [new ProblemError("", problem.Message)])
                    running.Error.WriteLine($"{error.Message}{(error.Allowed is null || error.DidYouMean is not null ? "" : $" Legal: {string.Join(", ", error.Allowed)}.")}");
                return 2;
            }
            finally
            {
                if (running.IsTerminal) running.Error.WriteLine();
            }
        });
    }

    private static Command Feed()
    {
        Argument<string> name = new("NAME") { Description = "Which: gdelt." };
        name.AcceptOnlyFromAmong(Gdelt.Id);
        Option<bool> once = new("--once") { Description = "Take what there is now, and end." };
        return Does(new Command("feed", "Follow GDELT's files, one every quarter of an hour, by the settings in Feeds:Gdelt. What was taken is remembered, and what was missed is caught up.") { name, once, Catalogue, Create, AsJson }, async (running, call) =>
        {
            var feed = running.Services.GetRequiredService<GdeltFeed>();
            var job = running.IsServing ? Importer.Short : Importer.Long;
            void Tell(FeedRound round)
            {
                if (call.GetValue(AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(round, Json.Options));
                else running.Error.WriteLine($"{round.Listed:N0} new files listed, {round.Imported:N0} imported, {round.Failed:N0} failed, {round.Waiting:N0} waiting, {round.Deleted:N0} events deleted by retention.{(round.Error is null ? "" : $" {round.Error}")}");
            }
            if (!call.GetValue(once))
            {
                if (running.IsServing && feed.IsFollowed) throw new CatalogueException("The server that has this catalogue open follows gdelt already (Feeds:Gdelt:Enabled). Make a round now with --once.");
                await feed.FollowAsync(job, Tell, running.Left);
            }
            var round = await feed.RunAsync(job, running.Left);
            Tell(round);
            return round.Error is null ? 0 : 1;
        });
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

    private static Command Backup()
    {
        Argument<string> file = new("FILE") { Description = "Where to; its digest goes beside it, into FILE.sha256." };
        Option<bool> force = new("--force") { Description = "Replace a file of that name." };
        return Does(new Command("backup", "Copy the catalogue to a file, also while it is served and written. Uploads that wait to be imported are not part of it.") { file, force, Catalogue, AsJson }, async (running, call) =>
        {
            var made = await running.Services.GetRequiredService<Database>().BackUpAsync(Path.GetFullPath(call.GetValue(file)!, running.Folder), call.GetValue(force), running.Left);
            if (call.GetValue(AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(made, Json.Options));
            else running.Error.WriteLine($"{made.File}: {made.Bytes:N0} bytes, checked, sha256 {made.Sha256}.");
            return 0;
        }, prepare: false);
    }

    private static Command Purge()
    {
        Argument<string> id = new("ID") { Description = "The record's id, E12, or its path, actors/nato." };
        Option<string> reason = new("--reason") { Description = "Why; the 410 says it to everybody, so it must not repeat what is purged.", HelpName = "TEXT", Required = true };
        reason.Validators.Add(result => { if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>())) result.AddError("--reason says why; the 410 repeats it."); });
        return Does(new Command("purge", "Remove a record, its history and the claims about it for good, where law demands it. Backups that were made before still hold it.") { id, reason, Catalogue, AsJson }, async (running, call) =>
        {
            var services = running.Services;
            var done = await new Purges(services.GetRequiredService<Database>(), services.GetRequiredService<RecordWriters>(), services.GetRequiredService<Edits>()).RunAsync(call.GetValue(id)!, call.GetValue(reason)!);
            if (call.GetValue(AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(done, Json.Options));
            else running.Error.WriteLine($"{done.Id} is purged{(done.Also.Count > 0 ? $", and with it {string.Join(", ", done.Also)}" : "")}. Backups and exports made before still hold it.");
            return 0;
        }, prepare: false);
    }

    private static Command Restore()
    {
        Argument<string> file = new("FILE") { Description = "What backup wrote, with FILE.sha256 beside it." };
        var command = new Command("restore", "Put a backup in the place of the catalogue, while no server runs. The catalogue that was there is kept beside it.") { file, Catalogue, AsJson };
        // Not handed over: a server cannot change the file it has open.
        command.SetAction(async (call, ct) =>
        {
            Restored done;
            try
            {
                done = await Backups.RestoreAsync(Path.GetFullPath(call.GetValue(file)!), call.GetValue(Catalogue)!, DateTimeOffset.UtcNow, ct);
            }
            catch (CatalogueInUseException)
            {
                throw new CatalogueException($"A server or another command has {call.GetValue(Catalogue)} open. Stop it, restore, and start it again.");
            }
            if (call.GetValue(AsJson)) Console.Out.WriteLine(JsonSerializer.Serialize(done, Json.Options));
            else Console.Error.WriteLine($"{done.Catalogue} is restored." + (done.KeptAs is { } kept ? $" What was there is {kept}." : ""));
            return 0;
        });
        return command;
    }

    /// <summary>A command that works on the catalogue: on the file itself, or through the server that has it open.</summary>
    /// <param name="prepare">Whether an empty catalogue gets what even that needs.</param>
    internal static Command Does(Command command, Func<Running, ParseResult, Task<int>> work, bool prepare = true)
    {
        Works[command] = work;
        command.SetAction(async (call, ct) =>
        {
            // What the caller names lies where the caller stands, whoever does the work. It gets its name when it is whole.
            if (!command.Options.Contains(Output)) return await DoAsync(call, ct);
            if (call.GetValue(Output) is not { } file)
            {
                if (!call.GetValue(AsJson)) return await DoAsync(call, ct);
                Console.Error.WriteLine("--json needs --output FILE beside it: without that the data goes to standard output.");
                return 2;
            }
            var (console, part, exit) = (Console.Out, file + ".part", 1);
            try
            {
                await using (var to = new StreamWriter(part, append: false, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 18))
                {
                    Console.SetOut(to);
                    exit = await DoAsync(call, ct);
                }
                if (exit == 0) File.Move(part, file, overwrite: true);
            }
            finally
            {
                Console.SetOut(console);
                File.Delete(part);
            }
            if (exit == 0 && call.GetValue(AsJson)) console.WriteLine(JsonSerializer.Serialize(new { file, bytes = new FileInfo(file).Length }, Json.Options));
            return exit;
        });
        return command;

        async Task<int> DoAsync(ParseResult call, CancellationToken ct)
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
        }
    }
}
