using EventsApi.Dates;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;
using EventsApi.Vocabulary;

namespace EventsApi.Actors;

/// <summary>The filters of actors, posts and memberships.</summary>
internal static class ActorFilters
{
    private static readonly string[] ByName = ["name", "-name", "-updated", "updated"];
    private static readonly string[] Includes = ["claims", "revisions"];

    public static readonly Resource Actors = new()
    {
        Path = "actors", Tag = "Actors", Kind = Kind.Actor, Sorts = ByName, Item = [typeof(Actor)], Single = [typeof(Actor)], Includes = Includes,
        Facets = [Facet.Word("kind", "actor.kind"), Facet.Word("classification", "actor.classification"), Facet.Word("sector", "actor.sector", "sector", Words.SectorLabel), Facet.Country("actor.country", "country")],
        Filters =
        [
            FilterParameter.Words("kind", "actor.kind", "state, organization, person or group.", Words.ActorKind),
            FilterParameter.Text("classification", "actor.classification", "What kind of organization or state: alliance, ministry, armed-group, former-state …"),
            FilterParameter.Words("sector", "actor.sector", "PLOVER sector.", Words.Sector),
            FilterParameter.Country("actor.country", "Country it belongs to, ISO 3166-1 alpha-2 or alpha-3."),
            FilterParameter.Ids("partOf", Kind.Actor, "Part of this actor, directly or through others.", "actor.partOf"),
            new("memberOf", "Members of this organization (partners where it has no members), as of `asOf`, else today.", ValueShape.Id(Kind.Actor), FilterParameter.Sets, MemberOf),
            .. FilterParameter.AsOf,
            .. FilterParameter.Presence("actor.has", "country", "founded", "dissolved", "sector", "sources", "identifiers"),
            .. FilterParameter.Common(Kind.Actor),
        ],
        // With memberOf, asOf is about the membership; alone it is about the actor's own life, of which most often nothing is known.
        Together = reader => { if (!reader.Given.Keys.Any(k => k.StartsWith("memberOf", StringComparison.Ordinal))) reader.AsOf(certainByDefault: false); },
    };

    public static readonly Resource Posts = new()
    {
        Path = "posts", Tag = "Posts", Kind = Kind.Post, Sorts = ByName, Item = [typeof(Post)], Single = [typeof(Post)], Includes = Includes,
        Facets = [Facet.Record("organization", "post.organization", Kind.Actor), Facet.Country("post.country", null)],
        Filters =
        [
            FilterParameter.Ids("organization", Kind.Actor, "The organization or state it belongs to, or one of which that is part.", "post.organization"),
            FilterParameter.Country("post.country", "ISO 3166-1 alpha-2 or alpha-3."),
            FilterParameter.Ids("holder", Kind.Actor, "Held by this person; with asOf, on that day.", "post.holder"),
            .. FilterParameter.AsOf,
            .. FilterParameter.Presence("post.has", "holders", "sources"),
            .. FilterParameter.Common(Kind.Post),
        ],
        Together = HeldAsOf,
    };

    public static readonly Resource Memberships = new()
    {
        Path = "memberships", Tag = "Memberships", Kind = Kind.Membership, Sorts = ["name", "-name", "-date", "date", "-updated", "updated"], Item = [typeof(Membership)], Single = [typeof(Membership)], Includes = Includes,
        Facets = [Facet.Word("classification", "membership.classification"), Facet.Word("status", "membership.status"), Facet.Record("organization", "membership.organization", Kind.Actor), Facet.Word("kind", "membership.kind"), Facet.Country("membership.country", null)],
        Filters =
        [
            FilterParameter.Ids("member", Kind.Actor, "Who belongs.", "membership.member"),
            FilterParameter.Ids("organization", Kind.Actor, "To what.", "membership.organization"),
            FilterParameter.Ids("memberOf", Kind.Actor, "The same as organization.", "membership.organization"),
            FilterParameter.Ids("post", Kind.Post, "Terms in this post.", "membership.post"),
            FilterParameter.Ids("holder", Kind.Actor, "The same as member.", "membership.member"),
            FilterParameter.Words("classification", "membership.classification", "member, partner, observer, associate, candidate, signatory or holder.", Words.MembershipClassification),
            FilterParameter.Words("status", "membership.status", "active or suspended.", Words.MembershipStatus),
            FilterParameter.Words("kind", "membership.kind", "Kind of the member.", Words.ActorKind),
            FilterParameter.Country("membership.country", "Country of the member, ISO 3166-1 alpha-2 or alpha-3."),
            .. FilterParameter.AsOf,
            .. FilterParameter.Presence("membership.has", "start", "end", "post", "sources"),
            .. FilterParameter.Common(Kind.Membership),
        ],
        Together = reader => reader.AsOf(certainByDefault: true),
    };

