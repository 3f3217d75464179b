using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
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
    private readonly Dictionary<(Kind, bool), HashSet<long>> _altered = [];
    private PastSession? _now;
    private bool _isOfVersion;
    private readonly Dictionary<long, Derived> _derived = [];

    /// <summary>Takes a record at this state, whatever the time.</summary>
    public void Fix(long reference, byte[] record) => _fixed[reference] = record;

    /// <summary>The instant of knownAt=: RFC 3339, or a day, which means its end.</summary>
    public static long Instant(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds() + 24 * 60 * 60 * 1_000 - 1;
        // A plus that was not escaped arrives as a space.
        if (text.Length >= 20 && text[10] is 'T' or 't' && DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)) return instant.ToUnixTimeMilliseconds();
        throw ProblemException.Parameter("knownAt", "invalid", $"'{text}' is no instant; send one such as 2025-09-09T14:00:00Z, or a day such as 2025-09-09, which means its end.");
    }

    /// <summary>The time that a request asks for; null without knownAt=.</summary>
    public static PastSession? Asked(HttpContext http, Connection connection, RecordWriters writers) =>
        http.Request.Query.TryGetValue("knownAt", out var knownAt) ? new PastSession(connection, writers, Instant(knownAt.ToString())) : null;

    /// <summary>The record that a path names, as it stood then.</summary>
    public Known Require(Kind kind, string id)
    {
        if (Find(kind, id) is { } known) return known;
        // What never was is told with what is like it.
        if (RecordLookup.RefOf(Connection, kind, id) is null) _ = Singles.Require(Connection, kind, id);
        throw new ProblemException(ProblemCode.NotFound, $"The catalogue had no {kind.Name} '{id}' at {Json.Instant(time)}.");
    }

    /// <summary>The same for a path of this resource: an event that was no meeting then is none of the meetings.</summary>
    public Known Require(Search.Resource resource, string id)
    {
        var known = Require(resource.Kind, id);
        Singles.RequireMeeting(resource, known, id);
        return known;
    }

    /// <summary>Whether the record had been added by then; it may be gone by then too.</summary>
    public bool WasAdded(long reference) => RecordLog.CreatedAt(Connection, reference) <= time;

    /// <summary>The record's own line at that time; null when it did not exist.</summary>
    public Head? Head(long reference)
    {
        if (Load(reference) is null || RecordLog.IsPurged(Connection, reference)) return null;
        var revision = Connection.Kept("SELECT coalesce((SELECT revision - 1 FROM revisions WHERE ref = ?1 AND at > ?2 ORDER BY revision LIMIT 1), (SELECT revision FROM records WHERE ref = ?1))").Bind(reference).Bind(time).Scalar()!.Value;
        var created = RecordLog.CreatedAt(Connection, reference)!.Value;
        var written = revision == 1 ? created : Connection.Kept("SELECT at FROM revisions WHERE ref = ? AND revision = ?").Bind(reference).Bind(revision).Scalar() ?? created;
        // A part of it that is a record of its own moves the time and leaves the revision.
        var touched = Connection.Kept("SELECT max(at) FROM changes WHERE ref = ? AND at <= ? AND members IS NOT NULL").Bind(reference).Bind(time).Scalar() ?? 0;
        return new Head(revision, created, Math.Max(written, touched));
    }

    protected override byte[]? Load(long reference)
    {
        if (_fixed.TryGetValue(reference, out var record)) return record;
        if (RecordLog.CreatedAt(Connection, reference) is not { } created || created > time) return null;
        var row = Connection.Kept(_isOfVersion ? "SELECT replaced FROM revisions r WHERE ref = ?1 AND (at > ?2 OR at = ?2 AND replaced <> '' AND revision = (SELECT revision FROM tombstones t WHERE t.ref = r.ref AND NOT EXISTS (SELECT 1 FROM merged m WHERE m.from_ref = r.ref))) ORDER BY revision LIMIT 1" : "SELECT replaced FROM revisions WHERE ref = ?1 AND at > ?2 ORDER BY revision LIMIT 1").Bind(reference).Bind(time);
        if (!row.Step())
        {
            row = Connection.Kept("SELECT record FROM records WHERE ref = ?").Bind(reference);
            if (!row.Step()) return null;
        }
        var json = row.Blob(0).ToArray();
        row.Reset();
        // It replaced nothing: there was no record before it. Or it was purged, and others that referred to it then still need something to show.
        return json.Length > 0 ? json : RecordLog.IsPurged(Connection, reference) ? Purged(Kind.OfRef(reference)) : null;
    }

    private static byte[] Purged(Kind kind)
    {
        const string Name = "(removed)";
        // The members that answers of others show of it, or need.
        return JsonSerializer.SerializeToUtf8Bytes(kind.Name switch
        {
            "actor" => new JsonObject { ["kind"] = "group", ["name"] = Name },
            "location" => new JsonObject { ["kind"] = "region", ["name"] = Name },
            "topic" or "post" or "series" => new JsonObject { ["label"] = Name },
            "statement" => new JsonObject { ["text"] = Name },
            "source" => new JsonObject { ["kind"] = "document", ["title"] = Name },
            "situation" => new JsonObject { ["kind"] = "process", ["title"] = Name },
            "event" => new JsonObject { ["kind"] = "event", ["type"] = "consult", ["title"] = Name },
            "dataset" => new JsonObject { ["title"] = Name },
            _ => new JsonObject(),
        }, Json.Compact);
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
        // An event can have been listed elsewhere without having been written since.
        var changed = kind == Kind.Event ? Altered(kind) : Changed(kind);
        var keys = new SortedSet<long>();
        // What was merged or parted since was listed under another name; then each record tells by itself where it stood.
        var names = Names(field, value);
        foreach (var name in names)
        {
            var found = new List<long>();
            var rows = Connection.Kept("SELECT a.ref FROM lists l JOIN postings p ON p.list = l.id << 2 JOIN answers a ON a.key = p.key WHERE l.field = ? AND l.value = ?").Bind(field).Bind(name);
            while (rows.Step()) found.Add(rows.Int64(0));
            foreach (var reference in found)
                if (!changed.Contains(reference) && WasAdded(reference) && (names.Count == 1 || Describe(reference)?.IsIn(field, value) == true)) keys.Add(reference);
        }
        foreach (var reference in changed)
            if (Describe(reference)?.IsIn(field, value) == true) keys.Add(reference);
        return [.. keys];
    }

    /// <summary>The value itself, and those of all records that were ever merged with the one it names.</summary>
    public List<string> Names(string field, string value)
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        var (of, member) = (field[..field.IndexOf('.', StringComparison.Ordinal)], field[(field.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        // The field says what kind it names: statement.event, event.series.
        var kind = colon > 0 ? Kind.Named(value[..colon]) : member switch
        {
            "member" or "organization" or "partOf" or "speaker" or "onBehalfOf" or "holder" or "party" => Kind.Actor,
            "within" or "parent" => Kind.Named(of),
            _ => Kind.Named(member),
        };
        if (kind is null) return [value];
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
        // What it refers to was there, though it may have been taken away in the same instant.
        _isOfVersion = true;
        var derived = Describe(reference, new Head(revision, RecordLog.CreatedAt(Connection, reference)!.Value, at));
        derived.Prepare();
        return derived;
    }

    /// <summary>The same for a state that was fixed, with its own line.</summary>
    public Derived Describe(long reference, Head head) => Writers[Kind.OfRef(reference)].Describe(this, reference, head);

    /// <summary>The records of a kind that there were then and that were written since.</summary>
    public HashSet<long> Changed(Kind kind)
    {
        if (_changed.TryGetValue(kind, out var known)) return known;
        var changed = new HashSet<long>();
        // What was only added since is passed over: an import may have brought any number.
        foreach (var reference in Written(kind, "NOT (op = 1 AND revision = 1)"))
            if (WasAdded(reference) && changed.Add(reference)) Bound(changed, kind);
        return _changed[kind] = changed;
    }

    private IEnumerable<long> Written(Kind kind, string which)
    {
        var rows = Connection.Kept($"SELECT ref FROM changes WHERE seq > ? AND ref BETWEEN ? AND ? AND at > ? AND {which}").Bind(SequenceAt(Connection, time)).Bind(kind.Refs.Low).Bind(kind.Refs.High).Bind(time);
        while (rows.Step()) yield return rows.Int64(0);
    }

    private static void Bound(HashSet<long> records, Kind kind)
    {
        if (records.Count > MostChanges) throw ProblemException.Parameter("knownAt", "too-many", $"More than {MostChanges:N0} records of the kind {kind.Name} were changed or moved since then. Ask for a later time.");
    }

    /// <summary>Those that there were then and that were written since, or moved with what they refer to: a place into another country, a ministry to another state, a minister out of office.
    /// Every other record of the kind stands in the lists in which it stood then.</summary>
    /// <param name="names">Those too that showed another name then, and so had another text.</param>
    public HashSet<long> Altered(Kind kind, bool names = false)
    {
        if (_altered.TryGetValue((kind, names), out var known)) return known;
        var altered = new HashSet<long>(Changed(kind));
        _now ??= new PastSession(Connection, Writers, long.MaxValue);
        foreach (var noun in Writers.InOrder)
            foreach (var reference in Changed(noun.Kind))
            {
                // Of one that was gone then, or is gone now, everything that refers to it was written.
                if (Load(reference) is null || _now.Load(reference) is null) continue;
                var differing = Json.Differences(Json.Kept(Input(reference)), Json.Kept(_now.Input(reference)));
                if (noun.IsShownElsewhere(names ? differing : differing.Where(member => !Dependents.IsName(member))))
                    foreach (var (field, value) in Dependents.Of(_now.Find(reference))) Listed(field, value);
            }
        // A term tells for which organization a person took part, also one that was added since.
        if (kind == Kind.Event)
            foreach (var reference in Written(Kind.Membership, "TRUE").Distinct().ToList())
                foreach (var session in new[] { this, _now })
                    if (session.Load(reference) is not null && session.Input<Actors.MembershipInput>(reference) is { Post: { } post } term)
                    {
                        Listed("event.post", post.Id);
                        Listed("event.actor", term.Member!.Id);
                    }
        return _altered[(kind, names)] = altered;

        void Listed(string field, string value)
        {
            if (!field.StartsWith(kind.Name + ".", StringComparison.Ordinal)) return;
            var rows = Connection.Kept("SELECT a.ref FROM lists l JOIN postings p ON p.list = l.id << 2 JOIN answers a ON a.key = p.key WHERE l.field = ? AND l.value = ?").Bind(field).Bind(value);
            while (rows.Step())
                if (WasAdded(rows.Int64(0)) && altered.Add(rows.Int64(0))) Bound(altered, kind);
        }
    }

    /// <summary>How many records stood in a list then.</summary>
    /// <param name="background">Those too for which a topic is mere background.</param>
    public long Count(string field, string value, bool background = false)
    {
        bool Stood(long reference) => Describe(reference) is { } made && (background ? made.IsIn(field, value) : made.Counts(field, value));
        var names = Names(field, value);
        var kind = Kind.Named(field[..field.IndexOf('.', StringComparison.Ordinal)])!;
        if (names.Count > 1) return Keys(field, value).Count(Stood);
        var counts = background ? "" : "AND (p.detail = 0 OR p.detail & 15 <> 0)";
        var count = Connection.Kept($"""
            SELECT count(*)
            FROM lists l
            JOIN postings p ON p.list = l.id << 2
            JOIN answers a ON a.key = p.key
            JOIN records r ON r.ref = a.ref
            WHERE l.field = ? AND l.value = ? {counts} AND r.created_at <= ?
            """).Bind(field).Bind(value).Bind(time).Scalar() ?? 0;
        foreach (var reference in Altered(kind))
        {
            if (Connection.Kept($"SELECT 1 FROM lists l JOIN postings p ON p.list = l.id << 2 WHERE l.field = ? AND l.value = ? AND p.key = ? {counts}").Bind(field).Bind(value).Bind(RecordLookup.KeyOf(Connection, reference)).Scalar() is not null) count--;
            if (Stood(reference)) count++;
        }
        return count;
    }

    /// <summary>The last change up to a time. Times grow with the sequence, but for a clock that was set back.</summary>
    public static long SequenceAt(Connection connection, long time)
    {
        long low = 0, high = RecordLog.Last(connection);
        while (low < high)
        {
            var middle = low + (high - low + 1) / 2;
            if (connection.Kept("SELECT at FROM changes WHERE seq >= ? ORDER BY seq LIMIT 1").Bind(middle).Scalar() <= time) low = middle;
            else high = middle - 1;
        }
        return low;
    }
}
