using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Dates;
using EventsApi.Http;
using EventsApi.Storage;
using FluentValidation;

namespace EventsApi.Records;

/// <summary>What stands beside a record: counted writes, and when.</summary>
public sealed record Head(long Revision, long CreatedAt, long UpdatedAt);

/// <summary>What every noun's writer can do; the API, imports and the seed all write through these.</summary>
public abstract class RecordWriter
{
    public abstract Kind Kind { get; }

    /// <summary>A record as it is kept.</summary>
    public abstract RecordInput Parse(ReadOnlySpan<byte> json);

    /// <summary>The type of its input.</summary>
    public abstract Type Shape { get; }

    /// <summary>Reads a record in the shape of the input and checks the rules that need no other record.</summary>
    /// <param name="complete">Fills in what the way it came by tells.</param>
    public abstract RecordInput Read(ReadOnlySpan<byte> json, Func<RecordInput, RecordInput>? complete = null);

    /// <summary>Name, label or title as references show it, and the kind within the kind.</summary>
    public abstract (string? Name, string? Word) Shown(RecordInput input);

    /// <summary>Refuses what Read would, of a record that was made and not read.</summary>
    public abstract void Require(RecordInput input);

    /// <summary>Adds a record that was read.</summary>
    public abstract Known Add(WriteSession session, RecordInput input);

    /// <summary>Adds a record whose references are all there already, and settles it at once.</summary>
    /// <param name="isFree">Whether it is known that no record has one of its identifiers.</param>
    public abstract Known AddSettled(WriteSession session, RecordInput input, bool isFree = false);

    /// <summary>Replaces a record by what was read. Nothing happens when it is the same.</summary>
    public abstract void Replace(WriteSession session, Known known, RecordInput input);

    /// <summary>Takes a record away; its history and a tombstone stay.</summary>
    public abstract void Remove(WriteSession session, Known known, Known? successor);

    /// <summary>Brings a record back that was merged or deleted, as it was then.</summary>
    public abstract Known Restore(WriteSession session, long reference);

    /// <summary>Puts a record where it stood in another catalogue: with its id, revision and times, and as it was written there. What has the id here goes, with its history.</summary>
    /// <returns>Its number here.</returns>
    public abstract long Place(WriteSession session, string id, RecordInput input, Head head);

    /// <summary>Puts the tombstone of a record that another catalogue had; <see cref="Head.UpdatedAt"/> is when it went away.</summary>
    /// <returns>Its number here.</returns>
    public abstract long PlaceGone(WriteSession session, string id, Head head, string? reason);

    /// <summary>Checks the references and the rules of a record that was added or replaced, and keeps it.</summary>
    public abstract void Settle(WriteSession session, Known known, RecordInput? before);

    /// <summary>The input with every reference replaced by the record's own id.</summary>
    public abstract RecordInput SettleReferences(RecordSession session, RecordInput input);

    /// <summary>What is made from a record, to be prepared and written.</summary>
    public abstract Derived Describe(RecordSession session, long reference, Head head);

    /// <summary>Records of which this one is a part, and the member that shows it.</summary>
    public abstract IEnumerable<(long Ref, string Member)> ShownBy(RecordSession session, RecordInput input);

    /// <summary>Whether the answers of others show one of these members, or are filed by it.</summary>
    public abstract bool IsShownElsewhere(IEnumerable<string> members);
}

/// <summary>The writers by kind.</summary>
public sealed class RecordWriters
{
    private readonly Dictionary<Kind, RecordWriter> _byKind;

    public RecordWriters(IEnumerable<RecordWriter> writers)
    {
        _byKind = writers.ToDictionary(w => w.Kind);
        InOrder = [.. Order.Select(kind => _byKind[kind])];
    }

    /// <summary>Each kind after those its answers are made from.</summary>
    private static readonly Kind[] Order =
        [Kind.Dataset, Kind.Source, Kind.Topic, Kind.Location, Kind.Actor, Kind.Membership, Kind.Post, Kind.Series, Kind.Situation, Kind.Relation, Kind.Statement, Kind.Claim, Kind.Event];

