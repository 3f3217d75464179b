using System.Text;
using System.Text.Json;
using EventsApi.Records;

namespace EventsApi.Tests;

public sealed class PagingTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("501")]
    [InlineData("99999999999999999999")]
    [InlineData("1.5")]
    [InlineData("many")]
    [InlineData("")]
    public Task A_limit_outside_1_to_500_is_refused(string limit) => api.RefusedAsync($"/v1/events?limit={limit}", "limit");

    [Theory]
    [InlineData("&limit=1", 1)]
    [InlineData("", 25)]
    [InlineData("&limit=500", 30)]
    public async Task A_page_has_as_many_items_as_the_limit_says_or_25(string limit, int items)
    {
        var here = await Corner.OfAsync(api);
        await here.DatedAsync([.. Enumerable.Repeat("2025", 30)]);
        Assert.Equal(items, (await api.IdsAsync($"/v1/events?{here.Mine}{limit}")).Length);
    }

    [Fact]
    public async Task Next_stands_in_the_link_header_too()
    {
        var here = await Corner.OfAsync(api);
        await here.DatedAsync("2024", "2025");
        using var response = await api.Client.GetAsync($"/v1/events?{here.Mine}&limit=1");
        var next = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("next").GetString();
        Assert.Equal($"<{next}>; rel=\"next\"", response.Headers.GetValues("Link").Single());
    }

    [Fact]
    public async Task A_last_page_that_is_full_has_no_next()
    {
        var here = await Corner.OfAsync(api);
        await here.DatedAsync("2024", "2025");
        using var response = await api.Client.GetAsync($"/v1/events?{here.Mine}&limit=2");
        var page = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null, false), (page.GetProperty("next").ValueKind, page.GetProperty("cursor").ValueKind, response.Headers.Contains("Link")));
    }

    [Fact]
    public async Task Next_keeps_limit_fields_and_total()
    {
        var here = await Corner.OfAsync(api);
        await here.DatedAsync("2021", "2022", "2023", "2024", "2025");
        var first = await api.GetAsync($"/v1/events?{here.Mine}&limit=2&fields=id,title&total=none&sort=date");
        var second = await api.GetAsync(first.GetProperty("next").GetString()!);
        Assert.Equal(2, second.GetProperty("items").GetArrayLength());
        Assert.Equal(["id", "title"], second.GetProperty("items")[0].EnumerateObject().Select(m => m.Name));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("total").ValueKind);
    }

    [Fact]
    public async Task A_cursor_added_by_hand_continues_the_list()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync("2023", "2024", "2025");
        var cursor = (await api.GetAsync($"/v1/events?{here.Mine}&limit=1")).GetProperty("cursor").GetString();
        Assert.Equal([ids[1], ids[0]], await api.IdsAsync($"/v1/events?{here.Mine}&cursor={cursor}"));
    }

    [Theory]
    [InlineData("&type=agree")]
    [InlineData("&sort=date")]
    [InlineData("&from=2020")]
    [InlineData("&missing=summary")]
    public async Task A_cursor_belongs_to_its_filters(string other)
    {
        var here = await Corner.OfAsync(api);
        await here.DatedAsync("2024", "2025");
        var cursor = (await api.GetAsync($"/v1/events?{here.Mine}&limit=1")).GetProperty("cursor").GetString();
        await api.RefusedAsync($"/v1/events?{here.Mine}&limit=1{other}&cursor={cursor}", "cursor");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("!!!!")]
    [InlineData("AAAA")]
    [InlineData("bnVsbA")] // null
    [InlineData("W10")] // []
    [InlineData("WyIiLDAsbnVsbCwwXQ")] // ["",0,null,0]
    [InlineData("W1tdLHt9LG51bGwsMF0")] // [[],{},null,0]
    public Task What_is_no_cursor_is_refused(string cursor) => api.RefusedAsync($"/v1/events?cursor={cursor}", "cursor");

    [Theory]
    [InlineData("-date")]
    [InlineData("name")]
    [InlineData("-updated")]
    public async Task A_damaged_cursor_never_breaks_the_program(string sort)
    {
        var here = await Corner.OfAsync(api);
        await here.DatedAsync("2024", "2025");
        var text = (await api.GetAsync($"/v1/events?{here.Mine}&limit=1&sort={sort}")).GetProperty("cursor").GetString()!;
        var plain = Encoding.UTF8.GetString(Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=')));
        for (var at = 0; at < plain.Length; at++)
            foreach (var other in (string[])["", "x", "9", "\"", ",", "null", "\"x\"", "1e99"])
            {
                var damaged = Convert.ToBase64String(Encoding.UTF8.GetBytes(plain[..at] + other + plain[(at + 1)..])).TrimEnd('=').Replace('+', '-').Replace('/', '_');
                using var response = await api.Client.GetAsync($"/v1/events?{here.Mine}&limit=1&sort={sort}&cursor={damaged}");
                Assert.True((int)response.StatusCode is 200 or 400, $"{(int)response.StatusCode} to {plain[..at]}{other}{plain[(at + 1)..]}");
            }
    }

    [Theory]
    [InlineData("type=consult")]
    [InlineData("type[not]=protest")]
    [InlineData("mode=visit")]
    [InlineData("context[all]=cyber,military")]
    [InlineData("quadClass=1")]
    [InlineData("topic={topic}")]
    [InlineData("topic={topic}&certainty=likely")]
    [InlineData("certainty=likely")]
    [InlineData("actor={actor}")]
    [InlineData("actor.host={actor}")]
    [InlineData("actor={actor}&actorMatch=self")]
    [InlineData("sector=GOV")]
    [InlineData("participant=actor:{actor};attendance:attended")]
    [InlineData("participant=actor:{actor}&participant=role:host;attendance:attended")]
    [InlineData("involves={actor}")]
    [InlineData("country=KW")]
    [InlineData("location={place}")]
    [InlineData("precision[gte]=city")]
    [InlineData("bbox=46,28,49,31")]
    [InlineData("bbox=46,28,49,31&geoMatch=possible")]
    [InlineData("near=29,47&radius=90km")]
    [InlineData("from=2025-01&to=2025-12")]
    [InlineData("date=2025-09&dateMatch=certain")]
    [InlineData("from=2025&dateMatch=starts")]
    [InlineData("status=held")]
    [InlineData("situation={situation}")]
    [InlineData("source={source}")]
    [InlineData("sourceCount[gte]=1")]
    [InlineData("fatalities[gte]=1")]
    [InlineData("score[gte]=0")]
    [InlineData("contested=true")]
    [InlineData("has=summary")]
    [InlineData("missing=identifiers")]
    [InlineData("ids={ids}")]
    public async Task Every_filter_holds_on_every_page(string query)
    {
        var here = await Corner.OfAsync(api);
        var (actor, topic, source) = (await here.ActorAsync("actor", sector: "GOV"), await here.TopicAsync("topic"), await here.SourceAsync(new { }));
        var country = await here.PlaceAsync("kuwait", "country", null, null, null, "KWT", new { scheme = "iso3166", identifier = "KW" }, new { scheme = "iso3166", identifier = "KWT" });
        var place = await here.PlaceAsync("place", parent: country, latitude: 29, longitude: 47, country: "KWT");
        var situation = (await api.GivenAsync(Kind.Situation, new { id = here.Id("situation"), title = "Situation", kind = "war" }))[0];
        object Full(string date) => new
        {
            date, type = "consult", setting = "bilateral", status = "held", modes = new[] { "visit" }, contexts = new[] { "cyber", "military" }, summary = "Told.", location = place, sources = new[] { source }, fatalities = new { best = 5 },
            topics = new[] { new { id = topic, certainty = "likely" } }, participants = new[] { new { actor, roles = new[] { "host" }, attendance = "attended" } },
        };
        object Bare(string date, int n) => new { date, type = "protest", status = "disputed", identifiers = new[] { new { scheme = "test", identifier = here.Id($"{n}") } } };
        var ids = await here.EventsAsync(Full("2025-09-07"), Full("2025-09-08"), Full("2025-09-09"), Bare("2024-01-01", 1), Bare("2024-01-02", 2));
        foreach (var id in ids[..3])
        {
            await api.GivenAsync(Kind.Relation, new { from = new { kind = "event", id }, type = "about", to = new { kind = "situation", id = situation } });
            foreach (var value in (int[])[5, 6]) await api.GivenAsync(Kind.Claim, new { record = new { kind = "event", id }, pointer = "/fatalities/best", value, source });
        }
        query = query.Replace("{actor}", actor).Replace("{topic}", topic).Replace("{place}", place).Replace("{situation}", situation).Replace("{source}", source).Replace("{ids}", string.Join(',', ids[..3]));
        Assert.Equal([ids[2], ids[1], ids[0]], await api.WalkAsync($"/v1/events?{here.Mine}&limit=1&{query}"));
    }

    [Theory]
    [InlineData("setting=bilateral")]
    [InlineData("ordinal=7")]
    [InlineData("series={series}")]
    [InlineData("host={actor}")]
    public async Task Every_filter_of_meetings_holds_on_every_page(string query)
    {
        var here = await Corner.OfAsync(api);
        var actor = await here.ActorAsync("actor");
        var series = (await api.GivenAsync(Kind.Series, new { id = here.Id("series"), label = "Series" }))[0];
        object Full(string date) => new { date, setting = "bilateral", ordinal = 7, series, participants = new[] { new { actor, roles = new[] { "host" } } } };
        var ids = await here.EventsAsync(Full("2025-09-08"), Full("2025-09-09"), new { date = "2024", setting = "call", ordinal = 8 }, new { date = "2023" });
        Assert.Equal([ids[1], ids[0]], await api.WalkAsync($"/v1/meetings?{here.Mine}&limit=1&{query.Replace("{series}", series).Replace("{actor}", actor)}"));
    }

    [Fact]
    public async Task Sub_resources_page_within_their_record()
    {
        var here = await Corner.OfAsync(api);
        var actor = await here.ActorAsync("actor");
        object Of(string date, string? who) => new { date, participants = new[] { new { actor = who, label = who is null ? "someone" : null } } };
        var ids = await here.EventsAsync(Of("2025-09-09", actor), Of("2025-09-08", null), Of("2025-09-07", actor), Of("2025-09-06", null));
        Assert.Equal([ids[0], ids[2]], await api.WalkAsync($"/v1/actors/{actor}/events?limit=1"));
    }

    [Fact]
    public async Task Name_order_folds_case_and_accents()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { title = "Zebra" }, new { title = "émile" }, new { title = "Éclair" }, new { title = "apple" });
        Assert.Equal([ids[3], ids[2], ids[1], ids[0]], await here.FindAsync("sort=name"));
        Assert.Equal([ids[0], ids[1], ids[2], ids[3]], await here.FindAsync("sort=-name"));
    }

    [Fact]
    public async Task Updated_order_is_that_of_writing()
    {
        var here = await Corner.OfAsync(api);
        var start = api.Clock.Now;
        try
        {
            var ids = new List<string>();
            foreach (var date in (string?[])["2025", null, "1999"])
            {
                api.Clock.Now += TimeSpan.FromSeconds(1);
                ids.Add(await here.EventAsync(new { date }));
            }
            Assert.Equal([ids[2], ids[1], ids[0]], await here.FindAsync("sort=-updated"));
        }
        finally
        {
            api.Clock.Now = start;
        }
    }

    [Fact]
    public async Task Most_deaths_come_first_and_the_unknown_last()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { date = "2026" }, new { fatalities = new { best = 3 } }, new { fatalities = new { best = 0 } }, new { fatalities = new { best = 12 } });
        Assert.Equal([ids[3], ids[1], ids[2], ids[0]], await here.FindAsync("sort=-fatalities"));
        Assert.Equal([ids[3], ids[1], ids[2], ids[0]], await api.WalkAsync($"/v1/events?{here.Mine}&sort=-fatalities&limit=1"));
    }

    [Theory]
    [InlineData("-date")]
    [InlineData("date")]
    [InlineData("name")]
    [InlineData("-updated")]
    [InlineData("-fatalities")]
    public async Task Events_alike_in_everything_still_have_one_order(string sort)
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync([.. Enumerable.Repeat("2025-09-09", 12)]);
        var whole = await here.FindAsync($"sort={sort}");
        Pages.SameSet(ids, whole);
        Assert.Equal(whole, await api.WalkAsync($"/v1/events?{here.Mine}&sort={sort}&limit=5"));
    }

    [Fact]
    public Task An_unknown_order_is_refused() => api.RefusedAsync("/v1/events?sort=colour", "sort");

    [Fact]
    public async Task A_sample_is_the_same_for_the_same_seed_and_another_for_another()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync([.. Enumerable.Repeat("2025", 200)]);
        var sample = await api.IdsAsync($"/v1/events?{here.Mine}&sample=20&seed=7");
        Assert.Equal(20, sample.Distinct().Count());
        Assert.Empty(sample.Except(ids));
        Assert.Equal(sample, await api.IdsAsync($"/v1/events?{here.Mine}&sample=20&seed=7"));
        Assert.NotEqual(sample, await api.IdsAsync($"/v1/events?{here.Mine}&sample=20&seed=8"));
    }

    [Fact]
    public async Task A_sample_larger_than_the_list_is_the_list()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync("2023", "2024", "2025");
        Pages.SameSet(ids, await api.IdsAsync($"/v1/events?{here.Mine}&sample=100&seed=7"));
    }

    [Fact]
    public async Task All_pages_are_the_full_list_for_any_filter_order_and_limit_while_rows_are_added()
    {
        var random = new Random(40);
        var here = await Corner.OfAsync(api);
        var rows = new Dictionary<string, Row>();
        await AddAsync(300);

        for (var round = 0; round < 40; round++)
        {
            var filter = Filter.Of(random);
            var sort = Pick("-date", "date", "name", "-name", "-updated", "updated", "-fatalities", "fatalities");
            var limit = Pick(1, 3, 7, 20, 60, 200);
            var address = $"/v1/events?{here.Mine}&{filter.Query}&sort={sort}";

            var before = await api.WalkAsync($"{address}&limit=500");
            Pages.SameSet(rows.Where(r => filter.Matches(r.Value)).Select(r => r.Key), before);

            var walked = new List<string>();
            string? next = $"{address}&limit={limit}";
            for (var left = 25; next is not null; left--)
            {
                var adding = left > 0 ? AddAsync(1) : Task.CompletedTask;
                var page = await api.GetAsync(next);
                walked.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!));
                next = page.GetProperty("next").GetString();
                await adding;
            }
            Assert.True(walked.Count == walked.Distinct().Count(), $"{address}&limit={limit}: something is repeated");
            Assert.True(walked.All(id => filter.Matches(rows[id])), $"{address}&limit={limit}: something does not belong there");
            var kept = before.ToHashSet();
            Assert.True(before.SequenceEqual(walked.Where(kept.Contains)), $"{address}&limit={limit}: something is skipped or moved");
        }

        async Task AddAsync(int count)
        {
            var added = Enumerable.Range(0, count).Select(_ => Row.Of(random)).ToList();
            var ids = await here.EventsAsync([.. added.Select(r => r.Input)]);
            for (var n = 0; n < count; n++) rows[ids[n]] = added[n];
        }

        T Pick<T>(params T[] values) => values[random.Next(values.Length)];
    }

    /// <summary>An event as the test knows it.</summary>
    private sealed record Row(string Type, string Status, FourDays? Date, int? Deaths, string Title)
    {
        public static Row Of(Random random) => new(
            Types[random.Next(Types.Length)], random.Next(3) == 0 ? "disputed" : "occurred", random.Next(5) == 0 ? null : FourDays.Of(random), random.Next(2) == 0 ? null : random.Next(6), $"Title {random.Next(40)}");

        public static readonly string[] Types = ["agree", "aid", "protest", "assault"];

        public object Input => new { type = Type, status = Status, date = Date?.Edtf, fatalities = Deaths is null ? null : new { best = Deaths }, title = Title };
    }

    /// <summary>A filter in words of the address, and what it means.</summary>
    private sealed record Filter(string Query, Func<Row, bool> Matches)
    {
        public static Filter Of(Random random)
        {
            var (type, other) = (Row.Types[random.Next(4)], Row.Types[random.Next(4)]);
            var from = new DateOnly(1985, 1, 1).AddDays(random.Next(7_000));
            var (to, deaths) = (from.AddDays(random.Next(3_000)), random.Next(6));
            var match = ((string[])["possible", "certain", "starts"])[random.Next(3)];
            var one = Choices()[random.Next(7)];
            var two = Choices()[random.Next(7)];
            return one.Query.Split('=')[0] == two.Query.Split('=')[0] ? one : new($"{one.Query}&{two.Query}", row => one.Matches(row) && two.Matches(row));

            Filter[] Choices() =>
            [
                new("total=none", _ => true),
                new($"type={type},{other}", r => r.Type == type || r.Type == other),
                new($"type[not]={type}", r => r.Type != type),
                new("status=disputed", r => r.Status == "disputed"),
                new($"from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}&dateMatch={match}", r => r.Date?.Matches(from, to, match) == true),
                new($"fatalities[gte]={deaths}", r => r.Deaths >= deaths),
                new("missing=fatalities", r => r.Deaths is null),
            ];
        }
    }
}

