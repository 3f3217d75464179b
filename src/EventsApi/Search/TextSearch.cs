using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>The q of one request: what was typed, what it was read as, and what is asked of the index.</summary>
public sealed class TextSearch
{
    private readonly TextNode _parsed;
    private readonly string _typed;
    private readonly bool _stem;

    private TextSearch(Reader reader, TextNode parsed, string typed, bool stem)
    {
        (_parsed, _typed, _stem) = (parsed, typed, stem);
        Use(reader, parsed);
    }

    public string Typed => _typed;

    /// <summary>The query in all the forms it may take.</summary>
    public TextNode Root { get; private set; } = null!;

    /// <summary>Null when only exclusions were typed: then there is nothing to rank by.</summary>
    public InText? Condition { get; private set; }

    /// <summary>What must not occur; only where <see cref="Condition"/> is null, which else holds it.</summary>
    public InText? Excluded { get; private set; }

    /// <summary>The query as it was probably meant, when what was typed found nothing.</summary>
    public string? Corrected { get; private set; }

    public MarkedWords Marked { get; private set; } = null!;

    /// <summary>Null when the text holds no word.</summary>
    public static TextSearch? Read(Reader reader, string text, bool stem, out IReadOnlyList<string> ignored)
    {
        (var parsed, ignored) = TextQuery.Parse(text);
        return parsed is null ? null : new TextSearch(reader, parsed, text, stem);
    }

    private int _tries;

    /// <summary>Takes the next thing that was probably meant: operators as words, unknown words as their neighbours, known ones too. False when there is nothing left to try.</summary>
    public bool Correct(Reader reader)
    {
        while (_tries < 3)
            switch (_tries++)
            {
                case 0 when TextQuery.Parse(_typed, plain: true).Root is { } words && !SameLeaves(words):
                    Use(reader, words);
                    Corrected = string.Join(' ', Folding.Words(_typed).Select(w => _typed.Substring(w.Start, w.Length)));
                    return true;
                case var number and (1 or 2) when new Expansion(reader, _stem).Correct(_parsed, _typed, known: number == 2) is { } mended:
                    Use(reader, mended.Node);
                    Corrected = mended.Text;
                    return true;
            }
        return false;
    }

    /// <summary>Whether the query had no operator in it.</summary>
    private bool SameLeaves(TextNode words)
    {
        static string Shape(TextNode node) => node switch
        {
            TextAll all => $"({string.Join(' ', all.Nodes.Select(Shape))})",
            TextAny any => $"({string.Join('|', any.Nodes.Select(Shape))})",
            TextNot not => "-" + Shape(not.Node),
            TextLeaf leaf => string.Join('.', leaf.Forms[0].Words) + (leaf.Columns is null ? "" : ":") + leaf.Forms[0].Near,
            _ => "",
        };
        return Shape(_parsed) == Shape(words);
    }

    /// <summary>What was meant is not there either: back to what was typed.</summary>
    public void TakeBack(Reader reader)
    {
        Use(reader, _parsed);
        Corrected = null;
    }

    private void Use(Reader reader, TextNode parsed)
    {
        Root = new Expansion(reader, _stem).Expand(parsed);
        Condition = FullText.IsPositive(Root) ? new InText(Root, Docs(Root)) : null;
        Excluded = Condition is null && FullText.Excluded(Root) is { } not ? new InText(not, Docs(Root)) { Not = true } : null;
        Marked = new MarkedWords(Root);
    }

    /// <summary>At most about so many records match: the rarest of what must all occur, the sum of what may.</summary>
    private static long Docs(TextNode node) => node switch
    {
        TextLeaf leaf => leaf.Forms.Sum(f => f.Docs),
        TextAny any => any.Nodes.Sum(Docs),
        TextAll all => all.Nodes.Where(n => n is not TextNot).Select(Docs).DefaultIfEmpty(0).Min(),
        TextNot not => Docs(not.Node),
        _ => 0,
    };

    /// <summary>For explain=true: each word of the query, and where the record has which form of it.</summary>
    public List<TermMatch> Explain(Reader reader, byte[] signature)
    {
        return [.. TextQuery.Leaves(Root).Select(leaf => new TermMatch(leaf.Typed,
            [.. leaf.Forms.Select(f => new FormMatch(string.Join(' ', f.Words) + (f.IsPrefix ? "*" : ""), f.Why, [.. Expansion.Sequences(reader, f).SelectMany(s => TextSignature.ColumnsWith(signature, s)).Distinct()])).Where(f => f.In.Count > 0)]))];
    }
}

/// <summary>A word of the query and the forms of it that a record has.</summary>
public sealed record TermMatch(string Term, IReadOnlyList<FormMatch> Forms);

/// <summary>One form, why it counts (exact, inflection, alias, correction), and the fields it stands in.</summary>
public sealed record FormMatch(string Form, string Why, IReadOnlyList<string> In);