    public IReadOnlyList<RecordWriter> InOrder { get; }

    public RecordWriter this[Kind kind] => _byKind[kind];

    /// <summary>What the one writer knows of the lists.</summary>
    internal ListIds Lists { get; } = new();

    /// <summary>And of the records to which others refer.</summary>
    internal RecordMemory Memory { get; } = new();

    /// <summary>One job of writing. Its records may refer to each other in any order; when a rule breaks, this job alone is undone.</summary>
    public Task<T> WriteAsync<T>(Database database, Func<WriteSession, T> work, Authorship? by = null) =>
        database.WriteAsync(writer => WriteSession.Of(writer, this).Run(by ?? Authorship.Nobody, work));
}

/// <summary>Revision, identity, tombstone and change are the same for every noun; a noun adds its rules and how its answer looks.</summary>
public abstract class RecordWriter<TInput>(IValidator<TInput> validator) : RecordWriter where TInput : RecordInput
{
    private static readonly IdentifiersValidator Identifiers = new();

    // The next number of each kind is read once and then counted, until something is taken back or another process writes: nobody was told a number that was taken back.
    private long _lastNumber = -1;
    // The writer's when that was looked up.
    private long _epoch;

    /// <summary>The readable id when the input gives none.</summary>
    protected virtual string? ReadableId(TInput input) => null;

    /// <summary>Name, label or title as references show it, and the kind within the kind.</summary>
    protected abstract (string? Name, string? Word) Show(TInput input);

    /// <summary>The input with every reference checked and replaced by the record's own id.</summary>
    protected abstract TInput Settle(RecordSession session, TInput input);

    /// <summary>The answer and the lists of one record.</summary>
    protected abstract void Describe(RecordSession session, Known known, TInput input, Derived derived);

    /// <summary>The rules that need other records; what is only odd becomes a warning.</summary>
    protected virtual void Check(WriteSession session, Known known, TInput input)
    {
    }

    /// <summary>Other records whose answers show this one as a part of theirs.</summary>
    protected virtual IEnumerable<(long Ref, string Member)> ShownBy(RecordSession session, TInput input) => [];

    /// <summary>The members that the answers of others show or are filed by.</summary>
    protected virtual string[] ShownElsewhere => [];

    /// <summary>What follows in other records when this one changed, beside what shows it.</summary>
    protected virtual void Follow(WriteSession session, Known known, TInput? before, TInput? after)
    {
    }

    public override (string? Name, string? Word) Shown(RecordInput input) => Show((TInput)input);

    public override bool IsShownElsewhere(IEnumerable<string> members) => members.Intersect(ShownElsewhere).Any();

    public override RecordInput Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<TInput>(json, Json.Compact)!;

    public override Type Shape => typeof(TInput);

    public override RecordInput Read(ReadOnlySpan<byte> json, Func<RecordInput, RecordInput>? complete = null)
    {
        var input = JsonSerializer.Deserialize<TInput>(json, Json.Options) ?? throw new JsonException("A record is an object, not null.");
        if (complete is not null) input = (TInput)complete(input);
        var result = validator.Validate(input);
        if (input.Identifiers is { Count: > 0 }) result.Errors.AddRange(Identifiers.Validate(input).Errors);
        return result.IsValid ? input : throw Rules.Broken(result);
    }

    public override void Require(RecordInput input)
    {
        if (validator.Validate((TInput)input) is { IsValid: false } broken) throw Rules.Broken(broken);
    }

    public override Known Add(WriteSession session, RecordInput input)
    {
        var known = Insert(session, (TInput)input, [], isFree: false);
        session.Added(known, input);
        return known;
    }

