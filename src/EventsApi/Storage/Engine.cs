namespace EventsApi.Storage;

/// <summary>What one database does differently from another: how a catalogue is opened, measured, copied and checked. What its connections do differently is in <see cref="Link"/>.</summary>
internal abstract class Engine : IDisposable
{
    /// <summary>A parameter that is a JSON array of keys, as a table with the column key.</summary>
    public const string KeysOfJson = "(SELECT CAST(value AS BIGINT) AS key FROM json_each(?))";

    /// <summary>A parameter that is a JSON array, as a table with the column value; members of a row are read with <c>-&gt;&gt;</c>.</summary>
    public const string RowsOfJson = "json_each(?)";

    /// <summary>The engine that the settings name.</summary>
    public static Engine Open(CatalogueOptions settings) => settings.Connection == "" ? new SqliteEngine(settings) : new PostgresEngine(settings);

    /// <summary>A connection that can only read.</summary>
    /// <param name="cache">Kilobytes of pages kept, where the engine keeps pages in this process.</param>
    public abstract Link OpenReader(int cache);

    /// <summary>The connection that writes, to a catalogue of this program's schema: older ones are migrated, newer ones and what is no catalogue refused.</summary>
    public abstract Link OpenWriter();

    /// <summary>How many look-ups at once are worth it.</summary>
    public abstract int Readers { get; }

    /// <summary>Tells of commits that other processes make.</summary>
    /// <param name="committed">Takes the version and when it was made, Unix milliseconds; on any thread, more than once for the same one, and also for this process's own.</param>
    public abstract void Listen(Action<long, long> committed);

    /// <summary>Whether other processes may have the catalogue open too.</summary>
    public abstract bool IsShared { get; }

    /// <summary>Whether this process alone does a piece of work from here on, among all that have the catalogue open: until it lets go, or ends.</summary>
    public abstract bool TryHold(string work, long number);

    public abstract void LetGo(string work, long number);

    /// <summary>The size of the catalogue, of its log, and what is left on the disk, in bytes. Of a disk that is another machine's, 0 and as much as can be.</summary>
    public abstract (long Catalogue, long Log, long Free) Sizes { get; }

    /// <summary>The copies that reads can go to, and how far each is behind; none where there are none.</summary>
    public abstract IReadOnlyList<StandbyState> Standbys { get; }

    /// <summary>The engine's own check: empty when all is well.</summary>
    public abstract IReadOnlyList<string> Check(Reader reader);

    /// <summary>Copies the catalogue as it stands now.</summary>
    public abstract Task<Backup> BackUpAsync(string file, bool replace, CancellationToken ct);

    public abstract void Dispose();
}
