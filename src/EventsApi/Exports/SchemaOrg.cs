using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventsApi.Records;

namespace EventsApi.Exports;

/// <summary>Records in the words of schema.org, as JSON-LD: what search engines and others who know nothing of this catalogue can read. Kinds for which schema.org has no word are not offered.</summary>
internal static partial class SchemaOrg
{
    private static readonly Kind[] Known = [Kind.Event, Kind.Series, Kind.Actor, Kind.Location, Kind.Topic, Kind.Statement, Kind.Source, Kind.Dataset];

    public static bool Knows(Kind kind) => Known.Contains(kind);

    /// <param name="origin">Before every address: scheme and host.</param>
    /// <param name="context">Of a record that stands alone; null where the list has it.</param>
    public static byte[] Of(Kind kind, ReadOnlyMemory<byte> json, string origin, string? context = null)
    {
        using var document = JsonDocument.Parse(json);
        var record = document.RootElement;
        var thing = new JsonObject();
        if (context is not null) thing["@context"] = context;
        thing["@type"] = TypeOf(kind, record);
        (thing["@id"], thing["url"]) = (origin + record.Word("href"), origin + record.Word("href"));
        thing["name"] = record.Word("title") ?? record.Word("name") ?? record.Word("label");
        thing["description"] = record.Word("summary");
        thing["alternateName"] = Several(record.Inner("names").Each().Select(n => n.Word("text")).Where(n => n != record.Word("name")).Distinct().Select(n => (JsonNode?)n));
        if (kind == Kind.Event) Event(thing, record, origin);
        else if (kind == Kind.Actor) Actor(thing, record, origin);
        else if (kind == Kind.Location) Place(thing, record, origin);
        else if (kind == Kind.Statement) Quotation(thing, record, origin);
        else if (kind == Kind.Source || kind == Kind.Dataset) Work(thing, kind, record);
        else if (kind == Kind.Series) thing["organizer"] = Refer(record.Inner("organization"), "actors", origin);
        else (thing["termCode"], thing["inDefinedTermSet"]) = (record.Word("id"), origin + "/v1/topics");
        var identifiers = record.Inner("identifiers").Each().ToList();
        thing["sameAs"] = Several(identifiers.Where(i => i.Word("scheme") == "wikidata").Select(i => (JsonNode?)$"https://www.wikidata.org/entity/{i.Word("identifier")}")
            .Concat(kind == Kind.Dataset && record.Word("url") is { } url ? [(JsonNode?)url] : []));
        thing["identifier"] = Several(identifiers.Select(i => (JsonNode?)new JsonObject { ["@type"] = "PropertyValue", ["propertyID"] = i.Word("scheme"), ["value"] = i.Word("identifier") }));
        // Works are made from others; of everything else they tell.
        thing[kind == Kind.Statement || kind == Kind.Source || kind == Kind.Dataset ? "isBasedOn" : "subjectOf"] = Several(record.Inner("sources").Each().Select(s => (JsonNode?)Source(s, origin)));
        // What is not known is not said.
        foreach (var (member, value) in thing.ToList())
            if (value is null) thing.Remove(member);
        return JsonSerializer.SerializeToUtf8Bytes(thing, Json.Options);
    }

    private static string TypeOf(Kind kind, JsonElement record) => (kind.Name, record.Word("kind")) switch
    {
        ("event", _) => "Event",
        ("series", _) => "EventSeries",
        ("actor", "person") => "Person",
        ("actor", "state") => "GovernmentOrganization",
        ("actor", _) => "Organization",
        ("location", "country") => "Country",
        ("location", "city") => "City",
        ("location", "admin1" or "admin2") => "AdministrativeArea",
        ("location", "water") => "BodyOfWater",
        ("location", _) => "Place",
        ("topic", _) => "DefinedTerm",
        ("statement", _) => "Quotation",
        ("source", "article") => "Article",
        ("source", "dataset") or ("dataset", _) => "Dataset",
        _ => "CreativeWork",
    };

    private static void Event(JsonObject thing, JsonElement record, string origin)
    {
        var date = record.Inner("date");
        thing["startDate"] = Day(date, "start", record.Inner("time").Word("start"));
        thing["endDate"] = Day(date, "end", record.Inner("time").Word("end"));
        thing["eventStatus"] = "https://schema.org/" + record.Word("status") switch { "cancelled" or "retracted" => "EventCancelled", "postponed" => "EventPostponed", _ => "EventScheduled" };
        if (record.Inner("location") is { ValueKind: JsonValueKind.Object } location)
        {
            var place = new JsonObject { ["@type"] = TypeOf(Kind.Location, location), ["@id"] = origin + Kind.Location.Href(location.Word("id")!), ["name"] = location.Word("name") };
            if (Address(location) is { } address) place["address"] = address;
            if (Point(location) is { } point) place["geo"] = point;
            thing["location"] = place;
        }
        var isMeeting = record.Word("kind") == "meeting";
        var participants = record.Inner("participants").Each().Select(p => (Node: Participant(p, origin), Leads: p.Inner("roles").Each().Any(r => r.GetString() is "host" or "organizer"))).Where(p => p.Node is not null).ToList();
        thing["organizer"] = Several(participants.Where(p => p.Leads && isMeeting).Select(p => p.Node));
        // Whom an attack struck did not attend it.
        thing[isMeeting ? "attendee" : "about"] = Several(participants.Where(p => !p.Leads || !isMeeting).Select(p => p.Node));
        thing["keywords"] = Several(record.Inner("topics").Each().Select(t => (JsonNode?)t.Word("name")));
        if (record.Inner("series") is { ValueKind: JsonValueKind.Object } series)
            thing["superEvent"] = new JsonObject { ["@type"] = "EventSeries", ["@id"] = origin + Kind.Series.Href(series.Word("id")!), ["name"] = series.Word("label") };
    }

