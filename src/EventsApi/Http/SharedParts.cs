using System.Text.Json.Nodes;
using EventsApi.Vocabulary;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace EventsApi.Http;

/// <summary>Says once what the document would say at many places: closed lists, shapes of input, answers, bodies. What a reference leads to already describes itself.</summary>
internal sealed class SharedParts : IDocumentFilter
{
    /// <summary>A list of words shorter than this costs less than a reference to it.</summary>
    private const int ShortWords = 45;

    public void Apply(OpenApiDocument document, DocumentFilterContext context)
    {
        ShareBetweenOperations(document);
        var schemas = context.SchemaRepository.Schemas;
        schemas["DateInput"] = new OpenApiSchema { Type = ApiDocument.TextOrObject, Description = "An EDTF date, or a date object of which `edtf` counts." };
        schemas["ReferenceInput"] = new OpenApiSchema { Type = ApiDocument.TextOrObject, Description = "An id, `scheme:value` of an identifier, or an object of which `id` counts (and `kind`, where kinds could mix)." };
        schemas["Values"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String }, MaxItems = Search.Lists.MostValues };
        foreach (var type in CatalogueResources.All.SelectMany(r => r.Item.Concat(r.Single)).Append(typeof(Events.RelatedEvent)).Distinct()) Inherit(type);
        var uses = new Dictionary<string, (string Name, int Times)>();
        Everywhere(document, schemas, (at, schema) =>
        {
            if (Words(schema) is { } words) uses[words] = (uses.TryGetValue(words, out var known) ? known.Name : at, uses.GetValueOrDefault(words).Times + 1);
            return schema;
        });
        var lists = new Dictionary<string, IOpenApiSchema>();
        Everywhere(document, schemas, (_, schema) => schema switch
        {
            OpenApiSchemaReference reference => WithoutRepeating(reference),
            OpenApiSchema { Type: ApiDocument.TextOrObject, Properties: null } input => new OpenApiSchemaReference(input.Description!.StartsWith("EDTF", StringComparison.Ordinal) ? "DateInput" : "ReferenceInput", document),
            OpenApiSchema { AllOf: [OpenApiSchemaReference { Reference.Id: { } id } only], Properties: null } wrapped when wrapped.Description is null || schemas[id].Description == wrapped.Description => WithoutRepeating(only),
            OpenApiSchema { Type: JsonSchemaType.Array, MaxItems: Search.Lists.MostValues, Items: OpenApiSchema { Type: JsonSchemaType.String, Enum: null, Format: null } } several when several != schemas["Values"] => new OpenApiSchemaReference("Values", document),
            OpenApiSchema found when Words(found) is { } words && uses[words] is { Times: > 1 } use => Reference(found, use.Name),
            _ => schema,
        });
        foreach (var (name, list) in lists) schemas.Add(name, list);

