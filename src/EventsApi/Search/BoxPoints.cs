using EventsApi.Dates;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>What lies in boxes, as far as a tree of points tells; exact coordinates are tested afterwards.</summary>
internal sealed class BoxPoints(Reader reader, Kind kind, InPeriod? period, InBoxes boxes) : Slices(reader)
{
    private readonly Reader _reader = reader;

    protected override Slice? In(long low, long high, int most, bool ends)
    {
        var keys = In(low, high);
        return keys.Count > most ? null : new(keys, low, high, keys.Count);
    }

    /// <summary>The keys of the points in a range of keys; of other records than events no more than matter.</summary>
    public List<long> In(long low, long high)
    {
        var keys = new List<long>();
        // The key of an event tells its first day; one without a date, or of open beginning, stands on the first day of all.
        var isEvent = kind == Kind.Event;
        double first = isEvent && low >> KeyWalk.PerDay > 1 ? (low >> KeyWalk.PerDay) - 1 : double.MinValue, last = isEvent ? Math.Max(0, (high >> KeyWalk.PerDay) - 1) : double.MaxValue;
        if (period is { To: not EdtfDate.Future }) last = Math.Min(last, period.To);
        foreach (var (west, south, east, north) in boxes.Boxes)
        {
            // The tree rounds its 32-bit floats outwards, so it finds at least these.
            var rows = isEvent
                ? _reader.Kept("SELECT key FROM boxes WHERE west <= ? AND east >= ? AND south <= ? AND north >= ? AND first_day <= ? AND first_day >= ? AND last_day >= ? AND key BETWEEN ? AND ?")
                    .Bind(east).Bind(west).Bind(north).Bind(south).Bind(last).Bind(first).Bind(period is { From: not EdtfDate.Past } ? period.From : double.MinValue).Bind(low).Bind(high)
                : _reader.Kept($"SELECT key FROM place_boxes WHERE west <= ? AND east >= ? AND south <= ? AND north >= ? AND key BETWEEN ? AND ? LIMIT {KeyWalk.FewPoints + 1}").Bind(east).Bind(west).Bind(north).Bind(south).Bind(low).Bind(high);
            while (rows.Step()) keys.Add(rows.Int64(0));
        }
        if (boxes.Boxes.Count > 1) keys = [.. keys.Distinct()];
        keys.Sort();
        return keys;
    }

    /// <summary>How many events lie in the boxes, by the cells of a grid that they touch.</summary>
    public long About()
    {
        const int FewCells = 8;
        var found = 0L;
        foreach (var (west, south, east, north) in boxes.Boxes)
        {
            var level = Grid.Levels - 1;
            while (level > 0 && Math.Max(east - west, north - south) > FewCells * Grid.Size(level)) level--;
            var (low, high) = (Grid.CellOf(level, south, west), Grid.CellOf(level, north, east));
            for (var row = low >> 16; row <= high >> 16; row++)
                found += _reader.Kept("SELECT sum(count) FROM cells WHERE level = ? AND cell BETWEEN ? AND ?").Bind((long)level).Bind(row << 16 | low & 0xffff).Bind(row << 16 | high & 0xffff).Scalar() ?? 0;
        }
        return found;
    }

    /// <summary>The lists of the places in the boxes, and about how many events stand in them; null when there are too many to collect. An event lies where its place does.</summary>
    public (List<long> Lists, long Count)? Places()
    {
        // While the events of a merged place move to another's list, they are in neither's alone.
        if (_reader.Kept("SELECT 1 FROM pending WHERE into_list IS NOT NULL LIMIT 1").Scalar() is not null) return null;
        var (lists, count) = (new HashSet<long>(), 0L);
        foreach (var (west, south, east, north) in boxes.Boxes)
        {
            var rows = _reader.Kept("SELECT l.id, l.count FROM place_boxes b CROSS JOIN coordinates c ON c.key = b.key CROSS JOIN records r ON r.ref = b.key CROSS JOIN lists l ON l.field = 'event.location' AND l.value = r.id WHERE b.west <= ? AND b.east >= ? AND b.south <= ? AND b.north >= ? AND c.possible <= ? AND l.count > 0")
                .Bind(east).Bind(west).Bind(north).Bind(south).Bind(boxes.Possible ? 1L : 0);
            while (rows.Step())
            {
                if (!lists.Add(rows.Int64(0)) || (count += rows.Int64(1)) <= KeyWalk.FewKeys) continue;
                rows.Reset();
                return null;
            }
        }
        return ([.. lists], count);
    }
}
