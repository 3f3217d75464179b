using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Actors;
using EventsApi.Events;
using EventsApi.Exports;
using EventsApi.Http;
using EventsApi.Locations;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Situations;
using EventsApi.Sources;
using EventsApi.Statements;
using EventsApi.Storage;
using EventsApi.Vocabulary;

namespace EventsApi.Imports;

/// <summary>Writes rows into the catalogue: finds or makes what they refer to, tells new from known, and leaves alone what people corrected.</summary>
/// <param name="foreseen">Of a dry run.</param>
internal sealed class ImportSession(RecordWriters writers, DatasetInput? dataset, Foreseen? foreseen)
{
    private readonly bool _isDry = foreseen is not null;
    private WriteSession _session = null!;
    private long _dataset;
    // What was found or made, by what the dataset calls it; bounded, because a feed never ends.
    private const int MostRemembered = 50_000;
    private readonly Dictionary<string, string> _remembered = [];
    // Names that are nobody's.
    private readonly HashSet<string> _strangers = [];
    // What this job made, by name: the index of names has it when the job is committed.
    private readonly Dictionary<(Kind, string), List<long>> _made = [];
    // Events that this job replaced: whether that changed anything is known when it is settled.
    private readonly List<(long Ref, long Before, Action<long> Settled)> _replaced = [];

    private Writer Writer => _session.Writer;

    /// <summary>Why rows of this job were kept as they are, once for each.</summary>
    public List<string> Reasons { get; } = [];

    // Which events the file has, by their number: for a complete release, and for rows that come twice.
    private readonly List<ulong> _seen = [];
    // What a dry run would have made: it is not there when it comes again.
    private readonly HashSet<long> _wouldBe = [];
    // What this job adds to the two; a job that was undone adds nothing.
    private readonly HashSet<long> _seenNow = [];
    private readonly List<long> _wouldBeNow = [];
    private readonly List<(Kind Kind, List<string> Ids, byte[] Json, bool IsLine)> _foreseenNow = [];
    private readonly HashSet<Foreseen.Place> _foreseeing = [];

    // Rows of this job of which nobody has heard, by their external id: not the catalogue, nor a row before them.
    private readonly HashSet<string> _unheard = [];

    /// <summary>Asks for all rows of a job at once which of them are known in some way; nearly all of a file are not.</summary>
    private void Expect(IEnumerable<MappedEvent> rows)
    {
        var externals = rows.Select(r => r.External).ToList();
        if (externals.Count == 0) return;
        _unheard.UnionWith(externals.Select(e => e.Value));
        var (low, high) = Kind.Event.Refs;
        var known = Writer.Kept($"WITH given AS MATERIALIZED (SELECT value ->> 0 AS external, value ->> 1 AS scheme, value ->> 2 AS gone FROM {Engine.RowsOfJson}) SELECT g.external FROM given g WHERE EXISTS (SELECT 1 FROM imported i WHERE i.dataset = ? AND i.external = g.external) OR EXISTS (SELECT 1 FROM identifiers n WHERE n.scheme = g.scheme AND n.identifier = g.external AND n.ref BETWEEN ? AND ?) OR EXISTS (SELECT 1 FROM imported i WHERE i.dataset = 0 AND i.external = g.gone)")
            .Bind(JsonSerializer.Serialize(externals.Select(e => new[] { e.Value, e.Scheme, EventWriter.GoneAs(e) }), Json.Compact)).Bind(_dataset).Bind(low).Bind(high);
        while (known.Step()) _unheard.Remove(known.Text(0));
    }

    private void Remember(long reference)
    {
        var number = Kind.NumberOfRef(reference);
        while (_seen.Count <= number / 64) _seen.Add(0);
        _seen[(int)(number / 64)] |= 1UL << (int)(number % 64);
    }

    private bool See(long reference) => !WasSeen(reference) && _seenNow.Add(reference);

    private bool WasSeen(long reference) => Kind.NumberOfRef(reference) is var number && number / 64 < _seen.Count && (_seen[(int)(number / 64)] >> (int)(number % 64) & 1) != 0;

