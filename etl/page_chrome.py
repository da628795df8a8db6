"""Takes out of an HTML page what is not its article, by what elements are or are called, never by an article's words.

Runs before trafilatura, whose recall setting otherwise keeps other articles' headlines and falls back to one block of
text when a page is laid out with tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

PROSE = 120  # characters of a paragraph, links left out, that make it running text

# A site-wide <form> or <footer> can hold the article itself; such ones stay.
_BESIDE = (
    "//nav | //aside | //dialog | //button | //select | //noscript | //template | //iframe | //*[@hidden]"
    " | //*[@role='dialog' or @role='navigation' or @role='complementary' or @role='search' or @role='alertdialog']"
    " | //*[@aria-modal='true'] | //form[not(.//article) and not(.//h1) and count(.//p) < 4]"
    " | //footer[not(.//article)]"
)
_NAMED_BESIDE = re.compile(
    r"(?<![a-z])(cookie|consent|gdpr|newsletter|related|read-?next|most-?read|most-?popular|trending|recirc|promo|paywall|"
    r"share(-?(bar|tools|links|buttons))?|social|breadcrumbs?|comments?|advert(isement)?|sponsored|ticker|you-?may|"
    r"more-?(like|stories|on|from))(?![a-z])",
    re.IGNORECASE,
)
_OTHER_ARTICLES = re.compile(
    r"^\W*(most (read|popular|viewed|shared)|related|trending|(read|see) (also|more|next)|recommended|"
    r"more (like this|on this|from|stories|news)|also (on this site|read|in)|you (may|might)|editor'?s picks?|"
    r"popular (now|stories)|latest( (news|stories|headlines))?$|up next|further reading|don.?t miss|elsewhere|"
    r"in brief$)",
    re.IGNORECASE,
)
_HEADINGS = "//h2 | //h3 | //h4 | //h5 | //h6 | //strong[not(ancestor::p)] | //b[not(ancestor::p)]"


def prune_chrome(tree: HtmlElement) -> None:
    """Take menus, consent, forms, sharing and lists of other articles out of the tree, in place; unfold layout tables."""
    for element in tree.xpath(_BESIDE):
        _drop(element)
    for element in tree.xpath("//body//*[@class or @id]"):
        named = f"{element.get('class', '')} {element.get('id', '')}"
        if _NAMED_BESIDE.search(named) and not _holds_article(element):
            _drop(element)
    for heading in tree.xpath(_HEADINGS):
        if _OTHER_ARTICLES.match(" ".join(heading.text_content().split())):
            for element in list(_listed_under(heading)):
                _drop(element)
    _unfold_layout_tables(tree)


def _holds_article(element: HtmlElement) -> bool:
    return element.tag in {"main", "article"} or element.xpath("boolean(.//article or .//h1 or .//main)")


def _listed_under(heading: HtmlElement) -> Iterator[HtmlElement]:
    """A heading over other articles, and what follows it until running text or the next heading."""
    yield heading
    for sibling in heading.itersiblings():
        if sibling.tag in {"h1", "h2", "h3", "h4", "table"} or _is_prose(sibling):
            return
        yield sibling


def _is_prose(element: HtmlElement) -> bool:
    """Whether any paragraph in the element is running text rather than a link or a label."""
    return any(_own_length(paragraph) >= PROSE for paragraph in element.xpath("descendant-or-self::p"))


def _own_length(paragraph: HtmlElement) -> int:
    links = sum(len(link.text_content()) for link in paragraph.xpath(".//a") if len(link.text_content()) > 40)
    return len(paragraph.text_content()) - links


def _unfold_layout_tables(tree: HtmlElement) -> None:
    """Make plain blocks of tables that lay out a page, without their cells of menus and links."""
    for table in tree.xpath("//table[.//h1 or .//h2 or .//table or .//td[count(.//p) > 1]]"):
        cells = [cell for cell in table.xpath(".//td | .//th") if next(cell.iterancestors("table")) is table]
        if not any(_is_prose(cell) for cell in cells):
            continue
        for cell in cells:
            if not (_is_prose(cell) or cell.xpath("boolean(.//table or .//h1)")):
                _drop(cell)
        inside = [part for part in table.iter("tbody", "tr", "td", "th") if next(part.iterancestors("table")) is table]
        for part in (table, *inside):
            part.tag = "div"


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()
