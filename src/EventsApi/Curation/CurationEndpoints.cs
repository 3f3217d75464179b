using EventsApi.Access;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;

namespace EventsApi.Curation;

internal static class CurationEndpoints
{
    public static void AddCuration(this IServiceCollection services)
    {
        services.AddSingleton<Requests>();
        services.AddSingleton<Edits>();
        services.AddSingleton<Batches>();
        services.AddSingleton<Revisions>();
        services.AddSingleton<Merges>();
        services.AddSingleton<Changes>();
        services.AddSingleton<Pins>();
        services.AddSingleton<Audits>();
        services.AddHostedService<Renewal>();
    }

    public static void MapCuration(this IEndpointRouteBuilder routes)
    {
        foreach (var (resource, example) in WritingExamples.All) routes.MapWriting(resource, example);

        routes.MapGet("/{resource}/{id}/revisions/{revision:long}", GetRevision).WithName(nameof(GetRevision)).Answers<Record>("History", "A record as it was", "After the write of this number, with the names of others as they were then.",
            new("The Kuwait meeting as it came in", "/v1/events/E1/revisions/1"), new("NATO, its names only", "/v1/actors/nato/revisions/1?fields=id,name,names"), parameters: ["fields", "lang"]);
        routes.MapPost("/{resource}/{id}/revisions/{revision:long}/revert", Revert).WithName(nameof(Revert)).Writes("History", "Go back to a revision", "Writes the record as it was after that revision again, as a new revision.",
            new("A statement", "/v1/statements/S1/revisions/1/revert"), new("An actor", "/v1/actors/nato/revisions/1/revert"), typeof(Record));
        routes.MapPost("/{resource}/{id}/merge-into/{other}", Merge).WithName(nameof(Merge)).Writes("History", "Merge two records that mean the same", "References lead to the other one from now on; names, identifiers and sources are joined there, both histories stay, and the id answers 308. Actors, locations, posts, topics, sources, situations, series and events.",
            new("An actor", "/v1/actors/a-n-r-robinson/merge-into/abdalla-hamdok"), new("A source", "/v1/sources/R2/merge-into/R1"), typeof(Record));
        routes.MapDelete("/{resource}/{id}/merge-into/{other}", Unmerge).WithName(nameof(Unmerge)).Writes("History", "Undo a merge", "The record comes back as it was, references with it, and the other one loses what it had got by the merge.",
            new("An actor", "/v1/actors/a-n-r-robinson/merge-into/abdalla-hamdok"), new("A source", "/v1/sources/R2/merge-into/R1"), typeof(Record));
        routes.MapGet("/changes", ListChanges).WithName(nameof(ListChanges)).Answers<ChangePage>("History", "What changed, in order", "Ordered and without gaps: `since=0` is the beginning, the `watermark` of the last page the next question. Filters that the lists of every `kind` asked for have (without `kind`, all lists) hold too; a change is told when the record fulfils them before or after it. `ids` finds what is gone too.",
            new("From the beginning", "/v1/changes?since=0"), new("Events in Kuwait, with the records as they stand now", "/v1/changes?kind=event&country=KWT&include=record&limit=5"), parameters: ["since", "limit", "kind", "op", "ids", "include", "q", "stem", "updatedSince"]);
        routes.MapGet("/changes/stream", StreamChanges).WithName(nameof(StreamChanges)).Answers<Change>("History", "What changes, as it happens", "Server-sent events: `id` is the number of the change, `data` the change. Begins with what comes next, with `since`, or where `Last-Event-ID` says.",
            new("From now on", "/v1/changes/stream"), new("Everything about actors", "/v1/changes/stream?kind=actor&since=0"), mediaType: "text/event-stream", parameters: ["since", "kind", "op", "ids", "include", "q", "stem", "updatedSince"]);
    }

    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/audit", (HttpContext http, Audits audits) => audits.ListAsync(http)).WithName("ListAudit").Needs(Role.Admin)
            .WithMetadata(new Operation("History", "What a key wrote", "Newest first; for administrators.", [new("One key", "/v1/audit?key=self"), new("Its last write", "/v1/audit?key=self&limit=1")]) { Shape = typeof(AuditEntry), IsList = true, Controls = ["key", "limit", "cursor", "format"] });

    public static void MapPins(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/pins", ListPins).WithName(nameof(ListPins)).Answers<Pin>("History", "Pinned queries", "Newest first.", new("All", "/v1/pins"), new("The last", "/v1/pins?limit=1"), list: true);
        routes.MapPost("/pins", CreatePin).WithName(nameof(CreatePin)).WithMetadata(new Operation("History", "Pin a query", "Keeps the rows that a list finds now, up to 10,000, in its order, as ids and revisions, under a short address with a hash and a citation.",
            [new("Meetings of NATO and Kuwait", "/v1/pins", """{"query":"/v1/meetings?actor[all]=nato,kuwait","title":"Meetings of NATO and Kuwait"}"""), new("Without a title", "/v1/pins", """{"query":"/v1/events?country=KWT"}""")])
        { Shape = typeof(Pin), Body = typeof(PinInput), Writes = true }).Needs(Role.Reader);
        routes.MapGet("/pins/{id}", GetPin).WithName(nameof(GetPin)).Answers<PinPage>("History", "The rows of a pinned query", "As they were then, with the pin and how to cite it.", new("One", "/v1/pins/example"), new("The first rows", "/v1/pins/example?limit=5"), parameters: ["limit", "cursor"]);
        routes.MapGet("/pins/{id}/changes", GetPinChanges).WithName(nameof(GetPinChanges)).Answers<PinChanges>("History", "What changed since a query was pinned", "Rows that were changed or are gone, and what the query finds now and did not then.", new("One", "/v1/pins/example/changes"), new("The same", "/v1/pins/example/changes?format=json"));
    }

