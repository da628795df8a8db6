"""What an HTML page says about itself: headline, date, publisher, address, language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import lxml.html
from trafilatura.metadata import extract_metadata

from etl.dates import find_dateline, parse_published

_IN_FIGURES = re.compile(r"\b(\d\d?)[/.](\d\d?)[/.]((?:19|20)\d\d)\b")
_HIDDEN = re.compile("[\\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffd]")
LONGEST_ADDRESS = 2000
# Names under which pages state the day of publication: Open Graph, plain, Dublin Core, Parse.ly, Highwire.
_DATE_NAMES = (
    "article:published_time",
    "date",
    "datePublished",
    "DC.date.issued",
    "dcterms.issued",
    "parsely-pub-date",
    "citation_publication_date",
)
# The date finder would else take today as the last possible day, and a page's date would hang on the clock.
DATE_LIMITS = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}


@dataclass(frozen=True)
class PageMetadata:
    """Fields are None where the page does not tell. warnings: one line for each date that cannot be."""

    title: str | None = None
    published: str | None = None
    published_from: str | None = None  # "metadata", "json-ld", "url" or "text"
    publisher: str | None = None
    source_url: str | None = None
    language: str | None = None
    warnings: tuple[str, ...] = ()


def page_metadata(tree: lxml.html.HtmlElement) -> PageMetadata:
    """Read a parsed page's metadata: JSON-LD, Open Graph, <title>, <h1>, <time>; no guess from its running text."""
    found = extract_metadata(tree, date_config=DATE_LIMITS)
    linked = list(_linked(tree))
    headline = _meta(tree, "og:title") or _first(linked, "headline") or found.title
    title, site = _without_site(headline, tree)
    published, published_from, warning = _date(tree, linked, found.date, web_address(found.url))
    publisher = _meta(tree, "og:site_name") or _publisher(linked) or site or _meta(tree, "application-name")
    return PageMetadata(
        title=title,
        published=published,
        published_from=published_from,
        publisher=publisher,
        source_url=web_address(found.url) or web_address(_meta(tree, "og:url")),
        language=language_code(tree.get("lang")),
        warnings=(warning,) if warning else (),
    )


def web_address(url: str | None) -> str | None:
    """The address when it is an http or https one that hides nothing (blanks, unseen characters, a password), else None."""
    written = (url or "").strip()
    try:
        parts = urlsplit(written)
        plain = not _HIDDEN.search(written) and parts.username is None and len(written) <= LONGEST_ADDRESS
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts.geturl() if plain and sound else None


def language_code(tag: str | None) -> str | None:
    """The ISO 639-1 part of a language tag ("en-AU": "en")."""
    code = re.match(r"([a-z]{2})(?![a-z])", (tag or "").strip().lower())
    return code.group(1) if code else None


def _meta(tree: lxml.html.HtmlElement, name: str) -> str | None:
    for content in tree.xpath("//meta[@property=$name or @name=$name]/@content", name=name):
        if content.strip():
            return " ".join(content.split())
    return None


def _linked(tree: lxml.html.HtmlElement) -> Iterator[dict]:
    """The objects of the page's JSON-LD that describe a piece of writing."""
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            told = json.loads(script)
        except (ValueError, RecursionError):
            continue
        for thing in told if isinstance(told, list) else [told]:
            graph = thing.get("@graph", [thing]) if isinstance(thing, dict) else []
            for part in graph if isinstance(graph, list) else []:
                if isinstance(part, dict) and ("headline" in part or "datePublished" in part):
                    yield part


def _first(linked: list[dict], field: str) -> str | None:
    return next((" ".join(part[field].split()) for part in linked if isinstance(part.get(field), str)), None)


def _publisher(linked: list[dict]) -> str | None:
    for part in linked:
        publisher = part.get("publisher")
        name = publisher.get("name") if isinstance(publisher, dict) else publisher
        if isinstance(name, str) and name.strip():
            return " ".join(name.split())
    return None


def _without_site(headline: str | None, tree: lxml.html.HtmlElement) -> tuple[str | None, str | None]:
    """The headline without the " | Site" behind it, and that site's name."""
    window = " ".join("".join(tree.xpath("//head/title//text()")).split())
    headings = {" ".join(heading.text_content().split()) for heading in tree.xpath("//h1")}
    for written in (headline, window):
        parts = re.split(r"\s+[|»·]\s+|\s+[-–—]\s+(?=[^-–—|]{2,40}$)", written or "")
        if len(parts) < 2:
            continue
        title, site = written[: written.rindex(parts[-1])].rstrip(" |»·-–—"), parts[-1].strip()
        if title in headings or title == headline or (written is headline and len(site.split()) <= 4):
            return title, site
    return headline, None


def date_in_address(url: str) -> str | None:
    """The day that an address names (".../2020/01/07/..."), YYYY-MM-DD."""
    if not re.search(r"(?:19|20)\d\d", url):
        return None
    bare = lxml.html.document_fromstring("<html><head></head><body></body></html>")
    bare.head.append(lxml.html.Element("link", rel="canonical", href=url))
    return extract_metadata(bare, date_config=DATE_LIMITS).date


def _date(
    tree: lxml.html.HtmlElement, linked: list[dict], guessed: str | None, url: str | None
) -> tuple[str | None, str | None, str | None]:
    """The page's date, where it stands, and a warning when the page states one that cannot be or that is not clear.

    guessed: what the date finder made of the page; it counts where the page's metadata has no date. It takes 31/06/2020 for
    the first of June and 05/06/2020 for a day in June, so dates in figures are looked at again.
    """
    stated = [(_meta(tree, name), "metadata") for name in _DATE_NAMES]
    stated += [(_first(linked, "datePublished"), "json-ld")]
    times = [(written, "text") for written in tree.xpath("//time/@datetime")]
    told = [(written, where) for written, where in (*stated, *times) if written]
    for written, where in told:
        if where != "text" and _is_stored_form(written):
            return parse_published(written), where, None
    where = "url" if guessed and url and date_in_address(url) == guessed else "text"
    if any(_is_stored_form(written) for written, _ in told):
        return guessed, where, None
    seen = tree.xpath("//body//text()[string-length() < 120]") if guessed else []
    figures = filter(None, map(_IN_FIGURES.search, seen))
    in_figures = ((found.group(), "text") for found in figures if _made_of(guessed, *found.groups()))
    for written, place in (*told, *in_figures):
        published, warning = find_dateline(written.strip())
        if warning:
            return published, place, warning.replace(" in the text", " in the page")
    return guessed, where, None


def _is_stored_form(written: str) -> bool:
    try:
        return bool(parse_published(written))
    except ValueError:
        return False


def _made_of(guessed: str, first: str, second: str, year: str) -> bool:
    """Whether a guessed date can come from a date in figures."""
    return guessed[:4] == year and int(guessed[5:7]) in (int(first), int(second))
