"""The name of a browser from its User-Agent header: "Android, Firefox"."""

from django.utils.translation import gettext as _

# First match wins: each of these also names the ones below it.
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Macintosh": "macOS",
    "Linux": "Linux",
}
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Chromium": "Chromium",
    "Safari": "Safari",
}


def browser_name(user_agent: str) -> str:
    parts = [next((name for sign, name in known.items() if sign in user_agent), "") for known in (SYSTEMS, BROWSERS)]
    return ", ".join(part for part in parts if part) or _("Unknown browser")
