// Seasoning for the pages about one's account: each works without it.

// "Show what I type": for a password one sets without typing it twice.
for (const button of document.querySelectorAll("[data-reveals]")) {
  const inputs = button.form.querySelectorAll("input[data-reveal]");
  button.hidden = false;
  const show = (shown) => {
    button.setAttribute("aria-pressed", String(shown));
    inputs.forEach((input) => { input.type = shown ? "text" : "password"; });
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-pressed") !== "true"));
  // Sent as a password, so that managers offer to keep it.
  button.form.addEventListener("submit", () => show(false));
}

// The browser is in another time zone than the profile: offer it, do not impose it.
for (const offer of document.querySelectorAll("[data-zone-offer]")) {
  const select = document.querySelector(offer.dataset.zoneOffer);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = [...select.options].some((option) => option.value === zone);
  if (known && select.value !== zone) {
    offer.querySelector("[data-zone-name]").textContent = zone.replaceAll("_", " ");
    offer.hidden = false;
    offer.querySelector("button").addEventListener("click", () => {
      select.value = zone;
      offer.hidden = true;
      select.focus();
    });
  }
}
