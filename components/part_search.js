// How near a part comes to the words typed, in small letters: 0 its name begins with them, 1 holds them, 2 only what is
// said of it does, Infinity nothing does.
export function distance({ kind, title, meaning }, group, words) {
  const names = [title, kind].map((name) => name.toLowerCase());
  if (names.some((name) => name.startsWith(words))) return 0;
  if (names.some((name) => name.includes(words))) return 1;
  return [meaning, group].join(" ").toLowerCase().includes(words) ? 2 : Infinity;
}
