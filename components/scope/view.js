// Which steps are in view: a … b. While `live`, the newest step stays near the right edge.
const NARROWEST = 20;
const HEAD = 0.96; // where the newest step stands in a live view that is full

export class View {
  constructor(span) {
    this.a = 0;
    this.span = span;
    this.live = true;
  }

  get b() {
    return this.a + this.span;
  }

  // Before a draw: follow, and snap the left edge to a whole device pixel, else marks shimmer while scrolling.
  settle(ring, width) {
    if (this.live) this.a = Math.max(0, ring.first - this.span * (1 - HEAD), ring.next - this.span * HEAD);
    const scale = width / this.span;
    this.a = Math.floor(this.a * scale) / scale;
  }

  look(ring, a, span = this.span) {
    this.live = false;
    this.span = Math.max(NARROWEST, Math.min(span, ring.steps * 1.05));
    this.a = Math.max(0, ring.first - this.span / 2, Math.min(a, ring.next - this.span * 0.05));
  }

  // Zoom about `step`, which keeps its place; a live view stays live and keeps its newest step.
  zoom(ring, factor, step) {
    const live = this.live;
    const at = (step - this.a) / this.span;
    this.look(ring, 0, this.span * factor);
    this.look(ring, step - at * this.span);
    this.live = live;
  }

  pan(ring, share) {
    this.look(ring, this.a + share * this.span);
  }

  all(ring) {
    this.look(ring, ring.first, (ring.next - ring.first) * 1.04);
  }
}
