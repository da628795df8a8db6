"""Documents and names that the app asks for are taken in once, with what the person said, whatever process ends in between."""

import csv
import dataclasses
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from etl import pipeline, requests, spawning, writer
from etl.backup import Places, backup
from etl.facts import fact_ids
from etl.requests import PREVIEW, Addition, Naming, Review
from etl.restore import restore
from etl.sources.raw import Record
from tests.plain_reader import plain_reader, read_shares
from tests.test_writer import published, read, values

NOKIA = b"OULU, 3 May 2021\n\nNokia holds 15% of the market. Ericsson holds 31% of the market."
# A writer that a test loses: at a step, by kill -9.
DYING = """
import os, signal, sys
from pathlib import Path
from etl import requests, writer
from etl.store import Store
from tests.plain_reader import plain_reader
step, warehouse = sys.argv[1], Path(sys.argv[2])
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
if __name__ == "__main__":
    if step == "apply":
        writer._done = die
    elif step == "publish":
        Store.publish = die
    elif step == "answer":
        requests.answer = die
    writer.work(warehouse, reader=plain_reader)
"""


@pytest.fixture
def warehouse(tmp_path, monkeypatch):
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path / "warehouse"))
    return tmp_path / "warehouse"


def add(warehouse, content: bytes = NOKIA, name: str = "news.txt", who: str = "ann", **told) -> str:
    return requests.ask(warehouse, who, Addition(file=requests.keep_file(warehouse, content), name=name, **told))


def work(warehouse, number: str) -> requests.Answer:
    writer.work(warehouse, reader=plain_reader)
    return requests.answer_of(warehouse, number)


def test_an_added_document_is_kept_read_and_shown_with_what_the_person_told(warehouse):
    url = "https://news.example/nokia"
    answer = work(warehouse, add(warehouse, title="Shares", published="2021-06", publisher="News", source_url=url))
    assert (answer.state, answer.line, answer.load) == ("done", "2 facts found", 1)
    told = published(warehouse, "select article_id, source, title, published, publisher, source_url from articles")
    assert told == [(answer.article_id, "added", "Shares", "2021-06", "News", url)]
    assert values(warehouse) == [(15.0, 0.9), (31.0, 0.9)]
    assert not list((warehouse / "queue/files").iterdir())


def test_the_next_run_knows_what_was_added(warehouse):
    work(warehouse, add(warehouse))
    from etl import paths
    from etl.sources.raw import Raw

    kept = [("added", Raw(paths.raw()).listing("added"))]
    summary = pipeline.run(warehouse, kept=kept, usual=False, reader=plain_reader())
    assert (summary.unchanged, summary.new, summary.missing) == (1, 0, 0)


def test_whoever_added_a_document_or_name_is_recorded_with_it_for_good(warehouse, tmp_path):
    read(warehouse)
    began = datetime.now(UTC).isoformat(timespec="seconds")
    for who in ("ann@example.org", "bob@example.org"):
        assert work(warehouse, add(warehouse, who=who)).state == "done"
    asks = Naming(name="Fjordtel", role="operator", canonical="Fjordtel", country="NO")
    work(warehouse, requests.ask(warehouse, "eve@example.org", asks))
    home = Places(warehouse, warehouse / "raw", tmp_path / "inbox", warehouse / "names", tmp_path / "sources.toml")
    there = dataclasses.replace(home, warehouse=tmp_path / "b", raw=tmp_path / "b/raw", names=tmp_path / "b/names")
    backup(home, tmp_path / "x.tar.zst")
    list(restore(there, tmp_path / "x.tar.zst"))
    for place in (home, there):
        [record] = [Record.model_validate_json(path.read_bytes()) for path in place.raw.glob("records/added/*/*.json")]
        assert [one.who for one in record.adders] == ["ann@example.org", "bob@example.org"]
        [row] = csv.DictReader((place.names / "operators.csv").read_text().splitlines())
        assert row["added_by"] == "eve@example.org"
        assert all(began <= at for at in (*(one.at for one in record.adders), row["added_at"]))


def test_reviews_of_the_preview_are_in_the_same_load(warehouse):
    from etl.article import read_document

    first, second = fact_ids(PREVIEW, read_shares(read_document("news.txt", NOKIA)).facts)
    reviews = [
        Review(action="correct", article_id=PREVIEW, kind="figure", fact_id=first, after={"value": 16}),
        Review(action="reject", article_id=PREVIEW, kind="figure", fact_id=second),
        Review(action="accept", article_id=PREVIEW, kind="figure", fact_id="gone"),
    ]
    answer = work(warehouse, add(warehouse, reviews=tuple(reviews)))
    assert answer.state == "done" and "1 of your changes" in answer.line
    assert values(warehouse, load=1) == [(16.0, 1.0)]
    told = "select who, action, before->>'value', after->>'value', load from reviews order by review_id"
    assert published(warehouse, told) == [("ann", "correct", "15.0", "16", 1), ("ann", "reject", "31.0", None, 1)]


