using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Seed;

/// <summary>Loads the default catalogue: the NDJSON files beside this one, in one transaction, through the same writers as everything else.</summary>
internal sealed class DefaultCatalogue(Database database, RecordWriters writers)
{
    private static readonly (string Prefix, Kind Kind)[] Files =
    [
        ("datasets", Kind.Dataset), ("sources", Kind.Source), ("topics", Kind.Topic), ("locations", Kind.Location), ("actors", Kind.Actor), ("posts", Kind.Post), ("memberships", Kind.Membership),
        ("series", Kind.Series), ("situations", Kind.Situation), ("events", Kind.Event), ("meetings", Kind.Event), ("statements", Kind.Statement), ("relations", Kind.Relation), ("claims", Kind.Claim),
    ];

    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Seed");

    /// <summary>The number of records loaded.</summary>
    public async Task<int> LoadAsync()
    {
        // Reading and checking needs no database, so it runs beside the writing.
        var files = Files.SelectMany(f => Directory.EnumerateFiles(Folder, f.Prefix + ".*.ndjson").Order(StringComparer.Ordinal).Select(file => (f.Kind, Records: Task.Run(() => Read(f.Kind, file))))).ToList();
        return await writers.WriteAsync(database, session =>
        {
            var count = 0;
            foreach (var (kind, records) in files)
                foreach (var record in records.GetAwaiter().GetResult())
                {
                    writers[kind].Add(session, record);
                    count++;
                }
            // It is an import of our own files, and is listed as one.
            var entry = Imports.ImportLog.Find(session.Writer, Imports.ImportLog.Add(session.Writer, "ndjson", "default catalogue", null, new Imports.ImportOptions(), null))!;
            Imports.ImportLog.Note(session.Writer, entry with { Layout = "NDJSON records", Status = "done", Position = count, Counts = new Imports.ImportCounts(Read: count, Created: count), StartedAt = session.Writer.Now, EndedAt = session.Writer.Now });
            return count;
        });
    }

    /// <summary>What even an empty catalogue needs: the dataset of what is made here.</summary>
    public Task<Known> BeginAsync() => writers.WriteAsync(database, session => writers[Kind.Dataset].Add(session, new Sources.DatasetInput
    {
        Id = "curated", Title = "Made here", Licence = "As the sources of each record say", Redistribution = "attribution", Citation = "Events catalogue", Coding = "human",
    }));

    private List<RecordInput> Read(Kind kind, string file)
    {
        var records = new List<RecordInput>();
        foreach (var line in File.ReadLines(file))
            try
            {
                records.Add(writers[kind].Read(System.Text.Encoding.UTF8.GetBytes(line)));
            }
            catch (Exception error) when (error is ProblemException or System.Text.Json.JsonException)
            {
                throw new CatalogueException($"{Path.GetFileName(file)} line {records.Count + 1}: {error.Message} {string.Join(' ', ((error as ProblemException)?.Errors ?? []).Select(e => e.Pointer))}");
            }
        return records;
    }
}
