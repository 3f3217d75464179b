using System.Net;
using EventsApi.Records;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>Rules between the parts of a request, and what one request may cost.</summary>
public sealed class RequestRuleTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Theory]
    [InlineData("/v1/posts?dateMatch=possible", "dateMatch")]
    [InlineData("/v1/memberships?dateMatch=possible", "dateMatch")]
    [InlineData("/v1/events?sample=5&sort=name", "sort")]
    [InlineData("/v1/events?seed=5", "seed")]
    [InlineData("/v1/events?sample=5&limit=5", "limit")]
    [InlineData("/v1/events?updatedSince=10:00", "updatedSince")]
    [InlineData("/v1/events?from=../2020", "from")]
    [InlineData("/v1/events?to=2020/..", "to")]
    [InlineData("/v1/events?from=2021&to=2020", "to")]
    [InlineData("/v1/events?radius=5km", "radius")]
    [InlineData("/v1/events?sort=distance", "sort")]
    [InlineData("/v1/events?geoMatch=possible", "geoMatch")]
    [InlineData("/v1/events?actorMatch=self", "actorMatch")]
    [InlineData("/v1/events?fatalities[gte]=1,2", "fatalities[gte]")]
    [InlineData("/v1/events?include=", "include")]
    [InlineData("/v1/actors?classification=no-such-thing", "classification")]
    [InlineData("/v1/events?incident=no-such-thing", "incident")]
    public async Task What_does_not_go_together_is_refused_by_name(string path, string parameter)
    {
        var problem = await api.ProblemAsync(path, 400);

        Assert.Equal(parameter, problem.GetProperty("errors")[0].GetProperty("parameter").GetString());
    }

    [Fact]
    public async Task A_request_of_too_many_conditions_is_refused()
    {
        await api.GivenAsync(Kind.Topic, [.. Enumerable.Range(0, 250).Select(n => (object)new { id = $"many-{n}", label = $"Many {n}" })]);

        var problem = await api.ProblemAsync("/v1/events?topic[all]=" + string.Join(',', Enumerable.Range(0, 250).Select(n => $"many-{n}")), 400);

        Assert.Equal("too-many", problem.GetProperty("errors")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task More_participants_than_ten_are_refused()
    {
        var problem = await api.ProblemAsync("/v1/events?" + string.Join('&', Enumerable.Range(1, 11).Select(n => $"participant=role:host;attendance:{(n % 2 == 0 ? "absent" : "attended")};sector:{Vocabulary.Words.Sector[n]}")), 400);

        Assert.Equal("participant", problem.GetProperty("errors")[0].GetProperty("parameter").GetString());
    }

    [Fact]
    public async Task A_flood_of_unknown_names_gets_a_short_answer()
    {
        using var response = await api.Client.GetAsync("/v1/events?" + string.Join('&', Enumerable.Range(0, 1_000).Select(n => $"x{n}=1")));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.InRange((await response.Content.ReadAsByteArrayAsync()).Length, 1, 20_000);
    }

    [Theory]
    [InlineData("/v1/events?cursor=garbage")]
    [InlineData("/v1/events?sort=distance")]
    [InlineData("/v1/events?type=no-such-type")]
    public async Task A_wrong_question_is_not_confirmed_by_a_condition(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "If-None-Match", "*" } } };
        using var response = await api.Client.SendAsync(request);

        await Problems.ReadAsync(response, 400);
    }

    [Fact]
    public async Task The_next_page_of_a_browser_s_list_can_be_followed()
    {
        await api.GivenAsync(Kind.Topic, new { id = "browser-a", label = "Browser a" }, new { id = "browser-b", label = "Browser b" });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/topics?ids=browser-a,browser-b&limit=1") { Headers = { { "Accept-Language", "fr-CH, fr;q=0.9, de;q=0.7, *;q=0.5" } } };
        using var first = await api.Client.SendAsync(request);
        var next = System.Text.Json.JsonDocument.Parse(await first.Content.ReadAsStringAsync()).RootElement.GetProperty("next").GetString()!;

        Assert.Equal(["browser-b"], await api.IdsAsync(next));
    }

    [Fact]
    public async Task A_holder_can_be_named_by_an_identifier_as_of_a_day()
    {
        await api.GivenAsync(Kind.Actor, new { id = "rule-state", kind = "state", name = "Rule state" },
            new { id = "rule-person", kind = "person", name = "Rule person", identifiers = new[] { new { scheme = "wikidata", identifier = "Q900001" } } });
        await api.GivenAsync(Kind.Post, new { id = "rule-post", label = "Rule post", organization = "rule-state" });
        await api.GivenAsync(Kind.Membership, new { member = "rule-person", organization = "rule-state", post = "rule-post", classification = "holder", start = "2020-01-01" });

        Assert.Equal(["rule-post"], await api.IdsAsync("/v1/posts?holder=wikidata:Q900001&asOf=2021-12-31"));
        Assert.Empty(await api.IdsAsync("/v1/posts?holder=wikidata:Q900001&asOf=2019-12-31"));
    }

    [Fact]
    public async Task Names_are_in_order_to_their_last_letters()
    {
        var beginning = "Talks of the delegations of the two neighbouring republics on their common border, ";
        await api.GivenAsync(Kind.Dataset, new { id = "rule-names", title = "Names", licence = "CC0", redistribution = "yes", citation = "These tests", coding = "human" });
        await api.GivenAsync(Kind.Event, [.. "dbca".Select(letter => (object)new { type = "consult", title = beginning + letter, dataset = "rule-names" })]);

        var titles = (await api.GetAsync("/v1/events?dataset=rule-names&sort=name")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("title").GetString()![^1]);

        Assert.Equal("abcd", string.Concat(titles));
    }

    [Fact]
    public async Task An_actor_s_own_list_can_be_narrowed_to_itself()
    {
        await api.GivenAsync(Kind.Actor, new { id = "rule-whole", kind = "state", name = "Rule whole" }, new { id = "rule-ministry", kind = "organization", name = "Rule ministry", partOf = "rule-whole" });
        var ids = await api.GivenAsync(Kind.Event, new { type = "consult", title = "By itself", participants = new[] { new { actor = "rule-whole" } } }, new { type = "consult", title = "By a part", participants = new[] { new { actor = "rule-ministry" } } });

        Assert.Equal([ids[0]], await api.IdsAsync("/v1/actors/rule-whole/events?actorMatch=self"));
        Assert.Equal(2, (await api.IdsAsync("/v1/actors/rule-whole/events")).Length);
    }

    [Fact]
    public async Task An_answer_that_depends_on_today_has_another_tag_tomorrow()
    {
        await api.GivenAsync(Kind.Actor, new { id = "rule-union", kind = "organization", name = "Rule union" }, new { id = "rule-leaver", kind = "state", name = "Rule leaver" });
        await api.GivenAsync(Kind.Membership, new { member = "rule-leaver", organization = "rule-union", classification = "member", start = "2000", end = "2026-02-28" });
        var today = api.Clock.Now;
        try
        {
            using var before = await api.Client.GetAsync("/v1/actors/rule-union/members");
            api.Clock.Now = today.AddDays(1);
            using var after = await api.Client.GetAsync("/v1/actors/rule-union/members");

            Assert.Contains("rule-leaver", await before.Content.ReadAsStringAsync());
            Assert.DoesNotContain("\"rule-leaver\"", await after.Content.ReadAsStringAsync());
            Assert.Contains("\"total\":{\"value\":1,", await before.Content.ReadAsStringAsync());
            Assert.Contains("\"total\":{\"value\":0,", await after.Content.ReadAsStringAsync());
            Assert.NotEqual(before.Headers.ETag, after.Headers.ETag);
            Assert.Null(before.Content.Headers.LastModified);
        }
        finally
        {
            api.Clock.Now = today;
        }
    }

    [Fact]
    public async Task A_read_that_failed_leaves_no_trace_in_the_next()
    {
        var database = api.Services.GetRequiredService<Database>();
        const string Sql = "SELECT number FROM (SELECT 1 AS number UNION ALL SELECT 2) numbers WHERE number >= ?";
        for (var n = 0; n < 20; n++)
        {
            // Once with a value bound and not run, once standing on a row.
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await database.ReadAsync<int>(reader =>
            {
                var statement = reader.Kept(Sql).Bind(1L);
                if (n % 2 == 0) statement.Step();
                throw new InvalidOperationException("on purpose");
            }));

            Assert.Equal(2, await database.ReadAsync(reader => reader.Kept(Sql).Bind(2L).Scalar()));
        }
    }
}
