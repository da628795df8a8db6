"""Sharing a view: its live and frozen links, and its rows as a file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit

import pandas as pd
import streamlit as st

from dashboard import browser, theme
from dashboard import files as rows_as
from dashboard.api.addresses import address
from dashboard.api.formats import EXCEL_ROWS
from dashboard.api.parameters import TABLES, filters_of
from dashboard.escape import for_html
from dashboard.filters import to_query
from dashboard.site import ROOMS, Room
from dashboard.sql import KINDS
from dashboard.view import View


def base_url() -> str:
    """Where links begin: BASE_URL when it is set, else what the browser shows, without a slash at the end."""
    told = os.environ.get("BASE_URL", "").strip().rstrip("/")
    if told:
        return told
    shown = urlsplit(st.context.url or "http://127.0.0.1:8501")
    paths = "|".join(room.path for room in ROOMS if room.path)
    path = re.sub(rf"/({paths})$", "", shown.path.rstrip("/"))
    return f"{shown.scheme}://{shown.netloc}{path}"


def frozen_link(view: View) -> str:
    """The address that shows for good what the page that is drawn shows now."""
    name = urlsplit(st.context.url or "").path.rstrip("/").rpartition("/")[2]
    path = name if any(room.path == name for room in ROOMS) else ""
    return f"{base_url()}/{path}?{urlencode(view.frozen_query())}"


def permalink(view: View, fact_id: str) -> str:
    """A fact's lasting address: its page as of the load that is shown."""
    version = f"{view.snapshot.store}.{view.load.number}"
    return f"{base_url()}/fact?{urlencode([('fact', fact_id), ('v', version)])}"


def link_bar(view: View, room: Room) -> None:
    """Buttons for the page's links."""
    browser.copy_buttons(
        key="copy_link",
        base=os.environ.get("BASE_URL", "").strip().rstrip("/") or None,
        path=room.path,
        live=urlencode(to_query(view.filters)),
        frozen=urlencode(view.frozen_query()),
    )


FILES = {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet", "json": "JSON"}


def offered(ending: str, count: int) -> bool:
    """Whether a file with this ending can hold so many rows."""
    return ending != "xlsx" or count <= EXCEL_ROWS


def too_many(count: int) -> str:
    """HTML: why there is no Excel file of so many rows, and what to take instead; nothing where there is one."""
    return "" if offered("xlsx", count) else f"<span>Excel holds {EXCEL_ROWS:,} rows: take CSV or Parquet</span>"


def _offer(count: int, what: str) -> str:
    return f"<span>Download {for_html(theme.counted(count, what))}</span>"


def files(view: View, table: str, count: int, what: str, *, part: str = "", **fixed: str) -> None:
    """Links to exactly the rows of a table that the page shows, as files, with their quotes, sources and links.

    fixed: filters that the page sets by itself, as `metric`. part: of the page, where it offers one table twice.
    """
    links = "".join(
        f'<a download href="{for_html(address(f"{table}.{ending}", view.filters, **fixed))}">{name}</a>'
        for ending, name in FILES.items()
        if offered(ending, count)
    )
    # Of a table's own kind of fact; of articles, every kind that they state.
    kind = {"kind": TABLES[table]} if table in TABLES else {}
    feed = for_html(address("feed.xml", view.filters.only(filters_of(table)), **kind, **fixed))
    followed = f'<a href="{feed}" target="_blank">Feed of changes</a>'
    with st.container(key="_".join(filter(None, ("files", table, part, *fixed.values())))):
        st.html(f'<div class="vt-files">{_offer(count, what)}{links}{too_many(count)}{followed}</div>')


def every_file(view: View, counts: Mapping[str, int]) -> None:
    """Links to the rows of each kind of fact that a page tells of, as files. counts: how many there are, by kind."""
    for kind, count in counts.items():
        if count:
            files(view, KINDS[kind], count, KINDS[kind])


def download(rows: Callable[[], pd.DataFrame], count: int, name: str, what: str, v: str | None = None) -> None:
    """Buttons that save rows as files, with their quotes, sources and links. They are asked for when one is pressed.

    They look like the links of `files`, which differ only in that they have an address. v: the load that links show where it is not the newest.
    """
    base = base_url()
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"downloads_{name}"):
        st.html(f'<div class="vt-files">{_offer(count, what)}</div>', width="content")
        for ending, (called, media, write) in rows_as.FORMATS.items():
            if not offered(ending, count):
                st.html(f'<div class="vt-files">{too_many(count)}</div>', width="content")
                continue
            st.download_button(
                called,
                data=lambda write=write: write(rows_as.sheet(rows(), base, v)),
                file_name=f"{name}.{ending}",
                mime=media,
                key=f"download_{name}_{ending}",
                on_click="ignore",
            )
