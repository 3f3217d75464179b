using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventsApi.Exports;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>The whole catalogue as lines, and back.</summary>
public sealed class CatalogueExportTests
{
    private static async Task<byte[]> ExportAsync(TestApi api)
    {
        using var bytes = new MemoryStream();
        await new CatalogueExport(api.Services.GetRequiredService<Database>()).WriteAsync(bytes, (_, _) => { }, default);
        return bytes.ToArray();
    }

    /// <summary>As an import will: so many lines in a job.</summary>
    private static async Task<Dictionary<string, int>> ApplyAsync(TestApi api, byte[] export, int batch)
    {
        var (writers, database, outcomes) = (api.Services.GetRequiredService<RecordWriters>(), api.Services.GetRequiredService<Database>(), new Dictionary<string, int>());
        var lines = Encoding.UTF8.GetString(export).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Encoding.UTF8.GetBytes).Where(l => !CatalogueLines.IsMark(l)).ToList();
        foreach (var job in lines.Chunk(batch))
            foreach (var outcome in await writers.WriteAsync(database, session => job.Select(line => new CatalogueLines(writers).Apply(session, line)).ToList()))
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        return outcomes;
    }

    private static async Task WithAsync(Func<EmptyApi, Task> work)
    {
        var api = new EmptyApi();
        await api.InitializeAsync();
        try
        {
            await work(api);
        }
        finally
        {
            await api.DisposeAsync();
        }
    }

    private static void AssertSame(byte[] first, byte[] second)
    {
        var (a, b) = (Encoding.UTF8.GetString(first).Split('\n'), Encoding.UTF8.GetString(second).Split('\n'));
        foreach (var (left, right) in a.Zip(b)) Assert.Equal(left, right);
        Assert.Equal(a.Length, b.Length);
        Assert.True(first.AsSpan().SequenceEqual(second));
    }

    /// <summary>Of the default catalogue.</summary>
    [Collection(DefaultCatalogueCollection.Name)]
    public sealed class OfTheDefault(DefaultApi api)
    {
        [Fact]
        public async Task What_is_exported_makes_the_same_catalogue_again()
        {
            var export = await ExportAsync(api);
            await WithAsync(async copy =>
            {
                // A year later, so that no time is right by chance.
                copy.Clock.Now += TimeSpan.FromDays(365);
                // A dry run takes each of its jobs back, and must tell what all of them would come to.
                var dry = await copy.ImportAsync("format=ndjson&dryRun=true", Encoding.UTF8.GetString(export));
                Assert.Equal((export.Count(b => b == '\n') - 2, 0), (dry.At("counts.created").GetInt32() + dry.At("counts.updated").GetInt32(), dry.At("counts.rejected").GetInt32()));
                var outcomes = await ApplyAsync(copy, export, 500);

                Assert.Equal(export.Count(b => b == '\n') - 2, outcomes.Values.Sum());
                Assert.DoesNotContain("kept", outcomes.Keys);
                AssertSame(export, await ExportAsync(copy));
                await copy.IsSoundAsync();
                foreach (var path in (string[])["/v1/events/E1", "/v1/meetings/E2", "/v1/actors/nato", "/v1/locations/kuwait", "/v1/statements/S1", "/v1/posts/nato-secretary-general"])
                    Assert.Equal((await api.GetAsync(path)).GetRawText(), (await copy.GetAsync(path)).GetRawText());
                Assert.Equal(["unchanged"], (await ApplyAsync(copy, export, 2_000)).Keys);
            });
        }

        [Fact]
        public async Task A_table_that_comes_back_takes_nothing_away()
        {
            var export = await ExportAsync(api);
            await WithAsync(async copy =>
            {
                await ApplyAsync(copy, export, 2_000);
                var all = (await copy.GetAsync("/v1/events?limit=1&total=exact")).At("total.value").GetInt32();
                foreach (var guard in (string[])["none", "formulas"])
                    (await copy.ImportAsync("format=csv", await copy.Client.GetByteArrayAsync($"/v1/events?format=csv&guard={guard}"))).Is("done", $"{all} 0 0 {all} 0 0");

                // A line with some of the members, as fields= gives it, says nothing of the others.
                var before = (await copy.GetAsync("/v1/events/E1"), await copy.GetAsync("/v1/events/E2"));
                (await copy.ImportAsync("format=ndjson", await copy.Client.GetByteArrayAsync("/v1/events?format=ndjson&ids=E1,E2&fields=href,id,type,title,status"))).Is("done", "2 0 0 2 0 0");

                // Somebody changes a title and adds a participant; posts, attendance and where it stands in the text have no column, and stay.
                (await copy.ImportAsync("format=csv", """
                    id,type,title,participants.id,participants.name,participants.roles
                    E1,consult,A better title,,,
                    E2,consult,,,,
                    """)).Is("done", "2 0 1 0 0 1");
                var rows = Encoding.UTF8.GetString(await copy.Client.GetByteArrayAsync("/v1/events?format=csv&ids=E2&fields=id,type,title,participants")).Split("\r\n");
                Assert.Equal("id,type,title,participants.id,participants.name,participants.roles,participants.onBehalfOf", rows[0]);
                var cells = rows[1].Split(',');
                (cells[3], cells[4], cells[5], cells[6]) = (cells[3] + "|france", cells[4] + "|France", cells[5] + "|observer", cells[6] + "|");
                (await copy.ImportAsync("format=csv", $"{rows[0]}\n{string.Join(',', cells)}\n")).Is("done", "1 0 1 0 0 0");

                var (first, second) = (await copy.GetAsync("/v1/events/E1"), await copy.GetAsync("/v1/events/E2"));
                Assert.Equal("A better title", first.Text("title"));
                // Empty cells under a column that is there do say something.
                Assert.Empty(first.Each("participants"));
                foreach (var member in (string[])["agenda", "outcomes", "sources", "topics", "date", "location", "summary"]) Assert.Equal(before.Item1.GetProperty(member).GetRawText(), first.GetProperty(member).GetRawText());
                var (was, now) = (before.Item2.Each("participants"), second.Each("participants"));
                Assert.Equal(was.Select(p => p.GetRawText()), now.Take(was.Count).Select(p => p.GetRawText()));
                Assert.Equal(("france", was.Count + 1), (now[^1].Text("actor.id"), now.Count));
                await copy.IsSoundAsync();
            });
        }

        [Fact]
        public async Task The_last_line_tells_rows_and_digest()
        {
            var export = await ExportAsync(api);
            var at = export.AsSpan()[..^1].LastIndexOf((byte)'\n') + 1;
            var end = JsonDocument.Parse(export.AsMemory(at)).RootElement.GetProperty("$end");

            Assert.True(CatalogueLines.IsHead(export));
            Assert.Equal(export.Count(b => b == '\n') - 2, end.GetProperty("rows").GetInt32());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(export.AsSpan()[..at])), end.Text("sha256"));
        }
    }

    [Fact]
    public Task Histories_merges_and_tombstones_travel_too() => WithAsync(async api =>
    {
        var here = await Corner.OfAsync(api);
        var (one, two, three) = (await here.ActorAsync("zed-one"), await here.ActorAsync("two"), await here.ActorAsync("three", partOf: null));
        // A part whose id comes before that of its whole.
        var part = await here.ActorAsync("a-part", partOf: one);
        var (kept, gone) = (await here.EventAsync(new { title = "Kept", participants = new[] { new { actor = two } } }), await here.EventAsync(new { title = "Gone" }));
        await api.LaterAsync("PATCH", $"/v1/events/{kept}", new { summary = "Better." });
        await api.LaterAsync("DELETE", $"/v1/events/{gone}");
        await api.LaterAsync("POST", $"/v1/actors/{two}/merge-into/{one}");
        await api.LaterAsync("POST", $"/v1/actors/{three}/merge-into/{one}");
        await api.LaterAsync("DELETE", $"/v1/actors/{three}/merge-into/{one}");
        var before = api.Instant;
        await api.LaterAsync("PATCH", $"/v1/events/{kept}", new { title = "Kept on" });
        await api.SettledAsync();
        var export = await ExportAsync(api);

        await WithAsync(async copy =>
        {
            copy.Clock.Now = api.Clock.Now + TimeSpan.FromDays(1);
            await ApplyAsync(copy, export, 1);

            AssertSame(export, await ExportAsync(copy));
            await copy.IsSoundAsync();
            Assert.Equal((await api.GetAsync($"/v1/events/{kept}")).GetRawText(), (await copy.GetAsync($"/v1/events/{kept}")).GetRawText());
            Assert.Equal((await api.GetAsync($"/v1/events/{kept}?knownAt={before}")).GetRawText(), (await copy.GetAsync($"/v1/events/{kept}?knownAt={before}")).GetRawText());
            Assert.Equal((await api.GetAsync($"/v1/events/{kept}/revisions/1")).GetRawText(), (await copy.GetAsync($"/v1/events/{kept}/revisions/1")).GetRawText());
            await copy.ProblemAsync($"/v1/events/{gone}", 410);
            Assert.Equal([kept], await copy.IdsAsync($"/v1/events?actor={two}"));
            Assert.Equal(308, (int)(await copy.Client.GetAsync($"/v1/actors/{two}")).StatusCode);
            // The id of a number that is gone is not given again.
            Assert.NotEqual(gone, (await copy.WrittenAsync("POST", "/v1/events", new { type = "consult", title = "New" })).Text("id"));
            // And the merge can be undone there.
            await copy.LaterAsync("DELETE", $"/v1/actors/{two}/merge-into/{one}");
            Assert.Equal(two, (await copy.GetAsync($"/v1/actors/{two}")).Text("id"));
            await copy.SettledAsync();
            await copy.IsSoundAsync();
        });
    });

    [Fact]
    public Task What_a_person_wrote_here_stays_and_a_later_revision_comes_in() => WithAsync(async api =>
    {
        var here = await Corner.OfAsync(api);
        var (mine, theirs) = (await here.EventAsync(new { title = "Mine" }), await here.EventAsync(new { title = "Theirs" }));
        var early = await ExportAsync(api);
        await api.LaterAsync("PATCH", $"/v1/events/{theirs}", new { title = "Theirs, later" });
        var late = await ExportAsync(api);

        await WithAsync(async copy =>
        {
            await ApplyAsync(copy, early, 100);
            await copy.LaterAsync("PATCH", $"/v1/events/{mine}", new { title = "Corrected here" });
            var outcomes = await ApplyAsync(copy, late, 100);
            var again = await ApplyAsync(copy, early, 100);

            Assert.Equal((1, 1), (outcomes["kept"], outcomes["updated"]));
            Assert.Equal(2, again["kept"]);
            Assert.Equal(("Corrected here", "Theirs, later"), ((await copy.GetAsync($"/v1/events/{mine}")).Text("title"), (await copy.GetAsync($"/v1/events/{theirs}")).Text("title")));
            await copy.IsSoundAsync();
        });
    });

    [Theory]
    [InlineData("""{"kind":"actor","id":"x","revision":1,"createdAt":"2025-01-01T00:00:00.000Z"}""", "/record")]
    [InlineData("""{"kind":"meeting","id":"E1","revision":1,"createdAt":"2025-01-01T00:00:00.000Z","deletedAt":"2025-01-01T00:00:00.000Z"}""", "/kind")]
    [InlineData("""{"kind":"actor","id":"x","revision":0,"createdAt":"2025-01-01T00:00:00.000Z","deletedAt":"2025-01-01T00:00:00.000Z"}""", "/revision")]
    [InlineData("""{"kind":"actor","id":"x","revision":1,"createdAt":"yesterday","deletedAt":"2025-01-01T00:00:00.000Z"}""", "/createdAt")]
    [InlineData("""{"kind":"actor","id":"x","revision":1,"createdAt":"2025-01-01T00:00:00.000Z","record":{"id":"y","kind":"state","name":"Y"}}""", "/record/id")]
    [InlineData("""{"kind":"actor","id":"X Y","revision":1,"createdAt":"2025-01-01T00:00:00.000Z","record":{"kind":"state","name":"Y"}}""", "/id")]
    [InlineData("""{"kind":"actor","id":"x","revision":2,"createdAt":"2025-01-01T00:00:00.000Z","deletedAt":"2025-01-01T00:00:00.000Z","mergedInto":"nobody"}""", "/mergedInto")]
    public Task A_line_that_is_none_is_refused_and_leaves_nothing(string line, string pointer) => WithAsync(async api =>
    {
        var before = await ExportAsync(api);

        var problem = await Assert.ThrowsAsync<ProblemException>(() => ApplyAsync(api, Encoding.UTF8.GetBytes(line), 1));

        Assert.Equal(pointer, problem.Errors![0].Pointer);
        AssertSame(before, await ExportAsync(api));
    });
}
