using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using EventsApi.Dates;
using EventsApi.Http;
using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Records;

/// <summary>Orders other than by key, by their number in the table sorts. Numbers never change.</summary>
public static class Sorts
{
    public const long Updated = 1, Name = 2, Date = 3, Fatalities = 4;

    /// <summary>The number under which one kind's order is kept.</summary>
    public static long Of(Kind kind, long sort) => kind.Number << 4 | sort;
}

/// <summary>Everything that is made from one record: its ready answer, the lists it stands in, its place in other orders and on the map.</summary>
public sealed class Derived
{
    private readonly Dictionary<(string, string), long> _lists = new(32, ListIds.Naming);
    private readonly List<(long Sort, object Value)> _sorts = [];
    private readonly List<(TextColumn Column, string Text)> _texts = [];
    private Action? _answer;
    private byte[] _signature = [];
    private IReadOnlyCollection<string> _distinct = [];
    private byte[][]? _indexed;
    private byte[] _sortsJson = [];
    // Where the name stands among the orders, and the name as it is written: folding it waits until it can be done on any thread.
    private (int At, string Name)? _sortName;
    /// <summary>Of the answer, for its ETag.</summary>
    public long Hash { get; private set; }
    private readonly List<string>[] _words = [[], [], [], [], [], []];

    public required long Ref { get; set; }
    /// <summary>The key in the lists: for events their time, else the ref.</summary>
    public required long Key { get; set; }
    /// <summary>For events: the day of the earliest start, 0 when undated. The key is drawn from it.</summary>
    public int? EventDay { get; set; }
    public required long Revision { get; init; }
    public required long CreatedAt { get; init; }
    public required long UpdatedAt { get; init; }

    public byte[] Item { get; set; } = [];
    public byte[] Rest { get; set; } = [];
    private Span? _span;
    public (double Latitude, double Longitude, bool Possible)? Point { get; set; }
    public (long? Fatalities, double? Score, double? Goldstein, long Sources, long? Incident)? Numbers { get; set; }
    public List<(long? Actor, long? Post, long? OnBehalfOf, long Roles, string? Attendance, string? Sector)> Participants { get; } = [];
    public IReadOnlyList<Name> Names { get; set; } = [];

    /// <summary>What every page of events says of this dataset.</summary>
    public (string Id, string Title, string Licence, string Citation, string? Url)? Attribution { get; set; }

    /// <summary>Of a source: what tells it from others, hashed.</summary>
    public long? SourceKey { get; set; }

    /// <summary>Whether people coded it. What machines coded comes in such numbers that it must not hide the rest when matches are ranked.</summary>
    public bool ByHand { get; set; } = true;

    /// <summary>Whether the record was added by this very transaction: nothing was made of it before.</summary>
    internal bool IsNew { get; set; }

    /// <summary>Text by which the record is found.</summary>
    public void Text(TextColumn column, string? text)
    {
        if (text is not null) _texts.Add((column, text));
    }

    /// <summary>The same under another number: several versions of a record can then be looked at side by side.</summary>
    public Derived As(long reference)
    {
        if (Key == Ref) Key = reference;
        Ref = reference;
        return this;
    }

    /// <summary>The record refers to another in a way that no filter asks for.</summary>
    public void Refers(Kind kind, string? id)
    {
        if (id is not null) List("refers", $"{kind.Name}:{id}", 0L);
    }

    public bool IsIn(string field, string value) => _lists.ContainsKey((field, value));

    /// <summary>Whether it is in the list as more than background.</summary>
    public bool Counts(string field, string value) => _lists.TryGetValue((field, value), out var detail) && (detail == 0 || (detail & 15) != 0);

    /// <summary>The detail bits with which it stands in a list; 0 too when it does not.</summary>
    public long Detail(string field, string value) => _lists.GetValueOrDefault((field, value));

    /// <summary>The lists it stands in.</summary>
    public IEnumerable<(string Field, string Value)> Lists => _lists.Keys;

    /// <summary>Adds the record to a list; details of the same list are joined bit by bit.</summary>
    public void List(string field, string value, long detail = 0) => _lists[(field, value)] = _lists.GetValueOrDefault((field, value)) | detail;

    public void List(string field, string value, bool when)
    {
        if (when) List(field, value);
    }

    public void List(string field, string? value)
    {
        if (value is not null) List(field, value, 0L);
    }

