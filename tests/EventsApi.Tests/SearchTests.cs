using System.Globalization;
using System.Text.Json;
using EventsApi.Records;

namespace EventsApi.Tests;

/// <summary>What q finds, in which order, and what the answer says about it. Words that decide a test are made up, so that no other test's records have them.</summary>
public sealed class SearchTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Fact]
    public async Task Words_are_and_whatever_their_order()
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Envoys open a bridge", "Envoys open a road", "Workers open a bridge");
        Assert.Equal([ids[0]], await here.FindAsync(Q("bridge envoys")));
    }

    [Fact]
    public async Task The_words_of_one_query_may_stand_in_different_fields()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { title = "Envoys arrive", summary = "They came over the bridge." }, new { title = "Envoys arrive" });
        Assert.Equal([ids[0]], await here.FindAsync(Q("envoys bridge")));
    }

    [Theory]
    [InlineData("\"open bridge\"")]
    [InlineData("“open bridge”")]
    [InlineData("«open bridge»")]
    [InlineData("\"Open, bridge!\"")]
    public async Task A_phrase_is_words_that_follow_each_other(string typed)
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "An open bridge in the north", "A bridge is open", "Open the bridge");
        Assert.Equal([ids[0]], await here.FindAsync(Q(typed)));
    }

    [Fact]
    public async Task A_phrase_is_taken_as_it_stands_without_other_forms()
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Envoy opens road", "Envoys open road");
        Assert.Equal([ids[0]], await here.FindAsync(Q("\"envoy opens\"")));
    }

    [Theory]
    [InlineData("envoys bridge OR road")] // envoys and (bridge or road), not (envoys and bridge) or road
    [InlineData("bridge OR road envoys")]
    [InlineData("envoys (bridge OR road)")]
    [InlineData("envoys bridge | road")]
    public async Task Or_binds_its_neighbours(string typed)
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Envoys at the bridge", "Envoys on the road", "Workers on the road", "Envoys at sea");
        Pages.SameSet(ids[..2], await here.FindAsync(Q(typed)));
    }

    [Fact]
    public async Task Parentheses_group()
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Envoys at the bridge", "Workers on the road", "Envoys on the road", "Workers at the bridge");
        Pages.SameSet(ids[..2], await here.FindAsync(Q("(envoys bridge) OR (workers road)")));
    }

    [Fact]
    public async Task Or_in_small_letters_is_a_word_like_any_other()
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "The bridge or the road", "The bridge", "The road");
        Assert.Equal([ids[0]], await here.FindAsync(Q("bridge or road")));
    }

    [Theory]
    [InlineData("envoys -bridge")]
    [InlineData("-bridge envoys")]
    [InlineData("envoys NOT bridge")]
    [InlineData("envoys -(bridge OR tunnel)")]
    [InlineData("envoys −bridge")] // U+2212, which editors put for a minus
    public async Task Minus_leaves_out(string typed)
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Envoys on the road", "Envoys at the bridge", "Workers on the road");
        Assert.Equal([ids[0]], await here.FindAsync(Q(typed)));
    }

    [Fact]
    public async Task Minus_leaves_out_a_phrase_only_where_it_stands()
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Envoys open a bridge", "Envoys open talks, a bridge");
        Assert.Equal([ids[1]], await here.FindAsync(Q("envoys -\"open a bridge\"")));
    }

    [Fact]
    public async Task A_hyphen_inside_a_word_leaves_nothing_out()
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "A cross-border bridge");
        Assert.Equal(ids, await here.FindAsync(Q("cross-border bridge")));
    }

    [Fact]
    public async Task Only_exclusions_are_everything_else_newest_first()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { title = "Envoys", date = "2021" }, new { title = "A bridge", date = "2022" }, new { title = "Workers", date = "2023" });

        var page = await api.GetAsync($"/v1/events?{here.Mine}&{Q("-bridge")}");

        Assert.Equal([ids[2], ids[0]], page.Texts("items", "id"));
        Assert.True(page.IsNull("query.ranked"), "there is nothing to rank by");
        Assert.All(page.Each("items"), item => Assert.True(item.IsNull("relevance")));
    }

    [Theory]
    [InlineData("brid*")]
    [InlineData("BRID*")]
    [InlineData("envoys brid*")]
    public async Task A_star_finds_every_word_that_begins_so(string typed)
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Envoys at the bridge", "Envoys seek bridges", "Envoys abridged");
        Pages.SameSet(ids[..2], await here.FindAsync(Q(typed)));
    }

    [Fact]
    public async Task Near_is_within_ten_words_in_either_order()
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Envoys one two three four bridge", "Bridge one two envoys", "Envoys one two three four five six seven eight nine ten eleven twelve bridge");
        Pages.SameSet(ids[..2], await here.FindAsync(Q("envoys NEAR bridge")));
    }

    [Fact]
    public async Task Near_takes_a_distance()
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Envoys one bridge", "Envoys one two three bridge");
        Assert.Equal([ids[0]], await here.FindAsync(Q("envoys NEAR/2 bridge")));
    }

    [Theory]
    [InlineData("title", 0)]
    [InlineData("actor", 1)]
    [InlineData("place", 2)]
    [InlineData("topic", 3)]
    [InlineData("quote", 4)]
    public async Task A_field_before_a_word_says_where_it_must_stand(string field, int where)
    {
        var here = await Corner.OfAsync(api);
        var ids = await InEachFieldAsync(here, "Zorvan");

        Assert.Equal([ids[where]], await here.FindAsync(Q($"{field}:zorvan")));
        Assert.Equal([ids[where]], await here.FindAsync(Q($"{field.ToUpperInvariant()}:\"zorvan\"")));
        Pages.SameSet(ids.Where((_, n) => n != where), await here.FindAsync(Q($"zorvan -{field}:zorvan")));
    }

    [Fact]
    public async Task Without_a_field_every_text_of_a_record_is_searched()
    {
        var here = await Corner.OfAsync(api);
        Pages.SameSet(await InEachFieldAsync(here, "Quarnel"), await here.FindAsync(Q("quarnel")));
    }

    [Fact]
    public async Task A_field_that_is_none_is_a_word()
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Marks of the bridge");
        Assert.Equal(ids, await here.FindAsync(Q("marks:bridge")));
    }

    [Theory]
    [InlineData("Müller in Łódź", "muller lodz")]
    [InlineData("Muller in Lodz", "MÜLLER ŁÓDŹ")]
    [InlineData("Café for Đặng", "CAFE dang")]
    [InlineData("Cafe\u0301 opens", "café")] // the accent as a letter of its own
    [InlineData("Fußball in İzmir", "fussball izmir")]
    [InlineData("الإمارات", "الامارات")]
    [InlineData("الامارات", "الإمارات")]
    [InlineData("مكتبة", "مكتبه")]
    [InlineData("مُحَمَّدٌ", "محمد")]
    [InlineData("مصطفى", "مصطفي")]
    [InlineData("كـــويت", "كويت")]
    [InlineData("Al-Sabah", "al sabah")]
    [InlineData("Al Sabah", "Al-Sabah")]
    [InlineData("U.S. envoy", "us envoy")]
    [InlineData("US envoy", "U.S. envoy")]
    [InlineData("U.S.-led patrol", "us-led")]
    [InlineData("The U.N. envoy", "UN envoy")]
    [InlineData("Russia's envoy", "russia envoy")]
    [InlineData("Russia’s envoy", "russia’s")]
    [InlineData("Russia envoy", "Russia's envoy")]
    [InlineData("The ministers' bridge", "ministers bridge")]
    [InlineData("A co-operation pact", "cooperation pact")]
    [InlineData("A cooperation pact", "co-operation pact")]
    [InlineData("A cooperation pact", "CO-OPERATION PACT")]
    [InlineData("A ceasefire", "cease-fire")]
    [InlineData("pro-Russian march", "russian march")]
    [InlineData("ＦＵＬＬ width", "full width")]
    [InlineData("Road/bridge; tunnel", "bridge,tunnel")]
    public async Task Spellings_of_the_same_word_meet(string title, string typed)
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, title, "Something else");

        var page = await api.GetAsync($"/v1/events?{here.Mine}&{Q(typed)}");

        Assert.Equal([ids[0]], page.Texts("items", "id"));
        Assert.True(page.IsNull("query.corrected"), "it is no slip");
    }

    [Theory]
    [InlineData("attack", "attacks")]
    [InlineData("attacks", "attack")]
    [InlineData("bombed", "bombing")]
    [InlineData("bombing", "bombed")]
    [InlineData("country", "countries")]
    [InlineData("countries", "country")]
    [InlineData("met", "meeting")]
    [InlineData("meeting", "met")]
    [InlineData("strike", "struck")]
    [InlineData("negotiations", "negotiated")]
    [InlineData("crises", "crisis")]
    [InlineData("planned", "plan")]
    public async Task An_inflected_form_is_found_unless_stem_is_false(string title, string typed)
    {
        var here = await Corner.OfAsync(api);
        // Both forms are known words, so that neither counts as a slip of the other.
        var ids = await TitledAsync(here, $"Envoys {title}", $"Workers {typed}");

        Assert.Equal([ids[0]], await here.FindAsync(Q($"envoys {typed}")));
        Assert.Empty(await here.FindAsync($"{Q($"envoys {typed}")}&stem=false"));
        Assert.Equal([ids[0]], await here.FindAsync($"{Q($"envoys {title}")}&stem=false"));
    }

    [Theory]
    [InlineData("news", "new")]
    [InlineData("united", "unit")]
    [InlineData("Texas", "texa")]
    public async Task What_only_looks_like_an_ending_is_none(string typed, string title)
    {
        var here = await Corner.OfAsync(api);
        // Both are known words, so that neither counts as a slip of the other.
        await TitledAsync(here, $"Envoys {title}", $"Workers {typed}");
        Assert.Empty(await here.FindAsync(Q($"envoys {typed}")));
    }

    [Theory]
    [InlineData("grenade")]
    [InlineData("grenades")]
    public async Task The_exact_form_stands_above_an_inflected_one(string typed)
    {
        var here = await Corner.OfAsync(api);
        await FillAsync(here);
        // Both ways round, so that the order of writing decides neither.
        var ids = await TitledAsync(here, "Grenade found below bridge", "Grenades found below bridge");

        var items = (await api.GetAsync($"/v1/events?{here.Mine}&{Q(typed)}")).Each("items");

        Assert.Equal([ids[typed == "grenade" ? 0 : 1], ids[typed == "grenade" ? 1 : 0]], items.Select(i => i.Text("id")));
        Assert.True(items[0].At("relevance").GetDouble() > items[1].At("relevance").GetDouble());
    }

    [Theory]
    [InlineData("Vostrania")]
    [InlineData("vostrania")]
    [InlineData("Kingdom Vostra")]
    [InlineData("VQX")]
    [InlineData("فوسترا")]
    [InlineData("Вострания")]
    public async Task A_record_is_found_by_the_other_names_and_codes_of_whoever_takes_part(string typed)
    {
        var here = await Corner.OfAsync(api);
        await api.GivenAsync(Kind.Actor, new
        {
            id = here.Id("vostra"), kind = "state", name = "Vostra",
            names = new[] { new { text = "Vostrania", lang = "en" }, new { text = "Kingdom Vostra", lang = "en" }, new { text = "فوسترا", lang = "ar" }, new { text = "Вострания", lang = "ru" } },
            // A code belongs to one record, and other cases of this test make theirs too.
            identifiers = typed == "VQX" ? new[] { new { scheme = "iso3166", identifier = "VQX" } } : [],
        });
        var ids = await here.EventsAsync(new { title = "A visit", participants = new[] { new { actor = here.Id("vostra") } } }, new { title = "A visit" });
        Assert.Equal([ids[0]], await here.FindAsync(Q(typed)));
    }

    [Fact]
    public async Task One_name_in_another_script_leads_to_the_text_by_a_part_of_it()
    {
        var here = await Corner.OfAsync(api);
        await api.GivenAsync(Kind.Actor, new { id = here.Id("orlo"), kind = "person", name = "Orlo Pemberwick", names = new[] { new { text = "Орло Пембервик", lang = "ru" } } });
        var ids = await here.EventsAsync(new { title = "A speech", participants = new[] { new { actor = here.Id("orlo") } } });
        Assert.Equal(ids, await here.FindAsync(Q("Пембервик")));
    }

    [Theory]
    [InlineData("Kravonain", "Kravonian")] // two letters changed places
    [InlineData("Kravoniann", "Kravonian")]
    [InlineData("Kravnian", "Kravonian")]
    [InlineData("Krawonian", "Kravonian")]
    public async Task A_slip_finds_what_was_meant_and_the_answer_says_so(string typed, string meant)
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Kravonian ministers", "Other ministers");

        var page = await api.GetAsync($"/v1/events?{here.Mine}&{Q($"{typed} ministers")}");

        Assert.Equal([ids[0]], page.Texts("items", "id"));
        Assert.Equal($"{meant} ministers", page.Text("query.corrected"));
    }

    [Fact]
    public async Task The_snippet_can_be_asked_for_by_name_where_there_is_one()
    {
        var here = await Corner.OfAsync(api);
        await TitledAsync(here, "Snibbet ministers");

        var item = (await api.GetAsync($"/v1/events?{here.Mine}&q=snibbet&fields=id,snippet,relevance")).Each("items")[0];

        Assert.Equal(["id", "snippet", "relevance"], item.EnumerateObject().Select(m => m.Name));
        await api.ProblemAsync($"/v1/events?{here.Mine}&fields=snippet", 400);
    }

    [Fact]
    public async Task Nothing_is_corrected_when_what_was_typed_is_there()
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Plombart ministers", "Plombard ministers", "Plombard envoys", "Plombard workers");

        var page = await api.GetAsync($"/v1/events?{here.Mine}&{Q("plombart")}");

        Assert.Equal([ids[0]], page.Texts("items", "id"));
        Assert.True(page.IsNull("query.corrected"));
    }

    [Fact]
    public async Task What_resembles_nothing_stays_as_it_was_typed_and_finds_nothing()
    {
        var here = await Corner.OfAsync(api);
        await TitledAsync(here, "Ministers");

        var page = await api.GetAsync($"/v1/events?{here.Mine}&{Q("ministers qqqwwwzzzjjjxxx")}");

        Assert.Empty(page.Each("items"));
        Assert.True(page.IsNull("query.corrected"));
    }

    [Theory]
    [InlineData("the talks in a palace of the north")]
    [InlineData("palace AND north")]
    public async Task Small_words_need_not_occur(string typed)
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Palace talks, north", "Palace talks, south");
        Assert.Equal([ids[0]], await here.FindAsync(Q(typed)));
    }

    [Fact]
    public async Task Small_words_count_when_nothing_else_is_typed()
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "The palace", "Palace");
        Assert.Equal([ids[0]], await here.FindAsync(Q("the")));
    }

    [Fact]
    public async Task Small_words_count_in_a_phrase()
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Talks in palace", "Talks at palace");
        Assert.Equal([ids[0]], await here.FindAsync(Q("\"talks in palace\"")));
    }

    [Fact]
    public async Task Words_beyond_32_are_left_out_and_named()
    {
        var here = await Corner.OfAsync(api);
        var words = Enumerable.Range(1, 32).Select(n => $"word{n}").ToArray();
        var ids = await TitledAsync(here, string.Join(' ', words), string.Join(' ', words[..31]));

        var page = await api.GetAsync($"/v1/events?{here.Mine}&{Q(string.Join(' ', words) + " beyond further")}");

        // The 32nd still counts, and what comes after it does not.
        Assert.Equal([ids[0]], page.Texts("items", "id"));
        Assert.Equal(["beyond", "further"], page.Texts("query.ignored"));
    }

    [Fact]
    public async Task What_is_no_word_is_named_and_the_rest_is_searched()
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Palace", "Bridge");

        var page = await api.GetAsync($"/v1/events?{here.Mine}&{Q("palace 👍")}");

        Assert.Equal([ids[0]], page.Texts("items", "id"));
        Assert.Equal(["👍"], page.Texts("query.ignored"));
    }

    [Fact]
    public async Task Up_to_2000_characters_are_taken_and_one_more_is_refused()
    {
        await api.GetAsync($"/v1/events?q={new string('a', 2_000)}");
        await api.RefusedAsync($"/v1/events?q={new string('a', 2_001)}", "q");
    }

    [Theory]
    [InlineData("%00")]
    [InlineData("nato%00kuwait")]
    [InlineData("%FF")]
    [InlineData("%C3")] // the first half of a letter
    [InlineData("%C0%AF")] // longer than need be
    [InlineData("%ED%A0%80")] // half a surrogate pair
    [InlineData("%F5%80%80%80")]
    public Task What_is_not_UTF8_or_holds_NUL_is_refused(string escaped) => api.RefusedAsync($"/v1/events?q={escaped}", "q");

    [Fact]
    public Task Q_is_sent_once() => api.RefusedAsync("/v1/events?q=a&q=b", "q");

    [Theory]
    [InlineData("stem=false", "stem")]
    [InlineData("explain=true", "explain")]
    [InlineData("sort=relevance", "sort")]
    public Task What_belongs_to_q_needs_it(string without, string parameter) => api.RefusedAsync($"/v1/events?{without}", parameter);

    [Theory]
    [InlineData("stem=no", "stem")]
    [InlineData("explain=1", "explain")]
    public Task Switches_of_q_are_true_or_false(string given, string parameter) => api.RefusedAsync($"/v1/events?q=nato&{given}", parameter);

    [Fact]
    public async Task A_title_match_stands_above_one_in_the_summary()
    {
        var here = await Corner.OfAsync(api);
        await FillAsync(here);
        // The weaker one is newer and comes last in the file, so that nothing else puts it below.
        var ids = await here.EventsAsync(new { title = "The alembic opens", summary = "A speech was held.", date = "2020" }, new { title = "A speech is held", summary = "The alembic opens.", date = "2025" });
        Assert.Equal(ids, await RankedAsync(here, "alembic"));
    }

    [Fact]
    public async Task What_people_coded_stands_above_what_machines_coded()
    {
        var here = await Corner.OfAsync(api);
        await FillAsync(here);
        await api.GivenAsync(Kind.Dataset, new { id = here.Id("machine"), title = "Machine", licence = "CC0-1.0", redistribution = "yes", citation = "Machine", coding = "machine" });
        var byHand = await here.EventsAsync(new { title = "Theodolite inspected", date = "2020" });
        var byMachine = await here.EventsAsync(new { title = "Theodolite inspected", date = "2025", dataset = here.Id("machine") });

        var found = await api.IdsAsync($"/v1/events?dataset={here.Id("dataset")},{here.Id("machine")}&{Q("theodolite inspected")}");

        Assert.Equal([.. byHand, .. byMachine], found);
    }

    [Fact]
    public async Task Of_equal_matches_the_newer_stands_first()
    {
        var here = await Corner.OfAsync(api);
        await FillAsync(here);
        var ids = await here.EventsAsync(new { title = "Sextant opens", date = "2024" }, new { title = "Sextant opens", date = "1950" }, new { title = "Sextant opens" }, new { title = "Sextant opens", date = "2025" });

        var items = (await api.GetAsync($"/v1/events?{here.Mine}&q=sextant")).Each("items");

        Assert.Equal([ids[3], ids[0], ids[1], ids[2]], items.Select(i => i.Text("id")));
        // The pull is in the number too, and mild: it must not turn round what the words say.
        var (newest, old) = (items[0].At("relevance").GetDouble(), items[2].At("relevance").GetDouble());
        Assert.InRange(newest / old, 1.001, 1.2);
    }

    [Fact]
    public async Task Words_that_stand_together_as_typed_stand_above_the_same_words_apart()
    {
        var here = await Corner.OfAsync(api);
        await FillAsync(here);
        var ids = await here.EventsAsync(new { title = "Pewter gudgeon opens near old harbour", date = "2020" }, new { title = "Gudgeon opens near old pewter harbour", date = "2025" });
        Assert.Equal(ids, await RankedAsync(here, "pewter gudgeon"));
    }

    [Fact]
    public async Task A_rare_word_weighs_more_than_a_common_one()
    {
        var here = await Corner.OfAsync(api);
        await FillAsync(here);
        await TitledAsync(here, [.. Enumerable.Repeat("Gulf patrol", 15)]);
        var ids = await here.EventsAsync(new { title = "A vexillum patrol", date = "2020" }, new { title = "A gulf patrol", date = "2025" });
        Assert.Equal(ids[0], (await RankedAsync(here, "vexillum OR gulf"))[0]);
    }

    [Fact]
    public async Task Relevance_numbers_descend()
    {
        var here = await Corner.OfAsync(api);
        await FillAsync(here);
        await here.EventsAsync(new { title = "Cupola" }, new { title = "A cupola in a long title of many words about nothing at all" }, new { title = "Nothing", summary = "A cupola, a cupola, a cupola." }, new { title = "Nothing", summary = "Cupolas." });

        var numbers = (await api.GetAsync($"/v1/events?{here.Mine}&q=cupola")).Each("items").Select(i => i.At("relevance").GetDouble()).ToList();

        Assert.Equal(4, numbers.Count);
        Assert.Equal(numbers.OrderDescending(), numbers);
        Assert.All(numbers, n => Assert.True(n > 0));
    }

    [Fact]
    public async Task The_answer_says_how_many_were_ranked()
    {
        var here = await Corner.OfAsync(api);
        await TitledAsync(here, "Turbine", "Turbine", "Turbines", "Bridge");

        var ranked = (await api.GetAsync($"/v1/events?{here.Mine}&q=turbine&limit=1")).At("query.ranked");

        Assert.Equal(3, ranked.At("candidates").GetInt32());
        Assert.True(ranked.At("complete").GetBoolean());
    }

    [Theory]
    [InlineData("-date", "2,1,0")]
    [InlineData("date", "0,1,2")]
    [InlineData("name", "1,2,0")]
    public async Task Another_order_can_be_asked_for_and_nothing_is_ranked(string sort, string order)
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { title = "Turbine turbine", date = "2021" }, new { title = "A turbine", date = "2022" }, new { title = "Other", summary = "A turbine.", date = "2023" }, new { title = "Bridge", date = "2024" });

        var page = await api.GetAsync($"/v1/events?{here.Mine}&q=turbine&sort={sort}");

        Assert.Equal(order.Split(',').Select(n => ids[int.Parse(n, CultureInfo.InvariantCulture)]), page.Texts("items", "id"));
        Assert.True(page.IsNull("query.ranked"));
        Assert.All(page.Each("items"), item => Assert.NotEmpty(item.Each("snippet.marks")));
    }

    [Theory]
    [InlineData("type=agree", "1")]
    [InlineData("type[not]=agree", "0,2")]
    [InlineData("from=2022", "1,2")]
    [InlineData("date=2021&dateMatch=certain", "0")]
    [InlineData("status=disputed", "2")]
    [InlineData("type=consult&status=disputed&from=2023", "2")]
    [InlineData("missing=summary", "0,1,2")]
    public async Task Filters_hold_beside_q(string filter, string expected)
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { title = "Turbine", date = "2021" }, new { title = "Turbine", date = "2022", type = "agree" }, new { title = "Turbine", date = "2023", status = "disputed" },
            new { title = "Bridge", date = "2021" }, new { title = "Bridge", date = "2022", type = "agree" }, new { title = "Bridge", date = "2023", status = "disputed" });

        var page = await api.GetAsync($"/v1/events?{here.Mine}&q=turbine&{filter}");

        Pages.SameSet(expected.Split(',').Select(n => ids[int.Parse(n, CultureInfo.InvariantCulture)]), page.Texts("items", "id"));
        Assert.Equal(expected.Split(',').Length, page.At("total.value").GetInt32());
    }

    [Fact]
    public async Task A_common_word_beside_a_rare_list_finds_the_same_as_the_other_way_round()
    {
        var here = await Corner.OfAsync(api);
        // Enough that the list, not the word, is walked.
        await TitledAsync(here, [.. Enumerable.Repeat("Obelisk", 700)]);
        var ids = await here.EventsAsync(new { title = "Obelisk", goldstein = 9.5 }, new { title = "Bridge", goldstein = 9.5 });
        var source = await here.SourceAsync(new { });
        var sourced = await here.EventsAsync(new { title = "Obelisk", sources = new[] { source } }, new { title = "Bridge", sources = new[] { source } });

        Assert.Equal([sourced[0]], await api.IdsAsync($"/v1/events?source={source}&q=obelisk"));
        Assert.Equal([ids[0]], await api.IdsAsync($"/v1/events?ids={ids[0]},{ids[1]}&q=obelisk"));
    }

    [Fact]
    public async Task Paging_by_relevance_repeats_nothing_and_skips_nothing()
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, [.. Enumerable.Range(0, 23).Select(n => n % 3 == 0 ? "Turbine" : n % 3 == 1 ? "Turbine turbine" : "A turbine among other words")]);

        var walked = await api.WalkAsync($"/v1/events?{here.Mine}&q=turbine&limit=5");

        Pages.SameSet(ids, walked);
        Assert.Equal((await api.GetAsync($"/v1/events?{here.Mine}&q=turbine&limit=500")).Texts("items", "id"), walked);
    }

    [Fact]
    public async Task The_question_is_told_back_and_asks_the_same_again()
    {
        var here = await Corner.OfAsync(api);
        await TitledAsync(here, "Turbine & bridge", "Turbine");
        var page = await api.GetAsync($"/v1/events?{here.Mine}&{Q("\"turbine\" & -bridge + 100%")}&stem=false");

        Assert.Contains("“\"turbine\" & -bridge + 100%”", page.Text("query.text"), StringComparison.Ordinal);
        var again = await api.GetAsync(page.Text("query.canonical")!);
        Assert.Equal(page.Text("query.canonical"), again.Text("query.canonical"));
        Assert.Equal(page.Texts("items", "id"), again.Texts("items", "id"));
    }

    [Fact]
    public async Task Explain_says_which_form_of_which_word_stands_where()
    {
        var here = await Corner.OfAsync(api);
        await here.EventsAsync(new { title = "Envoys attacked", summary = "An attack." });

        var explanation = (await api.GetAsync($"/v1/events?{here.Mine}&q=attack%20envo*&explain=true")).Each("items").Single().Each("explanation");

        Assert.Equal(["attack", "envo"], explanation.Select(t => t.Text("term")!.TrimEnd('*')));
        var forms = explanation[0].Each("forms").ToDictionary(f => f.Text("form")!, f => (Why: f.Text("why"), In: string.Join(',', f.Texts("in"))));
        Assert.Equal(("exact", "body"), forms["attack"]);
        Assert.Equal(("inflection", "title"), forms["attacked"]);
        Assert.Equal("title", string.Join(',', explanation[1].Each("forms").Single().Texts("in")));
    }

    [Fact]
    public async Task Without_explain_nothing_is_explained()
    {
        var here = await Corner.OfAsync(api);
        await TitledAsync(here, "Turbine");
        Assert.False((await api.GetAsync($"/v1/events?{here.Mine}&q=turbine")).Each("items").Single().TryGetProperty("explanation", out _));
    }

    [Theory]
    [InlineData("A turbine opens", "turbine", "turbine")]
    [InlineData("A turbine opens", "TURBINES", "turbine")]
    [InlineData("Łódź, Fußball & İzmir", "lodz fussball izmir", "Łódź|Fußball|İzmir")]
    [InlineData("The U.S.-led patrol", "us", "U.S")]
    [InlineData("<b>Turbine</b> & \"co\"", "turbine", "Turbine")]
    [InlineData("😀 turbine 😀 bridge", "turbine bridge", "turbine|bridge")]
    [InlineData("Turbine, bridge and turbines", "turbine", "Turbine|turbines")]
    [InlineData("An open bridge, open road", "\"open road\"", "open road")]
    [InlineData("Turbines", "turb*", "Turbines")]
    [InlineData("الإمارات والكويت", "الامارات", "الإمارات")]
    public async Task Marks_lie_exactly_on_the_words(string title, string typed, string expected)
    {
        var here = await Corner.OfAsync(api);
        await TitledAsync(here, title);

        var snippet = (await api.GetAsync($"/v1/events?{here.Mine}&{Q(typed)}")).Each("items").Single().At("snippet");

        // No markup is added, and what the title has is not escaped: it is JSON, not HTML.
        Assert.Equal(title, snippet.Text("text"));
        Assert.Equal(expected.Split('|'), Marked(snippet));
    }

    [Fact]
    public async Task A_long_text_is_cut_around_the_words_between_other_words()
    {
        var here = await Corner.OfAsync(api);
        var filler = string.Join(' ', Enumerable.Range(0, 300).Select(n => $"filler{n}"));
        var summary = $"{filler} the turbine opens the bridge {filler}";
        await here.EventsAsync(new { title = "Nothing", summary });

        var snippet = (await api.GetAsync($"/v1/events?{here.Mine}&{Q("turbine bridge")}")).Each("items").Single().At("snippet");

        var text = snippet.Text("text")!;
        Assert.StartsWith("…", text, StringComparison.Ordinal);
        Assert.EndsWith("…", text, StringComparison.Ordinal);
        Assert.Contains($" {text.Trim('…')} ", summary, StringComparison.Ordinal);
        Assert.InRange(text.Length, 40, 300);
        Assert.Equal(["turbine", "bridge"], Marked(snippet));
    }

    [Fact]
    public async Task A_record_without_text_of_its_own_words_still_shows_its_title()
    {
        var here = await Corner.OfAsync(api);
        // The word is the event's type, which no text of it has.
        await here.EventsAsync(new { title = "Workers march", type = "protest" });

        var snippet = (await api.GetAsync($"/v1/events?{here.Mine}&q=protest")).Each("items").Single().At("snippet");

        Assert.Equal("Workers march", snippet.Text("text"));
        Assert.Empty(snippet.Each("marks"));
    }

    [Fact]
    public async Task What_is_left_out_is_not_marked()
    {
        var here = await Corner.OfAsync(api);
        await TitledAsync(here, "Turbine of a palace");
        Assert.Equal(["Turbine"], Marked((await api.GetAsync($"/v1/events?{here.Mine}&{Q("turbine -bridge")}")).Each("items").Single().At("snippet")));
    }

    [Fact]
    public async Task A_list_without_q_has_no_snippets()
    {
        var here = await Corner.OfAsync(api);
        await TitledAsync(here, "Turbine");
        var page = await api.GetAsync($"/v1/events?{here.Mine}");

        Assert.False(page.Each("items").Single().TryGetProperty("snippet", out _));
        Assert.True(page.IsNull("query.ranked"));
    }

    [Theory]
    [InlineData("sample=5")]
    [InlineData("total=exact")]
    [InlineData("total=none")]
    [InlineData("fields=id,title")]
    [InlineData("include=sources")]
    [InlineData("lang=ar")]
    public async Task Controls_of_a_list_work_beside_q(string control)
    {
        var here = await Corner.OfAsync(api);
        var ids = await TitledAsync(here, "Turbine", "Bridge");
        Assert.Equal([ids[0]], (await api.GetAsync($"/v1/events?{here.Mine}&q=turbine&{control}")).Texts("items", "id"));
    }

    [Fact]
    public async Task A_meeting_is_found_under_both_paths_and_another_event_under_one()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { title = "Turbine talks", kind = "meeting", setting = "bilateral" }, new { title = "Turbine talks" });

        Pages.SameSet(ids, await here.FindAsync("q=turbine"));
        Assert.Equal([ids[0]], await here.FindAsync("q=turbine", "meetings"));
    }

    private static string Q(string text) => "q=" + Uri.EscapeDataString(text);

    private static Task<string[]> TitledAsync(Corner here, params string[] titles) => here.EventsAsync([.. titles.Select(title => (object)new { title, date = "2024-05-01" })]);

    /// <summary>Records without the words of a test: how rare a word is, is seen only beside others.</summary>
    private static Task<string[]> FillAsync(Corner here) => TitledAsync(here, [.. Enumerable.Repeat("The road to the north", 30)]);

    private Task<string[]> RankedAsync(Corner here, string text) => api.IdsAsync($"/v1/events?{here.Mine}&{Q(text)}&limit=500");

    /// <summary>Five events, each of which has the word in another field: title, actor, place, topic, quote.</summary>
    private async Task<string[]> InEachFieldAsync(Corner here, string word)
    {
        var actor = (await api.GivenAsync(Kind.Actor, new { id = here.Id("actor"), kind = "organization", name = $"{word} Group" }))[0];
        var place = (await api.GivenAsync(Kind.Location, new { id = here.Id("place"), kind = "city", name = $"{word} City" }))[0];
        var topic = (await api.GivenAsync(Kind.Topic, new { id = here.Id("topic"), label = $"{word} matters" }))[0];
        var ids = await here.EventsAsync(new { title = $"{word} opens" }, new { title = "An event", participants = new[] { new { actor } } }, new { title = "An event", location = place },
            new { title = "An event", topics = new[] { new { id = topic, certainty = "stated" } } }, new { title = "An event" });
        await api.GivenAsync(Kind.Statement, new { @event = ids[4], text = $"Of {word} they said much.", lang = "en", basis = new { voice = "speaker", form = "quote", certainty = "stated" } });
        return ids;
    }

    private static string[] Marked(JsonElement snippet) =>
        [.. snippet.Each("marks").Select(m => snippet.Text("text")![m[0].GetInt32()..m[1].GetInt32()])];
}

