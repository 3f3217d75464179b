using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>Why nothing was found: what one filter left over of what those before it had left.</summary>
/// <param name="Parameter">The filter, as it stands in the address.</param>
/// <param name="Left">Records left after this filter and all before it.</param>
/// <param name="Relation">eq, or gte where counting was cut short.</param>
/// <param name="Emptied">This is the filter that left nothing.</param>
/// <param name="Without">How many there would be without this filter alone.</param>
/// <param name="Href">The list without this filter; null where the question has no address.</param>
/// <param name="Near">Values of this filter that would find something, the most frequent first.</param>
/// <param name="Undated">Of a date filter: records that fulfil everything else and have no date at all.</param>
public sealed record Diagnostic(string Parameter, string Value, long Left, string Relation, bool Emptied, long Without, string? Href, IReadOnlyList<FacetValue> Near, long? Undated)
{
    // Explaining must not cost more than answering.
    private const int Most = 10_000, Probes = 10_000, NearValues = 3;

    /// <summary>One entry for each filter, in the order in which they are applied.</summary>
    internal static IReadOnlyList<Diagnostic> Of(Reader reader, ListNames names, Resource resource, ListRequest request, FilterReader filters, string path)
    {
        Total Count(IEnumerable<Condition> conditions) => new KeyWalk(reader, resource.Kind, [.. conditions]).Count(Most, Probes);
        var found = new List<Diagnostic>();
        var emptied = false;
        var origins = filters.Origins().ToList();
        for (var n = 0; n < origins.Count; n++)
        {
            var parameter = origins[n];
            // What belongs to no parameter (being a meeting, a sub-resource's scope) always holds.
            var left = Count(filters.ConditionsBut([.. origins.Skip(n + 1)]));
            var others = filters.ConditionsBut(parameter == "memberOf" ? ["memberOf", "asOf"] : [parameter]);
            var without = Count(others);
            var isPeriod = parameter == "date";
            string[] removed = isPeriod ? ["from", "to", "date", "dateMatch"] : parameter == "q" ? ["q", "stem", "explain"] : parameter == "near" ? filters.Canonical.ContainsKey("bbox") ? ["near", "radius"] : ["near", "radius", "geoMatch"]
                : parameter == "bbox" ? filters.Canonical.ContainsKey("near") ? ["bbox"] : ["bbox", "geoMatch"]
                : parameter.StartsWith("topic", StringComparison.Ordinal) ? [parameter, "certainty"]
                : parameter == "memberOf" ? [parameter, "asOf", "dateMatch"]
                : (parameter.StartsWith("actor", StringComparison.Ordinal) || parameter.StartsWith("host", StringComparison.Ordinal)) && filters.ActorLists.Count <= 1 ? [parameter, "actorMatch", "expand"] : [parameter];
            IReadOnlyList<FacetValue> near = [];
            if (without.Value > 0 && left.Value == 0)
            {
                var facet = Array.Find(resource.Facets, f => f.Name == (isPeriod ? "year" : parameter));
                if (facet is not null) near = [.. new FacetCounter(reader, names, resource, request, filters, path).Count([facet])[facet.Name].Values.Where(v => v.Count > 0 && !v.Selected).Take(NearValues)];
            }
            found.Add(new Diagnostic(parameter, string.Join('&', removed.Where(filters.Canonical.ContainsKey).Select(r => r == parameter ? filters.Canonical[r] : $"{r}={filters.Canonical[r]}")), left.Value, left.Relation, left.Value == 0 && !emptied, without.Value,
                parameter == "near" && request.Sort == "distance" ? null : request.AddressWith(path, filters, removed.ToDictionary(r => r, _ => (string?)null)), near,
                isPeriod && resource.Kind == Kind.Event ? Count([.. others, new InLists([("event.has", "date")]) { Not = true }]).Value : null));
            emptied |= left.Value == 0;
        }
        return found;
    }
}
