import { applyEdgeChanges, applyNodeChanges, Background, ReactFlow, ReactFlowProvider, useReactFlow, ViewportPortal } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useAnswers } from "./answers";
import { Bubble } from "./bubble";
import { Canvas } from "./canvas_context";
import { clipboard, write } from "./clipboard";
import { GRID, nodeHeight, portsOf, QUIET_HEIGHT, snapped, WIDTH } from "./geometry";
import { chosen, toEdges, toNodes, withSelected } from "./graph";
import { pressed } from "./keys";
import { useLasting } from "./lasting";
import { Live } from "./live";
import { useMoves } from "./moves";
import { LayerNode } from "./node";
import { useParam } from "./params";
import { Routes, routes, useRoutes } from "./routes";
import { useView } from "./view";
import { LooseWire, Wire } from "./wire";
import { useWiring } from "./wiring";

const { useCallback, useEffect, useMemo, useRef, useState } = React;

const PART = "application/x-snn-part";
const FIT_MS = 120;
const ECHO_MS = 2000; // a selection that comes later than this is Python's own
const MISMATCH = {
  out: "A wire leads from an output to an input, and this is an output too: end it at the left side of a part.",
  in: "A wire leads from an output to an input, and this is an input too: end it at the right side of a part.",
};
const nodeTypes = { layer: LayerNode };
const edgeTypes = { wire: Wire };
const SETTINGS = {
  snapToGrid: true,
  snapGrid: [GRID, GRID],
  nodeDragThreshold: 3,
  minZoom: 0.2,
  maxZoom: 2.5,
  zoomOnDoubleClick: false,
  selectionMode: "partial",
  multiSelectionKeyCode: ["Shift", "Control", "Meta"],
  // Wiring and keys are our own: React Flow's would judge wires, and take Space and Backspace from the page.
  connectOnClick: false,
  disableKeyboardA11y: true,
  deleteKeyCode: null,
  panActivationKeyCode: null,
  zoomActivationKeyCode: null,
};

// React Flow's changes but for removals, which are Python's to make.
const kept = (changes) => changes.filter((change) => change.type !== "remove");

const asText = ({ nodes = [], wires = [] }) => JSON.stringify([nodes, wires]);

