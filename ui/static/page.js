/* Runs once for each HTML component that holds answers or choices: `element` and `trigger` come from Gradio. */
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

/* A mark and its card point to each other: goes to the other one, and says for a moment which it is. */
function goTo(id) {
  const target = document.getElementById(id);
  if (!target) return false;
  element.querySelectorAll(".pointed").forEach((other) => other.classList.remove("pointed"));
  target.classList.add("pointed");
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  return true;
}

function pair(node, on) {
  const own = node.closest("[data-card], [data-mark]");
  if (!own || own.classList.contains("back")) return;
  const id = own.dataset.card || own.dataset.mark;
  const other = document.getElementById(id);
  if (other) other.classList.toggle("paired", on);
}

async function copy(button) {
  const label = button.dataset.label || button.textContent;
  button.dataset.label = label;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: button.dataset.copy });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  button.textContent = button.dataset.done;
  setTimeout(() => (button.textContent = label), 2000);
}

element.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-card]");
  if (link && goTo(link.dataset.card)) return event.preventDefault();
  const choice = event.target.closest("[data-ask]");
  if (choice) return trigger("ask", { question: choice.dataset.ask });
  const keep = event.target.closest("[data-keep]");
  if (keep) {
    keep.textContent = keep.dataset.done;
    return trigger("keep", { mark: keep.dataset.keep });
  }
  if (event.target.closest(".fresh")) return trigger("fresh", {});
  if (event.target.closest(".fix")) return document.querySelector("#correct textarea")?.focus();
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});
/* An opinion on an answer; once it is kept, its thanks take the focus that the form had. */
let rated = "";
element.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-rate]");
  if (!form) return;
  event.preventDefault();
  rated = form.dataset.rate;
  trigger("rate", { exchange: rated, ...Object.fromEntries(new FormData(form)) });
});
for (const [name, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
  element.addEventListener(name, (event) => pair(event.target, on));
}

/* A new question comes into view at its own heading, below the top of the window. */
let shown = 0;
let wasWriting = false;
if (typeof watch === "function") {
  watch("value", () => {
    const exchanges = element.querySelectorAll(".exchange");
    const last = exchanges[exchanges.length - 1];
    const told = rated && document.querySelector(`#e${rated} .opinion.told`);
    if (told) {
      rated = "";
      return told.focus();
    }
    if (!last || last.querySelector(".searching")) return;
    /* while a language model writes, the reader stays where he is */
    const grows = wasWriting && exchanges.length === shown;
    wasWriting = !!last.querySelector(".writing");
    if (!grows && (exchanges.length !== shown || last.querySelector(".answer"))) {
      shown = exchanges.length;
      last.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
    }
  });
}
