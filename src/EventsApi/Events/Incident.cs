using System.Globalization;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;

namespace EventsApi.Events;

/// <summary>The happening that a row codes. Datasets code one visit as a visit and as the hosting of one, and again for every article about it; what agrees in day, parties, type and place is taken for one happening.</summary>
/// <remarks>The rule is made again from the record whenever its answer is, so another rule is another version and a rebuild; nothing is merged by it.</remarks>
public static class Incident
{
    /// <summary>Grows when the rule changes; it stands before every id.</summary>
    public const int Rule = 1;

    /// <summary>One of the default catalogue, for the document.</summary>
    internal const string Example = "v1-d720c76440e4ffef";

    /// <summary>The incident of an event; null where the row does not tell enough to say that another means the same.</summary>
    /// <param name="participants">As the answer shows them.</param>
    internal static (string Id, long Hash)? Of(EventInput input, IReadOnlyList<Participant> participants)
    {
        if (input.Date is not { IsOneDay: true } date || input.Type is null) return null;
        // A minister acts for his state, and other rows name only that. The order does not count: who is visited in one row hosts in another.
        string[] parties = [.. participants.Select(p => p.OnBehalfOf?.Id ?? p.Actor?.Id).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        // One party alone says many things on a day, and does many things in a country.
        if (parties.Length == 0 || parties.Length == 1 && (input.Type == "statement" || input.Location is null)) return null;
        // Praise, talks and demands are what every article is full of: only within one article are they the same. Violence, sanctions and visits are told again by others.
        var isToldAgain = EventTypes.Find(input.Type)!.QuadClass == 4 && input.Location is not null || input.Type == "consult" && input.Modes is { Count: > 0 } && parties.Length > 1;
        var type = input.Type == "statement" ? $"statement {(input.Modes is [var mode, ..] ? mode : "")}" : input.Type;
        var hash = Digest.Number(string.Create(CultureInfo.InvariantCulture, $"{Rule}\n{date.Start}\n{type}\n{input.Location?.Id}\n{string.Join('\n', parties)}{(isToldAgain || input.Sources is not [var article, ..] ? "" : $"\n{article.Id}")}"));
        return (IdOf(hash), hash);
    }

    public static string IdOf(long hash) => string.Create(CultureInfo.InvariantCulture, $"v{Rule}-{hash:x16}");

    /// <summary>The hash in an id of this rule; null when the text is none.</summary>
    public static long? HashOf(string id) =>
        id.StartsWith($"v{Rule}-", StringComparison.Ordinal) && id.Length == 19 && long.TryParse(id.AsSpan(3), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hash) && IdOf(hash) == id ? hash : null;
}
