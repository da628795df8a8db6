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
    market.publish()
    return told


def buttons(app) -> list[str]:
    return [button.proto.label for button in app.get("download_button")]


def test_a_countrys_page_has_its_swaps_with_their_file_and_its_latest_articles(ids):
    app = opened("country", country="GB")
    said = words(app)
    assert "United Kingdom: swaps" in said and "BT" in said and "Orange picked" not in said
    assert "Download CSV · 1 swap" in buttons(app) and 'href="./selections?country=GB">Who swapped whom' in said
    assert "Articles about United Kingdom" in said and f"article={ids['BT']}" in said
    assert f"article={ids['Orange']}" not in said and 'href="./articles?region=GB">These articles' in said


def test_a_companys_swaps_have_their_file(ids):
    assert "Download CSV · 2 swaps" in buttons(opened("company", company="huawei"))
    assert "Download CSV · 1 swap" in buttons(opened("company", company="bt"))
