namespace EventsApi.Records;

/// <summary>The lists in which everything stands that refers to a record: what must be made again when it is renamed, moved in its tree or merged, and what keeps it from being deleted.</summary>
internal static class Dependents
{
    public static IEnumerable<(string Field, string Value)> Of(Known known)
    {
        string[] fields = known.Kind.Name switch
        {
            "event" => ["statement.event"],
            "series" => ["event.series"],
            "situation" => ["event.situation", "situation.parent"],
            "actor" => ["event.actor", "actor.partOf", "membership.member", "membership.organization", "post.organization", "post.holder", "series.organization", "situation.party", "statement.speaker", "statement.onBehalfOf"],
            "post" => ["event.post", "membership.post", "statement.post"],
            "location" => ["event.location", "location.within", "situation.location"],
            "topic" => ["event.topic", "topic.within", "statement.topic"],
            "source" => [.. Kind.All.Select(k => $"{k.Name}.source")],
            "dataset" => ["event.dataset"],
            _ => [],
        };
        var mixed = $"{known.Kind.Name}:{known.Id}";
        return [.. fields.Select(f => (f, known.Id)), ("refers", mixed), ("statement.about", mixed), ("relation.from", mixed), ("relation.to", mixed), ("claim.record", mixed)];
    }

    /// <summary>Whether a member is what references call a record by: mere presentation, where it is shown elsewhere.</summary>
    public static bool IsName(string member) => member is "name" or "label" or "title" or "text";

    /// <summary>The member by which a record came into a list: what changes of it when what it refers to moves in its tree.</summary>
    public static string Member(string field) => field switch
    {
        "event.actor" or "event.post" or "event.sector" => "participants",
        "event.situation" => "relations",
        "event.country" or "event.onlyCountry" or "event.precision" => "location",
        "post.holder" => "holders",
        "location.within" or "topic.within" => "parent",
        "situation.party" => "parties",
        "situation.location" or "situation.country" => "locations",
        _ when field.EndsWith(".topic", StringComparison.Ordinal) => "topics",
        _ when field.EndsWith(".source", StringComparison.Ordinal) => "sources",
        _ => field[(field.IndexOf('.') + 1)..],
    };
}
