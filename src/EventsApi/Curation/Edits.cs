using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Events;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;

namespace EventsApi.Curation;

/// <summary>Adds, replaces, changes and deletes single records.</summary>
public sealed class Edits(Requests requests, RecordWriters writers)
{
    private const int ReferrersShown = 20;

    public async Task CreateAsync(HttpContext http, Resource resource)
    {
        Singles.CheckParameters(http);
        var body = await JsonBody.ReadAsync(http, "application/json");
        var input = Read(resource, body);
        await requests.AnswerAsync(http, body, session => Written.Of(session, resource, writers[resource.Kind].Add(session, input), StatusCodes.Status201Created));
    }

    public async Task ReplaceAsync(HttpContext http, Resource resource, string id)
    {
        Singles.CheckParameters(http);
        var body = await JsonBody.ReadAsync(http, "application/json");
        var input = Read(resource, body);
        await requests.AnswerAsync(http, body, session =>
        {
            var known = Require(http, session, resource, id);
            writers[resource.Kind].Replace(session, known, input);
            return Written.Of(session, resource, known, StatusCodes.Status200OK);
        });
    }

    /// <summary>RFC 7396: members that are sent replace those of the record, null takes one away, arrays are replaced whole.</summary>
    public async Task PatchAsync(HttpContext http, Resource resource, string id)
    {
        Singles.CheckParameters(http);
        var body = await JsonBody.ReadAsync(http, JsonBody.MergePatch);
        var patch = JsonBody.Parse(body, () => JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { MaxDepth = Json.Options.MaxDepth, AllowDuplicateProperties = false }), typeof(object)) as JsonObject
            ?? throw new ProblemException(ProblemCode.InvalidRequest, "A merge patch is a JSON object with the members to change.", [new ProblemError("invalid-json", "Send an object.") { Pointer = "" }]);
        // A name with a value is looked at when the record is read; one with null would be gone by then.
        foreach (var (name, value) in patch)
            if (value is null && !Json.Options.GetTypeInfo(writers[resource.Kind].Shape).Properties.Any(p => p.Name == name))
                throw new ProblemException(ProblemCode.InvalidRequest, $"There is no member '{name}'.", [JsonBody.Unknown("/" + name, name, writers[resource.Kind].Shape)]);
        await requests.AnswerAsync(http, body, session =>
        {
            var known = Require(http, session, resource, id);
            var record = Json.Kept(session.Input(known.Ref));
            Merge(record, patch);
            writers[resource.Kind].Replace(session, known, Read(resource, JsonSerializer.SerializeToUtf8Bytes(record, Json.Options)));
            return Written.Of(session, resource, known, StatusCodes.Status200OK);
        });
    }

    public async Task DeleteAsync(HttpContext http, Resource resource, string id)
    {
        Singles.CheckParameters(http);
        await requests.AnswerAsync(http, [], session =>
        {
            var known = Require(http, session, resource, id);
            Delete(session, known);
            return new Written { Status = StatusCodes.Status204NoContent };
        });
    }

    /// <summary>Its own relations and the claims about it go with a record; whatever else refers to it keeps it, for a delete cannot be taken back.</summary>
    internal void Delete(WriteSession session, Known known)
    {
        var referrers = Dependents.Of(known).SelectMany(list => References(session, list)).Where(r => r != known.Ref).Distinct().ToList();
        var parts = referrers.Where(r => Kind.OfRef(r) == Kind.Relation || Kind.OfRef(r) == Kind.Claim).Where(r => IsOf(session, r, known)).ToList();
        var others = referrers.Except(parts).Select(session.Find).ToList();
        if (others.Count > 0)
            throw new ProblemException(ProblemCode.Conflict, $"{known.Id} is referred to by {(others.Count > ReferrersShown ? "many records" : others.Count == 1 ? "another record" : $"{others.Count} records")}. Change those first, merge it into another record, or set its status to retracted.",
                [.. others.Take(ReferrersShown).Select(o => new ProblemError("referred-to", $"{o.Kind.Href(o.Id)} refers to it."))]);
        foreach (var part in parts) writers[Kind.OfRef(part)].Remove(session, session.Find(part), null);
        writers[known.Kind].Remove(session, known, null);
    }

    private static bool IsOf(WriteSession session, long reference, Known known)
    {
        bool Is(ReferenceInput? to) => to is not null && to.Kind == known.Kind.Name && to.Id == known.Id;
        return session.Input(reference) switch
        {
            RelationInput relation => Is(relation.From),
            Statements.ClaimInput claim => Is(claim.Record),
            _ => false,
        };
    }

    /// <summary>The first of those that stand in a list, or will when a merge is carried out; all, where they go with the record.</summary>
    private static List<long> References(WriteSession session, (string Field, string Value) list)
    {
        var most = list.Field is "relation.from" or "claim.record" ? long.MaxValue : 1_000L;
        var references = new List<long>();
        var rows = session.Writer.Kept("""
            SELECT a.ref FROM (SELECT id FROM lists WHERE field = ?1 AND value = ?2 UNION ALL SELECT w.list FROM pending w JOIN lists i ON i.id = w.into_list WHERE i.field = ?1 AND i.value = ?2) l
            JOIN postings p ON p.list = l.id << 2 JOIN answers a ON a.key = p.key LIMIT ?3
            """).Bind(list.Field).Bind(list.Value).Bind(most);
        while (rows.Step()) references.Add(rows.Int64(0));
        return references;
    }

    /// <summary>The record that the path names, at the revision that was read.</summary>
    internal static Known Require(HttpContext http, WriteSession session, Resource resource, string id)
    {
        var known = Singles.Require(session.Writer, resource, id);
        if (known.Id != id && !id.Contains(':')) throw new ProblemException(ProblemCode.Conflict, $"'{id}' was merged into '{known.Id}'. Write to {known.Kind.Href(known.Id)}.");
        Requests.RequireMatch(http, RecordLog.Current(session.Writer, known.Ref)!.Value);
        return known;
    }

    /// <summary>What was sent, as a record of the resource.</summary>
    internal RecordInput Read(Resource resource, byte[] body)
    {
        var writer = writers[resource.Kind];
        return JsonBody.Parse(body, () =>
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = Json.Options.MaxDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("A record is a JSON object.");
            RequireElements(document.RootElement, "");
            RequirePartsElsewhere(document.RootElement);
            RequireOwnName(document.RootElement);
            var input = writer.Read(body, resource.Always is not null ? AsMeeting : null);
            // Typed numbers are the catalogue's to give; readable ids may be chosen.
            return resource.Kind.Prefix is null ? input : input with { Id = null };
        }, writer.Shape);
    }

    /// <summary>Nothing can stand in place of an element: an array without it is meant. A claim's value is anybody's.</summary>
    private static void RequireElements(JsonElement element, string pointer)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
                if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array && !(pointer == "" && member.NameEquals("value"))) RequireElements(member.Value, $"{pointer}/{member.Name}");
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            var n = 0;
            foreach (var inner in element.EnumerateArray())
            {
                if (inner.ValueKind == JsonValueKind.Null) throw new ProblemException(ProblemCode.InvalidRequest, "An array holds a null.", [new ProblemError("invalid-json", "Leave out what is null.") { Pointer = $"{pointer}/{n}" }]);
                RequireElements(inner, $"{pointer}/{n++}");
            }
        }
    }

    /// <summary>What enters as a meeting is one, and meetings are of one type.</summary>
    private static RecordInput AsMeeting(RecordInput input)
    {
        var meeting = (EventInput)input;
        if (meeting.Kind == "event") throw ProblemException.Rule("/kind", "invalid", "This is the path of meetings; send an event to /v1/events.", ["meeting"]);
        return meeting with { Kind = "meeting", Type = meeting.Type ?? "consult" };
    }

    // Members of an answer that are records of their own: what is new among them would be lost without a word.
    private static readonly (string Member, string Path)[] Parts = [("statements", "/v1/statements"), ("relations", "/v1/relations"), ("holders", "/v1/memberships"), ("claims", "/v1/claims")];

    private static void RequirePartsElsewhere(JsonElement record)
    {
        foreach (var (member, path) in Parts)
            if (record.TryGetProperty(member, out var parts) && parts.ValueKind == JsonValueKind.Array && parts.EnumerateArray().Any(p => p.ValueKind != JsonValueKind.Object || !p.TryGetProperty("id", out _) && !p.TryGetProperty("membership", out _)))
                throw ProblemException.Rule("/" + member, "elsewhere", $"These are records of their own: send each to {path}, with a reference to this one.");
    }

    /// <summary>A record that was read in another language shows a translated name; sent back, that would rename it.</summary>
    private static void RequireOwnName(JsonElement record)
    {
        if (record.TryGetProperty("nameLanguage", out var language) && language.ValueKind == JsonValueKind.String && record.TryGetProperty("name", out _) && !language.ValueEquals("en"))
            throw ProblemException.Rule("/nameLanguage", "translated", $"This was read with names in another language ({language.GetString()}). Read it without lang= and Accept-Language, or with lang=en, and change that.");
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
            if (value is null) target.Remove(name);
            else if (value is JsonObject inner)
            {
                if (target[name] is not JsonObject present) target[name] = present = [];
                Merge(present, inner);
            }
            else target[name] = value.DeepClone();
    }
}
