using System.Text;
using System.Text.Json;
using EventsApi.Actors;
using EventsApi.Dates;
using EventsApi.Http;
using EventsApi.Locations;
using EventsApi.Meetings;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Situations;
using EventsApi.Statements;
using EventsApi.Vocabulary;
using FluentValidation;

namespace EventsApi.Events;

/// <summary>The one place where an event or a meeting enters.</summary>
internal sealed class EventWriter(IValidator<EventInput> validator) : RecordWriter<EventInput>(validator)
{
    // A list item stays a card, however large the conference.
    private const int ParticipantsInLists = 20;

    public override Kind Kind => Records.Kind.Event;

    protected override (string? Name, string? Word) Show(EventInput input) => (null, KindOf(input));

    /// <summary>Whoever gives a setting writes a meeting; coded rows have none, so they stay events.</summary>
    private static string KindOf(EventInput input) => input.Kind ?? (input.Setting is null ? "event" : "meeting");

    protected override EventInput Settle(RecordSession session, EventInput input) => input with
    {
        Kind = KindOf(input),
        Status = input.Status ?? (input.Type == "consult" ? "held" : "occurred"),
        Dataset = Settle(session, Records.Kind.Dataset, input.Dataset ?? "curated", "/dataset"),
        Location = Settle(session, Records.Kind.Location, input.Location, "/location"),
        Series = Settle(session, Records.Kind.Series, input.Series, "/series"),
        Sources = SettleAll(session, Records.Kind.Source, input.Sources, "/sources"),
        Participants = input.Participants is null ? null : [.. input.Participants.Select(p => Stated(session, p, input.Date)).Select((p, n) => p with
        {
            Roles = p.Roles is { Count: > 0 } ? p.Roles : ["participant"],
            Actor = Settle(session, Records.Kind.Actor, p.Actor, $"/participants/{n}/actor"),
            Post = Settle(session, Records.Kind.Post, p.Post, $"/participants/{n}/post"),
            OnBehalfOf = Settle(session, Records.Kind.Actor, p.OnBehalfOf, $"/participants/{n}/onBehalfOf"),
            SubstituteFor = Settle(session, Records.Kind.Actor, p.SubstituteFor, $"/participants/{n}/substituteFor"),
            Basis = Settle(session, p.Basis, $"/participants/{n}/basis"),
        })],
        Topics = input.Topics is null ? null : [.. input.Topics.Select((t, n) => t with { Certainty = t.Certainty ?? t.Basis?.Certainty ?? "stated", Id = session.Resolve(Records.Kind.Topic, t.Id, $"/topics/{n}/id").Id, Basis = Settle(session, t.Basis, $"/topics/{n}/basis") })],
        Agenda = input.Agenda is null ? null : [.. input.Agenda.Select((a, n) => a with { Topics = SettleAll(session, Records.Kind.Topic, a.Topics, $"/agenda/{n}/topics"), Basis = Settle(session, a.Basis, $"/agenda/{n}/basis") })],
        Outcomes = input.Outcomes is null ? null : [.. input.Outcomes.Select((o, n) => o with { Topics = SettleAll(session, Records.Kind.Topic, o.Topics, $"/outcomes/{n}/topics"), Basis = Settle(session, o.Basis, $"/outcomes/{n}/basis") })],
    };

    protected override string[] ShownElsewhere => ["title"];

    protected override void Check(WriteSession session, Known known, EventInput input)
    {
        var participants = input.Participants ?? [];
        for (var n = 0; n < participants.Count && input.Kind != "meeting"; n++)
            if (participants[n].Attendance is not null) throw ProblemException.Rule($"/participants/{n}/attendance", "only-meetings", "Attendance is noted at meetings only; leave it out, or say that this is a meeting with kind and setting.");
    }

    /// <summary>As what a row with this identifier is known, when the event was made by a person and is gone.</summary>
    internal static string GoneAs(Identifier identifier) => $"event:{identifier.Scheme}:{identifier.Value}";

