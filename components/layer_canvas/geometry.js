// Where things are on the sheet, in its own units. Ports sit at the same height in every node, so that a row of nodes
// is joined by straight lines.
export const WIDTH = 132;
export const LIVE_HEIGHT = 82;
export const QUIET_HEIGHT = 60;
export const GRID = 8;
const BORDER = 1; // ports lie within it
const PORT_TOP = 40;
const PORT_GAP = 24;
const ROOM = 24; // between a node and a wire that runs along it

export const portTop = (index) => PORT_TOP + PORT_GAP * index;

export function nodeHeight(data) {
  const ports = Math.max(data.inputs.length, data.outputs.length, 1);
  return Math.max(isLive(data) ? LIVE_HEIGHT : QUIET_HEIGHT, portTop(ports - 1) + 20);
}

export const isLive = (data) => data.live ?? Boolean(data.color);

export const snapped = (value) => Math.round(value / GRID) * GRID;

// Every port of one side, with its place: [{node, port, side, name, x, y}].
export function portsOf(node) {
  const side = (ports, name, dx) =>
    ports.map((port, index) => ({
      node: node.id,
      port: port.id,
      side: name,
      name: `${node.id}.${port.id}`,
      x: node.position.x + dx,
      y: node.position.y + BORDER + portTop(index),
    }));
  return [...side(node.data.inputs, "in", BORDER), ...side(node.data.outputs, "out", WIDTH - BORDER)];
}

// A wire from (sx, sy) to (tx, ty): [path, x and y of its middle]. One that leads back runs between its two nodes where
// one lies well below the other, else around below both, or at the level `given`; `from` and `to` are their
// {top, bottom}.
export function wirePath(sx, sy, tx, ty, from, to, given) {
  const ahead = tx - sx;
  if (ahead > 16) {
    const reach = Math.max(ahead / 2, Math.min(56, 20 + Math.abs(ty - sy) / 3));
    return [`M${sx} ${sy}C${sx + reach} ${sy} ${tx - reach} ${ty} ${tx} ${ty}`, (sx + tx) / 2, (sy + ty) / 2];
  }
  let level = Math.max(from.bottom, to.bottom) + ROOM;
  if (to.top - from.bottom >= ROOM) level = (from.bottom + to.top) / 2;
  else if (from.top - to.bottom >= ROOM) level = (to.bottom + from.top) / 2;
  level = given ?? level;
  const path =
    `M${sx} ${sy}C${sx + 40} ${sy} ${sx + 40} ${level} ${sx + 6} ${level}` +
    `L${tx - 6} ${level}C${tx - 40} ${level} ${tx - 40} ${ty} ${tx} ${ty}`;
  return [path, (sx + tx) / 2, level];
}
