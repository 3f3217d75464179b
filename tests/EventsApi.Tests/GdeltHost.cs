using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventsApi.Tests;

/// <summary>Plays the host that GDELT publishes its files on: the two lists, and a zip file for every quarter of an hour.</summary>
internal sealed class GdeltHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Func<HttpContext, Task>> _answers = [];
    private readonly List<string> _master = [];
    private readonly ConcurrentQueue<string> _asked = [];

    public GdeltHost()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
        HostingAbstractionsHostExtensions.Start(_app);
        Root = _app.Urls.Single();
    }

    public string Root { get; }

    /// <summary>Whether every request gets a 503.</summary>
    public bool IsDown { get; set; }

    /// <summary>How often a file was asked for.</summary>
    public int Asked(string slot) => _asked.Count(p => p == PathOf(slot));

    /// <summary>The parts of the list of all files that were asked for.</summary>
    public IEnumerable<string> Ranges => _asked.Where(p => p.StartsWith("bytes=", StringComparison.Ordinal));

    private static string PathOf(string slot) => $"/gdeltv2/{slot}.export.CSV.zip";

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        _asked.Enqueue(path);
        if (IsDown) http.Response.StatusCode = 503;
        else if (path == "/gdeltv2/lastupdate.txt") await http.Response.WriteAsync(string.Concat(_master.TakeLast(3)));
        else if (path == "/gdeltv2/masterfilelist.txt")
        {
            _asked.Enqueue(http.Request.Headers.Range.ToString());
            await Results.Bytes(Encoding.UTF8.GetBytes(string.Concat(_master)), "text/plain", enableRangeProcessing: true).ExecuteAsync(http);
        }
        else if (_answers.TryGetValue(path, out var answer)) await answer(http);
        else http.Response.StatusCode = 404;
    }

    /// <summary>The archive as it is published: one table, named like it.</summary>
    public static byte[] Zip(string slot, params string[] rows)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            using var table = zip.CreateEntry($"{slot}.export.CSV").Open();
            table.Write(Encoding.UTF8.GetBytes(string.Concat(rows.Select(r => r + "\n"))));
        }
        return bytes.ToArray();
    }

    public byte[] Publish(string slot, params string[] rows) => Publish(slot, Zip(slot, rows));

    /// <summary>Puts a file up and into the lists, between its neighbours of other kinds.</summary>
    public byte[] Publish(string slot, byte[] zip)
    {
        Serve(slot, zip);
#pragma warning disable CA5351 // It is what GDELT's lists have.
        var md5 = Convert.ToHexStringLower(MD5.HashData(zip));
#pragma warning restore CA5351
        _master.Add($"{zip.Length} {md5} {Root}{PathOf(slot)}\n");
        foreach (var other in (string[])["mentions.CSV.zip", "gkg.csv.zip"]) _master.Add($"1 {new string('0', 32)} {Root}/gdeltv2/{slot}.{other}\n");
        return zip;
    }

    /// <summary>Puts a line into both lists.</summary>
    public void List(string line) => _master.Add(line);

    /// <summary>What stands at the address of a file, whatever the lists say of it.</summary>
    public void Serve(string slot, byte[] bytes) => Serve(slot, async http =>
    {
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes);
    });

    public void Serve(string slot, Func<HttpContext, Task> answer) => _answers[PathOf(slot)] = answer;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
