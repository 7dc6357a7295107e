import { make } from "./make";
import { recall, remember } from "./remembered";

const DEFAULT = 0.5;
const LEAST = 0.15;
const STEP = 0.03;

// The line between canvas and scope: drag it, move it with the arrow keys, double-click it back to the middle.
export function splitter({ middle, below }) {
  const line = make("div", {
    class: "splitter", role: "separator", tabindex: 0, "aria-orientation": "horizontal", "aria-label": "Height of the canvas",
    "aria-valuemin": Math.round(100 * LEAST), "aria-valuemax": Math.round(100 * (1 - LEAST)), title: "Drag, or double-click for equal halves",
  });
  middle.insertBefore(line, below);
  let share = 0;

  function put(wanted, keep = true) {
    share = Math.min(Math.max(Number(wanted) || DEFAULT, LEAST), 1 - LEAST);
    middle.style.setProperty("--share", share);
    line.setAttribute("aria-valuenow", Math.round(100 * share));
    if (keep) remember("splitter", share);
  }
  put(recall("splitter"), false);

  line.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    line.setPointerCapture(event.pointerId);
    line.classList.add("held");
    event.preventDefault();
    line.focus();
  });
  line.addEventListener("pointermove", (event) => {
    if (!line.classList.contains("held")) return;
    const { top, height } = middle.getBoundingClientRect();
    put((event.clientY - top) / height, false);
  });
  const release = () => {
    if (!line.classList.contains("held")) return;
    line.classList.remove("held");
    remember("splitter", share);
  };
  line.addEventListener("pointerup", release);
  line.addEventListener("pointercancel", release);
  line.addEventListener("dblclick", () => put(DEFAULT));
  line.addEventListener("keydown", (event) => {
    const to = { ArrowUp: share - STEP, ArrowDown: share + STEP, Home: LEAST, End: 1 - LEAST }[event.key];
    if (to === undefined) return;
    put(to);
    event.preventDefault();
    event.stopPropagation();
  });
}
