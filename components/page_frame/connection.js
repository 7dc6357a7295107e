// How long Python may be silent, how often the page looks, and how late a timer may be before the page, and not
// Python, was asleep (a hidden tab, a closed lid, a long computation).
const SILENCE = 2000;
const LOOK = 250;
const ASLEEP = 1000;
// A server that answers while its session stays silent for so long has lost the session.
const GIVE_UP = 3000;

// Say within two seconds that Python is gone, and load the page anew when it is back. What Python had acknowledged is
// saved there; the address says which design to open.
export function connection({ model, listen, later }, say) {
  let heard = 0;
  let looked = performance.now();
  let lost = false;
  let closed = false;
  let answeredSince = 0;

  function lose() {
    if (lost) return;
    lost = true;
    answeredSince = 0;
    say.lost("Connection lost. Trying again…");
    ask();
  }
  function hear(message) {
    if (message.type !== "beat") return;
    heard = performance.now();
    closed = false;
    if (lost) say.lost("");
    lost = false;
  }

  async function ask() {
    if (!lost) return;
    const file = document.querySelector("script[src*='static/js/bokeh']")?.src || location.href;
    try {
      await fetch(file, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(SILENCE) });
      answeredSince ||= performance.now();
    } catch {
      answeredSince = 0;
    }
    if (!lost) return;
    if (answeredSince && (closed || performance.now() - answeredSince > GIVE_UP)) location.reload();
    else setTimeout(ask, 1000);
  }

  const awake = () => {
    if (heard) heard = performance.now();
  };
  const look = setInterval(() => {
    const now = performance.now();
    if (now - looked > ASLEEP) awake();
    looked = now;
    if (heard && now - heard > SILENCE - LOOK) lose();
  }, LOOK);
  later(() => clearInterval(look));
  listen(document, "visibilitychange", awake);
  model.on("msg:custom", hear);
  if (model.document) {
    model.document.config.notify_connection_status = false; // Bokeh's own sign beside ours would be one too many
    model.document.on_event("connection_lost", () => {
      closed = true;
      lose();
    });
  }
}
