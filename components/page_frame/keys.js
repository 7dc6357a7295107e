import { make } from "./make";

const SIGNS = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Delete: "Del", "-": "−" };
const SLIDER = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"];
const MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);

// Whether the control that has the focus needs this key for itself.
function owns(target, key) {
  if (!(target instanceof Element)) return false;
  const kind = target.tagName === "INPUT" ? target.type : target.tagName;
  if (kind === "range") return SLIDER.includes(key);
  if (kind === "checkbox" || kind === "radio") return key === " ";
  if (kind === "BUTTON" || kind === "A" || kind === "SUMMARY" || target.getAttribute("role") === "button") return key === " " || key === "Enter";
  const typing = target.tagName === "INPUT" || kind === "SELECT" || kind === "TEXTAREA" || target.isContentEditable;
  return typing && key !== "Escape";
}

// Whether the event is the key of this entry. Shift is part of a sign such as "?", but told apart from a letter.
function matches(entry, event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key !== entry.key || Boolean(entry.ctrl) !== (event.ctrlKey || event.metaKey) || Boolean(entry.alt) !== event.altKey) return false;
  const sign = key.length === 1 && key !== " " && key.toLowerCase() === key.toUpperCase();
  return sign && !entry.shift ? true : Boolean(entry.shift) === event.shiftKey;
}

function written(entry) {
  const sign = SIGNS[entry.key] || (entry.key.length === 1 ? entry.key.toUpperCase() : entry.key);
  return [entry.ctrl && (MAC ? "⌘" : "Ctrl"), entry.alt && (MAC ? "⌥" : "Alt"), entry.shift && (MAC ? "⇧" : "Shift"), sign].filter(Boolean);
}

// Turn keys into commands, and show them on "?". Returns what opens that dialog.
export function keys({ model, el, stage, listen }) {
  const close = make("button", { type: "button", class: "close", "aria-label": "Close", click: () => dialog.close() }, "×");
  const list = make("div", { class: "groups" });
  const dialog = make("dialog", { class: "help", "aria-label": "Keys" }, make("h2", {}, "Keys"), close, list);
  el.append(dialog);
  // A click on the backdrop reaches the dialog itself, whose content fills it.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Tab") event.preventDefault(); // its one button keeps the focus
    if (event.key === "Escape") dialog.close();
    event.stopPropagation();
  });

  function help() {
    const groups = new Map(); // name: its table
    const rows = new Map(); // one row an action, with all its keys
    const own = { key: "?", label: "show the keys", group: model.keymap[0]?.group };
    for (const entry of [...model.keymap, own]) {
      const { group = "", command, label } = entry;
      if (!groups.has(group)) groups.set(group, make("dl"));
      const action = `${group}: ${command || label}`;
      if (!rows.has(action)) {
        rows.set(action, make("dd"));
        groups.get(group).append(make("div", {}, make("dt", {}, label), rows.get(action)));
      }
      rows.get(action).append(make("span", {}, ...written(entry).map((part) => make("kbd", {}, part))));
    }
    const section = ([name, table]) => make("section", {}, name ? make("h3", { class: "caption" }, name) : null, table);
    list.replaceChildren(...[...groups].map(section));
    if (!dialog.open) dialog.showModal();
    close.focus();
  }

  listen(stage, "keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || dialog.open || owns(event.composedPath()[0], event.key)) return;
    const entry = model.keymap.find((candidate) => candidate.command && matches(candidate, event));
    if (!entry && !matches({ key: "?" }, event)) return;
    event.preventDefault();
    if (!entry) help();
    else if (!event.repeat || entry.repeat) model.send_msg({ type: "command", name: entry.command });
  });

  if (model.embedded) {
    el.tabIndex = -1; // a click beside every control focuses the frame
    listen(el, "keydown", (event) => event.stopPropagation());
    // JupyterLab hears keys before any element does, but leaves alone what stands under this mark.
    model.on("after_render", () => {
      let outermost = el;
      while (outermost.getRootNode() instanceof ShadowRoot) outermost = outermost.getRootNode().host;
      outermost.dataset.lmSuppressShortcuts = "true";
    });
  }
  return help;
}
