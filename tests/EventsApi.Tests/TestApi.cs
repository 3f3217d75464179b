using System.Net.Http.Json;
using System.Text.Json;
using EventsApi.Access;
using EventsApi.Records;
using EventsApi.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EventsApi.Tests;

/// <summary>The real program on Kestrel, with its own catalogue file and a clock that stands still.</summary>
public abstract class TestApi : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("events-").FullName;
    private WebApplication? _app;
    private HttpClient? _client;

    /// <summary>What the catalogue holds at the start: default or none.</summary>
    protected abstract string Seed { get; }

    /// <summary>What an operator has set beside that.</summary>
    protected virtual IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>();

    public StoppedClock Clock { get; } = new(new DateTimeOffset(2026, 2, 28, 12, 0, 0, TimeSpan.Zero));

    public HttpClient Client => _client ?? throw new InvalidOperationException("Not started.");

    public string Root { get; private set; } = "";

    public IServiceProvider Services => _app!.Services;

    public string File => Path.Combine(_folder, "catalogue.db");

    private KeyValuePair<string, string?>[] _engine = [];

    /// <summary>Where the catalogue is kept, where that is not the file.</summary>
    protected virtual IEnumerable<KeyValuePair<string, string?>> Engine => TestEngine.Settings();

    /// <summary>Whether nobody else has the catalogue.</summary>
    protected virtual bool IsAlone => true;

    /// <summary>Whether one that begins with the default catalogue begins with a copy of it.</summary>
    protected virtual bool IsCopied => true;

    /// <summary>What is on the disk of the catalogue, to look for bytes in.</summary>
    public IEnumerable<string> Files() => _engine is [{ Value: { } server }, ..] ? TestEngine.FilesOf(server) : [File, File + "-wal"];

    public async Task InitializeAsync()
    {
        if (Seed == "default" && IsCopied)
        {
            var first = await FilledApi.Once.Value;
            foreach (var suffix in (string[])["", "-wal", ".snapshot"])
                if (System.IO.File.Exists(first.File + suffix)) System.IO.File.Copy(first.File + suffix, File + suffix);
            _engine = [.. TestEngine.Settings(like: first._engine)];
        }
        else
        {
            _engine = [.. Engine];
        }
        _app = Server.Build(
            new Dictionary<string, string?> { ["urls"] = "http://127.0.0.1:0", ["Catalogue:Path"] = File, ["Catalogue:Create"] = "true", ["Catalogue:Seed"] = Seed, ["Logging:LogLevel:Default"] = "Warning" }.Concat(_engine).Concat(Settings).GroupBy(s => s.Key).ToDictionary(s => s.Key, s => s.Last().Value),
            services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock)));
        await Server.PrepareAsync(_app);
        await _app.StartAsync();
        Root = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = System.Net.DecompressionMethods.None }) { BaseAddress = new Uri(Root) };
    }

    /// <summary>Adds records through the writers, as the API will; each is JSON in the shape of the input. The ids come back.</summary>
    public async Task<IReadOnlyList<string>> GivenAsync(Kind kind, params object[] records)
    {
        var writers = Services.GetRequiredService<RecordWriters>();
        return await writers.WriteAsync(Services.GetRequiredService<Database>(), session =>
            (IReadOnlyList<string>)[.. records.Select(r => writers[kind].Add(session, writers[kind].Read(JsonSerializer.SerializeToUtf8Bytes(r))).Id)]);
    }

    private readonly Dictionary<Role, string> _keys = [];

    /// <summary>A key of this role.</summary>
    public async Task<string> KeyAsync(Role role) =>
        _keys.TryGetValue(role, out var key) ? key : _keys[role] = (await Services.GetRequiredService<Keys>().CreateAsync($"the tests' {role}", role, null)).Key;

    /// <summary>A request of an editor.</summary>
    /// <param name="body">Text as it is, anything else as JSON.</param>
    /// <param name="ifMatch">The whole header; quotes are the caller's.</param>
    public async Task<HttpResponseMessage> WriteAsync(string method, string path, object? body = null, string? ifMatch = null, string? mediaType = null, Role role = Role.Editor, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {await KeyAsync(role)}");
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, mediaType ?? (method == "PATCH" ? "application/merge-patch+json" : path.Split('?')[0].EndsWith("/batch", StringComparison.Ordinal) ? "application/x-ndjson" : "application/json"));
        return await Client.SendAsync(request);
    }

    /// <summary>The body of a write that must succeed.</summary>
    public async Task<JsonElement> WrittenAsync(string method, string path, object? body = null, string? ifMatch = "*")
    {
        using var response = await WriteAsync(method, path, body, method is "POST" && !path.EndsWith("/revert", StringComparison.Ordinal) ? null : ifMatch);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return text == "" ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The same a second later, so that it can be told from what came before.</summary>
    public Task<JsonElement> LaterAsync(string method, string path, object? body = null, string? ifMatch = "*")
    {
        Clock.Now += TimeSpan.FromSeconds(1);
        return WrittenAsync(method, path, body, ifMatch);
    }

    /// <summary>Now, as knownAt= takes it.</summary>
    public string Instant => Json.Instant(Clock.Now.ToUnixTimeMilliseconds());

    /// <summary>The check that the command line makes finds nothing.</summary>
    public async Task IsSoundAsync() => Assert.Empty(await new Upkeep(Services.GetRequiredService<Database>(), Services.GetRequiredService<RecordWriters>()).CheckAsync(default));

    /// <summary>Waits until nothing is left to be made again after a rename or a merge.</summary>
    public Task SettledAsync() =>
        Asking.SoonAsync(async () => await Services.GetRequiredService<Database>().LookUpAsync(reader => reader.Kept("SELECT 1 FROM pending LIMIT 1").Scalar()) is null, "Something still waits to be made again.");

    /// <summary>The body of a 200.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The ids of all items of one page.</summary>
    public async Task<string[]> IdsAsync(string path) => [.. (await GetAsync(path)).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!)];

    /// <summary>The problem document of a failure, which must be one and have this status.</summary>
    public async Task<JsonElement> ProblemAsync(string path, int status)
    {
        using var response = await Client.GetAsync(path);
        return await Problems.ReadAsync(response, status);
    }

    /// <summary>Ends the program; the catalogue stays.</summary>
    protected async Task StopAsync()
    {
        _client?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        if (IsAlone) TestEngine.Drop(_engine);
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>The default catalogue as the program fills one that is new. That takes longer than most tests, so it is done once, and who begins with it begins with a copy.</summary>
internal sealed class FilledApi : TestApi
{
    public static readonly Lazy<Task<FilledApi>> Once = new(FillAsync);

    protected override string Seed => "default";

    protected override bool IsCopied => false;

    private static async Task<FilledApi> FillAsync()
    {
        var first = new FilledApi();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.GetDirectoryName(first.File)!, recursive: true);
        await first.InitializeAsync();
        // The snapshot is the last of what is made behind the first answers.
        for (var watch = System.Diagnostics.Stopwatch.StartNew(); !System.IO.File.Exists(first.File + ".snapshot"); await Task.Delay(50))
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(3), "The new catalogue gets no snapshot.");
        await first.StopAsync();
        return first;
    }
}

