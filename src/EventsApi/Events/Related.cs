using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Events;

/// <summary>Why one event is related to another.</summary>
/// <param name="Kind">relation, series, situation, incident, source, participants, place or topics.</param>
/// <param name="Text">In words, such as "the meeting before in NATO summit".</param>
public sealed record RelatedReason(string Kind, string Text);

/// <summary>An event as it stands in lists, and why it is here.</summary>
public record RelatedEvent : EventItem
{
    public IReadOnlyList<RelatedReason> Reasons { get; init; } = [];

    // Those of a meeting.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public LabelReference? Series { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? Ordinal { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Setting { get; init; }
}

internal static class Related
{
    private const int Most = 50, PerReason = 60;
    private const int NearDays = 60;
    private const int LongList = 5_000;

    // The fields by which events are related.
    private static readonly string[] Fields = ["event.series", "event.situation", "event.actor", "event.location", "event.topic", "event.source"];

    public static async Task AnswerAsync(HttpContext http, Database database, RecordWriters writers, string id)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, ShortList.Controls("lang", "knownAt"));
        var languages = Languages.Of(http);
        var items = http.Request.Query.ContainsKey("knownAt")
            ? await database.ReadHeavyAsync(reader => PastSession.Asked(http, reader, writers) is var past ? Named(reader, Then(reader, past!, id), past) : [], http.RequestAborted)
            : await database.SearchAsync(reader => Named(reader, Find(reader, Singles.Require(reader, Kind.Event, id), (kind, id) => Name(reader, kind, id)), null), http.RequestAborted);
        await ShortList.AnswerAsync(http, database, $"Events related to {id}, the nearest first", items, "lang", "knownAt");

        List<JsonNode> Named(Reader reader, List<JsonNode> found, PastSession? past)
        {
            foreach (var related in found) languages?.Apply(reader, related, past);
            return found;
        }
    }

    /// <summary>The same in a catalogue that holds what can be related, as it stood then: the nearest in each list of the event, and of what changed since, all that shares a list with it.</summary>
    private static List<JsonNode> Then(Reader reader, PastSession past, string id)
    {
        var of = past.Require(Kind.Event, id);
        var made = past.Describe(of.Ref)!;
        var lists = made.Lists.Where(l => Fields.Contains(l.Field)).ToList();
        var (altered, key) = (past.Altered(Kind.Event), PastList.KeyThen(reader, made));
        var needed = new SortedSet<long> { of.Ref };
        foreach (var relation in past.Keys("relation.from", $"event:{of.Id}").Concat(past.Keys("relation.to", $"event:{of.Id}")).ToList())
        {
            needed.Add(relation);
            var ends = past.Input<RelationInput>(relation);
            foreach (var end in new[] { ends.From!, ends.To! })
                if (end.Kind == "event") needed.Add(past.Find(Kind.Event, end.Id)!.Ref);
        }
        foreach (var (field, value) in lists)
            foreach (var name in past.Names(field, value))
                foreach (var sql in (string[])["p.key < ?2 ORDER BY p.key DESC", "p.key > ?2 ORDER BY p.key"])
                {
                    var near = reader.Kept($"SELECT a.ref FROM lists l CROSS JOIN postings p ON p.list = l.id << 2 CROSS JOIN answers a ON a.key = p.key WHERE l.field = ?1 AND l.value = ?3 AND (?4 = 0 OR p.detail & 15 <> 0) AND {sql}")
                        .Bind(field).Bind(key).Bind(name).Bind(field == "event.topic" ? 1L : 0L);
                    for (var found = 0; found < PerReason / 2 && near.Step();)
                    {
                        if (altered.Contains(near.Int64(0)) || !past.WasAdded(near.Int64(0))) continue;
                        needed.Add(near.Int64(0));
                        found++;
                    }
                    near.Reset();
                }
        var incident = made.Numbers?.Incident;
        if (incident is { } same)
            foreach (var other in Incidents.KeysOf(reader, same).Take(PerReason))
                if (reader.Kept("SELECT ref FROM answers WHERE key = ?").Bind(other).Scalar() is { } reference && !altered.Contains(reference) && past.WasAdded(reference)) needed.Add(reference);
        foreach (var reference in altered)
            if (past.Describe(reference) is { } other && (incident is not null && other.Numbers?.Incident == incident || lists.Exists(l => other.IsIn(l.Field, l.Value)))) needed.Add(reference);
        if (needed.Count > PastList.Most) throw PastList.TooMany("Ask for a later time.");

        using var then = PastList.Made(reader, past, needed);
        // How many share a list is counted where they all are; of long lists it says little, and the count of now will do.
        foreach (var (field, value) in lists)
            then.Kept("UPDATE lists SET count = ? WHERE field = ? AND value = ?").Bind(reader.Kept("SELECT count FROM lists WHERE field = ? AND value = ?").Bind(field).Bind(value).Scalar() is > LongList and var many ? many : past.Count(field, value, background: true)).Bind(field).Bind(value).Run();
        return Find(then, of, (kind, id) => past.Find(kind, id)?.Name ?? id);
    }

    /// <param name="name">What a record of a kind and an id is called.</param>
    private static List<JsonNode> Find(Reader reader, Known of, Func<Kind, string, string> name)
    {
        var key = RecordLookup.KeyOf(reader, of.Ref)!.Value;
        var found = new Dictionary<long, (double Weight, List<RelatedReason> Reasons)>();
        void Add(long other, double weight, string kind, string text)
        {
            if (other == key) return;
            if (!found.TryGetValue(other, out var known)) known = (0, []);
            if (!known.Reasons.Exists(r => r.Kind == kind && r.Text == text)) known.Reasons.Add(new RelatedReason(kind, text));
            found[other] = (known.Weight + weight, known.Reasons);
        }

        // What the catalogue says outright, in both directions.
        var relations = reader.Kept("""
            SELECT a.item ->> '$.type', a.item ->> '$.from.id', a.item ->> '$.to.id'
            FROM lists l
            JOIN postings p ON p.list = l.id << 2
            JOIN answers a ON a.key = p.key
            WHERE l.field IN ('relation.from', 'relation.to') AND l.value = ? AND a.item ->> '$.from.kind' = 'event' AND a.item ->> '$.to.kind' = 'event'
            LIMIT 100
            """).Bind($"event:{of.Id}");
        var said = new List<(string Type, string From, string To)>();
        while (relations.Step()) said.Add((relations.Text(0), relations.Text(1), relations.Text(2)));
        foreach (var (type, from, to) in said)
            if (RecordLookup.KeyOf(reader, Kind.Event.Ref(Kind.Event.NumberOf(from == of.Id ? to : from) ?? 0)) is { } other) Add(other, 10, "relation", from == of.Id ? $"{of.Id} {Spaced(type)} it" : $"it {Spaced(type)} {of.Id}");

        foreach (var other in Incidents.WithKey(reader, key).Take(PerReason)) Add(other, 8, "incident", "codes the same happening");

        // Its lists, rare ones first: what few events share says more.
        foreach (var (field, value, count) in Lists(reader, key).Where(l => l.Count > 1).OrderBy(l => l.Count))
        {
            var rarity = 3 / Math.Log2(1 + count);
            switch (field)
            {
                case "event.series":
                    Neighbours(value, (other, before) => Add(other, 6, "series", $"the meeting {(before ? "before" : "after")} in {name(Kind.Series, value)}"));
                    break;
                case "event.situation":
                    foreach (var other in Near(field, value)) Add(other, 1.5 * rarity, "situation", $"also in {name(Kind.Situation, value)}");
                    break;
                case "event.actor":
                    foreach (var other in Near(field, value)) Add(other, rarity, "participants", $"with {name(Kind.Actor, value)}");
                    break;
                case "event.location" when count <= 2_000:
                    foreach (var other in Near(field, value)) Add(other, rarity, "place", $"in {name(Kind.Location, value)}");
                    break;
                case "event.topic":
                    foreach (var other in Near(field, value)) Add(other, rarity, "topics", $"about {name(Kind.Topic, value)}");
                    break;
                case "event.source" when count <= 200:
                    foreach (var other in Near(field, value)) Add(other, 2 * rarity, "source", $"told by the same source, {value}");
                    break;
            }
        }

        // Nearer in time counts more, down to a half.
        double Weight(long other, double weight) => key >> 20 <= 1 || other >> 20 <= 1 ? weight * 0.7 : weight * (0.5 + 0.5 * Math.Exp(-Math.Abs((key >> 20) - (other >> 20)) / (double)NearDays));
        return [.. found.Select(f => (f.Key, Weight: Weight(f.Key, f.Value.Weight), f.Value.Reasons)).OrderByDescending(f => f.Weight).ThenByDescending(f => f.Key).Take(Most).Select(f =>
        {
            var row = reader.Kept("SELECT item FROM answers WHERE key = ?").Bind(f.Key);
            row.Step();
            var item = JsonNode.Parse(row.Blob(0))!.AsObject();
            row.Reset();
            item["reasons"] = System.Text.Json.JsonSerializer.SerializeToNode(f.Reasons, Json.Options);
            return (JsonNode)item;
        })];

        // The newest before and the oldest after the event, in a list that may be long; a topic that is mere background there is none.
        IEnumerable<long> Near(string field, string value)
        {
            var list = reader.Kept("SELECT id << 2 FROM lists WHERE field = ? AND value = ?").Bind(field).Bind(value).Scalar() ?? -1;
            var near = new List<long>();
            var before = reader.Kept("SELECT key FROM postings WHERE list = ?1 AND key < ?2 AND (?3 = 0 OR detail & 15 <> 0) ORDER BY key DESC LIMIT ?4").Bind(list).Bind(key).Bind(field == "event.topic" ? 1L : 0L).Bind((long)PerReason / 2);
            while (before.Step()) near.Add(before.Int64(0));
            var after = reader.Kept("SELECT key FROM postings WHERE list = ?1 AND key > ?2 AND (?3 = 0 OR detail & 15 <> 0) ORDER BY key LIMIT ?4").Bind(list).Bind(key).Bind(field == "event.topic" ? 1L : 0L).Bind((long)PerReason / 2);
            while (after.Step()) near.Add(after.Int64(0));
            return near;
        }

        void Neighbours(string series, Action<long, bool> add)
        {
            var list = reader.Kept("SELECT id << 2 FROM lists WHERE field = 'event.series' AND value = ?").Bind(series).Scalar() ?? -1;
            if (reader.Kept("SELECT max(key) FROM postings WHERE list = ? AND key < ?").Bind(list).Bind(key).Scalar() is { } before) add(before, true);
            if (reader.Kept("SELECT min(key) FROM postings WHERE list = ? AND key > ?").Bind(list).Bind(key).Scalar() is { } after) add(after, false);
        }
    }

    private static List<(string Field, string Value, long Count)> Lists(Reader reader, long key)
    {
        var ids = new List<long>();
        var row = reader.Kept("SELECT lists FROM features WHERE key = ?").Bind(key);
        row.Step();
        foreach (var id in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(row.Blob(0)))
            if ((id & ListStore.Background) == 0) ids.Add(id);
        row.Reset();
        var lists = new List<(string, string, long)>();
        foreach (var id in ids)
        {
            var list = reader.Kept("SELECT field, value, count FROM lists WHERE id = ?").Bind(id);
            if (!list.Step()) continue;
            lists.Add((list.Text(0), list.Text(1), list.Int64(2)));
            list.Reset();
        }
        return lists;
    }

    private static string Name(Reader reader, Kind kind, string id) => reader.Kept("SELECT name FROM records WHERE kind = ? AND id = ?").Bind(kind.Number).Bind(id).ScalarText() ?? id;

    /// <summary>partOf is "is part of".</summary>
    private static string Spaced(string type) => type switch { "partOf" => "is part of", "about" => "is about", "sameAs" => "is the same as", _ => type };
}
