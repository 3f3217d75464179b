using System.Collections.Frozen;
using System.Globalization;

namespace EventsApi.Vocabulary;

/// <summary>One code of another scheme and what it becomes here.</summary>
/// <param name="Fit">exact, near or loose.</param>
/// <param name="Verb">What the first does to the second, as it stands in a title between two names: "threatens", "visits", "demands aid from".</param>
/// <param name="Alone">The same without a second: "makes a threat", "pays a visit".</param>
public sealed record Crossing(string Code, string Label, string Type, string? Mode, string[] Contexts, string Fit, string Verb, string Alone);

/// <summary>What the codes of one scheme become here, from crosswalk.*.tsv.</summary>
public sealed class Crosswalk
{
    private readonly FrozenDictionary<string, Crossing> _byCode;
    private readonly bool _byPrefix;

    /// <param name="byPrefix">Whether a code's parent is the code without its last digit (CAMEO) rather than a column of the table (ACLED).</param>
    internal Crosswalk(string name, string scheme, bool byPrefix = false)
    {
        var table = new CodeTable("crosswalk." + name);
        (Scheme, Version, CodesOfScheme, _byPrefix) = (scheme, table.Said("version"), int.Parse(table.Said("codes"), CultureInfo.InvariantCulture), byPrefix);
        List<Crossing> all = new(table.Rows.Count), telling = [];
        var byCode = new Dictionary<string, Crossing>(StringComparer.OrdinalIgnoreCase);
        int parentColumn = table.Column("parent"), label = table.Column("label");
        foreach (var row in table.Rows)
        {
            var codes = row[0].Split('|');
            var parent = byCode.GetValueOrDefault(parentColumn < 0 ? byPrefix ? codes[0][..^1] : "" : row[parentColumn]);
            string? Own(int column, string? otherwise) => row[label + column] is { Length: > 0 } given ? given == "-" ? null : given : otherwise;
            // A mode belongs to a type, so a row with a type of its own does not take its parent's mode.
            var made = new Crossing(codes[0], row[label], Own(1, parent?.Type)!, Own(2, row[label + 1].Length > 0 ? null : parent?.Mode),
                Own(3, parent is null ? null : string.Join(',', parent.Contexts))?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [], Own(4, parent?.Fit)!, Own(5, parent?.Verb)!, Own(6, parent?.Alone)!);
            all.Add(made);
            if (parent is null || (made.Type, made.Mode, made.Fit) != (parent.Type, parent.Mode, parent.Fit)) telling.Add(made);
            foreach (var code in codes) byCode[code] = made;
        }
        (All, Telling) = (all, telling);
        _byCode = byCode.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The scheme as events' codes name it.</summary>
    public string Scheme { get; }

    public string Version { get; }

    /// <summary>How many codes the scheme has, with those that this crosswalk leaves out.</summary>
    public int CodesOfScheme { get; }

    /// <summary>Every code with a row of its own, parents before their children.</summary>
    public IReadOnlyCollection<Crossing> All { get; }

    /// <summary>Those of which their parent does not say the type, mode and fit already.</summary>
    internal IReadOnlyCollection<Crossing> Telling { get; }

    /// <summary>What a code becomes, or what its parent does if only that is known; null if neither is. Case does not matter; an ACLED code is the sub-event type.</summary>
    public Crossing? Find(string code)
    {
        code = code.Trim();
        // The shortest CAMEO codes, the roots, have two digits.
        for (var least = _byPrefix ? 2 : code.Length; code.Length >= least && code.Length > 0; code = code[..^1])
            if (_byCode.TryGetValue(code, out var found)) return found;
        return null;
    }
}

/// <summary>The crosswalks of the datasets that imports read.</summary>
public static class Crosswalks
{
    public static readonly Crosswalk Cameo = new("cameo", "cameo", byPrefix: true);
    public static readonly Crosswalk Acled = new("acled", "acled");
    public static readonly Crosswalk Ucdp = new("ucdp", "ucdp-violence");
    public static readonly Crosswalk[] All = [Cameo, Acled, Ucdp];
}
