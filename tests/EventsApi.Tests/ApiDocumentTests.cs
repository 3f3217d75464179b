using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>The OpenAPI document is the contract: it is committed, it says what the program does, and the program does what it says.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class ApiDocumentTests(DefaultApi api)
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

    // The document is large and the same for every test.
    private static JsonElement? _document;

    private async Task<JsonElement> DocumentAsync() => _document ??= await api.GetAsync("/openapi/v1.json");

    private sealed record Described(string Path, string Method, JsonElement Operation)
    {
        public string Name => $"{Method.ToUpperInvariant()} {Path}";
        public override string ToString() => Name;
        public bool IsList(JsonElement document) => Schema.Answer(document, Operation) is { } answer && Schema.Requires(document, answer, "items");
    }

    private static IReadOnlyList<Described> Operations(JsonElement document) =>
        [.. document.At("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Where(m => Methods.Contains(m.Name)).Select(m => new Described(p.Name, m.Name, m.Value)))];

    private static IEnumerable<JsonElement> Parameters(JsonElement document, JsonElement operation) =>
        operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().Select(p => Schema.Resolve(document, p)) : [];

    [Theory]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task The_committed_document_is_the_one_served(string extension)
    {
        var served = (await api.Client.GetStringAsync($"/openapi/v1.{extension}")).ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        var file = Path.Combine(Repository.Root, "openapi", $"v1.{extension}");
        if (Environment.GetEnvironmentVariable("EVENTSAPI_UPDATE_OPENAPI") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, served);
        }

        Assert.True(File.Exists(file), $"{file} is missing; run the tests with EVENTSAPI_UPDATE_OPENAPI=1 to write it.");
        Assert.True(served == (await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n"), $"{file} is not what the program serves; run the tests with EVENTSAPI_UPDATE_OPENAPI=1 and look at the difference.");
    }

    [Fact]
    public async Task The_document_is_OpenAPI_3_1() => Assert.StartsWith("3.1", (await DocumentAsync()).Text("openapi"), StringComparison.Ordinal);

    [Fact]
    public async Task Every_operation_is_named_tagged_summarized_and_described()
    {
        var document = await DocumentAsync();
        var tags = document.Texts("tags", "name");
        var operations = Operations(document);

        Assert.NotEmpty(operations);
        Assert.Equal(operations.Count, operations.Select(o => o.Operation.Text("operationId")).Distinct().Count());
        Assert.All(operations, o =>
        {
            Assert.False(string.IsNullOrWhiteSpace(o.Operation.Text("summary")), o.Name);
            Assert.False(string.IsNullOrWhiteSpace(o.Operation.Text("description")), o.Name);
            Assert.True(o.Operation.Each("tags").Count > 0 && o.Operation.Texts("tags").All(tags.Contains), $"{o.Name} has a tag that is not declared: {string.Join(", ", o.Operation.Texts("tags"))}");
        });
    }

    [Fact]
    public async Task No_declared_tag_is_without_operations()
    {
        var document = await DocumentAsync();

        Assert.Empty(document.Texts("tags", "name").Except(Operations(document).SelectMany(o => o.Operation.Texts("tags"))));
    }

    [Fact]
    public async Task Every_operation_has_two_named_examples_and_client_errors()
    {
        var document = await DocumentAsync();
        Assert.All(Operations(document), o =>
        {
            Assert.True(DocumentedExample.Of(document, o.Path, o.Method, o.Operation).Select(e => e.Name).Distinct().Count() >= 2, o.Name);
            Assert.Contains(o.Operation.At("responses").EnumerateObject(), r => r.Name[0] == '4');
        });
    }

    [Fact]
    public async Task Every_problem_response_is_a_problem_document()
    {
        var document = await DocumentAsync();

        foreach (var operation in Operations(document))
            foreach (var response in operation.Operation.At("responses").EnumerateObject().Where(r => r.Name[0] is '4' or '5'))
                Assert.True(Schema.Resolve(document, response.Value).At("content").TryGetProperty("application/problem+json", out _), $"{operation.Name} {response.Name}");
    }

    [Fact]
    public async Task Every_parameter_is_described_and_typed()
    {
        var document = await DocumentAsync();

        foreach (var operation in Operations(document))
            foreach (var parameter in Parameters(document, operation.Operation))
            {
                Assert.False(string.IsNullOrWhiteSpace(parameter.Text("description")), $"{operation.Name} {parameter.Text("name")}");
                Assert.True(parameter.At("schema").TryGetProperty("type", out _) || parameter.At("schema").TryGetProperty("$ref", out _), $"{operation.Name} {parameter.Text("name")}");
            }
    }

    [Fact]
    public async Task Every_part_of_a_path_is_a_parameter()
    {
        var document = await DocumentAsync();

        Assert.All(Operations(document), o =>
            Assert.Equal(o.Path.Split('/').Where(s => s.StartsWith('{')).Select(s => s.Trim('{', '}')), Parameters(document, o.Operation).Where(p => p.Text("in") == "path").Select(p => p.Text("name"))));
    }

    private static bool IsWriting(JsonElement operation) => operation.TryGetProperty("security", out _);

    // It never ends by itself.
    private static bool IsStream(string path) => path.EndsWith("/stream", StringComparison.Ordinal);

    private static IEnumerable<(string Request, string? Body)> Examples(JsonElement document, Described operation) =>
        DocumentedExample.Of(document, operation.Path, operation.Method, operation.Operation).Select(e => (e.Request, e.Body));

    private Task<HttpResponseMessage> SendAsync(string request, string? body) =>
        body is null ? api.Client.GetAsync(request) : api.Client.PostAsync(request, new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

    [Fact]
    public async Task Every_example_works_as_it_stands()
    {
        var document = await DocumentAsync();
        var wrong = new List<string>();

        foreach (var operation in Operations(document).Where(o => !IsWriting(o.Operation) && !IsStream(o.Path)))
            foreach (var (request, body) in Examples(document, operation))
            {
                using var response = await SendAsync(request, body);
                if (!response.IsSuccessStatusCode) wrong.Add($"{operation.Name}: {request} answers {(int)response.StatusCode}");
                else if (operation.IsList(document) && JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Each("items").Count == 0) wrong.Add($"{operation.Name}: {request} finds nothing");
            }

        Reading.Nothing(wrong);
    }

    [Fact]
    public async Task Every_example_is_of_its_own_operation()
    {
        var document = await DocumentAsync();
        Assert.All(Operations(document), o => Assert.All(Examples(document, o), example =>
        {
            var request = example.Request;
            var (given, path) = (request.Split('?')[0].Split('/'), o.Path.Split('/'));
            Assert.True(given.Length == path.Length && path.Zip(given).All(p => p.First.StartsWith('{') || p.First == p.Second), $"{o.Name}: {request}");
        }));
    }

    [Fact]
    public async Task Every_id_named_in_a_description_exists()
    {
        var wrong = new List<string>();
        foreach (var operation in Operations(await DocumentAsync()))
            foreach (var words in operation.Operation.Text("description")!.Split('`').Where((_, n) => n % 2 == 1).Where(w => w.Split(':') is [var scheme, var value] && scheme != "scheme" && value.Length > 0 && !w.Contains('=', StringComparison.Ordinal)))
            {
                if (!operation.Path.EndsWith("/{id}", StringComparison.Ordinal)) continue;
                using var response = await api.Client.GetAsync(operation.Path.Replace("{id}", words, StringComparison.Ordinal));
                if (!response.IsSuccessStatusCode) wrong.Add($"{operation.Name}: {words} answers {(int)response.StatusCode}");
            }

        Reading.Nothing(wrong);
    }

    [Fact]
    public async Task Every_operation_is_served_and_every_route_is_described()
    {
        var described = Operations(await DocumentAsync()).Select(o => o.Name);
        string[] notForClients = ["GET /", "GET /explore/{**view}", "GET /explorer/{build}/{file}", "GET /healthz", "GET /readyz", "GET /metrics", "GET /guide", "GET /llms.txt", "GET /openapi/v1.json", "GET /openapi/v1.yaml", "GET /v1/reconcile", "POST /v1/reconcile"];
        var served = api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"]).Select(m => $"{m} /{e.RoutePattern.RawText!.Trim('/').Replace(":long", "", StringComparison.Ordinal)}"))
            .Except(notForClients).Where(r => !r.Contains("/swagger", StringComparison.Ordinal));

        Assert.Equal(served.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_list_accepts_what_is_described_and_describes_what_it_accepts()
    {
        var document = await DocumentAsync();
        var lists = Operations(document).Where(o => o.IsList(document)).ToList();
        Assert.True(lists.Count >= 16, $"{lists.Count} lists");
        var differences = new List<string>();

        foreach (var list in lists)
        {
            // A query with a body takes its parameters there.
            if (IsWriting(list.Operation)) continue;
            if (list.Path.EndsWith("/query", StringComparison.Ordinal)) continue;
            var (example, body) = Examples(document, list).First();
            using var response = await SendAsync($"{example.Split('?')[0]}?no-such-parameter=1", body);
            var accepted = (await Problems.ReadAsync(response, 400)).Each("errors")[0].Texts("allowed");
            var described = Parameters(document, list.Operation).Where(p => p.Text("in") == "query").Select(p => p.Text("name")!).ToArray();
            if (described.Except(accepted).ToList() is { Count: > 0 } refused) differences.Add($"{list.Name} describes but refuses {string.Join(", ", refused)}");
            if (accepted.Except(described).ToList() is { Count: > 0 } silent) differences.Add($"{list.Name} takes but does not describe {string.Join(", ", silent)}");
        }

        Reading.Nothing(differences);
    }

    [Fact]
    public async Task A_page_is_as_large_as_is_described()
    {
        var document = await DocumentAsync();
        var wrong = new List<string>();
        foreach (var list in Operations(document).Where(o => !IsWriting(o.Operation) && !IsStream(o.Path) && Parameters(document, o.Operation).Any(p => p.Text("name") == "limit")))
        {
            var most = Parameters(document, list.Operation).First(p => p.Text("name") == "limit").At("schema.maximum").GetInt32();
            if (Examples(document, list).FirstOrDefault(e => !e.Request.Contains("limit=", StringComparison.Ordinal)) is not ({ } example, var body)) continue;
            foreach (var (limit, status) in ((int, int)[])[(most, 200), (most + 1, 400)])
            {
                using var response = await SendAsync($"{example}{(example.Contains('?') ? '&' : '?')}limit={limit}", body);
                if ((int)response.StatusCode != status) wrong.Add($"{list.Name} with limit={limit} answers {(int)response.StatusCode}");
            }
        }

        Reading.Nothing(wrong);
    }

    /// <summary>Pages that are made from the document send every default that it tells.</summary>
    [Fact]
    public async Task Defaults_may_be_sent_along()
    {
        var document = await DocumentAsync();
        var wrong = new List<string>();
        foreach (var operation in Operations(document).Where(o => !IsWriting(o.Operation) && !IsStream(o.Path)))
        {
            var (example, body) = Examples(document, operation).First();
            var defaults = Parameters(document, operation.Operation).Where(p => p.Text("in") == "query" && p.At("schema").TryGetProperty("default", out _) && !example.Contains(p.Text("name") + "=", StringComparison.Ordinal)).Select(p => $"{p.Text("name")}={p.Text("schema.default")}");
            using var response = await SendAsync($"{example}{(example.Contains('?') ? '&' : '?')}{string.Join('&', defaults)}", body);
            if (!response.IsSuccessStatusCode) wrong.Add($"{operation.Name}: {response.RequestMessage!.RequestUri} answers {(int)response.StatusCode}");
        }

        Reading.Nothing(wrong);
    }

    [Fact]
    public async Task A_single_record_accepts_what_is_described()
    {
        var document = await DocumentAsync();

        foreach (var operation in Operations(document).Where(o => !o.IsList(document) && !IsWriting(o.Operation) && o.Path.StartsWith("/v1", StringComparison.Ordinal)))
        {
            var example = Examples(document, operation).First().Request.Split('?')[0];
            var accepted = (await api.ProblemAsync($"{example}?no-such-parameter=1", 400)).Each("errors")[0].Texts("allowed");
            Assert.Equal(accepted.Order(StringComparer.Ordinal), Parameters(document, operation.Operation).Where(p => p.Text("in") == "query").Select(p => p.Text("name")).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task No_number_may_be_text_and_every_enum_has_a_type()
    {
        var wrong = new List<string>();
        Visit(await DocumentAsync(), "#");
        Reading.Nothing(wrong);

        void Visit(JsonElement element, string path)
        {
            if (element.ValueKind == JsonValueKind.Array)
                foreach (var inner in element.EnumerateArray()) Visit(inner, path + "[]");
            if (element.ValueKind != JsonValueKind.Object) return;
            if (element.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.Array)
            {
                var types = type.EnumerateArray().Select(t => t.GetString()).ToList();
                if (types.Contains("string") && (types.Contains("integer") || types.Contains("number"))) wrong.Add(path);
            }
            if (element.TryGetProperty("enum", out var words) && words.ValueKind == JsonValueKind.Array && !element.TryGetProperty("type", out _)) wrong.Add(path);
            foreach (var member in element.EnumerateObject()) Visit(member.Value, $"{path}/{member.Name}");
        }
    }

    [Fact]
    public async Task Every_answer_is_of_the_described_shape()
    {
        var document = await DocumentAsync();
        var wrong = new List<string>();

        foreach (var operation in Operations(document).Where(o => !IsWriting(o.Operation) && !IsStream(o.Path)))
        {
            if (Schema.Answer(document, operation.Operation) is not { } schema) continue;
            foreach (var (request, body) in Examples(document, operation).Where(r => !r.Request.Contains("fields=", StringComparison.Ordinal)))
                wrong.AddRange(Schema.Faults(document, schema, JsonDocument.Parse(await (await SendAsync(request, body)).Content.ReadAsStringAsync()).RootElement, "").Take(3).Select(f => $"{operation.Name} {request}: {f}"));
        }

        Reading.Nothing(wrong);
    }

    [Theory]
    [InlineData("/v1/events/{id}", "/v1/events/E1")]
    [InlineData("/v1/events/{id}", "/v1/events/E2")]
    [InlineData("/v1/events/{id}", "/v1/events/E3")]
    [InlineData("/v1/events/{id}", "/v1/events/E1?lang=ar")]
    [InlineData("/v1/events/{id}", "/v1/events/E200?include=statements,sources,relations,claims,revisions,names")]
    [InlineData("/v1/meetings/{id}", "/v1/meetings/E1?include=claims,revisions,names")]
    [InlineData("/v1/events", "/v1/events?dataset=ucdp-ged&limit=50")]
    [InlineData("/v1/events", "/v1/events?near=51.5,-0.1&sort=distance&limit=5")]
    [InlineData("/v1/events", "/v1/events?actor=nato&limit=5&total=none")]
    [InlineData("/v1/sources/{id}", "/v1/sources/R1")]
    [InlineData("/v1/locations/{id}", "/v1/locations/world")]
    public async Task An_unusual_answer_is_of_the_described_shape(string path, string request)
    {
        var document = await DocumentAsync();

        Reading.Nothing(Schema.Faults(document, Schema.Answer(document, document.At("paths").GetProperty(path).At("get"))!.Value, await api.GetAsync(request), ""));
    }

    [Fact]
    public async Task A_problem_is_of_the_described_shape()
    {
        var document = await DocumentAsync();
        var schema = Schema.Resolve(document, document.At("paths").GetProperty("/v1/events").At("get.responses.400")).At("content").GetProperty("application/problem+json").At("schema");

        Reading.Nothing(Schema.Faults(document, schema, await api.ProblemAsync("/v1/events?type=xyz&typ=1", 400), ""));
    }

    [Fact]
    public async Task A_shape_with_a_missing_member_would_be_noticed()
    {
        var document = await DocumentAsync();
        var meeting = JsonNode.Parse((await api.GetAsync("/v1/meetings/E1")).GetRawText())!.AsObject();
        meeting.Remove("agenda");

        Assert.NotEmpty(Schema.Faults(document, Schema.Answer(document, document.At("paths").GetProperty("/v1/meetings/{id}").At("get"))!.Value, JsonSerializer.SerializeToElement(meeting), ""));
    }

    [Fact]
    public async Task Every_always_present_member_of_an_event_is_required()
    {
        var document = await DocumentAsync();
        string[] members = ["id", "kind", "type", "modes", "contexts", "quadClass", "status", "title", "summary", "date", "time", "location", "participants", "topics", "statements", "relations", "sources",
            "score", "goldstein", "fatalities", "dataset", "incident", "identifiers", "codes", "revision", "createdAt", "updatedAt"];
        string[] ofMeetings = ["series", "ordinal", "host", "venue", "setting", "agenda", "agendaComplete", "outcomes"];
        var meeting = Schema.Answer(document, document.At("paths").GetProperty("/v1/meetings/{id}").At("get"))!.Value;

        Assert.All(members.Concat(ofMeetings), m => Assert.True(Schema.Requires(document, meeting, m), m));
    }

    internal static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_document_stays_small()
    {
        // As it would be sent: nothing escaped that JSON need not escape.
        var minified = JsonSerializer.SerializeToUtf8Bytes(await DocumentAsync(), Plain);
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) await gzip.WriteAsync(minified);

        Assert.InRange(minified.Length, 1, 400_000);
        Assert.InRange(packed.Length, 1, 45_000);
    }

    [Fact]
    public async Task The_YAML_says_the_same_operations()
    {
        var yaml = await api.Client.GetStringAsync("/openapi/v1.yaml");

        Assert.All(Operations(await DocumentAsync()), o => Assert.Contains($"operationId: {o.Operation.Text("operationId")}", yaml, StringComparison.Ordinal));
    }
}

/// <summary>As much of JSON Schema 2020-12 as the document uses.</summary>
internal static class Schema
{
    /// <summary>The schema of the 200 in JSON; null where there is none.</summary>
    public static JsonElement? Answer(JsonElement document, JsonElement operation) =>
        operation.At("responses").TryGetProperty("200", out var done) && Resolve(document, done).TryGetProperty("content", out var content) && content.TryGetProperty("application/json", out var json) ? json.At("schema") : null;

    public static JsonElement Resolve(JsonElement document, JsonElement element)
    {
        while (element.TryGetProperty("$ref", out var reference)) element = reference.GetString()!.Split('/').Skip(1).Aggregate(document, (at, part) => at.GetProperty(part.Replace("~1", "/", StringComparison.Ordinal)));
        return element;
    }

    public static bool Requires(JsonElement document, JsonElement schema, string member)
    {
        schema = Resolve(document, schema);
        return schema.TryGetProperty("required", out var required) && required.EnumerateArray().Any(r => r.GetString() == member)
            || schema.TryGetProperty("allOf", out var all) && all.EnumerateArray().Any(s => Requires(document, s, member));
    }

    /// <summary>What is wrong with a value, by place.</summary>
    public static IEnumerable<string> Faults(JsonElement document, JsonElement schema, JsonElement value, string at)
    {
        schema = Resolve(document, schema);
        if (schema.TryGetProperty("type", out var type))
        {
            string[] types = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString()!)] : [type.GetString()!];
            if (!types.Any(t => Is(value, t)))
            {
                yield return $"{at} is {value.ValueKind} and not {string.Join(" or ", types)}";
                yield break;
            }
        }
        if (schema.TryGetProperty("enum", out var words) && value.ValueKind != JsonValueKind.Null && !words.EnumerateArray().Any(w => JsonElement.DeepEquals(w, value))) yield return $"{at} is {value.GetRawText()}, not one of its words";
        if (schema.TryGetProperty("allOf", out var all))
            foreach (var fault in all.EnumerateArray().SelectMany(s => Faults(document, s, value, at))) yield return fault;
        if (schema.TryGetProperty("anyOf", out var any) && any.EnumerateArray().Select(s => Faults(document, s, value, at).ToList()).ToList() is var ways && ways.TrueForAll(w => w.Count > 0))
            yield return $"{at} is none of: {string.Join(" | ", ways.Select(w => w[0]))}";
        if (value.ValueKind == JsonValueKind.Object)
        {
            if (schema.TryGetProperty("required", out var required))
                foreach (var member in required.EnumerateArray().Where(r => !value.TryGetProperty(r.GetString()!, out _))) yield return $"{at}/{member.GetString()} is missing";
            foreach (var member in value.EnumerateObject())
            {
                var described = schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(member.Name, out var property) ? property
                    : schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.Object ? others : (JsonElement?)null;
                if (described is { } inner)
                    foreach (var fault in Faults(document, inner, member.Value, $"{at}/{member.Name}")) yield return fault;
            }
        }
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
            foreach (var fault in value.EnumerateArray().SelectMany((v, n) => Faults(document, items, v, $"{at}/{n}"))) yield return fault;
    }

    /// <summary>Members that no part of the schema knows.</summary>
    public static IEnumerable<string> Undescribed(JsonElement document, JsonElement schema, JsonElement value, string at)
    {
        var parts = Parts(document, schema, value).ToList();
        if (value.ValueKind == JsonValueKind.Array)
            foreach (var items in parts.Where(p => p.TryGetProperty("items", out _)).Take(1))
                foreach (var fault in value.EnumerateArray().SelectMany((v, n) => Undescribed(document, items.At("items"), v, $"{at}/{n}"))) yield return fault;
        if (value.ValueKind != JsonValueKind.Object || !parts.Exists(p => p.TryGetProperty("properties", out _)) || parts.Exists(p => p.TryGetProperty("additionalProperties", out _))) yield break;
        foreach (var member in value.EnumerateObject())
        {
            var described = parts.Where(p => p.TryGetProperty("properties", out var properties) && properties.TryGetProperty(member.Name, out _)).Select(p => p.At("properties").GetProperty(member.Name)).ToList();
            if (described.Count == 0) yield return $"{at}/{member.Name} is not described";
            else foreach (var fault in Undescribed(document, described[0], member.Value, $"{at}/{member.Name}")) yield return fault;
        }
    }

    /// <summary>The schema and all that it is made of, as far as the value is of it.</summary>
    private static IEnumerable<JsonElement> Parts(JsonElement document, JsonElement schema, JsonElement value)
    {
        schema = Resolve(document, schema);
        yield return schema;
        if (schema.TryGetProperty("allOf", out var all))
            foreach (var part in all.EnumerateArray().SelectMany(s => Parts(document, s, value))) yield return part;
        if (schema.TryGetProperty("anyOf", out var any) && any.EnumerateArray().FirstOrDefault(s => !Faults(document, s, value, "").Any()) is { ValueKind: JsonValueKind.Object } fits)
            foreach (var part in Parts(document, fits, value)) yield return part;
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "array" => value.ValueKind == JsonValueKind.Array,
        _ => value.ValueKind == JsonValueKind.Object,
    };
}
