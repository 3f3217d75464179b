using System.Buffers.Binary;
using EventsApi.Storage;

namespace EventsApi.Records;

/// <summary>Writes postings: which keys stand in which list. Ids of lists are looked up once and counts are written at the end of the transaction.</summary>
public sealed class ListStore(Connection connection, ListIds known)
{
    private readonly Dictionary<long, long> _counts = [];
    // Written in the order of the index: thousands of rows that come by record would each look for their place anew.
    private readonly List<(long List, long Key, long Detail)> _postings = known.Postings;
    private readonly HashSet<long> _unwritten = [];
    private readonly long _lost = known.Lost;

    /// <summary>Set in a record's own row of lists where the record is in the list as mere background, which facets do not count.</summary>
    public const uint Background = 0x8000_0000;

    private static readonly long BackgroundOnly = 1L << Array.IndexOf(Vocabulary.Words.Certainty, "background");

    public long IdOf(string field, string value)
    {
        if (known.Find(field, value) is { } id) return id;
        if (known.HasAll(connection) || connection.Kept("SELECT id FROM lists WHERE field = ? AND value = ?").Bind(field).Bind(value).Scalar() is not { } present)
        {
            present = known.Next(connection);
            connection.Kept("INSERT INTO lists(id, field, value) VALUES (?, ?, ?)").Bind(present).Bind(field).Bind(value).Run();
        }
        known.Keep(field, value, present);
        return present;
    }

    /// <summary>Puts the key into its lists. <paramref name="length"/> in days decides whether it is listed again among the long ones.</summary>
    public byte[] Add(long key, int length, IReadOnlyDictionary<(string Field, string Value), long> lists)
    {
        var longest = length > 366 ? 2 : length > 31 ? 1 : 0;
        var ids = new byte[lists.Count * sizeof(uint)];
        var at = 0;
        foreach (var ((field, value), detail) in lists)
        {
            var id = IdOf(field, value);
            BinaryPrimitives.WriteUInt32LittleEndian(ids.AsSpan(at), checked((uint)id) | (field == "event.topic" && detail == BackgroundOnly ? Background : 0));
            at += sizeof(uint);
            _unwritten.Add(id);
            for (var span = 0; span <= longest; span++) _postings.Add((id << 2 | (long)span, key, detail));
            _counts[id] = _counts.GetValueOrDefault(id) + 1;
        }
        return ids;
    }

    /// <summary>The fields of the lists that are only among the ids a record keeps, or only among these.</summary>
    public IReadOnlyCollection<string> Differing(ReadOnlySpan<byte> ids, IEnumerable<(string Field, string Value)> lists)
    {
        var (kept, fields) = (new HashSet<long>(), new HashSet<string>());
        for (var at = 0; at < ids.Length; at += sizeof(uint)) kept.Add(BinaryPrimitives.ReadUInt32LittleEndian(ids[at..]) & ~Background);
        foreach (var (field, value) in lists)
            if (!kept.Remove(IdOf(field, value))) fields.Add(field);
        foreach (var id in kept) fields.Add(connection.Kept("SELECT field FROM lists WHERE id = ?").Bind(id).ScalarText()!);
        return fields;
    }

    public void Remove(long key, ReadOnlySpan<byte> ids)
    {
        for (var at = 0; at < ids.Length; at += sizeof(uint))
        {
            long id = BinaryPrimitives.ReadUInt32LittleEndian(ids[at..]) & ~Background;
            for (var span = 0; span <= 2; span++) connection.Kept("DELETE FROM postings WHERE list = ? AND key = ?").Bind(id << 2 | (long)span).Bind(key).Run();
            _counts[id] = _counts.GetValueOrDefault(id) - 1;
        }
    }

    /// <summary>The records that stand in a list, by their ref (for kinds whose key is their ref).</summary>
    public IReadOnlyList<long> Keys(string field, string value)
    {
        var keys = new List<long>();
        // Looking must not make the list.
        if ((known.Find(field, value) ?? (known.HasAll(connection) ? null : connection.Kept("SELECT id FROM lists WHERE field = ? AND value = ?").Bind(field).Bind(value).Scalar())) is not { } id) return keys;
        if (_unwritten.Contains(id)) FlushPostings();
        var rows = connection.Kept("SELECT key FROM postings WHERE list = ? ORDER BY key").Bind(id << 2);
        while (rows.Step()) keys.Add(rows.Int64(0));
        return keys;
    }

