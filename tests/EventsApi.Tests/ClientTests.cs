using System.Diagnostics;

namespace EventsApi.Tests;

/// <summary>A client whose types are made from the contract compiles under TypeScript's strictest rules and runs.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class ClientTests(DefaultApi api)
{
    internal static readonly string Folder = Path.Combine(Repository.Root, "openapi", "client");

    [FactWithClient]
    public async Task The_TypeScript_sample_compiles_and_runs()
    {
        await RunAsync("run", "generate");
        // What may be a number or a text makes every caller ask.
        var types = await File.ReadAllTextAsync(Path.Combine(Folder, "build", "v1.ts"));
        Assert.DoesNotContain("number | string", types, StringComparison.Ordinal);
        Assert.DoesNotContain("string | number", types, StringComparison.Ordinal);
        await RunAsync("run", "compile");

        var output = await RunAsync("start", "--", api.Root);

        Assert.Contains("7th meeting of the ICI Policy Advisory Group", output, StringComparison.Ordinal);
        Assert.Contains("400 consult", output, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("npm", arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        Assert.True(process.ExitCode == 0, $"npm {string.Join(' ', arguments)}: {await output}{await error}");
        return await output;
    }
}

/// <summary>A test that needs node, and the packages of the client sample.</summary>
public sealed class FactWithClientAttribute : FactAttribute
{
    public FactWithClientAttribute() => Skip = new FactWithToolAttribute("node").Skip ?? new FactWithToolAttribute("npm").Skip ?? (Directory.Exists(Path.Combine(ClientTests.Folder, "node_modules")) ? null : "The client's packages are not installed; npm ci --prefix openapi/client does it.");
}