    /// <summary>The dataset's events that the file did not have, without those that people corrected, and how many the dataset has.</summary>
    public (List<long> Missing, long All) Missing(Reader reader)
    {
        var (missing, all) = (new List<long>(), 0L);
        var rows = reader.Kept("SELECT i.ref, i.revision > 0 AND NOT EXISTS (SELECT 1 FROM revisions v WHERE v.ref = i.ref AND v.author IS NOT NULL) FROM imported i JOIN records r ON r.ref = i.ref WHERE i.dataset = ?").Bind(_dataset);
        while (rows.Step())
        {
            all++;
            if (rows.Int64(1) == 1 && !WasSeen(rows.Int64(0))) missing.Add(rows.Int64(0));
        }
        return (missing, all);
    }

    /// <summary>A job begins.</summary>
    /// <param name="rows">What it will write.</param>
    public void Begin(WriteSession session, IEnumerable<Mapped> rows)
    {
        _session = session;
        _replaced.Clear();
        _made.Clear();
        _seenNow.Clear();
        _wouldBeNow.Clear();
        _foreseenNow.Clear();
        Reasons.Clear();
        _unheard.Clear();
        if (_isDry) session.Foresee = Foresee;
        if (dataset is null) return;
        var known = session.Find(Kind.Dataset, dataset.Id!);
        _dataset = (known ?? writers[Kind.Dataset].Add(session, dataset)).Ref;
        Expect(rows.OfType<MappedEvent>());
    }

    /// <summary>A job ends: what it wrote is settled, and the revisions it came to are noted.</summary>
    /// <returns>How many replaced records turned out to be what they were.</returns>
    public int End()
    {
        _session.Settle();
        var same = 0;
        foreach (var (reference, before, settled) in _replaced)
        {
            var now = RecordLog.Current(Writer, reference) ?? before;
            if (now == before) same++;
            settled(now);
        }
        _replaced.Clear();
        foreach (var reference in _seenNow) Remember(reference);
        _wouldBe.UnionWith(_wouldBeNow);
        foreach (var (kind, ids, json, isLine) in _foreseenNow) foreseen!.Add(kind, ids, json, isLine);
        return same;
    }

    /// <summary>Makes again what an earlier job of a dry run made.</summary>
    private bool Foresee(Kind kind, string id)
    {
        // While it is made it is looked for, under each of its names.
        if (foreseen!.Find(kind, id) is not { } place || !_foreseeing.Add(place)) return false;
        try
        {
            var json = foreseen.Read(place);
            if (place.IsLine) new CatalogueLines(writers).Apply(_session, json);
            else writers[kind].Add(_session, writers[kind].Parse(json));
            return true;
        }
        finally
        {
            _foreseeing.Remove(place);
        }
    }

    private static List<string> NamesOf(string? id, IEnumerable<Identifier>? identifiers) => [.. id is null ? [] : (string[])[id], .. (identifiers ?? []).Select(i => $"{i.Scheme}:{i.Value}")];

    /// <summary>A dry run saw a row that nothing names but itself.</summary>
    /// <returns>Whether it came before.</returns>
    private bool IsRepeated(string external)
    {
        if (!_isDry) return false;
        if (_wouldBe.Contains(Digest.Number(external))) return true;
        _wouldBeNow.Add(Digest.Number(external));
        return false;
    }

    /// <summary>A job was undone: what it made is not there.</summary>
    public void Forget() => _remembered.Clear();

    // Events.

