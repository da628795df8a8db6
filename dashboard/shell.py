"""The page that a browser gets first: Streamlit's own, told where the server is and what to fetch ahead, with the frame drawn.

Without it a browser on /market-share first asks in vain for the server under that path, fetches the chart code only
when the first chart has arrived, and shows nothing until the app's program runs.
"""

from __future__ import annotations

import json
import re
from functools import cache

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route

from dashboard import assets, browser
from dashboard.api.package import outline
from dashboard.escape import for_html
from dashboard.signing import base_path
from dashboard.site import BRAND, ROOMS, Room, heading, href

SERVER = '<script>window.__streamlit = { BACKEND_BASE_URL: new URL("./", location.href).href }</script>'
FEED = '<link rel="alternate" type="application/atom+xml" title="What the articles say" href="./api/feed.xml">'


def routes() -> list[Route]:
    """A route for each page's address, below the path that the site is served under, if it has one."""
    below = base_path()
    pages = [Route(f"{below}/{room.path}", _answer(room), methods=["GET"]) for room in ROOMS]
    # Relative links count from the last slash, so the site's own address must end in one.
    return [*pages, Route(below, _with_slash, methods=["GET"])] if below else pages


async def _with_slash(request: Request) -> RedirectResponse:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.url.path}/{query}")


def _answer(room: Room):
    async def answer(_request: Request) -> HTMLResponse:
        return HTMLResponse(page(room), headers={"Cache-Control": "no-cache"})

    return answer


@cache
def page(room: Room) -> str:
    """The HTML of a page before anything is drawn in it."""
    title = "5G Vendor Tracker" if not room.path else f"{room.title} · 5G Vendor Tracker"
    about = f'<meta name="description" content="{for_html(room.question)}">'
    head = "\n".join([f"<title>{for_html(title)}</title>", about, FEED, _dataset(room), SERVER])
    html = (assets.STATIC / "index.html").read_text(encoding="utf-8")
    html = re.sub(r"<title>.*?</title>", lambda _: head, html, count=1)
    needs = "<noscript><p>This app needs JavaScript to draw its charts.</p></noscript>"
    html = re.sub(r"<noscript>.*?</noscript>", lambda _: needs, html, count=1, flags=re.DOTALL)
    return html.replace("</head>", f"{_ahead(html)}\n</head>").replace("</body>", f"{_frame(room)}\n</body>")


def _ahead(html: str) -> str:
    """What to fetch before the app asks for it, as far as the page does not say so already."""
    wanted = [name for name in assets.needed() if name not in html]
    return "\n".join(f'<link rel="modulepreload" crossorigin href="./static/{name}">' for name in wanted)


def _frame(room: Room) -> str:
    """The styles of all pages, and the page's frame until the app draws it."""
    frame = browser.own_file("frame.html")
    for name, words in (
        ("brand", BRAND),
        ("menu", menu()),
        ("heading", heading(room)),
        ("chart", assets.script("PlotlyChart") or ""),
    ):
        frame = frame.replace(f"{{{name}}}", words)
    return f"<style>{browser.own_file('style.css')}</style>\n{frame}"


def menu() -> str:
    """HTML: a link to each page of the menu, for whoever stands at the site's own address."""
    links = (f'<a href="{for_html(href(room.path))}">{for_html(room.title)}</a>' for room in ROOMS if room.in_menu)
    return "".join(f"<li>{link}</li>" for link in links)


def _dataset(room: Room) -> str:
    """What search engines and catalogues want to know of the data, on the page that is about it."""
    if room.path != "data":
        return ""
    # No mark in it may end the script.
    told = json.dumps(outline("."), ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{told}</script>'