function Sheet({ model, live }) {
  const given = useParam(model, "nodes");
  const wires = useParam(model, "wires");
  const problems = useParam(model, "problems");
  const selection = useParam(model, "selection");
  const drawing = useParam(model, "drawing");
  const stale = useParam(model, "stale");
  const dark = useParam(model, "dark");
  const empty = useParam(model, "empty");
  const flow = useReactFlow();
  const box = useRef(null);
  const [nodes, setNodes] = useState(() => toNodes(given, [], new Set(), selection));
  const [edges, setEdges] = useState(() => toEdges(wires, [], selection));
  const present = useRef({});
  present.current = { nodes, edges };

  const { size, fit, touch, showFocused } = useView({ flow, box, given, nodes, present, drawing });
  const { moving, startDrag, stopDrag, nudge } = useMoves({ model, present, setNodes });
  const answers = useAnswers({ model, problems, nodes: given, wires });
  const { bubble, asked } = answers;
  const allPorts = () => present.current.nodes.flatMap(portsOf);
  const findPort = (name) => allPorts().find((port) => port.name === name);
  const toSheet = ({ clientX, clientY }) =>
    flow.screenToFlowPosition({ x: clientX, y: clientY }, { snapToGrid: false });
  const mismatch = ({ name, side }) => answers.refuse({ port: name, message: MISMATCH[side], fixes: [] });
  const { wiring, startWire, cancel } = useWiring({ findPort, allPorts, toSheet, zoom: flow.getZoom, connect: answers.ask, mismatch });
  const levels = useRoutes(nodes, edges);

  const takeKeyboard = () => {
    box.current.dataset.quiet = ""; // a focus ring is for who came with the keyboard
    box.current.focus({ preventScroll: true });
  };

  // --- what Python says -------------------------------------------------------------------------------------------
  useEffect(() => setNodes((old) => toNodes(given, old, moving.current)), [given]);
  useEffect(() => setEdges((old) => toEdges(wires, old)), [wires]);
  useEffect(() => {
    const actions = {
      rates: ({ rates }) => live.setRates(rates),
      activity: (message) => live.setActivity(message),
      clear: () => live.clear(),
      fit: () => fit(),
      focus: takeKeyboard,
      refuse: answers.refuse,
      clip: async ({ text, cut }) => {
        if (!(await write(text))) model.send_msg({ type: "uncopied" });
        else if (cut.length) model.send_msg({ type: "cut_away", nodes: cut });
      },
    };
    const hear = (message) => actions[message.type]?.(message);
    model.on("msg:custom", hear);
    if (model.autofocus) takeKeyboard();
    return () => model.off("msg:custom", hear);
  }, []);

  // --- the selection, in both directions --------------------------------------------------------------------------
  const select = (ids, names) => {
    setNodes((old) => withSelected(old, ids));
    setEdges((old) => withSelected(old, names));
  };
  const framing = useRef(false); // a frame selects nodes; React Flow would take the wires at them as well
  const told = useRef(asText(selection));
  const echoes = useRef([]); // what was reported and comes back from Python; meanwhile the page may be further
  // Told before Python's own selection is taken over: what is drawn until then is the old one, and nobody's wish.
  useEffect(() => {
    const now = { nodes: chosen(nodes), wires: chosen(edges) };
    if (asText(now) === told.current) return;
    told.current = asText(now);
    echoes.current.push({ text: told.current, until: performance.now() + ECHO_MS });
    model.send_msg({ type: "select", ...now });
  }, [nodes, edges]);
  useEffect(() => {
    const text = asText(selection);
    const own = echoes.current.findIndex((echo) => echo.text === text && performance.now() < echo.until);
    echoes.current.splice(0, own + 1);
    if (own >= 0) return;
    told.current = text;
    select(selection.nodes ?? [], selection.wires ?? []);
  }, [selection]);

  // --- keyboard ---------------------------------------------------------------------------------------------------
  const press = (event) => {
    const [ids, names] = [chosen(nodes), chosen(edges)];
    const some = ids.length + names.length > 0;
    pressed(event, {
      escape: () => {
        if (wiring) cancel();
        else if (bubble) answers.close();
        else select([], []);
        return Boolean(wiring || bubble || some);
      },
      remove: () => {
        if (!some) return false;
        takeKeyboard(); // from what goes now
        model.send_msg({ type: "remove", nodes: ids, wires: names });
        return true;
      },
      fit: () => (fit(FIT_MS), true),
      pick: (node, wire, more) => {
        select([...(more ? ids : []), node], [...(more ? names : []), wire]);
        if (node) answers.open(node);
        return true;
      },
      nudge: (node, direction) => (nudge(node, direction), true),
    });
  };

  const clips = clipboard({ model, chosenParts: () => chosen(present.current.nodes), takeKeyboard });

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
    const { x, y } = toSheet(event);
    const like = nodes.find((node) => node.data.kind === kind);
    const height = like ? nodeHeight(like.data) : QUIET_HEIGHT;
    model.send_msg({ type: "add", kind, x: snapped(x - WIDTH / 2), y: snapped(y - height / 2) });
    takeKeyboard();
  };

  // --- what React Flow reports -------------------------------------------------------------------------------------
  const changeNodes = useLasting((changes) => setNodes((old) => applyNodeChanges(kept(changes), old)));
  const changeEdges = useLasting((changes) => {
    const wanted = kept(changes).filter((change) => !(framing.current && change.selected));
    setEdges((old) => applyEdgeChanges(wanted, old));
  });
  const beginDrag = useLasting((...drag) => (answers.close(), startDrag(...drag)));
  const endDrag = useLasting(stopDrag);
  const beginMove = useLasting((event) => event && touch());

  // --- the picture ------------------------------------------------------------------------------------------------
  const beginWire = useCallback((event, name) => {
    answers.close();
    startWire(event, name);
  }, []);
  const [from, held] = [wiring?.from, wiring?.over?.name];
  const { isBad, open } = answers;
  const context = useMemo(
    () => ({ model, live, dark, from, held, startWire: beginWire, isBad, openProblem: open }),
    [dark, from, held, isBad, open],
  );
  const [start, end] = asked ? [findPort(asked.from), findPort(asked.to)] : [];
  const passing = start && end ? routes(nodes, [...edges, { id: "", data: { source: asked.from, target: asked.to } }])[""] : undefined;
  const bad = bubble && nodes.find((node) => node.id === bubble.node);
  return (
    <Canvas.Provider value={context}>
      <Routes.Provider value={levels}>
      <div
        ref={box}
        className={`wb canvas${dark ? " dark" : ""}${stale ? " stale" : ""}`}
        tabIndex={0}
        role="application"
        aria-label="Network"
        onKeyDown={press}
        {...clips}
        onFocus={showFocused}
        onBlur={() => delete box.current.dataset.quiet}
        onPointerDown={(event) => event.target.closest("button, .react-flow__node, .react-flow__edge") || takeKeyboard()}
        onScroll={(event) => event.currentTarget.scrollTo(0, 0)}
        onDragOver={over}
        onDrop={drop}
      >
        <ReactFlow
          {...SETTINGS}
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onNodesChange={changeNodes}
          onEdgesChange={changeEdges}
          onSelectionStart={() => (framing.current = true)}
          onSelectionEnd={() => (framing.current = false)}
          onNodeDragStart={beginDrag}
          onNodeDragStop={endDrag}
          onMoveStart={beginMove}
          onPaneClick={answers.close}
        >
          <Background gap={24} size={1.6} color="var(--edge)" />
          <ViewportPortal>
            {wiring ? <LooseWire from={wiring.from} to={wiring.over ?? wiring.to} kind="drawn" /> : null}
            {start && end ? <LooseWire from={start} to={end} kind={asked.refused ? "refused" : "asked"} level={passing} /> : null}
          </ViewportPortal>
          {bad ? (
            <Bubble
              node={bad}
              bubble={bubble}
              choose={(fix) => (answers.choose(fix), takeKeyboard())}
              close={answers.close}
              box={size}
            />
          ) : null}
        </ReactFlow>
        {nodes.length ? (
          <button type="button" className="fit" onClick={() => fit(FIT_MS)} title="Show the whole network">
            fit <kbd>F</kbd>
          </button>
        ) : (
          <p className="empty">{empty}</p>
        )}
      </div>
      </Routes.Provider>
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
