// Makes elements. Text is always text: nothing that comes from the catalogue is ever read as markup.

/** An HTML element. Properties are attributes, but for on… (listeners) and class; null and false leave one out. */
export const h = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);

/** An SVG element. */
export const s = (tag, properties, ...children) => fill(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value == null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter(child => child != null && child !== false && child !== ""));
  return element;
}

/** An address from the data: only the web's own schemes become links. */
export const outward = (address, ...children) =>
  /^https?:\/\//i.test(address ?? "") ? h("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, ...children) : h("span", {}, ...children);

/** Children joined by a separator. */
export const joined = (children, separator = ", ") => children.filter(Boolean).flatMap((child, n) => (n ? [separator, child] : [child]));

/** A text with its marked parts, as snippets come. */
export function marked(text, marks) {
  const parts = [];
  let at = 0;
  for (const [from, to] of marks ?? []) {
    parts.push(text.slice(at, from), h("mark", {}, text.slice(from, to)));
    at = to;
  }
  return [...parts, text.slice(at)];
}