    public override Known AddSettled(WriteSession session, RecordInput input, bool isFree = false)
    {
        var settled = Settle(session, (TInput)input);
        var known = Insert(session, settled, JsonSerializer.SerializeToUtf8Bytes(settled, Json.Compact), isFree);
        session.Added(known, settled, isSettled: true);
        Check(session, known, settled);
        Finish(session, known, null, settled);
        return known;
    }

    private Known Insert(WriteSession session, TInput input, ReadOnlySpan<byte> json, bool isFree)
    {
        var number = NewNumber(session.Writer, input.Id);
        var reference = Kind.Ref(number);
        var id = Kind.Prefix is null ? input.Id ?? FreeId(session, ReadableId(input), number) : null;
        if (id is not null && (session.Find(Kind, id) is not null || RecordLookup.Deleted(session.Writer, Kind, id) is not null)
            || id is null && input.Id is not null && session.Writer.Kept("SELECT 1 FROM records WHERE ref = ? UNION ALL SELECT 1 FROM tombstones WHERE ref = ?").Bind(reference).Bind(reference).Scalar() is not null)
            throw new ProblemException(ProblemCode.Conflict, $"The id '{input.Id}' is taken, or was used by a record that is gone.", [new ProblemError("taken", "This id is taken; send another, or none.") { Pointer = "/id" }]);

        // Before anything is written: in a batch the other lines are still looked at, and must not find half a record.
        if (!isFree)
            foreach (var (scheme, value) in input.Identifiers ?? []) RequireFree(session, reference, scheme, value);

        var (name, word) = Show(input);
        var now = session.Writer.Now;
        session.Writer.Kept("INSERT INTO records(ref, kind, id, word, name, record, revision, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)")
            .Bind(reference).Bind(Kind.Number).Bind(id).Bind(word).Bind(name).BindText(json).Bind(now).Bind(now).Run();
        session.Writer.Kept("INSERT INTO changes(ref, revision, op, at) VALUES (?, 1, 1, ?)").Bind(reference).Bind(now).Run();
        // The log holds what a write replaced; here, nothing. Without an author there is nothing to note.
        if (session.By.Author is not null) Log(session, reference, 1, [], "");
        Identify(session, reference, input);
        return new Known(reference, Kind, id ?? $"{Kind.Prefix}{number}", word, name);
    }

    public override void Replace(WriteSession session, Known known, RecordInput input)
    {
        var before = session.Input(known.Ref);
        var (name, word) = Show((TInput)input);
        session.Wrote(known with { Name = name, Word = word }, input, before);
    }

