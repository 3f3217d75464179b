using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;

namespace EventsApi.Locations;

internal static class LocationFilters
{
    public static readonly Resource Locations = new()
    {
        Path = "locations", Tag = "Locations", Kind = Kind.Location, Sorts = ["name", "-name", "-updated", "updated"], Item = [typeof(Location)], Single = [typeof(Location)], Includes = ["claims", "revisions", Resource.Outline],
        Facets = [Facet.Word("kind", "location.kind"), Facet.Country("location.country", "country"), Facet.Word("precision", "location.precision")],
        Filters =
        [
            FilterParameter.Words("kind", "location.kind", "region, country, admin1, admin2, city, street, venue or water.", Words.LocationKind),
            FilterParameter.Country("location.country", "ISO 3166-1 alpha-2 or alpha-3."),
            FilterParameter.Ids("within", Kind.Location, "This place and everything inside it.", "location.within"),
            FilterParameter.Ids("parent", Kind.Location, "Directly inside this place.", "location.parent"),
            FilterParameter.Words("precision", "location.precision", "What the coordinates stand for.", Words.PlacePrecision),
            .. FilterParameter.Presence("location.has", "coordinates", "country", "sources", "identifiers"),
            .. FilterParameter.Common(Kind.Location),
        ],
    };
}
