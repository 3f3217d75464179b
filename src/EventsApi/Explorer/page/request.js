// The API call behind a view: to copy for five languages, to download in each format, to subscribe to.
import { call } from "./api.js";
import { h } from "./element.js";

const SNIPPETS = {
  curl: url => `curl ${/[[\]{}]/.test(url) ? "-g " : ""}'${url}'`,
  fetch: url => `const response = await fetch("${url}");\nconst answer = await response.json();`,
  "C#": url => `using var http = new HttpClient();\nvar answer = await http.GetFromJsonAsync<JsonElement>(\n    "${url}");`,
  Python: url => `import json, urllib.request\n\nanswer = json.load(urllib.request.urlopen(\n    "${url}"))`,
  R: url => `answer <- jsonlite::fromJSON(\n  "${url}")`,
};

let chosen = "curl";

/**
 * @param {string} path The call, from /v1 on.
 * @param {{label: string, path: string}[]} files What can be downloaded.
 * @param {string?} calendar The same as a calendar, where there is one.
 */
export function requestPanel(path, files, calendar) {
  const url = location.origin + path;
  const code = h("code");
  const tabs = Object.keys(SNIPPETS).map(language => h("button", { type: "button", class: "chip", "aria-pressed": "false", onclick: () => choose(language) }, language));
  const copy = h("button", { type: "button", class: "chip copy", onclick: copied }, "Copy");

  function choose(language) {
    chosen = language;
    code.textContent = SNIPPETS[language](url);
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.textContent === language));
    copy.setAttribute("aria-label", `Copy as ${language}`);
  }

  async function copied() {
    try {
      await navigator.clipboard.writeText(code.textContent);
      copy.textContent = "Copied";
    } catch {
      // Without the right to write the clipboard the text is marked, ready for the copy key.
      getSelection().selectAllChildren(code);
      copy.textContent = "Marked";
    }
    setTimeout(() => (copy.textContent = "Copy"), 1500);
  }

  choose(chosen);
  return h("section", { class: "request", "aria-label": "The API call behind this view" },
    h("h2", {}, "Behind this view"),
    h("p", { class: "path" }, h("a", { href: path }, h("span", { class: "verb" }, "GET "), readable(path))),
    h("div", { class: "tabs" }, tabs, copy),
    h("pre", { tabindex: "0", "aria-label": "Code" }, code),
    h("p", { class: "files" }, h("span", { class: "term" }, "Download"), files.map(file => h("a", { class: "chip", href: file.path, download: "" }, file.label))),
    calendar && h("p", { class: "files" }, h("span", { class: "term" }, "Calendar"), h("a", { class: "chip", href: `webcal://${location.host}${calendar}` }, "Subscribe"), h("a", { class: "chip", href: calendar }, "ICS")));
}

function readable(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

// What a stream of the whole list does not take.
const PAGED = ["sort", "cursor", "limit", "facets", "facetLimit", "sample", "seed", "total", "explain"];
const WHOLE = [["NDJSON", "ndjson"], ["CSV", "csv"]];
const MAPPED = [["GeoJSON", "geojson"]];
const DATED = [["Atom", "atom"], ["JSON-LD", "jsonld"]];

/** The files of a list, whole. */
export function files(resource, parameters) {
  const path = `/v1/${resource}`;
  const kept = new URLSearchParams(parameters);
  const order = kept.get("sort");
  for (const name of PAGED) kept.delete(name);
  if (order === "date") kept.set("sort", order);
  const isDated = resource === "events" || resource === "meetings";
  const formats = [...WHOLE, ...(isDated || resource === "locations" ? MAPPED : []), ...(isDated ? DATED : [])];
  const as = format => call(path, new URLSearchParams([...kept, ["format", format]]));
  return {
    files: [{ label: "JSON", path: call(path, parameters) }, ...formats.map(([label, format]) => ({ label, path: as(format) }))],
    calendar: isDated ? as("ics") : null,
  };
}
