"""How the two networks learn: how long, and how fast which of their parts do. Chosen once, with the briefs left aside."""

from __future__ import annotations

from dataclasses import dataclass

from training.network import LARGE, SMALL, Shape


@dataclass(frozen=True)
class Stage:
    """rate: the upper layers' greatest step; lower, fresh: what the lower layers and the new parts take of it.

    frozen: how many of the lowest layers stay as published. averaged: of how many last epochs the weights are the mean.
    """

    name: str
    shape: Shape
    epochs: int
    rate: float
    lower: float
    fresh: float
    frozen: int
    averaged: int
    seed: int


TEACHER = Stage("teacher", LARGE, epochs=4, rate=8e-5, lower=0.5, fresh=7.5, frozen=3, averaged=2, seed=1)
READER = Stage("reader", SMALL, epochs=6, rate=3e-4, lower=0.3, fresh=4.0, frozen=0, averaged=1, seed=1)
