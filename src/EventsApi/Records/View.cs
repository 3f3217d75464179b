using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Dapper;
using EventsApi.Http;
using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Records;

/// <summary>All names of an actor or place in the record.</summary>
public sealed record AllNames(string Kind, string Id, IReadOnlyList<Name> Names);

/// <summary>How a client wants records shown: which members (fields=), what besides (include=), in which languages. Without any of these the kept bytes are the answer.</summary>
public sealed class View
{
    private readonly Resource _resource;
    private readonly List<string[]>? _fields;
    private readonly string[] _includes;
    private readonly Languages? _languages;

    /// <param name="shapes">The shapes whose members fields= can name.</param>
    public View(HttpContext http, Resource resource, Type[] shapes)
    {
        _resource = resource;
        _includes = [];
        _languages = Languages.Of(http);
        if (!http.Request.QueryString.HasValue) return;
        var query = http.Request.Query;
        if (query.TryGetValue("fields", out var fields)) _fields = Fields(fields.ToArray(), shapes, query.ContainsKey("q") ? OfSearch : []);
        if (query.TryGetValue("include", out var include)) _includes = Includes(include.ToArray());
        if (HasOutline && query["format"] != "geojson" && !http.Request.Headers.Accept.ToString().Contains("application/geo+json", StringComparison.Ordinal))
            throw ProblemException.Parameter("include", "needs-another", "include=outline needs format=geojson beside it.");
    }

    /// <summary>The time whose names, claims and revisions are shown; null for now.</summary>
    public PastSession? Past { get; set; }

    /// <summary>The languages that names are wanted in; null for English.</summary>
    public Languages? Languages => _languages;

    public bool IsPlain => _fields is null && _includes.Length == 0 && _languages is null;

    /// <summary>Members may be left out, but none is added and no name is in another language.</summary>
    public bool IsPart => _includes.Length == 0 && _languages is null;

    /// <summary>Whether countries are wanted with their outline; it is a geometry, no member.</summary>
    public bool HasOutline => Array.IndexOf(_includes, Resource.Outline) >= 0;

    /// <summary>Stands for the view in cursors and ETags.</summary>
    public string Canonical => string.Concat(
        _fields is null ? "" : "&fields=" + string.Join(',', _fields.Select(f => string.Join('.', f))),
        _includes.Length == 0 ? "" : "&include=" + string.Join(',', _includes));

    public string Language => _languages?.ToString() ?? "";

    /// <summary>lang= of the request; empty when the language came with a header.</summary>
    public string AskedLanguage => _languages is { IsAsked: true } ? Language : "";

    /// <summary>The record as the client wants it.</summary>
    /// <param name="reshape">Turns the record into a sub-resource's item.</param>
    public JsonObject Show(Reader reader, string kind, ReadOnlySpan<byte> item, ReadOnlySpan<byte> rest, bool single, Func<JsonObject, JsonObject>? reshape = null)
    {
        var record = JsonNode.Parse(single ? Whole(item, rest) : item)!.AsObject();
        var id = (string)record["id"]!;
        if (_includes.Length > 0)
        {
            var whole = single || rest.IsEmpty ? record : JsonNode.Parse(Whole(item, rest))!.AsObject();
            foreach (var include in _includes.Where(i => i != Resource.Outline))
                record[include] = include switch
                {
                    "claims" => Claims(reader, $"{kind}:{id}"),
                    "revisions" => JsonSerializer.SerializeToNode(RecordLog.Read(reader, RecordLookup.RefOf(reader, Kind.Named(kind)!, id)!.Value, Past is null ? long.MaxValue : (long)record["revision"]! + 1), Json.Options),
                    "names" => Names(reader, whole),
                    _ => whole[include]?.DeepClone(),
                };
        }
        _languages?.Apply(reader, record, Past);
        if (reshape is not null) record = reshape(record);
        return _fields is null ? record : Trim(record, [.. _fields, .. _includes.Select(i => new[] { i })], 0);
    }

    /// <summary>The single record: the list item and what it adds, or the rest alone where that is complete.</summary>
    public static byte[] Whole(ReadOnlySpan<byte> item, ReadOnlySpan<byte> rest)
    {
        using var whole = new PooledBuffer(item.Length + rest.Length);
        Whole(item, rest, whole);
        return whole.Written.ToArray();
    }

    public static void Whole(ReadOnlySpan<byte> item, ReadOnlySpan<byte> rest, PooledBuffer into)
    {
        if (rest.IsEmpty) into.Add(item);
        else
        {
            if (rest[0] != (byte)'{') into.Add(item[..^1]);
            into.Add(rest);
        }
    }

    private JsonArray Claims(Reader reader, string record) => Past is { } past
        ? [.. past.Keys("claim.record", record).Select(claim => JsonNode.Parse(past.Answer(claim)!.Item))]
        : [.. reader.Db.Query<byte[]>("""
            SELECT a.item
            FROM lists l
            JOIN postings p ON p.list = l.id << 2
            JOIN answers a ON a.key = p.key
            WHERE l.field = 'claim.record' AND l.value = @record
            ORDER BY p.key
            """, new { record }).Select(item => JsonNode.Parse(item))];

