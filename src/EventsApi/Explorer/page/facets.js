// Facets as rows of chips. A chip is a link to the list with its value added or taken away.
import { h } from "./element.js";
import { count, spelled } from "./words.js";

const FEW = 12, MANY = 100;

/** @param address Makes the page's address from changed parameters. */
export function facetRows(names, address) {
  const rows = new Map(names.map(name => [name, h("ul", { class: "chips", "aria-label": spelled(name) })]));
  // On a phone the rows stand behind a button, so that results are not far below.
  const fold = h("button", { type: "button", class: "chip fold", "aria-expanded": "false", onclick: () => fold.setAttribute("aria-expanded", String(element.classList.toggle("open"))) }, "Filters");
  const element = h("div", { class: "facets" }, fold, names.map(name => h("div", { class: "facet" }, h("span", { class: "term", "aria-hidden": "true" }, spelled(name)), rows.get(name))));
  const widened = new Set();

  function chip(name, value, parameters) {
    // The API says how the filter reads with the value, or without it: the address may spell values otherwise (KW for KWT).
    const read = new URLSearchParams(value.href?.split("?")[1]).get(name);
    const changed = new URLSearchParams(parameters);
    read === null ? changed.delete(name) : changed.set(name, read);
    return h("li", {}, h("a", { class: "chip", href: address(changed), "data-value": value.value, "aria-current": value.selected ? "true" : null, dir: "auto" }, value.label, h("span", { class: "count" }, count(value.count))));
  }

  function show(facets, parameters, widen) {
    for (const [name, row] of rows) {
      const facet = facets?.[name];
      const values = facet?.values.filter(v => v.value !== null && (v.count > 0 || v.selected)) ?? [];
      values.sort((a, b) => b.selected - a.selected);
      const more = (facet?.truncated || values.length > FEW) && !widened.has(name) &&
        h("li", {}, h("button", { class: "chip", type: "button", onclick: () => { widened.add(name); row.classList.add("wide"); widen(); } }, "more …"));
      // Focus stays on its value.
      const focused = row.contains(document.activeElement) ? document.activeElement.dataset.value : null;
      row.replaceChildren(...values.slice(0, widened.has(name) ? MANY : FEW).map(v => chip(name, v, parameters)), ...(more ? [more] : []));
      // The row keeps its place, so that nothing jumps; a label with nothing beside it looks broken.
      if (values.length === 0 && facet) row.append(h("li", { class: "muted" }, "none"));
      if (focused) row.querySelector(`[data-value="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    }
  }

  return { element, show, limit: () => (widened.size ? MANY : FEW) };
}
