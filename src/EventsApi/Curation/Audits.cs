using System.Globalization;
using System.Text.Json;
using EventsApi.Access;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;
using EventsApi.Vocabulary;

namespace EventsApi.Curation;

/// <summary>One write of a key.</summary>
/// <param name="Op">created, updated, merged or deleted.</param>
public sealed record AuditEntry(string At, string Kind, string Id, long Revision, [property: CodeList("change-op")] string Op, IReadOnlyList<string> Changed, string? Reason, string Href);

/// <summary>What a key wrote.</summary>
public sealed class Audits(Database database)
{
    public async Task ListAsync(HttpContext http)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, "key", "limit", "cursor", "format");
        var key = http.Request.Query["key"].ToString();
        if (key is "self" or "") key = http.Caller()!.Id;
        var limit = ShortList.Whole(http, "limit", Lists.DefaultLimit, 1, Lists.LargestLimit);
        var skipped = ShortList.Whole(http, "cursor", 0, 1, int.MaxValue);
        var envelope = await database.ReadHeavyAsync(reader =>
        {
            var name = reader.Kept("SELECT name FROM keys WHERE id = ?").Bind(key).ScalarText() ?? throw ProblemException.Parameter("key", "unknown-value", $"There is no key '{key}'.");
            var rows = new List<(long Ref, long Revision, long At, string? Reason, string Changed)>();
            var row = reader.Kept("SELECT ref, revision, at, reason, changed FROM revisions WHERE author = ? ORDER BY at DESC, ref DESC, revision DESC LIMIT ? OFFSET ?").Bind(key).Bind((long)limit + 1).Bind((long)skipped);
            while (row.Step()) rows.Add((row.Int64(0), row.Int64(1), row.Int64(2), row.TextOrNull(3), row.Text(4)));
            var items = rows.Take(limit).Select(r => Entry(reader, r.Ref, r.Revision, r.At, r.Reason, r.Changed)).ToList();
            var cursor = rows.Count > limit ? (skipped + limit).ToString(CultureInfo.InvariantCulture) : null;
            return new Page<AuditEntry>(items)
            {
                Total = new TotalCount(reader.Kept("SELECT count(*) FROM revisions WHERE author = ?").Bind(key).Scalar()!.Value, "eq"),
                Cursor = cursor, Next = cursor is null ? null : $"/v1/audit?key={key}&limit={limit}&cursor={cursor}", Query = new QueryEcho($"Writes of the key {name}, newest first", $"/v1/audit?key={key}"),
            };
        }, http.RequestAborted);
        // For those who may see it alone, so no shared cache keeps it.
        http.Response.Headers.CacheControl = "no-store";
        await Conditional.SendAsync(http, JsonSerializer.SerializeToUtf8Bytes(envelope, Json.Options));
    }

    private static AuditEntry Entry(Reader reader, long reference, long revision, long at, string? reason, string changed)
    {
        var (kind, id) = (Kind.OfRef(reference), RecordLookup.IdOf(reader, reference));
        var op = RecordLog.Op(reader, reference, revision, RecordLog.At(reader, reference, revision - 1) is not null, RecordLog.At(reader, reference, revision) is not null);
        return new AuditEntry(Json.Instant(at), kind.Name, id, revision, op, JsonSerializer.Deserialize<string[]>(changed)!, reason, kind.Href(id));
    }
}