    protected override void Follow(WriteSession session, Known known, EventInput? before, EventInput? after)
    {
        // What a person made and took away is no import's to make again; what an import made is known by its row.
        if (after is not null || before?.Identifiers is not { Count: > 0 } identifiers || session.Writer.Kept("SELECT 1 FROM revisions WHERE ref = ? AND revision = 1 AND author IS NOT NULL").Bind(known.Ref).Scalar() is null) return;
        foreach (var identifier in identifiers)
            session.Writer.Kept("INSERT INTO imported(dataset, external, ref, digest, release, revision) VALUES (0, ?, ?, 0, 0, 0) ON CONFLICT(dataset, external) DO UPDATE SET ref = excluded.ref").Bind(GoneAs(identifier)).Bind(known.Ref).Run();
    }

    protected override void Describe(RecordSession session, Known known, EventInput input, Derived derived)
    {
        var type = EventTypes.Find(input.Type!)!;
        var location = Place(session, input.Location);
        var participants = (input.Participants ?? []).Select(p => Present(session, p, input.Date)).ToList();
        var topics = (input.Topics ?? []).Select(t => new EventTopic(t.Id, session.Find(Records.Kind.Topic, t.Id)!.Name!, t.Certainty ?? t.Basis?.Certainty ?? "stated") { Basis = Based(session, t.Basis) }).ToList();
        var relations = session.KeysAbout(known, "relation.from", $"event:{known.Id}").Select(r => (Id: $"L{Records.Kind.NumberOfRef(r)}", Input: session.Input<RelationInput>(r))).ToList();
        var contested = ClaimWriter.IsContested(session, known);
        var isMeeting = input.Kind == "meeting";

        var whole = new EventItem
        {
            Id = known.Id, Kind = input.Kind!, Type = type.Id, Modes = input.Modes ?? [], Status = input.Status!, Title = input.Title!, Date = Records.Date.Of(input.Date), Location = location,
            Participants = participants, ParticipantCount = participants.Count, Topics = topics, Score = EventTypes.Score(type.Id, input.Modes ?? []), Fatalities = input.Fatalities,
            Dataset = input.Dataset!.Id, Href = Kind.Href(known.Id), UpdatedAt = Instant(derived.UpdatedAt),
        };
        // Most records are small and hold no basis of their own: then the item is the record's beginning as it is.
        var slim = participants.Count <= ParticipantsInLists && participants.All(p => p.Basis is null) && topics.All(t => t.Basis is null) ? whole : whole with
        {
            Participants = [.. participants.Take(ParticipantsInLists).Select(p => p.Basis is null ? p : p with { Basis = null })],
            Topics = [.. topics.Select(t => t.Basis is null ? t : t with { Basis = null })],
        };
        var incident = Incident.Of(input, participants);
        var details = new EventDetails
        {
            Contexts = input.Contexts ?? [], QuadClass = type.QuadClass, Summary = input.Summary, PreviousDates = [.. (input.PreviousDates ?? []).Select(d => Records.Date.Of(d)!)], Time = input.Time,
            Statements = [.. session.KeysAbout(known, "statement.event", known.Id).Select(r => Summarize(session, r))],
            Relations = [.. relations.Select(r => new RelationSummary(r.Id, r.Input.Type!, ReferMixed(session, r.Input.To!), Based(session, r.Input.Basis)))],
            Goldstein = input.Goldstein, Tone = input.Tone, Coverage = input.Coverage, Incident = incident?.Id, Contested = contested, Codes = input.Codes ?? [], Identifiers = input.Identifiers ?? [], Sources = SourcesOf(session, input),
            Revision = derived.Revision, CreatedAt = Instant(derived.CreatedAt),
        };
        if (isMeeting) AnswerMeeting(session, input, derived, slim, whole, details);
        else Answer(derived, slim, whole, details);

        // An event of unknown beginning stands before all dated ones and after all undated ones.
        derived.EventDay = input.Date is null ? 0 : Math.Max(input.Date.Start, 0) + 1;
        derived.Dated(input.Date);
        derived.SortName(input.Title!);
        derived.Numbers = (input.Fatalities is { } f ? f.Best ?? f.Low ?? f.High : null, whole.Score, input.Goldstein, input.Sources?.Count ?? 0, incident?.Hash);
        if (derived.Numbers.Value.Fatalities is { } deaths) derived.Sort(Sorts.Fatalities, deaths);
        if (location?.Latitude is { } latitude) derived.Point = (latitude, location.Longitude!.Value, !LocationWriter.IsFine(location.Precision));
        derived.ByHand = session.Find(Records.Kind.Dataset, input.Dataset.Id)!.Word != "machine";
        Write(input, whole, details, derived);
        List(session, input, type, location, topics, relations, contested, derived);
        foreach (var (given, shown) in (input.Participants ?? []).Zip(participants)) ListParticipant(session, given, shown, input.Date, derived);
        Refer(input, participants, derived);
    }

