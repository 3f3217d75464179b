using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;
using EventsApi.Vocabulary;

namespace EventsApi.Events;

/// <summary>One cell of an aggregate.</summary>
/// <param name="By">The value of each dimension; <c>unknown</c> where there is none, <c>imprecise</c> where the date allows several.</param>
/// <param name="Labels">What the values are called.</param>
/// <param name="Count">Events in the cell.</param>
/// <param name="Value">The measure: events, distinct incidents, deaths (best estimates), or the mean of score or Goldstein; null where no event of the cell has one.</param>
/// <param name="Href">The events of the cell; null where no filter says it.</param>
public sealed record AggregateRow(IReadOnlyDictionary<string, string> By, IReadOnlyDictionary<string, string> Labels, long Count, double? Value, string? Href);

/// <summary>Counts events by up to three dimensions: the tables behind charts. Unlike a list it reads every match, so it waits among the heavy reads and has their deadline.</summary>
internal static class Aggregates
{
    private const int MostDimensions = 3, MostRows = 50_000;
    public const int LargestPage = 1_000;
    private static readonly string[] Times = ["year", "month", "week", "day"];
    private static readonly string[] Measures = ["count", "incidents", "fatalities", "score", "goldstein"];
    private static readonly string[] Roles = ["initiator", "recipient"];
    public static readonly string[] Dimensions = ["type", "mode", "quadClass", "country", "actor", "initiator", "recipient", "sector", "topic", "situation", "dataset", .. Times];
    public static readonly string[] Own = ["by", "measure", "fill", "lang"];
    private const string Unknown = "unknown", Imprecise = "imprecise";

    public static async Task AnswerAsync(HttpContext http, Database database, Lists lists)
    {
        var isCsv = Conditional.Format(http, [("csv", "text/csv")]) == "csv";
        var languages = Languages.Of(http);
        // What is not the table's own is the list's.
        var given = http.Request.Query;
        http.Request.QueryString = QueryString.Create(given.Where(q => !Own.Contains(q.Key) && q.Key is not ("limit" or "cursor" or "format")).SelectMany(q => q.Value.Select(v => KeyValuePair.Create(q.Key, v))));
        var request = new ListRequest(http, EventFilters.Counted, null);
        var by = QueryText.AnyOf(given, "by", Dimensions);
        if (by.Count is 0 or > MostDimensions) throw ProblemException.Parameter("by", "out-of-range", $"Send by= with one to three dimensions, such as by=country,year.", Dimensions);
        var measures = QueryText.AnyOf(given, "measure", Measures);
        if (measures.Count > 1) throw ProblemException.Parameter("measure", "repeated", "A table has one measure.", Measures);
        var measure = measures is [var asked] ? asked : "count";
        var fill = QueryText.AnyOf(given, "fill", ["zero"]).Count > 0;
        var limit = ShortList.Whole(given, "limit", LargestPage, 1, LargestPage);
        var cursorText = given["cursor"].ToString();
        var own = $"by={string.Join(',', by)}{(measure == "count" ? "" : "&measure=" + measure)}{(fill ? "&fill=zero" : "")}{(languages is { IsAsked: true } ? $"&lang={languages}" : "")}";
        var (rows, text, canonical, ignored, corrected) = await database.ReadHeavyAsync(reader =>
        {
            var filters = lists.Read(EventFilters.Counted, request, reader);
            Lists.Correct(EventFilters.Counted, filters);
            var made = new Table(reader, lists.Names, languages, request, filters, by, measure).Make(fill);
            var address = request.AddressWith("/v1/events/aggregate", filters, [])!;
            return (made, request.Sentence(EventFilters.Counted, filters), address + (address.Contains('?') ? "&" : "?") + own, filters.Ignored, filters.Text?.Corrected);
        }, http.RequestAborted);
        if (isCsv)
        {
            await SendCsvAsync(http, by, measure, rows);
            return;
        }
        var digest = Digest.Of(canonical);
        var from = (int)Math.Clamp(Cursor.Parse(cursorText == "" ? null : cursorText, digest)?.Key ?? 0, 0, rows.Count);
        var next = from + limit < rows.Count ? new Cursor(0, null, from + limit).ToString(digest) : null;
        var link = next is null ? null : $"{canonical}{(limit == LargestPage ? "" : $"&limit={limit.ToString(CultureInfo.InvariantCulture)}")}&cursor={next}";
        await ShortList.SendAsync(http, database, new Page<AggregateRow>([.. rows.Skip(from).Take(limit)])
        {
            Total = new TotalCount(rows.Count, "eq"), Next = link, Cursor = next, Query = new QueryEcho($"{text.Split(';')[0]}; {measure} by {string.Join(" and ", by)}", canonical, corrected, [.. ignored], null),
        });
    }

