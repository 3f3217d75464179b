using System.Text.Json.Serialization;
using EventsApi.Meetings;
using EventsApi.Records;
using EventsApi.Vocabulary;

namespace EventsApi.Events;

/// <summary>An event as it stands in lists: complete enough for a card.</summary>
public record EventItem
{
    public required string Id { get; init; }
    /// <summary>event, or meeting.</summary>
    public required string Kind { get; init; }
    /// <summary>PLOVER type, or statement.</summary>
    [CodeList("event-type")] public required string Type { get; init; }
    [CodeList("mode")] public IReadOnlyList<string> Modes { get; init; } = [];
    [CodeList("event-status")] public required string Status { get; init; }
    public required string Title { get; init; }
    /// <summary>Null when unknown.</summary>
    public Date? Date { get; init; }
    public EventLocation? Location { get; init; }
    /// <summary>In lists the first 20; participantCount says how many there are.</summary>
    public IReadOnlyList<Participant> Participants { get; init; } = [];
    public int ParticipantCount { get; init; }
    public IReadOnlyList<EventTopic> Topics { get; init; } = [];
    /// <summary>−10 (most hostile) to +10 (most cooperative), by type and mode.</summary>
    public double Score { get; init; }
    public Fatalities? Fatalities { get; init; }
    public required string Dataset { get; init; }
    public required string Href { get; init; }
    public required string UpdatedAt { get; init; }
    /// <summary>How it matched an actor filter: self, onBehalfOf, post, part. Only in answers to one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [CodeList("matched-via")] public IReadOnlyList<string>? MatchedVia { get; init; }
    /// <summary>Kilometres from the point of near. Only in answers ordered by distance.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Distance { get; init; }
}

/// <summary>A meeting as it stands in lists.</summary>
public sealed record MeetingItem : EventItem
{
    [JsonPropertyOrder(1)] public LabelReference? Series { get; init; }
    /// <summary>Its number in the series.</summary>
    [JsonPropertyOrder(1)] public int? Ordinal { get; init; }
    [JsonPropertyOrder(1), CodeList("setting")] public required string Setting { get; init; }
}

/// <summary>What a single event has beside the list item.</summary>
public record EventDetails
{
    [CodeList("context")] public IReadOnlyList<string> Contexts { get; init; } = [];
    /// <summary>1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict, 0 a plain statement.</summary>
    public int QuadClass { get; init; }
    public string? Summary { get; init; }
    /// <summary>Dates it was moved away from.</summary>
    public IReadOnlyList<Date> PreviousDates { get; init; } = [];
    public EventTime? Time { get; init; }
    /// <summary>Said there, or about it.</summary>
    public IReadOnlyList<StatementSummary> Statements { get; init; } = [];
    public IReadOnlyList<RelationSummary> Relations { get; init; } = [];
    /// <summary>Goldstein scale (1992), as the dataset gives it.</summary>
    public double? Goldstein { get; init; }
    /// <summary>Mean tone of the articles that report it, −100 (very negative) to +100, as the dataset measures it (GDELT AvgTone).</summary>
    public double? Tone { get; init; }
    /// <summary>How widely it was reported when the dataset coded it.</summary>
    public Coverage? Coverage { get; init; }
    /// <summary>The happening that this row and others code, of this and other datasets; null where the row does not tell enough.</summary>
    public string? Incident { get; init; }
    public bool Contested { get; init; }
    public IReadOnlyList<Code> Codes { get; init; } = [];
    public IReadOnlyList<Identifier> Identifiers { get; init; } = [];
    public IReadOnlyList<SourceSummary> Sources { get; init; } = [];
    public long Revision { get; init; }
    public required string CreatedAt { get; init; }
}

