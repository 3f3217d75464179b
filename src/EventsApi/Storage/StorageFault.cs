using Microsoft.Data.Sqlite;
using SQLitePCL;

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
    /// <summary>The fault of the disk that an error tells of; null when it is about something else.</summary>
    public static StorageFault? Of(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            if (error is SqliteException { SqliteErrorCode: var code, SqliteExtendedErrorCode: var extended })
                return code switch
                {
                    raw.SQLITE_FULL => new StorageFault(StorageFaultKind.Full, "The disk is full. Make space; nothing has to be restarted."),
                    raw.SQLITE_IOERR => new StorageFault(StorageFaultKind.Failing, $"The disk failed a read or a write (code {extended}). See the system's log."),
                    raw.SQLITE_READONLY => new StorageFault(StorageFaultKind.Failing, $"The catalogue's file cannot be written (code {extended}). See its rights and those of its folder, and how the disk is mounted."),
                    raw.SQLITE_CANTOPEN => new StorageFault(StorageFaultKind.Failing, $"The catalogue's file or its log cannot be opened (code {extended}). See their rights, and the number of open files."),
                    raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new StorageFault(StorageFaultKind.Damaged, $"The catalogue's file is damaged (code {extended}). Stop the server, then: restore FILE, with the last backup. 'check' tells what is wrong."),
                    _ => null,
                };
        return null;
    }
}
