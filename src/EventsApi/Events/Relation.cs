using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;
using FluentValidation;

namespace EventsApi.Events;

/// <summary>How one record stands to another: an event is part of a situation, a statement is about a place.</summary>
public sealed record Relation : Record
{
    public required string Id { get; init; }
    public required MixedReference From { get; init; }
    [CodeList("relation-type")] public required string Type { get; init; }
    public required MixedReference To { get; init; }
    public Basis? Basis { get; init; }
    public required string Href { get; init; }
}

[ShapeOf(typeof(Relation))]
public sealed record RelationInput : RecordInput
{
    public ReferenceInput? From { get; init; }
    public string? Type { get; init; }
    public ReferenceInput? To { get; init; }
    public BasisInput? Basis { get; init; }
}

internal sealed class RelationInputValidator : AbstractValidator<RelationInput>
{
    public RelationInputValidator()
    {
        RuleFor(r => r.From).NotNull();
        RuleFor(r => r.To).NotNull();
        RuleFor(r => r.Type).NotEmpty().OneOf(Words.RelationType);
        RuleFor(r => r.Basis).Basis();
    }
}

/// <summary>The one place where a relation enters.</summary>
internal sealed class RelationWriter(IValidator<RelationInput> validator) : RecordWriter<RelationInput>(validator)
{
    public override Kind Kind => Records.Kind.Relation;

    protected override (string? Name, string? Word) Show(RelationInput input) => (null, input.Type);

    protected override RelationInput Settle(RecordSession session, RelationInput input)
    {
        var basis = Settle(session, input.Basis, "/basis");
        return input with
        {
            From = SettleMixed(session, input.From!, "/from"),
            To = SettleMixed(session, input.To!, "/to"),
            Basis = basis,
            Sources = SettleAll(session, Records.Kind.Source, input.Sources ?? (basis?.Source is null ? null : [basis.Source]), "/sources"),
        };
    }

    protected override IEnumerable<(long Ref, string Member)> ShownBy(RecordSession session, RelationInput input)
    {
        if (session.Find(Kind.Named(input.From!.Kind!)!, input.From.Id) is { } from) yield return (from.Ref, "relations");
    }

    protected override void Check(WriteSession session, Known known, RelationInput input)
    {
        if (input.From == input.To) throw ProblemException.Rule("/to", "circle", "A record has no relation to itself.");
    }

    protected override void Describe(RecordSession session, Known known, RelationInput input, Derived derived)
    {
        derived.Answer(new Relation
        {
            Id = known.Id, From = ReferMixed(session, input.From!), Type = input.Type!, To = ReferMixed(session, input.To!), Basis = Based(session, input.Basis), Href = Kind.Href(known.Id),
            Identifiers = input.Identifiers ?? [], Sources = SourcesOf(session, input), Revision = derived.Revision, CreatedAt = Instant(derived.CreatedAt), UpdatedAt = Instant(derived.UpdatedAt),
        });
        derived.Text(TextColumn.Title, ReferMixed(session, input.From!).Title);
        derived.Text(TextColumn.Body, ReferMixed(session, input.To!).Title);
        derived.Text(TextColumn.Topics, input.Type);
        derived.List("relation.from", $"{input.From!.Kind}:{input.From.Id}");
        derived.List("relation.to", $"{input.To!.Kind}:{input.To.Id}");
        derived.List("relation.type", input.Type);
        derived.List("relation.certainty", input.Basis?.Certainty);
        derived.Refers(Records.Kind.Source, input.Basis?.Source?.Id);
    }
}
