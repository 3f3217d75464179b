using System.Globalization;
using EventsApi.Actors;
using EventsApi.Http;
using EventsApi.Meetings;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;

namespace EventsApi.Events;

/// <summary>The filters of events and meetings: one table for lists, sub-resources and the document.</summary>
internal static class EventFilters
{
    private static readonly string[] SortOrders = ["-date", "date", "-updated", "updated", "name", "-name", "distance", "-fatalities", "fatalities"];

    private static readonly FilterParameter[] Filters =
    [
        FilterParameter.Words("type", "event.type", "PLOVER event type, or `statement`.", EventTypes.Ids),
        FilterParameter.Words("mode", "event.mode", "Mode within the type: how it was done.", EventTypes.Modes),
        FilterParameter.Words("context", "event.context", "What it was about in PLOVER's sense.", Words.Context),
        new("quadClass", "1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict, 0 a plain statement.", ValueShape.Word(["0", "1", "2", "3", "4"]), FilterParameter.Sets,
            // The class is the type's, so its list is those of its types.
            (reader, op, values) => reader.Lists("quadClass", op, values, v => EventTypes.All.Where(t => t.QuadClass == v[0] - '0').Select(t => ("event.type", t.Id)))),
        new("topic", "A topic or one below it. Mere background is left out unless `certainty` asks for it.", ValueShape.Id(Kind.Topic), FilterParameter.Sets,
            (reader, op, values) => reader.Lists("topic", op, values, v => [("event.topic", v)], TopicMask(reader))),
        new("actor", "An actor that took part itself, on whose behalf someone did, whose post someone held, or of which a participant is part. Items say how in `matchedVia`.", ValueShape.Id(Kind.Actor), FilterParameter.Sets,
            (reader, op, values) => Actor(reader, "actor", op, values, role: null)),
        .. Words.Role.Select((role, n) => new FilterParameter($"actor.{role}", $"As `actor`, in the role {role}.", ValueShape.Id(Kind.Actor), FilterParameter.Sets, (reader, op, values) => Actor(reader, $"actor.{role}", op, values, n))),
        new("actorMatch", "self: only participants that are the actor itself, for every actor filter.", ValueShape.OneWord(["self", "any"]), FilterParameter.None,
            (reader, _, values) => { if (values[0] == "self") reader.Set("actorMatch", "self"); }),
        new("expand", "members: every actor filter also finds the members that the actor had on the day of the event; `matchedVia` then says `member`.", ValueShape.OneWord(["members"]), FilterParameter.None, (reader, _, values) => reader.Set("expand", values[0])),
        FilterParameter.Words("sector", "event.sector", "PLOVER sector of a participant.", Words.Sector),
        new("participant", "Conditions on one and the same participant, as `key:value` joined by `;`. Keys: actor, post, onBehalfOf, role, attendance, sector. Repeat it for several participants.", ValueShape.OneText, FilterParameter.None, OneParticipant),
        new("involves", "An actor or a place of this id, in whatever capacity.", ValueShape.Text, FilterParameter.Sets, Involves),
        FilterParameter.Country("event.country", "Country of the place, ISO 3166-1 alpha-2 or alpha-3."),
        FilterParameter.Ids("location", Kind.Location, "A place with everything inside it.", "event.location"),
        new("precision", "How exactly the place is known; `[gte]` is this fine or finer.", ValueShape.Word(Words.PlacePrecision), FilterParameter.Bounds, (reader, op, values) => Bound(reader, "precision", "event.precision", Words.PlacePrecision[..^1], op, values)),
        new("bbox", "west,south,east,north in degrees; west may be larger than east, across the antimeridian.", ValueShape.OneText, FilterParameter.None, (reader, _, values) => Box(reader, values[0])),
        new("near", "latitude,longitude in degrees; with radius.", ValueShape.OneText, FilterParameter.None, (reader, _, values) => NearPoint(reader, values[0])),
        new("radius", "Distance from near: `50km`, `800m` or `30mi`; default 50km, at most 5000km.", ValueShape.OneText, FilterParameter.None,
            (reader, _, _) => { if (reader.One("near") is null) throw ProblemException.Parameter("radius", "needs-another", "radius needs near=latitude,longitude beside it."); }),
        new("geoMatch", "For bbox and near. certain: points of admin2 or finer (default). possible: also those that stand for a region or country.", ValueShape.OneWord(["certain", "possible"]), FilterParameter.None,
            (reader, _, values) => { if (values[0] == "possible") reader.Set("geoMatch", "possible"); }),
        .. FilterParameter.Period,
        new("datePrecision", "How exactly the beginning is known; `[gte]` is this fine or finer.", ValueShape.Word(Words.DatePrecision), FilterParameter.Bounds, (reader, op, values) => Bound(reader, "datePrecision", "event.datePrecision", Words.DatePrecision, op, values)),
        FilterParameter.Words("status", "event.status", "Whether it is planned, took place, was called off or taken back.", Words.EventStatus),
        FilterParameter.Ids("situation", Kind.Situation, "A situation, or one that is part of it.", "event.situation"),
        FilterParameter.Ids("dataset", Kind.Dataset, "The dataset it comes from.", "event.dataset"),
        Bounded("sourceCount", "sources", "How many sources it has.", integer: true),
        Bounded("fatalities", "fatalities", "Deaths: the best estimate, else the low, else the high. Unknown is not zero.", integer: true),
        Bounded("score", "score", "−10 to +10, by type and mode.", integer: false),
        Bounded("goldstein", "goldstein", "Goldstein scale, as the dataset gives it.", integer: false),
        new("certainty", "With topic: how surely the topic was one. Alone: events with a topic of that certainty.", ValueShape.Word(Words.Certainty), FilterParameter.None,
            (reader, _, values) =>
            {
                if (!reader.Given.Keys.Any(k => k is "topic" or "topic[all]" or "topic[not]")) reader.Lists("certainty", "", values, v => [("event.certainty", v)]);
                else reader.Set("certainty", string.Join(',', values));
            }),
        new("contested", "Whether sources give different values for one of its members.", ValueShape.Flag, FilterParameter.None, (reader, _, values) =>
        {
            reader.Add(new InLists([("event.contested", "true")]) { Not = values[0] == "false" });
            reader.Set("contested", values[0]);
            reader.Say(values[0] == "true" ? "contested" : "not contested");
        }),
        new("incident", "Rows that code the same happening.", ValueShape.Text, FilterParameter.None, (reader, _, values) =>
        {
            reader.Add(new InKeys([.. values.SelectMany(v => Incidents.KeysOf(reader.Reader, v) is { Count: > 0 } keys ? keys : throw ProblemException.Parameter("incident", "unknown-value", $"No event is of an incident '{v}'. Send the `incident` of an event, such as v{Incident.Rule}-0123456789abcdef."))]));
            reader.Set("incident", string.Join(',', values.Order(StringComparer.Ordinal)));
            reader.Say($"of incident {reader.Or(values)}");
        }),
        new("collapse", "incident: of rows that code the same happening only the newest that the filters find.", ValueShape.OneWord(["incident"]), FilterParameter.None, (reader, _, values) =>
        {
            reader.Late = Incidents.Newest;
            reader.Set("collapse", values[0]);
            reader.Say("one row for each incident");
        }),
        .. FilterParameter.Presence("event.has", "date", "time", "location", "coordinates", "country", "participants", "topics", "summary", "fatalities", "situation", "sources", "identifiers", "modes", "goldstein", "tone"),
        .. FilterParameter.Common(Kind.Event),
    ];

