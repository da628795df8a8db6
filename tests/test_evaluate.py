"""Scores against gold: equal to the guide's own scorer, and to what one counts by hand."""

from __future__ import annotations

import csv
import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from etl.article import Article
from etl.evaluate import BadGold, Score, fold_name, load_gold, load_predicted, predict, score
from etl.evaluation_report import mistakes, table
from etl.extract.outcome import Reading
from etl.facts import KINDS
from etl.paths import BUNDLED, GOLD, REFERENCE
from tests.gold_reader import gold_facts
from tests.reference import score as reference

HERE = Path(__file__).resolve().parent
SMALL, FOUND = HERE / "reference" / "gold", HERE / "reference" / "found.jsonl"
OFFICIAL = HERE.parent.parent / "shared" / "gold" / "score.py"


def agree(ours: Score, gold: dict, found: dict) -> None:
    """Our figures are the reference scorer's, those of the fields too."""
    counts, fields, _ = reference.score(gold, found)
    total = sum(counts.values(), Counter())
    for kind, theirs in [*counts.items(), ("all", total)]:
        rates = ours.rates()[kind]
        assert (rates["precision"], rates["recall"], rates["f1"]) == reference.rates(theirs), kind
        assert [rates[name] for name in ("hit", "gold", "found")] == [theirs[name] for name in ("hit", "gold", "found")]
    assert {kind: dict(ours.fields[kind]) for kind in KINDS} == {kind: dict(fields[kind]) for kind in KINDS}


@pytest.fixture(scope="module")
def small() -> Score:
    return score(load_gold(SMALL), load_predicted(FOUND))


def test_figures_are_those_counted_by_hand(small):
    rates = small.rates()
    assert small.articles == 3
    counted = {kind: tuple(rates[kind][name] for name in ("gold", "found", "hit")) for kind in rates}
    assert counted == {
        "figure": (5, 5, 2), "selection": (2, 3, 2), "deal": (2, 2, 1), "restriction": (2, 2, 2), "all": (11, 12, 7)
    }  # fmt: skip
    assert rates["selection"]["precision"] == 2 / 3
    assert rates["selection"]["recall"] == 1
    assert rates["selection"]["f1"] == pytest.approx(0.8)
    right = {
        f"{kind} {name}": tuple(counts[n] for n in ("right", "n"))
        for kind in KINDS
        for name, counts in small.fields[kind].items()
    }
    assert right["figure period"] == (2, 2)
    assert right["figure market"] == (1, 2)
    assert right["selection scope"] == (1, 2)
    assert right["restriction deadline"] == (1, 2)


def test_figures_are_the_reference_scorers_on_the_small_set(small):
    agree(small, reference.load(SMALL), reference.load(FOUND))


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the guide's own copy of the scorer is not here")
def test_the_reference_scorer_is_the_guides_own():
    told = [
        subprocess.run(
            [sys.executable, scorer, SMALL, FOUND, "--json"], capture_output=True, text=True, check=True
        ).stdout
        for scorer in (OFFICIAL, HERE / "reference" / "score.py")
    ]
    assert json.loads(told[0]) == json.loads(told[1])


@pytest.mark.parametrize("seed", range(4))
def test_figures_are_the_reference_scorers_on_our_briefs_read_badly(seed, tmp_path):
    """Facts dropped, doubled, put into other articles, renamed and with other fields: both scorers count the same."""
    chance = random.Random(seed)
    gold = load_gold(GOLD)
    found = []
    for one in gold:
        for fact in one.facts:
            for _ in range(chance.choice([0, 1, 1, 1, 2])):
                found.append(
                    _misread(fact, chance)
                    | {"article": one.name if chance.random() < 0.9 else chance.choice(gold).name}
                )
    path = tmp_path / "found.jsonl"
    path.write_text("".join(json.dumps(fact) + "\n" for fact in found), encoding="utf-8")
    ours = score(gold, load_predicted(path))
    assert 0.2 < ours.rates()["all"]["f1"] < 0.95
    agree(ours, reference.load(GOLD), reference.load(path))


def _misread(fact: dict, chance: random.Random) -> dict:
    read = dict(fact)
    for name in list(read):
        if name != "kind" and chance.random() < 0.08:
            del read[name]
    if "companies" in read and chance.random() < 0.3:
        read["companies"] = [f"{name} Corp." for name in reversed(read["companies"])]
    if "parties" in read and chance.random() < 0.3:
        read["parties"] = read["parties"][::-1]
    if read.get("vendor") and chance.random() < 0.3:
        read["vendor"] = chance.choice(
            [read["vendor"].upper(), f"{read['vendor']} Technologies Co., Ltd.", "Nokia", None]
        )
    if "value" in read and chance.random() < 0.2:
        read["value"] = chance.choice([None, 31, "31", 31.0004, *(["a third"] if read["kind"] == "figure" else [])])
    if "period" in read and chance.random() < 0.3:
        read["period"] = chance.choice(["2019", "2020-Q1", None])
    return read


def test_a_field_of_another_form_is_a_wrong_field_and_no_crash(tmp_path):
    fact = {"kind": "selection", "operator": "KT", "vendor": "Nokia", "decision": "trial", "scope": ["ran"], "value": 5}
    (tmp_path / "a.json").write_text(json.dumps({"id": "a", "text": "KT tries Nokia.", "facts": [fact]}))
    ours = score(load_gold(tmp_path), {"a": [fact | {"value": "five"}]})
    assert ours.rates()["all"]["f1"] == 1
    assert ours.fields["selection"]["value"]["right"] == 0


