using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using EventsApi.Events;
using EventsApi.Http;
using EventsApi.Imports;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Vocabulary;

/// <summary>An event type with its modes, how many events have it, and the codes of other schemes that map to it.</summary>
/// <param name="Codes">In the list, a code stands for those below it that are not listed; the single type has every code.</param>
public sealed record EventTypeEntry(string Id, string Label, string Description, int QuadClass, double Score, long Count, IReadOnlyList<ModeEntry> Modes, IReadOnlyList<MappedCode> Codes, IReadOnlyList<CrosswalkEntry> Crosswalks, string Href);

/// <summary>A code of another scheme (cameo, acled, ucdp-violence) that maps to an event type.</summary>
/// <param name="Mode">The mode of the type that it also gives, if any.</param>
/// <param name="Fit">exact, near or loose.</param>
public sealed record MappedCode(string Scheme, string Code, string Label, string? Mode, string Fit);

/// <summary>How much of another scheme maps to the event types.</summary>
/// <param name="Version">Of the crosswalk; a change of the mapping changes it.</param>
/// <param name="Here">How many codes lead to this type.</param>
/// <param name="Mapped">How many codes lead to any type.</param>
/// <param name="Total">How many codes the scheme has.</param>
public sealed record CrosswalkEntry(string Scheme, string Version, int Here, int Mapped, int Total);

/// <summary>A mode of an event type.</summary>
public sealed record ModeEntry(string Id, double Score);

/// <summary>A closed list used anywhere in the catalogue.</summary>
public sealed record CodeList(string Id, string Label, IReadOnlyList<CodeEntry> Values, string Href);

/// <summary>A value of a closed list.</summary>
public sealed record CodeEntry(string Code, string? Label);

/// <summary>How much the catalogue holds.</summary>
/// <param name="Records">Live records by kind; meetings are counted among the events too.</param>
/// <param name="First">The earliest day on which an event is known to have started.</param>
/// <param name="Version">Grows with every change.</param>
/// <param name="Feeds">Those that are or were followed.</param>
public sealed record Stats(IReadOnlyDictionary<string, long> Records, IReadOnlyDictionary<string, long> Datasets, IReadOnlyDictionary<string, long> EventTypes, string? First, string? Last, long Undated, long Sequence, long Version, string ChangedAt, IReadOnlyList<FeedState> Feeds);

