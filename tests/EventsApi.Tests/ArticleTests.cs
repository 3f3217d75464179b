using System.Text.Json;

namespace EventsApi.Tests;

/// <summary>The two articles the catalogue began with: every fact of them can be found, with who says it and how surely, and nothing that they do not say.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class ArticleTests(DefaultApi api)
{
    private const string Jarrah = "jarrah-jaber-al-ahmad-al-sabah";
    private const string Colomina = "javier-colomina";

    private Task<JsonElement> KuwaitAsync() => api.GetAsync("/v1/meetings/E1");

    private Task<JsonElement> DowningStreetAsync() => api.GetAsync("/v1/meetings/E2");

    private Task<IReadOnlyList<JsonElement>> StatementsAsync(string article) => api.AllAsync($"/v1/statements?source={article}&limit=500");

    private static JsonElement Participant(JsonElement meeting, string actor) => meeting.Each("participants").Single(p => p.Text("actor.id") == actor);

    private static string[] Topics(JsonElement ev, string certainty) => [.. ev.Each("topics").Where(t => t.Text("certainty") == certainty).Select(t => t.Text("id")!)];

    /// <summary>The statements that rest on these words of a paragraph.</summary>
    private static IReadOnlyList<JsonElement> Resting(IEnumerable<JsonElement> statements, int paragraph, string words) =>
        [.. statements.Where(s => s.At("basis.locator.paragraph").GetInt32() == paragraph && s.Text("basis.locator.exact")!.Contains(words, StringComparison.Ordinal))];

    // The meeting in Kuwait (article A).

    [Fact]
    public async Task The_Kuwait_meeting_is_the_seventh_of_its_series_and_advisory()
    {
        var meeting = await KuwaitAsync();

        Assert.Equal("meeting", meeting.Text("kind"));
        Assert.Equal("ici-policy-advisory-group", meeting.Text("series.id"));
        Assert.Equal(7, meeting.At("ordinal").GetInt32());
        Assert.Equal("advisory", meeting.Text("setting"));
        Assert.Equal(["R1"], meeting.Texts("sources", "id"));
    }

    [Fact]
    public async Task The_Kuwait_meeting_is_found_by_series_and_ordinal() => Assert.Equal(["E1"], await api.IdsAsync("/v1/meetings?series=ici-policy-advisory-group&ordinal=7"));

    [Fact]
    public async Task The_Kuwait_meeting_took_place_at_the_regional_center_in_Kuwait()
    {
        var meeting = await KuwaitAsync();

        Assert.Equal("nato-ici-regional-center", meeting.Text("location.id"));
        Assert.Equal("venue", meeting.Text("location.precision"));
        Assert.Equal("KWT", meeting.Text("location.country"));
        Assert.Contains("kuwait", meeting.Texts("location.path", "id"));
        // The text does not say which city.
        Assert.DoesNotContain("kuwait-city", meeting.Texts("location.path", "id"));
    }

    [Fact]
    public async Task The_day_of_the_Kuwait_meeting_stays_unknown()
    {
        var meeting = await KuwaitAsync();

        if (meeting.IsNull("date")) return;
        Assert.NotEqual("day", meeting.Text("date.precision"));
        Assert.Null(meeting.Text("date.end"));
        Assert.NotEmpty((await api.GetAsync("/v1/claims?record=event:E1&pointer=/date&certainty=implied")).Each("items"));
    }

    [Fact]
    public async Task The_foreign_ministry_hosted_for_Kuwait()
    {
        var meeting = await KuwaitAsync();

        var host = Participant(meeting, "kuwait-ministry-of-foreign-affairs");
        Assert.Contains("host", host.Texts("roles"));
        Assert.Equal("kuwait", host.Text("onBehalfOf.id"));
        Assert.Equal("kuwait-ministry-of-foreign-affairs", meeting.Text("host.id"));
        Assert.Contains("E1", await api.IdsAsync("/v1/meetings?host=kuwait"));
    }

    [Fact]
    public async Task The_deputy_foreign_minister_spoke_for_Kuwait()
    {
        var speaker = Participant(await KuwaitAsync(), Jarrah);

        Assert.Equal("kuwait-deputy-foreign-minister", speaker.Text("post.id"));
        Assert.Equal("kuwait", speaker.Text("onBehalfOf.id"));
        Assert.Contains("speaker", speaker.Texts("roles"));
        Assert.Equal("attended", speaker.Text("attendance"));
    }

    [Fact]
    public async Task The_special_representative_spoke_for_NATO()
    {
        var speaker = Participant(await KuwaitAsync(), Colomina);

        Assert.Equal("nato-special-representative-southern-neighbourhood", speaker.Text("post.id"));
        Assert.Equal("nato", speaker.Text("onBehalfOf.id"));
        Assert.Contains("speaker", speaker.Texts("roles"));
    }

    [Theory]
    [InlineData("partner nations")]
    [InlineData("regional experts")]
    [InlineData("NATO officials")]
    public async Task A_group_without_names_stays_nameless(string label)
    {
        var group = (await KuwaitAsync()).Each("participants").Single(p => p.Text("label") == label);

        Assert.Null(group.Text("actor"));
        Assert.Empty(group.Each("candidates"));
    }

    [Fact]
    public async Task Nobody_but_the_named_took_part_in_Kuwait()
    {
        var actors = (await KuwaitAsync()).Each("participants").Select(p => p.Text("actor.id")).OfType<string>();

        Assert.Equal(["iran", Jarrah, Colomina, "kuwait-ministry-of-foreign-affairs"], actors.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Iran_is_mentioned_and_no_more()
    {
        var iran = Participant(await KuwaitAsync(), "iran");

        Assert.Equal(["mentioned"], iran.Texts("roles"));
        Assert.Null(iran.Text("attendance"));
    }

    [Fact]
    public async Task No_event_is_made_of_the_drones()
    {
        Assert.Equal(["E1"], await api.IdsAsync("/v1/events?source=R1"));
        Assert.Equal(["E1"], await api.IdsAsync("/v1/events?topic=drones"));
    }

    // Four phrases stand in quotation marks in article A, none in article B.
    [Theory]
    [InlineData(Jarrah, 6, "unwavering dedication to dialogue and cooperative security")]
    [InlineData(Jarrah, 9, "complexity of the shared security environment")]
    [InlineData(Jarrah, 9, "flexible and adaptive cooperation mechanisms")]
    [InlineData(Colomina, 13, "profound security challenges that no country or region can confront alone")]
    public async Task A_quoted_phrase_is_kept_word_for_word(string speaker, int paragraph, string phrase)
    {
        var statements = await StatementsAsync("R1");

        var said = Assert.Single(statements, s => s.Text("text")!.Contains(phrase, StringComparison.Ordinal));
        Assert.Equal(speaker, said.Text("speaker.id"));
        Assert.Equal("quote", said.Text("basis.form"));
        Assert.Equal("speaker", said.Text("basis.voice"));
        Assert.Equal("stated", said.Text("basis.certainty"));
        Assert.Equal(paragraph, said.At("basis.locator.paragraph").GetInt32());
        Assert.Equal(phrase, said.Text("basis.locator.exact"));
        Assert.Equal("E1", said.Text("event.id"));
    }

    [Fact]
    public async Task Nothing_else_is_given_as_a_quote() => Assert.Equal(4, (await api.GetAsync("/v1/statements?source=R1,R2&form=quote")).At("total.value").GetInt64());

    // Each row is a sentence or half-sentence of the article that the issue names: who says it, in which paragraph, on which words of the text it rests.
    [Theory]
    [InlineData(Jarrah, "speaker", 6, "depth and resilience of the Kuwait-NATO partnership")]
    [InlineData(Jarrah, "speaker", 9, "artificial intelligence and cybersecurity reflects this new")]
    [InlineData(Jarrah, "speaker", 10, "mutual respect")]
    [InlineData(Jarrah, "speaker", 10, "transparency, open communication, and collective effort")]
    [InlineData(Colomina, "speaker", 13, "partnership with its Gulf partners")]
    [InlineData(Colomina, "speaker", 13, "foundational")]
    [InlineData(Colomina, "speaker", 13, "novel concept")]
    [InlineData(Colomina, "speaker", 13, "war in Ukraine")]
    [InlineData(Colomina, "speaker", 13, "instability across the Middle East")]
    [InlineData(Colomina, "speaker", 14, "inseparable")]
    [InlineData(Colomina, "speaker", 14, "Iranian-made drones")]
    [InlineData(Colomina, "speaker", 14, "global food and energy supplies")]
    [InlineData(null, "author", 6, "for the third time")]
    [InlineData(null, "author", 6, "for the first time")]
    [InlineData(null, "author", 6, "first and only such institution")]
    [InlineData(null, "author", 6, "training and educational mandate")]
    [InlineData(null, "author", 6, "inaugural address")]
    [InlineData(null, "meeting", 16, "unified understanding")]
    [InlineData(null, "meeting", 16, "roadmap")]
    [InlineData(null, "meeting", 16, "fundamentally and irrevocably changed")]
    [InlineData(null, "author", 16, "for over two decades")]
    [InlineData(null, "author", 10, "cyber-espionage")]
    [InlineData(null, "author", 10, "AI-powered influence operations")]
    [InlineData(null, "author", 3, "disinformation")]
    public async Task A_fact_of_the_Kuwait_article_is_a_statement_in_the_right_voice(string? speaker, string voice, int paragraph, string words)
    {
        var found = Resting(await StatementsAsync("R1"), paragraph, words);

        Assert.Contains((speaker, voice), found.Select(s => (s.Text("speaker.id"), s.Text("basis.voice")!)));
    }

    [Fact]
    public async Task A_speaker_spoke_in_the_post_and_on_the_behalf_of_the_meeting()
    {
        foreach (var said in await StatementsAsync("R1"))
        {
            if (said.Text("speaker.id") is not { } speaker) continue;
            Assert.Equal(speaker == Jarrah ? ("kuwait-deputy-foreign-minister", "kuwait") : ("nato-special-representative-southern-neighbourhood", "nato"), (said.Text("post.id"), said.Text("onBehalfOf.id")));
            Assert.Equal("E1", said.Text("event.id"));
        }
    }

    [Fact]
    public async Task The_agenda_in_Kuwait_has_three_points_and_is_not_complete()
    {
        var meeting = await KuwaitAsync();

        Assert.False(meeting.At("agendaComplete").GetBoolean());
        Assert.Equal(3, meeting.Each("agenda").Count);
        Assert.Contains(meeting.Each("agenda"), a => a.Text("basis.locator.exact")!.Contains("political and security climate", StringComparison.Ordinal));
        Assert.Contains(meeting.Each("agenda"), a => a.Text("basis.locator.exact")!.Contains("shared security perspectives", StringComparison.Ordinal));
        Assert.Contains(meeting.Each("agenda"), a => a.Text("basis.locator.exact")!.Contains("cross-border threats", StringComparison.Ordinal));
        // The text gives them no order.
        Assert.All(meeting.Each("agenda"), a => Assert.Null(a.Text("order")));
    }

    [Theory]
    [InlineData("priority", "border and maritime security")]
    [InlineData("priority", "counterterrorism")]
    [InlineData("priority", "resilience against hybrid threats")]
    [InlineData("priority", "most critically")]
    [InlineData("outcome", "unified understanding")]
    [InlineData("outcome", "roadmap")]
    [InlineData("outcome", "consensus")]
    [InlineData("outcome", "multi-domain")]
    [InlineData("outcome", "reaffirmed")]
    [InlineData("outcome", "cooperative projects")]
    [InlineData("outcome", "joint exercises")]
    [InlineData("outcome", "information-sharing protocols")]
    [InlineData("aim", "shared intelligence")]
    [InlineData("aim", "joint training exercises")]
    [InlineData("aim", "co-development of defensive technologies")]
    public async Task An_outcome_an_aim_and_a_priority_are_told_apart(string kind, string words)
    {
        var outcomes = (await KuwaitAsync()).Each("outcomes");

        var found = outcomes.Where(o => o.Text("basis.locator.exact")!.Contains(words, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(found);
        Assert.All(found, o => Assert.Equal(kind, o.Text("kind")));
        Assert.All(found, o => Assert.Equal(("R1", "stated"), (o.Text("basis.source.id"), o.Text("basis.certainty"))));
    }

    [Theory]
    [InlineData("artificial-intelligence")]
    [InlineData("cybersecurity")]
    [InlineData("maritime-security")]
    [InlineData("counterterrorism")]
    [InlineData("hybrid-threats")]
    [InlineData("cyber-espionage")]
    [InlineData("influence-operations")]
    [InlineData("drones")]
    [InlineData("food-security")]
    [InlineData("energy-security")]
    public async Task A_topic_of_the_Kuwait_meeting_is_stated(string topic)
    {
        Assert.Contains(topic, Topics(await KuwaitAsync(), "stated"));
        Assert.Contains("E1", await api.IdsAsync($"/v1/events?topic={topic}"));
    }

    [Fact]
    public async Task The_opening_words_on_disinformation_are_background_in_Kuwait()
    {
        Assert.Contains("disinformation", Topics(await KuwaitAsync(), "background"));
        Assert.DoesNotContain("E1", await api.IdsAsync("/v1/events?topic=disinformation"));
        Assert.Contains("E1", await api.IdsAsync("/v1/events?topic=disinformation&certainty=background"));
    }

    [Theory]
    [InlineData("war-in-ukraine")]
    [InlineData("middle-east-instability")]
    public async Task The_Kuwait_meeting_is_about_the_situations_it_names(string situation)
    {
        Assert.Contains((await KuwaitAsync()).Each("relations"), r => (r.Text("type"), r.Text("target.kind"), r.Text("target.id")) == ("about", "situation", situation));
        Assert.Contains("E1", await api.IdsAsync($"/v1/events?situation={situation}"));
    }

    // The meeting at Downing Street (article B).

    [Fact]
    public async Task The_Downing_Street_meeting_was_on_9_September_2025()
    {
        var meeting = await DowningStreetAsync();

        Assert.Equal(("2025-09-09", "2025-09-09", "2025-09-09", "day"), (meeting.Text("date.edtf"), meeting.Text("date.start"), meeting.Text("date.end"), meeting.Text("date.precision")));
        Assert.Equal("held", meeting.Text("status"));
        Assert.Equal(["R2"], meeting.Texts("sources", "id"));
    }

    [Fact]
    public async Task The_Downing_Street_meeting_is_placed_to_the_street_in_London()
    {
        var meeting = await DowningStreetAsync();

        Assert.Equal("downing-street", meeting.Text("location.id"));
        Assert.Equal("street", meeting.Text("location.precision"));
        Assert.Equal("GBR", meeting.Text("location.country"));
        Assert.Equal("london", meeting.Each("location.path")[0].Text("id"));
        Assert.Contains("E2", await api.IdsAsync("/v1/events?location=london&date=2025-09-09"));
    }

    [Fact]
    public async Task That_the_street_lies_in_London_is_the_catalogues_knowledge()
    {
        var statements = await StatementsAsync("R2");

        Assert.Contains(statements, s => s.Text("basis.voice") == "catalogue" && s.Text("text")!.Contains("London", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_Downing_Street_meeting_is_bilateral_whatever_the_heading_says()
    {
        Assert.Equal("bilateral", (await DowningStreetAsync()).Text("setting"));

        var claims = (await api.GetAsync("/v1/claims?record=event:E2&pointer=/setting")).Each("items");
        Assert.Equal("bilateral", claims.Single(c => c.At("preferred").GetBoolean()).Text("value"));
        Assert.Equal("summit", claims.Single(c => !c.At("preferred").GetBoolean()).Text("value"));
    }

    [Fact]
    public async Task The_holder_of_a_post_is_inferred_and_said_to_be()
    {
        var host = (await DowningStreetAsync()).Each("participants").Single(p => p.Text("post.id") == "united-kingdom-prime-minister");

        Assert.Equal("keir-starmer", host.Text("actor.id"));
        Assert.Contains("actor", host.Texts("inferred"));
        Assert.DoesNotContain("post", host.Texts("inferred"));
        Assert.Equal("united-kingdom", host.Text("onBehalfOf.id"));
    }

    [Fact]
    public async Task Mark_Rutte_is_stated_by_name_and_post()
    {
        var visitor = Participant(await DowningStreetAsync(), "mark-rutte");

        Assert.Equal(("nato-secretary-general", "nato"), (visitor.Text("post.id"), visitor.Text("onBehalfOf.id")));
        Assert.DoesNotContain("actor", visitor.Texts("inferred"));
        Assert.DoesNotContain("post", visitor.Texts("inferred"));
    }

    [Fact]
    public async Task Two_people_met_at_Downing_Street() => Assert.Equal(2, (await DowningStreetAsync()).At("participantCount").GetInt32());

    [Fact]
    public async Task One_participant_can_be_asked_for_by_person_and_behalf()
    {
        Assert.Contains("E2", await api.IdsAsync("/v1/meetings?participant=actor:mark-rutte;onBehalfOf:nato;attendance:attended&date=2025-09-09"));
        Assert.DoesNotContain("E2", await api.IdsAsync("/v1/meetings?participant=actor:mark-rutte;onBehalfOf:united-kingdom&date=2025-09-09"));
    }

    [Theory]
    [InlineData("stated", "regional-security")]
    [InlineData("stated", "european-security")]
    [InlineData("stated", "international-security")]
    [InlineData("stated", "strategic-direction")]
    [InlineData("stated", "deterrence")]
    [InlineData("stated", "diplomacy")]
    [InlineData("likely", "hybrid-threats")]
    [InlineData("likely", "cybersecurity")]
    [InlineData("likely", "contingency-planning")]
    [InlineData("likely", "engagement-with-others")]
    [InlineData("likely", "open-communication")]
    [InlineData("likely", "resource-allocation")]
    [InlineData("likely", "burden-sharing")]
    [InlineData("background", "climate-security")]
    [InlineData("background", "conventional-threats")]
    [InlineData("background", "proxy-conflicts")]
    [InlineData("background", "great-power-competition")]
    [InlineData("background", "defence-spending")]
    [InlineData("background", "domestic-priorities")]
    [InlineData("background", "eastern-european-defence")]
    [InlineData("background", "cyber-defence")]
    [InlineData("background", "interoperability")]
    [InlineData("background", "resilience")]
    [InlineData("background", "ministerial-meetings")]
    [InlineData("background", "summits")]
    public async Task A_topic_at_Downing_Street_says_how_sure_it_is(string certainty, string topic)
    {
        Assert.Contains(topic, Topics(await DowningStreetAsync(), certainty));

        var found = await api.IdsAsync($"/v1/meetings?topic={topic}&date=2025-09-09");
        Assert.Equal(certainty != "background", found.Contains("E2"));
        Assert.Contains("E2", await api.IdsAsync($"/v1/meetings?topic={topic}&certainty={certainty}&date=2025-09-09"));
    }

    [Fact]
    public async Task The_situation_in_Doha_was_a_significant_part()
    {
        var meeting = await DowningStreetAsync();

        Assert.False(meeting.At("agendaComplete").GetBoolean());
        Assert.Contains(meeting.Each("agenda"), a => a.Text("title")!.Contains("Doha", StringComparison.Ordinal) && a.Text("basis.certainty") == "stated");
        Assert.Contains(meeting.Each("relations"), r => (r.Text("type"), r.Text("target.kind"), r.Text("target.id")) == ("about", "situation", "situation-in-doha"));
        Assert.Contains("meeting", Resting(await StatementsAsync("R2"), 7, "A significant portion").Select(s => s.Text("basis.voice")));
    }

    [Fact]
    public async Task The_war_in_Ukraine_is_background_of_the_second_article()
    {
        var relation = (await DowningStreetAsync()).Each("relations").Single(r => r.Text("target.id") == "war-in-ukraine");

        Assert.Equal(("author", "background"), (relation.Text("basis.voice"), relation.Text("basis.certainty")));
        Assert.Contains("background", (await StatementsAsync("R2")).Where(s => s.Texts("about", "id").Contains("war-in-ukraine")).Select(s => s.Text("basis.certainty")));
    }

    [Fact]
    public async Task Ruttes_standing_emphasis_is_his_and_undated()
    {
        var emphasis = Assert.Single(Resting(await StatementsAsync("R2"), 17, "agile and responsive"), s => s.Text("basis.certainty") == "stated");

        Assert.Equal(("mark-rutte", "nato-secretary-general"), (emphasis.Text("speaker.id"), emphasis.Text("post.id")));
        Assert.Null(emphasis.Text("date"));
        Assert.Null(emphasis.Text("event"));
    }

    [Theory]
    [InlineData("condemnation of recent attacks")]
    [InlineData("avoid further escalation")]
    public async Task A_reported_word_of_the_Prime_Minister_is_not_bound_to_the_meeting(string words)
    {
        var said = Assert.Single(Resting(await StatementsAsync("R2"), 7, words), s => s.Text("basis.certainty") == "reported");

        Assert.Equal("speaker", said.Text("basis.voice"));
        Assert.Equal("united-kingdom-prime-minister", said.Text("post.id"));
        Assert.Null(said.Text("event"));
        Assert.Null(said.Text("date"));
    }

    [Theory]
    [InlineData(7, "not fully elaborated in public statements")]
    [InlineData(7, "remain undisclosed")]
    [InlineData(20, "contingency planning")]
    public async Task What_is_not_public_is_said_by_the_author(int paragraph, string words)
    {
        Assert.Contains("author", Resting(await StatementsAsync("R2"), paragraph, words).Select(s => s.Text("basis.voice")));
    }

    [Fact]
    public async Task The_attacks_are_one_event_before_the_meeting_with_nobody_named()
    {
        var attacks = await api.GetAsync("/v1/events/E3");

        Assert.Equal("event", attacks.Text("kind"));
        Assert.Equal("[..2025-09-09]", attacks.Text("date.edtf"));
        Assert.Null(attacks.Text("date.start"));
        Assert.Equal("2025-09-09", attacks.Text("date.startLatest"));
        Assert.Equal("2025-09-09", attacks.Text("date.end"));
        Assert.Empty(attacks.Each("participants"));
        Assert.Null(attacks.Text("fatalities"));
        Assert.Equal("doha", attacks.Text("location.id"));
        Assert.Equal(["R2"], attacks.Texts("sources", "id"));
    }

    [Fact]
    public async Task The_second_article_makes_two_events() => Assert.Equal(["E2", "E3"], (await api.IdsAsync("/v1/events?source=R2")).Order());

    // What holds for both.

    [Fact]
    public async Task What_the_articles_do_not_say_about_themselves_is_null()
    {
        var kuwait = await api.GetAsync("/v1/sources/R1");
        var downingStreet = await api.GetAsync("/v1/sources/R2");

        Assert.Equal("Kuwait and NATO Strengthen Alliance on Modern Threats", kuwait.Text("title"));
        Assert.Equal("Rutte and Prime Minister Discuss NATO’s Evolving Security Landscape", downingStreet.Text("title"));
        Assert.Equal("S Haynes", downingStreet.Text("author"));
        foreach (var member in (string[])["author", "publisher", "url", "published", "licence"]) Assert.Null(kuwait.Text(member));
        foreach (var member in (string[])["publisher", "url", "published", "licence"]) Assert.Null(downingStreet.Text(member));
        Assert.All((JsonElement[])[kuwait, downingStreet], source => Assert.Equal("article", source.Text("kind")));
    }

    [Theory]
    [InlineData("R1", 17)]
    [InlineData("R2", 28)]
    public async Task Every_statement_says_from_where_it_is_in_whose_voice_and_how_sure(string article, int paragraphs)
    {
        var statements = await StatementsAsync(article);

        Assert.True(statements.Count >= 60, $"{statements.Count} statements");
        Assert.All(statements, s =>
        {
            Assert.Equal(article, s.Text("basis.source.id"));
            Assert.Contains(s.Text("basis.voice"), (string[])["speaker", "meeting", "author", "catalogue"]);
            Assert.Contains(s.Text("basis.form"), (string[])["quote", "paraphrase"]);
            Assert.Contains(s.Text("basis.certainty"), (string[])["stated", "reported", "likely", "implied", "background"]);
            Assert.InRange(s.At("basis.locator.paragraph").GetInt32(), 1, paragraphs);
            Assert.NotEmpty(s.Text("basis.locator.exact")!);
        });
    }

    [Theory]
    [InlineData("R1")]
    [InlineData("R2")]
    public async Task Only_words_in_a_speakers_voice_have_a_speaker(string article)
    {
        var spoken = (await StatementsAsync(article)).Where(s => s.Text("speaker") is not null).ToList();

        Assert.NotEmpty(spoken);
        Assert.All(spoken, s => Assert.Equal("speaker", s.Text("basis.voice")));
    }

    [Theory]
    [InlineData("R1", new[] { 3, 6, 7, 9, 10, 13, 14, 16, 17 })]
    [InlineData("R2", new[] { 5, 7, 9, 11, 13, 15, 17, 19, 20, 22, 23, 24, 25, 26, 28 })]
    public async Task Every_paragraph_of_running_text_is_covered(string article, int[] paragraphs)
    {
        var covered = (await StatementsAsync(article)).Select(s => s.At("basis.locator.paragraph").GetInt32()).ToHashSet();

        Assert.Empty(paragraphs.Except(covered));
    }

    [Theory]
    [InlineData("E1")]
    [InlineData("E2")]
    [InlineData("E3")]
    public async Task Every_topic_outcome_agenda_point_participant_and_relation_has_its_basis(string id)
    {
        var ev = await api.GetAsync($"/v1/events/{id}");

        foreach (var member in (string[])["topics", "participants", "relations", "agenda", "outcomes"])
        {
            if (!ev.TryGetProperty(member, out var facts)) continue;
            Assert.All(facts.EnumerateArray(), fact =>
            {
                foreach (var part in (string[])["source.id", "voice", "form", "certainty", "locator.paragraph", "locator.exact"]) Assert.NotNull(fact.Text($"basis.{part}"));
            });
        }
    }

    [Fact]
    public async Task A_topic_that_the_author_thinks_likely_is_not_given_as_the_meetings_voice()
    {
        var topics = (await DowningStreetAsync()).Each("topics");

        Assert.All(topics, t => Assert.Equal(t.Text("certainty"), t.Text("basis.certainty")));
        Assert.All(topics.Where(t => t.Text("certainty") is "likely" or "background"), t => Assert.Equal("author", t.Text("basis.voice")));
    }
}