    private static async Task SendCsvAsync(HttpContext http, List<string> by, string measure, List<AggregateRow> rows)
    {
        using PooledBuffer text = new();
        using Exports.Cell cell = new();
        text.Add(System.Text.Encoding.UTF8.GetBytes($"{string.Join(',', by)},count{(measure == "count" ? "" : "," + measure)}\r\n"));
        foreach (var row in rows)
        {
            foreach (var dimension in by)
            {
                cell.Add(System.Text.Encoding.UTF8.GetBytes(row.By[dimension] ?? ""));
                cell.End(text, isGuarded: false);
                text.Add(","u8);
            }
            text.Add(System.Text.Encoding.UTF8.GetBytes($"{row.Count}{(measure == "count" ? "" : "," + row.Value?.ToString(CultureInfo.InvariantCulture))}\r\n"));
        }
        await Conditional.SendAsync(http, text.Written, "text/csv; charset=utf-8");
    }

    /// <summary>The making of one table.</summary>
    private sealed class Table(Reader reader, ListNames names, Languages? languages, ListRequest request, FilterReader filters, List<string> by, string measure)
    {
        private sealed class Cell
        {
            public long Count;
            public long Measured;
            public double Sum;
            public HashSet<string>? Distinct;
        }

        private readonly Dictionary<string, Cell> _cells = [];

        public List<AggregateRow> Make(bool fill)
        {
            names.Read(reader);
            var columns = ", a.lists" + (measure switch
            {
                "fatalities" or "score" or "goldstein" => $", (SELECT {measure} FROM event_numbers n WHERE n.key = p.key)",
                "incidents" => ", (SELECT incident FROM event_numbers n WHERE n.key = p.key)",
                _ => ", NULL",
            });
            new KeyWalk(reader, Kind.Event, filters.Conditions).Run(columns, true, null, int.MaxValue, row =>
            {
                Count(row);
                return true;
            }, table: "features");
            var rows = _cells.Select(c => Row(c.Key.Split('\0'), c.Value)).ToList();
            if (fill) rows.AddRange(Zeros(rows));
            if (rows.Count > MostRows) throw new ProblemException(ProblemCode.InvalidRequest, $"The table has {rows.Count:N0} rows; at most {MostRows:N0} are given.", [new ProblemError("too-many", "Add a filter, or take fewer or coarser dimensions.") { Parameter = "by" }]);
            // In the order of the dimensions: time as it runs, words by name; what is not known comes last.
            rows.Sort((a, b) =>
            {
                foreach (var dimension in by)
                {
                    var (x, y) = (a.By[dimension], b.By[dimension]);
                    var order = (x is Unknown or Imprecise).CompareTo(y is Unknown or Imprecise);
                    if (order == 0) order = string.CompareOrdinal(x, y);
                    if (order != 0) return order;
                }
                return 0;
            });
            return rows;
        }

        private void Count(Statement row)
        {
            var key = row.Int64(0);
            var lists = MemoryMarshal.Cast<byte, uint>(row.Blob(1));
            var values = new List<string>[by.Count];
            for (var n = 0; n < by.Count; n++)
            {
                values[n] = Times.Contains(by[n]) ? [Time(by[n], key, lists)] : Values(by[n], key, lists);
                if (values[n].Count == 0) values[n].Add(Unknown);
            }
            double? measured = measure is "count" or "incidents" || row.IsNull(2) ? null : row.Double(2);
            var incident = measure == "incidents" ? row.IsNull(2) ? $"event {key}" : $"incident {row.Int64(2)}" : null;
            // An event with several values stands in each of their cells.
            foreach (var first in values[0])
                foreach (var second in by.Count > 1 ? values[1] : [""])
                    foreach (var third in by.Count > 2 ? values[2] : [""])
                    {
                        ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(_cells, by.Count == 1 ? first : by.Count == 2 ? $"{first}\0{second}" : $"{first}\0{second}\0{third}", out _);
                        cell ??= new Cell();
                        cell.Count++;
                        if (measured is { } number) (cell.Measured, cell.Sum) = (cell.Measured + 1, cell.Sum + number);
                        if (incident is not null) (cell.Distinct ??= []).Add(incident);
                    }
        }

