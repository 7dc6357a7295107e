import { make } from "./make";
import { recall } from "./remembered";
import { root } from "./root";
import { files } from "./files";
import { kernel } from "./kernel";
import { keys } from "./keys";
import { links } from "./links";
import { connection } from "./connection";
import { messages } from "./messages";
import { rails } from "./rails";
import { splitter } from "./splitter";
import { identity } from "./identity";

// Up to this width the rails fold; up to the next one the transports take a line of their own.
const NARROW = 1100;
const STACKED = 1340;

export function render({ model }) {
  const el = root(model, "frame");
  el.classList.toggle("embedded", model.embedded);
  const slot = (name, tag = "div") => make(tag, { class: name });
  const slots = Object.fromEntries(["title", "simulation", "training", "center", "tile", "scope"].map((name) => [name, slot(name)]));
  const header = make("header", { class: "header" }, slots.title, make("div", { class: "transports" }, slots.simulation, slots.training));
  const below = make("div", { class: "below" }, slots.tile, slots.scope);
  const middle = make("main", { class: "middle" }, slots.center, below);
  const strip = make("footer", { class: "strip", "aria-label": "Figures of this design" });
  const left = make("nav", { class: "rail left", "aria-label": "Parts and designs" });
  const right = make("aside", { class: "rail right", "aria-label": "Details" });
  el.append(header, left, middle, right, strip);

  // Keys, drops and wake-ups belong to the page, or in a notebook to the frame alone.
  const stage = model.embedded ? el : document;
  const endings = [];
  const listen = (target, type, listener, options) => {
    target.addEventListener(type, listener, options);
    endings.push(() => target.removeEventListener(type, listener, options));
  };
  const here = { model, el, stage, listen, later: (ending) => endings.push(ending) };
  splitter({ middle, below });
  const say = messages(here);
  const reveal = rails(here, { left, right });
  const help = keys(here);
  const file = files(here);
  const link = links(here);
  (model.embedded ? kernel : connection)(here, say);

  for (const [name, place] of Object.entries(slots)) {
    const fill = () => {
      const child = model.get_child(name);
      place.replaceChildren(...(child ? [child] : []));
      place.hidden = !child || (name === "tile" && !model.tile_shown);
    };
    model.on(name, fill);
    if (name === "tile") model.on("tile_shown", fill);
    fill();
  }

  // In place: a figure that is being hovered keeps its tooltip while it changes.
  function drawStrip(figures) {
    const figure = () => make("dl", {}, make("dt"), make("dd", { class: "figure" }), make("dd", { class: "kind" }));
    while (strip.children.length > figures.length) strip.lastChild.remove();
    while (strip.children.length < figures.length) strip.append(figure());
    figures.forEach(({ label, value, kind, title = "" }, index) => {
      const one = strip.children[index];
      one.title = title;
      [label, value, kind].forEach((text, part) => (one.children[part].textContent = text));
    });
  }

  const entitle = () => model.page_title && !model.embedded && (document.title = model.page_title);
  model.on("page_title", entitle);
  entitle();

  const hear = (message) => {
    if (message.type === "strip") drawStrip(message.figures);
    else if (message.type === "help") help();
    else if (message.type === "reveal") reveal(message.side);
    else if (message.type === "open_file") file.ask();
    else if (message.type === "share") link.share(message);
    else if (message.type === "download") file.offer(message.name, message.data);
    else if (message.type === "address" && !model.embedded) history.replaceState(history.state, "", message.url);
  };
  model.on("msg:custom", hear);

  const size = new ResizeObserver(([{ contentRect }]) => {
    el.classList.toggle("narrow", contentRect.width <= NARROW);
    el.classList.toggle("stacked", contentRect.width <= STACKED);
  });
  size.observe(el);
  listen(document, "visibilitychange", () => model.send_msg({ type: "visible", value: !document.hidden }));
  model.on("remove", () => {
    size.disconnect();
    endings.forEach((end) => end());
  });

  const dark = recall("dark") ?? matchMedia("(prefers-color-scheme: dark)").matches;
  model.send_msg({ type: "_ready" });
  model.send_msg({ type: "ready", ...identity(listen), dark, link: link.found });
  return el;
}
