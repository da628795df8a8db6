"""PDF: its lines, which tell nothing of paragraphs, put together again to running text.

Left out: lines at the top or foot of a page that stand there on most pages (running titles, page numbers) of a document of
three pages or more; also the head of a table that goes on over most pages. Pictures are not read: there is no OCR.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

from etl.documents.characters import clean
from etl.documents.page import MAX_CHARACTERS, Page, UnreadableDocument
from etl.documents.written import headline

MAX_PAGES = 300
LONGEST_WAIT = 300  # seconds of the clock; the process that reads ends itself after far fewer of the processor
AT_AN_EDGE = 3  # lines at the top and at the foot of a page that can be a running title
WORTH_READING = 40  # letters; less is the stamp on a picture
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_HYPHEN = "\x02"


class Line(NamedTuple):
    """A line and its place on its page, in points from the page's foot."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


def read_pdf(raw: bytes) -> Page:
    """Raises UnreadableDocument: a password, a broken file, too many pages, no text in it."""
    found = _pages(raw)
    pages = found["pages"]
    if pages > MAX_PAGES:
        raise UnreadableDocument(
            f"{pages:,} pages, more than the {MAX_PAGES} of any article; save the article's pages alone"
        )
    text = running_text([_whole_lines(Line(*line) for line in lines) for lines in found["lines"]])
    if sum(map(str.isalpha, text)) < WORTH_READING:
        raise UnreadableDocument(
            f"no text in its {pages} page{'s' if pages != 1 else ''}, only pictures (a scan?); "
            "pictures are not read: save the article's text as .txt"
        )
    about = found["about"]
    return Page(
        text=text,
        title=_title(about.get("Title")) or headline(text),
        publisher=_publisher(raw),
        made=_day(about.get("CreationDate")),
    )


def _pages(raw: bytes) -> dict:
    """What pdf_pages.py tells of the document. Raises UnreadableDocument when it cannot be read or takes too long."""
    program = [sys.executable, "-P", str(Path(__file__).with_name("pdf_pages.py")), str(MAX_PAGES), str(MAX_CHARACTERS)]
    try:
        done = subprocess.run(program, input=raw, capture_output=True, timeout=LONGEST_WAIT, check=False)
    except subprocess.TimeoutExpired:
        raise UnreadableDocument("the PDF takes too long to read; print the article to a new PDF") from None
    if done.returncode:
        # Ended by its own bounds, or by a fault of the library in a hostile file.
        raise UnreadableDocument("the PDF cannot be read (too long, too large or broken); print it to a new PDF")
    found = json.loads(done.stdout)
    if found.get("fault") == "password":
        raise UnreadableDocument("the PDF asks for a password; save it without one")
    if found.get("fault") or not found["pages"]:
        raise UnreadableDocument("the PDF is broken and cannot be opened; download or print it again")
    return found


def running_text(pages: list[list[Line]]) -> str:
    """Paragraphs apart by a blank line, out of the lines of each page."""
    repeated = _repeated(pages)
    kept = [
        [line for number, line in enumerate(page) if not (_at_edge(number, page) and _key(line) in repeated)]
        for page in pages
    ]
    lines = [line for page in kept for line in page]
    if not lines:
        return ""
    gap = _usual_gap(kept)
    width = _usual_width(lines)
    whole = {word.casefold() for line in lines for word in re.findall(r"\w+-\w+", line.text)}
    blocks: list[str] = []
    before: Line | None = None
    for page in kept:
        for line in page:
            if before is None or _begins(line, before, gap, width):
                blocks.append(line.text)
            else:
                blocks[-1] = _joined(blocks[-1], line.text, whole)
            before = line
    return clean("\n\n".join(block.rstrip(_HYPHEN).replace(_HYPHEN, "-") for block in blocks)).strip()


def _whole_lines(lines: Iterable[Line]) -> list[Line]:
    """Lines cleaned, those that stand side by side as one row of cells."""
    whole: list[Line] = []
    for line in lines:
        text = re.sub("[\xad\ufffe\x02]$", _HYPHEN, line.text.translate(_LIGATURES))
        # PDFium puts the two lines of a divided word together itself.
        text = re.sub("[\xad\ufffe\x02](?=[a-zß-ÿ])", "", text)
        line = line._replace(text=re.sub("[\xad\ufffe]", "", text).strip(" "))
        if not line.text:
            continue
        last = whole[-1] if whole else None
        overlap = min(line.top, last.top) - max(line.bottom, last.bottom) if last else 0
        if last and line.left > last.right and overlap > 0.5 * min(line.top - line.bottom, last.top - last.bottom):
            text = f"{last.text} | {line.text}"
            whole[-1] = Line(text, last.left, line.right, max(last.top, line.top), min(last.bottom, line.bottom))
        else:
            whole.append(line)
    return whole


