using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EventsApi.Search;

/// <summary>What a word was found in; the columns of the full-text table, in its order.</summary>
public enum TextColumn { Title, Actors, Places, Topics, Quotes, Body }

/// <summary>The words of a record in a form that ranking can count without the text: for each column how many, then 16 bits of hash for each word, in order.
/// Two words share a hash once in 65,536, which moves a rank now and then and never adds or loses a hit.</summary>
public static class TextSignature
{
    public static readonly int Columns = Enum.GetValues<TextColumn>().Length;

    // A text longer than this ranks by its beginning.
    private const int MostWords = ushort.MaxValue;

    public static byte[] Of(IReadOnlyList<List<string>> columns)
    {
        var bytes = new byte[columns.Sum(c => Math.Min(c.Count, MostWords) + 1) * sizeof(ushort)];
        var at = 0;
        void Add(ushort value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), value);
            at += sizeof(ushort);
        }
        foreach (var column in columns)
        {
            var count = Math.Min(column.Count, MostWords);
            Add((ushort)count);
            for (var n = 0; n < count; n++) Add(Hash(column[n]));
        }
        return bytes;
    }

    /// <summary>FNV-1a, folded to 16 bits.</summary>
    public static ushort Hash(string word)
    {
        var hash = 2166136261;
        foreach (var letter in word) hash = (hash ^ letter) * 16777619;
        return (ushort)(hash >> 16 ^ hash);
    }

    public static bool Holds(byte[] signature, string word) => Words(signature).Contains(Hash(word));

    /// <summary>The names of the columns in which these words stand one after the other.</summary>
    public static IReadOnlyList<string> ColumnsWith(byte[] signature, IEnumerable<string> sequence)
    {
        var words = Words(signature);
        var columns = new List<string>();
        ushort[] asked = [.. sequence.Select(Hash)];
        for (int column = 0, at = 0; column < Columns; column++)
        {
            if (words.Slice(at + 1, words[at]).IndexOf(asked) >= 0) columns.Add(((TextColumn)column).ToString().ToLowerInvariant());
            at += 1 + words[at];
        }
        return columns;
    }

    /// <summary>The hashes with the counts between them; little-endian, as all machines we run on are.</summary>
    public static ReadOnlySpan<ushort> Words(ReadOnlySpan<byte> signature) => MemoryMarshal.Cast<byte, ushort>(signature);
}
