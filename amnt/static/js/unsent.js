// What was typed into a note without a connection is kept on this device, and sent once that returns. The pages work without it.
const { unsent: mine } = document.querySelector("[data-unsent]").dataset;
const form = document.querySelector("form[data-worker]");
const LONGEST = 3 * 24 * 3600_000;
const open = () => caches.open("unsent");

const send = async () => {
  const kept = await open();
  for (const request of await kept.keys()) {
    const row = await kept.match(request);
    const body = new URLSearchParams(await row.text());
    const to = row.headers.get("to");
    // Of whoever used this browser before, or too old: gone.
    if (body.get("whose") !== mine || Date.now() - row.headers.get("at") > LONGEST) { await kept.delete(request); continue; }
    const page = new DOMParser().parseFromString(await (await fetch(to)).text(), "text/html");
    const token = page.querySelector("form[data-worker] [name=csrfmiddlewaretoken]");
    if (!token) continue;
    body.set("csrfmiddlewaretoken", token.value);
    // Sent twice, it makes one note.
    const answer = await fetch(to, { method: "POST", body, redirect: "manual" });
    if (answer.type !== "opaqueredirect") continue;
    await kept.delete(request);
    if (form?.elements.submission.value === body.get("submission")) location = form.dataset.then;
  }
};

if (globalThis.caches) {
  if (form) navigator.serviceWorker?.register(form.dataset.worker);
  form?.addEventListener("not-sent", async () => {
    const body = new URLSearchParams(new FormData(form));
    const headers = { to: location.href, at: Date.now() };
    await (await open()).put(`/live/unsent/${body.get("submission")}`, new Response(body, { headers }));
  });
  addEventListener("online", () => send().catch(() => {}));
  send().catch(() => {});
}