@pytest.mark.parametrize(
    ("content", "told", "line"),
    [
        (b"", {}, "empty"),
        (NOKIA, {"published": "2021-02-31"}, "2021-02-31"),
        (NOKIA, {"source_url": "file:///etc/passwd"}, "no web address"),
        (NOKIA + b" the reader crashes", {}, "RuntimeError"),
        (NOKIA + b" the process dies", {}, "died"),
    ],
)
def test_a_document_that_cannot_be_taken_in_is_told_in_one_line_and_nothing_is_kept(warehouse, content, told, line):
    answer = work(warehouse, add(warehouse, content, **told))
    assert answer.state == "refused" and line in answer.line and "\n" not in answer.line
    assert not list(warehouse.glob("raw/records/*/*/*.json"))
    assert not list((warehouse / "queue/files").iterdir())


def test_a_name_that_leads_out_of_the_folder_leads_nowhere(warehouse):
    answer = work(warehouse, add(warehouse, name="../../../etc/news.txt"))
    assert answer.state == "done"
    assert published(warehouse, "select path from articles")[0][0].startswith("news-")


def test_a_document_without_a_request_is_removed_after_a_day(warehouse):
    import os

    number, kept = requests.keep_file(warehouse, NOKIA), requests.keep_file(warehouse, NOKIA)
    os.utime(warehouse / "queue/files" / number, (1, 1))
    requests.sweep(warehouse)
    assert [path.name for path in (warehouse / "queue/files").iterdir()] == [kept]


def test_a_new_name_is_in_ones_own_names_once(warehouse):
    read(warehouse)
    first = requests.ask(warehouse, "ann", Naming(name="Fjordtel", role="operator", canonical="Fjordtel", country="NO"))
    assert work(warehouse, first).state == "done"
    again = requests.ask(warehouse, "bob", Naming(name="Fjordtel", role="operator", canonical="Fjordtel"))
    assert work(warehouse, again).state == "done"
    other = requests.ask(warehouse, "bob", Naming(name="Fjordtel", role="vendor", canonical="Nokia"))
    assert "is a name of Fjordtel already" in work(warehouse, other).line
    assert (warehouse / "names/operators.csv").read_text().count("Fjordtel") == 1


@pytest.mark.parametrize("step", ["apply", "publish", "answer"])
def test_a_writer_killed_at_any_step_leaves_each_request_done_once(warehouse, step):
    fact_id = read(warehouse)
    asks = Review(action="correct", article_id="a1", kind="figure", fact_id=fact_id, after={"value": 21.0})
    numbers = [requests.ask(warehouse, "ann", asks), add(warehouse)]
    dead = subprocess.run(
        [sys.executable, "-c", DYING, step, str(warehouse)], cwd=Path(__file__).parent.parent, check=False
    )
    assert dead.returncode == -signal.SIGKILL
    assert {requests.answer_of(warehouse, number).state for number in numbers} == {"waiting"}
    writer.work(warehouse, reader=plain_reader)
    assert {requests.answer_of(warehouse, number).state for number in numbers} == {"done"}
    assert values(warehouse) == [(15.0, 0.9), (21.0, 1.0), (31.0, 0.9)]
    [record] = [Record.model_validate_json(path.read_bytes()) for path in warehouse.glob("raw/records/added/*/*.json")]
    assert [one.who for one in record.adders] == ["ann"]
    assert published(warehouse, "select count(*) from reviews") == [(1,)]
    assert published(warehouse, "select max(load) from loads") == [(2,)]


def test_the_app_starts_a_writer_and_does_not_wait_for_it(warehouse):
    import time

    fact_id = read(warehouse)
    asks = Review(action="accept", article_id="a1", kind="figure", fact_id=fact_id)
    number = requests.ask(warehouse, "ann", asks)
    spawning.spawn(warehouse)
    until = time.monotonic() + 120
    while requests.answer_of(warehouse, number).state == "waiting" and time.monotonic() < until:
        time.sleep(0.1)
    assert requests.answer_of(warehouse, number).state == "done", (warehouse / "queue/work.log").read_text()
    with duckdb.connect(warehouse / "published.duckdb", read_only=True) as connection:
        assert connection.execute("select action from verdicts").fetchall() == [("accept",)]


@pytest.fixture
def started(monkeypatch) -> list:
    """The writers that were started; none is."""
    started = []

    class Process:
        def __init__(self, command, **_):
            started.append(command)

        def wait(self):
            pass

    monkeypatch.setattr(spawning.subprocess, "Popen", Process)
    return started


def test_no_second_writer_is_started_and_what_was_asked_of_one_that_is_ending_is_done(warehouse, started):
    numbers = [add(warehouse)]

    def does() -> int:
        done = writer.work(warehouse, reader=plain_reader)
        if len(numbers) == 1:  # it saw that nothing waits, and still holds the lock
            numbers.append(add(warehouse, NOKIA + b" More."))
            spawning.spawn(warehouse)
        return done

    assert spawning.work_alone(warehouse, 0, does) == 2
    assert not started
    assert {requests.answer_of(warehouse, number).state for number in numbers} == {"done"}
    spawning.spawn(warehouse)
    assert len(started) == 1


