// An actor: its names, the posts it held or has, what it belongs to, whom it meets.
import { listAddress, spoken } from "./address.js";
import { get } from "./api.js";
import { h, joined } from "./element.js";
import { events, identifiers, kept, later, names, page, ranked, said, section, sources, terms, years } from "./page.js";
import { reference } from "./reference.js";
import { facts } from "./sentence.js";
import { dateText, spelled } from "./words.js";

export async function actorPage(id, signal) {
  const path = spoken(`/v1/actors/${encodeURIComponent(id)}`);
  const actor = await get(path, signal);
  const below = (name, more) => spoken(`${actor.href}/${name}`, more);
  return {
    title: actor.name,
    element: page({
      kind: joined([spelled(actor.kind), actor.classification !== actor.kind && spelled(actor.classification)], " · "),
      title: actor.name,
      language: actor.nameLanguage,
      line: joined([actor.partOf && h("span", {}, "Part of ", reference(actor.partOf)), actor.country && actor.kind !== "state" && actor.country, actor.founded && `Founded ${dateText(actor.founded)}`, actor.dissolved && `Dissolved ${dateText(actor.dissolved)}`], " · "),
      main: [
        actor.summary && h("p", { class: "summary", dir: "auto" }, actor.summary),
        later(actor.kind === "person" ? "Posts and memberships" : "Memberships", below("memberships", { limit: 100 }), list => terms(inOrder(list.items), m => [m.post ? reference(m.post, "post") : reference(m.organization), m.post ? null : h("span", { class: "muted" }, ` ${m.role ?? m.classification}${m.status === "suspended" ? ", suspended" : ""}`)].filter(Boolean)), signal),
        actor.kind === "person" ? null : later("Posts", spoken("/v1/posts", { organization: actor.id, limit: 30 }), list => list.items.length > 0 && h("ul", { class: "columns" }, list.items.map(post => h("li", {}, reference(post, "post"), post.holders.length > 0 && h("span", { class: "muted" }, " ", reference(post.holders.at(-1).person))))), signal),
        actor.kind === "organization" ? later("Members", below("members", { limit: 100 }), list => list.items.length > 0 && h("ul", { class: "columns" }, list.items.map(m => h("li", {}, reference(m.member), h("span", { class: "muted" }, ` ${m.classification === "member" ? "" : `${m.classification} `}${m.start ? dateText(m.start) : ""}`)))), signal) : null,
        later("Most often together with", below("connections", { limit: 12 }), list => list.items.length > 0 && ranked(list.items, row => listAddress("events", { "actor[all]": `${actor.id},${row.actor.id}` })), signal),
        years({ actor: actor.id }, signal),
        events("Events", { actor: actor.id }, signal),
        later("Said", spoken("/v1/statements", { speaker: actor.id, limit: 8 }), list => said(list, { speaker: actor.id }), signal),
      ],
      side: [
        section("Names", names(actor.names)),
        facts([["Sector", actor.sector], ["Came after", actor.successorOf.length > 0 && joined(actor.successorOf.map(a => reference(a)))]]),
        section("Elsewhere", identifiers(actor.identifiers)),
        section("Sources", sources(actor.sources)),
        kept(actor),
      ],
      path,
      files: [{ label: "JSON", path }, { label: "Events as CSV", path: spoken("/v1/events", { actor: actor.id, format: "csv" }) }],
      calendar: `/v1/events?actor=${encodeURIComponent(actor.id)}&format=ics`,
    }),
  };
}

/** Posts first, the latest on top; then what is only known to hold. */
const inOrder = items => items.toSorted((a, b) => Boolean(b.post) - Boolean(a.post) || (b.start?.start ?? "").localeCompare(a.start?.start ?? ""));
