// A map of the world: outlines of countries, small states as points, and above them what a view wants to show. It is zoomed, panned and asked for a box with mouse, finger and keys.
import { get } from "./api.js";
import { spoken } from "./address.js";
import { h, s } from "./element.js";
import { latitude, longitude, outline, x, y } from "./projection.js";
import { count, counted } from "./words.js";

const NORTH = y(80), SOUTH = y(-57);
const CLOSEST = 160; // times the whole world
const STEP = 1.6;

let world;
/** The countries, asked for once. */
const countries = () => (world ??= get(spoken("/v1/locations", { kind: "country", format: "geojson", include: "outline", fields: "id,name,country" })).catch(() => ({ features: [] })));

/** A map that shows where a place lies, so many degrees of longitude around it, with its country; null without coordinates. */
export function mapOf(place, around) {
  if (place?.latitude == null) return null;
  const map = new WorldMap({ label: `Map of ${place.name}` });
  map.show([{ geometry: { coordinates: [place.longitude, place.latitude] }, properties: { count: 1, kind: "cell" } }]);
  map.fit([Math.max(-180, place.longitude - around), Math.max(-80, place.latitude - around / 2), Math.min(180, place.longitude + around), Math.min(82, place.latitude + around / 2)]);
  map.highlight([place.country]);
  return map.element;
}

export class WorldMap {
  #land = s("svg", { class: "land", "aria-hidden": "true", focusable: "false" });
  #marks = s("svg", { class: "marks", "aria-hidden": "true", focusable: "false" });
  #middle = [10, y(25)];
  #scale = 0; // pixels a degree; 0 until the size is known
  #width = 0;
  #height = 0;
  #features = [];
  #box = null;
  #chosen = new Set();
  #selecting = false;
  #fitted = null;

