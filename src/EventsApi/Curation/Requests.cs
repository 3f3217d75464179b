using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using EventsApi.Access;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Curation;

/// <summary>What all requests that write have in common: who and why, If-Match, and one effect for one Idempotency-Key.</summary>
public sealed class Requests(Database database, RecordWriters writers)
{
    private const int LongestReason = 1_000, LongestToken = 255;
    private const long Day = 86_400_000;
    // Answers that are out of date are cleared away a few with each new one.
    private const int Cleared = 20;

    private readonly ConcurrentDictionary<(string, string, string), bool> _running = [];

    /// <summary>Does the work as one job, once for each Idempotency-Key, and sends its answer.</summary>
    public async Task AnswerAsync(HttpContext http, byte[] body, Func<WriteSession, Written> work)
    {
        var by = Authorship(http);
        if (Token(http) is not { } token)
        {
            await (await writers.WriteAsync(database, work, by)).SendAsync(http);
            return;
        }
        var request = $"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}";
        var running = (by.Author!, request, token);
        if (!_running.TryAdd(running, true))
        {
            http.Response.Headers.RetryAfter = "1";
            throw new ProblemException(ProblemCode.Conflict, "A request with this Idempotency-Key is still running. Ask again in a second.");
        }
        try
        {
            await (await writers.WriteAsync(database, session => Once(session, by.Author!, request, token, SHA256.HashData(body), work), by)).SendAsync(http);
        }
        finally
        {
            _running.TryRemove(running, out _);
        }
    }

    private static Written Once(WriteSession session, string key, string request, string token, byte[] digest, Func<WriteSession, Written> work)
    {
        var writer = session.Writer;
        var row = writer.Kept("SELECT digest, status, location, tag, body FROM answered WHERE key = ? AND request = ? AND token = ? AND at > ?").Bind(key).Bind(request).Bind(token).Bind(writer.Now - Day);
        if (row.Step())
        {
            var isSame = row.Blob(0).SequenceEqual(digest);
            var first = new Written { Status = (int)row.Int64(1), Location = row.TextOrNull(2), Tag = row.TextOrNull(3), Body = row.Blob(4).ToArray(), IsReplayed = true };
            row.Reset();
            return isSame ? first : throw new ProblemException(ProblemCode.BrokenRules, "This Idempotency-Key was used with another body. Send a new key with a new request.", [new ProblemError("used", "Send a new key.") { Parameter = "Idempotency-Key" }]);
        }
        var written = work(session);
        session.AtEnd(() =>
        {
            writer.Kept("DELETE FROM answered WHERE (key, request, token) IN (SELECT key, request, token FROM answered WHERE at <= ? ORDER BY at LIMIT ?)").Bind(writer.Now - Day).Bind((long)Cleared).Run();
            writer.Kept("INSERT INTO answered(key, request, token, digest, status, location, tag, body, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(key, request, token) DO UPDATE SET digest = excluded.digest, status = excluded.status, location = excluded.location, tag = excluded.tag, body = excluded.body, at = excluded.at")
                .Bind(key).Bind(request).Bind(token).Bind(digest).Bind((long)written.Status).Bind(written.Location).Bind(written.Tag).Bind(written.Body).Bind(writer.Now).Run();
        });
        return written;
    }

    /// <summary>Who writes, by the key, and why, by X-Change-Reason.</summary>
    public static Authorship Authorship(HttpContext http)
    {
        var reason = http.Request.Headers["X-Change-Reason"].ToString().Trim();
        if (reason.Length > LongestReason) throw ProblemException.Parameter("X-Change-Reason", "too-long", $"X-Change-Reason is longer than {LongestReason:N0} characters.");
        return new Authorship(http.Caller()!.Id, reason == "" ? null : reason);
    }

    private static string? Token(HttpContext http)
    {
        var header = http.Request.Headers["Idempotency-Key"];
        if (header.Count == 0) return null;
        var token = header.ToString();
        return token.Length is > 0 and <= LongestToken && token.All(c => c is > ' ' and <= '~') ? token
            : throw ProblemException.Parameter("Idempotency-Key", "invalid", $"An Idempotency-Key is 1 to {LongestToken} visible ASCII characters, best a random UUID.");
    }

    /// <summary>Refuses a change of a record that was read before somebody else wrote it. Only the revision counts: what an answer shows of other records does not.</summary>
    public static void RequireMatch(HttpContext http, long revision)
    {
        var header = http.Request.Headers.IfMatch;
        if (header.Count == 0) throw new ProblemException(ProblemCode.PreconditionRequired, "Send the record's ETag in If-Match.");
        // A star stands for whatever is there, and stands alone: among tags it is a slip, and nothing is overwritten by one.
        if (header is [{ } only] && only.Trim() == "*") return;
        foreach (var candidate in string.Join(',', header.ToArray()).Split(',', StringSplitOptions.TrimEntries))
            if (candidate.Length > 2 && candidate[0] == '"' && candidate[^1] == '"'
                && long.TryParse(candidate[1..^1].Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var read) && read == revision) return;
        throw new ProblemException(ProblemCode.PreconditionFailed, $"The record is at revision {revision}; If-Match says {header}.");
    }
}
