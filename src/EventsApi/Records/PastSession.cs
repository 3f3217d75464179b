using System.Globalization;
using EventsApi.Http;
using EventsApi.Storage;

namespace EventsApi.Records;

/// <summary>The records as they stood at some time, read from the undo log. What is kept in lists is taken as it is now and put right by what changed since.</summary>
/// <param name="time">Unix milliseconds; whatever was committed then is seen.</param>
public sealed class PastSession(Connection connection, RecordWriters writers, long time) : RecordSession(connection, writers)
{
    // More changes than this would have to be undone in memory.
    private const int MostChanges = 20_000;

    private readonly Dictionary<long, byte[]> _fixed = [];
    private readonly Dictionary<Kind, HashSet<long>> _changed = [];
    private readonly Dictionary<long, Derived> _derived = [];

    /// <summary>Takes a record at this state, whatever the time.</summary>
    public void Fix(long reference, byte[] record) => _fixed[reference] = record;

    /// <summary>The instant of knownAt=: RFC 3339, or a day, which means its end.</summary>
    public static long Instant(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddDays(1).ToUnixTimeMilliseconds() - 1;
        // A plus that was not escaped arrives as a space.
        if (text.Length >= 20 && text[10] is 'T' or 't' && DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)) return instant.ToUnixTimeMilliseconds();
        throw ProblemException.Parameter("knownAt", "invalid", $"'{text}' is no instant; send one such as 2025-09-09T14:00:00Z, or a day such as 2025-09-09, which means its end.");
    }

    /// <summary>The record's own line at that time; null when it did not exist.</summary>
    public Head? Head(long reference)
    {
        if (Load(reference) is null) return null;
        var revision = Connection.Kept("SELECT coalesce((SELECT revision - 1 FROM revisions WHERE ref = ?1 AND at > ?2 ORDER BY revision LIMIT 1), (SELECT revision FROM records WHERE ref = ?1))").Bind(reference).Bind(time).Scalar()!.Value;
        var created = RecordLog.CreatedAt(Connection, reference)!.Value;
        return new Head(revision, created, revision == 1 ? created : Connection.Kept("SELECT at FROM revisions WHERE ref = ? AND revision = ?").Bind(reference).Bind(revision).Scalar() ?? created);
    }

    protected override byte[]? Load(long reference)
    {
        if (_fixed.TryGetValue(reference, out var record)) return record;
        if (RecordLog.CreatedAt(Connection, reference) is not { } created || created > time) return null;
        var row = Connection.Kept("SELECT replaced FROM revisions WHERE ref = ? AND at > ? ORDER BY revision LIMIT 1").Bind(reference).Bind(time);
        if (!row.Step())
        {
            row = Connection.Kept("SELECT record FROM records WHERE ref = ?").Bind(reference);
            if (!row.Step()) return null;
        }
        var json = row.Blob(0).ToArray();
        row.Reset();
        // It replaced nothing: there was no record before it.
        return json.Length == 0 ? null : json;
    }

    protected override Known? LookUp(Kind kind, string id)
    {
        var reference = RecordLookup.RefOf(Connection, kind, id) ?? RecordLookup.ByIdentifier(Connection, kind, id);
        for (var steps = 0; reference is { } at && steps < 100; steps++)
        {
            if (Load(at) is not null) return LookUp(at);
            reference = Connection.Kept("SELECT into_ref FROM merged WHERE from_ref = ?1 AND at <= ?2 UNION ALL SELECT into_ref FROM unmerged WHERE from_ref = ?1 AND at <= ?2 AND until > ?2 LIMIT 1").Bind(at).Bind(time).Scalar();
        }
        return null;
    }

    protected override Known LookUp(long reference)
    {
        var kind = Kind.OfRef(reference);
        var (name, word) = Writers[kind].Shown(Writers[kind].Parse(Load(reference)!));
        return new Known(reference, kind, RecordLookup.IdOf(Connection, reference), word, name);
    }

    public override IReadOnlyList<long> Keys(string field, string value)
    {
        var kind = Kind.Named(field[..field.IndexOf('.', StringComparison.Ordinal)])!;
        var changed = Changed(kind);
        var keys = new SortedSet<long>();
        // What was merged or parted since was listed under another name; then each record tells by itself where it stood.
        var names = Names(field, value);
        foreach (var name in names)
        {
            var found = new List<long>();
            var rows = Connection.Kept("SELECT p.key FROM lists l JOIN postings p ON p.list = l.id << 2 WHERE l.field = ? AND l.value = ?").Bind(field).Bind(name);
            while (rows.Step()) found.Add(rows.Int64(0));
            foreach (var key in found)
                if (!changed.Contains(key) && (names.Count == 1 || Describe(key)?.IsIn(field, value) == true)) keys.Add(key);
        }
        foreach (var reference in changed)
            if (Describe(reference)?.IsIn(field, value) == true) keys.Add(reference);
        return [.. keys];
    }

    /// <summary>The value itself, and those of all records that were ever merged with the one it names.</summary>
    private List<string> Names(string field, string value)
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        var kind = colon > 0 ? Kind.Named(value[..colon])! : field switch { "membership.member" => Kind.Actor, "membership.post" => Kind.Post, _ => Kind.Event };
        var id = value[(colon + 1)..];
        if (RecordLookup.RefOf(Connection, kind, id) is not { } start) return [value];
        var (refs, names) = (new HashSet<long> { start }, new List<string> { value });
        for (var open = new Queue<long>(refs); open.TryDequeue(out var at);)
        {
            var rows = Connection.Kept("SELECT into_ref FROM merged WHERE from_ref = ?1 UNION ALL SELECT from_ref FROM merged WHERE into_ref = ?1 UNION ALL SELECT into_ref FROM unmerged WHERE from_ref = ?1 UNION ALL SELECT from_ref FROM unmerged WHERE into_ref = ?1").Bind(at);
            while (rows.Step())
                if (refs.Add(rows.Int64(0))) open.Enqueue(rows.Int64(0));
        }
        foreach (var other in refs.Where(r => r != start)) names.Add($"{value[..(colon + 1)]}{RecordLookup.IdOf(Connection, other)}");
        return names;
    }

    /// <summary>What would be made from the record at that time; null when it did not exist.</summary>
    public Derived? Describe(long reference)
    {
        if (_derived.TryGetValue(reference, out var known)) return known;
        return Head(reference) is not { } head ? null : _derived[reference] = Writers[Kind.OfRef(reference)].Describe(this, reference, head);
    }

    /// <summary>The answer that it had at that time; null when it did not exist.</summary>
    public Derived? Answer(long reference)
    {
        var derived = Describe(reference);
        derived?.Prepare();
        return derived;
    }

    /// <summary>The answer that it had after one of its writes, which was then; what it shows of others is as this session has it.</summary>
    public Derived Answer(long reference, byte[] record, long revision, long at)
    {
        Fix(reference, record);
        var derived = Describe(reference, new Head(revision, RecordLog.CreatedAt(Connection, reference)!.Value, at));
        derived.Prepare();
        return derived;
    }

    /// <summary>The same for a state that was fixed, with its own line.</summary>
    public Derived Describe(long reference, Head head) => Writers[Kind.OfRef(reference)].Describe(this, reference, head);

    /// <summary>The records of a kind that were written since.</summary>
    public HashSet<long> Changed(Kind kind)
    {
        if (_changed.TryGetValue(kind, out var known)) return known;
        var changed = new HashSet<long>();
        var rows = Connection.Kept("SELECT ref FROM changes WHERE seq > ? AND ref BETWEEN ? AND ? AND at > ?").Bind(SequenceAt(Connection, time)).Bind(kind.Ref(0)).Bind(kind.Ref((1L << 44) - 1)).Bind(time);
        while (rows.Step())
            if (changed.Add(rows.Int64(0)) && changed.Count > MostChanges)
                throw new ProblemException(ProblemCode.Overloaded, $"More than {MostChanges:N0} records of the kind {kind.Name} changed since then; ask for a later time.");
        return _changed[kind] = changed;
    }

    /// <summary>The last change up to a time. Times grow with the sequence, but for a clock that was set back.</summary>
    public static long SequenceAt(Connection connection, long time)
    {
        long low = 0, high = connection.Kept("SELECT max(seq) FROM changes").Scalar() ?? 0;
        while (low < high)
        {
            var middle = low + (high - low + 1) / 2;
            if (connection.Kept("SELECT at FROM changes WHERE seq >= ? LIMIT 1").Bind(middle).Scalar() <= time) low = middle;
            else high = middle - 1;
        }
        return low;
    }
}
