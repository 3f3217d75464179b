using System.Text;
using EventsApi.Search;

namespace EventsApi.Records;

/// <summary>Readable ids: "Côte d'Ivoire" becomes cote-d-ivoire.</summary>
public static class Slug
{
    public const int Longest = 100;

    /// <summary>Null when the text has no letter or digit that can stand in an id.</summary>
    public static string? Of(string text)
    {
        var slug = new StringBuilder();
        foreach (var c in Folding.Fold(text.Replace('\'', ' ').Replace('’', ' ').Replace('-', ' ').Replace('.', ' ')))
            if (c is >= 'a' and <= 'z' or >= '0' and <= '9') slug.Append(c);
            else if (c == ' ' && slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        if (slug.Length > Longest) slug.Length = Longest;
        return slug.ToString().Trim('-') is { Length: > 0 } id ? id : null;
    }
}
