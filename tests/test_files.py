"""Folders of files: which documents they hold, what an index.csv says of them, and what is told of the rest."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from etl.article import Known, UnreadableDocument
from etl.paths import BUNDLED, GOLD
from etl.sources.files import list_folder, one_file

HEAD = "file,title,published,publisher,source_url\n"


@pytest.fixture
def folder(tmp_path) -> Path:
    for path in ("b.html", "a.md", "deep/er/c.TXT", "deep/d.htm", "picture.png", "deep/sheet.csv"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("Nokia holds 15% of the market.")
    return tmp_path


def index(folder: Path, *rows: str) -> list[tuple[str, str]]:
    """Faults of a folder whose index has these rows."""
    (folder / "index.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return list_folder(folder, "news").faults


def known(folder: Path) -> dict[str, Known]:
    return {document.path: document.known for document in list_folder(folder, "news").documents}


def test_documents_are_found_at_any_depth_in_the_order_of_their_paths_and_other_files_are_counted(folder):
    listing = list_folder(folder, "news")
    assert [document.path for document in listing.documents] == ["a.md", "b.html", "deep/d.htm", "deep/er/c.TXT"]
    assert [document.name for document in listing.documents] == ["a", "b", "d", "c"]
    assert (listing.skipped, listing.faults) == (2, [])


def test_hidden_files_and_folders_are_left_alone(folder):
    (folder / ".git").mkdir()
    (folder / ".git" / "x.md").write_text("no article")
    (folder / ".draft.md").write_text("no article")
    assert len(list_folder(folder, "news").documents) == 4


def test_a_folder_that_is_not_there_or_is_a_file_is_told(folder):
    with pytest.raises(FileNotFoundError, match=r"no folder .*nowhere; check the path"):
        list_folder(folder / "nowhere", "news")
    with pytest.raises(NotADirectoryError, match=r"a\.md is a file, not a folder; give the folder that holds it"):
        list_folder(folder / "a.md", "news")


def test_a_loop_of_links_ends(folder):
    (folder / "deep" / "up").symlink_to(folder)
    assert len(list_folder(folder, "news").documents) == 4


def test_a_link_to_nothing_is_told(folder):
    (folder / "gone.md").symlink_to(folder / "nothing.md")
    listing = list_folder(folder, "news")
    assert listing.faults == [("gone.md", "a link to a file that is not there; mend or remove it")]
    assert len(listing.documents) == 4


def test_a_file_that_cannot_be_read_says_why(folder):
    document = list_folder(folder, "news").documents[0]
    document.location.unlink()
    with pytest.raises(UnreadableDocument, match=r"cannot be read \(No such file or directory\)"):
        document.read()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_a_fault_and_the_rest_is_read(folder):
    (folder / "deep").chmod(0)
    listing = list_folder(folder, "news")
    (folder / "deep").chmod(0o755)
    assert [document.path for document in listing.documents] == ["a.md", "b.html"]
    assert listing.faults == [("deep", "cannot be read (Permission denied); check its permissions")]


def test_a_name_in_bytes_that_are_no_characters_can_be_told_and_stored(folder):
    name = os.fsdecode(b"caf\xe9.txt")
    (folder / name).write_text("Nokia holds 15% of the market.")
    [document] = [document for document in list_folder(folder, "news").documents if document.path.startswith("caf")]
    assert document.path.encode("utf-8")
    assert b"Nokia" in document.read()


# ---- index.csv


def test_an_index_tells_title_date_publisher_and_source(folder):
    assert index(folder, 'a.md,"Nokia, again",2020-06,Agency,https://example.com/a') == []
    assert known(folder)["a.md"] == Known("Nokia, again", "2020-06", "Agency", "https://example.com/a")
    assert known(folder)["b.html"] == Known()


def test_an_index_in_a_folder_below_speaks_of_the_files_beside_it(folder):
    (folder / "deep" / "index.csv").write_text(f"{HEAD}d.htm,Deep,,,\n")
    assert known(folder)["deep/d.htm"].title == "Deep"


def test_each_bad_row_of_an_index_is_told_with_its_line_and_the_others_count(folder):
    faults = index(
        folder,
        "a.md,A,31/06/2020,,",
        ",no file,,,",
        "b.html,B,2020-01-01,,",
        "b.html,B again,2021-01-01,,",
        "gone.txt,Gone,,,",
        "deep/d.htm,D,,,javascript:alert(1)",
    )
    assert [reason for _, reason in faults] == [
        'index.csv line 2: published "31/06/2020" is no date (want YYYY-MM-DD)',
        'index.csv line 3: no file named in column "file"',
        "index.csv line 5: b.html is listed a second time; the first row counts",
        'index.csv line 7: source_url "javascript:alert(1)" is no web address (want https://...)',
        "index.csv line 6: there is no document gone.txt",
    ]
    assert {path for path, _ in faults} == {"index.csv"}
    assert known(folder)["a.md"] == Known("A")
    assert known(folder)["b.html"] == Known("B", "2020-01-01")
    assert known(folder)["deep/d.htm"] == Known("D")


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"name,title\na.md,A\n", 'index.csv line 1: no column "file"'),
        (b"", 'index.csv line 1: no column "file"'),
        (b"file,title\na.md,caf\xe9\n", "index.csv cannot be read"),
        (b'file,title\na.md,"' + b"x" * 200_000, "index.csv cannot be read"),
    ],
    ids=["other-columns", "empty", "not-utf-8", "endless"],
)
def test_an_index_that_cannot_be_read_is_told_and_the_documents_are_read_without_it(folder, raw, told):
    (folder / "index.csv").write_bytes(raw)
    listing = list_folder(folder, "news")
    assert len(listing.documents) == 4
    [(path, reason)] = listing.faults
    assert (path, told in reason) == ("index.csv", True), reason


def test_an_index_reaches_no_file_outside_its_folder(folder):
    faults = index(folder, "../../etc/passwd,P,,,", "/etc/passwd,P,,,")
    told = [reason.partition(": ")[2] for _, reason in faults]
    assert told == ["there is no document ../../etc/passwd", "there is no document passwd"]
    assert not any(document.path.endswith("passwd") for document in list_folder(folder, "news").documents)


def test_one_file_has_what_the_index_beside_it_says(folder):
    index(folder, "a.md,A,,,", "gone.txt,Gone,,,")
    assert one_file(folder / "a.md").known == Known("A")


# ---- our own briefs


def test_the_index_of_our_briefs_covers_each_with_what_its_answers_tell():
    listing = list_folder(BUNDLED, "bundled", briefs=True)
    assert listing.faults == []
    assert listing.skipped == 0
    assert len(listing.documents) >= 61
    assert {document.name for document in listing.documents} == {path.stem for path in GOLD.glob("*.json")}
    for document in listing.documents:
        told = json.loads((GOLD / f"{document.name}.json").read_text(encoding="utf-8"))
        wanted = Known(*(told.get(field) for field in ("title", "published", "publisher", "source_url")), is_brief=True)
        assert document.known == wanted, document.path


def test_every_brief_names_the_publisher_and_date_it_was_written_after():
    with (BUNDLED / "index.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            assert row["publisher"] and row["published"], row["file"]
