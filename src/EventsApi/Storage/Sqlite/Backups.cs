using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EventsApi.Storage;

/// <summary>A copy of the catalogue that was checked after it was made.</summary>
/// <param name="File">Where it lies; its digest lies beside it, with .sha256 behind the name, as sha256sum reads it.</param>
/// <param name="Version">Of the catalogue: every commit up to this one is in it.</param>
public sealed record Backup(string File, long Bytes, string Sha256, long Version);

/// <summary>A catalogue that was put in place of another.</summary>
/// <param name="KeptAs">Where the other one lies now; null when there was none.</param>
public sealed record Restored(string Catalogue, string? KeptAs, string Sha256);

/// <summary>Copies of the whole catalogue: made beside readers and writers, put back when nobody has it open. Uploads that wait to be imported lie beside the file and are not part of it.</summary>
internal static partial class Backups
{
    // Two megabytes: between two of them it is seen whether the caller has gone.
    private const int PagesAtOnce = 256;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static string DigestOf(string file) => file + ".sha256";

    /// <summary>Copies one state of the catalogue while others read and write it: whatever was acknowledged before the call is in the copy. The copy gets its name when it was checked and is on disk.</summary>
    /// <param name="replace">Whether a file of that name may be replaced.</param>
    public static async Task<Backup> MakeAsync(string catalogue, string file, bool replace, CancellationToken ct)
    {
        if (Directory.Exists(file)) throw new CatalogueException($"{file} is a folder; name a file.");
        if (!Directory.Exists(Path.GetDirectoryName(file))) throw new CatalogueException($"There is no folder {Path.GetDirectoryName(file)}.");
        if (Path.GetFullPath(catalogue) is var open && (file == open || file.StartsWith(open + "-", StringComparison.Ordinal) || file == open + ".lock")) throw new CatalogueException($"{file} belongs to the catalogue itself; name another file.");
        foreach (var taken in (string[])[file, DigestOf(file)])
            if (!replace && File.Exists(taken)) throw new CatalogueException($"{taken} exists. Name another file, or add --force to replace it.");
        var partial = $"{file}.partial-{Guid.NewGuid():N}";
        try
        {
            // The copy has the hashes of the keys in it, so it is the owner's alone.
            await using (new FileStream(partial, NewFile(FileAccess.Write))) { }
            // A thread of its own: a large file takes minutes, and a pool thread would be missing elsewhere.
            var version = await Task.Factory.StartNew(() => Copy(catalogue, partial, ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            string digest;
            long bytes;
            await using (var copy = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite))
            {
                digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(copy, ct));
                bytes = copy.Length;
                copy.Flush(flushToDisk: true);
            }
            await using (var line = new FileStream(partial + ".sha256", NewFile(FileAccess.Write)))
            {
                await line.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"{digest}  {Path.GetFileName(file)}\n"), ct);
                line.Flush(flushToDisk: true);
            }
            // Killed between the two, a file has the digest of another, or none: then restore refuses it.
            File.Move(partial, file, replace);
            File.Move(partial + ".sha256", DigestOf(file), replace);
            SyncFolder(file);
            return new Backup(file, bytes, digest, version);
        }
        catch (SqliteException fault)
        {
            throw new CatalogueException($"No backup was made: {fault.Message}");
        }
        finally
        {
            foreach (var left in (string[])[partial, partial + "-journal", partial + "-wal", partial + "-shm", partial + ".sha256"]) File.Delete(left);
        }
    }

    private static FileStreamOptions NewFile(FileAccess access)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = access };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return options;
    }

    /// <summary>The version of the catalogue in the copy.</summary>
    private static long Copy(string catalogue, string file, CancellationToken ct)
    {
        using var from = new Reader(new SqliteEngine(catalogue));
        // One snapshot for all steps: without it a write between two of them would begin the copy anew.
        from.Kept("BEGIN").Run();
        var version = from.Kept("SELECT version FROM state").Scalar()!.Value;
        using var to = Open(file, SqliteOpenMode.ReadWrite);
        // It is put on disk as a whole, and thrown away when anything fails before that.
        to.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
        using (var backup = raw.sqlite3_backup_init(to.Handle!, "main", ((SqliteConnection)from.Db).Handle!, "main"))
        {
            if (backup.IsInvalid) throw new SqliteException(raw.sqlite3_errmsg(to.Handle!).utf8_to_string(), raw.sqlite3_errcode(to.Handle!));
            int code;
            do
            {
                ct.ThrowIfCancellationRequested();
                code = raw.sqlite3_backup_step(backup, PagesAtOnce);
            }
            while (code == raw.SQLITE_OK);
            if (code != raw.SQLITE_DONE) throw new SqliteException($"SQLite error {code}: {raw.sqlite3_errstr(code).utf8_to_string()}", code & 0xff, code);
        }
        from.Kept("COMMIT").Run();
        // One file, that can be opened where nothing may be written; the server makes it a log again when it opens it.
        to.Execute("PRAGMA journal_mode = DELETE");
        Check(to, "The copy");
        if (to.ExecuteScalar<long>("SELECT version FROM state") != version) throw new CatalogueException("No backup was made: the copy is of another state than the one that was read.");
        return version;
    }

    /// <summary>Puts a backup in the place of the catalogue, which nobody may have open. The one that was there is kept; a kill at any moment leaves the one or the other.</summary>
    /// <param name="now">Names the file that is kept.</param>
    public static async Task<Restored> RestoreAsync(string file, string catalogue, DateTimeOffset now, CancellationToken ct)
    {
        catalogue = Path.GetFullPath(catalogue);
        if (Directory.Exists(file)) throw new CatalogueException($"{file} is a folder; name a file that backup wrote.");
        if (!File.Exists(file)) throw new CatalogueException($"There is no file {file}.");
        if (file == catalogue) throw new CatalogueException($"{file} is the catalogue itself; name a file that backup wrote.");
        if (!File.Exists(DigestOf(file))) throw new CatalogueException($"There is no {DigestOf(file)}: only a file that backup wrote, with its digest beside it, is restored.");
        if (!Directory.Exists(Path.GetDirectoryName(catalogue))) throw new CatalogueException($"There is no folder {Path.GetDirectoryName(catalogue)}. Make it, or name another file with --catalogue FILE.");
        var wanted = (await File.ReadAllTextAsync(DigestOf(file), ct)).Split([' ', '\n'], 2)[0];
        if (wanted.Length != 64 || !wanted.All(char.IsAsciiHexDigitLower)) throw new CatalogueException($"{DigestOf(file)} holds no digest of backup.");

        using var alone = SqliteEngine.Lock(catalogue + ".lock");
        var partial = $"{catalogue}.restoring";
        File.Delete(partial);
        try
        {
            string digest;
            await using (var from = File.OpenRead(file))
            await using (var to = new FileStream(partial, NewFile(FileAccess.ReadWrite)))
            {
                await from.CopyToAsync(to, ct);
                to.Position = 0;
                // What is put in place is what was hashed, not what lies elsewhere and may change meanwhile.
                digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(to, ct));
                to.Flush(flushToDisk: true);
            }
            if (digest != wanted) throw new CatalogueException($"{file} is not what backup wrote: its digest is {digest}, and {DigestOf(file)} says {wanted}. Take another backup.");
            try
            {
                using var copy = Open(partial, SqliteOpenMode.ReadOnly);
                SqliteMigrations.Require(copy, file);
                Check(copy, file);
            }
            catch (SqliteException fault)
            {
                throw new CatalogueException($"{file} cannot be opened as a catalogue: {fault.Message} Take another backup.");
            }
            return new Restored(catalogue, Exchange(partial, catalogue, now), digest);
        }
        finally
        {
            foreach (var left in (string[])[partial, partial + "-journal"]) File.Delete(left);
        }
    }

    private static string? Exchange(string partial, string catalogue, DateTimeOffset now)
    {
        var kept = File.Exists(catalogue) || File.Exists(catalogue + "-wal") ? $"{catalogue}.before-restore-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}" : null;
        for (var n = 2; kept is not null && (File.Exists(kept) || File.Exists(kept + "-wal")); n++) kept = $"{kept.Split('~')[0]}~{n}";
        if (File.Exists(catalogue) && !OperatingSystem.IsWindows()) File.SetUnixFileMode(partial, File.GetUnixFileMode(catalogue));
        if (File.Exists(catalogue + "-wal"))
        {
            // Opening a damaged file can take its log away, and whoever repairs it needs both.
            File.Copy(catalogue + "-wal", kept + "-wal");
            try
            {
                // A sound one takes in its log, and is whole in one file.
                using (var old = Open(catalogue, SqliteOpenMode.ReadWrite)) old.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
                File.Delete(kept + "-wal");
            }
            catch (SqliteException)
            {
                // Damaged: it is kept as it is, with its log.
            }
            // A log belongs to one file and would spoil another.
            File.Delete(catalogue + "-wal");
        }
        File.Delete(catalogue + "-shm");
        if (File.Exists(catalogue)) File.Replace(partial, catalogue, kept);
        else File.Move(partial, catalogue);
        SyncFolder(catalogue);
        return kept;
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        SqliteLink.Configure();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            // Nothing that stands in a file from elsewhere may run.
            connection.Execute("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Check(SqliteConnection connection, string named)
    {
        var faults = connection.Query<string>("PRAGMA integrity_check(5)").AsList();
        if (faults is not ["ok"]) throw new CatalogueException($"{named} is damaged: {string.Join("; ", faults)}.");
    }

    /// <summary>A new name is on disk when its folder is.</summary>
    private static void SyncFolder(string file)
    {
        if (OperatingSystem.IsWindows()) return;
        var folder = open(Path.GetDirectoryName(file)!, 0);
        if (folder < 0) return;
        var failed = fsync(folder) != 0;
        _ = close(folder);
        if (failed) throw new IOException($"The folder of {file} cannot be written to disk.");
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int fsync(int file);

    [LibraryImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int close(int file);
}
