using System.Net;
using System.Text;
using System.Text.Json;
using EventsApi.Access;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>Who may do what: keys and their roles, wrong keys, and one effect for one Idempotency-Key.</summary>
public sealed class AccessTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private Keys Keys => api.Services.GetRequiredService<Keys>();

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string? authorization, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null) request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        return await api.Client.SendAsync(request);
    }

    private Task<HttpResponseMessage> AddAsync(string key, string label = "A topic") => SendAsync("POST", "/v1/topics", $"Bearer {key}", new { label });

    /// <summary>A minute in which nothing was refused yet.</summary>
    private void NextMinute() => api.Clock.Now += TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("POST", "/v1/events")]
    [InlineData("POST", "/v1/actors/batch")]
    [InlineData("PUT", "/v1/events/E1")]
    [InlineData("PATCH", "/v1/events/E1")]
    [InlineData("DELETE", "/v1/events/E1")]
    [InlineData("POST", "/v1/events/E1/revisions/1/revert")]
    [InlineData("POST", "/v1/actors/a/merge-into/b")]
    [InlineData("DELETE", "/v1/actors/a/merge-into/b")]
    public async Task Every_write_needs_an_editor(string method, string path)
    {
        using var nobody = await SendAsync(method, path, null);
        await Problems.ReadAsync(nobody, 401);
        Assert.Equal("Bearer", nobody.Headers.WwwAuthenticate.Single().Scheme);
        await Problems.ReadAsync(await api.WriteAsync(method, path, role: Role.Reader), 403);
    }

    [Theory]
    [InlineData("/v1/events")]
    [InlineData("/v1/changes")]
    [InlineData("/v1/topics/nothing/revisions")]
    public async Task Reading_needs_no_key_and_takes_one(string path)
    {
        using var without = await SendAsync("GET", path, null);
        using var with = await SendAsync("GET", path, $"Bearer {await api.KeyAsync(Role.Reader)}");
        Assert.Equal(without.StatusCode, with.StatusCode);
        Assert.NotEqual(HttpStatusCode.Unauthorized, with.StatusCode);
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer ec_000000000000_00")]
    [InlineData("Bearer nonsense")]
    public async Task A_wrong_key_is_refused_where_none_is_needed_too(string authorization)
    {
        NextMinute();
        using var response = await SendAsync("GET", "/v1/events", authorization);
        await Problems.ReadAsync(response, 401);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task A_key_of_which_a_character_differs_is_none()
    {
        NextMinute();
        var (key, id) = await Keys.CreateAsync("exact", Role.Editor, null);
        var other = key[..^1] + (key[^1] == '0' ? '1' : '0');
        await Problems.ReadAsync(await AddAsync(other), 401);
        await Problems.ReadAsync(await AddAsync(key.Replace(id, new string('0', id.Length), StringComparison.Ordinal)), 401);
        await Problems.ReadAsync(await AddAsync(id), 401);
        Assert.Equal(HttpStatusCode.Created, (await AddAsync(key)).StatusCode);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once()
    {
        NextMinute();
        var (key, id) = await Keys.CreateAsync("revoked", Role.Editor, null);
        Assert.Equal(HttpStatusCode.Created, (await AddAsync(key)).StatusCode);
        Assert.True(await Keys.RevokeAsync(id));
        await Problems.ReadAsync(await AddAsync(key), 401);
        await Problems.ReadAsync(await SendAsync("GET", "/v1/topics", $"Bearer {key}"), 401);
        Assert.NotNull((await Keys.ListAsync()).Single(k => k.Id == id).RevokedAt);
        Assert.False(await Keys.RevokeAsync("000000000000"));
    }

    [Fact]
    public async Task A_key_ends_at_the_instant_it_expires()
    {
        NextMinute();
        var (key, _) = await Keys.CreateAsync("short", Role.Editor, api.Clock.Now.AddSeconds(10));
        api.Clock.Now += TimeSpan.FromMilliseconds(9_999);
        Assert.Equal(HttpStatusCode.Created, (await AddAsync(key)).StatusCode);
        api.Clock.Now += TimeSpan.FromMilliseconds(1);
        await Problems.ReadAsync(await AddAsync(key), 401);
    }

    [Fact]
    public async Task The_last_use_of_a_key_is_noted_to_the_minute()
    {
        NextMinute();
        var (key, id) = await Keys.CreateAsync("used", Role.Reader, null);
        async Task<string?> UsedAsync() => (await Keys.ListAsync()).Single(k => k.Id == id).UsedAt;
        Assert.Null(await UsedAsync());
        using var first = await SendAsync("GET", "/v1/topics", $"Bearer {key}");
        var at = api.Instant;
        await Asking.SoonAsync(async () => await UsedAsync() == at, "the first use");
        api.Clock.Now += TimeSpan.FromMinutes(5);
        using var second = await SendAsync("GET", "/v1/topics", $"Bearer {key}");
        await Asking.SoonAsync(async () => await UsedAsync() == api.Instant, "the second use");
    }

    [Fact]
    public async Task No_key_stands_in_the_file_in_clear()
    {
        NextMinute();
        var (key, _) = await Keys.CreateAsync("secret", Role.Editor, null);
        using var written = await SendAsync("POST", "/v1/topics", $"Bearer {key}", new { label = "Written with a secret" }, ("Idempotency-Key", "once-for-the-secret"));
        Assert.Equal(HttpStatusCode.Created, written.StatusCode);
        var secret = key[(key.LastIndexOf('_') + 1)..];
        foreach (var needle in (byte[][])[Encoding.UTF8.GetBytes(secret), Convert.FromHexString(secret)])
            foreach (var file in api.Files())
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var bytes = new MemoryStream();
                await stream.CopyToAsync(bytes);
                Assert.Equal(-1, bytes.GetBuffer().AsSpan(0, (int)bytes.Length).IndexOf(needle));
            }
    }

    [Fact]
    public async Task The_reason_of_a_change_is_kept_and_has_a_bound()
    {
        using var response = await SendAsync("POST", "/v1/topics", $"Bearer {await api.KeyAsync(Role.Editor)}", new { label = "Reasoned" }, ("X-Change-Reason", "  because of the report  "));
        Assert.Equal("because of the report", (await api.GetAsync($"{response.Headers.Location}/revisions")).Each("items")[0].Text("reason"));
        using var longer = await SendAsync("POST", "/v1/topics", $"Bearer {await api.KeyAsync(Role.Editor)}", new { label = "Reasoned" }, ("X-Change-Reason", new string('x', 1_001)));
        await Problems.ReadAsync(longer, 400);
    }

    [Fact]
    public async Task Wrong_keys_slow_down_their_source_while_a_good_key_from_there_still_works()
    {
        NextMinute();
        var (good, _) = await Keys.CreateAsync("good", Role.Editor, null);
        Assert.Equal(HttpStatusCode.Created, (await AddAsync(good)).StatusCode);
        var (refused, slowed) = (0, 0);
        for (var n = 0; n < 40; n++)
        {
            using var response = await SendAsync("GET", "/v1/topics", $"Bearer ec_{n:d12}_{n:d64}");
            if (response.StatusCode == HttpStatusCode.Unauthorized) refused++;
            else
            {
                await Problems.ReadAsync(response, 429);
                Assert.InRange((response.Headers.RetryAfter!.Delta ?? TimeSpan.Zero).TotalSeconds, 1, 60);
                slowed++;
            }
        }
        Assert.InRange(refused, 5, 30);
        Assert.Equal(40, refused + slowed);
        Assert.Equal(HttpStatusCode.Created, (await AddAsync(good)).StatusCode);
        using var withoutKey = await SendAsync("GET", "/v1/topics", null);
        Assert.Equal(HttpStatusCode.OK, withoutKey.StatusCode);

        NextMinute();
        using var again = await SendAsync("GET", "/v1/topics", "Bearer ec_000000000001_00");
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
        NextMinute();
    }

    // Idempotency-Key.

    private Task<HttpResponseMessage> OnceAsync(string token, object body, string path = "/v1/topics", Role role = Role.Editor) => api.WriteAsync("POST", path, body, role: role, headers: ("Idempotency-Key", token));

    [Fact]
    public async Task A_repeated_request_gets_the_first_answer_and_has_one_effect()
    {
        using var first = await OnceAsync("repeat-1", new { label = "Only once" });
        using var second = await OnceAsync("repeat-1", new { label = "Only once" });
        Assert.Equal((first.StatusCode, first.Headers.Location, first.Headers.ETag), (second.StatusCode, second.Headers.Location, second.Headers.ETag));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal("true", second.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Single(await api.IdsAsync("/v1/topics?q=%22only+once%22"));
    }

    [Fact]
    public async Task With_another_body_it_is_refused()
    {
        using var first = await OnceAsync("other-body", new { label = "One body" });
        await Problems.ReadAsync(await OnceAsync("other-body", new { label = "Another body" }), 422);
        Assert.Empty(await api.IdsAsync("/v1/topics?q=%22another+body%22"));
    }

    [Fact]
    public async Task It_belongs_to_its_key_its_method_and_its_path()
    {
        var body = new { label = "Mine and yours" };
        using var mine = await OnceAsync("shared", body);
        using var yours = await OnceAsync("shared", body, role: Role.Admin);
        Assert.Equal(HttpStatusCode.Created, yours.StatusCode);
        Assert.NotEqual(mine.Headers.Location, yours.Headers.Location);
        using var elsewhere = await OnceAsync("shared", body, "/v1/meeting-series");
        Assert.Equal(HttpStatusCode.Created, elsewhere.StatusCode);
        Assert.StartsWith("/v1/meeting-series/", elsewhere.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_request_can_be_sent_again_and_a_day_later_it_is_a_new_one()
    {
        await Problems.ReadAsync(await OnceAsync("mended", new { label = "" }), 422);
        using var mended = await OnceAsync("mended", new { label = "Mended" });
        Assert.Equal(HttpStatusCode.Created, mended.StatusCode);
        api.Clock.Now += TimeSpan.FromHours(25);
        using var later = await OnceAsync("mended", new { label = "Mended" });
        Assert.Equal(HttpStatusCode.Created, later.StatusCode);
        Assert.NotEqual(mended.Headers.Location, later.Headers.Location);
    }

    [Fact]
    public async Task Many_at_once_have_one_effect()
    {
        await api.KeyAsync(Role.Editor);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => OnceAsync("crowd", new { label = "Crowded topic" })));
        Assert.All(answers, a => Assert.True(a.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict, $"{(int)a.StatusCode}"));
        Assert.Single(answers.Where(a => a.StatusCode == HttpStatusCode.Created).Select(a => a.Headers.Location).Distinct());
        Assert.Single(await api.IdsAsync("/v1/topics?q=%22crowded+topic%22"));
    }

    // CORS, where no origin may write.

    private async Task<HttpResponseMessage> PreflightAsync(string method, string origin = "https://pages.example", string? headers = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v1/events/E1");
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", method);
        if (headers is not null) request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", headers);
        return await api.Client.SendAsync(request);
    }

    [Fact]
    public async Task A_foreign_page_may_read_and_not_write()
    {
        using var reading = await PreflightAsync("GET");
        Assert.True(reading.IsSuccessStatusCode);
        Assert.Equal("*", reading.Headers.GetValues("Access-Control-Allow-Origin").Single());
        foreach (var method in (string[])["PUT", "PATCH", "DELETE"])
        {
            using var writing = await PreflightAsync(method);
            Assert.DoesNotContain(method, writing.Headers.TryGetValues("Access-Control-Allow-Methods", out var allowed) ? string.Join(',', allowed) : "");
        }
        using var reasoned = await PreflightAsync("POST", headers: "X-Change-Reason");
        Assert.DoesNotContain("X-Change-Reason", reasoned.Headers.TryGetValues("Access-Control-Allow-Headers", out var names) ? string.Join(',', names) : "", StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_refusal_can_be_read_by_a_page_too()
    {
        NextMinute();
        using var refused = await SendAsync("GET", "/v1/events", "Bearer wrong", null, ("Origin", "https://pages.example"));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("*", refused.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }
}

/// <summary>An operator who closed reading, set quotas and lets one origin write.</summary>
public sealed class ClosedApi : TestApi
{
    public const string Origin = "https://editors.example";
    public const int PerKey = 8, PerAddress = 5;

    protected override string Seed => "none";

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Access:ReadingNeedsKey"] = "true", ["Access:WritingOrigins:0"] = Origin, ["Limits:PerKey"] = $"{PerKey}", ["Limits:PerAddress"] = $"{PerAddress}",
    };
}

/// <summary>What changes with the operator's settings.</summary>
public sealed class ClosedAccessTests(ClosedApi api) : IClassFixture<ClosedApi>
{
    private async Task<HttpResponseMessage> SendAsync(string method, string path, string? key = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await api.Client.SendAsync(request);
    }

    private void NextMinute() => api.Clock.Now += TimeSpan.FromMinutes(1);

    private async Task<string> NewKeyAsync(Role role) => (await api.Services.GetRequiredService<Keys>().CreateAsync("new", role, null)).Key;

    [Theory]
    [InlineData("/v1/events")]
    [InlineData("/v1/changes")]
    [InlineData("/v1/changes/stream")]
    [InlineData("/v1/search?q=x")]
    [InlineData("/v1/codes")]
    public async Task Reading_needs_a_key(string path)
    {
        NextMinute();
        using var refused = await SendAsync("GET", path);
        await Problems.ReadAsync(refused, 401);
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task A_reader_reads_and_a_page_outside_the_data_needs_no_key()
    {
        NextMinute();
        using var read = await SendAsync("GET", "/v1/events", await NewKeyAsync(Role.Reader));
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        foreach (var path in (string[])["/healthz", "/openapi/v1.json"])
        {
            using var open = await SendAsync("GET", path);
            Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        }
    }

    [Fact]
    public async Task What_needs_a_key_is_not_kept_by_shared_caches()
    {
        NextMinute();
        using var read = await SendAsync("GET", "/v1/events", await NewKeyAsync(Role.Reader));
        Assert.False(read.Headers.CacheControl!.Public);
        Assert.True(read.Headers.CacheControl.Private || read.Headers.CacheControl.NoStore);
    }

    [Fact]
    public async Task A_quota_is_told_with_each_answer_and_ends_with_429()
    {
        NextMinute();
        var key = await NewKeyAsync(Role.Reader);
        for (var left = ClosedApi.PerKey - 1; left >= 0; left--)
        {
            using var within = await SendAsync("GET", "/v1/topics", key);
            Assert.Equal(HttpStatusCode.OK, within.StatusCode);
            Assert.Equal($"\"minute\";q={ClosedApi.PerKey};w=60", within.Headers.GetValues("RateLimit-Policy").Single());
            Assert.StartsWith($"\"minute\";r={left};t=", within.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
        }
        using var beyond = await SendAsync("GET", "/v1/topics", key);
        await Problems.ReadAsync(beyond, 429);
        Assert.InRange(beyond.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        // Another key has its own.
        using var other = await SendAsync("GET", "/v1/topics", await NewKeyAsync(Role.Reader));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        api.Clock.Now += beyond.Headers.RetryAfter.Delta.Value;
        using var again = await SendAsync("GET", "/v1/topics", key);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Without_a_key_the_address_has_a_quota()
    {
        NextMinute();
        for (var n = 0; n < ClosedApi.PerAddress; n++) Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("GET", "/v1/topics")).StatusCode);
        using var beyond = await SendAsync("GET", "/v1/topics");
        await Problems.ReadAsync(beyond, 429);
        Assert.NotNull(beyond.Headers.RetryAfter);
        // Those behind the same address who have a key are not shut out.
        using var keyed = await SendAsync("GET", "/v1/topics", await NewKeyAsync(Role.Reader));
        Assert.Equal(HttpStatusCode.OK, keyed.StatusCode);
    }

    [Theory]
    [InlineData(ClosedApi.Origin, true)]
    [InlineData("https://pages.example", false)]
    public async Task Only_pages_of_a_named_origin_may_write(string origin, bool may)
    {
        NextMinute();
        foreach (var method in (string[])["PUT", "PATCH", "DELETE"])
        {
            using var preflight = await SendAsync("OPTIONS", "/v1/topics/x", null, ("Origin", origin), ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", "if-match,x-change-reason,authorization"));
            Assert.Equal(may, preflight.IsSuccessStatusCode && preflight.Headers.TryGetValues("Access-Control-Allow-Methods", out var methods) && string.Join(',', methods).Contains(method, StringComparison.Ordinal));
        }
        using var read = await SendAsync("GET", "/v1/topics", await NewKeyAsync(Role.Reader), ("Origin", origin));
        Assert.Equal(may ? origin : "*", read.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Fact]
    public async Task A_preflight_needs_no_key()
    {
        NextMinute();
        using var preflight = await SendAsync("OPTIONS", "/v1/events", null, ("Origin", "https://pages.example"), ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "authorization"));
        Assert.True(preflight.IsSuccessStatusCode);
        Assert.Contains("authorization", string.Join(',', preflight.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Limits:PerKey", "0")]
    [InlineData("Limits:PerAddress", "-3")]
    public async Task A_quota_that_makes_no_sense_stops_the_start(string name, string value)
    {
        var folder = Directory.CreateTempSubdirectory("events-").FullName;
        await using (var app = Server.Build(new() { ["urls"] = "http://127.0.0.1:0", ["Catalogue:Path"] = Path.Combine(folder, "c.db"), ["Catalogue:Create"] = "true", ["Catalogue:Seed"] = "none", [name] = value, ["Logging:LogLevel:Default"] = "None" }))
        {
            var error = await Assert.ThrowsAnyAsync<Exception>(() => app.StartAsync());
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
        Directory.Delete(folder, recursive: true);
    }
}
