"""What came in since a reader was last here: the changes since the load that the browser last saw."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import streamlit as st

from dashboard import blocks, browser, cards, change_tables, changes, documents, queries, theme
from dashboard.country_tables import counted
from dashboard.data import Load, Snapshot
from dashboard.site import carried, href, room_at
from dashboard.sql import KINDS
from dashboard.view import View

SHOWN = 5


@dataclass(frozen=True)
class Since:
    """The load that news are counted from; first: the browser has seen none of this store, so it is the last load's."""

    load: Load
    first: bool


def since(snapshot: Snapshot, kept: object) -> Since | None:
    """Where news begin for a browser that kept this. None: the store has but one load, and nothing to compare it with.

    kept: "STORE.LOAD"; anything else, another store's, and a load that this store never had are ignored.
    """
    found = re.fullmatch(r"([^.]+)\.([0-9]{1,9})", kept, re.ASCII) if isinstance(kept, str) else None
    load = snapshot.load(int(found[2])) if found and found[1] == snapshot.store else None
    if load is not None:
        return Since(load, first=False)
    return Since(snapshot.loads[-2], first=True) if len(snapshot.loads) > 1 else None


@st.fragment
def since_last_visit(view: View) -> None:
    """The part of a page that tells what came in, with the way to all of it. Nothing on a frozen link, which stands still."""
    if view.is_frozen:
        return
    newest = view.snapshot.newest
    begun = since(view.snapshot, browser.last_seen("last_seen", f"{view.snapshot.store}.{newest.number}"))
    if begun is None:
        _all_there_is(view)
        return
    then = replace(view.filters, v=f"{view.snapshot.store}.{begun.load.number}", offset=0)
    found = changes.changes(replace(view, load=begun.load, filters=then))
    with st.container(key="news"):
        between = f"Between {_named(begun.load)} and {_named(newest)}."
        if begun.load == newest:
            between = f"You have seen {_named(newest)}, and nothing was loaded after it."
        blocks.title(
            f"What came in {'with the last load' if begun.first else 'since your last visit'}: "
            f"{change_tables.message(found)}",
            between if found.pairs is not None else f"{between} {change_tables.NOT_PAIRED}",
        )
        if rows := [change.row for change in found.latest(SHOWN, hows=changes.STAYED)]:
            st.html(documents.fact_list(rows, view, with_source=True))
        if found:
            address = href("changes", replace(carried(view.filters, to=room_at("changes")), v=then.v))
            st.html(cards.more_link(address, f"All {len(found):,} changes" if len(found) > 1 else "The change"))


def _all_there_is(view: View) -> None:
    """What the only load of a store brought, in numbers: to compare it with nothing would list every fact."""
    told = counted({kind: queries.count(view, kind) for kind in KINDS})
    if told:
        with st.container(key="news"):
            blocks.title(f"What came in with the last load: {told}", f"It is the first: {_named(view.load)}.")
            blocks.more(view, "articles", "The articles that state them")


def _named(load: Load) -> str:
    return f"load {load.number} of {theme.day(load.on)}"