    private static readonly FilterParameter[] MeetingFilters =
    [
        FilterParameter.Ids("series", Kind.Series, "The series it belongs to.", "event.series"),
        new("ordinal", "Its number in the series.", ValueShape.Integer(1) with { Several = true }, FilterParameter.None, (reader, _, values) => reader.Lists("ordinal", "", [.. values.Select(v => v.TrimStart('0', '+'))], v => [("event.ordinal", v)])),
        FilterParameter.Words("setting", "event.setting", "bilateral, multilateral, summit, ministerial, advisory, conference or call.", Words.Setting),
        new("host", "Who hosted it; the same as actor.host.", ValueShape.Id(Kind.Actor), FilterParameter.Sets, (reader, op, values) => Actor(reader, "host", op, values, Array.IndexOf(Words.Role, "host"))),
    ];

    private static readonly FilterParameter KindFilter = new("kind", "meeting: only meetings. event: only what is no meeting.", ValueShape.OneWord(["event", "meeting"]), FilterParameter.None, (reader, _, values) =>
    {
        reader.Add(new InLists([("event.kind", "meeting")]) { Not = values[0] == "event" });
        reader.Set("kind", values[0]);
        reader.Say(values[0] == "event" ? "no meetings" : "only meetings");
    });

    private static readonly Facet[] Facets =
    [
        Facet.Word("type", "event.type", null, t => EventTypes.Find(t)?.Label ?? t), Facet.Word("mode", "event.mode", "modes"), Facet.Word("context", "event.context"),
        Facet.Word("quadClass", "event.type", null, EventTypes.QuadClassLabel) with { Map = t => EventTypes.Find(t)!.QuadClass.ToString(CultureInfo.InvariantCulture) },
        Facet.Country("event.country", "country"), Facet.Record("location", "event.location", Kind.Location, "location"), Facet.Word("precision", "event.precision"), Facet.Record("actor", "event.actor", Kind.Actor),
        Facet.Word("sector", "event.sector", null, Words.SectorLabel), Facet.Record("topic", "event.topic", Kind.Topic), Facet.Record("situation", "event.situation", Kind.Situation, "situation"),
        Facet.Record("dataset", "event.dataset", Kind.Dataset), Facet.Word("status", "event.status"), Facet.Word("contested", "event.contested"), Facet.Time("year"), Facet.Time("month"), Facet.Time("day"),
    ];

