using System.Text;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;

namespace EventsApi.Storage;

/// <summary>Full text in FTS5. Every word of an expression stands in quotes, though it holds letters and digits only.</summary>
internal sealed class SqliteText : FullText
{
    // Before each word of title and participants where it stands once more, in the column marks.
    private const string Named = "·t";

    private static readonly string[] Columns = ["title", "actors", "places", "topics", "quotes", "body"];

    public override string Keys(TextNode node, bool descending) => $"(SELECT rowid AS key FROM {Table(node)} WHERE {Table(node)} MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid {(descending ? "DESC" : "ASC")})";

    // Forwards FTS5 leaps along its index of a word's pages; backwards it takes them one by one.
    public override bool SkipsBackwards => false;

    public override string Matches(TextNode node) => $"EXISTS (SELECT 1 FROM {Table(node)} w WHERE w.{Table(node)} MATCH ? AND w.rowid = p.key)";

    public override string IsAmong(TextNode node) => $"p.key IN (SELECT rowid FROM {Table(node)} WHERE {Table(node)} MATCH ?)";

    /// <summary>What people coded stands in a table of its own too, where nothing else has to be passed over.</summary>
    private static string Table(TextNode node) => IsByHand(node) ? "words_by_hand" : "words";

    public override string Expression(TextNode node) => base.Expression(IsByHand(node) ? WithoutHand(node) : node);

    private static TextNode WithoutHand(TextNode node) => node is TextAll all ? new TextAll([.. all.Nodes.Where(n => n is not TextMark { Mark: Hand }).Select(WithoutHand)]) : node;

    public override byte[][] Texts(IReadOnlyList<List<string>> columns, bool byHand, int days)
    {
        var texts = new byte[columns.Count + 1][];
        using var text = new PooledBuffer();
        for (var n = 0; n < columns.Count; n++) texts[n] = Text([("", columns[n])]);
        texts[^1] = Text([("", Marks(byHand, days)), .. Names.Select(name => (Named, columns[(int)name]))]);
        return texts;

        byte[] Text(ReadOnlySpan<(string Before, IReadOnlyList<string> Words)> parts)
        {
            text.Clear();
            foreach (var (before, words) in parts)
                foreach (var word in words)
                {
                    if (text.Length > 0) text.Add(" "u8);
                    text.Advance(Encoding.UTF8.GetBytes(before, text.GetSpan(Encoding.UTF8.GetMaxByteCount(before.Length))));
                    text.Advance(Encoding.UTF8.GetBytes(word, text.GetSpan(Encoding.UTF8.GetMaxByteCount(word.Length))));
                }
            return text.Written.ToArray();
        }
    }

    public override void Add(Connection connection, long key, byte[][] texts, bool byHand)
    {
        Add("words");
        // Everything but events is written by people.
        if (byHand && Kind.OfRef(key) == Kind.Event) Add("words_by_hand");

        void Add(string table)
        {
            var row = connection.Kept($"INSERT INTO {table}(rowid, title, actors, places, topics, quotes, body, marks) VALUES (?, ?, ?, ?, ?, ?, ?, ?)").Bind(key);
            foreach (var text in texts) row.BindText(text);
            row.Run();
        }
    }

    public override void Remove(Connection connection, long key)
    {
        connection.Kept("DELETE FROM words WHERE rowid = ?").Bind(key).Run();
        if (Kind.OfRef(key) == Kind.Event) connection.Kept("DELETE FROM words_by_hand WHERE rowid = ?").Bind(key).Run();
    }

    public override void Optimize(Connection connection)
    {
        connection.Kept("INSERT INTO words(words) VALUES ('optimize')").Run();
        connection.Kept("INSERT INTO words_by_hand(words_by_hand) VALUES ('optimize')").Run();
    }

    protected override string And => " AND ";

    protected override string Or => " OR ";

    protected override string Without(string positive, string negative) => $"{positive} NOT ({negative})";

    protected override string Mark(string mark) => $"marks : \"{mark}\"";

    protected override string Leaf(TextLeaf leaf)
    {
        var inNames = ReferenceEquals(leaf.Columns, Names);
        var mark = inNames ? Named : "";
        var any = new StringBuilder();
        foreach (var form in leaf.Forms)
        {
            var words = form.Words.Select(w => mark + w);
            any.Append(any.Length == 0 ? "" : " OR ").Append(form.Near is { } distance ? $"NEAR(\"{string.Join("\" \"", words)}\", {distance})" : $"\"{string.Join(' ', words)}\"").Append(form.IsPrefix ? " *" : "");
        }
        return inNames ? $"marks : ({any})" : leaf.Columns is null ? $"({any})" : $"{{{string.Join(' ', leaf.Columns.Select(c => Columns[(int)c]))}}} : ({any})";
    }
}
