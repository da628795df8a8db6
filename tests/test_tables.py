"""Tables are read cell by cell, and only where header or caption say what the cells hold; phones are no network equipment."""

from __future__ import annotations

import pytest

from etl.extract.context import lay_out
from etl.extract.figures import of_phones, read_figures
from etl.extract.reader import registry
from etl.extract.tables import read_tables


def laid_out(text: str, title: str | None = None):
    return lay_out(text, title, "2022-03-01", registry())


def cells(text: str) -> set[tuple]:
    return {(f.companies[0], f.metric, f.value, f.period) for f in read_tables(laid_out(text))}


def test_shares_by_year_are_a_figure_for_each_cell() -> None:
    table = "Global RAN market share\nVendor | 2020 | 2021\nNokia | 15% | 14%\nSamsung | 4% | 6%"
    assert cells(table) == {
        ("Nokia", "market_share", 15, "2020"),
        ("Nokia", "market_share", 14, "2021"),
        ("Samsung", "market_share", 4, "2020"),
        ("Samsung", "market_share", 6, "2021"),
    }


def test_a_caption_says_what_a_column_of_dates_counts() -> None:
    assert cells("Commercial 5G contracts\nVendor | End 2021\nNokia | 200\nEricsson | 160") == {
        ("Nokia", "contracts", 200, "2021"),
        ("Ericsson", "contracts", 160, "2021"),
    }


@pytest.mark.parametrize(
    "table",
    [
        "Radio contracts by region\nSupplier | Districts\nNokia | 7\nEricsson | 12",
        "Who won what\nVendor | Share of contract\nNokia | 10%\nEricsson | 30%",
        "Smartphone market, 2021\nMaker | Share\nSamsung | 19%\nHuawei | 4%",
        "RAN market\nVendor | Change in share\nNokia | 2%\nEricsson | 1%",
    ],
)
def test_columns_that_hold_something_else_are_no_figures(table: str) -> None:
    assert not cells(table)


def test_a_share_of_phones_is_no_figure() -> None:
    context = laid_out(
        "Samsung sold most. It had 23% of the market, ahead of Huawei.", "Handset sales in the fourth quarter"
    )
    assert of_phones(context, 1)
    assert not read_figures(context)


def test_a_share_of_radio_equipment_beside_a_word_on_phones_is_one() -> None:
    text = "Samsung's phones are everywhere. Of the world's base station market it had 3% in 2021."
    assert not of_phones(laid_out(text), 1)
    assert [(f.companies, f.value) for f in read_figures(laid_out(text))] == [(["Samsung"], 3)]
