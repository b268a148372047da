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

// The browser knows the time zone: nobody should have to look for it in a long list.
for (const select of document.querySelectorAll("select[data-browser-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...select.options].some((option) => option.value === zone)) select.value = zone;
}
