using EventsApi.Events;
using EventsApi.Search;
using EventsApi.Statements;
using EventsApi.Vocabulary;

namespace EventsApi.Curation;

/// <summary>Bodies that work as they stand on the default catalogue.</summary>
/// <param name="Id">A record to change.</param>
/// <param name="Free">One that nothing refers to, to delete: of the default catalogue, or what the first example adds.</param>
internal sealed record WritingExample(string Id, string Free, string Least, string More, string Patch);

internal static class WritingExamples
{
    public static IEnumerable<(Resource Resource, WritingExample Example)> All =>
    [
        (EventFilters.Events, new("E3", "E1002", """{"type":"protest","title":"March for clean water in Basra"}""", """{"type":"consult","modes":["visit"],"title":"Jordan's foreign minister visits NATO","date":"2026-02","location":"brussels","participants":[{"actor":"jordan","roles":["visitor"]},{"actor":"nato","roles":["host"]}]}""", """{"status":"disputed"}""")),
        (EventFilters.Meetings, new("E2", "E5001", """{"type":"consult","title":"Call between NATO and Kuwait","setting":"call"}""", """{"type":"consult","title":"Eighth meeting of the group","setting":"advisory","series":"ici-policy-advisory-group","ordinal":8,"status":"scheduled","date":"2026","agenda":[{"title":"Energy security"}]}""", """{"summary":"They spoke about the war in Ukraine."}""")),
        (CatalogueResources.Series, new("ici-policy-advisory-group", "talks-on-the-gulf", """{"label":"Talks on the Gulf"}""", """{"label":"Baghdad conference","organization":"iraq"}""", """{"label":"ICI Policy Advisory Group"}""")),
        (CatalogueResources.Situations, new("war-in-ukraine", "drought-in-somalia", """{"title":"Drought in Somalia","kind":"crisis"}""", """{"title":"Ceasefire talks","kind":"process","date":"2025/..","locations":["qatar"],"parties":["qatar"]}""", """{"summary":"Since 2014, at full scale since 2022."}""")),
        (Actors.ActorFilters.Actors, new("keir-starmer", "ada-example", """{"kind":"person","name":"Ada Example"}""", """{"kind":"organization","classification":"ministry","name":"Ministry of Water of Kuwait","sector":"GOV","country":"KWT","partOf":"kuwait","names":[{"text":"وزارة المياه","lang":"ar"}]}""", """{"summary":"Named in both articles."}""")),
        (Actors.ActorFilters.Posts, new("nato-secretary-general", "speaker-of-the-assembly", """{"label":"Speaker of the assembly","organization":"kuwait"}""", """{"label":"Envoy to the Gulf","organization":"nato","start":"2026-01-01"}""", """{"start":"1952"}""")),
        (Actors.ActorFilters.Memberships, new("M133", "M101", """{"member":"jordan","organization":"arab-league","classification":"member"}""", """{"member":"mark-rutte","organization":"nato","post":"nato-secretary-general","role":"Secretary General","classification":"holder","start":"2024-10-01"}""", """{"status":"active"}""")),
        (Locations.LocationFilters.Locations, new("downing-street", "newtown", """{"kind":"city","name":"Newtown"}""", """{"kind":"venue","name":"Bayan Palace","parent":"kuwait","country":"KWT","latitude":29.3,"longitude":48.03}""", """{"name":"Downing Street"}""")),
        (CatalogueResources.Topics, new("hybrid-threats", "water", """{"label":"Water"}""", """{"label":"Submarine cables","parent":"hybrid-threats"}""", """{"label":"Hybrid threats"}""")),
        (StatementFilters.Statements, new("S1", "S2", """{"text":"Talks go on.","basis":{"voice":"author","form":"paraphrase","certainty":"reported"}}""", """{"speaker":"mark-rutte","post":"nato-secretary-general","onBehalfOf":"nato","event":"E2","text":"Allies spend more.","basis":{"source":"R2","voice":"speaker","form":"paraphrase","certainty":"stated"}}""", """{"lang":"en"}""")),
        (StatementFilters.Claims, new("C1", "C2", """{"record":{"kind":"event","id":"E1"},"pointer":"/ordinal","value":7,"source":"R1"}""", """{"record":{"kind":"event","id":"E1"},"pointer":"/ordinal","value":8,"source":"R1","certainty":"reported","quote":"seventh"}""", """{"certainty":"stated"}""")),
        (CatalogueResources.Sources, new("R1", "R201", """{"kind":"article","title":"A report"}""", """{"kind":"official","publisher":"NATO","title":"A press release","url":"https://www.nato.int/","published":"2026-01-15","language":"en"}""", """{"language":"en"}""")),
        (CatalogueResources.Relations, new("L1", "L2", """{"from":{"kind":"event","id":"E2"},"type":"about","to":{"kind":"situation","id":"situation-in-doha"}}""", """{"from":{"kind":"event","id":"E1"},"type":"about","to":{"kind":"location","id":"kuwait"},"basis":{"source":"R1","certainty":"likely"}}""", """{"basis":{"certainty":"stated"}}""")),
    ];
}
