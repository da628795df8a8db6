"""What every kind of document gives: its text and its own words about itself, or one line that says why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from etl.errors import EtlError

MAX_BYTES = 20_000_000
MAX_CHARACTERS = 500_000


class UnreadableDocument(EtlError):
    """A document that yields no article. The message says in one line what is wrong and what to do."""


@dataclass(frozen=True)
class Page:
    """A document's own words about itself, before the index has its say.

    published: YYYY-MM-DD, YYYY-MM, YYYY or None; published_from: where in the document it stands ("metadata", "json-ld",
    "header", "url", "text"). made: the day on which the file itself was made, which may be years after the article.
    """

    text: str
    title: str | None = None
    published: str | None = None
    published_from: str | None = None
    publisher: str | None = None
    source_url: str | None = None
    language: str | None = None
    made: str | None = None
    warnings: tuple[str, ...] = ()


def too_large(size: int, most: int = MAX_BYTES, what: str = "") -> UnreadableDocument:
    """The refusal of a document of so many bytes. `what`: of which the size is told ("unpacked")."""
    return UnreadableDocument(
        f"{size / 1e6:.0f} MB{what and ' ' + what}, more than the {most / 1e6:.0f} MB that an article can need; "
        "save only the article's own page"
    )
