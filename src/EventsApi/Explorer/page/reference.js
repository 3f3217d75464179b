// References to other records, as links.
import { recordAddress } from "./address.js";
import { h } from "./element.js";

/** A link to the record that a reference names, its text in its own direction. */
export function reference(ref, kind = ref.kind) {
  const text = ref.name ?? ref.label ?? ref.title ?? ref.id;
  const address = recordAddress(kind, ref.id);
  const written = { dir: "auto", lang: ref.nameLanguage };
  return address ? h("a", { href: address, ...written }, text) : h("span", written, text);
}

/** A place with what lies around it, regions left out. */
export const place = location => [location, ...location.path.filter(p => p.kind !== "region")].flatMap((p, n) => (n ? [", ", reference(p)] : [reference(p)]));

/** Who a participant is: an actor, a post nobody is known to have held, or just words. */
export const who = participant => (participant.actor ? reference(participant.actor) : participant.label ? h("span", { dir: "auto" }, participant.label) : participant.post ? reference(participant.post, "post") : h("span", {}, "unnamed"));

/** Topics as chips; those beyond the first can be asked for. */
export function topics(list, most = 12) {
  if (!list.length) return null;
  const chip = topic => h("li", {}, h("a", { class: "chip", href: recordAddress("topic", topic.id) }, topic.name ?? topic.label));
  const chips = h("ul", { class: "chips" }, list.slice(0, most).map(chip));
  if (list.length > most) {
    const more = h("button", { class: "chip", type: "button", onclick: () => more.parentElement.replaceWith(...list.slice(most).map(chip)) }, `${list.length - most} more`);
    chips.append(h("li", {}, more));
  }
  return chips;
}
