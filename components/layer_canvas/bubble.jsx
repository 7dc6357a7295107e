import * as React from "react";
import { useViewport } from "@xyflow/react";
import { nodeHeight, portsOf, WIDTH } from "./geometry";

const GAP = 9;
const EDGE = 8;

// One sentence at a port, or at a node, with buttons that repair it. It stands below the node where there is room, else
// above, and never leaves the canvas, whose size is `box`.
export function Bubble({ node, bubble, choose, close, box }) {
  const { message, port, fixes = [] } = bubble;
  const { x, y, zoom } = useViewport();
  const element = React.useRef(null);
  const [size, setSize] = React.useState({ width: 0, height: 0 });
  React.useLayoutEffect(() => {
    setSize({ width: element.current.offsetWidth, height: element.current.offsetHeight });
  }, [message, fixes.length, box.width]);
  const at = portsOf(node).find((one) => one.port === port)?.x ?? node.position.x + WIDTH / 2;
  const [middle, upper] = [at * zoom + x, node.position.y * zoom + y];
  const [low, high] = [upper + nodeHeight(node.data) * zoom + GAP, upper - GAP - size.height];
  const above = low + size.height > box.height - EDGE && high > EDGE;
  const left = Math.max(EDGE, Math.min(middle - 40, box.width - size.width - EDGE));
  const top = Math.max(EDGE, Math.min(above ? high : low, box.height - size.height - EDGE));
  const notch = Math.max(12, Math.min(middle - left, size.width - 12));
  return (
    <div
      ref={element}
      className={`bubble ${above ? "above" : "below"}`}
      role="alert"
      style={{ left, top, "--notch": `${notch}px`, visibility: size.width ? "visible" : "hidden" }}
      onPointerDown={(event) => event.stopPropagation()}
    >
      <p>{message}</p>
      <button type="button" className="close" aria-label="Close" onClick={close}>
        ×
      </button>
      {fixes.map((label, index) => (
        <button type="button" className="fix" key={label} onClick={() => choose(index)}>
          {label} ›
        </button>
      ))}
    </div>
  );
}
