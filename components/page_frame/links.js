import { make } from "./make";
import { toClipboard } from "./to_clipboard";

const NEAR = /^(localhost|127\.[\d.]+|\[::1\])$/; // addresses of this computer alone
const LONG = 2000;
const OURS = /^#\d+\./; // a version, a dot, the design

// Designs in the part of the address after "#": `found` is the one that the page was opened with, if any; one that is
// pasted into its address later goes to Python; `share` shows links to copy: `plain`, `trained` with what was learned, or `why` that cannot be.
export function links({ model, el, listen }) {
  function take() {
    const text = location.hash;
    if (model.embedded || !OURS.test(text)) return "";
    history.replaceState(history.state, "", location.pathname + location.search); // a reload is not to open it again
    return text.slice(1);
  }

  const address = make("textarea", { readonly: true, rows: 4, "aria-label": "The link", spellcheck: "false" });
  const carries = make("input", { type: "checkbox" });
  const why = make("small", {});
  const said = make("span", { role: "status" });
  // Nobody else reaches this address: for them it is another workbench's that opens what is after the "#".
  const near = make(
    "p",
    { class: "near", hidden: !NEAR.test(location.hostname) },
    "It opens on this computer only. For others, start the workbench with ",
    make("code", {}, "--address 0.0.0.0"),
    ", or send the file.",
  );
  const copy = make("button", { type: "button", class: "copy" }, "Copy the link");
  const close = make("button", { type: "button", class: "close", "aria-label": "Close", click: () => dialog.close() }, "×");
  const dialog = make(
    "dialog",
    { class: "share", "aria-label": "Share" },
    make("h2", {}, "Share this design"),
    close,
    make("p", {}, "The design is in the link itself: nothing is put on a server, and whoever opens it gets a copy of their own."),
    make("label", {}, carries, make("span", {}, "with what it has learned"), why),
    address,
    near,
    make("p", { class: "line" }, copy, said),
  );
  el.append(dialog);

  let given = {};
  function draw() {
    const text = carries.checked ? given.trained : given.plain;
    address.value = `${location.origin}${location.pathname}#${text}`;
    const letters = address.value.length;
    said.textContent = `${letters.toLocaleString("en")} letters${letters > LONG ? ", more than some chat programs pass on" : ""}`;
  }
  copy.addEventListener("click", async () => {
    address.select();
    const done = await toClipboard(address.value);
    said.textContent = done ? "It is on the clipboard." : "The browser keeps its clipboard to itself: press Ctrl+C.";
  });
  carries.addEventListener("change", draw);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") dialog.close();
    event.stopPropagation();
  });

  function share(links) {
    given = links;
    carries.checked = Boolean(links.trained);
    carries.disabled = !links.trained;
    why.textContent = links.why;
    draw();
    if (!dialog.open) dialog.showModal();
    copy.focus();
  }
  const found = take();
  listen(window, "hashchange", () => {
    const text = take();
    if (text) model.send_msg({ type: "link", text });
  });
  return { found, share };
}
