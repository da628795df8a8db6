"""An old target is never shown as if it were live: not by the charts of shares, and not by a filter that hides the newer one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from dashboard import aims, queries, target_queries
from dashboard.charts import panels, shares
from dashboard.names import country_names
from tests.small_market import Market
from tests.test_pages import charts, opened, words
from tests.views import view_of

TODAY = date(2024, 6, 1)
LEVEL = {"value": 1, "period": "2017", "status": "actual", "attributed_to": "Omdia"}


def market_of(home, *stated: tuple[str, dict], marked: str | None = None) -> Market:
    """A market in which NEC's figures are told on these days; marked: what a person says of the first target."""
    market = Market(home)
    market.load("2024-06-01")
    facts = []
    for day, told in (("2018-01-05", LEVEL), *stated):
        article = market.article(f"{day} {told['value']}", "NEC wants it.", day, f"Paper of {day[:4]}")
        facts.append(
            market.fact("figures", article, "NEC wants it", **({"companies": ["NEC"], "status": "target"} | told))
        )
    if marked:
        mark = "insert into verdicts values (?, 'a', 'figure', 'r', timestamp '2023-05-02 10:00', 'Ann', ?, 'fresh', null, null, '', 1, null)"
        market.connection.execute(mark, [facts[1], marked])
    return market


def panel_of(path, today=TODAY, **filters):
    view = view_of(path, **filters)
    then = replace(view, load=replace(view.load, at=datetime(today.year, today.month, today.day)))
    figures = queries.shares(then)
    (panel,) = panels.panels(figures, country_names(), aims.lives(then, figures))
    return panel


def faded(figure) -> dict[float, bool]:
    """Of each mark of no level whether it is faded, by its value."""
    return {
        value: opacity < 1
        for trace in figure.data
        if trace.customdata is not None and "open" in trace.marker.symbol
        for value, opacity in zip(trace.y, trace.marker.opacity, strict=True)
    }


FIRST, LATER = ("2018-10-15", {"value": 20, "period": "2025"}), ("2020-06-26", {"value": 25, "period": "2030"})


def test_a_revised_target_is_told_drawn_and_named_as_such_beside_the_newer_one(tmp_path):
    panel = panel_of(market_of(tmp_path, FIRST, LATER).publish())
    said = panels.message(panel, TODAY)
    assert "NEC aimed at 20% by 2025, revised Jun 2020." in said
    assert "NEC aims at 25% by 2030 (stated Jun 2020)." in said
    assert panels.headline(panel, TODAY) == said
    drawn = shares.draw(panel)
    assert faded(drawn) == {20: True, 25: False}
    labels = [one.text for one in drawn.layout.annotations]
    assert any("NEC 20% target, revised" in one for one in labels) and any(
        one.endswith("NEC 25% target") for one in labels
    )
    assert "revised Jun 2020" in drawn.to_json() and "stated Jun 2020" in drawn.to_json()
    lines = [
        (trace.y[-1], trace.opacity < 1) for trace in drawn.data if trace.mode == "lines" and trace.line.dash == "dash"
    ]
    assert sorted(lines) == [(20, True), (25, False)]


def test_a_target_that_is_reached_is_told_as_such(tmp_path):
    reached = ("2022-01-05", {"value": 21, "period": "2021", "status": "actual", "attributed_to": "Omdia"})
    panel = panel_of(market_of(tmp_path, FIRST, reached).publish())
    assert "NEC aimed at 20% by 2025, reached in 2021." in panels.message(panel, TODAY)
    assert faded(shares.draw(panel)) == {20: True} and "20% target, reached" in shares.draw(panel).to_json()


@pytest.mark.parametrize(
    ("action", "end"), [("abandon", "abandoned"), ("revise", "revised")], ids=["abandoned", "revised"]
)
def test_a_target_that_a_person_marked_is_told_as_such(tmp_path, action, end):
    panel = panel_of(market_of(tmp_path, FIRST, marked=action).publish())
    assert f"NEC aimed at 20% by 2025, {end} May 2023." in panels.message(panel, TODAY)
    assert faded(shares.draw(panel)) == {20: True} and f"20% target, {end}" in shares.draw(panel).to_json()


def test_a_target_whose_deadline_is_over_is_told_as_such(tmp_path):
    panel = panel_of(market_of(tmp_path, FIRST).publish(), date(2026, 1, 1))
    assert "NEC aimed at 20% by 2025, a deadline that has passed." in panels.message(panel, date(2026, 1, 1))
    assert faded(shares.draw(panel)) == {20: True}


def test_a_target_that_is_told_again_is_one_sentence_with_its_newest_day(tmp_path):
    again = ("2021-03-01", FIRST[1] | {"attributed_to": "Another"})
    panel = panel_of(market_of(tmp_path, FIRST, again).publish())
    assert panels.message(panel, TODAY).count("NEC aims at") == 1
    assert "NEC aims at 20% by 2025 (restated Mar 2021)." in panels.message(panel, TODAY)
    assert faded(shares.draw(panel)) == {20: False}


def test_bars_of_one_period_fade_and_name_what_is_aimed_at_no_more(tmp_path):
    rows = [row for row in panel_of(market_of(tmp_path, FIRST, LATER).publish()).rows if row["status"] == "target"]
    drawn = shares.bars(rows)
    assert [trace.opacity < 1 for trace in drawn.data] == [True, False]
    assert drawn.layout.annotations[0].text == "20% target, revised"


@pytest.mark.parametrize("hiding", [{"until": "2025"}, {"publisher": ("Paper of 2018",)}], ids=str)
def test_a_filter_that_hides_the_newer_statement_does_not_make_the_old_one_look_alive(tmp_path, hiding):
    view = view_of(market_of(tmp_path, FIRST, LATER).publish(), **hiding)
    figures = queries.shares(view)
    assert 25 not in figures["value"].tolist()
    said = " ".join(
        panels.message(one, TODAY) for one in panels.panels(figures, country_names(), aims.lives(view, figures))
    )
    assert "NEC aimed at 20% by 2025, revised Jun 2020." in said and "aims at" not in said
    (goal,) = aims.of(view)
    assert (goal.row["value"], goal.verb) == (25, "aims at") and len(goal.steps) == 2


def test_what_became_of_targets_is_not_asked_where_none_is_drawn(tmp_path, monkeypatch):
    view = view_of(market_of(tmp_path).publish())
    monkeypatch.setattr(target_queries, "around", None)
    monkeypatch.setattr(target_queries, "levels_beside", None)
    monkeypatch.setattr(target_queries, "marks", None)
    assert aims.lives(view, queries.shares(view)) == {} and aims.of(view) == []


@pytest.mark.parametrize(
    ("page", "address"),
    [("market_share", {}), ("company", {"company": "nec"}), ("country", {"country": "JP"}), ("overview", {})],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_page_shows_the_old_target_as_if_it_were_live(tmp_path, monkeypatch, page, address):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path))
    at = {"region": "JP"} if page == "country" else {}
    market_of(tmp_path, *((day, told | at) for day, told in (FIRST, LATER))).publish()
    app = opened(page, **address)
    said = words(app) + " ".join(chart.proto.alt for chart in app.get("plotly_chart"))
    assert "aims at 20%" not in said and "NEC aims at 25%" in said
    if page != "overview":
        assert "NEC aimed at 20% by 2025, revised Jun 2020." in said and "20% target, revised" in charts(app)
