"""Axes of time: their dates stand upright beside each other, on a phone, too. And that a test tells of a chart that is none."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard import queries
from dashboard.charts import panels, selections, shares
from dashboard.charts.common import calendar, frame
from dashboard.names import country_names
from tests.small_market import Market
from tests.test_charts import figures_of
from tests.views import view_of


def test_dates_at_an_axis_stand_upright_beside_each_other_on_a_phone(tmp_path):
    years = {"companies": ["Samsung"], "generation": "5G"}
    told = [years | {"period": str(year), "value": year - 2000} for year in (2017, 2018, 2019, 2030)]
    (panel,) = panels.panels(figures_of(tmp_path / "years", *told), country_names())
    axis = shares.draw(panel).layout.xaxis
    assert list(axis.ticktext) == ["2030", "2019", "2017"] and axis.tickangle == 0

    market = Market(tmp_path / "months")
    market.load("2024-06-01")
    article = market.article("news", "BT buys from Nokia.", "2023-04-15", "Light Reading")
    market.fact(
        "selections",
        article,
        "BT buys",
        operator="BT",
        vendor="Nokia",
        decision="selected",
        country="GB",
        period="2023-04",
    )
    axis = selections.timeline(queries.latest_selections(view_of(market.publish()))).layout.xaxis
    assert list(axis.ticktext) == ["Jul 2023", "Apr 2023", "Jan 2023"] and axis.tickangle == 0


def test_a_time_of_many_years_has_ticks_at_years():
    ticks = calendar(date(2015, 3, 1), date(2026, 3, 1), 192)
    assert ticks["ticktext"] == ["2026", "2024", "2022", "2020", "2018", "2016"]
    assert ticks["tickvals"][0] == date(2026, 1, 1)


def test_a_chart_that_plotly_does_not_know_fails_its_test():
    canvas = frame(100)
    canvas.axis("x", no_such_setting=1)
    with pytest.raises(ValueError, match="no_such_setting"):
        canvas.figure()
