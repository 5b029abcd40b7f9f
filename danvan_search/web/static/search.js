// Search as people type. The page works without it. It never writes into the field while someone
// types, and replaces nothing but <main>: else input methods (Telex, VNI, UniKey) lose letters.
"use strict";

const form = document.getElementById("search");
const field = document.getElementById("q");
const main = document.getElementById("results");
const live = document.getElementById("live");
const list = document.getElementById("completions");

const WAIT = 150; // milliseconds after a letter
const WAIT_COMPOSING = 300; // while an input method composes: what is shown is a true beginning
const WAIT_FOR_VOWEL = 600; // after the first letters of a first syllable, which say nothing yet
const NO_SYLLABLE = /^[b-df-hj-np-tv-xzđ]+$/i; // but "TP" is one, if nothing follows
const WAIT_TO_TELL = 800; // until the number of hits is told to screen readers
const COMPLETIONS = 6;

let timer = 0;
let teller = 0;
let running = null; // the request whose answer is awaited
let completing = null;
let active = -1; // the completion that is chosen; -1 for none

function parameters(typing) {
  const given = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value.trim()) given.append(name, value);
  }
  if (typing && given.has("q")) given.set("prefix_last", "true");
  return given;
}

async function search(typing, remember) {
  clearTimeout(timer);
  if (running) running.abort();
  const own = new AbortController();
  running = own;
  const given = parameters(typing);
  const query = given.size ? `?${given}` : "";
  let html;
  try {
    const answer = await fetch(`results${query}`, { signal: own.signal });
    html = await answer.text();
  } catch (error) {
    if (error.name === "AbortError") return;
    main.replaceChildren(message(main.dataset.offline));
    return;
  }
  if (own !== running) return;
  const page = new DOMParser().parseFromString(html, "text/html").querySelector(".found");
  main.replaceChildren(page || message(main.dataset.offline));
  if (!page) return;
  document.title = page.dataset.title;
  updateLinks(given);
  history[remember ? "pushState" : "replaceState"](null, "", query || "./");
  clearTimeout(teller);
  teller = setTimeout(() => { live.textContent = page.dataset.live; }, WAIT_TO_TELL);
}

// The links outside <main> keep what is searched for, too.
function updateLinks(given) {
  const language = document.getElementById("language");
  const translated = new URLSearchParams(given);
  translated.set("lang", language.hreflang);
  language.href = `./?${translated}`;
  const kept = [...given].filter(([name]) => ["q", "category", "lang"].includes(name));
  document.getElementById("clear").href = `./?${new URLSearchParams(kept)}`;
}

function message(text) {
  const shown = document.createElement("p");
  shown.className = "error";
  shown.setAttribute("role", "alert");
  shown.textContent = text;
  return shown;
}

function soon(wait) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    search(true, false);
    if ("completes" in list.dataset) complete();
  }, NO_SYLLABLE.test(field.value) ? WAIT_FOR_VOWEL : wait);
}

// The list of completions: a combobox with a list, after the practices of WAI-ARIA.

field.setAttribute("role", "combobox");
field.setAttribute("aria-autocomplete", "list");
field.setAttribute("aria-controls", list.id);
field.setAttribute("aria-expanded", "false");

async function complete() {
  if (completing) completing.abort();
  const typed = field.value;
  if (typed.trim().length < 2 || /["():*~^]/.test(typed)) return close();
  const own = new AbortController();
  completing = own;
  try {
    const query = new URLSearchParams({ prefix: typed, limit: COMPLETIONS });
    const answer = await fetch(`api/v1/complete?${query}`, { signal: own.signal });
    if (!answer.ok) return close();
    const found = (await answer.json()).completions.map((one) => one.text);
    if (own === completing && field.value === typed && document.activeElement === field) {
      open(found.filter((text) => text !== typed.trim().toLowerCase()));
    }
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
}

function open(texts) {
  if (!texts.length) return close();
  list.replaceChildren(...texts.map((text, number) => {
    const item = document.createElement("li");
    item.id = `completion-${number}`;
    item.lang = "vi";
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.textContent = text;
    return item;
  }));
  active = -1;
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
  field.removeAttribute("aria-activedescendant");
}

function close() {
  if (completing) completing.abort();
  completing = null;
  active = -1;
  list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function choose(number) {
  const items = [...list.children];
  active = number < -1 ? items.length - 1 : number >= items.length ? -1 : number;
  items.forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
  if (active < 0) field.removeAttribute("aria-activedescendant");
  else field.setAttribute("aria-activedescendant", items[active].id);
}

function take(item) {
  field.value = item.textContent; // nobody composes: a key or a click took the item
  close();
  field.focus();
  search(false, true);
}

list.addEventListener("mousedown", (event) => {
  event.preventDefault(); // the field keeps the focus
  const item = event.target.closest("li");
  if (item) take(item);
});
field.addEventListener("blur", close);

// The end of a composition is not waited for: keyboards of phones compose all that is typed.
field.addEventListener("input", (event) => soon(event.isComposing ? WAIT_COMPOSING : WAIT));
field.addEventListener("compositionend", () => soon(0));
form.addEventListener("change", (event) => {
  if (event.target !== field) search(false, true);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  close();
  search(false, true);
});
addEventListener("popstate", () => location.reload());

field.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isOpen = !list.hidden;
  if (event.key === "ArrowDown" && isOpen) choose(active + 1);
  else if (event.key === "ArrowUp" && isOpen) choose(active - 1);
  else if (event.key === "ArrowDown") focusHit(0);
  else if (event.key === "Enter" && isOpen && active >= 0) take(list.children[active]);
  else if (event.key === "Escape" && isOpen) close();
  else return;
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  if (event.key === "/") {
    field.focus();
    field.select();
    event.preventDefault();
    return;
  }
  const at = hits().indexOf(document.activeElement);
  if (at < 0) return;
  if (event.key === "ArrowDown") focusHit(at + 1);
  else if (event.key === "ArrowUp" && at === 0) field.focus();
  else if (event.key === "ArrowUp") focusHit(at - 1);
  else return;
  event.preventDefault();
});

function hits() {
  return [...main.querySelectorAll(".hits h2 a")];
}

function focusHit(number) {
  const hit = hits()[number];
  if (hit) hit.focus();
}
