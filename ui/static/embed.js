/* <script src="https://guide.example/embed.js" data-height="640"></script>: a frame with the chat, where the script is. */
(() => {
  const script = document.currentScript;
  const frame = document.createElement("iframe");
  frame.src = new URL("embed", script.src).href;
  frame.title = script.dataset.title || "Guide des PTCE";
  frame.referrerPolicy = "no-referrer";
  frame.allow = "clipboard-write";
  /* what is in the frame may not change the page around it */
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox");
  Object.assign(frame.style, { width: "100%", height: `${Number(script.dataset.height) || 640}px`, border: "0" });
  if (script.closest("body")) script.after(frame);
  else document.addEventListener("DOMContentLoaded", () => document.body.append(frame));
})();
