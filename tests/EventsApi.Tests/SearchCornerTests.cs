using System.Text.Json;
using EventsApi.Records;

namespace EventsApi.Tests;

/// <summary>Spellings, scripts and slips of the finger that once found nothing, or too much.</summary>
public sealed class SearchCornerTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private static string Q(string text) => "q=" + Uri.EscapeDataString(text);

    private async Task FindsAsync(string title, string typed, params string[] others)
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync([.. others.Prepend(title).Select(t => (object)new { title = t })]);
        var page = await api.GetAsync($"/v1/events?{here.Mine}&{Q(typed)}");
        Assert.True(page.Texts("items", "id").SequenceEqual([ids[0]]), $"'{typed}' on '{title}' finds {page.Texts("items", "title").Length}: [{string.Join(" | ", page.Texts("items", "title"))}], corrected {page.Text("query.corrected")}, ignored {string.Join(",", page.Texts("query.ignored"))}");
    }

    [Theory]
    [InlineData("%EF%BF%BE")] // U+FFFE
    [InlineData("%EF%BF%BF")] // U+FFFF
    [InlineData("nato%EF%BF%BE")]
    [InlineData("%F0%9F%BF%BE")] // U+1FFFE
    [InlineData("%EF%B7%90")] // U+FDD0
    public async Task A_noncharacter_is_no_fault(string escaped)
    {
        using var response = await api.Client.GetAsync($"/v1/events?q={escaped}");
        Assert.True((int)response.StatusCode is 200 or 400, $"{(int)response.StatusCode}");
    }

    [Theory]
    [InlineData("typ%EF%BF%BE=1")]
    [InlineData("type=%EF%BF%BE")]
    [InlineData("actor=%EF%BF%BE")]
    [InlineData("country=%EF%BF%BE")]
    public async Task A_noncharacter_in_another_parameter(string query)
    {
        using var response = await api.Client.GetAsync($"/v1/events?{query}");
        Assert.True((int)response.StatusCode is 200 or 400, $"{(int)response.StatusCode}");
    }

    [Fact]
    public async Task A_noncharacter_in_a_title_can_be_written()
    {
        var here = await Corner.OfAsync(api);
        await here.EventAsync(new { title = "Odd \uFFFE title" });
    }

    [Theory]
    [InlineData("Non-Proliferation Treaty", "non-proliferation treaty")]
    [InlineData("Non-Proliferation Treaty", "nonproliferation treaty")]
    [InlineData("A pro-Russian march", "pro-russian march")]
    [InlineData("CO-OPERATION PACT", "cooperation pact")]
    [InlineData("CO-OPERATION PACT", "co-operation pact")]
    [InlineData("Inter-American talks", "inter-american talks")]
    [InlineData("A trans-Saharan road", "a trans-saharan road")]
    [InlineData("Sub-Saharan forum", "sub-saharan")]
    [InlineData("A co-operation-based pact", "CO-OPERATION-BASED")]
    public Task Prefix_and_case(string title, string typed) => FindsAsync(title, typed);

    [Theory]
    [InlineData("Nato says it will not attack", "NATO SAYS IT WILL NOT ATTACK")]
    [InlineData("Ministers did not meet", "MINISTERS DID NOT MEET")]
    [InlineData("Kuwait -Iraq talks", "Kuwait -Iraq talks")]
    public Task Capitals_and_minus_in_titles(string title, string typed) => FindsAsync(title, typed);

    [Theory]
    [InlineData("Islamic Republic of Zetania")]
    [InlineData("Zetania and the Isles")]
    public async Task Names_with_small_words(string typed)
    {
        var here = await Corner.OfAsync(api);
        await api.GivenAsync(Kind.Actor, new { id = here.Id("zet"), kind = "state", name = "Zetania", names = new[] { new { text = "Islamic Republic of Zetania", lang = "en" }, new { text = "Zetania and the Isles", lang = "en" }, new { text = "Zetanian Isles", lang = "en" } } });
        var ids = await here.EventsAsync(new { title = "A visit", participants = new[] { new { actor = here.Id("zet") } } });
        Assert.Equal(ids, await here.FindAsync(Q(typed)));
    }

    [Theory]
    [InlineData("测试国")]
    [InlineData("テスト国")]
    [InlineData("測試")]
    [InlineData("ทดสอบ")]
    [InlineData("시험국")]
    public async Task Names_in_unspaced_scripts(string typed)
    {
        var here = await Corner.OfAsync(api);
        await api.GivenAsync(Kind.Actor, new { id = here.Id("tst"), kind = "state", name = "Testania", names = new[] { new { text = "测试国", lang = "zh" }, new { text = "テスト国", lang = "ja" }, new { text = "測試", lang = "zh" }, new { text = "ทดสอบ", lang = "th" }, new { text = "시험국", lang = "ko" } } });
        var ids = await here.EventsAsync(new { title = "A visit", participants = new[] { new { actor = here.Id("tst") } } });
        Assert.Equal(ids, await here.FindAsync(Q(typed)));
    }

    [Fact]
    public Task A_long_unspaced_title() => FindsAsync("北大西洋公约组织秘书长访问科威特并会见外交部长讨论地区安全与合作问题以及人工智能和网络安全", "北大西洋公约组织秘书长访问科威特并会见外交部长讨论地区安全与合作问题以及人工智能和网络安全", "Something else");

    [Theory]
    [InlineData("NATO首脳会議", "首脳会議")]
    [InlineData("NATO首脳会議", "NATO")]
    [InlineData("科威特NATO会谈", "会谈")]
    [InlineData("科威特NATO会谈", "科威特")]
    [InlineData("7国集团", "集团")]
    [InlineData("2025年会谈", "会谈")]
    public Task Unspaced_beside_latin(string title, string typed) => FindsAsync(title, typed);

    [Theory]
    [InlineData("การประชุมสุดยอดอาเซียนที่กรุงเทพ", "กรุงเทพ")]
    [InlineData("การประชุมสุดยอดอาเซียน", "อาเซียน")]
    [InlineData("ကုလသမဂ္ဂအစည်းအဝေး", "အစည်းအဝေး")]
    [InlineData("កិច្ចប្រជុំកំពូលអាស៊ាន", "អាស៊ាន")]
    [InlineData("ガザ地区の停戦", "停戦")]
    public Task Words_within_thai(string title, string typed) => FindsAsync(title, typed);

    [Theory]
    [InlineData("Kuwait hosts", "kuwait (-iraq -nato)", "Kuwait and Iraq", "Kuwait and NATO")]
    [InlineData("Kuwait hosts", "kuwait -iraq -nato", "Kuwait and Iraq", "Kuwait and NATO")]
    [InlineData("Kuwait and Iraq", "kuwait -(-iraq -nato)", "Kuwait hosts")]
    [InlineData("Iraq", "-(-iraq -nato)", "Kuwait hosts")]
    [InlineData("Kuwait hosts", "-iraq OR kuwait", "Iraq")]
    [InlineData("Other", "-iraq OR kuwait", "Iraq")]
    [InlineData("Kuwait hosts", "(-iraq OR -nato)", "Iraq and NATO")]
    [InlineData("Other talks", "-kuwait NEAR nato talks", "Kuwait talks at NATO")]
    [InlineData("Kuwait hosts", "kuwait OR OR zanzig", "Something")]
    public Task Exclusions_that_vanish(string title, string typed, params string[] others) => FindsAsync(title, typed, others);

    [Theory]
    [InlineData("Kuwait hosts", "title: kuwait")]
    [InlineData("A cease-fire in the north", "ceasefire")]
    [InlineData("A cease fire in the north", "ceasefire")]
    [InlineData("Côte d'Ivoire votes", "cote d ivoire")]
    [InlineData("O'Neill arrives", "o neill")]
    [InlineData("O'Neill arrives", "neill")]
    [InlineData("COVID-19 relief", "covid19")]
    [InlineData("Al-Sabah speaks", "alsabah")]
    [InlineData("Alsabah speaks", "al sabah")]
    [InlineData("F-16s delivered", "F16s")]
    [InlineData("Talks in Αθήνας", "ΑΘΗΝΑΣ")]
    [InlineData("Talks ایران کنونی", "ايران كنوني")]
    [InlineData("Talks ايران كنوني", "ایران کنونی")]
    [InlineData("مؤتمر ٢٠٢٥", "مؤتمر 2025")]
    [InlineData("همایش ۱۴۰۴", "همایش 1404")]
    [InlineData("ʿAlī speaks", "ali")]
    [InlineData("Saʿūd speaks", "saud")]
    [InlineData("O´Neill arrives", "O'Neill")]
    [InlineData("Sana`a talks", "sanaa")]
    [InlineData("Kuwait meets the regional center", "meets NEAR \"regional center\"")]
    [InlineData("Minister of Kuwait", "ministers NEAR kuwait")]
    [InlineData("Kuwait hosts", "k*")]
    [InlineData("Kuwait hosts", "kuwait -\"")]
    [InlineData("Əliyev speaks", "Aliyev")]
    public Task Spellings(string title, string typed) => FindsAsync(title, typed);

    [Fact]
    public async Task An_undated_record_of_exactly_this_title_is_among_the_best()
    {
        var here = await Corner.OfAsync(api);
        var id = await here.EventAsync(new { title = "Ottokar summit" });
        // More than are ranked; every one names both words too, but is about something else.
        for (var n = 0; n < 6; n++)
            await here.EventsAsync([.. Enumerable.Range(0, 1_000).Select(_ => (object)new { title = "Ministers of many countries visit the Ottokar building after a summit", date = "2020-05-05" })]);
        var page = await api.GetAsync($"/v1/events?{here.Mine}&{Q("ottokar summit")}");
        var place = (await api.WalkAsync($"/v1/events?{here.Mine}&{Q("ottokar summit")}&limit=500")).IndexOf(id);
        Assert.True(place == 0, $"it stands at {place} of {page.At("total")}; ranked {page.At("query.ranked")}");
    }

    [Fact]
    public async Task Complete_when_every_match_was_ranked()
    {
        var here = await Corner.OfAsync(api);
        await api.GivenAsync(Kind.Dataset, new { id = here.Id("m"), title = "M", licence = "CC0-1.0", redistribution = "yes", citation = "M", coding = "human" });
        for (var n = 0; n < 3; n++) await here.EventsAsync([.. Enumerable.Range(0, 900).Select(_ => (object)new { title = "Zwiebel" })]);
        var page = await api.GetAsync($"/v1/events?{here.Mine}&q=zwiebel&limit=1");
        Assert.Equal(page.At("total.value").GetInt32() == page.At("query.ranked.candidates").GetInt32(), page.At("query.ranked.complete").GetBoolean());
    }

    [Fact]
    public async Task Stem_false_is_not_undone_by_a_correction()
    {
        var here = await Corner.OfAsync(api);
        await here.EventAsync(new { title = "Gimlet found" });
        Assert.Empty(await here.FindAsync("q=gimlets&stem=false"));
    }

    [Theory]
    [InlineData("The ‘Kuwait’ talks", "kuwait", "Kuwait")]
    [InlineData("The 'Kuwait' talks", "kuwait", "Kuwait")]
    [InlineData("The ministers' talks", "ministers", "ministers")]
    [InlineData("Kuwait\u200F talks", "kuwait", "Kuwait")]
    public async Task Marks_end_with_the_word(string title, string typed, string expected)
    {
        var here = await Corner.OfAsync(api);
        await here.EventAsync(new { title });
        var snippet = (await api.GetAsync($"/v1/events?{here.Mine}&{Q(typed)}")).Each("items")[0].At("snippet");
        var mark = snippet.Each("marks")[0];
        Assert.Equal(expected, snippet.Text("text")![mark[0].GetInt32()..mark[1].GetInt32()]);
    }

    [Theory]
    [InlineData(240)]
    [InlineData(239)]
    public async Task A_cut_title_keeps_whole_letters(int before)
    {
        var here = await Corner.OfAsync(api);
        await here.EventAsync(new { type = "protest", title = new string('a', before) + "👍👍👍 and more" });
        Assert.DoesNotContain("\uFFFD", (await api.GetAsync($"/v1/events?{here.Mine}&q=protest")).Each("items")[0].Text("snippet.text"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_word_is_marked()
    {
        var here = await Corner.OfAsync(api);
        await here.EventAsync(new { title = "X", summary = new string('z', 300) });
        Assert.NotEmpty((await api.GetAsync($"/v1/events?{here.Mine}&q={new string('z', 300)}")).Each("items")[0].Each("snippet.marks"));
    }

    [Fact]
    public async Task A_slip_that_another_record_has_is_still_mended_where_nothing_is_found()
    {
        var here = await Corner.OfAsync(api);
        await api.GivenAsync(Kind.Actor, new { id = here.Id("maru"), kind = "person", name = "Mark Ruttevelde" });
        // A machine-read headline with the same slip that the user makes.
        await here.EventAsync(new { title = "Rutevelde speaks" });
        var page = await api.GetAsync("/v1/actors?q=Rutevelde");
        Assert.Contains(here.Id("maru"), page.Texts("items", "id"));
    }

    [Theory]
    [InlineData("/v1/codes?q=visit")]
    [InlineData("/v1/event-types?q=visit")]
    public Task Vocabulary_lists_take_q(string path) => api.GetAsync(path);
}

/// <summary>A catalogue of its own, whose texts have none of the small English words.</summary>
public sealed class ForeignCatalogueTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Fact]
    public async Task Relevance_works_without_small_English_words()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { title = "Gipfel Treffen", summary = "Rede", date = "2020" }, new { title = "Rede", summary = "Gipfel", date = "2025" }, new { title = "Andere Sache" }, new { title = "Noch eine" });
        var page = await api.GetAsync($"/v1/events?{here.Mine}&q=gipfel");
        Assert.True(page.Each("items")[0].At("relevance").GetDouble() > 0, "relevance is zero");
        Assert.Equal(ids[..2], page.Texts("items", "id"));
    }
}
