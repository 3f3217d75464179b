// A situation: what goes on, who is in it, where, and the events that belong to it.
import { spoken } from "./address.js";
import { get } from "./api.js";
import { h, joined } from "./element.js";
import { events, identifiers, kept, later, page, said, section, sources, years } from "./page.js";
import { reference } from "./reference.js";
import { dateText, spelled } from "./words.js";

export async function situationPage(id, signal) {
  const path = spoken(`/v1/situations/${encodeURIComponent(id)}`);
  const situation = await get(path, signal);
  const about = { about: `situation:${situation.id}` };
  return {
    title: situation.title,
    element: page({
      kind: spelled(situation.kind ?? "situation"),
      title: situation.title,
      line: joined([dateText(situation.date), situation.locations.length > 0 && h("span", {}, joined(situation.locations.map(l => reference(l)))), situation.parent && h("span", {}, "Part of ", reference(situation.parent, "situation"))], " · "),
      main: [
        situation.summary && h("p", { class: "summary", dir: "auto" }, situation.summary),
        section("Parties", situation.parties.length > 0 && h("ul", { class: "columns" }, situation.parties.map(p => h("li", {}, reference(p))))),
        years({ situation: situation.id }, signal),
        events("Events", { situation: situation.id }, signal),
        later("What was said of it", spoken("/v1/statements", { ...about, limit: 12 }), list => said(list, about), signal),
      ],
      side: [section("Elsewhere", identifiers(situation.identifiers)), section("Sources", sources(situation.sources)), kept(situation)],
      path,
      files: [{ label: "JSON", path }, { label: "Events as CSV", path: spoken("/v1/events", { situation: situation.id, format: "csv" }) }],
      calendar: `/v1/events?situation=${encodeURIComponent(situation.id)}&format=ics`,
    }),
  };
}
