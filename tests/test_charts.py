"""Charts show what was published: no mixed denominators, nothing averaged, targets told apart, words as words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pandas as pd
import pytest

from dashboard import cards, goals, queries, target_queries, theme
from dashboard.charts import articles, selections, shares, targets
from dashboard.charts import panels as sorted_panels
from dashboard.charts.common import spread
from dashboard.names import country_names
from tests.small_market import Market, build
from tests.views import view_of


@pytest.fixture(scope="module")
def view(tmp_path_factory):
    home = tmp_path_factory.mktemp("market")
    build(home)
    return view_of(home / "published.duckdb")


@pytest.fixture(scope="module")
def panels(view):
    return {panel.source: panel for panel in sorted_panels.panels(queries.shares(view), country_names())}


def figures_of(tmp_path, *rows: dict) -> pd.DataFrame:
    market = Market(tmp_path)
    market.load("2024-06-01")
    article = market.article("news", "NEC holds 1% of it.", "2020-01-15", "Light Reading")
    for row in rows:
        market.fact("figures", article, "NEC holds 1%", **({"companies": ["NEC"]} | row))
    return queries.figures(view_of(market.publish()))


def marks(figure):
    """(company, value, symbol) of every mark that carries a fact."""
    return [
        (trace.name, value, trace.marker.symbol)
        for trace in figure.data
        if trace.type == "scatter" and trace.customdata is not None
        for value in trace.y
    ]


def test_research_firms_never_share_a_chart(panels):
    assert {row["value"] for row in panels["Dell'Oro"].rows} == {27, 28, 31}
    assert {row["value"] for row in panels["Omdia"].rows} == {29}


@pytest.mark.parametrize("values", [(10, 30), (30, 10)])
def test_of_two_values_of_one_day_the_larger_is_a_companys_size(tmp_path, values):
    market = Market(tmp_path)
    market.load("2024-06-01")
    article = market.article("news", "Shares of all.", "2020-01-15", "Light Reading")
    for company, value, confidence in (("NEC", values[0], 0.9), ("NEC", values[1], 0.8), ("Nokia", 20, 0.9)):
        told = {"companies": [company], "value": value, "confidence": confidence, "period": "2019"}
        market.fact("figures", article, "Shares of all", attributed_to="Omdia", **told)
    rows = queries.shares(view_of(market.publish()), companies_each=1)
    assert sorted(rows["value"]) == [10, 30]


def test_of_many_companies_the_largest_are_drawn_and_the_rest_is_told_of(tmp_path):
    market = Market(tmp_path)
    market.load("2024-06-01")
    article = market.article("news", "Shares of all.", "2020-01-15", "Light Reading")
    for size, company in enumerate(("Ciena", "NEC", "Nokia"), start=1):
        for year in (2018, 2019):
            told = {"companies": [company], "value": 10 * size + year - 2018, "period": str(year)}
            market.fact("figures", article, "Shares of all", attributed_to="Omdia", **told)
    view = view_of(market.publish())
    [panel] = sorted_panels.panels(queries.shares(view, companies_each=2), country_names())
    assert {row["companies"][0] for row in panel.rows} == {"Nokia", "NEC"}
    assert len(panel.rows) == 4
    assert "The 2 largest of 3 companies are drawn." in sorted_panels.told_by(panel)
    [panel] = sorted_panels.panels(queries.shares(view), country_names())
    assert "largest" not in sorted_panels.told_by(panel)


def test_no_line_joins_different_denominators(tmp_path):
    level = {"period": "2019", "attributed_to": "Omdia"}
    rows = [
        level | {"value": 1},
        level | {"value": 2, "market": "ran"},
        level | {"value": 3, "region": "europe"},
        level | {"value": 4, "generation": "5G"},
        level | {"value": 5, "attributed_to": None},
    ]
    found = sorted_panels.panels(figures_of(tmp_path, *rows), country_names())
    assert sorted(len(panel.rows) for panel in found) == [1, 1, 1, 1, 1]


def test_a_target_is_hollow_and_dashed_at_its_deadline_from_the_last_level(panels):
    panel = next(panel for panel in panels.values() if any("NEC" in row["companies"] for row in panel.rows))
    figure = shares.draw(panel)
    assert marks(figure) == [("NEC", 0.7, "hexagon"), ("NEC", 20, "hexagon-open")]
    dashed = [trace for trace in figure.data if trace.mode == "lines" and trace.line.dash == "dash"]
    assert [list(trace.y) for trace in dashed] == [[0.7, 20]]
    assert str(dashed[0].x[-1])[:10] == "2030-12-31"


def test_rivals_of_one_period_are_both_marked_and_never_averaged(tmp_path):
    level = {"period": "2019", "attributed_to": "Omdia"}
    rows = figures_of(tmp_path, level | {"value": 10}, level | {"value": 14}, level | {"value": 9, "period": "2018"})
    figure = shares.draw(sorted_panels.panels(rows, country_names())[0])
    assert sorted(value for _, value, _ in marks(figure)) == [9, 10, 14]
    assert all(12 not in list(trace.y) for trace in figure.data)


def test_a_range_is_a_bar_and_about_is_said(tmp_path):
    rows = figures_of(
        tmp_path,
        {"value": 20, "value_high": 25, "period": "2019", "attributed_to": "Omdia"},
        {"value": 18, "period": "2018", "attributed_to": "Omdia", "qualifier": "about"},
    )
    figure = shares.draw(sorted_panels.panels(rows, country_names())[0])
    assert any(list(trace.y) == [20, 25] and trace.line.width == 8 for trace in figure.data if trace.mode == "lines")
    assert "about" in [words for trace in figure.data if trace.text is not None for words in trace.text]


def test_every_mark_leads_to_its_fact(view, panels):
    for panel in panels.values():
        figure = shares.draw(panel)
        told = {row[0] for trace in figure.data if trace.customdata is not None for row in trace.customdata}
        assert told == {row["fact_id"] for row in panel.rows}
        assert all(queries.fact(view, fact_id) is not None for fact_id in told)


def test_hostile_words_are_words_in_every_label(panels):
    panel = next(panel for panel in panels.values() if "HYPERLINK" in panel.source)
    drawn = shares.draw(panel).to_json().replace("\\u003c", "<")
    assert "<img" not in drawn and "<script" not in drawn and "$x" not in drawn
    assert "&lt;img" in drawn.replace("\\u0026", "&")


@pytest.mark.parametrize(
    ("value", "high", "quote", "shown"),
    [
        (15, None, "down to 15.0 percent", "15.0%"),
        (15, None, "15 percent, from 115.0", "15%"),
        (0.7, None, "just 0.7%", "0.7%"),
        (20, 25, "20-25%", "20–25%"),
        (1.4, 1.5, "1.40 to 1.50", "1.40–1.50%"),
    ],
)
def test_a_number_has_its_sources_decimals(value, high, quote, shown):
    row = {"value": value, "value_high": high, "unit": "percent", "qualifier": "exact", "quote": quote}
    assert theme.amount_of(row) == shown


def test_money_is_told_in_words_with_its_currency():
    assert theme.amount(64_500_000_000, None, "JPY", "about") == "about JPY 64.5 billion"


def test_labels_keep_their_order_and_their_distance():
    spots = spread([10, 10.5, 11, 30], gap=3)
    assert spots == sorted(spots)
    assert all(after - before > 2.99 for before, after in pairwise(spots))


def test_two_values_of_one_company_are_no_comparison_that_would_go_before_newer_ones(tmp_path):
    told = [("IHS Markit", "2017", 27), ("IHS Markit", "2017", 28), ("Omdia", "2023", 12), ("Omdia", "2024", 13)]
    rows = [{"attributed_to": firm, "period": year, "value": value} for firm, year, value in told]
    first, second = sorted_panels.panels(figures_of(tmp_path, *rows), country_names())
    assert (first.source, second.source) == ("Omdia", "IHS Markit")
    # Bars have no axis that tells when.
    assert sorted_panels.period(second.rows) == ", 2017" and sorted_panels.period(first.rows) == ""


def test_the_sentence_of_a_chart_tells_who_leads_and_what_is_over(panels):
    assert (
        sorted_panels.leading(panels["Dell'Oro"], date(2019, 12, 1))
        == "Huawei leads with 31% in 2019, before Ericsson 27%."
    )
    assert sorted_panels.leading(panels["Dell'Oro"], date(2024, 6, 1)).startswith("Huawei led with 31%")
    nec = next(panel for panel in panels.values() if "Nikkei" in panel.source)
    # What became of a target that is not known is not made up.
    assert "NEC aimed at 20% by 2030 (stated Jun 2020)." in sorted_panels.message(nec, date(2024, 6, 1))


def test_a_leader_of_whom_two_values_are_told_does_not_lead_before_itself(panels):
    panel = panels["Dell'Oro"]
    first = panel.latest[0]
    twice = replace(panel, rows=(*panel.rows, {**first, "value": first["value"] - 1, "fact_id": "other"}))
    assert (
        sorted_panels.leading(twice, date(2019, 12, 1)) == "Huawei leads with 31% or 30% in 2019, before Ericsson 27%."
    )
    alone = replace(panel, rows=tuple(row for row in twice.rows if row["companies"] == first["companies"]))
    assert sorted_panels.leading(alone, date(2019, 12, 1)) == "Huawei holds 31% or 30% in 2019."


# ---- targets


def test_a_filter_of_time_does_not_hide_the_level_that_a_target_is_measured_by(view):
    late = view_of(view.database.path, since="2025")
    found = goals.goals(target_queries.targets(late), target_queries.levels_beside(late), date(2026, 1, 1))
    assert found[0].last["value"] == 0.7


def goal_of(view, today):
    return goals.goals(target_queries.targets(view), target_queries.levels_beside(view), today)[0]


def test_nec_needs_1_8_points_a_year(view):
    goal = goal_of(view, date(2024, 6, 1))
    assert goal.state == "open" and goal.last["value"] == 0.7 and not goal.so_far
    assert goals.pace(goal.needed, "percent") == "1.8 points a year"


def test_now_is_the_loads_day_not_the_clocks(view):
    assert goal_of(view, date(2031, 1, 1)).state == "missed"
    assert goals.standing(goal_of(view, date(2031, 1, 1))) == "Deadline 2030 passed: last known 0.7% in Jun 2020"


def test_a_goal_is_reached_by_the_newest_comparable_level_only(tmp_path):
    aim = {"value": 20, "period": "2022", "status": "target", "generation": "5G"}
    rows = figures_of(
        tmp_path,
        aim,
        {"value": 25, "period": "2021", "market": "ran", "generation": "5G"},
        {"value": 30, "period": "2021"},
        {"value": 8, "period": "2021", "generation": "5G", "attributed_to": "Omdia"},
        {"value": 4, "period": "2020", "generation": "5G", "attributed_to": "Omdia"},
    )
    goal = goals.goals(rows, rows, date(2022, 1, 1))[0]
    assert goal.last["value"] == 8 and goal.state == "open" and goal.newer
    assert goals.pace(goal.so_far, "percent") == "4.0 points a year"
    assert goals.pace(goal.needed, "percent") == "12.0 points a year"


def test_what_another_source_says_of_the_same_time_is_told_with_the_newest_level(tmp_path):
    rows = figures_of(
        tmp_path,
        {"value": 20, "period": "2020", "status": "target"},
        {"value": 15, "period": "2019-Q3", "attributed_to": "Dell'Oro"},
        {"value": 9, "period": "2017", "attributed_to": "IHS"},
        {"value": 3, "period": "2019", "attributed_to": "Omdia"},
    )
    goal = goals.goals(rows, rows, date(2024, 1, 1))[0]
    assert goal.verb == "aimed at"
    assert goals.standing(goal) == (
        "Deadline 2020 passed: last known 3% in 2019, none newer than the target; 15% in Q3 2019 according to Dell'Oro"
    )


def test_a_quarters_revenue_says_nothing_against_a_years_goal(tmp_path):
    money = {"metric": "revenue", "unit": "JPY"}
    rows = figures_of(
        tmp_path,
        money | {"value": 7e11, "period": "2025", "status": "target"},
        money | {"value": 1.4e11, "period": "2022-Q4"},
    )
    assert goals.goals(rows, rows, date(2024, 1, 1))[0].last is None


def test_statements_of_one_goal_are_its_steps(tmp_path):
    market = Market(tmp_path)
    market.load("2024-06-01")
    for published, value, period in (
        ("2018-10-15", 20, "2022"),
        ("2019-01-03", 20, "2020"),
        ("2022-05-01", 20, "2020"),
    ):
        article = market.article(published, "NEC wants it.", published, "Light Reading")
        market.fact(
            "figures",
            article,
            "NEC wants it",
            companies=["NEC"],
            value=value,
            period=period,
            status="target",
            attributed_to=published,
        )
    rows = queries.figures(view_of(market.publish()))
    goal = goals.goals(rows, rows, date(2024, 6, 1))[0]
    assert [step.what for step in goal.steps] == ["announced", "revised", "restated", "missed"]
    assert goal.row["period"] == "2020" and goal.steps[-1].when == "2020" and goal.steps[-1].row is None
    assert goal.told.what == "restated"


def life_of(rows, today=date(2024, 1, 1), marks=None):
    (goal,) = goals.goals(rows, rows, today, marks)
    return goal


def test_a_goal_is_met_by_a_level_from_after_it_was_set_and_stays_so_when_it_is_told_again(tmp_path):
    aim = {"value": 5, "period": "2030", "status": "target"}
    before = {"value": 6, "period": "2018"}
    goal = life_of(figures_of(tmp_path / "before", aim, before))
    assert goal.state == "open" and goal.needed is None
    goal = life_of(figures_of(tmp_path / "after", aim, before, {"value": 5.5, "period": "2022"}))
    assert [step.what for step in goal.steps] == ["announced", "met"] and goal.state == "met"
    assert goal.steps[-1].row["value"] == 5.5 and goal.steps[-1].when == "2022"


def test_a_level_that_is_reached_after_the_deadline_does_not_meet_the_goal(tmp_path):
    aim = {"value": 5, "period": "2020", "status": "target"}
    late = {"value": 6, "period": "2022"}
    goal = life_of(figures_of(tmp_path / "late", aim, late))
    assert goal.state == "missed" and goal.steps[-1].row["value"] == 6
    assert goals.standing(goal) == "Deadline 2020 passed: last known 6% in 2022"
    goal = life_of(figures_of(tmp_path / "in_time", aim, {"value": 5, "period": "2020"}, late | {"value": 4}))
    assert goal.state == "met" and goal.steps[-1].when == "2020" and goal.last["value"] == 4
    assert goals.standing(goal) == "Reached: last known 5% in 2020"


def test_a_statement_without_a_date_is_the_oldest_and_decides_nothing(tmp_path):
    rows = figures_of(
        tmp_path, *({"value": value, "period": "2030", "status": "target"} for value in (5, 4)),
        *({"value": value, "period": "2022", "attributed_to": "Omdia"} for value in (1, 2)),
    )  # fmt: skip
    undated = rows["value"].isin([4, 2])
    rows["published"] = rows["published"].astype(object)
    rows.loc[undated, ["published", "published_on"]] = None
    goal = life_of(rows)
    assert goal.row["value"] == 5 and goal.last["value"] == 1
    assert [(step.what, step.when) for step in goal.steps] == [("announced", None), ("revised", "2020-01-15")]


def test_only_a_persons_mark_makes_a_goal_abandoned(tmp_path):
    rows = figures_of(tmp_path, {"value": 5, "period": "2020", "status": "target"})
    assert life_of(rows).state == "missed"
    mark = goals.Mark("abandoned", "2023-05-01")
    goal = life_of(rows, marks={rows["fact_id"].iloc[0]: [mark]})
    assert goal.state == "abandoned" and goal.steps[-1].when == "2023-05-01"
    assert goals.standing(goal) == "Given up: no comparable figure is known"
    assert life_of(rows, marks={"another": [mark]}).state == "missed"


def test_a_persons_mark_tells_that_a_target_was_revised_though_no_article_does(tmp_path):
    rows = figures_of(tmp_path, {"value": 5, "period": "2020", "status": "target"})
    marks = [goals.Mark("revised", "2022-05-01", "now 3% <b>by</b> 2025"), goals.Mark("revised", "2022-08-01")]
    goal = life_of(rows, marks={rows["fact_id"].iloc[0]: marks})
    assert [(step.what, step.when) for step in goal.steps] == [
        ("announced", rows["published"].iloc[0]),
        ("revised", "2022-05-01"),
        ("revised", "2022-08-01"),
    ]
    assert (goal.state, goal.verb, goal.told.what) == ("revised", "aimed at", "announced")
    assert goals.standing(goal).startswith("Revised since: ")
    card = cards.goal_card(goal, "World", view_of(tmp_path / "published.duckdb"))
    assert "by a person’s mark on" in card and "“now 3% &lt;b&gt;by&lt;/b&gt; 2025”" in card
    assert "revised since" in " ".join(one.text for one in targets.bullets([goal]).layout.annotations)


def test_a_mark_on_a_statement_that_was_made_anew_since_is_one_step_of_a_goal_that_lives_on(tmp_path):
    aims = [{"value": value, "period": "2030", "status": "target"} for value in (5, 4)]
    rows = figures_of(tmp_path, *aims)
    rows.loc[rows["value"] == 5, "published"] = "2018-01-01"
    rows.loc[rows["value"] == 4, "published"] = "2023-01-01"
    first = rows.loc[rows["value"] == 5, "fact_id"].iloc[0]
    goal = life_of(rows, marks={first: [goals.Mark("revised", "2022-03-01", "lowered")]})
    told = [(step.what, str(step.when), step.mark is not None) for step in goal.steps]
    assert told == [
        ("announced", "2018-01-01", False),
        ("revised", "2022-03-01", True),
        ("revised", "2023-01-01", False),
    ]
    assert (goal.state, goal.row["value"]) == ("open", 4)


def test_a_mark_is_read_from_the_verdicts_that_hold_at_the_viewed_load(tmp_path):
    market = Market(tmp_path)
    market.load("2024-01-01")
    market.load("2024-06-01")
    mark = """insert into verdicts values ('ab', 'a', 'figure', 'r', timestamp '2024-05-02 10:00', 'Ann', ?, 'fresh', null, null, '', 2, null)"""
    for action in ("accept", "abandon", "revise"):
        market.connection.execute(mark.replace("'ab'", f"'{action}'"), [action])
    path = market.publish()
    assert target_queries.marks(view_of(path)) == {
        "abandon": [goals.Mark("abandoned", "2024-05-02")],
        "revise": [goals.Mark("revised", "2024-05-02")],
    }
    assert target_queries.marks(view_of(path, v="abcd1234.1")) == {}


def test_the_chart_says_when_a_goal_was_last_stated_and_the_pace_beside_that_needed(view, tmp_path):
    def notes(*found):
        return " ".join(one.text for one in targets.bullets(list(found)).layout.annotations)

    assert "announced 26 Jun 2020, needs 1.8 points a year" in notes(goal_of(view, date(2024, 6, 1)))
    assert "announced 26 Jun 2020, deadline passed" in notes(goal_of(view, date(2031, 6, 1)))
    levels = [{"value": v, "period": p, "attributed_to": "Omdia"} for v, p in ((4, "2020"), (8, "2021"))]
    rows = figures_of(tmp_path, {"value": 20, "period": "2025", "status": "target"}, *levels)
    assert "needs 3.0 points a year, so far 4.0 points" in notes(life_of(rows))


def test_the_bullet_chart_marks_now_full_and_the_goal_hollow(view):
    figure = targets.bullets([goal_of(view, date(2024, 6, 1))])
    drawn = [(trace.x[0], trace.marker.symbol) for trace in figure.data if trace.mode == "markers"]
    assert drawn == [(0.7, "hexagon"), (20, "hexagon-open")]


def test_shares_without_a_period_are_told_where_a_chart_over_time_has_no_place_for_them(tmp_path):
    dated = [{"value": value, "period": str(2010 + value), "attributed_to": "Omdia"} for value in (1, 2)]
    rows = figures_of(tmp_path, *dated, {"value": 3, "attributed_to": "Omdia"})
    (panel,) = sorted_panels.panels(rows, country_names())
    (left,) = shares.undrawn(panel)
    told = cards.undated([left], view_of(tmp_path / "published.duckdb"))
    assert f'fact?fact={left["fact_id"]}">NEC 3%</a>' in told
    (alone,) = sorted_panels.panels(rows[rows["value"] == 3], country_names())
    assert shares.undrawn(alone) == []


# ---- selections


def test_every_decision_about_a_pair_is_seen(tmp_path):
    market = Market(tmp_path)
    market.load("2024-06-01")
    article = market.article("news", "BT buys from Nokia and drops Huawei.", "2020-01-15", "Light Reading")
    for vendor, decision in (("Nokia", "selected"), ("Huawei", "removed"), ("Huawei", "incumbent")):
        market.fact(
            "selections", article, "BT buys from Nokia", operator="BT", vendor=vendor, decision=decision, country="GB"
        )
    view = view_of(market.publish())
    matrix = selections.matrix(queries.latest_selections(view))
    drawn = {(x, y) for trace in matrix.data for x, y in zip(trace.x, trace.y, strict=True)}
    assert len(drawn) == 3
    tally = queries.tally(view).set_index("vendor")
    assert tally.loc["Huawei", ["won", "lost"]].tolist() == [0, 1]
    assert [len(tally.loc[name, ids]) for name in ("Huawei", "Nokia") for ids in ("won_ids", "lost_ids")] == [
        0,
        1,
        1,
        0,
    ]


def test_a_year_without_an_article_keeps_its_place_in_the_chart_of_articles():
    told = {kind: [1, 2] for kind in articles.KINDS} | {f"{kind}_ids": [[], []] for kind in articles.KINDS}
    drawn = articles.by_year(pd.DataFrame({"articles": [4, 1], **told}, index=["2018", "2021"]))
    assert list(drawn.layout.xaxis.categoryarray) == ["2018", "2019", "2020", "2021"]
