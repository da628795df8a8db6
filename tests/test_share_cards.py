"""A card of shares: each company once, its several values as one range that leads to all of them, and of how many companies it is."""

from __future__ import annotations

import re

from dashboard import cards, queries
from dashboard.charts import panels
from dashboard.names import country_names
from tests.small_market import Market
from tests.test_pages import opened, words
from tests.views import view_of

LEVEL = {"period": "2019", "attributed_to": "Omdia", "companies": ["Samsung"]}


def card_of(home, *rows: dict) -> tuple[str, dict[str, list[str]]]:
    """The card of these shares as words, and where each link in it leads."""
    market = Market(home)
    market.load("2024-06-01")
    article = market.article("news", "Samsung: 15.0 percent or 23.4%.", "2020-01-15", "Light Reading")
    ids = [market.fact("figures", article, "15.0 percent or 23.4%", **(LEVEL | row)) for row in rows]
    view = view_of(market.publish())
    (panel,) = panels.panels(queries.shares(view), country_names())
    card = cards.share_card(panel, view)
    links = dict(re.findall(r'<a href="([^"]*)">([^<]*)</a>', card))
    return re.sub("<[^>]+>", " ", card), {
        said: [n for n, one in enumerate(ids) if one in link] or [link] for link, said in links.items()
    }


def test_several_values_of_a_company_are_one_range_that_leads_to_them(tmp_path):
    said, links = card_of(tmp_path, {"value": 23.4}, {"value": 15}, {"value": 27, "companies": ["Nokia"]})
    assert " ".join(said.split()).endswith("Nokia 27% Samsung 15.0 – 23.4% , 2 values")
    assert (links["15.0"], links["23.4%"], links["27%"]) == ([1], [0], [2])
    (all_,) = links["2 values"]
    assert all_.startswith("./market-share?") and "company=samsung" in all_ and "market=telecom_equipment" in all_


def test_a_range_counts_with_both_its_ends(tmp_path):
    said, links = card_of(tmp_path, {"value": 15, "value_high": 23.4}, {"value": 16})
    assert "15.0–23.4% , 2 values" in " ".join(said.split()) and links["15.0–23.4%"] == [0]


def test_a_card_says_of_how_many_companies_it_shows_five(tmp_path):
    rows = [{"value": n + 1, "companies": [f"Vendor {n}"]} for n in range(14)]
    said, _ = card_of(tmp_path / "many", *rows)
    assert "Vendor 13" in said and "Vendor 8" not in said and "5 of 14" in said
    said, _ = card_of(tmp_path / "five", *rows[:5], rows[0] | {"value": 1.5})
    assert " of 5" not in said and "Vendor 0" in said


def test_a_target_in_a_card_is_called_a_target(tmp_path):
    said, _ = card_of(tmp_path, {"value": 20, "period": "2030", "status": "target"})
    assert "20% target" in said


def test_the_overview_groups_the_values_of_a_company(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2024-06-01")
    article = market.article("news", "They hold it.", "2020-01-15", "Light Reading")
    for value, told in ((30, {}), (15, {"market": "ran"}), (23.4, {"market": "ran"})):
        market.fact("figures", article, "hold it", value=value, **(LEVEL | told))
    for company in ("Nokia", "NEC"):
        market.fact("figures", article, "hold it", value=10, **(LEVEL | {"companies": [company]}))
    market.publish()
    assert ">2 values</a>" in words(opened())
