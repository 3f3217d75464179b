using System.Net;
using System.Text.Json;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;
using System.Text.Json.Nodes;
using EventsApi.Access;
using EventsApi.Records;

namespace EventsApi.Tests;

/// <summary>Two records that mean the same become one: links move, both histories stay, the old id leads on, and it can be undone.</summary>
public sealed class MergeTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private static int _last;
    private readonly int _number = Interlocked.Increment(ref _last);

    private string Name(string stem) => $"{stem} {_number}";

    private async Task<string> AddAsync(string path, object body) => (await api.LaterAsync("POST", $"/v1/{path}", body)).Text("id")!;

    private Task<string> ActorAsync(string stem, string kind = "organization", string? partOf = null) => AddAsync("actors", new { kind, name = Name(stem), partOf });
    private Task<string> PlaceAsync(string stem, string kind = "city", string? parent = null) => AddAsync("locations", new { kind, name = Name(stem), parent });
    private Task<string> TopicAsync(string stem, string? parent = null) => AddAsync("topics", new { label = Name(stem), parent });
    private Task<string> SituationAsync(string stem, string? parent = null) => AddAsync("situations", new { title = Name(stem), kind = "crisis", parent });
    private Task<string> SeriesAsync(string stem) => AddAsync("meeting-series", new { label = Name(stem) });
    private Task<string> SourceAsync(string stem) => AddAsync("sources", new { kind = "article", title = Name(stem) });
    private Task<string> PostAsync(string stem, string organization) => AddAsync("posts", new { label = Name(stem), organization });

    private Task<string> EventAsync(object? members = null)
    {
        var body = members is null ? [] : JsonSerializer.SerializeToNode(members)!.AsObject();
        body.TryAdd("type", "consult");
        body.TryAdd("title", Name("Talks"));
        return AddAsync("events", body);
    }

    private Task<string> StatementAsync(object members)
    {
        var body = JsonSerializer.SerializeToNode(members)!.AsObject();
        body.TryAdd("text", "Said.");
        body.TryAdd("basis", new JsonObject { ["voice"] = "author" });
        return AddAsync("statements", body);
    }

    private Task<string> RelateAsync((string, string) from, string type, (string, string) to) =>
        AddAsync("relations", new { from = new { kind = from.Item1, id = from.Item2 }, type, to = new { kind = to.Item1, id = to.Item2 } });

    private Task<JsonElement> MergeAsync(string path, string from, string into) => api.LaterAsync("POST", $"/v1/{path}/{from}/merge-into/{into}");
    private Task<JsonElement> UndoAsync(string path, string from, string into) => api.LaterAsync("DELETE", $"/v1/{path}/{from}/merge-into/{into}");

    private async Task<JsonElement> RefusedAsync(string method, string path, int status) => await Problems.ReadAsync(await api.WriteAsync(method, path, null, "*"), status);

    /// <summary>Two records of a kind, for what holds for all kinds.</summary>
    private async Task<(string From, string Into)> TwoAsync(string path) => path switch
    {
        "events" => (await EventAsync(), await EventAsync()),
        "meetings" => (await EventAsync(new { setting = "call" }), await EventAsync(new { setting = "call" })),
        "actors" => (await ActorAsync("Old actor"), await ActorAsync("Actor")),
        "locations" => (await PlaceAsync("Old place"), await PlaceAsync("Place")),
        "posts" => (await PostAsync("Old post", await ActorAsync("House")), await PostAsync("Post", await ActorAsync("House"))),
        "topics" => (await TopicAsync("Old topic"), await TopicAsync("Topic")),
        "situations" => (await SituationAsync("Old situation"), await SituationAsync("Situation")),
        "meeting-series" => (await SeriesAsync("Old series"), await SeriesAsync("Series")),
        _ => (await SourceAsync("Old source"), await SourceAsync("Source")),
    };

    [Theory]
    [InlineData("events")]
    [InlineData("meetings")]
    [InlineData("actors")]
    [InlineData("locations")]
    [InlineData("posts")]
    [InlineData("topics")]
    [InlineData("situations")]
    [InlineData("meeting-series")]
    [InlineData("sources")]
    public async Task The_old_id_leads_to_the_successor_keeps_its_history_and_comes_back(string path)
    {
        var (from, into) = await TwoAsync(path);
        var before = await api.GetAsync($"/v1/{path}/{from}");
        var intoBefore = await api.GetAsync($"/v1/{path}/{into}");

        var answer = await MergeAsync(path, from, into);
        Assert.Equal(into, answer.Text("id"));
        using (var moved = await api.Client.GetAsync($"/v1/{path}/{from}?fields=id"))
        {
            Assert.Equal(HttpStatusCode.PermanentRedirect, moved.StatusCode);
            Assert.Equal($"/v1/{path}/{into}?fields=id", moved.Headers.Location!.ToString());
        }
        Assert.Equal(["merged", "created"], (await api.GetAsync($"/v1/{path}/{from}/revisions")).Texts("items", "op"));
        Assert.Equal(before.GetRawText(), (await api.GetAsync($"/v1/{path}/{from}/revisions/1")).GetRawText());

        await UndoAsync(path, from, into);
        var after = await api.GetAsync($"/v1/{path}/{from}");
        Assert.Equal("3", after.Text("revision"));
        Assert.Equal(Content(before), Content(after));
        Assert.Equal(Content(intoBefore), Content(await api.GetAsync($"/v1/{path}/{into}")));
        await api.IsSoundAsync();

        static string Content(JsonElement record)
        {
            var members = JsonNode.Parse(record.GetRawText())!.AsObject();
            foreach (var member in (string[])["revision", "updatedAt"]) members.Remove(member);
            return members.ToJsonString();
        }
    }

    [Theory]
    [InlineData("statements")]
    [InlineData("memberships")]
    [InlineData("relations")]
    [InlineData("claims")]
    [InlineData("datasets")]
    [InlineData("nonsense")]
    public async Task Other_kinds_are_not_merged(string path) => await RefusedAsync("POST", $"/v1/{path}/S1/merge-into/S2", 404);

    [Fact]
    public async Task Every_reference_to_an_actor_is_shown_and_found_by_the_successor_and_back_after_undo()
    {
        var (from, into) = await TwoAsync("actors");
        var house = await ActorAsync("House");
        var unit = await ActorAsync("Unit", partOf: from);
        var post = await PostAsync("Chair", from);
        var member = await AddAsync("memberships", new { member = from, organization = house, classification = "member" });
        var organization = await AddAsync("memberships", new { member = unit, organization = from, classification = "partner" });
        var participant = await EventAsync(new { participants = new[] { new { actor = from, roles = new[] { "host" } } } });
        var represented = await EventAsync(new { participants = new[] { new { actor = house, onBehalfOf = from } } });
        var posted = await EventAsync(new { participants = new[] { new { post } } });
        var part = await EventAsync(new { participants = new[] { new { actor = unit } } });
        var substitute = await EventAsync(new { setting = "call", participants = new[] { new { actor = house, substituteFor = from, attendance = "attended" } } });
        var speaker = await StatementAsync(new { speaker = from });
        var behalf = await StatementAsync(new { onBehalfOf = from });
        var about = await StatementAsync(new { about = new[] { new { kind = "actor", id = from } } });
        var situation = await AddAsync("situations", new { title = Name("War"), kind = "war", parties = new[] { from } });
        var series = await AddAsync("meeting-series", new { label = Name("Summits"), organization = from });
        var relation = await RelateAsync(("event", posted), "about", ("actor", from));
        var claim = await AddAsync("claims", new { record = new { kind = "actor", id = from }, pointer = "/founded", value = "1949", source = await SourceAsync("Book") });
        var heir = await AddAsync("actors", new { kind = "organization", name = Name("Heir"), successorOf = new[] { from } });

        (string Query, string[] Ids)[] Found(string actor) =>
        [
            ($"/v1/events?actor={actor}", [participant, represented, posted, part]),
            ($"/v1/events?actor.host={actor}", [participant]),
            ($"/v1/events?participant=onBehalfOf:{actor}", [represented]),
            ($"/v1/events?actor={actor}&actorMatch=self", [participant]),
            ($"/v1/actors?partOf={actor}", [unit]),
            ($"/v1/posts?organization={actor}", [post]),
            ($"/v1/memberships?member={actor}", [member]),
            ($"/v1/memberships?organization={actor}", [organization]),
            ($"/v1/statements?speaker={actor}", [speaker]),
            ($"/v1/statements?onBehalfOf={actor}", [behalf]),
            ($"/v1/statements?about=actor:{actor}", [about]),
            ($"/v1/situations?party={actor}", [situation]),
            ($"/v1/meeting-series?organization={actor}", [series]),
            ($"/v1/relations?to=actor:{actor}", [relation]),
            ($"/v1/claims?record=actor:{actor}", [claim]),
        ];
        async Task ShowsAsync(string actor)
        {
            foreach (var (query, ids) in Found(actor)) await Asking.SoonAsync(async () => (await api.IdsAsync(query)).Order().SequenceEqual(ids.Order()), query);
            foreach (var (path, member) in ((string, string)[])[
                ($"events/{participant}", "participants.0.actor.id"), ($"events/{represented}", "participants.0.onBehalfOf.id"), ($"events/{substitute}", "participants.0.substituteFor.id"), ($"actors/{unit}", "partOf.id"),
                ($"posts/{post}", "organization.id"), ($"memberships/{member}", "member.id"), ($"memberships/{organization}", "organization.id"), ($"statements/{speaker}", "speaker.id"), ($"statements/{behalf}", "onBehalfOf.id"),
                ($"statements/{about}", "about.0.id"), ($"situations/{situation}", "parties.0.id"), ($"meeting-series/{series}", "organization.id"), ($"relations/{relation}", "to.id"), ($"claims/{claim}", "record.id"),
                ($"events/{posted}", "relations.0.target.id"), ($"actors/{heir}", "successorOf.0.id")])
                await Asking.SoonAsync(async () => Follow(await api.GetAsync($"/v1/{path}"), member) == actor, $"{path} {member}");
        }

        await ShowsAsync(from);
        await MergeAsync("actors", from, into);
        await ShowsAsync(into);
        // A filter follows the old id.
        Assert.Equal([speaker], await api.IdsAsync($"/v1/statements?speaker={from}"));
        await api.IsSoundAsync();

        await UndoAsync("actors", from, into);
        await ShowsAsync(from);
        foreach (var (query, _) in Found(into)) Assert.Empty(await api.IdsAsync(query));
        await api.IsSoundAsync();
    }

    private static string? Follow(JsonElement record, string path)
    {
        foreach (var step in path.Split('.'))
            record = int.TryParse(step, out var n) ? record[n] : record.GetProperty(step);
        return record.GetString();
    }

    private async Task MovesAsync(string path, string from, string into, (string Query, string Id)[] found, (string Path, string Member)[] shown)
    {
        async Task ShowsAsync(string id, string other)
        {
            foreach (var (query, only) in found)
            {
                await Asking.SoonAsync(async () => (await api.IdsAsync(query + id)).SequenceEqual([only]), query + id);
                if (other != from) Assert.Empty(await api.IdsAsync(query + other));
            }
            foreach (var (record, member) in shown)
                await Asking.SoonAsync(async () => Follow(await api.GetAsync($"/v1/{record}"), member) == id, $"{record} {member}");
        }
        await ShowsAsync(from, into);
        await MergeAsync(path, from, into);
        await ShowsAsync(into, from);
        await api.IsSoundAsync();
        await UndoAsync(path, from, into);
        await ShowsAsync(from, into);
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task Every_reference_to_a_location_moves_and_comes_back()
    {
        var (from, into) = await TwoAsync("locations");
        var inside = await PlaceAsync("Hall", "venue", from);
        var held = await EventAsync(new { location = inside });
        var situation = await AddAsync("situations", new { title = Name("Flood"), kind = "crisis", locations = new[] { from } });
        var relation = await RelateAsync(("event", held), "about", ("location", from));
        await MovesAsync("locations", from, into,
            [("/v1/events?location=", held), ("/v1/locations?parent=", inside), ("/v1/situations?location=", situation), ("/v1/relations?to=location:", relation)],
            [($"locations/{inside}", "parent.id"), ($"events/{held}", "location.path.0.id"), ($"situations/{situation}", "locations.0.id"), ($"relations/{relation}", "to.id"), ($"events/{held}", "relations.0.target.id")]);
    }

    [Fact]
    public async Task Every_reference_to_a_topic_moves_and_comes_back()
    {
        var (from, into) = await TwoAsync("topics");
        var below = await TopicAsync("Narrow", from);
        var meeting = await EventAsync(new { setting = "call", topics = new[] { new { id = below } }, agenda = new[] { new { title = "First", topics = new[] { from } } } });
        var said = await StatementAsync(new { topics = new[] { from } });
        await MovesAsync("topics", from, into,
            [("/v1/events?topic=", meeting), ("/v1/topics?parent=", below), ("/v1/statements?topic=", said)],
            [($"topics/{below}", "parent.id"), ($"meetings/{meeting}", "agenda.0.topics.0.id"), ($"statements/{said}", "topics.0.id")]);
    }

    [Fact]
    public async Task Every_reference_to_a_situation_moves_and_comes_back()
    {
        var (from, into) = await TwoAsync("situations");
        var part = await SituationAsync("Battle", from);
        var happened = await EventAsync();
        var relation = await RelateAsync(("event", happened), "partOf", ("situation", part));
        var said = await StatementAsync(new { about = new[] { new { kind = "situation", id = from } } });
        await MovesAsync("situations", from, into,
            [("/v1/events?situation=", happened), ("/v1/situations?parent=", part), ("/v1/statements?about=situation:", said)],
            [($"situations/{part}", "parent.id"), ($"statements/{said}", "about.0.id")]);
        Assert.Equal(relation, (await api.GetAsync($"/v1/events/{happened}")).Each("relations")[0].Text("id"));
    }

    [Fact]
    public async Task Every_reference_to_a_post_moves_and_comes_back()
    {
        var house = await ActorAsync("House");
        var (from, into) = (await PostAsync("Old chair", house), await PostAsync("Chair", house));
        var person = await ActorAsync("Person", "person");
        var term = await AddAsync("memberships", new { member = person, post = from, classification = "holder", start = "2020" });
        var held = await EventAsync(new { date = "2022-02-02", participants = new[] { new { post = from } } });
        var said = await StatementAsync(new { post = from });
        await MovesAsync("posts", from, into,
            [("/v1/memberships?post=", term), ("/v1/statements?post=", said), ("/v1/events?participant=post:", held)],
            [($"memberships/{term}", "post.id"), ($"statements/{said}", "post.id"), ($"events/{held}", "participants.0.post.id")]);
        Assert.Equal(person, Follow(await api.GetAsync($"/v1/events/{held}"), "participants.0.actor.id"));
    }

    [Fact]
    public async Task The_successor_of_a_post_has_the_holders_of_both_and_events_infer_them()
    {
        var house = await ActorAsync("House");
        var (from, into) = (await PostAsync("Old chair", house), await PostAsync("Chair", house));
        var (first, second) = (await ActorAsync("First", "person"), await ActorAsync("Second", "person"));
        await AddAsync("memberships", new { member = first, post = from, classification = "holder", start = "2010", end = "2015" });
        await AddAsync("memberships", new { member = second, post = into, classification = "holder", start = "2016" });
        var early = await EventAsync(new { date = "2012-06-01", participants = new[] { new { post = into } } });
        Assert.Equal(JsonValueKind.Null, (await api.GetAsync($"/v1/events/{early}")).Each("participants")[0].GetProperty("actor").ValueKind);

        await MergeAsync("posts", from, into);
        await Asking.SoonAsync(async () => (await api.GetAsync($"/v1/posts/{into}")).Texts("holders", "person.id").SequenceEqual([first, second]), "holders of both");
        await Asking.SoonAsync(async () => (await api.GetAsync($"/v1/events/{early}")).Each("participants")[0].Text("actor.id") == first, "the holder by the merged post");
        await UndoAsync("posts", from, into);
        await Asking.SoonAsync(async () => (await api.GetAsync($"/v1/posts/{into}")).Texts("holders", "person.id").SequenceEqual([second]), "its own holders");
        await Asking.SoonAsync(async () => (await api.GetAsync($"/v1/posts/{from}")).Texts("holders", "person.id").SequenceEqual([first]), "the old one's holders");
        await Asking.SoonAsync(async () => (await api.GetAsync($"/v1/events/{early}")).Each("participants")[0].IsNull("actor"), "no holder again");
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task Every_reference_to_a_series_moves_and_comes_back()
    {
        var (from, into) = await TwoAsync("meeting-series");
        var meeting = await EventAsync(new { setting = "summit", series = from });
        await MovesAsync("meeting-series", from, into, [("/v1/meetings?series=", meeting)], [($"meetings/{meeting}", "series.id")]);
        await MergeAsync("meeting-series", from, into);
        Assert.Equal("1", (await api.GetAsync($"/v1/meeting-series/{into}")).Text("count"));
    }

    [Fact]
    public async Task Every_reference_to_a_source_moves_and_comes_back()
    {
        var (from, into) = await TwoAsync("sources");
        var topic = await TopicAsync("Sourced");
        var told = await EventAsync(new { sources = new[] { from }, topics = new[] { new { id = topic, basis = new { source = from } } } });
        var said = await StatementAsync(new { text = "Quoted.", basis = new { voice = "speaker", source = from } });
        var claim = await AddAsync("claims", new { record = new { kind = "event", id = told }, pointer = "/title", value = "x", source = from });
        var actor = await AddAsync("actors", new { kind = "person", name = Name("Sourced"), sources = new[] { from } });
        await MovesAsync("sources", from, into,
            [("/v1/events?source=", told), ("/v1/statements?source=", said), ("/v1/claims?source=", claim), ("/v1/actors?source=", actor)],
            [($"events/{told}", "sources.0.id"), ($"events/{told}", "topics.0.basis.source.id"), ($"statements/{said}", "basis.source.id"), ($"claims/{claim}", "source.id"), ($"actors/{actor}", "sources.0.id")]);
    }

    [Fact]
    public async Task Statements_relations_and_claims_of_an_event_move_and_come_back()
    {
        var (from, into) = await TwoAsync("events");
        var other = await EventAsync();
        var situation = await SituationAsync("Talks");
        var said = await StatementAsync(new { @event = from });
        var about = await StatementAsync(new { about = new[] { new { kind = "event", id = from } }, text = "About it." });
        var own = await StatementAsync(new { @event = into, text = "Its own." });
        var partOf = await RelateAsync(("event", from), "partOf", ("situation", situation));
        var follows = await RelateAsync(("event", other), "follows", ("event", from));
        var claim = await AddAsync("claims", new { record = new { kind = "event", id = from }, pointer = "/title", value = "x", source = await SourceAsync("Book") });

        await MergeAsync("events", from, into);
        await Asking.SoonAsync(async () => (await api.GetAsync($"/v1/events/{into}")).Texts("statements", "id").Order().SequenceEqual(new[] { said, about, own }.Order()), "statements of both");
        var merged = await api.GetAsync($"/v1/events/{into}?include=claims");
        Assert.Equal([partOf], merged.Texts("relations", "id"));
        Assert.Equal([claim], merged.Texts("claims", "id"));
        Assert.Equal([into], await api.IdsAsync($"/v1/events?situation={situation}"));
        Assert.Equal(into, (await api.GetAsync($"/v1/events/{other}")).Each("relations")[0].Text("target.id"));
        Assert.Equal([follows], await api.IdsAsync($"/v1/relations?to=event:{into}"));
        Pages.SameSet([said, about, own], await api.IdsAsync($"/v1/statements?event={into}"));
        await api.IsSoundAsync();

        await UndoAsync("events", from, into);
        Pages.SameSet([said, about], (await api.GetAsync($"/v1/events/{from}")).Texts("statements", "id"));
        Assert.Equal([own], (await api.GetAsync($"/v1/events/{into}")).Texts("statements", "id"));
        Assert.Equal([partOf], (await api.GetAsync($"/v1/events/{from}")).Texts("relations", "id"));
        Assert.Empty((await api.GetAsync($"/v1/events/{into}")).Each("relations"));
        Assert.Equal([from], await api.IdsAsync($"/v1/events?situation={situation}"));
        Assert.Equal(from, (await api.GetAsync($"/v1/events/{other}")).Each("relations")[0].Text("target.id"));
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task What_was_known_before_a_merge_is_shown_as_it_was()
    {
        var (from, into) = await TwoAsync("events");
        var actor = await ActorAsync("Once");
        var successor = await ActorAsync("Now");
        var said = await StatementAsync(new { @event = from, speaker = actor });
        var took = await EventAsync(new { participants = new[] { new { actor } } });
        var before = api.Instant;
        await MergeAsync("events", from, into);
        await MergeAsync("actors", actor, successor);
        var after = api.Instant;

        var then = await api.GetAsync($"/v1/events/{from}?knownAt={before}");
        Assert.Equal((from, 1), (then.Text("id"), then.Each("statements").Count));
        Assert.Equal([said], then.Texts("statements", "id"));
        Assert.Empty((await api.GetAsync($"/v1/events/{into}?knownAt={before}")).Each("statements"));
        Assert.Equal([actor], (await api.GetAsync($"/v1/events/{took}?knownAt={before}")).Texts("participants", "actor.id"));
        Assert.Equal([successor], (await api.GetAsync($"/v1/events/{took}?knownAt={after}")).Texts("participants", "actor.id"));
        Assert.Equal([said], (await api.GetAsync($"/v1/events/{into}?knownAt={after}")).Texts("statements", "id"));
        Assert.Equal(actor, (await api.GetAsync($"/v1/actors/{actor}?knownAt={before}")).Text("id"));
        Assert.Equal(successor, (await api.GetAsync($"/v1/actors/{actor}?knownAt={after}")).Text("id"));
    }

    [Fact]
    public async Task What_was_known_between_a_merge_and_its_undoing_is_shown_as_it_was()
    {
        var (from, into) = await TwoAsync("actors");
        var took = await EventAsync(new { participants = new[] { new { actor = from } } });
        var talks = await EventAsync();
        var said = await StatementAsync(new { @event = took });
        await MergeAsync("actors", from, into);
        await MergeAsync("events", took, talks);
        var between = api.Instant;
        await UndoAsync("actors", from, into);
        await UndoAsync("events", took, talks);

        var other = await EventAsync(new { participants = new[] { new { actor = from } } });
        Assert.Equal(into, (await api.GetAsync($"/v1/actors/{from}?knownAt={between}")).Text("id"));
        Assert.Equal([from], (await api.GetAsync($"/v1/events/{took}/revisions/1")).Texts("participants", "actor.id"));
        var then = await api.GetAsync($"/v1/events/{took}?knownAt={between}");
        Assert.Equal(talks, then.Text("id"));
        Assert.Equal([said], then.Texts("statements", "id"));
        Assert.Equal([from], (await api.GetAsync($"/v1/events/{other}?knownAt={api.Instant}")).Texts("participants", "actor.id"));
    }

    [Fact]
    public async Task An_event_that_nobody_merged_is_known_with_its_actor_s_successor_of_that_time()
    {
        var (from, into) = await TwoAsync("actors");
        var took = await EventAsync(new { participants = new[] { new { actor = from } } });
        await MergeAsync("actors", from, into);
        var between = api.Instant;
        await UndoAsync("actors", from, into);
        Assert.Equal([into], (await api.GetAsync($"/v1/events/{took}?knownAt={between}")).Texts("participants", "actor.id"));
        Assert.Equal([from], (await api.GetAsync($"/v1/events/{took}?knownAt={api.Instant}")).Texts("participants", "actor.id"));
    }

    [Fact]
    public async Task After_a_large_merge_of_posts_the_holder_is_still_found_for_every_event()
    {
        var here = await Corner.OfAsync(api);
        var (organization, person) = (await here.ActorAsync("office"), await here.ActorAsync("holder", "person"));
        var (from, into) = (await here.PostAsync("moving-post", organization), await here.PostAsync("staying-post", organization));
        await here.MembershipAsync(person, organization, "holder", "2001-01-01", null, from);
        var ids = await here.EventsAsync([.. Enumerable.Range(0, 700).Select(n => (object)new { date = $"20{2 + n % 18:00}-06-{1 + n % 28:00}", participants = new[] { new { post = from } } })]);

        await api.WrittenAsync("POST", $"/v1/posts/{from}/merge-into/{into}");

        foreach (var id in (string[])[ids[0], ids[350], ids[^1]])
            await Asking.SoonAsync(async () => await api.GetAsync($"/v1/events/{id}") is var shown && shown.Texts("participants", "post.id").SequenceEqual([into]) && shown.Texts("participants", "actor.id").SequenceEqual([person]), id);
        Assert.Equal(700, (await api.GetAsync($"/v1/events?actor={person}&limit=1&total=exact")).At("total.value").GetInt32());
    }

    [Fact]
    public async Task The_history_of_a_record_that_came_back_tells_that_it_had_been_merged()
    {
        var (from, into) = await TwoAsync("actors");
        await MergeAsync("actors", from, into);
        await UndoAsync("actors", from, into);

        Assert.Equal(["created", "merged", "created"], (await api.GetAsync($"/v1/actors/{from}/revisions")).Texts("items", "op"));
    }

    [Fact]
    public async Task A_filter_finds_everything_at_every_moment_while_a_large_merge_is_carried_out()
    {
        var here = await Corner.OfAsync(api);
        var (from, into) = (await here.ActorAsync("moving"), await here.ActorAsync("staying"));
        await here.EventsAsync([.. Enumerable.Range(0, 1_500).Select(n => (object)new { date = $"20{n % 20:00}-05-{1 + n % 28:00}", participants = new[] { new { actor = from } } })]);
        await here.EventAsync(new { participants = new[] { new { actor = into } } });

        await api.WrittenAsync("POST", $"/v1/actors/{from}/merge-into/{into}");
        for (var n = 0; n < 40; n++)
            Assert.Equal(1_501, (await api.GetAsync($"/v1/events?actor={into}&limit=1&total=exact")).At("total.value").GetInt32());
    }

    [Fact]
    public async Task More_than_four_hundred_events_follow_a_merge_and_its_undoing()
    {
        var (from, into) = await TwoAsync("actors");
        var lines = string.Join('\n', Enumerable.Range(1, 450).Select(n => JsonSerializer.Serialize(new { type = "consult", title = $"Talks {n}", participants = new[] { new { actor = from } } })));
        await api.LaterAsync("POST", "/v1/events/batch", lines);
        var one = (await api.IdsAsync($"/v1/events?actor={from}&limit=1"))[0];
        await MergeAsync("actors", from, into);
        await Asking.SoonAsync(async () => await api.CountAsync($"/v1/events?actor={into}") == 450, "450 by the successor");
        await Asking.SoonAsync(async () => (await api.GetAsync($"/v1/events/{one}")).Texts("participants", "actor.id").SequenceEqual([into]), "the successor in an event");
        await api.IsSoundAsync();
        await UndoAsync("actors", from, into);
        await Asking.SoonAsync(async () => await api.CountAsync($"/v1/events?actor={from}") == 450, "450 by the old one");
        Assert.Equal(0, await api.CountAsync($"/v1/events?actor={into}"));
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task A_merge_that_is_undone_at_once_leaves_nothing_behind()
    {
        var (from, into) = await TwoAsync("actors");
        await api.LaterAsync("POST", "/v1/events/batch", string.Join('\n', Enumerable.Range(1, 450).Select(n => JsonSerializer.Serialize(new { type = "consult", title = $"Talks {n}", participants = new[] { new { actor = from } } }))));
        for (var round = 0; round < 3; round++)
        {
            await MergeAsync("actors", from, into);
            await UndoAsync("actors", from, into);
        }
        await Asking.SoonAsync(async () => await api.CountAsync($"/v1/events?actor={from}") == 450 && await api.CountAsync($"/v1/events?actor={into}") == 0, "all by the old one");
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task A_successor_is_not_deleted_while_what_refers_to_it_waits_to_be_made_again()
    {
        var (from, into) = await TwoAsync("actors");
        await api.LaterAsync("POST", "/v1/events/batch", string.Join('\n', Enumerable.Range(1, 450).Select(n => JsonSerializer.Serialize(new { type = "consult", title = $"Talks {n}", participants = new[] { new { actor = from } } }))));
        // Both wait for one write and are committed together, so nothing is made again between them.
        var database = api.Services.GetRequiredService<Database>();
        using var gate = new ManualResetEventSlim();
        var busy = database.WriteAsync(_ => gate.Wait(TimeSpan.FromSeconds(10)));
        var merge = MergeAsync("actors", from, into);
        await Asking.SoonAsync(() => Task.FromResult(database.Unanswered == 2), "The merge waits.");
        var refused = RefusedAsync("DELETE", $"/v1/actors/{into}", 409);
        await Asking.SoonAsync(() => Task.FromResult(database.Unanswered == 3), "The deletion waits.");
        gate.Set();
        Assert.True(await busy);
        await merge;
        await refused;
    }

    [Fact]
    public async Task Names_identifiers_and_sources_are_joined_and_taken_back()
    {
        var (first, second) = (await SourceAsync("First"), await SourceAsync("Second"));
        var number = Guid.NewGuid().ToString("N");
        var from = await AddAsync("actors", new { kind = "organization", name = Name("Old name"), names = new[] { new { text = "Alt", lang = "de" } }, identifiers = new[] { new { scheme = "wikidata", identifier = number } }, sources = new[] { first, second } });
        var into = await AddAsync("actors", new { kind = "organization", name = Name("Name"), names = new[] { new { text = "Own", lang = "fr" } }, sources = new[] { second } });

        var merged = await MergeAsync("actors", from, into);
        Assert.Equal(["Own", "Alt", Name("Old name")], merged.Texts("names", "text"));
        Assert.Equal([number], merged.Texts("identifiers", "identifier"));
        Assert.Equal([second, first], merged.Texts("sources", "id"));
        Assert.Equal(into, (await api.GetAsync($"/v1/actors/wikidata:{number}")).Text("id"));
        Assert.Contains(into, await api.IdsAsync($"/v1/actors?q=%22{Uri.EscapeDataString(Name("Old name"))}%22"));

        // What was added since stays.
        await api.LaterAsync("PATCH", $"/v1/actors/{into}", new { names = new object[] { new { text = "Own", lang = "fr" }, new { text = "Alt", lang = "de" }, new { text = "Later", lang = "en" } } });
        await UndoAsync("actors", from, into);
        var (old, kept) = (await api.GetAsync($"/v1/actors/{from}"), await api.GetAsync($"/v1/actors/{into}"));
        Assert.Equal(["Own", "Later"], kept.Texts("names", "text"));
        Assert.Empty(kept.Each("identifiers"));
        Assert.Equal([second], kept.Texts("sources", "id"));
        Assert.Equal(["Alt"], old.Texts("names", "text"));
        Assert.Equal([first, second], old.Texts("sources", "id"));
        Assert.Equal(from, (await api.GetAsync($"/v1/actors/wikidata:{number}")).Text("id"));
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task What_both_had_stays_with_the_successor_when_a_merge_is_undone()
    {
        var source = await SourceAsync("Both");
        var from = await AddAsync("events", new { type = "consult", title = Name("A"), sources = new[] { source }, codes = new[] { new { scheme = "cameo", code = "042" } } });
        var into = await AddAsync("events", new { type = "consult", title = Name("B"), sources = new[] { source }, codes = new[] { new { scheme = "cameo", code = "042" } } });
        var merged = await MergeAsync("events", from, into);
        Assert.Equal((source, 1), (Assert.Single(merged.Texts("sources", "id")), merged.Each("codes").Count));
        await UndoAsync("events", from, into);
        var kept = await api.GetAsync($"/v1/events/{into}");
        Assert.Equal((source, 1), (Assert.Single(kept.Texts("sources", "id")), kept.Each("codes").Count));
    }

    [Fact]
    public async Task Two_merges_in_one_instant_are_undone_each_by_itself()
    {
        var (first, second, into) = (await ActorAsync("First"), await ActorAsync("Second"), await ActorAsync("Both"));
        await api.WrittenAsync("POST", $"/v1/actors/{first}/merge-into/{into}");
        await api.WrittenAsync("POST", $"/v1/actors/{second}/merge-into/{into}");
        await UndoAsync("actors", second, into);
        Assert.Equal([Name("First")], (await api.GetAsync($"/v1/actors/{into}")).Texts("names", "text"));
        await UndoAsync("actors", first, into);
        Assert.Empty((await api.GetAsync($"/v1/actors/{into}")).Each("names"));
    }

    [Fact]
    public async Task A_change_in_the_instant_of_a_merge_is_kept_when_that_is_undone()
    {
        var (from, into) = await TwoAsync("events");
        var source = await SourceAsync("Added");
        await api.WrittenAsync("PATCH", $"/v1/events/{into}", new { sources = new[] { source } });
        await api.WrittenAsync("POST", $"/v1/events/{from}/merge-into/{into}");
        await UndoAsync("events", from, into);
        Assert.Equal([source], (await api.GetAsync($"/v1/events/{into}")).Texts("sources", "id"));
    }

    [Fact]
    public async Task A_chain_leads_to_its_end_and_is_undone_from_there()
    {
        var (a, b, c) = (await ActorAsync("A"), await ActorAsync("B"), await ActorAsync("C"));
        var took = await EventAsync(new { participants = new[] { new { actor = a }, new { actor = b }, new { actor = c } } });
        await MergeAsync("actors", a, b);
        await MergeAsync("actors", b, c);
        foreach (var old in (string[])[a, b])
        {
            using var moved = await api.Client.GetAsync($"/v1/actors/{old}");
            Assert.Equal($"/v1/actors/{c}", moved.Headers.Location!.ToString());
        }
        Assert.Equal([c, c, c], (await api.GetAsync($"/v1/events/{took}")).Texts("participants", "actor.id"));
        Assert.Equal([took], await api.IdsAsync($"/v1/events?actor={a}"));
        await api.IsSoundAsync();

        await UndoAsync("actors", b, c);
        Assert.Equal([b, b, c], (await api.GetAsync($"/v1/events/{took}")).Texts("participants", "actor.id"));
        await UndoAsync("actors", a, b);
        Assert.Equal([a, b, c], (await api.GetAsync($"/v1/events/{took}")).Texts("participants", "actor.id"));
        Assert.Empty((await api.GetAsync($"/v1/actors/{c}")).Each("names"));
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task The_first_link_of_a_chain_is_not_undone_before_the_second()
    {
        var (a, b, c) = (await ActorAsync("A"), await ActorAsync("B"), await ActorAsync("C"));
        await MergeAsync("actors", a, b);
        await MergeAsync("actors", b, c);
        foreach (var other in (string[])[b, c])
            Assert.Contains(b, (await RefusedAsync("DELETE", $"/v1/actors/{a}/merge-into/{other}", 409)).Text("detail"), StringComparison.Ordinal);
        using var moved = await api.Client.GetAsync($"/v1/actors/{a}");
        Assert.Equal($"/v1/actors/{c}", moved.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("topics")]
    [InlineData("situations")]
    [InlineData("locations")]
    [InlineData("actors")]
    public async Task Nothing_is_merged_into_a_part_of_itself_however_deep(string path)
    {
        Task<string> Make(string stem, string? above) => path switch { "topics" => TopicAsync(stem, above), "situations" => SituationAsync(stem, above), "locations" => PlaceAsync(stem, "region", above), _ => ActorAsync(stem, partOf: above) };
        var top = await Make("Top", null);
        var middle = await Make("Middle", top);
        var bottom = await Make("Bottom", middle);
        foreach (var part in (string[])[middle, bottom]) await RefusedAsync("POST", $"/v1/{path}/{top}/merge-into/{part}", 422);
        Assert.Equal(top, (await api.GetAsync($"/v1/{path}/{top}")).Text("id"));
        // The other way round is fine.
        await MergeAsync(path, bottom, top);
        await MergeAsync(path, middle, top);
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        var (from, into) = await TwoAsync("actors");
        await RefusedAsync("POST", $"/v1/actors/{from}/merge-into/{from}", 422);
        await RefusedAsync("POST", $"/v1/actors/{from}/merge-into/nobody-at-all", 422);
        await RefusedAsync("POST", $"/v1/actors/nobody-at-all/merge-into/{into}", 404);
        await RefusedAsync("DELETE", $"/v1/actors/{from}/merge-into/{into}", 409);
        await Problems.ReadAsync(await api.WriteAsync("POST", $"/v1/actors/{from}/merge-into/{into}", null, "\"9\""), 412);
        await Problems.ReadAsync(await api.WriteAsync("POST", $"/v1/actors/{from}/merge-into/{into}", role: Role.Reader), 403);
        await MergeAsync("actors", from, into);
        await RefusedAsync("POST", $"/v1/actors/{from}/merge-into/{into}", 409);
        await RefusedAsync("PATCH", $"/v1/actors/{from}", 415);
        await Problems.ReadAsync(await api.WriteAsync("PATCH", $"/v1/actors/{from}", new { summary = "To a ghost" }, "*"), 409);
        await Problems.ReadAsync(await api.WriteAsync("POST", "/v1/actors", new { id = from, kind = "person", name = "Taken" }), 409);
    }

    [Fact]
    public async Task What_is_written_with_the_old_id_refers_to_the_successor()
    {
        var (from, into) = await TwoAsync("actors");
        await MergeAsync("actors", from, into);
        var took = await EventAsync(new { participants = new[] { new { actor = from } } });
        Assert.Equal([into], (await api.GetAsync($"/v1/events/{took}")).Texts("participants", "actor.id"));
        // It was written while there was no other, so it stays there.
        await UndoAsync("actors", from, into);
        Assert.Equal([into], (await api.GetAsync($"/v1/events/{took}")).Texts("participants", "actor.id"));
    }

    [Fact]
    public async Task A_successor_that_is_deleted_takes_the_old_id_along()
    {
        var (from, into) = await TwoAsync("topics");
        await MergeAsync("topics", from, into);
        await api.LaterAsync("DELETE", $"/v1/topics/{into}");
        await api.ProblemAsync($"/v1/topics/{into}", 410);
        await api.ProblemAsync($"/v1/topics/{from}", 410);
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task Reverting_the_successor_to_before_a_merge_leaves_the_merge()
    {
        var (from, into) = await TwoAsync("actors");
        await MergeAsync("actors", from, into);
        await api.LaterAsync("POST", $"/v1/actors/{into}/revisions/1/revert", null, "*");
        using var moved = await api.Client.GetAsync($"/v1/actors/{from}");
        Assert.Equal(HttpStatusCode.PermanentRedirect, moved.StatusCode);
        await UndoAsync("actors", from, into);
        Assert.Equal(Name("Old actor"), (await api.GetAsync($"/v1/actors/{from}")).Text("name"));
        await api.IsSoundAsync();
    }
}
