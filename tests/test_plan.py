"""What a run would do, and what it does with documents that are kept beside folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl import pipeline
from etl.sources.files import list_folder
from etl.store import StoreError
from tests.plain_reader import plain_reader
from tests.test_pipeline import NOKIA, published, run


@pytest.fixture
def articles(tmp_path) -> Path:
    """A folder of two articles."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "nokia.txt").write_text(NOKIA)
    (folder / "ericsson.txt").write_text("Ericsson holds 27% of the market.")
    return folder


@pytest.fixture
def warehouse(tmp_path) -> Path:
    return tmp_path / "warehouse"


def test_a_plan_tells_what_would_be_read_and_changes_nothing(articles, warehouse):
    run(warehouse, articles)
    before = {path.name: path.read_bytes() for path in warehouse.iterdir() if path.suffix == ".duckdb"}
    (articles / "zte.txt").write_text("ZTE holds 11% of the market.")
    (articles / "nokia.txt").unlink()
    summary = pipeline.plan(warehouse, folders=[articles], reader=plain_reader())
    assert (summary.new, summary.changed, summary.unchanged, summary.missing) == (1, 0, 1, 1)
    assert before == {path.name: path.read_bytes() for path in warehouse.iterdir() if path.suffix == ".duckdb"}
    assert run(warehouse, articles).new == 1


def test_a_plan_of_a_better_reader_tells_what_would_be_read_again(articles, warehouse):
    assert pipeline.plan(warehouse, folders=[articles], reader=plain_reader()).new == 2
    run(warehouse, articles)
    assert pipeline.plan(warehouse, folders=[articles], reader=plain_reader("plain 2")).reread == 2


def test_a_source_and_a_folder_never_go_by_one_name(articles, warehouse):
    kept = [("news", list_folder(articles, "news"))]
    pipeline.run(warehouse, kept=kept, usual=False, reader=plain_reader())
    run(warehouse, articles)
    named = {source for (source,) in published(warehouse, "select distinct source from articles")}
    assert named == {"news", f"{articles.parent.name}/news"}
    (articles.parent / "other").mkdir()
    run(warehouse, articles.parent / "other")
    with pytest.raises(StoreError, match='source "other" has the name of a folder that was read before'):
        pipeline.run(warehouse, kept=[("other", kept[0][1])], usual=False, reader=plain_reader())
