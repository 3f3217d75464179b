using System.Globalization;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Tests;

/// <summary>Words that very many records have are walked in slices of time, and merged with the lists beside them; few are walked as they stand. Both must find the same, in the same order, from every place on.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class TextWalkTests(DefaultApi api)
{
    private const int Seed = 20261, Questions = 400;
    // As many as the words are said to have: above the first, lists beside are merged; above the second, a walk from new to old is sliced.
    private const long Beside = 20_001, ManyToSkip = 300_001;

    private static readonly string[] Fields = ["event.country", "event.type", "event.actor", "event.topic", "event.dataset"];

    [Fact]
    public async Task A_walk_in_slices_finds_what_a_plain_walk_finds()
    {
        var database = api.Services.GetRequiredService<Database>();
        var (wrong, met) = (new List<string>(), 0);
        await database.ReadHeavyAsync(reader =>
        {
            var draw = new Random(Seed);
            var words = new List<string>();
            var rows = reader.Kept("SELECT word FROM vocabulary WHERE docs BETWEEN 100 AND 5000 AND length(word) > 3 ORDER BY word");
            while (rows.Step()) words.Add(rows.Text(0));
            var lists = new List<(string Field, string Value)>();
            foreach (var field in Fields)
            {
                var found = reader.Kept("SELECT value FROM lists WHERE field = ? AND count > 100 ORDER BY value").Bind(field);
                while (found.Step()) lists.Add((field, found.Text(0)));
            }
            for (var n = 0; n < Questions; n++)
            {
                TextNode node = Word(words[draw.Next(words.Count)]);
                if (draw.Next(4) == 0) node = FullText.InNames(node)!;
                if (draw.Next(6) == 0) node = new TextAny([node, Word(words[draw.Next(words.Count)])]);
                List<Condition> others = [];
                if (draw.Next(3) > 0) others.Add(new InLists([.. Enumerable.Range(0, draw.Next(1, 4)).Select(_ => lists[draw.Next(lists.Count)])]));
                if (draw.Next(5) == 0) others.Add(new InLists([lists[draw.Next(lists.Count)]]) { Not = true });
                if (draw.Next(2) == 0)
                {
                    var year = draw.Next(1988, 2025);
                    var (from, to) = (new DateOnly(year, draw.Next(1, 13), 1).DayNumber, new DateOnly(year + draw.Next(0, 3), 12, 31).DayNumber);
                    others.Add(new InPeriod(from, to, ((string[])["", "starts", "certain"])[draw.Next(3)]));
                }
                KeyWalk Walk(long docs) => new(reader, Kind.Event, [.. others, new InText(node, docs)]);
                var plain = Keys(Walk(1), true);
                met += plain.Count;
                foreach (var (descending, docs) in (ReadOnlySpan<(bool, long)>)[(true, Beside), (true, ManyToSkip), (false, Beside), (false, ManyToSkip)])
                {
                    var expected = Keys(Walk(1), descending);
                    if (!expected.Order().SequenceEqual(plain.Order())) wrong.Add($"{n}: {plain.Count} from new to old, {expected.Count} from old to new");
                    if (Keys(Walk(docs), descending) is var found && !found.SequenceEqual(expected)) wrong.Add($"{n}: {found.Count} of {expected.Count}, descending {descending}, {docs}");
                    if (expected.Count < 4) continue;
                    // From a place on, and no more than a page.
                    var at = draw.Next(expected.Count - 2);
                    var page = Keys(Walk(docs), descending, expected[at], 20);
                    if (!page.SequenceEqual(expected.Skip(at + 1).Take(20))) wrong.Add($"{n}: a page after {at} of {expected.Count}, descending {descending}, {docs}");
                }
                foreach (var docs in (ReadOnlySpan<long>)[Beside, ManyToSkip])
                    if (Walk(docs).Count(long.MaxValue - 1, long.MaxValue - 2) is var total && total != new Total(plain.Count, "eq")) wrong.Add($"{n}: {total} of {plain.Count}, {docs}");
            }
            return true;
        }, CancellationToken.None);

        Reading.Nothing(wrong);
        // Most questions find something.
        Assert.True(met > Questions * 20, met.ToString(CultureInfo.InvariantCulture));
    }

    private static TextLeaf Word(string word) => new(word, [new TextForm([word], 1, "exact")], null);

    private static List<long> Keys(KeyWalk walk, bool descending, long? after = null, int most = int.MaxValue)
    {
        var keys = new List<long>();
        walk.Run("", descending, after, most, row =>
        {
            keys.Add(row.Int64(0));
            return true;
        });
        return keys;
    }
}
