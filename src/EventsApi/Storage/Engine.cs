using SQLitePCL;

namespace EventsApi.Storage;

/// <summary>Settings of the SQLite library that must be made before its first use.</summary>
internal static class Engine
{
    // SQLITE_CONFIG_MULTITHREAD and SQLITE_CONFIG_MEMSTATUS of sqlite3.h.
    private const int MultiThread = 2, MemoryStatistics = 9;

    /// <summary>A parameter that is a JSON array of keys, as a table with the column key.</summary>
    public const string KeysOfJson = "(SELECT CAST(value AS BIGINT) AS key FROM json_each(?))";

    /// <summary>A parameter that is a JSON array, as a table with the column value; members of a row are read with <c>-&gt;&gt;</c>.</summary>
    public const string RowsOfJson = "json_each(?)";

    private static readonly bool Configured = Start();

    public static void Configure() => _ = Configured;

    private static bool Start()
    {
        Batteries_V2.Init();
        // Every connection is used by one thread at a time (a reader is rented, the writer has its thread), so it needs no mutex of its own;
        // and the allocator's statistics would be one mutex for all of them. A refusal means that something used the library before us: slower, not wrong.
        _ = raw.sqlite3_config(MultiThread);
        _ = raw.sqlite3_config(MemoryStatistics, 0);
        return true;
    }
}
