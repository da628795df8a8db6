"""What a person said of a fact holds for the same fact in the copies of its article, and for no other."""

from __future__ import annotations

from datetime import datetime

import pytest
from views import view_of
from wire import OWN_WORDS, WIRE, article, edited, opened, published, withdraw

from dashboard import queries, review_queries
from etl.facts import FACT
from etl.reviews import Made
from etl.rows import fact_row
from etl.store import Store

QUOTE = "Ericsson held 27 percent of the world market"


def figure(article_id: str, text: str, value: float = 27.0, quote: str = QUOTE, **more: object) -> dict:
    start = text.index(quote)
    told = {"kind": "figure", "companies": ["Ericsson"], "metric": "market_share", "status": "actual", "value": value}
    told |= {
        "unit": "percent",
        "period": "2023",
        "confidence": 0.9,
        "quote": quote,
        "start": start,
        "end": start + len(quote),
    }
    return fact_row(FACT.validate_python({**told, **more}), f"{article_id}-{value:g}", article_id, "test 1")


def take(store: Store, articles: list[dict], figures: list[dict]) -> None:
    """Load articles as they were read."""
    rows = {
        one["article_id"]: {"articles": [one], "figures": [f for f in figures if f["article_id"] == one["article_id"]]}
        for one in articles
    }
    with store.transaction():
        store.load_rows({one["article_id"]: one["text"] for one in articles}, rows)
    store.publish("read")


def say(warehouse, number: int, action: str, fact_id: str = "agency-27", **after: object) -> None:
    article_id = fact_id.partition("-")[0]
    with opened(warehouse) as store:
        before = store.fact("figure", fact_id) or {}
        at = datetime(2024, 3, number)
        with store.transaction():
            store.review(Made(f"r{number}", at, "ann", action, fact_id, article_id, "figure", before, after, "why"))
        store.publish("reviewed")


def values(warehouse) -> list[tuple]:
    return published(warehouse, "select fact_id, value, confidence from figures where known_to is null order by 1")


TEXTS = {"agency": WIRE, "gazette": edited(WIRE, 40), "reporter": OWN_WORDS}


@pytest.fixture
def warehouse(tmp_path):
    """An agency's text, a copy of it, and another report that has the same fact in its own words."""
    with opened(tmp_path) as store:
        take(
            store,
            [article(one, text) for one, text in TEXTS.items()],
            [figure(one, text) for one, text in TEXTS.items()],
        )
    return tmp_path


def test_a_rejected_fact_does_not_come_back_by_its_copy(warehouse):
    say(warehouse, 1, "reject")
    assert values(warehouse) == [("reporter-27", 27.0, 0.9)]
    assert published(
        warehouse, "select fact_id, review_id, action from verdicts where known_to is null order by 1"
    ) == [
        ("agency-27", "r1", "reject"),
        ("gazette-27", "r1", "reject"),
    ]


def test_a_copy_that_comes_later_and_one_that_is_read_anew_are_told_too(warehouse):
    say(warehouse, 1, "reject")
    with opened(warehouse) as store:
        later, text = edited(WIRE, 38), TEXTS["gazette"]
        take(
            store,
            [article("courier", later), article("gazette", text)],
            [figure("courier", later), figure("gazette", text)],
        )
    assert values(warehouse) == [("reporter-27", 27.0, 0.9)]


def test_a_correction_holds_for_copies_and_what_is_undone_is_undone_there(warehouse):
    say(warehouse, 1, "correct", value=28.0, period="2022")
    told = "select fact_id, value, period, confidence from figures where known_to is null order by 1"
    assert published(warehouse, told) == [
        ("agency-27", 28.0, "2022", 1.0),
        ("gazette-27", 28.0, "2022", 1.0),
        ("reporter-27", 27.0, "2023", 0.9),
    ]
    assert published(warehouse, "select distinct carriers from copies where known_to is null") == [(2,)]
    say(warehouse, 2, "accept")
    assert [value for _, value, _ in values(warehouse)] == [28.0, 28.0, 27.0]
    say(warehouse, 3, "undo")
    say(warehouse, 4, "undo")
    assert values(warehouse) == [(f"{one}-27", 27.0, 0.9) for one in TEXTS]
    assert published(warehouse, "select * from verdicts where known_to is null") == []


def test_what_is_said_of_the_copys_own_fact_wins(warehouse):
    say(warehouse, 1, "correct", "gazette-27", value=26.0)
    say(warehouse, 2, "reject")
    assert [one[:2] for one in values(warehouse)] == [("gazette-27", 26.0), ("reporter-27", 27.0)]
    say(warehouse, 3, "undo", "gazette-27")
    assert [one[0] for one in values(warehouse)] == ["reporter-27"]


def test_a_mark_on_a_target_holds_for_its_copies_beside_their_own_reviews(warehouse):
    say(warehouse, 1, "accept", "gazette-27")
    say(warehouse, 2, "revise")
    marked = "select fact_id from verdicts where known_to is null and action = 'revise' order by 1"
    assert published(warehouse, marked) == [("agency-27",), ("gazette-27",)]


def test_other_facts_and_other_words_are_left_alone(tmp_path):
    other = "Ericsson held 27 percent of the world market for such gear"
    changed = WIRE.replace("27 percent of the world", "27 percent of the whole")
    with opened(tmp_path) as store:
        rows = [
            figure("agency", WIRE),
            figure("agency", WIRE, 31.0),
            figure("gazette", WIRE, 31.0, other),
            figure("courier", changed, quote="Ericsson held 27 percent of the whole market"),
        ]
        take(store, [article("agency", WIRE), article("gazette", WIRE), article("courier", changed)], rows)
    say(tmp_path, 1, "reject")
    assert [one[0] for one in values(tmp_path)] == ["agency-31", "courier-27", "gazette-31"]
    say(tmp_path, 2, "reject", "agency-31")  # quoted otherwise by the copy, in the same sentence
    assert [one[0] for one in values(tmp_path)] == ["courier-27"]


def test_two_facts_of_one_sentence_are_told_apart_by_their_time(tmp_path):
    with opened(tmp_path) as store:
        rows = [
            figure(one, WIRE, period=year) | {"fact_id": f"{one}-{year}"}
            for one in ("agency", "gazette")
            for year in ("2022", "2023")
        ]
        take(store, [article("agency", WIRE), article("gazette", WIRE)], rows)
    say(tmp_path, 1, "reject", "agency-2022")
    assert [one[0] for one in values(tmp_path)] == ["agency-2023", "gazette-2023"]


def test_an_article_that_leaves_the_story_says_again_what_was_read_in_it(warehouse):
    say(warehouse, 1, "reject")
    withdraw(warehouse, "agency")
    assert [one[0] for one in values(warehouse)] == ["gazette-27", "reporter-27"]


def test_the_history_of_a_copys_fact_tells_of_which_fact_it_was_said(warehouse):
    say(warehouse, 1, "reject")
    say(warehouse, 2, "undo")
    view = view_of(warehouse / "published.duckdb")
    told = review_queries.history(view, "gazette-27")
    assert told[["action", "of_copy", "publisher"]].values.tolist() == [
        ["reject", True, "Agency"],
        ["undo", True, "Agency"],
    ]
    assert not review_queries.history(view, "agency-27")["of_copy"].any()
    assert review_queries.history(view, "reporter-27").empty
    assert queries.fact(view, "gazette-27") is not None
