// htmx speaks for the page: it sends the CSRF token, and what goes wrong is said.
(() => {
  const say = (text, kind = "info") => {
    const message = document.createElement("p");
    message.className = `message ${kind}`;
    message.textContent = text;
    document.querySelector("#messages")?.replaceChildren(message);
  };

  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("meta[name=csrf-token]")?.content;
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
  });
  document.addEventListener("announce", (event) => say(event.detail.value));

  // Where not all places or tabs fit, the one that is open is in sight.
  for (const here of document.querySelectorAll(".places [aria-current], .tabs [aria-current]")) {
    const row = here.parentElement;
    row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
  }

  // One lost poll is no news; three in a row are.
  let lost = 0;
  const failed = (event) => {
    const isPoll = event.detail.requestConfig?.triggeringEvent?.type === "tick";
    lost += 1;
    if (isPoll && lost < 3) return;
    say("The server does not answer. What you see may be old; the page keeps trying.", "bad");
  };
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:timeout", failed);
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) failed(event);
    else say("That was not possible. Load the page again to see why.", "bad");
  });
  document.addEventListener("htmx:afterOnLoad", () => {
    if (lost >= 3) say("The server answers again.", "good");
    lost = 0;
  });
})();
