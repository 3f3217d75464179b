using System.Globalization;
using System.Text;
using EventsApi.Dates;
using EventsApi.Events;
using EventsApi.Locations;
using EventsApi.Records;
using EventsApi.Sources;
using EventsApi.Storage;
using EventsApi.Vocabulary;

namespace EventsApi.Generate;

/// <summary>Makes events that nobody took part in, for measurements: as many as asked for, the same for the same seed. They stand in a dataset of their own, coded by machine.</summary>
public sealed class Generator(Database database, RecordWriters writers, int seed)
{
    public const string Dataset = "generated";
    private const int Words = 60_000, Actors = 5_000, Topics = 60, Places = 4_000, Countries = 200, Batch = 2_000;
    private const int FirstYear = 1990, LastYear = 2025, ShortestText = 40, LongestText = 80;

    private readonly Random _random = new(seed);
    private string[] _words = [];
    private double[] _upTo = [];
    private string[] _actors = [], _topics = [], _places = [];

    /// <summary>Words that the texts shall hold beside the made-up ones, at frequencies spread over the common and the rare.</summary>
    public IReadOnlyList<string> Mixed { get; init; } = [];

    /// <param name="progress">Called with the number of events written so far.</param>
    public async Task RunAsync(int events, Action<int>? progress = null, CancellationToken ct = default)
    {
        MakeWords();
        await MakeRecordsAsync();
        List<EventInput> Next(int done) => [.. Enumerable.Range(done, Math.Max(0, Math.Min(Batch, events - done))).Select(n => Event((n + _random.NextDouble()) / events))];
        var inputs = Next(0);
        for (var done = 0; done < events && !ct.IsCancellationRequested; done += Batch)
        {
            // While these are written the next are made.
            var (now, after) = (inputs, done + Batch);
            var next = Task.Run(() => Next(after), CancellationToken.None);
            await writers.WriteAsync(database, session =>
            {
                foreach (var input in now) writers[Kind.Event].Add(session, input);
                return now.Count;
            });
            progress?.Invoke(done + now.Count);
            inputs = await next;
        }
        await database.WriteAsync(writer =>
        {
            writer.FullText.Optimize(writer);
            return true;
        });
    }

    /// <summary>Made-up words of two to four syllables; the n-th is used n times less often than the first (Zipf).</summary>
    private void MakeWords()
    {
        const string Consonants = "bdfgklmnprstvz", Vowels = "aeiou";
        var words = new List<string>(Words);
        var seen = new HashSet<string>();
        while (words.Count < Words)
        {
            var word = new StringBuilder();
            for (var syllables = _random.Next(2, 5); syllables > 0; syllables--) word.Append(Consonants[_random.Next(Consonants.Length)]).Append(Vowels[_random.Next(Vowels.Length)]);
            if (_random.Next(3) == 0) word.Append(Consonants[_random.Next(Consonants.Length)]);
            if (seen.Add(word.ToString())) words.Add(word.ToString());
        }
        // From about every fourth text to one in ten thousand.
        for (var n = 0; n < Mixed.Count; n++) words[(int)(30 * Math.Pow(Words / 60.0, (double)n / Math.Max(1, Mixed.Count)))] = Mixed[n];
        _words = [.. words];
        _upTo = new double[Words];
        var sum = 0.0;
        for (var n = 0; n < Words; n++) _upTo[n] = sum += 1.0 / (n + 1);
    }

    private string Word()
    {
        var at = Array.BinarySearch(_upTo, _random.NextDouble() * _upTo[^1]);
        return _words[Math.Min(Words - 1, at < 0 ? ~at : at)];
    }

    /// <summary>Squared, so that some actors and places are in far more events than others.</summary>
    private T Pick<T>(T[] from) => from[(int)(Math.Pow(_random.NextDouble(), 2) * from.Length)];

