// The lower canvas: what the run made. Lengths are CSS pixels until `px` turns them into device pixels.
import { AXIS, TOP, arrange } from "./places";
import { Raster } from "./raster";
import { apart, drawTrace, extent, range, ticks } from "./trace";

const LINE = 13; // the least distance of two labels
const NAME = 18; // from the name of a trace to the plot: between them stands the × that drops it
const BESIDE = 12; // from the name of a row to the plot
const EDGE = 6; // from a name to the scope's left edge
const TOKENS = ["panel", "grid", "line", "edge", "text", "text2", "text3"];

export class Picture {
  constructor(root, canvas) {
    Object.assign(this, { root, canvas, context: canvas.getContext("2d") });
    this.raster = new Raster(document.createElement("canvas"));
    this.ranges = [];
    this.cut = []; // names that do not fit: { text, y }
  }

  // Colours and places; anything drawn before is gone.
  layout(width, height, bands, traces) {
    const style = getComputedStyle(this.root);
    const value = (token) => style.getPropertyValue(`--${token}`).trim();
    const color = (token) => (token?.startsWith("#") ? token : value(token || "text2"));
    this.dpr = window.devicePixelRatio || 1;
    this.tone = Object.fromEntries(TOKENS.map((token) => [token, value(token)]));
    this.words = `${11 * this.dpr}px ${style.fontFamily}`;
    this.figures = `${11 * this.dpr}px ${value("mono")}`;
    this.traces = shaded(traces.map((trace) => ({ ...trace, ink: color(trace.color) })), this.tone.text);
    this.context.font = this.words;
    const wide = (name, beside) => Math.ceil(this.context.measureText(name).width / this.dpr) + beside + EDGE;
    const names = [...bands.map(({ name }) => wide(name, BESIDE)), ...traces.map(({ name }) => wide(name, NAME))];
    this.places = arrange(width, height, bands, traces, Math.max(0, ...names));
    Object.assign(this.canvas, { width: this.px(width), height: this.px(height) });
    const rows = this.places.rows.map((row) => ({ ...row, y: this.px(row.y), h: this.px(row.h), color: rgb(color(row.color)) }));
    this.raster.layout(this.px(this.places.inner), this.px(height - AXIS), rows, this.dpr);
    if (this.ranges.length !== this.places.lanes.length) this.ranges = [];
  }

  px(length) {
    return Math.round(length * this.dpr);
  }

  x(step, view) {
    return this.px(this.places.gutter) + ((step - view.a) / view.span) * this.px(this.places.inner);
  }

  stepAt(x, view) {
    return view.a + ((x - this.places.gutter) / this.places.inner) * view.span;
  }

  laneOf(k) {
    return this.places.lanes.findIndex((lane) => lane.traces.includes(k));
  }

  // A trace's value as a device pixel.
  y(k) {
    const index = this.laneOf(k);
    const { y, h, pad } = this.places.lanes[index];
    const [low, high] = this.ranges[index];
    return (value) => (y + h - pad - ((Math.max(low, Math.min(high, value)) - low) / (high - low)) * (h - 2 * pad)) * this.dpr;
  }

  draw(ring, view, dt) {
    const { context, places, canvas } = this;
    view.settle(ring, this.px(places.inner));
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.textBaseline = "middle";
    this.cut = [];
    this.#grounds();
    this.#marks(ring, view);
    this.drawn = this.raster.paint(ring, view.a, view.b);
    context.drawImage(this.raster.canvas, this.px(places.gutter), 0);
    places.lanes.forEach((lane, index) => this.#lane(lane, index, ring, view));
    this.#axis(view, dt);
  }

  #write(text, x, y, ink, align = "right", font = this.words) {
    const { context } = this;
    Object.assign(context, { font, fillStyle: ink, textAlign: align });
    context.fillText(text, this.px(x), this.px(y));
  }

  // Where the name of a trace stands, in the gutter.
  nameAt(k) {
    const { y, h, traces } = this.places.lanes[this.laneOf(k)];
    if (this.places.lanes.length > 1) return y + h / 2;
    return y + Math.min(12, h / 2) + Math.min(16, Math.max(LINE - 2, h / traces.length)) * traces.indexOf(k);
  }

  // What stands in the gutter at this height and is not written out there.
  cutAt(x, y) {
    if (!this.places || x > this.places.gutter) return "";
    return this.cut.find((one) => Math.abs(one.y - y) < LINE / 2)?.text ?? "";
  }

