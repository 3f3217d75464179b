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
        ("Meetings", "Talks, calls and conferences, with agenda, attendance and outcomes."),
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

    private static readonly HttpMethod[] Methods = [HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete];

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
                    + "Every list takes the same grammar: a comma or repetition is OR, `[all]` is AND, `[not]` is NOT, `[gte]` and `[lte]` compare. "
                    + "Wherever an id is taken, `scheme:value` of an identifier works too. An unknown parameter, value or field is refused with the legal ones.\n\n"
                    + "A write answers with `Catalogue-Version`; a read that sends this header back sees that write, whichever process or server answers.",
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

    /// <summary>Shared responses and headers, the tags in reading order.</summary>
    private sealed class DocumentFilter : IDocumentFilter
    {
        public void Apply(OpenApiDocument document, DocumentFilterContext context)
        {
            // In reading order: by tag as listed above, a collection before its records, records before what hangs on them.
            var order = Tags.Select(t => t.Name).ToList();
            var paths = document.Paths.OrderBy(p => order.IndexOf(p.Value.Operations!.First().Value.Tags!.First().Name!)).ThenBy(p => p.Key, StringComparer.Ordinal).ToList();
            document.Paths.Clear();
            foreach (var (path, item) in paths)
            {
                document.Paths.Add(path, item);
                // What the generator sorts by differs between hosts.
                if (item is OpenApiPathItem own) own.Operations = item.Operations!.OrderBy(o => Array.IndexOf(Methods, o.Key)).ToDictionary();
            }
            document.Tags = Tags.Select(t => new OpenApiTag { Name = t.Name, Description = t.Description }).ToHashSet();
            // Reading needs no key unless the operator says so.
            document.Security = [new OpenApiSecurityRequirement()];
            document.Servers = [new OpenApiServer { Url = "/", Description = "This server" }];
            const string TraceId = "e0cecb9003d63e1446392da22632b05c";
            var problem = context.SchemaGenerator.GenerateSchema(typeof(Problem), context.SchemaRepository);
            context.SchemaRepository.AddDefinition(Answers.PlainProblem, Plain((OpenApiSchema)context.SchemaRepository.Schemas[nameof(Problem)]));
            document.Components ??= new OpenApiComponents();
            document.Components.Responses ??= new Dictionary<string, IOpenApiResponse>();
            document.Components.Responses["304"] = new OpenApiResponse { Description = "Your copy (If-None-Match, If-Modified-Since) still holds." };
            document.Components.Responses["308"] = new OpenApiResponse { Description = "Merged into another; Location leads there.", Headers = new Dictionary<string, IOpenApiHeader> { ["Location"] = new OpenApiHeader { Description = "The successor.", Schema = Text() } } };
            document.Components.Responses["4XX"] = Several(ProblemCode.NotAcceptable, "401: the key is wrong, or reading needs one here. 406: no such form of the answer. 429: your quota is used up; Retry-After says when to come back.");
            document.Components.Responses["5XX"] = Several(ProblemCode.Internal, "500: something failed here. 503: too busy, out of time, or the disk fails. 507: the disk is full. Retry-After says when to come back.");
            foreach (var code in ProblemCode.All.Where(p => p.Status < 500 && p != ProblemCode.MethodNotAllowed)) document.Components.Responses[code.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = Problem(code);
            document.Components.Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["ETag"] = new OpenApiHeader { Description = "Strong validator of this representation.", Schema = Text() },
                ["Last-Modified"] = new OpenApiHeader { Description = "When it last changed.", Schema = Text() },
                ["Location"] = new OpenApiHeader { Description = "The new record.", Schema = Text() },
                ["Link"] = new OpenApiHeader { Description = "rel=\"next\" leads to the next page.", Schema = Text() },
            };

            OpenApiResponse Several(ProblemCode example, string description)
            {
                var several = Problem(example);
                several.Description = description;
                return several;
            }
            static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };
            OpenApiResponse Problem(ProblemCode code) => new()
            {
                Description = code.Title + ".",
                Content = new Dictionary<string, IOpenApiMediaType> { ["application/problem+json"] = new OpenApiMediaType { Schema = code.Status is 400 or 406 or 409 or 422 or >= 500 ? problem : new OpenApiSchemaReference(Answers.PlainProblem, document), Example = Example(code) } },
            };
            // Its members are those of every problem; the examples are of what is alike whatever its status.
            static OpenApiSchema Plain(OpenApiSchema problem) => new()
            {
                Type = JsonSchemaType.Object, Required = problem.Required, Description = "A problem without errors.",
                Properties = problem.Properties!.ToDictionary(p => p.Key, p => (IOpenApiSchema)(p.Key == "errors"
                    ? new OpenApiSchema { Type = JsonSchemaType.Null, Description = "Never here." }
                    : p.Key == "status" ? new OpenApiSchema { Type = JsonSchemaType.Integer, Description = p.Value.Description, Minimum = "400", Maximum = "599" }
                    : new OpenApiSchema { Type = JsonSchemaType.String, Description = p.Value.Description, MinLength = 1, Format = p.Key switch { "type" => "uri", "instance" => "uri-reference", _ => null }, Examples = p.Key switch { "instance" => [(JsonNode)"/v1/actors/nata"], "traceId" => [(JsonNode)TraceId], _ => null } })),
            };
            static JsonNode? Example(ProblemCode code) => code.Status != 400 ? null :
                Told(code, "'consul' is no value of type. Did you mean 'consult'?", "/v1/events?type=consul", new ProblemError("unknown-value", "'consul' is no value of type. Did you mean 'consult'?") { Parameter = "type", DidYouMean = "consult" });
            static JsonNode? Told(ProblemCode code, string detail, string instance, params ProblemError[] errors) =>
                JsonSerializer.SerializeToNode(new Problem($"{Server.DefaultUrl}/errors/{code.Code}", code.Title, code.Status, detail, instance, TraceId) { Errors = errors.Length == 0 ? null : errors }, Json.Options);
        }
    }
}
