using System.Text.Json;
using EventsApi.Http;
using EventsApi.Storage;

namespace EventsApi.Records;

/// <summary>A record as others refer to it.</summary>
/// <param name="Word">The kind within the kind: state, city, article, meeting.</param>
public sealed record Known(long Ref, Kind Kind, string Id, string? Word, string? Name);

/// <summary>What one transaction knows: names it looked up, records it wrote, and which answers must be made again before the commit.</summary>
public sealed class WriteSession
{
    private readonly Dictionary<(Kind, string), Known?> _byId = [];
    private readonly Dictionary<long, object> _inputs = [];
    private readonly HashSet<long> _stale = [];
    private readonly List<Known> _unsettled = [];
    private readonly Dictionary<string, int> _words = [];
    // So many records are described before they are written: enough for all cores, and little memory.
    private const int Slice = 512;
    private readonly Dictionary<(Kind, string), IReadOnlyList<Known>> _above = [];
    private readonly RecordWriters _writers;

    private WriteSession(Writer writer, RecordWriters writers)
    {
        (Writer, _writers) = (writer, writers);
        Lists = new ListStore(writer);
    }

    public Writer Writer { get; }
    public ListStore Lists { get; }

    /// <summary>The session of the running transaction.</summary>
    public static WriteSession Of(Writer writer, RecordWriters writers)
    {
        // A group of jobs shares one transaction, and so one session.
        if (writer.BeforeCommit?.Target is WriteSession { } open) return open;
        var session = new WriteSession(writer, writers);
        writer.BeforeCommit = session.Derive;
        return session;
    }

    public Known? Find(Kind kind, string id)
    {
        if (_byId.TryGetValue((kind, id), out var known)) return known;
        return _byId[(kind, id)] = RecordLookup.Find(Writer, kind, id);
    }

    public Known Find(long reference)
    {
        var kind = Kind.OfRef(reference);
        var row = Writer.Kept("SELECT id, word, name FROM records WHERE ref = ?").Bind(reference);
        if (!row.Step()) throw new InvalidOperationException($"Record {reference} is referred to but missing.");
        var known = new Known(reference, kind, row.TextOrNull(0) ?? $"{kind.Prefix}{Kind.NumberOfRef(reference)}", row.TextOrNull(1), row.TextOrNull(2));
        row.Reset();
        return known;
    }

    /// <summary>The record that a reference in a body names; a broken rule when there is none.</summary>
    public Known Resolve(Kind kind, ReferenceInput reference, string pointer) =>
        Find(kind, reference.Id) ?? throw ProblemException.Rule(pointer, "unknown-reference", $"There is no {kind.Name} '{reference.Id}'.", didYouMean: RecordLookup.Nearest(Writer, kind, reference.Id));

    public Known ResolveMixed(ReferenceInput reference, string pointer)
    {
        if (reference.Kind is null || Kind.Named(reference.Kind) is not { } kind)
            throw ProblemException.Rule(pointer + "/kind", "unknown-value", "Say which kind of record is meant.", [.. Kind.Names], reference.Kind is null ? null : Search.Folding.Nearest(reference.Kind, Kind.Names));
        return Resolve(kind, reference, pointer + "/id");
    }

    /// <summary>What was written of a record.</summary>
    public T Input<T>(long reference) where T : RecordInput
    {
        if (_inputs.TryGetValue(reference, out var known)) return (T)known;
        var row = Writer.Kept("SELECT record FROM records WHERE ref = ?").Bind(reference);
        if (!row.Step()) throw new InvalidOperationException($"Record {reference} is missing.");
        var input = JsonSerializer.Deserialize<T>(row.Blob(0), Json.Compact)!;
        row.Reset();
        _inputs[reference] = input;
        return input;
    }

    internal void Wrote(Known known, RecordInput input)
    {
        _byId[(known.Kind, known.Id)] = known;
        _above.Clear();
        _inputs[known.Ref] = input;
        _stale.Add(known.Ref);
        _unsettled.Add(known);
    }

    /// <summary>Settles the references of what the running job added; they may lead to records that it added later.</summary>
    public void Settle()
    {
        foreach (var known in _unsettled) _writers[known.Kind].Settle(this, known.Ref);
        _unsettled.Clear();
    }

    internal void Settled(long reference, RecordInput input)
    {
        _inputs[reference] = input;
        _above.Clear();
    }

    /// <summary>The records above one in a tree (places around a place, wholes of a part), the nearest first; a circle ends it.</summary>
    public IReadOnlyList<Known> Above<T>(Kind kind, string id, Func<T, ReferenceInput?> parent) where T : RecordInput
    {
        if (_above.TryGetValue((kind, id), out var known)) return known;
        var above = new List<Known>();
        var seen = new HashSet<string> { id };
        var at = Find(kind, id);
        while (at is not null && parent(Input<T>(at.Ref)) is { } next && seen.Add(next.Id) && (at = Find(kind, next.Id)) is not null) above.Add(at);
        return _above[(kind, id)] = above;
    }

    /// <summary>The answer of this record shows something that has changed.</summary>
    public void MakeStale(long reference) => _stale.Add(reference);

    /// <summary>After a job was rolled back, nothing looked up in it can be trusted.</summary>
    public void Forget()
    {
        _byId.Clear();
        _inputs.Clear();
        _unsettled.Clear();
        _above.Clear();
        Lists.Forget();
    }

    /// <summary>Makes the answers and lists of all that was written, in an order in which each kind finds those it is made from.</summary>
    private void Derive(Writer _)
    {
        Settle();
        foreach (var noun in _writers.InOrder)
        {
            var stale = _stale.Where(r => Kind.OfRef(r) == noun.Kind).Order().ToArray();
            foreach (var slice in stale.Chunk(Slice))
            {
                var made = slice.Select(reference => noun.Describe(this, reference)).OfType<Derived>().ToList();
                // Serializing and folding need no database, so all cores take part.
                if (made.Count > 1) Parallel.ForEach(made, derived => derived.Prepare());
                else foreach (var derived in made) derived.Prepare();
                foreach (var derived in made) derived.Write(this);
            }
            Lists.FlushPostings();
        }
        _stale.Clear();
        Lists.Flush();
        foreach (var (word, docs) in _words)
            Writer.Kept("INSERT INTO vocabulary(word, docs) VALUES (?, ?) ON CONFLICT(word) DO UPDATE SET docs = docs + excluded.docs").Bind(word).Bind((long)docs).Run();
        _words.Clear();
        foreach (var ((level, cell), (count, latitude, longitude)) in _cells)
            Writer.Kept("INSERT INTO cells(level, cell, count, latitude, longitude) VALUES (?, ?, ?, ?, ?) ON CONFLICT(level, cell) DO UPDATE SET count = count + excluded.count, latitude = latitude + excluded.latitude, longitude = longitude + excluded.longitude")
                .Bind((long)level).Bind(cell).Bind(count).Bind(latitude).Bind(longitude).Run();
        _cells.Clear();
    }

    private readonly Dictionary<(int Level, long Cell), (long Count, double Latitude, double Longitude)> _cells = [];

    /// <summary>An event's point comes (1) or goes (-1): counted in the cells of every grid.</summary>
    internal void Count(double latitude, double longitude, int change)
    {
        for (var level = 0; level < Search.Grid.Levels; level++)
        {
            ref var cell = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_cells, (level, Search.Grid.CellOf(level, latitude, longitude)), out _);
            cell = (cell.Count + change, cell.Latitude + change * latitude, cell.Longitude + change * longitude);
        }
    }

    /// <summary>One more record has this word.</summary>
    internal void Count(string word) => System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_words, word, out _)++;
}
