using System.Runtime.InteropServices;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>The matches that are ranked, each once, with the words that ranking counts and whether people coded it.</summary>
internal sealed class Candidates : IDisposable
{
    private readonly Reader _reader;
    private readonly bool _isEvent;
    // The lists of the datasets that people coded; where the datasets are not at hand, the keys of what they coded.
    private readonly uint[]? _byHand;
    private readonly HashSet<long> _keysByHand = [];
    private readonly HashSet<long> _seen = [];
    private readonly List<Candidate> _all = [];
    // One text lies behind the other: an array for each would be thousands a search.
    private readonly PooledBuffer _words = new(65_536);
    // What people and what machines coded has texts of its own length.
    private readonly Ranking.Lengths _hand = new(), _machine = new();

    /// <param name="byHand">Finds what people coded among the matches.</param>
    public Candidates(Reader reader, Kind kind, Func<KeyWalk> byHand)
    {
        (_reader, _isEvent) = (reader, kind == Kind.Event);
        // A catalogue of the past holds events without their datasets.
        if (_isEvent && (_byHand = Datasets(reader)) is null) _keysByHand = [.. Keys(byHand(), int.MaxValue - 1, oldest: false, after: null)];
    }

    public readonly record struct Candidate(long Key, int Start, int Length, bool ByHand);

    public int Count => _all.Count;

    public ReadOnlySpan<Candidate> All => CollectionsMarshal.AsSpan(_all);

    public ReadOnlySpan<byte> Words(Candidate candidate) => _words.Written.Span.Slice(candidate.Start, candidate.Length);

    public Ranking.Lengths Lengths(Candidate candidate) => candidate.ByHand ? _hand : _machine;

    /// <summary>The newest that a walk finds, none of which is known yet; whether that is all of them.</summary>
    public bool AddNewest(KeyWalk walk, int most)
    {
        var found = 0;
        walk.Run(", a.words, a.lists", true, null, most + 1, row =>
        {
            if (++found > most) return false;
            _seen.Add(row.Int64(0));
            Add(row.Int64(0), row.Blob(1), row.Blob(2));
            return true;
        }, table: "features");
        return found <= most;
    }

    /// <summary>The newest that a walk finds, or the oldest; whether that is all of them.</summary>
    public bool Add(KeyWalk walk, int most, bool oldest = false, long? after = null)
    {
        var keys = Keys(walk, most, oldest, after);
        foreach (var key in keys.Take(most))
        {
            if (!_seen.Add(key)) continue;
            var row = _reader.Kept("SELECT words, lists FROM features WHERE key = ?").Bind(key);
            if (!row.Step()) continue;
            Add(key, row.Blob(0), row.Blob(1));
            row.Reset();
        }
        return keys.Count <= most;
    }

    private static List<long> Keys(KeyWalk walk, int most, bool oldest, long? after)
    {
        var keys = new List<long>();
        walk.Run("", !oldest, after, most + 1, row =>
        {
            keys.Add(row.Int64(0));
            return true;
        });
        return keys;
    }

    private void Add(long key, ReadOnlySpan<byte> words, ReadOnlySpan<byte> lists)
    {
        var candidate = new Candidate(key, _words.Length, words.Length, !_isEvent || (_byHand is null ? _keysByHand.Contains(key) : MemoryMarshal.Cast<byte, uint>(lists).ContainsAny(_byHand)));
        _words.Add(words);
        _all.Add(candidate);
        Lengths(candidate).Add(words);
    }

    /// <summary>Nothing is added any more.</summary>
    public void Settle()
    {
        _hand.Settle();
        _machine.Settle();
    }

    /// <summary>The lists of the datasets that people coded; null when a dataset is not there to be asked.</summary>
    private static uint[]? Datasets(Reader reader)
    {
        var found = new List<(uint List, string Id)>();
        var rows = reader.Kept("SELECT id, value FROM lists WHERE field = 'event.dataset' AND count > 0");
        while (rows.Step()) found.Add(((uint)rows.Int64(0), rows.Text(1)));
        var byHand = new List<uint>();
        foreach (var (list, id) in found)
        {
            if (RecordLookup.Find(reader, Kind.Dataset, id) is not { } dataset) return null;
            if (dataset.Word != "machine") byHand.Add(list);
        }
        return [.. byHand];
    }

    public void Dispose() => _words.Dispose();
}
