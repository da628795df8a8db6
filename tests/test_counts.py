"""What pages count is what their files hold: claims, each once; and a number that stands for all is no limit of a question."""

from __future__ import annotations

import pytest

from dashboard import article_queries, country_queries, queries
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
    assert "2 articles · 4 facts" in said and "1 deal<" in said and "Download 1 deals of these companies" in said
