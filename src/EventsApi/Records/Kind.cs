namespace EventsApi.Records;

/// <summary>A kind of record: what it is called in JSON and paths, and how its ids are made.</summary>
/// <param name="Name">As it stands in a reference's <c>kind</c>.</param>
/// <param name="Path">Its collection under /v1.</param>
/// <param name="Number">Its place in the key space: a key is <c>Number &lt;&lt; 44 | number</c>, so each kind is one range of keys. Never changes.</param>
/// <param name="Prefix">The letter before a typed number (E1024); null where ids are readable words.</param>
/// <param name="Noun">For sentences: "an event".</param>
public sealed record Kind(string Name, string Path, long Number, char? Prefix, string Noun)
{
    // Event keys are times and lie below 1 << 42; every other kind starts at 1 << 44 or later.
    private const int Shift = 44;

    public static readonly Kind
        Event = new("event", "events", 0, 'E', "an event"),
        Series = new("series", "meeting-series", 2, null, "a meeting series"),
        Situation = new("situation", "situations", 3, null, "a situation"),
        Actor = new("actor", "actors", 4, null, "an actor"),
        Post = new("post", "posts", 5, null, "a post"),
        Membership = new("membership", "memberships", 6, 'M', "a membership"),
        Location = new("location", "locations", 7, null, "a location"),
        Topic = new("topic", "topics", 8, null, "a topic"),
        Statement = new("statement", "statements", 9, 'S', "a statement"),
        Source = new("source", "sources", 10, 'R', "a source"),
        Dataset = new("dataset", "datasets", 11, null, "a dataset"),
        Relation = new("relation", "relations", 12, 'L', "a relation"),
        Claim = new("claim", "claims", 13, 'C', "a claim");

    public static readonly Kind[] All = [Event, Series, Situation, Actor, Post, Membership, Location, Topic, Statement, Source, Dataset, Relation, Claim];

    public static readonly string[] Names = [.. All.Select(k => k.Name)];

    // The ref of an event begins with 1, not with its number.
    private static readonly Kind[] ByNumber = [.. Enumerable.Range(0, 16).Select(n => All.FirstOrDefault(k => k.Number == n) ?? Event)];

    /// <summary>The number by which records of this kind are stored: <c>kind &lt;&lt; 44 | number</c>. An event has one too, beside its key in time.</summary>
    public long Ref(long number) => (this == Event ? 1L : Number) << Shift | number;

    /// <summary>The first and the last number that a record of this kind can have: one range of the primary key.</summary>
    public (long Low, long High) Refs => (Ref(0), Ref((1L << Shift) - 1));

    public static Kind OfRef(long reference) => ByNumber[reference >> Shift];

    public static long NumberOfRef(long reference) => reference & ((1L << Shift) - 1);

    /// <summary>The keys of this kind in the lists: events in time order, everything else by number.</summary>
    public (long Low, long High) Keys => this == Event ? (0, (1L << 42) - 1) : Refs;

    /// <summary>The number in "E1024"; null when the text is not such an id.</summary>
    public long? NumberOf(string id) =>
        Prefix is { } letter && id.Length is > 1 and < 14 && id[0] == letter && id[1] is >= '1' and <= '9' && long.TryParse(id.AsSpan(1), System.Globalization.NumberStyles.None, null, out var number) ? number : null;

    public string Href(string id) => $"/v1/{Path}/{Uri.EscapeDataString(id)}";

    public static Kind? Named(string name) => name == "meeting" ? Event : Array.Find(All, k => k.Name == name);
}
