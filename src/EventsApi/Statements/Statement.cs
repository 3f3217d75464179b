using EventsApi.Dates;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;
using FluentValidation;

namespace EventsApi.Statements;

/// <summary>Who said what, where and when. Without a speaker it is the meeting's consensus or the author's own assertion; <c>basis.voice</c> tells which.</summary>
public sealed record Statement : Record
{
    public required string Id { get; init; }
    public Reference? Speaker { get; init; }
    public LabelReference? Post { get; init; }
    public Reference? OnBehalfOf { get; init; }
    /// <summary>Where it was said.</summary>
    public TitleReference? Event { get; init; }
    public IReadOnlyList<MixedReference> About { get; init; } = [];
    public Date? Date { get; init; }
    public required string Text { get; init; }
    /// <summary>BCP 47.</summary>
    public required string Lang { get; init; }
    public IReadOnlyList<LabelReference> Topics { get; init; } = [];
    public required Basis Basis { get; init; }
    public required string Href { get; init; }
}

[ShapeOf(typeof(Statement))]
public sealed record StatementInput : RecordInput
{
    public ReferenceInput? Speaker { get; init; }
    public ReferenceInput? Post { get; init; }
    public ReferenceInput? OnBehalfOf { get; init; }
    public ReferenceInput? Event { get; init; }
    public IReadOnlyList<ReferenceInput>? About { get; init; }
    public EdtfDate? Date { get; init; }
    public string Text { get; init; } = "";
    public string? Lang { get; init; }
    public IReadOnlyList<ReferenceInput>? Topics { get; init; }
    public BasisInput? Basis { get; init; }
}

internal sealed class StatementInputValidator : AbstractValidator<StatementInput>
{
    public const int LongestText = 5_000;

    public StatementInputValidator()
    {
        RuleFor(s => s.Text).NotEmpty().MaximumLength(LongestText);
        RuleFor(s => s.Basis).NotNull().Basis();
    }
}

/// <summary>The one place where a statement enters.</summary>
internal sealed class StatementWriter(IValidator<StatementInput> validator) : RecordWriter<StatementInput>(validator)
{
    public override Kind Kind => Records.Kind.Statement;

    protected override (string? Name, string? Word) Show(StatementInput input) => (null, input.Basis?.Voice);

    protected override StatementInput Settle(RecordSession session, StatementInput input)
    {
        var basis = Settle(session, input.Basis, "/basis")!;
        return input with
        {
            Lang = input.Lang ?? "en",
            Speaker = Settle(session, Records.Kind.Actor, input.Speaker, "/speaker"),
            Post = Settle(session, Records.Kind.Post, input.Post, "/post"),
            OnBehalfOf = Settle(session, Records.Kind.Actor, input.OnBehalfOf, "/onBehalfOf"),
            Event = Settle(session, Records.Kind.Event, input.Event, "/event"),
            About = input.About is null ? null : [.. input.About.Select((a, n) => SettleMixed(session, a, $"/about/{n}"))],
            Topics = SettleAll(session, Records.Kind.Topic, input.Topics, "/topics"),
            Basis = basis,
            // The basis names the source; whoever asks for the statement's sources finds it there too.
            Sources = SettleAll(session, Records.Kind.Source, input.Sources ?? (basis.Source is null ? null : [basis.Source]), "/sources"),
        };
    }

    protected override IEnumerable<(long Ref, string Member)> ShownBy(RecordSession session, StatementInput input) =>
        Events(input).Select(id => session.Find(Records.Kind.Event, id)).OfType<Known>().Select(e => (e.Ref, "statements"));

    /// <summary>Where it was said, and the events it is about: a reader of those looks for it there.</summary>
    private static IEnumerable<string> Events(StatementInput input) =>
        (input.About ?? []).Where(a => a.Kind == "event").Select(a => a.Id).Concat(input.Event is { } said ? [said.Id] : []).Distinct();

    protected override void Describe(RecordSession session, Known known, StatementInput input, Derived derived)
    {
        derived.Answer(new Statement
        {
            Id = known.Id, Speaker = Refer(session, Records.Kind.Actor, input.Speaker), Post = ReferLabel(session, Records.Kind.Post, input.Post),
            OnBehalfOf = Refer(session, Records.Kind.Actor, input.OnBehalfOf), Event = ReferTitle(session, Records.Kind.Event, input.Event),
            About = [.. (input.About ?? []).Select(a => ReferMixed(session, a))], Date = Records.Date.Of(input.Date), Text = input.Text, Lang = input.Lang!,
            Topics = [.. (input.Topics ?? []).Select(t => ReferLabel(session, Records.Kind.Topic, t)!)], Basis = Based(session, input.Basis)!, Href = Kind.Href(known.Id),
            Identifiers = input.Identifiers ?? [], Sources = SourcesOf(session, input), Revision = derived.Revision, CreatedAt = Instant(derived.CreatedAt), UpdatedAt = Instant(derived.UpdatedAt),
        });
        derived.Text(TextColumn.Quotes, input.Text);
        string? Name(Kind kind, ReferenceInput? reference) => reference is null ? null : TitleOf(session, session.Find(kind, reference.Id)!);
        derived.Text(TextColumn.Actors, $"{Name(Records.Kind.Actor, input.Speaker)} {Name(Records.Kind.Post, input.Post)} {Name(Records.Kind.Actor, input.OnBehalfOf)}");
        foreach (var topic in input.Topics ?? []) derived.Text(TextColumn.Topics, Name(Records.Kind.Topic, topic));
        derived.Text(TextColumn.Body, Name(Records.Kind.Event, input.Event));
        foreach (var about in input.About ?? []) derived.Text(TextColumn.Body, TitleOf(session, session.Find(Records.Kind.Named(about.Kind!)!, about.Id)!));
        derived.Text(TextColumn.Body, input.Basis!.Locator?.Exact);
        derived.List("statement.speaker", input.Speaker?.Id);
        derived.List("statement.post", input.Post?.Id);
        derived.List("statement.onBehalfOf", input.OnBehalfOf?.Id);
        foreach (var id in Events(input)) derived.List("statement.event", id);
        foreach (var about in input.About ?? []) derived.List("statement.about", $"{about.Kind}:{about.Id}");
        foreach (var topic in input.Topics ?? [])
        {
            derived.List("statement.topic", topic.Id);
            foreach (var above in TopicWriter.Above(session, topic.Id)) derived.List("statement.topic", above);
        }
        derived.Refers(Records.Kind.Source, input.Basis.Source?.Id);
        derived.List("statement.form", input.Basis.Form);
        derived.List("statement.voice", input.Basis.Voice);
        derived.List("statement.certainty", input.Basis.Certainty);
        derived.List("statement.lang", input.Lang);
        derived.List("statement.has", "speaker", input.Speaker is not null);
        derived.List("statement.has", "event", input.Event is not null);
        derived.List("statement.has", "date", input.Date is not null);
        derived.Dated(input.Date);
        if (input.Date is { Start: not EdtfDate.Past } date) derived.Sort(Sorts.Date, (long)date.Start);
    }
}

