"""Train the network on examples: `fit` is used by cross-validation and by the final training alike."""

from __future__ import annotations

import random
import sys
import time
from collections import defaultdict

import torch

from etl.extract.spans import TYPES
from training.batches import Prepared, encode, loss
from training.model import Reader


def name_pool(prepared: list[Prepared]) -> dict[int, list[list[int]]]:
    """The word pieces of every company name in the examples, by token type: what names are swapped for."""
    pool = defaultdict(set)
    for one in prepared:
        for window in one.windows:
            for n, first, last in window.spans:
                kind = one.example.found[n].type
                if kind in ("vendor", "operator", "vendor_operator", "company"):
                    pool[TYPES.index(kind)].add(tuple(window.ids[first:last]))
    return {kind: sorted(map(list, names)) for kind, names in pool.items()}


def _batches(prepared: list[Prepared], size: int, chance: random.Random) -> list[list[Prepared]]:
    """All examples in random order; within stretches of that order, examples of like length share a batch (less padding)."""
    order = sorted(prepared, key=lambda _: chance.random())
    stretch = 8 * size
    batches = []
    for at in range(0, len(order), stretch):
        near = sorted(order[at : at + stretch], key=lambda p: max((len(w.ids) for w in p.windows), default=0))
        batches += [near[n : n + size] for n in range(0, len(near), size)]
    return sorted(batches, key=lambda _: chance.random())


def fit(prepared: list[Prepared], base: str, epochs: int, seed: int, batch: int = 8, rate: float = 1e-4, report=None) -> Reader:
    """Train on the examples; the same seed gives the same weights on one machine. `report(epoch, model)` is called after each epoch."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    model = Reader.load(base)
    heads = [p for n, p in model.named_parameters() if not n.startswith("encoder")]
    optimizer = torch.optim.AdamW(
        [{"params": model.encoder.parameters(), "lr": rate}, {"params": heads, "lr": 6 * rate}], weight_decay=0.01
    )
    steps = epochs * ((len(prepared) + batch - 1) // batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min(1, (s + 1) / (0.06 * steps)) * max(0.02, 1 - s / steps))
    names = name_pool(prepared)
    for epoch in range(epochs):
        model.train()
        batches = _batches(prepared, batch, chance)
        started, total = time.time(), 0.0
        for some in batches:
            hidden = encode(model, some, names, chance)
            value = sum((loss(model, p, h) for p, h in zip(some, hidden, strict=True)), torch.zeros(()))
            optimizer.zero_grad()
            (value / len(some)).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += float(value)
        print(f"epoch {epoch + 1}: loss {total / len(prepared):.3f}, {time.time() - started:.0f} s", file=sys.stderr, flush=True)
        if report:
            report(epoch, model)
    model.eval()
    return model
