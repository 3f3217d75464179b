using EventsApi.Records;
using EventsApi.Vocabulary;

namespace EventsApi.Meetings;

/// <summary>A point of the agenda.</summary>
/// <param name="Order">Null when the order is not known.</param>
public sealed record AgendaItem(int? Order, string Title, IReadOnlyList<LabelReference> Topics, string? Result, Basis? Basis);

/// <summary>What a meeting reached, aims at or puts first.</summary>
/// <param name="Kind">outcome, aim or priority.</param>
public sealed record Outcome([property: CodeList("outcome-kind")] string Kind, string Text, IReadOnlyList<LabelReference> Topics, Basis? Basis);

/// <summary>How many participants attended, and so on; a nameless group counts as one.</summary>
public sealed record AttendanceCounts(int Invited, int Accepted, int Declined, int Attended, int Absent, int Excused, int Unknown);

public sealed record AgendaItemInput(string Title, int? Order = null, IReadOnlyList<ReferenceInput>? Topics = null, string? Result = null, BasisInput? Basis = null);

public sealed record OutcomeInput(string Kind, string Text, IReadOnlyList<ReferenceInput>? Topics = null, BasisInput? Basis = null);
