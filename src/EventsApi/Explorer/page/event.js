// An event or a meeting: what, when, where, who, the agenda, what was said, what came of it, and what each word of that rests on.
import { listAddress, spoken } from "./address.js";
import { call, get, maybe } from "./api.js";
import { cards } from "./cards.js";
import { h, joined } from "./element.js";
import { mapOf } from "./map.js";
import { identifiers, kept, later, page, section, sources } from "./page.js";
import { place, reference, topics, who } from "./reference.js";
import { facts, sentence, statement } from "./sentence.js";
import { counted, dateText, spelled, termText } from "./words.js";

export async function eventPage(id, signal) {
  const path = spoken(`/v1/events/${encodeURIComponent(id)}`, { include: "claims" });
  const event = await get(path, signal);
  const isMeeting = event.kind === "meeting";
  // The brief knows the meetings before and after in the series.
  const brief = event.series ? await maybe(`/v1/meetings/${event.id}/brief`, signal) : null;
  const list = `/v1/${isMeeting ? "meetings" : "events"}`;
  const as = format => call(list, { ids: event.id, format });
  return {
    title: event.title,
    element: page({
      kind: [joined([spelled(isMeeting ? "meeting" : event.type), event.setting && spelled(event.setting), event.modes.length > 0 && event.modes.map(spelled).join(", "), !["held", "occurred"].includes(event.status) && h("strong", {}, spelled(event.status))], " · ")].flat(),
      title: event.title,
      line: [h("time", { datetime: event.date?.start }, dateText(event.date) ?? "Date unknown"), event.time?.start && ` at ${event.time.start}${event.time.zone ? ` (${event.time.zone})` : ""}`, event.location && [" · ", place(event.location)]].flat(3).filter(Boolean),
      main: [
        event.summary && h("div", { class: "summary" }, sentence(event.summary, null, [["Voice", "the catalogue, from its sources"], ["Source", event.sources.length > 0 && joined(event.sources.map(s => reference(s, "source")))]])),
        section("Agenda", event.agenda?.length > 0 && h("ol", { class: "agenda" }, event.agenda.map(item => h("li", {}, sentence(item.title, item.basis, [["Result", item.result], ["Topics", item.topics.length > 0 && joined(item.topics.map(t => reference(t, "topic")))]])))), event.agendaComplete === false && "as far as it is known"),
        section("Who took part", participants(event.participants), event.participantCount > event.participants.length && `${event.participants.length} of ${event.participantCount}`),
        posts(event, signal),
        ...outcomes(event.outcomes ?? []),
        ...said(event.statements),
        section("Topics", topics(event.topics, 24)),
        section("Connected with", event.relations.length > 0 && h("ul", {}, event.relations.map(relation => h("li", {}, sentence(h("span", {}, h("span", { class: "muted" }, `${spelled(relation.type.replace(/([A-Z])/g, " $1").toLowerCase())} `), relation.target.title), relation.basis, [["Open", reference(relation.target)]]))))),
        section("Where sources differ", claims(event.claims ?? [])),
        later("Related", spoken(`/v1/events/${event.id}/related`, { limit: 5 }), answer => answer.items.length > 0 && h("div", { class: "results" }, answer.items.map(item => related(item))), signal),
      ],
      key: [
        mapOf(event.location, 12),
        facts([
          ["Series", event.series && [h("a", { href: listAddress("meetings", { series: event.series.id }) }, event.series.label), event.ordinal && `, number ${event.ordinal}`].filter(Boolean)],
          ["Before", brief?.previous && reference(brief.previous, "event")],
          ["After", brief?.next && reference(brief.next, "event")],
          ["Host", event.host && reference(event.host)],
          ["Venue", event.venue && reference(event.venue)],
          ["Attendance", isMeeting && Object.entries(event.attendance ?? {}).filter(([, n]) => n > 0).map(([word, n]) => `${n} ${word}`).join(", ")],
          ["Deaths", event.fatalities && deaths(event.fatalities)],
          ["Score", event.score != null && `${String(event.score).replace("-", "−")} (PLOVER, −10 to +10)`],
          ["Contexts", event.contexts.map(spelled).join(", ")],
          ["Earlier dates", event.previousDates?.map(dateText).join(", ")],
          ["Dataset", h("a", { href: listAddress("events", { dataset: event.dataset }) }, event.dataset)],
        ]),
      ],
      side: [
        section("Sources", sources(event.sources)),
        section("Elsewhere", identifiers(event.identifiers.concat(event.codes.map(c => ({ scheme: c.scheme, identifier: c.code }))))),
        kept(event),
      ],
      path,
      files: [{ label: "JSON", path: call(event.href, {}) }, ...[["NDJSON", "ndjson"], ["CSV", "csv"], ["GeoJSON", "geojson"], ["JSON-LD", "jsonld"]].map(([label, format]) => ({ label, path: as(format) }))],
      calendar: as("ics"),
    }),
  };
}

const ATTENDANCE = ["attended", "accepted", "invited", "absent", "declined", "excused", "unknown"];

function participants(list) {
  const taking = list.filter(p => !p.roles.includes("mentioned")), mentioned = list.filter(p => p.roles.includes("mentioned"));
  if (!list.length) return null;
  return [
    taking.length > 0 && h("ul", { class: "people" }, taking.map(participant)),
    mentioned.length > 0 && h("p", { class: "muted" }, "Only spoken of: ", ...joined(mentioned.map(who))),
  ].filter(Boolean);
}

