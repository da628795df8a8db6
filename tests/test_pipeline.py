"""Documents in, published facts out: what a run does with documents that are new, changed, gone, moved, removed or bad."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from etl import pipeline
from etl.paths import BUNDLED
from etl.store import StoreError
from tests.gold_reader import gold_reader
from tests.plain_reader import plain_reader

ROOT = Path(__file__).resolve().parent.parent
NOKIA = "OULU, 3 May 2021\n\nNokia holds 15% of the market, the research firm said."
ERICSSON = "STOCKHOLM, 4 May 2021\n\nEricsson holds 27% of the market outside China. Huawei may hold more than it says."


@pytest.fixture
def articles(tmp_path) -> Path:
    """A folder of two articles."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "nokia.txt").write_text(NOKIA, encoding="utf-8")
    (folder / "ericsson.txt").write_text(ERICSSON, encoding="utf-8")
    return folder


@pytest.fixture
def warehouse(tmp_path) -> Path:
    return tmp_path / "warehouse"


def run(warehouse: Path, *folders: Path, **settings) -> pipeline.Summary:
    return pipeline.run(warehouse, folders, **{"reader": plain_reader(), **settings})


def published(warehouse: Path, question: str, *values: object) -> list[tuple]:
    """What a reader of the published file gets to see."""
    with duckdb.connect(warehouse / "published.duckdb", read_only=True) as connection:
        return connection.execute(question, list(values)).fetchall()


def shares(warehouse: Path, load: int | None = None) -> dict[str, float]:
    """Company and share of all facts known now, or as of a load."""
    known = f"known_from <= {load} and (known_to is null or known_to > {load})" if load else "known_to is null"
    return dict(published(warehouse, f"select companies[1], value from figures where {known}"))


def ids(warehouse: Path) -> set[tuple]:
    return set(published(warehouse, "select fact_id, article_id from figures where known_to is null"))


# ---- twice over


def test_a_run_publishes_what_the_articles_state(articles, warehouse):
    summary = run(warehouse, articles)
    assert (summary.new, summary.failed, summary.load, summary.published) == (2, [], 1, True)
    assert summary.facts == {"figure": 2, "selection": 0, "deal": 0, "restriction": 0, "unsure": 0, "unread": 1}
    assert shares(warehouse) == {"Nokia": 15, "Ericsson": 27}
    rows = published(warehouse, "select source, path, name, title, published, state from articles order by path")
    assert rows == [
        ("news", "ericsson.txt", "ericsson", None, "2021-05-04", "read"),
        ("news", "nokia.txt", "nokia", None, "2021-05-03", "read"),
    ]
    assert published(warehouse, "select quote from unread") == [("Huawei may hold more than it says.",)]
    for quote, start, end, text in published(
        warehouse, 'select f.quote, f."start", f."end", a.text from figures f join articles a using (article_id)'
    ):
        assert text[start:end] == quote


def test_a_second_run_changes_nothing_not_even_the_published_file(articles, warehouse):
    run(warehouse, articles)
    before = (warehouse / "published.duckdb").stat()
    summary = run(warehouse, articles)
    assert (summary.new, summary.unchanged, summary.load, summary.published) == (0, 2, 1, False)
    after = (warehouse / "published.duckdb").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_an_unchanged_document_is_not_read_again(articles, warehouse):
    run(warehouse, articles)
    (articles / "zte.txt").write_text("ZTE holds 11% of the market.")
    read = []
    reader = plain_reader()

    def watched(documents, workers):
        read.extend(document.path for document in documents)
        return reader.read(documents, workers)

    run(warehouse, articles, reader=pipeline.Reader(reader.version, reader.registry, 0.5, watched))
    assert read == ["zte.txt"]


def test_a_warehouse_made_anew_gives_the_same_facts_the_same_ids(articles, tmp_path):
    run(tmp_path / "one", articles)
    run(tmp_path / "two", articles)
    assert ids(tmp_path / "one") == ids(tmp_path / "two")


