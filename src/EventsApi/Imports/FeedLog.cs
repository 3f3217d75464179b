using System.Globalization;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Imports;

/// <summary>A feed that is followed. Its files are imports like others.</summary>
/// <param name="CheckedAt">When its lists were read last.</param>
/// <param name="Newest">The newest quarter of an hour that was imported.</param>
/// <param name="Waiting">Files that are listed and not imported yet.</param>
/// <param name="GivenUp">Files that could not be had; their imports say why.</param>
/// <param name="Failures">Rounds in a row that failed.</param>
/// <param name="NextAt">After failures: when it is tried again.</param>
public sealed record FeedState(string Id, string? CheckedAt, string? Newest, long Waiting, long Imported, long GivenUp, long Failures, string? NextAt, string? Error);

/// <summary>A file as a list names it: size, MD5 and address on a line.</summary>
/// <param name="Slot">The quarter of an hour it is for, as 20240131001500.</param>
internal sealed record FeedFile(string Url, string Md5, long Size, long Slot, long Attempts = 0)
{
    private const string Ending = ".export.CSV.zip", SlotFormat = "yyyyMMddHHmmss";

    public string Name => Path.GetFileName(new Uri(Url).AbsolutePath);

    /// <summary>What tells its import from others.</summary>
    public string Identity => $"{Url}\n{Md5}";

