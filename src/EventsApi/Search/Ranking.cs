using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>Puts matches in order of relevance: BM25F over the fields of a record, with a bonus for words that stand together as they were typed.
/// Which records are looked at is bounded, so that a common word costs what a rare one does: the newest matches anywhere, the newest in titles and participants, and what people coded.</summary>
internal sealed class Ranking
{
    /// <summary>How many are looked at of each group of candidates.</summary>
    public const int Newest = 1_000, NewestInNames = 1_000, NewestByHand = 5_000;
    private const int Few = 500;
    /// <summary>So many can be paged through.</summary>
    public const int Deepest = 1_000;

    // Weight of a word by where it stands: title, actors, places, topics, quotes, body.
    private static readonly double[] Weights = [4.0, 2.0, 1.5, 1.2, 1.0, 1.0];
    // How much the length of each of these counts against it (b of BM25).
    private static readonly double[] LengthCounts = [0.4, 0.3, 0.3, 0.3, 0.5, 0.5];
    // When another occurrence no longer counts much (k1 of BM25).
    private const double Saturation = 1.2;
    // Beside the words themselves, two that stand as they were typed.
    private const double Together = 0.6;
    private const int TogetherWithin = 3;
    private const double ExactlyNamed = 1.6;
    private const double RecentBonus = 0.03;
    private const double RecentDays = 3_650;

    private readonly Reader _reader;
    private readonly List<Term> _terms;
    private readonly List<(int First, int Second)> _pairs = [];

    private Ranking(Reader reader, TextNode root)
    {
        _reader = reader;
        // The writer counts every record under the empty word.
        var records = reader.Kept("SELECT docs FROM vocabulary WHERE word = ''").Scalar() ?? 1;
        _terms = [.. TextQuery.Leaves(root).Select(leaf => TermOf(leaf, records))];
        for (var n = 0; n + 1 < _terms.Count; n++)
            if (_terms[n].Sequential && _terms[n + 1].Sequential) _pairs.Add((n, n + 1));
    }

    /// <summary>A ranked match.</summary>
    public readonly record struct Hit(long Key, double Score, bool ByHand);

    /// <summary>The best matches, best first; whether every match was looked at; and how many were.</summary>
    /// <param name="most">So many of the best are wanted.</param>
    /// <param name="total">How many match, where that is known already.</param>
    public static (List<Hit> Best, bool Complete, int Candidates) Rank(Reader reader, Kind kind, IReadOnlyList<Condition> conditions, TextSearch search, DateOnly today, int most = Deepest, Total? total = null)
    {
        var ranking = new Ranking(reader, search.Root);
        var text = conditions.OfType<InText>().First(t => !t.Not);
        var others = conditions.Where(c => !ReferenceEquals(c, text)).ToList();
        KeyWalk Walk(TextNode node) => new(reader, kind, [.. others, text with { Node = node }]);
        using var candidates = new Candidates(reader, kind, () => Walk(FullText.ByHand(text.Node)));

        // Only events are coded by machines.
        var isEvent = kind == Kind.Event;
        var complete = candidates.AddNewest(Walk(text.Node), isEvent ? Newest : NewestByHand);
        if (!complete)
        {
            // What people coded stands above the rest, however old it is.
            var handComplete = !isEvent || candidates.Add(Walk(FullText.ByHand(text.Node)), NewestByHand);
            // The one old or undated record that is meant: the words together in a title, the oldest with all words in the title, the undated.
            void LookFurther(TextNode node, bool oldest = false, long? after = null)
            {
                if (!handComplete) candidates.Add(Walk(FullText.ByHand(node)), Few, oldest, after);
                candidates.Add(Walk(node), Few, oldest, after);
            }
            if (FullText.InNames(search.Root) is { } inNames)
            {
                candidates.Add(Walk(inNames), NewestInNames);
                if (Phrase(search.Root) is { } phrase)
                {
                    LookFurther(FullText.NamePhrase(inNames, phrase));
                    LookFurther(FullText.NamePhrase(inNames, phrase), oldest: true);
                }
                LookFurther(inNames, oldest: true);
            }
            if (isEvent) LookFurther(text.Node, after: 1L << 20);
            complete = (total ?? new KeyWalk(reader, kind, conditions).Count(candidates.Count, candidates.Count + 1)) is { Relation: "eq" } all && all.Value <= candidates.Count;
        }

        candidates.Settle();
        var day = today.DayNumber;
        // Whoever is called exactly what was typed is what was meant.
        var named = new HashSet<long>();
        var names = reader.Kept("SELECT ref FROM names WHERE folded = ? LIMIT 20").Bind(Folding.Fold(search.Corrected ?? search.Typed));
        while (names.Step()) named.Add(names.Int64(0));
        most = Math.Min(most, Deepest);
        var best = new PriorityQueue<Hit, Hit>(Math.Min(most, candidates.Count) + 1, WorstFirst);
        foreach (var candidate in candidates.All)
        {
            var hit = new Hit(candidate.Key, ranking.Score(candidates.Words(candidate), candidates.Lengths(candidate)) * Recency(kind, candidate.Key, day) * (named.Contains(candidate.Key) ? ExactlyNamed : 1), candidate.ByHand);
            if (best.Count < most) best.Enqueue(hit, hit);
            else best.EnqueueDequeue(hit, hit);
        }
        var hits = new List<Hit>(best.Count);
        while (best.TryDequeue(out var hit, out _)) hits.Add(hit);
        hits.Reverse();
        return (hits, complete, candidates.Count);
    }

