// The search box: suggestions while one types, opened with the arrow keys or the mouse; Enter alone searches for the words.
import { go, listAddress, recordAddress } from "./address.js";
import { call, get } from "./api.js";
import { h } from "./element.js";

const PAUSE = 80; // milliseconds after a key before the API is asked

/** @param resource The list in which words are looked for. */
export function searchBox(form, resource) {
  const input = form.querySelector("input");
  const list = form.querySelector("ul");
  let shown = [], active = -1, waiting, asked;

  function show(suggestions) {
    shown = suggestions;
    active = -1;
    list.replaceChildren(...suggestions.map((item, n) => h("li", { id: `suggestion-${n}`, role: "option", "aria-selected": "false", onmousedown: event => event.preventDefault(), onclick: () => open(item) },
      h("span", { dir: "auto" }, item.name), item.matched !== item.name && h("span", { class: "matched", dir: "auto" }, item.matched), h("span", { class: "hint" }, item.hint ?? item.kind))));
    list.hidden = suggestions.length === 0;
    input.setAttribute("aria-expanded", String(suggestions.length > 0));
    mark(-1);
  }

  function mark(n) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = n;
    const option = list.children[n];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function close() {
    clearTimeout(waiting);
    asked?.abort();
    show([]);
  }

  function open(item) {
    close();
    input.value = "";
    go(recordAddress(item.kind, item.id) ?? listAddress("events", { q: item.name }));
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const q = input.value.trim();
    if (!q) return show([]);
    try {
      const { items } = await get(call("/v1/suggest", { q, limit: 8 }), asked.signal);
      if (document.activeElement === input) show(items.filter(item => recordAddress(item.kind, item.id)));
    } catch {
      // Suggestions are a help; without them the words are still searched for.
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", event => {
    if (event.key === "Escape" && shown.length) {
      event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && shown.length) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // One place beyond either end is the box itself.
      mark((active + 1 + step + shown.length + 1) % (shown.length + 1) - 1);
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      ask();
    }
  });
  form.addEventListener("submit", event => {
    event.preventDefault();
    if (active >= 0) return open(shown[active]);
    close();
    go(listAddress(resource(), { q: input.value.trim() }));
  });

  return { say: text => { if (document.activeElement !== input) input.value = text ?? ""; } };
}
