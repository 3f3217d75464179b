using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using EventsApi.Records;

namespace EventsApi.Tests;

/// <summary>Lists and records as calendars, feeds and linked data.</summary>
public sealed class FormTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    /// <summary>A reader of RFC 5545 that is not the program's own: the components, each with its properties unfolded and unescaped.</summary>
    private static List<Dictionary<string, string>> Components(byte[] calendar)
    {
        foreach (var line in Encoding.Latin1.GetString(calendar).Split("\r\n")) Assert.True(line.Length <= 75, $"{line.Length} octets: {line}");
        var (found, current) = (new List<Dictionary<string, string>>(), new Dictionary<string, string>());
        foreach (var line in new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(calendar).Replace("\r\n ", "").Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.DoesNotContain('\n', line);
            var colon = line.IndexOf(':');
            var (name, value) = (line[..colon], line[(colon + 1)..]);
            if (name == "BEGIN") current = [];
            else if (name == "END" && value == "VEVENT") found.Add(current);
            else current[name] = value.Replace("\\n", "\n").Replace("\\,", ",").Replace("\\;", ";").Replace("\\\\", "\\");
        }
        return found;
    }

    private async Task<Dictionary<string, string>> EventAsync(object members)
    {
        var here = await Corner.OfAsync(api);
        return Components(await api.Client.GetByteArrayAsync($"/v1/events?ids={await here.EventAsync(members)}&format=ics")).Single();
    }

    [Theory]
    [InlineData("2025-09-09", "20250909", "20250910")]
    [InlineData("2025-02", "20250201", "20250301")]
    [InlineData("2024", "20240101", "20250101")]
    [InlineData("2025-06-24/2025-06-25", "20250624", "20250626")]
    [InlineData("2025-06-24/..", "20250624", "20250625")]
    [InlineData("../2025-06-24", "20250624", "20250625")]
    [InlineData("9999-12-31", "99991231", null)]
    public async Task A_date_is_a_span_of_whole_days(string date, string start, string? end)
    {
        var ev = await EventAsync(new { date });

        Assert.Equal(start, ev["DTSTART;VALUE=DATE"]);
        Assert.Equal(end, ev.GetValueOrDefault("DTEND;VALUE=DATE"));
    }

    [Theory]
    [InlineData("Europe/London", "DTSTART", "20250909T130000Z", "20250909T143000Z")]
    [InlineData("Asia/Kuwait", "DTSTART", "20250909T110000Z", "20250909T123000Z")]
    [InlineData(null, "DTSTART", "20250909T140000", "20250909T153000")]
    public async Task A_time_is_an_instant_where_its_zone_is_known_and_local_otherwise(string? zone, string property, string start, string end)
    {
        var ev = await EventAsync(new { date = "2025-09-09", time = new { start = "14:00", end = "15:30", zone } });

        Assert.Equal(start, ev[property]);
        Assert.Equal(end, ev["DTEND"]);
    }

    [Fact]
    public async Task A_calendar_keeps_the_uid_and_counts_the_revisions()
    {
        var here = await Corner.OfAsync(api);
        var id = await here.EventAsync(new { date = "2026-05-04", status = "scheduled", title = "Talks; with commas, a \\ and\na second line of which the letters é中𝄞 must not be cut — and so on and on" });
        async Task<Dictionary<string, string>> Now() => Components(await api.Client.GetByteArrayAsync($"/v1/events/{id}?format=ics")).Single();
        var before = await Now();

        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { status = "cancelled", date = "2026-05-05" });
        var after = await Now();

        Assert.Equal(("CONFIRMED", "CANCELLED"), (before["STATUS"], after["STATUS"]));
        Assert.Equal(before["UID"], after["UID"]);
        Assert.Equal(("1", "2"), (before["SEQUENCE"], after["SEQUENCE"]));
        Assert.Equal("20260505", after["DTSTART;VALUE=DATE"]);
        Assert.Equal("Talks; with commas, a \\ and\na second line of which the letters é中𝄞 must not be cut — and so on and on", after["SUMMARY"]);
        Assert.Equal($"{api.Root}/v1/events/{id}", after["URL"]);
        Assert.NotEqual(before["DTSTAMP"], after["DTSTAMP"]);
    }

    [Fact]
    public async Task An_event_without_a_day_is_in_no_calendar()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(new { date = (string?)null }, new { date = "2025" });

        Assert.Single(Components(await api.Client.GetByteArrayAsync($"/v1/events?ids={string.Join(',', ids)}&format=ics")));
        await api.ProblemAsync($"/v1/events/{ids[0]}?format=ics", 406);
    }

    [Fact]
    public async Task Places_are_named_from_the_inside_and_pointed_at_where_that_is_exact()
    {
        var here = await Corner.OfAsync(api);
        await api.GivenAsync(Kind.Location, new { id = "land-of-forms", kind = "country", name = "Land", country = "QZA", latitude = 10.5, longitude = -20.25, precision = "country" },
            new { id = "town-of-forms", kind = "city", name = "Town, the old", parent = "land-of-forms", country = "QZA", latitude = 11.5, longitude = -21.25, precision = "city" });

        var town = await EventAsync(new { date = "2025", location = "town-of-forms" });
        var land = await EventAsync(new { date = "2025", location = "land-of-forms" });

        Assert.Equal(("Town, the old, Land", "11.5;-21.25"), (town["LOCATION"], town["GEO"]));
        Assert.Equal(("Land", null), (land["LOCATION"], land.GetValueOrDefault("GEO")));
    }

    [Fact]
    public async Task A_feed_has_what_was_written_last_first_and_no_more_than_asked()
    {
        var here = await Corner.OfAsync(api);
        var actor = await here.ActorAsync("feed");
        var ids = await here.EventsAsync([.. Enumerable.Range(0, 60).Select(n => (object)new { title = $"Entry {n} <&> \u0001", date = $"19{n + 10}", participants = new[] { new { actor } } })]);
        await api.LaterAsync("PATCH", $"/v1/events/{ids[7]}", new { summary = "Changed." });

        async Task<List<XElement>> Entries(string query) => [.. XDocument.Parse(await api.Client.GetStringAsync($"/v1/events?actor={actor}&format=atom{query}")).Root!.Elements(Atom + "entry")];
        var entries = await Entries("");

        Assert.Equal(50, entries.Count);
        Assert.Equal($"{api.Root}/v1/events/{ids[7]}", entries[0].Elements(Atom + "link").Single(l => (string?)l.Attribute("rel") == "alternate").Attribute("href")!.Value);
        Assert.Contains("Changed.", entries[0].Element(Atom + "summary")!.Value);
        Assert.Equal(entries.Select(e => e.Element(Atom + "updated")!.Value).OrderDescending(StringComparer.Ordinal), entries.Select(e => e.Element(Atom + "updated")!.Value));
        Assert.Equal(50, entries.Select(e => e.Element(Atom + "id")!.Value).Distinct().Count());
        Assert.Equal(3, (await Entries("&limit=3")).Count);
        await api.ProblemAsync($"/v1/events?actor={actor}&format=atom&sort=date", 400);
    }

    [Theory]
    [InlineData("atom")]
    [InlineData("ics")]
    public async Task Who_follows_a_list_hears_that_nothing_changed_and_then_that_something_did(string format)
    {
        var here = await Corner.OfAsync(api);
        var id = await here.EventAsync(new { date = "2025" });
        var path = $"/v1/events?ids={id}&format={format}";
        async Task<HttpResponseMessage> Ask(string? tag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (tag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            return await api.Client.SendAsync(request);
        }

        var tag = (await Ask(null)).Headers.ETag!.ToString();
        Assert.Equal(HttpStatusCode.NotModified, (await Ask(tag)).StatusCode);
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { summary = "Now." });
        var again = await Ask(tag);

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.NotEqual(tag, again.Headers.ETag!.ToString());
    }

    [Fact]
    public async Task A_list_of_linked_data_has_every_record_and_a_single_one_is_the_same()
    {
        var here = await Corner.OfAsync(api);
        var (person, place) = (await here.ActorAsync("linked"), await here.PlaceAsync("linked"));
        var ids = await here.EventsAsync([.. Enumerable.Range(0, 3).Select(n => (object)new { kind = "meeting", type = "consult", setting = "bilateral", date = $"2025-0{n + 1}", location = place, participants = new[] { new { actor = person, roles = new[] { "host" } } }, identifiers = new[] { new { scheme = "wikidata", identifier = $"Q{n}{here.GetHashCode()}" } } })]);

        var list = (await api.GetAsync($"/v1/meetings?ids={string.Join(',', ids)}&format=jsonld")).GetProperty("@graph").EnumerateArray().ToList();
        var one = JsonDocument.Parse(await api.Client.GetStringAsync($"/v1/meetings/{ids[0]}?format=jsonld")).RootElement;

        Assert.Equal(ids.Select(id => $"{api.Root}/v1/events/{id}").Order(StringComparer.Ordinal), list.Select(e => e.GetProperty("@id").GetString()!.Replace("/meetings/", "/events/")).Order(StringComparer.Ordinal));
        Assert.Equal(("https://schema.org", "Event", "2025-01"), (one.GetProperty("@context").GetString(), one.GetProperty("@type").GetString(), one.GetProperty("startDate").GetString()));
        Assert.Equal($"{api.Root}/v1/actors/{person}", one.GetProperty("organizer").GetProperty("@id").GetString());
        Assert.StartsWith("https://www.wikidata.org/entity/Q0", one.GetProperty("sameAs").GetString());
        var inList = list.Single(e => e.GetProperty("@id").GetString() == one.GetProperty("@id").GetString());
        Assert.Equal(inList.EnumerateObject().Select(m => m.Value.GetRawText()), one.EnumerateObject().Skip(1).Select(m => m.Value.GetRawText()));
    }

    [Fact]
    public async Task A_feed_is_asked_for_with_accept_too_and_its_tag_is_its_own()
    {
        var here = await Corner.OfAsync(api);
        var id = await here.ActorAsync("accepted");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/actors/{id}");
        request.Headers.TryAddWithoutValidation("Accept", "application/ld+json");

        var linked = await api.Client.SendAsync(request);
        var plain = await api.Client.GetAsync($"/v1/actors/{id}");

        Assert.Equal("application/ld+json", linked.Content.Headers.ContentType!.MediaType);
        Assert.NotEqual(plain.Headers.ETag, linked.Headers.ETag);
    }

    [Theory]
    [InlineData("/v1/actors?format=ics")]
    [InlineData("/v1/posts?format=jsonld")]
    [InlineData("/v1/posts/x?format=jsonld")]
    [InlineData("/v1/actors/x?format=ics")]
    [InlineData("/v1/events?format=rss")]
    public async Task A_form_that_makes_no_sense_is_406(string path) => Assert.NotEmpty((await api.ProblemAsync(path, 406)).GetProperty("errors")[0].GetProperty("allowed").EnumerateArray());

    [Theory]
    [InlineData("/v1/events?format=ics&fields=title", "fields")]
    [InlineData("/v1/events?format=atom&include=claims", "include")]
    [InlineData("/v1/actors/x?format=jsonld&fields=name", "fields")]
    [InlineData("/v1/events?format=jsonld&end=true", "end")]
    public async Task What_a_form_cannot_heed_is_refused(string path, string parameter) => Assert.Equal(parameter, (await api.ProblemAsync(path, 400)).GetProperty("errors")[0].GetProperty("parameter").GetString());
}
