using System.Text.Json.Nodes;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace EventsApi.Http;

/// <summary>Parameters and answers of an operation.</summary>
internal sealed class OperationFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<Operation>().FirstOrDefault() is not { } notes) return;
        operation.Tags = new HashSet<OpenApiTagReference> { new(notes.Tag, context.Document) };
        operation.Summary = notes.Summary;
        operation.Description = notes.Description == "" ? notes.Summary + "." : notes.Description;
        // Examples of a body stand with it, and their address is made of those of the path's parts.
        if (!notes.Examples.All(e => e.Body is not null && e.Request == notes.Examples[0].Request))
            operation.Extensions = new Dictionary<string, IOpenApiExtension>
            {
                ["x-examples"] = new JsonNodeExtension(new JsonArray([.. notes.Examples.Select(e => new JsonObject { ["name"] = e.Name, ["request"] = e.Request })])),
            };
        var path = "/" + context.ApiDescription.RelativePath!.Replace(":long", "", StringComparison.Ordinal);
        operation.Parameters = [.. PathParameters(path, notes, context.Document), .. QueryParameters(path, notes, context)];
        operation.Responses = Answers.Of(path, notes, context);
        if (Answers.NeedsKey(context)) operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", context.Document)] = [] }];
        if (notes.Writes)
        {
            if (notes.Body is null) operation.RequestBody = WrittenBody(path, notes, context);
        }
        if (notes.Body is { } body)
            operation.RequestBody = SharedBody(context.Document, body.Name, new OpenApiRequestBody
            {
                Required = true, Description = "JSON (RFC 8259).",
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    ["application/json"] = new OpenApiMediaType
                    {
                        Schema = context.SchemaGenerator.GenerateSchema(body, context.SchemaRepository),
                        Examples = notes.Examples.Select((e, i) => (Key: i == 0 ? "first" : "second", Example: (IOpenApiExample)new OpenApiExample { Summary = e.Name, Value = JsonNode.Parse(e.Body!) })).ToDictionary(e => e.Key, e => e.Example),
                    },
                },
            });
    }

    /// <summary>A body that several operations take, as a component; one with other examples stays with its operation.</summary>
    private static IOpenApiRequestBody SharedBody(OpenApiDocument document, string name, OpenApiRequestBody body)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.RequestBodies ??= new Dictionary<string, IOpenApiRequestBody>();
        foreach (var free in (string[])[name, name + ".2", name + ".3"])
            if (document.Components.RequestBodies.TryAdd(free, body) || Examples(document.Components.RequestBodies[free]) == Examples(body)) return new OpenApiRequestBodyReference(free, document);
        return body;

        static string Examples(IOpenApiRequestBody body) => string.Join('\n', body.Content!.Values.SelectMany(c => c.Examples!.Values).Select(e => e.Summary + e.Value?.ToJsonString()));
    }

    private static IOpenApiRequestBody? WrittenBody(string path, Operation notes, OperationFilterContext context)
    {
        if (notes.Examples[0].Body is null) return null;
        if (notes.TakesFile)
            return new OpenApiRequestBody
            {
                Required = true, Description = "The file as it is; or `application/json` with `{\"url\": \"…\"}`.",
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    ["application/octet-stream"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Examples = notes.Examples.Select((e, i) => (Key: i == 0 ? "first" : "second", Example: (IOpenApiExample)new OpenApiExample { Summary = e.Name, Value = JsonValue.Create(e.Body!) })).ToDictionary(e => e.Key, e => e.Example) },
                },
            };
        var isBatch = path.EndsWith("/batch", StringComparison.Ordinal);
        var method = context.ApiDescription.HttpMethod;
        var input = context.SchemaGenerator.GenerateSchema(CatalogueResources.InputOf(notes.Resource!.Kind), context.SchemaRepository);
        var written = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                [isBatch ? JsonBody.Lines : method == "PATCH" ? JsonBody.MergePatch : "application/json"] = new OpenApiMediaType
                {
                    // A patch needs none of the members that a record needs.
                    Schema = isBatch ? new OpenApiSchema { Type = JsonSchemaType.String, Description = "One record a line." } : method == "PATCH" ? new OpenApiSchema { Type = JsonSchemaType.Object } : input,
                    Examples = notes.Examples.Select((e, i) => (Key: i == 0 ? "first" : "second", Example: (IOpenApiExample)Shared(context.Document, $"{notes.Resource!.Path}.{(isBatch ? "batch" : method == "PATCH" ? "patch" : "record")}{i + 1}", e, isBatch))).ToDictionary(e => e.Key, e => e.Example),
                },
            },
        };
        // Adding and replacing take the same.
        return isBatch || method == "PATCH" ? written : SharedBody(context.Document, notes.Resource.Path, written);
    }

    private static OpenApiExampleReference Shared(OpenApiDocument document, string name, OperationExample example, bool isBatch)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.Examples ??= new Dictionary<string, IOpenApiExample>();
        // Many can be sent the same.
        if (example.Body == "{}") name = "nothing";
        document.Components.Examples[name] = new OpenApiExample { Summary = example.Name, Value = isBatch ? JsonValue.Create(example.Body!) : JsonNode.Parse(example.Body!) };
        return new OpenApiExampleReference(name, document);
    }

    private static IEnumerable<IOpenApiParameter> PathParameters(string path, Operation notes, OpenApiDocument document)
    {
        var segments = path.Split('/');
        var given = notes.Examples[0].Request.Split('?')[0].Split('/');
        for (var n = 0; n < segments.Length; n++)
            if (segments[n].StartsWith('{'))
                yield return Parameters.Share(document, $"{segments[2].Trim('{', '}')}.{segments[n].Trim('{', '}')}", new OpenApiParameter
                {
                    Name = segments[n].Trim('{', '}'), In = ParameterLocation.Path, Required = true,
                    Description = segments[n] == "{code}" ? "The problem's code." : segments[n] == "{resource}" ? "The collection." : segments[n] == "{revision}" ? "The number of the revision." : path.Contains("codes") || path.Contains("event-types") ? "The id." : "The id, or `scheme:value` of an identifier.",
                    Schema = segments[n] switch
                    {
                        "{resource}" => new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. CatalogueResources.All.Where(r => r.Kind != Kind.Dataset).Select(r => (JsonNode)r.Path)] },
                        "{revision}" => new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" },
                        _ => new OpenApiSchema { Type = JsonSchemaType.String },
                    },
                    Example = segments[n] == "{revision}" ? JsonValue.Create(int.Parse(given[n], System.Globalization.CultureInfo.InvariantCulture)) : JsonValue.Create(Uri.UnescapeDataString(given[n])),
                });
    }

    private static IEnumerable<IOpenApiParameter> QueryParameters(string path, Operation notes, OperationFilterContext context)
    {
        string[] names;
        if (notes.TakesFile) names = [.. notes.Controls!.Select(c => Parameters.Control(null, c, context.Document))];
        else if (notes.Writes) names = [.. Parameters.Writing(path, context.ApiDescription.HttpMethod!, context.Document)];
        else if (notes.Resource is { } resource)
        {
            names = notes.Body is not null ? [] : notes.IsList || notes.Controls is not null
                ? [.. resource.Filters.Where(f => notes.Parameters?.Contains(f.Name) ?? true).SelectMany(f => f.Spellings.Select(s => Parameters.Filter(resource, f, s, context.Document))),
                   .. (notes.Controls ?? (notes.Shape is null ? Lists.Controls : Lists.Controls.Except(Exports.Export.Controls))).Select(c => Parameters.Control(c == "format" && (notes.Shape ?? notes.OrShape) is not null ? null : resource, c, context.Document))]
                : [.. (Singles.Controls).Select(c => Parameters.Control(c == "format" ? null : resource, c, context.Document, c == "format" ? Exports.Export.FormatsOfOne(resource) : null))];
        }
        else if (notes.Controls is { } controls) names = [.. controls.Select(c => Parameters.Control(null, c, context.Document))];
        else if (path.StartsWith("/v1", StringComparison.Ordinal)) names = [.. (notes.Body is not null ? ["limit", "format"] : notes.IsList ? ((string[])["limit", "cursor", "format", "q", .. notes.Parameters ?? []]).Distinct().ToArray() : ["format", .. notes.Parameters ?? []]).Select(c => Parameters.Control(null, c, context.Document))];
        else names = [];
        if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<PageBounds>().FirstOrDefault() is { } bounds)
            names = [.. names.Where(name => !name.EndsWith("limit", StringComparison.Ordinal)), Parameters.Limit($"{path.Split('/')[^1]}.limit", bounds, context.Document)];
        return names.Select(name => new OpenApiParameterReference(name, context.Document));
    }
}