def test_names_are_folded_as_the_reference_scorer_folds_them():
    names = {
        None,
        "",
        "AT&T",
        "Dell'Oro",
        "Telefónica",
        "Türkiye Telekom",
        "Networks",
        "e&",
        "T-Mobile USA",
        "JMA  Wireless",
    }
    for file in ("companies.csv", "operators.csv"):
        with (REFERENCE / file).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                names |= {row["name"], *row["aliases"].split(";"), *row.get("legal_names", "").split(";")}
    assert len(names) > 500
    assert {name: fold_name(name) for name in names} == {name: reference.name(name) for name in names}


def test_the_answers_themselves_score_full_marks():
    gold = load_gold(GOLD)
    found = {one.name: one.facts for one in gold}
    rates = score(gold, found).rates()["all"]
    assert (rates["precision"], rates["recall"], rates["f1"]) == (1, 1, 1)
    assert score(gold, {}).rates()["all"]["recall"] == 0


def test_where_nothing_is_to_be_found_finding_nothing_is_full_marks(tmp_path):
    (tmp_path / "a.json").write_text('{"id": "a", "text": "Nothing here.", "facts": []}')
    gold = load_gold(tmp_path)
    assert score(gold, {}).rates()["all"]["f1"] == 1
    assert (
        score(gold, {"a": [{"kind": "restriction", "authority": "GB", "vendor": "ZTE", "action": "ban"}]}).rates()[
            "all"
        ]["f1"]
        == 0
    )


# ---- reading the gold's articles


def test_the_reader_is_given_the_gold_articles_and_facts_below_the_threshold_do_not_count():
    gold = [one for one in load_gold(GOLD) if one.name in ("nec-ntt-brief", "t1-d02")]
    assert gold[0].article.publisher == "Nikkei Asian Review"
    assert gold[0].article.is_brief

    def reader(article: Article) -> Reading:
        name = next(one.name for one in gold if one.article.text == article.text)
        facts = gold_facts(name, article.text)
        return Reading([fact.model_copy(update={"confidence": 0.2 if n else 0.8}) for n, fact in enumerate(facts)])

    assert score(gold, predict(gold, reader, 0)).rates()["all"]["f1"] == 1
    assert [len(facts) for facts in predict(gold, reader, 0.5).values()] == [1, 1]


def test_gold_whose_lines_carry_their_text_needs_no_files(tmp_path):
    record = {"id": "a", "text": "NEC holds 0.7% of the market.", "published": "2020-06-26", "facts": []}
    (tmp_path / "some.jsonl").write_text(json.dumps(record) + "\n\n")
    [one] = load_gold(tmp_path)
    assert (one.article.text, one.article.published) == ("NEC holds 0.7% of the market.", "2020-06-26")


def test_gold_without_its_article_is_told_when_it_is_to_be_read():
    with pytest.raises(BadGold, match=r"no article for one; put one\.html, \.md or \.txt beside its gold"):
        predict(load_gold(SMALL), lambda article: Reading(), 0.5)


@pytest.mark.parametrize(
    ("file", "written", "told"),
    [
        ("a.json", "{", r"a\.json: not JSON"),
        ("a.json", "[]", r"a\.json: no gold record"),
        ("a.json", '{"id": "a"}', r"a\.json: no gold record .*facts"),
        ("a.jsonl", '{"id": "a", "facts": []}\nnonsense', r"a\.jsonl line 2: not JSON"),
        ("a.txt", "", "no gold in .*NAME.json"),
    ],
)
def test_gold_that_cannot_be_read_is_told_with_its_place(tmp_path, file, written, told):
    (tmp_path / file).write_text(written)
    with pytest.raises(BadGold, match=told):
        load_gold(tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(BadGold, match=r"no folder .*nowhere; give the folder of the gold files"):
        load_gold(tmp_path / "nowhere")


def test_predictions_that_cannot_be_read_are_told_with_their_line(tmp_path):
    path = tmp_path / "found.jsonl"
    path.write_text('{"article": "a", "kind": "figure"}\n{"kind": "figure"}\n')
    with pytest.raises(BadGold, match=r'found\.jsonl line 2: no fact with "article"'):
        load_predicted(path)


# ---- the report


def test_the_report_lists_every_mistake_under_its_article_with_its_sentence(small, tmp_path):
    told = list(mistakes(small, load_gold(SMALL)))
    assert [line.strip() for line in told if line.startswith("\n##")] == ["## one", "## two", "## three"]
    text = "\n".join(told)
    assert "- missed figure: companies NEC, metric market_share, status target, value 20" in text
    assert "- extra selection: operator StarHub, vendor Nokia, decision incumbent, scope core" in text
    assert "- malformed restriction: KeyError('action')" in text
    assert "- wrong restriction: deadline: read '2028', is '2027'" in text
    assert "**Huawei has to be out of British networks by 2027**" in text


def test_a_mistakes_sentence_is_shown_with_the_words_around_it(tmp_path):
    shutil.copy(GOLD / "nec-ntt-brief.json", tmp_path)
    shutil.copy(BUNDLED / "nec-ntt-brief.md", tmp_path)
    gold = load_gold(tmp_path)
    shown = [line for line in mistakes(score(gold, {}), gold) if line.startswith("  >")]
    assert any("Of the world's network equipment market" in line and "**" in line for line in shown), shown


def test_the_table_has_a_line_for_each_kind_and_one_for_all(small):
    lines = list(table(small))
    assert [line.split()[0] for line in lines[2:7]] == [*KINDS, "all"]
    assert lines[6].split() == ["all", "11", "12", "7", "0.583", "0.636", "0.609"]
