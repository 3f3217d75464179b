using System.Data.Common;

namespace EventsApi.Storage;

/// <summary>How much of what a commit leaves behind may wait, and then holds up the commit that does it.</summary>
public enum Deferral
{
    /// <summary>Little: somebody waits for each write.</summary>
    Short,
    /// <summary>Much: nobody writes but a command that has the catalogue to itself.</summary>
    Long,
    /// <summary>All, until it is made short again: the first answer comes after a large load, and should come soon.</summary>
    Endless,
}

/// <summary>One connection to an engine: the few things that are said differently to each. Used by one thread at a time.</summary>
internal abstract class Link : IDisposable
{
    /// <summary>For Dapper.</summary>
    public abstract DbConnection Db { get; }

    /// <summary>How full text is asked of this engine.</summary>
    public abstract FullText Text { get; }

    /// <summary>A statement that is made once and used often; its parameters are <c>?</c>, or <c>?1</c>, <c>?2</c> where one is used twice.</summary>
    public abstract Statement Prepare(string sql);

    /// <summary>The value of a sort order as this engine keeps it: text and numbers stand in one column, and each order holds values of one type.</summary>
    public abstract object Ordered(object value);

    // What both engines are asked with: the terms in which a list counts.
    protected const string Terms = $"terms AS MATERIALIZED (SELECT CAST(value ->> 0 AS BIGINT) AS list, CAST(value ->> 1 AS BIGINT) AS first, CAST(value ->> 2 AS BIGINT) AS last FROM {Engine.RowsOfJson})";

    /// <summary>Whether the record of p.key stands in one of some lists, and its day is one on which that list counts. Parameters: a JSON array of <c>[list, first day, last day]</c>, and bits of the posting's detail of which one must be set.</summary>
    public abstract string IsListedInTime { get; }

    /// <summary>Whether a read that failed may go well when it is begun again: the server is gone or hangs, or the way to it, and there may be another.</summary>
    public abstract bool MayGoElsewhere(Exception error);

    /// <summary>Whether the engine stopped a read because it was told to, at its deadline or when the client left.</summary>
    public abstract bool IsInterruption(Exception error);

    /// <summary>Begins a read that is stopped at its deadline or when the client leaves.</summary>
    /// <param name="snapshot">Whether all its questions see one state of the catalogue.</param>
    /// <param name="atLeast">The version it must see, where a copy of the catalogue that has it will do; null where it must see the last commit.</param>
    public abstract void BeginRead(TimeSpan deadline, bool snapshot, long? atLeast, CancellationToken left);

    /// <summary>Ends what <see cref="BeginRead"/> began, however it went.</summary>
    public abstract void EndRead();

    /// <summary>Begins the one write transaction there can be at a time.</summary>
    /// <returns>The version of the catalogue, where another process may have written since; null where none can.</returns>
    public abstract long? BeginWrite();

    /// <summary>What was written so far has reached the engine, which may have refused it.</summary>
    public abstract void Flush();

    /// <summary>Makes a version of what was written, on disk when this returns.</summary>
    /// <param name="now">Unix milliseconds.</param>
    public abstract void Commit(long version, long now);

    /// <summary>Takes back what was written, if a transaction is open.</summary>
    public abstract void Rollback();

    /// <summary>How much work a commit may leave to later ones.</summary>
    public abstract void Defer(Deferral deferral);

    /// <summary>Numbers that the engine gives out go on after those that were put in.</summary>
    public abstract void Renumber();

    /// <summary>Gives back memory that a large write took in this process.</summary>
    public abstract void Trim();

    /// <summary>Destroys what deleted records left behind; nobody writes meanwhile. False when a long read kept some of it.</summary>
    public abstract bool Erase();

    /// <summary>The last thing a writer does.</summary>
    public abstract void Finish();

    public abstract void Dispose();
}
