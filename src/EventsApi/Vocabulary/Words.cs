namespace EventsApi.Vocabulary;

/// <summary>Every closed list of the catalogue. <c>/v1/codes</c> shows them, filters and validators use them, the OpenAPI document has them as enums.</summary>
public static class Words
{
    /// <summary>Order is from fine to coarse.</summary>
    public static readonly string[] DatePrecision = ["day", "week", "month", "quarter", "year", "decade", "century", "unknown"];
    /// <summary>Order is from fine to coarse; water stands aside.</summary>
    public static readonly string[] PlacePrecision = ["venue", "street", "city", "admin2", "admin1", "country", "region", "water"];
    public static readonly string[] EventStatus = ["tentative", "scheduled", "postponed", "cancelled", "ongoing", "held", "occurred", "disputed", "retracted"];
    /// <summary>PLOVER's actor and recipient are initiator and recipient; UCDP's sides are side-a and side-b.</summary>
    public static readonly string[] Role = ["initiator", "recipient", "party", "side-a", "side-b", "host", "visitor", "chair", "organizer", "speaker", "signatory", "mediator", "observer", "participant", "mentioned"];
    public const string ByMembership = "member";
    /// <summary>The first four are told by the bits of an actor's posting; the last by expand=members alone.</summary>
    public static readonly string[] MatchedVia = ["self", "onBehalfOf", "post", "part", ByMembership];
    public static readonly string[] Attendance = ["invited", "accepted", "declined", "attended", "absent", "excused", "unknown"];
    public static readonly string[] AttendanceMode = ["in-person", "remote"];
    public static readonly string[] Setting = ["bilateral", "multilateral", "summit", "ministerial", "advisory", "conference", "call"];
    public static readonly string[] OutcomeKind = ["outcome", "aim", "priority"];
    public static readonly string[] ActorKind = ["state", "organization", "person", "group"];
    public static readonly string[] LocationKind = ["region", "country", "admin1", "admin2", "city", "street", "venue", "water"];
    public static readonly string[] SituationKind = ["war", "conflict", "dyad", "crisis", "tension", "process"];
    public static readonly string[] SourceKind = ["article", "dataset", "document", "official"];
    public static readonly string[] MembershipClassification = ["member", "partner", "observer", "associate", "candidate", "signatory", "holder"];
    public static readonly string[] ChangeOp = ["created", "updated", "merged", "deleted"];
    public static readonly string[] MembershipStatus = ["active", "suspended"];
    public static readonly string[] NameType = ["common", "official", "short", "former", "alias", "abbreviation", "native"];
    public static readonly string[] Voice = ["speaker", "meeting", "author", "catalogue"];
    public static readonly string[] Form = ["quote", "paraphrase"];
    /// <summary>Order is from sure to unsure; background is what an author adds and no one said.</summary>
    public static readonly string[] Certainty = ["stated", "reported", "likely", "implied", "background"];
    public static readonly string[] RelationType = ["about", "partOf", "follows", "precedes", "causes", "mentions", "sameAs"];
    public static readonly string[] Redistribution = ["yes", "attribution", "no"];
    public static readonly string[] Coding = ["human", "machine"];

    /// <summary>PLOVER's actor sectors (the third-level codes of CAMEO it kept).</summary>
    public static readonly (string Code, string Label)[] Sectors =
    [
        ("GOV", "Government"), ("MIL", "Military"), ("COP", "Police"), ("JUD", "Judiciary"), ("LEG", "Legislature"), ("SPY", "Intelligence services"),
        ("PTY", "Political parties"), ("OPP", "Political opposition"), ("REB", "Rebels"), ("PRM", "Paramilitaries and militias"), ("CRM", "Organized crime"),
        ("CVL", "Civilians"), ("BUS", "Business"), ("LAB", "Labour"), ("MED", "Media"), ("EDU", "Education"), ("NGO", "Non-governmental organizations"),
        ("IGO", "Intergovernmental organizations"), ("MNC", "Multinational companies"), ("REL", "Religious groups"), ("REF", "Refugees and displaced people"), ("UNK", "Unknown"),
    ];

    public static string SectorLabel(string code) => Array.Find(Sectors, s => s.Code == code).Label ?? code;

    public static readonly string[] Sector = [.. Sectors.Select(s => s.Code)];

    public static readonly string[] Context =
    [
        "military", "diplomatic", "economic", "legal", "intelligence", "executive", "legislative", "election", "political-institutions", "rights-freedoms", "peacekeeping",
        "humanitarian", "asylum", "migration", "terrorism", "crime", "corruption", "cyber", "cbrn", "environment", "disaster", "health", "territory", "technology", "religion", "gender",
    ];

    /// <summary>The lists above by the name that <c>/v1/codes/{id}</c> takes.</summary>
    public static readonly (string Id, string Label, string[] Values)[] Lists =
    [
        ("date-precision", "How exactly a date is known (EDTF), fine to coarse", DatePrecision),
        ("place-precision", "What coordinates stand for, fine to coarse", PlacePrecision),
        ("event-status", "Status of an event", EventStatus),
        ("role", "Role of a participant (PLOVER, UCDP, Popolo, eCH-0293)", Role),
        ("matched-via", "How a participant matched an actor filter", MatchedVia),
        ("attendance", "Attendance at a meeting (eCH-0293)", Attendance),
        ("attendance-mode", "How someone attended", AttendanceMode),
        ("setting", "Setting of a meeting", Setting),
        ("outcome-kind", "What a meeting reached, aims at or puts first", OutcomeKind),
        ("actor-kind", "Kind of actor", ActorKind),
        ("location-kind", "Kind of place", LocationKind),
        ("situation-kind", "Kind of situation", SituationKind),
        ("source-kind", "Kind of source", SourceKind),
        ("membership-classification", "Classification of a membership (Popolo)", MembershipClassification),
        ("change-op", "What a change did", ChangeOp),
        ("membership-status", "Status of a membership", MembershipStatus),
        ("name-type", "Type of a name", NameType),
        ("voice", "Who says it", Voice),
        ("form", "Quoted or paraphrased", Form),
        ("certainty", "How surely it is said", Certainty),
        ("relation-type", "Type of a relation", RelationType),
        ("redistribution", "Whether a dataset may be passed on", Redistribution),
        ("coding", "Who coded a dataset", Coding),
        ("sector", "Sector of an actor (PLOVER)", Sector),
        ("context", "Context of an event (PLOVER)", Context),
        ("import-format", "What an import can read", Imports.ImportLog.Formats),
        ("import-status", "How far an import is", Imports.ImportLog.Statuses),
        ("event-type", "Type of an event (PLOVER, and statement)", [.. EventTypes.All.Select(t => t.Id)]),
        ("mode", "Mode of an event, across all types (PLOVER)", EventTypes.Modes),
    ];
}
