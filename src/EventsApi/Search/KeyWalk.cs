using System.Globalization;
using System.Text;
using EventsApi.Dates;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>Walks the keys that fulfil a filter, in the order of the keys. The rarest list drives and the others are probed, so a page costs what it shows and not what the catalogue holds.</summary>
public sealed class KeyWalk
{
    internal const int PerDay = 20;
    // With fewer keys than this in all the lists of an OR, it is cheaper to collect them than to merge lists or to walk everything.
    internal const int FewKeys = 5_000;
    // So many boxed points of other records than events are collected; a box with more is tested on the walk.
    internal const int FewPoints = 5_000;
    // Lists of an OR that are merged as they are walked.
    private const int FewLists = 8;
    // Looking into the text of one record costs about as much as so many steps along the records that have a word.
    private const int TextProbe = 500;
    internal const int FewMatches = 100_000;
    // So few matches need neither be sliced beside lists, nor to go to where a walk from new to old begins.
    private const int FewBeside = 20_000, FewToSkip = 300_000;

    private readonly Reader _reader;
    private readonly Kind _kind;
    private readonly List<string> _tests = [];
    private readonly List<object?> _testValues = [];
    private readonly InPeriod? _period;
    private readonly bool _testOnly;
    private string _driver = "";
    private readonly List<object?> _driverValues = [];
    // A driver that is one list can be walked by span class; others hold every key and are tested instead.
    private long? _drivingList;
    private bool _drivesAll;
    private bool _drivesByLists;
    private bool _merged;
    private TextNode? _drivingText;
    // The lists beside words that are taken in slices, and how many stand in them; null where they are not sliced.
    private (List<long> Lists, long Count)? _besideText;
    private BoxPoints? _drivingBoxes;

    /// <param name="testOnly">No list drives: the walk follows another order and every condition is tested.</param>
    public KeyWalk(Reader reader, Kind kind, IReadOnlyList<Condition> conditions, bool testOnly = false)
    {
        (_reader, _kind, _testOnly) = (reader, kind, testOnly);
        _period = conditions.OfType<InPeriod>().FirstOrDefault();
        ChooseDriver(conditions);
    }

    /// <summary>Nothing can fulfil the filter.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>At most about so many keys are walked.</summary>
    public long Estimate { get; private set; } = long.MaxValue;

    /// <summary>How many there are, when that is known without counting.</summary>
    public long? KnownSize => _tests.Count == 0 && _period is null && (_drivingList is not null || _drivingText is not null) ? Estimate : null;

    /// <summary>The walk has no test beyond its one list: its length is known.</summary>
    private bool IsPlain => _tests.Count == 0 && _period is null;

    /// <summary>After a merge, the lists whose keys have not moved to this one yet.</summary>
    private void AddMoving(string field, string value, List<(long Id, long Count)> found)
    {
        var rows = _reader.Kept("SELECT p.list, l.count FROM pending p JOIN lists l ON l.id = p.list JOIN lists t ON t.id = p.into_list WHERE t.field = ? AND t.value = ? AND l.count > 0").Bind(field).Bind(value);
        while (rows.Step()) found.Add((rows.Int64(0), rows.Int64(1)));
    }

