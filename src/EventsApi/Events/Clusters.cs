using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Events;

/// <summary>Events on a map, as GeoJSON (RFC 7946) of bounded size.</summary>
/// <param name="Type">FeatureCollection.</param>
/// <param name="Total">All events that match, placed or not; with bbox those of the features. Cells that the box cuts are counted whole.</param>
/// <param name="Unplaced">Those that match and have no country and no point: they are on no map.</param>
/// <param name="Estimated">Counted among the newest 50,000 matches and scaled up where the number of all is known.</param>
/// <param name="Zoom">The zoom the clusters were made for; coarser than asked when there would have been more than 2,000.</param>
public sealed record ClusterCollection(string Type, IReadOnlyList<ClusterFeature> Features, long Total, long Unplaced, bool Estimated, int Zoom);

/// <summary>The events of one cell, or those whose place is known to a country only.</summary>
public sealed record ClusterFeature(string Type, ClusterPoint Geometry, ClusterProperties Properties);

/// <summary>Longitude and latitude: the middle of the events, or the country's own point.</summary>
public sealed record ClusterPoint(string Type, double[] Coordinates);

/// <summary>What a cluster holds.</summary>
/// <param name="Kind">cell, or country where the place is known no better.</param>
/// <param name="Bbox">west, south, east, north to zoom into; null for a country.</param>
/// <param name="Href">The events of the cluster.</param>
public sealed record ClusterProperties(string Kind, long Count, double[]? Bbox, string? Country, string? Label, string? Href);

internal static class Clusters
{
    private const int MostFeatures = 2_000, ExactUpTo = 50_000, LargestZoom = 22;
    private static readonly string[] Coarse = ["admin1", "country", "region", "water"];

    public static async Task AnswerAsync(HttpContext http, Database database, Lists lists)
    {
        Conditional.RequireJson(http, ("geojson", "application/geo+json"));
        var zoom = http.Request.Query.ContainsKey("zoom") ? ShortList.Whole(http, "zoom", 2, 0, LargestZoom) : (int?)null;
        http.Request.QueryString = QueryString.Create(http.Request.Query.Where(q => q.Key is not ("zoom" or "format")).SelectMany(q => q.Value.Select(v => KeyValuePair.Create(q.Key, v))));
        var request = new ListRequest(http, EventFilters.Counted, null);
        var made = await database.SearchAsync(reader =>
        {
            var filters = lists.Read(EventFilters.Counted, request, reader);
            Lists.Correct(EventFilters.Counted, filters);
            return new Map(reader, lists.Names, request, filters).Make(zoom);
        }, http.RequestAborted);
        await ShortList.SendAsync(http, database, made, "application/geo+json");
    }

    private sealed class Map(Reader reader, ListNames names, ListRequest request, FilterReader filters)
    {
        private sealed class Cell
        {
            public long Count;
            public double Latitude, Longitude;
        }

        private Dictionary<long, Cell> _cells = [];
        private readonly Dictionary<string, long> _countries = [];
        private long _looked;
        private bool _estimated;
        private double _factor = 1;

        public ClusterCollection Make(int? asked)
        {
            names.Read(reader);
            var view = filters.Conditions.OfType<InBoxes>().FirstOrDefault(b => !b.Not);
            IReadOnlyList<(double West, double South, double East, double North)> boxes = view?.Boxes ?? [(-180, -90, 180, 90)];
            var wide = boxes.Sum(b => b.East - b.West);
            var zoom = asked ?? Math.Clamp((int)Math.Log2(360 / Math.Max(wide, 0.001)) + 2, 0, LargestZoom);
            var level = Grid.LevelOf(zoom);
            var conditions = filters.ConditionsBut("bbox", "geoMatch");
            if (conditions.Count == 0) level = ReadCells(boxes, level);
            else
                for (; ; level--)
                {
                    // Coarser until it fits, and then the cells that the box cuts are larger too.
                    Walk(view is null ? boxes : [.. boxes.Select(b => Whole(b, level))], conditions, level);
                    if (_cells.Count + _countries.Count <= MostFeatures || level == 0) break;
                    (_cells, _looked, _estimated) = ([], 0, false);
                    _countries.Clear();
                }

            var features = _cells.Select(c => Feature(level, c.Key, c.Value)).Concat(_countries.Select(c => Feature(c.Key, c.Value)).OfType<ClusterFeature>().Where(f => view is null || IsIn(boxes, f.Geometry.Coordinates[1], f.Geometry.Coordinates[0])))
                .OrderByDescending(f => f.Properties.Count).Take(MostFeatures).ToList();
            var placed = features.Sum(f => f.Properties.Count);
            var unplaced = view is null ? Math.Max(0, (long)Math.Round(_looked * _factor) - placed) : 0;
            return new ClusterCollection("FeatureCollection", features, placed + unplaced, unplaced, _estimated, Math.Min(zoom, level + 1));
        }

        /// <summary>The box and the rest of the cells that it cuts, as they are counted without filters.</summary>
        private static (double West, double South, double East, double North) Whole((double West, double South, double East, double North) box, int level)
        {
            var (low, high) = (Grid.Box(level, Grid.CellOf(level, box.South, box.West)), Grid.Box(level, Grid.CellOf(level, box.North, box.East)));
            return (low.West, low.South, high.East, high.North);
        }

        /// <summary>In whole cells, whose north and east edge belong to the next.</summary>
        private static bool IsWithin(IReadOnlyList<(double West, double South, double East, double North)> cells, double latitude, double longitude) =>
            cells.Any(b => longitude >= b.West && (longitude < b.East || b.East >= 180) && latitude >= b.South && (latitude < b.North || b.North >= 90));

