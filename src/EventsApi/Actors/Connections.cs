using System.Runtime.InteropServices;
using System.Text.Json;
using EventsApi.Events;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;
using EventsApi.Vocabulary;

namespace EventsApi.Actors;

/// <summary>An actor met with in the same events, how often, and when first and last.</summary>
/// <param name="First">The earliest day on which a shared event began; null when none is dated.</param>
public sealed record Connection(Reference Actor, long Count, string? First, string? Last, string Href);

/// <summary>Two actors side by side: what they did together, and what both belong to.</summary>
/// <param name="Types">Shared events by type, most first.</param>
/// <param name="Years">Shared events by the year in which they began, in order.</param>
/// <param name="Meetings">How many of them are meetings.</param>
/// <param name="Score">Mean score of the shared events.</param>
/// <param name="Memberships">Organizations to which both belong or belonged.</param>
public sealed record Dyad(Reference A, Reference B, TotalCount Total, string? First, string? Last, long Meetings, double? Score, IReadOnlyList<FacetValue> Types, IReadOnlyList<FacetValue> Years, IReadOnlyList<SharedMembership> Memberships, bool Estimated, string Href);

/// <summary>An organization that both belong to, with each one's term; <c>together</c> when the terms can have overlapped.</summary>
public sealed record SharedMembership(Reference Organization, string Classification, Term A, Term B, bool Together);

/// <summary>From when to when (EDTF), each null when open or unknown.</summary>
public sealed record Term(string? Start, string? End);

internal static class ActorConnections
{
    // The newest so many shared events are looked at; an actor has more than these only in large catalogues.
    private const int MostEvents = 20_000, MostConnections = 500;

    public static async Task ListAsync(HttpContext http, Database database, ListNames names, string id)
    {
        Conditional.RequireJson(http);
        var items = await database.SearchAsync(reader =>
        {
            var actor = Singles.Require(reader, Kind.Actor, id);
            names.Read(reader);
            var field = names.Fields.IndexOf("event.actor");
            var found = new Dictionary<string, (long Count, long First, long Last)>();
            new KeyWalk(reader, Kind.Event, [new InLists([("event.actor", actor.Id)])]).Run(", a.lists", true, null, MostEvents, row =>
            {
                var key = row.Int64(0);
                var isDated = key >= 2L << 20;
                foreach (var id in MemoryMarshal.Cast<byte, uint>(row.Blob(1)))
                {
                    if (names.FieldOf(id) != field || names.ValueOf(id) is var other && other == actor.Id) continue;
                    ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(found, names.ValueOf(id), out _);
                    known = (known.Count + 1, isDated ? key : known.First, known.Last == 0 && isDated ? key : known.Last);
                }
                return true;
            }, table: "features");
            return found.OrderByDescending(f => f.Value.Count).ThenByDescending(f => f.Value.Last).ThenBy(f => f.Key, StringComparer.Ordinal).Take(MostConnections).Select(f =>
            {
                var other = RecordLookup.Find(reader, Kind.Actor, f.Key)!;
                var ids = string.Join(',', ((string[])[actor.Id, other.Id]).Order(StringComparer.Ordinal));
                return JsonSerializer.SerializeToNode(new Connection(new Reference(other.Id, other.Name!, other.Word!), f.Value.Count, Day(f.Value.First), Day(f.Value.Last), $"/v1/events?actor[all]={ids}"), Json.Options)!;
            }).ToList();
        }, http.RequestAborted);
        await ShortList.AnswerAsync(http, database, $"Actors in events with {id}, most often first", items);
    }

