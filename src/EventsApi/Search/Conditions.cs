using EventsApi.Dates;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Search;

/// <summary>One thing that a record must fulfil. The filter of a request is a list of these, all of which must hold.</summary>
public abstract record Condition
{
    /// <summary>Turned round by [not] and missing=.</summary>
    public bool Not { get; init; }
}

/// <summary>The key stands in one of the lists; <see cref="Mask"/> are the detail bits of which one must be set, 0 for none.</summary>
public sealed record InLists(IReadOnlyList<(string Field, string Value)> Lists) : Condition
{
    public long Mask { get; init; }
}

/// <summary>All conditions of one of these sets hold.</summary>
public sealed record AnyOf(IReadOnlyList<IReadOnlyList<Condition>> Sets) : Condition;

/// <summary>The text matches a query.</summary>
/// <param name="Node">Something in it is positive.</param>
/// <param name="Docs">About how many records match.</param>
public sealed record InText(TextNode Node, long Docs) : Condition;

/// <summary>The key is one of these.</summary>
public sealed record InKeys(IReadOnlyList<long> Keys) : Condition;

/// <summary>A test in SQL on <c>p.key</c>; its parameters are positional.</summary>
public record Test(string Sql, params object?[] Values) : Condition;

/// <summary>A test that looks at other records than the one it is about.</summary>
/// <param name="Holds">The same of a record as it stood, for where those others are not.</param>
public sealed record TestOfOthers(string Sql, Func<RecordSession, Derived, bool> Holds, params object?[] Values) : Test(Sql, Values)
{
    /// <summary>The conditions with each of these replaced by the keys of the records that fulfil it.</summary>
    public static List<Condition> Settle(IReadOnlyList<Condition> conditions, Func<TestOfOthers, InKeys> keys) => [.. conditions.Select(c => c switch
    {
        TestOfOthers test => keys(test) with { Not = test.Not },
        AnyOf any => new AnyOf([.. any.Sets.Select(set => Settle(set, keys))]) { Not = any.Not },
        _ => c,
    })];
}

/// <summary>The date lies in a period; an open side is <see cref="EdtfDate.Past"/> or <see cref="EdtfDate.Future"/>.</summary>
/// <param name="Match">possible, certain or starts.</param>
public sealed record InPeriod(int From, int To, string Match) : Condition;

/// <summary>The point lies in one of the boxes (two where a box crosses the antimeridian).</summary>
public sealed record InBoxes(IReadOnlyList<(double West, double South, double East, double North)> Boxes, bool Possible) : Condition;

/// <summary>The point lies within a distance of another, in kilometres on a sphere of 6371 km.</summary>
public sealed record Near(double Latitude, double Longitude, double Radius, bool Possible) : Condition
{
    /// <summary>What the haversine of a distance must not exceed; beyond half the way around the globe everything is near.</summary>
    public double Haversine => Radius >= Math.PI * 6371.0088 ? 2 : Math.Pow(Math.Sin(Radius / (2 * 6371.0088)), 2);

    public double DistanceTo(double latitude, double longitude)
    {
        var (a, b) = (double.DegreesToRadians(Latitude), double.DegreesToRadians(latitude));
        var h = Math.Pow(Math.Sin((b - a) / 2), 2) + Math.Cos(a) * Math.Cos(b) * Math.Pow(Math.Sin(double.DegreesToRadians(longitude - Longitude) / 2), 2);
        return 2 * 6371.0088 * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }

    /// <summary>The boxes that hold the circle.</summary>
    public InBoxes Around()
    {
        var tall = double.RadiansToDegrees(Radius / 6371.0088);
        var (south, north) = (Math.Max(-90, Latitude - tall), Math.Min(90, Latitude + tall));
        // A circle over a pole holds every longitude.
        var wide = north >= 90 || south <= -90 ? 180 : double.RadiansToDegrees(Math.Asin(Math.Min(1, Math.Sin(double.DegreesToRadians(tall)) / Math.Cos(double.DegreesToRadians(Latitude)))));
        var (west, east) = (Longitude - wide, Longitude + wide);
        return new InBoxes(
            wide >= 180 ? [(-180, south, 180, north)]
            : west < -180 ? [(west + 360, south, 180, north), (-180, south, east, north)]
            : east > 180 ? [(west, south, 180, north), (-180, south, east - 360, north)]
            : [(west, south, east, north)], Possible);
    }
}

/// <summary>How many records fulfil the filter: exactly, or at least.</summary>
public sealed record Total(long Value, string Relation);
