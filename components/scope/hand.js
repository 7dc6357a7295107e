// The upper canvas: playhead, hairline, the neuron and instant under the pointer or chosen with the keys.
import { TOP } from "./places";
import { moment } from "./trace";

const SNAP = 6; // CSS pixels from which a pointer finds a spike

export class Hand {
  constructor(canvas, tip, picture, view) {
    Object.assign(this, { canvas, tip, picture, view, context: canvas.getContext("2d"), pointer: null, found: null });
  }

  // What lies at (x, y): the nearest spike within reach, else the row or trace and the instant; null outside.
  find(ring, x, y) {
    const { picture, view } = this;
    const { rows, lanes, gutter, inner } = picture.places;
    if (x < gutter || x > gutter + inner) return null;
    const step = Math.floor(picture.stepAt(x, view));
    const row = rows.find((one) => y >= one.y && y < one.y + one.h);
    if (row) return this.about(ring, this.#nearest(ring, row, step, x, y));
    if (step < ring.first || step >= ring.next) return null;
    const lane = lanes.find((one) => y >= one.y && y < one.y + one.h);
    if (!lane) return null;
    const miss = (k) => Math.abs(picture.y(k)(ring.trace(k, step, step + 1)[0]) - y * picture.dpr);
    const k = lane.traces.reduce((best, other) => (miss(other) < miss(best) ? other : best));
    return { ...this.about(ring, { id: picture.traces[k].id, step }), lane: true };
  }

  #nearest(ring, row, step, x, y) {
    const { picture, view } = this;
    const { raster, dpr } = picture;
    const band = raster.bands.findIndex((one) => one.lo === row.lo);
    const neuron = Math.max(0, Math.min(row.n - 1, Math.floor(((y - row.y) / row.h) * row.n)));
    let [best, found] = [SNAP ** 2, { id: row.lo + neuron, step }];
    const reach = Math.ceil((SNAP * view.span) / picture.places.inner);
    ring.each(step - reach, step + reach + 1, (at, id) => {
      if (raster.bandOf[id] !== band) return;
      const middle = raster.top[id] + raster.bands[band].mark / 2;
      const far = (picture.x(at + 0.5, view) / dpr - x) ** 2 + (middle / dpr - y) ** 2;
      if (far < best) [best, found] = [far, { id, step: at }];
    });
    return found;
  }

  // Everything worth saying about a neuron at a step.
  about(ring, { id, step }) {
    const { picture } = this;
    const row = picture.places.rows.find((one) => id >= one.lo && id < one.lo + one.n);
    if (!row) return null;
    let spike = false;
    ring.each(step, step + 1, (_, other) => (spike ||= other === id));
    const held = step >= ring.first && step < ring.next;
    const values = picture.traces.flatMap((trace, k) => (held && trace.id === id ? [[k, ring.trace(k, step, step + 1)[0]]] : []));
    return { row, id, neuron: id - row.lo, step, spike, values };
  }

  // The keys: one neuron up or down, across the bands, at the newest step in view.
  move(ring, by) {
    const total = this.picture.raster.bandOf.length;
    if (!total || ring.next === ring.first) return null;
    const id = this.found ? Math.max(0, Math.min(total - 1, this.found.id + by)) : 0;
    const newest = Math.min(ring.next, Math.floor(this.view.b)) - 1;
    return this.about(ring, { id, step: this.found?.step ?? newest });
  }

  draw(ring, dt) {
    const { canvas, context, picture, view } = this;
    if (this.pointer) this.found = this.find(ring, ...this.pointer);
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (ring.next > 0 && ring.next >= view.a && ring.next <= view.b) this.#playhead(picture.x(ring.next, view));
    if (this.tip.hidden !== !this.found) this.tip.hidden = !this.found;
    if (!this.found) return;
    this.#crosshair(ring);
    this.#say(dt);
  }

  #playhead(at) {
    const { context, picture } = this;
    const { dpr, places } = picture;
    const [x, half] = [Math.round(at), 5.5 * dpr];
    context.fillStyle = picture.tone.text;
    context.fillRect(x - Math.floor(dpr / 2), picture.px(TOP - 8), Math.max(1, Math.round(1.4 * dpr)), picture.px(places.foot - TOP + 8));
    context.beginPath();
    context.moveTo(x - half, picture.px(TOP - 15));
    context.lineTo(x + half, picture.px(TOP - 15));
    context.lineTo(x, picture.px(TOP - 6));
    context.fill();
  }

  #crosshair(ring) {
    const { context, picture, view, found } = this;
    const { dpr, places, raster, tone } = picture;
    const x = Math.round(picture.x(found.step + 0.5, view));
    context.fillStyle = tone.text2;
    context.fillRect(x, picture.px(TOP), Math.max(1, Math.round(dpr * 0.75)), picture.px(places.foot - TOP));
    const top = raster.top[found.id];
    const { mark } = raster.bands[raster.bandOf[found.id]];
    context.fillStyle = tone.text;
    context.globalAlpha = 0.12;
    context.fillRect(picture.px(places.gutter), top - dpr, picture.px(places.inner), mark + 2 * dpr);
    context.globalAlpha = 1;
    ring.each(Math.floor(view.a), Math.ceil(view.b), (step, id) => {
      if (id === found.id) context.fillRect(picture.px(places.gutter) + raster.place(id, step)[0], top, Math.max(2 * dpr, raster.bands[raster.bandOf[id]].wide), mark);
    });
    for (const [k, value] of found.values) {
      if (Number.isNaN(value)) continue;
      context.fillStyle = picture.traces[k].ink;
      context.strokeStyle = tone.panel;
      context.lineWidth = 1.5 * dpr;
      context.beginPath();
      context.arc(x, picture.y(k)(value), 3.5 * dpr, 0, 7);
      context.fill();
      context.stroke();
    }
  }

  #say(dt) {
    const { found, picture, tip } = this;
    const values = found.values.filter(([, value]) => !Number.isNaN(value)).map(([, value]) => value.toFixed(2).replace("-", "−"));
    const parts = [moment(found.step, dt), found.spike && "spike", ...values];
    tip.children[0].textContent = `${found.row.name} · neuron ${found.neuron}`;
    tip.children[1].textContent = parts.filter(Boolean).join(" · ");
    const drawn = found.lane || picture.traces.some((trace) => trace.id === found.id);
    tip.children[2].textContent = (!drawn && found.row.pick) || "";
    const { width, height } = picture.places;
    const [x, y] = this.pointer || [picture.x(found.step, this.view) / picture.dpr, picture.raster.top[found.id] / picture.dpr];
    const left = x + 14 + tip.offsetWidth < width - 8 ? x + 14 : x - 14 - tip.offsetWidth;
    const top = Math.max(4, Math.min(y + 14, height - tip.offsetHeight - 8));
    tip.style.transform = `translate(${Math.max(4, left)}px, ${top}px)`;
  }
}
