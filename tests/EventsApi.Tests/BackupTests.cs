using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using EventsApi.Records;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>A backup holds what was acknowledged before it began, and comes back whole or not at all.</summary>
public sealed class BackupTests(EmptyApi api) : IClassFixture<EmptyApi>, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backups-").FullName;

    // As a server does: commands find the catalogue open and hand their work over.
    private readonly CancellationTokenSource _stop = new();
    private Task? _listening;

    public Task InitializeAsync()
    {
        _listening = Handover.ListenAsync(api.File, api.Services, Commands.Root(), _stop.Token);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening!;
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Named(string name) => Path.Combine(_folder, name);

    private static Task<(int Exit, string Out, string Error)> CallAsync(params string[] args) => CommandLine.RunAsync(args);

    private async Task<string> BackupAsync()
    {
        var file = Named("copy.db");
        var (exit, _, error) = await CallAsync("backup", file, "--catalogue", api.File);
        Assert.True(exit == 0, error);
        return file;
    }

    [FactOnFile("backup copies a file")]
    public async Task A_backup_under_writers_holds_all_that_was_acknowledged_before_it_began()
    {
        var acknowledged = new List<string>();
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(w => Task.Run(async () =>
        {
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                var ids = await api.GivenAsync(Kind.Topic, new { label = $"Under load {w} {n}" });
                lock (acknowledged) acknowledged.Add(ids[0]);
            }
        })).ToArray();
        var patience = Stopwatch.StartNew();
        while (Read().Length < 20 && !Array.Exists(writers, w => w.IsCompleted))
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), "The writers do not come to 20 writes.");
            await Task.Delay(10);
        }
        for (var round = 0; round < 3; round++)
        {
            var (before, file) = (Read(), Named($"load-{round}.db"));

            var made = await api.Services.GetRequiredService<Database>().BackUpAsync(file, replace: false, default);

            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file))), made.Sha256);
            Assert.Equal($"{made.Sha256}  {Path.GetFileName(file)}\n", await File.ReadAllTextAsync(file + ".sha256"));
            var held = await TopicsAsync(file);
            Assert.Empty(before.Except(held));
        }
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        string[] Read()
        {
            lock (acknowledged) return [.. acknowledged];
        }
    }

    /// <summary>Opened by the program itself, so that a copy it cannot serve is no backup.</summary>
    private async Task<HashSet<string>> TopicsAsync(string file)
    {
        var opened = Named($"opened-{Guid.NewGuid():N}.db");
        File.Copy(file, opened);
        var (exit, _, error) = await CallAsync("check", "--catalogue", opened);
        Assert.True(exit == 0, error);
        using var database = new Database(Microsoft.Extensions.Options.Options.Create(new CatalogueOptions { Path = opened }), TimeProvider.System);
        return await database.ReadHeavyAsync(reader =>
        {
            var ids = new HashSet<string>();
            var row = reader.Kept("SELECT id FROM records WHERE ref BETWEEN ? AND ?").Bind(Kind.Topic.Refs.Low).Bind(Kind.Topic.Refs.High);
            while (row.Step()) ids.Add(row.Text(0));
            return ids;
        });
    }

    [FactOnFile("backup copies a file")]
    public async Task A_restore_brings_the_catalogue_back_and_keeps_the_other()
    {
        var was = (await api.GivenAsync(Kind.Topic, new { label = "Was there" }))[0];
        var file = await BackupAsync();
        var other = Named("other.db");
        Assert.Equal(0, (await CallAsync("keys", "create", "--create", "--catalogue", other)).Exit);

        var (exit, output, error) = await CallAsync("restore", file, "--catalogue", other, "--json");

        Assert.True(exit == 0, error);
        var kept = JsonDocument.Parse(output).RootElement.GetProperty("keptAs").GetString()!;
        Assert.StartsWith(other + ".before-restore-", kept, StringComparison.Ordinal);
        Assert.Contains(was, await TopicsAsync(other));
        Assert.Empty(await TopicsAsync(kept));
        Assert.False(File.Exists(other + "-wal") || File.Exists(other + "-shm") || File.Exists(other + ".restoring"));
        if (!OperatingSystem.IsWindows()) Assert.Equal(File.GetUnixFileMode(kept), File.GetUnixFileMode(other));
    }

    [FactOnFile("backup copies a file")]
    public async Task A_damaged_catalogue_with_its_log_is_kept_and_replaced()
    {
        var was = (await api.GivenAsync(Kind.Topic, new { label = "Was sound" }))[0];
        var file = await BackupAsync();
        var other = Named("damaged.db");
        await File.WriteAllTextAsync(other, new string('x', 20_000));
        await File.WriteAllTextAsync(other + "-wal", "some log");

        var (exit, output, error) = await CallAsync("restore", file, "--catalogue", other, "--json");

        Assert.True(exit == 0, error);
        var kept = JsonDocument.Parse(output).RootElement.GetProperty("keptAs").GetString()!;
        Assert.Equal(new string('x', 20_000), await File.ReadAllTextAsync(kept));
        Assert.Equal("some log", await File.ReadAllTextAsync(kept + "-wal"));
        Assert.Contains(was, await TopicsAsync(other));
    }

    [TheoryOnFile("backup copies a file")]
    [InlineData("a flipped byte")]
    [InlineData("a missing end")]
    [InlineData("no digest")]
    [InlineData("another digest")]
    [InlineData("no catalogue")]
    public async Task A_backup_that_was_changed_is_refused_and_nothing_happens(string change)
    {
        var (file, other) = (await BackupAsync(), Named("untouched.db"));
        Assert.Equal(0, (await CallAsync("keys", "create", "--create", "--catalogue", other)).Exit);
        var before = await File.ReadAllBytesAsync(other);
        switch (change)
        {
            case "a flipped byte":
                await using (var bytes = File.OpenWrite(file))
                {
                    bytes.Position = bytes.Length / 2;
                    bytes.WriteByte(0xA5);
                }
                break;
            case "a missing end":
                await using (var bytes = File.OpenWrite(file)) bytes.SetLength(bytes.Length - 8192);
                break;
            case "no digest": File.Delete(file + ".sha256"); break;
            case "another digest": await File.WriteAllTextAsync(file + ".sha256", new string('0', 64) + "  copy.db\n"); break;
            case "no catalogue":
                await File.WriteAllTextAsync(file, "Not a database.");
                await File.WriteAllTextAsync(file + ".sha256", Convert.ToHexStringLower(SHA256.HashData("Not a database."u8)) + "  copy.db\n");
                break;
        }

        var (exit, _, error) = await CallAsync("restore", file, "--catalogue", other);

        Assert.Equal(1, exit);
        Assert.Contains(change is "no digest" ? "only a file that backup wrote" : change == "no catalogue" ? "catalogue" : "is not what backup wrote", error);
        Assert.Equal(before, await File.ReadAllBytesAsync(other));
        Assert.Equal((string[])["untouched.db", "untouched.db.lock"], Directory.GetFiles(_folder, "untouched*").Select(Path.GetFileName).Order());
    }

    [FactOnFile("backup copies a file")]
    public async Task A_backup_replaces_nothing_unless_told_to()
    {
        var file = await BackupAsync();
        var before = await File.ReadAllBytesAsync(file);
        await api.GivenAsync(Kind.Topic, new { label = "Later" });

        var refused = await CallAsync("backup", file, "--catalogue", api.File);

        Assert.Equal(1, refused.Exit);
        Assert.Contains("--force", refused.Error);
        Assert.Equal(before, await File.ReadAllBytesAsync(file));
        Assert.Equal(0, (await CallAsync("backup", file, "--force", "--catalogue", api.File)).Exit);
        Assert.NotEqual(before, await File.ReadAllBytesAsync(file));
        Assert.Equal((string[])["copy.db", "copy.db.sha256"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
    }

    [FactOnFile("backup copies a file")]
    public async Task A_restore_is_refused_while_the_catalogue_is_open()
    {
        var (exit, _, error) = await CallAsync("restore", await BackupAsync(), "--catalogue", api.File);

        Assert.Equal(1, exit);
        Assert.Contains("Stop it", error);
    }

    [TheoryOnFile("backup copies a file")]
    [InlineData(1, "belongs to the catalogue", "backup", "{catalogue}", "--force")]
    [InlineData(1, "belongs to the catalogue", "backup", "{catalogue}-wal", "--force")]
    [InlineData(1, "There is no folder", "backup", "{folder}/none/x.db")]
    [InlineData(1, "is a folder", "backup", "{folder}")]
    [InlineData(1, "There is no file", "restore", "{folder}/none.db")]
    [InlineData(1, "is a folder", "restore", "{folder}")]
    [InlineData(2, "", "backup")]
    [InlineData(2, "", "restore")]
    [InlineData(2, "", "restore", "a", "b")]
    public async Task A_wrong_call_says_what_to_do(int exit, string says, params string[] args)
    {
        var call = await CallAsync([.. args.Select(a => a.Replace("{folder}", _folder).Replace("{catalogue}", api.File)), "--catalogue", api.File]);

        Assert.Equal(exit, call.Exit);
        Assert.Contains(says, call.Error);
    }
}

/// <summary>The program as an operator calls it.</summary>
internal static class CommandLine
{
    public static async Task<(int Exit, string Out, string Error)> RunAsync(params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Server).Assembly.Location, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(120));
        return (process.ExitCode, await output, await error);
    }
}
