using System.Globalization;
using System.Reflection;

namespace EventsApi.Storage;

/// <summary>The numbered .sql files of an engine, in their order. Each is run in one transaction: a kill at any moment leaves the old schema or the new one.</summary>
/// <param name="folder">Of the engine, within Storage/.</param>
internal sealed class Migrations(string folder)
{
    private readonly (int Number, string Resource)[] _files =
        [.. from name in Assembly.GetExecutingAssembly().GetManifestResourceNames()
            where name.Contains($".Storage.{folder}.", StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal)
            let file = name[(name.IndexOf($".{folder}.", StringComparison.Ordinal) + folder.Length + 2)..]
            orderby file
            select (int.Parse(file[..4], CultureInfo.InvariantCulture), name)];

    public int Last => _files[^1].Number;

    /// <summary>What a catalogue that has had the migrations up to a number still needs.</summary>
    public IEnumerable<(int Number, string Sql)> After(int number)
    {
        foreach (var (next, resource) in _files.Where(f => f.Number > number))
        {
            using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
            yield return (next, reader.ReadToEnd());
        }
    }
}
