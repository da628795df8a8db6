"""The command line: facts and nothing else on standard output, one line for each fault, and exit codes that tell how it went."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
import termios
from functools import partial
from pathlib import Path

import pytest

import etl.extract
import etl.reading
from etl import __main__ as command_line
from etl import pipeline
from etl.paths import BUNDLED
from tests.plain_reader import plain_reader, read_shares

ROOT = Path(__file__).resolve().parent.parent
NOKIA = (
    "OULU, 3 May 2021\n\nNokia holds 15% of the market. ZTE holds about 10% of the market. "
    "Größe, 日本 and 😀 stand before: NEC holds 0.7% of the market."
)
SMALL, FOUND = ROOT / "tests" / "reference" / "gold", ROOT / "tests" / "reference" / "found.jsonl"


class Ended:
    """How a command ended: exit code, standard output, standard error, and the facts in the output."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def facts(self) -> list[dict]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def run(monkeypatch, capfdbinary, tmp_path):
    """Run a command with the plain reader and a warehouse of its own: `run("extract", path) -> Ended`."""
    monkeypatch.setenv("VENDOR_TRACKER_HOME", str(tmp_path / "warehouse"))
    monkeypatch.setattr(etl.reading, "read_all", partial(etl.reading.read_all, reader=read_shares))
    monkeypatch.setattr(etl.extract, "default_threshold", lambda: 0.5)
    monkeypatch.setattr(pipeline, "the_reader", plain_reader)

    def ran(*arguments: object, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "argv", ["etl", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            code = command_line.main()
        except SystemExit as left:
            code = left.code or 0
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Ended(code, out.decode(), err.decode())

    return ran


@pytest.fixture
def news(tmp_path) -> Path:
    folder = tmp_path / "news"
    (folder / "deep").mkdir(parents=True)
    (folder / "nokia.txt").write_text(NOKIA, encoding="utf-8")
    page = "<html><body><article><h1>Huawei ahead</h1><p>Huawei holds 28% of the market.</p></article></body></html>"
    (folder / "deep" / "huawei.HTML").write_text(page)
    (folder / "picture.png").write_bytes(b"\x89PNG")
    return folder


# ---- extract


def test_facts_are_lines_of_json_with_the_guides_fields_and_the_articles_name(run, news):
    ended = run("extract", news)
    assert ended.code == 0
    assert [(fact["article"], fact["companies"], fact["value"]) for fact in ended.facts] == [
        ("huawei", ["Huawei"], 28), ("nokia", ["Nokia"], 15), ("nokia", ["NEC"], 0.7)
    ]  # fmt: skip
    fields = {
        "kind",
        "article",
        "quote",
        "start",
        "end",
        "confidence",
        "companies",
        "metric",
        "status",
        "value",
        "unit",
        "market",
    }
    assert all(fields <= set(fact) for fact in ended.facts)
    assert ended.facts[0]["kind"] == "figure"
    assert f"{news}: 1 other files skipped" in ended.err


def test_a_quote_stands_at_its_offsets_in_the_text_that_extract_prints(run, news):
    for path in (news / "nokia.txt", news / "deep" / "huawei.HTML"):
        text = run("extract", "--text", path).out
        facts = run("extract", path, "--min-confidence", 0).facts
        assert facts
        assert all(text[fact["start"] : fact["end"]] == fact["quote"] for fact in facts)
    assert run("extract", "--text", news / "nokia.txt").out == NOKIA


def test_facts_below_the_threshold_are_printed_when_asked_for(run, news):
    def companies(*options: object) -> list[str]:
        return [fact["companies"][0] for fact in run("extract", news / "nokia.txt", *options).facts]

    assert companies() == ["Nokia", "NEC"]
    assert companies("--min-confidence", 0) == ["Nokia", "ZTE", "NEC"]
    assert companies("--min-confidence", 0.95) == []


def test_standard_input_is_an_article_called_stdin_whatever_its_form(run):
    for words in (
        NOKIA,
        f"<!DOCTYPE html><html><body><p>{NOKIA}</p></body></html>",
        f"---\ntitle: Shares\n---\n{NOKIA}",
    ):
        ended = run("extract", "-", stdin=words.encode())
        assert ended.code == 0
        assert [(fact["article"], fact["value"]) for fact in ended.facts] == [("stdin", 15), ("stdin", 0.7)]
        text = run("extract", "--text", "-", stdin=words.encode()).out
        assert all(text[fact["start"] : fact["end"]] == fact["quote"] for fact in ended.facts)


def test_two_documents_of_one_name_are_an_error_and_nothing_is_printed(run, news):
    (news / "deep" / "nokia.md").write_text(NOKIA)
    ended = run("extract", news)
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.strip().splitlines()[-1:]) == 1
    assert 'are both "nokia" in the facts; rename one' in ended.err
    assert run("extract", news / "nokia.txt", news / "nokia.txt").code == 1


def test_a_document_that_fails_is_told_and_the_others_are_printed(run, news):
    (news / "empty.md").write_bytes(b"")
    (news / "crash.txt").write_text("Here the reader crashes.")
    ended = run("extract", news)
    assert ended.code == 3
    assert len(ended.facts) == 3
    assert "empty.md: the file is empty; save the page again" in ended.err.splitlines()
    assert "crash.txt: the reader failed on it (RuntimeError: no such word); report it" in ended.err.splitlines()


def test_an_article_in_another_language_is_skipped_with_a_line(run, news):
    (news / "japan.txt").write_text("富士通はNECと5Gの基地局で提携する。", encoding="utf-8")
    ended = run("extract", news / "japan.txt")
    assert (ended.code, ended.out, ended.err) == (0, "", "japan.txt: skipped, not in English (ja)\n")


def test_an_impossible_date_is_told_once_and_costs_no_facts(run, news):
    (news / "dated.md").write_text("---\npublished: 31/06/2020\n---\nNokia holds 15% of the market.")
    ended = run("extract", news / "dated.md")
    assert (ended.code, len(ended.facts)) == (0, 1)
    assert ended.err == 'dated.md: published "31/06/2020" is no date (want YYYY-MM-DD)\n'


def test_output_goes_to_a_file_that_is_there_only_when_it_is_whole(run, news, tmp_path):
    output = tmp_path / "facts.jsonl"
    ended = run("extract", news, "--output", output)
    assert (ended.code, ended.out) == (0, "")
    before = output.read_text(encoding="utf-8")
    assert before == run("extract", news).out
    (news / "stop.txt").write_text("Here the user stops.")
    ended = run("extract", news, "--output", output)
    assert ended.code == 130
    assert output.read_text(encoding="utf-8") == before
    assert [path.name for path in tmp_path.iterdir() if "facts" in path.name] == ["facts.jsonl"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["extract", "nowhere.html"], 1, "error: no file or folder nowhere.html; check the path"),
        (["extract", "--text", "empty.html"], 1, "error: empty.html: the file is empty; save the page again"),
        (["extract", "a.txt", "--output", "no/folder/facts.jsonl"], 1, "error: no folder no/folder"),
        (["extract"], 2, "Missing argument 'PATH...'"),
        (["extract", "--text", "a.txt", "b.txt"], 2, "--text prints one document, and 2 were given"),
        (["extract", "a.txt", "--min-confidence", "7"], 2, "Invalid value for '--min-confidence'"),
        (["extract", "a.txt", "--colour"], 2, "No such option"),
        (["nonsense"], 2, "No such command 'nonsense'"),
        (["run", "nowhere"], 1, "error: no folder nowhere; check the path"),
        (["run", "a.txt"], 1, "error: a.txt is a file, not a folder; give the folder that holds it"),
        (["run", "--workers", "0"], 2, "Invalid value for '--workers'"),
        (["remove", "nowhere"], 1, "error: no database in"),
        (["remove"], 2, "Missing argument 'ARTICLE'"),
        (["evaluate", "nowhere"], 1, "error: no folder nowhere; give the folder of the gold files"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_told_in_one_line_with_an_exit_code(run, tmp_path, monkeypatch, arguments, code, told):
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "b.txt"):
        Path(name).write_text(NOKIA, encoding="utf-8")
    Path("empty.html").write_bytes(b"")
    ended = run(*arguments)
    assert (ended.code, ended.out) == (code, "")
    assert told in ended.err
    assert "Traceback" not in ended.err
    assert code == 2 or len(ended.err.splitlines()) == 1


def test_every_command_explains_itself(run):
    for command in ([], ["run"], ["remove"], ["extract"], ["evaluate"]):
        ended = run(*command, "--help")
        assert (ended.code, "Usage: " in ended.out) == (0, True)


# ---- run and remove


def test_a_run_tells_what_it_did_and_a_second_one_that_nothing_changed(run, news, tmp_path):
    first = run("run", news)
    assert (first.code, first.out) == (0, "")
    assert first.err.splitlines() == [
        "news: 1 other files skipped",
        "documents: 2 new, 0 changed, 0 read again, 0 unchanged, 0 missing, 0 not read, 0 failed",
        "facts: 3 figures, 0 selections, 0 deals, 0 restrictions; 1 less sure ones; 0 sentences left unread",
        "load 1 published",
    ]
    assert (tmp_path / "warehouse" / "published.duckdb").exists()
    assert run("run", news).err.splitlines()[1::2] == [
        "documents: 0 new, 0 changed, 0 read again, 2 unchanged, 0 missing, 0 not read, 0 failed",
        "nothing changed since load 1",
    ]


def test_a_run_over_bad_documents_is_done_names_each_and_says_so_in_its_exit_code(run, news):
    (news / "empty.md").write_bytes(b"")
    (news / "japan.txt").write_text("富士通はNECと5Gの基地局で提携する。", encoding="utf-8")
    (news / "dated.md").write_text("---\npublished: 31/06/2020\n---\nNokia holds 15% of the market.")
    ended = run("run", news)
    assert ended.code == 3
    assert ended.err.splitlines()[:5] == [
        "failed: news/empty.md: the file is empty; save the page again",
        'warning: news/dated.md: published "31/06/2020" is no date (want YYYY-MM-DD)',
        "not read: news/japan.txt: not in English (ja)",
        "news: 1 other files skipped",
        "documents: 4 new, 0 changed, 0 read again, 0 unchanged, 0 missing, 1 not read, 1 failed",
    ]


def test_a_removed_article_is_told_of_in_later_runs(run, news):
    run("run", news)
    removed = run("remove", "nokia")
    assert (removed.code, removed.out) == (0, "")
    assert re.fullmatch(
        r"removed news/nokia\.txt \(article \w{16}\); it stays away until its document changes\n", removed.err
    )
    again = run("remove", "nokia")
    assert (again.code, again.err.startswith('error: no article "nokia"; give its id')) == (1, True)
    assert "0 failed, 1 removed before" in run("run", news).err


def test_a_file_that_is_no_database_is_told_in_one_line(run, news, tmp_path):
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "store.duckdb").write_text("my notes")
    ended = run("run", news)
    assert ended.code == 1
    assert ended.err.splitlines() == [
        f"error: {tmp_path}/warehouse/store.duckdb is not a database of this program; move it away and run again to make a new one"
    ]
    assert (tmp_path / "warehouse" / "store.duckdb").read_text() == "my notes"