def test_ids_do_not_hang_on_where_the_folder_lies(articles, tmp_path):
    run(tmp_path / "one", articles)
    elsewhere = tmp_path / "deep" / "down" / "news"
    elsewhere.parent.mkdir(parents=True)
    articles.rename(elsewhere)
    run(tmp_path / "two", elsewhere)
    assert ids(tmp_path / "one") == ids(tmp_path / "two")
    assert run(tmp_path / "one", elsewhere).unchanged == 2


def test_one_folder_given_twice_is_read_once(articles, warehouse):
    assert run(warehouse, articles, articles / ".." / "news").new == 2
    assert len(ids(warehouse)) == 2 == published(warehouse, "select count(*) from figures")[0][0]


def test_two_folders_of_one_name_stay_apart(articles, tmp_path, warehouse):
    other = tmp_path / "other" / "news"
    other.mkdir(parents=True)
    (other / "nokia.txt").write_text("NEC holds 0.7% of the market.")
    assert run(warehouse, articles, other).new == 3
    assert shares(warehouse) == {"Nokia": 15, "Ericsson": 27, "NEC": 0.7}
    assert run(warehouse, other, articles).unchanged == 3


def test_several_processes_read_the_same_as_one(articles, tmp_path):
    for n in range(9):
        (articles / f"more-{n}.txt").write_text(f"ZTE holds {n}% of the market.")
    assert run(tmp_path / "two", articles, workers=2).new == run(tmp_path / "one", articles).new == 11
    assert ids(tmp_path / "one") == ids(tmp_path / "two")


def test_without_folders_our_briefs_and_the_inbox_are_read(tmp_path, warehouse, monkeypatch):
    monkeypatch.setattr(pipeline, "INBOX", tmp_path / "data" / "inbox")
    summary = pipeline.run(warehouse, reader=gold_reader())
    assert (tmp_path / "data" / "inbox").is_dir()
    assert summary.new == sum(path.suffix in (".html", ".md", ".txt") for path in BUNDLED.iterdir()) >= 61
    assert summary.failed == summary.warnings == []
    told = published(
        warehouse, "select publisher, published, is_brief, source from articles where name = 'nec-ntt-brief'"
    )
    assert told == [("Nikkei Asian Review", "2020-06-26", True, "bundled")]
    assert published(
        warehouse, "select value from figures where companies = ['NEC'] and status = 'target' and unit = 'percent'"
    ) == [(20,)]


def test_our_briefs_can_be_left_out_and_taken_in_again(articles, tmp_path, warehouse, monkeypatch):
    monkeypatch.setattr(pipeline, "INBOX", articles)
    brief = tmp_path / "briefs"
    brief.mkdir()
    (brief / "nec.txt").write_text("NEC holds 0.7% of the market.")
    monkeypatch.setattr(pipeline, "BUNDLED", brief)
    assert run(warehouse).new == 3
    before = ids(warehouse)
    run(warehouse, bundled=False)
    assert shares(warehouse) == {"Nokia": 15, "Ericsson": 27}
    assert shares(warehouse, load=1) == {"Nokia": 15, "Ericsson": 27, "NEC": 0.7}
    assert run(warehouse, bundled=False).published is False
    assert run(warehouse).new == 1
    assert ids(warehouse) == before


# ---- changes


def test_a_changed_document_closes_its_old_facts_and_keeps_those_of_others(articles, warehouse):
    run(warehouse, articles)
    (articles / "nokia.txt").write_text(NOKIA.replace("15%", "16%"))
    summary = run(warehouse, articles)
    assert (summary.changed, summary.unchanged, summary.load) == (1, 1, 2)
    assert shares(warehouse) == {"Nokia": 16, "Ericsson": 27}
    assert shares(warehouse, load=1) == {"Nokia": 15, "Ericsson": 27}
    assert published(warehouse, "select known_from from figures where companies = ['Ericsson']") == [(1,)]


