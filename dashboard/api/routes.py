"""The addresses below /api: who answers, with which heads, and what a refusal looks like."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import chain

import pyarrow as pa
from starlette.concurrency import iterate_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route
from zstandard import ZstdCompressor

from dashboard.api.addresses import DESCRIBED, NAMES
from dashboard.api.columns import COLUMNS
from dashboard.api.events import MOST
from dashboard.api.feed import feed
from dashboard.api.formats import EXCEL_ROWS, FORMATS, WORDY
from dashboard.api.package import datapackage, dataset
from dashboard.api.parameters import Asked, BadRequest, asked
from dashboard.api.rows import batches, count
from dashboard.data import NoData
from dashboard.signing import base_path
from dashboard.view import View
from etl.errors import EtlError

# Copies of before a column was added are out of date, although the data is the same.
_COLUMNS = hashlib.sha256(repr(COLUMNS).encode()).hexdigest()[:6]


def mount() -> Mount:
    """All of /api, below the path that the site is served under. Readable from pages of other sites."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD"],
        allow_headers=["If-None-Match", "Authorization"],
        expose_headers=["ETag", "Content-Disposition"],
    )
    tables = [Route(f"/{table}.{ending}", _table(table, ending)) for table in COLUMNS for ending in FORMATS]
    described = [Route(f"/{name}", _description(name)) for name in DESCRIBED]
    nothing = Route("/{name:path}", _nothing)
    return Mount(f"{base_path()}/api", routes=[*tables, *described, nothing], middleware=[cors])


def _base(request: Request) -> str:
    """Where the app stands: BASE_URL when it is set, else what the request was sent to."""
    told = os.environ.get("BASE_URL", "").strip().rstrip("/")
    return told or f"{request.url.scheme}://{request.url.netloc}{base_path()}"


def _line(status: int, **told: object) -> Response:
    words = json.dumps(told, ensure_ascii=False) + "\n"
    return Response(words, status, media_type="application/json", headers={"Cache-Control": "no-store"})


def _guarded(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """An answer, or one line of JSON that says what is wrong."""

    def guarded(request: Request) -> Response:
        try:
            return answer(request)
        except BadRequest as reason:
            return _line(400, error=reason.error, parameter=reason.parameter, allowed=reason.allowed)
        except NoData as reason:
            return _line(503, error=str(reason))
        except EtlError as reason:
            return _line(500, error=str(reason))
        except Exception:
            logging.getLogger("dashboard").exception("address %s", request.url.path)
            return _line(500, error="This could not be answered; the reason stands in the server's log.")

    return guarded


def _table(table: str, ending: str) -> Callable[[Request], Response]:
    media, write = FORMATS[ending]

    @_guarded
    def answer(request: Request) -> Response:
        wanted = asked(table, request.url.query)
        if ending == "xlsx":
            _fits_excel(wanted, table)
        heads = _heads(wanted.view)
        # A browser shows JSON, and saves the rest.
        how = "inline" if ending == "json" else "attachment"
        heads["Content-Disposition"] = f'{how}; filename="{table}-{wanted.view.load.on}.{ending}"'
        if unchanged := _unchanged(request, heads):
            return unchanged
        if request.method == "HEAD":
            return _bare(200, heads, media)
        parts = write(table, _begun(_ahead(batches(wanted, table, _base(request)))), wanted.view.load.on)
        if ending in WORDY and "zstd" in request.headers.get("Accept-Encoding", ""):
            parts, heads = _packed(parts), heads | {"Content-Encoding": "zstd", "Vary": "Accept-Encoding"}
        return StreamingResponse(_sent(parts), headers=heads, media_type=media)

    return answer


def _fits_excel(wanted: Asked, table: str) -> None:
    rows = count(wanted, table)
    if rows > EXCEL_ROWS:
        raise BadRequest(
            "limit",
            f"{rows:,} rows are more than an Excel sheet holds ({EXCEL_ROWS:,}): take {table}.csv or {table}.parquet, or a limit",
            f"1 to {EXCEL_ROWS}",
        )


def _begun(rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows, the first of them read: what goes wrong there is told before anything is sent."""
    for first in rows:
        return chain([first], rows)
    return rows


def _ahead(rows: Generator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows: while some are written, the next are made."""
    with closing(rows), ThreadPoolExecutor(1) as maker:
        coming = maker.submit(next, rows, None)
        while (some := coming.result()) is not None:
            coming = maker.submit(next, rows, None)
            yield some


def _packed(parts: Generator[bytes]) -> Generator[bytes]:
    """Parts as whoever takes zstd may have them: Streamlit's own gzip takes longer for a large file than all else together."""
    packer = ZstdCompressor(level=1, threads=1).compressobj()
    with closing(parts):
        yield from filter(None, map(packer.compress, parts))
    yield packer.flush()


async def _sent(parts: Generator[bytes]) -> AsyncIterator[bytes]:
    try:
        async for part in iterate_in_threadpool(parts):
            yield part
    finally:
        # Whoever goes away before the end lets go of the data's version, too.
        parts.close()


def _description(name: str) -> Callable[[Request], Response]:
    @_guarded
    def answer(request: Request) -> Response:
        wanted = asked(name.partition(".")[0], request.url.query, counted=("limit",) if name == "feed.xml" else ())
        if (wanted.limit or 0) > MOST:
            raise BadRequest("limit", f"limit “{wanted.limit}”: the feed has {MOST:,} entries at most", f"1 to {MOST}")
        heads = _heads(wanted.view)
        if unchanged := _unchanged(request, heads):
            return unchanged
        base = _base(request)
        if name == "feed.xml":
            body = feed(wanted, base)
        else:
            described = {"datapackage.json": datapackage, "dataset.jsonld": dataset}[name](wanted, base)
            body = (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()
        return Response(body, headers=heads, media_type=DESCRIBED[name])

    return answer


@_guarded
def _nothing(request: Request) -> Response:
    return _line(404, error="there is no such address", allowed=[f"{base_path()}/api/{name}" for name in NAMES])


def _heads(view: View) -> dict[str, str]:
    version = f"{view.snapshot.store}.{view.load.number}-{view.snapshot.min_confidence:g}-{_COLUMNS}"
    return {"ETag": f'W/"{version}"', "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}


def _unchanged(request: Request, heads: dict[str, str]) -> Response | None:
    """304 when the asker has this version of the data already."""
    held = {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}
    known = heads["ETag"].removeprefix("W/") in held or "*" in held
    return _bare(304, heads) if known else None


def _bare(status: int, heads: dict[str, str], media: str | None = None) -> Response:
    """Heads alone. A length would be the one of what is not sent, which nobody knows before it is written."""
    answer = Response(status_code=status, headers=heads, media_type=media)
    del answer.headers["content-length"]
    return answer
