using System.Net;
using EventsApi.Search;
using EventsApi.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventsApi.Http;

/// <summary>Pages for people, and the operator's probes.</summary>
internal static class Pages
{
    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => TypedResults.Redirect("/swagger")).ExcludeFromDescription();
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
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        return TypedResults.Content($$"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{WebUtility.HtmlEncode(found.Title)}}</title>
            <style>:root { color-scheme: light dark } body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }</style>
            <h1>{{found.Status}} · {{WebUtility.HtmlEncode(found.Title)}}</h1>
            <p>{{WebUtility.HtmlEncode(found.Meaning)}}</p>
            <h2>What to do</h2>
            <p>{{WebUtility.HtmlEncode(found.Remedy)}}</p>
            <p><code>{{found.Code}}</code> is a problem type of this API (RFC 9457).</p>
            </html>
            """, "text/html; charset=utf-8");
    }

    private static async Task<IResult> GetReadiness(Database database, HttpContext http)
    {
        var version = await database.ReadAsync(reader => reader.Kept("SELECT version FROM state").Scalar(), http.RequestAborted);
        return version is null or 0 ? throw new ProblemException(ProblemCode.Overloaded, "The catalogue is empty yet.") : TypedResults.Text("ready");
    }
}
