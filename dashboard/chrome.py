"""What stands around every page: the menu and the filters at the side, the head, the notes, the link buttons."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import blocks, change_tables, changes, controls, entrance, queries, share, theme
from dashboard.escape import for_html, with_code
from dashboard.filters import Filters
from dashboard.known import Held
from dashboard.site import BRAND, ROOMS, Room, carried, compared, heading, href
from dashboard.sql import KINDS
from dashboard.view import View


def menu(view: View | None, room: Room) -> None:
    """The brand and the pages, whose links carry the filters. The little that stands around every page before it is drawn."""
    links = []
    for other in ROOMS:
        if other.in_menu or other.writes:
            address = href(other.path, carried(controls.along() if view else Filters(), to=other))
            here = ' aria-current="page"' if other is room else ""
            icon = f'<span class="vt-icon" aria-hidden="true">{other.icon}</span>'
            links.append(f'<li><a href="{for_html(address)}"{here}>{icon}{for_html(other.title)}</a></li>')
    st.sidebar.html(f'{BRAND}<nav class="vt-menu" aria-label="Pages"><ul>{"".join(links)}</ul></nav>')


def side(view: View | None, room: Room, held: Held) -> None:
    """Below the menu: the page's filters, what data this is, who is here.

    Drawn after the page: a changed filter's charts then need not wait for widgets that stay as they are.
    """
    with st.sidebar:
        if view and room.in_menu and room.kinds:
            st.html('<p class="vt-section">Filters</p>')
            with st.container(key="filters", gap="small"):
                controls.draw(view, room, held)
        if view:
            _stamp(view)
        entrance.who_is_here()


def _stamp(view: View) -> None:
    totals = queries.totals(view)
    told = sum(totals[table] for table in KINDS.values())
    st.html(
        f'<div class="vt-stamp">Data of {theme.day(view.load.on)} (load {view.load.number})<br>'
        f"{theme.counted(totals['articles'], 'articles')} · {theme.counted(told, 'facts')}</div>"
    )


def head(view: View, room: Room, notes: list[str]) -> None:
    """Title, the question that the page answers, what was wrong with the link, which filters are set."""
    words, links = st.columns([0.6, 0.4], vertical_alignment="bottom")
    words.html(heading(room))
    with links:
        share.link_bar(view, room)
    told(notes)
    if view.is_frozen and room.path != "changes":
        with st.container(key="frozen"):
            st.html(f'<div class="vt-note vt-frozen">{_frozen(view, room)}</div>')
    if room.in_menu and room.kinds:
        blocks.chips(view, room)
        if room.path != "data":  # where each address says so itself
            blocks.left_out(view, room.kinds)


def told(notes: list[str]) -> None:
    """What was wrong with the link, a line each."""
    if notes:
        with st.container(key="notes"):
            st.html(
                "".join(f'<div class="vt-note" role="status">In this link, {for_html(note)}.</div>' for note in notes)
            )


def _frozen(view: View, room: Room) -> str:
    """What a frozen link shows, how much has changed since, and the ways to that and to today's data."""
    today = href(room.path, Filters(**{**vars(view.filters), "v": None}))
    then = f"As of {theme.day(view.load.on)}, load {view.load.number}: rows as they were known then."
    if not room.kinds:
        return f'{then} <a href="{for_html(today)}">See today’s data</a>'
    shown = compared(view.filters, room)
    since = href("changes", shown)
    found = changes.changes(replace(view, filters=shown))
    told = f"Since then, {change_tables.message(found)}"
    more = f' · <a href="{for_html(since)}">See what has changed since</a>' if found else ""
    return f'{then} {for_html(told)}{more} · <a href="{for_html(today)}">See today’s data</a>'


def trouble(heading: str, words: str, today: str | None = None) -> None:
    """One clear line in the place of a page: what is wrong and what to do. today: the address of the same view of today's data."""
    way = f'<p><a href="{for_html(today)}">See today’s data</a></p>' if today else ""
    with st.container(key="trouble"):
        st.html(f'<div class="vt-empty"><h2>{for_html(heading)}</h2><p>{with_code(words)}</p>{way}</div>')


def unfrozen(room: Room) -> str:
    """The address of the page that is asked for, with all that it asks but the load."""
    asked = [(name, value) for name in st.query_params for value in st.query_params.get_all(name) if name != "v"]
    return href(room.path, extra=asked)
