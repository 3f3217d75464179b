using System.Globalization;
using System.Text.RegularExpressions;

namespace EventsApi.Dates;

/// <summary>A date as far as it is known, in Extended Date/Time Format (EDTF, ISO 8601-2:2019 levels 0 and 1 and the sets of level 2).
/// It stands for four days: the earliest and the latest start, the earliest and the latest end.</summary>
/// <remarks>Days are <see cref="DateOnly.DayNumber"/>; <see cref="Past"/> and <see cref="Future"/> stand for a side that is open or unknown.</remarks>
public sealed partial class EdtfDate
{
    public const int Past = int.MinValue, Future = int.MaxValue;

    private EdtfDate(string edtf, string precision, Days start, Days end) =>
        (Edtf, Precision, Start, StartLatest, EndEarliest, End) = (edtf, precision, start.First, start.Last, end.First, end.Last);

    /// <summary>The text as it was given, without spaces.</summary>
    public string Edtf { get; }
    /// <summary>One of <see cref="Vocabulary.Words.DatePrecision"/>; of an interval, the coarser of its two ends.</summary>
    public string Precision { get; }
    public int Start { get; }
    public int StartLatest { get; }
    public int EndEarliest { get; }
    public int End { get; }

    /// <summary>True when start and end are each known to the day.</summary>
    public bool IsExact => Start == StartLatest && EndEarliest == End && Start != Past && End != Future;
    public bool IsOneDay => Start == End && Start != Past;

    public static EdtfDate Parse(string text) => TryParse(text, out var date) ? date : throw new FormatException($"'{text}' is not an EDTF date. {Forms}");

    public const string Forms = "Send a day (2025-09-09), month (2025-09), quarter (2025-33 to 2025-36), week (2025-W37), year (2025), decade (202X), century (20XX), "
        + "an interval (2025-09-01/2025-09-03, 2024/.. when it goes on, 2024/ when the end is unknown) or 'some day up to' ([..2025-09-09]); years 0001 to 9999.";

    public static bool TryParse(string? text, out EdtfDate date)
    {
        date = null!;
        text = text?.Trim();
        if (text is null or "" || text.Length > 64) return false;
        if (text[0] is '[' or '{') return TryParseSet(text, out date);

        var slash = text.IndexOf('/');
        if (slash < 0)
        {
            if (!TryParsePoint(text, out var days, out var precision)) return false;
            date = new EdtfDate(text, precision, days, days);
            return true;
        }
        var (left, right) = (text[..slash], text[(slash + 1)..]);
        Days start, end;
        string startPrecision = "day", endPrecision = "day";
        // ISO 8601-2: ".." is open (it goes on), an empty end is unknown.
        if (left == "..") start = new(Past, Past);
        else if (left == "") start = new(Past, Future);
        else if (!TryParsePoint(left, out start, out startPrecision)) return false;
        if (right == "..") end = new(Future, Future);
        else if (right == "") end = new(start.First, Future);
        else if (!TryParsePoint(right, out end, out endPrecision)) return false;
        if (left is ".." or "" && right is ".." or "") return false;
        if (left == "") start = new(Past, end.Last);
        if (end.Last < start.First) return false;
        // An interval of coarse ends is still in order: the start is not after the end's last day, nor the end before the start's first.
        date = new EdtfDate(text, Coarser(startPrecision, endPrecision), new(start.First, Math.Min(start.Last, end.Last)), new(Math.Max(start.First, end.First), end.Last));
        return true;
    }

    /// <summary>[one of] and {all of}: a list of dates, each of which may be a range with "..".</summary>
    private static bool TryParseSet(string text, out EdtfDate date)
    {
        date = null!;
        var oneOf = text[0] == '[';
        if (text.Length < 3 || text[^1] != (oneOf ? ']' : '}')) return false;
        text = text.Replace(" ", "", StringComparison.Ordinal);
        Days first = new(Future, Future), last = new(Past, Past);
        var precision = "day";
        foreach (var part in text[1..^1].Split(','))
        {
            var dots = part.IndexOf("..", StringComparison.Ordinal);
            Days low = new(Past, Past), high = new(Future, Future);
            string lowPrecision = "day", highPrecision = "day";
            var (from, to) = dots < 0 ? (part, part) : (part[..dots], part[(dots + 2)..]);
            if (from != "" && !TryParsePoint(from, out low, out lowPrecision) || to != "" && !TryParsePoint(to, out high, out highPrecision) || from == "" && to == "" || high.Last < low.First) return false;
            if (low.First <= first.First) first = low;
            if (high.Last >= last.Last) last = high;
            precision = Coarser(precision, Coarser(lowPrecision, highPrecision));
        }
        // "One of" is any day between the first and the last; "all of" lasts from the first to the last.
        var whole = new Days(first.First, last.Last);
        date = oneOf ? new EdtfDate(text, first == last ? precision : "unknown", whole, whole) : new EdtfDate(text, precision, first, last);
        return true;
    }

