"""HTML and Markdown to the text that is read, shown and quoted.

Both end in one form: paragraphs apart by a blank line, a table's row on one line with " | " between its cells, list
points as "- " lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
import trafilatura
from lxml import etree
from markdown_it import MarkdownIt

from etl.page_chrome import prune_chrome

_WRAPPERS = {"html", "body", "main", "article"}
_BLOCKS = {"p", "div", "section", "quote", "blockquote", "pre", "figcaption", "caption", "dt", "dd"} | {
    f"h{n}" for n in range(1, 7)
}
_SKIPPED = {"script", "style", "noscript", "template", "iframe", "object", "graphic", "img"}


def main_text(tree: lxml.html.HtmlElement) -> str:
    """The article's own words out of a parsed HTML page; empty when the page has none."""
    prune_chrome(tree)
    found = trafilatura.bare_extraction(
        tree, favor_recall=True, include_comments=False, include_tables=True, with_metadata=False
    )
    if found is None or found.body is None:
        return ""
    return block_text(found.body)


def markdown_text(markdown: str) -> str:
    """A Markdown document's words, without its markup."""
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    return block_text(lxml.html.document_fromstring(html)) if html.strip() else ""


def block_text(body: etree._Element) -> str:
    """Text of a tree of HTML elements, or of trafilatura's, in the form that this module's docstring describes."""
    blocks = [re.sub(r" *\n *", "\n", block).strip() for block in _blocks(body)]
    return "\n\n".join(block for block in blocks if block)


def _blocks(element: etree._Element) -> Iterator[str]:
    """Blocks of text below an element; text that stands between blocks is a block of its own."""
    loose = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and _is_block(child):
            yield _fold("".join(loose))
            loose = []
            yield from _block(child)
        else:
            loose.append(_inline(child))
        loose.append(child.tail or "")
    yield _fold("".join(loose))


def _is_block(element: etree._Element) -> bool:
    tag = element.tag
    return tag in _BLOCKS or tag in _WRAPPERS or tag in {"head", "list", "ul", "ol", "dl", "table", "hr"}


def _block(element: etree._Element) -> Iterator[str]:
    if element.tag in {"list", "ul", "ol"}:
        yield "\n".join(_points(element))
    elif element.tag == "table":
        yield "\n".join(_rows(element))
    else:
        yield from _blocks(element)


def _points(element: etree._Element) -> Iterator[str]:
    """A list's points, those of lists inside it after the point that holds them."""
    for point in element:
        if not isinstance(point.tag, str):
            continue
        if point.tag in {"list", "ul", "ol"}:
            yield from _points(point)
            continue
        nested = point.xpath("./list | ./ul | ./ol")
        for inner in nested:
            point.remove(inner) if not inner.tail else inner.drop_tree()
        words = " ".join(block for block in _blocks(point) if block)
        if words:
            yield f"- {words}"
        for inner in nested:
            yield from _points(inner)


def _rows(table: etree._Element) -> Iterator[str]:
    for caption in table.xpath("./caption"):
        yield _inline_text(caption)
    for row in table.xpath(".//row | .//tr"):
        cells = [_inline_text(cell) for cell in row.xpath("./cell | ./td | ./th")]
        filled = [cell for cell in cells if cell]
        if filled:
            # trafilatura turns a caption into a row of one cell
            yield filled[0] if len(filled) == 1 and cells[0] else " | ".join(cells).strip()


def _inline_text(element: etree._Element) -> str:
    return _fold(" ".join(block for block in _blocks(element) if block)).replace("\n", " ")


def _inline(element: etree._Element) -> str:
    if not isinstance(element.tag, str) or element.tag in _SKIPPED:
        return ""
    if element.tag in {"br", "lb"}:
        return "\x0b"
    return (element.text or "") + "".join(_inline(child) + (child.tail or "") for child in element)


def _fold(words: str) -> str:
    """White space as a browser shows it: runs become one blank, a line break stays one."""
    return re.sub(r" ?\x0b ?", "\n", re.sub(r"[^\S\x0b]+", " ", words)).strip()