    private static string? Day(long key) => key == 0 ? null : DateOnly.FromDayNumber((int)(key >> 20) - 1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    public static async Task DyadAsync(HttpContext http, Database database, string a, string b)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, "format");
        var dyad = await database.SearchAsync(reader => Read(reader, Singles.Require(reader, Kind.Actor, a), Singles.Require(reader, Kind.Actor, b)), http.RequestAborted);
        await ShortList.SendAsync(http, database, dyad);
    }

    private static Dyad Read(Reader reader, Known a, Known b)
    {
        if (a.Ref == b.Ref) throw new ProblemException(ProblemCode.InvalidRequest, "A dyad is of two different actors.", [new ProblemError("conflict", "Both ids name the same actor.") { Parameter = "b" }]);
        List<Condition> conditions = [new InLists([("event.actor", a.Id)]), new InLists([("event.actor", b.Id)])];
        var (types, years) = (new Dictionary<string, long>(), new SortedDictionary<string, long>(StringComparer.Ordinal));
        long looked = 0, meetings = 0, first = 0, last = 0;
        double score = 0;
        new KeyWalk(reader, Kind.Event, conditions).Run("", true, null, MostEvents + 1, row =>
        {
            if (looked == MostEvents)
            {
                looked++;
                return false;
            }
            looked++;
            var key = row.Int64(0);
            var found = reader.Kept("SELECT r.record ->> '$.type', r.word, n.score FROM event_ids i JOIN records r ON r.ref = (1 << 44 | i.number) JOIN event_numbers n ON n.key = i.key WHERE i.key = ?").Bind(key);
            found.Step();
            types[found.Text(0)] = types.GetValueOrDefault(found.Text(0)) + 1;
            if (found.Text(1) == "meeting") meetings++;
            score += found.Double(2);
            found.Reset();
            if (FacetCounter.Unit("year", (int)(key >> 20)) is { } year)
            {
                years[year] = years.GetValueOrDefault(year) + 1;
                (first, last) = (key, last == 0 ? key : last);
            }
            return true;
        }, table: "features");
        var cut = looked > MostEvents;
        var counted = Math.Min(looked, MostEvents);
        var href = $"/v1/events?actor[all]={string.Join(',', ((string[])[a.Id, b.Id]).Order(StringComparer.Ordinal))}";
        return new Dyad(new Reference(a.Id, a.Name!, a.Word!), new Reference(b.Id, b.Name!, b.Word!), new TotalCount(counted, cut ? "gte" : "eq"), Day(first), Day(last), meetings, counted == 0 ? null : Math.Round(score / counted, 2),
            [.. types.OrderByDescending(t => t.Value).ThenBy(t => t.Key, StringComparer.Ordinal).Select(t => new FacetValue(t.Key, EventTypes.Find(t.Key)!.Label, t.Value, false, $"{href}&type={t.Key}"))],
            [.. years.Select(y => new FacetValue(y.Key, y.Key, y.Value, false, $"{href}&dateMatch=starts&from={y.Key}&to={y.Key}"))], Shared(reader, a, b), cut, href);
    }

    private static List<SharedMembership> Shared(Reader reader, Known a, Known b)
    {
        var rows = reader.Kept("""
            WITH m(side, organization, classification, start, "end", earliest, latest) AS (
                SELECT l.value, r.record ->> '$.organization', r.record ->> '$.classification', r.record ->> '$.start', r.record ->> '$.end', s.start, s."end"
                FROM lists l
                JOIN postings p ON p.list = l.id << 2
                JOIN records r ON r.ref = p.key
                LEFT JOIN spans s ON s.key = p.key
                WHERE l.field = 'membership.member' AND l.value IN (?1, ?2) AND r.record ->> '$.post' IS NULL)
            SELECT o.id, o.name, o.word, x.classification, x.start, x."end", y.start, y."end",
                   coalesce(x.earliest, -2147483648) <= coalesce(y.latest, 2147483647) AND coalesce(y.earliest, -2147483648) <= coalesce(x.latest, 2147483647)
            FROM m x
            JOIN m y ON y.organization = x.organization AND y.classification = x.classification
            JOIN records o ON o.kind = 4 AND o.id = x.organization
            WHERE x.side = ?1 AND y.side = ?2
            ORDER BY o.name, x.start
            """).Bind(a.Id).Bind(b.Id);
        var shared = new List<SharedMembership>();
        while (rows.Step()) shared.Add(new SharedMembership(new Reference(rows.Text(0), rows.Text(1), rows.Text(2)), rows.Text(3), new Term(rows.TextOrNull(4), rows.TextOrNull(5)), new Term(rows.TextOrNull(6), rows.TextOrNull(7)), rows.Int64(8) != 0));
        return shared;
    }
}
