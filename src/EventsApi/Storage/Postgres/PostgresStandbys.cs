using Npgsql;

namespace EventsApi.Storage;

/// <summary>The servers that a connection names, and which commit each standby among them has come to: one is read from only when it has all that the reader must see.</summary>
/// <param name="settings">Of a connection to each server alone.</param>
/// <param name="farthest">Milliseconds that a standby may be behind. Until then what others write is not yet known here either; after that the standby is passed over.</param>
/// <param name="seen">Hears of each commit when reads can see it; more than once for the same one.</param>
internal sealed class PostgresStandbys(IReadOnlyList<NpgsqlConnectionStringBuilder> settings, long farthest, Action<long, long> seen) : IDisposable
{
    /// <summary>The place of the server that takes writes, among those to read from.</summary>
    public const int Primary = 0;

    // A standby that has everything is asked whether it is still there; one that has not, when it has.
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500), Shortest = TimeSpan.FromMilliseconds(1), Longest = TimeSpan.FromMilliseconds(20);
    /// <summary>One that says nothing for so long is gone, though nobody has closed the connection.</summary>
    public const int SecondsOfSilence = 2;
    private const long Answered = long.MaxValue;
    // So many commits back it is known when each was heard of.
    private const int Remembered = 4_096;
    private const long Away = -1;

    // After a time-out the driver tries to cancel what it asked, on a new connection, and waits twice for one that hangs: with encryption and without. So a read that comes upon that goes elsewhere after four seconds.
    private const int SecondsToConnect = 1;
    private readonly Standby[] _standbys = [.. settings.Select(s => new Standby($"{s.Host}:{s.Port}", new NpgsqlConnectionStringBuilder(s.ConnectionString) { CommandTimeout = SecondsOfSilence, Timeout = SecondsToConnect }.ConnectionString))];
    private readonly Lock _hearing = new();
    private readonly long[] _heardAt = new long[Remembered];
    private long _committed, _changedAt;
    private int _turn;
    private volatile bool _isClosing;

    /// <summary>How many places there are to read from.</summary>
    public int Places => _standbys.Length + 1;

    /// <summary>How to reach a standby.</summary>
    public string SettingsOf(int place) => _standbys[place - 1].Settings;

    private volatile Standby? _primary;

    /// <summary>How to reach the server that takes writes: the one that did last, before the others are asked, of which one may hang.</summary>
    /// <param name="all">How to reach whichever does.</param>
    public string SettingsOfPrimary(string all)
    {
        if (_primary is not { } primary) return all;
        var settings = new NpgsqlConnectionStringBuilder(all);
        var servers = settings.Host!.Split(',');
        settings.Host = string.Join(',', [servers[Array.IndexOf(_standbys, primary)], .. servers]);
        return settings.ConnectionString;
    }

    /// <summary>Ends when the standby is lost, and with it every connection that was made to it before: it may be back, and they never.</summary>
    public CancellationToken LossOf(int place) => Volatile.Read(ref _standbys[place - 1].Loss).Token;

    public void Begin()
    {
        foreach (var standby in _standbys)
        {
            standby.Thread = new Thread(() => Follow(standby)) { IsBackground = true, Name = $"follows {standby.Name}" };
            standby.Thread.Start();
        }
        _silence = new Timer(_ => NoteSilence(), null, Idle, Idle);
    }

    private Timer? _silence;

    /// <summary>The driver, whose time has come too, goes on to cancel what it asked: reads do not wait for that.</summary>
    private void NoteSilence()
    {
        foreach (var standby in _standbys)
            if (Environment.TickCount64 - Interlocked.Read(ref standby.AskedAt) >= SecondsOfSilence * 1_000 && Volatile.Read(ref standby.Version) != Away) Lost(standby);
    }

    /// <summary>Where to read what has at least this version: from each standby that has it in turn, else from the primary.</summary>
    public int Choose(long atLeast)
    {
        var first = Interlocked.Increment(ref _turn) & int.MaxValue;
        for (var n = 0; n < _standbys.Length; n++)
        {
            var place = (first + n) % _standbys.Length;
            if (Volatile.Read(ref _standbys[place].Version) < atLeast) continue;
            Interlocked.Increment(ref _standbys[place].Reads);
            return place + 1;
        }
        return Primary;
    }

    /// <summary>A read from there failed: until it has answered again, nobody else tries.</summary>
    public void Lost(int place) => Lost(_standbys[place - 1]);

    private void Lost(Standby standby)
    {
        Volatile.Write(ref standby.Version, Away);
        Tell();
        // Whoever waits for it goes elsewhere at once.
        Interlocked.Exchange(ref standby.Loss, new()).Cancel();
    }

    /// <summary>Stops what a connection to a standby is asking. False when the standby did not hear it.</summary>
    public bool Cancel(int place, int process)
    {
        try
        {
            using var connection = new NpgsqlConnection(_standbys[place - 1].Settings);
            PostgresEngine.Connect(connection);
            using var command = new NpgsqlCommand("SELECT pg_cancel_backend($1)", connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = process } } };
            command.ExecuteNonQuery();
            return true;
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException or IOException or TimeoutException)
        {
            return false;
        }
    }

    /// <summary>The primary has this commit.</summary>
    public void Committed(long version, long changedAt)
    {
        lock (_hearing)
        {
            var now = Environment.TickCount64;
            for (var next = Math.Max(_committed + 1, version - Remembered + 1); next <= version; next++) _heardAt[next % Remembered] = now;
            // After the loss of a primary that had more than its successor, it is less than before.
            (_committed, _changedAt) = (version, changedAt);
        }
        foreach (var standby in _standbys) standby.Wake.Set();
        Tell();
    }

    /// <summary>How each stands.</summary>
    public IReadOnlyList<StandbyState> States => [.. _standbys.Where(s => !s.IsPrimary).Select(s => Volatile.Read(ref s.Version) is var version && version == Away
        ? new StandbyState(s.Name, false, null, null, Interlocked.Read(ref s.Reads))
        : new StandbyState(s.Name, true, Math.Max(0, Volatile.Read(ref _committed) - version), Behind(version) / 1_000.0, Interlocked.Read(ref s.Reads)))];

    /// <summary>For how many milliseconds there is a commit that this version lacks.</summary>
    private long Behind(long version)
    {
        lock (_hearing) return version >= _committed ? 0 : Environment.TickCount64 - _heardAt[Math.Max(version + 1, _committed - Remembered + 1) % Remembered];
    }

    /// <summary>Says what reads can see: as much as the best standby has, while it is near enough; else what the primary has, from which they are answered then.</summary>
    private void Tell()
    {
        var (version, changedAt) = (Away, 0L);
        foreach (var standby in _standbys)
            if (Volatile.Read(ref standby.Version) is var has && has > version && Behind(has) <= farthest) (version, changedAt) = (has, Volatile.Read(ref standby.ChangedAt));
        if (version == Away)
            lock (_hearing) (version, changedAt) = (_committed, _changedAt);
        if (version > 0) seen(version, changedAt);
    }

    private void Follow(Standby standby)
    {
        while (!_isClosing)
        {
            try
            {
                using var connection = new NpgsqlConnection(standby.Settings);
                PostgresEngine.Connect(connection);
                using var command = new NpgsqlCommand("SELECT pg_is_in_recovery(), version, changed_at FROM state", connection);
                for (var pause = Shortest; !_isClosing;)
                {
                    long version, changedAt;
                    Interlocked.Exchange(ref standby.AskedAt, Environment.TickCount64);
                    using (var row = command.ExecuteReader())
                    {
                        row.Read();
                        Interlocked.Exchange(ref standby.AskedAt, Answered);
                        if (standby.IsPrimary = !row.GetBoolean(0)) _primary = standby;
                        (version, changedAt) = (row.GetInt64(1), row.GetInt64(2));
                    }
                    var before = Volatile.Read(ref standby.Version);
                    Volatile.Write(ref standby.ChangedAt, changedAt);
                    Volatile.Write(ref standby.Version, standby.IsPrimary ? Away : version);
                    if (version != before || version < Volatile.Read(ref _committed)) Tell();
                    pause = standby.IsPrimary || version >= Volatile.Read(ref _committed) ? Idle : version != before || pause == Idle ? Shortest : pause < Longest ? pause * 2 : Longest;
                    standby.Wake.WaitOne(pause);
                }
            }
            catch (Exception error) when (error is NpgsqlException or InvalidOperationException or IOException or TimeoutException)
            {
                // It is away, or no catalogue has come to it yet. What only it had seen is read from the primary.
                Interlocked.Exchange(ref standby.AskedAt, Answered);
                Lost(standby);
                if (!_isClosing) Thread.Sleep(Idle);
            }
        }
    }

    public void Dispose()
    {
        _isClosing = true;
        _silence?.Dispose();
        foreach (var standby in _standbys) standby.Wake.Set();
        foreach (var standby in _standbys) standby.Dispose();
    }

    private sealed class Standby(string name, string settings) : IDisposable
    {
        public readonly AutoResetEvent Wake = new(false);
        public readonly string Name = name, Settings = settings;
        public volatile bool IsPrimary;
        public long Version = Away, ChangedAt, Reads, AskedAt = Answered;
        public CancellationTokenSource Loss = new();
        public Thread? Thread;

        public void Dispose()
        {
            Thread?.Join();
            Wake.Dispose();
        }
    }
}
