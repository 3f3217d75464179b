using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using EventsApi.Events;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Meetings;

/// <summary>A meeting on one page.</summary>
/// <param name="Text">The first facts as sentences, made from the record.</param>
/// <param name="Said">What each speaker said; without a speaker, the meeting, the author or the catalogue, by voice.</param>
/// <param name="Previous">The meeting before it in its series, by ordinal or date.</param>
public sealed record Brief(TitleReference Meeting, string Text, Date? Date, EventLocation? Location, LabelReference? Series, int? Ordinal, [property: Vocabulary.CodeList("setting")] string Setting, Reference? Host, IReadOnlyList<Participant> Participants,
    IReadOnlyList<AgendaItem> Agenda, bool? AgendaComplete, IReadOnlyList<Outcome> Outcomes, IReadOnlyList<Said> Said, TitleReference? Previous, TitleReference? Next, IReadOnlyList<SourceSummary> Sources)
{
    /// <param name="past">The time whose neighbours in the series are shown; null for now.</param>
    internal static Brief Of(Reader reader, JsonObject meeting, PastSession? past)
    {
        T? Get<T>(string member) => meeting[member] is { } node ? node.Deserialize<T>(Json.Options) : default;
        var id = (string)meeting["id"]!;
        var series = Get<LabelReference>("series");
        var (previous, next) = series is null ? (null, null) : Neighbours(past is null ? Now(reader, series.Id) : Then(reader, past, series.Id), id);
        var said = Get<List<StatementSummary>>("statements")!
            .GroupBy(s => (s.Basis.Voice, Speaker: s.Speaker?.Id ?? s.Post?.Id))
            .Select(g => new Said(g.First().Speaker, g.First().Post, g.Key.Voice, [.. g]))
            .OrderBy(s => Array.IndexOf(Vocabulary.Words.Voice, s.Voice)).ToList();
        var participants = Get<List<Participant>>("participants")!;
        return new Brief(new TitleReference(id, (string)meeting["title"]!), Sentences(meeting, participants), Get<Date>("date"), Get<EventLocation>("location"), series, (int?)meeting["ordinal"], (string)meeting["setting"]!,
            Get<Reference>("host"), participants, Get<List<AgendaItem>>("agenda")!, (bool?)meeting["agendaComplete"], Get<List<Outcome>>("outcomes")!, said, previous, next, Get<List<SourceSummary>>("sources")!);
    }

    /// <summary>Ordinals order a series where they are known, else dates do.</summary>
    private static (TitleReference? Previous, TitleReference? Next) Neighbours(List<MeetingRow> meetings, string id)
    {
        if (meetings.All(m => m.Ordinal is not null)) meetings = [.. meetings.OrderBy(m => m.Ordinal)];
        var at = meetings.FindIndex(m => m.Id == id);
        TitleReference? Meeting(int n) => at >= 0 && n >= 0 && n < meetings.Count ? new TitleReference(meetings[n].Id, meetings[n].Title) : null;
        return (Meeting(at - 1), Meeting(at + 1));
    }

    private static List<MeetingRow> Now(Reader reader, string series) =>
        [.. reader.Db.Query<MeetingRow>("""
            SELECT CAST(a.item ->> '$.ordinal' AS BIGINT) AS ordinal, a.item ->> '$.id' AS id, a.item ->> '$.title' AS title
            FROM lists l
            JOIN postings p ON p.list = l.id << 2
            JOIN answers a ON a.key = p.key
            WHERE l.field = 'event.series' AND l.value = @series
            ORDER BY p.key
            """, new { series })];

    private static List<MeetingRow> Then(Reader reader, PastSession past, string series) =>
        [.. past.Keys("event.series", series).Select(past.Describe).OfType<Derived>().OrderBy(m => PastList.KeyThen(reader, m)).Select(m => (m.Ref, Input: past.Input<EventInput>(m.Ref)))
            .Select(m => new MeetingRow { Ordinal = m.Input.Ordinal, Id = past.Find(m.Ref).Id, Title = m.Input.Title! })];

    private sealed record MeetingRow
    {
        public long? Ordinal { get; init; }
        public string Id { get; init; } = "";
        public string Title { get; init; } = "";
    }

    private static string Sentences(JsonObject meeting, List<Participant> participants)
    {
        var date = (string?)meeting["date"]?["edtf"];
        var place = meeting["location"] is { } location ? string.Join(", ", ((string[])[(string)location["name"]!]).Concat(location["path"]!.AsArray().Where(p => (string)p!["kind"]! is not "region").Select(p => (string)p!["name"]!))) : null;
        var who = participants.Where(p => !p.Roles.Contains("mentioned")).Select(p => (p.Actor?.Name ?? p.Label ?? p.Post?.Label) + (p.OnBehalfOf is { } behalf && behalf.Id != p.Actor?.Id ? $" (for {behalf.Name})" : ""));
        var day = date switch
        {
            null => "Date not known",
            ['[', '.', '.', .. var latest, ']'] => $"{latest} or earlier",
            ['[', .. var earliest, '.', '.', ']'] => $"{earliest} or later",
            ['[', ..] => $"Some day in {date}",
            _ => date,
        };
        return $"{meeting["title"]}. {day}; {place ?? "place not known"}. Took part: {string.Join("; ", who)}.";
    }
}

/// <summary>What one voice said.</summary>
public sealed record Said(Reference? Speaker, LabelReference? Post, [property: Vocabulary.CodeList("voice")] string? Voice, IReadOnlyList<StatementSummary> Statements);
