using System.Globalization;
using System.Text.RegularExpressions;
using EventsApi.Dates;
using EventsApi.Events;
using EventsApi.Records;
using EventsApi.Sources;
using EventsApi.Vocabulary;

namespace EventsApi.Imports;

/// <summary>Events of the UCDP Georeferenced Event Dataset: 49 columns, the 41 of older releases, the 14 of the compact form, and the pages of UCDP's API. What a release does not have is not known.</summary>
/// <remarks>UCDP GED Codebook 23.1 (2023): date_prec 1–5, where_prec 1–7, number_of_sources −1 for unknown.</remarks>
internal sealed partial class Ucdp(Header header, string? release, bool isApi = false) : Mapping
{
    public const string Id = "ucdp-ged";

    // The sides of one-sided violence are an armed group and civilians, who did not fight.
    private const string StateBased = "1", OneSided = "3";

    /// <summary>The columns of an API page that are read.</summary>
    public static readonly string[] ApiColumns =
    [
        "id", "relid", "year", "type_of_violence", "conflict_new_id", "conflict_name", "dyad_new_id", "dyad_name", "side_a_new_id", "side_a", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office", "source_date", "source_headline",
        "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2", "latitude", "longitude", "country", "country_id", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob",
    ];

    public override string? ColumnAt(int n) => header.NameAt(n);

    public override string Layout => isApi ? "UCDP GED, a page of the API" : $"UCDP GED, {header.Count} columns";

    public override DatasetInput Dataset { get; } = new()
    {
        Id = Id, Title = "UCDP Georeferenced Event Dataset (GED) Global", Version = release, Licence = "CC BY 4.0", Redistribution = "attribution", Url = "https://ucdp.uu.se/downloads/", Coding = "human", Coverage = EdtfDate.Parse("1989/.."),
        Citation = "Sundberg, Ralph & Erik Melander (2013). Introducing the UCDP Georeferenced Event Dataset. Journal of Peace Research 50(4). Uppsala Conflict Data Program, https://ucdp.uu.se/",
        Summary = "Single incidents of deadly organized violence: state-based, non-state and one-sided. Titles are the catalogue's own.",
    };

    private readonly SourceInput _source = new()
    {
        Kind = "dataset", Publisher = "Uppsala Conflict Data Program", Title = $"UCDP Georeferenced Event Dataset (GED) Global{(release is null ? "" : $" version {release}")}", Language = "en", Url = "https://ucdp.uu.se/downloads/", Licence = "CC BY 4.0",
    };

    private readonly long _release = ReleaseNumber(release);

    /// <summary>What tells a table of UCDP's from others.</summary>
    public static readonly string[] Required = ["id", "type_of_violence", "side_a", "side_b", "latitude", "longitude", "country"];

    /// <summary>"24.1" in a name such as GEDEvent_v24_1.csv.</summary>
    public static string? ReleaseIn(string name) => ReleaseOf().Match(name) is { Success: true } found ? $"{found.Groups[1].Value}.{found.Groups[2].Value}" : null;

    [GeneratedRegex(@"(?<!\d)(\d{2})[._](\d{1,2})(?!\d)")]
    private static partial Regex ReleaseOf();

    /// <summary>24.1 comes after 23.1 and before 24.1.12; 0 for none.</summary>
    private static long ReleaseNumber(string? release)
    {
        if (release is null) return 0;
        var parts = release.Split('.');
        return parts.Take(4).Concat(Enumerable.Repeat("0", 4)).Take(4).Aggregate(0L, (sum, part) => sum * 1000 + (long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0));
    }

