using System.Reflection;
using Microsoft.Data.Sqlite;

namespace EventsApi.Storage;

/// <summary>A fresh file with the public part of the catalogue in plain tables; Snapshot.sql has them and how each is filled. Nothing else can come into it: what is not named there is not read.</summary>
public sealed class SnapshotFile : Connection
{
    private static readonly Dictionary<string, string[]> Sections = Read();

    /// <param name="path">Must not exist.</param>
    // Nobody reads it before it is whole, so it needs no journal.
    public SnapshotFile(string path) : base(new SqliteLink(path, SqliteOpenMode.ReadWriteCreate, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000"))
    {
        Run("schema");
    }

    /// <summary>Adds records of one kind.</summary>
    /// <param name="records">Their answers, as JSON.</param>
    public void Add(string kind, IEnumerable<ReadOnlyMemory<byte>> records)
    {
        Kept("BEGIN").Run();
        // Read once, and then asked often.
        foreach (var record in records) Kept("INSERT INTO doc VALUES (jsonb(CAST(? AS TEXT)))").Bind(record.Span).Run();
        Run(kind);
        foreach (var sql in Sections["every"]) Kept(sql).Bind(kind).Run();
        Kept("DELETE FROM doc").Run();
        Kept("COMMIT").Run();
    }

    /// <summary>Takes out what hangs in the air, and makes the indexes.</summary>
    /// <param name="about">What the file says of itself.</param>
    public void Finish(IEnumerable<(string Name, object Value)> about)
    {
        Kept("BEGIN").Run();
        foreach (var (name, value) in about) Kept("INSERT INTO about(name, value) VALUES (?, ?)").Bind(name).Bind(value).Run();
        Run("end");
        Kept("COMMIT").Run();
    }

    private void Run(string section)
    {
        foreach (var sql in Sections[section]) Kept(sql).Run();
    }

    /// <summary>The statements by section; a section begins with <c>-- @name</c>, a statement ends with a semicolon at the end of a line or before its comment.</summary>
    private static Dictionary<string, string[]> Read()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("EventsApi.Storage.Snapshot.sql")!);
        return reader.ReadToEnd().Split("-- @", StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('\n', 2)).ToDictionary(s => s[0].Trim(),
            s => SplitStatements(s[1]));
    }

    private static string[] SplitStatements(string text)
    {
        var (statements, current) = (new List<string>(), new System.Text.StringBuilder());
        foreach (var line in text.Split('\n'))
        {
            if (current.Length == 0 && line.StartsWith("--", StringComparison.Ordinal) || string.IsNullOrWhiteSpace(line)) continue;
            current.AppendLine(line);
            var code = line.IndexOf("  -- ", StringComparison.Ordinal) is >= 0 and var at ? line[..at] : line;
            if (!code.TrimEnd().EndsWith(';')) continue;
            statements.Add(current.ToString());
            current.Clear();
        }
        return [.. statements];
    }
}
