"""Sharing a view: its live and frozen links, and its rows as a file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import pandas as pd
import streamlit as st

from dashboard import browser, tables
from dashboard.filters import to_query
from dashboard.site import ROOMS, Room
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


def link_bar(view: View, room: Room) -> None:
    """Buttons for the page's links."""
    browser.copy_buttons(
        key="copy_link",
        base=os.environ.get("BASE_URL", "").strip().rstrip("/") or None,
        path=room.path,
        live=urlencode(to_query(view.filters)),
        frozen=urlencode(view.frozen_query()),
    )


def download(rows: Callable[[], pd.DataFrame], count: int, name: str, what: str) -> None:
    """A button that saves rows as CSV, with their quotes, sources and links. They are asked for when it is pressed."""
    base = base_url()
    st.download_button(
        f"Download CSV · {count:,} {what}",
        data=lambda: tables.csv(rows(), base),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"download_{name}",
        icon=":material/download:",
        on_click="ignore",
    )