/// <summary>A catalogue of more events than a total counts: 10,000 of type consult and one of type agree.</summary>
public sealed class CrowdedApi : IAsyncLifetime
{
    public EmptyApi Api { get; } = new();
    public Corner Here { get; private set; } = null!;
    public List<string> Ids { get; } = [];
    public List<(DateOnly? Date, int? Deaths, string Title)> Rows { get; } = [];

    public async Task InitializeAsync()
    {
        await Api.InitializeAsync();
        Here = await Corner.OfAsync(Api);
        var random = new Random(1);
        for (var n = 0; n <= 10_000; n++)
            Rows.Add((n % 10 == 0 ? null : new DateOnly(1990, 1, 1).AddDays(random.Next(4_000)), n % 4 == 0 ? random.Next(50) : null, $"event {random.Next(1_000):000}"));
        foreach (var batch in Rows.Chunk(2_000))
            Ids.AddRange(await Here.EventsAsync([.. batch.Select((r, n) => (object)new
            {
                title = r.Title, date = r.Date?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), fatalities = r.Deaths is null ? null : new { best = r.Deaths },
                type = Ids.Count + n == 10_000 ? "agree" : "consult",
            })]));
    }

    public Task DisposeAsync() => Api.DisposeAsync();
}

public sealed class CrowdedListTests(CrowdedApi crowd) : IClassFixture<CrowdedApi>
{
    [Theory]
    [InlineData("type=consult", 10_000, "eq")]
    [InlineData("type=consult,agree", 10_000, "gte")]
    [InlineData("type=agree", 1, "eq")]
    [InlineData("", 10_000, "gte")]
    [InlineData("total=exact", 10_001, "eq")]
    [InlineData("type=consult,agree&total=exact", 10_001, "eq")]
    [InlineData("missing=date&total=exact", 1_001, "eq")]
    [InlineData("has=date", 9_000, "eq")]
    [InlineData("from=1980&total=exact", 9_000, "eq")]
    public async Task A_total_is_exact_up_to_ten_thousand_or_when_asked(string query, int value, string relation)
    {
        var total = (await crowd.Api.GetAsync($"/v1/events?{crowd.Here.Mine}&limit=1&{query}")).GetProperty("total");
        Assert.Equal((value, relation), (total.GetProperty("value").GetInt32(), total.GetProperty("relation").GetString()));
    }

