// Every page works without it. A module, so the page is there.

// No connection: nothing is sent, and a notice says so.
const forgetNotSent = () => document.querySelectorAll("[data-not-sent]").forEach((notice) => notice.remove());
const notSent = (form, button) => {
  forgetNotSent();
  button ??= form.querySelector("button");
  const row = button.closest(".acts, .form-acts");
  (form.contains(row) ? row : button).before(document.querySelector("#not-sent").content.cloneNode(true));
  form.dispatchEvent(new Event("not-sent"));
};
addEventListener("online", forgetNotSent);
addEventListener("submit", (event) => {
  const form = event.target;
  if (navigator.onLine || form.method !== "post") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  notSent(form, event.submitter);
}, true);

// What htmx could not do is done without it.
addEventListener("htmx:responseError", ({ detail }) => {
  if (!detail.elt.matches("form")) return;
  addEventListener("submit", (event) => event.stopPropagation(), { capture: true, once: true });
  detail.elt.requestSubmit(detail.requestConfig.triggeringEvent?.submitter);
});
addEventListener("htmx:sendError", ({ detail }) => detail.elt.matches("form") && notSent(detail.elt));

// No second tap sends it again.
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

// Two minutes before a log-in ends: say so where one is typing.
const ending = document.querySelector("#session-ends");
if (ending) {
  const left = Number(ending.dataset.left) * 1000;
  const warn = () => {
    const notice = ending.content.cloneNode(true).firstElementChild;
    const row = document.activeElement.closest("main form")?.querySelector(".acts, .form-acts");
    row ? row.before(notice) : document.querySelector("main").prepend(notice);
    notice.querySelector("button")?.addEventListener("click", async (event) => {
            const answer = await fetch(event.target.dataset.stays, { method: "HEAD" }).catch(() => {});
      if (answer?.ok) { notice.remove(); wait(); }
    });
  };
  const wait = () => {
    const ends = Date.now() + left;
    // A computer that slept wakes up too late.
    setTimeout(() => { if (Date.now() < ends) warn(); }, left - 120_000);
  };
  wait();
}

// "/": the box of the band, or its page where there is no room for one.
addEventListener("keydown", (event) => {
  const box = document.querySelector("[data-search]");
  if (event.key !== "/" || !box || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  box.focus();
  if (document.activeElement !== box) box.form.submit();
});

// Only where they work.
const wake = (buttons, act) => document.querySelectorAll(buttons).forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => act(button));
});
if (navigator.clipboard) {
  wake("button[data-copy]", async (button) => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
    button.setAttribute("aria-pressed", "true");
  });
}
wake("button[data-print]", () => print());

// Errors first: the summary takes the focus.
document.querySelector("#errors")?.focus();
