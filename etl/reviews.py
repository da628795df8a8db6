"""What people said of facts, laid over what the reader read: accepted, corrected, rejected, written, marked.

Reviews are only ever added, an undo too. What holds now of a fact is its verdict: the newest review that is not undone. Rows of facts
are changed by verdicts when an article is loaded, so that pages, downloads and frozen links need not know of reviews at all.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from etl.facts import FACT, MODELS, fact_ids, key_fields
from etl.rows import FACT_TABLES, fact_row

READER = "a person"  # who read a fact that a person corrected or wrote
FACT_FIELDS = {kind: frozenset(model.model_fields) for kind, model in MODELS.items()}
MARKS = frozenset({"abandon", "revise"})  # what is said of a target leaves its row as it is


@dataclass(frozen=True)
class Made:
    """A review as it is kept. review_id: its request's id, so that no request counts twice. before: the fact's row as the person saw it,
    with the sentence that the review was made on (older reviews have none)."""

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
        places = spans(text, review)
        made[table] = [row for row in made[table] if not told_by(review, row, rows[table], places)]
        if review.action != "reject":
            made[table].append(right)
    return made, verdicts


def with_sentence(review: Made, text: str) -> Made:
    """A review with the sentence of the text that its words stand in; without one where they do not."""
    told = {**review.before, **review.after}
    before = {name: value for name, value in review.before.items() if name != "sentence"}
    if place := nearest(text, told.get("quote") or "", int(told.get("start") or 0)):
        before["sentence"] = sentence(text, *place)
    return replace(review, before=before)


def place_of(text: str, review: Made) -> tuple[int, int] | None:
    """Where the words that a review holds for stand in a text, in the sentence that it was made on; None when they do not."""
    told = {**_plain(review.before), **review.after}
    return nearest(text, told.get("quote") or "", int(told.get("start") or 0), told.get("sentence"))


def spans(text: str, review: Made) -> list[tuple[int, int]]:
    """Where a text now has the words that a review holds for, and those that its fact had before; none when it is stale."""
    now = place_of(text, review)
    if now is None:
        return []
    told = {**_plain(review.before), **review.after}
    moved = now[0] - int(told.get("start") or 0)
    then = nearest(text, review.before.get("quote") or "", int(review.before.get("start") or 0) + moved)
    return [now, then] if then else [now]


def reviewed_row(article_id: str, text: str, review: Made) -> dict | None:
    """The row that a review makes of its fact; None when its words are not in the text, or not in their sentence."""
    place = place_of(text, review)
    if place is None:
        return None
    told = {**_plain(review.before), **review.after}
    names = FACT_FIELDS[review.kind]
    fields = {name: value for name, value in told.items() if name in names}
    start, end = place
    words = {"quote": text[start:end], "start": start, "end": end}
    fact = FACT.validate_python({**fields, **words, "kind": review.kind, "confidence": 1.0, "said": {}})
    said = review.before.get("said") if review.action == "accept" else None
    return fact_row(fact, review.fact_id, article_id, READER) | {"said": said}


def told_by(review: Made, row: Mapping, rows: Iterable[Mapping], places: Iterable[tuple[int, int]]) -> bool:
    """Does this row, one of these as read, say what the fact said before or says after its review, of words that overlap?

    places: of these words in the text that the rows were read in (`spans`). While the fact itself is among the rows, another one of
    its key is another fact unless it is of the same time and place too; so is one beside a fact that was written.
    """
    if row["fact_id"] == review.fact_id:
        return True
    if not any(first < row["end"] and row["start"] < last for first, last in places):
        return False
    apart = "quote" not in review.before or any(one["fact_id"] == review.fact_id for one in rows)
    versions = [one for one in (review.before, {**review.before, **review.after}) if "quote" in one]
    key = key_of(review.kind, row)
    return any(key == key_of(review.kind, one) and not (apart and elsewhere(one, row)) for one in versions)


def elsewhere(one: Mapping, other: Mapping) -> bool:
    """Are two facts of one key of another time or place?"""
    return any(one.get(name) != other.get(name) for name in ("period", "market", "region", "country"))


def key_of(kind: str, row: Mapping) -> str:
    """What makes two facts of one kind the same fact."""
    return json.dumps(
        key_fields(FACT.validate_python({"confidence": 1.0, **told_fields(kind, row), "kind": kind})), sort_keys=True
    )


def nearest(text: str, quote: str, near: int, within: str | None = None) -> tuple[int, int] | None:
    """Where words start and end in a text, of several places the nearest to one; None when they do not stand there.

    within: the sentence that they must be part of. White space of another kind or length makes no other words.
    """
    places = _places(text, quote)
    if within:
        whole = [(first, last) for first, last in _places(text, within) if _is_whole(text, first, last)]
        places = [(a, b) for a, b in places if any(first <= a and b <= last for first, last in whole)]
    return min(places, key=lambda place: abs(place[0] - near), default=None)


def sentence(text: str, start: int, end: int) -> str:
    """The sentence or sentences that words of a text stand in."""
    begin = max((stop.end() for stop in _STOP.finditer(text, 0, start)), default=0)
    stop = _STOP.search(text, max(end - 1, start))
    return text[begin : stop.end() if stop else len(text)].strip()


_STOP = re.compile(r"[.!?](?=\s)|\n")


def _places(text: str, words: str) -> list[tuple[int, int]]:
    parts = [re.escape(part) for part in words.split()]
    return [found.span() for found in re.finditer(r"\s+".join(parts), text)] if parts else []


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether words of a text are whole sentences, with nothing of a sentence before or after them."""
    ahead, behind = text[:start].rstrip(" \t"), text[end:].lstrip(" \t")
    return (not ahead or ahead[-1] in ".!?\n") and (not behind or behind[0] == "\n" or text[end - 1] in ".!?")


def _plain(row: dict) -> dict:
    """A row without what is nothing, so that the fields' defaults hold."""
    return {name: value for name, value in row.items() if value is not None}
