namespace EventsApi.Http;

/// <summary>The query grammar by example, for /guide and /llms.txt. A test sends every request, and each must find something.</summary>
internal sealed record Guide(string Id, string Title, string Words, (string Request, string Words)[] Examples)
{
    public static readonly Guide[] Chapters =
    [
        new("values", "Values", "A comma or repetition is OR; `[all]` is AND, `[not]` is NOT, `[gte]` and `[lte]` compare. Filters are joined by AND. `has` and `missing` ask whether something is known.",
        [
            ("/v1/events?type=consult,agree&limit=3", "Talks or agreements."),
            ("/v1/events?actor[all]=nato,kuwait", "NATO and Kuwait, both."),
            ("/v1/events?country=SYR&type[not]=protest&fatalities[gte]=10&limit=3", "In Syria, no protest, at least ten dead."),
            ("/v1/events?missing=location&limit=3", "Where nobody says where."),
        ]),
        new("ids", "Ids", "Ids are readable or typed numbers. Wherever one is taken, `scheme:value` of another scheme works too.",
        [
            ("/v1/actors/nato", "An actor by its id."),
            ("/v1/actors/iso3166:KWT", "A state by its ISO 3166 code."),
            ("/v1/events?location=iso3166:KWT&limit=3", "Events in Kuwait, by its code."),
            ("/v1/events?ids=E1,E2", "Two events at once."),
            ("/v1/events?kind=meeting&limit=3", "Meetings among events; /v1/meetings has the same."),
        ]),
        new("actors", "Who took part", "`actor` finds whoever took part itself, on whose behalf someone did, whose post someone held, or of which a participant is part; `matchedVia` says which. Roles go after a dot.",
        [
            ("/v1/events?actor=nato&limit=3&fields=title,matchedVia", "NATO in any way, and how."),
            ("/v1/events?actor=nato&actorMatch=self&limit=3", "NATO itself only."),
            ("/v1/events?actor.host=kuwait", "Hosted by Kuwait."),
            ("/v1/events?participant=actor:mark-rutte;onBehalfOf:nato&limit=3", "Mark Rutte for NATO, in one participant."),
            ("/v1/events?actor=nato&expand=members&type=consult&limit=3", "NATO, or whoever was a member on that day."),
        ]),
        new("time", "Time", "`from` and `to` are inclusive and may be a day, month or year; `date` takes EDTF too. By `dateMatch`, an imprecise date matches when it can lie in the period (`possible`), must (`certain`), or starts there (`starts`). `asOf` asks what held on a day.",
        [
            ("/v1/events?from=2025&to=2025-06&limit=3", "The first half of 2025."),
            ("/v1/events?date=2025-09-09", "One day."),
            ("/v1/events?date=2014&dateMatch=certain&country=SYR&limit=3", "Surely in 2014."),
            ("/v1/posts/nato-secretary-general/holders?asOf=2009-07-31", "Who held the post that day."),
            ("/v1/memberships?organization=nato&asOf=1999-03-12&limit=3", "Members of NATO on the day of its first enlargement to the east."),
        ]),
        new("places", "Places", "`country` and `location` take everything inside a place; `bbox` is west,south,east,north; `near` goes with `radius`.",
        [
            ("/v1/events?location=kuwait&limit=3", "In Kuwait and whatever lies in it."),
            ("/v1/events?bbox=46,28,49,31&limit=3", "In a box around it."),
            ("/v1/events?near=51.5,-0.12&radius=20km&sort=distance&limit=3", "Near Westminster, the nearest first."),
        ]),
        new("words", "Words", "`q` takes words (all of them, in any form), `\"a phrase\"`, `OR`, `-not`, `prefix*`, `a NEAR b`, and `title:` `actor:` `place:` `topic:` `quote:` before a word. Case, accents and Arabic letters fold, other names are found too. Whatever is typed is a query.",
        [
            ("/v1/events?q=kuwait%20nato&limit=3", "Both words."),
            ("/v1/events?q=%22secretary%20general%22%20-kuwait&limit=3", "A phrase, and a word that must not be there."),
            ("/v1/events?q=OTAN&limit=3", "NATO by its French name."),
            ("/v1/events?q=Rute%20Downing", "A slip that is mended; `query.corrected` says so."),
            ("/v1/search?q=kuwait&group=kind", "Everything at once, by kind."),
            ("/v1/suggest?q=rut", "While it is typed."),
        ]),
        new("answers", "Answers", "`next` is the address of the next page, `limit` its length; `sort` orders, `fields` trims, `include` adds, `lang` chooses the language of names; `facets` count what was found; `format=` `csv`, `ndjson`, `geojson`, `ics`, `atom` and `jsonld` give the whole list.",
        [
            ("/v1/events?sort=-fatalities&limit=3&fields=title,fatalities.best", "The deadliest, three members each."),
            ("/v1/events?facets=type,country,year&limit=1", "Counts beside the list."),
            ("/v1/actors?memberOf=nato&lang=ar,fr&limit=3", "Names in Arabic, else French."),
            ("/v1/meetings?series=nato-summit&format=csv", "A table for a spreadsheet."),
            ("/v1/events/aggregate?by=type,year&from=2020", "The table behind a chart."),
            ("/v1/events/clusters?zoom=2", "GeoJSON for a map."),
            ("/v1/events?sample=5&seed=7", "A sample that stays the same."),
        ]),
        new("past", "The past of the catalogue", "`knownAt` answers as the catalogue stood; `revisions` say who changed what; `changes` is the feed to mirror it.",
        [
            ("/v1/events/E1/revisions", "Who changed an event."),
            ("/v1/changes?since=0&limit=3", "The feed from its beginning."),
        ]),
    ];
}
