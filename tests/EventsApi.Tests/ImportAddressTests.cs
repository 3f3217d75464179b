using System.Net;
using System.Net.Sockets;
using System.Text;
using static EventsApi.Tests.Importing;

namespace EventsApi.Tests;

/// <summary>An operator who lets files be fetched from this machine, and from a name that means this machine.</summary>
public sealed class FetchingApi : TestApi
{
    protected override string Seed => "none";
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["Imports:Hosts:3"] = "127.0.0.1", ["Imports:AllowPrivateAddresses"] = "true", ["Imports:LargestUpload"] = "100000", ["Imports:StallSeconds"] = "1" };
}

/// <summary>An operator who lists a host of this machine, but does not say that private addresses may be asked.</summary>
public sealed class GuardedApi : TestApi
{
    protected override string Seed => "none";
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["Imports:Hosts:3"] = "127.0.0.1", ["Imports:Hosts:4"] = "localhost", ["Imports:Hosts:5"] = "[::1]" };
}

/// <summary>Files come from hosts that the operator named and from no others, whatever a stranger sends.</summary>
public sealed class ImportAddressTests(FetchingApi open, GuardedApi guarded, EmptyApi usual) : IClassFixture<FetchingApi>, IClassFixture<GuardedApi>, IClassFixture<EmptyApi>
{
    private static async Task<string> RefusedAsync(TestApi api, string address, int status = 422)
    {
        using var response = await api.SendFileAsync("format=gdelt", $$"""{"url": "{{address}}"}""".Bytes(), "application/json");
        return (await Problems.ReadAsync(response, status)).Text("detail")!;
    }

    [Theory]
    [InlineData("http://127.0.0.1/a")]
    [InlineData("http://localhost/a")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://data.gdeltproject.org@127.0.0.1/a")]
    [InlineData("http://data.gdeltproject.org.evil.example/a")]
    [InlineData("http://[::1]/a")]
    [InlineData("http://2130706433/a")]
    [InlineData("http://0x7f.1/a")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://data.gdeltproject.org/a")]
    [InlineData("/etc/passwd")]
    [InlineData("gopher://127.0.0.1:25/")]
    public async Task Hosts_that_are_not_listed_are_not_asked(string address) => Assert.NotEmpty(await RefusedAsync(usual, address));

    [Theory]
    [InlineData("http://127.0.0.1:9/a")]
    [InlineData("http://localhost:9/a")]
    [InlineData("http://[::1]:9/a")]
    public async Task A_listed_host_with_a_private_address_needs_saying_so(string address) => Assert.Contains("AllowPrivateAddresses", await RefusedAsync(guarded, address));

    [Fact]
    public async Task Half_a_character_in_the_address_is_refused()
    {
        using var response = await usual.SendFileAsync("format=gdelt", """{"url": "\ud800"}""".Bytes(), "application/json");
        Assert.True((int)response.StatusCode < 500, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_file_is_fetched_and_redirects_are_looked_at_like_the_first_address()
    {
        var row = Gdelt(NextId());
        using var host = new Host(path => path switch
        {
            "/a.export.CSV" => $"HTTP/1.1 200 OK\r\nContent-Length: {row.Length}\r\nConnection: close\r\n\r\n{row}",
            "/there" => "HTTP/1.1 302 Found\r\nLocation: /a.export.CSV\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            "/away" => "HTTP/1.1 302 Found\r\nLocation: http://localhost:9/a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            "/file" => "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            "/ftp" => "HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            "/round" => "HTTP/1.1 302 Found\r\nLocation: /round\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            "/large" => "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + new string('x', 200_000),
            "/short" => "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\nConnection: close\r\n\r\nhalf",
            _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        });
        async Task<string> FetchAsync(string path)
        {
            using var response = await open.SendFileAsync("format=gdelt", $$"""{"url": "{{host.Root}}{{path}}"}""".Bytes(), "application/json");
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            var import = await open.EndOfAsync(response.Headers.Location!.OriginalString);
            return $"{import.Text("name")} {import.Counts()}";
        }
        Assert.Equal("a.export.CSV 1 1 0 0 0 0", await FetchAsync("/a.export.CSV"));
        Assert.EndsWith("1 0 0 1 0 0", await FetchAsync("/there"));
        foreach (var path in (string[])["/away", "/file", "/ftp", "/round", "/large", "/short", "/missing"]) Assert.NotEmpty(await RefusedAsync(open, host.Root + path));
        Assert.Empty(Directory.EnumerateFiles(open.File + ".imports"));
    }

    [Fact]
    public async Task A_host_that_drips_is_given_up()
    {
        using var host = new Host(_ => "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Assert.Contains("in 1 seconds it brought only", await RefusedAsync(open, host.Root + "/drip"), StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(8), $"{watch.Elapsed}");
        Assert.Empty(Directory.EnumerateFiles(open.File + ".imports"));
    }

    /// <summary>Answers each path with what it is told to.</summary>
    private sealed class Host : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public Host(Func<string, string> answer)
        {
            _listener.Start();
            _ = Task.Run(async () =>
            {
                while (true)
                {
                    using var caller = await _listener.AcceptTcpClientAsync();
                    var buffer = new byte[8192];
                    var read = await caller.GetStream().ReadAsync(buffer);
                    var path = Encoding.ASCII.GetString(buffer, 0, read).Split(' ')[1];
                    await caller.GetStream().WriteAsync(Encoding.UTF8.GetBytes(answer(path)));
                    try
                    {
                        for (var n = 0; path == "/drip" && n < 200; n++, await Task.Delay(50)) await caller.GetStream().WriteAsync("x"u8.ToArray());
                    }
                    catch (IOException)
                    {
                        // Whoever asked has left.
                    }
                }
            });
        }

        public string Root => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

        public void Dispose() => _listener.Stop();
    }
}
