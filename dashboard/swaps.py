"""Swaps: which vendor an operator took out, and which it chose in its place. Selections in, swaps out; nothing is asked here.

A swap is a `removed` vendor and a `selected` one of the same operator and country, with scopes that overlap or are not
told, in one story (an article and its copies), or in two whose decisions are at most 12 months apart: then it is inferred, and both quotes say so.
A removal without a known winner stands alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd

from dashboard.records import Record, records

PARTIAL, FULL, UNTOLD = "partial", "full", "not told"
# What of each of its two facts a swap keeps, as removed_quote, selected_quote and so on.
OF_FACT = (
    "fact_id", "article_id", "quote", "title", "publisher", "published", "is_brief", "confidence", "happened", "period",
    "only_reported", "scope", "generation", "publishers", "carriers",
)  # fmt: skip
# What is asked of a selection; story: articles that are copies of one have one.
NEEDED = ("story", "operator", "operator_text", "vendor", "decision", "country", "share_percent", *OF_FACT)
COLUMNS = (
    "operator", "operator_text", "country", "loser", "winner", "inferred", "extent", "scope", "happened", "period",
    "published", "only_reported", "said_by", "fact_ids",
    *(f"{side}_{name}" for side in ("removed", "selected") for name in OF_FACT),
)  # fmt: skip

_ALL_OF_IT = (
    r"(?:entirely|completely|fully|altogether|in full|in (?:its|their) entirety|100 ?(?:%|per ?cent)"
    r"|(?:its|(?<!on )the|their) (?:entire|whole)|all (?:of )?(?:its|the|their)|complete (?:removal|replacement|swap|exit|ban)"
    r"|every (?:base station|site|mast|antenna|radio|piece|last)|nothing (?:made )?(?:by|from|of))\b"
)
_SAYS_ALL = re.compile(rf"\b{_ALL_OF_IT}", re.IGNORECASE)
_SAYS_LESS = re.compile(
    r"(?:\b(?:not|never|almost|nearly|virtually|practically|part|some|most|half|third|quarter|without|before)|n['’]t)\b"
    rf"\W+(?:\w+\W+){{0,2}}?{_ALL_OF_IT}",
    re.IGNORECASE,
)


@dataclass
class _Removal:
    """One removal of a vendor, told by one fact or more."""

    facts: list[Record]

    def is_told_by(self, row: Record) -> bool:
        """Whether a fact tells of this removal, not of another one of the same vendor."""
        return any(
            _overlap(fact, row) and (_in_one_story(fact, row) or _within_a_year(fact, row)) for fact in self.facts
        )


def swaps(selections: pd.DataFrame) -> pd.DataFrame:
    """A row for each swap (COLUMNS), the latest removal first.

    selections: facts (columns: NEEDED), each on its own (no claims), those of all articles. fact_ids: all that tell a swap,
    beside the two whose words stand for it; said_by: how many stories these are in.
    """
    by_operator: defaultdict[tuple, list[Record]] = defaultdict(list)
    for row in records(selections):
        by_operator[_operator(row)].append(row)
    found = [
        swap
        for rows in by_operator.values()
        for (country, loser), removals in _removals(rows).items()
        for removal in removals
        for swap in _of_removal(removal, [row for row in rows if row["country"] == country], rows, loser)
    ]
    found.sort(
        key=lambda swap: (swap["operator"] or "~", swap["loser"], swap["winner"] or "~", swap["removed_fact_id"])
    )
    found.sort(key=lambda swap: swap["happened"] or date.min, reverse=True)
    # As objects, so that what is not told stays None.
    rows = pd.DataFrame(found, columns=list(COLUMNS), dtype=object)
    return rows.astype({"inferred": bool, "said_by": int})


def side(swap: pd.Series | Record, which: str) -> Record:
    """One of the two facts of a swap ("removed" or "selected"), under a fact's own names of its fields."""
    return {name: swap[f"{which}_{name}"] for name in OF_FACT}


def _operator(row: Record) -> tuple:
    """One that no article names is known in its own story only."""
    return (row["operator"],) if row["operator"] else (None, row["story"], row["operator_text"])


def _removals(rows: list[Record]) -> dict[tuple[str | None, str], list[_Removal]]:
    """An operator's removals by country and vendor, each with all facts that tell it."""
    found: defaultdict[tuple, list[_Removal]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["happened"] or date.max, row["fact_id"])):
        if row["decision"] == "removed":
            known = found[row["country"], row["vendor"]]
            same = next((removal for removal in known if removal.is_told_by(row)), None)
            if same:
                same.facts.append(row)
            else:
                known.append(_Removal([row]))
    return found


