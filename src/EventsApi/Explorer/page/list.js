// A list with everything that narrows it: facets, map, timeline. The address's query string is the API's, word for word.
import { go, listAddress, recordAddress, spoken } from "./address.js";
import { call, get, maybe } from "./api.js";
import { cards } from "./cards.js";
import { h, joined } from "./element.js";
import { facetRows } from "./facets.js";
import { WorldMap } from "./map.js";
import { problem } from "./problem.js";
import { reference } from "./reference.js";
import { files, requestPanel } from "./request.js";
import { Timeline } from "./timeline.js";
import { count, filterName, total } from "./words.js";

/** What can be looked through, in the order of the tabs. */
export const LISTS = {
  events: { facets: ["type", "country", "actor", "topic", "situation", "dataset"], sorts: [["-date", "newest first"], ["date", "oldest first"], ["-fatalities", "most deaths first"], ["-updated", "last changed first"]], hasMap: true, kinds: "events" },
  meetings: { facets: ["setting", "series", "country", "actor", "topic"], sorts: [["-date", "newest first"], ["date", "oldest first"], ["-updated", "last changed first"]], hasMap: true, kinds: "meetings" },
  actors: { facets: ["kind", "classification", "sector", "country"], sorts: [["name", "by name"], ["-updated", "last changed first"]], kinds: "people, states and organizations" },
  situations: { facets: ["kind"], sorts: [["name", "by name"], ["-updated", "last changed first"]], kinds: "situations" },
  locations: { facets: ["kind", "country"], sorts: [["name", "by name"], ["-updated", "last changed first"]], kinds: "places" },
  statements: { facets: ["speaker", "topic", "certainty", "voice"], sorts: [["-date", "newest first"], ["-updated", "last changed first"]], kinds: "statements" },
};

const TITLES = { events: "Events", meetings: "Meetings", actors: "Actors", situations: "Situations", locations: "Places", statements: "Statements" };

// Shown by the facets, the map, the timeline or the search box; other filters are named in chips of their own.
const ELSEWHERE = ["q", "lang", "sort", "limit"];

// Filters whose values are ids of records.
const RECORDS = { actor: "actors", memberOf: "actors", partOf: "actors", organization: "actors", speaker: "actors", onBehalfOf: "actors", host: "actors", location: "locations", within: "locations", parent: "locations", situation: "situations", topic: "topics", series: "meeting-series", post: "posts", event: "events", source: "sources" };

/** Degrees as an address holds them. */
const rounded = box => box.map(n => Number(n.toFixed(box[2] - box[0] > 5 ? 1 : 3))).join(",");

export class List {
  #asked = new AbortController();
  #moved;
  #parameters = new URLSearchParams();