    public Outcome Write(MappedEvent row)
    {
        if (_unheard.Remove(row.External.Value)) return Create(row);
        var known = Writer.Kept("SELECT ref, digest, release, revision FROM imported WHERE dataset = ? AND external = ?").Bind(_dataset).Bind(row.External.Value);
        if (!known.Step())
        {
            if (RecordLookup.ByIdentifier(Writer, Kind.Event, $"{row.External.Scheme}:{row.External.Value}") is { } other) return Adopt(row, other);
            if (Writer.Kept("SELECT ref FROM imported WHERE dataset = 0 AND external = ?").Bind(EventWriter.GoneAs(row.External)).Scalar() is { } gone && RecordLog.Current(Writer, gone) is null) return Keep("deleted-or-merged");
            return Create(row);
        }
        var (reference, digest, release, revision) = (known.Int64(0), known.Int64(1), known.Int64(2), known.Int64(3));
        known.Reset();
        var isFirst = See(reference);
        if (RecordLog.Current(Writer, reference) is not { } current) return Keep("deleted-or-merged");
        if (digest == row.Digest && current == revision)
        {
            // That a newer release says the same keeps an older one from saying otherwise.
            if (row.Release > release) Writer.Kept("UPDATE imported SET release = ? WHERE dataset = ? AND external = ?").Bind(row.Release).Bind(_dataset).Bind(row.External.Value).Run();
            return Outcome.Unchanged;
        }
        if (digest != row.Digest && row.Release < release) return Keep("older-release");
        // Of two versions in one file neither is the newer one; to take each in its turn would change the event with every repetition.
        if (digest != row.Digest && !isFirst && row.Release == release) return Keep("second-version");
        if (_session.Input<EventInput>(reference).Dataset?.Id != dataset!.Id) return Keep("made-by-a-person");
        return Replace(row, reference, current, Corrected(reference), isSame: digest == row.Digest);
    }

    private Outcome Create(MappedEvent row)
    {
        if (IsRepeated(row.External.Value)) return Outcome.Unchanged;
        var added = writers[Kind.Event].AddSettled(_session, Input(row), isFree: true);
        Relate(row, added);
        See(added.Ref);
        Writer.Kept("INSERT INTO imported(dataset, external, ref, digest, release, revision) VALUES (?, ?, ?, ?, ?, 1)").Bind(_dataset).Bind(row.External.Value).Bind(added.Ref).Bind(row.Digest).Bind(row.Release).Run();
        return Outcome.Created;
    }

    /// <summary>The event is there, but no import made it: the seed did, or a person.</summary>
    private Outcome Adopt(MappedEvent row, long reference)
    {
        See(reference);
        var current = RecordLog.Current(Writer, reference)!.Value;
        // What a person made is not the dataset's to change, nor to delete: no revision of it is an import's.
        var isOurs = _session.Input<EventInput>(reference).Dataset?.Id == dataset!.Id;
        Writer.Kept("INSERT INTO imported(dataset, external, ref, digest, release, revision) VALUES (?, ?, ?, ?, ?, ?)").Bind(_dataset).Bind(row.External.Value).Bind(reference).Bind(row.Digest).Bind(row.Release).Bind(isOurs ? current : 0).Run();
        return isOurs ? Replace(row, reference, current, Corrected(reference), isSame: false) : Keep("made-by-a-person");
    }

    private Outcome Keep(string reason)
    {
        Reasons.Add(reason);
        return Outcome.Kept;
    }

    /// <summary>The members that people have written, each with a key of their own; imports leave them alone.</summary>
    private HashSet<string> Corrected(long reference)
    {
        var members = new HashSet<string>();
        var rows = Writer.Kept("SELECT changed FROM revisions WHERE ref = ? AND author IS NOT NULL").Bind(reference);
        while (rows.Step()) members.UnionWith(JsonSerializer.Deserialize<string[]>(rows.Blob(0))!);
        return members;
    }

