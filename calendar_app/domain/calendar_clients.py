"""Which kind of program reads a calendar address, from its User-Agent header. Pure; the header itself is never kept."""

# First match wins: several of these also call themselves Mozilla.
_SIGNS = {
    "google-calendar": "google",
    "microsoft exchange": "outlook",
    "outlook": "outlook",
    "thunderbird": "thunderbird",
    "lightning": "thunderbird",
    "nextcloud": "nextcloud",
    "icsx5": "android",
    "davx5": "android",
    "evolution": "gnome",
    "calendaragent": "apple",
    "dataaccessd": "apple",
    "calendarcore": "apple",
    "macos/": "apple",
    "ios/": "apple",
    "mozilla/": "browser",
}
OTHER = "other"
CLIENTS = (*dict.fromkeys(_SIGNS.values()), OTHER)
# Services that read the address from their own machines, and show there what they kept of it.
KEEP_A_COPY = frozenset({"google", "outlook", "nextcloud"})


def client_of(user_agent: str) -> str:
    """One of `CLIENTS`."""
    said = user_agent.casefold()
    return next((client for sign, client in _SIGNS.items() if sign in said), OTHER)
