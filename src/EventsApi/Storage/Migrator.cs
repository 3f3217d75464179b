using System.Globalization;
using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;

namespace EventsApi.Storage;

/// <summary>Applies the numbered .sql files, each in one transaction: a kill at any moment leaves the old schema or the new one.</summary>
internal static class Migrator
{
    // "EVTC": marks a file as a catalogue, so that some other database is never taken for one.
    private const int ApplicationId = 0x45565443;

    private static readonly (int Number, string Resource)[] Migrations =
        [.. from name in Assembly.GetExecutingAssembly().GetManifestResourceNames()
            where name.Contains(".Storage.Sqlite.", StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal)
            let file = name[(name.IndexOf(".Sqlite.", StringComparison.Ordinal) + 8)..]
            orderby file
            select (int.Parse(file[..4], CultureInfo.InvariantCulture), name)];

    /// <summary>Refuses what is no catalogue, or one of a newer program; the number of the last migration it has had.</summary>
    /// <param name="path">How the file is called to whoever named it.</param>
    /// <param name="mayBeEmpty">Whether a file with nothing in it is about to become one.</param>
    public static int Require(SqliteConnection connection, string path, bool mayBeEmpty = false)
    {
        var version = connection.ExecuteScalar<int>("PRAGMA user_version");
        var tables = connection.ExecuteScalar<int>("SELECT count(*) FROM sqlite_schema");
        if ((tables > 0 || !mayBeEmpty) && connection.ExecuteScalar<int>("PRAGMA application_id") != ApplicationId)
            throw new CatalogueException($"{path} is a database, but not an events catalogue. Name another file with --catalogue FILE.");
        if (version > Migrations[^1].Number)
            throw new CatalogueException($"{path} was written by a newer version of this program (schema {version}, this one knows {Migrations[^1].Number}). Update the program, or name another file with --catalogue FILE.");
        return version;
    }

    public static void Migrate(SqliteConnection connection, string path)
    {
        var version = Require(connection, path, mayBeEmpty: true);
        foreach (var (number, resource) in Migrations.Where(m => m.Number > version))
        {
            using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
            using var transaction = connection.BeginTransaction();
            connection.Execute(reader.ReadToEnd(), transaction: transaction);
            connection.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {number}", transaction: transaction);
            transaction.Commit();
        }
    }
}

/// <summary>The catalogue cannot be opened or used; the message is one line that says what to do.</summary>
public class CatalogueException(string message) : Exception(message);

/// <summary>Another process has the catalogue open.</summary>
public sealed class CatalogueInUseException(string message) : CatalogueException(message);
