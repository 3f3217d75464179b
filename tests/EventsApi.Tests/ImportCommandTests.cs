using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using static EventsApi.Tests.Importing;

namespace EventsApi.Tests;

/// <summary>The command line as a program of its own: on a file, beside a server, killed and run again.</summary>
[Trait(Engines.Trait, Engines.Any)]
public sealed class ImportCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("events-").FullName;
    private readonly List<Process> _started = [];

    private readonly Dictionary<string, string> _settings = new() { ["Catalogue__Seed"] = "none" };

    private string At(string name) => Path.Combine(_folder, name);

    public void Dispose()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited) process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", [Path.Combine(AppContext.BaseDirectory, "EventsApi.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = _folder,
        };
        foreach (var (name, value) in _settings) start.Environment[name] = value;
        var process = Process.Start(start)!;
        _started.Add(process);
        return process;
    }

    /// <summary>Runs to its end: the exit code, and what it wrote to both.</summary>
    private async Task<(int Exit, string Out, string Error)> RunAsync(string[] arguments, Func<StreamWriter, Task>? input = null)
    {
        var process = Start(arguments);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (input is not null) await input(process.StandardInput);
        process.StandardInput.Close();
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        await process.WaitForExitAsync(stop.Token);
        return (process.ExitCode, await output, await error);
    }

    private async Task<JsonElement> ImportAsync(string format, string file, params string[] more)
    {
        var (_, output, error) = await RunAsync(["import", format, file, "--catalogue", At("c.db"), "--create", "--json", .. more]);
        return output.StartsWith('{') ? JsonDocument.Parse(output).RootElement : throw new InvalidOperationException($"{output}{error}");
    }

    private string Rows(string name, int count, params string[] more)
    {
        File.WriteAllText(At(name), Lines([.. Enumerable.Range(0, count).Select(_ => Gdelt(NextId())), .. more]));
        return At(name);
    }

    [Fact]
    public async Task A_command_without_a_catalogue_works_on_the_one_that_is_set()
    {
        _settings["Catalogue__Path"] = At("set.db");
        var (exit, output, error) = await RunAsync(["generate", "--events", "10", "--create", "--json"]);
        Assert.True(exit == 0, output + error);
        Assert.True(File.Exists(At("set.db")));

        (exit, output, error) = await RunAsync(["check", "--json"]);
        Assert.True(exit == 0 && output.Contains("\"ok\":true", StringComparison.Ordinal), output + error);
        (exit, output, error) = await RunAsync(["move", At("moved.db"), "--json"]);
        Assert.True(exit == 0 && File.Exists(At("moved.db")), output + error);
        // What the command names comes before what is set.
        (exit, output, error) = await RunAsync(["check", "--catalogue", At("none.db")]);
        Assert.True(exit == 1 && error.Contains("none.db", StringComparison.Ordinal), output + error);
    }

    [Fact]
    public async Task A_killed_import_keeps_what_it_reported_and_the_same_command_goes_on_from_there()
    {
        var file = Rows("a.CSV", 6000, "no row", Gdelt(NextId()));
        var kills = 0;
        long before = 0;
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var process = Start("import", "gdelt", file, "--catalogue", At("c.db"), "--create");
            // Long enough to begin, too short to be done.
            for (var watch = Stopwatch.StartNew(); !process.HasExited && watch.Elapsed < TimeSpan.FromMinutes(1) && !IsWriting(before); await Task.Delay(20))
            {
            }
            if (process.HasExited) break;
            before = new FileInfo(At("c.db-wal")).Length;
            process.Kill();
            process.WaitForExit();
            kills++;
        }
        Assert.True(kills > 0, "It was done before it could be killed.");
        var done = await ImportAsync("gdelt", file);
        done.Is("done", "6002 6001 0 0 0 1");
        Assert.Equal("I1", done.Text("id"));
        var again = await ImportAsync("gdelt", file);
        again.Is("done", "6002 0 0 6001 0 1");
        var (exit, output, error) = await RunAsync(["check", "--catalogue", At("c.db")]);
        Assert.True(exit == 0, output + error);

        bool IsWriting(long than) => File.Exists(At("c.db-wal")) && new FileInfo(At("c.db-wal")).Length is var length && length > 300_000 && length != than;
    }

    [Fact]
    public async Task Exit_codes_and_reports_say_what_became_of_it()
    {
        var file = Rows("b.CSV", 3, "no row");
        var (exit, output, error) = await RunAsync(["import", "gdelt", file, "--catalogue", At("c.db"), "--create", "--dry-run"]);
        Assert.True(exit == 0 && output == "" && error.Contains("4 read, 3 created") && error.Contains("nothing was written") && error.Contains("\nLine 4, 'no row': The row has 1 "), output + error);
        (exit, _, error) = await RunAsync(["import", "gdelt", file, "--catalogue", At("c.db"), "--strict"]);
        Assert.True(exit == 1 && error.Contains("line 4"), error);
        // The same once more goes over the same rows, and tells the same.
        var strict = await ImportAsync("gdelt", file, "--strict");
        strict.Is("failed", "1 0 0 0 0 1");
        (await ImportAsync("gdelt", file)).Is("done", "4 3 0 0 0 1");
        foreach (var wrong in (string[][])[["import", "xml", file], ["import", "gdelt"], ["import", "ucdp", file, "--complete"], ["import", "ndjson", file, "--complete", "--release", "1"], ["import", "gdelt", file, "--most-removed", "2"]])
            Assert.Equal(2, (await RunAsync([.. wrong, "--catalogue", At("c.db")])).Exit);
        Assert.Equal(1, (await RunAsync(["import", "gdelt", At("nothing"), "--catalogue", At("c.db")])).Exit);
        Assert.Equal(1, (await RunAsync(["import", "gdelt", "http://127.0.0.1:9/a", "--catalogue", At("c.db")])).Exit);
        var (_, told, _) = await RunAsync(["import", "gdelt", "-", "--catalogue", At("c.db"), "--json"], input => input.WriteAsync(Lines(Gdelt(NextId()))));
        JsonDocument.Parse(told).RootElement.Is("done", "1 1 0 0 0 0");
    }

    [Fact]
    public async Task Beside_a_server_commands_are_handed_over_and_input_that_ends_early_is_not_complete()
    {
        var (server, client) = await ServeAsync();
        var file = Rows("a.CSV", 20);
        (await ImportAsync("gdelt", file)).Is("done", "20 20 0 0 0 0");
        (await ImportAsync("gdelt", "a.CSV")).Is("done", "20 0 0 20 0 0"); // relative to where the command was called
        var (exit, output, _) = await RunAsync(["import", "gdelt", "-", "--catalogue", At("c.db"), "--json"], input => input.WriteAsync(Lines(Enumerable.Range(0, 30).Select(_ => Gdelt(NextId())))));
        Assert.Equal(0, exit);
        var last = JsonDocument.Parse(output).RootElement;
        last.Is("done", "30 30 0 0 0 0");

        // A caller who is killed has not sent all.
        var caller = Start("import", "gdelt", "-", "--catalogue", At("c.db"));
        await caller.StandardInput.WriteAsync(Lines(Enumerable.Range(0, 500).Select(_ => Gdelt(NextId()))));
        await caller.StandardInput.FlushAsync();
        var id = $"/v1/imports/I{int.Parse(last.Text("id")![1..], CultureInfo.InvariantCulture) + 1}";
        for (var watch = Stopwatch.StartNew(); (await client.GetAsync(id)).StatusCode == HttpStatusCode.NotFound; await Task.Delay(50)) Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "It was not begun.");
        caller.Kill();
        JsonElement import;
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            import = await client.GetFromJsonAsync<JsonElement>(id);
            if (import.Text("status") is "done" or "failed") break;
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "It does not end.");
        }
        Assert.Equal("failed", import.Text("status"));
        Assert.Contains("before the input ended", import.Text("error"));

        // Input that cannot be read fails, and does not wait for ever.
        Assert.False(server.HasExited);
    }

    [Fact]
    public async Task An_upload_that_was_accepted_outlives_the_server()
    {
        var (server, client) = await ServeAsync();
        var (_, output, _) = await RunAsync(["keys", "create", "--role", "editor", "--catalogue", At("c.db"), "--json"]);
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {JsonDocument.Parse(output).RootElement.Text("key")}");
        var file = Lines(Enumerable.Range(0, 4000).Select(_ => Gdelt(NextId())));
        using var accepted = await client.PostAsync("/v1/imports?format=gdelt&filename=up.CSV", new ByteArrayContent(file.Bytes()));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        // A body that is half there when the server is killed leaves nothing behind.
        File.WriteAllText(Path.Combine(At("c.db.imports"), "half"), "half a body");
        File.SetLastWriteTimeUtc(Path.Combine(At("c.db.imports"), "half"), DateTime.UtcNow.AddMinutes(-5));
        server.Kill();
        server.WaitForExit();
        client.Dispose();

        (server, client) = await ServeAsync();
        JsonElement import;
        for (var watch = Stopwatch.StartNew(); (import = await client.GetFromJsonAsync<JsonElement>(accepted.Headers.Location!.OriginalString)).Text("status") is not ("done" or "failed"); await Task.Delay(50))
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), import.ToString());
        import.Is("done", "4000 4000 0 0 0 0");
        Assert.Equal(4000, (await client.GetFromJsonAsync<JsonElement>("/v1/events?limit=1&total=exact")).At("total.value").GetInt32());
        for (var watch = Stopwatch.StartNew(); Directory.EnumerateFileSystemEntries(At("c.db.imports")).Any(); await Task.Delay(50)) Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "The upload still lies beside the catalogue.");
    }

    private async Task<(Process Server, HttpClient Client)> ServeAsync()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var server = Start("serve", "--urls", $"http://127.0.0.1:{port}", "--catalogue", At("c.db"), "--create", "--seed", "none");
        _ = server.StandardOutput.ReadToEndAsync();
        _ = server.StandardError.ReadToEndAsync();
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            try
            {
                using var answer = await client.GetAsync("/readyz");
                if (answer.IsSuccessStatusCode) return (server, client);
            }
            catch (HttpRequestException)
            {
                // Not up yet.
            }
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "The server does not come up.");
        }
    }
}
