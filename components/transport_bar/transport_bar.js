import { icon, make } from "./make";
import { root } from "./root";

const PLAY = "M4.8 3v10l8.2-5z";
const PAUSE = "M4.2 3.4h2.6v9.2H4.2zM9.2 3.4h2.6v9.2H9.2z";
const STEP = "M3.4 3.4v9.2L9.8 8zM11.2 3.4h1.6v9.2h-1.6z";
const START = "M3.2 3.4h1.6v9.2H3.2zM12.6 3.4v9.2L6.2 8z";

// How long a click's own picture may stand without a word from Python.
const PATIENCE = 2000;

const ONE_STEP = "One step";
const BATCH = "Train one batch";
const NAMES = { simulation: "Simulation", training: "Training" };

export function render({ model }) {
  const el = root(model, `transport ${model.variant}`);
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", NAMES[model.variant]);
  const training = model.variant === "training";
  const send = (type, more = {}) => model.send_msg({ type, ...more });

  // What a click promises until Python says what is: {running, stopping}, or nothing.
  let promise = null;
  let patience = 0;
  const settle = () => {
    clearTimeout(patience);
    promise = null;
    draw();
  };
  const state = () => promise || { running: model.running, stopping: model.stopping };

  const run = make("button", { type: "button", class: "run", click: toggle });
  function toggle() {
    const { running, stopping } = state();
    if (stopping) return;
    send(running ? "pause" : "run");
    promise = running ? { running: training, stopping: training } : { running: true, stopping: false };
    clearTimeout(patience);
    patience = setTimeout(settle, PATIENCE);
    draw();
  }

  // A picture is named by its hint; words are their own name.
  const button = (type, hint, shown) =>
    make("button", { type: "button", class: type, title: hint, "aria-label": typeof shown === "string" ? null : hint, click: () => send(type) }, shown);
  const parts = training ? trainingParts() : simulationParts();
  el.append(...parts.elements);

  function simulationParts() {
    const digits = make("span", { class: "digits" });
    const time = make("span", { class: "time figure" }, "t =", digits, "ms");
    const speed = make("select", { class: "speed figure", title: "Model time per second", "aria-label": "Speed" });
    speed.addEventListener("change", () => send("speed", { value: Number(speed.value) }));
    let decimals = 0;
    const hear = (message) => {
      if (message.type !== "tick") return;
      if (!Number.isInteger(message.t_ms)) decimals = 1;
      const fixed = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
      digits.textContent = message.t_ms.toLocaleString("en-US", fixed);
    };
    digits.textContent = "0";
    model.on("msg:custom", hear);
    const reset = button("reset", "Reset time", icon(START, true));
    const step = button("step", ONE_STEP, icon(STEP, true));
    return {
      elements: [reset, run, step, time, speed],
      blockable: [[step, ONE_STEP]],
      draw() {
        const choices = [...new Set([...model.speeds, model.speed])].sort((a, b) => a - b);
        speed.replaceChildren(...choices.map((value) => make("option", { value }, `${value} ms/s`)));
        speed.value = String(model.speed);
      },
    };
  }

  function trainingParts() {
    const status = make("span", { class: "status" });
    const bar = make("span", { class: "bar", role: "progressbar", "aria-label": "Training", "aria-valuemin": 0, "aria-valuemax": 100 }, make("i"));
    const left = make("span", { class: "left" });
    const line = make("span", { class: "line" }, bar, left);
    const batch = button("batch", BATCH, "+1 batch");
    const weights = button("new_weights", "Start again from new random weights", "new weights");
    return {
      elements: [make("span", { class: "name" }, "training"), run, batch, weights, make("span", { class: "where" }, status, line)],
      blockable: [[batch, BATCH]],
      draw({ running, stopping }) {
        status.textContent = stopping ? "stopping…" : (!running && model.blocked) || model.status;
        status.title = status.textContent;
        status.classList.toggle("reason", !running && Boolean(model.blocked));
        line.hidden = model.progress === null || (!running && Boolean(model.blocked));
        const percent = 100 * (model.progress || 0);
        bar.firstChild.style.width = `${percent}%`;
        bar.setAttribute("aria-valuenow", Math.round(percent));
        left.textContent = running && !stopping ? model.time_left : "";
      },
    };
  }

  function draw() {
    const now = state();
    el.classList.toggle("running", now.running);
    el.classList.toggle("stopping", now.stopping);
    const verb = now.stopping ? "Stopping" : now.running ? "Pause" : "Run";
    run.title = (!now.running && model.blocked) || `${verb} ${now.stopping ? "after this batch" : model.variant}`;
    run.setAttribute("aria-label", `${verb} ${model.variant}`);
    run.replaceChildren(icon(now.running ? PAUSE : PLAY, true));
    run.disabled = !now.running && Boolean(model.blocked);
    for (const [other, hint] of parts.blockable) {
      other.disabled = Boolean(model.blocked) || now.stopping;
      other.title = model.blocked || hint;
    }
    parts.draw(now);
  }

  model.on(["running", "stopping"], settle);
  model.on(["blocked", "speed", "speeds", "status", "progress", "time_left"], draw);
  draw();
  model.send_msg({ type: "_drawn" });
  return el;
}
