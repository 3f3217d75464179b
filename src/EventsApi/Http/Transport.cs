using System.IO.Compression;
using EventsApi.Access;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace EventsApi.Http;

/// <summary>What holds for every request: compression, CORS, headers, HEAD.</summary>
internal static class Transport
{
    private const string Writing = "writing";

    // What a page may send with a read; POST is there for queries in a body.
    private static readonly string[] Reading = ["Accept", "Accept-Language", "Authorization", "Content-Type", "If-None-Match", "If-Modified-Since", "Last-Event-ID"];
    private static readonly string[] Exposed = ["ETag", "Link", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "Last-Modified", "Catalogue-Sequence", "Allow", "Idempotency-Replayed"];

    public static void AddTransport(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true; // public data, no secrets in bodies
            options.MimeTypes = ["application/json", "application/problem+json", "application/x-ndjson", "text/csv", "application/geo+json", "application/yaml", "text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"];
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.AddCors(options => options.AddDefaultPolicy(policy => policy.AllowAnyOrigin().WithMethods("GET", "HEAD", "POST").WithHeaders(Reading).WithExposedHeaders(Exposed).SetPreflightMaxAge(TimeSpan.FromHours(1))));
        // Pages of other origins may write only where the operator says which. A key never travels by itself, so this is not about credentials.
        services.AddOptions<CorsOptions>().Configure<IOptions<AccessOptions>>((cors, access) =>
        {
            if (access.Value.WritingOrigins is { Length: > 0 } origins)
                cors.AddPolicy(Writing, policy => policy.WithOrigins(origins).WithMethods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE").AllowAnyHeader().WithExposedHeaders(Exposed).SetPreflightMaxAge(TimeSpan.FromHours(1)));
        });
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
        var writers = app.Services.GetRequiredService<IOptions<AccessOptions>>().Value.WritingOrigins;
        app.UseWhen(http => !writers.Contains(http.Request.Headers.Origin.ToString()), others => others.UseCors());
        app.UseWhen(http => writers.Contains(http.Request.Headers.Origin.ToString()), trusted => trusted.UseCors(Writing));
        app.UseMiddleware<HeadMiddleware>();
    }
}
