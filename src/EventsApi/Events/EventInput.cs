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
    public double? Tone { get; init; }
    public Coverage? Coverage { get; init; }
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
    private static readonly string[] Kinds = ["event", "meeting"];

    public EventInputValidator()
    {
        RuleFor(e => e.Kind).OneOf(Kinds);
        RuleFor(e => e.Type).NotEmpty().OneOf(EventTypes.Ids);
        RuleFor(e => e.Title).NotEmpty().MaximumLength(LongestTitle);
        RuleFor(e => e.Summary).MaximumLength(LongestSummary);
        RuleFor(e => e.Status).OneOf(Words.EventStatus);
        RuleForEach(e => e.Modes).Must((e, mode) => EventTypes.Find(e.Type ?? "") is not { } type || type.Modes.Contains(mode))
            .WithMessage((e, mode) => $"'{mode}' is no mode of {e.Type}.").WithErrorCode("unknown-value").WithState((e, _) => EventTypes.Find(e.Type ?? "")?.Modes);
        RuleForEach(e => e.Contexts).OneOf(Words.Context!);
        RuleFor(e => e.Participants).Must(p => p is null || p.Count <= MostParticipants).WithMessage($"At most {MostParticipants} participants.").WithErrorCode("too-many");
        RuleForEach(e => e.Participants).SetValidator(new ParticipantInputValidator());
        RuleFor(e => e.Time).ChildRules(t =>
        {
            t.RuleFor(x => x!.Start).TimeOfDay();
            t.RuleFor(x => x!.End).TimeOfDay();
            t.RuleFor(x => x!.Zone).Must(zone => zone is null || TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)).WithMessage("A zone is a name of the tz database, such as Europe/London.").WithErrorCode("invalid");
        });
        RuleFor(e => e.Fatalities).ChildRules(f =>
        {
            f.RuleFor(x => x!.Best).Counted();
            f.RuleFor(x => x!.Low).Counted();
            f.RuleFor(x => x!.High).Counted();
            f.RuleFor(x => x!.Civilians).Counted();
            f.RuleFor(x => x!.Unknown).Counted();
        });
        RuleFor(e => e.Goldstein).InclusiveBetween(-10, 10).WithMessage("The Goldstein scale goes from -10 to 10.").WithErrorCode("out-of-range");
        RuleFor(e => e.Tone).InclusiveBetween(-100, 100).WithMessage("A tone goes from -100 to 100.").WithErrorCode("out-of-range");
        RuleFor(e => e.Coverage).ChildRules(c =>
        {
            c.RuleFor(x => x!.Mentions).Counted();
            c.RuleFor(x => x!.Sources).Counted();
            c.RuleFor(x => x!.Articles).Counted();
        });
        RuleForEach(e => e.Topics).ChildRules(t =>
        {
            t.RuleFor(x => x.Certainty).OneOf(Words.Certainty);
            t.RuleFor(x => x.Basis).Basis();
        });
        RuleFor(e => e.Ordinal).GreaterThan(0).WithMessage("The first of a series has the ordinal 1.").WithErrorCode("out-of-range");
        RuleFor(e => e.Setting).OneOf(Words.Setting);
        RuleFor(e => e.Setting).NotEmpty().When(e => e.Kind == "meeting");
        RuleFor(e => e.Type).Equal("consult").When(e => e.Kind == "meeting" || e.Kind is null && e.Setting is not null).WithMessage("A meeting is of type consult.").WithErrorCode("invalid");
        RuleForEach(e => e.Agenda).ChildRules(a =>
        {
            a.RuleFor(x => x.Title).NotEmpty();
            a.RuleFor(x => x.Basis).Basis();
        });
        RuleForEach(e => e.Outcomes).ChildRules(o =>
        {
            o.RuleFor(x => x.Kind).OneOf(Words.OutcomeKind!);
            o.RuleFor(x => x.Text).NotEmpty();
            o.RuleFor(x => x.Basis).Basis();
        });
    }
}

/// <summary>Rules of single members of events.</summary>
file static class EventRules
{
    public static IRuleBuilderOptions<T, string?> TimeOfDay<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(time => time is null || TimeOnly.TryParseExact(time, ["HH:mm", "HH:mm:ss"], System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out _)).WithMessage("A time of day is hours and minutes, such as 14:30.").WithErrorCode("invalid");

    public static IRuleBuilderOptions<T, long?> Counted<T>(this IRuleBuilder<T, long?> rule) => rule.GreaterThanOrEqualTo(0).WithMessage("A number is not below zero.").WithErrorCode("out-of-range");
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