    private Outcome Replace(MappedEvent row, long reference, long current, HashSet<string> corrected, bool isSame)
    {
        var known = _session.Find(reference);
        var before = _session.Input<EventInput>(reference);
        // The same shape on both sides, so that members compare.
        var (was, now) = (Json.Kept(before), Json.Kept(writers[Kind.Event].SettleReferences(_session, Input(row))));
        var differs = Json.Differences(was, now).Where(m => m != "id" && !IsOurs(m) && !HasAll(m)).ToList();
        var kept = differs.Where(corrected.Contains).ToList();
        foreach (var member in kept) Claim(known, member, now[member], row);
        if (kept.Count > 0) Reasons.Add("corrected-by-a-person");
        var changed = differs.Except(kept).ToList();
        Note(current);
        if (changed.Count == 0 || isSame) return kept.Count > 0 ? Outcome.Kept : Outcome.Unchanged;
        foreach (var member in changed)
            if (now[member] is { } value) was[member] = value.DeepClone();
            else was.Remove(member);
        // Sources that came from elsewhere stay.
        if (changed.Contains("sources")) was["sources"] = new JsonArray([.. (Json.Kept(before)["sources"]?.AsArray() ?? []).Concat(now["sources"]?.AsArray() ?? []).Select(s => (string)s!).Distinct().Select(s => (JsonNode)s)]);
        writers[Kind.Event].Replace(_session, known, writers[Kind.Event].Parse(JsonSerializer.SerializeToUtf8Bytes(was, Json.Compact)));
        _replaced.Add((reference, current, Note));
        return kept.Count > 0 ? Outcome.Kept : Outcome.Updated;

        void Note(long revision) => Writer.Kept("UPDATE imported SET digest = ?, release = ?, revision = ? WHERE dataset = ? AND external = ?").Bind(row.Digest).Bind(Math.Max(row.Release, 0)).Bind(revision).Bind(_dataset).Bind(row.External.Value).Run();

        // Sources that mentions brought, and identifiers that a merge did, are more of the same.
        bool HasAll(string member) => member is "sources" or "identifiers" && was[member] is JsonArray known && now[member] is JsonArray told && told.All(t => known.Any(k => JsonNode.DeepEquals(k, t)));

        // A hand-made topic or summary is no contradiction to a dataset that has none.
        bool IsOurs(string member) => now[member] is null && (before.Dataset?.Id != dataset!.Id || member is "topics" or "summary" or "time" or "agenda" or "outcomes");
    }

    /// <summary>What the import would have written, as a claim beside what a person wrote; once.</summary>
    private void Claim(Known about, string member, JsonNode? value, MappedEvent row)
    {
        var (pointer, told) = ("/" + member, JsonSerializer.SerializeToElement(value, Json.Compact));
        foreach (var reference in _session.KeysNow("claim.record", $"{about.Kind.Name}:{about.Id}"))
            if (_session.Input<ClaimInput>(reference) is var other && other.Pointer == pointer && (other.Value is { } said ? JsonElement.DeepEquals(said, told) : told.ValueKind == JsonValueKind.Null)) return;
        var source = row.Sources.Count > 0 ? SourceOf(row.Sources[0]) : _session.Input<EventInput>(about.Ref).Sources is [var first, ..] ? first.Id : SourceOf(DatasetSource());
        writers[Kind.Claim].Add(_session, new ClaimInput
        {
            Record = new ReferenceInput(about.Kind.Name, about.Id), Pointer = pointer, Value = told, Source = new ReferenceInput(null, source), Certainty = "reported",
        });
    }

    private SourceInput DatasetSource() => new() { Kind = "dataset", Title = dataset!.Title, Url = dataset.Url };

    /// <summary>The event with everything it refers to found or made.</summary>
    private EventInput Input(MappedEvent row)
    {
        var participants = new List<ParticipantInput>();
        var names = new List<string>();
        for (var n = 0; n < row.Parties.Count; n++)
        {
            var given = row.Event.Participants![n];
            if (row.Parties[n] is not { } party)
            {
                participants.Add(given);
                names.Add(given.Label!);
                continue;
            }
            var id = ActorOf(party);
            var name = _session.Find(Kind.Actor, id)!.Name!;
            if (party.Person is { } person && PersonOf(person, party.Country) is { } found)
            {
                var human = _session.Find(Kind.Actor, found)!.Name!;
                participants.Add(given with { Actor = found, OnBehalfOf = id, Label = null });
                names.Add(human);
                continue;
            }
            participants.Add(given with { Actor = id, Label = given.Label is { } label && Folding.Fold(label) != Folding.Fold(name) ? label : null });
            names.Add(name);
        }
        var place = row.Place is null ? null : PlaceOf(row.Place);
        var title = row.Title(names, EventWriter.Place(_session, place is null ? null : new ReferenceInput(null, place)));
        return row.Event with
        {
            Title = title.Length > EventInputValidator.LongestTitle ? title[..(EventInputValidator.LongestTitle - 1)] + "…" : title,
            Participants = participants,
            Location = place is null ? null : new ReferenceInput(null, place),
            Dataset = dataset!.Id!,
            Sources = [.. row.Sources.Select(SourceOf).Distinct().Select(s => new ReferenceInput(null, s))],
            Identifiers = [row.External],
        };
    }

