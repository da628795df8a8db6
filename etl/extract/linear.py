"""The trained weights at reading time: for each task a table of weights by hashed feature. Nothing here knows facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np

BUCKETS = 1 << 17


@dataclass(frozen=True)
class Task:
    """One decision: its labels, weights (BUCKETS, labels) and bias (labels)."""

    labels: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray

    def chances(self, rows: np.ndarray) -> np.ndarray:
        """The chance of each label, 0-1, together 1."""
        return softmax(self.weights[rows].sum(0, dtype=np.float32) / np.sqrt(max(len(rows), 1)) + self.bias)


@dataclass(frozen=True)
class Linear:
    """All tasks by name."""

    tasks: dict[str, Task]

    def chances(self, task: str, seen: np.ndarray) -> dict[str, float]:
        """Label -> chance, of one task; seen: the buckets of the features."""
        one = self.tasks[task]
        return dict(zip(one.labels, map(float, one.chances(seen)), strict=True))


def buckets(features: Iterable[str]) -> np.ndarray:
    """The table rows of features, each once, in order: the same on every machine."""
    return np.array(sorted(set(map(_bucket, features))), dtype=np.int64)


@lru_cache(maxsize=1 << 16)
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
    raised = np.exp(x - x.max())
    return raised / raised.sum()
