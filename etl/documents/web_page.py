"""HTML pages."""

from __future__ import annotations

import lxml.html
from lxml import etree

from etl.documents.characters import clean
from etl.documents.page import Page, UnreadableDocument

MAX_ELEMENTS = 100_000


def read_html(words: str) -> Page:
    # trafilatura takes a third of a second to load, which other forms need not pay
    from etl.markup import main_text
    from etl.metadata import page_metadata

    tree = _parse(words)
    if sum(1 for _ in tree.iter()) > MAX_ELEMENTS:
        raise UnreadableDocument(f"more than {MAX_ELEMENTS:,} HTML elements, no article's page; save the article alone")
    about = page_metadata(tree)
    return Page(
        text=clean(main_text(tree)),
        title=clean(about.title).strip() if about.title else None,
        published=about.published,
        published_from=about.published_from,
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
