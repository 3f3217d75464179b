using System.CommandLine;
using System.Text.Json;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Generate;

/// <summary>generate --events N</summary>
internal static class GenerateCommand
{
    public static Command Make()
    {
        Option<int> events = new("--events") { Description = "How many.", HelpName = "N", Required = true };
        Option<int> seed = new("--seed") { Description = "The same number makes the same events.", HelpName = "S", DefaultValueFactory = _ => 1 };
        events.Validators.Add(result => { if (result.GetValueOrDefault<int>() is < 1 or > 100_000_000) result.AddError("--events lies between 1 and 100000000."); });
        return Commands.Does(new Command("generate", "Add events that nobody took part in, for measurements. They stand in the dataset 'generated'.") { events, seed, Commands.Catalogue, Commands.Create, Commands.AsJson }, async (running, call) =>
        {
            var (count, watch) = (call.GetValue(events), System.Diagnostics.Stopwatch.StartNew());
            await new Generator(running.Services.GetRequiredService<Database>(), running.Services.GetRequiredService<RecordWriters>(), call.GetValue(seed)).RunAsync(count, done =>
            {
                running.Show($"{done:N0} of {count:N0}, {done / watch.Elapsed.TotalSeconds:N0} a second, {TimeSpan.FromSeconds((count - done) * watch.Elapsed.TotalSeconds / done):hh\\:mm\\:ss} left");
            }, running.Left);
            running.Show(null);
            if (call.GetValue(Commands.AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(new { generated = count, seconds = Math.Round(watch.Elapsed.TotalSeconds, 1) }, Json.Options));
            else running.Error.WriteLine($"{count:N0} events in {watch.Elapsed.TotalSeconds:N0} s.");
            return 0;
        });
    }
}
