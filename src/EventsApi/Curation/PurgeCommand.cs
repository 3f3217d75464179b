using System.CommandLine;
using System.Text.Json;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Curation;

/// <summary>purge ID</summary>
internal static class PurgeCommand
{
    public static Command Make()
    {
        Argument<string> id = new("ID") { Description = "The record's id, E12, or its path, actors/nato." };
        Option<string> reason = new("--reason") { Description = "Why; the 410 says it to everybody, so it must not repeat what is purged.", HelpName = "TEXT", Required = true };
        reason.Validators.Add(result => { if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>())) result.AddError("--reason says why; the 410 repeats it."); });
        return Commands.Does(new Command("purge", "Remove a record, its history and the claims about it for good, where law demands it. Backups that were made before still hold it.") { id, reason, Commands.Catalogue, Commands.AsJson }, async (running, call) =>
        {
            var services = running.Services;
            var done = await new Purges(services.GetRequiredService<Database>(), services.GetRequiredService<RecordWriters>(), services.GetRequiredService<Edits>()).RunAsync(call.GetValue(id)!, call.GetValue(reason)!);
            if (call.GetValue(Commands.AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(done, Json.Options));
            else running.Error.WriteLine($"{done.Id} is purged{(done.Also.Count > 0 ? $", and with it {string.Join(", ", done.Also)}" : "")}. Backups and exports made before still hold it.");
            return 0;
        }, prepare: false);
    }
}
