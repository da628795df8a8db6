"""What has changed since a frozen link was made: facts added, told otherwise and withdrawn between its load and the newest.

Two versions are one fact when they have one id; else when they stand in one article, are of one kind and about the same
companies, and share their quote or their key. What a reader thinks of itself (its version, how sure it is) is no change
of a fact, unless it takes the fact over the threshold of the view.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import streamlit as st

from dashboard import change_queries
from dashboard.change_queries import AROUND, TOLD, Found, Pairs
from dashboard.filters import to_query
from dashboard.queries import PAGE
from dashboard.records import Record
from dashboard.view import View

HOW = ("changed", "added", "withdrawn", "reworded")
STAYED = ("changed", "added", "reworded")  # those of facts that are known today
COMPARED = 2_000  # versions, in articles that have some of then and some of now, up to which they are compared
_AT_ONCE = 10_000  # changes that are made ready together for a file
# Whom a fact is about: without one of these in common, two facts are never one that was told otherwise.
_ABOUT = {
    "figure": ("companies",),
    "selection": ("operator", "vendor"),
    "deal": ("parties",),
    "restriction": ("authority", "vendor"),
}
_KEY = {
    "figure": ("companies", "metric", "status", "value", "value_high", "unit"),
    "selection": ("operator", "operator_text", "vendor", "decision"),
    "deal": ("deal", "parties"),
    "restriction": ("authority", "vendor", "vendor_text", "action"),
}


@dataclass(frozen=True)
class Change:
    """A fact as it was known then and as it is known now. before None: it was added; after None: it was withdrawn.

    fields: the names of what is told otherwise.
    """

    kind: str
    before: Record | None
    after: Record | None
    fields: tuple[str, ...] = ()

    @property
    def how(self) -> str:
        """One of HOW."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "withdrawn"
        return "reworded" if self.fields == ("quote",) else "changed"

    @property
    def row(self) -> Record:
        """The newest version there is."""
        return self.after or self.before or {}


@dataclass(frozen=True)
class Changes:
    """What has changed between the view's load and the newest one, of facts that pass its filters then or now.

    counts: how many there are of each of HOW, without those of which there is none. pairs: the versions that are one fact; None: too
    many came and went to be compared two by two, and only those that have one id are one fact told otherwise. first: the latest
    PAGE of each of HOW.
    """

    view: View
    counts: dict[str, int]
    pairs: Pairs | None
    first: list[Found]

    def __len__(self) -> int:
        return sum(self.counts.values())

    def latest(self, most: int, offset: int = 0, hows: tuple[str, ...] = HOW) -> list[Change]:
        """So many changes, of these of HOW, from an offset on. The latest published first."""
        if not any(how in self.counts for how in hows):
            return []
        if offset + most <= PAGE:
            found = [one for one in self.first if one.how in hows][offset : offset + most]
        else:
            found = change_queries.latest(self.view, self.pairs, hows, most, offset)
        places: dict[str, set[int]] = {}
        for one in found:
            places.setdefault(one.kind, set()).update({one.was, one.now} - {None})
        facts = {kind: change_queries.at_places(self.view, kind, those) for kind, those in places.items()}
        return [_change(one.kind, facts[one.kind].get(one.was), facts[one.kind].get(one.now)) for one in found]


def changes(view: View) -> Changes:
    """What has changed since the view's load. Of one article or one fact where the view looks at one. A kind of fact that does not
    have what a filter asks for is left out."""
    newest = view.snapshot.newest.number
    if view.load.number == newest:
        return Changes(view, {}, {}, [])
    filters = to_query(replace(view.filters, offset=0))
    asked = (view.snapshot.version, view.load.number, newest, filters, view.min_confidence)
    return Changes(view, *_compared(view, asked, COMPARED))


# What one visitor had compared is there for the next. It is kept packed: many small things in memory slow down every page.
@st.cache_data(max_entries=200, show_spinner=False)
def _compared(_view: View, asked: tuple, most: int) -> tuple[dict[str, int], Pairs | None, list[Found]]:
    """What `Changes` has. most: how many versions are compared two by two."""
    rows = change_queries.counts(_view, most, PAGE)
    told, beside = rows[rows["how"].notna()], rows[rows["how"].isna()]
    counts, pairs, found = Counter(), None, []
    if beside["n"].sum() <= most:
        told = told[~told["beside"].astype(bool)]
        pairs, found = _two_by_two(_view, beside)
        counts.update(one.how for one in found)
    for how, n, first in told[["how", "n", "changes"]].itertuples(index=False):
        counts[how] += int(n)
        found += [Found(**one) for one in first]
    found.sort(reverse=True, key=lambda one: one[:3])
    first = [one for how in HOW for one in [one for one in found if one.how == how][:PAGE]]
    first.sort(reverse=True, key=lambda one: one[:3])
    return {how: counts[how] for how in HOW if counts[how]}, pairs, first


