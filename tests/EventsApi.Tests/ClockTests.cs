using System.Globalization;
using System.Net;
using EventsApi.Access;

namespace EventsApi.Tests;

/// <summary>A machine's clock is set back, jumps ahead, and passes leap days; the catalogue's order is that of its changes, not of the clock. Each test has a clock of its own.</summary>
public sealed class ClockTests : IAsyncLifetime
{
    private sealed class OwnApi : TestApi
    {
        protected override string Seed => "none";
    }

    private readonly OwnApi _api = new();

    public Task InitializeAsync() => _api.InitializeAsync();
    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Changes_stay_in_order_and_records_readable_however_the_clock_jumps()
    {
        var since = await _api.WatermarkAsync();
        var id = await _api.AddAsync("topics", new { label = "Before" });
        var expected = new List<string> { $"created topic {id} 1" };
        var jumps = (TimeSpan[])[TimeSpan.FromSeconds(-1), TimeSpan.FromHours(-25), TimeSpan.FromDays(400), TimeSpan.FromDays(-900), TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(365 * 50), TimeSpan.FromDays(-365 * 55)];
        for (var n = 0; n < jumps.Length; n++)
        {
            _api.Clock.Now += jumps[n];
            var tag = await _api.TagAsync($"/v1/topics/{id}");
            var changed = await _api.WrittenAsync("PATCH", $"/v1/topics/{id}", new { label = string.Create(CultureInfo.InvariantCulture, $"After jump {n}") }, tag);
            Assert.Equal(n + 2, changed.At("revision").GetInt64());
            expected.Add(string.Create(CultureInfo.InvariantCulture, $"updated topic {id} {n + 2}"));
            // What is read is what was written last, whatever time it says.
            Assert.Equal(changed.ToString(), (await _api.GetAsync($"/v1/topics/{id}")).ToString());
            Assert.NotEqual(tag, await _api.TagAsync($"/v1/topics/{id}"));
            foreach (var path in (string[])["/v1/topics", "/v1/topics?q=jump", $"/v1/topics/{id}/revisions", $"/v1/topics/{id}?knownAt={_api.Instant}", "/v1/stats", "/v1/events?date=7d", "/v1/events?date=%2B30d", "/v1/audit?key=self"])
            {
                using var response = await _api.WriteAsync("GET", path, role: Role.Admin);
                Assert.True(response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotFound && path.Contains("knownAt", StringComparison.Ordinal), $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            }
        }
        Assert.Equal(expected, await _api.ToldAsync(since));
        await _api.IsSoundAsync();
    }

    [Fact]
    public async Task A_list_that_was_read_before_the_clock_went_back_is_sent_again()
    {
        var id = await _api.AddAsync("topics", new { label = "Before" });
        using var first = await _api.Client.GetAsync("/v1/topics");
        _api.Clock.Now -= TimeSpan.FromDays(2);
        await _api.WrittenAsync("PATCH", $"/v1/topics/{id}", new { label = "After" });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/topics");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await _api.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Contains("After", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Idempotency_and_wrong_keys_survive_a_jump()
    {
        using var once = await _api.WriteAsync("POST", "/v1/topics", new { label = "Once" }, headers: ("Idempotency-Key", "jump"));
        _api.Clock.Now -= TimeSpan.FromDays(3);
        using var again = await _api.WriteAsync("POST", "/v1/topics", new { label = "Once" }, headers: ("Idempotency-Key", "jump"));
        Assert.Equal(once.Headers.Location, again.Headers.Location);
        // Whoever was slowed is not slowed for ever by a clock that went back.
        async Task<HttpStatusCode> WrongAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/topics");
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer ec_000000000000_00");
            using var response = await _api.Client.SendAsync(request);
            return response.StatusCode;
        }
        for (var n = 0; n < 25; n++) await WrongAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, await WrongAsync());
        _api.Clock.Now -= TimeSpan.FromHours(5);
        Assert.Equal(HttpStatusCode.Unauthorized, await WrongAsync());
    }

    [Fact]
    public async Task Leap_days_are_days()
    {
        _api.Clock.Now = new DateTimeOffset(2028, 2, 29, 23, 59, 59, TimeSpan.Zero);
        var leap = await _api.EventAsync("2028-02-29");
        var (before, after) = (await _api.EventAsync("2028-02-28"), await _api.EventAsync("2028-03-01"));
        Assert.Equal([leap], await _api.IdsAsync("/v1/events?date=2028-02-29"));
        Assert.Equal([leap], await _api.IdsAsync("/v1/events?date=today"));
        Assert.Equal(new[] { before, leap }.Order(), (await _api.IdsAsync("/v1/events?date=2028-02")).Order());
        Assert.Equal(new[] { leap, after }.Order(), (await _api.IdsAsync("/v1/events?date=%2B1d")).Order());
        _api.Clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal([after], await _api.IdsAsync("/v1/events?date=today"));
        foreach (var none in (string[])["2027-02-29", "2100-02-29", "2026-02-30"])
        {
            await _api.ProblemAsync($"/v1/events?date={none}", 400);
            Assert.InRange(await StatusAsync(none), 400, 422);
        }
        Assert.Equal(201, await StatusAsync("2000-02-29"));
        // A year later there is no such day, and a key of 366 days made on it still has its last hour.
        var key = (await Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<Keys>(_api.Services).CreateAsync("leap", Role.Reader, new DateTimeOffset(2028, 2, 29, 12, 0, 0, TimeSpan.Zero).AddYears(1))).Key;
        _api.Clock.Now = new DateTimeOffset(2029, 2, 28, 11, 59, 59, TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.OK, await WithAsync(key));
        _api.Clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(HttpStatusCode.Unauthorized, await WithAsync(key));
    }

    private async Task<int> StatusAsync(string date)
    {
        using var response = await _api.WriteAsync("POST", "/v1/events", new { type = "protest", title = Writing.Own("Event"), date });
        return (int)response.StatusCode;
    }

    private async Task<HttpStatusCode> WithAsync(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/topics");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        using var response = await _api.Client.SendAsync(request);
        return response.StatusCode;
    }
}