    public void Sort(long sort, object value) => _sorts.Add((Sorts.Of(Kind.OfRef(Ref), sort), value));

    public void SortName(string name)
    {
        _sortName = (_sorts.Count, name);
        Sort(Sorts.Name, "");
    }

    private static string SortedAs(string folded)
    {
        const int Longest = 300;
        return folded.Length <= Longest ? folded : folded[..(char.IsHighSurrogate(folded[Longest - 1]) ? Longest - 1 : Longest)];
    }

    /// <summary>The record's date: it can be asked for by from, to and asOf.</summary>
    public void Dated(EdtfDate? date)
    {
        if (date is null) return;
        _span = new Span(date.Start, date.StartLatest, date.EndEarliest, date.End);
    }

    /// <summary>A term with a start and an end, each as far as known; without an end it goes on.</summary>
    public void Dated(EdtfDate? start, EdtfDate? end)
    {
        if (start is null && end is null) return;
        _span = new Span(start?.Start ?? EdtfDate.Past, start?.StartLatest ?? EdtfDate.Future, end?.EndEarliest ?? EdtfDate.Future, end?.End ?? EdtfDate.Future);
    }

    public void Answer<TItem>(TItem item) => Answer(() => Item = JsonSerializer.SerializeToUtf8Bytes(item, Json.Options));

    /// <summary>Sets item and rest when it is called, which may be on another thread.</summary>
    public void Answer(Action make) => _answer = make;

    /// <summary>Everything that needs no database; before <see cref="Write"/>, on any thread.</summary>
    /// <param name="into">The full text it will be written to, where that is known.</param>
    public void Prepare(FullText? into = null)
    {
        _answer?.Invoke();
        string? title = null;
        foreach (var (column, text) in _texts)
        {
            var folded = Folded.Of(text);
            _words[(int)column].AddRange(folded.Terms);
            if (ReferenceEquals(text, _sortName?.Name)) title = folded.Text;
        }
        if (_sortName is { } name) _sorts[name.At] = (_sorts[name.At].Sort, SortedAs(title ?? Folded.Of(name.Name).Text));
        _signature = TextSignature.Of(_words);
        var distinct = new HashSet<string>();
        foreach (var words in _words) distinct.UnionWith(words);
        _distinct = distinct;
        _indexed = into?.Texts(_words, ByHand, Days);
        _sortsJson = SortsJson();
        Hash = HashOf(Item, Rest);
    }

