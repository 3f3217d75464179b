using System.Buffers.Text;
using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EventsApi.Events;
using EventsApi.Http;
using EventsApi.Records;

namespace EventsApi.Exports;

/// <summary>One column of a flat table.</summary>
/// <param name="Name">As the header names it.</param>
/// <param name="Member">The member of the record that it is read from.</param>
/// <param name="Write">Writes what stands in it, given that member; nothing for nothing.</param>
internal sealed record Column(string Name, string Member, Action<JsonElement, Cell> Write);

/// <summary>The bytes of one cell while they are put together; bytes go straight from the record's JSON to the table's line.</summary>
internal sealed class Cell : IDisposable
{
    private readonly PooledBuffer _bytes = new(4_096);
    private bool _isJoined;

    /// <summary>The text of a string, anything else as JSON, nothing for null.</summary>
    public void Text(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Json(value);
            return;
        }
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (raw.Contains((byte)'\\')) Add(Encoding.UTF8.GetBytes(value.GetString()!));
        else Add(raw[1..^1]);
    }

    /// <summary>As it stands in the record; nothing for null.</summary>
    public void Json(JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)) Add(JsonMarshal.GetRawUtf8Value(value));
    }

    public void Add(ReadOnlySpan<byte> text)
    {
        if (!_isJoined || !text.Contains(Table.Between))
        {
            _bytes.Add(text);
            return;
        }
        // What separates values cannot stand in one.
        foreach (var letter in text) _bytes.Add([letter == Table.Between ? (byte)'/' : letter]);
    }

    /// <summary>The values of an array, joined.</summary>
    public void Join(JsonElement array, Action<JsonElement, Cell> one)
    {
        if (array.ValueKind != JsonValueKind.Array) return;
        var isFirst = true;
        foreach (var element in array.EnumerateArray())
        {
            if (!isFirst) _bytes.Add([Table.Between]);
            isFirst = false;
            _isJoined = true;
            one(element, this);
            _isJoined = false;
        }
    }

    /// <summary>Ends the cell as RFC 4180 has it.</summary>
    /// <param name="isGuarded">What a spreadsheet would take for a formula begins with an apostrophe.</param>
    public void End(PooledBuffer into, bool isGuarded)
    {
        var text = _bytes.Written.Span;
        var guard = isGuarded && text.Length > 0 && text[0] is (byte)'=' or (byte)'+' or (byte)'-' or (byte)'@' or (byte)'\t' or (byte)'\r'
            && !(Utf8Parser.TryParse(text, out double _, out var read) && read == text.Length);
        if (text.IndexOfAny("\",\r\n"u8) < 0)
        {
            if (guard) into.Add("'"u8);
            into.Add(text);
        }
        else
        {
            into.Add(guard ? "\"'"u8 : "\""u8);
            for (int quote; (quote = text.IndexOf((byte)'"')) >= 0; text = text[(quote + 1)..])
            {
                into.Add(text[..(quote + 1)]);
                into.Add("\""u8);
            }
            into.Add(text);
            into.Add("\""u8);
        }
        _bytes.Clear();
    }

    /// <summary>Ends the cell as mere text.</summary>
    public string Take()
    {
        var text = Encoding.UTF8.GetString(_bytes.Written.Span);
        _bytes.Clear();
        return text;
    }

    public void Dispose() => _bytes.Dispose();
}

/// <summary>A kind of record as a table (RFC 4180). The columns follow from the shapes, so they are the same for every export: text, numbers and truth values as they are; a date as its EDTF with its first and last day;
/// a reference as id and name; several values in one cell, joined by a bar; what is deeper as JSON.</summary>
internal static class Table
{
    /// <summary>Between the values of one cell.</summary>
    public const byte Between = (byte)'|';

    private static readonly string[] LeftOut = ["matchedVia", "distance", "nameLanguage", "snippet", "relevance", "explanation"];

    /// <summary>The columns of a record of these shapes.</summary>
    public static IReadOnlyList<Column> Of(IEnumerable<Type> shapes) =>
        [.. shapes.SelectMany(Members).DistinctBy(m => m.Name).Where(m => !LeftOut.Contains(m.Name)).SelectMany(m => Columns(m.Name, m.Type, m.Name))];

    /// <summary>What stands in these columns of one record, as text.</summary>
    public static Dictionary<string, string> Cells(JsonElement record, IReadOnlyList<Column> columns)
    {
        using var cell = new Cell();
        return columns.ToDictionary(c => c.Name, c =>
        {
            if (record.TryGetProperty(c.Member, out var member)) c.Write(member, cell);
            return cell.Take();
        });
    }

