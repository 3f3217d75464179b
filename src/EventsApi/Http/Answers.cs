using EventsApi.Events;
using EventsApi.Search;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace EventsApi.Http;

/// <summary>What an operation answers, by status.</summary>
internal static class Answers
{
    public static OpenApiResponses Of(string path, Operation notes, OperationFilterContext context)
    {
        IOpenApiSchema Schema(Type type) => context.SchemaGenerator.GenerateSchema(type, context.SchemaRepository);
        IOpenApiSchema shape;
        if (notes.Shape is { } own) shape = notes.OrShape is { } other ? new OpenApiSchema { AnyOf = [Schema(own), Schema(other)] } : Schema(own);
        else if (!notes.IsList && notes.Resource!.Path == "meetings") shape = Meeting();
        else if (!notes.IsList && notes.Resource!.Path == "events") shape = new OpenApiSchema { AnyOf = [Meeting(), Event()] };
        else shape = notes.Resource!.Item.Length == 1 ? Schema(notes.Resource.Item[0]) : new OpenApiSchema { AnyOf = [.. notes.Resource.Item.Reverse().Select(Schema)] };
        if (notes.IsList) shape = ListOf(shape, notes, context);
        if (notes.Writes) return WrittenResponses(path, notes, shape, context);

        // What is read, replaced, changed or added is the same record, so the document says it once.
        var isRecord = notes is { Resource: not null, Shape: null, IsList: false, MediaType: null };
        var responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse
            {
                Description = notes.IsList ? "A page of the list." : isRecord ? TheRecord : "The answer.",
                Content = new Dictionary<string, IOpenApiMediaType> { [notes.MediaType ?? "application/json"] = new OpenApiMediaType { Schema = shape } },
                Headers = isRecord ? HeadersOfRecord(context) : notes.MediaType is null ? Headers(notes, context) : null,
            },
        };
        var hasId = path.Contains('{');
        var stays = notes.Body is not null ? "413" : hasId && notes.Resource is null && (notes.Controls is not null || !notes.IsList) ? "404" : null;
        void Add(string status) => responses[status] = Refused(status, stays, context);
        if (notes.MediaType is null or "application/geo+json" && notes.Body is null) Add("304");
        if (notes.Resource is not null && hasId && !notes.IsList) Add("308");
        var isData = path.StartsWith("/v1", StringComparison.Ordinal);
        Add("400");
        if (NeedsKey(context)) { Add("401"); Add("403"); }
        if (hasId || notes.IsFile) Add("404");
        if (notes.IsFile)
        {
            Add("304");
            responses["206"] = new OpenApiResponse { Description = "The range that was asked for.", Content = responses["200"].Content };
            Add("416");
        }
        if (notes.Resource is not null && hasId) Add("410");
        if (notes.Body is not null) { Add("413"); Add("415"); Add("422"); }
        // A key that is wrong is refused wherever it comes with, and quotas hold for reading too.
        if (isData) { Add("4XX"); Add("5XX"); }
        return responses;