    /// <summary>What it refers to beside what it is filed under.</summary>
    private static void Refer(EventInput input, List<Participant> participants, Derived derived)
    {
        foreach (var candidate in participants.SelectMany(p => p.Candidates)) derived.Refers(Records.Kind.Actor, candidate.Id);
        foreach (var participant in input.Participants ?? []) derived.Refers(Records.Kind.Actor, participant.SubstituteFor?.Id);
        foreach (var topic in (input.Agenda ?? []).SelectMany(a => a.Topics ?? []).Concat((input.Outcomes ?? []).SelectMany(o => o.Topics ?? []))) derived.Refers(Records.Kind.Topic, topic.Id);
        foreach (var basis in (input.Participants ?? []).Select(p => p.Basis).Concat((input.Topics ?? []).Select(t => t.Basis)).Concat((input.Agenda ?? []).Select(a => a.Basis)).Concat((input.Outcomes ?? []).Select(o => o.Basis)))
            derived.Refers(Records.Kind.Source, basis?.Source?.Id);
    }

    /// <summary>The words by which people look for it.</summary>
    private static void Write(EventInput input, EventItem whole, EventDetails details, Derived derived)
    {
        derived.Text(TextColumn.Title, input.Title);
        foreach (var p in whole.Participants) derived.Text(TextColumn.Actors, $"{p.Actor?.Name} {p.Label} {p.Post?.Label} {p.OnBehalfOf?.Name}");
        derived.Text(TextColumn.Places, whole.Location?.Name);
        foreach (var around in whole.Location?.Path ?? []) derived.Text(TextColumn.Places, around.Name);
        foreach (var topic in whole.Topics) derived.Text(TextColumn.Topics, topic.Name);
        foreach (var relation in details.Relations) derived.Text(TextColumn.Topics, relation.Target.Title);
        derived.Text(TextColumn.Topics, string.Join(' ', [input.Type!, .. input.Modes ?? [], .. input.Contexts ?? []]));
        foreach (var statement in details.Statements) derived.Text(TextColumn.Quotes, $"{statement.Text} {statement.Basis.Locator?.Exact}");
        derived.Text(TextColumn.Body, input.Summary);
        foreach (var item in input.Agenda ?? []) derived.Text(TextColumn.Body, $"{item.Title} {item.Result}");
        foreach (var outcome in input.Outcomes ?? []) derived.Text(TextColumn.Body, outcome.Text);
    }

    /// <summary>What was said of a participant, without what the catalogue itself finds: so a record that was read can be sent back.</summary>
    private static ParticipantInput Stated(RecordSession session, ParticipantInput given, EdtfDate? date)
    {
        if (given.Actor is not { } actor || session.Find(Records.Kind.Actor, actor.Id) is not { } known) return given;
        if (given.Sector is { } sector && session.Input<ActorInput>(known.Ref).Sector == sector) given = given with { Sector = null };
        return given is { Post: { } post, Inferred: { } inferred } && inferred.Contains("actor") && session.Find(Records.Kind.Post, post.Id) is { } held && Holders(session, held.Id, date).Certain is [var holder] && holder == known.Id
            ? given with { Actor = null, Inferred = [.. inferred.Where(i => i != "actor")] } : given;
    }

