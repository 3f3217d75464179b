using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using EventsApi.Dates;

namespace EventsApi.Records;

/// <summary>The one set of JSON rules: strict in what it takes, camelCase and complete in what it gives.</summary>
public static class Json
{
    /// <summary>For what the API reads and sends.</summary>
    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>For records as they are kept: members without a value are left out.</summary>
    public static readonly JsonSerializerOptions Compact = new(Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>RFC 3339, UTC, with milliseconds.</summary>
    public static string Instant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A record as it is kept. Empty arrays say the same as none, so they are left out too.</summary>
    public static JsonObject Kept(RecordInput input)
    {
        var kept = JsonSerializer.SerializeToNode(input, input.GetType(), Compact)!.AsObject();
        Prune(kept);
        return kept;

        static void Prune(JsonNode? node)
        {
            if (node is JsonArray array)
                foreach (var element in array) Prune(element);
            else if (node is JsonObject members)
                foreach (var (name, value) in members.ToList())
                    if (value is JsonArray { Count: 0 }) members.Remove(name);
                    else Prune(value);
        }
    }

    /// <summary>The members that a record of this shape can be written with.</summary>
    public static string[] Members(Type shape) => [.. Options.GetTypeInfo(shape).Properties.Where(p => p.Get is not null).Select(p => p.Name)];

    /// <summary>The members in which two records differ.</summary>
    public static IReadOnlyList<string> Differences(JsonObject before, JsonObject after) =>
        [.. before.Select(m => m.Key).Union(after.Select(m => m.Key)).Where(name => name != "id" && !JsonNode.DeepEquals(before[name], after[name]))];

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        // Named, because the shapes are looked up for fields= before anything was serialized.
        options.TypeInfoResolver ??= new DefaultJsonTypeInfoResolver { Modifiers = { AcceptAnswers } };
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.AllowDuplicateProperties = false;
        options.PropertyNameCaseInsensitive = false;
        options.MaxDepth = 32;
        // The answer is JSON, never HTML; letters of other scripts stay readable.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new EdtfDateConverter());
        options.Converters.Add(new ReferenceInputConverter());
        return options;
    }

    /// <summary>Input has the shape of output: members that only an answer has are read over, so that a record can be fetched, edited and sent back.</summary>
    private static void AcceptAnswers(JsonTypeInfo info)
    {
        if (info.Type.GetCustomAttribute<ShapeOfAttribute>() is not { } shape) return;
        var present = info.Properties.Select(p => p.Name).ToHashSet();
        foreach (var name in shape.Answers.SelectMany(answer => answer.GetProperties()).Select(NameOf).Concat(ShapeOfAttribute.Everywhere).Distinct().Where(name => !present.Contains(name)))
        {
            var ignored = info.CreateJsonPropertyInfo(typeof(JsonElement), name);
            ignored.Set = (_, _) => { };
            info.Properties.Add(ignored);
        }

        static string NameOf(PropertyInfo property) => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
    }

    private sealed class EdtfDateConverter : JsonConverter<EdtfDate>
    {
        /// <summary>An EDTF string, or a date object of which <c>edtf</c> counts.</summary>
        public override EdtfDate Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var text = StringOrMember(ref reader, "edtf") ?? throw new JsonException($"A date is an EDTF string or an object with a member edtf. {EdtfDate.Forms}");
            return EdtfDate.TryParse(text, out var date) ? date : throw new JsonException($"'{text}' is not an EDTF date. {EdtfDate.Forms}");
        }

        public override void Write(Utf8JsonWriter writer, EdtfDate value, JsonSerializerOptions options) => writer.WriteStringValue(value.Edtf);
    }

    private sealed class ReferenceInputConverter : JsonConverter<ReferenceInput>
    {
        public override ReferenceInput Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            string? kind = null, id = null;
            if (reader.TokenType == JsonTokenType.String) id = reader.GetString();
            else if (reader.TokenType == JsonTokenType.StartObject)
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var member = reader.GetString();
                    reader.Read();
                    if (member == "id" && reader.TokenType == JsonTokenType.String) id = reader.GetString();
                    else if (member == "kind" && reader.TokenType == JsonTokenType.String) kind = reader.GetString();
                    else reader.Skip();
                }
            return id is null ? throw new JsonException("A reference is an id, scheme:value, or an object with a member id.") : new ReferenceInput(kind, id);
        }

        public override void Write(Utf8JsonWriter writer, ReferenceInput value, JsonSerializerOptions options)
        {
            if (value.Kind is null)
            {
                writer.WriteStringValue(value.Id);
                return;
            }
            writer.WriteStartObject();
            writer.WriteString("kind", value.Kind);
            writer.WriteString("id", value.Id);
            writer.WriteEndObject();
        }
    }

    private static string? StringOrMember(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        if (reader.TokenType != JsonTokenType.StartObject) return null;
        string? found = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt && reader.TokenType == JsonTokenType.String) found = reader.GetString();
            else reader.Skip();
        }
        return found;
    }
}

/// <summary>The answers that this input becomes.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ShapeOfAttribute(params Type[] answers) : Attribute
{
    // What lists and include= add to any record.
    public static readonly string[] Everywhere = ["id", "href", "revision", "createdAt", "updatedAt", "claims", "revisions", "names", "matchedVia", "distance", "snippet", "relevance", "explanation", "nameLanguage", "warnings"];

    public Type[] Answers => answers;
}

/// <summary>A reference as it is sent to us: an id or <c>scheme:value</c>; <c>kind</c> only where kinds could mix.</summary>
public sealed record ReferenceInput(string? Kind, string Id)
{
    public static implicit operator ReferenceInput(string id) => new(null, id);
}
