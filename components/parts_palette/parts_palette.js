import { make } from "./make";
import { distance } from "./part_search";
import { root } from "./root";

const SVG = "http://www.w3.org/2000/svg";

function pictogram(line) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 16");
  svg.setAttribute("aria-hidden", "true");
  svg.appendChild(document.createElementNS(SVG, "path")).setAttribute("d", line);
  return svg;
}

function item({ kind, title, meaning, picture }, insert) {
  const dragstart = ({ dataTransfer }) => {
    dataTransfer.setData("application/x-snn-part", kind);
    dataTransfer.effectAllowed = "copy";
  };
  const attributes = { class: "part", type: "button", draggable: "true", tabindex: -1, title: meaning, "data-kind": kind };
  const name = make("span", { class: "name" }, title);
  return make("button", { ...attributes, click: () => insert(kind), dragstart }, name, picture && pictogram(picture));
}

export function render({ model }) {
  const el = root(model, "palette");
  const insert = (kind) => model.send_msg({ type: "insert", kind });
  const search = make("input", { type: "search", placeholder: "find a part", "aria-label": "Find a part", spellcheck: "false" });
  const list = make("div", { class: "list" });
  const nothing = make("p", { class: "nothing", role: "status" });
  el.append(make("div", { class: "search" }, make("kbd", {}, "/"), search), list, nothing);

  let best = null; // the kind that comes nearest to what is typed, for Enter

  const shown = () => [...list.querySelectorAll(".part")];
  // One stop for Tab among the items; the arrow keys move it.
  const stop = (chosen) => shown().forEach((button) => (button.tabIndex = button === chosen ? 0 : -1));

  function draw() {
    const wanted = search.value.trim().toLowerCase();
    let nearest = Infinity;
    best = null;
    list.replaceChildren();
    for (const group of model.groups) {
      const parts = group.parts.filter((part) => distance(part, group.name, wanted) < Infinity);
      for (const part of parts) {
        const far = distance(part, group.name, wanted);
        if (far < nearest) [nearest, best] = [far, part.kind];
      }
      if (!parts.length) continue;
      const caption = make("h3", { class: "caption" }, group.name);
      list.append(make("section", { "aria-label": group.name }, caption, ...parts.map((part) => item(part, insert))));
    }
    nothing.textContent = wanted && !shown().length ? `No part is called “${search.value.trim()}”.` : "";
    stop(shown()[0]);
  }

  function move(event) {
    const items = shown();
    const here = items.indexOf(event.target);
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined || (event.target === search && event.key !== "ArrowDown")) return false;
    const next = to < 0 ? search : items[Math.min(to, items.length - 1)];
    if (next && next !== search) stop(next);
    next?.focus();
    return true;
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const searching = event.target === search;
    if (move(event)) {
      // moved
    } else if (event.key === "/" && !searching) {
      search.select();
    } else if (event.key === "Enter" && searching && search.value.trim()) {
      if (best) insert(best);
    } else if (event.key === "Escape" && searching && search.value) {
      search.value = "";
      draw();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const hear = (message) => message.type === "find" && search.select();
  search.addEventListener("input", draw);
  el.addEventListener("keydown", key);
  model.on("groups", draw);
  model.on("msg:custom", hear);
  draw();
  return el;
}
