// What a viewer would call broken, in words: controls and texts that leave the window or the width of what they stand
// in, texts that do not fit their box, controls that lie on one another. What is scrolled out of sight is not judged.
() => {
  const all = [];
  const walk = (root) => {
    for (const one of root.querySelectorAll("*")) {
      all.push(one);
      if (one.shadowRoot) walk(one.shadowRoot);
    }
  };
  walk(document);
  const parent = (one) => one.assignedSlot || one.parentElement || one.getRootNode().host;
  const under = (one, other) => one === other || Boolean(one && under(parent(one), other));
  const box = (one) => one.getBoundingClientRect();
  const words = (one) => (one.textContent || one.ariaLabel || "").trim().slice(0, 30);
  const name = (one) => `${one.tagName.toLowerCase()}.${one.className} “${words(one)}”`;
  const clip = (one) => {
    let { left, top, right, bottom } = box(one);
    for (let at = parent(one); at; at = parent(at)) {
      const style = getComputedStyle(at);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const around = box(at);
      [left, top] = [Math.max(left, around.left), Math.max(top, around.top)];
      [right, bottom] = [Math.min(right, around.right), Math.min(bottom, around.bottom)];
    }
    return { left, top, right, bottom };
  };
  const visible = { opacityProperty: true, visibilityProperty: true };
  const seen = (one) => one.checkVisibility(visible) && box(one).width > 1 && box(one).height > 1;
  const controls = all.filter((one) => one.matches("button, input:not([type=file]), select, [role=tab]") && seen(one));
  const written = (one) => [...one.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  const foreign = (one) => one.closest("svg, math, style, .react-flow__attribution");
  const spoken = (one) => getComputedStyle(one).clipPath !== "none"; // for screen readers only
  const texts = all.filter((one) => written(one) && seen(one) && !foreign(one) && !spoken(one));
  const faults = [];
  for (const one of new Set([...controls, ...texts])) {
    const { left, top, right, bottom } = box(one);
    const inside = clip(one);
    if (inside.right <= inside.left || inside.bottom <= inside.top) continue;
    if (left < -1 || right > innerWidth + 1) faults.push(`leaves the window: ${name(one)}`);
    else if (inside.left > left + 1 || inside.right < right - 1) faults.push(`cut off sideways: ${name(one)}`);
    const ellipsis = getComputedStyle(one).textOverflow === "ellipsis";
    const told = ellipsis && (one.title || one.parentElement.title); // shortened, and whole on hovering
    if (one.clientWidth && one.scrollWidth > one.clientWidth + 1 && !one.matches("select") && !told)
      faults.push(`does not fit: ${name(one)} ${one.scrollWidth} > ${one.clientWidth}`);
    if (one.matches("input[placeholder]") && !one.value) {
      const pen = document.createElement("canvas").getContext("2d");
      const style = getComputedStyle(one);
      pen.font = style.font;
      const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      if (pen.measureText(one.placeholder).width > room + 1) faults.push(`does not fit: “${one.placeholder}”`);
    }
  }
  // A control is reached where it is drawn, or something lies on it; an open drawer is meant to lie on the canvas.
  const drawers = all.filter((one) => one.matches(".rail.open"));
  for (const one of controls) {
    const { left, top, right, bottom } = clip(one);
    if (right - left < 4 || bottom - top < 4 || getComputedStyle(one).pointerEvents === "none") continue;
    let at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    while (at?.shadowRoot) {
      const deeper = at.shadowRoot.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      if (!deeper || deeper === at) break;
      at = deeper;
    }
    const own = [one, ...drawers, ...(one.labels ?? [])];
    if (at && !own.some((other) => under(at, other)) && !under(one, at))
      faults.push(`under something: ${name(one)} under ${name(at)}`);
  }
  return [...new Set(faults)];
}
