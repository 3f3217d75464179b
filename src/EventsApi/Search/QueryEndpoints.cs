using System.Text.Json;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Vocabulary;

namespace EventsApi.Search;

/// <summary>The parameters of a list as JSON: strings, numbers, booleans, or arrays of them for several values.</summary>
/// <param name="Any">Sets of filters of which at least one must hold, beside the filters outside.</param>
public sealed record QueryBody(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>>? Any = null);

/// <summary>POST /v1/{resource}/query: the same list for questions that do not fit an address.</summary>
internal static class QueryEndpoints
{
    private const int MostSets = 20;

    public static void MapQueries(this IEndpointRouteBuilder routes)
    {
        foreach (var resource in CatalogueResources.All)
        {
            var (first, second) = Examples(resource);
            routes.MapPost($"/{resource.Path}/query", (HttpContext http, Lists lists) => AnswerAsync(http, lists, resource)).WithName($"Query{string.Concat(resource.Path.Split('-').Select(Capital))}")
                .WithMetadata(new Operation(resource.Tag, $"Ask for {resource.Path.Replace('-', ' ')} with a body", "The list's parameters and cursor as JSON, and `any` for OR across filters.",
                    [new("One filter", $"/v1/{resource.Path}/query", first), new("Either of two", $"/v1/{resource.Path}/query", second)])
                { Resource = resource, IsList = true, Parameters = [], Body = typeof(QueryBody) });
        }

        static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
    }

    private static (string, string) Examples(Resource resource) => resource.Path switch
    {
        "events" => ("""{"country": ["KWT", "GBR"], "from": "2020", "limit": 5}""", """{"any": [{"actor": "nato", "country": "KWT"}, {"q": "Downing Street"}], "facets": ["type"]}"""),
        "meetings" => ("""{"series": "nato-summit", "limit": 3}""", """{"any": [{"setting": "advisory"}, {"host": "united-kingdom", "from": "2025"}]}"""),
        "topics" or "datasets" => ("""{"limit": 3}""", """{"any": [{"q": "conflict"}, {"q": "security"}], "limit": 3}"""),
        _ => ("""{"limit": 3}""", """{"any": [{"q": "kuwait"}, {"q": "nato"}], "limit": 3}"""),
    };

    private static async Task AnswerAsync(HttpContext http, Lists lists, Resource resource)
    {
        if (http.Request.QueryString.HasValue && http.Request.Query.Count > 0)
            throw ProblemException.Parameter(http.Request.Query.Keys.First(), "misplaced", "A query with a body takes its parameters in the body.");
        var body = await JsonBody.ReadAsync<Dictionary<string, JsonElement>>(http);
        var sets = new List<IReadOnlyDictionary<string, IReadOnlyList<string>>>();
        if (body.Remove("any", out var any))
        {
            if (any.ValueKind != JsonValueKind.Array || any.GetArrayLength() is 0 or > MostSets || !any.EnumerateArray().All(s => s.ValueKind == JsonValueKind.Object))
                throw Invalid("/any", $"any is an array of 1 to {MostSets} objects with filters.");
            sets.AddRange(any.EnumerateArray().Select((set, n) => set.EnumerateObject().ToDictionary(p => p.Name, p => Values($"/any/{n}/{p.Name}", p.Value))));
        }
        http.Request.Path = $"/v1/{resource.Path}";
        // From here on it is the list that the same parameters in an address would be.
        http.Request.QueryString = QueryString.Create(body.SelectMany(p => Values("/" + p.Key, p.Value).Select(v => KeyValuePair.Create<string, string?>(p.Key, v))));
        try
        {
            await lists.AnswerAsync(http, resource, any: sets);
        }
        catch (ProblemException problem) when (problem.Errors is not null)
        {
            // What stands in the body is told by its place there.
            http.Request.Path = $"/v1/{resource.Path}/query";
            http.Request.QueryString = default;
            throw new ProblemException(problem.Code, problem.Message, [.. problem.Errors.Select(e => e.Parameter is null ? e : e with { Pointer = "/" + e.Parameter, Parameter = null })]);
        }
    }

    private static IReadOnlyList<string> Values(string pointer, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => [.. value.EnumerateArray().Select(e => Value(pointer, e))],
        _ => [Value(pointer, value)],
    };

    private static string Value(string pointer, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Text(pointer, value),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw Invalid(pointer, "A parameter is a string, a number, true, false or an array of those."),
    };

    private static string Text(string pointer, JsonElement value)
    {
        try
        {
            var text = value.GetString()!;
            return !text.Contains('\0') ? text : throw Invalid(pointer, "The text holds a NUL.");
        }
        catch (InvalidOperationException)
        {
            throw Invalid(pointer, "The text holds half a surrogate pair, which no text can hold.");
        }
    }

    private static ProblemException Invalid(string pointer, string message) => new(ProblemCode.InvalidRequest, message, [new ProblemError("invalid", message) { Pointer = pointer }]);
}
