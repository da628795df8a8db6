"""What the app asks for is written once, in order, and shows in the next load; frozen views keep what they had."""

import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from etl import pipeline, requests, writer
from etl.article import Article, Known
from etl.extract import Reading
from etl.facts import FACT
from etl.paths import ROOT
from etl.requests import Review, dismissed_id
from etl.rows import article_row, reading_rows
from etl.sources.files import Listing
from etl.store import Versions, open_store
from tests.plain_reader import plain_reader
from tests.test_pipeline import start

TEXT = "Nokia held 20% of the market in 2024. Ericsson held 31%."
DAY = datetime(2026, 3, 1)


def nokia(value: float = 20.0):
    told = {"kind": "figure", "companies": ["Nokia"], "metric": "market_share", "status": "actual", "value": value}
    return FACT.validate_python(
        {**told, "unit": "percent", "period": "2024", "confidence": 0.6, "quote": TEXT[:37], "start": 0, "end": 37}
    )


def read(warehouse, reader: str = "reader 1", *facts):
    """Load the article as this reader reads it; its fact's id."""
    reading = Reading(facts=list(facts or [nokia()]), unread=[], new_names=[], language="en", skipped=None)
    with open_store(warehouse, DAY, Versions(reader, "names", 0.5)) as store, store.transaction():
        article = article_row("a1", "news", "a.txt", "x", Article(title="A", text=TEXT, published="2026-01"), reading)
        rows = {"articles": [article], **reading_rows("a1", reader, reading)}
        store.load_rows({"a1": TEXT}, {"a1": rows})
    with open_store(warehouse, DAY) as store:
        store.publish("read")
    return published(warehouse, "select fact_id from figures where known_to is null")[0][0]


def published(warehouse, question: str) -> list[tuple]:
    with duckdb.connect(warehouse / "published.duckdb", read_only=True) as connection:
        return connection.execute(question).fetchall()


def values(warehouse, load: int | None = None) -> list[tuple]:
    at = load or published(warehouse, "select max(load) from loads")[0][0]
    known = f"known_from <= {at} and (known_to is null or known_to > {at})"
    return published(warehouse, f"select value, confidence from figures where {known} order by 1")


@pytest.fixture
def warehouse(tmp_path):
    return tmp_path / "warehouse"


def say(warehouse, fact_id, action: str, who: str = "ann", seen: str | None = None, **after):
    asks = Review(action=action, article_id="a1", kind="figure", fact_id=fact_id, after=after, seen=seen)
    number = requests.ask(warehouse, who, asks)
    writer.work(warehouse)
    return requests.answer_of(warehouse, number)


def test_a_correction_shows_in_the_next_load_and_not_in_the_ones_before(warehouse):
    fact_id = read(warehouse)
    answer = say(warehouse, fact_id, "correct", value=21.0)
    assert (answer.state, answer.load, answer.fact_id) == ("done", 2, fact_id)
    assert values(warehouse) == [(21.0, 1.0)]
    assert values(warehouse, load=1) == [(20.0, 0.6)]
    assert published(warehouse, "select action, who, state, known_from from verdicts") == [
        ("correct", "ann", "fresh", 2)
    ]


def test_a_correction_that_empties_a_field_gives_it_its_default(warehouse):
    fact_id = read(warehouse)
    assert say(warehouse, fact_id, "correct", region="europe", qualifier="about", generation="5G").state == "done"
    first = published(warehouse, "select max(review_id) from reviews")[0][0]
    answer = say(warehouse, fact_id, "correct", seen=first, region=None, qualifier=None, generation=None)
    assert answer.state == "done", answer.line
    told = published(warehouse, "select region, qualifier, generation from figures where known_to is null")
    assert told == [("global", "exact", None)]
    after = published(warehouse, f"select after->>'region' from reviews where review_id > '{first}'")
    assert after == [("global",)]
    refused = say(
        warehouse, fact_id, "correct", seen=published(warehouse, "select max(review_id) from reviews")[0][0], value=None
    )
    assert refused.state == "refused" and "value" in refused.line


def test_a_correction_survives_a_better_reader(warehouse):
    fact_id = read(warehouse)
    say(warehouse, fact_id, "correct", value=21.0)
    read(warehouse, "reader 2", nokia(20.0))
    assert values(warehouse) == [(21.0, 1.0)]


def test_what_is_undone_brings_back_what_the_reader_says_now(warehouse):
    fact_id = read(warehouse)
    first = say(warehouse, fact_id, "reject")
    assert values(warehouse) == []
    read_again = FACT.validate_python({**nokia().model_dump(), "confidence": 0.8})
    with open_store(warehouse, DAY, Versions("reader 2", "names", 0.5)) as store, store.transaction():
        reading = Reading(facts=[read_again], unread=[], new_names=[], language="en", skipped=None)
        store.load_rows(
            {"a1": TEXT},
            {"a1": {"articles": store.rows_of("articles", "a1"), **reading_rows("a1", "reader 2", reading)}},
        )
    answer = say(warehouse, fact_id, "undo", seen=first.id)
    assert answer.state == "done"
    assert values(warehouse) == [(20.0, 0.8)]
    assert published(warehouse, "select action from reviews order by review_id") == [("reject",), ("undo",)]
    assert published(warehouse, "select count(*) from verdicts where known_to is null") == [(0,)]


