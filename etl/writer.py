"""The one writer at work on what the app asked for: requests in their order, one load, one publication, an answer to each.

A request is answered when readers can see what it did. A writer that is cut off before leaves it waiting, and the next one finds by its
id what was done already: each counts once.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from etl import requests
from etl.requests import Answer, Request, Review
from etl.reviews import Made, written_id
from etl.store import Store, StoreError, open_store
from etl.store_file import BusyStore

PAUSE = 0.2  # seconds between looks at a store that another process writes


def work(warehouse: Path, patience: float = 0.0) -> int:
    """Do what waits; how many requests were answered.

    patience: how long to wait for another writer, seconds; that one does what waits, too. Raises StoreError.
    """
    until = time.monotonic() + patience
    while any(True for _ in requests.waiting(warehouse)):
        try:
            with open_store(warehouse, datetime.now(UTC).replace(tzinfo=None, microsecond=0)) as store:
                return drain(store, warehouse)
        except BusyStore:
            if time.monotonic() > until:
                raise
            time.sleep(PAUSE)
    return 0


def drain(store: Store, warehouse: Path) -> int:
    """Do what waits in an open store and show it to readers; how many requests were answered.

    What a run has loaded so far is shown with it: a person who corrects a fact does not wait for the rest.
    """
    answers = []
    for request in requests.waiting(warehouse):
        try:
            with store.transaction():
                answers.append(_done(store, request))
        except (StoreError, ValidationError, ValueError) as error:
            answers.append(Answer(id=request.id, state="refused", line=_in_one_line(error)))
    if answers:
        store.publish(_told(answers))
    for one in answers:
        load = store.published_load() if one.state == "done" else None
        requests.answer(warehouse, one.model_copy(update={"load": load}))
    return len(answers)


def _done(store: Store, request: Request) -> Answer:
    asks = request.asks
    if isinstance(asks, Review):
        return _review(store, request, asks)
    return Answer(id=request.id, state="refused", line="this program cannot do that yet")


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
    if not before and not newest and asks.action != "write":
        raise StoreError("the fact is not there any more: its article was read anew")
    if newest and asks.action != "write":
        before = before or newest.before
    at = request.at.replace(tzinfo=None, microsecond=0)
    store.review(
        Made(
            request.id, at, request.who, asks.action, fact_id, asks.article_id, asks.kind, before, asks.after, asks.why
        )
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
