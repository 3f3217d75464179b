using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime;
using System.Text.Json;
using EventsApi.Access;
using EventsApi.Curation;
using EventsApi.Exports;
using EventsApi.Generate;
using EventsApi.Imports;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi;

/// <summary>The command line: what its verbs share; each stands with what it works on. Data goes to standard output, words to standard error; 0 done, 1 failed, 2 called wrongly.</summary>
internal static class Commands
{
    internal static readonly Option<string> Catalogue = new("--catalogue") { Description = "The catalogue's file.", HelpName = "FILE", DefaultValueFactory = _ => PathSet() ?? CatalogueOptions.DefaultPath };
    internal static readonly Option<bool> Create = new("--create") { Description = "Make the file when there is none." };
    internal static readonly Option<string?> Output = new("--output") { Description = "Where the data goes; standard output without it.", HelpName = "FILE" };
    internal static readonly Option<bool> AsJson = new("--json") { Description = "Print one JSON object." };

    /// <summary>What the settings say where the command line does not: the same as the server's.</summary>
    private static string? PathSet() => WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }).Configuration["Catalogue:Path"];

    private static readonly Dictionary<Command, Func<Running, ParseResult, Task<int>>> Works = [];

    /// <summary>What a command does, wherever it runs.</summary>
    public static Func<Running, ParseResult, Task<int>> WorkOf(Command command) => Works[command];

    public static RootCommand Root()
    {
        var root = new RootCommand("A searchable catalogue of geopolitical events: events, meetings, actors and places, each with its sources.");
        foreach (var command in (Command[])[ServeCommand.Make(root), ImportCommand.Make(), FeedCommand.Make(), ExportCommand.Make(), KeysCommand.Make(), CheckCommand.Make(), BackupCommands.Backup(), BackupCommands.Restore(), MoveCommand.Make(), PurgeCommand.Make(), GenerateCommand.Make()]) root.Add(command);
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
        ["move"] = ["move \"Host=db1;Database=events;Username=events\" --catalogue /var/lib/events/catalogue.db", "move /var/lib/events/catalogue.db --json"],
        ["purge"] = ["purge E1024 --reason \"Order of a court\""],
        ["generate"] = ["generate --events 1000000 --seed 7 --catalogue million.db --create"],
    };

    /// <summary>The command as it was typed: "keys create".</summary>
    private static string NameOf(ParseResult call)
    {
        var names = new List<string>();
        for (SymbolResult? at = call.CommandResult; at is CommandResult { Command: not RootCommand } named; at = at.Parent) names.Insert(0, named.Command.Name);
        return string.Join(' ', names);
    }

    /// <summary>What is wrong with a call, and how it is done.</summary>
    public static void Refuse(ParseResult call, TextWriter error)
    {
        foreach (var message in call.Errors.Select(e => e.Message).Distinct()) error.WriteLine(message);
        var legal = call.CommandResult.Command.Subcommands.Select(c => c.Name).Concat(call.CommandResult.Command.Options.Select(o => o.Name)).ToArray();
        if (call.UnmatchedTokens is [var typed, ..] && Search.Folding.Nearest(typed, legal) is { } meant) error.WriteLine($"Did you mean {meant}?");
        var name = NameOf(call);
        if (Examples.TryGetValue(name, out var examples)) error.WriteLine($"For example: EventsApi {examples[0]}");
        error.WriteLine($"More: EventsApi {name}{(name == "" ? "" : " ")}--help");
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        // Whoever asks for help has not called wrongly.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult call)
        {
            var done = help.Invoke(call);
            if (!Examples.TryGetValue(NameOf(call), out var examples)) return done;
            call.InvocationConfiguration.Output.WriteLine("Examples:");
            foreach (var example in examples) call.InvocationConfiguration.Output.WriteLine($"  EventsApi {example}");
            return done;
        }
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
            WebApplication app;
            try
            {
                app = Server.Build(new() { ["Catalogue:Path"] = path, ["Catalogue:Create"] = mayCreate && call.GetValue(Create) ? "true" : "false", ["Catalogue:Seed"] = "none", ["Catalogue:DeadlineMilliseconds"] = "600000" });
                var isFile = app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<CatalogueOptions>>().Value.Connection == "";
                if (isFile && !mayCreate && !File.Exists(path)) throw new CatalogueException($"There is no catalogue at {path}. Name one with --catalogue FILE.");
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
                // Nobody waits for an answer of this process: commits may be long, and collections that run beside the work only make it longer.
                await app.Services.GetRequiredService<Database>().DeferAsync(Deferral.Long);
                GCSettings.LatencyMode = GCLatencyMode.Batch;
                return await work(new Running(app.Services, Console.Out, Console.Error, Console.OpenStandardInput, Environment.CurrentDirectory, !Console.IsErrorRedirected, IsServing: false, ct), call);
            }
        }
    }
}
