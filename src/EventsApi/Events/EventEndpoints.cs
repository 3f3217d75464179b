using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;

namespace EventsApi.Events;

internal static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/events", ListEvents).WithName(nameof(ListEvents)).Lists(EventFilters.Events, "Events, newest first",
            "Anything that happened or is planned, meetings included. Filters are joined by AND, values of one filter by OR; `[all]`, `[not]`, `[gte]` and `[lte]` change that.",
            new("What NATO and Kuwait did together", "/v1/events?actor[all]=nato,kuwait"), new("Violence in Syria in 2014 with at least ten dead", "/v1/events?country=SYR&date=2014&fatalities[gte]=10&sort=-fatalities"));
        routes.MapGet("/events/{id}", GetEvent).WithName(nameof(GetEvent)).Gives(EventFilters.Events, "One event or meeting",
            "Everything about it but claims, revisions and names, which `include` adds. The id is the catalogue's (`E1`) or `scheme:value` of an identifier (`ucdp:15321`).",
            new("The ICI Policy Advisory Group in Kuwait", "/v1/events/E1"), new("Title and statements of the Downing Street meeting", "/v1/events/E2?fields=id,title,statements.text"));
        routes.MapGet("/relations", ListRelations).WithName(nameof(ListRelations)).Lists(CatalogueResources.Relations, "Relations between records",
            "How one record stands to another: an event is part of a situation, a trip part of a summit.",
            new("What the Kuwait meeting is about", "/v1/relations?from=event:E1"), new("All that is part of the situation around Doha", "/v1/relations?to=situation:situation-in-doha"));
        routes.MapGet("/relations/{id}", GetRelation).WithName(nameof(GetRelation)).Gives(CatalogueResources.Relations, "One relation", "With the source that says so.", new("A relation of the Kuwait meeting", "/v1/relations/L1"), new("Its ends only", "/v1/relations/L2?fields=from,type,to"));
    }

    private static Task ListEvents(HttpContext http, Lists lists) => lists.AnswerAsync(http, EventFilters.Events);

    private static Task GetEvent(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, EventFilters.Events, id);

    private static Task ListRelations(HttpContext http, Lists lists) => lists.AnswerAsync(http, CatalogueResources.Relations);

    private static Task GetRelation(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, CatalogueResources.Relations, id);
}
