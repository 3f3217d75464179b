using EventsApi.Records;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>What people coded is found by itself, so that the one record that is meant is ranked whatever number of newer ones machines have made.</summary>
public sealed class TextByHandTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private async Task<string> EventAsync(Corner here, string title, string date, bool machine)
    {
        var dataset = here.Id(machine ? "machines" : "people");
        await api.GivenAsync(Kind.Dataset, new { id = dataset, title = "Test", licence = "CC0-1.0", redistribution = "yes", citation = "Test", coding = machine ? "machine" : "human" });
        return await here.EventAsync(new { title, date, dataset });
    }

    private Task<long> KeptAsync(string word) => api.Services.GetRequiredService<Database>().LookUpAsync(reader => reader.Kept("SELECT count(*) FROM words_by_hand WHERE words_by_hand MATCH ?").Bind($"\"{word}\"").Scalar()!.Value).AsTask();

    [Fact]
    public async Task What_people_coded_stands_first_and_is_no_longer_found_when_it_changes()
    {
        var here = await Corner.OfAsync(api);
        var old = await EventAsync(here, "Quorvex summit", "1931-05-04", machine: false);
        var newer = await EventAsync(here, "Quorvex Quorvex Quorvex", "2024-05-04", machine: true);

        Assert.Equal([old, newer], (await api.GetAsync("/v1/events?q=quorvex")).Texts("items", "id"));

        using var written = await api.WriteAsync("PATCH", $"/v1/events/{old}", new { title = "Another summit" }, ifMatch: "*");
        Assert.Equal(200, (int)written.StatusCode);
        Assert.Equal([newer], (await api.GetAsync("/v1/events?q=quorvex")).Texts("items", "id"));
        Assert.Equal([old], (await api.GetAsync("/v1/events?q=%22another+summit%22")).Texts("items", "id"));
    }

    [FactOnFile("the table is SQLite's")]
    public async Task A_catalogue_of_an_earlier_version_learns_what_people_coded()
    {
        var here = await Corner.OfAsync(api);
        await EventAsync(here, "Zintobal talks", "1931-05-04", machine: false);
        await EventAsync(here, "Zintobal attack", "2024-05-04", machine: true);
        Assert.Equal(1, await KeptAsync("zintobal"));
        var (database, writers) = (api.Services.GetRequiredService<Database>(), api.Services.GetRequiredService<RecordWriters>());
        await database.WriteAsync(writer =>
        {
            writer.Kept("INSERT INTO words_by_hand(words_by_hand) VALUES ('delete-all')").Run();
            writer.Kept("INSERT INTO settings(name, value) VALUES ('rebuild', 'by hand')").Run();
            return true;
        });
        Assert.Equal(0, await KeptAsync("zintobal"));

        await new Upkeep(database, writers).RebuildIfAskedAsync();

        Assert.Equal(1, await KeptAsync("zintobal"));
        Assert.Null(await database.LookUpAsync(reader => reader.Kept("SELECT value FROM settings WHERE name = 'rebuild'").ScalarText()));
    }
}
