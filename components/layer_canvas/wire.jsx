import * as React from "react";
import { BaseEdge, EdgeLabelRenderer, useInternalNode } from "@xyflow/react";
import { Canvas } from "./canvas_context";
import { QUIET_HEIGHT, wirePath } from "./geometry";
import { aroundPath, Routes } from "./routes";

function extent(node) {
  const top = node.internals.positionAbsolute.y;
  return { top, bottom: top + (node.measured.height ?? 0) };
}

const inWords = (delay) => (delay === 1 ? "z⁻¹" : `delay ${delay}`);

function Delay({ data, selected, x, y }) {
  const { model } = React.useContext(Canvas);
  const set = (delay) => model.send_msg({ type: "delay", source: data.source, target: data.target, delay });
  const middle = { transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` };
  if (!selected)
    return (
      <div className="delay" style={middle}>
        {inWords(data.delay)}
      </div>
    );
  return (
    <div className="delay chosen nodrag nopan" style={middle}>
      <button type="button" aria-label="One step less delay" disabled={!data.delay} onClick={() => set(data.delay - 1)}>
        −
      </button>
      <span>delay {data.delay}</span>
      <button type="button" aria-label="One step more delay" onClick={() => set(data.delay + 1)}>
        +
      </button>
    </div>
  );
}

export const Wire = React.memo(function Wire({ id, source, target, sourceX, sourceY, targetX, targetY, data, selected }) {
  const [from, to] = [extent(useInternalNode(source)), extent(useInternalNode(target))];
  const level = React.useContext(Routes).get(id);
  const { aimed } = React.useContext(Canvas);
  const around = level !== undefined && targetX - sourceX > 16;
  const ends = [sourceX, sourceY, targetX, targetY];
  const [path, x, y] = around ? aroundPath(...ends, level) : wirePath(...ends, from, to, level);
  return (
    <>
      <BaseEdge id={id} path={path} interactionWidth={18} className={aimed === id ? "aimed" : ""} />
      {data.delay > 0 || selected ? (
        <EdgeLabelRenderer>
          <Delay data={data} selected={selected} x={x} y={y} />
        </EdgeLabelRenderer>
      ) : null}
    </>
  );
});

// A wire that is being drawn, waits for Python's answer, or was refused: `kind` is "drawn", "asked" or "refused",
// `level` where it passes nodes.
export function LooseWire({ from, to, kind, level }) {
  const [start, end] = from.side === "out" ? [from, to] : [to, from];
  const around = ({ y }) => ({ top: y - QUIET_HEIGHT / 2, bottom: y + QUIET_HEIGHT / 2 });
  const ends = [start.x, start.y, end.x, end.y];
  const passes = level !== undefined && end.x - start.x > 16;
  const [path] = passes ? aroundPath(...ends, level) : wirePath(...ends, around(start), around(end));
  return (
    <svg className="loose-wire">
      <path className={kind} d={path} />
    </svg>
  );
}
