using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace EventsApi.Tests;

/// <summary>The default catalogue for a test that writes into it.</summary>
public sealed class FuzzedApi : TestApi
{
    protected override string Seed => "default";

    // What a busy machine is slow with is no fault of the program.
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["Catalogue:DeadlineMilliseconds"] = "60000" };
}

/// <summary>Fuzzing by the document: no 5xx, no undocumented status, no answer that is not of its schema, nothing wrong accepted and nothing right refused. EVENTSAPI_FUZZ says how many requests (<c>scripts/check --drills</c> sends 100,000) EVENTSAPI_FUZZ_SEED which, and EVENTSAPI_FUZZ_LOG where each is noted.</summary>
public sealed class FuzzTests(FuzzedApi api, ITestOutputHelper output) : IClassFixture<FuzzedApi>
{
    private const int Few = 3_000, ForAControl = 2_500;

    private static int Setting(string name, int usual) => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : usual;

    [Fact]
    public async Task What_is_served_is_what_is_documented()
    {
        await using var log = Environment.GetEnvironmentVariable("EVENTSAPI_FUZZ_LOG") is { Length: > 0 } path ? new StreamWriter(path) : null;
        var fuzzer = new Fuzzer(api, await api.GetAsync("/openapi/v1.json"), Setting("EVENTSAPI_FUZZ_SEED", 8), api.Client, log);
        await fuzzer.RunAsync(Setting("EVENTSAPI_FUZZ", Few));

        output.WriteLine(fuzzer.Report);
        Console.WriteLine(fuzzer.Report);
        Reading.Nothing(fuzzer.Faults.Select(f => $"{f.Value} × {f.Key}"));
        Reading.Nothing(fuzzer.Untouched);
        await api.IsSoundAsync();
    }

    /// <summary>What the fuzzer is for, one at a time: a document or a server that is wrong in one way.</summary>
    [Theory]
    [Trait(Engines.Trait, Engines.Any)]
    [InlineData("a status that is not documented", "401 is not documented")]
    [InlineData("a member of another type", "is String and not integer")]
    [InlineData("a member that nobody described", "/title is not described")]
    [InlineData("one answer in fifty is a 500", "500 ")]
    [InlineData("what is wrong is passed over", "200, not 400")]
    [InlineData("what is right is refused", "400, not 200")]
    [InlineData("a write that is forgotten", "what is read after a change is not what was answered")]
    public async Task A_fault_would_be_noticed(string wrong, string told)
    {
        var document = JsonNode.Parse((await api.GetAsync("/openapi/v1.json")).GetRawText())!;
        var members = document["components"]!["schemas"]!["EventItem"]!["properties"]!.AsObject();
        if (wrong == "a status that is not documented")
            foreach (var (_, methods) in document["paths"]!.AsObject()) methods!["post"]?["responses"]?.AsObject().Remove("401");
        if (wrong == "a member of another type") members["title"] = new JsonObject { ["type"] = "integer" };
        if (wrong == "a member that nobody described") members.Remove("title");
        using var client = new HttpClient(new Wrong(wrong)) { BaseAddress = api.Client.BaseAddress };
        var fuzzer = new Fuzzer(api, JsonSerializer.SerializeToElement(document), 8, client);
        await fuzzer.RunAsync(ForAControl);

        Assert.True(fuzzer.Faults.Keys.Any(f => f.Contains(told, StringComparison.Ordinal)), $"{fuzzer.Report}: {string.Join("; ", fuzzer.Faults.Keys.Take(3))}");
    }

    /// <summary>Stands between the fuzzer and the server.</summary>
    private sealed class Wrong(string how) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None })
    {
        private int _count;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
        {
            _count++;
            var isList = request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath is "/v1/events" or "/v1/topics" or "/v1/actors" or "/v1/meetings";
            if (how == "one answer in fifty is a 500" && _count % 50 == 0) return Problem(500);
            if (how == "what is right is refused" && isList && _count % 3 == 0) return Problem(400);
            if (how == "what is wrong is passed over" && request.Method == HttpMethod.Get) request.RequestUri = new Uri(request.RequestUri!.GetLeftPart(UriPartial.Path));
            if (how == "a write that is forgotten" && request.Method == HttpMethod.Patch)
            {
                // Nothing is sent on; the answer is what a legal change would have got.
                var body = await request.Content!.ReadAsStringAsync(ct);
                if (request.Content.Headers.ContentType?.MediaType == "application/merge-patch+json" && IsRecord(body) && request.Headers.Contains("If-Match")) return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            }
            return await base.SendAsync(request, ct);
        }

        private static bool IsRecord(string body)
        {
            try
            {
                return JsonNode.Parse(body) is JsonObject { Count: > 0 };
            }
            catch (JsonException)
            {
                return false;
            }
        }

        private static HttpResponseMessage Problem(int status) => new((HttpStatusCode)status)
        {
            Content = new StringContent(JsonSerializer.Serialize(new { type = "https://example.org/errors/x", title = "x", status, detail = "x", instance = "/", traceId = "x", errors = new[] { new { code = "x", message = "x", parameter = "x" } } }), Encoding.UTF8, "application/problem+json"),
        };
    }
}