/// <summary>q on the default catalogue: its names in other languages, codes and initialisms, and every kind of record.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class DefaultSearchTests(DefaultApi api)
{
    private static readonly string[] Resources =
        ["events", "meetings", "meeting-series", "situations", "actors", "posts", "memberships", "locations", "topics", "statements", "sources", "datasets", "claims", "relations"];

    public static TheoryData<string> Lists => [.. Resources];

    [Theory]
    [InlineData("events", "OTAN", "E1")]
    [InlineData("events", "OTAN rutte", "E2")]
    [InlineData("events", "ICI", "E1")]
    [InlineData("events", "Istanbul Cooperation Initiative", "E1")]
    [InlineData("events", "\"Istanbul Cooperation Initiative\"", "E1")]
    [InlineData("events", "KWT NATO", "E1")]
    [InlineData("events", "KW NATO", "E1")]
    [InlineData("events", "UK Rutte", "E2")]
    [InlineData("events", "GBR Rutte", "E2")]
    [InlineData("events", "U.K. Rutte", "E2")]
    [InlineData("events", "الكويت NATO", "E1")]
    [InlineData("events", "Royaume-Uni Rutte", "E2")]
    [InlineData("events", "\"meeting of the ICI\"", "E1")]
    [InlineData("events", "actor:otan place:kuwait", "E1")]
    [InlineData("events", "topic:drones", "E1")]
    [InlineData("events", "place:downing", "E2")]
    [InlineData("actors", "Al-Sabah jarrah", "jarrah-jaber-al-ahmad-al-sabah")]
    [InlineData("actors", "al sabah jarrah", "jarrah-jaber-al-ahmad-al-sabah")]
    [InlineData("actors", "الصباح", "jarrah-jaber-al-ahmad-al-sabah")]
    [InlineData("actors", "erdogan", "recep-tayyip-erdogan")]
    [InlineData("actors", "OTAN", "nato")]
    [InlineData("actors", "KWT", "kuwait")]
    [InlineData("actors", "Türkiye", "turkiye")]
    [InlineData("actors", "Turkey", "turkiye")]
    [InlineData("actors", "TURKIYE", "turkiye")]
    [InlineData("actors", "Россия", "russia")]
    [InlineData("locations", "Koweït", "kuwait")]
    [InlineData("meeting-series", "Istanbul Cooperation Initiative advisory", "ici-policy-advisory-group")]
    [InlineData("meetings", "Ankara summit", "E137")]
    public async Task A_name_in_any_form_finds_the_record(string resource, string typed, string id)
    {
        var page = await api.GetAsync($"/v1/{resource}?limit=100&q={Uri.EscapeDataString(typed)}");

        Assert.Contains(id, page.Texts("items", "id"));
        Assert.True(page.IsNull("query.corrected"), "it is no slip");
    }

    [Theory]
    [InlineData("Turkey", "Türkiye")]
    [InlineData("OTAN", "NATO")]
    [InlineData("KWT", "Kuwait")]
    [InlineData("kuwait's", "Kuwait")]
    [InlineData("U.S.", "USA")]
    [InlineData("nato summits", "NATO summit")]
    public async Task Two_names_of_the_same_find_the_same(string one, string other)
    {
        async Task<int> CountAsync(string typed) => (await api.GetAsync($"/v1/events?limit=1&q={Uri.EscapeDataString(typed)}")).At("total.value").GetInt32();
        var count = await CountAsync(one);

        Assert.Equal(await CountAsync(other), count);
        Assert.True(count > 10, $"{count} events");
    }

    [Theory]
    [InlineData("events", "Rute", "rutte", "E2")]
    [InlineData("events", "Kuwiat", "kuwait", "E1")]
    [InlineData("actors", "Rute", "rutte", "mark-rutte")]
    [InlineData("actors", "Gorbachov", "gorbachev", "mikhail-gorbachev")]
    public async Task A_slip_leads_to_the_name_that_was_meant(string resource, string typed, string corrected, string id)
    {
        var page = await api.GetAsync($"/v1/{resource}?q={typed}&limit=100");

        Assert.Equal(corrected, page.Text("query.corrected"), ignoreCase: true);
        Assert.Contains(id, page.Texts("items", "id"));
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_word_of_a_record_finds_it_on_its_list(string resource)
    {
        var sample = (await api.GetAsync($"/v1/{resource}?sample=15&seed=11")).Each("items");
        Assert.NotEmpty(sample);
        var wrong = new List<string>();
        foreach (var item in sample)
        {
            var text = MainText(item);
            // The longest word is most its own; and nobody types the marks around it.
            var word = text.Split(' ').Select(w => w.Trim('.', ',', '(', ')', '"', '“', '”', '’', '\'', ';', ':', '–')).MaxBy(w => w.Length)!;
            foreach (var typed in (string[])[word, text.Length > 2_000 ? word : text])
            {
                var page = await api.GetAsync($"/v1/{resource}?ids={item.Text("id")}&q={Uri.EscapeDataString(typed)}");
                if (page.Texts("items", "id").SingleOrDefault() != item.Text("id")) wrong.Add($"/v1/{resource}: '{typed}' does not find {item.Text("id")}");
                else if (!page.IsNull("query.corrected")) wrong.Add($"/v1/{resource}: '{typed}' was corrected to '{page.Text("query.corrected")}'");
            }
            // And a word that it has not does not find it.
            if ((await api.IdsAsync($"/v1/{resource}?ids={item.Text("id")}&q=Xylqvortz")).Length != 0) wrong.Add($"/v1/{resource}: any word finds {item.Text("id")}");
        }

        Reading.Nothing(wrong);
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task Each_list_refuses_the_order_by_relevance_without_q(string resource) => await api.RefusedAsync($"/v1/{resource}?sort=relevance", "sort");

    [Theory]
    [InlineData("/v1/actors/nato/events", "rutte downing", "E2")]
    [InlineData("/v1/locations/kuwait/events", "advisory", "E1")]
    public async Task A_sub_resource_is_searched_too(string path, string typed, string id) => Assert.Equal([id], await api.IdsAsync($"{path}?q={Uri.EscapeDataString(typed)}"));

    [Theory]
    [InlineData("/v1/actors/nato/members?q=albania", "albania")]
    [InlineData("/v1/actors/kuwait/memberships?q=arab%20league", "kuwait")]
    public async Task Memberships_below_an_actor_are_searched_too(string path, string member)
    {
        var items = (await api.GetAsync(path)).Each("items");
        Assert.Contains(items, i => i.Text("member.id") == member);
    }

    [Theory]
    [InlineData("nato summit")]
    [InlineData("clash syria")]
    [InlineData("kuwait OR iraq")]
    public async Task Pages_by_relevance_hold_every_match_once_in_descending_order(string typed)
    {
        var first = await api.GetAsync($"/v1/events?limit=40&q={Uri.EscapeDataString(typed)}");
        var items = await api.AllAsync($"/v1/events?limit=40&q={Uri.EscapeDataString(typed)}");

        Assert.True(items.Count > 40, "more than one page");
        Assert.Equal(first.At("total.value").GetInt32(), items.Count);
        Assert.Equal(items.Count, items.Select(i => i.Text("id")).Distinct().Count());
        var numbers = items.Select(i => i.At("relevance").GetDouble()).ToList();
        Assert.Equal(numbers.OrderDescending(), numbers);
    }

    [Fact]
    public async Task Relevance_pages_through_the_best_1000_and_ends()
    {
        var ids = await api.WalkAsync("/v1/events?limit=300&q=visit");

        Assert.Equal(1_000, ids.Count);
        Assert.Equal(1_000, ids.Distinct().Count());
        // The total still tells how many there are.
        Assert.True((await api.GetAsync("/v1/events?limit=1&q=visit")).At("total.value").GetInt32() > 1_000);
    }

    [Fact]
    public async Task A_common_word_says_that_not_all_matches_were_ranked()
    {
        var page = await api.GetAsync("/v1/events?limit=1&q=visit");

        Assert.False(page.At("query.ranked.complete").GetBoolean());
        Assert.InRange(page.At("query.ranked.candidates").GetInt32(), 1_000, page.At("total.value").GetInt32());
    }

    [Theory]
    [InlineData("events", "nato kuwait")]
    [InlineData("events", "turkey clash")]
    [InlineData("events", "\"secretary general\"")]
    [InlineData("events", "visit* london")]
    [InlineData("actors", "al-sabah")]
    [InlineData("statements", "security OR threats")]
    [InlineData("sources", "dataset")]
    [InlineData("situations", "government")]
    [InlineData("claims", "member")]
    public async Task Snippets_are_passages_of_the_record_and_marks_lie_within(string resource, string typed)
    {
        var items = (await api.GetAsync($"/v1/{resource}?limit=30&q={Uri.EscapeDataString(typed)}")).Each("items");
        Assert.NotEmpty(items);
        var wrong = new List<string>();
        var marked = 0;
        foreach (var item in items)
        {
            var (snippet, text) = (item.At("snippet"), item.Text("snippet.text")!);
            var whole = await api.GetAsync($"{item.Text("href")}");
            var passage = text.Trim('…');
            if (!Strings(whole).Any(s => s.Contains(passage, StringComparison.Ordinal))) wrong.Add($"{item.Text("id")}: “{text}” stands in no text of it");
            var last = 0;
            foreach (var mark in snippet.Each("marks"))
            {
                var (from, to) = (mark[0].GetInt32(), mark[1].GetInt32());
                if (from < last || to <= from || to > text.Length) wrong.Add($"{item.Text("id")}: mark {from}–{to} in {text.Length}");
                // A mark begins and ends with a word.
                else if (from > 0 && char.IsLetterOrDigit(text[from - 1]) || to < text.Length && char.IsLetterOrDigit(text[to]) || !char.IsLetterOrDigit(text[from])) wrong.Add($"{item.Text("id")}: mark on “{text[from..to]}” of “{text}”");
                last = to;
                marked++;
            }
        }

        Reading.Nothing(wrong);
        Assert.True(marked > 0, "something is marked");
    }

    /// <summary>By what a person would look for the record.</summary>
    private static string MainText(JsonElement item)
    {
        foreach (var member in (string[])["title", "name", "label", "text", "quote", "member.name", "from.title", "record.title"])
            if (item.TryGetProperty(member.Split('.')[0], out var found) && found.ValueKind != JsonValueKind.Null && item.Text(member) is { Length: > 0 } text) return text;
        throw new InvalidOperationException($"No text in {item}");
    }

    private static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(m => Strings(m.Value)),
        _ => [],
    };
}