  #name(text, y, ink, beside = BESIDE) {
    const room = this.px(this.places.gutter - beside - EDGE);
    this.context.font = this.words;
    const shown = shortened(text, (words) => this.context.measureText(words).width <= room);
    if (shown !== text) this.cut.push({ text, y });
    this.#write(shown, this.places.gutter - beside, y, ink);
  }

  #grounds() {
    const { context, places, tone } = this;
    const ground = (y, h) => {
      context.fillStyle = tone.grid;
      context.beginPath();
      context.roundRect(this.px(places.gutter), this.px(y), this.px(places.inner), this.px(h), 3 * this.dpr);
      context.fill();
    };
    for (const row of places.rows) {
      ground(row.y, row.h);
      if (row.h < 10) continue;
      const two = row.h >= 34;
      this.#name(row.name, row.y + row.h / 2 - (two ? 7 : 0), tone.text2);
      if (two) this.#write(String(row.n), places.gutter - BESIDE, row.y + row.h / 2 + 8, tone.text3, "right", this.figures);
    }
    for (const lane of places.lanes) ground(lane.y, lane.h - (places.lanes.length > 1 ? 2 : 0));
  }

  // Where presentations begin: a line through everything, its label above.
  #marks(ring, view) {
    const { context, places, tone } = this;
    let free = -Infinity;
    ring.marks.forEach(([step, label], index) => {
      if (step < view.a || step > view.b) return;
      const x = Math.round(this.x(step, view));
      context.fillStyle = tone.edge;
      context.fillRect(x, this.px(TOP - 4), Math.max(1, Math.round(this.dpr)), this.px(places.foot - TOP + 4));
      context.font = this.words;
      const width = context.measureText(label).width;
      const until = ring.marks[index + 1] ? this.x(ring.marks[index + 1][0], view) : Infinity;
      if (x < free || x + width + 4 * this.dpr > Math.min(until, this.px(places.width))) return;
      this.#write(label, x / this.dpr + 4, TOP - 10, tone.text3, "left");
      free = x + width + 10 * this.dpr;
    });
  }

  #lane(lane, index, ring, view) {
    const { context, places, traces, tone, dpr } = this;
    const mine = lane.traces.map((k) => traces[k]);
    const thetas = mine.map((trace) => trace.theta).filter((theta) => theta != null);
    const fixed = mine.find((trace) => trace.lo != null && trace.hi != null && trace.lo < trace.hi);
    this.ranges[index] = fixed ? [fixed.lo, fixed.hi] : range(extent(ring, lane.traces, view), thetas, this.ranges[index]);
    const y = this.y(lane.traces[0]);
    const alone = places.lanes.length === 1;
    const lines = [...new Set(thetas)];
    for (const theta of lines) this.#theta(Math.round(y(theta)));
    if (alone) this.#scale(lane, lines, ticks(...this.ranges[index], lane.h / 44), (value) => y(value) / dpr);
    mine.forEach((trace, i) => this.#name(trace.name, this.nameAt(lane.traces[i]), alone ? trace.ink : tone.text2, NAME));
    context.save();
    context.beginPath();
    context.rect(this.px(places.gutter), this.px(lane.y) - dpr, this.px(places.inner), this.px(lane.h) + 2 * dpr);
    context.clip();
    for (const k of lane.traces) {
      context.strokeStyle = context.fillStyle = traces[k].ink;
      drawTrace(context, ring, k, view, this.px(places.gutter), this.px(places.inner), y, (alone ? 1.6 : 1.2) * dpr);
    }
    context.restore();
  }

  // Thresholds and numbers at the right: a number gives way to a threshold, and all stay clear of the time axis.
  #scale(lane, thetas, numbers, y) {
    const { places, tone } = this;
    const x = places.width - places.right + 7;
    const [top, bottom] = [lane.y + LINE / 2, lane.y + lane.h - LINE / 2];
    const heights = apart(thetas.map(y), LINE, top, bottom);
    thetas.forEach((theta, i) => this.#write(`θ ${figure(theta)}`, x, heights[i], tone.text2, "left"));
    for (const number of numbers) {
      const at = Math.max(top, Math.min(bottom, y(number)));
      if (heights.every((height) => Math.abs(height - at) >= 1.5 * LINE))
        this.#write(figure(number), x, at, tone.text3, "left", this.figures);
    }
  }

  #theta(y) {
    const { context, places, tone, dpr } = this;
    context.strokeStyle = tone.text3;
    context.lineWidth = Math.max(1, Math.round(dpr));
    context.setLineDash([4 * dpr, 4 * dpr]);
    context.beginPath();
    context.moveTo(this.px(places.gutter), y + context.lineWidth / 2);
    context.lineTo(this.px(places.gutter + places.inner), y + context.lineWidth / 2);
    context.stroke();
    context.setLineDash([]);
  }

  #axis(view, dt) {
    const { places, tone } = this;
    const inSeconds = view.span * dt >= 3000;
    const unit = inSeconds ? 1000 : 1;
    const [a, b] = [(view.a * dt) / unit, (view.b * dt) / unit];
    const y = places.foot + 13;
    for (const tick of ticks(a, b, places.inner / 90, dt / unit))
      this.#write(figure(tick), this.x((tick * unit) / dt, view) / this.dpr, y, tone.text3, "center", this.figures);
    this.#write(inSeconds ? "s" : "ms", places.gutter - 24, y, tone.text3, "right", this.figures);
  }
}

// A name that fits: its middle goes, for the ends of names and the number of a neuron tell alike ones apart.
function shortened(text, fits) {
  const [name, ...rest] = text.split(" ");
  const end = [name.slice(-3), ...rest].join(" ");
  let shown = text;
  for (let kept = name.length - 4; kept >= 0 && !fits(shown); kept--) shown = `${name.slice(0, kept)}…${end}`;
  return shown;
}

export function figure(value) {
  return String(+value.toPrecision(7)).replace("-", "−");
}

export function rgb(hex) {
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}

// Traces of one layer keep its hue and differ in lightness: the second and third go towards the ink of the text.
function shaded(traces, text) {
  const used = {};
  return traces.map((trace) => {
    const before = (used[trace.ink] = (used[trace.ink] ?? -1) + 1);
    if (!before || traces.length > 3) return trace;
    const [from, to] = [rgb(trace.ink), rgb(text)];
    const mixed = from.map((one, i) => Math.round(one + (to[i] - one) * (before > 1 ? 0.8 : 0.45)));
    return { ...trace, ink: `#${mixed.map((one) => one.toString(16).padStart(2, "0")).join("")}` };
  });
}
