using System.IO.Compression;
using System.Text;
using Microsoft.VisualBasic.FileIO;

namespace EventsApi.Tests;

/// <summary>The published files that imports must read; they are no part of the project, and EVENTSAPI_REALDATA says where they are.</summary>
internal static class RealFiles
{
    public static string? Folder { get; } = Environment.GetEnvironmentVariable("EVENTSAPI_REALDATA") is { Length: > 0 } folder && Directory.Exists(folder) ? folder : null;

    public static string Path(string name) => System.IO.Path.Combine(Folder!, name);

    /// <summary>The rows of GDELT's event files, of both layouts, by their cells.</summary>
    public static IEnumerable<string[]> GdeltRows()
    {
        foreach (var file in Directory.EnumerateFiles(Path("gdelt")).Where(f => f.EndsWith(".export.CSV", StringComparison.Ordinal) || f.EndsWith(".tsv", StringComparison.Ordinal)))
            foreach (var line in File.ReadLines(file)) yield return line.Split('\t');
        foreach (var file in Directory.EnumerateFiles(Path("gdelt"), "*.zip"))
        {
            using var zip = ZipFile.OpenRead(file);
            using var reader = new StreamReader(zip.Entries[0].Open(), Encoding.UTF8);
            while (reader.ReadLine() is { } line) yield return line.Split('\t');
        }
    }

    /// <summary>The rows of a comma-separated file, by column.</summary>
    public static IEnumerable<Dictionary<string, string>> Rows(string name)
    {
        using var file = File.OpenRead(Path(name));
        using var parser = new TextFieldParser(name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file, Encoding.UTF8) { TextFieldType = FieldType.Delimited, Delimiters = [","], HasFieldsEnclosedInQuotes = true };
        var columns = parser.ReadFields()!;
        while (parser.ReadFields() is { } fields) yield return columns.Zip(fields).ToDictionary(c => c.First, c => c.Second);
    }
}

/// <summary>A test on the published files, skipped where they are not.</summary>
internal sealed class RealFilesFactAttribute : FactAttribute
{
    public RealFilesFactAttribute()
    {
        if (RealFiles.Folder is null) Skip = "EVENTSAPI_REALDATA names no folder of published files.";
    }
}
