"""Facts: their ids stay the same, their fields hold only what the guide allows, their periods have a first and a last day."""

from __future__ import annotations

import json
import random
import re
from datetime import date

import pytest
from pydantic import ValidationError

from etl.facts import FACT, Deal, Figure, Restriction, Selection, fact_ids, key_fields, period_span
from etl.paths import GOLD

SHARE = {
    "kind": "figure", "companies": ["NEC"], "metric": "market_share", "status": "actual", "value": 0.7, "unit": "percent",
    "quote": "currently holds just 0.7%", "start": 10, "end": 35, "confidence": 0.9,
}  # fmt: skip


def figure(**fields: object) -> Figure:
    return FACT.validate_python(SHARE | fields)


def fact_id(fact: object, article: str = "article") -> str:
    return fact_ids(article, [fact])[0]


# ---- ids


def test_a_fact_has_the_same_id_in_every_run_and_on_every_machine():
    # Links carry it: this very id must come out for as long as the project lives.
    assert fact_id(figure()) == "8441c2e47fbd2a3c"


@pytest.mark.parametrize(
    "other",
    [{"confidence": 0.4}, {"start": 90, "end": 115}, {"said": {"companies": ["the Japanese vendor"]}}, {"attributed_to": "Omdia"},
     {"period": "2020-06"}, {"market": "ran"}, {"value_high": 0.7}],
    ids=str,
)  # fmt: skip
def test_what_a_better_reader_may_read_otherwise_leaves_the_id(other):
    assert fact_id(figure(**other)) == fact_id(figure())


@pytest.mark.parametrize(
    "other",
    [{"value": 0.8}, {"companies": ["NEC", "Fujitsu"]}, {"status": "target"}, {"unit": "count"}, {"quote": "holds 0.7%"}],
    ids=str,
)  # fmt: skip
def test_what_makes_it_another_fact_makes_another_id(other):
    assert fact_id(figure(**other)) != fact_id(figure())


def test_the_same_fact_in_another_article_has_another_id():
    assert fact_id(figure(), "one") != fact_id(figure(), "two")


def test_facts_equal_but_for_period_or_region_have_ids_of_their_own_in_whatever_order_they_were_found():
    facts = [figure(period=year, region=region) for year in ("2018", "2019", None) for region in ("global", "europe")]
    ids = dict(zip(map(repr, facts), fact_ids("article", facts), strict=True))
    assert len(set(ids.values())) == 6
    assert all(re.fullmatch(r"[0-9a-f]{16}", one) for one in ids.values())
    for seed in range(5):
        mixed = random.Random(seed).sample(facts, len(facts))
        assert dict(zip(map(repr, mixed), fact_ids("article", mixed), strict=True)) == ids


def test_a_fact_found_beside_it_leaves_an_id_alone():
    other = figure(companies=["Nokia"], value=15)
    assert fact_ids("article", [other, figure()])[1] == fact_id(figure())


def test_companies_of_a_sum_and_partners_have_no_order_but_buyer_and_bought_have():
    assert fact_id(figure(companies=["ZTE", "Huawei"])) == fact_id(figure(companies=["Huawei", "ZTE"]))
    evidence = {"quote": "NTT and NEC", "start": 0, "end": 11, "confidence": 1}

    def deal(kind: str, *parties: str) -> Deal:
        return Deal(deal=kind, parties=list(parties), **evidence)

    assert fact_id(deal("partnership", "NTT", "NEC")) == fact_id(deal("partnership", "NEC", "NTT"))
    assert fact_id(deal("investment", "NTT", "NEC")) != fact_id(deal("investment", "NEC", "NTT"))


def test_an_unnamed_operator_or_vendor_counts_by_its_words():
    evidence = {"quote": "three carriers", "start": 0, "end": 14, "confidence": 1}
    selection = Selection(operator_text="three carriers", vendor="Nokia", decision="trial", **evidence)
    assert key_fields(selection)["operator"] == "three carriers"
    restriction = Restriction(authority="US", vendor_text="Chinese vendors", action="ban", **evidence)
    assert key_fields(restriction)["vendor"] == "Chinese vendors"


# ---- fields


@pytest.mark.parametrize(
    "wrong",
    [{"companies": []}, {"metric": "subscribers"}, {"status": "maybe"}, {"unit": "euro"}, {"market": "phones"}, {"confidence": 1.1},
     {"confidence": -0.1}, {"quote": ""}, {"start": -1}, {"period": "June 2020"}, {"period": "2020-Q5"}, {"period": "2020-13"},
        {"period": "2020-06-31"}, {"value": float("nan")}, {"generation": "7G"},
     {"colour": "red"}, {"kind": "rumour"}, {"value": "a lot"}],
    ids=str,
)  # fmt: skip
def test_what_the_guide_does_not_allow_is_no_fact(wrong):
    with pytest.raises(ValidationError):
        figure(**wrong)


def test_every_answer_of_our_briefs_is_a_fact_as_the_guide_has_them():
    counted = 0
    for path in GOLD.glob("*.json"):
        for told in json.loads(path.read_text(encoding="utf-8"))["facts"]:
            known = {name: value for name, value in told.items() if value is not None}
            FACT.validate_python(known | {"start": 0, "end": len(told["quote"]), "confidence": 1})
            counted += 1
    assert counted > 300


# ---- periods


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2030", date(2030, 1, 1), date(2030, 12, 31)),
        ("2019-Q4", date(2019, 10, 1), date(2019, 12, 31)),
        ("2020-Q1", date(2020, 1, 1), date(2020, 3, 31)),
        ("2020-H1", date(2020, 1, 1), date(2020, 6, 30)),
        ("2020-H2", date(2020, 7, 1), date(2020, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2020-06-25", date(2020, 6, 25), date(2020, 6, 25)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(period, first, last):
    assert period_span(period) == (first, last)


def test_no_period_has_no_days_and_other_words_are_told():
    assert period_span(None) is None
    with pytest.raises(ValueError, match="'June 2020' is no period"):
        period_span("June 2020")
    with pytest.raises(ValueError, match="month"):
        period_span("2020-13")
