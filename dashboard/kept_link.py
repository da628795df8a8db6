"""The link that somebody came by, kept over the sign-in, which forgets it: a signed cookie that lasts a quarter of an hour."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard import signing
from dashboard.site import ROOMS

NAME = "vt_link"
LASTS = 15 * 60  # seconds
LONGEST = 3_000  # characters of a link; a browser keeps no larger cookie
_PATHS = frozenset(room.path for room in ROOMS)


def link_of(request: Request) -> str | None:
    """The page and its parameters that a request asks for, or comes from on its way to the sign-in; None: nothing to keep."""
    below = signing.base_path()
    if request.url.path == f"{below}/auth/login":
        came = urlsplit(request.headers.get("referer", ""))
        path, query = (came.path, came.query) if came.netloc == request.headers.get("host") else ("", "")
    else:
        path, query = request.url.path, request.url.query
    inner = path.removeprefix(below).strip("/")
    link = f"{inner}?{query}" if query else inner
    return link if link and inner in _PATHS and len(link) <= LONGEST else None


def keep(response_headers: list[tuple[bytes, bytes]], link: str) -> None:
    """Have the browser keep a link."""
    response = Response()
    # Without "secure": the same app is reached over plain http on one's own machine. It opens nothing; it is only a link.
    response.set_cookie(
        NAME, signing.sign(NAME, link), max_age=LASTS, path=f"{signing.base_path()}/", httponly=True, samesite="lax"
    )
    response_headers.append((b"set-cookie", response.headers["set-cookie"].encode("latin-1")))


def back(cookies: Mapping[str, str]) -> Response | None:
    """The way back to the kept link, which is kept no longer; None: there is none."""
    if NAME not in cookies:
        return None
    below = signing.base_path()
    link = signing.unsign(NAME, cookies[NAME], LASTS / 86_400)
    response = RedirectResponse(f"{below}/{link if isinstance(link, str) else ''}", 303, {"Cache-Control": "no-store"})
    response.delete_cookie(NAME, path=f"{below}/", httponly=True, samesite="lax")
    return response
