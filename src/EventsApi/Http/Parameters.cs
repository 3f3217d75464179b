using System.Text.Json.Nodes;
using EventsApi.Search;
using Microsoft.OpenApi;

namespace EventsApi.Http;

/// <summary>What an operation takes beside its body, made of the filters of a resource and of what lists and writing take.</summary>
internal static class Parameters
{
    public static OpenApiParameter Filter(FilterParameter filter, string spelling)
    {
        var op = spelling.Length > filter.Name.Length ? spelling[(filter.Name.Length + 1)..^1] : "";
        var description = op switch { "all" => "All of them.", "not" => "None of them.", "gte" => "At least this.", "lte" => "At most this.", _ => filter.Description };
        return new OpenApiParameter { Name = spelling, In = ParameterLocation.Query, Description = description, Schema = Schema(filter.Shape, op), Explode = IsOne(filter.Shape, op) };
    }

    /// <summary>The headers of an operation that writes.</summary>
    public static IEnumerable<OpenApiParameter> Writing(string path, string method)
    {
        if (method is "PUT" or "PATCH" or "DELETE" && !path.Contains("merge-into", StringComparison.Ordinal) || path.EndsWith("/revert", StringComparison.Ordinal))
            yield return Header("If-Match", "The ETag of the record as it was read; `*` for whatever stands there.", true, "*");
        if (method == "POST") yield return Header("Idempotency-Key", "The same request with the same key has its effect once, within 24 hours; best a UUID.", false, null);
        yield return Header("X-Change-Reason", "Why; kept with the revision.", false, null);
        if (path.EndsWith("/batch", StringComparison.Ordinal))
            yield return new OpenApiParameter { Name = "onError", In = ParameterLocation.Query, Description = "skip: without the lines that are wrong.", Schema = OneOf(["fail", "skip"], "fail") };

        OpenApiParameter Header(string name, string description, bool isRequired, string? example) => new()
        {
            Name = name, In = ParameterLocation.Header, Required = isRequired, Description = description, Schema = Text(), Example = example is null ? null : JsonValue.Create(example),
        };
    }

    public static OpenApiParameter Limit(PageBounds bounds) => new() { Name = "limit", In = ParameterLocation.Query, Description = "How many items a page has.", Schema = Number(1, bounds.Largest, bounds.Usual) };

    private const string FacetsDescription = "Counts what was found by these, each without its own filter.";

    public static OpenApiParameter Facets(IEnumerable<string> facets) => new() { Name = "facets", In = ParameterLocation.Query, Description = FacetsDescription, Explode = false, Schema = Several(OneOf(facets)) };

