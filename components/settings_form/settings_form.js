import { make } from "./make";
import { numberEntry } from "./numbers";
import { root } from "./root";

const form = ({ value, ...rest }) => JSON.stringify(rest);

function field(spec, send) {
  const id = `field-${spec.name}`;
  const said = make("p", { class: "refused", role: "alert" });
  const refuse = (sentence) => (said.textContent = sentence);
  const take = (value) => {
    refuse("");
    send(value);
  };
  const { control, show } = spec.choices ? choice(spec, id, take) : number(spec, id, take, refuse);
  const unit = make("span", { class: "unit" }, spec.unit && spec.unit !== "1" ? spec.unit : "");
  const label = spec.label || spec.name;
  return { element: make("div", { class: "field", title: spec.meaning }, make("label", { for: id }, label), control, unit, said), show, refuse };
}

function choice({ choices }, id, take) {
  const options = choices.map((one) => (typeof one === "object" ? one : { value: one, label: String(one) }));
  const control = make("select", { id }, ...options.map(({ label }, index) => make("option", { value: index }, label)));
  control.addEventListener("change", () => take(options[control.value].value));
  return { control, show: (value) => (control.value = options.findIndex((option) => option.value === value)) };
}

function number(spec, id, take, refuse) {
  const control = make("input", { id, class: "figure" });
  const bounds = { ...spec, label: spec.label || spec.name, whole: Number.isInteger(spec.step) };
  return { control, show: numberEntry(control, { field: () => bounds, take, refuse }).show };
}

export function render({ model }) {
  const el = root(model, "settings");
  const title = make("h2");
  const list = make("div");
  el.append(title, list);
  let shown = [];
  let forms = "";

  function draw() {
    title.textContent = model.title;
    const wanted = model.fields.map(form).join();
    if (wanted !== forms) {
      forms = wanted;
      shown = model.fields.map((spec) => field(spec, (value) => model.send_msg({ type: "set", name: spec.name, value })));
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
