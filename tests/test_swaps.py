"""A swap is what the articles say of a vendor that went and one that came: no pair that they do not support, none twice."""

from __future__ import annotations

import time
from datetime import date

import numpy as np
import pandas as pd
import pytest

from dashboard.extents import FULL, PARTIAL, UNTOLD
from dashboard.swaps import side, swaps, whole
from etl.facts import period_span

COUNT = iter(range(10_000))


def selection(vendor: str, decision: str, article: str = "a", operator: str | None = "BT", **more: object) -> dict:
    """A selection as a question gives it; of an article of 15 January 2020 when it is not told otherwise."""
    place = next(COUNT)
    row = {
        "place": place,
        "fact_id": f"f{place:04}",
        "article_id": article,
        "story": article,
        "operator": operator,
        "operator_text": None,
    }
    row |= {"vendor": vendor, "decision": decision, "country": "GB", "scope": [], "generation": None, "confidence": 0.9}
    row |= {
        "quote": f"{operator} {decision} {vendor}",
        "title": article,
        "publisher": "Wire",
        "published": "2020-01-15",
    }
    row |= {"is_brief": False, "publishers": ["Wire"], "carriers": 1, "period": None, "share_percent": None, **more}
    decided, reported = period_span(row["period"]), period_span(row["published"])
    happened = decided or reported
    return row | {"happened": happened and happened[0], "only_reported": decided is None}


def removed(vendor: str = "Huawei", article: str = "a", **more: object) -> dict:
    return selection(vendor, "removed", article, **more)


def selected(vendor: str = "Nokia", article: str = "a", **more: object) -> dict:
    return selection(vendor, "selected", article, **more)


def told(*rows: dict) -> pd.DataFrame:
    """The swaps of these selections, with all that is told of their facts."""
    selections = pd.DataFrame(rows)
    return whole(swaps(selections).rows, selections)


def pairs(*rows: dict) -> list[tuple]:
    """(loser, winner, inferred) of each swap."""
    found = swaps(pd.DataFrame(rows)).rows
    return [(swap["loser"], swap["winner"], swap["inferred"]) for _, swap in found.iterrows()]


def extent(*rows: dict) -> str:
    (how_much,) = set(swaps(pd.DataFrame(rows)).rows["extent"])
    return how_much


# ---- what is one


def test_a_removed_and_a_selected_vendor_in_one_article_are_a_swap_with_both_quotes():
    out, chosen = removed(quote="Huawei goes"), selected(quote="Nokia comes")
    (swap,) = [row for _, row in told(out, chosen).iterrows()]
    assert (swap["operator"], swap["country"], swap["loser"], swap["winner"]) == ("BT", "GB", "Huawei", "Nokia")
    assert not swap["inferred"] and swap["said_by"] == 1
    assert side(swap, "removed")["fact_id"] == out["fact_id"] and side(swap, "removed")["quote"] == "Huawei goes"
    assert side(swap, "selected")["fact_id"] == chosen["fact_id"] and side(swap, "selected")["quote"] == "Nokia comes"


def test_no_removal_is_no_swap_and_no_row_at_all_is_none():
    assert pairs(selected(), selection("Huawei", "incumbent"), selection("ZTE", "excluded")) == []
    nothing = pd.DataFrame([selected()]).head(0)
    empty = whole(swaps(nothing).rows, nothing)
    assert empty.empty and "selected_quote" in empty


def test_each_winner_is_a_swap_of_its_own():
    assert pairs(removed(), selected("Nokia"), selected("Ericsson")) == [
        ("Huawei", "Ericsson", False),
        ("Huawei", "Nokia", False),
    ]


def test_a_vendor_does_not_take_its_own_place():
    assert pairs(removed(scope=["core"]), selected("Huawei", scope=["ran"])) == [("Huawei", None, False)]


@pytest.mark.parametrize("decision", ["trial", "shortlisted", "incumbent", "excluded", "removed"])
def test_only_a_selected_vendor_wins(decision):
    assert ("Huawei", "Nokia", False) not in pairs(removed(), selection("Nokia", decision))


