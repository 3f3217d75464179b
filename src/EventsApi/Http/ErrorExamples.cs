namespace EventsApi.Http;

/// <summary>A request that is refused with a problem, for its page; a test sends those that a test can bring about.</summary>
/// <param name="Headers">As in <c>curl -H</c>; KEY stands for the caller's key.</param>
/// <param name="Instead">What to send instead; null where the same request works later.</param>
internal sealed record ErrorExample(string Method, string Address, string[] Headers, string? Body, string? Instead)
{
    private const string Key = "Authorization: Bearer $KEY", Json = "Content-Type: application/json";

    public static readonly IReadOnlyDictionary<ProblemCode, ErrorExample> All = new Dictionary<ProblemCode, ErrorExample>
    {
        [ProblemCode.InvalidRequest] = new("GET", "/v1/events?type=consul&limt=5", [], null, "/v1/events?type=consult&limit=5"),
        [ProblemCode.Unauthorized] = new("POST", "/v1/topics", [Json], """{"label":"Water"}""", null),
        [ProblemCode.Forbidden] = new("POST", "/v1/topics", ["Authorization: Bearer $READER", Json], """{"label":"Water"}""", null),
        [ProblemCode.NotFound] = new("GET", "/v1/actors/nat", [], null, "/v1/actors/nato"),
        [ProblemCode.MethodNotAllowed] = new("DELETE", "/v1/stats", [], null, "/v1/stats"),
        [ProblemCode.NotAcceptable] = new("GET", "/v1/events?format=xml", [], null, "/v1/events?format=csv"),
        [ProblemCode.Conflict] = new("POST", "/v1/topics", [Key, Json], """{"id":"hybrid-threats","label":"Hybrid threats"}""", null),
        [ProblemCode.Gone] = new("GET", "/v1/events/E1002", [], null, null),
        [ProblemCode.RangeNotSatisfiable] = new("GET", "/v1/snapshot", ["Range: bytes=999999999999-"], null, "/v1/snapshot"),
        [ProblemCode.PreconditionFailed] = new("PATCH", "/v1/topics/hybrid-threats", [Key, "Content-Type: application/merge-patch+json", "If-Match: \"0-0\""], """{"label":"Hybrid threats"}""", null),
        [ProblemCode.TooLarge] = new("POST", "/v1/events/batch", [Key, "Content-Type: application/x-ndjson"], "@more-than-10000-lines.ndjson", null),
        [ProblemCode.UnsupportedMediaType] = new("POST", "/v1/topics", [Key, "Content-Type: text/plain"], "Water", null),
        [ProblemCode.BrokenRules] = new("POST", "/v1/events", [Key, Json], """{"type":"consul","title":"Talks in Amman"}""", null),
        [ProblemCode.PreconditionRequired] = new("DELETE", "/v1/topics/hybrid-threats", [Key], null, null),
        [ProblemCode.TooManyRequests] = new("GET", "/v1/events", ["Authorization: Bearer wrong, for the 21st time in a minute"], null, null),
        [ProblemCode.Internal] = new("GET", "/v1/events", [], null, null),
        [ProblemCode.StorageFull] = new("POST", "/v1/topics", [Key, Json], """{"label":"Water"}""", null),
        [ProblemCode.StorageUnavailable] = new("POST", "/v1/topics", [Key, Json], """{"label":"Water"}""", null),
        [ProblemCode.StorageDamaged] = new("GET", "/v1/events", [], null, null),
        [ProblemCode.Overloaded] = new("GET", "/v1/events?q=a%20the&total=exact", [], null, "/v1/events?q=a%20the"),
    };

    public string Curl(string root) =>
        string.Join(" \\\n  ", (string[])[$"curl{(Method == "GET" ? "" : " -X " + Method)} '{root}{Address}'", .. Headers.Select(h => h.Contains('$') ? $"-H \"{h}\"" : $"-H '{h}'"), .. Body is null ? Array.Empty<string>() : [(Body.StartsWith('@') ? "--data-binary " : "-d ") + $"'{Body}'"]]);
}
