using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;

namespace EventsApi.Situations;

internal static class SituationEndpoints
{
    public static void MapSituations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/situations", ListSituations).WithName(nameof(ListSituations)).Lists(CatalogueResources.Situations, "Situations, by title", "What goes on rather than happens: wars, crises, UCDP conflicts and dyads. Their events are at /v1/events?situation=.",
            new("Wars and crises", "/v1/situations?kind=war,crisis"), new("Conflicts in Syria", "/v1/situations?country=SY"));
        routes.MapGet("/situations/{id}", GetSituation).WithName(nameof(GetSituation)).Gives(CatalogueResources.Situations, "One situation", "Where it is, who is party to it, of what it is part.",
            new("The war in Ukraine", "/v1/situations/war-in-ukraine"), new("The situation around Doha", "/v1/situations/situation-in-doha"));
    }

    private static Task ListSituations(HttpContext http, Lists lists) => lists.AnswerAsync(http, CatalogueResources.Situations);

    private static Task GetSituation(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, CatalogueResources.Situations, id);
}
