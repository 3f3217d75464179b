namespace EventsApi.Tests;

/// <summary>The command line teaches by examples that are legal.</summary>
[Trait(Engines.Trait, Engines.Any)]
public sealed class HelpTests
{
    public static TheoryData<string> Lines => [.. Commands.Examples.Values.SelectMany(e => e).Distinct()];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Every_example_of_the_help_can_be_called(string line) => Assert.Empty(Commands.Root().Parse(line).Errors);

    [Theory]
    [InlineData("import --help")]
    [InlineData("import gdelt --help")]
    [InlineData("purge -h")]
    [InlineData("keys revoke -?")]
    public void Help_is_given_where_something_is_still_missing(string line) => Assert.Empty(Commands.Root().Parse(line).Errors);

    [Theory]
    [InlineData("import", "For example: EventsApi import gdelt ")]
    [InlineData("kyes create", "Did you mean keys?")]
    [InlineData("serve --catalouge x.db", "Did you mean --catalogue?")]
    [InlineData("keys", "More: EventsApi keys --help")]
    public void A_wrong_call_is_told_how_it_is_done(string line, string told)
    {
        var call = Commands.Root().Parse(line);
        using var error = new StringWriter();
        Commands.Refuse(call, error);

        Assert.Contains(told, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(error.ToString().Split('\n'), error.ToString().Split('\n').Distinct());
    }

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
