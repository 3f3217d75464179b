using System.Globalization;
using System.Text;
using System.Text.Json;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;

namespace EventsApi.Curation;

/// <summary>The answer to a write, made inside the transaction that it tells of.</summary>
public sealed class Written
{
    public int Status { get; set; } = StatusCodes.Status200OK;
    public string? Location { get; set; }
    public string? Tag { get; set; }
    public byte[] Body { get; set; } = [];
    /// <summary>An earlier request with the same Idempotency-Key had this answer.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>The record as it stands when the transaction ends.</summary>
    public static Written Of(WriteSession session, Resource resource, Known known, int status)
    {
        var written = new Written { Status = status, Location = status == StatusCodes.Status201Created ? $"/v1/{resource.Path}/{Uri.EscapeDataString(known.Id)}" : null };
        var warnings = session.Warnings;
        session.AtEnd(() => written.Read(session, resource, known, warnings));
        return written;
    }

    private void Read(WriteSession session, Resource resource, Known known, List<Warning> warnings)
    {
        var row = session.Writer.Kept("SELECT item, rest, revision, hash FROM answers WHERE key = ?").Bind(RecordLookup.KeyOf(session.Writer, known.Ref));
        row.Step();
        var (item, rest, revision, hash) = (row.Blob(0).ToArray(), row.Blob(1).ToArray(), row.Int64(2), row.Int64(3));
        row.Reset();
        if (resource.Counted is { } counted) item = Lists.Counted(session.Writer, counted, item);
        Body = View.Whole(item, rest);
        if (warnings.Count > 0) Body = [.. Body.AsSpan()[..^1], .. Encoding.UTF8.GetBytes(",\"warnings\":" + JsonSerializer.Serialize(warnings, Json.Options)), (byte)'}'];
        Tag = $"{revision.ToString(CultureInfo.InvariantCulture)}-{(ulong)hash:x}";
    }

    public async Task SendAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        http.Response.Headers.CacheControl = "no-store";
        if (Location is not null) http.Response.Headers.Location = Location;
        if (Tag is not null) http.Response.Headers.ETag = $"\"{Tag}\"";
        if (IsReplayed) http.Response.Headers["Idempotency-Replayed"] = "true";
        if (Status != StatusCodes.Status204NoContent) await Conditional.SendAsync(http, Body);
    }
}
