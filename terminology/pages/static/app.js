// What a page does beyond plain links and forms. Everything works without it.
"use strict";

(() => {
  const say = (text) => {
    const live = document.getElementById("live"); // looked up each time: htmx may have replaced the body
    if (live && text) live.textContent = text;
  };

  // A page that the browser kept in memory may show a patient who has been ended: fetch it anew.
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });

  // htmx notes the last address in the session storage; the last page of a session leaves nothing behind.
  if (document.body.hasAttribute("data-clears-storage")) {
    try { window.sessionStorage.clear(); } catch { /* storage is switched off: nothing is kept */ }
  }

  // Paper shows everything: open what is folded, and fold it again afterwards.
  const opened = [];
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not([open])").forEach((details) => {
      details.open = true;
      opened.push(details);
    });
  });
  window.addEventListener("afterprint", () => {
    opened.splice(0).forEach((details) => { details.open = false; });
  });

  // An error summary takes the focus when the page arrives with one.
  document.querySelector("[data-focus]")?.focus();

  // One press sends once; the button says so to everyone, and the waiting time is told in words.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    form.querySelectorAll("button[type=submit]").forEach((button) => button.setAttribute("aria-disabled", "true"));
    const wait = form.querySelector("[data-elapsed]");
    if (wait) tell(wait);
  });
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button[type=submit]").forEach((button) => button.removeAttribute("aria-disabled"));
    const wait = form.querySelector("[data-elapsed]");
    if (wait) { window.clearInterval(Number(wait.dataset.timer)); wait.textContent = ""; }
  };

  // data-elapsed="Venter på svar fra Finland: {seconds} sekunder"
  const tell = (wait) => {
    const began = Date.now();
    const show = () => {
      const seconds = Math.round((Date.now() - began) / 1000);
      wait.textContent = wait.dataset.elapsed.replace("{seconds}", String(seconds));
      if (seconds % 10 === 0) say(wait.textContent);
    };
    show();
    wait.dataset.timer = String(window.setInterval(show, 1000));
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("button[data-print]")) window.print();
  });

  // After htmx has put in a part: focus its heading, and let go of the form that asked for it.
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    const target = part.matches("[data-focus]") ? part : part.querySelector("[data-focus]");
    if (target) target.focus();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest("form");
    if (form) release(form);
  });
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => {
    document.addEventListener(name, () => say(document.body.dataset.failed));
  });
})();