    private void ChooseDriver(IReadOnlyList<Condition> conditions)
    {
        var lists = new List<(InLists Condition, List<(long Id, long Count)> Found, long Count)>();
        bool? isMerging = null;
        foreach (var condition in conditions.OfType<InLists>())
        {
            var found = new List<(long Id, long Count)>();
            foreach (var (field, value) in condition.Lists)
            {
                if (isMerging ??= _reader.Kept("SELECT 1 FROM pending WHERE into_list IS NOT NULL LIMIT 1").Scalar() is not null) AddMoving(field, value, found);
                var row = _reader.Kept("SELECT id, count FROM lists WHERE field = ? AND value = ?").Bind(field).Bind(value);
                if (!row.Step()) continue;
                if (row.Int64(1) > 0) found.Add((row.Int64(0), row.Int64(1)));
                row.Reset();
            }
            lists.Add((condition, found, found.Sum(f => f.Count)));
        }
        if (lists.Any(l => !l.Condition.Not && l.Count == 0))
        {
            IsEmpty = true;
            Estimate = 0;
            return;
        }

        var keys = conditions.OfType<InKeys>().FirstOrDefault(k => !k.Not);
        var points = (conditions.OfType<InBoxes>().FirstOrDefault(b => !b.Not) ?? conditions.OfType<Near>().FirstOrDefault(n => !n.Not)?.Around()) is { } boxes ? new BoxPoints(_reader, _kind, _period, boxes) : null;
        var rarest = lists.Where(l => !l.Condition.Not).OrderBy(l => l.Count).FirstOrDefault();

        var text = conditions.OfType<InText>().Where(t => !t.Not).OrderBy(t => t.Docs).FirstOrDefault();
        // Where few stand in the lists, in all of them if there are several, the shortest is walked and the text of those looked into; that look costs many times a step of the text's own walk.
        if (text is not null && (rarest.Condition is not null && InAll(lists, rarest.Count) * TextProbe < text.Docs || keys is not null || _testOnly)) text = null;

        if (_testOnly) (rarest, keys, _drivesAll) = (default, null, true);
        else if (keys is not null) DriveByKeys(keys.Keys);
        else if (text is not null)
        {
            if (_kind == Kind.Event && !_reader.FullText.SkipsBackwards && !FullText.IsByHand(text.Node))
            {
                var merges = text.Docs > FewBeside && rarest.Condition is not null && rarest.Count < 2 * text.Docs && rarest.Found.Count <= FewLists;
                _besideText = (merges ? rarest.Found.ConvertAll(f => f.Id) : [], rarest.Count);
            }
            rarest = default;
            _drivingText = text.Node;
            Estimate = text.Docs;
        }
        else if (points is not null && _kind == Kind.Event && (rarest.Condition is null || rarest.Count > FewKeys) && points.About() is var about && (about <= FewKeys || rarest.Condition is null || about < rarest.Count))
        {
            if (about <= FewKeys && points.Places() is var (places, count)) DriveByPlaces(places, count);
            else (rarest, _drivingBoxes, Estimate) = (default, points, about);
        }
        else if (points is not null && _kind != Kind.Event && (rarest.Condition is null || rarest.Count > FewKeys) && points.In(_kind.Keys.Low, _kind.Keys.High) is { Count: <= FewPoints } found) DriveByKeys(found);
        else if (rarest.Condition is not null && (rarest.Found.Count == 1 || rarest.Count <= FewKeys || rarest.Found.Count <= FewLists)) DriveByLists(rarest.Found, rarest.Count);
        else
        {
            rarest = default;
            _drivesAll = true;
            _driver = "answers p";
        }

        foreach (var (condition, found, _) in lists)
        {
            if (_drivesByLists && ReferenceEquals(condition, rarest.Condition))
            {
                if (condition.Mask != 0 && found.Count == 1) AddTest("p.detail & ? <> 0", condition.Mask);
                if (condition.Mask == 0 || found.Count == 1) continue;
            }
            if (found.Count == 0) continue; // an empty list under NOT excludes nothing
            var ids = string.Join(", ", found.Select(_ => "?"));
            AddTest($"{(condition.Not ? "NOT " : "")}EXISTS (SELECT 1 FROM postings q WHERE q.list IN ({ids}) AND q.key = p.key{(condition.Mask != 0 ? " AND q.detail & ? <> 0" : "")})",
                [.. found.Select(f => (object)(f.Id << 2)), .. condition.Mask != 0 ? (object[])[condition.Mask] : []]);
        }
        foreach (var condition in conditions)
            switch (condition)
            {
                case InKeys { Not: true } not:
                    AddTest($"p.key NOT IN {Engine.KeysOfJson}", Json(not.Keys));
                    break;
                case InKeys other when !ReferenceEquals(other, keys):
                    AddTest($"p.key IN {Engine.KeysOfJson}", Json(other.Keys));
                    break;
                case InText { Not: false } driving when ReferenceEquals(driving.Node, _drivingText):
                    break;
                case InText matching:
                    // Few matches are collected once; of many, each record's text is looked into. The plus keeps the engine from walking alternatives by the text that drives, which it cannot.
                    AddTest((matching.Not ? "NOT " : "") + (matching.Docs <= FewMatches ? (_testOnly ? "+" : "") + _reader.FullText.IsAmong(matching.Node) : _reader.FullText.Matches(matching.Node)), _reader.FullText.Expression(matching.Node));
                    break;
                case AnyOf any:
                    var sets = any.Sets.Select(set => new KeyWalk(_reader, _kind, set, testOnly: true)).Where(w => !w.IsEmpty).ToList();
                    AddTest((any.Not ? "NOT " : "") + (sets.Count == 0 ? "FALSE" : $"({string.Join(" OR ", sets.Select(w => w.AsTest().Sql))})"), [.. sets.SelectMany(w => w.AsTest().Values)]);
                    break;
                case Test test:
                    AddTest(test.Not ? $"NOT ({test.Sql})" : test.Sql, test.Values);
                    break;
                case InBoxes inside:
                    AddTest($"{(inside.Not ? "NOT " : "")}EXISTS (SELECT 1 FROM coordinates c WHERE c.key = p.key{(inside.Possible ? "" : " AND c.possible = 0")} AND ({string.Join(" OR ", inside.Boxes.Select(_ => "c.longitude BETWEEN ? AND ? AND c.latitude BETWEEN ? AND ?"))}))",
                        [.. inside.Boxes.SelectMany(b => new object[] { b.West, b.East, b.South, b.North })]);
                    break;
                case Near near:
                    // The same great circle as Near.DistanceTo, in SQL, without taking the arc of either side.
                    AddTest($"EXISTS (SELECT 1 FROM coordinates c WHERE c.key = p.key{(near.Possible ? "" : " AND c.possible = 0")} AND pow(sin(radians(c.latitude - ?) / 2), 2) + cos(radians(?)) * cos(radians(c.latitude)) * pow(sin(radians(c.longitude - ?) / 2), 2) <= ?)",
                        near.Latitude, near.Latitude, near.Longitude, near.Haversine);
                    break;
            }
    }