def test_what_the_index_says_anew_counts_as_a_change(articles, warehouse):
    index = articles / "index.csv"
    index.write_text("file,title,published,publisher,source_url\nnokia.txt,Nokia,2021-05-01,Agency,\n")
    run(warehouse, articles)
    index.write_text("file,title,published,publisher,source_url\nnokia.txt,Nokia,2021-04-01,Agency,\n")
    assert (run(warehouse, articles).changed, shares(warehouse)) == (1, {"Nokia": 15, "Ericsson": 27})
    assert published(warehouse, "select period from figures where known_to is null order by 1") == [
        ("2021-04",),
        ("2021-05",),
    ]


@pytest.mark.parametrize("reader", [plain_reader("plain 2"), plain_reader(registry="names 2")], ids=["reader", "names"])
def test_another_reader_or_registry_reads_everything_again_and_the_facts_keep_their_ids(articles, warehouse, reader):
    run(warehouse, articles)
    before = ids(warehouse)
    summary = run(warehouse, articles, reader=reader)
    assert (summary.reread, summary.changed, summary.unchanged) == (2, 0, 0)
    assert ids(warehouse) == before
    assert run(warehouse, articles, reader=reader).unchanged == 2
    assert dict(published(warehouse, "select key, value from meta"))["registry"] == reader.registry


def test_another_registry_that_finds_the_same_makes_no_new_load(articles, warehouse):
    run(warehouse, articles)
    assert run(warehouse, articles, reader=plain_reader(registry="names 2")).load == 1


def test_another_default_threshold_reaches_readers(articles, warehouse):
    run(warehouse, articles)
    run(warehouse, articles, reader=plain_reader(threshold=0.7))
    assert published(warehouse, "select value from meta where key = 'default_min_confidence'") == [("0.7",)]


def test_a_document_that_is_gone_is_missing_and_keeps_its_facts(articles, warehouse):
    run(warehouse, articles)
    (articles / "nokia.txt").rename(articles.parent / "nokia.txt")
    assert run(warehouse, articles).missing == 1
    assert shares(warehouse) == {"Nokia": 15, "Ericsson": 27}
    state = "select state from articles where name = 'nokia' and known_to is null"
    assert published(warehouse, state) == [("missing",)]
    again = run(warehouse, articles)
    assert (again.missing, again.published) == (1, False)
    (articles.parent / "nokia.txt").rename(articles / "nokia.txt")
    back = run(warehouse, articles)
    assert (back.missing, back.unchanged) == (0, 2)
    assert published(warehouse, state) == [("read",)]


def test_documents_of_other_folders_are_not_missing(articles, tmp_path, warehouse):
    run(warehouse, articles)
    other = tmp_path / "other"
    other.mkdir()
    assert run(warehouse, other).missing == 0


def test_a_renamed_document_stays_one_article_with_its_ids(articles, warehouse):
    run(warehouse, articles)
    before = ids(warehouse)
    (articles / "2021").mkdir()
    (articles / "nokia.txt").rename(articles / "2021" / "nokia-share.txt")
    summary = run(warehouse, articles)
    assert (summary.new, summary.missing, summary.unchanged) == (0, 0, 2)
    assert summary.notes == ["news/nokia.txt is now 2021/nokia-share.txt; it keeps its facts and its links"]
    assert ids(warehouse) == before
    assert ("2021/nokia-share.txt", "nokia-share") in published(
        warehouse, "select path, name from articles where known_to is null"
    )
    # Another article under the old name is another article.
    (articles / "nokia.txt").write_text("ZTE holds 11% of the market.")
    assert run(warehouse, articles).new == 1
    assert len({article for _, article in ids(warehouse)}) == 3
    assert run(warehouse, articles).published is False


# ---- one address


PAGE = (
    "<html><head><title>Shares</title><link rel='canonical' href='{url}'></head><body><article><h1>Shares</h1>"
    "<p>{words} This is what the research firm found when it looked at the books of the year.</p></article></body></html>"
)


