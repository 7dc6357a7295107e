// The one element a plain component draws into: `import { root } from "./root"`. It carries the class names that the
// theme's stylesheet is written for, and follows the `dark` parameter.
export function root(model, name) {
  const element = document.createElement("div");
  element.className = `wb ${name}`;
  const paint = () => element.classList.toggle("dark", model.dark);
  model.on("dark", paint);
  paint();
  return element;
}
