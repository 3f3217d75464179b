using System.Globalization;
using System.Text.Json;
using EventsApi.Dates;
using EventsApi.Http;
using EventsApi.Storage;
using FluentValidation;

namespace EventsApi.Records;

/// <summary>What every noun's writer can do; the API, imports and the seed all write through these.</summary>
public abstract class RecordWriter
{
    public abstract Kind Kind { get; }

    /// <summary>Checks the references of a record that was added and replaces them by the records' own ids.</summary>
    public abstract void Settle(WriteSession session, long reference);

    /// <summary>What is made from a record, to be prepared and written; null when the job that wrote it was undone.</summary>
    public abstract Derived? Describe(WriteSession session, long reference);

    /// <summary>Reads a record in the shape of the input and checks the rules that need no other record.</summary>
    public abstract RecordInput Read(ReadOnlySpan<byte> json);

    /// <summary>Adds a record that was read.</summary>
    public abstract Known Add(WriteSession session, RecordInput input);
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

    /// <summary>One job of writing. Its records may refer to each other in any order; when a rule breaks, this job alone is undone.</summary>
    public Task<T> WriteAsync<T>(Database database, Func<WriteSession, T> work) => database.WriteAsync(writer =>
    {
        var session = WriteSession.Of(writer, this);
        try
        {
            var result = work(session);
            session.Settle();
            return result;
        }
        catch
        {
            session.Forget();
            throw;
        }
    });
}

/// <summary>Revision, identity, tombstone and change are the same for every noun; a noun adds its rules and how its answer looks.</summary>
public abstract class RecordWriter<TInput>(IValidator<TInput> validator) : RecordWriter where TInput : RecordInput
{
    // The next number of each kind is read once and then counted; a rolled back number is skipped, never used twice.
    private long _lastNumber = -1;

    /// <summary>The readable id when the input gives none.</summary>
    protected virtual string? ReadableId(TInput input) => null;

    /// <summary>Name, label or title as references show it, and the kind within the kind.</summary>
    protected abstract (string? Name, string? Word) Show(TInput input);

    /// <summary>The input with every reference checked and replaced by the record's own id.</summary>
    protected abstract TInput Settle(WriteSession session, TInput input);

    /// <summary>The answer and the lists of one record.</summary>
    protected abstract void Describe(WriteSession session, Known known, TInput input, Derived derived);

    /// <summary>Other records whose answers show this one.</summary>
    protected virtual IEnumerable<long> ShownBy(WriteSession session, TInput input) => [];

    public override RecordInput Read(ReadOnlySpan<byte> json)
    {
        var input = JsonSerializer.Deserialize<TInput>(json, Json.Options)!;
        var result = validator.Validate(input);
        return result.IsValid ? input : throw Rules.Broken(result);
    }

    public override Known Add(WriteSession session, RecordInput input)
    {
        var written = (TInput)input;
        var number = NewNumber(session.Writer, input.Id);
        var reference = Kind.Ref(number);
        var id = Kind.Prefix is null ? input.Id ?? ReadableId(written) : null;
        if (id is not null && session.Find(Kind, id) is not null) throw ProblemException.Rule("/id", "taken", $"There is {Kind.Noun} '{id}' already.");
        if (id is null && session.Writer.Kept("SELECT 1 FROM records WHERE ref = ?").Bind(reference).Scalar() is not null)
            throw ProblemException.Rule("/id", "taken", $"There is {Kind.Noun} '{input.Id}' already.");

        var (name, word) = Show(written);
        var now = session.Writer.Now;
        session.Writer.Kept("INSERT INTO records(ref, kind, id, word, name, record, revision, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)")
            .Bind(reference).Bind(Kind.Number).Bind(id).Bind(word).Bind(name).Bind("").Bind(now).Bind(now).Run();
        session.Writer.Kept("INSERT INTO changes(ref, revision, op, at) VALUES (?, 1, 1, ?)").Bind(reference).Bind(now).Run();
        foreach (var (scheme, value) in input.Identifiers ?? [])
            session.Writer.Kept("INSERT INTO identifiers(scheme, identifier, ref) VALUES (?, ?, ?) ON CONFLICT DO NOTHING").Bind(scheme).Bind(value).Bind(reference).Run();

        var known = new Known(reference, Kind, id ?? $"{Kind.Prefix}{number}", word, name);
        session.Wrote(known, input);
        return known;
    }

    public override void Settle(WriteSession session, long reference)
    {
        var settled = Settle(session, session.Input<TInput>(reference));
        session.Writer.Kept("UPDATE records SET record = ? WHERE ref = ?").Bind(JsonSerializer.Serialize(settled, Json.Compact)).Bind(reference).Run();
        session.Settled(reference, settled);
        foreach (var shownBy in ShownBy(session, settled)) session.MakeStale(shownBy);
    }

