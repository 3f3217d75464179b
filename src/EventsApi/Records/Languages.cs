using System.Text.Json.Nodes;
using EventsApi.Http;
using EventsApi.Storage;
using EventsApi.Vocabulary;
using Microsoft.Net.Http.Headers;

namespace EventsApi.Records;

/// <summary>The languages a client wants names in, best first, and the putting of those names into an answer.</summary>
public sealed class Languages
{
    private readonly IReadOnlyList<string> _wanted;
    private readonly Dictionary<(bool Actor, string Id), (string Text, string Lang)?> _found = [];

    private Languages(IReadOnlyList<string> wanted, bool asked) => (_wanted, IsAsked) = (wanted, asked);

    /// <summary>By lang=, not by the browser's header: then links to further pages carry it.</summary>
    public bool IsAsked { get; }

    /// <summary>From lang= or Accept-Language; null when English comes first, as the answers are kept in it.</summary>
    public static Languages? Of(HttpContext http)
    {
        if (http.Request.QueryString.HasValue && http.Request.Query.TryGetValue("lang", out var given))
        {
            string[] tags = string.Join(',', given.ToArray()).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (tags.Length is 0 or > Most || !tags.All(IsTag))
                throw ProblemException.Parameter("lang", "invalid", "Send up to ten language tags (BCP 47), best first, such as ar,fr.");
            // Whoever names English wants to be told which names are English.
            return new Languages(tags, asked: true);
        }
        if (!http.Request.Headers.TryGetValue(HeaderNames.AcceptLanguage, out var header) || header.Count == 0) return null;
        if (!StringWithQualityHeaderValue.TryParseList(header.OfType<string>().ToList(), out var parsed)) return null;
        var wanted = parsed.Where(l => l.Quality is not 0).OrderByDescending(l => l.Quality ?? 1).Select(l => l.Value.Value!).Where(IsTag).Distinct().Take(Most).ToList();
        return wanted.Count == 0 || wanted[0].StartsWith("en", StringComparison.OrdinalIgnoreCase) ? null : new Languages(wanted, asked: false);
    }

    private const int Most = 10;

    private static bool IsTag(string tag) => tag.Length <= 35 && tag.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && tag.Split('-')[0].Length is >= 2 and <= 8;

    public override string ToString() => string.Join(',', _wanted);

    /// <summary>Replaces names of actors and places, and says in <c>nameLanguage</c> which language each has.</summary>
    /// <param name="past">The time whose names are chosen from; null for now.</param>
    public void Apply(Reader reader, JsonNode? node, PastSession? past = null)
    {
        if (node is JsonArray array)
        {
            foreach (var element in array) Apply(reader, element, past);
            return;
        }
        if (node is not JsonObject members) return;
        foreach (var (_, value) in members.ToList()) Apply(reader, value, past);
        if (members["id"] is not JsonValue id || members["kind"] is not JsonValue kind) return;
        // References where kinds could mix say actor or location, and call the name a title.
        var member = (string)kind! is "actor" or "location" ? "title" : "name";
        if (members[member] is not JsonValue) return;
        var isActor = (string)kind! == "actor" || Words.ActorKind.Contains((string)kind!);
        if (!isActor && (string)kind! != "location" && !Words.LocationKind.Contains((string)kind!)) return;
        if (Find(reader, isActor, (string)id!, past) is { } found)
        {
            members[member] = found.Text;
            members["nameLanguage"] = found.Lang;
        }
        else members["nameLanguage"] = "en";
    }

    /// <summary>Records that have names in languages.</summary>
    public static bool HasNames(Kind kind) => kind == Kind.Actor || kind == Kind.Location;

    /// <summary>The name in the best language that the record has one in; null for none.</summary>
    public (string Text, string Lang)? NameOf(Reader reader, Kind kind, string id) => Find(reader, kind == Kind.Actor, id, null);

    private (string Text, string Lang)? Find(Reader reader, bool actor, string id, PastSession? past)
    {
        if (_found.TryGetValue((actor, id), out var known)) return known;
        var kind = actor ? Kind.Actor : Kind.Location;
        var then = past?.Find(kind, id) is { } record ? past.Describe(record.Ref)!.Names : [];
        // A tag with a region falls back to its language: ar-KW finds ar.
        foreach (var lang in _wanted.SelectMany(l => l.Contains('-') ? (string[])[l, l.Split('-')[0]] : [l]))
        {
            if (past is not null)
            {
                if (then.FirstOrDefault(n => string.Equals(n.Lang, lang, StringComparison.Ordinal)) is { } name) return _found[(actor, id)] = (name.Text, name.Lang);
                continue;
            }
            var row = reader.Kept("SELECT n.text, n.lang FROM records r JOIN names n ON n.ref = r.ref WHERE r.kind = ? AND r.id = ? AND n.lang = ? ORDER BY n.position LIMIT 1")
                .Bind(kind.Number).Bind(id).Bind(lang);
            if (!row.Step()) continue;
            var found = (row.Text(0), row.Text(1));
            row.Reset();
            return _found[(actor, id)] = found;
        }
        return _found[(actor, id)] = null;
    }
}