def test_two_articles_of_one_address_keep_both(articles, warehouse):
    for name, url, words in (
        ("a.html", "https://www.example.com/shares?utm_source=x", "NEC holds 0.7% of the market."),
        ("b.html", "http://example.com/shares/", "NEC holds 0.8% of the market."),
    ):
        (articles / name).write_text(PAGE.format(url=url, words=words))
    assert run(warehouse, articles).new == 4
    found = published(warehouse, "select value, article_id from figures where companies = ['NEC'] order by 1")
    assert [value for value, _ in found] == [0.7, 0.8]
    assert len({article for _, article in found}) == 2
    assert run(warehouse, articles).unchanged == 4


def test_an_address_gives_the_id_wherever_the_page_was_saved(articles, tmp_path):
    page = PAGE.format(url="https://example.com/shares", words="NEC holds 0.7% of the market.")
    (articles / "a.html").write_text(page)
    run(tmp_path / "one", articles)
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "saved.html").write_text(page)
    run(tmp_path / "two", other)
    assert ids(tmp_path / "two") < ids(tmp_path / "one")


# ---- removed


def test_a_removed_article_stays_away_until_its_document_changes(articles, warehouse):
    run(warehouse, articles)
    pipeline.remove(warehouse, "nokia")
    assert shares(warehouse) == {"Ericsson": 27}
    assert shares(warehouse, load=1) == {"Nokia": 15, "Ericsson": 27}
    again = run(warehouse, articles)
    assert (again.withdrawn, again.unchanged, again.published) == (1, 1, False)
    assert run(warehouse, articles, reader=plain_reader("plain 2")).withdrawn == 1
    assert shares(warehouse) == {"Ericsson": 27}
    (articles / "nokia.txt").write_text(NOKIA.replace("15%", "17%"))
    assert run(warehouse, articles).changed == 1
    assert shares(warehouse) == {"Nokia": 17, "Ericsson": 27}


def test_a_removed_article_stays_away_when_its_file_is_renamed(articles, warehouse):
    run(warehouse, articles)
    pipeline.remove(warehouse, "nokia")
    (articles / "nokia.txt").rename(articles / "renamed.txt")
    assert run(warehouse, articles).withdrawn == 1
    assert shares(warehouse) == {"Ericsson": 27}


def test_an_article_is_removed_by_the_beginning_of_its_id_and_an_unknown_or_doubtful_one_is_not(
    articles, tmp_path, warehouse
):
    run(warehouse, articles)
    [(article,)] = published(warehouse, "select article_id from articles where name = 'nokia'")
    assert pipeline.remove(warehouse, article[:6]).article_id == article
    with pytest.raises(StoreError, match='no article "nokia"; give its id'):
        pipeline.remove(warehouse, "nokia")
    other = tmp_path / "other"
    other.mkdir()
    (other / "ericsson.md").write_text("Ericsson holds 28% of the market.")
    run(warehouse, other)
    with pytest.raises(StoreError, match='2 articles are called "ericsson"'):
        pipeline.remove(warehouse, "ericsson")


# ---- bad documents


def test_bad_documents_are_told_and_never_stop_the_others(articles, warehouse):
    (articles / "empty.html").write_bytes(b"")
    (articles / "picture.txt").write_bytes(bytes(range(256)) * 40)
    (articles / "large.html").write_bytes(b"<p>" + b"x" * 21_000_000)
    (articles / "crash.txt").write_text("Here the reader crashes.")
    (articles / "japan.txt").write_text("富士通はNECと5Gの基地局で提携する。", encoding="utf-8")
    (articles / "undated.md").write_text("---\npublished: 31/06/2020\n---\nZTE holds 11% of the market.")
    (articles / "gone.txt").symlink_to(articles / "nothing.txt")
    summary = run(warehouse, articles)
    assert shares(warehouse) == {"Nokia": 15, "Ericsson": 27, "ZTE": 11}
    reasons = {path: reason for _, path, reason in summary.failed}
    assert set(reasons) == {"large.html", "empty.html", "picture.txt", "crash.txt", "gone.txt"}
    assert "not there" in reasons["gone.txt"]
    assert "21 MB" in reasons["large.html"]
    assert "empty" in reasons["empty.html"]
    assert "binary" in reasons["picture.txt"]
    assert "RuntimeError: no such word" in reasons["crash.txt"]
    assert summary.skipped == [("news", "japan.txt", "not in English (ja)")]
    assert [(path, warning) for _, path, warning in summary.warnings] == [
        ("undated.md", 'published "31/06/2020" is no date (want YYYY-MM-DD)')
    ]
    assert set(published(warehouse, "select path, reason from failures where load = 1")) == set(reasons.items())
    again = run(warehouse, articles)
    assert (len(again.failed), again.new, again.published) == (5, 0, False)


