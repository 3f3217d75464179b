using EventsApi.Records;
using EventsApi.Search;

namespace EventsApi.Imports;

/// <summary>What a dry run would have made so far. Its jobs are taken back, yet what comes later in the file may refer to it; so it is kept, on disk, and made again in the jobs that ask for it.</summary>
internal sealed class Foreseen : IDisposable
{
    private readonly FileStream _file = new(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 128 << 10, FileOptions.DeleteOnClose);
    private readonly Dictionary<long, Place> _places = [];

    /// <summary>Where one stands.</summary>
    public readonly record struct Place(long At, int Length, bool IsLine);

    /// <param name="ids">Its id, and its identifiers as <c>scheme:value</c>.</param>
    /// <param name="isLine">A line of an exported catalogue; else a record in the shape of the input.</param>
    public void Add(Kind kind, IEnumerable<string> ids, byte[] json, bool isLine)
    {
        var place = new Place(_file.Seek(0, SeekOrigin.End), json.Length, isLine);
        _file.Write(json);
        foreach (var id in ids) _places[KeyOf(kind, id)] = place;
    }

    public Place? Find(Kind kind, string id) => _places.TryGetValue(KeyOf(kind, id), out var place) ? place : null;

    public byte[] Read(Place place)
    {
        var json = new byte[place.Length];
        _file.Seek(place.At, SeekOrigin.Begin);
        _file.ReadExactly(json);
        return json;
    }

    // Eight bytes for each are enough: that two meet is less likely than a fault of the machine.
    private static long KeyOf(Kind kind, string id) => Digest.Number($"{kind.Name}:{id}");

    public void Dispose() => _file.Dispose();
}
