import * as React from "react";

const ANSWER_MS = 5000; // how long a drawn wire waits for Python before it goes

const nameOf = ({ node, port, message }) => `${node}.${port}: ${message}`;

// What Python answers: the problems of the drawing, the refusal of a wire, and the one bubble that is open. A bubble is
// {node, port, message, fixes, problem}, `problem` its index, -1 for a refusal; `asked` is the wire that waits for an
// answer or was refused: {from, to, refused}.
export function useAnswers({ model, problems, nodes, wires }) {
  const [bubble, setBubble] = React.useState(null);
  const [asked, setAsked] = React.useState(null);
  const seen = React.useRef(new Set());

  React.useEffect(() => {
    const fresh = problems.findIndex((problem) => !seen.current.has(nameOf(problem)));
    seen.current = new Set(problems.map(nameOf));
    setBubble((old) => {
      if (fresh >= 0) return { ...problems[fresh], problem: fresh };
      if (!old || old.problem < 0) return old;
      const still = problems.findIndex((problem) => nameOf(problem) === nameOf(old));
      return still < 0 ? null : { ...problems[still], problem: still };
    });
  }, [problems]);

  React.useEffect(() => setAsked((old) => (old?.refused ? old : null)), [nodes, wires]);
  React.useEffect(() => {
    if (!asked || asked.refused) return undefined;
    const timer = setTimeout(() => setAsked(null), ANSWER_MS);
    return () => clearTimeout(timer);
  }, [asked]);

  // `known` is what Python has said of this wire already: it stays in sight until the answer with its buttons comes.
  const ask = (from, to, known) => {
    setBubble(known ? { node: to.node, port: to.port, message: known, fixes: [], problem: -1 } : null);
    setAsked({ from: from.name, to: to.name, refused: false });
    model.send_msg({ type: "wire", source: from.name, target: to.name });
  };
  const refuse = ({ port: name, message, fixes }) => {
    const [node, port] = name.split(".");
    setAsked((old) => old && { ...old, refused: true });
    setBubble({ node, port, message, fixes, problem: -1 });
  };
  // What was refused is no part of the drawing: it goes when that becomes another one.
  const withdraw = () => {
    setBubble((old) => (old?.problem === -1 ? null : old));
    setAsked(null);
  };
  const close = () => {
    setBubble(null);
    setAsked((old) => (old?.refused ? null : old));
  };
  // Esc closes it wherever the keyboard is, such as in the field whose value was refused.
  React.useEffect(() => {
    if (!bubble) return undefined;
    const press = (event) => event.key === "Escape" && !event.defaultPrevented && close();
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [bubble]);
  const choose = (fix) => {
    const { node, port, message, problem } = bubble;
    model.send_msg({ type: "fix", node, port, message, refused: problem < 0, fix });
    close();
  };
  const isBad = React.useCallback(
    (node, port) => {
      const here = (one) => one.node === node && one.port === port;
      return problems.some(here) || (bubble?.problem === -1 && here(bubble));
    },
    [problems, bubble],
  );
  // The problem at a port; without a port, the node's first.
  const open = React.useCallback(
    (node, port) => {
      const problem = problems.findIndex((one) => one.node === node && (port === undefined || one.port === port));
      if (problem >= 0) setBubble({ ...problems[problem], problem });
    },
    [problems],
  );
  return { bubble, asked, ask, refuse, withdraw, close, choose, isBad, open };
}
