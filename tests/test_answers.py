"""Answers are kept by their size: a large one does not drive many small ones out, and no asker can spoil another's."""

from __future__ import annotations

import threading
import time

import pandas as pd

from dashboard.answers import Answers
from tests.small_market import build
from tests.views import view_of


def rows(size: int) -> pd.DataFrame:
    return pd.DataFrame({"said": ["x" * size]})


def test_what_was_asked_longest_ago_makes_room_and_the_bytes_stay_below_the_bound():
    answers, asked = Answers(most=100_000), []

    def ask(number: int) -> None:
        answers.answer(("v1", number), lambda: asked.append(number) or rows(9_000))

    for number in range(10):
        ask(number)
    ask(0)  # used again, so 1 is the oldest
    assert asked == list(range(10)) and len(answers.kept) == 10
    ask(10)
    assert answers.kept.currsize <= 100_000
    asked.clear()
    ask(0)
    ask(1)
    assert asked == [1]


def test_an_answer_larger_than_all_the_room_is_given_but_drives_none_out():
    answers = Answers(most=100_000)
    answers.answer(("small",), lambda: rows(10))
    assert len(answers.answer(("large",), lambda: rows(200_000))["said"].iloc[0]) == 200_000
    assert len(answers.kept) == 1


def test_what_one_asker_does_to_its_rows_is_not_seen_by_the_next():
    answers = Answers(most=100_000)
    own = answers.answer(("same",), lambda: rows(3))
    own.loc[0, "said"] = "spoiled"
    assert answers.answer(("same",), lambda: rows(4))["said"].iloc[0] == "xxx"


def test_those_who_ask_the_same_at_once_have_it_asked_once():
    answers, asked = Answers(most=100_000), []

    def slow() -> pd.DataFrame:
        asked.append(1)
        time.sleep(0.1)
        return rows(3)

    threads = [threading.Thread(target=answers.answer, args=(("same",), slow)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1


def test_a_view_asks_the_same_question_once_and_another_anew(tmp_path, monkeypatch):
    build(tmp_path)
    view = view_of(tmp_path / "published.duckdb")
    asked = []
    ask = type(view.database).ask
    monkeypatch.setattr(type(view.database), "ask", lambda self, *told: asked.append(told) or ask(self, *told))
    sql = "select cast($a as integer) as n, $load as load"
    assert [int(view.ask(sql, a=a)["n"].iloc[0]) for a in (1, 1, 2)] == [1, 1, 2]
    assert len(asked) == 2
