using System.Text;
using System.Text.Json;
using EventsApi.Records;

namespace EventsApi.Http;

/// <summary>Reads the body of a request as JSON, and says what is wrong with one that is not.</summary>
internal static class JsonBody
{
    public const int Largest = 1 << 20;

    public static async Task<T> ReadAsync<T>(HttpContext http)
    {
        if (!http.Request.HasJsonContentType()) throw new ProblemException(ProblemCode.UnsupportedMediaType, $"The body is {http.Request.ContentType ?? "of no media type"}; send application/json.");
        if (http.Request.ContentLength > Largest) throw TooLarge();
        using var body = new PooledBuffer();
        while (await http.Request.Body.ReadAsync(body.GetMemory(8_192), http.RequestAborted) is > 0 and var read)
        {
            body.Advance(read);
            if (body.Length > Largest) throw TooLarge();
        }
        try
        {
            return JsonSerializer.Deserialize<T>(body.Written.Span, Json.Options) ?? throw new JsonException("The body is null.");
        }
        catch (JsonException error)
        {
            throw new ProblemException(ProblemCode.InvalidRequest, "The body cannot be read as JSON of the expected shape.", [new ProblemError("invalid-json", Message(error)) { Pointer = Pointer(error.Path) }]);
        }
    }

    private static ProblemException TooLarge() => new(ProblemCode.TooLarge, $"The body is larger than {Largest / 1024:N0} kB.");

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
