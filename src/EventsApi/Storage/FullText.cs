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

    /// <summary>The same by collecting all matches first.</summary>
    public const string IsAmong = "p.key IN (SELECT rowid FROM words WHERE words MATCH ?)";

    /// <summary>The words that stand for what no text says: coded by people, and how long the date is.</summary>
    public static string Marks(bool byHand, int days) => (byHand ? "·hand" : "") + (days > 366 ? " ·long ·longer" : days > 31 ? " ·long" : "");

    /// <summary>What people coded, among the matches.</summary>
    public static string ByHand(string expression) => $"({expression}) AND marks : \"·hand\"";

    /// <summary>Matches within titles and participants.</summary>
    public static string InNames(string expression) => $"{{title actors}} : ({expression})";

    public static string InTitle(string expression) => $"{{title}} : ({expression})";

    /// <summary>Matches with these words one after the other in the title.</summary>
    public static string TitlePhrase(string expression, IEnumerable<string> words) => $"({expression}) AND title : \"{string.Join(' ', words)}\"";

    /// <summary>Matches whose date is longer than 31 days (class 1) or 366 (class 2).</summary>
    public static string Lasting(string expression, int spanClass) => spanClass == 0 ? expression : $"({expression}) AND marks : \"{(spanClass == 1 ? "·long" : "·longer")}\"";

    private static readonly string[] Columns = ["title", "actors", "places", "topics", "quotes", "body"];

    /// <summary>The expression of a query; null when nothing positive is in it.</summary>
    public static string? Expression(TextNode node) => node switch
    {
        TextLeaf leaf => Leaf(leaf),
        TextAny any => Join(any.Nodes.Select(Expression), " OR "),
        TextAll all => All(all),
        _ => null,
    };

    /// <summary>What must not occur; null when nothing is excluded at the top.</summary>
    public static string? Excluded(TextNode node) => node is TextAll all ? Join(all.Nodes.OfType<TextNot>().Select(n => Expression(n.Node)), " OR ") : node is TextNot not ? Expression(not.Node) : null;

    private static string? All(TextAll all)
    {
        var positive = Join(all.Nodes.Where(n => n is not TextNot).Select(Expression), " AND ");
        return positive is not null && Excluded(all) is { } negative ? $"{positive} NOT ({negative})" : positive;
    }

    private static string? Join(IEnumerable<string?> parts, string with)
    {
        var present = parts.OfType<string>().ToList();
        return present.Count switch { 0 => null, 1 => present[0], _ => $"({string.Join(with, present)})" };
    }

    private static string Leaf(TextLeaf leaf)
    {
        var any = new StringBuilder();
        foreach (var form in leaf.Forms)
            any.Append(any.Length == 0 ? "" : " OR ").Append(form.Near is { } distance ? $"NEAR(\"{string.Join("\" \"", form.Words)}\", {distance})" : $"\"{string.Join(' ', form.Words)}\"").Append(form.IsPrefix ? " *" : "");
        return leaf.Columns is null ? $"({any})" : $"{{{string.Join(' ', leaf.Columns.Select(c => Columns[(int)c]))}}} : ({any})";
    }
}
