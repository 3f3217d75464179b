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
            var read = parse();
            RequireWholeText(body);
            return read;
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

    /// <summary>What is not UTF-8, and NUL, are no text; the parser alone would let them in.</summary>
    private static void RequireText(ReadOnlySpan<byte> body)
    {
        if (!System.Text.Unicode.Utf8.IsValid(body))
            throw new ProblemException(ProblemCode.InvalidRequest, "The body is not UTF-8.", [new ProblemError("invalid-text", "Send the body as UTF-8.") { Pointer = "" }]);
        if (body.IndexOf("\\u0000"u8) < 0) return;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = Json.Options.MaxDepth });
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && reader.GetString()!.Contains('\0'))
                throw new ProblemException(ProblemCode.InvalidRequest, "The body holds a NUL, which no text can hold.", [new ProblemError("invalid-text", "A text holds a NUL; leave it out.") { Pointer = "" }]);
    }

    /// <summary>Half a surrogate pair is no text. A parser that looks at each text tells where it stands; this finds the others, in members that nobody reads.</summary>
    private static void RequireWholeText(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\\ud"u8) < 0 && body.IndexOf("\\uD"u8) < 0) return;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = Json.Options.MaxDepth });
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) _ = reader.GetString();
    }

    private static ProblemError Explain(JsonException error, Type shape)
    {
        var pointer = Pointer(error.Path);
        if (UnknownMember().Match(error.Message) is not { Success: true } unknown) return new ProblemError("invalid-json", Message(error)) { Pointer = pointer };
        var name = unknown.Groups[1].Value;
        var last = "/" + Escape(name);
        return Unknown(pointer.EndsWith(last, StringComparison.Ordinal) ? pointer : pointer + last, name, shape);
    }

    /// <summary>A member that there is none of; the legal ones are named where it stands in the record itself.</summary>
    public static ProblemError Unknown(string pointer, string name, Type shape)
    {
        string[]? legal = pointer == "/" + Escape(name) ? Json.Members(shape) : null;
        var near = legal is null ? null : Search.Folding.Nearest(name, legal);
        return new ProblemError("unknown-member", $"There is no member '{name}' here.{(near is null ? "" : $" Did you mean '{near}'?")}") { Pointer = pointer, Allowed = legal, DidYouMean = near };
    }

    [GeneratedRegex("^The JSON property '(.*)' could not be mapped", RegexOptions.Singleline)]
    private static partial Regex UnknownMember();

    /// <summary>The steps of the parser's paths: .name, [0] and ['a strange name'].</summary>
    [GeneratedRegex(@"\.(?<name>[^.\[]+)|\[(?<name>\d+)\]|\['(?<name>.*?)'\](?=$|[.\[])", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex PathStep();

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static ProblemException TooLarge(int largest) => new(ProblemCode.TooLarge, $"The body is larger than {largest / 1024:N0} kB.");

    /// <summary>The parser's words without the path, which stands in the pointer, and without our types.</summary>
    private static string Message(JsonException error)
    {
        var message = error.Message.Split(" Path: ")[0];
        return message.Contains("EventsApi.", StringComparison.Ordinal) || message.Contains("System.", StringComparison.Ordinal) ? "This member is missing, unknown or of another type than expected." : message;
    }

    /// <summary>"$.queries[0].name" is /queries/0/name.</summary>
    internal static string Pointer(string? path) =>
        string.Concat(PathStep().Matches(path ?? "").Select(step => "/" + Escape(step.Groups["name"].Value)));
}
