/* The notebook: `element` and `trigger` come from Gradio. What had the focus has it again after a change. */
let focused = null;

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (!button) return;
  focused = { act: button.dataset.act, id: button.dataset.id };
  trigger("act", { act: button.dataset.act, id: button.dataset.id || "", text: "" });
});
element.addEventListener("change", (event) => {
  const note = event.target.closest("textarea[data-id]");
  if (note) trigger("act", { act: "note", id: note.dataset.id, text: note.value });
});

function refocus() {
  if (!focused) return;
  const buttons = [...element.querySelectorAll("button[data-act]")];
  const same = buttons.find((each) => each.dataset.act === focused.act && each.dataset.id === focused.id);
  const undo = buttons.find((each) => each.dataset.act.startsWith("undo"));
  const target = undo || same;
  focused = null;
  if (target && !target.disabled) return target.focus();
  const item = same && same.closest("li");
  const other = item ? item.querySelector("button:not(:disabled)") : element.querySelector("h2");
  if (other) other.focus();
}
if (typeof watch === "function") watch("value", () => setTimeout(refocus, 0));
