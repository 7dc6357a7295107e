import { Hand } from "./hand";
import { Picture } from "./picture";
import { RESET, Ring, decode } from "./ring";
import { root } from "./root";
import { moment } from "./trace";
import { View } from "./view";

const HEARTBEAT = 2000; // ms between two words to Python when nothing else is said
const SUMMARY = 1000;
const TOGETHER = 2; // frames acknowledged by one word: answering it costs Python as much as a frame

const HINT = "click a neuron for its trace · scroll to zoom, drag to pan";

const HTML = `<header><b>Scope</b><span class="hint" title="${HINT}">${HINT}</span>
  <span class="span figure"></span>
  <span class="buttons"><button type="button" class="out" aria-label="Zoom out" title="Zoom out (−)">−</button
  ><button type="button" class="in" aria-label="Zoom in" title="Zoom in (+)">+</button
  ><button type="button" class="all" title="All that is remembered (F)">all</button
  ><button type="button" class="live" title="Follow the newest step (End)">live</button></span></header>
  <div class="plot" tabindex="0" role="img"><canvas></canvas><canvas></canvas><p class="empty"><span></span></p>
  <div class="drops"></div><div class="tip" aria-live="polite" hidden><b></b><span class="figure"></span><span class="way"></span></div></div>`;

export function render({ model }) {
  const el = root(model, "time-scope");
  el.innerHTML = HTML;
  const find = (selector) => el.querySelector(selector);
  const plot = find(".plot");
  const drops = find(".drops");
  const [base, over] = el.querySelectorAll("canvas");
  const view = new View(model.window);
  const picture = new Picture(el, base);
  const hand = new Hand(over, find(".tip"), picture, view);
  const stats = { draws: [], arrivals: [], frames: 0, bytes: 0 };
  let ring = new Ring(model.history, 0);
  let shown = { bands: [], traces: [] };
  let due = false;
  let seen = null; // the newest sequence number of Python's frames
  let owed = 0; // frames not yet acknowledged, which is done once they are painted
  let grip = null;

  // --- drawing ---
  function layout() {
    const { clientWidth: width, clientHeight: height } = plot;
    if (!width || !height) return;
    picture.layout(width, height, shown.bands, shown.traces);
    Object.assign(over, { width: base.width, height: base.height });
    shown.traces.forEach((_, k) => (drops.children[k].style.top = `${picture.nameAt(k)}px`));
    drops.style.left = `${picture.places.gutter}px`;
    if (document.hidden) return;
    draw(); // at once: an emptied canvas must not be seen
  }

  function ask() {
    if (due || document.hidden) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      draw();
      if (owed >= TOGETHER) acknowledge();
    });
  }

  function draw() {
    if (!picture.places) return;
    const began = performance.now();
    const { dt } = model;
    picture.draw(ring, view, dt);
    hand.draw(ring, dt);
    write(find(".span"), `${moment(view.span, dt)} in view`);
    write(find(".empty span"), ring.next ? "" : model.empty);
    say(find(".live"), "aria-pressed", String(view.live));
    stats.draws.push(performance.now() - began);
    if (stats.draws.length > 2000) stats.draws.splice(0, 1000);
  }

  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function say(element, name, value) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }

  // Mean rates over the last second of model time, in words, for those who do not see the picture.
  function summary() {
    const { dt } = model;
    const from = Math.max(ring.first, ring.next - Math.round(1000 / dt));
    const counts = shown.bands.map(() => 0);
    ring.each(from, ring.next, (_, id) => counts[picture.raster.bandOf[id]]++);
    const seconds = ((ring.next - from) * dt) / 1000;
    const rate = (band, index) => (seconds ? `, ${(counts[index] / band.n / seconds).toFixed(1)} Hz` : "");
    const parts = shown.bands.map((band, index) => `${band.name}: ${band.n} ${band.n === 1 ? "neuron" : "neurons"}${rate(band, index)}`);
    const label = parts.join("; ") || model.empty;
    say(plot, "aria-label", label);
  }

  // --- what Python says, and the answer: a frame is acknowledged when it is painted, by a hidden page at once ---
  function receive(message) {
    if (message?.type !== "frame") return;
    const frame = decode(message.data);
    const whole = Boolean(frame.flags & RESET);
    if (!whole && seen !== null && frame.seq !== seen + 1) return ready(); // a frame was lost on the way
    if (!whole && seen === null) return;
    if (whole) {
      const traces = message.traces.length;
      if (ring.steps !== message.history || ring.values.length !== traces) ring = new Ring(message.history, traces);
      el.ring = ring;
      hand.found = null;
    }
    if ("bands" in message) arrange(message);
    ring.push(frame, message.marks);
    seen = frame.seq;
    owed += whole ? TOGETHER : 1;
    stats.frames++;
    stats.bytes += message.data.byteLength;
    stats.arrivals.push(performance.timeOrigin + performance.now() - frame.clock);
    if (stats.arrivals.length > 2000) stats.arrivals.splice(0, 1000);
    if ("bands" in message) {
      layout();
      summary();
    }
    if (document.hidden) acknowledge();
    else ask();
  }

  // A × for every trace, beside its name: the only thing that takes it away.
  function arrange({ bands, traces }) {
    shown = { bands, traces };
    let first = 0;
    const rows = bands.map((band) => ({ ...band, lo: first, end: (first += band.n) }));
    drops.replaceChildren(...traces.map(({ id, name: trace }) => {
      const { id: band, name, lo } = rows.find((row) => id < row.end);
      const button = document.createElement("button");
      const words = `Stop drawing neuron ${id - lo} of ${name}`;
      Object.assign(button, { type: "button", textContent: "×", title: words, ariaLabel: words });
      button.addEventListener("pointerdown", (event) => event.stopPropagation()); // the plot would take the pointer
      button.addEventListener("click", () => model.send_msg({ type: "drop", band, neuron: id - lo, trace }));
      return button;
    }));
  }

  function acknowledge(idle = false) {
    owed = 0;
    if (seen !== null) model.send_msg({ type: "_ack", seq: seen, hidden: document.hidden, idle });
  }

  const ready = () => model.send_msg({ type: "_ready", hidden: document.hidden });
  let lastSeen = null;
  const heartbeat = setInterval(() => {
    if (seen === null) ready();
    else if (seen === lastSeen) acknowledge(true);
    lastSeen = seen;
  }, HEARTBEAT);
  const telling = setInterval(() => document.hidden || summary(), SUMMARY);

  // --- mouse and keys ---
  const live = () => {
    view.live = true;
    ask();
  };
  const head = () => (view.live ? ring.next : view.a + view.span / 2);
  const act = (change) => () => {
    change();
    ask();
  };
  const zoomIn = act(() => view.zoom(ring, 1 / 1.4, head()));
  const zoomOut = act(() => view.zoom(ring, 1.4, head()));
  const all = act(() => view.all(ring));
  const point = (found) => {
    hand.pointer = null;
    hand.found = found;
  };
  const KEYS = {
    "+": zoomIn,
    "=": zoomIn,
    "-": zoomOut,
    f: all,
    End: live,
    Home: act(() => view.look(ring, ring.first)),
    ArrowUp: act(() => point(hand.move(ring, -1))),
    ArrowDown: act(() => point(hand.move(ring, 1))),
    Enter: () => pick(hand.found),
    "Shift+ArrowLeft": act(() => view.pan(ring, -0.1)),
    "Shift+ArrowRight": act(() => view.pan(ring, 0.1)),
  };

  function pick(found) {
    if (!found || found.lane) return;
    const { row, neuron, step, spike } = found;
    model.send_msg({ type: "pick", band: row.id, neuron, step, spike });
  }

  const at = (event) => {
    const box = plot.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  plot.addEventListener("wheel", (event) => {
    event.preventDefault();
    const [x] = at(event);
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
      view.pan(ring, (event.deltaX || event.deltaY) / picture.places.inner);
    else view.zoom(ring, Math.exp(event.deltaY * 0.0015), view.live ? ring.next : picture.stepAt(x, view));
    ask();
  }, { passive: false });
  plot.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    grip = { x: at(event)[0], a: view.a, moved: false };
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointermove", (event) => {
    const [x, y] = at(event);
    if (plot.title !== picture.cutAt(x, y)) plot.title = picture.cutAt(x, y);
    if (grip && Math.abs(x - grip.x) > 3) grip.moved = true;
    if (grip?.moved) {
      view.look(ring, grip.a - ((x - grip.x) / picture.places.inner) * view.span);
      point(null);
    } else hand.pointer = [x, y];
    plot.classList.toggle("dragging", Boolean(grip?.moved));
    ask();
  });
  plot.addEventListener("pointerup", (event) => {
    if (grip && !grip.moved) pick(hand.find(ring, ...at(event)));
    grip = null;
    plot.classList.remove("dragging");
  });
  for (const end of ["pointercancel", "lostpointercapture"]) plot.addEventListener(end, () => (grip = null));
  for (const end of ["pointerleave", "blur"]) plot.addEventListener(end, act(() => point(null)));
  plot.addEventListener("dblclick", live);
  plot.addEventListener("keydown", (event) => {
    if (event.target !== plot || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = (event.shiftKey && event.key.startsWith("Arrow") ? "Shift+" : "") + event.key;
    const action = KEYS[key] || KEYS[key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
  find(".in").addEventListener("click", zoomIn);
  find(".out").addEventListener("click", zoomOut);
  find(".all").addEventListener("click", all);
  find(".live").addEventListener("click", live);

  // --- the page around it ---
  const wake = () => {
    due = false; // a frame asked for while hidden may never have come
    if (!document.hidden && picture.places) layout();
    acknowledge();
  };
  const resized = new ResizeObserver(layout);
  let sharpness = null;
  function sharpen() {
    sharpness?.removeEventListener("change", sharpen);
    sharpness = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    sharpness.addEventListener("change", sharpen);
    layout();
  }
  resized.observe(plot);
  document.addEventListener("visibilitychange", wake);
  model.on("dark", layout);
  model.on(["dt", "empty"], ask);
  model.on("window", act(() => (view.span = model.window)));
  model.on("msg:custom", receive);
  model.on("remove", () => {
    clearInterval(heartbeat);
    clearInterval(telling);
    resized.disconnect();
    sharpness.removeEventListener("change", sharpen);
    document.removeEventListener("visibilitychange", wake);
    model.off("msg:custom", receive);
  });
  sharpen();
  summary();
  ready();

  const place = (id, step) => {
    const [x, y] = picture.raster.place(id, step);
    return [x + picture.px(picture.places.gutter), y];
  };
  return Object.assign(el, { ring, view, stats, place, picture, raster: picture.raster });
}
