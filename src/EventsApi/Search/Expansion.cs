using System.Collections.Frozen;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>Gives each word of a query the forms in which texts have it: inflected ones from the vocabulary, names and codes from the catalogue. And finds what was meant when nothing was found.</summary>
internal sealed class Expansion(Connection connection, bool stem)
{
    private const double Inflected = 0.85, Aliased = 0.9;
    private const int MostForms = 12, MostAliased = 4, LongestAlias = 9, PrefixForms = 60;
    // A prefix of so many records is asked for by its words; the index would first merge the lists of all of them.
    private const int FewPrefixed = 100_000, MostPrefixForms = 150, FewestForms = 3;
    private int _prefixForms;
    private static readonly FrozenSet<string> Prefixes = new[] { "anti", "co", "counter", "de", "inter", "intra", "micro", "mini", "multi", "non", "post", "pre", "pro", "re", "semi", "sub", "trans" }.ToFrozenSet();

    public TextNode Expand(TextNode node) => node switch
    {
        TextAll all => Required(Aliases(all.Nodes)),
        TextAny any => new TextAny([.. any.Nodes.Select(Expand)]),
        TextNot not => new TextNot(Expand(not.Node)),
        TextLeaf leaf => Forms(leaf),
        _ => node,
    };

    /// <summary>Small words were needed to know names by; beside other words they need not occur.</summary>
    private static TextNode Required(List<TextNode> nodes)
    {
        // Said twice is said once.
        nodes = [.. nodes.DistinctBy(n => n is TextLeaf leaf ? (object)(leaf.Typed, leaf.IsLiteral, string.Join(',', leaf.Columns ?? [])) : n)];
        if (nodes.Exists(n => n is not TextNot and not TextLeaf { IsOptional: true })) nodes.RemoveAll(n => n is TextLeaf { IsOptional: true });
        return nodes.Count == 1 ? nodes[0] : new TextAll(nodes);
    }

    /// <summary>Consecutive words that together are a name ("Istanbul Cooperation Initiative") may also stand as that record's other names (ICI).</summary>
    private List<TextNode> Aliases(IReadOnlyList<TextNode> nodes)
    {
        var with = new List<TextNode>();
        for (var at = 0; at < nodes.Count;)
        {
            var length = Math.Min(LongestAlias, nodes.Count - at);
            for (; length > 1; length--)
            {
                var run = nodes.Skip(at).Take(length).ToList();
                if (!run.TrueForAll(n => n is TextLeaf { IsLiteral: false, Columns: null, Forms: [{ Words.Count: 1 }] })) continue;
                var name = string.Join(' ', run.Select(n => ((TextLeaf)n).Forms[0].Words[0]));
                var aliases = NamesOf(name, typed: null);
                // Al Sabah is also written Alsabah.
                if (length == 2 && string.Concat(run.Select(n => ((TextLeaf)n).Forms[0].Words[0])) is var joined && Docs(joined) > 0) aliases.Add([joined]);
                if (aliases.Count == 0) continue;
                with.Add(new TextAny([Required([.. run.Select(Expand)]), new TextLeaf(name, [.. aliases.Select(a => Counted(a, Aliased, "alias"))], null) { IsLiteral = true }]));
                break;
            }
            if (length <= 1) with.Add(Expand(nodes[at]));
            at += Math.Max(1, length);
        }
        return with;
    }

    private TextLeaf Forms(TextLeaf leaf)
    {
        var typed = leaf.Forms[0];
        if (leaf.Forms.Count > 1) return leaf;
        if (typed.Near is not null) return leaf with { Forms = Near(typed) };
        if (typed.IsPrefix) return leaf with { Forms = Prefixed(typed) };
        var forms = new List<TextForm> { Counted(typed) };
        if (leaf.IsLiteral) return leaf with { Forms = forms };
        foreach (var spelling in Spellings(typed.Words)) forms.Add(Counted(spelling, 1, "spelling"));
        if (stem && typed.Words.Count == 1)
            foreach (var form in Inflection.Of(typed.Words[0]))
                if (forms.Count < MostForms && Docs(form) is > 0 and var docs) forms.Add(new TextForm([form], Inflected, "inflection") { Docs = docs });
        foreach (var alias in NamesOf(Folding.Fold(leaf.Typed), leaf.Typed))
            if (forms.Count < MostForms + MostAliased && !forms.Exists(f => f.Words.SequenceEqual(alias))) forms.Add(Counted(alias, Aliased, "alias"));
        return leaf with { Forms = forms };
    }