    public override Mapped? Map(Row row)
    {
        if (!isApi && row.Line == 1) return null;
        if (row.Cells.Length != header.Count) throw new RowException(null, null, "layout", $"The row has {row.Cells.Length} cells, the header {header.Count}.");
        string Of(params ReadOnlySpan<string> columns) => header.Of(row, columns);
        // R writes 200000 as 2e+05.
        var id = header.Whole(row, "id")?.ToString(CultureInfo.InvariantCulture) ?? throw new RowException("id", "", "missing", "The row has no number.");

        var violence = Of("type_of_violence");
        violence = violence.StartsWith("state", StringComparison.OrdinalIgnoreCase) ? StateBased : violence.StartsWith("non", StringComparison.OrdinalIgnoreCase) ? "2" : violence.StartsWith("one", StringComparison.OrdinalIgnoreCase) ? OneSided : violence;
        var crossing = Crosswalks.Ucdp.Find(violence) ?? throw new RowException("type_of_violence", violence, "unknown-code", "This is none of 1 (state-based), 2 (non-state) and 3 (one-sided).");
        var isOneSided = violence == OneSided;

        var country = Country(row);
        var (a, b) = (Side(row, "a", country), isOneSided ? [] : Side(row, "b", country));
        if (a.Count == 0) throw new RowException("side_a", "", "missing", "The row names no side A.");
        var civilians = isOneSided ? Of("side_b") is { Length: > 0 } named ? named : "Civilians" : null;
        ParticipantInput Taking(Party party, string? label, params string[] roles) => new() { Label = label, Roles = roles, Sector = party.Kind == "state" ? "GOV" : null };
        List<ParticipantInput> participants =
        [
            .. a.Select(s => Taking(s.Party, s.Label, isOneSided ? ["initiator", "side-a"] : ["side-a"])), .. b.Select(s => Taking(s.Party, s.Label, "side-b")),
            .. civilians is null ? [] : (ParticipantInput[])[new ParticipantInput { Label = civilians, Roles = ["recipient", "side-b"], Sector = "CVL" }],
        ];

        var deaths = Deaths(row, isOneSided);
        var (place, where) = Where(row, country);
        // A government is named as such in titles: "Government of Syria", not "Syria".
        List<string> Names(List<(Party Party, string? Label)> side, IReadOnlyList<string> names, int from) => [.. side.Select((s, n) => s.Label ?? names[from + n])];
        return new MappedEvent
        {
            Line = row.Line, Digest = DigestOf(row), External = new Identifier("ucdp", id), Release = _release, Parties = [.. a.Select(s => s.Party), .. b.Select(s => s.Party), .. civilians is null ? [] : (Party?[])[null]],
            Place = place, Sources = [_source, .. Reports(row)], Conflict = ConflictOf(row, violence, a, b),
            Title = (names, at) => Title(violence, Joined(Names(a, names, 0)), Joined(Names(b, names, a.Count)), a.Count > 1, deaths?.Best, where, at),
            Event = new EventInput
            {
                Kind = "event", Type = crossing.Type, Modes = crossing.Mode is { } mode ? [mode] : null, Contexts = crossing.Contexts.Length > 0 ? crossing.Contexts : null, Status = "occurred", Date = When(row), Participants = participants, Fatalities = deaths,
                Codes = [new Code("ucdp-violence", violence)],
            },
        };
    }

    private static string Joined(List<string> names) => names.Count switch { 0 => "", 1 => names[0], 2 or 3 => string.Join(", ", names[..^1]) + " and " + names[^1], _ => $"{names[0]}, {names[1]} and {names.Count - 2} allied groups" };

    private static string Title(string violence, string a, string b, bool isPlural, long? best, string where, EventLocation? at)
    {
        var country = at is null ? null : at.Kind == "country" ? at.Name : at.Path.FirstOrDefault(p => p.Kind == "country")?.Name;
        var place = at is null ? "" : at.Kind == "country" ? $" in {at.Name}" : $" {where} {at.Name}{(country is null || at.Name.Contains(country, StringComparison.OrdinalIgnoreCase) ? "" : $", {country}")}";
        return violence == OneSided ? $"{a} {Sentences.Conjugate(best == 0 ? "attacks" : "kills", isPlural)} {(best == 1 ? "a civilian" : "civilians")}{place}" : $"{a} and {b} {(violence == StateBased ? "clash" : "fight")}{place}";
    }

