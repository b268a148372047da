// The page of a day renews itself each minute, unless somebody is using it. Without script there is a link for that.
const state = document.querySelector("#state");
const { renews } = state.dataset;
let etag = `"${state.dataset.etag}"`;
const isUsed = () => document.hidden || state.querySelector(":focus-visible, [aria-busy]") || document.querySelector("details[open] > form");
const renew = async () => {
  if (isUsed()) return;
  const headers = { "If-None-Match": etag, "X-By-Itself": "1" };
  const answer = await fetch(renews, { headers, redirect: "error" }).catch(() => {});
  if (answer?.status === 200) {
    const page = await answer.text();
    if (isUsed()) return;
    const open = [...state.querySelectorAll("details[open]")].map(({ id }) => id);
    etag = answer.headers.get("ETag");
    state.innerHTML = page;
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    document.querySelector("[data-news]").textContent = state.querySelector("h2").textContent;
  } else if (answer?.status !== 304) return;
  document.querySelectorAll("[data-as-of]").forEach((hour) => { hour.textContent = answer.headers.get("X-As-Of"); });
};
setInterval(renew, 60_000);
