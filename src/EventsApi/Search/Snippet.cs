using System.Buffers;
using System.Text;
using System.Text.Json;

namespace EventsApi.Search;

/// <summary>A passage of a record that shows why it was found.</summary>
/// <param name="Text">As it stands in the record; an ellipsis where it was cut.</param>
/// <param name="Marks">Where the words of the query stand, as [from, to) in UTF-16 units of the text.</param>
public sealed record Snippet(string Text, IReadOnlyList<int[]> Marks)
{
    private const int Longest = 240;

    /// <summary>The best passage of the record's texts, its title last; null when it has no text at all.</summary>
    public static Snippet? Of(ReadOnlySpan<byte> item, ReadOnlySpan<byte> rest, MarkedWords words)
    {
        // No passage has more than all words, and to read the whole record takes longer than to cut one.
        if (Summary(rest) is { } summary && words.Next(summary, 0) >= 0 && Find(summary, words) is { Snippet: { } whole, Score: var all } && all >= words.Terms) return whole;
        Snippet? best = null;
        var most = 0.0;
        string? title = null;
        var others = new List<string>();
        void Consider(string text, bool isTitle)
        {
            if (isTitle) title ??= text;
            if (words.Next(text, 0) < 0)
            {
                // Perhaps in letters that only folding makes alike; looked into when nothing else shows why.
                others.Add(text);
                return;
            }
            var (snippet, score) = Find(text, words);
            if (isTitle) score *= 0.9; // the title stands beside the snippet already
            else score += Math.Min(text.Length, Longest) * 0.00001; // of equals the one that says more
            if (score <= most) return;
            (best, most) = (snippet, score);
        }
        Read(item, Consider);
        // Where the item was shortened, the rest is the whole record again.
        if (!rest.IsEmpty) Read(rest[0] == (byte)'{' ? rest : [(byte)'{', .. rest[1..]], Consider);
        foreach (var text in best is null ? others : [])
            if (Cut(text, words, 0, text.Length) is var (snippet, score) && score > most) (best, most) = (snippet, score);
        return best ?? (title is null ? null : new Snippet(title.Length <= Longest ? title : title[..(char.IsHighSurrogate(title[Longest - 1]) ? Longest - 1 : Longest)] + "…", []));
    }

    /// <summary>What a record says of itself at length; null when it has none.</summary>
    private static string? Summary(ReadOnlySpan<byte> rest)
    {
        // Within a text the quotes would be escaped, so this stands only where the member is.
        var member = "\"summary\":\""u8;
        if (rest.IndexOf(member) is not (>= 0 and var at)) return null;
        var text = rest[(at + member.Length)..];
        var end = 0;
        while (text[end..].IndexOfAny((byte)'"', (byte)'\\') is var next && text[end += next] == (byte)'\\') end += 2;
        text = text[..end];
        return text.Contains((byte)'\\') ? JsonSerializer.Deserialize<string>(rest.Slice(at + member.Length - 1, end + 2)) : Encoding.UTF8.GetString(text);
    }