    [Fact]
    public async Task No_total_is_null() =>
        Assert.Equal(JsonValueKind.Null, (await crowd.Api.GetAsync($"/v1/events?{crowd.Here.Mine}&limit=1&total=none")).GetProperty("total").ValueKind);

    [Theory]
    [InlineData("-date")]
    [InlineData("date")]
    [InlineData("name")]
    [InlineData("-name")]
    [InlineData("-updated")]
    [InlineData("-fatalities")]
    [InlineData("fatalities")]
    public async Task A_long_list_has_everything_once_in_its_order(string sort)
    {
        var walked = await crowd.Api.WalkAsync($"/v1/events?{crowd.Here.Mine}&limit=500&total=none&sort={sort}");
        Pages.SameSet(crowd.Ids, walked);
        var places = crowd.Ids.Select((id, n) => (id, n)).ToDictionary(p => p.id, p => p.n);
        var rows = walked.Select(id => crowd.Rows[places[id]]).ToList();
        IComparable?[] values = [.. rows.Select(r => (IComparable?)(sort.TrimStart('-') switch { "date" => r.Date, "name" => r.Title, "fatalities" => r.Deaths, _ => 0 }))];
        for (var n = 1; n < values.Length; n++)
            Assert.True(values[n] is null || values[n - 1] is { } before && before.CompareTo(values[n]) * (sort[0] == '-' ? -1 : 1) <= 0, $"{values[n - 1]} stands before {values[n]}");
    }

