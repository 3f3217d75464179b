using System.Globalization;
using System.Text.RegularExpressions;
using EventsApi.Dates;
using EventsApi.Events;
using EventsApi.Records;
using EventsApi.Sources;
using EventsApi.Vocabulary;

namespace EventsApi.Imports;

/// <summary>Events of an ACLED export, old (inter codes are digits) and new (words). ACLED may not be passed on, so the dataset leaves only for a key that may.</summary>
/// <remarks>ACLED Codebook (2023): time_precision 1–3, geo_precision 1–3.</remarks>
internal sealed partial class Acled(Header header) : Mapping
{
    public const string Id = "acled";

    public static readonly string[] Required = ["event_date", "event_type", "sub_event_type", "actor1", "country", "latitude", "longitude"];

    public override string? ColumnAt(int n) => header.NameAt(n);

    public override string Layout => $"ACLED, {header.Count} columns";

    public override DatasetInput Dataset { get; } = new()
    {
        Id = Id, Title = "Armed Conflict Location & Event Data (ACLED)", Licence = "ACLED terms of use; no redistribution", Redistribution = "no", Url = "https://acleddata.com/", Coding = "human",
        Citation = "Raleigh, Clionadh, Roudabeh Kishi & Andrew Linke (2023). Political instability patterns are obscured by conflict dataset scope conditions, sources, and coding choices. Humanities and Social Sciences Communications 10. ACLED, https://acleddata.com/",
        Summary = "Political violence and protest. Only for those with a right to it: ACLED's terms forbid passing it on.",
    };

    public override Mapped? Map(Row row)
    {
        if (row.Line == 1) return null;
        if (row.Cells.Length != header.Count) throw new RowException(null, null, "layout", $"The row has {row.Cells.Length} cells, the header {header.Count}.");
        var id = header.Of(row, "event_id_cnty", "data_id", "event_id");
        if (id == "") throw new RowException("event_id_cnty", "", "missing", "The row has no id.");
        var (type, subtype) = (header.Of(row, "event_type"), header.Of(row, "sub_event_type"));
        var crossing = (subtype == "" ? null : Crosswalks.Acled.Find(subtype)) ?? Crosswalks.Acled.Find(type) ?? throw new RowException("event_type", $"{type} / {subtype}", "unknown-code", "This is no event type of ACLED.");
        var iso = header.Whole(row, "iso", 0, 999);
        var country = (iso is { } numeric ? CountryCodes.OfNumeric((int)numeric) : null) ?? CountryNames.Code(header.Of(row, "country")) ?? throw new RowException("country", header.Of(row, "country"), "unknown-country", "The catalogue knows no country of this name.");

        if (header.Of(row, "actor1") == "") throw new RowException("actor1", "", "missing", "The row names no actor.");
        var (participants, parties, second) = (new List<ParticipantInput>(), new List<Party?>(), -1);
        foreach (var (names, inter) in ((string, string)[])[("actor1", "inter1"), ("assoc_actor_1", "inter1"), ("actor2", "inter2"), ("assoc_actor_2", "inter2")])
            foreach (var name in header.Of(row, names).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                // The inter code is that of the actor itself, not of those with it.
                var party = Actor(name, names.StartsWith("actor", StringComparison.Ordinal) ? Sector(header.Of(row, inter)) : null, country);
                if (names == "actor2" && second < 0) second = participants.Count;
                participants.Add(new ParticipantInput { Label = Plain(name), Roles = ["party"] });
                parties.Add(party);
            }
        if (parties.Count == 0) throw new RowException("actor1", header.Of(row, "actor1"), "missing", "The row names no actor.");
        var isPlural = parties[0]!.IsPlural;
        return new MappedEvent
        {
            Line = row.Line, Digest = DigestOf(row), External = new Identifier("acled", id), Release = header.Whole(row, "timestamp") ?? 0, Parties = parties, Place = Where(row, country), Sources = Sources(row),
            Title = (names, place) => Sentences.Of(names[0], isPlural, crossing.Verb, crossing.Alone, second >= 0 ? names[second] : null, place),
            Event = new EventInput
            {
                Kind = "event", Type = crossing.Type, Modes = crossing.Mode is { } mode ? [mode] : null, Contexts = crossing.Contexts.Length > 0 ? crossing.Contexts : null, Status = "occurred", Date = When(row), Participants = participants,
                Summary = header.Of(row, "notes") is { Length: > 0 } notes ? notes : null, Fatalities = header.Whole(row, "fatalities") is { } deaths ? new Fatalities(Best: deaths) : null,
                Codes = [new Code("acled", subtype == "" ? type : subtype), .. header.Of(row, "tags").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(tag => new Code("acled-tag", tag))],
            },
        };
    }

    /// <summary>"Military Forces of Kenya (2022-)" is the army of Kenya, whichever government it served.</summary>
    private static string Plain(string name) => Years().Replace(name, "").Trim();

