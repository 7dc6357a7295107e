import { nodeHeight, portsOf, WIDTH } from "./geometry";

// From Python's nodes and wires to those of React Flow. What only the page knows (selection, the place of a node
// that is being moved) is carried over from the present ones, whatever Python echoes in between. `selected`
// is for the first drawing alone: later Python's selection comes as one whole, or old and new marks would mix.

const wireName = ({ source, target }) => `${source}->${target}`;

// Size and ports follow from what Python says, so React Flow need not measure them: it forgets what it has measured when
// a node changes once more before the drawing is told, and then draws no wire at it.
function sized(node) {
  const handles = portsOf({ ...node, position: { x: 0, y: 0 } }).map(({ port, side, x, y }) => ({
    id: port,
    type: side === "in" ? "target" : "source",
    position: side === "in" ? "left" : "right",
    ...{ x, y, width: 0, height: 0 },
  }));
  return { ...node, handles, measured: { width: WIDTH, height: nodeHeight(node.data) } };
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export function toNodes(given, present, moving, selected = {}) {
  const before = new Map(present.map((node) => [node.id, node]));
  return given.map(({ x, y, ...data }) => {
    const old = before.get(data.id);
    if (!old) {
      const isSelected = Boolean(selected.nodes?.includes(data.id));
      const node = { id: data.id, type: "layer", position: { x, y }, data, selected: isSelected };
      return sized({ ...node, ariaLabel: spoken(data) });
    }
    const position = moving.has(data.id) || (old.position.x === x && old.position.y === y) ? old.position : { x, y };
    if (same(old.data, data)) return position === old.position ? old : { ...old, position };
    return sized({ ...old, position, data, ariaLabel: spoken(data) });
  });
}

export function toEdges(given, present, selected = {}) {
  const before = new Map(present.map((edge) => [edge.id, edge]));
  return given.map((wire) => {
    const id = wireName(wire);
    const old = before.get(id);
    if (old && same(old.data, wire)) return old;
    const [source, sourceHandle] = wire.source.split(".");
    const [target, targetHandle] = wire.target.split(".");
    const delay = wire.delay ? `, delay ${wire.delay}` : "";
    return {
      id,
      type: "wire",
      source,
      sourceHandle,
      target,
      targetHandle,
      data: wire,
      selected: old ? old.selected : Boolean(selected.wires?.includes(id)),
      ariaLabel: `Wire from ${wire.source} to ${wire.target}${delay}`,
    };
  });
}

function spoken({ title, badge, name, subtitle, shape, light, note }) {
  const state = light === "loose" || light === "error" ? light : "";
  return [title, badge, name, subtitle, shape && `gives ${shape}`, state, note].filter(Boolean).join(", ");
}

export const chosen = (items) => items.filter((item) => item.selected).map((item) => item.id);

// The same list where nothing changes, so that nothing is drawn anew.
export function withSelected(items, names) {
  const wanted = new Set(names);
  if (items.every((item) => Boolean(item.selected) === wanted.has(item.id))) return items;
  return items.map((item) => {
    const selected = wanted.has(item.id);
    return Boolean(item.selected) === selected ? item : { ...item, selected };
  });
}
