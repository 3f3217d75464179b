using EventsApi.Search;

namespace EventsApi.Storage;

/// <summary>The full text of the catalogue: what is asked of it is one tree, and each engine says it in its own words. Every word was folded before, so it holds letters and digits only.</summary>
public abstract class FullText
{
    /// <summary>Words that stand for what no text says: coded by people, a date of more than 31 days, of more than 366.</summary>
    protected const string Hand = "·hand", Long = "·long", Longer = "·longer";

    /// <summary>Title and participants: a match among these is found without reading every text that has the word.</summary>
    protected static readonly TextColumn[] Names = [TextColumn.Title, TextColumn.Actors];

    /// <summary>The marks of a record.</summary>
    protected static string[] Marks(bool byHand, int days) => [.. byHand ? (string[])[Hand] : [], .. days > 366 ? (string[])[Long, Longer] : days > 31 ? [Long] : []];

    /// <summary>Whether something must occur, so that there is a way to begin.</summary>
    public static bool IsPositive(TextNode node) => node switch
    {
        TextAny any => any.Nodes.Any(IsPositive),
        TextAll all => all.Nodes.Any(n => n is not TextNot && IsPositive(n)),
        TextNot => false,
        _ => true,
    };

    /// <summary>What must not occur; null when nothing is excluded at the top.</summary>
    public static TextNode? Excluded(TextNode node)
    {
        List<TextNode> excluded = node is TextAll all ? [.. all.Nodes.OfType<TextNot>().Select(n => n.Node).Where(IsPositive)] : node is TextNot not && IsPositive(not.Node) ? [not.Node] : [];
        return excluded.Count switch { 0 => null, 1 => excluded[0], _ => new TextAny(excluded) };
    }

    /// <summary>What people coded, among the matches.</summary>
    public static TextNode ByHand(TextNode node) => new TextAll([node, new TextMark(Hand)]);

    /// <summary>Matches whose date is longer than 31 days (class 1) or 366 (class 2).</summary>
    public static TextNode Lasting(TextNode node, int spanClass) => spanClass == 0 ? node : new TextAll([node, new TextMark(spanClass == 1 ? Long : Longer)]);

    /// <summary>Matches with these words one after the other in title or participants.</summary>
    public static TextNode NamePhrase(TextNode node, IEnumerable<string> words) => new TextAll([node, new TextLeaf("", [new TextForm([.. words], 1, "exact")], Names)]);

    /// <summary>Matches within titles and participants; null when the query has nothing positive.</summary>
    public static TextNode? InNames(TextNode node) => IsPositive(node) ? Named(node) : null;

    private static TextNode Named(TextNode node) => node switch
    {
        // What must stand in a column of its own is asked for there.
        TextLeaf { Columns: null } leaf => leaf with { Columns = Names },
        TextAny any => new TextAny([.. any.Nodes.Select(Named)]),
        TextAll all => new TextAll([.. all.Nodes.Select(Named)]),
        // What must not occur must not occur anywhere.
        _ => node,
    };

    /// <summary>The keys that match in a range, as a table with the column key. Parameters: expression, lowest and highest key.</summary>
    public abstract string Keys(TextNode node, bool descending);

    /// <summary>Whether a walk from new to old that begins far from the newest match costs no more than one that begins there.</summary>
    public abstract bool SkipsBackwards { get; }

    /// <summary>Whether the record of p.key matches. Parameter: expression.</summary>
    public abstract string Matches(TextNode node);

    /// <summary>The same by collecting all matches first.</summary>
    public abstract string IsAmong(TextNode node);

    /// <summary>Whether nothing matches but what people coded.</summary>
    public static bool IsByHand(TextNode node) => node is TextAll all && all.Nodes.Any(n => n is TextMark { Mark: Hand } || IsByHand(n));

    /// <summary>The query as this engine takes it, to be bound where an expression is asked for.</summary>
    /// <param name="node">Something in it is positive.</param>
    public virtual string Expression(TextNode node) => Render(node)!;

    /// <summary>What stands between two of which both, or either, must occur.</summary>
    protected abstract string And { get; }

    /// <inheritdoc cref="And"/>
    protected abstract string Or { get; }

    /// <summary>The first without the second.</summary>
    protected abstract string Without(string positive, string negative);

    protected abstract string Mark(string mark);

    protected abstract string Leaf(TextLeaf leaf);

    /// <summary>Null when nothing positive is in it.</summary>
    private string? Render(TextNode node) => node switch
    {
        TextLeaf leaf => Leaf(leaf),
        TextMark mark => Mark(mark.Mark),
        TextAny any => Join(any.Nodes, Or),
        TextAll all => All(all),
        _ => null,
    };

    private string? All(TextAll all)
    {
        var positive = Join(all.Nodes.Where(n => n is not TextNot), And);
        return positive is not null && Excluded(all) is { } excluded ? $"({Without(positive, Render(excluded)!)})" : positive;
    }

    private string? Join(IEnumerable<TextNode> nodes, string with)
    {
        var present = nodes.Select(Render).OfType<string>().ToList();
        return present.Count switch { 0 => null, 1 => present[0], _ => $"({string.Join(with, present)})" };
    }

    /// <summary>The words of a record as this engine takes them, in UTF-8; on any thread.</summary>
    /// <param name="columns">In the order of <see cref="TextColumn"/>.</param>
    /// <param name="days">How long its date is.</param>
    public abstract byte[][] Texts(IReadOnlyList<List<string>> columns, bool byHand, int days);

    /// <summary>Puts these texts in.</summary>
    public abstract void Add(Connection connection, long key, byte[][] texts, bool byHand);

    public abstract void Remove(Connection connection, long key);

    /// <summary>Joins what many writes left in pieces, which every search would look through. Seconds for a million records, so only after a large load.</summary>
    public abstract void Optimize(Connection connection);
}
