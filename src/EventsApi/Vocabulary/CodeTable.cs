namespace EventsApi.Vocabulary;

/// <summary>A table of codes beside this file: comments that begin with "#", a line of column names, then rows, all tab-separated.</summary>
internal sealed class CodeTable
{
    private readonly string[] _columns;

    public CodeTable(string name)
    {
        using var reader = new StreamReader(typeof(CodeTable).Assembly.GetManifestResourceStream($"EventsApi.Vocabulary.{name}.tsv")!);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Heading = lines[0];
        var rows = lines.SkipWhile(l => l[0] == '#').Select(l => l.Split('\t')).ToList();
        _columns = rows[0];
        Rows = rows[1..];
    }

    /// <summary>The first comment, which says what the table is and in which version.</summary>
    public string Heading { get; }

    public IReadOnlyList<string[]> Rows { get; }

    /// <summary>The word or number after a word of the heading: "1" after "version".</summary>
    public string Said(string word)
    {
        var words = Heading.Split([' ', ';'], StringSplitOptions.RemoveEmptyEntries);
        return words[Array.LastIndexOf(words, word) + 1];
    }

    public int Column(string name) => Array.IndexOf(_columns, name);
}
