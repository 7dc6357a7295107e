import * as React from "react";
import { useViewport } from "@xyflow/react";
import { distance } from "./part_search";

const EDGE = 8;

// A list of parts to choose from, at (x, y) of the sheet: type to narrow it, arrows and Enter or a click choose, Escape
// or a press elsewhere closes. `parts` are [{kind, title, group, meaning}], null while they are still looked for: one may
// type already. `box` is the canvas's size.
export function PartsMenu({ x, y, title, parts, box, choose, close }) {
  const view = useViewport();
  const element = React.useRef(null);
  const [size, setSize] = React.useState({ width: 0, height: 0 });
  const [wanted, setWanted] = React.useState("");
  const [at, setAt] = React.useState(0);
  const words = wanted.trim().toLowerCase();
  const far = (part) => distance(part, part.group, words);
  const found = (parts ?? []).filter((part) => far(part) < Infinity).sort((a, b) => far(a) - far(b));
  const here = Math.min(at, found.length - 1);
  const placed = size.height > 0;
  React.useLayoutEffect(() => {
    if (placed) element.current.querySelector("input").focus({ preventScroll: true }); // what is hidden takes no keyboard
  }, [placed]);
  React.useLayoutEffect(() => {
    const { offsetWidth: width, offsetHeight: height } = element.current;
    setSize({ width, height }); // with all parts; it keeps its place while they are narrowed down
  }, [parts]);
  React.useLayoutEffect(() => {
    element.current.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }); // new browsers give a promise
  }, [here]);
  React.useEffect(() => {
    const press = (event) => event.composedPath().includes(element.current) || close();
    window.addEventListener("pointerdown", press, { capture: true });
    return () => window.removeEventListener("pointerdown", press, { capture: true });
  }, []);

  const hasty = React.useRef(false); // Enter came before the parts did
  const take = () => {
    hasty.current = !parts;
    if (found[here]) choose(found[here].kind);
  };
  React.useEffect(() => {
    if (parts && hasty.current) take();
  }, [parts]);

  const key = (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    event.stopPropagation();
    if (steps[event.key]) setAt(Math.max(0, Math.min(found.length - 1, here + steps[event.key])));
    else if (event.key === "Enter") take();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  };
  const fit = (place, length, room) => Math.max(EDGE, Math.min(place, room - length - EDGE));
  const left = fit(x * view.zoom + view.x + 8, size.width, box.width);
  const top = fit(y * view.zoom + view.y - 16, size.height, box.height);
  return (
    <div ref={element} className="parts-menu nodrag nopan nowheel" style={{ left, top, visibility: placed ? "visible" : "hidden" }} onKeyDown={key}>
      <input
        type="search"
        role="combobox"
        aria-expanded="true"
        aria-controls="parts-menu-list"
        aria-activedescendant={found[here] ? `parts-menu-${found[here].kind}` : undefined}
        aria-label={title}
        placeholder={title}
        spellCheck="false"
        value={wanted}
        onChange={(event) => (setWanted(event.target.value), setAt(0))}
      />
      <div role="listbox" id="parts-menu-list" aria-label={title}>
        {found.map(({ kind, title: name, group, meaning }, index) => (
          <div
            key={kind}
            id={`parts-menu-${kind}`}
            role="option"
            aria-selected={index === here}
            data-kind={kind}
            title={meaning}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(kind)}
          >
            <span>{name}</span>
            <small>{group}</small>
          </div>
        ))}
      </div>
      {found.length ? null : (
        <p role="status">{!parts ? "…" : parts.length ? `No part that fits is called “${wanted.trim()}”.` : "No part fits here."}</p>
      )}
    </div>
  );
}
