// What the pages of records share: the head, sections that come when they come, lists of events, bars.
import { listAddress, spoken } from "./address.js";
import { call, maybe } from "./api.js";
import { cards } from "./cards.js";
import { h, outward } from "./element.js";
import { reference } from "./reference.js";
import { requestPanel } from "./request.js";
import { facts, statement } from "./sentence.js";
import { count, languageName, termText } from "./words.js";

/** A page: what it is, its name, a line about it; the sections; beside them the first facts (key), further ones (side) and the API call. */
export function page({ kind, title, language, line, main, key, side, path, files, calendar }) {
  return h("article", { class: "record" },
    h("header", {}, h("p", { class: "kind" }, kind), h("h1", { dir: "auto", lang: language, tabindex: "-1" }, title), line && h("p", { class: "line" }, line)),
    h("div", { class: "body" }, main),
    h("aside", { class: "beside", "aria-label": "Details" }, h("div", { class: "key" }, key), h("div", { class: "side" }, side, requestPanel(path, files, calendar))));
}

/** A section, or nothing where there is nothing to show. */
export const section = (title, content, note) => (!content || content.length === 0 ? null : h("section", {}, h("h2", {}, title, note && h("span", { class: "note" }, note)), content));

/** A section whose content is asked for now and put in when it is there. */
export function later(title, path, make, signal) {
  const place = h("section", { class: "later", "aria-busy": "true" }, h("h2", {}, title));
  place.done = maybe(path, signal).then(answer => {
    const content = answer && make(answer);
    if (!content || content.length === 0) return place.remove();
    place.removeAttribute("aria-busy");
    place.append(...[content].flat());
  }).catch(() => {});
  return place;
}

/** Waits for the sections of a page, so that it is shown whole and nothing jumps; but not for long. */
export const whole = (element, patience) => Promise.race([Promise.all([...element.querySelectorAll(".later")].map(section => section.done)), new Promise(done => setTimeout(done, patience))]);

/** The way from the first of a list to all of it; nothing where they are all there. */
export const onward = (list, address, where = "") => list.total.value > list.items.length && h("p", {}, h("a", { class: "onward", href: address }, `All ${count(list.total.value)}${list.total.relation === "gte" ? " and more" : ""}${where}`));

/** Events that belong to a record, the newest, with the way to all of them. */
export const events = (title, filter, signal) => later(title, spoken("/v1/events", { ...filter, limit: 6 }), list => list.items.length > 0 && [
  h("div", { class: "results" }, list.items.map(cards.events)),
  onward(list, listAddress("events", filter), " on map and timeline"),
].filter(Boolean), signal);

/** The first statements of a list, each open to what it rests on, with the way to all of them. */
export const said = (list, filter) => list.items.length > 0 && [
  h("ul", { class: "bullets" }, list.items.map(s => h("li", {}, statement(s)))),
  onward(list, listAddress("statements", filter)),
].filter(Boolean);

/** How many events a year, as bars. */
export const years = (filter, signal) => later("Through the years", call("/v1/events/aggregate", { by: "year", limit: 500, ...filter }), answer => {
  const rows = answer.items.filter(row => /^\d{4}$/.test(row.by.year ?? ""));
  if (rows.length < 2) return null;
  const most = Math.max(...rows.map(r => r.count)), first = Number(rows[0].by.year), last = Number(rows.at(-1).by.year);
  const bars = h("ol", { class: "years" }, rows.map(row => {
    const bar = h("li", {}, h("a", { href: listAddress("events", { ...filter, from: row.by.year, to: row.by.year, dateMatch: "starts" }), title: `${row.by.year}: ${count(row.count)}` }, h("span", { class: "unseen" }, `${row.by.year}: ${count(row.count)}`)));
    bar.style.setProperty("--at", (Number(row.by.year) - first) / (last - first + 1));
    bar.style.setProperty("--wide", 1 / (last - first + 1));
    bar.style.setProperty("--tall", Math.max(0.04, row.count / most));
    return bar;
  }));
  return [bars, h("p", { class: "ends muted" }, h("span", {}, String(first)), h("span", {}, String(last)))];
}, signal);

/** Terms and memberships as a list with a line of time for each, all on one scale; null where there are none. */
export function terms(items, show) {
  if (!items.length) return null;
  const year = date => date && Number((date.start ?? date.end)?.slice(0, 4));
  const now = new Date().getUTCFullYear();
  const known = items.filter(i => year(i.start));
  const first = Math.min(now - 10, ...known.map(i => year(i.start)));
  return h("ol", { class: "terms" }, items.map(item => {
    // Where only the latest beginning is known, the line comes out of the dark.
    const from = (item.start?.start && year(item.start)) || first, to = year(item.end) || (item.end === null ? now : from);
    const bar = h("span", { class: item.start?.start ? "bar" : "bar open", "aria-hidden": "true" });
    bar.style.setProperty("--from", (from - first) / (now - first + 1));
    bar.style.setProperty("--to", (Math.max(from, to) + 1 - first) / (now - first + 1));
    return h("li", {}, h("div", {}, show(item), h("span", { class: "muted" }, ` ${termText(item.start, item.end)}`)), h("span", { class: "track", "aria-hidden": "true" }, bar));
  }));
}

/** Actors with how often, as bars. */
export function ranked(rows, title) {
  const most = Math.max(...rows.map(r => r.count));
  return h("ol", { class: "ranked" }, rows.map(row => {
    const bar = h("span", { class: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--to", row.count / most);
    return h("li", {}, reference(row.actor), h("a", { class: "count", href: title(row) }, count(row.count), h("span", { class: "unseen" }, " events together")), bar);
  }));
}

/** Every name of a record, by language. */
export const names = list => (list.length ? h("ul", { class: "names" }, list.map(n => h("li", {}, h("span", { dir: "auto", lang: n.lang }, n.text), h("span", { class: "muted" }, ` ${[languageName(n.lang ?? "und"), n.type !== "common" && n.type].filter(Boolean).join(", ")}`)))) : null);

/** The sources a record rests on. */
export const sources = list => (list.length ? h("ul", { class: "sources" }, list.map(source => h("li", {}, reference(source, "source"), h("span", { class: "muted" }, [source.author, source.publisher, source.published].filter(Boolean).map(t => ` · ${t}`)), source.url && [" · ", outward(source.url, "original")]))) : null);

/** Identifiers elsewhere. */
export const identifiers = list => (list.length ? h("ul", { class: "identifiers" }, list.map(i => h("li", {}, h("span", { class: "muted" }, `${i.scheme} `), i.scheme === "wikidata" ? outward(`https://www.wikidata.org/wiki/${encodeURIComponent(i.identifier)}`, i.identifier) : i.identifier))) : null);

/** The last lines beside every record: revision and dates. */
export const kept = record => facts([["Id", record.id], ["Revision", h("a", { href: `${record.href}/revisions` }, String(record.revision))], ["Changed", record.updatedAt.slice(0, 10)]]);

