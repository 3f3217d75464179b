using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;

namespace EventsApi.Http;

/// <summary>What holds for every request: compression, CORS, headers, HEAD.</summary>
internal static class Transport
{
    private static readonly string[] Exposed = ["ETag", "Link", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "Last-Modified", "Catalogue-Sequence", "Allow"];

    public static void AddTransport(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true; // public data, no secrets in bodies
            options.MimeTypes = ["application/json", "application/problem+json", "application/yaml", "text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"];
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.AddCors(options => options.AddDefaultPolicy(policy => policy.AllowAnyOrigin().WithMethods("GET", "HEAD", "POST").AllowAnyHeader().WithExposedHeaders(Exposed).SetPreflightMaxAge(TimeSpan.FromHours(1))));
    }

    public static void UseTransport(this WebApplication app)
    {
        app.Use((http, next) =>
        {
            var headers = http.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            // Pages that show something set their own.
            headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
            return next(http);
        });
        app.UseResponseCompression();
        app.UseCors();
        app.UseMiddleware<HeadMiddleware>();
    }
}
