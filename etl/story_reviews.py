"""Reviews and stories: what a person said of a fact holds for the same fact in every copy of its article.

The same fact is of the same kind and key, on the same words or in the same sentence. What somebody said of the copy's own fact wins; of
what was said of several other copies the newest wins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from etl.reviews import (
    FACT_FIELDS,
    MARKS,
    Made,
    elsewhere,
    key_of,
    nearest,
    place_of,
    sentence,
    spans,
    stacks,
    standing,
    told_by,
)
from etl.rows import FACT_TABLES

_PLACE = {
    "kind",
    "quote",
    "start",
    "end",
    "confidence",
    "said",
}  # what a fact says of its place and its reader, not of the world


def carried(
    article_id: str,
    text: str,
    rows: Mapping[str, list[dict]],
    own: Iterable[Made],
    others: Iterable[tuple[str, Mapping[str, list[dict]], list[Made]]],
) -> list[Made]:
    """What holds of an article's facts by reviews of its copies, as if it had been said of its own facts.

    rows: its facts as read, by table. own: its own reviews. others: text, rows as read, and reviews of each other copy.
    """
    mine = [(review, spans(text, review)) for review in standing(own) if review.action not in MARKS]
    newest: dict[tuple[str, bool], list[Made]] = defaultdict(list)
    for theirs, read, reviews in others:
        for origin, held in _held(reviews, read):
            place = nearest(theirs, origin["quote"], int(origin["start"]))
            if place is None or place_of(theirs, held) is None:  # stale where it was made, too
                continue
            marks, of = held.action in MARKS, rows.get(FACT_TABLES[held.kind], [])
            for row in _equal(held.kind, origin, _words(theirs, *place), text, of):
                if marks or not any(told_by(one, row, of, at) for one, at in mine if one.kind == held.kind):
                    newest[row["fact_id"], marks].append(_said_of(row, origin, held, article_id, text))
    found = []
    for (_, marks), said in sorted(newest.items()):
        said.sort(key=lambda one: one.review_id)
        found += said if marks else said[-1:]
    return found


def _held(reviews: list[Made], read: Mapping[str, list[dict]]) -> Iterator[tuple[dict, Made]]:
    """What holds of facts that the reader read, each with the fact as it was read."""
    origins = {fact_id: stack[0] for fact_id, stack in stacks(reviews).items()}
    for review in standing(reviews):
        first = origins[review.fact_id]
        # What the person saw may be what was said of a copy before.
        still = (row for row in read.get(FACT_TABLES[review.kind], ()) if row["fact_id"] == review.fact_id)
        if origin := next(still, first.before if first.action != "write" else None):
            yield origin, review


def _equal(kind: str, origin: Mapping, words: tuple[str, str], text: str, rows: list[dict]) -> list[dict]:
    """The facts among these rows that are the one that was reviewed."""
    key = key_of(kind, origin)
    alike = []
    for row in rows:
        quote, sentence = _words(text, row["start"], row["end"])
        if (quote == words[0] or sentence == words[1]) and key_of(kind, row) == key:
            alike.append(row)
    exact = [row for row in alike if not elsewhere(row, origin)]
    return exact or (alike if len(alike) == 1 else [])


def _said_of(row: dict, origin: Mapping, held: Made, article_id: str, text: str) -> Made:
    """A review of a copy's fact as one of this row: the fields that the person changed, on this article's own words."""
    after = {}
    if held.action != "reject":
        final = {**held.before, **held.after}
        names = FACT_FIELDS[held.kind] - _PLACE
        after = {name: final.get(name) for name in names if final.get(name) != origin.get(name)}
        quote = final.get("quote")
        if quote != origin.get("quote") and nearest(text, quote or "", 0) is not None:
            after["quote"] = quote
    return replace(held, fact_id=row["fact_id"], article_id=article_id, before=row, after=after)


def _words(text: str, start: int, end: int) -> tuple[str, str]:
    """Words of a text, and the sentence or sentences that they stand in, both without regard to letters' size and white space."""
    return _folded(text[start:end]), _folded(sentence(text, start, end))


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()
