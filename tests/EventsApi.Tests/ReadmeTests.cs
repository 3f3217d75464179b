using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventsApi.Tests;

/// <summary>What the README shows is what a server answers.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed partial class ReadmeTests(DefaultApi api)
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [FactWithTool("curl")]
    public async Task Every_console_example_prints_what_the_readme_says()
    {
        var examples = Console().Matches(Readme);
        Assert.True(examples.Count >= 5);
        foreach (Match example in examples)
            Assert.Equal(example.Groups["answer"].Value.Trim(), (await RunAsync("bash", ["-c", ToServer(example.Groups["command"].Value)])).Replace(api.Root, "http://localhost:5080").Trim());
    }

    [FactWithTool("node")]
    public async Task The_fetch_example_runs_and_finds_events()
    {
        var output = await RunAsync("node", ["--input-type=module", "-e", ToServer(Block("js"))]);

        Assert.Contains("7th meeting of the ICI Policy Advisory Group", output);
    }

    [FactWithTool("python3")]
    public async Task The_data_team_example_pulls_every_row()
    {
        var output = await RunAsync("python3", ["-c", ToServer(Block("python"))]);

        var total = (await api.GetAsync("/v1/events?dataset=ucdp-ged&country=SY&limit=1")).GetProperty("total").GetProperty("value").GetInt32();
        Assert.Equal(total, output.Trim().Split('\n').Length);
        Assert.All(output.Trim().Split('\n'), row => Assert.Matches(@"^E2\d{4},\d{4}-", row));
    }

    /// <summary>Deaths in Syria by type, as the recipes count them.</summary>
    private async Task AssertDeathsAsync(string output)
    {
        var deaths = (await api.GetAsync("/v1/events/aggregate?country=SYR&by=type&measure=fatalities")).GetProperty("items").EnumerateArray()
            .Where(r => r.GetProperty("value") is { ValueKind: JsonValueKind.Number } value && value.GetDouble() > 0).Select(r => (Type: r.GetProperty("by").GetProperty("type").GetString()!, Value: r.GetProperty("value").GetDouble())).ToList();
        Assert.NotEmpty(deaths);
        Assert.All(deaths, d => Assert.Matches($@"{d.Type}\W+{d.Value:0}\b", output));
    }

    [FactWithTool("python3", module: "pandas")]
    public async Task The_recipe_for_pandas_counts() => await AssertDeathsAsync(await RunAsync("python3", ["-c", ToServer(Recipe("# pandas"))]));

    [FactWithTool("Rscript")]
    public async Task The_recipe_for_R_counts() => await AssertDeathsAsync(await RunAsync("Rscript", ["-e", ToServer(Recipe("# R"))]));

    [FactWithTool("duckdb")]
    public async Task The_recipe_for_DuckDB_counts() => await AssertDeathsAsync(await RunAsync("bash", ["-c", ToServer(Recipe("# DuckDB"))]));

    [FactWithTool("sqlite3")]
    public async Task The_recipe_for_sqlite3_counts()
    {
        var folder = Directory.CreateTempSubdirectory("events-recipe-").FullName;
        await AssertDeathsAsync(await RunAsync("bash", ["-c", $"cd {folder}\n{ToServer(Recipe("# sqlite3"))}"]));
        Directory.Delete(folder, recursive: true);
    }

    private static string Recipe(string title) => Regex.Match(Readme, $"```\\w+\n{title}\n(.*?)```", RegexOptions.Singleline) is { Success: true } found ? found.Groups[1].Value : throw new InvalidOperationException($"There is no recipe '{title}'.");

    [Fact]
    public void The_two_commands_are_the_ones_the_project_has()
    {
        Assert.Contains("dotnet run -c Release --project src/EventsApi\n", Readme);
        Assert.Contains("dotnet test\n", Readme);
        Assert.True(File.Exists(Path.Combine(Repository.Root, "src/EventsApi/EventsApi.csproj")));
    }

    [Fact]
    public async Task The_number_of_events_is_the_catalogues()
    {
        var stats = await api.GetAsync("/v1/stats");

        Assert.Contains($"with {stats.GetProperty("records").GetProperty("event").GetInt64():N0} real events", Readme);
    }

    [Fact]
    public void Every_folder_of_the_map_exists_and_every_folder_is_on_it()
    {
        var named = Folder().Matches(Readme).Select(m => m.Groups[1].Value).ToHashSet();
        foreach (var folder in Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src/EventsApi")).Select(Path.GetFileName).Where(f => f is not ("bin" or "obj")))
            Assert.True(named.Contains($"src/EventsApi/{folder}") || Readme.Contains($"`{folder}`"), $"{folder} is not on the README's map.");
        foreach (var folder in named.Where(n => n.StartsWith("src", StringComparison.Ordinal)))
            Assert.True(Path.Exists(Path.Combine(Repository.Root, folder)), $"{folder} is on the README's map, but not there.");
    }

    private string ToServer(string text) => text.Replace("http://localhost:5080", api.Root);

    private static string Block(string language) => Regex.Match(Readme, $"```{language}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = System.Text.Encoding.UTF8 })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(process.ExitCode == 0, await error);
        return await output;
    }

    [GeneratedRegex(@"```console\n\$ (?<command>[^\n]+)\n(?<answer>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Console();

    [GeneratedRegex(@"`((?:src|tests|openapi|scripts)(?:/[\w./]+)?)`")]
    private static partial Regex Folder();
}

/// <summary>A test that needs a program of the machine, and says that it was skipped without it.</summary>
public sealed class FactWithToolAttribute : FactAttribute
{
    /// <param name="module">A module that Python needs beside it.</param>
    public FactWithToolAttribute(string tool, string? module = null)
    {
        if (Tools.PathOf(tool) is null) Skip = $"There is no {tool} on this machine.";
        else if (module is not null && !HasModule(tool, module)) Skip = $"{tool} has no {module} on this machine.";
    }

    private static bool HasModule(string python, string module)
    {
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", $"import importlib.util, sys; sys.exit(importlib.util.find_spec('{module}') is None)"]))!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