    private static JsonObject? Participant(JsonElement participant, string origin) =>
        Refer(participant.Inner("actor"), "actors", origin) ?? (Table.NameOf(participant) is { ValueKind: JsonValueKind.String } name ? new JsonObject { ["@type"] = "Organization", ["name"] = name.GetString() } : null);

    private static void Actor(JsonObject thing, JsonElement record, string origin)
    {
        var isPerson = record.Word("kind") == "person";
        if (!isPerson) (thing["foundingDate"], thing["dissolutionDate"]) = (Day(record.Inner("founded"), "start", null), Day(record.Inner("dissolved"), "end", null));
        thing[isPerson ? "affiliation" : "parentOrganization"] = Refer(record.Inner("partOf"), "actors", origin);
        if (record.Word("country") is { } country) thing[isPerson ? "nationality" : "location"] = new JsonObject { ["@type"] = "Country", ["identifier"] = country };
    }

    private static void Place(JsonObject thing, JsonElement record, string origin)
    {
        thing["geo"] = Point(record);
        thing["address"] = Address(record);
        thing["containedInPlace"] = Refer(record.Inner("parent"), "locations", origin);
    }

    private static void Quotation(JsonObject thing, JsonElement record, string origin)
    {
        thing["text"] = record.Word("text");
        thing["inLanguage"] = record.Word("lang");
        thing["dateCreated"] = Day(record.Inner("date"), "start", null);
        thing["creator"] = Refer(record.Inner("speaker"), "actors", origin);
        thing["about"] = Several(record.Inner("about").Each().Select(a => (JsonNode?)new JsonObject { ["@id"] = origin + Kind.Named(a.Word("kind")!)!.Href(a.Word("id")!), ["name"] = a.Word("title") }));
        thing["keywords"] = Several(record.Inner("topics").Each().Select(t => (JsonNode?)t.Word("label")));
    }

    private static void Work(JsonObject thing, Kind kind, JsonElement record)
    {
        if (kind == Kind.Source && record.Word("url") is { } url) thing["url"] = url;
        thing["license"] = record.Word("licence");
        thing["citation"] = record.Word("citation");
        thing["version"] = record.Word("version");
        thing["temporalCoverage"] = record.Inner("coverage").Word("edtf");
        thing["inLanguage"] = record.Word("language");
        thing["datePublished"] = Day(record.Inner("published"), "start", null);
        if (record.Word("author") is { } author) thing["author"] = new JsonObject { ["@type"] = "Person", ["name"] = author };
        if (record.Word("publisher") is { } publisher) thing["publisher"] = new JsonObject { ["@type"] = "Organization", ["name"] = publisher };
    }

    private static JsonObject Source(JsonElement source, string origin)
    {
        var work = new JsonObject { ["@type"] = "CreativeWork", ["@id"] = origin + Kind.Source.Href(source.Word("id")!), ["name"] = source.Word("title") };
        if (source.Word("url") is { } url) work["url"] = url;
        if (source.Word("publisher") is { } publisher) work["publisher"] = publisher;
        return work;
    }

    private static JsonObject? Refer(JsonElement reference, string path, string origin) => reference.ValueKind != JsonValueKind.Object ? null : new JsonObject
    {
        ["@type"] = TypeOf(path == "actors" ? Kind.Actor : Kind.Location, reference), ["@id"] = $"{origin}/v1/{path}/{reference.Word("id")}", ["name"] = reference.Word("name"),
    };

    private static JsonObject? Point(JsonElement place) => place.Inner("latitude") is { ValueKind: JsonValueKind.Number } latitude && place.Inner("longitude") is { ValueKind: JsonValueKind.Number } longitude
        ? new JsonObject { ["@type"] = "GeoCoordinates", ["latitude"] = latitude.GetDouble(), ["longitude"] = longitude.GetDouble() } : null;

    private static JsonObject? Address(JsonElement place) => place.Word("country") is { } country ? new JsonObject { ["@type"] = "PostalAddress", ["addressCountry"] = country } : null;

    /// <summary>A day, month or year as ISO 8601 has it, as far as it is known; of anything else its outermost day.</summary>
    private static JsonNode? Day(JsonElement date, string side, string? time)
    {
        if (date.Word("edtf") is not { } edtf) return null;
        if (Plain().IsMatch(edtf)) return time is not null && edtf.Length == 10 ? $"{edtf}T{time}" : edtf;
        return date.Word(side);
    }

    private static JsonNode? Several(IEnumerable<JsonNode?> values) => values.ToArray() is { Length: > 0 } some ? some.Length == 1 ? some[0] : new JsonArray(some) : null;

    [GeneratedRegex(@"^\d{4}(-\d\d(-\d\d)?)?$")]
    private static partial Regex Plain();
}
