import { icon, make } from "./make";
import { root } from "./root";

const COPY = "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3";
const BIN = "M2.5 4.5h11M6.5 4.5v-2h3v2M4 4.5l.7 9h6.6l.7-9";

export function render({ model }) {
  const el = root(model, "designs");
  const action = make("button", { type: "button", class: "action", click: () => model.send_msg({ type: "action" }) });
  const list = make("div", { class: "list" });
  const empty = make("p", { class: "empty" });
  el.append(action, list, empty);
  let asked = ""; // the id whose deletion waits for a second click

  function ask(id, back = true) {
    asked = id;
    draw();
    const button = list.querySelector(asked ? ".yes" : ".delete");
    if (back) button?.focus();
  }

  function tool(name, label, picture, click) {
    return make("button", { type: "button", class: `tool ${name}`, title: label, "aria-label": label, click }, picture);
  }

  function item({ id, title, meaning, can = [] }) {
    const send = (type) => model.send_msg({ type, id });
    const words = [make("strong", {}, title), meaning ? make("span", {}, meaning) : null];
    const open = make("button", { type: "button", class: "open", "aria-current": id === model.current ? "true" : null, click: () => send("open") }, ...words);
    const row = make("div", { class: "item", "data-id": id }, open);
    if (asked === id) {
      const yes = make("button", { type: "button", class: "yes", click: () => (send("delete"), ask("", false)) }, "Delete");
      const no = make("button", { type: "button", click: () => ask("") }, "Keep");
      row.append(make("div", { class: "asked", role: "group", "aria-label": `Delete ${title}?` }, yes, no));
      return row;
    }
    const copy = can.includes("duplicate") && tool("duplicate", `Duplicate ${title}`, icon(COPY), () => send("duplicate"));
    const remove = can.includes("delete") && tool("delete", `Delete ${title}`, icon(BIN), () => ask(id));
    if (copy || remove) row.append(make("div", { class: "tools" }, copy, remove));
    return row;
  }

  function draw() {
    const held = el.getRootNode().activeElement?.closest?.(".item")?.dataset.id;
    action.textContent = model.action;
    action.hidden = !model.action;
    empty.textContent = model.items.length ? "" : model.empty;
    list.replaceChildren();
    let group = null;
    for (const one of model.items) {
      if ((one.group || "") !== group) {
        group = one.group || "";
        if (group) list.append(make("h3", { class: "caption" }, group));
      }
      list.append(item(one));
    }
    // What had the keyboard keeps it.
    if (held) [...list.querySelectorAll(".item")].find((row) => row.dataset.id === held)?.querySelector(".open").focus();
  }

  el.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && asked) ask("");
    else {
      const all = [...list.querySelectorAll(".open")];
      const to = all.indexOf(event.target) + ({ ArrowDown: 1, ArrowUp: -1 }[event.key] || 0);
      if (!event.target.matches(".open") || !event.key.startsWith("Arrow") || all[to] === event.target) return;
      all[to]?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  });
  model.on(["items", "current", "action", "empty"], draw);
  draw();
  return el;
}
