using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;
using EventsApi.Vocabulary;

namespace EventsApi.Curation;

/// <summary>What to pin.</summary>
/// <param name="Query">The address of a list, such as /v1/events?actor=nato.</param>
/// <param name="Title">What a citation calls it; the query in words when not given.</param>
public sealed record PinInput(string Query, string? Title = null);

/// <summary>A query kept with what it found: the same rows for ever, to cite.</summary>
/// <param name="Sequence">The last change that it saw.</param>
/// <param name="Total">How many rows it found.</param>
/// <param name="Truncated">Only the first 10,000 of them are kept.</param>
/// <param name="Sha256">Of the lines <c>kind:id:revision</c> of all kept rows, in order, each ended by a line feed.</param>
public sealed record Pin(string Id, string Title, string Query, string CreatedAt, long Sequence, long Total, bool Truncated, string Sha256, Citation Citation, string Href);

/// <summary>How to cite it: as text, for BibTeX, and as CSL-JSON.</summary>
public sealed record Citation(string Apa, string Bibtex, JsonObject Csl);

/// <summary>A page of the rows, and what they belong to; a row whose content is gone for good is null.</summary>
public sealed record PinPage(Pin Pin, IReadOnlyList<JsonNode?> Items) : Page<JsonNode?>(Items);

/// <summary>What became of a pinned query since.</summary>
/// <param name="Changed">Rows that were changed, merged or deleted.</param>
/// <param name="Added">Ids that the query finds now and did not then.</param>
/// <param name="Left">Ids that it found then and does not now.</param>
public sealed record PinChanges(Pin Pin, long Sequence, IReadOnlyList<PinnedChange> Changed, IReadOnlyList<string> Added, IReadOnlyList<string> Left);

/// <param name="Pinned">The revision that is kept.</param>
/// <param name="Now">The revision now; null when it is gone.</param>
/// <param name="Members">The members that were changed in between.</param>
public sealed record PinnedChange(string Id, long Pinned, long? Now, IReadOnlyList<string> Members);

/// <summary>Keeps queries.</summary>
public sealed class Pins(Database database, Lists lists, RecordWriters writers, Requests requests)
{
    private const int MostRows = 10_000, LongestTitle = 300;

    public async Task CreateAsync(HttpContext http)
    {
        Singles.CheckParameters(http);
        var body = await JsonBody.ReadAsync(http, "application/json");
        var input = JsonBody.Parse(body, () => JsonSerializer.Deserialize<PinInput>(body, Json.Options) ?? throw new JsonException("A pin is an object."), typeof(PinInput));
        if (input.Title is { Length: > LongestTitle }) throw ProblemException.Rule("/title", "too-long", $"A title has at most {LongestTitle} characters.");
        if (input.Title is { } title && (title.Trim() == "" || title.Any(char.IsControl))) throw ProblemException.Rule("/title", "invalid", "A title is one line of text; leave it out to have the query in words.");
        var id = new string([.. Enumerable.Range(0, 10).Select(_ => "0123456789abcdefghjkmnpqrstvwxyz"[RandomNumberGenerator.GetInt32(32)])]);
        var origin = $"{http.Request.Scheme}://{http.Request.Host}";
        var keep = await FindAsync(id, input, http.RequestAborted);
        await requests.AnswerAsync(http, body, session =>
        {
            keep(session);
            return new Written { Status = StatusCodes.Status201Created, Location = $"/v1/pins/{id}", Body = JsonSerializer.SerializeToUtf8Bytes(Read(session.Writer, id, origin), Json.Options) };
        });
    }

    /// <summary>Keeps a query of the default catalogue, as an example.</summary>
    public async Task KeepAsync(string id, PinInput input)
    {
        var keep = await FindAsync(id, input, CancellationToken.None);
        await writers.WriteAsync(database, session =>
        {
            keep(session);
            return true;
        });
    }