def test_a_removal_without_a_winner_stands_alone():
    (swap,) = [row for _, row in told(removed()).iterrows()]
    assert swap["winner"] is None and not swap["inferred"] and swap["selected_fact_id"] is None


# ---- whose, and where


def test_operator_and_country_must_be_the_same():
    assert pairs(removed(), selected(operator="EE")) == [("Huawei", None, False)]
    assert pairs(removed(), selected(country="IE")) == [("Huawei", None, False)]
    assert pairs(removed(), selected(country=None)) == [("Huawei", None, False)]
    assert pairs(removed(country=None), selected(country=None)) == [("Huawei", "Nokia", False)]


def test_an_operator_that_no_article_names_is_one_only_within_its_article():
    unnamed = {"operator": None, "operator_text": "a carrier"}
    assert pairs(removed(**unnamed), selected(**unnamed)) == [("Huawei", "Nokia", False)]
    assert pairs(removed(**unnamed), selected(article="b", **unnamed)) == [("Huawei", None, False)]
    assert pairs(removed(**unnamed), selected(operator=None, operator_text="another carrier")) == [
        ("Huawei", None, False)
    ]


@pytest.mark.parametrize(
    ("out", "chosen", "is_swap"),
    [
        (["ran"], ["ran", "core"], True),
        (["ran"], [], True),
        ([], ["core"], True),
        (["ran"], ["core"], False),
        (["ran"], ["open_ran"], True),
        (["open_ran"], ["ran"], True),
        (["core"], ["open_ran"], False),
        (["core"], ["telecom_equipment"], True),
        (["transport"], ["small_cells"], False),
    ],
)
def test_scopes_must_overlap_or_be_untold(out, chosen, is_swap):
    assert pairs(removed(scope=out), selected(scope=chosen)) == [("Huawei", "Nokia" if is_swap else None, False)]


def test_generations_need_not_be_the_same():
    assert pairs(removed(generation="4G"), selected(generation="5G")) == [("Huawei", "Nokia", False)]


# ---- two articles


@pytest.mark.parametrize(
    ("when", "is_swap"),
    [
        ({"published": "2021-01-15"}, True),
        ({"published": "2021-01-16"}, False),
        ({"published": "2019-01-15"}, True),
        ({"published": "2019-01-14"}, False),
        ({"published": "2023-05-01", "period": "2020-11"}, True),
        ({"published": "2020-02-01", "period": "2014"}, False),
        ({"published": None}, False),
    ],
)
def test_two_articles_make_a_swap_when_the_decisions_are_at_most_a_year_apart_and_it_is_inferred(when, is_swap):
    expected = ("Huawei", "Nokia", True) if is_swap else ("Huawei", None, False)
    assert pairs(removed(), selected(article="b", **when)) == [expected]


def test_within_one_article_the_dates_of_decisions_do_not_matter():
    assert pairs(removed(period="2024"), selected(period="2019")) == [("Huawei", "Nokia", False)]


def test_a_leap_day_is_a_year_from_the_last_of_february():
    assert pairs(removed(published="2020-02-29"), selected(article="b", published="2021-02-28")) == [
        ("Huawei", "Nokia", True)
    ]
    assert pairs(removed(published="2020-02-29"), selected(article="b", published="2021-03-01")) == [
        ("Huawei", None, False)
    ]


def test_what_one_article_tells_is_not_inferred_from_two():
    rows = [removed(), selected(), removed(article="b"), selected(article="c")]
    found = told(*rows)
    assert found["inferred"].tolist() == [False] and found["said_by"].tolist() == [3]
    assert found["removed_article_id"].tolist() == found["selected_article_id"].tolist() == ["a"]


def test_a_removal_that_several_articles_tell_is_one():
    assert pairs(removed(), removed(article="b", published="2020-06-01")) == [("Huawei", None, False)]
    assert pairs(removed(), removed(article="b", published="2024-06-01")) == [("Huawei", None, False)] * 2
    assert pairs(removed(scope=["ran"]), removed(article="b", scope=["core"])) == [("Huawei", None, False)] * 2


