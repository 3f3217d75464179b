using EventsApi.Access;
using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace EventsApi.Http;

/// <summary>ETag, Last-Modified and 304 (RFC 9110). A tag is strong: it stands for one representation, and compressed ones carry their encoding in it.</summary>
public static class Conditional
{
    private static readonly string[] Encodings = ["-br", "-gzip"];

    /// <summary>Sets the validators; true when the client has this representation already and 304 is the answer.</summary>
    /// <param name="changedAt">Unix milliseconds; null when the answer changes with the day too.</param>
    public static bool IsFresh(HttpContext http, string tag, long? changedAt)
    {
        var headers = http.Response.Headers;
        headers.ETag = $"\"{tag}\"";
        if (changedAt is { } at) headers.LastModified = Date(at);
        // Anyone may keep it, but asks whether it still holds: the catalogue can change at any moment, and asking costs next to nothing.
        headers.CacheControl = http.NeedsKey() ? "private, max-age=0, must-revalidate" : "public, max-age=0, must-revalidate";
        headers.Vary = "Accept, Accept-Language, Accept-Encoding";
        if (http.Request.Headers.AcceptEncoding.Count > 0) http.Response.OnStarting(MarkEncoding, http.Response);

        var request = http.Request.Headers;
        if (request.IfNoneMatch.Count > 0)
        {
            foreach (var candidate in string.Join(',', request.IfNoneMatch.ToArray()).Split(',', StringSplitOptions.TrimEntries))
            {
                var bare = candidate.StartsWith("W/", StringComparison.Ordinal) ? candidate[2..] : candidate;
                if (bare != "*" && Strip(bare) != tag) continue;
                if (bare != "*") headers.ETag = bare;
                return true;
            }
            return false;
        }
        return changedAt is not null && DateTimeOffset.TryParseExact(request.IfModifiedSince, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
            && changedAt / 1000 <= since.ToUnixTimeSeconds();
    }

    // Most answers were made in the same second as the one before.
    private static Tuple<long, string>? _lastDate;

    private static string Date(long milliseconds)
    {
        var (second, known) = (milliseconds / 1000, _lastDate);
        if (known?.Item1 == second) return known.Item2;
        var text = DateTimeOffset.FromUnixTimeSeconds(second).ToString("R", CultureInfo.InvariantCulture);
        _lastDate = Tuple.Create(second, text);
        return text;
    }

    private static string Strip(string quoted)
    {
        var tag = quoted.Trim('"');
        foreach (var encoding in Encodings)
            if (tag.EndsWith(encoding, StringComparison.Ordinal)) return tag[..^encoding.Length];
        return tag;
    }

    private static Task MarkEncoding(object state)
    {
        var response = (HttpResponse)state;
        if (response.Headers.ContentEncoding is { Count: > 0 } encoding && response.Headers.ETag.ToString() is { Length: > 2 } tag && Strip(tag) == tag.Trim('"'))
            response.Headers.ETag = $"{tag[..^1]}-{encoding}\"";
        return Task.CompletedTask;
    }

    public static void NotModified(HttpContext http) => http.Response.StatusCode = StatusCodes.Status304NotModified;

    /// <summary>Refuses what the resource cannot be given as.</summary>
    /// <param name="other">Another name of the form: geojson, application/geo+json.</param>
    public static void RequireJson(HttpContext http, (string Format, string MediaType)? other = null)
    {
        if (http.Request.Query.TryGetValue("format", out var format))
        {
            if (format.ToString() == "json" || format.ToString() == other?.Format) return;
            string[] formats = other is null ? ["json"] : ["json", other.Value.Format];
            throw new ProblemException(ProblemCode.NotAcceptable, $"The format '{format}' is not offered here; offered is {string.Join(" or ", formats)}.", [new ProblemError("unknown-value", "This format is not offered here.") { Parameter = "format", Allowed = formats, DidYouMean = Search.Folding.Nearest(format.ToString(), formats) }]);
        }
        var accept = http.Request.Headers.Accept;
        if (accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(accept.OfType<string>().ToList(), out var types) || types.Count == 0) return;
        if (other is not null && types.Any(t => t.Quality is not 0 && t.MediaType == other.Value.MediaType)) return;
        if (!types.Any(t => t.Quality is not 0 && (t.MatchesAllTypes || t.Type == "application" && (t.MatchesAllSubTypes || t.SubType == "json") || t.Suffix == "json" && t.Type == "application" && t.SubTypeWithoutSuffix == "problem")))
            throw new ProblemException(ProblemCode.NotAcceptable, $"None of {accept} is offered here; offered is application/json.");
    }

    /// <summary>The form in which a list is asked for: json, or one of those offered beside it. What format= says goes before what Accept prefers.</summary>
    public static string Format(HttpContext http, (string Format, string MediaType)[] others)
    {
        if (http.Request.Query.TryGetValue("format", out var format))
        {
            if (format == "json" || others.Any(o => o.Format == format)) return format.ToString();
            string[] formats = ["json", .. others.Select(o => o.Format)];
            throw new ProblemException(ProblemCode.NotAcceptable, $"The format '{format}' is not offered here; offered are {string.Join(", ", formats)}.", [new ProblemError("unknown-value", "This format is not offered here.") { Parameter = "format", Allowed = formats, DidYouMean = Search.Folding.Nearest(format.ToString(), formats) }]);
        }
        if (MediaTypeHeaderValue.TryParseList(http.Request.Headers.Accept.OfType<string>().ToList(), out var types))
        {
            // The most wanted of what is offered; JSON when it is wanted as much.
            double Wanted(string mediaType) => types.Where(t => t.MediaType == mediaType).Select(t => t.Quality ?? 1).DefaultIfEmpty(0).Max();
            var best = others.OrderByDescending(o => Wanted(o.MediaType)).FirstOrDefault();
            if (best.MediaType is not null && Wanted(best.MediaType) > 0 && Wanted(best.MediaType) > Wanted("application/json")) return best.Format;
        }
        RequireJson(http);
        return "json";
    }

    /// <summary>Sends bytes that are ready.</summary>
    public static async Task SendAsync(HttpContext http, ReadOnlyMemory<byte> json, string mediaType = "application/json")
    {
        http.Response.ContentType = mediaType;
        http.Response.ContentLength = json.Length;
        await http.Response.BodyWriter.WriteAsync(json, http.RequestAborted);
    }
}
