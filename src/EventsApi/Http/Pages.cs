using System.Net;
using EventsApi.Search;
using EventsApi.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventsApi.Http;

/// <summary>Pages for people, and the operator's probes.</summary>
internal static partial class Pages
{
    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/errors/{code}", GetErrorPage).WithName(nameof(GetErrorPage)).Answers<string>("Catalogue", "What a problem means", "The page that a problem's `type` leads to.",
            new("An unreadable request", "/errors/invalid-request"), new("A full lane", "/errors/overloaded"), mediaType: "text/html");
    }

    /// <summary>A file that lies beside this one and travels in the program.</summary>
    public static byte[] Read(string name)
    {
        using var stream = typeof(Pages).Assembly.GetManifestResourceStream($"EventsApi.Http.{name}")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static void MapGuide(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/guide", GetGuide).ExcludeFromDescription();
        routes.MapGet("/llms.txt", GetGuideText).ExcludeFromDescription();
    }

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => TypedResults.Text("ok")).ExcludeFromDescription();
        routes.MapGet("/readyz", GetReadiness).ExcludeFromDescription();
    }

    private static ContentHttpResult GetErrorPage(string code, HttpContext http)
    {
        var found = Array.Find(ProblemCode.All, p => p.Code == code);
        if (found is null)
        {
            var codes = ProblemCode.All.Select(p => p.Code).ToArray();
            throw new ProblemException(ProblemCode.NotFound, $"There is no problem type '{code}'." + (Folding.Nearest(code, codes) is { } near ? $" Did you mean '{near}'?" : $" There are: {string.Join(", ", codes)}."));
        }
        var (example, root) = (ErrorExample.All[found], $"{http.Request.Scheme}://{http.Request.Host}");
        return Page(http, $"{found.Status} · {found.Title}", $"""
            <p>{Text(found.Meaning)}</p>
            <h2>What to do</h2>
            <p>{Text(found.Remedy)}</p>
            <h2>An example</h2>
            <pre>{Text(example.Curl(root))}</pre>
            <p>{(found.Status is 429 or >= 500 ? "can be" : "is")} answered with <code>{found.Status}</code> and a body of the type <code>application/problem+json</code> that begins</p>
            <pre>{Text($"{{ \"type\": \"{root}/errors/{found.Code}\", \"title\": \"{found.Title}\", \"status\": {found.Status}, \"detail\": …")}</pre>
            {(example.Instead is { } instead ? $"<p>This works instead: <a href=\"{Text(instead)}\"><code>{Text(instead)}</code></a></p>" : "")}
            <p>In every problem (RFC 9457) <code>detail</code> says what was wrong with this request, <code>traceId</code> is what to tell the operator, and for 400 and 422 <code>errors</code> names each parameter or place, with <code>allowed</code> and <code>didYouMean</code>.</p>
            <p>The others: {string.Join(", ", ProblemCode.All.Where(p => p != found).Select(p => $"<a href=\"/errors/{p.Code}\">{p.Status} {p.Code}</a>"))}.</p>
            """);
    }

    /// <summary>A page that needs nothing but itself: dark where the reader's system is, readable on a phone.</summary>
    private static ContentHttpResult Page(HttpContext http, string title, string content)
    {
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return TypedResults.Content($$"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{{Text(title)}} · Events catalogue</title>
            <style>
            :root { color-scheme: light dark; --line: light-dark(#ccc, #555); --soft: light-dark(#f3f3f3, #262626) }
            body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere }
            code, pre { font: .875em/1.5 ui-monospace, monospace; background: var(--soft); border-radius: .25rem } code { padding: .1em .3em } pre { padding: .75rem; white-space: pre-wrap } pre code, a code { background: none; padding: 0 }
            table { border-collapse: collapse; width: 100% } td { border-top: 1px solid var(--line); padding: .4rem .5rem .4rem 0; vertical-align: top } h2 { margin-top: 2rem }
            a { color: light-dark(#0b57d0, #8ab4f8) }
            </style>
            <main>
            <h1>{{Text(title)}}</h1>
            {{content}}
            </main>
            <footer><p><a href="/">Start</a> · <a href="/guide">Guide</a> · <a href="/swagger">Swagger UI</a> · <a href="/openapi/v1.json">OpenAPI</a> · <a href="/llms.txt">llms.txt</a></p></footer>
            </html>
            """, "text/html; charset=utf-8");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Text in which backticks hold what is typed.</summary>
    private static string Marked(string text) => System.Text.RegularExpressions.Regex.Replace(Text(text), "`([^`]+)`", "<code>$1</code>");

    private static ContentHttpResult GetGuide(HttpContext http) => Page(http, "The query grammar", "<p>Every list takes the same grammar, and every example here is a link to its answer. What is not known is refused with the legal values and the nearest one.</p>" + string.Concat(Guide.Chapters.Select(chapter =>
        $"<h2 id=\"{chapter.Id}\">{Text(chapter.Title)}</h2><p>{Marked(chapter.Words)}</p><table>{string.Concat(chapter.Examples.Select(e => $"<tr><td><a href=\"{Text(e.Request)}\"><code>{Text(e.Request)}</code></a><br>{Marked(e.Words)}</td></tr>"))}</table>")));

    /// <summary>The same for machines that read text (llmstxt.org).</summary>
    private static ContentHttpResult GetGuideText(HttpContext http)
    {
        var root = $"{http.Request.Scheme}://{http.Request.Host}";
        return TypedResults.Text($"""
            # Events catalogue

            > A REST API for a searchable catalogue of geopolitical events, meetings, actors and places, each with its sources. Reading needs no key unless the operator says so; answers are JSON; every list has the same grammar and envelope (items, total, next, cursor, facets, query, attribution, diagnostics).

            Unknown parameters, values and fields are refused with 400, the legal ones and the nearest one in `errors`. Follow `next` for more pages. Ask with `fields=` for what you need. Facts say who stated them and how surely: keep `certainty` and `sources` when you quote.

            ## Documents

            - [OpenAPI 3.1]({root}/openapi/v1.json): every operation, parameter and shape
            - [Guide]({root}/guide): the grammar with examples
            - [Vocabularies]({root}/v1/codes): every closed list
            - [Datasets]({root}/v1/datasets): licences and citations

            {string.Join("\n\n", Guide.Chapters.Select(chapter => $"## {chapter.Title}\n\n{chapter.Words}\n\n{string.Join('\n', chapter.Examples.Select(e => $"- [{e.Words}]({root}{e.Request})"))}"))}

            ## Problems

            {string.Join('\n', ProblemCode.All.Select(p => $"- [{p.Status} {p.Code}]({root}/errors/{p.Code}): {p.Remedy}"))}

            """.ReplaceLineEndings("\n"), "text/plain", System.Text.Encoding.UTF8);
    }

    /// <summary>Ready; degraded, when writing fails or waits while reading goes on; or a 503 whose errors name what is wrong, one each.</summary>
    private static async Task<IResult> GetReadiness(Database database, HttpContext http)
    {
        long? version = null;
        try
        {
            version = await database.ReadAsync(reader => reader.Kept("SELECT version FROM state").Scalar(), http.RequestAborted);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogUnreadable(http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("EventsApi.Readiness"), error);
        }
        var wrong = Faults(version, database.Measure());
        if (version is null or 0)
        {
            http.Response.Headers.RetryAfter = "5";
            throw new ProblemException(ProblemCode.Overloaded, string.Join(' ', wrong.Select(w => w.Message)), wrong);
        }
        string[] said = [.. await database.FaultAsync() is { } fault ? (string[])[fault.Message] : [], .. wrong.Select(w => w.Message)];
        // Still 200: reads go on, and whoever balances load would take them away.
        return TypedResults.Text(said.Length == 0 ? "ready" : $"degraded: {string.Join(' ', said)}");
    }

    /// <summary>What keeps the catalogue from serving well.</summary>
    /// <param name="version">The catalogue's; null when it cannot be read.</param>
    internal static IReadOnlyList<ProblemError> Faults(long? version, DatabaseState state)
    {
        var wrong = new List<ProblemError>();
        if (version is null) wrong.Add(new("unreadable", "The catalogue cannot be read; the log says why, and the command check looks at the file."));
        if (version is 0) wrong.Add(new("empty", "The catalogue is empty yet: the first load has not ended."));
        if (state.FreeBytes < DatabaseState.LeastFree) wrong.Add(new("disk-full", $"The disk of the catalogue has {state.FreeBytes / 1_000_000} MB left; writing needs {DatabaseState.LeastFree / 1_000_000} MB."));
        if (state.WritesWaiting > DatabaseState.ManyWrites) wrong.Add(new("writes-wait", $"{state.WritesWaiting} writes wait."));
        if (state.LogBytes > DatabaseState.LargeLog) wrong.Add(new("log-large", $"The write-ahead log has {state.LogBytes / 1_000_000} MB; a reader keeps it from being taken into the file."));
        return wrong;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The catalogue cannot be read")]
    private static partial void LogUnreadable(ILogger logger, Exception error);
}
