// Says when a count is not that of the form any more, and how old it is.
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
  setInterval(() => {
    const place = note();
    if (!place || document.querySelector("#count.htmx-request")) return;
    const age = Math.round(Date.now() / 1000 - Number(place.dataset.countedAt));
    if (age >= OLD) say(`Counted ${Math.floor(age / 60)} min ago. It may be another number now.`);
  }, 5000);
})();