    /// <summary>Every text of a record, in its order.</summary>
    private static void Read(ReadOnlySpan<byte> json, Action<string, bool> text)
    {
        var reader = new Utf8JsonReader(json);
        var isText = false;
        var isTitle = false;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                // Our own JSON: names have no escapes, and their length tells most of them apart.
                var name = reader.ValueSpan;
                // Where it comes from is not what it says.
                if (name.SequenceEqual("sources"u8) || name.SequenceEqual("source"u8))
                {
                    reader.Skip();
                    continue;
                }
                isText = name.Length switch
                {
                    4 => name.SequenceEqual("name"u8) || name.SequenceEqual("text"u8),
                    5 => name.SequenceEqual("label"u8) || name.SequenceEqual("title"u8) || name.SequenceEqual("exact"u8) || name.SequenceEqual("quote"u8),
                    6 => name.SequenceEqual("author"u8),
                    7 => name.SequenceEqual("summary"u8),
                    8 => name.SequenceEqual("citation"u8),
                    9 => name.SequenceEqual("publisher"u8),
                    _ => false,
                };
                isTitle = isText && reader.CurrentDepth == 1 && (name.SequenceEqual("title"u8) || name.SequenceEqual("name"u8) || name.SequenceEqual("label"u8));
            }
            else if (isText && reader.TokenType == JsonTokenType.String)
            {
                text(reader.GetString()!, isTitle);
                isText = false;
            }
        }
    }

    /// <summary>The best passage of a text. Of a long one only what surrounds its first hits is cut into words, which is the costly part.</summary>
    private static (Snippet? Snippet, double Score) Find(string text, MarkedWords words)
    {
        const int Long = 1_500, Before = 200, After = 500, Most = 6;
        if (text.Length <= Long) return Cut(text, words, 0, text.Length);
        (Snippet? Snippet, double Score) best = (null, 0);
        var at = 0;
        for (var n = 0; n < Most && words.Next(text, at) is >= 0 and var found; n++)
        {
            var from = Math.Max(at, found - Before);
            // Not within a letter or a word.
            while (from > at && char.IsLetterOrDigit(text[from - 1])) from--;
            var to = Math.Min(text.Length, found + After);
            while (to < text.Length && char.IsLetterOrDigit(text[to])) to++;
            var cut = Cut(text, words, from, to);
            if (cut.Score > best.Score) best = cut;
            at = to;
        }
        return best;
    }

    /// <summary>The window with the most of what was asked, each word counted once.</summary>
    private static (Snippet? Snippet, double Score) Cut(string whole, MarkedWords words, int begin, int stop)
    {
        var text = begin == 0 && stop == whole.Length ? whole : whole[begin..stop];
        var terms = Folding.Terms(text);
        var marks = new List<(int Start, int End, int Term)>();
        for (var n = 0; n < terms.Count; n++)
            if (words.At(terms, n) is { Length: > 0 } found)
            {
                marks.Add((terms[n].Start, terms[n + found.Length - 1].Start + terms[n + found.Length - 1].Length, found.Term));
                n += found.Length - 1;
            }
        if (marks.Count == 0) return (null, 0);

        var (from, score) = (0, 0.0);
        for (var first = 0; first < marks.Count; first++)
        {
            var distinct = 0L;
            var count = 0;
            for (var n = first; n < marks.Count && (n == first || marks[n].End - marks[first].Start <= Longest); n++)
            {
                distinct |= 1L << (marks[n].Term & 63);
                count++;
            }
            var value = System.Numerics.BitOperations.PopCount((ulong)distinct) + count * 0.01;
            if (value <= score) continue;
            (from, score) = (first, value);
        }
        var last = from;
        while (last + 1 < marks.Count && marks[last + 1].End - marks[from].Start <= Longest) last++;

        // Some words of context on both sides, cut between words.
        var spare = Math.Max(0, Longest - (marks[last].End - marks[from].Start));
        var start = Math.Max(0, marks[from].Start - spare / 3);
        var end = Math.Max(marks[last].End, Math.Min(text.Length, start + Longest));
        if (start > 0) start = terms.Find(t => t.Start >= start).Start;
        if (end < text.Length && terms.FindLast(t => t.Start + t.Length <= end) is { Length: > 0 } final) end = Math.Max(final.Start + final.Length, marks[last].End);
        var lead = start > 0 || begin > 0 ? "…" : "";
        var shift = lead.Length - start;
        return (new Snippet(lead + text[start..end] + (end < text.Length || stop < whole.Length ? "…" : ""), [.. marks.Where(m => m.Start >= start && m.End <= end).Select(m => new[] { m.Start + shift, m.End + shift })]), score);
    }
}

/// <summary>The words of a query in all their forms, to be marked where they stand; those of a phrase only together.</summary>
public sealed class MarkedWords
{
    private readonly Dictionary<string, List<(IReadOnlyList<string> Words, int Term)>> _forms = [];
    private readonly List<(string Prefix, int Term)> _prefixes = [];
    // UN is also written U.N.
    private const int LongestInitials = 5;
    // Where one of the words can begin: one, or any of several, for which a search has to be prepared.
    private readonly string _start = "\0";
    private readonly SearchValues<string>? _starts;

    public MarkedWords(TextNode root)
    {
        foreach (var leaf in TextQuery.Leaves(root)) Add(leaf);
        var starts = _forms.Keys.Concat(_prefixes.Select(p => p.Prefix)).SelectMany(w => w.Length is > 1 and <= LongestInitials ? (string[])[w, string.Join('.', w.AsEnumerable())] : [w]).ToList();
        // Where "attacks" begins, "attack" does.
        starts.RemoveAll(start => starts.Exists(other => other.Length < start.Length && start.StartsWith(other, StringComparison.Ordinal)));
        if (starts.Count == 1) _start = starts[0];
        else if (starts.Count > 1) _starts = SearchValues.Create([.. starts], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>How many things were asked for.</summary>
    public int Terms { get; private set; }

    /// <summary>Where the letters of one of the words come next; -1 when they do not.</summary>
    public int Next(string text, int at) =>
        (_starts is null ? text.AsSpan(at).IndexOf(_start, StringComparison.OrdinalIgnoreCase) : text.AsSpan(at).IndexOfAny(_starts)) is >= 0 and var found ? at + found : -1;

    /// <summary>How many words at this place are a form of a term of the query, and of which; the longest form.</summary>
    public (int Length, int Term) At(List<Folding.Word> words, int at)
    {
        var best = (Length: 0, Term: -1);
        if (_forms.TryGetValue(words[at].Text, out var forms))
            foreach (var (form, term) in forms)
            {
                if (form.Count <= best.Length || at + form.Count > words.Count) continue;
                var n = 1;
                while (n < form.Count && words[at + n].Text == form[n]) n++;
                if (n == form.Count) best = (n, term);
            }
        if (best.Length == 0)
            foreach (var (prefix, term) in _prefixes)
                if (words[at].Text.StartsWith(prefix, StringComparison.Ordinal)) return (1, term);
        return best;
    }

    private void Add(TextLeaf leaf)
    {
        foreach (var form in leaf.Forms)
            if (form.IsPrefix) _prefixes.Add((form.Words[^1], Terms));
            else if (form.Near is not null)
                foreach (var word in form.Words) Mark([word]);
            else Mark(form.Words);
        Terms++;

        void Mark(IReadOnlyList<string> words)
        {
            if (!_forms.TryGetValue(words[0], out var forms)) _forms[words[0]] = forms = [];
            forms.Add((words, Terms));
        }
    }
}
