// Addresses of the explorer's own pages. A view is its address: what is not in it is not part of the view.
import { call } from "./api.js";

/** The language of names that the address asks for; null leaves it to the browser. */
const language = () => new URLSearchParams(location.search).get("lang");

/** An API path in that language. */
export const spoken = (path, parameters = {}) => call(path, { ...parameters, lang: language() });

/** A list of the explorer. */
export const listAddress = (resource, parameters = {}) => call(resource === "events" ? "/" : `/explore/${resource}`, parameters instanceof URLSearchParams ? parameters : { ...parameters, lang: language() });

/** The page of a record. */
export function recordAddress(kind, id) {
  const resource = RESOURCES[kind] ?? kind;
  if (resource === "topics") return listAddress("events", { topic: id });
  if (resource === "meeting-series") return listAddress("meetings", { series: id });
  if (resource === "datasets") return listAddress("events", { dataset: id });
  if (!PAGES.has(resource)) return null;
  return call(`/explore/${resource}/${encodeURIComponent(id)}`, { lang: language() });
}

const PAGES = new Set(["events", "meetings", "actors", "locations", "situations", "posts", "statements", "sources"]);

// Where a reference's kind is found: its own word, or that of an actor or a place.
const RESOURCES = {
  event: "events", meeting: "meetings", situation: "situations", actor: "actors", location: "locations", post: "posts", statement: "statements", source: "sources", topic: "topics", series: "meeting-series", dataset: "datasets",
  state: "actors", organization: "actors", person: "actors", group: "actors",
  region: "locations", country: "locations", admin1: "locations", admin2: "locations", city: "locations", street: "locations", venue: "locations", water: "locations",
};

/** Goes to an address without loading the page anew. */
export function go(address, { replace = false } = {}) {
  if (address === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  dispatchEvent(new Event("view"));
}
