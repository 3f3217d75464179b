using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Http;
using EventsApi.Storage;

namespace EventsApi.Records;

/// <summary>Who writes and why; both null for the first load and for imports.</summary>
/// <param name="Author">The id of a key.</param>
public sealed record Authorship(string? Author, string? Reason)
{
    public static readonly Authorship Nobody = new(null, null);
}

/// <summary>Something that is legal but probably not meant.</summary>
/// <param name="Pointer">JSON pointer into the record.</param>
public sealed record Warning(string Pointer, string Code, string Message);

/// <summary>What one transaction knows: names it looked up, records it wrote, and which answers must be made again before the commit.</summary>
public sealed class WriteSession : RecordSession
{
    // So many records are described before they are written: enough for all cores, and little memory.
    private const int Slice = 256;
    // What so few others show is made again at once; more wait for slices of their own, so that no write waits for them.
    private const int MostAtOnce = 300;

    /// <summary>For a change that can show in any member: those that differ are found by comparing the answers.</summary>
    public const string AnyMember = "*";

    private readonly RecordMemory _memory;
    private readonly HashSet<long> _written = [];
    private readonly HashSet<long> _gone = [];
    // Records that were not there before this transaction, under numbers that nobody had.
    private readonly HashSet<long> _added = [];
    private readonly HashSet<long> _stale = [];
    // Records that stand as another catalogue had them.
    private readonly HashSet<long> _placed = [];
    // Records of which a part changed that is a record of its own: the members that show it.
    private readonly Dictionary<long, SortedSet<string>> _touched = [];
    private readonly List<(Known Known, RecordInput? Before)> _unsettled = [];
    private readonly List<Action> _atEnd = [];
    // Lists are written at the end; a rule that looks into one must see what this transaction puts there.
    private readonly Dictionary<(string Field, string Value), List<long>> _unlisted = [];
    // What the running job noted beside the database: taken back when it fails, as the database is.
    private readonly Stack<Action> _noted = [];

    private WriteSession(Writer writer, RecordWriters writers) : base(writer, writers)
    {
        Writer = writer;
        Derived = new DerivedStore(writer, writer.Now, writers.Lists.Of(writer.Epoch));
        _memory = writers.Memory.Of(writer.Epoch);
    }

    public Writer Writer { get; }
    public DerivedStore Derived { get; }

    /// <summary>Of the running job.</summary>
    public Authorship By { get; private set; } = Authorship.Nobody;

    /// <summary>What the running job should hear of.</summary>
    public List<Warning> Warnings { get; private set; } = [];

    /// <summary>The session of the running transaction.</summary>
    public static WriteSession Of(Writer writer, RecordWriters writers)
    {
        // A group of jobs shares one transaction, and so one session.
        if (writer.BeforeCommit?.Target is WriteSession { } open) return open;
        var session = new WriteSession(writer, writers);
        writer.BeforeCommit = session.Derive;
        return session;
    }

    /// <summary>One job: its references are settled at its end, because they may lead to records that it writes later; when a rule breaks, the job alone is undone.</summary>
    public T Run<T>(Authorship by, Func<WriteSession, T> work)
    {
        var ends = _atEnd.Count;
        (By, Warnings, Foresee) = (by, [], null);
        _noted.Clear();
        try
        {
            var result = work(this);
            Settle();
            // What an engine does later fails later; the job must hear of it while it can still be taken back.
            Writer.Flush();
            return result;
        }
        catch
        {
            _atEnd.RemoveRange(ends, _atEnd.Count - ends);
            Unwrite();
            throw;
        }
    }

    private void Note(HashSet<long> set, long reference)
    {
        if (set.Add(reference)) _noted.Push(() => set.Remove(reference));
    }

    private void Unnote(HashSet<long> set, long reference)
    {
        if (set.Remove(reference)) _noted.Push(() => set.Add(reference));
    }

    /// <summary>The record will stand in this list when the transaction ends.</summary>
    internal void NoteListed(string field, string value, long reference)
    {
        if (!_unlisted.TryGetValue((field, value), out var references)) _unlisted[(field, value)] = references = [];
        references.Add(reference);
        _noted.Push(() => references.Remove(reference));
    }

    /// <summary>The records that stand in a list or will when the transaction ends; what this transaction changed may have left it.</summary>
    internal IEnumerable<long> KeysNow(string field, string value) =>
        _unlisted.TryGetValue((field, value), out var references) ? Keys(field, value).Concat(references).Distinct().Where(r => !_gone.Contains(r)) : Keys(field, value);

