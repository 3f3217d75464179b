using System.Buffers.Binary;
using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Dapper;
using Npgsql;

namespace EventsApi.Storage;

/// <summary>A connection to a PostgreSQL server, made anew when it was lost.</summary>
/// <param name="settings">Of the connection.</param>
/// <param name="servers">To which reads may go too; null where there is one only.</param>
/// <param name="writes">Only the one that takes writes will do.</param>
internal sealed class PostgresLink(string settings, PostgresStandbys? servers = null, bool writes = false) : Link
{
    /// <summary>What a process tells the others when it has written: <c>version changed_at</c>.</summary>
    public const string Channel = "catalogue";

    /// <summary>So many bytes of statements go to the server together, about.</summary>
    public const int LargestBatch = 100_000;

    // Milliseconds that a purge waits for reads and writes that were there before it.
    private const long ErasingWaits = 30_000;
    // A server that is not heard for so long is taken to hang.
    private static readonly TimeSpan Hearing = TimeSpan.FromSeconds(1);
    private const int SecondsToRollBack = 2;

    private static readonly PostgresText FullTextOfPostgres = new();

    private readonly PostgresStandbys? _standbys = writes ? null : servers;

    // Where there are several servers to read from, each is connected to when it is first read from: not all need be there.
    private readonly (NpgsqlConnection Db, CancellationToken Lost)?[] _places = new (NpgsqlConnection, CancellationToken)?[servers?.Places ?? 1];
    // Ends when the server of the connection is lost, of which another must be known.
    private CancellationToken _lost;
    private NpgsqlConnection _db = servers is null || writes ? Opened(settings) : new NpgsqlConnection(settings);
    private int _place;
    private bool _onlyPrimary;
    private readonly Lock _cancelling = new();
    private readonly PostgresQueue _queue = new();
    private NpgsqlTransaction? _transaction;
    private PostgresStatement? _open;
    private NpgsqlCommand? _running;
    private CancellationTokenSource? _deadline;
    private CancellationTokenRegistration _atDeadline, _atLeaving;
    private bool _stopped, _hangs;
    private int _timeout;

