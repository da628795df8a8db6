"""What happened to facts, load by load: added, told otherwise, withdrawn, the newest load first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dashboard.api.parameters import TABLES, tables_with
from dashboard.changes import Change, changes, worded
from dashboard.data import Load
from dashboard.records import records
from dashboard.sql import KINDS, ORDERS, claims, facts_in, matching
from dashboard.view import View

MOST = 1_000  # events of one load and kind that are read where they are not compared one by one
COMPARED = 2_000  # facts that came and went in one load, up to which those that are one fact told otherwise are found


@dataclass(frozen=True)
class Event:
    """A change, the load that made it, and the load before; before None: the first load."""

    change: Change
    load: Load
    before: Load | None = None


def events(view: View) -> Iterator[Event]:
    """What happened to facts that pass the view's filters, up to its load. A load is looked at when its turn comes."""
    loads = [load for load in view.snapshot.loads if load.number <= view.load.number]
    for at in range(len(loads) - 1, 0, -1):
        until = replace(view.snapshot, loads=tuple(loads[: at + 1]))
        # The view of the load before, in which this load is the newest.
        since = replace(view, snapshot=until, load=loads[at - 1])
        found = changes(since) if _moved(since) <= COMPARED else _apart(since)
        yield from (Event(change, loads[at], loads[at - 1]) for change in found)
    yield from (Event(change, loads[0]) for change in _first(replace(view, load=loads[0])))


def first_known(view: View, fact_ids: list[str]) -> dict[str, int]:
    """The number of the load in which each of these facts was first known."""
    tables = " union all ".join(f"select fact_id, known_from from {{db}}.{table}" for table in KINDS.values())
    rows = view.ask(
        f"""select fact_id, min(known_from) as load from ({tables})
            where fact_id in (select unnest($facts)) group by fact_id""",
        facts=fact_ids,
    )
    return dict(zip(rows["fact_id"], rows["load"].tolist(), strict=True))


def _first(view: View) -> list[Change]:
    """What the first load added: the latest published, as many as a feed can hold."""
    found = []
    in_articles, given = worded(view, {"load": view.load})
    for table in tables_with(view.filters):
        kind = TABLES[table]
        where, parameters = matching(view, kind)
        told = claims(kind, f"{where} {in_articles['load']}")
        sql = f"select * from {told} order by published_on desc nulls last, {ORDERS[kind]} limit $most"
        rows = view.ask(sql, **parameters, **given, most=MOST)
        found += [Change(kind, None, {**row, "kind": kind}) for row in records(rows)]
    return _latest(found)


def _apart(view: View) -> list[Change]:
    """What came and what went since the view's load, the latest published, without looking for what is one fact."""
    found = []
    for kind, sql, parameters in _came_and_went(view):
        rows = view.ask(f"{sql} order by published_on desc nulls last, {ORDERS[kind]} limit $most", **parameters)
        for row in records(rows):
            fact = {**row, "kind": kind}
            found.append(Change(kind, fact, None) if row["side"] == "withdrawn" else Change(kind, None, fact))
    return _latest(found)


def _moved(view: View) -> int:
    """How many facts came and went."""
    asked = [(f"select count(*) as n from ({sql})", parameters) for _, sql, parameters in _came_and_went(view)]
    return sum(int(view.ask(sql, **parameters)["n"].iloc[0]) for sql, parameters in asked)


def _came_and_went(view: View) -> Iterator[tuple[str, str, dict[str, object]]]:
    """By kind, SQL and parameters of the facts that only one of two loads knows; side: "added" or "withdrawn"."""
    newest = view.snapshot.newest
    in_articles, given = worded(view, {"load": view.load, "newest": newest})
    for table in tables_with(view.filters):
        kind = TABLES[table]
        where, parameters = matching(view, kind)

        def known(load: str, copies: bool, kind: str = kind, where: str = where) -> str:
            return f"(select * from {facts_in(KINDS[kind], load, copies=copies)} where {where} {in_articles[load]})"

        # A fact that has become, or was, the copy of another has neither come nor gone.
        sql = " union all ".join(
            f"""select '{side}' as side, a.* from {known(here, False)} a
                where a.fact_id not in (select fact_id from {known(there, True)} b)"""
            for side, here, there in (("added", "newest", "load"), ("withdrawn", "load", "newest"))
        )
        yield kind, f"select * from ({sql})", {**parameters, **given, "newest": newest.number, "most": MOST}


def _latest(found: list[Change]) -> list[Change]:
    return sorted(found, key=lambda one: (str(one.row["published_on"] or ""), one.row["fact_id"]), reverse=True)
