using System.Globalization;
using System.Text;
using EventsApi.Http;
using EventsApi.Records;

namespace EventsApi.Search;

/// <summary>The query string of a list, checked against the resource's table. What is not in the table is refused, never ignored.</summary>
internal sealed class ListRequest
{
    private readonly Resource _resource;
    private readonly Dictionary<string, IReadOnlyList<string>> _filters = [];

    /// <summary>The list that a query string asks for, whatever operation it came with: all filters of the resource are taken.</summary>
    public static ListRequest Of(Resource resource, QueryString query)
    {
        var asked = new DefaultHttpContext();
        asked.Request.QueryString = query;
        return new ListRequest(asked, resource, null);
    }

    /// <param name="isWhole">Whether whole records are given, not list items.</param>
    public ListRequest(HttpContext http, Resource resource, Type? shape, bool isWhole = false)
    {
        _resource = resource;
        var errors = new List<ProblemError>();
        // A sub-resource may take some of the resource's filters only.
        var operation = http.GetEndpoint()?.Metadata.GetMetadata<Operation>();
        var taken = operation?.Body is null ? operation?.Parameters : null;
        // What is reshaped is no record, and has no table.
        var controls = operation?.Controls ?? (shape is null ? Lists.Controls : [.. Lists.Controls.Except(Exports.Export.Controls)]);
        foreach (var (name, values) in http.Request.Query)
        {
            if (values.Any(v => v is null || v.Contains('\0') || v.Contains('\uFFFD')) || name.Contains('\0') || name.Contains('\uFFFD'))
            {
                errors.Add(new ProblemError("invalid-text", "The value holds a NUL or is not UTF-8.") { Parameter = name.Replace("\0", "") });
                continue;
            }
            // An empty box asks for nothing.
            if (name == "q" && values.All(v => string.IsNullOrWhiteSpace(v))) continue;
            if (Lists.Controls.Contains(name) && controls.Contains(name)) continue;
            if (resource.Spellings.TryGetValue(name, out var found) && (taken is null || taken.Contains(found.Filter.Name))) _filters[name] = Split(found.Filter, name, values.Select(v => v!), errors);
            // The legal names once are enough.
            else if (errors.Any(e => e.Code == "unknown-parameter")) errors.Add(new ProblemError("unknown-parameter", $"There is no parameter '{name}'.") { Parameter = name });
            else errors.Add(Unknown(name, resource.Filters.Where(f => taken is null || taken.Contains(f.Name)).SelectMany(f => f.Spellings), controls));
        }
        string? One(string name)
        {
            var values = http.Request.Query[name];
            if (values.Count > 1) errors.Add(new ProblemError("repeated", $"{name} is given {values.Count} times; send it once.") { Parameter = name });
            return values.Count > 0 ? values[0] : null;
        }
        var hasText = _filters.ContainsKey("q");
        Default = hasText ? Resource.ByRelevance : resource.Sorts[0];
        Sort = One("sort") ?? Default;
        if (!resource.AllSorts.Contains(Sort)) errors.Add(new ProblemError("unknown-value", $"'{Sort}' is no order of this list.") { Parameter = "sort", Allowed = resource.AllSorts, DidYouMean = Folding.Nearest(Sort, resource.AllSorts) });
        else if (Sort == Resource.ByRelevance && !hasText) errors.Add(new ProblemError("needs-another", "sort=relevance needs q beside it.") { Parameter = "sort" });
        Limit = Integer("limit", One("limit"), 1, Lists.LargestLimit, errors) ?? Lists.DefaultLimit;
        Cursor = One("cursor");
        Total = One("total") ?? "default";
        string[] totals = ["default", "exact", "none"];
        if (!totals.Contains(Total)) errors.Add(new ProblemError("unknown-value", $"'{Total}' is no way to count.") { Parameter = "total", Allowed = totals, DidYouMean = Folding.Nearest(Total, totals) });
        KnownAt = One("knownAt");
        if (KnownAt is not null && (http.Request.Query.ContainsKey("facets") || http.Request.Query.ContainsKey("include"))) errors.Add(new ProblemError("conflict", "Facets and include tell of now; send them without knownAt.") { Parameter = "knownAt" });
        Sample = Integer("sample", One("sample"), 1, Lists.LargestLimit, errors);
        Seed = Integer("seed", One("seed"), 0, int.MaxValue, errors) ?? 0;
        if (http.Request.Query.ContainsKey("seed") && Sample is null) errors.Add(new ProblemError("needs-another", "seed needs sample beside it.") { Parameter = "seed" });
        if (Sample is not null)
        {
            if (Cursor is not null) errors.Add(new ProblemError("conflict", "A sample has no pages; send it without a cursor.") { Parameter = "cursor" });
            if (http.Request.Query.ContainsKey("sort")) errors.Add(new ProblemError("conflict", "A sample comes newest first; send it without sort.") { Parameter = "sort" });
            if (http.Request.Query.ContainsKey("limit")) errors.Add(new ProblemError("conflict", "sample says how many; send it without limit.") { Parameter = "limit" });
            Limit = Sample.Value;
        }
        Facets = ReadFacets([.. resource.Facets.Where(f => taken is null || taken.Contains(f.Name))], string.Join(',', http.Request.Query["facets"].ToArray()).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), errors);
        FacetLimit = Integer("facetLimit", One("facetLimit"), 1, FacetCounter.LargestLimit, errors) ?? FacetCounter.DefaultLimit;
        ThrowIfAny(errors);
        View = new View(http, resource, isWhole ? resource.Single : shape is null ? resource.Item : [shape]);
    }

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Filters => _filters;
    public string Sort { get; private set; }
    /// <summary>The order when none is asked for.</summary>
    private string Default { get; set; }
    public int Limit { get; }
    public string? Cursor { get; }
    public string Total { get; }
    public bool Exact => Total == "exact";
    /// <summary>The time in the past that the answer is of; null for now.</summary>
    public string? KnownAt { get; }
    public int? Sample { get; }
    public int Seed { get; }
    public View View { get; }
    /// <summary>The ways to count what was found; empty for none.</summary>
    public IReadOnlyList<Facet> Facets { get; }
    public int FacetLimit { get; }

    /// <param name="offered">Those whose filter the list takes too.</param>
    private static List<Facet> ReadFacets(Facet[] offered, string[] names, List<ProblemError> errors)
    {
        var facets = new List<Facet>();
        string[] legal = [.. offered.Select(f => f.Name)];
        foreach (var name in names.Distinct())
            if (Array.Find(offered, f => f.Name == name) is { } facet) facets.Add(facet);
            else errors.Add(new ProblemError("unknown-value", $"'{name}' is no facet of this list.") { Parameter = "facets", Allowed = legal, DidYouMean = Folding.Nearest(name, legal) });
        return facets;
    }

    public static ProblemError Unknown(string name, IEnumerable<string> filters, IEnumerable<string> controls)
    {
        string[] legal = [.. filters, .. controls];
        var nearest = Folding.Nearest(name, legal);
        return new ProblemError("unknown-parameter", $"There is no parameter '{name}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}") { Parameter = name, Allowed = legal, DidYouMean = nearest };
    }

    private const int MostConditions = 200, MostErrors = 20;

    /// <summary>A request with many faults is told the first of them: an answer must not be many times as large as the question.</summary>
    private static void ThrowIfAny(List<ProblemError> errors)
    {
        if (errors.Count > 0) throw new ProblemException(ProblemCode.InvalidRequest, errors[0].Message, errors.Count > MostErrors ? errors[..MostErrors] : errors);
    }

    /// <summary>Whether answering can cost more than a bounded walk.</summary>
    public bool IsHeavy => Exact || Any.Count > 0 || Sample is not null || Sort == "distance" || _resource.Kind == Kind.Event && Sort is not ("-date" or "date" or Resource.ByRelevance) || _filters.Sum(f => f.Value.Count) > ManyValues || _filters.ContainsKey("participant");

    // A page with more filter values than a person types waits with the expensive ones.
    private const int ManyValues = 20;

    /// <summary>Ranking costs milliseconds, however large the catalogue; it has a lane of its own, so that look-ups do not wait for it.</summary>
    public bool IsSearch => _filters.ContainsKey("q") || Facets.Count > 0;

    /// <summary>Turns the filters into conditions; all that is wrong is told at once.</summary>
    public void ReadFilters(FilterReader reader, string? but = null)
    {
        Apply(reader, but is null ? _filters : _filters.Where(f => f.Key != but).ToDictionary());
        // Nothing to rank by: q held no word, or only such as must not occur.
        if (Sort == Resource.ByRelevance && reader.Text?.Condition is null) Sort = Default = _resource.Sorts[0];
        if (reader.Conditions.Count > MostConditions)
            throw new ProblemException(ProblemCode.InvalidRequest, $"The filters make {reader.Conditions.Count} conditions; at most {MostConditions} are taken.", [new ProblemError("too-many", "Send fewer values with [all].") { Parameter = _filters.Keys.First() }]);
    }

    private void Apply(FilterReader reader, Dictionary<string, IReadOnlyList<string>> given)
    {
        var errors = new List<ProblemError>();
        void Try(Action read)
        {
            try
            {
                read();
            }
            catch (ProblemException problem) when (problem.Errors is not null)
            {
                errors.AddRange(problem.Errors);
            }
        }
        // Ids first, because filters look at each other; then in the order of the table, so that the same question always reads the same.
        var inOrder = given.Keys.OrderBy(spelling => _resource.Spellings[spelling].Order).ToList();
        foreach (var spelling in inOrder)
            if (_resource.Spellings[spelling].Filter.Shape.Names is { } kind)
                Try(() => given[spelling] = [.. given[spelling].Select(v => reader.IdOf(spelling, kind, v)).Distinct()]);
        ThrowIfAny(errors);
        foreach (var spelling in inOrder)
        {
            var (filter, values) = (_resource.Spellings[spelling].Filter, given[spelling]);
            reader.Reading = spelling;
            Try(() => filter.Apply(reader, spelling.Length > filter.Name.Length ? spelling[(filter.Name.Length + 1)..^1] : "", values));
        }
        ThrowIfAny(errors);
        _resource.Together?.Invoke(reader);
    }

    /// <summary>Sets of filters of which one must hold; only in a body.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, IReadOnlyList<string>>> Any { get; init; } = [];

    /// <summary>Stands for the sets in cursors and tags; an address cannot hold them.</summary>
    public string AnyDigest => Any.Count == 0 ? "" : Digest.Of(System.Text.Json.JsonSerializer.Serialize(Any));

    /// <summary>Adds the sets of any, each read as if it stood alone.</summary>
    public void ReadAny(FilterReader filters, Func<IReadOnlyDictionary<string, IReadOnlyList<string>>, FilterReader> make)
    {
        if (Any.Count == 0) return;
        var sets = new List<IReadOnlyList<Condition>>();
        for (var n = 0; n < Any.Count; n++)
        {
            var errors = new List<ProblemError>();
            var given = new Dictionary<string, IReadOnlyList<string>>();
            foreach (var (name, values) in Any[n])
                if (_resource.Spellings.TryGetValue(name, out var found)) given[name] = Split(found.Filter, name, values, errors);
                else errors.Add(Unknown(name, _resource.Filters.SelectMany(f => f.Spellings), []));
            try
            {
                ThrowIfAny(errors);
                var reader = make(given);
                Apply(reader, given);
                sets.Add(reader.Conditions);
            }
            catch (ProblemException problem) when (problem.Errors is not null)
            {
                throw new ProblemException(problem.Code, problem.Message, [.. problem.Errors.Select(e => e with { Pointer = $"/any/{n}/{e.Parameter}", Parameter = null })]);
            }
        }
        filters.Reading = "any";
        filters.Add(new AnyOf(sets));
        filters.Say($"one of {Any.Count} sets of filters");
    }

    /// <summary>The question in one form: ids as the catalogue writes them, filters in order, relative dates as days.</summary>
    public string Canonical(FilterReader filters) => Address(filters.Canonical, null);

    /// <summary>The first page of the same question with some filters changed; null takes one out.</summary>
    public string? AddressWith(string path, FilterReader filters, Dictionary<string, string?> changes)
    {
        // What stands in a body has no address.
        if (Any.Count > 0) return null;
        var changed = new SortedDictionary<string, string>(filters.Canonical.ToDictionary(), StringComparer.Ordinal);
        foreach (var (name, value) in changes)
            if (value is null) changed.Remove(name);
            else changed[name] = value;
        return path + Address(changed, null);
    }

    public string Next(HttpContext http, FilterReader filters, string cursor) => http.Request.Path + Address(filters.Canonical, cursor);

    private string Address(IEnumerable<KeyValuePair<string, string>> filters, string? cursor)
    {
        var address = new StringBuilder();
        void Add(string name, string value) => address.Append(address.Length == 0 ? '?' : '&').Append(name).Append('=').Append(value);
        foreach (var (name, value) in filters)
            // participant= may stand several times, already joined.
            Add(name, name == "participant" ? string.Join("&participant=", value.Split("&participant=").Select(Uri.EscapeDataString)) : Escape(value));
        if (Sort != Default) Add("sort", Sort);
        if (Sample is not null)
        {
            Add("sample", Sample.Value.ToString(CultureInfo.InvariantCulture));
            Add("seed", Seed.ToString(CultureInfo.InvariantCulture));
        }
        if (cursor is null) return address.ToString();
        if (Limit != Lists.DefaultLimit) Add("limit", Limit.ToString(CultureInfo.InvariantCulture));
        if (Total != "default") Add("total", Total);
        if (KnownAt is not null) Add("knownAt", Escape(KnownAt));
        address.Append(View.Canonical);
        if (View.AskedLanguage != "") Add("lang", Escape(View.AskedLanguage));
        Add("cursor", cursor);
        return address.ToString();
    }

    // Commas, colons and slashes are legal in a query and are what a person would type.
    private static string Escape(string value) => Uri.EscapeDataString(value).Replace("%2C", ",").Replace("%3A", ":").Replace("%2F", "/");

    /// <summary>The question in words.</summary>
    public string Sentence(Resource resource, FilterReader filters)
    {
        var noun = char.ToUpperInvariant(resource.Path[0]) + resource.Path[1..].Replace('-', ' ');
        var phrases = string.Join(", ", filters.Phrases);
        var order = Sort switch
        {
            "-date" => "newest first",
            "date" => "oldest first",
            Resource.ByRelevance => "best first",
            "name" => "by name",
            "-name" => "by name, backwards",
            "-updated" => "last written first",
            "updated" => "first written first",
            "distance" => "nearest first",
            "-fatalities" => "most deaths first",
            _ => "fewest deaths first",
        };
        return $"{noun}{(phrases == "" ? "" : ": " + phrases)}; {(Sample is null ? order : $"a sample of {Sample}")}";
    }

    private static List<string> Split(FilterParameter filter, string name, IEnumerable<string> given, List<ProblemError> errors)
    {
        var values = given.Distinct().ToList();
        if (filter.Shape.Several && !(name.EndsWith("te]", StringComparison.Ordinal))) values = [.. values.SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries)).Distinct()];
        else if (values.Count > 1 && filter.Name != "participant") errors.Add(new ProblemError("repeated", $"{name} is given {values.Count} times; send it once.") { Parameter = name });
        if (values.Count > Lists.MostValues) errors.Add(new ProblemError("too-many", $"{name} has {values.Count} values; at most {Lists.MostValues} are taken.") { Parameter = name });
        foreach (var value in values) Check(filter, name, value, errors);
        return values;
    }

    private static void Check(FilterParameter filter, string name, string value, List<ProblemError> errors)
    {
        var shape = filter.Shape;
        if (value == "") errors.Add(new ProblemError("empty", $"{name} has an empty value; leave the parameter out to not filter by it.") { Parameter = name, Allowed = shape.Words });
        else if (value.Length > 2_000) errors.Add(new ProblemError("too-long", $"{name} is longer than 2,000 characters.") { Parameter = name });
        else if (shape.Words is { } words && !words.Contains(value))
        {
            var nearest = Folding.Nearest(value, words);
            errors.Add(new ProblemError("unknown-value", $"'{value}' is no value of {name}.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}") { Parameter = name, Allowed = words, DidYouMean = nearest });
        }
        else if (shape.Type == "integer") Integer(name, value, shape.Least ?? long.MinValue, shape.Most ?? long.MaxValue, errors);
        else if (shape.Type == "number" && !(double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)))
            errors.Add(new ProblemError("invalid", $"'{value}' is not a number.") { Parameter = name });
        else if (shape.Type == "boolean" && value is not ("true" or "false"))
            errors.Add(new ProblemError("unknown-value", $"'{value}' is neither true nor false.") { Parameter = name, Allowed = ["true", "false"], DidYouMean = value.ToLowerInvariant() switch { "1" or "yes" or "true" => "true", "0" or "no" or "false" => "false", _ => null } });
    }

    private static int? Integer(string name, string? value, long least, long most, List<ProblemError> errors)
    {
        if (value is null) return null;
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) errors.Add(new ProblemError("invalid", $"'{value}' is not a whole number.") { Parameter = name });
        else if (number < least || number > most)
            errors.Add(new ProblemError("out-of-range", most >= int.MaxValue ? $"{name} is at least {least}." : $"{name} is {number}; it lies between {least} and {most}.") { Parameter = name });
        else return (int)Math.Min(number, int.MaxValue);
        return null;
    }
}
