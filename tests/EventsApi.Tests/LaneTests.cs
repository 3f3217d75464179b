using System.Globalization;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>What is expensive holds up nothing that is cheap: it waits for threads of its own, and these for the cores.</summary>
public sealed class LaneTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private Database Database => api.Services.GetRequiredService<Database>();

    [TheoryWithTools]
    [InlineData("look-up", 0)]
    [InlineData("search", 10)]
    [InlineData("heavy", 10)]
    public async Task Threads_that_search_stand_back_behind_those_that_look_up(string lane, int behind)
    {
        var nice = lane switch { "look-up" => await Database.LookUpAsync(_ => Nice("thread-self")), "search" => await Database.SearchAsync(_ => Nice("thread-self")), _ => await Database.ReadHeavyAsync(_ => Nice("thread-self")) };

        // There is nothing behind 19.
        Assert.Equal(Math.Min(19, Nice("self") + behind), nice);
    }

    [TheoryWithTools]
    [InlineData(50, 40)]
    public async Task Nothing_that_they_bring_about_stands_back_with_them(int rounds, int searches)
    {
        // Many at once, and more work after each, so that the pool starts threads.
        for (var round = 0; round < rounds; round++)
            await Task.WhenAll(Enumerable.Range(0, searches).Select(async n =>
            {
                await (n % 2 == 0 ? Database.SearchAsync(_ => n) : Database.ReadHeavyAsync(_ => n));
                Thread.Sleep(1);
            }));

        var own = Nice("self");
        var behind = Directory.GetDirectories("/proc/self/task").Select(Path.GetFileName).Where(id => Name(id!).StartsWith(".NET TP", StringComparison.Ordinal) && Nice($"self/task/{id}") != own);
        Assert.Empty(behind.Select(id => Name(id!)));
    }

    [Fact]
    public async Task A_long_page_waits_among_the_searches_and_a_short_one_for_none_of_them()
    {
        using var release = new ManualResetEventSlim();
        var searches = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Database.SearchAsync(_ => release.Wait(TimeSpan.FromMinutes(1)))).ToList();
        try
        {
            var longest = api.GetAsync("/v1/events?limit=500");

            await api.GetAsync("/v1/events?limit=100");
            Assert.NotSame(longest, await Task.WhenAny(longest, Task.Delay(300)));
            release.Set();
            await longest;
        }
        finally
        {
            release.Set();
            await Task.WhenAll(searches);
        }
    }

    private static string Name(string thread) => File.ReadAllText($"/proc/self/task/{thread}/comm").Trim();

    /// <summary>What the system calls nice: the 19th word, counted behind the name, which may hold blanks. Of a process it is that of its first thread.</summary>
    private static int Nice(string thread) => int.Parse(File.ReadAllText($"/proc/{thread}/stat").Split(") ")[^1].Split(' ')[16], CultureInfo.InvariantCulture);
}
