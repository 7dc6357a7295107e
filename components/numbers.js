// Numbers as people read and type them.

// A number with at most six significant digits, without the noise of binary fractions.
export const plain = (number) => String(Number(Number(number).toPrecision(6)));

// The number with its unit; a dimensionless quantity ("1") has none.
export const withUnit = (number, unit) => (unit && unit !== "1" ? `${plain(number)} ${unit}` : plain(number));

// A step that fits a number without a step of its own: one in its first digit.
const leap = (number) => 10 ** Math.floor(Math.log10(Math.abs(number) || 1));

// Why `text` is no value for `field` {label, unit, lo, hi, whole}, as one sentence that ends with what holds now; or "".
export function refusal(text, field, now) {
  const value = Number(text.replace(",", "."));
  const stays = `It stays ${withUnit(now, field.unit)}.`;
  if (!text.trim() || !Number.isFinite(value)) return `${field.label} must be a number. ${stays}`;
  if (field.whole && !Number.isInteger(value)) return `${field.label} must be a whole number, not ${plain(value)}. ${stays}`;
  const { lo = null, hi = null } = field;
  if ((lo === null || value >= lo) && (hi === null || value <= hi)) return "";
  const allowed = lo === null ? `at most ${plain(hi)}` : hi === null ? `at least ${plain(lo)}` : `between ${plain(lo)} and ${plain(hi)}`;
  return `${field.label} must be ${allowed}, not ${plain(value)}. ${stays}`;
}

// An entry that hands a good number to `take` on Enter or on leaving, refuses a bad one with a sentence, and goes back
// on Esc. `show(value)` changes what it says, unless somebody is typing there.
export function numberEntry(input, { field, take, refuse }) {
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
  input.addEventListener("input", () => refuse(""));
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
