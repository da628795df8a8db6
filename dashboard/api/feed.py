"""The feed: what each load added, told otherwise or withdrew, of facts that pass the filters, as Atom. Never an article's text."""

from __future__ import annotations

from itertools import islice
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from lxml import etree
from lxml.builder import ElementMaker

from dashboard import evidence
from dashboard.api.addresses import address
from dashboard.api.events import MOST, Event, events, first_known
from dashboard.api.parameters import Asked
from dashboard.data import Load
from dashboard.escape import for_xml
from dashboard.site import carried, href, room_at
from dashboard.view import View

ATOM = "http://www.w3.org/2005/Atom"
USUAL = 100  # entries, where no limit is asked for
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
        _E.updated(_time(view.load)),
        _E.author(_E.name("5G Vendor Tracker")),
        _E.link(rel="self", type="application/atom+xml", href=for_xml(own)),
        _E.link(rel="alternate", type="text/html", href=for_xml(f"{base}/{_page(view)}")),
    ]
    most = min(asked.limit or USUAL, MOST)
    shown = list(islice(events(view, most), most))
    known = first_known(view, [event.change.row["fact_id"] for event in shown if event.change.how == "added"])
    parts += [_entry(view, event, base, known) for event in shown]
    document = _E.feed(*parts)
    return etree.tostring(document, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _page(view: View) -> str:
    """The page that shows most of what the feed follows: that of articles where words are looked for, else that of the data."""
    room = room_at("articles" if view.filters.q else "data")
    return href(room.path, carried(view.filters, to=room))[2:]


def _entry(view: View, event: Event, base: str, known: dict[str, int]) -> etree._Element:
    change, load = event.change, event.load
    row, how = change.row, change.how
    # What was added keeps its id whatever database it is read into; a change, and a fact that comes back, is one of
    # this database's loads.
    first = how == "added" and known[row["fact_id"]] == load.number
    known_by = (row["fact_id"],) if first else (row["fact_id"], how, view.snapshot.store, str(load.number))
    shown = event.before if how == "withdrawn" and event.before else load
    link = f"{base}/fact?{urlencode([('fact', row['fact_id']), ('v', f'{view.snapshot.store}.{shown.number}')])}"
    then = [f"Then: {evidence.statement(change.before)}"] if how == "changed" and change.before else []
    words = [*then, f"“{' '.join(row['quote'].split())}”", f"{row['title'] or 'Untitled'}, {evidence.source_line(row)}"]
    return _E.entry(
        _E.title(for_xml(TITLES[how] + evidence.statement(row))),
        _E.id(_id(*known_by)),
        _E.updated(_time(load)),
        _E.link(rel="alternate", type="text/html", href=for_xml(link)),
        _E.category(term=how),
        _E.category(term=change.kind),
        _E.content(for_xml("\n".join(words)), type="text"),
    )


def _id(*parts: str) -> str:
    return uuid5(NAMESPACE_URL, "/".join(("5g-vendor-tracker", *parts))).urn


def _time(load: Load) -> str:
    return f"{load.at.isoformat(timespec='seconds')}Z"
