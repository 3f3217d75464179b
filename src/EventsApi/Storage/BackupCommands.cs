using System.CommandLine;
using System.Text.Json;
using EventsApi.Records;

namespace EventsApi.Storage;

/// <summary>backup FILE and restore FILE</summary>
internal static class BackupCommands
{
    public static Command Backup()
    {
        Argument<string> file = new("FILE") { Description = "Where to; its digest goes beside it, into FILE.sha256." };
        Option<bool> force = new("--force") { Description = "Replace a file of that name." };
        return Commands.Does(new Command("backup", "Copy the catalogue to a file, also while it is served and written. Uploads that wait to be imported are not part of it.") { file, force, Commands.Catalogue, Commands.AsJson }, async (running, call) =>
        {
            var made = await running.Services.GetRequiredService<Database>().BackUpAsync(Path.GetFullPath(call.GetValue(file)!, running.Folder), call.GetValue(force), running.Left);
            if (call.GetValue(Commands.AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(made, Json.Options));
            else running.Error.WriteLine($"{made.File}: {made.Bytes:N0} bytes, checked, sha256 {made.Sha256}.");
            return 0;
        }, prepare: false);
    }

    public static Command Restore()
    {
        Argument<string> file = new("FILE") { Description = "What backup wrote, with FILE.sha256 beside it." };
        var command = new Command("restore", "Put a backup in the place of the catalogue, while no server runs. The catalogue that was there is kept beside it.") { file, Commands.Catalogue, Commands.AsJson };
        // Not handed over: a server cannot change the file it has open.
        command.SetAction(async (call, ct) =>
        {
            Restored done;
            try
            {
                done = await Backups.RestoreAsync(Path.GetFullPath(call.GetValue(file)!), call.GetValue(Commands.Catalogue)!, DateTimeOffset.UtcNow, ct);
            }
            catch (CatalogueInUseException)
            {
                throw new CatalogueException($"A server or another command has {call.GetValue(Commands.Catalogue)} open. Stop it, restore, and start it again.");
            }
            if (call.GetValue(Commands.AsJson)) Console.Out.WriteLine(JsonSerializer.Serialize(done, Json.Options));
            else Console.Error.WriteLine($"{done.Catalogue} is restored." + (done.KeptAs is { } kept ? $" What was there is {kept}." : ""));
            return 0;
        });
        return command;
    }
}