def test_a_document_that_turns_bad_keeps_the_facts_it_had(articles, warehouse):
    run(warehouse, articles)
    (articles / "nokia.txt").write_bytes(b"")
    summary = run(warehouse, articles)
    assert [path for _, path, _ in summary.failed] == ["nokia.txt"]
    assert (summary.changed, summary.missing) == (0, 0)
    assert shares(warehouse) == {"Nokia": 15, "Ericsson": 27}


def test_failures_stay_listed_after_an_article_is_removed_and_go_when_the_document_is_mended(articles, warehouse):
    (articles / "empty.txt").write_bytes(b"")
    run(warehouse, articles)
    pipeline.remove(warehouse, "nokia")
    newest = "select path from failures where load = (select max(load) from loads)"
    assert published(warehouse, newest) == [("empty.txt",)]
    assert run(warehouse, articles).published is False
    (articles / "empty.txt").write_text("ZTE holds 11% of the market.")
    assert run(warehouse, articles).failed == []
    assert published(warehouse, newest) == []


def test_a_folder_that_is_not_there_is_told_before_anything_is_loaded(articles, warehouse):
    with pytest.raises(FileNotFoundError, match=r"no folder .*nowhere; check the path"):
        run(warehouse, articles, articles / "nowhere")
    assert not (warehouse / "published.duckdb").exists()


def test_a_process_that_dies_costs_the_one_document_it_died_on(articles, warehouse):
    (articles / "deadly.txt").write_text("Here the process dies.")
    summary = run(warehouse, articles, workers=2)
    [(_, path, reason)] = summary.failed
    assert (path, "process died" in reason) == ("deadly.txt", True)
    assert shares(warehouse) == {"Nokia": 15, "Ericsson": 27}


# ---- cut off, and two at once


def start(warehouse: Path, folder: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.plain_reader", str(warehouse), str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def test_a_run_that_is_killed_leaves_readers_what_they_had_and_the_next_one_goes_on(articles, warehouse):
    run(warehouse, articles)
    (articles / "nokia.txt").write_text(NOKIA.replace("15%", "16%"))
    (articles / "a.txt").write_text("NEC holds 0.7% of the market.")
    (articles / "z-deadly.txt").write_text("Here the process dies.")
    assert start(warehouse, articles).wait() == -9
    assert shares(warehouse) == {"Nokia": 15, "Ericsson": 27}
    (articles / "z-deadly.txt").write_text("ZTE holds 11% of the market.")
    summary = run(warehouse, articles)
    # What the killed run had loaded is not read again, and shows under the same load.
    assert (summary.new, summary.unchanged, summary.load) == (1, 3, 2)
    assert shares(warehouse) == {"Nokia": 16, "Ericsson": 27, "NEC": 0.7, "ZTE": 11}
    assert shares(warehouse, load=1) == {"Nokia": 15, "Ericsson": 27}


def test_a_second_etl_says_that_one_is_running_and_harms_nothing(articles, tmp_path, warehouse):
    signpost = tmp_path / "go"
    (articles / "slow.txt").write_text(f"ZTE holds 11% of the market. Please wait for {signpost}")
    first = start(warehouse, articles)
    while not Path(f"{signpost}.waiting").exists():
        assert first.poll() is None, first.stderr.read()
        time.sleep(0.02)
    try:
        with pytest.raises(StoreError, match=r"another ETL is running on .*; wait until it ends and run this again"):
            run(warehouse, articles)
    finally:
        signpost.touch()
    assert first.wait() == 0, first.stderr.read()
    assert shares(warehouse) == {"Nokia": 15, "Ericsson": 27, "ZTE": 11}
