using EventsApi.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace EventsApi.Benchmarks;

/// <summary>The yardstick of searches: the form that most programs use, on the same file and by hand. SQLite's C API, statements kept per thread, the twenty best of all matches by rank with their ready items, nothing else.</summary>
internal static class ReferenceServer
{
    [ThreadStatic] private static Dictionary<string, sqlite3_stmt>? _statements;
    [ThreadStatic] private static sqlite3? _database;

    public static async Task RunAsync(string url, string file)
    {
        Batteries_V2.Init();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        app.MapGet("/one", (HttpContext http) => SendAsync(http, file, "SELECT a.item || a.rest FROM event_ids e JOIN answers a ON a.key = e.key WHERE e.number = ?", http.Request.Query["q"].ToString()));
        app.MapGet("/page", (HttpContext http) => SendAsync(http, file, "SELECT a.item FROM postings p JOIN answers a ON a.key = p.key WHERE p.list = ? AND p.key >= ? AND p.key < ? ORDER BY p.key DESC LIMIT 25", [.. http.Request.Query["q"].ToString().Split('|')]));
        app.MapGet("/box", (HttpContext http) => SendAsync(http, file, """
            SELECT a.item FROM (
                SELECT b.key FROM boxes b CROSS JOIN coordinates c ON c.key = b.key
                WHERE b.east >= ?1 AND b.west <= ?2 AND b.north >= ?3 AND b.south <= ?4 AND c.longitude BETWEEN ?1 AND ?2 AND c.latitude BETWEEN ?3 AND ?4 AND b.key < 1 << 42
                ORDER BY b.key DESC LIMIT 25) n JOIN answers a ON a.key = n.key
            """, [.. http.Request.Query["q"].ToString().Split('|')]));
        const string Items = "SELECT a.item FROM (SELECT rowid FROM words WHERE words MATCH ? ORDER BY {0} LIMIT 20) w JOIN answers a ON a.key = w.rowid";
        app.MapGet("/rank", (HttpContext http) => SendAsync(http, file, string.Format(null, Items, "rank"), http.Request.Query["q"].ToString()));
        app.MapGet("/bm25", (HttpContext http) => SendAsync(http, file, string.Format(null, Items, "bm25(words)"), http.Request.Query["q"].ToString()));
        app.MapGet("/filtered", (HttpContext http) => SendAsync(http, file, """
            SELECT a.item FROM (
                SELECT w.rowid FROM words w CROSS JOIN postings p ON p.key = w.rowid
                WHERE words MATCH ? AND w.rowid BETWEEN ? AND ? AND p.list = ?
                ORDER BY rank LIMIT 20) w JOIN answers a ON a.key = w.rowid
            """, [.. http.Request.Query["q"].ToString().Split('|')]));
        app.MapGet("/suggest", (HttpContext http) => SendAsync(http, file, "SELECT DISTINCT n.text FROM completions c JOIN names n ON n.ref = c.ref AND n.position = c.position WHERE c.tail >= ? AND c.tail < ? || char(1114111) LIMIT 10", http.Request.Query["q"].ToString(), http.Request.Query["q"].ToString()));
        app.MapGet("/map", (HttpContext http) => SendAsync(http, file, "SELECT CAST((latitude + 90) / 5.625 AS INTEGER) || ' ' || CAST((longitude + 180) / 5.625 AS INTEGER) || ' ' || count(*) FROM coordinates WHERE key < 1 << 42 AND possible = 0 GROUP BY CAST((latitude + 90) / 5.625 AS INTEGER), CAST((longitude + 180) / 5.625 AS INTEGER)"));
        await app.RunAsync();
    }

    private static async Task SendAsync(HttpContext http, string file, string sql, params string[] values)
    {
        using var answer = new PooledBuffer(65_536);
        answer.Add("["u8);
        if (_database is null)
        {
            _ = raw.sqlite3_open_v2(file, out _database, raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_NOMUTEX, null);
            _ = raw.sqlite3_exec(_database, "PRAGMA cache_size = -8000");
            _statements = [];
        }
        if (!_statements!.TryGetValue(sql, out var statement))
        {
            _ = raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement);
            _statements[sql] = statement;
        }
        for (var n = 0; n < values.Length; n++)
            _ = long.TryParse(values[n], out var number) ? raw.sqlite3_bind_int64(statement, n + 1, number)
                : double.TryParse(values[n], System.Globalization.CultureInfo.InvariantCulture, out var fraction) ? raw.sqlite3_bind_double(statement, n + 1, fraction) : raw.sqlite3_bind_text(statement, n + 1, values[n]);
        while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
        {
            if (answer.Length > 1) answer.Add(","u8);
            answer.Add(raw.sqlite3_column_blob(statement, 0));
        }
        _ = raw.sqlite3_reset(statement);
        answer.Add("]"u8);
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = answer.Length;
        await http.Response.BodyWriter.WriteAsync(answer.Written, http.RequestAborted);
    }
}
