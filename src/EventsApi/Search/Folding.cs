using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace EventsApi.Search;

/// <summary>Makes spellings meet: case, accents, punctuation, Arabic letter variants. Needs ICU; with InvariantGlobalization Normalize would silently do nothing.</summary>
public static class Folding
{
    /// <summary>Lower-case letters and digits, single spaces between words.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var word in Words(text)) folded.Append(folded.Length == 0 ? "" : " ").Append(word.Text);
        return folded.ToString();
    }

    /// <summary>The words of a text, folded, each with the place where it stands. Initialisms are one word (U.S., U.N.), a possessive ending is none, and a prefix written with a hyphen belongs to its word (co-operation).</summary>
    public static List<Word> Words(string text)
    {
        var words = new List<Word>(text.Length / 6 + 1);
        var folded = new StringBuilder();
        var start = -1;
        for (var at = 0; at <= text.Length;)
        {
            if (at < text.Length && char.IsAscii(text[at]))
            {
                var letter = text[at];
                if (char.IsAsciiLetterOrDigit(letter))
                {
                    if (start < 0) start = at;
                    folded.Append(char.ToLowerInvariant(letter));
                    at++;
                    continue;
                }
                if (letter == '\'' && start >= 0)
                {
                    at = Apostrophe(text, at);
                    continue;
                }
            }
            else if (at < text.Length && Rune.TryGetRuneAt(text, at, out var rune))
            {
                var part = rune.Value is '’' or '‘' && start >= 0 && Apostrophe(text, at) > at + 1 ? null : Folded(rune);
                if (part is null) // a possessive
                {
                    at = Apostrophe(text, at);
                    continue;
                }
                if (part != " ")
                {
                    if (start < 0 && part != "") start = at;
                    folded.Append(part);
                    at += rune.Utf16SequenceLength;
                    continue;
                }
                End(at);
                at += rune.Utf16SequenceLength;
                continue;
            }
            End(at);
            at++;
        }
        return words;

        void End(int at)
        {
            if (start < 0) return;
            var word = new Word(folded.ToString(), start, at - start);
            folded.Clear();
            start = -1;
            if (words.Count > 0 && words[^1] is var last && last.Start + last.Length + 1 == word.Start)
            {
                var between = text[word.Start - 1];
                // U.S. and U.N.: single letters with a dot after each.
                if (between == '.' && word.Text.Length == 1 && char.IsAsciiLetter(word.Text[0]) && IsInitials(text, last))
                {
                    words[^1] = new Word(last.Text + word.Text, last.Start, word.Start + word.Length - last.Start);
                    return;
                }
                // Not before a name: pro-Russian and non-NATO must be found by the name.
                if ((between is '-' or '\u2010' or '\u2011') && char.IsLower(text[word.Start]) && Prefixes.Contains(last.Text))
                {
                    words[^1] = new Word(last.Text + word.Text, last.Start, word.Start + word.Length - last.Start);
                    return;
                }
            }
            words.Add(word);
        }
    }

    /// <summary>A word of a text: folded, and where it stands in the original, in UTF-16 units.</summary>
    public readonly record struct Word(string Text, int Start, int Length);

    private static readonly FrozenSet<string> Prefixes = new[] { "anti", "co", "counter", "de", "inter", "intra", "micro", "mini", "multi", "non", "post", "pre", "pro", "re", "semi", "sub", "trans" }.ToFrozenSet();

    /// <summary>One letter, or letters with a dot between any two.</summary>
    private static bool IsInitials(string text, Word word)
    {
        if (!char.IsAsciiLetter(text[word.Start])) return false;
        for (var n = 1; n < word.Length; n++)
            if (n % 2 == 1 ? text[word.Start + n] != '.' : !char.IsAsciiLetter(text[word.Start + n])) return false;
        return word.Length % 2 == 1;
    }

    /// <summary>The place after an apostrophe; after a possessive ending ("Russia's") the place after that.</summary>
    private static int Apostrophe(string text, int at) =>
        at + 1 < text.Length && text[at + 1] is 's' or 'S' && (at + 2 == text.Length || !char.IsLetterOrDigit(text[at + 2])) ? at + 2 : at + 1;

    // Most letters come again and again; normalizing them is the costly part.
    private static readonly ConcurrentDictionary<int, string> FoldedRunes = [];

    /// <summary>What a letter is folded to: its plain form, nothing for a mark on another letter, a space for what separates words.</summary>
    private static string Folded(Rune rune)
    {
        if (FoldedRunes.TryGetValue(rune.Value, out var known)) return known;
        var folded = new StringBuilder();
        foreach (var part in rune.ToString().Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(part) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format || part.Value is 'ـ' or '’' or 'ʻ' or 'ʼ' or '‘' or '´') continue;
            if (Spelled(part.Value) is { } spelled) folded.Append(spelled);
            else if (Rune.IsLetterOrDigit(part) || Rune.GetUnicodeCategory(part) == UnicodeCategory.SpacingCombiningMark) folded.Append(Rune.ToLowerInvariant(part).ToString());
            else folded.Append(' ');
        }
        var result = folded.ToString();
        if (result.Contains(' ')) result = result.Trim() is { Length: > 0 } letters ? letters.Replace(" ", "") : " ";
        return FoldedRunes[rune.Value] = result;
    }

    /// <summary>The words as the index has them: scripts that set no spaces are cut into pairs of letters that overlap.</summary>
    public static List<Word> Terms(string text)
    {
        var words = Words(text);
        if (!words.Exists(w => IsUnspaced(w.Text[0]))) return words;
        var terms = new List<Word>(words.Count * 2);
        foreach (var word in words)
        {
            // Offsets hold only where each letter stayed one letter.
            if (!IsUnspaced(word.Text[0]) || word.Text.Length <= 2 || word.Text.Length != word.Length) terms.Add(word);
            else
                for (var n = 0; n + 1 < word.Text.Length; n++) terms.Add(new Word(word.Text.Substring(n, 2), word.Start + n, 2));
        }
        return terms;
    }

    // Thai, Lao, Khmer, Burmese, kana, Han.
    private static bool IsUnspaced(char letter) => letter is >= '\u0E00' and <= '\u0EFF' or >= '\u1000' and <= '\u109F' or >= '\u1780' and <= '\u17FF' or >= '\u3040' and <= '\u30FF' or >= '\u3400' and <= '\u9FFF';

    // Letters that do not decompose but that people type in their plain form.
    private static string? Spelled(int letter) => letter switch
    {
        'ß' or 'ẞ' => "ss",
        'æ' or 'Æ' => "ae",
        'œ' or 'Œ' => "oe",
        'ø' or 'Ø' => "o",
        'đ' or 'Đ' or 'ð' or 'Ð' => "d",
        'ł' or 'Ł' => "l",
        'ı' => "i",
        'þ' or 'Þ' => "th",
        'ё' or 'Ё' => "е",
        'أ' or 'إ' or 'آ' or 'ٱ' => "ا",
        'ة' => "ه",
        'ى' => "ي",
        _ => null,
    };

    /// <summary>How many letters must be typed otherwise (Levenshtein with swaps), or <paramref name="most"/> + 1 when more.</summary>
    public static int Distance(string a, string b, int most)
    {
        if (Math.Abs(a.Length - b.Length) > most) return most + 1;
        var (previous2, previous, current) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++) previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            var best = i;
            for (var j = 1; j <= b.Length; j++)
            {
                current[j] = Math.Min(Math.Min(previous[j] + 1, current[j - 1] + 1), previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) current[j] = Math.Min(current[j], previous2[j - 2] + 1);
                best = Math.Min(best, current[j]);
            }
            if (best > most) return most + 1;
            (previous2, previous, current) = (previous, current, previous2);
        }
        return previous[b.Length];
    }

    /// <summary>The value most like what was typed, or null when none is near.</summary>
    public static string? Nearest(string typed, IEnumerable<string> values)
    {
        var folded = Fold(typed).Replace(" ", "", StringComparison.Ordinal);
        if (folded.Length == 0) return null;
        string? nearest = null;
        var most = Math.Max(1, folded.Length / 3);
        foreach (var value in values)
        {
            var candidate = Fold(value).Replace(" ", "", StringComparison.Ordinal);
            var distance = folded == candidate ? 0 : Distance(folded, candidate, most);
            // A beginning is a good guess too, but a slip is a better one.
            if (distance > most && folded.Length >= 3 && candidate.StartsWith(folded, StringComparison.Ordinal)) distance = most;
            if (distance > most || nearest is not null && distance == most) continue;
            (nearest, most) = (value, distance);
            if (distance == 0) break;
        }
        return nearest;
    }
}