    [GeneratedRegex(@"\s*\(\d{4}\s*-\s*(\d{4})?\)")]
    private static partial Regex Years();

    private static Party Actor(string raw, string? sector, string country)
    {
        var name = Plain(raw);
        var isPlural = name.StartsWith("Protesters", StringComparison.Ordinal) || name.StartsWith("Rioters", StringComparison.Ordinal) || name.StartsWith("Civilians", StringComparison.Ordinal) || name.Contains(" Forces", StringComparison.Ordinal);
        foreach (var (begin, of) in ((string, string)[])[("Government of ", "GOV"), ("Military Forces of ", "MIL"), ("Police Forces of ", "COP")])
            if (name.StartsWith(begin, StringComparison.Ordinal))
            {
                // A unit may stand behind the country: "Military Forces of Kenya Special Forces".
                var state = CountryNames.Code(name[begin.Length..].Split(" - ")[0]);
                if (state is null) break;
                return of == "GOV" ? new Party(CountryNames.Of(state), "state") { Identifiers = [new Identifier("iso3166", state)], Country = state, Sector = "GOV" }
                    : new Party(name, "organization") { Classification = of == "MIL" ? "military" : "police", Sector = of, Country = state, IsOfState = true, IsPlural = true, Identifiers = [new Identifier("acled-actor", name)] };
            }
        // "Protesters (Kenya)": a crowd, not the same one each time, but the same in kind.
        var isCrowd = Crowd().IsMatch(name);
        return new Party(name, isCrowd ? "group" : "organization")
        {
            Classification = isCrowd ? null : sector is "REB" or "PRM" ? "armed-group" : null, Sector = sector, Country = isCrowd && name.EndsWith(')') && name.IndexOf('(', StringComparison.Ordinal) is > 0 and var bracket ? CountryNames.Code(name[(bracket + 1)..^1]) ?? country : null,
            Identifiers = [new Identifier("acled-actor", name)], IsPlural = isPlural,
        };
    }

    [GeneratedRegex(@"^(Protesters|Rioters|Civilians)\b")]
    private static partial Regex Crowd();

    /// <summary>Digits in exports before 2023, words since.</summary>
    private static string? Sector(string inter) => inter.ToLowerInvariant() switch
    {
        "1" or "state forces" => "MIL",
        "2" or "rebel group" or "rebel groups" => "REB",
        "3" or "political militia" or "political militias" or "4" or "identity militia" or "identity militias" => "PRM",
        "5" or "rioters" or "6" or "protesters" or "7" or "civilians" => "CVL",
        _ => null,
    };

    private EdtfDate When(Row row)
    {
        var text = header.Of(row, "event_date");
        if (!DateOnly.TryParseExact(text, ["dd MMMM yyyy", "d MMMM yyyy", "dd-MMMM-yyyy", "yyyy-MM-dd", "dd MMM yyyy", "d-MMM-yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            throw new RowException("event_date", text, "invalid-date", "This is no day; days are written 01 January 2024 or 2024-01-01.");
        return EdtfDate.Parse(header.Of(row, "time_precision") switch
        {
            "3" => day.ToString("yyyy-MM", CultureInfo.InvariantCulture),
            "2" => $"{ISOWeek.GetYear(day.ToDateTime(default)):0000}-W{ISOWeek.GetWeekOfYear(day.ToDateTime(default)):00}",
            _ => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        });
    }

    private Place Where(Row row, string country)
    {
        var (latitude, longitude) = header.Point(row);
        Place? around = null;
        foreach (var (column, kind) in ((string, string)[])[("admin1", "admin1"), ("admin2", "admin2")])
            if (header.Of(row, column) is { Length: > 0 } unit) around = new Place(unit, kind, country) { Within = around };
        var name = header.Of(row, "location");
        if (name == "" || latitude is null) return around ?? Place.OfCountry(country);
        // 1 is the place itself, 2 a place nearby that stands for it, 3 the capital of the region it was in.
        return header.Of(row, "geo_precision") switch
        {
            "3" when around is not null => around with { Latitude = latitude, Longitude = longitude, Precision = "admin1" },
            "2" => new Place(name, "city", country) { Latitude = latitude, Longitude = longitude, Precision = "admin2", Within = around },
            _ => new Place(name, "city", country) { Latitude = latitude, Longitude = longitude, Precision = "city", Within = around },
        };
    }

    private List<SourceInput> Sources(Row row) => header.Of(row, "source") is { Length: > 0 } names
        ? [.. names.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().Select(n => new SourceInput { Kind = "article", Publisher = n.Length > 300 ? n[..300] : n, Title = n.Length > 300 ? n[..300] : n })]
        : [new SourceInput { Kind = "dataset", Publisher = "ACLED", Title = Dataset.Title, Url = Dataset.Url }];
}
