"""How wrong the network's answers are: beside what gold tells, and beside what a larger network answered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from etl.extract.network import ANSWERS, MANY, columns
from etl.extract.windows import PAIR_KINDS, Window
from training.batches import UNTOLD, Lesson, batch_of
from training.network import Network

TRUST = 0.6  # in the teacher, where gold speaks too
LEAST_TIED = 0.1  # chance from which it matters as what a pair is tied
LABEL_WEIGHT = {"scope": 0.3, "generation": 0.3, "together": 0.3, "market": 0.3}


@dataclass(frozen=True)
class Taught:
    """A lesson as it is taught this time: its window, names changed or not, which of its pairs are asked, and the teacher's
    outputs for all of them (P, OUTPUTS), if one was asked."""

    lesson: Lesson
    window: Window
    keep: np.ndarray
    outputs: Tensor | None = None

    @property
    def told(self) -> bool:
        """Whether gold speaks of it."""
        return bool((self.lesson.tied != UNTOLD).all())

    def ties(self) -> Tensor:
        """The chance that each pair asked is tied (K): what gold and teacher say of it, weighed."""
        gold = torch.tensor(self.lesson.tied[self.keep])
        if self.outputs is None:
            return gold
        chances = torch.sigmoid(self.outputs[self.keep, 0])
        return TRUST * chances + (1 - TRUST) * gold if self.told else chances


def loss_of(network: Network, some: list[Taught]) -> Tensor:
    """How wrong the answers are: ties, and of tied pairs the labels."""
    batch = batch_of([(one.window, one.keep) for one in some])
    made = network(batch).float()
    ties = torch.zeros(*batch.kinds.shape)
    for n, one in enumerate(some):
        ties[n, : len(one.keep)] = one.ties()
    link = functional.binary_cross_entropy_with_logits(made[..., 0], ties, reduction="none")
    total = (link * batch.asked).sum() / 60
    return total + sum(_labels_loss(made, ties, some, number) for number in range(len(PAIR_KINDS)))


def _labels_loss(made: Tensor, ties: Tensor, some: list[Taught], number: int) -> Tensor | float:
    """Of the pairs of one kind that are tied, or may be."""
    kind, asked = PAIR_KINDS[number], [(n, k) for n, one in enumerate(some) for k in range(len(one.keep))]
    here = [(n, k) for n, k in asked if some[n].window.kinds[some[n].keep[k]] == number and ties[n, k] > LEAST_TIED]
    total: Tensor | float = 0.0
    for of, wrong in ((_with_gold(here, some), _beside_gold), (_with_teacher(here, some), _beside_teacher)):
        if not of:
            continue
        out = made[[n for n, _ in of], [k for _, k in of]]
        weight = torch.stack([_weight(some[n], ties[n, k], wrong is _beside_gold) for n, k in of])
        for head in ANSWERS[kind]:
            if head != "tied":
                lost = wrong(out[:, columns(kind, head)], of, some, kind, head)
                total = total + LABEL_WEIGHT.get(head, 1.0) / 20 * (weight * lost).sum()
    return total


def _with_gold(here: list[tuple[int, int]], some: list[Taught]) -> list[tuple[int, int]]:
    return [(n, k) for n, k in here if some[n].lesson.tied[some[n].keep[k]] == 1]


def _with_teacher(here: list[tuple[int, int]], some: list[Taught]) -> list[tuple[int, int]]:
    return [(n, k) for n, k in here if some[n].outputs is not None]


def _weight(one: Taught, tied: Tensor, gold: bool) -> Tensor:
    if gold:
        return torch.tensor(1.0 if one.outputs is None else 1 - TRUST)
    return tied * (TRUST if one.told else 1.0)


def _several(kind: str, head: str) -> bool:
    return len(ANSWERS[kind][head]) == 1 or head in MANY


def _beside_gold(out: Tensor, of: list[tuple[int, int]], some: list[Taught], kind: str, head: str) -> Tensor:
    """(K): nothing is lost where gold tells nothing."""
    right = torch.tensor(np.array([some[n].lesson.labels[head][some[n].keep[k]] for n, k in of]))
    if not _several(kind, head):
        return functional.cross_entropy(out, right, ignore_index=UNTOLD, reduction="none")
    right = right.float().view(out.shape)
    lost = functional.binary_cross_entropy_with_logits(out, right.clamp(min=0), reduction="none")
    return (lost * (right >= 0)).sum(1)


def _beside_teacher(out: Tensor, of: list[tuple[int, int]], some: list[Taught], kind: str, head: str) -> Tensor:
    """(K)"""
    said = torch.stack([some[n].outputs[some[n].keep[k], columns(kind, head)] for n, k in of])
    if _several(kind, head):
        return functional.binary_cross_entropy_with_logits(out, said.sigmoid(), reduction="none").sum(1)
    return functional.cross_entropy(out, said.softmax(-1), reduction="none")
