"""What pages are put together from: titles, charts with their evidence, paged tables, words for emptiness."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import browser, cards, documents, embed, evidence, past, queries, roles, share, tables, theme
from dashboard.charts import panels, shares
from dashboard.charts.common import CONFIG, OPENED, wrapped
from dashboard.escape import for_html
from dashboard.filters import LABELS, Filters, in_words
from dashboard.site import Room, carried, href, room_at
from dashboard.sql import KINDS, lacking
from dashboard.view import View, first_chart

AHEAD = 0.05  # seconds by which a page's first chart is ahead of the rest, so that it is painted before the browser has all to draw


def title(words: str, under: str = "", level: int = 2) -> None:
    """A heading of a part of a page, with a line under it."""
    line = f"<p>{for_html(under)}</p>" if under else ""
    st.html(f'<div class="vt-title"><h{level}>{for_html(words)}</h{level}>{line}</div>')


def foot(words: str) -> None:
    """Small print below a chart or table."""
    st.html(f'<p class="vt-foot">{for_html(words)}</p>')


def note(words: str, role: str = "status") -> None:
    """One line to whoever works here, in its words. role: "alert" for what went wrong."""
    st.html(f'<div class="vt-note" role="{role}">{for_html(" ".join(words.split()))}</div>')


def cut(which: str, shown: int, in_all: int, rest: str) -> None:
    """That only some are shown, "The latest 12 of 40; the file has all."; nothing where all are."""
    if shown < in_all:
        foot(f"{which} {shown:,} of {in_all:,}; {rest}.")


def more(view: View, path: str, words: str) -> None:
    """A link to the page that tells more, with the filters of this one."""
    st.html(cards.more_link(href(path, carried(view.filters, to=room_at(path))), words))


def listed(view: View, facts: pd.DataFrame, kind: str, heading: str, path: str, words: str) -> None:
    """Facts of a kind with their sources, and the way to all of them on the page at a path; nothing where there is none."""
    if len(facts):
        title(heading)
        rows = [row for _, row in facts.assign(kind=kind).iterrows()]
        st.html(documents.fact_list(rows, view, with_source=True))
        more(view, path, words)


def chart(figure: go.Figure, *, key: str, alt: str, view: View, legend: str = "") -> None:
    """A chart whose marks open their evidence below it: of every fact that the mark's customdata names.

    alt: the sentence that the chart says. legend: HTML of what its marks mean. In a frame of another site, the one chart that it
    shows stands alone, below its sentence.
    """
    if embed.wanted():
        if embed.shows(view, key):
            with embed.alone(view):
                foot(alt)
                _drawn(figure, key, alt, view, legend)
        return
    _drawn(figure, key, alt, view, legend)
    day = theme.day(view.today)
    source = f"5G Vendor Tracker, data of {day} (load {view.load.number}), {share.frozen_link(view)}"
    browser.save_buttons(key, wrapped(alt, 52), wrapped(source, 80))
    if first_chart():
        time.sleep(AHEAD)


def _drawn(figure: go.Figure, key: str, alt: str, view: View, legend: str) -> None:
    if legend:
        st.html(legend)
    event = st.plotly_chart(figure, key=key, alt=alt, config=CONFIG, on_select="rerun", selection_mode="points")
    for point in event["selection"]["points"][:1]:
        marked = point.get("customdata") or []
        named = [one for one in (marked if isinstance(marked, (list, tuple)) else [marked]) if isinstance(one, str)]
        rows = [row for one in named[:OPENED] if (row := queries.fact(view, one)) is not None]
        if rows:
            with st.container(key=f"{key}_evidence"):
                ids = [row["fact_id"] for row in rows]
                said = past.lines(view, ids)
                st.html(
                    "".join(
                        evidence.card(row, view.filters, permalink=share.permalink(view, one), said=said.get(one))
                        for one, row in zip(ids, rows, strict=True)
                    )
                )
                if len(named) >= OPENED:
                    foot(f"A click opens {OPENED} at most; the table has all.")
                    _all_of(view, rows)


LISTS = {"figure": "company", "selection": "selections", "deal": "deals", "restriction": "restrictions"}


def _all_of(view: View, rows: Sequence[pd.Series]) -> None:
    """The way to the page that lists a mark's facts, with those of its company alone, where all that were opened are of one."""
    kinds = {row["kind"] for row in rows}
    shared = [name for name in _companies(rows[0]) if all(name in _companies(row) for row in rows)]
    if len(kinds) == 1 and shared:
        (kind,) = kinds
        own = replace(view, filters=replace(view.filters, company=(view.names.key(shared[0]),)))
        more(own, LISTS[kind], f"All {KINDS[kind]} of {shared[0]}")


