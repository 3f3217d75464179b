using System.Diagnostics;

namespace EventsApi.Tests;

/// <summary>The short forms of the drills in scripts/drills; the long ones run by <c>scripts/check --drills</c>. Each has a control that must fail, and fails itself when the control does not.</summary>
[Trait(Engines.Trait, Engines.Any)]
public sealed class DrillTests
{
    [TheoryWithTools("python3", "gcc")]
    [InlineData("kill", "--rounds", "5")]
    [InlineData("power", "--rounds", "10")]
    [InlineData("diskfault")]
    [InlineData("keys", "--rounds", "2000")]
    [InlineData("once", "--rounds", "4")]
    public async Task What_is_promised_holds_in_the_short_form(string drill, params string[] options)
    {
        using var process = Process.Start(new ProcessStartInfo("python3", [Path.Combine(Repository.Root, "scripts", "drills", drill + ".py"), "--program", typeof(Server).Assembly.Location, .. options]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));

        Assert.True(process.ExitCode == 0, await output + await error);
    }
}

/// <summary>A test that needs programs of the machine, and says that it was skipped without them.</summary>
public sealed class TheoryWithToolsAttribute : TheoryAttribute
{
    public TheoryWithToolsAttribute(params string[] tools)
    {
        if (!OperatingSystem.IsLinux()) Skip = "The drills need Linux.";
        else if (Array.Find(tools, tool => Tools.PathOf(tool) is null) is { } missing) Skip = $"There is no {missing} on this machine.";
    }
}
