using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using FluentValidation;

namespace EventsApi.Vocabulary;

/// <summary>A subject, in a tree.</summary>
public sealed record Topic : Record
{
    public required string Id { get; init; }
    public required string Label { get; init; }
    public LabelReference? Parent { get; init; }
    /// <summary>How many events have it or one below it, other than as mere background.</summary>
    public long Count { get; init; }
    public required string Href { get; init; }
}

[ShapeOf(typeof(Topic))]
public sealed record TopicInput : RecordInput
{
    public string? Label { get; init; }
    public ReferenceInput? Parent { get; init; }
}

internal sealed class TopicInputValidator : AbstractValidator<TopicInput>
{
    public TopicInputValidator()
    {
        RuleFor(t => t.Id).ReadableId();
        RuleFor(t => t.Label).NotEmpty().MaximumLength(Actors.ActorInputValidator.LongestName);
    }
}

/// <summary>The one place where a topic enters.</summary>
internal sealed class TopicWriter(IValidator<TopicInput> validator) : RecordWriter<TopicInput>(validator)
{
    public override Kind Kind => Records.Kind.Topic;

    protected override string? ReadableId(TopicInput input) => Slug.Of(input.Label!);

    protected override (string? Name, string? Word) Show(TopicInput input) => (input.Label, null);

    protected override TopicInput Settle(RecordSession session, TopicInput input) => input with
    {
        Parent = Settle(session, Records.Kind.Topic, input.Parent, "/parent"),
        Sources = SettleAll(session, Records.Kind.Source, input.Sources, "/sources"),
    };

    protected override string[] ShownElsewhere => ["label", "parent"];

    protected override void Check(WriteSession session, Known known, TopicInput input)
    {
        if (input.Parent is { } parent && (parent.Id == known.Id || Above(session, parent.Id).Contains(known.Id))) throw ProblemException.Rule("/parent", "circle", $"'{parent.Id}' lies below '{known.Id}', so this would be a circle.");
    }

    protected override void Describe(RecordSession session, Known known, TopicInput input, Derived derived)
    {
        derived.Answer(new Topic
        {
            Id = known.Id, Label = input.Label!, Parent = ReferLabel(session, Records.Kind.Topic, input.Parent), Href = Kind.Href(known.Id),
            Identifiers = input.Identifiers ?? [], Sources = SourcesOf(session, input), Revision = derived.Revision, CreatedAt = Instant(derived.CreatedAt), UpdatedAt = Instant(derived.UpdatedAt),
        });
        derived.Names = [new Name(input.Label!, "en", null, "common")];
        derived.Text(TextColumn.Title, input.Label);
        foreach (var above in Above(session, known.Id)) derived.Text(TextColumn.Topics, session.Find(Records.Kind.Topic, above)!.Name);
        derived.List("topic.parent", input.Parent?.Id);
        derived.List("topic.within", known.Id);
        foreach (var above in Above(session, known.Id)) derived.List("topic.within", above);
        derived.SortName(input.Label!);
    }

    /// <summary>The topics above a topic, the nearest first.</summary>
    public static IEnumerable<string> Above(RecordSession session, string id) => session.Above<TopicInput>(Records.Kind.Topic, id, t => t.Parent).Select(t => t.Id);
}
