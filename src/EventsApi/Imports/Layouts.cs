using System.Globalization;
using System.Text;
using EventsApi.Exports;
using EventsApi.Records;

namespace EventsApi.Imports;

/// <summary>Tells from the beginning of a file what its rows are, before anything is written.</summary>
internal static class Layouts
{
    // A table without a header is what most of its first rows are; single bad rows are rejects.
    private const int LookedAt = 50, LongestHeader = 64 << 10;

    /// <summary>How to read the rows, and the rows.</summary>
    /// <exception cref="UnreadableFileException">The file is not what it was said to be.</exception>
    public static (Mapping Mapping, IEnumerable<Row> Rows) Recognise(string format, string name, string? release, Stream content, RecordWriters writers)
    {
        var line = Encoding.UTF8.GetString(Rows.Peek(ref content, LongestHeader)).TrimStart('\uFEFF', ' ', '\r', '\n').Split('\n', 2)[0].TrimEnd('\r');
        if (line == "") throw new UnreadableFileException("The file is empty.");
        // A page of an API is one JSON object.
        if (format == "ucdp" && line[0] == '{') return (new Ucdp(new Header(Ucdp.ApiColumns), release, isApi: true), JsonPage(content));
        var text = Rows.Text(content);
        return format switch
        {
            "gdelt" => RecogniseGdelt(text, line),
            "ucdp" => Recognised(text, line, Ucdp.Required, "UCDP GED", header => new Ucdp(header, release ?? Ucdp.ReleaseIn(name)), more: [["best"], ["best_est"], ["best_death"]]),
            "acled" => Recognised(text, line, Acled.Required, "ACLED", header => new Acled(header)),
            "csv" => Recognised(text, line, OwnTable.Required, "events as the catalogue writes them", header => new OwnTable(header, writers)),
            _ => RecogniseLines(text, writers),
        };
    }

    private static IEnumerable<Row> JsonPage(Stream content)
    {
        try
        {
            return [.. Rows.Members(content, Ucdp.ApiColumns)];
        }
        catch (Exception error) when (error is System.Text.Json.JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new UnreadableFileException("This is JSON, but no page of UCDP's API: it has no array 'Result' of events.");
        }
    }

    private static (Mapping, IEnumerable<Row>) RecogniseGdelt(TextReader text, string line)
    {
        // The sample of mentions that people pass round has commas and a header; GDELT's own have tabs and none.
        if (line.StartsWith("GLOBALEVENTID,", StringComparison.OrdinalIgnoreCase))
        {
            var commas = Rows.Separated(text, ",").GetEnumerator();
            return (new GdeltMentions(hasHeader: true), All([], commas));
        }
        var rows = Rows.Tabbed(text).GetEnumerator();
        var head = Take(rows);
        var looked = head.Where(r => !r.Cells[0].Equals("GLOBALEVENTID", StringComparison.OrdinalIgnoreCase)).ToList();
        if (looked.Count(r => Gdelt.Misfit(r.Cells, true) is null) * 2 > looked.Count) return (new Gdelt(isSecond: true), All(head, rows));
        if (looked.Count(r => Gdelt.Misfit(r.Cells, false) is null) * 2 > looked.Count) return (new Gdelt(isSecond: false), All(head, rows));
        if (looked.Count(IsMention) * 2 > looked.Count) return (new GdeltMentions(head[0] != looked.FirstOrDefault()), All(head, rows));
        var wrong = looked.FirstOrDefault(r => Gdelt.Misfit(r.Cells, true) is not null && Gdelt.Misfit(r.Cells, false) is not null) ?? head[0];
        throw new UnreadableFileException($"This is no file of GDELT events or mentions: line {wrong.Line} {Gdelt.Misfit(wrong.Cells, true)}.{Guess(line)}");
    }

    private static bool IsMention(Row row) => row.Cells.Length is 16 or 15 or 14 && long.TryParse(row.Cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out _) && row.Cells[1].Length == 14 && row.Cells[2].Length == 14;

    private static (Mapping, IEnumerable<Row>) Recognised(TextReader text, string line, string[] required, string what, Func<Header, Mapping> mapping, string[][]? more = null)
    {
        // The header decides what stands between the cells.
        var delimiter = ((string[])[",", ";", "\t"]).MaxBy(d => line.Split(d).Length)!;
        var rows = Rows.Separated(text, delimiter).GetEnumerator();
        var head = Take(rows);
        var header = new Header(head[0].Cells);
        var missing = header.Missing(required).ToList();
        if (more is not null && missing.Count == 0 && !more.Any(columns => header.Has(columns))) missing.AddRange(more[0]);
        if (missing.Count > 0) throw new UnreadableFileException($"This is no table of {what}: line 1 has no column{(missing.Count == 1 ? "" : "s")} {string.Join(", ", missing)}.{Guess(line)}");
        if (head.Count > 1 && head.Skip(1).All(r => r.Cells.Length != header.Count)) throw new UnreadableFileException($"The rows do not fit their header: line {head[1].Line} has {head[1].Cells.Length} cells, the header {header.Count}.");
        return (mapping(header), All(head, rows));
    }

    private static (Mapping, IEnumerable<Row>) RecogniseLines(TextReader text, RecordWriters writers)
    {
        var rows = Rows.Lines(text).GetEnumerator();
        var head = Take(rows);
        if (head.FirstOrDefault(r => r.Cells[0][0] != '{') is { } wrong) throw new UnreadableFileException($"This is no NDJSON: line {wrong.Line} begins with '{wrong.Cells[0][..Math.Min(20, wrong.Cells[0].Length)]}' and not with a brace. Put each record on a line of its own.{Guess(wrong.Cells[0])}");
        return (CatalogueLines.IsHead(Encoding.UTF8.GetBytes(head[0].Cells[0])) ? new OwnCatalogue() : new OwnLines(writers), All(head, rows));
    }

    /// <summary>What the file looks like instead.</summary>
    private static string Guess(string line)
    {
        bool Has(params string[] columns) => columns.All(c => line.Contains(c, StringComparison.OrdinalIgnoreCase));
        var format = Has("event_date", "sub_event_type") ? "acled" : Has("type_of_violence", "side_a") ? "ucdp" : line.StartsWith('{') ? "ndjson" : line.Split('\t').Length is 57 or 58 or 61 ? "gdelt" : Has("type", "title", ",") ? "csv" : null;
        return format is null ? "" : $" It looks like {format}: say that as the format.";
    }

    private static List<Row> Take(IEnumerator<Row> rows)
    {
        var head = new List<Row>();
        while (head.Count < LookedAt && rows.MoveNext()) head.Add(rows.Current);
        return head;
    }

    private static IEnumerable<Row> All(IReadOnlyList<Row> head, IEnumerator<Row> rest)
    {
        foreach (var row in head) yield return row;
        using (rest)
            while (rest.MoveNext()) yield return rest.Current;
    }
}
