using EventsApi.Events;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;

namespace EventsApi.Locations;

internal static class LocationEndpoints
{
    public static void MapLocations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/locations", ListLocations).WithName(nameof(ListLocations)).Lists(LocationFilters.Locations, "Places, by name", "Regions, countries, cities and smaller, as a tree. `format=geojson&include=outline` gives countries with their outline, simplified from Natural Earth; the small ones stay points.",
            new("Everything inside Kuwait", "/v1/locations?within=kuwait"), new("Countries of Western Asia, names in Arabic then French", "/v1/locations?within=western-asia&kind=country&lang=ar,fr"));
        routes.MapGet("/locations/{id}", GetLocation).WithName(nameof(GetLocation)).Gives(LocationFilters.Locations, "One place", "By id or identifier: `kuwait`, `iso3166:KW`, `geonames:2643743`. `path` leads outward, the nearest first.",
            new("Downing Street", "/v1/locations/downing-street"), new("Kuwait City", "/v1/locations/kuwait-city"));
        routes.MapGet("/locations/{id}/events", ListLocationEvents).WithName(nameof(ListLocationEvents)).Lists(EventFilters.Events, "Events in a place", "In it or anywhere inside it; the same as /v1/events?location=.",
            new("London", "/v1/locations/london/events"), new("Meetings in Kuwait", "/v1/locations/kuwait/events?type=consult"), tag: "Locations");
    }

    private static Task ListLocations(HttpContext http, Lists lists) => lists.AnswerAsync(http, LocationFilters.Locations);

    private static Task GetLocation(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, LocationFilters.Locations, id);

    private static Task ListLocationEvents(string id, HttpContext http, Lists lists) =>
        lists.AnswerAsync(http, EventFilters.Events, reader => reader.Add(new InLists([("event.location", reader.Require(Kind.Location, id).Id)])));
}
