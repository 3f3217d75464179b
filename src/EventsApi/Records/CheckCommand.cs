using System.CommandLine;
using System.Text.Json;
using EventsApi.Storage;

namespace EventsApi.Records;

/// <summary>check</summary>
internal static class CheckCommand
{
    public static Command Make()
    {
        Option<bool> rebuild = new("--rebuild") { Description = "Make every derived list again from the records." };
        return Commands.Does(new Command("check", "Check the file, its indexes and references.") { Commands.Catalogue, rebuild, Commands.AsJson }, async (running, call) =>
        {
            var upkeep = new Upkeep(running.Services.GetRequiredService<Database>(), running.Services.GetRequiredService<RecordWriters>());
            var rebuilt = call.GetValue(rebuild) ? await upkeep.RebuildAsync() : 0;
            var faults = await upkeep.CheckAsync(running.Left);
            if (call.GetValue(Commands.AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(new { ok = faults.Count == 0, rebuilt, faults }, Json.Options));
            else
            {
                foreach (var fault in faults) running.Error.WriteLine(fault);
                if (call.GetValue(rebuild)) running.Error.WriteLine($"{rebuilt} records rebuilt.");
                running.Error.WriteLine(faults.Count == 0 ? "The catalogue is sound." : $"{faults.Count} faults.");
            }
            return faults.Count == 0 ? 0 : 1;
        }, prepare: false);
    }
}
