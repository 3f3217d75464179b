using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml;
using EventsApi.Http;
using EventsApi.Search;

namespace EventsApi.Exports;

/// <summary>What was written last, as a feed (RFC 4287). The ids are names that no other catalogue gives, and stay with the record; a feed is short, so it is put together in memory.</summary>
/// <param name="identity">Of the catalogue.</param>
/// <param name="origin">Before every address: scheme and host.</param>
/// <param name="address">Its own, below the origin.</param>
/// <param name="changedAt">Of the catalogue, Unix milliseconds: when a feed without entries was updated.</param>
internal sealed class Feed(string identity, string origin, Resource resource, string address, long changedAt) : Form
{
    private const string Atom = "http://www.w3.org/2005/Atom";
    private readonly MemoryStream _bytes = new();
    private XmlWriter? _xml;

    /// <summary>The head says when the newest entry was written, so it waits for that.</summary>
    private XmlWriter Head(string updated)
    {
        var xml = XmlWriter.Create(_bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) });
        xml.WriteStartElement("feed", Atom);
        xml.WriteElementString("id", Atom, Uuid.Of(identity, $"feed:{address}").Urn());
        xml.WriteElementString("title", Atom, $"{char.ToUpperInvariant(resource.Path[0])}{resource.Path[1..].Replace('-', ' ')}: what was written last");
        xml.WriteElementString("updated", Atom, updated);
        xml.WriteStartElement("author", Atom);
        xml.WriteElementString("name", Atom, "Events catalogue");
        xml.WriteEndElement();
        Link(xml, "self", origin + address, "application/atom+xml");
        Link(xml, "license", origin + "/v1/datasets", "application/json");
        return xml;
    }

    public override int Add(PooledBuffer into, ReadOnlyMemory<byte> record)
    {
        using var document = JsonDocument.Parse(record);
        var one = document.RootElement;
        var xml = _xml ??= Head(one.Word("updatedAt")!);
        xml.WriteStartElement("entry", Atom);
        xml.WriteElementString("id", Atom, Uuid.Of(identity, $"{resource.Kind.Name}:{one.Word("id")}").Urn());
        xml.WriteElementString("title", Atom, Text(TitleOf(one)));
        xml.WriteElementString("updated", Atom, one.Word("updatedAt"));
        xml.WriteElementString("published", Atom, one.Word("createdAt"));
        Link(xml, "alternate", origin + one.Word("href"), "application/json");
        foreach (var source in one.Inner("sources").Each())
            if (source.Word("url") is { } url && Uri.IsWellFormedUriString(url, UriKind.Absolute)) Link(xml, "via", url, null);
        foreach (var term in ((string?[])[one.Word("type"), one.Word("kind"), one.Word("dataset")]).OfType<string>()) Category(xml, term, null);
        foreach (var topic in one.Inner("topics").Each()) Category(xml, topic.Word("id")!, topic.Word("name") ?? topic.Word("label"));
        xml.WriteElementString("summary", Atom, Text(Summary(one)));
        xml.WriteEndElement();
        return 1;
    }

    public override void End(PooledBuffer into)
    {
        using (var xml = _xml ??= Head(Records.Json.Instant(changedAt))) xml.WriteEndElement();
        into.Add(_bytes.GetBuffer().AsSpan(0, (int)_bytes.Length));
        into.Add("\n"u8);
    }

    private static string TitleOf(JsonElement record)
    {
        foreach (var member in (string[])["title", "name", "label", "text"])
            if (record.Word(member) is { Length: > 0 } text) return text;
        // What has no name of its own is called after what it joins.
        var ends = ((string[])["member", "from", "record", "organization", "post", "to"]).Select(member => record.Inner(member)).Select(end => end.Word("name") ?? end.Word("title") ?? end.Word("label")).OfType<string>();
        return string.Join(" – ", ends.DefaultIfEmpty(record.Word("id")!));
    }

    private static string Summary(JsonElement record)
    {
        var parts = new List<string?> { record.Inner("date").Word("edtf") ?? record.Inner("start").Word("edtf"), record.Inner("location").Word("name"), record.Word("status"), record.Word("classification"), record.Word("pointer") };
        var participants = record.Inner("participants").Each().Select(p => Table.NameOf(p)).Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()!).Distinct().ToList();
        if (participants.Count > 0) parts.Add(string.Join(", ", participants));
        var line = string.Join("; ", parts.Where(p => !string.IsNullOrEmpty(p)));
        return record.Word("summary") is { } summary ? line == "" ? summary : $"{line}. {summary}" : line;
    }

    private static void Link(XmlWriter xml, string relation, string address, string? type)
    {
        xml.WriteStartElement("link", Atom);
        xml.WriteAttributeString("rel", relation);
        if (type is not null) xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("href", Text(address));
        xml.WriteEndElement();
    }

    private static void Category(XmlWriter xml, string term, string? label)
    {
        xml.WriteStartElement("category", Atom);
        xml.WriteAttributeString("term", Text(term));
        if (label is not null) xml.WriteAttributeString("label", Text(label));
        xml.WriteEndElement();
    }

    /// <summary>XML has no letter for most control characters, not even an escaped one.</summary>
    private static string Text(string text) => text.EnumerateRunes().All(IsText) ? text : string.Concat(text.EnumerateRunes().Select(r => IsText(r) ? r.ToString() : " "));

    private static bool IsText(Rune rune) => rune.Value > 0xFFFF || XmlConvert.IsXmlChar((char)rune.Value);

    public override void Dispose()
    {
        _xml?.Dispose();
        _bytes.Dispose();
        base.Dispose();
    }
}

/// <summary>Names that nothing else in the world has, and that are the same each time they are made (RFC 9562, version 8).</summary>
internal static class Uuid
{
    public static Guid Of(string identity, string name)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{identity}:{name}")).AsSpan(0, 16);
        (hash[6], hash[8]) = ((byte)(hash[6] & 0x0F | 0x80), (byte)(hash[8] & 0x3F | 0x80));
        return new Guid(hash, bigEndian: true);
    }

    public static string Urn(this Guid name) => string.Create(CultureInfo.InvariantCulture, $"urn:uuid:{name}");
}

/// <summary>Reads members of records that may be null or missing.</summary>
internal static class Reading
{
    public static JsonElement Inner(this JsonElement record, string member) => record.ValueKind == JsonValueKind.Object && record.TryGetProperty(member, out var value) ? value : default;

    /// <summary>A text; null when there is none.</summary>
    public static string? Word(this JsonElement record, string member) => record.Inner(member) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static IEnumerable<JsonElement> Each(this JsonElement array) => array.ValueKind == JsonValueKind.Array ? array.EnumerateArray() : Enumerable.Empty<JsonElement>();
}