    /// <summary>Asks the query, and says how to keep what it found.</summary>
    private async Task<Action<WriteSession>> FindAsync(string id, PinInput input, CancellationToken ct)
    {
        var (rows, total, sequence, text, lines, query) = await FindAsync(input.Query, ct);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines)));
        return session =>
        {
            var writer = session.Writer;
            writer.Kept("INSERT INTO pins(id, query, title, sequence, total, digest, author, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
                .Bind(id).Bind(query).Bind(input.Title ?? text).Bind(sequence).Bind(total).Bind(digest).Bind(session.By.Author).Bind(writer.Now).Run();
            for (var n = 0; n < rows.Count; n++)
                writer.Kept("INSERT INTO pinned(pin, position, ref, revision) VALUES (?, ?, ?, ?)").Bind(id).Bind((long)n).Bind(rows[n].Ref).Bind(rows[n].Revision).Run();
        };
    }

    private readonly record struct Row(long Ref, long Revision);

    /// <summary>What a query finds now, asked as its list would be.</summary>
    /// <returns>The rows up to the bound in the order of the query, how many there are, the last change, the query in words, the rows as lines, and the query with days for relative dates.</returns>
    private Task<(List<Row> Rows, long Total, long Sequence, string Text, string Lines, string Query)> FindAsync(string query, CancellationToken ct)
    {
        var parts = query.Split('?', 2);
        string[] addresses = [.. CatalogueResources.All.Select(r => $"/v1/{r.Path}")];
        var resource = CatalogueResources.All.FirstOrDefault(r => parts[0] == $"/v1/{r.Path}")
            ?? throw ProblemException.Rule("/query", "unknown-value", $"'{parts[0]}' is no list; send an address such as /v1/events?actor=nato.", addresses, Folding.Nearest(parts[0], addresses));
        var request = ListRequest.Of(resource, new QueryString(parts is [_, not ""] ? "?" + parts[1] : ""));
        if (request.Cursor is not null) throw ProblemException.Parameter("cursor", "conflict", "A pin keeps all that a query finds, not a page of it; send the query without cursor.");
        if (request.KnownAt is not null) throw ProblemException.Parameter("knownAt", "conflict", "A pin keeps what a query finds now; send it without knownAt.");
        return database.ReadHeavyAsync(reader =>
        {
            var filters = lists.Read(resource, request, reader);
            if (request.Sort == "distance" && !filters.Conditions.OfType<Near>().Any()) throw ProblemException.Parameter("sort", "needs-another", "sort=distance needs near=latitude,longitude beside it.");
            Lists.Correct(resource, filters);
            var rows = lists.Keys(reader, resource, request, filters, MostRows).ConvertAll(key =>
            {
                var row = reader.Kept("SELECT ref, revision FROM answers WHERE key = ?").Bind(key);
                row.Step();
                var found = new Row(row.Int64(0), row.Int64(1));
                row.Reset();
                return found;
            });
            var total = rows.Count < MostRows ? rows.Count : new KeyWalk(reader, resource.Kind, filters.Conditions).Count(long.MaxValue - 1, long.MaxValue - 2).Value;
            var lines = string.Concat(rows.Select(r => $"{resource.Kind.Name}:{RecordLookup.IdOf(reader, r.Ref)}:{r.Revision.ToString(CultureInfo.InvariantCulture)}\n"));
            return (rows, total, RecordLog.Last(reader), request.Sentence(resource, filters), lines, $"/v1/{resource.Path}{request.Canonical(filters)}");
        }, ct);
    }

    public async Task ListAsync(HttpContext http)
    {
        var origin = $"{http.Request.Scheme}://{http.Request.Host}";
        var pins = await database.ReadAsync(reader =>
        {
            var pins = new List<JsonNode>();
            var row = reader.Kept($"SELECT {Columns} FROM pins ORDER BY at DESC, id LIMIT 1000");
            while (row.Step()) pins.Add(JsonSerializer.SerializeToNode(Read(row, origin), Json.Options)!);
            return pins;
        }, http.RequestAborted);
        await ShortList.AnswerAsync(http, database, "Pinned queries, newest first", pins);
    }

    /// <summary>The rows as they were, page by page, and the pin itself.</summary>
    public async Task GetAsync(HttpContext http, string id)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, "limit", "cursor", "format");
        var limit = ShortList.Whole(http, "limit", Lists.DefaultLimit, 1, Lists.LargestLimit);
        var from = ShortList.Whole(http, "cursor", 0, 1, MostRows);
        var origin = $"{http.Request.Scheme}://{http.Request.Host}";
        await ShortList.SendAsync(http, database, await database.ReadHeavyAsync(reader =>
        {
            var pin = Read(reader, id, origin);
            var rows = new List<Row>();
            var row = reader.Kept("SELECT ref, revision FROM pinned WHERE pin = ? AND position >= ? ORDER BY position LIMIT ?").Bind(id).Bind((long)from).Bind((long)limit);
            while (row.Step()) rows.Add(new Row(row.Int64(0), row.Int64(1)));
            // With the names that others had when it was pinned.
            var then = new PastSession(reader, writers, PastSession.Instant(pin.CreatedAt));
            var kept = Math.Min(pin.Total, MostRows);
            var next = from + rows.Count < kept ? (from + rows.Count).ToString(CultureInfo.InvariantCulture) : null;
            return new PinPage(pin, rows.ConvertAll(r => Item(reader, then, r)))
            {
                Total = new TotalCount(kept, "eq"), Cursor = next, Next = next is null ? null : $"/v1/pins/{id}?limit={limit}&cursor={next}", Query = new QueryEcho(pin.Title, pin.Query),
            };
        }, http.RequestAborted));
    }

    /// <summary>The list item of a record at a revision; null when its content is gone for good.</summary>
    private JsonNode? Item(Reader reader, PastSession then, Row pinned)
    {
        if (then.Head(pinned.Ref)?.Revision == pinned.Revision) return JsonNode.Parse(then.Answer(pinned.Ref)!.Item);
        // Between the question and the keeping of what it found it may have been written again.
        return RecordLog.At(reader, pinned.Ref, pinned.Revision) is not { } version ? null : JsonNode.Parse(new PastSession(reader, writers, version.At).Answer(pinned.Ref, version.Record, pinned.Revision, version.At).Item);
    }

    public async Task ChangesAsync(HttpContext http, string id)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, "format");
        var origin = $"{http.Request.Scheme}://{http.Request.Host}";
        var pin = await database.ReadAsync(reader => Read(reader, id, origin), http.RequestAborted);
        var (now, sequence) = await FindNowAsync(pin.Query, http.RequestAborted);
        var changes = await database.ReadHeavyAsync(reader =>
        {
            var rows = new List<Row>();
            var row = reader.Kept("SELECT ref, revision FROM pinned WHERE pin = ? ORDER BY position").Bind(id);
            while (row.Step()) rows.Add(new Row(row.Int64(0), row.Int64(1)));
            var (then, found) = (rows.Select(r => r.Ref).ToHashSet(), now.Select(r => r.Ref).ToHashSet());
            var changed = rows.Select(r => (Row: r, Now: RecordLog.Current(reader, r.Ref))).Where(r => r.Now != r.Row.Revision)
                .Select(r => new PinnedChange(RecordLookup.IdOf(reader, r.Row.Ref), r.Row.Revision, r.Now, Members(reader, r.Row.Ref, r.Row.Revision))).ToList();
            return new PinChanges(pin, sequence, changed, [.. now.Where(n => !then.Contains(n.Ref)).Select(n => RecordLookup.IdOf(reader, n.Ref))], [.. rows.Where(r => !found.Contains(r.Ref)).Select(r => RecordLookup.IdOf(reader, r.Ref))]);
        }, http.RequestAborted);
        await ShortList.SendAsync(http, database, changes);
    }

    private async Task<(List<Row> Rows, long Sequence)> FindNowAsync(string query, CancellationToken ct)
    {
        try
        {
            var found = await FindAsync(query, ct);
            return (found.Rows, found.Sequence);
        }
        catch (ProblemException problem) when (problem.Code == ProblemCode.InvalidRequest)
        {
            // It names something that is gone, so it finds nothing.
            return ([], await database.LookUpAsync(RecordLog.Last, ct));
        }
    }

    private static string[] Members(Reader reader, long reference, long since) =>
        [.. reader.Db.Query<string>("SELECT changed FROM revisions WHERE ref = @reference AND revision > @since", new { reference, since }).SelectMany(c => JsonSerializer.Deserialize<string[]>(c)!).Distinct()];

    private static Pin Read(Connection connection, string id, string origin)
    {
        var row = connection.Kept($"SELECT {Columns} FROM pins WHERE id = ?").Bind(id);
        if (!row.Step()) throw new ProblemException(ProblemCode.NotFound, $"There is no pin '{id}'.");
        var pin = Read(row, origin);
        row.Reset();
        return pin;
    }

    private const string Columns = "id, query, title, sequence, total, digest, at";

    /// <summary>The pin on which the statement stands.</summary>
    private static Pin Read(Statement row, string origin)
    {
        var (id, query, title, sequence, total, digest, at) = (row.Text(0), row.Text(1), row.Text(2), row.Int64(3), row.Int64(4), row.Text(5), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(6)));
        var (href, url) = ($"/v1/pins/{id}", $"{origin}/v1/pins/{id}");
        var note = $"{Math.Min(total, MostRows)} records as of change {sequence}, SHA-256 {digest[..16]}";
        var day = at.UtcDateTime;
        // Braces and backslashes are BibTeX's own.
        var plain = title.Replace("{", "(").Replace("}", ")").Replace("\\", "/");
        return new Pin(id, title, query, Json.Instant(at.ToUnixTimeMilliseconds()), sequence, total, total > MostRows, digest, new Citation(
            $"Events catalogue. ({day.ToString("yyyy, MMMM d", CultureInfo.InvariantCulture)}). {title} [Data set; {note}]. {url}",
            $"@misc{{events-{id},\n  title = {{{{{plain}}}}},\n  author = {{{{Events catalogue}}}},\n  year = {{{day.Year}}},\n  month = {day.ToString("MMM", CultureInfo.InvariantCulture).ToLowerInvariant()},\n  note = {{{note}}},\n  howpublished = {{\\url{{{url}}}}}\n}}",
            new JsonObject
            {
                ["id"] = $"events-{id}", ["type"] = "dataset", ["title"] = title, ["author"] = new JsonArray(new JsonObject { ["literal"] = "Events catalogue" }), ["issued"] = new JsonObject { ["date-parts"] = new JsonArray(new JsonArray(day.Year, day.Month, day.Day)) },
                ["version"] = sequence.ToString(CultureInfo.InvariantCulture), ["note"] = note, ["URL"] = url,
            }), href);
    }
}
