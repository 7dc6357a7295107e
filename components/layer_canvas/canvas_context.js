import * as React from "react";

// What nodes and wires need of their canvas: `model`, `live` rates and strips, `dark`; while a wire is drawn, the port
// it comes `from`, the name of the one it is `held` by, and what `fits` (fits.js); the wire a part is `aimed` at; `startWire`, `isBad`, `openProblem`.
export const Canvas = React.createContext(null);