def _repeated(pages: list[list[Line]]) -> set[str]:
    """What stands at the top or foot of most pages, its numbers aside."""
    if len(pages) < 3:
        return set()
    at_edges = Counter(
        key for page in pages for key in {_key(line) for n, line in enumerate(page) if _at_edge(n, page)}
    )
    return {key for key, count in at_edges.items() if count > len(pages) / 2}


def _at_edge(number: int, page: list[Line]) -> bool:
    return number < AT_AN_EDGE or number >= len(page) - AT_AN_EDGE


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text).casefold()


def _usual_gap(pages: list[list[Line]]) -> float:
    """The usual blank between lines, in points; in a short document most lines can be headings, so it has a bound."""
    gaps = [
        before.bottom - line.top for page in pages for before, line in pairwise(page) if before.bottom > line.bottom
    ]
    height = median(min(_height(line), 40) for page in pages for line in page)
    return min(median(gaps or [0.0]), 0.8 * height) + 0.6 * height


def _usual_width(lines: list[Line]) -> float:
    """How wide a full line is, in points: of a column where there are several, so a fifth of all lines must come near it."""
    widths = sorted(line.right - line.left for line in lines)
    return widths[int(0.8 * len(widths))]


def _begins(line: Line, before: Line, gap: float, width: float) -> bool:
    """Whether a line begins a paragraph rather than going on with the line before it."""
    ended = bool(re.search(r"[.!?:][\"'”’)\]]*$", before.text))
    if " | " in line.text or " | " in before.text:
        return not (" | " in line.text and " | " in before.text)
    if re.match(r"[•▪■●–—]\s|- |\d+[.)] [A-Z]", line.text):
        return True
    down = before.bottom - line.top
    if line.bottom >= before.bottom or down > 20 * gap:  # the next column or page
        return ended or not (line.text[0].islower() or before.text.endswith((_HYPHEN, ",")) or _is_full(before, width))
    if down > gap:
        return True
    if before.right - before.left < 0.6 * width and not line.text[0].islower():
        return True  # a heading or dateline, or the last line of a paragraph
    short = before.right < line.right - 0.15 * width
    return ended and (short or line.left > before.left + 0.8 * gap)


def _height(line: Line) -> float:
    return max(line.top - line.bottom, 1.0)


def _is_full(line: Line, width: float) -> bool:
    return line.right - line.left > 0.75 * width


def _joined(block: str, line: str, whole: set[str]) -> str:
    """A line put behind those before it. A word divided at the line's end is one again, with its hyphen if it has one elsewhere."""
    if " | " in line and " | " in block:
        return f"{block}\n{line}"
    divided = re.search(rf"(\w+)[-‐{_HYPHEN}]$", block)
    rest = re.match(r"\w+", line)
    if not divided or not rest:
        return f"{block} {line}"
    hyphenated = f"{divided[1]}-{rest[0]}".casefold() in whole
    keeps = hyphenated or not line[0].islower() or not divided[1][-1].isalpha()
    return f"{block[:-1]}-{line}" if keeps else f"{block[:-1]}{line}"


def _title(written: str | None) -> str | None:
    """The metadata's title, unless a program put a file's name there."""
    title = " ".join(clean(written or "").split())
    files = re.search(
        r"\.(docx?|pdf|indd|qxd|pptx?|html?|rtf|odt|tmp)$|^(microsoft |untitled|slide \d|about:|https?:)", title, re.I
    )
    return None if files or len(title.split()) < 2 else title


def _publisher(raw: bytes) -> str | None:
    """dc:publisher of the document's XMP, which stands in it unpacked."""
    start = raw.find(b"<dc:publisher>")
    told = re.search(rb"<rdf:li[^>]{0,100}>([^<]{1,200})</rdf:li>", raw[start : start + 1000]) if start >= 0 else None
    return " ".join(clean(html.unescape(told[1].decode("utf-8", errors="replace"))).split()) or None if told else None


def _day(written: str | None) -> str | None:
    """The day of a PDF's date (D:20200107120000Z), YYYY-MM-DD."""
    parts = re.match(r"(?:D:)?((?:199|20\d)\d)(\d\d)(\d\d)", written or "")
    try:
        return date(int(parts[1]), int(parts[2]), int(parts[3])).isoformat() if parts else None
    except ValueError:
        return None