def _two_by_two(view: View, beside: pd.DataFrame) -> tuple[Pairs, list[Found]]:
    """Which of the versions of articles that have some of then and some of now are one fact, and what has changed of these articles."""
    pairs, found = {}, []
    for kind, of_kind in beside.groupby("kind"):
        pairs[kind] = []
        for versions in _by_article(view, kind, of_kind):
            for old, new in _paired(versions["before"], versions["after"], kind):
                how, row = _how(old, new, kind), new or old
                was, now = old and old["place"], new and new["place"]
                if old and new:
                    pairs[kind].append((was, now, how))
                each = [one for one in (old, new) if one]
                focused = not view.filters.fact or view.filters.fact in [one["fact_id"] for one in each]
                if how and focused and any(one["passes"] for one in each):
                    found.append(Found(row["published_on"] or date.min, row["fact_id"], kind, how, was, now))
    return pairs, found


def _by_article(view: View, kind: str, beside: pd.DataFrame) -> Iterator[dict[str, list[Record]]]:
    """The versions of each article, of then ("before") and of now ("after")."""
    known = {
        int(place): (side, bool(passes))
        for side, passes, places in beside[["side", "passes", "places"]].itertuples(index=False)
        for place in places
    }
    found: dict[str, dict[str, list[Record]]] = {}
    for row in change_queries.versions(view, kind, list(known)):
        side, passes = known[row["place"]]
        found.setdefault(row["article_id"], {"before": [], "after": []})[side].append({**row, "passes": passes})
    yield from found.values()


def _paired(before: list[Record], after: list[Record], kind: str) -> Iterator[tuple[Record | None, Record | None]]:
    """The versions of one article as pairs of then and now, those likest each other first; what is left stands alone."""
    likeness = [
        (_likeness(old, new, kind), -was, -now)
        for was, old in enumerate(before)
        for now, new in enumerate(after)
        if _likeness(old, new, kind)
    ]
    left_before, left_after = dict(enumerate(before)), dict(enumerate(after))
    for _, was, now in sorted(likeness, reverse=True):
        if -was in left_before and -now in left_after:
            yield left_before.pop(-was), left_after.pop(-now)
    yield from ((old, None) for old in left_before.values())
    yield from ((None, new) for new in left_after.values())


def _likeness(old: Record, new: Record, kind: str) -> tuple[bool, bool, int] | None:
    """How much two versions are one fact; None when they are two."""
    same_id, same_quote = old["fact_id"] == new["fact_id"], old["quote"] == new["quote"]
    same_key = all(old[name] == new[name] for name in _KEY[kind])
    about = any(old[name] and old[name] == new[name] for name in _ABOUT[kind])
    if not same_id and not (about and (same_quote or same_key)):
        return None
    return same_id, same_key, sum(old[name] == new[name] for name in (*TOLD[kind], *AROUND))


def _how(old: Record | None, new: Record | None, kind: str) -> str | None:
    """How a fact changed, one of HOW; None: it is told alike."""
    alike = old and new and not _otherwise(old, new, kind) and old["passes"] == new["passes"]
    return None if alike else _change(kind, old, new).how


def _change(kind: str, old: Record | None, new: Record | None) -> Change:
    # Only what takes a fact over the threshold is worth telling of how sure a reader is.
    return Change(kind, old, new, (_otherwise(old, new, kind) or ("confidence",)) if old and new else ())


def _otherwise(old: Record, new: Record, kind: str) -> tuple[str, ...]:
    return tuple(name for name in (*TOLD[kind], *AROUND) if old[name] != new[name])


def rows_of(found: Changes, then: str) -> pd.DataFrame:
    """All changes as rows, for a file: how it changed, which fields, the values before, and the fact as it is now.

    then: STORE.LOAD of before; v: that, of facts that are no more.
    """
    parts = [
        pd.DataFrame([_row_of(change, then) for change in found.latest(_AT_ONCE, offset)])
        for offset in range(0, len(found), _AT_ONCE)
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _row_of(change: Change, then: str) -> Record:
    return {
        "change": change.how,
        "kind": change.kind,
        "changed_fields": list(change.fields),
        "before": "; ".join(f"{name}: {(change.before or {}).get(name)}" for name in change.fields),
        "v": None if change.after else then,
    } | change.row
