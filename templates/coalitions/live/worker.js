// Of the live pages alone: a page for when there is no connection, and a note that could not be sent. No page of the site is ever stored.
const SHELL = "live-{{ version }}";
const FILES = {{ files|safe }};
addEventListener("install", (event) => event.waitUntil((async () => {
  const shell = await caches.open(SHELL);
  await shell.addAll(FILES.map((file) => new Request(file, { credentials: "omit" })));
  await skipWaiting();
})()));
addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== SHELL && name !== "unsent") await caches.delete(name);
  await clients.claim();
})()));
const keep = async (request) => {
  const body = await request.text();
  const kept = await caches.open("unsent");
  const headers = { to: request.url, at: Date.now() };
  await kept.put(`/live/unsent/${new URLSearchParams(body).get("submission")}`, new Response(body, { headers }));
};
addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.mode === "navigate") {
    const note = request.method === "POST" && path.endsWith("/note/") && request.clone();
    event.respondWith(fetch(request).catch(async () => {
      if (note) await keep(note);
      return caches.match(FILES[0]);
    }));
  } else if (FILES.includes(path)) event.respondWith(fetch(request).catch(() => caches.match(path)));
});
