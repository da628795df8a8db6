"""The pages on one company and one country: everything that is told of it, with its files and the way to the rest."""

from __future__ import annotations

import pytest

from tests.small_market import Market
from tests.test_pages import opened, words

TEXT = (
    "BT removed Huawei. BT picked Nokia for its radio network. Orange removed Huawei. Orange picked Ericsson for its radio network. "
    "Britain bans Huawei. EE uses Huawei. Huawei held 35 percent of Britain. "
)


@pytest.fixture
def ids(tmp_path, monkeypatch):
    """In Britain BT takes out Huawei for Nokia, in France Orange for Ericsson; each told by an article of its own."""
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2024-06-01")
    told = {}
    for operator, vendor, country in (("BT", "Nokia", "GB"), ("Orange", "Ericsson", "FR")):
        news = market.article(f"{operator} swaps", TEXT, "2024-05-01", "Wire")
        of = {"operator": operator, "country": country, "scope": ["ran"]}
        market.fact("selections", news, f"{operator} removed Huawei", vendor="Huawei", decision="removed", **of)
        market.fact("selections", news, f"{operator} picked {vendor}", vendor=vendor, **of)
        told[operator] = news
    steps = market.article("steps", TEXT, "2024-05-01", "Gazette")
    market.fact("restrictions", steps, "Britain bans Huawei", authority="GB", vendor="Huawei", action="ban")
    uses = {"vendor": "Huawei", "decision": "incumbent"}
    told["EE"] = market.fact("selections", steps, "EE uses Huawei", operator="EE", country="GB", **uses)
    market.fact("selections", steps, "EE uses Huawei", operator="Three", country="GB", **uses)
    for value, firm in ((35, "Omdia"), (41, "Dell’Oro")):
        level = {"companies": ["Huawei"], "value": value, "region": "GB", "period": "2023", "attributed_to": firm}
        market.fact("figures", steps, "Huawei held 35 percent of Britain", **level)
    market.publish()
    return told


def test_a_countrys_page_has_its_swaps_with_their_file_and_its_latest_articles(ids):
    app = opened("country", country="GB")
    said = words(app)
    assert "United Kingdom: swaps" in said and "BT" in said and "Orange picked" not in said
    assert "Download 1 swap</span>" in said and 'href="./selections?country=GB">Who swapped whom' in said
    assert "Articles about United Kingdom" in said and f"article={ids['BT']}" in said
    assert f"article={ids['Orange']}" not in said and 'href="./articles?region=GB">These articles' in said


def test_a_companys_swaps_have_their_file(ids):
    assert "Download 2 swaps</span>" in words(opened("company", company="huawei"))
    assert "Download 1 swap</span>" in words(opened("company", company="bt"))


def test_an_operators_page_has_the_restrictions_that_meet_it_and_no_other_operators(ids):
    said = words(opened("company", company="ee"))
    part = said[said.index("Restrictions that meet it") :]
    assert f"fact={ids['EE']}" in part and ">Ban" in part and "Three" not in part.split("Articles about it")[0]
    assert "Restrictions that meet it" not in words(opened("company", company="bt"))


def test_a_vendors_page_has_where_sources_disagree_about_it(ids):
    app = opened("company", company="huawei")
    (drawn,) = [chart for chart in app.get("plotly_chart") if "company_rivals" in chart.proto.id]
    assert "35% (Omdia), 41% (Dell’Oro)" in drawn.proto.alt and "Where sources disagree" in words(app)
    assert "Where sources disagree" not in words(opened("company", company="nokia"))
