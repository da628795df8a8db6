"""Figures from tables: rows of cells, a header that tells what the columns hold, and the words above that tell the rest."""

from __future__ import annotations

import re

from etl.extract import attributes
from etl.extract.context import Context
from etl.extract.figures import credited_to, market_and_region
from etl.extract.periods import find_periods
from etl.extract.quantities import Quantity, find_quantities
from etl.facts import Figure

_SHARE = re.compile(r"share|%|percent|per cent|pct", re.I)
_CONTRACTS = re.compile(r"contract|deal|agreement|win", re.I)
_NETWORKS = re.compile(r"network", re.I)
# A word of a column's header that does not tell what the column counts.
_SAYS_NOTHING = re.compile(
    r"number|total|count|no|of|today|now|latest|end|mid|[QH][1-4]|FY\d*|20\d\d|\d\d?|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*",
    re.I,
)
_OUT_OF_SCOPE = re.compile(r"subscri|smartphone|handset|\bphones?\b|tablet|margin", re.I)
_OF_ONE_BUYER = re.compile(r"\b(?:contract|award|tender|order|lot|deal|bid)s?\b", re.I)
_NOT_A_LEVEL = re.compile(r"change|growth|y/y|yoy|rank|\bpts?\b|points|\+/-|difference", re.I)


def read_tables(context: Context) -> list[Figure]:
    """Every figure in a table's cells: one for each row that names a vendor and column that holds shares or counts."""
    found: list[Figure] = []
    header: list[str] = []
    previous = -2
    for number, sentence in enumerate(context.sentences):
        if sentence.kind != "row":
            continue
        cells = [context.text[s:e] for s, e in sentence.cells]
        vendors = [m for m in context.mentions.get(number, []) if m.is_a("vendor") and m.how == "name"]
        if number != previous + 1 or not header:
            header = cells if not vendors else []
        previous = number
        if vendors and len(cells) > 1:
            found.extend(_row(context, number, header, vendors[0]))
        elif not vendors and not re.fullmatch(r"[\s|:\-]*", "".join(cells)):
            header = cells
    return found


def _row(context: Context, number: int, header: list[str], vendor) -> list[Figure]:
    sentence, above = context.sentences[number], _above(context, number)
    figures = []
    for column, (start, end) in enumerate(sentence.cells):
        if start <= vendor.start < end:
            continue
        quantity = _number(context.text[start:end])
        title = header[column] if column < len(header) else ""
        if quantity is None or _NOT_A_LEVEL.search(title):
            continue
        metric = _column_metric(quantity, title, above)
        if metric is None:
            continue
        periods = find_periods(title, context.published) or find_periods(above, context.published)
        market, region = market_and_region(context, number)
        names = attributes.markets(title) or attributes.markets(above)
        left, right = min(vendor.start, start), max(vendor.end, end)
        figures.append(
            Figure(
                quote=context.text[left:right],
                start=left,
                end=right,
                confidence=0.85,
                said={"companies": vendor.text, "value": context.text[start:end]},
                companies=list(vendor.names),
                metric=metric,
                status=_status(title, periods, context.published),
                value=quantity.value,
                value_high=quantity.value_high,
                unit="percent" if metric == "market_share" else "count",
                market=names[0] if names else market,
                generation=attributes.generation(title) or attributes.generation(above),
                region=attributes.region(f"{title} {above}", []) or region,
                period=periods[-1].period if periods else (context.published or "")[:7] or None,
                attributed_to=credited_to(context, number, "actual", list(vendor.names), metric)
                or _source_below(context, number),
            )
        )
    return figures


def _status(title: str, periods: list, published: str | None) -> str:
    if re.search(r"target|goal|aim", title, re.I):
        return "target"
    future = bool(periods and published and periods[-1].period[:4] > published[:4])
    return "forecast" if future or re.search(r"forecast|\d{4}[EF]\b|expected", title, re.I) else "actual"


def _number(cell: str) -> Quantity | None:
    quantities = find_quantities(cell)
    return quantities[0] if quantities and not quantities[0].points else None


def _column_metric(quantity: Quantity, title: str, above: str) -> str | None:
    if quantity.unit == "percent":
        other = _OUT_OF_SCOPE.search(f"{title} {above}") or _OF_ONE_BUYER.search(title)
        return None if other else "market_share"
    if not (quantity.bare or quantity.unit == "count"):
        return None
    for words in (title, above) if _says_nothing(title) else (title,):
        if _SHARE.search(words) and quantity.value <= 100:
            return "market_share"
        if _CONTRACTS.search(words):
            return "contracts"
        if _NETWORKS.search(words):
            return "networks"
    return None


def _says_nothing(title: str) -> bool:
    return all(_SAYS_NOTHING.fullmatch(word) for word in re.findall(r"\w+", title))


def _above(context: Context, number: int) -> str:
    """Caption, heading or lead-in: the words right above the table."""
    first = number
    while first > 0 and context.sentences[first - 1].kind == "row":
        first -= 1
    return " ".join(context.words(n) for n in range(max(0, first - 2), first) if context.sentences[n].kind != "chrome")


def _source_below(context: Context, number: int) -> str | None:
    """A "Source: ..." line may stand below the table."""
    last = number
    while last + 1 < len(context.sentences) and context.sentences[last + 1].kind == "row":
        last += 1
    for below in (last + 1, last + 2):
        hits = context.registry.find(context.words(below)) if re.match(r"\W*source", context.words(below), re.I) else []
        if hits:
            return hits[0].entity.name
    return None
