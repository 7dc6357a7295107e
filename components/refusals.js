// The refusals of one form, one at a time: a sentence stands where its value was refused until the next key or press
// anywhere, or until `clear` says that what it was about has changed.
export function refusals(model) {
  let shown = null;
  const clear = () => {
    if (shown) shown.textContent = "";
    shown = null;
  };
  const acts = ["keydown", "pointerdown"];
  for (const act of acts) document.addEventListener(act, clear, true);
  model.on("remove", () => acts.forEach((act) => document.removeEventListener(act, clear, true)));
  return {
    clear,
    say(place, sentence) {
      clear();
      place.textContent = sentence;
      shown = place;
    },
  };
}
