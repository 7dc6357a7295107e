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
  model.on("_html", draw);
  draw();
  return element;
}
