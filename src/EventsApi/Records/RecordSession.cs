using EventsApi.Http;
using EventsApi.Storage;

namespace EventsApi.Records;

/// <summary>A record as others refer to it.</summary>
/// <param name="Word">The kind within the kind: state, city, article, meeting.</param>
public sealed record Known(long Ref, Kind Kind, string Id, string? Word, string? Name);

/// <summary>The records as one transaction sees them, from which answers are made: as they are being written, or as they stood at some time.</summary>
public abstract class RecordSession(Connection connection, RecordWriters writers)
{
    private readonly Dictionary<(Kind, string), Known?> _byId = [];
    private readonly Dictionary<long, Known> _byRef = [];
    private readonly Dictionary<long, RecordInput> _inputs = [];
    private readonly Dictionary<(Kind, string), IReadOnlyList<Known>> _above = [];
    private readonly Dictionary<long, object> _shown = [];
    private bool? _hasMerged;

    protected Connection Connection => connection;
    protected RecordWriters Writers => writers;

    protected abstract Known? LookUp(Kind kind, string id);
    protected abstract Known LookUp(long reference);

    /// <summary>The record as it was written, in JSON; null when there is none.</summary>
    protected abstract byte[]? Load(long reference);

    /// <summary>What was written of a record, where that is known from before.</summary>
    protected virtual RecordInput? Recall(long reference) => null;

    /// <summary>It was looked for, and may be of use later.</summary>
    protected virtual void Keep(long reference, RecordInput input)
    {
    }

    /// <summary>The records that stand in a list, by their ref (for kinds whose key is their ref).</summary>
    public abstract IReadOnlyList<long> Keys(string field, string value);

    /// <summary>The same for a list of those that refer to a record.</summary>
    public virtual IReadOnlyList<long> KeysAbout(Known record, string field, string value) => Keys(field, value);

    public Known? Find(Kind kind, string id)
    {
        if (_byId.TryGetValue((kind, id), out var known)) return known;
        return _byId[(kind, id)] = LookUp(kind, id);
    }

    public Known Find(long reference) => _byRef.TryGetValue(reference, out var known) ? known : _byRef[reference] = LookUp(reference);

    /// <summary>The record that a reference in a body names; a broken rule when there is none.</summary>
    public Known Resolve(Kind kind, ReferenceInput reference, string pointer) =>
        Find(kind, reference.Id) ?? throw ProblemException.Rule(pointer, "unknown-reference", $"There is no {kind.Name} '{reference.Id}'.", didYouMean: RecordLookup.Nearest(connection, kind, reference.Id));

    public Known ResolveMixed(ReferenceInput reference, string pointer)
    {
        if (reference.Kind is null || Kind.Named(reference.Kind) is not { } kind)
            throw ProblemException.Rule(pointer + "/kind", "unknown-value", "Say which kind of record is meant.", [.. Kind.Names], reference.Kind is null ? null : Search.Folding.Nearest(reference.Kind, Kind.Names));
        return Resolve(kind, reference, pointer + "/id");
    }

    /// <summary>What was written of a record; references to records that were merged since lead to their successors.</summary>
    public T Input<T>(long reference) where T : RecordInput => (T)Input(reference);

    public RecordInput Input(long reference)
    {
        if (_inputs.TryGetValue(reference, out var known)) return known;
        if (Recall(reference) is { } recalled) return _inputs[reference] = recalled;
        var writer = writers[Kind.OfRef(reference)];
        var input = writer.Parse(Load(reference) ?? throw new InvalidOperationException($"Record {reference} is missing."));
        if (HasMerged) input = writer.SettleReferences(this, input);
        Keep(reference, input);
        return _inputs[reference] = input;
    }

    /// <summary>Whether references may lead to another record than the one they name.</summary>
    internal bool HasMerged => _hasMerged ??= connection.Kept("SELECT 1 FROM merged UNION ALL SELECT 1 FROM unmerged LIMIT 1").Scalar() is not null;

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

    /// <summary>What answers show of a record to which many refer, made once. It is made of this record and of those above it, of no event.</summary>
    public T Shown<T>(Known known, Func<Known, T> make) where T : class => _shown.TryGetValue(known.Ref, out var shown) ? (T)shown : (T)(_shown[known.Ref] = make(known));

    /// <summary>From here on the record is this.</summary>
    protected internal void Set(Known known, RecordInput input)
    {
        _byId[(known.Kind, known.Id)] = known;
        _byRef[known.Ref] = known;
        _inputs[known.Ref] = input;
        // Nothing lies in an event.
        if (known.Kind == Kind.Event) return;
        _above.Clear();
        _shown.Clear();
    }

    /// <summary>After a record went away or a job was undone, nothing that was looked up can be trusted.</summary>
    public virtual void Forget()
    {
        _byId.Clear();
        _byRef.Clear();
        _inputs.Clear();
        _above.Clear();
        _shown.Clear();
        _hasMerged = null;
    }
}
