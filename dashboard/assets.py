"""Streamlit's own scripts, styles and fonts, from memory, packed, and to be kept by browsers: their names change with their content.

Its own route reads each from the disk for every visitor and sends it as large as it is; a page needs a hundred of them
before it can draw anything.
"""

from __future__ import annotations

import gzip
import mimetypes
import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.guard import inner_path

STATIC = Path(streamlit.__file__).parent / "static"
# What a page is drawn with that the first HTML of Streamlit does not name.
DRAWN_WITH = ("PlotlyChart", "Selectbox", "Multiselect", "Slider", "BidiComponent", "Button", "PageLink", "Html")
PACKED = {"text/javascript", "application/javascript", "text/css", "application/json", "image/svg+xml"}
KEEP = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


class Assets:
    """Middleware of the app: answers for Streamlit's assets before Streamlit does."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = inner_path(scope["path"]) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else ""
        known = _files().get(path.removeprefix("/static/")) if path.startswith("/static/") else None
        await (_answer(Request(scope), known) if known else self.app)(scope, receive, send)


def _answer(request: Request, path: Path) -> Response:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind in PACKED and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(_packed(path), media_type=kind, headers={**KEEP, "Content-Encoding": "gzip"})
    return Response(_plain(path), media_type=kind, headers=KEEP)


@cache
def _files() -> dict[str, Path]:
    """Every asset by its name in the address, so that no address can name another file."""
    root = STATIC / "static"
    return {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}


@cache
def _plain(path: Path) -> bytes:
    return path.read_bytes()


@cache
def _packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)


def script(name: str) -> str | None:
    """The name in the address of the script with this name before its hash; None where Streamlit has none."""
    return next((known for known in sorted(_files()) if re.fullmatch(rf"js/{name}\.[\w-]+\.js", known)), None)


@cache
def needed() -> tuple[str, ...]:
    """The scripts that pages are drawn with and all that these import, by their names in the address."""
    found: dict[str, None] = {}
    waiting = [known for name in DRAWN_WITH if (known := script(name))]
    while waiting:
        name = waiting.pop(0)
        if name in found or name not in _files():
            continue
        found[name] = None
        source = _files()[name].read_text(encoding="utf-8")
        waiting += [f"js/{other}" for other in re.findall(r'(?:from|import)\s*"\./([\w.-]+\.js)"', source)]
    return tuple(found)


def pack() -> None:
    """Pack what pages are drawn with before the first visitor asks for it."""
    for name in needed():
        _packed(_files()[name])
