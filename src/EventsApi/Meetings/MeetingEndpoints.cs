using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Events;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;
using EventsApi.Vocabulary;

namespace EventsApi.Meetings;

internal static class MeetingEndpoints
{
    public static void MapMeetings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/meetings", ListMeetings).WithName(nameof(ListMeetings)).Lists(EventFilters.Meetings, "Meetings, newest first",
            "Events that are meetings: talks, calls, conferences. All filters of events, and series, ordinal, setting and host.",
            new("NATO summits", "/v1/meetings?series=nato-summit"), new("Meetings hosted by Kuwait or one of its ministries", "/v1/meetings?host=kuwait"));
        routes.MapGet("/meetings/{id}", GetMeeting).WithName(nameof(GetMeeting)).Gives(EventFilters.Meetings, "One meeting",
            "The same body and ETag as under /v1/events. An event that is no meeting is not found here.",
            new("The ICI Policy Advisory Group in Kuwait", "/v1/meetings/E1"), new("Agenda and outcomes only", "/v1/meetings/E1?fields=agenda,agendaComplete,outcomes"));
        routes.MapGet("/meetings/{id}/attendance", ListAttendance).WithName(nameof(ListAttendance)).Answers<Participant>("Meetings", "Who attended a meeting",
            "Its participants in the order of the record, with post, on whose behalf, and attendance.",
            new("In Kuwait", "/v1/meetings/E1/attendance"), new("At Downing Street, the first only", "/v1/meetings/E2/attendance?limit=1"), list: true, parameters: ["lang", "knownAt"]);
        routes.MapGet("/meetings/{id}/brief", GetBrief).WithName(nameof(GetBrief)).Answers<Brief>("Meetings", "A meeting on one page",
            "What a reader needs first: when and where, who for whom, what was said by whom, what came of it, and the meetings before and after it in its series.",
            new("Kuwait", "/v1/meetings/E1/brief"), new("Downing Street", "/v1/meetings/E2/brief"), parameters: ["lang", "knownAt"]);
        routes.MapGet("/meeting-series", ListMeetingSeries).WithName(nameof(ListMeetingSeries)).Lists(CatalogueResources.Series, "Series of meetings", "Meetings that come again, with how many of them the catalogue has.",
            new("All series", "/v1/meeting-series"), new("NATO's", "/v1/meeting-series?organization=nato"));
        routes.MapGet("/meeting-series/{id}", GetMeetingSeries).WithName(nameof(GetMeetingSeries)).Gives(CatalogueResources.Series, "One series", "Its meetings are at /v1/meetings?series=.",
            new("The ICI Policy Advisory Group", "/v1/meeting-series/ici-policy-advisory-group"), new("NATO summits", "/v1/meeting-series/nato-summit"));
    }

    private static Task ListMeetings(HttpContext http, Lists lists) => lists.AnswerAsync(http, EventFilters.Meetings);

    private static Task GetMeeting(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, EventFilters.Meetings, id);

    private static async Task ListAttendance(string id, HttpContext http, Database database, RecordWriters writers)
    {
        var languages = Languages.Of(http);
        var meeting = await database.ReadAsync(reader =>
        {
            var past = PastSession.Asked(http, reader, writers);
            var found = Meeting(reader, id, past);
            languages?.Apply(reader, found["participants"], past);
            return found;
        }, http.RequestAborted);
        await ShortList.AnswerAsync(http, database, $"Attendance of {meeting["title"]}", [.. meeting["participants"]!.AsArray().Select(p => p!.DeepClone())], "lang", "knownAt");
    }

    private static async Task GetBrief(string id, HttpContext http, Database database, RecordWriters writers)
    {
        Singles.CheckParameters(http, "format", "lang", "knownAt");
        Conditional.RequireJson(http);
        var languages = Languages.Of(http);
        var brief = await database.ReadAsync(reader =>
        {
            var past = PastSession.Asked(http, reader, writers);
            var made = JsonSerializer.SerializeToNode(Brief.Of(reader, Meeting(reader, id, past), past), Json.Options)!;
            languages?.Apply(reader, made, past);
            return made;
        }, http.RequestAborted);
        await ShortList.SendAsync(http, database, brief);
    }

    private static Task ListMeetingSeries(HttpContext http, Lists lists) => lists.AnswerAsync(http, CatalogueResources.Series);

    private static Task GetMeetingSeries(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, CatalogueResources.Series, id);

    /// <summary>The meeting as it stands, or stood at knownAt.</summary>
    private static JsonObject Meeting(Reader reader, string id, PastSession? past)
    {
        if (past is not null)
        {
            var then = past.Answer(past.Require(EventFilters.Meetings, id).Ref)!;
            return JsonNode.Parse(View.Whole(then.Item, then.Rest))!.AsObject();
        }
        var known = Singles.Require(reader, EventFilters.Meetings, id);
        var row = reader.Kept("SELECT item, rest FROM answers WHERE key = ?").Bind(RecordLookup.KeyOf(reader, known.Ref));
        row.Step();
        var meeting = JsonNode.Parse(View.Whole(row.Blob(0), row.Blob(1)))!.AsObject();
        row.Reset();
        return meeting;
    }
}
