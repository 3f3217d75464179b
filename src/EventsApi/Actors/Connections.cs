using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Dates;
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

    public static async Task ListAsync(HttpContext http, Database database, RecordWriters writers, ListNames names, string id)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, ShortList.Controls("lang", "knownAt"));
        var languages = Languages.Of(http);
        List<JsonNode> Read(Reader reader)
        {
            var past = PastSession.Asked(http, reader, writers);
            var found = Connected(reader, names, past?.Require(Kind.Actor, id) ?? Singles.Require(reader, Kind.Actor, id), past);
            foreach (var connection in found) languages?.Apply(reader, connection, past);
            return found;
        }
        var items = http.Request.Query.ContainsKey("knownAt") ? await database.ReadHeavyAsync(Read, http.RequestAborted) : await database.SearchAsync(Read, http.RequestAborted);
        await ShortList.AnswerAsync(http, database, $"Actors in events with {id}, most often first", items, "lang", "knownAt");
    }

    private static List<JsonNode> Connected(Reader reader, ListNames names, Known actor, PastSession? past)
    {
        names.Read(reader);
        var field = names.Fields.IndexOf("event.actor");
        var found = new Dictionary<string, (long Count, long First, long Last)>();
        // Newest first.
        void Met(long key, string other)
        {
            if (other == actor.Id) return;
            var isDated = key >= 2L << 20;
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(found, other, out _);
            known = (known.Count + 1, isDated ? key : known.First, known.Last == 0 && isDated ? key : known.Last);
        }
        void MetAll(long key, ReadOnlySpan<byte> lists)
        {
            foreach (var id in MemoryMarshal.Cast<byte, uint>(lists))
                if (names.FieldOf(id) == field) Met(key, names.ValueOf(id));
        }
        if (past is null)
            new KeyWalk(reader, Kind.Event, [new InLists([("event.actor", actor.Id)])]).Run(", a.lists", true, null, MostEvents, row =>
            {
                MetAll(row.Int64(0), row.Blob(1));
                return true;
            }, table: "features");
        else
            foreach (var (key, made) in PastList.Newest(reader, past, MostEvents, ("event.actor", actor.Id)))
                if (made is not null)
                    foreach (var (_, other) in made.Lists.Where(l => l.Field == "event.actor")) Met(key, other);
                else
                {
                    var row = reader.Kept("SELECT lists FROM features WHERE key = ?").Bind(key);
                    row.Step();
                    MetAll(key, row.Blob(0));
                    row.Reset();
                }
        return [.. found.OrderByDescending(f => f.Value.Count).ThenByDescending(f => f.Value.Last).ThenBy(f => f.Key, StringComparer.Ordinal).Take(MostConnections).Select(f =>
        {
            var other = (past is null ? RecordLookup.Find(reader, Kind.Actor, f.Key) : past.Find(Kind.Actor, f.Key))!;
            var ids = string.Join(',', ((string[])[actor.Id, other.Id]).Order(StringComparer.Ordinal));
            return JsonSerializer.SerializeToNode(new Connection(new Reference(other.Id, other.Name!, other.Word!), f.Value.Count, Day(f.Value.First), Day(f.Value.Last), $"/v1/events?actor[all]={ids}"), Json.Options)!;
        })];
    }

    private static string? Day(long key) => key == 0 ? null : DateOnly.FromDayNumber((int)(key >> 20) - 1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    public static async Task DyadAsync(HttpContext http, Database database, RecordWriters writers, string a, string b)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, "format", "lang", "knownAt");
        var languages = Languages.Of(http);
        JsonNode Both(Reader reader)
        {
            var past = PastSession.Asked(http, reader, writers);
            var dyad = JsonSerializer.SerializeToNode(past is not null
                ? Read(reader, past.Require(Kind.Actor, a), past.Require(Kind.Actor, b), past, isPast: true)
                : Read(reader, Singles.Require(reader, Kind.Actor, a), Singles.Require(reader, Kind.Actor, b), new PastSession(reader, writers, long.MaxValue), isPast: false), Json.Options)!;
            languages?.Apply(reader, dyad, past);
            return dyad;
        }
        await ShortList.SendAsync(http, database, http.Request.Query.ContainsKey("knownAt") ? await database.ReadHeavyAsync(Both, http.RequestAborted) : await database.SearchAsync(Both, http.RequestAborted));
    }

    private static Dyad Read(Reader reader, Known a, Known b, PastSession session, bool isPast)
    {
        if (a.Ref == b.Ref) throw new ProblemException(ProblemCode.InvalidRequest, "A dyad is of two different actors.", [new ProblemError("conflict", "Both ids name the same actor.") { Parameter = "b" }]);
        var (types, years) = (new Dictionary<string, long>(), new SortedDictionary<string, long>(StringComparer.Ordinal));
        long looked = 0, meetings = 0, first = 0, last = 0;
        double score = 0;
        // Newest first.
        bool Together(long key, Derived? made)
        {
            if (++looked > MostEvents) return false;
            if (made is not null) Count(made.Lists.First(l => l.Field == "event.type").Value, made.IsIn("event.kind", "meeting"), made.Numbers?.Score ?? 0);
            else
            {
                var found = reader.Kept($"SELECT r.record ->> '$.type', r.word, n.score FROM event_ids i JOIN records r ON r.ref = {Kind.Event.Ref(0)} + i.number JOIN event_numbers n ON n.key = i.key WHERE i.key = ?").Bind(key);
                found.Step();
                Count(found.Text(0), found.Text(1) == "meeting", found.Double(2));
                found.Reset();
            }
            if (FacetCounter.Unit("year", (int)(key >> 20)) is { } year)
            {
                years[year] = years.GetValueOrDefault(year) + 1;
                (first, last) = (key, last == 0 ? key : last);
            }
            return true;
        }
        void Count(string type, bool isMeeting, double scored)
        {
            types[type] = types.GetValueOrDefault(type) + 1;
            if (isMeeting) meetings++;
            score += scored;
        }
        if (!isPast) new KeyWalk(reader, Kind.Event, [new InLists([("event.actor", a.Id)]), new InLists([("event.actor", b.Id)])]).Run("", true, null, MostEvents + 1, row => Together(row.Int64(0), null), table: "features");
        else
            foreach (var (key, made) in PastList.Newest(reader, session, MostEvents + 1, ("event.actor", a.Id), ("event.actor", b.Id))) Together(key, made);
        var cut = looked > MostEvents;
        var counted = Math.Min(looked, MostEvents);
        var href = $"/v1/events?actor[all]={string.Join(',', ((string[])[a.Id, b.Id]).Order(StringComparer.Ordinal))}";
        return new Dyad(new Reference(a.Id, a.Name!, a.Word!), new Reference(b.Id, b.Name!, b.Word!), new TotalCount(counted, cut ? "gte" : "eq"), Day(first), Day(last), meetings, counted == 0 ? null : Math.Round(score / counted, 2),
            [.. types.OrderByDescending(t => t.Value).ThenBy(t => t.Key, StringComparer.Ordinal).Select(t => new FacetValue(t.Key, EventTypes.Find(t.Key)!.Label, t.Value, false, $"{href}&type={t.Key}"))],
            [.. years.Select(y => new FacetValue(y.Key, y.Key, y.Value, false, $"{href}&dateMatch=starts&from={y.Key}&to={y.Key}"))], Shared(session, a, b), cut, href);
    }

    /// <summary>Organizations by name; of one of them, by the first one's start.</summary>
    private static List<SharedMembership> Shared(PastSession session, Known a, Known b)
    {
        var theirs = Terms(session, b).ToLookup(t => (t.Organization!.Id, t.Classification));
        return [.. from mine in Terms(session, a)
                   from other in theirs[(mine.Organization!.Id, mine.Classification)]
                   let organization = session.Find(Kind.Actor, mine.Organization!.Id)!
                   orderby organization.Name, mine.Start?.Start ?? EdtfDate.Past
                   select new SharedMembership(new Reference(organization.Id, organization.Name!, organization.Word!), mine.Classification!, new Term(mine.Start?.Edtf, mine.End?.Edtf), new Term(other.Start?.Edtf, other.End?.Edtf),
                       First(mine) <= Last(other) && First(other) <= Last(mine))];

        static int First(MembershipInput term) => term.Start?.Start ?? EdtfDate.Past;
        static int Last(MembershipInput term) => term.End?.End ?? EdtfDate.Future;
    }

    private static IEnumerable<MembershipInput> Terms(PastSession session, Known member) =>
        session.Keys("membership.member", member.Id).Select(session.Input<MembershipInput>).Where(t => t.Post is null);
}
