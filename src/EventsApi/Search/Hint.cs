using System.Globalization;
using System.Text.Json;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>A few words that tell records of like names apart: "Minister of Defence of Kuwait, 2020–2022", "City in Kuwait", "9 September 2025, Downing Street".</summary>
internal static class Hint
{
    /// <summary>What the record is called, which kind it is (meeting for such events) and its hint.</summary>
    public static (string Kind, string Id, string Title, string? Hint) Of(Reader reader, Kind kind, ReadOnlyMemory<byte> item)
    {
        using var document = JsonDocument.Parse(item);
        var record = document.RootElement;
        var id = record.GetProperty("id").GetString()!;
        string? Text(params string[] path)
        {
            var at = record;
            foreach (var member in path)
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(member, out at)) return null;
            return at.ValueKind == JsonValueKind.String ? at.GetString() : null;
        }
        string? Year(string member) => YearIn(Text(member, "edtf"));
        string? Years(string? start, string? end) => start is null && end is null ? null : $"{start ?? "?"}–{end}";
        if (kind == Kind.Event)
            return (Text("kind")!, id, Text("title")!, Join(DateOf(Text("date", "edtf"), Text("date", "start"), Text("date", "precision")), Text("location", "name")));
        if (kind == Kind.Actor)
            return ("actor", id, Text("name")!, Text("kind") == "person" ? Join(LatestPost(reader, id), null) ?? "Person" : Join(Capital(Text("classification") ?? Text("kind")), Text("partOf", "name") ?? (Text("kind") == "state" ? Text("country") : null)));
        if (kind == Kind.Location)
            return ("location", id, Text("name")!, record.GetProperty("path") is { ValueKind: JsonValueKind.Array } path && path.GetArrayLength() > 0
                ? $"{Capital(Text("kind"))} in {path[0].GetProperty("name").GetString()}{(path.GetArrayLength() > 1 && path[0].GetProperty("kind").GetString() is not ("country" or "region") ? ", " + path[1].GetProperty("name").GetString() : "")}" : Capital(Text("kind")));
        if (kind == Kind.Post) return ("post", id, Text("label")!, $"Post of {Text("organization", "name")}");
        if (kind == Kind.Membership) return ("membership", id, $"{Text("member", "name")} – {Text("organization", "name")}", Join(Text("post", "label") ?? Capital(Text("classification")), Years(Year("start"), Year("end"))));
        if (kind == Kind.Statement) return ("statement", id, Text("text")!, Join(Text("speaker", "name") ?? Capital(Text("basis", "voice")), Text("event", "title")));
        if (kind == Kind.Source) return ("source", id, Text("title")!, Join(Capital(Text("kind")), Text("publisher") ?? Text("author")));
        if (kind == Kind.Situation) return ("situation", id, Text("title")!, Join(Capital(Text("kind")), Years(Year("date"), null)?.TrimEnd('–')));
        if (kind == Kind.Claim) return ("claim", id, $"{Text("record", "title")}: {Text("pointer")}", Text("source", "title"));
        if (kind == Kind.Relation) return ("relation", id, $"{Text("from", "title")} – {Text("type")} – {Text("to", "title")}", Text("basis", "certainty"));
        if (kind == Kind.Series) return ("series", id, Text("label")!, Join("Meeting series", Text("organization", "name")));
        if (kind == Kind.Topic) return ("topic", id, Text("label")!, Join("Topic", Text("parent", "label")));
        return (kind.Name, id, Text("title") ?? Text("label") ?? Text("name") ?? id, Capital(kind.Name));
    }

    /// <summary>The post a person held last: "Secretary General of NATO, 2024–".</summary>
    private static string? LatestPost(Reader reader, string person)
    {
        var row = reader.Kept("""
            SELECT coalesce((SELECT name FROM records o WHERE o.kind = 5 AND o.id = r.record ->> '$.post'), r.record ->> '$.role'), r.record ->> '$.start', r.record ->> '$.end'
            FROM lists l
            JOIN postings p ON p.list = l.id << 2
            JOIN records r ON r.ref = p.key
            WHERE l.field = 'membership.member' AND l.value = ? AND (r.record ->> '$.post' IS NOT NULL OR r.record ->> '$.role' IS NOT NULL)
            ORDER BY r.record ->> '$.end' IS NULL DESC, coalesce(r.record ->> '$.start', '') DESC
            LIMIT 1
            """).Bind(person);
        if (!row.Step()) return null;
        var (label, start, end) = (row.TextOrNull(0), YearIn(row.TextOrNull(1)), YearIn(row.TextOrNull(2)));
        row.Reset();
        return label is null ? null : start is null && end is null ? label : $"{label}, {start}–{end}";
    }

    /// <summary>The first year that an EDTF date names: 2024 of [..2024-06].</summary>
    private static string? YearIn(string? edtf)
    {
        for (var at = 0; edtf is not null && at + 4 <= edtf.Length; at++)
            if (edtf.AsSpan(at, 4).IndexOfAnyExceptInRange('0', '9') < 0) return edtf.Substring(at, 4);
        return null;
    }

    private static string? DateOf(string? edtf, string? start, string? precision) =>
        edtf is null ? null
        : precision == "day" && !edtf.Contains('/') && DateOnly.TryParseExact(start, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)
        : edtf;

    private static string? Join(string? first, string? second) => (first, second) switch { (null, null) => null, (null, _) => second, (_, null) => first, _ => $"{first}, {second}" };

    private static string? Capital(string? word) => word is { Length: > 0 } ? char.ToUpperInvariant(word[0]) + word[1..].Replace('-', ' ') : null;
}
