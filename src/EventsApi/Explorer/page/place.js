// A place: where it lies, what it is called, what happened in it, what lies inside.
import { listAddress, spoken } from "./address.js";
import { get } from "./api.js";
import { h, joined } from "./element.js";
import { mapOf } from "./map.js";
import { events, identifiers, kept, later, names, onward, page, section, sources, years } from "./page.js";
import { reference } from "./reference.js";
import { facts } from "./sentence.js";
import { spelled } from "./words.js";

// Degrees around the point, by what it stands for.
const AROUND = { country: 14, region: 40, water: 25, admin1: 6, admin2: 4 };

export async function placePage(id, signal) {
  const path = spoken(`/v1/locations/${encodeURIComponent(id)}`);
  const place = await get(path, signal);
  return {
    title: place.name,
    element: page({
      kind: spelled(place.kind),
      title: place.name,
      language: place.nameLanguage,
      line: joined(place.path.map(p => reference(p)), " › "),
      main: [
        mapOf(place, AROUND[place.kind] ?? 3),
        years({ location: place.id }, signal),
        events("Events here", { location: place.id }, signal),
        later("Inside it", spoken("/v1/locations", { parent: place.id, limit: 60 }), list => list.items.length > 0 && [h("ul", { class: "columns" }, list.items.map(p => h("li", {}, reference(p), h("span", { class: "muted" }, ` ${p.kind}`)))),
          onward(list, listAddress("locations", { parent: place.id }))].filter(Boolean), signal),
      ],
      side: [
        section("Names", names(place.names)),
        facts([["Country", place.country], ["Coordinates", place.latitude != null && `${place.latitude}, ${place.longitude}`], ["They stand for", place.latitude != null && place.precision]]),
        section("Elsewhere", identifiers(place.identifiers)),
        section("Sources", sources(place.sources)),
        kept(place),
      ],
      path,
      files: [{ label: "JSON", path }, { label: "Events as CSV", path: spoken("/v1/events", { location: place.id, format: "csv" }) }, { label: "Events as GeoJSON", path: spoken("/v1/events", { location: place.id, format: "geojson" }) }],
      calendar: `/v1/events?location=${encodeURIComponent(place.id)}&format=ics`,
    }),
  };
}
