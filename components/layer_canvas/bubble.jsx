import * as React from "react";
import { useViewport } from "@xyflow/react";

const GAP = 12;
const EDGE = 8;

// One sentence at a place of the sheet, with buttons that repair it. It stands below the place where there is room,
// else above, and never leaves the canvas.
export function Bubble({ at, message, fixes, choose, close, box }) {
  const { x, y, zoom } = useViewport();
  const element = React.useRef(null);
  const [size, setSize] = React.useState({ width: 0, height: 0 });
  React.useLayoutEffect(() => {
    setSize({ width: element.current.offsetWidth, height: element.current.offsetHeight });
  }, [message, box.width]);
  const port = { x: at.x * zoom + x, y: at.y * zoom + y };
  const reach = GAP + (at.reach ?? 0) * zoom;
  const above = port.y + reach + size.height > box.height - EDGE && port.y - reach - size.height > EDGE;
  const left = Math.max(EDGE, Math.min(port.x - 40, box.width - size.width - EDGE));
  const top = Math.max(EDGE, Math.min(above ? port.y - GAP - size.height : port.y + reach, box.height - size.height - EDGE));
  return (
    <div
      ref={element}
      className="bubble"
      role="alert"
      style={{ left, top, visibility: size.width ? "visible" : "hidden" }}
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
