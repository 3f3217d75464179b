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
    public static void AddTransport(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true; // public data, no secrets in bodies
            options.MimeTypes = ["application/json", "application/problem+json", "application/x-ndjson", "text/csv", "application/geo+json", "application/ld+json", "application/atom+xml", "text/calendar", "application/yaml", "text/html", "text/plain", "text/css", "text/javascript", "application/javascript", "image/svg+xml"];
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.AddCors();
        services.AddSingleton<ICorsPolicyProvider, CorsPolicies>();
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

/// <summary>Pages of every origin may read; those that may write are the operator's to name. A key never travels by itself, so this is not about credentials.</summary>
internal sealed class CorsPolicies(IOptions<AccessOptions> access) : ICorsPolicyProvider
{
    private static readonly string[] Exposed = ["ETag", "Link", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "Last-Modified", "Catalogue-Sequence", VersionMiddleware.Header, "Allow", "Idempotency-Replayed"];

    // POST is there for queries in a body.
    private readonly CorsPolicy _reading = With(new CorsPolicyBuilder().AllowAnyOrigin().WithMethods("GET", "HEAD", "POST")
        .WithHeaders("Accept", "Accept-Language", "Authorization", "Content-Type", "If-None-Match", "If-Modified-Since", "Last-Event-ID", VersionMiddleware.Header));
    private readonly CorsPolicy _writing = With(new CorsPolicyBuilder(access.Value.WritingOrigins).WithMethods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE").AllowAnyHeader());

    private static CorsPolicy With(CorsPolicyBuilder policy) => policy.WithExposedHeaders(Exposed).SetPreflightMaxAge(TimeSpan.FromHours(1)).Build();

    public Task<CorsPolicy?> GetPolicyAsync(HttpContext http, string? policyName) => Task.FromResult<CorsPolicy?>(_writing.IsOriginAllowed(http.Request.Headers.Origin.ToString()) ? _writing : _reading);
}
