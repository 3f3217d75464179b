using System.Text;
using EventsApi.Search;

namespace EventsApi.Storage;

/// <summary>Full text in FTS5. Every word of an expression stands in quotes, though it holds letters and digits only.</summary>
internal sealed class SqliteText : FullText
{
    // Before each word of title and participants where it stands once more, in the column marks.
    private const string Named = "·t";

    private static readonly string[] Columns = ["title", "actors", "places", "topics", "quotes", "body"];

    public override string Keys(bool descending) => $"(SELECT rowid AS key FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid {(descending ? "DESC" : "ASC")})";

    public override string Matches => "EXISTS (SELECT 1 FROM words w WHERE w.words MATCH ? AND w.rowid = p.key)";

    public override string IsAmong => "p.key IN (SELECT rowid FROM words WHERE words MATCH ?)";

    public override void Add(Connection connection, long key, IReadOnlyList<List<string>> columns, bool byHand, int days)
    {
        var row = connection.Kept("INSERT INTO words(rowid, title, actors, places, topics, quotes, body, marks) VALUES (?, ?, ?, ?, ?, ?, ?, ?)").Bind(key);
        foreach (var column in columns) row.Bind(string.Join(' ', column));
        row.Bind(string.Join(' ', Marks(byHand, days).Concat(Names.SelectMany(name => columns[(int)name]).Select(word => Named + word)))).Run();
    }

    public override void Remove(Connection connection, long key) => connection.Kept("DELETE FROM words WHERE rowid = ?").Bind(key).Run();

    public override void Optimize(Connection connection) => connection.Kept("INSERT INTO words(words) VALUES ('optimize')").Run();

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
