"""Train the network on examples: `fit` is used by every stage of training and by cross-validation alike."""

from __future__ import annotations

import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import torch

from etl.extract.spans import TYPES
from training.batches import Prepared, encode, loss
from training.model import Reader


@dataclass(frozen=True)
class Stage:
    """How long and how fast one stage of training goes: passes over the examples, peak rate of the encoder, examples a step."""

    epochs: int
    rate: float
    batch: int = 8


def name_pool(prepared: list[Prepared]) -> dict[int, list[list[int]]]:
    """The word pieces of every company name in the examples, by token type: what names are swapped for."""
    pool = defaultdict(set)
    for one in prepared:
        for window in one.windows:
            for n, first, last, *_ in window.spans:
                kind = one.example.found[n].type
                if kind in ("vendor", "operator", "vendor_operator", "company"):
                    pool[TYPES.index(kind)].add(tuple(window.ids[first:last]))
    return {kind: sorted(map(list, names)) for kind, names in pool.items()}


def fit(
    model: Reader,
    prepared: list[Prepared],
    stage: Stage,
    seed: int,
    report: Callable[[int, Reader], None] | None = None,
) -> Reader:
    """Train the model on the examples, in place; the same seed gives the same weights on one machine.

    `report(epoch, model)` is called after each pass.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    heads = [p for n, p in model.named_parameters() if not n.startswith("encoder")]
    groups = [{"params": model.encoder.parameters(), "lr": stage.rate}, {"params": heads, "lr": 6 * stage.rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = stage.epochs * ((len(prepared) + stage.batch - 1) // stage.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1, (s + 1) / (0.06 * steps)) * max(0.02, 1 - s / steps)
    )
    names = name_pool(prepared)
    for epoch in range(stage.epochs):
        model.train()
        started, total = time.time(), 0.0
        for some in _batches(prepared, stage.batch, chance):
            hidden = encode(model, some, names, chance)
            value = sum((loss(model, p, h) for p, h in zip(some, hidden, strict=True)), torch.zeros(()))
            optimizer.zero_grad()
            (value / len(some)).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += float(value.detach())
        print(
            f"pass {epoch + 1}: loss {total / len(prepared):.3f}, {time.time() - started:.0f} s",
            file=sys.stderr,
            flush=True,
        )
        if report:
            report(epoch, model)
    model.eval()
    return model


def _batches(prepared: list[Prepared], size: int, chance: random.Random) -> list[list[Prepared]]:
    """All examples in random order; within stretches of that order, examples of like length share a batch (less padding)."""
    order = sorted(prepared, key=lambda _: chance.random())
    stretch = 8 * size
    batches = []
    for at in range(0, len(order), stretch):
        near = sorted(order[at : at + stretch], key=lambda p: max((len(w.ids) for w in p.windows), default=0))
        batches += [near[n : n + size] for n in range(0, len(near), size)]
    return sorted(batches, key=lambda _: chance.random())
