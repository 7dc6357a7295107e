import * as React from "react";
import { useNodesInitialized } from "@xyflow/react";
import { nodeHeight, WIDTH } from "./geometry";

const VIEW = { padding: 0.14, maxZoom: 1, minZoom: 0.2 };

const MARGIN = 16; // around a node that has just come
const MOVE_MS = 120;

const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

// What part of the sheet is seen: all of it at first, when another drawing comes, and while nobody has panned or zoomed
// also when the canvas changes its size. `box` is the canvas's element; `given` are Python's nodes, `present` holds them as they are
// drawn.
export function useView({ flow, box, given, nodes, present, drawing }) {
  const [size, setSize] = React.useState({ width: 0, height: 0 });
  const ready = useNodesInitialized();
  const shown = React.useRef({ drawing: nodes.length ? null : drawing, ids: [], touched: false });

  const fit = (milliseconds = 0) => {
    shown.current.touched = false;
    if (!present.current.nodes.length) return; // it would wait and move the first part that is dropped
    flow.fitView({ ...VIEW, duration: calm() ? 0 : milliseconds });
  };

  // As little as shows these nodes whole, ports included; while nobody has panned or zoomed, all of the drawing.
  const showWhole = (some) => {
    const { x, y, zoom } = flow.getViewport();
    const { clientWidth, clientHeight } = box.current;
    const shift = (place, size, start, length) => {
      const low = Math.min(...some.map(place)) * zoom + start;
      const high = Math.max(...some.map((node) => place(node) + size(node))) * zoom + start;
      if (low < MARGIN) return MARGIN - low;
      return high > length - MARGIN ? Math.max(MARGIN - low, length - MARGIN - high) : 0;
    };
    const dx = shift(({ position }) => position.x, () => WIDTH, x, clientWidth);
    const dy = shift(({ position }) => position.y, ({ data }) => nodeHeight(data), y, clientHeight);
    if (!clientWidth || !(dx || dy)) return;
    if (!shown.current.touched) return fit(MOVE_MS);
    flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: calm() ? 0 : MOVE_MS });
  };

  React.useEffect(() => {
    const ids = nodes.map((node) => node.id);
    if (given.some(({ id }) => !ids.includes(id)) || ids.length > given.length) return; // another drawing comes
    if (ids.length && !ready) return; // not measured yet
    const { drawing: before, ids: known } = shown.current;
    // A part that is dropped on an empty canvas stays under the pointer; several nodes at once are a drawing.
    const whole = (known.length > 0 || ids.length > 1) && !known.some((id) => ids.includes(id));
    const fresh = nodes.filter((node) => !known.includes(node.id));
    if (ids.length && (before !== drawing || whole)) fit();
    else if (known.length && fresh.length) showWhole(fresh);
    Object.assign(shown.current, { drawing, ids });
  }, [ready, drawing, given, nodes.map((node) => node.id).join()]);

  React.useLayoutEffect(() => {
    const watch = new ResizeObserver(() => {
      setSize({ width: box.current.clientWidth, height: box.current.clientHeight });
      if (!shown.current.touched) requestAnimationFrame(() => fit());
    });
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);

  const touch = () => (shown.current.touched = true);

  // A node reached by the keyboard comes into view. Its place is computed, since the browser may have scrolled already.
  const showFocused = (event) => {
    const focused = event.target.closest(".react-flow__node");
    if (!focused?.matches(":focus-visible")) return;
    const { position, data } = present.current.nodes.find((node) => node.id === focused.dataset.id);
    const { x, y, zoom } = flow.getViewport();
    const [left, top, height] = [position.x * zoom + x, position.y * zoom + y, nodeHeight(data)];
    if (left >= 0 && top >= 0 && left + WIDTH * zoom <= size.width && top + height * zoom <= size.height) return;
    touch();
    flow.setCenter(position.x + WIDTH / 2, position.y + height / 2, { zoom });
  };

  return { size, fit, touch, showFocused };
}
