"""How the network learns: epochs over lessons, longest steps first warmed up, then ever smaller; and what it answers afterwards."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from etl.extract.network import ANSWERS, MANY, columns
from etl.extract.windows import PAIR_KINDS, Window
from training.batches import Lesson, batch_of, sample
from training.network import LOWER, Network
from training.renaming import Names
from training.stages import Stage

BATCH = 8
RENAMED = 0.5  # of the windows, anew in every epoch
LOWER_PACE, FRESH_PACE = 0.3, 4.0
LABEL_WEIGHT = {"scope": 0.3, "generation": 0.3, "together": 0.3, "market": 0.3}


@dataclass(frozen=True)
class Taught:
    """A lesson as it is taught this time: its window, names changed or not, and which of its pairs are asked."""

    lesson: Lesson
    window: Window
    keep: np.ndarray


def stepper(network: Network, rate: float) -> torch.optim.Optimizer:
    """Who takes the steps. Words stay as published, lower layers move little, new parts most: few articles teach the rest nothing that holds."""
    network.words.requires_grad_(False)
    network.places.requires_grad_(False)
    lower = [*network.first.parameters(), *network.layers[:LOWER].parameters()]
    upper = list(network.layers[LOWER:].parameters())
    known = {id(q) for q in (*lower, *upper)}
    fresh = [q for q in network.parameters() if q.requires_grad and id(q) not in known]
    groups = [(lower, LOWER_PACE), (upper, 1.0), (fresh, FRESH_PACE)]
    return torch.optim.AdamW(
        [{"params": some, "top": pace * rate} for some, pace in groups], lr=rate, weight_decay=0.01
    )


def loss_of(network: Network, some: list[Taught]) -> Tensor:
    """How wrong the answers are: ties, and of tied pairs the labels."""
    batch = batch_of([(one.window, one.keep) for one in some])
    made = network(batch)
    tied = torch.zeros(*batch.kinds.shape)
    for n, one in enumerate(some):
        tied[n, : len(one.keep)] = torch.tensor(one.lesson.tied[one.keep])
    link = functional.binary_cross_entropy_with_logits(made[..., 0], tied, reduction="none")
    total = (link * batch.asked).sum() / 60
    for number, kind in enumerate(PAIR_KINDS):
        rows = [(n, k, one.lesson, i) for n, one in enumerate(some) for k, i in enumerate(one.keep)]
        rows = [r for r in rows if r[2].tied[r[3]] and r[2].window.kinds[r[3]] == number]
        if not rows:
            continue
        got = made[[r[0] for r in rows], [r[1] for r in rows]]
        for head, names in ANSWERS[kind].items():
            if head == "tied":
                continue
            right = torch.tensor(np.array([r[2].labels[head][r[3]] for r in rows]))
            out = got[:, columns(kind, head)]
            weight = LABEL_WEIGHT.get(head, 1.0) / 20
            if len(names) == 1 or head in MANY:
                right = right.float().view(out.shape)
                lost = functional.binary_cross_entropy_with_logits(out, right.clamp(min=0), reduction="none")
                total = total + weight * (lost * (right >= 0)).sum()
            elif (right >= 0).any():
                total = total + weight * functional.cross_entropy(out, right, ignore_index=-1, reduction="sum")
    return total


def fit(network: Network, many: list[Lesson], stage: Stage, say: Callable[[str], None] = print) -> None:
    """Teach the network in place; the same stage on the same machine teaches the same."""
    dice, epochs, rate = random.Random(stage.seed), stage.epochs, stage.rate
    torch.manual_seed(stage.seed)
    chooser, names = stepper(network, rate), Names(lesson.window for lesson in many)

    def taught(lesson: Lesson) -> Taught:
        window = names.renamed(lesson.window, dice) if dice.random() < RENAMED else lesson.window
        return Taught(lesson, window, sample(lesson, dice))

    per_epoch = (len(many) + BATCH - 1) // BATCH
    steps, step = epochs * per_epoch, 0
    for epoch in range(epochs):
        network.train()
        began, lost = time.monotonic(), 0.0
        for group in _grouped(many, dice):
            step += 1
            pace = min(step / (0.1 * steps + 1), (steps - step + 1) / (0.9 * steps + 1))
            for g in chooser.param_groups:
                g["lr"] = g["top"] * pace
            loss = loss_of(network, [taught(lesson) for lesson in group])
            chooser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            chooser.step()
            lost += loss.item()
        say(f"epoch {epoch + 1} of {epochs}: loss {lost / per_epoch:.3f}, {time.monotonic() - began:.0f} s")
    network.eval()


def _grouped(many: list[Lesson], dice: random.Random) -> list[list[Lesson]]:
    """Batches of windows of like length, in an order that changes from epoch to epoch."""
    order = sorted(many, key=lambda lesson: len(lesson.window.ids) * dice.uniform(0.9, 1.1))
    groups = [order[n : n + BATCH] for n in range(0, len(order), BATCH)]
    dice.shuffle(groups)
    return groups
