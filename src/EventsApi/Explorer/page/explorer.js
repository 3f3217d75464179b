// The explorer: finds out which view an address names, and shows it.
import { actorPage } from "./actor.js";
import { go } from "./address.js";
import { h } from "./element.js";
import { eventPage } from "./event.js";
import { postPage, sourcePage, statementPage } from "./evidence.js";
import { List, LISTS } from "./list.js";
import { whole } from "./page.js";
import { placePage } from "./place.js";
import { problem } from "./problem.js";
import { searchBox } from "./search.js";
import { situationPage } from "./situation.js";

const PAGES = { events: eventPage, meetings: eventPage, actors: actorPage, locations: placePage, situations: situationPage, posts: postPage, statements: statementPage, sources: sourcePage };

const PATIENCE = 400; // milliseconds for the sections of a page to come before it is shown without them

history.scrollRestoration = "manual";

const main = document.getElementById("main");
const language = document.getElementById("lang");
// A list that was left is kept as it was, so that going back is at once.
const lists = new Map();
// The list in which words are looked for; from the page of a record, the events.
let current = "events";
let asked = new AbortController();
// How the view came about: by a link of the page, or by going back or forward. How far it was scrolled is kept with its address.
let moved = false, back = false;

const box = searchBox(document.querySelector("form.search"), () => current);

/** The view of the address: a list, or the page of a record. */
async function show() {
  asked.abort();
  asked = new AbortController();
  const parameters = new URLSearchParams(location.search);
  language.value = [...language.options].some(o => o.value === parameters.get("lang")) ? parameters.get("lang") : "";
  const [, , resource, id] = location.pathname.split("/").map(decode);
  const name = resource || "events";
  if (id && Object.hasOwn(PAGES, name)) return await record(PAGES[name], id, asked.signal);
  if (id || !Object.hasOwn(LISTS, name)) return put("Not found", problem({ status: 404, body: { title: "There is nothing here", detail: `The explorer has no view ${location.pathname}.` } }, { retry: show }));
  current = name;
  if (!lists.has(name)) lists.set(name, new List(name));
  const list = lists.get(name);
  box.say(parameters.get("q"));
  put(parameters.get("q") || list.title, list.element);
  scrollTo(0, history.state?.scroll ?? 0);
  await list.show(parameters);
}

async function record(make, id, signal) {
  current = "events";
  box.say("");
  const waiting = setTimeout(() => put("", h("p", { class: "waiting muted", role: "status" }, "Loading …")), 200);
  try {
    const { title, element } = await make(id, signal);
    await whole(element, PATIENCE);
    if (signal.aborted) return;
    put(title, element);
    scrollTo(0, history.state?.scroll ?? 0);
    if (moved && !back) element.querySelector("h1").focus({ preventScroll: true });
  } catch (error) {
    if (error.name !== "AbortError") put("Not found", problem(error, { retry: show }));
  } finally {
    clearTimeout(waiting);
  }
}

function put(title, element) {
  document.title = title ? `${title} · Events catalogue` : "Events catalogue";
  if (main.firstElementChild !== element) main.replaceChildren(element);
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

// Links between views change the address without loading the page again.
document.addEventListener("click", event => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link.target || link.hasAttribute("download")) return;
  const to = new URL(link.href);
  if (to.origin !== location.origin || to.hash || !(to.pathname === "/" || to.pathname.startsWith("/explore/"))) return;
  event.preventDefault();
  history.replaceState({ scroll: scrollY }, "");
  go(to.pathname + to.search);
});
addEventListener("view", () => {
  [moved, back] = [true, false];
  show();
});
addEventListener("popstate", () => {
  back = true;
  show();
});
language.addEventListener("change", () => {
  const parameters = new URLSearchParams(location.search);
  language.value ? parameters.set("lang", language.value) : parameters.delete("lang");
  go(location.pathname + (parameters.size ? `?${parameters}` : ""));
});

show();
