using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using EventsApi.Records;
using EventsApi.Storage;
using EventsApi.Vocabulary;

namespace EventsApi.Search;

/// <summary>Counts facets in one walk over the newest matches: every record has the numbers of its lists in four bytes each.</summary>
internal sealed class FacetCounter(Reader reader, ListNames names, Resource resource, ListRequest request, FilterReader filters, string path)
{
    /// <summary>Exact up to so many matches, estimated beyond.</summary>
    public const int ExactUpTo = 10_000;
    public const int DefaultLimit = 20, LargestLimit = 200;
    // A year is counted along its range of keys, which costs less than reading what the records are; of a longer one its newest days tell of the others, or the cost would grow with the catalogue.
    private const int MostInUnit = 3_000;

    private readonly Dictionary<string, Counted> _walks = [];

    public Dictionary<string, FacetCounts> Count(IEnumerable<Facet> facets)
    {
        var counts = facets.ToDictionary(f => f.Name, Count);
        foreach (var walked in _walks.Values) walked.Release();
        return counts;
    }

    private FacetCounts Count(Facet facet)
    {
        // A facet does not narrow itself, so that other values can be chosen beside the selected one.
        var conditions = filters.ConditionsBut(facet.IsTime ? ["from", "to", "date", "dateMatch"] : [facet.Name]);
        // Facets that leave nothing out share one walk.
        var walkOf = conditions.Count == filters.Conditions.Count ? "" : facet.IsTime ? "time" : facet.Name;
        if (facet.IsTime) return Time(facet, Walked(conditions, walkOf));
        var selected = filters.Selected(facet.Name);
        // Nothing is asked of many records, so the lists know their lengths.
        if (conditions.Count == 0 && facet.Name != "topic" && Size() > ExactUpTo) return Show(facet, Lengths(facet), Everything(facet), selected, estimated: false);
        var walked = Walked(conditions, walkOf);
        return Show(facet, walked.Of(names, facet), walked.Unknown(names, facet), selected, walked.Factor is not 1 || !walked.Complete, walked.Factor);
    }

    private Counted Walked(List<Condition> conditions, string key)
    {
        if (_walks.TryGetValue(key, out var known)) return known;
        names.Read(reader);
        var counted = new Counted(names.Count);
        var walk = new KeyWalk(reader, resource.Kind, conditions);
        walk.Run(", a.lists", true, null, ExactUpTo + 1, row =>
        {
            if (counted.Records == ExactUpTo) return counted.Complete = false;
            counted.Add(names, row.Int64(0), MemoryMarshal.Cast<byte, uint>(row.Blob(1)));
            return true;
        }, table: "features");
        if (!counted.Complete && walk.KnownSize is { } size) counted.Factor = Math.Max(1, (double)size / ExactUpTo);
        return _walks[key] = counted;
    }

    /// <summary>How many records there are, as far as it matters.</summary>
    private long Size()
    {
        var (low, high) = resource.Kind.Keys;
        return reader.Kept("SELECT count(*) FROM (SELECT 1 FROM features WHERE key BETWEEN ? AND ? LIMIT ?) few").Bind(low).Bind(high).Bind(ExactUpTo + 1L).Scalar() ?? 0;
    }

    private List<(string Value, long Count)> Lengths(Facet facet)
    {
        var found = new List<(string, long)>();
        var rows = reader.Kept("SELECT value, count FROM lists WHERE field = ? AND count > 0").Bind(facet.Field);
        while (rows.Step()) found.Add((rows.Text(0), rows.Int64(1)));
        return facet.Map is null ? found : [.. found.GroupBy(f => facet.Map(f.Item1), (value, all) => (value, all.Sum(a => a.Item2)))];
    }

    /// <summary>Without filters: all records less those that have a value.</summary>
    private long? Everything(Facet facet)
    {
        if (facet.Missing is not { } member) return null;
        var (low, high) = resource.Kind.Keys;
        var all = resource.Kind == Kind.Event ? Events(reader) : reader.Kept("SELECT count(*) FROM features WHERE key BETWEEN ? AND ?").Bind(low).Bind(high).Scalar() ?? 0;
        return all - (reader.Kept("SELECT count FROM lists WHERE field = ? AND value = ?").Bind($"{resource.Kind.Name}.has").Bind(member).Scalar() ?? 0);
    }

    /// <summary>How many events there are: each is of one dataset, so those lists know.</summary>
    public static long Events(Reader reader) => reader.Kept("SELECT sum(count) FROM lists WHERE field = 'event.dataset'").Scalar() ?? 0;

