using System.Text;
using EventsApi.Search;

namespace EventsApi.Storage;

/// <summary>How full text is asked of SQLite. Every word that is put into an expression was folded before, so it holds letters and digits only, and stands in quotes all the same.</summary>
public static class FullText
{
    /// <summary>The keys that match an expression in a range, as a table with the column key. Parameters: expression, lowest and highest key.</summary>
    public static string Keys(bool descending) => $"(SELECT rowid AS key FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid {(descending ? "DESC" : "ASC")})";

    /// <summary>Whether the record of p.key matches. Parameter: expression.</summary>
    public const string Matches = "EXISTS (SELECT 1 FROM words w WHERE w.words MATCH ? AND w.rowid = p.key)";

    /// <summary>Joins the segments that many writes left behind: a search opens each of them for each word. Seconds for a million records, so only after a large load.</summary>
    public const string Optimize = "INSERT INTO words(words) VALUES ('optimize')";

    /// <summary>The same by collecting all matches first.</summary>
    public const string IsAmong = "p.key IN (SELECT rowid FROM words WHERE words MATCH ?)";

    /// <summary>What the column marks holds: words that stand for what no text says (coded by people, how long the date is), and the words of title and participants once more,
    /// so that a match among those is found without reading every text that has the word.</summary>
    public static string Marks(bool byHand, int days, IEnumerable<string> names) =>
        string.Join(' ', ((string[])[.. byHand ? ["·hand"] : (string[])[], .. days > 366 ? ["·long", "·longer"] : days > 31 ? ["·long"] : (string[])[]]).Concat(names.Select(n => Named + n)));

    private const string Named = "·t";

    /// <summary>What people coded, among the matches.</summary>
    public static string ByHand(string expression) => $"({expression}) AND marks : \"·hand\"";

    /// <summary>Matches within titles and participants; null when the query has nothing positive.</summary>
    public static string? InNames(TextNode node) => Expression(node, inNames: true);

    /// <summary>Matches with these words one after the other in title or participants.</summary>
    public static string NamePhrase(string expression, IEnumerable<string> words) => $"({expression}) AND marks : \"{string.Join(' ', words.Select(w => Named + w))}\"";

    /// <summary>Matches whose date is longer than 31 days (class 1) or 366 (class 2).</summary>
    public static string Lasting(string expression, int spanClass) => spanClass == 0 ? expression : $"({expression}) AND marks : \"{(spanClass == 1 ? "·long" : "·longer")}\"";

    private static readonly string[] Columns = ["title", "actors", "places", "topics", "quotes", "body"];

    /// <summary>The expression of a query; null when nothing positive is in it.</summary>
    public static string? Expression(TextNode node) => Expression(node, inNames: false);

    private static string? Expression(TextNode node, bool inNames) => node switch
    {
        TextLeaf leaf => Leaf(leaf, inNames),
        TextAny any => Join(any.Nodes.Select(n => Expression(n, inNames)), " OR "),
        TextAll all => All(all, inNames),
        _ => null,
    };

    /// <summary>What must not occur; null when nothing is excluded at the top.</summary>
    public static string? Excluded(TextNode node) => node is TextAll all ? Join(all.Nodes.OfType<TextNot>().Select(n => Expression(n.Node)), " OR ") : node is TextNot not ? Expression(not.Node) : null;

    private static string? All(TextAll all, bool inNames)
    {
        var positive = Join(all.Nodes.Where(n => n is not TextNot).Select(n => Expression(n, inNames)), " AND ");
        return positive is not null && Excluded(all) is { } negative ? $"{positive} NOT ({negative})" : positive;
    }

    private static string? Join(IEnumerable<string?> parts, string with)
    {
        var present = parts.OfType<string>().ToList();
        return present.Count switch { 0 => null, 1 => present[0], _ => $"({string.Join(with, present)})" };
    }

    private static string Leaf(TextLeaf leaf, bool inNames)
    {
        // What must stand in a column of its own is asked for there.
        var mark = inNames && leaf.Columns is null ? Named : "";
        var any = new StringBuilder();
        foreach (var form in leaf.Forms)
        {
            var words = form.Words.Select(w => mark + w);
            any.Append(any.Length == 0 ? "" : " OR ").Append(form.Near is { } distance ? $"NEAR(\"{string.Join("\" \"", words)}\", {distance})" : $"\"{string.Join(' ', words)}\"").Append(form.IsPrefix ? " *" : "");
        }
        return mark != "" ? $"marks : ({any})" : leaf.Columns is null ? $"({any})" : $"{{{string.Join(' ', leaf.Columns.Select(c => Columns[(int)c]))}}} : ({any})";
    }
}
