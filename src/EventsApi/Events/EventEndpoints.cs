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
            "Anything that happened or is planned, meetings included. Filters are joined by AND.",
            new("What NATO and Kuwait did together", "/v1/events?actor[all]=nato,kuwait"), new("Violence in Syria in 2014 with at least ten dead", "/v1/events?country=SYR&date=2014&fatalities[gte]=10&sort=-fatalities"));
        routes.MapGet("/events/aggregate", GetAggregate).WithName(nameof(GetAggregate)).Aggregates<AggregateRow>("Counts by up to three dimensions", "The table behind a chart: every event that the filters find, counted by `by`. Dates that allow several values and members that are unknown have rows of their own; each row's `href` leads to its events. Also as CSV.",
            new("Events by country and year", "/v1/events/aggregate?by=country,year&from=2020&to=2024"), new("Deaths by type and year, years without any as zero", "/v1/events/aggregate?by=type,year&measure=fatalities&country=SYR&fill=zero"));
        routes.MapGet("/events/clusters", GetClusters).WithName(nameof(GetClusters)).Clusters<ClusterCollection>("Events on a map", "GeoJSON of at most 2,000 features at any zoom: cells with their counts and a box to zoom into, and one point for each country whose events have no better place.",
            new("The world", "/v1/events/clusters?zoom=2"), new("Meetings in Europe", "/v1/events/clusters?bbox=-12,35,32,62&zoom=5&type=consult"));
        routes.MapGet("/events/{id}", GetEvent).WithName(nameof(GetEvent)).Gives(EventFilters.Events, "One event or meeting",
            "Everything about it but claims, revisions and names, which `include` adds. The id is the catalogue's (`E1`) or `scheme:value` of an identifier (`ucdp:15321`).",
            new("The ICI Policy Advisory Group in Kuwait", "/v1/events/E1"), new("Title and statements of the Downing Street meeting", "/v1/events/E2?fields=id,title,statements.text"));
        routes.MapGet("/events/{id}/related", ListRelated).WithName(nameof(ListRelated)).Answers<RelatedEvent>("Events", "Events related to an event", "By relations, series, situations, participants, place, topics and sources, the nearest first; `reasons` says why each is here.",
            new("The Downing Street meeting", "/v1/events/E2/related"), new("The Kuwait meeting, the first five", "/v1/events/E1/related?limit=5"), list: true, parameters: ["lang", "knownAt"]);
        routes.MapGet("/incidents/{id}", GetIncident).WithName(nameof(GetIncident)).Answers<IncidentDocument>("Events", "One happening, as each dataset tells it", "Rows that agree in day, parties (in any order), type and place are taken for one happening; an event's `incident` names it.",
            new("A visit", $"/v1/incidents/{Incident.Example}"), new("The same", $"/v1/incidents/{Incident.Example}?format=json"));
        routes.MapGet("/relations", ListRelations).WithName(nameof(ListRelations)).Lists(CatalogueResources.Relations, "Relations between records",
            "How one record stands to another: an event is part of a situation, a trip part of a summit.",
            new("What the Kuwait meeting is about", "/v1/relations?from=event:E1"), new("All that is part of the situation around Doha", "/v1/relations?to=situation:situation-in-doha"));
        routes.MapGet("/relations/{id}", GetRelation).WithName(nameof(GetRelation)).Gives(CatalogueResources.Relations, "One relation", "With the source that says so.", new("A relation of the Kuwait meeting", "/v1/relations/L1"), new("Its ends only", "/v1/relations/L2?fields=from,type,to"));
    }

    private static Task ListEvents(HttpContext http, Lists lists) => lists.AnswerAsync(http, EventFilters.Events);

    private static Task GetAggregate(HttpContext http, Storage.Database database, Lists lists) => Aggregates.AnswerAsync(http, database, lists);

    private static Task GetClusters(HttpContext http, Storage.Database database, Lists lists) => Clusters.AnswerAsync(http, database, lists);

    private static Task GetEvent(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, EventFilters.Events, id);

    private static Task ListRelated(string id, HttpContext http, Storage.Database database, RecordWriters writers) => Related.AnswerAsync(http, database, writers, id);

    private static Task GetIncident(string id, HttpContext http, Storage.Database database) => Incidents.GetAsync(http, database, id);

    private static Task ListRelations(HttpContext http, Lists lists) => lists.AnswerAsync(http, CatalogueResources.Relations);

    private static Task GetRelation(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, CatalogueResources.Relations, id);
}
