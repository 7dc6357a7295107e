import { make } from "./make";

// page_frame.py says the same number.
const LARGEST = 20_000_000;
const PART = 2_000_000;

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

// Files in and out: a chosen or dropped design goes to Python, what Python hands over is offered for saving.
export function files({ model, el, stage, listen }) {
  const input = make("input", { type: "file", accept: ".json,application/json", hidden: true });
  const veil = make("p", { class: "veil", "aria-hidden": "true" }, "Drop the design here to open it");
  veil.hidden = true;
  el.append(input, veil);

  const refuse = (message) => model.send_msg({ type: "file_refused", message });

  async function take(file) {
    if (!file) return;
    if (!/\.json$/i.test(file.name)) return refuse(`“${file.name}” is not a design: open a file that ends in .json.`);
    if (file.size > LARGEST) return refuse(`“${file.name}” has ${megabytes(file.size)}; a design may have ${megabytes(LARGEST)}.`);
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    } catch {
      return refuse(`“${file.name}” could not be read as text: is it a design?`);
    }
    const name = file.name;
    for (let start = 0; start === 0 || start < text.length; start += PART) {
      const last = start + PART >= text.length;
      model.send_msg({ type: "_file", name, text: text.slice(start, start + PART), first: start === 0, last });
    }
  }

  input.addEventListener("change", () => {
    take(input.files[0]);
    input.value = "";
  });

  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  listen(stage, "dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    veil.hidden = false;
  });
  listen(stage, "dragleave", (event) => {
    if (!event.relatedTarget) veil.hidden = true;
  });
  listen(stage, "drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    veil.hidden = true;
    take(event.dataTransfer.files[0]);
  });

  return {
    ask: () => input.click(),
    offer(name, data) {
      const address = URL.createObjectURL(new Blob([data]));
      const link = make("a", { href: address, download: name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    },
  };
}