    /// <summary>The operations that write one kind of record.</summary>
    private static void MapWriting(this IEndpointRouteBuilder routes, Resource resource, WritingExample example)
    {
        var (path, noun) = ($"/{resource.Path}", resource.Path == "meetings" ? "a meeting" : resource.Kind.Noun);
        var name = string.Concat(noun[(noun.IndexOf(' ') + 1)..].Split(' ').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
        var one = $"/v1{path}/{example.Id}";
        routes.MapPost(path, (HttpContext http, Edits edits) => edits.CreateAsync(http, resource)).WithName($"Create{name}").Writes(resource, $"Add {noun}", "What is left out is empty.", new("Only what is needed", "/v1" + path, example.Least), new("More", "/v1" + path, example.More));
        routes.MapPost($"{path}/batch", (HttpContext http, Batches batches) => batches.AnswerAsync(http, resource)).WithName($"CreateMany{name}").Writes(resource, $"Add many: {resource.Path.Replace('-', ' ')}", "NDJSON, a record a line, at most 10,000; all or nothing, unless `onError=skip`.", new("Two", $"/v1{path}/batch", example.Least + "\n" + example.More), new("One", $"/v1{path}/batch", example.Least));
        routes.MapPut(path + "/{id}", (string id, HttpContext http, Edits edits) => edits.ReplaceAsync(http, resource, id)).WithName($"Replace{name}").Writes(resource, $"Replace {noun}", "What is left out is emptied.", new("Only what is needed", one, example.Least), new("More", one, example.More));
        routes.MapPatch(path + "/{id}", (string id, HttpContext http, Edits edits) => edits.PatchAsync(http, resource, id)).WithName($"Change{name}").Writes(resource, $"Change {noun}", "A merge patch (RFC 7396): null takes a member away, arrays are replaced whole.", new("One member", one, example.Patch), new("Nothing", one, "{}"));
        routes.MapGet(path + "/{id}/revisions", (string id, HttpContext http, Revisions revisions) => revisions.ListAsync(http, resource, id)).WithName($"List{name}Revisions").WithMetadata(new Operation(resource.Tag, $"Who changed {noun}, when and why", "Newest first, with what it changed. Also of records that are gone.",
            [new("One", one + "/revisions"), new("The last", one + "/revisions?limit=1")])
        { Shape = typeof(Revision), IsList = true, Controls = ["limit", "cursor", "format"] });
        routes.MapDelete(path + "/{id}", (string id, HttpContext http, Edits edits) => edits.DeleteAsync(http, resource, id)).WithName($"Delete{name}").Writes(resource, $"Delete {noun}", "The id answers 410 from then on. What others refer to stays (409).", new("One", $"/v1{path}/{example.Free}"), new("The same", $"/v1{path}/{example.Free}"));
    }

    private static Resource Named(string path) => CatalogueResources.All.FirstOrDefault(r => r.Path == path && r.Kind != Kind.Dataset) ?? throw new ProblemException(ProblemCode.NotFound, $"There is no collection '{path}'. {(Folding.Nearest(path, [.. CatalogueResources.All.Select(r => r.Path)]) is { } near ? $"Did you mean '{near}'?" : "")}");

    // A statement, a claim or a membership says what one source says; two of them are never the same record.
    private static readonly Kind[] Mergeable = [Kind.Event, Kind.Actor, Kind.Location, Kind.Post, Kind.Topic, Kind.Source, Kind.Situation, Kind.Series];

    private static Resource Merging(string path) => Named(path) is var resource && Mergeable.Contains(resource.Kind) ? resource : throw new ProblemException(ProblemCode.NotFound, $"Records of '{path}' are not merged; merged are {string.Join(", ", Mergeable.Select(k => k.Path))}.");

    private static Task GetRevision(string resource, string id, long revision, HttpContext http, Revisions revisions) => revisions.GetAsync(http, Named(resource), id, revision);

    private static Task Revert(string resource, string id, long revision, HttpContext http, Revisions revisions) => revisions.RevertAsync(http, Named(resource), id, revision);

    private static Task Merge(string resource, string id, string other, HttpContext http, Merges merges) => merges.MergeAsync(http, Merging(resource), id, other);

    private static Task Unmerge(string resource, string id, string other, HttpContext http, Merges merges) => merges.UndoAsync(http, Merging(resource), id, other);

    private static Task ListPins(HttpContext http, Pins pins) => pins.ListAsync(http);

    private static Task CreatePin(HttpContext http, Pins pins) => pins.CreateAsync(http);

    private static Task GetPin(string id, HttpContext http, Pins pins) => pins.GetAsync(http, id);

    private static Task GetPinChanges(string id, HttpContext http, Pins pins) => pins.ChangesAsync(http, id);

    private static Task ListChanges(HttpContext http, Changes changes) => changes.ListAsync(http);

    private static Task StreamChanges(HttpContext http, Changes changes) => changes.StreamAsync(http);
}
