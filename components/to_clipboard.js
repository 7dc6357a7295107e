// Put a text on the clipboard; true once it is there. Only a page that came over https, or from this very machine, has a
// clipboard of its own; any other may be lent it for as long as a key press counts.
export async function toClipboard(text) {
  try {
    if (!navigator.clipboard) return lent(text);
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function lent(text) {
  const fill = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData.setData("text/plain", text);
  };
  document.addEventListener("copy", fill, { capture: true });
  try {
    return document.execCommand("copy");
  } finally {
    document.removeEventListener("copy", fill, { capture: true });
  }
}