def test_the_second_of_two_people_sees_what_the_first_said(warehouse):
    fact_id = read(warehouse)
    first = say(warehouse, fact_id, "correct", who="ann", value=21.0)
    second = say(warehouse, fact_id, "correct", who="bob", value=22.0)
    assert second.state == "conflict" and "ann said correct" in second.line
    assert values(warehouse) == [(21.0, 1.0)]
    assert say(warehouse, fact_id, "correct", who="bob", seen=first.id, value=22.0).state == "done"
    assert values(warehouse) == [(22.0, 1.0)]


def test_a_sentence_that_is_set_aside_is_kept_undone_and_leaves_facts_alone(warehouse):
    read(warehouse)
    told = {"article_id": "a1", "kind": "sentence", "fact_id": dismissed_id("sentence", "a1", "Ericsson held 31%.")}
    number = None
    for action, after in (("dismiss", {"quote": "Ericsson held 31%."}), ("undo", {})):
        number = requests.ask(warehouse, "ann", Review(action=action, after=after, seen=number, **told))
        writer.work(warehouse)
        assert requests.answer_of(warehouse, number).state == "done", requests.answer_of(warehouse, number).line
    assert published(warehouse, "select action, kind, load from reviews order by review_id") == [
        ("dismiss", "sentence", 2),
        ("undo", "sentence", 3),
    ]
    assert values(warehouse) == [(20.0, 0.6)]
    assert published(warehouse, "select count(*) from verdicts") == [(0,)]
    read(warehouse, "reader 2", nokia(20.0))  # an article that has such a review alone is read as any other
    assert values(warehouse) == [(20.0, 0.6)]


@pytest.mark.parametrize("wrong", [{"kind": "figure"}, {"fact_id": "ab" * 8}, {"action": "accept"}])
def test_what_cannot_be_set_aside_is_no_request(wrong):
    told = {"action": "dismiss", "article_id": "a1", "kind": "name", "fact_id": dismissed_id("name", "a1", "Acme")}
    with pytest.raises(ValueError, match=r"cannot have the review|the id is not"):
        Review(**{**told, "after": {"quote": "Acme"}, **wrong})


def test_a_missed_fact_is_written_with_its_words(warehouse):
    read(warehouse)
    quote = "Ericsson held 31%."
    start = TEXT.index(quote)
    told = {"companies": ["Ericsson"], "metric": "market_share", "status": "actual", "value": 31.0, "unit": "percent"}
    answer = say(warehouse, None, "write", quote=quote, start=start, end=start + len(quote), **told)
    assert answer.state == "done"
    assert values(warehouse) == [(20.0, 0.6), (31.0, 1.0)]


@pytest.mark.parametrize(("after", "line"), [({"value": "many"}, "value"), ({"metric": "rank"}, "metric")])
def test_a_correction_that_is_no_fact_is_refused_and_nothing_changes(warehouse, after, line):
    fact_id = read(warehouse)
    answer = say(warehouse, fact_id, "correct", **after)
    assert answer.state == "refused" and line in answer.line
    assert values(warehouse) == [(20.0, 0.6)]
    assert published(warehouse, "select count(*) from reviews") == [(0,)]


def test_a_writer_that_was_cut_off_before_it_published_counts_each_request_once(warehouse):
    fact_id = read(warehouse)
    asks = Review(action="correct", article_id="a1", kind="figure", fact_id=fact_id, after={"value": 21.0})
    number = requests.ask(warehouse, "ann", asks)

    def die(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), open_store(warehouse, DAY) as store:
        store.publish = die
        writer.drain(store, warehouse)
    assert requests.answer_of(warehouse, number).state == "waiting"
    assert writer.work(warehouse) == 1
    assert requests.answer_of(warehouse, number).state == "done"
    assert values(warehouse) == [(21.0, 1.0)]
    assert published(warehouse, "select count(*) from reviews") == [(1,)]


def test_a_writer_waits_for_another_and_gives_up_in_one_line(warehouse):
    fact_id = read(warehouse)
    requests.ask(warehouse, "ann", Review(action="accept", article_id="a1", kind="figure", fact_id=fact_id))
    with open_store(warehouse, DAY), pytest.raises(writer.BusyStore, match="another ETL is running"):
        writer.work(warehouse, patience=0.3)
    assert writer.work(warehouse) == 1


