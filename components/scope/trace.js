// Numbers over time as lines: ranges, round ticks, and a trace that stays cheap when thousands of steps are in view.

// A line where a step has room; where it has not, one bar from minimum to maximum per pixel column.
export function drawTrace(context, ring, k, view, x0, width, y, thickness) {
  const from = Math.max(ring.first, Math.floor(view.a));
  const to = Math.min(ring.next, Math.ceil(view.b) + 1);
  const scale = width / view.span;
  if (to <= from) return;
  const values = ring.trace(k, from, to);
  const x = (i) => x0 + (from + i + 0.5 - view.a) * scale;
  if (scale >= 0.75) line(context, values, x, y, thickness);
  else bars(context, values, x, y, Math.max(1, Math.round(thickness * 0.6)));
}

function line(context, values, x, y, thickness) {
  let pen = false;
  context.beginPath();
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) pen = false;
    else if (pen) context.lineTo(x(i), y(values[i]));
    else {
      context.moveTo(x(i), y(values[i]));
      // a value without a neighbour would leave no ink
      if (!(i + 1 < values.length) || Number.isNaN(values[i + 1])) context.lineTo(x(i) + thickness, y(values[i]));
      pen = true;
    }
  }
  context.lineWidth = thickness;
  context.lineJoin = "round";
  context.stroke();
}

function bars(context, values, x, y, thickness) {
  for (let i = 0, last = NaN; i < values.length; ) {
    const column = Math.floor(x(i));
    let [low, high] = [last, last]; // begin at the last value, so that bars join
    for (; i < values.length && Math.floor(x(i)) === column; i++) {
      last = values[i];
      if (!(last >= low)) low = last;
      if (!(last <= high)) high = last;
    }
    const top = Math.round(y(high));
    if (Number.isNaN(top)) continue;
    context.fillRect(column, top, thickness, Math.max(thickness, Math.round(y(low)) - top));
  }
}

// The smallest of 1, 2, 5, 10, 20, … that is at least `raw`.
export function round(raw) {
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * [1, 2, 5, 10].find((m) => m * power >= raw * (1 - 1e-9));
}

// Round numbers from a to b, at most about `count`, never closer than `least`.
export function ticks(a, b, count, least = 0) {
  const step = Math.max(least, round((b - a) / Math.max(1, count)));
  const first = Math.ceil(a / step - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor(b / step + 1e-9) - first + 1) }, (_, i) => (first + i) * step);
}

// Heights of labels, moved no further than needed to keep `gap` between them and stay between `top` and `bottom`.
export function apart(heights, gap, top, bottom) {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a] - heights[b]);
  const placed = [...heights];
  let free = top;
  for (const i of order) free = (placed[i] = Math.max(placed[i], free)) + gap;
  free = bottom;
  for (const i of order.reverse()) free = (placed[i] = Math.min(placed[i], free)) - gap;
  return placed;
}

// The lowest and highest value in view of the given traces; [Infinity, -Infinity] when there is none.
export function extent(ring, traces, view) {
  const from = Math.max(ring.first, Math.floor(view.a));
  const to = Math.min(ring.next, Math.ceil(view.b) + 1);
  let [low, high] = [Infinity, -Infinity];
  if (to > from)
    for (const k of traces)
      for (const value of ring.trace(k, from, to)) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
  return [low, high];
}

// A calm range around what is in view: round ends, and the one before is kept while it still fits well.
export function range([low, high], thetas, before) {
  low = Math.min(low, ...thetas);
  high = Math.max(high, ...thetas);
  if (!(low <= high)) return before || [0, 1];
  let spread = high - low;
  if (low > 0 && low <= spread) low = 0; // rest is worth seeing when it is near
  if (high < 0 && -high <= spread) high = 0;
  spread = high - low || Math.abs(high) || 1;
  if (before && before[0] <= low && before[1] >= high && spread > 0.45 * (before[1] - before[0])) return before;
  const step = round(spread / 8);
  const end = spread * 0.04;
  return [Math.floor((low - (low === 0 ? 0 : end)) / step) * step, Math.ceil((high + end) / step) * step];
}

// A step's moment or a span as text, in ms or s.
export function moment(steps, dt) {
  const ms = steps * dt;
  if (Math.abs(ms) >= 1000) return `${(ms / 1000).toFixed(Math.abs(ms) >= 10000 ? 1 : 2)} s`;
  return `${+ms.toFixed(dt < 1 ? 2 : 0)} ms`;
}
