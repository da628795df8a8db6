"""What the trained weights are shown of a pair, and that many pairs at once are weighed as each alone."""

from __future__ import annotations

from itertools import chain

import pytest

from etl.extract import linear
from etl.extract.context import lay_out
from etl.extract.cues import distance
from etl.extract.features import Features
from etl.extract.judges import LinearJudge
from etl.extract.linear import Bundle, buckets
from etl.extract.pairs import selection_pairs
from etl.extract.reader import model, registry
from etl.extract.spans import candidates

TEXT = (
    "Telenor has chosen Ericsson for its 5G network in Norway. The Swedish vendor replaces Huawei, the carrier said. "
    "Vodafone, which Nokia supplies, did not pick Samsung."
)


@pytest.fixture(scope="module")
def laid_out() -> tuple:
    context = lay_out(TEXT, None, "2021-01-01", registry())
    found = candidates(context)
    told = selection_pairs(context, found)
    return context, found, list(dict.fromkeys(zip(told.a, told.b, strict=True)))


def shown(laid_out: tuple, buyer: str, seller: str) -> set[str]:
    context, found, pairs = laid_out
    i, j = next((i, j) for i, j in pairs if (found[i].names, found[j].names) == ((buyer,), (seller,)))
    return set(chain.from_iterable(Features(context, found).pair(i, j, "selection")))


def test_many_pairs_at_once_have_the_chances_of_each_alone(laid_out: tuple, monkeypatch) -> None:
    monkeypatch.setattr(linear, "AT_ONCE", 4)
    context, found, pairs = laid_out
    alone = [LinearJudge(Features(context, found), model().linear).tied("selection", [pair])[0] for pair in pairs]
    assert len(set(alone)) > 4
    assert LinearJudge(Features(context, found), model().linear).tied("selection", pairs * 2) == alone * 2


def test_a_feature_told_twice_counts_once_in_the_order_of_the_table() -> None:
    once = buckets([Bundle(["a=1", "b=2"])])
    assert list(once) == sorted(once)
    assert list(buckets([Bundle(["b=2"]), Bundle(["a=1", "b=2"])])) == list(once)


def test_the_nearest_cue_tells_the_decision_and_whether_the_buyer_is_its_subject(laid_out: tuple) -> None:
    assert {"ab:b0.told=selected", "ab:b0.subject=choose,True"} <= shown(laid_out, "Telenor", "Ericsson")
    assert {"ab:b0.told=excluded", "ab:b0.neg=selected"} <= shown(laid_out, "Vodafone", "Samsung")


def test_words_of_two_sentences_are_as_far_apart_as_can_be(laid_out: tuple) -> None:
    context = laid_out[0]
    first, second = (context.sentences[n].span.root for n in (0, 1))
    assert distance(first, first) == 0
    assert distance(first, next(first.children)) == 1
    assert distance(first, second) == 99
