using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Dates;
using EventsApi.Http;
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
        RuleFor(s => s.Lang).LanguageTag();
        RuleFor(s => s.Basis).NotNull().Basis();
    }
}

/// <summary>The one place where a statement enters.</summary>
internal sealed class StatementWriter(IValidator<StatementInput> validator) : RecordWriter<StatementInput>(validator)
{
    public override Kind Kind => Records.Kind.Statement;

    protected override (string? Name, string? Word) Show(StatementInput input) => (null, input.Basis?.Voice);

    protected override string[] ShownElsewhere => ["text"];

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
    public JsonElement? Value { get; init; }
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

    /// <summary>One claim for a member is preferred, and the record carries its value: preferring another changes both.</summary>
    protected override void Follow(WriteSession session, Known known, ClaimInput? before, ClaimInput? after)
    {
        // Where nobody in particular writes, records and claims come together and agree.
        if (after is not { Preferred: true } || session.By.Author is null) return;
        foreach (var reference in session.Keys("claim.record", $"{after.Record!.Kind}:{after.Record.Id}").Where(r => r != known.Ref))
            if (session.Input<ClaimInput>(reference) is { Preferred: true } other && other.Pointer == after.Pointer)
            {
                var kept = Json.Kept(other);
                kept["preferred"] = false;
                session.Replace(session.Find(reference), kept);
            }
        var about = session.Find(Kind.Named(after.Record.Kind!)!, after.Record.Id)!;
        var record = Json.Kept(session.Input(about.Ref));
        if (Put(record, after.Pointer!, after.Value is { ValueKind: not JsonValueKind.Null } value ? JsonNode.Parse(value.GetRawText()) : null)) session.Replace(about, record);
    }

    /// <summary>Sets the member that a pointer (RFC 6901) leads to; false when it has the value already.</summary>
    private static bool Put(JsonObject record, string pointer, JsonNode? value)
    {
        JsonNode? at = record;
        var parts = pointer[1..].Split('/').Select(p => p.Replace("~1", "/").Replace("~0", "~")).ToArray();
        foreach (var part in parts[..^1])
            at = at is JsonArray array && int.TryParse(part, out var n) && n < array.Count ? array[n] : at is JsonObject members ? members[part] ?? (members[part] = new JsonObject()) : throw NoMember();
        if (at is JsonArray list && int.TryParse(parts[^1], out var index) && index < list.Count)
        {
            if (JsonNode.DeepEquals(list[index], value)) return false;
            list[index] = value;
            return true;
        }
        if (at is not JsonObject holder) throw NoMember();
        if (JsonNode.DeepEquals(holder[parts[^1]], value)) return false;
        if (value is null) holder.Remove(parts[^1]);
        else holder[parts[^1]] = value;
        return true;

        ProblemException NoMember() => ProblemException.Rule("/pointer", "unknown-value", $"The record has nothing at {pointer}.");
    }

    protected override void Check(WriteSession session, Known known, ClaimInput input)
    {
        if (input.Record!.Kind == Kind.Name) throw ProblemException.Rule("/record", "circle", "A claim is about a record of another kind.");
        var member = input.Pointer![1..].Split('/')[0];
        var members = Json.Members(Vocabulary.CatalogueResources.InputOf(Kind.Named(input.Record.Kind!)!));
        if (!members.Contains(member)) throw ProblemException.Rule("/pointer", "unknown-value", $"There is no member '{member}' in {Kind.Named(input.Record.Kind!)!.Noun}.", members, Search.Folding.Nearest(member, members));
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
    public static bool IsContested(RecordSession session, Known record) =>
        session.KeysAbout(record, "claim.record", $"{record.Kind.Name}:{record.Id}").Select(session.Input<ClaimInput>).GroupBy(c => c.Pointer).Any(g => g.Select(c => c.Value?.ToString()).Distinct().Count() > 1);
}
