using System.Text.Json.Nodes;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;
using EventsApi.Vocabulary;

namespace EventsApi.Events;

/// <summary>One happening as all rows that code it tell it.</summary>
/// <param name="Rule">The version of the rule that took the rows for one: same day, same parties in any order, same type, same place.</param>
/// <param name="Datasets">What each dataset says, side by side.</param>
public sealed record IncidentDocument(string Id, int Rule, int Count, Date? Date, [property: CodeList("event-type")] string Type, EventLocation? Location, IReadOnlyList<IncidentAccount> Datasets, string Href);

/// <summary>What one dataset says of it.</summary>
/// <param name="Sources">How many articles and files its rows name in all.</param>
/// <param name="Events">Its rows, newest first; at most 100.</param>
public sealed record IncidentAccount(string Dataset, int Count, int Sources, IReadOnlyList<JsonNode> Events);

/// <summary>Finds the rows of one incident.</summary>
internal static class Incidents
{
    private const int MostEvents = 100;

    public static async Task GetAsync(HttpContext http, Database database, string id)
    {
        Singles.CheckParameters(http, "format");
        Conditional.RequireJson(http);
        await ShortList.SendAsync(http, database, await database.ReadAsync(reader => Read(reader, id), http.RequestAborted));
    }

    private static IncidentDocument Read(Reader reader, string id)
    {
        var keys = KeysOf(reader, id);
        if (keys.Count == 0) throw new ProblemException(ProblemCode.NotFound, $"There is no incident '{id}'. An event's `incident` names one.");
        var events = keys.Select(key =>
        {
            var row = reader.Kept("SELECT a.item, n.sources FROM answers a JOIN event_numbers n ON n.key = a.key WHERE a.key = ?").Bind(key);
            row.Step();
            var found = (Item: JsonNode.Parse(row.Blob(0))!, Sources: (int)row.Int64(1));
            row.Reset();
            return found;
        }).ToList();
        var first = events[0].Item;
        T? Member<T>(string name) => System.Text.Json.JsonSerializer.Deserialize<T>(first[name], Json.Options);
        return new IncidentDocument(id, Incident.Rule, events.Count, Member<Date>("date"), (string)first["type"]!, Member<EventLocation>("location"),
            [.. events.GroupBy(e => (string)e.Item["dataset"]!).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new IncidentAccount(g.Key, g.Count(), g.Sum(e => e.Sources), [.. g.Take(MostEvents).Select(e => e.Item)]))],
            $"/v1/incidents/{id}");
    }

    /// <summary>Of each incident only its newest row that fulfils all other conditions; rows without an incident stand for themselves.</summary>
    public static Condition Newest(Reader reader, IReadOnlyList<Condition> others)
    {
        // The tests speak of p, so inside the name is that of the other row, and this one's key and incident are taken in from outside.
        var (sql, values) = new KeyWalk(reader, Kind.Event, others, testOnly: true).AsTest();
        return new Test($"NOT EXISTS (SELECT 1 FROM (SELECT n.key AS own, n.incident AS same FROM event_numbers n WHERE n.key = p.key) o JOIN event_numbers p ON p.incident = o.same AND p.key > o.own WHERE {sql})", [.. values]);
    }

    /// <summary>The keys of the events of an incident, newest first; none when the text names no incident.</summary>
    public static IReadOnlyList<long> KeysOf(Reader reader, string id) => Incident.HashOf(id) is { } hash ? KeysOf(reader, hash) : [];

    public static List<long> KeysOf(Reader reader, long hash)
    {
        var keys = new List<long>();
        var rows = reader.Kept("SELECT key FROM event_numbers WHERE incident = ? ORDER BY key DESC").Bind(hash);
        while (rows.Step()) keys.Add(rows.Int64(0));
        return keys;
    }

    /// <summary>The events that code what the event with this key codes, itself among them.</summary>
    public static IEnumerable<long> WithKey(Reader reader, long key) =>
        reader.Kept("SELECT incident FROM event_numbers WHERE key = ?").Bind(key).Scalar() is { } hash ? KeysOf(reader, hash) : [];
}
