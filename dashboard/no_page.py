"""What an address gets at which nothing stands: a page that says so, with the way to those that there are.

Streamlit's last route answers every address that it does not know with its own index, as if there were a page.
"""

from __future__ import annotations

from starlette.responses import HTMLResponse
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import browser
from dashboard.escape import for_html
from dashboard.guard import inner_path
from dashboard.shell import menu
from dashboard.signing import base_path
from dashboard.site import BRAND, href

# Of the files beside Streamlit's index, what its pages ask for. Those below /static are answered before.
FILES = ("/favicon.png", "/manifest.json")
LAST = "static-assets"  # Streamlit's name for its last route


class NoPage:
    """Middleware of the app, the last: answers with 404 where no route but Streamlit's last would."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asks = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        await (self.app if not asks or _known(scope) else HTMLResponse(page(scope["path"]), 404))(scope, receive, send)


def _known(scope: Scope) -> bool:
    # A slash at the end is taken away by a redirect.
    bare = {**scope, "path": scope["path"].rstrip("/") or "/"}
    routes = [route for route in scope["app"].routes if getattr(route, "name", "") != LAST]
    return inner_path(scope["path"]) in FILES or any(
        route.matches(asked)[0] is not Match.NONE for asked in (scope, bare) for route in routes
    )


def page(path: str) -> str:
    """HTML, without scripts: there is nothing at this path of the host."""
    html = browser.own_file("no_page.html")
    way = f'Go to the <a href="{for_html(href(""))}">Overview</a>, or to another page of the menu.'
    for name, words in (
        ("below", for_html(base_path())),
        ("style", browser.own_file("style.css")),
        ("brand", BRAND),
        ("menu", menu()),
        # The address last: nothing is put in the place of words that it brings.
        (
            "heading",
            f'<div class="vt-head"><h1>No such page</h1><p>There is nothing at {for_html(path)}. {way}</p></div>',
        ),
    ):
        html = html.replace(f"{{{name}}}", words)
    return html
