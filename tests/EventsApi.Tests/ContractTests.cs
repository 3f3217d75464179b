using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventsApi.Tests;

/// <summary>Within v1 the contract only grows: what a client could send stays legal, what it was told stays told. The yardstick is the document as it was committed last.</summary>
[Collection(DefaultCatalogueCollection.Name)]
public sealed class ContractTests(DefaultApi api)
{
    [FactWithHistory]
    public async Task Nothing_is_taken_away_from_the_last_contract()
    {
        // Before a commit that is the document at HEAD; after one, the state before.
        var served = await api.GetAsync("/openapi/v1.json");
        var last = FactWithHistoryAttribute.Versions.Select(version => JsonDocument.Parse(FactWithHistoryAttribute.Git("show", $"{version}:openapi/v1.json")!).RootElement).First(d => !JsonElement.DeepEquals(d, served));

        Reading.Nothing(Contract.Breaks(last, served));
    }

    /// <summary>What the check is for, one at a time.</summary>
    [Theory]
    [InlineData("an operation", "paths./v1/meetings.get")]
    [InlineData("a parameter", "paths./v1/events.get.parameters.3")]
    [InlineData("a word of a closed list", "components.schemas.EventType.enum.2")]
    [InlineData("a member of an answer", "components.schemas.EventItem.properties.title")]
    [InlineData("a member that is always there", "components.schemas.EventItem.required.1")]
    [InlineData("a member of an input", "components.schemas.EventInput.properties.summary")]
    [InlineData("a status", "paths./v1/events/{id}.get.responses.200")]
    [InlineData("the errors of a problem", "components.schemas.Problem.properties.errors")]
    [InlineData("a member of a refusal", "components.schemas.Failure.properties.detail")]
    public async Task Taking_away_would_be_noticed(string what, string place)
    {
        var document = await api.GetAsync("/openapi/v1.json");
        var changed = JsonNode.Parse(document.GetRawText())!;
        var (names, holder) = (Split(place), changed);
        foreach (var name in names[..^1]) holder = holder is JsonArray array ? array[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)]! : holder[name]!;
        if (holder is JsonArray list) list.RemoveAt(int.Parse(names[^1], System.Globalization.CultureInfo.InvariantCulture));
        else Assert.True(holder.AsObject().Remove(names[^1]), place);

        Assert.True(Contract.Breaks(document, JsonSerializer.SerializeToElement(changed)).Any(), what);
        Assert.Empty(Contract.Breaks(document, document));

        // Paths have no dots in this document.
        static string[] Split(string place) => place.Split('.');
    }

    [Fact]
    public async Task Asking_for_more_would_be_noticed()
    {
        var document = await api.GetAsync("/openapi/v1.json");
        var parameter = JsonNode.Parse(document.GetRawText())!;
        parameter["components"]!["parameters"]!["fields"]!["required"] = true;
        var member = JsonNode.Parse(document.GetRawText())!;
        (member["components"]!["schemas"]!["EventInput"]!["required"] ??= new JsonArray()).AsArray().Add("summary");
        var type = JsonNode.Parse(document.GetRawText())!;
        type["components"]!["schemas"]!["EventItem"]!["properties"]!["title"]!["type"] = new JsonArray("string", "null");

        foreach (var changed in (JsonNode[])[parameter, member, type]) Assert.NotEmpty(Contract.Breaks(document, JsonSerializer.SerializeToElement(changed)));
    }

    [Fact]
    public async Task Growing_is_no_break()
    {
        var document = await api.GetAsync("/openapi/v1.json");
        var grown = JsonNode.Parse(document.GetRawText())!;
        grown["components"]!["schemas"]!["EventItem"]!["properties"]!["mood"] = new JsonObject { ["type"] = "string" };
        grown["components"]!["schemas"]!["EventInput"]!["properties"]!["mood"] = new JsonObject { ["type"] = "string" };
        grown["paths"]!["/v1/moods"] = JsonNode.Parse(grown["paths"]!["/v1/topics"]!.ToJsonString());

        Assert.Empty(Contract.Breaks(document, JsonSerializer.SerializeToElement(grown)));
    }
}