    private void Relate(MappedEvent row, Known added)
    {
        if (row.Conflict is not { } conflict) return;
        var source = row.Sources.Count > 0 ? new ReferenceInput(null, SourceOf(row.Sources[0])) : null;
        writers[Kind.Relation].Add(_session, new Events.RelationInput
        {
            From = new ReferenceInput("event", added.Id), Type = "partOf", To = new ReferenceInput("situation", SituationOf(conflict, row, source)), Basis = new BasisInput(source, "author", "paraphrase", "stated"),
        });
    }

    // What events refer to.

    private string Remember(string key, Func<string> find)
    {
        if (_remembered.TryGetValue(key, out var id) && (_session.Find(KindOf(key), id) is { } known)) return known.Id;
        if (_remembered.Count >= MostRemembered) _remembered.Clear();
        return _remembered[key] = find();
    }

    private static Kind KindOf(string key) => key[0] switch { 'a' => Kind.Actor, 'l' => Kind.Location, 's' => Kind.Source, _ => Kind.Situation };

    private static string KeyOf(IReadOnlyList<Identifier> identifiers) => identifiers.Count > 0 ? $"{identifiers[0].Scheme}:{identifiers[0].Value}" : "";

    private string ActorOf(Party party) => Remember($"a|{KeyOf(party.Identifiers)}|{(party.MatchesByName ? party.Name : "")}|{party.Country}|{party.Kind}", () =>
    {
        if (Identified(Kind.Actor, party.Identifiers) is { } known) return known;
        if (party.KnownAs is { } id && _session.Find(Kind.Actor, id) is { } curated) return curated.Id;
        if (party.Kind == "state") return StateOf(party.Country!);
        if (party.MatchesByName && Named(Kind.Actor, party.Name, r => _session.Input<ActorInput>(r) is var other && other.Kind != "person" && other.Kind != "state" && (other.Country is null || party.Country is null || other.Country == party.Country)) is { } named) return named;
        var name = party.NamesCountry ? $"{party.Name} ({_session.Find(Kind.Actor, StateOf(party.Country!))!.Name})" : party.Name;
        return Make(Kind.Actor, name, new ActorInput
        {
            Kind = party.Kind, Classification = party.Classification, Sector = party.Sector, Name = name, Country = party.Country, PartOf = party.IsOfState && party.Country is not null ? new ReferenceInput(null, StateOf(party.Country)) : null,
            Identifiers = party.Identifiers, Sources = [new ReferenceInput(null, SourceOf(DatasetSource()))],
        });
    });

    private string StateOf(string country) => Remember($"a|iso3166:{country}", () => _session.Find(Kind.Actor, $"iso3166:{country}")?.Id ?? writers[Kind.Actor].Add(_session, new ActorInput
    {
        Kind = "state", Classification = "state", Sector = "GOV", Name = CountryNames.Of(country), Country = country, Identifiers = [new Identifier("iso3166", country)], Sources = [new ReferenceInput(null, SourceOf(DatasetSource()))],
    }).Id);

    /// <summary>A person of the country who is known by exactly this name.</summary>
    private string? PersonOf(string name, string? country)
    {
        var key = $"p|{name}|{country}";
        if (_strangers.Contains(key)) return null;
        if (Named(Kind.Actor, name, r => _session.Input<ActorInput>(r) is { Kind: "person" } other && other.Country == country) is { } found) return found;
        if (_strangers.Count >= MostRemembered) _strangers.Clear();
        _strangers.Add(key);
        return null;
    }

    private string Make(Kind kind, string name, RecordInput input)
    {
        writers[kind].Require(input);
        var known = writers[kind].Add(_session, input);
        var key = (kind, Folding.Fold(name));
        if (!_made.TryGetValue(key, out var made)) _made[key] = made = [];
        made.Add(known.Ref);
        return known.Id;
    }

