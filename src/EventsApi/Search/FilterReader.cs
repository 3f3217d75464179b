using System.Globalization;
using Dapper;
using EventsApi.Dates;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>Turns the filters of one request into conditions, a canonical address and a sentence.</summary>
public sealed class FilterReader(Reader reader, Kind kind, DateOnly today)
{
    private readonly List<string> _phrases = [];
    private readonly SortedDictionary<string, string> _canonical = new(StringComparer.Ordinal);

    public Reader Reader => reader;
    public Kind Kind => kind;
    /// <summary>The answer to this question changes with the day.</summary>
    public bool DependsOnToday { get; private set; }

    public DateOnly Today
    {
        get
        {
            DependsOnToday = true;
            return today;
        }
    }
    public List<Condition> Conditions { get; } = [];
    public IReadOnlyDictionary<string, string> Canonical => _canonical;
    public IEnumerable<string> Phrases => _phrases;
    /// <summary>The lists of actors asked for and the detail bits that count, for matchedVia.</summary>
    public List<(IReadOnlyList<(string Field, string Value)> Lists, long Mask)> ActorLists { get; } = [];
    /// <summary>With expand=members: whether a member of an actor asked for took part.</summary>
    public List<Test> MemberTests { get; } = [];
    /// <summary>A condition that depends on which records the others find; made when those are read.</summary>
    public Func<Reader, IReadOnlyList<Condition>, Condition>? Late { get; set; }
    /// <summary>The time in the past that is asked about; null for now.</summary>
    public PastSession? Past { get; init; }
    /// <summary>All parameters of the request by their spelling, for filters that look at each other.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Given { get; init; }

    // Which parameter each condition came from: a facet leaves its own out.
    private readonly Dictionary<Condition, string> _origins = new(ReferenceEqualityComparer.Instance);

    /// <summary>The spelling of the parameter that is being read.</summary>
    public string Reading { private get; set; } = "";

    public void Add(Condition condition)
    {
        Conditions.Add(condition);
        _origins[condition] = Reading;
    }

    /// <summary>The conditions but those of these parameters.</summary>
    public List<Condition> ConditionsBut(params string[] parameters) => [.. Conditions.Where(c => !parameters.Contains(_origins.GetValueOrDefault(c, "")))];

    /// <summary>The parameters that made conditions, in order.</summary>
    public IEnumerable<string> Origins() => Conditions.Select(c => _origins.GetValueOrDefault(c, "")).Where(o => o != "").Distinct();

    /// <summary>The values that a parameter asks for, as the catalogue writes them.</summary>
    public IReadOnlyList<string> Selected(string parameter) => _canonical.TryGetValue(parameter, out var values) ? values.Split(',') : [];

    /// <summary>Whether the period asked for is this year, month or day.</summary>
    public bool IsPeriod(string unit) => _canonical.GetValueOrDefault("date") == unit || _canonical.GetValueOrDefault("from") == unit && _canonical.GetValueOrDefault("to") == unit;

    public void Say(string phrase) => _phrases.Add(phrase);

    public void Set(string spelling, string value) => _canonical[spelling] = value;

    public string? One(string spelling) => Given.TryGetValue(spelling, out var values) && values.Count > 0 ? values[0] : null;

    /// <summary>The usual filter: plain is OR, all is AND, not is none of.</summary>
    public void Lists(string name, string op, IReadOnlyList<string> values, Func<string, IEnumerable<(string, string)>> lists, long mask = 0)
    {
        if (op == "all")
            foreach (var value in values) Add(new InLists([.. lists(value)]) { Mask = mask });
        else Add(new InLists([.. values.SelectMany(lists)]) { Mask = mask, Not = op == "not" });
        Set(op == "" ? name : $"{name}[{op}]", string.Join(',', values.Order(StringComparer.Ordinal)));
        Say(op switch { "not" => $"{name} not {Or(values)}", "all" => $"{name} {And(values)}", _ => $"{name} {Or(values)}" });
    }

    /// <summary>The words asked for; null without q, or when q holds no word.</summary>
    public TextSearch? Text { get; private set; }

    /// <summary>What of q is in no text and was left out.</summary>
    public IReadOnlyList<string> Ignored { get; private set; } = [];

    public void Search(string text)
    {
        if (text.Length > TextQuery.LongestText) throw ProblemException.Parameter("q", "too-long", $"q is longer than {TextQuery.LongestText:N0} characters.");
        Text = TextSearch.Read(reader, text, One("stem") != "false", out var ignored);
        Ignored = ignored;
        if (Text is not null) Add((Condition?)Text.Condition ?? Text.Excluded!);
        Set("q", text);
        Say($"with “{text}”");
    }

