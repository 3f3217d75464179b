using EventsApi.Access;
using EventsApi.Events;
using EventsApi.Search;

namespace EventsApi.Http;

/// <summary>A request that works as it stands on the default catalogue.</summary>
/// <param name="Body">JSON to send; null for a GET.</param>
public sealed record OperationExample(string Name, string Request, string? Body = null);

/// <summary>What the OpenAPI document tells of an operation beyond its route; the document's filters read it.</summary>
public sealed record Operation(string Tag, string Summary, string Description, OperationExample[] Examples)
{
    public Resource? Resource { get; init; }
    public bool IsList { get; init; }
    /// <summary>The filters that a sub-resource takes, null for all of the resource's; of other operations, what they take beside limit, cursor and format.</summary>
    public string[]? Parameters { get; init; }
    /// <summary>The shape of the answer, or of an item of the list, where it is not the resource's.</summary>
    public Type? Shape { get; init; }
    /// <summary>Another shape that an item can have.</summary>
    public Type? OrShape { get; init; }
    /// <summary>What it takes beside the resource's filters, where that is not what a list takes.</summary>
    public string[]? Controls { get; init; }
    /// <summary>The shape of the body that is sent; null for none.</summary>
    public Type? Body { get; init; }
    /// <summary>Whether it writes, and so needs a key.</summary>
    public bool Writes { get; init; }
    /// <summary>Whether the body is a file.</summary>
    public bool TakesFile { get; init; }
    /// <summary>The media type where it is not JSON.</summary>
    public string? MediaType { get; init; }
    /// <summary>Whether it is a file, of which ranges can be had, and which can be missing.</summary>
    public bool IsFile { get; init; }
}

/// <summary>How many items a page of the list has, where that is not what other lists have.</summary>
public sealed record PageBounds(int Usual, int Largest);

public static class OperationExtensions
{
    /// <summary>A list of the resource.</summary>
    /// <param name="tag">Where a sub-resource stands in the document: with the record it belongs to.</param>
    public static RouteHandlerBuilder Lists(this RouteHandlerBuilder route, Resource resource, string summary, string description, OperationExample first, OperationExample second, Type? shape = null, string[]? parameters = null, string? tag = null) =>
        route.WithMetadata(new Operation(tag ?? resource.Tag, summary, description, [first, second]) { Resource = resource, IsList = true, Shape = shape, Parameters = parameters });

    /// <summary>One record of the resource.</summary>
    public static RouteHandlerBuilder Gives(this RouteHandlerBuilder route, Resource resource, string summary, string description, OperationExample first, OperationExample second) =>
        route.WithMetadata(new Operation(resource.Tag, summary, description, [first, second]) { Resource = resource });

    /// <summary>An operation that writes a record of the resource.</summary>
    public static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, Resource resource, string summary, string description, OperationExample first, OperationExample second) =>
        route.WithMetadata(new Operation(resource.Tag, summary, description, [first, second]) { Resource = resource, Writes = true }).Needs(Role.Editor);

    /// <summary>An operation that writes something else.</summary>
    public static RouteHandlerBuilder Writes(this RouteHandlerBuilder route, string tag, string summary, string description, OperationExample first, OperationExample second, Type shape) =>
        route.WithMetadata(new Operation(tag, summary, description, [first, second]) { Shape = shape, Writes = true }).Needs(Role.Editor);

    /// <summary>A table over the events that the list's filters find.</summary>
    public static RouteHandlerBuilder Aggregates<T>(this RouteHandlerBuilder route, string summary, string description, OperationExample first, OperationExample second) =>
        route.WithMetadata(new Operation("Events", summary, description, [first, second]) { Resource = EventFilters.Counted, IsList = true, Shape = typeof(T), Controls = [.. Events.Aggregates.Own, "limit", "cursor", "format"] }, new PageBounds(Events.Aggregates.LargestPage, Events.Aggregates.LargestPage));

    /// <summary>A map of the events that the list's filters find.</summary>
    public static RouteHandlerBuilder Clusters<T>(this RouteHandlerBuilder route, string summary, string description, OperationExample first, OperationExample second) =>
        route.WithMetadata(new Operation("Events", summary, description, [first, second]) { Resource = EventFilters.Counted, Shape = typeof(T), Controls = ["zoom", "format"], MediaType = "application/geo+json" });

    /// <summary>Something else than a record: a document, a vocabulary, a page.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder route, string tag, string summary, string description, OperationExample first, OperationExample second, bool list = false, string? mediaType = null, Type? body = null, Type? or = null, params string[] parameters) =>
        route.WithMetadata(new Operation(tag, summary, description, [first, second]) { Shape = typeof(T), OrShape = or, IsList = list, MediaType = mediaType, Parameters = parameters, Body = body });
}
