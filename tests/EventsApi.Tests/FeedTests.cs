using System.Globalization;
using System.Text.Json;
using EventsApi.Imports;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventsApi.Tests;

/// <summary>Following GDELT's files against a host that goes wrong in every way that hosts do. The clock stands still, so nothing waits.</summary>
public sealed class FeedTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Midnight = new(2024, 1, 31, 0, 0, 0, TimeSpan.Zero);

    private readonly GdeltHost _host = new();
    private FollowingApi? _api;

    private FollowingApi Api => _api!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_api is not null) await _api.DisposeAsync();
        await _host.DisposeAsync();
    }

    /// <summary>An empty catalogue that may fetch from the host; it is a minute past midnight.</summary>
    private sealed class FollowingApi(string host, (string Name, string Value)[] settings) : TestApi
    {
        protected override string Seed => "none";

        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
        {
            ["Imports:Hosts:0"] = "127.0.0.1", ["Imports:AllowPrivateAddresses"] = "true", ["Feeds:Gdelt:LastUpdate"] = $"{host}/gdeltv2/lastupdate.txt", ["Feeds:Gdelt:MasterList"] = $"{host}/gdeltv2/masterfilelist.txt",
        }.Concat(settings.Select(s => KeyValuePair.Create("Feeds:Gdelt:" + s.Name, (string?)s.Value))).ToDictionary();

        /// <summary>A feed that knows only what the catalogue knows, as after a restart.</summary>
        public Task<FeedRound> RoundAsync() => ActivatorUtilities.CreateInstance<GdeltFeed>(Services).RunAsync(Importer.Short, default);

        public async Task<JsonElement> FeedAsync() => (await GetAsync("/v1/stats")).Each("feeds").Single();

        public async Task<IReadOnlyList<JsonElement>> ImportsAsync() => [.. (await this.AllAsync("/v1/imports")).Reverse()];
    }

    private async Task StartAsync(params (string Name, string Value)[] settings)
    {
        _api = new FollowingApi(_host.Root, settings);
        Api.Clock.Now = Midnight.AddMinutes(1);
        await Api.InitializeAsync();
    }

    private static string Slot(int quarter) => Midnight.AddMinutes(15 * quarter).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    /// <summary>A row of 61 cells: one state does something to another in a town.</summary>
    private static string Row(int quarter, int number, string code = "043", string actor = "KWT", string fips = "KU", int mentions = 10, string? article = null)
    {
        var cells = Enumerable.Repeat("", 61).ToArray();
        (cells[0], cells[1]) = (string.Create(CultureInfo.InvariantCulture, $"{1000 + 100 * quarter + number}"), Slot(quarter)[..8]);
        (cells[5], cells[6], cells[7]) = (actor, "STATE", actor);
        (cells[15], cells[16], cells[17]) = ("QAT", "QATAR", "QAT");
        (cells[25], cells[26], cells[27], cells[28], cells[29], cells[30]) = ("1", code, code[..2], code[..2], "1", "2.8");
        (cells[31], cells[32], cells[33], cells[34]) = (mentions.ToString(CultureInfo.InvariantCulture), "1", "3", "-1.5");
        (cells[51], cells[52], cells[53], cells[54], cells[56], cells[57], cells[58]) = ("1", "Somewhere", fips, fips, "29.5", "47.75", fips);
        (cells[59], cells[60]) = (Slot(quarter), article ?? $"http://news.example/{quarter}/{number}/ministers-speak-of-many-things");
        return string.Join('\t', cells);
    }

    private byte[] Publish(int quarter, int rows = 2) => _host.Publish(Slot(quarter), [.. Enumerable.Range(0, rows).Select(n => Row(quarter, n))]);

    [Fact]
    public async Task A_file_is_taken_once_and_shown_among_the_imports()
    {
        await StartAsync();
        Publish(0);

        Assert.Equal(new FeedRound(Listed: 1, Imported: 1), await Api.RoundAsync());
        Assert.Equal(new FeedRound(), await Api.RoundAsync());

        Assert.Equal(1, _host.Asked(Slot(0)));
        var import = Assert.Single(await Api.ImportsAsync());
        Assert.Equal((Slot(0) + ".export.CSV.zip", "done", "GDELT 2.0 events", "2"), (import.Text("name"), import.Text("status"), import.Text("layout"), import.Text("counts.created")));
        Assert.Equal(2, await Api.CountAsync("/v1/events?dataset=gdelt"));
        var feed = await Api.FeedAsync();
        Assert.Equal(("gdelt", "1", "0", "2024-01-31T00:00:00.000Z"), (feed.Text("id"), feed.Text("imported"), feed.Text("waiting"), feed.Text("newest")));
    }

    [Fact]
    public async Task After_an_outage_what_was_missed_is_caught_up_in_order()
    {
        await StartAsync();
        Publish(0);
        await Api.RoundAsync();
        _host.IsDown = true;
        for (var quarter = 1; quarter <= 5; quarter++) Publish(quarter);

        for (var failures = 1; failures <= 3; failures++)
        {
            Api.Clock.Now += TimeSpan.FromMinutes(25);
            Assert.Contains("503", (await Api.RoundAsync()).Error);
            var feed = await Api.FeedAsync();
            Assert.Equal(failures, feed.At("failures").GetInt32());
            Assert.InRange(feed.At("nextAt").GetDateTimeOffset() - Api.Clock.Now, TimeSpan.FromSeconds(15) * Math.Pow(2, failures - 1), TimeSpan.FromSeconds(30) * Math.Pow(2, failures - 1));
        }
        _host.IsDown = false;

        Assert.Equal(new FeedRound(Listed: 5, Imported: 5), await Api.RoundAsync());
        Assert.Equal(Enumerable.Range(0, 6).Select(q => Slot(q) + ".export.CSV.zip"), (await Api.ImportsAsync()).Select(i => i.Text("name")));
        var after = await Api.FeedAsync();
        Assert.Equal(("0", null, null), (after.Text("failures"), after.Text("error"), after.Text("nextAt")));
        // The end of the list of all files was enough.
        Assert.All(_host.Ranges, r => Assert.Matches(@"^bytes=-\d{4,5}$", r));
        await Api.IsSoundAsync();
    }

    [Fact]
    public async Task The_first_round_goes_back_as_far_as_it_is_told()
    {
        for (var quarter = 0; quarter < 40; quarter++) Publish(quarter, rows: 1);
        await StartAsync(("CatchUpHours", "1"));
        Api.Clock.Now = Midnight.AddMinutes(15 * 39 + 1);

        Assert.Equal(new FeedRound(Listed: 4, Imported: 4), await Api.RoundAsync());
        Assert.Equal(Slot(36) + ".export.CSV.zip", (await Api.ImportsAsync())[0].Text("name"));
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("other bytes")]
    [InlineData("missing")]
    [InlineData("cut off")]
    [InlineData("too slow")]
    [InlineData("no archive")]
    public async Task A_damaged_file_holds_nothing_up_and_is_tried_again(string damage)
    {
        await StartAsync(("Attempts", "3"), ("FetchSeconds", damage == "too slow" ? "3" : "60"));
        byte[] good = damage == "no archive" ? _host.Publish(Slot(0), "neither zip nor table"u8.ToArray()) : Publish(0);
        Publish(1);
        _host.Serve(Slot(0), damage switch
        {
            "truncated" => http => http.Response.Body.WriteAsync(good.AsMemory(0, good.Length / 2)).AsTask(),
            "other bytes" => http => http.Response.Body.WriteAsync(good.Select(b => (byte)(b ^ 1)).ToArray()).AsTask(),
            "missing" => http => Task.FromResult(http.Response.StatusCode = 404),
            "cut off" => async http =>
            {
                http.Response.ContentLength = good.Length;
                await http.Response.Body.WriteAsync(good.AsMemory(0, good.Length / 2));
                await http.Response.Body.FlushAsync();
                http.Abort();
            }
            ,
            "too slow" => async http =>
            {
                http.Response.ContentLength = good.Length;
                await http.Response.Body.WriteAsync(good.AsMemory(0, 10));
                await http.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            ,
            _ => http => http.Response.Body.WriteAsync(good).AsTask(),
        });

        var round = await Api.RoundAsync();
        Assert.Equal((2, 1, 1, 1L, null), (round.Listed, round.Imported, round.Failed, round.Waiting, round.Error));
        var imports = await Api.ImportsAsync();
        Assert.Equal(["failed", "done"], imports.Select(i => i.Text("status")));
        Assert.Contains("Tried 1 of 3 times; again after 2024-01-31T", imports[0].Text("error"));
        Assert.Equal(2, await Api.CountAsync("/v1/events?dataset=gdelt"));

        // It is not time yet.
        Assert.Equal((0, 0), await Api.RoundAsync() is var early ? (early.Imported, early.Failed) : default);
        if (damage == "no archive") return;
        Api.Clock.Now += TimeSpan.FromMinutes(1);
        _host.Serve(Slot(0), good);
        Assert.Equal(1, (await Api.RoundAsync()).Imported);
        Assert.Equal([(imports[0].Text("id"), "done", null), (imports[1].Text("id"), "done", null)], (await Api.ImportsAsync()).Select(i => (i.Text("id"), i.Text("status")!, i.Text("error"))));
        Assert.Equal(4, await Api.CountAsync("/v1/events?dataset=gdelt"));
        Assert.Empty(Directory.GetFiles(Api.File + ".imports"));
    }

    [Fact]
    public async Task A_file_that_stays_damaged_is_given_up_with_an_import_that_says_so()
    {
        await StartAsync(("Attempts", "2"));
        var good = Publish(0);
        _host.Serve(Slot(0), good[..^1]);
        for (var n = 0; n < 4; n++)
        {
            await Api.RoundAsync();
            Api.Clock.Now += TimeSpan.FromHours(2);
        }

        Assert.Equal(2, _host.Asked(Slot(0)));
        var import = Assert.Single(await Api.ImportsAsync());
        Assert.Equal("failed", import.Text("status"));
        Assert.EndsWith($"has {good.Length - 1:N0} bytes, and {good.Length:N0} by the list. Given up after 2 attempts.", import.Text("error"));
        var feed = await Api.FeedAsync();
        Assert.Equal(("0", "1", "0"), (feed.Text("waiting"), feed.Text("givenUp"), feed.Text("failures")));
        Assert.Contains("feed_files{feed=\"gdelt\",status=\"given-up\"} 1\n", await Api.Client.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task Three_failures_in_a_row_end_the_round()
    {
        await StartAsync();
        for (var quarter = -4; quarter <= 0; quarter++) _host.Serve(Slot(quarter), Publish(quarter)[..^1]);

        var round = await Api.RoundAsync();

        Assert.Equal((5, 3, 5L), (round.Listed, round.Failed, round.Waiting));
        Assert.StartsWith("3 files in a row could not be had", round.Error);
    }

    [Fact]
    public async Task The_same_bytes_under_another_address_are_not_taken_again_and_a_new_version_is()
    {
        await StartAsync();
        var first = Publish(0);
        await Api.RoundAsync();
        _host.Publish(Slot(1), first);
        Assert.Equal(1, (await Api.RoundAsync()).Imported);
        Assert.Equal(0, _host.Asked(Slot(1)));
        Assert.Single(await Api.ImportsAsync());

        _host.Publish(Slot(1), Row(1, 0), Row(0, 1));
        await Api.RoundAsync();

        var again = (await Api.ImportsAsync())[1];
        Assert.Equal(("1", "1"), (again.Text("counts.created"), again.Text("counts.unchanged")));
    }

    [Fact]
    public async Task A_host_that_nobody_allowed_is_not_asked()
    {
        await StartAsync(("Attempts", "1"));
        _host.Publish(Slot(0), Row(0, 0));
        await using var other = new GdeltHost();
        var length = other.Publish(Slot(1), Row(1, 0)).Length;

        // The address differs in its name only, so nothing but the name can keep it from being asked.
        _host.List($"{length} {new string('0', 32)} http://localhost:{new Uri(other.Root).Port}/gdeltv2/{Slot(1)}.export.CSV.zip\n");
        await Api.RoundAsync();

        Assert.Equal(0, other.Asked(Slot(1)));
        Assert.Contains("not fetched from localhost", (await Api.ImportsAsync())[^1].Text("error"));
    }

    [Fact]
    public async Task The_rule_of_intake_leaves_rows_out_and_counts_them()
    {
        await StartAsync(("Countries:0", "kwt"), ("Types:0", "threaten"), ("Types:1", "04"), ("LeastMentions", "5"));
        _host.Publish(Slot(0),
            Row(0, 0), Row(0, 1, code: "138", actor: "USA"), Row(0, 2, actor: "KWT", fips: "US"), // the place or the actor is of Kuwait
            Row(0, 3, actor: "USA", fips: "US"), Row(0, 4, code: "190"), Row(0, 5, code: "010"), Row(0, 6, mentions: 4), Row(0, 7, code: "99"));

        await Api.RoundAsync();

        var import = Assert.Single(await Api.ImportsAsync());
        Assert.Equal(("8", "3", "1"), (import.Text("counts.read"), import.Text("counts.created"), import.Text("counts.rejected")));
        Assert.Equal([("skipped-country", 1), ("skipped-mentions", 1), ("skipped-type", 2), ("unknown-code", 1)],
            import.Each("reasons").Select(r => (r.Text("code")!, r.At("count").GetInt32())).Order());
    }

    [Fact]
    public async Task Retention_deletes_what_nobody_took_up()
    {
        await StartAsync(("RetentionDays", "10"));
        _host.Publish(Slot(0), [.. Enumerable.Range(0, 45).Select(n => Row(0, n, article: $"http://news.example/{n / 2}/a-story-in-words"))]);
        await Api.RoundAsync();
        var own = (await Api.WrittenAsync("POST", "/v1/events", new { type = "consult", title = "Talks in Amman", date = "2024-01-31" })).Text("id");
        await Api.WrittenAsync("PATCH", "/v1/events/gdelt:1000", new { summary = "Seen by a person." });
        await Api.WrittenAsync("POST", "/v1/relations", new { from = new { kind = "event", id = own }, type = "follows", to = new { kind = "event", id = (await Api.GetAsync("/v1/events/gdelt:1003")).Text("id") } });
        Api.Clock.Now += TimeSpan.FromDays(9);
        Assert.Equal(0, (await Api.RoundAsync()).Deleted);

        Api.Clock.Now += TimeSpan.FromDays(2);
        Assert.Equal(43, (await Api.RoundAsync()).Deleted);

        Assert.Equal(2, await Api.CountAsync("/v1/events?dataset=gdelt"));
        Assert.Equal(3, await Api.CountAsync("/v1/events"));
        // Story 0 is told by a row that stays and one that went, story 1 by another pair; no other is needed.
        Assert.Equal(2, await Api.CountAsync("/v1/sources?kind=article"));
        var gone = (await Api.GetAsync("/v1/changes?since=0&limit=500")).Each("items").Where(c => c.Text("op") == "deleted").ToList();
        Assert.NotEmpty(gone);
        Assert.Contains("retention", (await Api.ProblemAsync($"/v1/events/{gone.First(c => c.Text("id")!.StartsWith('E')).Text("id")}", 410)).Text("detail"));
        await Api.IsSoundAsync();
        Assert.Equal(0, (await Api.RoundAsync()).Deleted);
    }

    [Fact]
    public async Task A_server_follows_by_itself_when_it_is_told_to()
    {
        Publish(0);
        await StartAsync(("Enabled", "true"));

        for (var n = 0; n < 600 && (await Api.ImportsAsync()) is not [var only] || (await Api.ImportsAsync())[0].Text("status") != "done"; n++) await Task.Delay(100);

        Assert.Equal(2, await Api.CountAsync("/v1/events?dataset=gdelt"));
    }

    [Theory]
    [InlineData(1, 15, 30)]
    [InlineData(3, 60, 120)]
    [InlineData(8, 1800, 3600)]
    [InlineData(1_000_000, 1800, 3600)]
    public void Pauses_double_up_to_an_hour(long failures, int least, int most)
    {
        Assert.Equal(TimeSpan.FromSeconds(least), GdeltFeed.Pause(failures, 0));
        Assert.Equal(TimeSpan.FromSeconds(most), GdeltFeed.Pause(failures, 1));
    }

    [Theory]
    [InlineData("Countries:0", "KU")]
    [InlineData("Types:0", "21")]
    [InlineData("RetentionDays", "-1")]
    [InlineData("LastUpdate", "lastupdate.txt")]
    [InlineData("Enabled", "true")]
    public async Task A_wrong_setting_stops_the_start(string name, string value)
    {
        var settings = new Dictionary<string, string?> { ["Feeds:Gdelt:LastUpdate"] = "http://elsewhere.example/lastupdate.txt", ["Feeds:Gdelt:" + name] = value };
        await using var app = Server.Build(settings);

        var refused = Assert.Throws<OptionsValidationException>(() => app.Services.GetRequiredService<IOptions<GdeltFeedOptions>>().Value);
        Assert.Contains("Feeds:Gdelt", refused.Message);
    }

    [RealFilesFact]
    public async Task The_published_files_come_in_as_a_feed()
    {
        await StartAsync(("CatchUpHours", "100000"));
        Api.Clock.Now = new DateTimeOffset(2019, 1, 21, 22, 1, 0, TimeSpan.Zero);
        var folder = RealFiles.Path("gdelt");
        foreach (var table in Directory.GetFiles(folder, "*.export.CSV").Order(StringComparer.Ordinal))
            _host.Publish(Path.GetFileName(table).Split('.')[0], File.ReadAllLines(table));
        var zip = Directory.GetFiles(folder, "*.export.CSV.zip").Single();
        var original = File.ReadAllBytes(zip);
        _host.Publish(Path.GetFileName(zip).Split('.')[0], original);
        _host.Serve(Path.GetFileName(zip).Split('.')[0], original[..^1000]);

        Assert.Equal((3, 2, 1), await Api.RoundAsync() is var round ? (round.Listed, round.Imported, round.Failed) : default);
        Api.Clock.Now += TimeSpan.FromHours(1);
        _host.Serve(Path.GetFileName(zip).Split('.')[0], original);
        Assert.Equal(1, (await Api.RoundAsync()).Imported);

        Assert.Equal([("2116", "0"), ("2414", "0"), ("1629", "0")], (await Api.ImportsAsync()).Select(i => (i.Text("counts.read")!, i.Text("counts.rejected")!)).OrderBy(i => i.Item1 switch { "2116" => 0, "2414" => 1, _ => 2 }));
        await Api.IsSoundAsync();
    }
}
