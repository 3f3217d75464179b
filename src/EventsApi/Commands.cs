using System.CommandLine;
using System.Text.Json;
using EventsApi.Access;
using EventsApi.Generate;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi;

/// <summary>The command line: one method a verb. Data goes to standard output, words to standard error; 0 done, 1 failed, 2 called wrongly.</summary>
internal static class Commands
{
    private static readonly Option<string> Catalogue = new("--catalogue") { Description = "The catalogue's file.", HelpName = "FILE", DefaultValueFactory = _ => CatalogueOptions.DefaultPath };
    private static readonly Option<bool> Create = new("--create") { Description = "Make the file when there is none." };
    private static readonly Option<bool> AsJson = new("--json") { Description = "Print one JSON object." };

    public static Command Serve()
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
            await app.RunAsync(ct);
            return 0;
        });
        return command;
    }

    public static Command Generate()
    {
        Option<int> events = new("--events") { Description = "How many.", HelpName = "N", Required = true };
        Option<int> seed = new("--seed") { Description = "The same number makes the same events.", HelpName = "S", DefaultValueFactory = _ => 1 };
        events.Validators.Add(result => { if (result.GetValueOrDefault<int>() is < 1 or > 100_000_000) result.AddError("--events lies between 1 and 100000000."); });
        var command = new Command("generate", "Add events that nobody took part in, for measurements. They stand in the dataset 'generated'.") { events, seed, Catalogue, Create, AsJson };
        command.SetAction(async (call, ct) =>
        {
            await using var app = Server.Build(Offline(call));
            await Server.PrepareAsync(app);
            var (count, watch) = (call.GetValue(events), System.Diagnostics.Stopwatch.StartNew());
            var isTerminal = !Console.IsErrorRedirected;
            await new Generator(app.Services.GetRequiredService<Database>(), app.Services.GetRequiredService<RecordWriters>(), call.GetValue(seed)).RunAsync(count, done =>
            {
                if (isTerminal) Console.Error.Write($"\r{done:N0} of {count:N0}, {done / watch.Elapsed.TotalSeconds:N0} a second, {TimeSpan.FromSeconds((count - done) * watch.Elapsed.TotalSeconds / done):hh\\:mm\\:ss} left ");
            }, ct);
            if (isTerminal) Console.Error.WriteLine();
            if (call.GetValue(AsJson)) Console.WriteLine(JsonSerializer.Serialize(new { generated = count, seconds = Math.Round(watch.Elapsed.TotalSeconds, 1) }, Json.Options));
            else Console.Error.WriteLine($"{count:N0} events in {watch.Elapsed.TotalSeconds:N0} s.");
            return 0;
        });
        return command;
    }

    public static Command Keys()
    {
        Option<string> name = new("--name") { Description = "Whose key it is.", HelpName = "NAME", DefaultValueFactory = _ => "" };
        Option<string> role = new("--role") { Description = "reader, editor or admin.", DefaultValueFactory = _ => "reader" };
        role.AcceptOnlyFromAmong("reader", "editor", "admin");
        Option<int?> days = new("--days") { Description = "So many days it holds; without it, until it is revoked.", HelpName = "N" };
        days.Validators.Add(result => { if (result.GetValueOrDefault<int?>() is < 1 or > 36_500) result.AddError("--days lies between 1 and 36500."); });
        Argument<string> id = new("ID") { Description = "The key's id, as create and list show it." };

        var create = new Command("create", "Make a key and show it once.") { name, role, days, Catalogue, Create, AsJson };
        create.SetAction((call, ct) => WithKeysAsync(call, async keys =>
        {
            var expires = call.GetValue(days) is { } number ? DateTimeOffset.UtcNow.AddDays(number) : (DateTimeOffset?)null;
            var (key, made) = await keys.CreateAsync(call.GetValue(name)!, Enum.Parse<Role>(call.GetValue(role)!, ignoreCase: true), expires);
            if (call.GetValue(AsJson)) Console.WriteLine(JsonSerializer.Serialize(new { key, id = made }, Json.Options));
            else
            {
                Console.WriteLine(key);
                Console.Error.WriteLine($"Its id is {made}. It is not shown again; send it as Authorization: Bearer <key>.");
            }
            return 0;
        }));
        var list = new Command("list", "Show all keys, without their secrets.") { Catalogue, AsJson };
        list.SetAction((call, ct) => WithKeysAsync(call, async keys =>
        {
            var all = await keys.ListAsync();
            if (call.GetValue(AsJson)) Console.WriteLine(JsonSerializer.Serialize(new { keys = all }, Json.Options));
            else foreach (var key in all) Console.WriteLine($"{key.Id}  {key.Role,-6}  made {key.CreatedAt}  used {key.UsedAt ?? "never"}  {(key.RevokedAt is { } at ? $"revoked {at}" : key.ExpiresAt is { } end ? $"until {end}" : "")}  {key.Name}");
            return 0;
        }));
        var revoke = new Command("revoke", "End a key at once.") { id, Catalogue, AsJson };
        revoke.SetAction((call, ct) => WithKeysAsync(call, async keys =>
        {
            var revoked = await keys.RevokeAsync(call.GetValue(id)!);
            if (call.GetValue(AsJson)) Console.WriteLine(JsonSerializer.Serialize(new { revoked }, Json.Options));
            else Console.Error.WriteLine(revoked ? $"{call.GetValue(id)} is revoked." : $"There is no key {call.GetValue(id)}; keys list shows them.");
            return revoked ? 0 : 1;
        }));
        return new Command("keys", "Make, list and revoke API keys.") { create, list, revoke };
    }

    private static async Task<int> WithKeysAsync(ParseResult call, Func<Keys, Task<int>> work)
    {
        // Nothing is loaded: a catalogue that has but keys is still new to the server that opens it next.
        await using var app = Server.Build(Offline(call));
        return await work(app.Services.GetRequiredService<Keys>());
    }

    /// <summary>The settings of a command that works on the file itself.</summary>
    private static Dictionary<string, string?> Offline(ParseResult call) =>
        new() { ["Catalogue:Path"] = call.GetValue(Catalogue)!, ["Catalogue:Create"] = call.GetResult(Create) is not null && call.GetValue(Create) ? "true" : "false", ["Catalogue:Seed"] = "none" };

    public static Command Check()
    {
        Option<bool> rebuild = new("--rebuild") { Description = "Make every derived list again from the records." };
        var command = new Command("check", "Check the file, its indexes and references.") { Catalogue, rebuild, AsJson };
        command.SetAction(async (call, ct) =>
        {
            var path = call.GetValue(Catalogue)!;
            if (!File.Exists(path)) throw new CatalogueException($"There is no catalogue at {path}. Name one with --catalogue FILE.");
            await using var app = Server.Build(new() { ["Catalogue:Path"] = path, ["Catalogue:DeadlineMilliseconds"] = "600000" });
            var upkeep = new Upkeep(app.Services.GetRequiredService<Database>(), app.Services.GetRequiredService<RecordWriters>());
            var rebuilt = call.GetValue(rebuild) ? await upkeep.RebuildAsync() : 0;
            var faults = await upkeep.CheckAsync(ct);
            if (call.GetValue(AsJson)) Console.WriteLine(JsonSerializer.Serialize(new { ok = faults.Count == 0, rebuilt, faults }, Json.Options));
            else
            {
                foreach (var fault in faults) Console.Error.WriteLine(fault);
                if (call.GetValue(rebuild)) Console.Error.WriteLine($"{rebuilt} records rebuilt.");
                Console.Error.WriteLine(faults.Count == 0 ? "The catalogue is sound." : $"{faults.Count} faults.");
            }
            return faults.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
