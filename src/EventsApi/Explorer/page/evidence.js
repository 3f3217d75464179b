// The pages of a post, a statement and a source.
import { listAddress, spoken } from "./address.js";
import { get } from "./api.js";
import { h, joined, outward } from "./element.js";
import { identifiers, kept, later, onward, page, said as saidThere, section, sources, terms } from "./page.js";
import { reference } from "./reference.js";
import { facts, statement } from "./sentence.js";
import { dateText, languageName, spelled } from "./words.js";

export async function postPage(id, signal) {
  const path = spoken(`/v1/posts/${encodeURIComponent(id)}`);
  const post = await get(path, signal);
  return {
    title: post.label,
    element: page({
      kind: "Post",
      title: post.label,
      line: post.organization && [reference(post.organization)],
      main: [section("Holders", post.holders.length > 0 && terms(post.holders.toReversed(), held => [reference(held.person)]))],
      side: [section("Elsewhere", identifiers(post.identifiers)), section("Sources", sources(post.sources)), kept(post)],
      path,
      files: [{ label: "JSON", path }, { label: "Holders as CSV", path: spoken("/v1/memberships", { post: post.id, format: "csv" }) }],
    }),
  };
}

export async function statementPage(id, signal) {
  const path = spoken(`/v1/statements/${encodeURIComponent(id)}`);
  const said = await get(path, signal);
  const sentence = statement(said);
  if (sentence.tagName === "DETAILS") sentence.open = true;
  return {
    title: said.text,
    element: page({
      kind: joined(["Statement", said.basis && spelled(said.basis.form)], " · "),
      title: said.text,
      language: said.lang,
      line: joined([said.speaker && reference(said.speaker), dateText(said.date)], " · "),
      main: [section("What it rests on", sentence)],
      side: [section("Sources", sources(said.sources)), kept(said)],
      path,
      files: [{ label: "JSON", path }],
    }),
  };
}

export async function sourcePage(id, signal) {
  const path = spoken(`/v1/sources/${encodeURIComponent(id)}`);
  const source = await get(path, signal);
  const those = { source: source.id };
  return {
    title: source.title,
    element: page({
      kind: joined(["Source", spelled(source.kind)], " · "),
      title: source.title,
      language: source.language,
      line: joined([source.author, source.publisher, dateText(source.published)], " · "),
      main: [
        later("Events it tells of", spoken("/v1/events", { ...those, limit: 10, fields: "id,kind,title,date" }), list => list.items.length > 0 && [h("ul", { class: "bullets" }, list.items.map(e => h("li", {}, reference(e, "event"), h("span", { class: "muted" }, ` ${dateText(e.date) ?? ""}`)))),
          onward(list, listAddress("events", those))].filter(Boolean), signal),
        later("Statements from it", spoken("/v1/statements", { ...those, limit: 30 }), list => saidThere(list, those), signal),
      ],
      side: [
        facts([["Original", source.url && outward(source.url, new URL(source.url, location).host)], ["Language", source.language && languageName(source.language)], ["Retrieved", dateText(source.retrieved)], ["Licence", source.licence]]),
        section("Elsewhere", identifiers(source.identifiers)), kept(source),
      ],
      path,
      files: [{ label: "JSON", path }],
    }),
  };
}
