"""A target that is told again without its generation is no second target, and two targets are never told as one."""

from __future__ import annotations

import pytest

from dashboard import cards, documents, goals, target_queries
from tests.small_market import Market
from tests.views import view_of

TEXT = "NEC wants a share of the market."
FIRST = ("2018-10-15", 20, "2022", "5G")


@pytest.fixture
def aims(tmp_path):
    def told(*statements: tuple, levels: tuple = ()) -> list[goals.Goal]:
        """The targets that these statements (published, value, period, generation) make, beside levels (value, generation) of 2021."""
        market = Market(tmp_path)
        market.load("2021-06-01")
        articles = {day: market.article(day, TEXT, day, "P") for day in {day for day, *_ in statements}}
        for day, value, period, generation in statements:
            fields = {"companies": ["NEC"], "value": value, "period": period, "generation": generation}
            market.fact("figures", articles[day], "NEC wants a share", status="target", **fields)
        for value, generation in levels:
            fields = {"companies": ["NEC"], "value": value, "period": "2021-03", "generation": generation}
            market.fact("figures", articles[FIRST[0]], "NEC wants a share", **fields)
        view = view_of(market.publish())
        return goals.goals(target_queries.targets(view), target_queries.levels_beside(view), view.today)

    return told


@pytest.mark.parametrize(
    ("value", "period", "step"), [(20, "2022", "restated"), (20, "2025", "revised"), (15, "2022", "revised")]
)
def test_a_target_that_is_told_again_without_its_generation_is_a_step_of_it(aims, tmp_path, value, period, step):
    (goal,) = aims(FIRST, ("2020-05-01", value, period, None), levels=((3, "5G"), (9, None)))
    assert [one.what for one in goal.steps] == ["announced", step]
    assert (goal.row["value"], goal.row["period"], goal.row["generation"]) == (value, period, "5G")
    assert goal.last["value"] == 3 and goal.state == "open"
    card = cards.goal_card(goal, documents.basis_of(goal.row), view_of(tmp_path / "published.duckdb"))
    assert "5G" in card.partition("<ol")[0] and "(5G, by 2022)" in card and f"{value}% (by {period})" in card


def test_a_generation_that_is_told_only_later_is_the_targets_too(aims):
    (goal,) = aims(("2017-01-01", 20, "2022", None), FIRST)
    assert [one.what for one in goal.steps] == ["announced", "restated"] and goal.steps[0].when == "2017-01-01"


@pytest.mark.parametrize(
    "others",
    [
        [("2020-05-01", 10, "2030", None)],  # neither its value nor its deadline
        [("2018-10-15", 10, "2022", None)],  # told beside it, otherwise
        [("2020-05-01", 20, "2022", "4G")],  # of another generation
    ],
)
def test_another_target_stays_another(aims, others):
    found = aims(FIRST, *others)
    assert len(found) == 2 and all(len(goal.steps) == 1 for goal in found)


def test_where_targets_of_two_generations_are_told_one_without_is_neither(aims):
    found = aims(FIRST, ("2019-05-01", 20, "2022", "4G"), ("2020-05-01", 20, "2022", None))
    assert sorted(str(goal.row["generation"]) for goal in found) == ["4G", "5G", "None"]
