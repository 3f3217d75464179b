using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using EventsApi.Access;
using EventsApi.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>Kept queries, preferred claims and the audit.</summary>
public sealed class PinTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private async Task<JsonElement> PinAsync(string query, string? title = null)
    {
        using var response = await api.WriteAsync("POST", "/v1/pins", new { query, title }, role: Role.Reader);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    [Fact]
    public async Task A_pin_shows_the_same_rows_whatever_is_written_after_it()
    {
        var here = await Corner.OfAsync(api);
        var actor = await here.ActorAsync("pinned");
        var ids = await here.EventsAsync([.. Enumerable.Range(1, 30).Select(n => (object)new { title = $"First title {n}", date = $"2024-01-{n:00}", participants = new[] { new { actor } } })]);
        var pin = await PinAsync($"/v1/events?actor={actor}", "Thirty events");
        var href = pin.Text("href")!;
        var before = (await api.GetAsync($"{href}?limit=500")).GetProperty("items").GetRawText();

        await api.WrittenAsync("PATCH", $"/v1/events/{ids[3]}", new { title = "Second title" });
        await api.WrittenAsync("DELETE", $"/v1/events/{ids[4]}");
        var added = await here.EventAsync(new { date = "2025-01-01", participants = new[] { new { actor } } });
        await api.WrittenAsync("PATCH", $"/v1/events/{ids[5]}", new { participants = Array.Empty<object>() });

        var after = await api.GetAsync($"{href}?limit=500");
        Assert.Equal(30, after.Each("items").Count);
        var (was, now) = (JsonDocument.Parse(before).RootElement.EnumerateArray().ToList(), after.Each("items"));
        Assert.Equal(was.Select(i => (i.Text("id"), i.Text("title"))), now.Select(i => (i.Text("id"), i.Text("title"))));
        Assert.Equal([actor], now.Single(i => i.Text("id") == ids[5]).Texts("participants", "actor.id"));

        var changes = await api.GetAsync($"{href}/changes");
        Assert.Equal(new[] { ids[3], ids[4], ids[5] }.Order(StringComparer.Ordinal), changes.Texts("changed", "id").Order(StringComparer.Ordinal));
        Assert.Equal(["title"], changes.Each("changed").Single(c => c.Text("id") == ids[3]).Texts("members"));
        Assert.Equal(JsonValueKind.Null, changes.Each("changed").Single(c => c.Text("id") == ids[4]).At("now").ValueKind);
        Assert.Equal([added], changes.Texts("added"));
        Assert.Equal(new[] { ids[4], ids[5] }.Order(StringComparer.Ordinal), changes.Texts("left").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Its_pages_are_the_whole_and_its_digest_can_be_checked()
    {
        var here = await Corner.OfAsync(api);
        var actor = await here.ActorAsync("paged");
        await here.EventsAsync([.. Enumerable.Range(1, 12).Select(n => (object)new { date = $"2024-02-{n:00}", participants = new[] { new { actor } } })]);
        var pin = await PinAsync($"/v1/events?actor={actor}");

        var rows = new List<JsonElement>();
        for (var next = $"{pin.Text("href")}?limit=5"; next is not null;)
        {
            var page = await api.GetAsync(next);
            rows.AddRange(page.Each("items"));
            next = page.Text("next");
        }

        Assert.Equal(12, rows.Count);
        var lines = string.Concat(await Task.WhenAll(rows.Select(async r => $"event:{r.Text("id")}:{(await api.GetAsync($"/v1/events/{r.Text("id")}")).At("revision").GetInt64()}\n")));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines))), pin.Text("sha256"));
    }

    [Theory]
    [InlineData("sort=date")]
    [InlineData("sort=-date")]
    [InlineData("sort=name")]
    [InlineData("sort=-name")]
    [InlineData("sort=-fatalities")]
    [InlineData("sort=-updated")]
    [InlineData("q=order")]
    [InlineData("q=order&sort=date")]
    [InlineData("sample=4&seed=3")]
    public async Task Its_rows_come_in_the_order_of_the_query(string order)
    {
        var here = await Corner.OfAsync(api);
        for (var n = 0; n < 12; n++)
        {
            api.Clock.Now += TimeSpan.FromSeconds(1);
            await here.EventAsync(new { title = $"{(char)('A' + n * 5 % 12)} order {(n % 4 == 0 ? "order" : "")}", date = n == 7 ? null : $"2024-{n * 7 % 12 + 1:00}-01", fatalities = n % 3 == 0 ? new { best = n * 5 % 7 } : null });
        }
        var query = $"/v1/events?{here.Mine}&{order}";
        var pin = await PinAsync(query);
        var listed = await api.IdsAsync(order.StartsWith("sample", StringComparison.Ordinal) ? query : query + "&limit=500");
        Assert.Equal(order.StartsWith("sample", StringComparison.Ordinal) ? 4 : 12, listed.Length);
        Assert.Equal(listed, await api.WalkAsync($"{pin.Text("href")}?limit=5"));
        var changes = await api.GetAsync($"{pin.Text("href")}/changes");
        Assert.Equal((0, 0, 0), (changes.Each("changed").Count, changes.Each("added").Count, changes.Each("left").Count));
    }

    [Fact]
    public async Task Its_rows_show_the_names_that_others_had_then()
    {
        var here = await Corner.OfAsync(api);
        var actor = await here.ActorAsync("named");
        await here.EventsAsync(new { participants = new[] { new { actor } } }, new { participants = new[] { new { actor } } });
        var pin = await PinAsync($"/v1/events?actor={actor}");
        var before = (await api.GetAsync(pin.Text("href")!)).At("items").GetRawText();
        Assert.Contains("named", before, StringComparison.Ordinal);
        await api.LaterAsync("PATCH", $"/v1/actors/{actor}", new { name = "Renamed since" });
        Assert.Equal(before, (await api.GetAsync(pin.Text("href")!)).At("items").GetRawText());
    }

    [Fact]
    public async Task Other_kinds_come_in_the_order_of_the_query_too()
    {
        var here = await Corner.OfAsync(api);
        var topic = await here.TopicAsync("ordered");
        foreach (var stem in (string[])["zulu", "alpha", "mike"]) await here.TopicAsync(stem, parent: topic);
        foreach (var order in (string[])["", "&sort=-name", "&q=mike"])
            Assert.Equal(await api.IdsAsync($"/v1/topics?within={topic}{order}"), await api.IdsAsync((await PinAsync($"/v1/topics?within={topic}{order}")).Text("href")!));
    }

    [Fact]
    public async Task Relative_dates_stay_the_days_that_they_were()
    {
        var here = await Corner.OfAsync(api);
        var id = await here.EventAsync(new { date = api.Instant[..10] });
        var pin = await PinAsync($"/v1/events?{here.Mine}&date=7d");
        Assert.DoesNotContain("7d", pin.Text("query"), StringComparison.Ordinal);
        api.Clock.Now += TimeSpan.FromDays(30);
        var changes = await api.GetAsync($"{pin.Text("href")}/changes");
        Assert.Empty(changes.Texts("left"));
        Assert.Equal([id], await api.IdsAsync(pin.Text("href")!));
    }

    [Fact]
    public async Task A_query_that_names_what_is_gone_finds_nothing_any_more()
    {
        var here = await Corner.OfAsync(api);
        var actor = await here.ActorAsync("passing");
        var id = await here.EventAsync(new { participants = new[] { new { actor } } });
        var pin = await PinAsync($"/v1/events?actor={actor}");
        await api.WrittenAsync("DELETE", $"/v1/events/{id}");
        await api.WrittenAsync("DELETE", $"/v1/actors/{actor}");
        Assert.Equal([id], (await api.GetAsync($"{pin.Text("href")}/changes")).Texts("left"));
        Assert.Equal([id], await api.IdsAsync(pin.Text("href")!));
    }

    [Fact]
    public async Task It_is_cited_by_its_title_its_day_and_its_address()
    {
        var here = await Corner.OfAsync(api);
        await here.EventAsync();
        var pin = await PinAsync("/v1/events?type=consult", "Talks {of all} kinds");

        Assert.Contains("(2026, February 28). Talks {of all} kinds", pin.Text("citation.apa"), StringComparison.Ordinal);
        Assert.EndsWith(pin.Text("href")!, pin.Text("citation.apa"), StringComparison.Ordinal);
        Assert.Contains("title = {{Talks (of all) kinds}}", pin.Text("citation.bibtex"), StringComparison.Ordinal);
        Assert.Equal("dataset", pin.Text("citation.csl.type"));
        Assert.Contains(pin.Text("id"), (await api.GetAsync("/v1/pins?limit=500")).Texts("items", "id"));
    }

    [Theory]
    [InlineData("/v1/event?actor=nato", 422)]
    [InlineData("https://example.org/v1/events", 422)]
    [InlineData("/v1/events?typ=consult", 400)]
    [InlineData("/v1/events?type=consul", 400)]
    [InlineData("/v1/events?sort=distance", 400)]
    [InlineData("/v1/events?cursor=abc", 400)]
    [InlineData("/v1/events?ids=E1&knownAt=2020-01-01", 400)]
    public async Task A_query_that_could_not_be_asked_cannot_be_pinned(string query, int status) =>
        await Problems.ReadAsync(await api.WriteAsync("POST", "/v1/pins", new { query }, role: Role.Reader), status);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("one\ntwo")]
    public async Task A_title_is_one_line(string title) => await Problems.ReadAsync(await api.WriteAsync("POST", "/v1/pins", new { query = "/v1/events", title }, role: Role.Reader), 422);

    [Fact]
    public async Task Nobody_pins_without_a_key_and_an_unknown_pin_is_not_found()
    {
        using var nobody = await api.Client.PostAsync("/v1/pins", new StringContent("""{"query":"/v1/events"}""", Encoding.UTF8, "application/json"));
        await Problems.ReadAsync(nobody, 401);
        await api.ProblemAsync("/v1/pins/nothing", 404);
        await api.ProblemAsync("/v1/pins/nothing/changes", 404);
    }

    [Fact]
    public async Task Preferring_a_claim_gives_the_record_its_value_and_takes_preference_from_the_other()
    {
        var here = await Corner.OfAsync(api);
        var (source, id) = (await here.SourceAsync(new { }), await here.EventAsync(new { date = "2024-03-01" }));
        var record = new { kind = "event", id };
        var first = (await api.WrittenAsync("POST", "/v1/claims", new { record, pointer = "/date", value = "2024-03-01", source, preferred = true })).Text("id");
        var second = (await api.WrittenAsync("POST", "/v1/claims", new { record, pointer = "/date", value = "2024-03-05", source, quote = "on the fifth" })).Text("id");
        Assert.Contains(id, await api.IdsAsync($"/v1/events?ids={id}&contested=true"));
        Assert.Equal("2024-03-01", (await api.GetAsync($"/v1/events/{id}")).Text("date.edtf"));

        await api.WrittenAsync("PATCH", $"/v1/claims/{second}", new { preferred = true });

        Assert.Equal("2024-03-05", (await api.GetAsync($"/v1/events/{id}")).Text("date.edtf"));
        Assert.False((await api.GetAsync($"/v1/claims/{first}")).At("preferred").GetBoolean());
        Assert.Equal(2, (await api.GetAsync($"/v1/events/{id}")).At("revision").GetInt32());
        Assert.Contains(id, await api.IdsAsync("/v1/events?date=2024-03-05&contested=true"));
    }

    [Theory]
    [InlineData("/datum", "There is no member 'datum'")]
    [InlineData("date", "begins with a slash")]
    public async Task A_claim_about_nothing_is_refused(string pointer, string says)
    {
        var here = await Corner.OfAsync(api);
        var (source, id) = (await here.SourceAsync(new { }), await here.EventAsync());

        var problem = await Problems.ReadAsync(await api.WriteAsync("POST", "/v1/claims", new { record = new { kind = "event", id }, pointer, value = "x", source }), 422);

        Assert.Equal("/pointer", problem.Each("errors")[0].Text("pointer"));
        Assert.Contains(says, problem.Each("errors")[0].Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_reads_what_a_key_wrote_and_nobody_else_does()
    {
        var topic = (await api.WrittenAsync("POST", "/v1/topics", new { label = "Audited" })).Text("id")!;
        await api.WrittenAsync("PATCH", $"/v1/topics/{topic}", new { label = "Audited twice" });
        await api.WrittenAsync("DELETE", $"/v1/topics/{topic}");
        var key = (await api.KeyAsync(Role.Editor)).Split('_')[1];

        using var response = await api.WriteAsync("GET", $"/v1/audit?key={key}", role: Role.Admin);
        var entries = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Each("items").Where(e => e.Text("id") == topic).ToList();

        Assert.Equal(["deleted", "updated", "created"], entries.Select(e => e.Text("op")));
        Assert.Equal(["label"], entries[1].Texts("changed"));
        Assert.DoesNotContain((await api.KeyAsync(Role.Editor)).Split('_')[2], await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Problems.ReadAsync(await api.WriteAsync("GET", $"/v1/audit?key={key}"), 403);
        await api.ProblemAsync($"/v1/audit?key={key}", 401);
        await Problems.ReadAsync(await api.WriteAsync("GET", "/v1/audit?key=nobody", role: Role.Admin), 400);
    }

    [FactOnFile("a file of an earlier version")]
    public async Task A_catalogue_of_the_first_version_keeps_its_pins_and_takes_new_ones()
    {
        var old = new EmptyApi();
        Assert.Equal(0, (await CommandLine.RunAsync("keys", "create", "--create", "--catalogue", old.File)).Exit);
        await using (var file = new SqliteConnection($"Data Source={old.File};Pooling=False"))
            // The tables as they were, with a column that nothing fills any more.
            await file.ExecuteAsync("""
                DROP TABLE pinned;
                DROP TABLE pins;
                CREATE TABLE pins (id TEXT PRIMARY KEY, query TEXT NOT NULL, title TEXT NOT NULL, kind INTEGER NOT NULL, sequence INTEGER NOT NULL, total INTEGER NOT NULL, digest TEXT NOT NULL, author TEXT, at INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE pinned (pin TEXT NOT NULL REFERENCES pins(id) ON DELETE CASCADE, position INTEGER NOT NULL, ref INTEGER NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (pin, position)) WITHOUT ROWID;
                INSERT INTO pins VALUES ('old', '/v1/events?type=consult', 'Made long ago', 1, 0, 1, '0123456789abcdef', NULL, 0);
                INSERT INTO pinned VALUES ('old', 0, 17592186044417, 1);
                ALTER TABLE changes DROP COLUMN until;
                DROP TABLE words_by_hand;
                DROP TABLE place_boxes;
                PRAGMA user_version = 8;
                """);
        await old.InitializeAsync();
        try
        {
            using var made = await old.WriteAsync("POST", "/v1/pins", new { query = "/v1/events?type=consult" }, role: Role.Reader);

            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
            Assert.Contains("Made long ago", (await old.GetAsync("/v1/pins")).Texts("items", "title"));
            Assert.Equal(1, await old.Services.GetRequiredService<Database>().LookUpAsync(reader => reader.Kept("SELECT count(*) FROM pinned WHERE pin = 'old'").Scalar()));
        }
        finally
        {
            await old.DisposeAsync();
        }
    }
}