    /// <summary>Null for a line that names no file of events: the lists have mentions and the knowledge graph too, and now and then a broken line.</summary>
    public static FeedFile? Parse(string line)
    {
        if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is not [var length, { Length: 32 } md5, var url] || !url.EndsWith(Ending, StringComparison.OrdinalIgnoreCase)) return null;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || !md5.All(char.IsAsciiHexDigit)) return null;
        return long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && Path.GetFileName(address.AbsolutePath)[..^Ending.Length] is var name && TimeOf(name) is not null
            ? new FeedFile(url, md5.ToLowerInvariant(), size, long.Parse(name, CultureInfo.InvariantCulture)) : null;
    }

    public static long SlotAt(DateTimeOffset time) => long.Parse(time.UtcDateTime.ToString(SlotFormat, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public static DateTimeOffset TimeOf(long slot) => TimeOf(slot.ToString(CultureInfo.InvariantCulture))!.Value;

    private static DateTimeOffset? TimeOf(string slot) => DateTimeOffset.TryParseExact(slot, SlotFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}

/// <summary>What the catalogue keeps of its feeds.</summary>
internal static class FeedLog
{
    /// <summary>Takes up the files that were not known yet.</summary>
    /// <returns>How many.</returns>
    public static int Add(Writer writer, string feed, IEnumerable<FeedFile> files)
    {
        var added = 0;
        foreach (var file in files)
            if (writer.Kept("INSERT INTO feed_files(feed, url, md5, size, slot, status) VALUES (?, ?, ?, ?, ?, 'waiting') ON CONFLICT DO NOTHING RETURNING 1").Bind(feed).Bind(file.Url).Bind(file.Md5).Bind(file.Size).Bind(file.Slot).Scalar() is not null) added++;
        return added;
    }

    public static long? NewestSlot(Connection connection, string feed) => connection.Kept("SELECT slot FROM feed_files WHERE feed = ? ORDER BY slot DESC LIMIT 1").Bind(feed).Scalar();

    /// <summary>The files to import now, oldest first.</summary>
    public static List<FeedFile> Due(Connection connection, string feed, long now)
    {
        var files = new List<FeedFile>();
        var rows = connection.Kept("SELECT url, md5, size, slot, attempts FROM feed_files WHERE feed = ? AND status = 'waiting' AND coalesce(next_at, 0) <= ? ORDER BY slot, url").Bind(feed).Bind(now);
        while (rows.Step()) files.Add(new FeedFile(rows.Text(0), rows.Text(1), rows.Int64(2), rows.Int64(3), rows.Int64(4)));
        return files;
    }

    public static long Waiting(Connection connection, string feed) => connection.Kept("SELECT count(*) FROM feed_files WHERE feed = ? AND status = 'waiting'").Bind(feed).Scalar()!.Value;

    /// <summary>The import that had the same bytes: of this file before the program was stopped, or of one with another address.</summary>
    public static long? Imported(Connection connection, string feed, FeedFile file) =>
        ImportLog.Done(connection, Gdelt.Id, file.Identity) ?? connection.Kept("SELECT import FROM feed_files WHERE feed = ? AND status = 'done' AND md5 = ? AND size = ? LIMIT 1").Bind(feed).Bind(file.Md5).Bind(file.Size).Scalar();

    public static void Done(Writer writer, string feed, FeedFile file, long import) =>
        writer.Kept("UPDATE feed_files SET status = 'done', next_at = NULL, error = NULL, import = ? WHERE feed = ? AND url = ? AND md5 = ?").Bind(import).Bind(feed).Bind(file.Url).Bind(file.Md5).Run();

    /// <param name="nextAt">Null when there is no further attempt.</param>
    public static void Failed(Writer writer, string feed, FeedFile file, string error, long? nextAt, long import) =>
        writer.Kept("UPDATE feed_files SET status = ?, attempts = attempts + 1, next_at = ?, error = ?, import = ? WHERE feed = ? AND url = ? AND md5 = ?")
            .Bind(nextAt is null ? "given-up" : "waiting").Bind((object?)nextAt).Bind(error).Bind(import).Bind(feed).Bind(file.Url).Bind(file.Md5).Run();

    /// <summary>A round ended.</summary>
    /// <param name="nextAt">Null when it went well.</param>
    public static void Note(Writer writer, string feed, string? error, long? nextAt) =>
        writer.Kept("INSERT INTO feeds(id, checked_at, failures, next_at, error) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO UPDATE SET checked_at = ?2, failures = CASE WHEN ?3 = 0 THEN 0 ELSE feeds.failures + 1 END, next_at = ?4, error = ?5")
            .Bind(feed).Bind(writer.Now).Bind(nextAt is null ? 0L : 1L).Bind((object?)nextAt).Bind(error).Run();

    public static long Failures(Connection connection, string feed) => connection.Kept("SELECT failures FROM feeds WHERE id = ?").Bind(feed).Scalar() ?? 0;

    /// <summary>When the next round is due, Unix milliseconds; 0 when none was made yet.</summary>
    /// <param name="interval">Milliseconds between two looks at the lists.</param>
    public static long NextRound(Connection connection, string feed, long interval)
    {
        var row = connection.Kept("SELECT checked_at, next_at FROM feeds WHERE id = ?").Bind(feed);
        if (!row.Step()) return 0;
        var (looked, after) = (row.Int64OrNull(0) ?? 0, row.Int64OrNull(1));
        row.Reset();
        if (after is { } next) return next;
        var retry = connection.Kept("SELECT min(coalesce(next_at, 0)) FROM feed_files WHERE feed = ? AND status = 'waiting'").Bind(feed).Scalar();
        return Math.Min(looked + interval, retry ?? long.MaxValue);
    }

    /// <summary>Events that files of the feed made, among the changes that retention has not looked at yet and that lie before a time.</summary>
    /// <returns>And the last change that was looked at; null when there is none to look at.</returns>
    public static (List<long> Events, long? Last) Aged(Connection connection, string feed, long dataset, long before, int most)
    {
        var (added, last) = (new List<long>(), (long?)null);
        var looked = connection.Kept("SELECT looked FROM feeds WHERE id = ?").Bind(feed).Scalar() ?? 0;
        var rows = connection.Kept("SELECT seq, ref, op, at FROM changes WHERE seq > ? ORDER BY seq LIMIT ?").Bind(looked).Bind((long)most);
        // Changes stand in the order of time: after the first that is too young none is old enough.
        while (rows.Step() && rows.Int64(3) < before)
        {
            last = rows.Int64(0);
            if (rows.Int64(2) == 1 && Kind.OfRef(rows.Int64(1)) == Kind.Event) added.Add(rows.Int64(1));
        }
        rows.Reset();
        // A row says in which file it came.
        return (added.FindAll(r => connection.Kept("SELECT 1 FROM identifiers i JOIN imported m ON m.dataset = ? AND m.external = i.identifier AND m.ref = i.ref JOIN feed_files f ON f.feed = ? AND f.slot = m.release WHERE i.ref = ? AND i.scheme = ? AND f.status = 'done' LIMIT 1")
            .Bind(dataset).Bind(feed).Bind(r).Bind(Gdelt.Id).Scalar() is not null), last);
    }

    public static void Looked(Writer writer, string feed, long change) => writer.Kept("UPDATE feeds SET looked = ? WHERE id = ?").Bind(change).Bind(feed).Run();

    /// <summary>The feeds that were ever followed.</summary>
    public static List<FeedState> States(Connection connection)
    {
        var states = new List<FeedState>();
        var rows = connection.Kept("""
            SELECT s.id, s.checked_at, s.failures, s.next_at, s.error, max(CASE WHEN f.status = 'done' THEN f.slot END), count(*) FILTER (WHERE f.status = 'waiting'), count(*) FILTER (WHERE f.status = 'done'), count(*) FILTER (WHERE f.status = 'given-up')
            FROM feeds s LEFT JOIN feed_files f ON f.feed = s.id GROUP BY s.id ORDER BY s.id
            """);
        while (rows.Step())
            states.Add(new FeedState(rows.Text(0), Instant(rows.Int64OrNull(1)), rows.Int64OrNull(5) is { } slot ? Instant(FeedFile.TimeOf(slot).ToUnixTimeMilliseconds()) : null, rows.Int64(6), rows.Int64(7), rows.Int64(8), rows.Int64(2), Instant(rows.Int64OrNull(3)), rows.TextOrNull(4)));
        return states;
    }

    private static string? Instant(long? time) => time is { } known ? Json.Instant(known) : null;
}
