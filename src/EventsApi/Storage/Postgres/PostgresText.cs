using System.Globalization;
using System.Text;
using EventsApi.Search;

namespace EventsApi.Storage;

/// <summary>Full text in a tsvector: the words of all columns one behind the other, with gaps that no phrase reaches across.</summary>
internal sealed class PostgresText : FullText
{
    // What stands before a word of topics or of quotes where it stands once more: there are only four weights, and one of them is every other text's.
    private const string InTopics = "·o", InQuotes = "·q";
    // Farther than words near each other can be.
    private const int Gap = 32;
    // A tsvector counts places up to here, and takes so many for a word; a longer text is found by its words, but not its phrases.
    private const int LastPlace = 16_383, MostPlaces = 256;
    // It takes a megabyte and words of two kilobytes.
    private const int LongestWord = 2_000, LongestVector = 900_000;

    // A word that is too long to be kept is in no text.
    private const string Nothing = "·nothing";

    private static readonly char[] Weights = ['A', 'B', 'C', 'D', 'D', 'D'];

    public override string Keys(TextNode node, bool descending) => $"(SELECT w.key FROM words w WHERE w.text @@ CAST(? AS tsquery) AND w.key BETWEEN ? AND ? ORDER BY w.key {(descending ? "DESC" : "ASC")})";

    public override bool SkipsBackwards => true;

    public override string Matches(TextNode node) => "EXISTS (SELECT 1 FROM words w WHERE w.text @@ CAST(? AS tsquery) AND w.key = p.key)";

    public override string IsAmong(TextNode node) => "p.key IN (SELECT w.key FROM words w WHERE w.text @@ CAST(? AS tsquery))";

    public override byte[][] Texts(IReadOnlyList<List<string>> columns, bool byHand, int days) => [Encoding.UTF8.GetBytes(Vector(columns, Marks(byHand, days)))];

    public override void Add(Connection connection, long key, byte[][] texts, bool byHand) =>
        connection.Kept("INSERT INTO words(key, text) VALUES (?, CAST(? AS tsvector))").Bind(key).BindText(texts[0]).Run();

    public override void Remove(Connection connection, long key) => connection.Kept("DELETE FROM words WHERE key = ?").Bind(key).Run();

    public override void Optimize(Connection connection)
    {
        // Every word is put into its place at once.
    }

    private static string Vector(IReadOnlyList<List<string>> columns, string[] marks)
    {
        var places = new Dictionary<string, List<(int Place, char Weight)>>();
        var (at, size) = (1, 0);
        foreach (var mark in marks) places[mark] = [];
        // The body last: it is the one that can be longer than places are counted.
        foreach (var column in (TextColumn[])[TextColumn.Title, TextColumn.Actors, TextColumn.Places, TextColumn.Topics, TextColumn.Quotes, TextColumn.Body])
        {
            foreach (var word in columns[(int)column])
            {
                Add(word, Weights[(int)column]);
                if (column is TextColumn.Topics) Add(InTopics + word, 'D');
                if (column is TextColumn.Quotes) Add(InQuotes + word, 'D');
                at++;
            }
            at += Gap;
        }
        var vector = new StringBuilder();
        foreach (var (word, found) in places)
        {
            vector.Append(vector.Length == 0 ? "'" : " '").Append(word).Append('\'');
            for (var n = 0; n < found.Count; n++) vector.Append(n == 0 ? ':' : ',').Append(CultureInfo.InvariantCulture, $"{found[n].Place}{(found[n].Weight == 'D' ? "" : found[n].Weight)}");
        }
        return vector.ToString();

        void Add(string word, char weight)
        {
            if (word.Length * 3 > LongestWord && Encoding.UTF8.GetByteCount(word) > LongestWord) return;
            if (!places.TryGetValue(word, out var found))
            {
                if (size > LongestVector) return;
                size += word.Length * 3 + 8;
                places[word] = found = [];
            }
            if (found.Count == MostPlaces || size > LongestVector) return;
            size += 2;
            found.Add((Math.Min(at, LastPlace), weight));
        }
    }

    protected override string And => " & ";

    protected override string Or => " | ";

    protected override string Without(string positive, string negative) => $"{positive} & !{negative}";

    protected override string Mark(string mark) => $"'{mark}'";

    protected override string Leaf(TextLeaf leaf) => $"({string.Join(Or, leaf.Forms.SelectMany(form => Form(form, leaf.Columns)))})";

    private static IEnumerable<string> Form(TextForm form, IReadOnlyList<TextColumn>? columns)
    {
        // Body has a weight that it shares, and nobody can ask for it alone.
        var weights = columns is null ? "" : string.Concat(columns.Where(c => c is TextColumn.Title or TextColumn.Actors or TextColumn.Places).Select(c => Weights[(int)c]));
        if (columns is null || weights != "") yield return Words("", weights);
        if (columns?.Contains(TextColumn.Topics) == true) yield return Words(InTopics, "");
        if (columns?.Contains(TextColumn.Quotes) == true) yield return Words(InQuotes, "");

        string Words(string mark, string of)
        {
            var words = form.Words.Select((word, n) => (form.IsPrefix && n == form.Words.Count - 1 ? "*" : "") + of is var flags && flags == "" ? One(word, "") : One(word, ":" + flags)).ToList();
            if (form.Near is not { } distance || words.Count < 2) return words.Count == 1 ? words[0] : $"({string.Join(" <-> ", words)})";
            // So many words may stand between, and either may be first; of several each is near each.
            var farthest = distance + words.Count - 1;
            return $"({string.Join(" & ", words.SelectMany((a, i) => words.Skip(i + 1).Select(b => Near(a, b, farthest))))})";

            static string Near(string a, string b, int farthest) => $"({string.Join(" | ", Enumerable.Range(1, farthest).SelectMany(n => (string[])[$"({a} <{n}> {b})", $"({b} <{n}> {a})"]))})";

            // Near another can stand a phrase.
            string One(string word, string flags) => word.Length > LongestWord / 3 && Encoding.UTF8.GetByteCount(word) > LongestWord ? $"'{Nothing}'" : word.Contains(' ') ? $"({string.Join(" <-> ", word.Split(' ').Select(part => $"'{mark}{part}'{flags}"))})" : $"'{mark}{word}'{flags}";
        }
    }
}