    public static readonly Resource Events = new()
    {
        Path = "events", Tag = "Events", Kind = Kind.Event, Filters = [.. Filters, KindFilter], Sorts = SortOrders, Item = [typeof(EventItem), typeof(MeetingItem)], Single = [typeof(EventItem), typeof(MeetingItem), typeof(EventDetails), typeof(MeetingDetails)],
        Includes = Resource.EveryInclude, Together = Together, Facets = Facets,
    };

    /// <summary>Events as they are counted in tables and on maps, which are of meetings too: those have no table and map of their own.</summary>
    public static readonly Resource Counted = new()
    {
        Path = "events", Tag = "Events", Kind = Kind.Event, Filters = [.. Events.Filters, .. MeetingFilters], Sorts = SortOrders, Item = Events.Item, Single = Events.Single, Includes = Events.Includes, Together = Together, Facets = Facets,
    };

    /// <summary>The list of what is counted with these changes: the meetings where something is asked that only they have.</summary>
    public static string? AddressOf(ListRequest request, FilterReader filters, Dictionary<string, string?> changes)
    {
        var areMeetings = filters.Canonical.Keys.Any(key => MeetingFilters.Any(f => f.Spellings.Contains(key)));
        if (areMeetings) changes["kind"] = null;
        return request.AddressWith(areMeetings ? "/v1/meetings" : "/v1/events", filters, changes);
    }

    public static readonly Resource Meetings = new()
    {
        Path = "meetings", Tag = "Meetings", Kind = Kind.Event, Filters = [.. MeetingFilters, .. Filters], Sorts = SortOrders, Item = [typeof(MeetingItem)], Single = [typeof(MeetingItem), typeof(MeetingDetails)],
        Includes = Resource.EveryInclude, Together = Together, Facets = [.. Facets, Facet.Record("series", "event.series", Kind.Series), Facet.Word("setting", "event.setting")], Always = new InLists([("event.kind", "meeting")]),
    };

    /// <summary>The scope of /actors/{id}/events: beside whatever else is asked.</summary>
    public static void OfActor(FilterReader reader, string id)
    {
        var mask = Mask(reader, null);
        var self = new InLists([("event.actor", id)]) { Mask = mask };
        reader.ActorLists.Add((self.Lists, mask));
        if (reader.One("expand") == "members")
        {
            var members = Members.Of(reader, id, mask);
            reader.Add(new AnyOf([[self], [members]]));
            reader.MemberTests.Add(members);
        }
        else reader.Add(self);
    }

