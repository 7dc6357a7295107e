import { root } from "./root";

const TALLEST = 320; // CSS pixels
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const HTML = `<p class="empty"></p><div class="map">
  <p class="caption-line"></p>
  <div class="frame" tabindex="0" role="img"><canvas></canvas><div class="cell" hidden></div></div>
  <div class="legend figure"><span class="low"></span><span class="ramp"></span><span class="high"></span></div>
  <p class="value figure" role="status"></p></div>`;

export function render({ model }) {
  const el = root(model, "weights");
  el.innerHTML = HTML;
  const find = (selector) => el.querySelector(selector);
  const [frame, canvas, cell] = [".frame", "canvas", ".cell"].map(find);
  let matrix = null; // { values, cells: [rows, columns], shape, block, max }
  let chosen = null; // [row, column] of a cell
  let byKeys = false;

  const write = (element, text) => element.textContent === text || (element.textContent = text);
  const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toPrecision(2)}`;
  const count = (value) => value.toLocaleString("en");

  function draw() {
    el.classList.toggle("without", !matrix);
    write(find(".empty"), matrix ? "" : model.empty);
    const width = find(".map").clientWidth;
    if (!matrix || !width) return;
    const [rows, columns] = matrix.cells;
    const height = Math.max(12, Math.min(TALLEST, Math.round((width * rows) / columns), rows * 24));
    frame.style.height = `${height}px`;
    const dpr = window.devicePixelRatio || 1;
    Object.assign(canvas, { width: Math.round(width * dpr), height: Math.round(height * dpr) });
    paint(canvas, matrix, colors());
    words();
    choose(chosen);
  }

  function colors() {
    const style = getComputedStyle(el);
    const rgb = (token) => [1, 3, 5].map((i) => parseInt(style.getPropertyValue(`--${token}`).trim().slice(i, i + 2), 16));
    return { zero: rgb("grid"), neg: rgb("neg"), pos: rgb("pos") };
  }

  function words() {
    const [to, from] = matrix.shape;
    const [rows, columns] = matrix.block;
    const blocks = rows * columns > 1 ? ` · a cell is the strongest of ${rows} × ${columns} weights` : "";
    const caption = `to ${model.to} (${count(to)}) · from ${model.source} (${count(from)})${blocks}`;
    write(find(".caption-line"), caption);
    write(find(".low"), `▼ ${matrix.max ? signed(-matrix.max) : "0"}`);
    write(find(".high"), `${matrix.max ? signed(matrix.max) : "0"} ▲`);
    frame.setAttribute("aria-label", `Weights ${caption}, between ${signed(-matrix.max)} and ${signed(matrix.max)}; arrow keys read one`);
  }

  function choose(place) {
    chosen = place;
    cell.hidden = !place || !matrix;
    write(find(".value"), "");
    if (cell.hidden) return;
    const [rows, columns] = matrix.cells;
    const [row, column] = (chosen = [Math.min(rows - 1, place[0]), Math.min(columns - 1, place[1])]);
    const [w, h] = [frame.clientWidth / columns, frame.clientHeight / rows];
    Object.assign(cell.style, { left: `${column * w}px`, top: `${row * h}px`, width: `${w}px`, height: `${h}px` });
    const value = matrix.values[row * columns + column];
    const range = (at, axis) => {
      const first = at * matrix.block[axis];
      const last = Math.min(matrix.shape[axis], first + matrix.block[axis]) - 1;
      return first === last ? String(first) : `${first}–${last}`;
    };
    const sense = value < 0 ? "▼ inhibits" : value > 0 ? "▲ excites" : "no effect";
    const figure = value ? `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}` : "0";
    write(find(".value"), `${model.to} ${range(row, 0)} ← ${model.source} ${range(column, 1)}: ${figure} ${sense}`);
  }

  frame.addEventListener("pointermove", (event) => {
    const box = frame.getBoundingClientRect();
    const [rows, columns] = matrix.cells;
    const part = (at, begin, length, cells) => Math.max(0, Math.min(cells - 1, Math.floor(((at - begin) / length) * cells)));
    byKeys = false;
    choose([part(event.clientY, box.top, box.height, rows), part(event.clientX, box.left, box.width, columns)]);
  });
  frame.addEventListener("pointerleave", () => byKeys || choose(null));
  frame.addEventListener("blur", () => choose(null));
  frame.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    byKeys = true;
    choose(chosen ? [Math.max(0, chosen[0] + step[0]), Math.max(0, chosen[1] + step[1])] : [0, 0]);
  });

  function receive(message) {
    if (message?.type !== "matrix") return;
    matrix = message.data && { ...message, values: new Float32Array(message.data) };
    draw();
  }
  const resized = new ResizeObserver(draw);
  resized.observe(find(".map"));
  model.on("msg:custom", receive);
  model.on(["dark", "to", "source", "empty"], draw);
  model.on("remove", () => {
    resized.disconnect();
    model.off("msg:custom", receive);
  });
  draw();
  model.send_msg({ type: "_ready" });
  return el;
}

// Every device pixel takes the colour of the cell it lies in: sharp at any size.
function paint(canvas, { values, cells, max }, { zero, neg, pos }) {
  const { width, height } = canvas;
  const [rows, columns] = cells;
  const ink = Uint32Array.from(values, (value) => {
    const end = value < 0 ? neg : pos;
    const share = max ? Math.abs(value) / max : 0;
    const [r, g, b] = zero.map((from, i) => Math.round(from + (end[i] - from) * share));
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const gap = width / columns >= 9 && height / rows >= 9 ? Math.round(window.devicePixelRatio || 1) : 0;
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * rows) / height);
    if (Math.floor(((y + gap) * rows) / height) !== row) continue; // a hair of ground between cells that are large
    for (let x = 0; x < width; x++) {
      const column = Math.floor((x * columns) / width);
      if (Math.floor(((x + gap) * columns) / width) === column) pixels[y * width + x] = ink[row * columns + column];
    }
  }
  context.putImageData(image, 0, 0);
}