    /// <summary>About how many events stand in every list that is asked for, as if one told nothing of the other.</summary>
    private double InAll(List<(InLists Condition, List<(long Id, long Count)> Found, long Count)> lists, long rarest)
    {
        var counts = lists.Where(l => !l.Condition.Not).Select(l => (double)l.Count).ToList();
        if (counts.Count < 2 || _kind != Kind.Event) return rarest;
        var events = Math.Max(1, FacetCounter.Events(_reader));
        return counts.Aggregate(1.0, (share, count) => share * Math.Min(1, count / events)) * events;
    }

    private void DriveByPlaces(List<long> lists, long count)
    {
        _driver = $"(SELECT DISTINCT key FROM postings WHERE list IN {Engine.KeysOfJson}) p";
        _driverValues.Add(Json(lists.ConvertAll(id => id << 2)));
        Estimate = count;
        IsEmpty = count == 0;
    }

    private void DriveByKeys(IReadOnlyList<long> keys)
    {
        _driver = $"{Engine.KeysOfJson} p";
        _driverValues.Add(Json(keys.Distinct().ToList()));
        Estimate = keys.Count;
        IsEmpty = keys.Count == 0;
    }

    private void DriveByLists(List<(long Id, long Count)> found, long count)
    {
        _drivesByLists = true;
        Estimate = count;
        if (found.Count == 1)
        {
            _drivingList = found[0].Id << 2;
            _driver = "postings p";
        }
        else if (count <= FewKeys)
        {
            _driver = $"(SELECT DISTINCT key FROM postings WHERE list IN ({string.Join(", ", found.Select(_ => "?"))})) p";
            _driverValues.AddRange(found.Select(f => (object)(f.Id << 2)));
        }
        else
        {
            // UNION of lists that are each in order is merged as it is walked; the order stands in the walk.
            _driver = $"({string.Join(" UNION ", found.Select(_ => "SELECT key FROM postings WHERE list = ? AND key BETWEEN ? AND ?"))} ORDER BY key {{order}}) p";
            _driverValues.AddRange(found.Select(f => (object)(f.Id << 2)));
            _merged = true;
        }
    }

