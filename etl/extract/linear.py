"""The trained weights at reading time: for each task a table of weights by hashed feature. Nothing here knows facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zlib import crc32

import numpy as np

BUCKETS = 1 << 17
AT_ONCE = 512  # sets of features that are weighed in one go: enough for speed, and little memory


class Bundle(tuple[str, ...]):
    """Features that are always told together, by one pair or by many; hashed once."""

    @cached_property
    def rows(self) -> frozenset[int]:
        """Their rows in the table."""
        return frozenset(map(_bucket, self))


@dataclass(frozen=True)
class Task:
    """One decision: its labels, weights (BUCKETS, labels) and bias (labels)."""

    labels: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray

    def chances(self, seen: Sequence[np.ndarray]) -> np.ndarray:
        """(N, labels): the chance of each label, 0-1, together 1, for N sets of features; seen: their rows (none without any)."""
        sizes = np.fromiter(map(len, seen), np.int64, len(seen))
        sums = np.add.reduceat(self.weights.take(np.concatenate(seen), axis=0), np.cumsum(sizes) - sizes)
        return softmax(sums / np.sqrt(sizes)[:, None] + self.bias)


@dataclass(frozen=True)
class Linear:
    """All tasks by name."""

    tasks: dict[str, Task]

    def chances(self, task: str, seen: Sequence[np.ndarray]) -> list[dict[str, float]]:
        """Label -> chance, of one task, for each set of features; seen: their rows (none without any)."""
        one, made = self.tasks[task], []
        for start in range(0, len(seen), AT_ONCE):
            chances = one.chances(seen[start : start + AT_ONCE]).tolist()
            made += [dict(zip(one.labels, row, strict=True)) for row in chances]
        return made


def buckets(features: Iterable[Bundle]) -> np.ndarray:
    """The table rows of one set of features, each once, in order: the same on every machine."""
    every = frozenset().union(*(bundle.rows for bundle in features))
    rows = np.fromiter(every, np.int64, len(every))
    rows.sort()
    return rows


def _bucket(feature: str) -> int:
    return crc32(feature.encode()) % BUCKETS


def load_linear(path: Path) -> Linear:
    """The weights that save_linear stored. Raises OSError, KeyError or ValueError for a missing or broken file."""
    tasks = {}
    with np.load(path, allow_pickle=False) as stored:
        for name in {key.partition("/")[0] for key in stored.files}:
            labels = tuple(str(label) for label in stored[f"{name}/labels"])
            weights = np.zeros((BUCKETS, len(labels)), dtype=np.float32)
            weights[stored[f"{name}/rows"]] = stored[f"{name}/weights"]
            tasks[name] = Task(labels, weights, stored[f"{name}/bias"].astype(np.float32))
    return Linear(tasks)


def save_linear(path: Path, linear: Linear, least: float = 0.02) -> None:
    """Store the weights without pickle, in 16 bits, rows that hardly matter left out."""
    stored = {}
    for name, task in linear.tasks.items():
        rows = np.nonzero(np.abs(task.weights).max(1) >= least)[0]
        stored[f"{name}/labels"] = np.array(task.labels)
        stored[f"{name}/rows"] = rows.astype(np.int32)
        stored[f"{name}/weights"] = task.weights[rows].astype(np.float16)
        stored[f"{name}/bias"] = task.bias.astype(np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **stored)


def sigmoid(x: np.ndarray | float) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def softmax(x: np.ndarray) -> np.ndarray:
    """Chances that are together 1, along the last axis."""
    raised = np.exp(x - x.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)
