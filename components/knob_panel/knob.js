import { make } from "./make";
import { numberEntry, plain, withUnit } from "./numbers";

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const PATIENCE = 300; // ms after which a value that nobody answered no longer holds up the next
const dimensionless = (unit) => !unit || unit === "1";

const worded = ({ name, label }) => label || name.replaceAll("_", " ");

// A step that gives about two hundred places between the bounds, one of 1, 2, 5 times a power of ten.
function roundStep(lo, hi) {
  const rough = (hi - lo) / 200;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * 0.999);
  return Number((factor * power).toPrecision(3));
}

// One row: symbol, name and value on a line, then a slider where there are bounds, then what it means. `send(value,
// final)` hands a value on, `refusals` are those of the panel. Returns {element, show(value), refuse(sentence)}.
export function knob(spec, send, refusals) {
  const { name, symbol, meaning, source, choices, structural } = spec;
  const id = `knob-${name}`;
  const said = make("p", { class: "refused", role: "alert" });
  const refuse = (sentence) => refusals.say(said, sentence);
  const explained = [meaning, structural && "Changing it rebuilds the network."].filter(Boolean).join(" ");
  const label = make("label", { for: id }, symbol && symbol !== name ? make("i", {}, symbol) : null, worded(spec));
  const head = make("div", { class: "head" }, label);
  const element = make("div", { class: "knob", "data-knob": name, title: [meaning, source].filter(Boolean).join("\n") }, head);
  const { body, show } = pick()({ spec, id, send, refuse, clear: refusals.clear, head });
  if (body) element.append(body);
  if (explained) element.append(make("p", { class: "meaning" }, explained));
  element.append(said);
  return { element, show, refuse };

  function pick() {
    if (choices) return chooser;
    if (Array.isArray(spec.value)) return summary;
    if (typeof spec.value === "boolean") return onOff;
    if (typeof spec.value === "string") return words;
    return spec.slider !== false && Number.isFinite(spec.lo) && Number.isFinite(spec.hi) ? slider : number;
  }
}

function chooser({ spec, id, send, head }) {
  const options = spec.choices.map((choice) => (typeof choice === "object" ? choice : { value: choice, label: String(choice) }));
  const select = make("select", { id }, ...options.map(({ label }, index) => make("option", { value: index }, label)));
  select.addEventListener("change", () => send(options[select.value].value, true));
  head.append(select);
  return { show: (value) => (select.value = options.findIndex((option) => option.value === value)) };
}

function summary({ head }) {
  const text = make("span", { class: "figure" });
  head.append(text);
  return { show: (values) => (text.textContent = `per neuron (${values.length} values, mean ${plain(mean(values).toPrecision(3))})`) };
}

function onOff({ id, send, head }) {
  const box = make("input", { type: "checkbox", id });
  box.addEventListener("change", () => send(box.checked, true));
  head.append(make("label", { class: "box" }, box));
  return { show: (value) => (box.checked = value) };
}

function words({ spec, id, send, clear, head }) {
  const input = make("input", { id, class: "words", placeholder: spec.placeholder, autocomplete: "off", spellcheck: "false" });
  head.append(input);
  let value = "";
  const revert = () => (input.value = value);
  const commit = () => input.value !== value && send((value = input.value), true);
  input.addEventListener("input", clear);
  input.addEventListener("blur", commit);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") commit();
    else if (event.key === "Escape") revert();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return {
    show(next) {
      const typing = input.matches(":focus") && input.value !== value;
      value = next;
      if (!typing) revert();
    },
  };
}

function entry({ spec, id, refuse, clear, head }, take) {
  const input = make("input", { id, class: "figure", "aria-label": worded(spec) });
  head.append(input, make("span", { class: "unit" }, dimensionless(spec.unit) ? "" : spec.unit));
  const whole = Number.isInteger(spec.step);
  const field = { where: spec.name, ...spec, whole };
  return numberEntry(input, { field: () => field, take, refuse, clear });
}

const number = (row) => ({ show: entry(row, (value) => row.send(value, true)).show });

function slider(row) {
  const { spec, send, clear } = row;
  const [from, to] = [spec.from ?? spec.lo, spec.to ?? spec.hi]; // what the slider covers; more can be typed
  const step = spec.step || roundStep(from, to);
  const range = make("input", { type: "range", min: from, max: to, step, "aria-label": `${worded(spec)}, slider` });
  const ghost = make("i", { class: "ghost", hidden: true });
  const typed = entry({ ...row, spec: { ...spec, step } }, (value) => change(value, true));
  const body = make("div", { class: "slide" }, ghost, range);
  let value = spec.value;
  let before = null; // the value at the start of a drag, while it lasts
  let frame = 0;
  let patience = 0; // runs while Python has not answered the last value
  let late = false; // a newer one waits for that: a slow Python gets the newest, never a queue

  const place = () => {
    range.value = value;
    typed.show(value);
    range.setAttribute("aria-valuetext", withUnit(value, spec.unit));
  };
  function change(next, final) {
    clear();
    value = next;
    place();
    cancelAnimationFrame(frame);
    if (final) {
      late = false;
      send(value, true);
    } else if (!spec.structural) frame = requestAnimationFrame(offer);
  }
  function offer() {
    late = Boolean(patience);
    if (late) return;
    patience = setTimeout(answered, PATIENCE);
    send(value, false);
  }
  function answered() {
    clearTimeout(patience);
    patience = 0;
    if (late) offer();
  }
  const reset = () => Number.isFinite(spec.default) && change(spec.default, true);
  function mark() {
    before = value;
    ghost.style.setProperty("--at", (value - from) / (to - from));
    ghost.title = `before: ${withUnit(value, spec.unit)}`;
  }

  range.addEventListener("pointerdown", (event) => event.button === 0 && mark());
  range.addEventListener("input", () => {
    if (before !== null) ghost.hidden = false;
    change(Number(range.value), false);
  });
  // Exactly one final value at the end of a drag or of a key: the browser says "change" for both.
  range.addEventListener("change", () => {
    before = null;
    change(Number(range.value), true);
  });
  range.addEventListener("pointerup", () => (before = null));
  range.addEventListener("dblclick", reset);
  range.addEventListener("keydown", (event) => {
    if (event.key !== "Backspace" && event.key !== "Delete") return;
    reset();
    event.preventDefault();
    event.stopPropagation();
  });
  if (Number.isFinite(spec.default)) range.title = `Double-click: ${withUnit(spec.default, spec.unit)}`;
  return {
    body,
    show(next) {
      answered();
      if (before !== null) return; // the viewer is dragging
      value = next;
      place();
    },
  };
}
