using System.Data.Common;
using System.Runtime.CompilerServices;

namespace EventsApi.Storage;

/// <summary>One connection that keeps its statements.</summary>
public abstract class Connection : IDisposable
{
    // Bounded, because the texts of list queries depend on which filters are given. What was not used for the longest time goes: one that is being bound while another is asked for must stay.
    private const int KeptStatements = 200;

    private readonly Dictionary<string, Keeping> _kept = [];
    // Nearly every text is a constant, so it is known again by where it lies; to hash its letters takes as long as many a statement.
    private readonly (string? Sql, Keeping Kept)[] _near = new (string?, Keeping)[256];
    private long _uses;

    private sealed class Keeping(Statement statement)
    {
        public Statement Statement => statement;
        public long Used { get; set; }
    }

    private protected Connection(Link link) => Link = link;

    private protected Link Link { get; }

    /// <summary>For Dapper.</summary>
    public DbConnection Db => Link.Db;

    /// <summary>How full text is written and asked.</summary>
    public FullText FullText => Link.Text;

    /// <summary>The value of a sort order, to be bound.</summary>
    public object Ordered(object value) => Link.Ordered(value);

    /// <inheritdoc cref="Link.IsListedInTime"/>
    public string IsListedInTime => Link.IsListedInTime;

    /// <summary>The prepared statement of this text, made once.</summary>
    public Statement Kept(string sql)
    {
        ref var near = ref _near[RuntimeHelpers.GetHashCode(sql) & (_near.Length - 1)];
        if (!ReferenceEquals(near.Sql, sql)) near = (sql, Keep(sql));
        near.Kept.Used = ++_uses;
        // Whatever went wrong while it was used last, it starts afresh. So a statement must not be asked for while its rows are read.
        near.Kept.Statement.Reset();
        return near.Kept.Statement;
    }

    private Keeping Keep(string sql)
    {
        if (_kept.TryGetValue(sql, out var kept)) return kept;
        if (_kept.Count == KeptStatements)
        {
            var (text, oldest) = _kept.MinBy(k => k.Value.Used);
            foreach (ref var near in _near.AsSpan())
                if (near.Kept == oldest) near = default;
            _kept.Remove(text);
            oldest.Statement.Dispose();
        }
        return _kept[sql] = new Keeping(Link.Prepare(sql));
    }

    /// <summary>Ends every statement that was left on a row: it would hold its snapshot.</summary>
    protected internal void ResetAll()
    {
        foreach (var kept in _kept.Values) kept.Statement.Reset();
    }

    public virtual void Dispose()
    {
        foreach (var kept in _kept.Values) kept.Statement.Dispose();
        Link.Dispose();
    }
}

/// <summary>A connection that can only read. Whoever rents it has it alone.</summary>
public class Reader : Connection
{
    /// <param name="cache">Kilobytes of pages kept; only those that were read take memory.</param>
    internal Reader(Engine engine, int cache = 8_000) : base(engine.OpenReader(cache)) { }

    private protected Reader(Link link) : base(link) { }

    /// <summary>Runs the work, on one snapshot of the catalogue when it asks several questions, and stops it at the deadline or when the client leaves.</summary>
    /// <param name="atLeast">The version it must see; null for the last commit.</param>
    internal T Run<T>(Func<Reader, T> work, TimeSpan deadline, bool snapshot, long? atLeast, CancellationToken left)
    {
        try
        {
            return Once(work, deadline, snapshot, atLeast, left);
        }
        catch (Exception error) when (error is DbException or QueryInterruptedException && !left.IsCancellationRequested && Link.MayGoElsewhere(error))
        {
            // The server went while nobody looked; there may be another one, or the same again.
            return Once(work, deadline, snapshot, atLeast, left);
        }
    }

    private T Once<T>(Func<Reader, T> work, TimeSpan deadline, bool snapshot, long? atLeast, CancellationToken left)
    {
        try
        {
            Link.BeginRead(deadline, snapshot, atLeast, left);
            return work(this);
        }
        catch (Exception error)
        {
            ResetAll();
            // What is not asked by a kept statement tells of it in the engine's own words.
            if (Link.IsInterruption(error)) throw new QueryInterruptedException();
            throw;
        }
        finally
        {
            Link.EndRead();
        }
    }
}

/// <summary>An empty catalogue in memory, in which records as they were can be looked for by the same walk as in the real one.</summary>
public sealed class Scratch() : Reader(SqliteLink.InMemory());
