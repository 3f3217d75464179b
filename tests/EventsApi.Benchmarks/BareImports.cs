using System.Diagnostics;
using EventsApi.Records;
using EventsApi.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Benchmarks;

/// <summary>The yardstick of scripts/bench import: sqlite3 .import of the same file into a staging table, then INSERT … SELECT of the finished rows into our tables, indexes and full text. What mapping and matching cost, it does not have.</summary>
internal static class BareImports
{
    // Everything that an import writes; the full text comes after them, from texts made beforehand.
    private static readonly string[] Tables = ["records", "identifiers", "changes", "imported", "event_ids", "lists", "postings", "answers", "spans", "event_numbers", "event_participants", "coordinates", "boxes", "place_boxes", "sorts", "names", "completions", "features", "vocabulary", "cells", "source_keys"];

    /// <summary>Seconds it took.</summary>
    /// <param name="file">The rows, unpacked.</param>
    /// <param name="separator">Between its cells, as sqlite3 takes it.</param>
    /// <param name="finished">A catalogue into which the program imported the same rows.</param>
    /// <param name="target">An empty catalogue is made there.</param>
    public static async Task<double> RunAsync(string file, string separator, string finished, string target)
    {
        await using (var empty = Server.Build(new() { ["Catalogue:Path"] = target, ["Catalogue:Create"] = "true", ["Catalogue:Seed"] = "none", ["Logging:LogLevel:Default"] = "Warning" }))
            _ = empty.Services.GetRequiredService<Database>();
        using (var made = Open(finished))
            // Its words, as our own column of titles and names has them; which words they are is all that the index's speed depends on.
            Run(made, "CREATE TABLE IF NOT EXISTS texts AS SELECT key, coalesce(item ->> '$.title', item ->> '$.name', '') AS title, replace(coalesce(item ->> '$.participants', ''), '\"', ' ') AS actors, coalesce(item ->> '$.location.name', '') AS places, coalesce(item ->> '$.type', '') AS topics FROM answers");
        var watch = Stopwatch.StartNew();
        var shell = Process.Start(new ProcessStartInfo("sqlite3", [target, "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", $".separator \"{separator}\" \"\\n\"", separator == "," ? ".mode csv" : ".mode list", $".separator \"{separator}\" \"\\n\"", $".import '{file}' staging"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        // It complains of every ragged row.
        var complaints = shell.StandardError.ReadToEndAsync();
        await shell.StandardOutput.ReadToEndAsync();
        await complaints;
        await shell.WaitForExitAsync();
        using var bare = Open(target);
        Run(bare, "PRAGMA synchronous = FULL; PRAGMA cache_size = -128000; PRAGMA foreign_keys = OFF");
        Run(bare, $"ATTACH '{finished}' AS finished");
        Run(bare, "BEGIN");
        foreach (var table in Tables)
        {
            Run(bare, $"DELETE FROM {table}");
            Run(bare, $"INSERT INTO {table} SELECT * FROM finished.{table}");
        }
        Run(bare, "INSERT INTO words(rowid, title, actors, places, topics, quotes, body, marks) SELECT key, title, actors, places, topics, '', '', title FROM finished.texts");
        Run(bare, "COMMIT");
        return watch.Elapsed.TotalSeconds;
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }
}
