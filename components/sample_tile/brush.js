// Soft strokes on a small grid of pixels, all lengths in pixels of the grid; (0, 0) is its upper left corner.
const WIDTH = 0.5; // standard deviation of the brush: a stroke is about 1.2 pixels wide, as in scanned digits of 8 × 8
const SMALL = 12; // pixels a side up to which that holds; on finer grids the brush grows with them
const STEP = 0.1;
const DOT = 0.9;

export class Sheet {
  constructor(height, width, values) {
    Object.assign(this, { height, width });
    this.values = values || new Float32Array(height * width);
    this.fineness = Math.max(1, Math.min(height, width) / SMALL);
  }

  get blank() {
    return this.values.every((value) => value === 0);
  }

  clear() {
    this.values.fill(0);
  }

  // The ink of a stroke depends on its length, not on how fast it was drawn. Its dot is given at the beginning.
  dot(x, y, sign = 1) {
    this.#add(x, y, sign * DOT);
  }

  stroke(x0, y0, x1, y1, sign = 1) {
    const length = Math.hypot(x1 - x0, y1 - y0);
    const count = Math.ceil(length / STEP);
    for (let i = 1; i <= count; i++)
      this.#add(x0 + ((x1 - x0) * i) / count, y0 + ((y1 - y0) * i) / count, (sign * length) / count / this.fineness);
  }

  // One pixel, for the keys.
  set(row, column, value) {
    this.values[row * this.width + column] = value;
  }

  rows() {
    const row = (r) => Array.from(this.values.subarray(r * this.width, (r + 1) * this.width), (v) => Math.round(v * 1e4) / 1e4);
    return Array.from({ length: this.height }, (_, r) => row(r));
  }

  #add(x, y, amount) {
    const spread = WIDTH * this.fineness;
    const reach = 3 * spread;
    const first = (at) => Math.max(0, Math.floor(at - reach));
    for (let r = first(y); r < Math.min(this.height, y + reach); r++)
      for (let c = first(x); c < Math.min(this.width, x + reach); c++) {
        const far = (c + 0.5 - x) ** 2 + (r + 0.5 - y) ** 2;
        const ink = this.values[r * this.width + c] + amount * Math.exp(-far / (2 * spread ** 2));
        this.values[r * this.width + c] = Math.max(0, Math.min(1, ink));
      }
  }
}
