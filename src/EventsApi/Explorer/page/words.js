// Dates, numbers and words for people.

const FORMATS = new Map();
const number = new Intl.NumberFormat("en");

export const count = n => number.format(n);
export const counted = (n, one) => `${count(n)} ${one}${n === 1 ? "" : "s"}`;
/** A total that may be a lower bound. */
export const total = t => (t.relation === "gte" ? `more than ${count(t.value)}` : count(t.value));
const FILTERS = { q: "Words", bbox: "Area", date: "Date", "actor[all]": "Actors together", dateMatch: "Date match" };
/** A filter's name for people: "memberOf" is "Member of". */
export const filterName = parameter => FILTERS[parameter] ?? spelled(parameter.replace(/[A-Z]/g, c => ` ${c.toLowerCase()}`).replace("[not]", " not").replace("[gte]", " at least").replace("[lte]", " at most").replace("[all]", ""));
/** "suicide-attack" is "Suicide attack". */
export const spelled = word => (word ? word[0].toUpperCase() + word.slice(1).replaceAll("-", " ") : "");

function format(options) {
  const key = JSON.stringify(options);
  if (!FORMATS.has(key)) FORMATS.set(key, new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }));
  return FORMATS.get(key);
}

const SEASONS = { 21: "spring", 22: "summer", 23: "autumn", 24: "winter", 25: "spring", 26: "summer", 27: "autumn", 28: "winter", 29: "winter" };

/** One EDTF date without brackets: 2025-09-09, 2024-06~, 199X, 2024-21. */
function single(text) {
  const [, bare, doubt] = /^(.*?)([~?%]*)$/.exec(text);
  const [, year, month, day] = /^(-?\d{3,}X?|-?\d\dXX|Y-?\d+)(?:-(\d\d|XX))?(?:-(\d\d|XX))?$/.exec(bare) ?? [];
  let shown;
  if (year === undefined) shown = bare;
  else if (/XX$/.test(year)) shown = `${year.slice(0, -2)}00s`;
  else if (/X$/.test(year)) shown = `${year.slice(0, -1)}0s`;
  else if (month in SEASONS) shown = `${SEASONS[month]} ${year}`;
  else if (!month || month === "XX" || !/^\d{4}$/.test(year)) shown = year;
  else shown = format(day && day !== "XX" ? { day: "numeric", month: "long", year: "numeric" } : { month: "long", year: "numeric" }).format(new Date(`${year}-${month}-${day && day !== "XX" ? day : "01"}T00:00:00Z`));
  return (/[~%]/.test(doubt) ? "about " : "") + shown + (/[?%]/.test(doubt) ? " (uncertain)" : "");
}

/** A date of the API for people; null where it is not known. */
export function dateText(date) {
  if (!date) return null;
  const edtf = date.edtf;
  const set = /^[[{](.*)[\]}]$/.exec(edtf);
  if (set) {
    const [from, to] = set[1].split("..");
    if (to === undefined) return set[1].split(",").map(d => single(d.trim())).join(edtf[0] === "{" ? " and " : " or ");
    return from && to ? `some day from ${single(from)} to ${single(to)}` : from ? `${single(from)} or later` : `${single(to)} or earlier`;
  }
  const [from, to] = edtf.split("/");
  if (to === undefined) return single(from);
  if (!from || from === "..") return `until ${single(to)}`;
  if (!to || to === "..") return `since ${single(from)}`;
  if (/^\d{4}-\d\d-\d\d$/.test(from) && /^\d{4}-\d\d-\d\d$/.test(to)) return format({ day: "numeric", month: "long", year: "numeric" }).formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));
  return `${single(from)} – ${single(to)}`;
}

/** The same, short enough for a column: 9 Sep 2025. */
export const shortDate = date => dateText(date)?.replace(/\b(January|February|September|October|November|December|August)\b/g, month => month.slice(0, 3)) ?? "date unknown";

/** A term or membership: from start to end, each as far as it is known. */
export function termText(start, end) {
  const from = start && (/^\[\.\./.test(start.edtf) ? `since ${single(start.edtf.slice(3, -1))} at the latest` : `since ${dateText(start)}`);
  if (!end) return from ?? "dates unknown";
  const to = /^\[\.\./.test(end.edtf) ? `until ${single(end.edtf.slice(3, -1))} at the latest` : `until ${dateText(end)}`;
  return from && !from.includes("latest") && !to.includes("latest") ? `${dateText(start)} – ${dateText(end)}` : [from, to].filter(Boolean).join(", ");
}

const LANGUAGES = new Intl.DisplayNames("en", { type: "language" });

export function languageName(tag) {
  try {
    return LANGUAGES.of(tag);
  } catch {
    return tag;
  }
}
