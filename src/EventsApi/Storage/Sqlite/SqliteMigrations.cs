using Dapper;
using Microsoft.Data.Sqlite;

namespace EventsApi.Storage;

/// <summary>Brings a file to this program's schema, and says what is no catalogue of it.</summary>
internal static class SqliteMigrations
{
    // "EVTC": marks a file as a catalogue, so that some other database is never taken for one.
    private const int ApplicationId = 0x45565443;

    private static readonly Migrations Migrations = new("Sqlite");

    /// <summary>Refuses what is no catalogue, or one of a newer program; the number of the last migration it has had.</summary>
    /// <param name="path">How the file is called to whoever named it.</param>
    /// <param name="mayBeEmpty">Whether a file with nothing in it is about to become one.</param>
    public static int Require(SqliteConnection connection, string path, bool mayBeEmpty = false)
    {
        var version = connection.ExecuteScalar<int>("PRAGMA user_version");
        var tables = connection.ExecuteScalar<int>("SELECT count(*) FROM sqlite_schema");
        if ((tables > 0 || !mayBeEmpty) && connection.ExecuteScalar<int>("PRAGMA application_id") != ApplicationId)
            throw new CatalogueException($"{path} is a database, but not an events catalogue. Name another file with --catalogue FILE.");
        if (version > Migrations.Last)
            throw new CatalogueException($"{path} was written by a newer version of this program (schema {version}, this one knows {Migrations.Last}). Update the program, or name another file with --catalogue FILE.");
        return version;
    }

    public static void Migrate(SqliteConnection connection, string path)
    {
        foreach (var (number, sql) in Migrations.After(Require(connection, path, mayBeEmpty: true)))
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute(sql, transaction: transaction);
            connection.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {number}", transaction: transaction);
            transaction.Commit();
        }
    }
}
