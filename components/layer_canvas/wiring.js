import * as React from "react";

const NEAR = 24; // pixels around a port in which a wire holds on to it
const CLICK = 5; // pixels a pointer may move between down and up for this to be a click

const lies = (event, name) => event.composedPath().some((part) => part.classList?.contains(name));
const onSheet = (event) => lies(event, "react-flow__pane") && !lies(event, "react-flow__node");

// Drawing a wire, by dragging from port to port or by a click on each; Escape (see `cancel`) or a press elsewhere ends
// it. `findPort` gives a port by name, `allPorts` all of them with their places, `toSheet` a pointer's place on the
// sheet at the present `zoom()`, `connect(source, target)` is called with two ports, `mismatch(port)` with the one of the
// same side at which a wire was let go, `loose(port, place)` when one was dragged from a port to a place of the sheet
// where there is nothing.
export function useWiring({ findPort, allPorts, toSheet, zoom, connect, mismatch, loose }) {
  const [wiring, setWiring] = React.useState(null);
  const now = React.useRef(null);
  const set = (value) => setWiring((now.current = value));

  function nearest(event, from) {
    const { x, y } = toSheet(event);
    const far = (port) => Math.hypot(port.x - x, port.y - y) * zoom();
    const near = (ports) => ports.filter((port) => far(port) <= NEAR).reduce((a, b) => (a && far(a) <= far(b) ? a : b), null);
    const ports = allPorts();
    const over = near(ports.filter((port) => port.side !== from.side));
    const wrong = over ? null : near(ports.filter((port) => port.side === from.side && port.node !== from.node));
    return { to: { x, y }, over, wrong };
  }

  function finish(over) {
    const { from } = now.current;
    set(null);
    if (from.side === "out") connect(from, over);
    else connect(over, from);
  }

  function startWire(event, name) {
    if (event.button !== 0 || now.current) return;
    const from = findPort(name);
    set({ from, to: from, over: null, clicked: false, down: [event.clientX, event.clientY] });
  }

  const cancel = () => set(null);
  const end = (wrong) => {
    cancel();
    if (wrong) mismatch(wrong);
  };

  React.useEffect(() => {
    if (!wiring) return undefined;
    const { from, clicked, down } = wiring;
    const move = (event) => set({ ...now.current, ...nearest(event, from) });
    const up = (event) => {
      if (now.current.clicked) return;
      const { over, wrong } = nearest(event, from);
      const still = Math.hypot(event.clientX - down[0], event.clientY - down[1]) < CLICK;
      if (over) finish(over);
      else if (still) set({ ...now.current, clicked: true });
      else if (wrong || !onSheet(event)) end(wrong);
      else {
        cancel();
        loose(from, toSheet(event));
      }
    };
    const press = (event) => {
      if (!clicked) return;
      const { over, wrong } = nearest(event, from);
      const port = event.composedPath().find((part) => part.dataset?.port);
      if (over) finish(over);
      else end(wrong);
      if (over || port) event.stopPropagation(); // a press on the first port again only lets the wire go
    };
    const options = { capture: true };
    window.addEventListener("pointermove", move, options);
    window.addEventListener("pointerup", up, options);
    window.addEventListener("pointerdown", press, options);
    window.addEventListener("pointercancel", cancel, options);
    return () => {
      window.removeEventListener("pointermove", move, options);
      window.removeEventListener("pointerup", up, options);
      window.removeEventListener("pointerdown", press, options);
      window.removeEventListener("pointercancel", cancel, options);
    };
  }, [wiring]);

  return { wiring, startWire, cancel };
}
