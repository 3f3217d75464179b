using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventsApi.Tests;

/// <summary>What the document shows for writing works as it stands, in the order of the document.</summary>
public sealed class WritingExampleTests(DefaultApi api) : IClassFixture<DefaultApi>
{
    private static readonly string[] Order = ["post", "put", "patch", "delete"];

    [Fact]
    public async Task The_first_example_of_every_operation_that_writes_works()
    {
        var document = JsonNode.Parse(await api.Client.GetStringAsync("/openapi/v1.json"))!;
        var wrong = new List<string>();
        var count = 0;
        foreach (var (path, methods) in document["paths"]!.AsObject())
            foreach (var method in Order)
            {
                if (methods![method] is not { } operation || operation["security"] is null) continue;
                var request = (string)operation["x-examples"]![0]!["request"]!;
                var content = operation["requestBody"]?["content"]?.AsObject().Single();
                var example = content?.Value!["examples"]!["first"];
                if ((string?)example?["$ref"] is { } reference) example = document["components"]!["examples"]![reference.Split('/')[^1]];
                // A batch is text, everything else JSON.
                object? body = example is null ? null : example["value"] is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : example["value"]!.ToJsonString();
                using var response = await api.WriteAsync(method.ToUpperInvariant(), request, body, "*", content?.Key);
                count++;
                if (!response.IsSuccessStatusCode) wrong.Add($"{method} {path} as {request}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
                else if (!operation["responses"]!.AsObject().ContainsKey(((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture))) wrong.Add($"{method} {path} answers {(int)response.StatusCode}, which is not described");
            }

        Reading.Nothing(wrong);
        Assert.True(count > 60, $"{count} operations");
    }
}
