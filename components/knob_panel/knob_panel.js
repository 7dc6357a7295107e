import temml from "temml";
import { knob } from "./knob";
import { make } from "./make";
import { refusals } from "./refusals";
import { root } from "./root";

// A line of LaTeX as MathML, which browsers draw themselves; what cannot be read stands as it was written.
function drawn(latex) {
  const line = make("div", { class: "line" });
  temml.render(latex, line, { displayMode: true, throwOnError: false });
  return line;
}

// What decides how a knob is built; a change of anything else is shown in place.
const form = ({ value, ...rest }) => JSON.stringify([rest, Array.isArray(value), typeof value]);

export function render({ model }) {
  const el = root(model, "knobs");
  const title = make("h2");
  const subtitle = make("p", { class: "subtitle" });
  const equation = make("div", { class: "equation" });
  const list = make("div", { class: "list" });
  const empty = make("p", { class: "empty" });
  el.append(title, subtitle, equation, list, empty);
  const refused = refusals(model);
  const send = (name, value, final) => model.send_msg({ type: "set", name, value, final });

  function drawHead() {
    title.textContent = model.title;
    subtitle.textContent = model.subtitle;
    empty.textContent = model.title || model.knobs.length ? "" : model.empty;
  }
  const drawEquation = () => equation.replaceChildren(...model.equation.map(drawn));

  let shown = [];
  let forms = "";
  function drawKnobs() {
    refused.clear();
    const wanted = model.title + model.knobs.map(form).join();
    if (wanted !== forms) {
      forms = wanted;
      shown = model.knobs.map((spec) => knob(spec, (value, final) => send(spec.name, value, final), refused));
      list.replaceChildren(...shown.map((one) => one.element));
    }
    model.knobs.forEach((spec, index) => shown[index].show(spec.value));
    drawHead();
  }

  const hear = (message) => {
    if (message.type !== "refuse") return;
    const index = model.knobs.findIndex((spec) => spec.name === message.name);
    if (index < 0) return;
    shown[index].show(model.knobs[index].value);
    shown[index].refuse(message.message);
  };
  model.on("msg:custom", hear);
  model.on(["subtitle", "empty"], drawHead);
  model.on(["title", "knobs"], drawKnobs);
  model.on("equation", drawEquation);
  drawEquation();
  drawKnobs();
  return el;
}
