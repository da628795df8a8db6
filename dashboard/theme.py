"""Colours and marks of companies, words for codes, and how numbers and dates are written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

# One family: three deep, three light, each 3:1 or more against the light and the dark background. In the common colour
# blindnesses any two of them stay 22 apart in CIELAB, as light and dark where the hue is lost (a test simulates them).
BRICK, BLUE, PLUM = "#B54836", "#3263B9", "#A24786"
SAGE, CYAN, GOLD = "#749D71", "#049FC4", "#B98C28"
GREY = "#7A7F87"
# A company keeps its colour and its mark everywhere. The colours of the smaller ones are near to others for some eyes (10
# apart at the least), so charts never tell a company by colour alone: its mark is its own, or its name stands beside.
COMPANY = {
    "Huawei": (BRICK, "circle"),
    "Ericsson": (BLUE, "square"),
    "Nokia": (SAGE, "diamond"),
    "ZTE": (PLUM, "triangle-up"),
    "Samsung": (CYAN, "star"),
    "NEC": (GOLD, "hexagon"),
    "Cisco": ("#B16E55", "pentagon"),
    "Fujitsu": ("#AC4B5C", "triangle-down"),
    "Mavenir": ("#746800", "cross"),
    "Rakuten Symphony": ("#A58E4C", "x"),
    "Ciena": ("#3A7A65", "bowtie"),
    "Juniper": ("#A06FA8", "hourglass"),
}
_OTHERS = (GREY, "#93695F", "#667C94", "#6F8067", "#87718F", "#8F7A55")
_OTHER_MARKS = (
    "circle",
    "square",
    "diamond",
    "triangle-up",
    "triangle-down",
    "pentagon",
    "hexagon",
    "star",
    "cross",
    "x",
)
JOINT = (GREY, "asterisk-open")

KIND_COLOUR = {"figure": BLUE, "selection": SAGE, "deal": PLUM, "restriction": BRICK}
DECISION = {
    "selected": ("Selected", SAGE, "circle"),
    "incumbent": ("Incumbent", BLUE, "square"),
    "trial": ("Trial", GOLD, "diamond"),
    "shortlisted": ("Shortlisted", CYAN, "triangle-up"),
    "removed": ("Removed", BRICK, "x"),
    "excluded": ("Excluded", PLUM, "cross"),
}

MARKET = {
    "telecom_equipment": "Telecom equipment",
    "ran": "Radio access (RAN)",
    "open_ran": "Open RAN",
    "core": "Core",
    "transport": "Transport",
    "small_cells": "Small cells",
    "private_networks": "Private networks",
}
REGION = {
    "global": "World",
    "global_ex_china": "World without China",
    "europe": "Europe",
    "asia_pacific": "Asia-Pacific",
    "north_america": "North America",
    "latin_america": "Latin America",
    "middle_east_africa": "Middle East and Africa",
}
METRIC = {
    "market_share": "Market share",
    "contracts": "Contracts",
    "networks": "Live networks",
    "shipments": "Radios shipped",
    "revenue": "Revenue",
}
STATUS = {"actual": "Actual", "target": "Target", "forecast": "Forecast"}
ACTION = {
    "ban": "Ban",
    "phase_out": "Phase-out",
    "limit": "Limit",
    "designate": "Designated a risk",
    "allow": "Allowed",
    "consider": "Under discussion",
}
DEAL = {
    "investment": "Investment",
    "acquisition": "Acquisition",
    "divestment": "Divestment",
    "joint_venture": "Joint venture",
    "partnership": "Partnership",
}
# What the codes of a fact's fields are called.
CODES = {
    "market": MARKET,
    "scope": MARKET,
    "metric": METRIC,
    "status": STATUS,
    "decision": {code: words for code, (words, *_) in DECISION.items()},
    "deal": DEAL,
    "action": ACTION,
    "state": {"done": "Done", "proposed": "Proposed", "cancelled": "Cancelled"},
    "qualifier": {"exact": "Exact", "about": "About", "over": "Over", "under": "Under"},
}
QUALIFIER = {"about": "about ", "over": "over ", "under": "under "}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def company_style(companies: list[str] | tuple[str, ...]) -> tuple[str, str]:
    """Colour and Plotly marker of a company, always the same; of several together, one grey."""
    if len(companies) > 1:
        return JOINT
    name = companies[0]
    if name in COMPANY:
        return COMPANY[name]
    digest = hashlib.sha256(name.encode()).digest()
    return _OTHERS[digest[0] % len(_OTHERS)], f"{_OTHER_MARKS[digest[1] % len(_OTHER_MARKS)]}"


def word(field: str, code: str) -> str:
    """What the code of a fact's field is called; whatever is no code, as it stands."""
    return CODES.get(field, {}).get(code, code)


