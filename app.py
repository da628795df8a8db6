"""The app: which page is asked for, which data and filters it shows, what stands around it. `streamlit run app.py`."""

from __future__ import annotations

import gc
import logging
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import browser, chrome, controls, embed, entrance, prompt, shell, warm
from dashboard.api import routes as api
from dashboard.assets import Assets
from dashboard.data import NoData, NotThisLoad, published_path
from dashboard.guard import Guard
from dashboard.known import Held, known_to
from dashboard.no_page import NoPage
from dashboard.site import ROOMS, Room, heading, href, room_at
from dashboard.view import View, opened, set_current, viewed_load
from etl.errors import EtlError

HERE = Path(__file__).resolve().parent


@asynccontextmanager
async def lifespan(_app: st.App):
    """Load all that pages need before the first visitor, and take it out of the collector's rounds."""
    prompt.answer_at_once()
    warm.up()
    # Before the first visitor, lest Streamlit takes the folder pages/ for a site of its own, with other addresses.
    st.navigation(list(site_pages().values()), position="hidden")
    gc.collect()
    gc.freeze()
    yield
    # Else DuckDB lists all that was frozen as leaked when the server is stopped.
    gc.unfreeze()


app = st.App(
    Path(__file__).resolve(),
    lifespan=lifespan,
    routes=[api.mount(), *shell.routes()],
    middleware=[Middleware(Guard), Middleware(Assets), Middleware(NoPage)],
)


def main() -> None:
    """Draw the page that the address asks for."""
    st.set_page_config(page_title="5G Vendor Tracker", layout="wide")
    page = st.navigation(list(site_pages().values()), position="hidden")
    room = room_at(page.url_path)
    if not entrance.passed():
        return
    # Streamlit serves it as a file of the session's, which is kept from whoever is not signed in.
    st.set_page_config(page_icon=HERE / "dashboard" / "browser" / "icon.png")
    framed = embed.wanted()
    try:
        view, notes, held = open_view(room)
    except (NoData, EtlError) as reason:
        if not framed:
            chrome.menu(None, room)
            chrome.side(None, room, {})
            st.html(heading(room))
        today = chrome.unfrozen(room) if isinstance(reason, NotThisLoad) and not framed else None
        chrome.trouble("Nothing to show", str(reason), today)
        return
    set_current(view)
    try:
        if framed:
            chrome.told(notes)
        else:
            chrome.menu(view, room)
            chrome.head(view, room, notes)
        with embed.framed(view):
            page.run()
    except NoData as reason:
        chrome.trouble("Nothing to show", str(reason))
    except Exception:
        logging.getLogger("dashboard").exception("page %s", room.title)
        chrome.trouble(
            "This page could not be drawn", "Reload it; if that does not help, the reason stands in the server's log."
        )
    if not framed:
        chrome.side(view, room, held)
    browser.follow_links("links", href(room.path, view.filters))


def site_pages() -> dict[str, st.Page]:
    """The pages by their address, as Streamlit's navigation wants them."""
    return {
        room.path: st.Page(
            HERE / "pages" / f"{room.file}.py",
            title=room.title,
            url_path=room.path or "overview",
            default=not room.path,
        )
        for room in ROOMS
    }


def open_view(room: Room) -> tuple[View, list[str], Held]:
    """What this run shows: data, load, filters; notes on the link; what the data holds to filter by. Raises NoData."""
    database = opened(published_path())
    snapshot = database.snapshot()
    known = known_to(database, snapshot, st.query_params.get("v"))
    filters, notes = controls.read(room, known.names, known.allowed, snapshot.min_confidence)
    view = View(database, snapshot, viewed_load(snapshot, filters.v), filters, known.names)
    return view, notes, known.held


if get_script_run_ctx() is not None:
    main()
