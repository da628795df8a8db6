"""A document -> an article: its text, title, date, publisher and source, whatever it was written in.

The text is what every offset counts into (code points), so it is made once, here, and never changed afterwards.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath

import charset_normalizer
import frontmatter
import lxml.html
import yaml
from lxml import etree

from etl.dates import find_dateline, parse_published
from etl.errors import EtlError

ENDINGS = (".html", ".htm", ".md", ".txt")
MAX_BYTES = 20_000_000
MAX_ELEMENTS = 100_000
MAX_CHARACTERS = 500_000
LONGEST_TITLE = 300


# Control characters, soft hyphens, zero-width and direction marks, halves of surrogate pairs.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


class UnreadableDocument(EtlError):
    """A document that yields no article. The message says in one line what is wrong and what to do."""


@dataclass(frozen=True)
class Known:
    """What an index says about a document. It wins over the document's own words; None: the index does not say."""

    title: str | None = None
    published: str | None = None  # YYYY-MM-DD, YYYY-MM or YYYY
    publisher: str | None = None
    source_url: str | None = None
    is_brief: bool = False  # our own brief, "after PUBLISHER, DATE"


@dataclass(frozen=True)
class Article:
    """What a document says, and who said it when.

    text: the words that are read and quoted; offsets into it count code points.
    published: YYYY-MM-DD, YYYY-MM, YYYY or None; published_by: "index", "page", "dateline" or None.
    language: ISO 639-1 as the page declares it, unchecked.
    warnings: one line each for what the document tells wrongly ('published "31/06/2020" is no date ...').
    """

    text: str
    title: str | None = None
    published: str | None = None
    published_by: str | None = None
    publisher: str | None = None
    source_url: str | None = None
    language: str | None = None
    is_brief: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Page:
    """A document's own words about itself, before the index has its say."""

    text: str
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    source_url: str | None = None
    language: str | None = None
    warnings: tuple[str, ...] = ()


def read_document(name: str, raw: bytes, *, known: Known | None = None) -> Article:
    """Turn a document's bytes into an article. `name` is a file name, whose ending tells the form.

    Raises UnreadableDocument when it is empty, binary, too large, or has no words of an article.
    """
    if len(raw) > MAX_BYTES:
        raise UnreadableDocument(
            f"{len(raw) / 1e6:.0f} MB, more than the {MAX_BYTES / 1e6:.0f} MB that an article can need; "
            "save only the article's own page"
        )
    words = clean(decode(raw))
    if not words.strip():
        raise UnreadableDocument("the file is empty; save the page again")
    page = _READERS[_form(name, words)](words)
    if not page.text.strip():
        raise UnreadableDocument("no article text found in it; save the article's own page, or its text as .txt")
    if len(page.text) > MAX_CHARACTERS:
        raise UnreadableDocument(
            f"{len(page.text):,} characters, more than the {MAX_CHARACTERS:,} of any article; save each article alone"
        )
    return _with_known(page, known or Known())