    /// <summary>What people coded stands before what machines did, of which there is so much that some of it always seems to fit better.</summary>
    private static readonly Comparer<Hit> WorstFirst = Comparer<Hit>.Create((a, b) => a.ByHand != b.ByHand ? a.ByHand.CompareTo(b.ByHand) : a.Score != b.Score ? a.Score.CompareTo(b.Score) : a.Key.CompareTo(b.Key));

    /// <summary>The words of the query as one phrase; null for one word, or where an operator stands between.</summary>
    private static IReadOnlyList<string>? Phrase(TextNode root) =>
        root is TextAll all && all.Nodes.All(n => n is TextLeaf { IsLiteral: false, Columns: null }) ? [.. all.Nodes.SelectMany(n => ((TextLeaf)n).Forms[0].Words)] : null;

    /// <summary>A mild pull to the recent.</summary>
    private static double Recency(Kind kind, long key, int today)
    {
        if (kind != Kind.Event || key >> 20 == 0) return 1;
        var age = Math.Max(0, today + 1 - (key >> 20));
        return 1 + RecentBonus * Math.Exp(-age / RecentDays);
    }

    private Term TermOf(TextLeaf leaf, double records)
    {
        var forms = leaf.Forms.SelectMany(f => Expansion.Sequences(_reader, f).Select(words => new Form([.. words.Select(TextSignature.Hash)], f.Weight))).ToArray();
        // The rarity is that of what was typed, or else of its other forms.
        var docs = leaf.Forms[0].Docs > 0 ? leaf.Forms[0].Docs : leaf.Forms.Max(f => f.Docs);
        return new Term(forms, leaf.Columns, Math.Log(1 + (Math.Max(0, records - docs) + 0.5) / (docs + 0.5)), Sequential: !leaf.IsLiteral);
    }

    private double Score(ReadOnlySpan<byte> signature, Lengths lengths)
    {
        var words = TextSignature.Words(signature);
        Span<double> found = stackalloc double[_terms.Count];
        Span<double> paired = stackalloc double[_pairs.Count];
        found.Clear();
        paired.Clear();
        for (int column = 0, at = 0; column < TextSignature.Columns; column++)
        {
            var text = words.Slice(at + 1, words[at]);
            at += 1 + words[at];
            if (text.IsEmpty) continue;
            var weight = Weights[column] / (1 - LengthCounts[column] + LengthCounts[column] * text.Length / lengths.Average(column));
            for (var n = 0; n < _terms.Count; n++)
            {
                if (_terms[n].Columns is { } only && !only.Contains((TextColumn)column)) continue;
                foreach (var form in _terms[n].Forms) found[n] += weight * form.Weight * form.Occurrences(text);
            }
            for (var n = 0; n < _pairs.Count; n++) paired[n] += weight * Pairs(text, _terms[_pairs[n].First], _terms[_pairs[n].Second]);
        }
        var score = 0.0;
        for (var n = 0; n < _terms.Count; n++) score += _terms[n].Rarity * found[n] / (Saturation + found[n]);
        for (var n = 0; n < _pairs.Count; n++) score += Together * Math.Min(_terms[_pairs[n].First].Rarity, _terms[_pairs[n].Second].Rarity) * paired[n] / (Saturation + paired[n]);
        return score;
    }

    /// <summary>How often the second follows the first within a few words.</summary>
    private static double Pairs(ReadOnlySpan<ushort> text, Term first, Term second)
    {
        var count = 0.0;
        foreach (var a in first.Forms)
        {
            var at = 0;
            while (text[at..].IndexOf(a.Words) is >= 0 and var found)
            {
                at += found + a.Words.Length;
                var near = text.Slice(at, Math.Min(TogetherWithin, text.Length - at));
                foreach (var b in second.Forms)
                    if (near.IndexOf(b.Words[0]) is >= 0 and var gap) count += a.Weight * b.Weight / (1 + gap);
            }
        }
        return count;
    }

    private sealed record Form(ushort[] Words, double Weight)
    {
        public int Occurrences(ReadOnlySpan<ushort> text) => Words.Length == 1 ? text.Count(Words[0]) : text.Count(Words.AsSpan());
    }

    private sealed record Term(Form[] Forms, IReadOnlyList<TextColumn>? Columns, double Rarity, bool Sequential);

    /// <summary>The mean length of each column among the candidates: against it a text is long or short.</summary>
    public sealed class Lengths
    {
        private readonly double[] _sum = new double[TextSignature.Columns];
        private readonly int[] _count = new int[TextSignature.Columns];

        public void Add(ReadOnlySpan<byte> signature)
        {
            var words = TextSignature.Words(signature);
            for (int column = 0, at = 0; column < TextSignature.Columns; column++)
            {
                int length = words[at];
                at += 1 + length;
                if (length == 0) continue;
                _sum[column] += length;
                _count[column]++;
            }
        }

        public void Settle()
        {
            for (var column = 0; column < _sum.Length; column++) _sum[column] = _count[column] == 0 ? 1 : _sum[column] / _count[column];
        }

        public double Average(int column) => _sum[column];
    }
}