        IOpenApiSchema Reference(OpenApiSchema found, string at)
        {
            var values = found.Enum!.Where(v => !v.IsJsonNullSentinel()).ToList();
            var name = Array.Find(Vocabulary.Words.Lists, l => l.Values.SequenceEqual(values.Select(v => (string)v!))) is { Id: { } id } ? string.Concat(id.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..])) : at;
            // The words of parameters that are called alike can differ.
            for (var (plain, n) = (name, 2); !lists.TryAdd(name, new OpenApiSchema { Type = JsonSchemaType.String, Enum = values }) && Words(lists[name]) != Words(found); n++) name = $"{plain}.{n}";
            var reference = new OpenApiSchemaReference(name, document);
            if (found.Type!.Value.HasFlag(JsonSchemaType.Null)) return new OpenApiSchema { Description = found.Description, AnyOf = [reference, new OpenApiSchema { Type = JsonSchemaType.Null }] };
            if (found.Description is not null) reference.Description = found.Description;
            return reference;
        }

        // What a shape has from the one it extends is said there.
        void Inherit(Type type)
        {
            if (type.BaseType is not { } wider || !context.SchemaRepository.TryLookupByType(wider, out var from) || !context.SchemaRepository.TryLookupByType(type, out var to)) return;
            var (all, own) = ((OpenApiSchema)schemas[to.Reference.Id!], (OpenApiSchema)schemas[from.Reference.Id!]);
            foreach (var name in own.Properties!.Keys)
            {
                all.Properties!.Remove(name);
                all.Required!.Remove(name);
            }
            schemas[to.Reference.Id!] = new OpenApiSchema { Description = all.Description, AllOf = [new OpenApiSchemaReference(from.Reference.Id!, document), all] };
            (all.Description, all.Type) = (null, null);
        }

        // A member without words of its own got those of its type.
        OpenApiSchemaReference WithoutRepeating(OpenApiSchemaReference reference)
        {
            if (reference.Reference.Description is { } said && schemas.TryGetValue(reference.Reference.Id!, out var target) && target.Description == said) reference.Reference.Description = null;
            return reference;
        }
    }

    private static string? Words(IOpenApiSchema schema) =>
        schema is OpenApiSchema { Enum.Count: > 1, Default: null, Type: { } type } found && type.HasFlag(JsonSchemaType.String) && string.Join('\n', found.Enum.Where(v => !v.IsJsonNullSentinel()).Select(v => v.ToJsonString())) is { Length: >= ShortWords } words ? words : null;

    /// <summary>Every schema of the document, the inner ones after what holds them, each replaced by what the visit gives.</summary>
    private static void Everywhere(OpenApiDocument document, Dictionary<string, IOpenApiSchema> schemas, Func<string, IOpenApiSchema, IOpenApiSchema> visit)
    {
        foreach (var (name, schema) in schemas.ToList()) Inside(name, schema);
        var operations = document.Paths.Values.SelectMany(path => path.Operations!.Values).ToList();
        foreach (var parameter in document.Components!.Parameters!.Values.Concat(operations.SelectMany(o => o.Parameters!)).OfType<OpenApiParameter>())
            if (parameter.Schema is { } schema) parameter.Schema = Visit(parameter.Name!, schema);
        var answers = operations.SelectMany(o => o.Responses!.Values).Concat(document.Components.Responses!.Values).OfType<OpenApiResponse>().Select(r => r.Content);
        var bodies = operations.Select(o => o.RequestBody).Concat(document.Components.RequestBodies!.Values).OfType<OpenApiRequestBody>().Select(b => b.Content);
        foreach (var content in answers.Concat(bodies).SelectMany(c => c?.Values ?? []).OfType<OpenApiMediaType>())
            if (content.Schema is { } schema) content.Schema = Visit("body", schema);

        IOpenApiSchema Visit(string at, IOpenApiSchema schema)
        {
            var given = visit(at, schema);
            if (ReferenceEquals(given, schema)) Inside(at, schema);
            return given;
        }

        void Inside(string at, IOpenApiSchema schema)
        {
            if (schema is not OpenApiSchema holder) return;
            foreach (var (name, property) in holder.Properties?.ToList() ?? []) holder.Properties![name] = Visit($"{at}.{name}", property);
            if (holder.Items is { } items) holder.Items = Visit(at, items);
            if (holder.AdditionalProperties is { } others) holder.AdditionalProperties = Visit(at, others);
            foreach (var several in (IList<IOpenApiSchema>?[])[holder.AllOf, holder.AnyOf])
                for (var n = 0; n < several?.Count; n++) several[n] = Visit(at, several[n]);
            // One of several shapes, or null: the shape has said it.
            if (holder is { AnyOf: [OpenApiSchemaReference { Reference.Id: { } id }, OpenApiSchema { Type: JsonSchemaType.Null }], Description: { } said } && schemas.TryGetValue(id, out var target) && target.Description == said) holder.Description = null;
        }
    }

    /// <summary>What several operations take or answer alike becomes a component; what one alone has stays with it, for a reference is longer than most.</summary>
    private static void ShareBetweenOperations(OpenApiDocument document)
    {
        var components = document.Components ??= new OpenApiComponents();
        var operations = document.Paths.Values.SelectMany(path => path.Operations!.Values).ToList();
        Share(operations.SelectMany(o => o.Parameters!.Select((p, n) => ((p.In == ParameterLocation.Header ? p.Name!.Split('-')[^1] : p.Name!).Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal), p, (Action<IOpenApiParameter>)(shared => o.Parameters![n] = shared)))),
            components.Parameters = new Dictionary<string, IOpenApiParameter>(), name => new OpenApiParameterReference(name, document));
        Share(operations.Where(o => o.RequestBody is not null).Select(o => (ShapeOf(o.RequestBody!.Content) ?? "Body", o.RequestBody, (Action<IOpenApiRequestBody>)(shared => o.RequestBody = shared))),
            components.RequestBodies = new Dictionary<string, IOpenApiRequestBody>(), name => new OpenApiRequestBodyReference(name, document));
        Share(operations.SelectMany(o => o.Responses!.Where(r => r.Value is OpenApiResponse and not Answers.OwnRefusal).Select(r => (ShapeOf(r.Value.Content) ?? "Done", r.Value, (Action<IOpenApiResponse>)(shared => o.Responses![r.Key] = shared)))),
            components.Responses ??= new Dictionary<string, IOpenApiResponse>(), name => new OpenApiResponseReference(name, document));

        // What a range of statuses stands for is said there.
        var given = operations.SelectMany(o => o.Responses!.Values).OfType<OpenApiResponseReference>().Select(r => r.Reference.Id).ToHashSet();
        foreach (var name in components.Responses.Keys.Where(name => !given.Contains(name)).ToList()) components.Responses.Remove(name);

        static string? ShapeOf(IDictionary<string, IOpenApiMediaType>? content) => content?.Values.Select(c => (c.Schema as OpenApiSchemaReference)?.Reference.Id).FirstOrDefault();
    }

    private static void Share<T>(IEnumerable<(string Name, T Part, Action<T> Put)> uses, IDictionary<string, T> components, Func<string, T> reference) where T : IOpenApiSerializable
    {
        foreach (var same in uses.ToList().GroupBy(use => Written(use.Part)).Where(same => same.Count() > 1))
        {
            var (plain, part, _) = same.First();
            var name = plain;
            for (var n = 2; !components.TryAdd(name, part); n++) name = $"{plain}.{n}";
            foreach (var use in same) use.Put(reference(name));
        }

        static string Written(T part)
        {
            using var text = new StringWriter();
            part.SerializeAsV31(new OpenApiJsonWriter(text));
            return text.ToString();
        }
    }
}
