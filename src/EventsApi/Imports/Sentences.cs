using EventsApi.Events;

namespace EventsApi.Imports;

/// <summary>Titles of coded events in plain words: who, did what, to whom, where. The same row gives the same title.</summary>
internal static class Sentences
{
    public static string Of(string? first, bool isPlural, string verb, string alone, string? second, EventLocation? place)
    {
        var subject = first ?? "Unnamed party";
        var said = second is not null ? $"{Conjugate(verb, isPlural)} {second}" : Conjugate(alone, isPlural);
        var sentence = $"{subject} {said}";
        sentence = char.ToUpperInvariant(sentence[0]) + sentence[1..];
        return place is null || subject == place.Name || second == place.Name ? sentence : $"{sentence}, {place.Name}";
    }

    /// <summary>"attacks" of several people is "attack"; the first word is the verb.</summary>
    public static string Conjugate(string phrase, bool isPlural)
    {
        if (!isPlural) return phrase;
        var space = phrase.IndexOf(' ', StringComparison.Ordinal);
        var (verb, rest) = space < 0 ? (phrase, "") : (phrase[..space], phrase[space..]);
        return verb switch
        {
            "is" => "are",
            "has" => "have",
            "does" or "goes" => verb[..^2],
            _ when verb.EndsWith("ies", StringComparison.Ordinal) => verb[..^3] + "y",
            _ when verb.EndsWith("sses", StringComparison.Ordinal) || verb.EndsWith("shes", StringComparison.Ordinal) || verb.EndsWith("ches", StringComparison.Ordinal) || verb.EndsWith("xes", StringComparison.Ordinal) => verb[..^2],
            _ when verb.EndsWith('s') => verb[..^1],
            _ => verb,
        } + rest;
    }

    private static readonly HashSet<string> Small = ["of", "the", "and", "in", "on", "for", "al", "de", "la", "el"], Initials = ["US", "UK", "UN", "EU", "NATO", "UAE", "FBI", "CIA", "BBC", "CNN", "IMF", "WHO"];

    /// <summary>"MINISTRY OF DEFENSE" as people write it.</summary>
    public static string Cased(string capitals)
    {
        var words = capitals.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var n = 0; n < words.Length; n++)
        {
            var lower = words[n].ToLowerInvariant();
            words[n] = Initials.Contains(words[n]) ? words[n] : n > 0 && Small.Contains(lower) ? lower : string.Join('-', lower.Split('-').Select(p => p == "" ? p : char.ToUpperInvariant(p[0]) + p[1..]));
        }
        return string.Join(' ', words);
    }
}
