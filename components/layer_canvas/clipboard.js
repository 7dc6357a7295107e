const LONGEST = 8_000_001; // characters that travel; one more than any design may have, so Python refuses the rest

// Copy, cut and paste of the whole canvas. What is copied is Python's to write.
export function clipboard({ model, chosenParts, takeKeyboard }) {
  const typing = (event) => event.target.matches("input, textarea, select, [contenteditable]");
  const reading = () => String(window.getSelection()) !== ""; // words are marked, such as those of a bubble
  const ask = (type) => (event) => {
    const nodes = chosenParts();
    if (typing(event) || reading() || !nodes.length) return;
    event.preventDefault();
    takeKeyboard(); // from what may go now
    model.send_msg({ type, nodes });
  };
  const paste = (event) => {
    if (typing(event)) return;
    event.preventDefault();
    model.send_msg({ type: "paste", text: event.clipboardData.getData("text/plain").slice(0, LONGEST) });
  };
  return { onCopy: ask("copy"), onCut: ask("cut"), onPaste: paste };
}
