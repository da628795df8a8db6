"""What the trained reader may pair: every mention, quantity, period, place and state body of an article, as typed spans."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from etl.extract.context import Context
from etl.extract.mentions import Mention, head_of

_STATE = re.compile(
    r"\b(?:[Tt]he|[Ii]ts|[Tt]heir|[Aa]|[Tt]hat|[Tt]hose)\s+(?:\w+\s)?(?:governments?|ministers?|ministry|regulators?|cabinet|parliament|lawmakers|president|"
    r"prime minister|authorities|agency|watchdog|court|administration|state|senate|senators|country|officials)\b"
    r"|\b(?:[Oo]fficials|[Mm]inisters|[Ll]awmakers|[Rr]egulators|[Ss]enators|MPs|[Pp]arliament)\b"
)

# Suppliers that a measure is about without their names.
_VENDORS = re.compile(
    r"\b(?:[Cc]hinese|[Ff]oreign|[Hh]igh-risk|[Uu]ntrusted|[Uu]ntrustworthy|[Rr]isky|[Nn]on-\w+)['\"”’]?\s+(?:\w+\s+){0,2}?"
    r"(?:vendors?|suppliers?|makers?|manufacturers?|providers?|equipment|gear|kit|technology|firms|companies|company)\b"
    r"|\b(?:[Vv]endors?|[Ss]uppliers?|[Mm]anufacturers?|[Mm]akers)(?: \w+)? (?:from|based) (?:countries )?outside\b"
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
    found.extend(_unnamed_vendors(context, found))
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


def _unnamed_vendors(context: Context, found: list[Candidate]) -> list[Candidate]:
    """ "Chinese suppliers": vendors without a name, where the words do not stand for companies named before."""
    taken = {n for c in found if c.names and c.type not in ("place", "state", "period") for n in range(c.start, c.end)}
    made = []
    for number, sentence in enumerate(context.sentences):
        if sentence.kind == "chrome":
            continue
        for match in _VENDORS.finditer(context.words(number)):
            start, end = sentence.start + match.start(), sentence.start + match.end()
            token = head_of(sentence, start, end)
            if token is not None and not taken.intersection(range(start, end)):
                mention = Mention(start, end, match.group(), (), frozenset({"vendor"}), "vendors", number, token)
                made.append(Candidate(start, end, "role_vendor", number, (), mention))
    return made