def decode(raw: bytes) -> str:
    """A document's characters: by byte order mark, as UTF-8, as the page declares, else as the bytes look.

    Raises UnreadableDocument for a binary file.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace")
    control = sum(raw[:20_000].count(code) for code in (*range(1, 9), *range(14, 27), *range(28, 32), 0))
    if control > 20 + len(raw[:20_000]) // 50:
        raise UnreadableDocument("a binary file, not HTML, Markdown or plain text; save the article as one of these")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        # A page cut off in the middle of a character, or with a few spoiled ones, is UTF-8 all the same.
        if error.start > len(raw) - 4 or _mostly_utf8(raw):
            return raw.decode("utf-8", errors="replace")
    declared = re.search(rb"""<meta[^>]{0,200}charset=["']?([\w-]{2,20})""", raw[:4096], re.IGNORECASE)
    western = sum(byte > 127 for byte in raw[:50_000]) * 20 < len(raw[:50_000])
    for encoding in (declared and declared.group(1).decode(), "cp1252" if western else None):
        try:
            if encoding and encoding.lower() not in {"utf-8", "utf8"}:
                return raw.decode("cp1252" if encoding.lower() == "iso-8859-1" else encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    guess = charset_normalizer.from_bytes(raw[:200_000]).best()
    return raw.decode(guess.encoding if guess else "cp1252", errors="replace")


def clean(words: str) -> str:
    """Characters that are seen: composed, with plain line ends and blanks, without control and zero-width ones."""
    words = unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n"))
    words = re.sub("[\u00a0\u2000-\u200a\u202f\u205f\u3000]", " ", words)
    words = re.sub("[\u0085\u2028\u2029\f\v]", "\n", words)
    return _UNSEEN.sub("", words)


def _mostly_utf8(raw: bytes) -> bool:
    """Whether there are more whole characters of several bytes than spoiled ones."""
    words = raw[:200_000].decode("utf-8", errors="replace")
    spoiled = words.count("\ufffd")
    return sum(character > "\x7f" for character in words) - spoiled > spoiled


def _form(name: str, words: str) -> str:
    ending = PurePath(name).suffix.lower()
    if ending in ENDINGS:
        return ".html" if ending == ".htm" else ending
    start = words.lstrip()[:200].lower()
    if re.match(r"<(!doctype html|html|head|body|\?xml|article|div|p\b|!--)", start):
        return ".html"
    return ".md" if re.match(r"---\n|#{1,3} ", start) else ".txt"


def _with_known(page: _Page, known: Known) -> Article:
    warnings = list(page.warnings)
    published, published_by = (known.published, "index") if known.published else (page.published, "page")
    if not published:
        published, warning = find_dateline(page.text, page.title)
        published_by = "dateline" if published else None
        warnings += [warning] if warning and not warnings else []
    title = page.title if page.title and len(page.title) <= LONGEST_TITLE else None
    untitled = title and not _opens_with(page.text, title)
    return Article(
        text=f"{title}\n\n{page.text}" if untitled else page.text,
        title=known.title or title,
        published=published,
        published_by=published_by,
        # The mastheads and addresses inside our own briefs are invented: only the index is true of them.
        publisher=known.publisher or (None if known.is_brief else page.publisher),
        source_url=known.source_url or (None if known.is_brief else page.source_url),
        language=page.language,
        is_brief=known.is_brief,
        warnings=tuple(warnings),
    )


def _opens_with(text: str, title: str) -> bool:
    """Whether the title is one of the first lines, page chrome before it allowed, whatever its quotes and case."""
    lines = [line for line in text[:3000].splitlines() if line.strip()][:12]
    return any(_bare(line) == _bare(title) for line in lines)


def _bare(words: str) -> str:
    return re.sub(r"\W+", " ", words).strip().casefold()


# ---- plain text


def _read_text(words: str) -> _Page:
    return _Page(text=words, title=_headline(words))


def _headline(words: str) -> str | None:
    """The first line above the running text that looks like a headline rather than like page chrome."""
    for line in [line.strip() for line in words.splitlines() if line.strip()][:12]:
        if len(line) > 200:
            return None
        glued = re.findall(r"[a-z][A-Z][a-z]", line)  # "ShareIcon FacebookIcon": labels of pictures run together
        byline = re.match(r"(by|from|share|follow|print|listen|sign|log|subscribe|photo|image)\b", line, re.IGNORECASE)
        ends_as_sentence = line.endswith((".", ":", ";", ","))
        dated = find_dateline(line) != (None, None)
        if len(line.split()) >= 4 and len(glued) < 3 and not (byline or ends_as_sentence or dated or "|" in line):
            return line
    return None


# ---- Markdown


def _read_markdown(words: str) -> _Page:
    from etl.markup import markdown_text
    from etl.metadata import language_code, web_address

    fields, body, warnings = _front_matter(words)
    text = markdown_text(body)
    first = re.search(r"^\s{0,3}#{1,2}\s+(.+?)\s*#*$", body, re.MULTILINE)
    written = _told(fields, "published", "date", "published_at", "publish_date")
    published = None
    if written:
        try:
            published = parse_published(written)
        except ValueError as error:
            warnings.append(str(error))
    return _Page(
        text=text,
        title=_told(fields, "title", "headline") or (markdown_text(first.group(1)) if first else None),
        published=published,
        publisher=_told(fields, "publisher", "site", "source"),
        source_url=web_address(_told(fields, "source_url", "url", "link", "canonical")),
        language=language_code(_told(fields, "language", "lang")),
        warnings=tuple(warnings),
    )


def _front_matter(words: str) -> tuple[dict, str, list[str]]:
    """Front matter's fields, the body below it, and a warning when the fields are not YAML.

    Hand-written front matter often has a colon in an unquoted title; its lines are then taken as they stand.
    """
    words = words.lstrip()
    try:
        fields, body = frontmatter.parse(words, handler=_AsWritten())
        return (fields if isinstance(fields, dict) else {}), body, []
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        _, block, body = re.split(r"^---\s*$", words, maxsplit=2, flags=re.MULTILINE)
        fields = dict(re.findall(r"^(\w+):[ \t]*(.*?)[ \t]*$", block, re.MULTILINE))
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        return fields, body, [f"front matter{line} is not YAML (quote values that hold a colon); read as plain lines"]


class _AsWritten(frontmatter.YAMLHandler):
    """Front matter whose values stay the words that were written: YAML would refuse all of it for one impossible date."""

    def load(self, fm: str, **kwargs: object) -> object:
        return yaml.load(fm, Loader=yaml.BaseLoader)


def _told(fields: dict, *names: str) -> str | None:
    """The first of these fields that holds words."""
    for name in names:
        if isinstance(fields.get(name), str) and fields[name].strip().lower() not in {"", "null", "~"}:
            return " ".join(fields[name].split())
    return None


# ---- HTML


def _read_html(words: str) -> _Page:
    # trafilatura takes a third of a second to load, which other forms need not pay
    from etl.markup import main_text
    from etl.metadata import page_metadata

    tree = _parse(words)
    if sum(1 for _ in tree.iter()) > MAX_ELEMENTS:
        raise UnreadableDocument(f"more than {MAX_ELEMENTS:,} HTML elements, no article's page; save the article alone")
    about = page_metadata(tree)
    return _Page(
        text=clean(main_text(tree)),
        title=clean(about.title).strip() if about.title else None,
        published=about.published,
        publisher=clean(about.publisher).strip() if about.publisher else None,
        source_url=about.source_url,
        language=about.language,
        warnings=about.warnings,
    )


def _parse(words: str) -> lxml.html.HtmlElement:
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, encoding="utf-8")
    try:
        # Bytes, because lxml refuses a string that declares its encoding.
        return lxml.html.document_fromstring(words.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise UnreadableDocument(f"no HTML can be read in it ({error}); save the page again") from error


_READERS = {".html": _read_html, ".md": _read_markdown, ".txt": _read_text}
