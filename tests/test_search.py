"""Full-text search: written with the data it is of, asked with whatever people type, shown as plain words."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from dashboard import article_queries, documents, queries, search
from dashboard.filters import Filters
from etl import pipeline
from etl.search_index import NAME, stamp_in
from tests.plain_reader import plain_reader
from tests.views import view_of

TEXTS = {
    "nokia": "Nokia holds 15% of the market.\nTelefónica selected it for a radio network with partner firms around it.",
    "huawei": "Huawei holds 28% of the market. The firms that partner with it say that Dell'Oro is right.",
    "evil": "ZTE holds 9% of the market. <script>alert(1)</script> \x02hidden\x03 words; drop table articles; -- AND OR",
}
HOSTILE = (
    '"', '""', '"""', "'", "a AND", "AND", "NOT huawei", "NEAR(a b)", "title:nokia", "a OR OR b", "(", ")", "*", "a*b*",
    "^huawei", "-huawei", "{title}: x", "'; drop table articles; --", "\0", "huawei\0", "%", "$found", "\ud800", "+",
    "日本", "a" * 200, '"x' * 66, "? ? ?", "\\", "{db}", "words MATCH 'x'",
)  # fmt: skip


@pytest.fixture
def warehouse(tmp_path) -> Path:
    inbox = tmp_path / "news"
    inbox.mkdir()
    for name, text in TEXTS.items():
        (inbox / f"{name}.txt").write_text(text, encoding="utf-8")
    load(tmp_path)
    return tmp_path / "warehouse"


def load(place: Path) -> pipeline.Summary:
    return pipeline.run(place / "warehouse", [place / "news"], reader=plain_reader())


def named(warehouse: Path, q: str, **filters: object) -> list[str]:
    rows, _ = article_queries.stories(view_of(warehouse / "published.duckdb", q=q, **filters))
    return sorted(rows["name"])


@pytest.mark.parametrize(
    "typed, found",
    [
        ("huawei", ["huawei"]),
        ("HUAWEI dell'oro", ["huawei"]),
        ("telefonica selects", ["nokia"]),  # another form, no accent
        ("partner firms", ["huawei", "nokia"]),
        ('"partner firms"', ["nokia"]),
        ("“partner firms”", ["nokia"]),
        ('"partner firms" huawei', []),
        ("nok*", ["nokia"]),
        ("nok", []),
        ("drop table", ["evil"]),
    ],
)
def test_all_words_and_phrases_are_found_in_all_their_forms(warehouse, typed, found):
    assert named(warehouse, typed) == found
    assert not search.note(view_of(warehouse / "published.duckdb", q=typed))


@pytest.mark.parametrize("with_index", [True, False])
@pytest.mark.parametrize("typed", HOSTILE)
def test_nothing_that_is_typed_is_anything_but_words(warehouse, typed, with_index):
    if not with_index:
        (warehouse / NAME).unlink()
    assert set(named(warehouse, typed)) <= set(TEXTS)
    search.snippets(TEXTS, typed)


def test_the_search_file_bears_the_version_of_the_data(warehouse):
    snapshot = view_of(warehouse / "published.duckdb").snapshot
    assert stamp_in(warehouse / NAME) == f"{snapshot.store}.1"
    (warehouse.parent / "news" / "nokia.txt").write_text("Nokia holds 16% of the market. Orange left.", "utf-8")
    load(warehouse.parent)
    assert stamp_in(warehouse / NAME) == f"{snapshot.store}.2"
    assert sorted(p.name for p in warehouse.glob(f"{NAME}*")) == [NAME]


def test_a_frozen_link_finds_what_was_known_then(warehouse):
    (warehouse.parent / "news" / "nokia.txt").write_text("Nokia holds 16% of the market. Orange left.", "utf-8")
    load(warehouse.parent)
    store = view_of(warehouse / "published.duckdb").snapshot.store
    assert (named(warehouse, "telefonica"), named(warehouse, "orange")) == ([], ["nokia"])
    assert (named(warehouse, "telefonica", v=f"{store}.1"), named(warehouse, "orange", v=f"{store}.1")) == (
        ["nokia"],
        [],
    )


def test_a_run_that_changes_nothing_leaves_the_search_file_alone(warehouse):
    before = (warehouse / NAME).stat()
    assert load(warehouse.parent).load == 1
    after = (warehouse / NAME).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("harm", ["gone", "damaged", "another version"])
def test_a_search_file_that_does_not_fit_is_told_and_made_anew_by_the_next_run(warehouse, harm):
    path = warehouse / NAME
    if harm == "gone":
        path.unlink()
    elif harm == "damaged":
        path.write_bytes(b"no database at all")
    else:
        with sqlite3.connect(path) as index:
            index.execute("update stamp set version = 'ffff.9'")
    view = view_of(warehouse / "published.duckdb", q="Partner firms")
    assert "make etl" in search.note(view)
    assert named(warehouse, "Partner firms") == ["huawei", "nokia"]
    assert load(warehouse.parent).load == 1
    view = view_of(warehouse / "published.duckdb", q="Partner firms")
    assert not search.note(view)


def test_hits_stand_in_their_context_as_plain_words(warehouse):
    view = view_of(warehouse / "published.duckdb", q="alert words")
    rows, _ = article_queries.stories(view)
    found = search.snippets(queries.texts(view, rows["article_id"].tolist()), "alert words")
    told = documents.article_columns(view, found)[1].cell(rows.iloc[0])
    assert (
        '&lt;script&gt;<mark class="vt-mark">alert</mark>(1)&lt;/script&gt; hidden <mark class="vt-mark">words</mark>'
        in told
    )


def test_a_long_text_is_cut_around_its_hit():
    snippet = search.snippets({"a": f"{'before ' * 500}Vodafone {'after ' * 500}"}, "vodafone")["a"]
    words = "".join(part for part, _ in snippet)
    assert (
        len(words) < 300 and [part for part, hit in snippet if hit] == ["Vodafone"] and "before Vodafone after" in words
    )


def test_the_address_keeps_what_was_typed():
    assert search.terms(Filters(q='5G "swap out"').q) == ('"5G"', '"swap out"')
