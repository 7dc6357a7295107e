import { applyEdgeChanges, applyNodeChanges, Background, ReactFlow, ReactFlowProvider, useReactFlow, ViewportPortal } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useAiming } from "./aiming";
import { useAnswers } from "./answers";
import { Bubble } from "./bubble";
import { Canvas } from "./canvas_context";
import { clipboard } from "./clipboard";
import { useFits } from "./fits";
import { GRID, portsOf, portTop, snapped, WIDTH } from "./geometry";
import { chosen, toEdges, toNodes, withSelected } from "./graph";
import { pressed } from "./keys";
import { useLasting } from "./lasting";
import { Live } from "./live";
import { useMoves } from "./moves";
import { LayerNode } from "./node";
import { useParam } from "./params";
import { PartsMenu } from "./parts_menu";
import { Routes, routes, useRoutes } from "./routes";
import { toClipboard } from "./to_clipboard";
import { useView } from "./view";
import { LooseWire, Wire } from "./wire";
import { useWiring } from "./wiring";

const { useCallback, useEffect, useMemo, useRef, useState } = React;

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
  const known = useRef({}); // what fits, for callbacks
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
  const [menu, setMenu] = useState(null); // {from, x, y, parts}: what may be added at that place, for the port `from`
  const offer = (from, { x, y }) => {
    setMenu({ from, x, y, parts: null });
    model.send_msg({ type: "offer", port: from?.name ?? "" });
  };
  const connect = (out, into) => answers.ask(out, into, known.current[into.name] ?? known.current[out.name]);
  const { wiring, startWire, cancel } = useWiring({ findPort, allPorts, toSheet, zoom: flow.getZoom, connect, mismatch, loose: offer });
  const { fits, hear: hearFits } = useFits({ model, from: wiring?.from ?? null });
  known.current = fits;
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
      withdraw: answers.withdraw,
      fits: hearFits,
      offer: ({ port, parts }) => setMenu((old) => (old && (old.from?.name ?? "") === port ? { ...old, parts } : old)),
      clip: async ({ text, cut }) => {
        if (!(await toClipboard(text))) model.send_msg({ type: "uncopied" });
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

  // --- parts that are added ---------------------------------------------------------------------------------------
  const { aimed, over, leave, drop } = useAiming({ model, nodes, toSheet, takeKeyboard });
  const closeMenu = () => (setMenu(null), takeKeyboard());
  const choosePart = (kind) => {
    const { from, x, y } = menu;
    const beside = from?.side === "in" ? x - WIDTH : x;
    model.send_msg({ type: "add", kind, x: snapped(beside), y: snapped(y - portTop(0)), ...(from && { port: from.name }) });
    closeMenu();
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
    () => ({ model, live, dark, from, held, fits, aimed, startWire: beginWire, isBad, openProblem: open }),
    [dark, from, held, fits, aimed, isBad, open],
  );
  const [start, end] = asked ? [findPort(asked.from), findPort(asked.to)] : [];
  const passing = start && end ? routes(nodes, [...edges, { id: "", data: { source: asked.from, target: asked.to } }])[""] : undefined;
  const why = wiring?.over && fits[wiring.over.name]; // a wire held over a port where it cannot end
  const said = why ? { ...wiring.over, message: why } : bubble;
  const bad = said && nodes.find((node) => node.id === said.node);
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
        onDoubleClick={(event) => event.target.closest("button, input, .react-flow__node, .react-flow__edge") || offer(null, toSheet(event))}
        onDragOver={over}
        onDragLeave={leave}
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
            {wiring ? <LooseWire from={wiring.from} to={wiring.over ?? wiring.to} kind={why ? "refused" : "drawn"} /> : null}
            {menu?.from ? <LooseWire from={menu.from} to={menu} kind="asked" /> : null}
            {start && end ? <LooseWire from={start} to={end} kind={asked.refused ? "refused" : "asked"} level={passing} /> : null}
          </ViewportPortal>
          {bad ? (
            <Bubble
              node={bad}
              bubble={said}
              choose={(fix) => (answers.choose(fix), takeKeyboard())}
              close={answers.close}
              box={size}
            />
          ) : null}
          {menu ? (
            <PartsMenu
              {...menu}
              title={menu.from ? `What ${menu.from.side === "out" ? "follows" : "feeds"} ${menu.from.node}` : "Add a part"}
              box={size}
              choose={choosePart}
              close={closeMenu}
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
