using EventsApi.Vocabulary;

namespace EventsApi.Imports;

/// <summary>Which rows of a stream that never ends are let in. What is empty or 0 asks for nothing; a row passes when it fulfils all that is asked.</summary>
/// <param name="countries">ISO 3166-1 alpha-3, of the place or of anybody who took part.</param>
/// <param name="types">Event types (PLOVER), or CAMEO root codes such as 14.</param>
/// <param name="leastMentions">In so many places the row's articles must have mentioned the event.</param>
internal sealed class Intake(IReadOnlyCollection<string> countries, IReadOnlyCollection<string> types, long leastMentions)
{
    public const string Country = "skipped-country", Type = "skipped-type", Mentions = "skipped-mentions";

    private readonly HashSet<string> _countries = new(countries, StringComparer.OrdinalIgnoreCase), _types = new(types, StringComparer.OrdinalIgnoreCase);

    /// <summary>Why a row is left out, as the import's reasons count it; null when it is let in.</summary>
    public string? LeavesOut(Mapped row)
    {
        if (row is not MappedEvent coded) return null;
        if (_types.Count > 0 && !_types.Contains(coded.Event.Type!) && !(coded.Event.Codes ?? []).Any(c => c.Scheme == Crosswalks.Cameo.Scheme && c.Value.Length >= 2 && _types.Contains(c.Value[..2]))) return Type;
        if (_countries.Count > 0 && !Countries(coded).Any(c => c is not null && _countries.Contains(c))) return Country;
        return coded.Event.Coverage?.Mentions is { } mentions && mentions < leastMentions ? Mentions : null;
    }

    private static IEnumerable<string?> Countries(MappedEvent coded) => coded.Parties.Select(p => p?.Country).Append(coded.Place?.Country);

    /// <summary>Whether a word of a setting names a country.</summary>
    public static bool IsCountry(string word) => word.Length == 3 && string.Equals(CountryCodes.OfCameo(word), word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a word of a setting names an event type or a CAMEO root.</summary>
    public static bool IsType(string word) => EventTypes.Find(word.ToLowerInvariant()) is not null || word.Length == 2 && Crosswalks.Cameo.All.Any(c => c.Code == word);
}
