using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace EventsApi.Http;

/// <summary>Reads parameters that take words of a closed list, and refuses query strings that are no text.</summary>
internal static class QueryText
{
    /// <summary>The one word of a closed list; null when it is not given.</summary>
    public static string? OneOf(IQueryCollection query, string name, string[] legal) => query.TryGetValue(name, out var given) ? Legal(name, given.ToString(), legal) : null;

    /// <summary>Words of a closed list, by comma or repetition.</summary>
    public static List<string> AnyOf(IQueryCollection query, string name, string[] legal) =>
        [.. string.Join(',', query[name].ToArray()).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().Select(word => Legal(name, word, legal))];

    private static string Legal(string name, string word, string[] legal) =>
        legal.Contains(word) ? word : throw ProblemException.Parameter(name, "unknown-value", $"'{word}' is no value of {name}.", legal, Search.Folding.Nearest(word, legal));

    /// <summary>The framework would leave escapes of NUL or of bytes that are not UTF-8 as they stand, and a filter would silently find nothing.</summary>
    public static void Require(HttpContext http)
    {
        var query = http.Request.QueryString.Value;
        if (query is null || !query.Contains('%')) return;
        foreach (var pair in query.AsSpan(1).ToString().Split('&'))
        {
            var bytes = new List<byte>(pair.Length);
            for (var n = 0; n < pair.Length; n++)
                if (pair[n] == '%' && n + 2 < pair.Length && byte.TryParse(pair.AsSpan(n + 1, 2), NumberStyles.AllowHexSpecifier, null, out var value))
                {
                    bytes.Add(value);
                    n += 2;
                }
                else bytes.AddRange(Encoding.UTF8.GetBytes(pair, n, 1));
            var raw = bytes.ToArray();
            if (Utf8.IsValid(raw) && !raw.Contains((byte)0)) continue;
            var name = Uri.UnescapeDataString(pair.Split('=')[0]);
            throw ProblemException.Parameter(name, "invalid-text", $"{name} holds a NUL or bytes that are not UTF-8.");
        }
    }
}
