namespace EventsApi.Tests;

/// <summary>The command line teaches by examples that are legal.</summary>
public sealed class HelpTests
{
    public static TheoryData<string> Lines => [.. Commands.Examples.Values.SelectMany(e => e).Distinct()];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Every_example_of_the_help_can_be_called(string line) => Assert.Empty(Commands.Root().Parse(line).Errors);

    [Fact]
    public void Every_command_shows_examples()
    {
        foreach (var (command, examples) in Commands.Examples)
        {
            using var output = new StringWriter();
            Commands.Root().Parse((command + " --help").TrimStart()).Invoke(new System.CommandLine.InvocationConfiguration { Output = output });
            Assert.All(examples, e => Assert.Contains($"  EventsApi {e}", output.ToString(), StringComparison.Ordinal));
        }
        Assert.Equal(Commands.Root().Subcommands.SelectMany(c => c.Subcommands.Select(s => $"{c.Name} {s.Name}").Append(c.Name)).Append("").Order(), Commands.Examples.Keys.Order());
    }
}