    private static void AnswerMeeting(RecordSession session, EventInput input, Derived derived, EventItem slim, EventItem whole, EventDetails details)
    {
        var host = whole.Participants.FirstOrDefault(p => p.Roles.Contains("host"));
        int Count(string attendance) => whole.Participants.Count(p => p.Attendance == attendance);
        var meeting = new MeetingDetails
        {
            Contexts = details.Contexts, QuadClass = details.QuadClass, Summary = details.Summary, PreviousDates = details.PreviousDates, Time = details.Time, Statements = details.Statements, Relations = details.Relations,
            Goldstein = details.Goldstein, Tone = details.Tone, Coverage = details.Coverage, Incident = details.Incident, Contested = details.Contested, Codes = details.Codes, Identifiers = details.Identifiers, Sources = details.Sources, Revision = details.Revision, CreatedAt = details.CreatedAt,
            Host = host?.Actor ?? host?.OnBehalfOf,
            Venue = whole.Location is { Kind: "venue" or "street" } place ? new Reference(place.Id, place.Name, place.Kind) : null,
            Agenda = [.. (input.Agenda ?? []).Select(a => new AgendaItem(a.Order, a.Title, Labels(session, a.Topics), a.Result, Based(session, a.Basis)))],
            AgendaComplete = input.AgendaComplete,
            Outcomes = [.. (input.Outcomes ?? []).Select(o => new Outcome(o.Kind, o.Text, Labels(session, o.Topics), Based(session, o.Basis)))],
            Attendance = new AttendanceCounts(Count("invited"), Count("accepted"), Count("declined"), Count("attended"), Count("absent"), Count("excused"), Count("unknown")),
        };
        var item = Meeting(slim);
        Answer(derived, item, ReferenceEquals(slim, whole) ? item : Meeting(whole), meeting);

        MeetingItem Meeting(EventItem item) => new()
        {
            Id = item.Id, Kind = item.Kind, Type = item.Type, Modes = item.Modes, Status = item.Status, Title = item.Title, Date = item.Date, Location = item.Location, Participants = item.Participants,
            ParticipantCount = item.ParticipantCount, Topics = item.Topics, Score = item.Score, Fatalities = item.Fatalities, Dataset = item.Dataset, Href = item.Href, UpdatedAt = item.UpdatedAt,
            Series = ReferLabel(session, Records.Kind.Series, input.Series), Ordinal = input.Ordinal, Setting = input.Setting!,
        };
    }

    /// <summary>The single record is the list item and what it adds; where the item was shortened, it is kept whole.</summary>
    private static void Answer<TItem, TDetails>(Derived derived, TItem slim, TItem whole, TDetails details) where TItem : class => derived.Answer(() =>
    {
        derived.Item = JsonSerializer.SerializeToUtf8Bytes(slim, Json.Options);
        var rest = JsonSerializer.SerializeToUtf8Bytes(details, Json.Options);
        rest[0] = (byte)',';
        derived.Rest = ReferenceEquals(slim, whole) ? rest : [.. JsonSerializer.SerializeToUtf8Bytes(whole, Json.Options).AsSpan()[..^1], .. rest];
    });

    /// <summary>How exactly the beginning is known: counts by year leave out what may have begun in another.</summary>
    private static string? StartPrecision(EdtfDate date)
    {
        // Without a beginning there is nothing to know exactly; it counts among the undated.
        if (date.Start == EdtfDate.Past) return null;
        if (date.StartLatest == EdtfDate.Future) return "unknown";
        var (first, last) = (DateOnly.FromDayNumber(date.Start), DateOnly.FromDayNumber(date.StartLatest));
        return first == last ? "day"
            : date.StartLatest - date.Start < 7 && first.DayOfWeek == DayOfWeek.Monday ? "week"
            : first.Year == last.Year && first.Month == last.Month ? "month"
            : first.Year == last.Year && (first.Month - 1) / 3 == (last.Month - 1) / 3 ? "quarter"
            : first.Year == last.Year ? "year"
            : first.Year / 10 == last.Year / 10 ? "decade"
            : first.Year / 100 == last.Year / 100 ? "century" : "unknown";
    }

    /// <summary>The place as an event shows it.</summary>
    internal static EventLocation? Place(RecordSession session, ReferenceInput? reference)
    {
        if (reference is null) return null;
        return session.Shown(session.Find(Records.Kind.Location, reference.Id)!, known =>
        {
            var place = session.Input<LocationInput>(known.Ref);
            return new EventLocation(known.Id, place.Name!, place.Kind!, [.. LocationWriter.Around(session, known.Id).Select(p => new Reference(p.Id, p.Name!, p.Word!))], place.Country, place.Latitude, place.Longitude, place.Precision);
        });
    }