    /// <summary>The record that one of these names, the first before the others.</summary>
    private string? Identified(Kind kind, IReadOnlyList<Identifier> identifiers) => identifiers.Select(i => _session.Find(kind, $"{i.Scheme}:{i.Value}")).FirstOrDefault(k => k is not null)?.Id;

    /// <summary>The one record that has this name in any language; null when there is none, or more than one.</summary>
    private string? Named(Kind kind, string name, Func<long, bool> fits)
    {
        var folded = Folding.Fold(name);
        if (folded == "") return null;
        var (low, high) = kind.Refs;
        var found = new List<long>();
        var rows = Writer.Kept("SELECT DISTINCT ref FROM names WHERE folded = ? AND ref BETWEEN ? AND ? LIMIT 50").Bind(folded).Bind(low).Bind(high);
        while (rows.Step()) found.Add(rows.Int64(0));
        if (_made.TryGetValue((kind, folded), out var made)) found.AddRange(made);
        return found.Where(fits).ToList() is [var only] ? _session.Find(only).Id : null;
    }

    // So far apart two points of one name may lie and still be the same town.
    private const double SameTown = 25, SameSpot = 1;

    private string PlaceOf(Place place)
    {
        if (place.Kind == "country") return Remember($"l|iso3166:{place.Country}", () => _session.Find(Kind.Location, $"iso3166:{place.Country}")?.Id ?? writers[Kind.Location].Add(_session, new LocationInput
        {
            Kind = "country", Name = CountryNames.Of(place.Country!), Country = place.Country, Identifiers = [new Identifier("iso3166", place.Country!)], Sources = [new ReferenceInput(null, SourceOf(DatasetSource()))],
        }).Id);
        var isUnit = place.Name is not null && place.IsArea;
        var at = !isUnit && place.Latitude is { } latitude ? FormattableString.Invariant($"{latitude:f2},{place.Longitude:f2}") : place.Within?.Name;
        var id = Remember($"l|{KeyOf(place.Identifiers)}|{place.Kind}|{place.Country}|{place.Name}|{at}", () =>
        {
            if (Identified(Kind.Location, place.Identifiers) is { } known) return known;
            if ((place.Name is null ? Nearest(place) : Named(Kind.Location, place.Name, r => IsSame(_session.Input<LocationInput>(r), place))) is { } named) return named;
            var name = place.Name ?? Point(place);
            return Make(Kind.Location, name, new LocationInput
            {
                Kind = place.Kind, Name = name, Country = place.Country, Latitude = place.Latitude, Longitude = place.Longitude, Precision = place.Precision ?? place.Kind, Identifiers = place.Identifiers,
                Parent = place.Within is { } within ? new ReferenceInput(null, PlaceOf(within)) : place.Country is null ? null : new ReferenceInput(null, PlaceOf(Place.OfCountry(place.Country))), Sources = [new ReferenceInput(null, SourceOf(DatasetSource()))],
            });
        });
        if (isUnit && place.Latitude is not null && _session.Find(Kind.Location, id) is { } unit && _session.Input<LocationInput>(unit.Ref) is { Latitude: null } bare)
            // A unit that was made as the parent of another has no point; the first event that is known only to the unit brings one.
            writers[Kind.Location].Replace(_session, unit, bare with { Latitude = place.Latitude, Longitude = place.Longitude });
        return id;
    }

    private static string Point(Place place) => FormattableString.Invariant($"Point at {Math.Abs(place.Latitude!.Value):0.0###}° {(place.Latitude < 0 ? 'S' : 'N')}, {Math.Abs(place.Longitude!.Value):0.0###}° {(place.Longitude < 0 ? 'W' : 'E')}");

    private static bool IsSame(LocationInput known, Place place) =>
        known.Country == place.Country && (known.Kind == place.Kind || known.Kind is "city" or "venue" && place.Kind is "city" or "venue")
            && (known.Latitude is not { } latitude || place.Latitude is not { } other ? place.IsArea : new Near(latitude, known.Longitude!.Value, 0, false).DistanceTo(other, place.Longitude!.Value) <= (place.Kind is "city" or "venue" ? SameTown : double.MaxValue));

