using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Actors;

/// <summary>Who belonged to an organization on the day of an event.</summary>
internal static class Members
{
    /// <summary>An event in which a member took part that was one, actively and for certain, on the day on which the event began at the earliest.</summary>
    /// <param name="mask">The detail bits of the member's posting of which one must be set.</param>
    public static Test Of(FilterReader filters, string organization, long mask)
    {
        var (terms, days) = (new List<string>(), new List<(string Member, long First, long Last)>());
        var classification = ActorFilters.Belonging(filters, organization);
        var rows = filters.Reader.Kept("""
            SELECT e.id << 2, s.start_latest, s.end_earliest, e.value
            FROM lists o
            JOIN postings p ON p.list = o.id << 2
            JOIN spans s ON s.key = p.key
            JOIN records r ON r.ref = p.key
            JOIN lists e ON e.field = 'event.actor' AND e.value = r.record ->> '$.member'
            WHERE o.field = 'membership.organization' AND o.value = ?
              AND r.record ->> '$.classification' = ? AND r.record ->> '$.status' = 'active'
            """).Bind(organization).Bind(classification);
        while (rows.Step())
        {
            terms.Add($"[{rows.Int64(0)},{rows.Int64(1)},{rows.Int64(2)}]");
            days.Add((rows.Text(3), rows.Int64(1), rows.Int64(2)));
        }
        // An event without a known beginning (day 0 and 1 of the keys) has no day on which anybody could be a member.
        return new TestOfOthers($"(p.key >> 20) > 1 AND {filters.Reader.IsListedInTime}", (_, made) => made.EventDay > 1 && days.Exists(d => (made.Detail("event.actor", d.Member) & mask) != 0 && made.EventDay - 1 >= d.First && made.EventDay - 1 <= d.Last), $"[{string.Join(',', terms)}]", mask);
    }
}
