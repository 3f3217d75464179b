using EventsApi.Dates;
using EventsApi.Meetings;
using EventsApi.Records;
using EventsApi.Vocabulary;
using FluentValidation;

namespace EventsApi.Events;

/// <summary>An event or a meeting as it is written. Only type and title are needed.</summary>
[ShapeOf(typeof(EventItem), typeof(EventDetails), typeof(MeetingItem), typeof(MeetingDetails))]
public sealed record EventInput : RecordInput
{
    /// <summary>event or meeting.</summary>
    public string? Kind { get; init; }
    public string? Type { get; init; }
    public IReadOnlyList<string>? Modes { get; init; }
    public IReadOnlyList<string>? Contexts { get; init; }
    public string? Status { get; init; }
    public string? Title { get; init; }
    public string? Summary { get; init; }
    public EdtfDate? Date { get; init; }
    public IReadOnlyList<EdtfDate>? PreviousDates { get; init; }
    public EventTime? Time { get; init; }
    public ReferenceInput? Location { get; init; }
    public IReadOnlyList<ParticipantInput>? Participants { get; init; }
    public IReadOnlyList<EventTopicInput>? Topics { get; init; }
    public Fatalities? Fatalities { get; init; }
    public double? Goldstein { get; init; }
    public ReferenceInput? Dataset { get; init; }
    public IReadOnlyList<Code>? Codes { get; init; }
    // A meeting's own.
    public ReferenceInput? Series { get; init; }
    public int? Ordinal { get; init; }
    public string? Setting { get; init; }
    public IReadOnlyList<AgendaItemInput>? Agenda { get; init; }
    public bool? AgendaComplete { get; init; }
    public IReadOnlyList<OutcomeInput>? Outcomes { get; init; }
}

[ShapeOf(typeof(Participant))]
public sealed record ParticipantInput
{
    public ReferenceInput? Actor { get; init; }
    public string? Label { get; init; }
    public IReadOnlyList<string>? Roles { get; init; }
    public string? Sector { get; init; }
    public ReferenceInput? Post { get; init; }
    public ReferenceInput? OnBehalfOf { get; init; }
    public string? Attendance { get; init; }
    public string? Mode { get; init; }
    public ReferenceInput? SubstituteFor { get; init; }
    public string? ArrivedAt { get; init; }
    public string? LeftAt { get; init; }
    public IReadOnlyList<string>? Inferred { get; init; }
    public BasisInput? Basis { get; init; }
}

[ShapeOf(typeof(EventTopic))]
public sealed record EventTopicInput
{
    public string Id { get; init; } = "";
    public string? Certainty { get; init; }
    public BasisInput? Basis { get; init; }
}

internal sealed class EventInputValidator : AbstractValidator<EventInput>
{
    public const int LongestTitle = 300, LongestSummary = 200_000, MostParticipants = 1_000;

    public EventInputValidator()
    {
        RuleFor(e => e.Type).NotEmpty().OneOf(EventTypes.Ids);
        RuleFor(e => e.Title).NotEmpty().MaximumLength(LongestTitle);
        RuleFor(e => e.Summary).MaximumLength(LongestSummary);
        RuleFor(e => e.Status).OneOf(Words.EventStatus);
        RuleForEach(e => e.Modes).Must((e, mode) => EventTypes.Find(e.Type ?? "") is not { } type || type.Modes.Contains(mode))
            .WithMessage((e, mode) => $"'{mode}' is no mode of {e.Type}.").WithErrorCode("unknown-value").WithState((e, _) => EventTypes.Find(e.Type ?? "")?.Modes);
        RuleForEach(e => e.Contexts).OneOf(Words.Context!);
        RuleFor(e => e.Participants).Must(p => p is null || p.Count <= MostParticipants).WithMessage($"At most {MostParticipants} participants.").WithErrorCode("too-many");
        RuleForEach(e => e.Participants).SetValidator(new ParticipantInputValidator());
        RuleFor(e => e.Setting).OneOf(Words.Setting).NotEmpty().When(e => e.Kind == "meeting");
        RuleFor(e => e.Type).Equal("consult").When(e => e.Kind == "meeting").WithMessage("A meeting is of type consult.").WithErrorCode("invalid");
        RuleForEach(e => e.Outcomes).ChildRules(o => o.RuleFor(x => x.Kind).OneOf(Words.OutcomeKind!));
    }
}

internal sealed class ParticipantInputValidator : AbstractValidator<ParticipantInput>
{
    public ParticipantInputValidator()
    {
        RuleFor(p => p).Must(p => p.Actor is not null || p.Label is not null || p.Post is not null)
            .WithMessage("A participant has an actor, a post or a label.").WithErrorCode("required").OverridePropertyName("Actor");
        RuleForEach(p => p.Roles).OneOf(Words.Role!);
        RuleFor(p => p.Sector).OneOf(Words.Sector);
        RuleFor(p => p.Attendance).OneOf(Words.Attendance);
        RuleFor(p => p.Mode).OneOf(Words.AttendanceMode);
        RuleFor(p => p.Basis).Basis();
    }
}
