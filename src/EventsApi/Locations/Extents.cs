using System.Collections.Frozen;
using System.Globalization;

namespace EventsApi.Locations;

/// <summary>The boxes that hold the parts of each country, from extents.tsv: enough to notice coordinates that cannot be right.</summary>
internal static class Extents
{
    // Degrees: the outlines are coarse, and a border town may lie beyond them.
    private const double Margin = 0.5;

    private static readonly Lazy<FrozenDictionary<string, (double West, double South, double East, double North)[]>> Boxes = new(() =>
    {
        using var reader = new StreamReader(typeof(Extents).Assembly.GetManifestResourceStream("EventsApi.Locations.extents.tsv")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))
            .ToFrozenDictionary(fields => fields[0], fields => fields[1..].Select(part => part.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture) / 10.0).ToArray()).Select(n => (n[0], n[1], n[2], n[3])).ToArray());
    });

    /// <summary>Whether the point can lie in the country (ISO 3166-1 alpha-3); also true of countries that are not known.</summary>
    public static bool MayHold(string country, double latitude, double longitude) =>
        !Boxes.Value.TryGetValue(country, out var boxes) || Array.Exists(boxes, b => longitude >= b.West - Margin && longitude <= b.East + Margin && latitude >= b.South - Margin && latitude <= b.North + Margin);
}
