using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Dates;
using EventsApi.Events;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace EventsApi.Http;

/// <summary>The OpenAPI document, made from the routes, the resources' tables and the shapes; and Swagger UI.</summary>
internal static class ApiDocument
{
    private static readonly (string Name, string Description)[] Tags =
    [
        ("Search", "Everything at once, while typing, and tables of names."),
        ("Events", "What happened or is planned, and how records stand to each other."),
        ("Meetings", "Events that are meetings: talks, calls, conferences, with agenda, attendance and outcomes."),
        ("Situations", "What goes on: wars, crises, conflicts."),
        ("Actors", "States, organizations, persons and groups."),
        ("Posts", "Offices, and who held them when."),
        ("Memberships", "Who belongs to what, from when to when."),
        ("Locations", "Places as a tree."),
        ("Statements", "Who said what."),
        ("Claims", "Values on which sources differ."),
        ("Relations", "How one record stands to another."),
        ("Sources", "Where facts come from, and on what terms."),
        ("Vocabularies", "Topics, event types and every closed list."),
        ("History", "What changed, who changed it, and how to take it back."),
        ("Imports", "Files of other datasets taken in, and what became of their rows."),
        ("Catalogue", "The catalogue as a whole."),
    ];

    private const string Script = "/swagger/catalogue.js";

    /// <summary>Input that may be written short, as text, or as an answer has it.</summary>
    public const JsonSchemaType TextOrObject = JsonSchemaType.String | JsonSchemaType.Object | JsonSchemaType.Null;

