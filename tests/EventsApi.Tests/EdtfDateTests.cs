using EventsApi.Dates;
using FsCheck;
using FsCheck.Fluent;

namespace EventsApi.Tests;

[Trait(Engines.Trait, Engines.Any)]
public sealed class EdtfDateTests
{
    private static readonly Gen<string> Day = Gen.Choose(0, DateOnly.MaxValue.DayNumber).Select(n => EdtfDate.Day(n)!);

    private static readonly Gen<string> Year = Gen.Choose(1, 9999).Select(y => $"{y:0000}");

    /// <summary>Every way to write one date: day, month, year, quarter, week, decade, century, with and without a mark.</summary>
    private static readonly Gen<string> Point =
        from year in Year
        from form in Gen.OneOf(
            Day,
            Gen.Choose(1, 12).Select(m => $"{year}-{m:00}"),
            Gen.Constant(year),
            Gen.Choose(33, 36).Select(q => $"{year}-{q}"),
            Gen.Choose(1, 52).Select(w => year == "9999" ? year : $"{year}-W{w:00}"),
            Gen.Constant(year[..3] + "X"),
            Gen.Constant(year[..2] + "XX"))
        from mark in Gen.Elements("", "", "?", "~", "%")
        select form + mark;

    private static readonly Gen<string> Any =
        from a in Point
        from b in Point
        from text in Gen.Elements(a, $"{a}/{b}", $"{b}/{a}", $"{a}/..", $"{a}/", $"../{a}", $"/{a}", $"[{a},{b}]", $"{{{a},{b}}}", $"[..{a}]", $"[{a}..]", $"[{a}..{b}]")
        select text;

    /// <param name="start">The four days in order of the contract: earliest start, latest start, earliest end, latest end; null where open or unknown.</param>
    [Theory]
    [InlineData("2025-09-09", "2025-09-09", "2025-09-09", "2025-09-09", "2025-09-09")]
    [InlineData("2024-02-29", "2024-02-29", "2024-02-29", "2024-02-29", "2024-02-29")]
    [InlineData("2000-02-29", "2000-02-29", "2000-02-29", "2000-02-29", "2000-02-29")]
    [InlineData("0001-01-01", "0001-01-01", "0001-01-01", "0001-01-01", "0001-01-01")]
    [InlineData("9999-12-31", "9999-12-31", "9999-12-31", "9999-12-31", "9999-12-31")]
    [InlineData("2025-02", "2025-02-01", "2025-02-28", "2025-02-01", "2025-02-28")]
    [InlineData("2024-02", "2024-02-01", "2024-02-29", "2024-02-01", "2024-02-29")]
    [InlineData("2025", "2025-01-01", "2025-12-31", "2025-01-01", "2025-12-31")]
    [InlineData("2005-33", "2005-01-01", "2005-03-31", "2005-01-01", "2005-03-31")]
    [InlineData("2005-34", "2005-04-01", "2005-06-30", "2005-04-01", "2005-06-30")]
    [InlineData("2005-35", "2005-07-01", "2005-09-30", "2005-07-01", "2005-09-30")]
    [InlineData("2005-36", "2005-10-01", "2005-12-31", "2005-10-01", "2005-12-31")]
    [InlineData("2025-W37", "2025-09-08", "2025-09-14", "2025-09-08", "2025-09-14")]
    [InlineData("2020-W53", "2020-12-28", "2021-01-03", "2020-12-28", "2021-01-03")]
    [InlineData("2026-W01", "2025-12-29", "2026-01-04", "2025-12-29", "2026-01-04")]
    [InlineData("199X", "1990-01-01", "1999-12-31", "1990-01-01", "1999-12-31")]
    [InlineData("19XX", "1900-01-01", "1999-12-31", "1900-01-01", "1999-12-31")]
    [InlineData("2025-09-XX", "2025-09-01", "2025-09-30", "2025-09-01", "2025-09-30")]
    [InlineData("2025-XX", "2025-01-01", "2025-12-31", "2025-01-01", "2025-12-31")]
    [InlineData("1994~", "1994-01-01", "1994-12-31", "1994-01-01", "1994-12-31")]
    [InlineData("2025-09-09?", "2025-09-09", "2025-09-09", "2025-09-09", "2025-09-09")]
    [InlineData("2025-09%", "2025-09-01", "2025-09-30", "2025-09-01", "2025-09-30")]
    [InlineData("1866-12-24/1867-01-02", "1866-12-24", "1866-12-24", "1867-01-02", "1867-01-02")]
    [InlineData("2024-12/2025-01", "2024-12-01", "2024-12-31", "2025-01-01", "2025-01-31")]
    [InlineData("2025/2025-03", "2025-01-01", "2025-03-31", "2025-03-01", "2025-03-31")]
    [InlineData("2004-03/..", "2004-03-01", "2004-03-31", null, null)]
    [InlineData("2004-03/", "2004-03-01", "2004-03-31", "2004-03-01", null)]
    [InlineData("../2001", null, null, "2001-01-01", "2001-12-31")]
    [InlineData("/2001", null, "2001-12-31", "2001-01-01", "2001-12-31")]
    [InlineData("[..2025-09-09]", null, "2025-09-09", null, "2025-09-09")]
    [InlineData("[2025-09-09..]", "2025-09-09", null, "2025-09-09", null)]
    [InlineData("[2020-05-01,2020-05-03]", "2020-05-01", "2020-05-03", "2020-05-01", "2020-05-03")]
    [InlineData("[1960,1961-12]", "1960-01-01", "1961-12-31", "1960-01-01", "1961-12-31")]
    [InlineData("[2020-05-01..2020-05-03,2020-06]", "2020-05-01", "2020-06-30", "2020-05-01", "2020-06-30")]
    [InlineData("{2020-05-01,2020-05-03}", "2020-05-01", "2020-05-01", "2020-05-03", "2020-05-03")]
    [InlineData("{2020,2022}", "2020-01-01", "2020-12-31", "2022-01-01", "2022-12-31")]
    public void A_date_stands_for_four_days(string text, string? start, string? startLatest, string? endEarliest, string? end)
    {
        var date = EdtfDate.Parse(text);
        Assert.Equal((start, startLatest, endEarliest, end), (EdtfDate.Day(date.Start), EdtfDate.Day(date.StartLatest), EdtfDate.Day(date.EndEarliest), EdtfDate.Day(date.End)));
    }