/// <summary>The default catalogue, shared by the tests that only read it.</summary>
public sealed class DefaultApi : TestApi
{
    protected override string Seed => "default";
}

/// <summary>An empty catalogue, for tests that make what they need.</summary>
public sealed class EmptyApi : TestApi
{
    protected override string Seed => "none";
}

/// <summary>One load of the default catalogue serves every test class that reads it.</summary>
[CollectionDefinition(Name)]
public sealed class DefaultCatalogueCollection : ICollectionFixture<DefaultApi>
{
    public const string Name = "default catalogue";
}

public sealed class StoppedClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;
    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>What every problem document must be, whatever the failure.</summary>
public static class Problems
{
    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{response.RequestMessage!.RequestUri}: {(int)response.StatusCode} {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Contains("/errors/", problem.GetProperty("type").GetString());
        foreach (var member in (string[])["title", "detail", "instance", "traceId"]) Assert.NotEmpty(problem.GetProperty(member).GetString()!);
        if (status is 400 or 422)
        {
            var errors = problem.GetProperty("errors").EnumerateArray().ToList();
            Assert.NotEmpty(errors);
            foreach (var error in errors)
            {
                Assert.NotEmpty(error.GetProperty("code").GetString()!);
                Assert.NotEmpty(error.GetProperty("message").GetString()!);
                Assert.True(error.TryGetProperty("parameter", out _) || error.TryGetProperty("pointer", out _), "an error names the parameter or the place in the body");
            }
        }
        return problem;
    }
}
