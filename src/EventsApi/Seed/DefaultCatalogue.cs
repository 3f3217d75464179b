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
    public Task<int> LoadAsync() => database.WriteAsync(writer =>
    {
        var session = WriteSession.Of(writer, writers);
        var count = 0;
        foreach (var (prefix, kind) in Files)
            foreach (var file in Directory.EnumerateFiles(Folder, prefix + ".*.ndjson").Order(StringComparer.Ordinal))
                count += Load(session, kind, file);
        return count;
    });

    private int Load(WriteSession session, Kind kind, string file)
    {
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            try
            {
                writers[kind].Add(session, System.Text.Encoding.UTF8.GetBytes(line));
            }
            catch (Exception error) when (error is ProblemException or System.Text.Json.JsonException)
            {
                throw new CatalogueException($"{Path.GetFileName(file)} line {number}: {error.Message} {string.Join(' ', ((error as ProblemException)?.Errors ?? []).Select(e => e.Pointer))}");
            }
        }
        return number;
    }
}
