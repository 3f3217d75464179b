using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Events;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Statements;
using EventsApi.Vocabulary;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace EventsApi.Http;

/// <summary>Every member that is always there is required; nullable references are said in a way that JSON Schema 2020-12 can fulfil.</summary>
internal sealed class SchemaFilter(IServiceProvider services) : ISchemaFilter
{
    /// <summary>What a member of an answer means wherever it has that name and says nothing else.</summary>
    private static readonly Dictionary<string, (string Description, string? Format)> Usual = new()
    {
        ["id"] = ("Opaque; never changes.", null),
        ["href"] = ("Its path on this server.", "uri-reference"),
        ["label"] = ("What people call it.", null),
        ["createdAt"] = ("When it was first written.", "date-time"),
        ["updatedAt"] = ("When it was last written.", "date-time"),
        ["identifiers"] = ("What it is called in other schemes.", null),
        ["sources"] = ("Where it stands.", null),
        ["cursor"] = ("Send it as `cursor` for the next page; null at the end.", null),
        ["url"] = ("Where it can be read.", "uri"),
    };

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema found) return;
        // An answer may grow members; only input is strict.
        found.AdditionalPropertiesAllowed = true;
        found.AdditionalProperties = found.AdditionalProperties is OpenApiSchema { Type: not null } or OpenApiSchemaReference ? found.AdditionalProperties : null;
        // Its members are the parameters of a list.
        if (context.Type == typeof(QueryBody) || context.Type == typeof(IReadOnlyDictionary<string, JsonElement>)) found.AdditionalProperties = new OpenApiSchema();
        if (found.Properties is null || context.MemberInfo is not null) return;
        var members = Json.Options.GetTypeInfo(context.Type).Properties.ToDictionary(p => p.Name);
        var isInput = context.Type.Name.EndsWith("Input", StringComparison.Ordinal);
        found.Required = isInput ? Needed(context.Type) : Optional(context.Type) is { Count: > 0 } optional ? found.Properties.Keys.Where(name => !optional.Contains(name)).ToHashSet() : found.Properties.Keys.Where(name => members.TryGetValue(name, out var member) && !IsLeftOut(member)).ToHashSet();
        foreach (var (name, property) in found.Properties)
            if (property is OpenApiSchema { AllOf.Count: > 0 } reference && (reference.Type?.HasFlag(JsonSchemaType.Null) ?? false))
            {
                reference.AnyOf = [.. reference.AllOf, new OpenApiSchema { Type = JsonSchemaType.Null }];
                reference.AllOf = null;
                reference.Type = null;
            }
            else if (property is OpenApiSchema { Type: { } type } integer && type.HasFlag(JsonSchemaType.Integer) && type.HasFlag(JsonSchemaType.String))
                integer.Type = type & ~JsonSchemaType.String;
        foreach (var (name, property) in found.Properties)
            if (members.GetValueOrDefault(name)?.AttributeProvider?.GetCustomAttributes(typeof(CodeListAttribute), true).OfType<CodeListAttribute>().FirstOrDefault() is { } list && property is OpenApiSchema coded)
            {
                var target = coded.Items as OpenApiSchema ?? coded;
                target.Enum = [.. list.Values.Select(v => (JsonNode)v)];
                if (target.Type is { } kinds && kinds.HasFlag(JsonSchemaType.Null)) target.Enum.Add(JsonNullSentinel.JsonNull);
            }
        if (isInput)
            foreach (var (name, longest) in Longest(context.Type))
                if (found.Properties.TryGetValue(name, out var property) && property is OpenApiSchema text) text.MaxLength = longest;
        foreach (var (name, (description, format)) in isInput ? [] : Usual)
            if (found.Properties.TryGetValue(name, out var property) && property is OpenApiSchema { AllOf: null, AnyOf: null } said)
            {
                said.Description ??= description;
                if (said.Type?.HasFlag(JsonSchemaType.String) ?? false) said.Format ??= format;
            }
        if (context.Type == typeof(Record) || context.Type == typeof(EventItem))
            foreach (var (name, (added, description)) in OnRequest(context, ofEvents: context.Type == typeof(EventItem)))
            {
                added.Description = description;
                found.Properties.TryAdd(name, added);
            }
    }

    /// <summary>What a question adds to a record. No shape has it, because it is not kept with the record.</summary>
    private static IEnumerable<KeyValuePair<string, (IOpenApiSchema Schema, string Description)>> OnRequest(SchemaFilterContext context, bool ofEvents)
    {
        IOpenApiSchema Of(Type type) => context.SchemaGenerator.GenerateSchema(type, context.SchemaRepository);
        IOpenApiSchema Several(Type type) => new OpenApiSchema { Type = JsonSchemaType.Array, Items = Of(type) };
        yield return new("snippet", (new OpenApiSchema { AnyOf = [Of(typeof(Snippet)), new OpenApiSchema { Type = JsonSchemaType.Null }] }, "With q."));
        yield return new("relevance", (new OpenApiSchema { Type = JsonSchemaType.Number | JsonSchemaType.Null }, "With q: higher is better."));
        yield return new("explanation", (Several(typeof(TermMatch)), "With explain=true."));
        yield return new("claims", (Several(typeof(Claim)), "With include=claims."));
        yield return new("revisions", (Several(typeof(Revision)), "With include=revisions."));
        yield return new("warnings", (Several(typeof(Warning)), "After a write: what is probably not meant."));
        if (!ofEvents) yield break;
        foreach (var (name, type) in ((string, Type)[])[("statements", typeof(StatementSummary)), ("relations", typeof(RelationSummary)), ("sources", typeof(SourceSummary))]) yield return new(name, (Several(type), $"With include={name}."));
        yield return new("names", (Several(typeof(AllNames)), "With include=names."));
    }

    /// <summary>What may be left out of a shape that is sent to us: it has a value then.</summary>
    private static HashSet<string> Optional(Type shape) =>
        [.. shape.GetConstructors().SelectMany(c => c.GetParameters()).Where(p => p.HasDefaultValue).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name!))];

    /// <summary>The members without which the validator refuses a record.</summary>
    private HashSet<string> Needed(Type input)
    {
        return [.. Rules(input).Where(member => member.Any(rule => rule.Validator.Name is "NotEmptyValidator" or "NotNullValidator" && !rule.Options.HasCondition && !rule.Options.HasAsyncCondition))
            .Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Key)).Where(name => !name.Contains('.'))];
    }

    /// <summary>How long the validator lets a text be.</summary>
    private IEnumerable<(string Name, int Longest)> Longest(Type input) =>
        from member in Rules(input)
        from rule in member
        where rule.Validator is FluentValidation.Validators.IMaximumLengthValidator
        select (JsonNamingPolicy.CamelCase.ConvertName(member.Key), ((FluentValidation.Validators.IMaximumLengthValidator)rule.Validator).Max);

    private ILookup<string, (FluentValidation.Validators.IPropertyValidator Validator, FluentValidation.Internal.IRuleComponent Options)> Rules(Type input) =>
        services.GetService(typeof(FluentValidation.IValidator<>).MakeGenericType(input)) is FluentValidation.IValidator validator ? validator.CreateDescriptor().GetMembersWithValidators() : Array.Empty<string>().ToLookup(_ => "", _ => default((FluentValidation.Validators.IPropertyValidator, FluentValidation.Internal.IRuleComponent)));

    private static bool IsLeftOut(System.Text.Json.Serialization.Metadata.JsonPropertyInfo member) =>
        member.AttributeProvider?.GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonIgnoreAttribute), true).Length > 0;
}