    /// <summary>The place of the same country at this very spot.</summary>
    private string? Nearest(Place place)
    {
        var spot = new Near(place.Latitude!.Value, place.Longitude!.Value, SameSpot, false);
        var (low, high) = Kind.Location.Keys;
        var found = new List<(long Ref, double Distance)>();
        foreach (var (west, south, east, north) in spot.Around().Boxes)
        {
            // The box first: by key the planner would look at every place there is.
            var rows = Writer.Kept("SELECT b.key, c.latitude, c.longitude FROM place_boxes b CROSS JOIN coordinates c ON c.key = b.key WHERE +b.key BETWEEN ? AND ? AND b.east >= ? AND b.west <= ? AND b.north >= ? AND b.south <= ? AND c.possible = 0")
                .Bind(low).Bind(high).Bind((object)west).Bind((object)east).Bind((object)south).Bind((object)north);
            while (rows.Step()) found.Add((rows.Int64(0), spot.DistanceTo(rows.Double(1), rows.Double(2))));
        }
        return found.Where(f => f.Distance <= SameSpot && _session.Input<LocationInput>(f.Ref).Country == place.Country).OrderBy(f => f.Distance).Select(f => _session.Find(f.Ref).Id).FirstOrDefault();
    }

    private string SourceOf(SourceInput source) => Remember($"s|{SourceWriter.KeyOf(source):x}", () =>
    {
        if (SourceWriter.Same(_session, Writer, source) is { } known) return known.Id;
        writers[Kind.Source].Require(source);
        return writers[Kind.Source].AddSettled(_session, source).Id;
    });

    private string SituationOf(Conflict conflict, MappedEvent row, ReferenceInput? source) => Remember($"c|{KeyOf(conflict.Identifiers)}|{conflict.Title}", () =>
    {
        if (Identified(Kind.Situation, conflict.Identifiers) is { } known) return known;
        if (Named(Kind.Situation, conflict.Title, r => _session.Input<SituationInput>(r).Kind == conflict.Kind) is { } named) return named;
        var parties = row.Parties.OfType<Party>().Select(ActorOf).Distinct();
        return Make(Kind.Situation, conflict.Title, new SituationInput
        {
            Title = conflict.Title, Kind = conflict.Kind, Identifiers = conflict.Identifiers, Parent = conflict.Parent is { } parent ? new ReferenceInput(null, SituationOf(parent, row, source)) : null,
            Parties = [.. parties.Select(p => new ReferenceInput(null, p))], Locations = row.Place?.Country is { } country ? [new ReferenceInput(null, PlaceOf(Place.OfCountry(country)))] : null, Sources = source is null ? null : [source],
        });
    });

    // Other rows.

    public Outcome Write(MappedMention row)
    {
        if (RecordLookup.ByIdentifier(Writer, Kind.Event, $"{row.Event.Scheme}:{row.Event.Value}") is not { } reference || RecordLog.Current(Writer, reference) is not { } current)
            return Writer.Kept("SELECT 1 FROM imported WHERE dataset = ? AND external = ?").Bind(_dataset).Bind(row.Event.Value).Scalar() is not null ? Keep("deleted-or-merged") : throw new RowException("GLOBALEVENTID", row.Event.Value, "unknown-event", $"There is no event {row.Event.Scheme}:{row.Event.Value}; import its events first.");
        var source = SourceOf(row.Source);
        var input = _session.Input<EventInput>(reference);
        if (input.Sources?.Any(s => s.Id == source) == true) return Outcome.Unchanged;
        writers[Kind.Event].Replace(_session, _session.Find(reference), input with { Sources = [.. input.Sources ?? [], new ReferenceInput(null, source)] });
        // What an import wrote of its own row stays known as that.
        _replaced.Add((reference, current, now => Writer.Kept("UPDATE imported SET revision = ? WHERE dataset = ? AND external = ? AND revision = ?").Bind(now).Bind(_dataset).Bind(row.Event.Value).Bind(current).Run()));
        return Outcome.Updated;
    }

