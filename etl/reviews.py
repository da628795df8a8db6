"""What people said of facts, laid over what the reader read: accepted, corrected, rejected, written, marked.

Reviews are only ever added, an undo too. What holds now of a fact is its verdict: the newest review that is not undone. Rows of facts
are changed by verdicts when an article is loaded, so that pages, downloads and frozen links need not know of reviews at all.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from etl.facts import FACT, MODELS, fact_ids, key_fields
from etl.rows import FACT_TABLES, fact_row

READER = "a person"  # who read a fact that a person corrected or wrote
FACT_FIELDS = {kind: frozenset(model.model_fields) for kind, model in MODELS.items()}
MARKS = frozenset({"abandon", "revise"})  # what is said of a target leaves its row as it is


@dataclass(frozen=True)
class Made:
    """A review as it is kept. review_id: its request's id, so that no request counts twice. before: the fact's row as the person saw it."""

    review_id: str
    at: datetime
    who: str
    action: str
    fact_id: str
    article_id: str
    kind: str
    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True)
class Verdict:
    """What holds of a fact. state: "stale" when the words that it was made on stand in the article no more."""

    review: Made
    state: str = "fresh"


def stacks(reviews: Iterable[Made]) -> dict[str, list[Made]]:
    """fact id -> the reviews of it that are not undone, the newest last. Reviews in the order in which they were made."""
    made: dict[str, list[Made]] = defaultdict(list)
    for review in reviews:
        stack = made[review.fact_id]
        if review.action != "undo":
            stack.append(review)
        elif stack:
            stack.pop()
    return {fact_id: stack for fact_id, stack in made.items() if stack}


def standing(reviews: Iterable[Made]) -> list[Made]:
    """What holds of facts: of each the newest review that is not undone, and all marks on it, which stand beside that."""
    held = []
    for stack in stacks(reviews).values():
        said = [review for review in stack if review.action not in MARKS]
        held += [*said[-1:], *(review for review in stack if review.action in MARKS)]
    return held


def written_id(article_id: str, kind: str, after: dict) -> str:
    """The id of a fact that a person wrote. Raises ValueError (pydantic's) for fields that are no fact."""
    return fact_ids(article_id, [FACT.validate_python({"kind": kind, "confidence": 1.0, **after})])[0]


def told_fields(kind: str, row: Mapping) -> dict:
    """The fields of a fact that its row tells, `said` left out; the others have their defaults."""
    names = FACT_FIELDS[kind] - {"said"}
    return {name: value for name, value in row.items() if value is not None and name in names}


def lay_over(
    article_id: str, text: str, rows: Mapping[str, list[dict]], reviews: Iterable[Made], carried: Iterable[Made] = ()
) -> tuple[dict[str, list[dict]], list[Verdict]]:
    """An article's rows of facts, by table, with the verdicts on them applied; and these verdicts.

    rows: as read. A fact of the reader's that says what a reviewed one says, of the same words, is that one, whatever its id.
    carried: what holds of its facts by reviews of copies of the article.
    """
    made = {table: list(of) for table, of in rows.items()}
    verdicts = []
    for review in [*standing(reviews), *carried]:
        table = FACT_TABLES[review.kind]
        right = reviewed_row(article_id, text, review)
        verdicts.append(Verdict(review, "fresh" if right else "stale"))
        if right is None or review.action in MARKS:
            continue
        made[table] = [row for row in made[table] if not told_by(review, row, rows[table])]
        if review.action != "reject":
            made[table].append(right)
    return made, verdicts


def reviewed_row(article_id: str, text: str, review: Made) -> dict | None:
    """The row that a review makes of its fact; None when its words are not in the text."""
    told = {**_plain(review.before), **review.after}
    quote, near = told.get("quote") or "", int(told.get("start") or 0)
    start = nearest(text, quote, near)
    if start is None:
        return None
    names = FACT_FIELDS[review.kind]
    fields = {name: value for name, value in told.items() if name in names}
    fact = FACT.validate_python(
        {**fields, "kind": review.kind, "confidence": 1.0, "start": start, "end": start + len(quote), "said": {}}
    )
    said = review.before.get("said") if review.action == "accept" else None
    return fact_row(fact, review.fact_id, article_id, READER) | {"said": said}


def told_by(review: Made, row: Mapping, rows: Iterable[Mapping]) -> bool:
    """Does this row, one of these as read, say what the fact said before or says after its review, of words that overlap?

    While the fact itself is among them, another one of its key is another fact unless it is of the same time and place too.
    """
    if row["fact_id"] == review.fact_id:
        return True
    first, last = int(review.before.get("start") or 0), int(review.before.get("end") or 0)
    if not review.before or row["end"] <= first or last <= row["start"]:
        return False
    apart = any(one["fact_id"] == review.fact_id for one in rows)
    versions = (review.before, {**review.before, **review.after})
    key = key_of(review.kind, row)
    return any(key == key_of(review.kind, one) and not (apart and elsewhere(one, row)) for one in versions)


def elsewhere(one: Mapping, other: Mapping) -> bool:
    """Are two facts of one key of another time or place?"""
    return any(one.get(name) != other.get(name) for name in ("period", "market", "region", "country"))


def key_of(kind: str, row: Mapping) -> str:
    """What makes two facts of one kind the same fact."""
    return json.dumps(key_fields(FACT.validate_python({**told_fields(kind, row), "kind": kind})), sort_keys=True)


def nearest(text: str, quote: str, near: int) -> int | None:
    """Where words stand in a text, of several places the nearest to one; None when they do not."""
    places, at = [], text.find(quote) if quote else -1
    while at >= 0:
        places.append(at)
        at = text.find(quote, at + 1)
    return min(places, key=lambda place: abs(place - near), default=None)


def _plain(row: dict) -> dict:
    """A row without what is nothing, so that the fields' defaults hold."""
    return {name: value for name, value in row.items() if value is not None}