    private void AddTest(string sql, params object?[] values)
    {
        _tests.Add(sql);
        _testValues.AddRange(values);
    }

    /// <summary>Calls <paramref name="row"/> with a statement that stands on each row, until it answers false. Columns follow key.</summary>
    /// <param name="table">Where the columns stand, as <c>a</c>.</param>
    public void Run(string columns, bool descending, long? after, int limit, Func<Statement, bool> row, string table = "answers")
    {
        if (IsEmpty) return;
        var left = limit;
        foreach (var (sql, values, _) in Segments(columns, descending, after, table: table, wanted: limit))
        {
            var statement = _reader.Kept(sql + " LIMIT ?").BindAll(values).Bind((long)left);
            while (statement.Step())
            {
                left--;
                if (row(statement)) continue;
                statement.Reset();
                return;
            }
            if (left == 0) return;
        }
    }

    /// <summary>The keys in another order, with the value that orders them; those without a value are not among them.</summary>
    public void RunSorted(long sort, bool descending, (object Value, long Key)? after, int limit, Action<long> row)
    {
        if (IsEmpty) return;
        var order = descending ? "DESC" : "ASC";
        var (test, values) = AsTest();
        var beyond = after is null ? "" : $" AND (p.value, p.key) {(descending ? "<" : ">")} (?, ?)";
        var statement = _reader.Kept($"SELECT p.key FROM sorts p WHERE p.sort = ?{beyond} AND {test} ORDER BY p.value {order}, p.key {order} LIMIT ?").Bind(sort);
        if (after is { } last) statement.Bind(_reader.Ordered(last.Value)).Bind(last.Key);
        statement.BindAll(values).Bind((long)limit);
        while (statement.Step()) row(statement.Int64(0));
    }

    /// <summary>Everything asked as one test on p.key; for a walk that nothing drives.</summary>
    internal (string Sql, List<object?> Values) AsTest()
    {
        var (low, high) = _kind.Keys;
        var (tests, values) = (new List<string>(_tests), new List<object?>(_testValues));
        // Outside the order of keys a period is one range, with one test.
        if (Ranges(low, high).FirstOrDefault() is not { } range) return ("FALSE", []);
        if (_period is not null)
        {
            tests.Add("p.key BETWEEN ? AND ?");
            values.AddRange([range.Low, range.High]);
        }
        if (range.Test is not null)
        {
            tests.Add(range.Test);
            values.AddRange(range.Values);
        }
        return (tests.Count == 0 ? "TRUE" : $"({string.Join(" AND ", tests)})", values);
    }

