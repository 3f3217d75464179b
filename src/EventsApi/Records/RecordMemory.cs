namespace EventsApi.Records;

/// <summary>Records to which many refer (places, actors, datasets), kept from one transaction to the next: an import names the same few thousand in every one. Everything is forgotten when one of them changes or goes away,
/// and when anything that was written has been taken back. That a record is not there is never kept.</summary>
internal sealed class RecordMemory
{
    // When one is full it begins anew.
    private const int MostKept = 10_000;

    private readonly Dictionary<(Kind, string), Known> _byId = [];
    private readonly Dictionary<long, RecordInput> _inputs = [];
    private long _epoch;

    /// <summary>Events, and what tells of them, are too many and seldom asked for again.</summary>
    public static bool Holds(Kind kind) => kind.Prefix is null;

    /// <summary>A transaction begins.</summary>
    public RecordMemory Of(long epoch)
    {
        if (_epoch != epoch) Forget();
        _epoch = epoch;
        return this;
    }

    public Known? Find(Kind kind, string id) => _byId.GetValueOrDefault((kind, id));

    public Known? Keep(Kind kind, string id, Known? found)
    {
        if (found is null || !Holds(found.Kind)) return found;
        if (_byId.Count >= MostKept) _byId.Clear();
        return _byId[(kind, id)] = found;
    }

    public RecordInput? Recall(long reference) => _inputs.GetValueOrDefault(reference);

    public void Keep(long reference, RecordInput input)
    {
        if (!Holds(Kind.OfRef(reference))) return;
        if (_inputs.Count >= MostKept) _inputs.Clear();
        _inputs[reference] = input;
    }

    public void Forget()
    {
        _byId.Clear();
        _inputs.Clear();
    }
}
