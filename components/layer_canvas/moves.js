import * as React from "react";
import { GRID } from "./geometry";
import { chosen } from "./graph";

const PAUSE_MS = 400; // what ends a row of arrow keys

// Nodes that are being moved, by pointer or arrow keys, and the one report at the end. `moving` holds their ids: what
// Python echoes in the meantime must not pull them back.
export function useMoves({ model, present, setNodes }) {
  const moving = React.useRef(new Set());
  const from = React.useRef({});
  const pause = React.useRef(null);

  function report(ids) {
    const moved = present.current.nodes.filter((node) => ids.has(node.id));
    moving.current = new Set();
    if (!moved.length) return;
    const positions = Object.fromEntries(moved.map(({ id, position }) => [id, [position.x, position.y]]));
    model.send_msg({ type: "move", positions });
  }

  function startDrag(_event, _node, dragged) {
    from.current = Object.fromEntries(dragged.map(({ id, position }) => [id, { ...position }]));
    moving.current = new Set(dragged.map(({ id }) => id));
  }

  function stopDrag(_event, _node, dragged) {
    const moved = dragged.filter(({ id, position }) => from.current[id]?.x !== position.x || from.current[id]?.y !== position.y);
    setTimeout(() => report(new Set(moved.map(({ id }) => id)))); // after React has the last places
  }

  function nudge(id, [dx, dy]) {
    const nodes = present.current.nodes;
    const ids = new Set(nodes.find((node) => node.id === id).selected ? chosen(nodes) : [id]);
    ids.forEach((one) => moving.current.add(one));
    const shifted = ({ x, y }) => ({ x: x + dx * GRID, y: y + dy * GRID });
    setNodes((old) => old.map((node) => (ids.has(node.id) ? { ...node, position: shifted(node.position) } : node)));
    clearTimeout(pause.current);
    pause.current = setTimeout(() => report(moving.current), PAUSE_MS);
  }

  return { moving, startDrag, stopDrag, nudge };
}
