using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventsApi.Benchmarks;

/// <summary>The most that this framework gives on this machine: routing, and constant bytes.</summary>
internal static class FixedServer
{
    public static async Task RunAsync(string url, int[] sizes)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        foreach (var size in sizes)
        {
            var body = new byte[size];
            Array.Fill(body, (byte)'x');
            app.MapGet($"/fixed/{size}", async (HttpContext http) =>
            {
                http.Response.ContentType = "application/json";
                http.Response.ContentLength = body.Length;
                await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
            });
        }
        var chunk = new byte[1 << 18];
        Array.Fill(chunk, (byte)'x');
        // As an export goes: no length, in pieces of as many bytes.
        app.MapGet("/stream/{bytes:long}", async (HttpContext http, long bytes) =>
        {
            http.Response.ContentType = "application/x-ndjson";
            for (; bytes > 0; bytes -= chunk.Length) await http.Response.BodyWriter.WriteAsync(chunk.AsMemory(0, (int)Math.Min(bytes, chunk.Length)), http.RequestAborted);
        });
        await app.RunAsync();
    }
}
