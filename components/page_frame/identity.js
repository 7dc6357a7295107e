import { recall, remember } from "./remembered";

// Which browser tab this is, and whether the viewer reloaded it. A duplicated tab inherits the storage of the one it
// was made from; but a tab that was left says so, and its living twin did not.
export function identity(listen) {
  const stored = recall("tab", "sessionStorage");
  const tab = stored?.left ? stored.id : Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const mark = (left) => remember("tab", { id: tab, left }, "sessionStorage");
  mark(false);
  listen(window, "pagehide", () => mark(true));
  listen(window, "pageshow", () => mark(false));
  return { tab, reload: performance.getEntriesByType("navigation")[0]?.type === "reload" };
}
