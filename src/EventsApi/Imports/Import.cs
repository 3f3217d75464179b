using System.Text.Json;
using System.Text.Json.Serialization;
using EventsApi.Records;
using EventsApi.Storage;
using EventsApi.Vocabulary;

namespace EventsApi.Imports;

/// <summary>An import: what was asked for, how far it is, and what became of the rows.</summary>
/// <param name="Format">gdelt, ucdp, acled, ndjson or csv.</param>
/// <param name="Layout">What the rows were recognised as, such as "GDELT 2.0 events"; null until the first rows were read.</param>
/// <param name="Name">Of the file, as it was given.</param>
/// <param name="Status">queued, running, done or failed.</param>
/// <param name="DryRun">Nothing is written; the counts say what would be.</param>
/// <param name="Progress">0 to 1, by bytes read; null where the size is not known.</param>
/// <param name="RowsPerSecond">Since it was started.</param>
/// <param name="Reasons">Why rows were rejected, kept as they are or left out (skipped-…), with how many.</param>
/// <param name="Error">Why it failed, and what to do.</param>
/// <param name="Rejects">The rows that did not go in, as NDJSON.</param>
public sealed record Import(string Id, [property: CodeList("import-format")] string Format, string? Layout, string Name, [property: CodeList("import-status")] string Status, bool DryRun, bool Strict, bool Complete, string? Release,
    ImportCounts Counts, IReadOnlyList<ImportReason> Reasons, string? Error, double? Progress, double? RowsPerSecond, string CreatedAt, string? StartedAt, string? EndedAt, string Href, string Rejects);

/// <summary>What became of the rows.</summary>
/// <param name="Kept">Rows that would change what a person corrected, merged or deleted, or that a newer release has told already: left as it was.</param>
public sealed record ImportCounts(long Read = 0, long Created = 0, long Updated = 0, long Unchanged = 0, long Kept = 0, long Rejected = 0)
{
    public ImportCounts Add(Outcome outcome) => outcome switch
    {
        Outcome.Created => this with { Read = Read + 1, Created = Created + 1 },
        Outcome.Updated => this with { Read = Read + 1, Updated = Updated + 1 },
        Outcome.Unchanged => this with { Read = Read + 1, Unchanged = Unchanged + 1 },
        Outcome.Kept => this with { Read = Read + 1, Kept = Kept + 1 },
        _ => this with { Read = Read + 1, Rejected = Rejected + 1 },
    };
}

/// <summary>What became of one row.</summary>
public enum Outcome { Created, Updated, Unchanged, Kept, Rejected }

public sealed record ImportReason(string Code, long Count);

/// <summary>A row that did not go in.</summary>
/// <param name="Line">Where it begins in the file, counted from 1.</param>
/// <param name="Value">What stands there, up to 200 characters.</param>
public sealed record Reject(long Line, string? Column, string? Value, string Code, string Reason);

/// <summary>What was asked for beside the file.</summary>
/// <param name="DryRun">Write nothing and report all.</param>
/// <param name="Strict">Look at every row before the first is written, and write nothing when one is wrong.</param>
/// <param name="Complete">The file is the whole of its release: what it does not have is deleted.</param>
/// <param name="Release">The release of the dataset, such as 24.1.</param>
/// <param name="MostRemoved">With complete: the largest part of the dataset, 0 to 1, that may go without a further word.</param>
public sealed record ImportOptions(bool DryRun = false, bool Strict = false, bool Complete = false, string? Release = null, double MostRemoved = ImportOptions.FewRemoved)
{
    public const double FewRemoved = 0.02;

    /// <summary>Why a complete release cannot be meant; null when it can, or is not.</summary>
    public static (string Option, string Reason)? Refusal(bool complete, string? format, string? release) =>
        !complete ? null
            : format is "ndjson" or "csv" ? ("complete", "Files of our own have no releases.")
            : string.IsNullOrEmpty(release) ? ("release", "complete deletes what the release does not have: say which release it is, such as 24.1.") : null;
}

/// <summary>What the catalogue keeps of its imports.</summary>
internal static class ImportLog
{
    public static readonly string[] Formats = ["gdelt", "ucdp", "acled", "ndjson", "csv"], Statuses = ["queued", "running", "done", "failed"];

    /// <summary>A row of the table.</summary>
    public sealed record Entry(long Number, string Format, string Name, string? Identity, string? File, ImportOptions Options, string? Layout, string Status, long Position, ImportCounts Counts, IReadOnlyList<ImportReason> Reasons,
        string? Error, string? Author, long CreatedAt, long? StartedAt, long? EndedAt);

    private const string Columns = "number, format, name, identity, file, options, layout, status, position, counts, reasons, error, author, created_at, started_at, ended_at";

    public static long Add(Writer writer, string format, string name, string? identity, ImportOptions options, string? author) =>
        writer.Kept("INSERT INTO imports(format, name, identity, options, status, counts, reasons, author, created_at) VALUES (?, ?, ?, ?, 'queued', ?, '[]', ?, ?) RETURNING number")
            .Bind(format).Bind(name).Bind(identity).Bind(JsonSerializer.Serialize(options, Json.Compact)).Bind(JsonSerializer.Serialize(new ImportCounts(), Json.Options)).Bind(author).Bind(writer.Now).Scalar()!.Value;