    public static void AddApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.ConfigureHttpJsonOptions(options => Json.Configure(options.SerializerOptions));
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "Events catalogue",
                Version = "v1",
                Description = "A searchable catalogue of geopolitical events, meetings, actors and places, each with its sources.\n\n"
                    + "Every list takes the same grammar: a comma or repetition is OR, `[all]` is AND, `[not]` is NOT, `[gte]` and `[lte]` compare; `sort`, `limit`, `cursor`, `fields`, `include`, `total`, `sample` and `lang` say how to answer. "
                    + "Wherever an id is taken, `scheme:value` of an identifier works too. An unknown parameter, value or field is refused with the legal ones.",
                Contact = new OpenApiContact { Name = "Events catalogue" },
                License = new OpenApiLicense { Name = "Data under the licences of /v1/datasets", Url = new Uri("https://creativecommons.org/licenses/by/4.0/") },
            });
            options.SupportNonNullableReferenceTypes();
            options.UseAllOfToExtendReferenceSchemas();
            options.IncludeXmlComments(typeof(Server).Assembly);
            options.OperationFilter<OperationFilter>();
            options.SchemaFilter<SchemaFilter>();
            options.DocumentFilter<DocumentFilter>();
            options.DocumentFilter<SharedParts>();
            options.CustomSchemaIds(type => type.Name);
            options.MapType<JsonElement>(() => new OpenApiSchema());
            options.MapType<JsonNode>(() => new OpenApiSchema());
            options.MapType<JsonObject>(() => new OpenApiSchema { Type = JsonSchemaType.Object });
            options.MapType<EdtfDate>(() => new OpenApiSchema { Type = TextOrObject, Description = "EDTF" });
            options.MapType<ReferenceInput>(() => new OpenApiSchema { Type = TextOrObject, Description = "A reference" });
            options.AddSecurityDefinition("key", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key made on the command line: `keys create --role editor`." });
        });
    }

    public static void UseApiDocument(this WebApplication app)
    {
        // A branch of its own, so that requests of the API do not pass through the page's file server.
        app.MapWhen(http => http.Request.Path.StartsWithSegments("/swagger"), swagger =>
        {
            swagger.Use((http, next) =>
            {
                // Swagger UI styles itself inline; nothing comes from elsewhere.
                http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";
                return next(http);
            });
            swagger.Map(Script, script => script.Run(http => Conditional.SendAsync(http, Pages.Read("swagger.js"), "text/javascript; charset=utf-8")));
            swagger.UseSwaggerUI(options =>
            {
                // The document is on its way while the page's scripts are still read.
                options.HeadContent = """<link rel="preload" as="fetch" crossorigin="anonymous" href="/openapi/v1.json">""";
                options.InjectJavascript(Script);
                options.SwaggerEndpoint("/openapi/v1.json", "Events catalogue v1");
                options.DocumentTitle = "Events catalogue";
                options.EnableTryItOutByDefault();
                options.EnableDeepLinking();
                options.EnableFilter();
                options.DisplayRequestDuration();
                options.EnablePersistAuthorization();
                options.DefaultModelsExpandDepth(0);
                options.ConfigObject.AdditionalItems["requestSnippetsEnabled"] = true;
                options.ConfigObject.AdditionalItems["syntaxHighlight"] = new Dictionary<string, object> { ["activated"] = true };
            });
        });
    }

    /// <summary>The document as JSON and as YAML. It is the same for the life of the process, so it is made once.</summary>
    public static void MapApiDocument(this IEndpointRouteBuilder routes)
    {
        var provider = routes.ServiceProvider.GetRequiredService<ISwaggerProvider>();
        var json = new Lazy<Task<byte[]>>(() => WriteAsync((document, stream) => document.SerializeAsJsonAsync(stream, OpenApiSpecVersion.OpenApi3_1)));
        var yaml = new Lazy<Task<byte[]>>(() => WriteAsync((document, stream) => document.SerializeAsYamlAsync(stream, OpenApiSpecVersion.OpenApi3_1)));
        routes.MapGet("/openapi/v1.json", (HttpContext http) => SendAsync(http, json.Value, "application/json")).ExcludeFromDescription();
        routes.MapGet("/openapi/v1.yaml", (HttpContext http) => SendAsync(http, yaml.Value, "application/yaml")).ExcludeFromDescription();

        async Task<byte[]> WriteAsync(Func<OpenApiDocument, Stream, Task> write)
        {
            using var stream = new MemoryStream();
            await write(provider.GetSwagger("v1"), stream);
            return stream.ToArray();
        }

        static async Task SendAsync(HttpContext http, Task<byte[]> made, string mediaType)
        {
            var bytes = await made;
            if (Conditional.IsFresh(http, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))[..24], DateTimeOffset.UnixEpoch.ToUnixTimeMilliseconds())) Conditional.NotModified(http);
            else await Conditional.SendAsync(http, bytes, mediaType);
        }
    }

    /// <summary>Parameters and answers of an operation.</summary>
    private sealed class OperationFilter : IOperationFilter
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
            operation.Responses = Responses(path, notes, context);
            if (NeedsKey(context)) operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", context.Document)] = [] }];
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

        private static bool NeedsKey(OperationFilterContext context) => context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<Access.Needs>().Any();

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

        private static OpenApiResponses Responses(string path, Operation notes, OperationFilterContext context)
        {
            IOpenApiSchema Schema(Type type) => context.SchemaGenerator.GenerateSchema(type, context.SchemaRepository);
            IOpenApiSchema shape;
            if (notes.Shape is { } own) shape = notes.OrShape is { } other ? new OpenApiSchema { AnyOf = [Schema(own), Schema(other)] } : Schema(own);
            else if (!notes.IsList && notes.Resource!.Path == "meetings") shape = Meeting();
            else if (!notes.IsList && notes.Resource!.Path == "events") shape = new OpenApiSchema { AnyOf = [Meeting(), Event()] };
            else shape = notes.Resource!.Item.Length == 1 ? Schema(notes.Resource.Item[0]) : new OpenApiSchema { AnyOf = [.. notes.Resource.Item.Reverse().Select(Schema)] };
            if (notes.IsList) shape = ListOf(shape, notes, context);
            if (notes.Writes) return WrittenResponses(path, notes, shape, context);

            var responses = new OpenApiResponses
            {
                ["200"] = new OpenApiResponse
                {
                    Description = notes.IsList ? "A page of the list." : "The answer.",
                    Content = new Dictionary<string, IOpenApiMediaType> { [notes.MediaType ?? "application/json"] = new OpenApiMediaType { Schema = shape } },
                    Headers = notes.MediaType is null ? Headers(notes, context) : null,
                },
            };
            void Add(string status) => responses[status] = new OpenApiResponseReference(status, context.Document);
            var hasId = path.Contains('{');
            if (notes.MediaType is null && notes.Body is null) Add("304");
            if (notes.Resource is not null && hasId && !notes.IsList) Add("308");
            var isData = path.StartsWith("/v1", StringComparison.Ordinal);
            if (isData) Add("400");
            if (NeedsKey(context)) { Add("401"); Add("403"); }
            if (hasId || notes.IsFile) Add("404");
            if (notes.IsFile)
            {
                Add("304");
                responses["206"] = new OpenApiResponse { Description = "The range that was asked for.", Content = responses["200"].Content };
                Add("416");
            }
            if (isData) Add("406");
            if (notes.Resource is not null && hasId) Add("410");
            if (notes.Body is not null) { Add("413"); Add("415"); Add("422"); }
            if (isData) Add("5XX");
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
            var headers = isBatch ? null : new Dictionary<string, IOpenApiHeader> { ["ETag"] = new OpenApiHeaderReference("ETag", context.Document) };
            if (status is "201" or "202") headers!["Location"] = new OpenApiHeaderReference("Location", context.Document);
            var responses = new OpenApiResponses
            {
                [status] = status == "204" ? new OpenApiResponse { Description = "Done." } : new OpenApiResponse
                {
                    Description = isBatch ? "What became of each line." : "The record as it stands now.", Headers = headers,
                    Content = new Dictionary<string, IOpenApiMediaType> { ["application/json"] = new OpenApiMediaType { Schema = isBatch ? context.SchemaGenerator.GenerateSchema(typeof(Curation.BatchReport), context.SchemaRepository) : shape } },
                },
            };
            // Replacing and changing answer the same.
            if (status == "200" && notes.Resource is not null && !isBatch)
            {
                var name = $"{notes.Resource.Path}.Written";
                context.Document.Components!.Responses ??= new Dictionary<string, IOpenApiResponse>();
                context.Document.Components.Responses.TryAdd(name, responses["200"]);
                responses["200"] = new OpenApiResponseReference(name, context.Document);
            }
            var failures = new List<string> { "400", "401", "403" };
            if (hasId) failures.AddRange(["404", "410"]);
            failures.Add("409");
            if (hasId) failures.AddRange(["412", "428"]);
            if (notes.Examples[0].Body is not null) failures.AddRange(["413", "415"]);
            failures.AddRange(["422", "429", "5XX"]);
            foreach (var failure in failures) responses[failure] = new OpenApiResponseReference(failure, context.Document);
            return responses;
        }

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
                    AllOf = [envelope, new OpenApiSchema { Type = JsonSchemaType.Object, Required = new HashSet<string> { "items" }, Properties = new Dictionary<string, IOpenApiSchema> { ["items"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = item } } }],
                });
            }
            return new OpenApiSchemaReference(name, context.Document);
        }
    }

    /// <summary>Every member that is always there is required; nullable references are said in a way that JSON Schema 2020-12 can fulfil.</summary>
    private sealed class SchemaFilter(IServiceProvider services) : ISchemaFilter
    {
        public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
        {
            if (schema is not OpenApiSchema found) return;
            // An answer may grow members; only input is strict.
            found.AdditionalPropertiesAllowed = true;
            found.AdditionalProperties = found.AdditionalProperties is OpenApiSchema { Type: not null } or OpenApiSchemaReference ? found.AdditionalProperties : null;
            // Its members are the parameters of a list.
            if (context.Type == typeof(QueryBody) || context.Type == typeof(IReadOnlyDictionary<string, JsonElement>)) found.AdditionalProperties = new OpenApiSchema();
            if (found.Properties is null || context.MemberInfo is not null) return;
            var members = Json.Options.GetTypeInfo(context.Type).Properties.ToDictionary(p => p.Name);
            found.Required = context.Type.Name.EndsWith("Input", StringComparison.Ordinal) ? Needed(context.Type) : Optional(context.Type) is { Count: > 0 } optional ? found.Properties.Keys.Where(name => !optional.Contains(name)).ToHashSet() : found.Properties.Keys.Where(name => members.TryGetValue(name, out var member) && !IsLeftOut(member)).ToHashSet();
            foreach (var (name, property) in found.Properties)
                if (property is OpenApiSchema { AllOf.Count: > 0 } reference && (reference.Type?.HasFlag(JsonSchemaType.Null) ?? false))
                {
                    reference.AnyOf = [.. reference.AllOf, new OpenApiSchema { Type = JsonSchemaType.Null }];
                    reference.AllOf = null;
                    reference.Type = null;
                }
                else if (property is OpenApiSchema { Type: { } type } integer && type.HasFlag(JsonSchemaType.Integer) && type.HasFlag(JsonSchemaType.String))
                    integer.Type = type & ~JsonSchemaType.String;
            foreach (var (name, property) in found.Properties)
                if (members.GetValueOrDefault(name)?.AttributeProvider?.GetCustomAttributes(typeof(CodeListAttribute), true).OfType<CodeListAttribute>().FirstOrDefault() is { } list && property is OpenApiSchema coded)
                {
                    var target = coded.Items as OpenApiSchema ?? coded;
                    target.Enum = [.. list.Values.Select(v => (JsonNode)v)];
                    if (target.Type is { } kinds && kinds.HasFlag(JsonSchemaType.Null)) target.Enum.Add(JsonNullSentinel.JsonNull);
                }
        }

        /// <summary>What may be left out of a shape that is sent to us: it has a value then.</summary>
        private static HashSet<string> Optional(Type shape) =>
            [.. shape.GetConstructors().SelectMany(c => c.GetParameters()).Where(p => p.HasDefaultValue).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name!))];

        /// <summary>The members without which the validator refuses a record.</summary>
        private HashSet<string> Needed(Type input)
        {
            if (services.GetService(typeof(FluentValidation.IValidator<>).MakeGenericType(input)) is not FluentValidation.IValidator validator) return [];
            return [.. validator.CreateDescriptor().GetMembersWithValidators().Where(member => member.Any(rule => rule.Validator.Name is "NotEmptyValidator" or "NotNullValidator" && !rule.Options.HasCondition && !rule.Options.HasAsyncCondition))
                .Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Key)).Where(name => !name.Contains('.'))];
        }

        private static bool IsLeftOut(System.Text.Json.Serialization.Metadata.JsonPropertyInfo member) =>
            member.AttributeProvider?.GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonIgnoreAttribute), true).Length > 0;
    }

    /// <summary>Shared responses and headers, the tags in reading order.</summary>
    private sealed class DocumentFilter : IDocumentFilter
    {
        public void Apply(OpenApiDocument document, DocumentFilterContext context)
        {
            // In reading order: by tag as listed above, a collection before its records, records before what hangs on them.
            var order = Tags.Select(t => t.Name).ToList();
            var paths = document.Paths.OrderBy(p => order.IndexOf(p.Value.Operations!.First().Value.Tags!.First().Name!)).ThenBy(p => p.Key, StringComparer.Ordinal).ToList();
            document.Paths.Clear();
            foreach (var (path, item) in paths) document.Paths.Add(path, item);
            document.Tags = Tags.Select(t => new OpenApiTag { Name = t.Name, Description = t.Description }).ToHashSet();
            // Reading needs no key unless the operator says so.
            document.Security = [new OpenApiSecurityRequirement()];
            document.Servers = [new OpenApiServer { Url = "/", Description = "This server" }];
            var problem = context.SchemaGenerator.GenerateSchema(typeof(Problem), context.SchemaRepository);
            document.Components ??= new OpenApiComponents();
            document.Components.Responses ??= new Dictionary<string, IOpenApiResponse>();
            document.Components.Responses["304"] = new OpenApiResponse { Description = "The client's copy (If-None-Match, If-Modified-Since) still holds." };
            document.Components.Responses["308"] = new OpenApiResponse { Description = "The record was merged into another; Location leads there.", Headers = new Dictionary<string, IOpenApiHeader> { ["Location"] = new OpenApiHeader { Description = "The successor.", Schema = Text() } } };
            document.Components.Responses["5XX"] = Failed();
            foreach (var code in ProblemCode.All.Where(p => p.Status < 500 && p != ProblemCode.MethodNotAllowed)) document.Components.Responses[code.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = Problem(code);
            document.Components.Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["ETag"] = new OpenApiHeader { Description = "Strong validator of this representation.", Schema = Text() },
                ["Last-Modified"] = new OpenApiHeader { Description = "When the answer last changed.", Schema = Text() },
                ["Location"] = new OpenApiHeader { Description = "The new record.", Schema = Text() },
                ["Link"] = new OpenApiHeader { Description = "rel=\"next\" leads to the next page.", Schema = Text() },
            };

            OpenApiResponse Failed()
            {
                var failed = Problem(ProblemCode.Internal);
                failed.Description = "500: something failed here. 503: the server is busy, a query ran into its deadline, or the disk fails; 507: the disk is full. Retry-After says when to come back.";
                return failed;
            }
            static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };
            OpenApiResponse Problem(ProblemCode code) => new()
            {
                Description = code.Title + ".",
                Content = new Dictionary<string, IOpenApiMediaType> { ["application/problem+json"] = new OpenApiMediaType { Schema = problem } },
            };
        }
    }

    /// <summary>Query parameters as shared components.</summary>
    private static class Parameters
    {
        public static string Filter(Resource resource, FilterParameter filter, string spelling, OpenApiDocument document)
        {
            var op = spelling.Length > filter.Name.Length ? spelling[(filter.Name.Length + 1)..^1] : "";
            var description = op switch { "all" => "All of them.", "not" => "None of them.", "gte" => "At least this.", "lte" => "At most this.", _ => filter.Description };
            var key = spelling.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
            return Add(document, key, resource.Path, new OpenApiParameter { Name = spelling, In = ParameterLocation.Query, Description = description, Schema = Schema(filter.Shape, op), Explode = IsOne(filter.Shape, op) });
        }

        /// <summary>The headers of an operation that writes.</summary>
        public static IEnumerable<string> Writing(string path, string method, OpenApiDocument document)
        {
            if (method is "PUT" or "PATCH" or "DELETE" && !path.Contains("merge-into", StringComparison.Ordinal) || path.EndsWith("/revert", StringComparison.Ordinal))
                yield return Header("If-Match", "The ETag of the record as it was read; `*` for whatever stands there.", true, "*");
            if (method == "POST") yield return Header("Idempotency-Key", "The same request with the same key has its effect once, within 24 hours; best a UUID.", false, null);
            yield return Header("X-Change-Reason", "Why; kept with the revision.", false, null);
            if (path.EndsWith("/batch", StringComparison.Ordinal))
                yield return Add(document, "onError", "shared", new OpenApiParameter { Name = "onError", In = ParameterLocation.Query, Description = "skip: without the lines that are wrong.", Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["fail", "skip"], Default = "fail" } });

            string Header(string name, string description, bool isRequired, string? example) => Add(document, name, "shared", new OpenApiParameter
            {
                Name = name, In = ParameterLocation.Header, Required = isRequired, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = example is null ? null : JsonValue.Create(example),
            });
        }

        public static string Limit(string key, PageBounds bounds, OpenApiDocument document) => Add(document, key, "shared", new OpenApiParameter
        {
            Name = "limit", In = ParameterLocation.Query, Description = "How many items a page has.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = bounds.Largest.ToString(System.Globalization.CultureInfo.InvariantCulture), Default = bounds.Usual },
        });

        public static string Control(Resource? resource, string name, OpenApiDocument document, (string Format, string MediaType)[]? forms = null) => Add(document, name, forms is { Length: > 0 } ? string.Join('-', forms.Select(f => f.Format)) : resource?.Path ?? "shared", new OpenApiParameter
        {
            Name = name == "importFormat" ? "format" : name, Required = name == "importFormat", In = ParameterLocation.Query,
            Description = name switch
            {
                "sort" => $"The order; a minus is descending, records without a value come last. Default: relevance with q, else {resource!.Sorts[0]}.",
                "limit" => "How many items a page has.",
                "cursor" => "Where the page before ended, from its `cursor` or `next`.",
                "by" => "The dimensions, one to three.",
                "measure" => "What each cell says beside its count.",
                "fill" => "zero: cells without an event too, between the first and the last value of time.",
                "zoom" => "Zoom of web maps, 0 to 22; without it, what fits the box.",
                "q" => "The words, read as on every list.",
                "kind" => "Only these kinds.",
                "ids" => "Only these records, by id or identifier, also when they are gone.",
                "updatedSince" => "Only records written at or after this instant (RFC 3339).",
                "group" => "kind: the best hits of each kind together.",
                "stem" => "false: words only as they were typed.",
                "explain" => "true: every hit says what matched.",
                "fields" => "Only these members, such as id,title,date.start.",
                "include" => "Adds members to items.",
                "facets" => "Counts what was found by these; each counts as if it had no filter of its own.",
                "facetLimit" => "How many values each facet shows.",
                "total" => "exact counts beyond 10,000; none does not count.",
                "sample" => "Draws so many records; the same for the same seed.",
                "seed" => "With sample.",
                "rows" => "With format=csv: participant gives a line for each participant, else there is one for each event.",
                "end" => "With format=ndjson: a last line with rows, digest and change sequence, so that a cut is seen.",
                "guard" => "With format=csv: formulas puts an apostrophe before what a spreadsheet would run.",
                "importFormat" => "What the file holds.",
                "filename" => "What the file is called; a release may stand in it.",
                "dryRun" => "true: write nothing and report all.",
                "strict" => "true: look at every row first, and write nothing when one does not fit.",
                "complete" => "true: the file is a whole release, and what it does not have is deleted.",
                "release" => "The dataset's release, such as 24.1.",
                "mostRemoved" => "With complete: the largest part of the dataset that may be deleted, 0 to 1.",
                "key" => "The id of the key; `self` is the key of the request.",
                "knownAt" => "As the catalogue stood then: an instant (RFC 3339), or a day, which means its end.",
                "since" => "After this change; 0 is the beginning.",
                "op" => "Only these operations.",
                "lang" => "Languages for names, best first (BCP 47); `nameLanguage` says which each has. Accept-Language does the same.",
                _ => "The form of the answer.",
            },
            Schema = name switch
            {
                "sort" => new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. resource!.AllSorts.Select(s => (JsonNode)s)] },
                "facets" => new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. resource!.Facets.Select(f => (JsonNode)f.Name)] } },
                "include" when resource is null => new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["record"] },
                "since" => new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0" },
                "op" => new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. Vocabulary.Words.ChangeOp.Select(s => (JsonNode)s)] } },
                "by" => new OpenApiSchema { Type = JsonSchemaType.Array, MinItems = 1, MaxItems = 3, Items = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. Events.Aggregates.Dimensions.Select(s => (JsonNode)s)] } },
                "measure" => new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["count", "incidents", "fatalities", "score", "goldstein"], Default = "count" },
                "fill" => new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["zero"] },
                "zoom" => new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0", Maximum = "22" },
                "group" => new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["kind"] },
                "stem" or "explain" => new OpenApiSchema { Type = JsonSchemaType.Boolean },
                "updatedSince" => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
                "kind" or "ids" => new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
                "facetLimit" => new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = FacetCounter.LargestLimit.ToString(System.Globalization.CultureInfo.InvariantCulture), Default = FacetCounter.DefaultLimit },
                "limit" => new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = Lists.LargestLimit.ToString(System.Globalization.CultureInfo.InvariantCulture), Default = Lists.DefaultLimit },
                "include" => new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. resource!.Includes.Select(s => (JsonNode)s)] } },
                "fields" or "lang" => new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
                "total" => new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["default", "exact", "none"], Default = "default" },
                "sample" => new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = Lists.LargestLimit.ToString(System.Globalization.CultureInfo.InvariantCulture) },
                "seed" => new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0", Maximum = int.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture) },
                "rows" => new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["event", "participant"] },
                "end" or "dryRun" or "strict" or "complete" => new OpenApiSchema { Type = JsonSchemaType.Boolean },
                "importFormat" => new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. Imports.ImportLog.Formats.Select(s => (JsonNode)s)] },
                "mostRemoved" => new OpenApiSchema { Type = JsonSchemaType.Number, Minimum = "0", Maximum = "1", Default = Imports.ImportOptions.FewRemoved },
                "guard" => new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["formulas", "none"] },
                "format" => new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["json", .. (forms ?? (resource is null ? [] : Exports.Export.Formats(resource))).Select(f => (JsonNode)f.Format)], Default = "json" },
                _ => new OpenApiSchema { Type = JsonSchemaType.String },
            },
            Explode = name is not ("facets" or "include" or "fields" or "lang" or "op" or "by" or "kind"),
        });

        /// <summary>Several values are joined by commas.</summary>
        private static bool IsOne(ValueShape shape, string op) => !shape.Several || op is "gte" or "lte";

        private static OpenApiSchema Schema(ValueShape shape, string op)
        {
            var one = new OpenApiSchema
            {
                Type = shape.Type switch { "integer" => JsonSchemaType.Integer, "number" => JsonSchemaType.Number, "boolean" => JsonSchemaType.Boolean, _ => JsonSchemaType.String },
                Format = shape.Format, Enum = shape.Words is { } words ? [.. words.Select(w => (JsonNode)w)] : null,
                Minimum = shape.Least?.ToString(System.Globalization.CultureInfo.InvariantCulture), Maximum = shape.Most?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            };
            return !IsOne(shape, op) ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = one, MaxItems = Lists.MostValues } : one;
        }

        /// <summary>Adds the component, under its plain name when that is free or means the same, else under the resource's.</summary>
        public static string Add(OpenApiDocument document, string key, string path, OpenApiParameter parameter)
        {
            document.Components ??= new OpenApiComponents();
            document.Components.Parameters ??= new Dictionary<string, IOpenApiParameter>();
            foreach (var name in (string[])[key, $"{path}.{key}"])
            {
                if (document.Components.Parameters.TryAdd(name, parameter)) return name;
                if (Same(document.Components.Parameters[name], parameter)) return name;
            }
            throw new InvalidOperationException($"Two parameters {path}.{key} differ.");
        }

        /// <summary>A parameter as a component; where two of the same name differ in their examples, the second has a component too and any other stays with its operation.</summary>
        public static IOpenApiParameter Share(OpenApiDocument document, string key, OpenApiParameter parameter)
        {
            document.Components ??= new OpenApiComponents();
            document.Components.Parameters ??= new Dictionary<string, IOpenApiParameter>();
            foreach (var name in (string[])[key, key + ".other"])
                if (document.Components.Parameters.TryAdd(name, parameter) || Same(document.Components.Parameters[name], parameter)) return new OpenApiParameterReference(name, document);
            return parameter;
        }

        private static bool Same(IOpenApiParameter a, OpenApiParameter b) =>
            a.Description == b.Description && a.Example?.ToJsonString() == b.Example?.ToJsonString() && Words(a.Schema) == Words(b.Schema) && a.Schema?.Default?.ToJsonString() == b.Schema?.Default?.ToJsonString();

        private static string Words(IOpenApiSchema? schema) => string.Join(',', (schema?.Items?.Enum ?? schema?.Enum ?? []).Select(e => e.ToJsonString()));
    }
}
