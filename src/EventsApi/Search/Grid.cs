namespace EventsApi.Search;

/// <summary>Ten grids of equal degrees over the globe, each twice as fine as the one before; the finest has cells of about ten kilometres.</summary>
internal static class Grid
{
    public const int Levels = 10;

    private static int Columns(int level) => 8 << level;

    /// <summary>Degrees from one cell to the next.</summary>
    public static double Size(int level) => 360.0 / Columns(level);

    public static long CellOf(int level, double latitude, double longitude) =>
        (long)Math.Min(Columns(level) / 2 - 1, (int)((latitude + 90) / Size(level))) << 16 | (uint)Math.Min(Columns(level) - 1, (int)((longitude + 180) / Size(level)));

    /// <summary>The cell's edges; the north and east edge belong to the next cell.</summary>
    public static (double West, double South, double East, double North) Box(int level, long cell)
    {
        var (row, column, size) = (cell >> 16, cell & 0xffff, Size(level));
        return (column * size - 180, row * size - 90, (column + 1) * size - 180, (row + 1) * size - 90);
    }

    /// <summary>The grid for a zoom of web maps, where the world is 256 pixels wide at 0: cells of about 64 pixels.</summary>
    public static int LevelOf(int zoom) => Math.Clamp(zoom - 1, 0, Levels - 1);
}
