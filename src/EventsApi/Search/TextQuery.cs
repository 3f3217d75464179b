
namespace EventsApi.Search;

/// <summary>A query as a tree. Leaves are what can stand in a text; the rest says how they belong together.</summary>
public abstract record TextNode;

public sealed record TextAll(IReadOnlyList<TextNode> Nodes) : TextNode;

public sealed record TextAny(IReadOnlyList<TextNode> Nodes) : TextNode;

public sealed record TextNot(TextNode Node) : TextNode;

/// <summary>A word that no text has, by which the index knows something else of a record: one of <see cref="EventsApi.Storage.FullText"/>'s.</summary>
public sealed record TextMark(string Mark) : TextNode;

/// <summary>A word or phrase, and every form in which it counts.</summary>
/// <param name="Typed">As it was typed, for messages.</param>
/// <param name="Columns">Where it must stand; null for anywhere.</param>
public sealed record TextLeaf(string Typed, IReadOnlyList<TextForm> Forms, IReadOnlyList<TextColumn>? Columns) : TextNode
{
    /// <summary>It was typed between quotes, or is a prefix: then it counts as it stands, without other forms.</summary>
    public bool IsLiteral { get; init; }
    /// <summary>A word such as "the": it need not occur.</summary>
    public bool IsOptional { get; init; }
}

/// <summary>One form of a leaf: consecutive words, or two that stand near each other.</summary>
/// <param name="Weight">How much an occurrence counts beside what was typed, which is 1.</param>
/// <param name="Why">exact, inflection, alias, correction.</param>
public sealed record TextForm(IReadOnlyList<string> Words, double Weight, string Why)
{
    public bool IsPrefix { get; init; }
    /// <summary>So many words may stand between.</summary>
    public int? Near { get; init; }
    /// <summary>How many records have it, as far as the vocabulary knows.</summary>
    public long Docs { get; init; }
}

/// <summary>Reads what a person typed: words are AND, "phrase", OR, -not, prefix*, a NEAR b, title:word, parentheses. Nothing is an error: what cannot be an operator is a word.</summary>
public static class TextQuery
{
    public const int LongestText = 2_000, MostTerms = 32;
    private const int NearDistance = 10, DeepestGroup = 20;

