using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;

namespace EventsApi.Sources;

internal static class SourceEndpoints
{
    public static void MapSources(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sources", ListSources).WithName(nameof(ListSources)).Lists(CatalogueResources.Sources, "Sources, newest first", "Articles, documents and files that facts were taken from.",
            new("Articles", "/v1/sources?kind=article"), new("By title", "/v1/sources?sort=name"));
        routes.MapGet("/sources/{id}", GetSource).WithName(nameof(GetSource)).Gives(CatalogueResources.Sources, "One source", "What comes from it is at the lists' `source=`.", new("The article on Kuwait", "/v1/sources/R1"), new("The article on Downing Street", "/v1/sources/R2"));
        routes.MapGet("/datasets", ListDatasets).WithName(nameof(ListDatasets)).Lists(CatalogueResources.Datasets, "Datasets with licence and citation", "Where events come from, who coded them, and on what terms they may be passed on.",
            new("All", "/v1/datasets"), new("Coded by people", "/v1/datasets?coding=human"));
        routes.MapGet("/datasets/{id}", GetDataset).WithName(nameof(GetDataset)).Gives(CatalogueResources.Datasets, "One dataset", "Version, licence, citation, coverage.", new("UCDP GED", "/v1/datasets/ucdp-ged"), new("Made here", "/v1/datasets/curated"));
    }

    private static Task ListSources(HttpContext http, Lists lists) => lists.AnswerAsync(http, CatalogueResources.Sources);

    private static Task GetSource(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, CatalogueResources.Sources, id);

    private static Task ListDatasets(HttpContext http, Lists lists) => lists.AnswerAsync(http, CatalogueResources.Datasets);

    private static Task GetDataset(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, CatalogueResources.Datasets, id);
}
