using System.Text;
using System.Text.Json;
using EventsApi.Http;
using EventsApi.Records;

namespace EventsApi.Exports;

/// <summary>How a stream is written: what stands before, between and after its records.</summary>
internal abstract class Form : IDisposable
{
    private readonly PooledBuffer _whole = new();

    public virtual void Begin(PooledBuffer into)
    {
    }

    /// <summary>Adds a record as it is kept, in two parts.</summary>
    /// <returns>The number of rows.</returns>
    public virtual int Add(PooledBuffer into, ReadOnlySpan<byte> item, ReadOnlySpan<byte> rest)
    {
        _whole.Clear();
        View.Whole(item, rest, _whole);
        return Add(into, _whole.Written);
    }

    /// <summary>Adds a record.</summary>
    /// <returns>The number of rows.</returns>
    public abstract int Add(PooledBuffer into, ReadOnlyMemory<byte> record);

    /// <summary>Adds a record as the client wants it, and what is kept of it: what is shown may lack what the form needs.</summary>
    /// <returns>The number of rows.</returns>
    public virtual int Add(PooledBuffer into, ReadOnlyMemory<byte> shown, ReadOnlySpan<byte> item, ReadOnlySpan<byte> rest) => Add(into, shown);

    public virtual void End(PooledBuffer into)
    {
    }

    public virtual void Dispose() => _whole.Dispose();
}

/// <summary>A record a line; its bytes are copied as they lie.</summary>
internal sealed class Lines : Form
{
    public override int Add(PooledBuffer into, ReadOnlySpan<byte> item, ReadOnlySpan<byte> rest)
    {
        View.Whole(item, rest, into);
        into.Add("\n"u8);
        return 1;
    }

    public override int Add(PooledBuffer into, ReadOnlyMemory<byte> record) => Add(into, record.Span, default);
}

/// <summary>Records in an array, each on a line of its own.</summary>
/// <param name="head">Up to the bracket that opens the array.</param>
/// <param name="write">A record as it stands there, of what is shown and of the whole.</param>
internal sealed class Elements(string head, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, byte[]> write) : Form
{
    private bool _hasFirst;

    public override void Begin(PooledBuffer into) => into.Add(Encoding.UTF8.GetBytes(head));

    public override int Add(PooledBuffer into, ReadOnlyMemory<byte> record) => Add(into, record, record);

    public override int Add(PooledBuffer into, ReadOnlyMemory<byte> shown, ReadOnlySpan<byte> item, ReadOnlySpan<byte> rest) => Add(into, shown, View.Whole(item, rest));

    private int Add(PooledBuffer into, ReadOnlyMemory<byte> shown, ReadOnlyMemory<byte> whole)
    {
        if (_hasFirst) into.Add(",\n"u8);
        _hasFirst = true;
        into.Add(write(shown, whole));
        return 1;
    }

    public override void End(PooledBuffer into) => into.Add("]}\n"u8);
}

/// <summary>A line of cells for each record, or for each of its participants.</summary>
internal sealed class Csv : Form
{
    private readonly IReadOnlyList<Column> _columns;
    private readonly bool _isOfParticipants, _isGuarded;
    private readonly Dictionary<string, byte[]>? _licences;
    private readonly Cell _cell = new();
    // The members that are read. A record has them in nearly the order of the columns, so the next one is looked for where the last one was found.
    private readonly byte[][] _members;
    private readonly JsonElement[] _values;
    private readonly int[] _places;
    private readonly int _dataset, _participant, _position;

    /// <param name="licences">By dataset, for a last column; null for none.</param>
    public Csv(IReadOnlyList<Column> columns, bool isOfParticipants, bool isGuarded, IReadOnlyDictionary<string, string>? licences)
    {
        (_columns, _isOfParticipants, _isGuarded) = (columns, isOfParticipants, isGuarded);
        _licences = licences?.ToDictionary(l => l.Key, l => Encoding.UTF8.GetBytes(l.Value));
        var members = columns.Select(c => c.Member).Append("dataset").Distinct().ToList();
        (_dataset, _participant, _position) = (members.IndexOf("dataset"), members.IndexOf(Table.Participant), members.IndexOf(Table.Position));
        _members = [.. members.Select(Encoding.UTF8.GetBytes)];
        _places = [.. columns.Select(c => members.IndexOf(c.Member))];
        _values = new JsonElement[members.Count];
    }

    public override void Begin(PooledBuffer into) => into.Add(Encoding.UTF8.GetBytes(string.Join(',', [.. _columns.Select(c => c.Name), .. _licences is null ? (string[])[] : ["licence"]]) + "\r\n"));

    public override int Add(PooledBuffer into, ReadOnlyMemory<byte> record)
    {
        using var document = JsonDocument.Parse(record);
        Array.Clear(_values);
        var next = 0;
        foreach (var member in document.RootElement.EnumerateObject())
            if (PlaceOf(member, next) is >= 0 and var place)
            {
                _values[place] = member.Value;
                next = place + 1;
            }
        if (!_isOfParticipants)
        {
            Line(into);
            return 1;
        }
        var position = 0;
        foreach (var participant in document.RootElement.GetProperty("participants").EnumerateArray())
        {
            (_values[_participant], _values[_position]) = (participant, JsonSerializer.SerializeToElement(++position));
            Line(into);
        }
        return position;
    }

    private int PlaceOf(JsonProperty member, int next)
    {
        for (var n = 0; n < _members.Length; n++)
            if (member.NameEquals(_members[(next + n) % _members.Length])) return (next + n) % _members.Length;
        return -1;
    }

    private void Line(PooledBuffer into)
    {
        for (var c = 0; c < _columns.Count; c++)
        {
            if (c > 0) into.Add(","u8);
            _columns[c].Write(_values[_places[c]], _cell);
            _cell.End(into, _isGuarded);
        }
        if (_licences is not null)
        {
            into.Add(","u8);
            if (_values[_dataset] is { ValueKind: JsonValueKind.String } dataset && _licences.TryGetValue(dataset.GetString()!, out var licence)) _cell.Add(licence);
            _cell.End(into, _isGuarded);
        }
        into.Add("\r\n"u8);
    }

    public override void Dispose()
    {
        _cell.Dispose();
        base.Dispose();
    }
}
