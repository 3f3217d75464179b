using System.Globalization;
using System.Text;
using System.Text.Json;
using EventsApi.Access;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace EventsApi.Imports;

internal static class ImportEndpoints
{
    private const string Tag = "Imports";

    public static void AddImports(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ImportsOptions>().Bind(configuration.GetSection(ImportsOptions.Section))
            .Validate(o => o.LargestUpload is >= 1 << 10 and <= 1L << 44, "Imports:LargestUpload is a number of bytes from 1024.")
            .Validate(o => o.StallSeconds is >= 0.1 and <= 3_600, "Imports:StallSeconds is a number of seconds up to 3600.").ValidateOnStart();
        services.AddOptions<GdeltFeedOptions>().Bind(configuration.GetSection(GdeltFeedOptions.Section))
            .Validate(o => GdeltFeedOptions.IsAddress(o.LastUpdate) && GdeltFeedOptions.IsAddress(o.MasterList), "Feeds:Gdelt:LastUpdate and Feeds:Gdelt:MasterList are absolute http or https addresses.")
            .Validate<IOptions<ImportsOptions>>((o, imports) => !o.Enabled || ((string[])[o.LastUpdate, o.MasterList]).All(a => !GdeltFeedOptions.IsAddress(a) || imports.Value.AllowedHosts.Contains(new Uri(a).Host, StringComparer.OrdinalIgnoreCase)), "Feeds:Gdelt is enabled, but Imports:Hosts does not have the host of its lists; add it there.")
            .Validate(o => o.PollSeconds is >= 10 and <= 86_400, "Feeds:Gdelt:PollSeconds lies between 10 and 86400.")
            .Validate(o => o.CatchUpHours is >= 0 and <= 200_000, "Feeds:Gdelt:CatchUpHours lies between 0 and 200000.")
            .Validate(o => o.Attempts is >= 1 and <= 100, "Feeds:Gdelt:Attempts lies between 1 and 100.")
            .Validate(o => o.FetchSeconds is >= 1 and <= 3_600, "Feeds:Gdelt:FetchSeconds lies between 1 and 3600.")
            .Validate(o => o.Countries.All(Intake.IsCountry), "Feeds:Gdelt:Countries takes ISO 3166-1 alpha-3 codes, such as KWT.")
            .Validate(o => o.Types.All(Intake.IsType), "Feeds:Gdelt:Types takes event types, such as threaten, or CAMEO roots from 01 to 20.")
            .Validate(o => o.LeastMentions >= 0, "Feeds:Gdelt:LeastMentions is a number from 0.")
            .Validate(o => o.RetentionDays is >= 0 and <= 36_500, "Feeds:Gdelt:RetentionDays lies between 0, which keeps all, and 36500.").ValidateOnStart();
        services.AddSingleton<Downloads>();
        services.AddSingleton<Importer>();
        services.AddSingleton<ImportQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<ImportQueue>());
        services.AddSingleton<GdeltFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<GdeltFeed>());
    }

    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/imports", ListImports).WithName(nameof(ListImports)).WithMetadata(new Operation(Tag, "Imports, newest first", "How far each is and what became of its rows.", [new("All", "/v1/imports"), new("The last", "/v1/imports?limit=1")]) { Shape = typeof(Import), IsList = true, Controls = ["limit", "cursor", "format"] });
        routes.MapPost("/imports", CreateImport).WithName(nameof(CreateImport)).WithMetadata(new Operation(Tag, "Import a file", "The file is the body, plain, gzip or zip, or `{\"url\"}` of a host that the operator allows. What is not of the format is refused before anything is written. The answer comes when the file has arrived; `Location` tells how far it is.",
            [new("An event of ours", "/v1/imports?format=ndjson&filename=events.ndjson&dryRun=true", """{"type":"consult","title":"Border talks resume"}"""), new("A table", "/v1/imports?format=csv&filename=events.csv&dryRun=true", "type,title,date\nconsult,Border talks resume,2025-03-01\n")])
        { Shape = typeof(Import), Writes = true, TakesFile = true, Controls = ["importFormat", "filename", "dryRun", "strict", "complete", "release", "mostRemoved"] }).Needs(Role.Editor);
        routes.MapGet("/imports/{id}", GetImport).WithName(nameof(GetImport)).Answers<Import>(Tag, "One import", "Its counts grow while it runs.", new("The first", "/v1/imports/I1"), new("The same", "/v1/imports/I1?format=json"));
        routes.MapGet("/imports/{id}/rejects", GetRejects).WithName(nameof(GetRejects)).Answers<Reject>(Tag, "Rows that did not go in", "NDJSON: line, column, value and reason of each.", new("Of the first import", "/v1/imports/I1/rejects"), new("The same", "/v1/imports/I1/rejects?format=ndjson"), mediaType: JsonBody.Lines);
        routes.MapGet("/imports/{id}/stream", StreamImport).WithName(nameof(StreamImport)).Answers<Import>(Tag, "An import as it runs", "Server-sent events: the import whenever it has got further, until it is done.", new("The first", "/v1/imports/I1/stream"), new("The same", "/v1/imports/I1/stream?format=json"), mediaType: "text/event-stream");
    }

    private static Import Show(ImportQueue queue, ImportLog.Entry entry) => queue.Running(entry.Number)?.Show() ?? ImportLog.Show(entry, null, Rate(entry));

    private static double? Rate(ImportLog.Entry entry) => entry is { StartedAt: { } start, EndedAt: { } end } && end > start ? Math.Round(entry.Counts.Read * 1000.0 / (end - start), 1) : null;

    private static ImportLog.Entry Find(Reader reader, string id) =>
        (ImportLog.NumberOf(id) is { } number ? ImportLog.Find(reader, number) : null) ?? throw new ProblemException(ProblemCode.NotFound, $"There is no import '{id}'. /v1/imports lists them.");

    private static async Task ListImports(HttpContext http, Database database, ImportQueue queue)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, "limit", "cursor", "format");
        var limit = ShortList.Whole(http, "limit", Lists.DefaultLimit, 1, Lists.LargestLimit);
        const string Digest = "imports";
        var before = Cursor.Parse(http.Request.Query.TryGetValue("cursor", out var cursor) ? cursor.ToString() : null, Digest)?.Key ?? long.MaxValue;
        var (entries, total) = await database.ReadAsync(reader => (ImportLog.Newest(reader, before, limit + 1), ImportLog.Count(reader)), http.RequestAborted);
        var next = entries.Count > limit ? new Cursor(0, null, entries[limit - 1].Number).ToString(Digest) : null;
        await ShortList.SendAsync(http, database, new Page<Import>([.. entries.Take(limit).Select(e => Show(queue, e))])
        {
            Total = new TotalCount(total, "eq"), Cursor = next, Next = next is null ? null : $"/v1/imports?limit={limit}&cursor={next}", Query = new QueryEcho("Imports; newest first", "/v1/imports"),
        });
    }

    private static async Task GetImport(string id, HttpContext http, Database database, ImportQueue queue)
    {
        Singles.CheckParameters(http, "format");
        Conditional.RequireJson(http);
        var entry = await database.LookUpAsync(reader => Find(reader, id), http.RequestAborted);
        await ShortList.SendAsync(http, database, Show(queue, entry));
    }

    private static async Task GetRejects(string id, HttpContext http, Database database)
    {
        Singles.CheckParameters(http, "format");
        Conditional.Format(http, [("ndjson", JsonBody.Lines)]);
        var entry = await database.LookUpAsync(reader => Find(reader, id), http.RequestAborted);
        http.Response.ContentType = JsonBody.Lines;
        const int Slice = 1_000;
        for (long after = 0; ;)
        {
            var rejects = await database.ReadAsync(reader => ImportLog.Rejects(reader, entry.Number, after, Slice), http.RequestAborted);
            foreach (var (_, reject) in rejects)
            {
                await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(reject, Json.Options), http.RequestAborted);
                await http.Response.Body.WriteAsync("\n"u8.ToArray(), http.RequestAborted);
            }
            if (rejects.Count < Slice) return;
            after = rejects[^1].Row;
        }
    }

    private static async Task StreamImport(string id, HttpContext http, Database database, ImportQueue queue)
    {
        Singles.CheckParameters(http, "format");
        Conditional.RequireJson(http, ("json", "text/event-stream"));
        await database.LookUpAsync(reader => Find(reader, id), http.RequestAborted);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var pause = TimeSpan.FromMilliseconds(250);
        for (string? last = null; ;)
        {
            var import = Show(queue, await database.LookUpAsync(reader => Find(reader, id), http.RequestAborted));
            var json = JsonSerializer.Serialize(import, Json.Options);
            if (json != last)
            {
                await http.Response.WriteAsync($"event: import\ndata: {json}\n\n", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
            if (import.Status is "done" or "failed") return;
            last = json;
            await Task.Delay(pause, http.RequestAborted);
        }
    }

    private static async Task CreateImport(HttpContext http, ImportQueue queue, Downloads downloads, IOptions<ImportsOptions> settings)
    {
        string[] parameters = ["format", "filename", "dryRun", "strict", "complete", "release", "mostRemoved"];
        Singles.CheckParameters(http, parameters);
        var query = http.Request.Query;
        var format = QueryText.OneOf(query, "format", ImportLog.Formats) ?? throw ProblemException.Parameter("format", "required", $"Say what the file holds: format={string.Join('|', ImportLog.Formats)}.", ImportLog.Formats);
        bool Flag(string name) => QueryText.OneOf(query, name, ["true", "false"]) == "true";
        var release = query["release"].ToString() is { Length: > 0 } given ? given : null;
        if (release?.Length > 40) throw ProblemException.Parameter("release", "too-long", "A release is a short text, such as 24.1.");
        var complete = Flag("complete");
        if (ImportOptions.Refusal(complete, format, release) is { } refusal) throw ProblemException.Parameter(refusal.Option, refusal.Option == "release" ? "needs-another" : "not-offered", refusal.Reason);
        var most = ImportOptions.FewRemoved;
        if (query.TryGetValue("mostRemoved", out var part) && !(double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out most) && most is >= 0 and <= 1)) throw ProblemException.Parameter("mostRemoved", "out-of-range", "mostRemoved is a part of the dataset between 0 and 1.");
        var name = query["filename"].ToString() is { Length: > 0 } filename ? Path.GetFileName(filename) : "upload";
        if (name.Length > 255) throw ProblemException.Parameter("filename", "too-long", "A file name has at most 255 characters.");
        var options = new ImportOptions(Flag("dryRun"), Flag("strict"), complete, release, most);

        var (spooled, length) = await SpoolAsync(http, queue, settings.Value.LargestUpload);
        try
        {
            if (Address(http, spooled, length) is { } address)
            {
                File.Delete(spooled);
                (spooled, name) = await downloads.FetchAsync(address, queue, http.RequestAborted);
            }
            else if (length == 0) throw new ProblemException(ProblemCode.InvalidRequest, "The body is empty; send the file as the body, or {\"url\": \"…\"} as JSON.", [new ProblemError("required", "Send the file.") { Pointer = "" }]);
            var entry = await queue.AddAsync(format, name, spooled, options, http.Caller()!.Id);
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            http.Response.Headers.Location = $"/v1/imports/{ImportLog.IdOf(entry.Number)}";
            await Conditional.SendAsync(http, JsonSerializer.SerializeToUtf8Bytes(ImportLog.Show(entry, null, null), Json.Options));
        }
        catch
        {
            File.Delete(spooled);
            throw;
        }
    }

    /// <summary>Writes the body to a file as it arrives.</summary>
    private static Task<(string Path, long Length)> SpoolAsync(HttpContext http, ImportQueue queue, long largest)
    {
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = null;
        if (http.Request.ContentLength > largest) throw TooLarge(largest);
        return queue.SpoolAsync(http.Request.Body, largest, () => TooLarge(largest), http.RequestAborted);
    }

    private static ProblemException TooLarge(long largest) => new(ProblemCode.TooLarge, $"An upload has at most {largest:N0} bytes (Imports:LargestUpload). Compress it, or import the file on the command line.");

    /// <summary>A body of <c>{"url": …}</c> names a file instead of being one.</summary>
    private static Uri? Address(HttpContext http, string spooled, long length)
    {
        const int Longest = 8 << 10;
        if (length is 0 or > Longest || !http.Request.HasJsonContentType()) return null;
        try
        {
            using var body = JsonDocument.Parse(File.ReadAllBytes(spooled));
            if (body.RootElement.ValueKind != JsonValueKind.Object || !body.RootElement.TryGetProperty("url", out var url) || body.RootElement.EnumerateObject().Count() != 1) return null;
            return url.ValueKind == JsonValueKind.String && Uri.TryCreate(url.GetString(), UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
                : throw new ProblemException(ProblemCode.BrokenRules, "url is an absolute http or https address.", [new ProblemError("invalid", "Send an absolute http or https address.") { Pointer = "/url" }]);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // No JSON, or half of a character in it: what it is, its layout tells.
            return null;
        }
    }
}
