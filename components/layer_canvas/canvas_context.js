import * as React from "react";

// What nodes and wires need of their canvas: `model`, `live` rates and strips, `dark`; while a wire is drawn, the port
// it comes `from` and the name of the one it is `held` by; `startWire`, `isBad`, `openProblem`.
export const Canvas = React.createContext(null);
