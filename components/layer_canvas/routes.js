import * as React from "react";
import { nodeHeight, portsOf, WIDTH, wirePath } from "./geometry";

const CLEAR = 6; // a wire this near to a node seems to end there
const ROOM = 18; // between a node and a wire that passes it
const APART = 10; // between two wires that pass the same way
const STEM = 14; // how far a wire goes ahead before it turns

export const Routes = React.createContext(new Map());

const inside = (box, x, y) => x > box.left && x < box.right && y > box.top - CLEAR && y < box.bottom + CLEAR;

function boxOf(node) {
  const { x, y } = node.position;
  return { id: node.id, left: x, right: x + WIDTH, top: y, bottom: y + nodeHeight(node.data) };
}

// The place on the direct curve at `part` of its way.
function along([sx, sy], [tx, ty], reach, part) {
  const mix = (a, b, c, d) => a * (1 - part) ** 3 + 3 * b * part * (1 - part) ** 2 + 3 * c * part ** 2 * (1 - part) + d * part ** 3;
  return [mix(sx, sx + reach, tx - reach, tx), mix(sy, sy, ty, ty)];
}

// The levels at which wires run that would otherwise lie behind nodes, {wire: level}: above or below all that is in the
// way, whichever is nearer, and apart from each other. A wire that leads back has its level from `wirePath`.
export function routes(nodes, edges) {
  const boxes = nodes.map(boxOf);
  const ports = new Map(nodes.flatMap(portsOf).map((port) => [`${port.side} ${port.name}`, port]));
  const taken = [];
  const levels = {};
  for (const { id, data } of edges) {
    const [from, to] = [ports.get(`out ${data.source}`), ports.get(`in ${data.target}`)];
    if (!from || !to) continue;
    const others = boxes.filter((box) => box.id !== from.node && box.id !== to.node);
    const back = to.x - from.x <= 16;
    if (!back && !crossed(from, to, others)) continue;
    const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
    const ends = [from, to].map(({ node }) => boxes.find((box) => box.id === node));
    const free = (level) =>
      !others.some((box) => box.left < right && box.right > left && level > box.top - ROOM / 2 && level < box.bottom + ROOM / 2) &&
      !taken.some((other) => other.left < right && other.right > left && Math.abs(other.level - level) < APART);
    let level = null;
    if (back) {
      level = wirePath(from.x, from.y, to.x, to.y, ...ends)[2];
      const first = level;
      while (!free(level) && level < first + 400) level += APART;
    } else level = nearest((from.y + to.y) / 2, free);
    levels[id] = level;
    taken.push({ left, right, level });
  }
  return levels;
}

function crossed(from, to, others) {
  const reach = Math.max((to.x - from.x) / 2, Math.min(56, 20 + Math.abs(to.y - from.y) / 3));
  for (let part = 0.02; part < 1; part += 0.02) {
    const [x, y] = along([from.x, from.y], [to.x, to.y], reach, part);
    if (others.some((box) => inside(box, x, y))) return true;
  }
  return false;
}

function nearest(middle, free) {
  for (let far = APART; far < 4000; far += APART / 2)
    for (const level of [middle - far, middle + far]) if (free(level)) return level;
  return middle;
}

// A wire ahead that passes nodes at this level: out, to the level, along it, and in.
export function aroundPath(sx, sy, tx, ty, level) {
  const turn = (y) => Math.min(10, Math.abs(level - y) / 2) * Math.sign(level - y);
  const [up, down] = [turn(sy), turn(ty)];
  const [a, b] = [sx + STEM, tx - STEM];
  const path =
    `M${sx} ${sy}Q${a} ${sy} ${a} ${sy + up}L${a} ${level - up}Q${a} ${level} ${a + Math.abs(up)} ${level}` +
    `L${b - Math.abs(down)} ${level}Q${b} ${level} ${b} ${level - down}L${b} ${ty + down}Q${b} ${ty} ${tx} ${ty}`;
  return [path, (sx + tx) / 2, level];
}

// The same map while no wire has another level, so that moving a node draws no wire anew but its own.
export function useRoutes(nodes, edges) {
  const levels = React.useMemo(() => routes(nodes, edges), [nodes, edges]);
  const kept = React.useRef(new Map());
  const entries = Object.entries(levels);
  if (entries.length !== kept.current.size || entries.some(([id, level]) => kept.current.get(id) !== level))
    kept.current = new Map(entries);
  return kept.current;
}
