using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Access;
using EventsApi.Records;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>Short ways to write: each record with names of its own, each request with the key of an editor.</summary>
internal static class Writing
{
    private static int _last;

    /// <summary>The collections that can be written to.</summary>
    public static readonly string[] Paths = ["events", "meetings", "meeting-series", "situations", "actors", "posts", "memberships", "locations", "topics", "statements", "sources", "relations", "claims"];

    public static TheoryData<string> Resources => [.. Paths];

    /// <summary>The stem with a number that no other test has.</summary>
    public static string Own(string stem) => $"{stem} {Interlocked.Increment(ref _last)}";

    /// <summary>Adds a record; its id comes back.</summary>
    public static async Task<string> AddAsync(this TestApi api, string resource, object body) => (await api.WrittenAsync("POST", $"/v1/{resource}", body)).Text("id")!;

    public static Task<string> ActorAsync(this TestApi api, string kind = "organization", string? id = null) => api.AddAsync("actors", new { id, kind, name = Own("Actor") });

    public static Task<string> EventAsync(this TestApi api, string? date = null) => api.AddAsync("events", new { type = "protest", title = Own("Event"), date });

    public static Task<string> SourceAsync(this TestApi api) => api.AddAsync("sources", new { kind = "article", title = Own("Source") });

    /// <summary>A new record of each kind, and a change of it.</summary>
    public static async Task<(object Body, object Patch)> SampleAsync(this TestApi api, string resource) => resource switch
    {
        "events" => (new { type = "protest", title = Own("March") }, new { summary = "It rained." }),
        "meetings" => (new { setting = "call", title = Own("Call") }, new { ordinal = 3 }),
        "meeting-series" => (new { label = Own("Series") }, new { organization = await api.ActorAsync() }),
        "situations" => (new { title = Own("Crisis"), kind = "crisis" }, new { summary = "It goes on." }),
        "actors" => (new { kind = "person", name = Own("Person") }, new { summary = "Somebody." }),
        "posts" => (new { label = Own("Post"), organization = await api.ActorAsync() }, new { country = "KWT" }),
        "memberships" => (new { member = await api.ActorAsync(), organization = await api.ActorAsync(), classification = "member" }, new { role = "Observer" }),
        "locations" => (new { kind = "city", name = Own("Town") }, new { country = "KWT" }),
        "topics" => (new { label = Own("Topic") }, new { label = Own("Other topic") }),
        "statements" => (new { text = Own("Words"), basis = new { voice = "author" } }, new { lang = "fr" }),
        "sources" => (new { kind = "article", title = Own("Report") }, new { author = "Ada Example" }),
        "relations" => (new { from = new { kind = "event", id = await api.EventAsync() }, type = "about", to = new { kind = "event", id = await api.EventAsync() } }, new { basis = new { certainty = "likely" } }),
        "claims" => (new { record = new { kind = "event", id = await api.EventAsync() }, pointer = "/title", value = "Another", source = await api.SourceAsync() }, (object)new { quote = "another" }),
        _ => throw new ArgumentException(resource),
    };

    /// <summary>A request of an editor whose body is these bytes.</summary>
    public static async Task<HttpResponseMessage> SendBytesAsync(this TestApi api, string method, string path, byte[] body, string? mediaType = "application/json", string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent(body) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {await api.KeyAsync(Role.Editor)}");
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (mediaType is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return await api.Client.SendAsync(request);
    }

    /// <summary>The problem that an editor's request ends with.</summary>
    public static async Task<JsonElement> RefusedAsync(this TestApi api, int status, string method, string path, object? body = null, string? ifMatch = "*", params (string, string)[] headers)
    {
        using var response = await api.WriteAsync(method, path, body, method == "POST" ? null : ifMatch, headers: headers);
        return await Problems.ReadAsync(response, status);
    }

    /// <summary>The one error of a problem, which must have this code and stand at this place.</summary>
    public static JsonElement ErrorAt(this JsonElement problem, string pointer, string code)
    {
        var errors = problem.Each("errors");
        var error = errors.FirstOrDefault(e => e.TryGetProperty("pointer", out var at) && at.GetString() == pointer);
        Assert.True(error.ValueKind == JsonValueKind.Object, $"No error at '{pointer}': {problem}");
        Assert.Equal(code, error.Text("code"));
        return error;
    }

    public static async Task<string> TagAsync(this TestApi api, string path)
    {
        using var response = await api.Client.GetAsync(path);
        return response.Headers.ETag!.Tag;
    }

    public static async Task<long> RevisionAsync(this TestApi api, string path) => (await api.GetAsync(path)).At("revision").GetInt64();

    /// <summary>Where the feed stands now.</summary>
    public static async Task<long> WatermarkAsync(this TestApi api)
    {
        long since = 0;
        for (; ; )
        {
            var page = await api.GetAsync($"/v1/changes?since={since}&limit=500");
            since = page.At("watermark").GetInt64();
            if (page.IsNull("next")) return since;
        }
    }

    /// <summary>What the feed tells since then, as "op kind id revision".</summary>
    public static async Task<string[]> ToldAsync(this TestApi api, long since) =>
        [.. (await api.AllAsync($"/v1/changes?since={since}&limit=500")).Select(c => $"{c.Text("op")} {c.Text("kind")} {c.Text("id")} {c.Text("revision")}")];

    public static string Lines(params object[] records) => string.Concat(records.Select(r => (r as string ?? JsonSerializer.Serialize(r)) + "\n"));
}

/// <summary>Adding, replacing, changing and deleting records of every kind, one by one and many at once.</summary>
public sealed class WritingTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    public static TheoryData<string> Resources => Writing.Resources;

    // The life of a record.

