"""Facts out of a judge's answers: who owns a number alone or together, and which pairs the network is asked about."""

from __future__ import annotations

import numpy as np

from etl.extract.context import lay_out
from etl.extract.judges import NetworkJudge, worth_asking
from etl.extract.learned import read_with
from etl.extract.network import ANSWERS, OUTPUTS, Answer, columns
from etl.extract.reader import registry
from etl.extract.spans import candidates

SURE = 8.0
SUM = "In 2020 Huawei and ZTE together held 41% of the global RAN market, Dell'Oro said."
CHOICE = "Telenor has chosen Ericsson for its 5G radio network in Norway."


class Saying:
    """A judge that says what a test tells it to, of candidates by their words."""

    def __init__(self, text: str, tied: dict[tuple[str, str, str], float], labels: dict[str, dict[str, float]]):
        self.context = lay_out(text, None, "2021-01-01", registry())
        self.found = candidates(self.context)
        self._said = [text[c.start : c.end] for c in self.found]
        self._tied, self._labels = tied, labels

    def tied(self, kind: str, pairs: list[tuple[int, int]]) -> list[float]:
        return [self._tied.get((kind, self._said[i], self._said[j]), 0.0) for i, j in pairs]

    def labels(self, kind: str, head: str, _i: int, _j: int) -> dict[str, float]:
        return self._labels.get(head, {})

    def read(self) -> list:
        return read_with(self.context, self.found, self)


def of_a_sum(together: float) -> Saying:
    tied = {("figure", "41%", "Huawei"): 0.9, ("figure", "41%", "ZTE"): 0.8}
    labels = {"metric": {"market_share": 1.0}, "status": {"actual": 1.0}, "together": {"yes": together}}
    return Saying(SUM, tied, labels)


def test_a_number_of_two_together_is_their_sum() -> None:
    facts = of_a_sum(0.95).read()
    surest = max(facts, key=lambda f: f.confidence)
    assert (set(surest.companies), surest.value) == ({"Huawei", "ZTE"}, 41)
    assert all(f.confidence < 0.1 for f in facts if len(f.companies) == 1)


def test_a_number_of_each_is_a_figure_for_each() -> None:
    alone = [f for f in of_a_sum(0.02).read() if len(f.companies) == 1]
    assert {(f.companies[0], round(f.confidence, 2)) for f in alone} == {("Huawei", 0.88), ("ZTE", 0.78)}


def test_a_tied_pair_is_a_selection_with_its_likeliest_labels() -> None:
    labels = {
        "decision": {"selected": 0.9, "trial": 0.1},
        "generation": {"5G": 1.0},
        "scope": {"ran": 0.9, "core": 0.1},
    }
    facts = Saying(CHOICE, {("selection", "Telenor", "Ericsson"): 1.0}, labels).read()
    best = max(facts, key=lambda f: f.confidence)
    assert (best.operator, best.vendor, best.decision, best.scope) == ("Telenor", "Ericsson", "selected", ["ran"])
    assert {f.decision for f in facts} == {"selected", "trial"}


def test_of_two_that_may_have_bought_each_other_only_the_likelier_buyer_has() -> None:
    tied = {("deal", "Nokia", "Infinera"): 0.9, ("deal", "Infinera", "Nokia"): 0.6}
    labels = {"deal": {"acquisition": 0.8, "partnership": 0.2}}
    facts = Saying("Nokia will pay $2.3bn for Infinera.", tied, labels).read()
    assert [f.parties for f in facts if f.deal == "acquisition"] == [["Nokia", "Infinera"]]
    assert [f.deal for f in facts].count("partnership") == 1


def test_only_likely_pairs_are_worth_the_networks_time() -> None:
    judge = Saying(CHOICE, {("selection", "Telenor", "Ericsson"): 0.2}, {})
    asked = worth_asking(judge.context, judge.found, judge)
    assert [(kind, judge.found[i].names, judge.found[j].names) for kind, i, j in asked] == [
        ("selection", ("Telenor",), ("Ericsson",))
    ]


def test_answers_are_chances_by_label() -> None:
    outputs = np.zeros(OUTPUTS, dtype=np.float32)
    outputs[0] = SURE
    place = columns("selection", "decision")
    outputs[place.start + ANSWERS["selection"]["decision"].index("removed")] = SURE
    judge = NetworkJudge({("selection", 0, 1): Answer("selection", outputs)})
    tied, unasked = judge.tied("selection", [(0, 1), (1, 0)])
    assert tied > 0.99
    assert unasked == 0.0
    chances = judge.labels("selection", "decision", 0, 1)
    assert max(chances, key=chances.get) == "removed"
    assert abs(sum(chances.values()) - 1) < 1e-6
