import { root } from "./root";

const SVG = "http://www.w3.org/2000/svg";

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function pictogram(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 16");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "path"));
  svg.firstChild.setAttribute("d", path);
  return svg;
}

function item(part, insert) {
  const button = element("button", "part");
  button.type = "button";
  button.draggable = true;
  button.tabIndex = -1;
  button.title = part.meaning || "";
  button.dataset.kind = part.kind;
  button.append(element("span", "name", part.title));
  if (part.picture) button.append(pictogram(part.picture));
  button.addEventListener("click", () => insert(part.kind));
  button.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("application/x-snn-part", part.kind);
    event.dataTransfer.effectAllowed = "copy";
  });
  return button;
}

export function render({ model }) {
  const el = root(model, "palette");
  const insert = (kind) => model.send_msg({ type: "insert", kind });
  const box = element("div", "search");
  const search = element("input");
  search.type = "search";
  search.placeholder = "find a part";
  search.setAttribute("aria-label", "Find a part");
  search.spellcheck = false;
  box.append(element("kbd", "", "/"), search);
  const list = element("div", "list");
  const nothing = element("p", "nothing");
  nothing.setAttribute("role", "status");
  el.append(box, list, nothing);

  const shown = () => [...list.querySelectorAll(".part")];
  // One stop for Tab among the items; the arrow keys move it.
  const stop = (chosen) => shown().forEach((button) => (button.tabIndex = button === chosen ? 0 : -1));

  function draw() {
    const wanted = search.value.trim().toLowerCase();
    const fits = (part, group) => `${part.title} ${part.kind} ${part.meaning || ""} ${group}`.toLowerCase().includes(wanted);
    list.replaceChildren();
    for (const group of model.groups) {
      const parts = group.parts.filter((part) => fits(part, group.name));
      if (!parts.length) continue;
      const section = element("section");
      section.setAttribute("aria-label", group.name);
      section.append(element("h3", "caption", group.name), ...parts.map((part) => item(part, insert)));
      list.append(section);
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
    } else if (event.key === "Enter" && searching) {
      const first = shown()[0];
      if (first) insert(first.dataset.kind);
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