    [Theory]
    [InlineData("type=consult,agree")]
    [InlineData("type[not]=protest")]
    [InlineData("quadClass=1,2")]
    public async Task A_long_list_has_everything_once_whatever_finds_it(string query) =>
        Pages.SameSet(crowd.Ids, await crowd.Api.WalkAsync($"/v1/events?{crowd.Here.Mine}&limit=500&total=none&{query}"));

    [Theory]
    [InlineData("fatalities")]
    [InlineData("-fatalities")]
    [InlineData("name")]
    [InlineData("-date")]
    public async Task A_list_that_grows_long_while_it_is_read_skips_and_repeats_nothing(string sort)
    {
        var here = await Corner.OfAsync(crowd.Api);
        object Event(int n) => new { date = n % 2 == 0 ? null : "2025-09-09", fatalities = n % 5 == 0 ? new { best = n % 7 } : null, title = $"event {n % 300:000}" };
        var ids = await here.EventsAsync([.. Enumerable.Range(0, 4_990).Select(Event)]);
        var page = await crowd.Api.GetAsync($"/v1/events?{here.Mine}&limit=500&total=none&sort={sort}");
        var walked = page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!).ToList();
        for (var pages = 1; page.GetProperty("next").GetString() is { } next; pages++)
        {
            // It becomes long in the middle of the walk.
            if (pages == 4) await here.EventsAsync([.. Enumerable.Range(0, 20).Select(Event)]);
            page = await crowd.Api.GetAsync(next);
            walked.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!));
        }
        Assert.Equal(walked.Count, walked.Distinct().Count());
        Assert.Empty(ids.Except(walked));
    }
}
