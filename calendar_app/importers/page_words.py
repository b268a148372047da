"""The words of a page: what a person reads there, whatever else a server puts around it each time."""

import re
from hashlib import sha256
from html.parser import HTMLParser

# Not read by anybody, and another each time: scripts, styles, and what stands in the head but the title.
UNREAD = {"script", "style", "noscript", "template", "svg"}
WORDS = re.compile(r"\w+")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in UNREAD:
            self.unread.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.unread and self.unread[-1] == tag:
            self.unread.pop()

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.found += WORDS.findall(data.casefold())


def digest_of_page(body: bytes, content_type: str) -> str:
    """The same for the same words, whatever marks, spaces and scripts stand between them; of what is no HTML, of all its bytes."""
    if "html" not in content_type.lower():
        return sha256(body).hexdigest()
    reader = _Words()
    reader.feed(body.decode("utf-8", errors="replace"))
    reader.close()
    return sha256(" ".join(reader.found).encode()).hexdigest()
