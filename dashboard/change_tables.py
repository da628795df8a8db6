"""Tables of what has changed between two loads: a fact as it was and as it is, both with their evidence."""

from __future__ import annotations

import pandas as pd

from dashboard import evidence, theme
from dashboard.changes import Change, Changes
from dashboard.documents import field_words
from dashboard.escape import for_html
from dashboard.filters import Filters
from dashboard.records import Record
from dashboard.tables import Column, number_link, quote_cell
from dashboard.view import View

WORDS = {"changed": "told otherwise", "added": "added", "withdrawn": "withdrawn", "reworded": "only in other words"}
HEADINGS = {
    "changed": (
        "Told otherwise",
        "Read or published otherwise today than then: the value of then leads to its words of then.",
    ),
    "added": ("Added", "Known today, and not then."),
    "withdrawn": ("Withdrawn", "Known then, and no more: the link leads to it as it was."),
    "reworded": ("In other words", "The same fact, but the words that stand for it were cut or written otherwise."),
}
# An amount is one thing to people, whatever fields it is kept in.
_AMOUNT = ("value", "value_high", "unit", "qualifier")


# What to say where versions were not compared two by two.
NOT_PAIRED = "So many facts came and went that those told otherwise may be listed as withdrawn and added."


def message(found: Changes) -> str:
    """How many facts are not what they were: "3 facts have changed: 1 told otherwise, 1 added, 1 withdrawn"."""
    if not found:
        return "no fact has changed"
    told = ", ".join(f"{count:,} {WORDS[how]}" for how, count in found.counts.items())
    return f"{len(found):,} {'fact has' if len(found) == 1 else 'facts have'} changed: {told}"


def frame(found: list[Change]) -> pd.DataFrame:
    """The changes as the rows of a table."""
    return pd.DataFrame({"change": found})


def columns(view: View, how: str) -> list[Column]:
    """Columns of the table of changes of one of HOW."""
    then, now = Filters(v=view.filters.v), Filters()

    def fact(row: pd.Series) -> str:
        change = row["change"]
        return number_link(change.row, evidence.statement(change.row), now if change.after else then)

    def otherwise(row: pd.Series) -> str:
        return "<br>".join(_field(row["change"], name, then, now) for name in _shown(row["change"]))

    told = [Column("Then → now", otherwise)] if how in ("changed", "reworded") else []
    return [
        Column("Kind", lambda row: f'<span class="vt-tag">{for_html(row["change"].kind.capitalize())}</span>'),
        Column("Fact", fact),
        *told,
        Column("The words that state it", lambda row: quote_cell(row["change"].row), "vt-quote"),
    ]


def _shown(change: Change) -> list[str]:
    """What to tell of a change: an amount once, whichever of its fields is another."""
    names = ["value" if name in _AMOUNT else name for name in change.fields]
    names = ["operator" if name == "operator_text" else name for name in names]
    return list(dict.fromkeys(names))


def _field(change: Change, name: str, then: Filters, now: Filters) -> str:
    if name == "quote":  # the words of now stand beside it
        return (
            f'<span class="vt-soft">Words then</span> {number_link(change.before, _words(change.before, name), then)}'
        )
    label = name.replace("_", " ").capitalize()
    old = number_link(change.before, _words(change.before, name), then)
    new = number_link(change.after, _words(change.after, name), now)
    return f'<span class="vt-soft">{for_html(label)}</span> {old} → {new}'


def _words(row: Record, name: str) -> str:
    if name == "quote":
        words = " ".join(row["quote"].split())
        return f"“{words if len(words) <= 220 else f'{words[:220]}…'}”"
    if name == "confidence":
        return f"{row['confidence']:.0%}"
    if name == "published":
        return theme.day(row["published"])
    return field_words(row, name)
