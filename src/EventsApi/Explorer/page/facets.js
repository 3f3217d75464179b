// Facets as rows of chips. A chip is a link to the list with its value added or taken away.
import { h } from "./element.js";
import { count, spelled } from "./words.js";

const FEW = 12, MANY = 100;

/** @param address Makes the page's address from changed parameters. */
export function facetRows(names, address) {
  const rows = new Map(names.map(name => [name, h("ul", { class: "chips", "aria-label": spelled(name) })]));
  const element = h("div", { class: "facets" }, names.map(name => h("div", { class: "facet" }, h("span", { class: "term", "aria-hidden": "true" }, spelled(name)), rows.get(name))));
  const widened = new Set();

  function chip(name, value, parameters) {
    const chosen = (parameters.get(name) ?? "").split(",").filter(Boolean);
    const rest = value.selected ? chosen.filter(v => v !== value.value) : [...chosen, value.value];
    // What the address says may be written otherwise (KW for KWT): then the value stands alone.
    const changed = new URLSearchParams(parameters);
    if (value.selected && rest.length === chosen.length) rest.length = 0;
    rest.length ? changed.set(name, rest.join(",")) : changed.delete(name);
    return h("li", {}, h("a", { class: "chip", href: address(changed), "aria-current": value.selected ? "true" : null, dir: "auto" }, value.label, h("span", { class: "count" }, count(value.count))));
  }

  function show(facets, parameters, widen) {
    for (const [name, row] of rows) {
      const facet = facets?.[name];
      const values = facet?.values.filter(v => v.value !== null && (v.count > 0 || v.selected)) ?? [];
      values.sort((a, b) => b.selected - a.selected);
      const more = (facet?.truncated || values.length > FEW) && !widened.has(name) &&
        h("li", {}, h("button", { class: "chip", type: "button", onclick: () => { widened.add(name); row.classList.add("wide"); widen(); } }, "more …"));
      row.replaceChildren(...values.slice(0, widened.has(name) ? MANY : FEW).map(v => chip(name, v, parameters)), ...(more ? [more] : []));
      row.parentElement.classList.toggle("none", values.length === 0);
    }
  }

  return { element, show, limit: () => (widened.size ? MANY : FEW) };
}
