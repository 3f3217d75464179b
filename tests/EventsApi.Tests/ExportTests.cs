using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventsApi.Records;

namespace EventsApi.Tests;

/// <summary>Lists as streams.</summary>
public sealed class ExportTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private async Task<(string[] Lines, HttpResponseMessage Response)> LinesAsync(string path)
    {
        var response = await api.Client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {text}");
        return (text.Split('\n', StringSplitOptions.RemoveEmptyEntries), response);
    }

    /// <summary>A reader of RFC 4180 that is not the program's own.</summary>
    private static List<string[]> Cells(string csv)
    {
        var (rows, row, cell, quoted) = (new List<string[]>(), new List<string>(), new StringBuilder(), false);
        for (var n = 0; n < csv.Length; n++)
            if (quoted && csv[n] == '"' && n + 1 < csv.Length && csv[n + 1] == '"') { cell.Append('"'); n++; }
            else if (csv[n] == '"') quoted = !quoted;
            else if (!quoted && csv[n] == ',') { row.Add(cell.ToString()); cell.Clear(); }
            else if (!quoted && csv[n] == '\r') { }
            else if (!quoted && csv[n] == '\n') { row.Add(cell.ToString()); cell.Clear(); rows.Add([.. row]); row.Clear(); }
            else cell.Append(csv[n]);
        return rows;
    }

    [Fact]
    public async Task Ndjson_has_every_record_whole_and_as_many_as_there_are()
    {
        var here = await Corner.OfAsync(api);
        var actor = await here.ActorAsync("exporter");
        // More than one slice of reading.
        var ids = await here.EventsAsync([.. Enumerable.Range(0, 1_203).Select(n => (object)new { date = $"20{n % 20:00}-03-{1 + n % 28:00}", participants = new[] { new { actor } } })]);

        var (lines, response) = await LinesAsync($"/v1/events?actor={actor}&format=ndjson");

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        Assert.True(long.Parse(response.Headers.GetValues("Catalogue-Sequence").Single(), System.Globalization.CultureInfo.InvariantCulture) > 0);
        Assert.Equal(ids.Order(StringComparer.Ordinal), lines.Select(l => JsonDocument.Parse(l).RootElement.Text("id")!).Order(StringComparer.Ordinal));
        var first = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal((await api.GetAsync($"/v1/events/{first.Text("id")}")).GetRawText(), first.GetRawText());
        var dates = lines.Select(l => JsonDocument.Parse(l).RootElement.Text("date.start")!).ToList();
        Assert.Equal(dates.OrderDescending(StringComparer.Ordinal), dates);
    }

    [Fact]
    public async Task The_last_line_tells_rows_and_digest_of_what_came_before()
    {
        var here = await Corner.OfAsync(api);
        await here.EventsAsync(new { title = "Counted once" }, new { title = "Counted twice" });

        var text = await api.Client.GetStringAsync("/v1/events?format=ndjson&end=true");
        var at = text.TrimEnd('\n').LastIndexOf('\n') + 1;
        var end = JsonDocument.Parse(text[at..]).RootElement.GetProperty("$end");

        Assert.Equal(text[..at].Count(c => c == '\n'), end.GetProperty("rows").GetInt32());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text[..at]))), end.Text("sha256"));
        Assert.Equal((await api.GetAsync("/v1/stats")).At("sequence").GetInt64(), end.GetProperty("sequence").GetInt64());
    }

    [Fact]
    public async Task Csv_quotes_what_must_be_quoted_and_gives_every_value_back()
    {
        var here = await Corner.OfAsync(api);
        var id = await here.EventAsync(new { title = "Say \"no\", then\nleave", date = "2024-02", summary = "naïve, 中文" });

        var rows = Cells(await api.Client.GetStringAsync($"/v1/events?ids={id}&format=csv"));
        var row = rows[0].Zip(rows[1]).ToDictionary(p => p.First, p => p.Second);

        Assert.Equal(2, rows.Count);
        Assert.Equal("Say \"no\", then\nleave", row["title"]);
        Assert.Equal("naïve, 中文", row["summary"]);
        Assert.Equal(("2024-02", "2024-02-01", "2024-02-29", "month"), (row["date"], row["date.start"], row["date.end"], row["date.precision"]));
        Assert.Equal("", row["fatalities.best"]);
        Assert.NotEqual("", row["licence"]);
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("@cmd", "'@cmd")]
    [InlineData("-talks", "'-talks")]
    [InlineData("plain", "plain")]
    public async Task A_guarded_cell_is_no_formula(string title, string guarded)
    {
        var here = await Corner.OfAsync(api);
        var id = await here.EventAsync(new { title });

        Assert.Equal(guarded, Cells(await api.Client.GetStringAsync($"/v1/events?ids={id}&format=csv&guard=formulas&fields=title"))[1][0]);
        Assert.Equal(title, Cells(await api.Client.GetStringAsync($"/v1/events?ids={id}&format=csv&fields=title"))[1][0]);
    }

    [Fact]
    public async Task Rows_of_participants_have_a_line_for_each()
    {
        var here = await Corner.OfAsync(api);
        var (host, guest) = (await here.ActorAsync("host"), await here.ActorAsync("guest"));
        var id = await here.EventAsync(new { participants = new object[] { new { actor = host, roles = new[] { "host" } }, new { actor = guest, roles = new[] { "visitor", "speaker" }, onBehalfOf = host }, new { label = "experts" } } });

        var rows = Cells(await api.Client.GetStringAsync($"/v1/events?ids={id}&format=csv&rows=participant"));
        string Cell(int row, string column) => rows[row][Array.IndexOf(rows[0], column)];

        Assert.Equal(4, rows.Count);
        Assert.Equal([host, guest, ""], Enumerable.Range(1, 3).Select(n => Cell(n, "participant.actor.id")));
        Assert.Equal("visitor|speaker", Cell(2, "participant.roles"));
        Assert.Equal(host, Cell(2, "participant.onBehalfOf.id"));
        Assert.Equal("experts", Cell(3, "participant.label"));
        Assert.All(rows.Skip(1), row => Assert.Equal(id, row[0]));
    }

    [Fact]
    public async Task What_may_not_be_redistributed_leaves_only_for_an_editor()
    {
        var here = await Corner.OfAsync(api);
        await api.GivenAsync(Kind.Dataset, new { id = here.Id("closed"), title = "Closed", licence = "All rights reserved", redistribution = "no", citation = "Closed", coding = "human" });
        var (open, closed) = (await here.EventAsync(), await here.EventAsync(new { dataset = here.Id("closed") }));

        var (lines, _) = await LinesAsync($"/v1/events?ids={open},{closed}&format=ndjson");
        using var ours = await api.WriteAsync("GET", $"/v1/events?ids={open},{closed}&format=ndjson");

        Assert.Equal([open], lines.Select(l => JsonDocument.Parse(l).RootElement.Text("id")));
        Assert.Equal(2, (await ours.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Geojson_has_a_point_where_one_is_known_and_none_where_it_is_not()
    {
        var here = await Corner.OfAsync(api);
        var (known, unknown) = (await here.PlaceAsync("harbour", latitude: 29.37, longitude: 47.98), await here.PlaceAsync("somewhere"));
        var ids = await here.EventsAsync(new { location = known, date = "2024-02-02" }, new { location = unknown, date = "2024-02-01" });

        var map = await api.GetAsync($"/v1/events?ids={string.Join(',', ids)}&format=geojson");

        Assert.Equal("FeatureCollection", map.Text("type"));
        var features = map.Each("features");
        Assert.Equal(ids, features.Select(f => f.Text("id")));
        Assert.Equal([47.98, 29.37], features[0].At("geometry.coordinates").EnumerateArray().Select(n => n.GetDouble()));
        Assert.Equal(JsonValueKind.Null, features[1].At("geometry").ValueKind);
        Assert.Equal("2024-02-02", features[0].Text("properties.date.edtf"));
        Assert.Contains(known, (await api.GetAsync($"/v1/locations?ids={known}&format=geojson")).Texts("features", "id"));
        Assert.Equal("[]", (await api.GetAsync($"/v1/events?ids={ids[0]}&type=aid&format=geojson")).At("features").GetRawText());
        await api.ProblemAsync("/v1/actors?format=geojson", 406);
    }

    [Theory]
    [InlineData("/v1/events?format=ndjson&sort=-fatalities", "sort")]
    [InlineData("/v1/events?format=csv&facets=type", "facets")]
    [InlineData("/v1/events?format=csv&end=true", "end")]
    [InlineData("/v1/events?format=ndjson&rows=participant", "rows")]
    [InlineData("/v1/actors?format=csv&rows=participant", "rows")]
    [InlineData("/v1/events?rows=participant", "rows")]
    [InlineData("/v1/events?format=csv&guard=formulae", "guard")]
    [InlineData("/v1/events?format=csv&fields=titel", "fields")]
    [InlineData("/v1/events?format=ndjson&typ=consult", "typ")]
    public async Task What_an_export_cannot_do_is_refused_before_anything_is_sent(string path, string parameter) =>
        Assert.Equal(parameter, (await api.ProblemAsync(path, 400)).Each("errors")[0].Text("parameter"));

    [Theory]
    [InlineData("text/csv", "text/csv")]
    [InlineData("application/x-ndjson", "application/x-ndjson")]
    [InlineData("text/csv;q=0.5, application/json", "application/json")]
    [InlineData("*/*", "application/json")]
    public async Task Accept_chooses_the_form(string accept, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events?limit=1");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await api.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("actors")]
    [InlineData("posts")]
    [InlineData("memberships")]
    [InlineData("locations")]
    [InlineData("topics")]
    [InlineData("sources")]
    [InlineData("datasets")]
    [InlineData("meetings")]
    [InlineData("statements")]
    [InlineData("relations")]
    [InlineData("claims")]
    [InlineData("situations")]
    [InlineData("meeting-series")]
    public async Task Every_list_has_a_table_with_a_header_and_rows_of_the_same_width(string resource)
    {
        var rows = Cells(await api.Client.GetStringAsync($"/v1/{resource}?format=csv"));

        Assert.Equal("id", rows[0][0]);
        Assert.Equal(rows[0].Length, rows[0].Distinct().Count());
        Assert.All(rows, row => Assert.Equal(rows[0].Length, row.Length));
    }
}