/// <summary>Two documents compared as a client would feel it, whatever is shared in which of them.</summary>
internal static class Contract
{
    private sealed record Place(HashSet<string> Types, bool IsRequired, HashSet<string>? Words);

    public static IEnumerable<string> Breaks(JsonElement before, JsonElement after)
    {
        foreach (var path in before.At("paths").EnumerateObject())
            foreach (var method in path.Value.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Object && m.Value.TryGetProperty("responses", out _)))
            {
                var name = $"{method.Name.ToUpperInvariant()} {path.Name}";
                if (!after.At("paths").TryGetProperty(path.Name, out var paths) || !paths.TryGetProperty(method.Name, out var now)) yield return $"{name} is gone.";
                else foreach (var wrong in OfParameters(before, method.Value, after, now).Concat(OfBodies(before, method.Value, after, now)).Concat(OfAnswers(before, method.Value, after, now))) yield return $"{name}: {wrong}";
            }
    }

    private static IEnumerable<string> OfParameters(JsonElement before, JsonElement was, JsonElement after, JsonElement now)
    {
        var (old, given) = (Parameters(before, was), Parameters(after, now));
        foreach (var (name, parameter) in old)
            if (!given.TryGetValue(name, out var found)) yield return $"the parameter {name} is gone.";
            else foreach (var wrong in OfInput(Places(before, parameter.At("schema")), Places(after, found.At("schema")))) yield return $"the parameter {name}: {wrong}";
        foreach (var (name, parameter) in given)
            if (IsRequired(parameter) && !(old.TryGetValue(name, out var had) && IsRequired(had))) yield return $"the parameter {name} is needed now.";

        static bool IsRequired(JsonElement parameter) => parameter.TryGetProperty("required", out var required) && required.GetBoolean();
        static Dictionary<string, JsonElement> Parameters(JsonElement document, JsonElement operation) =>
            operation.TryGetProperty("parameters", out var all) ? all.EnumerateArray().Select(p => Schema.Resolve(document, p)).ToDictionary(p => $"{p.Text("name")} ({p.Text("in")})") : [];
    }

    private static IEnumerable<string> OfBodies(JsonElement before, JsonElement was, JsonElement after, JsonElement now)
    {
        var (old, given) = (Content(before, was, "requestBody"), Content(after, now, "requestBody"));
        if (old.Count == 0 && given.Count > 0) yield return "a body is needed now.";
        foreach (var (mediaType, schema) in old)
            if (!given.TryGetValue(mediaType, out var found)) yield return $"a body of {mediaType} is no longer taken.";
            else foreach (var wrong in OfInput(Places(before, schema), Places(after, found))) yield return $"the body: {wrong}";
    }

    private static IEnumerable<string> OfAnswers(JsonElement before, JsonElement was, JsonElement after, JsonElement now)
    {
        foreach (var status in was.At("responses").EnumerateObject())
        {
            // A range tells of each status in it.
            if (!now.At("responses").TryGetProperty(status.Name, out _) && now.At("responses").TryGetProperty($"{status.Name[0]}XX", out _)) continue;
            if (!now.At("responses").TryGetProperty(status.Name, out _)) { yield return $"the status {status.Name} is gone."; continue; }
            var (old, given) = (Content(before, was.At("responses"), status.Name), Content(after, now.At("responses"), status.Name));
            foreach (var (mediaType, schema) in old)
                if (!given.TryGetValue(mediaType, out var found)) yield return $"{status.Name} is no longer {mediaType}.";
                else foreach (var wrong in OfOutput(Places(before, schema), Places(after, found))) yield return $"{status.Name}: {wrong}";
        }
    }

    private static Dictionary<string, JsonElement> Content(JsonElement document, JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var part) && Schema.Resolve(document, part).TryGetProperty("content", out var content) ? content.EnumerateObject().ToDictionary(c => c.Name, c => c.Value.At("schema")) : [];

    /// <summary>Input must take what it took.</summary>
    private static IEnumerable<string> OfInput(Dictionary<string, Place> before, Dictionary<string, Place> after)
    {
        foreach (var (at, was) in before)
            if (!after.TryGetValue(at, out var now)) yield return $"{at} is gone.";
            else if (now.Types.Count > 0 && !was.Types.IsSubsetOf(now.Types)) yield return $"{at} no longer takes {string.Join(", ", was.Types.Except(now.Types))}.";
            else if (now.Words is { } words && (was.Words is null || !was.Words.IsSubsetOf(words))) yield return $"{at} no longer takes {(was.Words is null ? "every text" : string.Join(", ", was.Words.Except(words)))}.";
        foreach (var (at, now) in after)
            if (now.IsRequired && !(before.TryGetValue(at, out var was) && was.IsRequired)) yield return $"{at} is needed now.";
    }

    /// <summary>An answer must have what it had.</summary>
    private static IEnumerable<string> OfOutput(Dictionary<string, Place> before, Dictionary<string, Place> after)
    {
        foreach (var (at, was) in before)
            if (!after.TryGetValue(at, out var now)) yield return $"{at} is gone.";
            else if (was.IsRequired && !now.IsRequired) yield return $"{at} may be missing now.";
            else if (was.Types.Count > 0 && !now.Types.IsSubsetOf(was.Types)) yield return $"{at} may be {string.Join(", ", now.Types.Except(was.Types))} now.";
    }

    /// <summary>Every place in values of the schema: what can stand there, and whether something must. A shape that holds itself is followed once.</summary>
    private static Dictionary<string, Place> Places(JsonElement document, JsonElement schema)
    {
        var places = new Dictionary<string, Place>();
        var always = new HashSet<string>();
        Visit(schema, "", true, []);
        return places;

        IEnumerable<string> Asked(JsonElement part)
        {
            part = Schema.Resolve(document, part);
            return (part.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(n => n.GetString()!) : []).Concat(part.TryGetProperty("allOf", out var parts) ? parts.EnumerateArray().SelectMany(Asked) : []);
        }

        void Visit(JsonElement part, string at, bool isRequired, string[] within)
        {
            if (part.TryGetProperty("$ref", out var reference))
            {
                if (within.Contains(reference.GetString()!)) return;
                within = [.. within, reference.GetString()!];
                part = Schema.Resolve(document, part);
            }
            var types = part.TryGetProperty("type", out var type) ? type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()!).ToHashSet() : [type.GetString()!] : [];
            var words = part.TryGetProperty("enum", out var list) ? list.EnumerateArray().Select(w => w.ToString()).ToHashSet() : null;
            // Of parts that all hold, one may ask for what another leaves open.
            isRequired |= always.Contains(at);
            places[at] = places.TryGetValue(at, out var known)
                ? new(known.Types.Union(types).ToHashSet(), known.IsRequired && isRequired, known.Words is null ? words : words is null ? known.Words : known.Words.Union(words).ToHashSet())
                : new(types, isRequired, words);
            foreach (var several in (string[])["allOf", "anyOf"])
                if (part.TryGetProperty(several, out var parts))
                {
                    if (several == "allOf")
                        always.UnionWith(Asked(part).Select(member => $"{at}/{member}"));
                    foreach (var inner in parts.EnumerateArray()) Visit(inner, at, isRequired, within);
                }
            var needed = part.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(r => r.GetString()!).ToHashSet() : [];
            if (part.TryGetProperty("properties", out var members))
                foreach (var member in members.EnumerateObject()) Visit(member.Value, $"{at}/{member.Name}", needed.Contains(member.Name), within);
            if (part.TryGetProperty("items", out var items)) Visit(items, at + "/[]", false, within);
            if (part.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.Object) Visit(others, at + "/*", false, within);
        }
    }
}

/// <summary>A test that needs the repository's history.</summary>
public sealed class FactWithHistoryAttribute : FactAttribute
{
    private static string[]? _versions;

    /// <summary>The commits that changed the document, the last first.</summary>
    public static string[] Versions => _versions ??= (Git("log", "-3", "--format=%H", "--", "openapi/v1.json") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public FactWithHistoryAttribute()
    {
        // A history cut short has the last document alone, which says nothing when it is the one that is served.
        if (Versions.Length < 2) Skip = "There is no git, or no history of openapi/v1.json.";
    }

    public static string? Git(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
