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
        foreach (var rune in text.Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark || rune.Value is 'ـ' or '\'' or '’' or 'ʻ' or 'ʼ' or '‘') continue;
            if (Spelled(rune.Value) is { } spelled) folded.Append(spelled);
            else if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpacingCombiningMark) folded.Append(Rune.ToLowerInvariant(rune).ToString());
            else if (folded.Length > 0 && folded[^1] != ' ') folded.Append(' ');
        }
        if (folded.Length > 0 && folded[^1] == ' ') folded.Length--;
        return folded.ToString();
    }

    // Letters that do not decompose but that people type in their plain form.
    private static string? Spelled(int letter) => letter switch
    {
        'ß' => "ss",
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