def test_a_run_does_what_waits_between_its_batches(warehouse, tmp_path, monkeypatch):
    folder = tmp_path / "news"
    folder.mkdir()
    for name, share in (("a", 15), ("b", 16), ("c", 17)):
        (folder / f"{name}.txt").write_text(f"OULU, 3 May 2021\n\nNokia holds {share}% of the market, it said.")
    pipeline.run(warehouse, [folder], reader=plain_reader())
    article_id, fact_id = published(warehouse, "select article_id, fact_id from figures where value = 15")[0]
    seen = []

    def progress(outcomes, _):
        for outcome in outcomes:
            if not seen:
                asks = Review(
                    action="correct", article_id=article_id, kind="figure", fact_id=fact_id, after={"value": 14}
                )
                seen.append(requests.ask(warehouse, "ann", asks))
            else:
                seen.append(requests.answer_of(warehouse, seen[0]).state)
            yield outcome

    monkeypatch.setattr(pipeline, "BATCH", 1)
    pipeline.run(warehouse, [folder], reader=plain_reader("plain 2"), progress=progress)
    assert seen[1:] == ["done", "done"]
    assert sorted(value for value, _ in values(warehouse)) == [14.0, 16.0, 17.0]


class Watched:
    """A document that does something when it is looked at."""

    source, known = "news", Known()

    def __init__(self, name: str, looked_at) -> None:
        self.name, self.path, self._looked_at = name, f"{name}.txt", looked_at

    def read(self) -> bytes:
        self._looked_at()
        return f"Nokia holds {ord(self.name)}% of the market.".encode()


def run_over(warehouse, *looked_at, **settings) -> None:
    documents = [Watched("abc"[number], does) for number, does in enumerate(looked_at)]
    kept = [("news", Listing(documents=documents))]
    pipeline.run(warehouse, kept=kept, usual=False, reader=plain_reader(), **settings)


def test_what_waits_is_done_before_a_run_looks_at_its_documents(warehouse):
    fact_id, seen = read(warehouse), []
    number = requests.ask(warehouse, "ann", Review(action="accept", article_id="a1", kind="figure", fact_id=fact_id))
    run_over(warehouse, lambda: seen.append(requests.answer_of(warehouse, number).state))
    assert seen[0] == "done"


@pytest.mark.parametrize("while_it", ["looks", "reads"])
def test_what_is_asked_while_a_run_goes_on_is_done_before_its_next_document(warehouse, monkeypatch, while_it):
    """However few they are; here each of them takes longer than a person is to wait."""
    fact_id, asked, states = read(warehouse), [], []
    asks = Review(action="correct", article_id="a1", kind="figure", fact_id=fact_id, after={"value": 22.0})

    def at(what: str) -> None:
        if what == while_it and len(states) < 2:
            states.append(requests.answer_of(warehouse, asked[0]).state if asked else "not asked")
            asked.append(requests.ask(warehouse, "ann", asks))

    def progress(outcomes, _):
        for outcome in outcomes:
            at("reads")
            yield outcome

    monkeypatch.setattr(pipeline, "LONGEST", 0.0)
    run_over(warehouse, lambda: at("looks"), lambda: at("looks"), progress=progress)
    assert states == ["not asked", "done"]


def test_a_review_that_comes_while_a_run_holds_the_store_is_answered_before_the_run_ends(warehouse, tmp_path):
    """The run is in another process, and so is the writer whom the app starts, which waits for it."""
    fact_id, folder, first, second = read(warehouse), tmp_path / "articles", tmp_path / "first", tmp_path / "second"
    folder.mkdir()
    for name, held in (("a", ""), ("b", f"Please wait for {first}"), ("c", ""), ("d", f"Please wait for {second}")):
        (folder / f"{name}.txt").write_text(f"Nokia holds 1{ord(name) - 97}% of the market. {held}")
    asks = Review(action="correct", article_id="a1", kind="figure", fact_id=fact_id, after={"value": 22.0})
    run = start(warehouse, folder)
    app = None
    try:
        wait_until(lambda: Path(f"{first}.waiting").exists(), run)
        number = requests.ask(warehouse, "ann", asks)
        command = [sys.executable, "-m", "etl", "work", "--patience", "600"]
        app = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "VENDOR_TRACKER_HOME": str(warehouse)})
        first.touch()
        wait_until(lambda: Path(f"{second}.waiting").exists(), run)
        answer = requests.answer_of(warehouse, number)
        assert (answer.state, run.poll()) == ("done", None)
        assert (22.0, 1.0) in values(warehouse) and (12.0, 0.9) not in values(warehouse)
    finally:
        first.touch()
        second.touch()
        ended = [process.wait() for process in (run, app) if process]
    assert ended == [0, 0]
    assert [value for value, _ in values(warehouse)] == [10.0, 11.0, 12.0, 13.0, 22.0]


def wait_until(happened, process: subprocess.Popen) -> None:
    while not happened():
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.02)
