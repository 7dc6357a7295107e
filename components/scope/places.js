// Where everything lies, in CSS pixels: rows of spikes from the top, then the traces, then the time axis.
export const TOP = 20; // playhead and the labels of presentations
export const AXIS = 24;
const GAP = 8;
const SPARED = 0.36; // share of the width that names may take
const WIDEST = 200;
const ROOM = 14; // a neuron needs no more height than this while traces need some

// `names` is the room that the longest name asks for; the gutter gives it as far as the plot can spare it.
export function arrange(width, height, bands, traces, names) {
  const gutter = Math.max(width < 560 ? 64 : 96, Math.min(names, Math.round(width * SPARED), WIDEST));
  const right = traces.length ? 48 : 16;
  const room = Math.max(1, height - TOP - AXIS - GAP * (bands.length - (traces.length ? 0 : 1)));
  const weights = bands.map((band) => Math.max(5, Math.min(14, Math.sqrt(band.n))));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = traces.length ? (bands.length ? 0.64 : 0) : 1;
  let y = TOP;
  let lo = 0;
  const rows = bands.map((band, index) => {
    const wanted = Math.floor((room * share * weights[index]) / total);
    const h = Math.max(4, traces.length ? Math.min(wanted, Math.max(22, band.n * ROOM + 6)) : wanted);
    const row = { ...band, lo, y, h };
    lo += band.n;
    y += h + GAP;
    return row;
  });
  const foot = height - AXIS;
  return { width, height, gutter, right, inner: Math.max(1, width - gutter - right), foot, rows, lanes: lanes(traces, y, foot) };
}

// Up to three traces share one pane and one scale; more get a lane each.
function lanes(traces, y, foot) {
  const h = Math.max(8, foot - y);
  if (!traces.length) return [];
  if (traces.length <= 3) return [{ y, h, pad: Math.min(8, h / 8), traces: traces.map((_, k) => k) }];
  const one = h / traces.length;
  return traces.map((_, k) => ({ y: y + k * one, h: one, pad: Math.min(3, one / 8), traces: [k] }));
}
