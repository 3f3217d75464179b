using System.Globalization;

namespace EventsApi.Imports;

/// <summary>The columns of a table, by name; names compare without case.</summary>
internal sealed class Header(string[] names)
{
    private readonly Dictionary<string, int> _at = names.Select((name, n) => (Name: name.Trim().Trim('\uFEFF'), n)).DistinctBy(c => c.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(c => c.Name, c => c.n, StringComparer.OrdinalIgnoreCase);

    public int Count => names.Length;

    public string? NameAt(int n) => n < names.Length ? names[n].Trim() : null;

    public IEnumerable<string> Names => _at.Keys;

    public bool Has(params string[] columns) => columns.All(_at.ContainsKey);

    public IEnumerable<string> Missing(params string[] columns) => columns.Where(c => !_at.ContainsKey(c));

    /// <summary>What stands in the first of these columns that the table has, without blanks around it; empty when none has anything.</summary>
    public string Of(Row row, params ReadOnlySpan<string> columns)
    {
        foreach (var column in columns)
            if (_at.TryGetValue(column, out var n) && n < row.Cells.Length && row.Cells[n].Trim() is { Length: > 0 } text) return text;
        return "";
    }

    public long? Whole(Row row, string column, long least = 0, long most = long.MaxValue)
    {
        var text = Of(row, column);
        if (text == "") return null;
        // Spreadsheets and pandas write whole numbers as 3.0.
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && decimal.Truncate(number) == number && number >= least && number <= most ? (long)number
            : throw new RowException(column, text, "invalid-number", least == long.MinValue ? "This is no whole number." : $"This is no whole number from {least}{(most == long.MaxValue ? "" : $" to {most}")}.");
    }

    public double? Number(Row row, string column, double least, double most)
    {
        var text = Of(row, column);
        if (text == "") return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : throw new RowException(column, text, "invalid-number", FormattableString.Invariant($"This is no number between {least} and {most}."));
    }

    /// <summary>A point has both numbers or none.</summary>
    public (double? Latitude, double? Longitude) Point(Row row)
    {
        var (latitude, longitude) = (Number(row, "latitude", -90, 90), Number(row, "longitude", -180, 180));
        return latitude is null == longitude is null ? (latitude, longitude) : throw new RowException(latitude is null ? "latitude" : "longitude", "", "missing", "A point has both latitude and longitude.");
    }
}
