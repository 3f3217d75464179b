using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>Finds names while they are typed: those that begin so, at any word and in any language; then those a slip away.</summary>
internal static class Completion
{
    // Names that begin with one letter are many; among so many of them the best are taken.
    private const int MostLookedAt = 200, MostSlips = 4_000;
    private static readonly Dictionary<Kind, string> Counted = new() { [Kind.Actor] = "event.actor", [Kind.Location] = "event.location", [Kind.Post] = "event.post", [Kind.Topic] = "event.topic", [Kind.Situation] = "event.situation", [Kind.Series] = "event.series" };

    /// <summary>The suggestions, best first; and the text they were found for when it was another than typed.</summary>
    public static (List<Suggestion> Found, string? Corrected) Of(Reader reader, string text, IReadOnlyList<Kind> kinds, int limit)
    {
        var typed = Folding.Fold(text);
        if (typed.Length == 0) return ([], null);
        var found = Beginning(reader, typed, kinds);
        string? corrected = null;
        if (found.Count == 0 && Slip(reader, typed) is { } meant)
        {
            found = Beginning(reader, meant, kinds);
            if (found.Count > 0) corrected = meant;
        }
        return ([.. found.OrderByDescending(f => f.Score).ThenBy(f => f.Name, StringComparer.Ordinal).Take(limit).Select(f => Show(reader, f))], corrected);
    }

    private readonly record struct Candidate(long Ref, string Id, string Name, string Matched, double Score);

    private static List<Candidate> Beginning(Reader reader, string typed, IReadOnlyList<Kind> kinds)
    {
        var best = new Dictionary<long, Candidate>();
        // Names that begin so first, so that the bound cuts those that only have a word that does.
        foreach (var sql in (string[])[
            "SELECT ref, position, text, folded FROM names WHERE folded >= ? AND folded < ? AND ref BETWEEN ? AND ? LIMIT ?",
            "SELECT c.ref, c.position, n.text, n.folded FROM completions c JOIN names n ON n.ref = c.ref AND n.position = c.position WHERE c.tail >= ? AND c.tail < ? AND c.ref BETWEEN ? AND ? LIMIT ?"])
        {
            // Where one kind alone is asked for, the bound must not be used up by others.
            var (low, high) = kinds.Count == 1 ? kinds[0].Keys : (0, long.MaxValue);
            var rows = reader.Kept(sql).Bind(typed).Bind(typed + "\uffff").Bind(low).Bind(high).Bind((long)MostLookedAt);
            while (rows.Step())
            {
                var reference = rows.Int64(0);
                var kind = Kind.OfRef(reference);
                if (!kinds.Contains(kind)) continue;
                var folded = rows.Text(3);
                var record = reader.Kept("SELECT id, name, (SELECT count FROM lists l WHERE l.field = ?1 AND l.value = r.id) FROM records r WHERE ref = ?2").Bind(Counted[kind]).Bind(reference);
                if (!record.Step()) continue;
                var (id, name, events) = (record.Text(0), record.Text(1), record.IsNull(2) ? 0 : record.Int64(2));
                record.Reset();
                // The whole name, its beginning, a word in it; then how many events know it. An alias counts a little less than the name.
                var score = (folded == typed ? 30 : folded.StartsWith(typed, StringComparison.Ordinal) ? 10 : 8) + 2 * Math.Log(1 + events) - folded.Length * 0.02 - (rows.Int64(1) == 0 ? 0 : 1)
                    + (kind == Kind.Actor ? 1.5 : kind == Kind.Location ? 0.5 : 0);
                if (!best.TryGetValue(reference, out var known) || score > known.Score) best[reference] = new Candidate(reference, id, name, rows.Text(2), score);
            }
        }
        return [.. best.Values];
    }

    /// <summary>The beginning of a name that is nearest to what was typed, as long as what was typed.</summary>
    private static string? Slip(Reader reader, string typed)
    {
        const int Shortest = 4;
        if (typed.Length < Shortest) return null;
        var most = typed.Length <= 4 ? 1 : 2;
        (string Tail, double Score)? best = null;
        var rows = reader.Kept("SELECT DISTINCT tail FROM completions WHERE tail >= ? AND tail < ? LIMIT ?").Bind(typed[..1]).Bind(typed[..1] + "\uffff").Bind((long)MostSlips);
        while (rows.Step())
        {
            var tail = rows.Text(0);
            // A letter too many or too few moves the end of what was typed.
            for (var length = Math.Max(1, typed.Length - 1); length <= typed.Length + 1 && length <= tail.Length; length++)
            {
                var distance = Folding.Distance(typed, tail[..length], most);
                if (distance > most) continue;
                var score = -distance - Math.Abs(length - typed.Length) * 0.1 + (tail.Length == length ? 0.5 : 0);
                if (best is null || score > best.Value.Score) best = (tail[..length], score);
            }
        }
        return best?.Tail;
    }

    private static Suggestion Show(Reader reader, Candidate found)
    {
        var kind = Kind.OfRef(found.Ref);
        var row = reader.Kept("SELECT item FROM answers WHERE key = ?").Bind(found.Ref);
        row.Step();
        var item = row.Blob(0).ToArray();
        row.Reset();
        return new Suggestion(kind.Name, found.Id, found.Name, Hint.Of(reader, kind, item).Hint, found.Matched, kind.Href(found.Id));
    }
}