def _companies(row: pd.Series) -> list[str]:
    several = row.get("companies" if row["kind"] == "figure" else "parties")
    return list(several) if evidence.told(several) else [row["vendor"]] if evidence.told(row.get("vendor")) else []


def share_chart(view: View, panel: panels.Panel, key: str, height: int) -> None:
    """One panel of shares: what it is a share of, when unless its axis tells, who measured it, the chart."""
    when = "" if panel.over_time else panels.period(panel.rows)
    title(f"{panel.basis}{when}", f"{panel.source}.{panel.left_out}" if panel.left_out else panel.source, level=3)
    said = f"{panel.basis}, {panel.source}: {panels.message(panel, view.today)}"
    chart(shares.draw(panel, height), key=key, alt=said, view=view)
    if undated := shares.undrawn(panel):
        st.html(cards.undated(undated, view))


def share_charts(view: View, room: Room, found: Sequence[panels.Panel], *, key: str, first: int, most: int) -> None:
    """Small charts of shares, two in a row, the first of them numbered so: at most so many, with a link that shows all."""
    shown = found if view.filters.more or view.filters.chart or len(found) <= most + 2 else found[:most]
    for start in range(0, len(shown), 2):
        for column, number in zip(st.columns(2, gap="large"), range(start, min(start + 2, len(shown))), strict=False):
            with column:
                share_chart(view, shown[number], f"{key}_{first + number}", height=260)
    if len(shown) < len(found):
        # In the link, so that a click into one of them finds it still there.
        address = for_html(href(room.path, replace(view.filters, more="charts")))
        st.html(f'<p class="vt-more"><a href="{address}">Show {len(found) - len(shown)} more charts</a></p>')


def write_link(view: View, article_id: str, words: str) -> None:
    """The link to write a fact on an article's words that are selected, for those who may, of today's data."""
    if view.is_frozen or not roles.person().may("analyst"):
        return
    link = for_html(href("review", Filters(article=article_id)))
    st.html(
        f'<p class="vt-foot">Select words in the text, then: <a class="vt-write" href="{link}">{for_html(words)}</a></p>'
    )
    browser.take_words("words")


def paged_table(
    view: View,
    room: Room,
    rows: pd.DataFrame,
    in_all: int,
    columns: list[tables.Column],
    caption: str,
    called: tuple[str, str] = tables.BY_TIME,
    size: int = queries.PAGE,
) -> None:
    """One page of a table and the way to the others. called: what the links before and after are called. size: rows of a page."""
    with st.container(key="table"):
        st.html(tables.table(rows, columns, caption))
        st.html(tables.pager(room.path, view.filters, len(rows), in_all, size, called))


def index_table(view: View, room: Room, every: pd.DataFrame, columns: list[tables.Column], caption: str) -> None:
    """One page of a list of which all rows are at hand, those with most facts first, and the way to the others."""
    rows = every.iloc[view.filters.offset :].head(queries.PAGE)
    paged_table(view, room, rows, len(every), columns, caption, tables.BY_COUNT)


