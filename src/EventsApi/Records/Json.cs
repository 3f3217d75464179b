using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventsApi.Dates;

namespace EventsApi.Records;

/// <summary>The one set of JSON rules: strict in what it takes, camelCase and complete in what it gives.</summary>
public static class Json
{
    /// <summary>For what the API reads and sends.</summary>
    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>For records as they are kept: members without a value are left out.</summary>
    public static readonly JsonSerializerOptions Compact = new(Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        // Named, because the shapes are looked up for fields= before anything was serialized.
        options.TypeInfoResolver ??= new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver();
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

/// <summary>A reference as it is sent to us: an id or <c>scheme:value</c>; <c>kind</c> only where kinds could mix.</summary>
public sealed record ReferenceInput(string? Kind, string Id)
{
    public static implicit operator ReferenceInput(string id) => new(null, id);
}