    /// <summary>How many there are, up to <paramref name="most"/>, with at most <paramref name="probes"/> keys looked at.</summary>
    public Total Count(long most, long probes)
    {
        if (IsEmpty) return new(0, "eq");
        if (IsPlain && _drivingList is { } list)
        {
            // A single list knows its length.
            var count = _reader.Kept("SELECT count FROM lists WHERE id = ?").Bind(list >> 2).Scalar() ?? 0;
            return count > most ? new(most, "gte") : new(count, "eq");
        }
        long looked = 0, found = 0;
        foreach (var (sql, values, slice) in Segments("", CountsBackwards, null, counting: true))
        {
            // Without tests every key looked at is found.
            var enough = _tests.Count == 0 && !sql.Contains("EXISTS", StringComparison.Ordinal) ? Math.Min(probes - looked, most - found) : probes - looked;
            var statement = _reader.Kept(sql).BindAll(values).Bind(enough + 1);
            if (!statement.Step()) continue;
            looked += statement.Int64(0) + (slice?.Looks ?? 0);
            found += statement.Int64(1);
            statement.Reset();
            if (found > most) return new(most, "gte");
            if (looked > probes) return new(found, "gte");
        }
        return new(found, "eq");
    }

    // A walk that skips to where it begins counts from there.
    private bool CountsBackwards => _drivingText is null || _reader.FullText.SkipsBackwards;

    /// <summary>How many events there are that begin in a period; where more than <paramref name="most"/> would have to be looked at, about how many, as the newest days among them tell of the others, or the oldest.</summary>
    public (long Count, bool Exact) CountAbout(int most)
    {
        if (IsEmpty) return (0, true);
        var (looked, found, newest, oldest) = (0L, 0L, long.MinValue, long.MaxValue);
        foreach (var (sql, values, slice) in Segments("", CountsBackwards, null, counting: true))
        {
            var statement = _reader.Kept(sql).BindAll(values).Bind(most + 1L);
            if (!statement.Step()) continue;
            looked += statement.Int64(0) + (slice?.Looks ?? 0);
            found += statement.Int64(1);
            if (statement.Int64(0) > 0 || slice is not null)
                (newest, oldest) = (Math.Max(newest, (slice?.High ?? statement.Int64(2)) >> PerDay), Math.Min(oldest, (slice?.Low ?? statement.Int64(3)) >> PerDay));
            statement.Reset();
            if (looked <= most) continue;
            var days = CountsBackwards ? newest - (_period!.From + 1) + 1 : Math.Min(_period!.To + 1, Newest()) - oldest + 1;
            // Of the last day that was looked at a part was.
            return ((long)Math.Round(found * days / (newest - oldest + 0.5)), false);
        }
        return (found, true);
    }

    /// <summary>The day of the newest event in the period, whatever else is asked: of a year that is not over, the days to come tell nothing.</summary>
    private long Newest() => (_reader.Kept("SELECT max(key) FROM event_ids WHERE key BETWEEN ? AND ?").Bind(_period!.From + 1L << PerDay).Bind((_period.To + 2L << PerDay) - 1).Scalar() ?? 0) >> PerDay;

    private IEnumerable<(string Sql, List<object?> Values, Slice? Slice)> Segments(string columns, bool descending, long? after, bool counting = false, string table = "answers", int wanted = int.MaxValue)
    {
        var (low, high) = _kind.Keys;
        var ranges = Ranges(low, high).ToList();
        if (descending) ranges.Reverse();
        // Undated events come last in both orders.
        if (!descending && _kind == Kind.Event && _period is null) ranges = [.. Split(ranges)];
        var isUndatedCursor = after is { } cursor && cursor < 1L << PerDay && _kind == Kind.Event;
        foreach (var range in ranges)
        {
            var (from, to) = (range.Low, range.High);
            if (after is { } key)
            {
                if (descending) to = Math.Min(to, key - 1);
                // In ascending order the undated ones follow the dated ones although their keys are smaller.
                else if (isUndatedCursor) { if (from >= 1L << PerDay) continue; from = Math.Max(from, key + 1); }
                else if (!(_kind == Kind.Event && to < 1L << PerDay)) from = Math.Max(from, key + 1);
            }
            if (from > to) continue;
            IEnumerable<Slice>? slices = null;
            if (_drivingBoxes is { } points) slices = points.Through(from, to, descending, 0, counting);
            else if (_besideText is var (lists, listed) && (lists.Count > 0 || Estimate > FewToSkip && descending && to < high))
            {
                var text = new TextSlices(_reader, _drivingText!, range.Class, lists, listed);
                slices = text.Through(from, to, descending, text.MatchesFor(wanted), counting);
            }
            if (slices is null) yield return Segment(columns, descending, range, from, to, counting, table);
            else
                foreach (var slice in slices) yield return Segment(columns, descending, range, from, to, counting, table, slice);
        }
    }

