// Runs before the first paint, so that the chosen colours never flash.
// Values: "light", "dark", or nothing: as the system says.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  const read = () => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  };
  apply(read());

  document.addEventListener("DOMContentLoaded", () => {
    for (const choice of document.querySelectorAll("input[name=theme]")) {
      choice.checked = choice.value === (read() || "system");
      choice.addEventListener("change", () => {
        try { localStorage.setItem("theme", choice.value); } catch { /* not kept */ }
        apply(choice.value);
      });
    }
  });
})();
