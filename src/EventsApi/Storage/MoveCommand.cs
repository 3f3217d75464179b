using System.CommandLine;
using System.Text.Json;
using EventsApi.Records;
using Microsoft.Extensions.Options;

namespace EventsApi.Storage;

/// <summary>move TO</summary>
internal static class MoveCommand
{
    public static Command Make()
    {
        Argument<string> to = new("TO") { Description = "A PostgreSQL database, as Host=…;Database=…;Username=…, or a file. Nothing may be there yet." };
        var command = new Command("move", "Carry the catalogue to another engine, while nobody has it open: ids, revisions, keys and the change sequence stay. It is checked by digests; the one it comes from stays as it is.") { to, Commands.Catalogue, Commands.AsJson };
        command.SetAction((call, ct) =>
        {
            // What it is read from is set as for every command; where it goes is an engine of its own.
            var from = Server.Build(new() { ["Catalogue:Path"] = call.GetValue(Commands.Catalogue) }).Services.GetRequiredService<IOptions<CatalogueOptions>>().Value;
            var target = call.GetValue(to)!;
            var goal = target.Contains('=') ? new CatalogueOptions { Connection = target, Create = true } : new CatalogueOptions { Path = target, Create = true };
            if (from.Connection == "" && !File.Exists(from.Path)) throw new CatalogueException($"There is no catalogue at {from.Path}. Name one with --catalogue FILE.");
            if (goal.Connection == "" && File.Exists(goal.Path)) throw new CatalogueException($"{goal.Path} exists. Name another file.");
            Moved done;
            using (Engine source = Engine.Open(from), there = Engine.Open(goal)) done = Transfer.Run(source, there, table => Console.Error.WriteLine($"{table.Name}: {table.Rows:N0} rows"), ct);
            if (call.GetValue(Commands.AsJson)) Console.Out.WriteLine(JsonSerializer.Serialize(done, Json.Options));
            else Console.Error.WriteLine($"{done.Records:N0} records and all changes up to {done.LastChange:N0} are there, as the digests say. Answers and lists are made at its first start.");
            return Task.FromResult(0);
        });
        return command;
    }
}
