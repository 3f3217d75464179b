using System.Globalization;
using System.Text;
using System.Text.Json;
using EventsApi.Http;

namespace EventsApi.Exports;

/// <summary>Events as a calendar that others subscribe to (RFC 5545). The UID of an event never changes and its SEQUENCE is its revision, so that a calendar moves what it has; what is cancelled or retracted says so and stays.
/// A day that is not known exactly is a span of whole days and leaves whoever looks free; an event without any day is left out.</summary>
/// <param name="identity">Of the catalogue.</param>
/// <param name="origin">Before every address: scheme and host.</param>
/// <param name="name">What the calendar is called; null for a single event.</param>
internal sealed class Calendar(string identity, string origin, string? name) : Form
{
    // Octets in a line, without its end.
    private const int LongestLine = 75;

    private static readonly string[] Exact = ["venue", "street", "city", "admin2"];

    public override void Begin(PooledBuffer into)
    {
        Line(into, "BEGIN", "VCALENDAR");
        Line(into, "VERSION", "2.0");
        Line(into, "PRODID", "-//Events catalogue//EventsApi//EN");
        Line(into, "CALSCALE", "GREGORIAN");
        if (name is null) return;
        Line(into, "NAME", Escape(name));
        Line(into, "X-WR-CALNAME", Escape(name));
        Line(into, "REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
    }

    public override int Add(PooledBuffer into, ReadOnlyMemory<byte> record)
    {
        using var document = JsonDocument.Parse(record);
        var ev = document.RootElement;
        if (Start(ev) is not var (start, end)) return 0;
        var id = ev.Word("id")!;
        Line(into, "BEGIN", "VEVENT");
        Line(into, "UID", Uuid.Of(identity, $"event:{id}").ToString());
        Line(into, "DTSTAMP", Instant(ev.Word("updatedAt")!));
        Line(into, "CREATED", Instant(ev.Word("createdAt")!));
        Line(into, "LAST-MODIFIED", Instant(ev.Word("updatedAt")!));
        Line(into, "SEQUENCE", ev.Inner("revision").GetRawText());
        Line(into, start.Name, start.Value);
        if (end is var (property, value)) Line(into, property, value);
        Line(into, "SUMMARY", Escape(ev.Word("title")!));
        Line(into, "STATUS", ev.Word("status") switch { "cancelled" or "retracted" => "CANCELLED", "tentative" or "postponed" or "disputed" => "TENTATIVE", _ => "CONFIRMED" });
        Line(into, "TRANSP", "TRANSPARENT");
        var place = ev.Inner("location");
        if (place.Word("name") is { } where) Line(into, "LOCATION", Escape(string.Join(", ", place.Inner("path").Each().Where(p => p.Word("kind") != "region").Select(p => p.Word("name")!).Prepend(where))));
        // The middle of a country is not where anybody met.
        if (place.Inner("latitude") is { ValueKind: JsonValueKind.Number } latitude && place.Inner("longitude") is { ValueKind: JsonValueKind.Number } longitude && Exact.Contains(place.Word("precision")))
            Line(into, "GEO", $"{latitude.GetRawText()};{longitude.GetRawText()}");
        Line(into, "URL", origin + ev.Word("href"));
        Line(into, "CATEGORIES", string.Join(',', ev.Inner("topics").Each().Select(t => t.Word("name")!).Prepend(ev.Word("type")!).Select(Escape)));
        Line(into, "DESCRIPTION", Escape(Describe(ev)));
        Line(into, "END", "VEVENT");
        return 1;
    }

    public override void End(PooledBuffer into) => Line(into, "END", "VCALENDAR");

    /// <summary>When it is; null when no day is known that a calendar can hold (years 1 to 9999).</summary>
    private static ((string Name, string Value) Start, (string Name, string Value)? End)? Start(JsonElement ev)
    {
        var date = ev.Inner("date");
        var (first, last) = (Day(date.Word("start")), Day(date.Word("end")));
        // Where one side is open or unknown, the day that is known.
        if ((first ?? last) is not { } from) return null;
        var to = last ?? from;
        var time = ev.Inner("time");
        if (date.Word("precision") == "day" && date.Inner("startLatest").ValueKind != JsonValueKind.String && Clock(time.Word("start")) is { } begins)
        {
            var zone = time.Word("zone") is { } named && TimeZoneInfo.TryFindSystemTimeZoneById(named, out var found) ? found : null;
            var end = Clock(time.Word("end")) is { } ends && to.ToDateTime(ends) > from.ToDateTime(begins) ? ("DTEND", At(to, ends, zone)) : ((string, string)?)null;
            return (("DTSTART", At(from, begins, zone)), end);
        }
        // The end of whole days is the day after the last.
        return (("DTSTART;VALUE=DATE", Basic(from)), to == DateOnly.MaxValue ? null : ("DTEND;VALUE=DATE", Basic(to.AddDays(1))));
    }

    /// <summary>Where the zone is known the instant, in UTC: it says the same as local time with its zone, without the rules of every zone in the file. Without one, local time wherever that is.</summary>
    private static string At(DateOnly day, TimeOnly time, TimeZoneInfo? zone)
    {
        var local = day.ToDateTime(time);
        return zone is null ? local.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture)
            : new DateTime(Math.Clamp((local - zone.GetUtcOffset(local)).Ticks, 0, DateTime.MaxValue.Ticks)).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
    }

