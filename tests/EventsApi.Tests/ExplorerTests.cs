using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace EventsApi.Tests;

/// <summary>The explorer as a person uses it, in a real browser on the default catalogue.</summary>
[Trait(Engines.Trait, Engines.Any)]
[Collection(DefaultCatalogueCollection.Name)]
public sealed partial class ExplorerTests(DefaultApi api, Browser browser, ITestOutputHelper output) : IClassFixture<Browser>
{
    private const int Interactive = 1_000, Repainted = 150; // milliseconds
    // A busy machine is given several tries; a page that is too slow fails them all.
    private const int Tries = 15;

    /// <summary>A view of each kind.</summary>
    public static readonly TheoryData<string, string> Views = new()
    {
        { "events", "/" },
        { "search", "/?q=kuwait&country=KWT" },
        { "empty", "/?q=zzxxqy&country=KW" },
        { "refused", "/?typ=consult" },
        { "meetings", "/explore/meetings?series=nato-summit" },
        { "actors", "/explore/actors?kind=organization" },
        { "situations", "/explore/situations" },
        { "places", "/explore/locations?kind=country&lang=ar" },
        { "statements", "/explore/statements?q=security" },
        { "meeting-kuwait", "/explore/events/E1" },
        { "meeting-downing-street", "/explore/meetings/E2" },
        { "event", "/explore/events/E20999" },
        { "state-arabic", "/explore/actors/kuwait?lang=ar" },
        { "alliance", "/explore/actors/nato" },
        { "person", "/explore/actors/mark-rutte" },
        { "place", "/explore/locations/kuwait-city?lang=ar" },
        { "situation", "/explore/situations/situation-in-doha" },
        { "post", "/explore/posts/nato-secretary-general" },
        { "statement", "/explore/statements/S17" },
        { "source", "/explore/sources/R2" },
        { "missing", "/explore/events/E999999" },
    };

    private void Open(string path, int width = 1280, string scheme = "light") => browser.As(width, scheme).Open(api.Root + path);

    private string Query => WebUtility.UrlDecode(new Uri(browser.Url).Query);

    private async Task<long> CountAsync(string query) => (await api.GetAsync($"/v1/events{query}")).At("total.value").GetInt64();

