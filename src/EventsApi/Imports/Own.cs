using System.Text;
using System.Text.Json;
using EventsApi.Events;
using EventsApi.Exports;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Sources;
using EventsApi.Vocabulary;

namespace EventsApi.Imports;

/// <summary>Records of ours, one JSON object a line: what the lists give with format=ndjson, or what a person wrote in the shape of a POST.</summary>
internal sealed class OwnLines(RecordWriters writers) : Mapping
{
    public override string Layout => "NDJSON records";

    public override DatasetInput? Dataset => null;

    public override Mapped? Map(Row row)
    {
        var line = Encoding.UTF8.GetBytes(row.Cells[0]);
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = Json.Options.MaxDepth });
            var record = document.RootElement;
            if (record.ValueKind != JsonValueKind.Object) throw new RowException(null, row.Cells[0], "invalid-json", "The line is no JSON object.");
            // The last line of an export with end=true.
            if (record.TryGetProperty("$end", out _)) return null;
            var kind = KindOf(record) ?? throw new RowException("href", row.Cells[0], "unknown-kind", "The line does not tell what kind of record it is; send its href as the catalogue gave it, or type and title for an event.");
            var writer = writers[kind];
            var input = JsonBody.Parse(line, () => writer.Read(line, kind == Kind.Event ? i => i : null), writer.Shape);
            if (record.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && input.Id is null) input = input with { Id = id.GetString() };
            return new MappedRecord { Line = row.Line, Digest = Digest.Number(row.Cells[0]), Kind = kind, Record = input, Says = record.EnumerateObject().Select(member => member.Name).ToHashSet() };
        }
        catch (JsonException error)
        {
            throw new RowException(null, row.Cells[0], "invalid-json", $"The line is no JSON: {error.Message.Split(" Path")[0].Split(" LineNumber")[0]}");
        }
        catch (InvalidOperationException)
        {
            throw new RowException(null, row.Cells[0], "invalid-json", "The line has half of a character, such as \\ud800 without its second half.");
        }
        catch (ProblemException problem)
        {
            throw Of(problem);
        }
    }

    /// <summary>The first thing that is wrong with a record, as the reason for its line.</summary>
    public static RowException Of(ProblemException problem) => problem.Errors is [var error, ..] ? new RowException(error.Pointer, null, error.Code, error.Message + Instead(error)) : new RowException(null, null, problem.Code.Code, problem.Message);

    private static string Instead(ProblemError error)
    {
        const int Few = 40;
        return error.DidYouMean is { } meant ? $" Did you mean '{meant}'?" : error.Allowed is { Count: > 0 and <= Few } allowed ? $" Send one of: {string.Join(", ", allowed)}." : "";
    }

    private static Kind? KindOf(JsonElement record)
    {
        if (record.TryGetProperty("href", out var href) && href.ValueKind == JsonValueKind.String && href.GetString()!.Split('/') is ["", "v1", var path, ..])
            return path == "meetings" ? Kind.Event : Array.Find(Kind.All, k => k.Path == path);
        bool Has(params string[] members) => members.All(m => record.TryGetProperty(m, out _));
        var word = record.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String ? kind.GetString()! : "";
        return Has("type", "title") ? Kind.Event : Has("member", "organization") ? Kind.Membership : Has("record", "pointer") ? Kind.Claim : Has("from", "to") ? Kind.Relation : Has("text", "basis") ? Kind.Statement
            : Has("name") && Words.ActorKind.Contains(word) ? Kind.Actor : Has("name") && Words.LocationKind.Contains(word) ? Kind.Location : Has("title") && Words.SituationKind.Contains(word) ? Kind.Situation : Has("title") && Words.SourceKind.Contains(word) ? Kind.Source
            : Has("title", "coding") ? Kind.Dataset : Has("label", "organization") ? Kind.Post : Has("label") ? Kind.Topic : null;
    }
}

/// <summary>A catalogue that was exported whole: records keep their ids, revisions and times.</summary>
internal sealed class OwnCatalogue : Mapping
{
    private long? _said;
    private long _lines;

    public override string Layout => "an exported catalogue";

    public override DatasetInput? Dataset => null;

    public override string? Truncation => _said is null ? "The file is cut: its last line, which says how many there are, is missing. What came before it went in." : _said != _lines ? $"The file says that it has {_said:N0} records, and has {_lines:N0}." : null;

