"""Stands before every address of the app. What is not known to be harmless is answered only to whoever may have it.

Pages are harmless: their script asks who is there before it draws anything. Streamlit's own addresses that tell of the server,
or drive the app without a browser, are closed to all.
"""

from __future__ import annotations

import json
import logging
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import kept_link, roles, signing, tokens
from dashboard.permissions import Role
from dashboard.site import ROOMS
from etl.errors import EtlError

CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
PAGES = frozenset(f"/{room.path}".rstrip("/") for room in ROOMS)
SIGN_IN = "/auth/login"
OPEN = frozenset({"/auth/logout", "/oauth2callback", "/_stcore/health", "/_stcore/host-config", "/favicon.png"})
OPEN_BELOW = ("/static/", "/_stcore/bidi-components/")  # Streamlit's own code and ours
STREAM = "/_stcore/stream"
UPLOADS = "/_stcore/upload_file/"


class Guard:
    """Middleware of the app. Sign-in off: closes what nobody needs and keeps files of strangers out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        path = inner_path(scope["path"])
        if any(path == closed or path.startswith(f"{closed}/") for closed in CLOSED):
            await _end(scope, receive, send, _line(404, "there is no such address"))
        elif scope["type"] == "websocket":
            # Its script asks for itself who is there.
            await (self.app(scope, receive, send) if path == STREAM else _end(scope, receive, send, _line(404, "")))
        elif path.rstrip("/") in PAGES or path == SIGN_IN:
            await self._page(scope, receive, send, path)
        elif path in OPEN or path.startswith(OPEN_BELOW):
            await self.app(scope, receive, send)
        else:
            await self._guarded(scope, receive, send, path)

    async def _page(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        """A page's empty shell; before the sign-in its link is kept, after it the browser is sent back there."""
        request = Request(scope)
        if not signing.configured() or request.method != "GET":
            await self.app(scope, receive, send)
        elif signing.claims_in(request.cookies) is None:
            await self.app(scope, receive, _keeping(send, kept_link.link_of(request)))
        elif not path.strip("/") and not request.url.query and (back := kept_link.back(request.cookies)):
            await back(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        is_api = path == "/api" or path.startswith("/api/")
        # A browser asks so whether another site's page may ask, and sends no token with it.
        if not (is_api and scope["method"] == "OPTIONS"):
            needed: Role = "analyst" if path.startswith(UPLOADS) else "viewer"
            refusal = await run_in_threadpool(refused, HTTPConnection(scope), needed, is_api)
            if refusal:
                await _end(scope, receive, send, refusal)
                return
        await self.app(_without_token(scope) if is_api else scope, receive, send)


def refused(asking: HTTPConnection, needed: Role, is_api: bool) -> Response | None:
    """Why whoever sends a request may not have it: 401, 403, or 503 when roles cannot be told; None: they may."""
    try:
        if is_api and signing.configured() and (token := _token(asking)) is not None:
            tokens.bearer(token)
            return None
        who = roles.person_asking(asking.cookies, asking.headers, asking.client.host if asking.client else None)
        if who is None:
            own = ": sign in, or send a token (made on the page Data) as “Authorization: Bearer TOKEN” or ?token=TOKEN"
            return _line(401, f"this needs sign-in{own if is_api else ''}")
        roles.allowed(who, needed)
    except tokens.TokenRefused as reason:
        return _line(401, str(reason))
    except roles.NotAllowed as reason:
        return _line(403, str(reason))
    except EtlError as reason:
        logging.getLogger("dashboard").error("%s", reason)
        return _line(503, "who may do what cannot be told now; the reason stands in the server's log")
    return None


def inner_path(path: str) -> str:
    """An address without the path that the site is served under; one outside of it as it is."""
    below = signing.base_path()
    return path[len(below) :] if below and (path == below or path.startswith(f"{below}/")) else path


def _token(asking: HTTPConnection) -> str | None:
    kind, _, told = asking.headers.get("authorization", "").partition(" ")
    return told.strip() if kind.casefold() == "bearer" else asking.query_params.get("token")


def _without_token(scope: Scope) -> Scope:
    """The same request without its token, which is no parameter of the data and must not come back in any link."""
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    if not any(name == "token" for name, _ in pairs):
        return scope
    return {**scope, "query_string": urlencode([pair for pair in pairs if pair[0] != "token"]).encode("latin-1")}


def _keeping(send: Send, link: str | None) -> Send:
    async def keeping(message: Message) -> None:
        if link and message["type"] == "http.response.start":
            message = {**message, "headers": list(message.get("headers", []))}
            kept_link.keep(message["headers"], link)
        await send(message)

    return keeping


async def _end(scope: Scope, receive: Receive, send: Send, answer: Response) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await answer(scope, receive, send)


def _line(status: int, error: str) -> Response:
    heads = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}
    if status == 401:
        heads["WWW-Authenticate"] = "Bearer"
    words = json.dumps({"error": error}, ensure_ascii=False) + "\n"
    return Response(words, status, heads, media_type="application/json")