def test_a_second_writer_leaves_the_work_to_the_first(warehouse):
    def second() -> int:
        raise AssertionError("it did what another is doing")

    def first() -> int:
        assert spawning.work_alone(warehouse, 0, second) is None
        return 1

    assert spawning.work_alone(warehouse, 0, first) == 1


def test_a_writer_that_can_do_nothing_about_what_waits_ends(warehouse):
    add(warehouse)
    assert spawning.work_alone(warehouse, 0, lambda: 0) == 0


def test_a_run_waits_for_a_writer_of_the_app_and_for_no_other(warehouse):
    import threading

    from etl.store_file import BusyStore, only_writer

    held, let_go, came = threading.Event(), threading.Event(), threading.Event()

    def app() -> None:
        with only_writer(warehouse, brief=True):
            held.set()
            let_go.wait(60)

    def run() -> None:
        with only_writer(warehouse):
            came.set()

    threads = [threading.Thread(target=app)]
    threads[0].start()
    assert held.wait(60)
    threads.append(threading.Thread(target=run))
    threads[1].start()
    assert not came.wait(0.5)
    let_go.set()
    assert came.wait(60)
    for thread in threads:
        thread.join(60)
    with only_writer(warehouse), pytest.raises(BusyStore), only_writer(warehouse):
        pass


# ---- names whose articles are read again

FOLDER = {"share.txt": "newcomer Fjordtel. Nokia holds 15% of the market.", "other.txt": "ZTE holds 3% of the market."}


def read_folder(warehouse, folder: Path) -> None:
    folder.mkdir()
    for name, text in FOLDER.items():
        (folder / name).write_text(text)
    pipeline.run(warehouse, [folder], reader=plain_reader(), usual=False)


def later_reader():
    """A reader that knows one name more, and reads another share."""
    from functools import partial

    from etl.reading import read_all

    return pipeline.Reader("plain 1", "names 2", 0.5, partial(read_all, reader=read_with_the_name))


def read_with_the_name(article):
    from dataclasses import replace

    found = read_shares(article)
    return replace(
        found, facts=[fact.model_copy(update={"value": fact.value + 1}) for fact in found.facts], new_names=[]
    )


def name_it(warehouse, name: str = "FJORDTEL") -> requests.Answer:
    number = requests.ask(warehouse, "ann", Naming(name=name, role="operator", canonical=name, country="NO"))
    writer.work(warehouse, reader=later_reader)
    return requests.answer_of(warehouse, number)


def test_the_articles_that_have_a_new_name_are_read_again_at_once_and_no_others(warehouse, tmp_path):
    read_folder(warehouse, tmp_path / "news")
    answer = name_it(warehouse)
    assert (answer.state, answer.load) == ("done", 2)
    assert answer.line == "FJORDTEL is operator FJORDTEL now; 1 article read again with it"
    assert [value for value, _ in values(warehouse)] == [3.0, 16.0]
    assert published(warehouse, "select name from new_names where known_to is null") == []
    # The next run reads what was not read with the name, and that alone.
    summary = pipeline.run(warehouse, [tmp_path / "news"], reader=later_reader(), usual=False)
    assert (summary.reread, summary.unchanged) == (1, 1)


def test_what_cannot_be_read_again_keeps_its_facts_and_waits_for_the_next_run(warehouse, tmp_path):
    read_folder(warehouse, tmp_path / "news")
    (tmp_path / "news/share.txt").unlink()
    assert name_it(warehouse).line == "FJORDTEL is operator FJORDTEL now; the next run reads 1 article again with it"
    assert [value for value, _ in values(warehouse)] == [3.0, 15.0]


def test_a_name_that_stands_in_no_article_is_kept_and_nothing_is_read(warehouse, tmp_path):
    read_folder(warehouse, tmp_path / "news")
    answer = name_it(warehouse, "Vivacom Test")
    assert answer.line == "Vivacom Test is operator Vivacom Test now; no article has it"
    assert values(warehouse) == [(3.0, 0.9), (15.0, 0.9)]


def test_a_name_that_comes_while_a_run_goes_on_waits_for_the_next_run_and_the_answer_says_so(warehouse, tmp_path):
    read_folder(warehouse, tmp_path / "news")
    number = requests.ask(
        warehouse, "ann", Naming(name="Fjordtel", role="operator", canonical="Fjordtel", country="NO")
    )
    pipeline.run(warehouse, [tmp_path / "news"], reader=plain_reader(), usual=False)
    assert requests.answer_of(warehouse, number).line.endswith("; the next run reads the articles again with it")


def test_a_reviewed_fact_keeps_its_review_when_its_article_is_read_again_for_a_name(warehouse, tmp_path):
    read_folder(warehouse, tmp_path / "news")
    [(article_id, fact_id)] = published(warehouse, "select article_id, fact_id from figures where value = 15")
    asks = Review(action="correct", article_id=article_id, kind="figure", fact_id=fact_id, after={"value": 21.0})
    requests.ask(warehouse, "ann", asks)
    assert name_it(warehouse).state == "done"
    assert 21.0 in [value for value, _ in values(warehouse)]
