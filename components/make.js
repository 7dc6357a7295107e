// An HTML element: attributes by name (true: present, false or null: absent), listeners as functions, then children.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

// A pictogram of 16 × 16 in the colour of the text around it: outlines of the path `d`, or a filled shape.
export function icon(d, filled = false) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", class: "icon" };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  const path = svg.appendChild(document.createElementNS(SVG, "path"));
  path.setAttribute("d", d);
  path.setAttribute("style", filled ? "fill: currentColor" : "fill: none; stroke: currentColor; stroke-width: 1.4; stroke-linecap: round; stroke-linejoin: round");
  return svg;
}
