using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Access;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>The OWASP API security top ten of 2023, one by one. What is tried in more depth elsewhere is named there.</summary>
public sealed class SecurityTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private async Task<HttpResponseMessage> SendAsync(string method, string path, string? key = null, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await api.Client.SendAsync(request);
    }

    private static StringContent Json(string body, string mediaType = "application/json") => new(body, Encoding.UTF8, mediaType);

    /// <summary>API1, broken object level authorization. Records are for all to read; what belongs to somebody is who a key is, what it did, and its Idempotency-Keys (AccessTests), and no copy of the catalogue that leaves has any of it.</summary>
    [Fact]
    public async Task API1_What_belongs_to_a_key_is_nobody_else_s()
    {
        await api.AddAsync("topics", new { label = Writing.Own("Topic") });
        var editor = await api.KeyAsync(Role.Editor);
        foreach (var key in (string?[])[null, await api.KeyAsync(Role.Reader), editor])
            using (var audit = await SendAsync("GET", $"/v1/audit?key={editor.Split('_')[1]}", key)) await Problems.ReadAsync(audit, key is null ? 401 : 403);

        using var made = await SendAsync("POST", "/v1/snapshot", await api.KeyAsync(Role.Admin));
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        var copy = Path.Combine(Directory.CreateTempSubdirectory("events-").FullName, "snapshot.db");
        await File.WriteAllBytesAsync(copy, await api.Client.GetByteArrayAsync("/v1/snapshot"));
        await using (var connection = new SqliteConnection($"Data Source={copy};Mode=ReadOnly;Pooling=False"))
        {
            connection.Open();
            using var tables = connection.CreateCommand();
            tables.CommandText = "SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table'";
            var names = ((string)tables.ExecuteScalar()!).Split(',');
            Assert.Contains("topics", names);
            Assert.DoesNotContain(names, name => name is "keys" or "requests" or "revisions" or "imports");
        }
        foreach (var hidden in (string[])[editor, editor.Split('_')[1], editor.Split('_')[2]])
            Assert.True((await File.ReadAllBytesAsync(copy)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(hidden)) < 0, "The snapshot names a key.");
        Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
    }

    /// <summary>API2, broken authentication. A key counts in its header only, whole, and of one form; wrong ones slow their source down (AccessTests, scripts/drills/keys.py).</summary>
    [Fact]
    public async Task API2_A_key_counts_whole_and_in_its_header_only()
    {
        var key = await api.KeyAsync(Role.Editor);
        string Body() => JsonSerializer.Serialize(new { label = Writing.Own("Topic") });
        foreach (var path in (string[])[$"/v1/topics?key={key}", $"/v1/topics?access_token={key}", $"/v1/topics?api_key={key}"])
            using (var inAddress = await SendAsync("POST", path, content: Json(Body()))) Assert.True(inAddress.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest, $"{(int)inAddress.StatusCode}");
        foreach (var (name, value) in ((string, string)[])[("X-Api-Key", key), ("Cookie", $"key={key}"), ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(key))}"), ("Authorization", $"Bearer {key[..^1]}"), ("Authorization", $"Bearer {key}0"), ("Authorization", $"Bearer {key.ToUpperInvariant()}"), ("Authorization", $"Bearer {key},{key}"), ("Authorization", key), ("Authorization", "Bearer")])
        {
            // Each is a wrong key of this minute.
            api.Clock.Now += TimeSpan.FromMinutes(1);
            using var refused = await SendAsync("POST", "/v1/topics", null, Json(Body()), (name, value));
            Assert.True(refused.StatusCode == HttpStatusCode.Unauthorized, $"{name}: {(int)refused.StatusCode}");
        }
        using var right = await SendAsync("POST", "/v1/topics", key, Json(Body()));
        Assert.Equal(HttpStatusCode.Created, right.StatusCode);
    }

    /// <summary>API3, broken object property level authorization. What the server makes cannot be written, and nothing is answered that the document does not describe (FuzzTests).</summary>
    [Fact]
    public async Task API3_What_the_server_makes_cannot_be_written()
    {
        var topic = await api.WrittenAsync("POST", "/v1/topics", new { label = Writing.Own("Topic"), revision = 99, createdAt = "1999-01-01T00:00:00Z", updatedAt = "1999-01-01T00:00:00Z" });
        Assert.Equal(1, topic.At("revision").GetInt64());
        var path = $"/v1/topics/{topic.Text("id")}";
        foreach (var made in (string[])["""{"revision":99}""", """{"createdAt":"1999-01-01T00:00:00Z"}""", """{"id":"another-one"}"""])
        {
            using var changed = await api.WriteAsync("PATCH", path, made, "*");
            Assert.True(changed.StatusCode is HttpStatusCode.OK or HttpStatusCode.UnprocessableEntity, $"{made}: {(int)changed.StatusCode}");
        }
        var now = await api.GetAsync(path);
        Assert.Equal((topic.Text("id"), topic.Text("createdAt"), 1), (now.Text("id"), now.Text("createdAt"), now.At("revision").GetInt64()));
        foreach (var member in (string[])["role", "author", "isAdmin", "seq", "ref", "answer", "__proto__"]) await api.RefusedAsync(400, "POST", "/v1/topics", $$"""{"label":"Topic","{{member}}":1}""");
    }

    /// <summary>API4, unrestricted resource consumption: each lane has a bound on size, depth, number and time, and says what it is.</summary>
    [Theory]
    [InlineData("POST", "/v1/topics", "application/json", 1 << 20, 413)]
    [InlineData("POST", "/v1/events/query", "application/json", 1 << 20, 413)]
    [InlineData("POST", "/v1/match", "application/json", 1 << 20, 413)]
    [InlineData("POST", "/v1/pins", "application/json", 1 << 20, 413)]
    [InlineData("POST", "/v1/topics/batch", "application/x-ndjson", 64 << 20, 413)]
    public async Task API4_A_body_has_a_bound(string method, string path, string mediaType, int bytes, int status)
    {
        // Told, not sent: the refusal comes before the body.
        using var socket = new TcpClient();
        var root = new Uri(api.Root);
        await socket.ConnectAsync(root.Host, root.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: {root.Authority}\r\nAuthorization: Bearer {await api.KeyAsync(Role.Editor)}\r\nContent-Type: {mediaType}\r\nContent-Length: {bytes + 1}\r\nConnection: close\r\n\r\n{{"));
        var line = await new StreamReader(stream).ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}"), line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, 400)]
    [InlineData(5_000, 400)]
    [InlineData(100_000, 400)]
    public async Task API4_A_body_has_a_depth(int depth, int status)
    {
        foreach (var path in (string[])["/v1/topics", "/v1/events/query", "/v1/match"])
            foreach (var (open, close) in ((string, string)[])[("[", "]"), ("{\"a\":", "}")])
            {
                var body = $"{{\"any\":{string.Concat(Enumerable.Repeat(open, depth))}1{string.Concat(Enumerable.Repeat(close, depth))}}}";
                using var refused = await SendAsync("POST", path, await api.KeyAsync(Role.Editor), Json(body));
                await Problems.ReadAsync(refused, status);
            }
    }

    [Fact]
    public async Task API4_A_batch_and_a_match_have_a_number()
    {
        await api.RefusedAsync(413, "POST", "/v1/topics/batch", string.Concat(Enumerable.Repeat("{}\n", 10_001)));
        using var many = await SendAsync("POST", "/v1/match", null, Json(new JsonObject { ["queries"] = new JsonArray([.. Enumerable.Range(0, 5_000).Select(_ => (JsonNode)new JsonObject { ["name"] = "x" })]) }.ToJsonString()));
        Assert.InRange((int)many.StatusCode, 400, 422);
        using var any = await SendAsync("POST", "/v1/events/query", null, Json(new JsonObject { ["any"] = new JsonArray([.. Enumerable.Range(0, 2_000).Select(_ => (JsonNode)new JsonObject { ["q"] = "x" })]) }.ToJsonString()));
        Assert.InRange((int)any.StatusCode, 400, 422);
    }

    /// <summary>API5, broken function level authorization: every operation that needs a role refuses everybody below it, by the routes as they are served.</summary>
    [Fact]
    public async Task API5_Every_operation_refuses_whoever_is_below_its_role()
    {
        var routes = api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal)).ToList();
        var tried = 0;
        foreach (var route in routes)
        {
            var needs = route.Metadata.GetMetadata<Needs>();
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                var path = System.Text.RegularExpressions.Regex.Replace(route.RoutePattern.RawText!, @"\{revision:long\}", "1");
                path = System.Text.RegularExpressions.Regex.Replace(path, @"\{\w+\}", "x");
                if (needs is null)
                {
                    // What changes nothing may be asked by POST too; nothing else is open.
                    Assert.True(method is "GET" || path.EndsWith("/query", StringComparison.Ordinal) || path is "/v1/match" or "/v1/reconcile", $"{method} {path} needs no key.");
                    continue;
                }
                tried++;
                using var without = await SendAsync(method, path);
                Assert.True(without.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path} without a key: {(int)without.StatusCode}");
                for (var below = Role.Reader; below < needs.Role; below++)
                {
                    using var refused = await SendAsync(method, path, await api.KeyAsync(below));
                    Assert.True(refused.StatusCode == HttpStatusCode.Forbidden, $"{method} {path} as {below}: {(int)refused.StatusCode}");
                }
            }
        }
        Assert.True(tried > 70, $"{tried}");
    }

    /// <summary>API6, unrestricted access to sensitive business flows. Writing in masses is the flow: it needs a key, has a quota of the operator's (AccessTests), is bounded, and can be told apart and taken back by its revisions.</summary>
    [Fact]
    public async Task API6_A_mass_of_writes_can_be_told_and_taken_back()
    {
        var report = await api.WrittenAsync("POST", "/v1/topics/batch", Writing.Lines(new { label = Writing.Own("Mass") }, new { label = Writing.Own("Mass") }), null);
        var admin = await api.KeyAsync(Role.Admin);
        using var audit = await SendAsync("GET", $"/v1/audit?key={(await api.KeyAsync(Role.Editor)).Split('_')[1]}&limit=2", admin);
        var told = JsonDocument.Parse(await audit.Content.ReadAsStringAsync()).RootElement.Each("items");
        Assert.Equal(report.Each("items").Select(i => i.Text("id")).Order(), told.Select(e => e.Text("id")).Order());
        foreach (var id in report.Each("items").Select(i => i.Text("id"))) await api.WrittenAsync("DELETE", $"/v1/topics/{id}");
    }

    /// <summary>API7, server side request forgery: the only addresses that are fetched are those of imports (ImportAddressTests); addresses in records are never asked.</summary>
    [Fact]
    public async Task API7_An_address_in_a_record_is_never_asked()
    {
        var trap = new TcpListener(IPAddress.Loopback, 0);
        trap.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)trap.LocalEndpoint).Port}/source";
        var source = await api.AddAsync("sources", new { kind = "article", title = Writing.Own("Report"), url = address });
        await api.AddAsync("events", new { type = "protest", title = Writing.Own("March"), sources = new[] { source } });
        using var atom = await SendAsync("GET", "/v1/events?format=atom");
        using var forwarded = await SendAsync("GET", "/v1/events", null, null, ("X-Forwarded-Host", new Uri(address).Authority), ("Forwarded", $"host={new Uri(address).Authority}"), ("Referer", address));
        Assert.DoesNotContain(new Uri(address).Authority, await forwarded.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Task.Delay(200);
        Assert.False(trap.Pending());
        trap.Stop();
    }

    /// <summary>API8, security misconfiguration: whatever is answered has its headers, nothing names the server, no page of another origin may send what it should not (AccessTests has the operator's own).</summary>
    [Theory]
    [InlineData("GET", "/v1/topics", null)]
    [InlineData("GET", "/v1/topics/nothing", null)]
    [InlineData("GET", "/v1/topics?contry=x", null)]
    [InlineData("GET", "/v1/topics?format=csv", null)]
    [InlineData("GET", "/nothing", null)]
    [InlineData("GET", "/", null)]
    [InlineData("GET", "/swagger/index.html", null)]
    [InlineData("GET", "/openapi/v1.json", null)]
    [InlineData("GET", "/errors/not-found", null)]
    [InlineData("GET", "/metrics", null)]
    [InlineData("GET", "/healthz", null)]
    [InlineData("DELETE", "/v1/topics/x", null)]
    [InlineData("TRACE", "/v1/topics", null)]
    [InlineData("PUT", "/v1/topics", null)]
    [InlineData("POST", "/v1/topics", "wrong")]
    public async Task API8_Every_answer_has_its_headers(string method, string path, string? key)
    {
        api.Clock.Now += TimeSpan.FromMinutes(1);
        using var response = await SendAsync(method, path, key, null, ("Origin", "https://pages.example"), ("Cookie", "a=b"));
        Assert.InRange((int)response.StatusCode, 200, 499);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        foreach (var absent in (string[])["Server", "X-Powered-By", "X-AspNet-Version", "Set-Cookie", "Access-Control-Allow-Credentials"]) Assert.False(response.Headers.Contains(absent), absent);
        if (method == "TRACE") Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Theory]
    [InlineData("https://pages.example", "GET", null, true)]
    [InlineData("https://pages.example", "POST", "content-type", true)]
    [InlineData("https://pages.example", "POST", "authorization,content-type", true)]
    [InlineData("https://pages.example", "GET", "x-anything", false)]
    [InlineData("https://pages.example", "PUT", null, false)]
    [InlineData("https://pages.example", "PATCH", "if-match", false)]
    [InlineData("https://pages.example", "DELETE", null, false)]
    [InlineData("https://pages.example", "TRACE", null, false)]
    [InlineData("null", "GET", null, true)]
    [InlineData("null", "DELETE", null, false)]
    [InlineData("http://localhost:3000", "GET", null, true)]
    [InlineData("http://localhost:3000", "PUT", null, false)]
    [InlineData("file://", "DELETE", null, false)]
    public async Task API8_A_page_may_what_the_matrix_says(string origin, string method, string? headers, bool may)
    {
        using var preflight = await SendAsync("OPTIONS", "/v1/topics", null, null, [("Origin", origin), ("Access-Control-Request-Method", method), .. headers is null ? Array.Empty<(string, string)>() : [("Access-Control-Request-Headers", headers)]]);
        var methods = preflight.Headers.TryGetValues("Access-Control-Allow-Methods", out var m) ? string.Join(',', m) : "";
        var allowed = preflight.Headers.TryGetValues("Access-Control-Allow-Headers", out var h) ? string.Join(',', h) : "";
        var granted = preflight.Headers.TryGetValues("Access-Control-Allow-Origin", out var o) && o.Single() is "*" && (method == "GET" || methods.Contains(method, StringComparison.Ordinal))
            && (headers ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).All(name => allowed.Contains(name, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(may, granted);
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    /// <summary>API9, improper inventory management: what is served is what is documented (ApiDocumentTests); nothing of an older version, of the machine, or for debugging answers.</summary>
    [Theory]
    [InlineData("/v0/events")]
    [InlineData("/v2/events")]
    [InlineData("/api/events")]
    [InlineData("/debug")]
    [InlineData("/actuator/env")]
    [InlineData("/.env")]
    [InlineData("/.git/config")]
    [InlineData("/appsettings.json")]
    [InlineData("/EventsApi.dll")]
    [InlineData("/data/catalogue.db")]
    [InlineData("/catalogue.db")]
    [InlineData("/explore/%2e%2e/appsettings.json")]
    [InlineData("/explore/..%2fappsettings.json")]
    [InlineData("/swagger/..%2f..%2fappsettings.json")]
    [InlineData("/swagger/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/v1/keys")]
    [InlineData("/v1/backup")]
    public async Task API9_Nothing_else_is_served(string path)
    {
        using var response = await SendAsync("GET", path);
        // Below /explore every address is a view of the explorer, and so the same page.
        if (path.StartsWith("/explore/", StringComparison.Ordinal) && response.IsSuccessStatusCode) Assert.Equal(await api.Client.GetStringAsync("/"), await response.Content.ReadAsStringAsync());
        else Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    /// <summary>API10, unsafe consumption of APIs: what comes from elsewhere is read as text within bounds and never opened as a database, whatever it says it is (ImportLayoutTests has bombs, ImportAddressTests hosts that lie).</summary>
    [Theory]
    [InlineData("ndjson")]
    [InlineData("csv")]
    [InlineData("gdelt")]
    [InlineData("ucdp")]
    [InlineData("acled")]
    public async Task API10_An_uploaded_database_is_never_opened(string format)
    {
        var folder = Directory.CreateTempSubdirectory("events-").FullName;
        var database = Path.Combine(folder, "crafted.db");
        await using (var connection = new SqliteConnection($"Data Source={database};Pooling=False"))
        {
            connection.Open();
            using var make = connection.CreateCommand();
            make.CommandText = "CREATE TABLE t(a); INSERT INTO t VALUES ('x'); CREATE VIEW v AS SELECT load_extension('x');";
            make.ExecuteNonQuery();
        }
        var bytes = await File.ReadAllBytesAsync(database);
        Directory.Delete(folder, recursive: true);
        foreach (var body in (byte[][])[bytes, Zipped("export.CSV", bytes), Zipped("../../escaped.CSV", "x"u8.ToArray())])
        {
            using var response = await api.SendBytesAsync("POST", $"/v1/imports?format={format}&filename=crafted.db", body, "application/octet-stream");
            if (response.StatusCode == HttpStatusCode.Accepted)
            {
                var import = await api.EndOfAsync(response.Headers.Location!.ToString());
                Assert.Equal((format, "failed", "0"), (format, import.Text("status"), import.Text("counts.created")));
            }
            else Assert.InRange((int)response.StatusCode, 400, 422);
        }
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(api.File)!, "..", "escaped.CSV")));
        await Asking.SoonAsync(() => Task.FromResult(!Directory.Exists(api.File + ".imports") || !Directory.EnumerateFiles(api.File + ".imports").Any()), "An upload that failed still lies there.");

        static byte[] Zipped(string name, byte[] content)
        {
            using var into = new MemoryStream();
            using (var zip = new ZipArchive(into, ZipArchiveMode.Create))
            using (var entry = zip.CreateEntry(name).Open()) entry.Write(content);
            return into.ToArray();
        }
    }
}