# ---- evaluate


def test_scores_are_printed_as_a_table_or_as_json(run):
    ended = run("evaluate", SMALL, "--predicted", FOUND)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[6].split() == ["all", "11", "12", "7", "0.583", "0.636", "0.609"]
    scores = json.loads(run("evaluate", SMALL, "--predicted", FOUND, "--json").out)
    assert scores["all"]["hit"] == 7


def test_mistakes_go_to_a_file_or_to_the_terminal(run, tmp_path):
    run("evaluate", SMALL, "--predicted", FOUND, "--errors", tmp_path / "errors.md")
    written = (tmp_path / "errors.md").read_text(encoding="utf-8")
    assert "## two" in written
    assert written in run("evaluate", SMALL, "--predicted", FOUND, "--misses").out


# ---- real processes


def command(*arguments: object, **settings) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", "etl", *map(str, arguments)], cwd=ROOT, **settings)


def test_the_projects_own_reader_quotes_from_the_text_that_extract_prints(tmp_path):
    paths = [BUNDLED / name for name in ("nec-ntt-brief.md", "t5-d10.html", "t1-d03.txt")]
    output = tmp_path / "facts.jsonl"
    assert command("extract", *paths, "--min-confidence", 0, "--output", output).wait() == 0
    facts = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert {fact["article"] for fact in facts} == {path.stem for path in paths}
    out, _ = command("extract", "--text", paths[1], stdout=subprocess.PIPE).communicate()
    text, of_path = out.decode(), [fact for fact in facts if fact["article"] == paths[1].stem]
    assert all(text[fact["start"] : fact["end"]] == fact["quote"] for fact in of_path)


