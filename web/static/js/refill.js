// A form part that the server brings anew (data-refill) keeps what was typed meanwhile:
// the answer knows only what stood there when it was asked.
(() => {
  const read = (part) =>
    new Map(
      [...part.querySelectorAll("input[id], select[id], textarea[id]")]
        .filter((control) => control.type !== "file" && control.type !== "hidden")
        .map((control) => [control.id, control.type === "checkbox" ? control.checked : control.value]),
    );
  let asked = new Map();
  let typed = [];

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target.matches("[data-refill]")) asked = read(event.detail.target);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.target.matches("[data-refill]")) return;
    typed = [...read(event.detail.target)].filter(([id, value]) => asked.has(id) && asked.get(id) !== value);
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const [id, value] of typed) {
      const control = document.getElementById(id);
      if (control?.type === "checkbox") control.checked = value;
      else if (control) control.value = value;
    }
    typed = [];
  });
})();
