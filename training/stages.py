"""The stages in which the network learns, and how long and how fast it does in each: chosen once, with the briefs left aside."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """rate: the encoder's greatest step; the new parts take four times it."""

    name: str
    epochs: int
    rate: float
    seed: int


FIRST = Stage("early passages", epochs=7, rate=3e-4, seed=1)
LAST = Stage("briefs and late passages", epochs=4, rate=1.5e-4, seed=2)
