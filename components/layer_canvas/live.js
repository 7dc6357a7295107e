// Rates and activity of nodes, outside React's state of the graph: a new value redraws one badge, never the drawing.
export class Live {
  constructor() {
    this.rates = {};
    this.strips = {};
    this.listeners = new Set();
    this.due = false;
    this.subscribe = (listener) => {
      this.listeners.add(listener);
      return () => this.listeners.delete(listener);
    };
  }

  setRates(rates) {
    this.rates = { ...this.rates, ...rates };
    this.tell();
  }

  setActivity({ ids, shapes, data }) {
    const bytes = new Uint8Array(data);
    const strips = { ...this.strips };
    let start = 0;
    ids.forEach((id, index) => {
      const [rows, columns] = shapes[index];
      strips[id] = { rows, columns, cells: bytes.slice(start, start + rows * columns) };
      start += rows * columns;
    });
    this.strips = strips;
    this.tell();
  }

  clear() {
    this.rates = {};
    this.strips = {};
    this.tell();
  }

  // Once a frame, however much has come: nobody sees more.
  tell() {
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      this.listeners.forEach((listener) => listener());
    });
  }
}

export function inHertz(rate) {
  return `${rate < 100 ? rate.toFixed(1) : Math.round(rate)} Hz`;
}

// One tick a cell, upright like a spike in a raster; `ink` is the layer's colour.
export function drawStrip(canvas, strip, ink) {
  const scale = 2 * (window.devicePixelRatio || 1);
  const { clientWidth: width, clientHeight: height } = canvas;
  if (canvas.width !== width * scale) {
    canvas.width = width * scale;
    canvas.height = height * scale;
  }
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  if (!strip) return;
  const { rows, columns, cells } = strip;
  const [dx, dy] = [width / columns, height / rows];
  context.fillStyle = ink;
  for (let index = 0; index < cells.length; index++) {
    if (!cells[index]) continue;
    context.globalAlpha = 0.35 + (0.65 * cells[index]) / 255;
    const [row, column] = [Math.floor(index / columns), index % columns];
    context.fillRect(column * dx, row * dy, Math.min(1.7, dx * 0.8), Math.min(4, dy * 0.82));
  }
}
