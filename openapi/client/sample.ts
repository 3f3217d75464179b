// A client whose types are made from the contract: npm ci && npm run generate && npm run compile && npm start -- http://localhost:5080
import createClient from "openapi-fetch";
import type { components, paths } from "./build/v1.js";

const [root = "http://localhost:5080"] = (globalThis as unknown as { process: { argv: string[] } }).process.argv.slice(2);
// The API joins several values by commas.
const api = createClient<paths>({ baseUrl: root, querySerializer: { array: { style: "form", explode: false } } });

// A filtered list; every item is an event or a meeting.
const { data: found, error } = await api.GET("/v1/events", { params: { query: { "actor[all]": ["nato", "kuwait"], limit: 5, facets: ["type", "year"] } } });
if (!found) throw new Error(error.detail);
const total: number | undefined = found.total?.value;
for (const event of found.items) console.log(event.id, event.date?.start ?? "undated", event.title, event.participants.map(p => p.actor?.name ?? p.label).join(", "));

// One record with what hangs on it: a meeting adds its agenda.
const { data: meeting, response } = await api.GET("/v1/meetings/{id}", { params: { path: { id: "E1" }, query: { lang: ["ar", "fr"] } } });
if (!meeting) throw new Error("E1 is not there.");
const ordinal: number | null = meeting.ordinal;
console.log(ordinal, meeting.setting, meeting.agenda.length, response.headers.get("ETag"));

// A query with a body.
const { data: either } = await api.POST("/v1/events/query", { body: { any: [{ q: "kuwait" }, { q: "nato" }], limit: 3 } });
console.log(either?.items.length);

// A slip comes back as a problem that says what was meant. Types refuse it, so it takes a cast to send one.
const slip = "consul" as components["schemas"]["EventType"];
const { error: problem } = await api.GET("/v1/events", { params: { query: { type: [slip] } } });
console.log(problem?.status, problem?.errors?.[0]?.didYouMean);
console.log(`total ${total}`);