    /// <summary>Runs when the answers of all that was written are made, before the commit.</summary>
    public void AtEnd(Action action) => _atEnd.Add(action);

    /// <summary>Asked of the running job for a record that is not there, by id or identifier; true when it is there now. A dry run makes again what it took back.</summary>
    internal Func<Kind, string, bool>? Foresee { get; set; }

    /// <summary>What a look-up finds of a record, or finds when it was foreseen.</summary>
    internal T Sought<T>(Kind kind, string id, Func<Writer, Kind, string, T> look) => look(Writer, kind, id) is { } found ? found : Foresee?.Invoke(kind, id) == true ? look(Writer, kind, id) : default!;

    protected override Known? LookUp(Kind kind, string id) => _memory.Find(kind, id) ?? _memory.Keep(kind, id, Sought(kind, id, RecordLookup.Find));

    protected override RecordInput? Recall(long reference) => _memory.Recall(reference);

    protected override void Keep(long reference, RecordInput input) => _memory.Keep(reference, input);

    protected override Known LookUp(long reference) => RecordLookup.ByRef(Writer, Kind.OfRef(reference), reference) ?? throw new InvalidOperationException($"Record {reference} is referred to but missing.");

    protected override byte[]? Load(long reference)
    {
        var row = Writer.Kept("SELECT record FROM records WHERE ref = ?").Bind(reference);
        if (!row.Step()) return null;
        var json = row.Blob(0).ToArray();
        row.Reset();
        return json;
    }

    public override IReadOnlyList<long> Keys(string field, string value) => Derived.Lists.Keys(field, value);

    // Nothing could refer to it before.
    public override IReadOnlyList<long> KeysAbout(Known record, string field, string value) => _added.Contains(record.Ref) && !Derived.Lists.MayHold(field, value) ? [] : Keys(field, value);

    /// <summary>A record was added under a number that nobody had.</summary>
    internal void Added(Known known, RecordInput input, bool isSettled = false)
    {
        Note(_added, known.Ref);
        if (isSettled) Set(known, input);
        else Wrote(known, input, null);
    }

    /// <summary>A record was added (before is null) or replaced; what it refers to is looked at when the job ends.</summary>
    internal void Wrote(Known known, RecordInput input, RecordInput? before)
    {
        // Others may be known by it, as the one into which they were merged or which lies around them.
        if (before is not null && RecordMemory.Holds(known.Kind)) _memory.Forget();
        Set(known, input);
        _unsettled.Add((known, before));
    }

    /// <summary>A record was put where it stood in another catalogue.</summary>
    internal void Placed(Known known, RecordInput input)
    {
        Note(_placed, known.Ref);
        // Its place was cleared a moment ago.
        Unnote(_gone, known.Ref);
        Wrote(known, input, null);
    }

    /// <summary>Whether the record was placed by this transaction.</summary>
    internal bool IsPlaced(long reference) => _placed.Contains(reference);

    /// <summary>Replaces a record by what is kept of it with changes; its own rules are checked again.</summary>
    internal void Replace(Known known, JsonObject kept) => Writers[known.Kind].Replace(this, known, Writers[known.Kind].Read(JsonSerializer.SerializeToUtf8Bytes(kept, Json.Compact)));

    /// <summary>Settles the first record that is not settled yet.</summary>
    internal void FinishNext()
    {
        var (known, before) = _unsettled[0];
        _unsettled.RemoveAt(0);
        Writers[known.Kind].Settle(this, known, before);
    }

    /// <summary>Nothing of what the job wrote so far holds any more.</summary>
    internal void Unwrite()
    {
        while (_noted.TryPop(out var takeBack)) takeBack();
        Forget();
    }

    /// <summary>Settles what the job wrote so far; at its end, or earlier for what comes after it in the same job.</summary>
    internal void Settle()
    {
        // One may lead to another: a claim that becomes the preferred one changes the record.
        for (var n = 0; n < _unsettled.Count; n++)
            if (!_gone.Contains(_unsettled[n].Known.Ref)) Writers[_unsettled[n].Known.Kind].Settle(this, _unsettled[n].Known, _unsettled[n].Before);
        _unsettled.Clear();
    }

    /// <summary>The record itself is another than before, so its answer is.</summary>
    internal void Changed(Known known, RecordInput input)
    {
        Set(known, input);
        Note(_written, known.Ref);
        Note(_stale, known.Ref);
        Unnote(_gone, known.Ref);
    }

