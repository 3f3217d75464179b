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
                ["x-examples"] = new JsonNodeExtension(new JsonObject(notes.Examples.Select(e => KeyValuePair.Create(e.Name, (JsonNode?)e.Request)))),
            };
        var path = "/" + context.ApiDescription.RelativePath!.Replace(":long", "", StringComparison.Ordinal);
        operation.Parameters = [.. PathParameters(path, notes), .. OtherParameters(path, notes, context)];
        operation.Responses = Answers.Of(path, notes, context);
        if (Answers.NeedsKey(context)) operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", context.Document)] = [] }];
        operation.RequestBody = Body(path, notes, context);
    }

    private static OpenApiRequestBody? Body(string path, Operation notes, OperationFilterContext context)
    {
        if (notes.Examples[0].Body is null) return null;
        var (mediaType, schema) = notes.Body is { } sent ? ("application/json", context.SchemaGenerator.GenerateSchema(sent, context.SchemaRepository))
            : notes.TakesFile ? ("application/octet-stream", new OpenApiSchema { Type = JsonSchemaType.String })
            : path.EndsWith("/batch", StringComparison.Ordinal) ? (JsonBody.Lines, new OpenApiSchema { Type = JsonSchemaType.String, Description = "One record a line." })
            // A patch needs none of the members that a record needs.
            : context.ApiDescription.HttpMethod == "PATCH" ? (JsonBody.MergePatch, new OpenApiSchema { Type = JsonSchemaType.Object })
            : ("application/json", context.SchemaGenerator.GenerateSchema(CatalogueResources.InputOf(notes.Resource!.Kind), context.SchemaRepository));
        var areText = schema is OpenApiSchema { Type: JsonSchemaType.String };
        var examples = notes.Examples.Select((e, n) => KeyValuePair.Create(n == 0 ? "first" : "second", (IOpenApiExample)new OpenApiExample { Summary = e.Name, Value = areText ? JsonValue.Create(e.Body!) : JsonNode.Parse(e.Body!) }));
        return new OpenApiRequestBody
        {
            Required = true, Description = notes.TakesFile ? "The file as it is; or `application/json` with `{\"url\": \"…\"}`." : null,
            Content = new Dictionary<string, IOpenApiMediaType> { [mediaType] = new OpenApiMediaType { Schema = schema, Examples = new Dictionary<string, IOpenApiExample>(examples) } },
        };
    }

    private static IEnumerable<OpenApiParameter> PathParameters(string path, Operation notes)
    {
        var segments = path.Split('/');
        var given = notes.Examples[0].Request.Split('?')[0].Split('/');
        for (var n = 0; n < segments.Length; n++)
            if (segments[n].StartsWith('{'))
                yield return new OpenApiParameter
                {
                    Name = segments[n].Trim('{', '}'), In = ParameterLocation.Path, Required = true,
                    Description = segments[n] == "{code}" ? "The problem's code." : segments[n] == "{resource}" ? "The collection." : segments[n] == "{revision}" ? "The number of the revision." : path.Contains("codes") || path.Contains("event-types") ? "The id." : "The id, or `scheme:value`.",
                    Schema = segments[n] switch
                    {
                        "{resource}" => new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. CatalogueResources.All.Where(r => r.Kind != Kind.Dataset).Select(r => (JsonNode)r.Path)] },
                        "{revision}" => new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" },
                        _ => new OpenApiSchema { Type = JsonSchemaType.String },
                    },
                    Example = segments[n] == "{revision}" ? JsonValue.Create(int.Parse(given[n], System.Globalization.CultureInfo.InvariantCulture)) : JsonValue.Create(Uri.UnescapeDataString(given[n])),
                };
    }

    private static IEnumerable<OpenApiParameter> OtherParameters(string path, Operation notes, OperationFilterContext context)
    {
        var all = Asked();
        // A sub-resource counts by what it filters.
        if (notes is { Resource: { } listed, Parameters: { } taken, Body: null } && listed.Facets.Any(f => !taken.Contains(f.Name)))
            all = all.Where(p => p.Name != "facets").Append(Parameters.Facets(listed.Facets.Select(f => f.Name).Intersect(taken)));
        return context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<PageBounds>().FirstOrDefault() is { } bounds ? all.Where(p => p.Name != "limit").Append(Parameters.Limit(bounds)) : all;

        IEnumerable<OpenApiParameter> Asked()
        {
            if (notes.TakesFile) return notes.Controls!.Select(c => Parameters.Control(null, c));
            if (notes.Writes) return Parameters.Writing(path, context.ApiDescription.HttpMethod!);
            if (notes.Resource is { } resource)
                return notes.Body is not null ? [] : notes.IsList || notes.Controls is not null
                    ? [.. resource.Filters.Where(f => notes.Parameters?.Contains(f.Name) ?? true).SelectMany(f => f.Spellings.Select(s => Parameters.Filter(f, s))),
                       .. (notes.Controls ?? (notes.Shape is null ? Lists.Controls : Lists.Controls.Except(Exports.Export.Controls))).Select(c => Parameters.Control(c == "format" && (notes.Shape ?? notes.OrShape) is not null ? null : resource, c))]
                    : Singles.Controls.Select(c => Parameters.Control(c == "format" ? null : resource, c, c == "format" ? Exports.Export.FormatsOfOne(resource) : null));
            if (notes.Controls is { } controls) return controls.Select(c => Parameters.Control(null, c));
            if (!path.StartsWith("/v1", StringComparison.Ordinal)) return [];
            return (notes.Body is not null ? ["limit", "format"] : notes.IsList ? ((string[])["limit", "cursor", "format", "q", .. notes.Parameters ?? []]).Distinct() : ["format", .. notes.Parameters ?? []]).Select(c => Parameters.Control(null, c));
        }
    }
}
