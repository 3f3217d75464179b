using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using EventsApi.Http;

namespace EventsApi.Explorer;

/// <summary>The explorer: one page for every address below /explore, and its files, which come out of the program itself.</summary>
internal static class ExplorerEndpoints
{
    // Nothing from elsewhere, nothing inline, and no text that becomes markup.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
    private const string Folder = "EventsApi.Explorer.page.";

    private static readonly FrozenDictionary<string, byte[]> Files = Read();

    /// <summary>A digest of all files: it stands in their addresses, so that they may be kept for good, and a new build is never mixed with an old one.</summary>
    private static readonly string Build = Convert.ToHexStringLower(SHA256.HashData([.. Files.OrderBy(f => f.Key, StringComparer.Ordinal).SelectMany(f => f.Value)]))[..12];

    private static readonly byte[] Page = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Files["index.html"])
        .Replace("<!-- modules -->", string.Join("\n  ", Files.Keys.Where(f => f.EndsWith(".js", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(f => $"<link rel=\"modulepreload\" href=\"/explorer/build/{f}\">")), StringComparison.Ordinal)
        .Replace("/explorer/build/", $"/explorer/{Build}/", StringComparison.Ordinal));

    public static void MapExplorer(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", GetPage).ExcludeFromDescription();
        routes.MapGet("/explore/{**view}", GetPage).ExcludeFromDescription();
        routes.MapGet("/explorer/{build}/{file}", GetFile).ExcludeFromDescription();
    }

    private static async Task GetPage(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        if (Conditional.IsFresh(http, Build, null)) Conditional.NotModified(http);
        else await Conditional.SendAsync(http, Page, "text/html; charset=utf-8");
    }

    private static async Task GetFile(string build, string file, HttpContext http)
    {
        if (MediaType(file) is not { } mediaType || !Files.TryGetValue(file, out var bytes)) throw new ProblemException(ProblemCode.NotFound, $"The explorer has no file '{file}'.");
        var isFresh = Conditional.IsFresh(http, $"{Build}-{file}", null);
        // A page of another build asks under that build's address: it gets what there is, and keeps it for as long as it is open.
        if (build == Build) http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        if (isFresh) Conditional.NotModified(http);
        else await Conditional.SendAsync(http, bytes, mediaType);
    }

    /// <summary>Null for the page itself, which is no file: it goes out with its policy alone.</summary>
    private static string? MediaType(string file) => Path.GetExtension(file) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => null,
    };

    private static FrozenDictionary<string, byte[]> Read()
    {
        var program = Assembly.GetExecutingAssembly();
        return program.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).ToFrozenDictionary(n => n[Folder.Length..], n =>
        {
            using var stream = program.GetManifestResourceStream(n)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        });
    }
}
