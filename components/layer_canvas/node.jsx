import * as React from "react";
import { Handle, Position } from "@xyflow/react";
import { Canvas } from "./canvas_context";
import { isLive, nodeHeight, portTop } from "./geometry";
import { drawStrip, inHertz } from "./live";

function Rate({ id }) {
  const { live } = React.useContext(Canvas);
  const rate = React.useSyncExternalStore(live.subscribe, () => live.rates[id]);
  return rate == null ? null : <span className="rate">{inHertz(rate)}</span>;
}

function Strip({ id, color }) {
  const { live, dark } = React.useContext(Canvas);
  const canvas = React.useRef(null);
  const strip = React.useSyncExternalStore(live.subscribe, () => live.strips[id]);
  React.useEffect(() => {
    drawStrip(canvas.current, strip, getComputedStyle(canvas.current).color);
  }, [strip, color, dark]);
  return <canvas className="strip" ref={canvas} aria-hidden="true" />;
}

function Port({ node, port, side, index }) {
  const { from, held, fits, startWire, isBad, openProblem } = React.useContext(Canvas);
  const name = `${node}.${port.id}`;
  const classes = ["port", side, "nodrag", "nopan"];
  if (isBad(node, port.id) || (held === name && fits[name])) classes.push("bad");
  if (from) classes.push(from.side === side || fits[name] ? "closed" : "open");
  if (from && fits[name] === "") classes.push("fits");
  if (from?.name === name) classes.push("origin");
  if (from?.name === name || held === name) classes.push("held");
  return (
    <>
      <Handle
        id={port.id}
        type={side === "in" ? "target" : "source"}
        position={side === "in" ? Position.Left : Position.Right}
        isConnectable={false}
        className="anchor"
        style={{ top: portTop(index) }}
      />
      <div
        className={classes.join(" ")}
        style={{ top: portTop(index) }}
        data-port={name}
        onPointerDown={(event) => startWire(event, name)}
        onClick={(event) => event.stopPropagation()}
        onPointerEnter={() => !from && openProblem(node, port.id)}
      >
        <i />
        <span className="tip">
          {port.label || port.id}
          {port.shape ? <b>{port.shape}</b> : null}
        </span>
      </div>
    </>
  );
}

export const LayerNode = React.memo(function LayerNode({ id, data, selected, dragging }) {
  const { isBad } = React.useContext(Canvas);
  const bad = data.light === "error" || isBad(id, "");
  const state = `${bad ? " bad" : ""}${data.light === "loose" ? " loose" : ""}`;
  return (
    <div
      className={`node${selected ? " selected" : ""}${dragging ? " dragging" : ""}${state}`}
      style={{ height: nodeHeight(data), "--layer": data.color ? `var(--${data.color})` : "var(--text2)" }}
      title={data.note || undefined}
    >
      <div className="bar" />
      {data.badge ? <span className="badge">{data.badge}</span> : null}
      <div className="head">
        <strong>{data.title}</strong>
        <span className="shape">{data.shape}</span>
      </div>
      <div className="subtitle" title={[data.name, data.subtitle].filter(Boolean).join(" · ")}>
        {data.name ? <span className="name">{data.name}</span> : null}
        <span className="words">{data.subtitle}</span>
      </div>
      {isLive(data) ? (
        <div className="live">
          <Strip id={id} color={data.color} />
          <Rate id={id} />
        </div>
      ) : null}
      {data.inputs.map((port, index) => (
        <Port key={port.id} node={id} port={port} side="in" index={index} />
      ))}
      {data.outputs.map((port, index) => (
        <Port key={port.id} node={id} port={port} side="out" index={index} />
      ))}
    </div>
  );
});