/// <summary>One of several values that sources give for one member of a record.</summary>
public sealed record Claim : Record
{
    public required string Id { get; init; }
    public required MixedReference Record { get; init; }
    /// <summary>JSON pointer (RFC 6901) of the member, such as /start.</summary>
    public required string Pointer { get; init; }
    /// <summary>As it would stand in the record's input: text, number or null.</summary>
    public object? Value { get; init; }
    public required TitleReference Source { get; init; }
    public string? Quote { get; init; }
    [CodeList("certainty")] public string? Certainty { get; init; }
    /// <summary>True for the value that the record itself carries.</summary>
    public bool Preferred { get; init; }
    public required string Href { get; init; }
}

[ShapeOf(typeof(Claim))]
public sealed record ClaimInput : RecordInput
{
    public ReferenceInput? Record { get; init; }
    public string? Pointer { get; init; }
    public System.Text.Json.JsonElement? Value { get; init; }
    public ReferenceInput? Source { get; init; }
    public string? Quote { get; init; }
    public string? Certainty { get; init; }
    public bool Preferred { get; init; }
}

internal sealed class ClaimInputValidator : AbstractValidator<ClaimInput>
{
    public ClaimInputValidator()
    {
        RuleFor(c => c.Record).NotNull();
        RuleFor(c => c.Pointer).NotEmpty().Must(p => p is null || p.StartsWith('/')).WithMessage("A JSON pointer begins with a slash, such as /start.").WithErrorCode("invalid");
        RuleFor(c => c.Source).NotNull();
        RuleFor(c => c.Certainty).OneOf(Words.Certainty);
    }
}

/// <summary>The one place where a claim enters.</summary>
internal sealed class ClaimWriter(IValidator<ClaimInput> validator) : RecordWriter<ClaimInput>(validator)
{
    public override Kind Kind => Records.Kind.Claim;

    protected override (string? Name, string? Word) Show(ClaimInput input) => (null, input.Certainty);

    protected override ClaimInput Settle(RecordSession session, ClaimInput input)
    {
        var source = Settle(session, Records.Kind.Source, input.Source, "/source")!;
        return input with { Record = SettleMixed(session, input.Record!, "/record"), Source = source, Sources = SettleAll(session, Records.Kind.Source, input.Sources ?? [source], "/sources") };
    }

    protected override IEnumerable<(long Ref, string Member)> ShownBy(RecordSession session, ClaimInput input)
    {
        // An event tells in its lists whether it is contested.
        if (session.Find(Kind.Named(input.Record!.Kind!)!, input.Record.Id) is { } about) yield return (about.Ref, "claims");
    }

    protected override void Describe(RecordSession session, Known known, ClaimInput input, Derived derived)
    {
        derived.Answer(new Claim
        {
            Id = known.Id, Record = ReferMixed(session, input.Record!), Pointer = input.Pointer!, Value = input.Value, Source = ReferTitle(session, Records.Kind.Source, input.Source)!,
            Quote = input.Quote, Certainty = input.Certainty, Preferred = input.Preferred, Href = Kind.Href(known.Id),
            Identifiers = input.Identifiers ?? [], Sources = SourcesOf(session, input), Revision = derived.Revision, CreatedAt = Instant(derived.CreatedAt), UpdatedAt = Instant(derived.UpdatedAt),
        });
        derived.Text(TextColumn.Title, ReferMixed(session, input.Record!).Title);
        derived.Text(TextColumn.Quotes, input.Quote);
        derived.Text(TextColumn.Body, $"{input.Pointer} {input.Value}");
        derived.List("claim.record", $"{input.Record!.Kind}:{input.Record.Id}");
        derived.Refers(Records.Kind.Source, input.Source!.Id);
        derived.List("claim.pointer", input.Pointer);
        derived.List("claim.certainty", input.Certainty);
        derived.List("claim.preferred", input.Preferred ? "true" : "false");
    }

    /// <summary>Whether sources give different values for one member of the record.</summary>
    public static bool IsContested(RecordSession session, string record) =>
        session.Keys("claim.record", record).Select(session.Input<ClaimInput>).GroupBy(c => c.Pointer).Any(g => g.Select(c => c.Value?.ToString()).Distinct().Count() > 1);
}
