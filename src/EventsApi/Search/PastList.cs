using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>A list as it stood: the records that can be in it are made again as they were, into a catalogue in memory that is then asked the same question.</summary>
internal static class PastList
{
    // Each is made again from the log.
    private const int Most = 3_000;

    public static PooledBuffer? Answer(Reader reader, PastSession session, Resource resource, ListRequest request, FilterReader filters, Func<FilterReader, Reader, PooledBuffer?> answer)
    {
        using var then = new Scratch();
        var store = new DerivedStore(then, 0);
        foreach (var reference in Candidates(reader, session, resource, request, filters))
        {
            session.Answer(reference)?.Write(store);
        }
        store.Flush();
        return answer(filters, then);
    }

    private static SortedSet<long> Candidates(Reader reader, PastSession session, Resource resource, ListRequest request, FilterReader filters)
    {
        if (request.Filters.TryGetValue("ids", out var ids))
        {
            filters.Set("ids", string.Join(',', ids.Order(StringComparer.Ordinal)));
            return [.. ids.Select(id => session.Find(resource.Kind, id)?.Ref ?? throw ProblemException.Parameter("ids", "unknown-value", $"The catalogue had no {resource.Kind.Name} '{id}' then."))];
        }
        // Keys that were looked up are those of now.
        filters.Conditions.RemoveAll(c => c is InKeys);
        // Those that fit now, and those that were written since, for they may have fitted then.
        var candidates = new SortedSet<long>();
        new KeyWalk(reader, resource.Kind, filters.Conditions).Run(", a.ref", false, null, Most + 1, row =>
        {
            candidates.Add(row.Int64(1));
            return true;
        });
        if (candidates.Count <= Most) candidates.UnionWith(session.Changed(resource.Kind));
        return candidates.Count <= Most ? candidates : throw new ProblemException(ProblemCode.InvalidRequest, $"More than {Most:N0} records would have to be put back to that time.", [new ProblemError("too-many", "Narrow the list with filters, or ask for a later time.") { Parameter = "knownAt" }]);
    }
}
