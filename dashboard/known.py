"""Which names and values a link may give: those that the data held at the link's load, and those that it holds now."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from dashboard import queries
from dashboard.data import Database, Load, NoData, Snapshot
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

    def at(load: Load) -> Held:
        return queries.names_held(View(database, snapshot, load, Filters(), names))

    now, load = at(snapshot.newest), snapshot.newest
    with suppress(NoData, ValueError):
        load = viewed_load(snapshot, v)
    held = at(load) if load != snapshot.newest else now
    allowed = {name: tuple(dict.fromkeys((*values, *now[name]))) for name, values in held.items()}
    return Known(names.as_of((*held["company"], *held["operator"])), held, allowed)