    public override Mapped? Map(Row row)
    {
        var line = Encoding.UTF8.GetBytes(row.Cells[0]);
        if (!CatalogueLines.IsMark(line)) return new MappedCatalogueLine { Line = row.Line, Json = line };
        if (CatalogueLines.IsHead(line)) return null;
        using var end = JsonDocument.Parse(line);
        // Counted by where it stands, so that it holds when the first lines were read before a stop: between it and the head are the records.
        _lines = row.Line - 2;
        _said = end.RootElement.GetProperty("$end").GetProperty("rows").GetInt64();
        return null;
    }
}

/// <summary>Events of ours as a table: the columns that the lists give with format=csv; type and title are needed, the others may be absent.</summary>
/// <remarks>Several values stand in one cell, with a bar between them; a participant's id, name, roles and on whose behalf stand in columns of their own, in the same order.</remarks>
internal sealed class OwnTable(Header header, RecordWriters writers) : Mapping
{
    public static readonly string[] Required = ["type", "title"];

    // The columns in which a member stands.
    private static readonly (string Member, string[] Columns)[] Members =
    [
        .. ((string[])["id", "kind", "type", "title", "summary", "status", "date", "modes", "contexts", "goldstein", "tone", "dataset", "setting", "ordinal", "identifiers", "codes"]).Select(member => (member, (string[])[member])),
        ("location", ["location.id", "location"]), ("participants", ["participants.id", "participants.name", "participants.roles", "participants.onBehalfOf"]), ("topics", ["topics.id"]), ("series", ["series.id"]),
        ("fatalities", ["fatalities.best", "fatalities.low", "fatalities.high"]), ("sources", ["sources.id"]),
    ];

    /// <summary>As an export writes them.</summary>
    public static readonly IReadOnlyList<Column> Columns = [.. Table.Of(EventFilters.Events.Single).Where(c => Members.Any(m => m.Columns.Contains(c.Name)))];

    public override string? ColumnAt(int n) => header.NameAt(n);

    // A table has more columns than it is read by: what follows from others, or what no column can carry.
    private static readonly HashSet<string> Known = new([.. Members.SelectMany(m => m.Columns), .. Table.Of(EventFilters.Events.Single).Select(c => c.Name), "licence"], StringComparer.OrdinalIgnoreCase);

    public override string Layout => $"CSV of events, {header.Count} columns{(header.Names.Where(n => n != "" && !Known.Contains(n)).ToList() is { Count: > 0 } others ? $", not read: {string.Join(", ", others)}" : "")}";

    public override DatasetInput? Dataset => null;

