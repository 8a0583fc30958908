/* The embedded chat: asks the server, shows what it answers. `wire` is the page's own script for marks and cards. */
const form = document.getElementById("asking");
const field = form.elements.question;
const thread = document.getElementById("thread");
const told = document.getElementById("told");
const history_ = [];
let number = 0;

async function ask(question) {
  if (form.dataset.busy || !question.trim()) return;
  form.dataset.busy = "yes";
  field.value = "";
  document.getElementById("first")?.remove();
  const place = document.createElement("section");
  place.className = "exchange";
  place.textContent = told.textContent = form.dataset.searching;
  thread.append(place);
  try {
    const reply = await send(question);
    const shown = document.createRange().createContextualFragment(reply.html).firstElementChild;
    place.replaceWith(shown);
    shown.scrollIntoView({ block: "start" });
    told.textContent = reply.told;
  } catch (error) {
    place.className = "exchange problem";
    place.textContent = told.textContent = error.message || form.dataset.broken;
  }
  delete form.dataset.busy;
}

/* The answer, kept in the history; what the server says is wrong becomes the message of the error. */
async function send(question) {
  const body = JSON.stringify({ question, history: history_.slice(-20), number: number + 1 });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch("/embed/ask", { method: "POST", headers, body }).catch(() => null);
  const reply = await response?.json().catch(() => null);
  if (!response?.ok || !reply) throw new Error(reply?.detail || form.dataset.broken);
  number += 1;
  history_.push({ role: "user", content: question }, { role: "assistant", content: reply.answer });
  return reply;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(field.value);
});
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ask(field.value);
});
wire(document.querySelector("main"), (name, data) => name === "ask" && ask(data.question));