    [Theory, MemberData(nameof(Resources))]
    public async Task A_record_lives_from_its_creation_to_its_deletion(string resource)
    {
        var (body, patch) = await api.SampleAsync(resource);
        var since = await api.WatermarkAsync();

        using var created = await api.WriteAsync("POST", $"/v1/{resource}", body);
        var first = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement;
        Assert.True(created.StatusCode == HttpStatusCode.Created, first.ToString());
        var (id, path) = (first.Text("id")!, created.Headers.Location!.ToString());
        Assert.Equal($"/v1/{resource}/{id}", path);
        Assert.Equal(1, first.At("revision").GetInt64());
        using var read = await api.Client.GetAsync(path);
        Assert.Equal(first.ToString(), await read.Content.ReadAsStringAsync());
        Assert.Equal(created.Headers.ETag, read.Headers.ETag);

        using var unchanged = await api.WriteAsync("PUT", path, first.ToString(), read.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, unchanged.StatusCode);
        Assert.Equal(1, await api.RevisionAsync(path));

        using var changed = await api.WriteAsync("PATCH", path, patch, read.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.StartsWith("\"2-", changed.Headers.ETag!.Tag, StringComparison.Ordinal);
        Assert.NotEqual(first.ToString(), await changed.Content.ReadAsStringAsync());

        using var replaced = await api.WriteAsync("PUT", path, body, changed.Headers.ETag!.Tag);
        var last = JsonDocument.Parse(await replaced.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(3, last.At("revision").GetInt64());
        Assert.Equal(Without(first), Without(last));

        using var deleted = await api.WriteAsync("DELETE", path, ifMatch: replaced.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty(await deleted.Content.ReadAsByteArrayAsync());
        await api.ProblemAsync(path, 410);
        foreach (var method in (string[])["PUT", "PATCH", "DELETE"]) await api.RefusedAsync(410, method, path, method == "DELETE" ? null : method == "PUT" ? body : patch);

        var kind = resource switch { "meetings" => "event", "meeting-series" => "series", _ => resource[..^1] };
        Assert.Equal([$"created {kind} {id} 1", $"updated {kind} {id} 2", $"updated {kind} {id} 3", $"deleted {kind} {id} 4"], (await api.ToldAsync(since)).Where(t => t.Contains($" {kind} {id} ", StringComparison.Ordinal)));

        static string Without(JsonElement record)
        {
            var node = JsonNode.Parse(record.ToString())!.AsObject();
            foreach (var made in (string[])["revision", "updatedAt"]) node.Remove(made);
            return node.ToJsonString();
        }
    }

    [Theory, MemberData(nameof(Resources))]
    public async Task Nothing_is_created_by_putting_or_patching(string resource)
    {
        var id = resource switch { "events" or "meetings" => "E999999", "memberships" => "M999999", "statements" => "S999999", "sources" => "R999999", "relations" => "L999999", "claims" => "C999999", _ => "no-such-record" };
        var (body, patch) = await api.SampleAsync(resource);

        await api.RefusedAsync(404, "PUT", $"/v1/{resource}/{id}", body);
        await api.RefusedAsync(404, "PATCH", $"/v1/{resource}/{id}", patch);
        await api.RefusedAsync(404, "DELETE", $"/v1/{resource}/{id}");
    }

    [Theory]
    [InlineData("meetings", "events")]
    [InlineData("events", "meetings")]
    public async Task A_meeting_is_written_through_either_path(string from, string to)
    {
        var title = Writing.Own("Talks");
        var created = await api.WrittenAsync("POST", $"/v1/{from}", new { kind = "meeting", type = "consult", setting = "bilateral", title });
        var id = created.Text("id");

        Assert.Equal("meeting", created.Text("kind"));
        Assert.Equal(created.ToString(), (await api.GetAsync($"/v1/{to}/{id}")).ToString());
        var changed = await api.WrittenAsync("PATCH", $"/v1/{to}/{id}", new { ordinal = 4 }, await api.TagAsync($"/v1/{from}/{id}"));
        Assert.Equal(4, (await api.GetAsync($"/v1/{from}/{id}")).At("ordinal").GetInt32());
        Assert.Equal(2, changed.At("revision").GetInt64());
        Assert.Equal(await api.TagAsync($"/v1/{from}/{id}"), await api.TagAsync($"/v1/{to}/{id}"));
    }

    [Fact]
    public async Task An_event_is_not_written_through_the_path_of_meetings()
    {
        var id = await api.EventAsync();

        var problem = await api.RefusedAsync(404, "PATCH", $"/v1/meetings/{id}", new { ordinal = 4 });
        Assert.Contains($"/v1/events/{id}", problem.Text("detail"), StringComparison.Ordinal);
        (await api.RefusedAsync(422, "POST", "/v1/meetings", new { kind = "event", type = "protest", title = "A march" })).ErrorAt("/kind", "invalid");
        (await api.RefusedAsync(422, "POST", "/v1/meetings", new { title = "Without a setting" })).ErrorAt("/setting", "NotEmptyValidator");
    }

    [Fact]
    public async Task Of_an_event_type_and_title_are_enough_and_both_are_needed()
    {
        var created = await api.WrittenAsync("POST", "/v1/events", new { type = "consult", title = Writing.Own("Talks") });
        Assert.Equal(("event", "held", "curated"), (created.Text("kind"), created.Text("status"), created.Text("dataset")));
        Assert.True(created.IsNull("date"));
        Assert.Empty(created.Each("participants"));

        foreach (var member in (string[])["type", "title"])
        {
            var body = new JsonObject { ["type"] = "consult", ["title"] = "Talks" };
            body.Remove(member);
            Assert.Contains((await api.RefusedAsync(422, "POST", "/v1/events", body.ToJsonString())).Each("errors"), e => e.Text("pointer") == $"/{member}");
        }
    }

    [Fact]
    public async Task References_are_ids_or_identifiers_or_the_objects_of_an_answer()
    {
        var number = Writing.Own("Q")[2..];
        var actor = await api.AddAsync("actors", new { kind = "state", name = Writing.Own("State"), identifiers = new[] { new { scheme = "wikidata", identifier = $"QW{number}" } } });
        var shown = await api.GetAsync($"/v1/actors/{actor}");

        var created = await api.WrittenAsync("POST", "/v1/events", new { type = "consult", title = Writing.Own("Talks"), participants = new object[] { new { actor }, new { actor = $"wikidata:QW{number}" }, new { actor = new { id = actor, name = "not read", kind = "not read" } }, new { actor = shown } } });

        Assert.Equal([actor, actor, actor, actor], created.Each("participants").Select(p => p.Text("actor.id")));
        Assert.Equal(created.Text("id"), Assert.Single(await api.IdsAsync($"/v1/events?actor=wikidata:QW{number}")));
        Assert.Equal(2, (await api.WrittenAsync("PATCH", $"/v1/actors/wikidata:QW{number}", new { summary = "Found by its identifier." })).At("revision").GetInt64());
    }

    [Fact]
    public async Task What_the_server_makes_is_read_over()
    {
        var created = await api.WrittenAsync("POST", "/v1/actors", new { kind = "person", name = Writing.Own("Person"), revision = 77, createdAt = "1999-01-01T00:00:00Z", updatedAt = "1999-01-01T00:00:00Z", href = "/v1/elsewhere" });

        Assert.Equal(1, created.At("revision").GetInt64());
        Assert.StartsWith("2026-", created.Text("createdAt"), StringComparison.Ordinal);
        Assert.StartsWith("/v1/actors/", created.Text("href"), StringComparison.Ordinal);
    }

    // Merge patch.

    [Fact]
    public async Task Null_takes_a_member_away_and_what_is_not_sent_stays()
    {
        var id = await api.AddAsync("events", new { type = "consult", title = "Talks", summary = "Long.", date = "2026-01-05", contexts = new[] { "military" } });

        var changed = await api.WrittenAsync("PATCH", $"/v1/events/{id}", """{"summary":null,"date":null}""");

        Assert.True(changed.IsNull("summary"));
        Assert.True(changed.IsNull("date"));
        Assert.Equal(["military"], changed.Texts("contexts"));
        Assert.Equal("Talks", changed.Text("title"));
    }

    [Fact]
    public async Task Objects_are_merged_and_arrays_replaced_whole()
    {
        var id = await api.AddAsync("events", new { type = "assault", title = "Attack", fatalities = new { best = 5, low = 3, high = 9 }, codes = new[] { new { scheme = "cameo", code = "190" }, new { scheme = "acled", code = "Battle" } } });

        var changed = await api.WrittenAsync("PATCH", $"/v1/events/{id}", """{"fatalities":{"best":6,"low":null},"codes":[{"scheme":"cameo","code":"193"}]}""");

        Assert.Equal(6, changed.At("fatalities.best").GetInt32());
        Assert.True(changed.IsNull("fatalities.low"));
        Assert.Equal(9, changed.At("fatalities.high").GetInt32());
        Assert.Equal(["193"], changed.Texts("codes", "code"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"summary":null}""")]
    [InlineData("""{"revision":9,"updatedAt":"2000-01-01T00:00:00Z"}""")]
    [InlineData("""{"date":{"edtf":"2026-02","start":"1900-01-01"}}""")]
    [InlineData("""{"topics":[],"sources":[]}""")]
    public async Task A_patch_that_changes_nothing_makes_no_revision(string patch)
    {
        var id = await api.EventAsync("2026-02");
        var tag = await api.TagAsync($"/v1/events/{id}");

        using var response = await api.WriteAsync("PATCH", $"/v1/events/{id}", patch, tag);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(tag, response.Headers.ETag!.Tag);
        Assert.Single((await api.GetAsync($"/v1/events/{id}/revisions")).Each("items"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"title\"")]
    [InlineData("")]
    [InlineData("{\"title\":")]
    public async Task A_patch_is_an_object(string patch) => await api.RefusedAsync(400, "PATCH", $"/v1/events/{await api.EventAsync()}", patch);

    [Theory]
    [InlineData("""{"titel":"Talks"}""", "title")]
    [InlineData("""{"titel":null}""", "title")]
    [InlineData("""{"sumary":{"a":1}}""", "summary")]
    public async Task A_patch_of_an_unknown_member_is_refused_with_the_nearest(string patch, string nearest)
    {
        var id = await api.EventAsync();

        var error = (await api.RefusedAsync(400, "PATCH", $"/v1/events/{id}", patch)).Each("errors")[0];

        Assert.Equal(("unknown-member", nearest), (error.Text("code"), error.Text("didYouMean")));
        Assert.Equal(1, await api.RevisionAsync($"/v1/events/{id}"));
    }

    [Theory]
    [InlineData("""{"title":null}""", "/title")]
    [InlineData("""{"type":"consutl"}""", "/type")]
    [InlineData("""{"participants":[{"roles":["host"]}]}""", "/participants/0/actor")]
    public async Task A_patch_keeps_the_rules(string patch, string pointer)
    {
        var id = await api.EventAsync();

        Assert.Contains((await api.RefusedAsync(422, "PATCH", $"/v1/events/{id}", patch)).Each("errors"), e => e.Text("pointer") == pointer);
        Assert.Equal(1, await api.RevisionAsync($"/v1/events/{id}"));
    }

    [Fact]
    public async Task Parts_that_are_records_of_their_own_are_not_lost_without_a_word()
    {
        var id = await api.EventAsync();

        (await api.RefusedAsync(422, "PATCH", $"/v1/events/{id}", """{"statements":[{"text":"New words"}]}""")).ErrorAt("/statements", "elsewhere");
        (await api.RefusedAsync(422, "POST", "/v1/events", """{"type":"consult","title":"Talks","relations":[{"type":"about","target":{"kind":"situation","id":"x"}}]}""")).ErrorAt("/relations", "elsewhere");
    }

    // Media types and the bytes of a body.

    [Theory]
    [InlineData("POST", "/v1/events", "text/plain")]
    [InlineData("POST", "/v1/events", "application/merge-patch+json")]
    [InlineData("POST", "/v1/events", "application/x-www-form-urlencoded")]
    [InlineData("POST", "/v1/events", null)]
    [InlineData("PUT", "/v1/events/E1", "application/xml")]
    [InlineData("PATCH", "/v1/events/E1", "application/json")]
    [InlineData("PATCH", "/v1/events/E1", "application/json-patch+json")]
    [InlineData("PATCH", "/v1/events/E1", null)]
    [InlineData("POST", "/v1/events/batch", "application/json")]
    [InlineData("POST", "/v1/events/batch", "text/csv")]
    public async Task A_body_of_another_media_type_is_refused(string method, string path, string? mediaType)
    {
        using var response = await api.SendBytesAsync(method, path, "{}"u8.ToArray(), mediaType, "*");

        await Problems.ReadAsync(response, 415);
        Assert.Equal(method == "PATCH", response.Headers.Contains("Accept-Patch"));
    }

    public static TheoryData<string, string> Unreadable => new()
    {
        { """{"type":"protest","title":"March","colour":"red"}""", "/colour" },
        { """{"type":"protest","title":"March","title":"Other"}""", "/title" },
        { """{"type":"protest","title":7}""", "/title" },
        { """{"type":"protest","title":["March"]}""", "/title" },
        { """{"type":"protest","title":"March","participants":{}}""", "/participants" },
        { """{"type":"protest","title":"March","participants":[{"actor":7}]}""", "/participants/0/actor" },
        { """{"type":"protest","title":"March","participants":[{"label":"x","role":"host"}]}""", "/participants/0/role" },
        { """{"type":"protest","title":"March","participants":[null]}""", "/participants/0" },
        { """{"type":"protest","title":"March","modes":[null]}""", "/modes/0" },
        { """{"type":"protest","title":"March","participants":[{"label":"x","roles":["host",null]}]}""", "/participants/0/roles/1" },
        { """{"type":"protest","title":"March","sources":[null]}""", "/sources/0" },
        { """{"type":"protest","title":"March","identifiers":[null]}""", "/identifiers/0" },
        { """{"type":"protest","title":"March","previousDates":[null]}""", "/previousDates/0" },
        { """{"type":"protest","title":"March","agenda":[null]}""", "/agenda/0" },
        { """{"type":"protest","title":"March","agenda":[{"order":1}]}""", "/agenda/0" },
        { """{"type":"protest","title":"March","outcomes":[{"kind":"aim","text":null}]}""", "/outcomes/0/text" },
        { """{"type":"protest","title":"March","identifiers":[{"scheme":"x"}]}""", "/identifiers/0" },
        { """{"type":"protest","title":"March","identifiers":[{"scheme":null,"identifier":"x"}]}""", "/identifiers/0/scheme" },
        { """{"type":"protest","title":"March","topics":[{"id":null}]}""", "/topics/0/id" },
        { """{"type":"protest","title":"March","fatalities":{"best":1.5}}""", "/fatalities/best" },
        { """{"type":"protest","title":"March","fatalities":{"bySide":{"a/b":"x"}}}""", "/fatalities/bySide/a~1b" },
        { """{"type":"protest","title":"March","ordinal":1.5}""", "/ordinal" },
        { """{"type":"protest","title":"March","ordinal":"7"}""", "/ordinal" },
        { """{"type":"protest","title":"March","ordinal":99999999999}""", "/ordinal" },
        { """{"type":"protest","title":"March","ordinal":1e999}""", "/ordinal" },
        { """{"type":"protest","title":"March","goldstein":NaN}""", "" },
        { """{"type":"protest","title":"March","agendaComplete":"yes"}""", "/agendaComplete" },
        { """{"type":"protest","title":"March","date":"last Tuesday"}""", "/date" },
        { """{"type":"protest","title":"March","date":"2025-02-30"}""", "/date" },
        { """{"type":"protest","title":"March","date":{"start":"2025-02-03"}}""", "/date" },
        { """{"type":"protest","title":"March","location":{"name":"Nowhere"}}""", "/location" },
        { """{"type":"protest","title":"a\u0000b"}""", "" },
        { """{"type":"protest","title":"March","a\u0000b":1}""", "" },
        { """{"type":"protest","title":"a\ud800b"}""", "/title" },
        { """{"type":"protest","title":"March","location":"a\ud800b"}""", "/location" },
        { """{"type":"protest","title":"March","date":"20\ud800"}""", "/date" },
        { "[]", "" },
        { "null", "" },
        { "\"March\"", "" },
        { "", "" },
        { " \n", "" },
        { "{\"type\":\"protest\",\"title\":\"March\"", "" },
        { """{"type":"protest","title":"March"} {"type":"protest"}""", "" },
        { """{"type":"protest","title":"March",}""", "" },
        { """{/* a word */"type":"protest","title":"March"}""", "" },
        { """{'type':'protest'}""", "" },
        { """{"type":"protest","title":"March","summary":""" + string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 101), "" },
    };

    [Theory, MemberData(nameof(Unreadable))]
    public async Task What_cannot_be_read_is_refused_with_its_place(string body, string pointer)
    {
        using var response = await api.SendBytesAsync("POST", "/v1/events", Encoding.UTF8.GetBytes(body));

        var error = (await Problems.ReadAsync(response, 400)).Each("errors")[0];
        if (pointer != "") Assert.Equal(pointer, error.Text("pointer"));
        Assert.DoesNotContain("EventsApi.", error.Text("message"), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e999")]
    [InlineData("-1e999")]
    [InlineData("10.1")]
    public async Task A_number_beyond_its_scale_is_refused(string number)
    {
        var id = await api.EventAsync();

        (await api.RefusedAsync(422, "POST", "/v1/events", $$"""{"type":"protest","title":"March","goldstein":{{number}}}""")).ErrorAt("/goldstein", "out-of-range");
        (await api.RefusedAsync(422, "PATCH", $"/v1/events/{id}", $$"""{"goldstein":{{number}}}""")).ErrorAt("/goldstein", "out-of-range");
    }

    [Theory]
    [InlineData("""{"title":"a\ud800b"}""")]
    [InlineData("""{"title":"a\u0000b"}""")]
    [InlineData("""{"a\ud800b":1}""")]
    [InlineData("""{"a\ud800b":null}""")]
    [InlineData("""{"statements":[{"id":"\ud800"}]}""")]
    [InlineData("""{"title":"a","title":"b"}""")]
    [InlineData("""{"fatalities":{"best":1,"best":2}}""")]
    [InlineData("""{"location":{"a\udc00":{}}}""")]
    public async Task A_patch_that_cannot_be_read_is_refused(string patch)
    {
        var id = await api.EventAsync();

        using var response = await api.SendBytesAsync("PATCH", $"/v1/events/{id}", Encoding.UTF8.GetBytes(patch), "application/merge-patch+json", "*");

        await Problems.ReadAsync(response, 400);
        Assert.Equal(1, await api.RevisionAsync($"/v1/events/{id}"));
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("a\\u0000")]
    public async Task A_claim_s_value_is_text_too(string text)
    {
        var (record, source) = (await api.EventAsync(), await api.SourceAsync());

        using var response = await api.SendBytesAsync("POST", "/v1/claims", Encoding.UTF8.GetBytes($$"""{"record":{"kind":"event","id":"{{record}}"},"pointer":"/title","source":"{{source}}","value":"{{text}}"}"""));

        await Problems.ReadAsync(response, 400);
        Assert.Empty(await api.IdsAsync($"/v1/claims?record=event:{record}"));
    }

    [Theory]
    [InlineData("POST", "/v1/events")]
    [InlineData("POST", "/v1/events/batch")]
    [InlineData("PATCH", "/v1/events/")]
    [InlineData("PUT", "/v1/events/")]
    public async Task Bytes_that_are_no_utf_8_are_refused(string method, string path)
    {
        if (path.EndsWith('/')) path += await api.EventAsync();
        byte[] body = [.. "{\"type\":\"protest\",\"title\":\""u8, 0xC3, 0x28, 0xFF, .. "\"}"u8];

        using var response = await api.SendBytesAsync(method, path, body, method == "PATCH" ? "application/merge-patch+json" : path.EndsWith("batch", StringComparison.Ordinal) ? "application/x-ndjson" : "application/json", "*");

        Assert.True((int)response.StatusCode is 400 or 422, response.StatusCode.ToString());
        await Problems.ReadAsync(response, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_reason_for_a_failure_of_the_server()
    {
        using var response = await api.SendBytesAsync("POST", "/v1/topics", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { label = Writing.Own("Topic") }))]);

        if (response.StatusCode != HttpStatusCode.Created) await Problems.ReadAsync(response, 400);
    }

    [Theory]
    [InlineData("POST", "/v1/events", "application/json")]
    [InlineData("PATCH", "/v1/events/E1", "application/merge-patch+json")]
    public async Task A_body_that_is_too_large_is_refused(string method, string path, string mediaType)
    {
        var body = new byte[(1 << 20) + 1];
        Array.Fill(body, (byte)' ');

        using var response = await api.SendBytesAsync(method, path, body, mediaType, "*");

        await Problems.ReadAsync(response, 413);
    }

    [Fact]
    public async Task A_body_of_untold_length_is_read_up_to_the_limit_only()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events") { Content = new ByteArrayContent(new byte[2 << 20]) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {await api.KeyAsync(Role.Editor)}");
        request.Headers.TransferEncodingChunked = true;
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        using var response = await api.Client.SendAsync(request);

        await Problems.ReadAsync(response, 413);
    }

    [Theory]
    [InlineData("/v1/events?dryRun=true", "dryRun")]
    [InlineData("/v1/events/batch?onerror=skip", "onerror")]
    [InlineData("/v1/events/batch?onError=ignore", "onError")]
    public async Task An_unknown_parameter_of_a_write_is_refused(string path, string parameter)
    {
        var problem = await api.RefusedAsync(400, "POST", path, Writing.Lines(new { type = "protest", title = "March" }));

        Assert.Equal(parameter, problem.Each("errors")[0].Text("parameter"));
    }

    // Words and references that are not known.

    [Theory]
    [InlineData("events", """{"type":"consutl","title":"x"}""", "/type", "consult")]
    [InlineData("events", """{"type":"consult","title":"x","modes":["visti"]}""", "/modes/0", "visit")]
    [InlineData("events", """{"type":"consult","title":"x","contexts":["militarry"]}""", "/contexts/0", "military")]
    [InlineData("events", """{"type":"consult","title":"x","status":"hled"}""", "/status", "held")]
    [InlineData("events", """{"type":"consult","title":"x","kind":"meating"}""", "/kind", "meeting")]
    [InlineData("events", """{"type":"consult","title":"x","setting":"biltaeral"}""", "/setting", "bilateral")]
    [InlineData("events", """{"type":"consult","title":"x","participants":[{"label":"a"},{"label":"b","roles":["host","spaeker"]}]}""", "/participants/1/roles/1", "speaker")]
    [InlineData("events", """{"type":"consult","title":"x","participants":[{"label":"a","sector":"GVO"}]}""", "/participants/0/sector", "GOV")]
    [InlineData("events", """{"type":"consult","title":"x","participants":[{"label":"a","basis":{"certainty":"likly"}}]}""", "/participants/0/basis/certainty", "likely")]
    [InlineData("meetings", """{"setting":"call","title":"x","participants":[{"label":"a","attendance":"attendd"}]}""", "/participants/0/attendance", "attended")]
    [InlineData("meetings", """{"setting":"call","title":"x","participants":[{"label":"a","mode":"remot"}]}""", "/participants/0/mode", "remote")]
    [InlineData("meetings", """{"setting":"call","title":"x","outcomes":[{"kind":"aims","text":"y"}]}""", "/outcomes/0/kind", "aim")]
    [InlineData("meetings", """{"setting":"call","title":"x","agenda":[{"title":"y","basis":{"voice":"speeker"}}]}""", "/agenda/0/basis/voice", "speaker")]
    [InlineData("meetings", """{"setting":"call","title":"x","outcomes":[{"kind":"aim","text":"y","basis":{"form":"qoute"}}]}""", "/outcomes/0/basis/form", "quote")]
    [InlineData("events", """{"type":"consult","title":"x","topics":[{"id":"y","certainty":"likly"}]}""", "/topics/0/certainty", "likely")]
    [InlineData("events", """{"type":"consult","title":"x","topics":[{"id":"y","basis":{"form":"qoute"}}]}""", "/topics/0/basis/form", "quote")]
    [InlineData("actors", """{"kind":"perso","name":"x"}""", "/kind", "person")]
    [InlineData("actors", """{"kind":"person","name":"x","names":[{"text":"y","lang":"en","type":"offical"}]}""", "/names/0/type", "official")]
    [InlineData("locations", """{"kind":"citty","name":"x"}""", "/kind", "city")]
    [InlineData("locations", """{"kind":"city","name":"x","precision":"vanue"}""", "/precision", "venue")]
    [InlineData("situations", """{"kind":"wars","title":"x"}""", "/kind", "war")]
    [InlineData("sources", """{"kind":"articel","title":"x"}""", "/kind", "article")]
    [InlineData("memberships", """{"member":"a","organization":"b","classification":"membr"}""", "/classification", "member")]
    [InlineData("memberships", """{"member":"a","organization":"b","classification":"member","status":"actve"}""", "/status", "active")]
    [InlineData("statements", """{"text":"x","basis":{"voice":"speker"}}""", "/basis/voice", "speaker")]
    [InlineData("relations", """{"from":{"kind":"event","id":"E1"},"type":"partof","to":{"kind":"event","id":"E2"}}""", "/type", "partOf")]
    [InlineData("relations", """{"from":{"kind":"evnt","id":"E1"},"type":"about","to":{"kind":"event","id":"E2"}}""", "/from/kind", "event")]
    [InlineData("claims", """{"record":{"kind":"event","id":"E1"},"pointer":"/title","source":"R1","certainty":"likly"}""", "/certainty", "likely")]
    public async Task An_unknown_word_is_refused_with_the_legal_ones_and_the_nearest(string resource, string body, string pointer, string nearest)
    {
        var error = (await api.RefusedAsync(422, "POST", $"/v1/{resource}", body)).ErrorAt(pointer, "unknown-value");

        Assert.Contains(nearest, error.Texts("allowed"));
        Assert.Equal(nearest, error.Text("didYouMean"));
    }

    [Theory]
    [InlineData("events", "/location", """{"type":"consult","title":"x","location":"ID"}""", "locations")]
    [InlineData("events", "/dataset", """{"type":"consult","title":"x","dataset":"curatde"}""", null)]
    [InlineData("events", "/series", """{"type":"consult","title":"x","series":"ID"}""", "meeting-series")]
    [InlineData("events", "/sources/0", """{"type":"consult","title":"x","sources":["R888888"]}""", null)]
    [InlineData("events", "/participants/1/actor", """{"type":"consult","title":"x","participants":[{"label":"a"},{"actor":"ID"}]}""", "actors")]
    [InlineData("events", "/participants/0/post", """{"type":"consult","title":"x","participants":[{"post":"ID"}]}""", "posts")]
    [InlineData("events", "/participants/0/onBehalfOf", """{"type":"consult","title":"x","participants":[{"label":"a","onBehalfOf":"ID"}]}""", "actors")]
    [InlineData("events", "/participants/0/basis/source", """{"type":"consult","title":"x","participants":[{"label":"a","basis":{"source":"R888888"}}]}""", null)]
    [InlineData("events", "/topics/0/id", """{"type":"consult","title":"x","topics":[{"id":"ID"}]}""", "topics")]
    [InlineData("meetings", "/agenda/0/topics/0", """{"setting":"call","title":"x","agenda":[{"title":"y","topics":["ID"]}]}""", "topics")]
    [InlineData("actors", "/partOf", """{"kind":"organization","name":"x","partOf":"ID"}""", "actors")]
    [InlineData("actors", "/successorOf/0", """{"kind":"organization","name":"x","successorOf":["ID"]}""", "actors")]
    [InlineData("posts", "/organization", """{"label":"x","organization":"ID"}""", "actors")]
    [InlineData("memberships", "/member", """{"member":"ID","organization":"ID","classification":"member"}""", "actors")]
    [InlineData("memberships", "/organization", """{"member":"MEMBER","organization":"ID","classification":"member"}""", "actors")]
    [InlineData("memberships", "/post", """{"member":"MEMBER","post":"ID","classification":"holder"}""", "posts")]
    [InlineData("locations", "/parent", """{"kind":"city","name":"x","parent":"ID"}""", "locations")]
    [InlineData("topics", "/parent", """{"label":"x","parent":"ID"}""", "topics")]
    [InlineData("situations", "/parties/0", """{"kind":"war","title":"x","parties":["ID"]}""", "actors")]
    [InlineData("situations", "/locations/0", """{"kind":"war","title":"x","locations":["ID"]}""", "locations")]
    [InlineData("meeting-series", "/organization", """{"label":"x","organization":"ID"}""", "actors")]
    [InlineData("statements", "/event", """{"text":"x","basis":{},"event":"E888888"}""", null)]
    [InlineData("statements", "/speaker", """{"text":"x","basis":{},"speaker":"ID"}""", "actors")]
    [InlineData("statements", "/about/0/id", """{"text":"x","basis":{},"about":[{"kind":"topic","id":"ID"}]}""", "topics")]
    [InlineData("relations", "/from/id", """{"from":{"kind":"situation","id":"ID"},"type":"about","to":{"kind":"event","id":"E1"}}""", "situations")]
    [InlineData("claims", "/source", """{"record":{"kind":"event","id":"E1"},"pointer":"/title","source":"R888888"}""", null)]
    public async Task An_unknown_reference_is_refused_with_its_place_and_the_nearest(string resource, string pointer, string body, string? near)
    {
        if (body.Contains("MEMBER", StringComparison.Ordinal)) body = body.Replace("MEMBER", await api.ActorAsync("person"), StringComparison.Ordinal);
        // A record whose id is one letter longer than what the body refers to.
        string? nearest = null;
        if (near is not null)
        {
            var id = Writing.Own("some-strange-record").Replace(' ', '-');
            var (sample, _) = await api.SampleAsync(near);
            var node = JsonSerializer.SerializeToNode(sample)!.AsObject();
            node["id"] = id + "z";
            nearest = await api.AddAsync(near, node);
            body = body.Replace("ID", id, StringComparison.Ordinal);
        }

        var error = (await api.RefusedAsync(422, "POST", $"/v1/{resource}", body)).ErrorAt(pointer, "unknown-reference");

        if (nearest is not null) Assert.Equal(nearest, error.Text("didYouMean"));
    }

    [Theory]
    [InlineData("""{"a/b":1}""", "/a~1b")]
    [InlineData("""{"a~b":1}""", "/a~0b")]
    [InlineData("""{"a.b":1}""", "/a.b")]
    [InlineData("""{"a'b":1}""", "/a'b")]
    [InlineData("""{"participants":[{"x.y":1}]}""", "/participants/0/x.y")]
    public async Task A_strange_name_is_pointed_at_by_the_rules_of_pointers(string body, string pointer) =>
        (await api.RefusedAsync(400, "POST", "/v1/events", body)).ErrorAt(pointer, "unknown-member");

    // Rules between records.

    [Fact]
    public async Task Nothing_is_a_member_of_itself()
    {
        var (a, b, c) = (await api.ActorAsync(), await api.ActorAsync(), await api.ActorAsync());
        Task<JsonElement> Refused(string member, string organization) => api.RefusedAsync(422, "POST", "/v1/memberships", new { member, organization, classification = "member" });

        (await Refused(a, a)).ErrorAt("/organization", "circle");
        await api.AddAsync("memberships", new { member = a, organization = b, classification = "member" });
        (await Refused(b, a)).ErrorAt("/organization", "circle");
        var last = await api.AddAsync("memberships", new { member = b, organization = c, classification = "member" });
        (await Refused(c, a)).ErrorAt("/organization", "circle");
        await api.AddAsync("memberships", new { member = c, organization = a, classification = "partner" });
        await api.WrittenAsync("DELETE", $"/v1/memberships/{last}");
        await api.AddAsync("memberships", new { member = c, organization = a, classification = "member" });
    }

    [Fact]
    public async Task A_membership_can_be_turned_around()
    {
        var (a, b) = (await api.ActorAsync(), await api.ActorAsync());
        var id = await api.AddAsync("memberships", new { member = a, organization = b, classification = "member" });

        var turned = await api.WrittenAsync("PUT", $"/v1/memberships/{id}", new { member = b, organization = a, classification = "member" });

        Assert.Equal((b, a), (turned.Text("member.id"), turned.Text("organization.id")));
    }

    [Fact]
    public async Task A_circle_of_memberships_cannot_be_written_in_one_batch()
    {
        var (a, b, c) = (await api.ActorAsync(), await api.ActorAsync(), await api.ActorAsync());
        string[] pairs = [$"{a} {b}", $"{b} {c}", $"{c} {a}"];
        var lines = Writing.Lines([.. pairs.Select(p => new { member = p.Split(' ')[0], organization = p.Split(' ')[1], classification = "member" })]);

        var error = Assert.Single((await api.RefusedAsync(422, "POST", "/v1/memberships/batch", lines)).Each("errors"));

        Assert.Equal(("circle", "/organization", "3"), (error.Text("code"), error.Text("pointer"), error.Text("line")));
        Assert.Empty(await api.IdsAsync($"/v1/memberships?member={a},{b},{c}"));
        Assert.Equal(2, (await api.WrittenAsync("POST", "/v1/memberships/batch?onError=skip", lines)).At("created").GetInt32());
    }

    [Fact]
    public async Task Two_writers_at_once_make_no_circle_of_memberships()
    {
        for (var round = 0; round < 10; round++)
        {
            var (a, b) = (await api.ActorAsync(), await api.ActorAsync());
            var answers = await Task.WhenAll(Add(a, b), Add(b, a));

            Assert.Equal([201, 422], answers.Order());
        }

        async Task<int> Add(string member, string organization)
        {
            using var response = await api.WriteAsync("POST", "/v1/memberships", new { member, organization, classification = "member" });
            return (int)response.StatusCode;
        }
    }

    [Theory]
    [InlineData("locations", "parent", """{"kind":"city"}""", "name")]
    [InlineData("topics", "parent", "{}", "label")]
    [InlineData("situations", "parent", """{"kind":"war"}""", "title")]
    [InlineData("actors", "partOf", """{"kind":"organization"}""", "name")]
    public async Task Nothing_lies_inside_itself(string resource, string parent, string members, string name)
    {
        async Task<string> New(string? above)
        {
            var body = JsonNode.Parse(members)!.AsObject();
            body[name] = Writing.Own("Nested");
            if (above is not null) body[parent] = above;
            return await api.AddAsync(resource, body);
        }
        var top = await New(null);
        var middle = await New(top);
        var low = await New(middle);

        foreach (var inner in new[] { top, middle, low })
            (await api.RefusedAsync(422, "PATCH", $"/v1/{resource}/{top}", new JsonObject { [parent] = inner }.ToJsonString())).ErrorAt($"/{parent}", "circle");
        Assert.Equal(1, await api.RevisionAsync($"/v1/{resource}/{top}"));
        await api.WrittenAsync("PATCH", $"/v1/{resource}/{low}", new JsonObject { [parent] = top }.ToJsonString());
    }

    [Theory]
    [InlineData("1990", "1995", null, "/start")]
    [InlineData("1990-05", null, "1999-12-31", null)]
    [InlineData("1999-12-30", "2005", null, "/start")]
    [InlineData("1999", "2005", null, "/start")]
    [InlineData("2000", "2005", null, null)]
    [InlineData("2005", "2011", null, "/end")]
    [InlineData("2005", "2010", null, null)]
    [InlineData("2011", null, null, "/end")]
    [InlineData("2010-06", "2011-02", null, "/end")]
    public async Task A_term_lies_inside_the_life_of_its_post(string start, string? end, string? postStart, string? pointer)
    {
        // A post from 2000 to the middle of 2010, where the case does not say otherwise.
        var post = await api.AddAsync("posts", new { label = Writing.Own("Post"), organization = await api.ActorAsync(), start = postStart is null ? "2000-01-01" : null, end = postStart is null ? "2010-06-30" : null });
        var term = new { member = await api.ActorAsync("person"), post, classification = "holder", start, end };

        if (pointer is null) Assert.Equal(post, (await api.WrittenAsync("POST", "/v1/memberships", term)).Text("post.id"));
        else (await api.RefusedAsync(422, "POST", "/v1/memberships", term)).ErrorAt(pointer, "outside");
    }

    [Fact]
    public async Task A_post_does_not_end_before_the_terms_in_it()
    {
        var post = await api.AddAsync("posts", new { label = Writing.Own("Post"), organization = await api.ActorAsync() });
        var term = await api.AddAsync("memberships", new { member = await api.ActorAsync("person"), post, classification = "holder", start = "2000", end = "2005" });

        var problem = await api.RefusedAsync(422, "PATCH", $"/v1/posts/{post}", new { end = "2003" });
        problem.ErrorAt("/end", "outside");
        Assert.Contains(term, problem.Text("detail"), StringComparison.Ordinal);
        (await api.RefusedAsync(422, "PATCH", $"/v1/posts/{post}", new { start = "2001" })).ErrorAt("/start", "outside");
        await api.WrittenAsync("PATCH", $"/v1/posts/{post}", new { start = "1990", end = "2005" });
        Assert.Equal([term], (await api.GetAsync($"/v1/posts/{post}")).Texts("holders", "membership"));
    }

    [Fact]
    public async Task A_post_and_a_term_outside_it_are_not_both_written_at_once()
    {
        for (var round = 0; round < 10; round++)
        {
            var (post, member) = (await api.AddAsync("posts", new { label = Writing.Own("Post"), organization = await api.ActorAsync() }), await api.ActorAsync("person"));
            var answers = await Task.WhenAll(
                api.WriteAsync("POST", "/v1/memberships", new { member, post, classification = "holder", start = "2004", end = "2005" }),
                api.WriteAsync("PATCH", $"/v1/posts/{post}", new { end = "2003" }, "*"));

            Assert.Single(answers, a => a.IsSuccessStatusCode);
            Assert.Single(answers, a => (int)a.StatusCode == 422);
        }
    }

    [Theory]
    [InlineData("memberships", "2020", "2019", false)]
    [InlineData("memberships", "2020-05", "2020", true)]
    [InlineData("memberships", "2020-05-03", "2020-05", true)]
    [InlineData("memberships", "2020-05-03", "2020-05-02", false)]
    [InlineData("memberships", "2020-05-03", "2020-04", false)]
    [InlineData("posts", "2020", "2019-12-31", false)]
    [InlineData("posts", "202X", "2020", true)]
    [InlineData("actors", "1950", "1949", false)]
    [InlineData("actors", "1950-06", "1950", true)]
    public async Task An_end_does_not_lie_before_its_start_at_their_precisions(string resource, string start, string end, bool isLegal)
    {
        var node = JsonSerializer.SerializeToNode((await api.SampleAsync(resource)).Body)!.AsObject();
        var (first, last) = resource == "actors" ? ("founded", "dissolved") : ("start", "end");
        (node[first], node[last]) = (start, end);

        if (isLegal) await api.AddAsync(resource, node);
        else (await api.RefusedAsync(422, "POST", $"/v1/{resource}", node)).ErrorAt($"/{last}", "backwards");
    }

    [Theory]
    [InlineData("2025-03-02/2025-03-01")]
    [InlineData("2025/2024")]
    public async Task A_date_that_ends_before_it_begins_is_refused(string date)
    {
        using var response = await api.WriteAsync("POST", "/v1/events", new { type = "protest", title = "March", date });

        Assert.True((int)response.StatusCode is 400 or 422, response.StatusCode.ToString());
        Assert.Equal("/date", (await Problems.ReadAsync(response, (int)response.StatusCode)).Each("errors")[0].Text("pointer"));
    }

    [Fact]
    public async Task Attendance_is_noted_at_meetings_only()
    {
        var participants = new[] { new { label = "A guest", attendance = "attended" } };

        (await api.RefusedAsync(422, "POST", "/v1/events", new { type = "consult", title = "Talks", participants })).ErrorAt("/participants/0/attendance", "only-meetings");
        var meeting = await api.AddAsync("events", new { kind = "meeting", setting = "call", type = "consult", title = "Talks", participants });
        Assert.Equal(1, (await api.GetAsync($"/v1/meetings/{meeting}")).At("attendance.attended").GetInt32());
        (await api.RefusedAsync(422, "PUT", $"/v1/events/{meeting}", new { kind = "event", type = "consult", title = "Talks", participants })).ErrorAt("/participants/0/attendance", "only-meetings");
    }

    [Theory]
    [InlineData("""{"latitude":91,"longitude":0}""", "/latitude", "out-of-range")]
    [InlineData("""{"latitude":0,"longitude":-180.01}""", "/longitude", "out-of-range")]
    [InlineData("""{"latitude":10}""", "/longitude", "required")]
    [InlineData("""{"longitude":10}""", "/latitude", "required")]
    [InlineData("""{"country":"Kuwait"}""", "/country", "invalid")]
    public async Task A_place_is_somewhere_on_earth(string members, string pointer, string code)
    {
        var body = JsonNode.Parse(members)!.AsObject();
        (body["kind"], body["name"]) = ("city", "Nowhere");

        (await api.RefusedAsync(422, "POST", "/v1/locations", body)).ErrorAt(pointer, code);
    }

    // Ids.

    [Fact]
    public async Task A_given_id_is_taken_once_and_for_all()
    {
        var id = Writing.Own("given").Replace(' ', '-');
        var body = new { id, kind = "state", name = Writing.Own("State") };
        Assert.Equal(id, await api.AddAsync("actors", body));

        (await api.RefusedAsync(409, "POST", "/v1/actors", body)).ErrorAt("/id", "taken");
        await api.WrittenAsync("DELETE", $"/v1/actors/{id}");
        (await api.RefusedAsync(409, "POST", "/v1/actors", body)).ErrorAt("/id", "taken");
        // The same word may name a place.
        Assert.Equal(id, await api.AddAsync("locations", new { id, kind = "country", name = "A country" }));
    }

    [Fact]
    public async Task One_name_twice_gives_two_ids_and_that_of_a_deleted_record_is_not_given_again()
    {
        var name = Writing.Own("Doppelgänger");
        var ids = new[] { await api.AddAsync("actors", new { kind = "person", name }), await api.AddAsync("actors", new { kind = "person", name }) };
        await api.WrittenAsync("DELETE", $"/v1/actors/{ids[0]}");
        var third = await api.AddAsync("actors", new { kind = "person", name });

        Assert.Equal(3, ids.Append(third).Distinct().Count());
        Assert.StartsWith("doppelganger-", ids[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_without_a_latin_letter_gives_an_id_too()
    {
        var id = await api.AddAsync("actors", new { kind = "person", name = "北京" });

        Assert.Equal("北京", (await api.GetAsync($"/v1/actors/{id}")).Text("name"));
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("with space")]
    [InlineData("-x")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("wikidata:Q1")]
    public async Task An_id_that_is_none_is_refused(string id) => (await api.RefusedAsync(422, "POST", "/v1/actors", new { id, kind = "person", name = "Somebody" })).ErrorAt("/id", "invalid");

    [Fact]
    public async Task The_catalogue_gives_numbers_itself()
    {
        var id = await api.AddAsync("events", new { id = "E5", type = "protest", title = Writing.Own("March") });
        var other = await api.AddAsync("events", new { id = "E5", type = "protest", title = Writing.Own("March") });

        Assert.NotEqual(id, other);
        Assert.All([id, other], given => Assert.Matches("^E[1-9][0-9]*$", given));
    }

    [Fact]
    public async Task An_identifier_names_one_record_of_a_kind()
    {
        var value = Writing.Own("Q").Replace(" ", "9000", StringComparison.Ordinal);
        var identifiers = new[] { new { scheme = "wikidata", identifier = value } };
        var id = await api.AddAsync("actors", new { kind = "person", name = Writing.Own("Person"), identifiers });
        var other = await api.ActorAsync();

        (await api.RefusedAsync(409, "POST", "/v1/actors", new { kind = "person", name = "Another", identifiers })).ErrorAt("/identifiers", "taken");
        (await api.RefusedAsync(409, "PATCH", $"/v1/actors/{other}", new { identifiers })).ErrorAt("/identifiers", "taken");
        // Once the first lets it go, the second may have it.
        await api.WrittenAsync("PATCH", $"/v1/actors/{id}", """{"identifiers":null}""");
        await api.ProblemAsync($"/v1/actors/wikidata:{value}", 404);
        await api.WrittenAsync("PATCH", $"/v1/actors/{other}", new { identifiers });
        Assert.Equal(other, (await api.GetAsync($"/v1/actors/wikidata:{value}")).Text("id"));
        await api.WrittenAsync("DELETE", $"/v1/actors/{other}");
        await api.WrittenAsync("PATCH", $"/v1/actors/{id}", new { identifiers });
        Assert.Equal(id, (await api.GetAsync($"/v1/actors/wikidata:{value}")).Text("id"));
    }

    // If-Match.

    [Theory]
    [InlineData("{0}", 200)]
    [InlineData("*", 200)]
    [InlineData("\"99-abc\", {0}", 200)]
    [InlineData("\"1-0123456789\"", 200)]
    [InlineData("W/{0}", 412)]
    [InlineData("\"99-abc\"", 412)]
    [InlineData("\"99-abc\", \"98-abc\"", 412)]
    [InlineData("garbage", 412)]
    [InlineData("\"\"", 412)]
    [InlineData("\"", 412)]
    [InlineData("1", 412)]
    [InlineData("\"-1\"", 412)]
    [InlineData("\"99999999999999999999999-a\"", 412)]
    public async Task A_change_goes_through_when_its_tag_is_of_the_latest_revision(string ifMatch, int status)
    {
        var id = await api.EventAsync();
        var header = ifMatch.Replace("{0}", await api.TagAsync($"/v1/events/{id}"), StringComparison.Ordinal);

        using var response = await api.WriteAsync("PATCH", $"/v1/events/{id}", new { summary = "Changed." }, header);

        if (status == 412) await Problems.ReadAsync(response, 412);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 200 ? 2 : 1, await api.RevisionAsync($"/v1/events/{id}"));
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_change_without_a_tag_is_refused(string method)
    {
        var id = await api.EventAsync();

        await api.RefusedAsync(428, method, $"/v1/events/{id}", method == "DELETE" ? null : new { type = "protest", title = "Blind" }, ifMatch: null);
        Assert.Equal(1, await api.RevisionAsync($"/v1/events/{id}"));
    }

    [Fact]
    public async Task A_tag_of_a_compressed_answer_serves_too()
    {
        var id = await api.AddAsync("events", new { type = "protest", title = "March", summary = new string('a', 5_000) });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/events/{id}") { Headers = { { "Accept-Encoding", "gzip" } } };
        using var read = await api.Client.SendAsync(request);
        Assert.EndsWith("-gzip\"", read.Headers.ETag!.Tag, StringComparison.Ordinal);

        await api.WrittenAsync("PATCH", $"/v1/events/{id}", new { title = "Rally" }, read.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task What_an_answer_shows_of_others_does_not_make_a_tag_stale()
    {
        var actor = await api.ActorAsync();
        var id = await api.AddAsync("events", new { type = "protest", title = "March", participants = new[] { new { actor } } });
        var tag = await api.TagAsync($"/v1/events/{id}");
        await api.WrittenAsync("PATCH", $"/v1/actors/{actor}", new { name = Writing.Own("Renamed") });

        Assert.NotEqual(tag, await api.TagAsync($"/v1/events/{id}"));
        await api.WrittenAsync("PATCH", $"/v1/events/{id}", new { title = "Rally" }, tag);
    }

    [Fact]
    public async Task Of_many_who_change_one_record_none_overwrites_another()
    {
        const int Clients = 50, Rounds = 200;
        var (written, refused, last) = await CountUpAsync(Clients, Rounds, tag => tag);

        Assert.Equal(Clients * Rounds, written + refused);
        Assert.Equal(1 + written, last.At("revision").GetInt64());
        // Each who succeeded counted on from what stood there.
        Assert.Equal(written.ToString(CultureInfo.InvariantCulture), last.Text("summary"));
    }

    /// <summary>The control of the test above: clients that say no revision overwrite one another, and its sum shows it.</summary>
    [Fact]
    public async Task Of_many_who_do_not_say_what_they_change_some_overwrite_others()
    {
        const int Clients = 50, Rounds = 10;
        var (written, refused, last) = await CountUpAsync(Clients, Rounds, _ => "*");

        Assert.Equal((Clients * Rounds, 0), (written, refused));
        Assert.NotEqual(written.ToString(CultureInfo.InvariantCulture), last.Text("summary"));
    }

    /// <summary>Clients that read a record, add one to the number in it and write it back: how many of them were let, how many refused, and the record then.</summary>
    /// <param name="match">From the tag that was read to what is sent as If-Match.</param>
    private async Task<(int Written, int Refused, JsonElement Last)> CountUpAsync(int clients, int rounds, Func<string, string> match)
    {
        var path = $"/v1/events/{await api.EventAsync()}";
        var (written, refused) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, clients).Select(async client =>
        {
            for (var round = 0; round < rounds; round++)
            {
                using var read = await api.Client.GetAsync(path);
                var count = JsonDocument.Parse(await read.Content.ReadAsStringAsync()).RootElement.Text("summary") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
                using var response = await api.WriteAsync("PATCH", path, new { summary = (count + 1).ToString(CultureInfo.InvariantCulture) }, match(read.Headers.ETag!.Tag));
                if (response.StatusCode == HttpStatusCode.OK) Interlocked.Increment(ref written);
                else if (response.StatusCode == HttpStatusCode.PreconditionFailed) Interlocked.Increment(ref refused);
            }
        }));

        return (written, refused, await api.GetAsync(path));
    }

    /// <summary>Writes that wait together are one commit: what fails in it, at its turn or only when all is made ready for the disk, is undone alone, and no number or id that was told to somebody goes with it.</summary>
    [Fact]
    public async Task What_fails_in_the_same_commit_takes_nothing_along_that_was_acknowledged()
    {
        const int Clients = 16, Rounds = 25;
        var (mark, told, failed) = (Writing.Own("Beside"), new System.Collections.Concurrent.ConcurrentDictionary<string, string>(), 0);
        var (database, writers) = (api.Services.GetRequiredService<Database>(), api.Services.GetRequiredService<RecordWriters>());
        async Task KeepAsync(HttpResponseMessage response, string label)
        {
            using (response)
                if (response.StatusCode == HttpStatusCode.Created) Assert.True(told.TryAdd(response.Headers.Location!.ToString(), label), $"{response.Headers.Location} was told twice.");
                else Assert.Contains((int)response.StatusCode, new[] { 409, 422 });
        }

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                var label = $"{mark} by {client} in {round}";
                switch ((client + round) % 6)
                {
                    case 0: await KeepAsync(await api.WriteAsync("POST", "/v1/topics", new { label }), label); break;
                    case 1: await KeepAsync(await api.WriteAsync("POST", "/v1/sources", new { kind = "article", title = label }), label); break;
                    // Some ask for the same id in the same moment.
                    case 2: await KeepAsync(await api.WriteAsync("POST", "/v1/topics", new { id = $"beside-{round}", label }), label); break;
                    case 3: await KeepAsync(await api.WriteAsync("POST", "/v1/topics", new { label = $"{label} refused", parent = "no-such-topic-zz" }), label); break;
                    case 4:
                        var lines = Writing.Lines(new { id = $"line-{client}-{round}", label = $"{label} refused", parent = "no-such-topic-zz" }, new { label }, new { label = $"{label} refused", parent = $"line-{client}-{round}" });
                        using (var batch = await api.SendBytesAsync("POST", "/v1/topics/batch?onError=skip", Encoding.UTF8.GetBytes(lines), "application/x-ndjson"))
                            foreach (var item in JsonDocument.Parse(await batch.Content.ReadAsStringAsync()).RootElement.Each("items")) Assert.True(told.TryAdd(item.Text("href")!, label), $"{item.Text("href")} was told twice.");
                        break;
                    default:
                        // Like a record whose answer cannot be made: it writes, and breaks when its group is about to be committed.
                        await Assert.ThrowsAsync<InvalidOperationException>(() => writers.WriteAsync(database, session =>
                        {
                            writers[Kind.Topic].Add(session, writers[Kind.Topic].Read(JsonSerializer.SerializeToUtf8Bytes(new { label = $"{label} refused" })));
                            session.AtEnd(() => throw new InvalidOperationException("Too late."));
                            return true;
                        }));
                        Interlocked.Increment(ref failed);
                        break;
                }
            }
        }));

        foreach (var (path, label) in told)
            Assert.Equal((path, label), (path, (await api.GetAsync(path)).Text(path.StartsWith("/v1/topics", StringComparison.Ordinal) ? "label" : "title")));
        var number = 0;
        foreach (var resource in (string[])["topics", "sources"]) number += (int)(await api.GetAsync($"/v1/{resource}?q={Uri.EscapeDataString($"\"{mark}\"")}&total=exact&limit=1")).At("total.value").GetInt64();
        Assert.Equal(told.Count, number);
        Assert.True(failed > Rounds && told.Count > 2 * Clients * Rounds / 6, $"{failed} broke at the end, {told.Count} were told.");
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task Those_who_change_and_delete_a_record_at_once_get_an_answer_each()
    {
        for (var round = 0; round < 10; round++)
        {
            var path = $"/v1/events/{await api.EventAsync()}";
            var answers = await Task.WhenAll([.. Enumerable.Range(0, 6).Select(n => n == 3 ? api.WriteAsync("DELETE", path, ifMatch: "*") : api.WriteAsync("PATCH", path, new { summary = $"{n}" }, "*"))]);

            Assert.Equal(HttpStatusCode.NoContent, answers[3].StatusCode);
            Assert.All(answers.Where((_, n) => n != 3), a => Assert.True(a.StatusCode is HttpStatusCode.OK or HttpStatusCode.Gone, a.StatusCode.ToString()));
        }
    }

    [Fact]
    public async Task What_is_referred_to_is_not_deleted_by_somebody_else_at_the_same_time()
    {
        for (var round = 0; round < 10; round++)
        {
            var actor = await api.ActorAsync();
            var answers = await Task.WhenAll(
                api.WriteAsync("POST", "/v1/events", new { type = "protest", title = "March", participants = new[] { new { actor } } }),
                api.WriteAsync("DELETE", $"/v1/actors/{actor}", ifMatch: "*"));

            Assert.Contains(((int)answers[0].StatusCode, (int)answers[1].StatusCode), new[] { (201, 409), (422, 204) });
        }
    }

    // Idempotency-Key.

    [Fact]
    public async Task A_repeated_request_gets_the_first_answer()
    {
        var (body, key) = (new { type = "protest", title = Writing.Own("Once") }, ("Idempotency-Key", Guid.NewGuid().ToString()));
        using var first = await api.WriteAsync("POST", "/v1/events", body, headers: key);
        var since = await api.WatermarkAsync();
        await api.WrittenAsync("PATCH", first.Headers.Location!.ToString(), new { summary = "Changed since." });

        using var again = await api.WriteAsync("POST", "/v1/events", body, headers: key);

        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(["true"], again.Headers.GetValues("Idempotency-Replayed"));
        Assert.Equal((first.Headers.Location, first.Headers.ETag), (again.Headers.Location, again.Headers.ETag));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Single(await api.ToldAsync(since));
    }

    [Fact]
    public async Task A_key_used_with_another_body_is_refused()
    {
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        using var first = await api.WriteAsync("POST", "/v1/topics", new { label = Writing.Own("Topic") }, headers: key);

        await api.RefusedAsync(422, "POST", "/v1/topics", new { label = Writing.Own("Topic") }, headers: key);
    }

    [Fact]
    public async Task A_key_counts_for_one_path_and_one_client()
    {
        var (label, key) = (Writing.Own("Topic"), ("Idempotency-Key", Guid.NewGuid().ToString()));
        using var topic = await api.WriteAsync("POST", "/v1/topics", new { label }, headers: key);
        using var series = await api.WriteAsync("POST", "/v1/meeting-series", new { label }, headers: key);
        using var other = await api.WriteAsync("POST", "/v1/topics", new { label }, role: Role.Admin, headers: key);

        Assert.All([topic, series, other], r => Assert.Equal(HttpStatusCode.Created, r.StatusCode));
        Assert.All([topic, series, other], r => Assert.False(r.Headers.Contains("Idempotency-Replayed")));
        Assert.NotEqual(topic.Headers.Location, other.Headers.Location);
    }

    [Fact]
    public async Task A_failed_write_is_not_remembered()
    {
        var (id, key) = (Writing.Own("late").Replace(' ', '-'), ("Idempotency-Key", Guid.NewGuid().ToString()));
        var body = new { label = Writing.Own("Topic"), parent = id };
        await api.RefusedAsync(422, "POST", "/v1/topics", body, headers: key);
        await api.AddAsync("topics", new { id, label = "The parent" });

        using var again = await api.WriteAsync("POST", "/v1/topics", body, headers: key);

        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.False(again.Headers.Contains("Idempotency-Replayed"));
    }

    [Fact]
    public async Task A_repeated_change_or_deletion_gets_the_first_answer()
    {
        var path = $"/v1/events/{await api.EventAsync()}";
        var tag = await api.TagAsync(path);
        var (change, deletion) = (("Idempotency-Key", Guid.NewGuid().ToString()), ("Idempotency-Key", Guid.NewGuid().ToString()));

        for (var time = 0; time < 2; time++)
        {
            using var changed = await api.WriteAsync("PATCH", path, new { summary = "Once." }, tag, headers: change);
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
            Assert.StartsWith("\"2-", changed.Headers.ETag!.Tag, StringComparison.Ordinal);
        }
        for (var time = 0; time < 2; time++)
        {
            using var deleted = await api.WriteAsync("DELETE", path, ifMatch: "*", headers: deletion);
            Assert.Equal((HttpStatusCode.NoContent, time == 1), (deleted.StatusCode, deleted.Headers.Contains("Idempotency-Replayed")));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    public async Task A_key_that_is_none_is_refused(string key) => await api.RefusedAsync(400, "POST", "/v1/topics", new { label = "Nothing" }, headers: ("Idempotency-Key", key));

    [Fact]
    public async Task A_key_or_a_reason_that_is_too_long_is_refused()
    {
        await api.RefusedAsync(400, "POST", "/v1/topics", new { label = "Nothing" }, headers: ("Idempotency-Key", new string('k', 256)));
        await api.RefusedAsync(400, "POST", "/v1/topics", new { label = "Nothing" }, headers: ("X-Change-Reason", new string('r', 1_001)));
    }

    [Fact]
    public async Task Many_requests_with_one_key_make_one_record()
    {
        var (label, key) = (Writing.Own("Once only"), ("Idempotency-Key", Guid.NewGuid().ToString()));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => api.WriteAsync("POST", "/v1/topics", new { label }, headers: key)));

        var bodies = new HashSet<string>();
        foreach (var answer in answers)
            if (answer.StatusCode == HttpStatusCode.Created) bodies.Add(await answer.Content.ReadAsStringAsync());
            else await Problems.ReadAsync(answer, 409);
        var id = JsonDocument.Parse(Assert.Single(bodies)).RootElement.Text("id");
        using var replay = await api.WriteAsync("POST", "/v1/topics", new { label }, headers: key);
        Assert.Equal(bodies.Single(), await replay.Content.ReadAsStringAsync());
        Assert.Contains("Idempotency-Replayed", replay.Headers.Select(h => h.Key));
        Assert.Equal([id!], await api.IdsAsync($"/v1/topics?q=\"{Uri.EscapeDataString(label)}\""));
    }

    // Batches.

    [Fact]
    public async Task A_batch_adds_all_its_lines_and_tells_their_ids()
    {
        var titles = Enumerable.Range(0, 3).Select(_ => Writing.Own("Line")).ToArray();

        var report = await api.WrittenAsync("POST", "/v1/events/batch", "\uFEFF\r\n" + string.Join("\r\n", titles.Select(title => JsonSerializer.Serialize(new { type = "protest", title }) + "\r\n\r\n  ")));

        Assert.Equal((3, 3, 0), (report.At("read").GetInt32(), report.At("created").GetInt32(), report.At("rejected").GetInt32()));
        Assert.Equal(["2", "5", "8"], report.Texts("items", "line"));
        foreach (var (item, title) in report.Each("items").Zip(titles)) Assert.Equal(title, (await api.GetAsync(item.Text("href")!)).Text("title"));
    }

    [Fact]
    public async Task A_batch_with_a_wrong_line_adds_nothing_and_names_every_wrong_line()
    {
        var since = await api.WatermarkAsync();
        var lines = Writing.Lines(new { type = "protest", title = "Good" }, "{", new { type = "protset", title = "Bad type" }, "", new { type = "protest", title = "Bad place", location = "no-such-place-anywhere" }, "[]", """{"type":"protest","title":"x","colour":1}""");

        // What cannot be read is told first; what breaks a rule once all can be read.
        var unread = (await api.RefusedAsync(422, "POST", "/v1/events/batch", lines)).Each("errors");
        Assert.Superset(new HashSet<string> { "2 ", "3 /type", "6 ", "7 /colour" }, unread.Select(e => $"{e.Text("line")} {e.Text("pointer")}").ToHashSet());
        var broken = (await api.RefusedAsync(422, "POST", "/v1/events/batch", Writing.Lines(new { type = "protest", title = "Good" }, new { type = "protest", title = "Bad place", location = "no-such-place-anywhere" }, new { type = "protest", title = "Bad source", sources = new[] { "R777777" } }))).Each("errors");
        Assert.Equal(["2 /location", "3 /sources/0"], broken.Select(e => $"{e.Text("line")} {e.Text("pointer")}"));
        Assert.Empty(await api.ToldAsync(since));
    }

    [Fact]
    public async Task A_batch_can_leave_out_its_wrong_lines_and_those_that_need_them()
    {
        var ids = Enumerable.Range(0, 4).Select(_ => Writing.Own("skip").Replace(' ', '-')).ToArray();

        var report = await api.WrittenAsync("POST", "/v1/topics/batch?onError=skip", Writing.Lines(
            new { id = ids[0], label = "Child of a wrong one", parent = ids[1] }, new { id = ids[1], label = "Wrong", parent = "no-such-topic-anywhere" }, "nonsense", new { id = ids[2], label = "Right" }, new { id = ids[3], label = "Child of a right one", parent = ids[2] }));

        Assert.Equal((5, 2, 3), (report.At("read").GetInt32(), report.At("created").GetInt32(), report.At("rejected").GetInt32()));
        Assert.Equal(["4", "5"], report.Texts("items", "line"));
        Assert.Equal(["1", "2", "3"], report.Texts("errors", "line"));
        Assert.Equal(["/parent", "/parent", ""], report.Texts("errors", "pointer"));
        await api.ProblemAsync($"/v1/topics/{ids[0]}", 404);
        Assert.Equal(ids[2], (await api.GetAsync($"/v1/topics/{ids[3]}")).Text("parent.id"));
    }

    [Fact]
    public async Task A_batch_whose_lines_are_all_wrong_can_be_skipped_whole()
    {
        var report = await api.WrittenAsync("POST", "/v1/topics/batch?onError=skip", "nonsense\n{\"label\":\"\"}\n");

        Assert.Equal((2, 0, 2), (report.At("read").GetInt32(), report.At("created").GetInt32(), report.At("rejected").GetInt32()));
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 0)]
    public async Task The_lines_of_a_batch_refer_to_each_other_in_any_order(params int[] order)
    {
        var ids = Enumerable.Range(0, 3).Select(_ => Writing.Own("place").Replace(' ', '-')).ToArray();
        object[] places = [new { id = ids[0], kind = "country", name = "Outer" }, new { id = ids[1], kind = "admin1", name = "Middle", parent = ids[0] }, new { id = ids[2], kind = "city", name = "Inner", parent = ids[1] }];

        await api.WrittenAsync("POST", "/v1/locations/batch", Writing.Lines([.. order.Select(n => places[n])]));

        Assert.Equal([ids[1], ids[0]], (await api.GetAsync($"/v1/locations/{ids[2]}")).Texts("path", "id"));
        Pages.SameSet(ids, await api.IdsAsync($"/v1/locations?within={ids[0]}"));
    }

    [Fact]
    public async Task A_circle_in_a_batch_is_refused()
    {
        var ids = Enumerable.Range(0, 2).Select(_ => Writing.Own("ring").Replace(' ', '-')).ToArray();

        var errors = (await api.RefusedAsync(422, "POST", "/v1/topics/batch", Writing.Lines(new { id = ids[0], label = "One", parent = ids[1] }, new { id = ids[1], label = "Two", parent = ids[0] }))).Each("errors");

        Assert.All(errors, e => Assert.Equal("circle", e.Text("code")));
        await api.ProblemAsync($"/v1/topics/{ids[0]}", 404);
    }

    [Fact]
    public async Task One_id_twice_in_a_batch_is_refused_at_the_second_line()
    {
        var id = Writing.Own("twice").Replace(' ', '-');

        var error = Assert.Single((await api.RefusedAsync(422, "POST", "/v1/topics/batch", Writing.Lines(new { id, label = "One" }, new { id, label = "Two" }))).Each("errors"));

        Assert.Equal(("2", "/id", "taken"), (error.Text("line"), error.Text("pointer"), error.Text("code")));
    }

    [Fact]
    public async Task A_line_can_refer_to_one_whose_identifier_is_taken_without_a_failure_of_the_server()
    {
        var (id, value) = (Writing.Own("claimed").Replace(' ', '-'), Writing.Own("v"));
        var identifiers = new[] { new { scheme = "test", identifier = value } };
        await api.AddAsync("topics", new { label = "First", identifiers });

        var errors = (await api.RefusedAsync(422, "POST", "/v1/topics/batch", Writing.Lines(new { id, label = "Second", identifiers }, new { label = "Child", parent = id }))).Each("errors");

        Assert.Equal(["1 /identifiers", "2 /parent"], errors.Select(e => $"{e.Text("line")} {e.Text("pointer")}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\r\n  \n")]
    public async Task An_empty_batch_is_refused(string body) => await api.RefusedAsync(400, "POST", "/v1/topics/batch", body);

    [Fact]
    public async Task A_batch_has_a_largest_number_of_lines()
    {
        var lines = new StringBuilder();
        for (var n = 0; n < 10_001; n++) lines.Append("{\"label\":\"\"}\n\n");

        await api.RefusedAsync(413, "POST", "/v1/topics/batch", lines.ToString());
        await api.RefusedAsync(413, "POST", "/v1/topics/batch?onError=skip", lines.ToString());
    }

    [Fact]
    public async Task A_batch_of_ten_thousand_lines_is_written_whole()
    {
        var word = Writing.Own("bulk").Replace(" ", "", StringComparison.Ordinal);
        var lines = new StringBuilder();
        for (var n = 0; n < 10_000; n++) lines.Append(CultureInfo.InvariantCulture, $"{{\"type\":\"protest\",\"title\":\"{word} {n}\"}}\n");

        var report = await api.WrittenAsync("POST", "/v1/events/batch", lines.ToString());

        Assert.Equal(10_000, report.At("created").GetInt32());
        Assert.Equal(10_000, await api.CountAsync($"/v1/events?q={word}"));
    }

    [Fact]
    public async Task A_repeated_batch_gets_the_first_report()
    {
        var (lines, key) = (Writing.Lines(new { label = Writing.Own("Topic") }), ("Idempotency-Key", Guid.NewGuid().ToString()));
        using var first = await api.WriteAsync("POST", "/v1/topics/batch", lines, headers: key);
        using var again = await api.WriteAsync("POST", "/v1/topics/batch", lines, headers: key);

        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.True(again.Headers.Contains("Idempotency-Replayed"));
    }

    [Fact]
    public async Task A_batch_that_failed_leaves_no_trace_in_what_it_was_about()
    {
        var (record, source) = (await api.EventAsync(), await api.SourceAsync());
        var (since, tag) = (await api.WatermarkAsync(), await api.TagAsync($"/v1/events/{record}"));

        await api.RefusedAsync(422, "POST", "/v1/claims/batch", Writing.Lines(
            new { record = new { kind = "event", id = record }, pointer = "/title", value = "Another", source }, new { record = new { kind = "event", id = record }, pointer = "/title", value = "A third", source = "R777777" }));

        Assert.Empty(await api.ToldAsync(since));
        Assert.Equal(tag, await api.TagAsync($"/v1/events/{record}"));
    }

    [Fact]
    public async Task A_batch_of_meetings_holds_meetings()
    {
        var report = await api.WrittenAsync("POST", "/v1/meetings/batch", Writing.Lines(new { setting = "call", title = Writing.Own("Call") }));

        Assert.Equal("meeting", (await api.GetAsync($"/v1/meetings/{report.Each("items")[0].Text("id")}")).Text("kind"));
    }

    // Deleting.

    public static TheoryData<string, string, string> Referring => new()
    {
        { "actors", "events", """{"type":"protest","title":"x","participants":[{"actor":"ID"}]}""" },
        { "actors", "events", """{"type":"protest","title":"x","participants":[{"label":"y","onBehalfOf":"ID"}]}""" },
        { "actors", "meetings", """{"setting":"call","title":"x","participants":[{"label":"y","substituteFor":"ID"}]}""" },
        { "actors", "actors", """{"kind":"organization","name":"x","partOf":"ID"}""" },
        { "actors", "actors", """{"kind":"organization","name":"x","successorOf":["ID"]}""" },
        { "actors", "posts", """{"label":"x","organization":"ID"}""" },
        { "actors", "meeting-series", """{"label":"x","organization":"ID"}""" },
        { "actors", "situations", """{"kind":"war","title":"x","parties":["ID"]}""" },
        { "actors", "statements", """{"text":"x","basis":{},"speaker":"ID"}""" },
        { "actors", "statements", """{"text":"x","basis":{},"about":[{"kind":"actor","id":"ID"}]}""" },
        { "locations", "events", """{"type":"protest","title":"x","location":"ID"}""" },
        { "locations", "locations", """{"kind":"city","name":"x","parent":"ID"}""" },
        { "locations", "situations", """{"kind":"war","title":"x","locations":["ID"]}""" },
        { "topics", "events", """{"type":"protest","title":"x","topics":[{"id":"ID"}]}""" },
        { "topics", "topics", """{"label":"x","parent":"ID"}""" },
        { "topics", "meetings", """{"setting":"call","title":"x","agenda":[{"title":"y","topics":["ID"]}]}""" },
        { "topics", "meetings", """{"setting":"call","title":"x","outcomes":[{"kind":"aim","text":"y","topics":["ID"]}]}""" },
        { "topics", "statements", """{"text":"x","basis":{},"topics":["ID"]}""" },
        { "posts", "events", """{"type":"protest","title":"x","participants":[{"post":"ID"}]}""" },
        { "posts", "statements", """{"text":"x","basis":{},"post":"ID"}""" },
        { "meeting-series", "meetings", """{"setting":"call","title":"x","series":"ID"}""" },
        { "situations", "situations", """{"kind":"war","title":"x","parent":"ID"}""" },
        { "events", "statements", """{"text":"x","basis":{},"event":"ID"}""" },
        { "sources", "events", """{"type":"protest","title":"x","sources":["ID"]}""" },
        { "sources", "actors", """{"kind":"person","name":"x","sources":["ID"]}""" },
        { "sources", "statements", """{"text":"x","basis":{"source":"ID"},"sources":[]}""" },
        { "sources", "events", """{"type":"protest","title":"x","participants":[{"label":"y","basis":{"source":"ID"}}]}""" },
    };

    [Theory, MemberData(nameof(Referring))]
    public async Task What_is_referred_to_is_not_deleted(string resource, string other, string body)
    {
        var id = await api.AddAsync(resource, (await api.SampleAsync(resource)).Body);
        var referrer = await api.AddAsync(other, body.Replace("ID", id, StringComparison.Ordinal));

        var problem = await api.RefusedAsync(409, "DELETE", $"/v1/{resource}/{id}");
        Assert.Contains(problem.Each("errors"), e => e.Text("message")!.Contains($"/{referrer} ", StringComparison.Ordinal));
        Assert.Equal(1, await api.RevisionAsync($"/v1/{resource}/{id}"));
        await api.WrittenAsync("DELETE", $"/v1/{other}/{referrer}");
        await api.WrittenAsync("DELETE", $"/v1/{resource}/{id}");
    }

    [Theory]
    [InlineData("situations")]
    [InlineData("events")]
    [InlineData("actors")]
    [InlineData("statements")]
    public async Task Its_own_relations_and_the_claims_about_it_go_with_a_record_and_what_points_to_it_keeps_it(string resource)
    {
        var kind = resource[..^1];
        var id = await api.AddAsync(resource, (await api.SampleAsync(resource)).Body);
        var (other, source) = (await api.EventAsync(), await api.SourceAsync());
        var to = await api.AddAsync("relations", new { from = new { kind = "event", id = other }, type = "about", to = new { kind, id } });
        var from = await api.AddAsync("relations", new { from = new { kind, id }, type = "about", to = new { kind = "event", id = other } });
        var claim = await api.AddAsync("claims", new { record = new { kind, id }, pointer = "/sources", value = "x", source });
        var since = await api.WatermarkAsync();

        var refused = await Problems.ReadAsync(await api.WriteAsync("DELETE", $"/v1/{resource}/{id}", ifMatch: "*"), 409);
        Assert.Contains(refused.Each("errors"), e => e.Text("message")!.Contains($"/v1/relations/{to} ", StringComparison.Ordinal));
        await api.WrittenAsync("DELETE", $"/v1/relations/{to}");
        await api.WrittenAsync("DELETE", $"/v1/{resource}/{id}");

        foreach (var gone in (string[])[$"relations/{to}", $"relations/{from}", $"claims/{claim}", $"{resource}/{id}"]) await api.ProblemAsync($"/v1/{gone}", 410);
        Assert.Empty((await api.GetAsync($"/v1/events/{other}")).Each("relations"));
        var told = await api.ToldAsync(since);
        foreach (var deleted in (string[])[$"deleted relation {to} 2", $"deleted relation {from} 2", $"deleted claim {claim} 2", $"deleted {kind} {id} 2"]) Assert.Contains(deleted, told);
    }

    [Fact]
    public async Task A_name_that_was_read_in_another_language_does_not_rename_the_record()
    {
        var id = await api.AddAsync("actors", new { kind = "state", name = "Examplia", names = new[] { new { text = "مثال", lang = "ar" } } });
        var read = await api.GetAsync($"/v1/actors/{id}?lang=ar");
        Assert.Equal("مثال", read.Text("name"));

        Assert.Equal("/nameLanguage", (await Problems.ReadAsync(await api.WriteAsync("PUT", $"/v1/actors/{id}", read.GetRawText(), "*"), 422)).Each("errors")[0].Text("pointer"));
        await api.WrittenAsync("PUT", $"/v1/actors/{id}", (await api.GetAsync($"/v1/actors/{id}?lang=en")).GetRawText());
        Assert.Equal("Examplia", (await api.GetAsync($"/v1/actors/{id}")).Text("name"));
    }

    [Fact]
    public async Task A_record_with_very_many_claims_can_be_deleted_with_them_all()
    {
        var (record, source) = (await api.EventAsync(), await api.SourceAsync());
        await api.WrittenAsync("POST", "/v1/claims/batch", string.Concat(Enumerable.Range(0, 1_200).Select(n => $$"""{"record":{"kind":"event","id":"{{record}}"},"pointer":"/ordinal","value":{{n}},"source":"{{source}}"}""" + "\n")));

        await api.WrittenAsync("DELETE", $"/v1/events/{record}");

        Assert.Equal(0, await api.CountAsync($"/v1/claims?source={source}"));
    }

    // What follows in other records.

    [Theory]
    [InlineData(3)]
    [InlineData(400)]
    public async Task A_renamed_actor_is_shown_and_found_in_its_events(int events)
    {
        var (before, after) = (Writing.Own("Formerly").Replace(" ", "", StringComparison.Ordinal), Writing.Own("Thenceforth").Replace(" ", "", StringComparison.Ordinal));
        var actor = await api.AddAsync("actors", new { kind = "organization", name = before });
        await api.WrittenAsync("POST", "/v1/events/batch", Writing.Lines([.. Enumerable.Range(0, events).Select(n => new { type = "protest", title = $"March {n}", participants = new[] { new { actor } } })]));
        Assert.Equal(events, await api.CountAsync($"/v1/events?q={before}"));

        await api.WrittenAsync("PATCH", $"/v1/actors/{actor}", new { name = after });

        await Asking.SoonAsync(async () => await api.CountAsync($"/v1/events?q={after}") == events, "Not all are found by the new name.");
        Assert.Equal(0, await api.CountAsync($"/v1/events?q={before}"));
        Assert.All((await api.GetAsync($"/v1/events?actor={actor}&limit=500")).Each("items"), e => Assert.Equal(after, e.Each("participants")[0].Text("actor.name")));
    }

    public static TheoryData<string, string, string, string, string> Shown => new()
    {
        { "actors", "name", "memberships", """{"member":"ID","organization":"OTHER","classification":"member"}""", "member.name" },
        { "actors", "name", "posts", """{"label":"x","organization":"ID"}""", "organization.name" },
        { "actors", "name", "statements", """{"text":"x","basis":{},"speaker":"ID"}""", "speaker.name" },
        { "actors", "name", "meeting-series", """{"label":"x","organization":"ID"}""", "organization.name" },
        { "actors", "name", "actors", """{"kind":"organization","name":"x","partOf":"ID"}""", "partOf.name" },
        { "actors", "name", "actors", """{"kind":"organization","name":"x","successorOf":["ID"]}""", "successorOf.0.name" },
        { "actors", "name", "situations", """{"kind":"war","title":"x","parties":["ID"]}""", "parties.0.name" },
        { "actors", "name", "meetings", """{"setting":"call","title":"x","participants":[{"label":"y","substituteFor":"ID"}]}""", "participants.0.substituteFor.name" },
        { "locations", "name", "events", """{"type":"protest","title":"x","location":"ID"}""", "location.name" },
        { "locations", "name", "locations", """{"kind":"city","name":"x","parent":"ID"}""", "path.0.name" },
        { "locations", "name", "situations", """{"kind":"war","title":"x","locations":["ID"]}""", "locations.0.name" },
        { "topics", "label", "events", """{"type":"protest","title":"x","topics":[{"id":"ID"}]}""", "topics.0.name" },
        { "topics", "label", "topics", """{"label":"x","parent":"ID"}""", "parent.label" },
        { "topics", "label", "statements", """{"text":"x","basis":{},"topics":["ID"]}""", "topics.0.label" },
        { "topics", "label", "meetings", """{"setting":"call","title":"x","agenda":[{"title":"y","topics":["ID"]}]}""", "agenda.0.topics.0.label" },
        { "posts", "label", "events", """{"type":"protest","title":"x","participants":[{"post":"ID"}]}""", "participants.0.post.label" },
        { "posts", "label", "memberships", """{"member":"OTHER","post":"ID","classification":"holder"}""", "post.label" },
        { "meeting-series", "label", "meetings", """{"setting":"call","title":"x","series":"ID"}""", "series.label" },
        { "situations", "title", "situations", """{"kind":"war","title":"x","parent":"ID"}""", "parent.title" },
        { "situations", "title", "relations", """{"from":{"kind":"actor","id":"OTHER"},"type":"about","to":{"kind":"situation","id":"ID"}}""", "to.title" },
        { "events", "title", "statements", """{"text":"x","basis":{},"event":"ID"}""", "event.title" },
        { "statements", "text", "relations", """{"from":{"kind":"statement","id":"ID"},"type":"about","to":{"kind":"actor","id":"OTHER"}}""", "from.title" },
        { "statements", "text", "statements", """{"text":"x","basis":{},"about":[{"kind":"statement","id":"ID"}]}""", "about.0.title" },
        { "sources", "title", "events", """{"type":"protest","title":"x","sources":["ID"]}""", "sources.0.title" },
        { "sources", "title", "events", """{"type":"protest","title":"x","topics":[{"id":"TOPIC","basis":{"source":"ID"}}]}""", "topics.0.basis.source.title" },
        { "sources", "title", "statements", """{"text":"x","basis":{"source":"ID"},"sources":[]}""", "basis.source.title" },
    };

    [Theory, MemberData(nameof(Shown))]
    public async Task A_new_name_stands_wherever_the_record_is_shown(string resource, string member, string other, string body, string path)
    {
        var id = await api.AddAsync(resource, (await api.SampleAsync(resource)).Body);
        body = body.Replace("ID", id, StringComparison.Ordinal);
        if (body.Contains("OTHER", StringComparison.Ordinal)) body = body.Replace("OTHER", await api.ActorAsync(), StringComparison.Ordinal);
        if (body.Contains("TOPIC", StringComparison.Ordinal)) body = body.Replace("TOPIC", await api.AddAsync("topics", new { label = Writing.Own("Topic") }), StringComparison.Ordinal);
        var shownIn = await api.AddAsync(other, body);
        var name = Writing.Own("New name");

        await api.WrittenAsync("PATCH", $"/v1/{resource}/{id}", new JsonObject { [member] = name }.ToJsonString());

        var shown = await api.GetAsync($"/v1/{other}/{shownIn}");
        Assert.Equal(name, path.Split('.').Aggregate(shown, (at, part) => int.TryParse(part, out var n) ? at[n] : at.GetProperty(part)).GetString());
        Assert.Equal(1, shown.At("revision").GetInt64());
    }

    [Fact]
    public async Task A_moved_event_is_listed_and_found_on_its_new_day()
    {
        var corner = await Corner.OfAsync(api);
        var ids = await corner.DatedAsync("2020-01-01", "2021-01-01", "2022-01-01", null);
        Assert.Equal([ids[2], ids[1], ids[0], ids[3]], await corner.FindAsync("sort=-date"));

        await api.WrittenAsync("PATCH", $"/v1/events/{ids[0]}", new { date = "2023-05" });

        Assert.Equal([ids[0], ids[2], ids[1], ids[3]], await corner.FindAsync("sort=-date"));
        Assert.Equal([ids[3]], (await corner.FindAsync("sort=date"))[3..]);
        Assert.Empty(await corner.FindAsync("to=2020"));
        Assert.Equal([ids[0]], await corner.FindAsync("from=2023-05-01&to=2023-05-31"));
        Assert.Equal([ids[0]], await corner.FindAsync("date=2023"));
        await api.WrittenAsync("PATCH", $"/v1/events/{ids[0]}", """{"date":null}""");
        Pages.SameSet([ids[0], ids[3]], await corner.FindAsync("missing=date"));
        Assert.Equal([ids[2], ids[1]], (await corner.FindAsync("sort=-date"))[..2]);
        await api.WrittenAsync("PATCH", $"/v1/events/{ids[3]}", new { date = "2021-06" });
        Assert.Equal([ids[2], ids[3], ids[1], ids[0]], await corner.FindAsync("sort=-date"));
        Assert.Equal(4, (await api.GetAsync($"/v1/events?{corner.Mine}&facets=year")).At("total.value").GetInt32());
    }

    [Fact]
    public async Task A_moved_event_keeps_its_statements_relations_and_claims()
    {
        var (id, source) = (await api.EventAsync("2020-01-01"), await api.SourceAsync());
        await api.AddAsync("statements", new { text = "Words", basis = new { voice = "author" }, @event = id });
        await api.AddAsync("relations", new { from = new { kind = "event", id }, type = "about", to = new { kind = "event", id = await api.EventAsync() } });
        foreach (var value in (string[])["a", "b"]) await api.AddAsync("claims", new { record = new { kind = "event", id }, pointer = "/title", value, source });

        var moved = await api.WrittenAsync("PATCH", $"/v1/events/{id}", new { date = "2024-01-01" });

        Assert.Single(moved.Each("statements"));
        Assert.Single(moved.Each("relations"));
        Assert.True(moved.At("contested").GetBoolean());
        Assert.Equal(2, (await api.GetAsync($"/v1/events/{id}?include=claims")).Each("claims").Count);
    }

    [Fact]
    public async Task A_changed_event_leaves_the_lists_it_no_longer_belongs_to()
    {
        var (first, second, place) = (await api.ActorAsync(), await api.ActorAsync(), await api.AddAsync("locations", new { kind = "city", name = Writing.Own("Town"), country = "KWT", latitude = 29.0, longitude = 48.0 }));
        var id = await api.AddAsync("events", new { type = "protest", title = "March", participants = new[] { new { actor = first } }, location = place });
        Assert.Equal([id], await api.IdsAsync($"/v1/events?actor={first}&location={place}&bbox=47,28,49,30"));

        await api.WrittenAsync("PUT", $"/v1/events/{id}", new { type = "agree", title = "Treaty", participants = new[] { new { actor = second } } });

        Assert.Empty(await api.IdsAsync($"/v1/events?actor={first}"));
        Assert.Empty(await api.IdsAsync($"/v1/events?location={place}"));
        Assert.DoesNotContain(id, await api.IdsAsync("/v1/events?bbox=47,28,49,30"));
        Assert.Equal([id], await api.IdsAsync($"/v1/events?actor={second}&type=agree&q=treaty"));
        Assert.DoesNotContain(id, await api.IdsAsync("/v1/events?type=protest&limit=500&ids=" + id));
    }

    [Fact]
    public async Task A_moved_place_takes_its_events_with_it()
    {
        var (here, there) = (await api.AddAsync("locations", new { kind = "country", name = Writing.Own("Here"), country = "KWT" }), await api.AddAsync("locations", new { kind = "country", name = Writing.Own("There"), country = "IRQ" }));
        var city = await api.AddAsync("locations", new { kind = "city", name = Writing.Own("City"), parent = here, country = "KWT" });
        var street = await api.AddAsync("locations", new { kind = "street", name = Writing.Own("Street"), parent = city, country = "KWT" });
        var id = await api.AddAsync("events", new { type = "protest", title = "March", location = street });

        await api.WrittenAsync("PATCH", $"/v1/locations/{city}", new { parent = there, country = "IRQ" });

        Assert.Empty(await api.IdsAsync($"/v1/events?location={here}"));
        Assert.Equal([id], await api.IdsAsync($"/v1/events?location={there}"));
        Assert.Equal([city, there], (await api.GetAsync($"/v1/events/{id}")).Texts("location.path", "id"));
    }

    [Fact]
    public async Task A_new_holder_of_a_post_is_found_in_events_that_name_the_post()
    {
        var post = await api.AddAsync("posts", new { label = Writing.Own("Post"), organization = await api.ActorAsync() });
        var id = await api.AddAsync("events", new { type = "consult", title = "Talks", date = "2020-05-05", participants = new[] { new { post } } });
        Assert.True((await api.GetAsync($"/v1/events/{id}")).Each("participants")[0].IsNull("actor"));

        var person = await api.ActorAsync("person");
        var term = await api.AddAsync("memberships", new { member = person, post, classification = "holder", start = "2019", end = "2021" });
        Assert.Equal(person, (await api.GetAsync($"/v1/events/{id}")).Each("participants")[0].Text("actor.id"));
        Assert.Equal([id], await api.IdsAsync($"/v1/events?actor={person}"));
        // Sent back as it was read, the inference is not taken for a statement.
        var shown = await api.GetAsync($"/v1/events/{id}");
        Assert.Equal(1, (await api.WrittenAsync("PUT", $"/v1/events/{id}", shown.ToString())).At("revision").GetInt64());

        await api.WrittenAsync("DELETE", $"/v1/memberships/{term}");
        Assert.True((await api.GetAsync($"/v1/events/{id}")).Each("participants")[0].IsNull("actor"));
        Assert.Empty(await api.IdsAsync($"/v1/events?actor={person}"));
    }

    [Theory]
    [InlineData("actors", "batch")]
    [InlineData("actors", "query")]
    [InlineData("locations", "query")]
    [InlineData("topics", "batch")]
    public async Task An_id_that_is_the_name_of_an_operation_works_like_any_other(string resource, string id)
    {
        var node = JsonSerializer.SerializeToNode((await api.SampleAsync(resource)).Body)!.AsObject();
        node["id"] = id;
        await api.AddAsync(resource, node);

        Assert.Equal(id, (await api.GetAsync($"/v1/{resource}/{id}")).Text("id"));
        using var put = await api.SendBytesAsync("PUT", $"/v1/{resource}/{id}", await api.Client.GetByteArrayAsync($"/v1/{resource}/{id}"), ifMatch: "*");
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        await api.WrittenAsync("DELETE", $"/v1/{resource}/{id}");
        await api.ProblemAsync($"/v1/{resource}/{id}", 410);
    }

    [Theory]
    [InlineData("""{"time":{"start":"25:99"}}""", "/time/start")]
    [InlineData("""{"time":{"start":"noon"}}""", "/time/start")]
    [InlineData("""{"time":{"start":"14:00","end":"later"}}""", "/time/end")]
    [InlineData("""{"time":{"start":"14:00","zone":"Mars/Olympus"}}""", "/time/zone")]
    [InlineData("""{"identifiers":[{"scheme":"","identifier":"x"}]}""", "/identifiers/0/scheme")]
    [InlineData("""{"identifiers":[{"scheme":"x","identifier":""}]}""", "/identifiers/0/identifier")]
    [InlineData("""{"identifiers":[{"scheme":"a:b","identifier":"x"}]}""", "/identifiers/0/scheme")]
    [InlineData("""{"fatalities":{"best":-1}}""", "/fatalities/best")]
    [InlineData("""{"title":"   "}""", "/title")]
    public async Task What_means_nothing_is_refused(string patch, string pointer)
    {
        var id = await api.EventAsync();

        Assert.Contains((await api.RefusedAsync(422, "PATCH", $"/v1/events/{id}", patch)).Each("errors"), e => e.Text("pointer") == pointer);
        Assert.Equal(1, await api.RevisionAsync($"/v1/events/{id}"));
    }

    [Fact]
    public async Task A_long_chain_of_lines_that_hang_on_a_wrong_one_is_soon_refused()
    {
        const int Links = 2_000;
        var stem = Writing.Own("chain").Replace(' ', '-');
        var lines = Writing.Lines([.. Enumerable.Range(0, Links).Select(n => new { id = $"{stem}-{n}", label = "A link", parent = n == Links - 1 ? "no-such-topic-anywhere" : $"{stem}-{n + 1}" })]);

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var problem = await api.RefusedAsync(422, "POST", "/v1/topics/batch?onError=skip", lines);

        Assert.Contains(problem.Each("errors"), e => e.Text("line") == $"{Links}" && e.Text("pointer") == "/parent");
        await api.ProblemAsync($"/v1/topics/{stem}-0", 404);
        // A server is asked several questions for each line, round by round.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(TestEngine.IsPostgres ? 120 : 20));
    }

    [Fact]
    public async Task The_reason_of_a_change_is_told_in_the_feed_and_in_the_history()
    {
        var (since, id) = (await api.WatermarkAsync(), await api.EventAsync());
        using var changed = await api.WriteAsync("PATCH", $"/v1/events/{id}", new { title = "Better" }, "*", headers: ("X-Change-Reason", "A better title"));

        var change = (await api.AllAsync($"/v1/changes?since={since}"))[^1];
        Assert.Equal(("updated", "A better title"), (change.Text("op"), change.Text("reason")));
        Assert.Equal(["title"], change.Texts("changed"));
        Assert.Equal("A better title", (await api.GetAsync($"/v1/events/{id}/revisions")).Each("items")[0].Text("reason"));
    }
}

/// <summary>Writing while time goes by; the clock of this catalogue is moved.</summary>
public sealed class WritingOverTimeTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Fact]
    public async Task An_answer_is_remembered_for_a_day_and_no_longer()
    {
        var (label, key) = (Writing.Own("Daily"), ("Idempotency-Key", Guid.NewGuid().ToString()));
        using var first = await api.WriteAsync("POST", "/v1/topics", new { label }, headers: key);

        api.Clock.Now += TimeSpan.FromHours(23.9);
        using var within = await api.WriteAsync("POST", "/v1/topics", new { label }, headers: key);
        api.Clock.Now += TimeSpan.FromHours(0.2);
        using var after = await api.WriteAsync("POST", "/v1/topics", new { label }, headers: key);
        using var again = await api.WriteAsync("POST", "/v1/topics", new { label }, headers: key);

        Assert.Equal([false, true, false, true], new[] { first, within, after, again }.Select(r => r.Headers.Contains("Idempotency-Replayed")));
        Assert.Equal(first.Headers.Location, within.Headers.Location);
        Assert.NotEqual(first.Headers.Location, after.Headers.Location);
        Assert.Equal(after.Headers.Location, again.Headers.Location);
    }

    [Theory]
    [InlineData("statements", "statements")]
    [InlineData("relations", "relations")]
    [InlineData("claims", "claims")]
    public async Task A_part_that_comes_changes_or_goes_moves_the_time_of_its_event_and_not_its_revision(string resource, string member)
    {
        var id = await api.EventAsync();
        var (situation, source) = (await api.AddAsync("situations", new { kind = "war", title = Writing.Own("War") }), await api.SourceAsync());
        var (body, patch) = resource switch
        {
            "statements" => ((object)new { text = "Words", basis = new { voice = "author" }, @event = id }, (object)new { text = "Other words" }),
            "relations" => (new { from = new { kind = "event", id }, type = "about", to = new { kind = "situation", id = situation } }, new { type = "partOf" }),
            _ => (new { record = new { kind = "event", id }, pointer = "/title", value = "x", source }, new { value = "y" }),
        };
        var part = "";
        foreach (var method in (string[])["POST", "PATCH", "DELETE"])
        {
            var (before, since) = (await api.GetAsync($"/v1/events/{id}"), await api.WatermarkAsync());
            api.Clock.Now += TimeSpan.FromMinutes(1);
            if (method == "POST") part = await api.AddAsync(resource, body);
            else await api.WrittenAsync(method, $"/v1/{resource}/{part}", method == "PATCH" ? patch : null);

            var after = await api.GetAsync($"/v1/events/{id}");
            Assert.Equal(1, after.At("revision").GetInt64());
            Assert.True(string.CompareOrdinal(before.Text("updatedAt"), after.Text("updatedAt")) < 0, $"{method}: {before.Text("updatedAt")} {after.Text("updatedAt")}");
            var told = Assert.Single(await api.AllAsync($"/v1/changes?since={since}&kind=event"));
            Assert.Equal((id, "updated", "1"), (told.Text("id"), told.Text("op"), told.Text("revision")));
            Assert.Equal([member], told.Texts("changed"));
            Assert.Equal([id], await api.IdsAsync($"/v1/events?updatedSince={Uri.EscapeDataString(after.Text("updatedAt")!)}"));
        }
    }

    [Fact]
    public async Task A_write_that_changes_nothing_leaves_the_time()
    {
        var id = await api.EventAsync();
        var before = await api.GetAsync($"/v1/events/{id}");
        api.Clock.Now += TimeSpan.FromMinutes(1);

        Assert.Equal(before.ToString(), (await api.WrittenAsync("PUT", $"/v1/events/{id}", before.ToString())).ToString());
        Assert.Equal(before.ToString(), (await api.GetAsync($"/v1/events/{id}")).ToString());
    }

    [Fact]
    public async Task A_change_moves_the_time_of_the_change_and_not_that_of_the_creation()
    {
        var id = await api.ActorAsync();
        var before = await api.GetAsync($"/v1/actors/{id}");
        api.Clock.Now += TimeSpan.FromMinutes(1);

        var after = await api.WrittenAsync("PATCH", $"/v1/actors/{id}", new { summary = "Later." });

        Assert.Equal(before.Text("createdAt"), after.Text("createdAt"));
        Assert.Equal(DateTimeOffset.Parse(before.Text("updatedAt")!, CultureInfo.InvariantCulture).AddMinutes(1), DateTimeOffset.Parse(after.Text("updatedAt")!, CultureInfo.InvariantCulture));
    }
}

/// <summary>Writing to the default catalogue, which this class has for itself.</summary>
public sealed class WritingDefaultTests(DefaultApi api) : IClassFixture<DefaultApi>
{
    public static TheoryData<string> Resources => Writing.Resources;

    [Theory, MemberData(nameof(Resources))]
    public async Task What_is_read_can_be_put_back_and_changes_nothing(string resource)
    {
        var since = await api.WatermarkAsync();
        // The newest, the oldest, and some between.
        var paths = (await api.GetAsync($"/v1/{resource}?sample=12&seed=3")).Each("items").Concat((await api.GetAsync($"/v1/{resource}?limit=8")).Each("items")).Select(i => $"/v1/{resource}/{i.Text("id")}").Distinct().ToList();
        Assert.NotEmpty(paths);
        var wrong = new List<string>();

        foreach (var path in paths)
        {
            using var read = await api.Client.GetAsync(path);
            var body = await read.Content.ReadAsStringAsync();
            using var written = await api.WriteAsync("PUT", path, body, read.Headers.ETag!.Tag);
            var answer = await written.Content.ReadAsStringAsync();
            if (written.StatusCode != HttpStatusCode.OK || answer != body) wrong.Add($"{path}: {written.StatusCode} {answer}{Environment.NewLine}instead of {body}");
        }

        Reading.Nothing(wrong);
        Assert.Empty(await api.ToldAsync(since));
    }

    [Theory]
    [InlineData("events/E1")]
    [InlineData("meetings/E1")]
    [InlineData("actors/nato")]
    [InlineData("posts/nato-secretary-general")]
    [InlineData("locations/downing-street")]
    public async Task What_is_read_with_all_that_can_be_included_can_be_put_back(string path)
    {
        var resource = path.Split('/')[0];
        var include = resource switch { "events" or "meetings" => "statements,sources,relations,claims,revisions,names", _ => "claims,revisions" };
        var body = await api.GetAsync($"/v1/{path}?include={include}");

        var written = await api.WrittenAsync("PUT", $"/v1/{path}", body.ToString());

        Assert.Equal(body.At("revision").GetInt64(), written.At("revision").GetInt64());
    }

    [Fact]
    public async Task What_much_of_the_catalogue_refers_to_is_not_deleted()
    {
        foreach (var path in (string[])["actors/nato", "actors/kuwait", "locations/kuwait", "topics/hybrid-threats", "sources/R1", "posts/nato-secretary-general", "meeting-series/ici-policy-advisory-group", "events/E1"])
        {
            var problem = await api.RefusedAsync(409, "DELETE", $"/v1/{path}");
            Assert.All(problem.Each("errors"), e => Assert.Equal("referred-to", e.Text("code")));
            await api.GetAsync($"/v1/{path}");
        }
    }

    [Fact]
    public async Task A_renamed_state_is_soon_shown_and_found_in_all_its_events()
    {
        const string Word = "Kuwaytistan";
        var count = await api.CountAsync("/v1/events?actor=kuwait&actorMatch=self");
        Assert.True(count > 0);

        await api.WrittenAsync("PATCH", "/v1/actors/kuwait", new { name = Word });

        await Asking.SoonAsync(async () => await api.CountAsync($"/v1/events?actor=kuwait&actorMatch=self&q={Word}") == count, "Not all are found by the new name.");
        Assert.Contains("kuwait", (await api.GetAsync($"/v1/search?q={Word}")).Texts("items", "id"));
        await api.WrittenAsync("PATCH", "/v1/actors/kuwait", new { name = "Kuwait" });
    }

    [Fact]
    public async Task A_new_event_is_found_by_everything_it_says()
    {
        var created = await api.WrittenAsync("POST", "/v1/events", new
        {
            type = "consult", modes = new[] { "visit" }, title = "Zanzibarian envoy at Downing Street", date = "2026-02-20", location = "downing-street",
            participants = new[] { new { actor = "nato", roles = new[] { "visitor" } }, new { actor = "iso3166:KWT", roles = new[] { "host" } } }, topics = new[] { new { id = "hybrid-threats" } },
        });
        var id = created.Text("id")!;

        foreach (var filter in (string[])["q=zanzibarian", "actor.host=kuwait", "actor[all]=nato,kuwait", "location=london", "country=GBR", "topic=hybrid-threats", "date=2026-02-20", "mode=visit", "from=2026-02-19&to=2026-02-21"])
            Assert.Contains(id, await api.IdsAsync($"/v1/events?limit=500&{filter}"));
        Assert.Contains(id, (await api.GetAsync("/v1/search?q=zanzibarian")).Texts("items", "id"));
        await api.WrittenAsync("DELETE", $"/v1/events/{id}");
        foreach (var filter in (string[])["q=zanzibarian", "actor.host=kuwait", "date=2026-02-20"]) Assert.DoesNotContain(id, await api.IdsAsync($"/v1/events?limit=500&{filter}"));
    }
}
