using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Dapper;
using EventsApi.Access;
using EventsApi.Records;
using Microsoft.Data.Sqlite;

namespace EventsApi.Tests;

/// <summary>The catalogue as one SQLite file.</summary>
public sealed class SnapshotTests(EmptyApi api) : IClassFixture<EmptyApi>, IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    private async Task<SqliteConnection> SnapshotAsync()
    {
        using var made = await api.WriteAsync("POST", "/v1/snapshot", role: Role.Admin);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        await File.WriteAllBytesAsync(_file, await api.Client.GetByteArrayAsync("/v1/snapshot"));
        return new SqliteConnection($"Data Source={_file};Mode=ReadOnly;Pooling=False");
    }

    [Fact]
    public async Task What_is_in_the_catalogue_can_be_asked_for_in_sql()
    {
        var here = await Corner.OfAsync(api);
        var (host, guest, place, topic) = (await here.ActorAsync("host", kind: "state"), await here.ActorAsync("guest"), await here.PlaceAsync("venue", latitude: 29.5, longitude: 48.5), await here.TopicAsync("talks"));
        var id = await here.EventAsync(new
        {
            title = "Talks", date = "2025-02", location = place, topics = new[] { new { id = topic } }, modes = new[] { "visit" }, fatalities = new { best = 3 },
            participants = new object[] { new { actor = host, roles = new[] { "host", "recipient" } }, new { actor = guest, onBehalfOf = host }, new { label = "experts" } }
        });

        await using var db = await SnapshotAsync();

        Assert.Equal("ok", db.QuerySingle<string>("PRAGMA integrity_check"));
        Assert.Equal(("Talks", "2025-02", "2025-02-01", "2025-02-28", 29.5, 3L), db.QuerySingle<(string, string, string, string, double, long)>("SELECT title, edtf, first_day, last_day, latitude, fatalities_best FROM events WHERE id = @id", new { id }));
        Assert.Equal([host, guest, null], db.Query<string?>("SELECT actor FROM participants WHERE event = @id ORDER BY position", new { id }));
        Assert.Equal("host|recipient", db.QueryFirst<string>("SELECT roles FROM participants WHERE event = @id ORDER BY position", new { id }));
        Assert.Equal("experts", db.QuerySingle<string>("SELECT name FROM participants WHERE event = @id AND actor IS NULL", new { id }));
        Assert.Equal([topic], db.Query<string>("SELECT t.id FROM event_topics e JOIN topics t ON t.id = e.topic WHERE e.event = @id", new { id }));
        Assert.Equal(["visit"], db.Query<string>("SELECT mode FROM event_modes WHERE event = @id", new { id }));
        Assert.False(string.IsNullOrEmpty(db.QuerySingle<string>("SELECT licence FROM events_with_licence WHERE id = @id", new { id })));
        Assert.Equal((await api.GetAsync("/v1/stats")).At("sequence").GetInt64(), db.QuerySingle<long>("SELECT value FROM about WHERE name = 'sequence'"));
        foreach (var kind in (string[])["events", "actors", "locations", "topics", "memberships", "posts", "statements", "sources", "datasets", "relations", "claims", "situations"])
            Assert.Equal((await api.GetAsync($"/v1/{kind}?limit=1&total=exact")).At("total.value").GetInt64(), db.QuerySingle<long>($"SELECT count(*) FROM {kind}"));
    }

    [Fact]
    public async Task Nothing_that_is_not_public_is_in_it()
    {
        var here = await Corner.OfAsync(api);
        await api.GivenAsync(Kind.Dataset, new { id = here.Id("closed"), title = "Closed", licence = "All rights reserved", redistribution = "no", citation = "Closed", coding = "human" });
        var (open, closed) = (await here.EventAsync(new { title = "Open to all" }), await here.EventAsync(new { dataset = here.Id("closed"), title = "Closedtitle" }));
        var source = await here.SourceAsync(new { kind = "article", title = "Source of both" });
        await api.GivenAsync(Kind.Statement, new { @event = closed, text = "Closedwords", lang = "en", basis = new { source, voice = "author", form = "paraphrase", certainty = "stated" } });
        using (var changed = await api.WriteAsync("PATCH", $"/v1/events/{open}", new { summary = "Written by somebody." }, "*", headers: ("X-Change-Reason", "Secretreason"))) Assert.True(changed.IsSuccessStatusCode);

        await using var db = await SnapshotAsync();
        var bytes = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(_file));

        Assert.Equal(1, db.QuerySingle<long>("SELECT count(*) FROM events WHERE id IN (@open, @closed)", new { open, closed }));
        Assert.Equal(0, db.QuerySingle<long>("SELECT count(*) FROM datasets WHERE redistribution = 'no'"));
        Assert.Equal(0, db.QuerySingle<long>("SELECT count(*) FROM statements WHERE event = @closed", new { closed }));
        foreach (var secret in (string[])["Closedtitle", "Secretreason", "the tests' Editor", "the tests' Admin", "tests-editor"]) Assert.DoesNotContain(secret, bytes);
        Assert.DoesNotContain(db.Query<string>("SELECT name FROM sqlite_schema"), name => name is "keys" or "revisions" or "answered" or "changes" or "imports" or "pins");
    }

    [Fact]
    public async Task Ranges_and_validators_work()
    {
        await using var db = await SnapshotAsync();
        using var whole = await api.Client.GetAsync("/v1/snapshot");
        var bytes = await whole.Content.ReadAsByteArrayAsync();
        async Task<HttpResponseMessage> Ask(string method, params (string, string)[] headers)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/v1/snapshot");
            foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
            return await api.Client.SendAsync(request);
        }

        var part = await Ask("GET", ("Range", "bytes=100-199"));
        var stale = await Ask("GET", ("Range", "bytes=100-199"), ("If-Range", "\"other\""));
        var head = await Ask("HEAD");

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(new ContentRangeHeaderValue(100, 199, bytes.Length), part.Content.Headers.ContentRange);
        Assert.Equal(bytes[100..200], await part.Content.ReadAsByteArrayAsync());
        Assert.Equal((HttpStatusCode.OK, (long?)bytes.Length), (stale.StatusCode, stale.Content.Headers.ContentLength));
        Assert.Equal((HttpStatusCode.OK, (long?)bytes.Length), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Equal(HttpStatusCode.NotModified, (await Ask("GET", ("If-None-Match", whole.Headers.ETag!.ToString()))).StatusCode);
        await Problems.ReadAsync(await Ask("GET", ("Range", $"bytes={bytes.Length}-")), 416);
        Assert.Equal("application/vnd.sqlite3", whole.Content.Headers.ContentType!.MediaType);
        Assert.NotNull(whole.Content.Headers.LastModified);
    }

    [Fact]
    public async Task Only_an_administrator_makes_one_and_without_one_there_is_none()
    {
        var own = new EmptyApi();
        await own.InitializeAsync();
        try
        {
            var missing = await own.ProblemAsync("/v1/snapshot", 404);
            using var refused = await own.WriteAsync("POST", "/v1/snapshot");

            Assert.Contains("POST /v1/snapshot", missing.Text("detail"));
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }
        finally
        {
            await own.DisposeAsync();
        }
    }
}

/// <summary>A catalogue that gives itself as a file by its own clock.</summary>
public sealed class ScheduledSnapshotTests(ScheduledSnapshotTests.HourlyApi api) : IClassFixture<ScheduledSnapshotTests.HourlyApi>
{
    public sealed class HourlyApi : TestApi
    {
        protected override string Seed => "none";
        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["Snapshot:Hours"] = "1" };
    }

    [Fact]
    public Task The_first_one_is_made_at_the_start() =>
        Asking.SoonAsync(async () => (await api.Client.GetAsync("/v1/snapshot")).IsSuccessStatusCode, "There is no snapshot.");
}