function participant(p) {
  const inferred = new Set(p.inferred);
  const guessed = member => inferred.has(member) && h("span", { class: "certainty implied", title: "No source states it; the catalogue inferred it" }, "inferred");
  return h("li", {}, sentence(h("span", { class: "person" }, h("strong", { dir: "auto" }, p.actor?.name ?? p.label ?? p.post?.label ?? "Unnamed"), guessed("actor") && [" ", guessed("actor")],
    h("span", { class: "muted" }, [p.actor && p.post && h("span", { dir: "auto" }, p.post.label), p.onBehalfOf && p.onBehalfOf.id !== p.actor?.id && ["for ", h("span", { dir: "auto" }, p.onBehalfOf.name)]].filter(Boolean).map(t => [" · ", t])),
    h("span", { class: "role" }, [...p.roles.filter(r => r !== "participant").map(spelled), ATTENDANCE.includes(p.attendance) && p.attendance !== "attended" && spelled(p.attendance)].filter(Boolean).join(", "))), p.basis, [
    ["Who", p.actor && reference(p.actor)],
    ["Post", p.post && reference(p.post, "post")],
    ["On behalf of", p.onBehalfOf && reference(p.onBehalfOf)],
    ["Attendance", p.attendance && [`${spelled(p.attendance)}${p.mode ? `, ${p.mode}` : ""}${p.arrivedAt ? `, from ${p.arrivedAt}` : ""}${p.leftAt ? ` until ${p.leftAt}` : ""}`, " ", guessed("attendance")].filter(Boolean)],
    ["Substitute for", p.substituteFor && reference(p.substituteFor)],
    ["Inferred", p.inferred.length > 0 && `${p.inferred.join(", ")}: no source states it, the catalogue worked it out`],
    ["Could be", p.candidates.length > 0 && joined(p.candidates.map(c => reference(c)))],
  ]));
}

/** Who held the posts of the participants on the day of the event. */
function posts(event, signal) {
  const day = event.date?.start;
  const held = [...new Map(event.participants.filter(p => p.post).map(p => [p.post.id, p.post])).values()].slice(0, 8);
  if (!day || !held.length) return null;
  const rows = held.map(post => {
    const holder = h("dd", {}, "…");
    const asked = dateMatch => maybe(spoken(`/v1/posts/${encodeURIComponent(post.id)}/holders`, { asOf: day, dateMatch, total: "none" }), signal).then(answer => answer?.items ?? []);
    // Whoever surely held it; else whoever may have, of terms whose dates are not known well enough.
    asked().then(async sure => {
      const holders = sure.length ? sure : await asked("possible");
      const shown = holders.map(i => h("span", {}, reference(i.person), h("span", { class: "muted" }, `, ${termText(i.start, i.end)}`)));
      holder.replaceChildren(...(holders.length ? [sure.length ? "" : "perhaps ", ...joined(shown)] : ["not known"]));
    }).catch(() => {});
    return h("div", {}, h("dt", {}, reference(post, "post")), holder);
  });
  return section("Who held which post that day", h("dl", { class: "facts wide" }, rows), event.date.precision === "day" ? null : `as of ${dateText({ edtf: day })}`);
}

function outcomes(list) {
  const titles = { outcome: "What came of it", aim: "What it was for", priority: "Priorities" };
  return Object.entries(titles).map(([kind, title]) => section(title, bullets(list.filter(o => o.kind === kind))));
}

const bullets = list => list.length > 0 && h("ul", { class: "bullets" }, list.map(o => h("li", {}, sentence(o.text, o.basis, [["Topics", o.topics.length > 0 && joined(o.topics.map(t => reference(t, "topic")))]]))));

/** What was said, by who said it; what only the author of a source says comes last. */
function said(statements) {
  const groups = Map.groupBy(statements, one => `${Object.keys(SAID).indexOf(one.basis?.voice ?? "author")} ${one.speaker?.id ?? one.post?.id ?? ""}`);
  return [...groups].toSorted(([a], [b]) => a[0] - b[0]).map(([, group]) => {
    const { speaker, post, basis } = group[0];
    const title = speaker ? [reference(speaker), " said"] : post ? [reference(post, "post"), " said"] : SAID[basis?.voice] ?? SAID.author;
    return section(title, h("ul", { class: "bullets" }, group.map(s => h("li", {}, statement(s)))), [speaker && post?.label, counted(group.length, "statement")].filter(Boolean).join(" · "));
  });
}

// In the order in which they are told.
const SAID = { speaker: "Said by a speaker who is not named", meeting: "Of the meeting as a whole", author: "In the words of the source's author", catalogue: "Added by the catalogue" };

function claims(list) {
  return [...Map.groupBy(list, c => c.pointer)].map(([pointer, told]) => h("div", { class: "claims" }, h("h3", {}, spelled(pointer.slice(1).replaceAll("/", " "))),
    h("ul", { class: "bullets" }, told.map(c => h("li", {}, sentence(`${typeof c.value === "string" ? c.value : JSON.stringify(c.value)}${c.preferred ? " (preferred)" : ""}`, { source: c.source, certainty: c.certainty, locator: c.quote && { exact: c.quote } }))))));
}

function deaths(f) {
  const range = f.low != null && f.high != null && f.low !== f.high ? ` (${f.low} to ${f.high})` : "";
  return `${f.best ?? "unknown"}${range}`;
}

const related = item => h("div", { class: "related" }, cards.events({ ...item, snippet: null, topics: [] }), item.reasons?.length > 0 && h("p", { class: "reasons muted" }, item.reasons.slice(0, 3).map(r => r.text).join(" · ")));
