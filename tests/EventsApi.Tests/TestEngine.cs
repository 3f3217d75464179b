using EventsApi.Storage;
using Npgsql;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace EventsApi.Tests;

/// <summary>The engine that the suite runs on: SQLite, or with <c>EVENTSAPI_TEST_ENGINE=postgres</c> a PostgreSQL server of its own, started once and stopped at the end.</summary>
public static class TestEngine
{
    public static bool IsPostgres { get; } = Environment.GetEnvironmentVariable("EVENTSAPI_TEST_ENGINE") switch
    {
        null or "" or "sqlite" => false,
        "postgres" => true,
        var other => throw new InvalidOperationException($"EVENTSAPI_TEST_ENGINE is sqlite or postgres, not {other}."),
    };

    private static readonly Lazy<PostgresServer> Server = new(Start);
    private static readonly Lock Copying = new();
    private static int _databases;

    /// <summary>The files of a database; the server's log is kept for as long as the server needs it, and is not among them.</summary>
    public static IEnumerable<string> FilesOf(string catalogue)
    {
        var name = new NpgsqlConnectionStringBuilder(catalogue).Database!;
        Server.Value.Ask("CHECKPOINT", name);
        return Directory.GetFiles(Path.Combine(Server.Value.Data, "base", (string)Server.Value.Ask("SELECT oid::text FROM pg_database WHERE datname = current_database()", name)!));
    }

    /// <summary>What a program is told to use a catalogue of its own.</summary>
    /// <param name="like">What another was told, which has ended: the catalogue is a copy of that one. Without, there is nothing in it.</param>
    /// <remarks>Where every question goes to a server and back, a machine that runs other tests too needs longer for those of many questions.</remarks>
    public static IEnumerable<KeyValuePair<string, string?>> Settings(KeyValuePair<string, string?>[]? like = null)
    {
        if (!IsPostgres) return [];
        var catalogue = like is null ? NewCatalogue() : NewDatabase(new NpgsqlConnectionStringBuilder(like[0].Value).Database!);
        return [KeyValuePair.Create("Catalogue:Connection", (string?)catalogue), KeyValuePair.Create("Catalogue:DeadlineMilliseconds", (string?)"30000")];
    }

    /// <summary>A transaction that has written to a database that is no catalogue, until it is disposed of; null where there is no server.</summary>
    public static IDisposable? WriteElsewhere()
    {
        if (!IsPostgres) return null;
        var connection = new NpgsqlConnection($"{Server.Value.Address};Database=postgres;Pooling=false");
        connection.Open();
        connection.BeginTransaction();
        using var write = new NpgsqlCommand("SELECT pg_current_xact_id()", connection);
        write.ExecuteScalar();
        return connection;
    }

    /// <summary>How to reach a new catalogue with nothing in it.</summary>
    public static string NewCatalogue() => NewDatabase(from: "empty_catalogue");

    /// <summary>How to reach a new database.</summary>
    /// <param name="from">Which one it is a copy of.</param>
    public static string NewDatabase(string from = "template0")
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        // One at a time copies a database.
        lock (Copying) Server.Value.Ask($"CREATE DATABASE {name} TEMPLATE {from} STRATEGY file_copy");
        return $"{Server.Value.Address};Database={name}";
    }

    /// <summary>Nobody needs a catalogue of these settings any more. All that a run makes would be gigabytes.</summary>
    public static void Drop(KeyValuePair<string, string?>[] settings)
    {
        if (settings is [{ Value: { } catalogue }, ..]) Server.Value.Ask($"DROP DATABASE {new NpgsqlConnectionStringBuilder(catalogue).Database} WITH (FORCE)");
    }

    private static PostgresServer Start()
    {
        // What a test leaves is thrown away, so nothing need reach the disk.
        var server = PostgresServer.Start("fsync=off", "full_page_writes=off", "shared_buffers=256MB");
        server.Ask("CREATE DATABASE empty_catalogue TEMPLATE template0");
        using var engine = new PostgresEngine(new CatalogueOptions { Connection = $"{server.Address};Database=empty_catalogue", Create = true });
        engine.OpenWriter().Dispose();
        return server;
    }
}

/// <summary>Who runs the suite on each engine need run some tests once only, and leaves them out with <c>--filter Engine!=any</c> the second time: those that start the engines they need themselves, and those that need none.</summary>
public static class Engines
{
    public const string Trait = "Engine", Any = "any";
}

/// <summary>What only the file has need be tested once, too.</summary>
public sealed class OnFileDiscoverer : ITraitDiscoverer
{
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute) => [KeyValuePair.Create(Engines.Trait, Engines.Any)];
}

/// <summary>A test of what only the file has; on another engine it is passed over.</summary>
[TraitDiscoverer("EventsApi.Tests.OnFileDiscoverer", "EventsApi.Tests")]
public sealed class FactOnFileAttribute : FactAttribute, ITraitAttribute
{
    /// <param name="what">What the file has that a server has not.</param>
    public FactOnFileAttribute(string what)
    {
        if (TestEngine.IsPostgres) Skip = $"Only the file has it: {what}.";
    }
}

/// <inheritdoc cref="FactOnFileAttribute"/>
[TraitDiscoverer("EventsApi.Tests.OnFileDiscoverer", "EventsApi.Tests")]
public sealed class TheoryOnFileAttribute : TheoryAttribute, ITraitAttribute
{
    /// <param name="what">What the file has that a server has not.</param>
    public TheoryOnFileAttribute(string what)
    {
        if (TestEngine.IsPostgres) Skip = $"Only the file has it: {what}.";
    }
}