    /// <summary>All names of every actor and place that the record mentions.</summary>
    private JsonArray Names(Reader reader, JsonObject whole)
    {
        var seen = new HashSet<(Kind, string)>();
        var names = new JsonArray();
        Visit(whole);
        return names;

        void Visit(JsonNode? node)
        {
            if (node is JsonArray array)
            {
                foreach (var element in array) Visit(element);
                return;
            }
            if (node is not JsonObject members) return;
            foreach (var (_, value) in members) Visit(value);
            if (members["id"] is not JsonValue id || members["name"] is not JsonValue || members["kind"] is not JsonValue kind) return;
            var of = Vocabulary.Words.ActorKind.Contains((string)kind!) ? Kind.Actor : Vocabulary.Words.LocationKind.Contains((string)kind!) ? Kind.Location : null;
            if (of is null || !seen.Add((of, (string)id!))) return;
            var item = Past is { } past ? past.Find(of, (string)id!) is { } known ? past.Answer(known.Ref)!.Item : null : reader.Db.QueryFirstOrDefault<byte[]>("SELECT a.item FROM records r JOIN answers a ON a.key = r.ref WHERE r.kind = @Number AND r.id = @Id", new { of.Number, Id = (string)id! });
            if (item is not null) names.Add(new JsonObject { ["kind"] = of.Name, ["id"] = (string)id!, ["names"] = JsonNode.Parse(item)!["names"]?.DeepClone() });
        }
    }

    private static JsonObject Trim(JsonObject record, List<string[]> fields, int depth)
    {
        var trimmed = new JsonObject();
        foreach (var (member, value) in record)
        {
            var asked = fields.Where(f => f[depth] == member).ToList();
            // How it matched, and the language of a name, go with what they explain.
            if (asked.Count == 0 && member != "matchedVia" && !(member == "nameLanguage" && fields.Any(f => f[depth] is "name" or "title"))) continue;
            var deeper = asked.Where(f => f.Length > depth + 1).ToList();
            trimmed[member] = deeper.Count == 0 || asked.Any(f => f.Length == depth + 1) ? value?.DeepClone() : value switch
            {
                JsonObject inner => Trim(inner, deeper, depth + 1),
                JsonArray array => new JsonArray([.. array.Select(e => e is JsonObject inner ? Trim(inner, deeper, depth + 1) : e?.DeepClone())]),
                _ => value?.DeepClone(),
            };
        }
        return trimmed;
    }

    // What a list with q adds to every item.
    private static readonly string[] OfSearch = ["snippet", "relevance", "explanation"];

    /// <param name="more">Members beside those of the shapes.</param>
    private static List<string[]> Fields(string?[] given, Type[] shapes, string[] more)
    {
        var fields = new List<string[]>();
        foreach (var field in string.Join(',', given).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var path = field.Split('.');
            if (more.Contains(field))
            {
                fields.Add(path);
                continue;
            }
            var types = shapes;
            for (var depth = 0; depth < path.Length; depth++)
            {
                var members = types.SelectMany(Members).ToList();
                var found = members.Where(m => m.Name == path[depth]).Select(m => m.Type).ToArray();
                if (found.Length == 0)
                {
                    string[] names = [.. members.Select(m => m.Name).Distinct(), .. depth == 0 ? more : []];
                    var nearest = Folding.Nearest(path[depth], names);
                    throw ProblemException.Parameter("fields", "unknown-value", $"There is no field '{field}'.", names, nearest is null ? null : string.Join('.', [.. path[..depth], nearest]));
                }
                types = found;
            }
            fields.Add(path);
        }
        return fields.Count > 0 ? fields : throw ProblemException.Parameter("fields", "invalid", "Name the fields, separated by commas, such as id,title,date.start.");
    }

    /// <summary>The members of a shape by their JSON names; elements of lists count as the list.</summary>
    private static IEnumerable<(string Name, Type Type)> Members(Type type)
    {
        if (type == typeof(string) || type.IsPrimitive || type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)) return [];
        var info = Json.Options.GetTypeInfo(type);
        return info.Kind == System.Text.Json.Serialization.Metadata.JsonTypeInfoKind.Object
            ? info.Properties.Select(p => (p.Name, Element(p.PropertyType)))
            : [];
    }

    private static Type Element(Type type) =>
        Nullable.GetUnderlyingType(type) ?? (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : type);

    private string[] Includes(string?[] given)
    {
        var asked = string.Join(',', given).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().ToArray();
        if (asked.Length == 0) throw ProblemException.Parameter("include", "empty", "Name what to include, or leave the parameter out.", _resource.Includes);
        foreach (var include in asked)
            if (!_resource.Includes.Contains(include))
                throw ProblemException.Parameter("include", "unknown-value", $"'{include}' cannot be included here.", _resource.Includes, Folding.Nearest(include, _resource.Includes));
        return asked;
    }
}
