namespace EventsApi.Tests;

/// <summary>Rows that code one happening, and lists that show it once.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class IncidentTests(DefaultApi api)
{
    private static object Visit(string first, string second, string date, string title, string location = "kuwait") =>
        new { title, date, modes = new[] { "visit" }, location, participants = new[] { new { actor = first, roles = new[] { "initiator" } }, new { actor = second, roles = new[] { "recipient" } } } };

    [Fact]
    public async Task A_list_shows_the_newest_row_of_each_happening_that_its_filters_find()
    {
        var here = await Corner.OfAsync(api);
        var ids = await here.EventsAsync(
            Visit("qatar", "kuwait", "2031-03-01", "Qatar visits Kuwait"), Visit("kuwait", "qatar", "2031-03-01", "Kuwait hosts Qatar"), Visit("qatar", "kuwait", "2031-03-01", "Qatar visits Kuwait again in another article"),
            Visit("qatar", "kuwait", "2031-03-02", "Another day"), Visit("qatar", "bahrain", "2031-03-01", "Another party"), new { title = "No day", participants = new[] { new { actor = "qatar" } } });

        foreach (var mine in (string[])[here.Mine, here.MineByNumber])
        {
            var all = await api.IdsAsync($"/v1/events?{mine}&limit=100");
            var once = await api.IdsAsync($"/v1/events?{mine}&collapse=incident&limit=100");
            Assert.Equal(6, all.Length);
            Assert.Equal(all.Where(id => id != ids[0] && id != ids[1]), once);
            Assert.Equal(4, (await api.GetAsync($"/v1/events?{mine}&collapse=incident&total=exact")).At("total").At("value").GetInt32());
            // What the other filters leave out is no row of the list, so another one stands for the happening.
            Assert.Contains(ids[0], await api.IdsAsync($"/v1/events?{mine}&q=Qatar%20visits%20Kuwait%20-again%20-hosts&collapse=incident&sort=-date"));
            // Page by page as in one.
            var paged = new List<string>();
            for (var next = $"/v1/events?{mine}&collapse=incident&limit=1"; next is not null;)
            {
                var page = await api.GetAsync(next);
                paged.AddRange(page.Each("items").Select(i => i.Text("id")!));
                next = page.Text("next");
            }
            Assert.Equal(once, paged);
        }
        Assert.Equal(4, (await api.GetAsync($"/v1/events/aggregate?by=dataset&measure=incidents&{here.Mine}")).Each("items")[0].At("value").GetInt32());
    }

    [Fact]
    public async Task What_every_article_is_full_of_is_one_happening_only_within_one_article()
    {
        var here = await Corner.OfAsync(api);
        object Praise(string source, string title) => new { type = "support", title, date = "2031-04-01", location = "kuwait", sources = new[] { source }, participants = new[] { new { actor = "qatar" }, new { actor = "kuwait" } } };
        string[] articles = [.. await api.GivenAsync(Records.Kind.Source, new { kind = "article", title = "One article" }, new { kind = "article", title = "Another article" })];
        var ids = await here.EventsAsync(Praise(articles[0], "Praise"), Praise(articles[0], "Praise, once more"), Praise(articles[1], "Praise elsewhere"));

        var incidents = new List<string?>();
        foreach (var id in ids) incidents.Add((await api.GetAsync($"/v1/events/{id}")).Text("incident"));

        Assert.Equal(incidents[0], incidents[1]);
        Assert.NotEqual(incidents[0], incidents[2]);
    }

    [Fact]
    public async Task An_incident_tells_what_each_dataset_says()
    {
        var (one, other) = (await Corner.OfAsync(api), await Corner.OfAsync(api));
        var first = (await one.EventsAsync(Visit("oman", "yemen", "2031-05-01", "Oman visits Yemen", "yemen")))[0];
        var second = (await other.EventsAsync(Visit("yemen", "oman", "2031-05-01", "Yemen hosts Oman", "yemen")))[0];

        var incident = await api.GetAsync($"/v1/incidents/{(await api.GetAsync($"/v1/events/{first}")).Text("incident")}");

        Assert.Equal((2, "consult", "2031-05-01"), (incident.At("count").GetInt32(), incident.Text("type"), incident.At("date").Text("edtf")));
        Assert.Equal(new[] { one.Id("dataset"), other.Id("dataset") }.Order(StringComparer.Ordinal), incident.Each("datasets").Select(d => d.Text("dataset")!));
        Assert.Equal(new[] { first, second }.Order(), incident.Each("datasets").SelectMany(d => d.Each("events")).Select(e => e.Text("id")!).Order());
        Assert.Equal([second, first], await api.IdsAsync($"/v1/events?incident={incident.Text("id")}"));
        await api.ProblemAsync("/v1/incidents/v1-0000000000000000", 404);
        await api.ProblemAsync("/v1/events?incident=nonsense", 400);
        await api.ProblemAsync("/v1/events?collapse=day", 400);
    }
}
