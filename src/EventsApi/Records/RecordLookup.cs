using Dapper;
using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Records;

/// <summary>From an id, or <c>scheme:value</c>, to the record.</summary>
public static class RecordLookup
{
    public static Known? Find(Connection connection, Kind kind, string id)
    {
        if (kind.NumberOf(id) is { } number) return ByRef(connection, kind, kind.Ref(number));
        if (kind.Prefix is null)
        {
            var row = connection.Kept("SELECT ref, word, name FROM records WHERE kind = ? AND id = ?").Bind(kind.Number).Bind(id);
            if (row.Step())
            {
                var found = new Known(row.Int64(0), kind, id, row.TextOrNull(1), row.TextOrNull(2));
                row.Reset();
                return found;
            }
        }
        if (ByIdentifier(connection, kind, id) is { } reference) return ByRef(connection, kind, reference);
        return Successor(connection, kind, id);
    }

    /// <summary>The record's ref by an identifier of another scheme.</summary>
    public static long? ByIdentifier(Connection connection, Kind kind, string id)
    {
        var colon = id.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == id.Length - 1) return null;
        var (low, high) = (kind.Ref(0), kind.Ref(1L << 43));
        return connection.Kept("SELECT ref FROM identifiers WHERE scheme = ? AND identifier = ? AND ref BETWEEN ? AND ?")
            .Bind(id[..colon]).Bind(id[(colon + 1)..]).Bind(low).Bind(high).Scalar();
    }

    /// <summary>The record of this number, or the one it was merged into.</summary>
    public static Known? ByRef(Connection connection, Kind kind, long reference)
    {
        var row = connection.Kept("SELECT id, word, name FROM records WHERE ref = ?").Bind(reference);
        if (row.Step())
        {
            var found = new Known(reference, kind, row.TextOrNull(0) ?? $"{kind.Prefix}{Kind.NumberOfRef(reference)}", row.TextOrNull(1), row.TextOrNull(2));
            row.Reset();
            return found;
        }
        return connection.Kept("SELECT into_ref FROM merged WHERE from_ref = ?").Bind(reference).Scalar() is { } into ? ByRef(connection, kind, into) : null;
    }

    /// <summary>A merged record's successor, found by the old id.</summary>
    private static Known? Successor(Connection connection, Kind kind, string id) =>
        kind.Prefix is null && connection.Kept("SELECT m.into_ref FROM tombstones t JOIN merged m ON m.from_ref = t.ref WHERE t.kind = ? AND t.id = ?").Bind(kind.Number).Bind(id).Scalar() is { } into
            ? ByRef(connection, kind, into) : null;

    /// <summary>The number of a record that is or was, by its own id.</summary>
    public static long? RefOf(Connection connection, Kind kind, string id) => kind.NumberOf(id) is { } number
        ? connection.Kept("SELECT ref FROM records WHERE ref = ?1 UNION ALL SELECT ref FROM tombstones WHERE ref = ?1").Bind(kind.Ref(number)).Scalar()
        : connection.Kept("SELECT ref FROM records WHERE kind = ?1 AND id = ?2 UNION ALL SELECT ref FROM tombstones WHERE kind = ?1 AND id = ?2").Bind(kind.Number).Bind(id).Scalar();

    /// <summary>The key in the lists: an event's time, any other record's number. An event that is gone keeps its key, and nothing stands there.</summary>
    public static long? KeyOf(Connection connection, long reference) =>
        Kind.OfRef(reference) == Kind.Event ? connection.Kept("SELECT key FROM event_ids WHERE number = ?").Bind(Kind.NumberOfRef(reference)).Scalar() : reference;

    /// <summary>The id of a record that is or was.</summary>
    public static string IdOf(Connection connection, long reference) => Kind.OfRef(reference).Prefix is { } letter ? $"{letter}{Kind.NumberOfRef(reference)}"
        : connection.Kept("SELECT id FROM records WHERE ref = ?1 UNION ALL SELECT id FROM tombstones WHERE ref = ?1").Bind(reference).ScalarText() ?? "";

    /// <summary>When and why a record was deleted; null when it never was.</summary>
    public static (string? Reason, long At)? Deleted(Connection connection, Kind kind, string id)
    {
        var row = kind.NumberOf(id) is { } number
            ? connection.Kept("SELECT reason, at FROM tombstones WHERE ref = ?").Bind(kind.Ref(number))
            : connection.Kept("SELECT reason, at FROM tombstones WHERE kind = ? AND id = ?").Bind(kind.Number).Bind(id);
        if (!row.Step()) return null;
        var deleted = (row.TextOrNull(0), row.Int64(1));
        row.Reset();
        return deleted;
    }

    // Guessing must stay cheap however many records there are: names that begin alike, and no more than these.
    private const int MostGuesses = 3_000;

    /// <summary>The id most like what was typed, by id or by name in any language; null when none is near.</summary>
    public static string? Nearest(Connection connection, Kind kind, string typed)
    {
        if (kind.Prefix is not null) return null;
        var folded = Folding.Fold(typed);
        if (folded.Length == 0) return null;
        if (connection.Db.QueryFirstOrDefault<string>("SELECT r.id FROM names n JOIN records r ON r.ref = n.ref WHERE n.folded = @folded AND r.kind = @Number LIMIT 1", new { folded, kind.Number }) is { } id) return id;
        // People get the first letter right more often than any other; without a hit among those, look at all up to the bound.
        return Nearest(connection, kind, typed, folded[..1], folded[..1] + "\uffff") ?? Nearest(connection, kind, typed, "", "\uffff");
    }

    private static string? Nearest(Connection connection, Kind kind, string typed, string from, string to) =>
        Folding.Nearest(typed, connection.Db.Query<string>("SELECT id FROM records WHERE kind = @Number AND id IS NOT NULL AND id >= @from AND id < @to LIMIT @MostGuesses", new { kind.Number, from, to, MostGuesses }));
}
