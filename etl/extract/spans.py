"""What the trained reader may pair: every mention, quantity, period, place and state body of an article, as typed spans; and the windows of
word pieces that the encoder reads.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from tokenizers import Tokenizer

from etl.extract.context import Context

# The encoder's token types. Order is part of the trained weights.
TYPES = (
    "word",
    "vendor",
    "operator",
    "vendor_operator",
    "company",
    "role_vendor",
    "role_operator",
    "role_other",
    "group",
    "percent",
    "count",
    "money",
    "bare",
    "period",
    "place",
    "state",
)
WINDOW = 448
OVERLAP_SENTENCES = 3
_STATE = re.compile(
    r"\b(?:[Tt]he|[Ii]ts|[Tt]heir|[Aa]|[Tt]hat|[Tt]hose)\s+(?:\w+\s)?(?:governments?|ministers?|ministry|regulators?|cabinet|parliament|lawmakers|president|"
    r"prime minister|authorities|agency|watchdog|court|administration|state|senate|senators|country|officials)\b"
    r"|\b(?:[Oo]fficials|[Mm]inisters|[Ll]awmakers|[Rr]egulators|[Ss]enators|MPs|[Pp]arliament)\b"
)


@dataclass(frozen=True)
class Candidate:
    """A typed stretch of an article. `source` is the Mention, Quantity, PeriodMention or CountryHit it comes from; names are canonical
    companies, or one ISO code for a place or state body."""

    start: int
    end: int
    type: str
    sentence: int
    names: tuple[str, ...] = ()
    source: object = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Window:
    """Word pieces of consecutive sentences, [CLS] and [SEP] included: ids and token types; spans as (candidate number,
    first, last + 1, its sentence's first, last + 1)."""

    ids: list[int]
    types: list[int]
    spans: list[tuple[int, int, int, int, int]]


def candidates(context: Context) -> list[Candidate]:
    """Every span that may be an argument of a fact, in the text's order."""
    found = []
    for number, mentions in context.mentions.items():
        for m in mentions:
            found.append(Candidate(m.start, m.end, _mention_type(m), number, m.names, m))
    for number, quantities in context.quantities.items():
        for q in quantities:
            kind = "bare" if q.bare else "money" if q.unit and q.unit.isupper() else q.unit
            if kind in ("percent", "count", "money", "bare") and not q.points:
                found.append(Candidate(q.start, q.end, kind, number, (), q))
    for number, periods in context.periods.items():
        found.extend(Candidate(p.start, p.end, "period", number, (p.period,), p) for p in periods)
    for number, places in context.places.items():
        found.extend(Candidate(p.start, p.end, "place", number, (p.code,), p) for p in places)
    found.extend(_state_bodies(context))
    return sorted(found, key=lambda c: (c.start, c.end, c.type))


def _mention_type(mention) -> str:
    vendor, operator = mention.is_a("vendor"), mention.is_a("operator")
    if mention.how == "group":
        return "group"
    if mention.how in ("role", "pronoun"):
        return "role_other" if vendor == operator else "role_vendor" if vendor else "role_operator"
    return "vendor_operator" if vendor and operator else "vendor" if vendor else "operator" if operator else "company"


def _state_bodies(context: Context) -> list[Candidate]:
    """ "The government", "ministers": the country last named before, the article's first one else."""
    every = [p for n in sorted(context.places) for p in context.places[n]]
    acting = [p for p in every if p.code != "CN"]
    starts = [p.start for p in acting]
    found = []
    for number, sentence in enumerate(context.sentences):
        if sentence.kind == "chrome":
            continue
        for match in _STATE.finditer(context.words(number)):
            start = sentence.start + match.start()
            last = bisect_right(starts, start) - 1
            place = acting[last] if last >= 0 else next(iter(every), None)
            if place:
                found.append(Candidate(start, sentence.start + match.end(), "state", number, (place.code,), place))
    return found


def windows(context: Context, found: list[Candidate], tokenizer: Tokenizer) -> list[Window]:
    """The article's sentences (chrome left out) in windows of at most WINDOW word pieces, a few sentences shared by neighbours."""
    encoded = []
    for number, sentence in enumerate(context.sentences):
        if sentence.kind != "chrome":
            pieces = tokenizer.encode(context.words(number), add_special_tokens=False)
            encoded.append((number, sentence.start, pieces.ids[: WINDOW - 2], pieces.offsets[: WINDOW - 2]))
    by_sentence: dict[int, list[int]] = {}
    for n, candidate in enumerate(found):
        by_sentence.setdefault(candidate.sentence, []).append(n)
    made, first = [], 0
    while first < len(encoded):
        last, size = first, 2
        while last < len(encoded) and size + len(encoded[last][2]) <= WINDOW:
            size += len(encoded[last][2])
            last += 1
        last = max(last, first + 1)
        made.append(_window(encoded[first:last], by_sentence, found, tokenizer))
        if last >= len(encoded):
            break
        first = max(first + 1, last - OVERLAP_SENTENCES)
    return made


def _window(encoded, by_sentence, found: list[Candidate], tokenizer: Tokenizer) -> Window:
    ids, types, spans = [tokenizer.token_to_id("[CLS]")], [0], []
    for number, offset, pieces, offsets in encoded:
        base = len(ids)
        ids.extend(pieces)
        types.extend([0] * len(pieces))
        for n in by_sentence.get(number, ()):
            c = found[n]
            inside = [k for k, (s, e) in enumerate(offsets) if s + offset < c.end and c.start < e + offset]
            if inside:
                spans.append((n, base + inside[0], base + inside[-1] + 1, base, base + len(pieces)))
                for k in range(inside[0], inside[-1] + 1):
                    if c.type not in ("place", "period", "state") or types[base + k] == 0:
                        types[base + k] = TYPES.index(c.type)
    ids.append(tokenizer.token_to_id("[SEP]"))
    types.append(0)
    return Window(ids, types, spans)