    /// <summary>The classification that counts as belonging: member, or partner where there are no members.</summary>
    public static string Belonging(FilterReader reader, string organization)
    {
        if (reader.Past is { } past) return past.Keys("membership.organization", organization).Any(m => past.Input<MembershipInput>(m).Classification == "member") ? "member" : "partner";
        var members = new KeyWalk(reader.Reader, Kind.Membership, [new InLists([("membership.organization", organization)]), new InLists([("membership.classification", "member")])]);
        return members.Count(1, 1_000).Value > 0 ? "member" : "partner";
    }

    /// <summary>Of several memberships of one member that are found, the last written stands for it.</summary>
    public static InKeys OnePerMember(Reader reader, IReadOnlyList<Condition> conditions)
    {
        var last = new Dictionary<string, long>();
        new KeyWalk(reader, Kind.Membership, conditions).Run(", a.item ->> '$.member.id'", false, null, int.MaxValue, row =>
        {
            last[row.Text(1)] = row.Int64(0);
            return true;
        });
        return new InKeys([.. last.Values]);
    }

    private static void RequireAsOf(FilterReader reader)
    {
        if (reader.One("dateMatch") is not null) throw Http.ProblemException.Parameter("dateMatch", "needs-another", "dateMatch needs asOf beside it.");
    }

    private static void MemberOf(FilterReader reader, string op, IReadOnlyList<string> organizations)
    {
        if (reader.One("asOf") is null) RequireAsOf(reader);
        var members = organizations.Select(o => Members(reader, o)).ToList();
        if (op == "all")
            foreach (var keys in members) reader.Add(new InKeys(keys));
        else reader.Add(new InKeys([.. members.SelectMany(m => m).Distinct()]) { Not = op == "not" });
        reader.Set(op == "" ? "memberOf" : $"memberOf[{op}]", string.Join(',', organizations.Order(StringComparer.Ordinal)));
        reader.Say($"members of {reader.Or(organizations)}");
    }

    private static List<long> Members(FilterReader reader, string organization)
    {
        List<Condition> conditions = [new InLists([("membership.organization", organization)]), new InLists([("membership.classification", Belonging(reader, organization))])];
        var terms = new FilterReader(reader.Reader, Kind.Membership, reader.Today) { Given = reader.One("asOf") is null ? new Dictionary<string, IReadOnlyList<string>> { ["asOf"] = ["today"], ["dateMatch"] = ["possible"] } : reader.Given };
        terms.AsOf(certainByDefault: true);
        conditions.AddRange(terms.Conditions);
        if (reader.One("asOf") is not null)
            foreach (var (name, value) in terms.Canonical) reader.Set(name, value);

        var keys = new List<long>();
        new KeyWalk(reader.Reader, Kind.Membership, conditions).Run("", false, null, int.MaxValue, row =>
        {
            keys.Add(row.Int64(0));
            return true;
        });
        return [.. keys.Select(key => MemberOf(reader, key))];
    }

    private static long MemberOf(FilterReader reader, long membership) => reader.Reader
        .Kept("SELECT r.ref FROM records m JOIN records r ON r.kind = ? AND r.id = m.record ->> '$.member' WHERE m.ref = ?").Bind(Kind.Actor.Number).Bind(membership).Scalar()!.Value;

    /// <summary>asOf on posts: somebody, or the holder asked for, held the post that day.</summary>
    private static void HeldAsOf(FilterReader reader)
    {
        if (reader.One("asOf") is not { } value)
        {
            RequireAsOf(reader);
            return;
        }
        reader.Reading = "asOf";
        var day = reader.Read("asOf", value, asPeriod: false);
        var certain = reader.One("dateMatch") != "possible";
        var holders = reader.Given.TryGetValue("holder", out var given) ? given : [];
        var who = holders.Count == 0 ? "" : $" AND EXISTS (SELECT 1 FROM postings w WHERE w.key = h.key AND w.list IN (SELECT id << 2 FROM lists WHERE field = 'membership.member' AND value IN ({string.Join(", ", holders.Select(_ => "?"))})))";
        var term = certain
            ? "EXISTS (SELECT 1 FROM spans s WHERE s.key = h.key AND s.start_latest <= ? AND s.end_earliest >= ?)"
            : "NOT EXISTS (SELECT 1 FROM spans s WHERE s.key = h.key AND (s.\"end\" < ? OR s.start > ?))";
        reader.Add(new TestOfOthers($"EXISTS (SELECT 1 FROM postings h WHERE h.list = (SELECT id << 2 FROM lists WHERE field = 'membership.post' AND value = (SELECT id FROM records WHERE ref = p.key)) AND {term}{who})",
            (session, post) => PostWriter.Terms(session, session.Find(post.Ref).Id).Any(t => t.Term.Covers(day.Start, day.End, certain) && (holders.Count == 0 || holders.Contains(t.Term.Member!.Id))),
            [day.Start, day.End, .. holders]));
        reader.Set("asOf", day.Edtf);
        if (!certain) reader.Set("dateMatch", "possible");
        reader.Say($"held as of {day.Edtf}");
    }
}
