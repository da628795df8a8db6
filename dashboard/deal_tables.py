"""The ledger of deals and the legend of their kinds. Every deal leads to its evidence."""

from __future__ import annotations

import pandas as pd

from dashboard import evidence, tables, theme
from dashboard.charts.ties import KINDS
from dashboard.escape import for_html
from dashboard.tables import SHAPES, Column, number_link, quote_cell, said_by, when_cell, who
from dashboard.view import View

STATES = {"done": "", "proposed": "proposed", "cancelled": "cancelled"}
DASHES = {"solid": "───", "longdash": "— —", "dashdot": "–·–", "dash": "- - -", "dot": "·····"}


def columns(view: View) -> list[Column]:
    """Columns of the ledger."""

    def deal(row: pd.Series) -> str:
        state = STATES[row["state"]]
        tag = f' <span class="vt-tag">{state}</span>' if state else ""
        return number_link(row, KINDS[row["deal"]][0], view.filters) + tag

    def worth(row: pd.Series) -> str:
        money = theme.amount(row["value"], None, row["unit"]) if evidence.told(row["value"]) else ""
        stake = f"{theme.number(row['stake_percent'])}% stake" if evidence.told(row["stake_percent"]) else ""
        told = "<br>".join(number_link(row, words, view.filters) for words in (money, stake) if words)
        return f'<span class="vt-num">{told}</span>' if told else '<span class="vt-soft">not told</span>'

    return [
        Column("When", when_cell, "vt-when"),
        Column("Parties", lambda row: "<br>".join(who([party], view) for party in row["parties"])),
        Column("Deal", deal),
        Column("Worth", worth),
        Column("The words that state it", quote_cell, "vt-quote"),
        Column("Confidence", said_by, "vt-right"),
    ]


def legend() -> str:
    """HTML of which mark and dash stand for which kind of deal."""
    parts = [
        f'<span><span aria-hidden="true" class="vt-key" style="color:{colour}">{SHAPES[symbol]} {DASHES[dash]}</span> '
        f"{for_html(words)}</span>"
        for words, colour, dash, symbol in KINDS.values()
    ]
    return tables.legend(parts)