    /// <summary>Whether something may stand in a list that was not there before this transaction.</summary>
    public bool MayHold(string field, string value) => known.Lost != _lost || known.Find(field, value) is not null;

    /// <summary>Writes what was added. After each kind, because the next may look it up.</summary>
    public void FlushPostings()
    {
        _postings.Sort(static (a, b) => a.List != b.List ? a.List.CompareTo(b.List) : a.Key.CompareTo(b.Key));
        var insert = connection.Kept("INSERT INTO postings(list, key, detail) VALUES (?, ?, ?)");
        foreach (var (list, key, detail) in _postings) insert.Bind(list).Bind(key).Bind(detail).Run();
        _postings.Clear();
        _unwritten.Clear();
    }

    public void Flush()
    {
        FlushPostings();
        foreach (var (id, change) in _counts)
            if (change != 0) connection.Kept("UPDATE lists SET count = count + ? WHERE id = ?").Bind(change).Bind(id).Run();
        _counts.Clear();
    }

    public void Forget()
    {
        known.Forget();
        _postings.Clear();
        _unwritten.Clear();
    }
}

/// <summary>The ids of lists that were written to, kept from one transaction to the next: an import puts nearly every record into the same few hundred.</summary>
public sealed class ListIds
{
    // Of two generations the older is dropped when the younger is full, so what is used stays.
    private const int MostKept = 25_000, MostRoom = 250_000;

    private Dictionary<(string, string), long> _young = new(Naming), _old = new(Naming);

    // A field is a constant, one of few: what tells lists apart is the value.
    private sealed class ByName : IEqualityComparer<(string Field, string Value)>
    {
        public bool Equals((string Field, string Value) a, (string Field, string Value) b) => a.Value == b.Value && a.Field == b.Field;
        public int GetHashCode((string Field, string Value) list) => list.Value.GetHashCode() ^ list.Field.Length << 16 ^ list.Field[^1];
    }

    internal static readonly IEqualityComparer<(string Field, string Value)> Naming = new ByName();

    /// <summary>Room for what waits to be written, used again by the next transaction: it is large, and what is large and dies young costs a collection of everything.</summary>
    internal List<(long List, long Key, long Detail)> Postings { get; } = [];

    /// <summary>Grows when a list that was known is not known any more.</summary>
    internal long Lost { get; private set; }

    private long _last = -1;
    private bool _hasAll;
    private long _epoch;

    /// <summary>A transaction begins. Forgets everything if something was taken back since the last one.</summary>
    internal ListIds Of(long epoch)
    {
        if (_epoch != epoch) Forget();
        _epoch = epoch;
        Postings.Clear();
        if (Postings.Capacity > MostRoom) Postings.Capacity = 0;
        return this;
    }

    internal long? Find(string field, string value)
    {
        if (_young.TryGetValue((field, value), out var id)) return id;
        if (!_old.TryGetValue((field, value), out id)) return null;
        Keep(field, value, id);
        return id;
    }

    internal void Keep(string field, string value, long id)
    {
        if (_young.Count >= MostKept)
        {
            _hasAll &= _old.Count == 0;
            if (_old.Count > 0) Lost++;
            (_old, _young) = (_young, new(Naming));
        }
        _young[(field, value)] = id;
    }

    /// <summary>The id of a new list. It is counted here, because an engine that is to give ids out tells them by a table of its own for each.</summary>
    internal long Next(Connection connection)
    {
        ReadLast(connection);
        return ++_last;
    }

    /// <summary>Whether there are no lists but those that are known here, because there were none at first: what is not among them need not be looked for.</summary>
    internal bool HasAll(Connection connection)
    {
        ReadLast(connection);
        return _hasAll;
    }

    private void ReadLast(Connection connection)
    {
        if (_last >= 0) return;
        _last = connection.Kept("SELECT max(id) FROM lists").Scalar() ?? 0;
        _hasAll = _last == 0;
    }

    internal void Forget()
    {
        _young.Clear();
        _old.Clear();
        Lost++;
        (_last, _hasAll) = (-1, false);
    }
}
