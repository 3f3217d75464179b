// A sentence that opens on what it rests on: source, speaker, certainty, paragraph.
import { h, joined } from "./element.js";
import { reference } from "./reference.js";
import { spelled } from "./words.js";

const VOICES = { speaker: "the speaker", meeting: "the meeting as a whole", author: "the author of the source", catalogue: "the catalogue itself" };

/** How sure it is, where that is less than plainly stated. */
const doubt = certainty => (certainty && certainty !== "stated" ? h("span", { class: `certainty ${certainty}`, title: `Certainty: ${certainty}` }, certainty) : null);

/** @param {object} more Rows beside those of the basis: [term, content] pairs. */
export function sentence(text, basis, more = []) {
  const content = [h("span", { dir: "auto", class: "said" }, text), " ", doubt(basis?.certainty)];
  const rows = [...more, ...ground(basis)].filter(([, value]) => value);
  if (!rows.length) return h("p", { class: "sentence" }, content);
  return h("details", { class: "sentence" }, h("summary", {}, content), facts(rows));
}

/** Terms with what they mean. */
export const facts = rows => h("dl", { class: "facts" }, rows.filter(([, value]) => value != null && value !== false && value.length !== 0).map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))));

function ground(basis) {
  if (!basis) return [];
  const { source, voice, form, certainty, locator } = basis;
  return [
    ["Voice", VOICES[voice] && `${VOICES[voice]}${form ? `, ${form}` : ""}`],
    ["Certainty", certainty && spelled(certainty)],
    ["Source", source && [reference(source, "source"), locator?.paragraph ? `, paragraph ${locator.paragraph}` : ""]],
    ["In the text", locator?.exact && h("q", { dir: "auto" }, locator.exact)],
  ];
}

/** A statement with who said it. */
export function statement(said) {
  const speaker = said.speaker ? reference(said.speaker) : null;
  return sentence(said.text, said.basis, [
    ["Speaker", speaker && [speaker, said.post && [", ", reference(said.post, "post")], said.onBehalfOf && [" for ", reference(said.onBehalfOf)]].flat(2).filter(Boolean)],
    ["About", said.about?.length ? joined(said.about.map(a => reference(a))) : null],
    ["Topics", said.topics?.length ? joined(said.topics.map(t => reference(t, "topic"))) : null],
    ["Record", reference({ id: said.id }, "statement")],
  ]);
}
