import * as React from "react";

// One function for ever, which does what the newest drawing says. React Flow tells every node and wire of a new one, at
// every place a dragged node comes to.
export function useLasting(action) {
  const newest = React.useRef(action);
  newest.current = action;
  return React.useCallback((...given) => newest.current(...given), []);
}
