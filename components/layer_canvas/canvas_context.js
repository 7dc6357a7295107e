import * as React from "react";

// What nodes, wires and bubbles need of the canvas: {model, live, dark, wiring, startWire, problemAt, openProblem}.
export const Canvas = React.createContext(null);
