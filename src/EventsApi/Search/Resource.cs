using System.Collections.Frozen;
using EventsApi.Records;

namespace EventsApi.Search;

/// <summary>A collection that can be listed: which records, which filters, which orders. Lists, sub-resources and the OpenAPI document are made from it.</summary>
public sealed class Resource
{
    /// <summary>The collection's path below /v1, such as "events".</summary>
    public required string Path { get; init; }
    /// <summary>The tag in the OpenAPI document.</summary>
    public required string Tag { get; init; }
    public required Kind Kind { get; init; }
    public required FilterParameter[] Filters { get; init; }
    /// <summary>The legal values of sort; the first is the default.</summary>
    public required string[] Sorts { get; init; }
    /// <summary>And those that need something to order by.</summary>
    public string[] AllSorts => [.. Sorts, ByRelevance];
    public const string ByRelevance = "relevance";
    /// <summary>The shape of a list item, for fields= and the document.</summary>
    public required Type[] Item { get; init; }
    /// <summary>The shapes that together are the single record.</summary>
    public required Type[] Single { get; init; }
    /// <summary>What include= can add.</summary>
    public required string[] Includes { get; init; }
    /// <summary>What facets= can count.</summary>
    public Facet[] Facets { get; init; } = [];
    /// <summary>Holds for every record of this collection, such as being a meeting.</summary>
    public Condition? Always { get; init; }
    /// <summary>What filters mean together: periods, roles, terms.</summary>
    public Action<FilterReader>? Together { get; init; }
    /// <summary>Members whose value is read when asked, because it counts other records.</summary>
    public (string Member, string Field)? Counted { get; init; }

    private FrozenDictionary<string, (FilterParameter Filter, int Order)>? _spellings;

    /// <summary>The filters by each name that a query string can hold, with their place in the table.</summary>
    public FrozenDictionary<string, (FilterParameter Filter, int Order)> Spellings =>
        _spellings ??= Filters.SelectMany(f => f.Spellings.Select(s => (Spelling: s, Filter: f))).Select((p, n) => (p.Spelling, p.Filter, Order: n)).ToFrozenDictionary(p => p.Spelling, p => (p.Filter, p.Order));

    /// <summary>Adds the outlines of countries to GeoJSON.</summary>
    public const string Outline = "outline";

    public static readonly string[] EveryInclude = ["statements", "sources", "relations", "claims", "revisions", "names"];
}