    /// <summary>The same written as one word or apart, where texts have it so: co-operation, cooperation; cease-fire, ceasefire; COVID-19, covid19.</summary>
    private IEnumerable<string[]> Spellings(IReadOnlyList<string> words)
    {
        if (words.Count is 2 or 3 && Docs(string.Concat(words)) > 0) yield return [string.Concat(words)];
        if (words.Count == 3 && Prefixes.Contains(words[0]) && Docs(words[0] + words[1]) > 0) yield return [words[0] + words[1], words[2]];
        if (words.Count != 1) yield break;
        const int Shortest = 5, Most = 3;
        var (word, found) = (words[0], 0);
        for (var at = 1; at < word.Length && found < Most; at++)
        {
            var isSeam = char.IsAsciiDigit(word[at]) != char.IsAsciiDigit(word[at - 1]);
            if (!isSeam && (word.Length < Shortest || !char.IsAsciiLetter(word[at]) || at == 1 && word[0] is not ('o' or 'd' or 'l') || word.Length - at < 3)) continue;
            if (Docs(word[at..]) == 0 || Docs(word[..at]) == 0) continue;
            found++;
            yield return [word[..at], word[at..]];
        }
    }

    /// <summary>Words near each other, each also in its other forms.</summary>
    private List<TextForm> Near(TextForm typed)
    {
        const int MostOfEach = 3, Most = 12;
        IEnumerable<IEnumerable<string>> all = [[]];
        foreach (var word in typed.Words)
        {
            string[] forms = [word, .. (stem ? Inflection.Of(word).Where(f => Docs(f) > 0) : []).Take(MostOfEach)];
            all = all.SelectMany(words => forms.Select(words.Append)).Take(Most).ToList();
        }
        return [.. all.Select((words, n) => typed with { Words = [.. words], Weight = n == 0 ? 1 : Inflected, Why = n == 0 ? typed.Why : "inflection", Docs = words.Min(Docs) })];
    }

    private List<TextForm> Prefixed(TextForm typed)
    {
        // Many prefixes share what one alone may take.
        var words = PrefixWords(connection, typed.Words[^1], Math.Clamp(MostPrefixForms - _prefixForms, FewestForms, PrefixForms));
        _prefixForms += words.Count;
        var docs = words.Sum(w => w.Docs);
        if (words.Count >= PrefixForms && docs <= FewPrefixed || words.Count == 0) return [typed with { Docs = docs }];
        return [.. words.Select(w => new TextForm([.. typed.Words.SkipLast(1), w.Word], 1, "prefix") { Docs = w.Docs })];
    }

    /// <summary>The other names of whoever is called exactly this, or has this code when it was typed in capitals.</summary>
    private List<string[]> NamesOf(string name, string? typed)
    {
        var refs = new List<long>();
        var named = connection.Kept("SELECT ref FROM names WHERE folded = ? LIMIT ?").Bind(name).Bind((long)MostAliased);
        while (named.Step()) refs.Add(named.Int64(0));
        if (typed is { Length: 2 or 3 } && typed.All(char.IsAsciiLetterUpper))
        {
            var coded = connection.Kept("SELECT ref FROM identifiers WHERE scheme = 'iso3166' AND identifier = ?").Bind(typed);
            while (coded.Step()) refs.Add(coded.Int64(0));
        }
        // A single word of another script is often part of a name, as family names are.
        if (refs.Count == 0 && typed is not null && !char.IsAscii(name[0]) && !name.Contains(' '))
        {
            var parts = connection.Kept("SELECT DISTINCT ref FROM completions WHERE tail >= ? AND tail < ? LIMIT ?").Bind(name).Bind(name + "!").Bind((long)MostAliased);
            while (parts.Step()) refs.Add(parts.Int64(0));
        }
        var others = new List<string[]>();
        foreach (var reference in refs.Distinct())
        {
            var rows = connection.Kept("SELECT DISTINCT folded FROM names WHERE ref = ? AND folded <> '' LIMIT 12").Bind(reference);
            while (rows.Step())
                if (rows.Text(0) is var other && other != name) others.Add([.. Folding.Terms(other).Select(w => w.Text)]);
        }
        return [.. others.DistinctBy(o => string.Join(' ', o)).Where(o => o.All(w => Docs(w) > 0)).Take(MostForms)];
    }

    private TextForm Counted(TextForm form) => form with { Docs = form.Words.Min(Docs) };

    private TextForm Counted(string[] words, double weight, string why) => new(words, weight, why) { Docs = words.Min(Docs) };

    public long Docs(string word) => connection.Kept("SELECT docs FROM vocabulary WHERE word = ?").Bind(word).Scalar() ?? 0;

    /// <summary>The words that begin so, the most frequent first; of a short beginning only the first thousand are looked at.</summary>
    public static List<(string Word, long Docs)> PrefixWords(Connection connection, string prefix, int most = PrefixForms)
    {
        var found = new List<(string, long)>();
        var rows = connection.Kept("SELECT word, docs FROM (SELECT word, docs FROM vocabulary WHERE word >= ? AND word < ? ORDER BY word LIMIT 1000) first ORDER BY docs DESC LIMIT ?").Bind(prefix).Bind(prefix + "\uffff").Bind((long)most);
        while (rows.Step()) found.Add((rows.Text(0), rows.Int64(1)));
        return found;
    }

