import { make } from "./make";

// Works on plain http as well, where browsers offer no clipboard.
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.body.appendChild(make("textarea", { style: "position: fixed; opacity: 0" }));
  area.value = text;
  area.select();
  document.execCommand("copy");
  area.remove();
}

// What floats over the canvas: the banner of a lost connection and one notice at a time. Returns `say.lost(sentence)`,
// which an empty one takes back.
export function messages({ model, el }) {
  const banner = make("p", { class: "banner", role: "alert" });
  const text = make("span", { class: "words" });
  const action = make("button", { type: "button", class: "action" });
  const details = make("button", { type: "button", class: "action" });
  const close = make("button", { type: "button", class: "close", "aria-label": "Dismiss" }, "×");
  const notice = make("div", { class: "notice" }, make("div", { role: "status", "aria-live": "polite" }, text), action, details, close);
  el.append(make("div", { class: "messages" }, banner, notice));

  function show(content) {
    text.textContent = content.text || "";
    notice.hidden = !content.text;
    notice.classList.toggle("error", content.level === "error");
    action.textContent = content.action || "";
    action.hidden = !content.action;
    details.textContent = "Copy details";
    details.hidden = !content.details;
  }
  const draw = () => show(model.notice || {});

  action.addEventListener("click", () => model.send_msg({ type: "notice_action" }));
  details.addEventListener("click", () => copy(model.notice.details).then(() => (details.textContent = "Copied")));
  close.addEventListener("click", () => {
    model.send_msg({ type: "notice_dismiss" });
    show({});
  });
  model.on("notice", draw);
  draw();
  banner.hidden = true;
  return {
    lost(sentence) {
      banner.hidden = !sentence;
      if (banner.textContent !== sentence) banner.textContent = sentence;
    },
  };
}
