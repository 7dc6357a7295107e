import { applyEdgeChanges, applyNodeChanges, Background, ReactFlow, ReactFlowProvider, useNodesInitialized, useReactFlow, ViewportPortal } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { Bubble } from "./bubble";
import { Canvas } from "./canvas_context";
import { GRID, nodeHeight, portsOf, QUIET_HEIGHT, snapped, WIDTH } from "./geometry";
import { chosen, toEdges, toNodes, wireName, withSelected } from "./graph";
import { Live } from "./live";
import { LayerNode } from "./node";
import { LooseWire, Wire } from "./wire";
import { useWiring } from "./wiring";

const { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } = React;

const PART = "application/x-snn-part";
const ANSWER_MS = 5000; // how long a drawn wire waits for Python before it goes
const NUDGE_MS = 400; // the pause that ends a row of arrow keys
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const nodeTypes = { layer: LayerNode };
const edgeTypes = { wire: Wire };
const VIEW = { padding: 0.14, maxZoom: 1, minZoom: 0.2 };

const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

const problemName = ({ node, port, message }) => `${node}.${port}: ${message}`;

const isTyping = (event) => event.target.matches?.("input, textarea, select, [contenteditable]");

function Sheet({ model, live }) {
  const [given] = model.useState("nodes");
  const [wires] = model.useState("wires");
  const [problems] = model.useState("problems");
  const [selection] = model.useState("selection");
  const [drawing] = model.useState("drawing");
  const [stale] = model.useState("stale");
  const [dark] = model.useState("dark");
  const [empty] = model.useState("empty");
  const flow = useReactFlow();
  const box = useRef(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const moving = useRef(new Set());
  const [nodes, setNodes] = useState(() => toNodes(given, [], moving.current, selection));
  const [edges, setEdges] = useState(() => toEdges(wires, [], selection));
  const [asked, setAsked] = useState(null); // the wire that waits for Python: {from, to, refused}
  const [bubble, setBubble] = useState(null); // {node, port, message, fixes, problem}
  const present = useRef({});
  present.current = { nodes, edges, bubble, asked };

  // --- what Python says -------------------------------------------------------------------------------------------
  useEffect(() => setNodes((old) => toNodes(given, old, moving.current, model.selection)), [given]);
  useEffect(() => setEdges((old) => toEdges(wires, old, model.selection)), [wires]);
  useEffect(() => setAsked((old) => (old?.refused ? old : null)), [given, wires]);

  const told = useRef(JSON.stringify([selection.nodes ?? [], selection.wires ?? []]));
  useEffect(() => {
    told.current = JSON.stringify([selection.nodes ?? [], selection.wires ?? []]);
    setNodes((old) => withSelected(old, selection.nodes ?? []));
    setEdges((old) => withSelected(old, selection.wires ?? []));
  }, [selection]);

  const seen = useRef(new Set());
  useEffect(() => {
    const fresh = problems.findIndex((problem) => !seen.current.has(problemName(problem)));
    seen.current = new Set(problems.map(problemName));
    setBubble((old) => {
      if (fresh >= 0) return { ...problems[fresh], problem: fresh };
      if (!old || old.problem < 0) return old;
      const still = problems.findIndex((problem) => problemName(problem) === problemName(old));
      return still < 0 ? null : { ...problems[still], problem: still };
    });
  }, [problems]);

  useEffect(() => {
    const hear = (message) => {
      if (message.type === "rates") live.setRates(message.rates);
      else if (message.type === "activity") live.setActivity(message);
      else if (message.type === "clear") live.clear();
      else if (message.type === "fit") fit();
      else if (message.type === "focus") takeKeyboard();
      else if (message.type === "refuse") {
        const [node, port] = message.port.split(".");
        setAsked((old) => old && { ...old, refused: true });
        setBubble({ node, port, message: message.message, fixes: message.fixes, problem: -1 });
      }
    };
    model.on("msg:custom", hear);
    return () => model.off("msg:custom", hear);
  }, []);

  useEffect(() => {
    if (!asked || asked.refused) return undefined;
    const timer = setTimeout(() => setAsked(null), ANSWER_MS);
    return () => clearTimeout(timer);
  }, [asked]);

  // --- the view ---------------------------------------------------------------------------------------------------
  const ready = useNodesInitialized();
  const fitted = useRef({ drawing: given.length ? null : drawing, ids: [], touched: false });
  const fit = (moment = 0) => {
    fitted.current.touched = false;
    if (!present.current.nodes.length) return; // it would wait and move the first part that is dropped
    flow.fitView({ ...VIEW, duration: calm() ? 0 : moment });
  };
  useEffect(() => {
    const ids = nodes.map((node) => node.id);
    if (ids.length && !ready) return; // not measured yet
    const { drawing: before, ids: known } = fitted.current;
    // A part that is dropped on an empty canvas stays under the pointer; several nodes at once are a drawing.
    const whole = (known.length > 0 || ids.length > 1) && !known.some((id) => ids.includes(id));
    if (ids.length && (before !== drawing || whole)) fit();
    Object.assign(fitted.current, { drawing, ids });
  }, [ready, drawing, nodes.map((node) => node.id).join()]);

  useLayoutEffect(() => {
    const watch = new ResizeObserver(() => {
      setSize({ width: box.current.clientWidth, height: box.current.clientHeight });
      if (!fitted.current.touched) requestAnimationFrame(() => fit());
    });
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);

  const takeKeyboard = () => {
    box.current.dataset.quiet = ""; // a focus ring is for who came with the keyboard
    box.current.focus({ preventScroll: true });
  };
  useEffect(() => {
    if (model.autofocus) takeKeyboard();
  }, []);
  // A node reached by the keyboard comes into view. Its place is computed, since the browser may have scrolled already.
  const showFocused = (event) => {
    const focused = event.target.closest(".react-flow__node");
    if (!focused?.matches(":focus-visible")) return;
    const { position, data } = present.current.nodes.find((node) => node.id === focused.dataset.id);
    const { x, y, zoom } = flow.getViewport();
    const [left, top, height] = [position.x * zoom + x, position.y * zoom + y, nodeHeight(data)];
    if (left >= 0 && top >= 0 && left + WIDTH * zoom <= size.width && top + height * zoom <= size.height) return;
    fitted.current.touched = true;
    flow.setCenter(position.x + WIDTH / 2, position.y + height / 2, { zoom });
  };

  // --- selecting and moving ---------------------------------------------------------------------------------------
  useEffect(() => {
    const now = [chosen(nodes), chosen(edges)];
    const text = JSON.stringify(now);
    if (text === told.current) return;
    told.current = text;
    model.send_msg({ type: "select", nodes: now[0], wires: now[1] });
  }, [nodes, edges]);

  const tellMoves = (ids) => {
    const positions = {};
    for (const node of present.current.nodes)
      if (ids.has(node.id)) positions[node.id] = [node.position.x, node.position.y];
    moving.current = new Set();
    if (Object.keys(positions).length) model.send_msg({ type: "move", positions });
  };
  const dragFrom = useRef({});
  const startDrag = (_event, _node, dragged) => {
    dragFrom.current = Object.fromEntries(dragged.map((node) => [node.id, { ...node.position }]));
    moving.current = new Set(dragged.map((node) => node.id));
    setBubble(null);
  };
  const stopDrag = (_event, _node, dragged) => {
    const moved = dragged.filter(({ id, position }) => {
      const before = dragFrom.current[id];
      return before && (before.x !== position.x || before.y !== position.y);
    });
    // After React has the last places.
    setTimeout(() => tellMoves(new Set(moved.map((node) => node.id))));
  };
  const nudging = useRef(null);
  const nudge = (id, [dx, dy]) => {
    const node = present.current.nodes.find((one) => one.id === id);
    const ids = new Set(node.selected ? chosen(present.current.nodes) : [id]);
    ids.forEach((one) => moving.current.add(one));
    const shifted = ({ x, y }) => ({ x: x + dx * GRID, y: y + dy * GRID });
    setNodes((old) => old.map((one) => (ids.has(one.id) ? { ...one, position: shifted(one.position) } : one)));
    clearTimeout(nudging.current);
    nudging.current = setTimeout(() => tellMoves(moving.current), NUDGE_MS);
  };

  // --- wiring -----------------------------------------------------------------------------------------------------
  const allPorts = () => present.current.nodes.flatMap(portsOf);
  const findPort = (name) => allPorts().find((port) => port.name === name);
  const { wiring, startWire, cancel } = useWiring({
    findPort,
    allPorts,
    toSheet: (event) => ({
      ...flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false }),
      zoom: flow.getZoom(),
    }),
    connect: (from, to) => {
      setBubble(null);
      setAsked({ from: from.name, to: to.name, refused: false });
      model.send_msg({ type: "wire", source: from.name, target: to.name });
    },
  });
  const beginWire = useCallback((event, name) => {
    closeBubble();
    startWire(event, name);
  }, []);

  // --- problems ---------------------------------------------------------------------------------------------------
  const problemAt = useCallback(
    (node, port) => {
      if (bubble?.problem === -1 && bubble.node === node && bubble.port === port) return 0;
      return problems.findIndex((problem) => problem.node === node && problem.port === port);
    },
    [problems, bubble],
  );
  const closeBubble = () => {
    setBubble(null);
    setAsked((old) => (old?.refused ? null : old));
  };
  const openProblem = useCallback(
    (node, port) => {
      const problem = problems.findIndex((one) => one.node === node && one.port === port);
      if (problem >= 0) setBubble({ ...problems[problem], problem });
    },
    [problems],
  );
  const choose = (fix) => {
    model.send_msg({ type: "fix", node: bubble.node, port: bubble.port, problem: bubble.problem, fix });
    closeBubble();
    takeKeyboard();
  };
  const anchor = () => {
    const node = nodes.find((one) => one.id === bubble.node);
    if (!node) return null;
    const port = portsOf(node).find((one) => one.port === bubble.port);
    const top = node.position.y;
    return { x: port ? port.x : node.position.x + WIDTH / 2, top, bottom: top + nodeHeight(node.data) };
  };
  const place = bubble && anchor();

  // --- keyboard ---------------------------------------------------------------------------------------------------
  const remove = () => {
    const [ids, names] = [chosen(present.current.nodes), chosen(present.current.edges)];
    if (!ids.length && !names.length) return false;
    takeKeyboard(); // from what goes now
    model.send_msg({ type: "remove", nodes: ids, wires: names });
    return true;
  };
  const escape = () => {
    if (wiring) cancel();
    else if (bubble) closeBubble();
    else if (chosen(nodes).length + chosen(edges).length) select([], []);
    else return false;
    return true;
  };
  const select = (ids, names) => {
    setNodes((old) => withSelected(old, ids));
    setEdges((old) => withSelected(old, names));
  };
  const pick = (focused, more) => {
    const { id } = focused.dataset;
    const isNode = focused.classList.contains("react-flow__node");
    const [ids, names] = more ? [chosen(nodes), chosen(edges)] : [[], []];
    (isNode ? ids : names).push(id);
    select(ids, names);
    if (isNode && problems.some((problem) => problem.node === id))
      openProblem(id, problems.find((problem) => problem.node === id).port);
    return true;
  };
  // Only the keys that do something here stop here; all others go on to the page.
  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const focused = event.target.closest?.(".react-flow__node, .react-flow__edge");
    let used = false;
    if (event.key === "Escape") used = escape();
    else if (event.target.closest?.("button")) return;
    else if (event.key === "Delete" || event.key === "Backspace") used = remove();
    else if (event.key === "f" || event.key === "F") used = (fit(120), true);
    else if (event.key === "Enter" && focused) used = pick(focused, event.shiftKey);
    else if (ARROWS[event.key] && focused?.classList.contains("react-flow__node"))
      used = (nudge(focused.dataset.id, ARROWS[event.key]), true);
    if (!used) return;
    event.preventDefault();
    event.stopPropagation();
  };

  // --- parts dropped here -----------------------------------------------------------------------------------------
  const over = (event) => {
    if (!event.dataTransfer.types.includes(PART)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  };
  const drop = (event) => {
    const kind = event.dataTransfer.getData(PART);
    if (!kind) return;
    event.preventDefault();
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false });
    const like = nodes.find((node) => node.data.kind === kind);
    const height = like ? nodeHeight(like.data) : QUIET_HEIGHT;
    model.send_msg({ type: "add", kind, x: snapped(x - WIDTH / 2), y: snapped(y - height / 2) });
    takeKeyboard();
  };

  const [from, held] = [wiring?.from, wiring?.over?.name];
  const context = useMemo(
    () => ({ model, live, dark, from, held, startWire: beginWire, problemAt, openProblem }),
    [dark, from, held, problemAt, openProblem],
  );
  const loose = asked && { from: findPort(asked.from), to: findPort(asked.to), kind: asked.refused ? "refused" : "asked" };
  return (
    <Canvas.Provider value={context}>
      <div
        ref={box}
        className={`wb canvas${dark ? " dark" : ""}${stale ? " stale" : ""}${wiring ? " wiring" : ""}`}
        tabIndex={0}
        role="application"
        aria-label="Network"
        onKeyDown={press}
        onBlur={() => delete box.current.dataset.quiet}
        onPointerDown={(event) => {
          if (!event.target.closest("button, .react-flow__node, .react-flow__edge")) takeKeyboard();
        }}
        onFocus={showFocused}
        onScroll={(event) => event.currentTarget.scrollTo(0, 0)}
        onDragOver={over}
        onDrop={drop}
      >
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onNodesChange={(changes) => setNodes((old) => applyNodeChanges(changes.filter((one) => one.type !== "remove"), old))}
          onEdgesChange={(changes) => setEdges((old) => applyEdgeChanges(changes.filter((one) => one.type !== "remove"), old))}
          onNodeDragStart={startDrag}
          onNodeDragStop={stopDrag}
          onMoveStart={(event) => event && (fitted.current.touched = true)}
          onPaneClick={closeBubble}
          snapToGrid
          snapGrid={[GRID, GRID]}
          nodeDragThreshold={3}
          minZoom={0.2}
          maxZoom={2.5}
          zoomOnDoubleClick={false}
          connectOnClick={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          panActivationKeyCode={null}
          zoomActivationKeyCode={null}
          multiSelectionKeyCode={["Shift", "Control", "Meta"]}
        >
          <Background gap={24} size={1.6} color="var(--edge)" />
          <ViewportPortal>
            {wiring ? <LooseWire from={wiring.from} to={wiring.over ?? wiring.to} kind="drawn" /> : null}
            {loose?.from && loose.to ? <LooseWire from={loose.from} to={loose.to} kind={loose.kind} /> : null}
          </ViewportPortal>
          {place ? (
            <Bubble at={place} message={bubble.message} fixes={bubble.fixes ?? []} choose={choose} close={closeBubble} box={size} />
          ) : null}
        </ReactFlow>
        {nodes.length ? (
          <button type="button" className="fit" onClick={() => fit(120)} title="Show the whole network">
            fit <kbd>F</kbd>
          </button>
        ) : (
          <p className="empty">{empty}</p>
        )}
      </div>
    </Canvas.Provider>
  );
}

export function render({ model }) {
  const live = useMemo(() => new Live(), []);
  return (
    <ReactFlowProvider>
      <Sheet model={model} live={live} />
    </ReactFlowProvider>
  );
}
