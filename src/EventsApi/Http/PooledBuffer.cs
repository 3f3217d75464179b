using System.Buffers;

namespace EventsApi.Http;

/// <summary>Bytes of one answer in rented memory: large pages would otherwise be an allocation of their own each time.</summary>
public sealed class PooledBuffer(int size = 16_384) : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(size);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Advance(int count) => Length += count;

    /// <summary>Begins anew in the same memory.</summary>
    public void Clear() => Length = 0;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Adds the bytes and says where they lie.</summary>
    public Range Add(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
        return (Length - bytes.Length)..Length;
    }

    public ReadOnlySpan<byte> this[Range range] => _bytes.AsSpan(range);

    private void Reserve(int more)
    {
        if (_bytes.Length - Length >= more) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + more));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    public void Dispose()
    {
        if (_bytes.Length == 0) return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }
}