/// <summary>What a single meeting has beside the list item.</summary>
public sealed record MeetingDetails : EventDetails
{
    /// <summary>The first participant in the role of host, or on whose behalf it hosted.</summary>
    [JsonPropertyOrder(-1)] public Reference? Host { get; init; }
    /// <summary>The place, when it is a venue or a street.</summary>
    [JsonPropertyOrder(-1)] public Reference? Venue { get; init; }
    [JsonPropertyOrder(-1)] public IReadOnlyList<AgendaItem> Agenda { get; init; } = [];
    /// <summary>Whether the agenda is known in full; null when not said.</summary>
    [JsonPropertyOrder(-1)] public bool? AgendaComplete { get; init; }
    [JsonPropertyOrder(-1)] public IReadOnlyList<Outcome> Outcomes { get; init; } = [];
    [JsonPropertyOrder(-1)] public required AttendanceCounts Attendance { get; init; }
}

/// <summary>Where it happened.</summary>
/// <param name="Path">Every place around it, the nearest first.</param>
/// <param name="Country">ISO 3166-1 alpha-3.</param>
/// <param name="Latitude">WGS 84 degrees.</param>
/// <param name="Longitude">WGS 84 degrees.</param>
/// <param name="Precision">What the coordinates stand for.</param>
public sealed record EventLocation(string Id, string Name, [property: CodeList("location-kind")] string Kind, IReadOnlyList<Reference> Path, string? Country, double? Latitude, double? Longitude, [property: CodeList("place-precision")] string? Precision)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NameLanguage { get; init; }
}

/// <summary>Local time of day, HH:mm, in an IANA time zone.</summary>
public sealed record EventTime(string? Start = null, string? End = null, string? Zone = null);

/// <summary>Who took part, in which roles, on whose behalf.</summary>
public sealed record Participant
{
    /// <summary>Null when nameless, or when nobody or more than one can be inferred from the post.</summary>
    public Reference? Actor { get; init; }
    /// <summary>The source's words for someone nameless: "regional experts".</summary>
    public string? Label { get; init; }
    [CodeList("role")] public IReadOnlyList<string> Roles { get; init; } = [];
    [CodeList("sector")] public string? Sector { get; init; }
    public LabelReference? Post { get; init; }
    public Reference? OnBehalfOf { get; init; }
    [CodeList("attendance")] public string? Attendance { get; init; }
    /// <summary>in-person or remote.</summary>
    [CodeList("attendance-mode")] public string? Mode { get; init; }
    public Reference? SubstituteFor { get; init; }
    public string? ArrivedAt { get; init; }
    public string? LeftAt { get; init; }
    /// <summary>Members that no source states and the catalogue infers.</summary>
    public IReadOnlyList<string> Inferred { get; init; } = [];
    /// <summary>Who may have held the post that day, when it was not one alone.</summary>
    public IReadOnlyList<Reference> Candidates { get; init; } = [];
    /// <summary>On single records.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Basis? Basis { get; init; }
}

/// <summary>A topic of an event and how surely it was one.</summary>
public sealed record EventTopic(string Id, string Name, [property: CodeList("certainty")] string Certainty)
{
    /// <summary>On single records.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Basis? Basis { get; init; }
}

/// <summary>Deaths as the source counts them; zero only where it says zero.</summary>
public sealed record Fatalities(long? Best = null, long? Low = null, long? High = null, IReadOnlyDictionary<string, long>? BySide = null, long? Civilians = null, long? Unknown = null);

/// <summary>Mentions of an event, in how many articles of how many sources.</summary>
public sealed record Coverage(long? Mentions = null, long? Sources = null, long? Articles = null);

/// <summary>A code of another scheme: cameo, acled, ucdp-violence.</summary>
public sealed record Code(string Scheme, [property: JsonPropertyName("code")] string Value);

/// <summary>A statement as its event carries it.</summary>
public sealed record StatementSummary(string Id, Reference? Speaker, LabelReference? Post, Reference? OnBehalfOf, IReadOnlyList<MixedReference> About, Date? Date, string Text, string Lang, IReadOnlyList<LabelReference> Topics, Basis Basis);

/// <summary>A relation as its event carries it.</summary>
public sealed record RelationSummary(string Id, [property: CodeList("relation-type")] string Type, MixedReference Target, Basis? Basis);
