// Numbers as people read and type them.

// A number with at most six significant digits, without the noise of binary fractions.
export const plain = (number) => String(Number(Number(number).toPrecision(6)));

// The number with its unit; a dimensionless quantity ("1") has none.
export const withUnit = (number, unit) => (unit && unit !== "1" ? `${plain(number)} ${unit}` : plain(number));

// A step that fits a number without a step of its own: one in its first digit.
const leap = (number) => 10 ** Math.floor(Math.log10(Math.abs(number) || 1));

// A bound as people write it: 10000000 is "10,000,000".
const bound = (number) => (Number.isInteger(number) ? number.toLocaleString("en-US") : plain(number));

function within({ lo = null, hi = null }) {
  if (lo === null) return hi === null ? "" : ` of at most ${bound(hi)}`;
  return hi === null ? ` of at least ${bound(lo)}` : ` from ${bound(lo)} to ${bound(hi)}`;
}

const LONGEST = 32;

function given(text) {
  const words = text.trim();
  if (!words) return "got nothing";
  if (Number.isFinite(Number(words.replace(",", ".")))) return `got ${words}`;
  return `got ${JSON.stringify(words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words)}`;
}

// Why `text` is no value for `field` {where, lo, hi, whole}, as one sentence in the words that Python's refusals have;
// or "". `now` is the value that stays.
export function refusal(text, field, now) {
  const value = Number(text.replace(",", "."));
  const { lo = null, hi = null } = field;
  const allowed = `${field.where}: must be a ${field.whole ? "whole " : ""}number${within(field)}, ${given(text)}`;
  if (!text.trim() || !Number.isFinite(value)) return `${allowed}; write one such as ${plain(now)}.`;
  if (field.whole && !Number.isInteger(value)) return `${allowed}; write digits only.`;
  if ((lo !== null && value < lo) || (hi !== null && value > hi)) return `${allowed}; choose one within these bounds.`;
  return "";
}

// An entry that hands a good number to `take` on Enter or on leaving, hands the sentence on a bad one to `refuse`, and
// goes back on Esc. `show(value)` changes what it says, unless somebody is typing there.
export function numberEntry(input, { field, take, refuse, clear }) {
  let value = 0;
  input.type = "text";
  input.inputMode = "decimal";
  input.autocomplete = "off";
  const revert = () => (input.value = plain(value));
  const commit = () => {
    if (input.value === plain(value)) return;
    const reason = refusal(input.value, field(), value);
    if (reason) {
      refuse(reason);
      return revert();
    }
    value = Number(input.value.replace(",", "."));
    revert();
    take(value);
  };
  const step = (up) => {
    const { lo, hi, step } = field();
    const next = Number((value + up * (step || leap(value))).toPrecision(10));
    if ((lo != null && next < lo) || (hi != null && next > hi)) return;
    input.value = plain(next);
    commit();
  };
  input.addEventListener("input", clear);
  input.addEventListener("blur", commit);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") commit();
    else if (event.key === "Escape") revert();
    else if (event.key === "ArrowUp") step(1);
    else if (event.key === "ArrowDown") step(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return {
    show(next) {
      const typing = input.matches(":focus") && input.value !== plain(value);
      value = next;
      if (!typing) revert();
    },
  };
}
