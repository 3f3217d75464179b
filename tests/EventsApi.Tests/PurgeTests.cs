using System.Net;
using System.Text;
using System.Text.Json;
using EventsApi.Curation;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>A purge leaves the 410 and nothing else: not in an answer, not in the file.</summary>
[Collection(AloneCollection.Name)]
public sealed class PurgeTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private Task<Purged> PurgeAsync(string id, string reason = "A court said so") =>
        new Purges(api.Services.GetRequiredService<Database>(), api.Services.GetRequiredService<RecordWriters>(), api.Services.GetRequiredService<Edits>()).RunAsync(id, reason);

    /// <summary>How often a word stands in the file and its log.</summary>
    private int Occurrences(string word)
    {
        var (bytes, found) = (Encoding.UTF8.GetBytes(word), 0);
        foreach (var file in api.Files())
        {
            if (!File.Exists(file)) continue;
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var all = new byte[open.Length];
            open.ReadExactly(all);
            for (int at = 0, next; (next = all.AsSpan(at).IndexOf(bytes)) >= 0; at += next + 1) found++;
        }
        return found;
    }

    [Fact]
    public async Task Nothing_of_a_purged_record_is_left_in_the_file()
    {
        var source = (await api.GivenAsync(Kind.Source, new { kind = "article", title = "A page", url = "https://example.org/page" }))[0];
        var kept = (await api.GivenAsync(Kind.Event, new { type = "consult", title = "What stays, quillfeather" }))[0];
        var id = (await api.WrittenAsync("POST", "/v1/events", new { type = "consult", title = "Zanzibarquux speaks", summary = "Of flibbertigon.", date = "2024-03-05" })).Text("id")!;
        await api.LaterAsync("PATCH", $"/v1/events/{id}", new { title = "Another yaffelmonk" });
        await api.WrittenAsync("POST", "/v1/claims", new { record = new { kind = "event", id }, pointer = "/title", value = "Wobblegrommet", source, quote = "They said snarkulent." });
        string[] words = ["anzibarquux", "libbertigon", "affelmonk", "obblegrommet", "narkulent"];
        Assert.All(words, word => Assert.True(Occurrences(word) > 0, $"{word} cannot be found before, so that it is not found afterwards says nothing."));

        // On a server somebody writes to another database meanwhile.
        var elsewhere = TestEngine.WriteElsewhere();
        var purge = PurgeAsync(id);
        if (elsewhere is not null)
        {
            await Task.WhenAny(purge, Task.Delay(1_000));
            Assert.False(purge.IsCompleted, "The purge did not wait for the write that sees what it took away.");
        }
        elsewhere?.Dispose();
        var done = await purge;

        Assert.Single(done.Also, a => a.StartsWith("claims/", StringComparison.Ordinal));
        Assert.True(done.Revisions >= 3);
        Assert.All(words, word => Assert.Equal(0, Occurrences(word)));
        Assert.True(Occurrences("quillfeather") > 0);
        Assert.Contains("A court said so", (await api.ProblemAsync($"/v1/events/{id}", 410)).Text("detail"));
        Assert.Equal([kept], await api.IdsAsync("/v1/events?q=quillfeather"));
        Assert.Empty((await api.GetAsync("/v1/events?q=zanzibarquux&total=exact")).Each("items"));
        await api.IsSoundAsync();
    }

    [Fact]
    public async Task What_was_deleted_long_ago_can_be_purged_and_once_more()
    {
        var id = (await api.WrittenAsync("POST", "/v1/topics", new { label = "Gobbledrake" })).Text("id")!;
        using (await api.WriteAsync("DELETE", $"/v1/topics/{id}", ifMatch: "*", headers: ("X-Change-Reason", "It was about hurdlefax"))) { }
        Assert.True(Occurrences("obbledrake") > 0);

        await PurgeAsync($"topics/{id}");
        await PurgeAsync($"/v1/topics/{id}", "And again");

        // The readable id is the name the 410 answers to, so it is made of it only where the operator left it so.
        Assert.Equal(0, Occurrences("Gobbledrake") + Occurrences("hurdlefax"));
        Assert.Contains("And again", (await api.ProblemAsync($"/v1/topics/{id}", 410)).Text("detail"));
    }

    [Fact]
    public async Task History_feed_pins_and_the_past_know_that_it_was_but_not_what()
    {
        var actor = (await api.WrittenAsync("POST", "/v1/actors", new { id = "purged-person", kind = "person", name = "Bramblewick Oddsocks" })).Text("id")!;
        var ev = (await api.LaterAsync("POST", "/v1/events", new { type = "consult", title = "They met", participants = new[] { new { actor } } })).Text("id")!;
        var pin = (await api.LaterAsync("POST", "/v1/pins", new { query = "/v1/actors?kind=person" })).Text("id")!;
        var then = api.Instant;
        await api.LaterAsync("PATCH", $"/v1/events/{ev}", new { participants = (object?)null });
        api.Clock.Now += TimeSpan.FromSeconds(1);

        await PurgeAsync(actor);

        var revisions = await api.GetAsync($"/v1/actors/{actor}/revisions");
        Assert.Equal(["deleted", "created"], revisions.Each("items").Select(r => r.Text("op")));
        await api.ProblemAsync($"/v1/actors/{actor}/revisions/1", 410);
        Assert.Equal(["created", "deleted"], (await api.GetAsync("/v1/changes?since=0&kind=actor")).Each("items").Where(c => c.Text("id") == actor).Select(c => c.Text("op")));
        await api.ProblemAsync($"/v1/actors/{actor}", 410);
        Assert.DoesNotContain("Oddsocks", (await api.GetAsync($"/v1/pins/{pin}")).ToString());
        Assert.Equal("(removed)", (await api.GetAsync($"/v1/events/{ev}/revisions/1")).At("participants").EnumerateArray().Single().At("actor.name").GetString());
        foreach (var past in (string[])[$"/v1/actors?knownAt={then}", $"/v1/events/{ev}?knownAt={then}", $"/v1/events?knownAt={then}&actor={actor}"])
            using (var answer = await api.Client.GetAsync(past))
            {
                Assert.True((int)answer.StatusCode < 500, past);
                Assert.DoesNotContain("Oddsocks", await answer.Content.ReadAsStringAsync());
            }
        using var past410 = await api.Client.GetAsync($"/v1/actors/{actor}?knownAt={then}");
        Assert.True(past410.StatusCode is HttpStatusCode.Gone or HttpStatusCode.NotFound, past410.StatusCode.ToString());
    }

    [Fact]
    public async Task What_was_merged_into_it_goes_with_it()
    {
        var from = (await api.WrittenAsync("POST", "/v1/topics", new { id = "merged-away", label = "Tumblewort" })).Text("id")!;
        var into = (await api.WrittenAsync("POST", "/v1/topics", new { id = "merged-into", label = "Kept until now" })).Text("id")!;
        await api.WrittenAsync("POST", $"/v1/topics/{from}/merge-into/{into}", ifMatch: null);

        var refused = await Assert.ThrowsAsync<ProblemException>(() => PurgeAsync(from));
        var done = await PurgeAsync(into);

        Assert.Contains("Purge that one", refused.Message);
        Assert.Equal(["topics/merged-away"], done.Also);
        Assert.Equal(0, Occurrences("Tumblewort"));
        await api.ProblemAsync($"/v1/topics/{into}", 410);
    }

    [Fact]
    public async Task A_record_that_others_refer_to_stays()
    {
        var topic = (await api.WrittenAsync("POST", "/v1/topics", new { id = "referred-to", label = "In use" })).Text("id")!;
        await api.WrittenAsync("POST", "/v1/topics", new { label = "Below it", parent = topic });

        var refused = await Assert.ThrowsAsync<ProblemException>(() => PurgeAsync(topic));

        Assert.Equal(ProblemCode.Conflict, refused.Code);
        Assert.Equal("In use", (await api.GetAsync($"/v1/topics/{topic}")).Text("label"));
    }

    [Theory]
    [InlineData(1, "There is no record 'E999'", "purge", "E999", "--reason", "x")]
    [InlineData(1, "names no record", "purge", "nouns/x", "--reason", "x")]
    [InlineData(2, "--reason", "purge", "E1")]
    [InlineData(2, "--reason", "purge", "E1", "--reason", " ")]
    public async Task A_wrong_call_says_what_to_send(int exit, string says, params string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("purge-");
        try
        {
            var file = Path.Combine(folder.FullName, "c.db");
            Assert.Equal(0, (await CommandLine.RunAsync("keys", "create", "--create", "--catalogue", file)).Exit);

            var call = await CommandLine.RunAsync([.. args, "--catalogue", file]);

            Assert.True(call.Exit == exit, call.Error);
            Assert.Contains(says, call.Error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

/// <summary>On a server a purge waits for every write that is at work, be it another test's in another database; so none runs beside it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
