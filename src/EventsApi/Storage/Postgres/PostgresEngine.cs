using System.Globalization;
using Dapper;
using Npgsql;

namespace EventsApi.Storage;

/// <summary>A catalogue in a PostgreSQL database, which several processes may have open.</summary>
internal sealed class PostgresEngine : Engine
{
    // One at a time changes the schema; the number is "EVTC", as in the files of the other engine.
    private const long MigrationLock = 0x45565443;
    // A connection that lost its server is noticed after so long, where the network says nothing.
    private const int SecondsUntilSilenceIsNoticed = 10;
    private const int KeptStatements = 200;

    private static readonly Migrations Migrations = new("Postgres");

    private readonly string _readers, _writer, _called;
    private readonly PostgresStandbys? _standbys;
    private Action<long, long> _committed = (_, _) => { };
    private readonly bool _create;
    private readonly TimeSpan _patience;

    public PostgresEngine(CatalogueOptions settings)
    {
        // Look-ups hold threads of the pool while they wait for the server; that a commit is made comes on one too, and must not wait for those.
        ThreadPool.GetMinThreads(out var threads, out var completions);
        ThreadPool.SetMinThreads(Math.Max(threads, Readers + Environment.ProcessorCount), completions);
        (_create, _patience) = (settings.Create, TimeSpan.FromMilliseconds(settings.DeadlineMilliseconds));
        NpgsqlConnectionStringBuilder given;
        try
        {
            given = new NpgsqlConnectionStringBuilder(settings.Connection);
        }
        catch (ArgumentException error)
        {
            throw new CatalogueException($"Catalogue:Connection cannot be read: {error.Message}");
        }
        _called = $"{given.Database} on {given.Host}";
        // The program keeps its connections itself, with what they have prepared.
        given.Pooling = false;
        given.MaxAutoPrepare = KeptStatements;
        given.AutoPrepareMinUsages = 2;
        // Where there are several servers, the one that takes writes is asked for, and a new one is noticed soon.
        var hasSeveral = given.Host?.Contains(',') == true;
        if (hasSeveral)
        {
            given.TargetSessionAttributes ??= "primary";
            // One that hangs takes connections and says nothing; the next one is not to wait long for its turn.
            given.Timeout = Math.Min(given.Timeout, PostgresStandbys.SecondsOfSilence);
        }
        given.HostRecheckSeconds = 1;
        given.KeepAlive = SecondsUntilSilenceIsNoticed;
        given.ApplicationName ??= "events-api";
        // Joins are written in the order that is meant: what comes first is walked, and what follows is looked up for each row of it. Turned round, with the walk kept in memory, a join compares every row of a table with all of the walk;
        // who plans before he knows the period takes that for cheap. What is found once is kept in memory to look rows up in: where that were not enough, each row would read it all again.
        // A read is stopped at its deadline; what nevertheless runs into a time-out is broken without more words.
        _readers = With(new(given.ConnectionString) { CancellationTimeout = -1 }, "-c default_transaction_read_only=on -c work_mem=64MB -c join_collapse_limit=1 -c from_collapse_limit=1 -c enable_material=off");
        if (hasSeveral && settings.StandbyLagMilliseconds > 0)
            _standbys = new PostgresStandbys([.. given.Host!.Split(',').Select(host => Alone(new NpgsqlConnectionStringBuilder(_readers), host.Trim()))], settings.StandbyLagMilliseconds, (version, changedAt) => _committed(version, changedAt));
        // What waits to be sent together fits in: beyond that it would be sent by another thread.
        given.WriteBufferSize = 4 * PostgresLink.LargestBatch;
        _writer = With(given, "-c join_collapse_limit=1 -c from_collapse_limit=1");

        // Each server by itself, so that it is known of each how far it has come.
        static NpgsqlConnectionStringBuilder Alone(NpgsqlConnectionStringBuilder all, string server)
        {
            var colon = server.LastIndexOf(':');
            // An address of IPv6 has colons of its own, and its port behind a bracket.
            if (colon > server.LastIndexOf(']') && server.IndexOf(':') is var first && (first == colon || server.StartsWith('['))) (all.Host, all.Port) = (server[..colon], int.Parse(server[(colon + 1)..], CultureInfo.InvariantCulture));
            else all.Host = server;
            all.TargetSessionAttributes = null;
            return all;
        }

        static string With(NpgsqlConnectionStringBuilder given, string options) => new NpgsqlConnectionStringBuilder(given.ConnectionString) { Options = $"{given.Options} {options}".Trim(), CommandTimeout = 0 }.ConnectionString;
    }

