/* The embedded chat: asks the server, shows what it answers. `wire` is the page's own script for marks and cards. */
const form = document.getElementById("asking");
const field = form.elements.question;
const thread = document.getElementById("thread");
const told = document.getElementById("told");
const stop = document.getElementById("stop");
const history_ = [];
let number = 0;

async function ask(question) {
  if (form.dataset.busy || !question.trim()) return;
  form.dataset.busy = "yes";
  field.value = "";
  document.getElementById("first")?.remove();
  let place = document.createElement("section");
  place.className = "exchange";
  place.textContent = told.textContent = form.dataset.searching;
  thread.append(place);
  const reading = new AbortController();
  stop.onclick = () => reading.abort();
  try {
    let seen = false;
    for await (const reply of send(question, reading.signal)) {
      const shown = document.createRange().createContextualFragment(reply.html).firstElementChild;
      place.replaceWith(shown);
      place = shown;
      /* while a language model writes, the reader stays where he is */
      if (!seen) shown.scrollIntoView({ block: "start" });
      seen = true;
      told.textContent = reply.told;
      stopping(Boolean(reply.stopped));
    }
  } catch (error) {
    place.className = "exchange problem";
    place.textContent = told.textContent = error.message || form.dataset.broken;
  }
  stopping(false);
  delete form.dataset.busy;
}

/* The button is there while a language model writes; whoever used it goes on in the field. */
function stopping(can) {
  const used = document.activeElement === stop;
  stop.hidden = !can;
  if (used && !can) field.focus();
}

/* The exchange at each step; the answer is kept in the history. What the server says is wrong becomes the error.
   Whoever stops the reading closes the connection, and with it the model; what was verified is then the answer. */
async function* send(question, signal) {
  const body = JSON.stringify({ question, history: history_.slice(-20), number: number + 1 });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch("/embed/ask", { method: "POST", headers, body, signal }).catch(() => null);
  if (!response?.ok) throw new Error((await response?.json().catch(() => null))?.detail || form.dataset.broken);
  let last = {};
  try {
    for await (const line of lines(response.body)) {
      last = JSON.parse(line);
      if (last.detail) throw new Error(last.detail);
      yield last;
    }
  } catch (error) {
    if (!signal.aborted || !last.stopped) throw error;
    last = last.stopped;
    yield last;
  }
  if (!last.answer) throw new Error(form.dataset.broken);
  number += 1;
  history_.push({ role: "user", content: question }, { role: "assistant", content: last.answer });
}

/* The lines of a body as they come, without the empty ones that keep the connection. */
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const parts = (rest + piece.value).split("\n");
    rest = parts.pop();
    yield* parts.filter((line) => line);
  }
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