  /**
   * @param {object} on box(bbox): a box was chosen, or null; move(): what is seen has changed. Without them the map only shows.
   */
  constructor({ label, box, move }) {
    this.on = { box, move };
    this.select = h("button", { type: "button", "aria-pressed": "false", title: "Draw a box (or drag with Shift)", onclick: () => this.#choose(!this.#selecting) }, "Select area");
    this.clear = h("button", { type: "button", hidden: true, onclick: () => box(null) }, "Clear area");
    const buttons = h("div", { class: "tools" },
      h("button", { type: "button", "aria-label": "Zoom in", onclick: () => this.zoom(STEP) }, "+"),
      h("button", { type: "button", "aria-label": "Zoom out", onclick: () => this.zoom(1 / STEP) }, "−"),
      h("button", { type: "button", "aria-label": "The whole world", onclick: () => this.fit(null) }, "World"),
      box && [h("button", { type: "button", onclick: () => box(this.view()) }, "Search this area"), this.select, this.clear], this.note = h("span"));
    this.tip = h("p", { class: "tip", hidden: true });
    this.frame = h("div", { class: "frame", tabindex: "0", role: "application", "aria-label": `${label}. Arrow keys move, plus and minus zoom, 0 shows the world${box ? ", Enter searches what is seen, Escape clears the area" : ""}.` }, this.#land, this.#marks, this.tip);
    this.element = h("div", { class: "map" }, this.frame, buttons);
    new ResizeObserver(() => this.#resize()).observe(this.frame);
    this.#listen();
    countries().then(collection => this.#draw(collection.features));
  }

  /** What is seen: west, south, east, north. */
  view() {
    const [cx, cy] = this.#middle, w = this.#width / this.#scale / 2, t = this.#height / this.#scale / 2;
    return [longitude(cx - w), latitude(cy + t), longitude(cx + w), latitude(cy - t)];
  }

  get isWorld() {
    return this.#scale > 0 && this.#scale <= this.#smallest() * 1.01;
  }

  /** Pixels that one degree of longitude takes. */
  get scale() {
    return this.#scale;
  }

  /** Shows clusters: GeoJSON points with count, bbox, country and label. */
  show(features, unplaced = 0) {
    this.#features = features;
    this.note.textContent = unplaced > 0 ? `${count(unplaced)} not on the map` : "";
    this.#paintMarks();
  }

  /** The box that results are narrowed to: west, south, east, north, or null. */
  outlineBox(box) {
    this.#box = box;
    this.clear.hidden = !box;
    this.#paintMarks();
  }

  /** Countries (alpha-3) that stand out. */
  highlight(codes) {
    this.#chosen = new Set(codes);
    for (const shape of this.#land.querySelectorAll("[data-country]")) shape.classList.toggle("chosen", this.#chosen.has(shape.dataset.country));
  }

  /** Moves so that a box fills the map; null is the world. */
  fit(box) {
    this.#fitted = box;
    if (!this.#width) return;
    if (!box) {
      this.#middle = [0, (NORTH + SOUTH) / 2];
      return this.#move(this.#smallest());
    }
    const [west, south, east, north] = box;
    this.#middle = [(west + (east < west ? east + 360 : east)) / 2, (y(south) + y(north)) / 2];
    this.#move(Math.min(this.#width / Math.max(0.01, east < west ? east + 360 - west : east - west), this.#height / Math.max(0.01, y(south) - y(north))) * 0.9);
  }

  /** @param at The point that stays where it is, in pixels. */
  zoom(factor, [px, py] = [this.#width / 2, this.#height / 2]) {
    const scale = Math.max(this.#smallest(), Math.min(this.#smallest() * CLOSEST, this.#scale * factor));
    const by = 1 / this.#scale - 1 / scale;
    this.#middle = [this.#middle[0] + (px - this.#width / 2) * by, this.#middle[1] + (py - this.#height / 2) * by];
    this.#move(scale);
  }

  pan(dx, dy) {
    this.#middle = [this.#middle[0] - dx / this.#scale, this.#middle[1] - dy / this.#scale];
    this.#move(this.#scale);
  }

  #smallest() {
    return Math.max(this.#width / 360, this.#height / (SOUTH - NORTH));
  }

  #resize() {
    const { clientWidth, clientHeight } = this.frame;
    if (!clientWidth || clientWidth === this.#width && clientHeight === this.#height) return;
    const isFirst = this.#scale === 0;
    [this.#width, this.#height] = [clientWidth, clientHeight];
    this.#marks.setAttribute("viewBox", `0 0 ${clientWidth} ${clientHeight}`);
    if (isFirst) this.fit(this.#fitted);
    else this.#move(this.#scale);
  }

  #move(scale) {
    this.#scale = Math.max(this.#smallest(), Math.min(this.#smallest() * CLOSEST, scale));
    const w = this.#width / this.#scale / 2, t = this.#height / this.#scale / 2;
    this.#middle = [Math.max(-180 + w, Math.min(180 - w, this.#middle[0])), Math.max(NORTH + t, Math.min(SOUTH - t, this.#middle[1]))];
    this.#land.setAttribute("viewBox", `${this.#middle[0] - w} ${this.#middle[1] - t} ${2 * w} ${2 * t}`);
    this.#paintMarks();
    this.on.move?.();
  }

  #pixel(lon, lat) {
    return [(x(lon) - this.#middle[0]) * this.#scale + this.#width / 2, (y(lat) - this.#middle[1]) * this.#scale + this.#height / 2];
  }

  #degrees([px, py]) {
    return [longitude((px - this.#width / 2) / this.#scale + this.#middle[0]), latitude((py - this.#height / 2) / this.#scale + this.#middle[1])];
  }

  #draw(features) {
    const named = feature => ({ "data-country": feature.properties.country, "data-name": feature.properties.name, class: this.#chosen.has(feature.properties.country) ? "chosen" : null });
    this.#land.replaceChildren(...features.filter(f => f.geometry).map(feature => feature.geometry.type === "Point"
      ? s("path", { ...named(feature), d: `M${x(feature.geometry.coordinates[0])} ${y(feature.geometry.coordinates[1])}h0`, "data-small": "" })
      : s("path", { ...named(feature), d: outline(feature.geometry) })));
  }

  #paintMarks() {
    if (!this.#scale) return;
    const most = Math.max(1, ...this.#features.map(f => f.properties.count));
    const shapes = this.#features.map(feature => {
      const [px, py] = this.#pixel(...feature.geometry.coordinates);
      const r = most === 1 ? 6 : 3 + 13 * Math.sqrt(feature.properties.count / most);
      if (px < -r || py < -r || px > this.#width + r || py > this.#height + r) return null;
      const circle = s("circle", { cx: px.toFixed(1), cy: py.toFixed(1), r: r.toFixed(1), class: feature.properties.kind });
      circle.feature = feature;
      return circle;
    });
    if (this.#box) shapes.push(...this.#rectangles(this.#box).map(box => this.#rectangle(this.#pixel(box[0], box[3]), this.#pixel(box[2], box[1]))));
    this.#marks.replaceChildren(...shapes.filter(Boolean));
  }

  /** A box across the antimeridian is two on the map. */
  #rectangles([west, south, east, north]) {
    return west <= east ? [[west, south, east, north]] : [[west, south, 180, north], [-180, south, east, north]];
  }

  #rectangle([ax, ay], [bx, by]) {
    return s("rect", { class: "box", x: Math.min(ax, bx), y: Math.min(ay, by), width: Math.abs(bx - ax), height: Math.abs(by - ay) });
  }

  #choose(selecting) {
    this.#selecting = selecting;
    this.select.setAttribute("aria-pressed", String(selecting));
    this.frame.classList.toggle("selecting", selecting);
  }

  /** A cluster is zoomed into; one that cannot be is searched. */
  #open(feature) {
    const box = feature.properties.bbox;
    if (!box) return this.fit([feature.geometry.coordinates[0] - 6, feature.geometry.coordinates[1] - 5, feature.geometry.coordinates[0] + 6, feature.geometry.coordinates[1] + 5]);
    if (this.on.box && (feature.properties.count === 1 || box[2] - box[0] < 1.5)) this.on.box(box);
    else this.fit(box);
  }

  #listen() {
    const { frame } = this;
    const fingers = new Map();
    let from, moved, drawn, spread;
    const at = event => {
      const area = frame.getBoundingClientRect();
      return [event.clientX - area.left, event.clientY - area.top];
    };

    frame.addEventListener("pointerdown", event => {
      if (event.button !== 0) return;
      fingers.set(event.pointerId, at(event));
      frame.setPointerCapture(event.pointerId);
      [from, moved, drawn, spread] = [at(event), false, null, null];
      if (this.on.box && (this.#selecting || event.shiftKey)) drawn = from;
    });
    frame.addEventListener("pointermove", event => {
      const here = at(event);
      if (!fingers.has(event.pointerId)) return this.#point(event, here);
      const [px, py] = fingers.get(event.pointerId);
      fingers.set(event.pointerId, here);
      if (fingers.size === 2) {
        const [a, b] = fingers.values();
        const now = Math.hypot(a[0] - b[0], a[1] - b[1]);
        if (spread) this.zoom(now / spread, [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
        [spread, moved] = [now, true];
        return;
      }
      moved ||= Math.hypot(here[0] - from[0], here[1] - from[1]) > 4;
      if (!moved) return;
      this.tip.hidden = true;
      if (drawn) {
        this.#paintMarks();
        this.#marks.append(this.#rectangle(drawn, here));
      } else this.pan(here[0] - px, here[1] - py);
    });
    const lift = event => {
      if (!fingers.delete(event.pointerId)) return;
      const here = at(event);
      if (drawn && moved) {
        this.#choose(false);
        const [a, b] = [this.#degrees(drawn), this.#degrees(here)];
        this.on.box([Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])]);
      } else if (!moved && event.type === "pointerup") {
        const hit = document.elementFromPoint(event.clientX, event.clientY)?.feature;
        if (hit) this.#open(hit);
      }
      drawn = null;
    };
    frame.addEventListener("pointerup", lift);
    frame.addEventListener("pointercancel", lift);
    frame.addEventListener("pointerleave", () => (this.tip.hidden = true));
    frame.addEventListener("dblclick", event => this.zoom(STEP, at(event)));
    // The wheel belongs to the page until the map is in use.
    frame.addEventListener("wheel", event => {
      if (!event.ctrlKey && document.activeElement !== frame) return;
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, at(event));
    }, { passive: false });
    frame.addEventListener("keydown", event => {
      const far = Math.min(this.#width, this.#height) / 4;
      const keys = {
        ArrowLeft: () => this.pan(far, 0), ArrowRight: () => this.pan(-far, 0), ArrowUp: () => this.pan(0, far), ArrowDown: () => this.pan(0, -far),
        "+": () => this.zoom(STEP), "=": () => this.zoom(STEP), "-": () => this.zoom(1 / STEP), 0: () => this.fit(null), Home: () => this.fit(null),
        Enter: () => this.on.box?.(this.view()), Escape: () => (this.#selecting ? this.#choose(false) : this.#box && this.on.box?.(null)),
      };
      if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
      event.preventDefault();
      keys[event.key]();
    });
  }

  #point(event, [px, py]) {
    const over = document.elementFromPoint(event.clientX, event.clientY);
    const cluster = over?.feature?.properties;
    const text = cluster ? `${counted(cluster.count, "event")}${cluster.kind === "country" ? ` somewhere in ${cluster.label}` : ""}` : over?.dataset?.name;
    this.tip.hidden = !text;
    if (!text) return;
    this.tip.textContent = text;
    this.tip.style.transform = `translate(${Math.min(px + 12, this.#width - 150)}px, ${py > this.#height - 40 ? py - 30 : py + 14}px)`;
  }
}