        private List<string> Values(string dimension, long key, ReadOnlySpan<uint> lists)
        {
            var facet = Facet(dimension);
            var field = names.Fields.IndexOf(facet.Field);
            var role = Array.IndexOf(Roles, dimension);
            var found = new List<string>(2);
            foreach (var id in lists)
            {
                if ((id & ListStore.Background) != 0 || names.FieldOf(id) != field || role >= 0 && !Took(id, key, dimension)) continue;
                var value = facet.Map?.Invoke(names.ValueOf(id)) ?? names.ValueOf(id);
                if (!found.Contains(value)) found.Add(value);
            }
            return found;
        }

        /// <summary>Whether the actor of this list took part in the role, itself or through something.</summary>
        private bool Took(uint list, long key, string role)
        {
            var detail = reader.Kept("SELECT detail FROM postings WHERE list = ? AND key = ?").Bind((long)list << 2).Bind(key).Scalar() ?? 0;
            var index = Array.IndexOf(Vocabulary.Words.Role, role);
            for (var via = 0; via < Vocabulary.Words.MatchedVia.Length - 1; via++)
                if ((detail & EventWriter.Bit(via, index)) != 0) return true;
            return false;
        }

        private string Time(string unit, long key, ReadOnlySpan<uint> lists)
        {
            if (FacetCounter.Unit(unit, (int)(key >> 20)) is not { } value) return Unknown;
            var field = names.Fields.IndexOf("event.datePrecision");
            foreach (var id in lists)
                if (names.FieldOf(id) == field)
                    return Array.IndexOf(Vocabulary.Words.DatePrecision, names.ValueOf(id)) > Array.IndexOf(Vocabulary.Words.DatePrecision, unit) ? Imprecise : value;
            return value;
        }

        private static Facet Facet(string dimension) => Array.Find(EventFilters.Counted.Facets, f => f.Name == (Roles.Contains(dimension) ? "actor" : dimension))!;

        private AggregateRow Row(string[] values, Cell cell)
        {
            var of = by.Zip(values).ToDictionary(p => p.First, p => p.Second);
            double? value = measure switch
            {
                "count" => cell.Count,
                "incidents" => cell.Distinct!.Count,
                "fatalities" => cell.Measured == 0 ? null : cell.Sum,
                _ => cell.Measured == 0 ? null : Math.Round(cell.Sum / cell.Measured, 3),
            };
            return new AggregateRow(of, of.ToDictionary(p => p.Key, p => Label(p.Key, p.Value)), cell.Count, value, Href(of));
        }

        private readonly Dictionary<(string, string), string> _labels = [];

        private string Label(string dimension, string value)
        {
            if (_labels.TryGetValue((dimension, value), out var known)) return known;
            return _labels[(dimension, value)] = value == Unknown ? "Unknown" : value == Imprecise ? "Not known so exactly" : Times.Contains(dimension) ? value : FacetCounter.LabelOf(reader, Facet(dimension), value, languages).Label;
        }

        /// <summary>The list whose rows the cell counts.</summary>
        private string? Href(Dictionary<string, string> of)
        {
            var changes = new Dictionary<string, string?>();
            foreach (var (dimension, value) in of)
            {
                // What the question says about this very member cannot be said again beside it.
                if (Times.Contains(dimension) && filters.Canonical.Keys.Any(k => k.StartsWith("datePrecision", StringComparison.Ordinal))
                    || dimension == "topic" && filters.Canonical.ContainsKey("certainty")
                    || (dimension == "actor" || Roles.Contains(dimension)) && (filters.Canonical.ContainsKey("actorMatch") || filters.Canonical.ContainsKey("expand"))
                    || value == Unknown && filters.Canonical.Keys.Any(k => k.StartsWith("missing", StringComparison.Ordinal))) return null;
                if (Times.Contains(dimension))
                {
                    var period = filters.Conditions.OfType<InPeriod>().FirstOrDefault();
                    if (value == Unknown || value == Imprecise && period is not null) return null;
                    if (value == Imprecise)
                    {
                        var coarser = Vocabulary.Words.DatePrecision[Order(dimension) + 1];
                        if (!changes.TryGetValue("datePrecision[lte]", out var known) || Order(known!) < Order(coarser)) changes["datePrecision[lte]"] = coarser;
                    }
                    else
                    {
                        var (first, last) = Period(dimension, value);
                        // Who began within the period asked for was in it; of a cell that reaches beyond, no filter says which events overlap.
                        if (period is not null && !(period.Match != "certain" && Dates.EdtfDate.TryParse(first, out var from) && Dates.EdtfDate.TryParse(last, out var to) && from.Start >= period.From && to.End <= period.To)) return null;
                        changes["date"] = null;
                        // Of two units of time the days that both have, known as exactly as the finer needs.
                        if (!Dates.EdtfDate.TryParse(first, out var begins) || !Dates.EdtfDate.TryParse(last, out var ends)) return null;
                        if (changes.TryGetValue("from", out var other) && Dates.EdtfDate.TryParse(other!, out var others) && Dates.EdtfDate.TryParse(changes["to"]!, out var othersEnd))
                        {
                            (first, last) = (Dates.EdtfDate.Day(Math.Max(begins.Start, others.Start))!, Dates.EdtfDate.Day(Math.Min(ends.End, othersEnd.End))!);
                        }
                        var finest = changes.TryGetValue("datePrecision[gte]", out var finer) && Order(finer!) < Order(dimension) ? finer : dimension;
                        (changes["from"], changes["to"], changes["dateMatch"], changes["datePrecision[gte]"]) = (first, last, "starts", finest);
                    }
                    continue;
                }
                var parameter = Roles.Contains(dimension) ? $"actor.{dimension}" : dimension;
                if (value == Unknown)
                {
                    if (Facet(dimension).Missing is not { } missing || Roles.Contains(dimension)) return null;
                    changes["missing[all]"] = changes.TryGetValue("missing[all]", out var others) ? string.Join(',', ((string[])[others!, missing]).Order(StringComparer.Ordinal)) : missing;
                }
                // Beside what the filter asks, so both must hold.
                else if (filters.Canonical.ContainsKey(parameter) && filters.Canonical[parameter] != value)
                {
                    if (filters.Canonical.ContainsKey(parameter + "[all]")) return null;
                    changes[parameter + "[all]"] = value;
                }
                else changes[parameter] = value;
            }
            return EventFilters.AddressOf(request, filters, changes);
        }

