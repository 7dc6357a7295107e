import { make } from "./make";
import { numberEntry } from "./numbers";
import { refusals } from "./refusals";
import { root } from "./root";

const form = ({ value, ...rest }) => JSON.stringify(rest);

function field(spec, send, refusals) {
  const id = `field-${spec.name}`;
  const said = make("p", { class: "refused", role: "alert" });
  const refuse = (sentence) => refusals.say(said, sentence);
  const label = spec.label || spec.name;
  const bounds = { ...spec, where: label, whole: Number.isInteger(spec.step) };
  const { control, show } = spec.choices ? choice(spec, id, send) : number(id, { field: () => bounds, take: send, refuse, clear: refusals.clear });
  const unit = make("span", { class: "unit" }, spec.unit && spec.unit !== "1" ? spec.unit : "");
  return { element: make("div", { class: "field", title: spec.meaning }, make("label", { for: id }, label), control, unit, said), show, refuse };
}

function choice({ choices }, id, take) {
  const options = choices.map((one) => (typeof one === "object" ? one : { value: one, label: String(one) }));
  const control = make("select", { id }, ...options.map(({ label }, index) => make("option", { value: index }, label)));
  control.addEventListener("change", () => take(options[control.value].value));
  return { control, show: (value) => (control.value = options.findIndex((option) => option.value === value)) };
}

function number(id, entry) {
  const control = make("input", { id, class: "figure" });
  return { control, show: numberEntry(control, entry).show };
}

export function render({ model }) {
  const el = root(model, "settings");
  const title = make("h2");
  const list = make("div");
  const refused = refusals(model);
  el.append(title, list);
  let shown = [];
  let forms = "";

  function draw() {
    refused.clear();
    title.textContent = model.title;
    const wanted = model.fields.map(form).join();
    if (wanted !== forms) {
      forms = wanted;
      shown = model.fields.map((spec) => field(spec, (value) => model.send_msg({ type: "set", name: spec.name, value }), refused));
      list.replaceChildren(...shown.map((one) => one.element));
    }
    model.fields.forEach((spec, index) => shown[index].show(spec.value));
  }
  const hear = (message) => {
    if (message.type !== "refuse") return;
    const index = model.fields.findIndex((spec) => spec.name === message.name);
    if (index < 0) return;
    shown[index].show(model.fields[index].value);
    shown[index].refuse(message.message);
  };
  model.on("msg:custom", hear);
  model.on(["title", "fields"], draw);
  draw();
  return el;
}
