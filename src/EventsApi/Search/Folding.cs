using System.Collections.Concurrent;
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

    /// <summary>The words of a text, folded, each with the place where it stands. Initialisms are one word (U.S., U.N.), a possessive ending is none,
    /// and a script without spaces is cut from one that has them.</summary>
    public static List<Word> Words(string text)
    {
        var words = new List<Word>(text.Length / 6 + 1);
        var folded = new StringBuilder();
        List<int>? offsets = null; // of each letter, where the script sets no spaces
        var (start, end, isUnspaced) = (-1, 0, false);
        for (var at = 0; at <= text.Length;)
        {
            if (at < text.Length && char.IsAscii(text[at]))
            {
                var letter = text[at];
                if (char.IsAsciiLetterOrDigit(letter))
                {
                    if (start >= 0 && isUnspaced) End();
                    if (start < 0) start = at;
                    folded.Append(char.ToLowerInvariant(letter));
                    end = ++at;
                    continue;
                }
                if (letter is '\'' or '`' && start >= 0)
                {
                    at = Apostrophe(at);
                    continue;
                }
            }
            else if (at < text.Length && Rune.TryGetRuneAt(text, at, out var rune))
            {
                if (rune.Value is '’' or '‘' or '´' && start >= 0)
                {
                    at = Apostrophe(at);
                    continue;
                }
                var part = Folded(rune);
                if (part != " ")
                {
                    if (part != "")
                    {
                        if (start >= 0 && isUnspaced != IsUnspaced(part[0])) End();
                        isUnspaced = IsUnspaced(part[0]);
                        if (start < 0) start = at;
                        if (isUnspaced) (offsets ??= []).AddRange(Enumerable.Repeat(at, part.Length));
                        folded.Append(part);
                        end = at + rune.Utf16SequenceLength;
                    }
                    // A mark belongs to the letter before it.
                    else if (start >= 0 && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark) end = at + rune.Utf16SequenceLength;
                    at += rune.Utf16SequenceLength;
                    continue;
                }
                End();
                at += rune.Utf16SequenceLength;
                continue;
            }
            End();
            at++;
        }
        return words;

        // A possessive ending is no part of the word, O'Neill and d'Ivoire are two words, don't and Sana'a one.
        int Apostrophe(int at)
        {
            if (at + 1 < text.Length && text[at + 1] is 's' or 'S' && (at + 2 == text.Length || !char.IsLetterOrDigit(text[at + 2])))
            {
                End();
                return at + 2;
            }
            if (at == start + 1) End();
            return at + 1;
        }

        void End()
        {
            if (start < 0) return;
            var word = new Word(folded.ToString(), start, end - start, offsets);
            folded.Clear();
            (start, offsets, isUnspaced) = (-1, null, false);
            // U.S. and U.N.: single letters with a dot after each.
            if (words.Count > 0 && words[^1] is var last && last.Start + last.Length + 1 == word.Start && text[word.Start - 1] == '.' && word.Text.Length == 1 && char.IsAsciiLetter(word.Text[0]) && IsInitials(text, last))
                words[^1] = new Word(last.Text + word.Text, last.Start, word.Start + word.Length - last.Start, null);
            else words.Add(word);
        }
    }

    /// <summary>A word of a text: folded, and where it stands in the original, in UTF-16 units; the place of each letter where the script sets no spaces.</summary>
    public readonly record struct Word(string Text, int Start, int Length, IReadOnlyList<int>? Offsets);

    /// <summary>One letter, or letters with a dot between any two.</summary>
    private static bool IsInitials(string text, Word word)
    {
        if (!char.IsAsciiLetter(text[word.Start])) return false;
        for (var n = 1; n < word.Length; n++)
            if (n % 2 == 1 ? text[word.Start + n] != '.' : !char.IsAsciiLetter(text[word.Start + n])) return false;
        return word.Length % 2 == 1;
    }

    // Most letters come again and again; normalizing them is the costly part.
    private static readonly ConcurrentDictionary<int, string> FoldedRunes = [];

    /// <summary>What a letter is folded to: its plain form, nothing for a mark on another letter, a space for what separates words.</summary>
    private static string Folded(Rune rune)
    {
        if (FoldedRunes.TryGetValue(rune.Value, out var known)) return known;
        var folded = new StringBuilder();
        // U+FFFE and its like are no characters, and Normalize refuses the first of them.
        if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherNotAssigned) return FoldedRunes[rune.Value] = " ";
        foreach (var part in rune.ToString().Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(part);
            if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format || part.Value is 'ـ' or 'ʻ' or 'ʼ' or 'ʿ' or 'ʾ') continue;
            if (Spelled(part.Value) is { } spelled) folded.Append(spelled);
            else if (category == UnicodeCategory.DecimalDigitNumber) folded.Append((char)('0' + (int)Rune.GetNumericValue(part)));
            else if (Rune.IsLetterOrDigit(part) || category == UnicodeCategory.SpacingCombiningMark) folded.Append(Rune.ToLowerInvariant(part).ToString());
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
        if (!words.Exists(w => w.Offsets is not null && w.Text.Length > 2)) return words;
        var terms = new List<Word>(words.Count * 2);
        foreach (var word in words)
        {
            if (word.Offsets is not { } offsets || word.Text.Length <= 2) terms.Add(word);
            else
                for (var n = 0; n + 1 < word.Text.Length; n++)
                {
                    // A letter with its marks reaches to the next.
                    var end = n + 2 < offsets.Count ? offsets[n + 2] : word.Start + word.Length;
                    terms.Add(new Word(word.Text.Substring(n, 2), offsets[n], end - offsets[n], null));
                }
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
        'ى' or 'ی' => "ي",
        'ک' => "ك",
        'ə' or 'Ə' => "a",
        'ς' => "σ",
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
        string? nearest = null, begun = null;
        var most = Math.Max(1, folded.Length / 3);
        foreach (var value in values)
        {
            var candidate = Fold(value).Replace(" ", "", StringComparison.Ordinal);
            var distance = folded == candidate ? 0 : Distance(folded, candidate, most);
            // A beginning is a good guess too, the shorter the better, but a slip is a better one.
            if (distance > most && folded.Length >= 3 && candidate.StartsWith(folded, StringComparison.Ordinal) && (begun is null || value.Length < begun.Length)) begun = value;
            if (distance > most || nearest is not null && distance == most) continue;
            (nearest, most) = (value, distance);
            if (distance == 0) break;
        }
        return nearest ?? begun;
    }
}

/// <summary>A text as it is sorted and as it is found.</summary>
/// <param name="Text">Its words with single spaces between them.</param>
/// <param name="Terms">As the index has them.</param>
internal sealed record Folded(string Text, IReadOnlyList<string> Terms)
{
    // The names of a few hundred actors and places stand in every other row of an import. When it is full it begins anew: what comes again is soon back.
    private const int MostKept = 4_000, LongestKept = 100;
    private static readonly ConcurrentDictionary<string, Folded> Kept = [];
    private static int _count;

    public static Folded Of(string text)
    {
        if (text.Length > LongestKept) return Make(text);
        if (Kept.TryGetValue(text, out var known)) return known;
        if (Interlocked.Increment(ref _count) > MostKept)
        {
            Kept.Clear();
            Volatile.Write(ref _count, 0);
        }
        return Kept[text] = Make(text);
    }

    private static Folded Make(string text)
    {
        var words = Folding.Words(text);
        return new Folded(string.Join(' ', words.Select(w => w.Text)), words.Exists(w => w.Offsets is not null) ? [.. Folding.Terms(text).Select(t => t.Text)] : [.. words.Select(w => w.Text)]);
    }
}
