"""What happened to facts, load by load: added, told otherwise, withdrawn, the newest load first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dashboard.api.parameters import TABLES, tables_with
from dashboard.change_queries import worded
from dashboard.changes import Change, changes
from dashboard.data import Load
from dashboard.records import records
from dashboard.sql import KINDS, ORDERS, claims, matching
from dashboard.view import View

MOST = 1_000  # events of one load


@dataclass(frozen=True)
class Event:
    """A change, the load that made it, and the load before; before None: the first load."""

    change: Change
    load: Load
    before: Load | None = None


def events(view: View, most: int = MOST) -> Iterator[Event]:
    """What happened to facts that pass the view's filters, up to its load; of each load, the `most` that were published last.
    A load is looked at when its turn comes."""
    loads = [load for load in view.snapshot.loads if load.number <= view.load.number]
    for at in range(len(loads) - 1, 0, -1):
        until = replace(view.snapshot, loads=tuple(loads[: at + 1]))
        # The view of the load before, in which this load is the newest.
        since = replace(view, snapshot=until, load=loads[at - 1])
        yield from (Event(change, loads[at], loads[at - 1]) for change in changes(since).latest(most))
    yield from (Event(change, loads[0]) for change in _first(replace(view, load=loads[0]), most))


def first_known(view: View, fact_ids: list[str]) -> dict[str, int]:
    """The number of the load in which each of these facts was first known."""
    tables = " union all ".join(f"select fact_id, known_from from {{db}}.{table}" for table in KINDS.values())
    rows = view.ask(
        f"""select fact_id, min(known_from) as load from ({tables})
            where fact_id in (select unnest($facts)) group by fact_id""",
        facts=fact_ids,
    )
    return dict(zip(rows["fact_id"], rows["load"].tolist(), strict=True))


def _first(view: View, most: int) -> list[Change]:
    """What the first load added, the latest published."""
    found = []
    in_articles, given = worded(view, {"load": view.load})
    for table in tables_with(view.filters):
        kind = TABLES[table]
        where, parameters = matching(view, kind)
        told = claims(kind, f"{where} {in_articles['load']}")
        sql = f"select * from {told} order by published_on desc nulls last, {ORDERS[kind]} limit $most"
        rows = view.ask(sql, **parameters, **given, most=most)
        found += [Change(kind, None, {**row, "kind": kind}) for row in records(rows)]
    return sorted(found, key=lambda one: (str(one.row["published_on"] or ""), one.row["fact_id"]), reverse=True)
