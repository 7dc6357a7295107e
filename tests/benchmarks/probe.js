// What a stopwatch in the page sees: when an input came, and when its effect was painted.
window.probe = (() => {
  // First element that fits, through every shadow root.
  function find(selector, from = document) {
    const here = from.querySelector(selector);
    if (here) return here;
    for (const element of from.querySelectorAll("*")) {
      const inside = element.shadowRoot && find(selector, element.shadowRoot);
      if (inside) return inside;
    }
    return null;
  }

  // After the frame under way has been painted: a task that follows it.
  const painted = () => new Promise((resolve) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now());
      port2.postMessage(0);
    });
  });

  // From now on every input of this type waits until `read()` has changed to what `wanted(input)` says (no `wanted`: to
  // anything else); an input is answered together with those before it. Returns an array that fills with milliseconds.
  function stopwatch(type, read, wanted) {
    const waiting = [];
    const taken = [];
    let last = read();
    addEventListener(type, (event) => waiting.push({ at: event.timeStamp, wish: wanted?.(event) }), { capture: true });
    const look = () => {
      const now = read();
      if (now !== last || wanted) {
        last = now;
        let answered = -1;
        waiting.forEach(({ wish }, index) => {
          if (!wanted || wish === now) answered = index;
        });
        const done = waiting.splice(0, answered + 1);
        if (done.length) painted().then((end) => done.forEach(({ at }) => taken.push(end - at)));
      }
      requestAnimationFrame(look);
    };
    look();
    return { taken, waiting };
  }

  // Resolves when the model time shown has moved twice.
  function ticking() {
    return new Promise((resolve) => {
      const seen = new Set();
      const look = () => {
        const shown = find(".transport.simulation .digits")?.textContent;
        if (shown) seen.add(shown);
        if (seen.size > 2) painted().then(resolve);
        else requestAnimationFrame(look);
      };
      look();
    });
  }

  // Frames that the browser offers, counted for as long as the returned object is kept running.
  function frames() {
    const count = { frames: 0, on: true };
    const next = () => {
      count.frames++;
      if (count.on) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    return count;
  }

  return { find, painted, stopwatch, ticking, frames };
})();