    private static Participant Present(RecordSession session, ParticipantInput given, EdtfDate? date)
    {
        var actor = Refer(session, Records.Kind.Actor, given.Actor);
        IReadOnlyList<string> inferred = given.Inferred ?? [];
        IReadOnlyList<Reference> candidates = [];
        if (actor is null && given.Label is null && given.Post is { } post)
        {
            var (certain, possible) = Holders(session, post.Id, date);
            if (certain.Count == 1)
            {
                actor = Refer(session, Records.Kind.Actor, certain[0]);
                inferred = [.. inferred.Append("actor").Distinct()];
            }
            else candidates = [.. possible.Select(person => Refer(session, Records.Kind.Actor, person)!)];
        }
        return new Participant
        {
            Actor = actor, Label = given.Label, Roles = given.Roles!, Sector = given.Sector ?? (actor is null ? null : session.Input<ActorInput>(session.Find(Records.Kind.Actor, actor.Id)!.Ref).Sector),
            Post = ReferLabel(session, Records.Kind.Post, given.Post), OnBehalfOf = Refer(session, Records.Kind.Actor, given.OnBehalfOf), Attendance = given.Attendance, Mode = given.Mode,
            SubstituteFor = Refer(session, Records.Kind.Actor, given.SubstituteFor), ArrivedAt = given.ArrivedAt, LeftAt = given.LeftAt, Inferred = inferred, Candidates = candidates,
            Basis = Based(session, given.Basis),
        };
    }

    /// <summary>Who held a post on the days of the event: those who must have, and those who may have.</summary>
    private static (List<string> Certain, List<string> Possible) Holders(RecordSession session, string post, EdtfDate? date)
    {
        if (date is null || date.Start == EdtfDate.Past || date.End == EdtfDate.Future) return ([], []);
        var terms = PostWriter.Terms(session, post).Select(t => t.Term).ToList();
        return ([.. terms.Where(t => t.Covers(date.Start, date.End, certain: true)).Select(t => t.Member!.Id).Distinct()],
            [.. terms.Where(t => t.Covers(date.Start, date.End, certain: false)).Select(t => t.Member!.Id).Distinct()]);
    }

    private static StatementSummary Summarize(RecordSession session, long reference)
    {
        var s = session.Input<StatementInput>(reference);
        return new StatementSummary($"S{Records.Kind.NumberOfRef(reference)}", Refer(session, Records.Kind.Actor, s.Speaker), ReferLabel(session, Records.Kind.Post, s.Post), Refer(session, Records.Kind.Actor, s.OnBehalfOf),
            [.. (s.About ?? []).Select(a => ReferMixed(session, a))], Records.Date.Of(s.Date), s.Text, s.Lang!, Labels(session, s.Topics), Based(session, s.Basis)!);
    }

    private static IReadOnlyList<LabelReference> Labels(RecordSession session, IReadOnlyList<ReferenceInput>? topics) => [.. (topics ?? []).Select(t => ReferLabel(session, Records.Kind.Topic, t)!)];

