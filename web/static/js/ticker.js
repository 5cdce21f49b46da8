// The heart beat of live pages: a `tick` event on the body at the person's rate,
// only while the tab is seen. Nothing on a page polls by itself.
//
// How a page takes part:
//
//   <section id="job-42" hx-get="/jobs/42/strip?seen={{ version }}"
//            hx-trigger="tick from:body" hx-swap="outerHTML" hx-sync="this:drop">
//
// * The server answers with the same element again, with a new `seen`.
// * Nothing new since `seen`, which is sent as If-None-Match as well: the server answers
//   304 and the page stays untouched.
// * Many tabs ask at once: the answer says Retry-After, and the next tick waits for it.
// * The last answer (the job has ended) carries no hx-trigger, so asking ends by itself.
// * `hx-sync="this:drop"`: a slow answer is never asked for twice.
// * Keep the focus: no button that a person may be on inside the swapped element, or
//   give it an id, which htmx uses to bring the focus back.
// * To say something aloud, answer with the header  HX-Trigger: {"announce": "…"}.
(() => {
  const CHOICES = ["1", "2", "5", "15", "off"];
  let rate = "2";
  let timer;
  let calmUntil = 0;
  try { rate = localStorage.getItem("refresh") || rate; } catch { /* keep 2 */ }
  if (!CHOICES.includes(rate)) rate = "2";

  const tick = () => document.body.dispatchEvent(new CustomEvent("tick"));

  const schedule = () => {
    clearTimeout(timer);
    if (rate === "off" || document.hidden) return;
    const wait = Math.max(Number(rate) * 1000, calmUntil - Date.now());
    timer = setTimeout(() => { tick(); schedule(); }, wait);
  };

  document.addEventListener("htmx:afterRequest", (event) => {
    const seconds = Number(event.detail.xhr?.getResponseHeader("Retry-After"));
    if (!seconds) return;
    calmUntil = Date.now() + seconds * 1000;
    schedule();
  });

  document.addEventListener("htmx:configRequest", (event) => {
    const seen = new URL(event.detail.path, location).searchParams.get("seen");
    if (seen) event.detail.headers["If-None-Match"] = `"${seen}"`;
  });

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && rate !== "off") tick();
    schedule();
  });

  document.addEventListener("DOMContentLoaded", () => {
    const menu = document.querySelector("#refresh");
    if (menu) {
      menu.value = rate;
      menu.addEventListener("change", () => {
        rate = menu.value;
        try { localStorage.setItem("refresh", rate); } catch { /* this page only */ }
        schedule();
      });
    }
    schedule();
  });
})();
