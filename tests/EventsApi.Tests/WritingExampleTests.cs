using System.Text.Json;
using EventsApi.Access;

namespace EventsApi.Tests;

/// <summary>What the document shows for writing works as it stands, in the order of the document.</summary>
public sealed class WritingExampleTests(DefaultApi api) : IClassFixture<DefaultApi>
{
    private static readonly string[] Order = ["post", "put", "patch", "delete"];

    [Fact]
    public async Task The_first_example_of_every_operation_that_writes_works()
    {
        var document = await api.GetAsync("/openapi/v1.json");
        var wrong = new List<string>();
        var count = 0;
        foreach (var path in document.At("paths").EnumerateObject())
            foreach (var method in Order)
            {
                if (!path.Value.TryGetProperty(method, out var operation) || !operation.TryGetProperty("security", out _)) continue;
                var example = DocumentedExample.Of(document, path.Name, method, operation)[0];
                using var response = await api.WriteAsync(method.ToUpperInvariant(), example.Request, example.Body, "*", example.MediaType, path.Name == "/v1/snapshot" ? Role.Admin : Role.Editor);
                count++;
                if (!response.IsSuccessStatusCode) wrong.Add($"{method} {path.Name} as {example.Request}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
                else if (!operation.At("responses").TryGetProperty(((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture), out _)) wrong.Add($"{method} {path.Name} answers {(int)response.StatusCode}, which is not described");
            }

        Reading.Nothing(wrong);
        Assert.True(count > 60, $"{count} operations");
    }
}
