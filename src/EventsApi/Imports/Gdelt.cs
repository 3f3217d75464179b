using System.Globalization;
using EventsApi.Dates;
using EventsApi.Events;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Sources;
using EventsApi.Vocabulary;

namespace EventsApi.Imports;

/// <summary>Events of GDELT, 2.0 (61 columns) and 1.0 (57 columns before April 2013, then 58 with the article's address). Tab-separated, no header, no quoting.</summary>
/// <remarks>Codebooks: "The GDELT Event Database Data Format Codebook v2.0" (2015) and "v1.03" (2013). Places carry FIPS 10-4 country codes, actors CAMEO ones.</remarks>
internal sealed class Gdelt : Mapping
{
    public const string Id = "gdelt";
    private const int First = 5, Second = 15;


    private readonly bool _isSecond;
    private readonly int _geo;
    // Where the place of the action begins; two places of actors stand before it.
    private readonly int _action;

    public Gdelt(bool isSecond)
    {
        _isSecond = isSecond;
        _geo = isSecond ? 8 : 7;
        _action = 35 + 2 * _geo;
    }

    public override string Layout => _isSecond ? "GDELT 2.0 events" : "GDELT 1.0 events";

    public override DatasetInput Dataset => DatasetOfGdelt;

    public static readonly DatasetInput DatasetOfGdelt = new()
    {
        Id = Id, Title = "GDELT Event Database", Licence = "Free for any use with a citation of the GDELT Project and a link to https://www.gdeltproject.org/", Redistribution = "attribution",
        Citation = "Leetaru, Kalev & Philip A. Schrodt (2013). GDELT: Global Data on Events, Location, and Tone, 1979–2012. The GDELT Project, https://www.gdeltproject.org/",
        Url = "https://www.gdeltproject.org/", Coding = "machine", Coverage = EdtfDate.Parse("1979/.."),
        Summary = "Events that a machine found in the world's news, each with its article. One happening often has many rows: `incident` joins them.",
    };

