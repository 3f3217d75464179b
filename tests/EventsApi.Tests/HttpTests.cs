using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using EventsApi.Records;

namespace EventsApi.Tests;

/// <summary>What every answer does by HTTP's own rules: validators, HEAD, compression, CORS, links; and how a client shapes it: languages, fields, includes.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class HttpTests(DefaultApi api)
{
    private async Task<HttpResponseMessage> SendAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await api.Client.SendAsync(request);
    }

    private async Task<string> TagAsync(string path, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(path, headers);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.GetValues("ETag").Single();
    }

    public static TheoryData<string> Representative =>
        ["/v1/events/E1", "/v1/meetings/E2", "/v1/actors/kuwait", "/v1/events?limit=5", "/v1/actors?kind=state&limit=5", "/v1/events/E1?lang=ar", "/v1/events?fields=id&limit=5", "/v1/topics/hybrid-threats", "/v1/codes", "/v1/stats", "/v1/meetings/E1/brief", "/v1/posts/nato-secretary-general/holders"];

    [Theory]
    [MemberData(nameof(Representative))]
    public async Task An_answer_has_a_strong_tag_a_date_and_may_be_kept(string path)
    {
        using var response = await SendAsync(path);

        var tag = response.Headers.GetValues("ETag").Single();
        Assert.True(EntityTagHeaderValue.TryParse(tag, out var parsed) && !parsed.IsWeak, tag);
        Assert.NotNull(response.Content.Headers.LastModified);
        Assert.True(response.Headers.CacheControl!.Public);
        foreach (var header in (string[])["Accept", "Accept-Language", "Accept-Encoding"]) Assert.Contains(header, response.Headers.Vary);
    }

    [Theory]
    [MemberData(nameof(Representative))]
    public async Task If_None_Match_answers_304_without_a_body(string path)
    {
        var tag = await TagAsync(path);

        using var response = await SendAsync(path, ("If-None-Match", tag));

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        Assert.Equal(tag, response.Headers.GetValues("ETag").Single());
        Assert.NotEmpty(response.Headers.Vary);
        Assert.NotNull(response.Headers.CacheControl);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/v1/events/E1")]
    [InlineData("/v1/events?limit=5")]
    public async Task If_None_Match_takes_lists_weak_tags_and_a_star(string path)
    {
        var tag = await TagAsync(path);

        foreach (var given in (string[])[$"\"other\", {tag}", $"W/{tag}", "*"])
        {
            using var response = await SendAsync(path, ("If-None-Match", given));
            Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("\"other\"")]
    [InlineData("garbage")]
    public async Task Another_tag_gets_the_whole_answer(string tag)
    {
        using var response = await SendAsync("/v1/events/E1", ("If-None-Match", tag));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("/v1/events/E1")]
    [InlineData("/v1/events?limit=25")]
    [InlineData("/v1/codes")]
    public async Task Each_encoding_has_a_tag_of_its_own_that_answers_304(string path)
    {
        string[] encodings = ["br", "gzip", "identity"];
        var tags = new List<string>();
        foreach (var encoding in encodings)
        {
            tags.Add(await TagAsync(path, ("Accept-Encoding", encoding)));
            using var response = await SendAsync(path, ("Accept-Encoding", encoding), ("If-None-Match", tags[^1]));
            Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
            Assert.Equal(tags[^1], response.Headers.GetValues("ETag").Single());
        }

        Assert.Equal(3, tags.Distinct().Count());
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task A_compressed_answer_is_the_same_and_smaller(string encoding)
    {
        using var plain = await SendAsync("/v1/events/E1");
        using var packed = await SendAsync("/v1/events/E1", ("Accept-Encoding", encoding));

        Assert.Equal([encoding], packed.Content.Headers.ContentEncoding);
        var bytes = await packed.Content.ReadAsByteArrayAsync();
        var expected = await plain.Content.ReadAsByteArrayAsync();
        Assert.True(bytes.Length < expected.Length / 2, $"{bytes.Length} of {expected.Length}");
        using var unpacked = new MemoryStream();
        await using (Stream stream = encoding == "br" ? new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress) : new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress)) await stream.CopyToAsync(unpacked);
        Assert.Equal(expected, unpacked.ToArray());
    }

    [Theory]
    [InlineData("/v1/events/E1", "/v1/events/E1?fields=id")]
    [InlineData("/v1/events/E1", "/v1/events/E1?lang=ar")]
    [InlineData("/v1/events/E1", "/v1/events/E1?include=claims")]
    [InlineData("/v1/events/E1", "/v1/events/E2")]
    [InlineData("/v1/events?limit=5", "/v1/events?limit=6")]
    [InlineData("/v1/events?limit=5", "/v1/events?limit=5&type=consult")]
    [InlineData("/v1/events?limit=5", "/v1/events?limit=5&lang=fr")]
    [InlineData("/v1/events?limit=5", "/v1/events?limit=5&total=none")]
    [InlineData("/v1/codes?limit=5", "/v1/codes?limit=6")]
    public async Task Different_answers_have_different_tags(string one, string other) => Assert.NotEqual(await TagAsync(one), await TagAsync(other));

    [Fact]
    public async Task The_language_header_changes_the_tag() => Assert.NotEqual(await TagAsync("/v1/actors/kuwait"), await TagAsync("/v1/actors/kuwait", ("Accept-Language", "ar")));

    [Theory]
    [MemberData(nameof(Representative))]
    public async Task If_Modified_Since_answers_304_until_it_changes(string path)
    {
        using var response = await SendAsync(path);
        var modified = response.Content.Headers.LastModified!.Value;

        using var same = await SendAsync(path, ("If-Modified-Since", modified.ToString("R")));
        using var before = await SendAsync(path, ("If-Modified-Since", modified.AddSeconds(-1).ToString("R")));
        using var unreadable = await SendAsync(path, ("If-Modified-Since", "some day"));
        Assert.Equal([HttpStatusCode.NotModified, HttpStatusCode.OK, HttpStatusCode.OK], [same.StatusCode, before.StatusCode, unreadable.StatusCode]);
    }

    [Fact]
    public async Task If_None_Match_goes_before_If_Modified_Since()
    {
        using var response = await SendAsync("/v1/events/E1", ("If-None-Match", "\"other\""), ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("/v1/events/E1", 200)]
    [InlineData("/v1/events?limit=5", 200)]
    [InlineData("/v1/codes?limit=5", 200)]
    [InlineData("/v1/stats", 200)]
    [InlineData("/healthz", 200)]
    [InlineData("/errors/not-found", 200)]
    [InlineData("/openapi/v1.json", 200)]
    [InlineData("/v1/events?typ=1", 400)]
    [InlineData("/v1/events/E999999", 404)]
    [InlineData("/nope", 404)]
    public async Task HEAD_answers_as_GET_without_the_body(string path, int status)
    {
        using var get = await api.Client.GetAsync(path);
        using var head = await api.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));

        Assert.Equal(status, (int)get.StatusCode);
        Assert.Equal(status, (int)head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        foreach (var header in (string[])["ETag", "Link", "Cache-Control", "Vary", "X-Content-Type-Options"])
            Assert.Equal(get.Headers.TryGetValues(header, out var expected) ? string.Join(',', expected) : null, head.Headers.TryGetValues(header, out var given) ? string.Join(',', given) : null);
        if (status == 200 && path.StartsWith("/v1", StringComparison.Ordinal)) Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task HEAD_is_conditional_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/v1/events/E1");
        request.Headers.TryAddWithoutValidation("If-None-Match", await TagAsync("/v1/events/E1"));

        using var response = await api.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
    }

    [Theory]
    [InlineData("/v1/events/E1", 200)]
    [InlineData("/v1/events?limit=1", 200)]
    [InlineData("/v1/events?typ=1", 400)]
    [InlineData("/v1/events/E999999", 404)]
    [InlineData("/v1/topics?format=ics", 406)]
    public async Task Any_page_may_read_the_answer_and_its_headers(string path, int status)
    {
        using var response = await SendAsync(path, ("Origin", "https://elsewhere.example"));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var exposed = string.Join(',', response.Headers.GetValues("Access-Control-Expose-Headers")).Split(',', StringSplitOptions.TrimEntries);
        foreach (var header in (string[])["ETag", "Link", "Location", "Retry-After"]) Assert.Contains(header, exposed);
    }

    [Fact]
    public async Task A_304_may_be_read_by_any_page()
    {
        using var response = await SendAsync("/v1/events/E1", ("Origin", "https://elsewhere.example"), ("If-None-Match", await TagAsync("/v1/events/E1")));

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Fact]
    public async Task A_preflight_for_a_conditional_read_is_granted()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v1/events/E1");
        foreach (var (name, value) in ((string, string)[])[("Origin", "https://elsewhere.example"), ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "if-none-match")]) request.Headers.TryAddWithoutValidation(name, value);

        using var response = await api.Client.SendAsync(request);

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("if-none-match", string.Join(',', response.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/v1/events/E1")]
    [InlineData("/v1/events?typ=1")]
    [InlineData("/nope")]
    [InlineData("/errors/not-found")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/swagger/index.html")]
    [InlineData("/healthz")]
    public async Task Every_answer_is_guarded_and_does_not_name_its_server(string path)
    {
        using var response = await api.Client.GetAsync(path);

        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains("frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Empty(response.Headers.Server);
    }

    [Fact]
    public async Task A_problem_is_not_kept_by_caches()
    {
        using var response = await api.Client.GetAsync("/v1/events/E999999");

        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Null(response.Headers.ETag);
    }

    [Fact]
    public async Task The_Link_header_is_next()
    {
        using var response = await api.Client.GetAsync("/v1/events?type=consult&limit=2&fields=id&lang=fr");
        var next = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Text("next")!;

        Assert.Equal($"<{next}>; rel=\"next\"", response.Headers.GetValues("Link").Single());
        var page = await api.GetAsync(next);
        Assert.Equal(2, page.Each("items").Count);
        Assert.Equal(["id"], page.Each("items")[0].EnumerateObject().Select(m => m.Name));
    }

    [Fact]
    public async Task The_last_page_has_no_Link()
    {
        using var response = await api.Client.GetAsync("/v1/meetings?series=ici-policy-advisory-group");

        Assert.False(response.Headers.Contains("Link"));
        Assert.Null(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Text("next"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?lang=ar")]
    [InlineData("?include=claims,names")]
    [InlineData("?fields=id,title,agenda")]
    public async Task Both_paths_of_a_meeting_give_the_same_body_and_tag(string query)
    {
        using var asEvent = await api.Client.GetAsync($"/v1/events/E1{query}");
        using var asMeeting = await api.Client.GetAsync($"/v1/meetings/E1{query}");

        Assert.Equal(await asEvent.Content.ReadAsStringAsync(), await asMeeting.Content.ReadAsStringAsync());
        Assert.Equal(asEvent.Headers.ETag, asMeeting.Headers.ETag);
        Assert.Equal(HttpStatusCode.OK, asMeeting.StatusCode);
    }

    [Fact]
    public async Task An_event_that_is_no_meeting_is_not_found_among_meetings_and_is_named()
    {
        Assert.Contains("/v1/events/E3", (await api.ProblemAsync("/v1/meetings/E3", 404)).Text("detail"), StringComparison.Ordinal);
        await api.ProblemAsync("/v1/meetings/E3?fields=id", 404);
    }

    [Fact]
    public async Task A_coded_row_is_not_among_the_meetings() => Assert.Equal(0, (await api.GetAsync("/v1/meetings?dataset=ucdp-ged")).At("total.value").GetInt64());

    [Theory]
    [InlineData("/v1/actors/kuwait?lang=ar", null, "الكويت", "ar")]
    [InlineData("/v1/actors/kuwait?lang=fr", null, "Koweït", "fr")]
    [InlineData("/v1/actors/kuwait?lang=ar,fr", null, "الكويت", "ar")]
    [InlineData("/v1/actors/kuwait?lang=xx,fr", null, "Koweït", "fr")]
    [InlineData("/v1/actors/kuwait?lang=ar-KW", null, "الكويت", "ar")]
    [InlineData("/v1/actors/kuwait?lang=xx", null, "Kuwait", "en")]
    [InlineData("/v1/actors/kuwait?lang=en", null, "Kuwait", "en")]
    [InlineData("/v1/locations/kuwait?lang=ar", null, "الكويت", "ar")]
    [InlineData("/v1/actors/kuwait", "ar", "الكويت", "ar")]
    [InlineData("/v1/actors/kuwait", "fr-CH, fr;q=0.9, en;q=0.8", "Koweït", "fr")]
    [InlineData("/v1/actors/kuwait", "fr;q=0.5, ar;q=0.9", "الكويت", "ar")]
    [InlineData("/v1/actors/kuwait?lang=fr", "ar", "Koweït", "fr")]
    public async Task Names_come_in_the_language_asked_for_and_say_which(string path, string? header, string name, string language)
    {
        using var response = await SendAsync(path, header is null ? [] : [("Accept-Language", header)]);
        var record = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal((name, language), (record.Text("name"), record.Text("nameLanguage")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData(";;;q=x")]
    [InlineData("en-GB,en;q=0.9")]
    public async Task A_language_header_that_asks_for_nothing_else_gets_English(string header)
    {
        using var response = await SendAsync("/v1/actors/kuwait", ("Accept-Language", header));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Kuwait", JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Text("name"));
    }

    [Fact]
    public async Task Names_inside_a_record_change_language_too()
    {
        var meeting = await api.GetAsync("/v1/meetings/E1?lang=ar");

        Assert.Contains(("الكويت", "ar"), meeting.Each("location.path").Select(p => (p.Text("name")!, p.Text("nameLanguage")!)));
        var host = meeting.Each("participants")[0].At("onBehalfOf");
        Assert.Equal(("kuwait", "الكويت", "ar"), (host.Text("id"), host.Text("name"), host.Text("nameLanguage")));
    }

    [Fact]
    public async Task Names_in_a_list_change_language_too()
    {
        var partners = await api.GetAsync("/v1/actors/istanbul-cooperation-initiative/members?lang=ar,fr");

        Assert.Equal(("الكويت", "ar"), partners.Each("items").Select(m => m.At("member")).Where(m => m.Text("id") == "kuwait").Select(m => (m.Text("name")!, m.Text("nameLanguage")!)).Single());
    }

    [Fact]
    public async Task Without_a_language_there_is_no_nameLanguage() => Assert.False((await api.GetAsync("/v1/actors/kuwait")).TryGetProperty("nameLanguage", out _));

    [Fact]
    public async Task Fields_trim_items_and_their_insides()
    {
        var items = (await api.GetAsync("/v1/meetings?ids=E2&fields=id,date.start,participants.actor.id,location.path.name")).Each("items");

        Assert.Equal("""{"id":"E2","date":{"start":"2025-09-09"},"location":{"path":[{"name":"London"},{"name":"United Kingdom"},{"name":"Northern Europe"},{"name":"Europe"},{"name":"World"}]},"participants":[{"actor":{"id":"keir-starmer"}},{"actor":{"id":"mark-rutte"}}]}""", Assert.Single(items).GetRawText());
    }

    [Fact]
    public async Task Fields_trim_a_single_record() => Assert.Equal("""{"id":"E2","title":"Prime Minister of the United Kingdom and NATO Secretary General Mark Rutte meet at Downing Street"}""", (await api.GetAsync("/v1/events/E2?fields=title,id")).GetRawText());

    [Fact]
    public async Task A_field_within_null_is_null() => Assert.Equal("""{"id":"E3","location":{"id":"doha"},"fatalities":null}""", (await api.GetAsync("/v1/events/E3?fields=id,fatalities.best,location.id")).GetRawText());

    [Theory]
    [InlineData("statements")]
    [InlineData("sources")]
    [InlineData("relations")]
    [InlineData("claims")]
    [InlineData("revisions")]
    [InlineData("names")]
    public async Task Include_adds_a_member_to_items_and_records(string include)
    {
        var plain = Assert.Single((await api.GetAsync("/v1/events?ids=E1")).Each("items"));
        var item = Assert.Single((await api.GetAsync($"/v1/events?ids=E1&include={include}")).Each("items"));
        var record = await api.GetAsync($"/v1/events/E1?include={include}");

        Assert.False(plain.TryGetProperty(include, out _));
        Assert.NotEmpty(item.Each(include));
        Assert.Equal(item.At(include).GetRawText(), record.At(include).GetRawText());
    }

    [Fact]
    public async Task Several_includes_come_together_and_beside_fields()
    {
        var item = Assert.Single((await api.GetAsync("/v1/events?ids=E1&fields=id&include=claims,sources")).Each("items"));

        Assert.Equal(["claims", "id", "sources"], item.EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_single_record_leaves_claims_revisions_and_names_out()
    {
        var record = await api.GetAsync("/v1/events/E1");

        foreach (var member in (string[])["claims", "revisions", "names"]) Assert.False(record.TryGetProperty(member, out _), member);
        foreach (var member in (string[])["statements", "sources", "relations"]) Assert.NotEmpty(record.Each(member));
    }

    [Fact]
    public async Task Included_names_have_every_language()
    {
        var names = (await api.GetAsync("/v1/events/E1?include=names")).Each("names").Single(n => (n.Text("kind"), n.Text("id")) == ("actor", "kuwait"));

        Assert.Contains("الكويت", names.Texts("names", "text"));
        Assert.Contains("Koweït", names.Texts("names", "text"));
    }

    [Fact]
    public async Task The_first_revision_is_one()
    {
        var revision = Assert.Single((await api.GetAsync("/v1/events/E1?include=revisions")).Each("revisions"));

        Assert.Equal(1, revision.At("revision").GetInt64());
    }

    [Theory]
    [InlineData("/v1/memberships/M133?include=claims", "claims")]
    [InlineData("/v1/actors/kuwait?include=revisions", "revisions")]
    [InlineData("/v1/locations/downing-street?include=claims", "claims")]
    [InlineData("/v1/claims/C1?include=revisions", "revisions")]
    public async Task Include_works_on_other_resources(string path, string include) => Assert.NotEmpty((await api.GetAsync(path)).Each(include));

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Probes_answer(string path) => Assert.Equal(HttpStatusCode.OK, (await api.Client.GetAsync(path)).StatusCode);

    [Fact]
    public async Task Swagger_UI_is_served_without_anything_from_elsewhere()
    {
        using var response = await api.Client.GetAsync("/swagger/index.html");
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain("src=\"http", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=\"http", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }
}

/// <summary>Validators follow what is written.</summary>
public sealed class ConditionalAfterWriteTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private async Task<HttpResponseMessage> SendAsync(string path, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(header, value);
        return await api.Client.SendAsync(request);
    }

    private Task<IReadOnlyList<string>> GivenActorAsync(string id) => api.GivenAsync(Kind.Actor, new { id, kind = "organization", name = id });

    [Fact]
    public async Task A_list_that_a_write_changed_is_sent_again()
    {
        using var before = await api.Client.GetAsync("/v1/actors?kind=organization");
        var tag = before.Headers.ETag!.ToString();
        await GivenActorAsync("first-organization");

        using var after = await SendAsync("/v1/actors?kind=organization", "If-None-Match", tag);

        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.NotEqual(tag, after.Headers.ETag!.ToString());
        Assert.Contains("first-organization", await after.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_count_that_a_write_changed_is_sent_again()
    {
        using var before = await api.Client.GetAsync("/v1/stats");
        await GivenActorAsync("second-organization");

        using var after = await SendAsync("/v1/stats", "If-None-Match", before.Headers.ETag!.ToString());

        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task A_post_gets_another_tag_when_someone_takes_it()
    {
        await GivenActorAsync("the-organization");
        await api.GivenAsync(Kind.Actor, new { id = "a-person", kind = "person", name = "A Person" });
        await api.GivenAsync(Kind.Post, new { id = "the-post", label = "The Post", organization = "the-organization" });
        using var before = await api.Client.GetAsync("/v1/posts/the-post");
        await api.GivenAsync(Kind.Membership, new { member = "a-person", organization = "the-organization", post = "the-post", classification = "holder", start = "2020" });

        using var after = await SendAsync("/v1/posts/the-post", "If-None-Match", before.Headers.ETag!.ToString());

        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal(["a-person"], JsonDocument.Parse(await after.Content.ReadAsStringAsync()).RootElement.Texts("holders", "person.id"));
    }

    [Fact]
    public async Task A_record_that_no_write_touched_keeps_its_tag()
    {
        await GivenActorAsync("third-organization");
        using var before = await api.Client.GetAsync("/v1/actors/third-organization");
        await GivenActorAsync("fourth-organization");

        using var after = await SendAsync("/v1/actors/third-organization", "If-None-Match", before.Headers.ETag!.ToString());

        Assert.Equal(HttpStatusCode.NotModified, after.StatusCode);
    }

    [Fact]
    public async Task A_later_write_ends_what_If_Modified_Since_holds()
    {
        await GivenActorAsync("fifth-organization");
        using var before = await api.Client.GetAsync("/v1/actors");
        var modified = before.Content.Headers.LastModified!.Value;
        api.Clock.Now = modified.AddMinutes(1);
        await GivenActorAsync("sixth-organization");

        using var after = await SendAsync("/v1/actors", "If-Modified-Since", modified.ToString("R"));

        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal(modified.AddMinutes(1), after.Content.Headers.LastModified);
    }
}
