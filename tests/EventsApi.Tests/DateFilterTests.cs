using System.Globalization;

namespace EventsApi.Tests;

/// <summary>The stopped clock says 28 February 2026.</summary>
public sealed class DateFilterTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Theory]
    [InlineData("date=2025-09-09")]
    [InlineData("from=2025-09-09&to=2025-09-09")]
    [InlineData("date=2025-09-09/2025-09-09")]
    public async Task A_day_finds_what_happened_that_day_and_nothing_else(string query)
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync("2025-09-08", "2025-09-09", "2025-09-10", null);
        Assert.Equal([ids[1]], await MatchesAsync(here, query));
    }

    [Theory]
    [InlineData("from=2025-06&to=2025-07")]
    [InlineData("from=2025-06-01&to=2025-07-31")]
    [InlineData("date=2025-06/2025-07")]
    public async Task Both_ends_of_a_period_are_inside(string query)
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync("2025-05-31", "2025-06-01", "2025-07-31", "2025-08-01");
        Assert.Equal([ids[2], ids[1]], await MatchesAsync(here, query));
    }

    [Fact]
    public async Task From_needs_no_to()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync("2024-12-31", "2025-01-01", "2031-05-05");
        Assert.Equal([ids[2], ids[1]], await MatchesAsync(here, "from=2025"));
    }

    [Fact]
    public async Task To_needs_no_from()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync("0312-10-28", "2025-12-31", "2026-01-01");
        Assert.Equal([ids[1], ids[0]], await MatchesAsync(here, "to=2025"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(365)]
    [InlineData(366)]
    [InlineData(367)]
    [InlineData(40_000)]
    public async Task What_lasts_is_found_until_its_last_day(int days)
    {
        var here = await Corner.OfAsync(api);
        var last = new DateOnly(2025, 9, 9);
        var ids = await here.DatedAsync($"{Day(last.AddDays(-days))}/{Day(last)}");
        Assert.Equal(ids, await MatchesAsync(here, "date=2025-09-09"));
        Assert.Empty(await MatchesAsync(here, "date=2025-09-10"));
    }

    [Theory]
    [InlineData("2025-09", "from=2025-09-10&to=2025-09-10", true, false)]
    [InlineData("2025-09", "from=2025-09-01&to=2025-09-30", true, true)]
    [InlineData("2025-09", "from=2025-09-01&to=2025-09-29", true, false)]
    [InlineData("2025-09", "from=2025-10-01", false, false)]
    [InlineData("2025-33", "date=2025-03-31", true, false)]
    [InlineData("2025-33", "date=2025-04", false, false)]
    [InlineData("199X", "date=1995", true, false)]
    [InlineData("199X", "from=1990&to=1999", true, true)]
    [InlineData("199X", "date=2000", false, false)]
    [InlineData("19XX", "date=1950-06-15", true, false)]
    [InlineData("19XX", "from=1900-01-01&to=1999-12-31", true, true)]
    [InlineData("19XX", "date=1999-12-31", true, false)]
    [InlineData("19XX", "date=2000-01-01", false, false)]
    [InlineData("2004-03/..", "date=2026-02-28", true, true)]
    [InlineData("2004-03/..", "date=2004-03-10", true, false)]
    [InlineData("2004-03/..", "to=2004-02", false, false)]
    [InlineData("2004-03/", "date=2026-02-28", true, false)]
    [InlineData("../2001", "date=1500", true, true)]
    [InlineData("../2001", "date=2001-06-01", true, false)]
    [InlineData("../2001", "from=2002", false, false)]
    [InlineData("[..2025-09-09]", "date=1800-01-01", true, false)]
    [InlineData("[..2025-09-09]", "to=2025-09-09", true, true)]
    [InlineData("[..2025-09-09]", "from=2025-09-10", false, false)]
    [InlineData("2025-09-01/2025-09-30", "date=2025-09-15", true, true)]
    [InlineData("2024/2026", "date=2025-01-01", true, true)]
    [InlineData("2024/2026", "date=2024-06-01", true, false)]
    public async Task An_imprecise_date_can_match_and_may_have_to(string date, string query, bool possible, bool certain)
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync(date);
        Assert.Equal(possible ? ids : [], await MatchesAsync(here, query));
        Assert.Equal(possible ? ids : [], await MatchesAsync(here, query + "&dateMatch=possible"));
        Assert.Equal(certain ? ids : [], await MatchesAsync(here, query + "&dateMatch=certain"));
    }

    [Theory]
    [InlineData("2024-12-30/2025-01-03", "date=2024-12-30", true)]
    [InlineData("2024-12-30/2025-01-03", "date=2025-01-01", false)]
    [InlineData("19XX", "date=1900", true)]
    [InlineData("19XX", "date=1950", false)]
    [InlineData("2004-03/..", "date=2004-03-01", true)]
    [InlineData("2004-03/..", "date=2005", false)]
    public async Task Starts_counts_the_earliest_start_alone(string date, string query, bool found)
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync(date);
        Assert.Equal(found ? ids : [], await MatchesAsync(here, query + "&dateMatch=starts"));
    }

    [Theory]
    [InlineData("possible")]
    [InlineData("certain")]
    [InlineData("starts")]
    public async Task Undated_events_match_no_date_filter(string match)
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync(null, "2025-09-09");
        foreach (var query in (string[])["from=0001-01-01", "to=9999-12-31", "from=0001&to=9999"])
            Assert.Equal([ids[1]], await MatchesAsync(here, $"{query}&dateMatch={match}"));
    }

    [Fact]
    public async Task Undated_events_are_found_as_missing_their_date()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync(null, "2025-09-09", "19XX");
        Assert.Equal([ids[0]], await MatchesAsync(here, "missing=date"));
    }

    [Fact]
    public async Task Undated_events_come_last_in_both_orders()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync(null, "2025-09-09", "0312-10-28", "1999");
        Assert.Equal([ids[1], ids[3], ids[2], ids[0]], await here.FindAsync("sort=-date"));
        Assert.Equal([ids[2], ids[3], ids[1], ids[0]], await here.FindAsync("sort=date"));
    }

    [Fact]
    public async Task Undated_events_come_last_page_by_page_too()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync(null, "2025-09-09", null, "0312-10-28", null);
        foreach (var sort in (string[])["date", "-date"])
        {
            var walked = await api.WalkAsync($"/v1/events?{here.Mine}&sort={sort}&limit=1");
            Assert.Equal(sort == "date" ? [ids[3], ids[1]] : [ids[1], ids[3]], walked[..2]);
            Pages.SameSet([ids[0], ids[2], ids[4]], walked[2..]);
        }
    }

    [Fact]
    public async Task Seven_d_is_the_last_seven_days()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync("2026-02-21", "2026-02-22", "2026-02-28", "2026-03-01");
        Assert.Equal([ids[2], ids[1]], await MatchesAsync(here, "date=7d"));
    }

    [Theory]
    [InlineData("%2B30d")]
    [InlineData("+30d")] // as a person types it; a query string reads an unescaped plus as a space
    public async Task Plus_thirty_d_ends_thirty_days_from_today(string value)
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.DatedAsync("2026-03-30", "2026-03-31");
        Assert.Equal([ids[0]], await MatchesAsync(here, $"to={value}"));
        Assert.Equal([ids[0]], await MatchesAsync(here, $"date={value}"));
    }

    [Theory]
    [InlineData("date=7d", "date=2026-02-22/2026-02-28")]
    [InlineData("date=today", "date=2026-02-28")]
    [InlineData("from=7d", "from=2026-02-22")]
    [InlineData("from=today", "from=2026-02-28")]
    [InlineData("to=%2B30d", "to=2026-03-30")]
    public async Task Relative_dates_are_days_in_the_canonical_address(string query, string canonical)
    {
        var page = await api.GetAsync($"/v1/events?{query}");
        Assert.Equal($"/v1/events?{canonical}", page.GetProperty("query").GetProperty("canonical").GetString());
    }

    [Fact]
    public async Task Relative_dates_are_days_in_the_address_of_the_next_page()
    {
        var here = await Corner.OfAsync(api);
        await here.DatedAsync("2026-02-27", "2026-02-28");
        var page = await api.GetAsync($"/v1/events?{here.Mine}&from=7d&limit=1");
        Assert.Contains("&from=2026-02-22&", page.GetProperty("next").GetString());
    }

    [Theory]
    [InlineData("from=soon", "from")]
    [InlineData("to=2025-02-29", "to")]
    [InlineData("date=2025-13", "date")]
    [InlineData("from=2025&to=2024", "to")]
    [InlineData("from=2025&dateMatch=maybe", "dateMatch")]
    public Task A_wrong_date_is_refused_by_name(string query, string parameter) => api.RefusedAsync($"/v1/events?{query}", parameter);

    [Fact]
    public async Task Thousands_of_events_dated_by_year_are_all_found_within_it()
    {
        var here = await Corner.OfAsync(api);
        var years = await here.DatedAsync([.. Enumerable.Repeat("1571", 3_000)]);
        var months = await here.DatedAsync([.. Enumerable.Repeat("1571-10", 1_000)]);
        var days = await here.DatedAsync("1571-10-07", "1571-10-08");

        var day = await api.WalkAsync($"/v1/events?{here.Mine}&date=1571-10-07&limit=500");
        Pages.SameSet([.. years, .. months, days[0]], day);
        Pages.SameSet(years, await api.WalkAsync($"/v1/events?{here.Mine}&date=1571-07-15&limit=500"));
        Assert.Empty(await MatchesAsync(here, "date=1572-01-01"));
        var total = (await api.GetAsync($"/v1/events?{here.Mine}&date=1571-10-07")).GetProperty("total");
        Assert.Equal((4_001, "eq"), (total.GetProperty("value").GetInt32(), total.GetProperty("relation").GetString()));
    }

    [Fact]
    public async Task Any_period_finds_what_the_four_days_say()
    {
        var random = new Random(20260228);
        var here = await Corner.OfAsync(api);
        var dates = Enumerable.Range(0, 300).Select(_ => FourDays.Of(random)).ToList();
        var ids = await here.DatedAsync([.. dates.Select(d => d.Edtf)]);

        for (var round = 0; round < 60; round++)
        {
            var from = new DateOnly(1990, 1, 1).AddDays(random.Next(6_000));
            var to = from.AddDays(random.Next(4) switch { 0 => 0, 1 => random.Next(31), 2 => random.Next(400), _ => random.Next(4_000) });
            var match = (string[])["possible", "certain", "starts"];
            var query = $"from={Day(from)}&to={Day(to)}&dateMatch={match[round % 3]}";
            var expected = ids.Where((_, n) => dates[n].Matches(from, to, match[round % 3])).ToList();
            var found = await MatchesAsync(here, query);
            Assert.True(expected.ToHashSet().SetEquals(found), $"{query}: missing {Told(expected.Except(found))}, too many {Told(found.Except(expected))}");
        }

        string Told(IEnumerable<string> wrong) => string.Join(' ', wrong.Select(id => dates[Array.IndexOf(ids, id)].Edtf));
    }

    /// <summary>The events of this corner in the period. Whether a list leads to them or every row is tested, and in whatever order, they are the same.</summary>
    private async Task<string[]> MatchesAsync(Corner here, string query)
    {
        var found = await here.FindAsync(query);
        Assert.Equal(found, await api.IdsAsync($"/v1/events?{here.MineByNumber}&limit=500&{query}"));
        Pages.SameSet(found, await here.FindAsync($"{query}&sort=date"));
        Pages.SameSet(found, await here.FindAsync($"{query}&sort=name"));
        return found;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>A date between 1980 and 2010 with the four days it stands for, as the contract defines them.</summary>
internal sealed record FourDays(string Edtf, DateOnly Start, DateOnly StartLatest, DateOnly EndEarliest, DateOnly End)
{
    public static FourDays Of(Random random)
    {
        var day = new DateOnly(1980, 1, 1).AddDays(random.Next(11_000));
        var month = new DateOnly(day.Year, day.Month, 1);
        var year = new DateOnly(day.Year, 1, 1);
        var later = day.AddDays(random.Next(3) switch { 0 => random.Next(35), 1 => random.Next(370), _ => random.Next(5_000) });
        return random.Next(7) switch
        {
            0 => new(Text(day)[..7], month, month.AddMonths(1).AddDays(-1), month, month.AddMonths(1).AddDays(-1)),
            1 => new(Text(day)[..4], year, year.AddYears(1).AddDays(-1), year, year.AddYears(1).AddDays(-1)),
            2 => new($"{Text(day)}/{Text(later)}", day, day, later, later),
            3 => new($"{Text(day)}/..", day, day, DateOnly.MaxValue, DateOnly.MaxValue),
            4 => new($"{Text(day)}/", day, day, day, DateOnly.MaxValue),
            5 => new($"[..{Text(day)}]", DateOnly.MinValue, day, DateOnly.MinValue, day),
            _ => new(Text(day), day, day, day, day),
        };
    }

    public bool Matches(DateOnly from, DateOnly to, string match) => match switch
    {
        "certain" => StartLatest <= to && EndEarliest >= from,
        "starts" => Start >= from && Start <= to,
        _ => Start <= to && End >= from,
    };

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