        IOpenApiSchema Event() => Named("Event", new OpenApiSchema { Description = "An event: the list item and what it adds.", AllOf = [Schema(typeof(EventItem)), Schema(typeof(EventDetails))] });
        IOpenApiSchema Meeting() => Named("Meeting", new OpenApiSchema { Description = "A meeting: the list item and what it adds.", AllOf = [Schema(typeof(MeetingItem)), Schema(typeof(MeetingDetails))] });
        IOpenApiSchema Named(string name, OpenApiSchema schema)
        {
            if (!context.SchemaRepository.Schemas.ContainsKey(name)) context.SchemaRepository.AddDefinition(name, schema);
            return new OpenApiSchemaReference(name, context.Document);
        }
    }

    private static OpenApiResponses WrittenResponses(string path, Operation notes, IOpenApiSchema shape, OperationFilterContext context)
    {
        var (method, isBatch, hasId) = (context.ApiDescription.HttpMethod, path.EndsWith("/batch", StringComparison.Ordinal), path.Contains('{'));
        var isMerge = path.Contains("/merge-into/", StringComparison.Ordinal);
        var status = notes.TakesFile ? "202" : method == "POST" && !isBatch && !hasId ? "201" : method == "DELETE" && !isMerge ? "204" : "200";
        var headers = isBatch ? null : notes is { Resource: not null, Shape: null } ? HeadersOfRecord(context) : new Dictionary<string, IOpenApiHeader> { ["ETag"] = new OpenApiHeaderReference("ETag", context.Document) };
        if (status is "201" or "202") headers!["Location"] = new OpenApiHeaderReference("Location", context.Document);
        var responses = new OpenApiResponses
        {
            [status] = status == "204" ? new OpenApiResponse { Description = "Done." } : new OpenApiResponse
            {
                Description = isBatch ? "What became of each line." : TheRecord, Headers = headers,
                Content = new Dictionary<string, IOpenApiMediaType> { ["application/json"] = new OpenApiMediaType { Schema = isBatch ? context.SchemaGenerator.GenerateSchema(typeof(Curation.BatchReport), context.SchemaRepository) : shape } },
            },
        };
        var failures = new List<string> { "400", "401", "403" };
        if (hasId) failures.AddRange(["404", "410"]);
        failures.Add("409");
        if (hasId) failures.AddRange(["412", "428"]);
        if (notes.Examples[0].Body is not null) failures.AddRange(["413", "415"]);
        failures.AddRange(["422", "429", "5XX"]);
        var stays = hasId ? "412" : notes.Examples[0].Body is not null && (isBatch || notes.Resource is null) ? "413" : null;
        foreach (var failure in failures) responses[failure] = Refused(failure, stays, context);
        return responses;
    }

    private const string TheRecord = "The record as it stands now.";

    /// <summary>A problem that is about no member and no parameter, and so has no errors.</summary>
    public const string PlainProblem = "Failure";

    /// <summary>The refusal that stands with its operation, whatever others answer. Tools that read one operation at a time follow a shared answer only where it first occurs, and then know of no example.</summary>
    internal sealed class OwnRefusal : OpenApiResponse;

    /// <param name="stays">The one that a client of the operation has to reckon with most; all others are shared.</param>
    private static IOpenApiResponse Refused(string status, string? stays, OperationFilterContext context) => status != stays ? new OpenApiResponseReference(status, context.Document) : new OwnRefusal
    {
        Description = ProblemCode.OfStatus(int.Parse(status, System.Globalization.CultureInfo.InvariantCulture)).Title + ".",
        Content = new Dictionary<string, IOpenApiMediaType> { ["application/problem+json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(PlainProblem, context.Document) } },
    };

    private static Dictionary<string, IOpenApiHeader> HeadersOfRecord(OperationFilterContext context) =>
        new() { ["ETag"] = new OpenApiHeaderReference("ETag", context.Document), ["Last-Modified"] = new OpenApiHeaderReference("Last-Modified", context.Document), ["Location"] = new OpenApiHeaderReference("Location", context.Document) };

    private static Dictionary<string, IOpenApiHeader> Headers(Operation notes, OperationFilterContext context)
    {
        var headers = new Dictionary<string, IOpenApiHeader> { ["ETag"] = new OpenApiHeaderReference("ETag", context.Document), ["Last-Modified"] = new OpenApiHeaderReference("Last-Modified", context.Document) };
        if (notes.IsList) headers["Link"] = new OpenApiHeaderReference("Link", context.Document);
        return headers;
    }

    /// <summary>The envelope, one schema an item type, so that clients get a typed list.</summary>
    private static OpenApiSchemaReference ListOf(IOpenApiSchema item, Operation notes, OperationFilterContext context)
    {
        var name = (notes.Shape?.Name ?? notes.Resource!.Path switch { "events" => "Event", "meetings" => "Meeting", _ => notes.Resource.Item[0].Name }) + "List";
        if (!context.SchemaRepository.Schemas.ContainsKey(name))
        {
            var envelope = context.SchemaGenerator.GenerateSchema(typeof(Envelope), context.SchemaRepository);
            context.SchemaRepository.AddDefinition(name, new OpenApiSchema
            {
                AllOf = [envelope, new OpenApiSchema { Required = new HashSet<string> { "items" }, Properties = new Dictionary<string, IOpenApiSchema> { ["items"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = item } } }],
            });
        }
        return new OpenApiSchemaReference(name, context.Document);
    }

    public static bool NeedsKey(OperationFilterContext context) => context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<Access.Needs>().Any();
}
