namespace EventsApi.Vocabulary;

/// <summary>The sixteen event types of PLOVER (Open Event Data Alliance, codebook 0.6 with the 2021 changes), and <c>statement</c> for the comments and appeals it leaves out. What other schemes call them is in <see cref="Crosswalks"/>.</summary>
/// <param name="QuadClass">1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict; 0 for plain statements.</param>
/// <param name="Score">From −10 (most hostile) to +10 (most cooperative): the mean Goldstein value (1992) of the CAMEO codes that the type or mode stands for, to one decimal.</param>
public sealed record EventType(string Id, string Label, string Description, int QuadClass, double Score, string[] Modes, IReadOnlyDictionary<string, double> ModeScores);

public static class EventTypes
{
    public static readonly EventType[] All =
    [
        Type("agree", "Agree", "Promise, offer or declare the will to cooperate.", 1, 2.7),
        Type("consult", "Consult", "Meet, visit, call or negotiate.", 1, 3.3, ("visit", 3.0), ("phone", 2.5), ("third-party", 3.5), ("multilateral", 4.0)),
        Type("support", "Support", "Praise, endorse, recognize or sign.", 1, 4.3),
        Type("concede", "Concede", "Give way in words: ease a rule, accept a demand.", 1, 5.8),
        Type("cooperate", "Cooperate", "Work together in deeds: trade, exercises, shared intelligence.", 2, 4.4),
        Type("aid", "Aid", "Give money, arms, relief or protection.", 2, 6.5),
        Type("retreat", "Retreat", "Give way in deeds: release, withdraw, cease fire.", 2, 6.0,
            ("withdraw", 6.5), ("release", 6.0), ("return", 5.5), ("disarm", 7.3), ("ceasefire", 7.0), ("access", 5.5), ("ease", 5.3), ("resign", 6.5)),
        Type("request", "Request", "Ask for or demand aid, change, yielding or a meeting.", 3, -2.7, ("assist", -2.5), ("change", -3.1), ("yield", -3.1), ("meet", -2.2)),
        Type("accuse", "Accuse", "Disapprove, investigate or allege.", 3, -3.7, ("disapprove", -4.1), ("investigate", -2.7), ("allege", -4.8)),
        Type("reject", "Reject", "Refuse a request, proposal or demand.", 3, -3.8, ("assist", -3.3), ("change", -4.1), ("yield", -4.2), ("meet", -3.2)),
        Type("threaten", "Threaten", "Threaten with sanctions, restrictions or force.", 3, -4.8,
            ("restrict", -4.9), ("ban", -4.8), ("arrest", -4.5), ("relations", -4.2), ("expel", -3.5), ("territory", -6.0), ("violence", -6.0)),
        Type("protest", "Protest", "Demonstrate, strike, obstruct or riot.", 4, -5.8,
            ("demo", -4.5), ("hunger", -6.0), ("boycott", -5.9), ("strike", -5.9), ("obstruct", -6.0), ("riot", -6.5)),
        Type("sanction", "Sanction", "Reduce relations or aid, expel, embargo.", 4, -6.2, ("withdraw", -6.3), ("discontinue", -6.5), ("expel", -5.9), ("convict", -4.0)),
        Type("mobilize", "Mobilize", "Put forces on alert, mobilize or deploy them.", 4, -6.1, ("troops", -6.2), ("weapons", -6.2), ("police", -5.8), ("militia", -6.5)),
        Type("coerce", "Coerce", "Seize, restrict, arrest, deport or attack by other than armed means.", 4, -7.6,
            ("seize", -7.8), ("restrict", -7.8), ("ban", -8.0), ("curfew", -7.5), ("martial-law", -8.0), ("arrest", -7.5), ("deport", -7.0), ("withhold", -7.0), ("misinformation", -7.0), ("cyber", -7.0)),
        Type("assault", "Assault", "Use violence against people or things.", 4, -9.1,
            ("abduct", -8.2), ("beat", -9.0), ("torture", -9.5), ("execute", -10.0), ("sexual", -9.5), ("assassinate", -9.8), ("primitive", -10.0),
            ("firearms", -8.0), ("explosives", -9.0), ("suicide-attack", -9.5), ("heavy-weapons", -8.8), ("crowd-control", -8.5), ("cleansing", -10.0), ("unconventional", -9.5), ("destroy", -8.0)),
        Type("statement", "Statement", "A comment or an appeal that changes nothing by itself (CAMEO 01 and 02, outside PLOVER).", 0, 1.2, ("comment", -0.7), ("appeal", 1.9)),
    ];

    public static readonly string[] Ids = [.. All.Select(t => t.Id)];

    public static readonly string[] Modes = [.. All.SelectMany(t => t.Modes).Distinct()];

    public static string QuadClassLabel(string quadClass) => quadClass switch { "1" => "Verbal cooperation", "2" => "Material cooperation", "3" => "Verbal conflict", "4" => "Material conflict", _ => "Plain statement" };

    public static EventType? Find(string id) => Array.Find(All, t => t.Id == id);

    /// <summary>The score of the first mode that has one, else of the type.</summary>
    public static double Score(string type, IReadOnlyList<string> modes)
    {
        var found = Find(type)!;
        foreach (var mode in modes)
            if (found.ModeScores.TryGetValue(mode, out var score)) return score;
        return found.Score;
    }

    private static EventType Type(string id, string label, string description, int quadClass, double score, params (string Mode, double Score)[] modes) =>
        new(id, label, description, quadClass, score, [.. modes.Select(m => m.Mode)], modes.ToDictionary(m => m.Mode, m => m.Score));
}
