using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace EventsApi.Locations;

/// <summary>The outlines of countries from outlines.tsv, for maps of the world: rounded to tenths of a degree. scripts/seed/outlines.py says how a line is written.</summary>
internal static class Outlines
{
    private static readonly Lazy<FrozenDictionary<string, string[]>> Polygons = new(() =>
    {
        using var reader = new StreamReader(typeof(Outlines).Assembly.GetManifestResourceStream("EventsApi.Locations.outlines.tsv")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToFrozenDictionary(fields => fields[0], fields => fields[1..]);
    });

    /// <summary>The outline as a GeoJSON geometry, longitude before latitude; null for countries too small to have one.</summary>
    /// <param name="country">ISO 3166-1 alpha-3.</param>
    public static JsonObject? Of(string? country) => country is null || !Polygons.Value.TryGetValue(country, out var polygons) ? null
        : new JsonObject { ["type"] = "MultiPolygon", ["coordinates"] = new JsonArray([.. polygons.Select(p => new JsonArray([.. p.Split(' ').Select(Ring)]))]) };

    private static JsonArray Ring(string text)
    {
        var ring = new JsonArray();
        for (int at = 0, x = 0, y = 0; at < text.Length;)
        {
            x += Step(text, ref at);
            y += Step(text, ref at);
            ring.Add(new JsonArray(x / 10.0, y / 10.0));
        }
        return ring;
    }

    private static int Step(string text, ref int at)
    {
        var (bits, shift, more) = (0, 0, true);
        for (; more; shift += 5)
        {
            var five = text[at++] - 63;
            bits |= (five & 0x1f) << shift;
            more = five >= 0x20;
        }
        return (bits & 1) == 0 ? bits >> 1 : ~(bits >> 1);
    }
}
