// Years as bars, to be brushed: dragging over them, moving an end with the arrow keys, or typing a date.
import { h, s } from "./element.js";
import { count } from "./words.js";

const HEIGHT = 64, AXIS = 16;

export class Timeline {
  #svg = s("svg", { "aria-hidden": "true", focusable: "false", preserveAspectRatio: "none" });
  #years = [];
  #first = 0;
  #last = 0;
  #width = 0;
  #range = [null, null];

  /** @param range Is told of a new range: from and to as the API takes them, null for open. */
  constructor({ range }) {
    this.onrange = range;
    this.ends = ["from", "to"].map((name, n) => h("span", { class: `end ${name}`, role: "slider", tabindex: "0", "aria-label": n ? "Last year" : "First year", "aria-valuemin": "0", "aria-valuemax": "0", "aria-valuenow": "0", onkeydown: event => this.#key(event, n) }));
    this.inputs = ["from", "to"].map(name => h("input", { name, type: "text", inputmode: "numeric", size: "10", placeholder: "any", autocomplete: "off", "aria-label": `${name === "from" ? "From" : "To"}: a year, month or day` }));
    this.clear = h("button", { type: "button", hidden: true, onclick: () => this.onrange(null, null) }, "All years");
    this.tip = h("p", { class: "tip", hidden: true });
    this.frame = h("div", { class: "bars" }, this.#svg, this.ends, this.tip);
    const form = h("form", { class: "tools", onsubmit: event => { event.preventDefault(); this.onrange(...this.inputs.map(i => i.value.trim() || null)); }, onchange: () => form.requestSubmit() },
      h("label", {}, "From ", this.inputs[0]), h("label", {}, "to ", this.inputs[1]), this.clear, this.note = h("span"));
    this.element = h("div", { class: "timeline" }, this.frame, form);
    new ResizeObserver(() => {
      if (this.frame.clientWidth !== this.#width) this.#paint();
    }).observe(this.frame);
    this.#listen();
  }

  /** @param years [year, count] pairs. @param undated How many have no year of their own. */
  show(years, undated) {
    this.#years = years;
    this.note.textContent = undated > 0 ? `${count(undated)} without a certain year` : "";
    [this.#first, this.#last] = years.length ? [Math.min(...years.map(y => y[0])), Math.max(...years.map(y => y[0]))] : [0, 0];
    // A few years fill no line: the bars keep a width one can hit.
    if (years.length && this.#last - this.#first < 12) [this.#first, this.#last] = [this.#last - 12, this.#last];
    this.#paint();
  }

  /** The range that results are narrowed to. */
  select(from, to) {
    this.#range = [from, to];
    this.inputs.forEach((input, n) => { if (document.activeElement !== input) input.value = [from, to][n] ?? ""; });
    this.clear.hidden = !from && !to;
    this.#paint();
  }

  get #chosen() {
    const year = (text, otherwise) => (/^\d{4}/.test(text ?? "") ? Math.max(this.#first, Math.min(this.#last, Number(text.slice(0, 4)))) : otherwise);
    return [year(this.#range[0], this.#first), year(this.#range[1], this.#last)];
  }

  #paint() {
    this.#width = this.frame.clientWidth;
    if (!this.#width) return;
    this.#svg.setAttribute("viewBox", `0 0 ${this.#width} ${HEIGHT + AXIS}`);
    const [from, to] = this.#chosen;
    const slot = this.#width / (this.#last - this.#first + 1), most = Math.max(1, ...this.#years.map(y => y[1]));
    const at = year => (year - this.#first) * slot;
    const isNarrowed = this.#range[0] || this.#range[1];
    const bars = this.#years.map(([year, n]) => {
      const tall = Math.max(1.5, HEIGHT * 0.94 * n / most);
      return s("rect", { x: at(year).toFixed(2), y: (HEIGHT - tall).toFixed(1), width: Math.max(1, slot - (slot > 4 ? 1 : 0.4)).toFixed(2), height: tall.toFixed(1), class: year >= from && year <= to ? null : "out" });
    });
    const every = [1, 2, 5, 10, 20, 50, 100].find(step => step * slot >= 56) ?? 100;
    const ticks = [];
    for (let year = Math.ceil(this.#first / every) * every; this.#years.length && year <= this.#last; year += every)
      if (at(year) + slot / 2 > 14 && at(year) + slot / 2 < this.#width - 14) ticks.push(s("text", { x: at(year) + slot / 2, y: HEIGHT + 12, "text-anchor": "middle" }, String(year)));
    const band = isNarrowed && s("rect", { class: "band", x: at(from), y: 0, width: Math.max(2, at(to + 1) - at(from)), height: HEIGHT });
    this.#svg.replaceChildren(...[band, s("line", { x1: 0, x2: this.#width, y1: HEIGHT, y2: HEIGHT }), ...bars, ...ticks].filter(Boolean));
    this.ends.forEach((end, n) => {
      end.style.transform = `translateX(${n ? at(to + 1) : at(from)}px)`;
      end.setAttribute("aria-valuemin", this.#first);
      end.setAttribute("aria-valuemax", this.#last);
      end.setAttribute("aria-valuenow", n ? to : from);
    });
  }

  #key(event, n) {
    const [from, to] = this.#chosen;
    const now = n ? to : from;
    const next = { ArrowLeft: now - 1, ArrowDown: now - 1, ArrowRight: now + 1, ArrowUp: now + 1, PageDown: now - 10, PageUp: now + 10, Home: this.#first, End: this.#last }[event.key];
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const kept = Math.max(n ? from : this.#first, Math.min(n ? this.#last : to, next));
    this.#tell(n ? from : kept, n ? kept : to);
  }

  /** The whole line is no narrowing at all. */
  #tell(from, to) {
    this.onrange(from === this.#first ? null : String(from), to === this.#last ? null : String(to));
  }

  #listen() {
    let start = null;
    const year = event => {
      const area = this.frame.getBoundingClientRect();
      return Math.max(this.#first, Math.min(this.#last, this.#first + Math.floor((event.clientX - area.left) / area.width * (this.#last - this.#first + 1))));
    };
    this.frame.addEventListener("pointerdown", event => {
      if (event.button !== 0 || !this.#years.length) return;
      this.frame.setPointerCapture(event.pointerId);
      const [from, to] = this.#chosen;
      // An end is moved; anywhere else a new range begins.
      start = event.target === this.ends[0] ? to : event.target === this.ends[1] ? from : year(event);
    });
    this.frame.addEventListener("pointermove", event => {
      const here = year(event);
      const found = this.#years.find(y => y[0] === here);
      this.tip.hidden = !this.#years.length;
      this.tip.textContent = start === null ? `${here}: ${count(found?.[1] ?? 0)}` : `${Math.min(start, here)} – ${Math.max(start, here)}`;
      this.tip.style.transform = `translateX(${Math.max(0, Math.min(event.clientX - this.frame.getBoundingClientRect().left - 40, this.#width - 100))}px)`;
      if (start === null) return;
      this.#range = [String(Math.min(start, here)), String(Math.max(start, here))];
      this.#paint();
    });
    this.frame.addEventListener("pointerleave", () => (this.tip.hidden = true));
    this.frame.addEventListener("pointerup", event => {
      if (start === null) return;
      const here = year(event);
      this.#tell(Math.min(start, here), Math.max(start, here));
      start = null;
    });
    this.frame.addEventListener("pointercancel", () => (start = null));
  }
}
