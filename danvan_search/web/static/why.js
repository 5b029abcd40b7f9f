// Why a hit has its place, loaded when someone asks. Without it the link leads to a page of its own.
"use strict";

document.getElementById("results").addEventListener("click", async (event) => {
  const link = event.target.closest("a.why");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const hit = link.closest("article");
  const shown = hit.querySelector(".explained");
  if (shown) {
    shown.hidden = !shown.hidden;
    link.setAttribute("aria-expanded", String(!shown.hidden));
    return;
  }
  if (link.getAttribute("aria-busy") === "true") return;
  link.setAttribute("aria-busy", "true");
  let part = null;
  try {
    const answer = await fetch(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    part = page.querySelector(".explained, .error");
  } catch {
    // The server is gone: the page of the results says so.
  }
  link.removeAttribute("aria-busy");
  if (!part) {
    part = document.createElement("p");
    part.className = "error";
    part.textContent = document.getElementById("results").dataset.offline;
  }
  const before = hit.querySelector(":scope > .error");
  if (before) before.remove();
  hit.append(part);
  if (part.className === "explained") link.setAttribute("aria-expanded", "true");
});
