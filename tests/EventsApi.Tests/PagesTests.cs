using System.Net;
using System.Text.RegularExpressions;
using EventsApi.Access;
using EventsApi.Http;

namespace EventsApi.Tests;

/// <summary>What the pages and probes say holds: every example of the guide finds something, every example of a problem is refused so.</summary>
public sealed partial class PagesTests(DefaultApi api) : IClassFixture<DefaultApi>
{
    public static TheoryData<string> Examples => [.. Guide.Chapters.SelectMany(c => c.Examples).Select(e => e.Request)];

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Every_example_of_the_guide_finds_something(string request)
    {
        var answer = await api.Client.GetStringAsync(request);

        if (request.Contains("format=csv", StringComparison.Ordinal)) Assert.True(answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length > 1, answer);
        else if (System.Text.Json.JsonDocument.Parse(answer).RootElement is var json && json.TryGetProperty("items", out var items)) Assert.NotEqual(0, items.GetArrayLength());
    }

    [Fact]
    public async Task The_guide_and_the_text_for_machines_link_every_example()
    {
        var (page, text) = (await api.Client.GetStringAsync("/guide"), await api.Client.GetStringAsync("/llms.txt"));

        foreach (var example in Guide.Chapters.SelectMany(c => c.Examples)) Assert.Contains($"href=\"{WebUtility.HtmlEncode(example.Request)}\"", page, StringComparison.Ordinal);
        foreach (var example in Guide.Chapters.SelectMany(c => c.Examples)) Assert.Contains($"({api.Root}{example.Request})", text, StringComparison.Ordinal);
        Assert.StartsWith("# Events catalogue\n\n> ", text, StringComparison.Ordinal);
        foreach (var link in Link().Matches(text).Select(m => m.Groups[1].Value).Distinct())
        {
            using var response = await api.Client.GetAsync(link);
            Assert.True(response.IsSuccessStatusCode, $"{link} answers {(int)response.StatusCode}");
        }
    }

    // A full queue, a fault of ours or of the disk, and a body of many megabytes are not brought about here; a snapshot may not be made yet, and SnapshotTests ask for such a range.
    public static TheoryData<string> Refused => [.. ProblemCode.All.Except([ProblemCode.RangeNotSatisfiable, ProblemCode.StorageFull, ProblemCode.StorageUnavailable, ProblemCode.StorageDamaged, ProblemCode.TooLarge, ProblemCode.TooManyRequests, ProblemCode.Internal, ProblemCode.Overloaded]).Select(p => p.Code)];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Every_example_of_a_problem_is_refused_so(string code)
    {
        var problem = ProblemCode.All.Single(p => p.Code == code);
        var example = ErrorExample.All[problem];
        if (problem == ProblemCode.Gone) await api.WriteAsync("DELETE", example.Address, ifMatch: "*");

        using var request = new HttpRequestMessage(new HttpMethod(example.Method), example.Address);
        if (example.Body is not null) request.Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(example.Body));
        foreach (var header in example.Headers.Select(h => h.Split(": ", 2)))
        {
            var value = header[1].Replace("$KEY", await api.KeyAsync(Role.Editor), StringComparison.Ordinal).Replace("$READER", await api.KeyAsync(Role.Reader), StringComparison.Ordinal);
            if (!request.Headers.TryAddWithoutValidation(header[0], value)) request.Content!.Headers.TryAddWithoutValidation(header[0], value);
        }
        using var response = await api.Client.SendAsync(request);

        Assert.EndsWith($"/errors/{code}", (await Problems.ReadAsync(response, problem.Status)).Text("type"), StringComparison.Ordinal);
        if (example.Instead is { } instead) Assert.True((await api.Client.GetAsync(instead)).IsSuccessStatusCode, instead);
    }

    [Theory]
    [InlineData("/guide")]
    [InlineData("/errors/invalid-request")]
    public async Task A_page_needs_nothing_from_elsewhere(string path)
    {
        using var response = await api.Client.GetAsync(path);
        var html = await response.Content.ReadAsStringAsync();

        Assert.StartsWith("default-src 'none'; style-src 'unsafe-inline'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", html);
        Assert.Contains("width=device-width", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_has_an_example() => Assert.Equal(ProblemCode.All.Select(p => p.Code).Order(), ErrorExample.All.Keys.Select(p => p.Code).Order());

    [Fact]
    public async Task Metrics_count_what_was_asked()
    {
        using (await api.Client.GetAsync("/v1/topics/hybrid-threats")) { }
        using (await api.Client.GetAsync("/v1/topics/no-such-topic")) { }
        using (await api.Client.GetAsync("/no/such/path\"}")) { }
        using var response = await api.Client.GetAsync("/metrics");
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n');

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.True(Value("http_request_duration_seconds_count{route=\"/v1/topics/{id}\",method=\"GET\",status=\"200\"}") >= 1);
        Assert.True(Value("http_request_duration_seconds_count{route=\"/v1/topics/{id}\",method=\"GET\",status=\"404\"}") >= 1);
        Assert.True(Value("http_request_duration_seconds_count{route=\"none\",method=\"GET\",status=\"404\"}") >= 1);
        var stats = await api.GetAsync("/v1/stats");
        Assert.Equal(stats.At("records.actor").GetInt64(), Value("catalogue_records{kind=\"actor\"}"));
        foreach (var name in (string[])["catalogue_commits_total", "catalogue_wal_bytes", "catalogue_queue_length{lane=\"write\"}", "process_resident_memory_bytes"]) Assert.True(Value(name) >= 0, name);
        // As a scraper reads it: comments, or a name, labels and a number.
        Assert.All(lines.Where(l => l != ""), line => Assert.Matches("^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+({.*})? [0-9.E+-]+)$", line));

        double Value(string name) => double.Parse(lines.Single(l => l.StartsWith(name + " ", StringComparison.Ordinal))[(name.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("/v1/events/E1")]
    [InlineData("/v1/events/none")]
    [InlineData("/healthz")]
    public async Task Every_answer_says_how_long_it_took(string path)
    {
        using var response = await api.Client.GetAsync(path);

        Assert.Matches(@"^app;dur=\d+(\.\d+)?$", response.Headers.GetValues("Server-Timing").Single());
    }

    [GeneratedRegex(@"\]\((http[^)\s]+)\)")]
    private static partial Regex Link();
}

/// <summary>The probe that says whether requests may come.</summary>
public sealed class ReadinessTests(DefaultApi api) : IClassFixture<DefaultApi>
{
    private static readonly Storage.DatabaseState Sound = new(0, 0, 0, 80_000_000, 4_000_000, 10_000_000_000);

    [Fact]
    public async Task A_sound_catalogue_is_ready()
    {
        Assert.Equal("ready", await api.Client.GetStringAsync("/readyz"));
        Assert.Empty(EventsApi.Http.Pages.Faults(1, Sound));
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        Assert.Equal("unreadable", EventsApi.Http.Pages.Faults(null, Sound).Single().Code);
        Assert.Equal("empty", EventsApi.Http.Pages.Faults(0, Sound).Single().Code);
        Assert.Equal("The disk of the catalogue has 5 MB left; writing needs 64 MB.", EventsApi.Http.Pages.Faults(1, Sound with { FreeBytes = 5_000_000 }).Single().Message);
        Assert.Equal(["writes-wait", "log-large"], EventsApi.Http.Pages.Faults(1, Sound with { WritesWaiting = 9_500, LogBytes = 3_000_000_000 }).Select(w => w.Code));
    }
}
