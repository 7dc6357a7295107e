import { Chart, GUTTER, ceiling } from "./chart";
import { root } from "./root";

const [X, LOSS, TRAIN, HELD] = [0, 1, 2, 3];
const FEW = 50; // held-out points that are also drawn as dots
const PERIOD = 100; // ms between two drawings

const HTML = `<p class="empty"></p><div class="charts">
  <figure role="img"><figcaption><span class="name">loss</span><b class="figure"></b></figcaption></figure>
  <figure role="img"><figcaption><span class="name">accuracy</span><span class="now"><span class="train"><i></i>train <span class="figure"></span></span
  ><span class="held"><i></i><span class="what">held out</span> <b class="figure"></b></span></span></figcaption></figure>
  <div class="axis figure"><span></span><span class="unit"></span><span></span></div></div>`;

export function render({ model }) {
  const el = root(model, "curves");
  el.innerHTML = HTML;
  const find = (selector) => el.querySelector(selector);
  const [lossFigure, accuracyFigure] = el.querySelectorAll("figure");
  const charts = [new Chart(58), new Chart(58)];
  lossFigure.append(charts[0].svg);
  accuracyFigure.append(charts[1].svg);
  let points = [];
  let told = null; // the held-out accuracy of now, in words; null: that of the newest point
  let due = null;
  let drawn = 0;

  const write = (element, text) => element.textContent === text || (element.textContent = text);
  const pairs = (field) => points.filter((point) => point[field] != null && point[X] != null).map((point) => [point[X], point[field]]);
  const newest = (list) => (list.length ? list[list.length - 1][1] : null);
  const percent = (value, digits = 1) => `${(100 * value).toFixed(digits)} %`;
  const number = (value) => String(+value.toPrecision(4));

  function draw() {
    due = null;
    drawn = performance.now();
    el.classList.toggle("without", !points.length);
    write(find(".empty"), points.length ? "" : model.empty);
    const width = find(".charts").clientWidth;
    if (!points.length || !width) return;
    const [loss, train, held] = [LOSS, TRAIN, HELD].map(pairs);
    const begin = Math.min(0, points[0][X] ?? 0);
    const newestX = points[points.length - 1][X] ?? 0;
    const few = model.parts > 0 && newestX <= 1; // the first epoch is told in batches
    const grown = few ? Math.min(1, (2 * Math.max(2, Math.round(newestX * model.parts))) / model.parts) : ceiling(1.2 * newestX);
    const end = Math.max(newestX, Math.min(grown, model.end ?? newestX), begin + 1e-9);
    const axis = few ? "batches" : model.axis;
    const places = (value) => number(few ? Math.round(value * model.parts) : value);
    const top = ceiling(loss.reduce((most, [, value]) => Math.max(most, value), 0));
    const bottom = Math.min(0, loss.reduce((least, [, value]) => Math.min(least, value), 0));
    charts[0].draw(width, [begin, end], [bottom, top], { bold: loss }, number);
    charts[1].draw(width, [begin, end], [0, 1], { thin: train, bold: held, dots: held.length > FEW ? [] : held }, (value) => percent(value, 0));
    write(find("figcaption b"), loss.length ? newest(loss).toFixed(3) : "–");
    write(find(".train .figure"), train.length ? percent(newest(train)) : "–");
    write(find(".held b"), (told ?? (held.length ? percent(newest(held)) : "")) || "–");
    write(find(".what"), model.held_out_of ? `held out (${model.held_out_of.toLocaleString("en")})` : "held out");
    const [left, unit, right] = find(".axis").children;
    write(left, places(begin));
    write(unit, axis);
    write(right, places(end));
    const said = (name, value) => (value == null ? "" : `${name} ${percent(value)}`);
    lossFigure.setAttribute("aria-label", `Loss over ${axis}: now ${loss.length ? newest(loss).toFixed(3) : "unknown"}`);
    const accuracies = [said("training", newest(train)), said("held out", newest(held))].filter(Boolean).join(", ");
    accuracyFigure.setAttribute("aria-label", `Accuracy over ${axis}: ${accuracies || "not measured yet"}`);
  }

  function ask() {
    due ??= setTimeout(draw, Math.max(0, drawn + PERIOD - performance.now()));
  }
  function receive(message) {
    if (message?.type !== "points") return;
    told = message.held_out;
    points = message.anew ? message.points : points.concat(message.points);
    ask();
  }
  const resized = new ResizeObserver(draw);
  resized.observe(find(".charts"));
  find(".axis").style.marginLeft = `${GUTTER}px`;
  model.on("msg:custom", receive);
  model.on(["axis", "end", "parts", "held_out_of", "empty"], draw);
  model.on("remove", () => {
    clearTimeout(due);
    resized.disconnect();
    model.off("msg:custom", receive);
  });
  draw();
  model.send_msg({ type: "_ready" });
  return el;
}
