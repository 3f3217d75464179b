using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>A list as it stood: the records that can be in it are made again as they were, into a catalogue in memory that is then asked the same question.</summary>
internal static class PastList
{
    /// <summary>Each is made again from the log.</summary>
    public const int Most = 3_000;

    public static PooledBuffer? Answer(Reader reader, PastSession session, Resource resource, ListRequest request, FilterReader filters, Func<FilterReader, Reader, PooledBuffer?> answer)
    {
        var candidates = Candidates(reader, session, resource, request, filters);
        using var then = Made(reader, session, candidates);
        // What such a test looks at is not in that catalogue.
        var settled = TestOfOthers.Settle(filters.Conditions, test => new InKeys([.. candidates.Where(c => session.Describe(c) is { } made && test.Holds(session, made)).Select(c => RecordLookup.KeyOf(then, c)!.Value)]));
        for (var n = 0; n < settled.Count; n++) filters.Conditions[n] = settled[n];
        request.View.Past = session;
        if (filters.Late is { } late) filters.Add(late(then, filters.Conditions));
        return answer(filters, then);
    }

    /// <summary>A catalogue in memory that holds these records as they stood; those that there were not are left out.</summary>
    public static Scratch Made(Reader reader, PastSession session, SortedSet<long> references)
    {
        var records = references.Select(session.Answer).OfType<Derived>().ToList();
        var then = new Scratch();
        try
        {
            // An event keeps its place within its day; what moved to another day gets a place after those.
            foreach (var record in records.Where(r => r.EventDay is not null))
                then.Kept("INSERT INTO event_ids(number, key) VALUES (?, ?)").Bind(Kind.NumberOfRef(record.Ref)).Bind(RecordLookup.KeyOf(reader, record.Ref)).Run();
            var store = new DerivedStore(then, 0);
            foreach (var record in records) record.Write(store);
            store.Flush();
            return then;
        }
        catch
        {
            then.Dispose();
            throw;
        }
    }

    /// <summary>The newest events that stood in all of these lists then. What nothing changed since stands in the lists as it did, so it can be read where it is: <c>Made</c> is null.</summary>
    public static List<(long Key, Derived? Made)> Newest(Reader reader, PastSession session, int most, params (string Field, string Value)[] lists)
    {
        var altered = session.Altered(Kind.Event);
        var names = lists.Select(list => session.Names(list.Field, list.Value).ConvertAll(name => (list.Field, name))).ToList();
        var events = new List<(long Key, Derived? Made)>();
        // Until a merge is carried out everywhere, an event stands under either name; then it tells by itself where it stood.
        var isPlain = names.TrueForAll(n => n.Count == 1);
        new KeyWalk(reader, Kind.Event, [.. names.Select(n => new InLists(n))]).Run(", a.ref", true, null, int.MaxValue, row =>
        {
            var (key, reference) = (row.Int64(0), row.Int64(1));
            if (altered.Contains(reference) || !session.WasAdded(reference)) return true;
            if (isPlain) events.Add((key, null));
            else Take(reference);
            return events.Count < most;
        });
        foreach (var reference in altered) Take(reference);
        return [.. events.OrderByDescending(e => e.Key).Take(most)];

        void Take(long reference)
        {
            if (session.Describe(reference) is { } made && lists.All(list => made.IsIn(list.Field, list.Value))) events.Add((KeyThen(reader, made), made));
        }
    }

    /// <summary>An event's place in time then: the one it has, unless its day was another.</summary>
    public static long KeyThen(Reader reader, Derived made) =>
        RecordLookup.KeyOf(reader, made.Ref) is { } key && key >> 20 == made.EventDay ? key : ((long)made.EventDay! << 20) + (1 << 20) - 1;

    private static SortedSet<long> Candidates(Reader reader, PastSession session, Resource resource, ListRequest request, FilterReader filters)
    {
        // These look at records beside the ones that are listed, as they are now.
        foreach (var name in (string[])["memberOf", "memberOf[all]", "memberOf[not]", "expand"])
            if (request.Filters.ContainsKey(name)) throw ProblemException.Parameter(name, "conflict", $"{name} goes by the memberships as they are known now; send it without knownAt.");
        if (request.Filters.TryGetValue("ids", out var ids))
        {
            filters.Set("ids", string.Join(',', ids.Order(StringComparer.Ordinal)));
            return [.. ids.Select(id => session.Find(resource.Kind, id)?.Ref ?? throw ProblemException.Parameter("ids", "unknown-value", $"The catalogue had no {resource.Kind.Name} '{id}' then."))];
        }
        // Those that fit now, and those that were written or moved since, for they may have fitted then.
        var candidates = new SortedSet<long>(session.Altered(resource.Kind, names: filters.Text is not null));
        // What was merged or parted since is listed under another name.
        List<Condition> conditions = [.. filters.Conditions.Select(c => c is InLists { Not: false } lists ? lists with { Lists = [.. lists.Lists.SelectMany(l => session.Names(l.Field, l.Value).Select(name => (l.Field, name)))] } : c)];
        new KeyWalk(reader, resource.Kind, conditions).Run(", a.ref", false, null, int.MaxValue, row =>
        {
            if (session.WasAdded(row.Int64(1))) candidates.Add(row.Int64(1));
            return candidates.Count <= Most;
        });
        return candidates.Count <= Most ? candidates : throw TooMany("Narrow the list with filters, or ask for a later time.");
    }

    public static ProblemException TooMany(string instead) =>
        new(ProblemCode.InvalidRequest, $"More than {Most:N0} records would have to be put back to that time. {instead}", [new ProblemError("too-many", instead) { Parameter = "knownAt" }]);
}
