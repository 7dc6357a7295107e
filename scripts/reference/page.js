// Mathematics, and the search over names. Plain script: pages that lie on a disk may not load modules.
const root = document.documentElement.dataset.up;

for (const formula of document.querySelectorAll(".maths")) {
  const model = { _html: formula.outerHTML, dark: false, on() {}, send_msg() {} };
  formula.replaceWith(...window.prose.render({ model }).childNodes);
}

const field = document.querySelector("input[type=search]");
const found = document.querySelector("#found");
const contents = document.querySelector("#contents");

// How well a name answers the words typed: 0 as it is, 1 begins so, 2 contains it, 3 only its description does.
function rank([name, group, , summary], typed) {
  const low = name.toLowerCase();
  if (low === typed) return 0;
  if (low.startsWith(typed)) return 1;
  if (low.includes(typed)) return 2;
  return `${group} ${summary}`.toLowerCase().includes(typed) ? 3 : Infinity;
}

function search() {
  const typed = field.value.trim().toLowerCase();
  found.hidden = !typed;
  contents.hidden = !!typed;
  const hits = typed ? window.names.map((row) => [rank(row, typed), row]).filter(([r]) => r < Infinity) : [];
  hits.sort((a, b) => a[0] - b[0]);
  found.replaceChildren(
    ...hits.slice(0, 30).map(([, [name, group, page]]) => {
      const row = document.createElement("li");
      const link = row.appendChild(document.createElement("a"));
      link.href = root + page;
      link.textContent = name;
      row.appendChild(document.createElement("small")).textContent = group;
      return row;
    }),
  );
  if (typed && !hits.length) found.textContent = "No name or description has these letters.";
}

field.addEventListener("input", search);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter") found.querySelector("a")?.click();
  if (event.key === "Escape") {
    field.value = "";
    search();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== field) {
    event.preventDefault();
    field.focus();
  }
});