    public Outcome Write(MappedCatalogueLine row)
    {
        try
        {
            var outcome = new CatalogueLines(writers).Apply(_session, row.Json) switch { "created" => Outcome.Created, "updated" => Outcome.Updated, "unchanged" => Outcome.Unchanged, _ => Keep("newer-or-corrected") };
            if (_isDry && outcome == Outcome.Created)
            {
                var line = JsonSerializer.Deserialize<CatalogueLine>(row.Json, Json.Options)!;
                var kind = Kind.Named(line.Kind)!;
                _foreseenNow.Add((kind, NamesOf(line.Id, line.Record is { } record ? writers[kind].Parse(Encoding.UTF8.GetBytes(record.GetRawText())).Identifiers : null), row.Json, true));
            }
            return outcome;
        }
        catch (JsonException error)
        {
            throw new RowException(null, null, "invalid-json", $"The line is none of an exported catalogue: {error.Message}");
        }
    }

    public Outcome Write(MappedRecord row)
    {
        var writer = writers[row.Kind];
        var known = row.Record.Id is { } id ? _session.Find(row.Kind, id) : null;
        // An old id leads to what it was merged into, which is another record.
        if (known is not null && known.Id != row.Record.Id) return Keep("deleted-or-merged");
        if (known is null && row.Record.Id is { } gone && RecordLookup.Deleted(Writer, row.Kind, gone) is not null) return Keep("deleted-or-merged");
        if (known is null)
            foreach (var (scheme, value) in row.Record.Identifiers ?? [])
                if (_session.Sought(row.Kind, $"{scheme}:{value}", RecordLookup.ByIdentifier) is { } reference && (known = _session.Find(reference)) is not null) break;
        // A record without an id of its own is known again by its line.
        var external = known is null && row.Record.Id is null && row.Record.Identifiers is not { Count: > 0 } ? $"{row.Kind.Name}:{row.Digest:x16}" : null;
        if (external is not null && Writer.Kept("SELECT ref FROM imported WHERE dataset = 0 AND external = ?").Bind(external).Scalar() is { } before)
            return RecordLog.Current(Writer, before) is null ? Keep("deleted-or-merged") : Outcome.Unchanged;
        if (external is not null && IsRepeated(external)) return Outcome.Unchanged;
        if (known is null)
        {
            if (_isDry) _foreseenNow.Add((row.Kind, NamesOf(row.Record.Id, row.Record.Identifiers), JsonSerializer.SerializeToUtf8Bytes(row.Record, writer.Shape, Json.Compact), false));
            var added = writer.Add(_session, row.Record);
            if (external is not null) Writer.Kept("INSERT INTO imported(dataset, external, ref, digest, release, revision) VALUES (0, ?, ?, ?, 0, 1)").Bind(external).Bind(added.Ref).Bind(row.Digest).Run();
            return Outcome.Created;
        }
        var stands = _session.Input(known.Ref);
        var (record, says) = row.Beside?.Invoke((EventInput)stands, CellsOf(known.Ref)) ?? (row.Record, row.Says);
        var (was, now) = (Json.Kept(stands), Json.Kept(writer.SettleReferences(_session, record)));
        foreach (var member in was.Select(m => m.Key).Union(now.Select(m => m.Key)).Where(m => !says.Contains(m)).ToList())
            if (was[member] is { } kept) now[member] = kept.DeepClone();
            else now.Remove(member);
        var differs = Json.Differences(was, now);
        if (differs.Count == 0) return Outcome.Unchanged;
        if (differs.Any(Corrected(known.Ref).Contains)) return Keep("corrected-by-a-person");
        writer.Replace(_session, known, writer.Parse(JsonSerializer.SerializeToUtf8Bytes(now, Json.Compact)));
        return Outcome.Updated;
    }

    /// <summary>An event as a table shows it, by column; nothing for one that this job made.</summary>
    private Dictionary<string, string> CellsOf(long reference)
    {
        var answer = Writer.Kept("SELECT item, rest FROM answers WHERE key = ?").Bind((object?)RecordLookup.KeyOf(Writer, reference));
        if (!answer.Step()) return [];
        using var record = JsonDocument.Parse(View.Whole(answer.Blob(0), answer.Blob(1)));
        answer.Reset();
        return Table.Cells(record.RootElement, OwnTable.Columns);
    }
}
