"""Filters: what an address says about a view, and back. The address is the whole state of a page.

Streamlit's own binding of widgets writes labels into the address and drops what it does not know in silence; here an
address carries the registry's keys, every bad value is told, and back and forward go through filter changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import get_args

from dashboard import theme
from dashboard.names import Names, country_names
from etl import facts

SHARED = ("company", "market", "region", "since", "until", "publisher", "min_confidence")
MANY = (
    "company",
    "operator",
    "market",
    "region",
    "country",
    "generation",
    "metric",
    "status",
    "decision",
    "kind",
    "publisher",
)
# What a page looks at, beside its filters.
FOCUS = ("article", "fact", "start", "end", "offset", "more", "chart", "v")
STREAMLITS = ("embed", "embed_options")


@dataclass(frozen=True)
class Filters:
    """What a page shows. Empty or None: no filter. Companies and operators by key, periods as the guide writes them.

    start, end: words of the article's text as it is shown, in code points; both 0: none.
    """

    company: tuple[str, ...] = ()
    operator: tuple[str, ...] = ()
    market: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    generation: tuple[str, ...] = ()
    metric: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    decision: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    q: str | None = None
    min_confidence: float | None = None
    article: str | None = None
    fact: str | None = None
    start: int = 0
    end: int = 0
    offset: int = 0
    more: str | None = None
    chart: str | None = None
    v: str | None = None

    def only(self, names: Iterable[str]) -> Filters:
        """These filters alone, at what they are; all others off."""
        return replace(Filters(), **{name: getattr(self, name) for name in names})

    def narrowing(self) -> tuple[str, ...]:
        """The names of the filters that are set, apart from what a page looks at."""
        blank = Filters()
        return tuple(
            f.name for f in fields(self) if f.name not in FOCUS and getattr(self, f.name) != getattr(blank, f.name)
        )


def to_query(filters: Filters) -> list[tuple[str, str]]:
    """The address's parameters for these filters, in a fixed order, defaults left out."""
    blank, query = Filters(), []
    for field in fields(filters):
        value = getattr(filters, field.name)
        if value == getattr(blank, field.name):
            continue
        values = value if isinstance(value, tuple) else [value]
        query += [(field.name, f"{one:g}" if isinstance(one, float) else str(one)) for one in values]
    return query


@dataclass(frozen=True)
class Refused:
    """A parameter of an address that means nothing. value None: there is no such parameter. why: what is wanted."""

    name: str
    value: str | None = None
    why: str = ""


def parsed(
    query: Mapping[str, list[str]], names: Names, known: Mapping[str, Iterable[str]]
) -> tuple[Filters, list[Refused]]:
    """The filters that an address asks for, and what in it means nothing.

    known: what the data holds of companies, operators and publishers (canonical names), by parameter.
    """
    found: dict[str, object] = {}
    refused: list[Refused] = []
    for name, values in query.items():
        if name in STREAMLITS:
            continue
        if name not in Filters.__dataclass_fields__:
            refused.append(Refused(name))
            continue
        read = _READERS.get(name) or _lookup(name, names, known)
        good = []
        for value in dict.fromkeys(values):
            try:
                good.append(read(value))
            except ValueError as error:
                refused.append(Refused(name, value, str(error)))
        if name in MANY:
            found[name] = tuple(dict.fromkeys(good))
        elif good:
            found[name] = good[-1]
    return Filters(**found), refused


def from_query(
    query: Mapping[str, list[str]], names: Names, known: Mapping[str, Iterable[str]]
) -> tuple[Filters, list[str]]:
    """The filters that an address asks for, and a line for each value in it that means nothing. known: as in `parsed`."""
    filters, refused = parsed(query, names, known)
    return filters, [
        f"“{short(one.name)}” is no filter here and was ignored"
        if one.value is None
        else f"{one.name} “{short(one.value)}” was ignored: {one.why}"
        for one in refused
    ]


