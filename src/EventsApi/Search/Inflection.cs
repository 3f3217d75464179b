using System.Collections.Frozen;

namespace EventsApi.Search;

/// <summary>Other forms of an English word, by the regular rules and a list of the irregular verbs and nouns of news. It guesses freely, because only forms that some text has are asked for.</summary>
public static class Inflection
{
    // Each line is one family.
    private static readonly string[] Irregular =
    [
        "be is was were been being", "become becomes became becoming", "begin begins began begun beginning", "bring brings brought bringing", "build builds built building buildings", "buy buys bought buying",
        "child children", "choose chooses chose chosen choosing", "come comes came coming", "crisis crises", "cut cuts cutting", "deal deals dealt dealing", "draw draws drew drawn drawing", "drive drives drove driven driving",
        "fall falls fell fallen falling", "fight fights fought fighting fighter fighters", "find finds found finding", "flee flees fled fleeing", "fly flies flew flown flying", "foot feet", "forbid forbids forbade forbidden", "give gives gave given giving",
        "go goes went gone going", "grow grows grew grown growing", "hear hears heard hearing", "hold holds held holding", "keep keeps kept keeping", "know knows knew known knowing", "lead leads led leading", "leave leaves left leaving",
        "lose loses lost losing", "make makes made making", "man men", "mean means meant meaning", "meet meets met meeting meetings", "person people persons", "pay pays paid paying", "put puts putting", "rise rises rose risen rising", "run runs ran running",
        "say says said saying", "see sees saw seen seeing", "seek seeks sought seeking", "sell sells sold selling", "send sends sent sending", "shoot shoots shot shooting", "sink sinks sank sunk sinking", "speak speaks spoke spoken speaking",
        "spend spends spent spending", "stand stands stood standing", "strike strikes struck striking", "take takes took taken taking", "teach teaches taught", "tell tells told telling", "think thinks thought thinking", "understand understands understood",
        "win wins won winning", "withdraw withdraws withdrew withdrawn withdrawing withdrawal withdrawals", "woman women", "write writes wrote written writing", "wife wives", "life lives", "leaf leaves", "thief thieves", "half halves",
        "negotiate negotiates negotiated negotiating negotiation negotiations", "cooperate cooperates cooperated cooperating cooperation", "invade invades invaded invading invasion invasions", "agree agrees agreed agreeing agreement agreements",
        "deploy deploys deployed deploying deployment deployments", "discuss discusses discussed discussing discussion discussions", "elect elects elected electing election elections", "expel expels expelled expelling expulsion expulsions",
        "sanction sanctions sanctioned sanctioning", "visit visits visited visiting", "protest protests protested protesting protester protesters", "attack attacks attacked attacking attacker attackers", "consult consults consulted consulting consultation consultations",
    ];

    private static readonly FrozenDictionary<string, string[]> Families =
        Irregular.Select(line => line.Split(' ')).SelectMany(family => family.Select(word => (word, family))).GroupBy(p => p.word).ToFrozenDictionary(g => g.Key, g => g.SelectMany(p => p.family).Distinct().ToArray());

    // Their last letter is no ending.
    private static readonly FrozenSet<string> Fixed = new[] { "news", "series", "species", "gas", "bus", "status", "plus", "always", "perhaps", "us", "this", "his", "its", "texas", "kansas", "iras", "red", "need", "bed", "ring", "king", "bring", "thing", "spring", "wing", "during", "united", "states", "nations", "speed", "exceed", "seed" }.ToFrozenSet();

    /// <summary>Forms that the word may also take, without itself.</summary>
    public static IEnumerable<string> Of(string word)
    {
        const int Shortest = 3;
        var forms = new HashSet<string>();
        if (Families.TryGetValue(word, out var family)) forms.UnionWith(family);
        if (word.Length >= Shortest && word.All(char.IsAsciiLetterLower) && !Fixed.Contains(word))
            foreach (var stem in Stems(word))
                if (stem.Length >= Shortest) forms.UnionWith(Forms(stem));
        forms.Remove(word);
        return forms;
    }

    private static IEnumerable<string> Stems(string word)
    {
        yield return word;
        if (word.EndsWith("ies", StringComparison.Ordinal)) yield return word[..^3] + "y";
        else if (word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("ches", StringComparison.Ordinal) || word.EndsWith("shes", StringComparison.Ordinal) || word.EndsWith("xes", StringComparison.Ordinal)) yield return word[..^2];
        else if (word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) && !word.EndsWith("us", StringComparison.Ordinal) && !word.EndsWith("is", StringComparison.Ordinal)) yield return word[..^1];
        foreach (var ending in (string[])["ed", "ing"])
        {
            if (!word.EndsWith(ending, StringComparison.Ordinal) || word.Length < ending.Length + 3) continue;
            var bare = word[..^ending.Length];
            if (ending == "ed" && bare.EndsWith('i')) yield return bare[..^1] + "y";
            if (!bare.Any(c => c is 'a' or 'e' or 'i' or 'o' or 'u' or 'y')) continue;
            yield return bare;
            yield return bare + "e";
            if (bare[^1] == bare[^2] && bare[^1] is not ('s' or 'l' or 'e')) yield return bare[..^1];
            if (bare.EndsWith("ll", StringComparison.Ordinal)) yield return bare[..^1];
        }
    }

    private static IEnumerable<string> Forms(string stem)
    {
        yield return stem;
        if (stem[^1] == 'y' && stem[^2] is not ('a' or 'e' or 'o' or 'u'))
        {
            yield return stem[..^1] + "ies";
            yield return stem[..^1] + "ied";
        }
        else yield return stem + (stem[^1] is 's' or 'x' or 'z' || stem.EndsWith("ch", StringComparison.Ordinal) || stem.EndsWith("sh", StringComparison.Ordinal) ? "es" : "s");
        var root = stem[^1] == 'e' ? stem[..^1] : stem;
        yield return root + "ed";
        yield return root + "ing";
        if (stem.Length >= 3 && stem[^1] is 'p' or 't' or 'n' or 'b' or 'g' or 'm' or 'd' or 'r' or 'l' && stem[^2] is 'a' or 'e' or 'i' or 'o' or 'u')
        {
            yield return stem + stem[^1] + "ed";
            yield return stem + stem[^1] + "ing";
        }
    }
}