    private static string Describe(JsonElement ev)
    {
        var lines = new List<string>();
        if (ev.Word("summary") is { } summary) lines.Add(summary);
        if (ev.Inner("date").Word("precision") != "day" || ev.Inner("date").Word("start") is null || ev.Inner("date").Word("end") is null) lines.Add($"Date as far as it is known: {ev.Inner("date").Word("edtf")}");
        if (ev.Inner("time") is { ValueKind: JsonValueKind.Object } time && time.Word("start") is { } begins) lines.Add($"Local time: {begins}{(time.Word("end") is { } ends ? $" to {ends}" : "")}{(time.Word("zone") is { } zone ? $", {zone}" : "")}");
        if (ev.Word("status") is { } status and ("cancelled" or "postponed" or "retracted" or "disputed")) lines.Add($"Status: {status}");
        var participants = ev.Inner("participants").Each().Select(p => Table.NameOf(p)).Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()!).Distinct().ToList();
        if (participants.Count > 0) lines.Add($"With {string.Join(", ", participants)}");
        foreach (var source in ev.Inner("sources").Each()) lines.Add($"Source: {source.Word("title")}{(source.Word("url") is { } url ? $" {url}" : "")}");
        return string.Join('\n', lines);
    }

    private static DateOnly? Day(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static TimeOnly? Clock(string? text) => TimeOnly.TryParseExact(text, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    private static string Basic(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string Instant(string rfc3339) => DateTimeOffset.Parse(rfc3339, CultureInfo.InvariantCulture).UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Text as a value: what separates is escaped, and control characters, which no value may hold, are spaces.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var letter in text.ReplaceLineEndings("\n"))
            _ = letter switch
            {
                '\n' => escaped.Append("\\n"),
                '\\' or ';' or ',' => escaped.Append('\\').Append(letter),
                _ => escaped.Append(char.IsControl(letter) ? ' ' : letter),
            };
        return escaped.ToString();
    }

    /// <summary>A content line, folded so that no line has more than 75 octets and no letter is cut.</summary>
    private static void Line(PooledBuffer into, string property, string value)
    {
        var bytes = Encoding.UTF8.GetBytes($"{property}:{value}").AsSpan();
        for (var room = LongestLine; bytes.Length > room; room = LongestLine - 1)
        {
            var cut = room;
            // Bytes that begin with 10 go on with a letter.
            while ((bytes[cut] & 0xC0) == 0x80) cut--;
            into.Add(bytes[..cut]);
            into.Add("\r\n "u8);
            bytes = bytes[cut..];
        }
        into.Add(bytes);
        into.Add("\r\n"u8);
    }
}