    private static void Together(FilterReader reader)
    {
        reader.Period();
        if (reader.Given.ContainsKey("geoMatch") && reader.One("bbox") is null && reader.One("near") is null) throw ProblemException.Parameter("geoMatch", "needs-another", "geoMatch needs bbox or near beside it.");
        if (reader.Given.ContainsKey("expand") && reader.ActorLists.Count == 0 && !reader.Given.Keys.Any(k => k is not "actorMatch" && (k.StartsWith("actor", StringComparison.Ordinal) || k.StartsWith("host", StringComparison.Ordinal)))) throw ProblemException.Parameter("expand", "needs-another", "expand needs an actor filter beside it.");
        if (reader.Given.ContainsKey("actorMatch") && reader.ActorLists.Count == 0 && !reader.Given.Keys.Any(k => k != "actorMatch" && (k.StartsWith("actor", StringComparison.Ordinal) || k.StartsWith("host", StringComparison.Ordinal)))) throw ProblemException.Parameter("actorMatch", "needs-another", "actorMatch needs an actor filter beside it.");
    }

    /// <summary>The detail bits of a topic that count: those asked for, else all but background.</summary>
    private static long TopicMask(FilterReader reader)
    {
        if (!reader.Given.TryGetValue("certainty", out var asked)) return (1L << Array.IndexOf(Words.Certainty, "background")) - 1;
        return asked.Aggregate(0L, (mask, word) => mask | 1L << Math.Max(0, Array.IndexOf(Words.Certainty, word)));
    }

    private static void Actor(FilterReader reader, string name, string op, IReadOnlyList<string> values, int? role)
    {
        var mask = Mask(reader, role);
        if (reader.One("expand") == "members")
        {
            Expand(reader, name, op, values, mask);
            return;
        }
        // Every bit means no restriction, and then the posting need not be looked into.
        reader.Lists(name, op, values, v => [("event.actor", v)], mask == Mask(null, null) ? 0 : mask);
        if (op != "not") reader.ActorLists.Add(([.. values.Select(v => ("event.actor", v))], mask));
    }

    /// <summary>The actor itself, or who was its active member on the day on which the event began at the earliest.</summary>
    private static void Expand(FilterReader reader, string name, string op, IReadOnlyList<string> values, long mask)
    {
        IReadOnlyList<Condition> WithMembers(string actor) => [new AnyOf([[new InLists([("event.actor", actor)]) { Mask = mask }], [Members.Of(reader, actor, mask)]])];
        if (op == "all")
            foreach (var value in values) reader.Add(WithMembers(value)[0]);
        else reader.Add(new AnyOf([.. values.Select(WithMembers)]) { Not = op == "not" });
        reader.Set(op == "" ? name : $"{name}[{op}]", string.Join(',', values.Order(StringComparer.Ordinal)));
        reader.Say($"{name} {(op == "not" ? "not " : "")}{(op == "all" ? reader.And(values) : reader.Or(values))} or members of the day");
        if (op == "not") return;
        reader.ActorLists.Add(([.. values.Select(v => ("event.actor", v))], mask));
        foreach (var value in values) reader.MemberTests.Add(Members.Of(reader, value, mask));
    }

    /// <summary>The detail bits of an actor's posting that count: one role or all, as oneself or through anything.</summary>
    private static long Mask(FilterReader? reader, int? role)
    {
        var ways = reader?.One("actorMatch") == "self" ? 1 : Words.MatchedVia.Length - 1;
        var mask = 0L;
        for (var via = 0; via < ways; via++)
            for (var r = 0; r < Words.Role.Length; r++)
                if (role is null || r == role) mask |= EventWriter.Bit(via, r);
        return mask;
    }

