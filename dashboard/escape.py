"""One escape for each place that words from an article can land in. Everything that shows a word goes through here."""

from __future__ import annotations

import html as _html
import re
from urllib.parse import urlsplit

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&@/])")
# Both are read by Arrow, too, whose \w and \s are of ASCII.
RUNS = r"^\s*[=+\-@\t\r]"
PLAIN_LINK = r"https?://[\w.-]+(?:[/?#]\S*)?"
_FORMULA = re.compile(RUNS)
_PLAIN_LINK = re.compile(PLAIN_LINK, re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def for_html(words: object) -> str:
    """Words as they stand, inside an element or a quoted attribute."""
    return _html.escape(_CONTROL.sub("", str(words)), quote=True)


def from_shown(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where words stand in a text that a browser counted in what it shows of it; None where it shows no such words."""
    shown = [at for at, sign in enumerate(text) if not _CONTROL.match(sign) and text[at : at + 2] != "\r\n"]
    return (shown[start], shown[end - 1] + 1) if 0 <= start < end <= len(shown) else None


def for_markdown(words: object) -> str:
    """Words as they stand, where Streamlit reads Markdown: labels, options, captions. White space is folded."""
    return _MARKDOWN.sub(r"\\\1", " ".join(_CONTROL.sub("", str(words)).split()))


def for_plotly(words: object) -> str:
    """Words as they stand, where Plotly reads its pseudo-HTML and, between dollar signs, MathJax."""
    plain = _html.escape(_CONTROL.sub("", str(words)), quote=False)
    return plain.replace("$", "&#36;").replace("%{", "%&#123;")


def for_xml(words: object) -> str:
    """Words as they stand, as text that an XML writer takes: nothing that XML 1.0 cannot hold."""
    return re.sub(r"[\ud800-\udfff\ufffe\uffff]", "", _CONTROL.sub("", str(words)))


def for_cell(value: object) -> object:
    """A spreadsheet cell that is shown, not run: words that open a formula get an apostrophe before them."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def web_link(address: str | None) -> str | None:
    """An address that may become a link: http or https with a host; None for all else."""
    if not address or _PLAIN_LINK.fullmatch(address):
        return address or None
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    return address.strip() if parts.scheme in ("http", "https") and parts.hostname else None


def with_code(words: str) -> str:
    """Words of ours as HTML, those between backticks as code."""
    parts = for_html(words).split("`")
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