    private static bool TryParsePoint(string text, out Days days, out string precision)
    {
        (days, precision) = (default, "day");
        // Most dates by far are one day.
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var exact))
        {
            days = new(exact.DayNumber, exact.DayNumber);
            return true;
        }
        var match = Point().Match(text);
        if (!match.Success) return false;
        var year = match.Groups["year"].Value;
        if (year.Contains('X'))
        {
            if (match.Groups["rest"].Success) return false;
            var low = int.Parse(year.Replace('X', '0'), CultureInfo.InvariantCulture);
            var high = int.Parse(year.Replace('X', '9'), CultureInfo.InvariantCulture);
            if (high < 1) return false;
            precision = year.EndsWith("XX", StringComparison.Ordinal) ? "century" : "decade";
            days = new(new DateOnly(Math.Max(low, 1), 1, 1).DayNumber, new DateOnly(high, 12, 31).DayNumber);
            return true;
        }
        var y = int.Parse(year, CultureInfo.InvariantCulture);
        if (y < 1) return false;
        if (match.Groups["week"].Success)
        {
            var week = int.Parse(match.Groups["week"].Value, CultureInfo.InvariantCulture);
            if (week < 1 || week > ISOWeek.GetWeeksInYear(y) || y == 9999) return false;
            precision = "week";
            var monday = DateOnly.FromDateTime(ISOWeek.ToDateTime(y, week, DayOfWeek.Monday)).DayNumber;
            days = new(monday, monday + 6);
            return true;
        }
        var month = match.Groups["month"].Value;
        if (month is "" or "XX")
        {
            if (match.Groups["day"].Success && match.Groups["day"].Value != "XX") return false;
            precision = "year";
            days = Months(y, 1, 12);
            return true;
        }
        var m = int.Parse(month, CultureInfo.InvariantCulture);
        if (m is >= 21 and <= 24 or >= 33 and <= 36)
        {
            if (match.Groups["day"].Success) return false;
            precision = "quarter";
            // 33 to 36 are calendar quarters; 21 to 24 are seasons, spring first, and winter ends in the next year.
            days = m >= 33 ? Months(y, (m - 33) * 3 + 1, 3) : Months(y, (m - 21) * 3 + 3, 3);
            return true;
        }
        if (m is < 1 or > 12) return false;
        if (!match.Groups["day"].Success || match.Groups["day"].Value == "XX")
        {
            precision = "month";
            days = Months(y, m, 1);
            return true;
        }
        var d = int.Parse(match.Groups["day"].Value, CultureInfo.InvariantCulture);
        if (d < 1 || d > DateTime.DaysInMonth(y, m)) return false;
        var day = new DateOnly(y, m, d).DayNumber;
        days = new(day, day);
        return true;
    }

    private static Days Months(int year, int month, int count)
    {
        var first = new DateOnly(year, month, 1);
        var last = year == 9999 && month + count > 12 ? DateOnly.MaxValue : first.AddMonths(count).AddDays(-1);
        return new(first.DayNumber, last.DayNumber);
    }

    private static string Coarser(string a, string b) =>
        Array.IndexOf(Vocabulary.Words.DatePrecision, a) >= Array.IndexOf(Vocabulary.Words.DatePrecision, b) ? a : b;

    /// <summary>"2025-09-09" of a day number; null for an open or unknown side.</summary>
    public static string? Day(int day) => day is Past or Future ? null : DateOnly.FromDayNumber(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public override string ToString() => Edtf;

    private readonly record struct Days(int First, int Last);

    // The trailing mark is EDTF's: ? uncertain, ~ approximate, % both. It is kept in the text and widens nothing.
    [GeneratedRegex(@"^(?<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)(?<rest>-(?:W(?<week>[0-9]{2})|(?<month>[0-9]{2}|XX)(?:-(?<day>[0-9]{2}|XX))?))?[?~%]?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Point();
}
