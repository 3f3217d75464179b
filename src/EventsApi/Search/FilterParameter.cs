using EventsApi.Records;
using EventsApi.Vocabulary;

namespace EventsApi.Search;

/// <summary>What a parameter takes. The OpenAPI document and the error messages are made from it.</summary>
/// <param name="Type">JSON schema type of one value.</param>
public sealed record ValueShape(string Type, string? Format = null)
{
    /// <summary>The legal values of a closed list.</summary>
    public string[]? Words { get; init; }
    /// <summary>The kind of record that an id must name.</summary>
    public Kind? Names { get; init; }
    public long? Least { get; init; }
    public long? Most { get; init; }
    /// <summary>Whether several values, by comma or repetition, mean OR.</summary>
    public bool Several { get; init; }

    public static ValueShape Word(string[] words) => new("string") { Words = words, Several = true };
    public static ValueShape OneWord(string[] words) => new("string") { Words = words };
    public static ValueShape Id(Kind kind) => new("string") { Names = kind, Several = true };
    public static ValueShape Text => new("string") { Several = true };
    public static ValueShape OneText => new("string");
    public static ValueShape Integer(long? least = null, long? most = null) => new("integer") { Least = least, Most = most };
    public static ValueShape Number => new("number");
    public static ValueShape Flag => new("boolean");
    public static ValueShape Date => new("string");
    public static ValueShape Instant => new("string", "date-time");
}

/// <summary>A filter of a list: its name, what it takes, and how it becomes conditions. A row of the table that a resource's filters are.</summary>
/// <param name="Operators">Those beside plain equality: all, not, gte, lte.</param>
/// <param name="Apply">Adds the conditions; called once for each operator that was used.</param>
public sealed record FilterParameter(string Name, string Description, ValueShape Shape, string[] Operators, Action<FilterReader, string, IReadOnlyList<string>> Apply)
{
    /// <summary>The names as they stand in a query string.</summary>
    public IEnumerable<string> Spellings => Operators.Contains("only") ? [.. Operators.Where(o => o != "only").Select(o => $"{Name}[{o}]")] : [Name, .. Operators.Select(o => $"{Name}[{o}]")];

    public static readonly string[] Sets = ["all", "not"], Bounds = ["gte", "lte"], None = [];

    /// <summary>A closed list of words, kept in a list of the same name.</summary>
    public static FilterParameter Words(string name, string field, string description, string[] words) =>
        new(name, description, ValueShape.Word(words), Sets, (reader, op, values) => reader.Lists(name, op, values, v => [(field, v)]));

    /// <summary>Ids of records, by id or identifier.</summary>
    public static FilterParameter Ids(string name, Kind kind, string description, params string[] fields) =>
        new(name, description, ValueShape.Id(kind), Sets, (reader, op, values) => reader.Lists(name, op, values, v => [.. fields.Select(f => (f, v))]));

    /// <summary>Free words that a list is kept of; those that some record has are legal.</summary>
    public static FilterParameter Text(string name, string field, string description) =>
        new(name, description, ValueShape.Text, Sets, (reader, op, values) => reader.Lists(name, op, [.. values.Select(v => reader.Known(name, field, v))], v => [(field, v)]));

    public static FilterParameter Country(string field, string description) =>
        new("country", description, ValueShape.Text, Sets, (reader, op, values) => reader.Lists("country", op, [.. values.Select(v => reader.Country("country", v))], v => [(field, v)]));

    public static FilterParameter Flag(string name, string field, string description) =>
        new(name, description, ValueShape.Flag, None, (reader, op, values) => reader.Lists(name, op, values, v => [(field, v)]));

    /// <summary>has= and missing=: whether a member is known.</summary>
    public static FilterParameter[] Presence(string field, params string[] members) =>
    [
        new("has", "Only records where one of these is known.", ValueShape.Word(members), ["all"], (reader, op, values) => reader.Lists("has", op, values, v => [(field, v)])),
        new("missing", "Only records where one of these is not known.", ValueShape.Word(members), ["all"], (reader, op, values) =>
        {
            const string Absent = "NOT EXISTS (SELECT 1 FROM postings q WHERE q.list = (SELECT id << 2 FROM lists WHERE field = ? AND value = ?) AND q.key = p.key)";
            if (op == "all" || values.Count == 1)
                foreach (var value in values) reader.Add(new InLists([(field, value)]) { Not = true });
            else reader.Add(new Test($"({string.Join(" OR ", values.Select(_ => Absent))})", [.. values.SelectMany(v => new object[] { field, v })]));
            reader.Set(op == "" ? "missing" : "missing[all]", string.Join(',', values.Order(StringComparer.Ordinal)));
            reader.Say("without " + (op == "all" ? reader.And(values) : reader.Or(values)));
        }),
    ];

    /// <summary>from, to, date and dateMatch for records with a date.</summary>
    public static readonly FilterParameter[] Period =
    [
        new("from", "First day of the period, inclusive: a day, month, year, `today`, `+30d` or `7d` (that many days back).", ValueShape.Date, None, (_, _, _) => { }),
        new("to", "Last day of the period, inclusive.", ValueShape.Date, None, (_, _, _) => { }),
        new("date", "The period as one value: a day, month, year or EDTF interval; `7d` is the last seven days, `+30d` the next thirty.", ValueShape.Date, None, (_, _, _) => { }),
        new("dateMatch", "possible: can have happened in the period (default). certain: must have. starts: its earliest start lies in the period.", ValueShape.OneWord(["possible", "certain", "starts"]), None, (_, _, _) => { }),
    ];

    /// <summary>asOf for records with a term: certain unless dateMatch says otherwise.</summary>
    public static readonly FilterParameter[] AsOf =
    [
        new("asOf", "Only what held on this day (or through this month or year); `certain` unless dateMatch says otherwise.", ValueShape.Date, None, (_, _, _) => { }),
        new("dateMatch", "With asOf. certain: the term must cover it (default). possible: it may.", ValueShape.OneWord(["possible", "certain"]), None, (_, _, _) => { }),
    ];

    /// <summary>q, ids, source and updatedSince, which every resource has.</summary>
    public static FilterParameter[] Common(Kind kind) =>
    [
        new("q", "Words to find: all of them, in any form. `\"a phrase\"`, `OR`, `-not`, `prefix*`, `a NEAR b`, `title:` `actor:` `place:` `topic:` `quote:` before a word. Whatever is typed is a query.", ValueShape.OneText, None, (reader, _, values) => reader.Search(values[0])),
        new("stem", "With q. false: words only as they were typed, without their inflected forms.", ValueShape.Flag, None, (reader, _, values) => reader.NeedsText("stem", values[0] == "false" ? "false" : null)),
        new("explain", "With q. true: every item says in `explanation` what matched.", ValueShape.Flag, None, (reader, _, values) => reader.NeedsText("explain", values[0] == "true" ? "true" : null)),
        new("ids", "Only these, by id or identifier.", ValueShape.Id(kind), None, (reader, _, values) => reader.Ids(values)),
        Ids("source", Kind.Source, "Facts from this source.", $"{kind.Name}.source"),
        new("updatedSince", "Written at or after this instant (RFC 3339).", ValueShape.Instant, None, (reader, _, values) => reader.UpdatedSince(values[0])),
    ];
}
