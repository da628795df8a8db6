"""The one writer at work on what the app asked for: requests in their order, one load, one publication, an answer to each.

A request is answered when readers can see what it did. A writer that is cut off before leaves it waiting, and the next one finds by its
id what was done already: each counts once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from etl import paths, requests
from etl.additions import AdditionError, Taker, waiting_additions
from etl.facts import with_defaults
from etl.loading import Ids, Reader, the_reader
from etl.naming import LATER, Namer, NamingError, take_name
from etl.own_names import OwnNamesError
from etl.requests import WAITING, Addition, Answer, Naming, Request, Review
from etl.reviews import Made, written_id
from etl.sources.raw import Raw
from etl.store import Store, StoreError, open_store
from etl.store_file import BusyStore

PAUSE = 0.2  # seconds between looks at a store that another process writes


def work(warehouse: Path, patience: float = 0.0, reader: Callable[[], Reader] = the_reader) -> int:
    """Do what waits; how many requests were answered.

    patience: how long to wait for another writer, seconds; that one does what waits, too. reader: of added documents.
    Raises StoreError, RawError when a document cannot be kept.
    """
    until, answered, taker = time.monotonic() + patience, 0, None
    namer = Namer(reader, Raw(paths.raw()))
    while waiting := list(requests.waiting(warehouse)):
        if additions := waiting_additions(waiting):
            taker = taker or Taker(warehouse, Raw(paths.raw()), reader())
            for one in additions:
                taker.read(one)
        knows = namer.now or (taker and taker.reader)
        try:
            with open_store(warehouse, _now(), knows and knows.versions, brief=True) as store:
                done = drain(store, warehouse, taker, namer)
        except BusyStore:
            if time.monotonic() > until:
                raise
            time.sleep(PAUSE)
            continue
        answered += done
        if not done and not namer.read():
            break
    requests.sweep(warehouse)
    return answered


def drain(store: Store, warehouse: Path, taker: Taker | None = None, namer: Namer | None = None) -> int:
    """Do what waits in an open store and show it to readers; how many requests were answered.

    What a run has loaded so far is shown with it: a person who corrects a fact does not wait for the rest. taker: takes documents in;
    without it these wait on. namer: has the articles of a new name read again; without it the next run does that.
    """
    answers, files = [], []
    for request in requests.waiting(warehouse):
        if isinstance(request.asks, Addition):
            if taker is None:
                continue
            files.append(request.asks.file)
        try:
            with store.transaction():
                told = _done(store, request, taker, namer)
            answers += [told] if told else []
        except (StoreError, ValidationError, ValueError, AdditionError, NamingError, OwnNamesError) as error:
            answers.append(Answer(id=request.id, state="refused", line=_in_one_line(error)))
    if answers:
        store.publish(_told(answers))
    for one in answers:
        load = store.published_load() if one.state == "done" else None
        requests.answer(warehouse, one.model_copy(update={"load": load}))
    for file in files:
        requests.kept_file(warehouse, file).unlink(missing_ok=True)
    return len(answers)


def taker_of_run(warehouse: Path, reader: Reader, ids: Ids) -> Taker:
    """What takes documents in while a run goes on. ids: those that the run gives."""
    return Taker(warehouse, Raw(paths.raw()), reader, ids)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def _done(store: Store, request: Request, taker: Taker | None, namer: Namer | None) -> Answer | None:
    """Do what a request asks for; None when it is not done yet."""
    asks = request.asks
    if isinstance(asks, Review):
        return _review(store, request, asks)
    if isinstance(asks, Naming):
        if namer:
            namer.begin(store, request)
            return namer.answer(store, request)
        named = take_name(paths.names(), asks, request.adder)
        return Answer(id=request.id, state="done", line=f"{named.line}; {LATER}")
    return taker.take(store, request)


def _review(store: Store, request: Request, asks: Review) -> Answer:
    fact_id = asks.fact_id or written_id(asks.article_id, asks.kind, asks.after)
    told = {"id": request.id, "article_id": asks.article_id, "fact_id": fact_id}
    if store.reviews.knows(request.id):
        return Answer(**told, state="done", line="written")
    newest = store.reviews.newest(fact_id)
    if newest and newest.review_id != asks.seen:
        line = f"{newest.who} said {newest.action} of this fact on {newest.at:%Y-%m-%d %H:%M} UTC: look at that first"
        return Answer(**told, state="conflict", line=line)
    before = store.fact(asks.kind, fact_id) or {}
    if not before and not newest and asks.action not in ("write", "dismiss"):
        raise StoreError("the fact is not there any more: its article was read anew")
    if newest and asks.action != "write":
        before = before or newest.before
    at, after = request.at.replace(tzinfo=None, microsecond=0), asks.after
    after = after if asks.kind in WAITING else with_defaults(asks.kind, after)
    store.review(
        Made(request.id, at, request.who, asks.action, fact_id, asks.article_id, asks.kind, before, after, asks.why)
    )
    return Answer(**told, state="done", line="written")


def _told(answers: list[Answer]) -> str:
    done = sum(one.state == "done" for one in answers)
    return f"{done} request{'s' * (done != 1)} of the app"


def _in_one_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        fault = error.errors()[0]
        return f"{'.'.join(map(str, fault['loc'][1:])) or 'the fact'}: {fault['msg']}"
    return " ".join(str(error).split())