    public static void Lies(Writer writer, long number, string? file) => writer.Kept("UPDATE imports SET file = ? WHERE number = ?").Bind(file).Bind(number).Run();

    public static Entry? Find(Connection connection, long number) => Read(connection.Kept($"SELECT {Columns} FROM imports WHERE number = ?").Bind(number)).FirstOrDefault();

    /// <summary>The unfinished import of the same file with the same options; what it did need not be done again.</summary>
    public static Entry? Unfinished(Connection connection, string format, string identity) =>
        Read(connection.Kept($"SELECT {Columns} FROM imports WHERE identity = ? AND format = ? AND status <> 'done' ORDER BY number DESC LIMIT 1").Bind(identity).Bind(format)).FirstOrDefault();

    /// <summary>The import of the same file that was done.</summary>
    public static long? Done(Connection connection, string format, string identity) =>
        connection.Kept("SELECT number FROM imports WHERE identity = ? AND format = ? AND status = 'done' LIMIT 1").Bind(identity).Bind(format).Scalar();

    /// <summary>Those that were not done when the program ended, oldest first.</summary>
    public static List<Entry> Waiting(Connection connection) => Read(connection.Kept($"SELECT {Columns} FROM imports WHERE status IN ('queued', 'running') ORDER BY number"));

    public static List<Entry> Newest(Connection connection, long before, int count) => Read(connection.Kept($"SELECT {Columns} FROM imports WHERE number < ? ORDER BY number DESC LIMIT ?").Bind(before).Bind((long)count));

    public static long Count(Connection connection) => connection.Kept("SELECT count(*) FROM imports").Scalar()!.Value;

    public static void Note(Writer writer, Entry e) =>
        writer.Kept("UPDATE imports SET layout = ?, status = ?, position = ?, counts = ?, reasons = ?, error = ?, started_at = ?, ended_at = ? WHERE number = ?")
            .Bind(e.Layout).Bind(e.Status).Bind(e.Position).Bind(JsonSerializer.Serialize(e.Counts, Json.Options)).Bind(JsonSerializer.Serialize(e.Reasons, Json.Options)).Bind(e.Error).Bind((object?)e.StartedAt).Bind((object?)e.EndedAt).Bind(e.Number).Run();

    public static void Reject(Writer writer, long number, Reject reject) =>
        writer.Kept("INSERT INTO rejects(import, line, \"column\", value, code, reason) VALUES (?, ?, ?, ?, ?, ?)").Bind(number).Bind(reject.Line).Bind(reject.Column).Bind(reject.Value).Bind(reject.Code).Bind(reject.Reason).Run();

    public static void ForgetRejects(Writer writer, long number) => writer.Kept("DELETE FROM rejects WHERE import = ?").Bind(number).Run();

    /// <summary>Rejects after a row of the table, at most so many.</summary>
    public static List<(long Row, Reject Reject)> Rejects(Connection connection, long number, long after, int count)
    {
        var rejects = new List<(long, Reject)>();
        var rows = connection.Kept("SELECT rowid, line, \"column\", value, code, reason FROM rejects WHERE import = ? AND rowid > ? ORDER BY rowid LIMIT ?").Bind(number).Bind(after).Bind((long)count);
        while (rows.Step()) rejects.Add((rows.Int64(0), new Reject(rows.Int64(1), rows.TextOrNull(2), rows.TextOrNull(3), rows.Text(4), rows.Text(5))));
        return rejects;
    }

    private static List<Entry> Read(Statement row)
    {
        var entries = new List<Entry>();
        while (row.Step())
            entries.Add(new Entry(row.Int64(0), row.Text(1), row.Text(2), row.TextOrNull(3), row.TextOrNull(4), JsonSerializer.Deserialize<ImportOptions>(row.Blob(5), Json.Compact)!, row.TextOrNull(6), row.Text(7), row.Int64(8),
                JsonSerializer.Deserialize<ImportCounts>(row.Blob(9), Json.Options)!, JsonSerializer.Deserialize<ImportReason[]>(row.Blob(10), Json.Options)!, row.TextOrNull(11), row.TextOrNull(12), row.Int64(13), row.Int64OrNull(14), row.Int64OrNull(15)));
        return entries;
    }

    public static string IdOf(long number) => $"I{number}";

    public static long? NumberOf(string id) => id.Length is > 1 and < 14 && id[0] == 'I' && long.TryParse(id.AsSpan(1), System.Globalization.NumberStyles.None, null, out var number) ? number : null;

    public static Import Show(Entry e, double? progress, double? rate) => new(IdOf(e.Number), e.Format, e.Layout, e.Name, e.Status, e.Options.DryRun, e.Options.Strict, e.Options.Complete, e.Options.Release, e.Counts, e.Reasons, e.Error,
        e.Status == "done" ? 1 : progress, rate, Json.Instant(e.CreatedAt), e.StartedAt is { } start ? Json.Instant(start) : null, e.EndedAt is { } end ? Json.Instant(end) : null, $"/v1/imports/{IdOf(e.Number)}", $"/v1/imports/{IdOf(e.Number)}/rejects");
}