        private static int Order(string precision) => Array.IndexOf(Vocabulary.Words.DatePrecision, precision);

        private static (string First, string Last) Period(string unit, string value)
        {
            if (unit != "week") return (value, value);
            var monday = DateOnly.FromDateTime(ISOWeek.ToDateTime(int.Parse(value.AsSpan(0, 4), CultureInfo.InvariantCulture), int.Parse(value.AsSpan(6), CultureInfo.InvariantCulture), DayOfWeek.Monday));
            return (monday.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), monday.AddDays(6).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        /// <summary>The cells between the first and last value of time, for each combination of the others that occurs.</summary>
        private List<AggregateRow> Zeros(List<AggregateRow> rows)
        {
            var period = filters.Conditions.OfType<InPeriod>().FirstOrDefault();
            var axes = by.Select(dimension =>
            {
                var present = rows.Select(r => r.By[dimension]).Where(v => v is not (Unknown or Imprecise)).Distinct().Order(StringComparer.Ordinal).ToList();
                if (!Times.Contains(dimension)) return present;
                // From the first day that was asked for, else the first that was found.
                if (period is { From: > 0 } && FacetCounter.Unit(dimension, period.From + 1) is { } begins && (present.Count == 0 || string.CompareOrdinal(begins, present[0]) < 0)) present.Insert(0, begins);
                if (period is { To: < Dates.EdtfDate.Future } && FacetCounter.Unit(dimension, period.To + 1) is { } ends && (present.Count == 0 || string.CompareOrdinal(ends, present[^1]) > 0)) present.Add(ends);
                return present.Count > 1 ? Between(dimension, present[0], present[^1]) : present;
            }).ToList();
            if (axes.Aggregate(1L, (all, axis) => all * Math.Max(1, axis.Count)) > MostRows) throw new ProblemException(ProblemCode.InvalidRequest, $"Filled with zeros the table would have more than {MostRows:N0} rows.", [new ProblemError("too-many", "Add a filter, take coarser dimensions, or leave fill out.") { Parameter = "fill" }]);
            var zeros = new List<AggregateRow>();
            void Fill(string[] values, int at)
            {
                if (at == by.Count)
                {
                    if (!_cells.ContainsKey(string.Join('\0', values))) zeros.Add(Row([.. values], new Cell { Distinct = [] }));
                    return;
                }
                foreach (var value in axes[at])
                {
                    values[at] = value;
                    Fill(values, at + 1);
                }
            }
            Fill(new string[by.Count], 0);
            return zeros;
        }

        private static List<string> Between(string unit, string first, string last)
        {
            var units = new List<string>();
            var (from, to) = (Dates.EdtfDate.TryParse(Period(unit, first).First, out var a) ? a.Start : 0, Dates.EdtfDate.TryParse(Period(unit, last).Last, out var b) ? b.End : 0);
            for (var day = from; day <= to; day++)
                if (FacetCounter.Unit(unit, day + 1) is { } value && (units.Count == 0 || units[^1] != value))
                {
                    units.Add(value);
                    if (units.Count > MostRows) break;
                }
            return units;
        }
    }
}
