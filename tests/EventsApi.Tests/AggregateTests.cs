using System.Net.Http.Headers;
using System.Text.Json;

namespace EventsApi.Tests;

/// <summary>Tables of counts: each number is what its link finds.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class AggregateTests(DefaultApi api, EmptyApi own) : IClassFixture<EmptyApi>
{
    private static Task<IReadOnlyList<JsonElement>> RowsAsync(TestApi api, string query) => api.AllAsync($"/v1/events/aggregate?{query}");

    /// <summary>A row as "value,value=count".</summary>
    private static string Said(JsonElement row) => $"{string.Join(',', row.At("by").EnumerateObject().Select(b => b.Value.GetString()))}={row.Text("count")}";

    private static async Task<string[]> SaidAsync(TestApi api, string query) => [.. (await RowsAsync(api, query)).Select(Said)];

    [Fact]
    public async Task Cells_are_called_in_the_language_that_is_wanted()
    {
        var page = await api.GetAsync("/v1/events/aggregate?by=country,type&country=KWT,IRQ&lang=ar&limit=1");
        var row = page.At("items")[0];

        Assert.Equal("IRQ", row.Text("by.country"));
        Assert.Equal("العراق", row.Text("labels.country"));
        Assert.Contains("lang=ar", page.Text("next"), StringComparison.Ordinal);
        Assert.Equal("Kuwait", (await api.GetAsync("/v1/events/aggregate?by=country&country=KWT")).At("items")[0].Text("labels.country"));
        await api.RefusedAsync("/v1/events/aggregate?by=country&lang=!", "lang");
    }

    [Theory]
    [InlineData("by=type")]
    [InlineData("by=quadClass")]
    [InlineData("by=mode")]
    [InlineData("by=sector")]
    [InlineData("by=type,year&country=IRQ")]
    [InlineData("by=country,quadClass,year&from=2020&to=2022")]
    [InlineData("by=actor,type&country=KWT")]
    [InlineData("by=initiator,recipient&country=KWT")]
    [InlineData("by=topic&has=topics")]
    [InlineData("by=situation,type&country=SYR")]
    [InlineData("by=month&from=1991&to=1992")]
    [InlineData("by=week&date=1991")]
    [InlineData("by=day&date=1991-03")]
    [InlineData("by=year,month&country=IRQ")]
    [InlineData("by=month,year&country=IRQ")]
    [InlineData("by=country&bbox=40,20,60,35")]
    [InlineData("by=year&q=kuwait")]
    [InlineData("by=year&q=kuwiat")]
    [InlineData("by=type,dataset&type=consult,assault")]
    [InlineData("by=actor&actor=nato,kuwait&country=KWT")]
    [InlineData("by=country,type&missing=summary&from=2024")]
    public async Task Every_link_leads_to_as_many_events_as_its_row_counts(string query)
    {
        // Of long tables the first rows and the last, where the unknown ones are.
        var rows = await RowsAsync(api, query);
        await api.LinksCountAsync(rows.Take(25).Concat(rows.Skip(25).TakeLast(15)), atLeast: 1);
    }

    [Theory]
    [InlineData("type")]
    [InlineData("quadClass")]
    [InlineData("dataset")]
    [InlineData("country")]
    [InlineData("year")]
    [InlineData("month")]
    [InlineData("week")]
    [InlineData("type,year")]
    [InlineData("dataset,country,quadClass")]
    public async Task Where_an_event_has_one_value_the_rows_add_up_to_the_total(string by) =>
        Assert.Equal(await api.CountAsync("/v1/events"), (await RowsAsync(api, $"by={by}")).Sum(r => r.At("count").GetInt64()));

    [Fact]
    public async Task One_two_and_three_dimensions_cut_the_same_events_finer()
    {
        var here = await Corner.OfAsync(own);
        var place = await here.PlaceAsync("place", country: "KWT");
        await here.EventsAsync(
            new { type = "consult", date = "2024-05-01", location = place }, new { type = "consult", date = "2024-06-01", location = place },
            new { type = "protest", date = "2024-05-01", location = place }, new { type = "consult", date = "2025-05-01" });

        Assert.Equal(["consult=3", "protest=1"], await SaidAsync(own, $"by=type&{here.Mine}"));
        Assert.Equal(["consult,2024=2", "consult,2025=1", "protest,2024=1"], await SaidAsync(own, $"by=type,year&{here.Mine}"));
        Assert.Equal(["KWT,consult,2024=2", "KWT,protest,2024=1", "unknown,consult,2025=1"], await SaidAsync(own, $"by=country&by=type,year&{here.Mine}"));
        await own.LinksCountAsync(await RowsAsync(own, $"by=country,type,year&{here.Mine}"), 3);
    }

    [Fact]
    public async Task An_event_with_several_values_stands_in_each_of_their_rows()
    {
        var here = await Corner.OfAsync(own);
        var (a, b) = (await here.ActorAsync("a"), await here.ActorAsync("b"));
        await here.EventsAsync(new { participants = new[] { new { actor = a }, new { actor = b } } }, new { participants = new[] { new { actor = a } } });
        Assert.Equal([$"{a}=2", $"{b}=1"], await SaidAsync(own, $"by=actor&{here.Mine}"));
    }

    [Fact]
    public async Task Initiator_and_recipient_are_those_who_took_part_so()
    {
        var here = await Corner.OfAsync(own);
        var (host, guest, other) = (await here.ActorAsync("host", "state"), await here.ActorAsync("guest", "state"), await here.ActorAsync("other", "state"));
        var ministry = await here.ActorAsync("ministry", partOf: host);
        object Took(string actor, params string[] roles) => new { actor, roles };
        await here.EventsAsync(
            new { participants = new[] { Took(guest, "initiator", "visitor"), Took(host, "recipient", "host") } },
            // Through its ministry the state received too.
            new { participants = new[] { Took(guest, "initiator"), Took(ministry, "recipient"), Took(other, "observer") } },
            new { participants = new[] { Took(other, "party") } });
        var rows = await RowsAsync(own, $"by=initiator,recipient&{here.Mine}");

        Pages.SameSet([$"{guest},{host}=2", $"{guest},{ministry}=1", "unknown,unknown=1"], rows.Select(Said));
        await own.LinksCountAsync(rows, 2);
    }

    [Fact]
    public async Task An_imprecise_or_unknown_time_has_a_row_of_its_own()
    {
        var here = await Corner.OfAsync(own);
        await here.DatedAsync("2025-03-31", "2025-03", "2025", "202X", "19XX", null);

        Assert.Equal(["2025=3", "imprecise=2", "unknown=1"], await SaidAsync(own, $"by=year&{here.Mine}"));
        Assert.Equal(["2025-03=2", "imprecise=3", "unknown=1"], await SaidAsync(own, $"by=month&{here.Mine}"));
        Assert.Equal(["2025-W14=1", "imprecise=4", "unknown=1"], await SaidAsync(own, $"by=week&{here.Mine}"));
        Assert.Equal(["2025-03-31=1", "imprecise=4", "unknown=1"], await SaidAsync(own, $"by=day&{here.Mine}"));
        foreach (var unit in (string[])["year", "month", "week", "day"]) await own.LinksCountAsync(await RowsAsync(own, $"by={unit}&{here.Mine}"), 2);
        Assert.Equal(["2025,2025-03=2", "2025,imprecise=1", "imprecise,imprecise=2", "unknown,unknown=1"], await SaidAsync(own, $"by=year,month&{here.Mine}"));
    }

    [Fact]
    public async Task A_span_counts_in_the_year_in_which_it_began()
    {
        var here = await Corner.OfAsync(own);
        await here.DatedAsync("2024-12-31/2025-01-02", "2024/2025", "2025-01-02");
        var rows = await RowsAsync(own, $"by=year&{here.Mine}");
        Assert.Equal(["2024=2", "2025=1"], rows.Select(Said));
        await own.LinksCountAsync(rows, 2);
    }

    // ISO 8601: a week belongs to the year of its Thursday.
    [Theory]
    [InlineData("2024-12-30", "2025-W01")]
    [InlineData("2025-01-05", "2025-W01")]
    [InlineData("2025-01-06", "2025-W02")]
    [InlineData("2021-01-03", "2020-W53")]
    [InlineData("2021-01-04", "2021-W01")]
    [InlineData("2023-01-01", "2022-W52")]
    public async Task Weeks_are_those_of_ISO(string date, string week)
    {
        var here = await Corner.OfAsync(own);
        await here.DatedAsync(date);
        var row = Assert.Single(await RowsAsync(own, $"by=week&{here.Mine}"));
        Assert.Equal($"{week}=1", Said(row));
        await own.LinksCountAsync([row]);
    }

    [Fact]
    public async Task A_week_over_new_year_is_one_row_and_its_link_finds_both_sides()
    {
        var here = await Corner.OfAsync(own);
        await here.DatedAsync("2024-12-29", "2024-12-31", "2025-01-01", "2025-01-06");
        var rows = await RowsAsync(own, $"by=week&{here.Mine}");
        Assert.Equal(["2024-W52=1", "2025-W01=2", "2025-W02=1"], rows.Select(Said));
        await own.LinksCountAsync(rows, 3);
    }

    [Fact]
    public async Task Zeros_fill_the_time_between_and_every_combination()
    {
        var here = await Corner.OfAsync(own);
        await here.EventsAsync(new { type = "consult", date = "2020-12-15" }, new { type = "protest", date = "2021-02-15" }, new { type = "consult" });
        Assert.Equal(["2020-12=1", "2021-02=1", "unknown=1"], await SaidAsync(own, $"by=month&{here.Mine}"));
        Assert.Equal(["2020-12=1", "2021-01=0", "2021-02=1", "unknown=1"], await SaidAsync(own, $"by=month&fill=zero&{here.Mine}"));
        var rows = await RowsAsync(own, $"by=type,month&fill=zero&{here.Mine}");
        Assert.Equal(["consult,2020-12=1", "consult,2021-01=0", "consult,2021-02=0", "consult,unknown=1", "protest,2020-12=0", "protest,2021-01=0", "protest,2021-02=1"], rows.Select(Said));
        // A zero is a number too, and its link finds none.
        await own.LinksCountAsync(rows, 6);
    }

    [Fact]
    public async Task Zeros_fill_weeks_over_new_year()
    {
        var here = await Corner.OfAsync(own);
        await here.DatedAsync("2020-12-21", "2021-01-11");
        Assert.Equal(["2020-W52=1", "2020-W53=0", "2021-W01=0", "2021-W02=1"], await SaidAsync(own, $"by=week&fill=zero&{here.Mine}"));
    }

    [Theory]
    [InlineData("count", "assault:3,consult:1")]
    [InlineData("incidents", "assault:3,consult:1")] // none is coded twice
    [InlineData("fatalities", "assault:7,consult:null")] // the best estimate, else the low; unknown is not zero
    [InlineData("goldstein", "assault:-4,consult:null")] // the mean of those that have one
    public async Task A_measure_sums_or_means_what_is_known(string measure, string expected)
    {
        var here = await Corner.OfAsync(own);
        await here.EventsAsync(
            new { type = "assault", goldstein = -5, fatalities = new { best = 5, high = 50 } }, new { type = "assault", goldstein = -3, fatalities = new { low = 2 } }, new { type = "assault", goldstein = (double?)null },
            new { type = "consult", goldstein = (double?)null });
        var rows = await RowsAsync(own, $"by=type&measure={measure}&{here.Mine}");
        Assert.Equal(expected, string.Join(',', rows.Select(r => $"{r.Text("by.type")}:{r.Text("value") ?? "null"}")));
        Assert.Equal(["assault=3", "consult=1"], rows.Select(Said));
    }

    [Fact]
    public async Task The_score_of_a_row_is_the_mean_of_its_events()
    {
        var items = await api.AllAsync("/v1/events?country=KWT&fields=id,score&limit=500");
        var row = Assert.Single(await RowsAsync(api, "by=country&measure=score&country=KWT"));
        Assert.Equal(Math.Round(items.Average(i => i.At("score").GetDouble()), 3), row.At("value").GetDouble());
    }

    [Fact]
    public async Task Csv_has_the_same_rows()
    {
        var here = await Corner.OfAsync(own);
        await here.EventsAsync(new { type = "consult", date = "2024", fatalities = new { best = 3 } }, new { type = "protest", date = "2025" });
        foreach (var asked in (string[])["&format=csv", ""])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/events/aggregate?by=type,year&measure=fatalities&{here.Mine}{asked}");
            if (asked == "") request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));
            using var response = await own.Client.SendAsync(request);
            Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal("type,year,count,fatalities\r\nconsult,2024,1,3\r\nprotest,2025,1,\r\n", await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Csv_is_whole_however_many_rows()
    {
        var rows = await RowsAsync(api, "by=country,type");
        var csv = await api.Client.GetStringAsync("/v1/events/aggregate?by=country,type&format=csv");
        Assert.Equal(rows.Select(r => $"{r.Text("by.country")},{r.Text("by.type")},{r.Text("count")}"), csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1));
    }

    [Theory]
    [InlineData("", "by")]
    [InlineData("by=", "by")]
    [InlineData("by=type,mode,year,country", "by")]
    [InlineData("by=quarter", "by")]
    [InlineData("by=type&measure=sum", "measure")]
    [InlineData("by=type&fill=one", "fill")]
    [InlineData("by=type&limit=0", "limit")]
    [InlineData("by=type&limit=1001", "limit")]
    [InlineData("by=type&sort=name", "sort")]
    [InlineData("by=type&facets=type", "facets")]
    [InlineData("by=type&sample=5", "sample")]
    [InlineData("by=type&contry=KWT", "contry")]
    [InlineData("by=type&country=ZZZ", "country")]
    [InlineData("by=type&cursor=nonsense", "cursor")]
    [InlineData("by=day&fill=zero", "fill")] // more rows than anybody reads
    public Task What_it_does_not_take_is_refused(string query, string parameter) => api.RefusedAsync($"/v1/events/aggregate?{query}", parameter);

    [Fact]
    public async Task A_slip_in_a_dimension_is_told()
    {
        var error = Assert.Single((await api.ProblemAsync("/v1/events/aggregate?by=contry", 400)).Each("errors"));
        Assert.Equal("country", error.Text("didYouMean"));
        Assert.Contains("week", error.Texts("allowed"));
    }

    [Theory]
    [InlineData("ndjson")]
    [InlineData("geojson")]
    public Task Another_format_is_not_acceptable(string format) => api.ProblemAsync($"/v1/events/aggregate?by=type&format={format}", 406);

    [Fact]
    public async Task A_period_counts_what_it_may_hold_and_links_what_began_inside()
    {
        var here = await Corner.OfAsync(own);
        await here.DatedAsync("2023-12-31/2024-01-01", "2024-05-01", "2024-06-01", "2025-01-01", "202X");
        var rows = await RowsAsync(own, $"by=year&from=2024&to=2024&{here.Mine}");
        // The first began before and the last may have: both can have happened in the period, and no filter says so of their row alone.
        Assert.Equal(["2023=1", "2024=2", "imprecise=1"], rows.Select(Said));
        Assert.Equal([true, false, true], rows.Select(r => r.IsNull("href")));
        await own.LinksCountAsync(rows);
        // Only the decade is not certain to have touched the year.
        Assert.Equal(["2023=1", "2024=2"], await SaidAsync(own, $"by=year&from=2024&to=2024&dateMatch=certain&{here.Mine}"));
    }

    [Fact]
    public async Task A_table_is_read_in_pages()
    {
        var whole = await api.GetAsync("/v1/events/aggregate?by=mode,type,quadClass");
        var rows = whole.Each("items").Select(r => r.ToString()).ToList();
        Assert.True(rows.Count > 2 && whole.IsNull("next"));
        var paged = await RowsAsync(api, "by=mode,type,quadClass&limit=2");
        Assert.Equal(rows, paged.Select(r => r.ToString()));
        var first = await api.GetAsync("/v1/events/aggregate?by=mode,type,quadClass&limit=2");
        Assert.Equal((2, rows.Count), (first.Each("items").Count, first.At("total.value").GetInt32()));
    }

    [Fact]
    public async Task A_cursor_of_another_table_is_refused()
    {
        var cursor = (await api.GetAsync("/v1/events/aggregate?by=mode&limit=1")).Text("cursor");
        await api.RefusedAsync($"/v1/events/aggregate?by=type&limit=1&cursor={cursor}", "cursor");
    }

    [Fact]
    public async Task Values_are_called_by_their_names()
    {
        var row = (await RowsAsync(api, "by=country,type,actor&country=KWT&actor=nato")).First(r => r.Text("by.actor") == "nato");
        Assert.Equal(("Kuwait", "Consult", "NATO"), (row.Text("labels.country"), row.Text("labels.type"), row.Text("labels.actor")));
    }

    [Fact]
    public async Task Mere_background_is_no_topic_of_an_event()
    {
        var here = await Corner.OfAsync(own);
        var (said, around) = (await here.TopicAsync("said"), await here.TopicAsync("around"));
        await here.EventsAsync(new { topics = new[] { new { id = said, certainty = "stated" }, new { id = around, certainty = "background" } } });
        Assert.Equal([$"{said}=1"], await SaidAsync(own, $"by=topic&{here.Mine}"));
    }

    [Fact]
    public async Task Nothing_found_is_an_empty_table()
    {
        var table = await api.GetAsync("/v1/events/aggregate?by=type,year&type=assault&country=KWT&fill=zero");
        Assert.Empty(table.Each("items"));
        Assert.Equal(0, table.At("total.value").GetInt32());
    }

    [Fact]
    public async Task The_question_is_repeated_in_one_form()
    {
        var canonical = (await api.GetAsync("/v1/events/aggregate?measure=score&country=kw&by=type")).Text("query.canonical");
        Assert.Equal("/v1/events/aggregate?country=KWT&by=type&measure=score", canonical);
        Assert.Equal((await api.GetAsync(canonical!)).At("items").ToString(), (await api.GetAsync("/v1/events/aggregate?measure=score&country=kw&by=type")).At("items").ToString());
    }
}
