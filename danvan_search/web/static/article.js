// The matches of an article, one after the other, and the citation. The page works without it.
"use strict";

const marks = [...document.querySelectorAll(".article mark")];
const shown = document.getElementById("mark-count");
const buttons = document.getElementById("mark-buttons");
const anchor = document.getElementById("passage");
const copy = document.getElementById("copy");

let current = -1;

function go(number) {
  if (!marks.length) return;
  if (current >= 0) marks[current].classList.remove("current");
  current = (number + marks.length) % marks.length;
  const mark = marks[current];
  mark.classList.add("current");
  mark.scrollIntoView({ block: "center" });
  shown.textContent = `${current + 1}/${marks.length}`;
}

if (buttons) {
  buttons.hidden = false;
  document.getElementById("mark-next").addEventListener("click", () => go(current + 1));
  document.getElementById("mark-previous").addEventListener("click", () => go(current - 1));
  const first = anchor ? marks.indexOf(anchor.nextElementSibling) : -1;
  if (location.hash === "#passage" && first >= 0) go(first);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "n") go(current + 1);
  else if (event.key === "p") go(current < 0 ? -1 : current - 1);
  else return;
  event.preventDefault();
});

if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(copy.dataset.text);
    copy.textContent = copy.dataset.done;
  });
}
