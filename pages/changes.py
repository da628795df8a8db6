"""What has changed since a frozen link: the facts added, told otherwise and withdrawn since, each with its evidence."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import blocks, change_tables, changes, chrome, share, tables, theme
from dashboard.queries import PAGE
from dashboard.site import room_at
from dashboard.view import current

view, room = current(), room_at("changes")
newest = view.snapshot.newest
found = changes.changes(view)
if view.filters.fact:
    under = "Of one fact."
elif view.filters.article:
    under = "Of the facts of one article."
else:
    under = "Through the filters of the link. A fact is listed when it passed them then or passes them now."

if not view.is_frozen:
    chrome.trouble(
        "No frozen link to compare with",
        "Copy a frozen link on any page. Once the data has changed, the banner of that link leads here.",
    )
else:
    then, now = (f"{theme.day(load.on)} (load {load.number})" for load in (view.load, newest))
    blocks.title(f"Between {then} and {now}, {change_tables.message(found)}.", under)
    if found.pairs is None:
        blocks.foot(change_tables.NOT_PAIRED)
    blocks.chips(view, room)
    if not found:
        blocks.foot("The frozen link shows the same facts as today’s data. Take a filter away to look further.")
    # The next page goes on with all tables that have more rows.
    offset = view.filters.offset if view.filters.offset < max(found.counts.values(), default=0) else 0
    for how, in_all in found.counts.items():
        if offset < in_all:
            heading, under = change_tables.HEADINGS[how]
            blocks.title(f"{heading}: {in_all:,}", under)
            rows = found.latest(PAGE, offset, (how,))
            with st.container(key=f"changes_{how}"):
                columns = change_tables.columns(view, how)
                st.html(tables.table(change_tables.frame(rows), columns, heading))
                if in_all > PAGE:
                    st.html(tables.pager(room.path, replace(view.filters, offset=offset), len(rows), in_all, PAGE))
    if found:
        share.download(lambda: changes.rows_of(found, view.filters.v), len(found), "changes", "changes")
    blocks.foot("How sure the reader is counts as a change only where it takes a fact over the least confidence.")
