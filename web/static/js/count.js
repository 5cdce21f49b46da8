// Says when a count is not that of the form any more, and how old it is. What was chosen
// before this was loaded, or what the browser brings back, is counted as if chosen now.
(() => {
  const OLD = 60;
  const note = () => document.querySelector(".stale-note");
  const say = (text) => {
    const place = note();
    if (!place) return;
    place.textContent = text;
    place.hidden = !text;
  };
  document.addEventListener("input", (event) => {
    if (event.target.closest("#roster")) say("Of the form as it was. Counting again…");
  });
  const usual = (select) => [...select.options].find((option) => option.defaultSelected) ?? select.options[0];
  const isChanged = (control) => {
    if (control.multiple) return [...control.options].some((option) => option.selected !== option.defaultSelected);
    if (control.options) return control.selectedOptions[0] !== usual(control);
    if ("checked" in control && control.checked !== control.defaultChecked) return true;
    return "defaultValue" in control && control.value !== control.defaultValue;
  };
  addEventListener("pageshow", () => {
    const form = document.querySelector("#roster");
    if (!form || ![...form.elements].some(isChanged)) return;
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
  setInterval(() => {
    const place = note();
    if (!place || document.querySelector("#count.htmx-request")) return;
    const age = Math.round(Date.now() / 1000 - Number(place.dataset.countedAt));
    if (age >= OLD) say(`Counted ${Math.floor(age / 60)} min ago. It may be another number now.`);
  }, 5000);
})();
