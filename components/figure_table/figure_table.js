import { make } from "./make";
import { root } from "./root";

// Whole numbers in full, others with four significant digits; a text as it is.
function written(value) {
  if (typeof value !== "number") return String(value ?? "");
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  return value.toLocaleString("en-US", { maximumSignificantDigits: 4 });
}

// A figure on one line, where it comes from on the next.
function rows({ name, value, unit, kind, of, total }) {
  const amount = make("span", { class: "figure" }, written(value));
  const figure = make("td", {}, amount, unit && unit !== "1" ? make("span", { class: "unit" }, unit) : null);
  const source = [kind, of].filter(Boolean).join(" · ");
  return [
    make("tr", { class: total ? "total" : null }, make("th", { scope: "row" }, name), figure),
    make("tr", { class: "source" }, make("td", { colspan: 2 }, source)),
  ];
}

export function render({ model }) {
  const el = root(model, "figures");
  const title = make("h2");
  const note = make("p", { class: "note" });
  const stale = make("p", { class: "stale-note", role: "status" });
  const table = make("table");
  const empty = make("p", { class: "note" });
  el.append(title, note, stale, table, empty);

  function draw() {
    title.textContent = model.title;
    note.textContent = model.note;
    table.setAttribute("aria-label", model.title || "Figures");
    empty.textContent = model.rows.length ? "" : model.empty;
    el.classList.toggle("stale", model.stale);
    stale.textContent = model.stale ? "These are the figures of the design before your last change." : "";
    const groups = [];
    for (const one of model.rows) {
      const layer = one.layer || "";
      if (groups.at(-1)?.layer !== layer) groups.push({ layer, group: [] });
      groups.at(-1).group.push(one);
    }
    const body = ({ layer, group }) =>
      make("tbody", {}, layer ? make("tr", { class: "layer" }, make("th", { scope: "rowgroup", colspan: 2, class: "caption" }, layer)) : null, ...group.flatMap(rows));
    table.replaceChildren(...groups.map(body));
  }
  model.on(["title", "note", "rows", "stale", "empty"], draw);
  draw();
  return el;
}
