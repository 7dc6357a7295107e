import { icon, make } from "./make";

// Pictures of the tabs for the folded rails; a tab of another name shows its first letter.
const PICTURES = {
  Parts: "M2.5 5.5h11v5h-11zM.8 8h1.7M13.5 8h1.7",
  Lessons: "M8 4.5C6.5 3.3 4.5 3 2.5 3.2v9c2-.2 4 .1 5.5 1.3 1.5-1.2 3.5-1.5 5.5-1.3v-9C11.5 3 9.5 3.3 8 4.5zM8 4.5v9",
  Designs: "M4 2.5h5.5L12.5 5.5v8H4zM9.5 2.5v3h3",
  Inspect: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3l3.7 3.7",
  Train: "M2.5 2.5v11h11M4.5 4.5c1 5 3.5 6.5 8.5 7",
  Hardware: "M4.5 4.5h7v7h-7zM6.5 4.5V2M9.5 4.5V2M6.5 14v-2.5M9.5 14v-2.5M4.5 6.5H2M4.5 9.5H2M14 6.5h-2.5M14 9.5h-2.5",
};

// The two rails: tabs over panels; folded, columns of named icons. The right panel, and the left one with a text to
// follow, then open beside the canvas and stay; else the left one opens over it. Returns `reveal(side)`.
export function rails({ model, el, stage, listen }, places) {
  const sides = Object.entries(places).map(([side, rail]) => build(side, rail));
  const close = () => sides.forEach((one) => one.open(false));
  const narrow = () => el.classList.contains("narrow");

  // A press beside a panel that does not stay closes it; Esc closes all.
  listen(el, "pointerdown", (event) => sides.forEach((one) => one.stays() || event.composedPath().includes(one.rail) || one.open(false)));
  listen(stage, "keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !sides.some((one) => one.opened())) return;
    sides.find((one) => one.opened()).focus();
    close();
    event.preventDefault();
  });

  // What is dragged on the canvas must not lose its ground: while a button is held, opening waits for its release.
  let held = false;
  let waiting = null;
  listen(el, "pointerdown", () => (held = true), true);
  for (const end of ["pointerup", "pointercancel"])
    listen(document, end, () => {
      held = false;
      waiting?.();
      waiting = null;
    }, true);

  function build(side, rail) {
    const tabs = make("div", { class: "tabs", role: "tablist", "aria-label": rail.getAttribute("aria-label") });
    const panels = make("div", { class: "panels" });
    rail.append(tabs, panels);
    const names = () => model[`${side}_tabs`];
    const chosen = () => (names().includes(model[`${side}_tab`]) ? model[`${side}_tab`] : names()[0]);
    const opened = () => narrow() && rail.classList.contains("open");
    const stays = () => side === "right" || model.wide_tabs.includes(chosen());
    const open = (value) => {
      rail.classList.toggle("open", value);
      el.classList.toggle(`open-${side}`, value);
    };

    // A text to follow takes the room of what stands at the right, until that is reached for again.
    const unfold = () => {
      open(true);
      if (narrow() && side === "left" && stays()) sides.forEach((other) => other.side === side || other.open(false));
    };

    function choose(name) {
      const again = name === chosen();
      if (!again) model[`${side}_tab`] = name;
      if (opened() && again) open(false);
      else unfold();
      if (!again) model.send_msg({ type: "tab", side, name });
    }

    function tab(name) {
      const picture = PICTURES[name] ? icon(PICTURES[name]) : make("b", { "aria-hidden": "true" }, name[0]);
      const id = `${side}-${name}`;
      return make("button", { type: "button", role: "tab", id, title: name, "aria-controls": `${id}-panel`, click: () => choose(name) }, picture, make("span", { "data-name": name }, name));
    }

    function panel(name, child) {
      const made = make("section", { class: "panel", role: "tabpanel", id: `${side}-${name}-panel`, "aria-labelledby": `${side}-${name}` });
      if (child) made.append(child);
      return made;
    }

    function mark() {
      el.classList.toggle(`wide-${side}`, model.wide_tabs.includes(chosen()));
      names().forEach((name, index) => {
        const shown = name === chosen();
        const button = tabs.children[index];
        button.setAttribute("aria-selected", String(shown));
        button.tabIndex = shown ? 0 : -1;
        panels.children[index].hidden = !shown;
      });
    }

    function draw() {
      const children = model.get_child(side) || [];
      tabs.replaceChildren(...names().map(tab));
      panels.replaceChildren(...names().map((name, index) => panel(name, children[index])));
      mark();
    }

    tabs.addEventListener("keydown", (event) => {
      const here = names().indexOf(chosen());
      const last = names().length - 1;
      const next = here === last ? 0 : here + 1;
      const back = here === 0 ? last : here - 1;
      const to = { ArrowRight: next, ArrowDown: next, ArrowLeft: back, ArrowUp: back, Home: 0, End: last }[event.key];
      if (to === undefined) return;
      const wasOpen = opened();
      choose(names()[to]);
      if (!wasOpen) open(false);
      tabs.children[to].focus();
      event.preventDefault();
      event.stopPropagation();
    });
    model.on([side, `${side}_tabs`], draw);
    model.on(`${side}_tab`, mark);
    draw();
    return { side, rail, open, opened, stays, focus: () => tabs.querySelector("[aria-selected=true]")?.focus() };
  }

  return function reveal(side) {
    const open = () => sides.find((one) => one.side === side).open(true);
    if (held) waiting = open;
    else open();
  };
}
