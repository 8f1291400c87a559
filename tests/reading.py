"""How tests read an answer: the words that a person sees, and the text without what is random in it."""

import re
from html.parser import HTMLParser

UNSEEN = ("script", "style", "template")
# Ids, nonces, tokens and signatures: as likely as not, one of them holds any two digits.
RANDOM = re.compile(r"[\w.-]{20,}")


class Words(HTMLParser):
    """Collects what is written between the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Stop reading where a page says something to machines."""
        del attrs
        self.unseen += tag in UNSEEN

    def handle_endtag(self, tag: str) -> None:
        """Go on reading behind it."""
        self.unseen -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        """Keep a text that is seen."""
        if not self.unseen:
            self.found += data.split()


def words_of(page: str) -> str:
    """Return the words of a page, one space between them: no tag, no attribute, no script."""
    reader = Words()
    reader.feed(page)
    return " ".join(reader.found)


def main_of(page: str) -> str:
    """Return what is particular to a page, without what stands around it on all."""
    return page[page.index("<main") : page.index("</main>")]


def without_random(text: str) -> str:
    """Return an answer without its long unspaced strings: ids, nonces, tokens, signatures."""
    return RANDOM.sub("", text)