    private Task<int> MakeRecordsAsync() => writers.WriteAsync(database, session =>
    {
        void Add(Kind kind, RecordInput input)
        {
            if (session.Find(kind, input.Id!) is null) writers[kind].Add(session, input);
        }
        Add(Kind.Dataset, new DatasetInput { Id = Dataset, Title = "Generated events", Licence = "CC0-1.0", Redistribution = "yes", Citation = $"Generated with seed {seed}; none of it happened", Coding = "machine" });
        _topics = [.. Enumerable.Range(0, Topics).Select(n => $"generated-topic-{n}")];
        for (var n = 0; n < Topics; n++) Add(Kind.Topic, new TopicInput { Id = _topics[n], Label = $"Topic {Title(1)} {n}" });

        // Countries have codes that no country has: X and two letters.
        var centres = new (string Code, string Id, double Latitude, double Longitude)[Countries];
        for (var n = 0; n < Countries; n++)
        {
            centres[n] = ($"X{(char)('A' + n / 26)}{(char)('A' + n % 26)}", $"generated-country-{n}", _random.NextDouble() * 120 - 55, _random.NextDouble() * 340 - 170);
            Add(Kind.Location, new LocationInput
            {
                Id = centres[n].Id, Kind = "country", Name = Title(1), Country = centres[n].Code, Latitude = Math.Round(centres[n].Latitude, 4), Longitude = Math.Round(centres[n].Longitude, 4),
                Identifiers = [new Identifier("iso3166", centres[n].Code)],
            });
        }
        _places = new string[Places];
        for (var n = 0; n < Places; n++)
        {
            var centre = Pick(centres);
            _places[n] = $"generated-place-{n}";
            Add(Kind.Location, new LocationInput
            {
                Id = _places[n], Kind = "city", Name = Title(1), Parent = new ReferenceInput(null, centre.Id), Country = centre.Code,
                Latitude = Math.Round(Math.Clamp(centre.Latitude + Spread(), -90, 90), 4), Longitude = Math.Round(Math.Clamp(centre.Longitude + Spread(), -180, 180), 4),
            });
        }
        _actors = new string[Actors];
        for (var n = 0; n < Actors; n++)
        {
            _actors[n] = $"generated-actor-{n}";
            Add(Kind.Actor, new Actors.ActorInput { Id = _actors[n], Kind = n % 10 == 0 ? "organization" : n % 25 == 1 ? "group" : "person", Name = $"{Title(1)} {Title(1)}", Sector = Pick(Vocabulary.Words.Sector), Country = centres[_random.Next(Countries)].Code });
        }
        return Places + Actors + Countries + Topics;
    });

    /// <summary>Around a centre, near more often than far, in degrees.</summary>
    private double Spread() => (_random.NextDouble() + _random.NextDouble() + _random.NextDouble() - 1.5) * 4;

    private string Title(int words)
    {
        var title = string.Join(' ', Enumerable.Range(0, words).Select(_ => Word()));
        return char.ToUpperInvariant(title[0]) + title[1..];
    }

    private static readonly int FirstDay = new DateOnly(FirstYear, 1, 1).DayNumber, LastDay = new DateOnly(LastYear, 12, 31).DayNumber;

    /// <param name="part">How far it is through all of them, 0 to 1: they come in the order of time, as feeds do.</param>
    private EventInput Event(double part)
    {
        var type = Pick(EventTypes.All);
        // Newer years have more events, as in every real dataset; one in a hundred is known to a month or a year only.
        var day = DateOnly.FromDayNumber(FirstDay + (int)(Math.Sqrt(part) * (LastDay - FirstDay)));
        var date = _random.Next(200) switch
        {
            0 => day.ToString("yyyy", CultureInfo.InvariantCulture),
            1 => day.ToString("yyyy-MM", CultureInfo.InvariantCulture),
            < 20 => $"{day:yyyy-MM-dd}/{day.AddDays(_random.Next(1, 6)):yyyy-MM-dd}",
            _ => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
        var text = new StringBuilder();
        for (var words = _random.Next(ShortestText, LongestText + 1); words > 0; words--) text.Append(Word()).Append(words % 12 == 1 ? ". " : " ");
        return new EventInput
        {
            Type = type.Id, Modes = type.Modes.Length > 0 && _random.Next(2) == 0 ? [Pick(type.Modes)] : null, Title = Title(_random.Next(4, 10)), Summary = text.ToString().TrimEnd(),
            Date = EdtfDate.TryParse(date, out var edtf) ? edtf : throw new InvalidOperationException(date), Location = new ReferenceInput(null, Pick(_places)), Dataset = new ReferenceInput(null, Dataset),
            Participants = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(n => new ParticipantInput { Actor = new ReferenceInput(null, Pick(_actors)), Roles = [n == 0 ? "initiator" : n == 1 ? "recipient" : "participant"] })],
            Topics = _random.Next(2) == 0 ? null : [new EventTopicInput { Id = Pick(_topics) }], Fatalities = type.Id == "assault" && _random.Next(2) == 0 ? new Fatalities(Best: _random.Next(0, 20)) : null,
        };
    }
}
