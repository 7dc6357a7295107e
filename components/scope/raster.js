// Spikes as pixels, all lengths in device pixels. Hits are counted per pixel and then coloured, so a crowd shows as
// denser ink and no spike is ever lost: each stamps at least one pixel.
const FAINTEST = 0.28; // opacity of a single spike in the densest crowd: still seen

export class Raster {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  // bands: [{ lo, n, y, h, color: [r, g, b] }], numbers lo … lo + n - 1 belonging to the band; y from the canvas' top
  layout(width, height, bands, dpr) {
    Object.assign(this, { width, height, dpr, bands: bands.map((band) => ({ ...band })) });
    Object.assign(this.canvas, { width, height });
    this.image = this.context.createImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.hits = new Uint8Array(width * height);
    const neurons = bands.reduce((sum, band) => sum + band.n, 0);
    this.bandOf = new Uint8Array(neurons);
    this.top = new Uint16Array(neurons);
    this.bands.forEach((band, index) => {
      const pad = Math.min(3 * dpr, band.h / 8);
      const row = (band.h - 2 * pad) / band.n;
      band.mark = Math.max(1, Math.min(Math.max(Math.round(1.6 * dpr), Math.round(row * 0.75)), 7 * dpr, band.h));
      for (let j = 0; j < band.n; j++) {
        const top = Math.floor(pad + (j + 0.5) * row - band.mark / 2);
        this.bandOf[band.lo + j] = index;
        this.top[band.lo + j] = band.y + Math.max(0, Math.min(top, Math.floor(band.h - band.mark)));
      }
    });
  }

  // Draw steps a … b. Returns the number of spikes drawn per band.
  paint(ring, a, b) {
    const { width, pixels, bands } = this;
    const from = Math.max(ring.first, Math.floor(a));
    const to = Math.min(ring.next, Math.ceil(b));
    const scale = width / (b - a);
    Object.assign(this, { a, scale });
    const seen = this.#count(ring, from, to);
    bands.forEach((band, index) => size(band, seen[index], Math.max(1, (to - from) * scale * band.h), scale, this.dpr));
    this.hits.fill(0);
    for (let step = from; step < to; step++) this.#stamp(ring, step, (step - a) * scale, scale);
    pixels.fill(0);
    for (const { y, h, ink } of bands)
      for (let o = y * width, end = Math.min(pixels.length, o + h * width); o < end; o++) pixels[o] = ink[this.hits[o]];
    this.context.putImageData(this.image, 0, 0);
    return seen;
  }

  // Upper left pixel of a spike's mark as painted last, where marks are narrower than steps.
  place(id, step) {
    return [this.#left((step - this.a) * this.scale, this.bands[this.bandOf[id]].wide), this.top[id]];
  }

  #left(begin, wide) {
    return Math.max(0, Math.min(Math.floor(begin + (this.scale - wide) / 2), this.width - wide));
  }

  #count(ring, from, to) {
    const seen = new Uint32Array(this.bands.length);
    if (to <= from) return seen;
    const { ids, mask } = ring;
    for (let i = ring.begin(from), end = ring.begin(to); i < end; i++) seen[this.bandOf[ids[i & mask]]]++;
    return seen;
  }

  #stamp(ring, step, left, scale) {
    const { width, hits, top, bandOf, bands } = this;
    const { ids, mask } = ring;
    const tile0 = Math.min(Math.max(0, Math.floor(left)), width - 1);
    const tile1 = Math.min(width, Math.max(tile0 + 1, Math.floor(left + scale)));
    for (let i = ring.begin(step), end = ring.begin(step + 1); i < end; i++) {
      const id = ids[i & mask];
      const { wide, tall } = bands[bandOf[id]];
      const x0 = wide ? this.#left(left, wide) : tile0;
      const x1 = wide ? x0 + wide : tile1;
      for (let y = top[id], y1 = y + tall; y < y1; y++)
        for (let o = y * width + x0, last = y * width + x1; o < last; o++) if (hits[o] < 255) hits[o]++;
    }
  }
}

// Marks at full size while there is room; in a crowd they tile the step (no stripes) and get lower and lighter.
function size(band, seen, area, scale, dpr) {
  const wide = Math.max(1, Math.min(Math.round(scale * 0.6), Math.round(2.2 * dpr)));
  const crowd = (seen * wide * band.mark) / area;
  band.wide = crowd < 0.5 ? wide : 0;
  band.tall = Math.max(1, Math.round(band.mark * Math.min(1, 0.5 / crowd)));
  band.ink = inks(band.color, (seen * (band.wide || Math.max(1, scale)) * band.tall) / area);
}

// 256 inks, one per number of hits: opaque at once while sparse, gathering from a readable first hit when crowded.
function inks([r, g, b], crowd) {
  const one = Math.min(1, Math.max(FAINTEST, 0.4 / Math.max(crowd, 1e-9)));
  return Uint32Array.from({ length: 256 }, (_, hits) => {
    const opacity = Math.round(255 * (1 - (1 - one) ** hits));
    return ((opacity << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
}