    private static NpgsqlConnection Opened(string settings)
    {
        var connection = new NpgsqlConnection(settings);
        try
        {
            PostgresEngine.Connect(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal NpgsqlConnection Connection => _db;

    public override DbConnection Db
    {
        get
        {
            Take();
            return _db;
        }
    }

    public override FullText Text => FullTextOfPostgres;

    public override Statement Prepare(string sql) => new PostgresStatement(this, sql);

    /// <summary>Bytes that stand in the order of the values.</summary>
    public override object Ordered(object value)
    {
        if (value is string text) return Encoding.UTF8.GetBytes(text);
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)Convert.ToInt64(value, CultureInfo.InvariantCulture) ^ 1UL << 63);
        return bytes;
    }

    /// <summary>The lists are read once and kept while it is asked: a look into a list, which is in parts here, costs so much more than a row of it. It grows with the lists.</summary>
    public override string IsListedInTime => $"p.key IN (WITH {Terms} SELECT q.key FROM terms m JOIN postings q ON q.list = m.list AND q.key BETWEEN (m.first + 1) << 20 AND ((m.last + 2) << 20) - 1 WHERE q.detail & ? <> 0)";

    /// <summary>The connection is this statement's from here on; the one whose rows were being read keeps what is left of them, and what waits and could be seen by it goes before it.</summary>
    /// <returns>That, to which a question is added so that both go together; null when nothing does.</returns>
    internal NpgsqlBatch? TakeFor(PostgresStatement? statement)
    {
        var open = _open;
        _open = statement;
        open?.Yield();
        return _queue.IsEmpty ? null : _queue.Take(_db, statement?.Words);
    }

    private void Take()
    {
        using var batch = TakeFor(null);
        batch?.ExecuteNonQuery();
    }

    /// <summary>Whether what asks nothing may wait for what does: it does in a transaction that writes.</summary>
    internal bool Queues { get; private set; }

    /// <param name="now">It is one after which what waited must have been done.</param>
    internal void Queue(string sql, (PostgresShape Shape, object? Value)[] values, bool now)
    {
        _queue.Add(sql, values);
        if (now || _queue.Bytes > LargestBatch) Take();
    }

    /// <summary>What waits is not done at all.</summary>
    internal void Forget() => _queue.Clear();

    public override void Flush() => Take();

    internal void Leave(PostgresStatement statement)
    {
        if (_open == statement) _open = null;
    }

    internal NpgsqlDataReader Run(NpgsqlCommand command)
    {
        lock (_cancelling)
        {
            if (_stopped) throw new QueryInterruptedException();
            _running = command;
        }
        command.CommandTimeout = _timeout;
        return MayHangForLong ? Heard(command.ExecuteReaderAsync()) : command.ExecuteReader();
    }

    internal bool Read(NpgsqlDataReader rows) => MayHangForLong ? Heard(rows.ReadAsync()) : rows.Read();

    /// <summary>Whether the time-out comes later than it is known that a standby is lost. Only then it is worth its price to wait for both.</summary>
    private bool MayHangForLong => _place != PostgresStandbys.Primary && _timeout > PostgresStandbys.SecondsOfSilence;

    /// <summary>What a standby answers, for which nobody waits once it is lost.</summary>
    private T Heard<T>(Task<T> answer)
    {
        try
        {
            if (!answer.IsCompleted) answer.Wait(_lost);
        }
        catch (AggregateException)
        {
            // Thrown below, by itself.
        }
        catch (OperationCanceledException) when (!answer.IsCompleted)
        {
            lock (_cancelling)
            {
                _running = null;
                Leave(answer);
                (_db, _transaction, _open, _places[_place]) = (new NpgsqlConnection(_standbys!.SettingsOf(_place)), null, null, null);
            }
            throw new StandbyLostException();
        }
        return answer.GetAwaiter().GetResult();
    }

    private void Stop()
    {
        lock (_cancelling)
        {
            _stopped = true;
            if (_running is null || _hangs) return;
            // The server is told on a connection of its own; what has ended by then is not harmed.
            if (_place == PostgresStandbys.Primary) _running.Cancel();
            else
            {
                var (place, process) = (_place, _db.ProcessID);
                var cancelling = Task.Factory.StartNew(() => _standbys!.Cancel(place, process), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                _hangs = !cancelling.Wait(Hearing) || !cancelling.Result;
                // It does not hear that either. Its connection is given up at the time-out.
                if (_hangs) _standbys!.Lost(place);
            }
        }
    }

    /// <summary>Of a standby also: it hangs, or had to give up what was read, because the primary has cleared that away.</summary>
    public override bool MayGoElsewhere(Exception error)
    {
        if (_place == PostgresStandbys.Primary) return error is DbException && IsLost;
        var hasGivenUp = error is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure };
        if (IsLost) _standbys!.Lost(_place);
        _onlyPrimary = hasGivenUp;
        return IsLost || hasGivenUp;
    }

    public override bool IsInterruption(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled };

    private bool IsLost => _hangs || !_db.FullState.HasFlag(ConnectionState.Open) || _db.FullState.HasFlag(ConnectionState.Broken);

    /// <summary>A connection that was lost is made anew; what it was used for has failed, and is not tried again here.</summary>
    private void Ensure()
    {
        if (!IsLost) return;
        _transaction?.Dispose();
        _transaction = null;
        _open = null;
        Forget();
        _hangs = false;
        _db.Close();
        if (servers is not null && _place == PostgresStandbys.Primary) _db.ConnectionString = servers.SettingsOfPrimary(settings);
        PostgresEngine.Connect(_db);
    }

    public override void BeginRead(TimeSpan deadline, bool snapshot, long? atLeast, CancellationToken left)
    {
        if (_standbys is not null) MoveTo(atLeast is { } version && !_onlyPrimary ? _standbys.Choose(version) : PostgresStandbys.Primary);
        _onlyPrimary = false;
        Ensure();
        _stopped = false;
        // Where not even the cancelling is heard.
        _timeout = (int)Math.Ceiling(deadline.TotalSeconds) + 1;
        _deadline = new CancellationTokenSource(deadline);
        _atDeadline = _deadline.Token.UnsafeRegister(static link => ((PostgresLink)link!).Stop(), this);
        if (left.CanBeCanceled) _atLeaving = left.UnsafeRegister(static link => ((PostgresLink)link!).Stop(), this);
        // Goes to the server with the first question.
        if (snapshot) _transaction = _db.BeginTransaction(IsolationLevel.RepeatableRead);
    }

    private void MoveTo(int place)
    {
        _places[_place] = (_db, _lost);
        _place = place;
        if (_places[place] is { Lost.IsCancellationRequested: true } before)
        {
            before.Db.Dispose();
            _places[place] = null;
        }
        (_db, _lost) = _places[place] ?? (place == PostgresStandbys.Primary ? (new NpgsqlConnection(settings), CancellationToken.None) : (new NpgsqlConnection(_standbys!.SettingsOf(place)), _standbys.LossOf(place)));
    }

    public override void EndRead()
    {
        lock (_cancelling) _running = null;
        _atLeaving.Dispose();
        _atDeadline.Dispose();
        _deadline?.Dispose();
        (_atLeaving, _atDeadline, _deadline) = (default, default, null);
        Rollback();
        lock (_cancelling) _stopped = false;
        _timeout = 0;
    }

    public override long? BeginWrite()
    {
        Ensure();
        _transaction = _db.BeginTransaction();
        Queues = true;
        // Others wait here until this commit is made, but not for one that does not come to its end.
        return _db.QuerySingle<long>(string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {Patience.TotalMilliseconds:F0}; SELECT version FROM state FOR UPDATE"));
    }

    public override void Commit(long version, long now)
    {
        Take();
        _db.Execute($"UPDATE state SET version = @version, changed_at = @now; SELECT pg_notify('{Channel}', @told)", new { version, now, told = $"{version} {now}" });
        // A standby that has to confirm it may be lost. To cancel the commit would show what no standby has; so it stays until one confirms it, nobody sees it before, and nobody writes.
        var committing = _transaction!.CommitAsync();
        if (Task.WaitAny([committing], Patience) < 0)
        {
            Leave(committing);
            (_db, _transaction, _open) = (new NpgsqlConnection(settings), null, null);
            throw new CommitUnconfirmedException();
        }
        committing.GetAwaiter().GetResult();
        _transaction.Dispose();
        _transaction = null;
    }

    /// <summary>How long a write waits, for others and to be confirmed.</summary>
    public TimeSpan Patience { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The connection is closed when what goes on on it has come to its end, for which nobody waits.</summary>
    private void Leave(Task task) => task.ContinueWith(static (_, db) => ((NpgsqlConnection)db!).Dispose(), _db, TaskScheduler.Default);

    public override void Rollback()
    {
        Forget();
        if (_transaction is null) return;
        try
        {
            if (_db.FullState.HasFlag(ConnectionState.Open))
            {
                Take();
                // The driver's own waits for the answer without end, also of a server that is cut off; this breaks the connection instead, and it is made anew.
                using var rollback = new NpgsqlCommand("ROLLBACK", _db) { CommandTimeout = SecondsToRollBack };
                rollback.ExecuteNonQuery();
            }
        }
        catch (Exception error) when (error is DbException or InvalidOperationException)
        {
            // A connection that is lost has no transaction any more.
        }
        finally
        {
            _transaction.Dispose();
            _transaction = null;
        }
    }

    public override void Defer(Deferral deferral)
    {
        if (deferral != Deferral.Short) return;
        // After a load the planner should know how much there is; the server looks by itself, but later.
        Take();
        _db.Execute("ANALYZE;");
    }

    public override void Renumber()
    {
        Take();
        foreach (var (table, column) in (ReadOnlySpan<(string, string)>)[("imports", "number"), ("lists", "id")])
            _db.Execute($"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), (SELECT coalesce(max({column}), 0) + 1 FROM {table}), false)");
    }

    public override void Trim()
    {
        // Its memory is the server's.
    }

    /// <summary>Rewrites the tables that hold what records hold. Copies of the log that an operator keeps elsewhere are beyond its reach.</summary>
    public override bool Erase()
    {
        Ensure();
        Take();
        // The last number stays taken: who knows the lists by number must never meet another under it.
        const string Empty = "count = 0 AND id NOT IN (SELECT list FROM pending) AND NOT EXISTS (SELECT 1 FROM postings p WHERE p.list BETWEEN lists.id << 2 AND lists.id << 2 | 3)";
        _db.Execute($"DELETE FROM lists WHERE {Empty} AND id < (SELECT max(id) FROM lists)");
        _db.Execute($"UPDATE lists SET field = '', value = 'erased ' || id WHERE {Empty}");
        _db.Execute("DELETE FROM vocabulary v WHERE word <> '' AND NOT EXISTS (SELECT 1 FROM words w WHERE w.text @@ quote_literal(v.word)::tsquery)");
        if (!AllSeeWhatIsDone()) return false;
        foreach (var table in (string[])["records", "revisions", "answers", "features", "words", "names", "completions", "identifiers", "tombstones", "answered", "vocabulary", "lists", "changes", "sorts"])
            _db.Execute($"VACUUM (FULL, ANALYZE) {table}", commandTimeout: 0);
        // What the planner had noted of them holds words too. Who does not own the database is told so, and leaves it there.
        _db.Execute("VACUUM (FULL) pg_statistic", commandTimeout: 0);
        return true;
    }

    /// <summary>What a transaction still sees that began before, the server carries along; and as long as one that writes goes on, be it in another database, whoever looks sees as far back as it. Its own looks at the tables come and go.</summary>
    private bool AllSeeWhatIsDone()
    {
        var done = _db.QuerySingle<string>("SELECT pg_current_xact_id()::text");
        for (var since = Environment.TickCount64; Environment.TickCount64 - since < ErasingWaits; Thread.Sleep(50))
            if (_db.QuerySingle<bool>("SELECT pg_snapshot_xmin(pg_current_snapshot()) > @done::xid8 AND NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND (datname = current_database() OR backend_type = 'walsender') AND age(backend_xmin) >= age(@done::xid8::xid))", new { done })) return true;
        return false;
    }

    public override void Finish()
    {
        // The server does what there is to do.
    }

    public override void Dispose()
    {
        _open = null;
        _transaction?.Dispose();
        _db.Dispose();
        foreach (var other in _places) other?.Db.Dispose();
    }
}

/// <summary>A standby is lost, and what was asked of it with it.</summary>
internal sealed class StandbyLostException() : NpgsqlException("The standby does not answer any more.");

/// <summary>A commit is made, but for the word of the standby that has to confirm it: it holds when that comes, and may be lost when it does not.</summary>
internal sealed class CommitUnconfirmedException() : NpgsqlException("The commit is not confirmed.");
