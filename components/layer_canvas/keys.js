const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const isTyping = (element) => element.matches("input, textarea, select, [contenteditable]");

// The keys of the canvas. Each action says whether it did something; only then the key stops here. All other keys go on
// to the page, which has its own (run, step, undo …).
export function pressed(event, { escape, remove, fit, pick, nudge }) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const node = event.target.closest(".react-flow__node")?.dataset.id;
  const wire = event.target.closest(".react-flow__edge")?.dataset.id;
  let used = false;
  if (event.key === "Escape") used = escape();
  else if (event.target.closest("button")) return;
  else if (event.key === "Delete" || event.key === "Backspace") used = remove();
  else if (event.key === "f" || event.key === "F") used = fit();
  else if (event.key === "Enter" && (node || wire)) used = pick(node, wire, event.shiftKey);
  else if (ARROWS[event.key] && node) used = nudge(node, ARROWS[event.key]);
  if (!used) return;
  event.preventDefault();
  event.stopPropagation();
}
