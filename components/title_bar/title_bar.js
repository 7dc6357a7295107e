import { icon, make } from "./make";
import { refusals } from "./refusals";
import { remember } from "./remembered";
import { root } from "./root";

const PULSE = "M1 9.5h3l2-7 3 11 2-5h4";
const UNDO = "M6 3 2.8 6.2 6 9.4M3 6.2h6.2a3.5 3.5 0 0 1 0 7H7";
const REDO = "M10 3l3.2 3.2L10 9.4M13 6.2H6.8a3.5 3.5 0 0 0 0 7H9";
const STEPS = "M4.5 6.5 8 10l3.5-3.5";
const OPEN = "M2 12.5v-9h4l1.5 2H13v2M2 12.5 4 7.5h11l-2 5z";
const SAVE = "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.2h11";
const SHARE = "M4.5 8a1.8 1.8 0 1 0 0 .1M11.5 3.6a1.8 1.8 0 1 0 0 .1M11.5 12.4a1.8 1.8 0 1 0 0 .1M6 7.2l4-2.4M6 8.8l4 2.4";
const MOON = "M8 2.2a5.8 5.8 0 1 0 0 11.6zM8 2.2a5.8 5.8 0 0 1 0 11.6";

export function render({ model }) {
  const el = root(model, "titlebar");
  const send = (type, more = {}) => model.send_msg({ type, ...more });
  const button = (name, picture, click, word = "") => make("button", { type: "button", class: name, click }, picture, word ? make("span", {}, word) : null);
  const label = (target, text) => {
    target.title = text;
    target.setAttribute("aria-label", text);
  };

  const name = make("input", { class: "name", "aria-label": "Name of the design", spellcheck: "false", size: 1 });
  const refused = make("p", { class: "refused", role: "alert" });
  const width = make("span", { class: "width", "aria-hidden": "true" });
  const saved = make("span", { class: "saved", role: "status" });
  const undo = button("undo", icon(UNDO), () => send("undo"));
  const redo = button("redo", icon(REDO), () => send("redo"));
  const steps = button("steps", icon(STEPS), () => (list.hidden ? openList() : closeList()));
  const list = make("div", { class: "list", role: "listbox", "aria-label": "History", hidden: true });
  const theme = button("theme", icon(MOON), () => {
    remember("dark", !model.dark);
    send("theme", { dark: !model.dark });
  }, "Colours");
  const open = button("open", icon(OPEN), () => send("open"), "Open");
  const save = button("save", icon(SAVE), () => send("save"), "Save");
  const share = button("share", icon(SHARE), () => send("share"), "Share");
  const help = button("help", make("b", {}, "?"), () => send("help"), "Keys");
  label(steps, "History");
  steps.setAttribute("aria-haspopup", "listbox");
  label(open, "Open a design file");
  label(save, "Save the design as a file");
  label(share, "Share the design as a link");
  label(help, "Keys");
  el.append(
    make("div", { class: "here" }, icon(PULSE), make("label", { class: "sized" }, width, name), saved, undo, redo, steps, list, refused),
    make("div", { class: "doors" }, open, save, share, theme, help),
  );
  theme.firstChild.firstChild.style.fill = "none";

  // The name: a text that becomes a field.
  const fit = () => (width.textContent = name.value || " ");
  const said = refusals(model);
  const showName = () => {
    if (name.matches(":focus")) return;
    said.clear();
    name.value = model.title;
    name.title = `${model.title}: click to rename`;
    fit();
  };
  const rename = () => {
    const text = name.value.trim();
    if (text && text !== model.title) send("rename", { name: text });
    else name.value = model.title;
    fit();
  };
  const hear = (message) => {
    if (message.type !== "refuse") return;
    name.value = model.title;
    fit();
    said.say(refused, message.message);
  };
  name.addEventListener("input", fit);
  name.addEventListener("blur", rename);
  name.addEventListener("focus", () => name.select());
  name.addEventListener("keydown", (event) => {
    if (event.key === "Escape") name.value = model.title;
    else if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    name.blur();
  });

  // The history: a list under its button, newest on top.
  const outside = (event) => !event.composedPath().includes(list) && !event.composedPath().includes(steps) && closeList(false);
  function openList() {
    list.hidden = false;
    steps.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside, true);
    drawList();
    (list.querySelector("[aria-selected=true]") || list.lastChild)?.focus();
  }
  function closeList(back = true) {
    list.hidden = true;
    steps.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (back) steps.focus();
  }
  function drawList() {
    const focused = list.contains(el.getRootNode().activeElement);
    const entries = model.history.map((text, position) => {
      const here = position === model.position;
      const jump = () => here || send("jump", { position });
      const later = position > model.position ? " later" : "";
      return make("button", { type: "button", role: "option", class: `entry${later}`, "aria-selected": String(here), click: jump }, text);
    });
    list.replaceChildren(...entries.reverse());
    if (focused) list.querySelector("[aria-selected=true]")?.focus();
  }
  list.addEventListener("keydown", (event) => {
    const entries = [...list.children];
    const here = entries.indexOf(event.target);
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (event.key === "Escape") closeList();
    else if (to !== undefined) entries[Math.max(0, Math.min(to, entries.length - 1))].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  function drawHistory() {
    const { history, position } = model;
    undo.disabled = position <= 0;
    redo.disabled = position >= history.length - 1;
    steps.disabled = !history.length;
    label(undo, undo.disabled ? ["Nothing to undo", ...history.slice(0, 1)].join(" · ") : `Undo: ${history[position]}`);
    label(redo, redo.disabled ? "Nothing to redo" : `Redo: ${history[position + 1]}`);
    if (!list.hidden) drawList();
  }
  const drawSaved = () => {
    saved.textContent = model.saved;
    saved.title = model.saved;
    saved.classList.toggle("bad", model.saved.startsWith("not"));
  };
  const drawTheme = () => label(theme, model.dark ? "Light colours" : "Dark colours");

  model.on("msg:custom", hear);
  model.on("title", showName);
  model.on("saved", drawSaved);
  model.on(["history", "position"], drawHistory);
  model.on("dark", drawTheme);
  model.on("remove", () => document.removeEventListener("pointerdown", outside, true));
  showName();
  drawSaved();
  drawHistory();
  drawTheme();
  return el;
}
