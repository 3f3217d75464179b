using Microsoft.Data.Sqlite;
using Npgsql;

namespace EventsApi.Storage;

/// <summary>What the disk, and not the request, is to blame for.</summary>
public enum StorageFaultKind
{
    /// <summary>There is no space left; reads go on.</summary>
    Full,
    /// <summary>The file cannot be written or read now; that may pass.</summary>
    Failing,
    /// <summary>The file holds what was never written to it; that does not pass.</summary>
    Damaged,
}

/// <summary>A fault of the disk.</summary>
/// <param name="Message">For the operator: what is wrong and what helps. No path, no content.</param>
public sealed record StorageFault(StorageFaultKind Kind, string Message)
{
    /// <summary>What the client may assume of its write, where that is not what it may of every fault of the kind.</summary>
    public string? Outcome { get; init; }

    /// <summary>The fault of the disk that an error tells of; null when it is about something else.</summary>
    public static StorageFault? Of(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            if (error is SqliteException fault) return SqliteEngine.FaultOf(fault);
            else if (error is NpgsqlException failure) return PostgresEngine.FaultOf(failure);
        return null;
    }
}
