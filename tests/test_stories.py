"""Copies of one text are one story, whoever carries them and whichever comes first; reports of one event are not."""

from __future__ import annotations

from itertools import combinations, permutations

import duckdb
import pytest
from wire import BOILERPLATE, OWN_WORDS, WIRE, article, cut, edited, load, opened, published, stories, withdraw

from etl import story_book
from etl.article import read_document
from etl.paths import BUNDLED
from etl.sources.files import list_folder
from etl.stories import BANDS, CONTAINED, Groups, are_copies, bands, contained, shingles

DIGEST = WIRE + " ".join(f"matter{number}" for number in range(600))
COPIES = {
    "agency": WIRE,
    "edited": edited(WIRE) + BOILERPLATE,
    "framed": "NORTHPORT (Wire) - " + WIRE.replace("Tuesday", "Tuesday afternoon") + BOILERPLATE,
    "shorter": cut(WIRE, 0.6) + BOILERPLATE,
    "another": OWN_WORDS,
}
GROUPED = [["agency", "edited", "framed", "shorter"]]


@pytest.fixture
def warehouse(tmp_path):
    return tmp_path / "warehouse"


# ---- what a copy is


@pytest.mark.parametrize(
    "changed",
    [WIRE.upper(), WIRE.replace(",", " –"), edited(WIRE), edited(WIRE, 12), cut(WIRE), edited(cut(WIRE)) + BOILERPLATE],
    ids=["letters", "marks", "edited", "edited-more", "cut", "cut-edited-framed"],
)
def test_a_text_lightly_edited_cut_or_framed_is_a_copy_and_is_found_as_a_candidate(changed):
    assert are_copies(shingles(WIRE), shingles(changed))
    assert set(bands(WIRE)) & set(bands(changed))


@pytest.mark.parametrize(
    "other", [OWN_WORDS, DIGEST, BOILERPLATE, "Ericsson won.", ""],
    ids=["own-words", "digest", "notice", "teaser", "nothing"],
)  # fmt: skip
def test_a_report_in_other_words_a_digest_and_a_notice_are_no_copies(other):
    assert not are_copies(shingles(WIRE), shingles(other))


def test_short_texts_are_copies_of_nothing():
    assert shingles("Subscribe to read on.") == frozenset() and bands("Subscribe to read on.") == []
    assert contained(frozenset(), frozenset()) == 0


def test_a_language_without_spaces_is_compared_by_its_characters():
    text = (
        "運営会社は次の通信網の無線設備に北欧の会社の製品を使うと火曜日に発表した。契約は六年間で四千の基地局に及ぶ。"
    )
    assert are_copies(shingles(text), shingles(text.replace("火曜日", "水曜日") + "続報あり。"))


def test_signatures_are_the_same_everywhere():
    # Stores keep them: when these numbers change, etl/stories.py needs another VERSION.
    assert len(bands(WIRE)) == BANDS
    assert bands(WIRE)[:3] == [459692458, 2245014808, 2265510956]


def test_no_two_of_our_briefs_are_copies():
    documents = list_folder(BUNDLED, "bundled", briefs=True).documents
    texts = [shingles(read_document(one.path, one.read(), known=one.known).text) for one in documents]
    assert len(texts) > 50
    highest = max(len(one & other) / min(len(one), len(other)) for one, other in combinations(texts, 2))
    assert highest < CONTAINED / 5


def test_groups_are_whole_whatever_the_order_of_joining():
    pairs = [("a", "b"), ("c", "d"), ("b", "c"), ("x", "y")]
    for order in permutations(pairs):
        groups = Groups()
        for one, other in order:
            groups.join(one, other)
        assert sorted(map(sorted, groups.all("abcdxyz"))) == [["a", "b", "c", "d"], ["x", "y"], ["z"]]


# ---- stories in a store


def test_copies_are_one_story_whatever_the_order_and_number_of_loads(warehouse):
    for number, order in enumerate(
        [list(COPIES), list(COPIES)[::-1], ["another", "shorter", "edited", "agency", "framed"]]
    ):
        one_by_one, at_once = warehouse / f"{number}", warehouse / f"{number}-at-once"
        for name in order:
            load(one_by_one, [article(name, COPIES[name])])
        load(at_once, [article(name, COPIES[name]) for name in order])
        assert list(stories(one_by_one).values()) == list(stories(at_once).values()) == GROUPED
        (story,) = stories(one_by_one)
        assert story == next(name for name in order if name != "another")


