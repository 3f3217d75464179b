using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Records;

/// <summary>Where derived answers and lists are written, with the counts that are written once at the end: in the catalogue, or in one made for a question.</summary>
/// <param name="now">Unix milliseconds.</param>
/// <param name="lists">The lists that are known from transactions before; none for a catalogue that was made for a question.</param>
public sealed class DerivedStore(Connection connection, long now, ListIds? lists = null)
{
    private readonly Dictionary<string, int> _words = [];
    private readonly Dictionary<(int Level, long Cell), (long Count, double Latitude, double Longitude)> _cells = [];

    public ListStore Lists { get; } = new(connection, lists ?? new ListIds());
    public long Now => now;

    public Statement Kept(string sql) => connection.Kept(sql);

    /// <summary>The value of a sort order, to be bound.</summary>
    public object Ordered(object value) => connection.Ordered(value);

    internal FullText FullText => connection.FullText;

    internal void AddText(long key, byte[][] texts, bool byHand) => FullText.Add(connection, key, texts, byHand);

    internal void RemoveText(long key) => connection.FullText.Remove(connection, key);

    /// <summary>The key under which the record stands in this store.</summary>
    public long? KeyOf(long reference) => RecordLookup.KeyOf(connection, reference);

    /// <summary>One more record has this word.</summary>
    internal void Count(string word) => System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_words, word, out _)++;

    /// <summary>An event's point comes (1) or goes (-1): counted in the cells of every grid.</summary>
    internal void Count(double latitude, double longitude, int change)
    {
        for (var level = 0; level < Grid.Levels; level++)
        {
            ref var cell = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_cells, (level, Grid.CellOf(level, latitude, longitude)), out _);
            cell = (cell.Count + change, cell.Latitude + change * latitude, cell.Longitude + change * longitude);
        }
    }

    public void Flush()
    {
        Lists.Flush();
        // In the order of the index, and the statement looked up once.
        var add = Kept("INSERT INTO vocabulary(word, docs) VALUES (?, ?) ON CONFLICT(word) DO UPDATE SET docs = vocabulary.docs + excluded.docs");
        foreach (var (word, docs) in _words.OrderBy(w => w.Key, StringComparer.Ordinal)) add.Bind(word).Bind((long)docs).Run();
        _words.Clear();
        foreach (var ((level, cell), (count, latitude, longitude)) in _cells)
            Kept("INSERT INTO cells(level, cell, count, latitude, longitude) VALUES (?, ?, ?, ?, ?) ON CONFLICT(level, cell) DO UPDATE SET count = cells.count + excluded.count, latitude = cells.latitude + excluded.latitude, longitude = cells.longitude + excluded.longitude")
                .Bind((long)level).Bind(cell).Bind(count).Bind(latitude).Bind(longitude).Run();
        _cells.Clear();
    }
}
