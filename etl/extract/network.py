"""The trained network at reading time, by onnxruntime: windows in, an answer to every pair of candidates out. Nothing here knows facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from etl.extract.confidence import LABELS
from etl.extract.context import Context
from etl.extract.features import Features
from etl.extract.linear import sigmoid, softmax
from etl.extract.spans import Candidate
from etl.extract.windows import Window, windows

GENERATIONS = ("", "2G", "3G", "4G", "5G", "6G")
SCOPES = ("ran", "open_ran", "core", "transport", "small_cells", "private_networks")


def _labels(kind: str) -> dict[str, tuple[str, ...]]:
    name, labels = LABELS[kind]
    return {name: labels}


# What is answered about a pair of each kind, in the order of the network's outputs: is it tied, then one label (or yes or no) of each.
ANSWERS: dict[str, dict[str, tuple[str, ...]]] = {
    "selection": {
        "tied": ("yes",),
        **_labels("selection"),
        "generation": GENERATIONS,
        "scope": SCOPES,
    },
    "restriction": {"tied": ("yes",), **_labels("restriction")},
    "deal": {"tied": ("yes",), **_labels("deal")},
    "figure": {
        "tied": ("yes",),
        **_labels("figure"),
        "status": ("actual", "target", "forecast"),
        "market": ("telecom_equipment", *SCOPES),
        "generation": GENERATIONS,
        "together": ("yes",),
    },
}
OUTPUTS = max(sum(map(len, heads.values())) for heads in ANSWERS.values())
MANY = ("scope",)  # where several labels may hold at once


def columns(kind: str, head: str) -> slice:
    """Where a head's outputs stand in the answers to a kind of pair. Raises KeyError."""
    at = 0
    for name, labels in ANSWERS[kind].items():
        if name == head:
            return slice(at, at + len(labels))
        at += len(labels)
    raise KeyError(head)


@dataclass(frozen=True)
class Answer:
    """What the network holds of one pair: outputs (OUTPUTS) before they are made chances."""

    kind: str
    outputs: np.ndarray

    @property
    def tied(self) -> float:
        """The chance, 0-1, that the pair is tied at all."""
        return float(sigmoid(self.outputs[0]))

    def chances(self, head: str) -> dict[str, float]:
        """Label -> chance; together 1, but for yes or no and where several may hold."""
        labels, out = ANSWERS[self.kind][head], self.outputs[columns(self.kind, head)]
        made = sigmoid(out) if len(labels) == 1 or head in MANY else softmax(out)
        return dict(zip(labels, map(float, made), strict=True))


@dataclass(frozen=True)
class Network:
    """A network that reads. `run`: a window with P pairs in, (P, OUTPUTS) out."""

    run: Callable[[Window], np.ndarray]

    def answers(
        self, context: Context, found: list[Candidate], features: Features, pairs: list[tuple[str, int, int]]
    ) -> dict[tuple[str, int, int], Answer]:
        """The answer to each pair (kind, i, j); one that is too far apart for any window has none."""
        made = {}
        for window in windows(context, found, features, pairs):
            made |= {p: Answer(p[0], row) for p, row in zip(window.pairs, self.run(window), strict=True)}
        return made


def load_network(path: Path) -> Network:
    """The network that `make train` stored. Raises OSError, or onnxruntime's own error for a broken file."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    # Matrices are stored in 8 bits: made whole once, at loading, rather than at every run.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])

    def run(window: Window) -> np.ndarray:
        seen = {name: getattr(window, name) for name in ("ids", "types", "spots", "ends", "kinds", "hints")}
        return session.run(None, seen | {"relations": window.relations.astype(np.int64)})[0]

    return Network(run)