    private static void Involves(FilterReader reader, string op, IReadOnlyList<string> values)
    {
        var ids = values.Select(v => (Actor: RecordLookup.Find(reader.Reader, Kind.Actor, v)?.Id, Place: RecordLookup.Find(reader.Reader, Kind.Location, v)?.Id, Value: v)).ToList();
        if (ids.FirstOrDefault(i => i.Actor is null && i.Place is null) is { Value: { } unknown })
        {
            var nearest = RecordLookup.Nearest(reader.Reader, Kind.Actor, unknown) ?? RecordLookup.Nearest(reader.Reader, Kind.Location, unknown);
            throw ProblemException.Parameter("involves", "unknown-value", $"There is no actor or location '{unknown}'.", didYouMean: nearest);
        }
        reader.Lists("involves", op, values, v => ids.Where(i => i.Value == v).SelectMany(i => ((string, string?)[])[("event.actor", i.Actor), ("event.location", i.Place)]).Where(l => l.Item2 is not null).Select(l => (l.Item1, l.Item2!)));
    }

    private static void OneParticipant(FilterReader reader, string op, IReadOnlyList<string> values)
    {
        string[] keys = ["actor", "post", "onBehalfOf", "role", "attendance", "sector"];
        const int MostParticipants = 10;
        if (values.Count > MostParticipants) throw ProblemException.Parameter("participant", "too-many", $"At most {MostParticipants} participants can be described.");
        foreach (var value in values)
        {
            var (tests, parameters) = (new List<string>(), new List<object?>());
            foreach (var pair in value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                var colon = pair.IndexOf(':', StringComparison.Ordinal);
                var (key, of) = colon < 0 ? (pair, "") : (pair[..colon], pair[(colon + 1)..]);
                if (!keys.Contains(key) || of == "")
                    throw ProblemException.Parameter("participant", "invalid", $"'{pair}' is no condition on a participant. Send key:value pairs joined by ';', such as actor:mark-rutte;onBehalfOf:nato.", keys, Folding.Nearest(key, keys));
                switch (key)
                {
                    case "actor" or "onBehalfOf":
                        var actor = reader.IdOf("participant", Kind.Actor, of);
                        tests.Add($"t.{(key == "actor" ? "actor" : "on_behalf_of")} = ?");
                        parameters.Add(RecordLookup.Find(reader.Reader, Kind.Actor, actor)!.Ref);
                        // The list drives; the test binds it to one participant.
                        reader.Add(new InLists([("event.actor", actor)]));
                        reader.ActorLists.Add(([("event.actor", actor)], -1));
                        break;
                    case "post":
                        var post = reader.IdOf("participant", Kind.Post, of);
                        tests.Add("t.post = ?");
                        parameters.Add(RecordLookup.Find(reader.Reader, Kind.Post, post)!.Ref);
                        reader.Add(new InLists([("event.post", post)]));
                        break;
                    case "role":
                        tests.Add("t.roles & ? <> 0");
                        parameters.Add(1L << IndexOf(Words.Role, of));
                        break;
                    default:
                        var words = key == "attendance" ? Words.Attendance : Words.Sector;
                        tests.Add($"t.{key} = ?");
                        parameters.Add(words[IndexOf(words, of)]);
                        break;
                }
            }
            if (tests.Count == 0) throw ProblemException.Parameter("participant", "invalid", "Send key:value pairs joined by ';', such as actor:mark-rutte;onBehalfOf:nato.", keys);
            reader.Add(new Test($"EXISTS (SELECT 1 FROM event_participants t WHERE t.key = p.key AND {string.Join(" AND ", tests)})", [.. parameters]));
        }
        reader.Set("participant", string.Join("&participant=", values));
        reader.Say("with one participant " + string.Join(" and one ", values));

        static int IndexOf(string[] words, string word) => Array.IndexOf(words, word) is >= 0 and var n ? n
            : throw ProblemException.Parameter("participant", "unknown-value", $"'{word}' is not a known value.", words, Folding.Nearest(word, words));
    }

    /// <summary>Words in an order from fine to coarse.</summary>
    private static void Bound(FilterReader reader, string name, string field, string[] order, string op, IReadOnlyList<string> values)
    {
        var words = op == "" ? values : [.. order.Where(w => op == "gte" ? Array.IndexOf(order, w) <= Array.IndexOf(order, values[0]) : Array.IndexOf(order, w) >= Array.IndexOf(order, values[0]))];
        reader.Add(new InLists([.. words.Select(w => (field, w))]));
        reader.Set(op == "" ? name : $"{name}[{op}]", string.Join(',', values));
        reader.Say($"{(name == "precision" ? "place" : "beginning")} known to {(op == "gte" ? "at least " : op == "lte" ? "at most " : "")}{reader.Or(values)}");
    }

