// What went wrong, in the API's own words, and how to go on.
import { keep } from "./api.js";
import { h } from "./element.js";

/** @param heading h1 where the problem is all there is. */
export function problem(error, { retry, heading = "h1" }) {
  const { body = {}, status } = error;
  const key = h("input", { type: "password", name: "key", autocomplete: "off", "aria-label": "Key" });
  return h("div", { class: "empty", role: "alert" },
    h(heading, {}, body.title ?? (status ? `The server answered ${status}` : "The server could not be reached")),
    h("p", { dir: "auto" }, body.detail ?? error.message),
    body.errors?.filter(e => e.message !== body.detail).map(e => h("p", { dir: "auto" }, e.message)),
    body.errors?.some(e => e.allowed) && h("details", {}, h("summary", {}, "What can be sent instead"), h("p", { class: "muted" }, body.errors.flatMap(e => e.allowed ?? []).slice(0, 200).join(", "))),
    status === 401 && h("form", { class: "tools", onsubmit: event => { event.preventDefault(); keep(key.value.trim()); retry(); } }, key, h("button", {}, "Use this key")),
    h("p", {}, h("button", { type: "button", onclick: retry }, "Try again"), " ", h("a", { href: "/" }, "All events")));
}