    public static OpenApiParameter Control(Resource? resource, string name, (string Format, string MediaType)[]? forms = null)
    {
        var (description, schema) = name switch
        {
            "sort" => ($"The order; a minus is descending, records without a value come last. Default: relevance with q, else {resource!.Sorts[0]}.", OneOf(resource.AllSorts)),
            "limit" => ("How many items a page has.", Number(1, Lists.LargestLimit, Lists.DefaultLimit)),
            "cursor" => ("Where the page before ended, from its `cursor` or `next`.", Text()),
            "by" => ("The dimensions, one to three.", Several(OneOf(Events.Aggregates.Dimensions), 1, 3)),
            "measure" => ("What each cell says beside its count.", OneOf(["count", "incidents", "fatalities", "score", "goldstein"], "count")),
            "fill" => ("zero: cells without an event too, between the first and the last value of time.", OneOf(["zero"])),
            "zoom" => ("Zoom of web maps, 0 to 22; without it, what fits the box.", Number(0, 22)),
            "q" => ("The words, read as on every list.", Text()),
            "kind" => ("Only these kinds.", Several(Text())),
            "ids" => ("Only these records, by id or identifier, also when they are gone.", Several(Text())),
            "updatedSince" => ("Only records written at or after this instant (RFC 3339).", new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" }),
            "group" => ("kind: the best hits of each kind together.", OneOf(["kind"])),
            "stem" => ("false: words only as they were typed.", Flag()),
            "explain" => ("true: every hit says what matched.", Flag()),
            "fields" => ("Only these members, such as id,title,date.start.", Several(Text())),
            "include" => ("Adds members to items.", resource is null ? OneOf(["record"]) : Several(OneOf(resource.Includes))),
            "facets" => (FacetsDescription, Several(OneOf(resource!.Facets.Select(f => f.Name)))),
            "facetLimit" => ("How many values each facet shows.", Number(1, FacetCounter.LargestLimit, FacetCounter.DefaultLimit)),
            "total" => ("exact counts beyond 10,000; none does not count.", OneOf(["default", "exact", "none"], "default")),
            "sample" => ("Draws so many records; the same for the same seed.", Number(1, Lists.LargestLimit)),
            "seed" => ("With sample.", Number(0, int.MaxValue)),
            "rows" => ("With format=csv: participant gives a line for each participant, else there is one for each event.", OneOf(["event", "participant"])),
            "end" => ("With format=ndjson: a last line with rows, digest and change sequence, so that a cut is seen.", Flag()),
            "guard" => ("With format=csv: formulas puts an apostrophe before what a spreadsheet would run.", OneOf(["formulas", "none"])),
            "importFormat" => ("What the file holds.", OneOf(Imports.ImportLog.Formats)),
            "filename" => ("What the file is called; a release may stand in it.", Text()),
            "dryRun" => ("true: write nothing and report all.", Flag()),
            "strict" => ("true: look at every row first, and write nothing when one does not fit.", Flag()),
            "complete" => ("true: the file is a whole release, and what it does not have is deleted.", Flag()),
            "release" => ("The dataset's release, such as 24.1.", Text()),
            "mostRemoved" => ("With complete: the largest part of the dataset that may be deleted, 0 to 1.", new OpenApiSchema { Type = JsonSchemaType.Number, Minimum = "0", Maximum = "1", Default = Imports.ImportOptions.FewRemoved }),
            "key" => ("The id of the key, as `keys list` shows it; `self`, or none, is the key of the request.", Text()),
            "knownAt" => ("As the catalogue stood then: an instant (RFC 3339), or a day, which means its end.", Text()),
            "since" => ("After this change; 0 is the beginning.", new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0" }),
            "op" => ("Only these operations.", Several(OneOf(Vocabulary.Words.ChangeOp))),
            "lang" => ("Languages for names, best first (BCP 47); `nameLanguage` says which each has. Accept-Language does the same.", Several(Text())),
            "format" => ("The form of the answer.", OneOf(["json", .. (forms ?? (resource is null ? [] : Exports.Export.Formats(resource))).Select(f => f.Format)], "json")),
            _ => ("The form of the answer.", Text()),
        };
        return new OpenApiParameter
        {
            Name = name == "importFormat" ? "format" : name, Required = name == "importFormat", In = ParameterLocation.Query,
            Description = description, Schema = schema, Explode = schema.Type != JsonSchemaType.Array,
        };
    }

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };
    private static OpenApiSchema Flag() => new() { Type = JsonSchemaType.Boolean };
    private static OpenApiSchema OneOf(IEnumerable<string> words, string? usual = null) => new() { Type = JsonSchemaType.String, Enum = [.. words.Select(w => (JsonNode)w)], Default = usual };
    private static OpenApiSchema Several(OpenApiSchema items, int? least = null, int? most = null) => new() { Type = JsonSchemaType.Array, Items = items, MinItems = least, MaxItems = most };
    private static OpenApiSchema Number(long least, long most, int? usual = null) => new() { Type = JsonSchemaType.Integer, Minimum = Digits(least), Maximum = Digits(most), Default = usual };
    private static string Digits(double number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Several values are joined by commas.</summary>
    private static bool IsOne(ValueShape shape, string op) => !shape.Several || op is "gte" or "lte";

    private static OpenApiSchema Schema(ValueShape shape, string op)
    {
        var one = new OpenApiSchema
        {
            Type = shape.Type switch { "integer" => JsonSchemaType.Integer, "number" => JsonSchemaType.Number, "boolean" => JsonSchemaType.Boolean, _ => JsonSchemaType.String },
            Format = shape.Format, Enum = shape.Words is { } words ? [.. words.Select(w => (JsonNode)w)] : null,
            Minimum = shape.Least is { } least ? Digits(least) : null, Maximum = shape.Most is { } most ? Digits(most) : null,
        };
        // A closed list bounds by itself how many of its words anyone sends.
        return !IsOne(shape, op) ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = one, MaxItems = one.Enum is null ? Lists.MostValues : null } : one;
    }
}
