"""What a request asks for: the view it is asked of, and how many rows. Whatever means nothing is refused, with what is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import get_args
from urllib.parse import parse_qs

from dashboard.data import published_path
from dashboard.filters import LABELS, MANY, Filters, parsed, short
from dashboard.known import Known, known_to
from dashboard.sql import ASKS, KINDS, fits
from dashboard.view import View, opened, viewed_load
from etl import facts

TABLES = {table: kind for kind, table in KINDS.items()}
_OF_FACTS = ("publisher", "min_confidence")
_OF_FEED = ("kind", "q")  # which choose among facts of all kinds, and by their articles
_OF_ARTICLES = ("company", "operator", "market", "region", "since", "until", "publisher", "q", "min_confidence")
_ALLOWED: dict[str, object] = {
    "market": get_args(facts.Market),
    "region": (*facts.REGIONS, "a country's two letters"),
    "country": "a country's two letters, or EU",
    "generation": get_args(facts.Generation),
    "metric": get_args(facts.Metric),
    "status": get_args(facts.Status),
    "decision": get_args(facts.Decision),
    "kind": facts.KINDS,
    "since": "YYYY, YYYY-Qn, YYYY-Hn, YYYY-MM or YYYY-MM-DD",
    "until": "YYYY, YYYY-Qn, YYYY-Hn, YYYY-MM or YYYY-MM-DD",
    "min_confidence": "0 to 1",
    "offset": "0 to 9999999",
    "v": "STORE.LOAD, as in a copied frozen link",
}
NAMED = 8  # names of companies that a refusal offers


class BadRequest(Exception):
    """A request that cannot be answered. parameter: which part of it; allowed: what may stand there."""

    def __init__(self, parameter: str, error: str, allowed: object) -> None:
        super().__init__(error)
        self.parameter, self.error, self.allowed = parameter, error, allowed


@dataclass(frozen=True)
class Asked:
    """A view, and which of its rows: from the view's offset, at most `limit` (None: all)."""

    view: View
    limit: int | None = None


def filters_of(what: str) -> tuple[str, ...]:
    """The filters that an address takes: of a table, of the feed, or (any other) of all kinds of fact."""
    if what == "articles":
        return _OF_ARTICLES
    kinds = [TABLES[what]] if what in TABLES else list(KINDS)
    taken = {name for kind in kinds for name in ASKS[kind]} | set(_OF_FACTS) | set(_OF_FEED if what == "feed" else ())
    return tuple(field.name for field in fields(Filters) if field.name in taken)


def tables_with(filters: Filters) -> list[str]:
    """The tables of facts that have what every filter asks for."""
    return [table for table, kind in TABLES.items() if fits(kind, filters)]


def asked(what: str, query: str, *, counted: tuple[str, ...] = ("limit", "offset")) -> Asked:
    """What a query string asks of an address. counted: which of limit and offset the address takes.

    Raises BadRequest for whatever means nothing there, NoData when there is nothing to ask.
    """
    given = _given(query, (*filters_of(what), *counted, "v"))
    limit = _limit(given.pop("limit", []))
    database = opened(published_path())
    snapshot = database.snapshot()
    known = known_to(database, snapshot, given.get("v", [None])[-1])
    filters, refused = parsed(given, known.names, known.allowed)
    for one in refused:
        raise BadRequest(one.name, f"{one.name} “{short(one.value or '')}”: {one.why}", _allowed(one.name, known))
    versions = [f"{snapshot.store}.{load.number}" for load in snapshot.loads]
    if filters.v is not None and filters.v not in versions:
        raise BadRequest("v", f"v “{filters.v}”: this database has no such load", versions[-NAMED:])
    return Asked(View(database, snapshot, viewed_load(snapshot, filters.v), filters, known.names), limit)


def _given(query: str, taken: tuple[str, ...]) -> dict[str, list[str]]:
    try:
        given = parse_qs(query, keep_blank_values=True, max_num_fields=500, errors="strict")
    except ValueError:
        raise BadRequest("query", "the query is too long, or is not UTF-8", sorted(taken)) from None
    for name, values in given.items():
        if name not in taken:
            known = name in LABELS
            why = "is no filter of this address" if known else "is no parameter"
            raise BadRequest(short(name), f"“{short(name)}” {why}", sorted(taken))
        if name not in MANY and len(values) > 1:
            raise BadRequest(name, f"{name} is given {len(values)} times", "one value")
        if any("\0" in value for value in values):
            raise BadRequest(name, f"{name} has a character that no text has (U+0000)", "text")
    return given


def _limit(values: list[str]) -> int | None:
    if not values:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", values[0]) or not int(values[0]):
        raise BadRequest("limit", f"limit “{short(values[0])}”: want a number of rows", "1 to 999999999")
    return int(values[0])


def _allowed(name: str, known: Known) -> object:
    """What a parameter takes, in words or, where they are few, as a list."""
    if name not in ("company", "operator", "publisher"):
        return _ALLOWED.get(name, "text")
    first = [one if name == "publisher" else known.names.key(one) for one in known.held[name][:NAMED]]
    return [*first, "…"] if len(known.held[name]) > NAMED else first
