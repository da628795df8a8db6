"""Who answers questions about pairs of candidates: the trained weights, and the trained network. Facts are made of either's answers alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from etl.extract.context import Context
from etl.extract.features import Features
from etl.extract.linear import Linear, buckets
from etl.extract.network import Answer, Network
from etl.extract.pairs import company_spans, deal_pairs, quantity_spans, restriction_pairs, selection_pairs
from etl.extract.spans import Candidate

FARTHEST_OWNER = 3  # sentences between a number and whose it is
# Pairs that the weights hold for less likely than this are not worth the network's time.
LEAST_ASKED = 0.1
LINKED = {"selection": selection_pairs, "restriction": restriction_pairs, "deal": deal_pairs}

Pair = tuple[str, int, int]


class Judge(Protocol):
    """What is made of a pair (kind, i, j) of candidates; of a figure, i is the number and j the company."""

    def tied(self, kind: str, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """The chance, 0-1, of each pair that the two are tied at all."""

    def labels(self, kind: str, head: str, i: int, j: int) -> dict[str, float]:
        """Label -> chance of what a tied pair is; empty where the judge does not know of such a thing."""


class LinearJudge:
    """The weights' answers. Whether a number is a figure at all is part of its metric here ("" for none)."""

    def __init__(self, features: Features, linear: Linear):
        self._features, self._linear = features, linear
        self._seen: dict[Pair, np.ndarray] = {}
        # Asked twice of most pairs: when the network's are chosen, and when facts are made.
        self._said: dict[tuple[str, Pair], dict[str, float]] = {}

    def tied(self, kind: str, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """See Judge."""
        task = "figure owner" if kind == "figure" else f"{kind} tied"
        return [said.get("yes", 0.0) for said in self._chances(task, [(kind, i, j) for i, j in pairs])]

    def labels(self, kind: str, head: str, i: int, j: int) -> dict[str, float]:
        """See Judge."""
        task = f"{kind} {head}"
        if task not in self._linear.tasks:
            return {}
        (said,) = self._chances(task, [("number", i, i) if kind == "figure" else (kind, i, j)])
        return said

    def _chances(self, task: str, asked: list[Pair]) -> list[dict[str, float]]:
        new = [pair for pair in dict.fromkeys(asked) if (task, pair) not in self._said]
        chances = self._linear.chances(task, [self._rows(pair) for pair in new])
        self._said |= {(task, pair): said for pair, said in zip(new, chances, strict=True)}
        return [self._said[task, pair] for pair in asked]

    def _rows(self, pair: Pair) -> np.ndarray:
        if pair not in self._seen:
            kind, i, j = pair
            told = (
                self._features.quantity(i)
                if kind == "number"
                else self._features.pair(i, j, "" if kind == "figure" else kind)
            )
            self._seen[pair] = buckets(told)
        return self._seen[pair]


class NetworkJudge:
    """The network's answers, all worked out at once. Pairs that it was not asked about are not tied."""

    def __init__(self, answers: dict[Pair, Answer]):
        self._answers = answers

    def tied(self, kind: str, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """See Judge."""
        answers = (self._answers.get((kind, i, j)) for i, j in pairs)
        return [answer.tied if answer else 0.0 for answer in answers]

    def labels(self, kind: str, head: str, i: int, j: int) -> dict[str, float]:
        """See Judge."""
        answer = self._answers.get((kind, i, j))
        return answer.chances(head) if answer else {}


def worth_asking(context: Context, found: list[Candidate], judge: Judge) -> list[Pair]:
    """The pairs that the network should look at, by what the weights make of them."""
    every = {}
    for kind, make in LINKED.items():
        pairs = make(context, found)
        every[kind] = list(dict.fromkeys(zip(pairs.a, pairs.b, strict=True)))
    companies = company_spans(found)
    every["figure"] = [
        (n, c)
        for n in quantity_spans(context, found)
        if 1 - judge.labels("figure", "metric", n, n).get("", 0.0) >= LEAST_ASKED
        for c in companies
        if abs(found[c].sentence - found[n].sentence) <= FARTHEST_OWNER
    ]
    return [
        (kind, *pair)
        for kind, pairs in every.items()
        for pair, tied in zip(pairs, judge.tied(kind, pairs), strict=True)
        if tied >= LEAST_ASKED
    ]


def ask_network(
    context: Context, found: list[Candidate], features: Features, linear: Judge, network: Network
) -> NetworkJudge:
    """The network's judgement of the article's likely pairs."""
    return NetworkJudge(network.answers(context, found, features, worth_asking(context, found, linear)))
