using System.CommandLine;
using EventsApi.Storage;

namespace EventsApi;

/// <summary>serve: what the program does without a command.</summary>
internal static class ServeCommand
{
    public static Command Make(RootCommand root)
    {
        Option<string> urls = new("--urls") { Description = "Where to listen.", HelpName = "URL", DefaultValueFactory = _ => "" };
        Option<string> seed = new("--seed") { Description = "What a new catalogue holds: default or none.", DefaultValueFactory = _ => "" };
        seed.AcceptOnlyFromAmong("default", "none", "");
        var command = new Command("serve", "Answer requests (what the program does without a command).") { urls, Commands.Catalogue, seed, Commands.Create };
        command.SetAction(async (call, ct) =>
        {
            // A setting is given only when it was typed, so that files and the environment keep their say.
            var settings = new Dictionary<string, string?>();
            if (call.GetResult(urls) is { Implicit: false }) settings["urls"] = call.GetValue(urls);
            if (call.GetResult(Commands.Catalogue) is { Implicit: false }) settings["Catalogue:Path"] = call.GetValue(Commands.Catalogue);
            if (call.GetResult(seed) is { Implicit: false }) settings["Catalogue:Seed"] = call.GetValue(seed);
            if (call.GetValue(Commands.Create)) settings["Catalogue:Create"] = "true";
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
}
