"""What has changed since a frozen link: the facts added, told otherwise and withdrawn since, each with its evidence."""

from __future__ import annotations

import streamlit as st

from dashboard import blocks, change_tables, changes, chrome, share, tables, theme
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
    blocks.chips(view, room)
    if not found:
        blocks.foot("The frozen link shows the same facts as today’s data. Take a filter away to look further.")
    for how in changes.HOW:
        rows = [change for change in found if change.how == how]
        if rows:
            heading, under = change_tables.HEADINGS[how]
            blocks.title(f"{heading}: {len(rows):,}", under)
            with st.container(key=f"changes_{how}"):
                columns = change_tables.columns(view, how)
                st.html(tables.table(change_tables.frame(rows[: change_tables.MOST]), columns, heading))
            blocks.cut("The latest", min(len(rows), change_tables.MOST), len(rows), "the file below has all")
    if found:
        share.download(lambda: changes.rows_of(found, view.filters.v), len(found), "changes", "changes")
    blocks.foot("How sure the reader is counts as a change only where it takes a fact over the least confidence.")