    public void NeedsText(string name, string? value)
    {
        if (One("q") is null) throw ProblemException.Parameter(name, "needs-another", $"{name} needs q beside it.");
        if (value is not null) Set(name, value);
    }

    /// <summary>When nothing was found, what was probably meant is asked instead.</summary>
    public void CorrectIf(Func<bool> isEmpty)
    {
        if (Text?.Condition is not { } asked || !isEmpty()) return;
        var at = Conditions.IndexOf(asked);
        while (Text.Correct(reader))
        {
            if (Text.Condition is not { } meant) continue;
            (Conditions[at], _origins[meant]) = (meant, "q");
            if (!isEmpty()) return;
        }
        Text.TakeBack(reader);
        (Conditions[at], _origins[Text.Condition!]) = (Text.Condition!, "q");
    }

    public void Ids(IReadOnlyList<string> ids)
    {
        Add(new InKeys([.. ids.Select(id => RecordLookup.KeyOf(reader, RecordLookup.Find(reader, kind, id)!.Ref) ?? -1)]));
        Set("ids", string.Join(',', ids.Order(StringComparer.Ordinal)));
        Say($"ids {Or(ids)}");
    }

    public void UpdatedSince(string value)
    {
        // A plus that was not escaped arrives as a space.
        if (!DateTimeOffset.TryParseExact(value.Replace(' ', '+'), Instants, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since))
            throw ProblemException.Parameter("updatedSince", "invalid", $"'{value}' is not an instant. Send RFC 3339, such as 2026-01-31T12:00:00Z.");
        Add(new Test("EXISTS (SELECT 1 FROM answers u WHERE u.key = p.key AND u.updated_at >= ?)", since.ToUnixTimeMilliseconds()));
        Set("updatedSince", since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        Say($"updated since {value}");
    }

    private static readonly string[] Instants = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"];

    // Looking for what was meant is the costly part of a refusal.
    private int _guesses = 3;

    private string? Nearest(Kind of, string value) => _guesses-- > 0 ? RecordLookup.Nearest(reader, of, value) : null;

    /// <summary>A value that some record has in this list; others are refused with the nearest.</summary>
    public string Known(string parameter, string field, string value)
    {
        if (reader.Kept("SELECT 1 FROM lists WHERE field = ? AND value = ? AND count > 0").Bind(field).Bind(value).Scalar() is not null) return value;
        var values = reader.Db.Query<string>("SELECT value FROM lists WHERE field = @field AND count > 0 ORDER BY count DESC LIMIT 1000", new { field }).ToList();
        var nearest = _guesses-- > 0 ? Folding.Nearest(value, values) : null;
        throw ProblemException.Parameter(parameter, "unknown-value", $"No record has {parameter} '{value}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}", values.Count <= 50 ? values : null, nearest);
    }

    /// <summary>The record that a path names.</summary>
    public Known Require(Kind of, string id) => Past is { } past ? past.Require(of, id) : Singles.Require(reader, of, id);

    /// <summary>The canonical id of the record that a value names; an unknown one is refused with the nearest.</summary>
    public string IdOf(string parameter, Kind of, string value)
    {
        if ((Past is { } past ? past.Find(of, value) : RecordLookup.Find(reader, of, value)) is { } known)
        {
            if (known.Name is not null) _called[(parameter, known.Id)] = known.Name;
            return known.Id;
        }
        var nearest = Nearest(of, value);
        throw ProblemException.Parameter(parameter, "unknown-value", $"There is no {of.Name} '{value}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}", didYouMean: nearest);
    }

    /// <summary>ISO 3166-1 alpha-3 of a country given by alpha-2 or alpha-3.</summary>
    public string Country(string parameter, string value)
    {
        var code = value.ToUpperInvariant();
        // Most often it is one that events have, and then one look into the lists tells.
        if (code.Length == 3 && reader.Kept("SELECT 1 FROM lists WHERE field = 'location.country' AND value = ?").Bind(code).Scalar() is not null) return code;
        if (code.Length is 2 or 3 && RecordLookup.ByIdentifier(reader, Kind.Location, $"iso3166:{code}") is { } place)
            return code.Length == 3 ? code : Alpha3(place) ?? code;
        var nearest = Nearest(Kind.Location, value) is { } near && RecordLookup.Find(reader, Kind.Location, near) is { Word: "country" } found
            ? Alpha3(found.Ref) : null;
        throw ProblemException.Parameter(parameter, "unknown-value", $"'{value}' is no country code. Send ISO 3166-1 alpha-2 or alpha-3, such as KW or KWT.", didYouMean: nearest);
    }

    private string? Alpha3(long place) => reader.Db.QueryFirstOrDefault<string>("SELECT identifier FROM identifiers WHERE ref = @place AND scheme = 'iso3166' AND length(identifier) = 3", new { place });

    /// <summary>from, to, date and dateMatch, read together.</summary>
    public void Period()
    {
        var (from, to, date, match) = (One("from"), One("to"), One("date"), One("dateMatch") ?? "possible");
        if (from is null && to is null && date is null)
        {
            if (One("dateMatch") is not null) throw ProblemException.Parameter("dateMatch", "needs-another", "dateMatch needs from, to or date beside it.");
            return;
        }
        if (date is not null && (from is not null || to is not null)) throw ProblemException.Parameter("date", "conflict", "Send either date, or from and to.");
        int first = EdtfDate.Past, last = EdtfDate.Future;
        if (date is not null)
        {
            var period = Read("date", date, asPeriod: true);
            (first, last) = (period.Start, period.End);
            Set("date", period.Edtf);
            Say($"in {period.Edtf}");
        }
        if (from is not null)
        {
            var value = Read("from", from, asPeriod: false);
            first = value.Start != EdtfDate.Past ? value.Start : throw ProblemException.Parameter("from", "open", "from names a day at which the period begins; leave it out for a period without a beginning.");
            Set("from", value.Edtf);
            Say($"from {value.Edtf}");
        }
        if (to is not null)
        {
            var value = Read("to", to, asPeriod: false);
            last = value.End != EdtfDate.Future ? value.End : throw ProblemException.Parameter("to", "open", "to names a day at which the period ends; leave it out for a period without an end.");
            Set("to", value.Edtf);
            Say($"until {value.Edtf}");
        }
        if (last < first) throw ProblemException.Parameter("to", "backwards", "The period ends before it begins: to lies before from.");
        if (match != "possible") Set("dateMatch", match);
        Reading = "date";
        Add(new InPeriod(first, last, match));
    }

    /// <summary>asOf for terms.</summary>
    public void AsOf(bool certainByDefault)
    {
        if (One("asOf") is not { } value)
        {
            if (One("dateMatch") is not null && !Given.ContainsKey("from")) throw ProblemException.Parameter("dateMatch", "needs-another", "dateMatch needs asOf beside it.");
            return;
        }
        var day = Read("asOf", value, asPeriod: false);
        var match = One("dateMatch") ?? (certainByDefault ? "certain" : "possible");
        Reading = "asOf";
        // certain means through the whole of it, so the term must have begun by its first day and not ended before its last.
        Add(match == "certain"
            ? new Test("EXISTS (SELECT 1 FROM spans s WHERE s.key = p.key AND s.start_latest <= ? AND s.end_earliest >= ?)", (long)day.Start, (long)day.End)
            : new Test("NOT EXISTS (SELECT 1 FROM spans s WHERE s.key = p.key AND (s.start > ? OR s.\"end\" < ?))", (long)day.End, (long)day.Start));
        Set("asOf", day.Edtf);
        if (One("dateMatch") is not null) Set("dateMatch", match);
        Say($"as of {day.Edtf}");
    }

    /// <summary>A date of a filter: EDTF, today, +30d or 7d. Relative ones become days, so that links stay true tomorrow.</summary>
    public EdtfDate Read(string parameter, string value, bool asPeriod)
    {
        string? edtf = null;
        static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (value == "today") edtf = Day(Today);
        else if (value.Length is >= 2 and <= 7 && value[^1] == 'd' && int.TryParse(value.AsSpan(0, value.Length - 1).TrimStart("+ "), NumberStyles.None, null, out var days) && days is > 0 and < 100_000)
        {
            var ahead = value[0] is '+' or ' '; // a plus that was not escaped arrives as a space
            // "7d" is today and the six days before; as a single bound it is the first of them.
            edtf = ahead ? asPeriod ? $"{Day(Today)}/{Day(Today.AddDays(days))}" : Day(Today.AddDays(days))
                : asPeriod ? $"{Day(Today.AddDays(1 - days))}/{Day(Today)}" : Day(Today.AddDays(1 - days));
        }
        if (EdtfDate.TryParse(edtf ?? value, out var date)) return date;
        throw ProblemException.Parameter(parameter, "invalid", $"'{value}' is not a date. {EdtfDate.Forms} Or today, 7d (the last seven days), +30d.");
    }

    // What the records asked for are called, by parameter and id.
    private readonly Dictionary<(string Parameter, string Id), string> _called = [];

    private IEnumerable<string> Called(IReadOnlyList<string> values) => values.Select(v => _called.GetValueOrDefault((Reading, v), v));

    /// <summary>The values of the parameter that is being read, in words: records by their names.</summary>
    public string Or(IReadOnlyList<string> values) => string.Join(" or ", Called(values));

    public string And(IReadOnlyList<string> values) => string.Join(" and ", Called(values));
}