    private string OfPrimary(string settings) => _standbys?.SettingsOfPrimary(settings) ?? settings;

    /// <summary>Connects within the time that the settings leave to each server, or says that it could not. The driver by itself counts what is left of that for the next attempt, and waits without end for a server that hangs when nothing is left.</summary>
    internal static void Connect(NpgsqlConnection connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection.ConnectionString);
        // Each is tried with encryption, and without.
        using var late = settings.Timeout == 0 ? new CancellationTokenSource() : new CancellationTokenSource(TimeSpan.FromSeconds(2 * settings.Timeout * settings.Host!.Split(',').Length));
        try
        {
            connection.OpenAsync(late.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw new NpgsqlException("The database server does not answer.", new TimeoutException());
        }
    }

    public override Link OpenReader(int cache) => new PostgresLink(_readers, _standbys);

    public override Link OpenWriter()
    {
        try
        {
            Migrate();
            return new PostgresLink(_writer, _standbys, writes: true) { Patience = _patience };
        }
        catch (NpgsqlException error)
        {
            throw new CatalogueException($"The catalogue {_called} cannot be opened: {error.Message}");
        }
    }

    private void Migrate()
    {
        using var connection = new NpgsqlConnection(_writer);
        Connect(connection);
        while (true)
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute("SELECT pg_advisory_xact_lock(@MigrationLock)", new { MigrationLock });
            var has = connection.ExecuteScalar<long>("SELECT count(*) FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())");
            var isOurs = connection.ExecuteScalar<bool>("SELECT to_regclass('settings') IS NOT NULL AND to_regclass('state') IS NOT NULL");
            if (has > 0 && !isOurs) throw new CatalogueException($"{_called} is a database, but not an events catalogue. Name another one in Catalogue:Connection.");
            if (has == 0 && !_create) throw new CatalogueException($"There is no catalogue in {_called}. Check Catalogue:Connection, or add --create to make one there.");
            var schema = isOurs ? connection.ExecuteScalar<int>("SELECT value::integer FROM settings WHERE name = 'schema'") : 0;
            if (schema > Migrations.Last) throw new CatalogueException($"{_called} was written by a newer version of this program (schema {schema}, this one knows {Migrations.Last}). Update the program, or name another database.");
            if (Migrations.After(schema).FirstOrDefault() is not { Sql: { } sql } next) return;
            connection.Execute(sql);
            connection.Execute("INSERT INTO settings(name, value) VALUES ('schema', @number) ON CONFLICT (name) DO UPDATE SET value = excluded.value", new { number = next.Number.ToString(CultureInfo.InvariantCulture) });
            transaction.Commit();
        }
    }

    // Their threads wait for the server most of the time.
    public override int Readers => 4 * Environment.ProcessorCount;

    private readonly CancellationTokenSource _closing = new();
    private Thread? _listener;

    public override void Listen(Action<long, long> committed)
    {
        _committed = committed;
        _standbys?.Begin();
        _listener = new Thread(() => Hear(_standbys is null ? committed : _standbys.Committed)) { IsBackground = true, Name = "commits of others" };
        _listener.Start();
    }

    private void Hear(Action<long, long> committed)
    {
        var again = TimeSpan.FromSeconds(1);
        while (!_closing.IsCancellationRequested)
            try
            {
                using var connection = new NpgsqlConnection(OfPrimary(_readers));
                connection.Notification += (_, told) =>
                {
                    if (told.Payload.Split(' ') is [var version, var at]) committed(long.Parse(version, CultureInfo.InvariantCulture), long.Parse(at, CultureInfo.InvariantCulture));
                };
                Connect(connection);
                connection.Execute($"LISTEN {PostgresLink.Channel}");
                // What was told before somebody listened is read where it stands.
                var (known, changed) = connection.QuerySingle<(long, long)>("SELECT version, changed_at FROM state");
                committed(known, changed);
                while (true) connection.WaitAsync(_closing.Token).GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception error) when (error is NpgsqlException or InvalidOperationException or IOException)
            {
                // The server is away; the writer says so to whoever writes.
                _closing.Token.WaitHandle.WaitOne(again);
            }
    }

    public override bool IsShared => true;

    // The locks are the connection's: they end with it, and so with the process.
    private readonly Lock _holding = new();
    private NpgsqlConnection? _holder;

    public override bool TryHold(string work, long number) => Hold("SELECT pg_try_advisory_lock(hashtext(@work), @number::integer)", work, number);

    public override void LetGo(string work, long number) => Hold("SELECT pg_advisory_unlock(hashtext(@work), @number::integer)", work, number);

    private bool Hold(string sql, string work, long number)
    {
        lock (_holding)
        {
            if (_holder?.FullState != System.Data.ConnectionState.Open)
            {
                _holder?.Dispose();
                _holder = new NpgsqlConnection(OfPrimary(_writer));
                Connect(_holder);
            }
            return _holder.ExecuteScalar<bool>(sql, new { work, number });
        }
    }

    public override (long Catalogue, long Log, long Free) Sizes
    {
        get
        {
            try
            {
                using var connection = new NpgsqlConnection(OfPrimary(_readers));
                Connect(connection);
                // The server's disk is the server's to watch.
                return (connection.ExecuteScalar<long>("SELECT pg_database_size(current_database())"), 0, long.MaxValue);
            }
            catch (NpgsqlException)
            {
                // Who reads from it or writes to it says so.
                return (0, 0, long.MaxValue);
            }
        }
    }

    public override IReadOnlyList<StandbyState> Standbys => _standbys?.States ?? [];

    /// <summary>With the server's own extension for it, where an administrator has put it there; the server checks its pages by itself where they have checksums.</summary>
    public override IReadOnlyList<string> Check(Reader reader)
    {
        if (!reader.Db.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'amcheck')")) return [];
        try
        {
            reader.Db.Execute("SELECT bt_index_check(c.oid) FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'btree' AND c.relkind = 'i' AND i.indisvalid AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())");
            return [];
        }
        catch (PostgresException error) when (error.SqlState.StartsWith("XX", StringComparison.Ordinal))
        {
            return [error.MessageText];
        }
    }

    public override Task<Backup> BackUpAsync(string file, bool replace, CancellationToken ct) =>
        throw new CatalogueException("backup copies a catalogue that is a file. This one is kept by PostgreSQL: use pg_basebackup or pg_dump, or export catalogue.");

    /// <summary>Whether an error says that a query was stopped: the deadline came, or the client left.</summary>
    public static bool IsInterruption(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } or OperationCanceledException or NpgsqlException { InnerException: TimeoutException };

    /// <summary>The fault of the server, its disk or the way to it that an error tells of; null when it is about something else.</summary>
    public static StorageFault? FaultOf(NpgsqlException error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => new StorageFault(StorageFaultKind.Full, "The disk of the database server is full. Make space; nothing has to be restarted."),
        PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted } damaged => new StorageFault(StorageFaultKind.Damaged, $"The database is damaged (code {damaged.SqlState}). See the server's log; restore it from a backup."),
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => new StorageFault(StorageFaultKind.Failing, "The database server takes no writes: it is a standby, or was set so."),
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => new StorageFault(StorageFaultKind.Failing, "A write of this process or another does not come to its end: see whether a standby that has to confirm it is lost.") { Outcome = "Another write has not come to its end. This one was not begun." },
        CommitUnconfirmedException => new StorageFault(StorageFaultKind.Failing, "No standby confirms what is written, and nothing is before one does. Bring it back, or take its name out of synchronous_standby_names.") { Outcome = "No standby of the database confirms what was written. It shows when one does; it is lost if a server takes over that has not got it. Sent again then with the same Idempotency-Key or If-Match it is made once." },
        PostgresException { SqlState: ['5', '3' or '7' or '8', ..] or ['0', '8', ..] } refused => new StorageFault(StorageFaultKind.Failing, $"The database server refuses for now (code {refused.SqlState}). See its log."),
        PostgresException => null,
        _ => new StorageFault(StorageFaultKind.Failing, "The database server cannot be reached. The program goes on when it can."),
    };

    public override void Dispose()
    {
        _closing.Cancel();
        _listener?.Join();
        _standbys?.Dispose();
        _holder?.Dispose();
        _closing.Dispose();
    }
}