    /// <summary>The record went away: nothing is left of what was made from it.</summary>
    internal void Removed(long reference)
    {
        Records.Derived.Remove(Derived, reference);
        Derived.Flush();
        Note(_gone, reference);
        Unnote(_stale, reference);
        if (_touched.Remove(reference, out var members)) _noted.Push(() => _touched[reference] = members);
        _memory.Forget();
        base.Forget();
    }

    /// <summary>The answer of this record shows something that has changed.</summary>
    public void MakeStale(long reference) => Note(_stale, reference);

    /// <summary>A record of its own that is part of this one changed; the record counts as changed, in this member, without a revision of its own.</summary>
    internal void Touch(long reference, string member)
    {
        if (!_touched.TryGetValue(reference, out var members)) _touched[reference] = members = [];
        if (members.Add(member)) _noted.Push(() => members.Remove(member));
        Note(_stale, reference);
    }

    /// <summary>All in these lists show something that has changed: a few are made again with this commit, many in slices after it.</summary>
    /// <param name="member">The member that changes with it; null for a mere name.</param>
    /// <param name="successors">After a merge: the successor's lists, in the same order.</param>
    internal void Renew(IEnumerable<(string Field, string Value)> lists, string? member = null, IEnumerable<(string Field, string Value)>? successors = null)
    {
        var found = new List<(long Id, long Count, (string Field, string Value)? Into)>();
        foreach (var ((field, value), into) in lists.Zip(successors?.Select(s => ((string, string)?)s) ?? Enumerable.Repeat<(string, string)?>(null, int.MaxValue)))
        {
            var row = Writer.Kept("SELECT id, count FROM lists WHERE field = ? AND value = ? AND count > 0").Bind(field).Bind(value);
            if (!row.Step()) continue;
            found.Add((row.Int64(0), row.Int64(1), into));
            row.Reset();
        }
        if (found.Sum(f => f.Count) <= MostAtOnce)
            foreach (var (id, _, _) in found)
                foreach (var reference in Listed(id, -1, int.MaxValue, out _)) Renew(reference, member);
        else
            foreach (var (id, _, into) in found)
                Writer.Kept("INSERT INTO pending(list, after, into_list, member) VALUES (?, -1, ?, ?) ON CONFLICT(list) DO UPDATE SET after = -1, into_list = excluded.into_list, member = coalesce(pending.member, excluded.member)")
                    .Bind(id).Bind(into is { } successor ? Derived.Lists.IdOf(successor.Field, successor.Value) : null).Bind(member).Run();
    }

    /// <summary>Makes the next few of what waits again; false when nothing is left.</summary>
    internal bool RenewNext(int count)
    {
        // Events last: who held a post that day is read from the terms, which must have moved before.
        var row = Writer.Kept("SELECT p.list, p.after, p.member FROM pending p JOIN lists l ON l.id = p.list ORDER BY l.field LIKE 'event.%', p.list LIMIT 1");
        if (!row.Step()) return false;
        var (list, after, member) = (row.Int64(0), row.Int64(1), row.TextOrNull(2));
        row.Reset();
        var references = Listed(list, after, count, out var last);
        foreach (var reference in references) Renew(reference, member);
        if (references.Count < count) Writer.Kept("DELETE FROM pending WHERE list = ?").Bind(list).Run();
        else Writer.Kept("UPDATE pending SET after = ? WHERE list = ?").Bind(last).Bind(list).Run();
        return true;
    }

    private void Renew(long reference, string? member)
    {
        if (member is null || member != AnyMember && Kind.OfRef(reference) != Kind.Event) MakeStale(reference);
        else Touch(reference, member);
        // A title that a relation or a statement shows stands in its event too.
        foreach (var (shownBy, shows) in Writers[Kind.OfRef(reference)].ShownBy(this, Input(reference)))
            if (member == AnyMember) Touch(shownBy, shows);
            else MakeStale(shownBy);
    }

    private List<long> Listed(long list, long after, int count, out long last)
    {
        var references = new List<long>();
        last = after;
        var rows = Writer.Kept("SELECT a.ref, p.key FROM postings p JOIN answers a ON a.key = p.key WHERE p.list = ? AND p.key > ? ORDER BY p.key LIMIT ?").Bind(list << 2).Bind(after).Bind((long)count);
        while (rows.Step())
        {
            references.Add(rows.Int64(0));
            last = rows.Int64(1);
        }
        return references;
    }

