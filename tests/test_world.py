"""The map of a vendor's presence: real outlines, a state for each country that a report tells of, hatching for all others."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

from dashboard import decisions
from dashboard.charts import world
from dashboard.names import country_names
from dashboard.outlines import MAPS
from dashboard.outlines import world as world_outlines
from dashboard.presence import presence
from tests.small_market import Market
from tests.test_pages import opened, words
from tests.test_swaps import selection
from tests.views import view_of


@pytest.fixture(scope="module")
def outlines():
    return world_outlines()


# ---- outlines


def test_the_outlines_are_the_file_that_notice_names():
    digest = hashlib.sha256((MAPS / "countries-110m.json").read_bytes()).hexdigest()
    assert digest in (MAPS.parent.parent / "NOTICE").read_text(encoding="utf-8")


def test_every_country_of_some_size_has_an_outline_and_every_small_one_a_spot(outlines):
    assert {"GB", "US", "CN", "TW", "XK", "RU", "FJ", "NZ"} <= set(outlines.rings)
    assert {"SG", "HK", "MT", "BH", "GB", "FR"} <= set(outlines.spots)
    assert "AQ" not in outlines.rings and set(outlines.rings) - {None} <= set(outlines.spots)


def test_countries_lie_where_they_are(outlines):
    spots = outlines.spots
    assert spots["US"][0] < spots["GB"][0] < spots["IN"][0] < spots["JP"][0]
    assert spots["NZ"][1] < spots["ZA"][1] < 0 < spots["IN"][1] < spots["SE"][1]
    x, y = outlines.rings["FR"].T
    assert np.nanmin(x) < spots["FR"][0] < np.nanmax(x) and np.nanmin(y) < spots["FR"][1] < np.nanmax(y)


def test_no_line_runs_across_the_map(outlines):
    for code, points in outlines.rings.items():
        steps = np.abs(np.diff(points[:, 0]))
        assert np.nanmax(steps) < 1, code


# ---- who is where


def states(*rows: dict) -> dict[str, str]:
    told = pd.DataFrame(rows).sort_values("happened", ascending=False)
    return {country.code: country.state for country in presence(told)}


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        ("selected", "in"),
        ("incumbent", "in"),
        ("removed", "out"),
        ("excluded", "out"),
        ("trial", "tried"),
        ("shortlisted", "tried"),
    ],
)
def test_a_country_is_what_its_operators_decided(decision, state):
    assert states(selection("Huawei", decision)) == {"GB": state}


def test_an_operators_latest_decision_counts():
    chosen, out = selection("Huawei", "selected", published="2018"), selection("Huawei", "removed", published="2020")
    assert states(chosen, out) == {"GB": "out"}
    assert states(out, selection("Huawei", "selected", published="2022")) == {"GB": "in"}


def test_a_later_trial_undoes_no_choice():
    assert states(
        selection("Huawei", "selected", published="2018"), selection("Huawei", "trial", published="2020")
    ) == {"GB": "in"}


def test_operators_that_differ_make_a_country_mixed_whenever_they_decided():
    rows = [
        selection("Huawei", "removed", published="2020"),
        selection("Huawei", "selected", operator="EE", published="2018"),
    ]
    assert states(*rows) == {"GB": "mixed"}
    assert states(*rows, selection("Huawei", "trial", operator="O2")) == {"GB": "mixed"}


def test_what_tells_no_country_is_on_no_map():
    assert states(selection("Huawei", "selected", country=None)) == {}


def test_a_country_keeps_what_its_state_stands_on():
    old, new = selection("Huawei", "selected", published="2018"), selection("Huawei", "removed", published="2020")
    (country,) = presence(pd.DataFrame([new, old]))
    assert [row["fact_id"] for row in country.rows] == [new["fact_id"]]


# ---- the map


def drawn(outlines, *rows: dict):
    return world.presence_map(presence(pd.DataFrame(rows)), outlines, country_names())


def test_countries_without_a_report_are_hatched_and_bear_no_mark(outlines):
    figure = drawn(outlines, selection("Huawei", "selected"), selection("Huawei", "removed", country="SG"))
    hatched = [trace for trace in figure.data if trace.fillpattern.shape]
    assert len(hatched) == 1 and hatched[0].fill == "toself"
    points = sum(len(outlines.rings[code]) + 1 for code in outlines.rings if code != "GB") - 1
    assert len(hatched[0].x) == points
    marks = {trace.name: trace for trace in figure.data if trace.mode == "markers"}
    assert sum(len(trace.x) for trace in marks.values()) == 2
    assert marks["Chosen or in use"].marker.symbol != marks["Taken out or shut out"].marker.symbol
    assert tuple(np.round((marks["Taken out or shut out"].x[0], marks["Taken out or shut out"].y[0]), 3)) == tuple(
        np.round(outlines.spots["SG"], 3)
    )


def test_a_mark_opens_the_decisions_of_its_country(outlines):
    rows = [selection("Huawei", "selected"), selection("Huawei", "selected", operator="EE")]
    figure = drawn(outlines, *rows)
    (marks,) = [trace for trace in figure.data if trace.mode == "markers"]
    assert list(marks.customdata[0]) == [row["fact_id"] for row in rows]
    assert "United Kingdom: chosen or in use" in marks.hovertext[0]


def test_nothing_of_the_map_comes_from_another_machine(outlines):
    figure = drawn(outlines, selection("Huawei", "selected"))
    assert {trace.type for trace in figure.data} == {"scatter"} and not figure.layout.geo.to_plotly_json()


def test_the_map_stays_small(outlines):
    assert len(drawn(outlines, selection("Huawei", "selected")).to_json()) < 250_000


# ---- the page


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    market = Market(tmp_path)
    market.load("2021-06-01")
    article = market.article("a", "BT picks Nokia and drops Huawei.", "2020-01-15", "Wire")
    for operator, country in (("BT", "GB"), ("Orange", "FR"), ("Telia", None)):
        market.fact("selections", article, "picks Nokia", operator=operator, country=country, vendor="Nokia")
    market.fact("selections", article, "drops Huawei", operator="BT", country="GB", vendor="Huawei", decision="removed")
    market.publish()
    return tmp_path


def test_the_map_shows_the_chosen_vendor_else_the_one_told_most(home):
    assert decisions.of_vendor(view_of(home / "published.duckdb"))[0] == "Nokia"
    vendor, rows = decisions.of_vendor(view_of(home / "published.duckdb", company=("huawei",)))
    assert vendor == "Huawei" and rows["country"].tolist() == ["GB"]
    assert decisions.of_vendor(view_of(home / "published.duckdb", company=("ericsson",)))[0] is None
    assert decisions.of_vendor(view_of(home / "published.duckdb", operator=("telia",)))[0] is None


def test_the_page_has_the_map_and_a_table_beside_it_with_every_decision(home):
    said = words(opened("selections"))
    assert "Nokia, by reports from 2 countries: chosen or in use in 2." in said
    assert "Hatched: no report found, which is not to say none." in said
    assert "France" in said and "BT: selected</a>" in said
    said = words(opened("selections", company="huawei"))
    assert "Huawei, by reports from one country: taken out or shut out." in said
