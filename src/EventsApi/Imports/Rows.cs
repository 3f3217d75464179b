using System.Globalization;
using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;

namespace EventsApi.Imports;

/// <summary>A row of a table, or a line of JSON as its only cell.</summary>
/// <param name="Line">Where it begins in the file, counted from 1.</param>
/// <param name="Fault">Why its cells cannot be trusted; null when they can.</param>
internal sealed record Row(long Line, string[] Cells, string? Fault = null);

/// <summary>A file that cannot be what it was said to be; nothing was written of it.</summary>
public sealed class UnreadableFileException(string message) : Exception(message);

/// <summary>One row does not fit; the rest goes in.</summary>
internal sealed class RowException(string? column, string? value, string code, string reason) : Exception(reason)
{
    private const int Longest = 200;

    public Reject At(long line) => new(line, column, value is { Length: > Longest } ? value[..Longest] + "…" : value, code, Message);
}

/// <summary>Opens files as they come (plain, gzip, zip) and cuts them into rows, without holding more than one.</summary>
internal static class Rows
{
    // A field of a real file has a few thousand characters; one that has no end is no table.
    private const int LongestField = 4 << 20, LongestLine = 16 << 20, LongestPage = 32 << 20;

    /// <summary>Stands where bytes are no UTF-8; it is no character of any text.</summary>
    public const char Undecoded = '\uFFFF';

    /// <summary>UTF-8, or what the byte order mark says.</summary>
    public static StreamReader Text(Stream content) =>
        new(content, Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new DecoderReplacementFallback(Undecoded.ToString())), detectEncodingFromByteOrderMarks: true, bufferSize: 128 << 10);

    /// <summary>The text of a file, unpacked.</summary>
    /// <param name="spool">Where an archive that cannot be read backwards is put until it is closed.</param>
    public static Stream Unpack(Stream file, Func<FileStream> spool)
    {
        var head = Peek(ref file, 4);
        if (head is [0x1f, 0x8b, ..]) return new GZipStream(file, CompressionMode.Decompress);
        if (head is not [(byte)'P', (byte)'K', 3 or 5, ..]) return file;
        var stream = file;
        if (!stream.CanSeek)
        {
            // The directory of a zip file stands at its end.
            var spooled = spool();
            stream.CopyTo(spooled);
            spooled.Position = 0;
            stream.Dispose();
            stream = spooled;
        }
        try
        {
            var entries = new ZipArchive(stream, ZipArchiveMode.Read).Entries.Where(e => e.Name != "" && !e.FullName.StartsWith("__MACOSX", StringComparison.Ordinal)).ToList();
            return entries is [var only] ? only.Open() : throw new UnreadableFileException($"The zip file holds {entries.Count} files ({string.Join(", ", entries.Take(5).Select(e => e.FullName))}); send one of them at a time.");
        }
        catch (InvalidDataException error)
        {
            throw new UnreadableFileException($"The zip file is damaged: {error.Message}");
        }
    }

    /// <summary>What a stream begins with; it can still be read from there.</summary>
    public static byte[] Peek(ref Stream stream, int length)
    {
        if (stream.CanSeek)
        {
            var head = new byte[length];
            var read = stream.ReadAtLeast(head, length, throwOnEndOfStream: false);
            stream.Position -= read;
            return head[..read];
        }
        var pipe = PipeReader.Create(stream);
        var result = pipe.ReadAtLeastAsync(length).AsTask().GetAwaiter().GetResult();
        var begin = result.Buffer.Slice(0, Math.Min(length, result.Buffer.Length)).ToArray();
        pipe.AdvanceTo(result.Buffer.Start);
        stream = pipe.AsStream();
        return begin;
    }

    /// <summary>Tab-separated cells without any quoting, as GDELT publishes them.</summary>
    public static IEnumerable<Row> Tabbed(TextReader text) => Parsed(text, new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = "\t", Mode = CsvMode.NoEscape, HasHeaderRecord = false, MaxFieldSize = LongestField, IgnoreBlankLines = true });

    /// <summary>Cells as RFC 4180 has them; a cell in quotes may hold line ends.</summary>
    public static IEnumerable<Row> Separated(TextReader text, string delimiter) => Parsed(text, new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = delimiter, HasHeaderRecord = false, BadDataFound = null, MaxFieldSize = LongestField, IgnoreBlankLines = true });

    private static IEnumerable<Row> Parsed(TextReader text, CsvConfiguration configuration)
    {
        var isOpen = false;
        // Stray marks within a cell are taken as they are; one that opens a cell and is not closed takes the rows after it along.
        if (configuration.Mode == CsvMode.RFC4180) configuration.BadDataFound = bad => isOpen |= bad.Field.StartsWith('"') && bad.Field.AsSpan().Count('"') % 2 != 0;
        using var parser = new CsvParser(text, configuration);
        while (true)
        {
            try
            {
                if (!parser.Read()) yield break;
            }
            catch (MaxFieldSizeException)
            {
                throw new UnreadableFileException($"After line {parser.RawRow} comes a field of more than {LongestField / (1 << 20)} MB. A quotation mark that is not closed does that.");
            }
            var cells = parser.Record!;
            // The parser tells where a row ends.
            yield return new Row(parser.RawRow - cells.Sum(c => (long)c.AsSpan().Count('\n')), cells, isOpen ? "A quotation mark is not closed here; the rows after it were read as one cell." : null);
            isOpen = false;
        }
    }

    /// <summary>One line after the other; what is blank is left out.</summary>
    public static IEnumerable<Row> Lines(TextReader text)
    {
        var line = new StringBuilder();
        var buffer = new char[32 << 10];
        long number = 1;
        for (int read; (read = text.Read(buffer)) > 0;)
        {
            var from = 0;
            for (int end; (end = buffer.AsSpan(from, read - from).IndexOf('\n')) >= 0; from += end + 1, number++)
            {
                line.Append(buffer, from, end);
                if (Take(line) is { } whole) yield return new Row(number, [whole]);
            }
            line.Append(buffer, from, read - from);
            if (line.Length > LongestLine) throw new UnreadableFileException($"Line {number} is longer than {LongestLine / (1 << 20)} MB; put each record on a line of its own.");
        }
        if (Take(line) is { } last) yield return new Row(number, [last]);

        static string? Take(StringBuilder line)
        {
            var text = line.ToString().Trim();
            line.Clear();
            return text == "" ? null : text;
        }
    }

    /// <summary>The objects in the array that a JSON document has under a name, one at a time; each becomes a row of the header's cells.</summary>
    public static IEnumerable<Row> Members(Stream json, string[] header)
    {
        // An API page holds at most a thousand events; as a file of its own it is small enough to be read at once.
        using var whole = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (int read; (read = json.Read(buffer)) > 0;)
        {
            whole.Write(buffer, 0, read);
            if (whole.Length > LongestPage) throw new UnreadableFileException($"The JSON document is larger than {LongestPage / (1 << 20)} MB; send the pages of the API one at a time.");
        }
        using var document = JsonDocument.Parse(whole.GetBuffer().AsMemory(0, (int)whole.Length));
        long number = 0;
        foreach (var one in document.RootElement.GetProperty("Result").EnumerateArray())
            yield return new Row(++number, [.. header.Select(name => one.TryGetProperty(name, out var value) ? value.ValueKind switch { JsonValueKind.Null => "", JsonValueKind.String => value.GetString()!, _ => value.GetRawText() } : "")]);
    }
}
