using System.Text;
using System.Text.Json;
using EventsApi.Access;

namespace EventsApi.Tests;

/// <summary><c>openapi/requests.http</c> has one request for each operation, made from the document, and every one of them works on the default catalogue.</summary>
public sealed class RequestsFileTests(DefaultApi api) : IClassFixture<DefaultApi>
{
    private static readonly string File = Path.Combine(Repository.Root, "openapi", "requests.http");
    // What is read before what is written, and nothing is deleted before it was changed.
    private static readonly string[] Order = ["get", "post", "put", "patch", "delete"];

    private static string Written(JsonElement document)
    {
        var text = new StringBuilder("# One request for each operation, for REST Client, JetBrains and Visual Studio. Made from openapi/v1.json; a test sends them all.\n# Writing needs a key: dotnet run -c Release --project src/EventsApi -- keys create --role admin\n@host = http://localhost:5080\n@key =\n");
        foreach (var path in document.At("paths").EnumerateObject())
            foreach (var method in Order)
            {
                if (!path.Value.TryGetProperty(method, out var operation)) continue;
                var example = DocumentedExample.Of(document, path.Name, method, operation)[0];
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n### {operation.Text("operationId")}: {operation.Text("summary")}\n{method.ToUpperInvariant()} {{{{host}}}}{example.Request}\n");
                if (operation.TryGetProperty("security", out _)) text.Append("Authorization: Bearer {{key}}\n");
                if (operation.TryGetProperty("parameters", out var parameters) && parameters.EnumerateArray().Any(p => Schema.Resolve(document, p).Text("name") == "If-Match")) text.Append("If-Match: *\n");
                if (example.Body is { } body) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"Content-Type: {example.MediaType}\n\n{(example.MediaType == "application/x-ndjson" ? body : Compact(body))}\n");
            }
        return text.ToString();
    }

    private static string Compact(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement, ApiDocumentTests.Plain);

    [Fact]
    public async Task The_file_has_one_request_for_each_operation()
    {
        var made = Written(await api.GetAsync("/openapi/v1.json"));
        if (Environment.GetEnvironmentVariable("EVENTSAPI_UPDATE_OPENAPI") == "1") await System.IO.File.WriteAllTextAsync(File, made);

        Assert.True(made == (await System.IO.File.ReadAllTextAsync(File)).ReplaceLineEndings("\n"), "openapi/requests.http is not what the document says; run the tests with EVENTSAPI_UPDATE_OPENAPI=1 and look at the difference.");
    }

    [Fact]
    public async Task Every_request_of_the_file_works()
    {
        var requests = (await System.IO.File.ReadAllTextAsync(File)).ReplaceLineEndings("\n").Split("\n### ")[1..];
        var key = await api.KeyAsync(Role.Admin);
        var wrong = new List<string>();

        foreach (var request in requests)
        {
            // A name, a request line, headers; then a body after an empty line.
            var (head, body) = request.TrimEnd('\n').Split("\n\n", 2) is [var first, var rest] ? (first, rest) : (request.TrimEnd('\n'), null);
            var lines = head.Split('\n');
            var line = lines[1].Split(' ', 2);
            using var message = new HttpRequestMessage(new HttpMethod(line[0]), line[1].Replace("{{host}}", api.Root, StringComparison.Ordinal));
            if (body is not null) message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            foreach (var header in lines[2..].Select(l => l.Replace("{{key}}", key, StringComparison.Ordinal).Split(": ", 2)))
                if (!message.Headers.TryAddWithoutValidation(header[0], header[1])) message.Content!.Headers.TryAddWithoutValidation(header[0], header[1]);
            // A stream has answered when its head is there.
            using var response = await api.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
            if (!response.IsSuccessStatusCode) wrong.Add($"{lines[0]}: {lines[1]} answers {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }

        Reading.Nothing(wrong);
        Assert.True(requests.Length > 140, $"{requests.Length} requests");
    }
}
