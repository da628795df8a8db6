"""The targets of a view, each with its whole life, and what became of the statements that charts of shares draw."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import goals, queries, target_queries
from dashboard.filters import to_query
from dashboard.goals import Goal, Life
from dashboard.view import View


def of(view: View, metric: str | None = None) -> list[Goal]:
    """The targets that pass a view's filters, with the steps that do not pass them too. Where there is none, little is asked."""
    filters = to_query(view.filters.only(view.filters.narrowing()))
    return _reckoned(view, view.snapshot.version, view.load.number, view.min_confidence, filters, metric)


# Thousands of levels are looked at for a few hundred targets: what was reckoned for one visitor is there for the next.
@st.cache_data(max_entries=200, show_spinner=False)
def _reckoned(
    _view: View, version: str, load: int, min_confidence: float, filters: list[tuple[str, str]], metric: str | None
) -> list[Goal]:
    stated = target_queries.statements(_view, metric)
    if stated.empty:
        return []
    return goals.goals(stated, target_queries.levels_beside(_view, metric), _view.today, target_queries.marks(_view))


def lives(view: View, shares: pd.DataFrame) -> dict[int, Life]:
    """What became of the targets among market shares, by claim. Without any, a chart does not wait for it."""
    drawn = tuple(shares.loc[shares["status"] == "target", "fact_id"])
    return _lives(view, view.snapshot.version, view.load.number, view.min_confidence, drawn) if drawn else {}


@st.cache_data(max_entries=200, show_spinner=False)
def _lives(_view: View, version: str, load: int, min_confidence: float, drawn: tuple[str, ...]) -> dict[int, Life]:
    rows = target_queries.around(_view, drawn)
    return goals.lives(goals.goals(rows, rows, _view.today, target_queries.marks(_view)))


def how_many(view: View, found: list[Goal], metric: str | None = None) -> str:
    """How many targets there are, in words; where not all statements were looked at, of how many of them they are."""
    stated = target_queries.targets(view, metric)
    if len(stated) < (in_all := queries.counted(stated)):
        return f"The targets of the latest {len(stated):,} of {in_all:,} statements"
    return f"All {len(found):,} targets"