def test_a_reader_of_the_output_that_goes_away_early_causes_no_traceback():
    first = command("extract", "--text", BUNDLED / "t1-d03.txt", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first.stdout.close()
    told = first.stderr.read().decode()
    first.wait()
    assert told == ""


def on_terminal(home: Path, *arguments: object, reader: str = "plain") -> str:
    """What a command shows on a terminal of a hundred columns."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    program = "from etl import pipeline, __main__ as c; from tests.plain_reader import *; "
    program += f"pipeline.the_reader = lambda: plain_reader({reader!r}); c.main()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"VENDOR_TRACKER_HOME": str(home)},
        stderr=theirs,
        stdout=subprocess.PIPE,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
    assert process.wait() == 0
    assert process.stdout.read() == b""
    return shown.decode()


def test_on_a_terminal_a_bar_shows_how_many_documents_are_done_and_how_fast(news, tmp_path):
    for n in range(30):
        (news / f"more-{n}.txt").write_text(f"ZTE holds {n}% of the market.")
    bar = r"\d+/32 \[.*( documents/s|\? documents)"
    shown = on_terminal(tmp_path / "warehouse", "run", news, "--no-bundled")
    assert re.search(bar, shown)
    assert "documents: 32 new" in shown
    assert re.search(bar, on_terminal(tmp_path / "warehouse", "reread", "--no-bundled", reader="plain 2"))