def empty(view: View, room: Room, what: str) -> None:
    """What to say and do when there is nothing: filters exclude all, or no article states such a thing."""
    narrowing = _narrowing(view, room)
    with st.container(key="empty"):
        if narrowing:
            named = "; ".join(
                f"{LABELS[name]}: {', '.join(in_words(name, v, view.names) for v in _values(view.filters, name))}"
                for name in narrowing
            )
            bare = href(room.path, Filters(v=view.filters.v))
            if sum(len(_values(view.filters, name)) for name in narrowing) > 1:
                these, way = "these filters", f'Take one away, or <a href="{for_html(bare)}">clear all filters</a>'
            else:
                these, way = "this filter", f'<a href="{for_html(bare)}">Clear it</a>'
            st.html(
                f'<div class="vt-empty"><h2>No {for_html(what)} passes {these}</h2><p>{for_html(named)}. {way}.</p></div>'
            )
        else:
            st.html(
                f'<div class="vt-empty"><h2>No article states a {for_html(what)} yet</h2>'
                "<p>Put articles into data/inbox and run <code>make etl</code>, then reload this page.</p></div>"
            )


def not_found(view: View, kind: str, asked: str | None, home: Room) -> None:
    """What to say when a link asks for something that this data does not hold."""
    back = href(home.path, Filters(v=view.filters.v))
    heading = f"No {kind} {asked} in this data" if asked else f"No {kind} chosen"
    why = "It may have been withdrawn, or the link is cut short. " if asked else ""
    with st.container(key="not_found"):
        st.html(
            f'<div class="vt-empty"><h2>{for_html(heading)}</h2><p>{why}Go to '
            f'<a href="{for_html(back)}">{for_html(home.title)}</a> and pick one.</p></div>'
        )


def left_out(view: View, kinds: tuple[str, ...]) -> None:
    """Which kinds of fact a page leaves out, since they do not have what its filters ask for."""
    by_lack: dict[tuple[str, ...], list[str]] = {}
    for kind in kinds:
        if lacks := lacking(kind, view.filters):
            by_lack.setdefault(lacks, []).append(KINDS[kind])
    for lacks, tables_left in by_lack.items():
        what = " and no ".join(LABELS[name].lower() for name in lacks)
        foot(f"{' and '.join(tables_left).capitalize()} are left out here: they have no {what} to filter by.")


def _narrowing(view: View, room: Room) -> list[str]:
    """The filters that are set on a page; the threshold that a frozen link spells out is no filter while it is the usual one."""
    usual = view.filters.min_confidence == view.snapshot.min_confidence
    named = [name for name in view.filters.narrowing() if name in room.filters]
    return [name for name in named if not (usual and name == "min_confidence")]


def _values(filters: Filters, name: str) -> list[str]:
    value = getattr(filters, name)
    return list(value) if isinstance(value, tuple) else [str(value)]


def chips(view: View, room: Room) -> None:
    """The filters that are set, each with a way to clear it."""
    narrowing = _narrowing(view, room)
    if not narrowing:
        return
    parts = []
    for name in narrowing:
        for value in _values(view.filters, name):
            rest = (
                tuple(v for v in getattr(view.filters, name) if v != value)
                if isinstance(getattr(view.filters, name), tuple)
                else None
            )
            without = Filters(**{**vars(view.filters), name: rest, "offset": 0})
            label, words = for_html(LABELS[name]), for_html(in_words(name, value, view.names))
            link = for_html(href(room.path, without))
            parts.append(
                f'<span class="vt-chip">{label} <b>{words}</b>'
                f'<a href="{link}" aria-label="Clear {label} {words}">×</a></span>'
            )
    bare = Filters(
        **{**vars(Filters()), "v": view.filters.v, "article": view.filters.article, "fact": view.filters.fact}
    )
    parts.append(f'<a href="{for_html(href(room.path, bare))}">Clear all</a>')
    with st.container(key="chips"):
        st.html(f'<div class="vt-chips">{"".join(parts)}</div>')
