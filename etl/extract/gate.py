"""Which articles are worth reading at all: in English, and about a vendor or operator and the trade."""

from __future__ import annotations

import py3langid

from etl.extract.mentions import TRADE
from etl.names import Registry

NO_VENDOR = "names no vendor or operator of the trade"
SHORT = 200  # characters, below which the words of a text do not tell its language
_ENGLISH = (" the ", " and ", " that ", " with ", " from ")


def language(text: str) -> str:
    """ISO 639-1 code of the language that most of the text is in, told from its beginning, middle and end."""
    third = max(len(text) // 3, 1)
    sample = text if len(text) < 6_000 else "\n".join(text[n * third : n * third + 2_000] for n in range(3))
    return py3langid.classify(sample)[0]


def reason_to_skip(text: str, registry: Registry) -> tuple[str | None, str | None]:
    """(why an article is not read, its language as far as looked at); the reason is None for one that is read.

    Another language is told before another subject, so that articles in it can be counted.
    """
    if not text.strip():
        return "no text", None
    is_about_it = bool(TRADE.search(text) and registry.find(text))
    if not is_about_it and _needs_no_look(text[:2_000]):
        return NO_VENDOR, None
    found = language(text)
    if found != "en":
        return f"language {found} is not read (only English is)", found
    return None if is_about_it else NO_VENDOR, found


def _needs_no_look(start: str) -> bool:
    """Whether a text is plainly English, or too short to tell; to find its language takes far longer than this."""
    if len(start) < SHORT:
        return sum(character > "\x7f" for character in start) <= len(start) // 5
    return sum(map(start.count, _ENGLISH)) >= len(start) // SHORT