    public override Mapped? Map(Row row)
    {
        if (row.Line == 1) return null;
        if (row.Cells.Length != header.Count) throw new RowException(null, null, "layout", $"The row has {row.Cells.Length} cells, the header {header.Count}.");
        string? Of(params ReadOnlySpan<string> columns) => header.Of(row, columns) is { Length: > 0 } text ? text : null;
        string[] Several(string column) => Of(column)?.Split('|', StringSplitOptions.TrimEntries) ?? [];
        object? Pair(string text, string value) => text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? new Dictionary<string, string> { ["scheme"] = text[..colon], [value] = text[(colon + 1)..] } : throw new RowException(null, text, "invalid", "Identifiers and codes are written scheme:value.");

        var (ids, names, roles, behalf) = (Several("participants.id"), Several("participants.name"), Several("participants.roles"), Several("participants.onBehalfOf"));
        string? At(string[] cells, int n) => n < cells.Length && cells[n] != "" ? cells[n] : null;
        var participants = Enumerable.Range(0, Math.Max(ids.Length, names.Length)).Select(n => new
        {
            actor = At(ids, n), label = At(ids, n) is null ? At(names, n) : null, roles = At(roles, n)?.Split('+'), onBehalfOf = At(behalf, n),
        }).ToList();
        long? Deaths(string column) => header.Whole(row, column);
        // Made into JSON and read like any other, so that the same rules hold and say the same.
        var record = new
        {
            id = Of("id"), kind = Of("kind"), type = Of("type"), title = Of("title"), summary = Of("summary"), status = Of("status"), date = Of("date"), modes = Several("modes"), contexts = Several("contexts"), location = Of("location.id", "location"), participants,
            topics = Several("topics.id").Select(t => new { id = t }), goldstein = header.Number(row, "goldstein", -10, 10), tone = header.Number(row, "tone", -100, 100), dataset = Of("dataset"), setting = Of("setting"), series = Of("series.id"), ordinal = header.Whole(row, "ordinal"),
            fatalities = Deaths("fatalities.best") is null && Deaths("fatalities.low") is null && Deaths("fatalities.high") is null ? null : new { best = Deaths("fatalities.best"), low = Deaths("fatalities.low"), high = Deaths("fatalities.high") },
            identifiers = Several("identifiers").Select(i => Pair(i, "identifier")), codes = Several("codes").Select(c => Pair(c, "code")), sources = Several("sources.id"),
        };
        try
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(record, Json.Compact);
            var read = JsonBody.Parse(json, () => writers[Kind.Event].Read(json), typeof(EventInput));
            return new MappedRecord
            {
                Line = row.Line, Digest = DigestOf(row), Kind = Kind.Event, Record = read, Says = Members.Where(m => m.Columns.Any(c => header.Has(c))).Select(m => m.Member).ToHashSet(),
                Beside = (known, cells) => Beside(row, (EventInput)read, known, cells),
            };
        }
        catch (ProblemException problem)
        {
            throw OwnLines.Of(problem);
        }
    }

    /// <summary>A table shows a part of an event: what it shows as the catalogue does is as the catalogue has it, and of what it shows otherwise each participant, topic and count keeps what has no column.</summary>
    private (EventInput Record, IReadOnlySet<string> Says) Beside(Row row, EventInput read, EventInput known, IReadOnlyDictionary<string, string> cells)
    {
        bool IsSame(string column) => cells.TryGetValue(column == "location" ? "location.id" : column, out var shown) && header.Of(row, column) is var given && (given == shown.Trim() || given == "'" + shown.Trim());
        var says = Members.Where(m => m.Columns.Any(c => header.Has(c) && !IsSame(c))).Select(m => m.Member).ToHashSet();
        string[] Given(string column) => header.Of(row, column).Split('|', StringSplitOptions.TrimEntries);
        string[] Shown(string column) => cells.GetValueOrDefault(column, "").Split('|', StringSplitOptions.TrimEntries);
        if (says.Contains("participants"))
        {
            string[] columns = ["participants.id", "participants.name", "participants.roles", "participants.onBehalfOf"];
            var (given, shown, left) = (columns.Select(Given).ToArray(), columns.Select(Shown).ToArray(), Enumerable.Range(0, known.Participants?.Count ?? 0).ToList());
            string At(string[][] cells, int column, int n) => header.Has(columns[column]) && n < cells[column].Length ? cells[column][n] : "";
            bool IsAlike(int n, int m, int column) => At(given, column, n) == At(shown, column, m);
            read = read with
            {
                Participants = [.. (read.Participants ?? []).Select((told, n) =>
                {
                    // The same person can be there twice, in one role and another.
                    var same = left.Where(m => IsAlike(n, m, 0) && IsAlike(n, m, 1)).OrderByDescending(m => (IsAlike(n, m, 2) ? 1 : 0) + (IsAlike(n, m, 3) ? 1 : 0)).Cast<int?>().FirstOrDefault();
                    if (same is not { } at) return told;
                    left.Remove(at);
                    var kept = known.Participants![at];
                    return kept with { Roles = IsAlike(n, at, 2) ? kept.Roles : told.Roles, OnBehalfOf = IsAlike(n, at, 3) ? kept.OnBehalfOf : told.OnBehalfOf };
                })],
            };
        }
        if (says.Contains("topics")) read = read with { Topics = [.. (read.Topics ?? []).Select(told => known.Topics?.FirstOrDefault(t => t.Id == told.Id) ?? told)] };
        if (says.Contains("fatalities") && known.Fatalities is { } deaths)
            read = read with
            {
                Fatalities = deaths with
                {
                    Best = header.Has("fatalities.best") ? read.Fatalities?.Best : deaths.Best,
                    Low = header.Has("fatalities.low") ? read.Fatalities?.Low : deaths.Low,
                    High = header.Has("fatalities.high") ? read.Fatalities?.High : deaths.High,
                },
            };
        return (read, says);
    }
}
