using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Events;
using EventsApi.Records;

namespace EventsApi.Exports;

/// <summary>One column of a flat table.</summary>
/// <param name="Name">As the header names it.</param>
/// <param name="Value">What stands in it for a record; null for nothing.</param>
internal sealed record Column(string Name, Func<JsonObject, string?> Value);

/// <summary>A kind of record as a table (RFC 4180). The columns follow from the shapes, so they are the same for every export: text, numbers and truth values as they are; a date as its EDTF with its first and last day;
/// a reference as id and name; several values in one cell, joined by a bar; what is deeper as JSON.</summary>
internal static class Table
{
    /// <summary>Between the values of one cell.</summary>
    public const char Between = '|';

    private static readonly string[] LeftOut = ["matchedVia", "distance", "nameLanguage", "snippet", "relevance", "explanation"];

    /// <summary>The columns of a record of these shapes.</summary>
    public static IReadOnlyList<Column> Of(IEnumerable<Type> shapes) =>
        [.. shapes.SelectMany(Members).DistinctBy(m => m.Name).Where(m => !LeftOut.Contains(m.Name)).SelectMany(m => Columns(m.Name, m.Type, record => record[m.Name]))];

    /// <summary>One line for each participant: the event's own columns, without those about all of them, and the participant's.</summary>
    public static IReadOnlyList<Column> OfParticipants(IEnumerable<Type> shapes) =>
        [.. Of(shapes).Where(c => !c.Name.StartsWith("participants", StringComparison.Ordinal)),
         .. Members(typeof(Participant)).Where(m => m.Name != "basis").SelectMany(m => Columns("participant." + m.Name, m.Type, record => (record["participant"] as JsonObject)?[m.Name])),
         .. Columns("participant.position", typeof(int), record => record["position"])];

    private static IEnumerable<(string Name, Type Type)> Members(Type shape) =>
        Json.Options.GetTypeInfo(shape).Properties.Select(p => (p.Name, p.PropertyType));

    private static IEnumerable<Column> Columns(string name, Type type, Func<JsonObject, JsonNode?> read)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        JsonNode? Inner(JsonObject record, string member) => (read(record) as JsonObject)?[member];
        Column Of(string member, string? source = null) => new($"{name}.{member}", record => Text(Inner(record, source ?? member)));
        if (type == typeof(Date)) return [new(name, record => Text(Inner(record, "edtf"))), Of("start"), Of("end"), Of("precision")];
        if (type == typeof(Reference)) return [Of("id"), Of("name")];
        if (type == typeof(LabelReference)) return [Of("id"), Of("name", "label")];
        if (type == typeof(TitleReference)) return [Of("id"), Of("name", "title")];
        if (type == typeof(MixedReference)) return [Of("kind"), Of("id"), Of("name", "title")];
        if (type == typeof(EventLocation)) return [Of("id"), Of("name"), Of("kind"), Of("country"), Of("latitude"), Of("longitude"), Of("precision")];
        if (type == typeof(Fatalities)) return [Of("best"), Of("low"), Of("high")];
        if (type == typeof(EventTime)) return [Of("start"), Of("end"), Of("zone")];
        if (type == typeof(string) || type.IsPrimitive || type == typeof(decimal)) return [new(name, record => Text(read(record)))];
        if (!typeof(IEnumerable).IsAssignableFrom(type)) return [new(name, record => read(record)?.ToJsonString(Json.Options))];

        var element = type.IsGenericType ? type.GetGenericArguments()[0] : typeof(object);
        string? Joined(JsonObject record, Func<JsonNode?, string?> one) => read(record) is JsonArray { Count: > 0 } array ? string.Join(Between, array.Select(one).Select(v => (v ?? "").Replace(Between, '/'))) : null;
        if (element == typeof(string)) return [new(name, record => Joined(record, Text))];
        if (element == typeof(Identifier)) return [new(name, record => Joined(record, n => $"{n!["scheme"]}:{n["identifier"]}"))];
        if (element == typeof(Code)) return [new(name, record => Joined(record, n => $"{n!["scheme"]}:{n["code"]}"))];
        if (element == typeof(Name)) return [new(name, record => Joined(record, n => Text(n!["text"])))];
        if (element == typeof(Participant))
            return [new(name + ".id", record => Joined(record, n => Text(n!["actor"]?["id"]))), new(name + ".name", record => Joined(record, n => Text(n!["actor"]?["name"] ?? n["label"] ?? n["post"]?["label"]))),
                new(name + ".roles", record => Joined(record, n => string.Join('+', n!["roles"]!.AsArray().Select(r => (string)r!)))), new(name + ".onBehalfOf", record => Joined(record, n => Text(n!["onBehalfOf"]?["id"])))];
        if (element == typeof(SourceSummary)) return [new(name + ".id", record => Joined(record, n => Text(n!["id"]))), new(name + ".publisher", record => Joined(record, n => Text(n!["publisher"]))), new(name + ".url", record => Joined(record, n => Text(n!["url"])))];
        if (element == typeof(Reference) || element == typeof(EventTopic)) return [new(name + ".id", record => Joined(record, n => Text(n!["id"]))), new(name + ".name", record => Joined(record, n => Text(n!["name"])))];
        if (element == typeof(LabelReference)) return [new(name + ".id", record => Joined(record, n => Text(n!["id"]))), new(name + ".name", record => Joined(record, n => Text(n!["label"])))];
        // Of records that stand in this one their ids; of its own parts what names them.
        foreach (var (property, member) in ((string, string)[])[("Id", "id"), ("Title", "title"), ("Text", "text")])
            if (element.GetProperty(property) is not null) return [new($"{name}.{member}", record => Joined(record, n => Text(n![member])))];
        return [new(name, record => read(record) is JsonArray { Count: > 0 } array ? array.ToJsonString(Json.Options) : null)];
    }

    private static string? Text(JsonNode? node) => node switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => node.ToJsonString(Json.Options),
    };

    /// <summary>A cell as RFC 4180 has it.</summary>
    /// <param name="isGuarded">What a spreadsheet would take for a formula begins with an apostrophe.</param>
    public static void Write(StringBuilder line, string? text, bool isGuarded)
    {
        if (text is null) return;
        if (isGuarded && text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) text = "'" + text;
        if (text.AsSpan().IndexOfAny("\",\r\n") < 0) line.Append(text);
        else line.Append('"').Append(text.Replace("\"", "\"\"")).Append('"');
    }
}
