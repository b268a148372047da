// The time zone of the browser, on the pages that ask for one or show times.

// The browser knows the time zone: nobody should have to look for it in a long list. It may call it otherwise: Asia/Calcutta.
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const named = (zone) => {
  try { return Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone; } catch { return ""; } // one it has never heard of
};
const offered = (select) => {
  const options = [...select.options];
  return options.find((option) => option.value === here) ?? options.find((option) => option.value && named(option.value) === here);
};
for (const select of document.querySelectorAll("select[data-zones]")) {
  const option = offered(select), likely = select.querySelector("optgroup");
  if (!option || !likely) continue;
  const chosen = select.value;
  if (option.parentNode !== likely) likely.prepend(option.cloneNode(true));
  select.value = "browserZone" in select.dataset ? option.value : chosen;
}

// It is in another one than the profile: offer it, do not impose it. A zone has several names, so clocks are compared, in all seasons.
const clocks = (zone) => [...Array(12).keys()].map((month) => new Date(Date.UTC(2027, month, 15)).toLocaleString("en", { timeZone: zone })).join();
const differs = (zone) => {
  try { return clocks(zone) !== clocks(here); } catch { return false; } // a zone this browser has never heard of
};
const name = (offer) => { offer.querySelector("[data-zone-name]").textContent = here.replaceAll("_", " "); offer.hidden = false; };
for (const offer of document.querySelectorAll("[data-zone-offer]")) {
  const select = document.querySelector(offer.dataset.zoneOffer);
  const option = offered(select);
  if (option && differs(select.value)) {
    name(offer);
    offer.querySelector("button").addEventListener("click", () => {
      select.value = option.value;
      offer.hidden = true;
      select.focus();
    });
  }
}

// Where no form is at hand, only after two days there: a short journey is no move. Nothing of it stays after the log-out.
const TWO_DAYS = 2 * 24 * 3600 * 1000;
for (const offer of document.querySelectorAll("[data-zone]")) {
  const seen = JSON.parse(localStorage.getItem("elsewhere"));
  if (!differs(offer.dataset.zone)) localStorage.removeItem("elsewhere");
  else if (seen?.zone !== here) localStorage.setItem("elsewhere", JSON.stringify({ zone: here, since: Date.now() }));
  else if (!seen.declined && Date.now() - seen.since >= TWO_DAYS) {
    name(offer);
    offer.querySelector("button").addEventListener("click", () => {
      localStorage.setItem("elsewhere", JSON.stringify({ ...seen, declined: true }));
      offer.hidden = true;
    });
  }
}
