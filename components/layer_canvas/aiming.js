import * as React from "react";
import { nodeHeight, QUIET_HEIGHT, snapped, WIDTH } from "./geometry";

const PART = "application/x-snn-part";

// A part that is dragged in from elsewhere: the wire it is `aimed` at, which it would then stand within, and the handlers
// of the canvas's element.
export function useAiming({ model, nodes, toSheet, takeKeyboard }) {
  const [aimed, setAimed] = React.useState(null);

  const over = (event) => {
    if (!event.dataTransfer.types.includes(PART)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    setAimed(event.target.closest(".react-flow__edge")?.dataset.id ?? null);
  };
  const drop = (event) => {
    setAimed(null);
    const kind = event.dataTransfer.getData(PART);
    if (!kind) return;
    event.preventDefault();
    const { x, y } = toSheet(event);
    const like = nodes.find((node) => node.data.kind === kind);
    const height = like ? nodeHeight(like.data) : QUIET_HEIGHT;
    const wire = event.target.closest(".react-flow__edge")?.dataset.id;
    model.send_msg({ type: "add", kind, x: snapped(x - WIDTH / 2), y: snapped(y - height / 2), ...(wire && { wire }) });
    takeKeyboard();
  };
  return { aimed, over, leave: () => setAimed(null), drop };
}
