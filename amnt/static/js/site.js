// Seasoning only: every page works without it. Loaded as a module, so it runs once the page is there.

// No connection: nothing is sent into the void, htmx's forms included. The text stays where it is, and a notice says so.
const forgetNotSent = () => document.querySelectorAll("[data-not-sent]").forEach((notice) => notice.remove());
addEventListener("online", forgetNotSent);
addEventListener("submit", (event) => {
  const form = event.target;
  if (navigator.onLine || form.method !== "post") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  forgetNotSent();
  const button = event.submitter ?? form.querySelector("button");
  const row = button.closest(".acts, .form-acts");
  (form.contains(row) ? row : button).before(document.querySelector("#not-sent").content.cloneNode(true));
}, true);

// A long answer on a bad line: say so, and let no second tap send it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  const button = event.submitter;
  if (!button) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  button.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}));

// Two minutes before a log-in ends: say so where one is typing, and let it last longer.
const ending = document.querySelector("#session-ends");
if (ending) {
  const left = Number(ending.dataset.left) * 1000;
  const warn = () => {
    const notice = ending.content.cloneNode(true).firstElementChild;
    const row = document.activeElement.closest("main form")?.querySelector(".acts, .form-acts");
    row ? row.before(notice) : document.querySelector("main").prepend(notice);
    notice.querySelector("button")?.addEventListener("click", async (event) => {
      // Any page one asks for does.
      const answer = await fetch(event.target.dataset.stays, { method: "HEAD" }).catch(() => null);
      if (answer?.ok) { notice.remove(); wait(); }
    });
  };
  const wait = () => {
    const ends = Date.now() + left;
    // A computer that slept wakes up late: then it is over, and the log-in page says what to do.
    setTimeout(() => { if (Date.now() < ends) warn(); }, left - 120_000);
  };
  wait();
}

// "Copy for messaging app": a button wakes up only where copying works.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
      button.setAttribute("aria-pressed", "true");
    });
  }
}

// So does "Print": without script, the browser's own menu does it.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Errors first: the summary takes the focus.
document.querySelector("#errors")?.focus();