    public override long Place(WriteSession session, string id, RecordInput input, Head head)
    {
        if (Kind.Prefix is null) Require(input with { Id = id });
        var (reference, isThere) = Clear(session, id);
        foreach (var (scheme, value) in input.Identifiers ?? []) RequireFree(session, reference, scheme, value);
        var (name, word) = Show((TInput)input);
        session.Writer.Kept("INSERT INTO records(ref, kind, id, word, name, record, revision, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Bind(reference).Bind(Kind.Number).Bind(Kind.Prefix is null ? id : null).Bind(word).Bind(name).Bind("").Bind(head.Revision).Bind(head.CreatedAt).Bind(head.UpdatedAt).Run();
        session.Writer.Kept("INSERT INTO changes(ref, revision, op, at) VALUES (?, ?, ?, ?)").Bind(reference).Bind(head.Revision).Bind(isThere ? 2L : 1L).Bind(session.Writer.Now).Run();
        Identify(session, reference, input);
        session.Placed(new Known(reference, Kind, id, word, name), input);
        return reference;
    }

    public override long PlaceGone(WriteSession session, string id, Head head, string? reason)
    {
        var (reference, _) = Clear(session, id);
        session.Writer.Kept("INSERT INTO tombstones(ref, kind, id, revision, reason, at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .Bind(reference).Bind(Kind.Number).Bind(Kind.Prefix is null ? id : null).Bind(head.Revision).Bind(reason).Bind(head.UpdatedAt).Bind(head.CreatedAt).Run();
        session.Writer.Kept("INSERT INTO changes(ref, revision, op, at) VALUES (?, ?, 4, ?)").Bind(reference).Bind(head.Revision).Bind(session.Writer.Now).Run();
        return reference;
    }

    /// <summary>Makes room for what is placed under an id.</summary>
    private (long Ref, bool IsThere) Clear(WriteSession session, string id)
    {
        var writer = session.Writer;
        if (RecordLookup.RefOf(writer, Kind, id) is not { } reference) return (Kind.Ref(NewNumber(writer, Kind.Prefix is null ? null : id)), false);
        var isThere = RecordLog.Current(writer, reference) is not null;
        if (isThere)
        {
            // What waits to be settled is known to the session alone, which is about to forget.
            session.Settle();
            session.Renew(Dependents.Of(session.Find(reference)));
            session.Removed(reference);
            writer.Kept("DELETE FROM records WHERE ref = ?").Bind(reference).Run();
        }
        foreach (var sql in (string[])["DELETE FROM tombstones WHERE ref = ?", "DELETE FROM revisions WHERE ref = ?", "DELETE FROM merged WHERE from_ref = ?", "DELETE FROM unmerged WHERE from_ref = ?"]) writer.Kept(sql).Bind(reference).Run();
        return (reference, isThere);
    }

    public override void Settle(WriteSession session, Known known, RecordInput? before)
    {
        var written = session.Input<TInput>(known.Ref);
        var input = Settle(session, written);
        // As it was written elsewhere, even where a reference leads on to a successor; and nothing that it is a part of changes with it, for that is placed too.
        var isPlaced = session.IsPlaced(known.Ref);
        session.Set(known, input);
        if (before is null)
        {
            Check(session, known, input);
            session.Writer.Kept("UPDATE records SET record = ? WHERE ref = ?").BindText(JsonSerializer.SerializeToUtf8Bytes(isPlaced ? written : input, Json.Compact)).Bind(known.Ref).Run();
        }
        else
        {
            var (was, now) = (Json.Kept(before), Json.Kept(input));
            var changed = Json.Differences(was, now);
            if (changed.Count == 0)
            {
                session.Set(known, before);
                return;
            }
            Check(session, known, input);
            Keep(session, known, input, AsWritten(session, known, was), now.ToJsonString(Json.Compact), changed);
            foreach (var (shownBy, member) in ShownBy(session, (TInput)before)) session.Touch(shownBy, member);
            // Mere names are presentation; what else others show, or are found by, changes them.
            if (IsShownElsewhere(changed)) session.Renew(Dependents.Of(known), IsShownElsewhere(changed.Where(member => !Dependents.IsName(member))) ? WriteSession.AnyMember : null);
        }
        Finish(session, known, (TInput?)before, input);
    }

    private void Finish(WriteSession session, Known known, TInput? before, TInput input)
    {
        session.Changed(known, input);
        var isPlaced = session.IsPlaced(known.Ref);
        foreach (var (shownBy, member) in ShownBy(session, input))
            if (isPlaced) session.MakeStale(shownBy);
            else session.Touch(shownBy, member);
        Follow(session, known, before, input);
    }

    /// <summary>The record that is replaced, with its references as they were written: those that lead to a successor now did not always, and the log must tell it.</summary>
    private string AsWritten(WriteSession session, Known known, JsonObject was)
    {
        if (session.HasMerged && session.Writer.Kept("SELECT record FROM records WHERE ref = ?").Bind(known.Ref).ScalarText() is { Length: > 0 } record
            && JsonNode.DeepEquals(Json.Kept(Settle(session, (TInput)Parse(System.Text.Encoding.UTF8.GetBytes(record)))), was)) return record;
        return was.ToJsonString(Json.Compact);
    }

    private static void Keep(WriteSession session, Known known, RecordInput input, string replaced, string json, IReadOnlyList<string> changed)
    {
        var writer = session.Writer;
        var revision = writer.Kept("UPDATE records SET record = ?, name = ?, word = ?, revision = revision + 1, updated_at = ? WHERE ref = ? RETURNING revision")
            .Bind(json).Bind(known.Name).Bind(known.Word).Bind(writer.Now).Bind(known.Ref).Scalar()!.Value;
        Log(session, known.Ref, revision, changed, replaced);
        writer.Kept("INSERT INTO changes(ref, revision, op, at) VALUES (?, ?, 2, ?)").Bind(known.Ref).Bind(revision).Bind(writer.Now).Run();
        if (!changed.Contains("identifiers")) return;
        writer.Kept("DELETE FROM identifiers WHERE ref = ?").Bind(known.Ref).Run();
        foreach (var (scheme, value) in input.Identifiers ?? []) RequireFree(session, known.Ref, scheme, value);
        Identify(session, known.Ref, input);
    }

    /// <summary>An identifier names one record of a kind.</summary>
    private static void RequireFree(WriteSession session, long reference, string scheme, string value)
    {
        var kind = Kind.OfRef(reference);
        if (RecordLookup.ByIdentifier(session.Writer, kind, $"{scheme}:{value}") is { } other && other != reference)
            throw new ProblemException(ProblemCode.Conflict, $"{scheme}:{value} is {session.Find(other).Id} already.", [new ProblemError("taken", $"This identifier belongs to {session.Find(other).Id}; change that record, or merge the two.") { Pointer = "/identifiers" }]);
    }

    private static void Identify(WriteSession session, long reference, RecordInput input)
    {
        foreach (var (scheme, value) in input.Identifiers ?? [])
            session.Writer.Kept("INSERT INTO identifiers(scheme, identifier, ref) VALUES (?, ?, ?) ON CONFLICT DO NOTHING").Bind(scheme).Bind(value).Bind(reference).Run();
    }

    private static void Log(WriteSession session, long reference, long revision, IReadOnlyList<string> changed, string replaced) =>
        session.Writer.Kept("INSERT INTO revisions(ref, revision, at, author, reason, changed, replaced) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .Bind(reference).Bind(revision).Bind(session.Writer.Now).Bind(session.By.Author).Bind(session.By.Reason).Bind(JsonSerializer.Serialize(changed, Json.Compact)).Bind(replaced).Run();

    public override void Remove(WriteSession session, Known known, Known? successor)
    {
        var writer = session.Writer;
        var input = session.Input<TInput>(known.Ref);
        var row = writer.Kept("SELECT revision, created_at, record FROM records WHERE ref = ?").Bind(known.Ref);
        row.Step();
        var (revision, created, record) = (row.Int64(0) + 1, row.Int64(1), row.Text(2));
        row.Reset();
        // Before it goes: what it was part of, and what it was filed under, are read from it.
        foreach (var (shownBy, member) in ShownBy(session, input)) session.Touch(shownBy, member);
        if (successor is not null) session.Renew(Dependents.Of(known), WriteSession.AnyMember, Dependents.Of(successor));
        session.Removed(known.Ref);
        writer.Kept("INSERT INTO tombstones(ref, kind, id, revision, reason, at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .Bind(known.Ref).Bind(Kind.Number).Bind(Kind.Prefix is null ? known.Id : null).Bind(revision).Bind(session.By.Reason).Bind(writer.Now).Bind(created).Run();
        Log(session, known.Ref, revision, [], record);
        writer.Kept("INSERT INTO changes(ref, revision, op, at) VALUES (?, ?, ?, ?)").Bind(known.Ref).Bind(revision).Bind(successor is null ? 4L : 3L).Bind(writer.Now).Run();
        if (successor is not null) writer.Kept("INSERT INTO merged(from_ref, into_ref, at, reason) VALUES (?, ?, ?, ?)").Bind(known.Ref).Bind(successor.Ref).Bind(writer.Now).Bind(session.By.Reason).Run();
        writer.Kept("DELETE FROM records WHERE ref = ?").Bind(known.Ref).Run();
        Follow(session, known, input, null);
    }

    public override Known Restore(WriteSession session, long reference)
    {
        var writer = session.Writer;
        var row = writer.Kept("SELECT t.id, t.revision, t.created_at, r.replaced FROM tombstones t JOIN revisions r ON r.ref = t.ref AND r.revision = t.revision WHERE t.ref = ?").Bind(reference);
        row.Step();
        var (id, revision, created, record) = (row.TextOrNull(0), row.Int64(1) + 1, row.Int64(2), row.Blob(3).ToArray());
        row.Reset();
        var input = (TInput)Parse(record);
        var (name, word) = Show(input);
        writer.Kept("DELETE FROM tombstones WHERE ref = ?").Bind(reference).Run();
        writer.Kept("INSERT INTO unmerged(from_ref, into_ref, at, until) SELECT from_ref, into_ref, at, ? FROM merged WHERE from_ref = ?").Bind(writer.Now).Bind(reference).Run();
        writer.Kept("DELETE FROM merged WHERE from_ref = ?").Bind(reference).Run();
        writer.Kept("INSERT INTO records(ref, kind, id, word, name, record, revision, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Bind(reference).Bind(Kind.Number).Bind(id).Bind(word).Bind(name).Bind(System.Text.Encoding.UTF8.GetString(record)).Bind(revision).Bind(created).Bind(writer.Now).Run();
        foreach (var (scheme, value) in input.Identifiers ?? []) RequireFree(session, reference, scheme, value);
        Identify(session, reference, input);
        Log(session, reference, revision, [], "");
        writer.Kept("INSERT INTO changes(ref, revision, op, at) VALUES (?, ?, 1, ?)").Bind(reference).Bind(revision).Bind(writer.Now).Run();
        session.Forget();
        var known = session.Find(reference);
        session.Changed(known, session.Input(reference));
        foreach (var (shownBy, member) in ShownBy(session, session.Input<TInput>(reference))) session.Touch(shownBy, member);
        return known;
    }

    public override RecordInput SettleReferences(RecordSession session, RecordInput input) => Settle(session, (TInput)input);

    public override IEnumerable<(long Ref, string Member)> ShownBy(RecordSession session, RecordInput input) => ShownBy(session, (TInput)input);

    public override Derived Describe(RecordSession session, long reference, Head head)
    {
        var input = session.Input<TInput>(reference);
        var derived = new Derived { Key = reference, Ref = reference, Revision = head.Revision, UpdatedAt = head.UpdatedAt, CreatedAt = head.CreatedAt };
        var known = session.Find(reference);
        foreach (var source in input.Sources ?? []) derived.List($"{Kind.Name}.source", source.Id);
        derived.List($"{Kind.Name}.has", "sources", input.Sources is { Count: > 0 });
        derived.Sort(Sorts.Updated, head.UpdatedAt);
        Describe(session, known, input, derived);
        return derived;
    }

    /// <summary>The readable id, with a number behind it where two would have the same.</summary>
    private string FreeId(WriteSession session, string? readable, long number)
    {
        const int Tries = 100;
        readable ??= $"{Kind.Name}-{number}";
        for (var n = 1; ; n++)
        {
            // After so many of one name the record's own number is the nearest that is likely to be free.
            var id = n == 1 ? readable : $"{readable}-{(n <= Tries ? n : number + n - Tries)}";
            if (session.Find(Kind, id) is null && RecordLookup.Deleted(session.Writer, Kind, id) is null) return id;
        }
    }

    private long NewNumber(Writer writer, string? id)
    {
        if (_lastNumber < 0 || _epoch != writer.Epoch)
        {
            _epoch = writer.Epoch;
            _lastNumber = writer.Kept("SELECT max(n) FROM (SELECT max(ref) AS n FROM records WHERE ref BETWEEN ? AND ? UNION ALL SELECT max(ref) FROM tombstones WHERE ref BETWEEN ? AND ?) used")
                .Bind(Kind.Refs.Low).Bind(Kind.Refs.High).Bind(Kind.Refs.Low).Bind(Kind.Refs.High).Scalar() is { } highest ? Kind.NumberOfRef(highest) : 0;
        }
        if (Kind.Prefix is null || id is null) return ++_lastNumber;
        var number = Kind.NumberOf(id) ?? throw ProblemException.Rule("/id", "invalid", $"The id of {Kind.Noun} is {Kind.Prefix} and a number.");
        _lastNumber = Math.Max(_lastNumber, number);
        return number;
    }

    // What the nouns' answers have in common.

    protected static Reference? Refer(RecordSession session, Kind kind, ReferenceInput? reference)
    {
        if (reference is null) return null;
        var known = session.Find(kind, reference.Id)!;
        return new Reference(known.Id, known.Name!, known.Word!);
    }

    protected static LabelReference? ReferLabel(RecordSession session, Kind kind, ReferenceInput? reference) =>
        reference is null ? null : new LabelReference(reference.Id, session.Find(kind, reference.Id)!.Name!);

    protected static TitleReference? ReferTitle(RecordSession session, Kind kind, ReferenceInput? reference) =>
        reference is null ? null : new TitleReference(reference.Id, TitleOf(session, session.Find(kind, reference.Id)!));

    protected static MixedReference ReferMixed(RecordSession session, ReferenceInput reference)
    {
        var known = session.Find(Kind.Named(reference.Kind!)!, reference.Id)!;
        return new MixedReference(known.Kind.Name, known.Id, TitleOf(session, known));
    }

    protected static string TitleOf(RecordSession session, Known known) =>
        known.Name ?? (known.Kind == Kind.Event ? session.Input<Events.EventInput>(known.Ref).Title!
            : known.Kind == Kind.Statement ? session.Input<Statements.StatementInput>(known.Ref).Text : known.Id);

    protected static Basis? Based(RecordSession session, BasisInput? basis) =>
        basis is null ? null : new Basis(ReferTitle(session, Kind.Source, basis.Source), basis.Voice, basis.Form, basis.Certainty, basis.Locator);

    protected static IReadOnlyList<SourceSummary> SourcesOf(RecordSession session, RecordInput input) =>
        [.. (input.Sources ?? []).Select(s =>
        {
            var source = session.Input<Sources.SourceInput>(session.Find(Kind.Source, s.Id)!.Ref);
            return new SourceSummary(s.Id, source.Publisher, source.Title!, source.Author, source.Url, source.Published?.Edtf);
        })];

    protected static ReferenceInput? Settle(RecordSession session, Kind kind, ReferenceInput? reference, string pointer) =>
        reference is null ? null : new ReferenceInput(null, session.Resolve(kind, reference, pointer).Id);

    protected static ReferenceInput SettleMixed(RecordSession session, ReferenceInput reference, string pointer)
    {
        var known = session.ResolveMixed(reference, pointer);
        return new ReferenceInput(known.Kind.Name, known.Id);
    }

    protected static IReadOnlyList<ReferenceInput>? SettleAll(RecordSession session, Kind kind, IReadOnlyList<ReferenceInput>? references, string pointer) =>
        references is null ? null : [.. references.Select((r, n) => Settle(session, kind, r, $"{pointer}/{n}")!)];

    protected static BasisInput? Settle(RecordSession session, BasisInput? basis, string pointer) =>
        basis is null ? null : basis with { Source = Settle(session, Kind.Source, basis.Source, pointer + "/source") };

    protected static string Instant(long milliseconds) => Json.Instant(milliseconds);
}

/// <summary>Every kind of record can be asked for by scheme:value, so both must be there, and the colon must part them.</summary>
internal sealed class IdentifiersValidator : AbstractValidator<RecordInput>
{
    public IdentifiersValidator() => RuleForEach(r => r.Identifiers).ChildRules(i =>
    {
        i.RuleFor(x => x.Scheme).NotEmpty().Must(scheme => scheme?.Contains(':', StringComparison.Ordinal) != true).WithMessage("A scheme is a word without a colon, such as wikidata.").WithErrorCode("invalid");
        i.RuleFor(x => x.Value).NotEmpty().OverridePropertyName("Identifier");
    });
}

internal sealed class BasisInputValidator : AbstractValidator<BasisInput>
{
    public BasisInputValidator()
    {
        RuleFor(b => b.Voice).OneOf(Vocabulary.Words.Voice);
        RuleFor(b => b.Form).OneOf(Vocabulary.Words.Form);
        RuleFor(b => b.Certainty).OneOf(Vocabulary.Words.Certainty);
    }
}

/// <summary>The rules that validators share, and how a broken one is told.</summary>
internal static class Rules
{
    public static IRuleBuilderOptions<T, string?> OneOf<T>(this IRuleBuilder<T, string?> rule, string[] words) =>
        rule.Must(value => value is null || words.Contains(value))
            .WithMessage((_, value) => $"'{value}' is not a known value.").WithErrorCode("unknown-value").WithState(_ => words);

    public static IRuleBuilderOptions<T, string?> ReadableId<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(id => id is null || id.Length is > 0 and <= 120 && id.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-') && id[0] != '-' && id[^1] != '-')
            .WithMessage("An id is lower-case letters, digits and hyphens, at most 120 characters.").WithErrorCode("invalid");

    public static IRuleBuilderOptions<T, string?> Alpha3<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(code => code is null || Vocabulary.CountryCodes.IsAlpha3(code)).WithMessage("A country is its ISO 3166-1 alpha-3 code, such as KWT.").WithErrorCode("invalid");

    /// <summary>A language tag as BCP 47 has them, by its form: a subtag of letters, and more behind hyphens.</summary>
    public static IRuleBuilderOptions<T, string?> LanguageTag<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(tag => tag is null || tag.Length <= 35 && tag.Split('-') is var parts && parts[0].Length is >= 2 and <= 8 && parts[0].All(char.IsAsciiLetter) && parts.All(p => p.Length is >= 1 and <= 8 && p.All(char.IsAsciiLetterOrDigit)))
            .WithMessage("A language is its BCP 47 tag, such as en or zh-Hans; und where it is not known.").WithErrorCode("invalid");

    /// <summary>The end cannot lie before the start, each taken at its precision.</summary>
    public static IRuleBuilderOptions<T, T> NotBackwards<T>(this IRuleBuilder<T, T> rule, Func<T, EdtfDate?> start, Func<T, EdtfDate?> end, string member = "End") =>
        rule.Must(record => start(record) is not { } from || end(record) is not { } to || to.End >= from.Start).WithMessage("The end lies before the start.").WithErrorCode("backwards").OverridePropertyName(member);

    public static IRuleBuilderOptions<T, BasisInput?> Basis<T>(this IRuleBuilder<T, BasisInput?> rule) =>
        rule.SetValidator(new BasisInputValidator()!);

    public static ProblemException Broken(FluentValidation.Results.ValidationResult result)
    {
        var errors = result.Errors.Select(e => new ProblemError(e.ErrorCode, e.ErrorMessage)
        {
            Pointer = Pointer(e.PropertyName),
            Allowed = e.CustomState as string[],
            DidYouMean = e.CustomState is string[] words && e.AttemptedValue is string typed ? Search.Folding.Nearest(typed, words) : null,
        }).ToList();
        return new ProblemException(ProblemCode.BrokenRules, errors[0].Message, errors);
    }

    /// <summary>"Participants[0].Roles[1]" is /participants/0/roles/1.</summary>
    private static string Pointer(string property) =>
        "/" + string.Join('/', property.Split('.', '[', ']').Where(part => part != "").Select(part => char.ToLowerInvariant(part[0]) + part[1..]));
}
