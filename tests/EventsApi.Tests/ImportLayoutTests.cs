using System.Text;
using System.Text.Json;
using EventsApi.Access;
using static EventsApi.Tests.Importing;

namespace EventsApi.Tests;

/// <summary>What a file is is told from its beginning: a wrong one writes nothing, and of a right one every row goes in or is set aside with its reason.</summary>
public sealed class ImportLayoutTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Fact]
    public async Task A_file_goes_in_plain_gzipped_and_zipped_with_any_line_ends_and_with_or_without_the_last()
    {
        byte[] Rows(string end, bool last) => (Gdelt(NextId()) + end + Gdelt(NextId()) + (last ? end : "")).Bytes();
        foreach (var file in (byte[][])[Rows("\n", true), Rows("\n", false), Rows("\r\n", true), [0xEF, 0xBB, 0xBF, .. Rows("\r\n", false)], Gzip(Rows("\n", true)), Zip(("20240131.export.CSV", Rows("\n", false))), Gzip([.. Rows("\n\n", true)])])
        {
            var import = await api.ImportAsync("format=gdelt&filename=a.export.CSV", file);
            import.Is("done", "2 2 0 0 0 0");
            Assert.Equal("GDELT 2.0 events", import.Text("layout"));
            Assert.Equal(1, import.At("progress").GetDouble());
        }
        var table = Table(Ucdp49, Ucdp(NextId()), Ucdp(NextId()));
        foreach (var file in (byte[][])[[0xEF, 0xBB, 0xBF, .. table.Replace("\n", "\r\n", StringComparison.Ordinal).Bytes()], Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(table)).ToArray(), table.Replace(',', ';').Bytes()])
            Assert.Equal("2", (await api.ImportAsync("format=ucdp", file)).At("counts.read").ToString());
    }

    [Fact]
    public async Task Every_layout_is_told_from_its_columns()
    {
        async Task IsAsync(string format, string file, string layout)
        {
            var import = await api.ImportAsync($"format={format}", file);
            Assert.Equal((layout, "0"), (import.Text("layout"), import.At("counts.rejected").ToString()));
        }
        var known = NextId();
        await IsAsync("gdelt", Gdelt(known), "GDELT 2.0 events");
        await IsAsync("gdelt", Gdelt(NextId(), Gdelt1Columns), "GDELT 1.0 events");
        await IsAsync("gdelt", Lines(Gdelt(NextId(), Gdelt1Columns), Gdelt(NextId(), Gdelt1Columns[..57])), "GDELT 1.0 events");
        await IsAsync("gdelt", Mention(known, "https://paper.example/one"), "GDELT 2.0 mentions");
        await IsAsync("gdelt", Mention(known, "https://paper.example/two", 14), "GDELT 2.0 mentions");
        await IsAsync("ucdp", Table(Ucdp49, Ucdp(NextId())), "UCDP GED, 49 columns");
        await IsAsync("ucdp", Table(Ucdp41, Ucdp(NextId())), "UCDP GED, 41 columns");
        await IsAsync("ucdp", Table(Ucdp14, Ucdp(NextId(), ("type_of_violence", "State-based violence"))), "UCDP GED, 14 columns");
        await IsAsync("ucdp", JsonSerializer.Serialize(new { TotalCount = 1, Result = new[] { Ucdp(NextId()) } }), "UCDP GED, a page of the API");
        await IsAsync("acled", Table(AcledColumns, Acled("KEN" + NextId())), "ACLED, 31 columns");
        await IsAsync("ndjson", """{"type":"consult","title":"Layout talks"}""", "NDJSON records");
        await IsAsync("csv", "type,title\nconsult,Layout talks\n", "CSV of events, 2 columns");
    }

    [Theory]
    [InlineData("gdelt", "hello\nworld\n", "line 1")]
    [InlineData("gdelt", "", "")]
    [InlineData("gdelt", "\n\n \n", "empty")]
    [InlineData("gdelt", "{\"a\": 1}", "line 1")]
    [InlineData("ucdp", "{\"a\": 1}", "Result")]
    [InlineData("ucdp", "{\"Result\": [1, 2]}", "Result")]
    [InlineData("ucdp", "{\"Result\": ", "Result")]
    [InlineData("ucdp", "a,b\n1,2\n", "line 1")]
    [InlineData("acled", "event_date,event_type\n1,2\n", "line 1")]
    [InlineData("ndjson", "type,title\n", "line 1")]
    [InlineData("ndjson", "{\"type\":\"consult\",\"title\":\"x\"}\n[1]\n", "line 2")]
    [InlineData("csv", "title\nx\n", "type")]
    [InlineData("csv", "type,title\nconsult\nconsult\n", "line 2")]
    public async Task What_is_not_of_the_format_is_refused_with_the_first_line_before_anything_is_written(string format, string file, string says)
    {
        var before = await api.WatermarkAsync();
        if (file == "")
        {
            using var response = await api.SendFileAsync($"format={format}", []);
            await Problems.ReadAsync(response, 400);
            return;
        }
        foreach (var packed in (byte[][])[file.Bytes(), Gzip(file.Bytes()), Zip(("a", file.Bytes()))])
        {
            var import = await api.ImportAsync($"format={format}", packed);
            import.Is("failed", "0 0 0 0 0 0");
            Assert.Contains(says, import.Text("error"));
        }
        Assert.Equal(before, await api.WatermarkAsync());
    }

    [Fact]
    public async Task The_refusal_says_what_the_file_looks_like()
    {
        Assert.Contains("gdelt", (await api.ImportAsync("format=acled", Gdelt(NextId()))).Text("error"));
        Assert.Contains("ucdp", (await api.ImportAsync("format=acled", Table(Ucdp49, Ucdp("1")))).Text("error"));
        Assert.Contains("acled", (await api.ImportAsync("format=ucdp", Table(AcledColumns, Acled("A1")))).Text("error"));
        Assert.Contains("ndjson", (await api.ImportAsync("format=csv", """{"type":"consult","title":"x"}""")).Text("error"));
    }

    [Fact]
    public async Task A_table_with_its_header_only_is_done_and_empty()
    {
        foreach (var (format, file) in ((string, string)[])[("ucdp", Table(Ucdp49)), ("acled", Table(AcledColumns)), ("csv", "type,title"), ("csv", "type,title\r\n")])
            (await api.ImportAsync($"format={format}", file)).Is("done", "0 0 0 0 0 0");
    }

    [Fact]
    public async Task Archives_that_hold_several_files_or_none_or_are_damaged_are_refused()
    {
        var row = Gdelt(NextId()).Bytes();
        Assert.Contains("2 files (a, b)", (await api.ImportAsync("format=gdelt", Zip(("a", row), ("b", row)))).Text("error"));
        Assert.Contains("0 files", (await api.ImportAsync("format=gdelt", Zip())).Text("error") ?? "");
        (await api.ImportAsync("format=gdelt", Zip(("__MACOSX/._a", row), ("folder/", []), ("folder/a", row)))).Is("done", "1 1 0 0 0 0");
        var (zip, gzip) = (Zip(("a", [.. Enumerable.Repeat(row, 50).SelectMany(r => r)])), Gzip(row));
        foreach (var damaged in (byte[][])[zip[..^30], gzip[..^12], [0x1f, 0x8b, 0, 0, 0], [(byte)'P', (byte)'K', 3, 4, 0, 0]])
        {
            var import = await api.ImportAsync("format=gdelt", damaged);
            Assert.Equal("failed", import.Text("status"));
            Assert.NotEmpty(import.Text("error")!);
        }
    }

    [Fact]
    public async Task A_later_row_that_does_not_fit_is_set_aside_with_line_column_value_and_reason()
    {
        async Task IsAsync(string format, string file, int line, string? column, string? value, string code)
        {
            var import = await api.ImportAsync($"format={format}", file);
            Assert.True(import.Text("status") == "done" && import.At("counts.rejected").GetInt64() == 1, import.ToString());
            Assert.Equal([code], import.Texts("reasons", "code"));
            var reject = await api.RejectAsync(import);
            Assert.Equal((line, column, value, code), (reject.At("line").GetInt32(), reject.Text("column"), reject.Text("value"), reject.Text("code")));
            Assert.NotEmpty(reject.Text("reason")!);
        }
        Task GdeltIsAsync(string column, string value, string code) => IsAsync("gdelt", Lines(Gdelt(NextId()), Gdelt(NextId()), Gdelt(NextId(), null, (column, value))), 3, column, value, code);
        await GdeltIsAsync("SQLDATE", "00000000", "invalid-date");
        await GdeltIsAsync("SQLDATE", "20230229", "invalid-date");
        await GdeltIsAsync("EventCode", "999", "unknown-code");
        await GdeltIsAsync("GoldsteinScale", "11", "invalid-number");
        await GdeltIsAsync("AvgTone", "NaN", "invalid-number");
        await GdeltIsAsync("NumMentions", "-1", "invalid-number");
        await GdeltIsAsync("ActionGeo_Lat", "91", "invalid-number");
        await GdeltIsAsync("ActionGeo_Long", "181", "invalid-number");
        await IsAsync("gdelt", Lines(Gdelt(NextId()), Gdelt(NextId()), "half\ta row"), 3, null, "half\ta row", "layout");

        Task UcdpIsAsync(string column, string value, string code) => IsAsync("ucdp", Table(Ucdp49, Ucdp(NextId()), Ucdp(NextId(), (column, value))), 4, column, value, code); // a cell of the row before has a line end
        await UcdpIsAsync("best", "-1", "invalid-number");
        await UcdpIsAsync("best", "2.5", "invalid-number");
        await UcdpIsAsync("latitude", "90.01", "invalid-number");
        await UcdpIsAsync("date_start", "2013-02-30", "invalid-date");
        await UcdpIsAsync("date_end", "2013-01-02", "invalid-date");
        await UcdpIsAsync("type_of_violence", "4", "unknown-code");
        await UcdpIsAsync("side_a", "", "missing");
        await UcdpIsAsync("id", "", "missing");
        await IsAsync("ucdp", Table(Ucdp49, Ucdp(NextId())) + "1,2,3\n", 4, null, null, "layout");
        await IsAsync("acled", Table(AcledColumns, Acled("A" + NextId()), Acled("A" + NextId(), ("fatalities", "-3"))), 3, "fatalities", "-3", "invalid-number");
        await IsAsync("acled", Table(AcledColumns, Acled("A" + NextId()), Acled("A" + NextId(), ("event_date", "31 February 2024"))), 3, "event_date", "31 February 2024", "invalid-date");
        await IsAsync("acled", Table(AcledColumns, Acled("A" + NextId()), Acled("A" + NextId(), ("iso", "0"), ("country", "Freedonia"))), 3, "country", "Freedonia", "unknown-country");
        await IsAsync("gdelt", Mention("499999999", "https://paper.example/x"), 1, "GLOBALEVENTID", "499999999", "unknown-event");
        await IsAsync("csv", "type,title,goldstein\nconsult,Fine talks,1\nconsult,Talks,99\n", 3, "goldstein", "99", "invalid-number");
        await IsAsync("ndjson", Lines("""{"type":"consult","title":"Fine talks too"}""", "", """{"type":"consult","title":"""), 3, null, """{"type":"consult","title":""", "invalid-json");
    }

    /// <summary>One row of a million must not end the import of the others, whatever it says.</summary>
    [Theory]
    [InlineData("half a point")]
    [InlineData("an open bracket")]
    [InlineData("no first actor")]
    [InlineData("a semicolon as the second actor")]
    [InlineData("several first actors")]
    [InlineData("nothing but years as an actor")]
    [InlineData("a week of a year with three digits")]
    public async Task A_row_of_ACLED_that_nobody_expects_stands_alone(string what)
    {
        (string, string)[] cells = what switch
        {
            "half a point" => [("longitude", "")],
            "an open bracket" => [("actor2", "Protesters (")],
            "no first actor" => [("actor1", "")],
            "a semicolon as the second actor" => [("actor2", ";")],
            "several first actors" => [("actor1", "Al Shabaab; Others")],
            "nothing but years as an actor" => [("actor2", "(2020-)")],
            _ => [("event_date", "0987-05-05"), ("time_precision", "2")],
        };
        await StandsAloneAsync("acled", Table(AcledColumns, Acled("S" + NextId()), Acled("S" + NextId(), cells), Acled("S" + NextId())));
    }

    [Theory]
    [InlineData("longitude", "")]
    [InlineData("latitude", "")]
    [InlineData("date_end", "9999-12-31")]
    [InlineData("where_prec", "9")]
    [InlineData("where_coordinates", "")]
    [InlineData("adm_1", "")]
    [InlineData("side_b", "")]
    [InlineData("side_a", "A, B, C, D, E")]
    [InlineData("country", "")]
    [InlineData("best", "99999999999999999999")]
    [InlineData("side_b", "a\0b")]
    [InlineData("gwnoa", "x; y")]
    public async Task A_row_of_UCDP_that_nobody_expects_stands_alone(string column, string value)
    {
        foreach (var where in (string[])["1", "3", "4", "5", "7", ""])
            await StandsAloneAsync("ucdp", Table(Ucdp49, Ucdp(NextId()), Ucdp(NextId(), ("where_prec", where), ("date_prec", "5"), ("date_start", "2013-01-01"), ("date_end", "2013-01-31"), (column, value)), Ucdp(NextId())));
    }

    [Theory]
    [InlineData("ActionGeo_Long", "")]
    [InlineData("ActionGeo_Lat", "")]
    [InlineData("ActionGeo_CountryCode", "")]
    [InlineData("ActionGeo_CountryCode", "ZZ")]
    [InlineData("ActionGeo_FullName", "")]
    [InlineData("ActionGeo_FullName", ",,,")]
    [InlineData("ActionGeo_FeatureID", "")]
    [InlineData("ActionGeo_Type", "9")]
    [InlineData("Actor1Name", "a\0b")]
    [InlineData("SOURCEURL", "https://news.example/some-%00-words-%0A-here-%E2%80%AE-now")]
    [InlineData("SOURCEURL", "https://")]
    [InlineData("SOURCEURL", "javascript:alert(1)")]
    [InlineData("SOURCEURL", "BBC Monitoring")]
    [InlineData("DATEADDED", "")]
    [InlineData("EventCode", "")]
    [InlineData("Actor1CountryCode", "XXX")]
    [InlineData("Actor1Type1Code", "XXX")]
    public async Task A_row_of_GDELT_that_nobody_expects_stands_alone(string column, string value)
    {
        foreach (var type in (string[])["1", "2", "3", "4", "5"])
            await StandsAloneAsync("gdelt", Lines(Gdelt(NextId()), Gdelt(NextId(), null, ("ActionGeo_Type", type), (column, value)), Gdelt(NextId())));
    }

    [Theory]
    [InlineData("""{"type":"consult","title":"x","kind":"\ud800"}""")]
    [InlineData("""{"type":"consult","title":"\ud800"}""")]
    [InlineData("""{"\ud800":"consult","title":"x"}""")]
    [InlineData("""{"type":"consult","title":"x","href":"/v1/\udc00/x"}""")]
    [InlineData("""{"type":"consult","title":"a\u0000b"}""")]
    [InlineData("""{"type":"consult","title":1e999}""")]
    [InlineData("""{"type":"consult","title":"x","id":7}""")]
    [InlineData("""{"href":"/v1/nothing/x"}""")]
    [InlineData("""{"href":"/v1/"}""")]
    [InlineData("""{"href":7}""")]
    [InlineData("""{"type":"consult","title":"x","date":"99999999999"}""")]
    [InlineData("""{"type":"consult","title":"x","location":{"id":null}}""")]
    [InlineData("""{"type":"consult","type":"agree","title":"x"}""")]
    [InlineData("""{"type":"consult","title":"x","nonsense":1}""")]
    public async Task A_line_that_is_no_record_stands_alone(string line)
    {
        var import = await api.ImportAsync("format=ndjson", Lines($$"""{"type":"consult","title":"Before {{NextId()}}"}""", line, $$"""{"type":"consult","title":"After {{NextId()}}"}"""));
        import.Is("done", "3 2 0 0 0 1");
        Assert.Equal(2, (await api.RejectAsync(import)).At("line").GetInt32());
    }

    private async Task StandsAloneAsync(string format, string file)
    {
        var import = await api.ImportAsync($"format={format}", file);
        Assert.True(import.Text("status") == "done" && import.At("counts.read").GetInt64() == 3 && import.At("counts.created").GetInt64() >= 2, import.ToString());
        Assert.Equal(import.At("counts.rejected").GetInt32(), (await api.RejectsAsync(import)).Count);
    }

    [Fact]
    public async Task A_quotation_mark_that_is_not_closed_takes_no_row_with_it_in_silence()
    {
        Dictionary<string, string> Plain(string last) => Ucdp(NextId(), ("source_article", ""), ("where_description", ""), ("gwnob", last));
        var table = Table(Ucdp49, Plain(""), Plain("OPEN"), Plain(""), Plain("")).Replace("OPEN", "\"no end", StringComparison.Ordinal);
        var import = await api.ImportAsync("format=ucdp", table);
        Assert.True(import.Text("status") == "done" && import.At("counts.created").GetInt64() == 1 && import.At("counts.rejected").GetInt64() == 1, import.ToString());
        var reject = await api.RejectAsync(import);
        Assert.Equal(3, reject.At("line").GetInt32());
        Assert.Contains("quotation mark", reject.Text("reason"));
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_set_aside_and_not_made_into_other_letters()
    {
        var table = Encoding.Latin1.GetBytes(Table(AcledColumns, Acled("L" + NextId()), Acled("L" + NextId(), ("location", "Bogotá")), Acled("L" + NextId())));
        var import = await api.ImportAsync("format=acled", table);
        import.Is("done", "3 2 0 0 0 1");
        var reject = await api.RejectAsync(import);
        Assert.Equal((3, "location", "invalid-text"), (reject.At("line").GetInt32(), reject.Text("column"), reject.Text("code")));
        Assert.Contains("UTF-8", reject.Text("reason"));
    }

    [Fact]
    public async Task Lines_of_ten_megabytes_and_bombs_are_refused_at_bounded_memory()
    {
        var long10 = new string('x', 10 << 20);
        var import = await api.ImportAsync("format=ndjson", Lines($$"""{"type":"consult","title":"Short {{NextId()}}"}""", $$"""{"type":"consult","title":"{{long10}}"}""", $$"""{"type":"consult","title":"Short {{NextId()}}"}"""));
        import.Is("done", "3 2 0 0 0 1");
        foreach (var format in (string[])["gdelt", "ucdp", "acled", "csv", "ndjson"])
            Assert.Equal("failed", (await api.ImportAsync($"format={format}", Gzip(long10.Bytes()))).Text("status"));
        // 300 MB of blanks in an object that never ends.
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write("{\"Result\": ["u8);
            var blanks = new byte[1 << 20];
            blanks.AsSpan().Fill((byte)' ');
            for (var n = 0; n < 300; n++) gzip.Write(blanks);
        }
        var before = GC.GetTotalAllocatedBytes();
        var bomb = await api.ImportAsync("format=ucdp", packed.ToArray());
        Assert.Equal("failed", bomb.Text("status"));
        Assert.Contains("MB", bomb.Text("error"));
        Assert.True(GC.GetTotalAllocatedBytes() - before < 250 << 20, "A page that never ends was read to its end.");
    }

    [Fact]
    public async Task Hostile_names_are_kept_as_text()
    {
        var (id, name) = (NextId(), "<script>alert(1)</script> =HYPERLINK(\"x\") \u202Egnp.exe");
        (await api.ImportAsync("format=ucdp", Table(Ucdp49, Ucdp(id, ("side_b", name), ("side_b_new_id", id), ("dyad_new_id", id), ("where_coordinates", "'; DROP TABLE records; --"))))).Is("done", "1 1 0 0 0 0");
        var shown = await api.GetAsync($"/v1/events/ucdp:{id}");
        Assert.Contains(name, shown.Each("participants").Select(p => p.Text("actor.name")));
        Assert.Equal("'; DROP TABLE records; --", shown.Text("location.name"));
    }

    [Fact]
    public async Task Only_an_editor_imports_and_wrong_parameters_are_named()
    {
        var row = Gdelt(NextId()).Bytes();
        using (var reader = await api.SendFileAsync("format=gdelt", row, role: Role.Reader)) await Problems.ReadAsync(reader, 403);
        using (var nobody = await api.Client.PostAsync("/v1/imports?format=gdelt", new ByteArrayContent(row))) await Problems.ReadAsync(nobody, 401);
        foreach (var query in (string[])["", "format=xml", "format=gdelt&dryrun=true", "format=gdelt&strict=maybe", "format=ucdp&complete=true", "format=ndjson&complete=true&release=1", "format=ucdp&complete=true&release=1&mostRemoved=2", "format=ucdp&mostRemoved=NaN"])
            using (var response = await api.SendFileAsync(query, row)) await Problems.ReadAsync(response, 400);
        await api.ProblemAsync("/v1/imports/I999999", 404);
        await api.ProblemAsync("/v1/imports/x", 404);
        await api.ProblemAsync("/v1/imports/I999999/rejects", 404);
        await api.ProblemAsync("/v1/imports/I999999/stream", 404);
    }

    [Fact]
    public async Task The_stream_tells_the_import_until_its_end()
    {
        using var response = await api.SendFileAsync("format=gdelt", Lines(Enumerable.Range(0, 300).Select(_ => Gdelt(NextId()))).Bytes());
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var told = await api.Client.GetStringAsync($"{response.Headers.Location}/stream", stop.Token);
        var last = JsonDocument.Parse(told.Split('\n').Last(l => l.StartsWith("data: ", StringComparison.Ordinal))[6..]).RootElement;
        last.Is("done", "300 300 0 0 0 0");
        Assert.Equal(last.Text("id"), (await api.GetAsync("/v1/imports?limit=100")).Ids().First(i => i == last.Text("id")));
    }
}
