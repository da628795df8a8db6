"""Pages that are there (200) and hold no article: an error page, a consent wall, a check for robots. Said, instead of kept as news."""

from __future__ import annotations

import re

import lxml.html
from lxml import etree

SHORT = 250  # words; a page with more is taken for an article, whatever stands in its title
PROSE = 30  # words in whole sentences that say nothing of consent
SENTENCE = 8  # words; shorter ones are buttons and menus

_ERROR = re.compile(
    r"^\W*(error\W+)?(404|403|410|500|502|503)\b|\b(page|article|file|seite|página) (was |could )?(not (be )?found|"
    r"unavailable|nicht gefunden|no encontrada)|^\W*(not found|access denied|forbidden|gone|service unavailable|"
    r"internal server error|something went wrong|bad gateway)\W*($|[-|–—:])|\b(404|error) (error|page)\b|"
    r"(no longer|does not|doesn.t) (exist|available)",
    re.IGNORECASE,
)
_ROBOT_CHECK = re.compile(
    r"just a moment|checking your browser|verify (that )?you are (a )?human|are you a robot|enable javascript|"
    r"javascript is (disabled|required)|attention required|unusual traffic",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"cookies?\b|consent|privacy|accept all|reject all|\bi agree\b|legitimate interest|your choices|"
    r"our partners|(preferences|settings|options)\b|before you continue|personal data|your data|personali[sz]|advertis|"
    r"zustimm|einwilligung|datenschutz",
    re.IGNORECASE,
)


def why_no_article(content: bytes) -> str | None:
    """Why an HTML page that was fetched is no article, in one line; None when it may be one."""
    try:
        tree = lxml.html.document_fromstring(
            content, parser=lxml.html.HTMLParser(no_network=True, remove_comments=True)
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None  # the reader says what is wrong with it
    title = " ".join((tree.findtext(".//title") or "").split())[:120]
    heading = " ".join(" ".join(one.text_content() for one in tree.iter("h1")).split())[:120]
    etree.strip_elements(tree, "script", "style", "template", "title", with_tail=False)
    words = " ".join(tree.itertext()).split()
    if len(words) > SHORT:
        return None
    text = " ".join(words)
    for told in (title, heading):
        if _ERROR.search(told):
            return f'an error page though the host calls it fine (its title is "{told}"); check it in a browser'
    if _ROBOT_CHECK.search(title) or (len(words) < 80 and _ROBOT_CHECK.search(text)):
        return "only a check for robots, no article; save the page from a browser and add the file"
    asked = {found[0].lower() for found in _CONSENT.finditer(text)}
    sentences = [one.split() for one in re.split(r"(?<=[.!?])\s", text) if not _CONSENT.search(one)]
    prose = sum(len(one) for one in sentences if len(one) >= SENTENCE)
    if len(asked) >= 3 and prose < PROSE:
        return f"behind a consent wall ({len(words)} words, and they ask for consent); save the page from a browser and add the file"
    return None
