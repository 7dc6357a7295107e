import * as React from "react";

const UNKNOWN = {};

// Where the wire being drawn may end, as far as Python has said by now: {port: sentence}, empty where it may, else why
// not. `from` is the port it comes from, null while none is drawn, which Python is told too, so that it judges no more;
// `hear` takes Python's messages.
export function useFits({ model, from }) {
  const [fits, setFits] = React.useState(UNKNOWN);
  const name = from?.name;
  const current = React.useRef(name);
  current.current = name;
  const told = React.useRef("");
  React.useEffect(() => {
    setFits(UNKNOWN);
    const port = name ?? "";
    if (port !== told.current) model.send_msg({ type: "pick", port });
    told.current = port;
  }, [name]);
  const hear = ({ port, fits: more }) => port === current.current && setFits((old) => ({ ...old, ...more }));
  return { fits: name ? fits : UNKNOWN, hear };
}