internal static class VocabularyEndpoints
{
    public static void MapVocabulary(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/topics", ListTopics).WithName(nameof(ListTopics)).Lists(CatalogueResources.Topics, "Topics, by label", "A tree of subjects, with how many events have each.",
            new("Hybrid threats and below", "/v1/topics?within=hybrid-threats"), new("All, a hundred at a time", "/v1/topics?limit=100"));
        routes.MapGet("/topics/{id}", GetTopic).WithName(nameof(GetTopic)).Gives(CatalogueResources.Topics, "One topic", "Its events are at /v1/events?topic=.", new("Hybrid threats", "/v1/topics/hybrid-threats"), new("Artificial intelligence", "/v1/topics/artificial-intelligence"));
        routes.MapGet("/event-types", ListEventTypes).WithName(nameof(ListEventTypes)).Answers<EventTypeEntry>("Vocabularies", "Event types", "The sixteen types of PLOVER and `statement`, with modes, scores, how many events have each, and the codes of CAMEO, ACLED and UCDP that become them.",
            new("All", "/v1/event-types"), new("The first five", "/v1/event-types?limit=5"), list: true);
        routes.MapGet("/event-types/{id}", GetEventType).WithName(nameof(GetEventType)).Answers<EventTypeEntry>("Vocabularies", "One event type", "With its modes and every code of CAMEO, ACLED and UCDP that becomes it.", new("Consult", "/v1/event-types/consult"), new("Assault", "/v1/event-types/assault"));
        routes.MapGet("/codes", ListCodes).WithName(nameof(ListCodes)).Answers<CodeList>("Vocabularies", "Every closed list", "All words that members and filters can take.", new("All", "/v1/codes?limit=100"), new("The first five", "/v1/codes?limit=5"), list: true);
        routes.MapGet("/codes/{id}", GetCodes).WithName(nameof(GetCodes)).Answers<CodeList>("Vocabularies", "One closed list", "Its values in order.", new("Roles", "/v1/codes/role"), new("Sectors", "/v1/codes/sector"));
        routes.MapGet("/stats", GetStats).WithName(nameof(GetStats)).Answers<Stats>("Catalogue", "What the catalogue holds", "Counts by kind, dataset and event type, and the days it covers.", new("All", "/v1/stats"), new("As JSON, said aloud", "/v1/stats?format=json"));
    }

    private static Task ListTopics(HttpContext http, Lists lists) => lists.AnswerAsync(http, CatalogueResources.Topics);

    private static Task GetTopic(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, CatalogueResources.Topics, id);

    private static async Task ListEventTypes(HttpContext http, Database database)
    {
        var counts = await database.ReadAsync(reader => Counts(reader, "event.type"), http.RequestAborted);
        await ShortList.AnswerAsync(http, database, "Event types", [.. EventTypes.All.Select(t => JsonSerializer.SerializeToNode(Entry(t, counts, c => c.Telling), Json.Options)!)]);
    }

    private static async Task GetEventType(string id, HttpContext http, Database database)
    {
        Singles.CheckParameters(http, "format");
        Conditional.RequireJson(http);
        var type = EventTypes.Find(id) ?? throw Missing("event type", id, EventTypes.Ids);
        var counts = await database.ReadAsync(reader => Counts(reader, "event.type"), http.RequestAborted);
        await ShortList.SendAsync(http, database, Entry(type, counts, c => c.All));
    }

    private static Task ListCodes(HttpContext http, Database database) =>
        ShortList.AnswerAsync(http, database, "Closed lists", [.. Words.Lists.Select(l => JsonSerializer.SerializeToNode(Entry(l), Json.Options)!)]);

    private static async Task GetCodes(string id, HttpContext http, Database database)
    {
        Singles.CheckParameters(http, "format");
        Conditional.RequireJson(http);
        var list = Words.Lists.FirstOrDefault(l => l.Id == id);
        if (list.Id is null) throw Missing("code list", id, [.. Words.Lists.Select(l => l.Id)]);
        await ShortList.SendAsync(http, database, Entry(list));
    }

    private static async Task GetStats(HttpContext http, Database database)
    {
        Singles.CheckParameters(http, "format");
        Conditional.RequireJson(http);
        await ShortList.SendAsync(http, database, await database.ReadAsync(reader => Measure(reader, database), http.RequestAborted));
    }

    private static Stats Measure(Reader reader, Database database)
    {
        var records = Counting.Records(reader);
        records["meeting"] = Counts(reader, "event.kind").GetValueOrDefault("meeting");
        var (_, high) = Kind.Event.Keys;
        static string? Day(long? key) => key is null ? null : Dates.EdtfDate.Day((int)(key.Value >> 20) - 1);
        return new Stats(records, Counts(reader, "event.dataset"), Counts(reader, "event.type"),
            // Day 1 holds dates whose beginning is open.
            Day(reader.Db.ExecuteScalar<long?>("SELECT min(key) FROM answers WHERE key BETWEEN @First AND @high", new { First = 2L << 20, high })),
            Day(reader.Db.ExecuteScalar<long?>("SELECT max(key) FROM answers WHERE key BETWEEN @First AND @high", new { First = 2L << 20, high })),
            records[Kind.Event.Name] - Counts(reader, "event.has").GetValueOrDefault("date"),
            RecordLog.Last(reader), database.Version,
            Json.Instant(database.ChangedAt), FeedLog.States(reader));
    }

    private static Dictionary<string, long> Counts(Reader reader, string field) =>
        reader.Db.Query<ListSize>("SELECT value, count FROM lists WHERE field = @field AND count > 0 ORDER BY value", new { field }).ToDictionary(l => l.Value, l => l.Count);

    private sealed record ListSize
    {
        public string Value { get; init; } = "";
        public long Count { get; init; }
    }

    private static EventTypeEntry Entry(EventType type, Dictionary<string, long> counts, Func<Crosswalk, IEnumerable<Crossing>> codes) =>
        new(type.Id, type.Label, type.Description, type.QuadClass, type.Score, counts.GetValueOrDefault(type.Id), [.. type.Modes.Select(m => new ModeEntry(m, type.ModeScores[m]))],
            [.. Crosswalks.All.SelectMany(codes, (walk, crossing) => (walk, crossing)).Where(c => c.crossing.Type == type.Id).Select(c => new MappedCode(c.walk.Scheme, c.crossing.Code, c.crossing.Label, c.crossing.Mode, c.crossing.Fit))],
            [.. Crosswalks.All.Select(c => new CrosswalkEntry(c.Scheme, c.Version, c.All.Count(crossing => crossing.Type == type.Id), c.All.Count, c.CodesOfScheme))], $"/v1/event-types/{type.Id}");

    private static CodeList Entry((string Id, string Label, string[] Values) list) => new(list.Id, list.Label,
        [.. list.Values.Select(v => new CodeEntry(v, list.Id switch { "sector" => Words.Sectors.First(s => s.Code == v).Label, "event-type" => EventTypes.Find(v)!.Label, _ => null }))], $"/v1/codes/{list.Id}");

    private static ProblemException Missing(string noun, string id, string[] ids)
    {
        var nearest = Folding.Nearest(id, ids);
        return new ProblemException(ProblemCode.NotFound, $"There is no {noun} '{id}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}");
    }
}

internal static class Counting
{
    // Each record of these kinds stands in exactly one list of the field, and lists know their lengths. The others are few.
    private static readonly Dictionary<Kind, string> Sorted = new()
    {
        [Kind.Event] = "event.dataset", [Kind.Actor] = "actor.kind", [Kind.Location] = "location.kind", [Kind.Source] = "source.kind", [Kind.Relation] = "relation.type", [Kind.Membership] = "membership.kind", [Kind.Situation] = "situation.kind",
    };

    /// <summary>How many records each kind has.</summary>
    public static SortedDictionary<string, long> Records(Reader reader)
    {
        var records = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var kind in Kind.All)
            records[kind.Name] = (Sorted.TryGetValue(kind, out var field) ? reader.Kept("SELECT sum(count) FROM lists WHERE field = ?").Bind(field).Scalar()
                : reader.Kept("SELECT count(*) FROM records WHERE ref BETWEEN ? AND ?").Bind(kind.Refs.Low).Bind(kind.Refs.High).Scalar()) ?? 0;
        return records;
    }
}
