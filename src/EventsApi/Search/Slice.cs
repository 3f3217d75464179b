using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>The keys of events between two others, and how many were passed over to find them.</summary>
internal sealed record Slice(List<long> Keys, long Low, long High, int Passed)
{
    // Passing over so many costs what looking at one record does.
    private const int PassedPerLook = 5;

    /// <summary>Looking at so many records would have cost the same.</summary>
    public int Looks => Passed / PassedPerLook;
}

/// <summary>Events that are found in slices of time, in the order of a walk: the newest, or the oldest, without looking at the others.</summary>
internal abstract class Slices(Reader reader)
{
    // The first is of so many days, and what was passed over for it tells how many the next has, which may be so many times as wide.
    private const int FirstDays = 4, WiderBy = 4;
    // Each is to pass over twice as many as the one before, from so many to so many; one that would pass over many times that is made narrower.
    protected const int FewPassed = 1_000, ManyPassed = 20_000;
    private const int TooManyTimes = 4, NarrowerBy = 8;
    // The engine puts the keys it is given in order together with all that is fetched for them, so it is given few at first.
    private const int FirstKeys = 64, MostKeys = 1_024;

    /// <summary>Those between two keys, oldest first; null where more than <paramref name="most"/> have to be passed over.</summary>
    /// <param name="ends">The slice ends there instead: its highest key is lower than was asked for.</param>
    protected abstract Slice? In(long low, long high, int most, bool ends);

    /// <summary>Where the next may be, between two keys.</summary>
    protected virtual long? Nearest(long low, long high, bool descending) =>
        (descending ? reader.Kept("SELECT max(key) FROM event_ids WHERE key BETWEEN ? AND ?") : reader.Kept("SELECT min(key) FROM event_ids WHERE key BETWEEN ? AND ?")).Bind(low).Bind(high).Scalar();

    /// <summary>From old to new they come one by one, so there it need not be guessed how many days hold enough of them.</summary>
    protected virtual bool IsOrdered => false;

    /// <param name="matches">About so many have to be passed over.</param>
    /// <param name="whole">A slice is not given out in parts, and also where it is empty.</param>
    public IEnumerable<Slice> Through(long from, long to, bool descending, long matches, bool whole)
    {
        var (count, days, goal) = (FirstKeys, (long)FirstDays, (int)Math.Clamp(matches, FewPassed, ManyPassed));
        for (var next = Nearest(from, to, descending); next is { } at;)
        {
            var goesOn = IsOrdered && !descending;
            var low = descending ? Math.Max(from, (at >> KeyWalk.PerDay) - days + 1 << KeyWalk.PerDay) : at;
            var high = descending ? at : goesOn ? to : Math.Min(to, ((at >> KeyWalk.PerDay) + days << KeyWalk.PerDay) - 1);
            // A day is the least there is.
            if (In(low, high, goesOn ? goal : days > 1 ? goal * TooManyTimes : int.MaxValue, goesOn) is not { } slice)
            {
                days = Math.Max(1, days / NarrowerBy);
                continue;
            }
            var keys = slice.Keys;
            if (descending) keys.Reverse();
            if (whole) yield return slice;
            else
                for (var done = 0; done < keys.Count; count = Math.Min(count * WiderBy, MostKeys))
                {
                    var some = keys.GetRange(done, Math.Min(count, keys.Count - done));
                    done += some.Count;
                    yield return slice with { Keys = some };
                }
            next = descending ? Nearest(from, low - 1, true) : Nearest(slice.High + 1, to, false);
            // Behind a time of nothing it may be quite different.
            var gap = next is not { } beyond ? 0 : descending ? low - beyond : beyond - slice.High;
            days = gap >> KeyWalk.PerDay > days ? FirstDays : Math.Clamp(days * goal / Math.Max(1, slice.Passed), 1, days * WiderBy);
            goal = Math.Min(2 * goal, ManyPassed);
        }
    }
}

/// <summary>Words that very many records have; where all must stand in lists beside, what is in both is found by going along both, as both are in order.</summary>
/// <param name="spanClass">Of all events with the words, those whose date is longer than 31 days (1) or 366 (2).</param>
/// <param name="lists">Their numbers; the keys that are found stand in one of them, or are to be looked at for it.</param>
/// <param name="listed">How many keys stand in them.</param>
internal sealed class TextSlices(Reader reader, TextNode text, int spanClass, IReadOnlyList<long> lists, long listed) : Slices(reader)
{
    // The lists are no longer read when they hold so many times as many.
    private const int MuchLonger = 4;

    private readonly Reader _reader = reader;
    private readonly TextNode _text = FullText.Lasting(text, spanClass);
    private bool _areMuchLonger;

    protected override bool IsOrdered => true;

    /// <summary>About how many matches of the words have so many among them that stand in the lists.</summary>
    public long MatchesFor(long wanted) => lists.Count == 0 ? wanted : (long)Math.Min(ManyPassed, 1.5 * wanted * FacetCounter.Events(_reader) / listed);

    protected override long? Nearest(long low, long high, bool descending)
    {
        if (lists.Count == 0) return base.Nearest(low, high, descending);
        long? nearest = null;
        foreach (var list in lists)
        {
            var found = (descending ? _reader.Kept("SELECT max(key) FROM postings WHERE list = ? AND key BETWEEN ? AND ?") : _reader.Kept("SELECT min(key) FROM postings WHERE list = ? AND key BETWEEN ? AND ?")).Bind(Of(list)).Bind(low).Bind(high).Scalar();
            if (found is { } key && (nearest is not { } other || (descending ? key > other : key < other))) nearest = key;
        }
        return nearest;
    }

    private long Of(long list) => list << 2 | (long)(uint)spanClass;

    protected override Slice? In(long low, long high, int most, bool ends)
    {
        var keys = new List<long>();
        var rows = _reader.Kept($"SELECT p.key FROM {_reader.FullText.Keys(_text, descending: false)} p LIMIT ?").Bind(_reader.FullText.Expression(_text)).Bind(low).Bind(high).Bind((long)most);
        while (rows.Step()) keys.Add(rows.Int64(0));
        if (keys.Count == most && !ends) return null;
        if (keys.Count == most) high = keys[^1];
        if (lists.Count == 0 || _areMuchLonger || keys.Count == 0) return new(keys, low, high, keys.Count);
        var beside = new List<long>();
        foreach (var list in lists)
        {
            var listed = _reader.Kept("SELECT key FROM postings WHERE list = ? AND key BETWEEN ? AND ? ORDER BY key").Bind(Of(list)).Bind(keys[0]).Bind(keys[^1]);
            while (listed.Step()) beside.Add(listed.Int64(0));
        }
        if (lists.Count > 1) beside.Sort();
        var (both, at) = (new List<long>(), 0);
        foreach (var key in keys)
        {
            while (at < beside.Count && beside[at] < key) at++;
            if (at < beside.Count && beside[at] == key) both.Add(key);
        }
        // The words may stand where few records have them, as in titles: then the few are looked at.
        _areMuchLonger |= beside.Count > MuchLonger * keys.Count && beside.Count > FewPassed;
        return new(both, low, high, beside.Count + keys.Count);
    }
}
