import { Sheet } from "./brush";
import { root } from "./root";

const HZ = 10; // drawings told to Python in a second
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const HTML = `<div class="frame"><canvas class="image"></canvas><p class="empty"></p></div>
  <div class="line"><span class="label"></span><span class="says" role="status"></span></div>
  <ol class="votes"></ol>
  <div class="tools"><button type="button" class="toggle">draw your own <span aria-hidden="true">✎</span></button
  ><button type="button" class="clear" hidden>clear</button></div><p class="spoken" aria-live="polite"></p>`;

export function render({ model }) {
  const el = root(model, "tile");
  el.innerHTML = HTML;
  const find = (selector) => el.querySelector(selector);
  const canvas = find("canvas");
  let state = { data: null, counts: [], answer: null, final: true };
  let sample = null; // the Sheet of the data
  let pad = null; // the Sheet of the visitor, while the pad is open
  let cursor = null; // [row, column] of the keys
  let pen = null; // { x, y, sign } while a stroke goes on
  let told = 0;
  let telling = null;

  // --- the picture ---
  const shown = () => pad || sample;

  function draw() {
    const sheet = shown();
    const size = find(".frame").clientWidth;
    if (!size) return;
    const { height, width } = sheet || { height: 8, width: 8 };
    const dpr = window.devicePixelRatio || 1;
    const px = Math.round(size * dpr);
    if (canvas.width !== px) canvas.width = canvas.height = px;
    const context = canvas.getContext("2d");
    const style = getComputedStyle(el);
    const color = (token) => style.getPropertyValue(`--${token}`).trim();
    context.clearRect(0, 0, px, px);
    if (!sheet) return;
    const cell = Math.floor((px - 12 * dpr) / Math.max(height, width));
    const gap = cell > 7 * dpr ? Math.max(1, Math.round(dpr)) : 0;
    const [left, top] = [Math.round((px - cell * width) / 2), Math.round((px - cell * height) / 2)];
    Object.assign(canvas, { cell, left, top });
    for (let i = 0; i < height * width; i++) {
      const [x, y] = [left + (i % width) * cell, top + Math.floor(i / width) * cell];
      context.globalAlpha = sheet.values[i];
      context.fillStyle = color("text");
      square(context, x, y, cell - gap, gap ? 1.5 * dpr : 0);
      if (!pad || sheet.values[i] > 0.05) continue;
      context.globalAlpha = 1; // an empty pad shows where one can draw
      context.fillStyle = color("edge");
      context.fillRect(Math.round(x + cell / 2 - dpr), Math.round(y + cell / 2 - dpr), Math.round(1.5 * dpr), Math.round(1.5 * dpr));
    }
    context.globalAlpha = 1;
    if (!cursor || !pad) return;
    context.lineWidth = 2 * dpr;
    context.strokeStyle = color("text2");
    context.strokeRect(left + cursor[1] * cell, top + cursor[0] * cell, cell - gap, cell - gap);
  }

  function square(context, x, y, side, radius) {
    context.beginPath();
    context.roundRect(x, y, side, side, radius);
    context.fill();
  }

  // --- the words and bars ---
  // What is shown of the votes: nothing while there is nothing to see on the pad.
  const votes = () => (pad?.blank ? { counts: [], answer: null } : state);

  const write = (element, text) => element.textContent === text || (element.textContent = text);

  function describe() {
    const { label, index, data } = state;
    const { answer } = votes();
    const name = (k) => model.classes[k] ?? String(k);
    const own = pad || (state.drawn && label == null);
    const known = data && label != null && !own;
    write(find(".label"), own ? "your drawing" : known ? `label ${name(label)}` : "");
    find(".label").title = index != null && !own ? `sample ${index}${model.of ? ` of ${model.of}` : ""}` : "";
    const says = answer == null ? "" : `${state.final ? "says" : "so far"} ${name(answer)}`;
    const right = known && says && state.final ? answer === label : null;
    write(find(".says"), right == null ? says : `${says}, ${right ? "right" : "wrong"}`);
    find(".says").className = `says${right == null ? "" : right ? " ok" : " bad"}`;
    write(find(".empty"), data || pad ? "" : model.empty);
    write(find(".toggle").firstChild, pad ? "back to the data" : "draw your own ");
    find(".toggle span").hidden = Boolean(pad);
    find(".clear").hidden = !pad;
    find(".toggle").setAttribute("aria-expanded", Boolean(pad));
    el.classList.toggle("drawing", Boolean(pad));
    canvas.tabIndex = pad ? 0 : -1;
    const what = known ? `Sample with label ${name(label)}` : own ? "Your drawing" : "Sample";
    const keys = "arrow keys move, Space paints, Backspace erases, drag to draw, right button or Shift erases";
    canvas.setAttribute("role", pad ? "application" : "img");
    canvas.setAttribute("aria-label", pad ? `Drawing pad of ${pad.height} by ${pad.width}: ${keys}` : what);
  }

  function bars() {
    const list = find(".votes");
    const { counts, answer } = votes();
    list.title = model.counted;
    list.setAttribute("aria-label", model.counted);
    if (list.children.length !== model.classes.length)
      list.innerHTML = '<li><span class="name figure"></span><span class="bar"><i></i></span><span class="count figure"></span></li>'.repeat(model.classes.length);
    const most = Math.max(5, ...counts);
    model.classes.forEach((name, k) => {
      const [label, bar, count] = list.children[k].children;
      write(label, name);
      write(count, counts.length ? String(+(counts[k] ?? 0).toFixed(1)) : "");
      bar.firstChild.style.width = `${(100 * (counts[k] ?? 0)) / most}%`;
      list.children[k].classList.toggle("first", k === answer && counts.length > 0);
    });
  }

  function refresh() {
    describe();
    bars();
    draw();
  }

  // --- the pad ---
  function tell(final) {
    clearTimeout(telling);
    const wait = told + 1000 / HZ - performance.now();
    if (!final && wait > 0) {
      telling = setTimeout(tell, wait);
      return;
    }
    told = performance.now();
    model.send_msg({ type: "draw", image: pad.rows() });
  }

  function toggle() {
    if (pad) {
      clearTimeout(telling);
      pad = cursor = pen = null;
      state.drawn = null;
      model.send_msg({ type: "draw_clear" });
    } else {
      pad = sample ? new Sheet(sample.height, sample.width) : new Sheet(8, 8);
      tell(true); // the empty sheet is what is seen from now on
    }
    refresh();
  }

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const scale = canvas.width / box.width;
    return [((event.clientX - box.left) * scale - canvas.left) / canvas.cell, ((event.clientY - box.top) * scale - canvas.top) / canvas.cell];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!pad || (event.button !== 0 && event.button !== 2)) return;
    canvas.setPointerCapture(event.pointerId);
    const [x, y] = at(event);
    pen = { x, y, sign: event.button === 2 || event.shiftKey ? -1 : 1 };
    cursor = null;
    pad.dot(x, y, pen.sign);
    refresh();
    tell(false);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!pen) return;
    for (const one of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
      const [x, y] = at(one);
      pad.stroke(pen.x, pen.y, x, y, pen.sign);
      Object.assign(pen, { x, y });
    }
    draw();
    tell(false);
  });
  const lift = () => {
    if (!pen) return;
    pen = null;
    refresh();
    tell(true);
  };
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) canvas.addEventListener(end, lift);
  canvas.addEventListener("contextmenu", (event) => pad && event.preventDefault());
  canvas.addEventListener("keydown", (event) => {
    if (!pad || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    const erase = event.key === "Backspace" || event.key === "Delete" || (event.key === " " && event.shiftKey);
    if (!step && !erase && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    const [row, column] = cursor || [0, 0];
    const clamp = (value, end) => Math.max(0, Math.min(end - 1, value));
    cursor = step && cursor ? [clamp(row + step[0], pad.height), clamp(column + step[1], pad.width)] : [row, column];
    if (!step) {
      pad.set(cursor[0], cursor[1], erase ? 0 : 1);
      tell(true);
    }
    const value = pad.values[cursor[0] * pad.width + cursor[1]];
    write(find(".spoken"), `row ${cursor[0] + 1}, column ${cursor[1] + 1}, ${value > 0.05 ? "ink" : "empty"}`);
    refresh();
  });
  canvas.addEventListener("focus", () => {
    if (pad && canvas.matches(":focus-visible")) cursor ||= [0, 0];
    draw();
  });
  canvas.addEventListener("blur", () => {
    cursor = null;
    draw();
  });
  find(".toggle").addEventListener("click", toggle);
  find(".clear").addEventListener("click", () => {
    pad.clear();
    refresh();
    tell(true);
  });

  // --- Python ---
  function receive(message) {
    if (message?.type !== "sample") return;
    const first = state.counts === undefined || !state.heard;
    state = { ...message, heard: true };
    const [height, width] = message.shape || [0, 0];
    sample = message.data ? new Sheet(height, width, new Float32Array(message.data)) : null;
    // A page that reappears finds its drawing again.
    if (first && message.drawn) pad = new Sheet(message.drawn.length, message.drawn[0].length, Float32Array.from(message.drawn.flat()));
    // Samples of another size belong to another network: a drawing for the old one has no meaning there.
    if (pad && sample && (pad.height !== height || pad.width !== width)) {
      clearTimeout(telling);
      pad = cursor = pen = null;
    }
    refresh();
  }
  const resized = new ResizeObserver(draw);
  resized.observe(find(".frame"));
  model.on("msg:custom", receive);
  model.on("dark", draw);
  model.on(["classes", "of", "empty", "counted"], refresh);
  model.on("remove", () => {
    clearTimeout(telling);
    resized.disconnect();
    model.off("msg:custom", receive);
  });
  refresh();
  model.send_msg({ type: "_ready" });
  return el;
}