def test_the_surest_words_stand_for_a_swap():
    rows = [removed(confidence=0.6), removed(article="b"), selected(confidence=0.6), selected(article="b")]
    assert told(*rows)["removed_article_id"].tolist() == ["b"]


# ---- how much of it


def test_the_extent_is_partial_when_the_scope_is_told():
    assert extent(removed(scope=["ran"]), selected()) == PARTIAL
    assert extent(removed(), selected(scope=["core"])) == PARTIAL
    assert extent(removed(scope=["telecom_equipment"]), selected()) == UNTOLD


@pytest.mark.parametrize("decision", ["incumbent", "selected"])
def test_the_extent_is_partial_when_the_vendor_stays_elsewhere(decision):
    assert extent(removed(), selected(), selection("Huawei", decision)) == PARTIAL
    assert extent(removed(), selected(), selection("Huawei", decision, operator="EE")) == UNTOLD
    assert extent(removed(), selected(), selection("Huawei", decision, country="IE")) == UNTOLD


def test_an_incumbent_that_was_told_of_before_may_be_what_is_removed():
    earlier = selection("Huawei", "incumbent", "b", published="2018-01-01")
    assert extent(removed(), selected(), earlier) == UNTOLD
    assert extent(removed(), selected(), selection("Huawei", "incumbent", "b", published="2021-01-01")) == UNTOLD


def test_a_share_of_the_network_is_partial_and_all_of_it_is_full():
    assert extent(removed(share_percent=30), selected()) == PARTIAL
    assert extent(removed(share_percent=100), selected()) == FULL


@pytest.mark.parametrize(
    "quote",
    [
        "will take all of its Huawei equipment out",
        "is to replace Huawei completely",
        "Huawei's kit is to go from the entire network and its entire radio network",
        "nothing made by Huawei should be left",
        "a complete removal of Huawei",
    ],
)
def test_the_extent_is_full_only_when_the_text_says_so(quote):
    assert extent(removed(quote=quote), selected()) == FULL


@pytest.mark.parametrize(
    "quote",
    [
        "will remove Huawei",
        "will not replace Huawei completely",
        "almost all of its Huawei equipment goes",
        "some of the entire Huawei kit goes",
        "takes Huawei out, a job that it hopes to complete by 2027",
        "isn't fully rid of Huawei",
        "on the whole, Huawei goes",
    ],
)
def test_words_that_do_not_say_all_of_it_leave_the_extent_untold(quote):
    assert extent(removed(quote=quote), selected()) == UNTOLD


def test_a_vendor_that_stays_was_not_removed_wholly_whatever_the_words():
    assert extent(removed(quote="replaces all of its Huawei kit"), selection("Huawei", "incumbent")) == PARTIAL


# ---- order, and what a view shows


def test_the_latest_removal_comes_first_and_one_without_a_date_last():
    rows = [
        removed(operator="EE", published=None),
        removed(operator="O2", published="2019-01-01"),
        removed(operator="Three", period="2023"),
    ]
    found = told(*rows)
    assert found["operator"].tolist() == ["Three", "O2", "EE"]
    assert found["happened"].tolist() == [date(2023, 1, 1), date(2019, 1, 1), None]


def test_a_swap_is_found_by_each_fact_that_tells_it():
    rows = [
        removed(),
        removed(article="b"),
        selected(),
        selected("Ericsson", article="b"),
        selection("ZTE", "incumbent"),
    ]
    found = swaps(pd.DataFrame(rows))
    winners = [set(found.of(np.array([row["place"]]))["winner"]) for row in rows]
    assert winners == [{"Nokia", "Ericsson"}, {"Nokia", "Ericsson"}, {"Nokia"}, {"Ericsson"}, set()]


def test_many_removals_of_one_operator_are_not_each_held_against_all_its_selections():
    rows = []
    for n in range(3_000):
        where = {"article": f"a{n}", "country": f"C{n}"}
        rows += [removed(**where), selected(**where)]
    selections = pd.DataFrame(rows)
    before = time.process_time()
    assert len(swaps(selections).rows) == 3_000
    assert time.process_time() - before < 1.5