    private FacetCounts Show(Facet facet, List<(string Value, long Count)> counts, long? unknown, IReadOnlyList<string> selected, bool estimated, double factor = 1)
    {
        foreach (var value in selected)
            if (!counts.Exists(c => c.Value == value)) counts.Add((value, 0));
        counts.Sort((a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : string.CompareOrdinal(a.Value, b.Value));
        // What is selected is shown however rare it is, so that it can be taken out again.
        var values = counts.Where((c, n) => n < request.FacetLimit || selected.Contains(c.Value)).Select(c => Named(facet, c.Value, (long)Math.Round(c.Count * factor), selected.Contains(c.Value), Toggle(facet.Name, c.Value, selected))).ToList();
        return new FacetCounts(values, unknown is { } without ? new FacetValue(null, "Unknown", (long)Math.Round(without * factor), filters.Selected("missing").Contains(facet.Missing ?? "-"), facet.Missing is null || filters.Canonical.ContainsKey(facet.Name) ? null : WithoutValue(facet.Missing)) : null,
            counts.Count, counts.Count > request.FacetLimit, estimated);
    }

    /// <summary>Years, months or days, the newest first; where not all matches were walked, each is counted by its own range of keys.</summary>
    private FacetCounts Time(Facet facet, Counted walked)
    {
        var units = new SortedDictionary<string, long>(Comparer<string>.Create((a, b) => string.CompareOrdinal(b, a)));
        foreach (var (day, count) in walked.Days)
            if (Unit(facet.Name, day) is { } unit) units[unit] = units.GetValueOrDefault(unit) + count;
        var estimated = false;
        if (!walked.Complete)
        {
            // Every dated event stands in this list, whose range of keys is counted where nothing else is asked.
            List<Condition> conditions = [.. filters.ConditionsBut("from", "to", "date", "dateMatch")];
            if (conditions.Count == 0) conditions.Add(new InLists([("event.has", "date")]));
            var asked = facet.Name == "year" ? Years(conditions) : units.Keys.ToList();
            units.Clear();
            foreach (var unit in asked)
            {
                var period = Dates.EdtfDate.TryParse(unit, out var date) ? date : throw new InvalidOperationException(unit);
                var (count, exact) = new KeyWalk(reader, resource.Kind, [.. conditions, new InPeriod(period.Start, period.End, "starts")]).CountAbout(MostInUnit);
                if (count > 0) units[unit] = count;
                estimated |= !exact;
            }
            estimated |= facet.Name != "year";
        }
        var values = units.Take(request.FacetLimit).Select(u => new FacetValue(u.Key, u.Key, u.Value, filters.IsPeriod(u.Key), request.AddressWith(path, filters, Period(filters.IsPeriod(u.Key) ? null : u.Key)))).ToList();
        return new FacetCounts(values, new FacetValue(null, "Unknown", walked.Undated, false, null), units.Count, units.Count > request.FacetLimit, estimated);
    }

    private static Dictionary<string, string?> Period(string? unit) => new() { ["from"] = unit, ["to"] = unit, ["date"] = null, ["dateMatch"] = unit is null ? null : "starts" };

    /// <summary>The years from the newest match back to the oldest.</summary>
    private List<string> Years(List<Condition> conditions)
    {
        int? first = null, last = null;
        new KeyWalk(reader, resource.Kind, [.. conditions, new InPeriod(1, Dates.EdtfDate.Future, "starts")]).Run("", false, null, 1, row => { first = YearOf(row.Int64(0)); return false; }, table: "features");
        new KeyWalk(reader, resource.Kind, [.. conditions, new InPeriod(1, Dates.EdtfDate.Future, "starts")]).Run("", true, null, 1, row => { last = YearOf(row.Int64(0)); return false; }, table: "features");
        const int Most = 300;
        return first is null || last is null ? [] : [.. Enumerable.Range(0, Math.Min(Most, last.Value - first.Value + 1)).Select(n => (last.Value - n).ToString("0000", CultureInfo.InvariantCulture))];

        static int YearOf(long key) => DateOnly.FromDayNumber((int)(key >> 20) - 1).Year;
    }

    internal static string? Unit(string unit, int day)
    {
        if (day <= 1) return null; // undated, or of unknown beginning
        var date = DateOnly.FromDayNumber(day - 1);
        return unit switch
        {
            "year" => date.ToString("yyyy", CultureInfo.InvariantCulture),
            "month" => date.ToString("yyyy-MM", CultureInfo.InvariantCulture),
            "week" => $"{ISOWeek.GetYear(date.ToDateTime(default)):0000}-W{ISOWeek.GetWeekOfYear(date.ToDateTime(default)):00}",
            _ => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>The list of those without a value; beside other members that are missing, both must be.</summary>
    private string? WithoutValue(string member)
    {
        var parameter = filters.Canonical.ContainsKey("missing") && !filters.Selected("missing").Contains(member) ? "missing[all]" : "missing";
        return Toggle(parameter, member, filters.Selected(parameter));
    }

    private string? Toggle(string parameter, string value, IReadOnlyList<string> selected)
    {
        // Counted without what narrows the filter, so no address of the filter says the same.
        if (parameter == "topic" && filters.Canonical.ContainsKey("certainty") || parameter == "actor" && (filters.Canonical.ContainsKey("actorMatch") || filters.Canonical.ContainsKey("expand")) || value.Contains(',')) return null;
        var rest = selected.Contains(value) ? selected.Where(v => v != value) : selected.Append(value);
        var joined = string.Join(',', rest.Order(StringComparer.Ordinal));
        return request.AddressWith(path, filters, new() { [parameter] = joined == "" ? null : joined });
    }

    /// <summary>The value, called as the client wants it.</summary>
    private FacetValue Named(Facet facet, string value, long count, bool isSelected, string? href)
    {
        var (label, language) = LabelOf(reader, facet, value, request.View.Languages);
        return new FacetValue(value, label, count, isSelected, href) { LabelLanguage = language };
    }

    /// <summary>What a value is called in the languages that are wanted, and in which of them; that is null of what has a name in one alone.</summary>
    public static (string Label, string? Language) LabelOf(Reader reader, Facet facet, string value, Languages? languages)
    {
        if (languages is null || facet.Names is not { } kind || !Languages.HasNames(kind) || RecordOf(reader, facet, value) is not { } known) return (LabelOf(reader, facet, value), null);
        var name = languages.NameOf(reader, kind, known.Id);
        return (name?.Text ?? known.Name ?? value, name?.Lang ?? "en");
    }

    private static Known? RecordOf(Reader reader, Facet facet, string value) => facet.Names is { } kind ? RecordLookup.Find(reader, kind, facet.Scheme is { } scheme ? $"{scheme}:{value}" : value) : null;

    /// <summary>What a value is called.</summary>
    public static string LabelOf(Reader reader, Facet facet, string value)
    {
        if (facet.Names is null) return facet.Label?.Invoke(value) ?? value;
        return RecordOf(reader, facet, value) is { } known ? known.Name ?? reader.Kept("SELECT record ->> '$.title' FROM records WHERE ref = ?").Bind(known.Ref).ScalarText() ?? value : value;
    }

    /// <summary>What one walk counted.</summary>
    internal sealed class Counted(int lists)
    {
        // There are as many lists as values in the whole catalogue, and few of them in what was found: only those are looked at, and an array is used again when they are zero once more.
        private static readonly ConcurrentBag<int[]> Zeroed = [];

        private readonly int[] _counts = Zeroed.TryTake(out var zeroed) && zeroed.Length >= lists ? zeroed : new int[lists + lists / 8];
        private readonly List<uint> _found = [];
        private readonly int[] _with = new int[64];

        public int Records { get; private set; }
        public bool Complete { get; set; } = true;
        public double Factor { get; set; } = 1;
        /// <summary>How many begin on a day; a day may come several times.</summary>
        public List<(int Day, int Count)> Days { get; } = [];
        public long Undated { get; private set; }

        public void Add(ListNames names, long key, ReadOnlySpan<uint> ids)
        {
            Records++;
            var has = 0UL;
            foreach (var id in ids)
            {
                // Mere background is not what an event is about.
                if ((id & ListStore.Background) != 0 || id >= _counts.Length || names.FieldOf(id) is var field && field == ListNames.Other) continue;
                if (_counts[id]++ == 0) _found.Add(id);
                has |= 1UL << field;
            }
            for (; has != 0; has &= has - 1) _with[BitOperations.TrailingZeroCount(has)]++;
            var day = (int)(key >> 20);
            if (day <= 1) Undated++;
            // They come in the order of time.
            if (Days.Count > 0 && Days[^1].Day == day) Days[^1] = (day, Days[^1].Count + 1);
            else Days.Add((day, 1));
        }

        public List<(string Value, long Count)> Of(ListNames names, Facet facet)
        {
            var field = names.Fields.IndexOf(facet.Field);
            var found = new List<(string Value, long Count)>();
            foreach (var id in _found)
                if (names.FieldOf(id) == field) found.Add((names.ValueOf(id), _counts[id]));
            return facet.Map is null ? found : [.. found.GroupBy(f => facet.Map(f.Value), (value, all) => (value, all.Sum(a => a.Count)))];
        }

        public long Unknown(ListNames names, Facet facet) => Records - _with[names.Fields.IndexOf(facet.Field)];

        /// <summary>Nothing is asked of it any more.</summary>
        public void Release()
        {
            foreach (var id in _found) _counts[id] = 0;
            Zeroed.Add(_counts);
        }
    }
}