def _of_removal(removal: _Removal, there: list[Record], anywhere: list[Record], loser: str) -> Iterator[Record]:
    """The swaps that a removal is part of, one for each winner; one without a winner when none is known.

    there: the operator's selections in the removal's country; anywhere: all of them.
    """
    pairs: defaultdict[str | None, list[tuple[Record, Record | None]]] = defaultdict(list)
    for row in there:
        if row["decision"] == "selected" and row["vendor"] != loser:
            pairs[row["vendor"]] += [(fact, row) for fact in removal.facts if _is_pair(fact, row)]
    told = {winner: found for winner, found in pairs.items() if found}
    for winner, found in (told or {None: [(fact, None) for fact in removal.facts]}).items():
        removed, selected = min(found, key=_surest)
        scope = next((row["scope"] for row in (removed, selected) if row and _networks(row)), [])
        telling = [*removal.facts, *(row for _, row in found if row)]
        yield {
            **{name: removed[name] for name in ("operator", "operator_text", "country", "happened", "period")},
            **{name: removed[name] for name in ("published", "only_reported")},
            "loser": loser,
            "winner": winner,
            "inferred": bool(selected) and not _in_one_story(removed, selected),
            "extent": _extent(removal, scope, anywhere),
            "scope": scope,
            "said_by": len({row["story"] for row in telling}),
            "fact_ids": [row["fact_id"] for row in telling],
            **{f"removed_{name}": removed[name] for name in OF_FACT},
            **{f"selected_{name}": selected[name] if selected else None for name in OF_FACT},
        }


def _surest(pair: tuple[Record, Record | None]) -> tuple:
    removed, selected = pair
    if selected is None:
        return False, -removed["confidence"], removed["fact_id"], ""
    sure = min(removed["confidence"], selected["confidence"])
    return not _in_one_story(removed, selected), -sure, removed["fact_id"], selected["fact_id"]


def _is_pair(removed: Record, selected: Record) -> bool:
    if not _overlap(removed, selected):
        return False
    return _in_one_story(removed, selected) or _within_a_year(removed, selected)


def _in_one_story(one: Record, other: Record) -> bool:
    return one["story"] == other["story"]


def _within_a_year(one: Record, other: Record) -> bool:
    """Whether two decisions are at most 12 months apart, by when they were made, else reported; not when one is not told."""
    if not (one["happened"] and other["happened"]):
        return False
    first, last = sorted((one["happened"], other["happened"]))
    leap_day = (first.month, first.day) == (2, 29)
    return last <= first.replace(year=first.year + 1, day=28 if leap_day else first.day)


def _networks(row: Record) -> set[str]:
    """The parts of a network that a selection is about; empty when that is not told, or is all network equipment."""
    scope = set(row["scope"] or ())
    if "telecom_equipment" in scope:
        return set()
    return scope | {"ran"} if "open_ran" in scope else scope


def _overlap(one: Record, other: Record) -> bool:
    first, second = _networks(one), _networks(other)
    return not first or not second or bool(first & second)


def _extent(removal: _Removal, scope: list[str], anywhere: list[Record]) -> str:
    """How much of the vendor's equipment goes: PARTIAL, FULL or UNTOLD."""
    shares = [row["share_percent"] for row in removal.facts if row.get("share_percent")]
    if scope or any(share < 100 for share in shares) or any(_stays(row, removal) for row in anywhere):
        return PARTIAL
    quotes = [row["quote"] for row in removal.facts]
    if shares or any(_SAYS_ALL.search(_SAYS_LESS.sub("", quote)) for quote in quotes):
        return FULL
    return UNTOLD


def _stays(row: Record, removal: _Removal) -> bool:
    """Whether a selection tells that the removed vendor keeps, or gets, another part of this operator's network."""
    if row["decision"] not in ("selected", "incumbent") or row["vendor"] != removal.facts[0]["vendor"]:
        return False
    if row["country"] not in (removal.facts[0]["country"], None):
        return False
    # Beside a removal in one article, the guide lets a vendor be an incumbent of another network only.
    if any(_in_one_story(row, fact) for fact in removal.facts):
        return True
    began = min((fact["happened"] for fact in removal.facts if fact["happened"]), default=None)
    later = bool(began and row["happened"] and row["happened"] >= began)
    return later and not any(_overlap(row, fact) for fact in removal.facts)