    private static void List(RecordSession session, EventInput input, EventType type, EventLocation? location, List<EventTopic> topics, List<(string Id, RelationInput Input)> relations, bool contested, Derived derived)
    {
        derived.List("event.type", type.Id);
        foreach (var mode in input.Modes ?? []) derived.List("event.mode", mode);
        foreach (var context in input.Contexts ?? []) derived.List("event.context", context);
        derived.List("event.status", input.Status);
        derived.List("event.dataset", input.Dataset!.Id);
        derived.List("event.contested", "true", contested);
        if (location is not null)
        {
            derived.List("event.country", location.Country);
            derived.List("event.location", location.Id);
            foreach (var around in location.Path) derived.List("event.location", around.Id);
            derived.List("event.precision", location.Precision);
            // On a map these come as one point for each country.
            if (!LocationWriter.IsFine(location.Precision)) derived.List("event.onlyCountry", location.Country);
        }
        foreach (var topic in topics)
        {
            var detail = 1L << Array.IndexOf(Words.Certainty, topic.Certainty);
            derived.List("event.topic", topic.Id, detail);
            foreach (var above in TopicWriter.Above(session, topic.Id)) derived.List("event.topic", above, detail);
            derived.List("event.certainty", topic.Certainty);
        }
        foreach (var (_, relation) in relations)
        {
            if (relation is not { To.Kind: "situation", Type: "about" or "partOf" }) continue;
            derived.List("event.situation", relation.To.Id);
            foreach (var above in SituationWriter.Above(session, relation.To.Id)) derived.List("event.situation", above);
        }
        if (input.Kind == "meeting")
        {
            derived.List("event.kind", "meeting");
            derived.List("event.series", input.Series?.Id);
            derived.List("event.setting", input.Setting);
            if (input.Ordinal is { } ordinal) derived.List("event.ordinal", ordinal.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        derived.List("event.has", "date", input.Date is not null);
        derived.List("event.datePrecision", input.Date is null ? null : StartPrecision(input.Date));
        derived.List("event.has", "time", input.Time is not null);
        derived.List("event.has", "location", location is not null);
        derived.List("event.has", "coordinates", location?.Latitude is not null);
        derived.List("event.has", "country", location?.Country is not null);
        derived.List("event.has", "participants", input.Participants is { Count: > 0 });
        derived.List("event.has", "topics", topics.Count > 0);
        derived.List("event.has", "summary", input.Summary is not null);
        derived.List("event.has", "fatalities", input.Fatalities is not null);
        derived.List("event.has", "situation", relations.Any(r => r.Input is { To.Kind: "situation", Type: "about" or "partOf" }));
        derived.List("event.has", "identifiers", input.Identifiers is { Count: > 0 });
        derived.List("event.has", "modes", input.Modes is { Count: > 0 });
        derived.List("event.has", "goldstein", input.Goldstein is not null);
        derived.List("event.has", "tone", input.Tone is not null);
    }

    /// <summary>The bit that stands in a posting for taking part in a role, as oneself or through something.</summary>
    public static long Bit(int via, int role) => 1L << via * Words.Role.Length + role;

    private static void ListParticipant(RecordSession session, ParticipantInput given, Participant shown, EdtfDate? date, Derived derived)
    {
        var roles = shown.Roles.Select(r => Array.IndexOf(Words.Role, r)).ToList();
        void Took(string actor, int via)
        {
            derived.List("event.actor", actor, roles.Aggregate(0L, (bits, role) => bits | Bit(via, role)));
            if (via == Part) return;
            foreach (var whole in ActorWriter.Wholes(session, actor)) Took(whole, Part);
        }
        if (shown.Actor is { } self) Took(self.Id, Self);
        if (shown.OnBehalfOf is { } represented) Took(represented.Id, OnBehalfOf);
        if (given.Post is { } post)
        {
            derived.List("event.post", post.Id);
            Took(session.Input<PostInput>(session.Find(Records.Kind.Post, post.Id)!.Ref).Organization!.Id, Post);
        }
        else if (shown.Actor is { Kind: "person" } person && date is { Start: not EdtfDate.Past, End: not EdtfDate.Future })
            // A person whose office the source does not name still comes as its holder.
            foreach (var term in session.Keys("membership.member", person.Id).Select(session.Input<MembershipInput>))
                if (term.Post is not null && term.Covers(date.Start, date.End, certain: true)) Took(term.Organization!.Id, Post);
        if (shown.Sector is { } sector) derived.List("event.sector", sector);

        long? Ref(Kind kind, string? id) => id is null ? null : session.Find(kind, id)!.Ref;
        derived.Participants.Add((Ref(Records.Kind.Actor, shown.Actor?.Id), Ref(Records.Kind.Post, given.Post?.Id), Ref(Records.Kind.Actor, shown.OnBehalfOf?.Id),
            roles.Aggregate(0L, (bits, role) => bits | 1L << role), shown.Attendance, shown.Sector));
    }

    private const int Self = 0, OnBehalfOf = 1, Post = 2, Part = 3;
}
