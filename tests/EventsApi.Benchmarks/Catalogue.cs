using System.IO.Compression;
using System.Text.Json;
using EventsApi.Dates;
using EventsApi.Events;
using EventsApi.Generate;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Sources;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Benchmarks;

/// <summary>A catalogue for measurements: the default one, generated events whose texts hold the words of the judged queries, and the judged documents as events at random dates among them.</summary>
internal static class MeasuredCatalogue
{
    private const string Dataset = "judged";

    /// <param name="documents">Files of documents, one JSON object a line, gzipped; none to leave them out.</param>
    /// <param name="map">Where to write which event is which document.</param>
    public static async Task MakeAsync(string path, int events, IReadOnlyList<string> documents, string queries, string map)
    {
        await using var app = Server.Build(new() { ["Catalogue:Path"] = path, ["Catalogue:Create"] = "true" });
        await Server.PrepareAsync(app);
        var (database, writers) = (app.Services.GetRequiredService<Database>(), app.Services.GetRequiredService<RecordWriters>());
        var ids = new List<string>();
        // Any dates will do, as long as they say nothing about relevance.
        var random = new Random(7);
        foreach (var file in documents)
        {
            var lines = new List<string>();
            using (var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress)))
                while (await reader.ReadLineAsync() is { } line) lines.Add(line);
            var name = Path.GetFileName(file).Split('.')[0];
            await writers.WriteAsync(database, session =>
            {
                if (session.Find(Kind.Dataset, Dataset) is null)
                    writers[Kind.Dataset].Add(session, new DatasetInput { Id = Dataset, Title = "Judged documents", Licence = "Public domain", Redistribution = "yes", Citation = "For measurements only", Coding = "human" });
                foreach (var line in lines)
                {
                    var document = JsonDocument.Parse(line).RootElement;
                    string Text(string member) => document.TryGetProperty(member, out var value) ? value.GetString() ?? "" : "";
                    var title = Text("title");
                    var known = writers[Kind.Event].Add(session, new EventInput
                    {
                        Type = "statement", Title = title.Length > 300 ? title[..300] : title, Summary = Text("text"), Dataset = new ReferenceInput(null, Dataset),
                        Date = EdtfDate.TryParse(new DateOnly(1990, 1, 1).AddDays(random.Next(36 * 365)).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), out var date) ? date : null,
                    });
                    ids.Add($"{known.Id}\t{name}:{Text("id")}");
                }
                return lines.Count;
            });
        }
        await File.WriteAllLinesAsync(map, ids);
        if (events == 0) return;
        // Slips are in no text: then what was meant is found only when it is understood.
        var words = File.ReadLines(queries).Where(line => line.Split('\t')[1] != "typo").SelectMany(line => Folding.Words(line.Split('\t')[2])).Select(w => w.Text).Where(w => w.Length > 2).Distinct().ToList();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await new Generator(database, writers, 1) { Mixed = words }.RunAsync(events, done =>
        {
            if (done % 50_000 == 0) Console.Error.WriteLine($"{done:N0} events, {done / watch.Elapsed.TotalSeconds:N0} a second");
        });
    }
}