    private static IEnumerable<Range> Split(List<Range> ranges)
    {
        foreach (var range in ranges) yield return range with { Low = Math.Max(range.Low, 1L << PerDay) };
        yield return new Range(0, 0, (1L << PerDay) - 1, null, []);
    }

    /// <summary>The ranges of keys that a period can hold, in ascending order: dates that span long stand again in lists of their own, so each range is short.</summary>
    private IEnumerable<Range> Ranges(long low, long high)
    {
        if (_period is not { } period)
        {
            yield return new Range(0, low, high, null, []);
            yield break;
        }
        var (from, to) = ((long)period.From, (long)period.To);
        if (_kind != Kind.Event)
        {
            yield return new Range(0, low, high, period.Match switch
            {
                "certain" => "EXISTS (SELECT 1 FROM spans s WHERE s.key = p.key AND s.start_latest <= ? AND s.end_earliest >= ?)",
                "starts" => "EXISTS (SELECT 1 FROM spans s WHERE s.key = p.key AND s.start <= ? AND s.start >= ?)",
                _ => "EXISTS (SELECT 1 FROM spans s WHERE s.key = p.key AND s.start <= ? AND s.\"end\" >= ?)",
            }, [to, from]);
            yield break;
        }
        static long KeyOf(long day) => Math.Max(1, day + 1) << PerDay;
        // Day 0 is for the undated, which no period holds.
        const long first = 1L << PerDay;
        var last = period.To == EdtfDate.Future ? high : KeyOf(to) + (1L << PerDay) - 1;
        if (to < 0) yield break;
        if (period.Match == "starts")
        {
            // Dates of an open beginning stand at the first key, but did not start there.
            var began = period.From == EdtfDate.Past ? first : KeyOf(from);
            yield return began == first
                ? new Range(0, began, last, "NOT EXISTS (SELECT 1 FROM spans s WHERE s.key = p.key AND s.start = ?)", [(long)EdtfDate.Past])
                : new Range(0, began, last, null, []);
            yield break;
        }
        var certain = period.Match == "certain" ? " AND NOT EXISTS (SELECT 1 FROM spans s WHERE s.key = p.key AND (s.start_latest > ? OR s.end_earliest < ?))" : "";
        object?[] sure = certain == "" ? [] : [to, from];
        if (period.From == EdtfDate.Past)
        {
            yield return new Range(0, first, last, certain == "" ? null : certain[5..], sure);
            yield break;
        }
        var start = KeyOf(from);
        // What began before the period is in it when its end is; without a row in spans it was over the same day.
        const string Reaches = "EXISTS (SELECT 1 FROM spans s WHERE s.key = p.key AND s.\"end\" >= ?)";
        if (!_testOnly && (_drivingList is not null || _drivesAll || _drivingText is not null))
        {
            var month = KeyOf(from - 31);
            var year = KeyOf(from - 366);
            if (year > first) yield return new Range(2, first, Math.Min(year - 1, last), Reaches + certain, [from, .. sure]);
            if (month > Math.Max(year, first)) yield return new Range(1, Math.Max(year, first), Math.Min(month - 1, last), Reaches + certain, [from, .. sure]);
            if (start > Math.Max(month, first)) yield return new Range(0, Math.Max(month, first), Math.Min(start - 1, last), Reaches + certain, [from, .. sure]);
            if (last >= start) yield return new Range(0, start, last, certain == "" ? null : certain[5..], sure);
            yield break;
        }
        yield return new Range(0, first, last, $"(p.key >= ? OR {Reaches}){certain}", [start, from, .. sure]);
    }

