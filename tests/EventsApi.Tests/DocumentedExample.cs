using System.Text.Json;

namespace EventsApi.Tests;

/// <summary>A request that the document shows with an operation. Those with a body stand where OpenAPI has them, and their address is made of the examples of the path's parameters; the others are under <c>x-examples</c>.</summary>
/// <param name="Body">As it is sent; null for none.</param>
internal sealed record DocumentedExample(string Name, string Request, string? MediaType, string? Body)
{
    public static IReadOnlyList<DocumentedExample> Of(JsonElement document, string path, string method, JsonElement operation)
    {
        var shared = document.At("paths").GetProperty(path).GetProperty(method).TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().Select(p => Schema.Resolve(document, p)).ToList() : [];
        var address = shared.Where(p => p.Text("in") == "path").Aggregate(path, (at, p) => at.Replace($"{{{p.Text("name")}}}", p.Text("example"), StringComparison.Ordinal));
        var (mediaType, bodies) = operation.TryGetProperty("requestBody", out var body) ? Bodies(document, Schema.Resolve(document, body)) : (null, []);
        return operation.TryGetProperty("x-examples", out var told)
            ? [.. told.EnumerateObject().Select((e, n) => new DocumentedExample(e.Name, e.Value.GetString()!, mediaType, n < bodies.Count ? bodies[n].Body : null))]
            : [.. bodies.Select(b => new DocumentedExample(b.Name, address, mediaType, b.Body))];
    }

    private static (string MediaType, List<(string Name, string Body)> Bodies) Bodies(JsonElement document, JsonElement body)
    {
        var content = body.At("content").EnumerateObject().Single();
        // A batch is text, everything else JSON.
        return (content.Name, [.. content.Value.At("examples").EnumerateObject().Select(e => Schema.Resolve(document, e.Value)).Select(e => (e.Text("summary")!, e.At("value") is { ValueKind: JsonValueKind.String } text ? text.GetString()! : e.At("value").GetRawText()))]);
    }
}
