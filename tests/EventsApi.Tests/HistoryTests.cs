using System.Net;
using System.Text.Json;
using EventsApi.Access;
using EventsApi.Records;

namespace EventsApi.Tests;

/// <summary>Every write is a revision: who, when, why and what; the record as it was after each, as it was known at some time, and going back.</summary>
public sealed class HistoryTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private async Task<string> EventAsync(object? members = null)
    {
        api.Clock.Now += TimeSpan.FromSeconds(1);
        var body = JsonSerializer.SerializeToNode(members ?? new { })!.AsObject();
        body.TryAdd("type", "consult");
        body.TryAdd("title", "Talks");
        return (await api.WrittenAsync("POST", "/v1/events", body)).Text("id")!;
    }

    private async Task<string> ActorAsync(string name)
    {
        api.Clock.Now += TimeSpan.FromSeconds(1);
        return (await api.WrittenAsync("POST", "/v1/actors", new { kind = "person", name })).Text("id")!;
    }

    [Fact]
    public async Task A_revision_says_who_when_why_and_what_was_there_before_and_after()
    {
        var id = await EventAsync(new { status = "scheduled" });
        api.Clock.Now += TimeSpan.FromMinutes(5);
        var at = api.Instant;
        using var changed = await api.WriteAsync("PATCH", $"/v1/events/{id}", new { title = "Talks on water", status = "held" }, "\"1\"", headers: ("X-Change-Reason", "the ministry's release"));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);

        var revisions = await api.GetAsync($"/v1/events/{id}/revisions");
        Assert.Equal(["2", "1"], revisions.Each("items").Select(r => r.Text("revision")));
        var last = revisions.Each("items")[0];
        Assert.Equal((at, "the tests' Editor", "the ministry's release", "updated"), (last.Text("at"), last.Text("author"), last.Text("reason"), last.Text("op")));
        Pages.SameSet(["title", "status"], last.Texts("changed"));
        Assert.Equal(("Talks", "scheduled"), (last.Text("before.title"), last.Text("before.status")));
        Assert.Equal(("Talks on water", "held"), (last.Text("after.title"), last.Text("after.status")));
        Assert.Equal("created", revisions.Each("items")[1].Text("op"));
        Assert.Equal("the tests' Editor", revisions.Each("items")[1].Text("author"));
    }

    [Fact]
    public async Task The_author_is_the_key_that_wrote()
    {
        var id = await EventAsync();
        using var _ = await api.WriteAsync("PATCH", $"/v1/events/{id}", new { title = "By the admin" }, "*", role: Role.Admin);
        Assert.Equal(["the tests' Admin", "the tests' Editor"], (await api.GetAsync($"/v1/events/{id}/revisions")).Texts("items", "author"));
    }

    [Fact]
    public async Task A_member_that_was_not_there_is_null_before_and_one_that_went_is_null_after()
    {
        var id = await EventAsync(new { summary = "Goes" });
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { summary = (string?)null, date = "2025-03" });
        var last = (await api.GetAsync($"/v1/events/{id}/revisions")).Each("items")[0];
        Assert.Equal(("Goes", null), (last.Text("before.summary"), last.Text("after.summary")));
        Assert.Equal((null, "2025-03"), (last.Text("before.date"), last.Text("after.date")));
    }

    [Fact]
    public async Task A_put_counts_only_the_members_that_differ()
    {
        var id = await EventAsync(new { summary = "Kept", status = "scheduled" });
        var body = (await api.GetAsync($"/v1/events/{id}")).GetRawText().Replace("\"Kept\"", "\"Changed\"", StringComparison.Ordinal);
        await api.LaterAsync("PUT", $"/v1/events/{id}", body);
        Assert.Equal(["summary"], (await api.GetAsync($"/v1/events/{id}/revisions")).Each("items")[0].Texts("changed"));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    public async Task A_write_that_changes_nothing_makes_no_revision(string method)
    {
        var id = await EventAsync(new { summary = "The same" });
        var before = await api.GetAsync($"/v1/events/{id}");
        var answer = await api.LaterAsync(method, $"/v1/events/{id}", method == "PUT" ? before.GetRawText() : "{}");
        Assert.Equal(before.GetRawText(), answer.GetRawText());
        Assert.Single((await api.GetAsync($"/v1/events/{id}/revisions")).Each("items"));
    }

    [Fact]
    public async Task A_refused_write_makes_no_revision()
    {
        var id = await EventAsync();
        await Problems.ReadAsync(await api.WriteAsync("PATCH", $"/v1/events/{id}", new { status = "no such status" }, "*"), 422);
        await Problems.ReadAsync(await api.WriteAsync("PATCH", $"/v1/events/{id}", new { title = "Stale" }, "\"7\""), 412);
        Assert.Single((await api.GetAsync($"/v1/events/{id}/revisions")).Each("items"));
    }

    [Fact]
    public async Task The_pages_of_revisions_are_the_whole_list_cut()
    {
        var id = await EventAsync();
        for (var n = 2; n <= 8; n++) await api.LaterAsync("PATCH", $"/v1/events/{id}", new { title = $"Talks {n}" });
        var whole = await api.GetAsync($"/v1/events/{id}/revisions?limit=500");
        Assert.Equal(("8", "eq"), (whole.Text("total.value"), whole.Text("total.relation")));
        Assert.True(whole.IsNull("next"));
        foreach (var limit in (int[])[1, 3, 4, 8])
            Assert.Equal(whole.Each("items").Select(r => r.GetRawText()), (await api.AllAsync($"/v1/events/{id}/revisions?limit={limit}")).Select(r => r.GetRawText()));
    }

    [Fact]
    public async Task Include_revisions_tells_each_revision_once_and_by_the_author_s_name()
    {
        var id = await EventAsync();
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { title = "Other talks" });
        var listed = (await api.GetAsync($"/v1/events/{id}/revisions")).Each("items").Select(r => (r.Text("revision"), r.Text("at"), r.Text("author"))).ToList();
        Assert.Equal(listed, (await api.GetAsync($"/v1/events/{id}?include=revisions")).Each("revisions").Select(r => (r.Text("revision"), r.Text("at"), r.Text("author"))));
    }

    [Fact]
    public async Task A_record_that_came_with_the_first_load_has_one_revision_without_an_author()
    {
        var id = (await api.GivenAsync(Kind.Topic, new { label = "Loaded topic" }))[0];
        var only = Assert.Single((await api.GetAsync($"/v1/topics/{id}/revisions")).Each("items"));
        Assert.Equal(("1", null, "created"), (only.Text("revision"), only.Text("author"), only.Text("op")));
        Assert.Equal("Loaded topic", (await api.GetAsync($"/v1/topics/{id}/revisions/1")).Text("label"));
    }

    [Fact]
    public async Task Each_revision_can_be_read_as_it_was()
    {
        var id = await EventAsync(new { title = "First", summary = "One" });
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { title = "Second" });
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { title = "Third", summary = (string?)null });
        var was = new List<(string?, string?, string?)>();
        for (var n = 1; n <= 3; n++)
        {
            var then = await api.GetAsync($"/v1/events/{id}/revisions/{n}");
            was.Add((then.Text("revision"), then.Text("title"), then.Text("summary")));
        }
        Assert.Equal([("1", "First", "One"), ("2", "Second", "One"), ("3", "Third", null)], was);
        Assert.Equal((await api.GetAsync($"/v1/events/{id}")).GetRawText(), (await api.GetAsync($"/v1/events/{id}/revisions/3")).GetRawText());
    }

    [Fact]
    public async Task A_revision_shows_the_names_of_others_as_they_were_then()
    {
        var actor = await ActorAsync("Old Name");
        var id = await EventAsync(new { participants = new[] { new { actor } } });
        await api.LaterAsync("PATCH", $"/v1/actors/{actor}", new { name = "New Name" });
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { title = "Renamed talks" });
        Assert.Equal(["Old Name"], (await api.GetAsync($"/v1/events/{id}/revisions/1")).Texts("participants", "actor.name"));
        Assert.Equal(["New Name"], (await api.GetAsync($"/v1/events/{id}/revisions/2")).Texts("participants", "actor.name"));
    }

    [Fact]
    public async Task What_is_known_of_an_event_includes_its_statements_as_they_stood()
    {
        var id = await EventAsync();
        var before = api.Instant;
        var first = (await api.LaterAsync("POST", "/v1/statements", new { @event = id, text = "First words.", basis = new { voice = "author" } })).Text("id")!;
        var between = api.Instant;
        await api.LaterAsync("PATCH", $"/v1/statements/{first}", new { text = "Corrected words." });
        await api.LaterAsync("POST", "/v1/statements", new { @event = id, text = "Second words.", basis = new { voice = "author" } });
        var after = api.Instant;
        await api.LaterAsync("DELETE", $"/v1/statements/{first}");

        Assert.Empty((await api.GetAsync($"/v1/events/{id}?knownAt={before}")).Each("statements"));
        Assert.Equal(["First words."], (await api.GetAsync($"/v1/events/{id}?knownAt={between}")).Texts("statements", "text"));
        Assert.Equal(["Corrected words.", "Second words."], (await api.GetAsync($"/v1/events/{id}?knownAt={after}")).Texts("statements", "text"));
        Assert.Equal(["Second words."], (await api.GetAsync($"/v1/events/{id}?knownAt={api.Instant}")).Texts("statements", "text"));
    }

    [Fact]
    public async Task KnownAt_answers_as_it_stood_before_between_and_after_changes()
    {
        var before = api.Instant;
        var id = await EventAsync(new { title = "One" });
        var first = api.Instant;
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { title = "Two", date = "2024-05-06" });
        api.Clock.Now += TimeSpan.FromHours(1);
        await api.ProblemAsync($"/v1/events/{id}?knownAt={before}", 404);
        var then = await api.GetAsync($"/v1/events/{id}?knownAt={first}");
        Assert.Equal(("One", "1", null), (then.Text("title"), then.Text("revision"), then.Text("date")));
        var now = await api.GetAsync($"/v1/events/{id}?knownAt={api.Instant}");
        Assert.Equal((await api.GetAsync($"/v1/events/{id}")).GetRawText(), now.GetRawText());
    }

    [Fact]
    public async Task KnownAt_takes_a_day_as_its_end_and_an_offset()
    {
        var id = await EventAsync(new { title = "That day" });
        var day = api.Instant[..10];
        var noon = api.Clock.Now.ToOffset(TimeSpan.FromHours(3)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture);
        api.Clock.Now += TimeSpan.FromDays(1);
        await api.WrittenAsync("PATCH", $"/v1/events/{id}", new { title = "The day after" });
        Assert.Equal("That day", (await api.GetAsync($"/v1/events/{id}?knownAt={day}")).Text("title"));
        Assert.Equal("That day", (await api.GetAsync($"/v1/events/{id}?knownAt={Uri.EscapeDataString(noon)}")).Text("title"));
        Assert.Equal("The day after", (await api.GetAsync($"/v1/events/{id}?knownAt={api.Instant[..10]}")).Text("title"));
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2025-13-01")]
    [InlineData("2025")]
    [InlineData("")]
    public async Task KnownAt_that_is_no_instant_is_refused(string knownAt) => await api.RefusedAsync($"/v1/events/{await EventAsync()}?knownAt={knownAt}", "knownAt");

    [Theory]
    [InlineData("9999-12-31")]
    [InlineData("9999-12-31T23:59:59Z")]
    public async Task The_last_day_there_is_is_a_time_like_another(string knownAt)
    {
        var id = await EventAsync();
        foreach (var path in (string[])["", "/related"]) await api.GetAsync($"/v1/events/{id}{path}?knownAt={knownAt}");
    }

    [Fact]
    public async Task What_a_merge_left_under_the_old_id_stays_so_in_the_past_when_it_is_written_again()
    {
        var (old, successor) = (await ActorAsync("Old Spelling"), await ActorAsync("Right Spelling"));
        var id = await EventAsync(new { participants = new[] { new { actor = old } } });
        var before = api.Instant;
        await api.LaterAsync("POST", $"/v1/actors/{old}/merge-into/{successor}");
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { title = "Written after the merge" });
        Assert.Equal([old], (await api.GetAsync($"/v1/events/{id}?knownAt={before}")).Texts("participants", "actor.id"));
        Assert.Equal([successor], (await api.GetAsync($"/v1/events/{id}")).Texts("participants", "actor.id"));
        Assert.Equal(["title"], (await api.GetAsync($"/v1/events/{id}/revisions")).Each("items")[0].Texts("changed"));
    }

    [Fact]
    public async Task Who_met_and_what_is_related_have_the_names_and_counts_of_then()
    {
        var (a, b) = (await ActorAsync("First Met"), await ActorAsync("Second Met"));
        object[] both = [new { actor = a }, new { actor = b }];
        var (id, other) = (await EventAsync(new { date = "2024-05-01", participants = both }), await EventAsync(new { date = "2024-05-02", participants = both }));
        var before = api.Instant;
        await EventAsync(new { date = "2024-05-03", participants = both });
        await api.LaterAsync("PATCH", $"/v1/actors/{b}", new { name = "Renamed Met" });
        await api.LaterAsync("DELETE", $"/v1/events/{other}");

        var met = Assert.Single((await api.GetAsync($"/v1/actors/{a}/connections?knownAt={before}")).Each("items"));
        Assert.Equal(("Second Met", "2", "2024-05-01", "2024-05-02"), (met.Text("actor.name"), met.Text("count"), met.Text("first"), met.Text("last")));
        var dyad = await api.GetAsync($"/v1/dyads/{a}/{b}?knownAt={before}");
        Assert.Equal(("Second Met", "2", "2024-05-02"), (dyad.Text("b.name"), dyad.Text("total.value"), dyad.Text("last")));
        var related = Assert.Single((await api.GetAsync($"/v1/events/{id}/related?knownAt={before}")).Each("items"));
        Assert.Equal(other, related.Text("id"));
        Assert.Contains("with Second Met", related.Texts("reasons", "text"));
        Assert.Equal("Renamed Met", (await api.GetAsync($"/v1/actors/{a}/connections")).Texts("items", "actor.name").Single());
        await api.ProblemAsync($"/v1/actors/{a}/connections?knownAt=2020-01-01", 404);
        await api.RefusedAsync($"/v1/dyads/{a}/{b}?knownAt=then", "knownAt");
    }

    [Fact]
    public async Task The_further_pages_of_the_past_are_of_the_past()
    {
        var (a, id) = (await ActorAsync("Paged Past"), await EventAsync());
        for (var n = 0; n < 5; n++) await api.LaterAsync("PATCH", $"/v1/events/{id}", new { participants = ((string[])[a, await ActorAsync($"Paged {n}"), .. (await api.GetAsync($"/v1/events/{id}")).Texts("participants", "actor.id").Where(p => p != a)]).Select(actor => new { actor }) });
        var before = api.Instant;
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { participants = Array.Empty<object>() });
        Assert.Equal(5, (await api.AllAsync($"/v1/actors/{a}/connections?limit=2&knownAt={before}")).Count);
        Assert.Empty(await api.AllAsync($"/v1/actors/{a}/connections?limit=2"));
    }

    [Fact]
    public async Task A_member_that_left_and_came_back_is_a_member_of_each_time()
    {
        var (organization, member) = ((await api.LaterAsync("POST", "/v1/actors", new { kind = "organization", name = "Left And Joined" })).Text("id")!, await ActorAsync("Comes Back"));
        var first = (await api.LaterAsync("POST", "/v1/memberships", new { member, organization, classification = "member", start = "1949", end = "1966" })).Text("id")!;
        var second = (await api.LaterAsync("POST", "/v1/memberships", new { member, organization, classification = "member", start = "2009" })).Text("id")!;
        Assert.Equal([first], await api.IdsAsync($"/v1/actors/{organization}/members?asOf=1955"));
        Assert.Equal([second], await api.IdsAsync($"/v1/actors/{organization}/members?asOf=2020"));
        Assert.Equal([second], await api.IdsAsync($"/v1/actors/{organization}/members?knownAt={api.Instant}"));
    }

    [Fact]
    public async Task A_deleted_record_is_known_as_it_stood_before()
    {
        var id = await EventAsync(new { title = "A hoax" });
        var before = api.Instant;
        api.Clock.Now += TimeSpan.FromSeconds(1);
        using var deleted = await api.WriteAsync("DELETE", $"/v1/events/{id}", null, "\"1\"", headers: ("X-Change-Reason", "never happened"));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("A hoax", (await api.GetAsync($"/v1/events/{id}?knownAt={before}")).Text("title"));
        await api.ProblemAsync($"/v1/events/{id}?knownAt={api.Instant}", 404);
        Assert.Contains("never happened", (await api.ProblemAsync($"/v1/events/{id}", 410)).Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_history_of_a_deleted_record_stays()
    {
        var id = await ActorAsync("Gone Person");
        await api.LaterAsync("PATCH", $"/v1/actors/{id}", new { summary = "Soon gone" });
        await api.LaterAsync("DELETE", $"/v1/actors/{id}");
        var revisions = (await api.GetAsync($"/v1/actors/{id}/revisions")).Each("items");
        Assert.Equal([("3", "deleted"), ("2", "updated"), ("1", "created")], revisions.Select(r => (r.Text("revision")!, r.Text("op")!)));
        Assert.Equal("Soon gone", (await api.GetAsync($"/v1/actors/{id}/revisions/2")).Text("summary"));
        await api.ProblemAsync($"/v1/actors/{id}/revisions/3", 410);
        await api.ProblemAsync($"/v1/actors/{id}/revisions/4", 404);
        await api.ProblemAsync($"/v1/actors/{id}", 410);
    }

    [Fact]
    public async Task The_id_of_a_deleted_record_is_not_given_again()
    {
        var id = await ActorAsync("Once Only");
        await api.LaterAsync("DELETE", $"/v1/actors/{id}");
        await Problems.ReadAsync(await api.WriteAsync("POST", "/v1/actors", new { id, kind = "person", name = "Once Only" }), 409);
        Assert.NotEqual(id, (await api.LaterAsync("POST", "/v1/actors", new { kind = "person", name = "Once Only" })).Text("id"));
    }

    [Fact]
    public async Task What_others_refer_to_is_not_deleted()
    {
        var actor = await ActorAsync("Needed Person");
        var id = await EventAsync(new { participants = new[] { new { actor } } });
        var problem = await Problems.ReadAsync(await api.WriteAsync("DELETE", $"/v1/actors/{actor}", null, "*"), 409);
        Assert.Contains(problem.Each("errors"), e => e.Text("message")!.Contains($"/v1/events/{id}", StringComparison.Ordinal));
        await api.LaterAsync("DELETE", $"/v1/events/{id}");
        await api.LaterAsync("DELETE", $"/v1/actors/{actor}");
        await api.ProblemAsync($"/v1/actors/{actor}", 410);
        // Its past still shows it.
        Assert.Equal(["Needed Person"], (await api.GetAsync($"/v1/events/{id}/revisions/1")).Texts("participants", "actor.name"));
    }

    [Fact]
    public async Task Revisions_that_never_were_are_not_found()
    {
        var id = await EventAsync();
        foreach (var number in (string[])["0", "2", "99999999999"]) await api.ProblemAsync($"/v1/events/{id}/revisions/{number}", 404);
        await api.ProblemAsync("/v1/events/E999999999/revisions", 404);
        await api.ProblemAsync("/v1/events/E999999999/revisions/1", 404);
    }

    [Fact]
    public async Task A_revert_writes_an_old_revision_again_as_a_new_one()
    {
        var id = await EventAsync(new { title = "Right", summary = "As it should be" });
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { title = "Wrong", summary = (string?)null, date = "2020" });
        api.Clock.Now += TimeSpan.FromSeconds(1);
        using var reverted = await api.WriteAsync("POST", $"/v1/events/{id}/revisions/1/revert", null, "\"2\"", headers: ("X-Change-Reason", "vandalism"));
        Assert.Equal(HttpStatusCode.OK, reverted.StatusCode);
        Assert.StartsWith("\"3-", reverted.Headers.ETag!.Tag, StringComparison.Ordinal);
        var now = await api.GetAsync($"/v1/events/{id}");
        Assert.Equal(("Right", "As it should be", null, "3"), (now.Text("title"), now.Text("summary"), now.Text("date"), now.Text("revision")));
        var last = (await api.GetAsync($"/v1/events/{id}/revisions")).Each("items")[0];
        Assert.Equal(("3", "vandalism", "updated"), (last.Text("revision"), last.Text("reason"), last.Text("op")));
        Pages.SameSet(["title", "summary", "date"], last.Texts("changed"));
        Assert.Equal("Wrong", (await api.GetAsync($"/v1/events/{id}/revisions/2")).Text("title"));
        Assert.Equal([id], await api.IdsAsync("/v1/events?q=%22as+it+should+be%22"));
    }

    [Fact]
    public async Task A_revert_needs_the_revision_that_was_read_and_an_editor()
    {
        var id = await EventAsync();
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { title = "Other talks" });
        var path = $"/v1/events/{id}/revisions/1/revert";
        await Problems.ReadAsync(await api.WriteAsync("POST", path), 428);
        await Problems.ReadAsync(await api.WriteAsync("POST", path, null, "\"1\""), 412);
        await Problems.ReadAsync(await api.WriteAsync("POST", path, null, "\"2\"", role: Role.Reader), 403);
        await Problems.ReadAsync(await api.WriteAsync("POST", $"/v1/events/{id}/revisions/9/revert", null, "\"2\""), 404);
        Assert.Equal("Other talks", (await api.GetAsync($"/v1/events/{id}")).Text("title"));
    }

    [Fact]
    public async Task A_revert_to_the_revision_that_stands_changes_nothing()
    {
        var id = await EventAsync();
        await Problems200Async(await api.WriteAsync("POST", $"/v1/events/{id}/revisions/1/revert", null, "\"1\""));
        Assert.Single((await api.GetAsync($"/v1/events/{id}/revisions")).Each("items"));
    }

    [Fact]
    public async Task A_revert_to_a_revision_that_refers_to_what_is_gone_is_refused()
    {
        var actor = await ActorAsync("Left Behind");
        var id = await EventAsync(new { participants = new[] { new { actor } } });
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { participants = Array.Empty<object>() });
        await api.LaterAsync("DELETE", $"/v1/actors/{actor}");
        await Problems.ReadAsync(await api.WriteAsync("POST", $"/v1/events/{id}/revisions/1/revert", null, "*"), 422);
        Assert.Empty((await api.GetAsync($"/v1/events/{id}")).Each("participants"));
    }

    [Fact]
    public async Task A_meeting_has_one_history_under_both_paths()
    {
        var id = await EventAsync(new { setting = "call" });
        await api.LaterAsync("PATCH", $"/v1/meetings/{id}", new { ordinal = 3 });
        var (asEvent, asMeeting) = (await api.GetAsync($"/v1/events/{id}/revisions"), await api.GetAsync($"/v1/meetings/{id}/revisions"));
        Assert.Equal(asEvent.Each("items").Select(r => r.GetRawText()), asMeeting.Each("items").Select(r => r.GetRawText()));
        Assert.True((await api.GetAsync($"/v1/meetings/{id}/revisions/1")).IsNull("ordinal"));
        var plain = await EventAsync();
        await api.ProblemAsync($"/v1/meetings/{plain}/revisions", 404);
    }

    [Fact]
    public async Task A_statement_that_is_added_moves_the_event_s_time_and_leaves_its_revision()
    {
        var id = await EventAsync();
        var before = await api.GetAsync($"/v1/events/{id}");
        await api.LaterAsync("POST", "/v1/statements", new { @event = id, text = "Said.", basis = new { voice = "author" } });
        var after = await api.GetAsync($"/v1/events/{id}");
        Assert.Equal(("1", api.Instant), (after.Text("revision"), after.Text("updatedAt")));
        Assert.NotEqual(before.Text("updatedAt"), after.Text("updatedAt"));
        Assert.Equal(before.Text("createdAt"), after.Text("createdAt"));
    }

    [Fact]
    public async Task What_goes_with_a_deleted_event_has_a_history_too()
    {
        var (id, other) = (await EventAsync(), await EventAsync());
        var relation = (await api.LaterAsync("POST", "/v1/relations", new { from = new { kind = "event", id }, type = "follows", to = new { kind = "event", id = other } })).Text("id")!;
        var before = api.Instant;
        await api.LaterAsync("DELETE", $"/v1/events/{id}");
        await api.ProblemAsync($"/v1/relations/{relation}", 410);
        Assert.Equal(["deleted", "created"], (await api.GetAsync($"/v1/relations/{relation}/revisions")).Texts("items", "op"));
        Assert.Equal([relation], (await api.GetAsync($"/v1/events/{id}?knownAt={before}")).Texts("relations", "id"));
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task Who_held_a_post_is_shown_as_it_was_known_then()
    {
        var (state, first, second) = (await ActorAsync("A State"), await ActorAsync("First Holder"), await ActorAsync("Second Holder"));
        var post = (await api.LaterAsync("POST", "/v1/posts", new { label = "Minister of History", organization = state })).Text("id")!;
        var term = (await api.LaterAsync("POST", "/v1/memberships", new { member = first, organization = state, post, classification = "holder", start = "2020" })).Text("id")!;
        var id = await EventAsync(new { date = "2024-01-10", participants = new[] { new { post } } });
        var before = api.Instant;
        await api.LaterAsync("PATCH", $"/v1/memberships/{term}", new { member = second });
        Assert.Equal(["Second Holder"], (await api.GetAsync($"/v1/events/{id}")).Texts("participants", "actor.name"));
        Assert.Equal(["First Holder"], (await api.GetAsync($"/v1/events/{id}?knownAt={before}")).Texts("participants", "actor.name"));
        Assert.Equal(["First Holder"], (await api.GetAsync($"/v1/posts/{post}?knownAt={before}")).Texts("holders", "person.name"));
    }

    private static async Task Problems200Async(HttpResponseMessage response) => Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
}
