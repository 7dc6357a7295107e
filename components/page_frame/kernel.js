const SILENCE = 5000;
const LOOK = 500;
const WORDS = "The kernel does not answer. A cell is running, or it has stopped: then run this cell again.";

// A notebook's page: say when nobody answers, and tell the kernel when the output is gone. JupyterLab's extension for
// Panel would do the latter, but never opens the comm that it sends it through; this one is of the same name.
export function kernel({ model, later }, say) {
  let heard = performance.now();
  const look = setInterval(() => say.lost(performance.now() - heard > SILENCE ? WORDS : ""), LOOK);
  later(() => clearInterval(look));
  model.on("msg:custom", (message) => {
    if (message.type === "beat") heard = performance.now();
  });

  const id = model.document?.roots().find((root) => root.plot_id)?.plot_id;
  const comm = window.PyViz?.kernels?.[id]?.connectToComm("hv-extension-comm");
  if (!comm) return;
  comm.open();
  later(() => comm.send({ event_type: "delete", id }));
}