    private static readonly Dictionary<string, TextColumn[]> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["title"] = [TextColumn.Title], ["actor"] = [TextColumn.Actors], ["place"] = [TextColumn.Places], ["topic"] = [TextColumn.Topics], ["quote"] = [TextColumn.Quotes],
    };

    // They are in almost every text and say nothing; asked for alone, or in a phrase, they count.
    private static readonly HashSet<string> Small = ["a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "is", "it", "of", "on", "or", "that", "the", "to", "was", "were", "with"];

    /// <summary>The tree of a text, null when it holds no word; and what was left out of it.</summary>
    /// <param name="plain">Everything is a word, also what looks like an operator.</param>
    public static (TextNode? Root, IReadOnlyList<string> Ignored) Parse(string text, bool plain = false)
    {
        var reader = new TokenReader(text, plain);
        var root = reader.ReadAll();
        return (Tidy(root), reader.Ignored);
    }

    /// <summary>The words and phrases that a record is found by, in order; not those that must not occur.</summary>
    public static IEnumerable<TextLeaf> Leaves(TextNode node) => node switch
    {
        TextLeaf leaf => [leaf],
        TextAll all => all.Nodes.SelectMany(Leaves),
        TextAny any => any.Nodes.SelectMany(Leaves),
        _ => [],
    };

    /// <summary>Whether the word says so little that it need not occur beside others.</summary>
    public static bool IsSmall(string word) => Small.Contains(word);

    /// <summary>Lists in lists become one, a list with one node is that node, and exclusions stand where the index can fulfil them: beside something, or alone at the top.</summary>
    private static TextNode? Tidy(TextNode? node)
    {
        switch (node)
        {
            case TextAll { Nodes: var nodes }:
                var kept = nodes.Select(Tidy).OfType<TextNode>().SelectMany(n => n is TextAll inner ? inner.Nodes : [n]).ToList();
                return kept.Count switch { 0 => null, 1 => kept[0], _ => new TextAll(kept) };
            case TextAny { Nodes: var nodes }:
                var any = nodes.Select(Tidy).OfType<TextNode>().ToList();
                var excluded = any.OfType<TextNot>().ToList();
                // "not a, or b" is "not (a and not b)".
                if (excluded.Count > 0) return Tidy(new TextNot(new TextAll([.. excluded.Select(e => e.Node), .. any.Where(n => n is not TextNot).Select(n => new TextNot(n))])));
                return any.Count switch { 0 => null, 1 => any[0], _ => new TextAny(any) };
            case TextNot { Node: var inner }:
                return Tidy(inner) switch
                {
                    null => null,
                    TextNot twice => twice.Node,
                    // "not (not a, not b)" is "a or b".
                    TextAll all when all.Nodes.All(n => n is TextNot) => new TextAny([.. all.Nodes.Select(n => ((TextNot)n).Node)]),
                    var one => new TextNot(one is TextLeaf leaf ? leaf with { IsOptional = false } : one),
                };
            default:
                return node;
        }
    }

    private enum Sign { Word, Phrase, Or, And, Not, Near, Open, Close }

    private sealed record Token(Sign Sign, string Text, bool Prefix = false, TextColumn[]? Columns = null, bool Negated = false);

    private sealed class TokenReader
    {
        private readonly List<Token> _tokens;
        private readonly List<string> _ignored = [];
        private int _at;
        private int _terms;

        public TokenReader(string text, bool plain) => _tokens = Lex(text, plain);

        public IReadOnlyList<string> Ignored => _ignored;

        public TextAll? ReadAll()
        {
            var all = new List<TextNode>();
            while (_at < _tokens.Count)
            {
                if (_tokens[_at].Sign == Sign.Close) _at++; // one too many
                else if (Sequence(0) is { } node) all.Add(node);
            }
            return all.Count == 0 ? null : new TextAll(all);
        }

        /// <summary>Terms up to the end or a closing parenthesis; OR binds its two neighbours.</summary>
        private TextAll Sequence(int depth)
        {
            var all = new List<TextNode>();
            while (_at < _tokens.Count && _tokens[_at].Sign != Sign.Close)
            {
                var node = Term(depth);
                var any = new List<TextNode>();
                while (_at + 1 < _tokens.Count && _tokens[_at].Sign == Sign.Or && _tokens[_at + 1].Sign is not (Sign.Close or Sign.Or))
                {
                    _at++;
                    if (node is not null) any.Add(node);
                    node = Term(depth);
                }
                if (node is not null) any.Add(node);
                if (any.Count > 0) all.Add(any.Count == 1 ? any[0] : new TextAny(any));
            }
            return new TextAll(all);
        }

        private TextNode? Term(int depth)
        {
            var token = _tokens[_at++];
            switch (token.Sign)
            {
                case Sign.Open when depth < DeepestGroup:
                    var inner = Sequence(depth + 1);
                    if (_at < _tokens.Count) _at++; // its closing parenthesis
                    return token.Negated ? new TextNot(inner) : inner;
                case Sign.Open:
                    return null;
                case Sign.Not when _at < _tokens.Count && _tokens[_at].Sign is Sign.Word or Sign.Phrase or Sign.Open:
                    return Term(depth) is { } excluded ? new TextNot(excluded) : null;
                case Sign.And when _at < _tokens.Count && _at > 1:
                    return null;
                case Sign.Word or Sign.Phrase:
                    var leaf = Leaf(token);
                    // a NEAR b
                    if (leaf is not null && _at + 1 < _tokens.Count && _tokens[_at].Sign == Sign.Near && _tokens[_at + 1].Sign is Sign.Word or Sign.Phrase && Leaf(_tokens[_at + 1]) is { } other && leaf.Forms[0].Words.Count + other.Forms[0].Words.Count < 10)
                    {
                        var distance = _tokens[_at].Text.Length > 5 && int.TryParse(_tokens[_at].Text.AsSpan(5), out var given) ? Math.Clamp(given, 1, 100) : NearDistance;
                        _at += 2;
                        var near = new TextLeaf($"{leaf.Typed} NEAR {other.Typed}", [new TextForm([.. leaf.Forms[0].Words, .. other.Forms[0].Words], 1, "exact") { Near = distance }], leaf.Columns) { IsLiteral = true };
                        return token.Negated ? new TextNot(near) : near;
                    }
                    return leaf is not null && token.Negated ? new TextNot(leaf with { IsOptional = false }) : leaf;
                default:
                    // An operator with nothing to work on is the word that it looks like.
                    return Leaf(new Token(Sign.Word, token.Text));
            }
        }

        private TextLeaf? Leaf(Token token)
        {
            var words = Folding.Terms(token.Text).ConvertAll(w => w.Text);
            if (words.Count == 0)
            {
                if (!string.IsNullOrWhiteSpace(token.Text)) _ignored.Add(token.Text);
                return null;
            }
            if (_terms + words.Count > MostTerms)
            {
                _ignored.Add(token.Text);
                // Of a long run of letters without spaces the beginning is asked for.
                words = words[..(MostTerms - _terms)];
                if (words.Count == 0) return null;
            }
            _terms += words.Count;
            var literal = token.Sign == Sign.Phrase || token.Prefix;
            return new TextLeaf(token.Text, [new TextForm(words, 1, "exact") { IsPrefix = token.Prefix }], token.Columns)
            {
                IsLiteral = literal, IsOptional = !literal && token.Columns is null && words.Count == 1 && Small.Contains(words[0]),
            };
        }

        private static List<Token> Lex(string text, bool plain)
        {
            var tokens = new List<Token>();
            // In a headline in capitals NOT is a word.
            var isShouted = !text.Any(char.IsLower);
            var closes = text.Count(c => c is '"' or '“' or '”' or '«' or '»' or '„') / 2;
            for (var at = 0; at < text.Length;)
            {
                if (char.IsWhiteSpace(text[at]))
                {
                    at++;
                    continue;
                }
                var negated = !plain && text[at] is '-' or '−' && at + 1 < text.Length && !char.IsWhiteSpace(text[at + 1]) && text[at + 1] != '-' && (at == 0 || char.IsWhiteSpace(text[at - 1]) || text[at - 1] == '(');
                if (negated) at++;
                TextColumn[]? columns = null;
                if (!plain && Field(text, at) is { } field)
                {
                    columns = Fields[field];
                    at += field.Length + 1;
                    while (char.IsWhiteSpace(text[at])) at++;
                }
                if (at < text.Length && IsQuote(text[at]))
                {
                    var end = at + 1;
                    while (end < text.Length && !IsQuote(text[end])) end++;
                    if (end < text.Length && closes-- > 0)
                    {
                        tokens.Add(new Token(Sign.Phrase, text[(at + 1)..end], Columns: columns, Negated: negated));
                        at = end + 1;
                        if (at < text.Length && text[at] == '*') at++;
                    }
                    else at++; // never closed: no phrase
                    continue;
                }
                if (text[at] is '(' or ')')
                {
                    tokens.Add(new Token(text[at] == '(' ? Sign.Open : Sign.Close, text[at].ToString(), Negated: negated));
                    at++;
                    continue;
                }
                var stop = at;
                while (stop < text.Length && !char.IsWhiteSpace(text[stop]) && !IsQuote(text[stop]) && text[stop] is not ('(' or ')')) stop++;
                Chunk(text[at..stop], columns, negated, plain, isShouted, tokens);
                at = stop;
            }
            return tokens;
        }

        private static void Chunk(string chunk, TextColumn[]? columns, bool negated, bool plain, bool isShouted, List<Token> tokens)
        {
            if (columns is null && !negated && !plain)
            {
                Sign? sign = chunk switch
                {
                    "OR" or "|" or "||" => Sign.Or,
                    "AND" or "&&" => Sign.And,
                    "NOT" when !isShouted => Sign.Not,
                    "NEAR" => Sign.Near,
                    _ => chunk.StartsWith("NEAR/", StringComparison.Ordinal) && chunk.Length > 5 && chunk.AsSpan(5).IndexOfAnyExceptInRange('0', '9') < 0 ? Sign.Near : null,
                };
                if (sign is { } found)
                {
                    // "a OR OR b" is a slip of the finger.
                    if (found == Sign.Or && tokens is [.., { Sign: Sign.Or }]) return;
                    tokens.Add(new Token(found, chunk));
                    return;
                }
            }
            // What stands between commas and slashes is a word of its own; what stands between hyphens and dots belongs together.
            var pieces = chunk.Split([',', ';', ':', '/', '\\', '|', '!', '?', '…', '،', '؛', '؟', '—', '–'], StringSplitOptions.RemoveEmptyEntries);
            if (pieces.Length == 0) tokens.Add(new Token(Sign.Word, chunk));
            foreach (var piece in pieces)
            {
                var prefix = !plain && piece.EndsWith('*') && Folding.Words(piece).Count > 0;
                tokens.Add(new Token(Sign.Word, prefix ? piece.TrimEnd('*') : piece, prefix, columns, negated));
            }
        }

        private static bool IsQuote(char letter) => letter is '"' or '“' or '”' or '«' or '»' or '„';

        private static string? Field(string text, int at)
        {
            var colon = text.IndexOf(':', at);
            if (colon <= at || colon > at + 8 || text.AsSpan(colon + 1).IsWhiteSpace()) return null;
            var name = text[at..colon];
            return Fields.ContainsKey(name) ? name : null;
        }
    }
}