    /// <summary>The country on whose ground it was, as ISO has it today.</summary>
    private string? Country(Row row)
    {
        // The source files these under the country that held them; the tree of places is today's.
        var unit = header.Of(row, "adm_1");
        if (unit is "Gaza Strip" or "West Bank") return "PSE";
        if (unit == "Kosovo province") return "XKX";
        var name = header.Of(row, "country");
        if (CountryNames.Code(name) is { } code) return code;
        return header.Of(row, "country_id") is { Length: > 0 } number && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var gw) && CountryCodes.OfGledditschWard(gw) is { } known ? known
            : name == "" ? null : throw new RowException("country", name, "unknown-country", "The catalogue knows no country of this name.");
    }

    /// <summary>Those who fought on a side. A government is its state under the name of government; several groups on one side are several parties.</summary>
    private List<(Party Party, string? Label)> Side(Row row, string side, string? country)
    {
        var names = header.Of(row, $"side_{side}");
        if (names == "") return [];
        var parts = names.Split(", ", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var number = header.Of(row, $"side_{side}_new_id", $"side_{side}_dset_id");
        var states = header.Of(row, $"gwno{side}").Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. parts.Select<string, (Party, string?)>((name, n) =>
        {
            const string Government = "Government of ";
            if (name.StartsWith(Government, StringComparison.OrdinalIgnoreCase))
            {
                var state = name[Government.Length..];
                var code = CountryNames.Code(state) ?? (states.Length == parts.Length && int.TryParse(states[n], NumberStyles.None, CultureInfo.InvariantCulture, out var gw) ? CountryCodes.OfGledditschWard(gw) : null);
                if (code is not null) return (new Party(CountryNames.Of(code), "state") { Identifiers = [new Identifier("iso3166", code)], Country = code, Sector = "GOV" }, $"{Government}{CountryNames.Of(code)}");
            }
            // The number of a coalition is none of its members'.
            return (new Party(name, "organization") { Classification = "armed-group", Sector = "REB", Identifiers = number != "" && parts.Length == 1 ? [new Identifier("ucdp-actor", number)] : [] }, null);
        })];
    }

    /// <summary>The dyad as a situation, and for fights with a state the conflict around it.</summary>
    private Conflict? ConflictOf(Row row, string violence, List<(Party Party, string? Label)> a, List<(Party Party, string? Label)> b)
    {
        var (conflict, dyad) = (header.Of(row, "conflict_new_id", "conflict_dset_id"), header.Of(row, "dyad_new_id", "dyad_dset_id"));
        static string Side(List<(Party Party, string? Label)> side) => Joined([.. side.Select(s => s.Label ?? s.Party.Name)]);
        var title = $"{Side(a)} against {(violence == OneSided ? "civilians" : Side(b))}";
        var name = header.Of(row, "conflict_name");
        // Without numbers the names of both sides are what tells a dyad from others.
        Identifier own = dyad != "" ? new("ucdp-dyad", dyad) : new("ucdp-dyad-name", $"{header.Of(row, "side_a")} - {header.Of(row, "side_b")}");
        if (violence != StateBased) return new Conflict(title, "dyad", conflict != "" ? [own, new Identifier("ucdp-conflict", conflict)] : [own]);
        return new Conflict(title, "dyad", [own], name == "" ? null : new Conflict(ConflictTitle(name), "conflict", [conflict != "" ? new("ucdp-conflict", conflict) : new("ucdp-conflict-name", name)]));
    }

    /// <summary>UCDP writes "Syria: Government" where the government is fought over, "Country: Region" for a territory.</summary>
    private static string ConflictTitle(string name)
    {
        var colon = name.IndexOf(": ", StringComparison.Ordinal);
        if (colon < 0) return $"Conflict between {name.Replace(" - ", " and ", StringComparison.Ordinal)}";
        var (country, over) = (CountryNames.Code(name[..colon]) is { } code ? CountryNames.Of(code) : name[..colon], name[(colon + 2)..]);
        return over == "Government" ? $"Conflict over the government of {country}" : $"Conflict over {over} in {country}";
    }

    private EdtfDate When(Row row)
    {
        var (from, to) = (header.Of(row, "date_start"), header.Of(row, "date_end"));
        if (from == "")
        {
            var (year, month, day) = (header.Whole(row, "year", 1, 9999), header.Whole(row, "month", 1, 12), header.Whole(row, "day", 1, 31));
            var text = year is null ? "" : month is null ? $"{year:0000}" : day is null ? $"{year:0000}-{month:00}" : $"{year:0000}-{month:00}-{day:00}";
            return EdtfDate.TryParse(text, out var known) ? known : throw new RowException("day", text, "invalid-date", "Year, month and day are no date.");
        }
        var (start, end) = (Day(from, "date_start"), Day(to == "" ? from : to, "date_end"));
        if (end < start) throw new RowException("date_end", to, "invalid-date", "The end lies before the start.");
        static string Iso(DateOnly day, string form = "yyyy-MM-dd") => day.ToString(form, CultureInfo.InvariantCulture);
        if (start == end) return EdtfDate.Parse(Iso(start));
        // Known to the month or worse, and the days are the months' first and last: then the months are what is meant.
        if (header.Of(row, "date_prec") is "4" or "5" && start.Day == 1 && end.Day == DateTime.DaysInMonth(end.Year, end.Month))
            return EdtfDate.Parse(start.Year == end.Year && start.Month == end.Month ? Iso(start, "yyyy-MM") : $"{Iso(start, "yyyy-MM")}/{Iso(end, "yyyy-MM")}");
        return EdtfDate.Parse($"{Iso(start)}/{Iso(end)}");
    }

    private static DateOnly Day(string text, string column) =>
        // The API adds a time, older files write days as 1/31/2013.
        DateOnly.TryParseExact(text.Split('T', ' ')[0], ["yyyy-MM-dd", "M/d/yyyy", "yyyy/M/d"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw new RowException(column, text, "invalid-date", "This is no day; days are written 2024-01-31.");

    /// <summary>Deaths as the source counts them. Where the best estimate lies outside its own bounds, the bound is left out: the best is the sum of the sides.</summary>
    private Fatalities? Deaths(Row row, bool isOneSided)
    {
        long? Count(params string[] columns) => columns.Select(c => header.Whole(row, c)).FirstOrDefault(n => n is not null);
        var (best, low, high) = (Count("best", "best_est", "best_death"), Count("low", "low_est", "low_death"), Count("high", "high_est", "high_death"));
        var (a, b) = (Count("deaths_a"), Count("deaths_b"));
        if (best is null && low is null && high is null) return null;
        return new Fatalities(best, low > best ? null : low, high < best ? null : high, isOneSided || a is null || b is null ? null : new Dictionary<string, long> { ["side-a"] = a.Value, ["side-b"] = b.Value }, Count("deaths_civilians"), Count("deaths_unknown"));
    }

    /// <summary>The place, as fine as where_prec says: 1 the spot, 2 near it, 3 a second-level unit, 4 a first-level one, 5 a region, 6 the country, 7 water.</summary>
    private (Place? Place, string Where) Where(Row row, string? country)
    {
        var (latitude, longitude) = header.Point(row);
        var precision = header.Of(row, "where_prec");
        var (name, first, second) = (header.Of(row, "where_coordinates"), header.Of(row, "adm_1"), header.Of(row, "adm_2"));
        var inFirst = first == "" ? null : new Place(first, "admin1", country);
        var inSecond = second == "" ? null : new Place(second, "admin2", country) { Within = inFirst };
        Place At(string kind, string called, Place? within) => new(called, kind, country) { Latitude = latitude, Longitude = longitude, Precision = kind, Within = within };
        if (precision == "6" || latitude is null) return (country is null ? null : Place.OfCountry(country), "in");
        // The compact form tells neither name nor precision. Of events whose precision is known, three in four are known to a second-level unit or better, and none of these points is taken for more.
        if (precision == "" || name == "" && precision is "1" or "2") return (At("admin2", null!, inSecond ?? inFirst) with { Name = null, Precision = precision == "" ? "admin2" : "city", Kind = precision == "" ? "admin2" : "city" }, "at");
        return precision switch
        {
            "4" => (first == "" ? At("admin1", Cut(name), null) : inFirst! with { Latitude = latitude, Longitude = longitude, Precision = "admin1" }, "in"),
            "3" => (second == "" ? At("admin2", Cut(name), inFirst) : inSecond! with { Latitude = latitude, Longitude = longitude, Precision = "admin2" }, "in"),
            "5" => (At("region", name, inFirst), "in"),
            "7" => (At("water", name, null), "on"),
            _ when name == second && inSecond is not null => (inSecond with { Latitude = latitude, Longitude = longitude, Precision = "admin2" }, "in"),
            _ when name == first && inFirst is not null => (inFirst with { Latitude = latitude, Longitude = longitude, Precision = "admin1" }, "in"),
            _ => (At("city", Cut(name), inSecond ?? inFirst), precision == "2" ? "near" : "in"),
        };
    }

    /// <summary>"Rami village, Ariha sub-district" is Rami.</summary>
    private static string Cut(string name)
    {
        var text = name.Split(" (")[0].Split(", ")[0];
        text = Sort().Replace(text, "").Trim();
        return text == "" ? name : text;
    }

    [GeneratedRegex(" (town|city|village|suburb|locality|location|area)$", RegexOptions.IgnoreCase)]
    private static partial Regex Sort();

    private const int MostReports = 10;

    /// <summary>The news that UCDP coded from, where a release names them: offices, dates and headlines stand in lists of their own, in the same order.</summary>
    private IEnumerable<SourceInput> Reports(Row row)
    {
        static string[] List(string text) => [.. text.Split(';', StringSplitOptions.TrimEntries)];
        var offices = List(header.Of(row, "source_office"));
        if (offices is [""]) yield break;
        var (dates, headlines) = (List(header.Of(row, "source_date")), List(header.Of(row, "source_headline")));
        for (var n = 0; n < offices.Length && n < MostReports; n++)
        {
            if (offices[n] == "") continue;
            var title = headlines.Length == offices.Length && headlines[n] != "" ? headlines[n] : offices[n];
            yield return new SourceInput
            {
                Kind = "article", Publisher = Short(offices[n]), Title = Short(title), Published = dates.Length == offices.Length && EdtfDate.TryParse(dates[n], out var day) && day.IsOneDay ? day : null,
            };
        }

        static string Short(string text) => text.Length > SourceInputValidator.LongestTitle ? text[..SourceInputValidator.LongestTitle] : text;
    }
}
