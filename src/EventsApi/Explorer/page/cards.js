// A record as it stands in a list: one card for each kind.
import { h, joined, marked } from "./element.js";
import { place, reference, topics, who } from "./reference.js";
import { statement } from "./sentence.js";
import { counted, dateText, shortDate, spelled, termText } from "./words.js";

const SHOWN = 4;

export const cards = { events: event, meetings: event, actors: actor, locations: location, situations: situation, statements: said, posts: post };

export function event(item) {
  const took = item.participants.filter(p => !p.roles.includes("mentioned"));
  const left = item.participantCount - (item.participants.length - took.length) - Math.min(SHOWN, took.length);
  return h("article", { class: "card" },
    h("p", { class: "when" }, h("time", { datetime: item.date?.start, title: dateText(item.date) }, shortDate(item.date)), h("span", { class: `kind ${item.type}` }, item.kind === "meeting" ? spelled(item.setting ?? "meeting") : spelled(item.type)), flag(item.status)),
    h("div", {},
      h("h3", {}, reference(item, "event")),
      h("p", { class: "muted" }, joined([item.location && h("span", {}, place(item.location)), took.length > 0 && h("span", {}, joined(took.slice(0, SHOWN).map(who)), left > 0 && ` and ${left} more`), item.fatalities?.best > 0 && counted(item.fatalities.best, "death")], " · ")),
      snippet(item), topics(item.topics.slice(0, 3))));
}

const flag = status => (status && !["held", "occurred"].includes(status) ? h("span", { class: "status" }, spelled(status)) : null);

const snippet = item => (item.snippet && item.snippet.text !== item.title ? h("p", { class: "snippet", dir: "auto" }, marked(item.snippet.text, item.snippet.marks)) : null);

const plain = (item, kind, hint, ...more) => h("article", { class: "card plain" }, h("div", {}, h("h3", {}, reference(item, kind)), h("p", { class: "muted" }, hint), snippet(item), ...more));

function actor(item) {
  return plain(item, "actor", joined([spelled(item.classification ?? item.kind), item.partOf && h("span", {}, "part of ", reference(item.partOf)), item.country], " · "));
}

function location(item) {
  return plain(item, "location", [spelled(item.kind), item.path.length > 0 && [" · ", joined(item.path.filter(p => p.kind !== "region" || item.kind === "country" || item.kind === "region").slice(0, 3).map(p => reference(p)))]].flat());
}

function situation(item) {
  return plain(item, "situation", joined([spelled(item.kind), dateText(item.date), item.locations.length > 0 && h("span", {}, joined(item.locations.slice(0, SHOWN).map(l => reference(l))))], " · "));
}

function said(item) {
  return h("article", { class: "card plain" }, h("div", {}, statement(item),
    h("p", { class: "muted" }, joined([item.speaker ? reference(item.speaker) : `by ${item.basis.voice}`, item.about.find(a => a.kind === "event") && reference(item.about.find(a => a.kind === "event")), dateText(item.date)], " · "))));
}

function post(item) {
  const holder = item.holders.at(-1);
  return plain(item, "post", holder && [reference(holder.person), " · ", termText(holder.start, holder.end)]);
}
