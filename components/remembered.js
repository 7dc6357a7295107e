// What this browser remembers between visits. Where it may remember nothing (a private window, a sandboxed frame), the
// page works all the same.
const key = (name) => `snn-workbench:${name}`;

export function remember(name, value, storage = "localStorage") {
  try {
    window[storage].setItem(key(name), JSON.stringify(value));
  } catch {
    // not allowed or full
  }
}

export function recall(name, storage = "localStorage") {
  try {
    return JSON.parse(window[storage].getItem(key(name)));
  } catch {
    return null;
  }
}
