// The page's memory of a run: every spike and every trace value of the last `steps` time steps.
// Spikes lie in time order in one ring of neuron numbers; `start` says where each step begins in it. Trace values are
// kept twice, one ring length apart, so that any stretch of time is one subarray without a copy.
export const RESET = 1;
const REWIND = 2;
const WIDE = 4;

export class Ring {
  constructor(steps, traces) {
    this.steps = steps;
    this.size = steps + 1; // one more place: where the next step will begin
    this.start = new Float64Array(this.size);
    this.ids = new Uint32Array(1 << 14);
    this.values = Array.from({ length: traces }, () => new Float32Array(2 * this.size));
    this.marks = []; // [step, label], ascending
    this.restart(0);
  }

  get mask() {
    return this.ids.length - 1;
  }

  // Where a held step, or the next one, begins among the spikes.
  begin(step) {
    return this.start[step % this.size];
  }

  trace(k, from, to) {
    const place = from % this.size;
    return this.values[k].subarray(place, place + to - from);
  }

  // Take a frame in. Steps it skips stay a visible gap; a frame that begins earlier than held ones replaces them.
  push(frame, marks = []) {
    const { first, flags } = frame;
    const empty = this.first === this.next;
    if (empty || flags & RESET || first < this.first || first > this.next + this.steps) this.restart(first);
    else if (first < this.next) this.next = first;
    if (flags & (RESET | REWIND)) this.marks = flags & RESET ? [] : this.marks.filter(([step]) => step < first);
    while (this.next < first) this.#append(null, 0, 0, 0);
    for (let k = 0, at = 0; k < frame.steps; at += frame.counts[k++]) this.#append(frame, k, at, frame.counts[k]);
    this.marks = this.marks.concat(marks).filter(([step]) => step >= this.first);
  }

  restart(step) {
    this.first = this.next = step; // held are the steps first … next - 1
    this.start[step % this.size] = 0;
  }

  each(from, to, visit) {
    const last = Math.min(this.next, to);
    for (let step = Math.max(this.first, from); step < last; step++)
      for (let i = this.begin(step), end = this.begin(step + 1); i < end; i++) visit(step, this.ids[i & this.mask]);
  }

  #append(frame, k, at, count) {
    const from = this.begin(this.next);
    this.#makeRoom(from, from - this.begin(this.first) + count);
    const { ids, mask } = this;
    for (let i = 0; i < count; i++) ids[(from + i) & mask] = frame.ids[at + i];
    const place = this.next % this.size;
    this.values.forEach((values, j) => {
      values[place] = values[place + this.size] = frame ? frame.traces[j * frame.steps + k] : NaN;
    });
    this.next++;
    this.start[this.next % this.size] = from + count;
    if (this.next - this.first > this.steps) this.first++;
  }

  // More spikes than room: the ring grows, a spike is never dropped.
  #makeRoom(to, need) {
    if (need <= this.ids.length) return;
    let length = this.ids.length;
    while (length < need) length *= 2;
    const wider = new Uint32Array(length);
    for (let i = this.begin(this.first); i < to; i++) wider[i & (length - 1)] = this.ids[i & this.mask];
    this.ids = wider;
  }
}

// The bytes of blocks.py `encode`, read in place.
export function decode(buffer) {
  const [seq, first, steps, spikes, traces, flags] = new Uint32Array(buffer, 8, 6);
  const counts = new Uint32Array(buffer, 32, steps);
  const at = 32 + 4 * steps;
  const wide = flags & WIDE;
  const ids = wide ? new Uint32Array(buffer, at, spikes) : new Uint16Array(buffer, at, spikes);
  const values = at + (wide ? 4 * spikes : 2 * (spikes + (spikes & 1)));
  const clock = new Float64Array(buffer, 0, 1)[0];
  return { clock, seq, first, steps, flags, counts, ids, traces: new Float32Array(buffer, values, traces * steps) };
}