    [Theory]
    [InlineData("2025-09-09", "day")]
    [InlineData("2025-W37", "week")]
    [InlineData("2025-09", "month")]
    [InlineData("2025-33", "quarter")]
    [InlineData("2025", "year")]
    [InlineData("202X", "decade")]
    [InlineData("20XX", "century")]
    [InlineData("1994~", "year")]
    [InlineData("1866-12-24/1867-01-02", "day")]
    [InlineData("2025-09-09/2025-10", "month")]
    [InlineData("2004-03/..", "month")]
    [InlineData("../2001", "year")]
    [InlineData("{2020,2022}", "year")]
    public void Precision_is_that_of_the_coarser_end(string text, string precision) => Assert.Equal(precision, EdtfDate.Parse(text).Precision);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("yesterday")]
    [InlineData("2025-00")]
    [InlineData("2025-13")]
    [InlineData("2025-37")]
    [InlineData("2025-09-00")]
    [InlineData("2025-09-31")]
    [InlineData("2025-02-29")]
    [InlineData("1900-02-29")]
    [InlineData("2025-33-01")]
    [InlineData("2025-W00")]
    [InlineData("2025-W53")]
    [InlineData("2025-9-9")]
    [InlineData("20250909")]
    [InlineData("09/09/2025")]
    [InlineData("12025")]
    [InlineData("0000")]
    [InlineData("-0044")]
    [InlineData("٢٠٢٥")]
    [InlineData("XXXX")]
    [InlineData("2XXX")]
    [InlineData("20X5")]
    [InlineData("199X-01")]
    [InlineData("2025??")]
    [InlineData("..")]
    [InlineData("/")]
    [InlineData("../..")]
    [InlineData("../")]
    [InlineData("2025/2026/2027")]
    [InlineData("2025-06/2025-03")]
    [InlineData("2026/2025")]
    [InlineData("2025\n/2026")]
    [InlineData("2025/2026-13")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("[..]")]
    [InlineData("[2025")]
    [InlineData("[2025}")]
    [InlineData("[2025,]")]
    [InlineData("[2022..2020]")]
    [InlineData("[2020,2025..2022]")]
    [InlineData("[2020/2022]")]
    public void What_is_no_date_is_refused(string? text) => Assert.False(EdtfDate.TryParse(text, out _));

    [Fact]
    public void Every_day_of_the_calendar_is_itself() =>
        Prop.ForAll(Day.ToArbitrary(), text =>
        {
            var date = EdtfDate.Parse(text);
            return date.Edtf == text && date.IsOneDay && date.StartLatest == date.Start && date.EndEarliest == date.Start && date.Start == DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture).DayNumber;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_way_to_write_one_date_is_read() => Prop.ForAll(Point.ToArbitrary(), text => EdtfDate.TryParse(text, out _)).QuickCheckThrowOnFailure();

    [Fact]
    public void Earliest_is_never_after_latest() =>
        Prop.ForAll(Any.ToArbitrary(), text => !EdtfDate.TryParse(text, out var date) || date.Start <= date.StartLatest && date.EndEarliest <= date.End && date.Start <= date.End && date.StartLatest <= date.End && date.Start <= date.EndEarliest)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_kept_text_reads_as_the_same_date() =>
        Prop.ForAll(Any.ToArbitrary(), text =>
        {
            if (!EdtfDate.TryParse(text, out var date)) return true;
            var again = EdtfDate.Parse(date.Edtf);
            return (again.Edtf, again.Precision, again.Start, again.StartLatest, again.EndEarliest, again.End) == (date.Edtf, date.Precision, date.Start, date.StartLatest, date.EndEarliest, date.End);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_interval_reaches_from_the_first_day_of_its_start_to_the_last_of_its_end() =>
        Prop.ForAll((from a in Point from b in Point select (a, b)).ToArbitrary(), pair =>
        {
            var (a, b) = (EdtfDate.Parse(pair.a), EdtfDate.Parse(pair.b));
            if (b.End < a.Start) return !EdtfDate.TryParse($"{pair.a}/{pair.b}", out _);
            var whole = EdtfDate.Parse($"{pair.a}/{pair.b}");
            return whole.Start == a.Start && whole.End == b.End;
        }).QuickCheckThrowOnFailure();
}
