import * as React from "react";

// What Python says under `name`, as it is now. Panel's own `useState` listens only after the first drawing has been
// seen, and never hears of what changed in between, such as the theme of a page that is just coming up.
export function useParam(model, name) {
  const subscribe = React.useCallback(
    (tell) => {
      model.on(name, tell);
      return () => model.off(name, tell);
    },
    [name],
  );
  return React.useSyncExternalStore(subscribe, () => model[name]);
}
