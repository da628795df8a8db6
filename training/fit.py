"""How a network learns: epochs over lessons, longest steps first warmed up, then ever smaller."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import torch
from torch import Tensor

from training.batches import Lesson, sample
from training.loss import Taught, loss_of
from training.network import Network
from training.renaming import Names
from training.stages import Stage

BATCH = 8
RENAMED = 0.5  # of the windows that no teacher read, anew in every epoch
# Where the processor reckons in 16 bits, training takes half the time; elsewhere these would take longer.
COARSE = any(torch.cpu.get_capabilities().get(name) for name in ("avx512_bf16", "amx_bf16"))


def coarse():
    """Reckoning in 16 bits, where that is faster."""
    return torch.autocast("cpu", torch.bfloat16) if COARSE else nullcontext()


def fit(network: Network, many: list[Lesson], stage: Stage, say: Callable[[str], None] = print) -> None:
    """Teach the network in place; the same stage on the same machine teaches the same."""
    dice = random.Random(stage.seed)
    torch.manual_seed(stage.seed)
    torch.set_flush_denormal(True)
    chooser, names, kept = stepper(network, stage), Names(lesson.window for lesson in many), []
    per_epoch = (len(many) + BATCH - 1) // BATCH
    steps, step = stage.epochs * per_epoch, 0
    for epoch in range(stage.epochs):
        network.train()
        began, lost = time.monotonic(), 0.0
        for group in _grouped(many, dice):
            step += 1
            pace = min(step / (0.1 * steps + 1), (steps - step + 1) / (0.9 * steps + 1))
            for g in chooser.param_groups:
                g["lr"] = g["top"] * pace
            with coarse():
                loss = loss_of(network, [_taught(lesson, names, dice) for lesson in group])
            chooser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            chooser.step()
            lost += loss.item()
        kept = [*kept, _weights(network)][-stage.averaged :]
        say(
            f"{stage.name}, epoch {epoch + 1} of {stage.epochs}: loss {lost / per_epoch:.3f}, {time.monotonic() - began:.0f} s"
        )
    network.load_state_dict({name: torch.stack([one[name] for one in kept]).mean(0) for name in kept[0]})
    network.eval()


def stepper(network: Network, stage: Stage) -> torch.optim.Optimizer:
    """Who takes the steps. Words stay as published, lower layers move little, new parts most: few articles teach the rest nothing that holds."""
    lower = list(network.layers[: stage.shape.lower])
    still = [
        network.words,
        network.places,
        network.near,
        *lower[: stage.frozen],
        network.first if stage.frozen else None,
    ]
    for part in filter(None, still):
        part.requires_grad_(False)
    for layer in lower if stage.frozen else ():
        layer.drop.p = 0.0
    known = {id(q) for part in (network.first, *network.layers) for q in part.parameters()}
    groups = (
        ([q for part in (network.first, *lower) for q in part.parameters() if q.requires_grad], stage.lower),
        ([q for layer in network.layers[stage.shape.lower :] for q in layer.parameters()], 1.0),
        ([q for q in network.parameters() if q.requires_grad and id(q) not in known], stage.fresh),
    )
    return torch.optim.AdamW(
        [{"params": some, "top": pace * stage.rate} for some, pace in groups], lr=stage.rate, weight_decay=0.01
    )


def _taught(lesson: Lesson, names: Names, dice: random.Random) -> Taught:
    """A lesson in one of the wordings that the teacher read; else, now and then, with other names."""
    if lesson.wordings:
        ids, outputs = dice.choice(lesson.wordings)
        return Taught(lesson, replace(lesson.window, ids=ids), sample(lesson, dice), outputs.float())
    window = names.renamed(lesson.window, dice) if dice.random() < RENAMED else lesson.window
    return Taught(lesson, window, sample(lesson, dice))


def _weights(network: Network) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in network.state_dict().items()}


def _grouped(many: list[Lesson], dice: random.Random) -> list[list[Lesson]]:
    """Batches of windows of like length, in an order that changes from epoch to epoch."""
    order = sorted(many, key=lambda lesson: len(lesson.window.ids) * dice.uniform(0.9, 1.1))
    groups = [order[n : n + BATCH] for n in range(0, len(order), BATCH)]
    dice.shuffle(groups)
    return groups