def test_a_text_in_another_language_or_weeks_later_is_another_story_one_without_a_date_is_not(warehouse):
    load(
        warehouse,
        [article("agency", WIRE), article("labelled", WIRE, language="fr"), article("old", WIRE, "2023-11-06")],
    )
    assert stories(warehouse) == {}
    load(warehouse, [article("late", WIRE, "2024-02-19"), article("roughly", WIRE, "2024-02")])
    assert list(stories(warehouse).values()) == [["agency", "late", "roughly"]]


def test_a_story_keeps_its_id_and_two_that_turn_out_to_be_one_take_the_older(warehouse):
    sentences = WIRE.split(". ")
    first, last = ". ".join(sentences[:4]), ". ".join(sentences[4:])
    load(warehouse, [article("zulu", first)])
    load(warehouse, [article("alpha", first)])
    load(warehouse, [article("beta", last), article("gamma", last)])
    assert stories(warehouse) == {"zulu": ["alpha", "zulu"], "beta": ["beta", "gamma"]}
    load(warehouse, [article("whole", WIRE)])
    assert stories(warehouse) == {"zulu": ["alpha", "beta", "gamma", "whole", "zulu"]}
    # A frozen link still shows what was known.
    then = "select article_id, story_id from stories where known_from <= 3 and (known_to is null or known_to > 3) order by all"
    assert published(warehouse, then) == [("alpha", "zulu"), ("beta", "beta"), ("gamma", "beta"), ("zulu", "zulu")]
    withdraw(warehouse, "whole")
    assert stories(warehouse) == {"zulu": ["alpha", "zulu"], "beta": ["beta", "gamma"]}


def test_an_article_that_is_withdrawn_or_told_otherwise_leaves_its_story(warehouse):
    load(warehouse, [article("agency", WIRE)])
    load(warehouse, [article("copy", edited(WIRE)), article("third", cut(WIRE))])
    withdraw(warehouse, "agency")
    assert stories(warehouse) == {"copy": ["copy", "third"]}
    load(warehouse, [article("third", OWN_WORDS)])
    assert stories(warehouse) == {}
    load(warehouse, [article("agency", WIRE)])
    assert stories(warehouse) == {"agency": ["agency", "copy"]}


def test_what_is_there_is_not_read_again_and_a_run_that_changes_nothing_makes_no_load(warehouse, monkeypatch):
    load(warehouse, [article("agency", WIRE), article("framed", COPIES["framed"]), article("another", OWN_WORDS)])
    signed = []
    monkeypatch.setattr(story_book, "bands", lambda text: signed.append(text) or bands(text))
    assert load(warehouse, [article("agency", WIRE)]) is False
    load(warehouse, [article("shorter", cut(WIRE))])
    assert signed == [cut(WIRE)]
    assert stories(warehouse) == {"agency": ["agency", "framed", "shorter"]}


def test_a_store_of_before_stories_gets_them_at_its_next_load(warehouse):
    load(warehouse, [article("agency", WIRE), article("framed", COPIES["framed"])])
    with duckdb.connect(warehouse / "store.duckdb") as connection:
        connection.execute("drop table stories; drop table copies; drop table signatures")
        connection.execute("update meta set value = '3' where key = 'schema_version'")
    with opened(warehouse) as store:
        assert "from schema 3" in store.notes[0]
        assert store.publish("grouped") is True
    assert stories(warehouse) == {"agency": ["agency", "framed"]}
    assert published(warehouse, "select distinct known_from from stories") == [(2,)]


def test_many_copies_of_one_notice_on_one_day_are_compared_once(warehouse, monkeypatch):
    asked = []
    found = story_book._candidates
    monkeypatch.setattr(story_book, "_candidates", lambda *given: asked.extend(found(*given)) or asked)
    load(warehouse, [article(f"copy{number:03}", WIRE) for number in range(60)])
    assert asked == [] and len(stories(warehouse)["copy000"]) == 60
