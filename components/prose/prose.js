import temml from "temml";
import { root } from "./root";

export function render({ model }) {
  const element = root(model, "prose");
  const draw = () => {
    element.innerHTML = model._html;
    for (const formula of element.querySelectorAll("[data-latex]")) {
      const displayMode = formula.classList.contains("display");
      temml.render(formula.dataset.latex, formula, { displayMode, throwOnError: false });
    }
  };
  // Links lead to what Python can do; none leaves the page.
  element.addEventListener("click", (event) => {
    const place = event.target.closest("a")?.getAttribute("href");
    if (place === undefined) return;
    event.preventDefault();
    if (place.startsWith("#")) model.send_msg({ type: "follow", name: place.slice(1) });
  });
  model.on("_html", draw);
  draw();
  return element;
}
