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

// What a browser noted of where it was is gone with the log-in.
if (!document.querySelector("nav.sections")) localStorage.removeItem("elsewhere");