    /// <summary>The runs of words by which a form is recognized in a text: itself, the words a prefix stands for, or each of those that stand near each other.</summary>
    public static IEnumerable<IReadOnlyList<string>> Sequences(Connection connection, TextForm form) =>
        form.IsPrefix ? PrefixWords(connection, form.Words[^1]).Select(w => (IReadOnlyList<string>)[.. form.Words.SkipLast(1), w.Word])
        : form.Near is not null ? form.Words.Select(w => (IReadOnlyList<string>)[w]) : [form.Words];

    /// <summary>The query with every word that no text has replaced by the one most likely meant; null when there is nothing to mend.</summary>
    /// <param name="known">Also words that some text has, where a neighbour is a name or far more frequent.</param>
    public (TextNode Node, string Text)? Correct(TextNode node, string text, bool known)
    {
        var corrected = text;
        var changed = false;
        TextNode Visit(TextNode n)
        {
            switch (n)
            {
                case TextAll all: return new TextAll([.. all.Nodes.Select(Visit)]);
                case TextAny any: return new TextAny([.. any.Nodes.Select(Visit)]);
                case TextLeaf leaf when leaf.Forms[0] is { IsPrefix: false } form && !leaf.IsOptional:
                    var words = form.Words.ToArray();
                    for (var w = 0; w < words.Length; w++)
                    {
                        if (Docs(words[w]) > 0 && !known || Slips.Nearest(connection, words[w], Docs(words[w])) is not { } meant) continue;
                        // Whoever asks for words as they are typed does not mean another form of them.
                        if (!stem && Inflection.Of(words[w]).Contains(meant)) continue;
                        var at = Folding.Words(corrected).FirstOrDefault(x => x.Text == words[w]);
                        if (at.Length > 0) corrected = corrected[..at.Start] + (char.IsUpper(corrected[at.Start]) ? char.ToUpperInvariant(meant[0]) + meant[1..] : meant) + corrected[(at.Start + at.Length)..];
                        words[w] = meant;
                        changed = true;
                    }
                    return leaf with { Typed = string.Join(' ', words), Forms = [new TextForm(words, 1, "correction") { Near = form.Near }] };
                default: return n;
            }
        }
        var mended = Visit(node);
        return changed ? (mended, corrected) : null;
    }
}

/// <summary>The word that was meant when a slip was typed.</summary>
internal static class Slips
{
    private const int Shortest = 3;

    /// <summary>The word of the vocabulary nearest to what was typed, names before other words, frequent before rare; null when none is near.</summary>
    /// <param name="docs">How many records have what was typed: then only a name or a far more frequent word is meant.</param>
    public static string? Nearest(Connection connection, string typed, long docs = 0)
    {
        if (typed.Length < Shortest) return null;
        var most = typed.Length <= 4 ? 1 : 2;
        return Among(connection, typed, docs, most, typed[..1], typed[..1] + "\uffff") ?? (typed.Length >= 4 ? Among(connection, typed, docs, 1, "", "\uffff") : null);
    }

    private static string? Among(Connection connection, string typed, long typedDocs, int most, string from, string to)
    {
        const int FarMore = 20;
        (string Word, double Score)? best = null;
        var rows = connection.Kept("SELECT word, docs FROM vocabulary WHERE word >= ? AND word < ? AND length(word) BETWEEN ? AND ?").Bind(from).Bind(to).Bind((long)typed.Length - most).Bind((long)typed.Length + most);
        var near = new List<(string Word, long Docs, int Distance)>();
        while (rows.Step())
        {
            var word = rows.Text(0);
            if (word.Length < Shortest || word == typed || TextQuery.IsSmall(word)) continue;
            var distance = Folding.Distance(typed, word, most);
            if (distance <= most) near.Add((word, rows.Int64(1), distance));
        }
        foreach (var (word, docs, distance) in near)
        {
            // One letter more is worth a word ten times as frequent; names are what people look for and misspell.
            var isName = connection.Kept("SELECT 1 FROM completions WHERE tail >= ? AND tail < ? LIMIT 1").Bind(word).Bind(word + "!").Scalar() is not null;
            if (typedDocs > 0 && !isName && docs < typedDocs * FarMore) continue;
            var score = -4.0 * distance + Math.Log(1 + docs) + (isName ? 2 : 0) + (word[^1] == typed[^1] ? 0.5 : 0) + (SameLetters(word, typed) ? 3 : 0);
            if (best is null || score > best.Value.Score) best = (word, score);
        }
        return best?.Word;
    }

    /// <summary>The letters are right and only their order or number is not: Kuwiat, Rute.</summary>
    private static bool SameLetters(string a, string b) => a.ToHashSet().SetEquals(b);
}
