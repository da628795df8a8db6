"""The feed: what each load added, told otherwise or withdrew, of facts that pass the filters, as Atom. Never an article's text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from lxml import etree
from lxml.builder import ElementMaker

from dashboard import evidence
from dashboard.api.addresses import address
from dashboard.api.parameters import TABLES, Asked, tables_with
from dashboard.changes import Change, changes
from dashboard.data import Load
from dashboard.escape import for_xml
from dashboard.records import records
from dashboard.site import href
from dashboard.sql import ORDERS, claims, matching
from dashboard.view import View

ATOM = "http://www.w3.org/2005/Atom"
USUAL = 100  # entries, where no limit is asked for
MOST = 1_000
TITLES = {"added": "", "changed": "Told otherwise: ", "withdrawn": "Withdrawn: ", "reworded": "In other words: "}
_E = ElementMaker(namespace=ATOM, nsmap={None: ATOM})


def feed(asked: Asked, base: str) -> bytes:
    """The newest events through a view's filters, the latest load first, as an Atom document."""
    view = asked.view
    own = address("feed.xml", view.filters, base)
    parts = [
        _E.title("5G Vendor Tracker: what the articles say"),
        _E.subtitle("Facts added, told otherwise and withdrawn, with the words that state them"),
        _E.id(_id("feed", view.snapshot.store, own.partition("?")[2])),
        _E.updated(_day(view.load)),
        _E.author(_E.name("5G Vendor Tracker")),
        _E.link(rel="self", type="application/atom+xml", href=for_xml(own)),
        _E.link(rel="alternate", type="text/html", href=for_xml(f"{base}/{href('data', view.filters)[2:]}")),
    ]
    events = islice(_events(view), min(asked.limit or USUAL, MOST))
    parts += [_entry(view, change, load, before, base) for change, load, before in events]
    document = _E.feed(*parts)
    return etree.tostring(document, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _events(view: View) -> Iterator[tuple[Change, Load, Load | None]]:
    """Changes with the load that made them and the one before it, from the viewed load back to the first."""
    loads = [load for load in view.snapshot.loads if load.number <= view.load.number]
    for at in range(len(loads) - 1, 0, -1):
        until = replace(view.snapshot, loads=tuple(loads[: at + 1]))
        since = replace(view, snapshot=until, load=loads[at - 1], filters=replace(view.filters, v=None))
        for change in changes(since):
            yield change, loads[at], loads[at - 1]
    yield from ((change, loads[0], None) for change in _first(replace(view, load=loads[0])))


def _first(view: View) -> list[Change]:
    """What the first load added: the latest published, as many as a feed can hold."""
    found = []
    for table in tables_with(view.filters):
        kind = TABLES[table]
        where, parameters = matching(view, kind)
        sql = f"select * from {claims(kind, where)} order by published_on desc nulls last, {ORDERS[kind]} limit $most"
        rows = view.ask(sql, **parameters, most=MOST)
        found += [Change(kind, None, {**row, "kind": kind}) for row in records(rows)]
    return sorted(
        found, key=lambda change: (str(change.row["published_on"] or ""), change.row["fact_id"]), reverse=True
    )


def _entry(view: View, change: Change, load: Load, before: Load | None, base: str) -> etree._Element:
    row, how = change.row, change.how
    # What was added keeps its id whatever database it is read into; a change is one of this database's loads.
    event = (row["fact_id"],) if how == "added" else (row["fact_id"], how, view.snapshot.store, str(load.number))
    shown = before if how == "withdrawn" and before else load
    link = f"{base}/fact?{urlencode([('fact', row['fact_id']), ('v', f'{view.snapshot.store}.{shown.number}')])}"
    then = [f"Then: {evidence.statement(change.before)}"] if how == "changed" and change.before else []
    words = [*then, f"“{' '.join(row['quote'].split())}”", f"{row['title'] or 'Untitled'}, {evidence.source_line(row)}"]
    return _E.entry(
        _E.title(for_xml(TITLES[how] + evidence.statement(row))),
        _E.id(_id(*event)),
        _E.updated(_day(load)),
        _E.link(rel="alternate", type="text/html", href=for_xml(link)),
        _E.category(term=how),
        _E.category(term=change.kind),
        _E.content(for_xml("\n".join(words)), type="text"),
    )


def _id(*parts: str) -> str:
    return uuid5(NAMESPACE_URL, "/".join(("5g-vendor-tracker", *parts))).urn


def _day(load: Load) -> str:
    return f"{load.on.isoformat()}T00:00:00Z"