def together(companies: list[str] | tuple[str, ...]) -> str:
    """The name that a figure's companies go by: one, or their sum."""
    return " + ".join(companies)


def number(value: float) -> str:
    """A number as precisely as its source gave it: 37.8, 15, 0.7."""
    return f"{value:,.10g}" if value == value else ""


def amount(value: float, high: float | None, unit: str, qualifier: str = "exact") -> str:
    """A figure's value in words: "about 20-25%", "over 90", "JPY 64.5 billion"."""
    said = _scaled(value, unit)
    if high is not None and high == high:
        said = f"{said.removesuffix('%')}–{_scaled(high, unit).removeprefix(f'{unit} ')}"
    return f"{QUALIFIER.get(qualifier, '')}{said}"


def amount_of(row: Mapping) -> str:
    """A figure's value in words, from its row, with the decimals that its quote gives: 15.0% where that is written."""
    words = amount(row["value"], row["value_high"], row["unit"], row["qualifier"])
    if row["unit"] != "percent":
        return words
    for value in (row["value"], row["value_high"]):
        if value is not None and value == value:
            words = words.replace(number(value), _as_written(value, row["quote"]), 1)
    return words


def _as_written(value: float, quote: str) -> str:
    for decimals in (2, 1):
        written = f"{value:.{decimals}f}"
        if float(written) == value and re.search(rf"(?<![\d.,]){re.escape(written)}(?!\d)", quote):
            return written
    return number(value)


def _scaled(value: float, unit: str) -> str:
    if unit == "percent":
        return f"{number(value)}%"
    if unit == "count":
        return number(value)
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{unit} {number(value / size)} {word}"
    return f"{unit} {number(value)}"


def counted(count: int, what: str) -> str:
    """How many there are of what: "1 deal of these companies", "12 countries". what: in the plural, its noun first."""
    noun, *more = what.split(" ")
    if count == 1:
        noun = f"{noun.removesuffix('ies')}y" if noun.endswith("ies") else noun.removesuffix("s")
    return " ".join((f"{count:,}", noun, *more))


# A file of rows tells thousands of times of few days.
@lru_cache(maxsize=10_000)
def day(when: str | date | None) -> str:
    """A date or period for people: "26 Jun 2020", "Jun 2020", "Q3 2019", "H1 2020", "2030"."""
    if when is None or when != when or when == "":
        return "date not told"
    year, *rest = str(when)[:10].split("-")
    if not rest:
        return year
    if rest[0][0] in "QH":
        return f"{rest[0]} {year}"
    month = MONTHS[int(rest[0]) - 1]
    return f"{int(rest[1])} {month} {year}" if len(rest) > 1 else f"{month} {year}"


def place(code: str | None, countries: dict[str, str]) -> str:
    """A region or country in words; "not told" for None."""
    if not isinstance(code, str) or not code:
        return "not told"
    return REGION.get(code) or ("European Union" if code == "EU" else countries.get(code, code))


def basis(market: str, region: str, generation: str | None, countries: dict[str, str]) -> str:
    """What a share is a share of: "5G radio access (RAN) · World"."""
    words = MARKET.get(market, market)
    words = f"{generation} {words[0].lower()}{words[1:]}" if isinstance(generation, str) else words
    return f"{words} · {place(region, countries)}"


def source(publisher: str | None, published: str | None, is_brief: bool) -> str:
    """Who said it when, as `said_it` has who did."""
    return f"{said_it(publisher, is_brief)}, {day(published)}"


def said_it(publisher: str | None, is_brief: bool) -> str:
    """Who said it. Our own brief never passes for the publisher's words."""
    told = publisher if isinstance(publisher, str) and publisher else None
    return f"our brief, after {told or 'a publisher not told'}" if is_brief else told or "publisher not told"
