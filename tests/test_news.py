"""Where news begin for a browser: at the load that it last saw, if it is one of this store's."""

from __future__ import annotations

from datetime import datetime

import pytest

from dashboard.data import Load, Snapshot
from dashboard.news import since
from tests.small_market import Market
from tests.test_pages import opened, words

LOADS = tuple(Load(number, datetime(2024, number, 1), "test") for number in (1, 2, 3))


def snapshot(loads: tuple[Load, ...] = LOADS) -> Snapshot:
    return Snapshot("1", "published_1", "abcd1234", 0.5, loads)


def test_news_begin_at_the_load_last_seen():
    begun = since(snapshot(), "abcd1234.1")
    assert begun.load.number == 1
    assert not begun.first


@pytest.mark.parametrize(
    "kept", ["", None, 3, {"a": 1}, "other000.1", "abcd1234", "abcd1234.", "abcd1234.9", "abcd1234.-1", "abcd1234.1.2",
             "abcd1234.١", "abcd1234.99999999999999999999"],
)  # fmt: skip
def test_a_browser_that_kept_nothing_of_this_store_is_told_the_last_load(kept):
    begun = since(snapshot(), kept)
    assert begun.load.number == 2
    assert begun.first


def test_the_only_load_is_told_in_numbers(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2024-06-01")
    article = market.article("news", "NEC holds 1%. BT chose NEC.", "2024-01-15", "Light Reading")
    market.fact("figures", article, "NEC holds 1%", companies=["NEC"], value=1)
    market.fact("selections", article, "BT chose NEC", operator="BT", vendor="NEC")
    market.publish()
    said = words(opened())
    assert (
        "What came in with the last load: 1 figure, 1 selection" in said and "the first: load 1 of 1 Jun 2024" in said
    )


def test_a_single_load_has_nothing_to_be_compared_with():
    assert since(snapshot(LOADS[:1]), "") is None
