"""What has changed since a frozen link was made: facts added, told otherwise and withdrawn between its load and the newest.

Two versions are one fact when they have one id; else when they stand in one article, are of one kind and about the same
companies, and share their quote or their key. What a reader thinks of itself (its version, how sure it is) is no change
of a fact, unless it takes the fact over the threshold of the view.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard import search
from dashboard.data import Load
from dashboard.filters import to_query
from dashboard.records import Record, records
from dashboard.sql import KINDS, facts_in, fits, known_at, matching
from dashboard.view import View

HOW = ("changed", "added", "withdrawn", "reworded")
# What a fact says, and of its article what is shown with it.
TOLD = {
    "figure": ("companies", "value", "value_high", "unit", "qualifier", "metric", "status", "market", "generation",
               "region", "period", "attributed_to"),
    "selection": ("operator", "operator_text", "vendor", "decision", "scope", "generation", "country", "value", "unit",
                  "share_percent", "period"),
    "deal": ("deal", "parties", "value", "unit", "stake_percent", "state", "period"),
    "restriction": ("authority", "vendor", "vendor_text", "action", "scope", "limit_percent", "deadline", "period"),
}  # fmt: skip
_AROUND = ("quote", "published", "publisher")
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


def changes(view: View) -> list[Change]:
    """What has changed between the view's load and the newest one, of facts that pass its filters then or now.

    Of one article or one fact where the view looks at one. A kind of fact that does not have what a filter asks for is
    left out. The latest published first.
    """
    newest = view.snapshot.newest.number
    if view.load.number == newest:
        return []
    asked = (view.snapshot.version, view.load.number, newest, to_query(view.filters), view.min_confidence)
    return _compared(view, asked)


# What one visitor had compared is there for the next: after a large load this is the longest work of a page.
@st.cache_resource(max_entries=4, show_spinner=False)
def _compared(_view: View, asked: tuple) -> list[Change]:
    found = [change for kind in KINDS if fits(kind, _view.filters) for change in _of_kind(_view, kind)]
    if one := _view.filters.fact:
        found = [change for change in found if one in ((change.before or {}).get("fact_id"), change.row["fact_id"])]
    return sorted(
        found, key=lambda change: (str(change.row["published_on"] or ""), change.row["fact_id"]), reverse=True
    )


def counted(found: list[Change]) -> dict[str, int]:
    """How many there are of each of HOW; those of which there is none are left out."""
    counts = Counter(change.how for change in found)
    return {how: counts[how] for how in HOW if counts[how]}


def rows_of(found: list[Change], then: str) -> pd.DataFrame:
    """The changes as rows, for a file: how it changed, which fields, the values before, and the fact as it is now.

    then: STORE.LOAD of before; v: that, of facts that are no more.
    """
    rows = []
    for change in found:
        was = "; ".join(f"{name}: {(change.before or {}).get(name)}" for name in change.fields)
        kept = {name: value for name, value in change.row.items() if name not in ("side", "passes")}
        rows.append(
            {
                "change": change.how,
                "kind": change.kind,
                "changed_fields": list(change.fields),
                "before": was,
                "v": None if change.after else then,
            }
            | kept
        )
    return pd.DataFrame(rows)


def _of_kind(view: View, kind: str) -> Iterator[Change]:
    versions = _versions(view, kind)
    # An article of which nothing passes the filters has no change to show, and two versions are of one article.
    shown = versions[versions["article_id"].isin(versions.loc[versions["passes"], "article_id"])]
    by_article: dict[str, tuple[list[Record], list[Record]]] = {}
    for row in records(shown):
        before, after = by_article.setdefault(row["article_id"], ([], []))
        (before if row["side"] == "before" else after).append({**row, "kind": kind})
    for before, after in by_article.values():
        for old, new in _paired(before, after, kind):
            if (old and old["passes"]) or (new and new["passes"]):
                fields = _otherwise(old, new, kind) if old and new else ()
                if fields or not (old and new):
                    yield Change(kind, old, new, fields)


def _versions(view: View, kind: str) -> pd.DataFrame:
    """Versions of facts that one of the two loads has and the other has not, or shows otherwise.

    side: "before" or "after"; passes: whether it is shown through the view's filters. A fact that has become, or was, the
    copy of another is in both.
    """
    where, parameters = matching(view, kind)
    for name in {"company", "operator"} & parameters.keys():
        parameters[name] = [*parameters[name], *map(view.names.name_today, getattr(view.filters, name))]
    told = ", ".join((*TOLD[kind], *_AROUND))
    in_articles, given = worded(view, {"load": view.load, "newest": view.snapshot.newest})
    parameters |= given

    # Two versions of a fact are of one article.
    focus = "article_id = $article" if view.filters.article else "true"
    if view.filters.fact:
        focus = f"article_id in (select article_id from {{db}}.{KINDS[kind]} where fact_id = $fact)"

    def known(load: str, *, copies: bool = False) -> str:
        passes = f"({where}) and confidence >= $least {in_articles[load]}"
        return f"""(select *, coalesce({passes}, false) as passes, row({told}) as told
                    from {facts_in(KINDS[kind], load, copies=copies)} where {focus})"""

    def only(side: str, load: str, other: str) -> str:
        return f"""select '{side}' as side, a.* exclude (told) from {known(load)} as a
                   where not exists (select 1 from {known(other, copies=True)} as b where b.fact_id = a.fact_id
                                     and b.passes = a.passes and b.told is not distinct from a.told)"""

    return view.ask(
        f"""{only("before", "load", "newest")} union all by name {only("after", "newest", "load")}
            order by article_id, side, fact_id""",
        **{
            **parameters,
            "min_confidence": 0.0,
            "least": view.min_confidence,
            "newest": view.snapshot.newest.number,
            "article": view.filters.article,
            "fact": view.filters.fact,
        },
    )


def worded(view: View, loads: Mapping[str, Load]) -> tuple[dict[str, str], dict[str, object]]:
    """For each load, by the parameter that gives its number, SQL: and whether a fact's article has the words that the view looks
    for, found as the page of articles finds them; nothing where it looks for none. With the parameters of all."""
    if not view.filters.q:
        return dict.fromkeys(loads, ""), {}
    found = {name: search.condition(view, load, f"found_{name}") for name, load in loads.items()}
    articles = "article_id in (select article_id from {db}.articles a where"
    conditions = {
        name: f"and {articles} {known_at('a', name)} and {has_words})" for name, (has_words, _) in found.items()
    }
    return conditions, {name: value for _, given in found.values() for name, value in given.items()}


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
    return same_id, same_key, sum(old[name] == new[name] for name in (*TOLD[kind], *_AROUND))


def _otherwise(old: Record, new: Record, kind: str) -> tuple[str, ...]:
    fields = [name for name in (*TOLD[kind], *_AROUND) if old[name] != new[name]]
    # Only what takes a fact over the threshold is worth telling of how sure a reader is.
    if not fields and old["passes"] != new["passes"]:
        fields = ["confidence"]
    return tuple(fields)
