// One small chart as an SVG: a ground, its scale in figures at the left, lines in ink. Lengths are CSS pixels.
const SVG = "http://www.w3.org/2000/svg";
export const GUTTER = 44;
const PAD = 5;

export class Chart {
  constructor(height) {
    this.height = height;
    this.svg = make("svg", { height, "aria-hidden": "true" });
    this.ground = this.svg.appendChild(make("rect", { class: "ground", x: GUTTER, y: 0, height, rx: 4 }));
    this.scale = [0, 1].map(() => this.svg.appendChild(make("text", { class: "scale", x: GUTTER - 7 })));
    this.lines = {};
  }

  // lines: { name: [[x, y], …] }, ascending in x; the one named dots is drawn as such
  draw(width, [x0, x1], [low, high], lines, format) {
    const inner = Math.max(1, width - GUTTER);
    this.svg.setAttribute("width", width);
    this.ground.setAttribute("width", inner);
    const x = (value) => GUTTER + PAD + ((value - x0) / (x1 - x0 || 1)) * (inner - 2 * PAD);
    const y = (value) => this.height - PAD - ((value - low) / (high - low || 1)) * (this.height - 2 * PAD);
    [high, low].forEach((value, i) => {
      this.scale[i].textContent = format(value);
      this.scale[i].setAttribute("y", i ? this.height - 2 : 10);
    });
    for (const [name, points] of Object.entries(lines)) {
      this.lines[name] ||= this.svg.appendChild(make("path", { class: name }));
      const places = points.map(([a, b]) => [x(a), y(b)]);
      this.lines[name].setAttribute("d", name === "dots" ? dots(places) : path(places));
    }
  }
}

// Where many points share a pixel column, its lowest and highest are kept: the line looks the same and stays short.
export function path(points) {
  if (points.length === 1) return dots(points);
  const kept = [];
  for (let i = 0; i < points.length; ) {
    const column = Math.floor(points[i][0]);
    let [low, high] = [points[i], points[i]];
    const start = i;
    for (; i < points.length && Math.floor(points[i][0]) === column; i++) {
      if (points[i][1] < low[1]) low = points[i];
      if (points[i][1] > high[1]) high = points[i];
    }
    const all = [points[start], low, high, points[i - 1]].sort((a, b) => a[0] - b[0]);
    kept.push(...all.filter((point, k) => !k || point !== all[k - 1]));
  }
  return kept.map((point, k) => `${k ? "L" : "M"}${at(point)}`).join("");
}

const dots = (points) => points.map((point) => `M${at(point)}h0.01`).join("");
const at = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;

// The smallest 1, 2, 2.5, 5 × 10ⁿ that is at least `value`.
export function ceiling(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10].find((m) => m * power >= value * (1 - 1e-9));
}

export function make(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
