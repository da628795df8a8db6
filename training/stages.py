"""The stages in which the network learns, and how long and how fast it does in each: chosen once, with the briefs left aside."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """rate: the encoder's greatest step; the new parts take four times it.

    averaged: of the weights that an average of all steps keeps at each step; None: the steps shrink to nothing instead.
    """

    name: str
    epochs: int
    rate: float
    seed: int
    averaged: float | None = None


FIRST = Stage("early passages", epochs=8, rate=3e-4, seed=1, averaged=0.995)
LAST = Stage("briefs and late passages", epochs=4, rate=1.5e-4, seed=2)