def short(words: str) -> str:
    """Words of an address, cut to what fits a line."""
    return words if len(words) <= 60 else f"{words[:60]}…"


def _lookup(name: str, names: Names, known: Mapping[str, Iterable[str]]) -> Callable[[str], str]:
    # An operator has a page as other companies do.
    kinds = ("company", "operator") if name == "company" else (name,)
    keys = {names.key(held) if name != "publisher" else held for kind in kinds for held in known.get(kind, ())}
    folded = {key.casefold(): key for key in keys}

    def read(value: str) -> str:
        key = names.resolve(value) if name != "publisher" else None
        if key or value in keys:
            return key or value
        if value.casefold() in folded:
            return folded[value.casefold()]
        raise ValueError(f"no {name} of that name is known")

    return read


def _one_of(allowed: Iterable[str], folded: Callable[[str], str] = str.lower) -> Callable[[str], str]:
    values = tuple(allowed)

    def read(value: str) -> str:
        if folded(value) in values:
            return folded(value)
        told = ", ".join(values) if len(values) < 12 else f"want one like {', '.join(values[:4])}"
        raise ValueError(told if told.startswith("want") else f"want one of {told}")

    return read


def _region(value: str) -> str:
    if value.lower() in facts.REGIONS:
        return value.lower()
    return _country(value)


def _country(value: str) -> str:
    if value.upper() in country_names() or value.upper() == "EU":
        return value.upper()
    raise ValueError("want a region like europe, or a country's two letters like JP")


def _period(value: str) -> str:
    facts.period_span(value)
    return value


def _confidence(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1
    if not 0 <= number <= 1:
        raise ValueError("want a number from 0 to 1")
    return round(number, 4)


def _count(value: str) -> int:
    if not re.fullmatch(r"\d{1,7}", value):
        raise ValueError("want a row number")
    return int(value)


def _id(value: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{4,64}", value):
        raise ValueError("want an id of 16 digits and letters a-f")
    return value


def _chart(value: str) -> str:
    if not re.fullmatch(r"[a-z_0-9]{1,40}", value):
        raise ValueError("want the name of a chart, as share_chart_1")
    return value


def _version(value: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{1,32}\.\d{1,9}", value):
        raise ValueError("want STORE.LOAD, as in a copied frozen link")
    return value


_READERS: dict[str, Callable[[str], object]] = {
    "market": _one_of(get_args(facts.Market)),
    "region": _region,
    "country": _country,
    "generation": _one_of(get_args(facts.Generation), str.upper),
    "metric": _one_of(get_args(facts.Metric)),
    "status": _one_of(get_args(facts.Status)),
    "decision": _one_of(get_args(facts.Decision)),
    "kind": _one_of(facts.KINDS),
    "since": _period,
    "until": _period,
    "q": lambda value: value[:200],
    "min_confidence": _confidence,
    "start": _count,
    "end": _count,
    "offset": _count,
    "more": _one_of(("charts",)),
    "chart": _chart,
    "article": _id,
    "fact": _id,
    "v": _version,
}

LABELS = {
    "company": "Company",
    "operator": "Operator",
    "market": "Market",
    "region": "Region or country",
    "country": "Country",
    "generation": "Generation",
    "metric": "Metric",
    "status": "Status",
    "decision": "Decision",
    "kind": "Kind",
    "publisher": "Publisher",
    "since": "Since",
    "until": "Until",
    "q": "Words",
    "min_confidence": "Least confidence",
}


def in_words(name: str, value: str, names: Names) -> str:
    """A filter's value as people say it."""
    if name in ("company", "operator"):
        return names.name(value)
    if name in ("region", "country"):
        return theme.place(value, country_names())
    if name == "kind":
        return value.capitalize()
    if name == "min_confidence":
        return f"{float(value):.0%}"
    if name in ("since", "until"):
        return theme.day(value)
    return theme.word(name, str(value))
