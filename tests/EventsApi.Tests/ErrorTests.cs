using System.Net;
using System.Text;
using System.Text.Json;
using EventsApi.Records;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>Whatever is wrong with a request is told as a problem that names the place, the legal values and the nearest one.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class ErrorTests(DefaultApi api)
{
    /// <summary>The one error that a bad query answers, which must name the parameter.</summary>
    private async Task<JsonElement> RefusedAsync(string path, string parameter)
    {
        var errors = (await api.ProblemAsync(path, 400)).Each("errors");
        return Assert.Single(errors, e => e.TryGetProperty("parameter", out var named) && named.GetString() == parameter);
    }

    [Theory]
    [InlineData("/v1/events?typ=consult", "typ", "type")]
    [InlineData("/v1/events?contry=KWT", "contry", "country")]
    [InlineData("/v1/events?actors=nato", "actors", "actor")]
    [InlineData("/v1/events?actor.hosts=kuwait", "actor.hosts", "actor.host")]
    [InlineData("/v1/events?Type=consult", "Type", "type")]
    [InlineData("/v1/events?type[no]=consult", "type[no]", "type[not]")]
    [InlineData("/v1/meetings?serie=nato-summit", "serie", "series")]
    [InlineData("/v1/actors?memberof=nato", "memberof", "memberOf")]
    [InlineData("/v1/memberships?asof=2004", "asof", "asOf")]
    [InlineData("/v1/statements?speeker=mark-rutte", "speeker", "speaker")]
    [InlineData("/v1/actors/kuwait/events?sorted=date", "sorted", "sort")]
    [InlineData("/v1/actors/kuwait?field=id", "field", "fields")]
    [InlineData("/v1/codes?limt=1", "limt", "limit")]
    [InlineData("/v1/stats?formt=json", "formt", "format")]
    public async Task An_unknown_parameter_is_refused_with_the_nearest(string path, string parameter, string nearest)
    {
        var error = await RefusedAsync(path, parameter);

        Assert.Equal("unknown-parameter", error.Text("code"));
        Assert.Equal(nearest, error.Text("didYouMean"));
        Assert.Contains(nearest, error.Texts("allowed"));
    }

    [Theory]
    [InlineData("/v1/meetings?ordinals=7&series=nato-summit")]
    [InlineData("/v1/events?ordinal=7")]
    [InlineData("/v1/events?colour=red")]
    [InlineData("/v1/actors?type=consult")]
    public async Task A_parameter_of_another_resource_is_not_ignored(string path) => await api.ProblemAsync(path, 400);

    [Theory]
    [InlineData("/v1/events?type=consutl", "type", "consult")]
    [InlineData("/v1/events?type[not]=protst", "type[not]", "protest")]
    [InlineData("/v1/events?type=consult,asault", "type", "assault")]
    [InlineData("/v1/events?mode=visti", "mode", "visit")]
    [InlineData("/v1/events?status=hold", "status", "held")]
    [InlineData("/v1/events?sector=GVO", "sector", "GOV")]
    [InlineData("/v1/events?sort=-dat", "sort", "-date")]
    [InlineData("/v1/events?precision[gte]=citty", "precision[gte]", "city")]
    [InlineData("/v1/events?dateMatch=possibly&from=2025", "dateMatch", "possible")]
    [InlineData("/v1/events?has=locations", "has", "location")]
    [InlineData("/v1/events?certainty=likly", "certainty", "likely")]
    [InlineData("/v1/events?total=exactly", "total", "exact")]
    [InlineData("/v1/events?include=statement", "include", "statements")]
    [InlineData("/v1/events?geoMatch=posible&near=1,1", "geoMatch", "possible")]
    [InlineData("/v1/meetings?setting=bilaterl", "setting", "bilateral")]
    [InlineData("/v1/actors?kind=sate", "kind", "state")]
    [InlineData("/v1/memberships?status=suspnded", "status", "suspended")]
    [InlineData("/v1/memberships?classification=partners", "classification", "partner")]
    [InlineData("/v1/statements?form=qoute", "form", "quote")]
    [InlineData("/v1/locations?kind=contry", "kind", "country")]
    [InlineData("/v1/sources?kind=articel", "kind", "article")]
    [InlineData("/v1/situations?kind=wars", "kind", "war")]
    [InlineData("/v1/relations?type=partof", "type", "partOf")]
    [InlineData("/v1/actors/kuwait?include=claim", "include", "claims")]
    public async Task An_unknown_value_is_refused_with_the_legal_ones_and_the_nearest(string path, string parameter, string nearest)
    {
        var error = await RefusedAsync(path, parameter);

        Assert.Equal("unknown-value", error.Text("code"));
        Assert.Equal(nearest, error.Text("didYouMean"));
        Assert.Contains(nearest, error.Texts("allowed"));
    }

    [Fact]
    public async Task All_seventeen_event_types_are_named_where_a_type_is_wrong()
    {
        var allowed = (await RefusedAsync("/v1/events?type=xyz", "type")).Texts("allowed");

        Assert.Equal(17, allowed.Length);
        Assert.Contains("statement", allowed);
    }

    [Theory]
    [InlineData("/v1/events?actor=kuwiat", "actor", "kuwait")]
    [InlineData("/v1/events?actor[all]=nato,kuwiat", "actor[all]", "kuwait")]
    [InlineData("/v1/events?actor.host=untied-kingdom", "actor.host", "united-kingdom")]
    [InlineData("/v1/events?actor=Kuwait", "actor", "kuwait")]
    [InlineData("/v1/events?location=lodnon", "location", "london")]
    [InlineData("/v1/events?topic=hybrid-threat", "topic", "hybrid-threats")]
    [InlineData("/v1/events?situation=war-in-ukrain", "situation", "war-in-ukraine")]
    [InlineData("/v1/events?dataset=ucdp-gde", "dataset", "ucdp-ged")]
    [InlineData("/v1/events?participant=actor:mark-rute", "participant", "mark-rutte")]
    [InlineData("/v1/meetings?series=nato-sumit", "series", "nato-summit")]
    [InlineData("/v1/actors?memberOf=ntao", "memberOf", "nato")]
    [InlineData("/v1/memberships?post=nato-secretary-generl", "post", "nato-secretary-general")]
    [InlineData("/v1/locations?within=kuwiat", "within", "kuwait")]
    [InlineData("/v1/statements?about=actor:kuwiat", "about", "kuwait")]
    public async Task An_id_that_names_nothing_is_an_unknown_value_with_the_nearest(string path, string parameter, string nearest)
    {
        var error = await RefusedAsync(path, parameter);

        Assert.Equal("unknown-value", error.Text("code"));
        Assert.Equal(nearest, error.Text("didYouMean"));
    }

    [Theory]
    [InlineData("/v1/events?actor=iso3166:QQQ", "actor")]
    [InlineData("/v1/events?ids=E999999", "ids")]
    [InlineData("/v1/events?source=R999999", "source")]
    [InlineData("/v1/events?involves=atlantis", "involves")]
    [InlineData("/v1/events?country=QQ", "country")]
    [InlineData("/v1/events?country=Kuwait", "country")]
    [InlineData("/v1/statements?event=E999999", "event")]
    [InlineData("/v1/relations?from=E1", "from")]
    [InlineData("/v1/relations?from=evnt:E1", "from")]
    public async Task A_reference_to_nothing_is_refused(string path, string parameter) => Assert.Equal("unknown-value", (await RefusedAsync(path, parameter)).Text("code"));

    [Theory]
    [InlineData("/v1/events?fields=id,titel", "title")]
    [InlineData("/v1/events?fields=date.strat", "date.start")]
    [InlineData("/v1/events/E1?fields=participants.actor.nam", "participants.actor.name")]
    [InlineData("/v1/actors?fields=nme", "name")]
    public async Task An_unknown_field_is_refused_with_the_nearest(string path, string nearest) => Assert.Equal(nearest, (await RefusedAsync(path, "fields")).Text("didYouMean"));

    [Theory]
    [InlineData("/v1/events?from=2025-13", "from")]
    [InlineData("/v1/events?to=2025-02-30", "to")]
    [InlineData("/v1/events?date=yesterday", "date")]
    [InlineData("/v1/events?date=09/09/2025", "date")]
    [InlineData("/v1/events?date=2025-09-10/2025-09-09", "date")]
    [InlineData("/v1/events?from=20250909", "from")]
    [InlineData("/v1/events?from=2025-09-09&to=2025-09-08", "to")]
    [InlineData("/v1/events?date=2025&from=2025", "date")]
    [InlineData("/v1/events?date=0d", "date")]
    [InlineData("/v1/events?dateMatch=certain", "dateMatch")]
    [InlineData("/v1/memberships?asOf=soon", "asOf")]
    [InlineData("/v1/posts?asOf=2025-99", "asOf")]
    [InlineData("/v1/sources?published=last-week", "published")]
    [InlineData("/v1/events?updatedSince=yesterday", "updatedSince")]
    public async Task A_bad_date_is_refused_by_name(string path, string parameter) => await RefusedAsync(path, parameter);

    [Theory]
    [InlineData("events", "0")]
    [InlineData("events", "501")]
    [InlineData("events", "-1")]
    [InlineData("events", "abc")]
    [InlineData("events", "1.5")]
    [InlineData("events", "")]
    [InlineData("events", "99999999999999999999")]
    [InlineData("actors", "501")]
    [InlineData("codes", "0")]
    [InlineData("codes", "501")]
    [InlineData("event-types", "abc")]
    [InlineData("meetings/E1/attendance", "0")]
    public async Task A_limit_outside_1_to_500_is_refused(string resource, string limit) => await RefusedAsync($"/v1/{resource}?limit={limit}", "limit");

    [Theory]
    [InlineData("1")]
    [InlineData("500")]
    public async Task The_bounds_of_limit_are_taken(string limit) => Assert.NotEmpty(await api.IdsAsync($"/v1/events?limit={limit}"));

    [Theory]
    [InlineData("fatalities[gte]=many", "fatalities[gte]")]
    [InlineData("fatalities[gte]=-1", "fatalities[gte]")]
    [InlineData("score[lte]=1e999", "score[lte]")]
    [InlineData("score[lte]=NaN", "score[lte]")]
    [InlineData("goldstein[gte]=low", "goldstein[gte]")]
    [InlineData("sourceCount[gte]=1.5", "sourceCount[gte]")]
    [InlineData("contested=perhaps", "contested")]
    [InlineData("bbox=1,2,3", "bbox")]
    [InlineData("bbox=a,b,c,d", "bbox")]
    [InlineData("bbox=10,60,20,50", "bbox")]
    [InlineData("bbox=10,50,20,91", "bbox")]
    [InlineData("bbox=-181,50,20,60", "bbox")]
    [InlineData("near=51.5", "near")]
    [InlineData("near=91,0", "near")]
    [InlineData("near=0,181", "near")]
    [InlineData("near=51.5,0&radius=far", "radius")]
    [InlineData("near=51.5,0&radius=-5km", "radius")]
    [InlineData("near=51.5,0&radius=6000km", "radius")]
    [InlineData("radius=50km", "radius")]
    [InlineData("geoMatch=possible", "geoMatch")]
    [InlineData("actorMatch=self", "actorMatch")]
    [InlineData("sort=distance", "sort")]
    [InlineData("participant=mark-rutte", "participant")]
    [InlineData("participant=role:king", "participant")]
    [InlineData("sample=0", "sample")]
    [InlineData("sample=501", "sample")]
    [InlineData("seed=7", "seed")]
    [InlineData("sample=5&limit=5", "limit")]
    [InlineData("type=", "type")]
    [InlineData("actor=", "actor")]
    [InlineData("actor=nato,", "actor")]
    [InlineData("sort=date&sort=-date", "sort")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("lang=", "lang")]
    [InlineData("lang=!!", "lang")]
    [InlineData("fields=", "fields")]
    public async Task A_value_that_cannot_be_read_is_refused_by_name(string query, string parameter) => await RefusedAsync($"/v1/events?{query}", parameter);

    [Fact]
    public async Task Everything_wrong_with_the_filters_is_told_at_once()
    {
        var errors = (await api.ProblemAsync("/v1/events?typ=consult&status=hold&limit=0", 400)).Texts("errors", "parameter");

        Assert.Equal(["limit", "status", "typ"], errors.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("!!!!")]
    [InlineData("bnVsbA")]
    [InlineData("e30")]
    [InlineData("W10")]
    [InlineData("WzEsMiwzLDRd")]
    public async Task A_text_that_is_no_cursor_is_refused(string cursor) => await RefusedAsync($"/v1/events?cursor={cursor}", "cursor");

    [Theory]
    [InlineData("/v1/events?type=consult&limit=1", "/v1/events?type=assault&limit=1")]
    [InlineData("/v1/events?limit=1", "/v1/meetings?limit=1")]
    [InlineData("/v1/events?limit=1", "/v1/events?sort=date&limit=1")]
    [InlineData("/v1/actors/kuwait/events?limit=1", "/v1/actors/nato/events?limit=1")]
    [InlineData("/v1/codes?limit=1", "/v1/event-types?limit=1")]
    public async Task A_cursor_of_another_question_is_refused(string asked, string other)
    {
        var cursor = (await api.GetAsync(asked)).Text("cursor");

        await RefusedAsync($"{other}&cursor={cursor}", "cursor");
    }

    [Theory]
    [InlineData("/v1/events?sort=distance&near=51.5,-0.1&radius=5000km&limit=1", 2, "\"zz\"")]
    [InlineData("/v1/meetings?sort=-updated&limit=1", 2, "\"zz\"")]
    [InlineData("/v1/meetings?sort=-updated&limit=1", 2, "1e30")]
    [InlineData("/v1/statements?sort=date&limit=1", 2, "\"zz\"")]
    [InlineData("/v1/statements?sort=date&limit=1", 2, "1e30")]
    [InlineData("/v1/actors?limit=1", 2, "{}")]
    [InlineData("/v1/actors?limit=1", 1, "7")]
    [InlineData("/v1/events?sort=name&limit=1", 2, "null")]
    [InlineData("/v1/events?limit=1", 3, "1.5")]
    [InlineData("/v1/events?limit=1", 3, "-1")]
    [InlineData("/v1/codes?limit=1", 3, "-9000000000")]
    public async Task A_cursor_that_was_tampered_with_never_fails_the_server(string path, int part, string put)
    {
        var cursor = (await api.GetAsync(path)).Text("cursor")!.Replace('-', '+').Replace('_', '/');
        var parts = JsonDocument.Parse(Convert.FromBase64String(cursor.PadRight((cursor.Length + 3) / 4 * 4, '='))).RootElement.EnumerateArray().Select(p => p.GetRawText()).ToArray();
        parts[part] = put;
        var forged = Convert.ToBase64String(Encoding.UTF8.GetBytes($"[{string.Join(',', parts)}]")).TrimEnd('=').Replace('+', '-').Replace('/', '_');

        using var response = await api.Client.GetAsync($"{path}&cursor={forged}");

        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{(int)response.StatusCode} for {parts[part]} in part {part}");
    }

    [Theory]
    [InlineData("/v1/events?type=%00")]
    [InlineData("/v1/events?type=%ff")]
    [InlineData("/v1/events?incident=%00")]
    [InlineData("/v1/events?incident=%ff")]
    [InlineData("/v1/events?%00=1")]
    [InlineData("/v1/actors?classification=%ff")]
    [InlineData("/v1/actors?classification=a%C3")]
    [InlineData("/v1/claims?pointer=%ed%a0%80")]
    [InlineData("/v1/sources?publisher=%c0%af")]
    [InlineData("/v1/actors?memberOf=nato%00")]
    [InlineData("/v1/actors/kuwait?fields=%00")]
    [InlineData("/v1/actors/kuwait?lang=%00")]
    [InlineData("/v1/actors/kuwait?include=%ff")]
    [InlineData("/v1/codes?limit=%00")]
    [InlineData("/v1/codes?cursor=%ff")]
    public async Task NUL_and_broken_UTF8_are_refused(string path) => await api.ProblemAsync(path, 400);

    [Theory]
    [InlineData("/v1/actors?classification=")]
    [InlineData("/v1/events?incident=")]
    [InlineData("/v1/events?type=")]
    [InlineData("/v1/events?actor=")]
    [InlineData("/v1/events?participant=actor:")]
    [InlineData("/v1/events?date=")]
    [InlineData("/v1/events?bbox=")]
    public async Task A_value_longer_than_2000_characters_is_refused(string path) => await api.ProblemAsync(path + new string('a', 2_001), 400);

    [Fact]
    public async Task More_than_500_values_are_refused() => await RefusedAsync($"/v1/events?actor={string.Join(',', Enumerable.Range(1, 501).Select(n => $"a{n}"))}", "actor");

    [Theory]
    [InlineData("/v1/events/E999999")]
    [InlineData("/v1/events/E0")]
    [InlineData("/v1/events/E99999999999999999999")]
    [InlineData("/v1/events/nato")]
    [InlineData("/v1/events/ucdp:0")]
    [InlineData("/v1/actors/wikidata:")]
    [InlineData("/v1/actors/:KWT")]
    [InlineData("/v1/actors/E1")]
    [InlineData("/v1/memberships/M999999")]
    [InlineData("/v1/statements/S999999")]
    [InlineData("/v1/sources/R999999")]
    [InlineData("/v1/claims/C999999")]
    [InlineData("/v1/relations/L999999")]
    [InlineData("/v1/datasets/none")]
    [InlineData("/v1/codes/none")]
    [InlineData("/v1/event-types/none")]
    [InlineData("/v1/actors/atlantis/events")]
    [InlineData("/v1/actors/atlantis/members")]
    [InlineData("/v1/actors/atlantis/memberships")]
    [InlineData("/v1/posts/king-of-atlantis/holders")]
    [InlineData("/v1/locations/atlantis/events")]
    [InlineData("/v1/meetings/E999999/attendance")]
    [InlineData("/v1/meetings/E999999/brief")]
    [InlineData("/v1/meetings/E3/attendance")]
    [InlineData("/v1/actors/%ff")]
    [InlineData("/v1/actors/%20")]
    [InlineData("/errors/none")]
    [InlineData("/v1")]
    [InlineData("/v2/events")]
    [InlineData("/nope")]
    public async Task What_is_not_there_is_404(string path) => await api.ProblemAsync(path, 404);

    [Theory]
    [InlineData("/v1/actors/kuwiat", "/v1/actors/kuwait")]
    [InlineData("/v1/posts/nato-secretary-generl", "/v1/posts/nato-secretary-general")]
    [InlineData("/v1/locations/lodnon", "/v1/locations/london")]
    [InlineData("/v1/events/e1", "/v1/events/E1")]
    [InlineData("/v1/event-types/consutl", "consult")]
    [InlineData("/v1/evnts", "/v1/events")]
    [InlineData("/v1/meeting-seris", "/v1/meeting-series")]
    [InlineData("/errors/notfound", "not-found")]
    public async Task A_404_names_what_is_near(string path, string nearest) => Assert.Contains($"{nearest}", (await api.ProblemAsync(path, 404)).Text("detail"), StringComparison.Ordinal);

    [Fact]
    public async Task A_very_long_id_is_just_not_there() => await api.ProblemAsync($"/v1/actors/{new string('a', 3_000)}", 404);

    [Theory]
    [InlineData("DELETE", "/v1/events")]
    [InlineData("POST", "/v1/events/E1")]
    [InlineData("PUT", "/v1/datasets/curated")]
    [InlineData("PUT", "/v1/stats")]
    [InlineData("PATCH", "/v1/codes/role")]
    [InlineData("POST", "/v1/actors/nato/members")]
    [InlineData("DELETE", "/errors/not-found")]
    public async Task A_method_that_is_not_offered_is_405_with_those_that_are(string method, string path)
    {
        using var response = await api.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        var problem = await Problems.ReadAsync(response, 405);
        Assert.Contains("GET", response.Content.Headers.Allow);
        Assert.Contains("HEAD", response.Content.Headers.Allow);
        Assert.DoesNotContain(method, response.Content.Headers.Allow);
        Assert.Contains(method, problem.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/events", "application/xml")]
    [InlineData("/v1/events/E1", "text/plain")]
    [InlineData("/v1/codes", "image/png")]
    [InlineData("/v1/stats", "application/xml")]
    [InlineData("/v1/meetings/E1/brief", "application/xml")]
    [InlineData("/v1/events", "application/json;q=0")]
    public async Task A_media_type_that_is_not_offered_is_406(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await api.Client.SendAsync(request);

        await Problems.ReadAsync(response, 406);
    }

    [Theory]
    [InlineData("*/*")]
    [InlineData("application/*")]
    [InlineData("application/json")]
    [InlineData("text/html, application/xhtml+xml, */*;q=0.8")]
    [InlineData("application/xml, application/json;q=0.1")]
    [InlineData("not a media type")]
    public async Task What_a_client_commonly_accepts_gets_JSON(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events/E1");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await api.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/v1/topics?format=ics")]
    [InlineData("/v1/topics/hybrid-threats?format=geojson")]
    [InlineData("/v1/codes?format=ics")]
    [InlineData("/v1/stats?format=ics")]
    public async Task A_format_that_makes_no_sense_for_the_resource_is_406(string path) => await api.ProblemAsync(path, 406);

    [Theory]
    [InlineData("/v1/events?typ=1", 400)]
    [InlineData("/v1/nope", 404)]
    [InlineData("/v1/topics?format=ics", 406)]
    public async Task The_type_of_a_problem_leads_to_a_page_that_explains_it(string path, int status)
    {
        var problem = await api.ProblemAsync(path, status);

        using var page = await api.Client.GetAsync(problem.Text("type"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains(problem.Text("title")!, WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_problem_says_which_request_it_answers() => Assert.Equal("/v1/events?typ=1", (await api.ProblemAsync("/v1/events?typ=1", 400)).Text("instance"));

    public static TheoryData<string> Lists =>
        ["events", "meetings", "meeting-series", "situations", "actors", "posts", "memberships", "locations", "topics", "statements", "sources", "datasets", "relations", "claims", "event-types", "codes"];

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task No_value_of_any_parameter_fails_the_server(string resource)
    {
        string[] values = ["%00", "%ff", "'", "-1", "1e999", "99999999999999999999", "2025-13", "event:", ",,", "iso3166:", "(%3A)"];
        var parameters = (await RefusedAsync($"/v1/{resource}?no-such-parameter=1", "no-such-parameter")).Texts("allowed");
        var failed = new List<string>();

        // The operators share their parameter's code.
        foreach (var parameter in parameters.Where(p => !p.EndsWith("[all]", StringComparison.Ordinal) && !p.EndsWith("[not]", StringComparison.Ordinal) && !p.StartsWith("actor.", StringComparison.Ordinal)))
            foreach (var value in values)
            {
                using var response = await api.Client.GetAsync($"/v1/{resource}?{parameter}={value}");
                if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.NotAcceptable)) failed.Add($"{parameter}={value}: {(int)response.StatusCode}");
            }

        Reading.Nothing(failed);
    }
}

/// <summary>Records that were merged or deleted.</summary>
public sealed class SuccessorTests(EmptyApi api) : IClassFixture<EmptyApi>, IAsyncLifetime
{
    public async Task InitializeAsync()
    {
        if ((await api.GetAsync("/v1/actors?limit=1")).At("total.value").GetInt64() > 0) return;
        await api.GivenAsync(Kind.Actor, new { id = "new-name", kind = "organization", name = "New Name", identifiers = new[] { new { scheme = "wikidata", identifier = "Q1" } } });
        await api.GivenAsync(Kind.Location, new { id = "somewhere", kind = "city", name = "Somewhere" });
        await api.GivenAsync(Kind.Event, new { id = "E1", type = "consult", kind = "meeting", setting = "bilateral", title = "They met", participants = new[] { new { actor = "new-name", roles = new[] { "participant" } } } });
        await api.Services.GetRequiredService<Database>().WriteAsync(writer =>
        {
            long Ref(Kind kind, string id) => RecordLookup.Find(writer, kind, id)!.Ref;
            void Bury(Kind kind, long number, string? id, string reason) =>
                writer.Kept("INSERT INTO tombstones(ref, kind, id, revision, reason, at) VALUES (?, ?, ?, 2, ?, ?)").Bind(kind.Ref(number)).Bind(kind.Number).Bind(id).Bind(reason).Bind(writer.Now).Run();
            void Merge(Kind kind, long number, string into) =>
                writer.Kept("INSERT INTO merged(from_ref, into_ref, at, reason) VALUES (?, ?, ?, 'the same')").Bind(kind.Ref(number)).Bind(Ref(kind, into)).Bind(writer.Now).Run();

            Bury(Kind.Actor, 900, "old-name", "merged");
            Merge(Kind.Actor, 900, "new-name");
            Bury(Kind.Event, 900, null, "merged");
            Merge(Kind.Event, 900, "E1");
            Bury(Kind.Actor, 901, "never-was", "A hoax.");
            Bury(Kind.Location, 901, "nowhere", "A hoax.");
            Bury(Kind.Event, 901, null, "Entered twice.");
            return true;
        });
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("/v1/actors/old-name", "/v1/actors/new-name")]
    [InlineData("/v1/actors/old-name?lang=fr&fields=id,name", "/v1/actors/new-name?lang=fr&fields=id,name")]
    [InlineData("/v1/events/E900", "/v1/events/E1")]
    [InlineData("/v1/meetings/E900", "/v1/meetings/E1")]
    public async Task A_merged_record_answers_308_to_its_successor(string path, string successor)
    {
        using var response = await api.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.PermanentRedirect, response.StatusCode);
        Assert.Equal(successor, response.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.OK, (await api.Client.GetAsync(response.Headers.Location)).StatusCode);
    }

    [Fact]
    public async Task Filters_follow_a_merge()
    {
        var page = await api.GetAsync("/v1/events?actor=old-name");

        Assert.Equal(["E1"], page.Texts("items", "id"));
        Assert.Equal("/v1/events?actor=new-name", page.Text("query.canonical"));
        Assert.Equal(["E1"], await api.IdsAsync("/v1/events?ids=E900"));
    }

    [Fact]
    public async Task The_events_of_a_merged_actor_are_its_successors()
    {
        using var response = await api.Client.GetAsync("/v1/actors/old-name/events");

        if (response.StatusCode == HttpStatusCode.PermanentRedirect) Assert.Equal("/v1/actors/new-name/events", response.Headers.Location?.ToString());
        else Assert.Equal(["E1"], JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Texts("items", "id"));
    }

    [Theory]
    [InlineData("/v1/actors/never-was", "A hoax.")]
    [InlineData("/v1/actors/never-was/events", "A hoax.")]
    [InlineData("/v1/locations/nowhere", "A hoax.")]
    [InlineData("/v1/events/E901", "Entered twice.")]
    [InlineData("/v1/meetings/E901", "Entered twice.")]
    [InlineData("/v1/meetings/E901/brief", "Entered twice.")]
    public async Task A_deleted_record_answers_410_with_the_reason(string path, string reason) => Assert.Contains(reason, (await api.ProblemAsync(path, 410)).Text("detail"), StringComparison.Ordinal);

    [Theory]
    [InlineData("/v1/events?actor=never-was")]
    [InlineData("/v1/events?ids=E901")]
    public async Task A_deleted_id_in_a_filter_names_nothing(string path) => await api.ProblemAsync(path, 400);

    [Fact]
    public async Task What_was_never_there_is_404_and_not_410() => await api.ProblemAsync("/v1/events/E902", 404);
}

/// <summary>A fault of the server's own.</summary>
public sealed class InternalErrorTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Fact]
    public async Task A_500_shows_no_internals()
    {
        await api.Services.GetRequiredService<Database>().WriteAsync(writer =>
        {
            writer.Kept("DROP TABLE answers").Run();
            return true;
        });

        using var response = await api.Client.GetAsync("/v1/actors/nato");

        var problem = await Problems.ReadAsync(response, 500);
        Assert.Equal(["detail", "instance", "status", "title", "traceId", "type"], problem.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        foreach (var word in (string[])["SQL", "answers", "table", "Exception", "   at ", ".cs"]) Assert.DoesNotContain(word, problem.ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
