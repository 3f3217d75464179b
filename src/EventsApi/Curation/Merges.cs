using System.Text.Json.Nodes;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;

namespace EventsApi.Curation;

/// <summary>Makes one of two records that mean the same, and takes it back. References lead on to the successor without being rewritten, so that a merge can be undone.</summary>
public sealed class Merges(Requests requests, RecordWriters writers)
{
    // What the successor takes over, each entry once.
    private static readonly string[] Joined = ["names", "identifiers", "sources", "codes"];

    public async Task MergeAsync(HttpContext http, Resource resource, string id, string other)
    {
        Singles.CheckParameters(http);
        await requests.AnswerAsync(http, [], session =>
        {
            var from = Singles.Require(session.Writer, resource.Kind, id);
            if (from.Id != id && !id.Contains(':')) throw new ProblemException(ProblemCode.Conflict, $"'{id}' is merged into '{from.Id}' already.");
            var into = session.Find(resource.Kind, other) ?? throw ProblemException.Rule("", "unknown-reference", $"There is no {resource.Kind.Name} '{other}' to merge into.", didYouMean: RecordLookup.Nearest(session.Writer, resource.Kind, other));
            if (from.Ref == into.Ref) throw ProblemException.Rule("", "circle", "A record cannot be merged into itself.");
            if (http.Request.Headers.IfMatch.Count > 0) Requests.RequireMatch(http, RecordLog.Current(session.Writer, from.Ref)!.Value);
            var kept = Json.Kept(session.Input(from.Ref));
            var joined = Json.Kept(session.Input(into.Ref));
            if (IsPart(session, into, from)) throw ProblemException.Rule("", "circle", $"'{into.Id}' is a part of '{from.Id}', so it cannot become it. Merge the other way round, or move it first.");
            Join(joined, kept, from);

            var writer = writers[resource.Kind];
            // It goes first: its identifiers become the successor's.
            writer.Remove(session, from, into);
            session.Replace(into, joined);
            var before = RecordLog.Current(session.Writer, into.Ref);
            session.Settle();
            if (RecordLog.Current(session.Writer, into.Ref) is var after && after > before) session.Writer.Kept("UPDATE merged SET revision = ? WHERE from_ref = ?").Bind(after).Bind(from.Ref).Run();
            // What was a part of the one is a part of the other now.
            session.Touch(into.Ref, WriteSession.AnyMember);
            // Terms lead to more than the records that name them: who held the post that day.
            if (resource.Kind == Kind.Post || from.Word == "person") session.Renew(Dependents.Of(into), WriteSession.AnyMember);
            return Written.Of(session, resource, into, StatusCodes.Status200OK);
        });
    }

    /// <summary>Whether a record stands below another in their tree, however deep.</summary>
    private static bool IsPart(WriteSession session, Known part, Known whole)
    {
        var seen = new HashSet<long>();
        for (var at = part; seen.Add(at.Ref);)
        {
            var record = Json.Kept(session.Input(at.Ref));
            if ((string?)(record["parent"] ?? record["partOf"]) is not { } above || session.Find(part.Kind, above) is not { } next) return false;
            if (next.Ref == whole.Ref) return true;
            at = next;
        }
        return false;
    }

    private static void Join(JsonObject into, JsonObject from, Known gone)
    {
        foreach (var member in Joined)
        {
            // The name by which it was known leads to the successor from now on.
            var more = (from[member] as JsonArray)?.Select(n => n!.DeepClone()).ToList() ?? [];
            if (member == "names" && gone.Kind is var kind && (kind == Kind.Actor || kind == Kind.Location)) more.Add(new JsonObject { ["text"] = gone.Name, ["lang"] = "en", ["type"] = "alias" });
            if (more.Count == 0) continue;
            if (into[member] is not JsonArray present) into[member] = present = [];
            foreach (var entry in more.Where(e => !present.Any(p => JsonNode.DeepEquals(p, e)) && !(member == "names" && (string?)e["text"] == (string?)into["name"]))) present.Add(entry);
        }
    }

    /// <summary>Brings back what was merged, and takes from the successor what it had got by that.</summary>
    public async Task UndoAsync(HttpContext http, Resource resource, string id, string other)
    {
        Singles.CheckParameters(http);
        await requests.AnswerAsync(http, [], session =>
        {
            var (kind, writer) = (resource.Kind, session.Writer);
            var into = Singles.Require(writer, kind, other);
            if (into.Id != other && !other.Contains(':')) throw new ProblemException(ProblemCode.Conflict, $"'{other}' is merged into '{into.Id}' itself. Undo that first.");
            var from = RecordLookup.RefOf(writer, kind, id);
            var row = writer.Kept("SELECT into_ref, revision FROM merged WHERE from_ref = ?").Bind(from ?? 0);
            if (!row.Step()) throw new ProblemException(ProblemCode.Conflict, $"'{id}' is not merged into '{other}'.");
            var (target, revision) = (row.Int64(0), row.Int64OrNull(1));
            row.Reset();
            if (target != into.Ref) throw new ProblemException(ProblemCode.Conflict, $"'{id}' is merged into '{RecordLookup.IdOf(writer, target)}', not into '{other}'.");

            var joined = Json.Kept(session.Input(into.Ref));
            if (revision is { } made) Part(joined, session, into.Ref, made);
            session.Replace(into, joined);
            // The identifiers are the successor's until then, so it comes back when those are free.
            session.Settle();
            session.Renew(Dependents.Of(into), WriteSession.AnyMember);
            session.Touch(into.Ref, WriteSession.AnyMember);
            var restored = writers[kind].Restore(session, from!.Value);
            return Written.Of(session, resource, restored, StatusCodes.Status200OK);
        });
    }

    /// <summary>What the merge added and is still there.</summary>
    private static void Part(JsonObject joined, WriteSession session, long into, long revision)
    {
        var before = JsonNode.Parse(RecordLog.At(session.Writer, into, revision - 1)!.Value.Record)!;
        var after = JsonNode.Parse(RecordLog.At(session.Writer, into, revision)!.Value.Record)!;
        foreach (var member in Joined)
        {
            if (joined[member] is not JsonArray present) continue;
            var was = before[member] as JsonArray ?? [];
            var added = (after[member] as JsonArray ?? []).Where(e => !was.Any(w => JsonNode.DeepEquals(w, e))).ToList();
            foreach (var entry in present.Where(p => added.Any(a => JsonNode.DeepEquals(a, p))).ToList()) present.Remove(entry);
        }
    }
}