    private static FilterParameter Bounded(string name, string column, string description, bool integer) => new(name, description, (integer ? ValueShape.Integer(0) : ValueShape.Number) with { Several = true }, FilterParameter.Bounds, (reader, op, values) =>
    {
        if (op != "" && values.Count > 1) throw ProblemException.Parameter($"{name}[{op}]", "repeated", $"A bound is one number; {name}[{op}] has {values.Count}.");
        var test = op switch { "gte" => ">= ?", "lte" => "<= ?", _ => $"IN ({string.Join(", ", values.Select(_ => "?"))})" };
        reader.Add(new Test($"EXISTS (SELECT 1 FROM event_numbers n WHERE n.key = p.key AND n.{column} {test})", [.. values.Select(v => (object)double.Parse(v, CultureInfo.InvariantCulture))]));
        // Deaths are known for few events, and there is a list of those.
        if (column == "fatalities") reader.Add(new InLists([("event.has", "fatalities")]));
        reader.Set(op == "" ? name : $"{name}[{op}]", string.Join(',', values));
        reader.Say($"{name} {op switch { "gte" => "at least ", "lte" => "at most ", _ => "" }}{reader.Or(values)}");
    });

    private static void Box(FilterReader reader, string value)
    {
        var n = Numbers("bbox", value, 4, "west,south,east,north");
        if (n[0] is < -180 or > 180 || n[2] is < -180 or > 180 || n[1] is < -90 or > 90 || n[3] is < -90 or > 90)
            throw ProblemException.Parameter("bbox", "out-of-range", "Longitudes lie between -180 and 180, latitudes between -90 and 90; the order is west,south,east,north.");
        if (n[1] > n[3]) throw ProblemException.Parameter("bbox", "backwards", "south lies north of north. The order is west,south,east,north.");
        var possible = reader.One("geoMatch") == "possible";
        reader.Add(new InBoxes(n[0] <= n[2] ? [(n[0], n[1], n[2], n[3])] : [(n[0], n[1], 180, n[3]), (-180, n[1], n[2], n[3])], possible));
        reader.Set("bbox", string.Join(',', n.Select(x => x.ToString(CultureInfo.InvariantCulture))));
        reader.Say($"inside {value}");
    }

    private static void NearPoint(FilterReader reader, string value)
    {
        var n = Numbers("near", value, 2, "latitude,longitude");
        if (n[0] is < -90 or > 90 || n[1] is < -180 or > 180) throw ProblemException.Parameter("near", "out-of-range", "Send latitude (-90 to 90) and longitude (-180 to 180), in this order.");
        var radius = reader.One("radius") ?? "50km";
        var kilometres = Kilometres(radius);
        reader.Add(new Near(n[0], n[1], kilometres, reader.One("geoMatch") == "possible"));
        reader.Set("near", string.Join(',', n.Select(x => x.ToString(CultureInfo.InvariantCulture))));
        reader.Set("radius", radius);
        reader.Say($"within {radius} of {value}");
    }

    private static double Kilometres(string radius)
    {
        var unit = radius.EndsWith("km", StringComparison.Ordinal) ? ("km", 1.0) : radius.EndsWith("mi", StringComparison.Ordinal) ? ("mi", 1.609344) : radius.EndsWith('m') ? ("m", 0.001) : ("", 1.0);
        if (double.TryParse(radius.AsSpan(0, radius.Length - unit.Item1.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * unit.Item2 is > 0 and <= 5000) return number * unit.Item2;
        throw ProblemException.Parameter("radius", "invalid", $"'{radius}' is no radius. Send 50km, 800m or 30mi, at most 5000km.");
    }

    private static double[] Numbers(string parameter, string value, int count, string form)
    {
        var parts = value.Split(',');
        var numbers = new double[parts.Length];
        for (var i = 0; i < parts.Length; i++)
            if (!double.TryParse(parts[i], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i])) parts = [];
        return parts.Length == count ? numbers : throw ProblemException.Parameter(parameter, "invalid", $"'{value}' is not {form} in decimal degrees.");
    }
}
