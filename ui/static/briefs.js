/* After page.js, for the components that hold briefs: exports, the editable agenda, sections run again. */
const table = () => element.querySelector(".agenda table");
const rowsOf = () =>
  [...table().querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("textarea")].map((field) => field.value));
let edited = false;
let waiting = 0;
let wanted = "";

/* The agenda is kept a moment after the last change, and goes into the exports as it stands. */
function keepAgenda() {
  edited = true;
  clearTimeout(waiting);
  waiting = setTimeout(() => trigger("agenda", { rows: rowsOf() }), 500);
}

function addRow() {
  const body = table().querySelector("tbody");
  const holder = document.createElement("tbody");
  holder.innerHTML = table().dataset.row;
  const row = holder.firstElementChild;
  const day = body.querySelector("tr:last-child textarea");
  if (day) row.querySelector("textarea").value = day.value;
  body.append(row);
  row.querySelectorAll("textarea")[1].focus();
  keepAgenda();
}

async function exportAs(button) {
  const group = button.closest(".exports");
  const said = group.querySelector(".said");
  said.textContent = group.dataset.busy;
  const body = JSON.parse(group.dataset.body);
  if (edited && table()) body.agenda = rowsOf();
  try {
    const answer = await fetch(`${group.dataset.address}format=${button.dataset.export}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(answer.status);
    const named = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") || "");
    const address = URL.createObjectURL(await answer.blob());
    const link = Object.assign(document.createElement("a"), { href: address, download: named ? named[1] : "kit" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    said.textContent = group.dataset.done;
  } catch {
    said.textContent = group.dataset.failed;
  }
}

element.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  const file = at("[data-export]");
  if (file) return exportAs(file);
  if (at("[data-add-row]")) return addRow();
  const gone = at("[data-remove-row]");
  if (gone) {
    gone.closest("tr").remove();
    return keepAgenda();
  }
  const again = at("[data-again]");
  if (again) {
    wanted = again.closest(".part").id;
    const question = again.closest(".more").querySelector("input").value;
    return trigger("again", { section: again.dataset.again, question });
  }
  const forget = at("[data-forget]");
  if (forget) {
    wanted = forget.closest(".part").id;
    return trigger("forget", { section: forget.dataset.forget, question: forget.dataset.question });
  }
  const reset = at("[data-reset-agenda]");
  if (reset) {
    clearTimeout(waiting);
    wanted = reset.closest(".part").id;
    edited = false;
    trigger("reset", { section: wanted.split("-").slice(2).join("-") });
  }
});
element.addEventListener("input", (event) => {
  if (event.target.closest(".agenda")) keepAgenda();
});
element.addEventListener("keydown", (event) => {
  const field = event.target.closest(".more input");
  if (field && event.key === "Enter") field.closest(".more").querySelector("button").click();
});

/* A new brief comes into view at its title; a section run again stays in view. */
let known = false;
if (typeof watch === "function") {
  watch("value", () => {
    const brief = element.querySelector(".brief");
    const part = wanted && document.getElementById(wanted);
    if (part) part.scrollIntoView({ block: "start", behavior: "auto" });
    else if (brief && !known) brief.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
    wanted = "";
    known = Boolean(brief);
  });
}