  constructor(resource) {
    this.resource = resource;
    this.settings = LISTS[resource];
    this.title = TITLES[resource];
    this.heading = h("h1", { "aria-live": "polite" }, TITLES[resource]);
    this.sort = h("select", { "aria-label": "Order", onchange: () => this.#change({ sort: this.sort.value || null }) });
    this.#showSorts();
    this.said = h("p", { class: "question muted", role: "status" });
    this.named = h("p", { class: "named" });
    this.chosen = h("ul", { class: "chips filters", "aria-label": "Filters" });
    this.facets = facetRows(this.settings.facets, parameters => listAddress(resource, parameters));
    this.results = h("div", { class: "results" });
    this.more = h("button", { type: "button", class: "more", hidden: true });
    this.panel = h("div", { class: "panel" });
    if (this.settings.hasMap) this.map = new WorldMap({ label: `Map of the ${this.settings.kinds}`, box: box => this.#change({ bbox: box && rounded(box) }), move: () => this.#mapMoved() });
    if (this.settings.hasMap) this.timeline = new Timeline({ range: (from, to) => this.#change({ from, to, date: null }) });
    this.tabs = Object.keys(LISTS).map(name => h("a", { "data-list": name, "aria-current": name === resource ? "page" : null }, TITLES[name]));
    this.element = h("div", { class: this.map ? "list" : "list plain" },
      h("div", { class: "found" }, h("nav", { class: "tabs", "aria-label": "What to look through" }, this.tabs), h("div", { class: "headline" }, this.heading, this.sort), this.said, this.named, this.chosen, this.facets.element, h("h2", { class: "unseen" }, "Results"), this.results, this.more),
      h("div", { class: "beside" }, this.map?.element, this.timeline?.element, this.panel));
  }

  /** Shows what the address asks for; what is not asked anew stays as it is. */
  async show(parameters) {
    this.#asked.abort();
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    if (parameters.get("lang") !== this.#parameters.get("lang")) this.#labels.clear();
    this.#parameters = new URLSearchParams(parameters);
    for (const tab of this.tabs) tab.href = listAddress(tab.dataset.list, { q: parameters.get("q") });
    this.timeline?.select(parameters.get("from") ?? parameters.get("date"), parameters.get("to") ?? parameters.get("date"));
    const box = parameters.get("bbox")?.split(",").map(Number);
    const isBox = box?.length === 4 && box.every(Number.isFinite);
    this.map?.outlineBox(isBox ? box : null);
    if (isBox && !this.placed) this.map?.fit(box);
    this.placed = true;
    // The line of names keeps its place, so that nothing jumps when they come.
    this.named.hidden = !parameters.has("q") || this.resource !== "events";
    this.#showChosen();
    this.results.setAttribute("aria-busy", "true");
    const path = call(`/v1/${this.resource}`, parameters);
    // All at once: each part is painted as it comes, the results first.
    const answers = [this.#list(path, signal), this.#facets(signal), this.#years(signal), this.#clusters(signal), this.#names(signal)];
    try {
      await answers[0];
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#fail(error);
    }
    await Promise.allSettled(answers);
  }

  #with(changes, base = this.#parameters) {
    const changed = new URLSearchParams(base);
    for (const [name, value] of Object.entries(changes)) value == null ? changed.delete(name) : changed.set(name, value);
    return changed;
  }

  #change(changes) {
    go(listAddress(this.resource, this.#with(changes)));
  }

  async #list(path, signal) {
    const page = await get(path, signal);
    this.heading.textContent = page.total ? `${total(page.total)} ${page.total.value === 1 && page.total.relation === "eq" ? this.settings.kinds.replace(/s$/, "") : this.settings.kinds}` : this.title;
    const { text, corrected } = page.query;
    this.said.replaceChildren(...(corrected
      ? ["Showing results for ", h("a", { href: listAddress(this.resource, this.#with({ q: corrected })) }, h("strong", { dir: "auto" }, corrected)), "; nothing holds ", h("span", { dir: "auto" }, `“${this.#parameters.get("q")}”`), "."]
      : [text.replace(/^\w+[:;] /, "").replace(/^./, c => c.toUpperCase())]));
    this.#showSorts();
    this.results.replaceChildren(...(page.items.length ? page.items.map(cards[this.resource]) : [this.#empty(page.diagnostics)]));
    this.results.removeAttribute("aria-busy");
    performance.mark("results"); // the view can be used from here on
    this.#offerMore(page.next);
    const offered = files(this.resource, this.#parameters);
    this.panel.replaceChildren(requestPanel(path, offered.files, offered.calendar));
  }

  #offerMore(next) {
    this.more.hidden = !next;
    this.more.textContent = "Show more";
    this.more.onclick = async () => {
      this.more.disabled = true;
      try {
        const page = await get(next, this.#asked.signal);
        const first = this.results.childElementCount;
        this.results.append(...page.items.map(cards[this.resource]));
        this.results.children[first]?.querySelector("a, summary")?.focus({ preventScroll: true });
        this.#offerMore(page.next);
      } catch (error) {
        if (error.name !== "AbortError") this.more.textContent = "That did not work. Try again";
      } finally {
        this.more.disabled = false;
      }
    };
  }

  /** The filters, without what only says how to answer. */
  #filters(...without) {
    const filters = new URLSearchParams(this.#parameters);
    for (const name of ["sort", "limit", "cursor", "fields", "include", "total", "facets", "facetLimit", "explain", ...without]) filters.delete(name);
    return filters;
  }

  /** The same, where meetings are asked for among all events. */
  #ofEvents(...without) {
    const filters = this.#filters(...without);
    if (this.resource === "meetings") filters.set("kind", "meeting");
    return filters;
  }

  async #facets(signal) {
    const parameters = this.#with({ facets: this.settings.facets.join(","), facetLimit: this.facets.limit(), limit: 1, fields: "id", total: "none" }, this.#filters());
    const page = await maybe(call(`/v1/${this.resource}`, parameters), signal);
    this.facets.show(page?.facets, this.#parameters, () => this.#facets(signal));
    if (page?.facets?.country) this.map?.highlight(page.facets.country.values.filter(v => v.selected).map(v => v.value));
    for (const [name, facet] of Object.entries(page?.facets ?? {})) for (const v of facet.values) this.#labels.set(`${name}=${v.value}`, v.label);
    this.#showChosen();
  }

  #labels = new Map();

  async #years(signal) {
    if (!this.timeline) return;
    const page = await maybe(call("/v1/events/aggregate", this.#with({ by: "year", limit: 500 }, this.#ofEvents("lang", "from", "to", "date", "dateMatch"))), signal);
    // What is no single year is only counted.
    const rows = page?.items ?? [], isYear = row => /^\d{4}$/.test(row.by.year ?? "");
    this.timeline.show(rows.filter(isYear).map(row => [Number(row.by.year), row.count]), rows.filter(row => !isYear(row)).reduce((sum, row) => sum + row.count, 0));
  }

  async #clusters(signal) {
    if (!this.map?.scale) return;
    const parameters = this.#ofEvents("lang", "bbox", "geoMatch");
    if (!this.map.isWorld) parameters.set("bbox", rounded(this.map.view()));
    // A cell is about twenty pixels wide.
    parameters.set("zoom", Math.max(0, Math.min(22, Math.round(Math.log2(this.map.scale * 360 / 22) - 2))));
    const collection = await maybe(call("/v1/events/clusters", parameters), signal);
    this.map.show(collection?.features ?? [], collection?.unplaced);
  }

  #mapMoved() {
    clearTimeout(this.#moved);
    this.#moved = setTimeout(() => this.#clusters(this.#asked.signal).catch(() => {}), 90);
  }

  /** Records that are called what was typed. */
  async #names(signal) {
    const q = this.#parameters.get("q");
    this.named.replaceChildren();
    if (this.named.hidden) return;
    const page = await maybe(call("/v1/suggest", { q: q.slice(0, 100), limit: 5 }), signal);
    const items = page?.items.filter(item => recordAddress(item.kind, item.id) && !["event", "meeting"].includes(item.kind)) ?? [];
    this.named.replaceChildren(...(items.length ? ["Called so: ", ...joined(items.map(item => h("span", {}, reference(item), h("span", { class: "muted" }, ` ${(item.hint ?? item.kind).replace(/,.*/, "").replace(/^./, c => c.toLowerCase())}`))), " · ")] : []));
  }

  #showSorts() {
    const sorts = this.#parameters.has("q") ? [["", "best first"], ...this.settings.sorts] : this.settings.sorts;
    this.sort.replaceChildren(...sorts.map(([value, label]) => h("option", { value }, label)));
    this.sort.value = this.#parameters.get("sort") ?? sorts[0][0];
  }

  #showChosen() {
    this.#nameValues(this.#asked.signal);
    const chips = [...this.#parameters].filter(([name]) => !ELSEWHERE.includes(name)).map(([name, value]) => {
      const shown = value.split(",").map(v => this.#labels.get(`${name.replace(/\[.*/, "")}=${v}`) ?? v).join(name === "bbox" ? ", " : " or ");
      return h("li", {}, h("a", { class: "chip", href: listAddress(this.resource, this.#with({ [name]: null })), "aria-label": `Remove ${name} ${shown}` }, h("span", { class: "muted" }, `${filterName(name)} `), h("span", { dir: "auto" }, shown), h("span", { class: "cross", "aria-hidden": "true" }, "×")));
    });
    if (chips.length > 1) chips.push(h("li", {}, h("a", { class: "chip quiet", href: listAddress(this.resource, this.#with(Object.fromEntries([...this.#parameters].filter(([name]) => name !== "lang").map(([name]) => [name, null])))) }, "Clear all")));
    this.chosen.replaceChildren(...chips);
  }

  /** Looks up what the records are called that filters name and no facet shows. */
  #nameValues(signal) {
    for (const [name, values] of this.#parameters)
      for (const value of values.split(",")) {
        const plain = name.replace(/\[.*/, ""), key = `${plain}=${value}`, resource = RECORDS[plain];
        if (!resource || this.#labels.has(key)) continue;
        this.#labels.set(key, value);
        maybe(spoken(`/v1/${resource}/${encodeURIComponent(value)}`), signal).then(record => {
          if (!record) return;
          this.#labels.set(key, record.name ?? record.label ?? record.title);
          this.#showChosen();
        }).catch(() => {});
      }
  }

  /** Why nothing was found, as the API explains it, each with the way out. */
  #empty(diagnostics) {
    const here = href => listAddress(this.resource, new URLSearchParams(href.split("?")[1] ?? ""));
    return h("div", { class: "empty" }, h("h2", {}, "Nothing was found"),
      diagnostics.length > 0 && h("ul", {}, diagnostics.map(d => h("li", {},
        h("strong", {}, filterName(d.parameter)), " ", h("span", { dir: "auto" }, `“${d.value}”`),
        d.emptied ? " left nothing." : d.left > 0 ? ` left ${count(d.left)}.` : ".",
        d.without > 0 && d.href && [" ", h("a", { href: here(d.href) }, `Without it: ${count(d.without)}`), "."],
        d.near.length > 0 && [" What would find something: ", ...joined(d.near.map(v => (v.href ? h("a", { href: here(v.href), dir: "auto" }, `${v.label} (${count(v.count)})`) : v.label))), "."],
        d.undated > 0 && ` ${count(d.undated)} more have no date at all.`))));
  }

  #fail(error) {
    this.heading.textContent = this.title;
    this.said.textContent = "";
    this.more.hidden = true;
    this.results.removeAttribute("aria-busy");
    this.results.replaceChildren(problem(error, { retry: () => this.show(this.#parameters), heading: "h2" }));
  }
}