    public override void Forget()
    {
        base.Forget();
        _memory.Forget();
        _unsettled.Clear();
        Derived.Lists.Forget();
    }

    /// <summary>Makes the answers and lists of all that was written, in an order in which each kind finds those it is made from.</summary>
    private void Derive(Writer _)
    {
        foreach (var noun in Writers.InOrder)
        {
            var stale = _stale.Where(r => Kind.OfRef(r) == noun.Kind).Order().ToArray();
            // Serializing and folding need no database: other cores do that for one slice while the one before it is written.
            Task<List<Derived>>? ahead = null;
            foreach (var slice in stale.Chunk(Slice))
            {
                var heads = Heads(slice);
                // What was written by a job that was undone has none.
                var made = slice.Where(heads.ContainsKey).Select(r =>
                {
                    var derived = noun.Describe(this, r, heads[r]);
                    derived.IsNew = _added.Contains(r);
                    return derived;
                }).ToList();
                var prepared = stale.Length > 1 ? Task.Run(() => Prepared(made)) : Task.FromResult(Prepared(made));
                Write(ahead);
                ahead = prepared;
            }
            Write(ahead);
            Derived.Lists.FlushPostings();
        }
        _stale.Clear();
        Derived.Flush();
        foreach (var action in _atEnd) action();
    }

    private List<Derived> Prepared(List<Derived> made)
    {
        var text = Writer.FullText;
        if (made.Count > 1) Parallel.ForEach(made, derived => derived.Prepare(text));
        else foreach (var derived in made) derived.Prepare(text);
        return made;
    }

    private void Write(Task<List<Derived>>? prepared)
    {
        foreach (var derived in prepared?.GetAwaiter().GetResult() ?? []) (NoteTouch(derived) ?? derived).Write(Derived);
    }

    private Dictionary<long, Head> Heads(long[] references)
    {
        var heads = new Dictionary<long, Head>(references.Length);
        var row = Writer.Kept($"SELECT ref, revision, created_at, updated_at FROM records WHERE ref IN {Engine.KeysOfJson}").Bind(JsonSerializer.Serialize(references));
        while (row.Step()) heads[row.Int64(0)] = new Head(row.Int64(1), row.Int64(2), row.Int64(3));
        return heads;
    }

    /// <summary>Where something changed that the record shows or is found by, and it makes a difference, the time of the last change moves and the feed hears of it.</summary>
    /// <returns>The answer made again with that time; null when nothing of that kind happened.</returns>
    private Derived? NoteTouch(Derived derived)
    {
        if (!_touched.TryGetValue(derived.Ref, out var touched) || touched.Count == 0 || _written.Contains(derived.Ref)) return null;
        var members = new SortedSet<string>(touched, StringComparer.Ordinal);
        var isAny = members.Remove(AnyMember);
        var row = Writer.Kept("SELECT hash, made_at, item, rest FROM answers WHERE key = ?").Bind(RecordLookup.KeyOf(Writer, derived.Ref));
        (long Hash, long MadeAt, byte[] Whole)? known = row.Step() ? (row.Int64(0), row.Int64(1), isAny ? View.Whole(row.Blob(2), row.Blob(3)) : []) : null;
        row.Reset();
        // Claims stand beside the record and not in it, yet they are its.
        if (known?.Hash == derived.Hash && !members.Contains("claims")) members.Clear();
        if (isAny && known is { } answer)
        {
            if (answer.Hash != derived.Hash) members.UnionWith(Json.Differences(JsonNode.Parse(answer.Whole)!.AsObject(), JsonNode.Parse(View.Whole(derived.Item, derived.Rest))!.AsObject()));
            // A region that lies in another one now: an event in it shows nothing of that, but filters tell.
            else members.UnionWith(derived.FieldsThatDiffer(Derived).Select(Dependents.Member));
        }
        if (members.Count == 0 && known?.Hash == derived.Hash) return null;
        Writer.Kept("UPDATE records SET updated_at = ? WHERE ref = ?").Bind(Writer.Now).Bind(derived.Ref).Run();
        Writer.Kept("INSERT INTO changes(ref, revision, op, at, members, until) VALUES (?, ?, 2, ?, ?, ?)").Bind(derived.Ref).Bind(derived.Revision).Bind(Writer.Now).Bind(JsonSerializer.Serialize(members)).Bind(known?.MadeAt).Run();
        var again = Writers[Kind.OfRef(derived.Ref)].Describe(this, derived.Ref, Heads([derived.Ref])[derived.Ref])!;
        again.Prepare();
        return again;
    }
}