    private (string, List<object?>, Slice?) Segment(string columns, bool descending, Range range, long from, long to, bool counting, string table, Slice? slice = null)
    {
        var keys = slice?.Keys;
        var sql = new StringBuilder();
        var values = new List<object?>();
        var (driver, driverValues) = (keys is null ? _driver : $"{Engine.KeysOfJson} p", new List<object?>());
        var where = new List<string>();
        var order = descending ? "DESC" : "ASC";
        if (_drivingText is { } text && keys is null)
        {
            driver = $"{_reader.FullText.Keys(text, descending)} p";
            driverValues.AddRange([_reader.FullText.Expression(FullText.Lasting(text, range.Class)), from, to]);
        }
        else if (_drivingList is { } list)
        {
            where.Add("p.list = ?");
            driverValues.Add(list | (long)(uint)range.Class);
        }
        else if (_drivesAll && range.Class > 0)
        {
            // Every dated event stands in this list, so its long ones are all the long ones.
            driver = "postings p";
            where.Add("p.list = (SELECT id << 2 | ? FROM lists WHERE field = 'event.has' AND value = 'date')");
            driverValues.Add((long)range.Class);
        }
        else if (_merged)
        {
            driver = driver.Replace("{order}", order, StringComparison.Ordinal);
            foreach (var id in _driverValues) driverValues.AddRange([id, from, to]);
        }
        else if (keys is not null) driverValues.Add(Json(keys));
        else driverValues.AddRange(_driverValues);
        if (_drivingText is null || keys is not null)
        {
            where.Add("p.key BETWEEN ? AND ?");
            driverValues.AddRange([from, to]);
        }

        var tests = new List<string>(_tests);
        var testValues = new List<object?>(_testValues);
        if (range.Test is not null)
        {
            tests.Add(range.Test);
            testValues.AddRange(range.Values);
        }
        if (counting)
        {
            var bounded = where.Count == 0 ? "" : $" WHERE {string.Join(" AND ", where)}";
            // The inner query bounds how many keys are looked at. SQL reads parameters in the order of the text, so the tests' come first.
            var detail = driver == "postings p" ? ", p.detail" : "";
            sql.Append(tests.Count == 0
                ? $"SELECT count(*), count(*), max(key), min(key) FROM (SELECT p.key FROM {driver}{bounded} ORDER BY p.key {order} LIMIT ?) looked"
                : $"SELECT count(*), count(*) FILTER (WHERE hit), max(key), min(key) FROM (SELECT p.key, {string.Join(" AND ", tests)} AS hit FROM (SELECT p.key{detail} FROM {driver}{bounded} ORDER BY p.key {order} LIMIT ?) p) looked");
            values.AddRange(testValues);
            values.AddRange(driverValues);
            return (sql.ToString(), values, slice);
        }
        var isItself = _drivesAll && range.Class == 0 && table == "answers";
        var join = isItself || columns == "" ? "" : $" CROSS JOIN {table} a ON a.key = p.key";
        if (isItself) columns = columns.Replace("a.", "p.", StringComparison.Ordinal);
        sql.Append(CultureInfo.InvariantCulture, $"SELECT p.key{columns} FROM {driver}{join}{(where.Count + tests.Count == 0 ? "" : " WHERE ")}{string.Join(" AND ", where.Concat(tests))} ORDER BY p.key {order}");
        values.AddRange(driverValues);
        values.AddRange(testValues);
        return (sql.ToString(), values, slice);
    }

    private static string Json(IReadOnlyList<long> keys) => "[" + string.Join(',', keys) + "]";

    private sealed record Range(int Class, long Low, long High, string? Test, object?[] Values);
}