    public override Derived? Describe(WriteSession session, long reference)
    {
        var row = session.Writer.Kept("SELECT revision, created_at, updated_at FROM records WHERE ref = ?").Bind(reference);
        if (!row.Step()) return null; // written by a job that was undone
        var (revision, created, updated) = (row.Int64(0), row.Int64(1), row.Int64(2));
        row.Reset();

        var input = session.Input<TInput>(reference);
        var derived = new Derived { Key = reference, Ref = reference, Revision = revision, UpdatedAt = updated, CreatedAt = created };
        var known = session.Find(reference);
        foreach (var source in input.Sources ?? []) derived.List($"{Kind.Name}.source", source.Id);
        derived.List($"{Kind.Name}.has", "sources", input.Sources is { Count: > 0 });
        derived.Sort(Sorts.Updated, updated);
        Describe(session, known, input, derived);
        return derived;
    }

    private long NewNumber(Writer writer, string? id)
    {
        if (_lastNumber < 0)
            _lastNumber = writer.Kept("SELECT max(n) FROM (SELECT max(ref) AS n FROM records WHERE ref BETWEEN ? AND ? UNION ALL SELECT max(ref) FROM tombstones WHERE ref BETWEEN ? AND ?)")
                .Bind(Kind.Ref(0)).Bind(Kind.Ref((1L << 44) - 1)).Bind(Kind.Ref(0)).Bind(Kind.Ref((1L << 44) - 1)).Scalar() is { } highest ? Kind.NumberOfRef(highest) : 0;
        if (Kind.Prefix is null || id is null) return ++_lastNumber;
        var number = Kind.NumberOf(id) ?? throw ProblemException.Rule("/id", "invalid", $"The id of {Kind.Noun} is {Kind.Prefix} and a number.");
        _lastNumber = Math.Max(_lastNumber, number);
        return number;
    }

    // What the nouns' answers have in common.

    protected static Reference? Refer(WriteSession session, Kind kind, ReferenceInput? reference)
    {
        if (reference is null) return null;
        var known = session.Find(kind, reference.Id)!;
        return new Reference(known.Id, known.Name!, known.Word!);
    }

    protected static LabelReference? ReferLabel(WriteSession session, Kind kind, ReferenceInput? reference) =>
        reference is null ? null : new LabelReference(reference.Id, session.Find(kind, reference.Id)!.Name!);

    protected static TitleReference? ReferTitle(WriteSession session, Kind kind, ReferenceInput? reference) =>
        reference is null ? null : new TitleReference(reference.Id, TitleOf(session, session.Find(kind, reference.Id)!));

    protected static MixedReference ReferMixed(WriteSession session, ReferenceInput reference)
    {
        var known = session.Find(Kind.Named(reference.Kind!)!, reference.Id)!;
        return new MixedReference(known.Kind.Name, known.Id, TitleOf(session, known));
    }

    protected static string TitleOf(WriteSession session, Known known) =>
        known.Name ?? (known.Kind == Kind.Event ? session.Input<Events.EventInput>(known.Ref).Title!
            : known.Kind == Kind.Statement ? session.Input<Statements.StatementInput>(known.Ref).Text : known.Id);

    protected static Basis? Based(WriteSession session, BasisInput? basis) =>
        basis is null ? null : new Basis(ReferTitle(session, Kind.Source, basis.Source), basis.Voice, basis.Form, basis.Certainty, basis.Locator);

    protected static IReadOnlyList<SourceSummary> SourcesOf(WriteSession session, RecordInput input) =>
        [.. (input.Sources ?? []).Select(s =>
        {
            var source = session.Input<Sources.SourceInput>(session.Find(Kind.Source, s.Id)!.Ref);
            return new SourceSummary(s.Id, source.Publisher, source.Title!, source.Author, source.Url, source.Published?.Edtf);
        })];

    protected static ReferenceInput? Settle(WriteSession session, Kind kind, ReferenceInput? reference, string pointer) =>
        reference is null ? null : new ReferenceInput(null, session.Resolve(kind, reference, pointer).Id);

    protected static ReferenceInput SettleMixed(WriteSession session, ReferenceInput reference, string pointer)
    {
        var known = session.ResolveMixed(reference, pointer);
        return new ReferenceInput(known.Kind.Name, known.Id);
    }

    protected static IReadOnlyList<ReferenceInput>? SettleAll(WriteSession session, Kind kind, IReadOnlyList<ReferenceInput>? references, string pointer) =>
        references is null ? null : [.. references.Select((r, n) => Settle(session, kind, r, $"{pointer}/{n}")!)];

    protected static BasisInput? Settle(WriteSession session, BasisInput? basis, string pointer) =>
        basis is null ? null : basis with { Source = Settle(session, Kind.Source, basis.Source, pointer + "/source") };

    protected static string Instant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
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
        rule.Must(code => code is null || code.Length == 3 && code.All(c => c is >= 'A' and <= 'Z')).WithMessage("A country is its ISO 3166-1 alpha-3 code, such as KWT.").WithErrorCode("invalid");

    /// <summary>The end cannot lie before the start, each taken at its precision.</summary>
    public static IRuleBuilderOptions<T, T> NotBackwards<T>(this IRuleBuilder<T, T> rule, Func<T, EdtfDate?> start, Func<T, EdtfDate?> end) =>
        rule.Must(record => start(record) is not { } from || end(record) is not { } to || to.End >= from.Start).WithMessage("The end lies before the start.").WithErrorCode("backwards").OverridePropertyName("End");

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