        private static bool IsIn(IReadOnlyList<(double West, double South, double East, double North)> boxes, double latitude, double longitude) =>
            boxes.Any(b => longitude >= b.West && longitude <= b.East && latitude >= b.South && latitude <= b.North);

        /// <summary>Without filters the cells were counted as the events were written.</summary>
        private int ReadCells(IReadOnlyList<(double West, double South, double East, double North)> boxes, int level)
        {
            for (; ; level--)
            {
                _cells.Clear();
                var fits = true;
                foreach (var box in boxes)
                {
                    var (low, high) = (Grid.CellOf(level, box.South, box.West), Grid.CellOf(level, box.North, box.East));
                    // Row by row, as the cells lie in the table.
                    for (var row = low >> 16; row <= high >> 16 && fits; row++)
                    {
                        var rows = reader.Kept("SELECT cell, count, latitude, longitude FROM cells WHERE level = ? AND cell BETWEEN ? AND ? AND count > 0").Bind((long)level).Bind(row << 16 | low & 0xffff).Bind(row << 16 | high & 0xffff);
                        while (rows.Step() && fits)
                        {
                            _cells[rows.Int64(0)] = new Cell { Count = rows.Int64(1), Latitude = rows.Double(2), Longitude = rows.Double(3) };
                            fits = _cells.Count <= MostFeatures || level == 0;
                        }
                        rows.Reset();
                    }
                }
                if (fits) break;
            }
            var countries = reader.Kept("SELECT value, count FROM lists WHERE field = 'event.onlyCountry' AND count > 0");
            while (countries.Step()) _countries[countries.Text(0)] = countries.Int64(1);
            _looked = FacetCounter.Events(reader);
            return level;
        }

        private void Walk(IReadOnlyList<(double West, double South, double East, double North)> boxes, List<Condition> conditions, int level)
        {
            var field = names.Fields.IndexOf("event.onlyCountry");
            var walk = new KeyWalk(reader, Kind.Event, conditions);
            const string Point = ", (SELECT latitude FROM coordinates c WHERE c.key = p.key AND c.possible = 0), (SELECT longitude FROM coordinates c WHERE c.key = p.key AND c.possible = 0)";
            walk.Run(", a.lists" + Point, true, null, ExactUpTo + 1, row =>
            {
                if (_looked == ExactUpTo)
                {
                    _estimated = true;
                    return false;
                }
                _looked++;
                if (!row.IsNull(2))
                {
                    if (IsWithin(boxes, row.Double(2), row.Double(3))) Add(_cells, Grid.CellOf(level, row.Double(2), row.Double(3)), 1, row.Double(2), row.Double(3));
                    return true;
                }
                foreach (var id in MemoryMarshal.Cast<byte, uint>(row.Blob(1)))
                    if (names.FieldOf(id) == field) CollectionsMarshal.GetValueRefOrAddDefault(_countries, names.ValueOf(id), out _)++;
                return true;
            }, table: "features");
            if (_estimated && walk.KnownSize is { } size) _factor = Math.Max(1, (double)size / ExactUpTo);
        }

        private static void Add(Dictionary<long, Cell> cells, long key, long count, double latitude, double longitude)
        {
            ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(cells, key, out _);
            cell ??= new Cell();
            (cell.Count, cell.Latitude, cell.Longitude) = (cell.Count + count, cell.Latitude + latitude, cell.Longitude + longitude);
        }

        private ClusterFeature Feature(int level, long key, Cell cell)
        {
            var (west, south, east, north) = Grid.Box(level, key);
            // The edges belong to the next cell, but a box holds its own: a hair less, so that counts add up.
            const double Hair = 0.0000001;
            double[] box = [west, south, east >= 180 ? 180 : east - Hair, north >= 90 ? 90 : north - Hair];
            return new ClusterFeature("Feature", new ClusterPoint("Point", [Math.Round(cell.Longitude / cell.Count, 5), Math.Round(cell.Latitude / cell.Count, 5)]),
                new ClusterProperties("cell", (long)Math.Round(cell.Count * _factor), box, null, null,
                    EventFilters.AddressOf(request, filters, new() { ["bbox"] = string.Join(',', box.Select(n => n.ToString("0.#######", CultureInfo.InvariantCulture))), ["geoMatch"] = null })));
        }

        private ClusterFeature? Feature(string country, long count)
        {
            if (RecordLookup.ByIdentifier(reader, Kind.Location, $"iso3166:{country}") is not { } place) return null;
            var row = reader.Kept("SELECT c.longitude, c.latitude, r.name FROM coordinates c JOIN records r ON r.ref = c.key WHERE c.key = ?").Bind(place);
            if (!row.Step()) return null;
            var feature = new ClusterFeature("Feature", new ClusterPoint("Point", [row.Double(0), row.Double(1)]),
                new ClusterProperties("country", (long)Math.Round(count * _factor), null, country, row.Text(2), Href()));
            row.Reset();
            return feature;

            string? Href()
            {
                // What the question asks of the place already cannot be asked again.
                if (filters.Canonical.Keys.Any(k => k is "precision" or "near" or "geoMatch" || k.StartsWith("precision[", StringComparison.Ordinal))) return null;
                var changes = new Dictionary<string, string?> { ["bbox"] = null, ["geoMatch"] = null };
                changes[filters.Canonical.ContainsKey("country") ? "country[all]" : "country"] = country;
                changes["precision"] = string.Join(',', Coarse);
                return EventFilters.AddressOf(request, filters, changes);
            }
        }
    }
}
