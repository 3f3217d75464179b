namespace EventsApi.Storage;

/// <summary>A prepared statement that its connection keeps. Preparing costs more than a point look-up, and reading spans spares the copy of every blob;
/// scripts/bench compares both with Dapper.</summary>
public abstract class Statement : IDisposable
{
    /// <summary>Binds the next parameter; parameters are positional.</summary>
    public abstract Statement Bind(long value);
    public abstract Statement Bind(string? value);
    public abstract Statement Bind(ReadOnlySpan<byte> value);
    /// <summary>Text, in UTF-8.</summary>
    public virtual Statement BindText(ReadOnlySpan<byte> utf8) => Bind(System.Text.Encoding.UTF8.GetString(utf8));
    protected abstract Statement Bind(double value);
    protected abstract Statement BindNull();

    public Statement Bind(object? value) => value switch
    {
        null => BindNull(),
        long number => Bind(number),
        int number => Bind((long)number),
        bool flag => Bind(flag ? 1L : 0),
        double number => Bind(number),
        string text => Bind(text),
        byte[] bytes => Bind(bytes.AsSpan()),
        _ => throw new ArgumentException($"A {value.GetType().Name} cannot be bound."),
    };

    public Statement BindAll(IEnumerable<object?> values)
    {
        foreach (var value in values) Bind(value);
        return this;
    }

    /// <summary>Moves to the next row; at the end the statement is ready to be bound again.</summary>
    public abstract bool Step();

    /// <summary>Runs to the end.</summary>
    public virtual void Run()
    {
        while (Step()) { }
    }

    /// <summary>Must be called when the rows are not read to the end: an open statement holds a snapshot, and the engine cannot clear away what that sees.</summary>
    public abstract void Reset();

    public abstract long Int64(int column);
    public abstract double Double(int column);
    public abstract string Text(int column);
    public abstract bool IsNull(int column);
    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);
    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>Bytes, or text as UTF-8. Valid until the next step or reset.</summary>
    public abstract ReadOnlySpan<byte> Blob(int column);

    /// <summary>The value of the first column of the only row; null without a row.</summary>
    public long? Scalar()
    {
        if (!Step()) return null;
        long? value = IsNull(0) ? null : Int64(0);
        Reset();
        return value;
    }

    /// <summary>The text in the first column of the only row; null without a row.</summary>
    public string? ScalarText()
    {
        if (!Step()) return null;
        var value = TextOrNull(0);
        Reset();
        return value;
    }

    public abstract void Dispose();
}

/// <summary>A query ran into its deadline, or its client left.</summary>
public sealed class QueryInterruptedException() : Exception("The query was stopped at its deadline.");
