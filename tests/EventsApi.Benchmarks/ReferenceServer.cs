using EventsApi.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace EventsApi.Benchmarks;

/// <summary>The yardstick of searches: the form that most programs use, on the same file and by hand. SQLite's C API, statements kept per thread, the twenty best of all matches by rank with their ready items,
/// a passage of each around the first place where the word stands, and counts of all matches where facets are asked for; no routing, validation or totals.</summary>
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
        const string Items = "SELECT a.item, a.rest FROM (SELECT rowid FROM words WHERE words MATCH ? AND rowid < 1 << 42 ORDER BY {0} LIMIT 20) w JOIN answers a ON a.key = w.rowid";
        app.MapGet("/rank", (HttpContext http) => SendAsync(http, file, string.Format(null, Items, "rank"), http.Request.Query["q"].ToString()));
        app.MapGet("/bm25", (HttpContext http) => SendAsync(http, file, string.Format(null, Items, "bm25(words)"), http.Request.Query["q"].ToString()));
        app.MapGet("/filtered", (HttpContext http) => SendAsync(http, file, """
            SELECT a.item, a.rest FROM (
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
        answer.Add("{\"items\":["u8);
        var statement = Ask(file, sql, values);
        // Only searches ask for the rest of a record.
        var word = raw.sqlite3_column_count(statement) == 2 ? System.Text.Encoding.UTF8.GetBytes(values[0].Trim('"').Split(' ', '"')[0]) : null;
        for (var n = 0; raw.sqlite3_step(statement) == raw.SQLITE_ROW; n++)
        {
            if (n > 0) answer.Add(","u8);
            var item = raw.sqlite3_column_blob(statement, 0);
            answer.Add(word is null ? item : item[..^1]);
            if (word is null) continue;
            answer.Add(",\"snippet\":\""u8);
            answer.Add(Around(word, raw.sqlite3_column_blob(statement, 1) is var rest && Find(word, rest) >= 0 ? rest : item));
            answer.Add("\"}"u8);
        }
        _ = raw.sqlite3_reset(statement);
        answer.Add("]"u8);
        if (http.Request.Query.ContainsKey("facets")) Count(Ask(file, "SELECT f.key, f.lists FROM words w CROSS JOIN features f ON f.key = w.rowid WHERE w.words MATCH ? AND w.rowid < 1 << 42", values), answer);
        answer.Add("}"u8);
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = answer.Length;
        await http.Response.BodyWriter.WriteAsync(answer.Written, http.RequestAborted);
    }

    private static sqlite3_stmt Ask(string file, string sql, string[] values)
    {
        if (_database is null)
        {
            _ = raw.sqlite3_open_v2(file, out _database, raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_NOMUTEX, null);
            _ = raw.sqlite3_exec(_database, "PRAGMA cache_size = -64000");
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
        return statement;
    }

    /// <summary>Where the word stands in JSON, in letters of either case; -1 when it does not.</summary>
    private static int Find(ReadOnlySpan<byte> word, ReadOnlySpan<byte> json)
    {
        for (var at = 0; json[at..].IndexOfAny(word[0], (byte)(word[0] - 32)) is >= 0 and var next; at++)
        {
            at += next;
            if (json.Length - at >= word.Length && System.Text.Ascii.EqualsIgnoreCase(json.Slice(at, word.Length), word)) return at;
        }
        return -1;
    }

    /// <summary>Some 240 bytes of a text with the word in it, cut between words.</summary>
    private static ReadOnlySpan<byte> Around(ReadOnlySpan<byte> word, ReadOnlySpan<byte> json)
    {
        var at = Math.Max(0, Find(word, json));
        var from = json[..at].LastIndexOf((byte)'"') + 1;
        if (at - from > 80) from = at - 80 + json.Slice(at - 80, 80).IndexOf((byte)' ') + 1;
        var to = at + Math.Max(0, json[at..].IndexOf((byte)'"'));
        if (to - from > 240) to = from + json.Slice(from, 240).LastIndexOf((byte)' ');
        return json[from..Math.Max(from, to)];
    }

    // The lists by number: which of the five facets they belong to, and what they are called.
    private static readonly string[] Facets = ["event.type", "event.country", "event.actor", "event.topic"];
    [ThreadStatic] private static (sbyte[] Facet, string[] Names, int[] Counts)? _lists;

    /// <summary>The ten most frequent values of type, country, actor, topic and year among all matches.</summary>
    private static void Count(sqlite3_stmt matches, PooledBuffer answer)
    {
        if (_lists is null)
        {
            var rows = new List<(int Id, string Field, string Value)>();
            var all = Ask("", "SELECT id, field, value FROM lists", []);
            while (raw.sqlite3_step(all) == raw.SQLITE_ROW) rows.Add((raw.sqlite3_column_int(all, 0), raw.sqlite3_column_text(all, 1).utf8_to_string(), raw.sqlite3_column_text(all, 2).utf8_to_string()));
            var size = rows.Max(r => r.Id) + 1;
            _lists = (new sbyte[size], new string[size], new int[size]);
            foreach (var (id, field, value) in rows) (_lists.Value.Facet[id], _lists.Value.Names[id]) = ((sbyte)Array.IndexOf(Facets, field), value);
        }
        var (facet, names, counts) = _lists.Value;
        Array.Clear(counts);
        var years = new SortedDictionary<int, int>();
        while (raw.sqlite3_step(matches) == raw.SQLITE_ROW)
        {
            foreach (var id in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(raw.sqlite3_column_blob(matches, 1)))
                if (id < counts.Length && facet[id] >= 0) counts[id]++;
            var day = raw.sqlite3_column_int64(matches, 0) >> 20;
            if (day < 1) continue;
            var year = DateOnly.FromDayNumber((int)day - 1).Year;
            years[year] = years.GetValueOrDefault(year) + 1;
        }
        _ = raw.sqlite3_reset(matches);
        answer.Add(System.Text.Encoding.UTF8.GetBytes(",\"facets\":{" + string.Join(',', Facets.Select((field, n) =>
            $"\"{field}\":{{{string.Join(',', Enumerable.Range(0, counts.Length).Where(id => facet[id] == n && counts[id] > 0).OrderByDescending(id => counts[id]).Take(10).Select(id => $"\"{names[id]}\":{counts[id]}"))}}}"))
            + $",\"year\":{{{string.Join(',', years.Reverse().Take(10).Select(y => $"\"{y.Key}\":{y.Value}"))}}}}}"));
    }
}
