using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>The change feed: gap-free and in order, with the filters of the lists before or after, as a list and as a stream; and a mirror made from it alone.</summary>
public sealed class ChangeFeedTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private async Task<long> NowAsync() => (await api.GetAsync("/v1/changes?since=0&op=merged&limit=500")) is var page && page.IsNull("next") ? page.At("watermark").GetInt64() : (await AllAsync(0)).Max(c => c.At("seq").GetInt64());

    private async Task<List<JsonElement>> AllAsync(long since, string filter = "", int limit = 500)
    {
        var (items, path) = (new List<JsonElement>(), $"/v1/changes?since={since}&limit={limit}{filter}");
        while (path is not null)
        {
            var page = await api.GetAsync(path);
            items.AddRange(page.Each("items"));
            path = page.Text("next");
        }
        return items;
    }

    private async Task<string> AddAsync(string path, object body) => (await api.LaterAsync("POST", $"/v1/{path}", body)).Text("id")!;

    private Task<string> EventAsync(object? members = null)
    {
        var body = members is null ? [] : JsonSerializer.SerializeToNode(members)!.AsObject();
        body.TryAdd("type", "consult");
        body.TryAdd("title", "Talks");
        return AddAsync("events", body);
    }

    private Task<string> StatementAsync(string id, string text = "Said.") => AddAsync("statements", new { @event = id, text, basis = new { voice = "author" } });

    private static string Told(JsonElement change) => $"{change.Text("op")} {change.Text("kind")} {change.Text("id")} {change.Text("revision")} [{string.Join(',', change.Texts("changed").Order(StringComparer.Ordinal))}]";

    [Fact]
    public async Task Every_write_is_told_once_in_order_with_what_changed()
    {
        var since = await NowAsync();
        var id = await EventAsync();
        api.Clock.Now += TimeSpan.FromSeconds(1);
        using var changed = await api.WriteAsync("PATCH", $"/v1/events/{id}", new { title = "More talks", summary = "Long" }, "*", headers: ("X-Change-Reason", "a better source"));
        await api.LaterAsync("DELETE", $"/v1/events/{id}");
        var told = await AllAsync(since);
        Assert.Equal([$"created event {id} 1 []", $"updated event {id} 2 [summary,title]", $"deleted event {id} 3 []"], told.Select(Told));
        Assert.Equal([null, "a better source", null], told.Select(c => c.Text("reason")));
        Assert.Equal(Enumerable.Range(1, 3).Select(n => since + n), told.Select(c => c.At("seq").GetInt64()));
        Assert.Equal(api.Instant, told[2].Text("at"));
    }

    [Fact]
    public async Task The_numbers_have_no_gap_though_writes_are_refused()
    {
        var since = await NowAsync();
        var id = await EventAsync();
        await Problems.ReadAsync(await api.WriteAsync("POST", "/v1/events", new { type = "consult", title = "X", location = "no-such-place" }), 422);
        await Problems.ReadAsync(await api.WriteAsync("POST", "/v1/events/batch", "{\"type\":\"consult\",\"title\":\"Good\"}\n{\"type\":\"consult\",\"title\":\"Bad\",\"location\":\"no-such-place\"}"), 422);
        await Problems.ReadAsync(await api.WriteAsync("PATCH", $"/v1/events/{id}", new { status = "odd" }, "*"), 422);
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { title = "Talks" });
        await EventAsync();
        Assert.Equal([since + 1, since + 2], (await AllAsync(since)).Select(c => c.At("seq").GetInt64()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task Pages_are_one_big_page_cut(int limit)
    {
        var since = await NowAsync();
        for (var n = 0; n < 9; n++) await StatementAsync(await EventAsync());
        var whole = await api.GetAsync($"/v1/changes?since={since}&limit=500");
        Assert.True(whole.IsNull("next"));
        Assert.Equal(whole.Each("items")[^1].Text("seq"), whole.Text("watermark"));
        foreach (var filter in (string[])["", "&kind=event", "&op=created", "&kind=statement,event&op=updated", "&kind=event&type=consult"])
            Assert.Equal((await AllAsync(since, filter)).Select(c => c.GetRawText()), (await AllAsync(since, filter, limit)).Select(c => c.GetRawText()));
    }

    [Fact]
    public async Task The_watermark_is_the_next_question()
    {
        var since = await NowAsync();
        var first = await EventAsync();
        var page = await api.GetAsync($"/v1/changes?since={since}&kind=actor");
        Assert.Empty(page.Each("items"));
        Assert.Equal(since + 1, page.At("watermark").GetInt64());
        var empty = await api.GetAsync($"/v1/changes?since={page.Text("watermark")}");
        Assert.Equal((0, page.Text("watermark"), null), (empty.Each("items").Count, empty.Text("watermark"), empty.Text("next")));
        var second = await EventAsync();
        Assert.Equal([second], (await AllAsync(page.At("watermark").GetInt64())).Select(c => c.Text("id")));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task A_full_page_does_not_pass_over_what_it_has_not_told()
    {
        var since = await NowAsync();
        await EventAsync();
        await EventAsync();
        var page = await api.GetAsync($"/v1/changes?since={since}&limit=1");
        Assert.Equal((since + 1, $"/v1/changes?since={since + 1}&limit=1"), (page.At("watermark").GetInt64(), page.Text("next")));
    }

    [Fact]
    public async Task A_refusal_names_the_address_as_it_was_asked()
    {
        var problem = await api.ProblemAsync("/v1/changes?since=0&kind=event&type=nonsense", 400);
        Assert.Equal("/v1/changes?since=0&kind=event&type=nonsense", problem.Text("instance"));
    }

    [Theory]
    [InlineData("since=-1", "since")]
    [InlineData("since=x", "since")]
    [InlineData("kind=evnt", "kind")]
    [InlineData("op=removed", "op")]
    [InlineData("include=records", "include")]
    [InlineData("type=consult", "type")]
    [InlineData("kind=event,actor&type=consult", "type")]
    [InlineData("kind=event&typ=consult", "typ")]
    [InlineData("kind=event&type=nonsense", "type")]
    [InlineData("limit=0", "limit")]
    public Task What_is_no_question_is_refused(string query, string parameter) => api.RefusedAsync($"/v1/changes?{query}", parameter);

    [Fact]
    public async Task A_record_that_leaves_or_enters_a_filter_is_told()
    {
        var since = await NowAsync();
        var leaves = await EventAsync(new { status = "tentative" });
        var enters = await EventAsync(new { status = "held" });
        await EventAsync(new { status = "held" });
        await api.LaterAsync("PATCH", $"/v1/events/{leaves}", new { status = "cancelled" });
        await api.LaterAsync("PATCH", $"/v1/events/{leaves}", new { summary = "Outside by now" });
        await api.LaterAsync("PATCH", $"/v1/events/{enters}", new { status = "tentative" });
        await api.LaterAsync("DELETE", $"/v1/events/{enters}");
        Assert.Equal([$"created event {leaves} 1 []", $"updated event {leaves} 2 [status]", $"updated event {enters} 2 [status]", $"deleted event {enters} 3 []"],
            (await AllAsync(since, "&kind=event&status=tentative")).Select(Told));
    }

    [Fact]
    public async Task Filters_by_place_time_and_text_are_tested_on_the_record_as_it_was()
    {
        var town = await AddAsync("locations", new { kind = "city", name = "Feedtown" });
        var since = await NowAsync();
        var id = await EventAsync(new { location = town, date = "2024-05-05", summary = "zebrafish" });
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { location = (string?)null, date = "2020", summary = "nothing" });
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { title = "Elsewhere" });
        foreach (var filter in (string[])[$"&location={town}", "&from=2024&to=2024", "&q=zebrafish", "&has=location"])
            Assert.Equal(["1", "2"], (await AllAsync(since, "&kind=event" + filter)).Select(c => c.Text("revision")));
    }

    [Fact]
    public async Task What_leaves_a_filter_through_a_part_of_it_is_told()
    {
        var situation = await AddAsync("situations", new { title = "Feed crisis", kind = "crisis" });
        var id = await EventAsync();
        var relation = await AddAsync("relations", new { from = new { kind = "event", id }, type = "about", to = new { kind = "situation", id = situation } });
        var since = await NowAsync();
        await api.LaterAsync("DELETE", $"/v1/relations/{relation}");
        Assert.Equal([$"updated event {id} 1 [relations]"], (await AllAsync(since, $"&kind=event&situation={situation}")).Select(Told));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(350)] // made again in slices, some time after the region moved
    public async Task What_moves_with_its_region_leaves_one_filter_and_enters_another(int events)
    {
        var (north, south) = (await AddAsync("locations", new { kind = "region", name = "Feed North" }), await AddAsync("locations", new { kind = "region", name = "Feed South" }));
        var district = await AddAsync("locations", new { kind = "admin1", name = "Feed District", parent = north });
        var town = await AddAsync("locations", new { kind = "city", name = "Feed Town", parent = district });
        var lines = string.Join('\n', Enumerable.Range(0, events).Select(n => JsonSerializer.Serialize(new { type = "consult", title = $"Talks {n}", location = town })));
        await api.LaterAsync("POST", "/v1/events/batch", lines);
        var ids = (await AllAsync(0, $"&kind=event&location={north}")).Select(c => c.Text("id")!).ToList();
        Assert.Equal(events, ids.Count);
        var since = await NowAsync();

        await api.LaterAsync("PATCH", $"/v1/locations/{district}", new { parent = south });
        await Asking.SoonAsync(async () => await api.CountAsync($"/v1/events?location={south}") == events, "all moved");

        var told = ids.Select(id => $"updated event {id} 1 [location]").Order().ToList();
        foreach (var region in (string[])[north, south])
        {
            Assert.Equal(told, (await AllAsync(since, $"&kind=event&location={region}")).Select(Told).Order());
            Assert.Equal([$"updated location {district} 2 [parent]", $"updated location {town} 1 [path]"], (await AllAsync(since, $"&kind=location&within={region}")).Select(Told));
        }
    }

    [Fact]
    public async Task What_stands_in_a_place_whose_country_changed_is_told_and_a_new_name_alone_is_not()
    {
        var town = await AddAsync("locations", new { kind = "city", name = "Feed Border Town", country = "KWT" });
        var there = await EventAsync(new { location = town });
        var since = await NowAsync();
        await api.LaterAsync("PATCH", $"/v1/locations/{town}", new { name = "Feed Frontier Town" });
        Assert.Empty(await AllAsync(since, "&kind=event"));
        await api.LaterAsync("PATCH", $"/v1/locations/{town}", new { country = "IRQ" });
        foreach (var country in (string[])["KWT", "IRQ"]) Assert.Equal([$"updated event {there} 1 [location]"], (await AllAsync(since, $"&kind=event&country={country}")).Select(Told));
    }

    [Fact]
    public async Task A_filter_works_where_everything_was_written_in_one_instant()
    {
        var since = await NowAsync();
        api.Clock.Now += TimeSpan.FromSeconds(1);
        var actor = (await api.WrittenAsync("POST", "/v1/actors", new { kind = "person", name = "Instant Person" })).Text("id")!;
        var id = (await api.WrittenAsync("POST", "/v1/events", new { type = "consult", title = "At once", participants = new[] { new { actor } } })).Text("id")!;
        await api.WrittenAsync("PATCH", $"/v1/events/{id}", new { participants = Array.Empty<object>() });
        await api.WrittenAsync("PATCH", $"/v1/events/{id}", new { title = "Much later" });
        Assert.Equal([$"created event {id} 1 []", $"updated event {id} 2 [participants]"], (await AllAsync(since, $"&kind=event&actor={actor}")).Select(Told));
    }

    [Fact]
    public async Task The_filters_of_other_kinds_hold_too()
    {
        var since = await NowAsync();
        var state = await AddAsync("actors", new { kind = "state", name = "Feed State" });
        var person = await AddAsync("actors", new { kind = "person", name = "Feed Person" });
        var term = await AddAsync("memberships", new { member = person, organization = state, classification = "observer" });
        var meeting = await EventAsync(new { setting = "summit" });
        await EventAsync();
        Assert.Equal([state], (await AllAsync(since, "&kind=actor&missing=founded&q=%22feed+state%22")).Select(c => c.Text("id")));
        Assert.Equal([term], (await AllAsync(since, $"&kind=membership&member={person}")).Select(c => c.Text("id")));
        Assert.Equal([meeting], (await AllAsync(since, "&kind=meeting")).Select(c => c.Text("id")));
        Assert.Equal([meeting], (await AllAsync(since, "&kind=meeting&setting=summit")).Select(c => c.Text("id")));
    }

    [Fact]
    public async Task Several_kinds_take_the_filters_that_all_of_them_have()
    {
        var since = await NowAsync();
        var source = await AddAsync("sources", new { kind = "article", title = "Shared source" });
        var actor = await AddAsync("actors", new { kind = "organization", name = "Sourced", sources = new[] { source } });
        var topic = await AddAsync("topics", new { label = "Sourced topic", sources = new[] { source } });
        var id = await EventAsync(new { sources = new[] { source }, topics = new[] { new { id = topic } } });
        var meeting = await EventAsync(new { setting = "summit", sources = new[] { source } });
        var said = (await api.LaterAsync("POST", "/v1/statements", new { @event = id, text = "Said.", topics = new[] { topic }, basis = new { voice = "author" } })).Text("id")!;
        Assert.Equal([actor, id, meeting], (await AllAsync(since, $"&kind=event,actor&source={source}&op=created")).Select(c => c.Text("id")));
        Assert.Equal([id, said], (await AllAsync(since, $"&kind=event,statement&topic={topic}&op=created")).Select(c => c.Text("id")));
        Assert.Equal([actor, topic, meeting], (await AllAsync(since, $"&kind=actor,topic,meeting&source={source}&op=created")).Select(c => c.Text("id")));
        // A word that one of the kinds does not know finds nothing of it.
        Assert.Equal([id, meeting], (await AllAsync(since, $"&kind=event,relation&type=consult&op=created")).Select(c => c.Text("id")));
        // Without a kind it is all of them.
        Assert.Equal([actor, topic], (await AllAsync(since, "&q=title:sourced&stem=false&op=created")).Select(c => c.Text("id")));
    }

    [Theory]
    [InlineData("kind=event,actor&fatalities[gte]=1", "fatalities[gte]", "kinds event")]
    [InlineData("kind=event,actor&from=2024", "from", "is no filter of actors")]
    [InlineData("country=KWT", "country", "actor")]
    [InlineData("kind=event,relation&type=nonsense", "type", "nonsense")]
    [InlineData("kind=event&sort=date", "sort", "no parameter 'sort'")]
    [InlineData("kind=event&cursor=x", "cursor", "no parameter 'cursor'")]
    [InlineData("kind=event&fields=id", "fields", "no parameter 'fields'")]
    [InlineData("knownAt=2020-01-01", "knownAt", "no parameter 'knownAt'")]
    [InlineData("ids=no-such-thing", "ids", "never was")]
    [InlineData("kind=actor&ids=E1", "ids", "no actor 'E1'")]
    [InlineData("ids=", "ids", "separated by commas")]
    [InlineData("since=99999999", "since", "The last change is")]
    public async Task A_filter_that_would_be_passed_over_is_refused_with_what_to_send(string query, string parameter, string says)
    {
        foreach (var path in (string[])["/v1/changes", "/v1/changes/stream"])
        {
            var problem = await api.ProblemAsync($"{path}?{query}", 400);
            var error = problem.Each("errors")[0];
            Assert.Equal(parameter, error.Text("parameter"));
            Assert.Contains(says, error.Text("message"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Ids_follow_a_record_to_its_end_and_through_a_merge()
    {
        var since = await NowAsync();
        var (gone, old, into) = (await EventAsync(), await AddAsync("actors", new { kind = "person", name = "Followed Old" }), await AddAsync("actors", new { kind = "person", name = "Followed New" }));
        await api.LaterAsync("DELETE", $"/v1/events/{gone}");
        await api.LaterAsync("POST", $"/v1/actors/{old}/merge-into/{into}");
        Assert.Equal([$"created event {gone} 1 []", $"deleted event {gone} 2 []"], (await AllAsync(since, $"&kind=event&ids={gone}")).Select(Told));
        Assert.Equal([$"created actor {old} 1 []", $"created actor {into} 1 []", $"merged actor {old} 2 []", $"updated actor {into} 2 [names]"], (await AllAsync(since, $"&ids={old}")).Select(Told));
        Assert.Equal(6, (await AllAsync(since, $"&ids={gone},{old}")).Count);
    }

    [Fact]
    public async Task What_other_records_tell_of_one_is_tested_as_it_was()
    {
        var state = await AddAsync("actors", new { kind = "state", name = "Tested State" });
        var (first, second) = (await AddAsync("actors", new { kind = "person", name = "Tested First" }), await AddAsync("actors", new { kind = "person", name = "Tested Second" }));
        var post = await AddAsync("posts", new { label = "Tested Minister", organization = state });
        var since = await NowAsync();
        var term = await AddAsync("memberships", new { member = first, post, classification = "holder", start = "2020" });
        await api.LaterAsync("PATCH", $"/v1/memberships/{term}", new { member = second });
        await api.LaterAsync("PATCH", $"/v1/memberships/{term}", new { end = "2022" });
        await api.LaterAsync("PATCH", $"/v1/posts/{post}", new { label = "Tested Prime Minister" });
        string[] by = [.. (await AllAsync(since, "&kind=post")).Select(c => c.Text("seq")!)];
        Assert.Equal(4, by.Length);
        // The first held it until the second change, the second until his term ended.
        Assert.Equal(by[..2], (await AllAsync(since, $"&kind=post&holder={first}")).Select(c => c.Text("seq")));
        Assert.Equal(by[..2], (await AllAsync(since, $"&kind=post&holder={first}&asOf=2024-01-01")).Select(c => c.Text("seq")));
        Assert.Equal(by[1..3], (await AllAsync(since, $"&kind=post&holder={second}&asOf=2024-01-01")).Select(c => c.Text("seq")));
        Assert.Equal(by[..3], (await AllAsync(since, "&kind=post&asOf=2024-01-01")).Select(c => c.Text("seq")));
        Assert.Equal(by, (await AllAsync(since, "&kind=post&asOf=2021-01-01")).Select(c => c.Text("seq")));
    }

    [Fact]
    public async Task Members_places_inside_and_numbers_are_tested_on_the_record_as_it_was()
    {
        var alliance = await AddAsync("actors", new { kind = "organization", name = "Tested Alliance" });
        var member = await AddAsync("actors", new { kind = "state", name = "Tested Member" });
        await AddAsync("memberships", new { member, organization = alliance, classification = "member", start = "2000" });
        var (land, other) = (await AddAsync("locations", new { kind = "country", name = "Tested Land" }), await AddAsync("locations", new { kind = "country", name = "Other Land" }));
        var since = await NowAsync();
        var town = await AddAsync("locations", new { kind = "city", name = "Tested Town", parent = land });
        var id = await EventAsync(new { date = "2024-06-01", fatalities = new { best = 12 }, participants = new[] { new { actor = member, roles = new[] { "host" } } } });
        await api.LaterAsync("PATCH", $"/v1/locations/{town}", new { parent = other });
        await api.LaterAsync("PATCH", $"/v1/locations/{town}", new { name = "Renamed Town" });
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { fatalities = new { best = 2 }, participants = Array.Empty<object>() });
        await api.LaterAsync("DELETE", $"/v1/events/{id}");
        Assert.Equal(["1", "2"], (await AllAsync(since, $"&kind=location&within={land}&ids={town}")).Select(c => c.Text("revision")));
        Assert.Equal(["2", "3"], (await AllAsync(since, $"&kind=location&parent={other}")).Select(c => c.Text("revision")));
        Assert.Equal(["1", "2"], (await AllAsync(since, $"&kind=event&actor={alliance}&expand=members")).Select(c => c.Text("revision")));
        Assert.Equal(["1", "2"], (await AllAsync(since, $"&kind=event&participant={Uri.EscapeDataString($"actor:{member};role:host")}")).Select(c => c.Text("revision")));
        Assert.Equal(["1", "2"], (await AllAsync(since, "&kind=event&fatalities[gte]=10")).Select(c => c.Text("revision")));
    }

    [Fact]
    public async Task A_part_that_is_added_is_a_change_of_its_event_at_the_same_revision()
    {
        var (id, other) = (await EventAsync(), await EventAsync());
        var source = await AddAsync("sources", new { kind = "article", title = "Feed source" });
        var since = await NowAsync();
        var said = await StatementAsync(id);
        var relation = await AddAsync("relations", new { from = new { kind = "event", id }, type = "follows", to = new { kind = "event", id = other } });
        var claim = await AddAsync("claims", new { record = new { kind = "event", id }, pointer = "/title", value = "x", source });
        await api.LaterAsync("PATCH", $"/v1/statements/{said}", new { text = "Said again." });
        await api.LaterAsync("DELETE", $"/v1/statements/{said}");
        Assert.Equal([
            $"created statement {said} 1 []", $"updated event {id} 1 [statements]", $"created relation {relation} 1 []", $"updated event {id} 1 [relations]", $"created claim {claim} 1 []", $"updated event {id} 1 [claims]",
            $"updated statement {said} 2 [text]", $"updated event {id} 1 [statements]", $"deleted statement {said} 3 []", $"updated event {id} 1 [statements]"], (await AllAsync(since)).Select(Told));
    }

    [Fact]
    public async Task Include_record_gives_the_record_as_it_stands_now_and_null_when_it_is_gone()
    {
        var since = await NowAsync();
        var (stays, goes) = (await EventAsync(), await EventAsync());
        await api.LaterAsync("PATCH", $"/v1/events/{stays}", new { title = "As it stands" });
        await api.LaterAsync("DELETE", $"/v1/events/{goes}");
        var told = await AllAsync(since, "&include=record");
        var now = (await api.GetAsync($"/v1/events/{stays}")).GetRawText();
        Assert.Equal([now, "", now, ""], told.Select(c => c.TryGetProperty("record", out var record) && record.ValueKind == JsonValueKind.Object ? record.GetRawText() : ""));
        Assert.DoesNotContain(await AllAsync(since), c => c.TryGetProperty("record", out _));
    }

    [Fact]
    public async Task A_merge_tells_the_successor_the_joined_record_and_who_referred_to_it()
    {
        var (from, into) = (await AddAsync("actors", new { kind = "person", name = "Feed Old" }), await AddAsync("actors", new { kind = "person", name = "Feed New" }));
        var took = await EventAsync(new { participants = new[] { new { actor = from } } });
        var since = await NowAsync();
        await api.LaterAsync("POST", $"/v1/actors/{from}/merge-into/{into}");
        var told = await AllAsync(since);
        Assert.Equal([$"merged actor {from} 2 []", $"updated actor {into} 2 [names]", $"updated event {took} 1 [participants]"], told.Select(Told));
        Assert.Equal([into, null, null], told.Select(c => c.Text("successor")));

        since = await NowAsync();
        await api.LaterAsync("DELETE", $"/v1/actors/{from}/merge-into/{into}");
        Pages.SameSet([$"created actor {from} 3 []", $"updated actor {into} 3 [names]", $"updated event {took} 1 [participants]"], (await AllAsync(since)).Select(Told));
        // What was told before stays as it was told.
        Assert.Equal(into, (await AllAsync(since - 3)).First().Text("successor"));
    }

    [Fact]
    public async Task A_batch_is_told_record_by_record()
    {
        var since = await NowAsync();
        await api.LaterAsync("POST", "/v1/topics/batch", string.Join('\n', Enumerable.Range(1, 40).Select(n => $$"""{"label":"Feed topic {{n}}"}""")));
        var told = await AllAsync(since, limit: 7);
        Assert.Equal(Enumerable.Range(1, 40).Select(n => $"created topic feed-topic-{n} 1 []"), told.Select(Told));
    }

    // The mirror.

    [Theory]
    [InlineData(1)]
    [InlineData(20260228)]
    public async Task A_mirror_made_from_the_feed_alone_equals_the_catalogue_after_random_writes(int seed)
    {
        var (random, start) = (new Random(seed), await NowAsync());
        var pools = new Dictionary<string, List<string>>();
        string[] kinds = ["actors", "locations", "topics", "situations", "sources", "events", "statements", "relations"];
        foreach (var kind in kinds) pools[kind] = [];
        var merged = new List<(string Path, string From, string Into)>();
        string? Any(string kind) => pools[kind].Count == 0 ? null : pools[kind][random.Next(pools[kind].Count)];
        object? Body(string kind)
        {
            var word = $"Mirror {kind} {random.Next(1_000_000)}";
            return kind switch
            {
                "actors" => new { kind = "organization", name = word, partOf = random.Next(4) == 0 ? Any("actors") : null },
                "locations" => new { kind = "city", name = word, parent = random.Next(3) == 0 ? Any("locations") : null },
                "topics" => new { label = word, parent = random.Next(3) == 0 ? Any("topics") : null },
                "situations" => new { title = word, kind = "crisis", locations = Any("locations") is { } place ? new[] { place } : [] },
                "sources" => new { kind = "article", title = word },
                "events" => new { type = "consult", title = word, date = $"20{random.Next(10, 26)}", location = Any("locations"), participants = Any("actors") is { } actor ? new[] { new { actor, onBehalfOf = Any("actors") } } : [], topics = Any("topics") is { } topic ? new[] { new { id = topic } } : [], sources = Any("sources") is { } source ? new[] { source } : [] },
                "statements" => Any("events") is { } id ? new { @event = id, text = word, speaker = Any("actors"), basis = new { voice = "author" } } : null,
                _ => Any("events") is { } id && Any("situations") is { } situation ? new { from = new { kind = "event", id }, type = "about", to = new { kind = "situation", id = situation } } : null,
            };
        }
        async Task<bool> TryAsync(string method, string path, object? body)
        {
            if (random.Next(3) == 0) api.Clock.Now += TimeSpan.FromMilliseconds(random.Next(3));
            using var response = await api.WriteAsync(method, path, body, method == "POST" ? null : "*");
            Assert.True((int)response.StatusCode is < 300 or 404 or 409 or 410 or 422, $"{method} {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            if (response.IsSuccessStatusCode && method == "POST" && !path.Contains("merge-into", StringComparison.Ordinal))
            {
                var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
                pools[path.Split('/')[2]].AddRange(answer.TryGetProperty("items", out _) ? answer.Ids() : [answer.Text("id")!]);
            }
            return response.IsSuccessStatusCode;
        }

        var done = 0;
        for (var n = 0; n < 400; n++)
        {
            var kind = kinds[random.Next(kinds.Length)];
            var one = Any(kind);
            var choice = random.Next(20);
            if (one is null || choice < 7)
            {
                if (Body(kind) is { } body && await TryAsync("POST", $"/v1/{kind}", body)) done++;
            }
            else if (choice < 11)
            {
                var record = JsonSerializer.SerializeToNode(Body(kind))!.AsObject();
                foreach (var (name, _) in record.ToList().Where(_ => random.Next(2) == 0)) record.Remove(name);
                if (await TryAsync("PATCH", $"/v1/{kind}/{one}", record)) done++;
            }
            else if (choice < 13)
            {
                if (await TryAsync("PUT", $"/v1/{kind}/{one}", Body(kind))) done++;
            }
            else if (choice < 14)
            {
                if (await TryAsync("POST", $"/v1/{kind}/batch", string.Join('\n', Enumerable.Range(0, 3).Select(_ => JsonSerializer.Serialize(Body(kind)))))) done++;
            }
            else if (choice < 16)
            {
                if (await TryAsync("DELETE", $"/v1/{kind}/{one}", null))
                {
                    pools[kind].Remove(one);
                    done++;
                }
            }
            else if (choice < 18 && kind is not ("statements" or "relations"))
            {
                var other = Any(kind)!;
                if (await TryAsync("POST", $"/v1/{kind}/{one}/merge-into/{other}", null))
                {
                    pools[kind].Remove(one);
                    merged.Add((kind, one, other));
                    done++;
                }
            }
            else if (merged.Count > 0)
            {
                var last = merged[random.Next(merged.Count)];
                if (await TryAsync("DELETE", $"/v1/{last.Path}/{last.From}/merge-into/{last.Into}", null))
                {
                    merged.Remove(last);
                    pools[last.Path].Add(last.From);
                    done++;
                }
            }
        }
        Assert.True(done > 250, $"Only {done} writes went through.");
        await api.SettledAsync();

        // From the feed alone, in pages: the last copy of each record, and nothing of what went.
        var mirror = new Dictionary<(string Kind, string Id), string>();
        foreach (var change in await AllAsync(start, "&include=record", 50))
        {
            var key = (change.Text("kind")!, change.Text("id")!);
            if (change.Text("op") is "merged" or "deleted") mirror.Remove(key);
            else if (change.TryGetProperty("record", out var record) && record.ValueKind == JsonValueKind.Object) mirror[key] = Hash(record);
        }
        await SameAsync(mirror);
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task A_mirror_that_follows_as_it_goes_hears_of_every_reference_that_moves()
    {
        var mirror = new Dictionary<(string Kind, string Id), string>();
        var at = await NowAsync();
        async Task FollowAsync()
        {
            var page = await api.GetAsync($"/v1/changes?since={at}&include=record&limit=500");
            foreach (var change in page.Each("items"))
            {
                var key = (change.Text("kind")!, change.Text("id")!);
                if (change.Text("op") is "merged" or "deleted") mirror.Remove(key);
                else if (change.TryGetProperty("record", out var record) && record.ValueKind == JsonValueKind.Object) mirror[key] = Hash(record);
            }
            at = page.At("watermark").GetInt64();
        }
        var (house, old, now) = (await AddAsync("actors", new { kind = "state", name = "Follow House" }), await AddAsync("actors", new { kind = "person", name = "Follow Old" }), await AddAsync("actors", new { kind = "person", name = "Follow New" }));
        var post = await AddAsync("posts", new { label = "Follow Chair", organization = house });
        await AddAsync("memberships", new { member = old, organization = house, post, classification = "holder", start = "2020" });
        var town = await AddAsync("locations", new { kind = "city", name = "Follow Town" });
        var village = await AddAsync("locations", new { kind = "city", name = "Follow Village" });
        var hall = await AddAsync("locations", new { kind = "venue", name = "Follow Hall", parent = town });
        var id = await EventAsync(new { date = "2022", location = hall, participants = new object[] { new { actor = old }, new { post } } });
        await StatementAsync(id);
        await AddAsync("relations", new { from = new { kind = "event", id }, type = "about", to = new { kind = "actor", id = old } });
        await FollowAsync();
        foreach (var (path, moved, to) in ((string, string, object)[])[("locations", hall, new { parent = village, kind = "city" }), ("locations", hall, new { latitude = 29.3, longitude = 47.9 }), ("actors", old, new { country = "KWT" })])
        {
            await api.LaterAsync("PATCH", $"/v1/{path}/{moved}", to);
            await FollowAsync();
            await SameAsync(mirror);
        }
        foreach (var (path, from, into) in ((string, string, string)[])[("actors", old, now), ("locations", town, village)])
            foreach (var method in (string[])["POST", "DELETE"])
            {
                await api.LaterAsync(method, $"/v1/{path}/{from}/merge-into/{into}");
                await FollowAsync();
                await SameAsync(mirror);
            }
    }

    /// <summary>Each copy is the single answer, and the lists hold no record more.</summary>
    private async Task SameAsync(Dictionary<(string Kind, string Id), string> mirror)
    {
        var wrong = new List<string>();
        foreach (var ((kind, id), hash) in mirror)
        {
            var path = kind switch { "series" => "meeting-series", _ => kind + "s" };
            using var response = await api.Client.GetAsync($"/v1/{path}/{id}");
            if (!response.IsSuccessStatusCode) wrong.Add($"{kind} {id}: {(int)response.StatusCode}");
            else if (Hash(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement) != hash) wrong.Add($"{kind} {id} differs");
        }
        Reading.Nothing(wrong);
    }

    /// <summary>Names of others are presentation, counts of a topic's events too: a reference is the id alone.</summary>
    private static string Hash(JsonElement record)
    {
        var node = JsonNode.Parse(record.GetRawText())!.AsObject();
        node.Remove("count");
        foreach (var (name, value) in node.ToList()) node[name] = Bare(value?.DeepClone());
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(node.ToJsonString())));

        static JsonNode? Bare(JsonNode? node) => node switch
        {
            JsonArray array => new JsonArray([.. array.Select(e => Bare(e?.DeepClone()))]),
            JsonObject members => new JsonObject(members.Where(m => !(members.ContainsKey("id") && m.Key is "name" or "title" or "label")).Select(m => KeyValuePair.Create(m.Key, Bare(m.Value?.DeepClone())))),
            _ => node,
        };
    }

    // The stream.

    private sealed class Stream(StreamReader reader, IDisposable connection) : IDisposable
    {
        public string? LastId { get; private set; }

        /// <summary>The next change; the place moves with every id.</summary>
        public async Task<JsonElement> NextAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            string? data = null;
            while (await reader.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith("id: ", StringComparison.Ordinal)) LastId = line[4..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
                else if (line == "" && data is not null) return JsonDocument.Parse(data).RootElement;
            }
            throw new IOException("The stream ended.");
        }

        public async Task<List<JsonElement>> TakeAsync(int count)
        {
            var taken = new List<JsonElement>();
            while (taken.Count < count) taken.Add(await NextAsync());
            return taken;
        }

        public void Dispose() => connection.Dispose();
    }

    private async Task<Stream> OpenAsync(string query = "", string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/changes/stream{query}");
        if (lastId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
        var response = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new Stream(new StreamReader(await response.Content.ReadAsStreamAsync()), response);
    }

    [Fact]
    public async Task The_stream_tells_what_comes_after_it_was_opened_as_the_list_does()
    {
        await EventAsync();
        var since = await NowAsync();
        using var stream = await OpenAsync();
        var id = await EventAsync();
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { title = "Streamed" });
        var told = await stream.TakeAsync(2);
        Assert.Equal((await AllAsync(since)).Select(c => c.GetRawText()), told.Select(c => c.GetRawText()));
        Assert.Equal(told[1].Text("seq"), stream.LastId);
    }

    [Fact]
    public async Task Last_Event_Id_goes_on_without_gap_or_repetition()
    {
        var since = await NowAsync();
        string lastId;
        using (var first = await OpenAsync($"?since={since}"))
        {
            await EventAsync();
            await EventAsync();
            await first.TakeAsync(2);
            lastId = first.LastId!;
        }
        await EventAsync();
        // The browser sends the address it had at first; where it was counts.
        using var second = await OpenAsync($"?since={since}", lastId);
        await EventAsync();
        Assert.Equal([since + 3, since + 4], (await second.TakeAsync(2)).Select(c => c.At("seq").GetInt64()));
    }

    [Fact]
    public async Task A_filtered_stream_tells_what_fits_and_moves_over_the_rest()
    {
        var since = await NowAsync();
        using var stream = await OpenAsync($"?since={since}&kind=event&status=postponed&include=record");
        var id = await EventAsync(new { status = "postponed" });
        await EventAsync();
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { status = "held" });
        var told = await stream.TakeAsync(2);
        Assert.Equal([(id, "1"), (id, "2")], told.Select(c => (c.Text("id")!, c.Text("revision")!)));
        Assert.Equal(id, told[0].Text("record.id"));
        using var later = await OpenAsync($"?kind=event&status=postponed", stream.LastId);
        var other = await EventAsync(new { status = "postponed" });
        Assert.Equal(other, (await later.NextAsync()).Text("id"));
    }

    [Fact]
    public async Task A_wrong_stream_is_refused_before_it_begins()
    {
        await api.RefusedAsync("/v1/changes/stream?kind=nonsense", "kind");
        await api.RefusedAsync("/v1/changes/stream?limit=5", "limit");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/changes/stream");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", "yesterday");
        using var refused = await api.Client.SendAsync(request);
        await Problems.ReadAsync(refused, 400);
    }

    [Fact]
    public async Task Twenty_streams_all_get_everything_while_many_write_at_once()
    {
        const int Streams = 20, Writers = 8, Each = 10;
        var since = await NowAsync();
        await api.KeyAsync(Access.Role.Editor);
        var streams = new List<Stream>();
        for (var n = 0; n < Streams; n++) streams.Add(await OpenAsync(n % 2 == 0 ? $"?since={since}" : $"?since={since}&kind=event&type=consult"));
        var reading = streams.Select(s => Task.Run(() => s.TakeAsync(Writers * Each))).ToList();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(async () =>
        {
            for (var n = 0; n < Each; n++) await api.WrittenAsync("POST", "/v1/events", new { type = "consult", title = string.Create(CultureInfo.InvariantCulture, $"Streamed {w} {n}") });
        })));
        var expected = (await AllAsync(since)).Select(c => c.GetRawText()).ToList();
        Assert.Equal(Writers * Each, expected.Count);
        foreach (var told in await Task.WhenAll(reading)) Assert.Equal(expected, told.Select(c => c.GetRawText()));
        foreach (var stream in streams) stream.Dispose();
    }

    [Fact]
    public async Task A_deletion_and_a_write_that_refers_to_the_same_record_at_once_never_break_the_catalogue()
    {
        await api.KeyAsync(Access.Role.Editor);
        for (var round = 0; round < 6; round++)
        {
            var (actor, talks) = (await AddAsync("actors", new { kind = "person", name = $"Torn {round}" }), await EventAsync());
            // What comes while another write goes on waits, and is committed together: that write ends when all are there.
            var database = api.Services.GetRequiredService<Database>();
            using var gate = new ManualResetEventSlim();
            var busy = database.WriteAsync(_ => gate.Wait(TimeSpan.FromSeconds(10)));
            var tasks = new List<Task<HttpResponseMessage>>();
            for (var n = 0; n < 4; n++) tasks.Add(Task.Run(() => api.WriteAsync("POST", "/v1/events", new { type = "consult", title = "Torn talks", participants = new[] { new { actor } } })));
            tasks.Add(Task.Run(() => api.WriteAsync("DELETE", $"/v1/actors/{actor}", null, "*")));
            tasks.Add(Task.Run(() => api.WriteAsync("POST", "/v1/statements", new { @event = talks, text = "Torn.", basis = new { voice = "author" } })));
            tasks.Add(Task.Run(() => api.WriteAsync("DELETE", $"/v1/events/{talks}", null, "*")));
            await Asking.SoonAsync(() => Task.FromResult(database.Unanswered == tasks.Count + 1), "Not all writes came.");
            gate.Set();
            Assert.True(await busy);
            foreach (var response in await Task.WhenAll(tasks)) Assert.True((int)response.StatusCode < 500, $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri}: {(int)response.StatusCode}");
        }
        await api.IsSoundAsync();
    }
}
