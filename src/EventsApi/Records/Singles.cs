using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Exports;
using EventsApi.Http;
using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Records;

/// <summary>Answers one record: by id, or by an identifier of another scheme. A merged one answers 308 to its successor, a deleted one 410 with the reason.</summary>
public sealed class Singles(Database database, RecordWriters writers)
{
    public static readonly string[] Controls = ["fields", "include", "lang", "format", "knownAt"];

    public async Task AnswerAsync(HttpContext http, Resource resource, string id)
    {
        var format = Conditional.Format(http, Export.FormatsOfOne(resource));
        CheckParameters(http, Controls);
        var view = new View(http, resource, resource.Single);
        foreach (var name in (string[])["fields", "include", "knownAt"])
            if (format != "json" && http.Request.Query.ContainsKey(name)) throw ProblemException.Parameter(name, "conflict", $"{format} has members of its own, and tells of now; send it without {name}.");
        if (http.Request.Query.TryGetValue("knownAt", out var knownAt))
        {
            var time = PastSession.Instant(knownAt.ToString());
            await ShortList.SendAsync(http, database, await database.ReadHeavyAsync(reader => Past(reader, resource, id, new PastSession(reader, writers, time), view), http.RequestAborted));
            return;
        }
        var body = view.IsPlain && resource.Counted is null
            ? await database.LookUpAsync(reader => Read(http, resource, id, view, reader, format), http.RequestAborted)
            : await database.ReadAsync(reader => Read(http, resource, id, view, reader, format), http.RequestAborted);
        using (body)
            if (body is not null) await Conditional.SendAsync(http, body.Written, format == "json" ? "application/json" : Export.MediaTypeOf(format));
    }

    /// <summary>The bytes to send; null when the status line says all.</summary>
    private static PooledBuffer? Read(HttpContext http, Resource resource, string id, View view, Reader reader, string format)
    {
        var found = Find(reader, resource.Kind, id);
        if (found is null)
        {
            var known = RecordLookup.Find(reader, resource.Kind, id) ?? throw Missing(reader, resource.Kind, id);
            if (known.Id != id && !id.Contains(':'))
            {
                // Merged: the old id leads to the successor for good.
                http.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
                http.Response.Headers.Location = $"/v1/{resource.Path}/{Uri.EscapeDataString(known.Id)}{http.Request.QueryString}";
                return null;
            }
            found = Find(reader, resource.Kind, known.Id);
        }
        try
        {
            if (resource.Always is not null && found!.Blob(0).IndexOf("\"kind\":\"meeting\""u8) < 0)
                throw new ProblemException(ProblemCode.NotFound, $"'{id}' is an event, but not a meeting. It is at /v1/events/{id}.");
            var tag = view.IsPlain && resource.Counted is null && format == "json" ? $"{found!.Int64(2)}-{(ulong)found.Int64(4):x}" : null;
            if (tag is not null && Conditional.IsFresh(http, tag, found!.Int64(3)))
            {
                Conditional.NotModified(http);
                return null;
            }
            if (tag is not null)
            {
                var whole = new PooledBuffer(found!.Blob(0).Length + found.Blob(1).Length);
                View.Whole(found.Blob(0), found.Blob(1), whole);
                return whole;
            }
            var (item, rest, revision) = (found!.Blob(0).ToArray(), found.Blob(1).ToArray(), found.Int64(2));
            found.Reset();
            if (resource.Counted is { } counted) item = Lists.Counted(reader, counted, item);
            var buffer = new PooledBuffer();
            using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Json.Options.Encoder }))
                view.Show(reader, resource.Kind.Name, item, rest, single: true).WriteTo(writer, Json.Options);
            if (format != "json") buffer = Export.One(reader, http, resource, format, buffer);
            // Counts, names and what is included change without the record: the bytes alone tell.
            var hash = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(System.Security.Cryptography.SHA256.HashData(buffer.Written.Span));
            if (!Conditional.IsFresh(http, $"{revision.ToString(CultureInfo.InvariantCulture)}-{hash:x}", Lists.Version(reader).ChangedAt)) return buffer;
            buffer.Dispose();
            Conditional.NotModified(http);
            return null;
        }
        finally
        {
            found!.Reset();
        }
    }

    /// <summary>The record as the catalogue stood then.</summary>
    private static JsonObject Past(Reader reader, Resource resource, string id, PastSession session, View view)
    {
        var known = session.Require(resource, id);
        // It was there, but what it held may be purged.
        var then = session.Answer(known.Ref) ?? throw Missing(reader, resource.Kind, id);
        view.Past = session;
        return view.Show(reader, resource.Kind.Name, resource.Counted is { } counted ? Lists.Counted(reader, counted, then.Item, session) : then.Item, then.Rest, single: true);
    }

    /// <summary>The statement stands on the record's answer: item, rest, revision, made_at, hash.</summary>
    private static Statement? Find(Reader reader, Kind kind, string id)
    {
        Statement row;
        if (kind == Kind.Event)
        {
            if (kind.NumberOf(id) is not { } number) return null;
            row = reader.Kept("SELECT a.item, a.rest, a.revision, a.made_at, a.hash FROM event_ids i JOIN answers a ON a.key = i.key WHERE i.number = ?").Bind(number);
        }
        else if (kind.NumberOf(id) is { } number) row = reader.Kept("SELECT item, rest, revision, made_at, hash FROM answers WHERE key = ?").Bind(kind.Ref(number));
        else row = reader.Kept("SELECT a.item, a.rest, a.revision, a.made_at, a.hash FROM records r JOIN answers a ON a.key = r.ref WHERE r.kind = ? AND r.id = ?").Bind(kind.Number).Bind(id);
        return row.Step() ? row : null;
    }

    /// <summary>The record of the resource that a path names; an event that is no meeting is none of the meetings.</summary>
    public static Known Require(Connection reader, Resource resource, string id)
    {
        var known = Require(reader, resource.Kind, id);
        RequireMeeting(resource, known, id);
        return known;
    }

    public static void RequireMeeting(Resource resource, Known known, string id)
    {
        if (resource.Always is not null && known.Word != "meeting") throw new ProblemException(ProblemCode.NotFound, $"'{id}' is an event, but not a meeting. It is at /v1/events/{id}.");
    }

    /// <summary>The record that a path names, for its sub-resources.</summary>
    public static Known Require(Connection reader, Kind kind, string id) => RecordLookup.Find(reader, kind, id) ?? throw Missing(reader, kind, id);

    private static ProblemException Missing(Connection reader, Kind kind, string id)
    {
        if (RecordLookup.Deleted(reader, kind, id) is { } deleted)
            return new ProblemException(ProblemCode.Gone, $"'{id}' was deleted{(deleted.Reason is null ? "" : $": {deleted.Reason}")}.");
        var nearest = RecordLookup.Nearest(reader, kind, id) ?? (kind.NumberOf(id.ToUpperInvariant()) is not null && RecordLookup.Find(reader, kind, id.ToUpperInvariant()) is { } upper ? upper.Id : null);
        return new ProblemException(ProblemCode.NotFound, $"There is no {kind.Name} '{id}'.{(nearest is null ? "" : $" Did you mean '{nearest}', at {kind.Href(nearest)}?")}");
    }

    /// <summary>Refuses what is not among the parameters.</summary>
    public static void CheckParameters(HttpContext http, params string[] legal)
    {
        foreach (var name in http.Request.Query.Keys)
            if (!legal.Contains(name))
                throw ProblemException.Parameter(name, "unknown-parameter", $"There is no parameter '{name}' here.", legal, Folding.Nearest(name, legal));
    }
}
