// Ctrl+K or "/": search. "g" then a letter: go to a page. "r": refresh live parts now.
// Single keys work outside of fields only, and can be switched off on the profile page.
(() => {
  const PLACES = {
    h: "/", c: "/contacts", s: "/segments", l: "/logged-segments",
    i: "/interaction-log-entries", m: "/campaigns", j: "/jobs", o: "/operations", u: "/setup",
  };
  let waitingForPlace = false;

  const isTyping = (element) =>
    element.closest("input, textarea, select, [contenteditable]") !== null;
  const singleKeysAreOff = () => {
    try { return localStorage.getItem("single-keys") === "off"; } catch { return false; }
  };
  const focusSearch = (event) => {
    const search = document.querySelector("#search");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      focusSearch(event);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || singleKeysAreOff()) return;
    if (document.querySelector("dialog[open]")) return;
    if (waitingForPlace) {
      waitingForPlace = false;
      if (event.key in PLACES) location.assign(PLACES[event.key]);
      return;
    }
    if (event.key === "/") focusSearch(event);
    else if (event.key === "g") waitingForPlace = true;
    else if (event.key === "r") document.body.dispatchEvent(new CustomEvent("tick"));
  });

  // Arrow keys walk through the search results; Escape leaves them.
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest?.(".search");
    if (!box) return;
    const stops = [box.querySelector("#search"), ...box.querySelectorAll(".found a")];
    const here = stops.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      stops[(here + step + stops.length) % stops.length].focus();
    } else if (event.key === "Escape") {
      box.querySelector(".found").replaceChildren();
      stops[0].focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".search")) {
      document.querySelector(".found")?.replaceChildren();
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    const choice = document.querySelector("#single-keys");
    if (!choice) return;
    choice.checked = !singleKeysAreOff();
    choice.addEventListener("change", () => {
      try { localStorage.setItem("single-keys", choice.checked ? "on" : "off"); } catch { /* not kept */ }
    });
  });
})();
