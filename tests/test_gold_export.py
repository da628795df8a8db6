"""Reviewed articles become gold that the scorer takes; one that nobody looked through whole does not, unless asked for."""

import json

import pytest

from etl.evaluate import load_gold
from etl.gold_export import GoldExportError, export_gold
from tests.test_writer import TEXT, nokia, read, say
from training.examples import load_examples


def test_a_reviewed_article_is_written_with_what_people_corrected(tmp_path):
    home = tmp_path / "warehouse"
    say(home, read(home), "correct", value=21.0)
    told = list(export_gold(home, tmp_path / "gold"))
    assert told[0].startswith("1 reviewed articles with 1 facts")
    (path,) = (tmp_path / "gold").glob("*.json")
    gold = json.loads(path.read_text())
    assert gold["facts"][0]["value"] == 21.0 and gold["facts"][0]["quote"] in TEXT
    assert path.with_suffix(".txt").read_text() == TEXT
    (one,) = load_gold(tmp_path / "gold")
    assert one.article is not None and one.facts == gold["facts"]


def test_an_article_with_facts_that_nobody_reviewed_is_left_out_unless_asked_for(tmp_path):
    home = tmp_path / "warehouse"
    other = nokia(31.0).model_copy(
        update={"companies": ["Ericsson"], "quote": TEXT[38:], "start": 38, "end": len(TEXT)}
    )
    read(home, "reader 1", nokia(), other)
    from tests.test_writer import published

    fact_id = published(home, "select fact_id from figures where value = 20")[0][0]
    say(home, fact_id, "accept")
    assert "1 articles left out" in list(export_gold(home, tmp_path / "gold"))[1]
    list(export_gold(home, tmp_path / "partly", partly=True))
    (path,) = (tmp_path / "partly").glob("*.json")
    assert [fact["value"] for fact in json.loads(path.read_text())["facts"]] == [20.0, 31.0]


def test_without_published_data_it_says_so(tmp_path):
    with pytest.raises(GoldExportError, match="read articles first"):
        list(export_gold(tmp_path, tmp_path / "gold"))


def test_the_reader_is_trained_on_what_people_corrected(tmp_path):
    home, gold = tmp_path / "warehouse", tmp_path / "gold"
    say(home, read(home), "correct", value=21.0)
    list(export_gold(home, gold))
    briefs, both = load_examples(passages=()), load_examples(passages=(), own=[gold])
    (fresh,) = (one for one in both if one.id not in {brief.id for brief in briefs})
    assert len(both) == len(briefs) + 1 and not fresh.invented
    assert fresh.context.text == TEXT and fresh.facts[0]["value"] == 21.0 and fresh.quotes == [(0, 37)]


def test_corrected_answers_to_a_brief_take_the_place_of_ours(tmp_path):
    ours = load_examples(passages=())[0]
    told = {"id": "x-12345678", "title": ours.context.title, "published": "2021-01-01", "facts": ours.facts[:1]}
    (tmp_path / "x.json").write_text(json.dumps(told))
    (tmp_path / "x.txt").write_text(ours.context.text)
    both = load_examples(passages=(), own=[tmp_path])
    assert [one.facts for one in both if one.id == ours.id] == [ours.facts[:1]]
    assert "x-12345678" not in {one.id for one in both} and len(ours.facts) > 1


def test_a_folder_without_gold_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="export-gold writes it"):
        load_examples(passages=(), own=[tmp_path])
