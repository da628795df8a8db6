"""What pages count is what their files hold: claims, each once; and a number that stands for all is no limit of a question."""

from __future__ import annotations

from functools import partial

import pytest

from dashboard import (
    article_queries,
    country_queries,
    decisions,
    quality,
    queries,
    review_queries,
    target_queries,
    theme,
)
from tests.small_market import Market
from tests.test_pages import opened, words
from tests.views import view_of

TEXT = "NTT bought 4.8 percent of NEC. Britain bans Huawei. BT uses Huawei. Huawei held 35 percent of Britain."


@pytest.fixture
def twice(tmp_path, monkeypatch):
    """One deal, one ban, one selection and one figure, each told by two articles of two years."""
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2024-06-01")
    for name, day in (("Wire", "2023-12-30"), ("Gazette", "2024-01-10")):
        news = market.article(name, TEXT, day, name)
        stake = {"deal": "investment", "parties": ["NTT", "NEC"], "stake_percent": 4.8, "period": "2023-12"}
        market.fact("deals", news, "NTT bought 4.8 percent of NEC", **stake)
        ban = {"authority": "GB", "vendor": "Huawei", "action": "ban", "period": "2023-12"}
        market.fact("restrictions", news, "Britain bans Huawei", **ban)
        uses = {"operator": "BT", "vendor": "Huawei", "decision": "incumbent", "country": "GB", "period": "2023"}
        market.fact("selections", news, "BT uses Huawei", **uses)
        level = {"companies": ["Huawei"], "value": 35, "region": "GB", "period": "2023", "attributed_to": "Omdia"}
        market.fact("figures", news, "Huawei held 35 percent", **level)
    return market.publish()


def test_one_is_counted_in_the_singular():
    assert theme.counted(1, "deals of these companies") == "1 deal of these companies"
    assert [theme.counted(1, what) for what in ("countries", "articles")] == ["1 country", "1 article"]
    assert theme.counted(1200, "countries") == "1,200 countries"


# ---- claims


def test_what_two_articles_tell_alike_is_one_in_every_count(twice):
    view = view_of(twice)
    assert queries.totals(view) == {"articles": 2, "figures": 1, "selections": 1, "deals": 1, "restrictions": 1}
    companies = queries.companies(view).set_index("company")
    assert companies.loc["Huawei"].tolist() == [1, 1, 0, 1] and companies.loc["NEC"].tolist() == [0, 0, 1, 0]
    assert country_queries.countries(view).set_index("code").loc["GB"].tolist() == [1, 1, 1]
    rows, in_all = country_queries.deals_of(view, ("NEC",))
    assert in_all == len(rows) == queries.count(view, "deal") == 1 and rows["said_by"].tolist() == [2]


def test_the_chart_of_articles_counts_a_claim_once_in_the_year_of_the_first_that_tells_it(twice):
    counts = article_queries.by_year(view_of(twice))
    assert counts.loc["2023", ["articles", "deals", "restrictions"]].tolist() == [1, 1, 1]
    assert counts.loc["2024", ["articles", "deals", "restrictions"]].tolist() == [1, 0, 0]
    assert [len(ids) for ids in counts["deals_ids"]] == [1, 0]
    # Of the articles of one year alone, that year's tell it.
    assert article_queries.by_year(view_of(twice, since="2024"))["deals"].tolist() == [1]
    assert "2 articles from 2023 to 2024 state 4 facts." in words(opened("articles"))


def test_the_side_and_a_countrys_page_tell_what_the_files_hold(twice):
    said = words(opened("country", country="JP"))
    assert "2 articles · 4 facts" in said and "1 deal<" in said and "Download 1 deal of these companies" in said


# ---- limits


@pytest.fixture
def many(tmp_path, monkeypatch):
    """In Britain 12 operators, each with a vendor of its own, one of them with 12; 20 targets; 70 new names; 3 publishers."""
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2024-06-01")
    news, *_ = (market.article(name, TEXT, "2024-05-01", name) for name in ("Wire", "Gazette", "Courier"))
    for n in range(12):
        uses = {"decision": "incumbent", "country": "GB"}
        market.fact("selections", news, "BT uses Huawei", operator=f"Operator {n:02}", vendor="Huawei", **uses)
        market.fact("selections", news, "BT uses Huawei", operator="Vodafone", vendor=f"Vendor {n}", **uses)
    for n in range(20):
        aim = {"companies": ["NEC"], "value": 20, "period": str(2030 + n), "status": "target", "region": "global"}
        market.fact("figures", news, "Huawei held 35 percent", **{**aim, "generation": f"{n}G"})
    for n in range(70):
        market._insert("new_names", {"article_id": news, "name": f"Name {n}", "role": "vendor", "known_from": 1})
    return market.publish()


def at_most(monkeypatch, module, name: str, **limit: int) -> None:
    """Let a question give so many rows at most, as it would of much data."""
    monkeypatch.setattr(module, name, partial(getattr(module, name), **limit))


def test_names_and_publishers_are_counted_in_all(many, monkeypatch):
    at_most(monkeypatch, quality, "freshness", limit=2)
    said = words(opened("quality"))
    assert "70 names are not in the registry" in said and "Those in most articles: 10 of 70" in said
    assert "The freshest 2 of 3; the file has all." in said


def test_the_queue_of_names_counts_all_that_wait(many, monkeypatch):
    monkeypatch.setattr(review_queries, "MOST", 25)
    rows = review_queries.names(view_of(many))
    assert (len(rows), queries.counted(rows)) == (25, 70)
    assert queries.counted(quality.new_names(view_of(many), aside=["Name 1", "Name 2", "Other"])) == 68


def test_a_number_of_targets_is_that_of_all_or_says_of_which_statements(many, monkeypatch):
    assert "All 20 targets and their statements" in words(opened())
    assert ">All 20 targets" in words(opened("company", company="nec"))
    at_most(monkeypatch, target_queries, "targets", limit=15)
    latest = "The targets of the latest 15 of 20 statements"
    assert f"{latest} and their statements" in words(opened())
    assert f">{latest}" in words(opened("company", company="nec"))


def test_operators_and_vendors_are_counted_in_all(many, monkeypatch):
    at_most(monkeypatch, country_queries, "vendors_of_operators", limit=5)
    said = words(opened("country", country="GB"))
    assert "United Kingdom: 13 operators" in said
    assert "Operators in the chart: 5 of 13" in said and "Vendors in the chart: 1 of 13" in said
    at_most(monkeypatch, queries, "latest_selections", limit=5)
    (drawn,) = [chart for chart in opened("selections").get("plotly_chart") if "matrix" in chart.proto.id]
    assert "13 operators and 13 vendors" in drawn.proto.alt
    assert "Operators told of last: 5 of 12" in words(opened("company", company="huawei"))
    app = opened("company", company="vodafone")
    (drawn,) = [chart for chart in app.get("plotly_chart") if "company_matrix" in chart.proto.id]
    assert "12 vendors" in drawn.proto.alt and "Vendors in the chart: 5 of 12" in words(app)


def test_a_map_of_the_latest_reports_says_so(many, monkeypatch):
    assert "Drawn from the latest" not in words(opened("selections"))
    at_most(monkeypatch, decisions, "of_vendor", most=5)
    assert "Drawn from the latest 5 of 12; the table below has every report." in words(opened("selections"))
