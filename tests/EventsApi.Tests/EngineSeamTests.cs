using System.Text.RegularExpressions;

namespace EventsApi.Tests;

/// <summary>Only Storage/ knows which engine there is; PostgreSQL comes second.</summary>
[Trait(Engines.Trait, Engines.Any)]
public sealed partial class EngineSeamTests
{
    private static readonly string Source = Path.Combine(Repository.Root, "src", "EventsApi");

    [Theory]
    [InlineData("SqliteConnection")]
    [InlineData("SqliteException")]
    [InlineData("Microsoft.Data.Sqlite")]
    [InlineData("SQLitePCL")]
    [InlineData("Npgsql")]
    [InlineData("PRAGMA")]
    [InlineData(" MATCH ")]
    [InlineData("bm25(")]
    [InlineData("INSERT OR ")]
    [InlineData("sqlite_master")]
    [InlineData("json_extract(")]
    [InlineData("json_each(")]
    [InlineData("strftime(")]
    public void An_engine_word_stays_inside_Storage(string word) => Assert.Empty(Files().Where(f => !InStorage(f) && File.ReadAllText(f).Contains(word, StringComparison.Ordinal)).Select(f => Path.GetRelativePath(Source, f)));

    [Fact]
    public void The_words_are_looked_for_where_they_can_be_found()
    {
        var storage = string.Concat(Files().Where(InStorage).Select(File.ReadAllText));

        Assert.Contains("SqliteConnection", storage, StringComparison.Ordinal);
        Assert.Contains("PRAGMA", storage, StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_and_migrations_stay_inside_Storage()
    {
        Assert.Empty(Files().Where(f => !InStorage(f) && DefinesSchema().IsMatch(File.ReadAllText(f))).Select(f => Path.GetRelativePath(Source, f)));
        Assert.All(Directory.GetFiles(Source, "*.sql", SearchOption.AllDirectories).Where(f => !IsBuilt(f)), f => Assert.True(InStorage(f), f));
    }

    private static IEnumerable<string> Files() => Directory.GetFiles(Source, "*.cs", SearchOption.AllDirectories).Where(f => !IsBuilt(f));

    private static bool InStorage(string file) => Path.GetRelativePath(Source, file).StartsWith("Storage" + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static bool IsBuilt(string file) => Path.GetRelativePath(Source, file).Split(Path.DirectorySeparatorChar)[0] is "obj" or "bin";

    [GeneratedRegex(@"\b(CREATE|ALTER|DROP) (VIRTUAL )?(TABLE|INDEX|TRIGGER|VIEW)\b")]
    private static partial Regex DefinesSchema();
}
