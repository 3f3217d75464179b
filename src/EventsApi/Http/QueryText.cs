using System.Text;
using System.Text.Unicode;

namespace EventsApi.Http;

/// <summary>Refuses query strings that hold NUL or bytes that are not UTF-8: the framework would leave such escapes as they stand, and a filter would silently find nothing.</summary>
internal static class QueryText
{
    public static void Require(HttpContext http)
    {
        var query = http.Request.QueryString.Value;
        if (query is null || !query.Contains('%')) return;
        foreach (var pair in query.AsSpan(1).ToString().Split('&'))
        {
            var bytes = new List<byte>(pair.Length);
            for (var n = 0; n < pair.Length; n++)
                if (pair[n] == '%' && n + 2 < pair.Length && byte.TryParse(pair.AsSpan(n + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value))
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
