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

  // Paper shows everything: open what is folded, and fold it again afterwards. Printing is recorded, however it
  // was asked for.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((each) => { each.open = true; });
    const form = document.querySelector("form[data-printed]");
    if (form) fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true });
  });
  window.addEventListener("afterprint", () => folded.forEach((each) => { each.open = false; }));

  // The page gives way to one sentence and a link: nothing of a patient is left to see or to go back to.
  let closed = false;
  const close = (text, link, to) => {
    closed = true;
    const main = document.createElement("main");
    const sentence = document.createElement("p");
    const onward = document.createElement("a");
    main.className = "content";
    sentence.setAttribute("role", "alert");
    sentence.textContent = text;
    Object.assign(onward, { className: "ds-link", href: to, textContent: link });
    main.append(sentence, onward);
    document.body.replaceChildren(main);
    onward.focus();
  };

  // Tabs tell each other who is open and that somebody is at work. A tab whose patient was ended or changed
  // elsewhere shows that patient no longer.
  const { patient, idle, inUse } = document.body.dataset;
  const tabs = new BroadcastChannel("ncp");
  let used = Date.now();
  tabs.addEventListener("message", ({ data }) => {
    used = Date.now();
    if (closed || !patient || !("patient" in data) || data.patient === patient) return;
    close(document.body.dataset.elsewhere, document.body.dataset.continue, "/");
  });
  tabs.postMessage({ patient });

  // Without use for data-idle seconds the page hides itself and logs out. Use is told to the server, at most
  // four times within that span, so that it does not end the session of somebody who reads.
  if (idle) {
    const span = Number(idle) * 1000;
    let told = used;
    const note = () => {
      used = Date.now();
      if (closed || used - told < span / 4) return;
      told = used;
      tabs.postMessage({ used });
      fetch(inUse, { cache: "no-store", redirect: "manual" }).catch(() => {});
    };
    const look = () => {
      if (closed || Date.now() - used < span) return;
      const form = document.querySelector("form[data-log-out]");
      const fields = form && new URLSearchParams(new FormData(form));
      const { locked, logIn } = document.body.dataset;
      close(locked, logIn, "/logg-inn");
      fields?.set("inaktiv", "ja");
      if (form) fetch(form.action, { method: "POST", body: fields, redirect: "manual" }).catch(() => {});
    };
    ["pointerdown", "pointermove", "keydown", "wheel", "touchmove"].forEach((name) => {
      document.addEventListener(name, note, { passive: true });
    });
    document.addEventListener("visibilitychange", look);
    window.setInterval(look, 1000);
  }

  // An error summary takes the focus when the page arrives with one.
  document.querySelector("[data-focus]")?.focus();

  // One press sends once; the button says so to everyone, and the waiting time is told in words.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    form.querySelectorAll("button[type=submit]").forEach((button) => button.setAttribute("aria-disabled", "true"));
    const wait = form.querySelector("[data-elapsed]");
    if (!wait) return;
    tell(wait);
    document.querySelectorAll("[data-cancel]").forEach((each) => { each.hidden = false; });
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

  // What needs this script appears; what only stands in for it gives way.
  const dress = () => document.querySelectorAll("[data-script], [data-plain]").forEach((each) => {
    each.hidden = "plain" in each.dataset;
  });
  dress();
  document.addEventListener("click", (event) => {
    if (event.target.closest("button[data-print]")) window.print();
    const copy = event.target.closest("button[data-copy]");
    if (!copy) return;
    document.getElementById(copy.dataset.copy).select();
    if (document.execCommand("copy")) say(copy.textContent = copy.dataset.copied); // works without https too
  });
  // After htmx has put in a part: focus its heading, and let go of the form that asked for it.
  document.addEventListener("htmx:afterSettle", (event) => {
    dress();
    const part = event.detail.elt;
    (part.matches("[data-focus]") ? part : part.querySelector("[data-focus]"))?.focus();
    say(document.querySelector("[data-announce]")?.dataset.announce);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest("form");
    if (form) release(form);
  });
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => {
    document.addEventListener(name, () => say(document.body.dataset.failed));
  });
})();
