using System.Net;
using System.Text.Json;
using static EventsApi.Tests.Importing;

namespace EventsApi.Tests;

/// <summary>An import can be repeated: the same file changes nothing, a newer version becomes a revision, an older one does not, and what people wrote stays.</summary>
public sealed class ImportRepeatTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private async Task ChangesNothingAsync(string query, string file)
    {
        var before = await api.WatermarkAsync();
        var again = await api.ImportAsync(query, file);
        Assert.Equal((0, 0), (again.At("counts.created").GetInt32(), again.At("counts.updated").GetInt32()));
        Assert.Equal(before, await api.WatermarkAsync());
    }

    private async Task<int> RevisionsAsync(string path) => (await api.AllAsync($"{path}/revisions")).Count;

    [Fact]
    public async Task The_same_file_twice_changes_nothing()
    {
        string id = NextId(), other = NextId();
        var gdelt = Lines(Gdelt(id), Gdelt(other, null, ("EventCode", "042"), ("EventRootCode", "04")));
        (string, string)[] files =
        [
            ("format=gdelt", gdelt), ("format=gdelt", Lines(Mention(id, "https://paper.example/a"), Mention(id, "https://paper.example/b"))), ("format=ucdp", Table(Ucdp49, Ucdp(id), Ucdp(other))), ("format=acled", Table(AcledColumns, Acled("R" + id))),
            ("format=ndjson", Lines($$"""{"type":"consult","title":"Twice {{id}}"}""", $$"""{"kind":"organization","name":"Twice {{id}}"}""", $$"""{"id":"twice-{{id}}","kind":"organization","name":"Twice again {{id}}"}""")), ("format=csv", $"type,title,date\nconsult,Twice by table {id},2024-01-31\n"),
        ];
        foreach (var (query, file) in files)
        {
            Assert.NotEqual("0", (await api.ImportAsync(query, file)).Counts()[2..]);
            await ChangesNothingAsync(query, file);
        }
        await ChangesNothingAsync("format=gdelt", gdelt); // the mentions stay with their event
        Assert.Equal(3, (await api.GetAsync($"/v1/events/gdelt:{id}")).Each("sources").Count);
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task Rows_that_stand_twice_in_one_file_make_one_event_and_repeat_to_nothing()
    {
        var id = NextId();
        var same = Lines(Gdelt(id), Gdelt(id));
        (await api.ImportAsync("format=gdelt", same)).Is("done", "2 1 0 1 0 0");
        // Two versions of a row with other rows between them, so that they are written in different transactions.
        id = NextId();
        var differ = Lines([Gdelt(id), .. Enumerable.Range(0, 3000).Select(_ => Gdelt(NextId())), Gdelt(id, null, ("NumMentions", "11"))]);
        (await api.ImportAsync("format=gdelt", differ)).Is("done", "3002 3001 0 0 1 0");
        await ChangesNothingAsync("format=gdelt", differ);
        Assert.Equal(10, (await api.GetAsync($"/v1/events/gdelt:{id}")).At("coverage.mentions").GetInt32());
        // Where a row says itself that it is the newer one, it is taken.
        var acled = Table(AcledColumns, Acled("D" + id, ("fatalities", "1")), Acled("D" + id, ("fatalities", "2"), ("timestamp", "1704700001")));
        await api.ImportAsync("format=acled", acled);
        Assert.Equal(2, (await api.GetAsync($"/v1/events/acled:D{id}?include=claims")).At("fatalities.best").GetInt32());
        await ChangesNothingAsync("format=acled", acled);
    }

    [Fact]
    public async Task A_newer_version_becomes_a_revision()
    {
        var id = NextId();
        await api.ImportAsync("format=ucdp&release=23.1", Table(Ucdp49, Ucdp(id)));
        (await api.ImportAsync("format=ucdp&release=24.1", Table(Ucdp49, Ucdp(id, ("best", "5"), ("high", "9"))))).Is("done", "1 0 1 0 0 0");
        var shown = await api.GetAsync($"/v1/events/ucdp:{id}");
        Assert.Equal((2, 5), (shown.At("revision").GetInt32(), shown.At("fatalities.best").GetInt32()));
        var revisions = await api.AllAsync($"/v1/events/{shown.Text("id")}/revisions");
        Assert.Contains("fatalities", revisions.SelectMany(r => r.Texts("changed")));
        Assert.Contains(revisions, r => r.Text("reason")?.StartsWith("Import I", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task An_older_release_never_overwrites_a_newer_one()
    {
        var id = NextId();
        string old = Table(Ucdp49, Ucdp(id, ("best", "1"), ("low", "1"))), now = Table(Ucdp49, Ucdp(id, ("best", "5"), ("high", "9")));
        await api.ImportAsync("format=ucdp&filename=GEDEvent_v24_1.csv", now);
        var kept = await api.ImportAsync("format=ucdp&filename=GEDEvent_v23_1.csv", old);
        kept.Is("done", "1 0 0 0 1 0");
        Assert.Equal(["older-release"], kept.Texts("reasons", "code"));
        (await api.ImportAsync("format=ucdp&filename=unknown.csv", old)).Is("done", "1 0 0 0 1 0");
        Assert.Equal(5, (await api.GetAsync($"/v1/events/ucdp:{id}")).At("fatalities.best").GetInt32());

        // 24.1 says what 23.1 said; 23.2 must not overwrite that.
        id = NextId();
        foreach (var release in (string[])["23.1", "24.1"]) await api.ImportAsync($"format=ucdp&release={release}", Table(Ucdp49, Ucdp(id)));
        (await api.ImportAsync("format=ucdp&release=23.2", Table(Ucdp49, Ucdp(id, ("best", "3"))))).Is("done", "1 0 0 0 1 0");
        Assert.Equal(2, (await api.GetAsync($"/v1/events/ucdp:{id}")).At("fatalities.best").GetInt32());

        await api.ImportAsync("format=acled", Table(AcledColumns, Acled("O" + id, ("timestamp", "1704700002"))));
        (await api.ImportAsync("format=acled", Table(AcledColumns, Acled("O" + id, ("timestamp", "1704700001"), ("fatalities", "9"))))).Is("done", "1 0 0 0 1 0");
        await api.ImportAsync("format=gdelt", Gdelt(id, null, ("DATEADDED", "20240201000000")));
        (await api.ImportAsync("format=gdelt", Gdelt(id, null, ("NumMentions", "1")))).Is("done", "1 0 0 0 1 0");
    }

    [Fact]
    public async Task What_a_person_corrected_stays_and_the_imports_value_becomes_a_claim_once()
    {
        var id = NextId();
        string Row(params (string, string)[] cells) => Table(Ucdp49, Ucdp(id, cells));
        await api.ImportAsync("format=ucdp&release=23.1", Row());
        var shown = await api.GetAsync($"/v1/events/ucdp:{id}");
        var path = $"/v1/events/{shown.Text("id")}";
        await api.LaterAsync("PATCH", path, new { title = "Two die at Rami", fatalities = new { best = 4 } });

        async Task<string[]> ClaimsAsync() => [.. (await api.GetAsync($"{path}?include=claims")).Each("claims").Select(c => $"{c.Text("pointer")} {c.Text("value")}").Order(StringComparer.Ordinal)];
        (await api.ImportAsync("format=ucdp&release=23.1", Row())).Is("done", "1 0 0 0 1 0");
        var claims = await ClaimsAsync();
        Assert.Equal(["/fatalities", "/title"], claims.Select(c => c.Split(' ')[0]));
        await ChangesNothingAsync("format=ucdp&release=23.1", Row());
        Assert.Equal(claims, await ClaimsAsync());

        // A newer release changes the date, which nobody touched, and tells the deaths anew.
        var newer = await api.ImportAsync("format=ucdp&release=24.1", Row(("date_end", "2013-01-04"), ("best", "7"), ("high", "8")));
        newer.Is("done", "1 0 0 0 1 0");
        Assert.Equal(["corrected-by-a-person"], newer.Texts("reasons", "code"));
        shown = await api.GetAsync(path);
        Assert.Equal(("Two die at Rami", "4", "2013-01-03/2013-01-04"), (shown.Text("title"), shown.Text("fatalities.best"), shown.Text("date.edtf")));
        Assert.Contains(await ClaimsAsync(), c => c.StartsWith("/fatalities", StringComparison.Ordinal) && c.Contains('7'));

        // And once more, for the first import after a correction must not make the next forget it.
        await api.ImportAsync("format=ucdp&release=25.1", Row(("best", "6"), ("high", "8")));
        shown = await api.GetAsync(path);
        Assert.Equal(("Two die at Rami", "4", "2013-01-03"), (shown.Text("title"), shown.Text("fatalities.best"), shown.Text("date.edtf")));
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task What_a_person_made_is_not_the_datasets_to_change()
    {
        var id = NextId();
        var made = await api.WrittenAsync("POST", "/v1/events", new { type = "consult", title = "Made by hand", identifiers = new[] { new { scheme = "gdelt", identifier = id } } });
        foreach (var mentions in (string[])["10", "11", "12"])
        {
            var import = await api.ImportAsync("format=gdelt", Gdelt(id, null, ("NumMentions", mentions)));
            import.Is("done", "1 0 0 0 1 0");
            Assert.Equal(["made-by-a-person"], import.Texts("reasons", "code"));
        }
        var shown = await api.GetAsync($"/v1/events/{made.Text("id")}");
        Assert.Equal(("Made by hand", "1"), (shown.Text("title"), shown.Text("revision")));

        // Nor to make again, whether the dataset had seen it or not.
        var other = NextId();
        var unseen = await api.WrittenAsync("POST", "/v1/events", new { type = "consult", title = "Made by hand too", identifiers = new[] { new { scheme = "gdelt", identifier = other } } });
        foreach (var gone in (string[])[made.Text("id")!, unseen.Text("id")!]) await api.LaterAsync("DELETE", $"/v1/events/{gone}");
        var again = await api.ImportAsync("format=gdelt", Lines(Gdelt(id), Gdelt(other)));
        again.Is("done", "2 0 0 0 2 0");
        Assert.Equal(["deleted-or-merged"], again.Texts("reasons", "code"));
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task A_tombstone_and_a_merge_are_never_undone()
    {
        string deleted = NextId(), merged = NextId(), into = NextId();
        string Rows(string mentions) => Lines(Gdelt(deleted, null, ("NumMentions", mentions)), Gdelt(merged, null, ("NumMentions", mentions)), Gdelt(into));
        await api.ImportAsync("format=gdelt", Rows("10"));
        async Task<string> IdAsync(string id) => (await api.GetAsync($"/v1/events/gdelt:{id}")).Text("id")!;
        var (gone, from, to) = (await IdAsync(deleted), await IdAsync(merged), await IdAsync(into));
        await api.LaterAsync("DELETE", $"/v1/events/{gone}");
        await api.LaterAsync("POST", $"/v1/events/{from}/merge-into/{to}");
        await api.SettledAsync();
        var before = await api.WatermarkAsync();
        var successor = (await api.GetAsync($"/v1/events/{to}")).GetRawText();
        foreach (var mentions in (string[])["10", "77"])
        {
            var import = await api.ImportAsync("format=gdelt", Rows(mentions));
            Assert.Equal("2", import.Text("counts.kept"));
            Assert.Contains("deleted-or-merged", import.Texts("reasons", "code"));
        }
        // One more article about an event that was deleted is none.
        (await api.ImportAsync("format=gdelt", Mention(deleted, "https://paper.example/late"))).Is("done", "1 0 0 0 1 0");
        Assert.Equal(before, await api.WatermarkAsync());
        Assert.Equal(successor, (await api.GetAsync($"/v1/events/{to}")).GetRawText());
        using var answer = await api.Client.GetAsync($"/v1/events/{gone}");
        Assert.Equal(HttpStatusCode.Gone, answer.StatusCode);
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task Records_of_ours_that_were_merged_or_deleted_stay_that()
    {
        var n = NextId();
        var file = Lines(((string[])["from", "into", "gone"]).Select(s => $$"""{"id":"{{s}}-{{n}}","kind":"organization","name":"House {{s}} {{n}}"}"""));
        (await api.ImportAsync("format=ndjson", file)).Is("done", "3 3 0 0 0 0");
        await api.LaterAsync("POST", $"/v1/actors/from-{n}/merge-into/into-{n}");
        await api.LaterAsync("DELETE", $"/v1/actors/gone-{n}");
        await api.SettledAsync();
        var before = await api.WatermarkAsync();
        var again = await api.ImportAsync("format=ndjson", file);
        Assert.True(again.At("counts.kept").GetInt32() >= 2 && again.At("counts.updated").GetInt32() == 0, again.ToString());
        Assert.Equal(before, await api.WatermarkAsync());
        Assert.Equal($"House into {n}", (await api.GetAsync($"/v1/actors/into-{n}")).Text("name"));
    }

    [Fact]
    public async Task A_dry_run_writes_nothing_and_counts_what_would_be()
    {
        var known = NextId();
        await api.ImportAsync("format=gdelt", Gdelt(known));
        var before = await api.WatermarkAsync();
        var fresh = NextId();
        var file = Lines([Gdelt(known), Gdelt(known, null, ("NumMentions", "99")), Gdelt(fresh), Gdelt(fresh), .. Enumerable.Range(0, 40).Select(_ => Gdelt(NextId())), Gdelt(NextId(), null, ("SQLDATE", "00000000")), Gdelt(NextId(), null, ("ActionGeo_FullName", new string('x', 3000) + ", Kyiv, Ukraine"), ("ActionGeo_FeatureID", "")), Gdelt(NextId())]);
        var dry = await api.ImportAsync("format=gdelt&dryRun=true", file);
        Assert.Equal(before, await api.WatermarkAsync());
        Assert.True(dry.At("dryRun").GetBoolean());
        Assert.Equal(dry.At("counts.rejected").GetInt32(), (await api.RejectsAsync(dry)).Count);
        var real = await api.ImportAsync("format=gdelt", file);
        Assert.Equal(real.Counts(), dry.Counts());
        Assert.Equal("42", real.Text("counts.created"));
        Assert.Equal(real.GetProperty("reasons").GetRawText(), dry.GetProperty("reasons").GetRawText());
    }

    [Fact]
    public async Task A_dry_run_knows_what_the_file_would_have_made()
    {
        var n = NextId();
        string Talks(string title, string with) => $$"""{"type":"consult","title":"{{title}} {{n}}","participants":[{"actor":"{{with}}","roles":["party"]}]}""";
        var (actor, first) = ($$"""{"id":"dry-{{n}}","kind":"organization","name":"Dry {{n}}","identifiers":[{"scheme":"wikidata","identifier":"Q{{n}}"}]}""", Talks("Talks 0", $"dry-{n}"));
        // So many that what refers to the first comes jobs after it.
        var file = Lines([actor, first, .. Enumerable.Range(1, 300).Select(t => Talks($"Talks {t}", $"dry-{n}")), $$"""{"id":"dry-part-{{n}}","kind":"organization","name":"Part {{n}}","partOf":"dry-{{n}}"}""", Talks("By code", $"wikidata:Q{n}"),
            actor, first, $$"""{"kind":"organization","name":"Renamed {{n}}","identifiers":[{"scheme":"wikidata","identifier":"Q{{n}}"}]}""", Talks("With nobody", $"nobody-{n}"), Talks("With its part", $"dry-part-{n}")]);
        var before = await api.WatermarkAsync();
        var dry = await api.ImportAsync("format=ndjson&dryRun=true", file);
        Assert.Equal(before, await api.WatermarkAsync());
        dry.Is("done", "309 305 1 2 0 1");
        Assert.Equal("unknown-reference", (await api.RejectAsync(dry)).Text("code"));
        // Strict looks at everything a dry run does.
        var strict = await api.ImportAsync("format=ndjson&strict=true", file);
        Assert.Equal("failed", strict.Text("status"));
        Assert.Contains("line 308", strict.Text("error"));
        Assert.Equal(before, await api.WatermarkAsync());
        var real = await api.ImportAsync("format=ndjson", file);
        Assert.Equal((real.Counts(), real.GetProperty("reasons").GetRawText()), (dry.Counts(), dry.GetProperty("reasons").GetRawText()));
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task A_table_is_told_which_columns_are_not_read_and_what_was_meant()
    {
        var import = await api.ImportAsync("format=csv", $"type,title,Actors,date.start,\nconsult,Columns {NextId()},NATO,,\nConsult,Columns,,,\n");
        import.Is("done", "2 1 0 0 0 1");
        Assert.Equal("CSV of events, 5 columns, not read: Actors", import.Text("layout"));
        Assert.Contains("Did you mean 'consult'?", (await api.RejectAsync(import)).Text("reason"));
    }

    [Fact]
    public async Task Strict_writes_nothing_when_one_row_does_not_fit()
    {
        var before = await api.WatermarkAsync();
        var rows = Enumerable.Range(0, 200).Select(_ => Gdelt(NextId())).ToList();
        var import = await api.ImportAsync("format=gdelt&strict=true", Lines([.. rows, Gdelt(NextId(), null, ("SQLDATE", "00000000"))]));
        Assert.Equal("failed", import.Text("status"));
        Assert.Contains("line 201", import.Text("error"));
        Assert.Equal(201, (await api.RejectAsync(import)).At("line").GetInt32());
        Assert.Equal(before, await api.WatermarkAsync());
        (await api.ImportAsync("format=gdelt&strict=true", Lines(rows))).Is("done", "200 200 0 0 0 0");
    }

    [Fact]
    public async Task Reasons_are_counted_once_though_a_row_among_them_is_written_anew()
    {
        string old = NextId(), bad = NextId();
        await api.ImportAsync("format=acled", Table(AcledColumns, Acled("K" + old)));
        // The name is too long for an actor, which shows only when it is written.
        var import = await api.ImportAsync("format=acled", Table(AcledColumns, Acled("K" + old, ("timestamp", "1"), ("fatalities", "8")), Acled("K" + bad, ("actor2", new string('x', 5000)))));
        import.Is("done", "2 0 0 0 1 1");
        Assert.Equal(1, import.Each("reasons").Single(r => r.Text("code") == "older-release").At("count").GetInt32());
    }

    [Fact]
    public async Task Two_uploads_at_once_and_writes_beside_them()
    {
        var rows = Enumerable.Range(0, 1500).Select(_ => Gdelt(NextId())).ToArray();
        var (one, two) = (await api.SendFileAsync("format=gdelt", Lines(rows).Bytes()), await api.SendFileAsync("format=gdelt", Lines(rows).Bytes()));
        var waits = new List<double>();
        while ((await api.GetAsync(two.Headers.Location!.OriginalString)).Text("status") is "queued" or "running")
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            await api.WrittenAsync("POST", "/v1/topics", new { label = $"Beside an import {NextId()}" });
            waits.Add(watch.Elapsed.TotalMilliseconds);
        }
        (await api.EndOfAsync(one.Headers.Location!.OriginalString)).Is("done", "1500 1500 0 0 0 0");
        (await api.EndOfAsync(two.Headers.Location!.OriginalString)).Is("done", "1500 0 0 1500 0 0");
        waits.Sort();
        // 100 ms are wanted of a machine of its own; this one may be shared.
        Assert.True(waits.Count > 0 && waits[waits.Count / 2] < 1000, $"The middle one of {waits.Count} writes waited {waits[waits.Count / 2]:N0} ms, the longest {waits[^1]:N0} ms.");
    }
}

/// <summary>A whole release deletes what it does not have, when that is little and nothing stands in the way.</summary>
public sealed class ImportCompleteTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Fact]
    public async Task Absence_removes_only_what_a_complete_release_lacks_and_at_most_two_in_a_hundred()
    {
        var ids = Enumerable.Range(0, 100).Select(_ => NextId()).ToArray();
        string Release(IEnumerable<string> of) => Table(Ucdp49, [.. of.Select(id => Ucdp(id))]);
        async Task<long> CountAsync() => await api.CountAsync("/v1/events?dataset=ucdp-ged");
        await api.ImportAsync("format=ucdp&release=23.1", Release(ids));
        await api.ImportAsync("format=ucdp&release=23.2", Release(ids[10..]));
        Assert.Equal(100, await CountAsync());

        // Three are too many; two are not; one that a person corrected is not counted.
        var tooMany = await api.ImportAsync("format=ucdp&release=24.1&complete=true", Release(ids[3..]));
        Assert.Equal("failed", tooMany.Text("status"));
        Assert.Contains("0.03", tooMany.Text("error"));
        Assert.Equal(100, await CountAsync());
        var corrected = $"/v1/events/{(await api.GetAsync($"/v1/events/ucdp:{ids[0]}")).Text("id")}";
        await api.LaterAsync("PATCH", corrected, new { summary = "Seen on the spot." });
        // The import that comes between does not make the correction forgotten.
        await api.ImportAsync("format=ucdp&release=24.1", Release(ids));
        // A row that does not fit tells that its event is there.
        var withBad = await api.ImportAsync("format=ucdp&release=24.2&complete=true", Table(Ucdp49, [.. ids[2..].Select(id => Ucdp(id)), Ucdp(ids[1], ("best", "-1"))]));
        Assert.True(withBad.Text("status") == "failed" && withBad.Text("counts.rejected") == "1", withBad.ToString());
        Assert.Equal(100, await CountAsync());

        var dry = await api.ImportAsync("format=ucdp&release=24.3&complete=true&dryRun=true", Release(ids[3..]));
        Assert.Equal("done", dry.Text("status"));
        Assert.Equal(100, await CountAsync());
        var done = await api.ImportAsync("format=ucdp&release=24.3&complete=true", Release(ids[3..]));
        Assert.True(done.Text("status") == "done", done.ToString());
        Assert.Equal(2, done.Each("reasons").Single(r => r.Text("code") == "removed").At("count").GetInt32());
        Assert.Equal(98, await CountAsync());
        Assert.Equal("Seen on the spot.", (await api.GetAsync(corrected)).Text("summary"));
        using var gone = await api.Client.GetAsync($"/v1/events/ucdp:{ids[1]}");
        Assert.True(gone.StatusCode is HttpStatusCode.Gone or HttpStatusCode.NotFound, gone.StatusCode.ToString());

        await api.ImportAsync("format=ucdp&release=25.1&complete=true&mostRemoved=0.5", Release(ids[40..]));
        Assert.Equal(61, await CountAsync());
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task Mentions_are_no_release()
    {
        var id = NextId();
        await api.ImportAsync("format=gdelt", Gdelt(id));
        Assert.Equal("failed", (await api.ImportAsync("format=gdelt&release=1&complete=true&mostRemoved=1", Mention(id, "https://paper.example/a"))).Text("status"));
        Assert.Equal("gdelt", (await api.GetAsync($"/v1/events/gdelt:{id}")).Text("dataset"));
    }
}
