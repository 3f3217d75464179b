using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>The keys of events between two others, and how many were passed over to find them. A walk in slices of time finds the newest, or the oldest, without looking at the others.</summary>
internal sealed record Slice(List<long> Keys, long Low, long High, int Passed)
{
    // The first is of so many days, and what was passed over for it tells how many the next has, which may be so many times as wide.
    private const int FirstDays = 4, WiderBy = 4;
    // Each is to pass over twice as many as the one before, from so many to so many.
    internal const int FewPassed = 1_000, ManyPassed = 20_000;
    // The engine puts the keys it is given in order together with all that is fetched for them, so it is given few at first.
    private const int FirstKeys = 64, MostKeys = 1_024;

    // Passing over so many costs what looking at one record does.
    private const int PassedPerLook = 5;

    /// <summary>Looking at so many records would have cost the same.</summary>
    public int Looks => Passed / PassedPerLook;

    /// <summary>The slices between two keys, in the order of the walk.</summary>
    /// <param name="keysIn">Finds those between two keys.</param>
    /// <param name="matches">About so many have to be passed over.</param>
    /// <param name="whole">A slice is not given out in parts, and also where it is empty.</param>
    public static IEnumerable<Slice> Through(Reader reader, Func<long, long, Slice> keysIn, long matches, long from, long to, bool descending, bool whole)
    {
        // Where there is nothing newer, or older, there is nothing to slice.
        if ((descending ? reader.Kept("SELECT max(key) FROM event_ids WHERE key BETWEEN ? AND ?") : reader.Kept("SELECT min(key) FROM event_ids WHERE key BETWEEN ? AND ?")).Bind(from).Bind(to).Scalar() is not { } at) yield break;
        var (count, days) = (FirstKeys, (long)FirstDays);
        for (var goal = Math.Clamp(matches, FewPassed, ManyPassed); at >= from && at <= to; goal = Math.Min(2 * goal, ManyPassed))
        {
            var edge = descending ? Math.Max(from, (at >> KeyWalk.PerDay) - days + 1 << KeyWalk.PerDay) : Math.Min(to, ((at >> KeyWalk.PerDay) + days << KeyWalk.PerDay) - 1);
            var slice = descending ? keysIn(edge, at) : keysIn(at, edge);
            var keys = slice.Keys;
            keys.Sort();
            if (descending) keys.Reverse();
            if (whole) yield return slice;
            else
                for (var done = 0; done < keys.Count; count = Math.Min(count * WiderBy, MostKeys))
                {
                    var some = keys.GetRange(done, Math.Min(count, keys.Count - done));
                    done += some.Count;
                    yield return slice with { Keys = some };
                }
            days = Math.Clamp(days * goal / Math.Max(1, slice.Passed), 1, days * WiderBy);
            at = descending ? edge - 1 : edge + 1;
        }
    }
}

/// <summary>Words that very many records have, taken in slices of time; where all must stand in lists beside, what is in both is found by going along both, as both are in order.</summary>
/// <param name="lists">Their numbers; the keys that are found stand in one of them, or are to be looked at for it.</param>
/// <param name="listed">How many keys stand in them.</param>
internal sealed class TextSlices(Reader reader, TextNode text, IReadOnlyList<long> lists, long listed)
{
    // The lists are no longer read when they hold so many times as many.
    private const int MuchLonger = 4;

    private bool _areMuchLonger;

    public bool HasLists => lists.Count > 0;

    /// <summary>About how many matches of the words have so many among them that stand in the lists.</summary>
    public long MatchesFor(long wanted) => HasLists ? (long)Math.Min(Slice.ManyPassed, 1.5 * wanted * FacetCounter.Events(reader) / listed) : wanted;

    public Slice In(int spanClass, long low, long high)
    {
        var (keys, beside, merges) = (new List<long>(), new List<long>(), HasLists && !_areMuchLonger);
        foreach (var list in merges ? lists : [])
        {
            var rows = reader.Kept("SELECT key FROM postings WHERE list = ? AND key BETWEEN ? AND ? ORDER BY key").Bind(list << 2 | (long)(uint)spanClass).Bind(low).Bind(high);
            while (rows.Step()) beside.Add(rows.Int64(0));
        }
        if (merges && beside.Count == 0) return new(keys, low, high, 0);
        if (lists.Count > 1) beside.Sort();
        var (matches, at) = (0, 0);
        var node = FullText.Lasting(text, spanClass);
        var found = reader.Kept($"SELECT p.key FROM {reader.FullText.Keys(node, descending: false)} p").Bind(reader.FullText.Expression(node)).Bind(merges ? beside[0] : low).Bind(merges ? beside[^1] : high);
        while (found.Step())
        {
            matches++;
            var key = found.Int64(0);
            while (at < beside.Count && beside[at] < key) at++;
            if (!merges || at < beside.Count && beside[at] == key) keys.Add(key);
        }
        // The words may stand where few records have them, as in titles: then the few are looked at.
        _areMuchLonger |= beside.Count > MuchLonger * matches && beside.Count > Slice.FewPassed;
        return new(keys, low, high, beside.Count + matches);
    }
}
