"""Which candidates may belong together: operator and vendor, state and vendor, two companies; and which numbers may be figures.

Shared by training and reading, so that both see the same pairs. A group is the pair of names that its pairs stand for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from etl.extract.context import Context
from etl.extract.spans import Candidate

# Sentences between the two; beyond these a tie is told so rarely that more pairs do harm.
FARTHEST = {"selection": 4, "restriction": 3, "deal": 2}
_NUMBERS = ("percent", "count", "money", "bare")


@dataclass
class PairSet:
    """Parallel lists: candidate a[n] with candidate b[n] stands for groups[group[n]] (names; "" for an unnamed side)."""

    a: list[int] = field(default_factory=list)
    b: list[int] = field(default_factory=list)
    group: list[int] = field(default_factory=list)
    groups: list[tuple[str, str]] = field(default_factory=list)


def _is(candidate: Candidate, role: str) -> bool:
    return candidate.type not in ("place", "state", "period", *_NUMBERS) and role in candidate.source.roles


def _pairs(found: list[Candidate], left: list[int], right: list[int], farthest: int) -> PairSet:
    made, numbers = PairSet(), {}
    for i in left:
        for j in right:
            if i == j or abs(found[i].sentence - found[j].sentence) > farthest:
                continue
            for a in found[i].names or ("",):
                for b in found[j].names or ("",):
                    if a == b:
                        continue
                    key = (a, b)
                    if key not in numbers:
                        numbers[key] = len(made.groups)
                        made.groups.append(key)
                    made.a.append(i)
                    made.b.append(j)
                    made.group.append(numbers[key])
    return made


def selection_pairs(context: Context, found: list[Candidate]) -> PairSet:
    """Operators (unnamed groups included) with vendors."""
    operators = [n for n, c in enumerate(found) if _is(c, "operator")]
    vendors = [n for n, c in enumerate(found) if _is(c, "vendor") and c.names]
    return _pairs(found, operators, vendors, FARTHEST["selection"])


def restriction_pairs(context: Context, found: list[Candidate]) -> PairSet:
    """Places and state bodies with vendors (unnamed ones included)."""
    states = [n for n, c in enumerate(found) if c.type in ("place", "state")]
    vendors = [n for n, c in enumerate(found) if _is(c, "vendor") and not _is(c, "operator")]
    return _pairs(found, states, vendors, FARTHEST["restriction"])


def deal_pairs(context: Context, found: list[Candidate]) -> PairSet:
    """Any two companies, research firms left out, in both orders."""
    companies = [
        n
        for n, c in enumerate(found)
        if c.names and c.type not in ("place", "state", "period", *_NUMBERS) and not _is(c, "research")
    ]
    return _pairs(found, companies, companies, FARTHEST["deal"])


def quantity_spans(context: Context, found: list[Candidate]) -> list[int]:
    """The numbers of the article's prose; rows of tables are read by their cells."""
    return [n for n, c in enumerate(found) if c.type in _NUMBERS and context.sentences[c.sentence].kind != "row"]


def company_spans(found: list[Candidate]) -> list[int]:
    """Every mention of a company."""
    return [n for n, c in enumerate(found) if c.names and c.type not in ("place", "state", "period", *_NUMBERS)]
