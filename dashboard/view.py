"""The view that a page draws: which version of the data, as of which load, through which filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard.answers import Answers
from dashboard.data import Database, Load, NotThisLoad, Snapshot
from dashboard.filters import Filters, to_query
from dashboard.names import Names

ROOM_FOR_ANSWERS = 256_000_000  # bytes


@dataclass(frozen=True)
class View:
    """What is looked at, and how. Questions are asked of it; nothing in it changes while a page is drawn."""

    database: Database
    snapshot: Snapshot
    load: Load
    filters: Filters
    names: Names

    @property
    def today(self) -> date:
        """The day that "now" means: the load's, never the clock's."""
        return self.load.on

    @property
    def min_confidence(self) -> float:
        """The least confidence of a fact that is shown: the filter's, else the reader's own threshold."""
        chosen = self.filters.min_confidence
        return self.snapshot.min_confidence if chosen is None else chosen

    @property
    def is_frozen(self) -> bool:
        """Whether the link names the load that it shows."""
        return self.filters.v is not None

    def ask(self, sql: str, **parameters: object) -> pd.DataFrame:
        """Rows of a question. $load, $min_confidence and the parameters given may stand in it."""
        given = self._given(parameters)
        question = (self.snapshot.version, sql, given)
        return answers().answer(question, lambda: self.database.ask(self.snapshot, sql, given))

    def fetch(self, sql: str, **parameters: object) -> pd.DataFrame:
        """Rows of a question as `ask` gives them, but not kept for who asks next: many, of which something else is made."""
        return self.database.ask(self.snapshot, sql, self._given(parameters))

    def _given(self, parameters: dict[str, object]) -> dict[str, object]:
        """All that a question is asked with, in one order and one form."""
        given = {"load": self.load.number, "min_confidence": self.min_confidence, **parameters}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in sorted(given.items())}

    def frozen_query(self) -> list[tuple[str, str]]:
        """The address that shows these rows for good: the data's version and every effective filter, defaults too."""
        query = [pair for pair in to_query(self.filters) if pair[0] not in ("v", "min_confidence")]
        version = f"{self.snapshot.store}.{self.load.number}"
        return [*query, ("min_confidence", f"{self.min_confidence:g}"), ("v", version)]


@st.cache_resource(max_entries=4, show_spinner=False)
def opened(path: Path) -> Database:
    """The published file at a path, opened once for all visitors."""
    return Database(path)


@st.cache_resource(show_spinner=False)
def answers() -> Answers:
    """What was asked last, for all visitors: among a million facts some two thousand answers, of the bundled articles all."""
    return Answers(most=ROOM_FOR_ANSWERS)


def viewed_load(snapshot: Snapshot, v: str | None) -> Load:
    """The load that a link asks for; the newest when it asks for none.

    Raises NotThisLoad for another store's link or a load that this store never had: never other rows than were asked for.
    """
    if v is None:
        return snapshot.newest
    store, _, number = v.partition(".")
    if store != snapshot.store:
        raise NotThisLoad(
            "This frozen link was made from another database, so it cannot be shown here: "
            "open it where it was made, or remove “v” from the address to see today’s data."
        )
    load = snapshot.load(int(number))
    if load is None:
        raise NotThisLoad(
            f"This frozen link asks for load {number}, and this database has loads {snapshot.loads[0].number} to "
            f"{snapshot.newest.number}: remove “v” from the address to see the newest."
        )
    return load


def current() -> View:
    """The view that app.py made for this run."""
    return st.session_state["_view"]


def set_current(view: View) -> None:
    """Hand a view to the page that is about to be drawn."""
    st.session_state["_view"] = view
    st.session_state["_no_chart_yet"] = True


def first_chart() -> bool:
    """Whether this is asked for the first time while a page is drawn."""
    return bool(st.session_state.pop("_no_chart_yet", False))
