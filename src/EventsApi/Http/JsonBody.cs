using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EventsApi.Records;

namespace EventsApi.Http;

/// <summary>Reads the body of a request as JSON, and says what is wrong with one that is not.</summary>
internal static partial class JsonBody
{
    public const int Largest = 1 << 20;
    public const string MergePatch = "application/merge-patch+json", Lines = "application/x-ndjson";

    public static async Task<T> ReadAsync<T>(HttpContext http)
    {
        var body = await ReadAsync(http, "application/json");
        return Parse(body, () => JsonSerializer.Deserialize<T>(body, Json.Options) ?? throw new JsonException("The body is null."), typeof(T));
    }

    /// <summary>The bytes of the body, which must be of the media type and not larger than the limit.</summary>
    public static async Task<byte[]> ReadAsync(HttpContext http, string mediaType, int largest = Largest)
    {
        var sent = http.Request.ContentType?.Split(';')[0].Trim();
        if (!string.Equals(sent, mediaType, StringComparison.OrdinalIgnoreCase) && !(mediaType == "application/json" && http.Request.HasJsonContentType() && !string.Equals(sent, MergePatch, StringComparison.OrdinalIgnoreCase)))
        {
            if (mediaType == MergePatch) http.Response.Headers["Accept-Patch"] = MergePatch;
            throw new ProblemException(ProblemCode.UnsupportedMediaType, $"The body is {sent ?? "of no media type"}; send {mediaType}.");
        }
        if (http.Request.ContentLength > largest) throw TooLarge(largest);
        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = largest + 1;
        using var body = new PooledBuffer();
        while (await http.Request.Body.ReadAsync(body.GetMemory(8_192), http.RequestAborted) is > 0 and var read)
        {
            body.Advance(read);
            if (body.Length > largest) throw TooLarge(largest);
        }
        return body.Written.ToArray();
    }

    /// <summary>Reads JSON; what is wrong with it becomes a problem that says where.</summary>
    public static T Parse<T>(ReadOnlySpan<byte> body, Func<T> parse, Type shape)
    {
        try
        {
            RequireText(body);
            return parse();
        }
        catch (JsonException error)
        {
            throw new ProblemException(ProblemCode.InvalidRequest, "The body cannot be read as JSON of the expected shape.", [Explain(error, shape)]);
        }
        catch (InvalidOperationException)
        {
            throw new ProblemException(ProblemCode.InvalidRequest, "The body holds text that is none.", [new ProblemError("invalid-text", "A text holds half a surrogate pair, which no text can hold.") { Pointer = "" }]);
        }
    }

    /// <summary>NUL and broken UTF-16 are no text; the parser alone would let the first in.</summary>
    private static void RequireText(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\\u0000"u8) < 0) return;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = Json.Options.MaxDepth });
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && reader.GetString()!.Contains('\0'))
                throw new ProblemException(ProblemCode.InvalidRequest, "The body holds a NUL, which no text can hold.", [new ProblemError("invalid-text", "A text holds a NUL; leave it out.") { Pointer = "" }]);
    }

    private static ProblemError Explain(JsonException error, Type shape)
    {
        if (UnknownMember().Match(error.Message) is { Success: true } unknown)
        {
            var name = unknown.Groups[1].Value;
            string[]? legal = error.Path is "$" or "" or null || error.Path == $"$.{name}" ? Json.Members(shape) : null;
            var near = legal is null ? null : Search.Folding.Nearest(name, legal);
            return new ProblemError("unknown-member", $"There is no member '{name}' here.{(near is null ? "" : $" Did you mean '{near}'?")}") { Pointer = Pointer(error.Path is { } path && path.EndsWith("." + name, StringComparison.Ordinal) ? path : $"{error.Path}.{name}"), Allowed = legal, DidYouMean = near };
        }
        return new ProblemError("invalid-json", Message(error)) { Pointer = Pointer(error.Path) };
    }

    [GeneratedRegex("^The JSON property '([^']*)' could not be mapped")]
    private static partial Regex UnknownMember();

    private static ProblemException TooLarge(int largest) => new(ProblemCode.TooLarge, $"The body is larger than {largest / 1024:N0} kB.");

    /// <summary>The parser's words without the path, which stands in the pointer, and without our types.</summary>
    private static string Message(JsonException error)
    {
        var message = error.Message.Split(" Path: ")[0];
        return message.Contains("EventsApi.", StringComparison.Ordinal) || message.Contains("System.", StringComparison.Ordinal) ? "This member is missing, unknown or of another type than expected." : message;
    }

    /// <summary>"$.queries[0].name" is /queries/0/name.</summary>
    internal static string Pointer(string? path)
    {
        var pointer = new StringBuilder();
        foreach (var part in (path ?? "").TrimStart('$').Split('.', '[', ']'))
            if (part != "") pointer.Append('/').Append(part.Trim('\''));
        return pointer.ToString();
    }
}
