"""Which names and values a link may give: those that the data held at the link's load, and those that it holds now."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import streamlit as st

from dashboard import queries
from dashboard.data import Database, NoData, Snapshot
from dashboard.filters import Filters
from dashboard.names import Names, registered_names
from dashboard.view import View, viewed_load

Held = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Known:
    """names: as of the link's load. held: what the data held then to filter by, those with most facts first, by parameter.

    allowed: that, and what it holds now.
    """

    names: Names
    held: Held
    allowed: Held


def known_to(database: Database, snapshot: Snapshot, v: str | None) -> Known:
    """What a link over these data knows. v: as it stands in the link; where it means no load, the newest. Raises BadReference."""
    names = registered_names()

    load = snapshot.newest
    with suppress(NoData, ValueError):
        load = viewed_load(snapshot, v)
    now, held = (
        _held(View(database, snapshot, one, Filters(), names), snapshot.version, one.number)
        for one in (snapshot.newest, load)
    )
    allowed = {name: tuple(dict.fromkeys((*values, *now[name]))) for name, values in held.items()}
    return Known(names.as_of((*held["company"], *held["operator"])), held, allowed)


@st.cache_resource(max_entries=64, show_spinner=False)
def _held(_view: View, version: str, load: int) -> Held:
    """What the data held at a load, which every run of every page asks for."""
    return queries.names_held(_view)
