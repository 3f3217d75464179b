using System.Text.Json.Nodes;
using EventsApi.Events;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;

namespace EventsApi.Actors;

internal static class ActorEndpoints
{
    public static void MapActors(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/actors", ListActors).WithName(nameof(ListActors)).Lists(ActorFilters.Actors, "Actors, by name", "States, organizations, persons and collective groups.",
            new("The partners of the Istanbul Cooperation Initiative", "/v1/actors?memberOf=istanbul-cooperation-initiative"), new("NATO's members on 1 January 1990, in Arabic", "/v1/actors?memberOf=nato&asOf=1990-01-01&lang=ar"));
        routes.MapGet("/actors/{id}", GetActor).WithName(nameof(GetActor)).Gives(ActorFilters.Actors, "One actor", "By id or identifier: `kuwait`, `iso3166:KWT`, `wikidata:Q7184`.",
            new("NATO", "/v1/actors/nato"), new("Kuwait by its ISO code, names in Arabic", "/v1/actors/iso3166:KWT?lang=ar"));
        routes.MapGet("/actors/{id}/events", ListActorEvents).WithName(nameof(ListActorEvents)).Lists(EventFilters.Events, "Events of an actor", "The same as /v1/events?actor=, with all its filters; `matchedVia` says how it took part.",
            new("Mark Rutte", "/v1/actors/mark-rutte/events"), new("Kuwait as host", "/v1/actors/kuwait/events?actor.host=kuwait"), tag: "Actors");
        routes.MapGet("/actors/{id}/memberships", ListActorMemberships).WithName(nameof(ListActorMemberships)).Lists(ActorFilters.Memberships, "What an actor belongs to, and posts it holds", "Memberships whose member it is.",
            new("Kuwait", "/v1/actors/kuwait/memberships"), new("Posts of Mark Rutte", "/v1/actors/mark-rutte/memberships?classification=holder"), tag: "Actors");
        routes.MapGet("/actors/{id}/members", ListActorMembers).WithName(nameof(ListActorMembers)).Lists(ActorFilters.Memberships, "Members of an organization", "One membership per member, as of `asOf`, else of those that have not ended. `classification` defaults to member, or partner where there are no members.",
            new("NATO on 1 April 2004", "/v1/actors/nato/members?asOf=2004-04-01"), new("Partners of the Istanbul Cooperation Initiative", "/v1/actors/istanbul-cooperation-initiative/members"), tag: "Actors");
        routes.MapGet("/actors/{id}/connections", ListConnections).WithName(nameof(ListConnections)).Answers<Connection>("Actors", "Whom an actor meets", "Actors in the same events, the most frequent first, with the first and last day. Counted over its newest 20,000 events.",
            new("NATO", "/v1/actors/nato/connections"), new("Kuwait, the first five", "/v1/actors/kuwait/connections?limit=5"), list: true, parameters: ["lang", "knownAt"]);
        routes.MapGet("/dyads/{a}/{b}", GetDyad).WithName(nameof(GetDyad)).Answers<Dyad>("Actors", "Two actors side by side", "Their shared events by type and year, how many are meetings, and the organizations both belong to.",
            new("NATO and Kuwait", "/v1/dyads/nato/kuwait"), new("The United States and France, by ISO code", "/v1/dyads/iso3166:USA/iso3166:FRA"), parameters: ["lang", "knownAt"]);
        routes.MapGet("/posts", ListPosts).WithName(nameof(ListPosts)).Lists(ActorFilters.Posts, "Posts, by label", "Offices that people hold one after the other.",
            new("Posts of NATO", "/v1/posts?organization=nato"), new("What Keir Starmer held on 9 September 2025", "/v1/posts?holder=keir-starmer&asOf=2025-09-09"));
        routes.MapGet("/posts/{id}", GetPost).WithName(nameof(GetPost)).Gives(ActorFilters.Posts, "One post with its holders", "Holders stand oldest first.",
            new("Secretary General of NATO", "/v1/posts/nato-secretary-general"), new("Prime Minister of the United Kingdom", "/v1/posts/united-kingdom-prime-minister"));
        routes.MapGet("/posts/{id}/holders", ListPostHolders).WithName(nameof(ListPostHolders)).Lists(ActorFilters.Memberships, "Who held a post", "As of a day with `asOf`, else ever.",
            new("Secretary General of NATO on 9 September 2025", "/v1/posts/nato-secretary-general/holders?asOf=2025-09-09"), new("All of them", "/v1/posts/nato-secretary-general/holders"), typeof(Holder),
            ["q", "stem", "explain", "asOf", "dateMatch", "holder", "source", "updatedSince", "ids", "has", "missing"], "Posts");
        routes.MapGet("/memberships", ListMemberships).WithName(nameof(ListMemberships)).Lists(ActorFilters.Memberships, "Memberships and terms", "Who belongs to what or holds which post, from when to when.",
            new("Suspended partnerships", "/v1/memberships?status=suspended"), new("Accessions to NATO since 1999", "/v1/memberships?organization=nato&classification=member&sort=-date"));
        routes.MapGet("/memberships/{id}", GetMembership).WithName(nameof(GetMembership)).Gives(ActorFilters.Memberships, "One membership", "`include=claims` shows what sources say differently.",
            new("Kuwait in the Istanbul Cooperation Initiative", "/v1/memberships/M133?include=claims"), new("Belgium in NATO", "/v1/memberships/M101"));
    }

    private static Task ListActors(HttpContext http, Lists lists) => lists.AnswerAsync(http, ActorFilters.Actors);

    private static Task GetActor(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, ActorFilters.Actors, id);

    private static Task ListActorEvents(string id, HttpContext http, Lists lists) =>
        lists.AnswerAsync(http, EventFilters.Events, reader => EventFilters.OfActor(reader, reader.Require(Kind.Actor, id).Id));

    private static Task ListActorMemberships(string id, HttpContext http, Lists lists) =>
        lists.AnswerAsync(http, ActorFilters.Memberships, reader => reader.Add(new InLists([("membership.member", reader.Require(Kind.Actor, id).Id)])));

    private static Task ListActorMembers(string id, HttpContext http, Lists lists) => lists.AnswerAsync(http, ActorFilters.Memberships, reader =>
    {
        var organization = reader.Require(Kind.Actor, id).Id;
        reader.Add(new InLists([("membership.organization", organization)]));
        if (!reader.Given.Keys.Any(k => k.StartsWith("classification", StringComparison.Ordinal))) reader.Add(new InLists([("membership.classification", ActorFilters.Belonging(reader, organization))]));
        if (reader.One("asOf") is null) reader.Add(new Test("NOT EXISTS (SELECT 1 FROM spans s WHERE s.key = p.key AND s.\"end\" < ?)", (long)reader.Today.DayNumber));
        reader.Late = ActorFilters.OnePerMember;
    });

    private static Task ListConnections(string id, HttpContext http, Storage.Database database, RecordWriters writers, Lists lists) => ActorConnections.ListAsync(http, database, writers, lists.Names, id);

    private static Task GetDyad(string a, string b, HttpContext http, Storage.Database database, RecordWriters writers) => ActorConnections.DyadAsync(http, database, writers, a, b);

    private static Task ListPosts(HttpContext http, Lists lists) => lists.AnswerAsync(http, ActorFilters.Posts);

    private static Task GetPost(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, ActorFilters.Posts, id);

    private static Task ListPostHolders(string id, HttpContext http, Lists lists) => lists.AnswerAsync(http, ActorFilters.Memberships,
        reader => reader.Add(new InLists([("membership.post", reader.Require(Kind.Post, id).Id)])),
        term => new JsonObject { ["membership"] = term["id"]?.DeepClone(), ["person"] = term["member"]?.DeepClone(), ["start"] = term["start"]?.DeepClone(), ["end"] = term["end"]?.DeepClone() }, typeof(Holder));

    private static Task ListMemberships(HttpContext http, Lists lists) => lists.AnswerAsync(http, ActorFilters.Memberships);

    private static Task GetMembership(string id, HttpContext http, Singles singles) => singles.AnswerAsync(http, ActorFilters.Memberships, id);
}
