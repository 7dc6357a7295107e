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
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    event.preventDefault();
    model.send_msg({ type: "follow", name: link.getAttribute("href").slice(1) });
  });
  model.on("_html", draw);
  draw();
  return element;
}
