using EventsApi.Events;
using EventsApi.Meetings;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Situations;
using EventsApi.Sources;
using EventsApi.Statements;

namespace EventsApi.Vocabulary;

/// <summary>The smaller collections: a table of filters each.</summary>
internal static class CatalogueResources
{
    /// <summary>Every collection.</summary>
    public static IEnumerable<Resource> All =>
    [
        EventFilters.Events, EventFilters.Meetings, Series, Situations, Actors.ActorFilters.Actors, Actors.ActorFilters.Posts, Actors.ActorFilters.Memberships, Locations.LocationFilters.Locations,
        Topics, StatementFilters.Statements, StatementFilters.Claims, Sources, Datasets, Relations,
    ];

    /// <summary>The shape in which records of a kind are written.</summary>
    public static Type InputOf(Kind kind) => kind.Name switch
    {
        "event" => typeof(EventInput),
        "series" => typeof(SeriesInput),
        "situation" => typeof(SituationInput),
        "actor" => typeof(Actors.ActorInput),
        "post" => typeof(Actors.PostInput),
        "membership" => typeof(Actors.MembershipInput),
        "location" => typeof(Locations.LocationInput),
        "topic" => typeof(TopicInput),
        "statement" => typeof(StatementInput),
        "source" => typeof(SourceInput),
        "dataset" => typeof(DatasetInput),
        "relation" => typeof(RelationInput),
        _ => typeof(ClaimInput),
    };

    private static readonly string[] ByName = ["name", "-name", "-updated", "updated"];

    public static readonly Resource Series = new()
    {
        Path = "meeting-series", Tag = "Meetings", Kind = Kind.Series, Sorts = ByName, Item = [typeof(Series)], Single = [typeof(Series)], Includes = ["claims", "revisions"], Counted = ("count", "event.series"),
        Facets = [Facet.Record("organization", "series.organization", Kind.Actor)],
        Filters = [FilterParameter.Ids("organization", Kind.Actor, "Whose meetings they are.", "series.organization"), .. FilterParameter.Presence("series.has", "sources"), .. FilterParameter.Common(Kind.Series)],
    };

    public static readonly Resource Situations = new()
    {
        Path = "situations", Tag = "Situations", Kind = Kind.Situation, Sorts = ["name", "-name", "-date", "date", "-updated", "updated"], Item = [typeof(Situation)], Single = [typeof(Situation)], Includes = ["claims", "revisions"],
        Facets = [Facet.Word("kind", "situation.kind"), Facet.Country("situation.country", null), Facet.Record("party", "situation.party", Kind.Actor, "parties"), Facet.Record("location", "situation.location", Kind.Location)],
        Filters =
        [
            FilterParameter.Words("kind", "situation.kind", "war, conflict, dyad, crisis, tension or process.", Words.SituationKind),
            FilterParameter.Ids("party", Kind.Actor, "A party to it.", "situation.party"),
            FilterParameter.Ids("location", Kind.Location, "In this place or inside it.", "situation.location"),
            FilterParameter.Country("situation.country", "ISO 3166-1 alpha-2 or alpha-3."),
            FilterParameter.Ids("parent", Kind.Situation, "Directly part of this one.", "situation.parent"),
            .. FilterParameter.Period,
            .. FilterParameter.Presence("situation.has", "date", "parties", "sources"),
            .. FilterParameter.Common(Kind.Situation),
        ],
        Together = reader => reader.Period(),
    };

    public static readonly Resource Topics = new()
    {
        Path = "topics", Tag = "Vocabularies", Kind = Kind.Topic, Sorts = ByName, Item = [typeof(Topic)], Single = [typeof(Topic)], Includes = ["claims", "revisions"], Counted = ("count", "event.topic"),
        Facets = [Facet.Record("parent", "topic.parent", Kind.Topic)],
        Filters =
        [
            FilterParameter.Ids("within", Kind.Topic, "This topic and all below it.", "topic.within"),
            FilterParameter.Ids("parent", Kind.Topic, "Directly below this topic.", "topic.parent"),
            .. FilterParameter.Presence("topic.has", "sources"),
            .. FilterParameter.Common(Kind.Topic),
        ],
    };

    public static readonly Resource Sources = new()
    {
        Path = "sources", Tag = "Sources", Kind = Kind.Source, Sorts = ["-date", "date", "name", "-name", "-updated", "updated"], Item = [typeof(Source)], Single = [typeof(Source)], Includes = ["claims", "revisions"],
        Facets = [Facet.Word("kind", "source.kind"), Facet.Word("publisher", "source.publisher", "publisher", p => p), Facet.Word("language", "source.language", null, l => l)],
        Filters =
        [
            FilterParameter.Words("kind", "source.kind", "article, dataset, document or official.", Words.SourceKind),
            FilterParameter.Text("publisher", "source.publisher", "Publisher, as it is written."),
            FilterParameter.Text("language", "source.language", "BCP 47, such as en."),
            new("published", "Published in this day, month, year or EDTF interval.", ValueShape.Date, FilterParameter.None, (reader, _, values) =>
            {
                var date = reader.Read("published", values[0], asPeriod: true);
                reader.Add(new InPeriod(date.Start, date.End, "possible"));
                reader.Set("published", date.Edtf);
                reader.Say($"published {date.Edtf}");
            }),
            .. FilterParameter.Presence("source.has", "url", "published", "author", "publisher"),
            .. FilterParameter.Common(Kind.Source).Where(f => f.Name != "source"),
        ],
    };

    public static readonly Resource Datasets = new()
    {
        Path = "datasets", Tag = "Sources", Kind = Kind.Dataset, Sorts = ByName, Item = [typeof(Dataset)], Single = [typeof(Dataset)], Includes = ["claims", "revisions"],
        Facets = [Facet.Word("coding", "dataset.coding"), Facet.Word("redistribution", "dataset.redistribution")],
        Filters =
        [
            FilterParameter.Words("coding", "dataset.coding", "human or machine.", Words.Coding),
            FilterParameter.Words("redistribution", "dataset.redistribution", "Whether it may be passed on.", Words.Redistribution),
            .. FilterParameter.Common(Kind.Dataset).Where(f => f.Name != "source"),
        ],
    };

    public static readonly Resource Relations = new()
    {
        Path = "relations", Tag = "Relations", Kind = Kind.Relation, Sorts = ["-updated", "updated"], Item = [typeof(Relation)], Single = [typeof(Relation)], Includes = ["claims", "revisions"],
        Facets = [Facet.Word("type", "relation.type"), Facet.Word("certainty", "relation.certainty")],
        Filters =
        [
            // from and to are records here, not days; the names are those of the members.
            StatementFilters.Mixed("from", "relation.from", "Where it starts, as `kind:id`, such as event:E1."),
            StatementFilters.Mixed("to", "relation.to", "Where it leads, as `kind:id`, such as situation:war-in-ukraine."),
            FilterParameter.Words("type", "relation.type", "about, partOf, follows, precedes, causes, mentions or sameAs.", Words.RelationType),
            FilterParameter.Words("certainty", "relation.certainty", "How surely it is said.", Words.Certainty),
            .. FilterParameter.Presence("relation.has", "sources"),
            .. FilterParameter.Common(Kind.Relation),
        ],
    };
}
