"""Where a vendor is: countries by what the latest reports of their operators say. Selections in, countries out.

A trial does not undo a choice, so it counts only where an operator neither chose nor shut out the vendor. A country of
which no report is known is not in the answer: that is not to say that the vendor is not there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pandas as pd

from dashboard.records import Record, records

STATES = ("in", "out", "mixed", "tried")
_SAYS = {
    "selected": "in", "incumbent": "in", "removed": "out", "excluded": "out", "trial": "tried", "shortlisted": "tried",
}  # fmt: skip


@dataclass(frozen=True)
class Country:
    """A country. code: ISO 3166-1 alpha-2; state: one of STATES; rows: what each operator's state stands on, latest first."""

    code: str
    state: str
    rows: tuple[Record, ...]


def presence(selections: pd.DataFrame) -> list[Country]:
    """The countries of one vendor's selections (the latest first), those with most operators first."""
    operators: defaultdict[tuple, list[Record]] = defaultdict(list)
    for row in records(selections):
        if row["country"]:
            operators[row["country"], row["operator"] or (row["story"], row["operator_text"])].append(row)
    countries: defaultdict[str, list[Record]] = defaultdict(list)
    for (country, _), rows in operators.items():
        countries[country] += _standing(rows)
    found = [Country(code, _state(rows), tuple(rows)) for code, rows in countries.items()]
    return sorted(found, key=lambda country: (-len(country.rows), country.code))


def _standing(rows: list[Record]) -> list[Record]:
    """The decisions of one operator that still stand: of its latest day of choosing or shutting out, else of its latest trial."""
    settled = [row for row in rows if _SAYS[row["decision"]] != "tried"] or rows
    return [row for row in settled if row["happened"] == settled[0]["happened"]]


def _state(rows: list[Record]) -> str:
    said = {_SAYS[row["decision"]] for row in rows}
    if {"in", "out"} <= said:
        return "mixed"
    return next(state for state in ("in", "out", "tried") if state in said)