    private static long Shown(string heading) => long.Parse(heading.Split(' ')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [TheoryWithBrowser]
    [MemberData(nameof(Views))]
    public void Every_view_is_free_of_barriers_wide_and_narrow_light_and_dark(string name, string path)
    {
        foreach (var (width, scheme) in ((int, string)[])[(1280, "light"), (390, "light"), (1280, "dark"), (390, "dark")])
        {
            Open(path, width, scheme);
            browser.Picture($"{name}-{width}-{scheme}");
            Assert.Empty(browser.Barriers());
            Assert.True(browser.Number("return document.documentElement.scrollWidth") <= width, $"{path} is wider than {width} pixels.");
            // A view that is told that something is missing may say so in the console; nothing else may.
            Assert.DoesNotContain(browser.Complaints(), c => name is not ("refused" or "missing") || !c.Contains("Failed to load resource", StringComparison.Ordinal));
        }
    }

    [FactWithBrowser]
    public void The_first_page_is_interactive_within_a_second_and_does_not_jump()
    {
        var best = double.MaxValue;
        for (var n = 0; n < Tries && best > Interactive; n++)
        {
            browser.Forget();
            Open("/");
            var shifted = browser.Number("return window.shifted");
            Assert.True(shifted < 0.01, $"The layout shifted by {shifted}.");
            // The page marks the moment when the first results stand there and every listener listens.
            best = Math.Min(best, browser.Number("return performance.getEntriesByName('results')[0].startTime"));
        }
        output.WriteLine($"interactive after {best:F0} ms");
        Assert.True(best <= Interactive, $"The page was interactive after {best:F0} ms at best.");
    }

    [FactWithBrowser]
    public void A_filter_is_repainted_within_150_milliseconds()
    {
        const string Measured = """
            const [text, done] = arguments, from = performance.now();
            new MutationObserver((_, seen) => { seen.disconnect(); requestAnimationFrame(() => setTimeout(() => done(performance.now() - from))); }).observe(document.querySelector('.results'), { childList: true });
            [...document.querySelectorAll('.facet a.chip')].find(c => c.textContent.startsWith(text)).click();
            """;
        var best = double.MaxValue;
        for (var n = 0; n < Tries && best > Repainted; n++)
        {
            Open("/");
            browser.Wait(".facet a.chip[data-value=SYR]");
            best = Math.Min(best, browser.Measure(Measured, "Syria"));
        }
        output.WriteLine($"repainted after {best:F0} ms");
        Assert.True(best <= Repainted, $"The results were repainted after {best:F0} ms at best.");
        browser.Settle();
        Assert.Equal("?country=SYR", Query);
    }

    [FactWithBrowser]
    public void Suggestions_are_opened_with_the_arrow_keys()
    {
        Open("/");
        browser.Type("#q", "kuw");
        browser.Wait("#suggestions li");
        browser.Type(null, OpenQA.Selenium.Keys.ArrowDown);
        Assert.Equal("suggestion-0", browser.Script<string>("return document.querySelector('#q').getAttribute('aria-activedescendant')"));
        browser.Type(null, OpenQA.Selenium.Keys.Enter);
        browser.Wait(".record h1");

        Assert.EndsWith("/explore/actors/kuwait", browser.Url, StringComparison.Ordinal);
        Assert.Equal("Kuwait", browser.Text(".record h1"));
        Assert.StartsWith("Kuwait", browser.Title, StringComparison.Ordinal);
    }

    [FactWithBrowser]
    public void A_slip_is_mended_and_said()
    {
        Open("/");
        browser.Type("#q", "Rute Downing", OpenQA.Selenium.Keys.Enter);
        browser.Until("return document.querySelector('.question').textContent.includes('Showing results for')", "The corrected words are not told.");
        browser.Settle();

        Assert.Equal("?q=Rute Downing", Query.Replace('+', ' '));
        Assert.Contains("Rutte Downing", browser.Text(".question"));
        Assert.Contains("Downing Street", browser.Text(".card h3"));
        Assert.Equal("Rute Downing", browser.Script<string>("return document.querySelector('#q').value"));
    }

    [FactWithBrowser]
    public async Task An_empty_list_says_which_filter_emptied_it_and_leads_out()
    {
        Open("/?q=zzxxqy&country=KW");
        Assert.Contains("Nothing was found", browser.Text("div.empty"));
        Assert.Contains("“zzxxqy” left nothing", browser.Text("div.empty"));

        browser.Click("div.empty a", "Without it");

        Assert.Equal("?country=KWT", Query);
        Assert.Equal(await CountAsync("?country=KWT"), Shown(browser.Text("h1")));
    }

    [FactWithBrowser]
    public void What_the_api_refuses_is_told_in_its_words()
    {
        Open("/?typ=consult");
        Assert.Contains("Did you mean 'type'?", browser.Text("div.empty"));
    }

    [FactWithBrowser]
    public async Task Facets_the_timeline_and_the_map_narrow_the_list()
    {
        Open("/");
        browser.Click(".facet a.chip", "Assault");
        Assert.Equal("?type=assault", Query);

        browser.Drag(".bars", (0.90, 0.4), (0.97, 0.4));
        Assert.Matches("^\\?type=assault&from=20\\d\\d&to=20\\d\\d$", Query);
        Assert.Equal(await CountAsync(Query), Shown(browser.Text("h1")));

        browser.Drag(".frame", (0.5, 0.3), (0.75, 0.6), withShift: true);
        Assert.Contains("&bbox=", Query);
        Assert.Equal(await CountAsync(Query), Shown(browser.Text("h1")));
        Assert.True(browser.Has(".marks rect.box"));

        // Back is back.
        browser.Script<object?>("history.back()");
        browser.Until("return !location.search.includes('bbox')", "Going back changes nothing.");
        browser.Settle();
        Assert.Equal(await CountAsync(Query), Shown(browser.Text("h1")));
    }

    [FactWithBrowser]
    public void A_chip_takes_its_value_out_however_the_address_spells_it()
    {
        Open("/?country=GB,DE,RU&sort=date");
        browser.Click(".facet a.chip[aria-current]", "United Kingdom");
        Assert.Equal("?country=DEU,RUS&sort=date", Query);
        browser.Click(".facet a.chip", "France");
        Assert.Equal("?country=DEU,FRA,RUS&sort=date", Query);
    }

    [FactWithBrowser]
    public async Task The_map_and_the_timeline_are_used_with_keys()
    {
        Open("/?from=1990&to=2000");
        browser.Type(".end.to", OpenQA.Selenium.Keys.ArrowLeft);
        browser.Settle();
        Assert.Equal("?from=1990&to=1999", Query);

        browser.Type(".frame", "+", "+", OpenQA.Selenium.Keys.ArrowLeft, OpenQA.Selenium.Keys.Enter);
        browser.Until("return location.search.includes('bbox')", "Enter does not search what is seen.");
        browser.Settle();
        Assert.Equal(await CountAsync(Query), Shown(browser.Text("h1")));

        browser.Type(".frame", OpenQA.Selenium.Keys.Escape);
        browser.Settle();
        Assert.Equal("?from=1990&to=1999", Query);
    }

    [FactWithBrowser]
    public void More_goes_on_where_the_page_ended()
    {
        Open("/?q=summit");
        var first = browser.Texts(".results h3");
        browser.Click("button.more");
        browser.Until($"return document.querySelectorAll('.results h3').length > {first.Count}", "Nothing more comes.");

        Assert.Equal(first, browser.Texts(".results h3").Take(first.Count));
    }

    [FactWithBrowser]
    public void The_meeting_in_kuwait_shows_what_a_reader_of_the_article_looks_for()
    {
        Open("/explore/events/E1");
        var page = browser.Text("#main");
        foreach (var expected in (string[])["7th meeting of the ICI Policy Advisory Group", "NATO-ICI Regional Center", "Agenda", "Ministry of Foreign Affairs of Kuwait", "Javier Colomina said", "Sheikh Jarrah Jaber Al-Ahmad Al-Sabah said", "regional experts", "Who held which post that day", "War in Ukraine", "Artificial intelligence"])
            Assert.Contains(expected, page);

        browser.Click("details.sentence > summary", "Drones made in Iran");
        var basis = browser.Text("details.sentence[open] .facts");
        Assert.Contains("Javier Colomina", basis);
        Assert.Contains("paragraph 14", basis);
        Assert.Contains("Stated", basis);
        Assert.Contains("Kuwait and NATO Strengthen Alliance on Modern Threats", basis);
        Assert.Contains("Iranian-made drones", basis);
    }

    [FactWithBrowser]
    public void The_meeting_at_downing_street_says_what_is_inferred_and_who_held_which_post()
    {
        Open("/explore/events/E2");
        Assert.Contains("9 September 2025", browser.Text(".record .line"));
        Assert.Contains("Keir Starmer inferred", browser.Text(".people"));
        browser.Until("return !document.querySelector('.facts.wide').textContent.includes('…')", "The holders do not come.");
        Assert.Contains("Keir Starmer, since 5 July 2024", browser.Text(".facts.wide"));
        Assert.Contains("Mark Rutte, since 1 October 2024", browser.Text(".facts.wide"));
        Assert.Contains("summit", browser.Text(".claims"));
        // The country stands out on the map.
        Assert.True(browser.Number("return document.querySelector('.land path.chosen').getBoundingClientRect().height") > 20);
    }

    [FactWithBrowser]
    public void An_actor_has_its_posts_and_counterparts()
    {
        Open("/explore/actors/mark-rutte");
        Assert.Contains("Secretary General of NATO", browser.Text(".terms"));
        Open("/explore/actors/nato");
        Assert.Contains("United States", browser.Text(".ranked"));
        Assert.Contains("Türkiye", browser.Text(".columns + *, .body"));
        browser.Click(".ranked .count");
        Assert.Equal("?actor[all]=nato,united-states", Query);
    }

    [FactWithBrowser]
    public void Names_are_shown_in_the_chosen_language_and_direction()
    {
        Open("/explore/actors/kuwait?lang=ar");
        Assert.Equal("الكويت", browser.Text(".record h1"));
        Assert.Equal("rtl", browser.Script<string>("return getComputedStyle(document.querySelector('.record h1')).direction"));
        Assert.Equal("ar", browser.Script<string>("return document.querySelector('.record h1').lang"));

        browser.Click(".terms a");
        Assert.Contains("lang=ar", browser.Url);
    }

    [FactWithBrowser]
    public async Task Each_view_gives_its_call_in_five_languages_and_in_each_format()
    {
        Open("/?actor[all]=nato,kuwait");
        var url = $"{api.Root}/v1/events?actor[all]=nato,kuwait";
        foreach (var language in (string[])["curl", "fetch", "C#", "Python", "R"])
        {
            browser.Click(".request .tabs button", language);
            Assert.Contains(url, browser.Text(".request pre"));
        }
        var files = browser.Script<IReadOnlyCollection<object>>("return [...document.querySelectorAll('.files a[download]')].map(a => a.href)").Cast<string>().ToList();
        foreach (var format in (string[])["", "format=ndjson", "format=csv", "format=geojson", "format=atom", "format=jsonld"])
        {
            var file = Assert.Single(files, f => format == "" ? !f.Contains("format=", StringComparison.Ordinal) : f.EndsWith(format, StringComparison.Ordinal));
            using var response = await api.Client.GetAsync(file);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        var calendar = new UriBuilder(browser.Script<string>("return document.querySelector('a[href^=\"webcal:\"]').href")) { Scheme = "http" }.Uri;
        Assert.StartsWith("BEGIN:VCALENDAR", await api.Client.GetStringAsync(calendar), StringComparison.Ordinal);
    }

    [FactWithBrowser]
    public void Nothing_is_asked_of_anybody_else()
    {
        foreach (var path in (string[])["/", "/explore/events/E2", "/explore/locations/kuwait"])
        {
            Open(path);
            Assert.All(browser.Script<IReadOnlyCollection<object>>("return performance.getEntriesByType('resource').map(r => r.name)").Cast<string>(), name => Assert.StartsWith(api.Root, name, StringComparison.Ordinal));
        }
    }

    [FactWithBrowser]
    public void The_keyboard_reaches_the_content_at_once()
    {
        Open("/explore/events/E1");
        browser.Type(null, OpenQA.Selenium.Keys.Tab);
        Assert.Equal("Skip to the content", browser.Script<string>("return document.activeElement.textContent"));
        Assert.True(browser.Number("return document.activeElement.getBoundingClientRect().top") >= 0);
    }

    // Without a browser.

    [Fact]
    public async Task Files_are_kept_for_good_under_their_digest_and_the_page_is_asked_for_again()
    {
        using var page = await api.Client.GetAsync("/");
        var html = await page.Content.ReadAsStringAsync();
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.Contains("must-revalidate", page.Headers.CacheControl!.ToString());
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.DoesNotContain("unsafe", policy);
        Assert.Contains("default-src 'none'", policy);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/explore/events/E1");
        again.Headers.TryAddWithoutValidation("If-None-Match", page.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, (await api.Client.SendAsync(again)).StatusCode);

        var files = File().Matches(html).Select(m => m.Value).Distinct().ToList();
        Assert.True(files.Count > 10);
        var size = html.Length;
        foreach (var file in files)
        {
            using var response = await api.Client.GetAsync(file);
            var text = await response.Content.ReadAsStringAsync();
            size += text.Length;
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains("immutable", response.Headers.CacheControl!.ToString());
            Assert.NotNull(response.Headers.ETag);
            // Every module that a module asks for is preloaded by the page.
            Assert.All(Import().Matches(text), import => Assert.Contains(files, f => f.EndsWith('/' + import.Groups[1].Value, StringComparison.Ordinal)));
            Assert.DoesNotContain("innerHTML", text);
        }
        Assert.True(size < 150_000, $"The page and its files are {size} bytes.");
        output.WriteLine($"{files.Count + 1} files, {size} bytes");

        using var packed = new HttpRequestMessage(HttpMethod.Get, files.First(f => f.EndsWith("list.js", StringComparison.Ordinal)));
        packed.Headers.TryAddWithoutValidation("Accept-Encoding", "br");
        Assert.Equal("br", (await api.Client.SendAsync(packed)).Content.Headers.ContentEncoding.Single());
        await api.ProblemAsync(files[0][..files[0].LastIndexOf('/')] + "/nothing.js", 404);
    }

    [GeneratedRegex("/explorer/[^\"]+")]
    private static partial Regex File();

    [GeneratedRegex("""from "\./([^"]+)";""")]
    private static partial Regex Import();
}

/// <summary>Names and addresses that somebody wrote to break the page.</summary>
[Trait(Engines.Trait, Engines.Any)]
public sealed class ExplorerHostilityTests(EmptyApi api, Browser browser) : IClassFixture<EmptyApi>, IClassFixture<Browser>
{
    private const string Markup = "<img src=x onerror=\"window.broken=1\"><script>window.broken=1</script>&lt;b&gt;\"'`";

    [FactWithBrowser]
    public async Task Markup_in_data_and_addresses_stays_text()
    {
        await api.GivenAsync(Records.Kind.Source, new { id = "R901", kind = "article", title = Markup, author = Markup });
        await api.GivenAsync(Records.Kind.Actor, new { id = "markup", kind = "person", name = Markup, summary = Markup });
        await api.GivenAsync(Records.Kind.Location, new { id = "markup", kind = "city", name = Markup, latitude = 10, longitude = 10 });
        await api.GivenAsync(Records.Kind.Situation, new { id = "markup", kind = "war", title = Markup });
        var id = (await api.GivenAsync(Records.Kind.Event, new { type = "consult", title = Markup, summary = Markup, date = "2020-01-01", location = "markup", participants = new[] { new { actor = "markup", roles = new[] { "participant" } } }, sources = new[] { "R901" } }))[0];
        var typed = Uri.EscapeDataString(Markup);
        browser.As(1280);

        foreach (var path in (string[])["/", $"/explore/events/{id}", "/explore/actors/markup", "/explore/locations/markup", "/explore/situations/markup", "/explore/sources/R901", $"/?q={typed}", $"/?{typed}={typed}", $"/?actor={typed}", $"/explore/events/{typed}", $"/explore/{typed}", $"/?lang={typed}", $"/?from={typed}&bbox={typed}"])
        {
            browser.Open(api.Root + path);
            Assert.False(browser.Script<bool>("return 'broken' in window"), $"{path} ran what stands in the data.");
            Assert.False(browser.Has("#main img, #main script"), $"{path} made elements of text.");
        }
        browser.Open($"{api.Root}/explore/events/{id}");
        Assert.Equal(Markup, browser.Script<string>("return document.querySelector('.record h1').textContent"));
        browser.Type("#q", "<img");
        browser.Wait("#suggestions li");
        Assert.False(browser.Script<bool>("return 'broken' in window"));
    }

    [FactWithBrowser]
    public void An_empty_catalogue_is_a_page_too()
    {
        browser.As(1280).Open(api.Root + "/explore/situations?q=nothing");
        Assert.Contains("Nothing was found", browser.Text("div.empty"));
        Assert.Empty(browser.Complaints());
    }
}
