/* The box « masquer aussi les noms » changes the addresses beside it. */
element.addEventListener("change", (event) => {
  if (!event.target.classList.contains("names")) return;
  for (const link of event.target.closest(".get").querySelectorAll("a")) {
    link.search = event.target.checked ? "?masque=people" : "";
  }
});
