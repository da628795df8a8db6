"""What people said of facts, in a line for each: on the cards of their evidence, wherever these are shown."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pandas as pd

from dashboard import review_queries, theme
from dashboard.theme import day
from dashboard.view import View

SAID = {
    "accept": "accepted it",
    "correct": "corrected it",
    "reject": "rejected it",
    "write": "wrote it",
    "abandon": "marked the target as abandoned",
    "revise": "marked the target as revised",
    "undo": "took back the review before",
    "dismiss": "set it aside",
}
_SHORT = {
    "accept": "Accepted",
    "correct": "Corrected",
    "reject": "Rejected",
    "write": "Written",
    "undo": "A review was taken back",
}
_SHORT |= {"abandon": "Marked as abandoned", "revise": "Marked as revised"}


def changes(row: pd.Series) -> Iterator[tuple[str, str, str]]:
    """What a review corrected: field, what it was, what it is."""
    before, after = json.loads(row["before"] or "{}"), json.loads(row["after"] or "{}")
    for name, value in after.items() if row["action"] == "correct" else ():
        if name not in ("start", "end") and before.get(name) != value:
            yield name.replace("_", " "), in_words(name, before.get(name)), in_words(name, value)


def in_words(name: str, value: object) -> str:
    """What a review says of a field, as people say it."""
    if isinstance(value, list):
        return " + ".join(theme.word(name, one) for one in value) or "not told"
    if value is None or value == "":
        return "not told"
    return theme.number(value) if isinstance(value, int | float) else theme.word(name, str(value))


def lines(view: View, fact_ids: list[str]) -> dict[str, str]:
    """By fact, for those that people reviewed: the last that they said of it, or of the same fact in a copy; with one question for all.

    In a frozen view what was said later counts, and says so.
    """
    rows = review_queries.histories(view, fact_ids)
    return {shown: _line(of.iloc[-1]) for shown, of in rows.groupby("shown")}


def _line(row: pd.Series) -> str:
    was = "; ".join(f"{name} {before}" for name, before, _ in changes(row))
    since = " since this frozen view was made" if row["later"] else ""
    copy = ", in a copy of the article" if row["of_copy"] else ""
    return f"{_SHORT[row['action']]}{since} by {row['who']} on {day(str(row['at'])[:10])}{copy}{f': was {was}' if was else ''}"