    /// <summary>Whether a row has the cells of this layout; otherwise what does not fit.</summary>
    public static string? Misfit(string[] cells, bool isSecond)
    {
        if (isSecond ? cells.Length != 61 : cells.Length is not (57 or 58)) return $"has {cells.Length} tab-separated columns; GDELT 2.0 events have 61, GDELT 1.0 events 57 or 58";
        if (!long.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)) return $"begins with '{Cut(cells[0])}', which is no event number";
        if (cells[1].Length != 8 || !int.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out _)) return $"has '{Cut(cells[1])}' where the day stands, such as 20240131";
        return null;
    }

    private static string Cut(string text) => text.Length > 60 ? text[..60] + "…" : text;

    public override Mapped? Map(Row row)
    {
        var cells = row.Cells;
        if (row.Line == 1 && cells[0].Equals("GLOBALEVENTID", StringComparison.OrdinalIgnoreCase)) return null;
        if (Misfit(cells, _isSecond) is { } misfit) throw new RowException(null, cells.Length < 3 ? string.Join('\t', cells) : null, "layout", $"The row {misfit}.");

        var code = cells[26];
        // A spreadsheet takes the leading zero away.
        if (code is { Length: 1 } || code.Length == 2 && code[0] is >= '1' and <= '9' && cells[28].Length == 1) code = "0" + code;
        var crossing = Crosswalks.Cameo.Find(code) ?? throw new RowException("EventCode", code, "unknown-code", "This is no CAMEO event code.");
        var date = DayOf(cells[1]);
        var (first, firstNamed) = Actor(cells, First);
        var (second, secondNamed) = Actor(cells, Second);

        var participants = new List<ParticipantInput>();
        var parties = new List<Party?>();
        void Take((Party? Party, string? Label, string? Sector)? actor, IReadOnlyList<string> roles)
        {
            if (actor is not { } given) return;
            participants.Add(new ParticipantInput { Label = given.Label, Sector = given.Party is null || given.Party.Kind == "state" ? given.Sector : null, Roles = roles });
            parties.Add(given.Party);
        }
        // Whoever is visited is the recipient, whichever of the two the row begins with.
        var isHosting = code == "043";
        string[] one = isHosting ? ["recipient", "host"] : code == "042" ? ["initiator", "visitor"] : ["initiator"], other = isHosting ? ["initiator", "visitor"] : code == "042" ? ["recipient", "host"] : ["recipient"];
        Take(firstNamed, one);
        Take(secondNamed, other);

        var added = cells[_action + _geo];
        var address = cells.Length > _action + _geo + 1 ? cells[_action + _geo + 1].Trim() : "";
        var plural = first?.IsPlural ?? IsPlural(firstNamed?.Label);
        return new MappedEvent
        {
            Line = row.Line, Digest = DigestOf(row), External = new Identifier("gdelt", cells[0]), Release = long.TryParse(added, NumberStyles.None, CultureInfo.InvariantCulture, out var release) ? release : 0,
            Parties = parties, Place = PlaceAt(cells, _action), Sources = address == "" ? [new SourceInput { Kind = "dataset", Publisher = "The GDELT Project", Title = "GDELT Event Database", Url = DatasetOfGdelt.Url, Licence = DatasetOfGdelt.Licence }] : [ArticleOf(address, added)],
            Title = (names, place) => Sentences.Of(firstNamed is null ? null : names[0], plural, crossing.Verb, crossing.Alone, secondNamed is null ? null : names[^1], place),
            Event = new EventInput
            {
                Kind = "event", Type = crossing.Type, Modes = crossing.Mode is { } mode ? [mode] : null, Contexts = crossing.Contexts.Length > 0 ? crossing.Contexts : null, Status = "occurred", Date = date, Participants = participants,
                Goldstein = Number(cells[30], "GoldsteinScale", -10, 10), Tone = Number(cells[34], "AvgTone", -100, 100), Coverage = new Coverage(Count(cells[31], "NumMentions"), Count(cells[32], "NumSources"), Count(cells[33], "NumArticles")),
                Codes = [new Code("cameo", code), .. ((string, string)[])[("cameo-actor1", cells[First]), ("cameo-actor2", cells[Second])] is var actors ? actors.Where(a => a.Item2 != "").Select(a => new Code(a.Item1, a.Item2)) : []],
            },
        };
    }

    // Rows of one day follow each other, and an article has five of them.
    private (string Text, EdtfDate Day)? _day;
    private (string Address, string Added, SourceInput Source)? _article;

    private EdtfDate DayOf(string text) => (_day?.Text == text ? _day : _day = (text, Day(text, "SQLDATE"))).Value.Day;

    private SourceInput ArticleOf(string address, string added) =>
        (_article is { } last && last.Address == address && last.Added == added ? _article : _article = (address, added, Article(address, added))).Value.Source;

    internal static EdtfDate Day(string text, string column) =>
        DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? EdtfDate.Parse(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
            : throw new RowException(column, text, "invalid-date", "This is no day; days are written 20240131.");

    private static double? Number(string text, string column, double least, double most)
    {
        if (text.Trim() == "") return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? Math.Round(number, 6) : throw new RowException(column, text, "invalid-number", $"This is no number between {least} and {most}.");
    }

    private static long? Count(string text, string column)
    {
        if (text.Trim() == "") return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new RowException(column, text, "invalid-number", "This is no whole number from 0.");
    }

    /// <summary>An article by its address; its title is read from the address, for GDELT has none.</summary>
    internal static SourceInput Article(string address, string added)
    {
        var retrieved = added.Length >= 8 && DateOnly.TryParseExact(added[..8], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? EdtfDate.Parse(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)) : null;
        // Sources that are no web pages are named as they are: "BBC Monitoring".
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) return new SourceInput { Kind = "article", Publisher = Cut(address), Title = Cut(address), Retrieved = retrieved };
        var publisher = uri.Host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? uri.Host[4..] : uri.Host;
        // The last part of an address that has words in it tells what the article is about.
        var words = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse().Select(Words).FirstOrDefault(w => w.Count(' ') >= 2);
        return new SourceInput { Kind = "article", Publisher = publisher, Title = words ?? publisher, Url = address, Retrieved = retrieved };
    }

    private static string Words(string part)
    {
        var dot = part.LastIndexOf('.');
        var unescaped = Uri.UnescapeDataString(dot > 0 && part.Length - dot <= 6 ? part[..dot] : part);
        // An address may have anything behind its percent signs, a line end as well.
        var text = string.Concat(unescaped.Select(c => char.IsControl(c) ? ' ' : c)).Replace('-', ' ').Replace('_', ' ').Replace('+', ' ');
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(w => w.Any(char.IsLetter) && !(w.Length > 6 && w.Any(char.IsDigit))).ToList();
        if (words.Count < 3) return "";
        var title = string.Join(' ', words);
        return char.ToUpperInvariant(title[0]) + (title.Length > 200 ? title[1..200] : title[1..]);
    }

    /// <summary>Who stands in ten cells: code, name, country, group, ethnic group, two religions, three types.</summary>
    private static (Party? Party, (Party? Party, string? Label, string? Sector)? Named) Actor(string[] cells, int at)
    {
        var (code, country, group) = (cells[at], cells[at + 2], cells[at + 3]);
        if (code == "" && cells[at + 1] == "") return (null, null);
        var name = Sentences.Cased(cells[at + 1]);
        string[] types = [.. cells[(at + 7)..(at + 10)].Where(t => t != "")];
        var sector = types.Select(CameoActors.Sector).FirstOrDefault(s => s is not null);

        Party? party = null;
        if (group != "" && CameoActors.Group(group) is { } known)
            party = new Party(known.Name, known.Kind) { Identifiers = [new Identifier("cameo", group)], KnownAs = known.Id, Sector = known.Sector };
        else if (country != "" && CountryCodes.OfCameo(country) is { } iso)
        {
            if (types.Length == 0 || types[0] == "GOV")
                party = new Party(CountryNames.Of(iso), "state") { Identifiers = [new Identifier("iso3166", iso)], Country = iso, Sector = "GOV", Person = name.Contains(' ', StringComparison.Ordinal) ? name : null };
            else if (CameoActors.TypeLabel(types[0]) is { } label)
                party = new Party(label, "group")
                {
                    Identifiers = [new Identifier("cameo", country + types[0])], Country = iso, Sector = sector, NamesCountry = true, MatchesByName = false, IsPlural = label.EndsWith('s') || label is "Police" or "Military" or "Media",
                    IsOfState = sector is "MIL" or "COP" or "JUD" or "LEG" or "SPY", Person = name.Contains(' ', StringComparison.Ordinal) ? name : null,
                };
        }
        if (party is not null) return (party, (party, name == "" ? null : name, sector));
        var shown = name != "" ? name : CameoActors.Region(country) ?? (types.Length > 0 ? CameoActors.TypeLabel(types[0]) : null) ?? (cells[at + 5] == "" ? null : CameoActors.Religion(cells[at + 5])) ?? code;
        return (null, (null, shown, sector ?? (cells[at + 5] != "" ? "REL" : null)));
    }

    private static bool IsPlural(string? label) => label is not null && (label is "Police" or "Media" or "Men" or "Women" or "People" or "Military" || label.EndsWith('s') && !label.EndsWith("ss", StringComparison.Ordinal) && !label.EndsWith("us", StringComparison.Ordinal));

    /// <summary>The place in seven cells, or eight with the second-level unit of 2.0.</summary>
    private Place? PlaceAt(string[] cells, int at)
    {
        var type = cells[at];
        if (type is "" or "0") return null;
        var (name, fips, admin1) = (cells[at + 1], cells[at + 2], cells[at + 3]);
        var point = at + 4 + (_isSecond ? 1 : 0);
        var (latitude, longitude, feature) = (Number(cells[point], "ActionGeo_Lat", -90, 90), Number(cells[point + 1], "ActionGeo_Long", -180, 180), cells[point + 2]);
        var country = CountryCodes.OfFips(fips);
        if (country is null) return null; // oceans and places that are in no country have a name, but none that is a place of ours
        if (type == "1") return Place.OfCountry(country);
        if (latitude is null != longitude is null) throw new RowException(latitude is null ? "ActionGeo_Lat" : "ActionGeo_Long", "", "missing", "A point has both latitude and longitude.");
        var parts = name.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0) return Place.OfCountry(country);
        // A code of two letters alone is the country's.
        Place? Unit(string unit, double? lat, double? lon) => admin1.Length > 2 ? new Place(unit, "admin1", country) { Latitude = lat, Longitude = lon, Identifiers = [new Identifier("fips10", admin1)] } : null;
        if (type is "2" or "5") return Unit(parts[0], latitude, longitude) ?? Place.OfCountry(country);
        return new Place(parts[0], "city", country)
        {
            Latitude = latitude, Longitude = longitude, Precision = "city", Identifiers = feature == "" ? [] : [new Identifier("gdelt-feature", feature)],
            Within = parts.Length >= 3 && parts[^2] != parts[0] ? Unit(parts[^2], null, null) : null,
        };
    }
}

/// <summary>Mentions of GDELT 2.0 (16 columns): one more article for an event.</summary>
internal sealed class GdeltMentions(bool hasHeader) : Mapping
{
    public static readonly string[] Columns = ["GLOBALEVENTID", "EventTimeDate", "MentionTimeDate", "MentionType", "MentionSourceName", "MentionIdentifier"];

    public override string Layout => "GDELT 2.0 mentions";

    public override bool IsRelease => false;

    public override DatasetInput Dataset => Gdelt.DatasetOfGdelt;

    public override Mapped? Map(Row row)
    {
        if (hasHeader && row.Line == 1) return null;
        var cells = row.Cells;
        if (cells.Length < 14) throw new RowException(null, null, "layout", $"The row has {cells.Length} columns; mentions have 16.");
        if (!long.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)) throw new RowException("GLOBALEVENTID", cells[0], "invalid-number", "This is no event number.");
        if (cells[5] == "") throw new RowException("MentionIdentifier", "", "missing", "The mention names no article.");
        return new MappedMention { Line = row.Line, Event = new Identifier("gdelt", cells[0]), Source = Gdelt.Article(cells[5].Trim(), cells[2]) };
    }
}
