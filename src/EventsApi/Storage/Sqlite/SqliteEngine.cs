using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EventsApi.Storage;

/// <summary>A catalogue in one SQLite file, which one process has open.</summary>
internal sealed class SqliteEngine : Engine
{
    // EROFS.
    private const int ReadOnlyDisk = 30;

    private readonly string _path, _called;
    private readonly FileStream? _lock;

    /// <summary>For those who only read a file that somebody else may have open.</summary>
    public SqliteEngine(string path) => _path = _called = path;

    public SqliteEngine(CatalogueOptions settings)
    {
        (_path, _called) = (Path.GetFullPath(settings.Path), settings.Path);
        if (!File.Exists(_path) && !settings.Create && settings.Path != CatalogueOptions.DefaultPath)
            throw new CatalogueException($"There is no catalogue at {settings.Path}. Check the path, or add --create to make one there.");

        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        // SQLite before 3.51.3 can corrupt a WAL database that two connections write, so a second process must not even open it.
        _lock = Lock(_path + ".lock");
    }

    public override Link OpenReader(int cache) => SqliteLink.Reader(_path, cache);

    public override Link OpenWriter()
    {
        try
        {
            return SqliteLink.Writer(_path);
        }
        catch (SqliteException error)
        {
            // Never replaced, never created anew: whoever owns the file decides what becomes of it.
            throw new CatalogueException(StorageFault.Of(error) is { Kind: not StorageFaultKind.Damaged } fault ? $"{_called} cannot be opened: {fault.Message}"
                : $"{_called} cannot be opened as a catalogue: {error.Message} It is left as it is. Put a backup in its place with: restore FILE --catalogue {_called}. Or name another file with --catalogue FILE.");
        }
    }

    public override int Readers => Math.Max(2, Environment.ProcessorCount);

    public override void Listen(Action<long, long> committed)
    {
        // No other process has the file open.
    }

    public override bool IsShared => false;

    public override bool TryHold(string work, long number) => true;

    public override void LetGo(string work, long number)
    {
        // Nobody waits for it.
    }

    public override (long Catalogue, long Log, long Free) Sizes
    {
        get
        {
            var (file, log) = (new FileInfo(_path), new FileInfo(_path + "-wal"));
            return (file.Exists ? file.Length : 0, log.Exists ? log.Length : 0, new DriveInfo(file.DirectoryName!).AvailableFreeSpace);
        }
    }

    public override IReadOnlyList<StandbyState> Standbys => [];

    public override IReadOnlyList<string> Check(Reader reader)
    {
        // SQLite's check takes the full text's structure as this connection last saw it, and calls it malformed when others wrote since; a query reads it anew.
        foreach (var table in (string[])["words", "words_by_hand"]) reader.Db.ExecuteScalar<long?>($"SELECT rowid FROM {table} WHERE {table} MATCH '\"a\"' LIMIT 1");
        return [.. reader.Db.Query<string>("PRAGMA integrity_check(20)").Where(line => line != "ok")];
    }

    public override Task<Backup> BackUpAsync(string file, bool replace, CancellationToken ct) => Backups.MakeAsync(_path, file, replace, ct);

    /// <summary>Held by the one process that has the catalogue open.</summary>
    internal static FileStream Lock(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException)
        {
            throw new CatalogueException($"{file} cannot be written. The program needs the right to write the catalogue's folder, also for reading.");
        }
        catch (IOException error) when (error.HResult == ReadOnlyDisk)
        {
            throw new CatalogueException($"{file} cannot be written: the disk is read-only. The program needs to write the catalogue's folder, also for reading.");
        }
        catch (IOException) when (Directory.Exists(Path.GetDirectoryName(file)))
        {
            throw new CatalogueInUseException($"Another process has this catalogue open ({file} is locked). Stop it first, or name another file with --catalogue FILE.");
        }
    }

    /// <summary>The fault of the disk that an error of SQLite tells of; null when it is about something else.</summary>
    public static StorageFault? FaultOf(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => new StorageFault(StorageFaultKind.Full, "The disk is full. Make space; nothing has to be restarted."),
        raw.SQLITE_IOERR => new StorageFault(StorageFaultKind.Failing, $"The disk failed a read or a write (code {error.SqliteExtendedErrorCode}). See the system's log."),
        raw.SQLITE_READONLY => new StorageFault(StorageFaultKind.Failing, $"The catalogue's file cannot be written (code {error.SqliteExtendedErrorCode}). See its rights and those of its folder, and how the disk is mounted."),
        raw.SQLITE_CANTOPEN => new StorageFault(StorageFaultKind.Failing, $"The catalogue's file or its log cannot be opened (code {error.SqliteExtendedErrorCode}). See their rights, and the number of open files."),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new StorageFault(StorageFaultKind.Damaged, $"The catalogue's file is damaged (code {error.SqliteExtendedErrorCode}). Stop the server, then: restore FILE, with the last backup. 'check' tells what is wrong."),
        _ => null,
    };

    public override void Dispose() => _lock?.Dispose();
}