    /// <summary>One line for each participant: the event's own columns, without those about all of them, and the participant's.</summary>
    public static IReadOnlyList<Column> OfParticipants(IEnumerable<Type> shapes) =>
        [.. Of(shapes).Where(c => !c.Name.StartsWith("participants", StringComparison.Ordinal)),
         .. Members(typeof(Events.Participant)).Where(m => m.Name != "basis").SelectMany(m => Columns("participant." + m.Name, m.Type, Participant).Select(c => c with { Write = (value, cell) => c.Write(value.Inner(m.Name), cell) })),
         new("participant.position", Position, (value, cell) => cell.Text(value))];

    /// <summary>The members under which a line finds its participant and the participant's place, counted from 1.</summary>
    public const string Participant = "participant", Position = "position";

    private static IEnumerable<(string Name, Type Type)> Members(Type shape) =>
        Records.Json.Options.GetTypeInfo(shape).Properties.Select(p => (p.Name, p.PropertyType));

    private static IEnumerable<Column> Columns(string name, Type type, string of)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        Column Of(string member, string? source = null) => new($"{name}.{member}", of, (value, cell) => cell.Text(value.Inner(source ?? member)));
        if (type == typeof(Date)) return [Of("edtf") with { Name = name }, Of("start"), Of("end"), Of("precision")];
        if (type == typeof(Reference)) return [Of("id"), Of("name")];
        if (type == typeof(LabelReference)) return [Of("id"), Of("name", "label")];
        if (type == typeof(TitleReference)) return [Of("id"), Of("name", "title")];
        if (type == typeof(MixedReference)) return [Of("kind"), Of("id"), Of("name", "title")];
        if (type == typeof(EventLocation)) return [Of("id"), Of("name"), Of("kind"), Of("country"), Of("latitude"), Of("longitude"), Of("precision")];
        if (type == typeof(Fatalities)) return [Of("best"), Of("low"), Of("high")];
        if (type == typeof(EventTime)) return [Of("start"), Of("end"), Of("zone")];
        if (type == typeof(string) || type.IsPrimitive || type == typeof(decimal)) return [new(name, of, (value, cell) => cell.Text(value))];
        if (!typeof(IEnumerable).IsAssignableFrom(type)) return [new(name, of, (value, cell) => cell.Json(value))];

        var element = type.IsGenericType ? type.GetGenericArguments()[0] : typeof(object);
        Column Joined(string column, Action<JsonElement, Cell> one) => new(column, of, (value, cell) => cell.Join(value, one));
        Column Each(string member, string? source = null) => Joined($"{name}.{member}", (value, cell) => cell.Text(value.Inner(source ?? member)));
        Column Pair(string member) => Joined(name, (value, cell) =>
        {
            cell.Text(value.Inner("scheme"));
            cell.Add(":"u8);
            cell.Text(value.Inner(member));
        });
        if (element == typeof(string)) return [Joined(name, (value, cell) => cell.Text(value))];
        if (element == typeof(Identifier)) return [Pair("identifier")];
        if (element == typeof(Code)) return [Pair("code")];
        if (element == typeof(Name)) return [Joined(name, (value, cell) => cell.Text(value.Inner("text")))];
        if (element == typeof(Events.Participant))
            return [Joined(name + ".id", (value, cell) => cell.Text(value.Inner("actor").Inner("id"))), Joined(name + ".name", (value, cell) => cell.Text(NameOf(value))),
                Joined(name + ".roles", (value, cell) =>
                {
                    var isFirst = true;
                    foreach (var role in value.Inner("roles").EnumerateArray())
                    {
                        if (!isFirst) cell.Add("+"u8);
                        isFirst = false;
                        cell.Text(role);
                    }
                }),
                Joined(name + ".onBehalfOf", (value, cell) => cell.Text(value.Inner("onBehalfOf").Inner("id")))];
        if (element == typeof(SourceSummary)) return [Each("id"), Each("publisher"), Each("url")];
        if (element == typeof(Reference) || element == typeof(EventTopic)) return [Each("id"), Each("name")];
        if (element == typeof(LabelReference)) return [Each("id"), Each("name", "label")];
        // Of records that stand in this one their ids; of its own parts what names them.
        foreach (var (property, member) in ((string, string)[])[("Id", "id"), ("Title", "title"), ("Text", "text")])
            if (element.GetProperty(property) is not null) return [Each(member)];
        return [new(name, of, (value, cell) =>
        {
            if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0) cell.Text(value);
        })];
    }

    /// <summary>What a participant is called: the actor, else the source's words, else the post.</summary>
    public static JsonElement NameOf(JsonElement participant)
    {
        if (participant.Inner("actor") is { ValueKind: JsonValueKind.Object } actor) return actor.Inner("name");
        return participant.Inner("label") is { ValueKind: JsonValueKind.String } label ? label : participant.Inner("post").Inner("label");
    }
}
