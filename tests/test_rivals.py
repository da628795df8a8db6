"""What sources say differently of one thing stands side by side, each value with its source, none over another."""

from __future__ import annotations

from itertools import pairwise

import pytest

from dashboard import queries
from dashboard.charts import rivals
from dashboard.charts.common import SMALL
from dashboard.names import country_names
from tests.small_market import build
from tests.test_charts import figures_of
from tests.views import view_of


@pytest.fixture(scope="module")
def view(tmp_path_factory):
    home = tmp_path_factory.mktemp("market")
    build(home)
    return view_of(home / "published.duckdb")


def quarrels_of(tmp_path, *told: dict) -> list[rivals.Quarrel]:
    return rivals.quarrels(figures_of(tmp_path, *({"period": "2019"} | row for row in told)), country_names())


def beside(figure) -> list:
    """The words that stand beside marks: all but the two lines above each quarrel."""
    return [one for one in figure.layout.annotations if not one.font.weight and one.font.size != SMALL["size"]]


def labels(figure) -> list[str]:
    return [one.text for one in beside(figure)]


def test_sources_that_disagree_stand_side_by_side_with_the_points_between_them(view):
    quarrels = rivals.quarrels(queries.shares(view), country_names())
    told = [(row["attributed_to"], row["value"]) for quarrel in quarrels for row in quarrel.rows]
    assert told == [("Omdia", 29), ("Dell'Oro", 31)]
    drawn = rivals.draw(quarrels)
    assert [list(trace.x) for trace in drawn.data if trace.mode == "markers"] == [[29, 31]]
    assert [one.text for one in drawn.layout.annotations[:2]] == [
        "Huawei, 2019: 2 points apart",
        "Telecom equipment · World",
    ]


def test_one_point_is_one_point_and_a_phone_has_room_for_a_heading_and_a_value_without_a_source(tmp_path):
    told = {"companies": ["Rakuten Symphony"], "period": "2019-Q3", "region": "middle_east_africa"}
    found = quarrels_of(tmp_path, told | {"value": 31, "attributed_to": None}, told | {"value": 30})
    first, second, *_ = (one.text for one in rivals.draw(found).layout.annotations)
    assert first == "Rakuten Symphony, Q3 2019: 1 point apart"
    assert second == "Telecom equipment · Middle East and Africa"
    assert max(len(first), len(second)) <= 46
    assert "31% firm not told" in labels(rivals.draw(found))


def test_the_sentence_of_many_quarrels_says_how_many_more_there_are(tmp_path):
    rows = [
        {"companies": [f"Vendor {n}"], "value": value, "period": "2019", "attributed_to": f"Firm {value}"}
        for n in range(8)
        for value in (1, 2)
    ]
    quarrels = rivals.quarrels(figures_of(tmp_path, *rows), country_names())
    assert len(quarrels) == 8 and rivals.message(quarrels).endswith("; and 2 more")


def test_each_mark_is_labelled_with_its_value_and_source_on_a_line_of_its_own(tmp_path):
    told = [(29, "Omdia"), (29.2, "IDC"), (29.4, "Dell'Oro"), (31, "<b>Firm</b> of a very long name indeed")]
    found = quarrels_of(tmp_path, *({"value": value, "attributed_to": firm} for value, firm in told))
    drawn = rivals.draw(found)
    assert labels(drawn) == ["29% Omdia", "29.2% IDC", "29.4% Dell'Oro", "31% &lt;b&gt;Firm&lt;/b&gt; of a ver…"]
    sides = [one.xanchor for one in beside(drawn)]
    assert sides[0] == "left" and sides[-1] == "right"
    heights = [one.y for one in beside(drawn)]
    assert min(above - below for above, below in pairwise(heights)) >= rivals.LANE
    assert drawn.layout.yaxis.range[1] == drawn.layout.height - drawn.layout.margin.t - drawn.layout.margin.b
    (marks,) = [trace for trace in drawn.data if trace.mode == "markers"]
    assert list(marks.y) == heights


def test_a_range_is_a_bar_with_both_its_ends_and_counts_in_what_is_apart(tmp_path):
    level = {"value": 16, "attributed_to": "Omdia"}
    (one,) = quarrels_of(tmp_path, level, {"value": 15, "value_high": 23.4, "attributed_to": "IDC"})
    assert one.ends == (15, 23.4) and round(one.apart, 6) == 8.4
    drawn = rivals.draw([one])
    assert [list(trace.x) for trace in drawn.data if trace.mode == "lines"] == [[15, 23.4]]
    assert labels(drawn) == ["15–23.4% IDC", "16% Omdia"] and beside(drawn)[0].x in (15, 23.4)
    assert "8.4 points apart" in drawn.layout.annotations[0].text


def test_a_range_alone_is_no_quarrel_and_one_that_begins_where_a_level_is_is_one(tmp_path):
    spread = {"value": 15, "value_high": 20, "attributed_to": "IDC"}
    assert quarrels_of(tmp_path / "alone", spread) == []
    (one,) = quarrels_of(tmp_path / "two", spread, {"value": 15, "attributed_to": "Omdia"})
    assert one.apart == 5


def test_who_says_the_same_is_one_mark_that_opens_all_of_it(tmp_path):
    told = [{"value": value, "attributed_to": firm} for value, firm in ((29, "Omdia"), (29, "IDC"), (31, "Dell'Oro"))]
    under = {"value": 29, "attributed_to": "LightCounting", "qualifier": "under"}
    drawn = rivals.draw(quarrels_of(tmp_path / "three", *told))
    (marks,) = [trace for trace in drawn.data if trace.mode == "markers"]
    assert [len(ids) for ids in marks.customdata] == [2, 1]
    assert labels(drawn)[0] in ("29% Omdia and 1 more", "29% IDC and 1 more")
    assert "Omdia" in marks.hovertext[0] and "IDC" in marks.hovertext[0]
    assert "under 29% LightCounting" in labels(rivals.draw(quarrels_of(tmp_path / "four", *told, under)))
    assert quarrels_of(tmp_path / "two", told[0], under) == []


def test_of_very_many_values_the_ends_are_drawn_and_their_number_is_said(tmp_path):
    found = quarrels_of(tmp_path, *({"value": value, "attributed_to": f"Firm {value}"} for value in range(1, 13)))
    drawn = rivals.draw(found)
    assert "the 4 lowest and highest of 12 values" in drawn.layout.annotations[1].text
    (marks,) = [trace for trace in drawn.data if trace.mode == "markers"]
    assert list(marks.x) == [1, 2, 3, 4, 9, 10, 11, 12]