    private byte[] SortsJson()
    {
        using var json = new PooledBuffer(200);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartArray();
            foreach (var (sort, value) in _sorts)
            {
                writer.WriteStartArray();
                writer.WriteNumberValue(sort);
                if (value is string text) writer.WriteStringValue(text);
                else writer.WriteNumberValue((long)value);
                writer.WriteEndArray();
            }
            writer.WriteEndArray();
        }
        return json.Written.ToArray();
    }

    /// <summary>Of an answer, item and rest one behind the other.</summary>
    public static long HashOf(ReadOnlySpan<byte> item, ReadOnlySpan<byte> rest)
    {
        var answer = ArrayPool<byte>.Shared.Rent(item.Length + rest.Length);
        item.CopyTo(answer);
        rest.CopyTo(answer.AsSpan(item.Length));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(answer.AsSpan(0, item.Length + rest.Length), hash);
        ArrayPool<byte>.Shared.Return(answer);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }

    /// <summary>The fields in whose lists it stands otherwise than by what is stored.</summary>
    internal IEnumerable<string> FieldsThatDiffer(DerivedStore store)
    {
        var row = store.Kept("SELECT lists FROM features WHERE key = ?").Bind(store.KeyOf(Ref));
        if (!row.Step()) return [];
        var lists = row.Blob(0).ToArray();
        row.Reset();
        return store.Lists.Differing(lists, _lists.Keys);
    }

    public void Write(DerivedStore store)
    {
        var knownWords = IsNew ? null : Remove(store, Ref);
        if (EventDay is { } day) Key = KeyOfDay(store, Kind.NumberOfRef(Ref), day, IsNew);

        var lists = store.Lists.Add(Key, Days, _lists);
        store.Kept("INSERT INTO answers(key, ref, revision, updated_at, made_at, hash, sorts, item, rest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Bind(Key).Bind(Ref).Bind(Revision).Bind(UpdatedAt).Bind(store.Now).Bind(Hash)
            .BindText(_sortsJson).Bind(Item).Bind(Rest).Run();
        WriteText(store, lists, knownWords);
        foreach (var (sort, value) in _sorts) store.Kept("INSERT INTO sorts(sort, value, key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING").Bind(sort).Bind(store.Ordered(value)).Bind(Key).Run();
        // An event on one exact day has that day in its key; everything else needs its four days.
        if (_span is { } span && !(Ref != Key && span.IsOneDay))
            store.Kept("INSERT INTO spans(key, start, start_latest, end_earliest, \"end\") VALUES (?, ?, ?, ?, ?)").Bind(Key).Bind((long)span.Start).Bind((long)span.StartLatest).Bind((long)span.EndEarliest).Bind((long)span.End).Run();
        if (Point is { } point)
        {
            if (EventDay is not null && !point.Possible) store.Count(point.Latitude, point.Longitude, 1);
            store.Kept("INSERT INTO coordinates(key, latitude, longitude, possible) VALUES (?, ?, ?, ?)").Bind(Key).Bind(point.Latitude).Bind(point.Longitude).Bind(point.Possible).Run();
            if (EventDay is null)
                store.Kept("INSERT INTO place_boxes(key, west, east, south, north) VALUES (?, ?, ?, ?, ?)").Bind(Key).Bind(point.Longitude).Bind(point.Longitude).Bind(point.Latitude).Bind(point.Latitude).Run();
            else
            {
                double first = _span is { Start: not EdtfDate.Past } from ? from.Start : 0, last = _span is { End: not EdtfDate.Future } to ? to.End : 4_000_000;
                store.Kept("INSERT INTO boxes(key, west, east, south, north, first_day, last_day) VALUES (?, ?, ?, ?, ?, ?, ?)")
                    .Bind(Key).Bind(point.Longitude).Bind(point.Longitude).Bind(point.Latitude).Bind(point.Latitude).Bind(first).Bind(last).Run();
            }
        }
        if (Numbers is { } numbers)
            store.Kept("INSERT INTO event_numbers(key, fatalities, score, goldstein, sources, incident) VALUES (?, ?, ?, ?, ?, ?)")
                .Bind(Key).Bind(numbers.Fatalities).Bind(numbers.Score).Bind(numbers.Goldstein).Bind(numbers.Sources).Bind(numbers.Incident).Run();
        if (SourceKey is { } source) store.Kept("INSERT INTO source_keys(hash, key) VALUES (?, ?)").Bind(source).Bind(Key).Run();
        for (var n = 0; n < Participants.Count; n++)
        {
            var p = Participants[n];
            store.Kept("INSERT INTO event_participants(key, position, actor, post, on_behalf_of, roles, attendance, sector) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
                .Bind(Key).Bind((long)n).Bind(p.Actor).Bind(p.Post).Bind(p.OnBehalfOf).Bind(p.Roles).Bind(p.Attendance).Bind(p.Sector).Run();
        }
        WriteNames(store);
        if (Attribution is { } a)
            store.Kept("INSERT INTO attributions(id, title, licence, citation, url) VALUES (?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET title = excluded.title, licence = excluded.licence, citation = excluded.citation, url = excluded.url")
                .Bind(a.Id).Bind(a.Title).Bind(a.Licence).Bind(a.Citation).Bind(a.Url).Run();
    }

    // Only events are in the order of time, so only theirs are listed again by how long they last.
    private int Days => EventDay is not null && _span is { } span ? span.Length : 0;

    private void WriteText(DerivedStore store, byte[] lists, byte[]? knownWords)
    {
        store.Kept("INSERT INTO features(key, lists, words) VALUES (?, ?, ?)").Bind(Key).Bind(lists).Bind(_signature).Run();
        store.AddText(Key, _indexed ?? store.FullText.Texts(_words, ByHand, Days), ByHand);
        if (knownWords is not { Length: > 0 }) store.Count("");
        foreach (var word in _distinct)
            if (knownWords is null || !TextSignature.Holds(knownWords, word)) store.Count(word);
    }

    // A name longer than this is found by its first words.
    private const int MostTails = 12;

    private void WriteNames(DerivedStore store)
    {
        for (var n = 0; n < Names.Count; n++)
        {
            var words = Folding.Words(Names[n].Text).ConvertAll(w => w.Text);
            store.Kept("INSERT INTO names(ref, position, lang, text, folded) VALUES (?, ?, ?, ?, ?)").Bind(Ref).Bind((long)n).Bind(Names[n].Lang).Bind(Names[n].Text).Bind(string.Join(' ', words)).Run();
            for (var from = 0; from < words.Count && from < MostTails; from++)
                store.Kept("INSERT INTO completions(tail, ref, position) VALUES (?, ?, ?) ON CONFLICT DO NOTHING").Bind(string.Join(' ', words.Skip(from))).Bind(Ref).Bind((long)n).Run();
        }
    }

    /// <summary>Takes everything that was made of a record out again; the words it was found by, null when nothing had been made.</summary>
    public static byte[]? Remove(DerivedStore store, long reference)
    {
        // An event without a place in time was never described.
        if (store.KeyOf(reference) is not { } place) return null;
        var old = store.Kept("SELECT a.key, a.sorts, f.lists, f.words FROM answers a JOIN features f ON f.key = a.key WHERE a.key = ?").Bind(place);
        if (!old.Step()) return null;
        var (key, sorts, lists, words) = (old.Int64(0), JsonSerializer.Deserialize<JsonElement[][]>(old.Blob(1))!, old.Blob(2).ToArray(), old.Blob(3).ToArray());
        old.Reset();
        store.Lists.Remove(key, lists);
        if (Kind.OfRef(reference) == Kind.Event)
        {
            var point = store.Kept("SELECT latitude, longitude FROM coordinates WHERE key = ? AND possible = 0").Bind(key);
            if (point.Step())
            {
                store.Count(point.Double(0), point.Double(1), -1);
                point.Reset();
            }
        }
        foreach (var table in (string[])["answers", "features", "spans", "coordinates", "boxes", "event_numbers", "event_participants"])
            store.Kept($"DELETE FROM {table} WHERE key = ?").Bind(key).Run();
        store.RemoveText(key);
        if (Kind.OfRef(reference) == Kind.Source) store.Kept("DELETE FROM source_keys WHERE key = ?").Bind(key).Run();
        if (Kind.OfRef(reference) == Kind.Location) store.Kept("DELETE FROM place_boxes WHERE key = ?").Bind(key).Run();
        foreach (var sort in sorts)
            store.Kept("DELETE FROM sorts WHERE sort = ? AND value = ? AND key = ?").Bind(sort[0].GetInt64())
                .Bind(store.Ordered(sort[1].ValueKind == JsonValueKind.String ? sort[1].GetString()! : (object)sort[1].GetInt64())).Bind(key).Run();
        var names = store.Kept("SELECT position, folded FROM names WHERE ref = ?").Bind(reference);
        while (names.Step())
        {
            var tail = names.Text(1);
            for (var n = 0; n < MostTails && tail != ""; n++, tail = tail.IndexOf(' ') is >= 0 and var space ? tail[(space + 1)..] : "")
                store.Kept("DELETE FROM completions WHERE tail = ? AND ref = ? AND position = ?").Bind(tail).Bind(reference).Bind(names.Int64(0)).Run();
        }
        store.Kept("DELETE FROM names WHERE ref = ?").Bind(reference).Run();
        return words;
    }

    /// <summary>The event's key: the one it has when its day is the same, else the next free one of the new day.</summary>
    private static long KeyOfDay(DerivedStore store, long number, int day, bool isNew)
    {
        const int PerDay = 20;
        var low = (long)day << PerDay;
        if (!isNew && store.Kept("SELECT key FROM event_ids WHERE number = ?").Bind(number).Scalar() is { } present && present >> PerDay == day) return present;
        var high = low + (1L << PerDay) - 1;
        var last = store.Kept("SELECT max(key) FROM event_ids WHERE key BETWEEN ? AND ?").Bind(low).Bind(high).Scalar();
        if (last == high) throw new InvalidOperationException($"Day {day} holds {1 << PerDay:N0} events, which is all it can.");
        var key = last + 1 ?? low;
        store.Kept("INSERT INTO event_ids(number, key) VALUES (?, ?) ON CONFLICT(number) DO UPDATE SET key = excluded.key").Bind(number).Bind(key).Run();
        return key;
    }

    private readonly record struct Span(int Start, int StartLatest, int EndEarliest, int End)
    {
        public bool IsOneDay => Start == End && Start != EdtfDate.Past;
        public int Length => Start == EdtfDate.Past || End == EdtfDate.Future ? int.MaxValue : End - Start;
    }
}
